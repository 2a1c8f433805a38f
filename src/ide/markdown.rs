//! What hovers and documentation are written in: the one way from text of a vault to markdown.
//!
//! A [`Markdown`] is made of markup, which is literal text of ours, and of text of others, which
//! every renderer shows as it is: no link, picture, HTML, icon or command comes of it. Text is
//! written with character references, never with backslashes: the renderer of VS Code (marked) takes
//! backslashes out of a link's text and then reads it a second time. Clients that show the source
//! ([`MarkdownView::Source`]) would show the references, too; they get the same characters as code.
//! Absent: which text to show, and the client's choice between markdown and plain text.
use percent_encoding::percent_decode_str;

use crate::text::visible;

/// Text that is shown as markdown or as plain text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Markdown {
    parts: Vec<Part>,
}

/// How a client shows markdown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MarkdownView {
    /// As HTML, or in some other way that decodes character references.
    #[default]
    Rendered,
    /// As its source, with links and emphasis in their colors and the marks of both hidden: Neovim,
    /// Emacs.
    Source,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    /// Markup of ours: in CommonMark, and in plain text.
    Markup(&'static str, &'static str),
    /// The beginning of a line, behind what encloses it.
    Line(Prefix),
    /// Shown as it is.
    Text(String),
    /// Shown as it is, as code.
    Code(String),
    /// A link by its text, and its address.
    Link(String, String),
    /// A picture, by its address.
    Picture(String),
    /// Code on lines of its own: its language, and the text.
    CodeBlock(String, String),
}

/// What encloses a line: quotes and list items.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Prefix(String);

impl Prefix {
    /// One step into a quote.
    pub(super) fn quote(&mut self) {
        self.0.push_str("> ");
    }

    /// The marker of a list item, of an ordered list where it has a number.
    pub(super) fn item(&mut self, number: Option<u64>) {
        match number {
            // CommonMark takes nine digits.
            Some(number) => self.0.push_str(&format!("{}. ", number.min(999_999_999))),
            None => self.0.push_str("- "),
        }
    }

    /// The blanks below `other`'s last part.
    pub(super) fn blanks(&mut self, count: usize) {
        self.0.extend(std::iter::repeat_n(' ', count));
    }

    /// Its length, in bytes.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Markdown {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Whether it shows nothing.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Adds text that is shown as it is.
    pub(super) fn text(mut self, text: &str) -> Self {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
        self
    }

    /// Adds text in bold.
    pub(super) fn bold(self, text: &str) -> Self {
        self.enclosed("**", Self::new().text(text.trim_matches(is_blank)))
    }

    /// Adds text in italics.
    pub(super) fn italic(self, text: &str) -> Self {
        self.enclosed("*", Self::new().text(text.trim_matches(is_blank)))
    }

    /// Adds `inner` between two `marks` of emphasis. `inner` has no blanks at its ends.
    pub(super) fn enclosed(mut self, marks: &'static str, inner: Self) -> Self {
        if !inner.is_empty() {
            self.parts.push(Part::Markup(marks, ""));
            self = self.then(inner);
            self.parts.push(Part::Markup(marks, ""));
        }
        self
    }

    /// Adds text as code.
    pub(super) fn code(mut self, text: &str) -> Self {
        // What a code span cannot hold in every renderer is text: backticks, since some read a
        // pair of them as emphasis reaches over it; `~`, for the same reason; and what VS Code
        // takes for an icon, also in code. Blanks alone would be a span that is shown as nothing.
        let fits = !text.contains(['`', '~']) && !text.contains("$(") && !text.trim().is_empty();
        if fits {
            self.parts.push(Part::Code(text.trim().to_owned()));
            self
        } else {
            self.text(text)
        }
    }

    /// Adds a link by its text. The address is ours: a file of the vault, or the setting for videos.
    /// Text alone where it is another kind of address.
    pub(super) fn link(mut self, text: &str, url: &str) -> Self {
        let known = ["file:", "http:", "https:"]
            .iter()
            .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if !known || text.trim().is_empty() {
            return self.text(text);
        }
        self.parts.push(Part::Link(text.trim().to_owned(), url.to_owned()));
        self
    }

    /// Adds a picture on the web, a paragraph of its own; of another address, and in plain text, nothing.
    pub(super) fn picture(mut self, url: &str) -> Self {
        if url.starts_with("https://") {
            self.parts.push(Part::Picture(url.to_owned()));
        }
        self
    }

    /// Adds a code block, on lines of its own.
    pub(super) fn code_block(mut self, language: &str, code: &str) -> Self {
        let language = language.chars().take_while(char::is_ascii_alphanumeric).collect();
        self.parts.push(Part::CodeBlock(language, code.to_owned()));
        self
    }

    /// Ends a line within a paragraph.
    pub(super) fn line_break(self) -> Self {
        self.markup("  \n", "\n")
    }

    /// Begins a line that `prefix` encloses.
    pub(super) fn line(mut self, prefix: Prefix) -> Self {
        self.parts.push(Part::Line(prefix));
        self
    }

    /// Adds `other`.
    pub(super) fn then(mut self, other: Self) -> Self {
        for part in other.parts {
            match part {
                Part::Text(text) => self = self.text(&text),
                part => self.parts.push(part),
            }
        }
        self
    }

    /// Adds markup of ours; `plain` stands for it in plain text.
    pub(super) fn markup(mut self, markdown: &'static str, plain: &'static str) -> Self {
        self.parts.push(Part::Markup(markdown, plain));
        self
    }

    /// A line between two paragraphs.
    pub(super) fn rule() -> Self {
        Self::new().markup("---", "---")
    }

    /// `parts` with `separator` between them, empty ones left out.
    pub(super) fn joined(parts: impl IntoIterator<Item = Self>, separator: &Self) -> Self {
        let mut out = Self::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            if !out.is_empty() {
                out = out.then(separator.clone());
            }
            out = out.then(part);
        }
        out
    }

    /// Paragraphs, empty ones left out.
    pub(super) fn paragraphs(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, &Self::new().markup("\n\n", "\n\n"))
    }

    /// As CommonMark for such a client. Nothing in it is live but links that were made as such, and
    /// pictures likewise.
    pub fn to_commonmark(&self, view: MarkdownView) -> String {
        let mut out = String::new();
        let mut starts_line = true;
        for part in &self.parts {
            match part {
                Part::Markup(markdown, _) => {
                    out.push_str(markdown);
                    starts_line = markdown.ends_with('\n');
                    continue;
                }
                Part::Line(prefix) => {
                    out.push_str(&prefix.0);
                    starts_line = true;
                    continue;
                }
                Part::Text(text) => push_text(&mut out, text, starts_line, view),
                // Right behind other code, its mark would be part of the other's.
                Part::Code(text) if out.ends_with('`') => push_text(&mut out, text, false, view),
                Part::Code(text) => {
                    out.push('`');
                    out.push_str(&visible(text));
                    out.push('`');
                }
                Part::Link(text, url) => {
                    out.push('[');
                    push_text(&mut out, text, false, view);
                    out.push_str("](");
                    push_address(&mut out, url);
                    // Where a link to a file has no title, VS Code shows its path, with icons.
                    let path = percent_decode_str(url).decode_utf8_lossy();
                    if view == MarkdownView::Rendered && url.starts_with("file:") && has_icon(&path) {
                        out.push_str(" \"Open\"");
                    }
                    out.push(')');
                }
                Part::Picture(url) => {
                    // Others show its address.
                    if view == MarkdownView::Rendered {
                        out.push_str("![](");
                        push_address(&mut out, url);
                        out.push_str(")\n\n");
                        starts_line = true;
                    }
                    continue;
                }
                // VS Code would put icons into it.
                Part::CodeBlock(_, code) if view == MarkdownView::Rendered && has_icon(code) => {
                    for (at, line) in code.lines().filter(|line| !line.trim().is_empty()).enumerate() {
                        out.push_str(if at > 0 { "  \n" } else { "" });
                        push_text(&mut out, line.trim(), true, view);
                    }
                }
                Part::CodeBlock(language, code) => {
                    let fence = "`".repeat(longest_run_of_backticks(code).max(2) + 1);
                    out.push_str(&format!("{fence}{language}\n"));
                    push_lines(&mut out, code);
                    out.push_str(&fence);
                }
            }
            starts_line = false;
        }
        out
    }

    /// As a reader sees it, without any markup.
    pub fn to_plain_text(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Markup(_, plain) => out.push_str(plain),
                Part::Line(prefix) => out.push_str(&prefix.0),
                Part::Text(text) | Part::Code(text) | Part::Link(text, _) => out.push_str(&visible(text)),
                Part::Picture(_) => {}
                Part::CodeBlock(_, code) => {
                    push_lines(&mut out, code);
                    out.truncate(out.trim_end_matches('\n').len());
                }
            }
        }
        out
    }
}

/// Beside what some renderer takes for a blank, marks of emphasis are none.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Adds the lines of `code`, each with its end.
fn push_lines(out: &mut String, code: &str) {
    for line in code.lines() {
        for (at, cell) in line.split('\t').enumerate() {
            if at > 0 {
                out.push('\t');
            }
            out.push_str(&visible(cell));
        }
        out.push('\n');
    }
}

/// Whether VS Code would find an icon in `code`: `$(name)`, `$(name~spin)`.
fn has_icon(code: &str) -> bool {
    code.split("$(").skip(1).any(|rest| {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '~'));
        name.len() < rest.len() && name.starts_with(')')
    })
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Adds `text` so that the client shows it as it is; `starts_line` where CommonMark may take its
/// beginning for a block's.
fn push_text(out: &mut String, text: &str, starts_line: bool, view: MarkdownView) {
    let text = visible(text);
    let text = if starts_line { text.trim_start() } else { &text };
    let marker = if starts_line { block_marker(text) } else { None };
    let mut before = out.chars().next_back();
    let mut chars = text.char_indices().peekable();
    let mut mark = "";
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let in_word = before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
        let rendered = view == MarkdownView::Rendered;
        let needed = marker == Some(at)
            || match c {
                '`' | '*' | '[' | ']' | '<' | '~' => true,
                // Before one of these it would be of no effect itself, and take that of a mark of ours.
                '\\' => rendered || next.is_none_or(|next| next.is_ascii_punctuation()),
                '|' => rendered,
                '_' => !in_word,
                // Before a bracket of ours, or one that stands for itself, it would make a picture.
                '!' => next.is_none_or(|next| next == '['),
                '&' => next.is_none_or(|next| next == '#' || next.is_alphanumeric()),
                // `$(name)` is an icon in VS Code, which looks for it in the HTML.
                '(' => rendered && before == Some('$'),
                // Addresses that some renderers make links of: `https://…`, `www.…`, `a@b.c`.
                '/' => rendered && next == Some('/'),
                '.' => rendered && ends_with_www(text.get(..at).unwrap_or("")),
                '@' => rendered && before.is_some_and(|c| !c.is_whitespace()),
                _ => false,
            };
        // What a reference would not do for is put between marks.
        let marked = needed
            && match view {
                MarkdownView::Source => !matches!(c, '&' | '<' | '>' | '`'),
                MarkdownView::Rendered => c == '(',
            };
        if marked == mark.is_empty() {
            // Right behind other code, its mark would be part of the other's.
            mark = match (marked, out.ends_with('`')) {
                (false, _) => {
                    out.push_str(mark);
                    ""
                }
                (true, false) => "`",
                (true, true) => "*",
            };
            out.push_str(mark);
        }
        if needed && !marked {
            push_reference(out, c);
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    out.push_str(mark);
}

fn ends_with_www(text: &str) -> bool {
    text.len().checked_sub(3).and_then(|at| text.get(at..)).is_some_and(|w| w.eq_ignore_ascii_case("www"))
}

/// Adds `c` as a character reference; by name where HTML and XML share one, which more clients know.
fn push_reference(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push_str(&format!("&#{};", u32::from(c))),
    }
}

/// The byte of a line's text that makes it a heading, quote, item, rule, table or fence, or the
/// underline of a heading.
fn block_marker(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    if (1..=9).contains(&digits) && rest.starts_with(['.', ')']) {
        return Some(digits);
    }
    text.starts_with(['#', '>', '+', '-', '=', ':']).then_some(0)
}

/// Adds an address, as what stands between a link's parentheses.
fn push_address(out: &mut String, url: &str) {
    for (at, c) in url.char_indices() {
        // What a blank is, renderers do not agree on.
        let refused = !c.is_ascii_graphic() || r#"()<>[]\"'`|*"#.contains(c);
        // Of `&name;` a character would be made.
        if refused || c == '&' && is_reference(url.get(at..).unwrap_or("")) {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|b| out.push_str(&format!("%{b:02X}")));
        } else {
            out.push(c);
        }
    }
}

/// Whether `text` begins with something like a character reference.
fn is_reference(text: &str) -> bool {
    let name = text.trim_start_matches(['&', '#']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    end.is_some_and(|end| end > 0 && name.get(end..).is_some_and(|rest| rest.starts_with(';')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        Markdown::new().text(text).to_commonmark(MarkdownView::Rendered)
    }

    #[test]
    fn text_is_shown_as_it_is() {
        for (shown, written) in [
            (
                "plain words, (some) in brackets! 5 $ & 3 < 4",
                "plain words, (some) in brackets! 5 $ & 3 &lt; 4",
            ),
            ("snake_case _a_ *b*", "snake_case &#95;a&#95; &#42;b&#42;"),
            ("![](https://x.y/p.png)", "&#33;&#91;&#93;(https:&#47;/x.y/p.png)"),
            ("[c](command:x)", "&#91;c&#93;(command:x)"),
            ("\\[c\\](command:x)", "&#92;&#91;c&#92;&#93;(command:x)"),
            ("&#91;c&#93; &amp; AT&T R&D", "&amp;#91;c&amp;#93; &amp;amp; AT&amp;T R&amp;D"),
            ("<b>$(alert)</b>", "&lt;b>$`(`alert)&lt;/b>"),
            ("`a` ~b~ a|b", "&#96;a&#96; &#126;b&#126; a&#124;b"),
            ("me@x.y www.x.y WWW.x.y a @ b", "me&#64;x.y www&#46;x.y WWW&#46;x.y a @ b"),
            ("a\nb\u{202E}c\0", "a&#92;nb&#92;u{202e}c&#92;u{0}"),
            ("# a", "&#35; a"),
            ("> a", "&gt; a"),
            ("- a", "&#45; a"),
            ("=== a", "&#61;== a"),
            ("12) a", "12&#41; a"),
            ("    a", "a"),
        ] {
            assert_eq!(text(shown), written);
            assert_eq!(Markdown::new().text(shown).to_plain_text(), visible(shown));
        }
    }

    /// Text at the end of a part meets what stands behind it.
    #[test]
    fn text_makes_nothing_of_what_follows_it() {
        let link = |before: &str| {
            Markdown::new().text(before).link("t", "file:///t.md").to_commonmark(MarkdownView::Rendered)
        };
        assert_eq!(link("a!"), "a&#33;[t](file:///t.md)");
        assert_eq!(link("a&"), "a&amp;[t](file:///t.md)");
        assert_eq!(Markdown::new().bold(" \u{feff}a").to_commonmark(MarkdownView::Rendered), "**a**");
        assert_eq!(Markdown::new().bold("a").text("\\").to_commonmark(MarkdownView::Rendered), "**a**&#92;");
    }

    #[test]
    fn a_link_leads_where_we_mean() {
        for (shown, url, written) in [
            ("a](b)", "https://x.y/?a=1&t=3s", "[a&#93;(b)](https://x.y/?a=1&t=3s)"),
            ("![]()", "file:///v/a b(1).md", "[&#33;&#91;&#93;()](file:///v/a%20b%281%29.md)"),
            ("a", "file:///v/%5Bx%5D.md", "[a](file:///v/%5Bx%5D.md)"),
            ("a", "https://x.y/&lt;&#60;&", "[a](https://x.y/%26lt;%26#60;&)"),
            ("a", "https://x.y/\u{feff}é", "[a](https://x.y/%EF%BB%BF%C3%A9)"),
            ("a", "file:///v/%24%28x%29.md", "[a](file:///v/%24%28x%29.md \"Open\")"),
            ("a", "command:x", "a"),
            ("a", "javascript:x", "a"),
            (" ", "https://x.y", ""),
        ] {
            let link = Markdown::new().link(shown, url);
            assert_eq!(link.to_commonmark(MarkdownView::Rendered), written);
            assert_eq!(link.to_plain_text().trim(), shown.trim());
        }
    }

    #[test]
    fn code_is_text_where_a_span_cannot_hold_it() {
        for (code, written) in [
            ("a_b/c.md", "`a_b/c.md`"),
            ("[x](command:y)", "`[x](command:y)`"),
            ("a`b", "a&#96;b"),
            ("~~a~~", "&#126;&#126;a&#126;&#126;"),
            ("$(alert)", "$`(`alert)"),
            ("a\nb", "`a\\nb`"),
        ] {
            assert_eq!(Markdown::new().code(code).to_commonmark(MarkdownView::Rendered), written);
        }
        let both = Markdown::new().code("a").text("$(b) $(c)").code("d").code("e");
        assert_eq!(both.to_commonmark(MarkdownView::Rendered), "`a`$`(`b) $`(`c)`d`e");
        let icon = Markdown::new().code_block("sh", "echo\n\n  $(date)\n- a");
        assert_eq!(icon.to_commonmark(MarkdownView::Rendered), "echo  \n$`(`date)  \n&#45; a");
        assert_eq!(icon.to_commonmark(MarkdownView::Source), "```sh\necho\n\n  $(date)\n- a\n```");
        let block = Markdown::new().code_block("c++ [x]", "a\n```\n\tb\u{9b}");
        assert_eq!(block.to_commonmark(MarkdownView::Rendered), "````c\na\n```\n\tb\\u{9b}\n````");
        assert_eq!(block.to_plain_text(), "a\n```\n\tb\\u{9b}");
    }

    /// What shows its source knows but four references, and hides the marks of code.
    #[test]
    fn a_client_that_shows_the_source_gets_little_of_it() {
        for (shown, written) in [
            ("snake_case (a) 5 $ | me@x.y https://x.y \\d", "snake_case (a) 5 $ | me@x.y https://x.y \\d"),
            ("![x](command:y)", "`![`x`]`(command:y)"),
            ("a [[b]] *c*", "a `[[`b`]]` `*`c`*`"),
            ("<b> AT&T `", "&lt;b> AT&amp;T &#96;"),
            ("# a", "`#` a"),
            ("> a", "&gt; a"),
            ("\\[b](c) \\", "`\\[`b`]`(c) `\\`"),
        ] {
            let markdown = Markdown::new().text(shown);
            assert_eq!(markdown.to_commonmark(MarkdownView::Source), written);
        }
        let link = Markdown::new().link("a [b]", "file:///a.md").to_commonmark(MarkdownView::Source);
        assert_eq!(link, "[a `[`b`]`](file:///a.md)");
    }

    #[test]
    fn plain_text_says_what_markdown_shows() {
        let first = Markdown::new().bold("Title").text(" · ").code("channel").line_break();
        let first = first.text("▶ ").link("10:36", "https://x.y/z");
        let mut prefix = Prefix::default();
        prefix.item(Some(3));
        let second = Markdown::new().line(prefix).text("# one");
        let both = Markdown::paragraphs([first, Markdown::new(), Markdown::rule(), second]);
        assert_eq!(
            both.to_commonmark(MarkdownView::Rendered),
            "**Title** · `channel`  \n▶ [10:36](https://x.y/z)\n\n---\n\n3. &#35; one"
        );
        assert_eq!(both.to_plain_text(), "Title · channel\n▶ 10:36\n\n---\n\n3. # one");
    }
}
