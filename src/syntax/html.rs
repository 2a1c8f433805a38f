//! Tags, comments and other constructs of HTML, as far as they hide text.

use super::find::Next;
use super::inline::Skip;
use crate::text::Span;

/// Elements whose content is no text of the note.
const HIDING: [&str; 6] = ["pre", "code", "script", "style", "textarea", "svg"];

/// The hiding element that the tag `tag` opens or closes: its index, and whether it closes it.
/// `None` for other tags and for `<svg/>`.
pub(super) fn hiding(tag: &str) -> Option<(usize, bool)> {
    let (name, closes) = match tag.strip_prefix("</") {
        Some(name) => (name, true),
        None => (tag.strip_prefix('<')?, false),
    };
    if tag.ends_with("/>") {
        return None;
    }
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = name.get(..length)?;
    Some((HIDING.iter().position(|hiding| name.eq_ignore_ascii_case(hiding))?, closes))
}

/// The values of the attributes `id` and `name` of `tag`.
pub(super) fn ids(text: &str, tag: Span) -> impl Iterator<Item = Span> {
    // Closing tags, comments and the like have no attributes.
    let body =
        if tag.of(text).as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) { tag.of(text) } else { "" };
    let mut at = 1 + body.bytes().skip(1).take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    std::iter::from_fn(move || {
        loop {
            at += body.get(at..)?.bytes().take_while(|b| b.is_ascii_whitespace() || *b == b'/').count();
            let name = body.get(at..)?;
            let name = name.get(..name.find(|c: char| c.is_whitespace() || "=/>".contains(c))?)?;
            if name.is_empty() {
                return None;
            }
            at += name.len();
            let value = body.get(at..)?.trim_start();
            let Some(value) = value.strip_prefix('=').map(str::trim_start) else { continue };
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
            let value = value.get(quote.map_or(0, char::len_utf8)..)?;
            let length = match quote {
                Some(quote) => value.find(quote)?,
                None => value.find(|c: char| c.is_whitespace() || c == '>')?,
            };
            let start = body.len() - value.len();
            at = start + length + usize::from(quote.is_some());
            if (name.eq_ignore_ascii_case("id") || name.eq_ignore_ascii_case("name")) && length > 0 {
                return Some(Span::new(tag.start() + start, tag.start() + start + length));
            }
        }
    })
}

/// What stands at a `<` in an HTML block.
enum Construct {
    /// `<!-- … -->`: its end, and the end of its words.
    Comment { end: usize, words_end: usize },
    /// A tag, up to this byte.
    Tag(usize),
    /// CDATA, a processing instruction or a declaration, up to this byte.
    Other(usize),
}

/// What is in a block of HTML.
#[derive(Default, Debug)]
pub(super) struct Found {
    /// What is no text.
    pub(super) skips: Vec<Skip>,
    pub(super) tags: Vec<Span>,
    /// Comments, each with its words.
    pub(super) comments: Vec<(Span, Span)>,
    /// Whether an element that hides its content is not closed anywhere.
    pub(super) unclosed: bool,
    /// The end of one that is closed behind the block.
    pub(super) hidden_until: usize,
}

/// Finds the constructs of one note's HTML blocks in linear time.
#[derive(Debug)]
pub(super) struct Scanner {
    comment: Next,
    cdata: Next,
    instruction: Next,
    closers: [Next; 6],
}

impl Scanner {
    pub(super) fn new() -> Self {
        let closers = ["</pre", "</code", "</script", "</style", "</textarea", "</svg"].map(Next::new);
        Self { comment: Next::new("-->"), cdata: Next::new("]]>"), instruction: Next::new("?>"), closers }
    }

    /// The tags and comments of the block of HTML `block`, from byte `from` on.
    pub(super) fn block(&mut self, text: &str, block: Span, from: usize) -> Found {
        let mut found = Found::default();
        let mut at = block.start().max(from);
        while let Some(next) = text.get(at..block.end()).and_then(|rest| rest.find('<')) {
            let start = at + next;
            let mut end = start + 1;
            match self.construct(text, start, block.end()) {
                Some(Construct::Comment { end: close, words_end }) => {
                    let span = Span::new(start, close);
                    found.comments.push((span, Span::new((start + 4).min(words_end), words_end)));
                    found.skips.push(Skip { span, tag: false });
                    end = close;
                }
                Some(Construct::Tag(close)) => {
                    let span = Span::new(start, close);
                    end = close;
                    found.tags.push(span);
                    if let Some((element, false)) = hiding(span.of(text)) {
                        // One that is never closed hides the rest of its block.
                        let closer = self.close(text, element, close);
                        found.unclosed |= closer.is_none();
                        end = closer.unwrap_or(block.end());
                        found.skips.push(Skip { span: Span::new(start, end.min(block.end())), tag: false });
                        if end > block.end() {
                            found.hidden_until = end;
                            return found;
                        }
                    } else {
                        found.skips.push(Skip { span, tag: true });
                    }
                }
                Some(Construct::Other(close)) => {
                    end = close;
                    found.skips.push(Skip { span: Span::new(start, close), tag: false });
                }
                None => {}
            }
            at = end.max(start + 1);
        }
        found
    }

    /// The construct at `at`, in a block that ends at `end`. One that is not closed runs to `end`.
    fn construct(&mut self, text: &str, at: usize, end: usize) -> Option<Construct> {
        let rest = text.get(at..end)?;
        let until = |next: &mut Next, mark: usize, from: usize| match next.find(text, from) {
            Some(found) if found + mark <= end => (found + mark, found),
            _ => (end, end),
        };
        if rest.starts_with("<!--") {
            // `<!-->` and `<!--->` are whole comments.
            let (close, words_end) = until(&mut self.comment, 3, at + 2);
            return Some(Construct::Comment { end: close, words_end: words_end.max(at + 4).min(close) });
        }
        if rest.starts_with("<![CDATA[") {
            return Some(Construct::Other(until(&mut self.cdata, 3, at + 9).0));
        }
        if rest.starts_with("<?") {
            return Some(Construct::Other(until(&mut self.instruction, 2, at + 2).0));
        }
        if rest.starts_with("<!") {
            let found = rest.get(2..)?.find(['>', '<', '\n'])?;
            return Some(Construct::Other(at + 2 + found + 1));
        }
        tag_end(rest).map(|length| Construct::Tag(at + length))
    }

    /// Where the content of hiding element `element` ends whose open tag ends at `from`: at its
    /// closing tag anywhere behind, else nowhere.
    fn close(&mut self, text: &str, element: usize, from: usize) -> Option<usize> {
        self.closers.get_mut(element)?.find(text, from)
    }
}

/// Length of the tag that `rest` begins with, by CommonMark's rule for tags.
fn tag_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1 + usize::from(bytes.get(1) == Some(&b'/'));
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-') {
        at += 1;
    }
    loop {
        let blank = at;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            b'/' => return (bytes.get(at + 1) == Some(&b'>')).then_some(at + 2),
            b'=' => {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                match bytes.get(at)? {
                    quote @ (b'"' | b'\'') => {
                        at += 2 + memchr::memchr(*quote, bytes.get(at + 1..)?)?;
                    }
                    _ => {
                        while bytes
                            .get(at)
                            .is_some_and(|b| !b.is_ascii_whitespace() && !b"\"'=<>`".contains(b))
                        {
                            at += 1;
                        }
                    }
                }
            }
            b if at > blank && (b.is_ascii_alphabetic() || matches!(b, b'_' | b':')) => {
                while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(b)) {
                    at += 1;
                }
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_end_where_commonmark_ends_them() {
        for (text, tag) in [
            ("<a>b", Some("<a>")),
            ("<a b='>' c=\"x\" d=e f>g", Some("<a b='>' c=\"x\" d=e f>")),
            ("<br/>x", Some("<br/>")),
            ("</p >x", Some("</p >")),
            ("<a b=\"", None),
            ("<a b=\"c\"d>", None),
            ("<1>", None),
            ("<", None),
            ("<a", None),
        ] {
            assert_eq!(tag_end(text).map(|end| &text[..end]), tag, "{text}");
        }
    }
}
