//! One open document: which of its texts the index has, and what its diagnostics are up to.
use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tower_lsp_server::ls_types::Uri;

use super::super::events::{Found, Report, Told};
use super::super::requests::semantic_tokens::LastTokens;
use super::super::vault::VaultId;
use super::pulls::Pulls;
use crate::ide::{Document, Outcomes};
use crate::index::{Cancel, Facts};
use crate::text::{Buffer, VaultPath};
use crate::vfs::Location;

/// An open document.
pub(super) struct Doc {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) buffer: Buffer,
    /// Counts the documents that were opened.
    pub(super) opened: u64,
    /// Counts the edits of all documents; 0 before the first of this one.
    pub(super) edited: u64,
    /// Its file; `None` where it is none, or is no note by its name.
    pub(super) file: Option<PathBuf>,
    /// Since when its place is not known.
    pub(super) sought: Option<Instant>,
    /// Whether the disk has said where it is.
    pub(super) is_located: bool,
    /// What the disk has said.
    pub(super) location: Option<Box<Location>>,
    /// The note that it is; `None` for documents that are no files, or no notes, or whose place is not known.
    pub(super) place: Option<(VaultId, VaultPath)>,
    pub(super) text: TextState,
    /// The text that was read last.
    pub(super) known: Option<(Arc<Document>, Facts)>,
    pub(super) diagnostics: DiagnosticsState,
    pub(super) tokens: Arc<LastTokens>,
    /// Who asks for them.
    pub(super) pulls: Pulls,
}

impl Doc {
    /// Of documents that are one note the greatest holds: that of the last edit, else the one that was opened first.
    pub(super) fn force(&self) -> impl Ord + use<> {
        (self.edited, Reverse(self.opened))
    }

    /// The index has not seen it as it is now.
    pub(super) fn outdate(&mut self) {
        self.text.outdate();
        self.diagnostics.touch();
    }
}

/// Which text of a document the index has. Each edit makes another text, and so does what has the same
/// words read under other circumstances; they are numbered upwards. The pool reads one at a time.
///
/// `read <= reading <= current`; where `read == current`, nothing is being read.
#[derive(Debug)]
pub(super) struct TextState {
    current: u64,
    read: u64,
    read_version: i32,
    reading: Option<u64>,
}

impl TextState {
    /// Nothing is read. `first`: above the numbers of earlier documents of this name, of which something may
    /// still be on its way.
    pub(super) fn new(first: u64, version: i32) -> Self {
        Self { current: first + 1, read: first, read_version: version, reading: None }
    }

    /// There is another text.
    pub(super) fn outdate(&mut self) {
        self.current += 1;
    }

    /// The number of the text that there is.
    pub(super) fn current(&self) -> u64 {
        self.current
    }

    /// The version of the text that the index has.
    pub(super) fn read_version(&self) -> i32 {
        self.read_version
    }

    /// Whether the index has the text that there is.
    pub(super) fn is_read(&self) -> bool {
        self.read == self.current
    }

    /// Whether the index has the text `number` or a later one.
    pub(super) fn has(&self, number: u64) -> bool {
        self.read >= number
    }

    /// The number of the text that is to be read now, if there is one to be read and none is.
    pub(super) fn start(&mut self) -> Option<u64> {
        if self.is_read() || self.reading.is_some() {
            return None;
        }
        self.reading = Some(self.current);
        self.reading
    }

    /// The pool has read the text `number`; whether that is the one that it was to read.
    pub(super) fn finish(&mut self, number: u64) -> bool {
        self.reading.take_if(|reading| *reading == number).is_some()
    }

    /// The index has the text `number`.
    pub(super) fn take(&mut self, number: u64, version: i32) {
        (self.read, self.read_version) = (number, version);
    }

    /// There is no index that wants it.
    pub(super) fn skip(&mut self) {
        self.read = self.current;
        self.reading = None;
    }
}

/// What a document's diagnostics are up to.
///
/// ```text
///     ┌─────── touch ───────┬─────────────────────┐
///     ▼                     │                     │
///   Stale ─── start ──▶ Computing ─── accept ──▶ Told
/// ```
///
/// Whatever may change them makes them stale, stops what is being computed, and makes its outcome one that
/// is not accepted.
#[derive(Debug)]
pub(super) struct DiagnosticsState {
    state: State,
    /// Counts what may have changed them.
    generation: u64,
    /// The byte behind the last edit since the last save.
    typing: Option<usize>,
    /// What the client has been told.
    published: Option<Found>,
    /// Where the links led when they were last computed, unless something else than the text has changed since.
    outcomes: Arc<Outcomes>,
    /// Whether the last computation failed.
    failed: bool,
}

#[derive(Debug)]
enum State {
    /// They are to be computed.
    Stale,
    /// The pool is at it, until this is cancelled.
    Computing(Cancel),
    /// Nothing has changed since they were computed.
    Told,
}

/// A computation that has begun.
pub(super) struct Started {
    /// Which one it is.
    pub(super) generation: u64,
    /// Stops it.
    pub(super) cancel: Cancel,
    /// The byte behind the last edit since the last save.
    pub(super) typing: Option<usize>,
    /// Where the links led before, if nothing but the text has changed.
    pub(super) outcomes: Arc<Outcomes>,
}

/// What an outcome means for the client.
#[derive(PartialEq, Debug)]
pub(super) enum News {
    /// Nothing.
    None,
    /// It is to be told this.
    Publish(Told),
    /// Computing them has failed, for the first time since it last did not; those shown stay.
    Failed,
}

impl DiagnosticsState {
    /// Nothing is computed. `first`: above the counts of earlier documents of this name.
    pub(super) fn new(first: u64) -> Self {
        Self {
            state: State::Stale,
            generation: first,
            typing: None,
            published: None,
            outcomes: Arc::default(),
            failed: false,
        }
    }

    /// Something else than the document may have changed them.
    pub(super) fn touch(&mut self) {
        self.outcomes = Arc::default();
        self.restart();
    }

    fn restart(&mut self) {
        if let State::Computing(cancel) = &self.state {
            cancel.cancel();
        }
        self.state = State::Stale;
        self.generation += 1;
    }

    /// The document was edited in front of this byte, or as a whole.
    pub(super) fn edited(&mut self, typing: Option<usize>) {
        self.typing = typing;
        self.restart();
    }

    /// The document was saved.
    pub(super) fn saved(&mut self) {
        self.typing = None;
        self.touch();
    }

    /// Another document was edited.
    pub(super) fn left(&mut self) {
        if self.typing.is_some() {
            self.edited(None);
        }
    }

    /// Whether they are to be computed.
    pub(super) fn is_stale(&self) -> bool {
        matches!(self.state, State::Stale)
    }

    /// Whether somebody types in the document.
    pub(super) fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Begins to compute them.
    pub(super) fn start(&mut self) -> Started {
        self.restart();
        let cancel = Cancel::new();
        self.state = State::Computing(cancel.clone());
        let outcomes = Arc::clone(&self.outcomes);
        Started { generation: self.generation, cancel, typing: self.typing, outcomes }
    }

    /// Takes over what was computed; `None` where that met a bug.
    pub(super) fn accept(&mut self, generation: u64, found: Option<Found>) -> News {
        if generation != self.generation || !matches!(self.state, State::Computing(_)) {
            return News::None;
        }
        self.state = State::Told;
        let Some(found) = found else {
            return if std::mem::replace(&mut self.failed, true) { News::None } else { News::Failed };
        };
        self.failed = false;
        self.outcomes = Arc::clone(&found.outcomes);
        if self.published.as_ref().is_some_and(|published| published.message == found.message) {
            return News::None;
        }
        let message = found.message.clone();
        self.published = Some(found);
        News::Publish(message)
    }

    /// What the client is told who asks for them; `None` while they are computed.
    pub(super) fn report(&self) -> Option<Result<Arc<Report>, ()>> {
        match (&self.state, &self.published) {
            (State::Told, Some(Found { message: Told::Pull(report), .. })) => Some(Ok(Arc::clone(report))),
            (State::Told, _) => Some(Err(())),
            _ => None,
        }
    }

    /// How many the client shows.
    pub(super) fn shown(&self) -> usize {
        self.published.as_ref().map_or(0, |found| found.count)
    }
}

/// What is computed of a document ends with it.
impl Drop for DiagnosticsState {
    fn drop(&mut self) {
        self.touch();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(count: usize, message: &str) -> Found {
        let message = Told::Push(Arc::new(message.into()));
        Found { count, message, outcomes: Arc::default() }
    }

    fn none() -> Found {
        found(0, "none")
    }

    #[test]
    fn one_text_is_read_at_a_time() {
        let mut text = TextState::new(7, 1);
        assert_eq!((text.is_read(), text.start(), text.start()), (false, Some(8), None));
        text.outdate();
        assert_eq!((text.start(), text.finish(7)), (None, false));
        assert!(text.finish(8));
        text.take(8, 1);
        assert_eq!((text.has(8), text.is_read(), text.start()), (true, false, Some(9)));
        assert!(text.finish(9));
        text.take(9, 2);
        assert_eq!((text.is_read(), text.start(), text.read_version()), (true, None, 2));
    }

    #[test]
    fn only_the_diagnostics_of_what_there_is_are_accepted() {
        let mut state = DiagnosticsState::new(0);
        let found = found(1, "one");
        let first = state.start();
        state.edited(Some(3));
        assert!(first.cancel.is_cancelled() && state.is_stale());
        assert_eq!(state.accept(first.generation, Some(found.clone())), News::None);
        let second = state.start();
        assert_eq!((second.typing, state.is_stale()), (Some(3), false));
        assert_eq!(state.accept(first.generation, Some(found.clone())), News::None);
        assert_eq!(
            state.accept(second.generation, Some(found.clone())),
            News::Publish(found.message.clone())
        );
        assert_eq!(state.accept(second.generation, Some(none())), News::None);
        // What the client shows already is not sent once more.
        state.saved();
        let third = state.start();
        assert_eq!(state.accept(third.generation, Some(found.clone())), News::None);
        assert_eq!(state.shown(), 1);
    }

    /// They are of use as long as nothing but the text changes.
    #[test]
    fn where_links_led_is_kept_between_edits() {
        let mut state = DiagnosticsState::new(0);
        let found = found(1, "one");
        let mut known = |change: fn(&mut DiagnosticsState)| {
            let generation = state.start().generation;
            state.accept(generation, Some(found.clone()));
            change(&mut state);
            Arc::ptr_eq(&state.start().outcomes, &found.outcomes)
        };
        assert!(known(|state| state.edited(Some(3))));
        assert!(!known(DiagnosticsState::saved));
        assert!(!known(DiagnosticsState::touch));
    }

    /// What has failed says nothing: that nothing is wrong neither.
    #[test]
    fn a_failure_is_told_once_and_changes_nothing() {
        let mut state = DiagnosticsState::new(0);
        let mut outcome = |found: Option<Found>| {
            let generation = state.start().generation;
            let news = state.accept(generation, found);
            (news == News::Failed, state.shown())
        };
        assert_eq!(outcome(Some(found(1, "one"))), (false, 1));
        assert_eq!(outcome(None), (true, 1));
        assert_eq!(outcome(None), (false, 1));
        assert_eq!(outcome(Some(none())), (false, 0));
        assert_eq!(outcome(None), (true, 0));
    }

    #[test]
    fn what_is_computed_ends_with_the_document() {
        let mut state = DiagnosticsState::new(0);
        let cancel = state.start().cancel;
        drop(state);
        assert!(cancel.is_cancelled());
    }
}
