//! `slugline source`: the videos that notes cite, what is claimed of one, what is said in it, and where some words
//! are said.
mod text;

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::args::{OneSource, ReportArgs, ReportFormat, SearchArgs, SourceCommand};
use super::place::Place;
use super::progress::Progress;
use super::{Failure, Outcome, complain, each, print};
use crate::ide::{self, Analysis, SourceHits, SourceSearch, SourceSummary, Timeline, Transcript};
use crate::sources::SourceId;
use crate::text::visible;

/// Ids that an error names.
const MOST_NEAR: usize = 3;

/// `slugline source`.
pub(super) fn run(command: &SourceCommand) -> Result<Outcome, Failure> {
    match command {
        SourceCommand::List(args) => list(args),
        SourceCommand::Timeline(args) => timeline(args),
        SourceCommand::Transcript(args) => transcript(args),
        SourceCommand::Search(args) => search(args),
    }
}

/// What is printed as JSON: `what` of the vault at `root`.
#[derive(Serialize)]
struct Json<'a, T> {
    version: u32,
    vault: String,
    #[serde(flatten)]
    what: &'a T,
}

#[derive(Serialize)]
struct Sources<'a> {
    sources: &'a [SourceSummary],
}

#[derive(Serialize)]
struct Hits<'a> {
    query: &'a str,
    #[serde(flatten)]
    hits: &'a SourceHits,
}

pub(super) fn json(out: &mut dyn Write, root: &Path, what: &impl Serialize) -> std::io::Result<()> {
    let json = Json { version: 1, vault: root.to_string_lossy().into_owned(), what };
    serde_json::to_writer(&mut *out, &json)?;
    writeln!(out)
}

/// The one vault of the arguments, read.
pub(super) fn load(args: &ReportArgs) -> Result<(Place, Analysis), Failure> {
    let place = Place::one(&args.folder)?;
    let analysis = place.load(&args.folder.vault).snapshot();
    Ok((place, analysis))
}

fn list(args: &ReportArgs) -> Result<Outcome, Failure> {
    let (place, analysis) = load(args)?;
    let ids = ide::source_ids(&analysis);
    let progress = Progress::new("Reading", args.folder.vault.quiet);
    let mut sources = each(&ids, &progress, |id| ide::source_summary(&analysis, id));
    drop(progress);
    sources.retain(|source| source.notes.iter().any(|note| place.holds(note)));
    sources.sort_by(|a, b| (b.citations, &a.id).cmp(&(a.citations, &b.id)));
    print(|out| match args.format {
        ReportFormat::Text => text::list(out, &sources, args.folder.vault.quiet),
        ReportFormat::Json => json(out, place.root(), &Sources { sources: &sources }),
    })?;
    Ok(Outcome::Clean)
}

/// The id of the source that the arguments name.
pub(super) fn find<'a>(
    args: &'a OneSource,
    place: &Place,
    analysis: &'a Analysis,
) -> Result<SourceId<'a>, Failure> {
    let named = &*args.id;
    let by_path = || {
        let note = analysis.index.note(&place.path_of(Path::new(named))?)?;
        analysis.index.facts(note)?.video()
    };
    ide::source_named(analysis, named).or_else(by_path).ok_or_else(|| {
        let ids = ide::source_ids(analysis);
        let near = ide::nearest_sources(&ids, named, MOST_NEAR);
        let advice = if near.is_empty() {
            "`slugline source list` lists all".to_owned()
        } else {
            format!("Did you mean {}? `slugline source list` lists all", near.join(" or "))
        };
        let root = place.root().display();
        Failure::new(format!(
            "no note in {root} cites a video `{named}`, and no captions are of it. {advice}"
        ))
    })
}

fn timeline(args: &OneSource) -> Result<Outcome, Failure> {
    let (place, analysis) = load(&args.of)?;
    let timeline: Timeline = ide::timeline(&analysis, find(args, &place, &analysis)?);
    print(|out| match args.of.format {
        ReportFormat::Text => text::timeline(out, &timeline, &place.prefix()),
        ReportFormat::Json => json(out, place.root(), &timeline),
    })?;
    Ok(Outcome::Clean)
}

fn transcript(args: &OneSource) -> Result<Outcome, Failure> {
    let (place, analysis) = load(&args.of)?;
    let transcript: Transcript = ide::transcript(&analysis, find(args, &place, &analysis)?);
    if transcript.file.is_none() && !args.of.folder.vault.quiet {
        let id = visible(&transcript.source.id);
        complain(
            "warning",
            &format!("no captions of {id} found; docs/sources.md says where they are looked for"),
        );
    }
    print(|out| match args.of.format {
        ReportFormat::Text => text::transcript(out, &transcript, &place.prefix()),
        ReportFormat::Json => json(out, place.root(), &transcript),
    })?;
    Ok(Outcome::Clean)
}

fn search(args: &SearchArgs) -> Result<Outcome, Failure> {
    let (place, analysis) = load(&args.of).map_err(|failure| {
        // Who forgets the quotes names a word as the folder.
        let path = args.of.folder.path.display();
        let is_missing = !args.of.folder.path.exists() && args.of.folder.path.components().count() == 1;
        if is_missing {
            Failure::new(format!("{failure}. Put several words in quotes: '{} {path}'", args.words))
        } else {
            failure
        }
    })?;
    let search = SourceSearch::new(&args.words);
    let ids = ide::searchable_sources(&analysis);
    let ids: Vec<_> = ids.iter().collect();
    let progress = Progress::new("Searching", args.of.folder.vault.quiet);
    let found = each(&ids, &progress, |id| search.search(&analysis, id));
    drop(progress);
    let hits = search.best(&analysis, &found, args.limit);
    let quiet = args.of.folder.vault.quiet;
    print(|out| match args.of.format {
        ReportFormat::Text => text::hits(out, &search, &hits, args.limit, quiet),
        ReportFormat::Json => json(out, place.root(), &Hits { query: &args.words, hits: &hits }),
    })?;
    Ok(if hits.hits.is_empty() { Outcome::Findings } else { Outcome::Clean })
}
