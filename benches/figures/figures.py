#!/usr/bin/env python3
"""figures: what slugline takes on a big vault, each figure beside its limit from the same run.

    figures.py SLUGLINE CORPUS [--copies 11] [--rounds 5] [--samples 1000] [--json FILE] [--keep DIR]

CORPUS is copied `--copies` times into one vault in a temporary folder. Each round measures the
machine first (`find -printf %s`, `cat`), then a new server process. Times are from the client's
side: from just before a frame is written to the arrival of the whole reply. `now` is the median
over the rounds with (min..max); a p99 is taken within a round, over all its samples. Beside every
request stands one with an unknown method, asked at the same moment: what the conversation itself
costs. Every answer is compared with where the link leads by `tests/independent`: a fast wrong
answer is not a figure. Linux and the Python 3 standard library; the page cache is warm.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/independent"))
from lsp import Server, now, targets, units  # noqa: E402
from blocks import split_lines  # noqa: E402
from vault import Vault  # noqa: E402


def build(corpus, copies, root):
    for k in range(1, copies + 1):
        shutil.copytree(corpus, os.path.join(root, f"c{k:02}"))
    for d, dirs, _ in os.walk(root):
        for x in dirs:
            os.chmod(os.path.join(d, x), 0o755)


def machine(command):
    t = now()
    subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, check=True)
    return now() - t


def percentile(xs, q):
    s = sorted(xs)
    return s[min(len(s) - 1, int(q * len(s)))]


class Sample:
    """Notes of one copy and their links that lead somewhere, with where they lead."""

    def __init__(self, corpus, rng):
        vault = Vault(corpus)
        by_note = {}
        for k in vault.links:
            _, k["leads_to"] = vault.resolve(k)
            if k["kind"] == "wiki" and k["leads_to"] and k["leads_to"] != k["path"] and not k["anchor"]:
                by_note.setdefault(k["path"], []).append(k)
        self.by_note = by_note
        self.names = [vault.stem(p) for p in vault.paths]
        sizes = {p: os.path.getsize(os.path.join(corpus, p)) for p in by_note}
        by_size = sorted(sizes, key=lambda p: (sizes[p], p))
        self.median = by_size[len(by_size) // 2]
        rest = [p for p in by_size if p != self.median]
        rng.shuffle(rest)
        self.notes = rest[:20]
        self.corpus = corpus

    def text(self, path):
        with open(os.path.join(self.corpus, path), encoding="utf-8", newline="") as f:
            return f.read()


def position(uri, lines, k):
    text = lines[k["line"] - 1][1]
    inner = text.find(k["raw"], k["column"])
    return dict(textDocument=dict(uri=uri), position=dict(
        line=k["line"] - 1, character=units("utf-16", text[:inner + len(k["raw"].rstrip()) // 2])))


class Round:
    def __init__(self, a, root, sample, rng):
        self.a, self.root, self.sample, self.rng, self.out = a, root, sample, rng, {}
        self.wrong = 0
        q = f"'{root}'"
        self.out["find"] = machine(f"find {q} -type f -printf '%s\\n'") * 1000
        self.out["cat"] = machine(f"find {q} -type f -exec cat {{}} +") * 1000
        log = os.path.join(os.path.dirname(root), "server.log")
        self.server = Server([os.path.realpath(a.slugline), "lsp"], root, log=log)
        try:
            self.start()
            self.requests()
            self.keys()
        finally:
            self.server.stop()

    def open(self, path, copy):
        text = self.sample.text(path)
        uri = self.server.open(os.path.join(self.root, copy, path), text)
        return uri, split_lines(text), text

    def leads(self, k, copy):
        return Path(self.root, copy, k["leads_to"]).as_uri()

    def start(self):
        s, probe = self.server, self.sample.notes[0]
        uri, lines, _ = self.open(probe, "c01")
        k = self.sample.by_note[probe][0]
        while True:
            ident, _ = s.ask("textDocument/definition", position(uri, lines, k))
            reply, arrived = s.answer(ident)
            if [u for u, _ in targets(reply)][:1] == [self.leads(k, "c01")]:
                break
            s.pump(0.002)
        self.out["first definition"] = (arrived - s.born) * 1000
        self.out["all indexed"] = s.indexed() * 1000
        s.quiet(2)
        now_rss, peak = s.rss()
        self.out["memory"], self.out["peak memory"] = now_rss / 1e6, peak / 1e6

    def unknown(self):
        _, ms = self.server.timed("slugline/noSuchMethod", {})
        self.series["unknown"].append(ms)

    def requests(self):
        s, rng = self.server, self.rng
        self.series = {k: [] for k in ("unknown", "definition", "hover", "completion", "keystroke")}
        docs = []
        for path in self.sample.notes:
            copy = f"c{rng.randint(1, self.a.copies):02}"
            docs.append((path, copy, *self.open(path, copy)))
        s.quiet(0.3)
        for _ in range(self.a.samples):
            path, copy, uri, lines, _ = rng.choice(docs)
            k = rng.choice(self.sample.by_note[path])
            at = position(uri, lines, k)
            reply, ms = s.timed("textDocument/definition", at)
            self.wrong += [u for u, _ in targets(reply)][:1] != [self.leads(k, copy)]
            self.series["definition"].append(ms)
            self.unknown()
            reply, ms = s.timed("textDocument/hover", at)
            self.wrong += not reply.get("result")
            self.series["hover"].append(ms)
        # `[[` and three letters of a name that is there, at the end of a note of its own.
        path, copy, uri, lines, text = docs[0]
        version = 1
        for _ in range(self.a.samples):
            name = rng.choice(self.sample.names)
            typed = "[[" + name[:3]
            version += 1
            last = len(lines)
            new = text + "\n\n" + typed
            s.notify("textDocument/didChange", dict(
                textDocument=dict(uri=uri, version=version), contentChanges=[dict(text=new)]))
            at = split_lines(new)
            n = len(at) - 1
            s.quiet(0.01)
            reply, ms = s.timed("textDocument/completion", dict(
                textDocument=dict(uri=uri), position=dict(line=n, character=len(typed)),
                context=dict(triggerKind=1)))
            result = reply.get("result") or {}
            items = result if isinstance(result, list) else result.get("items", [])
            self.wrong += not items or len(items) > 100
            self.series["completion"].append(ms)
        for d in docs:
            s.close(d[2])
        s.quiet(0.3)

    def keys(self):
        """A sentence with a link, key by key, into the median note; each key waits for its diagnostics."""
        s = self.server
        uri, lines, text = self.open(self.sample.median, "c01")
        s.wait(lambda: uri in s.diagnostics, 10, "diagnostics of an opened note")
        line = next(n for n in range(len(lines) // 2, len(lines)) if lines[n][1].strip())
        at = units("utf-16", lines[line][1])
        version, silent = 1, 0
        sentence = " as the [[chronicle_of_nowhere | chronicle]] says, it was."
        for _ in range(max(1, self.a.samples // len(sentence) // 2)):
            for back in (False, True):
                for n, c in enumerate(sentence):
                    version += 1
                    if back:
                        k = at + len(sentence) - n
                        change = dict(range=dict(start=dict(line=line, character=k - 1), end=dict(line=line, character=k)), text="")
                    else:
                        p = dict(line=line, character=at + n)
                        change = dict(range=dict(start=p, end=p), text=c)
                    sent = s.notify("textDocument/didChange", dict(
                        textDocument=dict(uri=uri, version=version), contentChanges=[change]))
                    try:
                        s.wait(lambda: (s.diagnostics[uri][1] or 0) >= version, 2, "diagnostics of a key")
                        self.series["keystroke"].append((s.diagnostics[uri][0] - sent) * 1000)
                    except Exception:
                        silent += 1
                    self.unknown()
        self.out["keys without diagnostics"] = silent
        for name, xs in self.series.items():
            self.out[name + " p50"], self.out[name + " p99"] = percentile(xs, 0.5), percentile(xs, 0.99)
        self.out["wrong answers"] = self.wrong


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("slugline"), p.add_argument("corpus")
    p.add_argument("--copies", type=int, default=11), p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--samples", type=int, default=1000), p.add_argument("--json")
    p.add_argument("--keep", help="build the vault here, or use it where it is already there")
    a = p.parse_args()
    rng = random.Random(1)
    sample = Sample(os.path.realpath(a.corpus), rng)
    work = a.keep or tempfile.mkdtemp(prefix="slugline-figures-")
    root = os.path.join(os.path.realpath(work), "vault")
    try:
        if not os.path.isdir(root):
            build(a.corpus, a.copies, root)
        notes = size = 0
        for d, _, files in os.walk(root):
            for f in files:
                if f.endswith((".md", ".markdown")):
                    notes, size = notes + 1, size + os.path.getsize(os.path.join(d, f))
        print(f"{notes} notes, {size / 1e6:.1f} MB, {a.rounds} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        machine(f"find '{root}' -type f -exec cat {{}} +")
        rounds = [Round(a, root, sample, random.Random(n)).out for n in range(a.rounds)]
    finally:
        if not a.keep:
            shutil.rmtree(work)
    if a.json:
        Path(a.json).write_text(json.dumps(rounds, indent=1) + "\n")
    report(rounds, size / 1e6)


def report(rounds, size):
    def of(name):
        xs = sorted(r[name] for r in rounds)
        return xs[len(xs) // 2], xs[0], xs[-1]

    def row(what, name, unit, beside, limit, goal, met):
        mid, low, high = of(name)
        spread = f"{mid:.2f} ({low:.2f}..{high:.2f}) {unit}"
        print(f"{what:34}{spread:>38}  {beside:22}{limit:>10.2f} {unit}  {mid / limit:>7.2f}x  goal {goal:14} {'met' if met(mid, limit) else 'MISSED'}")

    row("first correct definition", "first definition", "ms", "find -printf %s", of("find")[0], "<= 3 x find", lambda x, y: x <= 3 * y)
    row("all indexed", "all indexed", "ms", "find -exec cat", of("cat")[0], "<= 2 x cat", lambda x, y: x <= 2 * y)
    for name, goal in (("definition", 2), ("hover", 2), ("completion", 10), ("keystroke", 5)):
        what = name + (" to diagnostics, p99" if name == "keystroke" else ", p99")
        row(what, name + " p99", "ms", "unknown method, p99", of("unknown p99")[0], f"<= {goal} ms", lambda x, _, goal=goal: x <= goal)
    row("settled memory", "memory", "MB", "size of the vault", size, "<= half", lambda x, y: x <= y / 2)
    for name, unit in (("peak memory", "MB"), ("definition p50", "ms"), ("hover p50", "ms"), ("completion p50", "ms"),
                       ("keystroke p50", "ms"), ("unknown p50", "ms"), ("wrong answers", ""), ("keys without diagnostics", "")):
        mid, low, high = of(name)
        print(f"{name:34}{f'{mid:.2f} ({low:.2f}..{high:.2f}) {unit}':>38}")


if __name__ == "__main__":
    main()
