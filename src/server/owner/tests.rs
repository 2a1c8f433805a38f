use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tower_lsp_server::ls_types::{Diagnostic, PublishDiagnosticsParams, TextDocumentItem, Uri};

use super::super::events::{About, Event, Found, Needs, Query, Queue, Task, Told};
use super::super::outgoing::{Outgoing, publication};
use super::super::pool::Pool;
use super::super::vault::Phase;
use super::Owner;
use crate::index::Cancel;
use crate::vault::DiskEvent;

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An owner whose turns the test takes, and what it has told the client when it is done.
struct Session {
    owner: Owner,
    queue: Queue,
    output: Output,
}

impl Session {
    fn new() -> Self {
        let (queue, output) = (Queue::new(), Output::default());
        let out = Outgoing::new(output.clone(), queue.clone(), || {});
        let owner = Owner::new(queue.clone(), out, Pool::of_machine());
        Self { owner, queue, output }
    }

    fn open(&mut self, path: &Path, text: &str) -> Uri {
        let uri = Uri::from_file_path(path).unwrap();
        let item = TextDocumentItem::new(uri.clone(), "markdown".into(), 1, text.into());
        self.owner.turn(Task::Client(Event::Open(item)));
        while self.owner.docs[uri.as_str()].sought.is_some() {
            let task = self.queue.next(None);
            self.owner.turn(task);
        }
        uri
    }

    fn told(&self) -> String {
        self.owner.out.finish();
        self.queue.stop();
        String::from_utf8(self.output.0.lock().unwrap().clone()).unwrap()
    }
}

/// What has failed says nothing: that nothing is wrong neither.
#[test]
fn diagnostics_stay_when_computing_them_fails() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = Session::new();
    let uri = session.open(&dir.path().join("a.md"), "[[gone]]\n");
    let params = PublishDiagnosticsParams::new(uri.clone(), vec![Diagnostic::default()], None);
    let message = Told::Push(Arc::new(publication(&params)));
    let one = Found { count: 1, message, outcomes: Arc::default() };
    let mut outcome = |found| {
        let uri = uri.clone();
        let doc = session.owner.docs.get_mut(uri.as_str()).unwrap();
        let generation = doc.diagnostics.start().generation;
        session.owner.turn(Task::Client(Event::Diagnosed { uri, generation, found }));
        let doc = session.owner.docs.values().next().unwrap();
        (doc.diagnostics.is_stale(), doc.diagnostics.shown())
    };
    assert_eq!(outcome(None), (false, 0));
    assert_eq!(outcome(Some(one)), (false, 1));
    assert_eq!(outcome(None), (false, 1));
    assert_eq!(session.told().matches("publishDiagnostics").count(), 1);
}

/// A bug in reading a vault ends neither the session nor the waiting for an answer.
#[test]
fn a_vault_whose_reading_fails_is_read_again_some_times() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = Session::new();
    session.open(&dir.path().join("a.md"), "[[gone]]\n");
    for failures in 1..5 {
        let (vault, before) =
            session.owner.vaults.iter().map(|(&id, vault)| (id, vault.epoch)).next().unwrap();
        session.owner.turn(Task::Disk { vault, epoch: before, event: DiskEvent::Failed });
        let vault = &session.owner.vaults[&vault];
        assert_eq!(vault.failures, failures);
        assert_eq!(vault.epoch > before, failures < 4);
        assert_eq!(vault.phase == Phase::Complete, failures == 4);
    }
    let told = session.told();
    assert_eq!(told.matches("failed (a bug)").count(), 3);
    assert_eq!(told.matches("failed again (a bug)").count(), 1);
}

/// An ignored file that comes after a note was looked through, and before its vault is watched, is no event.
#[test]
fn open_notes_are_looked_through_again_once_the_disk_is_watched() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = Session::new();
    let uri = session.open(&dir.path().join("a.md"), "![[build/chart.png]]\n");
    let (id, epoch) = session.owner.vaults.iter().map(|(&id, vault)| (id, vault.epoch)).next().unwrap();
    let doc = session.owner.docs.get_mut(uri.as_str()).unwrap();
    let generation = doc.diagnostics.start().generation;
    session.owner.turn(Task::Client(Event::Diagnosed { uri: uri.clone(), generation, found: None }));
    let is_stale = |session: &Session| session.owner.docs[uri.as_str()].diagnostics.is_stale();
    assert!(!is_stale(&session));
    session.owner.disk_event(id, epoch, DiskEvent::Watched);
    assert!(is_stale(&session));
}

/// What a turn has changed by half is read anew.
#[test]
fn a_vault_is_read_again_after_a_turn_that_failed() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = Session::new();
    let uri = session.open(&dir.path().join("a.md"), "[[gone]]\n");
    let (id, epoch) = session.owner.vaults.iter().map(|(&id, vault)| (id, vault.epoch)).next().unwrap();
    let tasks = [
        Task::Client(Event::Change { uri: uri.clone(), version: 2, edits: Vec::new() }),
        Task::Disk { vault: id, epoch, event: DiskEvent::Config },
    ];
    for (n, task) in (1..).zip(tasks) {
        let concerned = session.owner.concerned(&task);
        assert_eq!(concerned, [id]);
        session.owner.guarded(task.name(), &concerned, |_| panic!("a bug"));
        let vault = &session.owner.vaults[&id];
        assert!(vault.failures == n && vault.epoch > epoch && vault.engine.index().is_empty());
        assert!(!session.owner.docs[uri.as_str()].text.is_read());
    }
    // A question changes nothing.
    assert_eq!(session.owner.concerned(&Task::Client(Event::Save(uri))), [0; 0]);
    let told = session.told();
    assert!(told.contains("didChange failed (a bug)") && told.contains("reading the disk failed (a bug)"));
}

/// A system that has no watcher for one vault has none for the next.
#[test]
fn that_vaults_cannot_be_watched_is_said_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = Session::new();
    for folder in ["one", "two"] {
        std::fs::create_dir(dir.path().join(folder)).unwrap();
        session.open(&dir.path().join(folder).join("a.md"), "");
    }
    let vaults: Vec<_> = session.owner.vaults.iter().map(|(&id, vault)| (id, vault.epoch)).collect();
    assert_eq!(vaults.len(), 2);
    for (vault, epoch) in vaults {
        let event = DiskEvent::Unwatched("no watcher is left".into());
        session.owner.turn(Task::Disk { vault, epoch, event });
    }
    assert_eq!(session.told().matches("no watcher is left").count(), 1);
}

/// Of two waits for the disk that are over at nearly the same time, the second is not slept through.
#[test]
fn a_wait_that_is_over_is_noticed() {
    let mut session = Session::new();
    let since = std::time::Instant::now() - super::places::PATIENCE;
    session.owner.looked = since;
    session.owner.pending.insert("/hung".into(), since);
    assert!(session.owner.next_impatience().is_some());
    session.owner.resume();
    assert_eq!(session.owner.next_impatience(), None);
}

/// What waits for the whole vault is answered once that is read, unless it has been cancelled meanwhile.
#[test]
fn a_request_waits_for_the_whole_vault() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = Session::new();
    let uri = session.open(&dir.path().join("a.md"), "# A\n");
    let (&id, vault) = session.owner.vaults.iter_mut().next().unwrap();
    vault.phase = Phase::Contents(0, 1);
    let epoch = vault.epoch;
    let (sender, answers) = std::sync::mpsc::channel();
    let mut ask = |name: &'static str, all_read| {
        let (sender, cancelled) = (sender.clone(), Cancel::new());
        let answer = Box::new(move |_, _| {
            let _ = sender.send(name);
        });
        let about = About::Document(uri.clone(), answer);
        let query = Query {
            about,
            cancelled: cancelled.clone(),
            needs: Needs { all_read, ..Needs::default() },
            has_waited: true,
            real: None,
        };
        session.owner.turn(Task::Client(Event::Query(query)));
        cancelled
    };
    let cancelled = ask("cancelled", true);
    ask("first", true);
    ask("does not wait", false);
    assert_eq!(answers.recv(), Ok("does not wait"));
    cancelled.cancel();
    ask("second", true);
    assert_eq!(session.owner.vaults[&id].postponed.len(), 2);
    assert!(answers.try_recv().is_err());
    session.owner.turn(Task::Disk { vault: id, epoch, event: DiskEvent::Complete });
    let mut answered = [answers.recv().unwrap(), answers.recv().unwrap()];
    answered.sort_unstable();
    assert_eq!(answered, ["first", "second"]);
}
