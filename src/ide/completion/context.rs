//! Which part of which wikilink is being written. The line's text decides, because a link that is
//! being written is none yet. Absent: what to offer.
use crate::ide::Document;
use crate::settings::Settings;
use crate::syntax::{self, Link, Problem, ProblemKind};
use crate::text::Span;

/// Bytes behind `[[` up to which anything is offered: no name is longer, and each item repeats what is
/// typed.
pub(super) const LONGEST: usize = 1000;

/// The part of a link that the cursor is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Behind `[[`.
    Target,
    /// Behind `#`.
    Heading,
    /// Behind `#^`.
    Block,
    /// Behind `|`.
    Alias,
}

/// A link that is being written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Context<'t> {
    /// Where the cursor is.
    pub(super) part: Part,
    /// What an item replaces: the whole part.
    pub(super) replace: Span,
    /// The part before the cursor.
    pub(super) typed: &'t str,
    /// The target, where the cursor is behind it.
    pub(super) target: &'t str,
    /// Whether more of the link follows behind the part: an anchor or an alias.
    pub(super) continues: bool,
    /// What an item adds to close the link.
    pub(super) close: &'static str,
    /// Whether the link stands in a table cell.
    pub(super) in_table: bool,
    /// The link from its brackets on; `None` where more of it follows behind the part, or it is an
    /// embed.
    pub(super) whole: Option<Span>,
    /// Whether it is an embed.
    pub(super) embed: bool,
}

impl<'t> Context<'t> {
    /// The link around a cursor at `offset`; `None` where there is none, or where links mean
    /// nothing: in code, math, comments.
    pub(super) fn find(document: &'t Document, offset: usize, settings: &Settings) -> Option<Self> {
        Self::read(document, offset, settings, false)
    }

    /// The same link where its `#` is taken for a part of the target.
    pub(super) fn with_hash(document: &'t Document, offset: usize, settings: &Settings) -> Option<Self> {
        Self::read(document, offset, settings, true)
    }

    fn read(
        document: &'t Document,
        offset: usize,
        settings: &Settings,
        hash_in_target: bool,
    ) -> Option<Self> {
        let (start_of_line, before, after) = line_around(document, offset)?;
        let inside = before.rfind("[[")? + 2;
        let written = before.get(inside..).filter(|written| written.len() <= LONGEST)?;
        let backslashes = before.get(..inside - 2)?.bytes().rev().take_while(|&b| b == b'\\').count();
        if written.contains("]]") || backslashes % 2 == 1 {
            return None;
        }
        let pipe = written.find('|');
        let target_and_anchor = written.get(..pipe.unwrap_or(written.len()))?;
        let bracket_depth = depth(target_and_anchor)?;
        if bracket_depth > 0 {
            return None;
        }
        let hash = target_and_anchor.find('#').filter(|_| !hash_in_target);
        let target = target_and_anchor.get(..hash.unwrap_or(target_and_anchor.len()))?;
        let target = target.trim_end_matches('\\').trim();
        let part = match (pipe, hash) {
            (Some(_), _) => Part::Alias,
            (None, Some(hash)) if written.get(hash + 1..)?.trim_start().starts_with('^') => Part::Block,
            (None, Some(_)) => Part::Heading,
            (None, None) => Part::Target,
        };
        let in_alias = pipe.and_then(|pipe| written.get(pipe..)).unwrap_or("");
        let end_of_link = end_of_link(after, depth(in_alias).unwrap_or(0), part);
        let start = match (pipe, hash) {
            (Some(pipe), _) => pipe + 1,
            (None, Some(hash)) => hash + 1,
            (None, None) => 0,
        };
        let typed = written.get(start..)?;
        let blanks = typed.len() - typed.trim_start().len();
        let (start, typed) = (start_of_line + inside + start + blanks, typed.trim_start());
        // Without its end a link reaches to the cursor: what follows is other text.
        let rest = after.get(..end_of_link.unwrap_or(0))?;
        let stops: &[char] = match part {
            Part::Target => &['#', '|'],
            Part::Heading | Part::Block => &['|'],
            Part::Alias => &[],
        };
        let stop = rest.find(stops);
        let replaced = rest.get(..stop.unwrap_or(rest.len()))?;
        let replaced = if stop.is_some() { replaced.trim_end_matches('\\') } else { replaced };
        let replace = Span::new(start, offset + replaced.trim_end().len());
        let close = match end_of_link {
            Some(_) => "",
            // Some editors pair each bracket by itself.
            None if after.starts_with(']') => "]",
            None => "]]",
        };
        let end = end_of_link.map_or(offset, |length| offset + length + 2);
        let open = start_of_line + inside;
        let embed = before.get(..inside - 2)?.ends_with('!');
        let continues = stop.is_some();
        let whole_end = if close == "]" { end + 1 } else { end };
        let mut found = Self {
            part,
            replace,
            typed,
            target,
            continues,
            close,
            in_table: false,
            whole: (!continues && !embed).then(|| Span::new(open - 2, whole_end)),
            embed,
        };
        found.in_table = in_table(document, open, end, settings)?;
        Some(found)
    }
}

/// Where the line of `offset` begins, and its text before and behind that.
pub(super) fn line_around(document: &Document, offset: usize) -> Option<(usize, &str, &str)> {
    let text = &*document.text;
    let line = document.lines.line(text, document.lines.line_of(offset));
    Some((line.start(), text.get(line.start()..offset)?, text.get(offset..line.end())?))
}

/// How many brackets are open at the end of `text`; `None` where one is closed that was not opened.
fn depth(text: &str) -> Option<usize> {
    text.bytes().try_fold(0usize, |depth, byte| match byte {
        b'[' => Some(depth + 1),
        b']' => depth.checked_sub(1),
        _ => Some(depth),
    })
}

/// Bytes before the `]]` that ends a link with `open` brackets open before `after`. Text that holds
/// another link's `[[` belongs to no link.
fn end_of_link(after: &str, open: usize, part: Part) -> Option<usize> {
    let (mut depth, mut alias) = (open, part == Part::Alias);
    let mut chars = after.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            '|' => alias = true,
            '[' if next == Some('[') => return None,
            '[' => depth += 1,
            ']' if depth > 0 => depth -= 1,
            ']' if next == Some(']') => return Some(at),
            ']' if !alias => return None,
            _ => {}
        }
    }
    None
}

/// Whether a link would stand in a table cell if what is between `open` (behind its brackets) and
/// `end` made one; `None` where it would be no link.
fn in_table(document: &Document, open: usize, end: usize, settings: &Settings) -> Option<bool> {
    let text = &*document.text;
    if in_front_matter(text, open) {
        return Some(false);
    }
    // What the note says as it is mostly tells; else it is read again, as it would be.
    let is_it = |link: &&Link| link.is_wiki() && link.target.start() == open;
    if let Some(link) = document.note.links.iter().find(is_it) {
        return Some(link.in_table);
    }
    let unclosed =
        |problem: &Problem| problem.kind == ProblemKind::UnclosedLink && problem.span.end() == open;
    if document.note.problems.iter().any(unclosed) && !has_pipe_above(text, open) {
        return Some(false);
    }
    let (before, after) = (text.get(..open)?, text.get(end..)?);
    let note = syntax::parse(&format!("{before}x]]{after}"), &settings.syntax_options());
    let link = note.links.iter().find(|link| link.is_wiki() && link.target.start() == open)?;
    Some(link.in_table)
}

/// Whether a pipe stands before `offset` in its block, without which there is no table.
fn has_pipe_above(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or("");
    before.lines().rev().take_while(|line| !line.trim().is_empty()).any(|line| line.contains('|'))
}

/// Whether the byte at `offset` stands in the front matter. A value that is being written breaks the
/// YAML around it, so the fences alone decide.
fn in_front_matter(text: &str, offset: usize) -> bool {
    let Some(body) = text.strip_prefix("---").filter(|body| body.starts_with(['\n', '\r'])) else {
        return false;
    };
    let end = body.find("\n---").or_else(|| body.find("\n..."));
    end.is_some_and(|end| offset < end + "---".len())
}
