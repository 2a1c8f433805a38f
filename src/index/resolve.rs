//! The resolver: where a link leads (docs/links.md), for every feature and for the command line.
use std::borrow::Cow;
use std::sync::Arc;

use super::facts::TargetKeys;
use super::name::{Slug, caseless, nfc};
use super::store::{extension, file_key, folder};
use super::{Facts, Index, NoteId};

/// What matched a link's target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tier {
    /// A path.
    Path,
    /// A file stem, exact case.
    Stem,
    /// A file stem, caseless. With [`Self::Stem`] it is step 2 of docs/links.md.
    StemCaseless,
    /// The slug of a file stem.
    StemSlug,
    /// The slug of a title or an alias.
    Title,
    /// The squashed slug of any name.
    Squashed,
    /// A file that is no note.
    Attachment,
}

impl Tier {
    /// The number that the documentation gives it; attachments come last.
    pub fn number(self) -> u8 {
        match self {
            Self::Path => 1,
            Self::Stem | Self::StemCaseless => 2,
            Self::StemSlug => 3,
            Self::Title => 4,
            Self::Squashed => 5,
            Self::Attachment => 6,
        }
    }

    /// Whether Obsidian or a site generator would miss a link that matched so.
    pub fn is_inexact(self) -> bool {
        matches!(self, Self::StemSlug | Self::Title | Self::Squashed)
    }
}

/// Where a target leads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolution {
    /// What matched; `None`: nothing did.
    pub tier: Option<Tier>,
    /// *The* target first. Behind it, where the link is ambiguous, the other notes that matched in
    /// that tier, best first, however far.
    pub notes: Vec<NoteId>,
    /// Whether the best two share tier and hops.
    pub ambiguous: bool,
    /// The attachment, relative to the vault, where the target names one that is there.
    pub attachment: Option<Arc<str>>,
    /// Whether the target, not found, has the form of an attachment: `broken-file`, not
    /// `broken-link`.
    pub names_file: bool,
}

impl Resolution {
    /// *The* target.
    pub fn note(&self) -> Option<NoteId> {
        self.notes.first().copied()
    }

    /// Whether nothing matched.
    pub fn is_broken(&self) -> bool {
        self.tier.is_none()
    }
}

/// Extensions of files that Obsidian embeds: a target that ends so means a file.
const MEDIA: &[&str] = &[
    "3gp", "aac", "avif", "base", "bmp", "canvas", "flac", "gif", "heic", "jpeg", "jpg", "m4a", "m4v", "mkv",
    "mov", "mp3", "mp4", "oga", "ogg", "ogv", "opus", "pdf", "png", "svg", "tif", "tiff", "wav", "webm",
    "webp",
];

/// A target in the forms in which it is compared, each made once.
struct Target<'t> {
    /// Without its note extension.
    nfc: Cow<'t, str>,
    caseless: Cow<'t, str>,
    slug: Slug<'t>,
}

impl<'t> Target<'t> {
    fn new(name: &'t str) -> Self {
        Self { nfc: nfc(name), caseless: caseless(name), slug: Slug::of(name) }
    }

    /// The first tier by which a note with this stem and these names answers.
    fn tier(&self, stem: &str, facts: Option<&Facts>) -> Option<Tier> {
        let names = || facts.into_iter().flat_map(Facts::names);
        if nfc(stem) == self.nfc {
            return Some(Tier::Stem);
        }
        let Slug::Folded(_) = &self.slug else {
            // Compared as written: the stem is not it, so only a title or an alias may be.
            return names().any(|name| Slug::of(name) == self.slug).then_some(Tier::Title);
        };
        let stem_slug = Slug::of(stem);
        if matches!(stem_slug, Slug::Folded(_)) && caseless(stem) == self.caseless {
            return Some(Tier::StemCaseless);
        }
        if stem_slug == self.slug {
            return Some(Tier::StemSlug);
        }
        if names().any(|name| Slug::of(name) == self.slug) {
            return Some(Tier::Title);
        }
        let squashed = self.slug.squashed();
        let squashes = |slug: &Slug| slug.squashed().is_some_and(|own| Some(own) == squashed);
        (squashes(&stem_slug) || names().any(|name| squashes(&Slug::of(name)))).then_some(Tier::Squashed)
    }
}

impl Index {
    /// Where `target` leads from the note `from`. The target is a name or a path as
    /// [`Facts::target`] gives it; an empty one is the note itself.
    pub fn resolve(&self, from: NoteId, target: &str) -> Resolution {
        if target.is_empty() {
            return Resolution { tier: Some(Tier::Path), notes: vec![from], ..Resolution::default() };
        }
        self.resolve_in(self.entry(from).map_or("", |entry| entry.folder()), target)
    }

    /// Where `target`, which is not empty, leads from a note in the folder `from`.
    pub fn resolve_in(&self, from: &str, target: &str) -> Resolution {
        let bare = self.settings.note_stem(target).unwrap_or(target);
        let keys = TargetKeys::of(target, &self.settings);
        let notes = if bare.contains('/') {
            self.by_segments_of(from, bare, keys).or_else(|| self.by_path_as_title(from, bare, keys))
        } else {
            self.by_name(from, bare, keys)
        };
        notes.unwrap_or_else(|| {
            let names_file = self.names_file(target);
            let attachment = if names_file { self.attachment(from, target) } else { None };
            let tier = attachment.is_some().then_some(Tier::Attachment);
            Resolution { tier, attachment, names_file, ..Resolution::default() }
        })
    }

    /// Where link `index` of `note` leads.
    pub fn resolve_link(&self, note: NoteId, index: usize) -> Resolution {
        let target = self.facts(note).map_or("", |facts| facts.target(index));
        self.resolve(note, target)
    }

    /// Whether a target has the form of a file that is no note: a media extension, or one that
    /// files of the vault have.
    pub(super) fn names_file(&self, target: &str) -> bool {
        extension(target).is_some_and(|extension| {
            !self.settings.is_note(target)
                && (MEDIA.contains(&&*extension) || self.extensions.contains_key(&*extension))
        })
    }

    /// Tiers 2 to 5.
    fn by_name(&self, from: &str, name: &str, keys: TargetKeys) -> Option<Resolution> {
        let target = Target::new(name);
        let mut found: Vec<(Tier, NoteId)> = Vec::new();
        let mut own: Option<Tier> = None;
        for note in self.named(keys.name?) {
            let Some(entry) = self.entry(note) else { continue };
            let Some(tier) = target.tier(entry.stem(), entry.facts.as_deref()) else { continue };
            if tier <= Tier::StemSlug && entry.folder() == from {
                own = Some(own.map_or(tier, |own| own.min(tier)));
            }
            found.push((tier, note));
        }
        // Of stems and their slugs the note's own folder comes first, whatever is elsewhere.
        let tier = own.or_else(|| found.iter().map(|&(tier, _)| tier).min())?;
        let notes = found.into_iter().filter(|(t, _)| *t == tier).map(|(_, note)| note).collect();
        Some(self.ranked(from, tier, notes))
    }

    /// Tier 1.
    fn by_segments_of(&self, from: &str, path: &str, keys: TargetKeys) -> Option<Resolution> {
        let relative = || join(from, path);
        let root = || join("", path.trim_start_matches('/'));
        let whole = |wanted: Option<String>| {
            wanted.and_then(|wanted| {
                self.by_segments(keys, |own, same| {
                    same(own, &wanted) && own.matches('/').count() == wanted.matches('/').count()
                })
            })
        };
        let notes = if path.starts_with("./") || path.starts_with("../") {
            whole(relative())?
        } else if path.starts_with('/') {
            whole(root())?
        } else {
            whole(relative()).or_else(|| whole(root())).or_else(|| {
                let wanted = root()?;
                self.by_segments(keys, |own, same| {
                    let skip = own.matches('/').count().checked_sub(wanted.matches('/').count());
                    skip.is_some_and(|skip| same(skip_segments(own, skip), &wanted))
                })
            })?
        };
        Some(self.ranked(from, Tier::Path, notes))
    }

    /// The notes whose path without its extension `matches`, exact case if any does, else caseless.
    fn by_segments(
        &self,
        keys: TargetKeys,
        matches: impl Fn(&str, fn(&str, &str) -> bool) -> bool,
    ) -> Option<Vec<NoteId>> {
        let exact = |a: &str, b: &str| nfc(a) == nfc(b);
        let folded = |a: &str, b: &str| caseless(a) == caseless(b);
        let with = |same: fn(&str, &str) -> bool| -> Vec<NoteId> {
            let named = keys.name.map(|key| self.named(key)).into_iter().flatten();
            named.filter(|&note| self.entry(note).is_some_and(|e| matches(e.path_stem(), same))).collect()
        };
        Some(with(exact))
            .filter(|notes| !notes.is_empty())
            .or_else(|| Some(with(folded)).filter(|n| !n.is_empty()))
    }

    /// A path that is the title of a note (`TCP/IP`): tier 4.
    fn by_path_as_title(&self, from: &str, path: &str, keys: TargetKeys) -> Option<Resolution> {
        let slug = Slug::of(path);
        let is_named = |note: &NoteId| {
            self.facts(*note).is_some_and(|facts| facts.names().any(|name| Slug::of(name) == slug))
        };
        let notes: Vec<_> = self.named(keys.whole?).filter(is_named).collect();
        (!notes.is_empty()).then(|| self.ranked(from, Tier::Title, notes))
    }

    /// The best of the notes of one tier: fewest hops, then fewest segments, then shortest path, then
    /// by code points. All of them in that order where the best two share their hops.
    fn ranked(&self, from: &str, tier: Tier, mut notes: Vec<NoteId>) -> Resolution {
        let near = notes.iter().map(|&note| (hops(from, self.path(note)), note)).min();
        if let Some((least, nearest)) = near {
            let is_as_near = |&&note: &&NoteId| hops(from, self.path(note)) == least;
            if notes.iter().filter(is_as_near).nth(1).is_none() {
                return Resolution { tier: Some(tier), notes: vec![nearest], ..Resolution::default() };
            }
        }
        notes.sort_by_cached_key(|&note| rank(from, self.path(note)));
        Resolution { tier: Some(tier), ambiguous: true, notes, ..Resolution::default() }
    }

    /// The file that is no note and that `target` names: by name over the files of the index, by
    /// path over any file of the vault.
    fn attachment(&self, from: &str, target: &str) -> Option<Arc<str>> {
        let exact = |path: &str| {
            let hidden =
                || self.probe.as_ref().is_some_and(|probe| probe.exists(path)).then(|| Arc::from(path));
            self.files.get(path).cloned().or_else(hidden)
        };
        let wanted = if target.starts_with("./") || target.starts_with("../") {
            return exact(&join(from, target)?);
        } else if target.starts_with('/') {
            return exact(&join("", target.trim_start_matches('/'))?);
        } else {
            join("", target)?
        };
        if target.contains('/') {
            let at = join(from, target).and_then(|path| exact(&path)).or_else(|| exact(&wanted));
            if at.is_some() {
                return at;
            }
        }
        let depth = wanted.matches('/').count();
        let ends = |path: &str, same: fn(&str, &str) -> bool| {
            let skip = path.matches('/').count().checked_sub(depth);
            skip.is_some_and(|skip| same(skip_segments(path, skip), &wanted))
        };
        let key = file_key(&wanted);
        let bounds = (key, Arc::<str>::from(""))..;
        let named: Vec<&Arc<str>> =
            self.file_names.range(bounds).take_while(|(k, _)| *k == key).map(|(_, path)| path).collect();
        let best = |same: fn(&str, &str) -> bool| {
            named
                .iter()
                .filter(|path| ends(path, same))
                .min_by(|a, b| rank(from, a).cmp(&rank(from, b)))
                .map(|path| Arc::clone(path))
        };
        best(|a, b| nfc(a) == nfc(b)).or_else(|| best(|a, b| caseless(a) == caseless(b)))
    }
}

/// `path` from `folder`, `.` and `..` resolved; `None` where it leads out of the vault or names no
/// file.
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    let names_file = path.rsplit('/').next().is_some_and(|last| !matches!(last, "" | "." | ".."));
    names_file.then(|| segments.join("/"))
}

/// `path` without its first `count` segments.
fn skip_segments(path: &str, count: usize) -> &str {
    let cut = path.match_indices('/').nth(count.wrapping_sub(1)).map(|(at, _)| at + 1);
    cut.and_then(|at| path.get(at..)).unwrap_or(path)
}

/// Segments up and down from a folder to the folder of `path`.
fn hops(from: &str, path: &str) -> usize {
    let segments = |folder: &'_ str| folder.split('/').filter(|s| !s.is_empty()).count();
    let to = folder(path);
    let pairs = from.split('/').zip(to.split('/'));
    let shared = pairs.take_while(|(a, b)| a == b && !a.is_empty()).count();
    segments(from) + segments(to) - 2 * shared
}

/// How good a target `path` is from a folder, best first: hops, segments, length, code points (in
/// whose order UTF-8 sorts).
fn rank<'p>(from: &str, path: &'p str) -> (usize, usize, usize, &'p str) {
    (hops(from, path), path.matches('/').count(), path.chars().count(), path)
}
