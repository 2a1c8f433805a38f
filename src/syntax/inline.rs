//! The inline scan of one block: wikilinks, timestamps, tags, footnote references, math and
//! comments, found in the block's bytes. What CommonMark itself hides (code, tags) comes in as
//! skips; CommonMark's own links are merged in afterwards.

use super::find::{Line, Next, NextOf, behind_line_end, line_end};
use super::links::{self, Brackets, TargetEnd};
use super::problems;
use super::time;
use super::timestamps::{Candidates, Decided, Surroundings};
use super::{Footnote, Link, Problem, Reference, Suppression, Tag, VideoLink, suppression, timestamp_tag};
use crate::sources::SourceKinds;
use crate::text::Span;

/// Bytes that the inline scan does not look into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Skip {
    pub(super) span: Span,
    /// Whether it is one tag, which may be a timestamp's.
    pub(super) tag: bool,
}

/// What the scan of one block found; emptied for the next block.
#[derive(Default, Debug)]
pub(super) struct Found {
    pub(super) links: Vec<Link>,
    /// What may be a timestamp, until [`Scan::decide`].
    pub(super) candidates: Candidates,
    pub(super) decided: Decided,
    pub(super) tags: Vec<Tag>,
    pub(super) footnotes: Vec<Footnote>,
    pub(super) suppressions: Vec<Suppression>,
    pub(super) problems: Vec<Problem>,
    pub(super) video_links: Vec<VideoLink>,
    pub(super) references: Vec<Reference>,
    /// Math and comments: CommonMark's links in them are none.
    pub(super) excluded: Vec<Span>,
    /// Start of the first wikilink of a line that begins with `From:`.
    pub(super) channel: Option<u32>,
}

impl Found {
    pub(super) fn clear(&mut self) {
        self.links.clear();
        self.decided.timestamps.clear();
        self.decided.hidden.clear();
        self.tags.clear();
        self.footnotes.clear();
        self.suppressions.clear();
        self.problems.clear();
        self.video_links.clear();
        self.references.clear();
        self.excluded.clear();
        self.channel = None;
    }
}

/// An open `[`.
#[derive(Clone, Copy, Debug)]
struct Open {
    at: usize,
    /// How many wikilinks the note had before it: with more, it holds one.
    taken: usize,
}

/// The scan, with what it remembers from block to block so that the whole note is read once.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    text: &'t str,
    /// What its links may lead to.
    pub(super) kinds: &'t SourceKinds,
    /// Whether the note has a video, so that bare times are timestamps.
    has_source: bool,
    pub(super) found: Found,
    opens: Vec<Open>,
    /// Wikilinks so far, those without a target included.
    taken: usize,
    /// The bracket pair that closed last on this line: where it opened and closed.
    closed: Option<(usize, usize)>,
    dollars: Next,
    percents: Next,
    dollar: Next,
    cdata: Next,
    /// The bytes that the scan stops at besides brackets and the ends of lines.
    rare: [NextOf; 2],
    line: Line,
    /// Nothing before this byte is text: a comment or math runs up to it.
    pub(super) excluded_until: usize,
    /// Whether a comment or math was still to be closed at the end of the text: it is when something closes it.
    pub(super) open_ended: bool,
    line_start: usize,
    /// Whether the line heads a table that its own pipes break, once that was asked.
    heads: Option<bool>,
    in_table: bool,
    on_from_line: bool,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str, kinds: &'t SourceKinds, has_source: bool) -> Self {
        Self {
            text,
            kinds,
            has_source,
            found: Found::default(),
            opens: Vec::new(),
            taken: 0,
            closed: None,
            dollars: Next::new("$$"),
            percents: Next::new("%%"),
            dollar: Next::new("$"),
            cdata: Next::new("]]>"),
            rare: [NextOf::new(*b"\\$%"), NextOf::new(*b"<#\r")],
            line: Line::default(),
            excluded_until: 0,
            open_ended: false,
            line_start: 0,
            heads: None,
            in_table: false,
            on_from_line: false,
        }
    }

    /// Decides what the timestamps of the block are that was scanned, by the markdown links in it.
    pub(super) fn decide(&mut self, around: &Surroundings) {
        let Found { candidates, decided, .. } = &mut self.found;
        candidates.decide(self.text, around, self.has_source, decided);
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Scans `block`. `skips` are in order and do not overlap.
    pub(super) fn block(&mut self, block: Span, skips: &[Skip], in_table: bool) {
        let bytes = self.text.as_bytes();
        let end = block.end();
        let mut at = block.start().max(self.excluded_until);
        let mut ahead = skips;
        self.in_table = in_table;
        self.opens.clear();
        self.begin_line(at);
        while at < end {
            while let [skip, rest @ ..] = ahead
                && skip.span.start() < at
            {
                ahead = rest;
            }
            let stop = ahead.first().map_or(end, |skip| skip.span.start().min(end));
            let rare = self.rare.iter_mut().map(|rare| rare.find(self.text, at)).min().unwrap_or(stop);
            let window = bytes.get(at..stop.min(rare)).unwrap_or_default();
            let distance = memchr::memchr3(b'[', b']', b'\n', window);
            let Some(distance) = distance.or_else(|| (rare < stop).then(|| rare - at)) else {
                let [skip, ..] = ahead else { break };
                at = stop;
                if at < end {
                    at = skip.span.end();
                    if skip.tag {
                        at = self.found.candidates.tag(self.text, skip.span, end).unwrap_or(at);
                    }
                }
                continue;
            };
            at += distance;
            at = match self.byte(at) {
                Some(b'[') => {
                    self.opens.push(Open { at, taken: self.taken });
                    at + 1
                }
                Some(b']') => self.close(at, end, skips),
                Some(b'\\') => {
                    at + 1 + usize::from(self.byte(at + 1).is_some_and(|b| b.is_ascii_punctuation()))
                }
                Some(b'<') => self.angle(at, end),
                Some(b'$') => self.math(at, end, skips),
                Some(b'%') => self.comment(at, end),
                Some(b'#') => self.hash(at, end),
                _ => {
                    self.finish_line(at, skips);
                    let next = behind_line_end(self.text, at);
                    self.begin_line(next);
                    next
                }
            };
        }
        self.finish_line(end, skips);
    }

    /// Looks at what the line is that begins at `at`, behind the marks of quotes.
    fn begin_line(&mut self, at: usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        let marks = rest.bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'>')).count();
        self.line_start = at + marks;
        self.on_from_line = rest.get(marks..).is_some_and(|line| line.starts_with("From:"));
        self.closed = None;
        self.heads = None;
    }

    /// A `]`: closes a wikilink, a bare time, a footnote reference, or nothing.
    fn close(&mut self, at: usize, end: usize, skips: &[Skip]) -> usize {
        let Some(open) = self.opens.pop() else {
            self.closed = None;
            return at + 1;
        };
        if self.closed == Some((open.at + 1, at.saturating_sub(1))) {
            self.closed = None;
            if self.taken > open.taken {
                // The inner link stands; a `[[` around it is not closed by what closes it.
                let line = self.line.around(self.text, at);
                self.found.problems.push(problems::unclosed(self.text, open.at, line.end()));
            } else {
                self.wikilink(open.at, at + 1);
            }
            return at + 1;
        }
        if self.byte(open.at + 1) == Some(b'[')
            && let Some(link_end) = self.loose_end(open.at, end, skips)
        {
            self.closed = None;
            self.wikilink(open.at, link_end);
            return link_end;
        }
        self.closed = Some((open.at, at));
        let span = Span::new(open.at, at + 1);
        let inner = Span::new(open.at + 1, at);
        match self.byte(open.at + 1) {
            Some(b'^')
                if !inner.of(self.text).contains(|c: char| c.is_whitespace() || c == '[')
                    && inner.len() > 1 =>
            {
                let label = Span::new(inner.start() + 1, inner.end());
                self.found.footnotes.push(Footnote { span, label, definition: false });
            }
            Some(b'0'..=b'9') if self.has_source => {
                let begins_line = span.start() == self.line_start;
                self.found.candidates.bare(self.text, span, begins_line);
            }
            _ => {}
        }
        at + 1
    }

    /// The end of the wikilink that begins at `open` although its brackets are not in balance: the
    /// first `]]` of its alias, before another `[[`.
    fn loose_end(&self, open: usize, end: usize, skips: &[Skip]) -> Option<usize> {
        let bytes = self.text.as_bytes().get(..end)?;
        let Some(TargetEnd::Pipe { mut at, open: 0 }) = links::target_end(self.text, open + 2, end) else {
            return None;
        };
        loop {
            match (bytes.get(at)?, bytes.get(at + 1)?) {
                (b']', b']') if !hides(skips, at) => return Some(at + 2),
                (b'[', b'[') if !hides(skips, at) => return None,
                (b'\n' | b'\r', _) => return None,
                _ => at += 1,
            }
        }
    }

    /// Takes the wikilink from `[[` at `open` to behind `]]` at `end`, if it is one.
    fn wikilink(&mut self, open: usize, end: usize) {
        let link = match links::wikilink(self.text, open, end, self.in_table) {
            Brackets::Link(link) => link,
            Brackets::Empty => {
                self.taken += 1;
                self.found.problems.push(problems::empty(self.text, Span::new(open, end)));
                return;
            }
            Brackets::Text => return,
        };
        let inside = |span: Span| span.start() > open;
        while self.found.tags.pop_if(|tag| inside(tag.span)).is_some() {}
        while self.found.footnotes.pop_if(|footnote| inside(footnote.span)).is_some() {}
        self.found.candidates.wikilink(self.text, &link, self.has_source);
        if self.in_table || self.heads_broken_table(link.span) {
            self.found.problems.extend(problems::unescaped_pipe(self.text, link.span));
        }
        if self.on_from_line {
            self.found.channel.get_or_insert(link.span.start);
            self.on_from_line = false;
        }
        self.taken += 1;
        self.found.links.push(link);
    }

    /// Whether a link stands in a row over a delimiter row that is no table's head only because a bare
    /// pipe makes it a cell too wide.
    fn heads_broken_table(&mut self, link: Span) -> bool {
        if self.byte(self.line_start) != Some(b'|') {
            return false;
        }
        if let Some(known) = self.heads {
            return known;
        }
        let next = behind_line_end(self.text, line_end(self.text, link.end()));
        let row = self.text.get(next..line_end(self.text, next)).unwrap_or_default();
        let row = row.trim_start_matches([' ', '\t', '>']);
        let heads = row.starts_with('|') && row.contains('-') && row.bytes().all(|b| b"|-: \t".contains(&b));
        self.heads = Some(heads);
        heads
    }

    /// A `<` that CommonMark took for text: a broken tag of a timestamp, or CDATA with brackets in
    /// it, which pulldown-cmark does not know.
    fn angle(&mut self, at: usize, end: usize) -> usize {
        if let Some(tag_end) = timestamp_tag::broken_tag_end(self.text, at, end)
            && let Some(next) = self.found.candidates.tag(self.text, Span::new(at, tag_end), end)
        {
            return next;
        }
        if self.text.get(at..end).is_some_and(|rest| rest.starts_with("<![CDATA["))
            && let Some(close) = self.cdata.find(self.text, at).filter(|close| close + 3 <= end)
        {
            return self.exclude(at, close + 3, end);
        }
        at + 1
    }

    /// A `$`: math as pandoc has it, unless it holds what the notes are made of.
    fn math(&mut self, at: usize, end: usize, skips: &[Skip]) -> usize {
        if self.byte(at + 1) == Some(b'$') {
            let Some(close) = self.dollars.find(self.text, at + 2) else {
                self.open_ended |= at == self.line_start;
                return at + 2;
            };
            if close + 2 > end && at != self.line_start {
                return at + 2;
            }
            return self.exclude(at, close + 2, end);
        }
        let mut close = at;
        loop {
            match self.dollar.find(self.text, close + 1) {
                Some(found) if found < end => close = found,
                _ => return at + 1,
            }
            if !links::is_escaped(self.text, close) && !hides(skips, close) {
                break;
            }
        }
        let blank = |at: usize| self.byte(at).is_none_or(|b| b.is_ascii_whitespace());
        let digit = self.byte(close + 1).is_some_and(|b| b.is_ascii_digit());
        if close == at + 1 || blank(at + 1) || blank(close - 1) || digit {
            return at + 1;
        }
        let body = self.text.get(at + 1..close).unwrap_or_default();
        let half_link = || body.contains("]]") && !self.opens.is_empty();
        if !is_power_series(body) && (half_link() || holds_wikilink(body))
            || body.contains("data-t")
            || body.contains("yt-timestamp")
            || holds_time(body)
        {
            return at + 1;
        }
        self.exclude(at, close + 1, end)
    }

    /// A `%`: a `%%` comment, within the block, or from the start of a line to the next `%%`.
    fn comment(&mut self, at: usize, end: usize) -> usize {
        if self.byte(at + 1) != Some(b'%') {
            return at + 1;
        }
        let Some(close) = self.percents.find(self.text, at + 2) else {
            self.open_ended |= at == self.line_start;
            return at + 2;
        };
        if close + 2 > end && at != self.line_start {
            return at + 2;
        }
        let span = Span::new(at, close + 2);
        self.found.suppressions.extend(suppression::read(
            self.text,
            span,
            Span::new(at + 2, close),
            &mut self.line,
        ));
        self.exclude(at, close + 2, end)
    }

    /// Leaves out `at..to`, which may reach beyond the block.
    fn exclude(&mut self, at: usize, to: usize, end: usize) -> usize {
        self.found.excluded.push(Span::new(at, to));
        if to > end {
            self.excluded_until = to;
        }
        let crossed = self.text.get(at..to.min(end)).is_some_and(|body| body.contains(['\n', '\r']));
        if crossed {
            self.finish_line(at, &[]);
            // The rest of the last line is not the start of one.
            self.line_start = usize::MAX;
            self.on_from_line = false;
        }
        to
    }

    /// A `#`: a tag as Obsidian has it.
    fn hash(&mut self, at: usize, end: usize) -> usize {
        let before = self.text.get(..at).and_then(|before| before.chars().next_back());
        if at != self.line_start && !before.is_none_or(char::is_whitespace) {
            return at + 1;
        }
        let rest = self.text.get(at + 1..end).unwrap_or_default();
        let length = rest.find(|c: char| !is_tag_char(c)).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().trim_end_matches('/');
        if name.chars().any(|c| !c.is_ascii_digit() && c != '/') {
            let name = Span::new(at + 1, at + 1 + name.len());
            self.found.tags.push(Tag { span: Span::new(at, name.end()), name });
        }
        at + 1 + length
    }

    /// What the brackets that are still open at the end of a line mean.
    fn finish_line(&mut self, end: usize, skips: &[Skip]) {
        if self.opens.is_empty() {
            return;
        }
        let opens = std::mem::take(&mut self.opens);
        let known = self.found.links.len();
        let mut rest = opens.iter().peekable();
        while let Some(open) = rest.next() {
            // Of a run of brackets the last two are meant.
            let mut pair = open.at;
            let mut last = open.at;
            while let Some(next) = rest.next_if(|next| next.at == last + 1) {
                (pair, last) = (last, next.at);
            }
            let links = self.found.links.get(..known).unwrap_or_default();
            let consumed = links.binary_search_by_key(&(pair + 1), |link| link.span.start()).is_ok();
            if self.byte(pair + 1) != Some(b'[') || consumed {
                continue;
            }
            match self.loose_end(pair, end, skips) {
                Some(link_end) => self.wikilink(pair, link_end),
                None => self.found.problems.push(problems::unclosed(self.text, pair, end)),
            }
        }
        self.opens = opens;
        self.opens.clear();
    }
}

/// Whether `at` stands in one of `skips`, which are in order.
fn hides(skips: &[Skip], at: usize) -> bool {
    let next = skips.partition_point(|skip| skip.span.end() <= at);
    skips.get(next).is_some_and(|skip| skip.span.contains(at))
}

/// Whether a stretch of text has a whole wikilink in it.
fn holds_wikilink(body: &str) -> bool {
    let Some(last) = body.rfind("]]") else { return false };
    body.match_indices("[[").any(|(open, _)| {
        let end = match links::target_end(body, open + 2, body.len()) {
            Some(TargetEnd::Pipe { at, .. }) if at < last => at,
            Some(TargetEnd::Close(at)) => at,
            _ => return false,
        };
        body.get(open + 2..end).is_some_and(|target| !target.trim().is_empty())
    })
}

/// Whether each `[[` of a stretch of text stands right behind what it is the ring of: `A[[x]]`.
fn is_power_series(body: &str) -> bool {
    let behind = |at: usize| body.get(..at).and_then(|before| before.chars().next_back());
    let is_ring = |c: char| c.is_alphanumeric() || matches!(c, '}' | ')');
    let mut brackets = body.match_indices("[[").peekable();
    brackets.peek().is_some() && brackets.all(|(at, _)| behind(at).is_some_and(is_ring))
}

/// Whether a stretch of text has a bracketed time in it.
fn holds_time(body: &str) -> bool {
    body.match_indices('[').any(|(at, _)| {
        let rest = body.get(at + 1..).unwrap_or_default();
        rest.split_once(']').is_some_and(|(inner, _)| inner.len() <= 8 && time::read(inner).is_some())
    })
}

/// Obsidian's rule: letters, digits, marks, emoji, `_`, `-`, `/`; no other punctuation.
fn is_tag_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    }
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{2000}'..='\u{200c}' | '\u{200e}'..='\u{206f}' | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{303f}')
}
