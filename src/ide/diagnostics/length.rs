//! Timestamps that are not in their video, where captions or metadata say how long that is: past its end, or
//! minutes that were written as hours.
use super::{Findings, quoted};
use crate::ide::source::{End, Source};
use crate::ide::video::clock;
use crate::settings::Code;
use crate::syntax::{Fix, Timestamp, TimestampFault};
use crate::text::Span;

/// Where the video of a note ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length(End);

impl Length {
    /// That of the note's video, as far as it is known. What the files say now decides, whatever was asked
    /// before.
    pub(super) fn of(findings: &Findings) -> Option<Self> {
        let document = findings.document;
        let video = document.video().filter(|_| !document.note.timestamps.is_empty())?;
        Source::of(findings.analysis, video, document.language()).end().map(Self)
    }

    /// Reports what this says of a timestamp: one code each, after a malformed time and before one that differs
    /// from its label. Whether it has the finding.
    pub(super) fn minutes_as_hours(self, findings: &mut Findings, timestamp: &Timestamp) -> bool {
        let fault = timestamp.problem.as_ref().map(|problem| problem.fault);
        let (text, limit) = (findings.text(), self.0.limit());
        let (None | Some(TimestampFault::Mismatched), Some(value)) = (fault, timestamp.value) else {
            return false;
        };
        let Some(hours) = timestamp.hours(text) else { return false };
        let Some(minutes) = hours.as_minutes.filter(|&minutes| minutes <= limit) else { return false };
        let written = value.of(text);
        if seconds(written).is_none_or(|seconds| seconds <= limit) {
            return false;
        }
        let time = format!("{:02}:{:02}:{:02}", minutes / 3600, minutes / 60 % 60, minutes % 60);
        let label = timestamp.label.filter(|label| label.start() > value.end() && label.of(text) == written);
        let span = label.map_or(value, |label| Span::new(value.start(), label.end()));
        let edits = [Some(value), label].into_iter().flatten().map(|span| (span, time.clone())).collect();
        let message =
            format!("Minutes written as hours: {} is past {}, {time} is not", quoted(written), self.shown());
        // A third group that is not `00` says something that would be lost.
        let fix = Fix { title: format!("Change to {time}"), edits, certain: hours.zeros };
        findings.add_with(Code::MinutesAsHours, span, message, Vec::new(), vec![fix]);
        true
    }

    /// Reports a timestamp that is otherwise as it should be.
    pub(super) fn past_end(self, findings: &mut Findings, timestamp: &Timestamp) {
        let Some(moment) = timestamp.moment.filter(|&moment| moment > self.0.limit()) else { return };
        if timestamp.problem.is_none() {
            let span = timestamp.value.unwrap_or(timestamp.span);
            let message = format!("The time {} is past {}", clock(moment), self.shown());
            findings.add(Code::TimestampPastEnd, span, message);
        }
    }

    fn shown(self) -> String {
        match self.0 {
            End::Duration(end) => format!("the end of the video ({})", clock(end)),
            End::LastCue(end) => format!("the last caption of the video ({})", clock(end)),
        }
    }
}

/// The seconds of `HH:MM:SS`, whatever its groups are.
fn seconds(time: &str) -> Option<u32> {
    let mut groups = time.split(':').map(|group| group.parse::<u32>().ok().filter(|&number| number < 100));
    let [hours, minutes, seconds] = [groups.next()??, groups.next()??, groups.next()??];
    Some(hours * 3600 + minutes * 60 + seconds)
}
