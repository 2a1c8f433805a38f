//! Names, kept once for each distinct spelling, with hashes of the forms in which they are compared.
//! Absent: which notes have them, paths.
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use dashmap::DashSet;
use rustc_hash::{FxBuildHasher, FxHasher};
use triomphe::ThinArc;

use super::name::{Key, Slug, Symbols, caseless, fold, nfc};

/// A name of a note, or a target of links, with what comparisons need: a hash for each form, so that
/// names that differ are told apart without making the form. A clone is the same name.
#[derive(Clone)]
pub struct Name(ThinArc<Keys, u8>);

/// What is kept of a name beside its text.
struct Keys {
    /// Hash of the [`nfc`].
    exact: u32,
    /// Hash of the [`caseless`] form.
    caseless: u32,
    /// Hash of the slug; its lowest bit is set where the slug is [`Slug::Folded`].
    slug: u32,
    key: Key,
}

impl Name {
    /// The name spelt `text`, for once: [`intern`] is for names that are kept.
    pub(super) fn new(text: &str) -> Self {
        let slug = Slug::of(text);
        let (own, is_folded) = match &slug {
            Slug::Folded(slug) => (slug, 1),
            Slug::Exact(name) => (name, 0),
        };
        let keys = Keys {
            exact: hash(&nfc(text)),
            caseless: hash(&caseless(text)),
            slug: hash(own) & !1 | is_folded,
            key: slug.key(),
        };
        Self(ThinArc::from_header_and_slice(keys, text.as_bytes()))
    }

    fn keys(&self) -> &Keys {
        &self.0.header.header
    }

    fn bytes(&self) -> &[u8] {
        &self.0.slice
    }

    /// Whether nobody has it but who asks.
    fn is_unused(&self) -> bool {
        ThinArc::strong_count(&self.0) == 1
    }

    /// How it is spelt.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// Where the index files it.
    pub(super) fn key(&self) -> Key {
        self.keys().key
    }

    /// A hash of it without its case.
    pub(super) fn caseless_hash(&self) -> u32 {
        self.keys().caseless
    }

    /// Whether it is compared by its slug, and not as it is written.
    pub(super) fn is_folded(&self) -> bool {
        self.keys().slug & 1 == 1
    }

    /// Whether both are spelt alike, but for how Unicode encodes it and the kinds of blanks.
    pub(super) fn is_exactly(&self, other: &Self) -> bool {
        self.keys().exact == other.keys().exact && (self == other || nfc(self) == nfc(other))
    }

    /// Whether both are spelt alike but for their case.
    pub(super) fn is_caselessly(&self, other: &Self) -> bool {
        self.keys().caseless == other.keys().caseless && (self == other || caseless(self) == caseless(other))
    }

    /// Whether both have one [`Slug`].
    pub(super) fn has_slug_of(&self, other: &Self) -> bool {
        self.keys().slug == other.keys().slug && (self == other || Slug::of(self) == Slug::of(other))
    }

    /// Whether both are taken for one: by their slugs, and by the symbols that these drop.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.has_slug_of(other) && Symbols::of(self).allow(other)
    }

    /// Whether both have one [`Key`] and not by chance.
    pub(super) fn shares_key(&self, other: &Self) -> bool {
        self.is_squashed(other) || !self.is_folded() && self.has_slug_of(other)
    }

    /// Whether both have one squashed slug; a name that is compared as written has none.
    pub(super) fn is_squashed(&self, other: &Self) -> bool {
        let squashed = |name: &Self| Slug::of(name).squashed().map(|slug| slug.into_owned());
        self.key() == other.key()
            && self.is_folded()
            && other.is_folded()
            && (self == other || squashed(self) == squashed(other))
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0.as_ptr(), other.0.as_ptr()) || self.bytes() == other.bytes()
    }
}

impl Eq for Name {}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// The hash of a form of a name.
pub(super) fn hash(text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    fold(hasher.finish())
}

/// An interned name, found by its text.
struct Interned(Name);

impl Borrow<[u8]> for Interned {
    fn borrow(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl PartialEq for Interned {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Interned {}

impl Hash for Interned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.bytes().hash(state);
    }
}

/// The names of all vaults of the process: the threads that read notes, and every snapshot, share them.
struct Names {
    set: DashSet<Interned, FxBuildHasher>,
    /// How many names have been added since unused ones were last removed.
    added: AtomicUsize,
    /// How many may be.
    limit: AtomicUsize,
}

impl Names {
    /// Fewer additions than this are not worth a look for unused names.
    const FEW: usize = 4096;

    fn new() -> Self {
        Self {
            set: DashSet::with_hasher(FxBuildHasher),
            added: AtomicUsize::new(0),
            limit: AtomicUsize::new(Self::FEW),
        }
    }

    fn intern(&self, text: &str) -> Name {
        loop {
            if let Some(known) = self.set.get(text.as_bytes()) {
                return known.0.clone();
            }
            let name = Name::new(text);
            // Else another thread was faster.
            if self.set.insert(Interned(name.clone())) {
                if self.added.fetch_add(1, Ordering::Relaxed) == self.limit.load(Ordering::Relaxed) {
                    self.sweep();
                }
                return name;
            }
        }
    }

    /// Removes the names that nobody uses. As many must come as are left before it is done anew, so that
    /// it costs little per name and at most half of the names are unused.
    fn sweep(&self) {
        self.set.retain(|name| !name.0.is_unused());
        self.limit.store(self.set.len().max(Self::FEW), Ordering::Relaxed);
        self.added.store(0, Ordering::Relaxed);
    }
}

static NAMES: LazyLock<Names> = LazyLock::new(Names::new);

/// The name spelt `text`: one object for each spelling, as long as it is used.
pub(super) fn intern(text: &str) -> Name {
    NAMES.intern(text)
}

/// Frees the names that no vault has any more, for when one is closed.
pub fn sweep() {
    NAMES.sweep();
    NAMES.set.shrink_to_fit();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_one(name: &Name, other: &Name) -> bool {
        std::ptr::eq(name.0.as_ptr(), other.0.as_ptr())
    }

    #[test]
    fn one_spelling_is_one_name_for_all_threads() {
        let names = Names::new();
        let spellings: Vec<String> = (0..2000).map(|n| format!("Note {}", n % 500)).collect();
        let all: Vec<Vec<Name>> = std::thread::scope(|scope| {
            let intern = || spellings.iter().map(|text| names.intern(text)).collect();
            let threads = [(); 4].map(|()| scope.spawn(intern));
            threads.map(|thread| thread.join().unwrap()).into()
        });
        assert_eq!(names.set.len(), 500);
        for name in all.iter().flatten() {
            assert!(is_one(name, &names.intern(name)), "{name:?}");
        }
    }

    #[test]
    fn names_that_nobody_uses_go() {
        let names = Names::new();
        let kept = names.intern("kept");
        for n in 0..100_000 {
            names.intern(&format!("typed {n}"));
        }
        assert!(names.set.len() <= 2 * Names::FEW, "{}", names.set.len());
        assert!(is_one(&kept, &names.intern("kept")));
        names.sweep();
        assert_eq!(names.set.len(), 1);
    }

    proptest! {
        #[test]
        fn hashes_change_no_comparison(a in "[aAbß_ \u{e9}+#1-]{0,5}", b in "[aAbß_ \u{e9}+#1-]{0,5}") {
            let (x, y) = (Name::new(&a), Name::new(&b));
            prop_assert_eq!(x.is_exactly(&y), nfc(&a) == nfc(&b));
            prop_assert_eq!(x.is_caselessly(&y), caseless(&a) == caseless(&b));
            prop_assert_eq!(x.has_slug_of(&y), Slug::of(&a) == Slug::of(&b));
            let (a, b) = (Slug::of(&a), Slug::of(&b));
            prop_assert_eq!(x.is_squashed(&y), a.squashed().is_some() && a.squashed() == b.squashed());
            prop_assert_eq!(x.key(), a.key());
        }
    }
}
