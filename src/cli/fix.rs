//! Changes of the notes of a vault, made or shown as a diff: the certain fixes of `check --fix`, the links of `convert` and
//! `rename`.
use std::io::{self, IsTerminal as _, Write};

use similar::{ChangeTag, TextDiff};

use super::place::Place;
use super::progress::Progress;
use super::{Failure, complain, each, print};
use crate::ide::{Analysis, Document, Repair};
use crate::index::NoteId;
use crate::text::{needs_escape, visible};
use crate::vault::Vault;
use crate::vfs::{Rewrite, WriteError};

/// A change that notes are looked through for.
pub(super) struct Work<'a> {
    /// What a progress bar says while it is made.
    pub(super) doing: &'static str,
    /// What cannot be done where a file cannot be changed: `fix`.
    pub(super) verb: &'static str,
    /// Nothing is said but the result.
    pub(super) quiet: bool,
    /// The edits of a note, and how many things they change.
    pub(super) find: &'a (dyn Fn(NoteId, &Document) -> Repair + Sync),
}

/// What was fixed, or would be.
#[derive(Default)]
pub(super) struct Fixed {
    /// Problems; links, where these are converted or follow a rename.
    pub(super) problems: usize,
    /// Files that have changed.
    pub(super) files: usize,
    /// Files that could not be changed.
    pub(super) failed: usize,
    /// The notes whose text is another one now.
    pub(super) notes: Vec<NoteId>,
}

/// Makes the change of each of `notes`. Files that cannot be changed are told of, and the others go on.
pub(super) fn apply(analysis: &Analysis, place: &Place, notes: &[NoteId], work: &Work<'_>) -> Fixed {
    let (fixed, _) = each_rewrite(work.doing, analysis, place, notes, work, |_, rewrite| rewrite.write());
    fixed
}

/// How many of `notes` cannot be changed; each is told of. Nothing is written.
pub(super) fn cannot(analysis: &Analysis, place: &Place, notes: &[NoteId], work: &Work<'_>) -> usize {
    let (fixed, _) = each_rewrite(work.doing, analysis, place, notes, work, |_, rewrite| rewrite.check());
    fixed.failed
}

/// Has `vault` know what was fixed.
pub(super) fn read_again(vault: &mut Vault, fixed: &Fixed) {
    let paths: Vec<_> = fixed.notes.iter().map(|&note| vault.index().path(note).to_owned()).collect();
    for path in paths {
        // None is open, so each is what its file holds now.
        vault.close(&path);
    }
}

/// Prints what the change of each of `notes` would be as a unified diff. Nothing is written.
pub(super) fn diff(
    analysis: &Analysis,
    place: &Place,
    notes: &[NoteId],
    work: &Work<'_>,
) -> Result<Fixed, Failure> {
    let prefix = place.prefix();
    // For programs, such as `patch`, the bytes as they are. A terminal would obey some of them.
    let choice = anstream::AutoStream::choice(&io::stdout());
    let shown = io::stdout().is_terminal() || choice != anstream::ColorChoice::Never;
    let (fixed, diffs) = each_rewrite("Checking", analysis, place, notes, work, |path, rewrite| {
        let mut out = Vec::new();
        diff_of(&mut out, &format!("{prefix}{path}"), &rewrite, shown)?;
        Ok(out)
    });
    if shown {
        print(|out| diffs.iter().try_for_each(|diff| out.write_all(diff)))?;
    } else {
        let mut out = io::stdout().lock();
        let written = diffs.iter().try_for_each(|diff| out.write_all(diff)).and_then(|()| out.flush());
        written.or_else(|error| super::write_failure(&error))?;
    }
    Ok(fixed)
}

/// What `then` makes of the change of each note that has one, in the order of the notes.
fn each_rewrite<T: Send>(
    what: &'static str,
    analysis: &Analysis,
    place: &Place,
    notes: &[NoteId],
    work: &Work<'_>,
    then: impl Fn(&str, Rewrite<'_>) -> Result<T, WriteError> + Sync,
) -> (Fixed, Vec<T>) {
    let progress = Progress::new(what, work.quiet);
    let done = each(notes, &progress, |note| {
        let path = analysis.index.path(note);
        let document = analysis.document(note)?;
        let repair = (work.find)(note, &document);
        if repair.edits.is_empty() {
            return None;
        }
        let rewrite = Rewrite::new(place.vault(), path, &document.text, &repair.edits);
        Some((repair.fixed, rewrite.and_then(|rewrite| then(path, rewrite))))
    });
    drop(progress);
    let (mut fixed, mut results) = (Fixed::default(), Vec::new());
    for (&note, done) in notes.iter().zip(done) {
        match done {
            None => {}
            Some((problems, Ok(result))) => {
                fixed.problems += problems;
                fixed.files += 1;
                fixed.notes.push(note);
                results.push(result);
            }
            Some((_, Err(error))) => {
                fixed.failed += 1;
                let path = analysis.index.path(note);
                complain("error", &format!("cannot {} {}{path}: {error}", work.verb, place.prefix()));
            }
        }
    }
    (fixed, results)
}

/// Lines with their ends, as programs that apply diffs take them: a `\r` is a part of its line.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&b| b == b'\n').collect()
}

/// Writes the unified diff of the file that is shown as `name`, for people if it is to be `shown`.
fn diff_of(out: &mut Vec<u8>, name: &str, rewrite: &Rewrite<'_>, shown: bool) -> io::Result<()> {
    // Where a name ends is not clear to programs if there is a blank in it.
    let end = if name.contains(' ') { "\t" } else { "" };
    let name = format!("{}{end}", visible(name));
    let (old, new) = (lines(rewrite.old()), lines(rewrite.new_bytes()));
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    if !shown {
        return diff.unified_diff().header(&name, &name).to_writer(out);
    }
    writeln!(out, "\u{1b}[1m--- {name}\n+++ {name}\u{1b}[0m")?;
    for hunk in diff.unified_diff().iter_hunks() {
        writeln!(out, "\u{1b}[36m{}\u{1b}[0m", hunk.header())?;
        for change in hunk.iter_changes() {
            let color = match change.tag() {
                ChangeTag::Delete => "\u{1b}[31m",
                ChangeTag::Insert => "\u{1b}[32m",
                ChangeTag::Equal => "",
            };
            let line = String::from_utf8_lossy(change.value());
            let line = line.strip_suffix('\n').unwrap_or(&line);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let is_shown = |c: char| c == '\t' || !needs_escape(c);
            let line: String = line.chars().map(|c| if is_shown(c) { c } else { '\u{fffd}' }).collect();
            let reset = if color.is_empty() { "" } else { "\u{1b}[0m" };
            writeln!(out, "{color}{}{line}{reset}", change.tag())?;
            if change.missing_newline() {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}
