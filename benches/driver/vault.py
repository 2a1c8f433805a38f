"""vault: where the links of a generated vault lead, by nothing but exact names: the ground truth."""
import collections
import os
import re
import time

from .client import units

WIKI = re.compile(r"(?<!!)\[\[([^\[\]\n|#\\]+)(?:\|[^\[\]\n]*)?\]\]")
MARKDOWN = re.compile(r"(?<!!)\[[^\[\]\n]+\]\(([^()\s#]+\.md)\)")
Link = collections.namedtuple("Link", "path line column target")


def age(root):
    """Has all files be written an hour ago: most notes are older than a server that reads them, and one that was only just
    written may be written again without another time."""
    at = time.time() - 3600
    for folder, _, names in os.walk(root):
        for name in names:
            os.utime(os.path.join(folder, name), (at, at))


class Vault:
    def __init__(self, root, style):
        self.root, self.style, self.notes = root, style, {}
        self.files = self.scan()
        stems = collections.defaultdict(list)
        for path in self.files:
            if path.endswith(".md"):
                self.notes[path] = self.files[path][0]
                stems[os.path.basename(path)[:-3]].append(path)
        self.stems = {stem: paths[0] for stem, paths in stems.items() if len(paths) == 1}
        self.size = sum(self.notes.values())

    def scan(self):
        """Every file with its size and time: what a server may not change."""
        found = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)
                status = os.stat(path)
                found[path] = (status.st_size, status.st_mtime_ns)
        return found

    def text(self, path):
        with open(path, encoding="utf-8", newline="") as f:
            return f.read()

    def count(self, path):
        """The links that lead to a note, as `links` finds them: what its references must have at least."""
        written = f"[[{os.path.basename(path)[:-3]}" if self.style == "wiki" else f"{os.path.basename(path)})"
        return sum(link.target == path for note in self.notes for text in [self.text(note)] if written in text
                   for link in self.links(note, text)[0])

    def target(self, path, name):
        """The note that a link must lead to; None where none is there."""
        if self.style == "wiki":
            return self.stems.get(name.strip())
        there = os.path.normpath(os.path.join(os.path.dirname(path), name))
        return there if there in self.notes else None

    def links(self, path, text=None):
        """Links whose meaning nobody disputes: (good, missing). A good one names one note exactly; of a
        missing one there is no note by any rule."""
        good, missing = [], []
        text = self.text(path) if text is None else text
        # Code, comments, and pipes that a table's cell escapes are for the tests.
        if "```markdown" in text or "\r" in text:
            return good, missing
        for number, line in enumerate(text.split("\n")):
            if line.startswith(("%%", "<!--", "|", "    print")):
                continue
            for found in (WIKI if self.style == "wiki" else MARKDOWN).finditer(line):
                name = found[1].rstrip()
                column = units("utf-16", line[:found.start(1) + len(name) // 2])
                target = self.target(path, name)
                if target and target != path:
                    good.append(Link(path, number, column, target))
                elif not target and re.search(r"[a-z]_\d+(\.md)?$", name):
                    missing.append(Link(path, number, column, None))
        return good, missing
