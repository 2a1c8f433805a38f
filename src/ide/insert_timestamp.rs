//! A timestamp of the next moment, written at the cursor.
use super::completion::cues::Neighbors;
use super::source::Source;
use super::{Analysis, Cursor, SourceChange, SourceKey, timestamp_form, video};
use crate::index::NoteId;
use crate::settings::TimestampStyle;
use crate::sources::SourceId;
use crate::text::Span;

/// A timestamp that is to be inserted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTimestamp {
    /// Seconds from the video's start.
    pub second: u32,
    /// Where it goes: never into another one, or into a link.
    pub offset: usize,
    /// The timestamp, with a blank before it where one is needed.
    pub text: String,
}

impl NewTimestamp {
    /// The edit that inserts it into the note of `at`.
    pub fn change(self, at: Cursor) -> SourceChange {
        let edit = (Span::at(self.offset), self.text);
        SourceChange::edit(at.note, vec![edit])
    }
}

/// A timestamp of `second` for the cursor, in the form of the note; without a second, of what is said after the
/// timestamp before. `source`: another one than the note's is cited by a link to it.
///
/// # Errors
/// Why there is none, in words for the user.
pub fn insert_timestamp(
    analysis: &Analysis,
    at: Cursor,
    second: Option<u32>,
    source: Option<&SourceKey>,
) -> Result<NewTimestamp, String> {
    let document = analysis.document(at.note).ok_or("this note cannot be read")?;
    let (note, text) = (&document.note, &*document.text);
    let around = { note.timestamps.iter().map(|timestamp| timestamp.span) }
        .chain(note.links.iter().map(|link| link.span))
        .chain(note.video_links.iter().map(|link| link.span));
    let inside = around.filter(|span| span.start() < at.offset && at.offset < span.end());
    let offset = inside.map(Span::end).max().unwrap_or(at.offset);
    let place = Span::at(offset);
    let own = timestamp_form::video_at(&document, offset);
    let source = source.map(SourceKey::as_id);
    let Some(id) = source.or(own) else {
        let key = analysis.settings().kinds().first_key();
        return Err(format!("this note has no video; add `{key}` to its front matter"));
    };
    let is_text = super::completion::is_text(&document, place, analysis.settings());
    if !is_text {
        return Err("cannot insert a timestamp here: this is code, a comment or front matter".to_owned());
    }
    let second = match second {
        Some(second) => second,
        None => next(analysis, (at.note, &document), id, place)?,
    };
    let style = match own == Some(id) {
        true => timestamp_form::style(analysis, &document, place),
        false if video::url(analysis, id, second).is_none_or(|address| address.starts_with("file:")) => {
            return Err("this note is about another video".to_owned());
        }
        false => TimestampStyle::Markdown,
    };
    let timestamp = timestamp_form::write(analysis, style, id, second);
    let before = text.get(..offset).and_then(|before| before.chars().next_back());
    let blank = match before.is_none_or(|c| c.is_whitespace() || "([{|>*_“‘«—–".contains(c)) {
        true => "",
        false => " ",
    };
    Ok(NewTimestamp { second, offset, text: format!("{blank}{timestamp}") })
}

/// The second of the cue behind the timestamp before `place`.
fn next(
    analysis: &Analysis,
    (note, document): (NoteId, &super::Document),
    id: SourceId<'_>,
    place: Span,
) -> Result<u32, String> {
    let source = Source::of(analysis, id, document.language());
    let Some((_, captions)) = source.captions else {
        return Err(format!("no captions for the video `{}`; specify a time", id.id));
    };
    let neighbors = Neighbors::of(analysis, (note, document), id, place);
    match (captions.get(neighbors.next(&captions)), neighbors.before) {
        (Some(cue), _) => Ok(cue.second()),
        (None, Some(before)) => Err(format!("no captions after {}; specify a time", video::clock(before))),
        (None, None) => Err("the captions of this video are empty; specify a time".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VIDEO: &str = "---\nvideoId: PdiSU9-Fge4\n---\n";
    const SAID: &str = "//- PdiSU9-Fge4.srt\n00:00:03,000 --> 00:00:08,000\nGood evening\n\n00:04:32,500 --> 00:04:38,000\nMore\n";

    /// The body of a note after the command; the reason where it does nothing.
    #[track_caller]
    fn check(body: &str, captions: &str, second: Option<u32>, expected: &str) {
        check_of(None, body, captions, second, expected);
    }

    #[track_caller]
    fn check_of(source: Option<&SourceKey>, body: &str, captions: &str, second: Option<u32>, expected: &str) {
        let fixture = Fixture::new(&format!("//- a.md\n{body}\n{captions}"));
        let at = fixture.cursor();
        let found = match insert_timestamp(&fixture.analysis, at, second, source) {
            Ok(new) => fixture.after(&new.change(at)).replace("//- a.md\n", "").replace(VIDEO, ""),
            Err(why) => why,
        };
        assert_eq!(found.trim_end(), expected, "{body}");
    }

    #[test]
    fn what_is_said_next_is_cited() {
        let [first, second] = ["00:00:03", "00:04:32"]
            .map(|time| format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>"));
        check(&format!("{VIDEO}He said $0."), SAID, None, &format!("He said {first}."));
        check(
            &format!("{VIDEO}He said {first}. Then$0"),
            SAID,
            None,
            &format!("He said {first}. Then {second}"),
        );
        // The cursor in another one, or in a link.
        check(&format!("{VIDEO}He said [00:$003]."), SAID, None, "He said [00:03] [04:32].");
        check(&format!("{VIDEO}In [[a $0note]]"), SAID, None, &format!("In [[a note]] {first}"));
        check(&format!("{VIDEO}{second} $0"), SAID, None, "no captions after 4:32; specify a time");
    }

    #[test]
    fn another_source_than_the_note_s_is_cited_by_a_link() {
        let source = |kind, id: &str| Some(SourceKey { kind, id: id.to_owned() });
        let check = |source: Option<SourceKey>, body: &str, files: &str, expected: &str| {
            check_of(source.as_ref(), body, files, Some(272), expected);
        };
        let other = source(0, "L0ngitud3-H");
        let link = "[4:32](https://www.youtube.com/watch?v=L0ngitud3-H&t=272s)";
        check(other.clone(), &format!("{VIDEO}[00:01] and$0"), "", &format!("[00:01] and {link}"));
        check(other, "No video$0", "", &format!("No video {link}"));
        check(source(0, "PdiSU9-Fge4"), &format!("{VIDEO}[00:01] and$0"), "", "[00:01] and [04:32]");
        let kind =
            "//- .slugline.toml\nsources.kinds.talk = { keys = [\"talk\"], id = \".+\", url = \"{path}\" }\n";
        let talk = || source(1, "talk.mp4");
        check(talk(), &format!("{VIDEO}and$0"), kind, "this note is about another video");
        check(
            talk(),
            "---\ntalk: talk.mp4\n---\n[00:01] and$0",
            kind,
            "---\ntalk: talk.mp4\n---\n[00:01] and [04:32]",
        );
    }

    #[test]
    fn a_given_time_needs_no_captions() {
        check(&format!("{VIDEO}[00:01] and$0"), "", Some(272), "[00:01] and [04:32]");
        check(&format!("{VIDEO}and$0"), "", None, "no captions for the video `PdiSU9-Fge4`; specify a time");
        check("and$0", "", Some(272), "this note has no video; add `videoId` to its front matter");
        let not_here = "cannot insert a timestamp here: this is code, a comment or front matter";
        check(&format!("{VIDEO}`co$0de`"), "", Some(272), not_here);
        check("---\nvideoId: PdiSU9-Fge4\n$0\n---\n", "", Some(272), not_here);
    }
}
