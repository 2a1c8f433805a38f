#!/usr/bin/env python3
"""timestamps: counts the timestamps of a vault by their form, from docs/diagnostics.md alone, and compares.

    timestamps.py VAULT                      counts
    timestamps.py VAULT --compare SLUGLINE   asks `SLUGLINE lsp` for the timestamps of each note and `SLUGLINE check` for
                                             its diagnostics, and prints every difference

Each timestamp found here is to be one there, or to have a diagnostic there; and the other way round. A form that names no
second is to have a diagnostic, one that is as it should be is to have none that says it is malformed. Exit status 1 where
the two disagree. Python 3 standard library only.
"""
import argparse
import collections
import json
import os
import subprocess
import sys

from lsp import Server, units
from names import slug
from stamps import Note, seconds, stamps_of, video_of
from vault import Vault

CODES = {"malformed-timestamp", "mismatched-timestamp", "minutes-as-hours", "timestamp-past-end", "bare-timestamp"}
# What docs/diagnostics.md says of a form, where nothing else is known of the video.
EXPECTED = {
    "as it should be": set(), "the same in another spelling": set(), "another label": {"mismatched-timestamp"},
    "no label": {"malformed-timestamp"}, "no `</a>`": {"malformed-timestamp"}, "a broken tag": {"malformed-timestamp"},
    "the destination of a markdown link": {"malformed-timestamp"}, "a label of words": set(),
    "a link that opens no video": {"malformed-timestamp"}, "the name of a wikilink": {"malformed-timestamp"},
    "bare": {"bare-timestamp"}, "the text of a wikilink": {"bare-timestamp"},
}
# Told of the length of the video, whatever the form.
LENGTH = {"minutes-as-hours", "timestamp-past-end"}


def read(path):
    with open(path, "rb") as f:
        return f.read().decode("utf-8", "replace").removeprefix("\ufeff")


def of_vault(root, vault):
    """{path: (note, its timestamps)} of the notes that have any."""
    names = {slug(os.path.splitext(os.path.basename(path))[0]) for path in vault.paths}
    out = {}
    for path in vault.paths:
        text = read(os.path.join(root, path))
        if ":" not in text or not ("<" in text or "[" in text):
            continue
        note = Note(path, text)
        stamps = stamps_of(text, video_of(note) is not None, lambda name: slug(name) in names)
        if stamps:
            out[path] = note, stamps
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("vault")
    p.add_argument("--compare", metavar="SLUGLINE")
    a = p.parse_args()
    root = os.path.realpath(a.vault)
    vault = Vault(root)
    mine = of_vault(root, vault)
    forms = collections.Counter(stamp.form for _, stamps in mine.values() for stamp in stamps)
    print(f"independent: {sum(forms.values())} timestamps in {len(mine)} notes;",
          ", ".join(f"{form} {n}" for form, n in forms.most_common()))
    return compare(root, vault, mine, os.path.realpath(a.compare)) if a.compare else 0


def diagnostics(root, slugline):
    command = [slugline, "check", root, "--severity", "hint", "--format", "json"]
    run = subprocess.run(command, capture_output=True)
    if run.returncode not in (0, 1):
        sys.exit(f"`{' '.join(command)}` ended with {run.returncode}: {run.stderr.decode()[-500:]}")
    out = collections.defaultdict(list)
    for d in json.loads(run.stdout)["diagnostics"]:
        if d["code"] in CODES:
            out[d["path"]].append(d)
    return out


def compare(root, vault, mine, slugline):
    found = diagnostics(root, slugline)
    server = Server([slugline, "lsp"], root)
    server.indexed()
    wrong = theirs = 0
    for path in vault.paths:
        full = os.path.join(root, path)
        note, stamps = mine.get(path) or (None, [])
        text = note.text if note else read(full)
        if not stamps and not found[path] and not ("data-t" in text or "yt-" in text):
            continue
        note = note or Note(path, text)
        # Where a line and a column in UTF-16 or in characters are in the text.
        def offset(line, column, encoding):
            start, s = note.starts[line]
            if encoding == "utf-32" or max(s, default="") <= "\uffff":
                return start + column
            return start + next((at for at in range(len(s)) if units(encoding, s[:at]) >= column), len(s))
        uri = server.open(full, text)
        reply = server.request("slugline/timestamps", dict(textDocument=dict(uri=uri)))
        server.close(uri)
        there = []
        for t in reply["result"]:
            r = t["range"]
            there.append((offset(r["start"]["line"], r["start"]["character"], "utf-16"),
                          offset(r["end"]["line"], r["end"]["character"], "utf-16")))
        theirs += len(there)
        told = []
        for d in found[path]:
            told.append((offset(d["line"] - 1, d["column"] - 1, "utf-32"), offset(d["end_line"] - 1, d["end_column"] - 1, "utf-32"), d["code"]))
        meet = lambda one, a, b: one[0] < b and a < one[1]
        for stamp in stamps:
            says = {code for *span, code in told if meet(span, stamp.start, stamp.end)}
            is_there = any(meet(span, stamp.start, stamp.end) for span in there)
            trouble = judge(stamp, says, is_there)
            if trouble:
                wrong += 1
                line, column = note.position(stamp.start)
                print(f"only here: {path}:{line}:{column} {text[stamp.start:stamp.end]!r} ({stamp.form}): {trouble}")
        for a, b in there:
            if not any(stamp.start < b and a < stamp.end for stamp in stamps):
                wrong += 1
                line, column = note.position(a)
                print(f"only there: {path}:{line}:{column} {text[a:b]!r}")
        for a, b, code in told:
            if not any(stamp.start < b and a < stamp.end for stamp in stamps):
                wrong += 1
                print(f"only there: {path}:{note.position(a)[0]} {code} {text[a:b]!r}")
    status = server.stop()
    print(f"timestamps: {sum(len(s) for _, s in mine.values())} here, {theirs} there; {wrong} differences")
    return 1 if wrong or status else 0


def judge(stamp, says, is_there):
    """What is wrong with what is there for a timestamp of this form."""
    if not is_there and not says:
        return "neither a timestamp nor a finding there"
    if stamp.form == "as it should be":
        return f"it is {says - LENGTH} there" if says - LENGTH else None
    if stamp.form == "another label" and stamp.value is not None and stamp.label is not None:
        value, label = seconds(stamp.value), seconds(stamp.label)
        if value is not None and label is not None:
            return None if says & ({"mismatched-timestamp"} | LENGTH) else "it is no mismatch there"
    expected = EXPECTED.get(stamp.form)
    # Of several times in one pair of brackets the first has the finding.
    if expected and stamp.form in (
            "no label", "no `</a>`", "a broken tag", "a link that opens no video", "the destination of a markdown link") and not says & expected:
        return f"it is not {expected} there"
    return None


if __name__ == "__main__":
    sys.exit(main())
