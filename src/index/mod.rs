//! Which notes a vault has, what each defines and refers to, and where every link leads.
//!
//! [`Index::apply`] takes one change and says which notes may see another outcome. A clone is a
//! snapshot and costs nothing: readers keep theirs while the owner goes on. [`Index::from_scratch`]
//! builds the same from nothing; the tests hold the two equal. Links are not stored with their
//! targets: what a link names and what names there are is kept, and a link is resolved when asked
//! for, by the one resolver, over the few notes that share its key. So no stored outcome can be
//! stale, and a change of names touches only the names.
//! Absent from this layer: reading files, open buffers, the protocol, diagnostics.

mod anchors;
mod background;
mod bit_rows;
mod cancel;
mod compressed;
mod crowd;
mod delta;
mod facts;
mod folders;
mod heading_sieve;
mod matching;
mod mentions;
mod minutes;
mod moments;
mod name;
mod names;
mod numbered;
mod packed;
mod pairs;
mod places;
mod postings;
mod prefilter;
mod queries;
mod references;
mod refers;
mod resolve;
mod sorted;
mod store;
mod tag_names;
#[cfg(test)]
mod tests;
mod trace;
mod wanted;

pub use anchors::{AnchorOutcome, Anchors, github_anchors, resolve_anchor};
pub(crate) use background::{offer_processor, work_in_background};
pub use cancel::{Cancel, Cancelled, catch};
pub use compressed::{Compressed, Needles};
pub use delta::{Change, Delta};
pub use facts::{Facts, HeadingFact};
pub use heading_sieve::{HeadingSlice, HeadingsLike};
pub use mentions::{Mentions, MentionsSlot, NameSieve};
pub use minutes::{Evidence, Moments, Shift};
pub use moments::Citation;
pub use name::{Slug, caseless, slug, squash};
pub use pairs::{Letters, Pairs};
pub use places::{LinePlace, Places};
pub use prefilter::TypedName;
pub use queries::{Backlink, NameKeys};
pub use refers::{LinkFact, VideoLinkFact};
pub use resolve::{MOST_CANDIDATES, Resolution, Tier, Unlisted, Wanted};
pub use store::{Index, NoteId};
pub use tag_names::TagNames;
pub use trace::Step;
pub use wanted::WantedName;
