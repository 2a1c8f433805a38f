//! A source to watch beside a note: which moment the cursor means, where it plays, what is said around that.
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::source::{End, Source};
use super::timeline::{self, SourceKey};
use super::{Analysis, Cursor, prose, video};
use crate::index::NoteId;
use crate::sources::{Address, SourceId};
use crate::text::{PathText, visible};

/// Cues of an answer: those of half an hour of talk, about.
const MOST_CUES: usize = 1000;
/// Of these, the part before the moment: one in four.
const BEFORE: usize = MOST_CUES / 4;
/// Notes that are named for a cue.
const MOST_NAMED: usize = 5;
/// Characters of a cue, about.
const CUE: usize = 300;
/// Extensions of recordings that browsers play least.
const SELDOM_PLAYED: [&str; 5] = ["mkv", "avi", "mpg", "mpeg", "3gp"];

/// The moment that a cursor means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchedMoment {
    /// Of the link to a source there, else of the note.
    pub source: SourceKey,
    /// Seconds from its start: of the citation nearest to the cursor, by lines, then on the line.
    pub second: Option<u32>,
    /// Whether that one is on the line of the cursor.
    pub is_here: bool,
}

/// Where a source plays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Player {
    /// What it is called, and whose it is, without a control character.
    pub title: String,
    /// A page that plays it in a frame.
    pub embed: Option<String>,
    /// A recording of it in the vault, by its path there.
    pub file: Option<String>,
    /// Where it opens outside of the editor.
    pub url: Option<String>,
    /// Whether no setting had a say in where it plays.
    pub is_built_in: bool,
}

/// What is said around a moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WatchedCaptions {
    /// The cues, by start.
    pub cues: Vec<WatchedCue>,
    /// How many there are before these.
    pub before: usize,
    /// The same behind them.
    pub after: usize,
}

/// A few words of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchedCue {
    /// When they begin, in seconds.
    pub second: u32,
    /// The words.
    pub text: String,
    /// Titles of the first notes that cite them.
    pub notes: Vec<String>,
    /// How many do.
    pub cited: usize,
}

/// The moment that a cursor means; `None` where its note names no source.
pub fn watched_moment(analysis: &Analysis, at: Cursor) -> Option<WatchedMoment> {
    let source = timeline::source_under(analysis, at)?;
    let document = analysis.document(at.note)?;
    let distance = timeline::distance_from(&document, at.offset);
    let citations = analysis.index.citations_in(at.note, source.as_id(), &(0..=u32::MAX));
    let nearest = citations.iter().min_by_key(|citation| distance(citation.place));
    let limit = || Some(Source::of(analysis, source.as_id(), document.language()).end()?.limit());
    let second = nearest.map(|citation| timeline::meant(citation.moment, limit()));
    let is_here = nearest.is_some_and(|citation| distance(citation.place).0 == 0);
    Some(WatchedMoment { source, second, is_here })
}

/// Where a source plays from `second` on.
pub fn player(analysis: &Analysis, id: SourceId<'_>, from: NoteId, second: u32) -> Player {
    let kinds = analysis.settings().kinds();
    let about = super::source::metadata(analysis, id);
    let title = video::title(analysis, from, id).unwrap_or_else(|| id.id.to_owned());
    let channel = about.and_then(|about| about.channel.clone());
    Player {
        title: visible(&channel.map_or_else(|| title.clone(), |channel| format!("{title} · {channel}")))
            .into_owned(),
        embed: kinds.embed(id, second),
        file: recording(analysis, id),
        url: video::url(analysis, id, second),
        is_built_in: kinds.get(id.kind).is_some_and(|kind| kind.is_built_in()),
    }
}

/// The recording of a source in the vault: the one that its id names, else one that has the id in its name.
fn recording(analysis: &Analysis, id: SourceId<'_>) -> Option<String> {
    match analysis.settings().kinds().address(id, 0)? {
        Address::File(path, _) => analysis.texts().exists(&path).then_some(path),
        Address::Web(_) => {
            let found = analysis.index.recordings(id.id);
            let is_seldom = |path: &str| {
                let extension = path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
                SELDOM_PLAYED.iter().any(|seldom| seldom.eq_ignore_ascii_case(extension))
            };
            found.into_iter().min_by_key(|path| is_seldom(path)).map(|path| path.to_string())
        }
    }
}

/// What is said in a source around `second`, with the notes that cite it.
pub fn captions_around(
    analysis: &Analysis,
    id: SourceId<'_>,
    language: Option<&str>,
    second: u32,
) -> WatchedCaptions {
    let source = Source::of(analysis, id, language);
    let Some((_, captions)) = &source.captions else { return WatchedCaptions::default() };
    let Some(middle) = captions.at(second) else { return WatchedCaptions::default() };
    let total = captions.len();
    let from = middle.saturating_sub(BEFORE).min(total.saturating_sub(MOST_CUES));
    let shown: Range<usize> = from..total.min(from + MOST_CUES);
    let mut citing: FxHashMap<usize, Vec<NoteId>> = FxHashMap::default();
    let mut seen = FxHashSet::default();
    let limit = source.end().map(End::limit);
    for citation in analysis.index.citations(id, 0..=u32::MAX) {
        let meant = timeline::meant(citation.moment, limit);
        let cue = source.cue_at(meant).filter(|cue| shown.contains(cue));
        if let Some(cue) = cue.filter(|&cue| seen.insert((cue, citation.note))) {
            citing.entry(cue).or_default().push(citation.note);
        }
    }
    let cues = shown.clone().filter_map(|number| {
        let cue = captions.get(number)?;
        let notes = citing.remove(&number).unwrap_or_default();
        let named =
            notes.iter().take(MOST_NAMED).map(|&note| visible(analysis.index.title(note)).into_owned());
        Some(WatchedCue {
            second: cue.second(),
            text: visible(&prose::shorten(cue.text, CUE)).into_owned(),
            notes: named.collect(),
            cited: notes.len(),
        })
    });
    WatchedCaptions { cues: cues.collect(), before: shown.start, after: total - shown.end }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::ide::fixture::Fixture;

    const FRONT: &str = "---\nvideoId: twD4yMo0n-1\n---\n";
    const TIDES: SourceId<'_> = SourceId { kind: 0, id: "twD4yMo0n-1" };

    #[track_caller]
    fn check(note: &str, expected: Option<(&str, Option<u32>, bool)>) {
        let fixture = Fixture::new(&format!(
            "//- a.md\n{note}\n//- b.md\n{FRONT}Another note [00:07].\n//- twD4yMo0n-1.info.json\n{{\"duration\": 600}}\n"
        ));
        let found = watched_moment(&fixture.analysis, fixture.cursor());
        let found = found.as_ref().map(|it| (&*it.source.id, it.second, it.is_here));
        assert_eq!(found, expected, "{note}");
    }

    #[test]
    fn the_cursor_means_the_nearest_moment_of_its_note() {
        let tides = |second, is_here| Some(("twD4yMo0n-1", second, is_here));
        check(&format!("{FRONT}One$0 [00:09] two [00:12]."), tides(Some(9), true));
        check(&format!("{FRONT}One [00:09] two $0[00:12]."), tides(Some(12), true));
        check(&format!("{FRONT}One [00:09].\n\n\nTwo [00:12].\n$0"), tides(Some(12), false));
        check(&format!("{FRONT}None yet.$0"), tides(None, false));
        check(&format!("{FRONT}Minutes [$005:08:00]."), tides(Some(308), true));
        check(
            &format!("{FRONT}[00:09] [o$0ther](https://youtu.be/L0ngitud3-H?t=5)"),
            Some(("L0ngitud3-H", Some(5), true)),
        );
        check("No$0 video", None);
    }

    #[track_caller]
    fn check_player(files: &str, settings: &str, source: SourceId<'_>, expected: [Option<&str>; 3]) {
        let fixture = Fixture::new(&format!("//- a.md\n{FRONT}\n{files}\n//- .slugline.toml\n{settings}\n"));
        let found = player(&fixture.analysis, source, fixture.note("a.md"), 62);
        assert_eq!([found.embed.as_deref(), found.file.as_deref(), found.url.as_deref()], expected);
        assert_eq!(found.is_built_in, settings.is_empty());
    }

    #[test]
    fn a_source_plays_in_a_frame_or_from_a_recording_in_the_vault() {
        let embed = Some("https://www.youtube-nocookie.com/embed/twD4yMo0n-1?start=62&enablejsapi=1");
        let url = Some("https://www.youtube.com/watch?v=twD4yMo0n-1&t=62s");
        check_player("//- x.mp4", "", TIDES, [embed, None, url]);
        let files = "//- v/Tides [twD4yMo0n-1].mkv\n//- v/Tides [twD4yMo0n-1].webm\n//- v/xtwD4yMo0n-1.mp4";
        check_player(files, "", TIDES, [embed, Some("v/Tides [twD4yMo0n-1].webm"), url]);
        let no_id = SourceId { kind: 0, id: "\"><script>" };
        check_player("", "", no_id, [None; 3]);
        let kind = "sources.kinds.talk = { keys = [\"talk\"], id = \".+\", url = \"{path}#t={seconds}\" }";
        let talk = SourceId { kind: 1, id: "v/talk.mp4" };
        let there = [None, Some("v/talk.mp4"), Some("file:///vault/v/talk.mp4#t=62")];
        check_player("//- v/talk.mp4 (ignored)", kind, talk, there);
        check_player("", kind, talk, [None, None, there[2]]);
    }

    #[test]
    fn captions_are_marked_where_notes_cite_them() {
        let fixture = Fixture::new(&format!(
            "//- a.md\n{FRONT}It rises [00:03] twice [00:04].\n//- b.md\n[Twice](https://youtu.be/twD4yMo0n-1?t=3)\n\
             //- twD4yMo0n-1.srt\n00:00:01,000 --> 00:00:02,500\nwhy\u{202e}\n00:00:02,500 --> 00:00:04,900\ntwice a day\n"
        ));
        let found = captions_around(&fixture.analysis, TIDES, None, 9);
        let cue = |second, text: &str, notes: &[&str]| WatchedCue {
            second,
            text: text.to_owned(),
            notes: notes.iter().map(|&note| note.to_owned()).collect(),
            cited: notes.len(),
        };
        let cues = vec![cue(1, "why\\u{202e}", &[]), cue(2, "twice a day", &["a", "b"])];
        assert_eq!(found, WatchedCaptions { cues, before: 0, after: 0 });
        let none = captions_around(&fixture.analysis, SourceId { kind: 0, id: "L0ngitud3-H" }, None, 9);
        assert_eq!(none, WatchedCaptions::default());
    }

    #[test]
    fn of_long_captions_a_part_is_shown() {
        let mut captions = String::new();
        for at in 0..3000 {
            writeln!(
                captions,
                "{:02}:{:02},000 --> {:02}:{:02},900\nw{at}",
                at / 60,
                at % 60,
                at / 60,
                at % 60
            )
            .unwrap();
        }
        let fixture = Fixture::new(&format!("//- a.md\n{FRONT}\n//- twD4yMo0n-1.srt\n{captions}"));
        for (second, first, before, after) in
            [(0, 0, 0, 2000), (1250, 1000, 1000, 1000), (2999, 2000, 2000, 0), (9999, 2000, 2000, 0)]
        {
            let found = captions_around(&fixture.analysis, TIDES, None, second);
            assert_eq!((found.before, found.after), (before, after), "{second}");
            assert_eq!((found.cues[0].second, found.cues.len()), (first, MOST_CUES), "{second}");
        }
    }
}
