use super::*;

/// One timestamp of a row: its moment, its code, what is underlined.
type Expected = (Option<u32>, Option<TimestampFault>, &'static str);

/// The table of docs/diagnostics.md. A row: the text, behind a front matter with a video; the timestamps in
/// it; the text after the first fix or action of the first timestamp that has one (empty: none).
#[test]
fn the_table_of_timestamps() {
    use TimestampFault::{Bare, Malformed, MinutesAsHours, Mismatched};
    const OK: Option<TimestampFault> = None;
    let canonical = |time: &str| format!(r#"<a class="yt-timestamp" data-t="{time}">[{time}]</a>"#);
    let tag = |time: &str| format!(r#"<a class="yt-timestamp" data-t="{time}">"#);
    let both = |value: &str, label: &str| format!("{}[{label}]</a>", tag(value));
    let c62 = canonical("00:01:02");
    let t62 = tag("00:01:02");
    let rows: Vec<(String, Vec<Expected>, String)> = vec![
        // Label and value alike.
        (canonical("00:01:02"), vec![(Some(62), OK, "")], String::new()),
        (canonical("01:02"), vec![(Some(62), OK, "")], String::new()),
        (canonical("1:04:14"), vec![(Some(3854), OK, "")], String::new()),
        (both("00:01:02", "01:02"), vec![(Some(62), OK, "")], c62.clone()),
        (both("1:04:14", "01:04:14"), vec![(Some(3854), OK, "")], canonical("01:04:14")),
        // One digit for two.
        (canonical("9:07"), vec![(Some(547), Some(Malformed), "9:07")], canonical("09:07")),
        (canonical("00:5:52"), vec![(Some(352), Some(Malformed), "00:5:52")], canonical("00:05:52")),
        (both("00:5:52", "00:05:52"), vec![(Some(352), Some(Malformed), "00:5:52")], canonical("00:05:52")),
        // No time at all.
        (canonical("00:11:0"), vec![(None, Some(Malformed), "00:11:0")], String::new()),
        (canonical("00:00:"), vec![(None, Some(Malformed), "00:00:")], String::new()),
        (canonical("00:00:000"), vec![(None, Some(Malformed), "00:00:000")], String::new()),
        (canonical("HH:12:34"), vec![(None, Some(Malformed), "HH:12:34")], String::new()),
        (canonical("0000"), vec![(None, Some(Malformed), "0000")], String::new()),
        (canonical("01:02:14:00"), vec![(Some(3734), Some(Malformed), "01:02:14:00")], canonical("01:02:14")),
        // Minutes written as hours: the moment is right, the finding needs the other notes.
        (canonical("13:17:34"), vec![(Some(797), OK, "")], String::new()),
        (canonical("05:08:75"), vec![(Some(308), OK, "")], String::new()),
        (canonical("05:08:00"), vec![(Some(18480), OK, "")], String::new()),
        (
            both("00:25:00", "00:00:25"),
            vec![(Some(25), Some(MinutesAsHours), "00:25:00")],
            canonical("00:00:25"),
        ),
        // The label says another time.
        (both("00:01:02", "00:01:09"), vec![(Some(62), Some(Mismatched), "00:01:09")], c62.clone()),
        (both("00:01:02", "00:01:0"), vec![(Some(62), Some(Malformed), "00:01:0")], c62.clone()),
        // The label is not there, or lacks its brackets.
        (format!("{t62}</a>"), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        (format!("{t62}00:01:02</a>"), vec![(Some(62), Some(Malformed), "00:01:02")], c62.clone()),
        (format!("[{t62}00:01:02</a>]"), vec![(Some(62), OK, "")], c62.clone()),
        (format!("[{c62}]"), vec![(Some(62), OK, "")], c62.clone()),
        // Inside a markdown link.
        (format!("[00:01:02]({t62}</a>)"), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        (format!("[00:01:02]({t62}00:01:02</a>)"), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        (format!("[00:01:02]({c62})"), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        (
            format!("[00:01:02]({c62}, [00:01:02]({c62})"),
            vec![(Some(62), Some(Malformed), "<any>"), (Some(62), Some(Malformed), "<any>")],
            format!("{c62}, [00:01:02]({c62})"),
        ),
        // `</a>` is missing; too much in the attribute; a range.
        (format!("{t62}[00:01:02]."), vec![(Some(62), Some(Malformed), "<any>")], format!("{c62}.")),
        (format!("{t62}[00:01:02]>."), vec![(Some(62), Some(Malformed), "<any>")], format!("{c62}.")),
        (both("00:01:02]", "00:01:02"), vec![(Some(62), Some(Malformed), "<any>")], c62.clone()),
        (
            both("00:01:00]-[00:02:00", "00:01:00"),
            vec![(Some(60), Some(Malformed), "<any>")],
            canonical("00:01:00"),
        ),
        (
            format!("{}[00:01:00]-[00:02:00]</a>", tag("00:01:00")),
            vec![(Some(60), Some(Malformed), "<any>")],
            format!("{}-{}", canonical("00:01:00"), canonical("00:02:00")),
        ),
        // Wrong attributes.
        (
            r#"<a class="yt_timestamp" data-t="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"class="yt_timestamp""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt=" data-t="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"class="yt=""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt="yt-timestamp" data-t="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"class="yt="yt-timestamp""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt>timestamp" data-t="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"class="yt>timestamp""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt-timestamp" data="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"data="00:01:02""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt-timestamp" data= "00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"data= "00:01:02""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt-timestamp" data=t="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"data=t="00:01:02""#)],
            c62.clone(),
        ),
        (
            r#"<a class="yt-timestamp" href="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), r#"href="00:01:02""#)],
            c62.clone(),
        ),
        (
            r#"< a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>"#.into(),
            vec![(Some(62), Some(Malformed), "< a")],
            c62.clone(),
        ),
        (
            r#"[00:21:00](<a class="yt-timestamp" data-t="00:21:00%3C/a>)"#.into(),
            vec![(Some(1260), Some(Malformed), "<all>")],
            canonical("00:21:00"),
        ),
        // Two brackets: no wikilink around a time, a wikilink around anything else.
        (format!("{t62}[[00:01:02]]</a>"), vec![(Some(62), Some(Malformed), "[[00:01:02]]")], c62.clone()),
        (format!("{t62}[[a_note]]</a>"), vec![(Some(62), OK, "")], String::new()),
        // Bare times.
        ("[00:01:02]".into(), vec![(Some(62), Some(Bare), "<all>")], c62.clone()),
        ("[01:02]".into(), vec![(Some(62), Some(Bare), "<all>")], canonical("01:02")),
        (
            "[00:01:02, 00:03:04]".into(),
            vec![(Some(62), Some(Bare), "<all>"), (Some(184), OK, "")],
            format!("{c62}, {}", canonical("00:03:04")),
        ),
        // Markdown links that stand for a time.
        ("[00:01:02](#00:01:02)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[00:01:02](#t=00:01:02)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[00:01:02](#t=62)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[00:01:02](#)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[00:01:02](a)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[00:01:02](#t1:02)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[00:01:02](00:01:02)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[9:07](#t=now)".into(), vec![(Some(547), Some(Malformed), "<all>")], canonical("09:07")),
        // As players of media write it.
        ("[01:02]()".into(), vec![(Some(62), Some(Bare), "<all>")], canonical("01:02")),
        ("[01:02](<>)".into(), vec![(Some(62), Some(Bare), "<all>")], canonical("01:02")),
        // In the brackets of a wikilink.
        ("[[00:01:02]]".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("[[ 9:07 ]]".into(), vec![(Some(547), Some(Malformed), "<all>")], canonical("09:07")),
        ("[[00:01:02]](#t=62)".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        ("![[00:01:02]]".into(), vec![(Some(62), Some(Malformed), "<all>")], c62.clone()),
        (
            "[[01:02|[01:02]]]".into(),
            vec![(Some(62), Some(Malformed), "<all>"), (Some(62), Some(Bare), "[01:02]")],
            canonical("01:02"),
        ),
        (
            "[[00:01:02|so he says]]".into(),
            vec![(Some(62), Some(Malformed), "<all>")],
            format!("so he says {c62}"),
        ),
        ("[[10:5]] [[10:75]] [[00:01:02#x]] [[x/00:01:02]]".into(), vec![], String::new()),
        // An index, and definitions.
        ("rows[01:30], f(x)[0][01:30] and é[1:30]".into(), vec![], String::new()),
        ("said:\n[01:30]: this\n> [01:30]: that".into(), vec![], String::new()),
        (
            "said [01:30]: this".into(),
            vec![(Some(90), Some(Bare), "[01:30]")],
            format!("said {}: this", canonical("01:30")),
        ),
        // In a wikilink's alias; the link stays.
        ("[[x | [00:01:02]]]".into(), vec![(Some(62), Some(Bare), "[00:01:02]")], format!("[[x]] {c62}")),
        ("[[x|([00:01:02])]]".into(), vec![(Some(62), Some(Bare), "[00:01:02]")], format!("[[x]] {c62}")),
        (
            "[[x | at [00:01:02]]]".into(),
            vec![(Some(62), Some(Bare), "[00:01:02]")],
            format!("[[x | at]] {c62}"),
        ),
        ("[[x | 00:01:02]]".into(), vec![(Some(62), Some(Bare), "00:01:02")], format!("[[x]] {c62}")),
        (format!("[[x | {c62}]]"), vec![(Some(62), OK, "")], String::new()),
        // No timestamps: clock times, ratios, verses.
        ("at 7:00 AM, 16:9, [10:5], [John 3:16], (12:30)".into(), vec![], String::new()),
        // In code there are none; nor in math and comments.
        (format!("`{c62}` and `[00:01:02]`"), vec![], String::new()),
        (format!("<!-- {c62} --> %% [00:01:02] %%"), vec![], String::new()),
    ];
    for (row, expected, after) in &rows {
        let text = format!("{SOURCE}Text {row} text.\n");
        let note = read(&text);
        let found: Vec<_> = note
            .timestamps
            .iter()
            .map(|t| {
                (
                    t.moment,
                    t.problem.as_ref().map(|p| p.fault),
                    t.problem.as_ref().map_or("", |p| p.span.of(&text)),
                )
            })
            .collect();
        assert_eq!(found.len(), expected.len(), "{row}\n{found:?}");
        for (&(moment, fault, underlined), &(want_moment, want_fault, want)) in found.iter().zip(expected) {
            assert_eq!((moment, fault), (want_moment, want_fault), "{row}");
            match want {
                "<any>" => {}
                "<all>" => assert_eq!(underlined, row, "{row}"),
                want => assert_eq!(underlined, want, "{row}"),
            }
        }
        let fix = note
            .timestamps
            .iter()
            .find_map(|t| t.problem.iter().flat_map(|p| &p.fixes).chain(&t.actions).next());
        let expected_text =
            if after.is_empty() { String::new() } else { format!("{SOURCE}Text {after} text.\n") };
        assert_eq!(fix.map_or(String::new(), |fix| fixed(&text, fix)), expected_text, "{row}");
    }
}

/// What the table underlines as "tag to `]`".
#[test]
fn what_is_underlined_where_the_tag_is_not_closed() {
    for (row, underlined) in [
        (
            r#"<a class="yt-timestamp" data-t="00:01:02">[00:01:02]>."#,
            r#"<a class="yt-timestamp" data-t="00:01:02">[00:01:02]"#,
        ),
        (
            r#"<a class="yt-timestamp" data-t="00:01:02]">[00:01:02]</a>"#,
            r#"<a class="yt-timestamp" data-t="00:01:02]">[00:01:02]"#,
        ),
        (
            r#"<a class="yt-timestamp" data-t="00:01:00">[00:01:00]-[00:02:00]</a>"#,
            r#"<a class="yt-timestamp" data-t="00:01:00">[00:01:00]-[00:02:00]"#,
        ),
    ] {
        let note = read(row);
        let problem = note.timestamps[0].problem.as_ref().unwrap();
        assert_eq!(problem.span.of(row), underlined);
    }
}

#[test]
fn only_a_proven_mend_is_certain() {
    for (row, certain) in [
        (r#"<a class="yt-timestamp" data-t="9:07">[9:07]</a>"#, vec![true]),
        (r#"<a class="yt-timestamp" data-t="00:01:02"></a>"#, vec![true]),
        (r#"<a class="yt-timestamp" data-t="00:01:02">[00:01:09]</a>"#, vec![false, false]),
        (r#"<a class="yt-timestamp" href="00:01:02">[00:01:02]</a>"#, vec![true]),
        (r#"<a class="yt-timestamp" href="00:01:02">[00:01:09]</a>"#, vec![false]),
        (r#"<a class="yt-timestamp" data-t="00:01:02">[00:01:02]"#, vec![true]),
        (r#"<a class="yt-timestamp" data-t="00:01:02">[00:01:09]"#, vec![false]),
        ("[00:01:02](#00:01:02)", vec![true]),
        ("[00:01:02](#00:01:09)", vec![false]),
        ("[00:01:02](#)", vec![false]),
        ("[00:01:02](#t1:02)", vec![true]),
        ("[00:01:02]()", vec![false]),
        // Where no video is named, a time in brackets may be anything.
        ("[[00:01:02]]", vec![false]),
        ("---\nvideoId: x\n---\n[[00:01:02]] [[00:01:02|00:01:02]]", vec![true]),
        ("---\nvideoId: x\n---\n[[00:01:02|here]]", vec![false]),
    ] {
        let note = read(row);
        let fixes = note.timestamps[0].problem.as_ref().map_or(&[][..], |problem| &problem.fixes);
        assert_eq!(fixes.iter().map(|fix| fix.certain).collect::<Vec<_>>(), certain, "{row}");
    }
}

/// A fix leads to a timestamp without a finding.
#[test]
fn a_note_without_a_video_has_no_bare_times() {
    let note = read("[00:01:02] [[x | [00:01:02]]]");
    assert_eq!(note.timestamps, []);
    assert_eq!(note.links.len(), 1);
}

#[test]
fn links_to_videos() {
    let text = "[Title](https://youtu.be/PdiSU9-Fge4?t=1m2s) [T2][v] <https://youtu.be/PdiSU9-Fge4>\n\n[v]: https://www.youtube.com/watch?v=PdiSU9-Fge4\n";
    let note = read(text);
    let found: Vec<_> =
        note.video_links.iter().map(|v| (v.text.of(text), v.video.of(text), v.moment)).collect();
    assert_eq!(found, [("Title", "PdiSU9-Fge4", Some(62)), ("T2", "PdiSU9-Fge4", None)]);
    assert_eq!(note.links, []);
}
