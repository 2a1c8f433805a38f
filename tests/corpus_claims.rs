//! How often the right moment is found for a claim, by the words of real notes and real captions: those of
//! `../shared`, where they are there. docs/sources.md tells the figures.
//!
//! `STRIDE=1 cargo test --test corpus_claims -- --nocapture` takes all sentences, not one in eight.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "figures for who asks for them")]

use std::fs;
use std::io::Write as _;
use std::path::Path;

use slugline::ide::{self, Changes, Document, MemoryTexts, Wish};
use slugline::settings::{Code, Settings};
use slugline::sources::{Captions, Format};
use slugline::syntax::Timestamp;
use slugline::text::Span;
use slugline::vault::Vault;

const NOTES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/3blue1brown");
const SIDECARS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/sidecars");

/// A note with the captions of its video.
struct Cited {
    path: String,
    text: String,
    captions: Captions,
}

/// The notes whose videos have captions, in a vault with these; `None` where they are not there.
fn notes(settings: &serde_json::Value) -> Option<(Vault, Vec<Cited>)> {
    let files = |folder: &str| -> Option<Vec<(String, String)>> {
        let mut files: Vec<_> =
            fs::read_dir(Path::new(folder)).ok()?.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let read = |path: &std::path::PathBuf| {
            let text = fs::read_to_string(path).unwrap();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
        };
        Some(files.iter().map(read).collect())
    };
    let (Some(notes), Some(sidecars)) = (files(NOTES), files(SIDECARS)) else {
        // Past `eprintln!`, of which `cargo test` shows nothing where a test passes.
        std::io::stderr().write_all(format!("skipped: no notes at {NOTES}\n").as_bytes()).unwrap();
        return None;
    };
    let mut all = Settings::default();
    assert!(all.apply(settings).invalid.is_empty());
    let mut cited = Vec::new();
    for (path, text) in &notes {
        let document = Document::new(text.as_str().into(), &all);
        let Some(id) = document.video() else { continue };
        let of_video =
            |(name, _): &&(String, String)| name.contains(&format!("[{}]", id.id)) && name.ends_with(".srt");
        if let Some((_, captions)) = sidecars.iter().find(of_video) {
            let captions = Captions::read(Format::Srt, captions);
            cited.push(Cited { path: path.clone(), text: text.clone(), captions });
        }
    }
    assert_eq!(cited.len(), 46, "notes with captions");
    let sidecars = sidecars.into_iter().map(|(name, text)| (format!("sidecars/{name}"), text));
    let files = cited.iter().map(|note| (note.path.clone(), note.text.clone())).chain(sidecars);
    let vault = Vault::in_memory(all, files.collect::<MemoryTexts>());
    Some((vault, cited))
}

/// The second that a timestamp means, in a video that is so long.
fn second(timestamp: &Timestamp, end: u32) -> Option<u32> {
    let second = timestamp.moment.filter(|_| timestamp.problem.is_none())?;
    if second <= end { Some(second) } else { Some(second / 60).filter(|&minutes| minutes <= end) }
}

/// The timestamps of a note by sentence, those with timestamps only.
fn sentences(document: &Document) -> Vec<Vec<&Timestamp>> {
    let mut sentences: Vec<Vec<&Timestamp>> = Vec::new();
    let mut end = 0;
    for timestamp in &document.note.timestamps {
        let between = &document.text[end..timestamp.span.start()];
        let is_next =
            between.contains(['\n', '|']) || [". ", "! ", "? "].iter().any(|stop| between.contains(stop));
        match sentences.last_mut().filter(|_| !is_next) {
            Some(sentence) => sentence.push(timestamp),
            None => sentences.push(vec![timestamp]),
        }
        end = timestamp.span.end();
    }
    sentences
}

/// Seconds of `10:36` and `1:02:14`.
fn seconds(clock: &str) -> u32 {
    clock.split(':').fold(0, |seconds, group| seconds * 60 + group.parse::<u32>().unwrap())
}

/// The moments that are offered at a place of an open note.
fn offered(vault: &Vault, path: &str, at: usize) -> Vec<u32> {
    let analysis = vault.snapshot();
    let note = analysis.index.note(path).unwrap();
    let only = ["refactor.rewrite".to_owned()];
    let wish = Wish { only: Some(&only), automatic: false, changes: Changes::Later };
    let actions = ide::code_actions(&analysis, note, Span::at(at), &wish);
    let titles = actions.iter().filter_map(|action| action.title.strip_prefix("Cite the source at "));
    titles.map(|title| seconds(title.split(": “").next().unwrap())).collect()
}

#[test]
fn a_sentence_without_its_timestamp_gets_it_back() {
    let Some((mut vault, notes)) = notes(&serde_json::json!({})) else { return };
    let stride: usize = std::env::var("STRIDE").ok().and_then(|stride| stride.parse().ok()).unwrap_or(8);
    // Sentences; those for which anything is offered; by tolerance: the first is right, one of three, any.
    let (mut asked, mut some, mut right) = (0u32, 0u32, [[0u32; 3]; 3]);
    for note in &notes {
        let document = Document::new(note.text.as_str().into(), &Settings::default());
        let end = note.captions.end().unwrap();
        for sentence in sentences(&document).into_iter().step_by(stride) {
            let truth: Vec<u32> = sentence.iter().filter_map(|timestamp| second(timestamp, end)).collect();
            if truth.len() < sentence.len() {
                continue;
            }
            let mut text = note.text.clone();
            for timestamp in sentence.iter().rev() {
                let start = text[..timestamp.span.start()].trim_end_matches([' ', ',']).len();
                text.replace_range(start..timestamp.span.end(), "");
            }
            let at = note.text[..sentence[0].span.start()].trim_end().len();
            vault.open(&note.path, &text);
            let found = offered(&vault, &note.path, at);
            asked += 1;
            some += u32::from(!found.is_empty());
            for (tolerance, right) in [0, 10, 15].into_iter().zip(&mut right) {
                let is_right = |&second: &u32| {
                    let cue = note.captions.get(note.captions.at(second).unwrap()).unwrap();
                    let near = |truth: u32| truth.abs_diff(second) <= tolerance;
                    truth.iter().any(|&truth| near(truth) || (second..=cue.end / 1000).contains(&truth))
                };
                for (count, most) in right.iter_mut().zip([1, 3, usize::MAX]) {
                    *count += u32::from(found.iter().take(most).any(is_right));
                }
            }
        }
        vault.open(&note.path, &note.text);
    }
    let percent = |count: u32| f64::from(count) * 100.0 / f64::from(asked);
    println!("{asked} sentences, something offered for {:.1} %", percent(some));
    for (tolerance, right) in ["same cue", "10 s", "15 s"].iter().zip(right) {
        let [first, three, any] = right.map(percent);
        println!("{tolerance}: first {first:.1} %, in the first three {three:.1} %, any {any:.1} %");
    }
    assert!(percent(right[1][0]) > 75.0 && percent(right[1][1]) > 85.0, "worse than it was");
}

#[test]
fn claims_that_are_said_elsewhere() {
    let settings = serde_json::json!({"severity": {"unsupported-claim": "hint"}});
    let Some((mut vault, notes)) = notes(&settings) else { return };
    let found = |vault: &Vault, path: &str| {
        let analysis = vault.snapshot();
        let found = ide::diagnostics(&analysis, analysis.index.note(path).unwrap(), None).into_iter();
        found.filter(|found| found.code == Code::UnsupportedClaim).collect::<Vec<_>>()
    };
    // As the notes are; and with each timestamp half a video away.
    let (mut claims, mut as_is) = (0, 0);
    let (mut moved, mut told, mut right) = (0, 0, 0);
    for note in &notes {
        let document = Document::new(note.text.as_str().into(), &Settings::default());
        for found in found(&vault, &note.path) {
            let line = 1 + note.text[..found.span.start()].matches('\n').count();
            println!("{}:{line}: {}", note.path, found.message);
            as_is += 1;
        }
        let end = note.captions.end().unwrap();
        let (mut text, mut truth) = (note.text.clone(), Vec::new());
        for sentence in sentences(&document).iter().rev() {
            claims += 1;
            let [timestamp] = sentence[..] else { continue };
            let (Some(second), Some(value), Some(label)) =
                (second(timestamp, end), timestamp.value, timestamp.label)
            else {
                continue;
            };
            let wrong = (second + end / 2) % end;
            let time = format!("{:02}:{:02}:{:02}", wrong / 3600, wrong / 60 % 60, wrong % 60);
            if value.of(&text).len() == time.len() && label.of(&text).len() == time.len() {
                text.replace_range(label.range(), &time);
                text.replace_range(value.range(), &time);
                truth.push((value, second));
            }
        }
        vault.open(&note.path, &text);
        let found = found(&vault, &note.path);
        moved += truth.len();
        for (value, second) in truth {
            let Some(found) = found.iter().find(|found| found.span == value) else { continue };
            told += 1;
            let better = found.fixes[0].title.strip_prefix("Change to ").map(seconds).unwrap();
            right += usize::from(better.abs_diff(second) <= 20);
        }
        vault.open(&note.path, &note.text);
    }
    println!("{as_is} of {claims} claims are not said where they are cited for");
    println!(
        "of {moved} that are moved, {told} are told, {right} of them with the moment that they were from"
    );
    assert!(as_is <= 6, "more than were read");
    assert!(told * 3 >= moved && right * 10 >= told * 9, "worse than it was");
}
