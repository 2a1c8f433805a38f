//! Links, timestamps and the table of contents in another form.
use super::{check, offered};
use crate::ide::{ActionKind, Wish};

/// The titles of the actions of `kind`.
fn titles(kind: ActionKind, source: &str) -> Vec<String> {
    let (_, actions) = offered(source, &Wish::default());
    let actions = actions.into_iter().filter(|action| action.kind == kind && action.disabled.is_none());
    actions.map(|action| action.title).collect()
}

const VAULT: &str = "
//- a/big_topic.md
---
title: The big topic
---
## First part
## Odd: part?
A claim ^claim
//- files/photo one.png
//- .slugline.toml
";

#[test]
fn a_link_is_written_as_the_setting_wants() {
    for (style, link, expected) in [
        ("slug", "[[a/big_topic]]", "[[big_topic]]"),
        ("slug", "[[The Big Topic]]", "[[big_topic | The Big Topic]]"),
        ("slug", "[[The big topic|it]]", "[[big_topic|it]]"),
        ("slug", "[[Big-Topic#First part]]", "[[big_topic#First part]]"),
        ("slug", "![[Big Topic]]", "![[big_topic]]"),
        ("slug-title", "[[big_topic]]", "[[big_topic | The big topic]]"),
        ("slug-title", "[[Big Topic]]", "[[big_topic | The big topic]]"),
        ("slug-title", "[[a/big_topic#First part]]", "[[big_topic#First part]]"),
        ("slug-title", "[[Big Topic|it]]", "[[big_topic|it]]"),
        ("title", "[[big_topic]]", "[[The big topic]]"),
        ("title", "[[big_topic | The big topic]]", "[[The big topic]]"),
        ("title", "[[big_topic | it]]", "[[The big topic | it]]"),
        ("slug", "![[files/photo one.png]]", "![[photo one.png]]"),
    ] {
        let source = |link: &str| format!("//- note.md\nSee {link}, or not.\n");
        let vault = format!("{VAULT}completion.style = \"{style}\"\n");
        let cursor = link.replacen("[[", "[[$0", 1);
        check("Rewrite link as", &format!("{}{vault}", source(&cursor)), &source(expected));
        check("Make all links canonical", &format!("{}{vault}", source(&cursor)), &source(expected));
        // What is canonical stays.
        let again = expected.replacen("[[", "[[$0", 1);
        let again = titles(ActionKind::Rewrite, &format!("{}{vault}", source(&again)));
        assert!(!again.iter().any(|title| title.starts_with("Rewrite")), "{again:?}");
    }
    // Neither what leads nowhere nor what leads to several.
    for link in ["[[gone$0]]", "[[same$0]]"] {
        let source = format!("//- note.md\n{link}\n//- b/same.md\n//- c/same.md\n");
        let all = [titles(ActionKind::Rewrite, &source), titles(ActionKind::Source, &source)].concat();
        assert!(all.iter().all(|title| title.starts_with("Remove")), "{all:?}");
    }
}

/// Each of the two forms says what the other does, and back again the link is what it was.
#[test]
fn wikilinks_and_markdown_links_become_each_other() {
    for (wiki, markdown) in [
        ("[[big_topic|it]]", "[it](../a/big_topic.md)"),
        ("[[big_topic]]", "[big_topic](../a/big_topic.md)"),
        ("[[big_topic#First part|part]]", "[part](../a/big_topic.md#first-part)"),
        ("[[big_topic#Odd part?|odd]]", "[odd](../a/big_topic.md#odd-part)"),
        ("[[big_topic#^claim|claimed]]", "[claimed](../a/big_topic.md#^claim)"),
        ("![[photo one.png]]", "![](../files/photo%20one.png)"),
        ("![[photo one.png|300]]", "![300](../files/photo%20one.png)"),
        ("[[#Here|above]]", "[above](#here)"),
    ] {
        let source = |link: &str| format!("//- b/note.md\n# Here\nSee {link}, or not.\n");
        let at = |link: &str| source(&link.replacen('[', "[$0", 1)) + VAULT;
        check("Convert to Markdown", &at(wiki), &source(markdown));
        check("Convert to wiki", &at(markdown), &source(wiki));
    }
    // What one form can say and the other not, or what says more than the link.
    for link in [
        "[$0x](../a/big_topic.md \"a title\")",
        "[$0x][ref]\n\n[ref]: ../a/big_topic.md",
        "![[$0big_topic]]",
        "[$0x](https://example.org)",
        "[[$0big_topic#No such part]]",
        "`[[$0big_topic]]`",
        "\n\n<div>\n[[$0big_topic]]\n</div>",
    ] {
        let titles = titles(ActionKind::Rewrite, &format!("//- b/note.md\nSee {link}\n{VAULT}"));
        assert!(!titles.iter().any(|title| title.starts_with("Convert")), "{link}: {titles:?}");
    }
}

#[test]
fn all_links_of_a_note_are_converted() {
    let source = "
//- a/note.md
---
related: \"[[big_topic]]\"
---
[[big_topic]] and [[gone]], ![[big_topic]] `[[big_topic]]`

| [[big_topic\\|it]] | [x](https://example.org) |
|---|---|
";
    check(
        "Convert all wikilinks",
        &format!("$0{}{VAULT}", source.trim_start()).replacen("$0//- a/note.md\n", "//- a/note.md\n$0", 1),
        "
//- a/note.md
---
related: \"[[big_topic]]\"
---
[big_topic](big_topic.md) and [[gone]], ![[big_topic]] `[[big_topic]]`

| [it](big_topic.md) | [x](https://example.org) |
|---|---|
",
    );
}

#[test]
fn a_link_is_removed_and_its_text_stays() {
    for (link, text) in [
        ("[[big_topic$0]]", "big_topic"),
        ("[[big_topic | the *topic*$0]]", "the *topic*"),
        ("[it$0](../a/big_topic.md)", "it"),
    ] {
        let source = |link: &str| format!("//- b/note.md\nSee {link}.\n");
        check("Remove link", &format!("{}{VAULT}", source(link)), &source(text));
    }
}

#[test]
fn selected_words_become_a_link() {
    for (words, title, expected) in [
        ("$0Big Topic$0", "Link to `The big topic`", "[[big_topic|Big Topic]]"),
        ("$0the big topic$0", "Link to `The big topic`", "[[big_topic|the big topic]]"),
        ("$0 big_topic $0", "Link to `The big topic`", " [[big_topic]] "),
        ("$0bg topic$0", "Link to `The big topic`", "[[big_topic|bg topic]]"),
    ] {
        let source = |words: &str| format!("//- b/note.md\nSee {words} there.\n");
        check(title, &format!("{}{VAULT}", source(words)), &source(expected));
    }
    check(
        "Create note `b/something_new.md`",
        &format!("//- b/note.md\n| see $0Something new$0 |\n|---|\n{VAULT}"),
        "
//- b/note.md
| see [[something_new\\|Something new]] |
|---|
//- b/something_new.md
---
title: Something new
---
",
    );
    // No link can stand there, or there is one.
    for text in [
        "# $0Big Topic$0",
        "`$0Big Topic$0`",
        "[[$0big_topic$0]]",
        "<a title=\"$0Big Topic$0\">x</a>",
        "$$ $0Big Topic$0 $$",
        "$0Big `Topic`$0",
        "Two $0Big\nTopics$0",
        "[$0Big Topic$0](https://example.org)",
    ] {
        let titles = titles(ActionKind::Rewrite, &format!("//- b/note.md\n{text}\n{VAULT}"));
        let link = titles.iter().find(|title| title.starts_with("Link") || title.starts_with("Create"));
        assert_eq!(link, None, "{text}");
    }
}

const SECTIONS: &str = "## One
### Part `a`
#### Deep
## Two <!-- omit in toc -->
## Three
### Part `a`
";

#[test]
fn a_table_of_contents_is_made_where_it_belongs() {
    let table = "- [One](#one)\n  - [Part a](#part-a)\n    - [Deep](#deep)\n- [Three](#three)\n  - [Part a](#part-a-1)\n";
    for (before, after) in [
        // Under the title, at the cursor, under a heading of that name, between the marks of other tools.
        ("# Title\n\nText.$0\n\n", format!("# Title\n\nText.\n\n{table}\n")),
        ("# Title\n\n$0\n\n", format!("# Title\n\n{table}\n")),
        ("# Title\n\n## Contents\n\n$0Text\n\n", format!("# Title\n\n## Contents\n\n{table}\nText\n\n")),
        (
            "# Title\n$0x\n<!-- toc --><!-- tocstop -->\n\n",
            format!("# Title\nx\n<!-- toc -->\n\n{table}\n<!-- tocstop -->\n\n"),
        ),
    ] {
        check(
            "Insert table",
            &format!("//- note.md\n{before}{SECTIONS}"),
            &format!("//- note.md\n{after}{SECTIONS}"),
        );
    }
    // One heading needs none.
    assert_eq!(titles(ActionKind::Source, "//- note.md\n# One\n$0\n"), [""; 0]);
}

#[test]
fn a_table_of_contents_is_brought_up_to_date() {
    for (before, after) in [
        (
            "* [One](#one)\n* [Gone](#gone)\n\nText$0\n\n",
            "* [One](#one)\n  * [Part a](#part-a)\n    * [Deep](#deep)\n* [Three](#three)\n  * [Part a](#part-a-1)\n\nText\n\n",
        ),
        (
            "<!-- toc -->\nold\n<!-- tocstop -->\n\nText$0\n",
            "<!-- toc -->\n\n- [One](#one)\n  - [Part a](#part-a)\n    - [Deep](#deep)\n- [Three](#three)\n  - [Part a](#part-a-1)\n\n<!-- tocstop -->\n\nText\n",
        ),
        (
            "- [[#One]]\n\nText$0\n\n",
            "- [[#One]]\n  - [[#Part a]]\n    - [[#Deep]]\n- [[#Three]]\n  - [[#Three#Part a|Part a]]\n\nText\n\n",
        ),
    ] {
        check(
            "Update table",
            &format!("//- note.md\n{before}{SECTIONS}"),
            &format!("//- note.md\n{after}{SECTIONS}"),
        );
    }
    let current = "- [One](#one)\n- [Two](#two)\n\n## One$0\n## Two\n";
    let all = titles(ActionKind::Source, &format!("//- note.md\n{current}"));
    assert!(!all.iter().any(|title| title.contains("table")), "{all:?}");
    // A list of links elsewhere is none, nor one that says so.
    for list in ["- [One](#one) and more\n", "<!-- no toc -->\n- [One](#one)\n", "- [One](a.md#one)\n"] {
        let titles = titles(ActionKind::Source, &format!("//- note.md\n{list}\n## One$0\n## Two\n"));
        assert!(titles.contains(&"Insert table of contents".to_owned()), "{list}: {titles:?}");
    }
}

#[test]
fn timestamps_are_put_in_form_one_or_all() {
    let front = "//- note.md\n---\nvideoId: dQw4w9WgXcQ\n---\n";
    let anchor = |time: &str| format!("<a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>");
    let outside = |time: &str| format!("[<a class=\"yt-timestamp\" data-t=\"{time}\">{time}</a>]");
    let (one, two) = (outside("00:01:02"), outside("00:02:03"));
    check(
        "Move the brackets into the timestamp",
        &format!("{front}A $0{one}\n\nB {two}\n"),
        &format!("{front}A {}\n\nB {two}\n", anchor("00:01:02")),
    );
    check(
        "Move the brackets into the timestamps",
        &format!("{front}A $0{one}\n\nB {two}\n"),
        &format!("{front}A {}\n\nB {}\n", anchor("00:01:02"), anchor("00:02:03")),
    );
    check(
        "Convert all plain times",
        &format!("{front}$0A [00:01:02] and [00:02:03]\n"),
        &format!("{front}A {} and {}\n", anchor("00:01:02"), anchor("00:02:03")),
    );
}
