//! CommonMark's own links: which lead into the vault, which to a video, which are timestamps.

use super::find::trim;
use super::inline::Found;
use super::links::{destination, leads_out, split_anchor};
use super::time;
use super::timestamps::Surroundings;
use super::{Link, LinkKind, Reference, VideoLink, problems};
use crate::sources::SourceKinds;
use crate::text::Span;

/// Bytes of a definition that references are looked up in. No path is longer, and there may be as many
/// references as the note has room for.
const LONGEST_DEFINITION: usize = 1 << 12;

/// A link as CommonMark found it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) image: bool,
    /// `[text](destination)`, not a reference.
    pub(super) inline: bool,
    /// The definition that a reference uses.
    pub(super) definition: Option<Span>,
    pub(super) span: Span,
    /// Where its text ends.
    pub(super) text_end: usize,
}

/// Adds the links of a block to what the scan found, takes out what they overrule, and says where they
/// stand. What begins before `from` is in a comment or in math that began in an earlier block.
pub(super) fn merge(
    text: &str,
    kinds: &SourceKinds,
    from: usize,
    written: &mut Vec<Written>,
    found: &mut Found,
) -> Surroundings {
    let mut around = Surroundings::default();
    written.retain(|link| link.span.start() >= from);
    if written.is_empty() {
        return around;
    }
    written.sort_by_key(|link| link.span.start);
    found.links.sort_unstable_by_key(|link| link.span.start);
    without_descriptions(written, found, &mut around);
    let wikilinks = found.links.len();
    // `[00:21:00](<a data-t="00:21:00</a>)` is a broken timestamp, not a link to `a data-t…`.
    let mut anchors: Vec<Span> = found.candidates.anchors().collect();
    anchors.sort_unstable();
    for link in written.iter() {
        let before = anchors.partition_point(|anchor| anchor.start <= link.span.start);
        if before.checked_sub(1).and_then(|last| anchors.get(last)).is_some_and(|a| a.covers(link.span)) {
            continue;
        }
        // Around or inside a wikilink there is no other link; nor in math or a comment.
        let wiki = found.links.get(..wikilinks).unwrap_or_default();
        let next = wiki.partition_point(|wiki| wiki.span.end <= link.span.start);
        let taken = wiki.get(next).is_some_and(|wiki| wiki.span.overlaps(link.span));
        let next = found.excluded.partition_point(|excluded| excluded.end <= link.span.start);
        if taken || found.excluded.get(next).is_some_and(|excluded| excluded.overlaps(link.span)) {
            continue;
        }
        found.references.extend(reference(text, link));
        if let Some((target, label)) = place(text, link) {
            take(text, kinds, link, target, label, found);
        }
    }
    // No tag and no bare time in a link; links of links (images) stand in the outer one.
    for link in written.iter() {
        if around.links.last().is_none_or(|last| last.end <= link.span.start) {
            around.links.push(link.span);
        }
    }
    found.tags.retain(|tag| !around.in_link(tag.span));
    found.links.sort_by_key(|link| link.span.start);
    around
}

/// Leaves out what stands in the description of a picture, which is shown as plain text.
fn without_descriptions(written: &mut Vec<Written>, found: &mut Found, around: &mut Surroundings) {
    let descriptions = &mut around.descriptions;
    for link in written.iter().filter(|link| link.image) {
        if descriptions.last().is_none_or(|last| last.end <= link.span.start) {
            descriptions.push(Span::new(link.span.start() + 2, link.text_end.max(link.span.start() + 2)));
        }
    }
    if descriptions.is_empty() {
        return;
    }
    written.retain(|link| !around.in_description(link.span));
    found.links.retain(|link| !around.in_description(link.span));
    found.problems.retain(|problem| !around.in_description(problem.span));
}

/// The link as one that names a definition.
fn reference(text: &str, link: &Written) -> Option<Reference> {
    let definition = link.definition.filter(|_| !link.inline)?;
    let close = link.text_end + text.get(link.text_end..link.span.end())?.find(']')?;
    let definition = trim(text, definition.start(), definition.end());
    Some(Reference { span: link.span, text_end: Span::at(close + 1).start, definition })
}

/// The destination of a link, and its text.
fn place(text: &str, link: &Written) -> Option<(Span, Span)> {
    let text_start = link.span.start() + 1 + usize::from(link.image);
    let body = text.get(link.text_end..link.span.end())?;
    if link.inline {
        let close = link.text_end + body.find("](")?;
        let target = destination(text, close + 2, link.span.end().saturating_sub(1), true)?;
        return Some((target, trim(text, text_start, close)));
    }
    let definition = link.definition.filter(|definition| definition.len() <= LONGEST_DEFINITION)?;
    let close = link.text_end + body.find(']')?;
    Some((target_of_definition(text, definition)?, trim(text, text_start, close)))
}

fn target_of_definition(text: &str, definition: Span) -> Option<Span> {
    let colon = definition.start() + definition.of(text).find("]:")? + 2;
    destination(text, colon, definition.end(), false)
}

/// The definition at `span` as a link, if it leads into the vault.
pub(super) fn definition(text: &str, span: Span) -> Option<Link> {
    let target = target_of_definition(text, span)?;
    let address = target.of(text);
    if address.is_empty() || address.contains("[[") || leads_out(address) || labels_time(text, span) {
        return None;
    }
    let (target, anchor) = split_anchor(text, target.start(), target.end(), false);
    let span = trim(text, span.start(), span.end());
    Some(Link { kind: LinkKind::Definition, span, target, anchor, alias: None, in_table: false })
}

fn take(text: &str, kinds: &SourceKinds, link: &Written, target: Span, label: Span, found: &mut Found) {
    let address = target.of(text);
    // What leads to a file of the vault is a link to that, recording or not.
    if !link.image
        && leads_out(address)
        && let Some(named) = kinds.in_address(address)
    {
        let video = Span::new(target.start() + named.id.start, target.start() + named.id.end);
        let (kind, moment) = (named.kind, named.moment);
        found.video_links.push(VideoLink { span: link.span, kind, video, moment, text: label });
        return;
    }
    let labels_time = link.definition.is_some_and(|definition| labels_time(text, definition));
    if address.starts_with("[[") || leads_out(address) || labels_time {
        return;
    }
    if link.inline && !link.image && found.candidates.markdown_link(text, link.span, label, address) {
        return;
    }
    if address.is_empty() {
        found.problems.push(problems::empty(text, link.span));
        return;
    }
    let kind = if link.image { LinkKind::Image } else { LinkKind::Markdown };
    let (target, anchor) = split_anchor(text, target.start(), target.end(), false);
    found.links.push(Link { kind, span: link.span, target, anchor, alias: Some(label), in_table: false });
}

/// Whether the definition at `span` is of a time: `[12:30]: …` is a line of a list of what was when.
fn labels_time(text: &str, span: Span) -> bool {
    let label = span.of(text).strip_prefix('[').and_then(|label| label.split_once("]:"));
    label.is_some_and(|(label, _)| time::read(label.trim()).is_some())
}
