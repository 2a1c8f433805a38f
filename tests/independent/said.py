#!/usr/bin/env python3
"""said: what captions say at each timestamp of a vault, computed without slugline, and compared with what it shows.

    said.py VAULT SLUGLINE [--sources FOLDER]

For every well-made timestamp that lies inside its video, and every bare one, in a note whose video has captions: the hover
is to show the words of its cue in bold, and go to definition is to lead to the line of the captions on which they begin.
Exit status 1 where an answer differs. Python 3 standard library only.
"""
import argparse
import html
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from lsp import Server, targets, units
from stamps import Note, seconds, stamps_of, video_of

WINDOW = 64  # requests on their way at once
CLOCK = r"(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})"
TIMES = re.compile(rf"^\[?{CLOCK} --> {CLOCK}\]?(.*)$")
LANGUAGE = re.compile(r"\.([A-Za-z]{2,3})(?:-[\w-]+)?\.(?:vtt|srt|json3|txt)$")
ORDER = {".vtt": 0, ".srt": 1, ".json3": 2, ".txt": 3}


def ms(groups):
    h, m, s, f = groups
    return ((int(h or 0) * 60 + int(m)) * 60 + int(s)) * 1000 + int(f)


def plain(words):
    """Words on one line, without tags and position marks."""
    words = re.sub(r"</?[A-Za-z][^<>]*>|<\d[\d:.]*>|\{\\[^}]*\}", "", words)
    return " ".join(html.unescape(words).replace("\u200b", "").split())


def cues_of(path):
    """[(start and end in ms, line of the file, words)] of a file of captions, each word once."""
    text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    if path.endswith(".json3"):
        return json_cues(text)
    lines = text.splitlines()
    rolling = path.endswith(".vtt") and re.search(r"<\d\d:\d\d:\d\d\.\d{3}>", text)
    cues, i = [], 0
    while i < len(lines):
        m = TIMES.match(lines[i].strip())
        i += 1
        if not m:
            continue
        start, end = ms(m.groups()[:4]), ms(m.groups()[4:8])
        if path.endswith(".txt"):
            cues.append((start, end, i - 1, plain(m[9])))
            continue
        said = []
        # A row that is still empty holds a blank.
        while i < len(lines) and (lines[i] if rolling else lines[i].strip()):
            said.append((i, lines[i]))
            i += 1
        if rolling:  # what has times of words is new, the rest is shown once more
            said = [(at, line) for at, line in said if re.search(r"<\d\d:", line)]
        said = [(at, words) for at, words in ((at, plain(line)) for at, line in said) if words]
        if said:
            cues.append((start, end, said[0][0], " ".join(words for _, words in said)))
    return cues


def json_cues(text):
    lines = {int(m[1]): text.count("\n", 0, m.start()) for m in re.finditer(r'"tStartMs":\s*(\d+)', text)}
    cues = []
    for event in json.loads(text)["events"]:
        words = plain("".join(seg.get("utf8", "") for seg in event.get("segs", [])))
        if words:
            start = event["tStartMs"]
            cues.append((start, start + event.get("dDurationMs", 0), lines[start], words))
    return cues


def sidecars(folders):
    """Every file that may be one, hidden folders left out."""
    for folder in folders:
        for base, below, files in os.walk(folder):
            below[:] = [name for name in below if not name.startswith(".")]
            for name in files:
                if name.endswith(tuple(ORDER)) or name.endswith(".info.json"):
                    yield os.path.join(base, name)


def notes_of(root):
    for base, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".md"):
                yield os.path.relpath(os.path.join(base, name), root)


class Video:
    def __init__(self, ident, files, wanted):
        named = [f for f in files if re.search(rf"(?<![\w-]){re.escape(ident)}(?![\w-])|-{re.escape(ident)}(?![\w-])", os.path.basename(f))]
        about = [f for f in named if f.endswith(".info.json")]
        self.about = json.loads(Path(about[0]).read_text(encoding="utf-8")) if about else {}
        said = [f for f in named if not f.endswith(".info.json")]
        spoken = self.about.get("language")

        def rank(f):
            m = LANGUAGE.search(f)
            own = m[1].lower() if m else None
            return (own != wanted if wanted else False, own != spoken if spoken else False, ORDER[os.path.splitext(f)[1]], f)
        said.sort(key=rank)
        self.file = said[0] if said else None
        self.cues = sorted(cues_of(self.file), key=lambda cue: cue[0]) if said else []
        self.end = self.about.get("duration") or max((-(-cue[1] // 1000) for cue in self.cues), default=0)

    def at(self, second):
        """The first cue that begins within the second, else the last before it, else the first."""
        then = [cue for cue in self.cues if cue[0] // 1000 == second]
        before = [cue for cue in self.cues if cue[0] // 1000 < second]
        return then[0] if then else before[-1] if before else self.cues[0]


class Client(Server):
    def __init__(self, command, root, sources):
        self.sources = sources
        super().__init__(command, root)

    def result_of(self, method, params):
        if method == "workspace/configuration":
            return [dict(sources=dict(paths=self.sources)) for _ in params["items"]]
        return None


def words_of(text):
    return re.findall(r"\w+", html.unescape(text).casefold())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("vault"), p.add_argument("slugline")
    p.add_argument("--sources", action="append", default=[], help="another folder with captions")
    a = p.parse_args()
    root = os.path.realpath(a.vault)
    folders = [os.path.realpath(folder) for folder in a.sources]
    files = sorted(sidecars([root] + folders))
    server = Client([os.path.realpath(a.slugline), "lsp"], root, folders)
    server.indexed()
    videos, asked, wrong, notes, past = {}, 0, 0, 0, 0
    waiting = []

    def judge(where, cue, file, hover, definition):
        nonlocal wrong
        shown = server.answer(hover)[0].get("result") or {}
        value = (shown.get("contents") or {}).get("value", "")
        bold = [line for line in value.split("\n") if re.match(r"> \*\*[\d:]+", line)]
        clock = re.match(r"> \*\*(\d[\d:]*)", bold[0])[1] if bold else None
        got = words_of(re.sub(r"[\\*]", "", bold[0]))[len(words_of(clock)):] if bold else []
        want = words_of(cue[3])
        # Long cues are cut at words.
        is_it = got == want or bold and ("\u2026" in bold[0]) and got == want[: len(got)] and len(got) >= 8
        goes = targets(server.answer(definition)[0])
        lands = bool(goes) and (unquote(goes[0][0]), goes[0][1]) == (unquote(Path(file).as_uri()), cue[2])
        if not is_it or not lands:
            wrong += 1
            if wrong <= 50:
                print(f"{where}: want {cue[3]!r} on line {cue[2] + 1} of {os.path.basename(file)}, got {bold} and {goes}")

    for path in notes_of(root):
        with open(os.path.join(root, path), "rb") as f:
            text = f.read().decode("utf-8", "replace").removeprefix("\ufeff")
        note = Note(path, text)
        ident = video_of(note)
        if not ident:
            continue
        language = (note.front.get("lang") or note.front.get("language") or [None])[0]
        key = ident, language
        if key not in videos:
            videos[key] = Video(ident, files, language)
        video = videos[key]
        if not video.cues:
            continue
        notes += 1
        uri = server.open(os.path.join(root, path), text)
        for stamp in stamps_of(text, True):
            if stamp.form not in ("as it should be", "bare"):
                continue
            second = seconds(stamp.value or stamp.label)
            if second is None:
                continue
            if second > video.end:
                past += 1
                continue
            line, column = note.position(stamp.start + 1)
            at = dict(line=line - 1, character=units("utf-16", note.starts[line - 1][1][:column - 1]))
            ask = dict(textDocument=dict(uri=uri), position=at)
            waiting.append((f"{path}:{line}", video.at(second), video.file,
                            server.ask("textDocument/hover", ask)[0], server.ask("textDocument/definition", ask)[0]))
            asked += 1
            if len(waiting) >= WINDOW:
                judge(*waiting.pop(0))
        while waiting:
            judge(*waiting.pop(0))
        server.close(uri)
    status = server.stop()
    print(f"said: {asked} timestamps of {notes} notes inside their videos ({past} past the end), {wrong} wrong answers; exit status {status}")
    return 1 if wrong or status or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
