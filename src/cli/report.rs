//! Findings as people and programs read them.
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::ide::{Diagnostic, Document};
use crate::settings::{Code, Severity};
use crate::text::{Encoding, LineIndex, Span, needs_escape, visible};

/// A finding with its place, and the lines that it is about.
pub(super) struct Finding {
    path: Arc<str>,
    /// From 1; columns in Unicode scalar values.
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    code: Code,
    pub(super) severity: Severity,
    message: String,
    /// The lines of the range, and the range in them, in bytes.
    excerpt: String,
    marked: Range<usize>,
}

/// Of a range over more lines, only its first line is shown.
const MOST_LINES: usize = 6;

impl Finding {
    /// A finding of the note at `path`, whose text is that of `document`.
    pub(super) fn new(path: &Arc<str>, document: &Document, diagnostic: Diagnostic) -> Self {
        let (text, lines) = (&*document.text, &document.lines);
        let range = lines.range(text, diagnostic.span, Encoding::Utf32);
        let (excerpt, marked) = excerpt(text, lines, diagnostic.span);
        Self {
            path: Arc::clone(path),
            line: range.start.line + 1,
            column: range.start.character + 1,
            end_line: range.end.line + 1,
            end_column: range.end.character + 1,
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message,
            excerpt,
            marked,
        }
    }

    /// What findings are sorted by.
    pub(super) fn order(&self) -> impl Ord + '_ {
        (&*self.path, self.line, self.column, self.end_line, self.end_column, self.code, &*self.message)
    }
}

/// The lines that `span` is on, joined by `\n`, and the part of them that is `span`.
fn excerpt(text: &str, lines: &LineIndex, span: Span) -> (String, Range<usize>) {
    let first = lines.line_of(span.start());
    let last = lines.line_of(span.end().max(span.start() + 1) - 1);
    let last = if last - first < MOST_LINES { last } else { first };
    let mut out = String::new();
    let mut marked = 0..0;
    for number in first..=last {
        let line = lines.line(text, number);
        if number > first {
            out.push('\n');
        }
        let within = |offset: usize| out.len() + offset.clamp(line.start(), line.end()) - line.start();
        if number == first {
            marked.start = within(span.start());
        }
        marked.end = within(span.end());
        out.push_str(line.of(text));
    }
    (out, marked)
}

/// Prints `findings` with their source lines, paths behind `prefix`.
pub(super) fn text(out: &mut dyn Write, prefix: &str, findings: &[Finding], width: usize) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(width);
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Information => Level::INFO.with_name("information"),
            Severity::Hint | Severity::Off => Level::HELP.with_name("hint"),
        };
        let path = format!("{prefix}{}", finding.path);
        let (excerpt, marked) = printable(&finding.excerpt, &finding.marked);
        let snippet = Snippet::source(&excerpt)
            .line_start(finding.line as usize)
            .path(visible(&path).into_owned())
            .fold(false)
            .annotation(AnnotationKind::Primary.span(marked));
        let message = visible(&finding.message);
        let title = level.primary_title(&*message).id(finding.code.name());
        writeln!(out, "{}\n", renderer.render(&[title.element(snippet)]))?;
    }
    Ok(())
}

/// Lines of a note for a terminal, and the part of them that is `marked`. A control is one character
/// here, too, for the printed column is counted in what is printed.
fn printable(excerpt: &str, marked: &Range<usize>) -> (String, Range<usize>) {
    let mut shown = String::with_capacity(excerpt.len());
    let mut range = 0..0;
    for (at, c) in excerpt.char_indices().chain([(excerpt.len(), '\n')]) {
        if at == marked.start {
            range.start = shown.len();
        }
        if at == marked.end {
            range.end = shown.len();
        }
        match c {
            _ if at == excerpt.len() => {}
            '\n' | '\t' => shown.push(c),
            // Their pictures stand in the order of the C0 controls.
            '\0'..' ' => {
                shown.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            c if needs_escape(c) => shown.push(char::REPLACEMENT_CHARACTER),
            c => shown.push(c),
        }
    }
    (shown, range)
}

/// Prints `findings` in a line each, as compilers do.
pub(super) fn concise(out: &mut dyn Write, prefix: &str, findings: &[Finding]) -> io::Result<()> {
    for Finding { path, line, column, code, severity, message, .. } in findings {
        let path = format!("{prefix}{path}");
        let path = visible(&path);
        let color = match severity {
            Severity::Error => "1;91",
            Severity::Warning => "1;33",
            Severity::Information => "1;94",
            Severity::Hint | Severity::Off => "1;96",
        };
        let message = visible(message);
        writeln!(out, "{path}:{line}:{column}: \u{1b}[{color}m{severity}[{code}]\u{1b}[0m {message}")?;
    }
    Ok(())
}

/// Prints `findings` as commands of a GitHub workflow, which makes annotations of them.
pub(super) fn github(out: &mut dyn Write, prefix: &str, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let Finding { line, column, end_line, end_column, code, .. } = finding;
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint | Severity::Off => "notice",
        };
        let path = format!("{prefix}{}", finding.path);
        let file = github_value(&path).replace(':', "%3A").replace(',', "%2C");
        write!(out, "::{kind} title=slugline ({code}),file={file},line={line}")?;
        // Columns are for annotations of one line.
        match end_line == line {
            true => write!(out, ",col={column},endLine={end_line},endColumn={end_column}")?,
            false => write!(out, ",endLine={end_line}")?,
        }
        let message = format!("{path}:{line}:{column}: {code} {}", finding.message);
        writeln!(out, "::{}", github_value(&message))?;
    }
    Ok(())
}

/// A text as the commands of a workflow take it.
fn github_value(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Prints the whole output of `check --format json`: the object of the one vault, or a list of several.
pub(super) fn json(out: &mut dyn Write, vaults: &[Vault<'_>]) -> io::Result<()> {
    #[derive(Serialize)]
    struct Json<'f, T> {
        version: u32,
        #[serde(flatten)]
        vaults: &'f T,
    }
    #[derive(Serialize)]
    struct Several<'f> {
        vaults: &'f [Vault<'f>],
    }
    match vaults {
        [vault] => serde_json::to_writer(&mut *out, &Json { version: 1, vaults: vault })?,
        vaults => serde_json::to_writer(&mut *out, &Json { version: 1, vaults: &Several { vaults } })?,
    }
    writeln!(out)
}

/// What was found in a vault, as JSON has it.
#[derive(Serialize)]
pub(super) struct Vault<'f> {
    /// The folder that paths are relative to.
    vault: Cow<'f, str>,
    notes: usize,
    links: usize,
    diagnostics: Vec<JsonFinding<'f>>,
}

#[derive(Serialize)]
struct JsonFinding<'f> {
    path: &'f str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    code: &'static str,
    severity: &'static str,
    message: &'f str,
}

impl<'f> Vault<'f> {
    /// `findings` of so many notes with so many links of the vault at `root`.
    pub(super) fn new(root: &'f Path, notes: usize, links: usize, findings: &'f [Finding]) -> Self {
        let diagnostics = findings.iter().map(|finding| JsonFinding {
            path: &finding.path,
            line: finding.line,
            column: finding.column,
            end_line: finding.end_line,
            end_column: finding.end_column,
            code: finding.code.name(),
            severity: finding.severity.name(),
            message: &finding.message,
        });
        Self { vault: root.to_string_lossy(), notes, links, diagnostics: diagnostics.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn finding(text: &str, span: Range<usize>) -> Finding {
        let document = Document::new(text.into(), &Settings::default());
        let diagnostic = Diagnostic {
            code: Code::BrokenLink,
            severity: Severity::Warning,
            span: span.into(),
            message: "no such note".into(),
            related: Vec::new(),
            fixes: Vec::new(),
        };
        Finding::new(&"a/b.md".into(), &document, diagnostic)
    }

    #[test]
    fn columns_are_counted_in_characters_from_one() {
        let text = "first\r\n𝄞e\u{301} [[x]]\rlast";
        let start = text.find("[[").unwrap();
        let finding = finding(text, start..start + 5);
        assert_eq!((finding.line, finding.column, finding.end_line, finding.end_column), (2, 5, 2, 10));
        assert_eq!(&finding.excerpt[finding.marked.clone()], "[[x]]");
        assert_eq!(finding.excerpt, "𝄞e\u{301} [[x]]");
    }

    #[test]
    fn the_printed_place_is_that_of_the_json() {
        for text in ["[[x]]", "\t[[x]]", "äö [[x]] b", "\u{feff} [[x]]", "日本 [[x]]", "a\u{1b}[31m [[x]]"]
        {
            let start = text.find("[[").unwrap();
            let finding = finding(text, start..start + 5);
            let mut out = Vec::new();
            super::text(&mut out, "v/", std::slice::from_ref(&finding), 100).unwrap();
            let out = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
            let place = format!("v/a/b.md:{}:{}", finding.line, finding.column);
            assert!(out.contains(&place), "{place} in\n{out}");
            assert!(out.contains("^^^^^"), "{out}");
            assert!(!out.contains('\u{1b}'), "{out:?}");
        }
    }

    #[test]
    fn any_range_can_be_printed() {
        let text = "a\n\nbc\rd\r\n1\n2\n3\n4\n5\n6\n7\n";
        for start in 0..=text.len() {
            for end in start..=text.len() {
                let finding = finding(text, start..end);
                assert!(finding.excerpt.get(finding.marked.clone()).is_some(), "{start}..{end}");
                super::text(&mut Vec::new(), "", &[finding], 80).unwrap();
            }
        }
    }
}
