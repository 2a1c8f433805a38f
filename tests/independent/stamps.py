"""The timestamps of one note, read from docs/diagnostics.md alone: where each is, in which form, and which second it
names."""
import re

from blocks import Blocks, split_lines
from inline import links_of, mask, place
from notes import FRONT, TOML, Note

# "What begins with `<a` and has `data-t`, or a name or class that begins with `yt`, valid HTML or not."
TAG = re.compile(r"< ?a(?=[\s>])[^<>\n]*(?:</[^<>\n]*)*>", re.I)
NAMED = re.compile(r"""yt\S{0,12}timestamp|\sdata-t\b|\sclass\s*=\s*["']?yt""", re.I)
LABEL = re.compile(r"\[{0,2}\s*(\d[\d:]*)\s*\]{0,2}(?:</a>)?", re.I)
WELL_MADE = re.compile(r'<a class="yt-timestamp" data-t="([\d:]+)">\[([\d:]+)\]</a>')
TIME = r"\d{1,2}(?::\d{2}){1,2}"
BARE = re.compile(rf"(?<![^\W_])(?<!\])\[((?:{TIME})(?:[,; \-\u2013\u2014]+(?:{TIME}))*)\]")
ADDRESS = re.compile(rf"#|a|(?:#t=|#t|#)?{TIME}|#t=\d+s?|")


def seconds(text):
    """The seconds of a well spelt time, else None."""
    groups = text.split(":")
    if not re.fullmatch(r"\d{2}:\d{2}|\d{1,2}:\d{2}:\d{2}", text) or any(int(g) > 59 for g in groups[1:]):
        return None
    total = 0
    for group in groups:
        total = total * 60 + int(group)
    return total


class Stamp:
    __slots__ = ("start", "end", "form", "value", "label")

    def __init__(self, start, end, form, value=None, label=None):
        self.start, self.end, self.form, self.value, self.label = start, end, form, value, label


def form_of(tag, rest):
    """The form of an anchor by its tag and what follows; and how long its label is."""
    whole = WELL_MADE.match(tag + rest)
    if whole:
        value, label = whole.groups()
        if seconds(value) is None:
            return "a time in another spelling", len(whole[0]) - len(tag)
        if value == label:
            return "as it should be", len(whole[0]) - len(tag)
        same = seconds(value) == seconds(label)
        return ("the same in another spelling" if same else "another label"), len(whole[0]) - len(tag)
    label = LABEL.match(rest)
    length = len(label[0]) if label else 0
    if not re.fullmatch(r'<a class="yt-timestamp" data-t="[^"]*">', tag):
        return "a broken tag", length
    if re.match(r"\[?\]?</a>", rest):
        return "no label", re.match(r"\[?\]?</a>", rest).end()
    if label and label[0].lower().endswith("</a>"):
        return "a label without its brackets", length
    closed = "</a>" in re.split(r"< ?a\b", rest)[0].lower()
    return ("a label of words" if closed or not label else "no `</a>`"), length


def stamps_of(text, has_source, is_note=lambda name: False):
    """The timestamps of a note's text. `is_note`: whether a wikilink of that name leads to a note."""
    front = FRONT.match(text) or TOML.match(text)
    start = front.end() if front else 0
    found = []
    for block in Blocks([(at, line) for at, line in split_lines(text) if at >= start]).out:
        s, starts = block.joined()
        # The tags themselves are looked at, whatever is in them.
        blank = TAG.sub(lambda m: "\1" * len(m[0]) if NAMED.search(m[0]) else m[0], s)
        hidden = mask(blank, block.kind == "html")
        add = lambda a, b, *rest: found.append(Stamp(place(starts, a), place(starts, b, True), *rest))
        taken = []
        for m in TAG.finditer(s):
            if not hidden[m.start()] and NAMED.search(m[0]):
                form, length = form_of(m[0], s[m.end():].split("\n")[0])
                if re.search(r"(?<!\\)\[\d[\d:]*\]\($", s[max(0, m.start() - 24):m.start()]):
                    form = "the destination of a markdown link"
                value = re.search(r'data-t="([^"]*)"', m[0])
                whole = WELL_MADE.match(s, m.start())
                add(m.start(), m.end() + length, form, value and value[1], whole and whole[2])
                taken.append((m.start(), m.end() + length))
        if block.kind == "html" and not has_source:
            continue
        for m in re.finditer(rf"\[({TIME}|\d:\d\d)\]\(([^()\n]*)\)", s):
            if not hidden[m.start()] and ADDRESS.fullmatch(m[2]):
                add(m.start(), m.end(), "a link that opens no video", None, m[1])
                taken.append(m.span())
        for m in re.finditer(rf"\[\[({TIME})(\|[^\[\]\n]*)?\]\]", s):
            if not hidden[m.start()] and not is_note(m[1]) and seconds(m[1]) is not None:
                add(m.start(), m.end(), "the name of a wikilink", None, m[1])
                taken.append(m.span())
        links = links_of(block, {})[0] if "[" in s else []
        within = [(k.start, k.end, k.kind, k.at) for k in links]
        for m in BARE.finditer(s) if has_source else ():
            inside = any(a <= m.start() and m.end() <= b for a, b in taken)
            defines = s[m.end():m.end() + 1] == ":" and (m.start() == 0 or s[m.start() - 1] == "\n")
            if hidden[m.start()] or inside or defines or s[m.end():m.end() + 1] == "(":
                continue
            at = place(starts, m.start())
            around = [k for k in within if k[0] < at < k[1]]
            if any(kind != "wiki" for _, _, kind, _ in around):
                continue
            form = "the text of a wikilink" if around else "bare"
            if around and "|" not in text[around[0][0]:at]:
                continue
            for part in re.finditer(TIME, m[1]):
                a = m.start(1) + part.start()
                add(a, a + len(part[0]), form, None, part[0])
        for k in links if has_source else ():
            alias = re.fullmatch(rf"\[\[[^\[\]|\n]*\|\s*({TIME})\s*\]\]", text[k.start:k.end])
            if alias and k.kind == "wiki" and seconds(alias[1]) is not None:
                found.append(Stamp(k.start + alias.start(1), k.start + alias.end(1), "the text of a wikilink", None, alias[1]))
    found.sort(key=lambda stamp: stamp.start)
    return found


def video_of(note):
    """What the front matter says is the note's video."""
    video = note.front.get("videoid", [])
    return video[0].strip() if video and video[0].strip() else None


__all__ = ["Note", "Stamp", "seconds", "stamps_of", "video_of"]
