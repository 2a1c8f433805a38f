//! Vaults for tests, written inline and drawn instead of counted.
//!
//! ```text
//! //- channel/big_topic.md
//! # Big topic
//! //- a.md
//! See [[big topick$0]].
//!     ^^^^^^^^^^^^^^^ broken-link: There is no note
//! //- photo.png
//! //- drafts/old.md (ignored)
//! //- .slugline.toml
//! severity = { inexact-link = "off" }
//! ```
//!
//! - A line `//- path` begins a file; text before the first one is the note `note.md`. Common
//!   indentation is taken away, so that a vault may be indented as the code around it.
//! - Files are what their names say: notes, other files, and `.slugline.toml` as the settings.
//!   `(ignored)` behind a path: on the disk, but not in the index. `(unread)`: the index knows the
//!   note by name only.
//! - `$0` is the cursor; two of them are a selection. The note that holds it is open.
//! - `^^^ label` under a line marks a part of it and is not part of the text. `…` behind the carets:
//!   the part goes on in the next line. A mark without width is drawn as one caret. What is compared
//!   may go on behind the label: `^^^ broken-link` stands for any message of that code.
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Analysis, Cursor, MemoryTexts, Search, SourceChange};
use crate::index::{Change, Facts, NoteId};
use crate::settings::Settings;
use crate::syntax;
use crate::text::{PathText, Span, VaultPath};
use crate::vault::Vault;

/// Stands for the cursor.
const CURSOR: &str = "$0";

/// A vault in memory with what its source marks.
pub(super) struct Fixture {
    /// The state that features are asked about. Complete, unless the test says otherwise.
    pub(super) analysis: Analysis,
    files: Vec<File>,
    cursor: Option<(NoteId, Span)>,
}

struct File {
    path: String,
    text: Arc<str>,
    place: FilePlace,
    /// The carets: the number of the line above, the column in characters of the first caret, all
    /// of the carets, the label.
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FilePlace {
    Read,
    Unread,
    Ignored,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Mark {
    line: usize,
    column: usize,
    carets: String,
    label: String,
}

impl Fixture {
    /// Builds the vault that `source` draws; the module's page says how.
    pub(super) fn new(source: &str) -> Self {
        let mut settings = Settings::default();
        let mut texts = MemoryTexts::default();
        let (mut files, mut cursor) = (Vec::new(), None);
        for (path, place, source) in split(&dedent(source)) {
            let (mut text, marks) = take_marks(&source);
            if path == ".slugline.toml" {
                let value: serde_json::Value = toml::from_str(&text).unwrap();
                let invalid = settings.apply(&value).invalid;
                assert!(invalid.is_empty(), "{invalid:?}");
                continue;
            }
            if let Some(span) = take_cursor(&mut text) {
                assert!(cursor.replace((path.clone(), span)).is_none(), "two notes hold a cursor");
            }
            let text: Arc<str> = text.into();
            texts.0.insert(path.clone(), Arc::clone(&text));
            files.push(File { path, text, place, marks });
        }
        let settings = Arc::new(settings);
        let texts = Arc::new(texts);
        let changes = files.iter().filter(|file| file.place != FilePlace::Ignored).map(|file| {
            let path = VaultPath::from(file.path.as_str());
            if !settings.is_note(file.path.file_name()) {
                Change::File(path)
            } else if file.place == FilePlace::Unread {
                Change::Note(path)
            } else {
                let note = syntax::parse(&file.text, &settings.syntax_options());
                Change::Facts(path, Facts::new(&file.text, &note, &settings))
            }
        });
        let mut vault = Vault::new(Arc::clone(&settings), texts.clone());
        vault.set_complete(true);
        vault.search_near_names(Search::AtOnce);
        vault.apply(changes);
        vault.find_mentions();
        let cursor = cursor.map(|(path, span)| {
            assert!(vault.index().note(&path).is_some(), "the cursor is in a note");
            vault.open(&path, &texts.0[&path]);
            (vault.index().note(&path).unwrap(), span)
        });
        Self { analysis: vault.snapshot(), files, cursor }
    }

    /// The cursor; the end of the selection where there is one.
    pub(super) fn cursor(&self) -> Cursor {
        let (note, span) = self.selection();
        Cursor { note, offset: span.end() }
    }

    /// The selection; empty at the cursor.
    pub(super) fn selection(&self) -> (NoteId, Span) {
        self.cursor.expect("the fixture marks a cursor with $0")
    }

    /// The note at `path`.
    pub(super) fn note(&self, path: &str) -> NoteId {
        self.analysis.index.note(path).unwrap_or_else(|| panic!("no note at {path}"))
    }

    /// The text of the file at `path`, without cursor and marks.
    pub(super) fn text(&self, path: &str) -> &str {
        &self.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no file {path}")).text
    }

    /// Holds what `found` says of every note against the marks: spans with a label each.
    #[track_caller]
    pub(super) fn check(&self, found: impl Fn(NoteId) -> Vec<(Span, String)>) {
        let (mut drawn, mut expected) = (String::new(), String::new());
        for file in &self.files {
            let Some(note) = self.analysis.index.note(&file.path) else { continue };
            let found = found(note).into_iter().map(|(span, label)| {
                let mut mark = mark(&file.text, span, label);
                let same_place = |m: &&Mark| {
                    (m.line, m.column, &m.carets) == (mark.line, mark.column, &mark.carets)
                        && mark.label.starts_with(&m.label)
                };
                if let Some(same) = file.marks.iter().find(same_place) {
                    mark.label.clone_from(&same.label);
                }
                mark
            });
            for (picture, marks) in [(&mut drawn, found.collect()), (&mut expected, file.marks.clone())] {
                picture.push_str(&draw(file, marks));
            }
        }
        assert!(drawn == expected, "expected:\n{expected}\nfound:\n{drawn}");
    }

    /// The files that `change` makes, moves or alters, as this module writes them.
    #[track_caller]
    pub(super) fn after(&self, change: &SourceChange) -> String {
        let mut files = BTreeMap::new();
        for (path, text) in &change.create {
            assert!(!self.analysis.texts().exists(path), "{path} is there already");
            assert!(files.insert(path.clone(), text.clone()).is_none(), "{path} is made twice");
        }
        let moved = |path: &str| {
            let own = change.moves.iter().find(|own| own.from == *path);
            own.map_or_else(|| path.to_owned(), |own| own.to.to_string())
        };
        files.extend(change.moves.iter().map(|own| (own.to.to_string(), self.text(&own.from).to_owned())));
        for (note, edits) in &change.edits {
            let path = self.analysis.index.path(*note);
            let mut text = self.text(path).to_owned();
            assert!(
                edits.is_sorted_by(|a, b| a.span.end <= b.span.start),
                "edits overlap or are out of order"
            );
            for edit in edits.iter().rev() {
                text.replace_range(edit.span.range(), &edit.text);
            }
            files.insert(moved(path), text);
        }
        files.iter().map(|(path, text)| format!("//- {path}\n{}\n", text.trim_end())).collect()
    }
}

/// `source` without the indentation that all its lines share, the first line if it is empty, and
/// the blanks of the last.
fn dedent(source: &str) -> String {
    let source = source.strip_prefix('\n').unwrap_or(source);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = source.split('\n').filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<_> = source.split('\n').map(|line| line.get(common..).unwrap_or("")).collect();
    lines.join("\n")
}

/// The files of a source: path, place, text.
fn split(source: &str) -> Vec<(String, FilePlace, String)> {
    let mut files: Vec<(String, FilePlace, String)> = Vec::new();
    for line in source.split_inclusive('\n') {
        if let Some(header) = line.strip_prefix("//- ") {
            let header = header.trim_end();
            let (path, place) = match header.rsplit_once(" (") {
                Some((path, "ignored)")) => (path, FilePlace::Ignored),
                Some((path, "unread)")) => (path, FilePlace::Unread),
                _ => (header, FilePlace::Read),
            };
            files.push((path.to_owned(), place, String::new()));
        } else if let Some((_, _, text)) = files.last_mut() {
            text.push_str(line);
        } else {
            files.push(("note.md".to_owned(), FilePlace::Read, line.to_owned()));
        }
    }
    files
}

/// Takes the lines of carets out of a file's source.
fn take_marks(source: &str) -> (String, Vec<Mark>) {
    let (mut text, mut marks, mut lines) = (String::new(), Vec::new(), 0usize);
    for line in source.split_inclusive('\n') {
        let trimmed = line.trim();
        let label = trimmed.trim_start_matches('^');
        let label = label.strip_prefix('…').unwrap_or(label);
        if trimmed.starts_with('^') && (label.is_empty() || label.starts_with(' ')) {
            marks.push(Mark {
                line: lines.checked_sub(1).expect("carets stand under a line"),
                column: line.chars().take_while(|&c| c == ' ').count(),
                carets: trimmed[..trimmed.len() - label.len()].to_owned(),
                label: label.trim().to_owned(),
            });
        } else {
            text.push_str(line);
            lines += 1;
        }
    }
    (text, marks)
}

/// Takes the cursor or the selection out of a text.
fn take_cursor(text: &mut String) -> Option<Span> {
    let start = text.find(CURSOR)?;
    text.replace_range(start..start + CURSOR.len(), "");
    let end = text.find(CURSOR);
    if let Some(end) = end {
        text.replace_range(end..end + CURSOR.len(), "");
    }
    assert!(!text.contains(CURSOR), "more than two cursor marks");
    Some(Span::new(start, end.unwrap_or(start)))
}

/// How `span` is drawn under `text`.
fn mark(text: &str, span: Span, label: String) -> Mark {
    let before = &text[..span.start()];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let marked = &text[span.range()];
    let first = marked.split('\n').next().unwrap_or("").trim_end_matches('\r');
    let mut carets = "^".repeat(first.chars().count().max(1));
    if marked.contains('\n') {
        carets.push('…');
    }
    Mark {
        line: before.matches('\n').count(),
        column: text[line_start..span.start()].chars().count(),
        carets,
        label,
    }
}

/// A file with marks under its lines.
fn draw(file: &File, mut marks: Vec<Mark>) -> String {
    marks.sort_by(|a, b| {
        (a.line, a.column, &a.carets, &a.label).cmp(&(b.line, b.column, &b.carets, &b.label))
    });
    let mut out = format!("//- {}\n", file.path);
    for (number, line) in file.text.split('\n').enumerate() {
        out.push_str(line.trim_end_matches('\r'));
        out.push('\n');
        for mark in marks.iter().filter(|mark| mark.line == number) {
            out.push_str(&format!("{}{} {}\n", " ".repeat(mark.column), mark.carets, mark.label));
        }
    }
    out
}

#[test]
fn a_fixture_is_what_it_draws() {
    let fixture = Fixture::new(
        "
        //- a b.md
        é [[x$0]] y
          ^^^^^ link
        z
         ^
        ^block
        //- plan.pdf
        //- old.md (ignored)
        ",
    );
    assert_eq!(fixture.text("a b.md"), "é [[x]] y\nz\n^block\n");
    assert_eq!(fixture.cursor().offset, "é [[x".len());
    assert!(fixture.analysis.texts().exists("old.md"));
    assert_eq!(fixture.analysis.index.notes().count(), 1);
    fixture.check(|_| vec![(Span::new(3, 8), "link: a message".into()), (Span::at(12), String::new())]);
    let edit = SourceChange::edit(fixture.note("a b.md"), vec![(Span::new(5, 6), "plan".into())]);
    let change = SourceChange { create: vec![("new.md".into(), "# New\n".into())], ..edit };
    assert_eq!(fixture.after(&change), "//- a b.md\né [[plan]] y\nz\n^block\n//- new.md\n# New\n");
}
