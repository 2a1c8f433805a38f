//! Rename: of what the cursor is on, everywhere it is named. A note is its file and every link to it; a heading,
//! a block, a tag its name and the links or uses that have it.
//!
//! Links keep their own spelling, and only the bytes of the target or anchor change. Absent: how a client
//! applies it.
mod anchors;
#[cfg(test)]
mod cases;
mod disk;
#[cfg(test)]
mod generated;
mod in_place;
mod labels;
mod links;
mod notes;
mod respell;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

pub use disk::moves_of;

use super::symbol::{Part, Symbol, symbol_at};
use super::{Analysis, Cursor, Edit, Move, Reason, SourceChange};
use crate::index::NoteId;
use crate::text::{Span, VaultPath};

/// What would be renamed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prepared {
    /// What is under the cursor.
    pub span: Span,
    /// Its name now.
    pub name: String,
}

/// What a rename at the cursor would rename; `None` where there is nothing.
///
/// # Errors
/// Why it cannot be renamed, in words for the user.
pub fn prepare_rename(analysis: &Analysis, at: Cursor) -> Result<Option<Prepared>, String> {
    let Some((subject, span)) = subject(analysis, at)? else { return Ok(None) };
    Ok(subject.name(analysis).map(|name| Prepared { span, name }))
}

/// What changes where that is called `new`; `None` where there is nothing under the cursor.
///
/// # Errors
/// Why it cannot be called so, in words for the user.
pub fn rename(analysis: &Analysis, at: Cursor, new: &str) -> Result<Option<SourceChange>, String> {
    let Some((subject, _)) = subject(analysis, at)? else { return Ok(None) };
    let new = subject.bare(new.trim());
    if new.is_empty() {
        return Err("the new name is empty".into());
    }
    if new.contains(|c: char| c.is_control()) {
        return Err("a name cannot hold line ends or control characters".into());
    }
    if subject.name(analysis).as_deref() == Some(new) {
        return Ok(Some(SourceChange::default()));
    }
    let renamed = match subject {
        Subject::File(note) => notes::rename_file(analysis, note, new),
        Subject::Attachment(path) => notes::rename_attachment(analysis, &path, new),
        Subject::Title { note, span, name } => notes::rename_title(analysis, note, span, &name, new),
        Subject::Missing(name) => notes::rename_missing(analysis, &name, new),
        Subject::Anchor(symbol) => anchors::rename(analysis, &symbol, new),
        Subject::Tag { tag, .. } => labels::rename_tag(analysis, &tag, new),
        Subject::Footnote(note, label) => labels::rename_footnote(analysis, note, &label, new),
        Subject::Label(note, label) => labels::rename_label(analysis, note, &label, new),
        Subject::Time { note, value, label } => labels::rename_time(analysis, note, value, label, new),
        Subject::LinkTime { note, label, address } => {
            labels::rename_link_time(analysis, note, label, address, new)
        }
    };
    renamed.map(Some)
}

/// What changes where the note or other file at `path` is called `new`, or has that path from the vault's root
/// where `/` is in it. An extension that `new` lacks is its own.
///
/// # Errors
/// Why it cannot be called so, in words for the user.
pub fn rename_path(analysis: &Analysis, path: &VaultPath, new: &str) -> Result<SourceChange, String> {
    notes::rename_path(analysis, path, new.trim())
}

/// The links that follow when files and folders get other paths.
pub fn move_files(analysis: &Analysis, moves: &[Move]) -> SourceChange {
    let followed = links::follow(analysis, moves, None);
    followed.into_change(Vec::new())
}

/// How many links of other notes lead nowhere once `notes` and the other `files` are deleted, and in how many notes.
pub fn broken_without(analysis: &Analysis, notes: &[NoteId], files: &[VaultPath]) -> (usize, usize) {
    links::broken_without(analysis, notes, files)
}

/// What a rename is of.
enum Subject {
    /// A note, by its file.
    File(NoteId),
    /// Another file.
    Attachment(String),
    /// A title or an alias of a note: its bytes, and its text.
    Title { note: NoteId, span: Span, name: String },
    /// A name that links have and no note.
    Missing(String),
    /// A heading, a block, an HTML element.
    Anchor(Symbol),
    /// A tag, as it is compared, and as it is written here.
    Tag { tag: String, written: String },
    /// A footnote, by its label.
    Footnote(NoteId, String),
    /// A reference definition, by its label.
    Label(NoteId, String),
    /// The times of a timestamp.
    Time { note: NoteId, value: Option<Span>, label: Option<Span> },
    /// The text of a link to a second of a video, and that second in its address.
    LinkTime { note: NoteId, label: Span, address: Span },
}

/// What a rename at the cursor is of, and where it stands there.
fn subject(analysis: &Analysis, at: Cursor) -> Result<Option<(Subject, Span)>, String> {
    let Some(document) = analysis.document(at.note) else { return Ok(None) };
    let text = &*document.text;
    let named = symbol_at(analysis, at).filter(|named| named.part != Part::FirstLine);
    let Some(named) = named else {
        // Elsewhere in the front matter, which is about the note as a whole.
        let is_front =
            document.note.front_matter.as_ref().is_some_and(|front| front.span.contains(at.offset));
        let line = document.lines.line(text, document.lines.line_of(at.offset));
        return Ok(is_front.then_some((Subject::File(at.note), line)));
    };
    if named.part == Part::Text {
        return Err(
            "the text of a link is not a name; to rename what it leads to, put the cursor on its target"
                .into(),
        );
    }
    let mut span = named.span;
    let subject = match named.symbol {
        Symbol::Note(_) if named.part == Part::Anchor => {
            return Err("no heading or block matches this anchor, so it cannot be renamed".into());
        }
        Symbol::Note(note) if named.part == Part::Name => {
            let name = notes::title_at(&document, span).ok_or("this title cannot be renamed")?;
            Subject::Title { note, span, name }
        }
        Symbol::Note(note) => Subject::File(note),
        Symbol::Attachment(path) => Subject::Attachment(path.to_string()),
        Symbol::Missing(name) => Subject::Missing(name),
        Symbol::Heading { note, index } if anchors::is_title(analysis, note, index) => {
            let document = analysis.document(note).ok_or("the note cannot be read")?;
            let heading = document.note.headings.get(index).ok_or("this title cannot be renamed")?;
            Subject::Title { note, span: heading.name(&document.text), name: heading.text.clone() }
        }
        symbol @ (Symbol::Heading { .. } | Symbol::Block { .. } | Symbol::Element { .. }) => {
            Subject::Anchor(symbol)
        }
        Symbol::Tag(tag) => {
            let written = span.of(text).trim_start_matches('#').to_owned();
            Subject::Tag { tag, written }
        }
        Symbol::Footnote { note, label } => Subject::Footnote(note, label),
        Symbol::Label { note, label } => Subject::Label(note, label),
        Symbol::Moment { .. } => {
            let Some((value, label)) = labels::times_at(&document, span) else {
                let (label, address) = labels::link_times_at(&document, span)
                    .ok_or("the time of this link is part of its address; edit it there")?;
                return Ok(Some((Subject::LinkTime { note: at.note, label, address }, label)));
            };
            span = [label, value]
                .into_iter()
                .flatten()
                .find(|time| time.touches(at.offset))
                .or(label)
                .or(value)
                .unwrap_or(span);
            Subject::Time { note: at.note, value, label }
        }
    };
    Ok(Some((subject, span)))
}

impl Subject {
    /// A new name without the marks that people type with it, and that are there already.
    fn bare<'n>(&self, new: &'n str) -> &'n str {
        let between = |start, end| new.strip_prefix(start).and_then(|new| new.strip_suffix(end));
        let bare = match self {
            Self::File(_) | Self::Missing(_) => between("[[", "]]"),
            Self::Anchor(Symbol::Block { .. }) => new.strip_prefix('^'),
            Self::Anchor(Symbol::Heading { .. }) | Self::Title { .. } => {
                let text = new.trim_start_matches('#');
                (new.len() - text.len() <= 6 && text.starts_with(' ')).then_some(text)
            }
            Self::Footnote(..) => between("[^", "]").or_else(|| new.strip_prefix('^')),
            Self::Label(..) => between("[", "]"),
            _ => None,
        };
        bare.map_or(new, str::trim)
    }

    /// Its name now.
    fn name(&self, analysis: &Analysis) -> Option<String> {
        match self {
            Self::File(note) => Some(analysis.index.stem(*note).to_owned()),
            Self::Attachment(path) => Some(crate::text::PathText::file_name(path.as_str()).to_owned()),
            Self::Title { name, .. } | Self::Missing(name) => Some(name.clone()),
            Self::Anchor(symbol) => anchors::name(analysis, symbol),
            Self::Tag { written, .. } => Some(written.clone()),
            Self::Footnote(_, label) | Self::Label(_, label) => Some(label.clone()),
            Self::LinkTime { note, label, .. } => {
                let document = analysis.document(*note)?;
                Some(document.text.get(label.range())?.to_owned())
            }
            Self::Time { note, value, label } => {
                let document = analysis.document(*note)?;
                Some(label.or(*value)?.of(&document.text).to_owned())
            }
        }
    }
}
