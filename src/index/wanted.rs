//! Names that links use and no note has: found once, and from then on looked up again where something changed.
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use imbl::{OrdMap, OrdSet};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Facts;
use super::compressed::Compressed;
use super::name::Key;
use super::names::Name;
use super::refers::TargetFact;
use super::store::{Entry, Index, NoteId};
use crate::syntax::is_time;

/// Names that may have changed, beyond which all are found again.
const MOST_STALE: usize = 4096;

/// A name that no note has, as most notes write it, and how many use it.
pub type WantedName = (Arc<str>, usize);

/// What is known of them.
#[derive(Clone, Default)]
pub(super) struct WantedNames {
    /// Of this state, once somebody has asked.
    now: Arc<OnceLock<Names>>,
    /// Of an earlier one, and the keys under which something may be another since.
    before: Option<Arc<(Names, FxHashSet<Key>)>>,
}

/// They, and the same with those first that most notes use.
#[derive(Clone, Default)]
struct Names {
    by_key: OrdMap<Key, WantedName>,
    ranked: OrdSet<(Reverse<usize>, Arc<str>, Key)>,
}

impl Names {
    fn set(&mut self, key: Key, name: Option<WantedName>) {
        let old = match &name {
            Some(name) => self.by_key.insert(key, name.clone()),
            None => self.by_key.remove(&key),
        };
        if let Some((text, notes)) = old {
            self.ranked.remove(&(Reverse(notes), text, key));
        }
        if let Some((text, notes)) = name {
            self.ranked.insert((Reverse(notes), text, key));
        }
    }
}

impl WantedNames {
    /// Whether anybody has asked, so that it is worth to say what changes.
    pub(super) fn is_known(&self) -> bool {
        self.before.is_some() || self.now.get().is_some()
    }

    /// Under these keys names or links may have come, gone or changed.
    pub(super) fn touch(&mut self, keys: impl IntoIterator<Item = Key>) {
        if let Some(now) = self.now.get() {
            self.before = Some(Arc::new((now.clone(), FxHashSet::default())));
        }
        self.now = Arc::default();
        let Some(before) = &mut self.before else { return };
        let (_, stale) = Arc::make_mut(before);
        stale.extend(keys);
        if stale.len() > MOST_STALE {
            self.before = None;
        }
    }

    /// The links of a note are others.
    pub(super) fn relink(&mut self, old: Option<&Facts>, new: Option<&Facts>) {
        if !self.is_known() {
            return;
        }
        fn targets(facts: Option<&Facts>) -> FxHashSet<(Key, Compressed<'_>)> {
            facts.into_iter().flat_map(Facts::targets).filter_map(named).collect()
        }
        let (old, new) = (targets(old), targets(new));
        self.touch(old.symmetric_difference(&new).map(|(key, _)| *key));
    }
}

/// How a name is written, by how many notes, and by how many in all.
#[derive(Default)]
struct Uses<'i> {
    spelt: BTreeMap<Cow<'i, str>, usize>,
    notes: usize,
    last: Option<NoteId>,
}

impl<'i> Uses<'i> {
    fn add(&mut self, note: NoteId, text: Cow<'i, str>) {
        *self.spelt.entry(text).or_insert(0) += 1;
        self.notes += usize::from(self.last.replace(note) != Some(note));
    }

    /// The spelling of most notes; of several the first.
    fn name(self) -> Option<WantedName> {
        let (text, _) = self.spelt.into_iter().rev().max_by_key(|(_, count)| *count)?;
        Some((text.into(), self.notes))
    }
}

impl Index {
    /// Names that links use and no note has: the target as most notes write it, and the number of notes that use it;
    /// those that most notes use first. The first time takes time with the number of links of the vault, from then on
    /// with what has changed.
    pub fn most_wanted(&self) -> impl ExactSizeIterator<Item = WantedName> + '_ {
        let names = self.wanted.now.get_or_init(|| match &self.wanted.before {
            Some(before) => {
                let (mut names, stale) = (before.0.clone(), &before.1);
                self.cancel.over(stale.iter()).for_each(|&key| names.set(key, self.wanted_with(key)));
                names
            }
            None => self.find_wanted(),
        });
        names.ranked.iter().map(|(Reverse(notes), text, _)| (Arc::clone(text), *notes))
    }

    fn find_wanted(&self) -> Names {
        let mut uses: FxHashMap<Key, Uses<'_>> = FxHashMap::default();
        // Names with one key need not be alike: of a key that notes have, each spelling is compared once.
        let mut alike: FxHashMap<(Key, Compressed), bool> = FxHashMap::default();
        for note in self.notes() {
            let targets = self.facts(note).into_iter().flat_map(Facts::targets);
            for (key, name) in targets.filter_map(named) {
                let text = name.text();
                let is_named = self.named(key).next().is_some()
                    && *alike.entry((key, name)).or_insert_with(|| self.is_named(key, &text));
                if !is_named && self.may_be_name(&text) {
                    uses.entry(key).or_default().add(note, text);
                }
            }
        }
        let by_key: OrdMap<Key, WantedName> =
            uses.into_iter().filter_map(|(key, uses)| Some((key, uses.name()?))).collect();
        let ranked = by_key.iter().map(|(key, (text, notes))| (Reverse(*notes), Arc::clone(text), *key));
        Names { ranked: ranked.collect(), by_key }
    }

    /// The name with this key that links use and no note has.
    fn wanted_with(&self, key: Key) -> Option<WantedName> {
        let mut uses = Uses::default();
        let mut alike: FxHashMap<Compressed, bool> = FxHashMap::default();
        let notes: BTreeSet<NoteId> = self.links.with_key(key).map(|link| link.note).collect();
        for note in self.cancel.over(notes.into_iter()) {
            let targets = self.facts(note).into_iter().flat_map(Facts::targets);
            for (_, name) in targets.filter_map(named).filter(|(own, _)| *own == key) {
                let text = name.text();
                let is_named = *alike.entry(name).or_insert_with(|| self.is_named(key, &text));
                if !is_named && self.may_be_name(&text) {
                    uses.add(note, text);
                }
            }
        }
        uses.name()
    }

    /// Whether a note has the name `text` with this key.
    fn is_named(&self, key: Key, text: &str) -> bool {
        let bare = Name::new(self.settings.note_stem(text).unwrap_or(text));
        let named = self.named(key).filter_map(|note| self.entry(note));
        named.flat_map(Entry::names).any(|own| own.shares_key(bare))
    }

    /// Whether a target may be the name of a note: it is no path, time or file.
    pub(super) fn may_be_name(&self, target: &str) -> bool {
        !target.contains('/') && !is_time(target) && !self.names_file(target, false)
    }
}

/// The key of a target that is a name, and the name.
fn named(target: TargetFact<'_>) -> Option<(Key, Compressed<'_>)> {
    Some((target.keys.name?, target.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Change;
    use crate::settings::Settings;

    /// What each change leaves is what a fresh index finds, and is found in what changed alone.
    #[test]
    fn what_changes_is_looked_up_again() {
        let settings = Arc::new(Settings::default());
        let note = Change::note;
        let mut index = Index::new(Arc::clone(&settings));
        let changes = [
            (note("a.md", "[[gone]] [[Gone]] [[x y]] [[b]]"), "Gone 1, b 1, x y 1"),
            (note("b.md", "[[gone]] [[X Y]] [[X Y|z]] [[10:00]] [[p.png]]"), "X Y 2, gone 2"),
            (note("c.md", "[[x y]] [[b]]"), "x y 3, gone 2"),
            (note("b.md", "---\naliases: [x_y]\n---\n[[gone]] [[b]] [[e]]"), "gone 2, e 1"),
            (Change::Note("d/e.md".into()), "gone 2"),
            (Change::Gone("b.md".into()), "b 2, x y 2, Gone 1"),
            (Change::Gone("d".into()), "b 2, x y 2, Gone 1"),
            (note("a.md", "no more"), "b 1, x y 1"),
            (Change::Gone("c.md".into()), ""),
        ];
        let show = |index: &Index| {
            let names = index.most_wanted().map(|(name, notes)| format!("{name} {notes}"));
            names.collect::<Vec<_>>().join(", ")
        };
        let mut before = Vec::new();
        for (change, expected) in changes {
            index.apply(change.clone());
            before.push(change);
            assert!(before.len() == 1 || index.wanted.before.is_some());
            let mut fresh = Index::new(Arc::clone(&settings));
            fresh.apply_all(before.clone());
            assert_eq!(
                (show(&index), show(&fresh)),
                (expected.to_owned(), expected.to_owned()),
                "{before:?}"
            );
        }
    }
}
