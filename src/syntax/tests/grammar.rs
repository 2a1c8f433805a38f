use super::*;

/// The links of a text as `kind target#anchor|alias`, and the codes of its problems.
fn picture(text: &str) -> Vec<String> {
    let note = read(text);
    let mut found: Vec<String> = Vec::new();
    for link in &note.links {
        let anchor = link.anchor_text(text).map_or(String::new(), |anchor| format!("#{anchor}"));
        let alias = link.alias.map_or(String::new(), |alias| format!("|{}", alias.of(text)));
        found.push(format!("{:?} {}{anchor}{alias}", link.kind, link.target_text(text)));
    }
    found.extend(note.problems.iter().map(|problem| format!("{:?}", problem.kind)));
    found
}

/// What docs/links.md says is a link, a line a rule: a text, and the links in it.
#[test]
fn the_grammar_of_links() {
    const TABLE: &[(&str, &[&str])] = &[
        // Forms.
        ("[[target]]", &["Wiki target"]),
        ("[[ target ]]", &["Wiki target"]),
        ("[[target|alias]]", &["Wiki target|alias"]),
        ("[[target | alias]]", &["Wiki target|alias"]),
        ("[[target#Heading]]", &["Wiki target#Heading"]),
        ("[[target # Heading | alias]]", &["Wiki target#Heading|alias"]),
        ("[[target#H1#H2]]", &["Wiki target#H1#H2"]),
        ("[[target#^block-id]]", &["Wiki target#^block-id"]),
        ("[[#Heading]]", &["Wiki #Heading"]),
        ("[[target#]]", &["Wiki target#"]),
        // `#` of a name that is symbols and one letter; the anchor follows a second one.
        ("[[C#]] [[a/C# | x]]", &["Wiki C#", "Wiki a/C#|x"]),
        ("[[C##Heading]]", &["Wiki C##Heading"]),
        ("[[C#Heading]]", &["Wiki C#Heading"]),
        ("![[embed]]", &["Embed embed"]),
        ("\\![[a]]", &["Wiki a"]),
        ("[[a]][[b]]", &["Wiki a", "Wiki b"]),
        ("[[../x/y.md]]", &["Wiki ../x/y.md"]),
        // Pipes and aliases.
        ("[[a | b | c]]", &["Wiki a|b | c"]),
        ("[[a\\|b]]", &["Wiki a|b"]),
        ("[[a|]]", &["Wiki a|"]),
        ("[[a | b [c] d]]", &["Wiki a|b [c] d"]),
        ("[[a | [[1,2],[3]] ]]", &["Wiki a|[[1,2],[3]]"]),
        ("[[a | b [c]]", &["Wiki a|b [c"]),
        ("[[a | b]c]]", &["Wiki a|b]c"]),
        ("[[x | [00:10:08]]]", &["Wiki x|[00:10:08]"]),
        (
            "[[x | <a class=\"yt-timestamp\" data-t=\"00:10:08\">[00:10:08]</a>]]",
            &["Wiki x|<a class=\"yt-timestamp\" data-t=\"00:10:08\">[00:10:08]</a>"],
        ),
        ("[[a | [t](u)]]", &["Wiki a|[t](u)"]),
        // Brackets of a target, in pairs.
        ("[[notes [old]]]", &["Wiki notes [old]"]),
        ("[[f(x[0])]] and [[m[i][j]|cell]]", &["Wiki f(x[0])", "Wiki m[i][j]|cell"]),
        ("[[[Draft] plan]]", &["Wiki [Draft] plan"]),
        ("([[a[b[c]]]])", &["Wiki a[b[c]]"]),
        ("[[a[1]#On R[x]|the ring]]", &["Wiki a[1]#On R[x]|the ring"]),
        ("![[cover [2nd].png]]", &["Embed cover [2nd].png"]),
        ("[[a [b|c] d]]", &["Wiki a [b|c] d"]),
        ("[[a[0] | b]c]]", &["Wiki a[0]|b]c"]),
        ("[[a [b] and [[c]]", &["Wiki c", "UnclosedLink"]),
        ("[[a]]]", &["Wiki a"]),
        ("[[x [y]] z]]", &[]),
        ("[[a [b\n]]]", &["UnclosedLink"]),
        // Nested brackets: the innermost wins.
        ("[[a | b [[c]] d]]", &["Wiki c", "UnclosedLink"]),
        ("[see [[a]] now](u)", &["Wiki a"]),
        ("[t]([[a]])", &["Wiki a"]),
        ("[[a]](b.md)", &["Wiki a"]),
        ("[[[a]]]", &["Wiki a"]),
        ("[[[a]", &["UnclosedLink"]),
        ("[[a]\n\n[a]: b.md", &["Markdown b.md|a", "Definition b.md", "UnclosedLink"]),
        // No links.
        ("\\[[a]]", &[]),
        ("[\\[a]]", &[]),
        ("\\\\[[a]]", &["Wiki a"]),
        ("- \\[[a]]\n- \\\\[[b]]\n- \\*[[c]]", &["Wiki b", "Wiki c"]),
        ("[[1,2],[3,4]]", &[]),
        ("[[a]b]]", &[]),
        ("[[a\nb]]", &["UnclosedLink"]),
        ("[[a\rb]]", &["UnclosedLink"]),
        ("[[a\r\nb]]", &["UnclosedLink"]),
        ("[[a|b<!--\n-->c]]", &[]),
        ("[[a\u{2028}b]]", &["Wiki a\u{2028}b"]),
        ("[[a", &["UnclosedLink"]),
        ("[[a] b", &["UnclosedLink"]),
        ("[[ ]]", &["EmptyLink"]),
        ("[[]]", &["EmptyLink"]),
        ("[[|x]]", &["EmptyLink"]),
        ("[[#]]", &["EmptyLink"]),
        ("[t]()", &["EmptyLink"]),
        // Tables.
        ("| a |\n|---|\n| [[x|y]] |", &["Wiki x|y", "UnescapedPipe"]),
        ("| a |\n|---|\n| [[x\\|y]] |", &["Wiki x|y"]),
        (
            "| a | b |\n|---|---|\n| [[x|y]] | `[[n]]` | `[[o]]` | [[z]]",
            &["Wiki x|y", "Wiki z", "UnescapedPipe"],
        ),
        ("> | a | b |\n> |---|---|\n> | [[x \\| y]] | [[z]] |", &["Wiki x|y", "Wiki z"]),
        ("| [[a|b]] | c |\n|---|---|\n| d | e |", &["Wiki a|b", "UnescapedPipe"]),
        // Code.
        ("`[[a]]`", &[]),
        ("``[[a]] ` [[b]]``", &[]),
        ("`` [[a]] `", &["Wiki a"]),
        ("```\n[[a]]\n```\n[[b]]", &["Wiki b"]),
        ("    [[a]]\n\n[[b]]", &["Wiki b"]),
        ("[[a `b]] c`", &["UnclosedLink"]),
        // Math: prices are commoner.
        ("$$ [[a]] $$", &[]),
        ("$$\na\n\n- [[b]]\n\n$$\n\n[[c]]", &["Wiki c"]),
        ("$$ [[a]]", &["Wiki a"]),
        ("($3 [[b]] ($4", &["Wiki b"]),
        ("$x [[a]] y$", &["Wiki a"]),
        ("$x [00:01:02](#) y$", &[]),
        ("$x [t](a.md)$ [u](b.md)", &["Markdown b.md|u"]),
        ("$ x [t](a.md)$", &["Markdown a.md|t"]),
        ("$x [t](a.md) $", &["Markdown a.md|t"]),
        ("$x [t](a.md)$5", &["Markdown a.md|t"]),
        ("\\$x [t](a.md)$", &["Markdown a.md|t"]),
        ("$x\n\n[t](a.md)$", &["Markdown a.md|t"]),
        ("[[a $5 | b$]]", &["Wiki a $5|b$"]),
        // Rings of power series: `[[` stands right behind their name.
        ("$k[[t]]$, $\\Z_{p}[[T]]/(f)$ and $R(x)[[y, z]]$", &[]),
        ("from $3[[a]] to 5$ and $x [[b]]$", &["Wiki b"]),
        ("$x[[00:01:02]] [00:01:02]$", &["Wiki 00:01:02"]),
        // Comments.
        ("a <!-- [[a]] --> [[b]]", &["Wiki b"]),
        ("<!--\n[[a]]\n\n[[b]]\n-->\n[[c]]", &["Wiki c"]),
        ("x %% [[a]] %% [[b]]", &["Wiki b"]),
        ("x %% [[a]]\n\n[[b]] %%", &["Wiki a", "Wiki b"]),
        ("%%\n[[a]]\n\n# [[b]]\n\n- [c](d.md)\n%%\n[[e]]", &["Wiki e"]),
        ("> %%\n> [[a]]\n>\n> [[b]]\n> %%\n> [[c]]", &["Wiki c"]),
        ("%%\n[[a]]", &["Wiki a"]),
        ("100%% [[a]]", &["Wiki a"]),
        // HTML.
        ("x <b title=\"[[a]]\">[[b]]</b>", &["Wiki b"]),
        ("<div title=\"[[a]]\">\n[[b]] <i class='[[c]]'>\n</div>", &["Wiki b"]),
        ("x <code>[[a]]</code> [[b]]", &["Wiki b"]),
        ("x <CODE>[[a]]</code> [[b]]", &["Wiki b"]),
        ("x <code> [[a]]", &["Wiki a"]),
        ("<pre>\n[[a]]\n\n[[b]]</pre>\n\n[[c]]", &["Wiki c"]),
        ("<svg>\n\n[[a]]\n\n</svg>\n\n[[b]]", &["Wiki b"]),
        ("<style>[[a]]</style>\n\n[[b]]", &["Wiki b"]),
        ("x <textarea>[[a]]</textarea>", &[]),
        ("<script>\n[[a]]", &[]),
        ("x <![CDATA[ [[a]] ]]> [[b]]", &["Wiki b"]),
        ("<?php [[a]] ?>\n\n[[b]]", &["Wiki b"]),
        ("<p>[[a]]<!-- [[b]] --> [[c]]</p>", &["Wiki a", "Wiki c"]),
        ("[[a<br>b]]", &["Wiki a<br>b"]),
        ("<https://x.y/[[a]]>", &[]),
        // Blocks of every kind.
        ("# [[a]]\n\n[[b]]\n===\n", &["Wiki a", "Wiki b"]),
        ("> [[a]]\n> - [[b]]\n>   [[c]]\n>\n>     [[d]]", &["Wiki a", "Wiki b", "Wiki c", "Wiki d"]),
        ("1. [[a]]\n2. [ ] [[b]]\n\n   [[c]]", &["Wiki a", "Wiki b", "Wiki c"]),
        ("x[^1]\n\n[^1]: [[a]]", &["Wiki a"]),
        ("a\n\n---\n\n[[b]]\n\n---\n", &["Wiki b"]),
        ("---\n[[a]]", &["Wiki a"]),
        (
            "---\nrelated: \"[[a]]\"\nmore:\n  - \"[[b|c]]\" # [[d]]\n---\n[[e]]",
            &["Wiki a", "Wiki b|c", "Wiki e"],
        ),
        ("*a [[b_c_d | *e*]] f*", &["Wiki b_c_d|*e*"]),
        // A time is the name of a note where there is one.
        ("[[12:30]] [[12:30|x]]", &["Wiki 12:30", "Wiki 12:30|x"]),
        ("[12:30]: lunch.md\n\n[12:30] and [so][12:30]", &[]),
        ("[t]() and [12:30]()", &["EmptyLink"]),
        ("[12:30](#lunch)", &["Markdown #lunch|12:30"]),
        // Markdown links to places in the vault.
        ("[text](../a/b.md#heading)", &["Markdown ../a/b.md#heading|text"]),
        ("[t](<a b.md>)", &["Markdown a b.md|t"]),
        ("[t](a%20b.md#c%20d)", &["Markdown a b.md#c d|t"]),
        ("[t](a\\_b.md 'title')", &["Markdown a_b.md|t"]),
        ("[t](a(b).md)", &["Markdown a(b).md|t"]),
        ("[t](#heading)", &["Markdown #heading|t"]),
        ("[t](#)", &["Markdown #|t"]),
        ("![t](a.png)", &["Image a.png|t"]),
        ("[![t](a.png)](b.md)", &["Markdown b.md|![t](a.png)", "Image a.png|t"]),
        // The description of a picture is plain text, whatever is in it.
        ("![see [[a]] and [t](b.md)](c.png)", &["Image c.png|see [[a]] and [t](b.md)"]),
        ("![of [[a|b]]][r]\n\n[r]: c.png", &["Image c.png|of [[a|b]]", "Definition c.png"]),
        ("![[a]](b.png) [[c]]", &["Embed a", "Wiki c"]),
        ("[a *b*](c.md)", &["Markdown c.md|a *b*"]),
        ("> [a\n> b](c.md)", &["Markdown c.md|a\n> b"]),
        (
            "[t][r] [r][] [r]\n\n[r]: a.md#b",
            &["Markdown a.md#b|t", "Markdown a.md#b|r", "Markdown a.md#b|r", "Definition a.md#b"],
        ),
        ("![t][r]\n\n[r]: <a b.png> \"title\"", &["Image a b.png|t", "Definition a b.png"]),
        ("> [r]:\n> a.md", &["Definition a.md"]),
        ("[r]: [[a]]\n[r]: [[b]]\n\n[r]", &["Wiki a", "Wiki b"]),
        ("[t](https://a.b/c) [t](mailto:x@y.z) [t](//a.b) [t][u]\n\n[u]: https://a.b", &[]),
        ("[t](notes/b:c.md)", &["Markdown notes/b:c.md|t"]),
    ];
    for (text, expected) in TABLE {
        assert_eq!(&picture(text), expected, "{text:?}");
    }
}

/// Line ends and a byte order mark change no outcome, and no span is off by one.
#[test]
fn the_grammar_holds_with_every_line_end() {
    let text =
        "---\ntitle: é\n---\n# 😀 [[a]]\n\n> é [[b | c]]\n> ![[d]] ^id\n\n| x |\n|---|\n| [[e\\|f]] |\n";
    let expected = picture(text);
    assert_eq!(expected.len(), 4);
    for other in [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("\u{feff}{text}")] {
        assert_eq!(picture(&other), expected, "{other:?}");
        let note = read(&other);
        assert_eq!(note.headings.first().map(|heading| heading.text.as_str()), Some("😀 a"), "{other:?}");
        assert_eq!(note.blocks.first().map(|block| block.id.of(&other)), Some("id"), "{other:?}");
        let title = note.front_matter.and_then(|front| front.title).unwrap();
        assert_eq!((title.text.as_str(), title.span.of(&other)), ("é", "é"));
    }
}

#[test]
fn mends_of_links() {
    for (text, after) in [
        ("[[a]", "[[a]]"),
        ("see [[big_topic and more.", "see [[big_topic]] and more."),
        ("see [[a | b c", "see [[a | b c]]"),
        ("[[a | b [[c]] d]]", "[[a | b]] [[c]] d]]"),
        ("x [[ | y]]", "x y"),
        ("x [y]()", "x y"),
        ("| a |\n|---|\n| [[x|y|z]] |", "| a |\n|---|\n| [[x\\|y\\|z]] |"),
        (
            "---\nvideoId: x\n---\nFrom: [[c]]\n\n```markdown\n[[a]]\n```\n",
            "---\nvideoId: x\n---\nFrom: [[c]]\n\n[[a]]\n",
        ),
    ] {
        let note = read(text);
        assert_eq!(fixed(text, &note.problems[0].fixes[0]), after, "{text:?}");
    }
}
