//! What a new note begins with: the vault's template, or the form that wikis have.
use jiff::civil::DateTime;

use crate::ide::{Analysis, Document, date, spelling};
use crate::index::NoteId;
use crate::syntax::LinkKind;

/// A note that is made.
pub(super) struct Made<'a> {
    pub(super) analysis: &'a Analysis,
    /// The note from which it is made.
    pub(super) from: Option<(NoteId, &'a Document)>,
    pub(super) title: &'a str,
    /// The day that it is of, where it is a daily note.
    pub(super) day: Option<DateTime>,
    /// Its template, a file relative to the vault; without one that of every new note.
    pub(super) template: Option<&'a str>,
}

impl Made<'_> {
    /// Its text.
    pub(super) fn text(&self) -> String {
        match self.template() {
            Some(template) => self.filled(&template),
            None => self.plain(),
        }
    }

    fn at(&self) -> DateTime {
        self.day.unwrap_or_else(date::now)
    }

    fn template(&self) -> Option<std::sync::Arc<str>> {
        let settings = self.analysis.settings();
        let path = self.template.or(settings.new_note_template.as_deref())?;
        let texts = self.analysis.texts();
        let with_extension =
            || format!("{path}.{}", settings.extensions.first().map_or("md", String::as_str));
        texts.read(path).or_else(|| texts.read(&with_extension()))
    }

    /// The title in the front matter, and the channel of the note from which it is made.
    fn plain(&self) -> String {
        let mut text = format!("---\ntitle: {}\n---\n\n", spelling::yaml(self.title));
        if let Some(channel) = self.channel() {
            text.push_str(&format!("From: {channel} <br/>\n\n"));
        }
        text
    }

    /// The link of the line `From:`.
    fn channel(&self) -> Option<&str> {
        let (_, from) = self.from?;
        let link = from.note.links.get(from.note.channel?)?;
        // A path that starts with a dot would lead elsewhere from another folder.
        (!link.target.of(&from.text).starts_with('.')).then(|| link.span.of(&from.text))
    }

    /// A link to the note from which it is made.
    fn origin(&self) -> Option<String> {
        let (from, _) = self.from?;
        Some(format!("[[{}]]", spelling::target(self.analysis, from, from, LinkKind::Wiki)?))
    }

    /// A template with its placeholders filled in; a line that has nothing to say without one is left out.
    fn filled(&self, template: &str) -> String {
        let mut out = String::with_capacity(template.len());
        let mut in_front_matter = false;
        for (number, line) in template.split_inclusive('\n').enumerate() {
            if line.trim_end() == "---" && (number == 0 || in_front_matter) {
                in_front_matter = number == 0;
            }
            out.push_str(&self.line(line, in_front_matter).unwrap_or_default());
        }
        out
    }

    fn line(&self, line: &str, in_front_matter: bool) -> Option<String> {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((name, after)) = behind.split_once("}}") else { break };
            out.push_str(before);
            let quote = out.chars().next_back().filter(|c| matches!(c, '"' | '\''));
            let (name, form) = match name.split_once(':') {
                Some((name, form)) => (name.trim(), Some(form)),
                None => (name.trim(), None),
            };
            match name {
                "title" if in_front_matter => out.push_str(&in_yaml(self.title, quote)),
                "title" => out.push_str(self.title),
                "date" => out.push_str(&date::format(form.unwrap_or("YYYY-MM-DD"), self.at())),
                "time" => out.push_str(&date::format(form.unwrap_or("HH:mm"), self.at())),
                "from" => out.push_str(self.channel()?),
                "origin" => out.push_str(&self.origin()?),
                // Another program's.
                _ => {
                    let length = rest.len() - after.len();
                    out.push_str(rest.get(before.len()..length).unwrap_or_default());
                }
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }
}

/// `text` as a value of the front matter, or as a part of one in quotes.
fn in_yaml(text: &str, quote: Option<char>) -> String {
    match quote {
        None => spelling::yaml(text),
        Some('"') => text.replace('\\', "\\\\").replace('"', "\\\""),
        Some(_) => text.replace('\'', "''"),
    }
}
