//! How a link to a note or a file is spelt so that every program finds it.
//!
//! Absent: which note is meant.
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::index::{AnchorOutcome, Anchors, Facts, Index, NoteId, Tier, folder};
use crate::syntax::LinkKind;

/// What a markdown destination cannot hold as it is.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'(')
    .add(b')')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'|');

/// The target that a link of `kind` in `from` needs in order to lead to `to` and nowhere else, and
/// not by its slug: the file name for a wikilink where that is enough, else the path. `None` where
/// no wikilink can say it, because the name holds `#`, `|` or brackets.
pub(super) fn target(index: &Index, from: NoteId, to: NoteId, kind: LinkKind) -> Option<String> {
    if is_wiki(kind) {
        exact(index, from, to, std::iter::once(index.stem(to).to_owned()).chain(paths(index, to)))
    } else {
        Some(destination(index.path(from), index.path(to)))
    }
}

/// The same by path, also where the name would do.
pub(super) fn path_target(index: &Index, from: NoteId, to: NoteId, kind: LinkKind) -> Option<String> {
    if is_wiki(kind) {
        exact(index, from, to, paths(index, to))
    } else {
        Some(destination(index.path(from), index.path(to)))
    }
}

/// The path forms of a wikilink to `to`: without its extension, from the root, in full.
fn paths(index: &Index, to: NoteId) -> impl Iterator<Item = String> {
    let path = index.path(to);
    let bare = index.settings().note_stem(path).unwrap_or(path);
    let slash = bare.contains('/').then(|| bare.to_owned());
    slash.into_iter().chain([format!("/{bare}"), format!("/{path}")])
}

/// The first of `candidates` that leads from `from` to `to`, exactly and unambiguously.
fn exact(
    index: &Index,
    from: NoteId,
    to: NoteId,
    mut candidates: impl Iterator<Item = String>,
) -> Option<String> {
    candidates.find(|candidate| {
        is_writable(candidate) && {
            let outcome = index.resolve(from, candidate);
            outcome.note() == Some(to)
                && !outcome.ambiguous
                && matches!(outcome.tier, Some(Tier::Path | Tier::Stem))
        }
    })
}

fn is_wiki(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Wiki | LinkKind::Embed)
}

/// Whether a wikilink can hold `target`: no character that ends it, and no blanks at its ends.
pub(super) fn is_writable(target: &str) -> bool {
    !target.is_empty() && target.trim() == target && !target.contains(['[', ']', '|', '#', '^', '\n', '\r'])
}

/// The markdown destination that leads from the note at `from` to the file at `to`: relative,
/// percent-encoded.
pub(super) fn destination(from: &str, to: &str) -> String {
    let here: Vec<_> = folder(from).split('/').filter(|segment| !segment.is_empty()).collect();
    let there: Vec<_> = to.split('/').collect();
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", here.len() - shared);
    let down = there.iter().skip(shared).copied();
    let segments: Vec<_> = up.chain(down).collect();
    let path = segments.join("/");
    // A colon in the first segment would make it a scheme.
    let dot = if segments.first().is_some_and(|first| first.contains(':')) { "./" } else { "" };
    format!("{dot}{}", utf8_percent_encode(&path, ESCAPED))
}

/// What a wikilink writes behind `#` for heading `at`: its text without what a link cannot hold, behind the
/// headings above it where the text alone leads elsewhere.
pub(super) fn heading(facts: &Facts, anchors: &Anchors, at: usize) -> Option<String> {
    let mut anchor = String::new();
    let mut level = u8::MAX;
    for heading in facts.headings.get(..=at)?.iter().rev() {
        if heading.level >= level {
            continue;
        }
        level = heading.level;
        let text =
            facts.heading_text(heading).replace(['#', '|', '^', ':', '[', ']'], " ").replace("%%", " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        anchor = if anchor.is_empty() { text } else { format!("{text}#{anchor}") };
        if anchors.resolve(&anchor, false, false) == AnchorOutcome::Heading(at) {
            return Some(anchor);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[test]
    fn a_target_leads_to_its_note_and_nowhere_else() {
        let fixture = Fixture::new(
            "
            //- a/from.md
            //- a/Big Topic.md
            //- b/Big Topic.md
            //- b/other.md
            //- root.md
            //- c/root.md
            //- c#.md
            //- x.md.md
            //- d/x:y (1).md
            ",
        );
        let index = &fixture.analysis.index;
        let from = fixture.note("a/from.md");
        for (to, wiki, path, markdown) in [
            ("a/Big Topic.md", Some("Big Topic"), Some("a/Big Topic"), "Big%20Topic.md"),
            ("b/Big Topic.md", Some("b/Big Topic"), Some("b/Big Topic"), "../b/Big%20Topic.md"),
            ("b/other.md", Some("other"), Some("b/other"), "../b/other.md"),
            ("root.md", Some("root"), Some("/root"), "../root.md"),
            ("c#.md", None, None, "../c%23.md"),
            ("x.md.md", Some("/x.md.md"), Some("/x.md.md"), "../x.md.md"),
            ("d/x:y (1).md", Some("x:y (1)"), Some("d/x:y (1)"), "../d/x:y%20%281%29.md"),
        ] {
            let note = fixture.note(to);
            assert_eq!(target(index, from, note, LinkKind::Wiki).as_deref(), wiki, "{to}");
            assert_eq!(path_target(index, from, note, LinkKind::Wiki).as_deref(), path, "{to}");
            assert_eq!(target(index, from, note, LinkKind::Markdown).as_deref(), Some(markdown), "{to}");
        }
        assert_eq!(destination("a.md", "x:y.md"), "./x:y.md");
    }
}
