//! The resolver: where a link leads (docs/links.md), for every feature and for the command line.
use std::borrow::Cow;

use super::matching::{rank, skip_segments};
use super::name::{caseless, nfc};
use super::refers::TargetKeys;
use super::store::file_key;
use super::trace::{Step, Trace};
use super::{Index, NoteId};
use crate::syntax::Link;
use crate::text::{PathText, VaultPath};

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
    /// A folder, by a markdown link.
    Folder,
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
            Self::Attachment | Self::Folder => 6,
        }
    }

    /// Whether Obsidian or a site generator would miss a link that matched so.
    pub fn is_inexact(self) -> bool {
        matches!(self, Self::StemSlug | Self::Title | Self::Squashed)
    }
}

/// Notes that a resolution names: there are vaults with thousands of `index.md`.
pub const MOST_CANDIDATES: usize = 20;

/// Where a target leads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolution {
    /// What matched; `None`: nothing did.
    pub tier: Option<Tier>,
    /// *The* target first. Behind it, where the link is ambiguous, the other notes that matched in
    /// that tier, best first, however far: up to [`MOST_CANDIDATES`] in all.
    pub notes: Vec<NoteId>,
    /// How many more notes matched than are in `notes`.
    pub more: usize,
    /// Whether the best two share tier and hops.
    pub ambiguous: bool,
    /// The attachment or folder, relative to the vault, where the target names one that is there.
    pub attachment: Option<VaultPath>,
    /// Whether the target, not found, has the form of an attachment: `broken-file`, not
    /// `broken-link`.
    pub names_file: bool,
    /// Files and folders that the index does not know of, since they are ignored. The first of them that is
    /// on the disk is what the target leads to, and all of the above holds only if none is.
    pub unlisted: Vec<Unlisted>,
}

/// A place outside the index to which a target leads if something is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unlisted {
    /// A file, relative to the vault.
    File(String),
    /// A folder, likewise.
    Folder(String),
}

impl Resolution {
    /// A link to `note` alone.
    pub(super) fn only(tier: Tier, note: NoteId) -> Self {
        Self { tier: Some(tier), notes: vec![note], ..Self::default() }
    }

    /// What the target leads to once [`Self::unlisted`] has been looked for on the disk: with the first place
    /// of which `is_there` is true.
    #[must_use]
    pub fn with_disk(self, is_there: impl Fn(&Unlisted) -> bool) -> Self {
        match self.unlisted.iter().find(|place| is_there(place)) {
            Some(Unlisted::File(path)) => Self::file(path.as_str().into(), Tier::Attachment),
            Some(Unlisted::Folder(path)) => Self::file(path.as_str().into(), Tier::Folder),
            None => self,
        }
    }

    /// A link to a file or folder.
    fn file(path: VaultPath, tier: Tier) -> Self {
        Self { tier: Some(tier), attachment: Some(path), ..Self::default() }
    }

    /// *The* target.
    pub fn note(&self) -> Option<NoteId> {
        self.notes.first().copied()
    }

    /// How many notes matched in that tier.
    pub fn count(&self) -> usize {
        self.notes.len() + self.more
    }

    /// Whether the target is the path or name of what it leads to, and not only like it.
    pub fn is_exact(&self) -> bool {
        self.tier.is_some_and(|tier| !tier.is_inexact())
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

/// What a link says of the place that it leads to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Wanted<'t> {
    /// A name or a path, decoded; empty for a place in the link's own note.
    pub name: Cow<'t, str>,
    /// The path before percent-decoding, where that is another: `a%20b.png` may be a file's real name.
    pub written: Option<Cow<'t, str>>,
    /// Whether it is the destination of a markdown link, and not the target of a wikilink.
    pub markdown: bool,
}

impl<'t> Wanted<'t> {
    /// What `link` of the note `text` says.
    pub fn of(link: &Link, text: &'t str) -> Self {
        let name = link.target_text(text);
        let written = link.written_target(text).filter(|written| *written != name);
        Self { name, written, markdown: !link.is_wiki() }
    }

    /// The name in a shorter reading.
    pub(super) fn shortened(&self) -> Option<&str> {
        shortened(&self.name, self.markdown)
    }

    /// What the wikilink `[[name]]` says.
    pub fn wiki(name: &'t str) -> Self {
        Self { name: Cow::Borrowed(name), written: None, markdown: false }
    }
}

impl Index {
    /// Where the wikilink `[[target]]` leads from the note `from`. The target is a name or a path; an
    /// empty one is the note itself.
    pub fn resolve(&self, from: NoteId, target: &str) -> Resolution {
        self.resolve_wanted(from, &Wanted::wiki(target))
    }

    /// Where `target`, which is not empty, leads in a wikilink of a note in the folder `from`.
    pub fn resolve_in(&self, from: &str, target: &str) -> Resolution {
        self.resolve_from(from, &Wanted::wiki(target))
    }

    /// Where a link of the note `from` leads.
    pub fn resolve_wanted(&self, from: NoteId, wanted: &Wanted) -> Resolution {
        if wanted.name.is_empty() {
            return Resolution::only(Tier::Path, from);
        }
        self.resolve_from(self.entry(from).map_or("", |entry| entry.folder()), wanted)
    }

    /// Where link `index` of `note` leads.
    pub fn resolve_link(&self, note: NoteId, index: usize) -> Resolution {
        let wanted = self.facts(note).map_or_else(|| Wanted::wiki(""), |facts| facts.wanted(index));
        self.resolve_wanted(note, &wanted)
    }

    /// Where a link of a note in the folder `from` leads, if it does not lead into its own note.
    pub fn resolve_from(&self, from: &str, wanted: &Wanted) -> Resolution {
        self.resolve_traced(from, wanted, &mut Trace::default())
    }

    /// Where a link of the note `from` leads, and what was tried in order to find that.
    pub fn explain(&self, from: NoteId, wanted: &Wanted) -> (Resolution, Vec<Step>) {
        if wanted.name.is_empty() {
            return (self.resolve_wanted(from, wanted), Vec::new());
        }
        let mut trace = Trace::on();
        let folder = self.entry(from).map_or("", |entry| entry.folder());
        let found = self.resolve_traced(folder, wanted, &mut trace);
        (found, trace.steps())
    }

    fn resolve_traced(&self, from: &str, wanted: &Wanted, trace: &mut Trace) -> Resolution {
        self.cancel.check();
        let mut unlisted = Vec::new();
        let mut found = self.resolve_name(from, &wanted.name, wanted.markdown, &mut unlisted, trace);
        if !found.is_exact() {
            // As it is written, before percent-decoding.
            let others = [wanted.written.as_deref(), wanted.shortened().filter(|_| found.is_broken())];
            let others = others.into_iter().flatten();
            let mut others =
                others.map(|other| self.resolve_name(from, other, wanted.markdown, &mut unlisted, trace));
            found = others.find(Resolution::is_exact).unwrap_or(found);
        }
        Resolution { unlisted, ..found }
    }

    /// What has to be looked for on the disk goes to `unlisted`.
    fn resolve_name(
        &self,
        from: &str,
        target: &str,
        markdown: bool,
        unlisted: &mut Vec<Unlisted>,
        trace: &mut Trace,
    ) -> Resolution {
        let bare = self.settings.note_stem(target).unwrap_or(target);
        let is_path = bare.contains('/');
        let keys = if is_path { TargetKeys::of(target, &self.settings) } else { TargetKeys::default() };
        let note = match is_path {
            true => trace.notes(bare, Tier::Path, self.by_path(from, bare, keys, markdown)),
            false => self.by_name(from, bare, trace),
        };
        // A markdown link to a note is as good as a path where the note stands beside its own.
        let beside = |found: &Resolution| {
            !markdown
                || is_path
                || found.note().and_then(|note| self.entry(note)).is_some_and(|e| e.folder() == from)
        };
        if let Some(found) = note.as_ref().filter(|found| found.is_exact() && beside(found)) {
            return found.clone();
        }
        // What is there by just that name goes before a note that only has such a slug or title.
        if markdown
            && let Some(folder) = trace.file(target, Tier::Folder, self.folder_at(from, target, unlisted))
        {
            return Resolution::file(folder, Tier::Folder);
        }
        if let Some(found) = note.as_ref().filter(|found| found.is_exact()) {
            return found.clone();
        }
        if (markdown || target.extension().is_some())
            && let Some(path) =
                trace.file(target, Tier::Attachment, self.file(from, target, markdown, true, unlisted))
        {
            return Resolution::file(path, Tier::Attachment);
        }
        let note = note.or_else(|| {
            is_path.then(|| trace.notes(bare, Tier::Title, self.by_path_as_title(from, bare, keys))).flatten()
        });
        note.unwrap_or_else(|| {
            match trace.file(target, Tier::Attachment, self.file(from, target, markdown, false, unlisted)) {
                Some(path) => Resolution::file(path, Tier::Attachment),
                None => Resolution { names_file: self.names_file(target, markdown), ..Resolution::default() },
            }
        })
    }

    /// Whether a target that leads nowhere has the form of a file that is no note: a media extension,
    /// or in a markdown link any extension.
    pub(super) fn names_file(&self, target: &str, markdown: bool) -> bool {
        let is_extension =
            |own: &str| own.len() <= 8 && own.bytes().all(|b| b.is_ascii_alphanumeric()) && !is_number(own);
        let target = target.split_once('?').filter(|_| markdown).map_or(target, |(path, _)| path);
        target.extension().map(str::to_lowercase).is_some_and(|extension| {
            !self.settings.is_note(target)
                && (MEDIA.contains(&&*extension) || markdown && is_extension(&extension))
        })
    }

    /// The folder that is there by a path as markdown links have it.
    fn folder_at(&self, from: &str, target: &str, unlisted: &mut Vec<Unlisted>) -> Option<VaultPath> {
        // A path to a folder may end in `/`, `.` or `..`; behind another segment it names a file.
        let into = |from: &str, path: &str| {
            let file = from.join(&format!("{}/x", path.trim_end_matches('/')))?;
            Some(file.folder().to_owned())
        };
        let relative = into(from, target.trim_start_matches('/'));
        let root = || into("", target);
        let mut is_there = |path: &String| {
            let is_known = self.has_folder(path);
            if !is_known {
                add(unlisted, Unlisted::Folder(path.clone()));
            }
            is_known
        };
        let found = if target.starts_with('/') {
            root().filter(is_there)
        } else if target.contains('/') && !target.starts_with("./") && !target.starts_with("../") {
            relative.filter(&mut is_there).or_else(|| root().filter(is_there))
        } else {
            relative.filter(is_there)
        };
        found.map(VaultPath::from)
    }

    fn has_folder(&self, path: &str) -> bool {
        path.is_empty()
            || self.below(path).next().is_some()
            || self.files.range(VaultPath::range_below(path)).next().is_some()
    }

    /// The file that is no note and that `target` names: by name over the files of the index, by
    /// path over any file of the vault. `beside`: of a markdown link's only by its path.
    fn file(
        &self,
        from: &str,
        target: &str,
        markdown: bool,
        beside: bool,
        unlisted: &mut Vec<Unlisted>,
    ) -> Option<VaultPath> {
        let mut exact = |path: String| self.file_at(path, unlisted);
        if target.starts_with("./") || target.starts_with("../") {
            return exact(from.join(target)?);
        }
        let wanted = "".join(target)?;
        if target.starts_with('/') {
            let at = exact(wanted.clone());
            if at.is_some() || !markdown {
                return at;
            }
        } else if target.contains('/') || markdown {
            let at = from.join(target).and_then(&mut exact);
            let at = at.or_else(|| target.contains('/').then(|| exact(wanted.clone())).flatten());
            if at.is_some() {
                return at;
            }
        }
        if beside && markdown && !target.contains('/') {
            return None;
        }
        let depth = wanted.matches('/').count();
        let ends = |path: &str, same: fn(&str, &str) -> bool| {
            let skip = path.matches('/').count().checked_sub(depth);
            skip.is_some_and(|skip| same(skip_segments(path, skip), &wanted))
        };
        let best = |same: fn(&str, &str) -> bool| {
            let files = self.files_named(&wanted).filter(|path| ends(path, same));
            files.min_by(|a, b| rank(from, a).cmp(&rank(from, b))).cloned()
        };
        best(|a, b| nfc(a) == nfc(b)).or_else(|| best(|a, b| caseless(a) == caseless(b)))
    }

    /// The file that is no note at just this path. One that is ignored, or a note in a hidden folder, which no
    /// name leads to but a path does, is for the disk to say.
    fn file_at(&self, path: String, unlisted: &mut Vec<Unlisted>) -> Option<VaultPath> {
        if let Some(known) = self.files.get(&*path) {
            return Some(known.clone());
        }
        // On the disk a blank of another kind, or a letter in another form, is another name.
        if let Some(known) = self.files_named(&path).find(|own| nfc(own) == nfc(&path)) {
            return Some(known.clone());
        }
        let is_hidden = path.split('/').any(|segment| segment.starts_with('.'));
        let is_note = self.settings.is_note(&path);
        if is_note && !is_hidden {
            return None;
        }
        let notes = self.settings.extensions.iter().filter(|_| is_hidden && !is_note);
        let notes: Vec<_> = notes.map(|extension| format!("{path}.{extension}")).collect();
        for path in std::iter::once(path).chain(notes) {
            add(unlisted, Unlisted::File(path));
        }
        None
    }

    /// The files that are no notes with the name of `path`, or one that differs from it only as names
    /// may.
    fn files_named(&self, path: &str) -> impl Iterator<Item = &VaultPath> {
        let key = file_key(path);
        let bounds = (key, VaultPath::from(""))..;
        self.cancel
            .over(self.file_names.range(bounds))
            .take_while(move |(k, _)| *k == key)
            .map(|(_, path)| path)
    }
}

fn add(unlisted: &mut Vec<Unlisted>, place: Unlisted) {
    if !unlisted.contains(&place) {
        unlisted.push(place);
    }
}

/// A target in a shorter reading, which counts where nothing has the whole as its name: `[[C#]]` as a
/// link to `C`, and `[picture](a.png?raw=true)` as one to `a.png`.
pub(super) fn shortened(target: &str, markdown: bool) -> Option<&str> {
    match markdown {
        true => target.split_once('?').map(|(path, _)| path).filter(|path| !path.is_empty()),
        false => target.strip_suffix('#').filter(|name| !name.is_empty()),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
