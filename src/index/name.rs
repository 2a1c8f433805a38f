//! How names are compared: slugs, squashed slugs, and the key under which the index files a name
//! (docs/links.md). Absent: notes, links.
use std::borrow::Cow;
use std::hash::Hasher;
use std::num::NonZeroU32;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use rustc_hash::FxHasher;

use crate::syntax::is_time;

/// A name in the form in which it is compared.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Slug<'n> {
    /// Compared by slug.
    Folded(Cow<'n, str>),
    /// The slug is empty, or the name is symbols and one letter (`C++`) or a time (`20:24`, which is not
    /// the year): compared as written (NFC).
    Exact(Cow<'n, str>),
}

impl<'n> Slug<'n> {
    /// The form in which `name` is compared.
    pub fn of(name: &'n str) -> Self {
        let name = name.trim();
        if is_time(name) {
            return Self::Exact(Cow::Borrowed(name));
        }
        let slug = slug(name);
        if slug.is_empty() || is_lone_letter(&slug) && slug.chars().count() < visible(name) {
            Self::Exact(nfc(name))
        } else {
            Self::Folded(slug)
        }
    }

    /// The same, whatever becomes of the name.
    pub fn into_owned(self) -> Slug<'static> {
        match self {
            Self::Folded(slug) => Slug::Folded(Cow::Owned(slug.into_owned())),
            Self::Exact(name) => Slug::Exact(Cow::Owned(name.into_owned())),
        }
    }

    /// Where the index files the name: names that any tier may take for one another share it.
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Folded(slug) => Key::new(0, &squash(slug)),
            Self::Exact(name) => Key::new(1, name),
        }
    }

    /// The squashed slug; `None` for a name that is compared as written.
    pub fn squashed(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Folded(slug) => Some(squash(slug)),
            Self::Exact(_) => None,
        }
    }
}

/// What tells two names with one slug apart: the symbols that a slug drops (`+`, `#`, `*`, `&`, …).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Symbols {
    /// Whether a person wrote the name: with blanks or capitals, or as one word. What is slug-shaped may
    /// have lost its symbols to a site generator.
    written_out: bool,
    /// In order.
    symbols: String,
}

impl Symbols {
    /// Those of `name`.
    pub(super) fn of(name: &str) -> Self {
        let name = name.trim();
        let joins = |c| matches!(classify(c), Class::Join);
        let is_one_word = || !name.trim_matches(joins).contains(joins);
        let written_out = name.contains(|c: char| c.is_whitespace() || c.is_uppercase()) || is_one_word();
        let folded = if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(nfkc_casefold(name)) };
        Self { written_out, symbols: folded.chars().filter(|&c| is_symbol(c)).collect() }
    }

    /// Whether a name with these symbols and `other`, which have one slug, may be the same name.
    pub(super) fn allow(&self, other: &str) -> bool {
        if !self.written_out {
            return true;
        }
        let other = Self::of(other);
        !other.written_out || self.symbols == other.symbols
    }
}

/// Whether a slug drops `c` although it may tell two names apart; quotes, commas, dots and other
/// ordinary punctuation do not. Nor does `|`, which no wikilink can hold.
fn is_symbol(c: char) -> bool {
    use GeneralCategory as G;
    match c {
        '`' | '|' => false,
        '#' | '%' | '&' | '*' | '@' | '§' | '¶' | '†' | '‡' | '‰' => true,
        _ => {
            let general = CodePointMapData::<GeneralCategory>::new().get(c);
            matches!(general, G::MathSymbol | G::CurrencySymbol | G::ModifierSymbol | G::OtherSymbol)
        }
    }
}

/// A hash of what names share that could be taken for one another. Two names with one key need not
/// be alike; two that are alike have one key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Key(NonZeroU32);

impl Key {
    /// The key of `text` among keys of one `kind`.
    pub(super) fn new(kind: u8, text: &str) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        hasher.write_u8(kind);
        Self::from_hash(hasher.finish())
    }

    /// The same as a number.
    pub(super) fn number(self) -> u32 {
        self.0.get()
    }

    /// A key of both.
    pub(super) fn with(self, other: Self) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write_u32(self.number());
        hasher.write_u32(other.number());
        Self::from_hash(hasher.finish())
    }

    fn from_hash(hash: u64) -> Self {
        Self::from_number(fold(hash))
    }

    /// The key with this number; never zero, so that a key that may be missing takes no more room than one
    /// that is there.
    pub(super) fn from_number(number: u32) -> Self {
        Self(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN))
    }
}

/// The 64 bits of a hash in 32.
pub(super) fn fold(hash: u64) -> u32 {
    let [.., a, b, c, d] = (hash ^ hash >> 32).to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// The keys of every beginning of `path` up to a `/`, and last of all of it: each costs what it adds.
pub(super) fn ancestry(kind: u8, path: &str) -> impl Iterator<Item = Key> {
    let mut hasher = FxHasher::default();
    path.split('/').map(move |segment| {
        hasher.write(segment.as_bytes());
        hasher.write_u8(b'/');
        let mut all = hasher.clone();
        all.write_u8(kind);
        Key::from_hash(all.finish())
    })
}

/// Characters of `name` that a reader sees and that do not merely join words.
fn visible(name: &str) -> usize {
    let joins = |c| matches!(classify(c), Class::Join | Class::Ignorable);
    nfc(name).chars().filter(|&c| !joins(c)).count()
}

fn is_lone_letter(slug: &str) -> bool {
    let mut chars = slug.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

/// Unicode normalization form C, with every kind of blank as a plain one: what "exact" means.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| c != ' ' && c.is_whitespace();
    if text.is_ascii() && !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    if composed.contains(is_odd) { Cow::Owned(composed.replace(is_odd, " ")) } else { composed }
}

/// Full case folding of the Unicode normalization form C of `text`: what "caseless" means.
pub fn caseless(text: &str) -> Cow<'_, str> {
    // To the end, whatever comes first: several bytes are looked at at once.
    let odd = text.bytes().fold(false, |odd, b| odd | !b.is_ascii() | matches!(b, b'\t'..=b'\r'));
    if odd {
        return Cow::Owned(CaseMapper::new().fold_string(&nfc(text)).into_owned());
    }
    match text.bytes().fold(false, |upper, b| upper | b.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// NFKC_Casefold: folded, compatibility-composed, default-ignorable characters removed.
fn nfkc_casefold(name: &str) -> String {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let mut folded: String = name.chars().filter(|&c| !ignorable.contains(c)).collect();
    // Folding can open a compatibility form and the other way round; the mapping is their closure,
    // which two rounds reach for every character there is.
    for _ in 0..4 {
        let next = nfkc.normalize(&CaseMapper::new().fold_string(&folded)).into_owned();
        if next == folded {
            break;
        }
        folded = next;
    }
    folded.retain(|c| !ignorable.contains(c));
    folded
}

/// What a character does in a slug.
enum Class {
    Keep,
    Join,
    Drop,
    Ignorable,
}

fn classify(c: char) -> Class {
    use GeneralCategory as G;
    if c.is_whitespace() {
        return Class::Join;
    }
    if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) {
        return Class::Ignorable;
    }
    match CodePointMapData::<GeneralCategory>::new().get(c) {
        G::ConnectorPunctuation | G::DashPunctuation => Class::Join,
        G::UppercaseLetter
        | G::LowercaseLetter
        | G::TitlecaseLetter
        | G::ModifierLetter
        | G::OtherLetter
        | G::NonspacingMark
        | G::SpacingMark
        | G::EnclosingMark
        | G::DecimalNumber
        | G::LetterNumber
        | G::OtherNumber => Class::Keep,
        _ => Class::Drop,
    }
}

/// Whether `c` is a letter, mark, number or connector: what regular expressions call a word character.
pub(super) fn is_word(c: char) -> bool {
    let general = || CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(classify(c), Class::Keep) || c == '_' || general() == GeneralCategory::ConnectorPunctuation
}

/// The slug of `name`: NFKC_Casefold, blanks and dashes to `_`, letters, marks and numbers kept,
/// the rest dropped, runs of `_` collapsed, ends trimmed. May be empty.
pub fn slug(name: &str) -> Cow<'_, str> {
    if is_ascii_slug(name) {
        return Cow::Borrowed(name);
    }
    let folded;
    let source = if name.is_ascii() {
        name
    } else {
        folded = nfkc_casefold(name);
        &folded
    };
    let mut out = String::with_capacity(source.len());
    let (mut join, mut dropped) = (false, false);
    for c in source.chars() {
        let class = match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Keep,
            '_' | '-' | ' ' | '\t'..='\r' => Class::Join,
            '\0'..='\x7f' => Class::Drop,
            _ => classify(c),
        };
        match class {
            Class::Keep => {
                if join && !out.is_empty() {
                    out.push('_');
                }
                join = false;
                out.push(c.to_ascii_lowercase());
            }
            Class::Join => join = true,
            Class::Drop | Class::Ignorable => dropped = true,
        }
    }
    if dropped && !out.is_ascii() {
        // What was apart may be one character now, or marks stand in another order.
        out = nfkc_casefold(&out);
    }
    Cow::Owned(out)
}

/// Whether `name` is its own slug, as far as ASCII tells.
fn is_ascii_slug(name: &str) -> bool {
    let mut last = b'_';
    for byte in name.bytes() {
        let fits = byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' && last != b'_';
        if !fits {
            return false;
        }
        last = byte;
    }
    last != b'_' || name.is_empty()
}

/// A slug without its `_`, but for those between two digits.
pub fn squash(slug: &str) -> Cow<'_, str> {
    if !slug.contains('_') {
        return Cow::Borrowed(slug);
    }
    let mut out = String::with_capacity(slug.len());
    if slug.is_ascii() {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let mut start = 0;
        for end in memchr::memchr_iter(b'_', slug.as_bytes()).chain([slug.len()]) {
            let part = slug.get(start..end).unwrap_or_default();
            if is_digit(part.as_bytes().first()) && is_digit(out.as_bytes().last()) {
                out.push('_');
            }
            out.push_str(part);
            start = end + 1;
        }
        return Cow::Owned(out);
    }
    for part in slug.split('_') {
        if out.ends_with(char::is_numeric) && part.starts_with(char::is_numeric) {
            out.push('_');
        }
        out.push_str(part);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::names::Name;
    use super::*;

    #[test]
    fn slugs() {
        for (name, expected) in [
            ("Large Language Models & Causality", "large_language_models_causality"),
            ("large_language_models_causality", "large_language_models_causality"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ﬁne", "fine"),
            ("²", "2"),
            ("İstanbul", "i\u{307}stanbul"),
            ("e\u{301}tude", "étude"),
            ("Étude", "étude"),
            ("\u{2068}isolated\u{2069}", "isolated"),
            ("heart\u{2764}\u{FE0F}s", "hearts"),
            ("a\u{200D}b", "ab"),
            ("foo — bar‿baz-qux", "foo_bar_baz_qux"),
            ("  __a  -  b__ ", "a_b"),
            ("Πλάτων ΟΔΟΣ", "πλάτων_οδοσ"),
            ("日本語　ノート", "日本語_ノート"),
            ("no\u{a0}break\u{2003}em", "no_break_em"),
            ("what's new?", "whats_new"),
            ("C++", "c"),
            ("😀", ""),
            ("", ""),
            ("_", ""),
        ] {
            assert_eq!(slug(name), expected, "{name:?}");
        }
    }

    #[test]
    fn squashed_slugs() {
        for (slug, expected) in [
            ("anti_aging", "antiaging"),
            ("ios_17_5_update", "ios17_5update"),
            ("2024_10_01", "2024_10_01"),
            ("a_1_b", "a1b"),
            ("", ""),
        ] {
            assert_eq!(squash(slug), expected);
        }
    }

    #[test]
    fn names_that_are_compared_as_written() {
        for name in ["C++", "C#", "😀", "F*", "…"] {
            assert!(matches!(Slug::of(name), Slug::Exact(_)), "{name}");
        }
        for name in ["C", "c_", "A-", "C++ 17", "R2", "π", "é", "_a_", "x\u{FE0F}"] {
            assert!(matches!(Slug::of(name), Slug::Folded(_)), "{name}");
        }
    }

    #[test]
    fn symbols_tell_names_apart_that_people_wrote() {
        for (name, other, alike) in [
            // A site generator's name has lost its symbols.
            ("Cats & Dogs", "cats_dogs", true),
            ("Cats & Dogs", "cats-dogs", true),
            ("100% Rye", "100_rye", true),
            // One that a person wrote has them.
            ("C++ Strings", "C Strings", false),
            ("C++ Strings", "c++ strings", true),
            ("C++ Strings", "C# Strings", false),
            ("Bash &", "Bash &&", false),
            ("Haskell *", "haskell", false),
            ("Rust 🦀", "Rust", false),
            ("Profit €", "Profit $", false),
            // Ordinary punctuation, and how a symbol is encoded, tells nothing.
            ("What's new?", "Whats new", true),
            ("Dr. Who, \"Blink\"", "dr who blink", true),
            ("R＆D Lab", "R&D Lab", true),
            ("Talk | Show", "Talk Show", true),
        ] {
            let (own, another) = (Name::new(name), Name::new(other));
            assert_eq!(own.is_like(another), alike, "{name} {other}");
            assert_eq!(another.is_like(own), alike, "{other} {name}");
        }
    }

    #[test]
    fn every_kind_of_blank_is_a_blank() {
        for blank in ["\u{a0}", "\u{202f}", "\u{2003}", "\u{3000}", "\t"] {
            assert_eq!(nfc(&format!("big{blank}topic")), "big topic");
            assert_eq!(caseless(&format!("Big{blank}Topic")), "big topic");
        }
    }

    #[test]
    fn marks_that_lose_what_parts_them_are_put_in_order() {
        for name in ["ט\u{5bc}\u{101d0}\u{a3c}", "a?\u{301}"] {
            let once = slug(name).into_owned();
            assert_eq!(slug(&once), once, "{name:?}");
        }
        assert_eq!(slug("a?\u{301}"), "á");
    }

    proptest! {
        #[test]
        fn squashing_regards_other_letters_as_those_of_ascii(slug in "[a1_]{0,10}") {
            let other = slug.replace('a', "\u{e4}");
            prop_assert_eq!(squash(&slug).replace('a', "\u{e4}"), squash(&other));
        }

        #[test]
        fn a_slug_is_its_own_slug(name in "\\PC{0,12}") {
            let once = slug(&name).into_owned();
            prop_assert_eq!(slug(&once), once.as_str());
        }

        #[test]
        fn the_ascii_path_agrees_with_the_general_one(name in "[ -~]{0,12}") {
            // U+2060 is default-ignorable: it changes nothing but the path taken.
            let other = format!("{name}\u{2060}");
            prop_assert_eq!(slug(&name), slug(&other));
        }

        #[test]
        fn names_that_are_alike_share_a_key(name in "[A-Za-z0-9 _é-]{2,12}") {
            let title = name.replace('_', " ").to_uppercase();
            if let (Slug::Folded(a), Slug::Folded(b)) = (Slug::of(&name), Slug::of(&title)) {
                prop_assert_eq!(&a, &b);
                prop_assert_eq!(Slug::of(&name).key(), Slug::of(&title).key());
            }
        }
    }
}
