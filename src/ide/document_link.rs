//! Document links: a timestamp opens its video at that second.
use super::cursor::{CursorTarget, names_note, target_at, timestamp_of};
use super::{Analysis, Cursor, video};
use crate::index::{Moments, NoteId};
use crate::syntax::Timestamp;
use crate::text::Span;

/// A range that opens an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLink {
    /// The range.
    pub span: Span,
    /// The address, `http` or `https`.
    pub url: String,
    /// What a tooltip says.
    pub tooltip: String,
}

/// All ranges of a note that open an address.
pub fn document_links(analysis: &Analysis, note: NoteId) -> Vec<DocumentLink> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let Some(id) = document.video() else { return Vec::new() };
    let timestamps = analysis.index.cancel().over(document.note.timestamps.iter());
    let moments = Moments::of(&document.text, &document.note);
    let links = timestamps.filter_map(|timestamp| {
        if names_note(analysis, &document, note, timestamp) {
            return None;
        }
        let moment = moments.get(&document.text, timestamp)?;
        let url = video::url(analysis, id, moment);
        let tooltip = format!("Play at {}", video::clock(moment));
        Some(DocumentLink { span: shown(&document.text, timestamp), url, tooltip })
    });
    links.collect()
}

/// The address of what a note is about at the cursor: the moment of a timestamp, the video that a link leads
/// to, else the note's own video from its start.
pub fn source_at(analysis: &Analysis, at: Cursor) -> Option<String> {
    let document = analysis.document(at.note)?;
    let moments = Moments::of(&document.text, &document.note);
    match target_at(&document.note, at.offset) {
        Some(CursorTarget::Video(link)) => {
            let id = link.video.of(&document.text);
            Some(video::url(analysis, id, link.moment.unwrap_or_default()))
        }
        target => {
            let own = document.video()?;
            let timestamp = match target {
                Some(CursorTarget::Timestamp(timestamp)) => Some(timestamp),
                Some(CursorTarget::Link(_, link)) => timestamp_of(&document, link),
                _ => None,
            };
            let timestamp = timestamp.filter(|it| !names_note(analysis, &document, at.note, it));
            let moment = timestamp.and_then(|timestamp| moments.get(&document.text, timestamp));
            Some(video::url(analysis, own, moment.unwrap_or_default()))
        }
    }
}

/// What a reader sees of a timestamp, its label in brackets: editors underline a link.
fn shown(text: &str, timestamp: &Timestamp) -> Span {
    let Some(label) = timestamp.label else { return timestamp.span };
    let (before, after) = (text.get(..label.start()), text.get(label.end()..));
    let bracketed = before.is_some_and(|before| before.ends_with('['))
        && after.is_some_and(|after| after.starts_with(']'));
    let around = Span::new(label.start().saturating_sub(1), label.end() + 1);
    if bracketed && timestamp.span.covers(around) { around } else { label }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// A note's document links beside its marks, in a vault with these settings.
    #[track_caller]
    fn check(settings: &str, vault: &str) {
        let fixture = Fixture::new(&format!("{vault}//- .slugline.toml\n{settings}\n"));
        let show = |link: DocumentLink| (link.span, format!("{} {}", link.url, link.tooltip));
        fixture.check(|note| document_links(&fixture.analysis, note).into_iter().map(show).collect());
    }

    #[test]
    fn timestamps_open_their_video_at_their_second() {
        let note = "\
---
title: Own title
videoId: a-_/b
---
Said <a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:10:36]</a>, [1:02:14], [99:99:99]
";
        let anchor = "                                               ^^^^^^^^^^";
        let bare = "                                                               ^^^^^^^^^";
        for (settings, at_10, at_1) in [
            (
                "",
                "https://www.youtube.com/watch?v=a-_%2Fb&t=636s",
                "https://www.youtube.com/watch?v=a-_%2Fb&t=3734s",
            ),
            ("sources.url = \"http://p/{id}#{seconds}\"", "http://p/a-_%2Fb#636", "http://p/a-_%2Fb#3734"),
        ] {
            let [first, second] = [(anchor, at_10, "10:36"), (bare, at_1, "1:02:14")]
                .map(|(carets, url, time)| format!("{carets} {url} Play at {time}\n"));
            check(settings, &format!("{note}{first}{second}"));
        }
        check("", "No video [00:05]\n");
    }
}
