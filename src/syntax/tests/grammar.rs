use super::*;

/// SPEC section 2's grammar, one line a rule: the links of a text as `kind target#anchor|alias`, and
/// the codes of its problems.
#[test]
fn the_grammar_of_links() {
    const TABLE: &[(&str, &[&str])] = &[
        ("[[target]]", &["Wiki target"]),
        ("[[target|alias]]", &["Wiki target|alias"]),
        ("[[target | alias]]", &["Wiki target|alias"]),
        ("[[target#Heading]]", &["Wiki target#Heading"]),
        ("[[target#H1#H2]]", &["Wiki target#H1#H2"]),
        ("[[target#^block-id]]", &["Wiki target#^block-id"]),
        ("[[#Heading]]", &["Wiki #Heading"]),
        ("![[embed]]", &["Embed embed"]),
        ("[[a | b | c]]", &["Wiki a|b | c"]),
        ("[[a | b [c] d]]", &["Wiki a|b [c] d"]),
        ("[[x | [00:10:08]]]", &["Wiki x|[00:10:08]"]),
        ("[[a | b [[c]] d]]", &["Wiki c", "UnclosedLink"]),
        ("[see [[a]] now](u)", &["Wiki a"]),
        ("[t]([[a]])", &["Wiki a"]),
        ("\\[[a]]", &[]),
        ("[[a\nb]]", &["UnclosedLink"]),
        ("[[ ]]", &["EmptyLink"]),
        ("`[[a]]`", &[]),
        ("$$ [[a]] $$", &[]),
        ("($3 [[b]] ($4", &["Wiki b"]),
        ("<!-- [[a]] -->", &[]),
        ("x %% [[a]] %%", &[]),
        ("x <code>[[a]]</code>", &[]),
        ("<div>\n[[a]]\n</div>", &["Wiki a"]),
        ("[text](../a/b.md#heading)", &["Markdown ../a/b.md#heading|text"]),
        ("| a |\n|---|\n| [[x|y]] |", &["Wiki x|y", "UnescapedPipe"]),
        ("| a |\n|---|\n| [[x\\|y]] |", &["Wiki x|y"]),
        ("a\n\n---\n\n[[b]]\n\n---\n", &["Wiki b"]),
    ];
    for (text, expected) in TABLE {
        let note = read(text);
        let mut found: Vec<String> = Vec::new();
        for link in &note.links {
            let anchor = link.anchor_text(text).map_or(String::new(), |anchor| format!("#{anchor}"));
            let alias = link.alias.map_or(String::new(), |alias| format!("|{}", alias.of(text)));
            found.push(format!("{:?} {}{anchor}{alias}", link.kind, link.target_text(text)));
        }
        found.extend(note.problems.iter().map(|problem| format!("{:?}", problem.kind)));
        assert_eq!(&found, expected, "{text}");
    }
}
