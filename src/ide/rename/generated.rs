//! Renames and moves in generated vaults, whose notes have names that are alike: every link that led somewhere
//! leads there afterwards, and what is not a link's target stays.
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use super::*;
use crate::ide::{Analysis, Document, MemoryTexts};
use crate::index::{AnchorOutcome, Tier, Wanted, resolve_anchor};
use crate::settings::Settings;
use crate::syntax::{Heading, Link};
use crate::text::PathText;
use crate::vault::Vault;

type Files = BTreeMap<String, Arc<str>>;

const FOLDERS: &[&str] = &["", "x/", "y/", "x/z/", "d.x/", "e [f]/", "50%25/"];
const STEMS: &[&str] = &[
    "big_topic",
    "Big Topic",
    "tides",
    "Tides",
    "c d",
    "C++",
    "r&d",
    "caf\u{e9}",
    "a",
    "cafe\u{301}",
    "v1.2",
    "50% off",
    "a#b",
    "x^y",
    "b [c]",
    "\u{1f30a} sea",
    "README",
    "index",
    "a (1)",
    "it's",
    "A",
    "a-b",
    "a%20b",
];
const TITLES: &[&str] = &[
    "",
    "# Big topic\n",
    "---\ntitle: Tides\n---\n",
    "---\naliases: [a, big-topic]\n---\n",
    "---\naliases:\n  - \"C++\"\n  - caf\u{e9}\ntags: [a, b/c]\nrelated: \"[[tides]]\"\nup:\n  - '[[x/a|A]]'\n---\n",
    "# Part\n",
    "# About [[tides]]\n",
];
const SECTIONS: &str = "## Part\n\nWords. ^id\n\n## R&D: *new*\n\n### Part\n\n- x ^i-2\n\n";
/// What stands around a link.
const PLACES: &[&str] = &[
    "@ \u{1f30a} @\t@",
    "\n\n| a | b |\n|---|---|\n| | | \u{1f30a} |\n\n",
    "w[^1]\n\n[^1]: @\n    @\n\n",
    "\n\n> [!note] @\n> @ \u{1f30a}\n\n",
    "\n\n<div>\n@\n</div>\n\n",
    "\n\n- a\n\t- @\n\t  hard  \n\t  @\n\n",
    "\n\n## See @\n\n",
    " %% @ %% `@` <!-- @ --> ",
    "e\u{301} **@** _@_ [@](https://x.y) ",
];

fn paths() -> impl Strategy<Value = String> {
    (select(FOLDERS), select(STEMS)).prop_map(|(folder, stem)| format!("{folder}{stem}.md"))
}

fn encoded(path: &str) -> String {
    path.chars()
        .map(|c| match c {
            ' ' | '%' | '#' | '[' | ']' | '^' | '(' | ')' => format!("%{:02X}", c as u32),
            '&' => "&amp;".to_owned(),
            _ => c.to_string(),
        })
        .collect()
}

/// A link to a path, in one of many spellings.
fn link() -> impl Strategy<Value = String> {
    let anchors: &'static [&'static str] =
        &["", "", "#See a", "#See tides", "#See Big Topic", "#h", "#Part", "#^id", "#R D new", "#Part#Part"];
    let slugs: &'static [&'static str] =
        &["", "", "#see-a", "#see-tides", "#see-big-topic", "#part", "#part-1", "#^i-2", "#rd-new", "#Part"];
    let parts = (select(FOLDERS), select(STEMS), 0..18usize, select(anchors), select(slugs));
    parts.prop_map(|(folder, stem, form, anchor, slug)| {
        let path = format!("{folder}{stem}");
        let encoded = encoded(&path);
        match form {
            0 => format!("[[{stem}{anchor}]]"),
            1 => format!("[[{path}]]"),
            2 => format!("[[/{path}{anchor}|s]]"),
            3 => format!("[[../{path}{anchor} | s t]]"),
            4 => format!("![[{stem}.md{anchor}]]"),
            5 => format!("[s]({encoded}.md{slug})"),
            6 => format!("[s](../{encoded}.md{slug} \"t\")"),
            7 => format!("![s](</{path}.md{anchor}>)"),
            8 => format!("[s]({encoded})"),
            9 => format!("[[{}]]", stem.replace('_', " ").to_uppercase()),
            10 => format!("[[{}{anchor}]]", stem.replace([' ', '_'], "-").to_lowercase()),
            11 => format!("[s](./{encoded}.md{slug})"),
            12 => format!("[[./{path}]]"),
            13 => format!("[[{anchor}]]").replace("[[]]", "[[#Part|p]]"),
            14 => format!("[s]({slug})").replace("()", "(#part-1)"),
            15 => format!("[s](../../{encoded}.md{slug})"),
            16 => format!("[[{folder}]] [s]({})", encoded.trim_end_matches(stem)),
            _ => format!("[s][l]\n\n[l]: {encoded}.md{slug}\n\n"),
        }
    })
}

fn texts() -> impl Strategy<Value = String> {
    let links = proptest::collection::vec((link(), select(PLACES)), 0..5);
    (select(TITLES), links, any::<[bool; 3]>()).prop_map(|(title, links, [crlf, bom, sections])| {
        let mut text = title.to_owned();
        for (link, place) in links {
            let own = if link.contains('\n') || link.contains("|") && place.contains('|') {
                link.replace('|', "\\|")
            } else {
                link
            };
            if own.contains('\n') {
                text.push_str(&own)
            } else if place.contains("| |") {
                text.push_str(&place.replace("| | |", &format!("| {own} |")));
            } else {
                text.push_str(&place.replace('@', &own));
            }
        }
        text.push_str(if sections { "\n\n" } else { "\n" });
        if sections {
            text.push_str(SECTIONS)
        }
        if crlf {
            text = text.replace('\n', "\r\n")
        }
        if bom {
            text.insert(0, '\u{feff}')
        }
        text
    })
}

fn vaults() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map(paths(), texts(), 2..8)
}

fn read(files: &Files) -> Analysis {
    Vault::in_memory(Settings::default(), MemoryTexts(files.clone())).snapshot()
}

/// Where the links of a note lead that lead to one place, by number: the note, and the line of the anchor that is
/// found there.
fn leads(analysis: &Analysis, note: NoteId) -> Vec<Option<(String, Option<usize>)>> {
    let document = analysis.document(note).unwrap();
    let lead = |link: &Link| {
        let found = analysis.resolve_wanted(note, &Wanted::of(link, &document.text));
        let is_one = !found.ambiguous && found.tier != Some(Tier::Folder);
        let to = found.note().filter(|_| is_one)?;
        let (anchor, text) = (link.anchor.as_ref(), link.anchor_text(&document.text));
        let line = anchor.zip(text).and_then(|(anchor, text)| {
            let there = analysis.document(to).unwrap();
            let facts = analysis.index.facts(to).unwrap();
            let span = match resolve_anchor(facts, &text, anchor.block, !link.is_wiki()) {
                AnchorOutcome::Heading(index) => there.note.headings[index].span,
                AnchorOutcome::Block(index) => there.note.blocks[index].id,
                _ => return None,
            };
            Some(there.lines.line_of(span.start()))
        });
        Some((analysis.index.path(to).to_owned(), line))
    };
    document.note.links.iter().map(lead).collect()
}

/// A text without the targets of its links, and without their anchors: a heading that holds a renamed link reads otherwise.
fn masked(analysis: &Analysis, note: NoteId) -> String {
    let document = analysis.document(note).unwrap();
    let anchor = |link: &Link| link.anchor.as_ref().map(|anchor| anchor.span);
    let mut spans: Vec<_> =
        document.note.links.iter().flat_map(|link| [Some(link.target), anchor(link)]).flatten().collect();
    spans.sort();
    spans.dedup();
    let mut text = document.text.to_string();
    for span in spans.into_iter().rev() {
        text.replace_range(span.range(), "\0");
    }
    text
}

/// The files after a change.
fn apply(files: &Files, renamed: &SourceChange, moves: &[Move]) -> Files {
    let before = read(files);
    let mut after = Files::new();
    for (path, text) in files {
        let note = before.index.note(path).unwrap();
        let edits = renamed.edits.iter().find(|(own, _)| *own == note).map_or(&[][..], |(_, edits)| edits);
        let mut text = text.to_string();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        let own = moves.iter().find(|own| *own.from == *path);
        after.insert(own.map_or_else(|| path.to_owned(), |own| own.to.to_string()), text.into());
    }
    after
}

/// Applies a rename, and holds what a rename has to leave as it is.
fn check(
    files: &Files,
    renamed: &SourceChange,
    moves: &[Move],
    only_links: bool,
) -> Result<(), TestCaseError> {
    let before = read(files);
    let path_after = |path: &str| {
        let own = moves.iter().find(|own| *own.from == *path);
        own.map_or_else(|| path.to_owned(), |own| own.to.to_string())
    };
    let mut after = Files::new();
    for (path, text) in files {
        let note = before.index.note(path).unwrap();
        let edits = renamed.edits.iter().find(|(own, _)| *own == note).map_or(&[][..], |(_, edits)| edits);
        prop_assert!(edits.is_sorted_by(|a, b| a.span.end <= b.span.start), "{edits:?}");
        let mut text = text.to_string();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        prop_assert!(after.insert(path_after(path), text.into()).is_none());
    }
    let then = read(&after);
    let is_lost = renamed.warnings.iter().any(|warning| warning.contains("cannot be rewritten"));
    for path in files.keys() {
        let (note, there) = (before.index.note(path).unwrap(), then.index.note(&path_after(path)).unwrap());
        let wanted = leads(&before, note).into_iter().map(|to| to.map(|(to, line)| (path_after(&to), line)));
        let found = leads(&then, there);
        prop_assert_eq!(wanted.len(), found.len(), "{} has other links: {:?}", path, &after);
        let is_told = is_lost || renamed.warnings.iter().any(|warning| warning.contains("ambiguous"));
        for (at, (wanted, found)) in wanted.zip(found).enumerate() {
            // An anchor that led nowhere may lead to what has its name now.
            let is_same = |wanted: &(String, Option<usize>)| {
                found.as_ref().is_some_and(|(to, line)| {
                    *to == wanted.0 && wanted.1.is_none_or(|own| Some(own) == *line)
                })
            };
            if let Some(wanted) = wanted.filter(|wanted| !is_same(wanted)) {
                prop_assert!(
                    is_told,
                    "link {at} of {path} led to {wanted:?}, leads to {found:?}: {after:#?} {:?}",
                    renamed.warnings
                );
            }
        }
        if only_links {
            prop_assert_eq!(masked(&before, note), masked(&then, there));
        }
    }
    Ok(())
}

fn files(vault: &BTreeMap<String, String>) -> Files {
    vault.iter().map(|(path, text)| (path.clone(), text.as_str().into())).collect()
}

/// As many cases as `PROPTEST_CASES` says, new ones each time; where nobody asks, a few that are always the same.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let rng_seed = if cases.is_some() { RngSeed::Random } else { RngSeed::Fixed(1) };
    let cases = cases.unwrap_or(48);
    ProptestConfig {
        cases,
        rng_seed,
        // Half of the vaults have nothing to rename as a property wants it.
        max_global_rejects: cases.saturating_mul(16),
        max_shrink_iters: 10_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_link_leads_where_it_led_after_a_move(
        vault in vaults(), which in any::<prop::sample::Index>(), to in paths(),
    ) {
        let files = files(&vault);
        let from = which.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        prop_assume!(!files.contains_key(&to));
        let moves = [Move { from: from.into(), to: to.into() }];
        check(&files, &move_files(&read(&files), &moves), &moves, true)?;
    }

    #[test]
    fn every_link_leads_where_it_led_after_a_folder_is_moved(
        vault in vaults(), folder in select(&["x", "y", "x/z"][..]), to in select(&["n", "y/x", "new/x"][..]),
    ) {
        let files = files(&vault);
        let below = files.keys().filter_map(|path| Some((path, path.below(folder)?)));
        let moves: Vec<Move> = below
            .map(|(path, rest)| Move { from: path.as_str().into(), to: format!("{to}/{rest}").into() })
            .collect();
        prop_assume!(moves.iter().all(|own| !files.contains_key(&*own.to) || moves.iter().any(|other| other.from == own.to)));
        check(&files, &move_files(&read(&files), &moves), &moves, true)?;
    }

    #[test]
    fn every_link_leads_where_it_led_after_a_rename_at_the_cursor(
        vault in vaults(), which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
        new in select(&["tides", "Tides", "new name", "C", "moon_phases", "r&d"][..]),
    ) {
        let files = files(&vault);
        let analysis = read(&files);
        let path = which.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let note = analysis.index.note(&path).unwrap();
        let document: Arc<Document> = analysis.document(note).unwrap();
        let links = &document.note.links;
        prop_assume!(!links.is_empty());
        let target = links[at.index(links.len())].target;
        let cursor = Cursor { note, offset: target.start() };
        // An anchor that leads nowhere, a file that is there: refused.
        if let Ok(Some(renamed)) = rename(&analysis, cursor, new) {
            // A name that no note has makes its links lead to whatever has the new one.
            if !renamed.moves.is_empty() {
                check(&files, &renamed, &renamed.moves, false)?;
            }
        }
    }

    #[test]
    fn a_move_and_its_inverse_leave_every_byte(
        vault in vaults(), which in any::<prop::sample::Index>(),
    ) {
        let files = files(&vault);
        let from = which.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let to = format!("{}_anew.md", from.strip_suffix(".md").unwrap());
        let there = [Move { from: from.as_str().into(), to: to.as_str().into() }];
        let back = [Move { from: to.into(), to: from.into() }];
        let renamed = move_files(&read(&files), &there);
        let analysis = read(&files);
        let is_clear = |note| leads(&analysis, note).len() == analysis.links(note).filter(|(_, to)| !to.ambiguous).count();
        // The slug of a name that no wikilink can hold says less than the name; one that reads as percent-encoded can be
        // written in two ways.
        prop_assume!(!there[0].from.contains(['#', '%']) && renamed.warnings.is_empty() && analysis.index.notes().all(is_clear));
        let after = apply(&files, &renamed, &there);
        let again = move_files(&read(&after), &back);
        let last = apply(&after, &again, &back);
        prop_assert_eq!(&files, &last, "{:?} {:#?}", there, after);
    }

    #[test]
    fn every_link_leads_where_it_led_after_a_heading_is_renamed(
        vault in vaults(), which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
        new in select(&["Fresh", "Part", "New: part", "a#b", "R&D: *newer*", "\u{1f30a}", "Tides"][..]),
    ) {
        let files = files(&vault);
        let analysis = read(&files);
        let path = which.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let note = analysis.index.note(&path).unwrap();
        let document: Arc<Document> = analysis.document(note).unwrap();
        let headings = &document.note.headings;
        let holds_link = |own: &Heading| document.note.links.iter().any(|link| own.span.covers(link.span));
        prop_assume!(!headings.is_empty() && !headings.iter().any(holds_link));
        let heading = &headings[at.index(headings.len())];
        let cursor = Cursor { note, offset: heading.content.start() };
        if let Ok(Some(renamed)) = rename(&analysis, cursor, new) {
            check(&files, &renamed, &renamed.moves, false)?;
        }
    }
}
