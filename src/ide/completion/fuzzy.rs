//! Matching of what is typed against names, by nucleo's rules.
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::index::Letters;

/// What is typed, ready to be matched against many names.
#[derive(Clone)]
pub(super) struct Query {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
    /// The letters that a name must have.
    letters: Letters,
}

impl Query {
    /// A query of words; `_` and `-` part words as blanks do.
    pub(super) fn new(typed: &str) -> Self {
        let words = typed.replace(['_', '-'], " ");
        let mut config = Config::DEFAULT;
        config.prefer_prefix = true;
        Self {
            pattern: Pattern::new(&words, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy),
            matcher: Matcher::new(config),
            buffer: Vec::new(),
            letters: Letters::of(&words),
        }
    }

    /// Whether nothing is typed: everything matches.
    pub(super) fn is_empty(&self) -> bool {
        self.pattern.atoms.is_empty()
    }

    /// How well `name` matches; `None`: not at all.
    pub(super) fn score(&mut self, name: &str) -> Option<u32> {
        if !self.may_match(name) {
            return None;
        }
        self.pattern.score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher)
    }

    /// Whether `name` has all the letters: one pass over its bytes spares most names the matcher.
    pub(super) fn may_match(&self, name: &str) -> bool {
        Letters::of(name).hold(self.letters)
    }

    /// The letters that a name must have.
    pub(super) fn letters(&self) -> Letters {
        self.letters
    }
}
