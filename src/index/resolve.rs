//! The resolver: where a link leads (SPEC section 2), for every feature and for the command line.
use std::sync::Arc;

use super::{Facts, Index, NoteId};

/// What matched a link's target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tier {
    /// A path.
    Path,
    /// A file stem, exact case.
    Stem,
    /// A file stem, caseless. With [`Self::Stem`] it is tier 2 of the SPEC.
    StemCaseless,
    /// The slug of a file stem.
    StemSlug,
    /// The slug of a title or an alias.
    Title,
    /// The squashed slug of any name.
    Squashed,
    /// A file that is no note.
    Attachment,
}

impl Tier {
    /// The number that the documentation gives it; attachments come last.
    pub fn number(self) -> u8 {
        match self {
            Self::Path => 1,
            Self::Stem | Self::StemCaseless => 2,
            Self::StemSlug => 3,
            Self::Title => 4,
            Self::Squashed => 5,
            Self::Attachment => 6,
        }
    }

    /// Whether Obsidian or a site generator would miss a link that matched so.
    pub fn is_inexact(self) -> bool {
        matches!(self, Self::StemSlug | Self::Title | Self::Squashed)
    }
}

/// Where a target leads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolution {
    /// What matched; `None`: nothing did.
    pub tier: Option<Tier>,
    /// The notes that matched in that tier, best first; the first is *the* target. All of them,
    /// however far.
    pub notes: Vec<NoteId>,
    /// Whether the best two share tier and hops.
    pub ambiguous: bool,
    /// The attachment, relative to the vault, where the target names one that is there.
    pub attachment: Option<Arc<str>>,
    /// Whether the target, not found, has the form of an attachment: `broken-file`, not
    /// `broken-link`.
    pub names_file: bool,
}

impl Resolution {
    /// *The* target.
    pub fn note(&self) -> Option<NoteId> {
        self.notes.first().copied()
    }

    /// Whether nothing matched.
    pub fn is_broken(&self) -> bool {
        self.tier.is_none()
    }
}

/// Where an anchor leads within a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnchorOutcome {
    /// The heading with this index in [`Facts::headings`].
    Heading(usize),
    /// The block with this index in [`Facts::blocks`].
    Block(usize),
    /// Nowhere.
    Missing,
    /// The link has no anchor, or an empty one.
    None,
}

impl Index {
    /// Where `target` leads from the note at `from` (relative to the vault, with `/`). The target is
    /// a name or a path as [`Facts::target`] gives it; an empty one is the note itself.
    pub fn resolve(&self, from: NoteId, target: &str) -> Resolution {
        let _ = (from, target);
        Resolution::default()
    }

    /// Where link `index` of `note` leads.
    pub fn resolve_link(&self, note: NoteId, index: usize) -> Resolution {
        let _ = (note, index);
        Resolution::default()
    }
}

/// Where `anchor` (decoded, behind the `#`) leads in a note. `markdown`: the link is a markdown link,
/// for which GitHub's rule holds too.
pub fn resolve_anchor(facts: &Facts, anchor: &str, block: bool, markdown: bool) -> AnchorOutcome {
    let _ = (facts, anchor, block, markdown);
    AnchorOutcome::None
}
