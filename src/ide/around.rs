//! The words around a place of a note, found by lines and without reading the rest of it.
use super::excerpt;
use super::{Document, prose};
use crate::settings::Settings;
use crate::text::Span;

/// Characters of a sentence that are shown, about.
const SENTENCE: usize = 160;

/// Bytes to each side in which a block is looked for.
const MOST_BYTES: usize = 4 * 1024;

/// The sentence that holds `span`, or as much of a long one as is shown; in a table its cell.
pub(super) fn sentence(document: &Document, settings: &Settings, span: Span) -> Option<String> {
    let text = &*document.text;
    let first = text.floor_char_boundary(span.start().saturating_sub(MOST_BYTES));
    let start = block_start(text, span.start()).max(first);
    let end = block_end(text, span.end()).min(text.ceil_char_boundary(span.end() + MOST_BYTES));
    let block = text.get(start..end)?;
    let (start, end) = match block.trim_start().starts_with('|') {
        true => cell(text, start, end, span),
        false => (start, end),
    };
    // Deep in a list, a line alone would be taken for indented code.
    let start = start + block.len() - block.trim_start_matches([' ', '\t']).len();
    let plain = |end: usize| {
        let part = text.get(start.min(end)..end)?;
        let part = Document::new(part.into(), settings);
        Some(excerpt::plain(&part, Span::new(0, part.text.len())))
    };
    let (all, before) = (plain(end)?, plain(span.start())?);
    let at = before.trim_end().len();
    let ends = prose::sentence_ends(&all);
    let begin = ends.iter().rev().find(|&&end| end <= at).copied().unwrap_or(0);
    let close = ends.iter().find(|&&end| end > at).copied().unwrap_or(all.len());
    let sentence = all.get(begin..close)?.trim();
    (!sentence.is_empty()).then(|| prose::shorten(sentence, SENTENCE))
}

/// The cell of a row that holds `span`.
fn cell(text: &str, start: usize, end: usize, span: Span) -> (usize, usize) {
    let before = text.get(start..span.start()).and_then(|before| before.rfind('|'));
    let behind = text.get(span.end()..end).and_then(|behind| behind.find(['|', '\n', '\r']));
    (before.map_or(start, |at| start + at + 1), behind.map_or(end, |at| span.end() + at))
}

/// Where the block ends in which the byte at `offset` stands, as far as lines tell.
pub(super) fn block_end(text: &str, offset: usize) -> usize {
    let mut end = line_end(text, offset);
    loop {
        let next = text.get(end..).unwrap_or("");
        let next = next.strip_prefix('\r').unwrap_or(next);
        let next = next.strip_prefix('\n').unwrap_or(next);
        let from = text.len() - next.len();
        let line = text.get(from..line_end(text, from)).unwrap_or("");
        if line.trim().is_empty() || line.starts_with("---") || begins_block(line) {
            return end;
        }
        end = from + line.len();
    }
}

fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |at| from + at)
}

/// Where the block begins in which the byte at `offset` stands, as far as lines tell: behind a blank
/// line, at a list item, at a heading.
pub(super) fn block_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or("");
    let mut start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    while !begins_block(text.get(start..offset).unwrap_or("")) {
        let above = before.get(..start).unwrap_or("");
        let above = above.strip_suffix('\n').unwrap_or(above);
        let above = above.strip_suffix('\r').unwrap_or(above);
        let line = above.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let content = above.get(line..).unwrap_or("").trim();
        if start == 0 || content.is_empty() || content.starts_with('#') || content.starts_with("---") {
            break;
        }
        start = line;
    }
    start
}

/// Whether a line begins an item, a heading, a quote or a table row.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    let ordinal = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['#', '>', '|'])
        || ["- ", "* ", "+ ", "-\t", "*\t"].iter().any(|marker| line.starts_with(marker))
        || ordinal.len() < line.len() && ordinal.starts_with(['.', ')'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_around_a_link() {
        for (text, sentence) in [
            ("One is here. Two has [[x]] in **it**. Three.\n", "Two has x in it."),
            ("[[x]] begins. Then\n", "x begins."),
            (
                "Before.\n\nOver two\nlines [[x|the x]] goes\non. More\n\nAfter.\n",
                "Over two lines the x goes on.",
            ),
            ("# Head\nthe [[x]]\n## Next\n", "the x"),
            ("- one\n    - Deep is [[x]]. So\n- three\n", "Deep is x."),
            ("| a | b |\n| --- | --- |\n| One. | see [[x]] | c |\n", "see x"),
            ("> quoted [[x]]\n> on\n", "quoted x"),
            ("\u{e9} One. \u{c9} [[x]].\r\nTwo.\r\n", "\u{c9} x."),
            ("[[x]]", "x"),
        ] {
            let settings = Settings::default();
            let document = Document::new(text.into(), &settings);
            let span = document.note.links[0].span;
            assert_eq!(super::sentence(&document, &settings, span).as_deref(), Some(sentence), "{text}");
        }
    }
}
