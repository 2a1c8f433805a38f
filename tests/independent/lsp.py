"""A plain LSP client over stdio, blocking and single-threaded, so that its clock can be trusted."""
import collections
import json
import os
import select
import subprocess
import time
from pathlib import Path

now = time.perf_counter

# What a pipe that is ready takes for certain without waiting.
PIPE = select.PIPE_BUF


class Died(Exception):
    """The server closed its output or did not answer in time."""


def units(encoding, text):
    """How long `text` is in a position encoding."""
    if encoding == "utf-8":
        return len(text.encode("utf-8"))
    if encoding == "utf-16":
        return len(text) + sum(c > "\uffff" for c in text)
    return len(text)


def merged(a, b):
    """`a` with what `b` has besides."""
    if not (isinstance(a, dict) and isinstance(b, dict)):
        return b
    return {**a, **{key: merged(a.get(key), value) for key, value in b.items()}}


class Server:
    """One server process and the conversation with it."""

    def __init__(self, command, root, encodings=("utf-16",), progress=True, log=None, capabilities=None, env=None):
        self.born = now()
        self.p = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, "ab") if log else subprocess.DEVNULL,
            bufsize=0, cwd=root, env=env,
        )
        self.buf, self.next_id = b"", 0
        self.replies, self.asked = {}, set()
        self.diagnostics = {}  # uri -> (arrival, version, list)
        self.messages = []     # window/showMessage and logMessage
        self.tokens, self.progress_begun, self.progress_ended = set(), None, None
        self.seen = collections.Counter()
        text = dict(
            definition=dict(linkSupport=True), hover=dict(contentFormat=["markdown", "plaintext"]),
            completion=dict(completionItem=dict(snippetSupport=False, documentationFormat=["markdown"])),
            publishDiagnostics=dict(versionSupport=True, relatedInformation=True), documentLink={},
            synchronization=dict(didSave=True), rename=dict(prepareSupport=True),
            documentSymbol=dict(hierarchicalDocumentSymbolSupport=True),
            semanticTokens=dict(requests=dict(full=True), tokenTypes=[], tokenModifiers=[], formats=["relative"]),
            codeAction=dict(codeActionLiteralSupport=dict(codeActionKind=dict(valueSet=["quickfix", "refactor", "source"]))),
        )
        uri = Path(root).as_uri()
        own = dict(
            general=dict(positionEncodings=list(encodings)), textDocument=text,
            workspace=dict(workspaceEdit=dict(documentChanges=True, resourceOperations=["create", "rename", "delete"]),
                           configuration=True, workspaceFolders=True, didChangeWatchedFiles=dict(dynamicRegistration=True)),
            window=dict(workDoneProgress=progress),
        )
        result = self.request("initialize", dict(
            processId=os.getpid(), rootUri=uri, workspaceFolders=[dict(uri=uri, name=Path(root).name)],
            capabilities=merged(own, capabilities or {})))
        self.capabilities = result["result"]["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        frame = b"Content-Length: %d\r\n\r\n" % len(body) + body
        t = now()
        while frame:
            # A server that writes while we do may wait for us to read: neither waits for the other.
            readable, writable, _ = select.select([self.p.stdout], [self.p.stdin], [])
            if readable:
                self.receive()
            if writable:
                try:
                    n = os.write(self.p.stdin.fileno(), frame[:PIPE])
                except OSError as reason:
                    raise Died(f"the server takes nothing more: {reason}") from reason
                frame = frame[n:]
        return t

    def receive(self):
        chunk = os.read(self.p.stdout.fileno(), 1 << 20)
        if not chunk:
            raise Died(f"the server ended with {self.p.wait()}")
        self.buf += chunk

    def notify(self, method, params):
        return self.send(dict(jsonrpc="2.0", method=method, params=params))

    def ask(self, method, params):
        """Sends a request without waiting: (id, time it was sent)."""
        self.next_id += 1
        self.asked.add(self.next_id)
        message = dict(jsonrpc="2.0", id=self.next_id, method=method)
        if params is not None:
            message["params"] = params
        return self.next_id, self.send(message)

    def answer(self, ident, timeout=60):
        """The reply to a request sent with `ask`: (message, arrival)."""
        self.wait(lambda: ident in self.replies, timeout, f"an answer to request {ident}")
        return self.replies.pop(ident)

    def request(self, method, params, timeout=60):
        return self.answer(self.ask(method, params)[0], timeout)[0]

    def timed(self, method, params, timeout=60):
        """(reply, milliseconds)."""
        ident, sent = self.ask(method, params)
        reply, arrived = self.answer(ident, timeout)
        return reply, (arrived - sent) * 1000

    def wait(self, done, timeout, what):
        end = now() + timeout
        while not done():
            if not self.pump(end - now()):
                raise Died(f"waited {timeout} s for {what}")

    def pump(self, timeout):
        """Handles the next frame; False where none came in time."""
        while True:
            head = self.buf.find(b"\r\n\r\n")
            if head >= 0:
                length = int(self.buf[:head].lower().split(b"content-length:")[1].split(b"\r\n")[0])
                end = head + 4 + length
                if len(self.buf) >= end:
                    arrived, frame, self.buf = now(), self.buf[head + 4:end], self.buf[end:]
                    self.handle(json.loads(frame), arrived)
                    return True
            if timeout <= 0 or not select.select([self.p.stdout], [], [], timeout)[0]:
                return False
            self.receive()

    def handle(self, m, arrived):
        if "method" not in m:
            assert m["id"] in self.asked, f"an answer nobody asked for: {m}"
            self.asked.discard(m["id"])
            self.replies[m["id"]] = (m, arrived)
            return
        method, params = m["method"], m.get("params") or {}
        self.seen[method] += 1
        if method == "textDocument/publishDiagnostics":
            self.diagnostics[params["uri"]] = (arrived, params.get("version"), params["diagnostics"])
        elif method == "$/progress":
            kind = params["value"].get("kind")
            if kind == "begin":
                self.progress_begun = self.progress_begun or arrived
                self.tokens.add(params["token"])
            elif kind == "end":
                self.tokens.discard(params["token"])
                if not self.tokens:
                    self.progress_ended = arrived
        elif method in ("window/showMessage", "window/logMessage"):
            self.messages.append(params["message"])
        if "id" in m:
            self.send(dict(jsonrpc="2.0", id=m["id"], result=self.result_of(method, params)))

    def result_of(self, method, params):
        """What an editor without settings answers to a request of the server's."""
        return [None] * len(params["items"]) if method == "workspace/configuration" else None

    def indexed(self, timeout=300):
        """Waits for the end of the first indexing; seconds since the process began."""
        self.wait(lambda: self.progress_ended, timeout, "the end of indexing")
        return self.progress_ended - self.born

    def quiet(self, seconds=0.5):
        while self.pump(seconds):
            pass

    def open(self, path, text, version=1):
        uri = Path(path).as_uri()
        self.notify("textDocument/didOpen", dict(textDocument=dict(
            uri=uri, languageId="markdown", version=version, text=text)))
        return uri

    def close(self, uri):
        self.notify("textDocument/didClose", dict(textDocument=dict(uri=uri)))

    def rss(self):
        """Resident memory and its peak, in bytes."""
        got = {}
        with open(f"/proc/{self.p.pid}/status") as f:
            for line in f:
                if line.startswith(("VmRSS", "VmHWM")):
                    got[line[:5]] = int(line.split()[1]) * 1024
        return got["VmRSS"], got["VmHWM"]

    def stop(self):
        """Shuts the server down; its exit status."""
        self.request("shutdown", None, 20)
        self.notify("exit", None)
        self.p.stdin.close()
        try:
            return self.p.wait(20)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
            raise Died("the server did not exit")


def targets(reply):
    """[(path, line)] of a definition's answer."""
    result = reply.get("result") or []
    out = []
    for x in result if isinstance(result, list) else [result]:
        uri = x.get("targetUri") or x["uri"]
        r = x.get("targetSelectionRange") or x.get("range")
        out.append((uri, r["start"]["line"]))
    return out
