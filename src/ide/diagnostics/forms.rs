//! Every form of a timestamp (docs/diagnostics.md): what is reported of it, and what fixes it.
use crate::ide::fixture::Fixture;
use crate::ide::{ActionKind, Wish, code_actions, diagnostics_of, repair};
use crate::settings::Severity;
use crate::text::Span;

/// What is expected of a form.
struct Form<'a> {
    /// The line of the note.
    text: &'a str,
    /// The code, and what is underlined.
    finding: Option<(&'a str, &'a str)>,
    /// The line after each fix, best first, and whether it is certain: preferred, and part of "fix all".
    fixes: &'a [(&'a str, bool)],
    /// The line after the action that changes a form that nothing is wrong with.
    action: Option<&'a str>,
}

/// A form that nothing is said of.
fn fine(text: &str) -> Form<'_> {
    Form { text, finding: None, fixes: &[], action: None }
}

/// A form that nothing is said of, and that an action changes.
fn other<'a>(text: &'a str, action: &'a str) -> Form<'a> {
    Form { text, finding: None, fixes: &[], action: Some(action) }
}

fn wrong<'a>(text: &'a str, finding: (&'a str, &'a str), fixes: &'a [(&'a str, bool)]) -> Form<'a> {
    Form { text, finding: Some(finding), fixes, action: None }
}

/// Compares with what is found in a note whose video takes a quarter of an hour.
#[track_caller]
fn check(form: &Form<'_>) {
    let front = "---\nvideoId: PdiSU9-Fge4\n---\n";
    let text = form.text;
    let fixture = Fixture::new(&format!(
        "//- note.md\n{front}{text}\n//- other_note.md\n//- T [PdiSU9-Fge4].info.json\n{{\"duration\": 900}}\n"
    ));
    let (analysis, note) = (&fixture.analysis, fixture.note("note.md"));
    let document = analysis.document(note).unwrap();
    let after = |edits: &[(Span, String)]| {
        let mut text = document.text.to_string();
        for (span, new) in edits.iter().rev() {
            text.replace_range(span.range(), new);
        }
        text[front.len()..].trim_end().to_owned()
    };
    let found = diagnostics_of(analysis, note, &document, None);
    let codes: Vec<_> = found.iter().map(|it| (it.code.name(), it.span.of(&document.text))).collect();
    assert_eq!(codes, form.finding.into_iter().collect::<Vec<_>>(), "{text}");
    let fixes: Vec<_> = found.iter().flat_map(|it| &it.fixes).collect();
    let made: Vec<_> = fixes.iter().map(|fix| (after(&fix.edits), fix.certain)).collect();
    let expected: Vec<_> = form.fixes.iter().map(|&(text, certain)| (text.to_owned(), certain)).collect();
    assert_eq!(made, expected, "{text}");

    let line = Span::new(front.len(), document.text.len() - 1);
    let actions = code_actions(analysis, note, line, &Wish::default());
    let preferred: Vec<_> = actions.iter().filter(|it| it.preferred).map(|it| it.title.as_str()).collect();
    let certain: Vec<_> = fixes.iter().filter(|fix| fix.certain).map(|fix| fix.title.as_str()).collect();
    assert_eq!(preferred, certain, "{text}");
    let rewrites = actions.iter().filter(|it| {
        it.kind == ActionKind::Rewrite
            && ["Move the brackets", "Make label"].iter().any(|own| it.title.starts_with(own))
    });
    let edits = rewrites.map(|it| it.change.clone().unwrap().edits.remove(0).1.into_iter());
    let rewritten: Vec<_> =
        edits.map(|edits| after(&edits.map(|edit| (edit.span, edit.text)).collect::<Vec<_>>())).collect();
    assert_eq!(rewritten, form.action.into_iter().collect::<Vec<_>>(), "{text}");

    let all = repair(analysis, note, &document, &found);
    let expected = form.fixes.first().filter(|(_, certain)| *certain).map_or(text, |(text, _)| *text);
    assert_eq!((after(&all.edits).as_str(), all.fixed), (expected, certain.len()), "{text}");
    // What was fixed is fixed.
    if all.fixed > 0 {
        check(&Form { text: expected, finding: None, fixes: &[], action: None });
    }
}

fn malformed(range: &str) -> (&str, &str) {
    ("malformed-timestamp", range)
}

fn hours(range: &str) -> (&str, &str) {
    ("minutes-as-hours", range)
}

fn bare(range: &str) -> (&str, &str) {
    ("bare-timestamp", range)
}

const T62: &str = "<a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>";

#[test]
fn well_made() {
    let at = |time: &str| anchor(time, time);
    for time in ["00:01:02", "01:02", "00:14:59", "1:02"] {
        let text = at(time);
        if time != "1:02" {
            check(&fine(&text));
        }
    }
    check(&other(&anchor("00:01:02", "01:02"), T62));
    check(&other(&anchor("01:02", "00:01:02"), T62));
    check(&other(&format!("[{}]", anchor("00:01:02", "00:01:02").replace(['[', ']'], "")), T62));
    check(&other("[<a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>]", T62));
    check(&fine("<a class=\"yt-timestamp\" data-t=\"00:01:02\">[[other_note]]</a>"));
    check(&fine("<a class=\"yt-timestamp\" data-t=\"00:01:02\">words</a>"));
    for text in ["rows[01:30]", "x][01:30]", "[12:30]: lunch", "at 7:00 AM", "10:5", "[10:5]", "3:16"] {
        check(&fine(text));
    }
}

fn anchor(value: &str, label: &str) -> String {
    format!("<a class=\"yt-timestamp\" data-t=\"{value}\">[{label}]</a>")
}

#[test]
fn spelling_of_the_time() {
    let both = |time: &str| anchor(time, time);
    for (time, mended) in [("9:07", "09:07"), ("00:5:52", "00:05:52"), ("00:02:14:00", "00:02:14")] {
        check(&wrong(&both(time), ("malformed-timestamp", time), &[(&both(mended), true)]));
    }
    for time in ["00:11:0", "00:00:", "00:00:000", "HH:12:34", "0000"] {
        check(&wrong(&both(time), ("malformed-timestamp", time), &[]));
    }
    // A minute of 75 seconds is not sure to be meant.
    check(&wrong(&both("00:01:75"), ("malformed-timestamp", "00:01:75"), &[(&both("00:02:15"), false)]));
}

#[test]
fn minutes_as_hours() {
    let both = |time: &str| anchor(time, time);
    let span = |time: &str| format!("{time}\">[{time}");
    check(&wrong(&both("05:08:00"), hours(&span("05:08:00")), &[(&both("00:05:08"), true)]));
    check(&wrong(&both("10:17:34"), hours(&span("10:17:34")), &[(&both("00:10:17"), false)]));
    check(&wrong(&both("05:08:75"), hours(&span("05:08:75")), &[(&both("00:05:08"), false)]));
    check(&wrong(&both("13:08:00"), hours(&span("13:08:00")), &[(&both("00:13:08"), true)]));
    // The label says the right time, or another one.
    check(&wrong(&anchor("05:08:00", "00:05:08"), hours("05:08:00"), &[(&both("00:05:08"), true)]));
    check(&wrong(&anchor("00:10:00", "00:00:10"), hours("00:10:00"), &[(&both("00:00:10"), false)]));
    check(&wrong(
        &anchor("05:08:00", "00:05:10"),
        hours("05:08:00"),
        &[(&anchor("00:05:08", "00:05:10"), false)],
    ));
    // With one digit it is hours.
    check(&wrong(&both("1:04:14"), ("timestamp-past-end", "1:04:14"), &[]));
    check(&wrong(&both("00:31:04"), ("timestamp-past-end", "00:31:04"), &[]));
    check(&wrong(&both("31:04:00"), ("timestamp-past-end", "31:04:00"), &[]));
}

#[test]
fn labels() {
    let tag = "<a class=\"yt-timestamp\" data-t=\"00:01:02\">";
    check(&wrong(
        &anchor("00:01:02", "00:01:09"),
        ("mismatched-timestamp", "00:01:09"),
        &[(T62, false), (&anchor("00:01:09", "00:01:09"), false)],
    ));
    check(&wrong(&anchor("00:01:02", "00:01:0"), malformed("00:01:0"), &[(T62, false)]));
    let empty = format!("{tag}</a>");
    check(&wrong(&empty, malformed(&empty), &[(T62, true)]));
    let brackets = format!("{tag}[]</a>");
    check(&wrong(&brackets, malformed(&brackets), &[(T62, true)]));
    check(&wrong(&format!("{tag}00:01:02</a>"), malformed("00:01:02"), &[(T62, true)]));
    let double = format!("{tag}[[00:01:02]]</a>");
    check(&wrong(&double, malformed("[[00:01:02]]"), &[(T62, true)]));
    // Around it, as the text of a markdown link.
    for text in ["[00:01:02](TAG</a>)", "[00:01:02](TAG00:01:02</a>)", "[00:01:02](TAG[00:01:02]</a>)"] {
        let text = text.replace("TAG", tag);
        check(&wrong(&text, malformed(&text), &[(T62, true)]));
    }
    let text = format!("[00:01:09]({tag}</a>)");
    check(&wrong(&text, malformed(&text), &[(T62, false)]));
    // Not closed, or more than one time.
    let open = format!("{tag}[00:01:02]");
    check(&wrong(&open, malformed(&open), &[(T62, true)]));
    let open = format!("{tag}[00:01:09]");
    check(&wrong(&open, malformed(&open), &[(T62, false)]));
    check(&wrong(tag, malformed(tag), &[(T62, false)]));
    let inside = "<a class=\"yt-timestamp\" data-t=\"00:01:02]\">[00:01:02]";
    check(&wrong(&format!("{inside}</a>"), malformed(inside), &[(T62, true)]));
    let range = "<a class=\"yt-timestamp\" data-t=\"00:01:02]-[00:02:00\">[00:01:02]-[00:02:00]";
    let fixed = format!("{T62}-{}", anchor("00:02:00", "00:02:00"));
    check(&wrong(&format!("{range}</a>"), malformed(range), &[(&fixed, true)]));
}

#[test]
fn attributes() {
    for (before, range) in [
        ("<a class=\"yt_timestamp\" data-t=\"00:01:02\">", "class=\"yt_timestamp\""),
        ("<a yt=\"yt-timestamp\" data-t=\"00:01:02\">", "<a yt=\"yt-timestamp\" data-t=\"00:01:02\">"),
        ("<a class=\"yt=\" data-t=\"00:01:02\">", "class=\"yt=\""),
        ("<a class=\"yt-timestamp\" data=\"00:01:02\">", "data=\"00:01:02\""),
        ("<a class=\"yt-timestamp\" data=t=\"00:01:02\">", "data=t=\"00:01:02\""),
        ("<a class=\"yt-timestamp\" href=\"00:01:02\">", "href=\"00:01:02\""),
        ("< a class=\"yt-timestamp\" data-t=\"00:01:02\">", "< a"),
    ] {
        check(&wrong(&format!("{before}[00:01:02]</a>"), malformed(range), &[(T62, true)]));
        let found = format!("{before}[00:01:09]</a>");
        check(&wrong(&found, malformed(range), &[(T62, false)]));
    }
}

#[test]
fn times_without_a_tag() {
    let t130 = anchor("00:02:10", "00:02:10");
    check(&wrong("[00:01:02]", bare("[00:01:02]"), &[(T62, false)]));
    check(&wrong("[01:02]", bare("[01:02]"), &[(&anchor("01:02", "01:02"), false)]));
    check(&wrong(
        "[00:01:02, 00:02:10]",
        bare("[00:01:02, 00:02:10]"),
        &[(&format!("{T62}, {t130}"), false)],
    ));
    check(&wrong("[00:01:02]()", bare("[00:01:02]()"), &[(T62, false)]));
    for (text, certain) in [
        ("[00:01:02](#00:01:02)", true),
        ("[00:01:02](#t=00:01:02)", true),
        ("[00:01:02](#t=62)", true),
        ("[00:01:02](#t1:02)", true),
        ("[00:01:02](00:01:02)", true),
        ("[00:01:02](#00:01:09)", false),
        ("[00:01:02](#)", false),
        ("[00:01:02](a)", false),
    ] {
        check(&wrong(text, malformed(text), &[(T62, certain)]));
    }
    check(&wrong("[[00:01:02]]", malformed("[[00:01:02]]"), &[(T62, true)]));
    check(&wrong(
        "[[00:01:02 | words]]",
        malformed("[[00:01:02 | words]]"),
        &[(&format!("words {T62}"), false)],
    ));
    check(&wrong(
        "[[other_note | Other [00:01:02]]]",
        bare("[00:01:02]"),
        &[(&format!("[[other_note | Other]] {T62}"), false)],
    ));
}

/// What all times of a note say together is not taken away by changing some of them.
#[test]
fn minutes_as_hours_by_the_way_that_a_note_writes_times() {
    let note = |times: &[&str]| times.iter().map(|time| anchor(time, time) + "\n").collect::<String>();
    let times =
        ["04:08:00", "05:08:00", "06:08:00", "07:08:00", "08:08:00", "09:08:00", "10:08:00", "11:08:00"];
    let read = |text: &str| {
        let fixture = Fixture::new(&format!("//- note.md\n---\nvideoId: PdiSU9-Fge4\n---\n{text}"));
        let (analysis, note) = (&fixture.analysis, fixture.note("note.md"));
        let document = analysis.document(note).unwrap();
        let found = diagnostics_of(analysis, note, &document, None);
        let fixed = repair(analysis, note, &document, &found).fixed;
        let all = code_actions(analysis, note, found[0].span, &Wish::default()).into_iter();
        let all = all.filter(|it| it.title.ends_with("times with hours in this note to minutes"));
        let after = all.map(|it| fixture.after(it.change.as_ref().unwrap())).collect::<Vec<_>>();
        let counts = Severity::ALL.map(|severity| found.iter().filter(|it| it.severity == severity).count());
        ((counts[1], counts[3]), fixed, after)
    };
    assert_eq!(read(&note(&times)), ((8, 0), 8, vec![]));
    // An hour and eight minutes, or a minute and eight seconds?
    let some = [&times[..], &["01:08:00"]].concat();
    let (counts, fixed, after) = read(&note(&some));
    assert_eq!((counts, fixed), ((8, 1), 0));
    assert_eq!(after.len(), 1);
    assert!(
        after[0].contains(&anchor("00:01:08", "00:01:08")) && after[0].contains("[00:11:08]"),
        "{after:?}"
    );
    // Twelve hours are none, whatever else there is.
    assert_eq!(read(&anchor("13:08:00", "13:08:00")), ((1, 0), 1, vec![]));
}
