//! The links that follow when notes and files move or are called otherwise, so that every link leads to what it
//! led to.
//!
//! What changes is tried on a copy of the index: a link is rewritten where it is written by what changes, or
//! would lead elsewhere, and each new target is one that leads there in the copy.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::anchors::Renamed;
use super::disk::MovedTexts;
use super::in_place::known_links_in;
use super::notes::add;
use super::respell::{self, Moved};
use super::{Edit, Move, Reason, SourceChange};
use crate::ide::references::{Role, occurrences};
use crate::ide::symbol::Symbol;
use crate::ide::{Analysis, Document, spelling};
use crate::index::{Backlink, Change, Delta, Facts, NoteId, Resolution, Tier, Wanted, slug, squash};
use crate::syntax::{Link, LinkKind};
use crate::text::{PathText, Span, VaultPath};

/// A note that gets another title or alias.
#[derive(Debug)]
pub(super) struct Retitled {
    pub(super) note: NoteId,
    pub(super) old: String,
    pub(super) new: String,
    /// What the note holds then.
    pub(super) facts: Facts,
}

/// What becomes of the links.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// By note, in order of place.
    pub(super) edits: Vec<(NoteId, Vec<Edit>)>,
    /// Links that lead where they led, but to one of several notes as near.
    pub(super) ambiguous: usize,
    /// Links that no target leads to what they led to.
    pub(super) lost: usize,
}

impl Followed {
    /// The change of these links with the files that move.
    pub(super) fn into_change(self, moves: Vec<Move>) -> SourceChange {
        SourceChange { warnings: self.warnings(), moves, edits: self.edits, ..SourceChange::default() }
    }

    /// What follows as well.
    pub(super) fn add(&mut self, other: Self) {
        for (note, edits) in other.edits {
            edits.into_iter().for_each(|edit| add(&mut self.edits, note, edit));
        }
        self.ambiguous += other.ambiguous;
        self.lost += other.lost;
    }

    /// The notes with headings that hold one of the links, and read otherwise now.
    pub(super) fn headings(&self, analysis: &Analysis) -> Vec<Renamed> {
        let reads = |(note, edits): &(NoteId, Vec<Edit>)| {
            let headings = analysis.index.facts(*note)?.places().headings();
            let lines: FxHashSet<u32> = headings.map(|own| own.line).collect();
            let may_be_in = |edit: &Edit| edit.range.is_none_or(|range| lines.contains(&range.start.line));
            let may = !lines.is_empty() && edits.iter().any(may_be_in);
            let document = may.then(|| analysis.document(*note)).flatten()?;
            Renamed::by_edits(analysis, *note, &document, edits)
        };
        self.edits.par_iter().filter_map(reads).collect()
    }

    /// What the user should know of the links.
    fn warnings(&self) -> Vec<String> {
        let edits = self.edits.iter().flat_map(|(_, edits)| edits);
        let kept = edits.filter(|edit| edit.reason == Reason::Kept).count();
        let counted = |count: usize, one: &str, many: &str| {
            (count > 0).then(|| if count == 1 { one.to_owned() } else { format!("{count} {many}") })
        };
        [
            counted(
                kept,
                "1 link would lead elsewhere and is rewritten",
                "links would lead elsewhere and are rewritten",
            ),
            counted(self.ambiguous, "1 link becomes ambiguous", "links become ambiguous"),
            counted(self.lost, "1 link cannot be rewritten", "links cannot be rewritten"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The vault before and after.
struct Plan<'a> {
    before: &'a Analysis,
    after: Analysis,
    /// What differs.
    delta: Delta,
    moved: FxHashMap<&'a str, &'a VaultPath>,
    /// The same from the new path to the old one.
    came: FxHashMap<&'a str, &'a VaultPath>,
    retitled: &'a [Retitled],
    moves: &'a [Move],
}

/// What the links with one target lead to, and why they change.
#[derive(Clone)]
enum Lead {
    Note(NoteId, Reason),
    File(VaultPath, Reason),
    /// A folder by its path before, and after.
    Folder([VaultPath; 2], Reason),
}

/// Rewrites the links that `moves` and `retitled` concern, and the anchors of headings that hold such links.
pub(super) fn follow(analysis: &Analysis, moves: &[Move], retitled: Option<Retitled>) -> Followed {
    let mut retitled = Vec::from_iter(retitled);
    loop {
        let mut followed = follow_once(analysis, moves, &retitled);
        let headings = followed.headings(analysis);
        let is_new = |own: &Retitled| retitled.iter().all(|other| other.note != own.note);
        let titles: Vec<Retitled> =
            headings.iter().filter_map(|own| own.title(analysis)).filter(is_new).collect();
        if titles.is_empty() {
            // A title that holds a link by that title has no last form.
            let titles = headings.iter().filter_map(|own| own.title(analysis));
            let has_others =
                |own: &Retitled| retitled.iter().any(|other| other.note == own.note && other.new != own.new);
            followed.lost += titles.filter(has_others).count();
            headings.iter().for_each(|own| followed.add(own.follow(analysis)));
            return followed;
        }
        // A heading that is a title: the links by it follow too.
        retitled.extend(titles);
    }
}

fn follow_once(analysis: &Analysis, moves: &[Move], retitled: &[Retitled]) -> Followed {
    let mut index = analysis.index.clone();
    let changes = moves.iter().flat_map(|own| {
        let to = own.to.clone();
        let here = match analysis.index.note(&own.from) {
            Some(note) => match analysis.index.facts(note) {
                Some(facts) => Change::Facts(to, facts.clone()),
                None => Change::Note(to),
            },
            None if analysis.index.has_file(&own.from) => Change::File(to),
            // That a file the index does not know goes or comes concerns the links to it.
            None => Change::Gone(to),
        };
        [Change::Gone(own.from.clone()), here]
    });
    // All go before one comes: two files may change places.
    let (gone, here): (Vec<_>, Vec<_>) = changes.partition(|change| matches!(change, Change::Gone(_)));
    let mut delta = index.apply_all(gone);
    delta.merge(index.apply_all(here));
    let moved: FxHashMap<&str, &VaultPath> = moves.iter().map(|own| (&*own.from, &own.to)).collect();
    for own in retitled {
        let path = analysis.index.path(own.note);
        let path = moved.get(path).map_or_else(|| path.into(), |to| (*to).clone());
        delta.merge(index.apply(Change::Facts(path, own.facts.clone())));
    }
    let dependents = delta.dependents(&index);
    let came = moves.iter().map(|own| (&*own.to, &own.from)).collect();
    let unknown =
        |own: &&Move| analysis.index.note(&own.from).is_none() && !analysis.index.has_file(&own.from);
    let unknown: Vec<&Move> = moves.iter().filter(unknown).collect();
    let after = analysis.with_index(index).with_texts(|now| Arc::new(MovedTexts::new(now, &unknown)));
    let plan = Plan { before: analysis, after, delta, moved, came, retitled, moves };
    let mut notes: FxHashSet<NoteId> =
        dependents.into_iter().filter_map(|note| plan.note_before(note)).collect();
    notes.extend(moves.iter().filter_map(|own| analysis.index.note(&own.from)));
    let notes: Vec<NoteId> = notes.into_iter().collect();
    let found = notes.par_iter().map(|&note| plan.follow_in(note));
    let mut followed = found.reduce(Followed::default, |mut all, some| {
        all.edits.extend(some.edits);
        all.ambiguous += some.ambiguous;
        all.lost += some.lost;
        all
    });
    followed.edits.sort_by_key(|(note, _)| analysis.index.path(*note));
    followed
}

/// How many links of other notes lead nowhere once `notes` and `files` are gone, and in how many notes.
pub(super) fn broken_without(analysis: &Analysis, notes: &[NoteId], files: &[VaultPath]) -> (usize, usize) {
    let gone: FxHashSet<NoteId> = notes.iter().copied().collect();
    let mut links: Vec<_> = notes.iter().flat_map(|note| analysis.index.backlinks(*note)).collect();
    let of_file = |path: &VaultPath| {
        let found = occurrences(analysis, &Symbol::Attachment(path.clone())).into_iter();
        found.filter_map(|found| match found.role {
            Role::Link(link) => Some(Backlink { from: found.note, link }),
            _ => None,
        })
    };
    links.extend(files.iter().flat_map(of_file));
    links.retain(|link| !gone.contains(&link.from));
    links.sort_unstable();
    links.dedup();
    let mut index = analysis.index.clone();
    let paths = notes.iter().map(|note| VaultPath::from(analysis.index.path(*note)));
    index.apply_all(paths.chain(files.iter().cloned()).map(Change::Gone).collect::<Vec<_>>());
    let leads = |link: &Backlink| {
        let facts = analysis.index.facts(link.from)?;
        // The files are still on the disk: it is not asked.
        Some(index.resolve_wanted(link.from, &facts.wanted(link.link)))
    };
    links.retain(|link| leads(link).is_some_and(|found| found.is_broken()));
    let count = links.len();
    links.dedup_by_key(|link| link.from);
    (count, links.len())
}

impl Plan<'_> {
    /// The note before of one after.
    fn note_before(&self, after: NoteId) -> Option<NoteId> {
        let path = self.after.index.path(after);
        self.before.index.note(self.came.get(path).map_or(path, |from| from))
    }

    /// Where a file of before is after.
    fn path_after<'p>(&'p self, path: &'p str) -> &'p str {
        self.moved.get(path).map_or(path, |to| to)
    }

    /// The note after of one before.
    fn note_after(&self, note: NoteId) -> Option<NoteId> {
        self.after.index.note(self.path_after(self.before.index.path(note)))
    }

    /// The changes of the links of one note.
    fn follow_in(&self, note: NoteId) -> Followed {
        let mut followed = Followed::default();
        let Some((facts, here)) = self.before.index.facts(note).zip(self.note_after(note)) else {
            return followed;
        };
        let targets: FxHashMap<usize, Wanted> =
            self.delta.targets(&self.after.index, facts, self.is_moved(note)).collect();
        if targets.is_empty() {
            return followed;
        }
        let mut leads: FxHashMap<usize, Option<Lead>> = FxHashMap::default();
        let (mut changed, mut known) = (Vec::new(), Vec::new());
        let links = facts.links_to(|number| targets.contains_key(&number));
        for (at, link) in links.filter(|(_, link)| !link.is_own()) {
            let Some(wanted) = targets.get(&link.number) else { continue };
            let lead = leads
                .entry(link.number)
                .or_insert_with(|| self.lead(note, here, wanted, &mut followed.ambiguous));
            if let Some(lead) = lead.as_ref().filter(|_| !link.may_be_time()) {
                changed.push((wanted, lead.clone()));
                known.push((at, link));
            }
        }
        if changed.is_empty() {
            return followed;
        }
        let Some((document, links)) = known_links_in(self.before, note, known) else { return followed };
        let (mut edits, mut seen): (Vec<Edit>, FxHashSet<Span>) = Default::default();
        for ((wanted, lead), link) in changed.into_iter().zip(&links) {
            // A file that changed since it was read may have other links.
            let link = link.as_ref().filter(|link| Wanted::of(link, &document.text) == *wanted);
            let Some(link) = link else {
                followed.lost += 1;
                continue;
            };
            // Links by reference share the target of their definition.
            if !seen.insert(link.target) {
                continue;
            }
            let (target, reason) = match &lead {
                Lead::Note(to, reason) => (self.note_target(note, here, *to, &document, link), *reason),
                Lead::File(to, reason) => (self.file_target(note, here, to, &document, link), *reason),
                Lead::Folder(to, reason) => (self.folder_target(note, here, to, &document, link), *reason),
            };
            match target {
                Some(text) if text == link.target.of(&document.text) => {}
                Some(text) => edits.push(Edit::of(&document, link.target, text, reason)),
                None => followed.lost += 1,
            }
        }
        if !edits.is_empty() {
            edits.sort_by_key(|edit| edit.span);
            followed.edits.push((note, edits));
        }
        followed
    }

    /// What the links of `note` with a target lead to, if they have to change for it or may.
    fn lead(&self, note: NoteId, here: NoteId, wanted: &Wanted, ambiguous: &mut usize) -> Option<Lead> {
        let mut before = self.before.resolve_wanted(note, wanted);
        let path = self.before.index.path(note);
        let after = || self.after.resolve_wanted(here, wanted);
        if let Some(file) = before.attachment.as_ref().filter(|_| before.tier == Some(Tier::Attachment)) {
            let moved = self.moved.get(&**file).is_some_and(|to| *to != file);
            let (was_path, is_path) =
                (self.is_path(path, file, wanted), self.is_path(self.path_after(path), file, wanted));
            let stays = !moved && after().attachment.as_ref() == Some(file) && (is_path || !was_path);
            let reason = if moved || self.is_moved(note) { Reason::Link } else { Reason::Kept };
            return (!stays).then(|| Lead::File(file.clone(), reason));
        }
        if let Some(folder) = before.attachment.take_if(|_| before.tier == Some(Tier::Folder)) {
            let there = self.folder_after(&folder);
            let stays = (there == folder && !self.is_moved(note)) || {
                let after = after();
                after.tier == Some(Tier::Folder) && after.attachment.as_ref() == Some(&there)
            };
            return (!stays).then_some(Lead::Folder([folder, there], Reason::Link));
        }
        let to = before.note()?;
        let follows =
            self.names_moved(to, &before, wanted) || self.names_title(to, &before, wanted).is_some();
        if follows {
            return Some(Lead::Note(to, Reason::Link));
        }
        let after = after();
        let there = self.before.index.path(to);
        let was_path = self.is_path(path, there, wanted);
        let is_path = self.is_path(self.path_after(path), self.path_after(there), wanted);
        if after.note().is_some() && after.note() == self.note_after(to) && (is_path || !was_path) {
            *ambiguous += usize::from(after.ambiguous && !before.ambiguous);
            return None;
        }
        let own = self.is_moved(note) || self.is_moved(to) || self.retitled.iter().any(|own| own.note == to);
        Some(Lead::Note(to, if own { Reason::Link } else { Reason::Kept }))
    }

    /// Whether the destination of a markdown link is the path from its note to another file, which is what other
    /// programs take it for.
    fn is_path(&self, from: &str, to: &str, wanted: &Wanted) -> bool {
        let path = from.folder().join(&wanted.name).filter(|_| wanted.markdown);
        path.is_some_and(|path| path == to || self.before.settings().note_stem(to) == Some(&*path))
    }

    fn is_moved(&self, note: NoteId) -> bool {
        self.moved.contains_key(self.before.index.path(note))
    }

    /// Whether a target is the file name or the path of a note that moves.
    fn names_moved(&self, to: NoteId, found: &Resolution, wanted: &Wanted) -> bool {
        let path = self.before.index.path(to);
        let by_file = match found.tier {
            Some(Tier::Path | Tier::Stem | Tier::StemCaseless | Tier::StemSlug) => true,
            Some(Tier::Squashed) => {
                squash(&slug(self.bare(wanted))) == squash(&slug(self.before.index.stem(to)))
            }
            _ => false,
        };
        by_file && self.moved.get(path).is_some_and(|new| **new != *path)
    }

    /// The title that changes, where a target is that.
    fn names_title(&self, to: NoteId, found: &Resolution, wanted: &Wanted) -> Option<&Retitled> {
        let by_title = matches!(found.tier, Some(Tier::Title | Tier::Squashed));
        let names =
            |own: &&Retitled| own.note == to && squash(&slug(self.bare(wanted))) == squash(&slug(&own.old));
        self.retitled.iter().filter(|_| by_title).find(names)
    }

    /// The name of a target, without an extension.
    fn bare<'w>(&self, wanted: &'w Wanted) -> &'w str {
        self.before.settings().note_stem(&wanted.name).unwrap_or(&wanted.name)
    }

    /// The target by which `link` of `note` goes on leading to `to`, as the link writes it.
    fn note_target(
        &self,
        note: NoteId,
        here: NoteId,
        to: NoteId,
        document: &Document,
        link: &Link,
    ) -> Option<String> {
        let wanted = Wanted::of(link, &document.text);
        let found = self.before.resolve_wanted(note, &wanted);
        let there = self.note_after(to)?;
        let respelt = match self.names_title(to, &found, &wanted) {
            Some(own) => respell::restyle(self.bare(&wanted), &own.old, &own.new),
            None => self.respelt(note, self.before.index.path(to), &wanted, link),
        };
        let leads = |target: &str| {
            let raw = write_with_query(target, document, link, self.before.index.path(to))?;
            let decoded = decoded(&raw, link);
            let wanted = Wanted { name: decoded.into(), written: None, markdown: !link.is_wiki() };
            let after = self.after.resolve_wanted(here, &wanted);
            let is_clear = found.ambiguous || !after.ambiguous;
            (after.note() == Some(there) && is_clear).then_some(raw)
        };
        let stem = respell::stem(self.after.index.path(there), self.after.settings());
        let plain = [respelt.as_str(), stem].into_iter().find_map(leads);
        plain.or_else(|| match link.is_wiki() {
            true => spelling::target(&self.after, here, there, LinkKind::Wiki)
                .or_else(|| spelling::other_target(&self.after, here, there)),
            false => leads(&spelling::relative(self.after.index.path(here), self.after.index.path(there))),
        })
    }

    /// The same for a file that is no note.
    fn file_target(
        &self,
        note: NoteId,
        here: NoteId,
        to: &VaultPath,
        document: &Document,
        link: &Link,
    ) -> Option<String> {
        let wanted = Wanted::of(link, &document.text);
        let there = self.path_after(to);
        let leads = |target: &str| {
            let raw = write_with_query(target, document, link, to)?;
            let decoded = decoded(&raw, link);
            let wanted = Wanted { name: decoded.into(), written: None, markdown: !link.is_wiki() };
            (self.after.resolve_wanted(here, &wanted).attachment.as_deref() == Some(there)).then_some(raw)
        };
        leads(&self.respelt(note, to, &wanted, link)).or_else(|| match link.is_wiki() {
            true => spelling::attachment(&self.after, here, there),
            false => leads(&spelling::relative(self.after.index.path(here), there)),
        })
    }

    /// Where a folder of before is after: where its files are, if none has stayed.
    fn folder_after(&self, folder: &VaultPath) -> VaultPath {
        let index = &self.after.index;
        let is_known = index.below(folder).next().is_some() || index.files_below(folder).next().is_some();
        if is_known
            || self.after.texts().is_folder(folder)
                && self.moves.iter().all(|own| !own.from.is_within(folder))
        {
            return folder.clone();
        }
        let first = self.moves.iter().find_map(|own| {
            // All of the folder moves when what lies below it stays the same.
            let rest = own.from.below(folder)?;
            own.to.strip_suffix(rest)?.strip_suffix('/').map(VaultPath::from)
        });
        first.unwrap_or_else(|| folder.clone())
    }

    /// The same for a folder.
    fn folder_target(
        &self,
        note: NoteId,
        here: NoteId,
        [old, there]: &[VaultPath; 2],
        document: &Document,
        link: &Link,
    ) -> Option<String> {
        let wanted = Wanted::of(link, &document.text);
        let name = wanted.name.trim_end_matches('/');
        let slash = wanted.name.get(name.len()..).unwrap_or_default();
        let leads = |target: &str| {
            let raw = write(&format!("{target}{slash}"), document, link)?;
            let wanted = Wanted { name: decoded(&raw, link).into(), written: None, markdown: true };
            let after = self.after.resolve_wanted(here, &wanted);
            (after.tier == Some(Tier::Folder) && after.attachment.as_ref() == Some(there)).then_some(raw)
        };
        let path = self.before.index.path(note);
        let from = Moved { old: path, new: self.path_after(path) };
        let respelt = || {
            let to = Moved { old, new: there };
            respell::target(name, from, to, true, self.before.settings())
        };
        let own = (!matches!(name.file_name(), "" | "." | "..")).then(respelt).and_then(|own| leads(&own));
        own.or_else(|| match spelling::relative(from.new, there).trim_end_matches('/') {
            "" => leads("."),
            path => leads(path),
        })
    }

    fn respelt(&self, note: NoteId, to: &str, wanted: &Wanted, link: &Link) -> String {
        let own = self.before.index.path(note);
        let from = Moved { old: own, new: self.path_after(own) };
        let to = Moved { old: to, new: self.path_after(to) };
        let query = wanted.name.find('?').filter(|_| has_query(link, to.old));
        let written = wanted.name.get(..query.unwrap_or(wanted.name.len())).unwrap_or(&wanted.name);
        respell::target(written, from, to, !link.is_wiki(), self.before.settings())
    }
}

/// Whether what a link to the file `to` writes behind a `?` is left out when it is followed.
fn has_query(link: &Link, to: &str) -> bool {
    !link.is_wiki() && !to.contains('?')
}

/// A target as `link` to what was `to` can hold it, with the query that it has; `None` where it cannot.
fn write_with_query(target: &str, document: &Document, link: &Link, to: &str) -> Option<String> {
    let written = link.target.of(&document.text);
    let query = written.find('?').filter(|_| has_query(link, to)).and_then(|at| written.get(at..));
    Some(write(target, document, link)? + query.unwrap_or_default())
}

/// A target as `link` can hold it; `None` where it cannot.
pub(super) fn write(target: &str, document: &Document, link: &Link) -> Option<String> {
    if link.is_wiki() {
        // `^` is no part of a new target, since other programs do not follow that; but it stays in one that has it.
        let has_mark = link.target.of(&document.text).contains('^');
        let plain = if has_mark { target.replace('^', "_") } else { target.to_owned() };
        return spelling::is_writable(&plain).then(|| target.to_owned());
    }
    Some(respell::destination(target, link.target.of(&document.text), is_in_angles(document, link)))
}

/// Whether the destination of a markdown link stands between `<` and `>`.
pub(super) fn is_in_angles(document: &Document, link: &Link) -> bool {
    let before = link.target.start().checked_sub(1).and_then(|at| document.text.as_bytes().get(at));
    before == Some(&b'<')
}

/// What a reader makes of a target that is written so.
fn decoded(raw: &str, link: &Link) -> String {
    let whole = Link { target: Span::new(0, raw.len()), ..link.clone() };
    whole.target_text(raw).into_owned()
}
