use super::*;
use crate::sources::SourceKinds;

#[test]
fn front_matter_says_names_video_and_tags() {
    let text = "---\ntitle: 1984\naliases: [A b, 'c''d']\nalias: \"e\\\"f\"  # g\nvideoId: x-_1\ntags: [one, two/b]\n---\n";
    let note = read(text);
    let front = note.front_matter.unwrap();
    assert_eq!(front.title.as_ref().map(|v| (v.text.as_str(), v.span.of(text))), Some(("1984", "1984")));
    let aliases: Vec<_> = front.aliases.iter().map(|v| (v.text.as_str(), v.span.of(text))).collect();
    assert_eq!(aliases, [("A b", "A b"), ("c'd", "'c''d'"), ("e\"f", "\"e\\\"f\"")]);
    assert_eq!(front.video.map(|v| v.text), Some("x-_1".into()));
    assert_eq!(note.tags.iter().map(|tag| tag.name.of(text)).collect::<Vec<_>>(), ["one", "two/b"]);
    assert_eq!(front.span.of(text), text.trim_end());
    assert_eq!(note.problems, []);
}

#[test]
fn front_matter_of_every_shape() {
    let title = |text: &str| read(text).front_matter.map(|front| front.title.map(|title| title.text));
    for (text, expected) in [
        ("---\ntitle: é [x]\n---", Some(Some("é [x]"))),
        ("---\ntitle:\n---\n", Some(None)),
        ("---\ntitle: |\n  a\n---\n", Some(Some("a\n"))),
        ("---\n---\n", Some(None)),
        ("--- \ntitle: a\n---\t\n", Some(Some("a"))),
        ("\u{feff}---\ntitle: a\n---\n", Some(Some("a"))),
        ("\n---\ntitle: a\n---\n", None),
        ("---\ntitle: a\n", None),
        ("----\ntitle: a\n----\n", None),
        ("---\ntitle: true\n---\n", Some(Some("true"))),
        ("---\nnested:\n  title: a\n---\n", Some(None)),
        ("---\nTitle: a\n---\n", Some(Some("a"))),
        ("+++\ntitle = \"a\"\n+++\n", Some(Some("a"))),
        ("+++\r\ntitle = 'é'\r\n+++", Some(Some("é"))),
        ("+++\nTITLE = 1984\n+++\n", Some(Some("1984"))),
        ("+++\n[nested]\ntitle = \"a\"\n+++\n", Some(None)),
        ("+++\ntitle = \"a\"\n---\n", None),
    ] {
        assert_eq!(title(text), expected.map(|title| title.map(str::to_owned)), "{text:?}");
    }
}

#[test]
fn links_in_values_are_read_as_those_of_the_text() {
    for (line, expected) in [
        ("a: \"[[b]] and [[c|d]]\"", &["b", "c"][..]),
        ("a: '[[list [0]]] [[c]]'", &["list [0]", "c"]),
        ("- \"[[[b]]]\"", &["b"]),
        ("a: [[b]]", &["b"]),
        ("a: '[[b | c [[d]] e]]'", &["d"]),
        ("a: '[[b|c [d] e]] [[f'", &["b"]),
        ("a: ']] [[b'", &[]),
    ] {
        let text = format!("---\n{line}\n---\n");
        let note = read(&text);
        let targets: Vec<_> = note.links.iter().map(|link| link.target.of(&text)).collect();
        assert_eq!(targets, expected, "{line}");
    }
}

#[test]
fn toml_front_matter_holds_names_and_no_links() {
    let text = "+++\ntitle = \"A # b\" # note\naliases = [\"c, d\", 'e']\nvideoid = \"v\"\ntags = [\"one\", \"two/b\"]\n[[x]]\ny = 1\n+++\n[[z]]\n";
    let note = read(text);
    assert_eq!(note.links.iter().map(|link| link.target.of(text)).collect::<Vec<_>>(), ["z"]);
    assert_eq!(note.tags.iter().map(|tag| tag.span.of(text)).collect::<Vec<_>>(), ["one", "two/b"]);
    assert_eq!(note.problems, []);
    let front = note.front_matter.unwrap();
    assert_eq!(front.title.map(|v| (v.text, v.span.of(text))), Some(("A # b".into(), "\"A # b\"")));
    assert_eq!(front.aliases.iter().map(|v| v.text.as_str()).collect::<Vec<_>>(), ["c, d", "e"]);
    assert_eq!(front.video.map(|v| v.text), Some("v".into()));

    let text = "+++\n# slugline: allow broken-link\ntitle = \"# slugline: allow broken-file\"\n+++\n";
    let codes: Vec<_> = read(text).suppressions.iter().flat_map(|s| s.codes.clone()).collect();
    assert_eq!(codes.iter().map(|code| code.of(text)).collect::<Vec<_>>(), ["broken-link"]);
}

#[test]
fn aliases_may_be_one_text_with_commas() {
    for (line, expected) in [
        (
            "aliases: one, Two words ,three",
            &[("one", "one"), ("Two words", "Two words"), ("three", "three")][..],
        ),
        ("Alias: \"one, two\"", &[("one", "one"), ("two", "two")]),
        ("alias: one", &[("one", "one")]),
        ("aliases: [\"one, two\"]", &[("one, two", "\"one, two\"")]),
        ("aliases: ,", &[]),
    ] {
        let text = format!("---\n{line}\n---\n");
        let front = read(&text).front_matter.unwrap();
        let aliases: Vec<_> = front.aliases.iter().map(|v| (v.text.as_str(), v.span.of(&text))).collect();
        assert_eq!(aliases, expected, "{line}");
    }
}

#[test]
fn what_a_template_leaves_open_is_no_name_and_no_mistake() {
    for text in [
        "---\ntitle: {{title}}\naliases: [{{title}}, \"{{date}} x\"]\nvideoId: <% tp.id %>\ntags: [{{tag}}]\n---\n",
        "---\ntitle: \"{{ replace .Name \"-\" \" \" | title }}\"\ncreated: {{date}}: {{time}}\n---\n",
        "---\n{% if x %}\ntitle: <% tp.file.title %>\n<%* let a = \"b: c\";\nlet d = 1 %>\n{{key}}: é\n---\n",
        "+++\ntitle = \"{{ replace .Name \"-\" \" \" }}\"\ndate = {{ .Date }}\n+++\n",
        "# {{title}}\n",
        "[[{{date}}]] ![[<% tp.file.title %>|x]] [[{% x %}#y]] [[a#{{y}}]] [a]({{site.url}}/b) ![c](/d/{%e%}.png)\n\n[f]: {{g}}.md\n",
    ] {
        let note = read(text);
        assert_eq!(note.problems, [], "{text}");
        assert_eq!(
            (note.links.as_slice(), note.tags.as_slice(), note.title_heading(text)),
            (&[][..], &[][..], None)
        );
        let front = note.front_matter.unwrap_or_default();
        assert_eq!((front.title, front.aliases, front.video), (None, vec![], None), "{text}");
    }
    let text = "---\ntitle: One\naliases: [two, {{x}}]\n---\n";
    let front = read(text).front_matter.unwrap();
    assert_eq!(front.title.map(|v| v.text), Some("One".into()));
    assert_eq!(front.aliases.iter().map(|v| v.text.as_str()).collect::<Vec<_>>(), ["two"]);
}

/// Broken YAML is one error on its line, and the lines that can be read still count.
#[test]
fn front_matter_problems() {
    for (text, underlined, title) in [
        ("---\ntitle: A: b\nvideoId: x\n---\n", "title: A: b", Some("A: b")),
        ("---\ntitle: [a, b]\n---\n", "title: [a, b]", None),
        ("---\naliases:\n  - a\ntitle: \"é\n---\n", "title: \"é", Some("\"é")),
        ("---\n- a\n---\n", "- a", None),
        ("---\njust words\n---\n", "just words", None),
        ("---\nvideoId:\n  - a\n---\n", "- a", None),
        ("+++\ntitle = \"a\"\nx y\n+++\n", "x y", Some("a")),
        ("+++\ntitle = [\"a\"]\n+++\n", "title = [\"a\"]", None),
    ] {
        let note = read(text);
        let problems: Vec<_> = note.problems.iter().map(|p| (p.kind, p.span.of(text))).collect();
        assert_eq!(problems, [(ProblemKind::FrontMatter, underlined)], "{text:?}");
        let found = note.front_matter.and_then(|front| front.title).map(|title| title.text);
        assert_eq!(found.as_deref(), title, "{text:?}");
    }
}

#[test]
fn the_first_video_key_of_the_settings_wins() {
    let kinds = SourceKinds::new(&["episode".into(), "videoId".into()], None, &[]);
    let options = Options { kinds: kinds.into() };
    let note = parse("---\nvideoId: a\nepisode: b\n---\n", &options);
    assert_eq!(note.front_matter.and_then(|front| front.video).map(|video| video.text), Some("b".into()));
}

#[test]
fn the_channel_is_the_first_wikilink_of_a_from_line() {
    for (text, channel) in [
        ("From: [[a]] [[b]]", Some("a")),
        ("[[x]]\n\nText\nFrom: [x](y.md) [[a | b]] <br/>", Some("a")),
        ("From: nobody\n[[a]]", None),
        ("Mail From: [[a]]", None),
        ("`From: [[a]]`", None),
        ("From: [[a]]\nFrom: [[b]]", Some("a")),
        ("> From: [[a]]", Some("a")),
    ] {
        let note = read(text);
        let found = note.channel.and_then(|at| note.links.get(at)).map(|link| link.target.of(text));
        assert_eq!(found, channel, "{text:?}");
    }
}

#[test]
fn headings_show_what_a_reader_sees() {
    for (text, expected) in [
        ("# Plain", vec![(1, "Plain", "Plain")]),
        ("##   Closed  ##  ", vec![(2, "Closed", "Closed")]),
        ("# C#", vec![(1, "C#", "C#")]),
        ("#", vec![(1, "", "")]),
        ("#no", vec![]),
        ("Two\nlines\n===", vec![(1, "Two\nlines", "Two lines")]),
        ("## a [[b_c | *d*]] e", vec![(2, "a [[b_c | *d*]] e", "a d e")]),
        ("## [[b_c#d]]", vec![(2, "[[b_c#d]]", "b_c#d")]),
        (
            "## a `b` **c** ~~d~~ &amp; \\* [e](f.md) <b>g</b>",
            vec![(2, "a `b` **c** ~~d~~ &amp; \\* [e](f.md) <b>g</b>", "a b c d & * e g")],
        ),
        (
            "### A <a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a> B",
            vec![(3, "A <a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a> B", "A B")],
        ),
        (
            "## A [[00:01:02]] b [[01:02|c]] [00:01:02]()",
            vec![(2, "A [[00:01:02]] b [[01:02|c]] [00:01:02]()", "A b c")],
        ),
        ("> # In quote\n> text\n\n- # In item", vec![(1, "In quote", "In quote"), (1, "In item", "In item")]),
        ("# Claim ^c-1", vec![(1, "Claim", "Claim")]),
        ("## Set up {#setup .wide}", vec![(2, "Set up {#setup .wide}", "Set up")]),
        ("Two {#two} ^t\n---", vec![(2, "Two {#two}", "Two")]),
        ("# Of ${#list} and {a}", vec![(1, "Of ${#list} and {a}", "Of ${#list} and {a}")]),
        ("```\n# code\n```\n%%\n# comment\n%%", vec![]),
    ] {
        let note = read(text);
        let found: Vec<_> =
            note.headings.iter().map(|h| (h.level, h.content.of(text), h.text.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn tags_are_obsidians() {
    for (text, expected) in [
        ("#a/b #c-d_1 #été #🎉", vec!["a/b", "c-d_1", "été", "🎉"]),
        ("#1984 #1984a x#y ##z (#w) # v", vec!["1984a"]),
        ("> #a\n> #b\n- #c", vec!["a", "b", "c"]),
        ("`#a` [[b #c]] [x #d](u) $x #e$ <!-- #f --> [[#g]]", vec![]),
        ("# Title #a\n\n## [[b|#c]] #d/", vec!["a", "d"]),
        ("#a, #b. #c!", vec!["a", "b", "c"]),
        ("---\ntags: \"a, #b\"\n---\n", vec!["a", "b"]),
    ] {
        let note = read(text);
        let found: Vec<_> = note.tags.iter().map(|tag| tag.name.of(text)).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn block_ids_name_their_block() {
    for (text, expected) in [
        ("One.\nTwo ^id", vec![("id", "One.\nTwo ^id")]),
        ("One.\n\nTwo\n^a-1\n", vec![("a-1", "Two\n^a-1")]),
        ("- x ^a\n- y\n  z ^b\n", vec![("a", "- x ^a"), ("b", "- y\n  z ^b")]),
        ("> quote\n\n^id\n", vec![("id", "> quote\n\n^id")]),
        ("| a |\n|---|\n| b |\n\n^id\n", vec![("id", "| a |\n|---|\n| b |\n\n^id")]),
        ("# Head ^h", vec![("h", "# Head ^h")]),
        // At the end of an item's first line, with more of the item below.
        ("- x ^a\n  y\n- [ ] z ^b\n\n  more\n", vec![("a", "- x ^a\n  y"), ("b", "- [ ] z ^b\n\n  more")]),
        (
            "1. x ^a\n   ![](p.png) ^b\n",
            vec![("a", "1. x ^a\n   ![](p.png) ^b"), ("b", "1. x ^a\n   ![](p.png) ^b")],
        ),
        ("one ^a\ntwo", vec![]),
        ("- x\n\n  y ^a\n  z", vec![]),
        // On a line of its own, for what is above it.
        ("- x\n- y\n\n^id\n", vec![("id", "- x\n- y\n\n^id")]),
        ("- x\n- y\n^id\n", vec![("id", "- x\n- y\n^id")]),
        ("> x\n^id\n", vec![("id", "> x\n^id")]),
        ("| a |\n|---|\n| b |\n^id\n", vec![("id", "| a |\n|---|\n| b |\n^id")]),
        ("```\ncode\n```\n^id\n", vec![("id", "```\ncode\n```\n^id")]),
        ("- x\n  ~~~\n  code\n  ~~~\n  ^id\n", vec![("id", "~~~\n  code\n  ~~~\n  ^id")]),
        ("x^2 `^a` y ^b_c", vec![]),
        ("x ^", vec![]),
        ("%% x ^id\n%%", vec![]),
    ] {
        let note = read(text);
        let found: Vec<_> = note.blocks.iter().map(|b| (b.id.of(text), b.block.of(text))).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

/// Ids that are written out: of headings, and of elements of HTML.
#[test]
fn explicit_ids() {
    for (text, expected) in [
        ("## A {#a}\n\n# B {: .c #b-1 d=e }\n", vec!["a", "b-1"]),
        ("A <a name=\"x\"></a> <B ID='y z' name = w>b</B>", vec!["x", "y z", "w"]),
        (
            "<div class=c id=\"d\">\n<p\nid=p>\n</div>\n\n<pre id=\"code\">\n<b id=\"no\">\n</pre>",
            vec!["d", "p", "code"],
        ),
        ("| <i id=\"cell\"> |\n|---|\n", vec!["cell"]),
        (
            "`<a id=\"x\">` <!-- <a id=\"x\"> --> %% <a id=\"x\"> %% x <code><a id=\"x\"></code> id=\"x\"",
            vec![],
        ),
        ("```\n<a id=\"x\">\n```\n\n    <a id=\"x\">\n\n%%\n<a id=\"x\">\n%%\n", vec![]),
        ("Some {#prose} `# A {#a}` \n\n# Not \\{#this} one\n", vec![]),
        ("<a data-id=\"x\" id>y</a> <a id=\"\">", vec![]),
    ] {
        let note = read(text);
        let ids = note.headings.iter().filter_map(|heading| heading.id);
        let ids: Vec<_> = ids.chain(note.element_ids.iter().map(|e| e.id)).map(|id| id.of(text)).collect();
        assert_eq!(ids, expected, "{text:?}");
    }
}

#[test]
fn footnotes_and_their_references() {
    let text = "a[^1] b[^long-label] `[^no]` [[x|[^alias]]]\n\n[^1]: One [^2].\n[^2]: Two.\n";
    let note = read(text);
    let found: Vec<_> =
        note.footnotes.iter().map(|f| (f.span.of(text), f.label.of(text), f.definition)).collect();
    assert_eq!(
        found,
        [
            ("[^1]", "1", false),
            ("[^long-label]", "long-label", false),
            ("[^1]", "1", true),
            ("[^2]", "2", false),
            ("[^2]", "2", true),
        ]
    );
}

/// Where each comment holds: the lines it allows, or the note; and its codes.
#[test]
fn suppressions() {
    for (text, expected) in [
        (
            "one\ntwo <!-- slugline: allow a, b -->\nthree",
            vec![("two <!-- slugline: allow a, b -->\n", "a b")],
        ),
        ("<!-- slugline: allow a -->\nnext\nthird", vec![("next\n", "a")]),
        ("x\n%% slugline: allow a %%\nnext", vec![("next", "a")]),
        ("x %% slugline: allow a b %%", vec![("x %% slugline: allow a b %%", "a b")]),
        ("- %%slugline:allow a%%\n- next", vec![("- next", "a")]),
        ("> <!-- slugline: allow a -->\r\n> next\r\n", vec![("> next\r\n", "a")]),
        ("x <!-- slugline: allow-file a,b --> y", vec![("<note>", "a b")]),
        ("---\ntitle: x # slugline: allow a\n---\n", vec![("title: x # slugline: allow a\n", "a")]),
        ("---\n# slugline: allow a\ntitle: x\n---\n", vec![("<note>", "a")]),
        ("---\n# slugline: allow-file a\n---\n", vec![("<note>", "a")]),
        ("`<!-- slugline: allow a -->` <!-- slugline: allow --> <!-- slugline: allowed a -->", vec![]),
        ("---\ntitle: \"x # slugline: allow a\"\n---\n", vec![]),
        ("<!-- slugline: allow a -->", vec![("", "a")]),
    ] {
        let note = read(text);
        let found: Vec<_> = note
            .suppressions
            .iter()
            .map(|s| {
                let scope = match s.scope {
                    Scope::Note => "<note>",
                    Scope::Lines(lines) => lines.of(text),
                };
                (scope, s.codes.iter().map(|code| code.of(text)).collect::<Vec<_>>().join(" "))
            })
            .collect();
        let found: Vec<_> = found.iter().map(|(scope, codes)| (*scope, codes.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn a_note_that_is_one_fence() {
    for (text, fenced) in [
        ("```markdown\n# a\n```\n", true),
        ("From: [[c]]\n```md\na\n```", true),
        ("From: [[c]]\n\n~~~markdown\na", true),
        ("Words before.\n\n```markdown\na\n```\n", false),
        ("```markdown\na\n```\nWords behind, more of them.\n", false),
        ("```rust\na\n```\n", false),
    ] {
        let found = read(text).problems.iter().any(|problem| problem.kind == ProblemKind::FencedNote);
        assert_eq!(found, fenced, "{text:?}");
    }
}
