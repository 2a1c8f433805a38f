//! Which timestamp is being written: the value of an anchor, words behind `@ts`, or `[4:3`. The line's text
//! decides, as what is being written is none yet. Absent: what to offer.
use std::sync::LazyLock;

use regex::Regex;

use super::context::{LONGEST, line_around};
use super::tags;
use crate::ide::Document;
use crate::settings::Settings;
use crate::text::Span;

/// What stands for a timestamp until one is picked.
pub(super) const TRIGGER: &str = "@ts";

/// A timestamp that is being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place<'t> {
    /// What an item replaces. On one line, and the cursor is in it.
    pub(super) replace: Span,
    /// The part of it before what is looked for, as far as the cursor.
    pub(super) lead: &'t str,
    /// The time or the words that are looked for.
    pub(super) query: &'t str,
    /// How it is written.
    pub(super) written: Written,
}

/// How a timestamp is being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Written {
    /// As an anchor; all of it is replaced.
    Anchor,
    /// The same where its label says something else: only the value is replaced.
    Value,
    /// Behind [`TRIGGER`], or a part of that.
    Trigger,
    /// `[4:3`, with or without the bracket behind it.
    Bracket,
    /// The text of a markdown link to a second of a video; all of it is replaced.
    Link,
    /// The word `ts`.
    Word,
}

#[expect(clippy::unwrap_used, reason = "literal patterns, compiled by the tests")]
static PATTERNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r#"<a\s(?P<attributes>[^<>]*?)\bdata-t=["'](?P<query>[0-9:.]*)$"#,
        // The rest of an anchor: as much of it as there is already. An editor may have closed the tag and not the quotes.
        r#"^(?P<value>[0-9:.]*)["']?(?:\s*(?P<tag>>(?P<label>[^<>\n]*)</a>|>))?"#,
        r"(?:^|[\s(\[{|>*_~“‘«—–])(?P<all>@(?:t(?:s(?:\s+(?P<query>[^\[\]()<>|#]*))?)?)?)$",
        r"(?:^|[^\\\[\]\w])(?P<all>\[(?P<query>\d{1,2}:[\d:]*))$",
    ]
    .map(|pattern| Regex::new(pattern).unwrap())
});

impl<'t> Place<'t> {
    /// The timestamp around a cursor at `offset`; `None` where there is none, or where it would mean nothing: in
    /// code, math, comments.
    pub(super) fn find(document: &'t Document, offset: usize, settings: &Settings) -> Option<Self> {
        let (_, before, after) = line_around(document, offset)?;
        let (found, all) = Self::anchor(before, after, offset)
            .or_else(|| Self::trigger(before, after, offset))
            .or_else(|| Self::bracket(document, before, after, offset))?;
        (offset - all.start() <= LONGEST && tags::is_text(document, all, settings)).then_some(found)
    }

    /// `<a class="yt-timestamp" data-t="00:0`.
    fn anchor(before: &'t str, after: &str, offset: usize) -> Option<(Self, Span)> {
        let [head, rest, ..] = &*PATTERNS;
        let head = head.captures(before)?;
        let (all, query) = (head.get(0)?, head.name("query")?);
        let rest = rest.captures(after)?;
        let length = |name| rest.name(name).map_or(0, |found| found.len());
        let value = [query.as_str(), rest.name("value")?.as_str()].concat();
        let label = rest.name("label").map(|label| label.as_str().trim_matches(['[', ']', ' ']));
        let attributes = head.name("attributes")?.as_str().trim();
        // Whatever else the author has written stays.
        let whole = (attributes.is_empty() || attributes.eq_ignore_ascii_case("class=\"yt-timestamp\""))
            && label.is_none_or(|label| label.is_empty() || label == value);
        let start_of_line = offset - before.len();
        let tag = Span::new(start_of_line + all.start(), offset + rest.get(0)?.len());
        let value = Span::new(start_of_line + query.start(), offset + length("value"));
        let found = Self {
            replace: if whole { tag } else { value },
            lead: if whole { before.get(all.start()..query.start())? } else { "" },
            query: query.as_str(),
            written: if whole { Written::Anchor } else { Written::Value },
        };
        Some((found, tag))
    }

    /// `@ts words`, and `ts`.
    fn trigger(before: &'t str, after: &str, offset: usize) -> Option<(Self, Span)> {
        let [_, _, trigger, _] = &*PATTERNS;
        let start_of_line = offset - before.len();
        let is_word = |c: &char| c.is_alphanumeric() || *c == ':';
        let rest: usize = after.chars().take_while(is_word).map(char::len_utf8).sum();
        if let Some(found) = trigger.captures(before) {
            let all = found.name("all")?;
            let start = found.name("query").map_or(before.len(), |query| query.start());
            let replace = Span::new(start_of_line + all.start(), offset + rest);
            let (lead, query) = (before.get(all.start()..start)?, before.get(start..)?);
            return Some((Self { replace, lead, query, written: Written::Trigger }, replace));
        }
        let word = before.strip_suffix("ts").filter(|_| rest == 0)?;
        let is_alone =
            word.chars().next_back().is_none_or(|last| last.is_whitespace() || "([|>".contains(last));
        let replace = Span::new(offset - "ts".len(), offset);
        let lead = before.get(word.len()..)?;
        is_alone.then_some((Self { replace, lead, query: "", written: Written::Word }, replace))
    }

    /// `[4:3`.
    fn bracket(document: &Document, before: &'t str, after: &str, offset: usize) -> Option<(Self, Span)> {
        let [.., bracket] = &*PATTERNS;
        let found = bracket.captures(before)?;
        let (all, query) = (found.name("all")?, found.name("query")?);
        let start = offset - before.len() + all.start();
        let rest = after.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
        let (mut end, mut written) = (offset + rest, Written::Bracket);
        if after.get(rest..).is_some_and(|after| after.starts_with(']')) {
            end += 1;
            match after.get(rest + 1..).and_then(|after| after.chars().next()) {
                Some('(') => {
                    let mut links = document.note.video_links.iter();
                    end = links.find(|link| link.span.start() == start)?.span.end();
                    written = Written::Link;
                }
                // Some other link, a definition, or an anchor, whose value says the time.
                Some('[' | ':' | '<') => return None,
                _ => {}
            }
        }
        let replace = Span::new(start, end);
        Some((Self { replace, lead: "[", query: query.as_str(), written }, replace))
    }
}
