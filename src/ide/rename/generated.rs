//! Renames and moves in generated vaults, whose notes have names that are alike: every link that led somewhere
//! leads there afterwards, and what is not a link's target stays.
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::ide::{Analysis, Document, MemoryTexts};
use crate::index::{Tier, Wanted};
use crate::settings::Settings;
use crate::text::PathText;
use crate::vault::Vault;

type Files = BTreeMap<String, Arc<str>>;

const FOLDERS: &[&str] = &["", "x/", "y/", "x/z/"];
const STEMS: &[&str] = &["big_topic", "Big Topic", "tides", "Tides", "c d", "C++", "r&d", "caf\u{e9}", "a"];
const TITLES: &[&str] =
    &["", "# Big topic\n", "---\ntitle: Tides\n---\n", "---\naliases: [a, big-topic]\n---\n"];

fn paths() -> impl Strategy<Value = String> {
    (select(FOLDERS), select(STEMS)).prop_map(|(folder, stem)| format!("{folder}{stem}.md"))
}

/// A link to a path, in one of many spellings.
fn link() -> impl Strategy<Value = String> {
    (select(FOLDERS), select(STEMS), 0..12usize).prop_map(|(folder, stem, form)| {
        let encoded = format!("{folder}{stem}").replace(' ', "%20").replace('&', "&amp;");
        match form {
            0 => format!("[[{stem}]]"),
            1 => format!("[[{folder}{stem}]]"),
            2 => format!("[[/{folder}{stem}|s]]"),
            3 => format!("[[../{folder}{stem}#h]]"),
            4 => format!("![[{stem}.md]]"),
            5 => format!("[s]({encoded}.md#h)"),
            6 => format!("[s](../{encoded}.md)"),
            7 => format!("[s](</{folder}{stem}.md>)"),
            8 => format!("[s]({encoded})"),
            9 => format!("[[{}]]", stem.replace('_', " ").to_uppercase()),
            10 => format!("[[{}]]", stem.replace([' ', '_'], "-").to_lowercase()),
            _ => format!("[s][l]\n\n[l]: {encoded}.md\n\n"),
        }
    })
}

fn texts() -> impl Strategy<Value = String> {
    (select(TITLES), proptest::collection::vec(link(), 0..6))
        .prop_map(|(title, links)| format!("{title}{}\r\n", links.join(" \u{1f30a} ")))
}

fn vaults() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map(paths(), texts(), 2..8)
}

fn read(files: &Files) -> Analysis {
    Vault::in_memory(Settings::default(), MemoryTexts(files.clone())).snapshot()
}

/// Where the links of a note lead that lead to one place, by number.
fn leads(analysis: &Analysis, note: NoteId) -> Vec<Option<String>> {
    let document = analysis.document(note).unwrap();
    let lead = |link: &crate::syntax::Link| {
        let found = analysis.resolve_wanted(note, &Wanted::of(link, &document.text));
        let is_one = !found.ambiguous && found.tier != Some(Tier::Folder);
        found.note().filter(|_| is_one).map(|note| analysis.index.path(note).to_owned())
    };
    document.note.links.iter().map(lead).collect()
}

/// Applies a rename, and holds what a rename has to leave as it is.
fn check(files: &Files, renamed: &SourceChange, moves: &[Move]) -> Result<(), TestCaseError> {
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
        let wanted = leads(&before, note).into_iter().map(|to| to.map(|to| path_after(&to)));
        let found = leads(&then, there);
        prop_assert_eq!(wanted.len(), found.len(), "{} has other links: {:?}", path, &after);
        let is_told = is_lost || renamed.warnings.iter().any(|warning| warning.contains("ambiguous"));
        for (at, (wanted, found)) in wanted.zip(found).enumerate() {
            if let Some(wanted) = wanted.filter(|wanted| found.as_ref() != Some(wanted)) {
                prop_assert!(
                    is_told,
                    "link {at} of {path} led to {wanted}, leads to {found:?}: {after:#?} {:?}",
                    renamed.warnings
                );
            }
        }
        let marks = |text: &str| text.matches("\u{1f30a}").count();
        prop_assert_eq!(marks(&files[path]), marks(&after[&path_after(path)]));
    }
    Ok(())
}

fn files(vault: &BTreeMap<String, String>) -> Files {
    vault.iter().map(|(path, text)| (path.clone(), text.as_str().into())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_link_leads_where_it_led_after_a_move(
        vault in vaults(), which in any::<prop::sample::Index>(), to in paths(),
    ) {
        let files = files(&vault);
        let from = which.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        prop_assume!(!files.contains_key(&to));
        let moves = [Move { from: from.into(), to: to.into() }];
        check(&files, &move_files(&read(&files), &moves), &moves)?;
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
        check(&files, &move_files(&read(&files), &moves), &moves)?;
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
                check(&files, &renamed, &renamed.moves)?;
            }
        }
    }
}
