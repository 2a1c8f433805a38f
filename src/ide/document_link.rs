//! Document links: a timestamp opens its video at that second, a wikilink to an attachment the file.
//! Absent: markdown links to files, which editors open by themselves.
use super::cursor::{CursorTarget, names_note, target_at, timestamp_of};
use super::near::wants_note;
use super::{Analysis, Cursor, Document, prose, source, video};
use crate::index::{NoteId, Tier, Wanted};
use crate::sources::SourceId;
use crate::syntax::Timestamp;
use crate::text::{PathText, Span, VaultPath, visible};

/// Characters of a video's title in a tooltip, about.
const TITLE: usize = 80;

/// What a range opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opens {
    /// An address on the web, or a recording in the vault.
    Url(String),
    /// The file that [`attachment`] finds behind this target.
    Attachment(String),
}

/// A range that opens something outside of the notes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLink {
    /// The range.
    pub span: Span,
    /// What it opens.
    pub opens: Opens,
    /// What a tooltip says.
    pub tooltip: String,
}

/// All ranges of a note that open something outside of the notes, in order.
pub fn document_links(analysis: &Analysis, note: NoteId) -> Vec<DocumentLink> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut links = attachments(analysis, note, &document);
    if let Some(id) = document.video() {
        links.extend(moments(analysis, note, &document, id));
    }
    links.sort_by_key(|link| link.span);
    links
}

/// The wikilinks of a note that lead nowhere and would lead to a note: for an editor that offers to create it. Whether
/// somebody has written it under a similar name is for [`missing_note`](super::missing_note) to say.
pub fn missing_links(analysis: &Analysis, note: NoteId) -> Vec<(Span, String)> {
    let Some(document) = analysis.document(note).filter(|_| analysis.complete) else { return Vec::new() };
    let text = &*document.text;
    let links = analysis.index.cancel().over(document.note.links.iter());
    let wanting = links.filter(|link| link.is_wiki() && wants_note(analysis, note, link, text));
    let wanting = wanting.filter(|link| timestamp_of(&document, link).is_none());
    wanting.map(|link| (link.target, link.target_text(text).into_owned())).collect()
}

/// The file that the wikilink `[[target]]` of a note leads to; looks at the disk for one that is ignored.
pub fn attachment(analysis: &Analysis, note: NoteId, target: &str) -> Option<VaultPath> {
    let found = analysis.resolve(note, target);
    found.attachment.filter(|_| found.tier == Some(Tier::Attachment))
}

/// The wikilinks that lead to attachments as far as the index knows, or look as if they did.
fn attachments(analysis: &Analysis, note: NoteId, document: &Document) -> Vec<DocumentLink> {
    let text = &*document.text;
    let links = analysis.index.cancel().over(document.note.links.iter());
    // Most targets have no extension, and need no look.
    let settings = analysis.settings();
    let is_file = |target: &str| target.file_name().contains('.') && settings.note_stem(target).is_none();
    let links = links.filter(|link| link.is_wiki() && is_file(link.target.of(text))).filter_map(|link| {
        let found = analysis.index.resolve_wanted(note, &Wanted::of(link, text));
        let may_be_ignored = found.names_file && !found.unlisted.is_empty();
        if found.tier != Some(Tier::Attachment) && !may_be_ignored {
            return None;
        }
        let target = link.target.of(text).to_owned();
        let tooltip = format!("Open {target}");
        Some(DocumentLink { span: link.target, opens: Opens::Attachment(target), tooltip })
    });
    links.collect()
}

/// The timestamps of a note's own video.
fn moments<'a>(
    analysis: &'a Analysis,
    note: NoteId,
    document: &'a Document,
    id: SourceId<'a>,
) -> impl Iterator<Item = DocumentLink> + 'a {
    let timestamps = analysis.index.cancel().over(document.note.timestamps.iter());
    let moments = source::moments(analysis, note, document);
    let title = video::title(analysis, note, id);
    timestamps.filter_map(move |timestamp| {
        if names_note(analysis, document, note, timestamp) {
            return None;
        }
        let moment = moments.get(&document.text, timestamp)?;
        let url = video::url(analysis, id, moment)?;
        let clock = video::clock(moment);
        let tooltip = match &title {
            Some(title) => format!("Play “{}” at {clock}", visible(&prose::shorten(title, TITLE))),
            None => format!("Play at {clock}"),
        };
        Some(DocumentLink { span: shown(&document.text, timestamp), opens: Opens::Url(url), tooltip })
    })
}

/// The address of what a note is about at the cursor: the moment of a timestamp, the video that a link leads
/// to, else the note's own video from its start.
pub fn source_at(analysis: &Analysis, at: Cursor) -> Option<String> {
    let document = analysis.document(at.note)?;
    let moments = source::moments(analysis, at.note, &document);
    match target_at(&document.note, at.offset) {
        Some(CursorTarget::Video(link)) => {
            video::url(analysis, link.source(&document.text), link.moment.unwrap_or_default())
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
            video::url(analysis, own, moment.unwrap_or_default())
        }
    }
}

/// What a reader sees of a timestamp, its label in brackets: editors underline a link.
pub(super) fn shown(text: &str, timestamp: &Timestamp) -> Span {
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
        let show = |link: DocumentLink| {
            let (Opens::Url(opens) | Opens::Attachment(opens)) = link.opens;
            (link.span, format!("{opens} {}", link.tooltip))
        };
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
                "sources.url = \"https://www.youtube.com/watch?vi={id}&t={seconds}s\"",
                "https://www.youtube.com/watch?vi=a-_%2Fb&t=636s",
                "https://www.youtube.com/watch?vi=a-_%2Fb&t=3734s",
            ),
            ("sources.url = \"http://p/{id}#{seconds}\"", "http://p/a-_%2Fb#636", "http://p/a-_%2Fb#3734"),
        ] {
            let [first, second] = [(anchor, at_10, "10:36"), (bare, at_1, "1:02:14")]
                .map(|(carets, url, time)| format!("{carets} {url} Play at {time}\n"));
            check(settings, &format!("{note}{first}{second}"));
        }
        check("", "No video [00:05]\n");
        // This is no id of YouTube's.
        check("", note);
    }

    #[test]
    fn wikilinks_to_attachments_open_them() {
        let vault = "\
![[photo.png]] [[x/plan.pdf#page=2|plan]] [[note]] [photo](photo.png)
   ^^^^^^^^^ photo.png Open photo.png
                 ^^^^^^^^^^ x/plan.pdf Open x/plan.pdf
//- y/photo.png
//- x/plan.pdf
//- x/old.pdf (ignored)
";
        check("", vault);
        let fixture = Fixture::new(vault);
        let note = fixture.note("note.md");
        let of = |target| attachment(&fixture.analysis, note, target);
        assert_eq!(of("photo.png").as_deref(), Some("y/photo.png"));
        assert_eq!(of("x/old.pdf").as_deref(), Some("x/old.pdf"));
        assert_eq!((of("note"), of("gone.png")), (None, None));
    }
}
