//! Hovers of links: what they lead to, how they were found, why they lead nowhere.
use super::excerpt::{code_span, escape};
use super::{Analysis, Document, MOST_LISTED, counted, join, link_to, list, note};
use crate::ide::nearest;
use crate::index::{AnchorOutcome, NoteId, Resolution, Slug, Tier, resolve_anchor};
use crate::syntax::Link;

/// Nearest names that a broken link's hover offers.
const MOST_NEAREST: usize = 5;

/// Nearest headings or blocks that a broken anchor's hover offers.
const MOST_ANCHORS: usize = 3;

/// What `link` of the note `from` leads to.
pub(super) fn of_link(analysis: &Analysis, document: &Document, from: NoteId, link: &Link) -> Option<String> {
    let target = link.target_text(&document.text);
    if target.is_empty() && link.anchor.is_none() {
        return None;
    }
    let found = analysis.index.resolve(from, &target);
    if let Some(path) = &found.attachment {
        return Some(format!("**{}**  \n{}", escape(file_name(path)), code_span(path)));
    }
    let Some(to) = found.note() else { return Some(broken(analysis, from, &target, &found)) };
    let candidates =
        if found.ambiguous { candidates(analysis, &target, &found.notes) } else { String::new() };
    let anchor = link.anchor_text(&document.text).zip(link.anchor.as_ref());
    let outcome =
        analysis.index.facts(to).zip(anchor).map_or(AnchorOutcome::None, |(facts, (name, anchor))| {
            resolve_anchor(facts, &name, anchor.block, !link.is_wiki())
        });
    let part = match outcome {
        AnchorOutcome::Heading(heading) => note::section(analysis, to, heading),
        AnchorOutcome::Block(block) => note::block(analysis, to, block),
        AnchorOutcome::Missing => {
            let anchor = link.anchor_text(&document.text).unwrap_or_default();
            let block = link.anchor.as_ref().is_some_and(|anchor| anchor.block);
            let missing = missing_anchor(analysis, to, &anchor, block);
            Some(join([missing, "---".to_owned(), note::preview(analysis, to)]))
        }
        AnchorOutcome::None => None,
    };
    let shown = part.unwrap_or_else(|| note::preview(analysis, to));
    Some(join([candidates, shown, how_found(analysis, &target, to, &found)]))
}

/// Why a link that is not written as a file is named was found all the same.
fn how_found(analysis: &Analysis, target: &str, to: NoteId, found: &Resolution) -> String {
    let stem = code_span(analysis.index.stem(to));
    let slug = Slug::of(target);
    match found.tier {
        Some(Tier::StemSlug) => format!("≈ *found by its slug; the file is called* {stem}"),
        Some(Tier::Title) => {
            let title = Slug::of(analysis.index.title(to)) == slug;
            let name = if title { "title" } else { "alias" };
            format!("≈ *found by its {name}; the file is called* {stem}")
        }
        Some(Tier::Squashed) => {
            format!("≈ *found by its letters alone, without blanks and hyphens; the file is called* {stem}")
        }
        _ => String::new(),
    }
}

/// The notes that an ambiguous link may mean.
fn candidates(analysis: &Analysis, target: &str, notes: &[NoteId]) -> String {
    let index = &analysis.index;
    let item = |&note: &NoteId| format!("{} · {}", link_to(analysis, note), code_span(index.path(note)));
    let heading = format!(
        "**Ambiguous link**: {} notes answer to {}. It leads to the first.",
        notes.len(),
        code_span(target)
    );
    join([heading, list(notes.iter().map(item), notes.len(), MOST_LISTED), "---".to_owned()])
}

/// Why a link leads nowhere, and what may have been meant.
fn broken(analysis: &Analysis, from: NoteId, target: &str, found: &Resolution) -> String {
    let name = code_span(target);
    if !analysis.complete {
        return format!("{name} is not found so far. The vault is still being read.");
    }
    if found.names_file {
        return format!("**Broken link**: there is no file {name} in this vault.");
    }
    let near = nearest::notes(analysis, from, target, MOST_NEAREST);
    let near: Vec<_> = near.iter().map(|&note| link_to(analysis, note)).collect();
    let others = match analysis.index.mentions(from, target) {
        0 => String::new(),
        count => format!(" {}.", counted(count, "other note links to it too", "other notes link to it too")),
    };
    join([format!("**Broken link**: no note is called {name}.{others}"), did_you_mean(&near)])
}

/// Why an anchor leads nowhere in a note that is there, and what may have been meant.
fn missing_anchor(analysis: &Analysis, note: NoteId, anchor: &str, block: bool) -> String {
    let kind = if block { "block" } else { "heading" };
    let name = code_span(anchor.trim_start_matches('^'));
    let Some(facts) = analysis.index.facts(note) else { return String::new() };
    let names: Vec<&str> = if block {
        facts.blocks.iter().map(|(id, _)| &**id).collect()
    } else {
        facts.headings.iter().map(|heading| facts.heading_text(heading)).collect()
    };
    let wanted = anchor.rsplit('#').next().unwrap_or(anchor).trim_start_matches('^');
    let near = nearest::nearest(wanted, names.iter().copied().enumerate(), MOST_ANCHORS);
    let near: Vec<_> =
        near.into_iter().filter_map(|(at, _)| names.get(at).map(|name| escape(name))).collect();
    let holder = escape(analysis.index.title(note));
    join([format!("**Broken link**: *{holder}* has no {kind} {name}."), did_you_mean(&near)])
}

/// The nearest names, as a question; nothing where there is none.
fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("Did you mean {}?", near.join(" · ")) }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
