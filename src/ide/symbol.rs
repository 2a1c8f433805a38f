//! What the cursor names, by resolution and not by spelling: the one reading that references, highlights,
//! renames and hierarchies share. Absent: where else that is named.
use super::cursor::{CursorTarget, names_note, target_at, timestamp_of};
use super::definition::reference_at;
use super::{Analysis, Cursor, Document};
use crate::index::{AnchorOutcome, Moments, NoteId, Tier, Wanted, caseless, resolve_anchor};
use crate::sources::SourceId;
use crate::syntax::{Footnote, Link, LinkKind, Reference, Timestamp, VideoLink};
use crate::text::{Span, VaultPath};

/// Something that a vault has a name for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Symbol {
    /// A note.
    Note(NoteId),
    /// The heading with this index in [`Facts::headings`](crate::index::Facts::headings).
    Heading {
        /// The note that holds it.
        note: NoteId,
        /// Its index.
        index: usize,
    },
    /// The block with this index in [`Facts::blocks`](crate::index::Facts::blocks).
    Block {
        /// The note that holds it.
        note: NoteId,
        /// Its index.
        index: usize,
    },
    /// The HTML element with this index in [`Facts::element_ids`](crate::index::Facts::element_ids).
    Element {
        /// The note that holds it.
        note: NoteId,
        /// Its index.
        index: usize,
    },
    /// A tag with all below it, in lower case and without `#`.
    Tag(String),
    /// A footnote, by its label in lower case.
    Footnote {
        /// The note that holds it.
        note: NoteId,
        /// Its label.
        label: String,
    },
    /// A reference definition (`[label]: …`), by its label as CommonMark compares it.
    Label {
        /// The note that holds it.
        note: NoteId,
        /// Its label.
        label: String,
    },
    /// A second of a video.
    Moment {
        /// The number of the source's kind.
        kind: u8,
        /// Its id.
        video: String,
        /// Seconds from its start.
        seconds: u32,
    },
    /// A file that is no note, relative to the vault.
    Attachment(VaultPath),
    /// A name or path that leads nowhere, as a link has it.
    Missing(String),
}

/// What of it is under the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The target of a link, or its brackets.
    Target,
    /// The anchor of a link; where it leads nowhere, the symbol is the note.
    Anchor,
    /// The alias or text of a link.
    Text,
    /// The name itself: a title, an alias of the front matter, a heading, an id, a tag, a label, a timestamp.
    Name,
    /// The first line of a note, where that is none of these.
    FirstLine,
}

/// What the cursor names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// What it is.
    pub symbol: Symbol,
    /// What of it is under the cursor.
    pub part: Part,
    /// The bytes of that part: of a heading its name, of a front-matter value its quotes too.
    pub span: Span,
    /// The link, by its index in [`Note::links`](crate::syntax::Note::links).
    pub link: Option<usize>,
}

/// What the cursor names.
pub fn symbol_at(analysis: &Analysis, at: Cursor) -> Option<Named> {
    let document = analysis.document(at.note)?;
    let (text, note) = (&*document.text, &document.note);
    let named = |symbol, span| Some(Named { symbol, part: Part::Name, span, link: None });
    let target = target_at(note, at.offset);
    if let Some(reference) = reference_at(&document, at.offset, target) {
        let span = reference_label(text, reference);
        return named(label_symbol(at.note, text, reference.definition), span);
    }
    let of_target = target.and_then(|target| match target {
        CursorTarget::Link(index, link) => of_link(analysis, &document, at, index, link),
        CursorTarget::Timestamp(timestamp) => of_timestamp(&document, timestamp),
        CursorTarget::Video(video) => of_video(text, video),
        CursorTarget::Tag(tag) => named(Symbol::Tag(tag_name(tag.name.of(text))), tag.name),
        CursorTarget::Footnote(footnote) => named(footnote_symbol(at.note, text, footnote), footnote.label),
    });
    of_target.or_else(|| of_definition(&document, at)).or_else(|| of_place(&document, at))
}

/// What a link names where the cursor is.
fn of_link(analysis: &Analysis, document: &Document, at: Cursor, index: usize, link: &Link) -> Option<Named> {
    let text = &*document.text;
    if let Some(timestamp) = timestamp_of(document, link)
        && !names_note(analysis, document, at.note, timestamp)
    {
        return of_timestamp(document, timestamp);
    }
    if link.kind == LinkKind::Definition
        && let Some(label) = definition_label(text, link.span).filter(|label| at.offset <= label.end() + 1)
    {
        let symbol = label_symbol(at.note, text, link.span);
        return Some(Named { symbol, part: Part::Name, span: label, link: None });
    }
    let (part, span) = part_at(link, at.offset);
    let symbol = match part {
        Part::Target => target_of(analysis, document, at.note, link)?,
        _ => lead_of(analysis, document, at.note, link)?,
    };
    Some(Named { symbol, part, span, link: Some(index) })
}

/// Which part of a link the cursor is on.
fn part_at(link: &Link, offset: usize) -> (Part, Span) {
    if let Some(alias) = link.alias
        && (alias.touches(offset) || !link.span.covers(link.target))
    {
        return (Part::Text, alias);
    }
    let before_alias = link.alias.is_none_or(|alias| !link.is_wiki() || offset < alias.start());
    let behind_target = offset > link.target.end() || link.target.is_empty();
    match &link.anchor {
        Some(anchor) if behind_target && before_alias => (Part::Anchor, anchor.span),
        _ => (Part::Target, link.target),
    }
}

/// What the target of a link leads to, whatever its anchor.
pub(super) fn target_of(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    link: &Link,
) -> Option<Symbol> {
    let wanted = Wanted::of(link, &document.text);
    let found = analysis.resolve_wanted(note, &wanted);
    if let Some(attachment) = found.attachment {
        return (found.tier == Some(Tier::Attachment)).then_some(Symbol::Attachment(attachment));
    }
    Some(
        found.notes.first().map_or_else(|| Symbol::Missing(wanted.name.into_owned()), |to| Symbol::Note(*to)),
    )
}

/// What a link leads to: the place that its anchor names; without one, or where that is missing, the note.
fn lead_of(analysis: &Analysis, document: &Document, note: NoteId, link: &Link) -> Option<Symbol> {
    let target = target_of(analysis, document, note, link)?;
    let Symbol::Note(to) = target else { return Some(target) };
    let anchor = link.anchor.as_ref().zip(link.anchor_text(&document.text));
    let Some((facts, (anchor, text))) = analysis.index.facts(to).zip(anchor) else { return Some(target) };
    Some(symbol_of_anchor(to, resolve_anchor(facts, &text, anchor.block, !link.is_wiki())))
}

/// What an anchor leads to in `note`.
pub(super) fn symbol_of_anchor(note: NoteId, found: AnchorOutcome) -> Symbol {
    match found {
        AnchorOutcome::Heading(index) => Symbol::Heading { note, index },
        AnchorOutcome::Block(index) => Symbol::Block { note, index },
        AnchorOutcome::Element(index) => Symbol::Element { note, index },
        AnchorOutcome::Missing | AnchorOutcome::None => Symbol::Note(note),
    }
}

fn of_timestamp(document: &Document, timestamp: &Timestamp) -> Option<Named> {
    let seconds = Moments::of(&document.text, &document.note).get(&document.text, timestamp)?;
    let symbol = moment(document.video()?, seconds);
    Some(Named { symbol, part: Part::Name, span: timestamp.span, link: None })
}

fn of_video(text: &str, video: &VideoLink) -> Option<Named> {
    let symbol = moment(video.source(text), video.moment?);
    Some(Named { symbol, part: Part::Name, span: video.span, link: None })
}

fn moment(source: SourceId<'_>, seconds: u32) -> Symbol {
    Symbol::Moment { kind: source.kind, video: source.id.to_owned(), seconds }
}

/// The definition of a label that leads out of the vault; others are links.
fn of_definition(document: &Document, at: Cursor) -> Option<Named> {
    let (text, mut references) = (&*document.text, document.note.references.iter());
    let definition = references.find(|reference| reference.definition.touches(at.offset))?.definition;
    let span = definition_label(text, definition)?;
    Some(Named { symbol: label_symbol(at.note, text, definition), part: Part::Name, span, link: None })
}

/// What is defined where the cursor is: an id, a heading, a name of the note.
fn of_place(document: &Document, at: Cursor) -> Option<Named> {
    let (note, text) = (&document.note, &*document.text);
    let here = Symbol::Note(at.note);
    let named = |symbol, span| Some(Named { symbol, part: Part::Name, span, link: None });
    let block = note.blocks.iter().enumerate().find(|(_, block)| block.span.touches(at.offset));
    if let Some((index, block)) = block {
        return named(Symbol::Block { note: at.note, index }, block.id);
    }
    let mut elements = note.element_ids.iter().enumerate();
    let by_id = elements.clone().find(|(_, element)| element.id.touches(at.offset));
    if let Some((index, element)) =
        by_id.or_else(|| elements.find(|(_, element)| element.tag.contains(at.offset)))
    {
        return named(Symbol::Element { note: at.note, index }, element.id);
    }
    let front = note.front_matter.as_ref();
    let title = front.and_then(|front| front.title.as_ref());
    let mut names = title.into_iter().chain(front.into_iter().flat_map(|front| &front.aliases));
    if let Some(name) = names.find(|name| name.span.touches(at.offset)) {
        return named(here, name.span);
    }
    let heading = note.headings.iter().enumerate().find(|(_, heading)| heading.span.touches(at.offset));
    if let Some((index, heading)) = heading {
        let is_title = title.is_none_or(|title| title.text.trim().is_empty())
            && note.title_heading(text).is_some_and(|title| title.span == heading.span);
        let symbol = if is_title { here } else { Symbol::Heading { note: at.note, index } };
        return named(symbol, heading.name(text));
    }
    let first = document.lines.line(text, 0);
    let is_first = document.lines.line_of(at.offset) == 0;
    is_first.then_some(Named { symbol: here, part: Part::FirstLine, span: first, link: None })
}

/// A tag as tags are compared.
pub(super) fn tag_name(tag: &str) -> String {
    caseless(tag).into_owned()
}

/// The footnote that `footnote` defines or refers to.
pub(super) fn footnote_symbol(note: NoteId, text: &str, footnote: &Footnote) -> Symbol {
    Symbol::Footnote { note, label: footnote.label.of(text).to_lowercase() }
}

/// The label of a definition.
pub(super) fn label_symbol(note: NoteId, text: &str, definition: Span) -> Symbol {
    let label = definition_label(text, definition).map_or("", |label| label.of(text));
    let words: Vec<_> = label.split_whitespace().map(str::to_lowercase).collect();
    Symbol::Label { note, label: words.join(" ") }
}

/// Where the label of a definition stands, without brackets.
pub(super) fn definition_label(text: &str, definition: Span) -> Option<Span> {
    let definition_text = definition.of(text);
    let start = definition_text.find('[')? + 1;
    let length = definition_text.get(start..)?.find("]:")?;
    Some(Span::new(definition.start() + start, definition.start() + start + length))
}

/// Where a reference has its label, without brackets: behind its text, or in its place.
pub(super) fn reference_label(text: &str, reference: &Reference) -> Span {
    let own = Span::new(reference.text_end as usize + 1, reference.span.end().saturating_sub(1));
    if own.is_empty() || own.end() > reference.span.end() || own.of(text).is_empty() {
        let image = usize::from(reference.span.of(text).starts_with('!'));
        let start = reference.span.start() + 1 + image;
        return Span::new(start, (reference.text_end as usize).saturating_sub(1));
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// What is under the cursor: the symbol, the part of it and its text.
    fn named(source: &str) -> String {
        let fixture = Fixture::new(&format!("{source}{VAULT}"));
        let at = fixture.cursor();
        let Some(named) = symbol_at(&fixture.analysis, at) else { return "nothing".to_owned() };
        let index = &fixture.analysis.index;
        let symbol = match named.symbol {
            Symbol::Note(note) => index.path(note).to_owned(),
            Symbol::Heading { note, index: at } => format!("{} heading {at}", index.path(note)),
            Symbol::Block { note, index: at } => format!("{} block {at}", index.path(note)),
            Symbol::Element { note, index: at } => format!("{} element {at}", index.path(note)),
            Symbol::Footnote { label, .. } => format!("footnote {label}"),
            Symbol::Label { label, .. } => format!("label {label}"),
            Symbol::Tag(tag) => format!("tag {tag}"),
            Symbol::Moment { video, seconds, .. } => format!("{video} {seconds}"),
            Symbol::Attachment(path) => format!("file {}", &*path),
            Symbol::Missing(name) => format!("missing {name}"),
        };
        let text = named.span.of(fixture.text(index.path(at.note))).to_owned();
        format!("{symbol}, {:?} `{text}`", named.part)
    }

    const VAULT: &str = "\n//- x/to.md\n# To\n## Part\ntext ^id\n\n<a name=\"el\"></a>\n//- p.png\n";

    #[test]
    fn the_part_under_the_cursor() {
        for (text, expected) in [
            ("[[t$0o#part|text]]", "x/to.md, Target `to`"),
            ("[$0[to#part|text]]", "x/to.md, Target `to`"),
            ("[[to$0#part|text]]", "x/to.md, Target `to`"),
            ("[[to#$0part|text]]", "x/to.md heading 1, Anchor `part`"),
            ("[[to#part$0|text]]", "x/to.md heading 1, Anchor `part`"),
            ("[[to#part|te$0xt]]", "x/to.md heading 1, Text `text`"),
            ("[[to#part]$0]", "x/to.md heading 1, Anchor `part`"),
            ("[[to#no$0where]]", "x/to.md, Anchor `nowhere`"),
            ("![[to#^i$0d]]", "x/to.md block 0, Anchor `^id`"),
            ("[[to#e$0l]]", "x/to.md element 0, Anchor `el`"),
            ("[te$0xt](x/to.md#part)", "x/to.md heading 1, Text `text`"),
            ("[text](<x/t$0o.md#part>)", "x/to.md, Target `x/to.md`"),
            ("[text](x/to.md#p$0art)", "x/to.md heading 1, Anchor `part`"),
            ("[te$0xt][l]\n\n[l]: x/to.md", "x/to.md, Text `text`"),
            ("[text][l$0]\n\n[l]: x/to.md", "label l, Name `l`"),
            ("[text][l]\n\n[l$0]: x/to.md", "label l, Name `l`"),
            ("[text][l]\n\n[l]: x/$0to.md", "x/to.md, Target `x/to.md`"),
            ("[[$0#Own]]\n# Own", "note.md heading 0, Anchor `Own`"),
            ("![[p$0.png]]", "file p.png, Target `p.png`"),
            ("[[go$0ne#x]]", "missing gone, Target `gone`"),
            ("| a |\n| --- |\n| [[to\\|te$0xt]] |", "x/to.md, Text `text`"),
        ] {
            assert_eq!(named(&format!("\n{text}\n")), expected, "{text}");
        }
    }

    #[test]
    fn what_is_defined_under_the_cursor() {
        for (text, expected) in [
            ("# Ti$0tle", "note.md, Name `Title`"),
            ("#$0# Part", "note.md heading 0, Name `Part`"),
            ("---\ntitle: \"Ti$0tle\"\n---\n# Title", "note.md, Name `\"Title\"`"),
            ("---\ntitle: Title\n---\n# Ti$0tle", "note.md heading 0, Name `Title`"),
            ("---\naliases: [one, t$0wo]\n---", "note.md, Name `two`"),
            ("---\ntags: [A$0/b]\n---", "tag a/b, Name `A/b`"),
            ("$0---\ntitle: x\n---", "note.md, FirstLine `---`"),
            ("fir$0st", "note.md, FirstLine `first`"),
            ("x #Ta$0g", "tag tag, Name `Tag`"),
            ("x ^i$0d", "note.md block 0, Name `id`"),
            ("x\n<a id=\"e$0\">", "note.md element 0, Name `e`"),
            ("x[^No$0te]\n\n[^note]: y", "footnote note, Name `Note`"),
            ("[a][b]\n\n[b$0]: https://x.y", "label b, Name `b`"),
            ("---\nvideoId: dQw4w9WgXcQ\n---\n[00:$005]", "dQw4w9WgXcQ 5, Name `[00:05]`"),
            ("---\nvideoId: dQw4w9WgXcQ\n---\n[[00:$005]]", "dQw4w9WgXcQ 5, Name `[[00:05]]`"),
            ("x\n\n`[[t$0o]]`", "nothing"),
        ] {
            assert_eq!(named(&format!("{text}\n")), expected, "{text}");
        }
    }
}
