//! "Create note": where the missing note goes and what it begins with.
use super::{Actions, SourceChange};
use crate::ide::Diagnostic;
use crate::index::{Slug, folder, join, slug};
use crate::syntax::Link;

/// Bytes of a file name that every system takes, the extension included.
const LONGEST_NAME: usize = 200;

impl Actions<'_> {
    /// Makes the note that a broken link names, so that the link leads to it.
    pub(super) fn create(&mut self, finding: &Diagnostic, link: &Link) {
        let target = link.target_text(&self.document.text);
        let Some(path) = self.path_for(link, &target) else { return };
        let change =
            SourceChange { create: vec![(path.clone(), self.template(link, &target))], edits: Vec::new() };
        self.add(finding, format!("Create the note `{path}`"), change);
    }

    /// Where a note goes that answers to `target`; `None` where none can be made.
    fn path_for(&self, link: &Link, target: &str) -> Option<String> {
        let settings = self.analysis.settings();
        let index = &self.analysis.index;
        let own = folder(index.path(self.note));
        let bare = settings.note_stem(target).unwrap_or(target);
        let (place, name) = bare.rsplit_once('/').map_or((None, bare), |(place, name)| (Some(place), name));
        let stem = file_stem(name)?;
        let extension = match bare.len() < target.len() {
            true => target.get(bare.len() + 1..)?,
            false => settings.extensions.first()?,
        };
        let file = format!("{stem}.{extension}");
        let path = match place {
            // Other programs look for the destination of a markdown link beside the note only.
            None if !link.is_wiki() => join(own, &file)?,
            None => join(settings.new_note_folder.as_deref().unwrap_or(own), &file)?,
            Some(place) => {
                let dotted = place.split('/').next().is_some_and(|first| matches!(first, "." | ".."));
                let path = format!("{place}/{file}");
                let beside = || join(own, &path);
                if place.is_empty() || place.starts_with('/') {
                    join("", &path)?
                } else if dotted || !link.is_wiki() || self.has_folder(&join(own, place)?) {
                    beside()?
                } else {
                    join("", &path)?
                }
            }
        };
        let safe = folder(&path).split('/').filter(|segment| !segment.is_empty()).all(is_safe);
        let free = || index.note(&path).is_none() && self.analysis.texts().creatable(&path);
        (safe && free()).then_some(path)
    }

    /// Whether a note is in `folder` or below it.
    fn has_folder(&self, wanted: &str) -> bool {
        let below = |path: &str| path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'));
        wanted.is_empty() || self.analysis.index.scan().any(|(_, path, _)| below(path))
    }

    /// The text of a new note, in the form of the wiki: its title, and the channel of the note that
    /// links to it.
    fn template(&self, link: &Link, target: &str) -> String {
        let text = &self.document.text;
        let settings = self.analysis.settings();
        let bare = settings.note_stem(target).unwrap_or(target);
        let name = bare.rsplit('/').next().unwrap_or(bare);
        // An alias is a title only where it spells the same words: others bend it to their sentence.
        let alias = link.alias.map(|alias| alias.of(text)).filter(|alias| slug(alias) == slug(name));
        let title = alias.map_or_else(|| words(name), str::to_owned);
        let mut template = format!("---\ntitle: {}\n---\n\n", yaml(&title));
        let channel = self.document.note.channel.and_then(|channel| self.document.note.links.get(channel));
        // A path that starts with a dot would lead elsewhere from another folder.
        if let Some(channel) = channel.filter(|channel| !channel.target.of(text).starts_with('.')) {
            template.push_str(&format!("From: {} <br/>\n\n", channel.span.of(text)));
        }
        template
    }
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

/// `text` as a YAML scalar: plain where nothing in it means anything to YAML.
fn yaml(text: &str) -> String {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | ',' | '.' | '(' | ')' | '/' | '&');
    if text.starts_with(char::is_alphabetic) && text.chars().all(plain) && text.trim() == text {
        return text.to_owned();
    }
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// The file stem for a note of this name: as it is written, without what file systems refuse. `None`
/// where the note would not answer to the name.
fn file_stem(name: &str) -> Option<String> {
    let refused = |c: char| c.is_control() || r#"<>:"/\|?*"#.contains(c);
    let kept: String = name.chars().filter(|&c| !refused(c)).collect();
    let kept = kept.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).trim_start();
    let stem = if is_reserved(kept) { format!("{kept}_") } else { kept.to_owned() };
    (is_safe(&stem) && Slug::of(&stem) == Slug::of(name)).then_some(stem)
}

/// Whether every system takes `name` as the name of a file or folder, and does not hide it.
fn is_safe(name: &str) -> bool {
    let refused = |c: char| c.is_control() || r#"<>:"/\|?*"#.contains(c);
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !name.starts_with(['.', ' '])
        && !name.ends_with(['.', ' '])
        && !name.contains(refused)
        && !is_reserved(name)
}

/// Names of devices on Windows, with any extension.
fn is_reserved(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered = |device: &str| {
        base.strip_prefix(device)
            .is_some_and(|n| matches!(n.as_bytes(), [b'0'..=b'9']) || "¹²³".contains(n) && !n.is_empty())
    };
    matches!(base.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}
