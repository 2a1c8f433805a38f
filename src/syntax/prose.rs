//! The plain words of a note: where text could become a link.
use super::{Options, document};
use crate::text::Span;

/// A stretch of plain text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prose {
    /// Its bytes.
    pub span: Span,
    /// Whether it stands in a table, where a pipe is written `\|`.
    pub in_table: bool,
}

/// The text of paragraphs, lists, quotes and tables in order: all but links, code, HTML, math, comments,
/// timestamps, tags and footnotes; none of headings and front matter.
pub fn prose(text: &str, options: &Options) -> Vec<Prose> {
    document::prose(text, options)
}

/// Adds `block` without `holes`, which need not be in order and may overlap.
pub(super) fn add(prose: &mut Vec<Prose>, block: Span, in_table: bool, holes: &mut [Span]) {
    holes.sort_unstable();
    let mut at = block.start();
    let mut put = |start: usize, end: usize| {
        if start < end {
            prose.push(Prose { span: Span::new(start, end), in_table });
        }
    };
    for hole in holes {
        put(at, hole.start().min(block.end()));
        at = at.max(hole.end());
    }
    put(at, block.end());
}
