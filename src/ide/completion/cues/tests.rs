use crate::ide::completion::{Completion, completion, resolve_moment};
use crate::ide::fixture::Fixture;

/// What is said in the video of `note.md`.
const SAID: &str = "
//- talk [PdiSU9-Fge4].en.srt
1
00:00:03,000 --> 00:00:08,000
Good evening and welcome
2
00:04:29,500 --> 00:04:32,000
the European Union spoke of sanctions
3
00:04:33,000 --> 00:04:38,000
against banks, and sanctioned one
4
00:10:36,000 --> 00:10:41,000
a report suggested it
5
01:02:14,000 --> 01:02:20,000
the sanctions of the Union were lifted
//- PdiSU9-Fge4.info.json
{\"duration\": 4000, \"chapters\": [{\"start_time\": 0, \"title\": \"Intro\"}, {\"start_time\": 260, \"title\": \"Sanctions\"}]}
";

fn fixture(line: &str, captions: &str) -> Fixture {
    Fixture::new(&format!("//- note.md\n---\nvideoId: PdiSU9-Fge4\n---\n{line}\n{captions}"))
}

fn items(fixture: &Fixture) -> Vec<Completion> {
    completion(&fixture.analysis, fixture.cursor(), 100).items
}

/// What is offered, but for the snippet.
#[track_caller]
fn offered(line: &str, expected: &[&str]) {
    let items = items(&fixture(line, SAID));
    let labels: Vec<_> =
        items.iter().map(|item| &*item.label).filter(|label| *label != "timestamp").collect();
    assert_eq!(labels, expected, "{line}");
}

const GREETING: &str = "0:03  Good evening and welcome";
const UNION: &str = "4:29  the European Union spoke of sanctions";
const BANKS: &str = "4:33  against banks, and sanctioned one";
const REPORT: &str = "10:36  a report suggested it";
const LIFTED: &str = "1:02:14  the sanctions of the Union were lifted";

/// The line after the first item was taken. What is typed is where the client looks for it.
#[track_caller]
fn first(line: &str, captions: &str, expected: &str) {
    let fixture = fixture(line, captions);
    let items = items(&fixture);
    let offset = fixture.cursor().offset;
    let mut text = fixture.text("note.md").to_owned();
    for item in &items {
        let typed = &text[item.replace.start()..offset];
        assert!(item.filter.starts_with(typed), "{line}: {item:?}");
    }
    if let Some(item) = items.first() {
        text.replace_range(item.replace.range(), &item.insert);
    }
    let after = text.trim_end().rsplit_once("---\n").unwrap().1;
    assert_eq!(after, expected, "{line}");
}

#[test]
fn the_cues_behind_the_timestamp_before_come_first() {
    offered("@ts$0", &[GREETING, UNION, BANKS, REPORT, LIFTED]);
    offered("Said [00:04:29]. More @ts$0", &[BANKS, REPORT, LIFTED, UNION, GREETING]);
    offered("Said [00:04:29]. More @$0", &[BANKS, REPORT, LIFTED, UNION, GREETING]);
    offered("Said [00:04:29]. More @ts $0", &[BANKS, REPORT, LIFTED, UNION, GREETING]);
}

#[test]
fn and_those_before_the_next_one() {
    offered("Said [00:04:29]. More @ts$0 and [00:10:36].", &[BANKS, REPORT, UNION, LIFTED, GREETING]);
    // One that goes back is no end.
    offered("Said [00:04:33]. More @ts$0 and [00:00:03].", &[REPORT, LIFTED, BANKS, UNION, GREETING]);
}

#[test]
fn cues_are_found_by_their_words() {
    offered("@ts sanctions$0", &[UNION, LIFTED]);
    offered("@ts Sanc$0", &[UNION, BANKS, LIFTED]);
    offered("Said [00:10:36]. @ts sanc$0", &[LIFTED, BANKS, UNION]);
    // In any order, and over the end of a cue.
    offered("@ts union lifted$0", &[LIFTED]);
    offered("@ts sanctions banks$0", &[UNION]);
    // By their letters, where no word is so.
    offered("@ts europ unn$0", &[UNION]);
    offered("@ts xylophone$0", &[]);
}

#[test]
fn cues_are_found_by_their_time() {
    offered("@ts 4:3$0", &[BANKS]);
    offered("@ts 00:10$0", &["0:10  Good evening and welcome", REPORT, GREETING, UNION, BANKS, LIFTED]);
    offered("@ts 1:0$0", &[LIFTED]);
    // A time that is typed in full is offered itself, with what is said then and near it.
    offered(
        "@ts 4:31$0",
        &["4:31  the European Union spoke of sanctions", UNION, BANKS, GREETING, REPORT, LIFTED],
    );
    // Not past the end.
    offered("@ts 1:59:00$0", &[LIFTED, REPORT, BANKS, UNION, GREETING]);
}

const AT_4_32: &str = "<a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a>";

#[test]
fn the_whole_anchor_is_inserted() {
    let union = "<a class=\"yt-timestamp\" data-t=\"00:04:29\">[00:04:29]</a>";
    for (line, after) in [
        ("Said @ts europ$0", format!("Said {union}")),
        ("Said (@ts europ$0).", format!("Said ({union}).")),
        ("Said @ts europ$0ean, and", format!("Said {union}, and")),
        ("| a | @ts europ$0 |\n|---|---|", format!("| a | {union} |\n|---|---|")),
        ("Said [4:29$0", format!("Said {union}")),
        ("Said [4:29$0]", format!("Said {union}")),
        ("Said [00:04:29$0] and", format!("Said {union} and")),
        ("Said <a class=\"yt-timestamp\" data-t=\"00:04:29$0", format!("Said {union}")),
        ("Said <a class=\"yt-timestamp\" data-t=\"4:29$0\"", format!("Said {union}")),
        ("Said <a class=\"yt-timestamp\" data-t=\"4:29$0\"></a>.", format!("Said {union}.")),
        ("Said <a class=\"yt-timestamp\" data-t=\"00:04:29$0>.", format!("Said {union}.")),
        ("Said <a class=\"yt-timestamp\" data-t=\"00:04:29$0\">[]</a>.", format!("Said {union}.")),
        ("Said <a class=\"yt-timestamp\" data-t=\"0$00:04:29\">[00:04:29]</a>.", "".to_owned()),
        ("Said <a data-t=\"00:04:29$0\"> and", format!("Said {union} and")),
    ] {
        if after.is_empty() {
            let greeting = union.replace("00:04:29", "00:00:03");
            first(line, SAID, &format!("Said {greeting}."));
        } else {
            first(line, SAID, &after);
        }
    }
}

#[test]
fn only_the_value_is_replaced_where_the_anchor_says_more() {
    for (line, after) in [
        (
            "<a class=\"yt-timestamp\" data-t=\"00:04:29$0\">[00:10:36]</a>.",
            "<a class=\"yt-timestamp\" data-t=\"00:04:29\">[00:10:36]</a>.",
        ),
        ("<a id=\"x\" data-t=\"00:04:2$0\">[00:04:2]</a>.", "<a id=\"x\" data-t=\"00:04:29\">[00:04:2]</a>."),
    ] {
        first(line, SAID, after);
    }
}

#[test]
fn without_captions_a_time_that_is_typed_becomes_a_timestamp() {
    first("Said @ts 4:32$0", "", &format!("Said {AT_4_32}"));
    first("Said [4:32$0", "", &format!("Said {AT_4_32}"));
    first("Said [4:32$0]", "", &format!("Said {AT_4_32}"));
    first("<a class=\"yt-timestamp\" data-t=\"4:32$0\"", "", AT_4_32);
    first("Said @ts words$0", "", "Said @ts words");
    first("Said [4:$0", "", "Said [4:");
}

#[test]
fn a_timestamp_is_written_as_the_others_of_the_note() {
    first("[00:03] @ts 4:32$0", "", "[00:03] [04:32]");
    first("[00:03] [4:32$0]", "", "[00:03] [04:32]");
    let link = |time, second| format!("[{time}](https://www.youtube.com/watch?v=PdiSU9-Fge4&t={second}s)");
    let cited = link("0:03", 3);
    first(&format!("{cited} @ts 4:32$0"), "", &format!("{cited} {}", link("4:32", 272)));
    // Of a link that is there all is replaced.
    first("[4:32$0](https://youtu.be/PdiSU9-Fge4?t=3) and", "", &format!("{} and", link("4:32", 272)));
}

/// A link says of itself which video it is of.
#[test]
fn a_note_without_a_video_cites_the_one_that_it_links_to() {
    let fixture = Fixture::new(&format!(
        "//- note.md\n[v](https://youtu.be/PdiSU9-Fge4?t=269) and @ts$0 then [w](https://youtu.be/abcdefghijk)\n{SAID}"
    ));
    let inserted: Vec<_> = items(&fixture).into_iter().map(|item| item.insert).collect();
    assert_eq!(inserted[0], "[4:33](https://www.youtube.com/watch?v=PdiSU9-Fge4&t=273s)");
    assert_eq!(inserted.len(), 5);
}

#[test]
fn nothing_is_offered_where_a_timestamp_would_be_none() {
    for line in [
        "mail me@ts$0",
        "mail me@$0",
        "mail me.@$0",
        "@tsx$0",
        "`@ts$0`",
        "```\n@ts$0\n```",
        "<!-- @ts$0 -->",
        "`<a class=\"yt-timestamp\" data-t=\"$0`",
        "its$0",
        "\\[4:3$0",
        "[4:30$0](b.md)",
        "array[4:3$0",
    ] {
        offered(line, &[]);
    }
    let fixture = Fixture::new(&format!("//- note.md\nNo video. @ts$0\n{SAID}"));
    assert_eq!(items(&fixture), []);
}

#[test]
fn a_snippet_asks_for_the_time() {
    let snippet = |line: &str| {
        let items = items(&fixture(line, ""));
        items.into_iter().map(|item| (item.label, item.snippet.unwrap())).collect::<Vec<_>>()
    };
    let html = "<a class=\"yt-timestamp\" data-t=\"${1:00:10:36}\">[${1:00:10:36}]</a>$0";
    let anchor = "<a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:10:36]</a>";
    for line in ["@ts$0", "@ts $0", "ts$0"] {
        assert_eq!(snippet(&format!("{anchor} {line}")), [("timestamp".to_owned(), html.to_owned())]);
        assert_eq!(
            snippet(&format!("[10:36] {line}")),
            [("timestamp".to_owned(), "[${1:10:36}]$0".to_owned())]
        );
    }
}

#[test]
fn an_item_names_its_chapter_and_shows_the_words_around() {
    let fixture = fixture("@ts banks$0", SAID);
    let items = items(&fixture);
    assert_eq!(items[0].detail, "Sanctions");
    let moment = items[0].moment.as_ref().unwrap();
    let shown = resolve_moment(&fixture.analysis, fixture.cursor().note, moment).unwrap().to_plain_text();
    assert!(shown.contains("4:29  the European Union spoke of sanctions"), "{shown}");
    assert!(shown.contains("chapter Sanctions"), "{shown}");
}

#[test]
fn words_are_matched_by_the_client_as_they_are_typed_on() {
    let fixture = fixture("@ts Sanc$0", SAID);
    let filters: Vec<_> = items(&fixture).into_iter().map(|item| item.filter).collect();
    assert_eq!(filters[0], "@ts Sanctions 4:29 the European Union spoke of sanctions");
    let fixture = self::fixture("@ts 10:3$0", SAID);
    assert_eq!(items(&fixture)[0].filter, "@ts 10:36 a report suggested it");
}
