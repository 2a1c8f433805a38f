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
    let times = |timestamp: &Timestamp| Some([other(text, timestamp)?, timestamp.label?]);
    let around = timestamps.iter().filter(|timestamp| timestamp.span.touches(at.offset)).filter_map(times);
    let mut linked = around.filter(|[a, b]| {
        (a.touches(at.offset) || b.touches(at.offset)) && a.of(text) == b.of(text) && !a.overlaps(*b)
    });
    let Some(mut found) = linked.next() else { return Vec::new() };
    found.sort_unstable();
    found.to_vec()
}

/// The time of a timestamp beside its label: the attribute's, or that of `[00:01](#00:01)`.
fn other(text: &str, timestamp: &Timestamp) -> Option<Span> {
    if timestamp.form != TimestampForm::Link {
        return timestamp.value;
    }
    let label = timestamp.label?;
    let start = label.end() + text.get(label.end()..timestamp.span.end())?.find("](#")? + "](#".len();
    Some(Span::new(start, start + label.len())).filter(|span| timestamp.span.covers(*span))
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

    #[test]
    fn times_that_differ_are_no_pair() {
        check("<a class=\"yt-timestamp\" data-t=\"00:10:3$06\">[00:10:37]</a>\n");
        check("[[a|a$0]] text[^1]\n\n[^1]: note\n");
    }
}
