//! Reading the texts of open documents, off the loop: a note may be as long as it likes, and what is asked
//! about another is answered meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tower_lsp_server::ls_types::Uri;

use super::super::events::{Event, Query, Reading};
use super::super::pool::{Class, Job};
use super::super::vault::VaultId;
use super::{Owner, places};
use crate::ide::Document;
use crate::index::{Cancel, Facts, offer_processor};
use crate::lsp::file_path;

/// Bytes of a text that is read in no time.
const SHORT: usize = 1 << 15;

/// Something that waits.
pub(super) struct Waiting {
    awaited: Awaited,
    event: Event,
}

enum Awaited {
    /// For these texts, each with the document that it is of.
    Texts(Vec<(String, u64)>),
    /// For the disk to say where this document is.
    Place(Uri),
    /// For the disk to say what the workspace folders are.
    Folders,
}

impl Owner {
    /// Has the documents of `only`, or of all vaults, read whose texts the index has not seen. The pool
    /// reads, one text of a document at a time: however long that takes, the loop goes on.
    pub(super) fn read_texts(&mut self, only: Option<VaultId>) {
        for doc in self.docs.values_mut() {
            let Some(place) = doc.place.clone() else {
                if doc.sought.is_none() {
                    doc.text.skip();
                }
                continue;
            };
            let Some(vault) = self.vaults.get(&place.0).filter(|_| only.is_none_or(|only| only == place.0))
            else {
                continue;
            };
            let Some(text) = doc.text.start() else { continue };
            let (uri, version, epoch) = (doc.uri.clone(), doc.version, vault.epoch);
            let (buffer, settings) = (doc.buffer.clone(), Arc::clone(vault.engine.settings()));
            let (queue, parse, before) = (
                self.queue.clone(),
                self.parse,
                doc.known.as_ref().map(|(document, _)| Arc::clone(document)),
            );
            let work = Box::new(move || {
                let content = buffer.text();
                offer_processor();
                let known = catch_unwind(AssertUnwindSafe(|| {
                    let document = parse(before.as_deref(), Arc::clone(&content), &settings);
                    offer_processor();
                    let facts = Facts::with_lines(&content, &document.note, &document.lines, &settings);
                    (document, facts)
                }));
                let failed = known.is_err();
                let (document, facts) =
                    known.unwrap_or_else(|_| (Document::unread(content), Facts::default()));
                let document = Arc::new(document);
                let reading = Reading { uri, text, version, place, epoch, document, facts, failed };
                queue.post(Event::Read(Box::new(reading)));
            });
            self.pool.run(Job { class: Class::Reading, key: None, cancel: Cancel::default(), work });
        }
    }

    /// Takes over what the pool has read, if it is still about this document, and goes on with what has
    /// waited for it.
    pub(super) fn take_text(&mut self, reading: Reading) {
        let Reading { uri, text, version, place, epoch, document, facts, failed } = reading;
        let Some(doc) = self.docs.get_mut(uri.as_str()) else { return };
        if !doc.text.finish(text) {
            return;
        }
        let vault = self.vaults.get(&place.0).filter(|vault| vault.epoch == epoch);
        if vault.is_some() && doc.place.as_ref() == Some(&place) {
            doc.text.take(text, version);
            doc.known = Some((document, facts));
            self.put(uri.as_str());
            if failed {
                let path = &place.1;
                self.out.warn(&format!(
                    "internal error in slugline: only the name of {path} is indexed; see its log"
                ));
            }
        }
        self.resume();
    }

    /// The texts that a question in a vault waits for, with the documents that they are of: that of
    /// `own`, and short ones, which are read in no time. A long one holds up no other note.
    pub(super) fn awaited(&self, id: VaultId, own: Option<&Uri>) -> Vec<(String, u64)> {
        let awaited = self.docs.values().filter(|doc| {
            let here = match (&doc.place, doc.sought) {
                (Some((vault, _)), _) => *vault == id,
                // It may be of this vault.
                (None, Some(since)) => {
                    let vault = self.vaults.get(&id);
                    let held = |file: &PathBuf| vault.is_some_and(|vault| vault.holds(file));
                    since.elapsed() < places::PATIENCE && doc.file.as_ref().is_some_and(held)
                }
                (None, None) => false,
            };
            here && !doc.text.is_read() && (doc.buffer.len() <= SHORT || own == Some(&doc.uri))
        });
        awaited.map(|doc| (doc.uri.as_str().to_owned(), doc.text.current())).collect()
    }

    /// Has `event` wait until what it needs of vault `id` is read; gives it back where that is so.
    pub(super) fn wait_for_texts(&mut self, id: VaultId, own: Option<&Uri>, event: Event) -> Option<Event> {
        self.wait_for_texts_of(&[id], own, event)
    }

    /// The same for several vaults.
    pub(super) fn wait_for_texts_of(
        &mut self,
        ids: &[VaultId],
        own: Option<&Uri>,
        event: Event,
    ) -> Option<Event> {
        let awaited: Vec<_> = ids.iter().flat_map(|&id| self.awaited(id, own)).collect();
        if awaited.is_empty() {
            return Some(event);
        }
        ids.iter().for_each(|&id| self.read_texts(Some(id)));
        self.waiting.push(Waiting { awaited: Awaited::Texts(awaited), event });
        None
    }

    /// Has `event` wait until the disk has said where its document is.
    pub(super) fn wait_for_place(&mut self, uri: Option<&Uri>, event: Event) -> Option<Event> {
        let Some(uri) = uri.filter(|uri| self.is_sought(uri)) else { return Some(event) };
        self.waiting.push(Waiting { awaited: Awaited::Place(uri.clone()), event });
        None
    }

    /// Has `event` wait for the workspace folders, but not for long.
    pub(super) fn wait_for_folders(&mut self, event: Event) -> Option<Event> {
        if !self.are_folders_sought() {
            return Some(event);
        }
        self.waiting.push(Waiting { awaited: Awaited::Folders, event });
        None
    }

    fn is_sought(&self, uri: &Uri) -> bool {
        match self.docs.get(uri.as_str()) {
            Some(doc) => doc.sought.is_some(),
            None => !self.pending.is_empty() && file_path(uri).is_some_and(|file| self.is_pending(&file)),
        }
    }

    fn are_folders_sought(&self) -> bool {
        self.pending.values().any(|since| since.elapsed() < places::PATIENCE)
    }

    /// Goes on with what waits for no text any more.
    pub(super) fn resume(&mut self) {
        self.looked = Instant::now();
        let waiting = std::mem::take(&mut self.waiting);
        let docs = &self.docs;
        let is_read = |(key, text): &(String, u64)| {
            docs.get(key).is_none_or(|doc| match (&doc.place, doc.sought) {
                (None, Some(since)) => since.elapsed() >= places::PATIENCE,
                (None, None) => true,
                (Some(_), _) => doc.text.has(*text),
            })
        };
        let is_over = |awaited: &Awaited| match awaited {
            Awaited::Texts(texts) => texts.iter().all(is_read),
            Awaited::Place(uri) => !self.is_sought(uri),
            Awaited::Folders => !self.are_folders_sought(),
        };
        let (ready, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|w| is_over(&w.awaited));
        self.waiting = waiting;
        let mut queries = Vec::new();
        for waiting in ready {
            match waiting.event {
                Event::Query(query) => {
                    let has_waited = matches!(waiting.awaited, Awaited::Texts(_));
                    queries.push(Query { has_waited, ..query });
                }
                Event::CreateNote { note, uri, reply } if matches!(waiting.awaited, Awaited::Texts(_)) => {
                    self.make_note(note, uri, reply);
                }
                other => self.client_event(other),
            }
        }
        if !queries.is_empty() {
            self.queue.put_back(queries);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::sync::{Condvar, Mutex, mpsc};

    use serde::de::DeserializeOwned;
    use serde_json::json;
    use tower_lsp_server::ls_types::{TextDocumentItem, request};

    use super::super::super::events::{About, Needs, Queue};
    use super::super::super::outgoing::Outgoing;
    use super::super::super::pool::Pool;
    use super::super::super::requests::definition::Definition;
    use super::super::super::requests::hover::Hover;
    use super::super::super::requests::{NoteRequest, View};
    use super::super::places::Ask;
    use super::*;
    use crate::index::Cancel;
    use crate::settings::Settings;
    use crate::vfs::{self, Location, Opened};
    use std::path::Path;

    /// Whether the disk says anything of what is in `hung`.
    static HUNG: (Mutex<bool>, Condvar) = (Mutex::new(true), Condvar::new());

    fn wait_where_it_hangs(path: &Path) {
        if path.components().any(|part| part.as_os_str() == "hung") {
            let hangs = HUNG.0.lock().unwrap();
            drop(HUNG.1.wait_while(hangs, |hangs| *hangs).unwrap());
        }
    }

    fn locate(file: &Path) -> Option<Location> {
        wait_where_it_hangs(file);
        vfs::locate(file)
    }

    fn open_folder(folder: &Path) -> Opened {
        wait_where_it_hangs(folder);
        vfs::open(folder)
    }

    /// Whether texts with `slow` in them may be read.
    static GATE: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

    fn parse(before: Option<&Document>, text: Arc<str>, settings: &Settings) -> Document {
        assert!(!text.contains("a bug"), "a text that cannot be read");
        if text.contains("slow") {
            let open = GATE.0.lock().unwrap();
            drop(GATE.1.wait_while(open, |open| !*open).unwrap());
        }
        Document::after(before, text, settings)
    }

    fn open_gate() {
        *GATE.0.lock().unwrap() = true;
        GATE.1.notify_all();
    }

    /// What was written to the client.
    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Output {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A session over a folder, whose texts are read by [`parse`].
    struct Session {
        folder: tempfile::TempDir,
        queue: Queue,
        output: Output,
        out: Outgoing,
        answers: (mpsc::Sender<String>, mpsc::Receiver<String>),
    }

    impl Session {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(".slugline.toml"), "").unwrap();
            let (queue, output) = (Queue::new(), Output::default());
            let out = Outgoing::new(output.clone(), queue.clone(), || {});
            let mut owner = Owner::new(queue.clone(), out.clone(), Pool::of_machine());
            owner.parse = parse;
            owner.ask = Ask { locate, open: open_folder, ..Ask::default() };
            std::thread::spawn(move || owner.run());
            Self { folder, queue, output, out, answers: mpsc::channel() }
        }

        fn uri(&self, path: &str) -> Uri {
            Uri::from_file_path(self.folder.path().join(path)).unwrap()
        }

        fn open(&self, path: &str, text: &str) {
            let item = TextDocumentItem::new(self.uri(path), "markdown".into(), 1, text.into());
            self.queue.post(Event::Open(item));
        }

        fn ask(&self, path: &str, answer: impl FnOnce(Option<View>) -> String + Send + 'static) {
            let sender = self.answers.0.clone();
            self.ask_and_then(path, move |view| drop(sender.send(answer(view))));
        }

        fn ask_and_then(&self, path: &str, answer: impl FnOnce(Option<View>) + Send + 'static) {
            let answer = Box::new(move |view, _| answer(view));
            self.queue.post(Event::Query(Query {
                about: About::Document(self.uri(path), answer),
                cancelled: Cancel::new(),
                needs: Needs::default(),
                has_waited: false,
                real: None,
            }));
        }

        fn answer(&self) -> String {
            self.answers.1.recv().unwrap()
        }

        /// All that the client was told.
        fn end(self) -> String {
            self.queue.stop();
            self.out.finish();
            String::from_utf8(self.output.0.lock().unwrap().clone()).unwrap()
        }
    }

    /// The answer to a request about the link at the beginning of a note.
    fn asked<R: NoteRequest<Protocol: request::Request<Params: DeserializeOwned, Result: Debug>>>(
        view: Option<&View>,
    ) -> String {
        let place = json!({"textDocument": {"uri": "file:///"}, "position": {"line": 0, "character": 3}});
        format!("{:?}", R::answer(view, serde_json::from_value(place).unwrap()))
    }

    /// A folder that hangs stops what is asked about its own notes only: here a workspace folder, and a
    /// folder in another one.
    #[test]
    fn a_folder_that_hangs_holds_up_no_other() {
        let session = Session::new();
        for folder in ["hung", "fine/hung"] {
            std::fs::create_dir_all(session.folder.path().join(folder)).unwrap();
        }
        let folders = ["hung", "fine"].map(|folder| session.folder.path().join(folder)).to_vec();
        let (client, options) = (Arc::default(), json!({}));
        session.queue.post(Event::Initialize { client, folders, options });
        session.open("hung/one.md", "[[one]]\n");
        session.open("fine/hung/two.md", "[[good]]\n");
        session.open("fine/good.md", "[[good]]\n");
        for path in ["hung/one.md", "fine/hung/two.md", "fine/good.md"] {
            session.ask(path, move |view| format!("{path}: {}", asked::<Hover>(view.as_ref())));
        }
        let first = session.answer();
        assert!(first.starts_with("fine/good.md: Some"), "{first}");
        *HUNG.0.lock().unwrap() = false;
        HUNG.1.notify_all();
        let mut last = [session.answer(), session.answer()];
        last.sort();
        assert!(last[0].starts_with("fine/hung/two.md: Some"), "{last:?}");
        assert!(last[1].starts_with("hung/one.md: Some"), "{last:?}");
    }

    /// It is asked about first, and answered last: when it has been read, as it is by then.
    #[test]
    fn a_note_that_is_being_read_holds_up_no_other() {
        let session = Session::new();
        session.open("long.md", &format!("[[short]] slow {}", "x".repeat(SHORT)));
        session.open("short.md", "[[long]]\n");
        session.ask("long.md", |view| format!("long: {}", asked::<Hover>(view.as_ref())));
        let sender = session.answers.0.clone();
        session.ask_and_then("short.md", move |view| {
            sender.send(format!("short: {}", asked::<Hover>(view.as_ref()))).unwrap();
            open_gate();
        });
        let first = session.answer();
        assert!(first.starts_with("short: Some"), "{first}");
        let last = session.answer();
        assert!(last.starts_with("long: Some") && last.contains("1 backlink"), "{last}");
    }

    /// The session goes on, the note can be linked to, and its mistakes are those of no text.
    #[test]
    fn a_note_that_cannot_be_read_is_known_by_its_name() {
        let session = Session::new();
        session.open("bad.md", "[[nowhere]] a bug\n");
        session.open("good.md", "[[bad]]\n");
        session.ask("bad.md", |view| {
            let document = view.and_then(|view| view.analysis.document(view.note));
            document.map_or_else(String::new, |document| document.text.to_string())
        });
        assert_eq!(session.answer(), "[[nowhere]] a bug\n");
        session.ask("good.md", |view| asked::<Definition>(view.as_ref()));
        let found = session.answer();
        assert!(found.contains("/bad.md"), "{found}");
        let said = session.end();
        assert!(said.contains("only the name of bad.md is indexed"), "{said}");
    }
}
