//! Which notes cite a moment of a video, and where.
use std::ops::RangeInclusive;

use super::facts::video_key;
use super::{Index, LinePlace, NoteId};
use crate::sources::SourceId;

/// A place that cites a moment of a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Citation {
    /// The note that holds it.
    pub note: NoteId,
    /// Seconds from the video's start.
    pub moment: u32,
    /// The timestamp, or the markdown link to the video.
    pub place: LinePlace,
}

impl Index {
    /// The citations of the seconds `range` of `video`: the timestamps of notes whose video it is, and
    /// markdown links to it. By moment, note (by path) and place.
    ///
    /// The video has the list of its notes, and each note its citations in a few bytes each: other notes
    /// are not looked at, nor where those stand that cite other moments.
    pub fn citations(&self, video: SourceId<'_>, range: RangeInclusive<u32>) -> Vec<Citation> {
        let notes = self.cancel().over(self.filed(&self.videos, video_key(video.id)));
        let mut found: Vec<_> = notes.flat_map(|note| self.citations_in(note, video, &range)).collect();
        let order = |citation: &Citation| {
            (citation.moment, self.path(citation.note), citation.place.line, citation.place.column)
        };
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        found
    }

    /// Those of one note.
    pub fn citations_in(
        &self,
        note: NoteId,
        video: SourceId<'_>,
        range: &RangeInclusive<u32>,
    ) -> Vec<Citation> {
        let mut found = Vec::new();
        let Some(facts) = self.facts(note) else { return found };
        let is_near = |moment: &u32| range.contains(moment);
        if facts.video() == Some(video) && facts.citations().any(|moment| is_near(&moment)) {
            let near = facts.citations().zip(facts.places().citations());
            let near = near.filter(|(moment, _)| is_near(moment));
            found.extend(near.map(|(moment, place)| Citation { note, moment, place }));
        }
        let links = facts.video_links().enumerate().filter(|(_, link)| link.video == video);
        let links = links.filter_map(|(at, link)| Some((at, link.moment.filter(is_near)?)));
        let mut places = facts.places().video_links().enumerate();
        found.extend(links.filter_map(|(link, moment)| {
            let (_, place) = places.find(|(at, _)| *at == link)?;
            Some(Citation { note, moment, place })
        }));
        found
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::sync::Arc;

    use super::*;
    use crate::index::{Change, Facts};

    const FRONT: &str = "---\nvideoId: dQw4w9WgXcQ\n---\n";

    #[test]
    fn citations_of_a_moment() {
        let mut index = Index::new(Arc::default());
        for (path, text) in [
            ("b.md", &*format!("{FRONT}At [00:50] and [01:02].\nBefore: [00:58]\n")),
            ("a.md", "[v](https://youtu.be/dQw4w9WgXcQ) then\n[w](https://youtu.be/dQw4w9WgXcQ?t=58)\n"),
            ("c.md", "---\nvideoId: abcdefghijk\n---\n[00:58]\n"),
        ] {
            index.apply(Change::note(path, text));
        }
        let show = |range| -> Vec<String> {
            let found = index.citations(SourceId { kind: 0, id: "dQw4w9WgXcQ" }, range);
            let show = |c: &Citation| {
                format!("{} {}:{} {}s", index.path(c.note), c.place.line, c.place.column, c.moment)
            };
            found.iter().map(show).collect()
        };
        assert_eq!(show(55..=62), ["a.md 1:0 58s", "b.md 4:8 58s", "b.md 3:15 62s"]);
        assert_eq!(show(50..=50), ["b.md 3:3 50s"]);
        assert_eq!(show(0..=49), [""; 0]);
    }

    /// However long the video and the lines are.
    #[test]
    fn a_citation_takes_at_most_16_bytes() {
        let note = |citations: u32| {
            let mut text = FRONT.to_owned();
            for n in 0..citations {
                let second = n * 7919 % 36_000;
                let claim = "What is said there, in some words. ".repeat(n as usize % 12);
                let (hour, minute) = (second / 3600, second / 60 % 60);
                let _ = writeln!(text, "{claim}[{hour:02}:{minute:02}:{:02}]\n", second % 60);
            }
            let facts = Facts::of_text(&text);
            assert_eq!(facts.citations().count(), citations as usize);
            facts.len()
        };
        let each = (note(2000) - note(0)) as f64 / 2000.0;
        assert!(each <= 16.0, "{each} bytes");
    }
}
