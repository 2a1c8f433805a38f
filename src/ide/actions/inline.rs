//! A note, section or block in place of the link or embed that names it, on a line of its own. The note that
//! it comes from stays as it is.
use super::moved::{Edit, Moved};
use super::{ActionKind, Actions, SourceChange};
use crate::ide::Document;
use crate::index::{AnchorOutcome, Anchors, NoteId, Wanted};
use crate::sources::SourceId;
use crate::syntax::Link;
use crate::text::Span;

const TITLE: &str = "Replace link with the text of";

impl Actions<'_> {
    pub(super) fn inline(&mut self) {
        let text = &*self.document.text;
        let line = self.line(self.span.start());
        if !line.covers(self.span) {
            return;
        }
        let alone =
            |link: &&Link| link.span.of(text) == line.of(text).trim_end() && link.span.start == line.start;
        let Some(link) =
            self.document.note.links.iter().find(alone).filter(|link| link.span.covers(link.target))
        else {
            return;
        };
        let wanted = Wanted::of(link, text);
        let found = self.analysis.resolve_wanted(self.note, &wanted);
        let Some(note) = found.note() else { return };
        let title = format!("{TITLE} `{}`", self.analysis.index.title(note));
        let name = link.anchor_text(text).unwrap_or_default();
        let anchor = link.anchor.as_ref().map(|anchor| (&*name, anchor.block, !link.is_wiki()));
        if let Some(reason) = self.cannot_inline(note, anchor, found.ambiguous) {
            return self.disable(ActionKind::Inline, &title, reason);
        }
        let span = link.span;
        self.offer(ActionKind::Inline, title, |it| it.inlined(span, note, anchor));
    }

    /// What keeps a note from being taken in: only what is known without reading it.
    fn cannot_inline(
        &self,
        note: NoteId,
        anchor: Option<(&str, bool, bool)>,
        ambiguous: bool,
    ) -> Option<&'static str> {
        let facts = self.analysis.index.facts(note);
        let missing = |(name, block, markdown): (&str, bool, bool)| {
            let facts = facts?;
            (Anchors::new(facts).resolve(name, block, markdown) == AnchorOutcome::Missing).then_some(())
        };
        let own = self.document.video();
        let of_another = |video: SourceId<'_>| Some(video) != own;
        match facts {
            _ if note == self.note => Some("It is this note"),
            _ if ambiguous => Some("The link may mean several notes"),
            None => Some("The note has not been read"),
            Some(_) if anchor.is_some_and(|anchor| missing(anchor).is_some()) => {
                Some("The note has no such heading or block")
            }
            Some(facts) if facts.video().is_some_and(of_another) && cites(facts) => {
                Some("Its timestamps are of another video")
            }
            Some(_) => None,
        }
    }

    fn inlined(&self, span: Span, note: NoteId, anchor: Option<(&str, bool, bool)>) -> Option<SourceChange> {
        let other = self.analysis.document(note)?;
        let facts = self.analysis.index.facts(note)?;
        let place = anchor.map(|(name, block, markdown)| Anchors::new(facts).resolve(name, block, markdown));
        let range = part(&other, place.unwrap_or(AnchorOutcome::None))?;
        let to = self.analysis.index.path(self.note);
        let moved = Moved { analysis: self.analysis, from: note, document: &other, range, to };
        let here = &self.document.note;
        let above = here.headings.iter().take_while(|heading| heading.span.start < span.start).last();
        let level = above.map_or(0, |heading| i32::from(heading.level));
        let inside = other.note.headings.iter().filter(|heading| range.covers(heading.span));
        let highest = inside.map(|heading| i32::from(heading.level)).min();
        // Below the heading here; what is below it already stays.
        let shift = highest.map_or(0, |highest| (level + 1 - highest).max(0));
        let carried = moved.wanted_elsewhere();
        let mut edits = moved.leveled(shift);
        for &part in std::iter::once(&range).chain(&carried) {
            edits.extend(moved.rebased(part));
            edits.extend(moved.links(part).filter_map(|link| self.qualified(link, note)));
        }
        edits.extend(self.labels(&moved));
        edits.extend(self.block_ids(&moved));
        let end = self.line_end();
        let mut text = moved.part(range, &edits);
        for (rank, definition) in carried.iter().enumerate() {
            let gap = if rank == 0 { end.repeat(2) } else { end.to_owned() };
            text = format!("{}{gap}{}", text.trim_end(), moved.part(*definition, &edits).trim_end());
        }
        let text = text.replace("\r\n", "\n").replace('\n', end);
        Some(SourceChange::edit(self.note, vec![(span, self.with_room(span, text.trim_end()))]))
    }

    /// `text` with empty lines where what stands around the link would run into it.
    fn with_room(&self, span: Span, text: &str) -> String {
        let own = &*self.document.text;
        let end = self.line_end();
        let before = own.get(..span.start()).unwrap_or_default();
        let behind = own.get(span.end()..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let last = before.trim_end_matches(['\n', '\r']);
        let touches = !last.is_empty() && before.len() - last.len() < 2 * end.len() && text.contains('\n');
        let next = behind.trim_start_matches(['\n', '\r']);
        let followed = !next.is_empty() && behind.len() - next.len() < 2 * end.len() && text.contains('\n');
        let (open, close) = (if touches { end } else { "" }, if followed { end } else { "" });
        format!("{open}{text}{close}")
    }

    /// The edit by which a link from the other note into itself leads there from here.
    fn qualified(&self, link: &Link, note: NoteId) -> Option<Edit> {
        if !link.target.is_empty() || link.anchor.is_none() {
            return None;
        }
        let target = crate::ide::spelling::target(self.analysis, self.note, note, link.kind)?;
        Some((link.target, target))
    }

    /// The edits that give footnotes labels that no footnote here has.
    fn labels(&self, moved: &Moved) -> Vec<Edit> {
        let (text, own) = (&*self.document.text, &self.document.note.footnotes);
        let theirs = &moved.document.note.footnotes;
        let is_taken = |label: &str| own.iter().any(|own| own.label.of(text).eq_ignore_ascii_case(label));
        let is_theirs =
            |label: &str| theirs.iter().any(|own| own.label.of(moved.text()).eq_ignore_ascii_case(label));
        let edits = theirs.iter().filter_map(|footnote| {
            let label = footnote.label.of(moved.text());
            if !is_taken(label) {
                return None;
            }
            let mut labels = (2usize..).map(|number| format!("{label}-{number}"));
            let free = labels.find(|label| !is_taken(label) && !is_theirs(label))?;
            Some((footnote.label, free))
        });
        edits.collect()
    }

    /// The edits that take out block ids which a block here has.
    fn block_ids(&self, moved: &Moved) -> Vec<Edit> {
        let (text, own) = (&*self.document.text, &self.document.note.blocks);
        let theirs = moved.document.note.blocks.iter();
        let taken = theirs.filter(|block| {
            let id = block.id.of(moved.text());
            own.iter().any(|own| own.id.of(text).eq_ignore_ascii_case(id))
        });
        let edits = taken.map(|block| {
            let before = moved.text().get(..block.span.start()).unwrap_or_default();
            let start = before.trim_end_matches(' ').len();
            (Span::new(start, block.span.end()), String::new())
        });
        edits.collect()
    }
}

/// Whether a note has timestamps of its own video.
fn cites(facts: &crate::index::Facts) -> bool {
    facts.places().citations().next().is_some()
}

/// The bytes of a place in a note; of the note as a whole its text, without front matter and channel.
fn part(document: &Document, place: AnchorOutcome) -> Option<Span> {
    let (text, note) = (&*document.text, &document.note);
    let span = match place {
        AnchorOutcome::Heading(at) => {
            let heading = note.headings.get(at)?;
            let end = note.headings.iter().skip(at + 1).find(|next| next.level <= heading.level);
            Span::new(heading.span.start(), end.map_or(text.len(), |next| next.span.start()))
        }
        AnchorOutcome::Block(at) => note.blocks.get(at)?.block,
        AnchorOutcome::Element(_) | AnchorOutcome::Missing => return None,
        AnchorOutcome::None => {
            let body = note.front_matter.as_ref().map_or(0, |front| front.span.end());
            let channel = note
                .channel
                .and_then(|at| note.links.get(at))
                .map(|link| document.lines.line(text, document.lines.line_of(link.span.start())));
            // Only where it heads the note.
            let heads = channel.filter(|line| {
                Span::new(body, line.start())
                    .of(text)
                    .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
                    .is_empty()
            });
            Span::new(heads.map_or(body, Span::end), text.len())
        }
    };
    let inside = span.of(text);
    let kept = inside.trim_end();
    let start = kept.len() - kept.trim_start_matches(['\n', '\r', ' ', '\u{feff}']).len();
    // The first line keeps its indentation.
    let lines = kept.get(..start).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    let part = Span::new(span.start() + lines, span.start() + kept.len());
    (!part.is_empty()).then_some(part)
}
