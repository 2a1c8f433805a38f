//! Hovers of timestamps: the video, the second, what was said then, the claim, who else cites the moment.
use std::ops::RangeInclusive;

use rustc_hash::FxHashSet;

use super::{Analysis, Document, Markdown, Prefix, link_to, list};
use crate::ide::source::{self, Source};
use crate::ide::{claim, prose, video};
use crate::index::NoteId;
use crate::sources::Cue;
use crate::sources::SourceId;
use crate::syntax::{Timestamp, VideoLink};
use crate::text::Span;

/// Notes of the same moment that are named.
const MOST_NAMED: usize = 5;

/// Characters of what is no id.
const ID: usize = 60;

/// The same of a claim of another note.
const FIRST_WORDS: usize = 50;

/// Characters of a cue, about.
const CUE: usize = 120;

/// Characters of all cues that are shown: where those beside the cited one are short, two more are.
const CUES: usize = 150;

/// A timestamp of the note's own video.
pub(super) fn of_timestamp(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    timestamp: &Timestamp,
) -> Markdown {
    let cited = cited_for(document, timestamp.span);
    // Why, its diagnostic says.
    let Some(moment) = source::moments(analysis, note, document).get(&document.text, timestamp) else {
        return Markdown::paragraphs([Markdown::new().bold("Invalid timestamp"), cited]);
    };
    let Some(id) = document.video() else {
        let written = document.note.front_matter.as_ref().and_then(|front| front.video.as_ref());
        if let Some(id) = written.filter(|id| !id.text.trim().is_empty()) {
            let time = Markdown::new().bold(&video::clock(moment)).text(" (not a valid video ID: ");
            return Markdown::paragraphs([time.code(&prose::shorten(&id.text, ID)).text(")"), cited]);
        }
        let key = analysis.settings().kinds().first_key();
        let time = Markdown::new().bold(&video::clock(moment)).text(" (no video set for this note)");
        let advice = Markdown::new().text("Add ").code(key).text(" to the front matter.");
        return Markdown::paragraphs([time, advice, cited]);
    };
    let source = Source::of(analysis, id, document.language());
    let head = head(analysis, note, id, Some(moment), &source);
    let same = same_moment(analysis, note, id, moment, &source);
    Markdown::paragraphs([head, said(&source, moment), cited, same])
}

/// A markdown link to a video.
pub(super) fn of_video_link(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    found: &VideoLink,
) -> Markdown {
    let id = found.source(&document.text);
    let source = Source::of(analysis, id, document.language());
    let head = head(analysis, note, id, found.moment, &source);
    let Some(moment) = found.moment else {
        let citing: Vec<NoteId> = analysis
            .index
            .citing(id)
            .into_iter()
            .filter(|&other| other != note && cites(analysis, other, id))
            .collect();
        let items = citing.iter().map(|&note| link_to(analysis, note, Markdown::new()));
        let notes = list(items, citing.len(), super::MOST_LISTED);
        let title = if notes.is_empty() { "" } else { "Cited by:" };
        return Markdown::paragraphs([head, Markdown::new().text(title), notes]);
    };
    let cited = cited_for(document, found.span);
    let same = same_moment(analysis, note, id, moment, &source);
    Markdown::paragraphs([head, said(&source, moment), cited, same])
}

/// A moment that the note does not cite yet.
pub(in crate::ide) fn preview(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    id: SourceId<'_>,
    moment: u32,
) -> Markdown {
    let source = Source::of(analysis, id, document.language());
    Markdown::paragraphs([head(analysis, note, id, Some(moment), &source), said(&source, moment)])
}

/// What a timestamp stands for in its note.
fn cited_for(document: &Document, timestamp: Span) -> Markdown {
    claim::of(document, timestamp)
        .map_or_else(Markdown::new, |claim| Markdown::new().text(&format!("Cited here for: “{claim}”")))
}

fn cites(analysis: &Analysis, note: NoteId, id: SourceId<'_>) -> bool {
    analysis.index.facts(note).is_some_and(|facts| facts.video() == Some(id))
}

/// Title, channel, the link that plays the video, and the chapter.
fn head(
    analysis: &Analysis,
    note: NoteId,
    id: SourceId<'_>,
    moment: Option<u32>,
    source: &Source,
) -> Markdown {
    let about = source.metadata.as_deref();
    let title = video::title(analysis, note, id);
    let title = title.as_deref().unwrap_or_else(|| analysis.index.title(note));
    let mut head = thumbnail(analysis, id).bold(title);
    let channel = about.and_then(|about| about.channel.clone());
    if let Some(channel) = channel.or_else(|| video::channel(analysis, note)) {
        head = head.text(" · ").text(&channel);
    }
    let length = about.and_then(|about| about.duration).map(video::clock);
    let time = match (moment.map(video::clock), length) {
        (Some(time), Some(length)) => format!("{time} of {length}"),
        (Some(time), None) => time,
        (None, Some(length)) => format!("Play ({length})"),
        (None, None) => "Play".to_owned(),
    };
    let url = video::url(analysis, id, moment.unwrap_or(0)).unwrap_or_default();
    head = head.line_break().text("▶ ").link(&time, &url);
    match about.and_then(|about| about.chapter(moment?)) {
        Some(chapter) => head.text(" · chapter ").italic(&chapter.title),
        None => head,
    }
}

/// A picture of the video, where the setting wants it: the editor fetches it from the web.
fn thumbnail(analysis: &Analysis, id: SourceId<'_>) -> Markdown {
    let wanted = analysis.settings().hover_thumbnail;
    let address = analysis.settings().kinds().thumbnail(id).filter(|_| wanted);
    address.map_or_else(Markdown::new, |address| Markdown::new().picture(&address))
}

/// What was said around a second: the cue that it is cited for in bold between those beside it.
fn said(source: &Source, moment: u32) -> Markdown {
    let Some((_, captions)) = &source.captions else { return Markdown::new() };
    let Some(cited) = captions.at(moment) else { return Markdown::new() };
    let is_in_video = source.end().is_none_or(|end| moment <= end.limit());
    if !is_in_video {
        return Markdown::new();
    }
    let line = |cue: Cue<'_>| format!("{}  {}", video::clock(cue.second()), prose::shorten(cue.text, CUE));
    let around = |numbers: RangeInclusive<usize>| -> Vec<(usize, String)> {
        numbers.filter_map(|number| Some((number, line(captions.get(number)?)))).collect()
    };
    let mut lines = around(cited.saturating_sub(1)..=cited + 1);
    if lines.iter().map(|(_, line)| line.chars().count()).sum::<usize>() < CUES {
        lines = around(cited.saturating_sub(2)..=cited + 2);
    }
    let lines = lines.into_iter().map(|(number, line)| {
        let mut prefix = Prefix::default();
        prefix.quote();
        let quoted = Markdown::new().line(prefix);
        if number == cited { quoted.bold(&line) } else { quoted.text(&line) }
    });
    Markdown::joined(lines, &Markdown::new().line_break())
}

/// The other notes that cite [the same moment](Source::same_moment) of the video, nearest first, each
/// with the first words of what it cites it for.
fn same_moment(
    analysis: &Analysis,
    note: NoteId,
    id: SourceId<'_>,
    moment: u32,
    source: &Source,
) -> Markdown {
    let mut near = analysis.index.citations(id, source.same_moment(moment));
    near.retain(|citation| citation.note != note);
    near.sort_by_key(|c| (c.moment.abs_diff(moment), c.moment, analysis.index.path(c.note)));
    let mut seen = FxHashSet::default();
    near.retain(|citation| seen.insert(citation.note));
    if near.is_empty() {
        return Markdown::new();
    }
    let named = near.iter().take(MOST_NAMED).map(|citation| {
        let named = link_to(analysis, citation.note, Markdown::new());
        let named = named.text(" ").text(&video::clock(citation.moment));
        let piece = analysis.around(citation.note, &[citation.place]);
        match piece.and_then(|piece| claim::elsewhere(analysis, &piece, citation)?.1) {
            Some(claim) => named.text(&format!(" “{}”", prose::shorten(&claim, FIRST_WORDS))),
            None => named,
        }
    });
    let more = near.len().saturating_sub(MOST_NAMED);
    let more = (more > 0).then(|| Markdown::new().text(&format!("{more} more")));
    let notes = Markdown::joined(named.chain(more), &Markdown::new().text(" · "));
    Markdown::new().text("Same moment: ").then(notes)
}
