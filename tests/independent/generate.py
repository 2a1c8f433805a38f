#!/usr/bin/env python3
"""generate: a vault with what the corpus lacks, for the comparison of two implementations.

    generate.py DIR [--seed N] [--notes N]

Duplicate and look-alike stems in nested folders, titles and aliases, paths, anchors, embeds,
attachments; code, math, comments, HTML, tables, quotes, lists and footnotes around the links.
"""
import argparse
import os
import random

STEMS = [
    "big_topic", "Big Topic", "big-topic", "BIG_TOPIC", "bigtopic", "straße", "strasse", "café", "cafe\u0301s", "C++", "C#", "c",
    "covid_19", "covid19", "covid_1_9", "gpt_4_turbo", "gpt4turbo", "über_alles", "日本語", "naïve_bayes", "naive_bayes", "anti_aging",
    "antiaging", "C++ Strings", "C Strings", "Cats & Dogs", "cats_dogs", "no\u00a0break", "a%20b", "R&D", "2024", "2024-01-05", "a.b", "x (draft)", "AT&T", "TCP IP", "q_and_a", "emoji😀note", "🎉", "_private", "ﬁle",
]
FOLDERS = ["", "a", "b", "a/x", "a/y", "b/x", "b/x/deep", "Über", "a/big_topic"]
TITLES = ["Big Topic", "The Topic", "TCP/IP", "C++", "Naïve Bayes", "1984", "Anti-aging", "Straße", "a: b", "Q & A", "COVID-19", "C+ Strings", "Cats + Dogs", "a"]
HEADINGS = ["Intro", "Deep Dive", "Über uns", "With `code`", "See [[big_topic | the topic]]", "Intro", "Q & A", "1.2 Three",
            "Set up {#setup}", "R&B, 1955 ^block-2", "Ring $A[[x]]$", "At [[01:02]] and [[c|so]]", "F[x] (draft)"]
WORDS = "the claim is that prices rose to ten and fell again in 1984 because of it 😀 e\u0301 ﷽ über".split()
FILES = ["a/x.html", "a%20b.png", "b/no\u202fbreak.png", "LICENSE", "photo.png", "plan.pdf", "a/photo.png", "b/data.csv", "Über/clip.mp4", "a/x/notes.txt"]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, xs):
        return self.r.choice(xs)

    def words(self, n=4):
        return " ".join(self.pick(WORDS) for _ in range(self.r.randint(1, n)))

    def name(self):
        s = self.pick(STEMS + TITLES + ["nowhere", "No Such Note"])
        return self.pick([s, s, s, s.lower(), s.upper(), s.replace("_", " "), s.replace("_", "-"), s.replace("_", ""), s.replace(" ", "_")])

    def target(self):
        n = self.name()
        f = self.pick(FOLDERS)
        t = self.pick([n] * 8 + [f"{f}/{n}", f"./{n}", f"../{n}", f"/{f}/{n}", f"x/{n}", f"../{f}/{n}", n + ".md", f"{f}/{n}.md", self.pick(FILES),
                                "gone.png", "gone.xyz", os.path.basename(self.pick(FILES)), "../../../" + n])
        if self.r.random() < 0.15:
            t += self.pick(["#Intro", "#Deep Dive", "#Intro#Deep Dive", "#Nope", "#^block-1", "#See the topic", "#q_a", "#setup",
                            "#box", "#top", "#L3", "#L3-L9", "#R B 1955", "#R&B, 1955", "#See big topic the topic", "#1 2 Three", "#F x draft",
                            "#F[x] (draft)", "#Ring A x", "#^block-2", "#^block-3", "#^block-4", "#"])
        return t

    def wiki(self):
        t = self.target()
        alias = self.pick(["", "", "|x", " | " + self.words(), "|[00:10:08]", "| a [b] c", "| `code`", "| **b**",
                           ' | <a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>', "| a | b"])
        return self.pick(["", "", "", "!"]) + "[[" + t + alias + "]]"

    def markdown(self):
        t = self.target().replace(" ", self.pick(["%20", "%20", "%C2%A0"])).replace("&", self.pick(["&", "&amp;", "&#38;"]))
        return self.pick([f"[{self.words()}]({t})", f"[t](<{self.target()}>)", f"![alt]({t})", f"[{self.wiki()}](u)", f"[t]({self.wiki()})",
                          "[a](https://example.com/x)", "[m](mailto:a@b.c)", "[h](#intro)", f'[q]({t} "title")'])

    def dirt(self):
        w = self.wiki
        return self.pick([
            lambda: f"`{w()}`", lambda: f"``a ` {w()}``", lambda: f"` {w()}", lambda: f"\\{w()}", lambda: f"$x {w()} y$", lambda: f"$x$ {w()} $y$",
            lambda: f"$$ {w()} $$", lambda: f"(${self.r.randint(1, 9)} {w()} ($4", lambda: f"<!-- {w()} -->", lambda: f"%% {w()} %%",
            lambda: f"50%% {w()}", lambda: f'<span title="{w()}">{w()}</span>', lambda: f"<code>{w()}</code>", lambda: f"<b>{w()}</b>",
            lambda: "[[a | b " + w() + " d]]", lambda: "[[" + self.words(), lambda: "[[ ]]", lambda: "[[]]", lambda: "]]" + w(),
            lambda: "[" + w() + "]", lambda: "**" + w() + "**", lambda: "*a " + w() + "*", lambda: "[[[" + self.name() + "]]]",
            lambda: f"[see {w()} now](u)", lambda: "[^1]", lambda: "#tag", lambda: f"<https://e.org/{self.r.randint(1, 9)}>",
            lambda: '<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>', lambda: "[[" + self.name() + "\n" + self.words() + "]]",
            lambda: "[[" + self.name() + " [" + self.words(2) + "]]]", lambda: "[[list[0][1]|" + self.words(2) + "]]", lambda: f"[[[Draft] {self.name()}]]",
            lambda: f"$A[[x]]$ {w()}", lambda: "$\\F_{p}[[x, y]] / (x)$", lambda: f"$4[[x]] {w()}$", lambda: f"![see {w()}](photo.png)",
            lambda: f"![[{self.name()}]](photo.png)", lambda: f"![a [b](gone.md) {w()}][ref]", lambda: "[[00:50:02]]", lambda: "[[20:24|x]]",
            lambda: "[01:02]()", lambda: "[01:02](#t1:02)", lambda: "[01:02](gone.md)", lambda: '<i id="box">b</i>', lambda: '`<i id="box">`',
            lambda: "q[^u]", lambda: "[[a [b]] c]]", lambda: "[[a]b]]", lambda: "[[x [y|z] w]]",
            lambda: "\\`" + w() + "`", lambda: "<svg><a>" + w() + "</a></svg>",
        ])()

    def inline(self):
        out = []
        for _ in range(self.r.randint(1, 6)):
            out.append(self.pick([self.words, self.words, self.wiki, self.wiki, self.markdown, self.dirt])())
        return " ".join(out)

    def block(self):
        i = self.inline
        return self.pick([
            i, i, i, lambda: i() + "\n" + i(), lambda: "- " + i() + "\n- " + i(), lambda: "1. " + i() + "\n\n   " + i() + "\n2. " + i(),
            lambda: "> " + i().replace("\n", "\n> ") + "\n" + self.words(), lambda: "# " + self.pick(HEADINGS), lambda: "## " + self.pick(HEADINGS),
            lambda: "### " + i().replace("\n", " "), lambda: "```\n" + i().replace("%%", "") + "\n```", lambda: "~~~ md\n" + i().replace("%%", "") + "\n```\n" + i().replace("%%", "") + "\n~~~",
            lambda: "    " + self.wiki(), lambda: "para\n    " + self.wiki(), lambda: "| a | b |\n|---|---|\n| " + self.wiki().replace("|", "\\|") + " | " + self.wiki() + " |",
            lambda: "$$\n" + self.wiki() + "\n$$", lambda: "%%\n" + i().replace("%%", "") + "\n\n" + self.wiki() + "\n%%",
            lambda: "<!--\n" + self.wiki() + "\n\n" + self.wiki() + "\n-->", lambda: "<div>\n" + self.wiki() + "\n</div>", lambda: "<pre>\n" + self.wiki() + "\n\n" + self.wiki() + "\n</pre>",
            lambda: "[^1]: " + i().replace("\n", " ") + "\n\n    " + i().replace("\n", " "), lambda: "[ref]: " + self.target().replace(" ", "%20"), lambda: self.words() + " ^block-1",
            lambda: "- " + self.words() + " ^block-3\n  " + i().replace("\n", " "), lambda: "1. " + i().replace("\n", " ") + "\n\n^block-4",
            lambda: "[12:30]: " + self.target().replace(" ", "%20"), lambda: '<div id="box">\n' + self.wiki() + "\n</div>",
            lambda: "| a |\n|---|\n| b |\n^block-4", lambda: "> " + self.words() + "\n^block-4",
            lambda: "---", lambda: "Setext " + self.wiki() + "\n---", lambda: "- [ ] " + i() + "\n    - " + i() + "\n\n          " + self.wiki(),
            lambda: "> [!note] " + self.wiki() + "\n> ```\n> " + self.wiki() + "\n> ```\n> " + self.wiki(), lambda: "<!-- slugline: allow broken-link -->\n" + self.wiki(),
            lambda: self.wiki() + " %% slugline: allow broken-link %%", lambda: "- ```\n  " + self.wiki() + "\n  ```\n" + self.wiki(), lambda: "***\n" + self.wiki(),
        ])()

    def note(self):
        out = []
        if self.r.random() < 0.5:
            front = []
            if self.r.random() < 0.7:
                t = self.pick(TITLES)
                front.append(self.pick(["title", "title", "Title"]) + ": " + (f'"{t}"' if ": " in t or self.r.random() < 0.3 else t))
            if self.r.random() < 0.4:
                front.append(self.pick(["aliases: [Some Alias, The Topic]", "aliases:\n  - Alias One\n  - 'Naïve Bayes'", "alias: Lone Alias", "Aliases: One Alias, The Topic", "aliases: [{{title}}]", 'related: "[[big_topic]]"']))
            if self.r.random() < 0.1:
                out.append(f'+++\ntitle = "{self.pick(TITLES)}"\naliases = ["Alias One"]\n\n[[tables]]\nx = 1\n+++')
            else:
                out.append("---\n" + "\n".join(front) + "\n---")
        if self.r.random() < 0.3:
            out.append(self.pick(["", "<!-- c -->\n"]) + "# " + self.pick(HEADINGS + TITLES))
        out += [self.block() for _ in range(self.r.randint(2, 12))]
        if self.r.random() < 0.1:
            # Unclosed, and so text; last, for what a later mark would close is a matter of taste.
            out.append("%%\n" + self.words() + "\n" + self.wiki().replace("%%", ""))
        text = "\n\n".join(out) + "\n"
        return self.pick([text] * 6 + [text.replace("\n", "\r\n"), "\ufeff" + text])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("dir"), p.add_argument("--seed", type=int, default=1), p.add_argument("--notes", type=int, default=150)
    a = p.parse_args()
    m = Maker(a.seed)
    paths = {os.path.join(f, s + ".md") for f in FOLDERS for s in STEMS}
    for path in m.r.sample(sorted(paths), min(a.notes, len(paths))):
        full = os.path.join(a.dir, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as f:
            f.write(m.note())
    for path in FILES:
        full = os.path.join(a.dir, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(b"x")
    print(f"seed {a.seed}")


if __name__ == "__main__":
    main()
