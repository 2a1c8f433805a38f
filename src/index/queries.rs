//! Questions about the vault as a whole: who links to a note, who cites a video, which names are wanted.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Facts;
use super::anchors::{AnchorOutcome, keys_of_places};
use super::crowd;
use super::facts::{sorted, tag_ancestry, tag_key, video_key};
use super::folders::FolderId;
use super::name::{Key, caseless};
use super::names::Name;
use super::postings::{Posting, Spelling};
use super::refers::{LinkFact, TargetFact, TargetKeys, WithTargets, Written};
use super::resolve::Resolution;
use super::store::{Entry, Index, NoteId};
use crate::sources::{SidecarName, SourceId, is_recording, names_video};
use crate::syntax::LinkKind;
use crate::text::{PathText, VaultPath};

/// Notes that are looked at together.
const SOME: usize = 64;

/// A walk through the links to a note, spelling by spelling.
#[derive(Default)]
struct Backlinks<'i> {
    /// Notes of one folder that write the same target share the outcome.
    outcomes: FxHashMap<(FolderId, Written<'i>), bool>,
    /// The key that it has come to, and [the folders](Index::folders_that_prefer) of links with it.
    key: Option<Key>,
    near: Option<Vec<FolderId>>,
    /// Of which anchor they are; of any, and of none, without it.
    anchor: Option<Key>,
    ended: bool,
}

/// A link to a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Backlink {
    /// The note that holds the link.
    pub from: NoteId,
    /// Index into its [`Facts::links`].
    pub link: usize,
}

/// Names of notes, by where the index files them.
#[derive(Debug)]
pub struct NameKeys(FxHashSet<Key>);

impl Index {
    /// All links that lead to `note`, its own included, by note and place.
    pub fn backlinks(&self, note: NoteId) -> Vec<Backlink> {
        let mut found = self.named_backlinks(note);
        found.extend(self.own_links(note));
        found.sort_unstable();
        found
    }

    /// The same without those into their own note that do not name it.
    pub fn named_backlinks(&self, note: NoteId) -> Vec<Backlink> {
        self.some_backlinks(note, usize::MAX)
    }

    /// `[[#Heading]]` names no note, and leads to this one.
    fn own_links(&self, note: NoteId) -> impl Iterator<Item = Backlink> {
        let links = self.facts(note).into_iter().flat_map(Facts::links).enumerate();
        links.filter(|(_, link)| link.is_own()).map(move |(link, _)| Backlink { from: note, link })
    }

    /// The links that lead to `note` with an anchor that has a name of one of the places, whatever it leads to, and
    /// few others, by note and place. The work follows their number, and not that of all links to the note. Each of
    /// `places` are of the note as it is by these facts.
    pub fn anchored_backlinks(&self, note: NoteId, places: &[(&Facts, Vec<AnchorOutcome>)]) -> Vec<Backlink> {
        let anchors = places.iter().flat_map(|(facts, places)| keys_of_places(facts, places));
        let anchors = sorted(anchors.collect());
        let mut found: Vec<Backlink> = self.own_links(note).collect();
        let mut walk = Backlinks::default();
        for key in self.entry(note).map(Entry::name_keys).unwrap_or_default() {
            for &anchor in &anchors {
                walk.anchor = Some(anchor);
                for spelling in self.cancel.over(self.anchors.spellings(key.with(anchor))) {
                    self.each_backlink_spelt(note, key, spelling, &mut walk, |from, with| {
                        found.extend(with.links().map(|link| Backlink { from, link }));
                        true
                    });
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Some of the links that name `note`, by note and place: all of them if they are not more than `most`, about.
    pub fn some_backlinks(&self, note: NoteId, most: usize) -> Vec<Backlink> {
        let (mut found, mut walk) = (Vec::new(), Backlinks::default());
        for (key, spelling) in self.spellings_of(note) {
            self.each_backlink_spelt(note, key, spelling, &mut walk, |from, with| {
                found.extend(with.links().map(|link| Backlink { from, link }));
                found.len() < most
            });
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Some of the links of other notes that lead to places in `note`, by note and place, and others with their
    /// targets: all of the former if they are not more than `most`, about.
    pub fn some_anchored_backlinks(&self, note: NoteId, most: usize) -> Vec<Backlink> {
        let (mut found, mut walk) = (Vec::new(), Backlinks::default());
        for (key, spelling) in self.spellings_of(note).filter(|(_, spelling)| spelling.is_anchored()) {
            self.each_backlink_spelt(note, key, spelling, &mut walk, |from, with| {
                if from != note {
                    found.extend(with.links().map(|link| Backlink { from, link }));
                }
                found.len() < most
            });
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The notes other than `note` with a link that leads to it, in order of id; at most `most` of them.
    pub fn linking(&self, note: NoteId, most: usize) -> Vec<NoteId> {
        let (mut found, mut walk) = (FxHashSet::default(), Backlinks::default());
        let mut add = |from| {
            if from != note && found.len() < most {
                found.insert(from);
            }
            found.len() < most
        };
        for (key, spelling) in self.spellings_of(note) {
            if self.leads_alike(key, spelling) {
                self.each_linking_alike(note, key, spelling, &mut add);
            } else {
                self.each_backlink_spelt(note, key, spelling, &mut walk, |from, _| add(from));
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    /// Whether the links in one spelling lead from one folder to one place, without regard to their case.
    fn leads_alike(&self, key: Key, spelling: Spelling) -> bool {
        if !spelling.is_plain() || self.crowds.holds(key) {
            return false;
        }
        let mut stems = self.stems.spelt(key, spelling.of_names()).filter_map(|stem| self.entry(stem.note));
        stems.next().is_none_or(|first| stems.all(|other| other.name().is_exactly(first.name())))
    }

    /// Calls `found` for every note whose links in one spelling lead to `note`, as long as it says so: where they
    /// lead alike, by what is filed alone.
    fn each_linking_alike(
        &self,
        note: NoteId,
        key: Key,
        spelling: Spelling,
        mut found: impl FnMut(NoteId) -> bool,
    ) {
        let leads_here = |from: &Posting| {
            let (entry, facts) = (self.entry(from.note)?, self.facts(from.note)?);
            let target = facts.targets().find(|target| target.is_filed(key, spelling, &self.settings))?;
            Some(self.resolve_from(entry.folder(), &target.wanted()).note() == Some(note))
        };
        let is_only_one = self.named(key).nth(1).is_none();
        let mut last: Option<(FolderId, bool)> = None;
        for from in self.cancel.over(self.links.spelt(key, spelling)) {
            let outcome = match last {
                Some((folder, outcome)) if is_only_one || folder == from.folder => outcome,
                _ => leads_here(&from).unwrap_or_default(),
            };
            last = Some((from.folder, outcome));
            if outcome && !found(from.note) {
                return;
            }
        }
    }

    /// The spellings of links that could lead to `note`.
    fn spellings_of(&self, note: NoteId) -> impl Iterator<Item = (Key, Spelling)> {
        let keys = self.entry(note).map(Entry::name_keys).unwrap_or_default();
        keys.into_iter().flat_map(|key| self.links.spellings(key).map(move |spelling| (key, spelling)))
    }

    /// Calls `found` for every note with links in one spelling that lead to `note`, as long as it says so.
    ///
    /// Links are met folder by folder beside the notes of their name: those of a folder that has a note of
    /// that name of its own lead there, and need no look.
    fn each_backlink_spelt<'i>(
        &'i self,
        note: NoteId,
        key: Key,
        spelling: Spelling,
        walk: &mut Backlinks<'i>,
        mut found: impl FnMut(NoteId, &WithTargets<'i>) -> bool,
    ) {
        let Some(entry) = self.entry(note).filter(|_| !walk.ended) else { return };
        if walk.key != Some(key) {
            (walk.key, walk.near) = (Some(key), self.folders_that_prefer(key, note, entry));
        }
        let names = spelling.of_names();
        let (postings, filed) = match walk.anchor {
            Some(anchor) => (&self.anchors, key.with(anchor)),
            None => (&self.links, key),
        };
        let mut links: Box<dyn Iterator<Item = Posting>> = match &walk.near {
            _ if spelling.is_path() => Box::new(postings.spelt(filed, spelling)),
            Some(folders) => {
                let leads_elsewhere = move |folder| {
                    folder != entry.within && self.stems.in_folder(key, names, folder).next().is_some()
                };
                let folders = folders.clone().into_iter().filter(move |&own| !leads_elsewhere(own));
                Box::new(folders.flat_map(move |own| postings.in_folder(filed, spelling, own)))
            }
            None => {
                let links = postings.spelt(filed, spelling);
                Box::new(self.not_led_elsewhere(links, key, spelling, entry.within))
            }
        };
        loop {
            // A step for some notes at a time lets the processor wait for many of them at once.
            let some: Vec<Posting> = self.cancel.over(links.by_ref().take(SOME)).collect();
            if some.is_empty() {
                return;
            }
            let entries = some.iter().filter_map(|from| Some((*from, self.entry(from.note)?)));
            let read: Vec<_> =
                entries.filter_map(|(from, entry)| Some((from, entry.facts.as_ref()?))).collect();
            for (from, facts) in read {
                let with = facts.with_targets(|target| {
                    if !target.is_filed(key, spelling, &self.settings) {
                        return false;
                    }
                    let leads_here = || self.resolve_wanted(from.note, &target.wanted()).note() == Some(note);
                    let outcome = walk.outcomes.entry((from.folder, target.as_written()));
                    *outcome.or_insert_with(leads_here)
                });
                if with.is_some_and(|with| !found(from.note, &with)) {
                    walk.ended = true;
                    return;
                }
            }
        }
    }

    /// Of `links` in one spelling of a name, by folder, those that are not in folders other than `own` that have
    /// a note of that name.
    fn not_led_elsewhere<'s>(
        &'s self,
        links: impl Iterator<Item = Posting> + 's,
        key: Key,
        spelling: Spelling,
        own: FolderId,
    ) -> impl Iterator<Item = Posting> + 's {
        let mut stems = self.cancel.over(self.stems.spelt(key, spelling.of_names())).peekable();
        self.cancel.over(links).filter(move |link| {
            while stems.next_if(|stem| stem.folder < link.folder).is_some() {}
            link.folder == own || stems.peek().is_none_or(|stem| stem.folder != link.folder)
        })
    }

    /// The folders from which `note` may be the nearest of the many that are called so; `None` where these
    /// are not few, or may be all.
    fn folders_that_prefer(&self, key: Key, note: NoteId, entry: &Entry) -> Option<Vec<FolderId>> {
        if !self.crowds.holds(key) {
            return None;
        }
        let group = crowd::group(key, entry);
        let is_first = |folder: &&str| self.crowds.first(group, folder).next() == Some(note);
        let Some(widest) = crowd::around(entry.folder()).take_while(is_first).last() else {
            return Some(Vec::new());
        };
        let folders: Vec<_> = self.cancel.over(self.folders.below(widest)).take(SOME).collect();
        (folders.len() < SOME).then_some(folders)
    }

    /// The other notes in the folder of `note` whose file stems have the slug of its stem, by path.
    pub fn twins(&self, note: NoteId) -> Vec<NoteId> {
        let Some(own) = self.entry(note) else { return Vec::new() };
        let key = own.name().key();
        let spellings = self.cancel.over(self.stems.spellings(key));
        let beside = spellings.flat_map(|spelling| self.stems.in_folder(key, spelling, own.within));
        let is_twin = |&other: &NoteId| {
            other != note && self.entry(other).is_some_and(|other| other.name().is_like(own.name()))
        };
        self.by_path_order(beside.map(|posting| posting.note).filter(is_twin).collect())
    }

    /// Whether the file name of another note, in whatever folder, may be meant by that of `note`.
    pub fn shares_stem(&self, note: NoteId) -> bool {
        let Some(own) = self.entry(note) else { return false };
        self.stems.with_key(own.name().key()).take(2).any(|posting| posting.note != note)
    }

    /// Whether `name` may mean two notes or more, by their files' names, titles or aliases.
    pub fn is_shared(&self, name: &str) -> bool {
        self.named(Name::new(name).key()).nth(1).is_some()
    }

    /// How often `note` is linked, about: the number of notes with a link that could mean its stem,
    /// counted up to `most`. For ranking.
    pub fn weight(&self, note: NoteId, most: usize) -> usize {
        self.entry(note)
            .map_or(0, |entry| self.cancel.over(self.links.with_key(entry.name().key())).take(most).count())
    }

    /// The number of notes other than `from` with a link that has the name of `target`, or one that
    /// differs from it only as names may.
    pub fn mentions(&self, from: NoteId, target: &str) -> usize {
        let keys = TargetKeys::of(target, &self.settings);
        let links = keys.name.into_iter().flat_map(|key| self.cancel.over(self.links.with_key(key)));
        links.map(|link| link.note).filter(|&note| note != from).collect::<FxHashSet<_>>().len()
    }

    /// The notes that cite `video` or link to it, by path.
    pub fn citing(&self, video: SourceId<'_>) -> Vec<NoteId> {
        let is_cited = |id: &NoteId| {
            self.facts(*id).is_some_and(|facts| {
                facts.video() == Some(video) || facts.video_links().any(|link| link.video == video)
            })
        };
        let mut notes = self.may_cite(video);
        notes.retain(is_cited);
        notes
    }

    /// The same, and perhaps others: what they hold is not looked at, which may be much.
    pub fn may_cite(&self, video: SourceId<'_>) -> Vec<NoteId> {
        self.by_path_order(self.filed(&self.videos, video_key(video.id)).collect())
    }

    /// The captions and metadata of a video by its id in their names, by path.
    pub fn sidecars(&self, video: &str) -> Vec<VaultPath> {
        self.files_of(video).filter(|path| SidecarName::read(path.file_name()).is_some()).cloned().collect()
    }

    /// The recordings of a video, likewise.
    pub fn recordings(&self, video: &str) -> Vec<VaultPath> {
        self.files_of(video).filter(|path| is_recording(path)).cloned().collect()
    }

    fn files_of<'i>(&'i self, video: &'i str) -> impl Iterator<Item = &'i VaultPath> {
        let key = video_key(video);
        let from = (key, VaultPath::from(""));
        let filed = self.cancel.over(self.sidecars.range(from..)).take_while(move |(other, _)| *other == key);
        filed.map(|(_, path)| path).filter(move |path| names_video(path.file_name(), video))
    }

    /// The notes that have `tag` (without `#`) or a tag below it, by path.
    pub fn tagged(&self, tag: &str) -> Vec<NoteId> {
        let tag = caseless(tag);
        let has = |id: &NoteId| {
            self.facts(*id).is_some_and(|facts| {
                // Tags lie in one another as folders do.
                facts.tags().any(|own| caseless(own).is_within(&tag))
            })
        };
        let filed = tag_key(&tag).into_iter().flat_map(|key| self.filed(&self.tags, key));
        self.by_path_order(filed.filter(has).collect())
    }

    /// The tags of the vault and those above them, in no order that means anything: each as one of the notes
    /// with it writes it, that note, and how many notes have it or one below it.
    pub fn distinct_tags(&self) -> impl Iterator<Item = (&str, NoteId, usize)> {
        let tags = self.cancel.over(self.tags.groups(|(key, _)| *key));
        tags.filter_map(|((key, note), count)| Some((spelt(self.facts(note)?, key)?, note, count)))
    }

    /// Whether a note has `tag` (without `#`) or a tag below it.
    pub fn is_tagged(&self, note: NoteId, tag: &str) -> bool {
        tag_key(&caseless(tag)).is_some_and(|key| self.tags.contains(&(key, note)))
    }

    /// The tag `tag` as most of `among` notes with it write it, not counting the note `but`.
    pub fn usual_tag(&self, tag: &str, but: NoteId, among: usize) -> Option<&str> {
        let key = tag_key(&caseless(tag))?;
        let notes = self.filed(&self.tags, key).filter(|&note| note != but).take(among);
        let mut spellings: Vec<&str> = notes.filter_map(|note| spelt(self.facts(note)?, key)).collect();
        spellings.sort_unstable();
        let most = spellings.chunk_by(PartialEq::eq).max_by_key(|same| same.len());
        most.and_then(|same| same.first().copied())
    }

    fn by_path_order(&self, mut notes: Vec<NoteId>) -> Vec<NoteId> {
        notes.sort_by_key(|&note| self.path(note));
        notes
    }

    /// The links of a note, each with where it leads; without times in the brackets of wikilinks that name
    /// no note, which are none.
    pub fn links(&self, note: NoteId) -> impl Iterator<Item = (LinkFact<'_>, Resolution)> {
        self.links_with(note, |_| true)
    }

    /// The names of `notes`, as the links to them are found.
    pub fn name_keys(&self, notes: impl Iterator<Item = NoteId>) -> NameKeys {
        NameKeys(notes.filter_map(|note| self.entry(note)).flat_map(Entry::name_keys).collect())
    }

    /// The links of a note that lead to notes with such names, and few others. The others are not resolved.
    pub fn links_to_names(
        &self,
        note: NoteId,
        names: &NameKeys,
    ) -> impl Iterator<Item = (LinkFact<'_>, Resolution)> {
        self.links_with(note, |target| {
            target.may_be_filed(|key| names.0.contains(&key))
                && target.filed(&self.settings).any(|(key, _)| names.0.contains(&key))
        })
    }

    /// The links of a note with targets of which `wanted` says so, each with where it leads, likewise.
    fn links_with(
        &self,
        note: NoteId,
        wanted: impl Fn(&TargetFact) -> bool,
    ) -> impl Iterator<Item = (LinkFact<'_>, Resolution)> {
        let facts = self.facts(note);
        let mut targets = facts.into_iter().flat_map(|facts| facts.targets());
        // A target is numbered where it appears first: who wants but the first links pays for no others.
        let count = facts.map_or(0, |facts| facts.distinct_targets().size_hint().0);
        let mut known: Vec<Option<TargetFact>> = Vec::with_capacity(count);
        let mut found: Vec<Option<Resolution>> = Vec::with_capacity(count);
        let links = facts.into_iter().flat_map(|facts| facts.links());
        let links = links.filter_map(move |link| {
            while known.len() <= link.number {
                let target = targets.next()?;
                known.push(wanted(&target).then_some(target));
                found.push(None);
            }
            let (target, found) = (known.get(link.number)?.as_ref()?, found.get_mut(link.number)?);
            let lead = found.get_or_insert_with(|| self.resolve_wanted(note, &target.wanted()));
            Some((link, lead.clone()))
        });
        links.filter(|(link, found)| !(link.may_be_time() && found.is_broken()))
    }

    /// The number of links in a note; a definition is no link of its own.
    pub fn link_count(&self, note: NoteId) -> usize {
        let Some(facts) = self.facts(note) else { return 0 };
        let is_time = |at, link: &LinkFact| link.may_be_time() && self.resolve_link(note, at).is_broken();
        let links = facts.links().enumerate();
        links.filter(|(at, link)| link.kind != LinkKind::Definition && !is_time(*at, link)).count()
    }

    /// Whether so many links lead to names that no note has, counted once a note. What is counted of a name is looked up
    /// in one of its notes, and no further names are looked at than it takes.
    pub fn wants_at_least(&self, links: usize) -> bool {
        let mut counted = 0;
        let mut postings = self.cancel.over(self.links.iter()).peekable();
        while let Some(Posting { key, note, .. }) = postings.next() {
            let same = std::iter::from_fn(|| postings.next_if(|next| next.key == key)).map(|link| link.note);
            let mut from: Vec<_> = std::iter::once(note).chain(same).collect();
            if self.named(key).next().is_some() {
                continue;
            }
            from.sort_unstable();
            from.dedup();
            let mut targets = self.facts(note).into_iter().flat_map(Facts::targets);
            let text = targets.find(|target| target.keys.name == Some(key)).map(|target| target.name());
            if text.is_some_and(|text| self.may_be_name(&text)) {
                counted += from.len();
            }
            if counted >= links {
                return true;
            }
        }
        false
    }
}

/// The tag that is filed under `key`, or what stands above one, as a note writes it.
fn spelt(facts: &Facts, key: Key) -> Option<&str> {
    facts.tags().find_map(|tag| {
        let ends = tag.match_indices('/').map(|(at, _)| at).chain([tag.len()]);
        let (end, _) = ends.zip(tag_ancestry(&caseless(tag))).find(|(_, own)| *own == key)?;
        tag.get(..end)
    })
}
