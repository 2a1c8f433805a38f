//! `slugline: allow` comments: which codes they silence where.
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ide::Document;
use crate::settings::Code;
use crate::syntax::Scope;
use crate::text::Span;

/// What the comments of one note silence.
pub(super) struct Suppressed {
    note: FxHashSet<Code>,
    /// By code the spans in which lines begin, in order.
    lines: FxHashMap<Code, Vec<Span>>,
    /// What is named but no code.
    pub(super) unknown: Vec<Span>,
}

impl Suppressed {
    pub(super) fn new(document: &Document) -> Self {
        let mut this = Self { note: FxHashSet::default(), lines: FxHashMap::default(), unknown: Vec::new() };
        for suppression in &document.note.suppressions {
            for &span in &suppression.codes {
                match (span.of(&document.text).parse(), suppression.scope) {
                    (Err(_), _) => this.unknown.push(span),
                    (Ok(code), Scope::Note) => {
                        this.note.insert(code);
                    }
                    (Ok(code), Scope::Lines(lines)) => this.lines.entry(code).or_default().push(lines),
                }
            }
        }
        for lines in this.lines.values_mut() {
            lines.sort_unstable();
        }
        this
    }

    /// Whether a finding of `code` whose first byte is that of `span` is silenced.
    pub(super) fn silences(&self, code: Code, span: Span, document: &Document) -> bool {
        if self.note.contains(&code) {
            return true;
        }
        let Some(lines) = self.lines.get(&code) else { return false };
        let line = document.lines.line(&document.text, document.lines.line_of(span.start()));
        let last = lines.partition_point(|lines| lines.start <= line.start).checked_sub(1);
        last.and_then(|last| lines.get(last))
            .is_some_and(|lines| lines.contains(line.start()) || lines.start == line.start)
    }
}
