//! Minutes written as hours: `00:01:08` as `01:08:00`.

use super::facts::video_key;
use super::{Facts, Index, NoteId};
use crate::sources::SourceId;
use crate::syntax::{Note, Timestamp};

/// What the timestamps of one note mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moments {
    /// Whether the note writes minutes as hours.
    minutes_as_hours: bool,
    end: End,
}

/// What is known of the end of the video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Unknown,
    /// The last second that the video can have.
    At(u32),
    /// The last second that other notes cite.
    Cited(u32),
}

/// A time with hours that are minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shift {
    /// Seconds from the video's start.
    pub seconds: u32,
    /// Why.
    pub evidence: Evidence,
}

/// Why hours are taken for minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// The video is shorter.
    Length,
    /// Other notes cite the video often, and nothing near; the last second that they do.
    OtherNotes(u32),
    /// Videos have no twelve hours.
    HalfDay,
    /// The last group is above 59.
    Seconds,
    /// Most times of the note with hours end in `:00`.
    Note,
    /// The same, and the time is one that a video may well have.
    NoteAlone,
}

/// Hours that no video has.
const HALF_DAY: u32 = 12;
/// Times with hours from which on a note has a way of writing them.
const SOME: usize = 8;
/// Hours that videos have: what a note's way of writing says of them is not sure.
const MAY_BE_HOURS: u32 = 3;
/// Citations in other notes, as far as each has some, from which on they say how long a video is; and those of one
/// note that are counted.
const MANY: usize = 20;
/// Notes of one video that are asked for its end.
const MOST_NOTES: usize = 64;
/// Seconds of a video behind the last that is cited, at least.
const BEHIND_CITED: u32 = 30 * 60;

impl Moments {
    /// A note with eight tags and more that have hours, four fifths of which end in `:00`, means minutes.
    pub fn of(text: &str, note: &Note) -> Self {
        let (mut count, mut zeros) = (0, 0);
        if note.timestamps.len() >= SOME {
            for hours in note.timestamps.iter().filter_map(|timestamp| timestamp.hours(text)) {
                count += 1;
                zeros += usize::from(hours.zeros);
            }
        }
        Self { minutes_as_hours: count >= SOME && zeros * 5 >= count * 4, end: End::Unknown }
    }

    /// The same where the video is known to have no second behind `limit`: hours that fit are hours, and those
    /// that do not are minutes, if they fit as such.
    #[must_use]
    pub fn within(self, limit: u32) -> Self {
        Self { end: End::At(limit), ..self }
    }

    /// The same where other notes cite `last` and nothing behind it: [`Index::last_cited`].
    #[must_use]
    pub fn beside(self, last: Option<u32>) -> Self {
        Self { end: last.map_or(End::Unknown, End::Cited), ..self }
    }

    /// Seconds from the video's start.
    pub fn get(self, text: &str, timestamp: &Timestamp) -> Option<u32> {
        if let Some(shift) = self.shift(text, timestamp) {
            return Some(shift.seconds);
        }
        let End::At(limit) = self.end else { return timestamp.moment };
        // Of a video of a day, the times of the evening.
        let written = timestamp.hours(text).map(|hours| hours.written);
        written.filter(|&written| written <= limit).or(timestamp.moment)
    }

    /// Whether the hours of `timestamp` are minutes.
    pub fn shift(self, text: &str, timestamp: &Timestamp) -> Option<Shift> {
        let hours = timestamp.hours(text)?;
        let seconds = hours.as_minutes?;
        let is_between = |limit: u32| seconds <= limit && limit < hours.written;
        let evidence = match self.end {
            End::At(limit) => is_between(limit).then_some(Evidence::Length)?,
            End::Cited(last) if is_between(last.saturating_add(BEHIND_CITED.max(last / 4))) => {
                Evidence::OtherNotes(last)
            }
            _ if hours.first >= HALF_DAY => Evidence::HalfDay,
            _ if hours.overflow => Evidence::Seconds,
            _ if !self.minutes_as_hours => return None,
            _ if hours.first > MAY_BE_HOURS => Evidence::Note,
            // Behind the first hour of a long video, such a note has hours and seconds.
            _ if hours.zeros => Evidence::NoteAlone,
            _ => return None,
        };
        Some(Shift { seconds, evidence })
    }
}

/// How far a note cites its video, and how often, as far as that matters.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Reach {
    last: u32,
    count: usize,
}

impl Reach {
    pub(super) fn of(facts: &Facts) -> Self {
        let mut reach = Self::default();
        for moment in facts.citations() {
            reach.last = reach.last.max(moment);
            reach.count = (reach.count + 1).min(MANY);
        }
        reach
    }
}

impl Index {
    /// The last second of `video` that notes other than `note` cite, if they do so often enough that there is
    /// hardly anything behind it.
    pub fn last_cited(&self, video: SourceId<'_>, note: NoteId) -> Option<u32> {
        let others = self.filed(&self.videos, video_key(video.id)).filter(|&other| other != note);
        let mut all = Reach::default();
        for facts in others.take(MOST_NOTES).filter_map(|other| self.facts(other)) {
            if facts.video() == Some(video) {
                let reach = Reach::of(facts);
                // Notes that pick a few moments of a long video say nothing of the rest.
                let count = if reach.count >= SOME { reach.count } else { 0 };
                all = Reach { last: all.last.max(reach.last), count: all.count + count };
            }
        }
        (all.count >= MANY).then_some(all.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{self, Options};

    /// Eight anchors of which four fifths end in `:00` are minutes written as hours; first groups of 0
    /// and of one digit stay.
    #[test]
    fn a_note_of_minutes_written_as_hours() {
        let anchor = |time: &str| format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>");
        let mut text = String::new();
        for minute in 1..=8 {
            text += &anchor(&format!("{minute:02}:08:00"));
            text += " ";
        }
        text += &anchor("00:08:00");
        text += &anchor("1:08:00");
        let note = syntax::parse(&text, &Options::default());
        let moments = Moments::of(&text, &note);
        let moments: Vec<_> = note.timestamps.iter().filter_map(|t| moments.get(&text, t)).collect();
        assert_eq!(moments, [68, 128, 188, 248, 308, 368, 428, 488, 480, 4080]);
    }

    /// What is known of the video goes before what the times look like.
    #[test]
    fn minutes_written_as_hours_in_a_video_of_known_length() {
        let anchor = |time: &str| format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>");
        let text = ["05:08:00", "10:17:34", "00:14:00", "20:00:00", "1:04:14"].map(anchor).concat();
        let note = syntax::parse(&text, &Options::default());
        let within = |limit: Option<u32>| -> Vec<u32> {
            let moments = Moments::of(&text, &note);
            let moments = limit.map_or(moments, |limit| moments.within(limit));
            note.timestamps.iter().filter_map(|t| moments.get(&text, t)).collect()
        };
        assert_eq!(within(Some(900)), [308, 617, 840, 1200, 3854]);
        assert_eq!(within(Some(20_000)), [18_480, 617, 840, 1200, 3854]);
        assert_eq!(within(Some(90_000)), [18_480, 37_054, 840, 72_000, 3854]);
        assert_eq!(within(None), [18_480, 37_054, 840, 1200, 3854]);
    }

    /// Why each time of a note is minutes, and what is sure.
    #[test]
    fn the_evidence_that_hours_are_minutes() {
        let anchor = |time: &str| format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>");
        let evidence = |moments: &dyn Fn(Moments) -> Moments, times: &[&str]| -> Vec<Option<Evidence>> {
            let text = times.iter().map(|time| anchor(time)).collect::<String>();
            let note = syntax::parse(&text, &Options::default());
            let moments = moments(Moments::of(&text, &note));
            note.timestamps.iter().map(|t| moments.shift(&text, t).map(|shift| shift.evidence)).collect()
        };
        use Evidence::{HalfDay, Length, Note, NoteAlone, OtherNotes, Seconds};
        let mut times = ["00:05:08", "05:08:00", "13:08:00", "05:08:75", "01:10:22", "1:10:00"].to_vec();
        assert_eq!(evidence(&|it| it, &times), [None, None, Some(HalfDay), Some(Seconds), None, None]);
        assert_eq!(
            evidence(&|it| it.within(900), &times),
            [None, Some(Length), Some(Length), Some(Length), Some(Length), None]
        );
        assert_eq!(evidence(&|it| it.within(90_000), &times), [None; 6]);
        let cited = Some(OtherNotes(900));
        assert_eq!(evidence(&|it| it.beside(Some(900)), &times), [None, cited, cited, cited, cited, None]);
        // Videos go on behind what is cited of them.
        assert_eq!(evidence(&|it| it.beside(Some(3400)), &times)[4], None);
        times.extend(["04:04:00"; 12]);
        times.extend(["01:10:00", "04:10:22"]);
        let found = evidence(&|it| it, &times);
        assert_eq!(found[..6], [None, Some(Note), Some(HalfDay), Some(Seconds), None, None]);
        assert_eq!(found[17..], [Some(Note), Some(NoteAlone), Some(Note)]);
    }

    #[test]
    fn what_other_notes_cite_of_a_video() {
        use std::sync::Arc;

        use crate::index::Change;
        let note = |times: usize, last: &str| {
            format!("---\nvideoId: dQw4w9WgXcQ\n---\n{} [{last}]\n", "[00:10]\n".repeat(times))
        };
        let mut index = Index::new(Arc::default());
        let mut add = |path: &str, text: &str| index.apply(Change::note(path, text));
        add("a.md", &note(10, "00:20"));
        add("b.md", &note(10, "00:30"));
        let delta = add("c.md", &note(30, "00:40"));
        let id = |index: &Index, path| index.note(path).unwrap();
        assert!(delta.touches(&index, id(&index, "a.md")));
        let last =
            |index: &Index, path| index.last_cited(SourceId { kind: 0, id: "dQw4w9WgXcQ" }, id(index, path));
        assert_eq!(["a.md", "b.md", "c.md"].map(|path| last(&index, path)), [Some(40), Some(40), Some(30)]);
        // One more time that is no later says nothing new to the others, one later does.
        let delta = index.apply(Change::note("c.md", &note(31, "00:40")));
        assert!(!delta.touches(&index, id(&index, "a.md")));
        let delta = index.apply(Change::note("c.md", &note(3, "00:50")));
        assert!(delta.touches(&index, id(&index, "a.md")));
        assert_eq!(["a.md", "b.md"].map(|path| last(&index, path)), [None, None]);
    }
}
