//! Headings, blocks and aliases of the note that a link's target names.
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::context::Context;
use super::fuzzy::Query;
use super::{Completion, CompletionKind, by_score};
use crate::ide::{Analysis, Document, SourceChange, excerpt, prose, spelling};
use crate::index::{Anchors, NoteId};
use crate::syntax;
use crate::text::{PathText, Span};

/// Notes whose links are read for the aliases that they use.
const MOST_READ: usize = 48;

/// Lines of a note that are looked at for blocks without an id.
const MOST_BLOCKS: usize = 2000;

/// Characters of a block that its item shows.
const BLOCK: usize = 60;

/// The headings of the note, best match first, else in their order.
pub(super) fn headings(analysis: &Analysis, from: NoteId, context: &Context) -> Vec<Completion> {
    let Some(facts) = target(analysis, from, context).and_then(|note| analysis.index.facts(note)) else {
        return Vec::new();
    };
    // Of `H1#par` only the last part is still being looked for.
    let mut query = Query::new(context.typed.rsplit('#').next().unwrap_or(""));
    let anchors = Anchors::new(facts);
    let items = anchors.outline().iter().enumerate().filter_map(|(at, heading)| {
        let text = heading.text();
        let score = query.score(&text)?;
        let insert = spelling::heading(&anchors, at)?;
        let detail = "#".repeat(usize::from(heading.level));
        let mut item = context.item(CompletionKind::Heading, &text, detail, &insert);
        item.commit = context.commit(&["|"]);
        Some((score, item))
    });
    by_score(items.collect())
}

/// The blocks of the note that have an id, and those that can get one.
pub(super) fn blocks(analysis: &Analysis, from: NoteId, context: &Context) -> Vec<Completion> {
    let Some(note) = target(analysis, from, context) else { return Vec::new() };
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut query = Query::new(context.typed.trim_start_matches('^'));
    let items = document.note.blocks.iter().filter_map(|block| {
        let (id, text) = (block.id.of(&document.text), excerpt::plain(&document, block.block));
        let score = query.score(id).max(query.score(&text))?;
        let detail = prose::shorten(&text, BLOCK);
        let mut item = context.item(CompletionKind::Block, &format!("^{id}"), detail, &format!("^{id}"));
        item.commit = context.commit(&["|"]);
        Some((score, item))
    });
    let mut items = by_score(items.collect());
    let cursor = (note == from).then_some(context.replace.start());
    let others = without_id(analysis, &document, cursor, MOST_BLOCKS).into_iter();
    let others = others.filter_map(|FreeBlock { span, id, text }| {
        let score = query.score(&text)?;
        let label = prose::shorten(&text, BLOCK);
        let mut item =
            context.item(CompletionKind::Block, &label, "new block ID".to_owned(), &format!("^{id}"));
        item.filter = context.filter(&text);
        // An item can itself change no other note than the one in which it is picked.
        match note == from {
            true => item.also = Some((Span::at(span.end()), format!(" ^{id}"))),
            false => item.block = Some((note, id)),
        }
        Some((score, item))
    });
    items.extend(by_score(others.collect()));
    items
}

/// The change that gives a block of `note` the `id` that an item of [`completion`](super::completion) has
/// named; `Ok(None)` where it has that id.
///
/// # Errors
///
/// In words for the user, where there is no such block any more.
pub fn give_block_id(analysis: &Analysis, note: NoteId, id: &str) -> Result<Option<SourceChange>, String> {
    let gone = || format!("the block in {} has changed; complete the link again", analysis.index.path(note));
    let document = analysis.document(note).ok_or_else(gone)?;
    if document.note.blocks.iter().any(|block| block.id.of(&document.text).eq_ignore_ascii_case(id)) {
        return Ok(None);
    }
    let mut blocks = without_id(analysis, &document, None, MOST_BLOCKS).into_iter();
    let end = blocks.find(|block| block.id == id).ok_or_else(gone)?.span.end();
    Ok(Some(SourceChange::edit(note, vec![(Span::at(end), format!(" ^{id}"))])))
}

/// A block without an id.
pub(in crate::ide) struct FreeBlock {
    /// Its bytes; at their end the id would stand, behind a blank.
    pub(in crate::ide) span: Span,
    /// The id that it would get.
    pub(in crate::ide) id: String,
    text: String,
}

/// The innermost block at `offset` that has no id and can get one.
pub(in crate::ide) fn block_without_id(
    analysis: &Analysis,
    document: &Document,
    offset: usize,
) -> Option<FreeBlock> {
    let blocks = without_id(analysis, document, None, usize::MAX).into_iter();
    blocks.filter(|block| block.span.touches(offset)).min_by_key(|block| block.span.len())
}

/// The blocks of the note without an id, of its first `most` lines. Not the one that holds the cursor, and no
/// headings, which links name by their text.
fn without_id(
    analysis: &Analysis,
    document: &Document,
    cursor: Option<usize>,
    most: usize,
) -> Vec<FreeBlock> {
    let text = &*document.text;
    let own = &document.note.blocks;
    let body = document.note.front_matter.as_ref().map_or(0, |front| front.span.end());
    let taken: FxHashSet<&str> = own.iter().map(|block| block.id.of(text)).collect();
    let named: FxHashSet<usize> = own.iter().map(|block| block.span.end()).collect();
    let mut with_ids = String::with_capacity(text.len());
    // What is added at the ends of lines: where, the id, and where that is in the new text.
    let mut added: Vec<(usize, String, usize)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (kept, blank) = line.split_at(line.trim_end().len());
        let end = start + kept.len();
        let holds_cursor = cursor.is_some_and(|cursor| (start..=start + line.len()).contains(&cursor));
        with_ids.push_str(kept);
        // What closes front matter, code or math would do so no more.
        let is_fence = ["```", "~~~", "$$"].iter().any(|fence| kept.trim_start().starts_with(fence));
        let closes = is_fence || start < body;
        let is_text = !kept.is_empty() && !kept.starts_with('#') && !closes && !holds_cursor;
        if is_text && !named.contains(&end) && added.len() < most {
            let id = new_id(kept, added.len());
            if !taken.contains(&*id) {
                with_ids.push_str(" ^");
                added.push((end, id.clone(), with_ids.len()));
                with_ids.push_str(&id);
            }
        }
        with_ids.push_str(blank);
        start += line.len();
    }
    // The reader of notes knows which lines end a block.
    let note = syntax::parse(&with_ids, &analysis.settings().syntax_options());
    let found = note.blocks.iter().filter_map(|block| {
        let at = added.binary_search_by_key(&block.id.start(), |(.., at)| *at).ok()?;
        let (end, id, _) = added.get(at)?;
        let above = added.partition_point(|(.., at)| *at < block.block.start());
        let first = block.block.start().checked_sub(above * (" ^".len() + ID))?;
        let span = Span::new(first, *end);
        let text = excerpt::plain(document, span);
        let holds_cursor = cursor.is_some_and(|cursor| (first..=*end).contains(&cursor));
        (!holds_cursor && !text.is_empty()).then(|| FreeBlock { span, id: id.clone(), text })
    });
    found.collect()
}

/// Characters of an id that is made.
const ID: usize = 6;

/// The id that a line gets: the same each time it is asked for.
fn new_id(line: &str, number: usize) -> String {
    let hash = FxBuildHasher.hash_one((line, number));
    format!("{:0ID$x}", hash >> (64 - 4 * ID))
}

/// What a link to the note may say: its title, its aliases, and what other links to it say.
pub(super) fn aliases(analysis: &Analysis, from: NoteId, context: &Context) -> Vec<Completion> {
    let mut query = Query::new(context.typed);
    let mut names: Vec<(String, String)> = Vec::new();
    match target(analysis, from, context) {
        Some(note) => {
            names.push((analysis.index.title(note).to_owned(), "title".to_owned()));
            let aliases = analysis.index.facts(note).into_iter().flat_map(|facts| facts.aliases());
            names.extend(aliases.map(|alias| (alias.to_string(), "alias".to_owned())));
            let used = used_aliases(analysis, from, note, context.replace);
            names.extend(used.into_iter().map(|(name, count)| (name, format!("used {count}×"))));
        }
        None => names.push((context.target.replace('_', " "), "file name".to_owned())),
    }
    let mut seen = FxHashSet::default();
    names.retain(|(name, _)| is_writable_alias(name) && seen.insert(name.clone()));
    let items = names.into_iter().filter_map(|(name, detail)| {
        let score = query.score(&name)?;
        let insert = if context.in_table { name.replace('|', "\\|") } else { name.clone() };
        Some((score, context.item(CompletionKind::Alias, &name, detail, &insert)))
    });
    by_score(items.collect())
}

/// Links to a note among which aliases are looked for.
const MOST_LINKS: usize = 1000;

/// Notes around the one that is written in whose aliases are known in any case.
const MOST_AROUND: usize = 200;

/// Whether a link can hold `name` behind its pipe.
fn is_writable_alias(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(['[', ']', '\n', '\r'])
}

/// The aliases of links to `note`, most used first, by the texts of [`MOST_READ`] notes at most:
/// those of the folder of `from` first. The alias that is being written, at `writing`, is none yet.
fn used_aliases(analysis: &Analysis, from: NoteId, note: NoteId, writing: Span) -> Vec<(String, usize)> {
    let index = &analysis.index;
    let folder = |note| index.path(note).folder();
    let mut backlinks = index.some_backlinks(note, MOST_LINKS);
    // Of a note that very many link to, those from around here need not be among them.
    let is_hub = backlinks.len() >= MOST_LINKS;
    let around = index.below(folder(from)).take(if is_hub { MOST_AROUND } else { 0 });
    let around = around.chain([from, note]).filter(|near| is_hub || *near == note);
    backlinks.extend(around.flat_map(|near| index.links_between(near, note)));
    backlinks.sort_unstable();
    backlinks.dedup();
    backlinks.sort_by_key(|backlink| (folder(backlink.from) != folder(from), *backlink));
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    let mut read: Vec<NoteId> = Vec::new();
    let (mut document, mut places) = (None, Vec::new());
    for backlink in backlinks {
        if read.last() != Some(&backlink.from) {
            if read.len() == MOST_READ {
                break;
            }
            read.push(backlink.from);
            document = analysis.unread(backlink.from);
            places =
                index.facts(backlink.from).map_or_else(Vec::new, |facts| facts.places().links().collect());
        }
        let Some((document, &place)) = document.as_deref().zip(places.get(backlink.link)) else { continue };
        let span = document.span(place);
        if backlink.from == from && span.covers(writing) {
            continue;
        }
        // A file that changed since it was read may have something else there.
        let link = span
            .of(&document.text)
            .trim_start_matches('!')
            .strip_prefix("[[")
            .and_then(|l| l.strip_suffix("]]"));
        if let Some((_, alias)) = link.and_then(|link| link.split_once('|')) {
            *counts.entry(alias.trim().replace("\\|", "|")).or_default() += 1;
        }
    }
    let mut used: Vec<_> = counts.into_iter().collect();
    used.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    used
}

/// The note that the target of the link names; the note itself for `[[#`.
fn target(analysis: &Analysis, from: NoteId, context: &Context) -> Option<NoteId> {
    analysis.resolve(from, context.target).note()
}
