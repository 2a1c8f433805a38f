use std::path::PathBuf;

use tower_lsp_server::ls_types::{self as lsp, Uri};

use crate::text::{Edit, Position, PositionRange, path_of_uri};

/// A place in a text.
pub fn position(position: lsp::Position) -> Position {
    Position::new(position.line, position.character)
}

/// Two places in a text.
pub fn range(range: lsp::Range) -> PositionRange {
    PositionRange { start: position(range.start), end: position(range.end) }
}

/// One change of a text.
pub fn edit(change: lsp::TextDocumentContentChangeEvent) -> Edit {
    Edit { range: change.range.map(range), text: change.text }
}

/// The file behind a URI, absolute; `None` where it is no file (`untitled:`, `git:`, …).
pub fn file_path(uri: &Uri) -> Option<PathBuf> {
    path_of_uri(uri.as_str())
}
