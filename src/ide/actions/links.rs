//! Links in another form: as the vault writes them, as a markdown link or a wikilink, as plain text.
use super::broken::heading_anchor;
use super::kept::Rewrite;
use super::{ActionKind, Actions, MOST_TRIED, SourceChange};
use crate::ide::completion::Style;
use crate::ide::cursor::{CursorTarget, target_at};
use crate::ide::spelling;
use crate::index::{AnchorOutcome, Anchors, NoteId, Resolution, Wanted};
use crate::settings::LinkStyle;
use crate::syntax::{self, BlockKind, Link, LinkKind};
use crate::text::{PathText, Span};

/// A form that a link can be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// As the settings and most links of the vault have it.
    Canonical,
    Markdown,
    Wiki,
}

type Edit = (Span, String);

/// Links that are looked at for whether there is something to do: each costs some resolutions.
const MOST_LOOKED_AT: usize = 500;

impl<'a> Actions<'a> {
    /// What can be done about the link at the cursor, or the only one of the selection.
    pub(super) fn rewrite_link(&mut self) {
        let Some(link) = self.link_here() else { return };
        let style = Style::of(self.analysis);
        if let Some(edit) =
            self.rewritten(&style, Form::Canonical, link).filter(|edit| self.is_same(link, edit))
        {
            let mut written = link.span.of(&self.document.text).to_owned();
            let at = |byte: usize| byte.saturating_sub(link.span.start());
            written.replace_range(at(edit.0.start())..at(edit.0.end()), &edit.1);
            self.rewrite(ActionKind::Rewrite, format!("Rewrite link as `{written}`"), vec![edit]);
        }
        for (form, title) in
            [(Form::Markdown, "Convert to Markdown link"), (Form::Wiki, "Convert to wikilink")]
        {
            let edit = self.rewritten(&style, form, link);
            if let Some(edit) = edit.filter(|edit| self.is_same(link, edit)) {
                self.rewrite(ActionKind::Rewrite, title.to_owned(), vec![edit]);
            } else if form == Form::Markdown && self.embeds_note(link) {
                self.disable(ActionKind::Rewrite, title, "Markdown cannot embed a note");
            }
        }
        // Of a broken link it is a quick fix.
        let removable = matches!(link.kind, LinkKind::Wiki | LinkKind::Markdown);
        if removable && self.resolve(link).tier.is_some() {
            let removed = Rewrite::text(link);
            if self.keeps(&removed) {
                self.rewrite(ActionKind::Rewrite, "Remove link, keep text".to_owned(), removed.edits);
            }
        }
    }

    /// The same of all links of the note.
    pub(super) fn rewrite_links(&mut self) {
        let style = Style::of(self.analysis);
        for (form, title) in [
            (Form::Canonical, "Make all links canonical"),
            (Form::Markdown, "Convert all wikilinks to Markdown links"),
            (Form::Wiki, "Convert all Markdown links to wikilinks"),
        ] {
            let all = |it: &Self| {
                let rewrites = it.all_rewritten(&style, form);
                Some(SourceChange::edit(it.note, it.kept(&rewrites)))
            };
            let links = self.analysis.index.cancel().over(self.document.note.links.iter());
            let links = links.take(MOST_LOOKED_AT);
            let mut edits = links.filter_map(|link| Some((link, self.rewritten(&style, form, link)?)));
            if edits.by_ref().take(MOST_TRIED).any(|(link, edit)| self.is_same(link, &edit)) {
                self.offer(ActionKind::Source, title.to_owned(), all);
            }
        }
    }

    /// Every link of the note that can be given the form, in order of place.
    pub(super) fn all_rewritten(&self, style: &Style, form: Form) -> Vec<Rewrite> {
        let links = self.analysis.index.cancel().over(self.document.note.links.iter());
        let mut behind = 0;
        let rewrites = links.filter_map(|link| {
            let edit = self.rewritten(style, form, link)?;
            // A link in the text of another waits for its turn.
            let is_free = edit.0.start() >= behind;
            behind = behind.max(edit.0.end());
            is_free.then(|| Rewrite::same(link, edit))
        });
        rewrites.collect()
    }

    pub(super) fn rewrite(&mut self, kind: ActionKind, title: String, edits: Vec<Edit>) {
        self.offer(kind, title, |it| Some(SourceChange::edit(it.note, edits)));
    }

    fn is_same(&self, link: &Link, edit: &Edit) -> bool {
        self.keeps(&Rewrite::same(link, edit.clone()))
    }

    fn link_here(&self) -> Option<&'a Link> {
        let note = &self.document.note;
        if self.span.is_empty() {
            return match target_at(note, self.span.start())? {
                CursorTarget::Link(_, link) => Some(link),
                _ => None,
            };
        }
        let mut here = note.links.iter().filter(|link| link.span.overlaps(self.span));
        here.next().filter(|_| here.next().is_none())
    }

    fn resolve(&self, link: &Link) -> Resolution {
        self.analysis.resolve_wanted(self.note, &Wanted::of(link, &self.document.text))
    }

    /// Whether a link stands in a block of HTML, in which there is no markdown.
    fn is_in_html(&self, link: &Link) -> bool {
        let html = self.html.get_or_init(|| {
            let options = self.analysis.settings().syntax_options();
            let blocks = syntax::blocks(&self.document.text, &self.document.note, &options).into_iter();
            blocks.filter(|(kind, _)| *kind == BlockKind::Html).map(|(_, span)| span).collect()
        });
        let next = html.partition_point(|block| block.end <= link.span.start);
        html.get(next).is_some_and(|block| block.overlaps(link.span))
    }

    fn embeds_note(&self, link: &Link) -> bool {
        link.kind == LinkKind::Embed && self.resolve(link).note().is_some()
    }

    /// The edit that gives `link` the form; `None` where it has it, or cannot have it.
    fn rewritten(&self, style: &Style, form: Form, link: &Link) -> Option<Edit> {
        let found = self.resolve(link);
        // What leads nowhere, or to the nearest of several, is to be mended first.
        if found.tier.is_none() || found.ambiguous {
            return None;
        }
        match form {
            Form::Canonical => self.canonical(style, link, &found),
            Form::Markdown => self.as_markdown(link, &found),
            Form::Wiki => self.as_wikilink(style, link, &found),
        }
    }

    fn canonical(&self, style: &Style, link: &Link, found: &Resolution) -> Option<Edit> {
        if !link.is_wiki() || link.target.is_empty() {
            return None;
        }
        let (analysis, text) = (self.analysis, &self.document.text);
        let old = link.target.of(text);
        let Some(to) = found.note() else {
            let exact = spelling::attachment(analysis, self.note, found.attachment.as_deref()?)?;
            return (exact != old).then_some((link.target, exact));
        };
        let title = analysis.index.title(to);
        let pipe = if link.in_table { "\\|" } else { "|" };
        let alias = link.alias.map(|alias| alias.of(text));
        let is_bare = link.kind == LinkKind::Wiki && link.anchor.is_none();
        if self.by_title(link.kind, to) {
            let repeats = is_bare && alias == Some(title);
            let end = link.alias.filter(|_| repeats).map_or(link.target.end, |alias| alias.end);
            let span = Span { start: link.target.start, end };
            return (span.of(text) != title).then(|| (span, title.to_owned()));
        }
        let exact = style.exact(analysis, self.note, to)?;
        let shows_title = is_bare && alias.is_none();
        let wants_title = style.form != LinkStyle::Slug && title != exact;
        let said = old != exact && old.contains(|c: char| c.is_whitespace() || c.is_uppercase());
        let shown = match (shows_title, wants_title, said) {
            (true, true, _) => spelling::shown(title, link.in_table),
            (true, false, true) => spelling::shown(old, link.in_table),
            _ => None,
        };
        let new = match shown.filter(|shown| *shown != exact) {
            Some(shown) => format!("{exact} {pipe} {shown}"),
            None => exact,
        };
        (new != old).then_some((link.target, new))
    }

    /// Whether links are written by title here, and one to `to` can be.
    fn by_title(&self, kind: LinkKind, to: NoteId) -> bool {
        let title = self.analysis.index.title(to);
        self.analysis.settings().link_style == Some(LinkStyle::Title)
            && kind == LinkKind::Wiki
            && spelling::is_writable(title)
            && spelling::leads(self.analysis, self.note, to, title)
    }

    /// How a link of `kind` says the anchor of `link`, which leads to `found`: empty where it has none.
    fn anchor(&self, link: &Link, found: &Resolution, kind: LinkKind) -> Option<String> {
        let text = &self.document.text;
        let Some(anchor) = &link.anchor else { return Some(String::new()) };
        let name = link.anchor_text(text)?;
        let facts = self.analysis.index.facts(found.note()?)?;
        let anchors = Anchors::new(facts);
        let to_wiki = matches!(kind, LinkKind::Wiki | LinkKind::Embed);
        match anchors.resolve(&name, anchor.block, !link.is_wiki()) {
            AnchorOutcome::Heading(at) => Some(format!("#{}", heading_anchor(facts, &anchors, at, kind)?)),
            AnchorOutcome::Block(_) => Some(format!("#^{}", name.trim_start_matches('^'))),
            AnchorOutcome::Element(_) | AnchorOutcome::None if to_wiki => Some(format!("#{name}")),
            AnchorOutcome::Element(_) | AnchorOutcome::None => Some(format!("#{}", spelling::encoded(&name))),
            AnchorOutcome::Missing => None,
        }
    }

    fn as_markdown(&self, link: &Link, found: &Resolution) -> Option<Edit> {
        let (index, text) = (&self.analysis.index, &self.document.text);
        let in_front_matter =
            self.document.note.front_matter.as_ref().is_some_and(|front| front.span.covers(link.span));
        if !link.is_wiki() || in_front_matter || self.embeds_note(link) || self.is_in_html(link) {
            return None;
        }
        let file = match (link.target.is_empty(), found.note(), &found.attachment) {
            (true, ..) => String::new(),
            (_, Some(to), _) => spelling::destination(index.path(self.note), index.path(to)),
            (_, None, Some(path)) => spelling::destination(index.path(self.note), path),
            (_, None, None) => return None,
        };
        let destination = format!("{file}{}", self.anchor(link, found, LinkKind::Markdown)?);
        let shown = match (link.alias, &link.anchor) {
            (Some(alias), _) => alias.of(text).replace("\\|", "|"),
            (None, Some(anchor)) => {
                let parts =
                    [link.target.of(text), anchor.span.of(text)].into_iter().flat_map(|part| part.split('#'));
                let parts =
                    parts.map(|part| part.trim().trim_start_matches('^')).filter(|part| !part.is_empty());
                parts.collect::<Vec<_>>().join(" > ")
            }
            (None, None) if link.kind == LinkKind::Embed => String::new(),
            (None, None) => link.target.of(text).to_owned(),
        };
        let written =
            spelling::markdown(&shown, &destination, link.kind == LinkKind::Embed, |written, new| {
                let leads = self.analysis.resolve_wanted(self.note, &Wanted::of(new, written));
                (leads.note(), &leads.attachment) == (found.note(), &found.attachment)
            })?;
        Some((link.span, written))
    }

    fn as_wikilink(&self, style: &Style, link: &Link, found: &Resolution) -> Option<Edit> {
        let text = &self.document.text;
        let is_inline =
            matches!(link.kind, LinkKind::Markdown | LinkKind::Image) && link.span.covers(link.target);
        let said_end = link.anchor.as_ref().map_or(link.target.end(), |anchor| anchor.span.end());
        // A title in the parentheses would be lost.
        let rest = text.get(said_end..link.span.end())?;
        if !is_inline || !matches!(rest.trim(), ")" | ">)") {
            return None;
        }
        let embed = link.kind == LinkKind::Image;
        let target = match (link.target.is_empty(), found.note()) {
            (true, _) => String::new(),
            (_, Some(_)) if embed => return None,
            (_, Some(to)) if self.by_title(LinkKind::Wiki, to) => self.analysis.index.title(to).to_owned(),
            (_, Some(to)) => style.exact(self.analysis, self.note, to)?,
            (_, None) => spelling::attachment(self.analysis, self.note, found.attachment.as_deref()?)?,
        };
        let said = format!("{target}{}", self.anchor(link, found, LinkKind::Wiki)?);
        let alias = link.alias.map_or("", |alias| alias.of(text));
        let shown = if alias.is_empty() { None } else { Some(spelling::shown(alias, link.in_table)?) };
        let repeats = |shown: &String| {
            let file = found.attachment.as_deref().map(PathText::file_name);
            *shown == said || file == Some(shown.as_str()) || format!("#{shown}") == said
        };
        let pipe = if link.in_table { "\\|" } else { "|" };
        let blank = if style.form == LinkStyle::SlugTitle { " " } else { "" };
        let alias = shown.filter(|shown| !repeats(shown));
        let alias = alias.map_or_else(String::new, |shown| format!("{blank}{pipe}{blank}{shown}"));
        let mark = if embed { "!" } else { "" };
        Some((link.span, format!("{mark}[[{said}{alias}]]")))
    }
}
