use super::hover;
use crate::ide::MarkdownView;
use crate::ide::fixture::Fixture;

/// What the hover of `source`'s cursor shows; `⏎` stands for a line break within a paragraph.
fn shown(source: &str) -> String {
    let fixture = Fixture::new(source);
    let found = hover(&fixture.analysis, fixture.cursor());
    found.map_or_else(String::new, |hover| {
        hover.markdown.to_commonmark(MarkdownView::Rendered).replace("  \n", " ⏎\n")
    })
}

#[track_caller]
fn check(source: &str, expected: &str) {
    let (found, expected) = (shown(source), expected.trim());
    assert!(found == expected, "expected:\n{expected}\n\nfound:\n{found}");
}

const VAULT: &str = "\
//- ch/ch.md
---
title: The Channel
---
### [All about *war*](https://www.youtube.com/watch?v=PdiSU9-Fge4)
- [[war_impact]]
//- ch/war_impact.md
---
title: Impact of the war
aliases: [The aftermath]
videoId: PdiSU9-Fge4
---

From: [[ch]] <br/>

Since 2022 the [[big_topic | war]] **goes on** <a class=\"yt-timestamp\" data-t=\"00:00:04\">[00:00:04]</a>. More.

## History of [[big_topic | it]]

First line ^b1

- one <a class=\"yt-timestamp\" data-t=\"00:01:04\">[00:01:04]</a>
- two

### Inner part

## After
//- ch/big_topic.md
text
//- ch/same.md
---
videoId: PdiSU9-Fge4
---
Near <a class=\"yt-timestamp\" data-t=\"00:01:10\">[00:01:10]</a>
[[war_impact]]
//- x/dup.md
# One of two
//- y/dup.md
//- img/a (1).png
//- ch/note.md
";

const PREVIEW: &str = "\
**[Impact of the war](file:///vault/ch/war_impact.md)** · The Channel

Since 2022 the war **goes on**. More.

- History of it
  - Inner part
- After

▶ [All about war](https://www.youtube.com/watch?v=PdiSU9-Fge4&t=0s) ⏎
3 backlinks";

#[test]
fn a_link_shows_its_note() {
    check(&format!("{VAULT}[[war_impact$0]]"), PREVIEW);
    check(&format!("{VAULT}![[war_impact$0]]"), PREVIEW);
    check(&format!("{VAULT}[x$0](war_impact.md)"), PREVIEW);
    for (target, how) in [
        ("War Impact", "≈ *matched by slug; file name:* `war_impact`"),
        ("Impact of the war", "≈ *matched by title; file name:* `war_impact`"),
        ("the aftermath", "≈ *matched by alias; file name:* `war_impact`"),
        ("warimpact", "≈ *matched ignoring spaces and hyphens; file name:* `war_impact`"),
    ] {
        check(&format!("{VAULT}[[{target}$0]]"), &format!("{PREVIEW}\n\n{how}"));
    }
}

#[test]
fn a_link_to_a_part_shows_the_part() {
    for (link, part) in [
        (
            "[[war_impact#history of it$0]]",
            "**History of it** · Impact of the war\n\nFirst line\n\n- one\n- two\n\n**Inner part**",
        ),
        ("[[war_impact#after$0]]", "**After** · Impact of the war"),
        ("[[war_impact#^b1$0]]", "**^b1** · Impact of the war\n\nFirst line"),
        ("# Own\nthis\n[[#own$0]]", "**Own** · Own\n\nthis own"),
    ] {
        check(&format!("{VAULT}{link}"), part);
    }
    check(
        &format!("{VAULT}[[war_impact#historie of it$0]]"),
        &format!("Did you mean History of it?\n\n---\n\n{PREVIEW}"),
    );
}

#[test]
fn a_broken_link_says_what_may_be_meant() {
    for (link, expected) in [
        ("[[war_impakt$0]]", "Did you mean [Impact of the war](file:///vault/ch/war_impact.md)?"),
        (
            "[[zzz$0]]\n//- o.md\n[[ZZZ]] [[zzz]]\n",
            "No note has a similar name.\n\n1 other note links to it.",
        ),
        ("[[zzz`q$0]]", "No note has a similar name."),
        ("![[zzz.png$0]]", "No file has a similar name."),
        ("![[a (2).png$0]]", "Did you mean `img/a (1).png`?"),
    ] {
        check(&format!("{VAULT}{link}"), expected);
    }
    let mut fixture = Fixture::new(&format!("{VAULT}[[later$0]]"));
    fixture.analysis.complete = false;
    let found =
        hover(&fixture.analysis, fixture.cursor()).unwrap().markdown.to_commonmark(MarkdownView::Rendered);
    assert_eq!(found, "`later` not found yet; the vault is still being indexed.");
}

#[test]
fn an_ambiguous_link_names_the_others_below_its_note() {
    check(
        &format!("{VAULT}[[dup$0]]"),
        "**[One of two](file:///vault/x/dup.md)**\n\n1 backlink\n\nAlso matches:\n\n\
         - [dup](file:///vault/y/dup.md) · `y/dup.md`",
    );
    check(&format!("{VAULT}![[a (1).png$0]]"), "**a (1).png** ⏎\n`img/a (1).png`");
}

#[test]
fn a_timestamp_shows_video_claim_and_who_else_cites_it() {
    let note =
        |body: &str| format!("{VAULT}---\ntitle: Own\nvideoId: PdiSU9-Fge4\n---\nFrom: [[ch]]\n\n{body}");
    let head =
        "**All about war** · The Channel ⏎\n▶ [1:06](https://www.youtube.com/watch?v=PdiSU9-Fge4&t=66s)";
    let same = "Same moment: [Impact of the war](file:///vault/ch/war_impact.md) 1:04 “one” · \
        [same](file:///vault/ch/same.md) 1:10 “Near”";
    let anchor = "<a class=\"yt-timestamp\" $0data-t=\"00:01:06\">[00:01:06]</a>";
    for (body, claim) in [
        ("First. Serbia, e.g. the [[x | *state*]], sold arms {}. After", "Serbia, e.g. the state, sold arms"),
        ("First of all. This is said. {}", "This is said."),
        ("One two three four [00:10]. Five six seven eight {}", "Five six seven eight"),
        ("- **Point**: a claim is made {}\n- next", "Point: a claim is made"),
        ("a\nb\n\nwrapped over\ntwo lines {}", "wrapped over two lines"),
        ("- a\n    - b\n        - deep inside a list {}", "deep inside a list"),
        ("## A heading {}\nText", "A heading"),
        ("- {} what is said. Then more", "what is said."),
    ] {
        let source = note(&body.replace("{}", anchor));
        check(&source, &format!("{head}\n\nCited here for: “{claim}”\n\n{same}"));
    }
    check(&note(anchor), &format!("{head}\n\n{same}"));
}

#[test]
fn a_timestamp_tells_what_it_lacks() {
    for (source, expected) in [
        (
            "Said so <a class=\"yt-timestamp\" data-t=\"00:01:06\">[00$0:01:06]</a>",
            "**1:06** (no video set for this note)\n\nAdd `videoId` to the front matter.\n\nCited here for: “Said so”",
        ),
        (
            "---\ntitle: T\nvideoId: abc\n---\nIt is so <a class=\"yt-timestamp\" data-t=\"00:01:06\">[00$0:01:06]</a>",
            "**T** ⏎\n▶ [1:06](https://www.youtube.com/watch?v=abc&t=66s)\n\nCited here for: “It is so”",
        ),
        (
            "It is so [there$0](https://youtu.be/PdiSU9-Fge4?t=66)\n//- b.md\n---\nvideoId: PdiSU9-Fge4\n---\n[01:01]\n",
            "**there** ⏎\n▶ [1:06](https://www.youtube.com/watch?v=PdiSU9-Fge4&t=66s)\n\nCited here for: “It is so”\n\nSame moment: [b](file:///vault/b.md) 1:01",
        ),
        (
            "---\ntitle: T\nvideoId: abc\n---\nIt is so [[00:01$0:06]]",
            "**T** ⏎\n▶ [1:06](https://www.youtube.com/watch?v=abc&t=66s)\n\nCited here for: “It is so”",
        ),
    ] {
        check(source, expected);
    }
    let malformed =
        shown("---\nvideoId: x\n---\n<a class=\"yt-timestamp\" data-t=\"00:11:0\">[00:1$01:0]</a>");
    assert_eq!(malformed, "**Invalid timestamp**");
}

#[test]
fn tags_and_footnotes_show_what_they_stand_for() {
    check(
        "a #to$0pic\n//- b.md\n# B\n#topic/sub\n",
        "**#topic** · 2 notes\n\n- [B](file:///vault/b.md)\n- [note](file:///vault/note.md)",
    );
    check("a[^1$0]\n\n[^1]: the *foot* [[x|note]]\n\nb", "the *foot* note");
}

#[test]
fn nothing_of_a_note_is_live() {
    for (text, shown_as) in [
        ("<script>alert(1)</script>", ""),
        ("a <img src=x onerror=alert(1)> b", "a b"),
        ("a <b>bold</b> &lt;script&gt; b", "a bold &lt;script> b"),
        ("![alt](http://x/y.png) a", "a"),
        ("[run](command:workbench.action.quit) a", "run a"),
        ("<https://example.com> www.example.com", "https:&#47;/example.com www&#46;example.com"),
        ("a \\[x](command:y) b", "a &#91;x&#93;(command:y) b"),
        ("a !\\[x](http://y) b", "a &#33;&#91;x&#93;(http:&#47;/y) b"),
        ("[[big_topic|x\\](command:y)]]", "x&#93;(command:y)"),
        ("a `](command:y)` b", "a `](command:y)` b"),
        ("a `` b`c `` d", "a b&#96;c d"),
        ("a `$(alert)` $(alert) b", "a $`(`alert) $`(`alert) b"),
        ("a &#91;x](command:y) &amp;#91; b", "a &#91;x&#93;(command:y) &amp;#91; b"),
        ("1986\\. A great year", "1986&#46; A great year"),
        ("\\# no heading", "&#35; no heading"),
        ("snake_case_name *it* ***both***", "snake_case_name *it* ***both***"),
        (
            "*it*alic **b**, (*i*) *x`c`y* **`c`** *a `c` b*",
            "*it*alic **b**, (*i*) x`c`y **`c`** *a* *`c`* *b*",
        ),
        ("a %%secret%% b", "a b"),
        ("> [!info] About it\n> Text", "> About it Text"),
        ("a | b", "a &#124; b"),
        ("```markdown\nFirst [[x|link]].\n## Part\n```", "First link.\n\n- Part"),
        ("mail me@example.org", "mail me&#64;example.org"),
        ("\u{202E}abc\u{202C}", "abc"),
        ("| a | b |\n|---|---|\n| [[x\\|y]] | `c\\|d` |", ""),
    ] {
        let source = format!("[[t$0]]\n//- t.md\n{text}\n");
        let expected = ["**[t](file:///vault/t.md)**", shown_as, "1 backlink"];
        let expected: Vec<_> = expected.into_iter().filter(|part| !part.is_empty()).collect();
        check(&source, &expected.join("\n\n"));
    }
}

#[test]
fn a_section_keeps_its_lists_tables_and_code() {
    check(
        "[[t#s$0]]\n//- t.md\n# s\n1. one\n   - in\n2. two\n\n> quote\n\n| a | b |\n|---|---|\n| [[x\\|y]] | `c\\|d` |\n\n```js\nlet `a`\n```\n",
        "**s** · s\n\n1. one\n   - in\n2. two\n\n> quote\n\n| a | b |\n| --- | --- |\n| y | c&#124;d |\n\n```js\nlet `a`\n```",
    );
}

#[test]
fn long_texts_are_cut_between_words() {
    let words = "word ".repeat(200);
    let found = shown(&format!("[[t$0]]\n//- t.md\n**{}** end\n", words.trim()));
    assert!(found.contains("word** …"), "{found}");
    let headings: String = (0..20).map(|n| format!("## Part {n}\n")).collect();
    let found = shown(&format!("[[t$0]]\n//- t.md\n{headings}"));
    assert!(found.contains("- Part 7\n- … and 12 more sections"), "{found}");
    let notes: String = (0..20).map(|n| format!("//- n{n:02}.md\n#tag\n")).collect();
    let found = shown(&format!("#tag$0\n{notes}"));
    assert!(
        found.starts_with("**#tag** · 21 notes\n\n- [n00]") && found.ends_with("\n- and 11 more"),
        "{found}"
    );
}

#[test]
fn of_many_the_nearest_are_named_and_the_others_counted() {
    let notes: String = (0..30).map(|n| format!("//- {n}/index.md\n[[hub]]\n")).collect();
    let found = shown(&format!("{notes}//- note.md\n[[ind$0ex]]\n"));
    assert!(found.contains("Also matches:") && found.ends_with("- and 19 more"), "{found}");
    let linking: String = (0..1001).map(|n| format!("//- a/{n}.md\n[[hub]]\n")).collect();
    let found = shown(&format!("{linking}//- hub.md\n//- note.md\n[[hu$0b]]\n"));
    assert!(found.ends_with("1,000+ backlinks"), "{found}");
}

const TALK: &str = "\
//- talks/Talk [PdiSU9-Fge4].info.json
{\"title\": \"Is *it* so?\", \"channel\": \"Ann\", \"duration\": 820, \"language\": \"en\",
 \"chapters\": [{\"start_time\": 0, \"title\": \"Intro\"}, {\"start_time\": 600, \"title\": \"The [report](x)\"}]}
//- talks/Talk [PdiSU9-Fge4].en.srt
1
00:10:29,000 --> 00:10:36,000
pledged support for Ukraine's postwar recovery. But then something else was said, for quite a while

2
00:10:36,200 --> 00:10:41,000
a report suggested that <b>Serbia</b> had <script>alert(1)</script> supplied ammunition [x](command:y) worth

3
00:10:41,000 --> 00:10:45,000
more than eight hundred million dollars

4
00:10:45,000 --> 00:10:50,000
in total
//- other.md
---
videoId: PdiSU9-Fge4
---
A long list of things was named before, in [[note | words]] that are many, in this sentence [00:10:34].
//- third.md
---
videoId: PdiSU9-Fge4
---
[00:10:45]
//- note.md
---
title: Arms
videoId: PdiSU9-Fge4
---
";

/// What was said is text, whatever it looks like.
#[test]
fn a_timestamp_shows_what_was_said() {
    let head = "**Is &#42;it&#42; so?** · Ann ⏎\n▶ [10:36 of 13:40](https://www.youtube.com/watch?v=PdiSU9-Fge4&t=636s) \
                · chapter *The &#91;report&#93;(x)*";
    let said = "> 10:29  pledged support for Ukraine's postwar recovery. But then something else was said, for quite a while ⏎\n\
                > **10:36  a report suggested that Serbia had &lt;script>alert(1)&lt;/script> supplied ammunition &#91;x&#93;(command:y) worth** ⏎\n\
                > 10:41  more than eight hundred million dollars";
    let same = "Same moment: [other](file:///vault/other.md) 10:34 “A long list of things was named before, in words …” · \
                [third](file:///vault/third.md) 10:45";
    let expected = format!("{head}\n\n{said}\n\nCited here for: “Sold”\n\n{same}");
    check(&format!("{TALK}Sold [00:10:3$06].\n"), &expected);
    check(&format!("{TALK}Sold [there](https://youtu.be/PdiSU9-Fge4?t=6$036).\n"), &expected);
    // Of short cues there are five.
    let found = shown(&format!("{TALK}Sold [00:10:4$05].\n"));
    assert!(found.contains("\n> **10:45  in total**\n"), "{found}");
    // Past the end there is nothing to show.
    let found = shown(&format!("{TALK}Sold [00:20:4$05].\n"));
    assert!(found.contains("[20:45 of 13:40]") && !found.contains('>'), "{found}");
}

#[test]
fn minutes_written_as_hours_are_minutes_where_the_video_is_that_short() {
    let anchor = "<a class=\"yt-timestamp\" data-t=\"10:36:00\">[10:3$06:00]</a>";
    let found = shown(&format!("{TALK}Sold {anchor}.\n"));
    assert!(found.contains("▶ [10:36 of 13:40]") && found.contains("> **10:36  a report"), "{found}");
}

/// What others have said, and written into their metadata, is shown as text.
#[test]
fn nothing_in_captions_and_metadata_is_live() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for hostile in [
        "<script>alert(1)</script>",
        "[x](command:workbench.action.terminal.new)",
        "![p](https://evil.example/p.png)",
        "<img src=https://evil.example/p.png>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "https://evil.example and <https://evil.example>",
        "**bold** `code` # heading",
        "]( command:x) $(alert) | - 1. >",
    ] {
        let json = serde_json::to_string(hostile).unwrap();
        let source = format!(
            "//- a.md\n---\nvideoId: PdiSU9-Fge4\n---\nSaid [00:00$0:01].\n\
             //- PdiSU9-Fge4.srt\n1\n00:00:01,000 --> 00:00:03,000\n{hostile}\n\n\
             2\n99:99:99 --> {hostile}\nlost\n\
             //- PdiSU9-Fge4.info.json\n{{\"title\": {json}, \"channel\": {json}, \"duration\": 9, \
             \"chapters\": [{{\"start_time\": 0, \"title\": {json}}}]}}\n\
             //- .slugline.toml\nhover.thumbnail = false\n"
        );
        let shown = shown(&source);
        for event in Parser::new_ext(&shown, Options::all()) {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert_eq!(&*dest_url, "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=1s", "{shown}");
                }
                Event::Start(Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) => {
                    panic!("{shown}");
                }
                _ => {}
            }
        }
    }
}
