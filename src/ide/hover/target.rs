//! Hovers of links: what they lead to, how they were found, why they lead nowhere.
use super::{Analysis, Document, MOST_LISTED, Markdown, counted, link_to, list, moment, note};
use crate::ide::cursor::timestamp_of;
use crate::ide::nearest;
use crate::index::{AnchorOutcome, NoteId, Resolution, Slug, Tier, Wanted, resolve_anchor};
use crate::syntax::Link;
use crate::text::PathText;
use std::borrow::Cow;

/// Nearest names that a broken link's hover offers.
const MOST_NEAREST: usize = 5;

/// Nearest headings or blocks that a broken anchor's hover offers.
const MOST_ANCHORS: usize = 3;

/// What `link` of the note `from` leads to.
pub(super) fn of_link(
    analysis: &Analysis,
    document: &Document,
    from: NoteId,
    link: &Link,
) -> Option<Markdown> {
    let target = link.target_text(&document.text);
    if target.is_empty() && link.anchor.is_none() {
        return None;
    }
    let found = analysis.resolve_wanted(from, &Wanted::of(link, &document.text));
    if let Some(path) = &found.attachment {
        let path = if path.is_empty() { "/" } else { path };
        return Some(Markdown::new().bold(path.file_name()).line_break().code(path));
    }
    if found.tier.is_none()
        && let Some(timestamp) = timestamp_of(document, link)
    {
        return Some(moment::of_timestamp(analysis, document, from, timestamp));
    }
    let Some(to) = found.note() else { return Some(broken(analysis, from, &target, &found)) };
    let anchor = link.anchor_text(&document.text).zip(link.anchor.as_ref());
    let outcome =
        analysis.index.facts(to).zip(anchor).map_or(AnchorOutcome::None, |(facts, (name, anchor))| {
            resolve_anchor(facts, &name, anchor.block, !link.is_wiki())
        });
    let part = match outcome {
        AnchorOutcome::Heading(heading) => note::section(analysis, to, heading),
        AnchorOutcome::Block(block) => note::block(analysis, to, block),
        AnchorOutcome::Element(element) => note::element(analysis, to, element),
        AnchorOutcome::Missing => {
            let anchor = link.anchor_text(&document.text).unwrap_or_default();
            let block = link.anchor.as_ref().is_some_and(|anchor| anchor.block);
            let near = near_anchors(analysis, to, &anchor, block);
            let rule = if near.is_empty() { Markdown::new() } else { Markdown::rule() };
            Some(Markdown::paragraphs([near, rule, note::preview(analysis, to)]))
        }
        AnchorOutcome::None => None,
    };
    let shown = part.unwrap_or_else(|| note::preview(analysis, to));
    let others = if found.ambiguous { others(analysis, &found) } else { Markdown::new() };
    Some(Markdown::paragraphs([shown, others, how_found(analysis, &target, to, &found)]))
}

/// Why a link that is not written as a file is named was found all the same.
fn how_found(analysis: &Analysis, target: &str, to: NoteId, found: &Resolution) -> Markdown {
    let how = match found.tier {
        Some(Tier::StemSlug) => "matched by slug",
        Some(Tier::Title) if Slug::of(analysis.index.title(to)) == Slug::of(target) => "matched by title",
        Some(Tier::Title) => "matched by alias",
        Some(Tier::Squashed) => "matched ignoring spaces and hyphens",
        _ => return Markdown::new(),
    };
    Markdown::new().text("≈ ").italic(&format!("{how}; file name:")).text(" ").code(analysis.index.stem(to))
}

/// The other notes that an ambiguous link may mean.
fn others(analysis: &Analysis, found: &Resolution) -> Markdown {
    let index = &analysis.index;
    let item = |&note: &NoteId| link_to(analysis, note, Markdown::new()).text(" · ").code(index.path(note));
    let others = found.notes.get(1..).unwrap_or_default();
    let heading = Markdown::new().text("Also matches:");
    Markdown::paragraphs([heading, list(others.iter().map(item), found.count() - 1, MOST_LISTED)])
}

/// What a link that does not resolve may have meant. That it is broken, its diagnostic has said.
fn broken(analysis: &Analysis, from: NoteId, target: &str, found: &Resolution) -> Markdown {
    if !analysis.complete {
        return Markdown::new().code(target).text(" not found yet; the vault is still being indexed.");
    }
    if found.names_file {
        let near = nearest::files(analysis, from, target, MOST_NEAREST).into_iter();
        let near = did_you_mean(near.map(|path| Markdown::new().code(path)));
        return if near.is_empty() { Markdown::new().text("No file has a similar name.") } else { near };
    }
    let near = nearest::notes(analysis, from, target, MOST_NEAREST);
    let near = near.iter().map(|&note| link_to(analysis, note, Markdown::new()));
    let near = did_you_mean(near);
    let near = if near.is_empty() { Markdown::new().text("No note has a similar name.") } else { near };
    let others = match analysis.index.mentions(from, target) {
        0 => String::new(),
        count => counted(count, "other note links to it.", "other notes link to it."),
    };
    Markdown::paragraphs([near, Markdown::new().text(&others)])
}

/// What an anchor that leads nowhere, in a note that is there, may have meant.
fn near_anchors(analysis: &Analysis, note: NoteId, anchor: &str, block: bool) -> Markdown {
    let Some(facts) = analysis.index.facts(note) else { return Markdown::new() };
    let names: Vec<Cow<str>> = match block {
        true => facts.blocks().map(Cow::Borrowed).collect(),
        false => facts.headings().map(|heading| heading.text()).collect(),
    };
    let wanted = anchor.rsplit('#').next().unwrap_or(anchor).trim_start_matches('^');
    let near = nearest::nearest(wanted, names.iter().map(|name| &**name).enumerate(), MOST_ANCHORS);
    did_you_mean(near.into_iter().filter_map(|(at, _)| names.get(at)).map(|name| Markdown::new().text(name)))
}

/// The nearest names, as a question; nothing where there is none.
fn did_you_mean(near: impl Iterator<Item = Markdown>) -> Markdown {
    let names = Markdown::joined(near, &Markdown::new().text(" · "));
    if names.is_empty() { names } else { Markdown::new().text("Did you mean ").then(names).text("?") }
}
