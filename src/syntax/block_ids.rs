//! Block ids: `^id` at the end of a block, and which block it names.

use super::Block;
use super::find::{line_end, line_start, trim};
use super::leaf::{Leaf, LeafKind};
use crate::text::Span;

/// The blocks around the current one, and the one before it.
#[derive(Default, Debug)]
pub(super) struct Around {
    /// List items around the current block.
    items: Vec<Span>,
    /// Whether no other container has begun in the innermost item.
    in_item: bool,
    /// Whether the innermost item has no block yet.
    item_begins: bool,
    /// Lists, tables and quotes around the current block.
    containers: Vec<Span>,
    /// The block that ended last, for a block id on a line of its own.
    last: Option<Span>,
}

impl Around {
    /// A list, a table or a quote begins.
    pub(super) fn open(&mut self, container: Span) {
        self.in_item = false;
        self.containers.push(container);
    }

    pub(super) fn close(&mut self, container: Span) {
        self.containers.pop();
        self.end(container);
        self.in_item = false;
    }

    pub(super) fn open_item(&mut self, item: Span) {
        self.items.push(item);
        self.in_item = true;
        self.item_begins = true;
    }

    pub(super) fn close_item(&mut self, item: Span) {
        self.items.pop();
        self.end(item);
        self.in_item = false;
    }

    /// Something has begun in the innermost item that is neither text nor one of its containers.
    pub(super) fn leave_item(&mut self) {
        self.in_item = false;
    }

    /// The innermost item has a block.
    pub(super) fn fill_item(&mut self) {
        self.item_begins = false;
    }

    /// A block has ended.
    pub(super) fn end(&mut self, block: Span) {
        self.last = Some(block);
    }

    /// The ids in `leaf`, whose content is `content`: at its end, at the end of an item's first line, or
    /// alone, for the block before.
    pub(super) fn ids(&self, text: &str, leaf: Leaf, content: Span) -> [Option<Block>; 2] {
        let item = self.items.last().map(|item| trim(text, item.start(), item.end()));
        let mut of_line = None;
        if leaf.kind == LeafKind::Paragraph
            && self.item_begins
            && let Some(item) = item
        {
            let line = trim(text, content.start(), line_end(text, content.start()));
            if line.end() < content.end() {
                of_line = block(text, line, item);
            }
        }
        let Some(id) = at_end(text, content) else { return [of_line, None] };
        let alone = id == content;
        // On a line that goes on with a quote or list although it has none of its marks.
        let lazy = line_start(text, id.start()) == id.start();
        let named = match (leaf.kind, self.containers.first(), self.last) {
            (LeafKind::Row, _, _) if alone => self.containers.last().copied().unwrap_or(leaf.span),
            (_, Some(&outer), _) if lazy && !alone => outer,
            (_, _, Some(last)) if alone && !self.in_item => last,
            (LeafKind::Paragraph, _, _) if leaf.implicit || self.in_item => item.unwrap_or(leaf.span),
            _ => leaf.span,
        };
        [of_line, block(text, content, Span::new(named.start(), named.end().max(id.end())))]
    }
}

/// The id at the end of `content` as the name of `block`.
fn block(text: &str, content: Span, block: Span) -> Option<Block> {
    let span = at_end(text, content)?;
    let block = trim(text, block.start(), block.end());
    Some(Block { span, id: Span::new(span.start() + 1, span.end()), block })
}

/// The `^id` at the end of `content`, which stands apart from what is before it.
pub(super) fn at_end(text: &str, content: Span) -> Option<Span> {
    let body = content.of(text);
    let id = body.bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    let before = body.get(..body.len() - id)?.strip_suffix('^')?;
    let apart = before.is_empty() || before.ends_with(char::is_whitespace);
    (id > 0 && apart).then(|| Span::new(content.start() + before.len(), content.end()))
}
