//! Fixed scenarios for `benches/instructions`, which counts what they execute under callgrind.
//!
//! Callgrind collects inside [`measured`] alone and writes one dump for each call of it, so the vault
//! is made once, uncounted. Everything is one thread; hashes have fixed seeds where their order could
//! matter.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own, not the server")]
use std::hint::black_box;

use slugline::ide;

mod vault;

use vault::fixture::{self, Fixture, SENTENCE, Typing};

/// What is typed for a completion: a beginning of words, words inside, letters here and there.
const TYPED: [&str; 5] = ["ene", "market pol", "gvrnmt", "c", "the_history_of"];

#[inline(never)]
fn measured(name: &str, scenario: &mut dyn FnMut()) {
    scenario();
    black_box(name);
}

fn main() {
    let fixture = Fixture::new(1000);
    let settings = fixture.settings.clone();
    let run = |name: &str, scenario: &mut dyn FnMut()| {
        measured(name, scenario);
        println!("{name}");
    };

    run("parse 300 notes", &mut || {
        for text in fixture.texts.iter().take(300) {
            black_box(fixture::parse(text, &settings));
        }
    });
    run("index 1,000 notes", &mut || {
        black_box(fixture::by_changes(&settings, &fixture.facts));
    });
    let mut typing = Typing::new(&fixture, fixture.typical());
    let note = fixture.id(fixture.typical());
    run("200 keystrokes", &mut || {
        for key in SENTENCE.chars().cycle().take(200) {
            let delta = typing.key(key);
            black_box(delta.touches(&typing.index, note));
            let analysis = ide::Analysis::new(
                typing.index.clone(),
                std::iter::once((note, typing.document.clone())).collect(),
                fixture.files(),
            );
            black_box(ide::diagnostics(&analysis, note, None));
        }
    });
    let links = fixture.links(1000);
    run("1,000 resolutions", &mut || {
        for link in &links {
            black_box(fixture.analysis.index.resolve(fixture.id(link.note), &link.target));
        }
    });
    let places: Vec<_> =
        (0..10).flat_map(|n| TYPED.map(|typed| fixture.typing(links[n].note, typed))).collect();
    run("50 completions", &mut || {
        for (analysis, cursor) in &places {
            black_box(ide::completion(analysis, *cursor, 100));
        }
    });
    let places: Vec<_> =
        links.iter().take(40).chain(&fixture.links_to_hubs(10)).map(|link| fixture.at(link)).collect();
    run("50 hovers", &mut || {
        for (analysis, cursor) in &places {
            black_box(ide::hover(analysis, *cursor));
        }
    });
}
