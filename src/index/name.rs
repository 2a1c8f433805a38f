//! Slugs: how names are compared (SPEC section 1).
use std::borrow::Cow;

/// The slug of a name, or the name itself where it is compared exactly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Slug<'n> {
    /// Compared by slug.
    Folded(Cow<'n, str>),
    /// The slug is empty, or the name is symbols and one letter (`C++`): compared as written (NFC).
    Exact(Cow<'n, str>),
}

/// The slug of `name`: NFKC_Casefold, blanks and dashes to `_`, letters, marks and numbers kept,
/// the rest dropped, runs of `_` collapsed, ends trimmed. May be empty.
pub fn slug(name: &str) -> Cow<'_, str> {
    Cow::Borrowed(name)
}

/// A slug without its `_`, but for those between two digits.
pub fn squash(slug: &str) -> Cow<'_, str> {
    Cow::Borrowed(slug)
}
