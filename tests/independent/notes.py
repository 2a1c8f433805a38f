"""One note's text, read from the product's specification alone: its links, headings, blocks and names.

Nothing here or in the modules it uses is shared with, or taken from, the Rust sources: they exist
to disagree with them.
"""
import re
from urllib.parse import unquote

from blocks import Blocks, split_lines
from inline import STAMP_TAG, Link, links_of, place
from names import only_exact

FRONT = re.compile(r"---[ \t]*(?:\r\n|\n|\r)([\s\S]*?)(?:^|(?<=[\r\n]))(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")
BLOCK_ID = re.compile(r"(?:^|\s)\^([A-Za-z0-9-]+)\s*$")
ALLOW = re.compile(r"(?:<!--|%%)\s*slugline:\s*allow(-file)?\s+([\w\s,-]+?)\s*(?:-->|%%)")


def unquote_yaml(v):
    v = v.strip()
    if len(v) >= 2 and v[0] == v[-1] == '"':
        return re.sub(r'\\(["\\])', r"\1", v[1:-1])
    if len(v) >= 2 and v[0] == v[-1] == "'":
        return v[1:-1].replace("''", "'")
    return re.split(r"(?:^|\s)#", v)[0].strip()


def front_matter(body):
    """{key: [values]} of the keys that name the note; enough YAML for that."""
    out, key = {}, None
    for line in re.split(r"\r\n|\n|\r", body):
        m = re.match(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*)|[ \t]*)$", line)
        if m:
            key, v = m[1], (m[2] or "").strip()
            if v.startswith("[") and v.endswith("]") and not v.startswith("[["):
                out[key] = [unquote_yaml(x) for x in v[1:-1].split(",") if x.strip()]
            else:
                out[key] = [unquote_yaml(v)] if v else []
        elif key and re.match(r"\s*-\s+", line):
            out[key].append(unquote_yaml(re.sub(r"^\s*-\s+", "", line)))
    return out


class Note:
    def __init__(self, path, text):
        self.path, self.text = path, text
        start, self.front = 0, {}
        m = FRONT.match(text)
        front_links = []
        if m:
            start, self.front = m.end(), front_matter(m[1])
            front_links = self.links_in_front_matter(m)
        self.starts = split_lines(text)
        lines = [(o, s) for o, s in self.starts if o >= start]
        self.headings = []  # (level, text, slug, line)
        self.blocks = {}    # block id, lower case -> line
        self.links = front_links
        for block in Blocks(lines).out:
            links, s, hidden = links_of(block)
            self.links += links
            if block.level:
                self.headings.append((block.level, rendered(s), self.line_of(block.pieces[0][0])))
            ident = BLOCK_ID.search(s)
            if ident and block.kind == "text":
                self.blocks.setdefault(ident[1].lower(), self.line_of(place(block.joined()[1], ident.start(1))))
        self.links.sort(key=lambda k: k.start)
        for k in self.links:
            split_anchor(k)
        titles = self.front.get("title", [])[:1]
        titles = [t for t in titles if t]
        if not titles:
            titles = [t for level, t, _ in self.headings if level == 1][:1]
        self.names = titles + self.front.get("aliases", []) + self.front.get("alias", [])
        self.allowed = self.suppressions(m)

    def links_in_front_matter(self, m):
        out = []
        for w in re.finditer(r"\[\[([^\[\]|\r\n]*)(\|[^\[\]\r\n]*)?\]\]", m[1]):
            out.append(Link(m.start(1) + w.start(), m.start(1) + w.end(), w[1], False, "wiki"))
        return out

    def line_of(self, at):
        lo, hi = 0, len(self.starts)
        while hi - lo > 1:
            mid = (lo + hi) // 2
            lo, hi = (mid, hi) if self.starts[mid][0] <= at else (lo, mid)
        return lo

    def position(self, at):
        """Line and column from 1, in scalar values."""
        n = self.line_of(at)
        return n + 1, at - self.starts[n][0] + 1

    def suppressions(self, front):
        lines, whole = set(), False
        for a in ALLOW.finditer(self.text):
            if "broken-link" not in re.split(r"[\s,]+", a[2]):
                continue
            if a[1]:
                whole = True
                continue
            n = self.line_of(a.start())
            alone = self.starts[n][1].strip() == a[0].strip()
            lines.add(n + 1 if alone else n)
        if front:
            for a in re.finditer(r"#\s*slugline:\s*allow\s+(.*)", front[1]):
                whole = whole or "broken-link" in re.split(r"[\s,]+", a[1])
        return whole, lines

    def allows(self, link):
        whole, lines = self.allowed
        return whole or self.line_of(link.start) in lines


def rendered(s):
    """A heading's text as it is shown, without timestamps."""
    s = STAMP_TAG.sub("\0", s)
    s = re.sub(r"\0\s*\[[^\]]*\]\s*(</a>)?", "", s).replace("\0", "")
    s = re.sub(r"!?\[\[([^\[\]|\n]*)\|([^\n]*?)\]\]", lambda m: m[2].strip(), s)
    s = re.sub(r"!?\[\[([^\[\]|\n]*)\]\]", r"\1", s)
    s = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", s)
    s = re.sub(r"<[^>]*>", "", s)
    s = re.sub(r"(\*\*|__|~~|==|`)", "", s)
    return re.sub(r"(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", "", s).strip()


def split_anchor(link):
    raw = link.raw.strip() if link.kind == "wiki" else link.raw
    if link.kind == "md":
        raw, _, anchor = raw.partition("#")
        link.target, link.anchor = unquote(raw.split("?")[0]), unquote(anchor) or None
        return
    if only_exact(raw) and not raw.startswith("#"):
        link.target, link.anchor = raw, None
        return
    target, _, anchor = raw.partition("#")
    link.target, link.anchor = target.strip(), anchor.strip() or None
