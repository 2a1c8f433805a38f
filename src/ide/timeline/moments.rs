//! The moments of a source that notes cite, each once, for a list beside a note.
use super::{ALL, SourceSummary, meant, play, summary};
use crate::ide::source::{End, Source};
use crate::ide::{Analysis, claim, prose};
use crate::index::Citation;
use crate::sources::SourceId;
use crate::text::visible;

/// Moments of an answer.
pub const MOST_MOMENTS: usize = 500;
/// Citations of one of them.
const MOST_CITATIONS: usize = 50;
/// Characters of what is said or claimed, about.
const WORDS: usize = 120;

/// The moments of a source that notes cite.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CitedMoments {
    /// The source.
    pub source: SourceSummary,
    /// The first [`MOST_MOMENTS`] of them, in the order of the source.
    pub moments: Vec<CitedMoment>,
    /// How many there are.
    pub total: usize,
}

/// A moment that notes cite: citations in one cue are of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CitedMoment {
    /// Seconds from the source's start.
    pub second: u32,
    /// Where the source plays from there on.
    pub url: Option<String>,
    /// What is said then; without captions, what its first citation is for. Without a control character.
    pub words: Option<String>,
    /// Whether these are words of the source, and not of a note.
    pub is_said: bool,
    /// The first of its citations, by second, note and place.
    pub citations: Vec<Citation>,
    /// How many there are.
    pub total: usize,
}

/// The moments of the source `id` that notes cite. `language`: that of the captions where the settings say
/// nothing. Of the notes, only those are looked at whose claims stand for words that are not known.
pub fn cited_moments(analysis: &Analysis, id: SourceId<'_>, language: Option<&str>) -> CitedMoments {
    let source = Source::of(analysis, id, language);
    let limit = source.end().map(End::limit);
    let mut cited: Vec<(u32, Citation)> = { analysis.index.citations(id, ALL).into_iter() }
        .map(|citation| (meant(citation.moment, limit), citation))
        .collect();
    cited.sort_by_key(|(second, _)| *second);
    let seconds: Vec<u32> = cited.iter().map(|(second, _)| *second).collect();
    let captions = source.captions.as_ref().map(|(_, captions)| captions);
    let same = |a: &(u32, Citation), b: &(u32, Citation)| {
        a.0 == b.0 || source.cue_at(a.0).is_some_and(|cue| source.cue_at(b.0) == Some(cue))
    };
    let groups = || cited.chunk_by(same);
    let moments = analysis.index.cancel().over(groups().take(MOST_MOMENTS));
    let moments = moments.filter_map(|group| {
        let &(second, first) = group.first()?;
        let said = source.cue_at(second).and_then(|cue| Some(captions?.get(cue)?.text.to_owned()));
        let is_said = said.is_some();
        let words = said.or_else(|| {
            let piece = analysis.around(first.note, &[first.place])?;
            claim::elsewhere(analysis, &piece, &first)?.1
        });
        Some(CitedMoment {
            second,
            url: play(analysis, id, second),
            words: words.map(|words| visible(&prose::shorten(&words, WORDS)).into_owned()),
            is_said,
            citations: group.iter().take(MOST_CITATIONS).map(|(_, citation)| *citation).collect(),
            total: group.len(),
        })
    });
    let moments = moments.collect();
    CitedMoments { source: summary(analysis, id, &source, &seconds), moments, total: groups().count() }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::ide::fixture::Fixture;

    const TIDES: SourceId<'_> = SourceId { kind: 0, id: "twD4yMo0n-1" };

    fn drawn(fixture: &Fixture, language: Option<&str>) -> Vec<String> {
        let found = cited_moments(&fixture.analysis, TIDES, language);
        assert_eq!(found.total, found.moments.len());
        let moment = |moment: &CitedMoment| {
            let quote = if moment.is_said { "\"" } else { "" };
            let words = moment.words.as_deref().unwrap_or("-");
            let places = moment.citations.iter().map(|citation| {
                format!(" {}:{}", fixture.analysis.index.path(citation.note), citation.place.line + 1)
            });
            format!("{} {quote}{words}{quote}{}", moment.second, places.collect::<String>())
        };
        found.moments.iter().map(moment).collect()
    }

    const NOTES: &str = "\
//- a.md
---
videoId: twD4yMo0n-1
---
It falls [00:00:06]. It rises twice [00:00:03].

Every day [00:00:04]. Never [00:59:00].
//- b.md
It is [twice](https://youtu.be/twD4yMo0n-1?t=3)
";

    #[test]
    fn citations_in_one_cue_are_of_one_moment() {
        let captions = "\
//- twD4yMo0n-1.en.srt
00:00:01,000 --> 00:00:02,500
why does the sea rise
00:00:02,500 --> 00:00:04,900
twice a day
00:00:05,000 --> 00:00:09,000
and fall
//- twD4yMo0n-1.de.srt
00:00:02,500 --> 00:00:04,900
zweimal am Tag
";
        let fixture = Fixture::new(&format!("{NOTES}{captions}"));
        let expected = [
            "3 \"twice a day\" a.md:4 b.md:1 a.md:6",
            "6 \"and fall\" a.md:4",
            "3540 Every day. Never a.md:6",
        ];
        assert_eq!(drawn(&fixture, Some("en")), expected);
        let first = &drawn(&fixture, Some("de"))[0];
        assert_eq!(first, "3 \"zweimal am Tag\" a.md:4 b.md:1 a.md:6 a.md:4");
    }

    #[test]
    fn without_captions_a_moment_has_the_words_of_its_first_note() {
        let fixture = Fixture::new(NOTES);
        let expected = [
            "3 It rises twice a.md:4 b.md:1",
            "4 Every day a.md:6",
            "6 It falls a.md:4",
            "3540 Every day. Never a.md:6",
        ];
        assert_eq!(drawn(&fixture, None), expected);
    }

    /// So does a moment that many notes cite.
    #[test]
    fn a_video_with_many_moments_shows_the_first() {
        let mut vault = String::new();
        for note in 0..60 {
            write!(vault, "//- n{note}.md\n---\nvideoId: twD4yMo0n-1\n---\n").unwrap();
            (0..20).for_each(|at| writeln!(vault, "Claim {at} [{:02}:{at:02}].", note + 1).unwrap());
            vault += "All of them [00:01].\n";
        }
        let fixture = Fixture::new(&vault);
        let found = cited_moments(&fixture.analysis, TIDES, None);
        assert_eq!((found.total, found.moments.len()), (1201, MOST_MOMENTS));
        let first = &found.moments[0];
        assert_eq!((first.second, first.citations.len(), first.total), (1, MOST_CITATIONS, 60));
        assert_eq!(found.source.citations, 1260);
    }
}
