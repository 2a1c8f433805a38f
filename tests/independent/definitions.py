#!/usr/bin/env python3
"""definitions: asks a running server where every link of a vault leads, and compares.

    definitions.py VAULT SLUGLINE [--encoding utf-16]

The expected answers come from `vault.py`, which is written from docs/links.md alone. Every
link is asked in the middle of its target; every tenth also at its first bracket and right behind
its last one. Exit status 1 where an answer differs.
"""
import argparse
import os
import re
import sys
from pathlib import Path

from lsp import Server, targets, units
from blocks import split_lines
from vault import Vault

WINDOW = 64  # requests on their way at once, so that neither side's pipe fills


def expected(vault, root, link):
    """The uri (and line, where an anchor is there) that a link leads to, or None."""
    if not link["leads_to"]:
        return None
    path = link["leads_to"]
    uri = Path(root, path).as_uri()
    line = vault.heading(path, link["anchor"], link["kind"]) if link["anchor"] and path in vault.headings else None
    return uri, None if line == -1 else line


def middle(lines, link):
    """Offset in the line of the middle of the link's target."""
    text = lines[link["line"] - 1][1]
    at = link["column"] - 1
    inner = text.find(link["raw"], at + 1) if link["raw"] else at + 2
    return (inner if inner >= 0 else at + 1) + max(0, len(link["raw"].rstrip()) // 2)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("vault"), p.add_argument("slugline")
    p.add_argument("--encoding", default="utf-16", choices=["utf-8", "utf-16", "utf-32"])
    a = p.parse_args()
    root = os.path.realpath(a.vault)
    vault = Vault(root)
    by_note = {}
    for k in vault.links:
        k["tier"], k["leads_to"] = vault.resolve(k)
        by_note.setdefault(k["path"], []).append(k)
    server = Server([os.path.realpath(a.slugline), "lsp"], root, [a.encoding])
    if server.encoding != a.encoding:
        sys.exit(f"asked for {a.encoding}, got {server.encoding}")
    server.indexed()
    asked = wrong = 0

    def judge(k, ident, where):
        nonlocal wrong
        reply, _ = server.answer(ident)
        got, want = targets(reply), expected(vault, root, k)
        if where == "label":  # the first definition of that name
            first = next(d for d in by_note[k["path"]] if d["kind"] == "definition" and d["raw"] == k["raw"])
            want = Path(root, k["path"]).as_uri(), first["line"] - 1
        right = "error" not in reply and (
            not got if want is None else bool(got) and got[0][0] == want[0] and want[1] in (None, got[0][1]))
        if not right:
            wrong += 1
            if wrong <= 50:
                print(f"{k['path']}:{k['line']}:{k['column']} ({where}) {k['kind']} {k['raw']!r}: want {want}, got "
                      f"{reply.get('error') or got}")

    for path, links in sorted(by_note.items()):
        with open(os.path.join(root, path), "rb") as f:
            text = f.read().decode("utf-8", "replace").removeprefix("\ufeff")
        lines = split_lines(text)
        uri = server.open(os.path.join(root, path), text)
        starts = {(k["line"], k["column"]) for k in links}
        waiting = []
        for k in links:
            if k["kind"] != "wiki" and re.match(r"[\w.+-]+:", k["raw"]):
                continue
            places = [(middle(lines, k), "middle")]
            if asked % 10 == 0:
                places.append((k["column"] - 1, "start"))
                if (k["end_line"], k["end_column"]) not in starts:
                    whole = lines[k["line"] - 1][1][k["column"] - 1:k["end_column"] - 1]
                    labeled = k["kind"] == "reference" and k["line"] == k["end_line"] and "][" in whole
                    places.append((k["end_column"] - 1, "label" if labeled else "end"))
            for at, where in places:
                line = k["line"] if where in ("middle", "start") else k["end_line"]
                character = units(a.encoding, lines[line - 1][1][:at])
                ident, _ = server.ask("textDocument/definition", dict(
                    textDocument=dict(uri=uri), position=dict(line=line - 1, character=character)))
                waiting.append((k, ident, where))
                asked += 1
                if len(waiting) >= WINDOW:
                    judge(*waiting.pop(0))
        for w in waiting:
            judge(*w)
        server.close(uri)
    status = server.stop()
    print(f"definition: {len(vault.links)} links, {asked} questions, {wrong} wrong answers; exit status {status}")
    return 1 if wrong or status else 0


if __name__ == "__main__":
    sys.exit(main())
