"""measure: one server on one vault: every figure of the comparison, within budgets.

Every answer is held to the ground truth. A figure that could not be had is a string that says why.
"""
import os
import random
import re
import tempfile

from .client import Died, Doc, Server, locations, now, path_of, units

NOTES = 12  # open at once
BROKEN = 40  # links to nothing that are asked for


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def stem(path):
    return os.path.basename(path)[:-3]


def slug(text):
    """What stays of a text when case, blanks and signs go: a note's title is in it as its stem is."""
    return re.sub(r"[\W_]+", "_", text.lower())


def edits(reply):
    """The text edits of a workspace edit."""
    edit = reply.get("result") or {}
    documents = [change.get("edits", []) for change in edit.get("documentChanges") or []]
    return sum(map(len, documents or (edit.get("changes") or {}).values()))


class Sample:
    """The notes and links that are asked about: the same for every server."""

    def __init__(self, vault, seed=1):
        rng = random.Random(seed)
        self.vault = vault
        by_size = sorted(vault.notes, key=lambda path: (vault.notes[path], path))
        usable = lambda path: len(vault.links(path)[0]) > 2
        middle = by_size[len(by_size) // 2:]
        self.median = next(path for path in middle if usable(path))
        self.largest = next(path for path in reversed(by_size) if vault.links(path)[0])
        paths = [path for path in by_size if 1000 < vault.notes[path] < 60_000 and path != self.median]
        rng.shuffle(paths)
        self.notes = []
        for path in paths:
            if len(self.notes) <= NOTES and usable(path):
                self.notes.append(path)
        self.probe = self.notes.pop()
        self.good, self.missing = [], []
        for path in paths[:4 * NOTES] + self.notes:
            good, missing = vault.links(path)
            self.missing += missing[:2]
            if path in self.notes:
                self.good += good
        rng.shuffle(self.good)
        # The hubs: the notes of the two great channels, by the first link of their notes.
        sizes = {}
        for path in vault.notes:
            sizes.setdefault(os.path.dirname(path), []).append(path)
        great = max(sizes, key=lambda folder: len(sizes[folder]))
        of_hub = lambda link: link.target == os.path.join(great, os.path.basename(great) + ".md")
        self.hub = [link for path in sorted(sizes[great])[:60] for link in vault.links(path)[0][:1] if of_hub(link)][:12]
        self.links_of_hub = vault.count(self.hub[0].target) if self.hub else 0


class Run:
    def __init__(self, peer, sample, options, log):
        self.peer, self.sample, self.vault, self.options = peer, sample, sample.vault, options
        self.out = {}
        self.budget = options.budget
        self.cache = tempfile.TemporaryDirectory()
        try:
            self.server = Server(peer.command, self.vault.root, peer.settings, log, cache=self.cache.name)
        except Died:
            self.out["first definition"] = "does not start"
            return
        try:
            for step in (self.start, self.requests, self.features, self.resolved, self.own, self.completion, self.keys, self.idle):
                step()
        except Died as reason:
            self.out["failed"] = str(reason)
        finally:
            self.server.end()
        self.pull(log)

    def open(self, path):
        return Doc(self.server, path, self.vault.text(path))

    def follow(self, doc, link, timeout):
        """(files that a link leads to, milliseconds), by the server's own way of it."""
        if self.peer.follow == "textDocument/definition":
            reply, ms = self.server.timed(self.peer.follow, doc.at(link.line, link.column), timeout)
            return locations(reply), ms
        began, found = now(), set()
        reply, _ = self.server.timed(self.peer.follow, dict(textDocument=dict(uri=doc.uri)), timeout)
        for item in reply.get("result") or []:
            start, end = item["range"]["start"], item["range"]["end"]
            if start["line"] == link.line and start["character"] <= link.column <= end["character"]:
                if not item.get("target"):
                    item = self.server.timed("documentLink/resolve", item, timeout)[0].get("result") or {}
                found = {path_of(item["target"])} if item.get("target") else set()
        return found, (now() - began) * 1000

    def start(self):
        server, out, limit = self.server, self.out, self.options.start
        doc, link = self.open(self.sample.probe), self.vault.links(self.sample.probe)[0][0]
        while True:
            try:
                found, _ = self.follow(doc, link, max(0.1, server.born + limit - now()))
            except Died:
                found = None
            if found == {link.target}:
                break
            if now() > server.born + limit or server.p.poll() is not None:
                out["first definition"] = f"none in {limit:.0f} s" if server.p.poll() is None else "died"
                raise Died("not usable")
            server.pump(0.005)
        out["first definition"] = (now() - server.born) * 1000
        out["all read"] = self.all_read(doc, link)
        out["settled memory"], out["peak memory"] = server.memory()
        doc.close()

    def all_read(self, doc, link):
        """Milliseconds from the start until everything is read and nothing is done any more."""
        server, limit = self.server, self.options.start
        if server.offers("referencesProvider"):  # a lazy server reads the vault here
            try:
                server.timed("textDocument/references", dict(
                    doc.at(link.line, link.column), context=dict(includeDeclaration=True)), server.born + limit - now())
            except Died:
                pass
        last = server.settled(max(5, server.born + limit - now()))
        return (last - server.born) * 1000 if last else f"not in {limit:.0f} s"

    def timed(self, name, items, ask):
        """Latencies of `ask(item)` until the budget is used up; what it answered, as (answer, item)."""
        self.server.settled(self.budget, calm=0.2)
        end, times, answers, lost = now() + self.budget, [], [], 0
        for item in items:
            if now() > end or lost > 1:
                break
            try:
                answer, ms = ask(item)
            except Died:
                if self.server.p.poll() is not None:
                    raise
                lost += 1
                continue
            times.append(ms)
            answers.append((answer, item))
        self.note(name, times, self.options.request if lost else None)
        return answers

    def share(self, name, answers, right):
        """Of a hundred answers, how many are right."""
        if answers:
            self.out[name] = 100 * sum(bool(right(*answer)) for answer in answers) / len(answers)

    def for_a_thousand(self, name, answers, count):
        """The time of an answer for each thousand of what is in it."""
        found = max((count(reply) for reply, _ in answers), default=0)
        if found and isinstance(self.out[name], float):
            self.out[name + ", a thousand"] = self.out[name] * 1000 / found

    def note(self, name, times, lost=None):
        if times and not lost:
            self.out[name], self.out[name + ", p99"] = percentile(times, 0.5), percentile(times, 0.99)
            self.out[name + ", n"] = len(times)
        else:
            self.out[name] = f"none in {lost:.0f} s" if lost else "none"

    def requests(self):
        server, sample, limit = self.server, self.sample, self.options.request
        links, missing = sample.good[:self.options.samples], sample.missing[:BROKEN]
        docs = {path: self.open(path) for path in {k.path for k in links + missing + sample.hub}}
        server.settled(self.options.start, calm=0.3)
        self.timed("unknown method", range(100), lambda _: server.timed("bench/noSuchMethod", {}, limit))
        follow = lambda k: self.follow(docs[k.path], k, limit)
        answers = self.timed("definition", links, follow)
        self.share("right definitions", answers, lambda found, k: found == {k.target})
        answers = self.timed("missing", missing, follow)
        self.share("nothing for a broken link", answers, lambda found, _: not found)
        if server.offers("hoverProvider"):
            hover = lambda k: server.timed("textDocument/hover", docs[k.path].at(k.line, k.column), limit)
            answers = self.timed("hover", links, hover)
            self.share("right hovers", answers, lambda reply, k: self.shows(slug(str(reply.get("result"))), k.target))
            self.timed("hover of a hub", sample.hub * 5, hover)
        for doc in docs.values():
            doc.close()

    def features(self):
        """Everything else that an editor asks of a note, where the server offers it."""
        server, sample, limit = self.server, self.sample, self.options.request
        docs = {path: self.open(path) for path in {k.path for k in sample.good + sample.hub}}
        server.settled(self.options.start, calm=0.3)
        links = sample.good[:self.options.samples]
        whole = lambda k: dict(textDocument=dict(uri=docs[k.path].uri))
        all_lines = lambda k: dict(start=dict(line=0, character=0), end=dict(line=len(docs[k.path].lines), character=0))
        here = lambda k: docs[k.path].at(k.line, k.column)
        point = lambda k: dict(start=here(k)["position"], end=here(k)["position"])
        plain = [
            ("document symbols", "documentSymbolProvider", "textDocument/documentSymbol", whole),
            ("workspace symbols", "workspaceSymbolProvider", "workspace/symbol", lambda k: dict(query=stem(k.target)[:5])),
            ("code actions", "codeActionProvider", "textDocument/codeAction",
             lambda k: dict(whole(k), range=point(k), context=dict(diagnostics=[]))),
            ("code lens", "codeLensProvider", "textDocument/codeLens", whole),
            ("inlay hints", "inlayHintProvider", "textDocument/inlayHint", lambda k: dict(whole(k), range=all_lines(k))),
            ("semantic tokens", "semanticTokensProvider/full", "textDocument/semanticTokens/full", whole),
            ("semantic tokens of a part", "semanticTokensProvider/range", "textDocument/semanticTokens/range",
             lambda k: dict(whole(k), range=point(k))),
            ("implementations", "implementationProvider", "textDocument/implementation", here),
            ("rename of a file", "workspace/fileOperations/willRename", "workspace/willRenameFiles", lambda k: dict(files=[
                dict(oldUri=docs[k.path].uri, newUri=docs[k.path].uri.replace(".md", "_anew.md"))])),
            ("deletion of a file", "workspace/fileOperations/willDelete", "workspace/willDeleteFiles",
             lambda k: dict(files=[dict(uri=docs[k.path].uri)])),
            ("folding ranges", "foldingRangeProvider", "textDocument/foldingRange", whole),
            ("selection ranges", "selectionRangeProvider", "textDocument/selectionRange",
             lambda k: dict(whole(k), positions=[here(k)["position"]])),
            ("highlights", "documentHighlightProvider", "textDocument/documentHighlight", here),
            ("linked editing", "linkedEditingRangeProvider", "textDocument/linkedEditingRange", here),
            ("document links", "documentLinkProvider", "textDocument/documentLink", whole),
            ("prepare rename", "renameProvider", "textDocument/prepareRename", here),
        ]
        for name, provider, method, params in plain:
            if server.offers(provider):
                answers = self.timed(name, links, lambda k, method=method, params=params: server.timed(method, params(k), limit))
                self.share(f"answered {name}", answers, lambda reply, _: "error" not in reply)
        context = dict(context=dict(includeDeclaration=False))
        references = lambda k: server.timed("textDocument/references", dict(here(k), **context), limit)
        named = lambda reply: len(reply.get("result") or [])
        enough = lambda reply, _: named(reply) >= sample.links_of_hub
        if server.offers("referencesProvider"):
            answers = self.timed("references", links, references)
            self.share("right references", answers, lambda reply, _: named(reply) > 0)
            answers = self.timed("references of a hub", sample.hub * 2, references)
            self.share("right references of a hub", answers, enough)
            self.for_a_thousand("references of a hub", answers, named)
        if server.offers("renameProvider"):
            rename = lambda k: server.timed("textDocument/rename", dict(here(k), newName=stem(k.target) + "_anew"), limit)
            answers = self.timed("rename", links, rename)
            self.share("right renames", answers, lambda reply, _: edits(reply) > 0)
            answers = self.timed("rename of a hub", sample.hub * 2, rename)
            self.share("right renames of a hub", answers, lambda reply, _: edits(reply) >= sample.links_of_hub)
            self.for_a_thousand("rename of a hub", answers, edits)
        if server.offers("callHierarchyProvider"):
            def calls(way):
                def ask(k):
                    item, ms = server.timed("textDocument/prepareCallHierarchy", here(k), limit)
                    found, more = server.timed(f"callHierarchy/{way}Calls", dict(item=(item.get("result") or [None])[0]), limit)
                    return found, ms + more
                return ask
            self.share("answered incoming calls", self.timed("incoming calls", links, calls("incoming")), lambda reply, _: named(reply) > 0)
            self.share("answered outgoing calls", self.timed("outgoing calls", links, calls("outgoing")), lambda reply, _: "error" not in reply)
        for doc in docs.values():
            doc.close()

    def resolved(self):
        """What an editor asks about something that an answer has listed, and what it asks again about."""
        server, sample, limit = self.server, self.sample, self.options.request
        docs = {path: self.open(path) for path in sample.notes}
        server.settled(self.options.start, calm=0.3)
        links = sample.good[:self.options.samples]
        whole = lambda k: dict(textDocument=dict(uri=docs[k.path].uri))
        here = lambda k: docs[k.path].at(k.line, k.column)
        lines = lambda k: dict(start=dict(line=0, character=0), end=dict(line=len(docs[k.path].lines), character=0))
        point = lambda k: dict(start=here(k)["position"], end=here(k)["position"])
        for name, provider, method, params, resolve in [
            ("resolve of a code action", "codeActionProvider", "textDocument/codeAction",
             lambda k: dict(whole(k), range=point(k), context=dict(diagnostics=[])), "codeAction/resolve"),
            ("resolve of a code lens", "codeLensProvider", "textDocument/codeLens", whole, "codeLens/resolve"),
            ("resolve of a completion", "completionProvider", "textDocument/completion", here, "completionItem/resolve"),
            ("resolve of a document link", "documentLinkProvider", "textDocument/documentLink", whole, "documentLink/resolve"),
            ("resolve of an inlay hint", "inlayHintProvider", "textDocument/inlayHint",
             lambda k: dict(whole(k), range=lines(k)), "inlayHint/resolve"),
        ]:
            if not server.offers(f"{provider}/resolveProvider"):
                continue
            listed, end = [], now() + self.budget
            for k in links:
                if now() > end or len(listed) >= self.options.samples:
                    break
                found = server.timed(method, params(k), limit)[0].get("result") or []
                found = found.get("items", []) if isinstance(found, dict) else found
                # What is complete is not asked about.
                listed += [it for it in found[:5] if not ("edit" in it or "target" in it or it.get("command"))]
            answers = self.timed(name, listed, lambda it, resolve=resolve: server.timed(resolve, it, limit))
            self.share(f"answered {name}", answers, lambda reply, _: "error" not in reply)
        if server.offers("semanticTokensProvider/full/delta"):
            ids = {path: server.timed("textDocument/semanticTokens/full", dict(textDocument=dict(uri=doc.uri)), limit)[0] for path, doc in docs.items()}
            ids = {path: (reply.get("result") or {}).get("resultId") for path, reply in ids.items()}
            delta = lambda k: server.timed("textDocument/semanticTokens/full/delta", dict(whole(k), previousResultId=ids[k.path] or ""), limit)
            answers = self.timed("semantic tokens again", [k for k in links if k.path in ids], delta)
            self.share("answered semantic tokens again", answers, lambda reply, _: "error" not in reply)
        for doc in docs.values():
            doc.close()

    def own(self):
        """The commands and requests that slugline adds, but for those that change something or show a document."""
        server, sample, limit = self.server, self.sample, self.options.request
        commands = (self.server.capabilities.get("executeCommandProvider") or {}).get("commands", [])
        if "slugline.backlinks" not in commands:
            return
        docs = {path: self.open(path) for path in {k.path for k in sample.good + sample.hub}}
        server.settled(self.options.start, calm=0.3)
        links = sample.good[:self.options.samples]
        argument = lambda k: dict(docs[k.path].at(k.line, k.column), uri=docs[k.path].uri, hops=1)
        # That a note has no source is an answer too.
        has_answer = lambda reply, _: (reply.get("error") or {}).get("code") in (None, -32803)
        for name in ("backlinks", "showResolution", "timeline", "graph", "tags", "unresolved"):
            run = lambda k, name=name: server.timed(
                "workspace/executeCommand", dict(command=f"slugline.{name}", arguments=[argument(k)]), limit)
            answers = self.timed(f"command {name}", links, run)
            self.share(f"answered command {name}", answers, has_answer)
        for name in ("timestamps", "preview"):
            ask = lambda k, name=name: server.timed(f"slugline/{name}", dict(textDocument=dict(uri=docs[k.path].uri)), limit)
            self.share(f"answered {name}", self.timed(name, links, ask), lambda reply, _: "error" not in reply)
        for doc in docs.values():
            doc.close()

    def pull(self, log):
        """A second start, and diagnostics where the editor asks for them."""
        if "failed" in self.out or not isinstance(self.out.get("all read"), float) or self.out["all read"] > 20_000:
            return
        try:
            self.server = server = Server(self.peer.command, self.vault.root, self.peer.settings, log, pulling=True, cache=self.cache.name)
        except Died:
            return
        try:
            # The same as the first time, but for what that has left behind.
            doc = self.open(self.sample.probe)
            self.out["all read again"] = self.all_read(doc, self.vault.links(self.sample.probe)[0][0])
            doc.close()
            if not server.offers("diagnosticProvider"):
                return
            limit = self.options.request
            docs = {path: self.open(path) for path in self.sample.notes}
            server.settled(self.options.start, calm=0.6)
            links = [k for k in self.sample.good[:self.options.samples] if k.path in docs]
            answers = self.timed("diagnostics", links, lambda k: server.timed(
                "textDocument/diagnostic", dict(textDocument=dict(uri=docs[k.path].uri)), limit))
            self.share("answered diagnostics", answers, lambda reply, _: "error" not in reply)
            if server.offers("diagnosticProvider/workspaceDiagnostics"):
                # Without the ids of what is known: what has not changed is held back, as the protocol has it.
                ask = lambda _: server.timed("workspace/diagnostic", dict(previousResultIds=[]), limit)
                answers = self.timed("diagnostics of the workspace", range(20), ask)
                self.share("answered diagnostics of the workspace", answers, lambda reply, _: "error" not in reply)
        except Died as reason:
            self.out.setdefault("failed", str(reason))
        finally:
            server.end()

    def shows(self, hover, path):
        """Whether a hover has the title of a note, or its first words."""
        body = self.vault.text(path).split("<br/>")[-1]
        words = slug(re.split(r"[<\[]", body, maxsplit=1)[0][:60])[1:30]
        return stem(path) in hover or len(words) > 10 and words in hover

    def completion(self):
        """The opener and three letters of a note's name, typed at the end of a line, 5 ms a key."""
        server, sample = self.server, self.sample
        opener = "[[" if self.vault.style == "wiki" else "[x]("
        docs = {path: self.open(path) for path in sample.notes}
        server.settled(self.budget, calm=0.3)
        end, times, listed, lost = now() + self.budget, [], 0, None
        for link in sample.good[:60]:
            if now() > end:
                break
            doc, name = docs[link.path], stem(link.target)
            width = len(doc.lines[link.line])
            typed = " " + opener + name[:3]
            for n, key in enumerate(typed):
                doc.replace(link.line, width + n, width + n, key)
                server.pump(0.005)
            try:
                reply, ms = server.timed("textDocument/completion", dict(
                    doc.at(link.line, units("utf-16", doc.lines[link.line])), context=dict(triggerKind=1)),
                    self.options.request)
            except Died:
                lost = self.options.request
                break
            doc.replace(link.line, width, width + len(typed), "")
            items = reply.get("result") or []
            items = items.get("items", []) if isinstance(items, dict) else items
            times.append(ms)
            listed += any(name in str(item) for item in items)
            server.pump(0.02)
        self.note("completion", times, lost)
        if times:
            self.out["right completions"] = 100 * listed / len(times)
        for doc in docs.values():
            doc.close()

    def keys(self):
        """A sentence with a link typed into a note, key by key; each key waits for its diagnostics."""
        for name, path in (("key in the median note", self.sample.median), ("key in the largest note", self.sample.largest)):
            doc = self.open(path)
            self.server.settled(self.budget, calm=0.3)
            link = self.vault.links(path)[0][-1]
            width, times, missed, end = len(doc.lines[link.line]), [], 0, now() + self.budget
            name_of = stem(link.target)[:12]
            sentence = " as the " + (f"[[{name_of}]]" if self.vault.style == "wiki" else f"[note]({name_of}.md)") + " has it, and so on."
            for n, key in enumerate(sentence):
                if now() > end or missed > 2:
                    break
                sent = doc.replace(link.line, width + n, width + n, key)
                arrived = self.diagnosed(doc, sent)
                if arrived:
                    times.append((arrived - sent) * 1000)
                else:
                    missed += 1
            self.note(name, times, self.options.diagnostics if missed > len(times) else None)
            doc.close()

    def diagnosed(self, doc, sent):
        """When diagnostics of the doc as it is now came; None where they did not."""
        server, limit = self.server, self.options.diagnostics
        try:
            if server.pulled:
                ident, _ = server.ask("textDocument/diagnostic", dict(textDocument=dict(uri=doc.uri)))
                return server.answer(ident, limit)[1]
            fresh = lambda at, version, _: at > sent and (version is None or version >= doc.version)
            server.wait(lambda: doc.uri in server.diagnostics and fresh(*server.diagnostics[doc.uri]), limit, "diagnostics")
            return server.diagnostics[doc.uri][0]
        except Died:
            if server.p.poll() is not None:
                raise
            return None

    def idle(self):
        server = self.server
        server.settled(10)
        before, began = server.cpu(), now()
        while now() < began + 3:
            server.pump(began + 3 - now())
        self.out["idle"] = 100 * (server.cpu() - before) / (now() - began)
        self.out["peak memory"] = max(self.out["peak memory"], server.memory()[1])
