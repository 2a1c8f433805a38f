//! Sections and selections as notes of their own.

use super::{change, check, offered};
use crate::ide::{ActionKind, Document, MemoryTexts, Wish, code_actions};
use crate::index::{Change, Facts};
use crate::settings::Settings;
use crate::text::Span;
use crate::vault::Vault;

/// The actions at the cursor that extract something, or why they do not.
fn titles(source: &str) -> Vec<String> {
    let (_, actions) = offered(source, &Wish::default());
    let actions = actions.into_iter().filter(|action| action.kind == ActionKind::Extract);
    actions.map(|action| action.disabled.unwrap_or(action.title)).collect()
}

/// Headings move up, links lead where they led from another folder, and links to what moved follow.
#[test]
fn a_section_becomes_a_note() {
    let source = "
//- a/note.md
---
title: Note
---
From: [[channel]] <br/>

## Before
See [[#Tides]], [[#Spring tides|springs]], [x](#deep) and [[note#^claim]].

## Tides$0
They follow the [[moon]], [its page](../b/moon.md), [[../b/moon|it]] ![[photo.png]] ![](photo.png).

### Spring tides
As [[#Before]] says, and [[#Spring tides]]. A claim ^claim

#### Deep
Text.

## After
Text.
//- b/moon.md
[[note#Tides]] [[note#Spring tides]] [[note#^claim|c]] [d](../a/note.md#deep) [[note#Before]] [[note]]
//- a/moon.md
//- a/photo.png
//- .slugline.toml
new_note.folder = \"in\"
";
    let expected = "
//- a/note.md
---
title: Note
---
From: [[channel]] <br/>

## Before
See [[tides|Tides]], [[tides#Spring tides|springs]], [x](../in/tides.md#deep) and [[tides#^claim]].

[[tides|Tides]]

## After
Text.
//- b/moon.md
[[tides]] [[tides#Spring tides]] [[tides#^claim|c]] [d](../in/tides.md#deep) [[note#Before]] [[note]]
//- in/tides.md
---
title: Tides
---

From: [[channel]] <br/>

They follow the [[a/moon]], [its page](../b/moon.md), [[../b/moon|it]] ![[photo.png]] ![](../a/photo.png).

## Spring tides
As [[note#Before]] says, and [[#Spring tides]]. A claim ^claim

### Deep
Text.
";
    // The vault writes names in lower case.
    let named = format!("{}//- b/big_topic.md\n//- b/other_topic.md\n", source);
    let expected = expected.replace("See [[tides|Tides]],", "See [[tides]],");
    check("Extract section to `in/tides.md`", &named, &expected);
    let embedded = expected.replace("\n[[tides|Tides]]\n", "\n![[tides]]\n");
    check("Extract section to `in/tides.md` and embed", &named, &embedded);
}

#[test]
fn a_selection_becomes_a_note() {
    for (before, old, new) in [
        // Whole lines, though not all of them are selected; the highest heading is below the title.
        (
            "Text.\n\nFirst $0paragraph here.\n\n#### Deep\nMo$0re.\n\nEnd.\n",
            "Text.\n\n[[First paragraph here]]\n\nEnd.\n",
            ("First paragraph here", "First paragraph here.\n\n## Deep\nMore."),
        ),
        // Words of a line.
        ("One $0two *three*$0 four.\n", "One [[two three]] four.\n", ("two three", "two *three*")),
        // Items of a list lose the indentation that they share.
        ("- a\n  $0- b\n  - c$0\n- d\n", "- a\n[[b]]\n- d\n", ("b", "- b\n- c")),
        // The heading above the others is the title.
        ("Text.\n\n$0Big\n---\nx\n\n#### Small\ny$0\n", "Text.\n\n[[Big]]\n", ("Big", "x\n\n### Small\ny")),
    ] {
        let (name, text) = new;
        let expected = format!("//- note.md\n{old}//- {name}.md\n---\ntitle: {name}\n---\n\n{text}\n");
        let mut files: Vec<_> = expected.split("//- ").skip(1).collect();
        files.sort_unstable();
        let expected: String = files.iter().map(|file| format!("//- {file}")).collect();
        check("Extract selection to", &format!("//- note.md\n{before}"), &expected);
    }
}

/// What the text refers to goes along, and what the rest refers to stays.
#[test]
fn definitions_are_where_they_are_needed() {
    check(
        "Extract section",
        "
//- note.md
---
videoId: dQw4w9WgXcQ
---
Rest[^rest] [both][b].

## Part$0
Text[^1] [x][ref] [y][b] at <a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>.

[^rest]: Of the rest.

## End
[^1]: Of the part.

[ref]: sub/other.md
[b]: sub/b.md
//- sub/other.md
//- sub/b.md
",
        "
//- Part.md
---
videoId: dQw4w9WgXcQ
title: Part
---

Text[^1] [x][ref] [y][b] at <a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>.

[^rest]: Of the rest.

[^1]: Of the part.
[ref]: sub/other.md
[b]: sub/b.md
//- note.md
---
videoId: dQw4w9WgXcQ
---
Rest[^rest] [both][b].

[[Part]]

## End

[ref]: sub/other.md
[b]: sub/b.md

[^rest]: Of the rest.
",
    );
}

/// Of two headings of one name the second is found by another anchor when the first has gone.
#[test]
fn links_to_what_stays_stay_right() {
    check(
        "Extract section",
        "
//- note.md
[first](#notes) [second](#notes-1) [[#B#Notes]]
## A$0
### Notes
one
## B
### Notes
two
//- other.md
[first](note.md#notes) [second](note.md#notes-1)
",
        "
//- A.md
---
title: A
---

## Notes
one
//- note.md
[first](A.md#notes) [second](#notes) [[#B#Notes]]
[[A]]

## B
### Notes
two
//- other.md
[first](A.md#notes) [second](note.md#notes)
"
        .replace("[[A]]\n\n", "[[A]]\n")
        .as_str(),
    );
}

/// No other link changes its meaning by the new note's name.
#[test]
fn the_new_note_has_a_name_of_its_own() {
    let vault = "//- note.md\n# Moon$0\ntext\n//- far/moon.md\n//- other.md\n[[moon]]\n";
    assert_eq!(titles(vault)[0], "Extract section to `Moon 2.md`");
    assert_eq!(titles("//- note.md\n## A/B: [c]|d$0\ntext\n")[0], "Extract section to `A B c d.md`");
    assert_eq!(titles("//- note.md\n# ???$0\ntext\n")[0], "Extract section to `Untitled.md`");
}

#[test]
fn what_cannot_move_says_why() {
    for (text, reason) in [
        ("---\ntitle: $0x\n---\ntext$0\n", "The front matter belongs to this note"),
        ("a [[b$0|c]] d$0\n", "The selection contains part of a link"),
        ("a\n$0b\n```\ncode\n$0```\n", "The selection contains part of a block"),
    ] {
        assert_eq!(titles(&format!("//- note.md\n{text}")), [reason], "{text}");
    }
    assert_eq!(titles("//- note.md\nte$0xt\n"), [""; 0]);
}

#[test]
fn line_ends_are_those_of_the_note() {
    let source =
        "//- note.md\n## One$0\nx\n\n### Deep\ny\n".replace('\n', "\r\n").replace("note.md\r", "note.md");
    let (_, actions) = offered(&source, &Wish::default());
    let extract = actions.iter().find(|action| action.kind == ActionKind::Extract).unwrap();
    assert_eq!(change(extract).create[0].1, "---\r\ntitle: One\r\n---\r\n\r\nx\r\n\r\n## Deep\r\ny\r\n");
}

/// A file that has changed since it was read keeps what stands there now.
#[test]
fn a_file_that_says_something_else_by_now_is_left_alone() {
    let files =
        [("note.md", "## One\nx\n"), ("same.md", "[[note#One]]\n"), ("other.md", "[[gone]] [[note#One]]\n")];
    let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(files));
    let before = Document::new("[[note#One]]\n".into(), &Settings::default());
    let facts = Facts::new(&before.text, &before.note, &Settings::default());
    vault.apply([Change::Facts("other.md".into(), facts)]);
    let analysis = vault.snapshot();
    let note = |path| analysis.index.note(path).unwrap();
    let actions = code_actions(&analysis, note("note.md"), Span::at(3), &Wish::default());
    let extract = actions.iter().find(|action| action.kind == ActionKind::Extract).unwrap();
    let edited: Vec<_> = change(extract).edits.iter().map(|(note, _)| *note).collect();
    assert_eq!(edited, [note("note.md"), note("same.md")]);
}
