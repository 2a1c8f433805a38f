//! The timestamps of one block, whatever their form: tags (which `timestamp_tag` reads), times in
//! brackets, and times in wikilinks and markdown links (docs/diagnostics.md).

use super::time::{self, Spelling, Time};
use super::timestamp_tag;
use super::{Fix, Hours, Link, LinkKind, Timestamp, TimestampFault, TimestampForm, TimestampProblem};
use crate::text::Span;

/// How long an address may be that stands behind a time as `(address)`, in bytes.
const ADDRESS_REACH: usize = 24;

/// What may be a timestamp of a block, in the order in which the scan came by it.
#[derive(Debug)]
enum Candidate {
    /// A tag that means one.
    Tag(timestamp_tag::Found),
    /// Times in brackets: where, and each of them.
    Bare(Span, Vec<(Span, Time)>),
    /// A wikilink: its target and its alias may be times.
    Wikilink(Link),
    /// A markdown link that is one only in form.
    Link(Timestamp),
}

impl Candidate {
    fn start(&self) -> u32 {
        match self {
            Self::Tag(found) => found.timestamp.span.start,
            Self::Bare(span, _) => span.start,
            Self::Wikilink(link) => link.span.start,
            Self::Link(timestamp) => timestamp.span.start,
        }
    }
}

/// What may be a timestamp of a block: collected while it is scanned, decided when all of it is known.
#[derive(Default, Debug)]
pub(super) struct Candidates {
    all: Vec<Candidate>,
}

/// The timestamps of a block.
#[derive(Default, Debug)]
pub(super) struct Decided {
    /// In the order of the text.
    pub(super) timestamps: Vec<Timestamp>,
    /// Bytes of timestamps, which are no text of a heading.
    pub(super) hidden: Vec<Span>,
}

/// The markdown links of a block, none in another one.
#[derive(Default, Debug)]
pub(super) struct Surroundings {
    pub(super) links: Vec<Span>,
    /// The descriptions of pictures, which are shown as plain text.
    pub(super) descriptions: Vec<Span>,
}

impl Surroundings {
    pub(super) fn in_link(&self, span: Span) -> bool {
        covered(&self.links, span)
    }

    pub(super) fn in_description(&self, span: Span) -> bool {
        covered(&self.descriptions, span)
    }
}

/// Whether one of `spans`, which are in order, holds all of `span`.
fn covered(spans: &[Span], span: Span) -> bool {
    let next = spans.partition_point(|other| other.end <= span.start);
    spans.get(next).is_some_and(|other| other.covers(span))
}

impl Candidates {
    /// A tag that may be a timestamp's, in a block that ends at `end`; where the scan goes on, if it is.
    pub(super) fn tag(&mut self, text: &str, tag: Span, end: usize) -> Option<usize> {
        let name = tag.of(text).as_bytes();
        if !matches!(name, [b'<', b'a' | b'A', b' ' | b'\t' | b'\r' | b'\n', ..] | [b'<', b' ', ..]) {
            return None;
        }
        let found = timestamp_tag::read(text, tag, end)?;
        let resume = found.resume.max(tag.start() + 1);
        self.all.push(Candidate::Tag(found));
        Some(resume)
    }

    /// `[00:04:32]`, or a list of times in brackets.
    pub(super) fn bare(&mut self, text: &str, span: Span, begins_line: bool) {
        let before = text.get(..span.start()).and_then(|before| before.chars().next_back());
        // `rows[01:30]` is an index, and `[12:30]: …` defines a reference.
        let defines = begins_line && text.get(span.end()..).is_some_and(|behind| behind.starts_with(':'));
        if defines || before.is_some_and(|c| c.is_alphanumeric() || c == ']') {
            return;
        }
        let times = time::list(text, Span::new(span.start() + 1, span.end() - 1));
        self.all.extend(times.map(|times| Candidate::Bare(span, times)));
    }

    /// A wikilink, in a note that has a video or not.
    pub(super) fn wikilink(&mut self, text: &str, link: &Link, has_source: bool) {
        let digit = |span: Span| span.of(text).starts_with(|c: char| c.is_ascii_digit());
        let mut inside = self.all.iter().rev().take_while(|candidate| candidate.start() >= link.span.start);
        if digit(link.target)
            || has_source && link.alias.is_some_and(digit)
            || inside.any(|candidate| matches!(candidate, Candidate::Bare(..)))
        {
            self.all.push(Candidate::Wikilink(link.clone()));
        }
    }

    /// The markdown link `[label](address)`, if it is one only in form; says whether it is.
    pub(super) fn markdown_link(&mut self, text: &str, link: Span, label: Span, address: &str) -> bool {
        let time = time::read(label.of(text));
        let found = time.and_then(|time| Some((time, time_as_text(text, link, label, time, address)?)));
        let Some((time, problem)) = found else { return false };
        self.all.push(Candidate::Link(timestamp(TimestampForm::Link, link, label, time, Some(problem))));
        true
    }

    /// The tags that mean timestamps, with their labels.
    pub(super) fn anchors(&self) -> impl Iterator<Item = Span> {
        self.all.iter().filter_map(|candidate| match candidate {
            Candidate::Tag(found) => Some(found.timestamp.span),
            _ => None,
        })
    }

    /// Decides which candidates are timestamps, now that the links around them are known.
    pub(super) fn decide(
        &mut self,
        text: &str,
        around: &Surroundings,
        has_source: bool,
        decided: &mut Decided,
    ) {
        let Decided { timestamps: found, hidden } = decided;
        found.clear();
        hidden.clear();
        if self.all.is_empty() {
            return;
        }
        for candidate in self.all.drain(..) {
            match candidate {
                Candidate::Tag(tag) => {
                    let span = tag.timestamp.span;
                    // `[00:01:02](<a …>…</a>)` is no bare time as far as its bracket.
                    while found.pop_if(|t| t.span.start >= span.start).is_some() {}
                    if tag.hidden {
                        hidden.push(span);
                    }
                    found.push(tag.timestamp);
                }
                Candidate::Bare(span, times) => {
                    // The first one of a list carries the finding.
                    let mut problem = Some(bare_time(text, span, &times));
                    let single = times.len() == 1;
                    for (label, time) in times {
                        let span = if single { span } else { label };
                        found.push(timestamp(TimestampForm::Bare, span, label, time, problem.take()));
                    }
                    hidden.push(span);
                }
                Candidate::Wikilink(link) => {
                    in_alias(text, &link, has_source, found);
                    if let Some((timestamp, alone)) = as_target(text, &link, has_source) {
                        let start = timestamp.span.start;
                        if alone {
                            while hidden.pop_if(|hidden| hidden.start >= start).is_some() {}
                            hidden.push(timestamp.span);
                        }
                        if !around.in_description(timestamp.span) {
                            found.insert(found.partition_point(|t| t.span.start < start), timestamp);
                        }
                    }
                }
                Candidate::Link(timestamp) => {
                    hidden.push(timestamp.span);
                    found.push(timestamp);
                }
            }
        }
        found.retain(|timestamp| timestamp.form != TimestampForm::Bare || !around.in_link(timestamp.span));
        found.sort_by_key(|timestamp| timestamp.span.start);
        hidden.sort_unstable();
    }
}

/// Bare times in a link are times in its alias; in its target they are none.
fn in_alias(text: &str, link: &Link, has_source: bool, found: &mut Vec<Timestamp>) {
    let start = link.span.start;
    let first = found.iter().rposition(|t| t.span.start < start).map_or(0, |at| at + 1);
    let inside =
        |t: &Timestamp| t.form != TimestampForm::Bare || link.alias.is_some_and(|alias| alias.covers(t.span));
    for mut timestamp in found.split_off(first) {
        if !inside(&timestamp) {
            continue;
        }
        if timestamp.form == TimestampForm::Bare {
            timestamp.form = TimestampForm::InAlias;
            if let Some(problem) = &mut timestamp.problem {
                *problem = time_in_alias(text, link, problem.span);
            }
        }
        found.push(timestamp);
    }
    if let Some(alias) = link.alias.filter(|_| has_source)
        && let Some(time) = time::read(alias.of(text)).filter(|time| time.spelling == Spelling::Good)
    {
        let problem = Some(time_in_alias(text, link, alias));
        found.push(timestamp(TimestampForm::InAlias, alias, alias, time, problem));
    }
}

/// `[[00:50:02]]`: a timestamp where no note is called so. Says too whether nothing else is shown there.
fn as_target(text: &str, link: &Link, has_source: bool) -> Option<(Timestamp, bool)> {
    let target = link.target.of(text);
    let time = time::read(target).filter(|_| link.anchor.is_none() && time::is_time(target))?;
    let whole = Span::new(link.span.start(), link.span.end() + address_length(text, link.span.end()));
    let alone = alias_besides(text, link, time).is_none();
    let problem = Some(time_as_target(text, link, whole, time, alone && has_source));
    Some((timestamp(TimestampForm::Wikilink, whole, link.target, time, problem), alone))
}

fn timestamp(
    form: TimestampForm,
    span: Span,
    label: Span,
    time: Time,
    problem: Option<TimestampProblem>,
) -> Timestamp {
    let moment = Some(time.seconds);
    Timestamp { form, span, moment, value: None, label: Some(label), problem, actions: Vec::new() }
}

impl Timestamp {
    /// The value of a tag that means its hours, one or more, written with two digits.
    pub fn hours(&self, text: &str) -> Option<Hours> {
        let value = self.value.filter(|_| self.form == TimestampForm::Anchor)?.of(text);
        let time = time::read(value)?;
        let means_value = self.moment == Some(timestamp_tag::moment(time));
        let first = time.hours.filter(|&hours| hours >= 1 && means_value)?;
        Some(Hours {
            first,
            written: time.seconds,
            as_minutes: time.shifted,
            zeros: value.ends_with(":00"),
            overflow: time.overflow,
        })
    }
}

/// Bare times in brackets.
fn bare_time(text: &str, span: Span, times: &[(Span, Time)]) -> TimestampProblem {
    let inner = Span::new(span.start() + 1, span.end() - 1);
    let title = if times.len() == 1 { "Convert to timestamp" } else { "Convert to timestamps" };
    let mut anchors = String::new();
    let mut at = inner.start();
    for (label, time) in times {
        anchors.push_str(text.get(at..label.start()).unwrap_or_default());
        anchors.push_str(&time::anchor(&time.mended(label.of(text))));
        at = label.end();
    }
    anchors.push_str(text.get(at..inner.end()).unwrap_or_default());
    TimestampProblem {
        fault: TimestampFault::Bare,
        span,
        message: "Plain time, not linked to the video".to_owned(),
        fixes: vec![Fix { title: title.to_owned(), edits: vec![(span, anchors)], certain: false }],
    }
}

/// The alias of a link whose target is `time`, where it says more than the time.
fn alias_besides<'t>(text: &'t str, link: &Link, time: Time) -> Option<&'t str> {
    let alias = link.alias?.of(text);
    let bare = alias.strip_prefix('[').and_then(|alias| alias.strip_suffix(']')).unwrap_or(alias);
    let repeats = alias.is_empty() || time::read(bare).is_some_and(|shown| shown.seconds == time.seconds);
    (!repeats).then_some(alias)
}

/// Length of the `(address)` at `at` that belongs to a time before it, as in `[[01:02]](#01:02)`.
fn address_length(text: &str, at: usize) -> usize {
    let address = text.get(at..).and_then(|rest| rest.strip_prefix('('));
    let length = address.and_then(|rest| rest.bytes().take(ADDRESS_REACH).position(|b| b == b')'));
    let address = address.zip(length).and_then(|(rest, length)| rest.get(..length));
    address.filter(|address| names_moment(address).is_some()).map_or(0, |address| address.len() + 2)
}

/// A time that is the target of `link`. With a video, the fix is certain where it shows nothing but the time.
fn time_as_target(text: &str, link: &Link, whole: Span, time: Time, certain: bool) -> TimestampProblem {
    let mut anchor = time::anchor(&time.mended(link.target.of(text)));
    if let Some(words) = alias_besides(text, link, time) {
        anchor = format!("{words} {anchor}");
    }
    let certain = certain && link.kind == LinkKind::Wiki;
    TimestampProblem {
        fault: TimestampFault::Malformed,
        span: whole,
        message: "Time in the brackets of a link is not linked to the video".to_owned(),
        fixes: vec![Fix {
            title: "Write it as a timestamp".to_owned(),
            edits: vec![(whole, anchor)],
            certain,
        }],
    }
}

/// Times at `span` in the alias of `link`: the link stays, the times go behind it.
fn time_in_alias(text: &str, link: &Link, span: Span) -> TimestampProblem {
    let inner =
        if span.of(text).starts_with('[') { Span::new(span.start() + 1, span.end() - 1) } else { span };
    let times = time::list(text, inner).unwrap_or_default();
    let anchors: String = times
        .iter()
        .map(|(label, time)| format!(" {}", time::anchor(&time.mended(label.of(text)))))
        .collect();
    let alias = link.alias.unwrap_or(span);
    let bytes = text.as_bytes();
    let (mut start, mut end) = (span.start(), span.end());
    if start > alias.start() && bytes.get(start - 1) == Some(&b'(') && bytes.get(end) == Some(&b')') {
        (start, end) = (start - 1, end + 1);
    }
    let before = text.get(alias.start()..start).unwrap_or_default();
    let mut edits = Vec::new();
    if before.trim().is_empty() && text.get(end..alias.end()).is_none_or(|rest| rest.trim().is_empty()) {
        // Nothing is left of the alias: its pipe goes too.
        let target_end = link.anchor.as_ref().map_or(link.target.end(), |anchor| anchor.span.end());
        edits.push((Span::new(target_end, link.span.end() - 2), String::new()));
    } else {
        let kept = alias.start() + before.trim_end().len();
        edits.push((Span::new(kept, end), String::new()));
    }
    edits.push((Span::at(link.span.end()), anchors));
    TimestampProblem {
        fault: TimestampFault::Bare,
        span,
        message: "Time inside link text is not linked to the video".to_owned(),
        fixes: vec![Fix { title: "Move timestamp after the link".to_owned(), edits, certain: false }],
    }
}

/// What is wrong with a link whose text is `time`, if it is meant as a timestamp.
fn time_as_text(text: &str, link: Span, label: Span, time: Time, address: &str) -> Option<TimestampProblem> {
    let anchor = time::anchor(&time.mended(label.of(text)));
    let fix = |title: &str, certain| {
        vec![Fix { title: title.to_owned(), edits: vec![(link, anchor.clone())], certain }]
    };
    // As players of media in Obsidian write it, which lead it to the note's own recording.
    if address.is_empty() {
        return Some(TimestampProblem {
            fault: TimestampFault::Bare,
            span: link,
            message: "Plain time, not linked to the video".to_owned(),
            fixes: fix("Convert to timestamp", false),
        });
    }
    let certain = names_moment(address)? == Some(time.seconds);
    Some(TimestampProblem {
        fault: TimestampFault::Malformed,
        span: link,
        message: "This link does not open the video".to_owned(),
        fixes: fix("Write it as a timestamp", certain),
    })
}

/// Whether a destination is what stands behind a time that is meant as a timestamp, and if so which
/// moment it names: `#00:01:06`, `#t=66`, `#t1:06`, `#`.
fn names_moment(address: &str) -> Option<Option<u32>> {
    if matches!(address, "#" | "a") {
        return Some(None);
    }
    let named = address.strip_prefix("#t=");
    let moment = named.or_else(|| address.strip_prefix("#t")).or_else(|| address.strip_prefix('#'));
    let moment = moment.unwrap_or(address);
    if let Some(time) = time::read(moment) {
        return Some(Some(time.seconds));
    }
    named.map(|moment| moment.strip_suffix('s').unwrap_or(moment).parse().ok())
}
