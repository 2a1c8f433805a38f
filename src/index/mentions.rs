//! Names of notes in plain text: an automaton over all of them, which finds those in a text in one pass.
//!
//! Texts and names are compared as sequences of words, caseless: a name is found only where whole words match,
//! whatever blanks, line ends, `-` or `_` stand between them. It says that some note has such a name; which one
//! is for the resolver to say, so that an automaton which is behind the vault only misses new names.
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::name::is_word;
use crate::text::Span;

/// Stands before and behind each word.
const BETWEEN: char = '\u{1f}';
/// Bytes of a name and words of it: longer ones are no names that a sentence holds.
const LONGEST: usize = 120;
const MOST_WORDS: usize = 12;
/// Letters of a name of one word.
const SHORTEST: usize = 3;
/// Bytes of all names. With more there is no automaton: it takes about nine times as many, some 160 bytes for
/// a name, and four times that while it is made.
const MOST_BYTES: usize = 4 << 20;

/// The names of a vault, as they were at some time.
pub struct Mentions {
    automaton: AhoCorasick,
    names: usize,
}

impl fmt::Debug for Mentions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mentions").field("names", &self.names).field("bytes", &self.bytes()).finish()
    }
}

impl Mentions {
    /// An automaton over the file names, titles and aliases of all notes; `None` where they are too many. Takes
    /// time and memory with the vault.
    pub fn of(index: &Index) -> Option<Self> {
        let mut names: FxHashSet<String> = FxHashSet::default();
        let mut bytes = 0;
        for note in index.notes() {
            let titles = index.facts(note).into_iter().flat_map(|facts| facts.names());
            for name in std::iter::once(index.stem(note)).chain(titles).filter_map(pattern) {
                let length = name.len();
                bytes += if names.insert(name) { length } else { 0 };
            }
            if bytes > MOST_BYTES {
                return None;
            }
        }
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort_unstable();
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(&names)
            .ok()?;
        Some(Self { automaton, names: names.len() })
    }

    /// How many names it knows.
    pub fn len(&self) -> usize {
        self.names
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.names == 0
    }

    /// The memory that it takes.
    pub fn bytes(&self) -> usize {
        self.automaton.memory_usage()
    }

    /// Where names stand in `parts` of `text`, in order: of names that begin at one word the longest, none
    /// overlapping.
    ///
    /// A name of one word is often a common word too. It counts only where it begins with a capital, as a name
    /// does, and if `text` has it nowhere without one: `Moon` is the note in a text that never says `the moon`.
    pub fn find(&self, text: &str, parts: impl IntoIterator<Item = Span>) -> Vec<Span> {
        let mut found = Vec::new();
        let mut common: FxHashMap<String, bool> = FxHashMap::default();
        let (mut words, mut folded) = (Vec::new(), String::new());
        for part in parts {
            words.clear();
            folded.clear();
            folded.push(BETWEEN);
            for word in Words::new(part.of(text)) {
                words.push((folded.len(), word));
                push_word(&mut folded, word.of(part.of(text)));
            }
            let mut at = 0;
            while let Some(hit) = self.automaton.find(Input::new(&folded).range(at..)) {
                let first = words.partition_point(|(start, _)| *start <= hit.start());
                let behind = words.partition_point(|(start, _)| *start < hit.end());
                let span = words.get(first).zip(behind.checked_sub(1).and_then(|last| words.get(last)));
                let span = span.map(|((_, first), (_, last))| {
                    Span::new(part.start() + first.start(), part.start() + last.end())
                });
                let counts = span.is_some_and(|span| {
                    stands_alone(text, span) && (behind > first + 1 || is_proper(text, span, &mut common))
                });
                if counts {
                    found.extend(span);
                }
                // The next name may begin with the mark that ends this one.
                at = if counts { hit.end() - BETWEEN.len_utf8() } else { hit.start() + BETWEEN.len_utf8() };
            }
        }
        found
    }
}

/// What tells of most texts at a glance that some names do not stand in them.
#[derive(Debug)]
pub struct NameSieve(Option<AhoCorasick>);

impl NameSieve {
    /// Of these names; `None` where none is a name that a sentence holds.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let patterns: Vec<String> = names.into_iter().filter_map(pattern).collect();
        if patterns.is_empty() {
            return None;
        }
        let longest = |pattern: &String| {
            let word = pattern.split(BETWEEN).max_by_key(|word| word.len())?;
            word.is_ascii().then(|| word.to_owned())
        };
        // Letters beyond ASCII have more than two forms.
        let Some(words) = patterns.iter().map(longest).collect::<Option<Vec<_>>>() else {
            return Some(Self(None));
        };
        Some(Self(AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()))
    }

    /// Whether one of them may stand in `text`.
    pub fn may_be_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(text))
    }
}

/// The automaton of a vault, which is made only once somebody has asked for it.
#[derive(Clone, Debug, Default)]
pub struct MentionsSlot {
    made: Option<Arc<Mentions>>,
    asked: Arc<AtomicBool>,
}

impl MentionsSlot {
    /// The automaton, if it is made by now.
    pub fn get(&self) -> Option<&Mentions> {
        self.asked.store(true, Ordering::Relaxed);
        self.made.as_deref()
    }

    /// Whether somebody has asked for it.
    pub fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Puts it there.
    pub fn set(&mut self, made: Option<Arc<Mentions>>) {
        self.made = made;
    }
}

/// A name as the automaton looks for it; `None` where it is no name that a sentence holds.
fn pattern(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    let mut pattern = String::with_capacity(name.len() + 2);
    pattern.push(BETWEEN);
    let (mut words, mut letters) = (0, false);
    for word in Words::new(name) {
        let word = word.of(name);
        words += 1;
        letters |= word.contains(char::is_alphabetic);
        push_word(&mut pattern, word);
    }
    // Of punctuation, numbers and single letters there are too many.
    let is_long = words > 1 || pattern.chars().count() >= SHORTEST + 2;
    let is_name = is_long && words <= MOST_WORDS && (letters || words > 1);
    (is_name && pattern.contains(char::is_alphanumeric)).then_some(pattern)
}

fn push_word(out: &mut String, word: &str) {
    match word.is_ascii() {
        true => out.extend(word.chars().map(|c| c.to_ascii_lowercase())),
        false => out.extend(word.chars().flat_map(char::to_lowercase)),
    }
    out.push(BETWEEN);
}

/// Whether what stands around a hit leaves it a word: it is no part of an address, a path, a tag or a compound.
fn stands_alone(text: &str, span: Span) -> bool {
    let before = text.get(..span.start()).unwrap_or_default().chars().next_back();
    let mut behind = text.get(span.end()..).unwrap_or_default().chars();
    let (next, after) = (behind.next(), behind.next());
    let joins = |c: char| matches!(c, '-' | '_' | '/' | '\\' | '@' | '#' | '&' | '=');
    let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let continues = |c: char| match c {
        ']' | '@' => true,
        '.' => is_inside(after),
        ':' => after == Some('/'),
        c => joins(c) && is_inside(after),
    };
    !(before.is_some_and(|c| joins(c) || matches!(c, '.' | '[')) || next.is_some_and(continues))
}

/// Whether a hit of one word is written as a name.
fn is_proper(text: &str, span: Span, common: &mut FxHashMap<String, bool>) -> bool {
    let word = span.of(text);
    let Some(first) = word.chars().next() else { return false };
    // Scripts without capitals have no other way to tell.
    if !first.is_uppercase() && (first.is_lowercase() || first.is_numeric()) {
        // `iPhone`, `mRNA`.
        return word.chars().any(char::is_uppercase);
    }
    if !first.is_uppercase() {
        return true;
    }
    let lower = word.to_lowercase();
    let is_common = *common.entry(lower).or_insert_with_key(|lower| {
        text.match_indices(lower.as_str()).any(|(at, lower)| {
            let before = text.get(..at).unwrap_or_default().chars().next_back();
            let behind = text.get(at + lower.len()..).unwrap_or_default().chars().next();
            !before.is_some_and(is_word) && !behind.is_some_and(is_word)
        })
    });
    !is_common
}

/// The words of a text: letters, marks and numbers that stand together, and by itself every other character but
/// blanks, dashes and `_`. Where a script sets no blanks between words, every letter.
struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Words<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = self.text.get(self.at..)?;
        let blank = rest.find(|c: char| !is_between(c))?;
        let start = self.at + blank;
        let word = rest.get(blank..)?;
        let first = word.chars().next()?;
        let is_inner = |c: char| joins_words(c) && !is_between(c);
        let length = match is_inner(first) {
            true => word.find(|c: char| !is_inner(c)).unwrap_or(word.len()),
            false => first.len_utf8(),
        };
        self.at = start + length;
        Some(Span::new(start, self.at))
    }
}

fn is_between(c: char) -> bool {
    match c {
        '_' | '-' | '\u{2010}'..='\u{2015}' | '\u{ad}' => true,
        _ => c.is_whitespace() || c == BETWEEN,
    }
}

/// Whether `c` belongs to a word of a script that sets blanks between words.
fn joins_words(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let alone = matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}');
    !alone && is_word(c)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::index::Change;

    fn mentions(notes: &[&str]) -> Mentions {
        let mut index = Index::new(Arc::default());
        for note in notes {
            let (path, title) = note.split_once('|').unwrap_or((note, ""));
            let text = format!("---\ntitle: {title}\n---\n");
            index.apply(Change::note(&format!("{path}.md"), &text));
        }
        Mentions::of(&index).unwrap()
    }

    #[test]
    fn names_are_found_as_whole_words_the_longest_first() {
        let mentions = mentions(&[
            "big_topic",
            "big topic history",
            "new-york",
            "c++ strings",
            "2026-11-26",
            "1984",
            "ab",
            "serbia|Serbia",
            "e|Élan vital",
            "t|東京",
            "x|AT&T",
            "node.js",
        ]);
        for (text, found) in [
            ("A Big Topic, and the big-topic.", "Big Topic|big-topic"),
            ("big topics, a big topic\nhistory of big  topic", "big topic\nhistory|big  topic"),
            ("Big topic historian", "Big topic"),
            ("New Yorkers in New York's streets", "New York"),
            ("C++ strings; c strings", "C++ strings"),
            ("On 2026-11-26, not 2026-11-27 nor in 1984, ab", "2026-11-26"),
            ("Serbia is near. Greater-Serbia, Serbia.org, /Serbia, #Serbia", "Serbia"),
            ("Serbia and a serbia", ""),
            ("serbia", ""),
            ("élan VITAL and elan vital", "élan VITAL"),
            ("私は東京に住んでいます", "東京"),
            ("AT&T, node.js and Node.js", "AT&T|node.js|Node.js"),
            ("big topic new york", "big topic|new york"),
            ("[Big topic] and [[Big topic", ""),
        ] {
            let all = mentions.find(text, [Span::new(0, text.len())]);
            let all: Vec<_> = all.into_iter().map(|span| span.of(text)).collect();
            assert_eq!(all.join("|"), found, "{text}");
        }
        assert_eq!(mentions.len(), 10);
    }

    #[test]
    fn only_the_parts_are_looked_at() {
        let mentions = mentions(&["big topic"]);
        let text = "big topic big topic";
        assert_eq!(mentions.find(text, [Span::new(4, 19)]), [Span::new(10, 19)]);
    }
}
