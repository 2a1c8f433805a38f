//! Matching of what is typed against names, by nucleo's rules.
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::index::Letters;

/// Score bonus for a name that holds every word whole, over one that holds some as a subsequence: more
/// than any other reason to come first.
const WHOLE_WORDS_BONUS: u32 = 120;

/// Score bonus for a name that begins with what is typed: it outweighs a few more backlinks.
const PREFIX_BONUS: u32 = 24;

/// What is typed, ready to be matched against many names.
#[derive(Clone)]
pub(in crate::ide) struct Query {
    /// The words, each as a substring and as a subsequence.
    words: Vec<(Atom, Atom)>,
    /// The first of them.
    first: String,
    matcher: Matcher,
    buffer: Vec<char>,
    /// The letters that a name must have.
    letters: Letters,
}

impl Query {
    /// A query of words; `_` and `-` part words as blanks do.
    pub(in crate::ide) fn new(typed: &str) -> Self {
        let words = typed.replace(['_', '-'], " ");
        let mut config = Config::DEFAULT;
        config.prefer_prefix = true;
        let atoms = |kind| Pattern::new(&words, CaseMatching::Ignore, Normalization::Smart, kind).atoms;
        Self {
            first: words.split_whitespace().next().unwrap_or_default().to_owned(),
            words: atoms(AtomKind::Substring).into_iter().zip(atoms(AtomKind::Fuzzy)).collect(),
            matcher: Matcher::new(config),
            buffer: Vec::new(),
            letters: Letters::of(&words),
        }
    }

    /// Whether nothing is typed: everything matches.
    pub(in crate::ide) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well `name` matches; `None`: not at all.
    pub(in crate::ide) fn score(&mut self, name: &str) -> Option<u32> {
        if !self.may_match(name) {
            return None;
        }
        let begins = self.begins(name);
        let (name, matcher) = (Utf32Str::new(name, &mut self.buffer), &mut self.matcher);
        // A word as it is scores best, and is found without the table that a subsequence
        // take: most of the time of a completion.
        let mut all = if self.words.is_empty() { 0 } else { WHOLE_WORDS_BONUS };
        let scores = self.words.iter().map(|(word, letters)| {
            let score = word.score(name, matcher).or_else(|| {
                all = 0;
                letters.score(name, matcher)
            });
            score.map(u32::from)
        });
        let score: Option<u32> = scores.sum();
        score.map(|score| score + all + begins)
    }

    /// The same for a name that holds the words as they are.
    pub(super) fn score_as_is(&mut self, name: &str) -> Option<u32> {
        let begins = self.begins(name);
        let (name, matcher) = (Utf32Str::new(name, &mut self.buffer), &mut self.matcher);
        let score: Option<u32> =
            self.words.iter().map(|(word, _)| word.score(name, matcher).map(u32::from)).sum();
        score.map(|score| if self.words.is_empty() { score } else { score + WHOLE_WORDS_BONUS + begins })
    }

    fn begins(&self, name: &str) -> u32 {
        let start = name.get(..self.first.len()).filter(|start| !start.is_empty());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(&self.first)) { PREFIX_BONUS } else { 0 }
    }

    /// Whether `name` has all the letters: one pass over its bytes spares most names the matcher.
    pub(super) fn may_match(&self, name: &str) -> bool {
        Letters::of(name).hold(self.letters)
    }
}
