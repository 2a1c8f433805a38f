//! How a time is spelled. Knows nothing of where it stands.

use crate::text::Span;

/// A spelling that names a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Time {
    /// Seconds, the groups read from the right as seconds, minutes, hours.
    pub(super) seconds: u32,
    /// The first of three groups, where it has two digits: hours, unless they are really minutes.
    pub(super) hours: Option<u32>,
    /// Seconds when the last of three groups is dropped and the others are minutes and seconds.
    pub(super) shifted: Option<u32>,
    /// Whether the last of three groups is above 59, so that it is no seconds.
    pub(super) overflow: bool,
    /// How it is spelled.
    pub(super) spelling: Spelling,
}

/// How a time is spelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spelling {
    /// `HH:MM:SS`, `H:MM:SS` or `MM:SS`.
    Good,
    /// One digit for two: `9:07`, `00:5:52`.
    Unpadded,
    /// A fourth group of zeros: `01:02:14:00`.
    FourthGroup,
    /// Minutes or seconds above 59, so that it is no time of day and no length: `00:75:10`.
    OutOfRange,
}

/// Reads `text` as a time; `None` where it names no moment (`00:11:0`, `HH:12:34`, `0000`).
pub(super) fn read(text: &str) -> Option<Time> {
    // Most of what is asked about is a name.
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    well_spelled(text.as_bytes()).or_else(|| read_groups(text))
}

fn read_groups(text: &str) -> Option<Time> {
    if text.len() > 16 || !text.bytes().all(|b| b.is_ascii_digit() || b == b':') {
        return None;
    }
    let mut groups = [0u32; 4];
    let mut digits = [0usize; 4];
    let mut count = 0;
    for group in text.split(':') {
        if group.is_empty() || group.len() > 2 {
            return None;
        }
        *groups.get_mut(count)? = group.parse().ok()?;
        *digits.get_mut(count)? = group.len();
        count += 1;
    }
    let [a, b, c, d] = groups;
    let padded = |from: usize| digits.iter().take(count).skip(from).all(|&n| n == 2);
    match count {
        // Seconds of one digit may be cut off: they are never guessed.
        2 if digits[1] == 2 => Some(Time {
            seconds: a * 60 + b,
            hours: None,
            shifted: None,
            overflow: false,
            spelling: match () {
                () if b > 59 => Spelling::OutOfRange,
                () if padded(0) => Spelling::Good,
                () => Spelling::Unpadded,
            },
        }),
        3 if digits[2] == 2 => Some(Time {
            seconds: a * 3600 + b * 60 + c,
            hours: (digits[0] == 2).then_some(a),
            shifted: (b <= 59).then_some(a * 60 + b),
            overflow: c > 59,
            spelling: match () {
                () if b > 59 || (c > 59 && (a == 0 || digits[0] == 1)) => Spelling::OutOfRange,
                () if padded(1) => Spelling::Good,
                () => Spelling::Unpadded,
            },
        }),
        4 if padded(0) && d == 0 && b <= 59 && c <= 59 => Some(Time {
            seconds: a * 3600 + b * 60 + c,
            hours: None,
            shifted: None,
            overflow: false,
            spelling: Spelling::FourthGroup,
        }),
        _ => None,
    }
}

/// `HH:MM:SS`, as nearly all times are spelled.
fn well_spelled(text: &[u8]) -> Option<Time> {
    let &[a, b, b':', c, d, b':', e, f] = text else { return None };
    let number = |tens: u8, ones: u8| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0')).filter(|&number| number <= 59)
    };
    let (hours, minutes, seconds) = (number(a, b)?, number(c, d)?, number(e, f)?);
    Some(Time {
        seconds: hours * 3600 + minutes * 60 + seconds,
        hours: Some(hours),
        shifted: Some(hours * 60 + minutes),
        overflow: false,
        spelling: Spelling::Good,
    })
}

/// Whether `name` reads as a time: as the target of a wikilink it means a moment, not a note.
pub fn is_time(name: &str) -> bool {
    read(name.trim()).is_some_and(|time| time.spelling != Spelling::OutOfRange)
}

/// The seconds that a time means as it is typed: `4:32`, `00:04:32`; `None` where it is none or not yet all of one.
pub fn seconds(typed: &str) -> Option<u32> {
    read(typed.trim()).filter(|time| time.spelling != Spelling::OutOfRange).map(|time| time.seconds)
}

impl Time {
    /// `text`, which was read as this time, spelled well; hours stay away where there were none.
    pub(super) fn mended(self, text: &str) -> String {
        match self.spelling {
            Spelling::Good => text.to_owned(),
            Spelling::Unpadded => {
                let groups: Vec<_> = text.split(':').map(|group| format!("{group:0>2}")).collect();
                groups.join(":")
            }
            Spelling::FourthGroup | Spelling::OutOfRange => self.canonical(),
        }
    }

    /// `HH:MM:SS`.
    pub(super) fn canonical(self) -> String {
        canonical(self.seconds)
    }
}

/// The times of `[a]` or `[a, b]` whose inside is `inner`; `None` where anything else is in it.
pub(super) fn list(text: &str, inner: Span) -> Option<Vec<(Span, Time)>> {
    let body = inner.of(text);
    let mut times = Vec::new();
    let mut at = inner.start();
    for word in body.split([',', ';', ' ', '-', '\u{2013}', '\u{2014}']) {
        if !word.is_empty() {
            // A verse or a ratio has one digit last, and is none; so is what was cut off.
            let time = read(word).filter(|time| match time.spelling {
                Spelling::Good => true,
                Spelling::Unpadded => word.len() == 4,
                _ => false,
            })?;
            times.push((Span::new(at, at + word.len()), time));
        }
        at += word.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    (!times.is_empty()).then_some(times)
}

/// `seconds` as `HH:MM:SS`.
pub fn canonical(seconds: u32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The anchor that the wiki's player reads, for a time spelled `time`.
pub fn anchor(time: &str) -> String {
    format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short way to a time is the long one.
    #[test]
    fn a_time_of_three_pairs_is_read_as_any_other() {
        for number in (0..1_000_000).step_by(7) {
            let text = format!("{:02}:{:02}:{:02}", number / 10_000, number / 100 % 100, number % 100);
            assert_eq!(read(&text), read_groups(&text), "{text}");
        }
    }

    #[test]
    fn times_are_read_as_they_are_spelled() {
        use Spelling::*;
        for (text, expected) in [
            ("00:01:02", Some((62, Good))),
            ("01:02", Some((62, Good))),
            ("1:02:03", Some((3723, Good))),
            ("75:10", Some((4510, Good))),
            ("9:07", Some((547, Unpadded))),
            ("00:5:52", Some((352, Unpadded))),
            ("01:02:14:00", Some((3734, FourthGroup))),
            ("00:75:10", Some((4510, OutOfRange))),
            ("00:01:75", Some((135, OutOfRange))),
            ("10:75", Some((675, OutOfRange))),
            ("10:17:75", Some((37095, Good))),
            ("01:02:14:05", None),
            ("00:11:0", None),
            ("00:00:", None),
            ("00:00:000", None),
            ("HH:12:34", None),
            ("0000", None),
            ("10:5", None),
            ("", None),
            (":", None),
            ("1:2:3:4:5", None),
            ("٠١:٠٢", None),
        ] {
            assert_eq!(read(text).map(|t| (t.seconds, t.spelling)), expected, "{text}");
        }
    }
}
