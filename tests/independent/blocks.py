"""A note's blocks that hold text, by a small CommonMark block parser: code, comments and math left out."""
import re

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
        self.begins_item = False

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
        self.leaf.begins_item = opened and self.stack[-1][0] == "item"
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
        _, s = self.lines[n]
        if "%%" in s[i + 2:]:
            return None
        for k in range(n + 1, len(self.lines)):
            o, t = self.lines[k]
            j = t.find("%%") + 2
            if j >= 2:
                if not t[j:].strip():
                    return k + 1
                self.lines[k] = (o + j, t[j:])
                return k
        return None
