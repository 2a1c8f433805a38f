//! A timeline as a text to read, for a terminal and for a document in an editor: a line each for a chapter and for
//! a citation, with what of the line leads where.
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use super::{SourceSummary, Timeline, TimelineEntry};
use crate::ide::{prose, video};
use crate::text::visible;

/// Columns of the times.
const TIME: usize = 8;
/// Columns of claims behind which places stand in line.
const MOST_PADDED: usize = 100;
/// What a citation says of itself where its note says nothing.
const NO_CLAIM: &str = "(no words)";

/// What a line of a timeline is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TimelineLineKind {
    /// The title.
    Title,
    /// The address, or what is counted.
    About,
    /// The name of a chapter.
    Chapter,
    /// A citation.
    Entry {
        /// Index into [`Timeline::entries`].
        entry: usize,
        /// The time in the line, in bytes.
        time: Range<usize>,
        /// The note and its line in the line, in bytes.
        place: Range<usize>,
    },
    /// Nothing.
    Blank,
}

/// A line of a timeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimelineLine {
    /// What it says, without a control character.
    pub text: String,
    /// What it is.
    pub kind: TimelineLineKind,
}

impl SourceSummary {
    /// The title and the channel; the id where there is no title.
    pub fn heading(&self) -> String {
        let title = self.title.as_ref().unwrap_or(&self.id);
        match &self.channel {
            Some(channel) => visible(&format!("{title} · {channel}")).into_owned(),
            None => visible(title).into_owned(),
        }
    }

    /// `12 citations in 3 notes · 14:05 · 41 % covered`.
    pub fn counts(&self) -> String {
        let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let mut counts =
            format!("{} in {}", plural(self.citations, "citation"), plural(self.notes.len(), "note"));
        if let Some(duration) = self.duration {
            counts += &format!(" · {}", video::clock(duration));
        }
        if let Some(percent) = self.covered_percent.filter(|_| self.citations > 0) {
            counts += &format!(" · {percent}% covered");
        }
        counts
    }
}

impl TimelineEntry {
    /// `folder/note.md:12`.
    pub fn shown_place(&self) -> String {
        format!("{}:{}", visible(&self.path), self.line)
    }
}

/// A time as a player shows it, at the right of its columns.
pub fn shown_time(second: u32) -> String {
    format!("{:>TIME$}", video::clock(second))
}

/// The lines of a timeline, whose claims are cut to `width` columns, about.
pub fn timeline_lines(timeline: &Timeline, width: usize) -> Vec<TimelineLine> {
    let line = |text: String, kind| TimelineLine { text, kind };
    let source = &timeline.source;
    let mut lines = vec![line(source.heading(), TimelineLineKind::Title)];
    lines.extend(source.url.as_ref().map(|url| line(visible(url).into_owned(), TimelineLineKind::About)));
    lines.push(line(source.counts(), TimelineLineKind::About));
    lines.push(line(String::new(), TimelineLineKind::Blank));
    let claim = |entry: &TimelineEntry| {
        let claim = entry.claim.as_deref().unwrap_or(NO_CLAIM);
        visible(&prose::shorten(claim, width)).into_owned()
    };
    let claims: Vec<String> = timeline.entries.iter().map(claim).collect();
    let widest = claims.iter().map(|claim| claim.width()).max().unwrap_or(0).min(MOST_PADDED);
    let mut chapters = timeline.chapters.iter().peekable();
    for (at, (entry, claim)) in timeline.entries.iter().zip(claims).enumerate() {
        while let Some(chapter) = chapters.next_if(|chapter| chapter.second <= entry.second) {
            let title = format!("{}  {}", shown_time(chapter.second), visible(&chapter.title));
            lines.push(line(title, TimelineLineKind::Chapter));
        }
        let time = shown_time(entry.second);
        let start = time.len() - time.trim_start().len();
        let mut text = time.clone() + "  " + &claim;
        text.extend(std::iter::repeat_n(' ', widest.saturating_sub(claim.width()) + 2));
        let from = text.len();
        text += &entry.shown_place();
        let place = from..text.len();
        lines.push(line(text, TimelineLineKind::Entry { entry: at, time: start..time.len(), place }));
    }
    for chapter in chapters {
        let title = format!("{}  {}", shown_time(chapter.second), visible(&chapter.title));
        lines.push(line(title, TimelineLineKind::Chapter));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::timeline::timeline;
    use crate::sources::SourceId;

    #[test]
    fn a_timeline_is_read_line_by_line() {
        let fixture = Fixture::new(
            "
            //- tides/bulge.md
            ---
            videoId: twD4yMo0n-1
            title: Bulge
            ---
            There are two bulges in \u{65e5}\u{672c} [00:04:32].

            [00:00:05]
            //- other.md
            It rises [twice](https://youtu.be/twD4yMo0n-1?t=270)
            //- x/twD4yMo0n-1.info.json
            {\"channel\": \"Sea\\u0007\", \"duration\": 600, \"chapters\": [{\"start_time\": 60, \"title\": \"Near\"}, {\"start_time\": 400, \"title\": \"Far\"}]}
            ",
        );
        let timeline = timeline(&fixture.analysis, SourceId { kind: 0, id: "twD4yMo0n-1" });
        let lines = timeline_lines(&timeline, 100);
        let shown: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        let expected = [
            "twice · Sea",
            "https://www.youtube.com/watch?v=twD4yMo0n-1&t=0s",
            "3 citations in 2 notes · 10:00 · 16% covered",
            "",
            "    0:05  (no words)                    tides/bulge.md:7",
            "    1:00  Near",
            "    4:30  It rises                      other.md:1",
            "    4:32  There are two bulges in \u{65e5}\u{672c}  tides/bulge.md:5",
            "    6:40  Far",
        ];
        assert_eq!(shown, expected);
        let parts = lines.iter().filter_map(|line| match &line.kind {
            TimelineLineKind::Entry { time, place, .. } => {
                Some((line.text.get(time.clone())?, line.text.get(place.clone())?))
            }
            _ => None,
        });
        let expected = [("0:05", "tides/bulge.md:7"), ("4:30", "other.md:1"), ("4:32", "tides/bulge.md:5")];
        assert_eq!(parts.collect::<Vec<_>>(), expected);
    }
}
