//! `slugline query`: the notes that a question about links, tags or videos is answered by.
use serde::Serialize;

use super::args::{OneNote, Query, ReportArgs, ReportFormat};
use super::place::Place;
use super::progress::Progress;
use super::source::{find, json, load};
use super::{Failure, Outcome, each, print};
use crate::ide::Analysis;
use crate::index::{NoteId, Wanted};
use crate::text::{Encoding, visible};

/// `slugline query`.
pub(super) fn run(query: &Query) -> Result<Outcome, Failure> {
    match query {
        Query::Backlinks(args) => around(args, |analysis, note| analysis.index.linking(note, usize::MAX)),
        Query::Outlinks(args) => around(args, |analysis, note| {
            analysis.links(note).filter_map(|(_, resolution)| resolution.note()).collect()
        }),
        Query::Orphans(args) => {
            let (place, analysis) = load(args)?;
            let all: Vec<_> = analysis.index.notes().collect();
            let progress = Progress::new("Following links", args.folder.vault.quiet);
            let is_linked = |note| !analysis.index.linking(note, 1).is_empty();
            let linked = each(&all, &progress, is_linked);
            drop(progress);
            let orphans = all.into_iter().zip(linked).filter_map(|(note, linked)| (!linked).then_some(note));
            notes(args, &place, &analysis, orphans.collect())
        }
        Query::Broken(args) => broken(args),
        Query::Tag(args) => {
            let (place, analysis) = load(&args.of)?;
            let tagged = analysis.index.tagged(args.tag.trim_start_matches('#'));
            notes(&args.of, &place, &analysis, tagged)
        }
        Query::Video(args) => {
            let (place, analysis) = load(&args.of)?;
            let citing = analysis.index.citing(find(args, &place, &analysis)?);
            notes(&args.of, &place, &analysis, citing)
        }
    }
}

/// Prints the other notes that a note has to do with.
fn around(args: &OneNote, others: impl FnOnce(&Analysis, NoteId) -> Vec<NoteId>) -> Result<Outcome, Failure> {
    let (place, analysis) = load(&args.of)?;
    let note = place.note_named(&analysis, &args.note)?;
    let mut found = others(&analysis, note);
    found.retain(|&other| other != note);
    notes(&args.of, &place, &analysis, found)
}

#[derive(Serialize)]
struct Notes<'a> {
    notes: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    title: &'a str,
}

/// Prints notes by path, each once.
fn notes(
    args: &ReportArgs,
    place: &Place,
    analysis: &Analysis,
    mut found: Vec<NoteId>,
) -> Result<Outcome, Failure> {
    let index = &analysis.index;
    found.retain(|&note| place.holds(index.path(note)));
    found.sort_unstable_by_key(|&note| index.path(note));
    found.dedup();
    let prefix = place.prefix();
    print(|out| match args.format {
        ReportFormat::Text => found
            .iter()
            .try_for_each(|&note| writeln!(out, "{}", visible(&format!("{prefix}{}", index.path(note))))),
        ReportFormat::Json => {
            let entry = |&note: &NoteId| Entry { path: index.path(note), title: index.title(note) };
            json(out, place.root(), &Notes { notes: found.iter().map(entry).collect() })
        }
    })?;
    Ok(outcome(found.is_empty()))
}

fn outcome(is_empty: bool) -> Outcome {
    if is_empty { Outcome::Findings } else { Outcome::Clean }
}

#[derive(Serialize)]
struct Broken {
    links: Vec<BrokenLink>,
}

/// A link to a note or a file that does not exist.
#[derive(Serialize)]
struct BrokenLink {
    path: String,
    /// From 1; columns in Unicode scalar values.
    line: u32,
    column: u32,
    target: String,
}

fn broken(args: &ReportArgs) -> Result<Outcome, Failure> {
    let (place, analysis) = load(args)?;
    let notes = super::check::asked_notes(&analysis, &place);
    let progress = Progress::new("Following links", args.folder.vault.quiet);
    let links: Vec<_> =
        each(&notes, &progress, |note| broken_of(&analysis, note)).into_iter().flatten().collect();
    drop(progress);
    let prefix = place.prefix();
    let is_empty = links.is_empty();
    print(|out| match args.format {
        ReportFormat::Text => links.iter().try_for_each(|link| {
            let path = format!("{prefix}{}", link.path);
            writeln!(out, "{}:{}:{}: {}", visible(&path), link.line, link.column, visible(&link.target))
        }),
        ReportFormat::Json => json(out, place.root(), &Broken { links }),
    })?;
    Ok(outcome(is_empty))
}

/// The broken links of a note, in its order.
fn broken_of(analysis: &Analysis, note: NoteId) -> Vec<BrokenLink> {
    // A note without any is not read again.
    if !analysis.links(note).any(|(_, resolution)| resolution.is_broken()) {
        return Vec::new();
    }
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let text = &*document.text;
    let links = document.note.links.iter().filter(|link| {
        let target = link.target_text(text);
        !target.is_empty() && analysis.resolve_wanted(note, &Wanted::of(link, text)).is_broken()
    });
    let links = links.map(|link| {
        let at = document.lines.position(text, link.target.start(), Encoding::Utf32);
        let target = link.target_text(text).into_owned();
        BrokenLink {
            path: analysis.index.path(note).to_owned(),
            line: at.line + 1,
            column: at.character + 1,
            target,
        }
    });
    links.collect()
}
