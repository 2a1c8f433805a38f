//! Ranges that change together while somebody types: the two times of a timestamp, which say the same.
//!
//! Nothing else does. The target and the alias of `[[a|a]]` say two things, and a footnote's label is changed to
//! name another footnote as often as to rename it.
use super::{Analysis, Cursor};
use crate::syntax::{Timestamp, TimestampForm};
use crate::text::Span;

/// What a time consists of, as a regular expression: what may be typed in the ranges.
pub const TIME_PATTERN: &str = "[0-9:.]+";

/// The ranges that change with the one at the cursor, itself among them, in order; their texts are equal.
/// Empty where there are no two.
pub fn linked_editing(analysis: &Analysis, at: Cursor) -> Vec<Span> {
    let Some(document) = analysis.document(at.note) else { return Vec::new() };
    let text = &*document.text;
    let timestamps = &document.note.timestamps;
    let times = |timestamp: &Timestamp| Some([other_time(text, timestamp)?, timestamp.label?]);
    let around = timestamps.iter().filter(|timestamp| timestamp.span.touches(at.offset)).filter_map(times);
    let mut linked = around.filter(|[a, b]| {
        (a.touches(at.offset) || b.touches(at.offset)) && a.of(text) == b.of(text) && !a.overlaps(*b)
    });
    let Some(mut found) = linked.next() else { return Vec::new() };
    found.sort_unstable();
    found.to_vec()
}

/// The time of a timestamp beside its label: the attribute's, or that of `[00:01](#00:01)`.
pub(super) fn other_time(text: &str, timestamp: &Timestamp) -> Option<Span> {
    if timestamp.form != TimestampForm::Link {
        return timestamp.value;
    }
    let label = timestamp.label?;
    let behind = text.get(label.end()..timestamp.span.end())?;
    let destination = behind.find("](")? + "](".len();
    let (destination, start) = (behind.get(destination..)?, label.end() + destination);
    let at = destination.find(label.of(text))?;
    Some(Span::new(start + at, start + at + label.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[track_caller]
    fn check(vault: &str) {
        let fixture = Fixture::new(vault);
        let at = fixture.cursor();
        fixture.check(|note| {
            let here = if note == at.note { linked_editing(&fixture.analysis, at) } else { Vec::new() };
            here.into_iter().map(|span| (span, String::new())).collect()
        });
    }

    #[test]
    fn the_times_of_a_timestamp_change_together() {
        check(
            "
            <a class=\"yt-timestamp\" data-t=\"00:10:3$06\">[00:10:36]</a>
                                            ^^^^^^^^
                                                       ^^^^^^^^
            ",
        );
        check(
            "
            <a class=\"yt-timestamp\" data-t=\"00:10:36\">[$000:10:36]</a>
                                            ^^^^^^^^
                                                       ^^^^^^^^
            ",
        );
        check(
            "
            ---
            videoId: dQw4w9WgXcQ
            ---
            [00:01:$006](#00:01:06)
             ^^^^^^^^
                        ^^^^^^^^
            ",
        );
    }

    /// Valid or not, with brackets or without.
    #[test]
    fn every_form_that_says_its_time_twice_is_a_pair() {
        for form in [
            "<a class=\"yt-timestamp\" data-t=\"00:10:36\">00:10:36</a>",
            "[<a class=\"yt-timestamp\" data-t=\"00:10:36\">00:10:36</a>]",
            "[ts](<a class=\"yt-timestamp\" data-t=\"00:10:36\">00:10:36</a>)",
            "<a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:10:36]",
            "<a class=\"yt-timestamp\" data-t=\"00:10:36\">[[00:10:36]]</a>",
            "<a class=\"yt_timestamp\" data=\"00:10:36\">[00:10:36]</a>",
            "< a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:10:36]</a>",
            "<a class=\"yt-timestamp\" data-t='00:10:36'>[00:10:36]</a>",
            "[00:10:36](#00:10:36)",
            "[00:10:36](#t=00:10:36)",
            "[00:10:36](00:10:36)",
        ] {
            for (nth, (at, time)) in form.match_indices("00:10:36").enumerate() {
                let mut drawn = form.to_owned();
                drawn.insert_str(at + time.len() - 1, "$0");
                let fixture = Fixture::new(&format!("---\nvideoId: dQw4w9WgXcQ\n---\nSaid {drawn} then\n"));
                let found = linked_editing(&fixture.analysis, fixture.cursor());
                let texts: Vec<_> = found.iter().map(|span| span.of(fixture.text("note.md"))).collect();
                assert_eq!(texts, ["00:10:36"; 2], "{form}, {nth}");
            }
        }
    }

    #[test]
    fn times_that_differ_are_no_pair() {
        check("<a class=\"yt-timestamp\" data-t=\"00:10:3$06\">[00:10:37]</a>\n");
        check("[[a|a$0]] text[^1]\n\n[^1]: note\n");
    }
}
