//! Code actions: fixes of diagnostics, "create note", refactorings.
//!
//! An action is a [`SourceChange`]; the smallest one that does it. Absent: how a client applies it.
mod broken;
mod cite;
mod contents;
mod convert;
mod create;
mod daily;
mod extract;
mod inline;
mod kept;
mod kind;
mod links;
mod mentions;
mod moved;
mod naming;
mod note;
mod repair;
mod select;
mod template;
#[cfg(test)]
mod tests;
mod times;

pub(super) use broken::heading_anchor;
pub use convert::{Converted, LinkForm, convert_links, convert_vault};
pub use create::{NewNote, new_note, templates};
pub use daily::daily_note;
pub use kind::{ActionKind, Changes, Wish};
pub(super) use mentions::link_mentions;
pub(super) use naming::is_safe;
pub(super) use note::footnote_definition;
pub use repair::{Repair, repair};
pub use select::insert_link;
pub(super) use select::link_to;

use std::cell::OnceCell;

use kept::{MOST_READINGS, Rewrite, Then};
use rustc_hash::FxHashMap;

use super::{Analysis, Diagnostic, Document, SourceChange, diagnostics_of, spelling};
use crate::index::{NoteId, Wanted};
use crate::settings::Code;
use crate::syntax::{Fix, Link};
use crate::text::Span;

/// Something an editor offers to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, as a menu shows it.
    pub title: String,
    /// What sort of action it is.
    pub kind: ActionKind,
    /// Which of those with its kind and title it is, from 0.
    pub number: usize,
    /// Whether it is the one to take without asking.
    pub preferred: bool,
    /// Why it cannot be done here.
    pub disabled: Option<String>,
    /// The finding that it mends.
    pub mends: Option<Diagnostic>,
    /// The note that it makes, by its path.
    pub makes: Option<String>,
    /// The change; `None` where it was not [asked for](Changes), or there is none.
    pub change: Option<SourceChange>,
}

/// Notes that an ambiguous link offers.
const MOST_CANDIDATES: usize = 10;
/// Findings for which names are guessed: a search each, so not for a whole note that is selected.
const MOST_SEARCHES: usize = 5;
/// Findings for which there are actions, those next to the start of the selection: an editor asks at
/// each move of the cursor, and nobody reads a longer menu.
const MOST_FINDINGS: usize = 50;
/// Actions after which no further finding gets any: an ambiguous link alone has ten.
const MOST_ACTIONS: usize = 150;
/// Links that are tried for whether the note says the same with another form of them.
const MOST_TRIED: usize = 8;
/// Edits of one "all of this note"; its title says so where there are more.
const MOST_EDITS: usize = 2000;

/// What can be done about the part of `note` in `span`.
pub fn code_actions(analysis: &Analysis, note: NoteId, span: Span, wish: &Wish) -> Vec<Action> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut actions = Actions::new(analysis, note, &document, span, wish);
    if wish.wants(ActionKind::QuickFix) || wish.wants(ActionKind::FixAll) {
        let all = diagnostics_of(analysis, note, &document, None);
        actions.quick_fixes(&all);
        actions.fix_everything(&all);
    }
    if wish.wants(ActionKind::Extract) {
        actions.extract();
    }
    if wish.wants(ActionKind::Inline) {
        actions.inline();
    }
    if wish.wants(ActionKind::Rewrite) {
        actions.link_selection();
        actions.link_mention();
        actions.rewrite_link();
        actions.rewrite_times();
        actions.cite();
    }
    actions.table_of_contents();
    if wish.wants(ActionKind::Source) {
        actions.rewrite_links();
        actions.link_mentions();
        actions.rewrite_all_times();
    }
    actions.list
}

/// Links by where findings about them are: the target, and the anchor.
type Links<'d> = FxHashMap<(bool, Span), &'d Link>;

fn links_by_place(document: &Document) -> Links<'_> {
    let mut places = Links::default();
    // Of several at one place the first.
    for link in document.note.links.iter().rev() {
        let anchor = link.anchor.as_ref().map(|anchor| (true, anchor.span));
        for (anchor, place) in [Some((false, link.target)), anchor].into_iter().flatten() {
            if link.span.covers(place) {
                places.insert((anchor, place), link);
            }
        }
    }
    places
}

/// The link that a finding about a link is about.
fn link_of<'d>(links: &Links<'d>, finding: &Diagnostic) -> Option<&'d Link> {
    let anchor = match finding.code {
        Code::BrokenLink | Code::BrokenFile | Code::AmbiguousLink | Code::InexactLink => false,
        Code::BrokenHeading | Code::BrokenBlock => true,
        _ => return None,
    };
    links.get(&(anchor, finding.span)).copied()
}

struct Actions<'a> {
    analysis: &'a Analysis,
    note: NoteId,
    document: &'a Document,
    /// The selection.
    span: Span,
    wish: &'a Wish<'a>,
    /// Blocks of HTML, once they are asked for.
    html: OnceCell<Vec<Span>>,
    list: Vec<Action>,
}

impl<'a> Actions<'a> {
    fn new(
        analysis: &'a Analysis,
        note: NoteId,
        document: &'a Document,
        span: Span,
        wish: &'a Wish<'a>,
    ) -> Self {
        Self { analysis, note, document, span, wish, html: OnceCell::new(), list: Vec::new() }
    }
}

impl Actions<'_> {
    /// Offers an action; its change is computed where it is asked for.
    fn offer(
        &mut self,
        kind: ActionKind,
        title: String,
        change: impl FnOnce(&Self) -> Option<SourceChange>,
    ) -> Option<&mut Action> {
        if !self.wish.wants(kind) {
            return None;
        }
        let number = self.list.iter().filter(|action| action.kind == kind && action.title == title).count();
        let change = if self.wish.computes(kind, &title, number) { change(self) } else { None };
        self.list.push(Action {
            title,
            kind,
            number,
            preferred: false,
            disabled: None,
            mends: None,
            makes: None,
            change,
        });
        self.list.last_mut()
    }

    /// Says why an action cannot be taken here; not where nobody has asked for it.
    fn disable(&mut self, kind: ActionKind, title: &str, reason: &str) {
        if self.wish.automatic {
            return;
        }
        if let Some(action) = self.offer(kind, title.to_owned(), |_| None) {
            action.disabled = Some(reason.to_owned());
        }
    }

    fn add(&mut self, finding: &Diagnostic, title: String, change: SourceChange) {
        if let Some(action) = self.offer(ActionKind::QuickFix, title, |_| Some(change)) {
            action.mends = Some(finding.clone());
        }
    }

    /// Replaces `span` of this note.
    fn replace(&mut self, finding: &Diagnostic, title: String, span: Span, text: String) {
        self.add(finding, title, SourceChange::edit(self.note, vec![(span, text)]));
    }

    /// What mends findings at the selection, one by one and all of a code.
    fn quick_fixes(&mut self, all: &[Diagnostic]) {
        if !self.wish.wants(ActionKind::QuickFix) {
            return;
        }
        let selection = self.span;
        let near = |reach: Span| reach.start <= selection.end && selection.start <= reach.end;
        let links = links_by_place(self.document);
        let at_hand = all.iter().filter_map(|finding| {
            // The finding underlines the target; the cursor may be anywhere in the link.
            let link = link_of(&links, finding);
            near(link.map_or(finding.span, |link| link.span)).then_some((finding, link))
        });
        let (mut searches, mut mended) = (0, Vec::new());
        for (found, (finding, link)) in at_hand.collect::<Vec<_>>().into_iter().enumerate() {
            if !mended.contains(&finding.code) && finding.fixes.iter().any(|fix| fix.certain) {
                mended.push(finding.code);
            }
            if found >= MOST_FINDINGS || self.list.len() >= MOST_ACTIONS {
                continue;
            }
            self.fixes(finding, link);
            self.for_note(finding);
            if let Some(link) = link {
                searches += usize::from(finding.code != Code::AmbiguousLink);
                self.for_link(finding, link, searches <= MOST_SEARCHES);
            }
        }
        if all.iter().any(|it| it.code == Code::MinutesAsHours && near(it.span)) {
            self.as_minutes();
        }
        for code in mended {
            self.fix_code(code, all.iter().filter(|finding| finding.code == code));
        }
    }

    /// The certain fixes of all findings in the note, as editors take them on saving.
    fn fix_everything(&mut self, all: &[Diagnostic]) {
        let fixes = Fixes::of(Fixes::certain(all.iter()), MOST_EDITS);
        if self.can_fix(all.iter()) {
            self.offer(ActionKind::FixAll, fixes.title(""), |it| {
                let edits = match fixes.more {
                    0 => repair(it.analysis, it.note, it.document, all).edits,
                    _ => it.fixed(all.iter()),
                };
                Some(SourceChange::edit(it.note, edits))
            });
        }
    }

    /// The edits of the certain fixes of `findings`, as many as there is room for.
    fn fixed<'f>(&self, findings: impl Iterator<Item = &'f Diagnostic>) -> Vec<(Span, String)> {
        let kept = self.kept_fixes(&self.certain(findings), MOST_EDITS, &mut { MOST_READINGS });
        kept.into_iter().flat_map(|rewrite| rewrite.edits).collect()
    }

    /// Whether a certain fix of `findings` can be made. Of links some are tried.
    fn can_fix<'f>(&self, findings: impl Iterator<Item = &'f Diagnostic>) -> bool {
        let certain = self.certain(findings);
        let mut tried = certain.iter().filter(|rewrite| rewrite.then == Then::Same).take(MOST_TRIED);
        certain.iter().any(|rewrite| rewrite.then == Then::Mended) || tried.any(|rewrite| self.keeps(rewrite))
    }

    /// The mends that the finding carries.
    fn fixes(&mut self, finding: &Diagnostic, link: Option<&Link>) {
        for (rank, fix) in finding.fixes.iter().enumerate() {
            if !inexact(finding, fix, link).is_none_or(|rewrite| self.keeps(&rewrite)) {
                continue;
            }
            let change = |it: &Self| Some(SourceChange::edit(it.note, fix.edits.clone()));
            if let Some(action) = self.offer(ActionKind::QuickFix, fix.title.clone(), change) {
                action.preferred = rank == 0 && fix.certain;
                action.mends = Some(finding.clone());
            }
        }
    }

    /// What can be done about a link beyond what its finding carries. `search`: whether nearest names
    /// may be looked for.
    fn for_link(&mut self, finding: &Diagnostic, link: &Link, search: bool) {
        match finding.code {
            Code::AmbiguousLink => self.pick(finding, link),
            Code::BrokenLink => {
                if search {
                    self.near_notes(finding, link);
                }
                self.create(finding, link);
                self.unlink(finding, link);
            }
            Code::BrokenFile => {
                if search {
                    self.near_files(finding, link);
                }
                self.unlink(finding, link);
            }
            Code::BrokenHeading | Code::BrokenBlock => {
                if search {
                    self.near_anchors(finding, link);
                }
                self.drop_anchor(finding, link);
            }
            _ => {}
        }
    }

    /// One action for each note that an ambiguous link may mean.
    fn pick(&mut self, finding: &Diagnostic, link: &Link) {
        let outcome = self.analysis.resolve_wanted(self.note, &Wanted::of(link, &self.document.text));
        for &candidate in outcome.notes.iter().take(MOST_CANDIDATES) {
            if let Some(path) = spelling::path_target(self.analysis, self.note, candidate, link.kind) {
                self.lead_to(finding, link, format!("Replace with `{path}`"), (link.target, path));
            }
        }
    }

    /// The certain fixes of these findings, which are all of one code, if there are several.
    fn fix_code<'f>(&mut self, code: Code, findings: impl Iterator<Item = &'f Diagnostic> + Clone) {
        let fixes = Fixes::of(Fixes::certain(findings.clone()), MOST_EDITS);
        if fixes.count > 1 && self.can_fix(findings.clone()) {
            let title = fixes.title(&format!("`{code}` "));
            self.offer(ActionKind::QuickFix, title, |it| {
                Some(SourceChange::edit(it.note, it.fixed(findings)))
            });
        }
    }
}

/// What mends a link that is not exact, as what is to be kept of it.
fn inexact(finding: &Diagnostic, fix: &Fix, link: Option<&Link>) -> Option<Rewrite> {
    let link = link.filter(|_| finding.code == Code::InexactLink)?;
    Some(Rewrite::same(link, fix.edits.first()?.clone()))
}

/// Fixes that can be made together.
#[derive(Default)]
struct Fixes {
    edits: Vec<(Span, String)>,
    /// How many.
    count: usize,
    /// How many there is no room for.
    more: usize,
}

impl Fixes {
    /// The certain fixes of `findings`, which are in the order of the text.
    fn certain<'f>(findings: impl Iterator<Item = &'f Diagnostic>) -> impl Iterator<Item = &'f Fix> {
        findings.filter_map(|finding| finding.fixes.first().filter(|fix| fix.certain))
    }

    /// Takes fixes in the order of the text, of those that overlap the first, with at most so many edits.
    fn of<'f>(fixes: impl Iterator<Item = &'f Fix>, most_edits: usize) -> Self {
        let mut all = Self::default();
        for fix in fixes {
            let behind = all.edits.last().map_or(0, |(span, _)| span.end);
            if fix.edits.first().is_none_or(|(span, _)| span.start < behind) {
                continue;
            }
            if all.edits.len() + fix.edits.len() > most_edits {
                all.more += 1;
            } else {
                all.edits.extend(fix.edits.iter().cloned());
                all.count += 1;
            }
        }
        all
    }

    /// What making them does; `code` is what the problems are called.
    fn title(&self, code: &str) -> String {
        match self.more {
            0 if self.count == 1 => "Fix the problem in this note".to_owned(),
            0 => format!("Fix all {} {code}problems in this note", self.count),
            more => {
                format!("Fix the first {} of {} {code}problems in this note", self.count, self.count + more)
            }
        }
    }
}
