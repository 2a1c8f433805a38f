//! Which cues are meant: those near the neighboring timestamps of a note, or with the time or the words that are
//! typed. Absent: what is inserted for them.
use std::cmp::Reverse;

use crate::ide::completion::fuzzy::Query;
use crate::ide::{Analysis, Document, source, timestamp_form, video};
use crate::index::NoteId;
use crate::sources::SourceId;
use crate::sources::{Captions, Cue};
use crate::syntax::{self, canonical_time};
use crate::text::Span;

/// Cues that are searched: those of ten hours.
const MOST_CUES: usize = 20_000;

/// Words that are searched for.
const MOST_WORDS: usize = 8;

/// Cues to each side of a time that are near it.
const FEW: usize = 10;

/// The seconds of the timestamps around a place of a note, of one video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::ide) struct Neighbors {
    /// Of the one before it.
    pub(in crate::ide) before: Option<u32>,
    /// Of the one behind it; never before the other.
    pub(in crate::ide) after: Option<u32>,
}

impl Neighbors {
    /// The timestamps around `place`, which those in it are not.
    pub(in crate::ide) fn of(
        analysis: &Analysis,
        (note, document): (NoteId, &Document),
        id: SourceId<'_>,
        place: Span,
    ) -> Self {
        let text = &*document.text;
        let moments = source::moments(analysis, note, document);
        let is_own = document.video() == Some(id);
        let own = document.note.timestamps.iter().filter(|_| is_own);
        let own = own.filter_map(|timestamp| Some((timestamp.span, moments.get(text, timestamp)?)));
        let links = document.note.video_links.iter().filter(|link| link.source(text) == id);
        let all = own.chain(links.filter_map(|link| Some((link.span, link.moment?))));
        let behind = |span: Span| span.start() >= place.end();
        let all: Vec<_> = all.filter(|(span, _)| behind(*span) || span.end() <= place.start()).collect();
        let before = all.iter().filter(|(span, _)| !behind(*span)).max_by_key(|(span, _)| span.start);
        let after = all.iter().filter(|(span, _)| behind(*span)).min_by_key(|(span, _)| span.start);
        let (before, after) = (before.map(|&(_, moment)| moment), after.map(|&(_, moment)| moment));
        Self { before, after: after.filter(|&after| before.is_none_or(|before| before < after)) }
    }

    /// The number of the cue that goes on from the timestamp before; the first where there is none.
    pub(in crate::ide) fn next(self, captions: &Captions) -> usize {
        self.before.and_then(|before| captions.at(before)).map_or(0, |cited| cited + 1)
    }
}

/// What is searched.
pub(super) struct Search<'c> {
    captions: &'c Captions,
    neighbors: Neighbors,
    /// The number of the cue that goes on from the timestamp before.
    next: usize,
}

impl<'c> Search<'c> {
    pub(super) fn new(captions: &'c Captions, neighbors: Neighbors) -> Self {
        Self { captions, neighbors, next: neighbors.next(captions) }
    }

    /// The numbers of at most `limit` cues that `query` means, best first.
    pub(super) fn best(&self, query: &str, limit: usize) -> Vec<usize> {
        let wanted: Vec<String> = words(query).take(MOST_WORDS).collect();
        if wanted.is_empty() {
            let near = self.cues(self.next);
            sorted(near.map(|(number, cue)| (self.distance(number, cue), number)), limit)
        } else if query.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
            match syntax::seconds(query) {
                Some(second) => self.at(query, second, limit),
                None => self.by_digits(query, limit),
            }
        } else {
            self.by_words(query, &wanted, limit)
        }
    }

    /// Around a time that is typed in full: the cues that it may still begin, then those near it.
    fn at(&self, query: &str, second: u32, limit: usize) -> Vec<usize> {
        let around = self.captions.at(second).unwrap_or(0);
        let found = self.cues(around).filter_map(|(number, cue)| {
            let begins = begins(cue, query);
            let is_near = number.abs_diff(around) <= FEW;
            (begins || is_near).then(|| ((!begins, cue.second().abs_diff(second)), number))
        });
        sorted(found, limit)
    }

    /// By the first digits of a time, or a number that is said.
    fn by_digits(&self, query: &str, limit: usize) -> Vec<usize> {
        let found = self.cues(self.next).filter_map(|(number, cue)| {
            let begins = begins(cue, query);
            let says = || words(cue.text).any(|word| word == query);
            (begins || says()).then(|| ((!begins, self.distance(number, cue)), number))
        });
        sorted(found, limit)
    }

    /// By all of the words, as far as they are typed; where no cue has them, by their letters.
    fn by_words(&self, query: &str, wanted: &[String], limit: usize) -> Vec<usize> {
        let split = |(number, cue): (usize, Cue<'c>)| (number, cue, words(cue.text).collect::<Vec<_>>());
        let (mut cues, mut found) = (self.cues(self.next).map(split).peekable(), Vec::new());
        while let Some((number, cue, own)) = cues.next() {
            let behind = cues.peek().map_or(&[][..], |(.., words)| words);
            if let Some(score) = score(wanted, &own, behind) {
                found.push((Reverse(score), self.distance(number, cue), number));
            }
        }
        found.sort_unstable();
        let mut best: Vec<usize> = found.into_iter().take(limit).map(|(.., number)| number).collect();
        if best.is_empty() {
            let mut letters = Query::new(query);
            let like = self.cues(self.next);
            let like = like.filter_map(|(number, cue)| Some((Reverse(letters.score(cue.text)?), number)));
            best = sorted(like, limit);
        }
        best
    }

    /// The cues around one, with their numbers.
    fn cues(&self, around: usize) -> impl Iterator<Item = (usize, Cue<'c>)> + use<'c> {
        let (captions, first) = (self.captions, around.saturating_sub(MOST_CUES / 2));
        let numbers = first..captions.len().min(first.saturating_add(MOST_CUES));
        numbers.filter_map(|number| Some((number, captions.get(number)?)))
    }

    /// How near a cue is: between the two timestamps first, then by the distance to what was cited last.
    fn distance(&self, number: usize, cue: Cue<'_>) -> (bool, usize, bool) {
        let is_behind = number >= self.next;
        let is_between = is_behind && self.neighbors.after.is_none_or(|after| cue.second() < after);
        (!is_between, number.abs_diff(self.next), !is_behind)
    }
}

/// The numbers that come first, each with what it is sorted by.
fn sorted<K: Ord>(found: impl Iterator<Item = (K, usize)>, limit: usize) -> Vec<usize> {
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found.into_iter().take(limit).map(|(_, number)| number).collect()
}

/// How the time of a second may be typed.
pub(super) fn spellings(second: u32) -> [String; 3] {
    [video::clock(second), timestamp_form::padded(second), canonical_time(second)]
}

fn begins(cue: Cue<'_>, query: &str) -> bool {
    spellings(cue.second()).iter().any(|time| time.starts_with(query))
}

/// How well a cue fits the words that are looked for; `None` where one is neither in it nor in the one behind it,
/// which goes on with its sentence, or all are in that one.
fn score(wanted: &[String], own: &[String], behind: &[String]) -> Option<usize> {
    let fits = |wanted: &String, words: &[String]| {
        let fits = |word: &String| match () {
            () if word == wanted => 3,
            () if word.starts_with(&**wanted) => 2,
            () if wanted.chars().count() > 2 && word.contains(&**wanted) => 1,
            () => 0,
        };
        words.iter().map(fits).max().unwrap_or(0)
    };
    let (mut score, mut in_own) = (0, false);
    for wanted in wanted {
        let here = fits(wanted, own);
        in_own |= here > 0;
        score += match here {
            0 => Some(fits(wanted, behind)).filter(|&fits| fits > 0)?,
            here => 4 * here,
        };
    }
    let together = own
        .windows(wanted.len().max(1))
        .any(|words| words.iter().zip(wanted).all(|(word, wanted)| word.starts_with(&**wanted)));
    in_own.then_some(score + usize::from(together))
}

/// The words of a text, in lower case; what is typed may be the beginning of one.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let apart = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’');
    text.split(apart).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
