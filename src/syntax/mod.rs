//! What one note's text defines and what it refers to, by one pass that never fails.
//!
//! [`parse`] takes a text and gives a [`Note`]: front matter, headings, links, timestamps, tags,
//! blocks, footnotes, suppressions and the problems that the text alone shows. Every position is a
//! byte [`Span`] of that text; no text is copied where a span will do.
//!
//! CommonMark's structure comes from pulldown-cmark: which bytes are paragraphs, headings, table
//! rows, code, tags. Wikilinks, timestamps, tags, math and comments are found by one scan of each
//! block's bytes, since their grammar is the product's own and its spans must be exact.
//! Absent from this layer: other notes, whether a link leads anywhere, files, the protocol.
//!
//! [`Span`]: crate::text::Span

mod block_ids;
mod blocks;
mod document;
mod fence;
mod find;
mod front_matter;
mod headings;
mod html;
mod inline;
mod inlines;
mod leaf;
mod links;
mod markdown_links;
mod nesting;
mod parts;
mod placeholder;
mod plain;
mod problems;
mod prose;
mod suppression;
#[cfg(test)]
mod tests;
mod time;
mod timestamp_tag;
mod timestamps;
mod types;

pub use blocks::{BlockKind, blocks};
pub use inlines::{definitions, inlines};
pub use prose::{Prose, prose};
pub use time::{anchor as timestamp_anchor, canonical as canonical_time, is_time, seconds};
pub use types::*;

/// The events of the markdown parser alone, as [`parse`] asks for them: what reading costs at least.
#[doc(hidden)]
pub fn markdown_events(text: &str) -> impl Iterator<Item = pulldown_cmark::Event<'_>> {
    pulldown_cmark::Parser::new_ext(text, document::MARKDOWN).into_offset_iter().map(|(event, _)| event)
}

/// Reads one note. Never fails: what cannot be understood is text, and a [`Problem`] where the
/// product has a diagnostic for it.
pub fn parse(text: &str, options: &Options) -> Note {
    document::read(text, options, false)
}

/// What [`parse`] gives for `text`, where `old` is what it gave for `old_text` with the same options: only
/// the parts of the note that differ are read, and what stands behind them is moved.
pub fn parse_change(old_text: &str, old: &Note, text: &str, options: &Options) -> Note {
    document::read_change(old_text, old, text, options).unwrap_or_else(|| parse(text, options))
}
