//! Minutes written as hours: `00:01:08` as `01:08:00`.

use crate::syntax::{Note, Timestamp};

/// What the timestamps of one note mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moments {
    /// Whether the note writes minutes as hours.
    minutes_as_hours: bool,
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
        Self { minutes_as_hours: count >= 8 && zeros * 5 >= count * 4 }
    }

    /// Seconds from the video's start.
    pub fn get(self, text: &str, timestamp: &Timestamp) -> Option<u32> {
        let hours = if self.minutes_as_hours { timestamp.hours(text) } else { None };
        hours.and_then(|hours| hours.as_minutes).or(timestamp.moment)
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
}
