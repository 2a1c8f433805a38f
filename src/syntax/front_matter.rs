//! The `---` or `+++` block at the start of a note: title, aliases, video, tags, links in values, comments.
//!
//! Keys are known in any case. What holds a template's placeholder is neither a value nor a mistake.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::find::{Line, behind_line_end, line_end};
use super::links::{self, Brackets, TargetEnd};
use super::placeholder::{is_template, masked, placeholders};
use super::{FrontMatter, Note, Options, Problem, ProblemKind, Scope, Tag, Value, suppression};
use crate::text::Span;

/// Reads the front matter into `note`, and returns where the body of the note begins; YAML always by its parser
/// where `by_parser` is set, which only takes longer.
pub(super) fn read(text: &str, options: &Options, note: &mut Note, by_parser: bool) -> usize {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let toml = block(text, start, "+++");
    let is_toml = toml.is_some();
    let Some((body, end)) = toml.or_else(|| block(text, start, "---")) else { return start };
    let mut reader = FrontMatterParser {
        text,
        options,
        front: FrontMatter { span: Span::new(start, end), ..FrontMatter::default() },
        video_rank: None,
        scalars: Vec::new(),
        placeholders: placeholders(body.of(text))
            .iter()
            .map(|span| Span::new(body.start() + span.start(), body.start() + span.end()))
            .collect(),
        tags: Vec::new(),
        problem: None,
    };
    if is_toml {
        reader.read_toml(body);
    } else if by_parser || !reader.read_plain(body) {
        reader.read(body);
    }
    reader.finish(body, !is_toml, note);
    behind_line_end(text, end)
}

/// Whether the front matter of `old`, or that there is none, is the same in `text`, which differs from
/// `old_text` from `start` on.
pub(super) fn stays(old_text: &str, old: &Note, text: &str, start: usize) -> bool {
    let body = old.parts.body as usize;
    if start < body {
        return false;
    }
    if old.front_matter.is_some() {
        // The line behind is no part of the one that closes it.
        return text.get(..body).is_some_and(|before| before.ends_with('\n'));
    }
    let opens = |text: &str| {
        let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
        bare.starts_with("---") || bare.starts_with("+++")
    };
    text.starts_with('\u{feff}') == old_text.starts_with('\u{feff}') && !opens(old_text) && !opens(text)
}

/// What stands between two lines that are `mark`, and the end of the closing one without its line end.
fn block(text: &str, start: usize, mark: &str) -> Option<(Span, usize)> {
    let fence = |at: usize| -> Option<usize> {
        let end = line_end(text, at);
        let rest = text.get(at..end)?.strip_prefix(mark)?;
        rest.bytes().all(|b| b == b' ' || b == b'\t').then_some(end)
    };
    let first = fence(start)?;
    let yaml = behind_line_end(text, first);
    let mut line = yaml;
    while line > first && line < text.len() {
        if let Some(end) = fence(line) {
            return Some((Span::new(yaml, line), end));
        }
        let end = line_end(text, line);
        let next = behind_line_end(text, end);
        if next == line {
            return None;
        }
        line = next;
    }
    None
}

struct FrontMatterParser<'t> {
    text: &'t str,
    options: &'t Options,
    front: FrontMatter,
    /// Whether what was found for the source is no id, and the rank of its key.
    video_rank: Option<(bool, usize)>,
    /// Bytes of every scalar: a `#` in one of them begins no comment.
    scalars: Vec<Span>,
    /// What a template leaves to be filled in.
    placeholders: Vec<Span>,
    tags: Vec<Tag>,
    problem: Option<Problem>,
}

/// What the value of a top-level key is for.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Title,
    Aliases,
    Video,
    Language,
    Tags,
    Other,
}

/// Turns the parser's characters into bytes; asked at places near the last one it reads the text once.
struct Bytes<'t> {
    text: &'t str,
    base: usize,
    chars: usize,
    bytes: usize,
}

impl Bytes<'_> {
    fn at(&mut self, chars: usize) -> usize {
        let (before, rest) = self.text.split_at_checked(self.bytes).unwrap_or((self.text, ""));
        // A step back is short: the parser's spans overlap by a blank or a comment.
        match self.chars.checked_sub(chars) {
            Some(0) => {}
            Some(back) => self.bytes = before.char_indices().nth_back(back - 1).map_or(0, |(at, _)| at),
            None => {
                let ahead = chars - self.chars;
                self.bytes += rest.char_indices().nth(ahead).map_or(rest.len(), |(at, _)| at);
            }
        }
        self.chars = chars;
        self.base + self.bytes
    }
}

/// A plain line of YAML: a key and a value, which is all that the line is, or an item of the list below a key.
enum PlainLine {
    Value { key: Span, value: Span },
    List { key: Span },
    Item { value: Span },
}

impl PlainLine {
    /// `None` where it takes a parser to see what `line` is, which begins at `start`.
    fn of(line: &str, start: usize) -> Option<Self> {
        let span = |from: usize, to: usize| Span::new(start + from, start + to);
        if let Some(value) = line.strip_prefix("  - ") {
            return is_plain(value).then(|| Self::Item { value: span(line.len() - value.len(), line.len()) });
        }
        let colon = memchr::memchr(b':', line.as_bytes())?;
        let (key, rest) = line.split_at_checked(colon)?;
        let is_key = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !key.bytes().all(is_key) {
            return None;
        }
        let key = span(0, key.len());
        if rest == ":" {
            return Some(Self::List { key });
        }
        let value = rest.strip_prefix(": ").filter(|value| is_plain(value))?;
        Some(Self::Value { key, value: span(line.len() - value.len(), line.len()) })
    }
}

/// Whether a value of YAML is what it looks like: words without marks that may mean something.
fn is_plain(value: &str) -> bool {
    let begins = value.starts_with(|c: char| c.is_ascii_alphanumeric());
    // Not a key, not a comment, no placeholder; nothing but ASCII, which no version of YAML refuses.
    let is_word = |b: u8| matches!(b, b' '..=b'~') && !b":#{}<>%$[]`\\".contains(&b);
    begins && value.len() < 1000 && value.bytes().all(is_word) && !value.ends_with(' ')
}

impl<'t> FrontMatterParser<'t> {
    /// Reads what most notes have: plain `key: value` lines, and lists of plain values. Says whether that is all.
    fn read_plain(&mut self, yaml: Span) -> bool {
        if !self.placeholders.is_empty() {
            return false;
        }
        let text = self.text;
        let (mut lines, mut at) = (Vec::new(), yaml.start());
        for line in yaml.of(text).split_inclusive('\n') {
            let Some(plain) = line.strip_suffix('\n').and_then(|line| PlainLine::of(line, at)) else {
                return false;
            };
            // An item is one of a list that a key begins, which has one.
            let in_list = matches!(lines.last(), Some(PlainLine::List { .. } | PlainLine::Item { .. }));
            let is_item = matches!(plain, PlainLine::Item { .. });
            if is_item && !in_list || !is_item && matches!(lines.last(), Some(PlainLine::List { .. })) {
                return false;
            }
            lines.push(plain);
            at += line.len();
        }
        if matches!(lines.last(), None | Some(PlainLine::List { .. })) {
            return false;
        }
        let mut list = Use::Other;
        let value = |span: Span| Value { text: span.of(text).to_owned(), span };
        for line in lines {
            match line {
                PlainLine::Value { key, value: span } => {
                    self.scalars.extend([key, span]);
                    self.take(self.wanted(key.of(text)), key.of(text), value(span), ScalarStyle::Plain);
                }
                PlainLine::List { key } => {
                    self.scalars.push(key);
                    list = self.wanted(key.of(text));
                    let item = text.get(key.end()..).and_then(|rest| rest.find('-')).unwrap_or_default();
                    self.refuse(list, true, key.end() + item);
                }
                PlainLine::Item { value: span } => {
                    self.scalars.push(span);
                    if matches!(list, Use::Aliases | Use::Tags) {
                        self.take_one(list, value(span), ScalarStyle::Plain);
                    }
                }
            }
        }
        true
    }

    fn read(&mut self, yaml: Span) {
        let source = yaml.of(self.text);
        let mut bytes = Bytes { text: source, base: yaml.start(), chars: 0, bytes: 0 };
        let masked = masked(source, &placeholders(source), false);
        let mut parser = Parser::new_from_str(&masked);
        // Depth of the containers that are open; the top mapping is 1.
        let mut depth = 0usize;
        let mut key: Option<Use> = None;
        let mut name = String::new();
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    self.fail(&error, yaml, &mut bytes);
                    break;
                }
            };
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        break;
                    }
                }
                Event::MappingStart(..) | Event::SequenceStart(..) => {
                    let list = matches!(event, Event::SequenceStart(..));
                    if depth == 0 && list {
                        let start = bytes.at(span.start.index());
                        self.complain(
                            line(self.text, start),
                            "front matter must be `key: value` lines, not a list",
                        );
                    }
                    if depth == 1
                        && let Some(wanted) = key
                    {
                        self.refuse(wanted, list, bytes.at(span.start.index()));
                    }
                    depth += 1;
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    depth = depth.saturating_sub(1);
                    if depth == 1 {
                        key = None;
                    }
                }
                Event::Scalar(value, style, ..) => {
                    let start = bytes.at(span.start.index());
                    let end = bytes.at(span.end.index()).max(start);
                    let span = match style {
                        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
                            let body = self.text.get(start..end).unwrap_or_default();
                            Span::new(start, start + body.trim_end().len())
                        }
                        _ => quoted(self.text, start, end),
                    };
                    self.scalars.push(span);
                    let empty = style == ScalarStyle::Plain && (value == "~" || value.is_empty());
                    let value = Value { text: value.into_owned(), span };
                    match (depth, key) {
                        (0, _) if !empty => {
                            self.complain(span, "the front matter has no `key: value` line");
                        }
                        (1, None) => {
                            key = Some(self.wanted(&value.text));
                            name = value.text;
                        }
                        (1, Some(wanted)) => {
                            if !empty {
                                self.take(wanted, &name, value, style);
                            }
                            key = None;
                        }
                        (2, Some(wanted @ (Use::Aliases | Use::Tags))) if !empty => {
                            self.take_one(wanted, value, style);
                        }
                        _ => {}
                    }
                }
                Event::Alias(_) if depth == 1 => key = if key.is_none() { Some(Use::Other) } else { None },
                _ => {}
            }
        }
    }

    fn wanted(&self, key: &str) -> Use {
        match &*key.to_ascii_lowercase() {
            "title" => Use::Title,
            "aliases" | "alias" => Use::Aliases,
            "tags" | "tag" => Use::Tags,
            "lang" | "language" => Use::Language,
            key if self.options.kinds.is_key(key) => Use::Video,
            _ => Use::Other,
        }
    }

    /// A list or a mapping where something else belongs.
    fn refuse(&mut self, wanted: Use, list: bool, at: usize) {
        if self.problem.is_some() {
            return;
        }
        let span = line(self.text, at);
        match wanted {
            Use::Title if list => self.complain(span, "`title` must be a string, not a list"),
            Use::Video if list => self.complain(span, "the video ID must be a string, not a list"),
            Use::Title => self.complain(span, "`title` must be a string, not a mapping"),
            Use::Video => self.complain(span, "the video ID must be a string, not a mapping"),
            Use::Aliases if !list => self.complain(span, "`aliases` must be a list, not a mapping"),
            Use::Tags if !list => self.complain(span, "`tags` must be a list, not a mapping"),
            _ => {}
        }
    }

    /// Whether a template is still to write what stands at `span`.
    fn is_template(&self, span: Span) -> bool {
        let next = self.placeholders.partition_point(|placeholder| placeholder.end <= span.start);
        self.placeholders.get(next).is_some_and(|placeholder| placeholder.overlaps(span))
    }

    /// The one value of the key `name`.
    fn take(&mut self, wanted: Use, name: &str, value: Value, style: ScalarStyle) {
        if self.is_template(value.span) {
            return;
        }
        match wanted {
            Use::Title if self.front.title.is_none() => self.front.title = Some(value),
            Use::Video => self.take_source(name, value),
            Use::Language if self.front.language.is_none() => self.front.language = Some(value),
            Use::Aliases => self.take_several(&value),
            Use::Tags => self.take_one(wanted, value, style),
            _ => {}
        }
    }

    /// What a note is about, by one of the keys: an id goes before what is none.
    fn take_source(&mut self, key: &str, value: Value) {
        let Some((rank, kind)) = self.options.kinds.of_value(key, &value.text) else { return };
        let rank = (kind.is_none(), rank);
        if self.video_rank.is_none_or(|before| rank < before) {
            self.video_rank = Some(rank);
            (self.front.video, self.front.kind) = (Some(value), kind);
        }
    }

    /// Aliases as one text, with commas between them.
    fn take_several(&mut self, value: &Value) {
        let mut parts = value.text.split([',', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
        let (Some(first), second) = (parts.next(), parts.next()) else { return };
        if second.is_none() {
            self.front.aliases.push(Value { text: first.to_owned(), span: value.span });
            return;
        }
        let mut from = value.span.start();
        for alias in [first].into_iter().chain(second).chain(parts) {
            // Where quotes or escapes hide it, it stands where all of them do.
            let found = self.text.get(from..value.span.end()).and_then(|rest| rest.find(alias));
            let span = found.map_or(value.span, |at| Span::new(from + at, from + at + alias.len()));
            from = if found.is_some() { span.end() } else { value.span.end() };
            self.front.aliases.push(Value { text: alias.to_owned(), span });
        }
    }

    /// A value of a list, or one that stands for a list of itself.
    fn take_one(&mut self, wanted: Use, value: Value, style: ScalarStyle) {
        if self.is_template(value.span) {
            return;
        }
        if wanted == Use::Aliases {
            self.front.aliases.push(value);
            return;
        }
        let quote = usize::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
        let start = value.span.start() + quote;
        let body = self.text.get(start..value.span.end().saturating_sub(quote)).unwrap_or_default();
        let mut at = start;
        for word in body.split(|c: char| c == ',' || c.is_whitespace()) {
            let name = word.strip_prefix('#').unwrap_or(word);
            if !name.is_empty() {
                let span = Span::new(at, at + word.len());
                self.tags.push(Tag { span, name: Span::new(span.end() - name.len(), span.end()) });
            }
            at += word.len();
            at += self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
    }

    fn complain(&mut self, span: Span, message: impl Into<String>) {
        if self.problem.is_none() {
            let kind = ProblemKind::FrontMatter;
            self.problem = Some(Problem { kind, span, message: message.into(), fixes: Vec::new() });
        }
    }

    /// What a note of broken YAML still says: the top-level `key: value` lines that were not read.
    fn fail(&mut self, error: &ScanError, yaml: Span, bytes: &mut Bytes<'_>) {
        let at = bytes.at(error.marker().index()).min(yaml.end().saturating_sub(1)).max(yaml.start());
        let span = line(self.text, self.text.floor_char_boundary(at));
        let template = is_template(span.of(self.text));
        // The one mistake that titles invite, told in the user's terms.
        let reason = match error.info() {
            info if info.starts_with("mapping values are not allowed") => {
                "a value that contains `: ` must be quoted"
            }
            info => info,
        };
        if !template {
            self.complain(span, format!("The front matter is not valid YAML: {reason}"));
        }
        // Of `title: A: b` the parser gave `A` before it stopped.
        let half = |value: &Option<Value>| value.as_ref().is_some_and(|value| span.covers(value.span));
        if half(&self.front.title) {
            self.front.title = None;
        }
        if half(&self.front.video) {
            (self.front.video, self.front.kind, self.video_rank) = (None, None, None);
        }
        let mut at = yaml.start();
        for whole in yaml.of(self.text).split_inclusive(['\n', '\r']) {
            let start = at;
            at += whole.len();
            let Some((key, rest)) = whole.split_once(':') else { continue };
            let value = rest.trim();
            let wanted = self.wanted(key);
            if value.is_empty() || value.starts_with(['[', '{', '|', '>']) || wanted == Use::Tags {
                continue;
            }
            let known = match wanted {
                Use::Title => self.front.title.is_some(),
                Use::Video => false,
                Use::Aliases => !self.front.aliases.is_empty(),
                Use::Language => self.front.language.is_some(),
                Use::Tags | Use::Other => true,
            };
            if !known {
                let start = start + key.len() + 1 + rest.len() - rest.trim_start().len();
                let span = Span::new(start, start + value.len());
                let unquoted = ['"', '\'']
                    .into_iter()
                    .find_map(|q| value.strip_prefix(q)?.strip_suffix(q))
                    .unwrap_or(value);
                self.take(wanted, key, Value { text: unquoted.to_owned(), span }, ScalarStyle::Plain);
            }
        }
    }

    fn read_toml(&mut self, body: Span) {
        let text = body.of(self.text);
        let source = masked(text, &placeholders(text), true);
        let (table, errors) = DeTable::parse_recoverable(&source);
        if let Some(error) = errors.first() {
            let at = body.start() + error.span().map_or(0, |span| span.start);
            let at = at.min(body.end().saturating_sub(1)).max(body.start());
            let span = line(self.text, self.text.floor_char_boundary(at));
            if !is_template(span.of(self.text)) {
                self.complain(span, format!("The front matter is not valid TOML: {}", error.message()));
            }
        }
        let place = |value: &Spanned<DeValue>| {
            Span::new(body.start() + value.span().start, body.start() + value.span().end)
        };
        for (key, value) in table.get_ref() {
            let wanted = self.wanted(key.get_ref());
            match (wanted, value.get_ref()) {
                (_, DeValue::Table(inner)) if key.get_ref() == "taxonomies" => {
                    // As Zola has them.
                    let tags = inner.iter().find(|(own, _)| own.get_ref() == "tags");
                    let tags = tags.and_then(|(_, tags)| tags.get_ref().as_array());
                    for tag in tags.into_iter().flat_map(|tags| tags.iter()) {
                        self.take_toml((Use::Tags, ""), tag, place(tag), true);
                    }
                }
                (Use::Aliases | Use::Tags, DeValue::Array(values)) => {
                    for value in values.iter() {
                        self.take_toml((wanted, ""), value, place(value), true);
                    }
                }
                (_, DeValue::Array(_)) => self.refuse(wanted, true, place(value).start()),
                (_, DeValue::Table(_)) => self.refuse(wanted, false, place(value).start()),
                _ => self.take_toml((wanted, key.get_ref()), value, place(value), false),
            }
        }
        // A `#` in a text begins no comment.
        let mut values: Vec<&Spanned<DeValue>> = table.get_ref().values().collect();
        while let Some(value) = values.pop() {
            match value.get_ref() {
                DeValue::Array(array) => values.extend(array.iter()),
                DeValue::Table(table) => values.extend(table.values()),
                _ => self.scalars.push(place(value)),
            }
        }
        self.scalars.sort_unstable();
    }

    /// A value of TOML that is neither a list nor a table.
    fn take_toml(&mut self, (wanted, name): (Use, &str), value: &Spanned<DeValue>, span: Span, listed: bool) {
        let text = match value.get_ref() {
            DeValue::String(text) => text.clone().into_owned(),
            DeValue::Array(_) | DeValue::Table(_) => return,
            _ => span.of(self.text).to_owned(),
        };
        let style = if value.get_ref().is_str() { ScalarStyle::DoubleQuoted } else { ScalarStyle::Plain };
        let value = Value { text, span };
        if listed {
            self.take_one(wanted, value, style);
        } else {
            self.take(wanted, name, value, style);
        }
    }

    /// Reads the lines for comments and, of YAML, for links, and hands everything over.
    fn finish(self, body: Span, links: bool, note: &mut Note) {
        let mut at = body.start();
        while at < body.end() {
            let end = line_end(self.text, at).min(body.end());
            let comment = self.comment(at, end);
            if let Some(comment) = comment {
                let words = Span::new(comment.start() + 1, comment.end());
                let mut suppression = suppression::read(self.text, comment, words, &mut Line::default());
                // Behind a value it is about that line; on a line of its own about the note.
                let alone = self.text.get(at..comment.start()).is_some_and(|before| before.trim().is_empty());
                if let Some(suppression) = suppression.as_mut().filter(|_| alone) {
                    suppression.scope = Scope::Note;
                }
                note.suppressions.extend(suppression);
            }
            if links {
                links_of_line(self.text, at, comment.map_or(end, Span::start), note);
            }
            at = behind_line_end(self.text, end).max(at + 1);
        }
        note.tags = self.tags;
        note.problems.extend(self.problem);
        note.front_matter = Some(self.front);
    }

    /// The comment of the line `start..end`, from its `#`.
    fn comment(&self, start: usize, end: usize) -> Option<Span> {
        let line = self.text.get(start..end)?;
        let found = line.match_indices('#').map(|(at, _)| start + at).find(|&at| {
            let blank = at == start || self.text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace);
            let next = self.scalars.partition_point(|scalar| scalar.end() <= at);
            blank && !self.scalars.get(next).is_some_and(|scalar| scalar.contains(at))
        })?;
        Some(Span::new(found, end))
    }
}

/// The quoted scalar that begins at `start`. The parser's `end` lies behind the blanks and the
/// comment that follow it.
fn quoted(text: &str, start: usize, end: usize) -> Span {
    let body = text.as_bytes().get(start..end).unwrap_or_default();
    let quote = body.first().copied();
    let mut at = 1;
    while let Some(&b) = body.get(at) {
        match b {
            b'\\' if quote == Some(b'"') => at += 1,
            b'\'' if quote == Some(b) && body.get(at + 1) == Some(&b) => at += 1,
            _ if quote == Some(b) => return Span::new(start, start + at + 1),
            _ => {}
        }
        at += 1;
    }
    Span::new(start, end)
}

/// The line that holds `at`, without blanks around it.
fn line(text: &str, at: usize) -> Span {
    super::find::trim(text, super::find::line_start(text, at), line_end(text, at))
}

/// Wikilinks of one line; YAML knows no backslash before a bracket.
fn links_of_line(text: &str, start: usize, end: usize, note: &mut Note) {
    let mut at = start;
    while let Some(found) = text.get(at..end).and_then(|rest| rest.find("[[")) {
        let run = text.get(at + found..end).unwrap_or_default().bytes().take_while(|&b| b == b'[').count();
        // Of more than two brackets the last two count.
        let open = at + found + run - 2;
        at = open + 2;
        let close = match links::target_end(text, at, end) {
            Some(TargetEnd::Close(close)) => Some(close),
            Some(TargetEnd::Pipe { at: pipe, .. }) => {
                at = pipe;
                let alias = text.as_bytes().get(pipe..end).unwrap_or_default();
                let mark = alias.windows(2).position(|pair| matches!(pair, b"[[" | b"]]"));
                mark.map(|mark| pipe + mark).filter(|&mark| text.as_bytes().get(mark) == Some(&b']'))
            }
            None => None,
        };
        if let Some(close) = close
            && let Brackets::Link(link) = links::wikilink(text, open, close + 2, false)
        {
            at = close + 2;
            note.links.push(link);
        }
    }
}
