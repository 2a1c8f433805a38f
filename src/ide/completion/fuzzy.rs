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
        // One pass over the bytes spares most names the matcher. Other letters may match by their
        // base letter, so a name with any is not judged here.
        if self.letters & !letters(name) != 0 && name.is_ascii() {
            return None;
        }
        self.pattern.score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher)
    }
}

/// A bit for each letter (caseless) and digit of ASCII.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |set, byte| match byte {
        b'a'..=b'z' => set | 1 << (byte - b'a'),
        b'A'..=b'Z' => set | 1 << (byte - b'A'),
        b'0'..=b'9' => set | 1 << (byte - b'0' + 26),
        _ => set,
    })
}
