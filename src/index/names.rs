//! Names with hashes of the forms in which they are compared. Absent: which notes have them, paths.
use std::hash::Hasher;
use std::ops::Deref;

use rustc_hash::FxHasher;

use super::name::{Key, Slug, Symbols, caseless, fold, nfc};
use super::packed::{Reader, Writer};

/// A name of a note, or a target of links, with what comparisons need: names that differ are told apart
/// without making the forms in which they are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'n> {
    text: &'n str,
    keys: Keys,
}

/// What is kept of a name beside its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Keys {
    /// Hash of the slug; its lowest bit is set where the slug is [`Slug::Folded`].
    slug: u32,
    /// Where the index files it.
    pub(super) key: Key,
}

impl Keys {
    /// Those of the name spelt `text`.
    pub(super) fn of(text: &str) -> Self {
        let slug = Slug::of(text);
        let (own, is_folded) = match &slug {
            Slug::Folded(slug) => (slug, 1),
            Slug::Exact(name) => (name, 0),
        };
        Self { slug: hash(own) & !1 | is_folded, key: slug.key() }
    }

    /// Whether the name is compared by its slug, and not as it is written.
    pub(super) fn is_folded(self) -> bool {
        self.slug & 1 == 1
    }
}

impl<'n> Name<'n> {
    /// The name spelt `text`.
    pub(super) fn new(text: &'n str) -> Self {
        Self::with_keys(text, Keys::of(text))
    }

    /// The same for who has kept its keys.
    pub(super) fn with_keys(text: &'n str, keys: Keys) -> Self {
        Self { text, keys }
    }

    pub(super) fn write(self, out: &mut Writer) {
        out.text(self.text);
        out.hash(self.keys.slug);
        out.hash(self.keys.key.number());
    }

    pub(super) fn read(reader: &mut Reader<'n>) -> Self {
        let text = reader.text();
        let keys = Keys { slug: reader.hash(), key: Key::from_number(reader.hash()) };
        Self { text, keys }
    }

    /// Goes past a name.
    pub(super) fn skip(reader: &mut Reader<'n>) {
        reader.bytes();
        reader.hash();
        reader.hash();
    }

    /// How it is spelt.
    pub(super) fn as_str(self) -> &'n str {
        self.text
    }

    /// Where the index files it.
    pub(super) fn key(self) -> Key {
        self.keys.key
    }

    /// Whether it is compared by its slug, and not as it is written.
    pub(super) fn is_folded(self) -> bool {
        self.keys.is_folded()
    }

    /// Whether both are spelt alike, but for how Unicode encodes it and the kinds of blanks.
    pub(super) fn is_exactly(self, other: Name<'_>) -> bool {
        self.keys == other.keys && (self.text == other.text || nfc(&self) == nfc(&other))
    }

    /// Whether both are spelt alike but for their case.
    pub(super) fn is_caselessly(self, other: Name<'_>) -> bool {
        self.text == other.text || caseless(&self) == caseless(&other)
    }

    /// Whether both have one [`Slug`].
    pub(super) fn has_slug_of(self, other: Name<'_>) -> bool {
        self.keys.slug == other.keys.slug && (self.text == other.text || Slug::of(&self) == Slug::of(&other))
    }

    /// Whether both are taken for one: by their slugs, and by the symbols that these drop.
    pub(super) fn is_like(self, other: Name<'_>) -> bool {
        self.has_slug_of(other) && Symbols::of(&self).allow(&other)
    }

    /// Whether both have one [`Key`] and not by chance.
    pub(super) fn shares_key(self, other: Name<'_>) -> bool {
        self.is_squashed(other) || !self.is_folded() && self.has_slug_of(other)
    }

    /// Whether both have one squashed slug; a name that is compared as written has none.
    pub(super) fn is_squashed(self, other: Name<'_>) -> bool {
        fn squashed(name: &str) -> Option<String> {
            Slug::of(name).squashed().map(|slug| slug.into_owned())
        }
        self.key() == other.key()
            && self.is_folded()
            && other.is_folded()
            && (self.text == other.text || squashed(&self) == squashed(&other))
    }
}

impl Deref for Name<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text
    }
}

/// The hash of a form of a name.
pub(super) fn hash(text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    fold(hasher.finish())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn hashes_change_no_comparison(a in "[aAbß_ \u{e9}+#1-]{0,5}", b in "[aAbß_ \u{e9}+#1-]{0,5}") {
            let (x, y) = (Name::new(&a), Name::new(&b));
            prop_assert_eq!(x.is_exactly(y), nfc(&a) == nfc(&b));
            prop_assert_eq!(x.is_caselessly(y), caseless(&a) == caseless(&b));
            prop_assert_eq!(x.has_slug_of(y), Slug::of(&a) == Slug::of(&b));
            let (a, b) = (Slug::of(&a), Slug::of(&b));
            prop_assert_eq!(x.is_squashed(y), a.squashed().is_some() && a.squashed() == b.squashed());
            prop_assert_eq!(x.key(), a.key());
        }
    }
}
