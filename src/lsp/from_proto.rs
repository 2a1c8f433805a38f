use std::path::PathBuf;

use tower_lsp_server::ls_types::{self as lsp, Uri};

use crate::text::{Edit, Position, PositionRange};

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
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.to_file_path()?.into_owned();
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_have_a_path() {
        for (uri, path) in [
            ("file:///v/a%20b.md", Some("/v/a b.md")),
            ("FILE:///v/%C3%A9.md", Some("/v/é.md")),
            ("untitled:Untitled-1", None),
            ("git:/v/a.md?ref", None),
            ("file:a.md", None),
        ] {
            assert_eq!(file_path(&uri.parse().unwrap()), path.map(PathBuf::from), "{uri}");
        }
    }
}
