//! A bound on how deep the containers of CommonMark are nested.
//!
//! Every line of a paragraph may go on in all containers that are open, so that a parser asks each of
//! them on each line: 100,000 list items in one another, above 100,000 lines, are ten billion questions.

use std::borrow::Cow;

/// Columns of a line in which the marks of containers count: 100 nested lists, 200 nested quotes.
const COLUMNS: usize = 200;

/// `text` as the parser is to see it, byte for byte in the same place: a mark of a list item, a quote or
/// a footnote that stands in its line behind [`COLUMNS`] columns of such marks and blanks is text.
pub(super) fn bounded(text: &str) -> Cow<'_, str> {
    let mut marks = Vec::new();
    let mut start = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).chain([text.len()]) {
        let line = text.as_bytes().get(start..end).unwrap_or_default();
        // A tab is four columns.
        if line.len() * 4 > COLUMNS {
            marks.extend(excess(line).map(|at| start + at));
        }
        start = end + 1;
    }
    if marks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bounded = text.to_owned();
    for mark in marks {
        // Every mark begins with a byte that is a character, and so is this one.
        bounded.replace_range(mark..=mark, "x");
    }
    Cow::Owned(bounded)
}

/// The first byte of a line's first mark that stands too far to the right. What follows it is the text
/// of a paragraph, so that one is enough.
fn excess(line: &[u8]) -> Option<usize> {
    let (mut at, mut column) = (0, 0);
    loop {
        let rest = line.get(at..)?;
        match rest.first()? {
            b' ' => (at, column) = (at + 1, column + 1),
            b'\t' => (at, column) = (at + 1, column + 4 - column % 4),
            _ => {
                let length = mark(rest)?;
                if column >= COLUMNS {
                    return (!is_rule(rest)).then_some(at);
                }
                (at, column) = (at + length, column + length);
            }
        }
    }
}

/// Length of the mark of a container that `rest` begins with.
fn mark(rest: &[u8]) -> Option<usize> {
    let blank = |at: usize| matches!(rest.get(at), None | Some(b' ' | b'\t'));
    match rest {
        [b'>', ..] => Some(1),
        [b'-' | b'+' | b'*', ..] if blank(1) => Some(1),
        [b'[', b'^', ..] => {
            let close = memchr::memchr(b']', rest)?;
            (rest.get(close + 1) == Some(&b':')).then_some(close + 2)
        }
        [b'0'..=b'9', ..] => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            (matches!(rest.get(digits), Some(b'.' | b')')) && blank(digits + 1)).then_some(digits + 1)
        }
        _ => None,
    }
}

/// Whether all the rest of a line is a thematic break.
fn is_rule(rest: &[u8]) -> bool {
    let mark = rest.first().copied().unwrap_or_default();
    matches!(mark, b'-' | b'*') && rest.iter().all(|&b| b == mark || b == b' ' || b == b'\t')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser};

    use super::super::document::MARKDOWN;
    use super::*;

    fn depth(text: &str) -> usize {
        let (mut depth, mut most) = (0, 0);
        for event in Parser::new_ext(text, MARKDOWN) {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            most = most.max(depth);
        }
        most
    }

    #[test]
    fn containers_are_nested_so_deep_and_no_deeper() {
        for mark in ["- ", "> ", ">", "1. ", "+ > ", "[^a]: ", "\t- ", ">\t* "] {
            for end in ["x", "[[x]]", "é", "-x", "# x"] {
                let text = format!("{}{end}\nlazy\n=\n", mark.repeat(1_000));
                let bounded = bounded(&text);
                assert_eq!(bounded.len(), text.len());
                assert!(depth(&bounded) <= COLUMNS + 4, "{mark:?} {}", depth(&bounded));
                assert_eq!(bounded.matches('x').count(), text.matches('x').count() + 1, "{mark:?} {end:?}");
            }
        }
    }

    #[test]
    fn what_is_no_container_stays() {
        for far in ["x - y", "-x", "1.x", "[^a] b", "`>`", "- - - -", "* * *", "---", ""] {
            let text = format!("{}{far}\n\n{}- x\n", " ".repeat(300), " ".repeat(150));
            assert!(matches!(bounded(&text), Cow::Borrowed(_)), "{far:?}");
        }
        let rule = "- ".repeat(300);
        assert_eq!(bounded(&rule), rule, "a thematic break is no nested list");
        let prose = format!("{}\n> {}", "word ".repeat(100), "word - ".repeat(100));
        assert_eq!(bounded(&prose), prose);
    }

    proptest! {
        /// No note that a person wrote comes near the bound: its events are CommonMark's.
        #[test]
        fn below_the_bound_nothing_changes(
            text in proptest::collection::vec(
                proptest::sample::select(vec![
                    "- ", "> ", ">", "1. ", "* ", "+ ", "[^a]: ", "\t", "    ", "  ", " ", "\n", "\n\n", "\r\n",
                    "x", "word word", "é", "=", "---", "# ", "```", "[a]: b", "|a|b|\n|-|-|\n", "<b>", "[[x]]",
                ]),
                0..60,
            ).prop_map(|pieces| pieces.concat())
        ) {
            let events = |text: &str| {
                Parser::new_ext(text, MARKDOWN)
                    .into_offset_iter()
                    .map(|(event, range)| (event.into_static(), range))
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(events(&bounded(&text)), events(&text));
        }
    }
}
