//! Fixed scenarios for `benches/instructions`, which counts what they execute under callgrind.
//!
//! Callgrind collects inside [`measured`] alone and writes one dump for each call of it, so the vault
//! is made once, uncounted. Everything is one thread; hashes have fixed seeds where their order could
//! matter.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of its own, not the server")]
use std::hint::black_box;

use slugline::ide;
use slugline::index::{Change, NoteId};
use slugline::text::Span;

mod vault;

use vault::fixture::{self, Fixture, SENTENCE, Typing};

/// What is typed for a completion: a beginning of words, words inside, letters here and there.
const TYPED: [&str; 5] = ["ene", "market pol", "gvrnmt", "c", "the_history_of"];

/// Notes of a small vault and of a great one.
const SIZES: [usize; 2] = [500, 8000];

/// Notes that link to one, in a small vault and in a great one: more than are counted.
const LINKING: [usize; 2] = [1200, 9600];

/// Folders of a small vault and of a great one.
const FOLDERS: [usize; 2] = [100, 4000];

#[inline(never)]
fn measured(name: &str, scenario: &mut dyn FnMut()) {
    scenario();
    black_box(name);
}

fn main() {
    // What other threads do is not counted.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
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
    run("200 keystrokes", &mut || keystrokes(&mut typing, note, 200));
    run("index 1,000 notes at once", &mut || {
        black_box(fixture::from_scratch(&settings, &fixture.facts));
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
    for notes in SIZES {
        sized(&run, notes);
    }
    for notes in LINKING {
        popular(&run, notes);
    }
    for folders in FOLDERS {
        shared(&run, folders);
    }
}

/// Types so many keys into a note, each with what the server does for it.
fn keystrokes(typing: &mut Typing, note: NoteId, keys: usize) {
    for key in SENTENCE.chars().cycle().take(keys) {
        let delta = typing.key(key);
        black_box(delta.touches(typing.notes.index(), note));
        black_box(ide::diagnostics(&typing.notes.snapshot(), note, None));
    }
}

/// What an editor asks of a vault, whatever its size. Of two sizes the same work is expected, so
/// `benches/instructions` holds the greater to little more than the smaller.
fn sized(run: &dyn Fn(&str, &mut dyn FnMut()), notes: usize) {
    let fixture = Fixture::with_notes(0, &desk(notes));
    let of = |what: &str| format!("{what}, {notes} notes");
    let mut typing = Typing::new(&fixture, 0);
    let note = fixture.id(0);
    run(&of("50 keystrokes"), &mut || keystrokes(&mut typing, note, 50));
    let places: Vec<_> = fixture.links_of(0).iter().map(|link| fixture.at(link)).collect();
    run(&of("definitions"), &mut || {
        for (analysis, cursor) in &places {
            black_box(ide::definition(analysis, *cursor));
        }
    });
    run(&of("hovers"), &mut || {
        for (analysis, cursor) in &places {
            black_box(ide::hover(analysis, *cursor));
        }
    });
    run(&of("highlights"), &mut || {
        for (analysis, cursor) in &places {
            black_box(ide::highlights(analysis, *cursor));
        }
    });
    let Some((analysis, _)) = places.first() else { return };
    let desk = ide::Symbol::Note(note);
    run(&of("references"), &mut || drop(black_box(ide::occurrences(analysis, &desk))));
    run(&of("code lenses"), &mut || drop(black_box(ide::code_lenses(analysis, note))));
    run(&of("incoming links"), &mut || {
        black_box(ide::incoming(analysis, &desk).count());
    });
    run(&of("outgoing links"), &mut || drop(black_box(ide::outgoing(analysis, &desk))));
    let all = Span::new(0, fixture.texts.first().map_or(0, |text| text.len()));
    run(&of("document symbols"), &mut || drop(black_box(ide::document_symbols(analysis, note))));
    run(&of("folding ranges"), &mut || drop(black_box(ide::foldings(analysis, note, 5000))));
    run(&of("semantic tokens"), &mut || drop(black_box(ide::semantic_tokens(analysis, note, all))));
    run(&of("inlay hints"), &mut || drop(black_box(ide::inlay_hints(analysis, note, all))));
    // The first of them reads all headings.
    ide::workspace_symbols(analysis, "desk", 256);
    run(&of("workspace symbols"), &mut || drop(black_box(ide::workspace_symbols(analysis, "desk", 256))));
    run(&of("local graphs"), &mut || drop(black_box(ide::graph_around(analysis, note, 1))));
    let moves = ide::moves_of(analysis, &"desk/desk_topic_1.md".into(), &"desk/moved.md".into());
    run(&of("moves of a note"), &mut || drop(black_box(ide::move_files(analysis, &moves))));
    // The first of them finds all names.
    analysis.index.most_wanted().next();
    run(&of("unresolved names after a change"), &mut || {
        let mut index = analysis.index.clone();
        index.apply(Change::Gone("shelf7/other_7.md".into()));
        black_box(index.most_wanted().take(20).count());
    });
}

/// A few notes about one another, of which the first links to all, and so many short ones about others.
fn desk(notes: usize) -> Vec<(String, String)> {
    let name = |n: usize| format!("desk_topic_{n}");
    let links: String = (1..20).map(|n| format!("Words about [[{}]].\n\n", name(n))).collect();
    let first = ("desk/desk.md".to_owned(), format!("# Desk\n\n{links}\n"));
    let topic = |n: usize| (format!("desk/{}.md", name(n)), "Lies on the [[desk]].\n".to_owned());
    let other = |n: usize| {
        let text = format!("# Other {n}\n\nAs [[other_{}]] says, and [[missing_{n}]].\n", n * 7 % notes);
        (format!("shelf{}/other_{n}.md", n % 40), text)
    };
    std::iter::once(first).chain((1..20).map(topic)).chain((0..notes).map(other)).collect()
}

/// What an editor asks about a note that all others link to, and that links to all of them.
fn popular(run: &dyn Fn(&str, &mut dyn FnMut()), notes: usize) {
    let links: String = (0..notes).map(|n| format!("- About [[other_{n}]].\n")).collect();
    let hub = format!("# Hub\n\nWhat all are about.\n\n## Part\n\n{links}");
    let front = "---\nvideoId: dQw4w9WgXcQ\n---\n# Front\n\nAs the [[hub]] says at [00:05], the [[hub]].\n";
    let other = |n: usize| {
        let anchor = if n < 20 { "#Part" } else { "" };
        (format!("others{}/other_{n}.md", n % 40), format!("# Other {n}\n\nLies in the [[hub{anchor}]].\n"))
    };
    let first = [("front.md".to_owned(), front.to_owned()), ("hub.md".to_owned(), hub)];
    let fixture = Fixture::with_notes(0, &first.into_iter().chain((0..notes).map(other)).collect::<Vec<_>>());
    let of = |what: &str| format!("{what} of a hub, {notes} notes");
    let mut typing = Typing::new(&fixture, 0);
    let (front, hub) = (fixture.id(0), fixture.id(1));
    run(&of("50 keystrokes in a note"), &mut || keystrokes(&mut typing, front, 50));
    let Some((analysis, at)) = fixture.links_of(0).first().map(|link| fixture.at(link)) else { return };
    run(&of("hover"), &mut || drop(black_box(ide::hover(&analysis, at))));
    let span = Span::new(at.offset, at.offset);
    run(&of("code actions"), &mut || {
        drop(black_box(ide::code_actions(&analysis, front, span, &ide::Wish::default())));
    });
    run(&of("linked editing"), &mut || drop(black_box(ide::linked_editing(&analysis, at))));
    run(&of("document links"), &mut || drop(black_box(ide::document_links(&analysis, front))));
    run(&of("code lenses"), &mut || drop(black_box(ide::code_lenses(&analysis, hub))));
    let part = ide::Symbol::Heading { note: hub, index: 1 };
    run(&of("references of a heading"), &mut || drop(black_box(ide::occurrences(&analysis, &part))));
    run(&of("local graphs beside"), &mut || drop(black_box(ide::graph_around(&analysis, front, 1))));
    let moves = ide::moves_of(&analysis, &"others7/other_7.md".into(), &"others7/moved.md".into());
    run(&of("moves of a note"), &mut || drop(black_box(ide::move_files(&analysis, &moves))));
    let hub = ide::Symbol::Note(hub);
    run(&of("incoming links"), &mut || {
        black_box(ide::incoming(&analysis, &hub).count());
    });
    run(&of("outgoing links"), &mut || drop(black_box(ide::outgoing(&analysis, &hub))));
    let (analysis, cursor) = fixture.typing(0, "hu");
    run(&of("completion"), &mut || drop(black_box(ide::completion(&analysis, cursor, 100))));
}

/// What an editor asks about a name that as many notes share as there are folders.
fn shared(run: &dyn Fn(&str, &mut dyn FnMut()), folders: usize) {
    let (analysis, cursors) = fixture::shared_name(folders);
    for (place, cursor) in ["its folder", "the root"].into_iter().zip(cursors) {
        let of = |what: &str| format!("{what} of [[index]] from {place}, {folders} folders");
        run(&of("definition"), &mut || drop(black_box(ide::definition(&analysis, cursor))));
        run(&of("hover"), &mut || drop(black_box(ide::hover(&analysis, cursor))));
        run(&of("diagnostics"), &mut || drop(black_box(ide::diagnostics(&analysis, cursor.note, None))));
        let span = Span::new(cursor.offset, cursor.offset);
        run(&of("code actions"), &mut || {
            drop(black_box(ide::code_actions(&analysis, cursor.note, span, &ide::Wish::default())));
        });
    }
}
