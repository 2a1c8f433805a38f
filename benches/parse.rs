//! What reading a note costs: the markdown parser alone, all of `syntax::parse`, and the facts.
//!
//! Without arguments on 1,000 generated notes, else on all `.md` files below the folders that are named. Prints
//! the best of several rounds for each, per byte of text. Under callgrind (`--once`) each is run once, inside
//! [`measured`], as `instructions.rs` does.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own, not the server")]
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use slugline::ide::Document;
use slugline::index::Facts;
use slugline::settings::Settings;
use slugline::syntax;

mod vault;

use vault::{Style, Vault};

/// The best of so many rounds is told.
const ROUNDS: usize = 7;

#[inline(never)]
fn measured(name: &str, work: &mut dyn FnMut()) {
    work();
    black_box(name);
}

/// The markdown files below `folder`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

fn texts(folders: &[String]) -> Vec<Arc<str>> {
    if folders.is_empty() {
        let vault = Vault::new(1000, Style::Wiki, 1);
        return (0..1000).map(|note| vault.text(note).into()).collect();
    }
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| files(Path::new(folder), &mut paths));
    paths.sort();
    paths.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into()).collect()
}

/// A note of 2.8 MB with 24,500 links, in paragraphs or as one list.
fn long_note(item: &str, end: &str) -> String {
    let words =
        "of what was said there and of what came of it, in some words more than are needed here for that. ";
    (0..24_500).map(|n| format!("{item}See [[note {n}]] {words}{end}")).collect()
}

/// What a key in the middle of a long note costs: all of it read, and only what the key concerns.
fn keys(settings: &Settings) {
    for (name, item, end) in [("paragraphs", "", "\n\n"), ("lines of one list", "- ", "\n")] {
        let text: Arc<str> = long_note(item, end).into();
        let at = text.floor_char_boundary(text.len() / 2);
        let (before, behind) = text.split_at(at);
        let typed: Arc<str> = format!("{before}x{behind}").into();
        let document = Document::new(Arc::clone(&text), settings);
        let best = |read: &dyn Fn() -> Document| {
            let round = || {
                let start = Instant::now();
                black_box(read());
                start.elapsed()
            };
            (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
        };
        let whole = best(&|| Document::new(Arc::clone(&typed), settings));
        let changed = best(&|| Document::after(Some(&document), Arc::clone(&typed), settings));
        println!("a key in {} bytes of {name}: {changed:.1?}, where all of it takes {whole:.1?}", text.len());
    }
}

fn main() {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let once = flags.iter().any(|flag| flag == "--once");
    let settings = Settings::default();
    let options = settings.syntax_options();
    let texts = texts(&folders);
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let notes: Vec<_> = texts.iter().map(|text| syntax::parse(text, &options)).collect();
    println!("{} notes, {bytes} bytes", texts.len());
    let mut markdown = || {
        for text in &texts {
            for event in syntax::markdown_events(text) {
                black_box(event);
            }
        }
    };
    let mut parse = || {
        for text in &texts {
            black_box(syntax::parse(text, &options));
        }
    };
    let mut facts = || {
        for (text, note) in texts.iter().zip(&notes) {
            black_box(Facts::new(text, note, &settings));
        }
    };
    let rounds = if once { 1 } else { ROUNDS };
    let mut parts: [(&str, &mut dyn FnMut(), Duration); 3] = [
        ("pulldown-cmark alone", &mut markdown, Duration::MAX),
        ("syntax::parse", &mut parse, Duration::MAX),
        ("Facts::new", &mut facts, Duration::MAX),
    ];
    // In turns: what the machine does beside it falls on all.
    for _ in 0..rounds {
        for (name, work, best) in &mut parts {
            let start = Instant::now();
            measured(name, *work);
            *best = (*best).min(start.elapsed());
        }
    }
    if !once {
        keys(&settings);
    }
    let alone = parts[0].2.as_secs_f64();
    for (name, _, best) in &parts {
        let seconds = best.as_secs_f64();
        let per_byte = seconds * 1e9 / bytes as f64;
        println!("{name:20} {per_byte:7.2} ns/byte {:6.2} x pulldown-cmark", seconds / alone);
    }
}
