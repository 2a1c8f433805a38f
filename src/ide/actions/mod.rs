//! Code actions: mends of diagnostics, and "create note".
//!
//! An action is a [`SourceChange`]; the smallest one that does it. Absent: how a client applies it.
mod broken;
mod create;
mod naming;
mod note;
#[cfg(test)]
mod tests;

pub use create::{NewNote, new_note};
pub(super) use note::footnote_definition;

use rustc_hash::FxHashMap;

use super::{Analysis, Diagnostic, Document, diagnostics_of, spelling};
use crate::index::{NoteId, Wanted};
use crate::settings::Code;
use crate::syntax::Link;
use crate::text::Span;

/// A change of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceChange {
    /// Files to make, each with its text; paths relative to the vault. Never one that exists.
    pub create: Vec<(String, String)>,
    /// Edits by note, in order of place, none overlapping.
    pub edits: Vec<(NoteId, Vec<(Span, String)>)>,
}

impl SourceChange {
    fn edit(note: NoteId, edits: Vec<(Span, String)>) -> Self {
        Self { create: Vec::new(), edits: vec![(note, edits)] }
    }
}

/// Something an editor offers to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, as a menu shows it.
    pub title: String,
    /// Whether it is the one to take without asking.
    pub preferred: bool,
    /// The finding that it mends.
    pub mends: Option<Diagnostic>,
    /// The change.
    pub change: SourceChange,
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
/// Edits of one "all of this note"; its title says so where there are more.
const MOST_EDITS: usize = 2000;

/// What can be done about the part of `note` in `span`.
pub fn code_actions(analysis: &Analysis, note: NoteId, span: Span) -> Vec<Action> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let all = diagnostics_of(analysis, note, &document, None);
    let near = |reach: Span| reach.start <= span.end && span.start <= reach.end;
    let links = links_by_place(&document);
    let mut actions = Actions { analysis, note, document: &document, list: Vec::new() };
    let (mut searches, mut found) = (0, 0);
    let mut mended = Vec::new();
    for finding in &all {
        // The finding underlines the target; the cursor may be anywhere in the link.
        let link = link_of(&links, finding);
        if !near(link.map_or(finding.span, |link| link.span)) {
            continue;
        }
        if !mended.contains(&finding.code) && finding.fixes.iter().any(|fix| fix.certain) {
            mended.push(finding.code);
        }
        found += 1;
        if found > MOST_FINDINGS || actions.list.len() >= MOST_ACTIONS {
            continue;
        }
        actions.fixes(finding);
        actions.for_note(finding);
        if let Some(link) = link {
            searches += usize::from(finding.code != Code::AmbiguousLink);
            actions.for_link(finding, link, searches <= MOST_SEARCHES);
        }
    }
    for code in mended {
        actions.fix_all(&all, code);
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
    list: Vec<Action>,
}

impl Actions<'_> {
    fn add(&mut self, finding: &Diagnostic, title: String, change: SourceChange) {
        self.list.push(Action { title, preferred: false, mends: Some(finding.clone()), change });
    }

    /// Replaces `span` of this note.
    fn replace(&mut self, finding: &Diagnostic, title: String, span: Span, text: String) {
        self.add(finding, title, SourceChange::edit(self.note, vec![(span, text)]));
    }

    /// The mends that the finding carries.
    fn fixes(&mut self, finding: &Diagnostic) {
        for (rank, fix) in finding.fixes.iter().enumerate() {
            self.list.push(Action {
                title: fix.title.clone(),
                preferred: rank == 0 && fix.certain,
                mends: Some(finding.clone()),
                change: SourceChange::edit(self.note, fix.edits.clone()),
            });
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
                self.replace(finding, format!("Replace with `{path}`"), link.target, path);
            }
        }
    }

    /// The certain mends of every finding of `code` in the note, where there are several.
    fn fix_all(&mut self, all: &[Diagnostic], code: Code) {
        let certain = all
            .iter()
            .filter(|finding| finding.code == code)
            .filter_map(|finding| finding.fixes.first().filter(|fix| fix.certain));
        let (mut edits, mut count, mut more): (Vec<(Span, String)>, _, _) = (Vec::new(), 0, 0);
        for fix in certain {
            let behind = edits.last().map_or(0, |(span, _)| span.end);
            if fix.edits.first().is_none_or(|(span, _)| span.start < behind) {
                continue;
            }
            if edits.len() + fix.edits.len() > MOST_EDITS {
                more += 1;
            } else {
                edits.extend(fix.edits.iter().cloned());
                count += 1;
            }
        }
        let title = match more {
            0 => format!("Fix all {count} `{code}` problems in this note"),
            more => format!("Fix the first {count} of {} `{code}` problems in this note", count + more),
        };
        if count > 1 {
            self.list.push(Action {
                title,
                preferred: false,
                mends: None,
                change: SourceChange::edit(self.note, edits),
            });
        }
    }
}
