//! Timestamps that are written as a tag `<a …>`: the well-made ones and every broken kind.

use std::sync::LazyLock;

use regex::Regex;

use super::links::is_escaped;
use super::time::{self, Spelling, Time};
use super::{Fix, Timestamp, TimestampFault, TimestampForm, TimestampProblem};
use crate::text::Span;

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    // Name, value (three kinds of quotes), and what is glued behind it.
    Regex::new(r#"([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S*)))?(\S*)"#).unwrap()
});

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static TIME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+:[\d:]*\d").unwrap());

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static NAMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i)yt\S{0,12}timestamp|\sdata-t\b|\sclass\s*=\s*["']?yt"#).unwrap());

#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static SECOND_OF_RANGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s?[-\u2013\u2014]\s?\[(\d[\d:]*)\](?i:</a>)?").unwrap());

/// How far behind a tag its label is looked for, in bytes: labels are times.
const LABEL_REACH: usize = 200;

/// A timestamp at a tag, and how the scan goes on.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) timestamp: Timestamp,
    /// Where the scan goes on: behind a label that is a time, else behind the tag, so that links in
    /// the label are found.
    pub(super) resume: usize,
    /// Whether its bytes are no text of a heading.
    pub(super) hidden: bool,
}

/// The end of the tag at `at`, valid HTML or not: its `>`, on the same line and before another tag
/// `<a` begins. `None` where `at` begins no such tag.
pub(super) fn broken_tag_end(text: &str, at: usize, end: usize) -> Option<usize> {
    let rest = text.get(at..end)?;
    let name = rest.strip_prefix('<')?;
    let name = name.strip_prefix(' ').unwrap_or(name);
    if !name.starts_with(['a', 'A']) || !name.get(1..)?.starts_with([' ', '\t', '>']) {
        return None;
    }
    let mut from = 1;
    loop {
        let found = from + rest.get(from..)?.find(['<', '>', '\n', '\r'])?;
        match rest.as_bytes().get(found)? {
            b'>' => return Some(at + found + 1),
            b'<' if !rest.get(found..)?.starts_with("</") => return None,
            b'<' => from = found + 1,
            _ => return None,
        }
    }
}

/// What the tag says.
struct Attributes {
    value: Option<Span>,
    time: Option<Time>,
    /// The time itself, where the value holds more than it.
    time_span: Span,
    /// The attribute that is not as it should be, and what is.
    fault: Option<(Span, &'static str)>,
}

/// What follows the tag.
#[derive(Default)]
struct Label {
    kind: LabelKind,
    /// The time.
    time: Option<Span>,
    /// Behind the label and its `</a>`.
    end: usize,
    closed: bool,
    /// The second time of `[a]-[b]`.
    second: Option<Span>,
    /// The bytes from the tag's end to the label's last bracket.
    shown: Span,
}

#[derive(Clone, Copy, PartialEq, Default)]
enum LabelKind {
    #[default]
    Missing,
    Brackets,
    Bare,
    DoubleBrackets,
    Words,
}

/// Reads the timestamp whose tag is `tag`; `None` where the tag means none. `end` is the end of the
/// block that holds it.
pub(super) fn read(text: &str, tag: Span, end: usize) -> Option<Found> {
    if let Some(found) = well_made(text, tag, end) {
        return Some(found);
    }
    if !NAMES.is_match(tag.of(text)) {
        return None;
    }
    let attributes = attributes(text, tag);
    let label = label(text, tag.end(), end);
    Some(judge(text, tag, &attributes, &label))
}

/// The form that nearly all timestamps have, without the search for what may be wrong.
fn well_made(text: &str, tag: Span, end: usize) -> Option<Found> {
    let value = tag.of(text).strip_prefix("<a class=\"yt-timestamp\" data-t=\"")?.strip_suffix("\">")?;
    let label = text.get(tag.end()..end)?.strip_prefix('[')?.strip_prefix(value)?;
    if !label.starts_with("]</a>") || value.len() != 8 {
        return None;
    }
    let time = time::read(value)?;
    if time.spelling != Spelling::Good {
        return None;
    }
    let value_span = Span::new(tag.end() - 2 - value.len(), tag.end() - 2);
    let label_span = Span::new(tag.end() + 1, tag.end() + 1 + value.len());
    let span = Span::new(tag.start(), label_span.end() + "]</a>".len());
    if outside(text, span) || wrapped(text, span.start()).is_some() {
        return None;
    }
    Some(Found {
        resume: span.end(),
        hidden: true,
        timestamp: Timestamp {
            form: TimestampForm::Anchor,
            span,
            moment: Some(moment(time)),
            value: Some(value_span),
            label: Some(label_span),
            problem: None,
            actions: Vec::new(),
        },
    })
}

/// The second that a time means by itself: a third group above 59 or twelve hours and more are
/// minutes written as hours.
pub(super) fn moment(time: Time) -> u32 {
    match (time.hours, time.shifted) {
        (Some(hours), Some(shifted)) if hours >= 12 || time.overflow => shifted,
        _ => time.seconds,
    }
}

/// Whether the anchor stands in brackets of its own: `[<a …>00:01:02</a>]`.
fn outside(text: &str, span: Span) -> bool {
    let bytes = text.as_bytes();
    span.start() > 0
        && bytes.get(span.start() - 1) == Some(&b'[')
        && bytes.get(span.end()) == Some(&b']')
        && !is_escaped(text, span.start() - 1)
}

/// The start and the time of a `[00:01:02](` that ends at `at`.
fn wrapped(text: &str, at: usize) -> Option<(usize, Span)> {
    let before = text.get(at.saturating_sub(24)..at).or_else(|| text.get(at.saturating_sub(11)..at))?;
    let before = before.strip_suffix("](")?;
    let open = before.rfind('[')?;
    let label = before.get(open + 1..)?;
    let is_time = !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let start = at - 2 - label.len() - 1;
    (is_time && !is_escaped(text, start)).then(|| (start, Span::new(start + 1, at - 2)))
}

fn attributes(text: &str, tag: Span) -> Attributes {
    let raw = tag.of(text);
    let spaced = raw.starts_with("< ");
    let body_start = tag.start() + 2 + usize::from(spaced);
    let body = text.get(body_start..tag.end() - 1).unwrap_or_default();
    let mut found = Attributes { value: None, time: None, time_span: Span::default(), fault: None };
    let (mut class, mut data) = (None, false);
    let mut fault = |span: Span, message: &'static str| {
        found.fault.get_or_insert((span, message));
    };
    if spaced {
        fault(Span::new(tag.start(), body_start), "there must be no space after `<`");
    }
    for captures in ATTRIBUTE.captures_iter(body) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { continue };
        let at = |start: usize, end: usize| Span::new(body_start + start, body_start + end);
        let span = at(whole.start(), whole.end());
        let glued = captures.get(5).is_some_and(|glue| !glue.is_empty());
        let value = (2..=4).find_map(|n| captures.get(n)).map(|value| at(value.start(), value.end()));
        let name = name.as_str();
        let unquoted = captures.get(4).is_some_and(|value| value.as_str().contains(['"', '\'', '=', '<']));
        if name.eq_ignore_ascii_case("class") {
            let good = !glued
                && !unquoted
                && value.is_some_and(|value| value.of(text).split_whitespace().any(|c| c == "yt-timestamp"));
            class = Some(span);
            if !good {
                fault(span, "the class is `yt-timestamp`");
            }
        } else if name.eq_ignore_ascii_case("data-t") && !data {
            data = true;
            found.value = value;
            // An unclosed quote takes in what follows it.
            if glued || unquoted {
                fault(span, "the attribute is `data-t=\"HH:MM:SS\"`");
                found.value = None;
            }
        }
        if found.value.is_none()
            && let Some(time) = TIME.find(span.of(text))
        {
            let time = Span::new(span.start() + time.start(), span.start() + time.end());
            found.value = Some(time);
            fault(span, "the attribute is `data-t=\"HH:MM:SS\"`");
        }
    }
    if class.is_none() {
        fault(tag, "the class `yt-timestamp` is missing");
    }
    if let Some(value) = found.value {
        found.time_span = value;
        found.time = time::read(value.of(text));
        // More than a time: `00:01:00]-[00:02:00`.
        if found.time.is_none()
            && let Some(first) = TIME.find(value.of(text))
            && value.of(text).get(..first.start()).is_some_and(|before| before.trim().is_empty())
            && first.end() < value.len()
            && !value.of(text).get(first.end()..).is_some_and(|rest| rest.starts_with(':'))
        {
            let span = Span::new(value.start() + first.start(), value.start() + first.end());
            found.time_span = span;
            found.time = time::read(span.of(text));
        }
    }
    found
}

fn label(text: &str, at: usize, end: usize) -> Label {
    let mut limit = end.min(at + LABEL_REACH).max(at);
    limit = text.floor_char_boundary(limit);
    let rest = text.get(at..limit).unwrap_or_default();
    let rest = rest.split(['\n', '\r']).next().unwrap_or_default();
    let closes = |rest: &str| rest.get(..4).is_some_and(|tag| tag.eq_ignore_ascii_case("</a>"));
    let opening = rest.bytes().take_while(|&b| b == b'[').count().min(2);
    let body = rest.get(opening..).unwrap_or_default();
    let length = body.find(['[', ']', '<', '>']).unwrap_or(body.len());
    let behind = body.get(length..).unwrap_or_default();
    let closing = behind.bytes().take_while(|&b| b == b']').count().min(opening);
    let behind = behind.get(closing..).unwrap_or_default();
    let closed = closes(behind);
    let inner_span = super::find::trim(text, at + opening, at + opening + length);
    let shown_end = at + opening + length + closing;
    let done = |kind, time, closed: bool| Label {
        kind,
        time,
        end: shown_end + if closed { 4 } else { 0 },
        closed,
        second: None,
        shown: Span::new(at, shown_end),
    };
    let time_like =
        |span: Span| !span.is_empty() && span.of(text).bytes().all(|b| b.is_ascii_digit() || b == b':');
    // `[a-b]`: the first time is the label, the second is kept.
    let range = inner_span.of(text).find(['-', '\u{2013}', '\u{2014}']).and_then(|dash| {
        let first = super::find::trim(text, inner_span.start(), inner_span.start() + dash);
        let width = inner_span.of(text).get(dash..)?.chars().next()?.len_utf8();
        let second = super::find::trim(text, inner_span.start() + dash + width, inner_span.end());
        (time_like(first) && time_like(second)).then_some((first, second))
    });
    match (opening, closing) {
        (0, _) if closed && inner_span.is_empty() => done(LabelKind::Missing, None, true),
        (1, 1) if closed && inner_span.is_empty() => done(LabelKind::Missing, None, true),
        (0, _) if closed && time_like(inner_span) => done(LabelKind::Bare, Some(inner_span), true),
        (1, 1) if range.is_some() => {
            let (first, second) = range.unwrap_or_default();
            Label { second: Some(second), ..done(LabelKind::Brackets, Some(first), closed) }
        }
        (1, 1) if time_like(inner_span) => {
            let mut label = done(LabelKind::Brackets, Some(inner_span), closed);
            if let Some(captures) = SECOND_OF_RANGE.captures(behind)
                && let (Some(whole), Some(second)) = (captures.get(0), captures.get(1))
            {
                label.second = Some(Span::new(shown_end + second.start(), shown_end + second.end()));
                label.end = shown_end + whole.end();
                label.closed = whole.as_str().ends_with('>');
                let mark = if label.closed { 4 } else { 0 };
                label.shown = Span::new(at, label.end - mark);
            }
            label
        }
        (2, 2) if time_like(inner_span) => done(LabelKind::DoubleBrackets, Some(inner_span), closed),
        _ => {
            // Words, or markup: to `</a>`, if there is one before the next tag `<a`.
            let close = rest.find("</a>").filter(|&close| {
                rest.get(..close).is_some_and(|before| !before.contains("<a ") && !before.contains("< a "))
            });
            Label {
                kind: if close.is_some() { LabelKind::Words } else { LabelKind::Missing },
                time: None,
                end: close.map_or(at, |close| at + close + 4),
                closed: close.is_some(),
                second: None,
                shown: Span::at(at),
            }
        }
    }
}

/// Decides which code the timestamp gets, in the order of docs/diagnostics.md: malformed,
/// minutes-as-hours (which other notes decide), mismatched.
fn judge(text: &str, tag: Span, attributes: &Attributes, label: &Label) -> Found {
    let label_time = label.time.and_then(|span| time::read(span.of(text)));
    // In a list of them, `[a](<a …>a</a>, [b](<a …>b</a>)`, only the last one has its `)`.
    let paren = usize::from(text.as_bytes().get(label.end) == Some(&b')'));
    let wrapped = wrapped(text, tag.start()).map(|(start, time)| (Span::new(start, label.end + paren), time));
    let span = wrapped.map_or(Span::new(tag.start(), label.end), |(span, _)| span);
    let shown_label = label.time.or(wrapped.map(|(_, time)| time));
    let shown_time = label_time.or_else(|| wrapped.and_then(|(_, time)| time::read(time.of(text))));
    let value_raw = attributes.time_span.of(text);

    // A value of sixty times the label: the label is meant.
    let sixty = matches!((attributes.time, shown_time), (Some(value), Some(label))
        if label.seconds > 0 && label.seconds.checked_mul(60) == Some(value.seconds));
    let time = if sixty {
        shown_time
    } else {
        attributes.time.or(if attributes.value.is_none() { shown_time } else { None })
    };
    let mended = match attributes.time {
        Some(value) => Some(value.mended(value_raw)),
        None if attributes.value.is_none() => shown_time.map(|label| label.canonical()),
        None => None,
    };
    let agrees =
        matches!((attributes.time, shown_time), (Some(value), Some(label)) if value.seconds == label.seconds);
    let canonical = |span: Span, certain: bool| -> Vec<Fix> {
        let Some(time) = &mended else { return Vec::new() };
        let mut anchor = time::anchor(time);
        if let Some(second) = label.second.and_then(|second| time::read(second.of(text))) {
            anchor = format!("{anchor}-{}", time::anchor(&second.canonical()));
        }
        vec![Fix { title: "Write it as a timestamp".to_owned(), edits: vec![(span, anchor)], certain }]
    };
    let malformed = |span: Span, message: String, fixes: Vec<Fix>| {
        Some(TimestampProblem { fault: TimestampFault::Malformed, span, message, fixes })
    };

    let problem = if let Some((whole, _)) = wrapped {
        let message = "A timestamp is not the destination of a markdown link".to_owned();
        malformed(whole, message, canonical(whole, agrees))
    } else if let Some((bad, message)) = attributes.fault {
        malformed(
            bad,
            format!("The timestamp's tag is broken: {message}"),
            canonical(span, agrees && label.closed),
        )
    } else if attributes.value.is_none() {
        malformed(tag, "Timestamp has no time".to_owned(), canonical(span, false))
    } else if attributes.time.is_none() {
        let value = attributes.value.unwrap_or(tag);
        malformed(value, format!("`{}` is not a time such as 00:01:02", value.of(text)), Vec::new())
    } else if attributes.time_span != attributes.value.unwrap_or_default() {
        let end = label.shown.end();
        let message = "The timestamp's `data-t` must hold one time and nothing else".to_owned();
        malformed(Span::new(tag.start(), end), message, canonical(span, agrees && label.closed))
    } else if let Some(value) = attributes.time.filter(|time| time.spelling != Spelling::Good) {
        let mended = value.mended(value_raw);
        let mut edits = vec![(attributes.time_span, mended.clone())];
        if let Some(label) = label.time.filter(|label| label.of(text) == value_raw) {
            edits.push((label, mended.clone()));
        }
        let certain = value.spelling != Spelling::OutOfRange;
        let fix = Fix { title: format!("Change to {mended}"), edits, certain };
        malformed(
            attributes.time_span,
            format!("`{value_raw}` is not a valid time; expected HH:MM:SS or MM:SS"),
            vec![fix],
        )
    } else {
        judge_label(text, tag, label, attributes.time_span, (agrees, sixty), label_time, &canonical)
    };

    let mut actions = Vec::new();
    if problem.is_none() && !sixty && label.closed {
        let anchor = Span::new(tag.start(), label.end);
        if outside(text, anchor) && matches!(label.kind, LabelKind::Bare | LabelKind::Brackets) {
            let wider = Span::new(anchor.start() - 1, anchor.end() + 1);
            let title = "Move the brackets into the timestamp".to_owned();
            actions.push(Fix { title, edits: vec![(wider, time::anchor(value_raw))], certain: false });
        } else if agrees
            && let Some(time) =
                attributes.time.filter(|_| label.time.is_some_and(|l| l.of(text) != value_raw))
        {
            let title = "Make label and `data-t` the same".to_owned();
            let edits = vec![(span, time::anchor(&time.canonical()))];
            actions.push(Fix { title, edits, certain: false });
        }
    }
    let is_time = !matches!(label.kind, LabelKind::Words);
    Found {
        resume: if is_time { span.end() } else { tag.end() },
        hidden: is_time,
        timestamp: Timestamp {
            form: TimestampForm::Anchor,
            span,
            moment: time.map(moment),
            value: attributes.value,
            label: shown_label,
            problem,
            actions,
        },
    }
}

/// What is wrong with the label of an anchor whose tag is right.
fn judge_label(
    text: &str,
    tag: Span,
    label: &Label,
    value_span: Span,
    (agrees, sixty): (bool, bool),
    label_time: Option<Time>,
    canonical: &dyn Fn(Span, bool) -> Vec<Fix>,
) -> Option<TimestampProblem> {
    let value = value_span.of(text);
    let whole = Span::new(tag.start(), label.end);
    let malformed = |span: Span, message: String, fixes: Vec<Fix>| {
        Some(TimestampProblem { fault: TimestampFault::Malformed, span, message, fixes })
    };
    let fix = |title: &str, edits: Vec<(Span, String)>, certain: bool| {
        vec![Fix { title: title.to_owned(), edits, certain }]
    };
    match label.kind {
        LabelKind::Missing if label.closed => {
            let label = label.shown;
            let fixes = fix("Insert the label", vec![(label, format!("[{value}]"))], true);
            malformed(whole, "Timestamp has no visible label".to_owned(), fixes)
        }
        LabelKind::Missing => {
            let fixes = fix("Insert the label", vec![(Span::at(tag.end()), format!("[{value}]</a>"))], false);
            malformed(tag, "Timestamp has no label and no closing `</a>`".to_owned(), fixes)
        }
        LabelKind::Words => None,
        LabelKind::DoubleBrackets => malformed(
            label.shown,
            "Timestamp label is in double brackets, like a wikilink".to_owned(),
            canonical(whole, agrees),
        ),
        LabelKind::Brackets if label.second.is_some() => {
            let message = "Timestamp must be a single time, not a range".to_owned();
            malformed(Span::new(tag.start(), label.shown.end()), message, canonical(whole, agrees))
        }
        LabelKind::Brackets if !label.closed => {
            // What is left of `</a>` goes with it.
            let rest = text.get(label.end..).unwrap_or_default();
            let left = ["</a", "/a>", "</", "a>", ">"].into_iter().find(|left| rest.starts_with(left));
            let wider = Span::new(whole.start(), whole.end() + left.map_or(0, str::len));
            malformed(whole, "Timestamp has no closing `</a>`".to_owned(), canonical(wider, agrees))
        }
        LabelKind::Bare if !outside(text, whole) => {
            let time = label.time.unwrap_or_default();
            let fixes = fix("Add brackets to the label", vec![(time, format!("[{}]", time.of(text)))], true);
            malformed(time, "Timestamp label is not in brackets".to_owned(), fixes)
        }
        LabelKind::Bare | LabelKind::Brackets => {
            let shown = label.time.unwrap_or_default();
            let set_label = |certain| Fix {
                title: format!("Set the label to {value}"),
                edits: vec![(shown, value.to_owned())],
                certain,
            };
            let Some(time) = label_time else {
                let message = format!("The label `{}` is not a time such as 00:01:02", shown.of(text));
                return malformed(shown, message, vec![set_label(false)]);
            };
            if agrees {
                return None;
            }
            if sixty {
                // With hours nobody would take it for the length of a video.
                let certain = value.len() == 8 && value.ends_with(":00") && !value.starts_with("00");
                let time = shown.of(text);
                let label = time::read(time).map_or_else(|| time.to_owned(), |read| read.mended(time));
                let fix = Fix {
                    title: format!("Set `data-t` to {label}"),
                    edits: vec![(value_span, label)],
                    certain,
                };
                return Some(TimestampProblem {
                    fault: TimestampFault::MinutesAsHours,
                    span: value_span,
                    message: format!(
                        "Minutes written as hours: the label says {time}, the link goes to {value}"
                    ),
                    fixes: vec![fix],
                });
            }
            let set_value = Fix {
                title: format!("Set `data-t` to {}", time.mended(shown.of(text))),
                edits: vec![(value_span, time.mended(shown.of(text)))],
                certain: false,
            };
            Some(TimestampProblem {
                fault: TimestampFault::Mismatched,
                span: shown,
                message: format!(
                    "Label and link differ: the label says {}, the link goes to {value}",
                    shown.of(text)
                ),
                fixes: vec![set_label(false), set_value],
            })
        }
    }
}
