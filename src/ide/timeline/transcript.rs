//! What is said in a source, and which notes cite it for that.
use serde::Serialize;

use super::{SourceSummary, TimelineEntry, entries, is_about, play, summary};
use crate::ide::source::{End, Source};
use crate::ide::{Analysis, Document};
use crate::sources::{Cue, Sidecar, SourceId};

/// What is said in a source.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Transcript {
    /// The source.
    pub source: SourceSummary,
    /// The file with its captions; `None` where there is none.
    pub file: Option<String>,
    /// What is said, by start.
    pub cues: Vec<TranscriptCue>,
    /// Citations of moments that no cue is at: behind the end of the source, or all of them without captions.
    pub without_cue: Vec<TimelineEntry>,
}

/// A few words, and the citations of their moment.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct TranscriptCue {
    /// Seconds from the source's start.
    pub start: f64,
    /// The same of their end.
    pub end: f64,
    /// The words.
    pub text: String,
    /// Where the source plays from there on.
    pub url: Option<String>,
    /// Where the words stand in the file, from 1.
    pub line: u32,
    /// The citations of the moment.
    pub citations: Vec<TimelineEntry>,
}

/// What is said in the source `id`, in the language that its first note would be shown.
pub fn transcript(analysis: &Analysis, id: SourceId<'_>) -> Transcript {
    let mut notes = analysis.index.citing(id).into_iter();
    let own = notes.find(|&note| is_about(analysis, note, id)).and_then(|note| analysis.document(note));
    let source = Source::of(analysis, id, own.as_deref().and_then(Document::language));
    let entries = entries(analysis, id, &source);
    let moments: Vec<u32> = entries.iter().map(|entry| entry.second).collect();
    let source_summary = summary(analysis, id, &source, &moments);
    let limit = source.end().map(End::limit);
    let captions = source.captions.as_ref();
    let cue = |cue: Cue<'_>| TranscriptCue {
        start: f64::from(cue.start) / 1000.0,
        end: f64::from(cue.end) / 1000.0,
        text: cue.text.to_owned(),
        url: play(analysis, id, cue.second()),
        line: cue.line + 1,
        citations: Vec::new(),
    };
    let mut cues: Vec<_> = captions.into_iter().flat_map(|(_, captions)| captions.cues()).map(cue).collect();
    let mut without_cue = Vec::new();
    for entry in entries {
        let is_within = limit.is_none_or(|limit| entry.second <= limit);
        let number = captions.filter(|_| is_within).and_then(|(_, captions)| captions.at(entry.second));
        match number.and_then(|number| cues.get_mut(number)) {
            Some(cue) => cue.citations.push(entry),
            None => without_cue.push(entry),
        }
    }
    let file = captions.map(|(place, _)| Sidecar::shown(place));
    Transcript { source: source_summary, file, cues, without_cue }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[test]
    fn cues_have_the_citations_of_their_moment() {
        let fixture = Fixture::new(
            "
            //- a.md
            ---
            videoId: twD4yMo0n-1
            lang: de
            ---
            It rises twice [00:00:03]. It falls [00:00:05]. Never [00:59:00].
            //- b.md
            [Twice](https://youtu.be/twD4yMo0n-1?t=4)
            //- twD4yMo0n-1.en.srt
            00:00:01,000 --> 00:00:02,500
            why does the sea rise
            //- twD4yMo0n-1.de.srt
            00:00:01,000 --> 00:00:02,500
            warum steigt das Meer
            00:00:02,500 --> 00:00:04,900
            zweimal am Tag
            00:00:05,000 --> 00:00:09,000
            und fällt
            ",
        );
        let found = transcript(&fixture.analysis, SourceId { kind: 0, id: "twD4yMo0n-1" });
        assert_eq!(found.file.as_deref(), Some("twD4yMo0n-1.de.srt"));
        let cited = |entries: &[TimelineEntry]| {
            let places = entries.iter().map(|entry| format!(" {}:{}", entry.path, entry.line));
            places.collect::<String>()
        };
        let cues = found.cues.iter().map(|cue| {
            format!("{}-{} {}: {}:{}", cue.start, cue.end, cue.line, cue.text, cited(&cue.citations))
        });
        let expected = [
            "1-2.5 2: warum steigt das Meer:",
            "2.5-4.9 4: zweimal am Tag: a.md:5 b.md:1",
            "5-9 6: und fällt: a.md:5",
        ];
        assert_eq!(cues.collect::<Vec<_>>(), expected);
        assert_eq!(cited(&found.without_cue), " a.md:5");
        let url = found.cues.get(1).and_then(|cue| cue.url.as_deref());
        assert_eq!(url, Some("https://www.youtube.com/watch?v=twD4yMo0n-1&t=2s"));
    }

    #[test]
    fn without_captions_the_citations_are_left() {
        let fixture = Fixture::new("//- a.md\n---\nvideoId: twD4yMo0n-1\n---\nIt rises [00:00:03].\n");
        let found = transcript(&fixture.analysis, SourceId { kind: 0, id: "twD4yMo0n-1" });
        assert_eq!((found.file, found.cues.len(), found.without_cue.len()), (None, 0, 1));
    }
}
