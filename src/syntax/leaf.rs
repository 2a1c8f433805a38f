//! The block of text that is being read: what the markdown parser says of its content.

use super::headings::Piece;
use super::html::{self, Found};
use super::inline::Skip;
use super::markdown_links::Written;
use crate::text::Span;

/// What kind of block holds a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum LeafKind {
    Paragraph,
    Heading(u8),
    /// Of a table.
    Row,
    Html,
}

/// The block that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    pub(super) kind: LeafKind,
    pub(super) span: Span,
    /// Whether no event opened it: the text of a tight list item.
    pub(super) implicit: bool,
}

/// What is known of its content; emptied for the next block.
#[derive(Default, Debug)]
pub(super) struct Content<'t> {
    /// What is hidden in it.
    pub(super) skips: Vec<Skip>,
    /// Its tags, but for those in elements whose content is hidden.
    pub(super) tags: Vec<Span>,
    /// An element whose content is hidden: which, and where in `skips` it begins.
    hiding: Option<(usize, usize)>,
    pub(super) links: Vec<Written>,
    /// Indexes into `links` of those that are open.
    open_links: Vec<usize>,
    /// The words of a heading.
    pub(super) pieces: Vec<Piece<'t>>,
    /// End of the last cell with text of a table row.
    pub(super) cells_end: usize,
}

impl Content<'_> {
    pub(super) fn clear(&mut self) {
        self.skips.clear();
        self.tags.clear();
        self.hiding = None;
        self.links.clear();
        self.open_links.clear();
        self.pieces.clear();
    }

    pub(super) fn hide(&mut self, span: Span) {
        self.skips.push(Skip { span, tag: false });
    }

    pub(super) fn open_link(&mut self, link: Written) {
        self.open_links.push(self.links.len());
        self.links.push(link);
    }

    pub(super) fn close_link(&mut self) {
        self.open_links.pop();
    }

    /// Something up to `end` stands in the text of the link that is open.
    pub(super) fn extend_link(&mut self, end: usize) {
        if let Some(link) = self.open_links.last().and_then(|&at| self.links.get_mut(at)) {
            link.text_end = link.text_end.max(end);
        }
    }

    /// A tag, or a comment or the like, in a text.
    pub(super) fn inline_html(&mut self, text: &str, span: Span) {
        self.skips.push(Skip { span, tag: true });
        if self.hiding.is_none() {
            self.tags.push(span);
        }
        match (html::hiding(span.of(text)), self.hiding) {
            (Some((element, false)), None) => self.hiding = Some((element, self.skips.len() - 1)),
            (Some((element, true)), Some((open, first))) if element == open => {
                let start = self.skips.get(first).map_or(span.start(), |skip| skip.span.start());
                self.skips.truncate(first);
                self.hide(Span::new(start, span.end()));
                self.hiding = None;
            }
            _ => {}
        }
    }

    /// What was found in a block of HTML.
    pub(super) fn html_block(&mut self, found: &Found) {
        self.skips.extend_from_slice(&found.skips);
        self.tags.extend_from_slice(&found.tags);
    }

    /// Code spans in cells that a table has no column for: CommonMark drops those cells.
    pub(super) fn excess_cells(&mut self, text: &str, row: Span) {
        let mut at = self.cells_end;
        while let Some(found) = text.get(at..row.end()).and_then(|rest| rest.find('`')) {
            let open = at + found;
            let ticks =
                text.get(open..row.end()).unwrap_or_default().bytes().take_while(|&b| b == b'`').count();
            let behind = open + ticks;
            let close = text.get(open..behind).and_then(|mark| text.get(behind..row.end())?.find(mark));
            at = behind;
            if let Some(length) = close {
                at = behind + length + ticks;
                self.hide(Span::new(open, at));
            }
        }
    }
}
