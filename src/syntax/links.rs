//! The parts of a wikilink, and destinations of markdown links.

use super::find::trim;
use super::placeholder::is_template;
use super::{Anchor, Link, LinkKind};
use crate::text::{PathText, Span};

/// What stands between `[[` and `]]`.
pub(super) enum Brackets {
    /// A wikilink, and the first pipe of it that no backslash escapes.
    Link(Link),
    /// Nothing that names a target.
    Empty,
    /// No wikilink: the brackets or a line end in it do not let it be one, or a template is still to write
    /// its target.
    Text,
}

/// Where the target of a wikilink ends.
pub(super) enum TargetEnd {
    /// At the first pipe, with as many brackets of the target still open.
    Pipe { at: usize, open: usize },
    /// At the `]]` that begins here.
    Close(usize),
}

/// Where the target that begins at `at`, behind `[[`, ends before `end`. Single brackets belong to it where
/// they are in pairs: `[[list[0]]]`. `None` where it does not end as that of a link.
pub(super) fn target_end(text: &str, at: usize, end: usize) -> Option<TargetEnd> {
    let bytes = text.as_bytes().get(..end)?;
    let (mut at, mut open) = (at, 0usize);
    loop {
        match bytes.get(at)? {
            b'|' => return Some(TargetEnd::Pipe { at, open }),
            b'\n' | b'\r' => return None,
            b'[' if bytes.get(at + 1) == Some(&b'[') => return None,
            b'[' => open += 1,
            b']' if bytes.get(at + 1) == Some(&b']') => {
                let run = bytes.iter().skip(at).take_while(|&&b| b == b']').count();
                return (run >= open + 2).then_some(TargetEnd::Close(at + open));
            }
            b']' => open = open.checked_sub(1)?,
            _ => {}
        }
        at += 1;
    }
}

/// Reads the wikilink whose `[[` begins at `open` and whose `]]` ends at `end`.
pub(super) fn wikilink(text: &str, open: usize, end: usize, in_table: bool) -> Brackets {
    let inner = Span::new(open + 2, end.saturating_sub(2));
    let (target_end, alias) = match target_end(text, inner.start(), end) {
        Some(TargetEnd::Close(close)) if close == inner.end() => (close, None),
        Some(TargetEnd::Pipe { at: pipe, .. }) if pipe < inner.end() => {
            let rest = text.get(pipe..inner.end()).unwrap_or_default();
            // A comment in the alias may hold line ends; the link would cross them.
            if rest.contains(['\n', '\r']) {
                return Brackets::Text;
            }
            let before = text.as_bytes().get(inner.start()..pipe).unwrap_or_default();
            (pipe - usize::from(before.ends_with(b"\\")), Some(trim(text, pipe + 1, inner.end())))
        }
        _ => return Brackets::Text,
    };
    let (target, anchor) = split_anchor(text, inner.start(), target_end, true);
    if target.is_empty() && anchor.as_ref().is_none_or(|anchor| anchor.span.is_empty()) {
        return Brackets::Empty;
    }
    if is_template(text.get(inner.start()..target_end).unwrap_or_default()) {
        return Brackets::Text;
    }
    let embed = open > 0 && text.as_bytes().get(open - 1) == Some(&b'!') && !is_escaped(text, open - 1);
    let (kind, start) = if embed { (LinkKind::Embed, open - 1) } else { (LinkKind::Wiki, open) };
    Brackets::Link(Link { kind, span: Span::new(start, end), target, anchor, alias, in_table })
}

/// Splits a target at its first `#`; both parts without blanks around them. The `#` of a wikilink's
/// `C#` and `C##Heading` belongs to the name (docs/links.md: symbols and one letter).
pub(super) fn split_anchor(text: &str, start: usize, end: usize, wiki: bool) -> (Span, Option<Anchor>) {
    let body = text.get(start..end).unwrap_or_default();
    if memchr::memchr(b'#', body.as_bytes()).is_none() {
        return (trim(text, start, end), None);
    }
    let begins_anchor = |&(at, _): &(usize, &str)| wiki || !is_reference(body, at);
    let found = body.match_indices('#').find(begins_anchor).map(|(at, _)| at);
    let Some(mut hash) = found else { return (trim(text, start, end), None) };
    let (name, rest) = (body.get(..hash).unwrap_or_default(), body.get(hash + 1..).unwrap_or_default());
    if wiki && is_letter_with_symbols(name) {
        if rest.trim().is_empty() {
            return (trim(text, start, end), None);
        }
        hash += usize::from(rest.starts_with('#'));
    }
    let span = trim(text, start + hash + 1, end);
    let block = span.of(text).starts_with('^');
    (trim(text, start, start + hash), Some(Anchor { span, block }))
}

/// Whether the `#` at `at` is that of a character reference such as `&#38;`.
fn is_reference(body: &str, at: usize) -> bool {
    let behind = body.get(at + 1..).unwrap_or_default();
    let number = behind.bytes().take(8).take_while(u8::is_ascii_alphanumeric).count();
    body.get(..at).is_some_and(|before| before.ends_with('&'))
        && number > 0
        && behind.get(number..).is_some_and(|b| b.starts_with(';'))
}

/// Whether the last segment of `name` is one letter and otherwise nothing but symbols.
fn is_letter_with_symbols(name: &str) -> bool {
    let segment = name.file_name().trim_start();
    let mut words = segment.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || *c == '_');
    words.next().is_some_and(char::is_alphabetic) && words.next().is_none()
}

/// Whether an odd number of backslashes stands before `at`.
pub(super) fn is_escaped(text: &str, at: usize) -> bool {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1
}

/// The destination that begins at `at` or behind blanks, without its `<>`. `in_parens`: an
/// unbalanced `)` ends it.
pub(super) fn destination(text: &str, at: usize, end: usize, in_parens: bool) -> Option<Span> {
    let bytes = text.as_bytes().get(..end)?;
    let mut at = at;
    // `>` here is the mark of a quoted line: a destination cannot begin with one.
    while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'>') {
        at += 1;
    }
    if bytes.get(at) == Some(&b'<') {
        let start = at + 1;
        let mut at = start;
        loop {
            match bytes.get(at)? {
                b'>' => return Some(Span::new(start, at)),
                b'\\' => at += 2,
                b'\n' | b'\r' => return None,
                _ => at += 1,
            }
        }
    }
    let start = at;
    let mut depth = 0usize;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'(' => depth += 1,
            b')' if in_parens && depth == 0 => break,
            b')' => depth = depth.saturating_sub(1),
            b if b.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    Some(Span::new(start, at.min(end)))
}

/// Whether a destination leads out of the vault: it has a scheme, or names a host, or a template is still to
/// write it. `:/` is Joplin's.
pub(super) fn leads_out(destination: &str) -> bool {
    if destination.starts_with("//") || destination.starts_with(":/") || is_template(destination) {
        return true;
    }
    let Some(colon) = destination.find([':', '/', '#', '?']) else { return false };
    let scheme = destination.get(..colon).unwrap_or_default();
    destination.as_bytes().get(colon) == Some(&b':')
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_hosts_lead_out_of_the_vault() {
        for (destination, out) in [
            ("https://a.b/c", true),
            ("mailto:x@y", true),
            ("//host/path", true),
            ("C:/notes/a.md", true),
            (":/0123456789abcdef", true),
            ("obsidian://open?vault=a", true),
            ("{{site.url}}/a.png", true),
            ("/a/<%slug%>.md", true),
            ("{a}.md", false),
            ("a.md", false),
            ("../a/b.md#x:y", false),
            ("#a:b", false),
            ("00:01:02", false),
            ("a/b:c.md", false),
            ("", false),
        ] {
            assert_eq!(leads_out(destination), out, "{destination}");
        }
    }
}
