//! Videos as the notes tell of them: title, address of a moment, how a time is written.
//! Absent: what was said.
use super::{Analysis, excerpt, source};
use crate::index::NoteId;
use crate::sources::{Address, SourceId};
use crate::text::{PathText, Span};

/// Stands behind the text of a markdown link.
const BEHIND_TEXT: &str = "](";

/// A time as a player shows it: `10:36`, `1:02:14`.
pub(super) fn clock(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Where `video` plays from `seconds` on, on the web or in the vault; `None` where its id is none of its kind.
pub(super) fn url(analysis: &Analysis, video: SourceId<'_>, seconds: u32) -> Option<String> {
    Some(match analysis.settings().kinds().address(video, seconds)? {
        Address::Web(address) => address,
        Address::File(path, fragment) if fragment.is_empty() => analysis.texts().uri(&path),
        Address::File(path, fragment) => format!("{}#{fragment}", analysis.texts().uri(&path)),
    })
}

/// The title of `video`: what its metadata say, else the text of a markdown link to it, of one in the folder of
/// `from` first.
pub(super) fn title(analysis: &Analysis, from: NoteId, video: SourceId<'_>) -> Option<String> {
    if let Some(title) = source::metadata(analysis, video).and_then(|about| about.title.clone()) {
        return Some(title);
    }
    let index = &analysis.index;
    let folder = |note| index.path(note).folder();
    let mut linking = index.may_cite(video);
    linking.sort_by_key(|&note| folder(note) != folder(from));
    linking.into_iter().find_map(|note| {
        let facts = index.facts(note)?;
        let links = facts.video_links().zip(facts.places().video_texts());
        let mut texts = links.filter(|(link, _)| link.video == video).map(|(_, text)| text);
        texts.find_map(|text| {
            // The note itself may be long.
            let read = analysis.part(note, Span::new(text.start(), text.end() + BEHIND_TEXT.len()))?;
            // A file that changed since it was read may have something else there.
            let title = excerpt::plain_text(read.strip_suffix(BEHIND_TEXT)?);
            // Some links to a video have a time or the address itself as their text.
            let named = title.chars().any(char::is_alphabetic) && !title.contains("://");
            named.then_some(title)
        })
    })
}

/// The channel of a note: the title of the note that its `From:` line names, else the name.
pub(super) fn channel(analysis: &Analysis, note: NoteId) -> Option<String> {
    let facts = analysis.index.facts(note)?;
    let name = facts.channel_target()?;
    let channel = analysis.resolve(note, &name).note();
    Some(channel.map_or_else(|| name.into_owned(), |channel| analysis.index.title(channel).to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::ide::fixture::Fixture;
    use crate::ide::{MarkdownView, document_links, hover};

    const KINDS: &str = r#"
//- .slugline.toml
[sources.kinds.vimeo]
keys = ["vimeo"]
id = "[0-9]{1,12}"
url = "https://vimeo.com/{id}#t={seconds}s"

[sources.kinds.podcast]
keys = ["episode"]
id = "[a-z0-9-]+"
url = "https://cdn.example.org/show/{id}.mp3#t={seconds}"

[sources.kinds.recording]
keys = ["media"]
id = ".+"
url = "{path}#t={seconds}"
"#;

    /// The links of a note with this front matter, and what they lead to.
    fn links(front: &str) -> Vec<String> {
        let fixture = Fixture::new(&format!("//- a.md\n---\n{front}\n---\nSaid [01:02].{KINDS}"));
        let links = document_links(&fixture.analysis, fixture.note("a.md"));
        links.iter().map(|link| format!("{:?} {}", link.opens, link.tooltip)).collect()
    }

    #[test]
    fn sources_of_every_kind_play() {
        let url = |url: &str| vec![format!("Url(\"{url}\") Play at 1:02")];
        assert_eq!(links("videoId: PdiSU9-Fge4"), url("https://www.youtube.com/watch?v=PdiSU9-Fge4&t=62s"));
        assert_eq!(links("vimeo: 76979871"), url("https://vimeo.com/76979871#t=62s"));
        assert_eq!(links("Episode: ep-12"), url("https://cdn.example.org/show/ep-12.mp3#t=62"));
        assert_eq!(links("media: media/my talk.mp4"), url("file:///vault/media/my talk.mp4#t=62"));
        let nothing = Vec::<String>::new();
        for front in ["vimeo: x", "episode: ../up", "media: ../talk.mp4", "media: run.sh", "videoId: '<b>'"] {
            assert_eq!(links(front), nothing, "{front}");
        }
        // An id goes before what is none.
        assert_eq!(links("videoId: '?'\nvimeo: 76979871"), url("https://vimeo.com/76979871#t=62s"));
    }

    #[test]
    fn an_id_of_another_kind_is_another_source() {
        let fixture = Fixture::new(&format!(
            "//- a.md\n---\nvimeo: 123\n---\nAs is said [00:$001:02].\n\
             //- b.md\nElsewhere [1:02](https://vimeo.com/123#t=1m2s).\n\
             //- c.md\n---\nvideoId: 123\n---\nNot this [00:01:02].\n\
             //- d.md\n---\nepisode: '123'\n---\nNor this [00:01:02].{KINDS}"
        ));
        let shown = hover(&fixture.analysis, fixture.cursor())
            .unwrap()
            .markdown
            .to_commonmark(MarkdownView::Rendered);
        assert!(shown.contains("(https://vimeo.com/123#t=62s)"), "{shown}");
        assert!(shown.contains("Elsewhere"), "{shown}");
        assert!(!shown.contains("this"), "{shown}");
    }

    #[test]
    fn a_picture_is_shown_where_the_setting_wants_it() {
        let shown = |front: &str, setting: &str| {
            let fixture = Fixture::new(&format!(
                "//- a.md\n---\n{front}\n---\nSaid [00:00$0:02].\n\
                 //- .slugline.toml\n{setting}\n[sources.kinds.podcast]\nkeys = [\"episode\"]\nid = \".+\"\n\
                 url = \"https://x.org/{{id}}\"\nthumbnail = \"https://x.org/{{id}}.jpg\"\n"
            ));
            let markdown = hover(&fixture.analysis, fixture.cursor()).unwrap().markdown;
            assert!(!markdown.to_commonmark(MarkdownView::Source).contains("!["));
            assert!(!markdown.to_plain_text().contains("jpg"));
            markdown.to_commonmark(MarkdownView::Rendered)
        };
        let (youtube, on) = ("videoId: PdiSU9-Fge4", "hover.thumbnail = true");
        assert!(!shown(youtube, "").contains("!["));
        assert!(
            shown(youtube, on).starts_with("![](https://i.ytimg.com/vi/PdiSU9-Fge4/mqdefault.jpg)\n\n**a**"),
            "{}",
            shown(youtube, on)
        );
        let hostile = "episode: \"a)](command:x) <script> \\u0022\"";
        assert!(!shown(hostile, "").contains("!["));
        let address = "![](https://x.org/a%29%5D%28command%3Ax%29%20%3Cscript%3E%20%22.jpg)\n\n";
        assert!(shown(hostile, on).starts_with(address), "{}", shown(hostile, on));
        assert!(!shown("videoId: \"<script>\"", on).contains("!["));
    }

    #[test]
    fn the_captions_of_a_recording_begin_as_it_does() {
        let fixture = Fixture::new(&format!(
            "//- a.md\n---\nmedia: media/talk.mp4\n---\nSaid [00:00$0:02].\n\
             //- media/talk.en.vtt\nWEBVTT\n\n00:02.000 --> 00:03.000\nthis one\n\
             //- media/talk two.vtt\nWEBVTT\n\n00:02.000 --> 00:03.000\nnot this one{KINDS}"
        ));
        let shown = hover(&fixture.analysis, fixture.cursor())
            .unwrap()
            .markdown
            .to_commonmark(MarkdownView::Rendered);
        assert!(shown.contains("**0:02  this one**"), "{shown}");
        assert!(!shown.contains("not this"), "{shown}");
    }

    #[test]
    fn what_is_no_id_reaches_no_address() {
        for id in
            ["x&list=y", "a b", "<script>alert(1)</script>", "](command:x)", "javascript:x", "{seconds}"]
        {
            let note = format!("//- a.md\n---\nvideoId: \"{id}\"\n---\nSaid [00:$001:02].\n");
            let fixture = Fixture::new(&note);
            let shown = hover(&fixture.analysis, fixture.cursor())
                .unwrap()
                .markdown
                .to_commonmark(MarkdownView::Rendered);
            assert!(!shown.contains('▶') && !shown.contains("youtube"), "{shown}");
            assert_eq!(document_links(&fixture.analysis, fixture.note("a.md")), []);
        }
    }
}
