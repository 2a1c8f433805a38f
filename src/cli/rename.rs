//! `slugline rename`: a file of a vault gets another name or path, and the links to it follow.
use std::collections::BTreeMap;

use super::args::RenameArgs;
use super::fix::{self, Work};
use super::place::Place;
use super::{Failure, Outcome, complain, plural, tell};
use crate::ide::{self, Analysis, Document, Move, Repair, SourceChange};
use crate::index::NoteId;
use crate::text::{Span, VaultPath, visible};
use crate::vfs;

/// `slugline rename`.
pub(super) fn run(args: &RenameArgs) -> Result<Outcome, Failure> {
    let place = Place::one(&args.folder)?;
    let analysis = place.load(&args.folder.vault).snapshot();
    let change = ide::rename_path(&analysis, &old_path(args, &place, &analysis)?, &args.new)
        .map_err(|why| Failure::new(format!("cannot rename `{}`: {why}", visible(&args.old))))?;
    let SourceChange { edits, moves, warnings, .. } = change;
    let quiet = args.folder.vault.quiet;
    if !quiet {
        warnings.iter().for_each(|warning| complain("warning", warning));
    }
    let edits: BTreeMap<NoteId, Vec<(Span, String)>> = edits
        .into_iter()
        .map(|(note, edits)| (note, edits.into_iter().map(|edit| (edit.span, edit.text)).collect()))
        .collect();
    let find = |note, _: &Document| {
        let edits = edits.get(&note).cloned().unwrap_or_default();
        Repair { fixed: edits.len(), edits }
    };
    let work = Work { doing: "Renaming", verb: "change", quiet, find: &find };
    let mut notes: Vec<NoteId> = edits.keys().copied().collect();
    notes.sort_unstable_by_key(|&note| analysis.index.path(note));
    let done = if args.diff {
        fix::diff(&analysis, &place, &notes, &work)?
    } else {
        // All or nothing, as far as that can be known before.
        if fix::cannot(&analysis, &place, &notes, &work) > 0 {
            return Err(Failure::new("nothing is renamed, since not all links can follow"));
        }
        make(&analysis, &place, &notes, &moves, &work)?
    };
    if !quiet {
        let verb = if args.diff { "Would rename" } else { "Renamed" };
        for Move { from, to } in &moves {
            tell(&format!("{verb} {from} to {to}"));
        }
        if done.files > 0 {
            let verb = if args.diff { "Would change" } else { "Changed" };
            tell(&format!("{verb} {} in {}", plural(done.problems, "link"), plural(done.files, "file")));
        }
    }
    Ok(if done.failed > 0 { Outcome::Failed } else { Outcome::Clean })
}

/// The path in the vault of what is to be renamed.
fn old_path(args: &RenameArgs, place: &Place, analysis: &Analysis) -> Result<VaultPath, Failure> {
    let old = &*args.old;
    let is_known = |path: &VaultPath| analysis.index.note(path).is_some() || analysis.index.has_file(path);
    let paths = [place.path_of(old.as_ref()).map(VaultPath::from), Some(VaultPath::from(old))];
    if let Some(path) = paths.into_iter().flatten().find(is_known) {
        return Ok(path);
    }
    place.note_named(analysis, old).map(|note| VaultPath::from(analysis.index.path(note)))
}

/// Makes the changes: in the notes that move while they are where they were read, then the others.
fn make(
    analysis: &Analysis,
    place: &Place,
    notes: &[NoteId],
    moves: &[Move],
    work: &Work<'_>,
) -> Result<fix::Fixed, Failure> {
    let is_moved = |note: &NoteId| moves.iter().any(|own| *own.from == *analysis.index.path(*note));
    let (moved, others): (Vec<_>, Vec<_>) = notes.iter().partition(|note| is_moved(note));
    let mut done = fix::apply(analysis, place, &moved, work);
    for Move { from, to } in moves {
        vfs::move_file(place.vault(), from, to)
            .map_err(|error| Failure::new(format!("cannot rename {from} to {to}: {error}")))?;
    }
    let others = fix::apply(analysis, place, &others, work);
    done.problems += others.problems;
    done.files += others.files;
    done.failed += others.failed;
    Ok(done)
}
