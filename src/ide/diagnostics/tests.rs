use super::{Outcomes, diagnostics, diagnostics_after, diagnostics_of};
use crate::ide::Document;
use crate::ide::fixture::Fixture;
use crate::index::NoteId;
use crate::text::Span;

fn labels(fixture: &Fixture, note: NoteId, typing: Option<usize>) -> Vec<(Span, String)> {
    let found = diagnostics(&fixture.analysis, note, typing);
    found.into_iter().map(|d| (d.span, format!("{}: {}", d.code, d.message))).collect()
}

#[track_caller]
fn check(source: &str) {
    let fixture = Fixture::new(source);
    fixture.check(|note| labels(&fixture, note, None));
}

#[test]
fn links_that_lead_somewhere_are_no_finding() {
    check(
        "
        //- a/note.md
        # Self
        [[big_topic]] [[Topic | shown]] [[#Self]] [[big_topic#Part#Deeper]] [[big_topic#^id]]
        ![[photo.png]] [[plan.pdf#page=3]] [b](../b/big_topic.md#part) [x](https://example.com)
        [[b/big_topic.md]] [self](#self) [there](#there) <a id=\"there\"></a>
        //- b/big_topic.md
        # Big topic
        ## Part
        ### Deeper
        A claim ^id
        //- Topic.md
        //- photo.png
        //- files/plan.pdf
        ",
    );
}

#[test]
fn links_that_lead_nowhere() {
    check(
        "
        //- a/note.md
        [[big_topick | alias]] ![[photo.png]] [[c/big_topic]] [[../../etc/passwd]]
          ^^^^^^^^^^ broken-link: Note not found: `big_topick`
                                  ^^^^^^^^^ broken-file: File not found: `photo.png`
                                                ^^^^^^^^^^^ broken-link: Note not found: `c/big_topic`
                                                                ^^^^^^^^^^^^^^^^ broken-link: `../../etc/passwd` points outside the vault
        [b](../b/none.md#part) ![none](none.jpg) [[old]] [[drafts/older]] [[/secret.png]]
            ^^^^^^^^^^^^ broken-link: Note not found: `../b/none.md`
                                       ^^^^^^^^ broken-file
                                                   ^^^ broken-link: `a/old.md` exists but is ignored
                                                           ^^^^^^^^^^^^ broken-link: `drafts/older.md` exists but is ignored
        //- b/big_topic.md
        //- a/old.md (ignored)
        //- drafts/older.md (ignored)
        //- secret.png (ignored)
        ",
    );
}

#[test]
fn a_markdown_link_may_lead_to_any_file_or_folder() {
    check(
        "
        //- a/note.md
        [t](LICENSE) [t](../src/main.rs) [t](sub/) [[LICENSE]] [t](LICENCE)
                                                                   ^^^^^^^ broken-link
        [t](../src) [t](../rsc) [[src]]
                        ^^^^^^ broken-link
                                  ^^^ broken-link
        //- a/LICENSE
        //- src/main.rs (ignored)
        ",
    );
}

#[test]
fn only_the_heading_that_a_note_begins_with_is_its_name() {
    check(
        "
        //- note.md
        [[Salt]] [[Pepper]] [[Sugar]] [[Honey]]
          ^^^^ inexact-link
                   ^^^^^^ inexact-link
                              ^^^^^ broken-link
                                        ^^^^^ broken-link
        //- one.md
        ---
        kind: spice
        ---
        <!-- written
        in haste --> <!-- twice -->

        Salt
        ====

        # Pepper
        //- two.md
        # Pepper

        # Sugar
        //- three.md
        What bees make.

        # Honey
        //- four.md
        > # Honey
        //- five.md
        ## Sweet things
        # Honey
        ",
    );
}

#[test]
fn symbols_tell_written_names_apart() {
    check(
        "
        //- note.md
        [[F# Notes]] [[Rock & Roll]] [[Nim *]] [[C++ Tricks]]
          ^ broken-link
                       ^^^^^^^^^^^ inexact-link
                                       ^^^^^ broken-link
                                                 ^^^^^^^^^^ broken-link
        //- rock_roll.md
        //- Nim.md
        //- a/C Tricks.md
        //- a/C+ Tricks.md
        //- a/C$ Tricks.md
        ",
    );
}

#[test]
fn the_kind_of_the_target_decides_between_file_and_note() {
    check(
        "
        //- note.md
        [[Vue.js]] ![[Vue.js]] [[map.webp]] [t](vue.js) [t](Vue) ![t](/pics/a.gif) ![t](/pics/b.gif)
          ^^^^^^ broken-link
                      ^^^^^^ broken-link
                                 ^^^^^^^^ broken-file
                                                ^^^^^^ broken-file
                                                            ^^^ broken-link
                                                                                        ^^^^^^^^^^^ broken-file
        [t](v1.5) [t](:/5a3c01) [t](obsidian://open?vault=x) [b](q%20a.csv) [b](AT&amp;T.csv)
            ^^^^ broken-link
        //- js/other.js
        //- static/pics/a.gif
        //- q%20a.csv
        //- AT&T.csv
        ",
    );
}

#[test]
fn a_reference_is_told_of_at_its_definition() {
    check(
        "
        [text][label] and [label]

        [label]: none.md
                 ^^^^^^^ broken-link
        ",
    );
}

#[test]
fn anchors_that_lead_nowhere() {
    check(
        "
        //- note.md
        # Self
        [[#Other]] [[b#Part#Other]] [[b#^no]] [t](b.md#othr) [s](#other) [[none#x]] [[unread#x]]
           ^^^^^ broken-heading: Heading `Other` not found in this note
                       ^^^^^^^^^^ broken-heading: Heading `Part > Other` not found in `b`
                                        ^^^ broken-block: Block `^no` not found in `b`
                                                       ^^^^ broken-heading: Heading `othr` not found in `b`
                                                                  ^^^^^ broken-heading
                                                                           ^^^^ broken-link
        //- b.md
        # Part
        # Other
        //- unread.md (unread)
        ",
    );
}

#[test]
fn anchors_of_every_kind_lead_somewhere() {
    check(
        "
        //- note.md
        <a id=\"here\"></a> `<a id=\"code\">`
        [[b#Q A and more]] [[b#setup]] [x](b.md#setup) [[b#box]] [x](b.md#box) [[#here]] [x](#here)
        [x](#top) [x](b.md#L3) [[b#L1-L2]] [x](b.md#) [[b#Claim]] [[b#^c]] [[b#^one]] [[b#^list]]
        [[#code]] [x](b.md#prose) [[b#Claim c]]
           ^^^^ broken-heading
                           ^^^^^ broken-heading
                                      ^^^^^^^ broken-heading
        //- b.md
        # Q&A (and more)
        ## Set up {#setup}
        <div id=\"box\"></div>

        Of {#prose} and <!-- id=\"prose\" --> name=prose
        # Claim ^c
        1. One ^one
           two
        2. Three

        ^list
        ",
    );
}

#[test]
fn brackets_in_a_pattern_are_no_footnotes() {
    check(
        "
        //- pattern.md
        Match [^\"]* or x[^u].
        //- note.md
        Match x[^u], see[^1].
               ^^^^ undefined-footnote

        [^1]: One.
        ",
    );
}

#[test]
fn ambiguous_and_inexact_links() {
    check(
        "
        //- note.md
        [[same]] [[Big Topic]] [[The title]] [[bigtopic]] [t](Big-Topic.md) [[Same]]
          ^^^^ ambiguous-link: Ambiguous link: `same` matches 2 notes, resolves to `a/same.md`; use a path
                   ^^^^^^^^^ inexact-link: Inexact link: resolves to `big_topic.md` only by its slug; other tools may not follow it; use `big_topic`
                                 ^^^^^^^^^ inexact-link: Inexact link: resolves to `big_topic.md` only by its title or an alias; other tools may not follow it
                                               ^^^^^^^^ inexact-link: Inexact link: resolves to `big_topic.md` only when spaces and hyphens are ignored
                                                              ^^^^^^^^^^^^ inexact-link: Inexact link: resolves to `big_topic.md` only by its slug; other tools may not follow it; use `big_topic.md`
                                                                              ^^^^ ambiguous-link
        //- a/same.md
        //- b/same.md
        //- big_topic.md
        # The title
        ",
    );
    check(
        "
        //- note.md
        [[Big Topic]]
        //- big_topic.md
        //- .slugline.toml
        completion.style = \"title\"
        ",
    );
}

#[test]
fn a_vault_that_is_not_read_yet_withdraws_nothing() {
    let mut fixture = Fixture::new(
        "
        [[none]] [[#none]] [[ ]] ![[none.png]]
                    ^^^^ broken-heading
                           ^^^^^ empty-link
        ",
    );
    fixture.analysis.complete = false;
    fixture.check(|note| labels(&fixture, note, None));
}

/// `$0` is the end of the last edit.
#[test]
fn what_is_being_typed_is_not_judged() {
    let anchor = "<a class=\"yt-timestamp\" data-t=\"";
    for (text, expected) in [
        ("see [[$0", &[][..]),
        ("see [[big$0", &[]),
        ("see [[big to$0 and more", &[]),
        ("see [[big.$0\nnext line", &[]),
        ("see [[big, or Dr. Big: a$0", &[]),
        ("see [[$0]]", &[]),
        ("see [[big]$0", &[]),
        ("see [[big]]$0", &[]),
        ("see [[big$0]]", &[]),
        ("see ![[pic.p$0]]", &[]),
        ("see [[other#hea$0]]", &[]),
        ("see [[big|al$0]]", &[]),
        ("see [[$0\nnext line", &[]),
        ("see [x](bi$0)", &[]),
        ("see [x]($0)", &[]),
        ("| [[other|x$0]] |\n|---|", &[]),
        ("[^1]: one\n\nsee [^tw$0]", &[]),
        ("$0see [[big", &["unclosed-link"]),
        ("see [[big. More$0", &["unclosed-link"]),
        ("see [[big and [[other]] $0", &["unclosed-link"]),
        ("see [[big\nnext$0", &["unclosed-link"]),
        ("see [[]] and$0", &["empty-link"]),
        ("[[]] [[$0]]", &["empty-link"]),
        ("see [[big]] $0", &["broken-link"]),
        ("see $0[[big]]", &["broken-link"]),
        ("[[gone]] see [[big$0]]", &["broken-link"]),
        ("[[gone]] [[big$0", &["broken-link"]),
    ] {
        let fixture = Fixture::new(&format!("//- note.md\n{text}\n//- other.md"));
        let cursor = fixture.cursor();
        let found = diagnostics(&fixture.analysis, cursor.note, Some(cursor.offset));
        let found: Vec<_> = found.iter().map(|d| d.code.name()).collect();
        assert_eq!(found, expected, "{text:?}");
    }
    for (text, expected) in [
        (format!("{anchor}00:0$0\">[00:01:02]</a>"), &[][..]),
        (format!("{anchor}00:01:02\">[00:0$0"), &[]),
        (format!("{anchor}00:01:02\">$0"), &[]),
        (format!("{anchor}00:01:02\">[00:01:02]</$0"), &[]),
        ("[00:01:02]$0".to_owned(), &[]),
        (format!("{anchor}00:01:02\">[00:01:02] and$0"), &["malformed-timestamp"]),
        ("[00:01:02] $0".to_owned(), &["bare-timestamp"]),
    ] {
        let fixture = Fixture::new(&format!("//- note.md\n---\nvideoId: x\n---\n{text}\n"));
        let cursor = fixture.cursor();
        let found = diagnostics(&fixture.analysis, cursor.note, Some(cursor.offset));
        let found: Vec<_> = found.iter().map(|d| d.code.name()).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn what_the_text_alone_shows() {
    check(
        "
        //- note.md
        One[^1] two[^no] [^1]
                   ^^^^^ undefined-footnote: Undefined footnote `no`; add `[^no]: …`

        A claim ^one

        Another ^ONE
                ^^^^ duplicate-block: Duplicate block ID `^ONE`; links resolve to the first

        [^1]: First.

        [^1]: Second.
        ^^^^ duplicate-footnote: Duplicate footnote `1`; only the first definition is used

        | c | d |
        |---|---|
        | [[a|b]] | c |
             ^ unescaped-pipe
        //- a.md
        ",
    );
}

#[test]
fn two_notes_of_a_folder_with_one_slug() {
    check(
        "
        //- big_topic.md
        First line
        ^^^^^^^^^^ duplicate-slug: Duplicate slug: `Big Topic.md` in the same folder has the same slug
        //- Big Topic.md
        ---
        title: Big
               ^^^ duplicate-slug: Duplicate slug: `big_topic.md` in the same folder
        ---
        //- elsewhere/Big Topic.md
        ",
    );
}

#[test]
fn timestamps_need_a_video() {
    check(
        "
        //- without.md
        A <a class=\"yt-timestamp\" data-t=\"00:00:04\">[00:00:04]</a> claim, and one more <a class=\"yt-timestamp\" data-t=\"00:00:05\">[00:00:05]</a>
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ timestamp-without-source: No video for the timestamps in this note; add `videoId:`
        //- with.md
        ---
        videoId: PdiSU9-Fge4
        ---
        A <a class=\"yt-timestamp\" data-t=\"00:00:04\">[00:00:04]</a> claim, <a class=\"yt-timestamp\" data-t=\"00:00:04\">[00:00:05]</a> and [00:00:06]
                                                                                                                     ^^^^^^^^ mismatched-timestamp
                                                                                                                                       ^^^^^^^^^^ bare-timestamp
        ",
    );
}

/// A time in the brackets of a link is a note's name where there is such a note.
#[test]
fn times_in_the_brackets_of_links() {
    check(
        "
        //- talk.md
        ---
        videoId: PdiSU9-Fge4
        related: \"[[00:50:03]]\"
        ---
        It is so [[00:50:02]], from [[10:30]] on, [00:50:02]() and [00:50:02](#t50:02).
                 ^^^^^^^^^^^^ malformed-timestamp: Time in the brackets of a link is not linked to the video
                                                  ^^^^^^^^^^^^ bare-timestamp
                                                                   ^^^^^^^^^^^^^^^^^^^ malformed-timestamp
        [[20:24]] [[20:24#x]]
        ^^^^^^^^^ malformed-timestamp
                    ^^^^^ broken-link
        //- day.md
        [[10:30]] is when
        //- other.md
        We met at [[12:00]] [[12:00]]
                  ^^^^^^^^^ malformed-timestamp
                  ^^^^^^^^^ timestamp-without-source
                            ^^^^^^^^^ malformed-timestamp
        //- 10:30.md
        //- 2024.md
        ",
    );
}

#[test]
fn comments_silence() {
    check(
        "
        //- line.md
        [[a]] <!-- slugline: allow broken-link, broken-heading -->
        [[a]] %% slugline: allow broken-file %%
          ^ broken-link

        <!-- slugline: allow broken-link -->
        [[a]]
        [[a]] <!-- slugline: allow brokenlink -->
          ^ broken-link
                                   ^^^^^^^^^^ unknown-code: Unknown diagnostic code `brokenlink`
        //- file.md
        [[a]]

        <!-- slugline: allow-file broken-link -->
        //- front.md
        ---
        # slugline: allow broken-link
        ---
        [[a]] ![[a.png]]
                 ^^^^^ broken-file
        ",
    );
}

#[test]
fn severities_are_settings() {
    let fixture = Fixture::new(
        "
        //- note.md
        [[a]] ![[a.png]]
        //- drafts/note.md
        [[a]]
        //- .slugline.toml
        severity = { broken-link = \"error\", broken-file = \"off\" }
        folders.drafts.severity = { broken-link = \"hint\" }
        ",
    );
    let severities = |path| -> Vec<_> {
        diagnostics(&fixture.analysis, fixture.note(path), None).iter().map(|d| d.severity.name()).collect()
    };
    assert_eq!(severities("note.md"), ["error"]);
    assert_eq!(severities("drafts/note.md"), ["hint"]);
}

#[test]
fn of_many_notes_that_a_link_may_mean_the_nearest_are_related() {
    let notes: String = (0..50).map(|n| format!("//- {n}/index.md\n")).collect();
    let fixture = Fixture::new(&format!("{notes}//- note.md\n[[ind$0ex]]\n"));
    let found = diagnostics(&fixture.analysis, fixture.cursor().note, None);
    let [finding] = &*found else { panic!("{found:?}") };
    assert!(finding.message.contains("`index` matches 50 notes, resolves to `0/index.md`"), "{found:?}");
    let related: Vec<_> = finding.related.iter().map(|(_, remark)| remark.as_str()).collect();
    assert_eq!(related.len(), 20);
    assert_eq!(related.last(), Some(&"19/index.md: other match, and 30 more"));
}

/// A change of the text alone leaves links where they led: the findings are those of looking again.
#[test]
fn where_links_led_is_as_good_as_looking_again() {
    let fixture = Fixture::new(
        "[[a]] [[A Title]] [[gone]] [t](b.md) [[both]]$0\n//- a.md\n# A Title\n//- x/both.md\n//- y/both.md\n",
    );
    let (analysis, note) = (&fixture.analysis, fixture.cursor().note);
    let settings = analysis.settings();
    let mut outcomes = Outcomes::default();
    for text in [
        "[[a]] [[A Title]] [[gone]] [t](b.md) [[both]]",
        "x [[gone]]\n[[both]]\n[[b.md]] [[gone]] [t](b.md) [[A title]]",
    ] {
        let document = Document::new(text.into(), settings);
        let again = diagnostics_of(analysis, note, &document, None);
        let (found, next) = diagnostics_after(analysis, note, &document, None, &outcomes);
        assert_eq!(found, again);
        assert!(!found.is_empty());
        outcomes = next;
    }
}

/// What is past the end needs a length: of the metadata, else of what is said and a little more.
#[test]
fn timestamps_past_the_end_of_their_video() {
    let note = "\
//- note.md
---
videoId: PdiSU9-Fge4
---
<a class=\"yt-timestamp\" data-t=\"05:08:00\">[05:08:00]</a>
                                ^^^^^^^^^^^^^^^^^^^ minutes-as-hours: Minutes written as hours: `05:08:00` is past LIMIT, 00:05:08 is not
<a class=\"yt-timestamp\" data-t=\"10:17:34\">[10:17]</a>
                                ^^^^^^^^ minutes-as-hours
<a class=\"yt-timestamp\" data-t=\"12:08:00\">[12:08:00]</a>
                                ^^^^^^^^^^^^^^^^^^^ minutes-as-hours
<a class=\"yt-timestamp\" data-t=\"00:50:00\">[00:50:00]</a>
                                ^^^^^^^^ timestamp-past-end: The time 50:00 is past LIMIT
<a class=\"yt-timestamp\" data-t=\"50:08:00\">[50:08:00]</a>
                                ^^^^^^^^ timestamp-past-end
<a class=\"yt-timestamp\" data-t=\"00:13:40\">[00:13:40]</a>
<a class=\"yt-timestamp\" data-t=\"00:05:08\">[00:05:09]</a>
                                           ^^^^^^^^ mismatched-timestamp
//- other.md
---
videoId: PdiSU9-Fge5
---
<a class=\"yt-timestamp\" data-t=\"05:08:00\">[05:08:00]</a>
";
    let by_metadata = note.replace("LIMIT", "the end of the video (13:40)");
    check(&format!("{by_metadata}//- T [PdiSU9-Fge4].info.json\n{{\"duration\": 819.5}}\n"));
    let by_captions = note.replace("LIMIT", "the last caption of the video (12:30)");
    check(&format!("{by_captions}//- T [PdiSU9-Fge4].vtt\n00:01.000 --> 12:30.000\nx\n"));
}
