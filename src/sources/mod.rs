//! What notes cite: kinds of sources ([`SourceKinds`]), and what was said in them: captions and metadata in files beside notes, as yt-dlp, YouTube and whisper.cpp
//! write them.
//!
//! A sidecar is found by the id of its video in its name ([`Shelf`], [`named_tokens`]). [`Captions`] are what
//! is said when, [`Metadata`] what the video is. Both are read as far as they can be: what is broken is left
//! out and told of ([`Fault`]), and nothing in a text is more than text.
//! Absent from this layer: notes, the index, reading files, the protocol.

mod captions;
mod json3;
mod kind;
mod metadata;
mod name;
mod shelf;
mod terms;
mod timed;

#[cfg(test)]
mod tests;

pub use captions::{Captions, Cue, Fault};
pub use kind::{
    Address, Definition, InvalidKind, MOST_KINDS, Named, SourceId, SourceKind, SourceKinds, YOUTUBE,
};
pub use metadata::{Chapter, Metadata};
pub use name::{Format, SidecarName, is_recording, named_tokens, names_video, token_of};
pub use shelf::{Folder, Shelf, Sidecar};
pub use terms::{Fit, Passage, Terms, tokens};

/// Captions above this many bytes are not read: eight hours of word times are a tenth of it.
pub const MOST_CAPTION_BYTES: u64 = 32 << 20;
/// The same of metadata.
pub const MOST_METADATA_BYTES: u64 = 16 << 20;
