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
    memchr::memchr2(b'{', b'<', text.as_bytes()).is_some() && !placeholders(text).is_empty()
}

/// The text with its placeholders as a word that means nothing to YAML or TOML, of as many characters or,
/// for TOML, bytes. Where there is nothing else in a line, it is a comment.
pub(super) fn masked(text: &str, placeholders: &[Span], by_bytes: bool) -> String {
    /// Stands for a character of a placeholder until it is known what else is in its line.
    const MARK: char = '\u{7f}';
    if placeholders.is_empty() {
        return text.to_owned();
    }
    let mut marked = String::with_capacity(text.len());
    let mut at = 0;
    for span in placeholders {
        marked.push_str(text.get(at..span.start()).unwrap_or_default());
        for c in span.of(text).chars() {
            let count = if by_bytes { c.len_utf8() } else { 1 };
            match c {
                '\n' | '\r' => marked.push(c),
                _ => marked.extend(std::iter::repeat_n(MARK, count)),
            }
        }
        at = span.end();
    }
    marked.push_str(text.get(at..).unwrap_or_default());
    let mut out = String::with_capacity(marked.len());
    for line in marked.split_inclusive(['\n', '\r']) {
        let alone = line.trim_matches([' ', '\t', '\n', '\r', MARK]).is_empty();
        let line = if alone { line.replacen(MARK, "#", 1) } else { line.to_owned() };
        out.push_str(&line.replace(MARK, "x"));
    }
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

    #[test]
    fn a_line_of_placeholders_is_a_comment_and_others_are_words() {
        let text = "a: {{é}}\n  {{b}} {{c}}\n<%* d\n e: f %>\n- {%g%}\n";
        assert_eq!(
            masked(text, &placeholders(text), false),
            "a: xxxxx\n  #xxxx xxxxx\n#xxxx\n#xxxxxxx\n- xxxxx\n"
        );
        assert_eq!(masked("{{é}} = 1", &placeholders("{{é}} = 1"), true), "xxxxxx = 1");
    }
}
