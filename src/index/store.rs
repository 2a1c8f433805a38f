use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use rustc_hash::FxHashSet;

use super::crowd::{self, Crowds};
use super::delta::{Change, Delta};
use super::facts::{sorted, video_key};
use super::folders::{FolderId, Folders};
use super::heading_sieve::HeadingSieve;
use super::minutes::Reach;
use super::name::{Key, caseless};
use super::names::{Keys, Name};
use super::numbered::Numbered;
use super::postings::{Posting, Postings, Spelling, packing};
use super::prefilter::NameRows;
use super::sorted::{Hashed, Sorted};
use super::tag_names::KnownTags;
use super::wanted::WantedNames;
use super::{Cancel, Facts};
use crate::settings::Settings;
use crate::sources::{SidecarName, is_recording, named_tokens};
use crate::text::{PathText, Span, VaultPath};

/// A note of one state of a vault. It stays the same while the note keeps its path; once the note is gone,
/// another one may get it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NoteId(pub(super) u32);

impl NoteId {
    pub(super) const FIRST: Self = Self(0);
    pub(super) const LAST: Self = Self(u32::MAX);
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: VaultPath,
    /// The bytes of the file stem in the path: asked for by every resolution.
    stem: Span,
    /// What is kept of the file stem as a name.
    keys: Keys,
    /// The folder that it is in.
    pub(super) within: FolderId,
    pub(super) facts: Option<Facts>,
}

impl Entry {
    fn new(path: VaultPath, within: FolderId, facts: Option<Facts>, settings: &Settings) -> Self {
        let name = stem(&path, settings);
        let start = path.len() - path.file_name().len();
        let stem = Span::new(start, start + name.len());
        let keys = Keys::of(name);
        Self { path, stem, keys, within, facts }
    }

    /// Where the index files the names of the note; sorted, distinct.
    pub(super) fn name_keys(&self) -> Vec<Key> {
        sorted(self.names().map(Name::key).collect())
    }

    /// Where the index files the title and the aliases; sorted, distinct.
    fn title_keys(&self) -> Vec<Key> {
        sorted(self.names().skip(1).map(Name::key).collect())
    }

    /// Where the index files the stem of the note `id`.
    fn stem_posting(&self, id: NoteId) -> Posting {
        Posting { key: self.keys.key, spelling: Spelling::of(self.stem()), folder: self.within, note: id }
    }

    /// Where the index files the links of the note `id`; sorted, distinct.
    fn link_postings(&self, id: NoteId, settings: &Settings) -> Vec<Posting> {
        self.postings(id, self.facts.iter().flat_map(|facts| facts.filed_links(settings)))
    }

    /// Where the index files the anchors of the links of the note `id`; sorted, distinct.
    fn anchor_postings(&self, id: NoteId, settings: &Settings) -> Vec<Posting> {
        self.postings(id, self.facts.iter().flat_map(|facts| facts.filed_anchors(settings)))
    }

    fn postings(&self, id: NoteId, filed: impl Iterator<Item = (Key, Spelling)>) -> Vec<Posting> {
        let posting = |(key, spelling)| Posting { key, spelling, folder: self.within, note: id };
        let mut postings: Vec<_> = filed.map(posting).collect();
        postings.sort_unstable();
        postings.dedup();
        postings
    }

    /// The stem, the title and the aliases.
    pub(super) fn names(&self) -> impl Iterator<Item = Name<'_>> {
        let names = self.facts.iter().flat_map(|facts| facts.own_names());
        [self.name()].into_iter().chain(names)
    }

    /// The stem as a name.
    pub(super) fn name(&self) -> Name<'_> {
        Name::with_keys(self.stem(), self.keys)
    }

    /// The file stem.
    pub(super) fn stem(&self) -> &str {
        self.stem.of(&self.path)
    }

    /// The folder, without a final `/`; empty for the vault's root.
    pub(super) fn folder(&self) -> &str {
        self.path.get(..self.stem.start().saturating_sub(1)).unwrap_or("")
    }

    /// The path without its note extension.
    pub(super) fn path_stem(&self) -> &str {
        self.path.get(..self.stem.end()).unwrap_or(&self.path)
    }
}

/// Pairs of a key and a note that is filed under it: any number per key, each at the cost of a logarithm.
type Filed = Sorted<(Key, NoteId)>;

impl Hashed for (Key, NoteId) {
    fn hash(&self) -> u32 {
        self.0.number()
    }
}

/// The notes, names, links and citations of one vault. Cloning gives a snapshot.
#[derive(Clone)]
pub struct Index {
    pub(super) settings: Arc<Settings>,
    pub(super) cancel: Cancel,
    /// By id; `None` where the note is gone.
    entries: Numbered<Option<Entry>>,
    /// What scans for names read.
    pub(super) name_rows: NameRows,
    /// Numbers below that of the last entry without a note.
    free: OrdSet<NoteId>,
    /// By path.
    ids: OrdMap<VaultPath, NoteId>,
    pub(super) folders: Folders,
    /// Stems of notes.
    pub(super) stems: Postings,
    /// Titles and aliases.
    titles: Filed,
    /// Stems, titles and aliases that many notes share.
    pub(super) crowds: Crowds,
    /// Targets of links.
    pub(super) links: Postings,
    /// The same with the anchors behind them, by both.
    pub(super) anchors: Postings,
    /// Videos that notes cite or link to.
    pub(super) videos: Filed,
    /// Tags and their ancestors.
    pub(super) tags: Filed,
    /// What a search for headings has read so far.
    pub(super) headings: Arc<HeadingSieve>,
    /// What a search for tags has read.
    pub(super) known_tags: Arc<KnownTags>,
    /// Names that no note has, once somebody has asked for them.
    pub(super) wanted: WantedNames,
    /// Files that are no notes.
    pub(super) files: OrdSet<VaultPath>,
    /// The same by file name.
    pub(super) file_names: OrdSet<(Key, VaultPath)>,
    /// Those that may be captions, metadata or recordings, by the videos that their names may name.
    pub(super) sidecars: OrdSet<(Key, VaultPath)>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("notes", &self.len()).field("files", &self.files.len()).finish()
    }
}

impl Index {
    /// An empty vault.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self {
            settings,
            cancel: Cancel::default(),
            entries: Numbered::default(),
            name_rows: NameRows::default(),
            free: OrdSet::new(),
            ids: OrdMap::new(),
            folders: Folders::default(),
            stems: Postings::default(),
            titles: Filed::default(),
            crowds: Crowds::default(),
            links: Postings::default(),
            anchors: Postings::default(),
            videos: Filed::default(),
            tags: Filed::default(),
            headings: Arc::default(),
            known_tags: Arc::default(),
            wanted: WantedNames::default(),
            files: OrdSet::new(),
            file_names: OrdSet::new(),
            sidecars: OrdSet::new(),
        }
    }

    /// The same for work that `cancel` stops: whatever goes through notes, and every resolution, unwinds
    /// to [`super::catch`] once it is set.
    #[must_use]
    pub fn with_cancel(self, cancel: Cancel) -> Self {
        Self { cancel, ..self }
    }

    /// What stops the work on it, for loops of others over its notes.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// A vault from nothing, by sorting instead of by changes: what [`Self::apply`] must be equal
    /// to, whatever came before. Of two notes with one path the last counts.
    pub fn from_scratch(
        settings: Arc<Settings>,
        notes: impl IntoIterator<Item = (VaultPath, Option<Facts>)>,
        files: impl IntoIterator<Item = VaultPath>,
    ) -> Self {
        let mut notes: Vec<(VaultPath, Option<Facts>)> = notes.into_iter().collect();
        // Of equal ones the last comes first, and stays.
        notes.reverse();
        notes.sort_by(|(a, _), (b, _)| a.cmp(b));
        notes.dedup_by(|(later, _), (first, _)| later == first);
        let mut index = Self::new(settings);
        let (mut ids, mut stems) = (Vec::with_capacity(notes.len()), Vec::with_capacity(notes.len()));
        let mut entries = Vec::with_capacity(notes.len());
        for (number, (path, facts)) in notes.into_iter().enumerate() {
            let id = NoteId(u32::try_from(number).unwrap_or(u32::MAX));
            let within = index.folders.enter(path.folder());
            let entry = Entry::new(path, within, facts, &index.settings);
            stems.push(entry.stem_posting(id));
            ids.push((entry.path.clone(), id));
            entries.push(Some(entry));
        }
        index.set_all(entries);
        (index.ids, index.stems) = (packing(&ids).collect(), stems.into());
        index.file_contents();
        for path in files {
            index.add_file(path);
        }
        index
    }

    /// The same notes and files with these contents, by sorting. Of a note that is not known, nothing is
    /// taken.
    #[must_use]
    pub fn with_contents(&self, contents: impl IntoIterator<Item = (VaultPath, Facts)>) -> Self {
        let mut index = Self { wanted: WantedNames::default(), ..self.clone() };
        let mut contents: Vec<_> = contents.into_iter().collect();
        contents.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut entries: Vec<Option<Entry>> = index.entries.iter().cloned().collect();
        // Both are in order: no note is looked up.
        let mut notes = self.ids.iter().peekable();
        for (path, facts) in contents {
            while notes.next_if(|(note, _)| **note < path).is_some() {}
            let Some(&(_, &id)) = notes.peek().filter(|(note, _)| **note == path) else { continue };
            if let Some(Some(entry)) = entries.get_mut(id.0 as usize) {
                entry.facts = Some(facts);
            }
        }
        index.set_all(entries);
        index.file_contents();
        index
    }

    /// Files what the notes hold, by sorting.
    fn file_contents(&mut self) {
        let [mut links, mut anchors] = [const { Vec::new() }; 2];
        let [mut titles, mut videos, mut tags] = [const { Vec::new() }; 3];
        let numbered = (0u32..).map(NoteId).zip(self.entries.iter());
        for (id, entry) in numbered.filter_map(|(id, entry)| Some((id, entry.as_ref()?))) {
            let Some(facts) = &entry.facts else { continue };
            let file =
                |pairs: &mut Vec<_>, keys: Vec<Key>| pairs.extend(keys.into_iter().map(|key| (key, id)));
            links.extend(entry.link_postings(id, &self.settings));
            anchors.extend(entry.anchor_postings(id, &self.settings));
            file(&mut titles, entry.title_keys());
            file(&mut videos, facts.video_keys());
            file(&mut tags, facts.tag_keys());
        }
        let mut keys: Vec<Key> = self.stems.iter().map(|posting| posting.key).collect();
        keys.extend(titles.iter().map(|&(key, _)| key));
        keys.sort_unstable();
        (self.links, self.anchors) = (links.into(), anchors.into());
        (self.titles, self.videos, self.tags) = (titles.into(), videos.into(), tags.into());
        self.crowds = Crowds::default();
        for same in keys.chunk_by(PartialEq::eq) {
            if let [key, ..] = *same
                && same.len() > crowd::MANY
            {
                self.gather(key);
            }
        }
    }

    /// Takes one change over. The work follows the change: a note that says what it said costs nothing
    /// more, wherever it says it, and of the others only the keys that differ are filed anew.
    pub fn apply(&mut self, change: Change) -> Delta {
        self.apply_all([change])
    }

    /// Takes changes over in their order. They are made to a copy, which then takes the place: a bug that
    /// panics halfway leaves no note half filed.
    pub fn apply_all(&mut self, changes: impl IntoIterator<Item = Change>) -> Delta {
        let mut delta = Delta::default();
        let mut next = self.clone();
        for change in changes {
            match change {
                Change::Note(path) => next.put(path, None, &mut delta),
                Change::Facts(path, facts) => next.put(path, Some(facts), &mut delta),
                Change::File(path) => {
                    if next.add_file(path.clone()) {
                        delta.file(&path);
                    } else {
                        delta.sidecar(&path);
                    }
                }
                Change::Gone(path) => next.remove(&path, &mut delta),
            }
        }
        if delta.touches_backlinks() {
            next.wanted.touch(delta.names.iter().copied());
        }
        *self = next;
        delta
    }

    /// Whether it files the same notes under the same keys, since nobody touched that.
    #[cfg(test)]
    pub(super) fn files_the_same_as(&self, other: &Self) -> bool {
        self.ids.ptr_eq(&other.ids)
            && self.stems.ptr_eq(&other.stems)
            && self.titles.ptr_eq(&other.titles)
            && self.links.ptr_eq(&other.links)
            && self.anchors.ptr_eq(&other.anchors)
            && self.videos.ptr_eq(&other.videos)
            && self.tags.ptr_eq(&other.tags)
    }

    fn put(&mut self, path: VaultPath, facts: Option<Facts>, delta: &mut Delta) {
        let id = match self.ids.get(&path) {
            Some(&id) => id,
            None => {
                let id = self.free_id();
                self.note_empty_folders(&path, delta);
                self.ids.insert(path.clone(), id);
                self.folders.enter(path.folder());
                id
            }
        };
        let old = self.entries.get(id.0 as usize).cloned().flatten();
        if let Some(old) = &old {
            let is_same = match (&old.facts, &facts) {
                (Some(old), Some(new)) => old.says_what(new),
                (old, new) => old.is_none() && new.is_none(),
            };
            if is_same {
                // Where it stands may be new; nothing is filed by that.
                self.entries.set(id.0 as usize, Some(Entry { facts, ..old.clone() }));
                return;
            }
        }
        delta.says_else = true;
        let Some(within) = self.folders.get(path.folder()) else { return };
        let new = Entry::new(path, within, facts, &self.settings);
        self.refile(id, old.as_ref(), Some(&new), delta);
    }

    /// A number that no note has.
    fn free_id(&mut self) -> NoteId {
        self.free.remove_min().unwrap_or_else(|| {
            self.entries.push(None);
            NoteId(u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX))
        })
    }

    /// Takes back the number of a note that is gone.
    fn release_id(&mut self, id: NoteId) {
        self.free.insert(id);
        while self.entries.last().is_some_and(Option::is_none) {
            self.entries.pop();
            self.free.remove_max();
        }
        self.name_rows.truncate(self.entries.len());
    }

    fn set_all(&mut self, entries: Vec<Option<Entry>>) {
        self.name_rows = NameRows::of(&entries);
        self.entries = entries.into();
    }

    fn set(&mut self, id: NoteId, entry: Option<Entry>) {
        let is_named_alike =
            |(old, new): (&Entry, &Entry)| old.names().map(Name::as_str).eq(new.names().map(Name::as_str));
        if !self.entry(id).zip(entry.as_ref()).is_some_and(is_named_alike) {
            self.name_rows.set(id, entry.as_ref());
        }
        self.entries.set(id.0 as usize, entry);
    }

    fn remove(&mut self, path: &str, delta: &mut Delta) {
        let bounds = VaultPath::range_below(path);
        let mut notes: Vec<_> =
            self.ids.range(bounds.clone()).map(|(path, &id)| (path.clone(), id)).collect();
        notes.extend(self.ids.get_key_value(path).map(|(path, &id)| (path.clone(), id)));
        let is_unknown = notes.is_empty();
        for (path, id) in notes {
            let old = self.entries.get(id.0 as usize).cloned().flatten();
            self.refile(id, old.as_ref(), None, delta);
            self.ids.remove(&path);
            self.folders.leave(path.folder());
            self.release_id(id);
            self.note_empty_folders(&path, delta);
        }
        let mut files: Vec<_> = self.files.range(bounds).cloned().collect();
        files.extend(self.files.get(path).cloned());
        if is_unknown && files.is_empty() {
            // An ignored file: links by its path see it.
            delta.file(path);
        }
        for path in files {
            self.remove_file(&path);
            delta.file(&path);
        }
    }

    /// Notes that folders came or went with the note at `path`: those around it without another note. Links to one that
    /// stays lead where they led, and most notes of a folder may link to what is called so.
    fn note_empty_folders(&self, path: &VaultPath, delta: &mut Delta) {
        let is_empty = |folder: &&str| self.ids.range(VaultPath::range_below(folder)).next().is_none();
        crowd::around(path.folder())
            .filter(|folder| !folder.is_empty())
            .take_while(is_empty)
            .for_each(|folder| delta.folder(folder));
    }

    /// Moves a note from where `old` is filed to where `new` is, touching only what differs.
    fn refile(&mut self, id: NoteId, old: Option<&Entry>, new: Option<&Entry>, delta: &mut Delta) {
        let names = |entry: Option<&Entry>| entry.map_or_else(Vec::new, Entry::name_keys);
        let keys = |entry: Option<&Entry>, of: fn(&Facts) -> Vec<Key>| {
            entry.and_then(|entry| entry.facts.as_ref()).map_or_else(Vec::new, of)
        };
        let (old_facts, new_facts) = (old.and_then(|e| e.facts.as_ref()), new.and_then(|e| e.facts.as_ref()));
        let (old_names, new_names) = (names(old), names(new));
        self.wanted.relink(old_facts, new_facts);
        if old.is_none() || new.is_none() {
            delta.names.extend(old_names.iter().chain(&new_names));
        } else {
            // A name spelt otherwise under the same key may match in another tier, so spelling counts.
            fn names(facts: Option<&Facts>) -> impl Iterator<Item = Name<'_>> {
                facts.into_iter().flat_map(Facts::own_names)
            }
            let differ = |one: Option<&Facts>, other: Option<&Facts>| -> Vec<Key> {
                let known: FxHashSet<&str> = names(other).map(|name| name.as_str()).collect();
                names(one).filter(|name| !known.contains(name.as_str())).map(|name| name.key()).collect()
            };
            delta.names.extend(differ(old_facts, new_facts).into_iter().chain(differ(new_facts, old_facts)));
        }
        let anchors_differ = match (old_facts, new_facts) {
            (Some(old), Some(new)) => !old.has_anchors_of(new),
            (old, new) => old.is_some() != new.is_some(),
        };
        if anchors_differ {
            delta.anchors.extend(old_names.iter().chain(&new_names));
        }
        // What is minutes in the times of a note depends on how far others cite the video.
        let reach = |facts: Option<&Facts>| {
            facts.map(|facts| (facts.video().map(|video| video_key(video.id)), Reach::of(facts)))
        };
        let (old_reach, new_reach) = (reach(old_facts), reach(new_facts));
        if old_reach != new_reach {
            delta.cited([old_reach, new_reach].into_iter().flatten().filter_map(|(video, _)| video));
        }
        // A note that keeps its names keeps its place among those that share them.
        let group = |entry: Option<&Entry>, names: &[Key], key| {
            entry.filter(|_| names.binary_search(&key).is_ok()).map(|entry| crowd::group(key, entry))
        };
        let mut moved = sorted(old_names.iter().chain(&new_names).copied().collect());
        moved.retain(|&key| group(old, &old_names, key) != group(new, &new_names, key));
        for &key in &moved {
            if let Some(old) = old.filter(|_| self.crowds.holds(key) && old_names.binary_search(&key).is_ok())
            {
                self.crowds.remove(key, id, old);
            }
        }
        match (old, new) {
            (Some(old), None) => self.stems.remove(&old.stem_posting(id)),
            (None, Some(new)) => self.stems.insert(new.stem_posting(id)),
            _ => {}
        }
        #[cfg(test)]
        super::tests::fault();
        let titles = |entry: Option<&Entry>| entry.map_or_else(Vec::new, Entry::title_keys);
        file(&mut self.titles, id, &titles(old), &titles(new));
        let settings = &self.settings;
        let postings = |of: fn(&Entry, NoteId, &Settings) -> Vec<Posting>| {
            [old, new].map(|entry| entry.map_or_else(Vec::new, |entry| of(entry, id, settings)))
        };
        self.links.refile(postings(Entry::link_postings));
        self.anchors.refile(postings(Entry::anchor_postings));
        file(&mut self.videos, id, &keys(old, Facts::video_keys), &keys(new, Facts::video_keys));
        file(&mut self.tags, id, &keys(old, Facts::tag_keys), &keys(new, Facts::tag_keys));
        self.set(id, new.cloned());
        for key in moved {
            self.follow(key, id, new_names.binary_search(&key).is_ok());
        }
    }

    /// Keeps the crowd of `key` right, of which the note `id`, if it has that key, is not yet part.
    fn follow(&mut self, key: Key, id: NoteId, has_key: bool) {
        if !self.crowds.holds(key) {
            if has_key && self.named(key).take(crowd::MANY + 1).count() > crowd::MANY {
                self.gather(key);
            }
            return;
        }
        if let Some(entry) = self.entry(id).filter(|_| has_key).cloned() {
            self.crowds.insert(key, id, &entry);
        }
        if self.crowds.len(key) <= crowd::FEW {
            for note in self.named(key).collect::<Vec<_>>() {
                if let Some(entry) = self.entry(note).cloned() {
                    self.crowds.remove(key, note, &entry);
                }
            }
        }
    }

    /// Makes a crowd of the notes with `key`.
    fn gather(&mut self, key: Key) {
        for note in self.named(key).collect::<Vec<_>>() {
            if let Some(entry) = self.entry(note).cloned() {
                self.crowds.insert(key, note, &entry);
            }
        }
    }

    fn add_file(&mut self, path: VaultPath) -> bool {
        if self.files.insert(path.clone()).is_some() {
            return false;
        }
        self.sidecars.extend(sidecar_keys(&path).into_iter().map(|key| (key, path.clone())));
        self.file_names.insert((file_key(&path), path));
        true
    }

    fn remove_file(&mut self, path: &VaultPath) {
        self.files.remove(path);
        self.file_names.remove(&(file_key(path), path.clone()));
        for key in sidecar_keys(path) {
            self.sidecars.remove(&(key, path.clone()));
        }
    }

    /// Goes on under other settings, under which the notes read the same ([`Settings::reads_like`]).
    pub fn set_settings(&mut self, settings: Arc<Settings>) {
        debug_assert!(self.settings.reads_like(&settings), "the notes have to be read again");
        self.settings = settings;
        self.wanted = WantedNames::default();
    }

    /// The settings that hold.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Number of notes.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Every note, by path.
    pub fn notes(&self) -> impl Iterator<Item = NoteId> + '_ {
        self.cancel.over(self.ids.values().copied())
    }

    /// The notes below a folder, by path; all notes below the empty one.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = NoteId> + '_ {
        self.cancel.over(self.ids.range(VaultPath::range_below(folder))).map(|(_, &id)| id)
    }

    /// The paths of the notes behind `path`, in order.
    pub fn paths_behind(&self, path: &str) -> impl Iterator<Item = &VaultPath> + '_ {
        let bounds = (Bound::Excluded(VaultPath::from(path)), Bound::Unbounded);
        self.cancel.over(self.ids.range(bounds)).map(|(path, _)| path)
    }

    /// Every note, in no order that means anything: the fastest way through all of them.
    pub fn scan(&self) -> impl Iterator<Item = (NoteId, &str, Option<&Facts>)> + '_ {
        let numbered = (0u32..).zip(self.cancel.over(self.entries.iter()));
        numbered.filter_map(|(n, entry)| entry.as_ref().map(|e| (NoteId(n), &*e.path, e.facts.as_ref())))
    }

    /// About `count` notes from all over the vault.
    pub fn sample(&self, count: usize) -> impl Iterator<Item = NoteId> + '_ {
        let step = (self.len() / count.max(1)).max(1);
        let ids = (0..self.entries.len()).step_by(step).filter_map(|id| u32::try_from(id).ok()).map(NoteId);
        self.cancel.over(ids.filter(|&id| self.entry(id).is_some()))
    }

    /// A note that depends on `number` alone, to pick one by chance; `None` where there is none.
    pub fn any(&self, number: usize) -> Option<NoteId> {
        let all = self.entries.len();
        let start = number % all.max(1);
        let ids = (start..all).chain(0..start).filter_map(|id| u32::try_from(id).ok()).map(NoteId);
        self.cancel.over(ids).find(|&id| self.entry(id).is_some())
    }

    /// Every note, by number: the same list as long as none changes.
    pub(super) fn entries(&self) -> &Numbered<Option<Entry>> {
        &self.entries
    }

    /// Every file that is no note, by path.
    pub fn files(&self) -> impl Iterator<Item = &VaultPath> + '_ {
        self.cancel.over(self.files.iter())
    }

    /// The same below a folder; all of them below the empty one.
    pub fn files_below(&self, folder: &str) -> impl Iterator<Item = &VaultPath> + '_ {
        self.cancel.over(self.files.range(VaultPath::range_below(folder)))
    }

    /// Whether a file that is no note is at `path`.
    pub fn has_file(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// The note at `path`.
    pub fn note(&self, path: &str) -> Option<NoteId> {
        self.ids.get(path).copied()
    }

    pub(super) fn entry(&self, note: NoteId) -> Option<&Entry> {
        self.entries.get(note.0 as usize)?.as_ref()
    }

    /// The path of a note, relative to the vault; empty for a note that is gone.
    pub fn path(&self, note: NoteId) -> &str {
        self.entry(note).map_or("", |entry| &entry.path)
    }

    /// The file stem of a note.
    pub fn stem(&self, note: NoteId) -> &str {
        self.entry(note).map_or("", Entry::stem)
    }

    /// What a note holds; `None` while it has not been read.
    pub fn facts(&self, note: NoteId) -> Option<&Facts> {
        self.entry(note)?.facts.as_ref()
    }

    /// The title of a note, else its stem.
    pub fn title(&self, note: NoteId) -> &str {
        self.facts(note).and_then(|facts| facts.title()).unwrap_or_else(|| self.stem(note))
    }

    /// The notes that a name with `key` could mean, each once.
    pub(super) fn named(&self, key: Key) -> impl Iterator<Item = NoteId> + '_ {
        let is_stem = move |note: &NoteId| self.entry(*note).is_some_and(|entry| entry.keys.key == key);
        let titled = self.filed(&self.titles, key).filter(move |note| !is_stem(note));
        self.cancel.over(self.stems.with_key(key)).map(|posting| posting.note).chain(titled)
    }

    /// What is filed under `key`.
    pub(super) fn filed<'s>(&'s self, set: &'s Filed, key: Key) -> impl Iterator<Item = NoteId> + 's {
        let range = (key, NoteId::FIRST)..=(key, NoteId::LAST);
        self.cancel.over(set.range(range)).map(|(_, id)| id)
    }
}

/// Files `id` under `new` instead of `old`, both sorted.
fn file(set: &mut Filed, id: NoteId, old: &[Key], new: &[Key]) {
    for key in old.iter().filter(|key| new.binary_search(key).is_err()) {
        set.remove(&(*key, id));
    }
    for key in new.iter().filter(|key| old.binary_search(key).is_err()) {
        set.insert((*key, id));
    }
}

/// The file name without a note extension.
pub(super) fn stem<'p>(path: &'p str, settings: &Settings) -> &'p str {
    let name = path.file_name();
    settings.note_stem(name).unwrap_or(name)
}

/// Where the index files a file that is no note.
pub(super) fn file_key(path: &str) -> Key {
    Key::new(4, &caseless(path.file_name()))
}

/// Where the index files the videos that the name of a sidecar or recording may name; nothing of another file.
pub(super) fn sidecar_keys(path: &str) -> Vec<Key> {
    let name = path.file_name();
    if SidecarName::read(name).is_none() && !is_recording(name) {
        return Vec::new();
    }
    sorted(named_tokens(name).map(video_key).collect())
}
