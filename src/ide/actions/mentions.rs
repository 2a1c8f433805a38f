//! Unlinked mentions as links: the one at the cursor, and all of the note.
use std::cell::OnceCell;

use super::kept::Rewrite;
use super::{ActionKind, Actions, SourceChange, Wish};
use crate::ide::completion::Style;
use crate::ide::mentions::{Mention, mentions};
use crate::ide::{Analysis, Document};
use crate::index::NoteId;
use crate::settings::{Code, Severity};
use crate::text::Span;

/// Makes links of `mentions`, which are in `note` in this order, as far as it says the same then.
pub(in crate::ide) fn link_mentions(
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    mentions: &[Mention],
) -> SourceChange {
    let (wish, html) = (&Wish::default(), OnceCell::new());
    let at = Span::at(0);
    Actions { analysis, note, document, span: at, wish, html, list: Vec::new() }.linked(mentions)
}

impl Actions<'_> {
    /// Links the mention at the cursor. Where it is a diagnostic, that has the fix.
    pub(super) fn link_mention(&mut self) {
        let path = self.analysis.index.path(self.note);
        let is_found = self.analysis.settings().severity(Code::UnlinkedMention, path) != Severity::Off;
        if !self.span.is_empty() || is_found {
            return;
        }
        // Most places hold no name; what is text there takes the whole note to tell.
        let (text, lines) = (&*self.document.text, &self.document.lines);
        let line = lines.line_of(self.span.start());
        let around = Span {
            start: lines.line(text, line.saturating_sub(1)).start,
            end: lines.line(text, line + 1).end.max(lines.line(text, line).end),
        };
        let named = self.analysis.mentions().map(|names| names.find(text, [around])).unwrap_or_default();
        if !named.iter().any(|span| span.touches(self.span.start())) {
            return;
        }
        let here = self.mentions(self.span).into_iter();
        let here = here.filter(|mention| mention.span.touches(self.span.start()));
        let Some(mention) = here.max_by_key(|mention| mention.span.start) else { return };
        let style = Style::of(self.analysis);
        if let Some(link) = mention.link(self.analysis, self.note, self.document, &style) {
            let title = format!("Link to `{}`", self.analysis.index.title(mention.note));
            let made = Rewrite::made((mention.span, link));
            if self.keeps(&made) {
                self.rewrite(ActionKind::Rewrite, title, made.edits);
            }
        }
    }

    /// Links all mentions in the note.
    pub(super) fn link_mentions(&mut self) {
        let all = self.mentions(Span::new(0, self.document.text.len()));
        if all.is_empty() {
            return;
        }
        self.offer(ActionKind::Source, "Link all unlinked mentions in this note".to_owned(), |it| {
            Some(it.linked(&all))
        });
    }

    fn linked(&self, mentions: &[Mention]) -> SourceChange {
        let style = Style::of(self.analysis);
        let link = |mention: &Mention| mention.link(self.analysis, self.note, self.document, &style);
        let made = mentions.iter().filter_map(|mention| Some(Rewrite::made((mention.span, link(mention)?))));
        SourceChange::edit(self.note, self.kept(&made.collect::<Vec<_>>()))
    }

    fn mentions(&self, span: Span) -> Vec<Mention> {
        mentions(self.analysis, self.note, self.document, span)
    }
}
