//! Whether a name that no note has is near to one that some note has: a slip, or a note that nobody has written
//! yet. It is what "did you mean" finds first, where that is nearer than a name about the same things.
//!
//! That takes a search over all names, so it is looked up in what was found before; what is not known is found
//! in the background, where there is one.
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::cursor::{CursorTarget, target_at, timestamp_of};
use super::{Analysis, Cursor, nearest};
use crate::index::{NoteId, Wanted};
use crate::syntax::Link;
use crate::text::{PathText, Span, VaultPath};

/// Names that are remembered; some 100 bytes each.
const MOST_KNOWN: usize = 1 << 14;
/// Names that wait to be looked at: those of a very long note come in turns.
const MOST_WANTED: usize = 1 << 12;
/// Near names that are offered where a missing note is followed.
const MOST_NAMES: usize = 5;

/// How what is not known is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Search {
    /// It is not: all names are treated alike.
    #[default]
    Never,
    /// At once, by who asks.
    AtOnce,
    /// Some at once, and the others of a note with a great many by [`NearNames::find`].
    Later,
}

/// What is known of the names that no note has.
#[derive(Clone, Default)]
pub struct NearNames {
    search: Search,
    shared: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// By the folder of the note with the link and the name: the nearest note.
    near: FxHashMap<Name, Near>,
    wanted: BTreeSet<Name>,
    /// Counts the changes of names.
    version: u64,
    /// Whether something was found while somebody waited.
    news: bool,
}

/// What is known of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// The nearest note.
    Known(Option<NoteId>),
    /// The nearest note before names have changed.
    Outdated(Option<NoteId>),
    /// Nothing.
    Unknown,
}

impl Look {
    /// The nearest note: `Some(None)` where none is near, `None` where that is not known.
    pub(super) fn answer(self) -> Option<Option<NoteId>> {
        match self {
            Self::Known(near) | Self::Outdated(near) => Some(near),
            Self::Unknown => None,
        }
    }
}

/// A folder, and a name that a link has there.
type Name = (Box<str>, Box<str>);

/// What was found when the names of the vault had this version.
struct Near {
    note: Option<VaultPath>,
    version: u64,
}

impl fmt::Debug for NearNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearNames").field("search", &self.search).finish_non_exhaustive()
    }
}

impl NearNames {
    /// How what is not known is found.
    pub fn search(&self) -> Search {
        self.search
    }

    /// Nothing is known; what is asked for is found by `search`.
    pub fn new(search: Search) -> Self {
        Self { search, shared: Arc::default() }
    }

    /// The same, of which what is not known is found otherwise.
    #[must_use]
    pub fn searching(&self, search: Search) -> Self {
        Self { search, shared: Arc::clone(&self.shared) }
    }

    /// Names of notes have come, gone or changed: what is known holds until it has been looked at again.
    pub fn names_changed(&self) {
        self.known().version += 1;
    }

    /// Whether somebody has asked for what is not known.
    pub fn is_wanted(&self) -> bool {
        !self.known().wanted.is_empty()
    }

    /// Finds what was asked for, until it is cancelled. Whether anything is known now that was not before.
    pub fn find(&self, analysis: &Analysis) -> bool {
        let (wanted, version) = {
            let mut known = self.known();
            (std::mem::take(&mut known.wanted), known.version)
        };
        let mut news = false;
        for name in analysis.index.cancel().over(wanted.into_iter()) {
            let near = search(analysis, &name);
            news |= self.keep(name, near, version);
        }
        news
    }

    /// Whether something has been found at once since this was last asked.
    pub fn take_news(&self) -> bool {
        std::mem::take(&mut self.known().news)
    }

    /// What is known of `target`, which no note has, in a link of the note `from`.
    pub(super) fn look(&self, analysis: &Analysis, from: NoteId, target: &str) -> Look {
        if self.search == Search::Never || !analysis.complete {
            return Look::Unknown;
        }
        let known = self.known();
        let Some(near) = known.near.get(&name(analysis, from, target)) else { return Look::Unknown };
        let note = near.note.as_ref().map(|path| analysis.index.note(path));
        match note {
            // A note that has gone is near to nothing.
            Some(None) => Look::Unknown,
            note if near.version == known.version => Look::Known(note.flatten()),
            note => Look::Outdated(note.flatten()),
        }
    }

    /// Finds the note that is nearest to `target`: a search over all names.
    pub(super) fn find_now(&self, analysis: &Analysis, from: NoteId, target: &str) -> Option<NoteId> {
        let (name, version) = (name(analysis, from, target), self.known().version);
        let near = search(analysis, &name);
        let found = near.as_ref().and_then(|path| analysis.index.note(path));
        let news = self.keep(name, near, version);
        self.known().news |= news;
        found
    }

    /// Has it found later.
    pub(super) fn want(&self, analysis: &Analysis, from: NoteId, target: &str) {
        let mut known = self.known();
        if self.search == Search::Later && known.wanted.len() < MOST_WANTED {
            known.wanted.insert(name(analysis, from, target));
        }
    }

    /// Remembers what was found; whether it was not known.
    fn keep(&self, name: Name, note: Option<VaultPath>, version: u64) -> bool {
        let mut known = self.known();
        if known.near.len() >= MOST_KNOWN && !known.near.contains_key(&name) {
            // Those of other versions go first; else all, to be asked for again where they are still shown.
            let version = known.version;
            known.near.retain(|_, near| near.version == version);
            if known.near.len() >= MOST_KNOWN {
                known.near.clear();
            }
        }
        let is_known = known.near.get(&name).is_some_and(|near| near.note == note);
        known.near.insert(name, Near { note, version });
        !is_known
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(analysis: &Analysis, from: NoteId, target: &str) -> Name {
    (analysis.index.path(from).folder().into(), target.into())
}

fn search(analysis: &Analysis, (folder, target): &Name) -> Option<VaultPath> {
    nearest::slip(analysis, folder, target).map(|note| analysis.index.path(note).into())
}

/// A note that a link wants and that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingNote {
    /// Its name, as the link has it.
    pub name: String,
    /// Where the link has it.
    pub span: Span,
    /// Notes with similar names, the nearest first; none of a note that nobody has written yet.
    pub near: Vec<NoteId>,
}

/// The missing note that the link at the cursor wants. Takes a search over all names.
pub fn missing_note(analysis: &Analysis, at: Cursor) -> Option<MissingNote> {
    let document = analysis.document(at.note)?;
    let Some(CursorTarget::Link(_, link)) = target_at(&document.note, at.offset) else { return None };
    let text = &*document.text;
    let wants = analysis.complete && wants_note(analysis, at.note, link, text);
    if !wants || timestamp_of(&document, link).is_some() {
        return None;
    }
    let name = link.target_text(text).into_owned();
    let slip = nearest::slip(analysis, analysis.index.path(at.note).folder(), &name);
    let near = slip.map_or_else(Vec::new, |_| nearest::notes(analysis, at.note, &name, MOST_NAMES));
    Some(MissingNote { name, span: link.target, near })
}

/// Whether a link leads nowhere, and would lead to a note if there were one.
pub(super) fn wants_note(analysis: &Analysis, from: NoteId, link: &Link, text: &str) -> bool {
    if link.target.is_empty() || !link.span.covers(link.target) {
        return false;
    }
    let found = analysis.resolve_wanted(from, &Wanted::of(link, text));
    found.is_broken() && !found.names_file
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::{MemoryTexts, diagnostics};
    use crate::index::Cancel;
    use crate::settings::Settings;
    use crate::vault::Vault;

    const NOTES: [(&str, &str); 2] =
        [("a.md", "[[spring_tides]] [[sprong_tide]] [[entirely else]]\n"), ("spring_tide.md", "")];

    fn vault(search: Search) -> Vault {
        let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(NOTES));
        vault.search_near_names(search);
        vault
    }

    /// What is said of the links of `a.md`: its last words, and whether nobody has written the note.
    fn said(vault: &Vault) -> Vec<(String, bool)> {
        let analysis = vault.snapshot();
        let found = diagnostics(&analysis, analysis.index.note("a.md").unwrap(), None);
        let last = |message: &str| message.rsplit(['`']).nth(1).unwrap_or_default().to_owned();
        found.iter().map(|found| (last(&found.message), found.unwritten)).collect()
    }

    fn is(name: &str, unwritten: bool) -> (String, bool) {
        (name.to_owned(), unwritten)
    }

    #[test]
    fn slips_are_told_from_notes_that_nobody_has_written() {
        let slip = || is("spring_tide", false);
        assert_eq!(said(&vault(Search::AtOnce)), [slip(), slip(), is("entirely else", true)]);
        let untold = [is("spring_tides", false), is("sprong_tide", false), is("entirely else", false)];
        assert_eq!(said(&vault(Search::Never)), untold);

        let later = vault(Search::Later);
        assert_eq!(said(&later), [slip(), slip(), is("entirely else", true)]);
        assert!(later.near_names().take_news() && !later.near_names().is_wanted());
    }

    /// A note with more broken links than are looked at while somebody waits.
    fn long(settings: Settings) -> Vault {
        let text: String = (0..100).map(|number| format!("[[nothing {number}]]\n")).collect();
        let mut vault = Vault::in_memory(settings, MemoryTexts::from_iter([("a.md", text)]));
        vault.search_near_names(Search::Later);
        vault
    }

    #[test]
    fn the_names_of_a_long_note_come_in_turns() {
        let vault = long(Settings::default());
        let told = |vault: &Vault| said(vault).iter().filter(|(_, unwritten)| *unwritten).count();
        let first = told(&vault);
        assert!(first > 0 && first < 100, "{first}");
        assert!(vault.near_names().is_wanted() && vault.near_names().find(&vault.snapshot()));
        assert_eq!(told(&vault), 100);
        assert!(!vault.near_names().is_wanted() && !vault.near_names().find(&vault.snapshot()));
    }

    /// What may be shown otherwise in a moment waits for that.
    #[test]
    fn where_it_matters_nothing_is_said_before_it_is_known() {
        let settings = Settings { unwritten: Some(crate::settings::Severity::Hint), ..Settings::default() };
        let vault = long(settings);
        assert!(said(&vault).iter().all(|(_, unwritten)| *unwritten));
        vault.near_names().find(&vault.snapshot());
        assert_eq!(said(&vault).len(), 100);
    }

    /// Where there is no time to look again, what was said is said once more; but not of a note that has gone.
    #[test]
    fn what_was_known_holds_until_it_is_looked_at_again() {
        let mut vault = vault(Search::Later);
        said(&vault);
        vault.near_names().names_changed();
        let look = |vault: &Vault, target: &str| {
            let analysis = vault.snapshot();
            vault.near_names().look(&analysis, analysis.index.note("a.md").unwrap(), target)
        };
        let tide = vault.index().note("spring_tide.md");
        assert_eq!(look(&vault, "spring_tides"), Look::Outdated(tide));
        assert_eq!(look(&vault, "entirely else"), Look::Outdated(None));
        vault.apply([crate::index::Change::Gone("spring_tide.md".into())]);
        assert_eq!(look(&vault, "spring_tides"), Look::Unknown);
        assert_eq!(said(&vault)[0], is("spring_tides", true));
    }

    /// A name about the same things is none of a slip.
    #[test]
    fn a_note_about_the_same_is_not_what_was_meant() {
        let check = |target: &str, expected: Option<&str>| {
            let fixture = Fixture::new(&format!(
                "[[{target}]]\n//- problem_solving_in_math.md\n//- vector_spaces_and_axioms.md\n"
            ));
            let found = nearest::slip(&fixture.analysis, "", target);
            assert_eq!(found.map(|note| fixture.analysis.index.stem(note)), expected, "{target}");
        };
        check("problem_solving_in_maths", Some("problem_solving_in_math"));
        check("math_problem_solving", Some("problem_solving_in_math"));
        check("vector_space_and_axiom", Some("vector_spaces_and_axioms"));
        check("abstract_vector_spaces", None);
        check("problem_of_evil", None);
    }

    /// Without a search for names it is at once what it is in the end.
    #[test]
    fn names_found_at_once_follow_the_vault() {
        let mut vault = vault(Search::AtOnce);
        assert_eq!(said(&vault)[2], is("entirely else", true));
        vault.open("entirely elsa.md", "");
        assert_eq!(said(&vault)[2], is("entirely elsa", false));
    }

    #[test]
    fn a_search_that_is_cancelled_ends() {
        let vault = long(Settings::default());
        said(&vault);
        let cancel = Cancel::new();
        cancel.cancel();
        let analysis = vault.snapshot().with_cancel(cancel);
        assert!(crate::index::catch(|| vault.near_names().find(&analysis)).is_err());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let fixture = Fixture::new("//- a.md\n");
        let near = NearNames::new(Search::AtOnce);
        let note = fixture.note("a.md");
        for number in 0..MOST_KNOWN + 10 {
            near.find_now(&fixture.analysis, note, &number.to_string());
        }
        assert!(near.known().near.len() <= MOST_KNOWN);
        let near = NearNames::new(Search::Later);
        for number in 0..MOST_WANTED + 10 {
            near.want(&fixture.analysis, note, &number.to_string());
        }
        assert_eq!(near.known().wanted.len(), MOST_WANTED);
        assert_eq!(Arc::strong_count(&near.shared), 1);
    }

    /// A severity of its own for what nobody has written, whatever holds for slips.
    #[test]
    fn each_kind_may_have_a_severity() {
        let check = |settings: &str, expected: &[&str]| {
            let fixture = Fixture::new(&format!(
                "[[tide]] [[tid]] [[else]]\n//- tide.md\n//- .slugline.toml\n{settings}\n"
            ));
            let found = diagnostics(&fixture.analysis, fixture.note("note.md"), None);
            let found = found.iter().map(|found| format!("{} {}", found.severity, found.unwritten));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{settings}");
        };
        check("", &["warning false", "warning true"]);
        check("diagnostics.unwritten = \"hint\"", &["warning false", "hint true"]);
        check("diagnostics.unwritten = \"off\"", &["warning false"]);
        check("diagnostics.unwritten = \"hint\"\nseverity.broken-link = \"off\"", &["hint true"]);
        check("severity.broken-link = \"error\"", &["error false", "error true"]);
    }

    #[test]
    fn what_a_link_wants_is_found_at_the_cursor() {
        let check = |link: &str, expected: Option<(&str, usize)>| {
            let fixture = Fixture::new(&format!("{link}\n//- spring_tide.md\n//- .slugline.toml\n"));
            let missing = missing_note(&fixture.analysis, fixture.cursor());
            let missing = missing.map(|missing| (missing.name, missing.near.len()));
            assert_eq!(missing.as_ref().map(|(name, near)| (&**name, *near)), expected, "{link}");
        };
        check("[[sprong_t$0ide|x]]", Some(("sprong_tide", 1)));
        check("[[En$0tirely else#there]]", Some(("Entirely else", 0)));
        check("[x$0](entirely%20else.md)", Some(("entirely else.md", 0)));
        check("[[spring_tide$0]]", None);
        check("[[gone.p$0ng]]", None);
        check("[[00:10$0:00]]", None);
        check("no$0 link", None);
    }
}
