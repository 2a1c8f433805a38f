//! Renames over whole vaults: generated ones, and the real notes of `../shared/corpus` where they are there. Every
//! link leads to the note that it led to, and a rename and its inverse leave every byte as it was.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use slugline::ide::{Analysis, MemoryTexts, Move, move_files};
use slugline::settings::Settings;
use slugline::text::PathText;
use slugline::vault::{Depth, Folder, Limits, Root};

#[path = "../benches/vault/mod.rs"]
mod vault;

use vault::{Style, Vault};

/// Notes of each vault that are renamed.
const SAMPLE: usize = 3;

type Files = BTreeMap<String, Arc<str>>;

fn generated(style: Style) -> Files {
    let vault = Vault::new(150, style, 1);
    let notes = (0..vault.len()).map(|note| (vault.path(note), vault.text(note).into()));
    notes.chain(vault.attachments().map(|(path, _)| (path, "".into()))).collect()
}

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

fn corpus() -> Option<Files> {
    let root = Arc::new(Root::new(Path::new(CORPUS)).ok()?);
    let limits = Limits { depth: Depth::All, without: Vec::new(), named: Vec::new() };
    let analysis = Folder::new(root, limits, Settings::default()).load(&|_, _| {}).vault.snapshot();
    let texts = analysis
        .index
        .notes()
        .map(|note| (analysis.index.path(note).to_owned(), analysis.text(note).unwrap()));
    Some(texts.collect())
}

fn vaults() -> Vec<Files> {
    let mut vaults = vec![generated(Style::Wiki), generated(Style::Markdown)];
    match corpus() {
        Some(corpus) => vaults.push(corpus),
        // Past `eprintln!`, of which `cargo test` shows nothing where a test passes.
        None => std::io::stderr().write_all(format!("skipped: no corpus at {CORPUS}\n").as_bytes()).unwrap(),
    }
    vaults
}

fn read(files: &Files) -> Analysis {
    let texts = files.iter().map(|(path, text)| (path.clone(), Arc::clone(text)));
    slugline::vault::Vault::in_memory(Settings::default(), MemoryTexts(texts.collect())).snapshot()
}

/// Where all links lead, by note and number: the path of the note or the file.
fn leads(analysis: &Analysis) -> BTreeMap<(String, usize), String> {
    let index = &analysis.index;
    let of_note = |note| {
        let facts = index.facts(note);
        let count = facts.map_or(0, |facts| facts.link_count());
        (0..count).filter_map(move |link| {
            let found = index.resolve_link(note, link);
            let to = found.note().map(|note| index.path(note).to_owned());
            let to = to.or_else(|| found.attachment.map(|path| path.to_string()));
            Some(((index.path(note).to_owned(), link), to?))
        })
    };
    index.notes().flat_map(of_note).collect()
}

/// The files after a move, links and all.
fn moved(files: &Files, analysis: &Analysis, own: &Move) -> Files {
    let renamed = move_files(analysis, std::slice::from_ref(own));
    let mut files = files.clone();
    for (note, edits) in &renamed.edits {
        let text = files.get_mut(analysis.index.path(*note)).unwrap();
        let mut after = text.to_string();
        for edit in edits.iter().rev() {
            after.replace_range(edit.span.range(), &edit.text);
        }
        *text = after.into();
    }
    let text = files.remove(&*own.from).unwrap();
    files.insert(own.to.to_string(), text);
    files
}

fn sample(analysis: &Analysis) -> Vec<String> {
    let paths: Vec<_> = analysis.index.notes().map(|note| analysis.index.path(note).to_owned()).collect();
    paths.iter().step_by(paths.len().div_ceil(SAMPLE)).cloned().collect()
}

/// Moves a note, and holds where all links lead to where they led.
#[track_caller]
fn check(files: &Files, before: &Analysis, own: &Move) -> (Files, Analysis) {
    let after_files = moved(files, before, own);
    let after = read(&after_files);
    let path = |path: String| if path == *own.from { own.to.to_string() } else { path };
    let led: BTreeMap<_, _> =
        leads(before).into_iter().map(|((note, link), to)| ((path(note), link), path(to))).collect();
    let mut lead = leads(&after);
    // What led nowhere may lead to the new name now.
    lead.retain(|link, _| led.contains_key(link));
    for (link, to) in &led {
        assert_eq!(lead.get(link), Some(to), "{link:?} after {own:?}");
    }
    (after_files, after)
}

#[test]
fn a_rename_and_its_inverse_leave_every_byte_as_it_was() {
    for files in vaults() {
        let before = read(&files);
        for path in sample(&before) {
            let to = format!("{}_anew.md", path.strip_suffix(".md").unwrap());
            let own = Move { from: path.as_str().into(), to: to.as_str().into() };
            let (renamed, after) = check(&files, &before, &own);
            let back = moved(&renamed, &after, &Move { from: own.to.clone(), to: own.from.clone() });
            for (path, text) in &files {
                assert_eq!(back.get(path), Some(text), "{path} after {own:?} and back");
            }
            assert_eq!(back.len(), files.len());
        }
    }
}

#[test]
fn every_link_follows_a_note_into_another_folder() {
    for files in vaults() {
        let before = read(&files);
        for path in sample(&before) {
            let to = format!("elsewhere/deep/{}", path.file_name());
            check(&files, &before, &Move { from: path.as_str().into(), to: to.as_str().into() });
        }
    }
}
