//! Captions as YouTube has them in JSON: events with the words of a line, each word with its delay.
use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::captions::Reading;

#[derive(Deserialize)]
struct File<'t> {
    #[serde(borrow, default)]
    events: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'t> {
    #[serde(default)]
    t_start_ms: f64,
    #[serde(default)]
    d_duration_ms: f64,
    #[serde(borrow, default)]
    segs: Vec<Segment<'t>>,
}

#[derive(Deserialize)]
struct Segment<'t> {
    #[serde(borrow, default)]
    utf8: Cow<'t, str>,
}

pub(super) fn read(text: &str, reading: &mut Reading) {
    let events = match serde_json::from_str::<File<'_>>(text) {
        Ok(file) => file.events,
        Err(error) => {
            let line = u32::try_from(error.line()).unwrap_or(u32::MAX).saturating_sub(1);
            return reading.complain(line, format!("not captions in JSON: {error}"));
        }
    };
    let mut lines = Lines { text, at: 0, line: 0 };
    let mut cues: Vec<([u32; 2], u32, String)> = Vec::new();
    for event in events {
        let line = lines.of(event.get());
        let event = match serde_json::from_str::<Event<'_>>(event.get()) {
            Ok(event) => event,
            Err(error) => {
                reading.complain(line, format!("not an event of captions: {error}"));
                continue;
            }
        };
        let words: String = event.segs.iter().map(|segment| &*segment.utf8).collect();
        if words.trim().is_empty() {
            continue;
        }
        let start = event.t_start_ms;
        if !(0.0..=f64::from(u32::MAX)).contains(&start) {
            reading.complain(line, "a time outside of any video");
            continue;
        }
        let end = (start + event.d_duration_ms.max(0.0)).min(f64::from(u32::MAX));
        cues.push(([milliseconds(start), milliseconds(end)], line, words));
    }
    // A line is shown until the one behind the next comes; it is said until the next.
    for number in 0..cues.len() {
        let next = cues.get(number + 1).map(|(times, ..)| times[0]);
        if let Some(([start, end], line, words)) = cues.get(number) {
            let end = next.filter(|next| next > start).map_or(*end, |next| next.min(*end));
            reading.cue([*start, end], *line, &[words]);
        }
    }
}

/// A time that has been checked to fit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds by its callers")]
fn milliseconds(time: f64) -> u32 {
    time as u32
}

/// The lines of parts of a text, in order.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line on which `part`, a slice of the text behind those before, begins.
    fn of(&mut self, part: &str) -> u32 {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.as_bytes().get(self.at..offset).unwrap_or_default();
        let more = memchr::memchr_iter(b'\n', between).count();
        self.line = self.line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self.at = offset.max(self.at);
        self.line
    }
}
