//! Captions and metadata that have been read, kept as long as they are used and their files stay as they are.
//!
//! Nothing is read before it is asked for, on the thread that asks. Each time the file is looked at again: an
//! answer depends on the files alone, never on what was asked before.
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Analysis;
use crate::sources::{
    Captions, Format, MOST_CAPTION_BYTES, MOST_METADATA_BYTES, Metadata, Shelf, Sidecar, SidecarName, Terms,
};
use crate::text::PathText as _;

/// Bytes of captions and metadata that are kept: those of a few hundred videos.
const MOST_BYTES: usize = 48 << 20;
/// What an entry takes beside them, about.
const ENTRY_BYTES: usize = 256;
/// Faults that are remembered as told.
const MOST_TOLD: usize = 10_000;

/// The captions and metadata of one vault.
#[derive(Default)]
pub struct Library {
    state: Mutex<State>,
    /// Where faults are told.
    tell: OnceLock<Tell>,
    /// Where changes are told.
    tell_change: OnceLock<TellChange>,
}

type Tell = Box<dyn Fn(&str) + Send + Sync>;
type TellChange = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct State {
    files: FxHashMap<Sidecar, Entry>,
    bytes: usize,
    /// Counts what is asked for.
    now: u64,
    shelf: Arc<Shelf>,
    /// The setting that the shelf was made by.
    folders: Vec<String>,
    told: FxHashSet<String>,
}

struct Entry {
    stamp: u64,
    used: u64,
    bytes: usize,
    read: Read,
    /// The words of captions, once they are asked for.
    terms: Option<Arc<Terms>>,
}

/// What is in a sidecar.
#[derive(Clone)]
enum Read {
    Captions(Arc<Captions>),
    Metadata(Arc<Metadata>),
    Nothing,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Library").field("files", &state.files.len()).field("bytes", &state.bytes).finish()
    }
}

impl Library {
    /// Says where faults in files are told, each once, as a sentence for the user; by several threads. The
    /// first who says so is heard.
    pub fn tell_to(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        let _ = self.tell.set(Box::new(tell));
    }

    /// Says where it is told that files are found to be others than when they were read, by several threads:
    /// answers that were made of them may be out of date. The first who says so is heard.
    pub fn tell_change_to(&self, tell: impl Fn() + Send + Sync + 'static) {
        let _ = self.tell_change.set(Box::new(tell));
    }

    fn changed(&self) {
        if let Some(tell) = self.tell_change.get() {
            tell();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sidecars of a video: those of the vault, then those of the folders that the settings name.
    pub(super) fn sidecars(&self, analysis: &Analysis, video: &str) -> Vec<Sidecar> {
        let mut places: Vec<_> = analysis.index.sidecars(video).into_iter().map(Sidecar::Vault).collect();
        places.extend(self.shelf(analysis).iter().flat_map(|shelf| shelf.of(video)));
        places
    }

    /// The sidecars of all videos, in no order. Looks at every file of the vault.
    pub(super) fn all(&self, analysis: &Analysis) -> Vec<Sidecar> {
        let files = analysis.index.files().filter(|path| SidecarName::read(path.file_name()).is_some());
        let mut places: Vec<_> = files.map(|path| Sidecar::Vault(path.clone())).collect();
        places.extend(self.shelf(analysis).iter().flat_map(|shelf| shelf.files()).cloned());
        places
    }

    /// What is in the folders that the settings name; `None` where they name none.
    fn shelf(&self, analysis: &Analysis) -> Option<Arc<Shelf>> {
        let folders = &analysis.settings().source_paths;
        if folders.is_empty() {
            return None;
        }
        let before = {
            let state = self.state();
            if state.folders == *folders { Arc::clone(&state.shelf) } else { Arc::default() }
        };
        let (shelf, troubles) = analysis.texts().shelf(folders, &before);
        for trouble in &troubles {
            self.complain(trouble);
        }
        let is_other = !before.folders.is_empty() && !Arc::ptr_eq(&shelf, &before);
        {
            let mut state = self.state();
            state.folders.clone_from(folders);
            state.shelf = Arc::clone(&shelf);
        }
        if is_other {
            self.changed();
        }
        Some(shelf)
    }

    /// The captions in a file; none where it holds none.
    pub(super) fn captions(&self, analysis: &Analysis, place: &Sidecar) -> Option<Arc<Captions>> {
        match self.read(analysis, place) {
            Read::Captions(captions) => Some(captions),
            Read::Metadata(_) | Read::Nothing => None,
        }
    }

    /// The words of the captions that were read from a file. They are kept as long as these.
    pub(super) fn terms(&self, place: &Sidecar, captions: &Arc<Captions>) -> Arc<Terms> {
        let are_these =
            |entry: &&mut Entry| matches!(&entry.read, Read::Captions(read) if Arc::ptr_eq(read, captions));
        let kept =
            { self.state().files.get_mut(place).filter(are_these).and_then(|entry| entry.terms.clone()) };
        kept.unwrap_or_else(|| {
            let terms = Arc::new(Terms::new(captions));
            let mut state = self.state();
            if let Some(entry) = state.files.get_mut(place).filter(are_these)
                && entry.terms.replace(Arc::clone(&terms)).is_none()
            {
                entry.bytes += terms.bytes();
                state.bytes += terms.bytes();
                state.shrink();
            }
            terms
        })
    }

    /// The metadata in a file, likewise.
    pub(super) fn metadata(&self, analysis: &Analysis, place: &Sidecar) -> Option<Arc<Metadata>> {
        match self.read(analysis, place) {
            Read::Metadata(metadata) => Some(metadata),
            Read::Captions(_) | Read::Nothing => None,
        }
    }

    fn read(&self, analysis: &Analysis, place: &Sidecar) -> Read {
        let Some(stamp) = analysis.texts().stamp(place) else {
            if self.state().forget(place) {
                self.changed();
            }
            return Read::Nothing;
        };
        let was_read = {
            let mut state = self.state();
            state.now += 1;
            let now = state.now;
            if let Some(entry) = state.files.get_mut(place).filter(|entry| entry.stamp == stamp) {
                entry.used = now;
                return entry.read.clone();
            }
            state.files.contains_key(place)
        };
        let (read, stamp, fault) = read(analysis, place, stamp);
        let bytes = ENTRY_BYTES
            + match &read {
                Read::Captions(captions) => captions.bytes(),
                Read::Metadata(metadata) => metadata.bytes(),
                Read::Nothing => 0,
            };
        self.state().keep(place, Entry { stamp, used: 0, bytes, read: read.clone(), terms: None });
        if let Some(fault) = fault {
            self.complain(&format!("{}: {fault}", place.shown()));
        }
        if was_read {
            self.changed();
        }
        read
    }

    /// Tells of what cannot be read, once.
    fn complain(&self, fault: &str) {
        let mut state = self.state();
        if state.told.len() >= MOST_TOLD || !state.told.insert(fault.to_owned()) {
            return;
        }
        drop(state);
        match self.tell.get() {
            Some(tell) => tell(fault),
            None => tracing::warn!("{}", crate::text::visible(fault)),
        }
    }
}

impl State {
    /// Forgets a file that is gone; whether it was known.
    fn forget(&mut self, place: &Sidecar) -> bool {
        let gone = self.files.remove(place);
        self.bytes = self.bytes.saturating_sub(gone.as_ref().map_or(0, |entry| entry.bytes));
        gone.is_some()
    }

    /// Keeps what was read, as far as there is room.
    fn keep(&mut self, place: &Sidecar, entry: Entry) {
        self.bytes += entry.bytes;
        let used = self.now;
        if let Some(old) = self.files.insert(place.clone(), Entry { used, ..entry }) {
            self.bytes = self.bytes.saturating_sub(old.bytes);
        }
        self.shrink();
    }

    /// Drops what was not asked for longest.
    fn shrink(&mut self) {
        while self.bytes > MOST_BYTES {
            let oldest =
                self.files.iter().min_by_key(|(_, entry)| entry.used).map(|(place, _)| place.clone());
            let Some(entry) = oldest.and_then(|place| self.files.remove(&place)) else { break };
            self.bytes = self.bytes.saturating_sub(entry.bytes);
        }
    }
}

/// Reads a file: what is in it, its stamp, and what of it cannot be read.
fn read(analysis: &Analysis, place: &Sidecar, stamp: u64) -> (Read, u64, Option<String>) {
    let Some(name) = SidecarName::read(place.file_name()) else { return (Read::Nothing, stamp, None) };
    let max = if name.format == Format::Metadata { MOST_METADATA_BYTES } else { MOST_CAPTION_BYTES };
    let (text, stamp) = match analysis.texts().read_sidecar(place, max) {
        Ok(read) => read,
        Err(why) => return (Read::Nothing, stamp, Some(why)),
    };
    if name.format == Format::Metadata {
        return match Metadata::read(&text) {
            Ok(metadata) => (Read::Metadata(Arc::new(metadata)), stamp, None),
            Err(fault) => (Read::Nothing, stamp, Some(fault.to_string())),
        };
    }
    let captions = Captions::read(name.format, &text);
    let fault = captions.fault().map(ToString::to_string);
    let read = if captions.is_empty() { Read::Nothing } else { Read::Captions(Arc::new(captions)) };
    (read, stamp, fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    fn captions(fixture: &Fixture, name: &str) -> Option<String> {
        let analysis = &fixture.analysis;
        let captions = analysis.library.captions(analysis, &Sidecar::Vault(name.into()))?;
        Some(captions.cues().map(|cue| cue.text.to_owned()).collect::<Vec<_>>().join(" | "))
    }

    #[test]
    fn a_fault_is_told_once_with_its_place() {
        let fixture = Fixture::new(
            "//- a.md\n//- x/bad.srt\n1\n00:00:01,000 --> 00:00:02,000\ngood\n\n0:0 --> no\nlost\n//- none.vtt\nx\n",
        );
        let told = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&told);
        fixture.analysis.library.tell_to(move |fault| sink.lock().unwrap().push(fault.to_owned()));
        for _ in 0..2 {
            assert_eq!(captions(&fixture, "x/bad.srt").as_deref(), Some("good"));
            assert_eq!(captions(&fixture, "none.vtt"), None);
            assert_eq!(captions(&fixture, "gone.vtt"), None);
        }
        let expected = [
            "x/bad.srt: line 5: not a time, or not two of them",
            "none.vtt: line 1: no captions in this file",
        ];
        assert_eq!(*told.lock().unwrap(), expected);
    }

    #[test]
    fn words_are_counted_with_their_captions() {
        let fixture = Fixture::new("//- a.md\n//- talk.srt\n00:01,000 --> 00:02,000\nthe coast\n");
        let (analysis, place) = (&fixture.analysis, Sidecar::Vault("talk.srt".into()));
        let library = &analysis.library;
        let captions = library.captions(analysis, &place).unwrap();
        let before = library.state().bytes;
        let terms = library.terms(&place, &captions);
        assert_eq!(library.state().bytes, before + terms.bytes());
        assert!(Arc::ptr_eq(&terms, &library.terms(&place, &captions)));
        // Others of that file, which has changed since, are not mixed up with these.
        let others = Arc::new(Captions::read(Format::Srt, "00:01,000 --> 00:02,000\nthe sea\n"));
        assert_eq!(*library.terms(&place, &others), Terms::new(&others));
        assert_eq!(library.state().bytes, before + terms.bytes());
    }

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let mut state = State::default();
        let place = |n: usize| Sidecar::Vault(format!("{n}.vtt").as_str().into());
        for n in 0..4 {
            state.now += 1;
            if n == 3 {
                state.files.get_mut(&place(0)).unwrap().used = state.now;
            }
            let entry = Entry { stamp: 0, used: 0, bytes: MOST_BYTES / 3, read: Read::Nothing, terms: None };
            state.keep(&place(n), entry);
        }
        let mut left: Vec<_> = state.files.keys().map(Sidecar::shown).collect();
        left.sort();
        assert_eq!(left, ["0.vtt", "2.vtt", "3.vtt"]);
        assert_eq!(state.bytes, MOST_BYTES / 3 * 3);
    }
}
