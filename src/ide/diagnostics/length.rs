//! Timestamps that are not in their video: minutes that were written as hours, or past its end, where captions or
//! metadata say how long that is.
use super::{Findings, quoted};
use crate::ide::source::{self, End, Source};
use crate::ide::video::clock;
use crate::ide::{Analysis, Document};
use crate::index::{Evidence, Moments, NoteId, Shift};
use crate::settings::{Code, Severity};
use crate::syntax::{Fix, Timestamp, TimestampFault, canonical_time, seconds};
use crate::text::Span;

/// What is known of the times of a note, and of the end of its video.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    end: Option<End>,
    moments: Moments,
    /// Whether some times are minutes by nothing but how the others are written, and not for sure: whoever changes
    /// the others alone takes that away.
    unsure: bool,
}

/// A time whose hours are minutes.
struct Found {
    shift: Shift,
    value: Span,
    /// The label, where it says the same.
    label: Option<Span>,
    fix: Fix,
}

/// What changes all times of a note that may be minutes written as hours, in the order of the text, where some are
/// not sure by themselves: those are to be changed with the others or not at all.
pub(in crate::ide) fn as_minutes(analysis: &Analysis, note: NoteId, document: &Document) -> Vec<Fix> {
    let length = Length::of(analysis, note, document);
    if !length.unsure {
        return Vec::new();
    }
    let found = document.note.timestamps.iter().filter_map(|it| length.shift(&document.text, it));
    found.map(|found| found.fix).collect()
}

impl Length {
    /// What the files say now decides, whatever was asked before.
    pub(super) fn of(analysis: &Analysis, note: NoteId, document: &Document) -> Self {
        let own = &document.note;
        let end = document.video().filter(|_| !own.timestamps.is_empty());
        let end = end.and_then(|video| Source::of(analysis, video, document.language()).end());
        let moments = source::moments_within(analysis, note, document, end);
        let length = Self { end, moments, unsure: false };
        let is_unsure = |timestamp: &Timestamp| {
            let found = length.shift(&document.text, timestamp);
            found.is_some_and(|found| match found.shift.evidence {
                Evidence::NoteAlone => true,
                Evidence::Note => !found.fix.certain,
                _ => false,
            })
        };
        Self { unsure: own.timestamps.iter().any(is_unsure), ..length }
    }

    /// Reports minutes that are written as hours: one code each, after a malformed time and before one that
    /// differs from its label. Whether it has the finding.
    pub(super) fn minutes_as_hours(self, findings: &mut Findings, timestamp: &Timestamp) -> bool {
        let text = findings.text();
        let Some(Found { shift, value, label, fix }) = self.shift(text, timestamp) else { return false };
        let unsure = shift.evidence == Evidence::NoteAlone;
        if unsure && timestamp.problem.is_some() {
            return false;
        }
        let span = label.map_or(value, |label| Span::new(value.start(), label.end()));
        let because = self.because(shift.evidence, value.of(text), &canonical_time(shift.seconds));
        let message = format!("Minutes written as hours: {because}");
        if unsure {
            findings.add_at_most(Severity::Hint, Code::MinutesAsHours, span, message);
        } else {
            findings.add_with(Code::MinutesAsHours, span, message, Vec::new(), vec![fix]);
        }
        true
    }

    fn shift(self, text: &str, timestamp: &Timestamp) -> Option<Found> {
        let fault = timestamp.problem.as_ref().map(|problem| problem.fault);
        let value = timestamp.value.filter(|_| matches!(fault, None | Some(TimestampFault::Mismatched)))?;
        let shift = self.moments.shift(text, timestamp)?;
        let written = value.of(text);
        let time = canonical_time(shift.seconds);
        let shown = timestamp.label.filter(|label| label.start() > value.end());
        let shown_seconds = shown.and_then(|label| seconds(label.of(text)));
        // The label goes along where it says the same.
        let label = shown.filter(|_| shown_seconds == seconds(written));
        let edits = [Some(value), label].into_iter().flatten().map(|span| (span, time.clone())).collect();
        // A third group that is not `00` says something that would be lost.
        let whole = written.ends_with(":00") && (label.is_some() || shown_seconds == Some(shift.seconds));
        let certain = whole && (shift.evidence == Evidence::Length || !self.unsure);
        Some(Found { shift, value, label, fix: Fix { title: format!("Change to {time}"), edits, certain } })
    }

    /// Why `written` means `time`.
    fn because(self, evidence: Evidence, written: &str, time: &str) -> String {
        let written = quoted(written);
        match evidence {
            Evidence::Length => format!("{written} is past {}, {time} is not", self.shown()),
            Evidence::OtherNotes(last) => {
                format!(
                    "other notes cite the video as far as {}; {written} is far behind that, {time} is not",
                    clock(last)
                )
            }
            Evidence::HalfDay => format!("{written} is more than 12 hours into a video; probably {time}"),
            Evidence::Seconds => format!("{written} has more than 59 seconds; probably {time}"),
            Evidence::Note => {
                format!("most times with hours in this note end in `:00`; {written} is probably {time}")
            }
            Evidence::NoteAlone => {
                format!("most times with hours in this note end in `:00`; {written} may be {time}")
            }
        }
    }

    /// Reports a timestamp that is otherwise as it should be.
    pub(super) fn past_end(self, findings: &mut Findings, timestamp: &Timestamp) {
        let Some(end) = self.end else { return };
        let moment = self.moments.get(findings.text(), timestamp);
        let Some(moment) = moment.filter(|&moment| moment > end.limit()) else { return };
        if timestamp.problem.is_none() {
            let span = timestamp.value.unwrap_or(timestamp.span);
            let message = format!("The time {} is past {}", clock(moment), self.shown());
            findings.add(Code::TimestampPastEnd, span, message);
        }
    }

    fn shown(self) -> String {
        match self.end {
            Some(End::Duration(end)) => format!("the end of the video ({})", clock(end)),
            Some(End::LastCue(end)) => format!("the last caption of the video ({})", clock(end)),
            None => "the end of the video".to_owned(),
        }
    }
}
