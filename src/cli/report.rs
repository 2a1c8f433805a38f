//! Findings as people and programs read them.
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::ide::{Diagnostic, Document};
use crate::settings::{Code, Severity};
use crate::text::{Encoding, LineIndex, Span, VaultPath, needs_escape, visible};

/// A finding with its place, and the lines that it is about.
pub(super) struct Finding {
    pub(super) path: VaultPath,
    /// From 1; columns in Unicode scalar values.
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) message: String,
    /// The lines of the range, cut where they are long, and the range in them, in bytes.
    excerpt: String,
    marked: Range<usize>,
}

/// Of a range over more lines, only its first line is shown.
const MOST_LINES: usize = 6;
/// Bytes of a line that are kept before and behind the range, and of the range itself. A line may be as
/// long as its note and have as many findings, so none keeps all of it.
const REACH: usize = 80;

impl Finding {
    /// A finding of the note at `path`, whose text is that of `document`.
    pub(super) fn new(path: &VaultPath, document: &Document, diagnostic: Diagnostic) -> Self {
        let (text, lines) = (&*document.text, &document.lines);
        let range = lines.range(text, diagnostic.span, Encoding::Utf32);
        let (excerpt, marked) = excerpt(text, lines, diagnostic.span);
        Self {
            path: path.clone(),
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

/// The lines that `span` is on, joined by `\n` and cut around it, and the part of them that is `span`.
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
        let (from, to) =
            (span.start().max(line.start()).min(line.end()), span.end().min(line.end()).max(line.start()));
        let shown = text.floor_char_boundary(to.min(from + REACH));
        let start = text.ceil_char_boundary(from.saturating_sub(REACH).max(line.start()));
        let end = if shown < to { shown } else { text.floor_char_boundary((to + REACH).min(line.end())) };
        if start > line.start() {
            out.push('…');
        }
        let offset = out.len();
        out.push_str(text.get(start..end).unwrap_or_default());
        if number == first {
            marked.start = offset + from - start;
        }
        marked.end = offset + shown - start;
        if end < line.end() {
            out.push('…');
        }
    }
    (out, marked)
}

/// Prints `findings` with their source lines, paths behind `prefix`.
pub(super) fn text(
    out: &mut dyn Write,
    prefix: &str,
    findings: &[Finding],
    renderer: &Renderer,
) -> io::Result<()> {
    let render = |findings: &[Finding]| {
        findings.iter().map(|finding| finding.render(prefix, renderer) + "\n\n").collect::<String>()
    };
    // Drawing takes longer than finding, so all cores draw, a bounded number of findings at a time.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for batch in findings.chunks(BATCH * threads) {
        let drawn: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = batch.chunks(BATCH).map(|part| scope.spawn(move || render(part))).collect();
            threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
        });
        for drawn in drawn {
            match drawn {
                Ok(drawn) => out.write_all(drawn.as_bytes())?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    }
    Ok(())
}

/// Findings that one thread draws at a time.
const BATCH: usize = 256;

impl Finding {
    /// The finding over its source lines.
    fn render(&self, prefix: &str, renderer: &Renderer) -> String {
        // Of a cut line the renderer cannot know the column: it draws a placeholder for the place.
        const PLACE: char = '\0';
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Information => Level::INFO.with_name("information"),
            Severity::Hint | Severity::Off => Level::HELP.with_name("hint"),
        };
        let (excerpt, marked) = printable(&self.excerpt, &self.marked);
        let snippet = Snippet::source(&excerpt)
            .line_start(self.line as usize)
            .path(PLACE.to_string())
            .fold(false)
            .annotation(AnnotationKind::Primary.span(marked));
        let message = visible(&self.message);
        let title = level.primary_title(&*message).id(self.code.name());
        let drawn = renderer.render(&[title.element(snippet)]);
        let Some((before, behind)) = drawn.split_once(PLACE) else { return drawn };
        let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
        let path = format!("{prefix}{}", self.path);
        format!("{before}{}:{}:{}{behind}", visible(&path), self.line, self.column)
    }
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
    /// Problems that were fixed, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<usize>,
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
    pub(super) fn new(
        root: &'f Path,
        notes: usize,
        links: usize,
        findings: &'f [Finding],
        fixed: Option<usize>,
    ) -> Self {
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
        Self { vault: root.to_string_lossy(), notes, links, diagnostics: diagnostics.collect(), fixed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn finding(text: &str, span: Range<usize>) -> Finding {
        let document = Document::new(text.into(), &Settings::default());
        let diagnostic = Diagnostic {
            unwritten: false,
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
            super::text(&mut out, "v/", std::slice::from_ref(&finding), &Renderer::styled()).unwrap();
            let out = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
            let place = format!("v/a/b.md:{}:{}", finding.line, finding.column);
            assert!(out.contains(&place), "{place} in\n{out}");
            assert!(out.contains("^^^^^"), "{out}");
            assert!(!out.contains('\u{1b}'), "{out:?}");
        }
    }

    /// Of a long line, only what stands around the finding is kept and shown, with its own place.
    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let text = format!("{} [[x]] {}", "é".repeat(5_000), "ü".repeat(5_000));
        let start = text.find("[[").unwrap();
        let finding = finding(&text, start..start + 5);
        assert_eq!(finding.column, 5_002);
        assert_eq!(&finding.excerpt[finding.marked.clone()], "[[x]]");
        assert!(finding.excerpt.starts_with("…é") && finding.excerpt.ends_with("ü…"), "{}", finding.excerpt);
        assert!(finding.excerpt.len() < 3 * REACH, "{}", finding.excerpt.len());
        let mut out = Vec::new();
        super::text(&mut out, "", &[finding], &Renderer::plain().term_width(80)).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("--> a/b.md:1:5002\n") && out.contains("é [[x]] ü"), "{out}");

        let long = format!("[[{}]] behind", "x".repeat(5_000));
        let whole = super::tests::finding(&long, 0..5_004);
        assert_eq!(whole.end_column, 5_005);
        assert!(whole.excerpt.ends_with("x…") && whole.excerpt.len() < 2 * REACH, "{}", whole.excerpt);
    }

    #[test]
    fn any_range_can_be_printed() {
        let text = "a\n\nbc\rd\r\n1\n2\n3\n4\n5\n6\n7\n";
        for start in 0..=text.len() {
            for end in start..=text.len() {
                let finding = finding(text, start..end);
                assert!(finding.excerpt.get(finding.marked.clone()).is_some(), "{start}..{end}");
                super::text(&mut Vec::new(), "", &[finding], &Renderer::plain()).unwrap();
            }
        }
    }
}
