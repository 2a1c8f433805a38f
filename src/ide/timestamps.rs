//! The timestamps of a part of a note, and what of each a reader needs to see: editors that hide the rest ask for
//! them.
use super::document_link::shown;
use super::{Analysis, Document};
use crate::index::NoteId;
use crate::syntax::{Timestamp, TimestampForm};
use crate::text::Span;

/// A timestamp as it stands in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenTimestamp {
    /// All of it, such as `<a class="yt-timestamp" data-t="00:04:32">[00:04:32]</a>`.
    pub span: Span,
    /// What a reader sees: the label with its brackets.
    pub shown: Span,
    /// Whether the rest may be hidden: it is a tag on one line that says the same as its label. What has to be
    /// mended has to be seen.
    pub conceals: bool,
}

/// The timestamps of a note that overlap `within`, in order.
pub fn timestamps(analysis: &Analysis, note: NoteId, within: Span) -> Vec<WrittenTimestamp> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let here = document.note.timestamps.iter().filter(|timestamp| timestamp.span.overlaps(within));
    here.map(|timestamp| written(&document, timestamp)).collect()
}

fn written(document: &Document, timestamp: &Timestamp) -> WrittenTimestamp {
    let text = &*document.text;
    let shown = shown(text, timestamp);
    let conceals = timestamp.form == TimestampForm::Anchor
        && timestamp.problem.is_none()
        && timestamp.label.is_some()
        && shown != timestamp.span
        && timestamp.span.covers(shown)
        && !timestamp.span.of(text).contains(['\n', '\r']);
    WrittenTimestamp { span: timestamp.span, shown, conceals }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[track_caller]
    fn check(vault: &str) {
        let fixture = Fixture::new(vault);
        fixture.check(|note| {
            let found = timestamps(&fixture.analysis, note, Span::new(0, usize::MAX)).into_iter();
            let drawn = |it: WrittenTimestamp| match it.conceals {
                true => vec![(it.span, "all".to_owned()), (it.shown, "shown".to_owned())],
                false => vec![(it.span, "as it is".to_owned())],
            };
            found.flat_map(drawn).collect()
        });
    }

    #[test]
    fn of_a_tag_the_label_is_shown() {
        check(
            "
            ---
            videoId: dQw4w9WgXcQ
            ---
            It rises <a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a> twice.
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all
                                                               ^^^^^^^^^^ shown
            [00:00:05] is short.
            ^^^^^^^^^^ as it is
            `<a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a>` is code.
            ",
        );
    }

    #[test]
    fn what_has_to_be_mended_is_seen() {
        check(
            "
            Two times: <a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:05:00]</a>.
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as it is
            No class: <a data-t=\"00:04:32\">[00:04:32]</a>.
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as it is
            No label: <a class=\"yt-timestamp\" data-t=\"00:04:32\"></a>.
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as it is
            ",
        );
    }

    #[test]
    fn those_of_a_part_are_found() {
        let fixture = Fixture::new("---\nvideoId: dQw4w9WgXcQ\n---\n[00:01] and [00:02] and [00:03]\n");
        let found = timestamps(&fixture.analysis, fixture.note("note.md"), Span::new(42, 44));
        assert_eq!(found.iter().map(|it| it.span).collect::<Vec<_>>(), [Span::new(41, 48)]);
    }
}
