use proptest::prelude::*;

use super::*;

/// The cues of captions, one a line: start and end in seconds, the line of the file from 1, the words.
fn shown(format: Format, text: &str) -> String {
    let captions = Captions::read(format, text);
    let time = |ms: u32| f64::from(ms) / 1000.0;
    let cues = captions.cues();
    let mut lines: Vec<String> = cues
        .map(|cue| format!("{}-{} :{} {}", time(cue.start), time(cue.end), cue.line + 1, cue.text))
        .collect();
    lines.extend(captions.fault().map(|fault| format!("! {fault}")));
    lines.join("\n")
}

#[track_caller]
fn check(format: Format, text: &str, expected: &str) {
    let (found, expected) = (shown(format, text), expected.trim());
    assert!(found == expected, "expected:\n{expected}\n\nfound:\n{found}");
}

#[test]
fn subrip() {
    let text = "\
1
00:00:00,000 --> 00:00:04,560
The initials <i>GPT</i> stand for
{\\an8}Generative &amp; Pretrained.

2
00:00:05,220 --> 00:00:09,020
If a < b and c > d, <b>bold</b>.
3
1:00:09,8 --> 1:00:13,22
Without an empty line, 4
";
    let expected = "
0-4.56 :3 The initials GPT stand for Generative & Pretrained.
5.22-9.02 :8 If a < b and c > d, bold.
3609.8-3613.22 :11 Without an empty line, 4";
    check(Format::Srt, text, expected);
    check(Format::Srt, &text.replace('\n', "\r\n"), expected);
    check(Format::Srt, &text.replace('\n', "\r"), expected);
}

/// As yt-dlp writes automatic captions: each line comes word by word, stays for a moment, and moves up.
#[test]
fn rolling_captions_say_each_word_once() {
    check(
        Format::Vtt,
        "\
WEBVTT
Kind: captions
Language: en

00:00:00.240 --> 00:00:02.790 align:start position:0%
 
Welcome<00:00:00.800><c> to</c><00:00:01.120><c> the</c><00:00:02.480><c> light</c>

00:00:02.790 --> 00:00:02.800 align:start position:0%
Welcome to the light
 

00:00:02.800 --> 00:00:05.590 align:start position:0%
Welcome to the light
cone.<00:00:03.280><c> Things</c><00:00:03.679><c> are</c>

00:00:05.590 --> 00:00:05.600 align:start position:0%
cone. Things are
 

00:00:09.000 --> 00:00:09.600 align:start position:0%
cone. Things are
",
        "
0.24-2.8 :7 Welcome to the light
2.8-5.6 :15 cone. Things are
9-9.6 :22 cone. Things are",
    );
    // Behind a pause, the line above the new one is that from before.
    check(
        Format::Vtt,
        "\
WEBVTT

00:00:05.590 --> 00:00:05.600
cone. Things are
 

00:00:09.000 --> 00:00:10.000
cone. Things are
on<00:00:09.480><c> their</c><00:00:09.679><c> way</c>
",
        "
5.59-5.6 :4 cone. Things are
9-10 :9 on their way",
    );
    // The same made into SubRip, without its word times.
    check(
        Format::Srt,
        "\
1
00:00:00,000 --> 00:00:02,000
one

2
00:00:02,000 --> 00:00:04,000
one
two

3
00:00:04,000 --> 00:00:06,000
two
three

4
00:00:06,000 --> 00:00:08,000
three
three

5
00:00:08,000 --> 00:00:10,000
three
four
",
        "
0-2 :3 one
2-4 :8 two
4-6 :13 three
6-8 :18 three
8-10 :23 four",
    );
}

#[test]
fn web_vtt_with_notes_and_styles() {
    check(
        Format::Vtt,
        "\
\u{feff}WEBVTT - a title

NOTE a remark

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 line:0
<v Ann>Hello, <c.loud>world</c>

00:04.000 --> 00:05.000
Hello, world
",
        "
1-4 :10 Hello, world
4-5 :13 Hello, world",
    );
}

#[test]
fn what_whisper_prints() {
    check(
        Format::Text,
        "\
whisper_init: loading

[00:00:00.000 --> 00:00:04.400]   And so my fellow Americans,
[00:00:04.400 --> 00:00:08.000]   ask not
",
        "
0-4.4 :3 And so my fellow Americans,
4.4-8 :4 ask not",
    );
    check(Format::Text, "A note about a video\n", "");
}

#[test]
fn json3() {
    check(
        Format::Json3,
        r#"{"wireMagic": "pb3",
  "events": [
    {"tStartMs": 0, "dDurationMs": 60000, "id": 1},
    {"tStartMs": 240, "dDurationMs": 5350, "segs": [{"utf8": "Welcome"}, {"utf8": " to", "tOffsetMs": 560}]},
    {"tStartMs": 2790, "aAppend": 1, "segs": [{"utf8": "\n"}]},
    {"tStartMs": "soon", "segs": [{"utf8": "lost"}]},
    {"tStartMs": 2800, "dDurationMs": 2000, "segs": [{"utf8": "the light\ncone <b>"}]}
]}"#,
        r#"
0.24-2.8 :4 Welcome to
2.8-4.8 :7 the light cone <b>
! line 6: not an event of captions: invalid type: string "soon", expected f64 at line 1 column 19"#,
    );
    check(
        Format::Json3,
        "{\n\"events\": 3}",
        "! line 2: not captions in JSON: invalid type: integer `3`, expected a sequence at line 2 column 11",
    );
}

#[test]
fn broken_times_are_left_out_and_told_of() {
    check(
        Format::Srt,
        "\
1
00:00:01,000 --> 00:00:02,000
one

2
00:00:99,000 --> 00:00:03,000
two

3
00:00:05,000 --> 00:00:04,000
three

4
a --> b
four
",
        "
1-2 :3 one
5-5 :11 three
! line 6: not a time, or not two of them",
    );
    check(Format::Vtt, "", "! line 1: no captions in this file");
}

#[test]
fn the_cue_of_a_second() {
    let cue = |second: u32| format!("00:00:{second:02}.500 --> 00:00:{:02}.500\n{second}\n\n", second + 1);
    let captions = Captions::read(Format::Vtt, &[cue(5), cue(6), cue(20)].concat());
    let at = |second| captions.at(second).and_then(|number| captions.get(number)).map_or("", |cue| cue.text);
    assert_eq!([0, 5, 6, 7, 19, 20, 99].map(at), ["5", "5", "6", "6", "6", "20", "20"]);
    assert_eq!(captions.end(), Some(22));
    assert_eq!(Captions::default().at(3), None);
}

#[test]
fn metadata() {
    let read = |text: &str| Metadata::read(text).unwrap();
    let found = read(
        r#"{"id": "x", "title": "A\ntitle", "uploader": "Ann", "channel": 7, "duration": 60.2, "language": "en",
            "chapters": [{"start_time": 30, "title": "Two"}, {"title": "none"}, {"start_time": 0.0, "title": "One"}]}"#,
    );
    assert_eq!((found.title.as_deref(), found.channel.as_deref()), (Some("A title"), Some("Ann")));
    assert_eq!((found.duration, found.language.as_deref()), (Some(61), Some("en")));
    let chapter = |second| found.chapter(second).map(|chapter| chapter.title.as_str());
    assert_eq!([chapter(0), chapter(29), chapter(30)], [Some("One"), Some("One"), Some("Two")]);
    assert_eq!(read("{\"duration\": 1e99, \"chapters\": 3}"), Metadata::default());
    assert_eq!(Metadata::read("{\n]").unwrap_err().line, 1);
}

#[test]
fn names_of_sidecars() {
    let read =
        |name: &str| SidecarName::read(name).map(|name| (name.format, name.language.map(str::to_owned)));
    for (name, format, language) in [
        ("Bayes [HZGCoVF3YvM].en.vtt", Format::Vtt, Some("en")),
        ("Bayes-HZGCoVF3YvM.zh-Hans.SRT", Format::Srt, Some("zh-Hans")),
        ("HZGCoVF3YvM.json3", Format::Json3, None),
        ("HZGCoVF3YvM.en-orig.json3", Format::Json3, Some("en-orig")),
        ("HZGCoVF3YvM.wav.txt", Format::Text, None),
        ("HZGCoVF3YvM.info.json", Format::Metadata, None),
        ("a.b c.vtt", Format::Vtt, None),
    ] {
        assert_eq!(read(name), Some((format, language.map(str::to_owned))), "{name}");
    }
    assert_eq!(read("HZGCoVF3YvM.json"), None);
    assert_eq!(read("é"), None);
}

#[test]
fn sidecars_are_found_by_the_id_in_their_names() {
    let place = |name: &str| Sidecar::Vault(name.into());
    let names = [
        "Bayes [HZGCoVF3YvM].en.vtt",
        "20260102_-RdOwhmqP5s.vtt",
        "HZGCoVF3YvM.info.json",
        "HZGCoVF3YvM.webp",
        "xHZGCoVF3YvM.vtt",
        "deep/S0_qX4VJhMQ-x.srt",
        "7.srt",
    ];
    let shelf = Shelf::new(Vec::new(), names.map(place));
    for (id, found) in [
        ("HZGCoVF3YvM", &["Bayes [HZGCoVF3YvM].en.vtt", "HZGCoVF3YvM.info.json"][..]),
        ("-RdOwhmqP5s", &["20260102_-RdOwhmqP5s.vtt"]),
        ("S0_qX4VJhMQ", &["deep/S0_qX4VJhMQ-x.srt"]),
        ("S1_qX4VJhMQ", &[]),
        ("7", &["7.srt"]),
        ("", &[]),
    ] {
        let places: Vec<Sidecar> = found.iter().map(|name| place(name)).collect();
        assert_eq!(shelf.of(id), places, "{id}");
    }
}

proptest! {
    /// Whatever is in a file: no panic, times in order, words without line ends, and no more than there was.
    #[test]
    fn any_text_can_be_read(
        parts in prop::collection::vec(
            prop_oneof![
                Just("00:00:01.000 --> 00:00:02.000\n".to_owned()),
                Just("[00:00:01.000 --> 00:00:02.000] ".to_owned()),
                Just("<00:00:01.500>".to_owned()),
                Just("<c>".to_owned()),
                Just("{\"events\": [{\"tStartMs\": 1, \"segs\": [{\"utf8\": \"".to_owned()),
                Just("\"}]}]}".to_owned()),
                Just("&amp;<{-->\r".to_owned()),
                any::<String>(),
            ],
            0..20,
        ),
    ) {
        let text = parts.concat();
        for format in [Format::Vtt, Format::Srt, Format::Text, Format::Json3, Format::Metadata] {
            let captions = Captions::read(format, &text);
            let cues: Vec<_> = captions.cues().collect();
            prop_assert_eq!(cues.len(), captions.len());
            prop_assert!(cues.is_sorted_by_key(|cue| cue.start));
            for cue in cues {
                prop_assert!(cue.start <= cue.end && !cue.text.is_empty());
                prop_assert!(!cue.text.contains(['\n', '\r']));
            }
        }
        let _ = Metadata::read(&text);
        let _ = SidecarName::read(&text);
        prop_assert!(text.chars().any(char::is_control) || !names_video(&text, "no such id anywhere"));
    }
}

/// However many cues a file has, they take little more than it.
#[test]
fn captions_cost_no_more_than_their_bound() {
    for (format, cue) in [
        (Format::Srt, "0:1 --> 0:2\nx\n\n"),
        (Format::Text, "[0:01 --> 0:02] x\n"),
        (Format::Vtt, "0:01 --> 0:02\n<0:01><c>x</c>\n\n"),
    ] {
        let head = if format == Format::Vtt { "WEBVTT\n\n" } else { "" };
        let text = format!("{head}{}", cue.repeat(20_000));
        let captions = Captions::read(format, &text);
        assert!(captions.bytes() <= 2 * text.len() + 1000, "{} of {}", captions.bytes(), text.len());
    }
    let long = format!("0:01 --> 0:02\n{}\n", "word ".repeat(1_000_000));
    assert!(Captions::read(Format::Srt, &long).bytes() < 5000);
}
