"""A vault, read from docs/links.md alone: its notes, and where each link leads."""
import collections
import os
import posixpath
import re
from collections import defaultdict

from names import alike, caseless, is_time, may_be, nfc, only_exact, slug, squashed
from notes import PLACEHOLDER, Note, plain

MEDIA = set(
    "avif bmp gif jpeg jpg png svg webp flac m4a mp3 ogg wav webm 3gp mkv mov mp4 ogv pdf canvas base".split()
)
INEXACT, BROKEN = (3, 4, 5), (None, "no file")


def parse(job):
    root, path, ext = job
    with open(os.path.join(root, path), "rb") as f:
        text = f.read().decode("utf-8", "replace").removeprefix("\ufeff")  # no editor shows it
    note = Note(path, text)
    links = []
    for k in note.links:
        if k.kind != "wiki" and (re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|:/", k.raw) or not k.raw.strip("#? ")):
            continue  # an address, or nothing
        if not k.target and k.kind == "wiki" and not k.anchor:
            continue  # `[[ ]]` is empty-link's
        if PLACEHOLDER.search(k.target + "#" + (k.anchor or "")):
            continue  # a template's
        line, column = note.position(k.start)
        end_line, end_column = note.position(k.end)
        target = re.split(r"(?<!&)#" if k.kind != "wiki" else "#", k.raw)[0]
        if k.kind == "wiki" and k.target.endswith("#"):  # `C#` is a name
            target = k.raw[: k.raw.index(k.target) + len(k.target)]
        target_column = note.position(k.at)[1] + len(target) - len(target.lstrip())
        links.append(dict(
            path=path, line=line, column=column, end_line=end_line, end_column=end_column, raw=k.raw, target=k.target,
            target_line=note.position(k.at)[0], target_column=target_column, target_end=target_column + len(target.strip()),
            written=plain(k.raw).partition("#")[0] if k.kind != "wiki" else None, anchor=k.anchor, kind=k.kind, embed=k.embed, allowed=note.allows(k),
        ))
    return path, note.names, note.headings, (note.blocks, note.ids, note.elements), links


class Vault:
    def __init__(self, root, extensions=("md", "markdown"), workers=None):
        self.root, self.ext = root, extensions
        paths, self.files = [], set()
        for d, dirs, files in os.walk(root):
            dirs[:] = sorted(x for x in dirs if not x.startswith("."))
            for f in sorted(files):
                path = posixpath.relpath(posixpath.join(d, f), root)
                self.files.add(path)
                if self.stem(f) is not None and os.path.isfile(os.path.join(d, f)) and not f.startswith("."):
                    paths.append(path)
        self.paths = sorted(paths)
        jobs = [(root, p, extensions) for p in self.paths]
        if workers == 0 or len(jobs) < 50:
            parsed = list(map(parse, jobs))
        else:
            from multiprocessing import Pool
            with Pool(workers) as pool:
                parsed = pool.map(parse, jobs, chunksize=64)
        self.names = {p: n for p, n, _, _, _ in parsed}
        self.headings = {p: h for p, _, h, _, _ in parsed}
        self.blocks = {p: b for p, _, _, b, _ in parsed}
        self.links = [k for *_, ks in parsed for k in ks]
        self.tables()

    def heading(self, path, anchor, kind="wiki"):
        """The line (from 0) of the heading, heading path, element or block that an anchor names; -1 where it is not
        said, None where there is none."""
        blocks, ids, elements = self.blocks[path]
        if anchor.startswith("^"):
            return blocks.get(anchor[1:].lower())
        if anchor in ids:
            return ids[anchor]
        headings = self.headings[path]
        github = collections.Counter()
        for _, text, n, _ in headings if kind != "wiki" else ():
            name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            if anchor.lower() == (f"{name}-{github[name]}" if github[name] else name):
                return n
            github[name] += 1
        parts = [part for part in anchor.split("#") if part.strip()]
        line = self.inside(headings, parts, 0, len(headings))
        if line is None:
            line = elements.get(anchor)
        if line is None and len(parts) > 1:
            line = self.inside(headings, [anchor], 0, len(headings))
        if line is None and (not parts or re.fullmatch(r"(?i:top)|L\d+(,\d+)*(-L\d+(,\d+)*)?", anchor)):
            line = -1  # the note
        return line

    def inside(self, headings, parts, low, high):
        """The line of the first heading that the last part names, inside those that the others name."""
        rank = lambda k: not slug(headings[k][1]) == slug(parts[0])  # by slug before Obsidian's spelling
        for k in sorted(range(low, high), key=rank):
            level, text, line, raw = headings[k]
            if not alike(text, parts[0]) and not (not only_exact(text) and alike(raw, parts[0])):
                continue
            end = next((n for n in range(k + 1, high) if headings[n][0] <= level), high)
            line = line if len(parts) == 1 else self.inside(headings, parts[1:], k + 1, end)
            if line is not None:
                return line
        return None

    def stem(self, name):
        base, dot, ext = posixpath.basename(name).rpartition(".")
        return base if dot and base and ext.lower() in self.ext else None

    def tables(self):
        t = self.t = {k: defaultdict(list) for k in ("exact", "caseless", "slug", "name", "squashed", "literal")}
        for p in self.paths:
            stem = self.stem(p)
            t["exact"][nfc(stem)].append(p)
            t["caseless"][caseless(stem)].append(p)
            if not only_exact(stem):
                t["slug"][slug(stem)].append((p, stem))
                t["squashed"][squashed(slug(stem))].append((p, stem))
            for n in self.names[p]:
                t["literal"][nfc(n)].append((p, n))
                if not only_exact(n):
                    t["name"][slug(n)].append((p, n))
                    t["squashed"][squashed(slug(n))].append((p, n))
        self.folded = defaultdict(list)   # caseless path without extension
        self.by_path = {}
        for p in self.paths:
            bare = p[: -len(p.rsplit(".", 1)[1]) - 1]
            self.by_path.setdefault(nfc(bare), p)
            self.folded[caseless(bare)].append(p)

    def rank(self, source, candidates):
        here = source.split("/")[:-1]

        def key(p):
            there = p.split("/")[:-1]
            common = 0
            while common < min(len(here), len(there)) and here[common] == there[common]:
                common += 1
            return len(here) + len(there) - 2 * common, p.count("/"), len(p), p
        return sorted(set(candidates), key=key)

    def resolve(self, link):
        """(tier, path) of what the link leads to; (None, None) for a broken one."""
        source, target, markdown = link["path"], link["target"], link["kind"] != "wiki"
        if not target:
            return "self", source
        hit = self.lookup(source, target, markdown)
        if markdown:
            others = [link["written"], link["written"].split("?")[0]]
        else:  # `[[b#]]` is the note `b` where no note is called `b#`
            others = [target[:-1]] if target.endswith("#") and hit[0] in BROKEN else []
        for other in others:
            if hit[0] in INEXACT + BROKEN and other:
                second = self.lookup(source, other, markdown)
                hit = hit if second[0] in INEXACT + BROKEN else second
        if hit[0] is None and not markdown and not link["anchor"] and is_time(target):
            return "time", None
        return hit

    def lookup(self, source, target, markdown):
        bare, here = target, posixpath.dirname(source)
        head, dot, ext = target.rpartition(".")
        is_note = dot and head and ext.lower() in self.ext
        if is_note:
            bare = head
        hit = self.by_path_of(source, bare, markdown) if "/" in bare else self.by_stem(source, bare)
        beside = hit and (not markdown or "/" in bare or posixpath.dirname(hit[1]) == here)
        if beside:
            return hit
        if markdown and (target.endswith("/") or posixpath.basename(target) in (".", "..") or self.folder(source, target)):
            return "folder", None
        if hit:
            return hit
        extension = target.rpartition(".")[2].split("?")[0].lower() if "." in posixpath.basename(target)[1:] else ""
        if markdown or extension:  # what is there by that name goes before what is only like it
            file = None if is_note else self.file(source, target, markdown, not markdown)
            if file:
                return "file", file
        hit = self.by_title(source, bare)
        if hit:
            return hit
        file = None if is_note else self.file(source, target, markdown, True)
        if file:
            return "file", file
        own = re.fullmatch(r"[a-z0-9]{1,8}", extension) and not extension.isdigit() and not is_note
        return ("no file" if extension in MEDIA or markdown and own else None), None

    def path_candidates(self, source, target, markdown=False):
        """Paths to try, and whether the end of one will do."""
        here = posixpath.dirname(source)
        if target.startswith("/"):
            return [posixpath.normpath(target.lstrip("/"))], markdown
        if target.endswith("/"):
            return [], False  # a folder
        relative = posixpath.normpath(posixpath.join(here, target))
        if target.startswith(("./", "../")):
            return [relative], False
        return [relative, posixpath.normpath(target)], True

    def folder(self, source, target):
        tries, suffix = self.path_candidates(source, target.rstrip("/"))
        if "/" not in target:
            tries = tries[:1]
        return any(not p.startswith("..") and os.path.isdir(os.path.join(self.root, p)) for p in tries)

    def by_path_of(self, source, target, markdown):
        """Tier 1."""
        tries, suffix = self.path_candidates(source, target, markdown)
        exact = only_exact(posixpath.basename(target))
        for path in tries:
            if nfc(path) in self.by_path:
                return 1, self.by_path[nfc(path)]
            if not exact and self.folded.get(caseless(path)):
                return 1, self.rank(source, self.folded[caseless(path)])[0]
        if suffix:
            end = "/" + nfc(posixpath.normpath(target.lstrip("/")))
            hits = [p for bare, p in self.by_path.items() if bare.endswith(end)]
            if not hits and not exact:
                end = caseless(end)
                hits = [p for bare, ps in self.folded.items() if bare.endswith(end) for p in ps]
            if hits:
                return 1, self.rank(source, hits)[0]
        return None

    def by_stem(self, source, target):
        """Tier 2: the own folder, then exact case, then any."""
        exact = self.t["exact"].get(nfc(target), [])
        folded = [] if only_exact(target) else self.t["caseless"].get(caseless(target), [])
        for hits in (exact, folded):
            own = [p for p in hits if posixpath.dirname(p) == posixpath.dirname(source)]
            if own:
                return 2, self.rank(source, own)[0]
        hits = exact or folded
        return (2, self.rank(source, hits)[0]) if hits else None

    def by_title(self, source, target):
        """Tiers 3 to 5; of a path only tier 4."""
        t = self.t
        if only_exact(target):
            hits = [p for p, _ in t["literal"].get(nfc(target), [])]
            return (4, self.rank(source, hits)[0]) if hits else None
        tiers = [
            (3, t["slug"].get(slug(target), [])),
            (4, t["name"].get(slug(target), [])),
            (5, t["squashed"].get(squashed(slug(target)), [])),
        ]
        for tier, hits in tiers[1:2] if "/" in target else tiers:
            hits = [p for p, name in hits if may_be(target, name)]
            if hits:
                return tier, self.rank(source, hits)[0]
        return None

    def file(self, source, target, markdown, anywhere):
        """The file that is no note at a path, or with that name anywhere."""
        def there(p):
            hidden = any(s.startswith(".") for s in p.split("/"))
            if p.startswith("..") or not os.path.isfile(os.path.join(self.root, p)):
                return None
            return p if hidden or self.stem(p) is None else None
        if "/" in target or markdown:
            tries, suffix = self.path_candidates(source, target, markdown)
            for path in tries if "/" in target else tries[:1]:
                same = [f for f in self.files if nfc(f) == nfc(path) and self.stem(f) is None]
                if same or there(path):
                    return there(path) or same[0]
            if not suffix or not (anywhere or "/" in target):
                return None
            target = posixpath.normpath(target.lstrip("/"))
        files = [f for f in self.files if self.stem(f) is None]
        for form in (nfc, caseless):
            hits = [f for f in files if ("/" + form(f)).endswith("/" + form(target))]
            if hits:
                return self.rank(source, hits)[0]
        return None
