//! Matching of what is typed against names, by nucleo's rules.
use std::cell::RefCell;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::index::{Compressed, Letters, Needles};

/// Score bonus for a name that holds every word whole, over one that holds some as a subsequence: more
/// than any other reason to come first.
const WHOLE_WORDS_BONUS: u32 = 120;

/// Score bonus for a name that begins with what is typed: it outweighs a few more backlinks.
const PREFIX_BONUS: u32 = 24;

thread_local! {
    /// What a subsequence is sought with. It has room for a large table, so there is one for each thread.
    static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new({
        let mut config = Config::DEFAULT;
        config.prefer_prefix = true;
        config
    }));
}

/// What a name must have of what is typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::ide) enum MatchKind {
    /// The words as they are.
    Substring,
    /// The words as they are, or their letters in this order.
    Fuzzy,
}

/// What is typed, ready to be matched against many names.
#[derive(Clone)]
pub(in crate::ide) struct Query {
    /// The words, each as a substring and as a subsequence.
    words: Vec<(Atom, Atom)>,
    /// The first of them.
    first: String,
    buffer: Vec<char>,
    /// The letters that a name must have.
    letters: Letters,
    /// The words that a text must hold.
    needles: Needles,
}

impl Query {
    /// A query of words; `_` and `-` part words as blanks do.
    pub(in crate::ide) fn new(typed: &str) -> Self {
        let words = typed.replace(['_', '-'], " ");
        let atoms = |kind| Pattern::new(&words, CaseMatching::Ignore, Normalization::Smart, kind).atoms;
        Self {
            first: words.split_whitespace().next().unwrap_or_default().to_owned(),
            words: atoms(AtomKind::Substring).into_iter().zip(atoms(AtomKind::Fuzzy)).collect(),
            buffer: Vec::new(),
            letters: Letters::of(&words),
            needles: Needles::new(&words),
        }
    }

    /// Whether nothing is typed: everything matches.
    pub(in crate::ide) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well `name` matches, by this kind of match.
    pub(in crate::ide) fn score_of(&mut self, kind: MatchKind, name: &str) -> Option<u32> {
        match kind {
            MatchKind::Substring => self.score_as_is(name),
            MatchKind::Fuzzy => self.score(name),
        }
    }

    /// How well `name` matches; `None`: not at all.
    pub(in crate::ide) fn score(&mut self, name: &str) -> Option<u32> {
        if !self.may_match(name) {
            return None;
        }
        let begins = self.begins(name);
        let name = Utf32Str::new(name, &mut self.buffer);
        // A word as it is scores best, and is found without the table that a subsequence
        // takes: most of the time of a completion.
        let mut all = if self.words.is_empty() { 0 } else { WHOLE_WORDS_BONUS };
        let score: Option<u32> = MATCHER.with_borrow_mut(|matcher| {
            let scores = self.words.iter().map(|(word, letters)| {
                let score = word.score(name, matcher).or_else(|| {
                    all = 0;
                    letters.score(name, matcher)
                });
                score.map(u32::from)
            });
            scores.sum()
        });
        score.map(|score| score + all + begins)
    }

    /// The same for a name that holds the words as they are.
    pub(super) fn score_as_is(&mut self, name: &str) -> Option<u32> {
        let begins = self.begins(name);
        let name = Utf32Str::new(name, &mut self.buffer);
        let score: Option<u32> = MATCHER.with_borrow_mut(|matcher| {
            self.words.iter().map(|(word, _)| word.score(name, matcher).map(u32::from)).sum()
        });
        score.map(|score| if self.words.is_empty() { score } else { score + WHOLE_WORDS_BONUS + begins })
    }

    fn begins(&self, name: &str) -> u32 {
        let start = name.get(..self.first.len()).filter(|start| !start.is_empty());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(&self.first)) { PREFIX_BONUS } else { 0 }
    }

    /// Whether a text may match, told by how it is kept: most are spared being put together.
    pub(in crate::ide) fn may_match_kept(&self, kind: MatchKind, text: Compressed<'_>) -> bool {
        text.letters().hold(self.letters) && (kind == MatchKind::Fuzzy || text.may_hold(&self.needles))
    }

    /// Whether `name` has all the letters: one pass over its bytes spares most names the matcher.
    pub(super) fn may_match(&self, name: &str) -> bool {
        Letters::of(name).hold(self.letters)
    }
}
