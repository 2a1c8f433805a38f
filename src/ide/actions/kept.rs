//! Whether a note whose links are written anew still says what it said. What a link is made of means something else
//! between dollars, backticks or bars: the text is read again, and what would change more than it says is not done.
use rustc_hash::FxHashMap;

use super::Actions;
use super::moved::{Edit, apply};
use crate::ide::Document;
use crate::index::{AnchorOutcome, Anchors, NoteId, Wanted, slug};
use crate::syntax::{Link, Note, TimestampForm};
use crate::text::{Span, VaultPath};

/// How often a note is read again to find which of its links can be written anew.
pub(super) const MOST_READINGS: usize = 32;

/// A link written anew.
#[derive(Clone, Debug)]
pub(super) struct Rewrite {
    /// The link as it is, or the words that become one.
    pub(super) link: Span,
    /// In order of place, within the link, or all of it.
    pub(super) edits: Vec<Edit>,
    /// What is there then.
    pub(super) then: Then,
}

/// What a link that is written anew becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Then {
    /// A link to the same.
    Same,
    /// A link to something.
    Leads,
    /// Likewise, where there was none.
    Made,
    /// Its text.
    Text,
    /// Something in better shape, which changes what the note says: every link that leads somewhere still does.
    Mended,
}

/// Where a link leads: a note, or another file, and what its anchor names there.
type Lead = (Option<NoteId>, Option<VaultPath>, Option<AnchorOutcome>);

impl Rewrite {
    /// The link's own `edit`, after which it leads where it did.
    pub(super) fn same(link: &Link, edit: Edit) -> Self {
        Self { link: link.span, edits: vec![edit], then: Then::Same }
    }

    /// A link to something else.
    pub(super) fn leads(link: &Link, edit: Edit) -> Self {
        Self { link: link.span, edits: vec![edit], then: Then::Leads }
    }

    /// A new link in place of words.
    pub(super) fn made(edit: Edit) -> Self {
        Self { link: edit.0, edits: vec![edit], then: Then::Made }
    }

    /// The certain mend of a finding that is not about where a link leads.
    pub(super) fn mended(edits: &[Edit]) -> Option<Self> {
        let (first, last) = edits.first().zip(edits.last())?;
        let link = Span { start: first.0.start, end: last.0.end };
        Some(Self { link, edits: edits.to_vec(), then: Then::Mended })
    }

    /// Of a link what a reader sees.
    pub(super) fn text(link: &Link) -> Self {
        let shown = link.shown();
        let around = [(link.span.start, shown.start), (shown.end, link.span.end)];
        let edits = around.map(|(start, end)| (Span { start, end }, String::new())).to_vec();
        Self { link: link.span, edits, then: Then::Text }
    }

    /// Whether what is written means nothing to a reader of markdown, wherever it stands but in a heading.
    pub(super) fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | ',');
        self.then != Then::Text && self.edits.iter().all(|(_, text)| text.chars().all(plain))
    }
}

impl Actions<'_> {
    /// Whether the note says the same with `rewrite`, but for the link itself.
    pub(super) fn keeps(&self, rewrite: &Rewrite) -> bool {
        let headings = &self.document.note.headings;
        let in_heading = || headings.iter().any(|heading| heading.span.covers(rewrite.link));
        (rewrite.is_plain() && !in_heading()) || self.keeps_all(std::slice::from_ref(rewrite))
    }

    /// The edits of those of `all`, in order of place, with which the note says the same.
    pub(super) fn kept(&self, all: &[Rewrite]) -> Vec<Edit> {
        let kept = self.kept_among(all, &mut { MOST_READINGS }).into_iter();
        kept.flat_map(|rewrite| rewrite.edits).collect()
    }

    /// Those of `all`, in order of place, with which the note says the same, as far as so many `readings` tell.
    pub(super) fn kept_among(&self, all: &[Rewrite], readings: &mut usize) -> Vec<Rewrite> {
        let mut kept = Vec::new();
        self.keep(&mut kept, all, readings);
        kept
    }

    /// Adds what can be added of `more`: all, or of each half what can be.
    fn keep(&self, kept: &mut Vec<Rewrite>, more: &[Rewrite], readings: &mut usize) {
        if more.is_empty() || *readings == 0 {
            return;
        }
        *readings -= 1;
        let before = kept.len();
        kept.extend_from_slice(more);
        if self.keeps_all(kept) {
            return;
        }
        kept.truncate(before);
        if more.len() > 1 {
            let (first, rest) = more.split_at(more.len() / 2);
            self.keep(kept, first, readings);
            self.keep(kept, rest, readings);
        }
    }

    fn keeps_all(&self, all: &[Rewrite]) -> bool {
        let old = self.document;
        let edits: Vec<Edit> = all.iter().flat_map(|rewrite| rewrite.edits.iter().cloned()).collect();
        let text = apply(&old.text, Span::new(0, old.text.len()), &edits);
        let new = Document::after(Some(old), text.into(), self.analysis.settings());
        let shift = Shift::new(&edits);
        if all.iter().any(|own| own.then == Then::Mended) {
            return self.leads_are_kept(&shift, &new);
        }
        self.links_are_kept(all, &shift, &new) && rest_is_kept(old, &new, &shift)
    }

    /// Whether every link that leads somewhere is still there and leads there.
    fn leads_are_kept(&self, shift: &Shift, new: &Document) -> bool {
        let now: FxHashMap<_, _> = new.note.links.iter().map(|link| (link.span.start(), link)).collect();
        let lead = |link: &Link, document: &Document| {
            let found = self.analysis.resolve_wanted(self.note, &Wanted::of(link, &document.text));
            (found.note(), found.attachment)
        };
        self.analysis.index.cancel().over(self.document.note.links.iter()).all(|link| {
            let was = lead(link, self.document);
            let there = || shift.of(link.span.start()).and_then(|start| now.get(&start));
            was == (None, None) || there().is_some_and(|link| lead(link, new) == was)
        })
    }

    fn links_are_kept(&self, all: &[Rewrite], shift: &Shift, new: &Document) -> bool {
        let (old, mut after) = (self.document, new.note.links.iter().peekable());
        let mut rewrites = all.iter().peekable();
        let made = |rewrite: &Rewrite, link: Option<&Link>| {
            // Where nothing is replaced, the place is behind what is inserted.
            let inserted =
                rewrite.edits.iter().filter(|(span, _)| span.is_empty() && rewrite.link.is_empty());
            let inserted = inserted.map(|(_, text)| text.len()).sum();
            let start = shift.of(rewrite.link.start()).and_then(|start| start.checked_sub(inserted));
            let is_there = |link: &&Link| start == Some(link.span.start()) && self.leads(link, new);
            link.filter(is_there).is_some()
        };
        for link in self.analysis.index.cancel().over(old.note.links.iter()) {
            while let Some(own) = rewrites.next_if(|own| own.link.end <= link.span.start) {
                if own.then == Then::Made && !made(own, after.next()) {
                    return false;
                }
            }
            let own = rewrites.peek().filter(|own| own.link == link.span).map(|own| own.then);
            if own == Some(Then::Text) {
                continue;
            }
            let Some(now) = after.next() else { return false };
            let place = [link.span.start(), link.span.end()].map(|byte| shift.of(byte));
            let stays = place == [Some(now.span.start()), Some(now.span.end())];
            let is_right = match own {
                Some(Then::Leads) => self.leads(now, new),
                Some(_) => self.lead(now, new) == self.lead(link, old),
                None => said(link, old) == said(now, new),
            };
            if !stays || !is_right {
                return false;
            }
        }
        rewrites.all(|own| own.then != Then::Made || made(own, after.next())) && after.next().is_none()
    }

    fn leads(&self, link: &Link, document: &Document) -> bool {
        self.lead(link, document).is_some_and(|(note, file, _)| note.is_some() || file.is_some())
    }

    fn lead(&self, link: &Link, document: &Document) -> Option<Lead> {
        let found = self.analysis.resolve_wanted(self.note, &Wanted::of(link, &document.text));
        if found.ambiguous {
            return None;
        }
        let anchor = link.anchor.as_ref().zip(link.anchor_text(&document.text));
        let anchor = anchor.and_then(|(anchor, name)| {
            let facts = self.analysis.index.facts(found.note()?)?;
            Some(Anchors::new(facts).resolve(&name, anchor.block, !link.is_wiki()))
        });
        Some((found.note(), found.attachment, anchor))
    }
}

/// What a link that stays says.
fn said(link: &Link, document: &Document) -> impl PartialEq + use<> {
    let part = |span: Option<Span>| span.map(|span| span.of(&document.text).to_owned());
    let parts = [Some(link.target), link.anchor.as_ref().map(|anchor| anchor.span), link.alias];
    // The text of a link may hold another one that is written anew.
    let [target, anchor, alias] = parts.map(part);
    (link.kind, link.in_table, target, anchor, alias.is_some())
}

/// Whether a note says what it said, but for its links.
fn rest_is_kept(old: &Document, new: &Document, shift: &Shift) -> bool {
    let headings = |document: &Document, place: &dyn Fn(u32) -> Option<usize>| {
        let headings = document.note.headings.iter();
        // Anchors name them by their slugs.
        let headings = headings.map(|own| (own.level, slug(&own.text).into_owned(), place(own.span.start)));
        headings.collect::<Vec<_>>()
    };
    let names = |document: &Document| {
        let front = document.note.front_matter.iter();
        let values = front.flat_map(|front| front.title.iter().chain(&front.aliases).chain(&front.video));
        values.map(|value| value.text.clone()).collect::<Vec<_>>()
    };
    let parts = |document: &Document| {
        let Note { timestamps, video_links, references, tags, blocks, element_ids, footnotes, .. } =
            &document.note;
        let text = |span: Span| span.of(&document.text).to_owned();
        let times = timestamps.iter().filter(|time| time.form != TimestampForm::InAlias);
        let times: Vec<_> = times.map(|time| (time.form, time.moment)).collect();
        let marks = (tags.iter().map(|own| own.name)).chain(blocks.iter().map(|own| own.id));
        let marks = marks.chain(element_ids.iter().map(|own| own.id));
        let marks = marks.chain(footnotes.iter().map(|own| own.label));
        (times, video_links.len(), references.len(), marks.map(text).collect::<Vec<_>>())
    };
    let channel = |document: &Document, place: &dyn Fn(u32) -> Option<usize>| {
        let channel = document.note.links.get(document.note.channel?)?;
        Some(place(channel.span.start))
    };
    let (before, after) = (|byte: u32| shift.of(byte as usize), |byte: u32| Some(byte as usize));
    headings(old, &before) == headings(new, &after)
        && channel(old, &before) == channel(new, &after)
        && names(old) == names(new)
        && parts(old) == parts(new)
        && new.note.problems.len() <= old.note.problems.len()
}

/// Where the bytes of a text are once edits, in order of place, are made.
struct Shift<'e> {
    edits: &'e [Edit],
    /// How many bytes are added and removed up to the end of each.
    sums: Vec<[usize; 2]>,
}

impl<'e> Shift<'e> {
    fn new(edits: &'e [Edit]) -> Self {
        let sums = edits.iter().scan([0; 2], |[added, removed], (span, text)| {
            (*added, *removed) = (*added + text.len(), *removed + span.len());
            Some([*added, *removed])
        });
        Self { edits, sums: sums.collect() }
    }

    /// A byte that no edit takes away; what is inserted at its place goes before it.
    fn of(&self, byte: usize) -> Option<usize> {
        let at = self.edits.partition_point(|(span, _)| span.end() <= byte);
        let is_inside = self.edits.get(at).is_some_and(|(span, _)| span.start() < byte);
        let [added, removed] =
            at.checked_sub(1).and_then(|at| self.sums.get(at)).copied().unwrap_or_default();
        (!is_inside).then(|| byte + added - removed)
    }
}
