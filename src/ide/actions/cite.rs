//! "Cite the source": the moments of the note's video at which something like a sentence is said, as timestamps
//! of it.
use super::{ActionKind, Actions};
use crate::ide::source::{self, Source};
use crate::ide::{Document, around, excerpt, prose, timestamp_form, video};
use crate::sources::{Passage, tokens};
use crate::syntax::{self, TimestampForm};
use crate::text::Span;

/// Moments that are offered.
const MOST_MOMENTS: usize = 4;
/// How well the words of captions fit at least. Two in three sentences about other videos fit less, one in fifty
/// about this one.
const FITS: f32 = 0.08;
/// The same, compared with what fits best.
const FITS_BESIDE: f32 = 0.3;
/// Words of a sentence that can be found again.
const FEWEST_WORDS: usize = 3;
/// Characters of the cue in the title, about.
const CUE: usize = 60;
/// Bytes of a block to each side of the cursor.
const MOST_BYTES: usize = 4 * 1024;
/// Seconds away from the timestamps around it after which a moment counts half.
const HALF: f32 = 120.0;
/// Seconds away after which it counts no less any more.
const FAR: u32 = 300;
/// Seconds that are no way.
const NEAR: u32 = 5;

impl Actions<'_> {
    /// Offers timestamps for the sentence at the cursor, or for what is selected, where it has none.
    pub(super) fn cite(&mut self) {
        let (analysis, document) = (self.analysis, self.document);
        let Some(id) = document.video() else { return };
        let Some(sentence) = sentence(document, self.span) else { return };
        let words = excerpt::plain(document, sentence);
        if tokens(&words).take(FEWEST_WORDS).count() < FEWEST_WORDS {
            return;
        }
        let source = Source::of(analysis, id, document.language());
        let Some((place, captions)) = &source.captions else { return };
        let at = insertion(document, sentence);
        if !self.is_prose(sentence, at) {
            return;
        }
        let [from, to] = self.moments_around(at);
        let away = |second: u32| from.saturating_sub(second).max(second.saturating_sub(to));
        let terms = analysis.library.terms(place, captions);
        let fit = terms.fit(captions, &words);
        let best = fit.clone().weighted(|second| nearness(away(second))).best(MOST_MOMENTS);
        let least = best.first().map_or(0.0, |first| first.score * FITS_BESIDE);
        let fits = |passage: &&Passage| passage.score >= least && fit.score(passage.cue) >= FITS;
        let style = timestamp_form::style(analysis, document, Span::at(at));
        for passage in best.iter().filter(fits) {
            let Some(cue) = captions.get(passage.cue) else { continue };
            let (second, said) = (cue.second(), prose::shorten(cue.text, CUE));
            let title = format!("Cite the source at {}: “{said}”", video::clock(second));
            let timestamp = timestamp_form::write(analysis, style, id, second);
            self.rewrite(ActionKind::Rewrite, title, vec![(Span::at(at), format!(" {timestamp}"))]);
        }
    }

    /// Whether words of `span` are text, and the byte at `at` is not within code and the like.
    fn is_prose(&self, span: Span, at: usize) -> bool {
        let document = self.document;
        let options = self.analysis.settings().syntax_options();
        let prose = syntax::prose(&document.text, &options);
        let first = prose.partition_point(|part| part.span.end() < span.start());
        let here = prose.iter().skip(first).take_while(|part| part.span.start() <= span.end());
        let (mut has_words, mut is_free) =
            (false, document.note.links.iter().any(|link| link.span.end() == at));
        for part in here {
            has_words |= part.span.of(&document.text).chars().any(char::is_alphanumeric);
            is_free |= part.span.touches(at);
        }
        has_words && is_free
    }

    /// The seconds of the video that the timestamps before and after the byte at `at` mean: notes often go along
    /// with it.
    fn moments_around(&self, at: usize) -> [u32; 2] {
        let document = self.document;
        let moments = source::moments(self.analysis, self.note, document);
        let timestamps = &document.note.timestamps;
        let next = timestamps.partition_point(|timestamp| timestamp.span.start() < at);
        let (before, behind) = timestamps.split_at_checked(next).unwrap_or_default();
        let before = before.iter().rev().find_map(|timestamp| moments.get(&document.text, timestamp));
        let behind = behind.iter().find_map(|timestamp| moments.get(&document.text, timestamp));
        let (from, to) = (before.unwrap_or(0), behind.unwrap_or(u32::MAX));
        [from.min(to).saturating_sub(NEAR), from.max(to).saturating_add(NEAR)]
    }
}

/// How much a moment counts that is so many seconds away from where the note is in the video.
#[expect(clippy::cast_precision_loss, reason = "minutes")]
fn nearness(away: u32) -> f32 {
    HALF / (HALF + away.min(FAR) as f32)
}

/// The sentence of `document` at the cursor, or all that is selected in one block, without a timestamp in it or
/// right behind it; without blanks around it.
fn sentence(document: &Document, selected: Span) -> Option<Span> {
    let text = &*document.text;
    let first = text.floor_char_boundary(selected.start().saturating_sub(MOST_BYTES));
    let last = text.ceil_char_boundary(selected.end().saturating_add(MOST_BYTES).min(text.len()));
    let start = around::block_start(text, selected.start()).max(first);
    let end = around::block_end(text, selected.start()).min(last);
    if selected.end() > end || text.get(start..end)?.starts_with('#') {
        return None;
    }
    let (plain, timestamps) = masked(document, Span::new(start, end))?;
    let (at, until) = (selected.start() - start, selected.end() - start);
    let (from, to) = cell(&plain, at);
    let cell = plain.get(from..to)?;
    let found = if selected.is_empty() {
        let ends = prose::sentence_ends(cell);
        let end = ends.iter().copied().find(|&end| end >= at - from)?;
        let begin = ends.iter().copied().take_while(|&before| before < end).last().unwrap_or(0);
        Span::new(from + begin, from + end)
    } else {
        Span::new(at, until.min(to))
    };
    let inner = plain.get(found.range())?;
    let begin = found.start() + inner.len() - inner.trim_start().len();
    let close = found.start() + inner.trim_end().len();
    // What follows right behind the sentence belongs to it; what stands before the first of a block to that.
    let behind = plain.get(close..to)?;
    let behind = close + behind.len() - behind.trim_start_matches([' ', ',', ';']).len();
    let is_first = plain.get(from..begin)?.trim_matches(|c: char| !c.is_alphabetic()).is_empty();
    let begins = if is_first { from } else { begin };
    let cited = timestamps.iter().any(|timestamp| timestamp.start() < behind && begins < timestamp.end());
    (begin < close && !cited).then(|| Span::new(start + begin, start + close))
}

/// The text of a block, with blanks for its timestamps and for ends of lines and a word of capitals for each
/// link, byte for byte; and where in it the timestamps are. `None` where that is not to be had.
fn masked(document: &Document, block: Span) -> Option<(String, Vec<Span>)> {
    let (text, note) = (&*document.text, &document.note);
    let mut plain = block.of(text).replace(['\n', '\r'], " ").into_bytes();
    let mut fill = |span: Span, with: u8| {
        let within = |offset: usize| offset.clamp(block.start(), block.end()) - block.start();
        let inner = Span::new(within(span.start()), within(span.end()));
        plain.get_mut(inner.range()).into_iter().for_each(|bytes| bytes.fill(with));
        inner
    };
    for link in note.links.iter().filter(|link| link.span.overlaps(block)) {
        fill(link.span, b'X');
    }
    let times = note.timestamps.iter().filter(|timestamp| timestamp.form != TimestampForm::Wikilink);
    let times = times.map(|timestamp| timestamp.span);
    let links = note.video_links.iter().filter(|link| link.moment.is_some()).map(|link| link.span);
    let timestamps = times.chain(links).filter(|span| span.overlaps(block));
    let timestamps = timestamps.map(|span| fill(span, b' ')).collect();
    Some((String::from_utf8(plain).ok()?, timestamps))
}

/// The cell of a row in which the byte at `at` stands; all of `plain` where that is no row.
fn cell(plain: &str, at: usize) -> (usize, usize) {
    if !plain.trim_start().starts_with('|') {
        return (0, plain.len());
    }
    let is_border = |at: &usize| !plain.get(..*at).is_some_and(|before| before.ends_with('\\'));
    let borders = || plain.match_indices('|').map(|(at, _)| at).filter(is_border);
    let from = borders().take_while(|&border| border < at).last().map_or(0, |border| border + 1);
    (from, borders().find(|&border| border >= at).unwrap_or(plain.len()).max(from))
}

/// Where the timestamp of a sentence goes: before its full stop or behind, as most of the note's are; before
/// it in a note without any.
fn insertion(document: &Document, sentence: Span) -> usize {
    let text = &*document.text;
    let ends = |text: &str| text.ends_with(prose::is_full_stop);
    let (mut before, mut behind) = (0usize, 0usize);
    for timestamp in &document.note.timestamps {
        let rest = text.get(timestamp.span.end()..).unwrap_or("");
        behind += usize::from(ends(text.get(..timestamp.span.start()).unwrap_or("").trim_end()));
        before += usize::from(rest.starts_with(prose::is_full_stop));
    }
    let written = sentence.of(text);
    let without = written.trim_end_matches(prose::is_full_stop).trim_end();
    let is_behind = behind > before || without.is_empty();
    sentence.start() + if is_behind { written.len() } else { without.len() }
}
