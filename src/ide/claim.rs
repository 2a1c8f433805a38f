//! What a citation stands for: the sentence that it ends, in the words of its note.
use serde_json::Value;

use super::{Analysis, Document, Piece, around, excerpt, prose};
use crate::index::{Citation, Moments};
use crate::text::Span;

/// Characters of a claim, about.
const CLAIM: usize = 200;

/// Bytes of a block of another note that are read for its claim.
const MOST_OF_A_BLOCK: usize = 1 << 14;

/// The claim of a citation in a note of which nothing may be known but its text, and what its timestamp means:
/// of the note, no more than the block is read as markdown. `None` where that is too long.
pub(super) fn elsewhere(
    analysis: &Analysis,
    note: &Piece,
    citation: &Citation,
) -> Option<(Meaning, Option<String>)> {
    let (text, span) = (&*note.text, note.span(citation.place));
    let start = around::block_start(text, span.start());
    let end = span.end() + text.get(span.end()..)?.find(['\n', '\r']).unwrap_or(text.len() - span.end());
    if end - start > MOST_OF_A_BLOCK {
        return None;
    }
    // Bare times are timestamps where a note has a video.
    let key = analysis.index.facts(citation.note)?.video().map(|_| analysis.settings().kinds().first_key());
    let front = key.map_or_else(String::new, |key| format!("---\n{}: \"-\"\n---\n", Value::from(key)));
    let block = Document::new((front.clone() + text.get(start..end)?).into(), analysis.settings());
    let span = Span::new(span.start() + front.len() - start, span.end() + front.len() - start);
    let claim = of(&block, span);
    Some((Meaning { block, span }, claim))
}

/// A citation with the block around it.
pub(super) struct Meaning {
    block: Document,
    span: Span,
}

impl Meaning {
    /// The second that a timestamp means in a video that has none behind `limit`; `None` for a link.
    pub(super) fn within(&self, limit: u32) -> Option<u32> {
        let (text, note) = (&*self.block.text, &self.block.note);
        let timestamp = note.timestamps.iter().find(|timestamp| timestamp.span == self.span)?;
        Moments::of(text, note).within(limit).get(text, timestamp)
    }
}

/// The sentence that a timestamp ends; where nothing stands before it, the one that it begins.
pub(super) fn of(document: &Document, timestamp: Span) -> Option<String> {
    let text = &*document.text;
    let start = around::block_start(text, timestamp.start());
    // Deep in a list, a line alone would be taken for indented code.
    let blanks = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches([' ', '\t']).len());
    let before = Span::new(start + blanks, timestamp.start());
    let words = excerpt::plain(document, before);
    let words = words.trim_end_matches(|c: char| c.is_whitespace() || "([{,;:–—*_|".contains(c));
    let cell = words.rsplit('|').next().unwrap_or(words).trim();
    if cell.chars().any(char::is_alphanumeric) {
        return Some(prose::shorten(prose::last_sentence(cell), CLAIM));
    }
    let rest = text.get(timestamp.end()..).unwrap_or("");
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let words = excerpt::plain(document, Span::new(timestamp.end(), timestamp.end() + end));
    let words = words.trim_start_matches(|c: char| !c.is_alphanumeric() && !"\"“‘'«(".contains(c));
    let first = prose::sentence_ends(words).into_iter().next()?;
    let sentence = words.get(..first)?;
    sentence.chars().any(char::is_alphanumeric).then(|| prose::shorten(sentence, CLAIM))
}
