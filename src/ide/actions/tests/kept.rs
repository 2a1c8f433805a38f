//! A link that is written anew leads where it led, and all else says what it said: in texts in which what a link is
//! made of may mean something else.
use proptest::prelude::*;
use proptest::sample::select;

use super::{check, offered};
use crate::ide::fixture::Fixture;
use crate::ide::{Action, ActionKind, Analysis, Document, Wish, code_actions};
use crate::index::{NoteId, Wanted, slug};
use crate::text::Span;

/// The titles of what is offered.
fn titles(source: &str) -> Vec<String> {
    offered(source, &Wish::default()).1.into_iter().map(|action| action.title).collect()
}

#[test]
fn what_a_link_would_not_be_read_as_is_not_offered() {
    let vault = "//- photo.png\n//- Big Topic.md\n//- sub/c$d.md\n";
    for (text, title) in [
        // Math, but for the wikilink.
        ("$![[$0photo.png]]$", "Convert to Markdown"),
        ("$![[$0photo.png]]$", "Remove"),
        // A heading that others link to by its text.
        ("## Of [[$0Big Topic#Part one]]", "Convert to Markdown"),
        // A channel is a wikilink.
        ("From: [[$0Big Topic]]", "Convert to Markdown"),
        // With another bar it is a table.
        ("x | [[$0BigTopic]]\n--|--|--\n", "Replace with"),
        // A tag, a footnote.
        ("[#t$0ag](<Big Topic.md>)", "Remove"),
        // A picture in the text of a link.
        ("[![x](photo.png) y$0](<Big Topic.md>)", "Convert to wikilink"),
    ] {
        let found = titles(&format!("//- a.md\n{text}\n{vault}"));
        assert!(!found.iter().any(|found| found.starts_with(title)), "{text}: {found:?}");
    }
    // Of all links of a note those that can.
    check(
        "Convert all wikilinks",
        &format!("//- a.md\n$0[[Big Topic]]\n\n$![[photo.png]]$ [[Big Topic]]\n{vault}"),
        "//- a.md\n[Big Topic](Big%20Topic.md)\n\n$![[photo.png]]$ [Big Topic](Big%20Topic.md)\n",
    );
    // All fixes at once are held to the same: a bar would make a table of two lines, and hide the link.
    let text = "[[BigTopic]]\n\nx | [[BigTopic]]\n--|--|--\n$0";
    let fixed = "[[Big Topic | BigTopic]]\n\nx | [[BigTopic]]\n--|--|--\n";
    check("Fix all", &format!("//- a.md\n{text}\n{vault}"), &format!("//- a.md\n{fixed}"));
    check(
        "Fix all 2 `inexact",
        &format!("//- a.md\n{}\n{vault}", text.replacen("Top", "T$0op", 1).replace("\n$0", "\n")),
        &format!("//- a.md\n{fixed}"),
    );
    check("Remove link", "//- a.md\n# Here\nSee [[#He$0re]].\n", "//- a.md\n# Here\nSee Here.\n");
}

/// What stands around links: marks that mean something by pairs, or at the beginning of a line.
const AROUND: &[&str] = &[
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "$",
    "$$",
    "`",
    "```\n",
    "|",
    "\n| a | b |\n|---|---|\n| ",
    "[",
    "]",
    "](u)",
    "![",
    "(",
    ")",
    "%%",
    "<!--",
    "-->",
    "<b>",
    "</b>",
    "\n<div>\n",
    "# ",
    "- ",
    "> ",
    "[^1]: ",
    "[^1]",
    "\\",
    "*",
    "~~",
    "{",
    "}",
    "x",
    "5",
    "#tag",
    " ^id\n",
    "\n---\n",
    "From: ",
    "[00:01]",
    "[r]: ",
    "\t",
];

const LINKS: &[&str] = &[
    "[[a]]",
    "[[Big Topic]]",
    "[[big topic|x]]",
    "[[big-topic#Part one]]",
    "![[photo.png]]",
    "![[photo.png|20]]",
    "[[#Here]]",
    "[[c$d]]",
    "[[C D]]",
    "[[sub/e%%f]]",
    "[[g`h|y z]]",
    "[[i(j)]]",
    "[[k_l*m*]]",
    "[x](a.md)",
    "[*y*](Big%20Topic.md#part-one)",
    "[`z`](<sub/g`h.md>)",
    "![p](photo.png)",
    "[w](c%24d.md \"t\")",
    "[[a|$5]]",
    "[[a|`]]",
    "[[gone]]",
    "[[big-topic|a \\| b]]",
    "[[a#gone]]",
    "[r]",
    "[[n [o]]]",
    "![[a]]",
    "[[p &amp; q]]",
    "[[p & q]]",
    "[<b>](a.md)",
    "[[big topik]]",
];

pub(super) const FILES: &[(&str, &str)] = &[
    ("a.md", "# A\n"),
    ("Big Topic.md", "## Part one\nx ^id\n"),
    ("c$d.md", ""),
    ("C D.md", ""),
    ("sub/e%%f.md", ""),
    ("sub/g`h.md", ""),
    ("i(j).md", ""),
    ("k_l*m*.md", ""),
    ("n [o].md", ""),
    ("p & q.md", ""),
    ("photo.png", ""),
    ("other/a.md", ""),
];

pub(super) fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![3 => select(AROUND), 2 => select(LINKS)];
    proptest::collection::vec(part, 1..9).prop_map(|parts| format!("# Here\n\n{}\n", parts.concat()))
}

/// The links of a text, each by its place in the text and where it leads.
type Leads = Vec<(Span, Option<NoteId>, Option<String>)>;

fn leads(analysis: &Analysis, note: NoteId, document: &Document) -> Leads {
    let links = document.note.links.iter().map(|link| {
        let found = analysis.resolve_wanted(note, &Wanted::of(link, &document.text));
        (link.span, found.note(), found.attachment.map(|path| path.to_string()))
    });
    links.collect()
}

/// Holds what `action` makes of the text against what it says it does.
fn hold(fixture: &Fixture, note: NoteId, at: Span, action: &Action) -> Result<(), TestCaseError> {
    let Some(change) = &action.change else { return Ok(()) };
    let analysis = &fixture.analysis;
    let before = analysis.document(note).unwrap();
    let mut text = before.text.to_string();
    let Some((_, edits)) = change.edits.iter().find(|(own, _)| *own == note) else { return Ok(()) };
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    let after = Document::new(text.into(), analysis.settings());
    let (was, is) = (leads(analysis, note, &before), leads(analysis, note, &after));
    let context = format!("{}: {:?} -> {:?}: {was:?} {is:?}", action.title, before.text, after.text);
    let led = |leads: &Leads| leads.iter().map(|(_, note, file)| (*note, file.clone())).collect::<Vec<_>>();
    let title = &*action.title;
    if title.starts_with("Remove link") || title == "Remove the link" {
        prop_assert_eq!(is.len() + 1, was.len(), "{}", context);
    } else if title.starts_with("Change to") || title.starts_with("Replace with") && action.mends.is_some() {
        let same = |(was, is): (&Leads, &Leads)| {
            was.len() == is.len()
                && was.iter().zip(is).all(|(was, is)| {
                    was.0.overlaps(at) || was.0.touches(at.start()) || (was.1, &was.2) == (is.1, &is.2)
                })
        };
        prop_assert!(same((&was, &is)), "{}", context);
    } else if title.starts_with("Fix ") {
        let lead = |leads: &Leads, document: &Document, also_markdown: bool| {
            let links = leads.iter().zip(&document.note.links);
            let leading = links.filter(|((_, note, file), _)| note.is_some() || file.is_some());
            let asked = leading.filter(|(_, link)| also_markdown || link.is_wiki());
            asked.map(|((_, note, file), _)| (*note, file.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(lead(&is, &after, false), lead(&was, &before, false), "{}", context);
        let (was, is) = (lead(&was, &before, true), lead(&is, &after, true));
        if edits.iter().any(|edit| edit.text.contains("\\|")) {
            // Where a pipe no longer parts cells, markdown links come back that CommonMark dropped with a cell too many.
            let mut rest = is.iter();
            prop_assert!(was.iter().all(|own| rest.any(|other| other == own)), "{}", context);
        } else {
            prop_assert_eq!(is, was, "{}", context);
        }
    } else if title.starts_with("Rewrite link")
        || title.starts_with("Convert")
        || title.starts_with("Make all")
    {
        prop_assert_eq!(led(&is), led(&was), "{}", context);
    } else {
        return Ok(());
    }
    if !title.starts_with("Remove") {
        let headings = |document: &Document| {
            document
                .note
                .headings
                .iter()
                .map(|own| (own.level, slug(&own.text).into_owned()))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(headings(&before), headings(&after), "{}", context);
    }
    let others = |document: &Document| {
        let note = &document.note;
        [
            note.tags.len(),
            note.blocks.len(),
            note.footnotes.len(),
            note.timestamps.len(),
            note.element_ids.len(),
        ]
    };
    prop_assert_eq!(others(&before), others(&after), "{}", context);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_link_that_is_written_anew_is_read_as_the_same(
        text in texts(), style in select(&["slug", "slug-title", "title"][..]),
    ) {
        let files: String = FILES.iter().map(|(path, text)| format!("//- {path}\n{text}\n")).collect();
        let vault = format!("//- note.md\n{text}\n{files}//- .slugline.toml\ncompletion.style = \"{style}\"\n");
        let fixture = Fixture::new(&vault);
        let note = fixture.note("note.md");
        let document = fixture.analysis.document(note).unwrap();
        let places: Vec<Span> = document.note.links.iter().map(|link| Span::at(link.target.start())).collect();
        for at in places {
            for action in code_actions(&fixture.analysis, note, at, &Wish::default()) {
                if matches!(action.kind, ActionKind::QuickFix | ActionKind::Rewrite | ActionKind::Source | ActionKind::FixAll) {
                    hold(&fixture, note, at, &action)?;
                }
            }
        }
    }
}
