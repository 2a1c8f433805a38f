//! What a key costs in a note of 2.6 MB with 24,500 links, step by step, until its diagnostics are there.
//!
//! A sentence is typed into the middle of the note. Prints the median of the keys in milliseconds.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own, not the server")]
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use slugline::ide::{self, Document, MemoryTexts};
use slugline::index::Facts;
use slugline::settings::Settings;
use slugline::text::{Buffer, Edit, Encoding, Position, PositionRange, VaultPath};
use slugline::vault::Vault;

/// Links of the note.
const LINKS: usize = 24_500;
/// Notes that they lead to.
const NOTES: usize = 8_000;
/// Bytes of prose for each link.
const PROSE: usize = 90;
/// What is typed.
const TYPED: &str = "and so it went on, as [[note_12]] says";

fn note() -> String {
    let mut text = String::from("# A long note\n");
    let words = "the long road along the coast was closed for the winter and opened again in spring ";
    for link in 0..LINKS {
        if link % 60 == 0 {
            write!(text, "\n\n## Part {link}\n\n").unwrap();
        }
        let prose = words.repeat(2);
        // Some of them lead nowhere.
        let target = link * 7919 % (NOTES + NOTES / 100);
        write!(text, "{}[[note_{target}]]. ", prose.get(..PROSE).unwrap_or("")).unwrap();
        if link % 6 == 5 {
            text.push_str("\n\n");
        }
    }
    text
}

fn main() {
    let mut files = MemoryTexts::default();
    for number in 0..NOTES {
        files.0.insert(format!("n/note_{number}.md"), format!("# Note {number}\n").into());
    }
    let (path, settings) = (VaultPath::from("n/long.md"), Settings::default());
    let text = note();
    println!("{} bytes, {LINKS} links", text.len());
    files.0.insert(path.to_string(), text.as_str().into());
    let mut vault = Vault::in_memory(settings.clone(), files);
    let mut buffer = Buffer::new(&text);
    vault.open(&path, &text);
    let line = u32::try_from(text.lines().count() / 2).unwrap();
    let steps = ["edit", "text", "parse", "facts", "index", "diagnostics"];
    let mut took: Vec<Vec<f64>> = vec![Vec::new(); steps.len()];

    for (column, typed) in (0..).zip(TYPED.chars()) {
        let mut start = Instant::now();
        let mut step = 0;
        let mut lap = || {
            took[step].push(start.elapsed().as_secs_f64() * 1000.0);
            (step, start) = (step + 1, Instant::now());
        };
        let at = Position::new(line, column);
        let edit = Edit { range: Some(PositionRange { start: at, end: at }), text: typed.to_string() };
        let end = buffer.apply(&edit, Encoding::Utf16).unwrap().end();
        lap();
        let text: Arc<str> = buffer.to_string().into();
        lap();
        let document = Document::after(vault.document(&path).as_deref(), text, &settings);
        lap();
        let facts = Facts::new(&document.text, &document.note, &settings);
        lap();
        black_box(vault.put(&path, Arc::new(document), facts));
        lap();
        let analysis = vault.snapshot();
        let note = analysis.index.note(&path).unwrap();
        black_box(ide::diagnostics(&analysis, note, Some(end)));
        lap();
    }
    for (name, mut took) in steps.into_iter().zip(took) {
        took.sort_by(f64::total_cmp);
        println!("{name:<12} {:6.2} ms", took[took.len() / 2]);
    }
}
