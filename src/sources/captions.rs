use std::fmt;

use super::{Format, json3, timed};

/// Characters of a cue that are kept: what is said in a few seconds is a tenth of it.
const LONGEST_CUE: usize = 2000;

/// What is said in a video, by time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Captions {
    /// The words of all cues, one behind the other.
    words: Box<str>,
    /// By start.
    rows: Box<[Row]>,
    fault: Option<Fault>,
}

/// Where a cue's words end in the text of all, and when they are said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Row {
    start: u32,
    end: u32,
    line: u32,
    words: [u32; 2],
}

/// A few words and when they are said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cue<'c> {
    /// Milliseconds from the video's start.
    pub start: u32,
    /// The same of its end; not before the start.
    pub end: u32,
    /// The line of the file on which the words begin, from 0.
    pub line: u32,
    /// The words on one line, without markup. They are text of others, not markdown.
    pub text: &'c str,
}

impl Cue<'_> {
    /// Whole seconds from the video's start.
    pub fn second(&self) -> u32 {
        self.start / 1000
    }
}

/// What cannot be read in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The line, from 0.
    pub line: u32,
    /// What is wrong, as a sentence without a final stop.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line + 1, self.message)
    }
}

impl Captions {
    /// Reads captions; none from metadata.
    pub fn read(format: Format, text: &str) -> Self {
        let mut reading = Reading::default();
        match format {
            Format::Vtt | Format::Srt | Format::Text => timed::read(text, &mut reading),
            Format::Json3 => json3::read(text, &mut reading),
            Format::Metadata => {}
        }
        // A text beside a video need not be a transcript.
        if reading.rows.is_empty() && format != Format::Text {
            reading.complain(0, "no captions in this file");
        }
        reading.finish()
    }

    /// How many cues there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cue with this number.
    pub fn get(&self, number: usize) -> Option<Cue<'_>> {
        let Row { start, end, line, words: [from, to] } = *self.rows.get(number)?;
        let text = self.words.get(from as usize..to as usize)?;
        Some(Cue { start, end, line, text })
    }

    /// All cues, by start.
    pub fn cues(&self) -> impl Iterator<Item = Cue<'_>> {
        (0..self.len()).filter_map(|number| self.get(number))
    }

    /// The number of the cue that a citation of `second` means: the first that begins within that second, else
    /// the last before it, else the first of all.
    pub fn at(&self, second: u32) -> Option<usize> {
        let first = self.rows.partition_point(|row| row.start / 1000 < second);
        let begins_then = self.rows.get(first).is_some_and(|row| row.start / 1000 == second);
        let number = if begins_then { first } else { first.saturating_sub(1) };
        (number < self.len()).then_some(number)
    }

    /// When the last cue ends, in seconds; the video may go on.
    pub fn end(&self) -> Option<u32> {
        self.rows.iter().map(|row| row.end.div_ceil(1000)).max()
    }

    /// The first thing that could not be read.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// What it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.words.len() + size_of_val(&*self.rows)
    }
}

/// Captions that are being read.
#[derive(Default)]
pub(super) struct Reading {
    words: String,
    rows: Vec<Row>,
    fault: Option<Fault>,
}

impl Reading {
    /// Adds a cue whose words may have several lines, with markup decoded. One without words is none.
    pub(super) fn cue(&mut self, [start, end]: [u32; 2], line: u32, lines: &[&str]) {
        let from = self.words.len();
        let mut length = 0;
        for word in lines.iter().flat_map(|line| line.split(|c: char| c.is_whitespace() || c.is_control())) {
            let characters = word.chars().count();
            if characters == 0 || length + characters > LONGEST_CUE {
                continue;
            }
            if length > 0 {
                self.words.push(' ');
            }
            self.words.push_str(word);
            length += characters + 1;
        }
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let words = [offset(from), offset(self.words.len())];
        if length > 0 {
            self.rows.push(Row { start, end: end.max(start), line, words });
        }
    }

    /// The last cue goes on until `end`.
    pub(super) fn extend(&mut self, end: u32) {
        if let Some(last) = self.rows.last_mut() {
            last.end = last.end.max(end);
        }
    }

    /// Notes what cannot be read, if it is the first.
    pub(super) fn complain(&mut self, line: u32, message: impl Into<String>) {
        self.fault.get_or_insert_with(|| Fault { line, message: message.into() });
    }

    fn finish(mut self) -> Captions {
        self.rows.sort_by_key(|row| row.start);
        Captions { words: self.words.into(), rows: self.rows.into(), fault: self.fault }
    }
}
