//! Minutes written as hours: `00:01:08` as `01:08:00`.

use crate::syntax::{Note, Timestamp};

/// What the timestamps of one note mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moments {
    /// Whether the note writes minutes as hours.
    minutes_as_hours: bool,
    /// The last second that the video can have, where that is known.
    limit: Option<u32>,
}

impl Moments {
    /// A note with eight tags and more that have hours, four fifths of which end in `:00`, means minutes.
    pub fn of(text: &str, note: &Note) -> Self {
        let (mut count, mut zeros) = (0, 0);
        if note.timestamps.len() >= 8 {
            for hours in note.timestamps.iter().filter_map(|timestamp| timestamp.hours(text)) {
                count += 1;
                zeros += usize::from(hours.zeros);
            }
        }
        Self { minutes_as_hours: count >= 8 && zeros * 5 >= count * 4, limit: None }
    }

    /// The same where the video is known to have no second behind `limit`: hours that fit are hours, and those
    /// that do not are minutes, if they fit as such.
    #[must_use]
    pub fn within(self, limit: Option<u32>) -> Self {
        Self { limit, ..self }
    }

    /// Seconds from the video's start.
    pub fn get(self, text: &str, timestamp: &Timestamp) -> Option<u32> {
        let as_hours = timestamp.moment?;
        let as_minutes = || timestamp.hours(text)?.as_minutes;
        match self.limit {
            Some(limit) if as_hours <= limit => Some(as_hours),
            Some(limit) => Some(as_minutes().filter(|&minutes| minutes <= limit).unwrap_or(as_hours)),
            None if self.minutes_as_hours => as_minutes().or(Some(as_hours)),
            None => Some(as_hours),
        }
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
        let within = |limit| -> Vec<u32> {
            let moments = Moments::of(&text, &note).within(limit);
            note.timestamps.iter().filter_map(|t| moments.get(&text, t)).collect()
        };
        assert_eq!(within(Some(900)), [308, 617, 840, 1200, 3854]);
        assert_eq!(within(Some(20_000)), [18_480, 617, 840, 1200, 3854]);
        assert_eq!(within(None), [18_480, 37_054, 840, 1200, 3854]);
    }
}
