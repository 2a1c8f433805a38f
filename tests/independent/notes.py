"""One note's text, read from the product's specification alone: its blocks, links and names.

A small CommonMark block parser, then one inline pass per block. Nothing here is shared with, or
taken from, the Rust sources: it exists to disagree with them.
"""
import re
import unicodedata
from urllib.parse import unquote

# ---------------------------------------------------------------- names

# Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.
_IGNORABLE = re.compile(
    "[\u00AD\u034F\u061C\u115F-\u1160\u17B4-\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F"
    "\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A"
    "\U000E0000-\U000E0FFF]+"
)


def nfkc_casefold(s):
    while True:
        t = unicodedata.normalize("NFKC", s).casefold()
        t = unicodedata.normalize("NFKC", _IGNORABLE.sub("", t))
        if t == s:
            return t
        s = t


def slug(name):
    out = []
    for c in nfkc_casefold(name):
        cat = unicodedata.category(c)
        if c.isspace() or cat in ("Pc", "Pd"):
            out.append("_")
        elif cat[0] in "LMN":
            out.append(c)
    return re.sub("_+", "_", "".join(out)).strip("_")


def squashed(s):
    return re.sub(r"(?<!\d)_|_(?!\d)", "", s)


def only_exact(name):
    """Names that match exactly or not at all: an empty slug, or symbols plus one letter."""
    s = slug(name)
    letters = [c for c in name if unicodedata.category(c)[0] in "LMN"]
    symbols = [c for c in name if unicodedata.category(c)[0] in "PS"]
    return not s or (len(letters) == 1 and bool(symbols))


def nfc(s):
    return unicodedata.normalize("NFC", s)


def caseless(s):
    return nfc(nfc(s).casefold())


# ---------------------------------------------------------------- lines and blocks

LINE = re.compile(r"[^\r\n]*(\r\n|\n|\r|\Z)")


def split_lines(text):
    """(start offset, text without its end) of every line, as the LSP counts lines."""
    out, i = [], 0
    while i < len(text):
        m = LINE.match(text, i)
        out.append((i, m[0][: len(m[0]) - len(m[1])]))
        i = m.end()
    return out


class Inline:
    """Text of one leaf block: pieces of source lines. kind: text, html, row."""

    def __init__(self, kind, level=0):
        self.kind, self.level, self.pieces = kind, level, []

    def joined(self):
        text, starts = [], []
        at = 0
        for off, s in self.pieces:
            starts.append((at, off))
            text.append(s)
            at += len(s) + 1
        return "\n".join(text), starts


class Cursor:
    """A place in a line, counting columns so that tabs indent as CommonMark says."""

    def __init__(self, s):
        self.s, self.i, self.col, self.left = s, 0, 0, 0  # left: columns left of a tab half used

    def indent(self):
        n, i, col = self.left, self.i, self.col
        while i < len(self.s) and self.s[i] in " \t":
            w = 4 - col % 4 if self.s[i] == "\t" else 1
            n, col, i = n + w, col + w, i + 1
        return n

    def skip(self, n):
        """Skips up to n columns of white space."""
        while n > 0:
            if self.left:
                k = min(n, self.left)
                self.left -= k
                n -= k
            elif self.i < len(self.s) and self.s[self.i] in " \t":
                w = 4 - self.col % 4 if self.s[self.i] == "\t" else 1
                self.i, self.col = self.i + 1, self.col + w
                k = min(n, w)
                self.left = w - k
                n -= k
            else:
                return

    def step(self, n):
        self.i, self.col = self.i + n, self.col + n

    def rest(self):
        return self.s[self.i:]

    def body(self):
        return self.rest().lstrip(" \t")

    def blank(self):
        return not self.body()


FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
ATX = re.compile(r"(#{1,6})(?=[ \t]|$)")
BREAK = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
SETEXT = re.compile(r"(=+|-+)[ \t]*$")
ITEM = re.compile(r"([-+*])(?=[ \t]|$)|(\d{1,9})[.)](?=[ \t]|$)")
FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
DELIMITER = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BLOCK_TAGS = (
    "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li "
    "link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th "
    "thead title tr track ul"
).split()
_ATTR = r"""\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?"""
OPEN_TAG = r"<([A-Za-z][A-Za-z0-9-]*)(?:" + _ATTR + r")*\s*/?>"
CLOSE_TAG = r"</([A-Za-z][A-Za-z0-9-]*)\s*>"
HTML_START = [
    (re.compile(r"<(?:pre|script|style|textarea)(?:[\s>]|$)", re.I), re.compile(r"</(?:pre|script|style|textarea)>", re.I)),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"</?(?:" + "|".join(_BLOCK_TAGS) + r")(?:\s|/?>|$)", re.I), None),
    (re.compile("(?:" + OPEN_TAG + "|" + CLOSE_TAG + r")\s*$"), None),
]


def cells(row):
    """How many cells a table row has."""
    row = row.strip()
    row = row[1:] if row.startswith("|") else row
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return len(re.findall(r"(?<!\\)\|", row)) + 1


class Blocks:
    """The leaf blocks of a note that hold text, in order."""

    def __init__(self, lines):
        self.out = []        # Inline
        self.stack = []      # containers: ("quote", 0) or ("item", columns) or ("note", 4)
        self.leaf = None     # the open paragraph, html, table, or code
        self.state = None    # how that leaf goes on
        self.lines = lines
        n = 0
        while n < len(lines):
            n = self.line(n)
        self.close()

    def close(self):
        if self.leaf is not None:
            self.out.append(self.leaf)
        self.leaf = self.state = None

    def line(self, n):
        off, s = self.lines[n]
        c = Cursor(s)
        matched = 0
        for kind, width in self.stack:
            if kind == "quote":
                if c.indent() <= 3 and c.body().startswith(">"):
                    c.skip(c.indent())
                    c.step(1)
                    c.skip(1)
                else:
                    break
            elif c.blank() or c.indent() >= width:
                c.skip(width)
            else:
                break
            matched += 1
        all_matched = matched == len(self.stack)
        if self.state and self.state[0] in ("fence", "html", "indented") and all_matched:
            if self.go_on(off, c):
                return n + 1
        paragraph = self.state and self.state[0] == "paragraph"
        if self.state and self.state[0] in ("fence", "html", "indented"):
            self.close()
        # New containers and leaves, left to right.
        opened = False
        while True:
            indent, body = c.indent(), c.body()
            lazy_possible = paragraph and not opened
            if indent > 3:
                break
            if body.startswith(">"):
                self.unwind(matched)
                c.skip(indent)
                c.step(1)
                c.skip(1)
                self.stack.append(("quote", 0))
                matched, opened, paragraph = matched + 1, True, False
                continue
            m = ITEM.match(body)
            if m and not BREAK.match(body):
                after = body[m.end():]
                # An item that interrupts a paragraph is not empty, and a numbered one begins with 1.
                in_paragraph = lazy_possible and all_matched
                if not (in_paragraph and (not after.strip() or (m[2] and int(m[2]) != 1))):
                    self.unwind(matched)
                    c.skip(indent)
                    c.step(m.end())
                    inner = c.indent()
                    pad = 1 if inner > 4 or c.blank() else inner
                    c.skip(pad)
                    self.stack.append(("item", indent + m.end() + pad))
                    matched, opened, paragraph = matched + 1, True, False
                    continue
            m = FOOTNOTE.match(body)
            if m and not (lazy_possible and all_matched):
                self.unwind(matched)
                c.skip(indent)
                c.step(m.end())
                self.stack.append(("note", 4))
                matched, opened, paragraph = matched + 1, True, False
                continue
            break
        if c.blank():
            if self.state and self.state[0] in ("paragraph", "table"):
                self.close()
            # A blank line ends quotes (and what is in them); items and footnotes wait.
            for k in range(matched, len(self.stack)):
                if self.stack[k][0] == "quote":
                    del self.stack[k:]
                    break
            return n + 1
        indent, body = c.indent(), c.body()
        at = off + len(s) - len(body)
        lazy = paragraph and not opened
        if indent > 3:
            if lazy:
                self.leaf.pieces.append((at, body.rstrip(" \t")))
                return n + 1
            self.unwind(matched)
            self.close()
            self.state = ("indented",)
            return n + 1
        if lazy and all_matched and SETEXT.match(body):
            self.leaf.level = 1 if body[0] == "=" else 2
            self.close()
            return n + 1
        m = FENCE.match(body)
        if m:
            self.unwind(matched)
            self.close()
            mark = m[1] or m[3]
            self.state = ("fence", mark[0], len(mark))
            return n + 1
        m = ATX.match(body)
        if m:
            self.unwind(matched)
            self.close()
            text = body[m.end():]
            start = at + m.end() + len(text) - len(text.lstrip(" \t"))
            text = re.sub(r"(^|[ \t])#+[ \t]*$", "", text.strip(" \t"))
            self.leaf = Inline("text", len(m[1]))
            self.leaf.pieces.append((start, text.rstrip(" \t")))
            self.close()
            return n + 1
        if BREAK.match(body):
            self.unwind(matched)
            self.close()
            return n + 1
        for k, (start, end) in enumerate(HTML_START):
            if start.match(body) and not (k == 6 and lazy):
                self.unwind(matched)
                self.close()
                self.leaf = Inline("html") if end is None else None
                self.state = ("html", end)
                self.html_line(at, body)
                return n + 1
        if body.startswith("%%"):
            skip = self.comment(n, len(s) - len(body))
            if skip is not None:
                self.unwind(matched)
                self.close()
                return skip
        if self.state and self.state[0] == "table":
            if all_matched:
                self.row(at, body)
                return n + 1
            self.close()
        if lazy:
            p = self.leaf
            if all_matched and len(p.pieces) >= 1 and DELIMITER.match(body) and ("|" in body or ":" in body):
                if cells(p.pieces[-1][1]) == cells(body):
                    head = p.pieces.pop()
                    if p.pieces:
                        self.close()
                    self.leaf, self.state = None, ("table",)
                    self.row(*head)
                    return n + 1
            p.pieces.append((at, body.rstrip(" \t")))
            return n + 1
        self.unwind(matched)
        self.close()
        self.leaf, self.state = Inline("text"), ("paragraph",)
        self.leaf.pieces.append((at, body.rstrip(" \t")))
        return n + 1

    def unwind(self, matched):
        if matched < len(self.stack):
            self.close()
            del self.stack[matched:]

    def row(self, at, body):
        r = Inline("row")
        r.pieces.append((at, body.rstrip(" \t")))
        self.out.append(r)

    def html_line(self, at, body):
        end = self.state[1]
        if end is None:
            self.leaf.pieces.append((at, body))
        else:
            m = end.search(body)
            if m:
                # What follows the end on that line is still the block's text.
                if body[m.end():].strip():
                    tail = Inline("html")
                    tail.pieces.append((at + m.end(), body[m.end():]))
                    self.out.append(tail)
                self.leaf = self.state = None

    def go_on(self, off, c):
        """Whether the open code or html block takes this line."""
        kind = self.state[0]
        if kind == "fence":
            m = re.match(r"([`~]{3,})[ \t]*$", c.body())
            if m and c.indent() <= 3 and m[1] == self.state[1] * len(m[1]) and len(m[1]) >= self.state[2]:
                self.close()
            return True
        if kind == "indented":
            return c.blank() or c.indent() >= 4
        if self.state[1] is None and c.blank():
            self.close()
            return True
        self.html_line(off + c.i, c.rest())
        return True

    def comment(self, n, i):
        """A `%%` block that ends on a later line: the line to go on at, or None."""
        off, s = self.lines[n]
        if "%%" in s[i + 2:]:
            return None
        for k in range(n + 1, len(self.lines)):
            o, t = self.lines[k]
            j = t.find("%%")
            if j >= 0:
                rest = t[j + 2:]
                if rest.strip():
                    self.lines[k] = (o + j + 2, rest)
                    return k
                return k + 1
        return None


# ---------------------------------------------------------------- inline

CODE_LIKE = {"pre", "code", "script", "style", "textarea", "svg"}
TAG = re.compile(
    OPEN_TAG + "|" + CLOSE_TAG + r"|(<!-->|<!--->|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<![A-Za-z][^>]*>)"
)
AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
PUNCT = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
STOP = re.compile(r"[\\`<%]")
TOKEN = re.compile(r"[\\\[\]$]")
TARGET = re.compile(r"[^\[\]|\n]*")
TIME = re.compile(r"\d{1,3}(:\d{1,3}){1,3}$")
STAMP_TAG = re.compile(r"<\s?a\b[^>]*(?:yt[^>]*timestamp|data-t|class\s*=\s*[\"']?yt)[^>]*>", re.I)


def mask(s, html):
    """Bytes 1 where no link can begin, hold a bracket or end: code, tags, comments."""
    m = bytearray(len(s))
    i = 0

    def hide(a, b):
        m[a:b] = b"\1" * (b - a)

    while True:
        f = STOP.search(s, i)
        if not f:
            return m
        i = f.start()
        c = s[i]
        if c == "\\" and not html:
            i += 2 if i + 1 < len(s) and s[i + 1] in PUNCT else 1
        elif c == "`" and not html:
            run = re.compile("`+").match(s, i)[0]
            e = re.compile("(?<!`)" + run + "(?!`)").search(s, i + len(run))
            if e:
                hide(i, e.end())
                i = e.end()
            else:
                i += len(run)
        elif c == "<":
            t = TAG.match(s, i) or (None if html else AUTOLINK.match(s, i))
            if not t:
                i += 1
                continue
            end = t.end()
            name = t[1].lower() if t.re is TAG and t[1] else None
            if name in CODE_LIKE and not t[0].endswith("/>"):
                e = re.compile(r"</" + name + r"\s*>", re.I).search(s, end)
                end = e.end() if e else end
            elif name == "a" and STAMP_TAG.match(t[0]):
                label = re.compile(r"\[\[([^\[\]\n]*)\]\]").match(s, end)
                if label and TIME.match(label[1].strip()):
                    end = label.end()
            hide(i, end)
            i = end
        elif c == "%" and not html and s.startswith("%%", i):
            e = s.find("%%", i + 2)
            if e >= 0:
                hide(i, e + 2)
                i = e + 2
            else:
                i += 2
        else:
            i += 1


class Link:
    __slots__ = ("start", "end", "raw", "embed", "kind", "target", "anchor")

    def __init__(self, start, end, raw, embed, kind):
        self.start, self.end, self.raw, self.embed, self.kind = start, end, raw, embed, kind


def wikilink(s, hidden, i):
    """The wikilink whose `[[` is at i: (raw target, end), or None."""
    m = TARGET.match(s, i + 2)
    j = m.end()
    if j >= len(s) or any(hidden[i:i + 2]) or hidden[j]:
        return None
    target = m[0]
    if s.startswith("]]", j) and not hidden[j + 1]:
        return target, j + 2
    if s[j] != "|":
        return None
    if target.endswith("\\"):
        target = target[:-1]
    end = alias_end(s, hidden, j + 1)
    return (target, end) if end else None


def alias_end(s, hidden, j):
    depth, first, broken = 0, None, False
    while j < len(s) and s[j] != "\n":
        if hidden[j]:
            j += 1
            continue
        c = s[j]
        if c == "\\" and j + 1 < len(s) and s[j + 1] in PUNCT:
            j += 2
            continue
        if c == "[":
            if s.startswith("[[", j) and wikilink(s, hidden, j):
                return None if first is None else first
            depth += 1
        elif c == "]":
            if s.startswith("]]", j) and first is None and not hidden[j + 1]:
                first = j + 2
            if depth:
                depth -= 1
            elif s.startswith("]]", j) and not hidden[j + 1]:
                return j + 2
        j += 1
    return first


MATH_END = re.compile(r"(?<![\s\\])\$(?!\d)")
DEST = re.compile(r"""\(\s*(?:<((?:\\.|[^<>\\\n])*)>|((?:\\[^\s]|[^\s()\\]|\((?:\\[^\s]|[^\s()\\])*\))*))(?:\s+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)""")
DEFINITION = re.compile(r"""\[((?:\\.|[^\[\]\\])+)\]:\s*(?:<((?:\\.|[^<>\\\n])*)>|([^\s<][^\s]*))(?:[ \t]+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?[ \t]*(?=\n|$)""")


def holds_link_or_time(s, hidden, a, b):
    i = a
    while True:
        i = s.find("[[", i, b)
        if i < 0:
            break
        w = wikilink(s, hidden, i)
        if w and w[1] <= b:
            return True
        i += 1
    return bool(STAMP_TAG.search(s, a, b)) or bool(re.search(r"\[\d{1,2}(:\d{2}){1,2}\]", s[a:b]))


def links_of(block):
    """Links of one block, in order, with offsets in the note."""
    s, starts = block.joined()
    html = block.kind == "html"
    if "[" not in s:
        return [], s, None
    hidden = mask(s, html)
    found = []  # (start, end, raw, embed, kind) in s
    stack = []  # open brackets: (position, image)
    i = 0
    if not html and block.kind == "text" and not block.level:
        while True:  # reference definitions open a paragraph
            d = DEFINITION.match(s, i)
            if not d or d[1].startswith("^"):
                break
            dest = d[2] if d[2] is not None else d[3]
            found.append((d.start(), d.end(), dest, False, "md"))
            i = d.end() + 1
    while True:
        t = TOKEN.search(s, i)
        if not t:
            break
        i = t.start()
        if hidden[i]:
            i += 1
            continue
        c = s[i]
        if c == "\\":
            i += 2 if not html and i + 1 < len(s) and s[i + 1] in PUNCT else 1
        elif c == "$":
            i = math(s, hidden, i) if not html else i + 1
        elif c == "[":
            w = wikilink(s, hidden, i) if s.startswith("[[", i) else None
            if w:
                embed = i > 0 and s[i - 1] == "!" and not (i > 1 and s[i - 2] == "\\")
                found.append((i, w[1], w[0], embed, "wiki"))
                stack.clear()  # a link in a link's text makes the outer one text
                i = w[1]
            else:
                stack.append((i, i > 0 and s[i - 1] == "!"))
                i += 1
        else:
            i += 1
            if stack and not html:
                at, image = stack.pop()
                d = DEST.match(s, i) if i < len(s) and s[i] == "(" and not hidden[i] else None
                if d and not any(w[0] >= i and w[1] <= d.end() for w in found) and not re.match(r"\(\s*\[\[", d[0]):
                    dest = d[1] if d[1] is not None else d[2]
                    found.append((at - image, d.end(), dest, image, "md"))
                    if not image:
                        stack.clear()
                    i = d.end()
    out = []
    for a, b, raw, embed, kind in found:
        link = Link(place(starts, a), place(starts, b, True), raw, embed, kind)
        if kind == "md" and TIME.match(re.sub(r"[\[\]]", "", s[a:b].split("](")[0]).strip()):
            continue  # `[00:01:06](#)` and its like are timestamps
        out.append(link)
    return out, s, hidden


def math(s, hidden, i):
    """Where to go on after the `$` at i."""
    if s.startswith("$$", i):
        e = s.find("$$", i + 2)
        return e + 2 if e >= 0 else i + 2
    if i + 1 < len(s) and not s[i + 1].isspace():
        e = MATH_END.search(s, i + 2)
        if e and not holds_link_or_time(s, hidden, i, e.end()):
            return e.end()
    return i + 1


def place(starts, at, end=False):
    for a, off in reversed(starts):
        if at > a or at == a and not end:
            return off + at - a
    return starts[0][1]


# ---------------------------------------------------------------- a note

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
        body_at = 1 if text.startswith("\ufeff") else 0
        m = FRONT.match(text, body_at)
        front_links = []
        if m:
            start, self.front = m.end(), front_matter(m[1])
            front_links = self.links_in_front_matter(m)
        self.starts = split_lines(text)
        lines = [(o, s) for o, s in self.starts if o >= start]
        if lines and lines[0][0] == 0 and body_at:
            lines[0] = (1, lines[0][1][1:])
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
