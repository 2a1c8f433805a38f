"""client: one server as an editor sees it, with what its processes use.

The conversation is that of tests/independent, whose clock can be trusted: one thread, and a reply is
stamped when its whole frame is in. CPU and memory come from /proc, summed over the process tree.
"""
import os
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlparse

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests/independent"))
import lsp  # noqa: E402
from lsp import Died, now, targets, units  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def path_of(uri):
    return unquote(urlparse(uri).path)


# What the editors say of themselves that resolve what they show; most servers answer less at once then.
EDITOR = dict(
    textDocument=dict(
        completion=dict(completionItem=dict(resolveSupport=dict(properties=["documentation", "detail"]))),
        codeAction=dict(dataSupport=True, resolveSupport=dict(properties=["edit"])),
        inlayHint=dict(resolveSupport=dict(properties=["tooltip"])),
        semanticTokens=dict(requests=dict(full=dict(delta=True), range=True)),
        implementation=dict(linkSupport=True), codeLens={}, callHierarchy={},
    ),
    workspace=dict(fileOperations=dict(willRename=True, willDelete=True)),
)
# And of those that ask for diagnostics.
PULLING = dict(textDocument=dict(diagnostic={}), workspace=dict(diagnostics=dict(refreshSupport=True)))


class Server(lsp.Server):
    """A server and its process tree. `cache`: the folder of the user's caches; an empty one without it."""

    def __init__(self, command, root, settings, log, pulling=False, cache=None):
        self.settings = settings
        self.own = None if cache else tempfile.TemporaryDirectory()
        env = dict(os.environ, XDG_CACHE_HOME=cache or self.own.name)
        super().__init__(command, root, log=log, capabilities=lsp.merged(EDITOR, PULLING if pulling else {}), env=env)
        sync = self.capabilities.get("textDocumentSync", 1)
        self.incremental = (sync.get("change", 1) if isinstance(sync, dict) else sync) == 2
        self.pulled = bool(self.capabilities.get("diagnosticProvider"))
        if settings:
            self.notify("workspace/didChangeConfiguration", dict(settings=settings))

    def result_of(self, method, params):
        if method == "workspace/configuration" and self.settings:
            return [self.settings.get(item.get("section"), self.settings) for item in params["items"]]
        return super().result_of(method, params)

    def offers(self, capability):
        """Whether it answers a request, by the place in its capabilities."""
        found = self.capabilities
        for key in capability.split("/"):
            found = found.get(key) if isinstance(found, dict) else None
        return found not in (None, False)

    def tree(self):
        """The process and all below it."""
        found, todo = [], [self.p.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as f:
                        todo += map(int, f.read().split())
            except OSError:
                pass
        return found

    def cpu(self, tree=None):
        """Seconds of processor time, all processes."""
        ticks = 0
        for pid in tree or self.tree():
            try:
                with open(f"/proc/{pid}/stat") as f:
                    fields = f.read().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
            except OSError:
                pass
        return ticks / TICKS

    def memory(self):
        """(resident, its peak) in MB, all processes."""
        sums = [0, 0]
        for pid in self.tree():
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            for n, key in enumerate(("VmRSS", "VmHWM")):
                found = re.search(key + r":\s+(\d+)", status)
                sums[n] += int(found[1]) if found else 0
        return sums[0] * 1024 / 1e6, sums[1] * 1024 / 1e6

    def settled(self, limit, calm=0.6):
        """Reads what comes until the processes have used no processor time (under 5 % of a core) for
        `calm` seconds; when the last of it was used, None where `limit` seconds did not do."""
        tree, end = self.tree(), now() + limit
        last, used = now(), self.cpu(tree)
        while now() < end:
            self.pump(0.01)
            spent = self.cpu(tree)
            if spent > used + 0.05 * (now() - last):
                tree = self.tree()
                last, used = now(), self.cpu(tree)
            elif now() - last > calm:
                return last
        return None

    def end(self):
        """Ends the server: as the protocol has it, else by force."""
        tree = self.tree()
        try:
            if self.p.poll() is None:
                self.request("shutdown", None, timeout=3)
                self.notify("exit", None)
                self.p.wait(3)
        except Exception:  # a server that hangs or has gone is ended below
            pass
        for pid in tree:
            try:
                os.kill(pid, 9)
            except OSError:
                pass
        self.p.wait()


class Doc:
    """An open note: keeps its text, tells the server of each change."""

    def __init__(self, server, path, text):
        self.server, self.path, self.version = server, path, 1
        self.lines = text.split("\n")
        self.uri = server.open(path, text)

    def at(self, line, column):
        return dict(textDocument=dict(uri=self.uri), position=dict(line=line, character=column))

    def replace(self, line, start, end, text):
        """Replaces characters of one line by text without a line end; when the change was sent."""
        old = self.lines[line]
        units16 = [units("utf-16", old[:n]) for n in (start, end)]
        self.lines[line] = old[:start] + text + old[end:]
        self.version += 1
        span = dict(start=dict(line=line, character=units16[0]), end=dict(line=line, character=units16[1]))
        change = dict(range=span, text=text) if self.server.incremental else dict(text="\n".join(self.lines))
        return self.server.notify("textDocument/didChange", dict(
            textDocument=dict(uri=self.uri, version=self.version), contentChanges=[change]))

    def close(self):
        self.server.close(self.uri)


def locations(reply):
    """The files that an answer names; none where it is an error."""
    return {path_of(uri) for uri, _ in targets(reply)}


__all__ = ["Died", "Doc", "Server", "locations", "now", "path_of", "units"]
