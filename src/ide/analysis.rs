use std::collections::BTreeMap;
use std::fmt;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use super::near::Look;
use super::{Library, MentionCounts, NearNames, Search};
use crate::index::{
    Cancel, Change, Facts, Index, LinePlace, LinkFact, Mentions, MentionsSlot, NoteId, Resolution, Unlisted,
    Wanted,
};
use crate::settings::Settings;
use crate::sources::SourceId;
use crate::sources::{Shelf, Sidecar};
use crate::syntax;
use crate::text::{LineIndex, Span};

/// The text of one note with all that is read off it.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub text: Arc<str>,
    /// What it says.
    pub note: syntax::Note,
    /// Its lines.
    pub lines: LineIndex,
    /// By what it was read; `None` where it was not.
    options: Option<syntax::Options>,
}

impl Document {
    /// Reads `text`.
    pub fn new(text: Arc<str>, settings: &Settings) -> Self {
        let options = settings.syntax_options();
        let note = syntax::parse(&text, &options);
        let lines = LineIndex::new(&text);
        Self { text, note, lines, options: Some(options) }
    }

    /// Reads `text`: where an earlier state of it is known, only what differs from that.
    pub fn after(before: Option<&Self>, text: Arc<str>, settings: &Settings) -> Self {
        let options = settings.syntax_options();
        let Some(before) = before.filter(|before| before.options.as_ref() == Some(&options)) else {
            return Self::new(text, settings);
        };
        let note = syntax::parse_change(&before.text, &before.note, &text, &options);
        let lines = LineIndex::new(&text);
        Self { text, note, lines, options: Some(options) }
    }

    /// `text` of which nothing is known but its lines.
    pub fn unread(text: Arc<str>) -> Self {
        let lines = LineIndex::new(&text);
        Self { text, note: syntax::Note::default(), lines, options: None }
    }

    /// The bytes of a part of the note.
    pub fn span(&self, place: LinePlace) -> Span {
        place.span(&self.text, &self.lines)
    }

    /// The language that the note says it is in.
    pub fn language(&self) -> Option<&str> {
        let language = self.note.front_matter.as_ref()?.language.as_ref()?;
        Some(language.text.trim()).filter(|language| !language.is_empty())
    }

    /// The source that the note's timestamps mean.
    pub fn video(&self) -> Option<SourceId<'_>> {
        self.note.front_matter.as_ref()?.source()
    }
}

/// The text around some places of a note, or all of the note. Its spans and lines count from where the text begins.
#[derive(Debug)]
pub(super) struct Piece {
    document: Arc<Document>,
    /// Where it begins in the note: its first byte and its line.
    start: usize,
    line: u32,
}

impl Piece {
    /// All of a note.
    pub(super) fn whole(document: Arc<Document>) -> Self {
        Self { document, start: 0, line: 0 }
    }

    /// The bytes of a part of the note.
    pub(super) fn span(&self, place: LinePlace) -> Span {
        self.document.span(LinePlace { line: place.line.saturating_sub(self.line), ..place })
    }

    /// Where bytes of the text stand in the note.
    pub(super) fn place(&self, span: Span) -> LinePlace {
        let place = LinePlace::of(span, &self.text, &self.lines);
        LinePlace { line: place.line + self.line, ..place }
    }

    /// The same in bytes.
    pub(super) fn in_note(&self, span: Span) -> Span {
        Span::new(self.start + span.start(), self.start + span.end())
    }
}

impl Deref for Piece {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.document
    }
}

/// The files of a vault as the features see them; the disk, or [`MemoryTexts`] in tests. Paths are
/// relative to the vault, with `/`.
pub trait Texts: Send + Sync {
    /// Whether a file is at `path`, ignored or not. Never asked for one that leads out of the vault.
    fn exists(&self, path: &str) -> bool;

    /// Whether a folder is at `path`, likewise.
    fn is_folder(&self, path: &str) -> bool;

    /// Files in a folder and in those below it, ignored ones too: at most so many, in no order that means anything.
    /// No link is followed.
    fn below(&self, folder: &str, most: usize) -> Vec<String> {
        let _ = (folder, most);
        Vec::new()
    }

    /// The text of a file; `None` where it cannot be read. Bytes that are not UTF-8 become U+FFFD.
    fn read(&self, path: &str) -> Option<Arc<str>>;

    /// The bytes `part` of the text of a file, as far as it has them, likewise: of a long file only these are
    /// read. Behind bytes that are not UTF-8 they may be others.
    fn read_part(&self, path: &str, part: Span) -> Option<Arc<str>> {
        self.read(path).map(|text| part_of(&text, part))
    }

    /// The URI of a file, for links in hovers.
    fn uri(&self, path: &str) -> String;

    /// Size and time of a sidecar as a number: equal as long as nobody wrote to it. `None` where it is gone.
    fn stamp(&self, place: &Sidecar) -> Option<u64> {
        self.read_sidecar(place, u64::MAX).ok().map(|(_, stamp)| stamp)
    }

    /// The text of a sidecar of at most `max` bytes, with its stamp; else why it is not read.
    fn read_sidecar(&self, place: &Sidecar, max: u64) -> Result<(Arc<str>, u64), String> {
        let Sidecar::Vault(path) = place else { return Err("it is outside the vault".to_owned()) };
        let text = self.read(path).ok_or("it cannot be read")?;
        if text.len() as u64 > max {
            return Err(format!("its {} bytes are more than the {max} that are read", text.len()));
        }
        let stamp = FxBuildHasher.hash_one(&text);
        Ok((text, stamp))
    }

    /// The URI of a sidecar.
    fn sidecar_uri(&self, place: &Sidecar) -> String {
        self.uri(place.path())
    }

    /// The sidecars of `folders`, which the settings name: `before`, which these were, where nothing has come
    /// or gone. Also what is left out, each as a sentence for the user.
    fn shelf(&self, folders: &[String], before: &Arc<Shelf>) -> (Arc<Shelf>, Vec<String>) {
        let _ = folders;
        (Arc::clone(before), Vec::new())
    }

    /// Whether a file may be made at `path`: nothing is there, and no folder on the way leads out of
    /// the vault.
    fn creatable(&self, path: &str) -> bool;
}

/// The whole characters of `text` in `part`.
fn part_of(text: &str, part: Span) -> Arc<str> {
    let [start, end] = [part.start(), part.end()].map(|at| text.floor_char_boundary(at));
    text.get(start..end).unwrap_or_default().into()
}

/// The files of a vault in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryTexts(pub BTreeMap<String, Arc<str>>);

impl<P: Into<String>, T: Into<Arc<str>>> FromIterator<(P, T)> for MemoryTexts {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect())
    }
}

impl Texts for MemoryTexts {
    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.0.range(folder.clone()..).next().is_some_and(|(first, _)| first.starts_with(&folder))
    }

    fn below(&self, folder: &str, most: usize) -> Vec<String> {
        let folder = format!("{folder}/");
        let from = self.0.range(folder.clone()..).map(|(path, _)| path);
        from.take_while(|path| path.starts_with(&folder)).take(most).cloned().collect()
    }

    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path).cloned()
    }

    fn uri(&self, path: &str) -> String {
        format!("file:///vault/{path}")
    }

    fn creatable(&self, path: &str) -> bool {
        !self.exists(path)
    }
}

/// A place in a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The note.
    pub note: NoteId,
    /// Its bytes.
    pub span: Span,
}

/// Where the user is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The note.
    pub note: NoteId,
    /// The byte that the cursor stands before.
    pub offset: usize,
}

/// One consistent state of one vault: the index, the open notes, the files behind it.
#[derive(Clone)]
pub struct Analysis {
    /// Names, links, citations.
    pub index: Index,
    /// Whether every note has been read: before that, nothing may be called missing.
    pub complete: bool,
    /// Notes in the order in which they were opened, last first; for ranking.
    pub recent: Arc<[NoteId]>,
    /// Captions and metadata that have been read.
    pub(crate) library: Arc<Library>,
    open: imbl::OrdMap<NoteId, Arc<Document>>,
    texts: Arc<dyn Texts>,
    /// What finds names of notes in plain text.
    mentions: MentionsSlot,
    /// What is known of names that no note has.
    near: NearNames,
    /// How often notes are mentioned without a link, as far as that is known.
    pub mention_counts: MentionCounts,
}

impl fmt::Debug for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analysis").field("notes", &self.index.len()).field("open", &self.open.len()).finish()
    }
}

impl Analysis {
    /// A state with these open notes over these files.
    pub fn new(index: Index, open: imbl::OrdMap<NoteId, Arc<Document>>, texts: Arc<dyn Texts>) -> Self {
        let (complete, recent, mentions) = (true, Arc::from([]), MentionsSlot::default());
        let (library, near, mention_counts) =
            (Arc::default(), NearNames::default(), MentionCounts::default());
        Self { index, complete, recent, library, open, texts, mentions, near, mention_counts }
    }

    /// The same state with what finds names of notes in plain text.
    #[must_use]
    pub fn with_mentions(self, mentions: MentionsSlot) -> Self {
        Self { mentions, ..self }
    }

    /// The same state with what is known of names that no note has.
    #[must_use]
    pub fn with_near_names(self, near: NearNames) -> Self {
        Self { near, ..self }
    }

    /// The same state, of which what is not known of such names is found otherwise.
    #[must_use]
    pub fn searching(self, search: Search) -> Self {
        Self { near: self.near.searching(search), ..self }
    }

    /// The note whose name is nearest to `target`, which no note has, from the note `from`: `Some(None)` where none
    /// is near, `None` where that is not known.
    pub(super) fn near(&self, from: NoteId, target: &str) -> Option<Option<NoteId>> {
        match self.near.look(self, from, target) {
            Look::Known(near) => Some(near),
            _ if self.near.search() == Search::AtOnce => Some(self.near.find_now(self, from, target)),
            known => known.answer(),
        }
    }

    /// What is known of such names.
    pub(super) fn near_names(&self) -> &NearNames {
        &self.near
    }

    /// What finds names of notes in plain text; `None` where it has not been made.
    pub fn mentions(&self) -> Option<&Mentions> {
        self.mentions.get()
    }

    /// Where the wikilink `[[target]]` leads from the note `from`, also to files that are ignored.
    pub fn resolve(&self, from: NoteId, target: &str) -> Resolution {
        self.look_on_disk(self.index.resolve(from, target))
    }

    /// Where `target`, which is not empty, leads in a wikilink of a note in the folder `from`, likewise.
    pub fn resolve_in(&self, from: &str, target: &str) -> Resolution {
        self.look_on_disk(self.index.resolve_in(from, target))
    }

    /// Where a link of a note in the folder `from` would lead, likewise; not one into its own note.
    pub fn resolve_wanted_in(&self, from: &str, wanted: &Wanted) -> Resolution {
        self.look_on_disk(self.index.resolve_from(from, wanted))
    }

    /// Where a link of the note `from` leads, likewise.
    pub fn resolve_wanted(&self, from: NoteId, wanted: &Wanted) -> Resolution {
        self.look_on_disk(self.index.resolve_wanted(from, wanted))
    }

    /// The links of a note, each with where it leads, likewise; see [`Index::links`].
    pub fn links(&self, note: NoteId) -> impl Iterator<Item = (LinkFact<'_>, Resolution)> {
        self.index.links(note).map(|(link, found)| (link, self.look_on_disk(found)))
    }

    fn look_on_disk(&self, found: Resolution) -> Resolution {
        found.with_disk(|place| match place {
            Unlisted::File(path) => self.texts.exists(path),
            Unlisted::Folder(path) => self.texts.is_folder(path),
        })
    }

    /// The settings of the vault.
    pub fn settings(&self) -> &Settings {
        self.index.settings()
    }

    /// The files behind it.
    pub fn texts(&self) -> &dyn Texts {
        &*self.texts
    }

    /// A note with its text: the open buffer, else what the file holds now. `None` where the file
    /// is gone, cannot be read or is too large.
    pub fn document(&self, note: NoteId) -> Option<Arc<Document>> {
        if let Some(open) = self.open.get(&note) {
            return Some(Arc::clone(open));
        }
        let text = self.texts.read(self.index.path(note))?;
        Some(Arc::new(Document::new(text, self.settings())))
    }

    /// The text of a note alone, as [`Self::document`] has it.
    pub fn text(&self, note: NoteId) -> Option<Arc<str>> {
        match self.open.get(&note) {
            Some(open) => Some(Arc::clone(&open.text)),
            None => self.texts.read(self.index.path(note)),
        }
    }

    /// Bytes of the text of a note, as far as it has them, as [`Texts::read_part`] has those of a file.
    pub(super) fn part(&self, note: NoteId, part: Span) -> Option<Arc<str>> {
        match self.open.get(&note) {
            Some(open) => Some(part_of(&open.text, part)),
            None => self.texts.read_part(self.index.path(note), part),
        }
    }

    /// A note with its text and lines; whatever else is in it may be missing.
    pub fn unread(&self, note: NoteId) -> Option<Arc<Document>> {
        match self.open.get(&note) {
            Some(open) => Some(Arc::clone(open)),
            None => self.texts.read(self.index.path(note)).map(|text| Arc::new(Document::unread(text))),
        }
    }

    /// The text around some places of a note, with more of it to each side than is read of a block; whatever else is in
    /// the note may be missing. Of a long note that is not open, no more is read.
    pub(super) fn around(&self, note: NoteId, places: &[LinePlace]) -> Option<Piece> {
        let lines = || places.iter().map(|place| place.line);
        let lines = lines().min().zip(lines().max()).filter(|_| !self.is_open(note));
        let part = lines.and_then(|(first, last)| self.index.facts(note)?.places().part(first, last));
        let Some((part, line)) = part else { return self.unread(note).map(Piece::whole) };
        let text = self.part(note, part)?;
        Some(Piece { document: Arc::new(Document::unread(text)), start: part.start(), line })
    }

    /// Whether the note is open in an editor.
    pub fn is_open(&self, note: NoteId) -> bool {
        self.open.contains_key(&note)
    }

    /// The same state where `note` is open and holds `document`.
    pub(super) fn with_document(&self, note: NoteId, document: &Arc<Document>) -> Self {
        let facts = Facts::new(&document.text, &document.note, self.settings());
        let mut index = self.index.clone();
        index.apply(Change::Facts(index.path(note).into(), facts));
        Self { index, open: self.open.update(note, Arc::clone(document)), ..self.clone() }
    }

    /// The same state with another index.
    pub(super) fn with_index(&self, index: Index) -> Self {
        Self { index, ..self.clone() }
    }

    /// The same state over other files.
    pub(super) fn with_texts(self, texts: impl FnOnce(Arc<dyn Texts>) -> Arc<dyn Texts>) -> Self {
        Self { texts: texts(Arc::clone(&self.texts)), ..self }
    }

    /// The same state for work that `cancel` stops.
    #[must_use]
    pub fn with_cancel(self, cancel: Cancel) -> Self {
        Self { index: self.index.with_cancel(cancel), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::{
        Symbol, Wish, code_actions, code_lenses, completion, definition, diagnostics, document_links,
        document_symbols, foldings, highlights, hover, implementation, incoming, inlay_hints, occurrences,
        outgoing, resolve_completion, selections, semantic_tokens, symbol_at, workspace_symbols,
    };
    use crate::index::{Cancelled, catch};

    type Feature<'f> = &'f dyn Fn(&Analysis) -> usize;

    /// No feature asks whether it is cancelled: the index does.
    #[test]
    fn every_feature_stops_when_it_is_cancelled() {
        let fixture = Fixture::new(
            "---\nvideoId: dQw4w9WgXcQ\n---\n[[a$0]] [[b]] [00:05]\n# c\nd\n//- a.md\n# Other\n//- x/b.md\n//- y/b.md\n",
        );
        let (note, at, other) = (fixture.cursor().note, fixture.cursor(), fixture.note("a.md"));
        let analysis = &fixture.analysis;
        let features: [(&str, Feature<'_>); 19] = [
            ("hover", &|analysis| hover(analysis, at).iter().count()),
            ("definition", &|analysis| definition(analysis, at).len()),
            ("implementation", &|analysis| implementation(analysis, at).len()),
            ("references", &|analysis| occurrences(analysis, &symbol_at(analysis, at).unwrap().symbol).len()),
            ("code lenses", &|analysis| code_lenses(analysis, other).len()),
            ("incoming", &|analysis| incoming(analysis, &Symbol::Note(other)).count()),
            ("outgoing", &|analysis| outgoing(analysis, &Symbol::Note(note)).len()),
            ("highlights", &|analysis| highlights(analysis, at).len()),
            ("code actions", &|analysis| {
                code_actions(analysis, note, Span::new(at.offset, at.offset + 9), &Wish::default()).len()
            }),
            ("completion", &|analysis| completion(analysis, at, 100).items.len()),
            ("completion resolve", &|analysis| resolve_completion(analysis, note).iter().count()),
            ("document links", &|analysis| document_links(analysis, note).len()),
            ("document symbols", &|analysis| document_symbols(analysis, note).len()),
            ("foldings", &|analysis| foldings(analysis, note, 100).len()),
            ("semantic tokens", &|analysis| semantic_tokens(analysis, note, Span::new(0, 100)).len()),
            ("inlay hints", &|analysis| inlay_hints(analysis, note, Span::new(0, 100)).len()),
            ("selections", &|analysis| selections(analysis, note, &[0]).len()),
            ("workspace symbols", &|analysis| workspace_symbols(analysis, "a", 100).len()),
            ("diagnostics", &|analysis| diagnostics(analysis, note, None).len()),
        ];
        let cancel = Cancel::new();
        let stopped = analysis.clone().with_cancel(cancel.clone());
        for (name, feature) in features {
            assert!(feature(analysis) > 0, "{name} says nothing here");
            assert_eq!(catch(|| feature(&stopped)), Ok(feature(analysis)), "{name}");
        }
        cancel.cancel();
        for (name, feature) in features {
            assert_eq!(catch(|| feature(&stopped)), Err(Cancelled), "{name}");
        }
    }
}
