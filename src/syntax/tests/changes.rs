//! A note that is read again where it was changed is the note that is read as a whole.
use proptest::prelude::*;

use super::robust::PARTS;
use super::*;

/// Reads `old`, then `new` by what has changed, and says whether that was read by itself.
#[track_caller]
fn check(old: &str, new: &str) -> bool {
    let before = read(old);
    let changed = parse_change(old, &before, new, &Options::default());
    assert_eq!(changed, read(new), "{old:?} became {new:?}");
    document::read_change(old, &before, new, &Options::default()).is_some()
}

/// Whole blocks, of which notes are made here.
pub(super) const BLOCKS: &[&str] = &[
    "Some words with [[a link]] and **more**.\nA second line #tag\n",
    "# Heading [[x|y]]\n",
    "## Heading {#id}\n\nText below. ^block\n",
    "- one [[a]]\n- two\n  - three ^id\n",
    "- one\n\n- two\n",
    "1. a\n2. b\n",
    "- a\n- b [[c]]\n- d `x`\n- e\n  - f ^g\n- h [i](j.md)\n- k\n- l ^m\n- From: [[n]]\n",
    "* a\n* b\n* $$ c\n* d\n* e $$\n* f\n* g\n",
    "1. a\n2. b\n3. c\nlazy ^d\n4. e\n^f\n5. g\n6. h\n7. i\n",
    "> quoted [[a]]\nlazy\n",
    "^alone\n",
    "# ^alone\n",
    "---\n",
    "```\ncode [[no]]\n\nmore\n```\n",
    "```md\n[[no]]\n```\n",
    "~~~\nopen\n",
    "    indented [[no]]\n",
    "| a | b |\n|---|---|\n| [[x|y]] | c ^id |\n",
    "<div id=\"x\">\n[[a]]\n</div>\n",
    "<!-- slugline: allow broken-link -->\n[[a]]\n",
    "<!-- slugline: allow-file broken-link -->\n",
    "<pre>\n[[no]]\n\n</pre>\n[[yes]]\n",
    "<!--\n\n[[no]]\n-->\n",
    "%% slugline: allow broken-link %%\n",
    "%%\n[[no]]\n\n%%\n[[yes]]\n",
    "%% open\n",
    "$$\n[[no]]\n\n$$\n",
    "$$ open\n",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a> said [01:02]\n",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">01:02</a> [00:01](#t=1) [[00:01:02]]\n",
    "From: [[channel]]\n",
    "[a link](to.md) and ![a picture](to.png) and [ref] and [^1]\n",
    "[ref]: to.md\n",
    "[^1]: A footnote.\n\n    More [[of]] it.\n",
    "[^1]\n",
    "[[unclosed\n",
    "Setext\n===\n",
    "[[]] [[a]\n",
    "\u{e9}\u{1f600} [[\u{e9}]]\n",
    "CRLF [[a]]\r\n\r\nnext\r\n",
];

/// What is put in, or put in the place of something.
fn inserted() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "", "x", " ", "\n", "\n\n", "-", "`", "%", "$", "[", "]", "^", ">", "=", "#"
        ])
        .prop_map(str::to_owned),
        prop::sample::select(PARTS).prop_map(str::to_owned),
        prop::sample::select(BLOCKS).prop_map(str::to_owned),
    ]
}

/// A text with some of its bytes replaced.
fn edited(text: &str, at: usize, length: usize, new: &str) -> String {
    let start = text.floor_char_boundary(at % (text.len() + 1));
    let end = text.ceil_char_boundary((start + length).min(text.len()));
    [&text[..start], new, &text[end..]].concat()
}

fn edits() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0usize..6, inserted()), 1..6).prop_map(|edits| {
        edits.into_iter().map(|(at, length, new)| (at.index(1 << 16), length, new)).collect()
    })
}

/// Holds the note that each edit makes of the one before equal to one that is read anew.
fn is_the_same_after(mut text: String, edits: Vec<(usize, usize, String)>) -> Result<(), TestCaseError> {
    let mut note = read(&text);
    for (at, length, new) in edits {
        let next = edited(&text, at, length, &new);
        let changed = parse_change(&text, &note, &next, &Options::default());
        prop_assert_eq!(&changed, &read(&next), "{:?} became {:?}", text, next);
        (text, note) = (next, changed);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_changed_note_is_the_same_note(
        blocks in prop::collection::vec((prop::sample::select(BLOCKS), prop::sample::select(vec!["\n", "\n", "\n", "", " \n\n"])), 0..12),
        front in prop::sample::select(vec!["", "", SOURCE, "---\nopen: x\n", "\u{feff}", "+++\ntitle = 'x'\n+++\n"]),
        edits in edits(),
    ) {
        let mut text = front.to_owned();
        text.extend(blocks.iter().flat_map(|(block, end)| [*block, *end]));
        is_the_same_after(text, edits)?;
    }

    #[test]
    fn a_changed_mixture_of_marks_is_the_same_note(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..60),
        edits in edits(),
    ) {
        let text = parts.concat();
        is_the_same_after(text, edits)?;
    }
}

/// Of most changes only the surroundings are read; of those that reach further the whole note is.
#[test]
fn what_a_change_concerns() {
    let around =
        |middle: &str| format!("# Start\n\nOne [[a]].\n\nTwo [[b]].\n\n{middle}\n\nThree.\n\nFour [[c]].\n");
    for (old, new, alone) in [
        ("word", "words", true),
        ("word", "- [[item]]", true),
        ("word", "```\ncode\n```", true),
        ("word", "", true),
        ("word", "one\n\n# Two", true),
        ("> word", "> [[word]]", true),
        ("word", "```\nopen", false),
        ("word", "<!-- open", false),
        ("word", "[a]: b", false),
        ("word", "[^a]: b", false),
        ("[a]: b", "word", false),
        ("word", "%% open", false),
        ("%% open", "word", false),
        ("word", "%%\n\n%%", true),
    ] {
        assert_eq!(check(&around(old), &around(new)), alone, "{old:?} became {new:?}");
    }
}

/// In a long list a few items are read, and not the list; whatever stands around it.
#[test]
fn a_change_in_a_list_concerns_its_neighbors() {
    let list = |item: &str| {
        let items: String =
            (0..50).map(|n| format!("- item [[{n}]]\n{}", if n == 30 { item } else { "" })).collect();
        format!("# List\n{items}\n^list\n\nMore.\n")
    };
    for (old, new, alone) in [
        ("- word\n", "- words\n", true),
        ("", "- `word` [a](b.md)\n", true),
        ("- word\n  - below\n", "- word\n  - below ^it\n", true),
        ("- word\n", "", true),
        ("- word\n", "- word\nlazy\n", false),
        ("- word\n", "- word\n\n", false),
        ("- word\n", "* word\n", false),
        ("- word\n", "- word\n---\n", false),
    ] {
        let (old, new) = (list(old), list(new));
        assert!(check(&old, &new));
        let change = parts::Change::between(&old, &new);
        let window = read(&old).parts.window_in_list(&old, &new, change);
        let is_read = window.is_some_and(|window| {
            document::read_window(&read(&old), &new, &Options::default(), window).is_some()
        });
        assert_eq!(is_read, alone, "{new:?}");
        assert!(window.is_none_or(|window| window.end - window.start < 100));
    }
}
