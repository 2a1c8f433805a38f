//! Matching of what is typed against names, by nucleo's rules.
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What is typed, ready to be matched against many names.
pub(super) struct Query {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
    /// The letters and digits of ASCII that a name must have.
    letters: u64,
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
            letters: letters(&words),
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
    /// Other letters than ASCII's may match by their base letter; a name with any is not judged.
    pub(super) fn may_match(&self, name: &str) -> bool {
        self.letters & !letters(name) == 0 || !name.is_ascii()
    }
}

/// A bit for each letter (caseless) and digit of ASCII.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |set, byte| set | LETTERS.get(usize::from(byte)).copied().unwrap_or(0))
}

/// The bit of each byte.
const LETTERS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut at = 0;
    while at < 26 {
        bits[b'a' as usize + at] = 1 << at;
        bits[b'A' as usize + at] = 1 << at;
        at += 1;
    }
    while at < 36 {
        bits[b'0' as usize + at - 26] = 1 << at;
        at += 1;
    }
    bits
};
