#!/usr/bin/env python3
"""broken_links: the links of a vault, computed from docs/links.md alone.

    broken_links.py VAULT                     counts, links by tier
    broken_links.py VAULT --table FILE        every link and where it leads, one JSON object a line
    broken_links.py VAULT --compare SLUGLINE  runs `SLUGLINE check`, prints every difference

With --compare the exit status is 1 where the two disagree. Python 3 standard library only.
"""
import argparse
import collections
import json
import subprocess
import sys

from vault import Vault


def table(vault):
    for k in vault.links:
        k["tier"], k["leads_to"] = vault.resolve(k)
    return vault.links


def finding(k, code):
    """What is underlined is the target, without its anchor."""
    if "target" not in k:
        return k["path"], k["line"], k["column"], k["end_line"], k["end_column"], code
    return k["path"], k["target_line"], k["target_column"], k["target_line"], k["target_end"], code


BROKEN = {None: "broken-link", "no file": "broken-file"}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("vault")
    p.add_argument("--ext", action="append", help="note extension; replaces md and markdown")
    p.add_argument("--table", help="write every link here")
    p.add_argument("--compare", metavar="SLUGLINE", help="the slugline to compare with")
    a = p.parse_args()
    vault = Vault(a.vault, tuple(a.ext or ("md", "markdown")))
    links = table(vault)
    tiers = collections.Counter(str(k["tier"]) for k in links)
    print(f"independent: {len(vault.paths)} notes, {len(links)} links; by tier:",
          ", ".join(f"{t} {n}" for t, n in sorted(tiers.items())))
    if a.table:
        with open(a.table, "w", encoding="utf-8") as f:
            for k in links:
                f.write(json.dumps(k, ensure_ascii=False) + "\n")
    if not a.compare:
        return 0
    command = [a.compare, "check", a.vault, "--format", "json"] + [x for e in a.ext or () for x in ("--ext", e)]
    run = subprocess.run(command, capture_output=True)
    if run.returncode not in (0, 1):
        sys.exit(f"`{' '.join(command)}` ended with {run.returncode}: {run.stderr.decode()[-500:]}")
    theirs = json.loads(run.stdout)
    return compare(vault, links, theirs)


def compare(vault, links, theirs):
    ours = {finding(k, BROKEN[k["tier"]]): k for k in links if k["tier"] in BROKEN and k["kind"] != "reference" and BROKEN[k["tier"]] not in k["allowed"]}
    they = {finding(d, d["code"]): d for d in theirs["diagnostics"] if d["code"] in BROKEN.values()}
    wrong = 0
    for name, a, b in (("notes", len(vault.paths), theirs["notes"]), ("links", sum(k["kind"] != "definition" and k["tier"] != "time" for k in links), theirs["links"])):
        if a != b:
            wrong += 1
            print(f"{name}: {a} here, {b} there")
    here = {finding(k, None)[:5]: k for k in links}
    codes = collections.defaultdict(list)
    for d in theirs["diagnostics"]:
        codes[d["path"], d["line"]].append(f"{d['code']}@{d['column']}-{d['end_column']}")
    for key in sorted(ours.keys() - they.keys()):
        wrong += 1
        near = ", ".join(codes[key[:2]]) or "nothing"
        print(f"only here:  {where(key)} {ours[key]['kind']} {ours[key]['raw']!r}; there, on this line: {near}")
    for key in sorted(they.keys() - ours.keys()):
        wrong += 1
        k = here.get(key[:5])
        why = "no such link" if k is None else f"tier {k['tier']} -> {k['leads_to']}{k['allowed'] or ''}"
        print(f"only there: {where(key)} {they[key]['message']!r}; here: {why}")
    wrong += anchors(vault, links, theirs)
    both = len(ours.keys() & they.keys())
    print(f"broken links and files: {len(ours)} here, {len(they)} there, {both} in both; {wrong} differences")
    return 1 if wrong else 0


def anchors(vault, links, theirs):
    """Headings and blocks that are not there, by line: docs/links.md does not say what is underlined."""
    ours, they = collections.Counter(), collections.Counter()
    for k in links:
        if k["anchor"] and k["leads_to"] in vault.headings and k["kind"] != "reference":
            if vault.heading(k["leads_to"], k["anchor"], k["kind"]) is None:
                code = "broken-block" if k["anchor"].startswith("^") else "broken-heading"
                ours[k["path"], k["line"], code] += code not in k["allowed"]
    for d in theirs["diagnostics"]:
        if d["code"] in ("broken-heading", "broken-block"):
            they[d["path"], d["line"], d["code"]] += 1
    for a, b, side in ((ours, they, "only here: "), (they, ours, "only there:")):
        for (path, line, code), n in sorted((+a - b).items()):
            print(f"{side} {path}:{line} {code}, {n} times")
    print(f"broken headings and blocks: {sum(ours.values())} here, {sum(they.values())} there")
    return sum(((ours - they) + (they - ours)).values())


def where(key):
    path, line, column, end_line, end_column, code = key
    return f"{path}:{line}:{column}-{'' if end_line == line else f'{end_line}:'}{end_column} {code}"


if __name__ == "__main__":
    sys.exit(main())
