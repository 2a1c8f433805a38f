"""The links of one block."""
import re

from blocks import CLOSE_TAG, OPEN_TAG
from names import is_time

CODE_LIKE = {"pre", "code", "script", "style", "textarea", "svg"}
TAG = re.compile(
    OPEN_TAG + "|" + CLOSE_TAG + r"|(<!-->|<!--->|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<![A-Za-z][^>]*>)"
)
AUTOLINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
PUNCT = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
STOP = re.compile(r"[\\`<%]")
TOKEN = re.compile(r"[\\\[\]$]")
BRACKETS = re.compile(r"\[+|\]+|[|\n]")
MOMENT = re.compile(r"(#|a|a .*|#?(t=?)?\d[\d:]*s?|#t=.*|)$")
TIME = re.compile(r"\d{1,3}(:\d{1,3}){1,3}$")
STAMP_TAG = re.compile(r"<\s?a\b[^>]*(?:yt[^>]*timestamp|data-t|class\s*=\s*[\"']?yt)[^>]*>", re.I)


def mask(s, html, tags=None):
    """Bytes 1 where no link can begin, hold a bracket or end: code, tags, comments. Opening tags go to `tags`."""
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
            if name and tags is not None:
                tags.append((i, t[0]))
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
    """`raw` is the target as written, anchor and blanks included, and begins at `at`."""

    __slots__ = ("start", "end", "at", "raw", "embed", "kind", "target", "anchor")

    def __init__(self, start, end, at, raw, embed, kind):
        self.start, self.end, self.at, self.raw, self.embed, self.kind = start, end, at, raw, embed, kind


def wikilink(s, hidden, i):
    """The wikilink whose `[[` is at i: (raw target, end), or None."""
    end = target_end(s, i)
    if not end or any(hidden[i:i + 2]) or hidden[end[0]] or s.startswith("[", i + 2) and wikilink(s, hidden, i + 1):
        return None  # of a run of brackets the last two count
    j, depth = end
    target = s[i + 2:j]
    if s[j] == "]":
        return None if hidden[j + 1] else (target, j + 2)
    if target.endswith("\\"):
        target = target[:-1]
    end = alias_end(s, hidden, j + 1, depth)
    return (target, end) if end else None


def target_end(s, i):
    """Where the target behind the `[[` at i ends, and how many of its own brackets are open there; or None."""
    depth = 0
    for t in BRACKETS.finditer(s, i + 2):
        kind, n = t[0][0], len(t[0])
        if kind == "|":
            return t.start(), depth
        if kind == "\n" or kind == "[" and n > 1:
            return None
        if kind == "[":
            depth += 1
        elif n >= depth + 2:
            return t.start() + depth, 0
        elif n > 1 or not depth:
            return None
        else:
            depth -= 1
    return None


def alias_end(s, hidden, j, depth=0):
    first, loose = None, not depth
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
                return first
            depth += 1
        elif c == "]":
            if loose and s.startswith("]]", j) and first is None and not hidden[j + 1]:
                first = j + 2
            if depth:
                depth -= 1
            elif s.startswith("]]", j) and not hidden[j + 1]:
                return j + 2
        j += 1
    return first


MATH_END = re.compile(r"(?<![\s\\])\$(?!\d)")
DEST = re.compile(r"""\(\s*(?:<((?:\\.|[^<>\\\n])*)>|((?:\\[^\s]|[^\s()\\]|\((?:\\[^\s]|[^\s()\\])*\))*))(?:\s+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)""", re.ASCII)
REFERENCE = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]")
DEFINITION = re.compile(r"""\[((?:\\.|[^\[\]\\])+)\]:\s*(?:<((?:\\.|[^<>\\\n])*)>|([^\s<][^\s]*))(?:[ \t]+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?[ \t]*(?=\n|$)""", re.ASCII)


def holds_link_or_time(s, hidden, a, b):
    i = a
    ring = all(s[m.start() - 1].isalnum() or s[m.start() - 1] in "})" for m in re.finditer(r"\[\[", s[:b]) if m.start() > a)
    while not ring:
        i = s.find("[[", i, b)
        if i < 0:
            break
        w = wikilink(s, hidden, i)
        if w and w[1] <= b:
            return True
        i += 1
    return bool(STAMP_TAG.search(s, a, b)) or bool(re.search(r"\[\d{1,2}(:\d{2}){1,2}\]", s[a:b]))


def label(text):
    """How a reference's label is compared."""
    return " ".join(text.split()).casefold()


def definitions_of(block):
    """[(label, offset of the destination, destination)] at a paragraph's start, and what follows them."""
    s, starts = block.joined()
    out, i = [], 0
    while block.kind == "text" and not block.level:
        d = DEFINITION.match(s, i)
        if not d or d[1].startswith("^"):
            break
        g = 2 if d[2] is not None else 3
        if not is_time(d[1].strip()):  # `[12:30]: …` says what was when
            out.append((label(d[1]), Link(place(starts, i), place(starts, d.end(), True), place(starts, d.start(g)), d[g], False, "definition")))
        i = d.end() + 1
    return out, i


def links_of(block, defined):
    """Links of one block, in order, with offsets in the note. `defined`: label -> destination."""
    s, starts = block.joined()
    html = block.kind == "html"
    if "[" not in s:
        return [], s, None
    hidden = mask(s, html)
    found = []  # (start, end, start of raw, raw, embed, kind) in s
    stack = []  # open brackets: (position, image)
    i = 0
    i = definitions_of(block)[1]
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
            i = math(s, hidden, i)
        elif c == "[":
            w = wikilink(s, hidden, i) if s.startswith("[[", i) else None
            if w:
                embed = i > 0 and s[i - 1] == "!" and not (i > 1 and s[i - 2] == "\\")
                found.append((i, w[1], i + 2, w[0], embed, "wiki"))
                i = w[1]
            else:
                stack.append((i, i > 0 and s[i - 1] == "!"))
                i += 1
        else:
            i += 1
            if stack and not html:
                at, image = stack.pop()
                if not image and any(f[5] == "wiki" and f[0] > at for f in found):
                    continue  # a wikilink in a link's text makes the outer one text
                d = DEST.match(s, i) if i < len(s) and s[i] == "(" and not hidden[i] else None
                if d and not re.match(r"\(\s*!?\[\[", d[0]):
                    g = 1 if d[1] is not None else 2
                    if image:  # its description is plain text
                        found = [f for f in found if f[0] < at]
                    else:
                        stack = [x for x in stack if x[1]]
                    found.append((at - image, d.end(), d.start(g), d[g], image, "md"))
                    i = d.end()
                    continue
                r = REFERENCE.match(s, i)
                name = label(r[1] if r and r[1] else s[at + 1:i - 1])
                if name in defined and not s.startswith("[[", at) and (image or not any(at < w[0] for w in found)):
                    end = r.end() if r else i
                    if image:
                        found = [f for f in found if f[0] < at]
                    else:
                        stack = [x for x in stack if x[1]]
                    found.append((at - image, end, at + 1, defined[name], image, "reference"))
                    i = end
    out = []
    for a, b, at, raw, embed, kind in found:
        link = Link(place(starts, a), place(starts, b, True), place(starts, at), raw, embed, kind)
        if kind == "md" and TIME.match(re.sub(r"[\[\]]", "", s[a:b].split("](")[0]).strip()) and MOMENT.match(raw):
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
