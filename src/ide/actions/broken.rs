//! What can be done about a link that does not resolve, short of making the note.
use super::kept::Rewrite;
use super::moved::Edit;
use super::{Actions, SourceChange};
use crate::ide::{Diagnostic, nearest, spelling};
use crate::index::{AnchorOutcome, Anchors, Facts, Wanted, github_anchors};
use crate::syntax::{Link, LinkKind};
use crate::text::Span;

/// Names that are offered.
const MOST_NAMES: usize = 5;

impl Actions<'_> {
    /// "Did you mean" for notes.
    pub(super) fn near_notes(&mut self, finding: &Diagnostic, link: &Link) {
        let target = link.target_text(&self.document.text);
        for near in nearest::notes(self.analysis, self.note, &target, MOST_NAMES) {
            if let Some(spelt) = spelling::target(self.analysis, self.note, near, link.kind) {
                self.lead_to(finding, link, format!("Change to `{spelt}`"), (link.target, spelt));
            }
        }
    }

    /// "Did you mean" for files that are no notes.
    pub(super) fn near_files(&mut self, finding: &Diagnostic, link: &Link) {
        let target = link.target_text(&self.document.text);
        let index = &self.analysis.index;
        for path in nearest::files(self.analysis, self.note, &target, MOST_NAMES) {
            let spelt = if link.is_wiki() {
                spelling::attachment(self.analysis, self.note, path)
            } else {
                Some(spelling::destination(index.path(self.note), path))
            };
            if let Some(spelt) = spelt {
                self.lead_to(finding, link, format!("Change to `{spelt}`"), (link.target, spelt));
            }
        }
    }

    /// "Did you mean" for headings and block ids of the note that the link leads to.
    pub(super) fn near_anchors(&mut self, finding: &Diagnostic, link: &Link) {
        let text = &self.document.text;
        let index = &self.analysis.index;
        let Some(note) = self.analysis.resolve_wanted(self.note, &Wanted::of(link, text)).note() else {
            return;
        };
        let (Some(facts), Some(anchor), Some(wanted)) =
            (index.facts(note), &link.anchor, link.anchor_text(text))
        else {
            return;
        };
        if anchor.block {
            let ids = facts.blocks().map(|id| (id, id));
            for (id, _) in nearest::nearest(wanted.trim_start_matches('^'), ids, MOST_NAMES) {
                self.lead_to(finding, link, format!("Change to `^{id}`"), (anchor.span, format!("^{id}")));
            }
            return;
        }
        // Of `#H1#H2` the last is what is looked for.
        let wanted = wanted.rsplit('#').find(|part| !part.trim().is_empty()).unwrap_or("");
        let anchors = Anchors::new(facts);
        let texts: Vec<_> = facts.headings().map(|heading| heading.text()).collect();
        let headings = texts.iter().map(|text| &**text).enumerate();
        for (at, _) in nearest::nearest(wanted, headings, MOST_NAMES) {
            if let Some(spelt) = heading_anchor(facts, &anchors, at, link.kind) {
                let title = texts.get(at).map_or("", |text| text);
                self.lead_to(finding, link, format!("Change to `{title}`"), (anchor.span, spelt));
            }
        }
    }

    /// Leads the link to the whole note.
    pub(super) fn drop_anchor(&mut self, finding: &Diagnostic, link: &Link) {
        let Some(anchor) = link.anchor.as_ref().filter(|_| !link.target.is_empty()) else { return };
        // From behind the target: the `#` and the blanks around it go too.
        let span = Span { start: link.target.end, end: anchor.span.end };
        self.lead_to(finding, link, "Link to the whole note".to_owned(), (span, String::new()));
    }

    /// Leaves of the link what a reader sees.
    pub(super) fn unlink(&mut self, finding: &Diagnostic, link: &Link) {
        if link.kind == LinkKind::Definition {
            return;
        }
        let removed = Rewrite::text(link);
        if self.keeps(&removed) {
            let change = SourceChange::edit(self.note, removed.edits);
            self.add(finding, "Remove link, keep text".to_owned(), change);
        }
    }

    /// Has a link lead to something else.
    pub(super) fn lead_to(&mut self, finding: &Diagnostic, link: &Link, title: String, edit: Edit) {
        let rewrite = Rewrite::leads(link, edit);
        if self.keeps(&rewrite) {
            self.add(finding, title, SourceChange::edit(self.note, rewrite.edits));
        }
    }
}

/// How a link of `kind` spells heading `at`; `None` where it cannot.
pub(in crate::ide) fn heading_anchor(
    facts: &Facts,
    anchors: &Anchors,
    at: usize,
    kind: LinkKind,
) -> Option<String> {
    if matches!(kind, LinkKind::Wiki | LinkKind::Embed) {
        return spelling::heading(anchors, at);
    }
    let spelt = github_anchors(facts).nth(at)?;
    (anchors.resolve(&spelt, false, true) == AnchorOutcome::Heading(at)).then_some(spelt)
}
