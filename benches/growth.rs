//! Texts of every shape that syntax has, at growing lengths, for `benches/growth`, which counts under
//! callgrind what reading them and looking for mistakes in them executes.
//!
//! Called with the numbers of shapes, it runs each at all lengths; called without, it lists the shapes.
//! As in `instructions.rs`, callgrind collects inside [`measured`] alone and writes a dump for each call.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own, not the server")]
use std::hint::black_box;
use std::sync::Arc;

use slugline::ide::{self, Analysis, Document, MemoryTexts};
use slugline::index::{Change, Facts, Index};
use slugline::settings::Settings;

mod shapes;

#[inline(never)]
fn measured(text: &str, settings: &Arc<Settings>) {
    read(text, settings);
    black_box(text);
}

/// What happens to a note on every change of it.
fn read(text: &str, settings: &Arc<Settings>) {
    let document = Document::new(text.into(), settings);
    let facts = Facts::new(text, &document.note, settings);
    let mut index = Index::new(Arc::clone(settings));
    index.apply(Change::Facts("note.md".into(), facts));
    let note = index.note("note.md").unwrap();
    let document = Arc::new(document);
    let open = std::iter::once((note, Arc::clone(&document))).collect();
    let analysis = Analysis::new(index, open, Arc::new(MemoryTexts::default()));
    let found = ide::diagnostics(&analysis, note, None);
    let encoding = slugline::text::Encoding::Utf16;
    for diagnostic in &found {
        black_box(document.lines.range(text, diagnostic.span, encoding));
    }
}

fn main() {
    let shapes = shapes::all();
    let wanted: Vec<usize> = std::env::args().skip(1).filter_map(|number| number.parse().ok()).collect();
    if wanted.is_empty() {
        for (number, shape) in shapes.iter().enumerate() {
            println!("{number} {} {shape}", if shape.is_quick() { "quick" } else { "full" });
        }
        return;
    }
    let settings = Arc::new(Settings::default());
    // What is made once is not counted.
    read("---\nvideoId: x\n---\n[[a]] [00:01] <a data-t=\"x\">y</a> ~~a~~ \u{e9}", &settings);
    for shape in wanted.iter().filter_map(|&number| shapes.get(number)) {
        for length in shapes::LENGTHS {
            measured(&shape.text(length), &settings);
        }
    }
}
