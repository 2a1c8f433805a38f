//! Completion of notes, headings, blocks and aliases inside a wikilink, of destinations, labels, tags,
//! footnotes, callouts, front matter and timestamps.
//!
//! [`context`] finds which part of a wikilink is being written, [`destination`], [`labels`], [`tags`],
//! [`footnotes`], [`callouts`], [`front_matter`] and [`timestamps`] the same for theirs; the other modules say what to offer.
use super::{Analysis, Cursor, Markdown, hover};
use crate::index::NoteId;
use crate::text::Span;
pub(in crate::ide) use anchors::block_without_id;
pub use anchors::give_block_id;
use context::{Context, Part};
pub use cues::{Moment, resolve_moment};
use destination::Destination;
pub(super) use style::{Style, sample};
pub(super) use tags::is_text;

mod anchors;
mod callouts;
pub(super) mod candidates;
mod context;
pub(super) mod cues;
mod destination;
mod files;
mod footnotes;
mod front_matter;
pub(super) mod fuzzy;
mod labels;
mod notes;
mod style;
mod tags;
#[cfg(test)]
mod tests;
mod timestamps;
mod wanted;

/// What to offer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completions {
    /// At most as many as were asked for, best first.
    pub items: Vec<Completion>,
    /// Whether more typing may bring other items.
    pub incomplete: bool,
}

/// What kind of thing an item inserts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A note that is there.
    Note,
    /// A name that links use and no note has yet.
    Wanted,
    /// A heading.
    Heading,
    /// A block.
    Block,
    /// The text behind a pipe.
    Alias,
    /// A file that is no note.
    File,
    /// A tag.
    Tag,
    /// A footnote.
    Footnote,
    /// The label of a reference definition.
    Label,
    /// The type of a callout.
    Callout,
    /// A key of the front matter.
    Key,
    /// A value of the front matter.
    Value,
    /// A moment of a video.
    Moment,
    /// A snippet.
    Snippet,
}

/// An item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What the list shows beside it, dimmed: the path, the level, where it is used.
    pub detail: String,
    /// Its kind.
    pub kind: CompletionKind,
    /// What the client matches the typed text against: begins as the replaced text does.
    pub filter: String,
    /// What is replaced. On one line, and the cursor is in it.
    pub replace: Span,
    /// What is inserted.
    pub insert: String,
    /// The same as a snippet, where that can do more.
    pub snippet: Option<String>,
    /// Characters that take the item and are then typed behind it. Only where what they would take is what
    /// is meant: the part of a link behind which they stand has to be there, or is typed in full.
    pub commit: &'static [&'static str],
    /// A change elsewhere in the note which goes with it.
    pub also: Option<(Span, String)>,
    /// The note it is about, for [`resolve`].
    pub note: Option<NoteId>,
    /// The moment it is about, for [`resolve_moment`].
    pub moment: Option<Moment>,
    /// The block of another note that gets an id with it, by [`give_block_id`]: the note and the id.
    pub block: Option<(NoteId, String)>,
}

/// What to offer at the cursor; `limit` items at most.
pub fn completion(analysis: &Analysis, at: Cursor, limit: usize) -> Completions {
    let Some(document) = analysis.document(at.note) else { return Completions::default() };
    let settings = analysis.settings();
    // Ranked anew with every key, also when all that match are in the list.
    let mut incomplete = true;
    let mut context = Context::find(&document, at.offset, settings);
    // No note of that name: the `#` may be a part of another one's.
    if context.as_ref().is_some_and(|context| {
        context.part == Part::Heading && analysis.resolve(at.note, context.target).note().is_none()
    }) {
        context = Context::with_hash(&document, at.offset, settings);
    }
    let items = if let Some(context) = context {
        incomplete = context.part == Part::Target;
        match context.part {
            Part::Target => notes::offer(analysis, at.note, &context, limit),
            Part::Heading => anchors::headings(analysis, at.note, &context),
            Part::Block => anchors::blocks(analysis, at.note, &context),
            Part::Alias => anchors::aliases(analysis, at.note, &context),
        }
    } else if let Some(items) = front_matter::offer(analysis, at.note, &document, at.offset, limit) {
        incomplete = false;
        items
    } else if let Some(items) = cues::offer(analysis, &document, at, limit) {
        items
    } else if let Some(destination) = Destination::find(&document, at.offset, settings) {
        destination::offer(analysis, at.note, &destination, limit)
    } else if let Some(footnote) = footnotes::find(&document, at.offset, settings) {
        footnotes::offer(&document, &footnote, settings)
    } else if let Some(label) = labels::find(&document, at.offset, settings) {
        labels::offer(&document, &label)
    } else if let Some(callout) = callouts::find(&document, at.offset, settings) {
        callouts::offer(&document, &callout)
    } else if let Some(slot) = tags::find(&document, at.offset, settings) {
        tags::offer(analysis, at.note, &slot, limit)
    } else {
        return Completions::default();
    };
    let incomplete = incomplete || items.len() > limit;
    Completions { items: items.into_iter().take(limit).collect(), incomplete }
}

/// The documentation of an item about `note`: what a hover over a link to it shows.
pub fn resolve(analysis: &Analysis, note: NoteId) -> Option<Markdown> {
    (!analysis.index.path(note).is_empty()).then(|| hover::note_preview(analysis, note))
}

/// What an item is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Slot<'t> {
    /// What it replaces.
    replace: Span,
    /// The part of that before the cursor.
    typed: &'t str,
    /// What it adds behind what it inserts.
    close: &'static str,
}

impl Slot<'_> {
    /// An item that inserts `insert` and closes the link.
    fn item(&self, kind: CompletionKind, label: &str, detail: String, insert: &str) -> Completion {
        let insert = format!("{insert}{}", self.close);
        // Neovim shows the filter in the note while an item is chosen, so the insertion itself is the
        // best one, where it will do.
        let will_do = !self.typed.is_empty() && insert.starts_with(self.typed);
        let filter = if will_do { insert.clone() } else { self.filter(label) };
        Completion {
            label: label.to_owned(),
            detail,
            kind,
            filter,
            replace: self.replace,
            insert,
            snippet: None,
            commit: &[],
            also: None,
            note: None,
            moment: None,
            block: None,
        }
    }

    /// What a client that matches by its own rules matches as well as we did: what is typed, and
    /// behind it the rest of the name, for keys that come before the next answer.
    fn filter(&self, name: &str) -> String {
        let typed = self.typed;
        let same = name.get(..typed.len()).is_some_and(|start| start.to_lowercase() == typed.to_lowercase());
        let rest = if same { name.get(typed.len()..).unwrap_or("") } else { name };
        let gap = if same || typed.is_empty() { "" } else { " " };
        format!("{typed}{gap}{rest}")
    }
}

impl Context<'_> {
    fn slot(&self) -> Slot<'_> {
        Slot { replace: self.replace, typed: self.typed, close: self.close }
    }

    fn item(&self, kind: CompletionKind, label: &str, detail: String, insert: &str) -> Completion {
        self.slot().item(kind, label, detail, insert)
    }

    fn filter(&self, name: &str) -> String {
        self.slot().filter(name)
    }

    /// What may be typed behind the part while an item of it is chosen, where the link goes on behind it.
    fn commit(&self, characters: &'static [&'static str]) -> &'static [&'static str] {
        let ends = self.close.is_empty() && !self.continues && !self.in_table;
        if ends { characters } else { &[] }
    }
}

/// Best first; equal ones stay in their order.
fn by_score(mut items: Vec<(u32, Completion)>) -> Vec<Completion> {
    items.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    items.into_iter().map(|(_, item)| item).collect()
}
