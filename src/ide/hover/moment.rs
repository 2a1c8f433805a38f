//! Hovers of timestamps: the video, the second, the claim, who else cites the moment.
use rustc_hash::FxHashSet;

use super::excerpt;
use super::{Analysis, Document, Markdown, link_to, list};
use crate::ide::{around, prose, video};
use crate::index::{Moments, NoteId};
use crate::syntax::{Timestamp, VideoLink};
use crate::text::Span;

/// Citations that are so near, in seconds, are of one moment.
const SAME_MOMENT: u32 = 10;

/// Notes of the same moment that are named.
const MOST_NAMED: usize = 5;

/// Characters of a claim, about.
const CLAIM: usize = 200;

/// A timestamp of the note's own video.
pub(super) fn of_timestamp(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    timestamp: &Timestamp,
) -> Markdown {
    let cited = cited_for(document, timestamp.span);
    // Why, its diagnostic says.
    let Some(moment) = Moments::of(&document.text, &document.note).get(&document.text, timestamp) else {
        return Markdown::paragraphs([Markdown::new().bold("Invalid timestamp"), cited]);
    };
    let Some(id) = document.video() else {
        let key = analysis.settings().video_keys.first().map_or("videoId", |key| key);
        let time = Markdown::new().bold(&video::clock(moment)).text(" (no video set for this note)");
        let advice = Markdown::new().text("Add ").code(key).text(" to the front matter.");
        return Markdown::paragraphs([time, advice, cited]);
    };
    let head = head(analysis, note, id, Some(moment));
    Markdown::paragraphs([head, cited, same_moment(analysis, note, id, moment)])
}

/// A markdown link to a video.
pub(super) fn of_video_link(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    found: &VideoLink,
) -> Markdown {
    let id = found.video.of(&document.text);
    let head = head(analysis, note, id, found.moment);
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
    Markdown::paragraphs([head, cited, same_moment(analysis, note, id, moment)])
}

/// What a timestamp stands for in its note.
fn cited_for(document: &Document, timestamp: Span) -> Markdown {
    claim(document, timestamp)
        .map_or_else(Markdown::new, |claim| Markdown::new().text(&format!("Cited here for: “{claim}”")))
}

fn cites(analysis: &Analysis, note: NoteId, id: &str) -> bool {
    analysis.index.facts(note).is_some_and(|facts| facts.video() == Some(id))
}

/// Title, channel and the link that plays the video.
fn head(analysis: &Analysis, note: NoteId, id: &str, moment: Option<u32>) -> Markdown {
    let title = video::title(analysis, note, id);
    let title = title.as_deref().unwrap_or_else(|| analysis.index.title(note));
    let mut head = Markdown::new().bold(title);
    if let Some(channel) = video::channel(analysis, note) {
        head = head.text(" · ").text(&channel);
    }
    let time = moment.map_or_else(|| "Play".to_owned(), video::clock);
    head.line_break().text("▶ ").link(&time, &video::url(analysis, id, moment.unwrap_or(0)))
}

/// The other notes that cite the video within [`SAME_MOMENT`] seconds, nearest first.
fn same_moment(analysis: &Analysis, note: NoteId, id: &str, moment: u32) -> Markdown {
    let range = moment.saturating_sub(SAME_MOMENT)..=moment.saturating_add(SAME_MOMENT);
    let mut near: Vec<(u32, u32, &str, NoteId)> = Vec::new();
    for citation in analysis.index.citations(id, range).into_iter().filter(|c| c.note != note) {
        let apart = citation.moment.abs_diff(moment);
        near.push((apart, citation.moment, analysis.index.path(citation.note), citation.note));
    }
    near.sort_unstable();
    let mut seen = FxHashSet::default();
    near.retain(|&(.., note)| seen.insert(note));
    if near.is_empty() {
        return Markdown::new();
    }
    let named = near.iter().take(MOST_NAMED);
    let named = named
        .map(|&(_, at, _, note)| link_to(analysis, note, Markdown::new()).text(" ").text(&video::clock(at)));
    let more = near.len().saturating_sub(MOST_NAMED);
    let more = (more > 0).then(|| Markdown::new().text(&format!("{more} more")));
    let notes = Markdown::joined(named.chain(more), &Markdown::new().text(" · "));
    Markdown::new().text("Same moment: ").then(notes)
}

/// The sentence that a timestamp ends; where nothing stands before it, the one that it begins.
fn claim(document: &Document, timestamp: Span) -> Option<String> {
    let text = &*document.text;
    let start = around::block_start(text, timestamp.start());
    // Deep in a list, a line alone would be taken for indented code.
    let blanks = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches([' ', '\t']).len());
    let before = Span::new(start + blanks, timestamp.start());
    let words = excerpt::plain(document, before);
    let words = words.trim_end_matches(|c: char| c.is_whitespace() || "([{,;:–—*_|".contains(c));
    let cell = words.rsplit('|').next().unwrap_or(words).trim();
    if cell.chars().any(char::is_alphanumeric) {
        return Some(prose::shorten(last_sentence(cell), CLAIM));
    }
    let rest = text.get(timestamp.end()..).unwrap_or("");
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let words = excerpt::plain(document, Span::new(timestamp.end(), timestamp.end() + end));
    let words = words.trim_start_matches(|c: char| !c.is_alphanumeric() && !"\"“‘'«(".contains(c));
    let first = prose::sentence_ends(words).into_iter().next()?;
    let sentence = words.get(..first)?;
    sentence.chars().any(char::is_alphanumeric).then(|| prose::shorten(sentence, CLAIM))
}

/// The last sentence of `text`, with the one before it where it is only a word or two.
fn last_sentence(text: &str) -> &str {
    let ends = prose::sentence_ends(text);
    let starts = ends.iter().rev().skip(1).chain([&0]);
    let long_enough = |start: &&usize| text.get(**start..).is_some_and(|s| s.split_whitespace().count() > 2);
    starts.into_iter().find(long_enough).and_then(|&start| text.get(start..)).unwrap_or(text).trim()
}
