//! Videos as the notes tell of them: title, address of a moment, how a time is written.
//! Absent: what was said.
use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Analysis, excerpt, source};
use crate::index::{LinePlace, NoteId};
use crate::text::PathText;

/// What an id may hold within an address.
const ID: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A time as a player shows it: `10:36`, `1:02:14`.
pub(super) fn clock(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Where `video` plays from `seconds` on.
pub(super) fn url(analysis: &Analysis, video: &str, seconds: u32) -> String {
    let id: Cow<'_, str> = utf8_percent_encode(video, ID).into();
    analysis.settings().video_url.replace("{seconds}", &seconds.to_string()).replace("{id}", &id)
}

/// The title of `video`: what its metadata say, else the text of a markdown link to it, of one in the folder of
/// `from` first.
pub(super) fn title(analysis: &Analysis, from: NoteId, video: &str) -> Option<String> {
    if let Some(title) = source::metadata(analysis, video).and_then(|about| about.title.clone()) {
        return Some(title);
    }
    let index = &analysis.index;
    let folder = |note| index.path(note).folder();
    let mut linking = index.citing(video);
    linking.sort_by_key(|&note| folder(note) != folder(from));
    linking.into_iter().find_map(|note| {
        let facts = index.facts(note)?;
        let links = facts.video_links().zip(facts.places().video_texts());
        let places: Vec<LinePlace> =
            links.filter(|(link, _)| link.video == video).map(|(_, text)| text).collect();
        if places.is_empty() {
            return None;
        }
        let document = analysis.unread(note)?;
        let text = &document.text;
        places.into_iter().find_map(|place| {
            let span = document.span(place);
            let title = excerpt::plain_text(span.of(text));
            // Some links to a video have a time or the address itself as their text.
            let named = title.chars().any(char::is_alphabetic) && !title.contains("://");
            // A file that changed since it was read may have something else there.
            let still_there = text.get(span.end()..).is_some_and(|rest| rest.starts_with("]("));
            (named && still_there).then_some(title)
        })
    })
}

/// The channel of a note: the title of the note that its `From:` line names, else the name.
pub(super) fn channel(analysis: &Analysis, note: NoteId) -> Option<String> {
    let facts = analysis.index.facts(note)?;
    let name = facts.channel_target()?;
    let channel = analysis.resolve(note, name).note();
    Some(channel.map_or(name, |channel| analysis.index.title(channel)).to_owned())
}
