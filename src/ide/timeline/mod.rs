//! Sources as the notes cite them: which there are, what notes claim of one in the order of its seconds, what is
//! said in it beside that, and where in all of them some words are said.
//!
//! As JSON these are what `slugline source` prints.

mod list;
mod moments;
mod search;
mod transcript;
mod view;

use std::ops::RangeInclusive;

use rayon::prelude::*;
use serde::Serialize;

pub use self::list::{nearest_sources, source_ids, source_named, source_summary};
pub use self::moments::{CitedMoment, CitedMoments, MOST_MOMENTS, cited_moments};
pub use self::search::{SearchedSource, SourceHit, SourceHits, SourceSearch, searchable_sources};
pub use self::transcript::{Transcript, TranscriptCue, transcript};
pub use self::view::{TimelineLine, TimelineLineKind, shown_time, timeline_lines};

use super::cursor::{CursorTarget, target_at};
use super::source::{End, Source};
use super::{Analysis, Cursor, Document, Piece, claim, source, video};
use crate::index::{Citation, LinePlace, NoteId};
use crate::sources::SourceId;
use crate::text::{Encoding, Span};

/// A citation stands for as many seconds of its video before it and behind it.
const REACH: u32 = 30;

/// Every second of a video.
const ALL: RangeInclusive<u32> = 0..=u32::MAX;

/// A source, apart from the note or file that names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SourceKey {
    /// The number of its kind.
    pub kind: u8,
    /// Its id.
    pub id: String,
}

impl SourceKey {
    /// The source.
    pub fn as_id(&self) -> SourceId<'_> {
        SourceId { kind: self.kind, id: &self.id }
    }
}

impl From<SourceId<'_>> for SourceKey {
    fn from(SourceId { kind, id }: SourceId<'_>) -> Self {
        Self { kind, id: id.to_owned() }
    }
}

/// The source that a link to it at the cursor leads to, else that of the note.
pub fn source_under(analysis: &Analysis, at: Cursor) -> Option<SourceKey> {
    let document = analysis.document(at.note)?;
    match target_at(&document.note, at.offset) {
        Some(CursorTarget::Video(link)) => Some(link.source(&document.text).into()),
        _ => document.video().map(SourceKey::from),
    }
}

/// The entry, as an index, of the citation nearest to the cursor in its note: by lines, then on the line.
pub fn timeline_entry_near(analysis: &Analysis, timeline: &Timeline, at: Cursor) -> Option<usize> {
    let distance = distance_from(&*analysis.document(at.note)?, at.offset);
    let own = timeline.entries.iter().enumerate().filter(|(_, entry)| entry.note == at.note);
    own.min_by_key(|(_, entry)| distance(entry.place)).map(|(at, _)| at)
}

/// How far a place in a note is from one of its bytes: lines, then columns.
pub(super) fn distance_from(document: &Document, offset: usize) -> impl Fn(LinePlace) -> (u32, u32) + use<> {
    let LinePlace { line, column, .. } =
        LinePlace::of(Span::new(offset, offset), &document.text, &document.lines);
    move |LinePlace { line: own, column: start, length, .. }| {
        let end = start.saturating_add(length);
        (own.abs_diff(line), start.saturating_sub(column).max(column.saturating_sub(end)))
    }
}

/// The second that a citation means in a video that ends at `limit`, without a look at its note.
pub(super) fn meant(moment: u32, limit: Option<u32>) -> u32 {
    match limit {
        Some(limit) if moment > limit && moment >= 3600 && moment / 60 <= limit => moment / 60,
        _ => moment,
    }
}

/// A source, and how far notes cite it.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct SourceSummary {
    /// Its id.
    pub id: String,
    /// Its kind: `youtube`, or what the settings call it.
    pub kind: String,
    /// Where it plays.
    pub url: Option<String>,
    /// Its title: by its metadata, a link to it, or a note about it.
    pub title: Option<String>,
    /// Whose it is.
    pub channel: Option<String>,
    /// How long it is, in seconds, where its metadata say so.
    pub duration: Option<u32>,
    /// The notes that are about it or cite a moment of it, by path.
    pub notes: Vec<String>,
    /// How often they cite a moment of it.
    pub citations: usize,
    /// Seconds of it that are at most 30 seconds from a moment that is cited.
    pub covered: u32,
    /// Of its duration, or else of the time until its last caption, per cent.
    pub covered_percent: Option<u32>,
}

/// What notes say of a source, in its order.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct Timeline {
    /// The source.
    pub source: SourceSummary,
    /// Its chapters, by start.
    pub chapters: Vec<TimelineChapter>,
    /// What is cited, by second; within it by note and place.
    pub entries: Vec<TimelineEntry>,
}

/// A part of a source.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct TimelineChapter {
    /// Where it begins, in seconds.
    pub second: u32,
    /// What it is called.
    pub title: String,
}

/// A citation of a moment.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct TimelineEntry {
    /// Seconds from the source's start.
    pub second: u32,
    /// Where it plays from there on.
    pub url: Option<String>,
    /// What it is cited for, in the words of the note and without its markup.
    pub claim: Option<String>,
    /// The note.
    pub path: String,
    /// Where the citation stands, from 1.
    pub line: u32,
    /// In Unicode scalar values, from 1.
    pub column: u32,
    /// The note.
    #[serde(skip)]
    pub note: NoteId,
    /// Where the citation stands.
    #[serde(skip)]
    pub place: LinePlace,
}

/// What notes say of the source `id`, in its order. Notes that do not cite it are not looked at, and of those that
/// do no more than the blocks with the citations is read as markdown.
pub fn timeline(analysis: &Analysis, id: SourceId<'_>) -> Timeline {
    let source = Source::of(analysis, id, None);
    let entries = entries(analysis, id, &source);
    let moments: Vec<u32> = entries.iter().map(|entry| entry.second).collect();
    let chapters = source.metadata.iter().flat_map(|about| &about.chapters);
    let chapters =
        chapters.map(|chapter| TimelineChapter { second: chapter.start, title: chapter.title.clone() });
    Timeline { source: summary(analysis, id, &source, &moments), chapters: chapters.collect(), entries }
}

/// The citations of a source in its order.
fn entries(analysis: &Analysis, id: SourceId<'_>, source: &Source) -> Vec<TimelineEntry> {
    let limit = source.end().map(End::limit);
    let mut citations = analysis.index.citations(id, ALL);
    citations.sort_by_key(|citation| citation.note);
    let notes: Vec<&[Citation]> = citations.chunk_by(|a, b| a.note == b.note).collect();
    let entries = notes.into_par_iter().flat_map_iter(|citations| {
        let places: Vec<LinePlace> = citations.iter().map(|citation| citation.place).collect();
        let piece = citations.first().and_then(|citation| analysis.around(citation.note, &places));
        let entry = |citation| {
            analysis.index.cancel().check();
            entry(analysis, id, limit, piece.as_ref(), citation)
        };
        citations.iter().map(entry).collect::<Vec<_>>()
    });
    let mut entries: Vec<TimelineEntry> = entries.collect();
    entries.sort_by(|a: &TimelineEntry, b| {
        (a.second, &a.path, a.line, a.column).cmp(&(b.second, &b.path, b.line, b.column))
    });
    entries
}

fn entry(
    analysis: &Analysis,
    id: SourceId<'_>,
    limit: Option<u32>,
    piece: Option<&Piece>,
    citation: &Citation,
) -> TimelineEntry {
    let Citation { note, moment, place } = *citation;
    let found = piece.and_then(|piece| claim::elsewhere(analysis, piece, citation));
    let meant = found.as_ref().zip(limit).and_then(|((meaning, _), limit)| meaning.within(limit));
    let second = meant.unwrap_or(moment);
    let column = match (piece, place.ascii) {
        (Some(piece), false) => {
            let start = piece.span(place).start();
            piece.lines.position(&piece.text, start, Encoding::Utf32).character
        }
        _ => place.column,
    };
    TimelineEntry {
        second,
        url: play(analysis, id, second),
        claim: found.and_then(|(_, claim)| claim),
        path: analysis.index.path(note).to_owned(),
        line: place.line + 1,
        column: column + 1,
        note,
        place,
    }
}

/// What is known of a source that is cited at `moments`.
fn summary(analysis: &Analysis, id: SourceId<'_>, source: &Source, moments: &[u32]) -> SourceSummary {
    let index = &analysis.index;
    let notes: Vec<NoteId> =
        index.citing(id).into_iter().filter(|&note| is_cited_by(analysis, note, id)).collect();
    let own = notes.iter().copied().find(|&note| is_about(analysis, note, id));
    let first = own.or_else(|| notes.first().copied());
    let about = source.metadata.as_deref();
    let channel = about.and_then(|about| about.channel.clone());
    let channel = channel.or_else(|| first.and_then(|note| video::channel(analysis, note)));
    let end = source.end().map(|(End::Duration(seconds) | End::LastCue(seconds))| seconds);
    let covered = covered(moments, end);
    let percent = |end: u32| (u64::from(covered) * 100).checked_div(u64::from(end));
    SourceSummary {
        id: id.id.to_owned(),
        kind: kind_name(analysis, id),
        url: play(analysis, id, 0),
        title: title(analysis, id),
        channel,
        duration: about.and_then(|about| about.duration),
        notes: notes.iter().map(|&note| index.path(note).to_owned()).collect(),
        citations: moments.len(),
        covered,
        covered_percent: end.and_then(percent).and_then(|percent| u32::try_from(percent).ok()),
    }
}

/// The title of a source: as [`video::title`] has it, else that of a note about it.
fn title(analysis: &Analysis, id: SourceId<'_>) -> Option<String> {
    let notes = analysis.index.citing(id);
    let own = notes.iter().copied().find(|&note| is_about(analysis, note, id));
    let title = match own.or_else(|| notes.first().copied()) {
        Some(note) => video::title(analysis, note, id),
        None => source::metadata(analysis, id).and_then(|about| about.title.clone()),
    };
    title.or_else(|| own.map(|note| analysis.index.title(note).to_owned()))
}

/// What the kind of a source is called.
fn kind_name(analysis: &Analysis, id: SourceId<'_>) -> String {
    let kind = analysis.settings().kinds().get(id.kind);
    kind.map_or_else(String::new, |kind| kind.definition().name.clone())
}

/// Where a source plays from `second` on.
fn play(analysis: &Analysis, id: SourceId<'_>, second: u32) -> Option<String> {
    video::url(analysis, id, second)
}

/// Whether the timestamps of a note mean the source.
fn is_about(analysis: &Analysis, note: NoteId, id: SourceId<'_>) -> bool {
    analysis.index.facts(note).is_some_and(|facts| facts.video() == Some(id))
}

/// Whether a note is about a source, or links to a moment of it.
fn is_cited_by(analysis: &Analysis, note: NoteId, id: SourceId<'_>) -> bool {
    let has_link = || {
        let mut links = analysis.index.facts(note)?.video_links();
        links.find(|link| link.video == id && link.moment.is_some())
    };
    is_about(analysis, note, id) || has_link().is_some()
}

/// Seconds that are near to one of `moments` in a video that ends with the second `end`.
fn covered(moments: &[u32], end: Option<u32>) -> u32 {
    let end = end.unwrap_or(u32::MAX);
    let mut moments: Vec<u32> = moments.iter().copied().filter(|&moment| moment <= end).collect();
    moments.sort_unstable();
    let (mut covered, mut until) = (0, 0);
    for moment in moments {
        let from = moment.saturating_sub(REACH).max(until);
        until = moment.saturating_add(REACH).min(end);
        covered += until.saturating_sub(from);
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const TIDES: SourceId<'_> = SourceId { kind: 0, id: "twD4yMo0n-1" };

    const VAULT: &str = "\
//- tides/bulge.md
---
title: Bulge
videoId: twD4yMo0n-1
---
There are two bulges [00:04:32].

- é The **near** one is [[pulled]] more <a class=\"yt-timestamp\" data-t=\"00:01:05\">[00:01:05]</a>
- Not in it [00:59:00]
//- other.md
It rises [twice](https://youtu.be/twD4yMo0n-1?t=270). [All](https://youtu.be/twD4yMo0n-1)
//- third.md
Only [linked](https://youtu.be/twD4yMo0n-1).
//- fourth.md
---
videoId: abcdefghijk
---
Of another [00:04:32].
//- x/Tides [twD4yMo0n-1].info.json
{\"title\": \"Tides\", \"channel\": \"Sea\", \"duration\": 600, \"chapters\": [{\"start_time\": 60, \"title\": \"Near\"}]}
";

    fn drawn(timeline: &Timeline) -> Vec<String> {
        let entry = |entry: &TimelineEntry| {
            let claim = entry.claim.as_deref().unwrap_or("-");
            format!("{} {}:{}:{} {claim}", entry.second, entry.path, entry.line, entry.column)
        };
        timeline.entries.iter().map(entry).collect()
    }

    #[test]
    fn claims_of_all_notes_in_the_order_of_the_video() {
        let fixture = Fixture::new(VAULT);
        let timeline = timeline(&fixture.analysis, TIDES);
        let expected = [
            "65 tides/bulge.md:7:41 é The near one is pulled more",
            "270 other.md:1:10 It rises",
            "272 tides/bulge.md:5:22 There are two bulges",
            "3540 tides/bulge.md:8:13 Not in it",
        ];
        assert_eq!(drawn(&timeline), expected);
        let url = timeline.entries.last().and_then(|entry| entry.url.as_deref());
        assert_eq!(url, Some("https://www.youtube.com/watch?v=twD4yMo0n-1&t=3540s"));
        assert_eq!(timeline.chapters, [TimelineChapter { second: 60, title: "Near".to_owned() }]);
        let source = timeline.source;
        assert_eq!((source.title.as_deref(), source.channel.as_deref()), (Some("Tides"), Some("Sea")));
        assert_eq!(source.notes, ["other.md", "tides/bulge.md"]);
        assert_eq!((source.citations, source.covered, source.covered_percent), (4, 122, Some(20)));
    }

    /// What is known of the video's length goes before what the index took the times for.
    #[test]
    fn minutes_written_as_hours_stand_where_they_are_meant() {
        let fixture = Fixture::new(
            "
            //- a.md
            ---
            videoId: twD4yMo0n-1
            ---
            That comes late [00:05:10].

            That comes soon <a class=\"yt-timestamp\" data-t=\"05:08:00\">[05:08:00]</a>.
            //- twD4yMo0n-1.info.json
            {\"duration\": 600}
            ",
        );
        let found = timeline(&fixture.analysis, TIDES);
        assert_eq!(drawn(&found), ["308 a.md:6:17 That comes soon", "310 a.md:4:17 That comes late"]);
    }

    /// Which source is meant, and which of its entries.
    #[track_caller]
    fn check_near(text: &str, id: Option<&str>, near: Option<u32>) {
        let fixture = Fixture::new(text);
        let (analysis, at) = (&fixture.analysis, fixture.cursor());
        let source = source_under(analysis, at);
        assert_eq!(source.as_ref().map(|source| &*source.id), id, "{text}");
        let Some(source) = source else { return };
        let timeline = timeline(analysis, source.as_id());
        let entry = timeline_entry_near(analysis, &timeline, at).and_then(|at| timeline.entries.get(at));
        assert_eq!(entry.map(|entry| entry.second), near, "{text}");
    }

    #[test]
    fn from_a_place_of_a_note_to_its_entry() {
        let front = "---\nvideoId: twD4yMo0n-1\n---\n";
        check_near(
            &format!("{front}$0First [00:09].\nThen [00:02], [00:05].\n"),
            Some("twD4yMo0n-1"),
            Some(9),
        );
        check_near(
            &format!("{front}First [00:09].\nThen [00:02], [0$00:05].\n"),
            Some("twD4yMo0n-1"),
            Some(5),
        );
        check_near(
            &format!("{front}First [00:09].\n$0Then [00:02], [00:05].\n"),
            Some("twD4yMo0n-1"),
            Some(2),
        );
        check_near(&format!("{front}None$0.\n"), Some("twD4yMo0n-1"), None);
        check_near(
            &format!("{front}[x$0](https://youtu.be/L0ngitud3-H?t=5) [00:02]\n"),
            Some("L0ngitud3-H"),
            Some(5),
        );
        check_near("No$0 video.\n", None, None);
    }

    #[test]
    fn a_source_that_nobody_cites_has_no_entries() {
        let fixture = Fixture::new(VAULT);
        let found = timeline(&fixture.analysis, SourceId { kind: 0, id: "nobodyknows" });
        assert_eq!((found.entries.len(), found.source.title, found.source.notes.len()), (0, None, 0));
        assert_eq!(found.source.covered_percent, None);
    }

    #[test]
    fn what_is_covered_counts_once_and_within_the_video() {
        assert_eq!(covered(&[], Some(100)), 0);
        assert_eq!(covered(&[10], None), 40);
        assert_eq!(covered(&[100, 40, 50], Some(110)), 100);
        assert_eq!(covered(&[500, 40], Some(100)), 60);
    }
}
