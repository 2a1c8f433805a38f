"""One note's text, read from docs/links.md alone: its links, headings, blocks and names.

Nothing here or in the modules it uses is shared with, or taken from, the Rust sources: they exist
to disagree with them.
"""
import html
import re
import tomllib
from urllib.parse import unquote

from blocks import Blocks, split_lines
from inline import STAMP_TAG, Link, definitions_of, links_of, mask, place, wikilink
from names import is_time

FRONT = re.compile(r"---[ \t]*(?:\r\n|\n|\r)([\s\S]*?)(?:^|(?<=[\r\n]))(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")
TOML = re.compile(r"\+\+\+[ \t]*(?:\r\n|\n|\r)([\s\S]*?)(?:^|(?<=[\r\n]))\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)")
COMMENTS = re.compile(r"\s*(?:<!--[\s\S]*?-->\s*)*")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>")
BLOCK_ID = re.compile(r"(?:^|\s)\^([A-Za-z0-9-]+)\s*$")
EXPLICIT_ID = re.compile(r"(?<![\\$])\{:?(?=(?:\s*(?:[#.]\S+|\S*=\S*|-))+\s*\}$)[^{}]*?#([^\s{}]+)[^{}]*\}$")
HTML_ID = re.compile(r"""(?is)\s(id|name)\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""")
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
            key, v = m[1].lower(), (m[2] or "").strip()
            if v.startswith("[") and v.endswith("]") and not v.startswith("[["):
                out[key] = [unquote_yaml(x) for x in v[1:-1].split(",") if x.strip()]
            else:
                out[key] = [unquote_yaml(v)] if v else []
                if key in ("alias", "aliases"):  # several in one
                    out[key] = [a.strip() for v in out[key] for a in v.split(",") if a.strip()]
        elif key and re.match(r"\s*-\s+", line):
            out[key].append(unquote_yaml(re.sub(r"^\s*-\s+", "", line)))
    return out


def toml_front_matter(body):
    try:
        values = tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        return {}
    out = {}
    for key, v in values.items():
        if isinstance(v, str) and key.lower() in ("alias", "aliases"):
            v = [a.strip() for a in v.split(",")]
        out[key.lower()] = [x for x in (v if isinstance(v, list) else [v]) if isinstance(x, str) and x]
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
        elif t := TOML.match(text):  # nothing in it is a link
            start, self.front = t.end(), toml_front_matter(t[1])
        self.starts = split_lines(text)
        lines = [(o, s) for o, s in self.starts if o >= start]
        self.headings = []  # (level, text, line, raw text)
        self.blocks = {}    # block id, lower case -> line, or -1
        self.ids, self.elements, elements = {}, {}, []  # explicit id of a heading, id of an element -> line
        self.links = front_links
        blocks = Blocks(lines).out
        begins = COMMENTS.match(text, start).end()  # the first block
        title = []
        defined = {}
        for block in blocks:
            for name, link in definitions_of(block)[0]:
                if name not in defined:  # of duplicates the first
                    defined[name] = link.raw
                    self.links.append(link)
        for block in blocks:
            links, s, _ = links_of(block, defined)
            self.links += links
            line = self.line_of(block.pieces[0][0])
            if block.level == 1 and not self.headings and re.fullmatch(r" {0,3}#?[ \t]*", text[begins : block.pieces[0][0]]):
                title = [rendered(EXPLICIT_ID.sub("", BLOCK_ID.sub("", s).strip()))]
            if block.level:
                raw = BLOCK_ID.sub("", s).strip()
                explicit = EXPLICIT_ID.search(raw)
                if explicit:
                    self.ids.setdefault(explicit[1], line)
                self.headings.append((block.level, rendered(EXPLICIT_ID.sub("", raw)), line, raw))
            first = BLOCK_ID.search(s.split("\n")[0]) if block.begins_item else None
            for ident in (first, BLOCK_ID.search(s)):
                if ident and (block.kind == "text" or block.kind == "row" and s[0] == "^"):
                    # On a line of its own it is of a block above, wherever that begins.
                    own = s[: ident.start(1) - 1].split("\n")[-1].strip() == ""
                    self.blocks.setdefault(ident[1].lower(), -1 if own else line)
            tags = []
            if re.search(r"(?i)<.*(id|name)\s*=", s, re.S):
                mask(s, block.kind == "html", tags)
            for at, tag in tags:
                for m in HTML_ID.finditer(tag):
                    elements.append((m[2] or m[3] or m[4], self.line_of(place(block.joined()[1], at))))
        for ident, line in elements:  # the headings' own go first
            self.elements.setdefault(ident, line)
        self.links.sort(key=lambda k: k.start)
        for k in self.links:
            split_anchor(k)
        title = [t for t in self.front.get("title", [])[:1] if t] or title
        names = title + self.front.get("aliases", []) + self.front.get("alias", [])
        self.names = [n for n in names if n and not PLACEHOLDER.search(n)]
        self.allowed = self.suppressions(m)  # by code

    def links_in_front_matter(self, m):
        out, start = [], m.start(1)
        for at in re.finditer(r"(?=\[\[)", m[1]):
            w = wikilink(m[1], bytearray(len(m[1])), at.start())
            comment = re.split(r"[\r\n]", m[1][: at.start()])[-1].lstrip().startswith("#")
            if w and not comment:
                out.append(Link(start + at.start(), start + w[1], start + at.start() + 2, w[0], False, "wiki"))
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
        """{code: (whole note, lines)}."""
        out = {}
        for a in ALLOW.finditer(self.text):
            n = self.line_of(a.start())
            alone = self.starts[n][1].strip() == a[0].strip()
            for code in re.split(r"[\s,]+", a[2]):
                whole, lines = out.setdefault(code, [False, set()])
                out[code][0] = whole or bool(a[1])
                lines.add(n + 1 if alone else n)
        for a in re.finditer(r"#\s*slugline:\s*allow\s+(.*)", front[1] if front else ""):
            for code in re.split(r"[\s,]+", a[1]):
                out.setdefault(code, [False, set()])[0] = True
        return out

    def allows(self, link):
        """The codes that are silenced at a link."""
        n = self.line_of(link.start)
        return [code for code, (whole, lines) in self.allowed.items() if whole or n in lines]


def rendered(s):
    """A heading's text as it is shown, without timestamps."""
    s = STAMP_TAG.sub("\0", s)
    s = re.sub(r"\0\s*\[[^\]]*\]\s*(</a>)?", "", s).replace("\0", "")
    s = re.sub(r"\[[\d:]+\]\((#|a|#?(t=?)?\d[\d:]*s?|#t=[^()]*|)\)", "", s)
    s = re.sub(r"\[\[([\d:]+)\]\]", lambda m: "" if is_time(m[1]) else m[0], s)
    s = re.sub(r"!?\[\[([^\[\]|\n]*)\|([^\n]*?)\]\]", lambda m: m[2].strip(), s)
    s = re.sub(r"!?\[\[([^\[\]|\n]*)\]\]", r"\1", s)
    s = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", s)
    s = re.sub(r"<[^>]*>", "", s)
    s = re.sub(r"(\*\*|__|~~|==|`)", "", s)
    return re.sub(r"(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", "", s).strip()


def plain(raw):
    """A destination without CommonMark's escapes and character references."""
    reference = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);"
    return re.sub(r"\\([!-/:-@\[-`{-~])|" + reference, lambda m: m[1] or html.unescape(m[0]), raw)


def split_anchor(link):
    raw = link.raw.strip() if link.kind == "wiki" else plain(link.raw)
    if link.kind != "wiki":
        raw, _, anchor = raw.partition("#")
        link.target, link.anchor = unquote(raw), unquote(anchor) or None
        return
    name = re.match(r"((?:.*/)?[^\w\s/#]*\w[^\w\s/#]*#)(?:#(.*))?$", raw)
    if name:  # `C#` is a name; `C##Heading` a heading in it
        link.target, link.anchor = name[1], (name[2] or "").strip() or None
        return
    target, _, anchor = raw.partition("#")
    link.target, link.anchor = target.strip(), anchor.strip() or None
