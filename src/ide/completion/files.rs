//! Files that are no notes: pictures and other attachments.
use super::candidates::in_folder;
use super::fuzzy::Query;
use super::{Completion, CompletionKind, Slot};
use crate::ide::Analysis;
use crate::ide::nearest::files_around;
use crate::index::NoteId;
use crate::text::PathText;

/// What files have ahead of notes where only a file will do.
pub(super) const AHEAD: i64 = 1000;

/// The files that match best, best first, with their scores. Of a great many, those around the note `from` are
/// looked at.
pub(super) fn matching(
    analysis: &Analysis,
    from: NoteId,
    mut query: Query,
    by_path: bool,
    limit: usize,
) -> Vec<(i64, &str)> {
    let own = analysis.index.path(from).folder();
    let mut found = Vec::new();
    for path in files_around(analysis, from) {
        let name = if by_path { path } else { path.file_name() };
        if let Some(score) = query.score(name) {
            let near = if in_folder(path, own) { 12 } else { 0 };
            found.push((i64::from(score) + near, &**path));
        }
    }
    let rank = |a: &(i64, &str), b: &(i64, &str)| (b.0, a.1.len(), a.1).cmp(&(a.0, b.1.len(), b.1));
    if found.len() > limit {
        found.select_nth_unstable_by(limit, rank);
        found.truncate(limit);
    }
    found.sort_by(rank);
    found
}

/// The item of a file.
pub(super) fn item(slot: &Slot, path: &str, insert: &str) -> Completion {
    let (folder, name) = (path.folder(), path.file_name());
    slot.item(CompletionKind::File, name, folder.to_owned(), insert)
}

/// Notes and files in one list, best first, of which neither takes more than half where both are many.
pub(super) fn together(
    mut notes: Vec<(i64, Completion)>,
    mut files: Vec<(i64, Completion)>,
    limit: usize,
) -> Vec<Completion> {
    notes.truncate(limit - files.len().min(limit / 2));
    files.truncate(limit - notes.len());
    notes.append(&mut files);
    notes.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    notes.into_iter().map(|(_, item)| item).collect()
}
