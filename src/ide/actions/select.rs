//! The selected words as a link: to the note that they name, to those with the nearest names, to a new one.
use super::create::path_for;
use super::kept::Rewrite;
use super::{ActionKind, Actions, SourceChange, Wish};
use crate::ide::completion::{Style, is_text};
use crate::ide::{Analysis, nearest, spelling};
use crate::index::NoteId;
use crate::settings::LinkStyle;
use crate::syntax;
use crate::text::{PathText, Span};

/// Bytes of a selection that may name a note.
const LONGEST: usize = 200;
/// Notes that are offered.
const MOST_NOTES: usize = 4;

/// The change that puts a link to the note `to` in the place of `span`, whose words it shows; of an empty one, the link
/// that completion would write. Also the link.
///
/// # Errors
/// What keeps it from being made, in words for the user.
pub fn insert_link(
    analysis: &Analysis,
    note: NoteId,
    span: Span,
    to: NoteId,
) -> Result<(SourceChange, String), String> {
    let document = analysis.document(note).ok_or("this note cannot be read")?;
    let wish = Wish::default();
    let actions = Actions::new(analysis, note, &document, span, &wish);
    let selected = span.of(&document.text);
    let words = selected.trim();
    let start = span.start() + selected.len() - selected.trim_start().len();
    let span = Span::new(start, start + words.len());
    let not_here = "cannot insert a link here: this is code, a comment, math or another link";
    let prose = actions.prose_at(span);
    let in_table = match prose {
        Some(in_table) => in_table,
        None if words.is_empty() && is_text(&document, span, analysis.settings()) => false,
        None => return Err(not_here.to_owned()),
    };
    if words.contains(['\n', '\r']) {
        return Err("the text of a link must be on one line".to_owned());
    }
    let style = Style::of(analysis);
    let link = match words {
        "" => bare_link(analysis, note, &style, to, in_table),
        words => actions.link_to(&style, to, words, in_table),
    };
    let link = link.ok_or_else(|| format!("cannot write a link to {} here", analysis.index.path(to)))?;
    let made = Rewrite::made((span, link.clone()));
    if !actions.keeps(&made) {
        return Err(not_here.to_owned());
    }
    Ok((SourceChange::edit(note, made.edits), link))
}

/// A link in `from` to `note` as completion writes it.
fn bare_link(
    analysis: &Analysis,
    from: NoteId,
    style: &Style,
    note: NoteId,
    in_table: bool,
) -> Option<String> {
    let title = analysis.index.title(note);
    if style.markdown || style.form == LinkStyle::SlugTitle {
        return link_to(analysis, from, style, note, title, in_table);
    }
    let by_title = style.form == LinkStyle::Title
        && spelling::is_writable(title)
        && spelling::leads(analysis, from, note, title);
    let target = match by_title {
        true => Some(title.to_owned()),
        false => style.exact(analysis, from, note),
    };
    target
        .map(|target| format!("[[{target}]]"))
        .or_else(|| link_to(analysis, from, style, note, title, in_table))
}

impl Actions<'_> {
    pub(super) fn link_selection(&mut self) {
        let text = &*self.document.text;
        let selected = self.span.of(text);
        let words = selected.trim();
        if words.is_empty() || selected.len() > LONGEST || words.contains(['\n', '\r']) {
            return;
        }
        let start = self.span.start() + selected.len() - selected.trim_start().len();
        let span = Span::new(start, start + words.len());
        let Some(in_table) = self.prose_at(span) else { return };
        let style = Style::of(self.analysis);
        let named = self.analysis.resolve(self.note, words);
        let exact = named.note().filter(|note| *note != self.note && !named.ambiguous);
        let near = nearest::notes(self.analysis, self.note, words, MOST_NOTES).into_iter();
        let near = near.filter(|note| *note != self.note && Some(*note) != exact);
        for note in exact.into_iter().chain(near).take(MOST_NOTES).collect::<Vec<_>>() {
            if let Some(link) = self.link_to(&style, note, words, in_table) {
                let made = Rewrite::made((span, link));
                if !self.keeps(&made) {
                    continue;
                }
                let title = format!("Link to `{}`", self.analysis.index.title(note));
                let change = |it: &Self| Some(SourceChange::edit(it.note, made.edits));
                if let Some(action) = self.offer(ActionKind::Rewrite, title, change) {
                    action.preferred = Some(note) == exact;
                }
            }
        }
        if named.tier.is_none() {
            self.link_to_new(span, words, in_table);
        }
    }

    fn link_to_new(&mut self, span: Span, words: &str, in_table: bool) {
        let own = self.analysis.index.path(self.note).folder();
        let name = words.replace(['/', '#', '|', '^', '[', ']', '\\'], " ");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(path) = path_for(self.analysis, own, &name, true) else { return };
        let stem = self.analysis.settings().note_stem(path.file_name()).unwrap_or(&path).to_owned();
        if !spelling::is_writable(&stem) {
            return;
        }
        let Some(shown) = spelling::shown(words, in_table) else { return };
        let link = wikilink(&stem, &shown, in_table, "");
        let title = format!("Create note `{path}` and link to it");
        let words = words.to_owned();
        let make = |it: &Self| {
            let text = it.new_text(&words);
            let link = SourceChange::edit(it.note, vec![(span, link)]);
            Some(SourceChange { create: vec![(path.clone(), text)], ..link })
        };
        if let Some(action) = self.offer(ActionKind::Rewrite, title, make) {
            action.makes = Some(path.clone());
        }
    }

    /// Whether all of `span` is text in which a link may stand; if so, whether in a table.
    fn prose_at(&self, span: Span) -> Option<bool> {
        let options = self.analysis.settings().syntax_options();
        let prose = syntax::prose(&self.document.text, &options);
        let at = prose.partition_point(|part| part.span.end < span.end);
        prose.get(at).filter(|part| part.span.covers(span)).map(|part| part.in_table)
    }

    /// A link to `note` that shows `words`, as links are written here; `None` where there is no such link.
    pub(in crate::ide) fn link_to(
        &self,
        style: &Style,
        note: NoteId,
        words: &str,
        in_table: bool,
    ) -> Option<String> {
        link_to(self.analysis, self.note, style, note, words, in_table)
    }
}

/// A link in `from` to `note` that shows `words`.
pub(in crate::ide) fn link_to(
    analysis: &Analysis,
    from: NoteId,
    style: &Style,
    note: NoteId,
    words: &str,
    in_table: bool,
) -> Option<String> {
    if style.markdown {
        return spelling::markdown_link(analysis, from, note, words);
    }
    let shown = spelling::shown(words, in_table)?;
    let by_title = analysis.settings().link_style == Some(LinkStyle::Title)
        && spelling::is_writable(words)
        && spelling::leads(analysis, from, note, words);
    if by_title {
        return Some(format!("[[{words}]]"));
    }
    let target = style.exact(analysis, from, note).or_else(|| spelling::other_target(analysis, from, note));
    let Some(target) = target else { return spelling::markdown_link(analysis, from, note, words) };
    let blank = if style.form == LinkStyle::SlugTitle { " " } else { "" };
    Some(wikilink(&target, &shown, in_table, blank))
}

fn wikilink(target: &str, shown: &str, in_table: bool, blank: &str) -> String {
    let pipe = if in_table { "\\|" } else { "|" };
    if shown == target { format!("[[{target}]]") } else { format!("[[{target}{blank}{pipe}{blank}{shown}]]") }
}
