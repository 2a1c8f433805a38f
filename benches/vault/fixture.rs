//! A generated vault in memory, as the features see one: for the benchmarks inside one process.
#![allow(unreachable_pub, dead_code, reason = "each of the programs that share it needs only a part")]
use std::collections::BTreeMap;
use std::sync::Arc;

use slugline::ide::{Analysis, Cursor, Document, MemoryTexts};
use slugline::index::{Change, Delta, Facts, Index, NoteId};
use slugline::settings::Settings;
use slugline::syntax::{self, Note};
use slugline::text::{Buffer, Edit, Encoding, PositionRange, VaultPath};
use slugline::vault::Vault as Notes;

use super::{Rng, Style, Vault};

/// What a note holds, by its path.
pub type Read = (Arc<str>, Facts);

/// A link: the number of its note, a byte in it, its target.
pub struct Place {
    pub note: usize,
    pub cursor: usize,
    pub target: String,
}

/// A vault that has been read.
pub struct Fixture {
    pub vault: Vault,
    pub settings: Arc<Settings>,
    pub texts: Vec<Arc<str>>,
    pub facts: Vec<Read>,
    pub analysis: Analysis,
    notes: Notes,
}

impl Fixture {
    /// A vault of so many notes.
    pub fn new(notes: usize) -> Self {
        Self::with_notes(notes, &[])
    }

    /// A vault of so many notes, and behind them these, by path and text.
    pub fn with_notes(notes: usize, more: &[(String, String)]) -> Self {
        let vault = Vault::new(notes, Style::Wiki, 1);
        let made = (0..notes).map(|note| (vault.path(note), vault.text(note).into()));
        let more = more.iter().map(|(path, text)| (path.clone(), text.as_str().into()));
        let files: Vec<(String, Arc<str>)> = made.chain(more).collect();
        let texts = files.iter().map(|(_, text)| Arc::clone(text)).collect();
        let notes = Notes::in_memory(Settings::default(), MemoryTexts(files.iter().cloned().collect()));
        let facts = files.iter().map(|(path, _)| (Arc::from(path.as_str()), facts_of(&notes, path)));
        let (facts, settings, analysis) = (facts.collect(), Arc::clone(notes.settings()), notes.snapshot());
        Self { vault, settings, texts, facts, analysis, notes }
    }

    /// The number of a note of about the usual size.
    pub fn typical(&self) -> usize {
        let mut by_size: Vec<usize> = (0..self.texts.len()).collect();
        by_size.sort_by_key(|&note| (self.texts[note].len(), note));
        by_size[by_size.len() / 2]
    }

    /// A note by its number.
    pub fn id(&self, note: usize) -> NoteId {
        self.analysis.index.note(&self.facts[note].0).unwrap_or_else(|| unreachable!("every note is there"))
    }

    /// Some links.
    pub fn links(&self, count: usize) -> Vec<Place> {
        let (mut rng, mut found) = (Rng::new(1, 1), Vec::new());
        while found.len() < count {
            let note = rng.below(self.texts.len());
            let links = self.facts[note].1.link_count();
            if links > 0 {
                found.push(self.place(note, rng.below(links)));
            }
        }
        found
    }

    /// The links of a note.
    pub fn links_of(&self, note: usize) -> Vec<Place> {
        (0..self.facts[note].1.link_count()).map(|link| self.place(note, link)).collect()
    }

    /// The links by which notes name their channels, the greatest of which are the hubs.
    pub fn links_to_hubs(&self, count: usize) -> Vec<Place> {
        let with_channel = self.texts.iter().enumerate().filter_map(|(note, text)| {
            let link = parse(text, &self.settings).channel?;
            Some(self.place(note, link))
        });
        with_channel.take(count).collect()
    }

    /// A cursor in a link of a note, by their numbers.
    fn place(&self, note: usize, link: usize) -> Place {
        let text = &self.texts[note];
        let link = &parse(text, &self.settings).links[link];
        Place { note, cursor: link.span.start() + 3, target: link.target_text(text).into_owned() }
    }

    /// The state with the note of a place open, and a cursor on the link.
    pub fn at(&self, place: &Place) -> (Analysis, Cursor) {
        let cursor = Cursor { note: self.id(place.note), offset: place.cursor };
        (self.with_open(place.note, Arc::clone(&self.texts[place.note])), cursor)
    }

    /// The state with a note open whose text ends in `[[` and `typed`, and a cursor there.
    pub fn typing(&self, note: usize, typed: &str) -> (Analysis, Cursor) {
        let text: Arc<str> = format!("{}\n[[{typed}", self.texts[note]).into();
        let cursor = Cursor { note: self.id(note), offset: text.len() };
        (self.with_open(note, text), cursor)
    }

    /// The state with a note open that says `text`.
    pub fn with_open(&self, note: usize, text: Arc<str>) -> Analysis {
        let mut notes = self.notes.clone();
        notes.open(&self.facts[note].0, &text);
        notes.snapshot()
    }
}

/// What a note holds.
fn facts_of(notes: &Notes, path: &str) -> Facts {
    let facts = notes.index().note(path).and_then(|note| notes.index().facts(note));
    facts.unwrap_or_else(|| unreachable!("every note has been read")).clone()
}

/// Reads a text.
pub fn parse(text: &str, settings: &Settings) -> Note {
    syntax::parse(text, &settings.syntax_options())
}

/// The index of these notes, by changes.
pub fn by_changes(settings: &Arc<Settings>, facts: &[Read]) -> Index {
    let mut index = Index::new(Arc::clone(settings));
    for (path, facts) in facts {
        index.apply(Change::Facts(Arc::clone(path).into(), facts.clone()));
    }
    index
}

/// The index of these notes, at once.
pub fn from_scratch(settings: &Arc<Settings>, facts: &[Read]) -> Index {
    let notes = facts.iter().map(|(path, facts)| (Arc::clone(path).into(), Some(facts.clone())));
    Index::from_scratch(Arc::clone(settings), notes, [])
}

/// A note that is being typed into: what the server does for a key, but for the diagnostics.
pub struct Typing {
    pub notes: Notes,
    document: Arc<Document>,
    buffer: Buffer,
    path: VaultPath,
    offset: usize,
}

impl Typing {
    /// Into the middle of a note.
    pub fn new(fixture: &Fixture, note: usize) -> Self {
        let text = Arc::clone(&fixture.texts[note]);
        // Behind a line's end, where a new paragraph is as good as any.
        let offset = text[..text.len() / 2].rfind("\n\n").map_or(0, |at| at + 1);
        Self {
            notes: fixture.notes.clone(),
            buffer: Buffer::new(&text),
            path: Arc::clone(&fixture.facts[note].0).into(),
            document: Arc::new(Document::new(text, &fixture.settings)),
            offset,
        }
    }

    /// Types one character.
    pub fn key(&mut self, key: char) -> Delta {
        let position = self.document.lines.position(&self.document.text, self.offset, Encoding::Utf16);
        let range = Some(PositionRange { start: position, end: position });
        let _ = self.buffer.apply(&Edit { range, text: key.to_string() }, Encoding::Utf16);
        self.offset += key.len_utf8();
        let text = self.buffer.to_string().into();
        let settings = Arc::clone(self.notes.settings());
        self.document = Arc::new(Document::after(Some(&self.document), text, &settings));
        let facts = Facts::new(&self.document.text, &self.document.note, &settings);
        self.notes.put(&self.path, Arc::clone(&self.document), facts)
    }
}

/// What is typed, again and again.
pub const SENTENCE: &str = "Here is a thought about [[energy_policy | energy]] and what [[nobody wrote]]. ";

/// A vault with an `index.md` in each of so many folders, which a note of each folder and one at the root
/// link to: the state, and a cursor on the link of a folder's note and on that of the root's.
pub fn shared_name(folders: usize) -> (Analysis, [Cursor; 2]) {
    let mut texts: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for n in 0..folders {
        let folder = format!("part{:03}/chapter{n:05}", n / 50);
        texts.insert(format!("{folder}/index.md"), format!("# Chapter {n}\n\nSee [[notes_{n}]].\n").into());
        texts.insert(format!("{folder}/notes_{n}.md"), "See [[index]].\n".into());
    }
    texts.insert("start.md".to_owned(), "See [[index]].\n".into());
    let analysis = Notes::in_memory(Settings::default(), MemoryTexts(texts)).snapshot();
    let cursor = |path: &str| {
        let note = analysis.index.note(path).unwrap_or_else(|| unreachable!("every note is there"));
        Cursor { note, offset: "See [[in".len() }
    };
    let cursors = [cursor("part001/chapter00050/notes_50.md"), cursor("start.md")];
    (analysis, cursors)
}
