//! What is read without the markdown parser is what the parser would have read.
use proptest::prelude::*;

use super::changes::BLOCKS;
use super::robust::PARTS;
use super::*;

fn check(text: &str) {
    let by_markdown = document::read(text, &Options::default(), true);
    assert_eq!(read(text), by_markdown, "{text:?}");
}

/// What lines are made of that can do without the parser, and what is near to that.
const WORDS: &[&str] = &[
    "Words ",
    "and more",
    "**bold** ",
    "*a* ",
    "_b_ ",
    "[[link]] ",
    "![[embed]]",
    "[[link|alias]]",
    "[[a_b]] [[c_d]]",
    "[00:01:02] ",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:03]</a>",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">",
    "<a class=\"yt-timestamp\" data-t=\"1:02\">1:02",
    "</a>",
    "#tag ",
    "^id",
    " ^id",
    "{#id}",
    "$x$ ",
    "$$",
    "%%",
    "`",
    "`",
    "`c [[d]] <e>` ",
    "``",
    "<b>",
    "<br/> ",
    "<br>",
    "\\",
    "&amp;",
    "(b)",
    "[a]",
    "[[a]]: ",
    "[a]: ",
    "\\]]: ",
    "[^1]",
    "]",
    "[",
    "!",
    "|",
    "From: ",
    "https://a.b ",
    "\u{e9}",
    "2023",
    "~~",
    "*",
    " ",
    "\t",
    "#",
    "\0",
    "\u{b}",
];

const STARTS: &[&str] = &[
    "", "", "", "", "", "- ", "- ", "- ", "* ", "+ ", "1. ", "2. ", "1) ", "-", "  ", "    ", "  - ", "\t",
    "> ", "# ", "## ", "#", "####### ", "---", "***", "===", "- [ ] ", "```", "~~~", "  ```", "- ```",
    "  - ", "    - ", "    - ", "   - ", "      - ", "  * ", "  1. ", "   1. ", "   2. ", "    * ", " - ",
    "<div>", "<!--", "-->", "<pre>", "</pre>", "|", "|-|", ":-", "[", "\u{b}", "-  ", "-      ", "10. ",
];

/// What lines of front matter begin with, and what values are made of.
const KEYS: &[&str] = &[
    "title: ",
    "title:",
    "videoId: ",
    "aliases: ",
    "aliases:",
    "tags: ",
    "tags:",
    "lang: ",
    "lang:",
    "date: ",
    "other_key: ",
    "other:",
    "Title: ",
    "  - ",
    "  - ",
    "  - ",
    "- ",
    "    - ",
    "  -",
    "  a: ",
    "key",
    "a b: ",
    "?: ",
    "# ",
    "...",
    "--- ",
    "1: ",
    "nul: ",
];
const VALUES: &[&str] = &[
    "words ",
    "Words of",
    "a",
    "1",
    "2023-01-02",
    "true",
    "null",
    "~",
    "dQw4w9WgXcQ",
    "00:01:02",
    "a, b",
    "a-b",
    "- c",
    "'d'",
    "\"e\"",
    "[f]",
    "[[g]]",
    "{h}",
    "{{i}}",
    "<% j %>",
    " #k",
    "#l",
    "m: n",
    "o:",
    "&p",
    "*q",
    "!r",
    "|",
    ">",
    "@",
    "%",
    "`",
    "\u{e9}",
    "\t",
    "\u{7f}",
    "?",
    "https://youtu.be/dQw4w9WgXcQ",
    "\\",
    ",",
    "(",
    "=",
    "it's",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn lines_of_any_kind_are_read_as_the_parser_does(
        lines in prop::collection::vec(
            (prop::sample::select(STARTS), prop::collection::vec(prop::sample::select(WORDS), 0..5), prop::sample::select(vec!["\n", "\n\n", "\n\n", "", " \n"])),
            0..14,
        ),
        front in prop::sample::select(vec!["", SOURCE]),
    ) {
        let lines = lines.iter().map(|(start, words, end)| format!("{start}{}{end}", words.concat()));
        check(&format!("{front}{}", lines.collect::<String>()));
    }

    #[test]
    fn blocks_are_read_as_the_parser_does(
        blocks in prop::collection::vec((prop::sample::select(BLOCKS), prop::sample::select(vec!["\n", "\n", "", " \n\n"])), 0..12),
    ) {
        // A definition anywhere leaves all to the parser.
        let blocks = blocks.iter().filter(|(block, _)| !block.contains("]:") && !block.contains('\r'));
        check(&blocks.flat_map(|(block, end)| [*block, *end]).collect::<String>());
    }

    #[test]
    fn front_matter_is_read_as_its_parser_does(
        lines in prop::collection::vec(
            (prop::sample::select(KEYS), prop::collection::vec(prop::sample::select(VALUES), 0..3), prop::sample::select(vec!["\n", "\n", "\n", "\n", " \n", "\n\n", "\r\n", ""])),
            0..6,
        ),
    ) {
        let lines = lines.iter().map(|(key, values, end)| format!("{key}{}{end}", values.concat()));
        check(&format!("---\n{}---\nWords\n", lines.collect::<String>()));
    }

    #[test]
    fn any_mixture_is_read_as_the_parser_does(parts in prop::collection::vec(prop::sample::select(PARTS), 0..60)) {
        let parts = parts.iter().filter(|part| !part.contains("]:") && !part.contains('\r'));
        check(&parts.copied().collect::<String>());
    }
}

/// What is handed to the parser of a note as most are.
#[test]
fn the_parser_reads_what_it_has_to() {
    let text = "\
# A [[title]]

Words with [[links]], **emphasis**, <br/> and <a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>.
- an item of [[a list]]: with `code`
- another one, and <a class=\"yt-timestamp\" data-t=\"00:01:02\"></a> half a timestamp</a>

<b>Tags</b> are for the parser.

## More *words*
A [link](to.md).

1. one
2. two

- a nested
  - list
    1. of lists
  - and its end

Words before
  * a list that is indented

- a loose

  - list
";
    let stretches: Vec<_> = crate::syntax::plain::Blocks::new(text, 0, false)
        .filter_map(|block| match block {
            crate::syntax::plain::Block::Markdown(span) => Some(span.of(text)),
            _ => None,
        })
        .collect();
    assert_eq!(
        stretches,
        [
            "<b>Tags</b> are for the parser.\n\n## More *words*\nA [link](to.md).\n\n",
            "- a loose\n\n  - list\n"
        ]
    );
}

/// A choice of the texts whose growth is measured.
#[test]
fn shapes_of_syntax_are_read_as_the_parser_does() {
    for shape in shapes::all().iter().step_by(29) {
        check(&shape.text(200));
    }
}

/// One in four of the real notes of `../shared/corpus`, where they are there.
#[test]
fn real_notes_are_read_as_the_parser_does() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");
    let mut folders = vec![std::path::PathBuf::from(corpus)];
    let mut notes = 0;
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let place = entry.path();
            if place.is_dir() {
                folders.push(place);
            } else if place.extension().is_some_and(|extension| extension == "md") {
                notes += 1;
                if notes % 4 == 0 {
                    check(&String::from_utf8_lossy(&std::fs::read(place).unwrap()));
                }
            }
        }
    }
    if notes == 0 {
        // Past `eprintln!`, of which `cargo test` shows nothing where a test passes.
        use std::io::Write as _;
        std::io::stderr().write_all(format!("skipped: no corpus at {corpus}\n").as_bytes()).unwrap();
    }
}
