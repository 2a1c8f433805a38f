//! A table of contents: made, and brought up to date. It is found where other tools put one: between
//! `<!-- toc -->` and `<!-- tocstop -->` (or `<!-- TOC -->` and `<!-- /TOC -->`), or as a list of nothing but
//! links to headings of the note.
use super::broken::heading_anchor;
use super::{ActionKind, Actions};
use crate::ide::obsidian::Obsidian;
use crate::ide::spelling;
use crate::index::{Anchors, Facts};
use crate::syntax::{self, BlockKind, Heading, Link, LinkKind};
use crate::text::Span;

/// What opens a table of contents, and what closes it.
const MARKERS: [(&str, &str); 2] = [("toc", "tocstop"), ("toc", "/toc")];

/// Headings under which one is made, caseless.
const NAMES: [&str; 3] = ["table of contents", "contents", "toc"];

/// Comments that leave a heading out.
const OMIT: [&str; 2] = ["<!-- omit in toc -->", "<!-- omit from toc -->"];

/// Headings without which a note needs no table.
const FEWEST: usize = 2;

/// A table of contents, or where one goes.
struct Place {
    /// What is replaced.
    span: Span,
    /// What stands before and behind a new one.
    around: (String, String),
    /// The entries that are there.
    list: Option<Span>,
}

impl Actions<'_> {
    /// Brings the table of contents up to date, or makes one: at the cursor where its line is empty.
    pub(super) fn table_of_contents(&mut self) {
        let headings = &self.document.note.headings;
        if headings.len() < FEWEST {
            return;
        }
        let line = self.line(self.span.start()).of(&self.document.text).trim();
        let may_be_here = line.is_empty() || line.starts_with(['-', '*', '+', '<']);
        let may_rewrite = self.wish.wants(ActionKind::Rewrite) && may_be_here;
        if !may_rewrite && !self.wish.wants(ActionKind::Source) {
            return;
        }
        let known = self.known_table();
        let title = if known.as_ref().is_some_and(|place| place.list.is_some()) {
            "Update table of contents"
        } else {
            "Insert table of contents"
        };
        let at_hand = known.as_ref().map(|place| place.span.touches(self.span.start()));
        let at_cursor =
            || self.span.is_empty() && self.line(self.span.start()).of(&self.document.text).trim().is_empty();
        let is_here = at_hand.unwrap_or_else(at_cursor);
        let kind = if is_here && self.wish.wants(ActionKind::Rewrite) {
            ActionKind::Rewrite
        } else {
            ActionKind::Source
        };
        if !self.wish.wants(kind) {
            return;
        }
        let place = known.unwrap_or_else(|| self.new_place(is_here));
        let Some(table) = self.table(&place) else { return };
        if place.span.of(&self.document.text) != table {
            self.rewrite(kind, title.to_owned(), vec![(place.span, table)]);
        }
    }

    /// The line that holds the byte at `at`, without its end.
    pub(super) fn line(&self, at: usize) -> Span {
        let lines = &self.document.lines;
        lines.line(&self.document.text, lines.line_of(at))
    }

    fn known_table(&self) -> Option<Place> {
        let text = &*self.document.text;
        let note = &self.document.note;
        let options = self.analysis.settings().syntax_options();
        let blocks = syntax::blocks(text, note, &options);
        let comments: Vec<(Span, String)> = { blocks.iter() }
            .filter(|(kind, _)| *kind == BlockKind::Comment)
            .flat_map(|(_, span)| comments(text, *span))
            .collect();
        for (open, close) in MARKERS {
            let mut markers = comments.iter();
            let Some((first, _)) = markers.find(|(_, word)| word == open) else { continue };
            let Some((last, _)) = markers.find(|(_, word)| word == close) else { continue };
            let span = Span { start: first.end, end: last.start };
            let end = self.line_end();
            let list = Some(span).filter(|span| !span.of(text).trim().is_empty());
            return Some(Place { span, around: (end.repeat(2), end.repeat(2)), list });
        }
        let mut reach = 0;
        for (kind, span) in &blocks {
            // Of lists in one another the outer one.
            if *kind != BlockKind::List || span.start() < reach {
                continue;
            }
            reach = span.end();
            if self.is_table(*span) {
                let start = self.line(span.start()).start;
                return Some(Place {
                    span: Span { start, end: span.end },
                    around: (String::new(), String::new()),
                    list: Some(*span),
                });
            }
        }
        let heading = note.headings.iter().find(|heading| is_contents(heading))?;
        let end = self.line_end().repeat(2);
        Some(Place { span: Span::at(heading.span.end()), around: (end, String::new()), list: None })
    }

    /// Whether a list holds nothing but links to headings of the note.
    fn is_table(&self, list: Span) -> bool {
        let text = &*self.document.text;
        let before = text.get(..list.start()).unwrap_or("").trim_end();
        let links = &self.document.note.links;
        let first = links.partition_point(|link| link.span.start < list.start);
        let mut links = links.iter().skip(first).peekable();
        let mut at = list.start();
        let mut count = 0;
        for line in list.of(text).split_inclusive('\n') {
            let item = line.trim_start();
            let start = at + line.len() - item.len();
            at += line.len();
            let Some(entry) = item.strip_prefix(['-', '*', '+']).map(str::trim) else { return false };
            let is_link =
                |link: &&Link| link.span.of(text) == entry && link.target.is_empty() && link.anchor.is_some();
            match links.next_if(|link| link.span.start() >= start && link.span.end() <= at) {
                Some(link) if is_link(&link) => count += 1,
                _ => return false,
            }
        }
        count > 0 && !before.ends_with("<!-- no toc -->")
    }

    fn new_place(&self, at_cursor: bool) -> Place {
        let text = &*self.document.text;
        let end = self.line_end();
        if at_cursor {
            let line = self.line(self.span.start());
            return Place { span: line, around: Default::default(), list: None };
        }
        let note = &self.document.note;
        let title = note.title_heading(text).map(|title| title.span);
        // Before the first heading that is listed.
        let first = note.headings.iter().find(|heading| Some(heading.span) != title);
        let at = first.map_or(text.len(), |heading| self.line(heading.span.start()).start());
        Place { span: Span::at(at), around: (String::new(), end.repeat(2)), list: None }
    }

    /// The table; `None` where no heading belongs into one.
    fn table(&self, place: &Place) -> Option<String> {
        let (text, note) = (&*self.document.text, &self.document.note);
        let facts = self.analysis.index.facts(self.note)?;
        let anchors = Anchors::new(facts);
        let title = note.title_heading(text).map(|title| title.span);
        let level_one = note.headings.iter().filter(|heading| heading.level == 1).count();
        let is_listed = |heading: &Heading| {
            let is_title = level_one == 1 && Some(heading.span) == title;
            !is_title && !is_contents(heading) && !self.is_omitted(heading)
        };
        let listed: Vec<_> =
            note.headings.iter().enumerate().filter(|(_, heading)| is_listed(heading)).collect();
        let list = place.list.map_or("", |list| list.of(text).trim_start());
        let bullet = list.chars().next().filter(|c| matches!(c, '-' | '*' | '+')).unwrap_or('-');
        let as_wikilinks = match list.get(1..).map(str::trim_start) {
            Some(entry) if entry.starts_with('[') => entry.starts_with("[["),
            _ => {
                self.analysis.texts().exists(".obsidian/app.json")
                    && !Obsidian::read(self.analysis).use_markdown_links
            }
        };
        let end = self.line_end();
        let mut above: Vec<u8> = Vec::new();
        let mut lines = Vec::new();
        for (at, heading) in listed {
            above.retain(|level| *level < heading.level);
            let indent = "  ".repeat(above.len());
            above.push(heading.level);
            let entry = entry(facts, &anchors, at, heading, as_wikilinks);
            lines.push(format!("{indent}{bullet} {entry}"));
        }
        let (before, behind) = &place.around;
        (!lines.is_empty()).then(|| format!("{before}{}{behind}", lines.join(end)))
    }

    fn is_omitted(&self, heading: &Heading) -> bool {
        let text = &*self.document.text;
        let line = heading.span.of(text);
        let before = text.get(..heading.span.start()).unwrap_or("").trim_end();
        let above = before.rsplit(['\n', '\r']).next().unwrap_or("").trim();
        OMIT.iter().any(|omit| line.contains(omit) || above == *omit)
    }
}

/// The comments in `span`, each with its first word.
fn comments(text: &str, span: Span) -> impl Iterator<Item = (Span, String)> + '_ {
    let inside = span.of(text);
    inside.match_indices("<!--").filter_map(move |(at, open)| {
        let words = inside.get(at + open.len()..)?;
        let words = words.get(..words.find("-->")?)?;
        let start = span.start() + at;
        let all = Span::new(start, start + open.len() + words.len() + "-->".len());
        Some((all, words.split_whitespace().next()?.to_ascii_lowercase()))
    })
}

fn is_contents(heading: &Heading) -> bool {
    NAMES.contains(&heading.text.trim().to_lowercase().as_str())
}

/// The link to heading `at`, or its text where no link leads there.
fn entry(facts: &Facts, anchors: &Anchors, at: usize, heading: &Heading, wiki: bool) -> String {
    let plain = || heading.text.replace(['[', ']'], " ");
    let link = if wiki {
        heading_anchor(facts, anchors, at, LinkKind::Wiki).map(|anchor| {
            let shown = spelling::shown(&heading.text, false).filter(|shown| *shown != anchor);
            shown.map_or_else(|| format!("[[#{anchor}]]"), |shown| format!("[[#{anchor}|{shown}]]"))
        })
    } else {
        heading_anchor(facts, anchors, at, LinkKind::Markdown).and_then(|anchor| {
            let destination = format!("#{}", anchor_escaped(&anchor));
            spelling::markdown(&heading.text, &destination, false, |_, _| true)
        })
    };
    link.unwrap_or_else(plain)
}

/// An anchor as a destination can hold it; letters of all scripts stay, as GitHub has them.
fn anchor_escaped(anchor: &str) -> String {
    let escaped = |c: char| c.is_whitespace() || c.is_control() || "()<>\\%".contains(c);
    anchor
        .chars()
        .map(|c| if escaped(c) { spelling::encoded(&c.to_string()) } else { c.to_string() })
        .collect()
}
