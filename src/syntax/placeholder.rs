//! What a template leaves to be filled in: `{{title}}`, `{% if x %}`, `<% tp.date.now() %>`. It is no
//! name, no path and no mistake.

use super::find::Next;
use crate::text::Span;

const PAIRS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("<%", "%>")];

/// The placeholders of a text, in order, none overlapping.
pub(super) fn placeholders(text: &str) -> Vec<Span> {
    let mut pairs = PAIRS.map(|(open, close)| (Next::new(open), open, Next::new(close), close));
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        let spans = pairs.iter_mut().filter_map(|(next_open, open, next_close, close)| {
            let start = next_open.find(text, at)?;
            let end = next_close.find(text, start + open.len())?;
            Some(Span::new(start, end + close.len()))
        });
        let Some(first) = spans.min_by_key(|span| span.start) else { return found };
        at = first.end();
        found.push(first);
    }
}

/// Whether a text holds a placeholder.
pub(super) fn is_template(text: &str) -> bool {
    text.contains(['{', '<']) && !placeholders(text).is_empty()
}

/// The text with its placeholders as a word that means nothing to YAML or TOML, of as many characters or,
/// for TOML, bytes; those that are alone on their line are a comment.
pub(super) fn masked(text: &str, placeholders: &[Span], by_bytes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in placeholders {
        out.push_str(text.get(at..span.start()).unwrap_or_default());
        let line = out.rsplit(['\n', '\r']).next().unwrap_or_default();
        let mut alone = line.trim_matches([' ', '\t', 'x']).is_empty() || line.trim_start().starts_with('#');
        let rest = text.get(span.end()..).unwrap_or_default();
        let ends_line = rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
        let body = span.of(text);
        alone &= ends_line || body.contains(['\n', '\r']);
        let mut begins = alone;
        for c in body.chars() {
            let is_line_end = matches!(c, '\n' | '\r');
            let count = if by_bytes { c.len_utf8() } else { 1 };
            match (is_line_end, begins) {
                (true, _) => out.push(c),
                (false, true) => {
                    out.push('#');
                    out.extend(std::iter::repeat_n('x', count - 1));
                }
                (false, false) => out.extend(std::iter::repeat_n('x', count)),
            }
            begins = is_line_end;
        }
        at = span.end();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_from_left_to_right() {
        for (text, expected) in [
            ("a {{b}} {%c%} <%d%> e", &["{{b}}", "{%c%}", "<%d%>"][..]),
            ("{{ {% a %} }}", &["{{ {% a %} }}"]),
            ("{{a} {{b}}", &["{{a} {{b}}"]),
            ("{{a <% b %> c", &["<% b %>"]),
            ("{a} < % %>", &[]),
        ] {
            let found: Vec<_> = placeholders(text).iter().map(|span| span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
            assert_eq!(is_template(text), !expected.is_empty());
        }
    }
}
