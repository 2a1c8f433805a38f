//! Headings: where their content stands, and what a reader sees of it.

use pulldown_cmark::CowStr;

use super::Link;
use super::find::trim;
use crate::text::Span;

/// A piece of a heading's text as CommonMark reads it.
#[derive(Debug)]
pub(super) enum Piece<'t> {
    /// Words at these bytes.
    Text(Span, CowStr<'t>),
    /// A line end.
    Blank(Span),
}

/// The content of the heading `heading`: behind the `#`s, before closing ones, above an underline.
pub(super) fn content(text: &str, heading: Span) -> Span {
    let body = heading.of(text);
    let marks = body.bytes().take_while(|&b| b == b'#').count();
    let rest = body.get(marks..).unwrap_or_default();
    if !(1..=6).contains(&marks) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        let underline = body.rfind(['\n', '\r']).unwrap_or(body.len());
        return trim(text, heading.start(), heading.start() + underline);
    }
    let content = trim(text, heading.start() + marks, heading.end());
    let body = content.of(text);
    let open = body.trim_end_matches('#');
    if open.is_empty() || open.ends_with([' ', '\t']) {
        return trim(text, content.start(), content.start() + open.len());
    }
    content
}

/// The explicit id of a heading, as in `Set up {#setup .class}`: the braces, and the id in them.
pub(super) fn explicit_id(text: &str, content: Span) -> Option<(Span, Span)> {
    let body = content.of(text).strip_suffix('}')?;
    let open = body.rfind('{')?;
    let start = content.start() + open;
    let attributes = body.get(open + 1..)?;
    let attributes = attributes.strip_prefix(':').unwrap_or(attributes);
    let is_attribute =
        |word: &str| word.len() > 1 && (word.starts_with(['#', '.']) || word.contains('=')) || word == "-";
    if body.get(..open)?.ends_with(['\\', '$']) || !attributes.split_whitespace().all(is_attribute) {
        return None;
    }
    let id = attributes.split_whitespace().find_map(|word| word.strip_prefix('#'))?;
    let at = start + body.get(open..)?.find(&format!("#{id}"))? + 1;
    Some((Span::new(start, content.end()), Span::new(at, at + id.len())))
}

/// The rendered text: wikilinks by their display text, timestamps removed, blanks collapsed.
pub(super) fn text(text: &str, pieces: &[Piece<'_>], links: &[Link], hidden: &[Span]) -> String {
    let wikilinks = || links.iter().filter(|link| link.is_wiki() && shown(link.span.start(), &[], hidden));
    let mut out = String::new();
    let mut next_link = wikilinks().peekable();
    for piece in pieces {
        let (span, words) = match piece {
            Piece::Text(span, words) => (*span, &**words),
            Piece::Blank(span) => (*span, " "),
        };
        while let Some(link) = next_link.next_if(|link| link.span.start <= span.start) {
            if link.alias.is_none() {
                out.push_str(link.display(text));
            }
        }
        if words.len() != span.len() {
            // An entity, or code with its ticks: it is not cut.
            if shown(span.start(), links, hidden) {
                out.push_str(words);
            }
            continue;
        }
        let mut at = span.start();
        while at < span.end() {
            let next = edge(at, span.end(), links, hidden);
            if shown(at, links, hidden) {
                let from = at - span.start();
                out.push_str(words.get(from..next - span.start()).unwrap_or_default());
            }
            at = next;
        }
    }
    for link in next_link {
        if link.alias.is_none() {
            out.push_str(link.display(text));
        }
    }
    let mut collapsed = String::with_capacity(out.len());
    for word in out.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// Whether the byte at `at` is text: in no timestamp, and in a wikilink only in its alias.
fn shown(at: usize, links: &[Link], hidden: &[Span]) -> bool {
    let next = hidden.partition_point(|span| span.end() <= at);
    if hidden.get(next).is_some_and(|span| span.contains(at)) {
        return false;
    }
    let next = links.partition_point(|link| link.span.end() <= at);
    match links.get(next) {
        Some(link) if link.is_wiki() && link.span.contains(at) => {
            link.alias.is_some_and(|alias| alias.contains(at))
        }
        _ => true,
    }
}

/// The first place behind `at`, at most `end`, where [`shown`] may change.
fn edge(at: usize, end: usize, links: &[Link], hidden: &[Span]) -> usize {
    let hidden_from = hidden.partition_point(|span| span.end() <= at);
    let links_from = links.partition_point(|link| link.span.end() <= at);
    let spans = hidden.get(hidden_from).copied().into_iter();
    let link = links.get(links_from).filter(|link| link.is_wiki());
    let link = link.into_iter().flat_map(|link| [Some(link.span), link.alias]).flatten();
    let edges = spans.chain(link).flat_map(|span| [span.start(), span.end()]);
    edges.filter(|&edge| edge > at).min().unwrap_or(end).min(end)
}
