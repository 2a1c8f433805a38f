//! Byte offsets, spans, lines and edits of one text; the paths of texts in a vault, and as URIs.
//!
//! Everything inside slugline counts in bytes of UTF-8. Protocol positions (UTF-8, UTF-16 or
//! UTF-32 code units in a line) exist only in [`Position`] and are converted here, in one place.
//! Absent from this layer: markdown, notes, files themselves, the protocol's own types.

mod buffer;
mod encoding;
mod line_index;
mod patch;
mod path;
mod span;
mod uri;
mod visible;

pub use buffer::{Buffer, Edit, EditError};
pub use encoding::Encoding;
pub use line_index::{LineIndex, Position, PositionRange};
pub use patch::Patch;
pub use path::{PathText, VaultPath};
pub use span::Span;
pub use uri::{path_of_uri, uri_below, uri_of_path};
pub use visible::{needs_escape, visible};
