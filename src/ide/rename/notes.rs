//! Renames of notes and files, by their file or by a title.

use super::anchors::{Named, Renamed};
use super::in_place::links_in;
use super::links::{self, Followed, Retitled};
use super::{Edit, Move, Reason, SourceChange, respell};
use crate::ide::actions::is_safe;
use crate::ide::references::{Role, occurrences};
use crate::ide::symbol::Symbol;
use crate::ide::{Analysis, Document, spelling};
use crate::index::{AnchorOutcome, Facts, NoteId, Wanted, caseless, slug};
use crate::syntax::{Heading, Link};
use crate::text::{PathText, Span};

/// Gives the file of a note another name, and its links.
pub(super) fn rename_file(analysis: &Analysis, note: NoteId, new: &str) -> Result<SourceChange, String> {
    let new = analysis.settings().note_stem(new).unwrap_or(new);
    moved(analysis, note_move(analysis, note, new)?)
}

/// Gives a file that is no note another name, and its links.
pub(super) fn rename_attachment(analysis: &Analysis, path: &str, new: &str) -> Result<SourceChange, String> {
    // Without an extension it would be another kind of file.
    let new = match (path.extension(), new.extension()) {
        (Some(extension), None) => format!("{new}.{extension}"),
        _ => new.to_owned(),
    };
    moved(analysis, file_move(analysis, path, &new)?)
}

/// Gives the note or other file at `path` another name, or another path where `new` holds `/`.
pub(super) fn rename_path(analysis: &Analysis, path: &str, new: &str) -> Result<SourceChange, String> {
    let own_extension = match analysis.index.note(path) {
        Some(note) => path.file_name().strip_prefix(analysis.index.stem(note)).unwrap_or_default().to_owned(),
        None => path.extension().map(|extension| format!(".{extension}")).unwrap_or_default(),
    };
    let is_whole = match analysis.index.note(path) {
        Some(_) => analysis.settings().is_note(new.file_name()),
        None => new.extension().is_some(),
    };
    let new = if is_whole { new.to_owned() } else { format!("{new}{own_extension}") };
    if !new.contains('/') {
        return moved(analysis, file_move(analysis, path, &new)?);
    }
    let folder = new.trim_start_matches('/').folder().to_owned();
    if folder.split('/').any(|part| !part.is_empty() && !is_safe(part)) {
        return Err(format!("`{folder}` is not a valid path on all systems"));
    }
    moved(analysis, move_into(analysis, path, &folder, new.file_name())?)
}

fn moved(analysis: &Analysis, own: Move) -> Result<SourceChange, String> {
    let followed = links::follow(analysis, std::slice::from_ref(&own), None);
    Ok(followed.into_change(vec![own]))
}

/// The move by which a note gets the file stem `stem`.
fn note_move(analysis: &Analysis, note: NoteId, stem: &str) -> Result<Move, String> {
    let path = analysis.index.path(note);
    let own = analysis.index.stem(note);
    let extension = path.file_name().strip_prefix(own).unwrap_or_default();
    file_move(analysis, path, &format!("{stem}{extension}"))
}

fn file_move(analysis: &Analysis, path: &str, name: &str) -> Result<Move, String> {
    if name.contains('/') {
        return Err("a file name cannot hold `/`; to move the file, use the editor's explorer".into());
    }
    move_into(analysis, path, path.folder(), name)
}

fn move_into(analysis: &Analysis, path: &str, folder: &str, name: &str) -> Result<Move, String> {
    if !is_safe(name) {
        return Err(format!("`{name}` is not a valid file name on all systems"));
    }
    let to = folder.join(name).ok_or_else(|| format!("`{name}` is not a file name"))?;
    // A file system that does not regard case takes the file itself for another one.
    let is_itself = caseless(&to) == caseless(path)
        && analysis.index.note(&to).is_none_or(|own| analysis.index.path(own) == path);
    let taken = analysis.index.note(&to).is_some()
        || analysis.index.has_file(&to)
        || !analysis.texts().creatable(&to);
    if taken && !is_itself {
        return Err(format!("there is already a file `{to}`"));
    }
    Ok(Move { from: path.into(), to: to.into() })
}

/// The title or alias whose bytes `span` are.
pub(super) fn title_at(document: &Document, span: Span) -> Option<String> {
    let front = document.note.front_matter.as_ref();
    let mut values = front.into_iter().flat_map(|front| front.title.iter().chain(&front.aliases));
    if let Some(value) = values.find(|value| value.span == span) {
        return Some(value.text.trim().to_owned());
    }
    let heading = document.note.title_heading(&document.text)?;
    (heading.name(&document.text) == span).then(|| heading.text.clone())
}

/// Gives a note another title or alias: where it stands, in the links by it, and in the file name where that is
/// the title.
pub(super) fn rename_title(
    analysis: &Analysis,
    note: NoteId,
    span: Span,
    old: &str,
    new: &str,
) -> Result<SourceChange, String> {
    let document = analysis.document(note).ok_or("the note cannot be read")?;
    let front = document.note.front_matter.as_ref();
    let is_title = front.is_none_or(|front| front.aliases.iter().all(|alias| alias.span != span));
    let in_front = front.is_some_and(|front| front.span.covers(span));
    let written = if in_front { scalar(span.of(&document.text), new) } else { new.to_owned() };
    let mut text = document.text.to_string();
    text.replace_range(span.range(), &written);
    let after = Document::new(text.into(), analysis.settings());
    let facts = Facts::new(&after.text, &after.note, analysis.settings());
    if !facts.names().any(|name| name == new) {
        return Err(format!("`{new}` cannot be written here as a name"));
    }
    let stem = analysis.index.stem(note);
    let is_file_too = is_title && slug(stem) == slug(old) && !slug(old).is_empty();
    let own = match is_file_too.then(|| respell::restyle(stem, old, new)).filter(|stem| is_safe(stem)) {
        Some(stem) if stem != analysis.index.stem(note) => Some(note_move(analysis, note, &stem)?),
        _ => None,
    };
    // The heading that is the title has links to it as well.
    let is_it = |own: &Heading| own.name(&document.text) == span && !in_front;
    let heading = document.note.headings.iter().position(is_it);
    let anchors = heading.map(|index| Renamed {
        note,
        before: Facts::new(&document.text, &document.note, analysis.settings()),
        after: facts.clone(),
        names: vec![Named { what: AnchorOutcome::Heading(index), old: old.to_owned(), new: new.to_owned() }],
    });
    let retitled = Retitled { note, old: old.to_owned(), new: new.to_owned(), facts };
    let mut followed = links::follow(analysis, own.as_slice(), Some(retitled));
    if let Some(anchors) = anchors {
        followed.add(anchors.follow(analysis));
    }
    let edit = Edit::new(span, written, Reason::Name);
    add(&mut followed.edits, note, edit);
    followed.edits.sort_by_key(|(note, _)| analysis.index.path(*note));
    Ok(followed.into_change(own.into_iter().collect()))
}

/// `new` as a scalar of the front matter, in quotes where `written` has them or it needs them.
fn scalar(written: &str, new: &str) -> String {
    match written.chars().next() {
        Some('\'') => format!("'{}'", new.replace('\'', "''")),
        Some('"') => format!("\"{}\"", new.replace('\\', "\\\\").replace('"', "\\\"")),
        // In a list between brackets a comma would begin another one.
        _ if new.contains(',') => format!("\"{}\"", new.replace('\\', "\\\\").replace('"', "\\\"")),
        _ => spelling::yaml(new),
    }
}

/// Adds an edit; where others of the note overlap it, they are left out.
pub(super) fn add(edits: &mut Vec<(NoteId, Vec<Edit>)>, note: NoteId, edit: Edit) {
    match edits.iter_mut().rev().find(|(own, _)| *own == note) {
        Some((_, own)) => {
            own.retain(|other| !other.span.overlaps(edit.span));
            own.push(edit);
            own.sort_by_key(|edit| edit.span);
        }
        None => edits.push((note, vec![edit])),
    }
}

/// Has all links that want the name `old`, which no note has, want another one. What is said of a path is a path:
/// links keep their folders where only its name is another one.
pub(super) fn rename_missing(analysis: &Analysis, old: &str, new: &str) -> Result<SourceChange, String> {
    let mut renamed = Followed::default();
    let split =
        |path: &'_ str| path.rsplit_once('/').map(|(folder, name)| (folder.to_owned(), name.to_owned()));
    let new_folder = split(new).map(|(folder, _)| folder);
    let moved = new_folder.filter(|folder| split(old).is_none_or(|(own, _)| own != *folder));
    let new_name = respell::stem(new, analysis.settings());
    if new_name.is_empty() {
        return Err(format!("`{new}` is not a file name"));
    }
    for found in occurrences(analysis, &Symbol::Missing(old.to_owned())) {
        let Role::Link(at) = found.role else { continue };
        let Some((document, links)) = links_in(analysis, found.note, &[at]) else { continue };
        // A file that changed since it was read may have another link there.
        let facts = analysis.index.facts(found.note);
        let is_it =
            |link: &&Link| facts.is_some_and(|facts| facts.wanted(at) == Wanted::of(link, &document.text));
        let Some(link) = links.iter().flatten().find(is_it) else { continue };
        let target = link.target_text(&document.text);
        let (folder, name) =
            target.rsplit_once('/').map_or((None, &*target), |(folder, name)| (Some(folder), name));
        let bare = analysis.settings().note_stem(name).unwrap_or(name);
        let extension = name.strip_prefix(bare).unwrap_or_default();
        let wanted = respell::stem(old, analysis.settings());
        let name = format!("{}{extension}", respell::restyle(bare, wanted, new_name));
        let folder = moved.as_deref().or(folder);
        let target = folder.map_or(name.clone(), |folder| format!("{folder}/{name}"));
        let text = links::write(&target, &document, link)
            .ok_or_else(|| format!("a wikilink cannot hold `{new}`"))?;
        add(&mut renamed.edits, found.note, Edit::of(&document, link.target, text, Reason::Link));
    }
    for heading in renamed.headings(analysis) {
        renamed.add(heading.follow(analysis));
    }
    Ok(renamed.into_change(Vec::new()))
}
