//! Hover: what a link leads to, why a link is broken, what was said at a timestamp.
use super::{Analysis, Cursor};
use crate::text::Span;

/// What to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// CommonMark. No HTML, no `command:` links, whatever the notes hold.
    pub markdown: String,
}

/// What to show for the thing under the cursor.
pub fn hover(analysis: &Analysis, at: Cursor) -> Option<Hover> {
    let _ = (analysis, at);
    None
}
