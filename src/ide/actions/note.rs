//! What can be done about a finding on the note's own text: front matter, footnotes.
use super::Actions;
use crate::ide::spelling::yaml;
use crate::ide::{Diagnostic, Document};
use crate::settings::{Code, Settings};
use crate::syntax::{self, Note, Problem, ProblemKind};
use crate::text::Span;

/// Lines of front matter whose value may be the one that lacks its quotes.
const MOST_LINES: usize = 200;

impl Actions<'_> {
    pub(super) fn for_note(&mut self, finding: &Diagnostic) {
        match finding.code {
            Code::FrontMatter => self.quote(finding),
            Code::UndefinedFootnote => self.define_footnote(finding),
            Code::TimestampWithoutSource => self.name_video(finding),
            _ => {}
        }
    }

    /// Replaces `span`, as the one thing to do.
    fn prefer(&mut self, finding: &Diagnostic, title: String, span: Span, text: String) {
        self.replace(finding, title, span, text);
        if let Some(action) = self.list.last_mut() {
            action.preferred = true;
        }
    }

    fn parse(&self, text: &str) -> Note {
        syntax::parse(text, &self.analysis.settings().syntax_options())
    }

    /// The line ends of the note.
    pub(super) fn line_end(&self) -> &'static str {
        line_end(&self.document.text)
    }

    /// The front matter with its fences, where it is YAML.
    fn front_matter(&self) -> Option<(Span, &str)> {
        let span = self.document.note.front_matter.as_ref()?.span;
        let text = span.of(&self.document.text);
        text.starts_with("---").then_some((span, text))
    }

    /// Puts quotes around the value that YAML cannot read without them.
    fn quote(&mut self, finding: &Diagnostic) {
        let Some((span, text)) = self.front_matter() else { return };
        let mut values: Vec<(Span, String)> = Vec::new();
        let mut at = span.start();
        for line in text.split_inclusive(['\n', '\r']).take(MOST_LINES) {
            values.extend(value(line).map(|(start, end)| {
                let value = line.get(start..end).unwrap_or("");
                (Span::new(at + start, at + end), yaml(unquoted(value)))
            }));
            at += line.len();
        }
        // Where the reader stopped is mostly the place, but a quote that is not closed runs on.
        values.sort_by_key(|(value, _)| !finding.span.overlaps(*value));
        let mends = |value: &(Span, String)| {
            let mut mended = text.to_owned();
            let Some(start) = value.0.start().checked_sub(span.start()) else { return false };
            mended.replace_range(start..start + value.0.len(), &value.1);
            let is_left = |problem: &Problem| problem.kind == ProblemKind::FrontMatter;
            match self.parse(&mended).problems.into_iter().find(is_left) {
                None => true,
                // Of several mistakes one is mended at a time.
                Some(next) => {
                    finding.span.overlaps(value.0) && next.span.start() > finding.span.end() - span.start()
                }
            }
        };
        if let Some((value, quoted)) = values.into_iter().find(mends) {
            self.prefer(finding, "Add quotes around the value".to_owned(), value, quoted);
        }
    }

    /// Adds the definition of a footnote at the end of the note, to be filled in.
    fn define_footnote(&mut self, finding: &Diagnostic) {
        let reference = finding.span.of(&self.document.text);
        if let Some((span, definition)) =
            footnote_definition(self.document, reference, self.analysis.settings())
        {
            let title = format!("Add a definition of `{reference}` at the end of the note");
            self.prefer(finding, title, span, definition);
        }
    }

    /// Adds the key for the note's video to the front matter, with the video that the note links to.
    fn name_video(&mut self, finding: &Diagnostic) {
        let (text, note) = (&self.document.text, &self.document.note);
        let settings = self.analysis.settings();
        let mut videos = note.video_links.iter().map(|link| link.source(text));
        let first = videos.next().filter(|first| videos.all(|video| video == *first));
        let key = first.map_or(settings.kinds().first_key(), |first| settings.kinds().key_of(first.kind));
        let video = first.map_or(String::new(), |first| yaml(first.id));
        let end = self.line_end();
        let (span, new) = match self.front_matter() {
            Some((span, front)) => {
                let is_key = |line: &&str| {
                    let named = line.split_once(':').map(|(named, _)| named.trim());
                    named.is_some_and(|named| settings.kinds().is_key(named))
                };
                // A key that is there already only lacks its value.
                if front.lines().any(|line| is_key(&line)) {
                    return;
                }
                let fence = front.rfind(['\n', '\r']).map_or(0, |at| at + 1);
                (Span::at(span.start() + fence), format!("{key}: {video}{end}"))
            }
            None if text.trim_start_matches('\u{feff}').starts_with("+++") => return,
            None => {
                let start = text.len() - text.trim_start_matches('\u{feff}').len();
                (Span::at(start), format!("---{end}{key}: {video}{end}---{end}{end}"))
            }
        };
        self.prefer(finding, format!("Add `{key}` to the front matter"), span, new);
    }
}

/// The bytes of the value in a line of front matter: behind `key: ` or `- `, before a comment.
fn value(line: &str) -> Option<(usize, usize)> {
    let line = line.trim_end();
    let indent = line.len() - line.trim_start().len();
    let rest = line.get(indent..)?;
    let start = match rest.strip_prefix("- ") {
        Some(item) => line.len() - item.trim_start().len(),
        None => {
            let (key, value) = rest.split_once(": ")?;
            let is_key = !key.is_empty() && !key.starts_with(['#', '"', '\'', '[', '{']);
            is_key.then(|| line.len() - value.trim_start().len())?
        }
    };
    let value = line.get(start..)?;
    let end = value
        .find(" #")
        .map_or(line.len(), |comment| start + value.get(..comment).unwrap_or("").trim_end().len());
    (start < end).then_some((start, end))
}

/// A value without the quotes around it, which do not hold it.
fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The definition of the footnote `reference` (`[^x]`) without its text, and its place at the end of the
/// note; `None` where the note ends in an open code block or comment.
pub(in crate::ide) fn footnote_definition(
    document: &Document,
    reference: &str,
    settings: &Settings,
) -> Option<(Span, String)> {
    let text = &document.text;
    let kept = text.trim_end().len();
    let before = text.get(..kept)?;
    let last = before.rsplit(['\n', '\r']).next().unwrap_or("");
    let end = line_end(text);
    // Definitions stand together.
    let gap = if last.starts_with("[^") && last.contains("]:") { end } else { &end.repeat(2) };
    let definition = format!("{gap}{reference}: ");
    let note = syntax::parse(&format!("{before}{definition}x"), &settings.syntax_options());
    let defined = note.footnotes.last().is_some_and(|last| last.definition && last.span.start() >= kept);
    defined.then(|| (Span::at(kept), definition))
}
