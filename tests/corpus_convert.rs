//! The links of real notes in another form: those of `../shared`, where they are there. Every link leads where it led.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use slugline::ide::{self, Analysis, LinkForm, MemoryTexts};
use slugline::settings::Settings;
use slugline::vault::Vault;

const NOTES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/3blue1brown");

fn read(files: &BTreeMap<String, String>) -> Analysis {
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Vault::in_memory(Settings::default(), MemoryTexts::from_iter(texts)).snapshot()
}

/// Where every link leads, by note, in order.
fn leads(analysis: &Analysis) -> Vec<String> {
    let mut notes: Vec<_> = analysis.index.notes().collect();
    notes.sort_by_key(|&note| analysis.index.path(note));
    let of_note = |&note: &_| {
        let from = analysis.index.path(note);
        let links = analysis.links(note).map(|(_, found)| {
            let to = found.note().map(|note| analysis.index.path(note));
            format!("{from}: {to:?} {:?}", found.attachment)
        });
        links.collect::<Vec<_>>()
    };
    notes.iter().flat_map(of_note).collect()
}

#[test]
fn links_of_real_notes_lead_where_they_led() {
    let Ok(folder) = fs::read_dir(Path::new(NOTES)) else {
        // Past `eprintln!`, of which `cargo test` shows nothing where a test passes.
        std::io::stderr().write_all(format!("skipped: no notes at {NOTES}\n").as_bytes()).unwrap();
        return;
    };
    let note = |path: &Path| {
        let name = path.file_name()?.to_str()?.to_owned();
        name.ends_with(".md").then_some(())?;
        Some((name, fs::read_to_string(path).ok()?))
    };
    let mut files: BTreeMap<_, _> = folder.filter_map(|entry| note(&entry.ok()?.path())).collect();
    let before = leads(&read(&files));
    for form in [LinkForm::Markdown, LinkForm::Wiki] {
        let analysis = read(&files);
        let converted = ide::convert_vault(&analysis, None, form, |_, _| {});
        for (note, edits) in &converted.change.edits {
            let text = files.get_mut(analysis.index.path(*note)).unwrap();
            for edit in edits.iter().rev() {
                text.replace_range(edit.span.range(), &edit.text);
            }
        }
        assert!(converted.links > 100, "{form:?}: {} converted, {} left", converted.links, converted.left);
        assert_eq!(leads(&read(&files)), before, "{form:?}");
    }
}
