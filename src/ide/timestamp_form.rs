//! How a timestamp is written: in the form that the note has already.
use super::{Analysis, Document, video};
use crate::settings::TimestampStyle;
use crate::sources::SourceId;
use crate::syntax::{TimestampForm, canonical_time, timestamp_anchor};
use crate::text::Span;

/// A timestamp of the second `seconds` of `id`.
pub(super) fn write(analysis: &Analysis, style: TimestampStyle, id: SourceId<'_>, seconds: u32) -> String {
    match style {
        TimestampStyle::Html => timestamp_anchor(&canonical_time(seconds)),
        // A link to a recording in the vault would be one to a file.
        TimestampStyle::Markdown => match video::url(analysis, id, seconds) {
            Some(address) if !address.starts_with("file:") => {
                // What would end the destination of a link.
                let address = address.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
                format!("[{}]({address})", video::clock(seconds))
            }
            _ => format!("[{}]", padded(seconds)),
        },
        TimestampStyle::Bare => format!("[{}]", padded(seconds)),
    }
}

/// The form in which a note writes timestamps: that of most of its own, else of the setting. What stands at
/// `place` is being written, and says nothing.
pub(super) fn style(analysis: &Analysis, document: &Document, place: Span) -> TimestampStyle {
    let note = &document.note;
    let set = analysis.settings().timestamp_style;
    let timestamps = || note.timestamps.iter().filter(|timestamp| !timestamp.span.overlaps(place));
    let of_form = |form| timestamps().filter(|timestamp| timestamp.form == form).count();
    let links = note.video_links.iter().filter(|link| !link.span.overlaps(place));
    let links = links.filter(|link| link.moment.is_some()).count();
    let counts = [
        (of_form(TimestampForm::Anchor), TimestampStyle::Html),
        (links, TimestampStyle::Markdown),
        (of_form(TimestampForm::Bare), TimestampStyle::Bare),
    ];
    let most = counts.iter().map(|(count, _)| *count).max().unwrap_or(0);
    let is_most = |style: &TimestampStyle| counts.contains(&(most, *style));
    let mut styles = std::iter::once(set).chain(counts.map(|(_, style)| style));
    // Only a link says of itself which video it is of.
    if document.video().is_none() { TimestampStyle::Markdown } else { styles.find(is_most).unwrap_or(set) }
}

/// The same where the client asks for the time: what is typed for one of two times is the other too. `None` where
/// the form has none to ask for.
pub(super) fn snippet(style: TimestampStyle, seconds: u32) -> Option<String> {
    let time = |time: String| format!("${{1:{time}}}");
    match style {
        TimestampStyle::Html => Some(timestamp_anchor(&time(canonical_time(seconds))) + "$0"),
        // The address counts in seconds.
        TimestampStyle::Markdown => None,
        TimestampStyle::Bare => Some(format!("[{}]$0", time(padded(seconds)))),
    }
}

/// The video of a timestamp at `offset`: the note's, else that of the nearest link to one, the link before it first.
pub(super) fn video_at(document: &Document, offset: usize) -> Option<SourceId<'_>> {
    let link = || {
        let links = document.note.video_links.iter();
        let before = links.clone().rfind(|link| link.span.start() < offset);
        before.or_else(|| links.clone().next()).map(|link| link.source(&document.text))
    };
    document.video().or_else(link)
}

/// A time with two digits in each group: `04:32`, `01:02:14`.
pub(super) fn padded(seconds: u32) -> String {
    let time = canonical_time(seconds);
    time.strip_prefix("00:").map_or_else(|| time.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VIDEO: &str = "---\nvideoId: dQw4w9WgXcQ\n---\n";

    /// What a timestamp of 272 s and one of 3734 s look like in this note.
    #[track_caller]
    fn check(setting: &str, note: &str, expected: [&str; 2]) {
        let fixture = Fixture::new(&format!("//- .slugline.toml\n{setting}\n//- a.md\n{note}"));
        let document = fixture.analysis.document(fixture.note("a.md")).unwrap();
        let style = style(&fixture.analysis, &document, Span::at(0));
        let written = [272, 3734]
            .map(|seconds| write(&fixture.analysis, style, SourceId { kind: 0, id: "dQw4w9WgXcQ" }, seconds));
        assert_eq!(written, expected);
    }

    const HTML: [&str; 2] = [
        "<a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a>",
        "<a class=\"yt-timestamp\" data-t=\"01:02:14\">[01:02:14]</a>",
    ];
    const MARKDOWN: [&str; 2] = [
        "[4:32](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=272s)",
        "[1:02:14](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3734s)",
    ];
    const BARE: [&str; 2] = ["[04:32]", "[01:02:14]"];

    #[test]
    fn the_setting_decides_in_a_note_without_timestamps() {
        check("", VIDEO, HTML);
        check("timestamps.form = \"html\"", VIDEO, HTML);
        check("timestamps.form = \"markdown\"", VIDEO, MARKDOWN);
        check("timestamps.form = \"bare\"", VIDEO, BARE);
        let url =
            "timestamps.form = \"markdown\"\nsources.url = \"https://example.org/(a)/{id}?at={seconds}\"";
        check(
            url,
            VIDEO,
            [
                "[4:32](https://example.org/%28a%29/dQw4w9WgXcQ?at=272)",
                "[1:02:14](https://example.org/%28a%29/dQw4w9WgXcQ?at=3734)",
            ],
        );
    }

    #[test]
    fn a_note_keeps_the_form_of_most_of_its_timestamps() {
        let anchor = timestamp_anchor("00:00:01");
        let link = "[0:01](https://youtu.be/dQw4w9WgXcQ?t=1)";
        let html = "timestamps.form = \"html\"";
        check(html, &format!("{VIDEO}[00:01] [00:02] {anchor} {link}\n"), BARE);
        check(html, &format!("{VIDEO}[00:01] {anchor} {link} {link}\n"), MARKDOWN);
        check("timestamps.form = \"bare\"", &format!("{VIDEO}{anchor}\n"), HTML);
    }

    #[test]
    fn the_setting_decides_between_two_forms() {
        let anchor = timestamp_anchor("00:00:01");
        check("timestamps.form = \"bare\"", &format!("{VIDEO}{anchor} [00:01]\n"), BARE);
        check("timestamps.form = \"markdown\"", &format!("{VIDEO}{anchor} [00:01]\n"), HTML);
    }

    #[test]
    fn only_a_link_names_its_video_itself() {
        check("", "No video.\n", MARKDOWN);
    }
}
