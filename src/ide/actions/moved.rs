//! Text that moves from one note to another: its headings are leveled, and its links lead where they led.
use crate::ide::{Analysis, Document, spelling};
use crate::index::{NoteId, Wanted};
use crate::syntax::{self, BlockKind, Heading, Link};
use crate::text::{PathText, Span};

pub(super) type Edit = (Span, String);

/// Text of a note that goes to another.
pub(super) struct Moved<'a> {
    pub(super) analysis: &'a Analysis,
    /// The note that it stands in.
    pub(super) from: NoteId,
    pub(super) document: &'a Document,
    /// Which part of it goes.
    pub(super) range: Span,
    /// The path of the note that it goes to.
    pub(super) to: &'a str,
}

impl<'a> Moved<'a> {
    pub(super) fn text(&self) -> &'a str {
        &self.document.text
    }

    /// What is written in `part` of the note, with those of the edits that are in it.
    pub(super) fn part(&self, part: Span, edits: &[Edit]) -> String {
        apply(self.text(), part, edits)
    }

    /// The edits that make headings `shift` levels deeper; less than none for higher ones.
    pub(super) fn leveled(&self, shift: i32) -> Vec<Edit> {
        let headings = self.document.note.headings.iter();
        let moved = headings.filter(|heading| shift != 0 && self.range.covers(heading.span));
        moved.flat_map(|heading| leveled(self.text(), heading, shift)).collect()
    }

    /// The links that move, but for references, which lead where their definition does.
    pub(super) fn links(&self, part: Span) -> impl Iterator<Item = &'a Link> + use<'a> {
        let links = &self.document.note.links;
        let first = links.partition_point(|link| link.span.start < part.start);
        let links = links.iter().skip(first).take_while(move |link| link.span.start < part.end);
        links.filter(|link| link.span.covers(link.target))
    }

    /// The edits by which links in `part` lead from the new place where they lead now, but for links into the
    /// note itself.
    pub(super) fn rebased(&self, part: Span) -> Vec<Edit> {
        self.links(part).filter_map(|link| Some((link.target, self.target(link)?))).collect()
    }

    /// What a link has to say in the other note; `None` where that is what it says.
    fn target(&self, link: &Link) -> Option<String> {
        let (analysis, own) = (self.analysis, self.analysis.index.path(self.from));
        let there = self.to.folder();
        if link.target.is_empty() || own.folder() == there {
            return None;
        }
        let wanted = Wanted::of(link, self.text());
        let (now, then) =
            (analysis.resolve_wanted(self.from, &wanted), analysis.resolve_wanted_in(there, &wanted));
        let is_same = (now.note(), &now.attachment) == (then.note(), &then.attachment)
            && (now.tier, now.ambiguous) == (then.tier, then.ambiguous);
        // Other programs look for the destination of a markdown link at that place only.
        if is_same && link.is_wiki() {
            return None;
        }
        match (now.note(), &now.attachment, link.is_wiki()) {
            (Some(note), _, true) => spelling::target_in(analysis, there, note),
            _ if !link.is_wiki() && wanted.name.starts_with('/') => None,
            (Some(note), _, false) => Some(spelling::destination(self.to, analysis.index.path(note))),
            (None, Some(path), true) => Some(format!("/{path}")),
            (None, Some(path), false) => Some(spelling::destination(self.to, path)),
            // What is not there is not there from the new place either.
            (None, None, false) => Some(spelling::destination(self.to, &own.folder().join(&wanted.name)?)),
            (None, None, true) => None,
        }
    }

    /// Definitions of footnotes, each with its label and all of its block.
    pub(super) fn footnotes(&self) -> Vec<(&'a str, Span)> {
        let (text, note) = (self.text(), &self.document.note);
        if note.footnotes.iter().all(|footnote| !footnote.definition) {
            return Vec::new();
        }
        let options = self.analysis.settings().syntax_options();
        let blocks = syntax::blocks(text, note, &options);
        let blocks = blocks.into_iter().filter(|(kind, _)| *kind == BlockKind::Footnote);
        let label = |block: Span| {
            note.footnotes.iter().find(|footnote| footnote.definition && footnote.span.start == block.start)
        };
        blocks.filter_map(|(_, block)| Some((label(block)?.label.of(text), block))).collect()
    }

    /// Definitions outside the text to which it refers: of its footnotes, and of the labels of its links.
    pub(super) fn wanted_elsewhere(&self) -> Vec<Span> {
        let (text, note) = (self.text(), &self.document.note);
        let used: Vec<&str> = { note.footnotes.iter() }
            .filter(|footnote| !footnote.definition && self.range.covers(footnote.span))
            .map(|footnote| footnote.label.of(text))
            .collect();
        let footnotes = self.footnotes().into_iter();
        let footnotes =
            footnotes.filter(|(label, _)| used.iter().any(|used| used.eq_ignore_ascii_case(label)));
        let labels = note.references.iter().filter(|reference| self.range.covers(reference.span));
        let mut wanted: Vec<Span> = footnotes
            .map(|(_, block)| block)
            .chain(labels.map(|reference| reference.definition))
            .filter(|definition| !self.range.covers(*definition))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Definitions in the text to which the rest of the note refers.
    pub(super) fn wanted_by_rest(&self) -> Vec<Span> {
        let (text, note) = (self.text(), &self.document.note);
        let used: Vec<&str> = { note.footnotes.iter() }
            .filter(|footnote| !footnote.definition && !self.range.covers(footnote.span))
            .map(|footnote| footnote.label.of(text))
            .collect();
        let footnotes = self.footnotes().into_iter();
        let footnotes =
            footnotes.filter(|(label, _)| used.iter().any(|used| used.eq_ignore_ascii_case(label)));
        let labels = note.references.iter().filter(|reference| !self.range.covers(reference.span));
        let mut wanted: Vec<Span> = footnotes
            .map(|(_, block)| block)
            .chain(labels.map(|reference| reference.definition))
            .filter(|definition| self.range.covers(*definition))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

/// `part` of `text` with those of the edits that are in it. Of edits that overlap the first holds.
pub(super) fn apply(text: &str, part: Span, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().filter(|(span, _)| part.covers(*span)).collect();
    edits.sort_by_key(|(span, _)| *span);
    let mut out = String::with_capacity(part.len());
    let mut at = part.start();
    for (span, new) in edits {
        if span.start() < at {
            continue;
        }
        out.push_str(text.get(at..span.start()).unwrap_or_default());
        out.push_str(new);
        at = span.end();
    }
    out.push_str(text.get(at..part.end()).unwrap_or_default());
    out
}

/// The edits that move a heading by `shift` levels.
fn leveled(text: &str, heading: &Heading, shift: i32) -> Vec<Edit> {
    let level = usize::try_from((i32::from(heading.level) + shift).clamp(1, 6)).unwrap_or(1);
    let marks = "#".repeat(level);
    let raw = heading.span.of(text);
    let old = raw.bytes().take_while(|&b| b == b'#').count();
    if old > 0 {
        let start = heading.span.start();
        return vec![(Span::new(start, start + old), marks)];
    }
    // Underlined: there are only two such levels.
    let place = |at: usize| heading.span.start() + at;
    let rule = raw.trim_end_matches(['-', '=', ' ', '\t']).trim_end().len();
    let lines = raw.get(..rule).unwrap_or_default().match_indices('\n');
    let lines = lines.map(|(at, _)| (Span::new(place(at), place(at + 1)), " ".to_owned()));
    let underline = Span::new(place(rule), heading.span.end());
    let first = std::iter::once((Span::at(heading.span.start()), format!("{marks} ")));
    first.chain(lines).chain([(underline, String::new())]).collect()
}
