//! "Create note": where the missing note goes and what it begins with.
use super::naming::{Naming, is_safe};
use super::template::Made;
use super::{ActionKind, Actions, SourceChange};
use crate::ide::obsidian::{Obsidian, template_folder};
use crate::ide::{Analysis, Diagnostic};
use crate::index::{NoteId, slug};
use crate::syntax::Link;
use crate::text::PathText;

/// A note that was asked for by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NewNote {
    /// There is one already.
    Known(NoteId),
    /// Where it goes, and the change that makes it.
    New(String, SourceChange),
}

/// The note `name`, as a link `[[name]]` in the note `from`, or at the vault's root, would want it; of one that is made,
/// the `template`, a file relative to the vault, where it is not that of every new note.
///
/// # Errors
/// What keeps it from being made, in words for the user.
pub fn new_note(
    analysis: &Analysis,
    from: Option<NoteId>,
    name: &str,
    template: Option<&str>,
) -> Result<NewNote, String> {
    let (name, index) = (name.trim(), &analysis.index);
    if name.is_empty() {
        return Err("note name is empty".into());
    }
    let own = from.map_or("", |from| index.path(from).folder());
    if let Some(note) = analysis.resolve_in(own, name).note() {
        return Ok(NewNote::Known(note));
    }
    let path = path_for(analysis, own, name, true).ok_or_else(|| {
        format!(
            "cannot create note `{name}`: the path is outside the vault, already exists, or is not a valid file \
             name on all systems"
        )
    })?;
    if let Some(template) = template.filter(|template| !templates(analysis).iter().any(|own| own == template))
    {
        return Err(format!("`{template}` is not a template of this vault"));
    }
    let document = from.and_then(|from| analysis.document(from));
    let bare = analysis.settings().note_stem(name).unwrap_or(name);
    let title = words(bare.file_name());
    let from = from.zip(document.as_deref());
    let text = Made { analysis, from, title: &title, day: None, template }.text();
    Ok(NewNote::New(path.clone(), SourceChange::create(path, text)))
}

/// Files of the folder of templates that are looked at.
const MOST_TEMPLATES: usize = 1000;

/// The templates of the vault, files relative to it, by path: notes in the folder that the settings or Obsidian name.
pub fn templates(analysis: &Analysis) -> Vec<String> {
    let settings = analysis.settings();
    let own =
        || settings.new_note_template.as_deref().map(PathText::folder).filter(|folder| !folder.is_empty());
    let folder = settings.templates_folder.clone().or_else(|| template_folder(analysis));
    let folder = folder.or_else(|| own().map(str::to_owned)).unwrap_or_else(|| "templates".to_owned());
    let folder = folder.trim_start_matches("./");
    if folder.segments().any(|segment| segment.starts_with("..")) {
        return Vec::new();
    }
    // Many vaults have them in a folder that is left out of the index.
    let below = analysis.texts().below(folder, MOST_TEMPLATES).into_iter();
    let known =
        analysis.index.below(folder).take(MOST_TEMPLATES).map(|note| analysis.index.path(note).to_owned());
    let mut templates: Vec<_> =
        below.filter(|path| settings.is_note(path.file_name())).chain(known).collect();
    templates.sort_unstable();
    templates.dedup();
    templates
}

impl Actions<'_> {
    /// The text of a note of this title that is made from this one.
    pub(super) fn new_text(&self, title: &str) -> String {
        let from = Some((self.note, self.document));
        Made { analysis: self.analysis, from, title, day: None, template: None }.text()
    }

    /// Makes the note that a broken link names, so that the link leads to it.
    pub(super) fn create(&mut self, finding: &Diagnostic, link: &Link) {
        let text = &self.document.text;
        let target = link.target_text(text);
        let own = self.analysis.index.path(self.note).folder();
        let Some(path) = path_for(self.analysis, own, &target, link.is_wiki()) else { return };
        let bare = self.analysis.settings().note_stem(&target).unwrap_or(&target);
        let name = bare.file_name();
        // An alias is a title only where it spells the same words: others bend it to their sentence.
        let alias = link.alias.map(|alias| alias.of(text)).filter(|alias| slug(alias) == slug(name));
        let title = alias.map_or_else(|| words(name), str::to_owned);
        let make = |it: &Self| {
            let text = it.new_text(&title);
            Some(SourceChange::create(path.clone(), text))
        };
        if let Some(action) = self.offer(ActionKind::QuickFix, format!("Create note `{path}`"), make) {
            action.mends = Some(finding.clone());
            action.makes = Some(path);
        }
    }
}

/// Where a note goes that answers to `target`, which a note in the folder `own` names by a wikilink
/// or else by a markdown link; `None` where none can be made.
pub(super) fn path_for(analysis: &Analysis, own: &str, target: &str, wiki: bool) -> Option<String> {
    let settings = analysis.settings();
    let index = &analysis.index;
    let bare = settings.note_stem(target).unwrap_or(target);
    let (place, name) = bare.rsplit_once('/').map_or((None, bare), |(place, name)| (Some(place), name));
    // A path, and a markdown link, leads to just the file that it names.
    let naming = if wiki && place.is_none() { Naming::of(index) } else { Naming::AS_WRITTEN };
    let stem = naming.stem(name)?;
    let extension = match bare.len() < target.len() {
        true => target.get(bare.len() + 1..)?,
        false => settings.extensions.first()?,
    };
    let file = format!("{stem}.{extension}");
    let path = match place {
        // Other programs look for the destination of a markdown link beside the note only.
        None if !wiki => own.join(&file)?,
        None => {
            let obsidian = Obsidian::read(analysis);
            let folder = settings.new_note_folder.as_deref().or_else(|| obsidian.new_note_folder());
            folder.unwrap_or(own).join(&file)?
        }
        Some(place) => {
            let dotted = place.split('/').next().is_some_and(|first| matches!(first, "." | ".."));
            let path = format!("{place}/{file}");
            let beside = || own.join(&path);
            if place.is_empty() || place.starts_with('/') {
                "".join(&path)?
            } else if dotted || !wiki || has_folder(analysis, &own.join(place)?) {
                beside()?
            } else {
                "".join(&path)?
            }
        }
    };
    let safe = path.folder().segments().all(is_safe);
    let free = || index.note(&path).is_none() && analysis.texts().creatable(&path);
    (safe && free()).then_some(path)
}

/// Whether a note is in `folder` or below it.
fn has_folder(analysis: &Analysis, wanted: &str) -> bool {
    wanted.is_empty() || analysis.index.below(wanted).next().is_some()
}

/// A slug as words: `big_topic` as `Big topic`. Other names stay as they are.
fn words(name: &str) -> String {
    if name.contains(char::is_whitespace) || name != slug(name) {
        return name.to_owned();
    }
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
