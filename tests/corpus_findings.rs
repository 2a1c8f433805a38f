//! Findings over whole vaults: generated ones, and the real notes of `../shared/corpus` where they are there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use slugline::ide::{self, Analysis, Diagnostic, Document};
use slugline::index::{Change, Facts, NoteId};
use slugline::settings::{Code, Settings, Severity};
use slugline::text::{Encoding, Span};
use slugline::vault::{Depth, Folder, Limits, Root};

#[path = "../benches/vault/mod.rs"]
mod vault;

use vault::{Style, Vault};

/// What findings are looked at in: generated vaults, and the corpus where it is there.
fn vaults() -> Vec<Analysis> {
    let mut vaults = vec![generated(Style::Wiki), generated(Style::Markdown)];
    match corpus() {
        Some(corpus) => vaults.push(corpus),
        // Past `eprintln!`, of which `cargo test` shows nothing where a test passes.
        None => std::io::stderr().write_all(format!("skipped: no corpus at {CORPUS}\n").as_bytes()).unwrap(),
    }
    vaults
}

/// A vault with the shapes and the dirt of real notes, as the benchmarks have them.
fn generated(style: Style) -> Analysis {
    let vault = Vault::new(300, style, 1);
    let notes = (0..vault.len()).map(|note| (vault.path(note), vault.text(note)));
    let files = notes.chain(vault.attachments().map(|(path, _)| (path, String::new())));
    slugline::vault::Vault::in_memory(Settings::default(), files.collect()).snapshot()
}

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

/// Captions of videos that notes of the corpus cite.
const SIDECARS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/sidecars");

fn corpus() -> Option<Analysis> {
    corpus_with(Settings::default())
}

fn corpus_with(settings: Settings) -> Option<Analysis> {
    let root = Arc::new(Root::new(Path::new(CORPUS)).ok()?);
    let limits = Limits { depth: Depth::All, without: Vec::new(), named: Vec::new() };
    Some(Folder::new(root, limits, settings).load(&|_, _| {}).vault.snapshot())
}

fn describe(analysis: &Analysis, note: NoteId, found: &Diagnostic) -> String {
    format!("{} {:?} {}: {}", analysis.index.path(note), found.span, found.code, found.message)
}

/// `text` after `edits`, which are in order and do not overlap.
fn edited(text: &str, edits: &[(Span, String)]) -> String {
    let mut text = text.to_owned();
    for (span, new) in edits.iter().rev() {
        text.replace_range(span.range(), new);
    }
    text
}

#[test]
fn findings_stand_in_their_note_and_in_order() {
    for analysis in vaults() {
        let mut all = 0;
        for note in analysis.index.notes() {
            all += stands_in_order(&analysis, note);
        }
        assert!(all > 0, "a vault without any findings");
    }
}

/// Looks at the findings of a note, and counts them.
fn stands_in_order(analysis: &Analysis, note: NoteId) -> usize {
    let document = analysis.document(note).unwrap();
    let found = ide::diagnostics(analysis, note, None);
    assert!(found.is_sorted_by_key(|d| d.span), "{}", analysis.index.path(note));
    for d in &found {
        let what = describe(analysis, note, d);
        assert!(document.text.get(d.span.range()).is_some(), "{what}");
        assert!(!d.message.is_empty() && d.message.chars().count() < 400, "{what}");
        assert!(!d.message.ends_with('.'), "{what}");
        for fix in &d.fixes {
            assert!(fix.edits.is_sorted_by(|a, b| a.0.end <= b.0.start), "{what}: {fix:?}");
            assert!(fix.edits.iter().all(|(span, _)| document.text.get(span.range()).is_some()), "{what}");
        }
    }
    found.len()
}

#[test]
fn places_that_need_no_text_are_those_of_the_text() {
    for analysis in vaults() {
        let (mut all, mut ascii) = (0, 0);
        for note in analysis.index.notes() {
            let document = analysis.document(note).unwrap();
            let facts = analysis.index.facts(note).unwrap();
            let (links, headings) = (facts.places().links(), facts.places().headings());
            let spans = document.note.links.iter().map(|link| link.span);
            let spans = spans.chain(document.note.headings.iter().map(|heading| heading.span));
            for (place, span) in links.chain(headings).zip(spans) {
                assert_eq!(place.span(&document.text, &document.lines), span);
                let Some(range) = place.range() else { continue };
                for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                    assert_eq!(range, document.lines.range(&document.text, span, encoding));
                }
                ascii += 1;
            }
            all += document.note.links.len() + document.note.headings.len();
            assert_eq!(facts.link_count(), document.note.links.len());
        }
        assert!(ascii * 10 > all * 9, "{ascii} of {all} without a look at the text");
    }
}

#[test]
fn a_certain_mend_removes_its_finding_and_brings_no_other() {
    for analysis in vaults() {
        for note in analysis.index.notes() {
            fixes_of(&analysis, note);
        }
    }
}

fn fixes_of(analysis: &Analysis, note: NoteId) {
    let count = |found: &[Diagnostic]| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for d in found {
            *counts.entry(d.code.name()).or_default() += 1;
        }
        counts
    };
    let document = analysis.document(note).unwrap();
    let found = ide::diagnostics(analysis, note, None);
    let before = count(&found);
    for &code in Code::ALL {
        let is_certain = |d: &&Diagnostic| d.code == code && d.fixes.first().is_some_and(|fix| fix.certain);
        if !found.iter().any(|d| is_certain(&d)) {
            continue;
        }
        let mut expected = before.clone();
        expected.entry(code.name()).and_modify(|n| *n -= found.iter().filter(is_certain).count());
        expected.retain(|_, n| *n > 0);
        // The mended head of a table makes its rows rows, and their pipes are reported then: once
        // more, as an editor's "fix all on save" would.
        let mut state = (analysis.clone(), Arc::clone(&document), found.clone());
        for _ in 0..2 {
            let (analysis, document, found) = state;
            let mut edits: Vec<(Span, String)> = Vec::new();
            for fix in found.iter().filter(is_certain).filter_map(|d| d.fixes.first()) {
                let behind = edits.last().map_or(0, |(span, _)| span.end);
                if fix.edits.first().is_some_and(|(span, _)| span.start >= behind) {
                    edits.extend(fix.edits.iter().cloned());
                }
            }
            let text: Arc<str> = edited(&document.text, &edits).into();
            let document = Arc::new(Document::new(text, analysis.settings()));
            let facts = Facts::new(&document.text, &document.note, analysis.settings());
            let mut index = analysis.index.clone();
            index.apply(Change::Facts(index.path(note).into(), facts));
            let open = std::iter::once((note, Arc::clone(&document))).collect();
            let analysis = Analysis::new(index, open, Arc::new(ide::MemoryTexts::default()));
            let found = ide::diagnostics(&analysis, note, None);
            state = (analysis, document, found);
        }
        let mut after = count(&state.2);
        if code == Code::MalformedTimestamp {
            // A time has one finding, and this one goes first.
            for counts in [&mut after, &mut expected] {
                counts.remove(Code::MinutesAsHours.name());
            }
        }
        assert_eq!(after, expected, "{}: fixes of {code}", analysis.index.path(note));
    }
}

#[test]
fn all_certain_fixes_of_a_note_leave_none_to_be_made() {
    for analysis in vaults() {
        let mut fixed = 0;
        for note in analysis.index.notes() {
            let document = analysis.document(note).unwrap();
            let found = ide::diagnostics_of(&analysis, note, &document, None);
            let repair = ide::repair(&analysis, note, &document, &found);
            if repair.edits.is_empty() {
                continue;
            }
            fixed += repair.fixed;
            let path = analysis.index.path(note);
            let text: Arc<str> = edited(&document.text, &repair.edits).into();
            let document = Arc::new(Document::new(text, analysis.settings()));
            let facts = Facts::new(&document.text, &document.note, analysis.settings());
            let mut index = analysis.index.clone();
            index.apply(Change::Facts(path.into(), facts));
            let open = std::iter::once((note, Arc::clone(&document))).collect();
            let analysis = Analysis::new(index, open, Arc::new(ide::MemoryTexts::default()));
            let left = ide::diagnostics_of(&analysis, note, &document, None);
            assert!(left.len() <= found.len(), "{path}: {} of {}", left.len(), found.len());
            assert_eq!(ide::repair(&analysis, note, &document, &left), ide::Repair::default(), "{path}");
        }
        assert!(fixed > 0, "a vault in which nothing can be fixed");
    }
}

/// Where captions say how long a video is, minutes written as hours are proven. What is found without them is
/// compared with that.
#[test]
fn minutes_as_hours_are_found_without_the_length_of_the_video() {
    let told = Settings { source_paths: vec![SIDECARS.to_owned()], ..Settings::default() };
    let Some((known, hidden)) = corpus_with(told).zip(corpus()).filter(|_| Path::new(SIDECARS).is_dir())
    else {
        let told = format!("skipped: no corpus at {CORPUS} or no captions at {SIDECARS}\n");
        return std::io::stderr().write_all(told.as_bytes()).unwrap();
    };
    let hours = |analysis: &Analysis, note, severity: Severity| -> BTreeSet<Span> {
        let found = ide::diagnostics(analysis, note, None).into_iter();
        let found = found.filter(|it| it.code == Code::MinutesAsHours && it.severity <= severity);
        // The label is underlined, too, where it says the same.
        found.map(|it| Span::at(it.span.start())).collect()
    };
    let (mut proven, mut right, mut wrong, mut hints, mut notes) = (0, 0, 0, 0, 0);
    for note in known.index.notes() {
        let path = known.index.path(note);
        let document = known.document(note).unwrap();
        let captions = document.video().filter(|id| {
            std::fs::read_dir(SIDECARS)
                .unwrap()
                .any(|entry| entry.unwrap().file_name().to_string_lossy().contains(&format!("[{}]", id.id)))
        });
        if captions.is_none() {
            continue;
        }
        notes += 1;
        let truth = hours(&known, note, Severity::Hint);
        let other = hidden.index.note(path).unwrap();
        let (sure, all) = (hours(&hidden, other, Severity::Warning), hours(&hidden, other, Severity::Hint));
        proven += truth.len();
        right += sure.intersection(&truth).count();
        wrong += all.difference(&truth).count();
        hints += all.intersection(&truth).count() - sure.intersection(&truth).count();
    }
    let told = format!(
        "{notes} notes with captions: {proven} minutes as hours; without the captions {right} and {hints} hints, {wrong} wrong\n"
    );
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    assert!(notes >= 40 && proven >= 300, "{told}");
    assert!(wrong * 50 <= right + hints, "precision below 98 %: {told}");
    assert!((right + hints) * 10 >= proven * 7, "recall below 70 %: {told}");
}
