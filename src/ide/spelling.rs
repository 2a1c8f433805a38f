//! How a link to a note or a file is spelt so that every program finds it.
//!
//! Absent: which note is meant.
use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Analysis;
use crate::index::{AnchorOutcome, Anchors, Index, NoteId, Tier, slug};
use crate::syntax::{self, Link, LinkKind};
use crate::text::PathText;

/// What a markdown destination cannot hold as it is.
pub(super) const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'&')
    .add(b'(')
    .add(b')')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'`')
    .add(b'{')
    .add(b'|');

/// The target that a link of `kind` in `from` needs in order to lead to `to` and nowhere else, and
/// not by its slug: the file name for a wikilink where that is enough, else the path. `None` where
/// no wikilink can say it, because the name holds `#`, `|` or brackets.
pub(super) fn target(analysis: &Analysis, from: NoteId, to: NoteId, kind: LinkKind) -> Option<String> {
    let index = &analysis.index;
    if is_wiki(kind) {
        exact(
            analysis,
            index.path(from).folder(),
            to,
            std::iter::once(index.stem(to).to_owned()).chain(paths(index, to)),
        )
    } else {
        Some(destination(index.path(from), index.path(to)))
    }
}

/// The target of a wikilink in a note of the folder `from`, likewise.
pub(super) fn target_in(analysis: &Analysis, from: &str, to: NoteId) -> Option<String> {
    let index = &analysis.index;
    exact(analysis, from, to, std::iter::once(index.stem(to).to_owned()).chain(paths(index, to)))
}

/// The same by path, also where the name would do.
pub(super) fn path_target(analysis: &Analysis, from: NoteId, to: NoteId, kind: LinkKind) -> Option<String> {
    let index = &analysis.index;
    if is_wiki(kind) {
        exact(analysis, index.path(from).folder(), to, paths(index, to))
    } else {
        Some(destination(index.path(from), index.path(to)))
    }
}

/// The same by path from the folder of `from`.
pub(super) fn relative_target(analysis: &Analysis, from: NoteId, to: NoteId) -> Option<String> {
    let index = &analysis.index;
    let path = relative(index.path(from), index.path(to));
    let bare = index.settings().note_stem(&path).unwrap_or(&path).to_owned();
    exact(analysis, index.path(from).folder(), to, std::iter::once(bare).chain(paths(index, to)))
}

/// The same by path from the vault's root, which leads there from every folder.
pub(super) fn rooted_target(analysis: &Analysis, to: NoteId) -> Option<String> {
    let rooted = paths(&analysis.index, to).filter(|path| path.starts_with('/'));
    exact(analysis, "", to, rooted)
}

/// The path forms of a wikilink to `to`: without its extension, from the root, in full.
fn paths(index: &Index, to: NoteId) -> impl Iterator<Item = String> {
    let path = index.path(to);
    let bare = index.settings().note_stem(path).unwrap_or(path);
    let slash = bare.contains('/').then_some(bare).into_iter().map(str::to_owned);
    slash.chain([bare, path].into_iter().map(|path| format!("/{path}")))
}

/// The first of `candidates` that leads from the folder `from` to `to`, exactly and unambiguously.
fn exact(
    analysis: &Analysis,
    from: &str,
    to: NoteId,
    mut candidates: impl Iterator<Item = String>,
) -> Option<String> {
    candidates.find(|candidate| {
        is_writable(candidate) && {
            let outcome = analysis.resolve_in(from, candidate);
            outcome.note() == Some(to)
                && !outcome.ambiguous
                && matches!(outcome.tier, Some(Tier::Path | Tier::Stem))
        }
    })
}

/// Whether `target` leads from `from` to `to`, by whatever name, and to no other note as well.
pub(super) fn leads(analysis: &Analysis, from: NoteId, to: NoteId, target: &str) -> bool {
    let outcome = analysis.resolve(from, target);
    outcome.note() == Some(to) && !outcome.ambiguous
}

/// A name by which a wikilink leads to `to` although it cannot write the name of its file: a title,
/// an alias, a slug.
pub(super) fn other_target(analysis: &Analysis, from: NoteId, to: NoteId) -> Option<String> {
    let index = &analysis.index;
    let names = index.facts(to).into_iter().flat_map(|facts| facts.names()).map(Cow::Borrowed);
    let mut names = names.chain([slug(index.stem(to))]);
    names.find(|name| is_writable(name) && leads(analysis, from, to, name)).map(Cow::into_owned)
}

fn is_wiki(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Wiki | LinkKind::Embed)
}

/// Whether a wikilink can hold `target`: nothing in it ends the link or makes it something else.
pub(super) fn is_writable(target: &str) -> bool {
    let trimmed = target.trim().trim_end_matches('\\');
    if target.is_empty() || trimmed != target || target.contains(['|', '#', '^', '\n', '\r']) {
        return false;
    }
    is_plain(target) || {
        let link = format!("[[{target}]]");
        read_as(&link, |found| found.alias.is_none() && found.target.of(&link) == target)
    }
}

/// `text` as what a wikilink shows, or a markdown link; `None` where that cannot be.
pub(super) fn shown(text: &str, in_table: bool) -> Option<String> {
    // A link's text may hold brackets only in pairs: they are not worth the risk.
    let text = text.replace(['[', ']', '\n', '\r'], " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_read = || {
        let link = format!("[[x|{text}]]");
        read_as(&link, |found| found.alias.is_some_and(|alias| alias.of(&link) == text))
    };
    let fits = !text.is_empty() && (is_plain(&text) || is_read());
    fits.then(|| if in_table { text.replace('|', "\\|") } else { text })
}

/// A markdown link from `from` to `to` that shows `text`; `None` where it would lead elsewhere.
pub(super) fn markdown_link(analysis: &Analysis, from: NoteId, to: NoteId, text: &str) -> Option<String> {
    let destination = destination(analysis.index.path(from), analysis.index.path(to));
    markdown(text, &destination, false, |written, link| leads(analysis, from, to, &link.target_text(written)))
}

/// A markdown link to an encoded `destination`, or a picture, that shows `text`; `None` where it would be
/// read as anything but a link that `is_it`.
pub(super) fn markdown(
    text: &str,
    destination: &str,
    picture: bool,
    is_it: impl Fn(&str, &Link) -> bool,
) -> Option<String> {
    let mut shown = String::new();
    for c in text.replace(['\n', '\r'], " ").chars() {
        if "\\`*<>&$[]|~%".contains(c) {
            shown.push('\\');
        }
        shown.push(c);
    }
    let (mark, kind) = if picture { ("!", LinkKind::Image) } else { ("", LinkKind::Markdown) };
    let link = format!("{mark}[{shown}]({destination})");
    let note = syntax::parse(&link, &syntax::Options::default());
    let [only] = &*note.links else { return None };
    let whole = only.kind == kind && only.span.len() == link.len();
    (whole && is_it(&link, only)).then_some(link)
}

/// Whether nothing in `text` means anything to a reader of markdown.
fn is_plain(text: &str) -> bool {
    !text.contains(['[', ']', '|', '`', '$', '%', '<', '>', '\\', '*', '{', ':', '~', '&'])
}

/// Whether all of `text` is one wikilink, and as it is wanted.
fn read_as(text: &str, is_it: impl Fn(&Link) -> bool) -> bool {
    let note = syntax::parse(text, &syntax::Options::default());
    matches!(&*note.links, [link] if link.is_wiki() && link.anchor.is_none() && link.span.len() == text.len() && is_it(link))
}

/// The markdown destination that leads from the note at `from` to the file at `to`: relative,
/// percent-encoded.
pub(super) fn destination(from: &str, to: &str) -> String {
    let path = relative(from, to);
    // A colon in the first segment would make it a scheme.
    let dot = if path.split('/').next().is_some_and(|first| first.contains(':')) { "./" } else { "" };
    format!("{dot}{}", encoded(&path))
}

/// The path from the folder of the note at `from` to the file at `to`.
pub(super) fn relative(from: &str, to: &str) -> String {
    let here: Vec<_> = from.folder().segments().collect();
    let there: Vec<_> = to.split('/').collect();
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", here.len() - shared);
    let segments: Vec<_> = up.chain(there.iter().skip(shared).copied()).collect();
    segments.join("/")
}

/// `path` as a markdown destination can hold it: letters beyond ASCII are written out.
pub(super) fn encoded(path: &str) -> String {
    encoded_ascii(path, ESCAPED)
}

/// `text` with the characters of `set` percent-encoded, and those beyond ASCII as they are.
pub(super) fn encoded_ascii(text: &str, set: &'static AsciiSet) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_ascii() {
            true => encoded.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), set)),
            false => encoded.push(c),
        }
    }
    encoded
}

/// The target of a wikilink from `from` to the file at `path`, which is no note.
pub(super) fn attachment(analysis: &Analysis, from: NoteId, path: &str) -> Option<String> {
    let name = path.file_name();
    let names = [name.to_owned(), path.to_owned(), format!("/{path}")];
    let leads_there =
        |name: &String| is_writable(name) && analysis.resolve(from, name).attachment.as_deref() == Some(path);
    names.into_iter().find(leads_there)
}

/// What a wikilink writes behind `#` for heading `at`: its text without what a link cannot hold, behind the
/// headings above it where the text alone leads elsewhere.
pub(super) fn heading(anchors: &Anchors, at: usize) -> Option<String> {
    let mut anchor = String::new();
    let mut level = u8::MAX;
    for heading in anchors.outline().get(..=at)?.iter().rev() {
        if heading.level >= level {
            continue;
        }
        level = heading.level;
        let text = heading.text().replace(['#', '|', '^', ':', '[', ']'], " ").replace("%%", " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        anchor = if anchor.is_empty() { text } else { format!("{text}#{anchor}") };
        if anchors.resolve(&anchor, false, false) == AnchorOutcome::Heading(at) {
            return Some(anchor);
        }
    }
    None
}

/// `text` as a YAML scalar: plain where nothing in it means anything to YAML.
pub(super) fn yaml(text: &str) -> String {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | ',' | '.' | '(' | ')' | '/' | '&');
    if text.starts_with(char::is_alphabetic) && text.chars().all(plain) && text.trim() == text {
        return text.to_owned();
    }
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
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
            //- ü/日 本.md
            ",
        );
        let from = fixture.note("a/from.md");
        for (to, wiki, path, markdown) in [
            ("a/Big Topic.md", Some("Big Topic"), Some("a/Big Topic"), "Big%20Topic.md"),
            ("b/Big Topic.md", Some("b/Big Topic"), Some("b/Big Topic"), "../b/Big%20Topic.md"),
            ("b/other.md", Some("other"), Some("b/other"), "../b/other.md"),
            ("root.md", Some("root"), Some("/root"), "../root.md"),
            ("c#.md", None, None, "../c%23.md"),
            ("x.md.md", Some("/x.md.md"), Some("/x.md.md"), "../x.md.md"),
            ("ü/日 本.md", Some("日 本"), Some("ü/日 本"), "../ü/日%20本.md"),
            ("d/x:y (1).md", Some("x:y (1)"), Some("d/x:y (1)"), "../d/x:y%20%281%29.md"),
        ] {
            let note = fixture.note(to);
            assert_eq!(target(&fixture.analysis, from, note, LinkKind::Wiki).as_deref(), wiki, "{to}");
            assert_eq!(path_target(&fixture.analysis, from, note, LinkKind::Wiki).as_deref(), path, "{to}");
            assert_eq!(
                target(&fixture.analysis, from, note, LinkKind::Markdown).as_deref(),
                Some(markdown),
                "{to}"
            );
        }
        assert_eq!(destination("a.md", "x:y.md"), "./x:y.md");
    }
}
