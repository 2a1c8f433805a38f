//! Sources as people read them on a terminal. All words of notes and captions go through [`visible`].
use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::cli::plural;
use crate::ide::{
    SourceHits, SourceSearch, SourceSummary, Timeline, TimelineEntry, TimelineLineKind, Transcript,
    shown_time, timeline_lines,
};
use crate::text::visible;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
/// Times.
const CYAN: &str = "\u{1b}[36m";
const END: &str = "\u{1b}[0m";

/// Notes of a video that a list names.
const MOST_NOTES: usize = 5;

/// Columns that a claim has at least.
const LEAST_CLAIM: usize = 40;

/// Columns of the terminal; `None` where there is none.
fn columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// The videos, each with its notes below it.
pub(super) fn list(out: &mut dyn Write, sources: &[SourceSummary], quiet: bool) -> io::Result<()> {
    let ids = sources.iter().map(|source| visible(&source.id).width()).max().unwrap_or(0).max("VIDEO".len());
    if !sources.is_empty() {
        writeln!(out, "{DIM}{:ids$}  CITED  COVERED    LENGTH  TITLE{END}", "VIDEO")?;
    }
    for source in sources {
        let id = visible(&source.id);
        let percent = source.covered_percent.map_or_else(String::new, |percent| format!("{percent}%"));
        let length = source.duration.map_or_else(|| " ".repeat(8), shown_time);
        let filler = " ".repeat(ids - id.width());
        writeln!(
            out,
            "{BOLD}{id}{END}{filler}  {:>5}  {percent:>7}  {CYAN}{length}{END}  {}",
            source.citations,
            source.heading(),
        )?;
        for note in source.notes.iter().take(MOST_NOTES) {
            writeln!(out, "{:ids$}  {DIM}{}{END}", "", visible(note))?;
        }
        if let Some(more @ 1..) = source.notes.len().checked_sub(MOST_NOTES) {
            writeln!(out, "{:ids$}  {DIM}and {more} more; --format json lists all{END}", "")?;
        }
    }
    if quiet {
        return Ok(());
    }
    let citations = sources.iter().map(|source| source.citations).sum();
    writeln!(out, "{}, {}", plural(sources.len(), "video"), plural(citations, "citation"))
}

/// The claims, by time. Paths are printed behind `prefix`.
pub(super) fn timeline(out: &mut dyn Write, timeline: &Timeline, prefix: &str) -> io::Result<()> {
    let places = timeline.entries.iter().map(|entry| entry.shown_place().width() + prefix.width());
    let width = columns().map(|columns| {
        let others = shown_time(0).len() + 4 + places.max().unwrap_or(0);
        columns.saturating_sub(others).max(LEAST_CLAIM)
    });
    for line in timeline_lines(timeline, width.unwrap_or(usize::MAX / 2)) {
        let text = &*line.text;
        match &line.kind {
            TimelineLineKind::Title | TimelineLineKind::Chapter => writeln!(out, "{BOLD}{text}{END}")?,
            TimelineLineKind::About | TimelineLineKind::Blank => writeln!(out, "{text}")?,
            TimelineLineKind::Entry { time, place, .. } => {
                let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
                let (before, behind) = (part(0, time.end), part(time.end, place.start));
                let place = part(place.start, place.end);
                writeln!(out, "{CYAN}{before}{END}{behind}{DIM}{}{place}{END}", visible(prefix))?;
            }
        }
    }
    Ok(())
}

/// What is said, by time, with the notes that cite it.
pub(super) fn transcript(out: &mut dyn Write, transcript: &Transcript, prefix: &str) -> io::Result<()> {
    let Transcript { source, file, cues, without_cue } = transcript;
    writeln!(out, "{BOLD}{}{END}", source.heading())?;
    for line in [source.url.as_deref(), file.as_deref()].into_iter().flatten() {
        writeln!(out, "{}", visible(line))?;
    }
    writeln!(out, "{}\n", source.counts())?;
    for cue in cues {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds from 0")]
        let time = shown_time(cue.start as u32);
        let (mark, end) = if cue.citations.is_empty() { ("", "") } else { (BOLD, END) };
        writeln!(out, "{CYAN}{time}{END}  {mark}{}{end}", visible(&cue.text))?;
        cited(out, &cue.citations, prefix)?;
    }
    if !without_cue.is_empty() {
        writeln!(out, "\n{BOLD}Cited without captions{END}")?;
        for entry in without_cue {
            write!(out, "{CYAN}{}{END}  ", shown_time(entry.second))?;
            writeln!(out, "{DIM}{}{END}", words(entry, prefix))?;
        }
    }
    Ok(())
}

fn cited(out: &mut dyn Write, entries: &[TimelineEntry], prefix: &str) -> io::Result<()> {
    for entry in entries {
        writeln!(out, "{:8}  {DIM}{}{END}", "", words(entry, prefix))?;
    }
    Ok(())
}

/// `→ folder/note.md:12  what it says`.
fn words(entry: &TimelineEntry, prefix: &str) -> String {
    let mut words = format!("→ {}{}", visible(prefix), entry.shown_place());
    if let Some(claim) = &entry.claim {
        let _ = write!(words, "  {}", visible(claim));
    }
    words
}

/// What was found, best first, with the words marked.
pub(super) fn hits(
    out: &mut dyn Write,
    search: &SourceSearch,
    found: &SourceHits,
    limit: usize,
    quiet: bool,
) -> io::Result<()> {
    for hit in &found.hits {
        let title = hit.title.as_ref().unwrap_or(&hit.source);
        writeln!(out, "{CYAN}{}{END}  {BOLD}{}{END}", shown_time(hit.second), visible(title))?;
        let said = hit.text.split(' ').map(|word| match search.is_in(word) {
            true => format!("{BOLD}{}{END}", visible(word)),
            false => visible(word).into_owned(),
        });
        writeln!(out, "{:8}  {}", "", said.collect::<Vec<_>>().join(" "))?;
        if let Some(url) = &hit.url {
            writeln!(out, "{:8}  {DIM}{}{END}", "", visible(url))?;
        }
    }
    if quiet {
        return Ok(());
    }
    let count = found.hits.len();
    let more = if count == limit && count > 0 { "the best " } else { "" };
    write!(
        out,
        "{more}{}, {} with captions searched",
        plural(count, "passage"),
        plural(found.searched, "video")
    )?;
    if !found.unsaid.is_empty() {
        write!(out, "; not said anywhere: {}", visible(&found.unsaid.join(", ")))?;
    }
    writeln!(out)
}
