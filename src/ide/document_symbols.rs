//! The outline of a note: its title, its headings in one another, the blocks that have an id.
use super::{Analysis, Document};
use crate::index::NoteId;
use crate::text::Span;

/// What a symbol of a note is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DocumentSymbolKind {
    /// The title in the front matter.
    Title,
    /// A heading with its section.
    Heading,
    /// A block with an id.
    Block,
}

/// A part of a note with a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentSymbol {
    /// What it is called; never blank.
    pub name: String,
    /// What it is.
    pub kind: DocumentSymbolKind,
    /// All of it: of a heading its section.
    pub span: Span,
    /// What the cursor goes to.
    pub focus: Span,
    /// The parts of it.
    pub children: Vec<DocumentSymbol>,
}

/// The symbols of a note, in order.
pub fn document_symbols(analysis: &Analysis, note: NoteId) -> Vec<DocumentSymbol> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut symbols: Vec<(u8, DocumentSymbol)> =
        title(&document).map(|title| (0, title)).into_iter().collect();
    let sections = sections(&document);
    let headings = analysis.index.cancel().over(document.note.headings.iter().zip(&sections));
    symbols.extend(headings.map(|(heading, &span)| {
        let focus = heading.span;
        let name = if heading.text.trim().is_empty() {
            "#".repeat(heading.level.into())
        } else {
            heading.text.clone()
        };
        (heading.level, symbol(name, DocumentSymbolKind::Heading, span, focus))
    }));
    symbols.extend(document.note.blocks.iter().map(|block| {
        let name = format!("^{}", block.id.of(&document.text));
        (LEAF, symbol(name, DocumentSymbolKind::Block, block.block, block.span))
    }));
    symbols.sort_by_key(|(level, symbol)| (symbol.focus.start, *level));
    nested(symbols)
}

/// Below every heading.
const LEAF: u8 = 7;

fn symbol(name: String, kind: DocumentSymbolKind, span: Span, focus: Span) -> DocumentSymbol {
    // A block may begin before its section, and its id stand behind it.
    let span = Span { start: span.start.min(focus.start), end: span.end.max(focus.end) };
    DocumentSymbol { name, kind, span, focus, children: Vec::new() }
}

fn title(document: &Document) -> Option<DocumentSymbol> {
    let front = document.note.front_matter.as_ref()?;
    let title = front.title.as_ref().filter(|title| !title.text.trim().is_empty())?;
    Some(symbol(title.text.clone(), DocumentSymbolKind::Title, front.span, title.span))
}

/// The section of each heading, from its first byte to the last line before the next heading of its level or
/// above, without blank lines at its end.
pub(super) fn sections(document: &Document) -> Vec<Span> {
    let text = &*document.text;
    let headings = &document.note.headings;
    let mut ends = vec![text.len(); headings.len()];
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        while let Some((_, closed)) = open.pop_if(|(level, _)| *level >= heading.level) {
            if let Some(end) = ends.get_mut(closed) {
                *end = heading.span.start();
            }
        }
        open.push((heading.level, at));
    }
    let sections = headings.iter().zip(ends).map(|(heading, end)| {
        // What stands before the next heading on its line (`> `, `- `) is none of this section.
        let line = document.lines.line(text, document.lines.line_of(end)).start();
        let end = if end == text.len() { end } else { line };
        let body = text.get(heading.span.start()..end).unwrap_or_default();
        Span::new(heading.span.start(), heading.span.end().max(heading.span.start() + body.trim_end().len()))
    });
    sections.collect()
}

/// Puts each symbol into the one above it of a lesser level.
fn nested(symbols: Vec<(u8, DocumentSymbol)>) -> Vec<DocumentSymbol> {
    let mut roots = Vec::new();
    let mut open: Vec<(u8, DocumentSymbol)> = Vec::new();
    let close = |open: &mut Vec<(u8, DocumentSymbol)>, roots: &mut Vec<DocumentSymbol>, level: u8| {
        while let Some((_, closed)) = open.pop_if(|(own, _)| *own >= level) {
            let list = open.last_mut().map_or(&mut *roots, |(_, parent)| &mut parent.children);
            list.push(closed);
        }
    };
    for (level, symbol) in symbols {
        close(&mut open, &mut roots, if level == 0 { 0 } else { level });
        // The title is beside the headings, not above them.
        if level == 0 {
            roots.push(symbol);
        } else {
            open.push((level, symbol));
        }
    }
    close(&mut open, &mut roots, 0);
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// The outline, indented, each symbol with the last line of its range.
    fn outline(vault: &str) -> String {
        let fixture = Fixture::new(vault);
        let note = fixture.note("note.md");
        let document = fixture.analysis.document(note).unwrap();
        let mut out = String::new();
        let mut todo: Vec<(usize, DocumentSymbol)> =
            document_symbols(&fixture.analysis, note).into_iter().rev().map(|symbol| (0, symbol)).collect();
        while let Some((depth, symbol)) = todo.pop() {
            let line = |at: usize| document.lines.line_of(at) + 1;
            let indent = "  ".repeat(depth);
            let (first, last) = (line(symbol.span.start()), line(symbol.span.end()));
            out.push_str(&format!(
                "{indent}{} {first}-{last} at {}\n",
                symbol.name,
                line(symbol.focus.start())
            ));
            todo.extend(symbol.children.into_iter().rev().map(|child| (depth + 1, child)));
        }
        out
    }

    #[test]
    fn headings_lie_in_one_another() {
        assert_eq!(
            outline(
                "
                ---
                title: Tides
                ---
                # Spring
                Text ^a-1

                ### Deep
                ## Neap

                > # Quoted
                > text

                # Ebb
                ##
                "
            ),
            "\
Tides 1-3 at 2
Spring 4-8 at 4
  ^a-1 5-5 at 5
  Deep 7-7 at 7
  Neap 8-8 at 8
Quoted 10-11 at 10
Ebb 13-14 at 13
  ## 14-14 at 14
"
        );
    }

    /// The heading ends the section before it, and its own ends with the note.
    #[test]
    fn a_heading_in_a_list_ends_the_section_before_its_line() {
        assert_eq!(outline("# A\ntext\n- # B\n  more\n"), "A 1-2 at 1\nB 3-4 at 3\n");
    }
}
