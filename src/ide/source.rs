//! A video as the files beside the notes tell of it: what was said when, and what it is.
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Analysis, Document};
use crate::index::{Moments, NoteId};
use crate::sources::SourceId;
use crate::sources::{Captions, Format, Metadata, Sidecar, SidecarName};

/// What is known of a video.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// What it is.
    pub(super) metadata: Option<Arc<Metadata>>,
    /// What was said, and where that stands.
    pub(super) captions: Option<(Sidecar, Arc<Captions>)>,
    /// Where the last of all captions ends, in seconds, where the metadata do not say how long it is.
    last_cue: Option<u32>,
}

/// Where a video ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// In its metadata: seconds.
    Duration(u32),
    /// The end of what is said; there may be a little more.
    LastCue(u32),
}

/// Seconds that a video may go on behind its last cue.
const AFTER_LAST_CUE: u32 = 60;

/// Citations that are so near, in seconds, are of one moment.
const SAME_MOMENT: u32 = 10;

/// Captions of one video that are read to find its end, or searched.
const MOST_LANGUAGES: usize = 20;

impl End {
    /// The first second that is certainly past it.
    pub(super) fn limit(self) -> u32 {
        match self {
            Self::Duration(seconds) => seconds,
            Self::LastCue(seconds) => seconds.saturating_add(AFTER_LAST_CUE.max(seconds / 10)),
        }
    }
}

impl Source {
    /// What the sidecars of `video` say. `language`: that of the note that asks; the setting goes before it, and
    /// the one that is spoken is taken where there is none of these.
    pub(super) fn of(analysis: &Analysis, video: SourceId<'_>, language: Option<&str>) -> Self {
        let library = &analysis.library;
        let sidecars = library.sidecars(analysis, video.id);
        let (about, mut said): (Vec<_>, Vec<_>) = sidecars
            .into_iter()
            .filter_map(|place| Some((SidecarName::read(place.file_name()).map(owned)?, place)))
            .partition(|((format, _), _)| *format == Format::Metadata);
        let metadata = about.iter().find_map(|(_, place)| library.metadata(analysis, place));
        let wanted = analysis.settings().source_language.as_deref().or(language);
        let spoken = metadata.as_ref().and_then(|metadata| metadata.language.as_deref());
        said.sort_by_key(|((format, own), _)| (rank(own.as_deref(), wanted, spoken), *format));
        let captions = said.iter().find_map(|(_, place)| {
            let captions = library.captions(analysis, place)?;
            Some((place.clone(), captions))
        });
        let mut last_cue = None;
        if metadata.as_ref().is_none_or(|metadata| metadata.duration.is_none()) {
            // A translation may have been left off in the middle.
            let all = said.iter().take(MOST_LANGUAGES);
            last_cue = all.filter_map(|(_, place)| library.captions(analysis, place)?.end()).max();
        }
        Self { metadata, captions, last_cue }
    }

    /// The seconds of which a citation is one of the same moment: those of the cue in which `second` is, and those
    /// around that are not far.
    pub(super) fn same_moment(&self, second: u32) -> RangeInclusive<u32> {
        let cue = self.captions.as_ref().and_then(|(_, captions)| captions.get(captions.at(second)?));
        let cue = cue.filter(|cue| (cue.second()..=cue.end / 1000).contains(&second));
        let [from, to] = cue.map_or([second; 2], |cue| [cue.second(), cue.end / 1000]);
        from.min(second.saturating_sub(SAME_MOMENT))..=to.max(second.saturating_add(SAME_MOMENT))
    }

    /// The number of the cue that is said at `second`; none behind the end.
    pub(super) fn cue_at(&self, second: u32) -> Option<usize> {
        let is_within = self.end().is_none_or(|end| second <= end.limit());
        self.captions.as_ref().filter(|_| is_within)?.1.at(second)
    }

    /// Where the video ends, as far as that is known.
    pub(super) fn end(&self) -> Option<End> {
        let duration = self.metadata.as_ref().and_then(|metadata| metadata.duration).map(End::Duration);
        duration.or_else(|| self.last_cue.map(End::LastCue))
    }
}

/// The files with captions of a video, in any language.
pub(super) fn caption_files(analysis: &Analysis, video: SourceId<'_>) -> Vec<Sidecar> {
    let is_captions = |place: &Sidecar| {
        SidecarName::read(place.file_name()).is_some_and(|name| name.format != Format::Metadata)
    };
    let places = analysis.library.sidecars(analysis, video.id).into_iter();
    places.filter(is_captions).take(MOST_LANGUAGES).collect()
}

/// What the metadata of a video say.
pub(super) fn metadata(analysis: &Analysis, video: SourceId<'_>) -> Option<Arc<Metadata>> {
    let library = &analysis.library;
    let is_metadata = |place: &Sidecar| {
        SidecarName::read(place.file_name()).is_some_and(|name| name.format == Format::Metadata)
    };
    let places = library.sidecars(analysis, video.id).into_iter().filter(is_metadata);
    places.into_iter().find_map(|place| library.metadata(analysis, &place))
}

/// What the timestamps of a note mean, by how long its video is where that is known.
pub(super) fn moments(analysis: &Analysis, note: NoteId, document: &Document) -> Moments {
    // Nothing else could mean another second.
    let end = document.video().filter(|_| has_hours(document));
    let end = end.and_then(|id| Source::of(analysis, id, document.language()).end());
    moments_within(analysis, note, document, end)
}

/// The same of a note whose video ends at `end`.
pub(super) fn moments_within(
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    end: Option<End>,
) -> Moments {
    let moments = Moments::of(&document.text, &document.note);
    match (end, document.video()) {
        (Some(end), _) => moments.within(end.limit()),
        // Notes that are not read yet may cite more.
        (None, Some(id)) if analysis.complete && has_hours(document) => {
            moments.beside(analysis.index.last_cited(id, note))
        }
        (None, _) => moments,
    }
}

fn has_hours(document: &Document) -> bool {
    document.note.timestamps.iter().any(|timestamp| timestamp.hours(&document.text).is_some())
}

fn owned(name: SidecarName<'_>) -> (Format, Option<String>) {
    (name.format, name.language.map(str::to_owned))
}

/// How well captions of the language `own` fit: least is best.
fn rank(own: Option<&str>, wanted: Option<&str>, spoken: Option<&str>) -> u8 {
    let Some(own) = own else { return 5 };
    let primary = |language: &str| language.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    let is = |other: Option<&str>| other.is_some_and(|other| other.eq_ignore_ascii_case(own));
    let is_like = |other: Option<&str>| other.is_some_and(|other| primary(other) == primary(own));
    match own {
        _ if is(wanted) => 0,
        _ if is_like(wanted) => 1,
        _ if is(spoken) => 2,
        // So yt-dlp marks what was recognized of what is spoken.
        _ if own.ends_with("-orig") => 3,
        _ if is_like(spoken) => 4,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VIDEO: SourceId<'_> = SourceId { kind: 0, id: "abcdefghijk" };

    /// Which of these captions of one video are taken.
    #[track_caller]
    fn check(names: &[&str], spoken: Option<&str>, setting: &str, wanted: Option<&str>, expected: &str) {
        let mut vault = String::new();
        for name in names {
            vault += &format!("//- c/T [abcdefghijk]{name}\n[00:00:01.000 --> 00:00:02.000] {name}\n");
        }
        if let Some(spoken) = spoken {
            vault += &format!("//- abcdefghijk.info.json\n{{\"language\": \"{spoken}\"}}\n");
        }
        vault += &format!("//- a.md\n//- .slugline.toml\n{setting}\n");
        let fixture = Fixture::new(&vault);
        let source = Source::of(&fixture.analysis, VIDEO, wanted);
        let found = source.captions.map_or_else(String::new, |(place, _)| place.path().to_owned());
        assert_eq!(found.trim_start_matches("c/T [abcdefghijk]"), expected);
    }

    #[test]
    fn the_language_of_captions() {
        let all = [".de.vtt", ".en-orig.vtt", ".en.srt", ".en.vtt", ".pt-BR.vtt", ".vtt"];
        check(&all, None, "", None, ".en-orig.vtt");
        check(&all, Some("en"), "", None, ".en.vtt");
        check(&all, Some("pt"), "", None, ".en-orig.vtt");
        check(&all, Some("pt-BR"), "", None, ".pt-BR.vtt");
        check(&all, Some("en"), "", Some("de"), ".de.vtt");
        check(&all, Some("en"), "", Some("de-AT"), ".de.vtt");
        check(&all, Some("en"), "sources.language = \"pt\"", Some("de"), ".pt-BR.vtt");
        check(&all, Some("en"), "sources.language = \"fr\"", Some("de"), ".en.vtt");
        check(&[".de.vtt", ".vtt"], None, "", None, ".vtt");
        check(&[".de.vtt", ".fr.vtt"], None, "", None, ".de.vtt");
        check(&[], None, "", None, "");
    }

    #[test]
    fn a_video_lasts_as_long_as_the_longest_of_its_captions() {
        let fixture = Fixture::new(
            "//- a.md\n//- abcdefghijk.de.srt\n00:00:01,000 --> 00:01:40,000\nx\n//- abcdefghijk.en.srt\n00:00:01,000 --> 00:09:40,000\nx\n",
        );
        let source = Source::of(&fixture.analysis, VIDEO, Some("de"));
        assert_eq!(source.captions.as_ref().map(|(place, _)| place.path()), Some("abcdefghijk.de.srt"));
        assert_eq!(source.end(), Some(End::LastCue(580)));
    }

    #[test]
    fn captions_without_cues_are_passed_over() {
        let fixture = Fixture::new(
            "//- a.md\n//- abcdefghijk.en.vtt\nWEBVTT\n//- abcdefghijk.en.txt\nA remark.\n//- abcdefghijk.de.srt\n00:00:01,000 --> 00:01:40,000\nx\n",
        );
        let source = Source::of(&fixture.analysis, VIDEO, Some("en"));
        assert_eq!(source.captions.as_ref().map(|(place, _)| place.path()), Some("abcdefghijk.de.srt"));
        assert_eq!(source.end(), Some(End::LastCue(100)));
        assert_eq!(source.end().map(End::limit), Some(160));
    }
}
