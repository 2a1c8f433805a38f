mod cite;
mod convert;
mod extract;
mod inline;
mod kept;
mod mentions;
mod rewrite;

use super::{Action, ActionKind, Changes, SourceChange, Wish, code_actions};
use crate::ide::fixture::Fixture;

/// What can be done at the cursor.
fn offered(source: &str, wish: &Wish) -> (Fixture, Vec<Action>) {
    let fixture = Fixture::new(source);
    let (note, span) = fixture.selection();
    let actions = code_actions(&fixture.analysis, note, span, wish);
    (fixture, actions)
}

/// The quick fixes at the cursor.
fn actions(source: &str) -> (Fixture, Vec<Action>) {
    offered(source, &Wish { only: Some(&["quickfix".to_owned()]), ..Wish::default() })
}

fn change(action: &Action) -> &SourceChange {
    action.change.as_ref().unwrap_or_else(|| panic!("{} has no change", action.title))
}

#[track_caller]
fn titles(source: &str, expected: &[&str]) {
    let (_, actions) = actions(source);
    let titles: Vec<_> =
        actions.iter().map(|a| format!("{}{}", a.title, if a.preferred { " *" } else { "" })).collect();
    assert_eq!(titles, expected);
}

/// What the action whose title begins with `title` makes of the vault.
#[track_caller]
fn check(title: &str, source: &str, expected: &str) {
    let (fixture, actions) = offered(source, &Wish::default());
    let titles: Vec<_> = actions.iter().map(|action| &action.title).collect();
    let action = actions.iter().find(|action| action.title.starts_with(title));
    let action = action.unwrap_or_else(|| panic!("no `{title}` in {titles:?}"));
    assert_eq!(fixture.after(change(action)), expected.trim_start());
}

#[test]
fn a_broken_link_can_be_changed_made_or_removed() {
    let source = "
//- a/note.md
From: [[channel]] <br/>
An [[ukriane_history | old$0 story]].
//- b/history_of_ukraine.md
//- a/ukraine_history.md
//- ukraine/channel.md
";
    titles(
        source,
        &[
            "Change to `ukraine_history`",
            "Change to `history_of_ukraine`",
            "Create note `a/ukriane_history.md`",
            "Remove link, keep text",
        ],
    );
    let line = "//- a/note.md\nFrom: [[channel]] <br/>\n";
    check("Change", source, &format!("{line}An [[ukraine_history | old story]].\n"));
    check("Remove", source, &format!("{line}An old story.\n"));
    check(
        "Create",
        source,
        "
//- a/ukriane_history.md
---
title: Ukriane history
---

From: [[channel]] <br/>
",
    );
}

#[test]
fn a_new_note_goes_where_its_link_leads() {
    for (link, path) in [
        ("[[new]]", Some("a/new.md")),
        ("[[Big New: Topic?]]", Some("a/Big New Topic.md")),
        ("[[new.markdown]]", Some("a/new.markdown")),
        ("[[b/new]]", Some("b/new.md")),
        ("[[sub/new]]", Some("a/sub/new.md")),
        ("[[./new]]", Some("a/new.md")),
        ("[[../new]]", Some("new.md")),
        ("[[/new]]", Some("new.md")),
        ("[t](new.md)", Some("a/new.md")),
        ("[t](b/new%20one.md)", Some("a/b/new one.md")),
        ("[[CON]]", Some("a/CON_.md")),
        ("[[C++]]", Some("a/C++.md")),
        ("[[../../etc/x]]", None),
        ("[[/../x]]", None),
        ("[[b/../../../x]]", None),
        ("[t](../../x.md)", None),
        ("[[.hidden/new]]", None),
        ("[[b:c/new]]", None),
        ("[[???]]", None),
        ("[[old]]", None),
    ] {
        let (_, actions) = actions(&format!(
            "//- a/note.md\n{}$0{}\n//- a/sub/x.md\n//- b/x.md\n//- a/old.md (ignored)\n",
            &link[..2],
            &link[2..]
        ));
        let made: Vec<_> = actions.iter().flat_map(|a| &change(a).create).map(|(path, _)| path).collect();
        assert_eq!(made, path.iter().collect::<Vec<_>>(), "{link}");
        assert!(actions.iter().any(|action| action.title.starts_with("Remove")), "{link}");
    }
}

#[test]
fn a_new_note_is_named_as_the_notes_of_the_vault() {
    let named = |names: &str, link: &str| {
        let notes: String = names.split(", ").map(|name| format!("//- {name}.md\n")).collect();
        let (_, actions) = actions(&format!("//- note.md\n{}$0{}\n{notes}", &link[..2], &link[2..]));
        let mut made = actions.iter().flat_map(|action| &change(action).create);
        made.next().map(|(path, _)| path.clone()).unwrap_or_default()
    };
    let snake = "linear_map, vector_space, Old Name, 2026-11-26, 2026-11-27, 2026-11-28";
    for (names, link, path) in [
        (snake, "[[linear eq]]", "linear_eq.md"),
        (snake, "[[Linear Eq: A & B?]]", "linear_eq_a_b.md"),
        (snake, "[[Serbia]]", "serbia.md"),
        (snake, "[[big-topic]]", "big_topic.md"),
        (snake, "[[C++]]", "C++.md"),
        (snake, "[[sub/linear eq]]", "sub/linear eq.md"),
        (snake, "[t](linear%20eq.md)", "linear eq.md"),
        ("linear-map, vector-space, old_name", "[[Linear eq]]", "linear-eq.md"),
        ("Linear_Map, Vector_Space", "[[Linear eq]]", "Linear_eq.md"),
        ("Linear Map, Vector Space, old_name", "[[linear eq]]", "linear eq.md"),
        ("linear map, vector space", "[[Linear Eq]]", "Linear Eq.md"),
        ("linear, vector", "[[linear eq]]", "linear eq.md"),
        ("linear_map, vector-space", "[[linear eq]]", "linear eq.md"),
    ] {
        assert_eq!(named(names, link), path, "{link} beside {names}");
    }
}

#[test]
fn a_new_note_has_the_title_that_was_meant() {
    for (link, title) in [
        ("[[big_topic]]", "Big topic"),
        ("[[big_topic | Big Topic]]", "Big Topic"),
        ("[[big_topic | the same]]", "Big topic"),
        ("[[What is: life]]", "\"What is: life\""),
        ("[[1984]]", "\"1984\""),
        ("[[ökonomie_heute]]", "Ökonomie heute"),
    ] {
        let (_, actions) = actions(&format!("[[{}$0{}\n", "", &link[2..]));
        let text = actions.iter().flat_map(|a| &change(a).create).map(|(_, text)| text.as_str()).next();
        assert_eq!(text, Some(&*format!("---\ntitle: {title}\n---\n\n")), "{link}");
    }
}

#[test]
fn the_folder_of_new_notes_is_a_setting() {
    check(
        "Create",
        "
//- a/note.md
[[new$0]]
//- .slugline.toml
new_note.folder = \"inbox\"
",
        "
//- inbox/new.md
---
title: New
---
",
    );
}

#[test]
fn a_new_note_begins_with_the_template() {
    let template = "---
title: {{title}}
aliases: [\"{{ title }}\"]
---
# {{title}}
From: {{from}} <br/>
Out of {{origin}}.
{{cursor}}
";
    let made = |note: &str| {
        let (_, actions) = actions(&format!(
            "//- a/note.md\n{note}\n//- templates/new.md\n{template}//- .slugline.toml\nnew_note.template = \"templates/new\"\n"
        ));
        actions.iter().flat_map(|a| &change(a).create).map(|(_, text)| text.clone()).next().unwrap()
    };
    let filled = "---
title: \"What is: \\\"life\\\"\"
aliases: [\"What is: \\\"life\\\"\"]
---
# What is: \"life\"
From: [[channel]] <br/>
Out of [[note]].
{{cursor}}
";
    assert_eq!(made("From: [[channel]] <br/>\n[[What is: \"life\"$0]]"), filled);
    // What there is nothing for is left out.
    assert_eq!(made("[[What is: \"life\"$0]]"), filled.replace("From: [[channel]] <br/>\n", ""));
    // A template that is not there is none.
    let (_, actions) = actions("[[new$0]]\n//- .slugline.toml\nnew_note.template = \"gone.md\"\n");
    let text = actions.iter().flat_map(|a| &change(a).create).map(|(_, text)| text.as_str()).next();
    assert_eq!(text, Some("---\ntitle: New\n---\n\n"));
}

#[test]
fn where_obsidian_makes_new_notes_they_are_made() {
    for (options, settings, path) in [
        ("{}", "", "a/new.md"),
        ("{\"newFileLocation\": \"root\"}", "", "new.md"),
        ("{\"newFileLocation\": \"current\"}", "", "a/new.md"),
        ("{\"newFileLocation\": \"folder\", \"newFileFolderPath\": \"in/box\"}", "", "in/box/new.md"),
        ("{\"newFileLocation\": \"folder\", \"newFileFolderPath\": \"../x\"}", "", "a/new.md"),
        ("{\"newFileLocation\": \"root\"}", "new_note.folder = \"b\"", "b/new.md"),
    ] {
        let config = format!("//- .obsidian/app.json\n{options}\n//- .slugline.toml\n{settings}\n");
        let (_, actions) = actions(&format!("//- a/note.md\n[[new$0]]\n{config}"));
        let made: Vec<_> = actions.iter().flat_map(|a| &change(a).create).map(|(path, _)| path).collect();
        assert_eq!(made, [path], "{options} {settings}");
    }
}

#[test]
fn anchors_and_files_have_nearest_names_too() {
    let vault = "
//- b.md
# First part
## Second: part
A claim ^claim-one
//- files/photo one.png
";
    for (link, title, expected) in [
        ("[[b#frist part$0]]", "Change to `First part`", "[[b#First part]]"),
        ("[[b#First part#secnd part$0]]", "Change to `Second: part`", "[[b#Second part]]"),
        ("[t](b.md#secnd-part$0)", "Change to `Second: part`", "[t](b.md#second-part)"),
        ("[[b#^claim-on$0 | x]]", "Change to `^claim-one`", "[[b#^claim-one | x]]"),
        ("[[b # nowhere$0 | x]]", "Link to the whole note", "[[b | x]]"),
        ("![[foto one.png$0]]", "Change to `photo one.png`", "![[photo one.png]]"),
        ("![x](foto%20one.png$0)", "Change to", "![x](files/photo%20one.png)"),
    ] {
        check(title, &format!("//- note.md\n{link}{vault}"), &format!("//- note.md\n{expected}\n"));
    }
}

#[test]
fn an_ambiguous_link_can_be_made_a_path() {
    let source = "
//- note.md
[[sa$0me#part]]
//- a/same.md
# part
//- b/same.md
# part
";
    titles(source, &["Replace with `a/same`", "Replace with `b/same`"]);
    check("Replace with `b", source, "//- note.md\n[[b/same#part]]\n");
}

#[test]
fn an_inexact_link_can_be_made_canonical_one_or_all() {
    let source = "
//- note.md
[[Big$0 Topic]] and [[Big-topic | it]] and ![[Big Topic]]
| [[Big Topic]] | x |
|---|---|
//- big_topic.md
";
    titles(source, &["Replace with `big_topic` *", "Fix all 4 `inexact-link` problems in this note"]);
    check(
        "Fix all",
        source,
        "
//- note.md
[[big_topic | Big Topic]] and [[big_topic | it]] and ![[big_topic]]
| [[big_topic \\| Big Topic]] | x |
|---|---|
",
    );
}

#[test]
fn a_selection_of_much_is_not_searched_for() {
    let links = "[[misspeld]] ".repeat(40);
    let (_, actions) = actions(&format!("//- note.md\n$0{links}$0\n//- misspelt.md\n"));
    let count = |title: &str| actions.iter().filter(|action| action.title.starts_with(title)).count();
    assert_eq!((count("Change"), count("Remove")), (5, 40));
}

/// A selection of a whole long note gets the actions of its start, and "all" says where it stops.
#[test]
fn the_actions_of_a_long_selection_are_bounded() {
    let links = "[[gone]]\n[[Big Topic]]\n".repeat(2500);
    let (_, actions) = actions(&format!("//- note.md\n$0{links}$0\n//- big_topic.md\n"));
    let titles: Vec<_> = actions.iter().map(|action| action.title.as_str()).collect();
    let count = |title: &str| titles.iter().filter(|of| of.starts_with(title)).count();
    assert_eq!((count("Remove"), count("Replace")), (25, 25));
    assert_eq!(titles.last(), Some(&"Fix the first 2000 of 2500 `inexact-link` problems in this note"));
    assert_eq!(change(actions.last().unwrap()).edits[0].1.len(), 2000);
}

#[test]
fn the_actions_of_many_ambiguous_links_are_bounded() {
    let notes: String = (0..12).map(|n| format!("//- {n}/same.md\n")).collect();
    let (_, actions) = actions(&format!("//- note.md\n$0{}$0\n{notes}", "[[same]]\n".repeat(40)));
    assert_eq!(actions.len(), 150);
}

#[test]
fn a_value_that_yaml_refuses_can_be_quoted() {
    for (line, mended) in [
        ("title: Impact: of the war", "title: \"Impact: of the war\""),
        ("title: Impact: of the war # draft: two", "title: \"Impact: of the war\" # draft: two"),
        ("title: @handle", "title: \"@handle\""),
        ("title: `code`", "title: \"`code`\""),
        ("title: *bold", "title: \"*bold\""),
        ("title: \"Big\" topic", "title: \"\\\"Big\\\" topic\""),
        ("title: 'It's'", "title: \"It's\""),
        ("title: [Draft] of a plan", "title: \"[Draft] of a plan\""),
        ("title: \"Big", "title: \"\\\"Big\""),
        ("aliases:\n  - @one\n  - two", "aliases:\n  - \"@one\"\n  - two"),
        ("related: one\ntitle: A: b", "related: one\ntitle: \"A: b\""),
    ] {
        let source = |front: &str| format!("//- note.md\n---\n{front}\nvideoId: x\n---\ntext\n");
        // The finding may be anywhere in the front matter.
        let front = source(line);
        let whole = front.replacen("---\n", "$0---\n", 1).replacen("\n---\ntext", "\n---$0\ntext", 1);
        check("Add quotes", &whole, &source(mended));
    }
    // Of two mistakes the one under the cursor; no quotes mend a mapping without a key.
    check(
        "Add quotes",
        "//- note.md\n---\ntitle: A:$0 b\nsource: @c\n---\n",
        "//- note.md\n---\ntitle: \"A: b\"\nsource: @c\n---\n",
    );
    titles("//- note.md\n---\n$0title: x\n  : y$0\n---\n", &[]);
}

#[test]
fn an_undefined_footnote_can_be_defined() {
    let title = "Add a definition of `[^two]` at the end of the note";
    for (before, after) in [
        ("One[^1] two[^two$0]\n\n[^1]: First.\n", "One[^1] two[^two]\n\n[^1]: First.\n[^two]:\n"),
        ("[^1]: First.\n\nOne[^1] two[^two$0]", "[^1]: First.\n\nOne[^1] two[^two]\n\n[^two]:\n"),
    ] {
        titles(&format!("//- note.md\n{before}"), &[&format!("{title} *")]);
        check(title, &format!("//- note.md\n{before}"), &format!("//- note.md\n{after}"));
    }
    titles("//- note.md\n[^1]: First.\n\nTwo[^two$0]\n\n```\ncode\n", &[]);
}

#[test]
fn a_video_can_be_named() {
    let title = "Add `videoId` to the front matter";
    let link = "[Talk](https://youtu.be/PdiSU9-Fge4?t=4)";
    let other = "[Other](https://youtu.be/dQw4w9WgXcQ)";
    let anchor = "<a class=\"yt-timestamp\" data-t=\"00:00:04\">[00:00:04]</a>";
    for (before, after) in [
        (format!("At {anchor}$0"), format!("---\nvideoId: \n---\n\nAt {anchor}\n")),
        (
            format!("---\ntitle: x\n---\nAt {anchor}$0 {link}"),
            format!("---\ntitle: x\nvideoId: PdiSU9-Fge4\n---\nAt {anchor} {link}\n"),
        ),
        (
            format!("---\ntitle: x\n---\nAt {anchor}$0 {link} {other}"),
            format!("---\ntitle: x\nvideoId: \n---\nAt {anchor} {link} {other}\n"),
        ),
    ] {
        check(title, &format!("//- note.md\n{before}\n"), &format!("//- note.md\n{after}"));
    }
    titles(&format!("//- note.md\n---\nvideoId:\n---\nAt {anchor}$0\n"), &[]);
    let source = format!("//- note.md\nAt {anchor}$0\n//- .slugline.toml\nsources.keys = [\"podcast\"]\n");
    check("Add `podcast`", &source, &format!("//- note.md\n---\npodcast: \n---\n\nAt {anchor}\n"));
}

/// What another program finds as it is written stays as it is, however alike another name is.
#[test]
fn a_link_that_is_exact_is_not_rewritten() {
    for (vault, link) in [
        // A file of just that name, elsewhere.
        ("//- a/rose_pine.md\n//- b/Rose Pine.md", "[[Rose Pine]]"),
        // A file that is no note, or a folder, before a note with such a slug or title.
        ("//- x.html\n//- xhtml.md", "[t](x.html)"),
        ("//- plan.pdf\n//- planpdf.md", "[[plan.pdf]]"),
        ("//- LICENSE\n//- terms.md\n# License", "[t](LICENSE)"),
        ("//- lib/x.png\n//- guide.md\n# lib", "[t](lib)"),
        // A name with `%20` in it, before one with a blank.
        ("//- a%20b.md\n//- a_b.md", "[t](a%20b.md)"),
        // Another name, by its symbols.
        ("//- c_strings/C Strings.md", "[[C++ Strings]]"),
    ] {
        let fixture = Fixture::new(&format!("{vault}\n//- note.md\n{link}$0"));
        let found = crate::ide::diagnostics(&fixture.analysis, fixture.cursor().note, None);
        let certain = found.iter().flat_map(|finding| &finding.fixes).filter(|fix| fix.certain);
        assert_eq!(certain.count(), 0, "{link}: {found:?}");
    }
}

/// What the menu of an editor asks for, and then for the one that is taken.
#[test]
fn a_change_is_computed_for_the_action_that_is_taken() {
    let source = "//- note.md\n$0[[gone]] [[away]]$0\n";
    let (_, menu) = offered(source, &Wish { changes: Changes::Later, ..Wish::default() });
    assert!(menu.iter().all(|action| action.change.is_none()));
    let taken = menu.iter().filter(|action| action.title == "Remove link, keep text").nth(1).unwrap();
    let one = Changes::Of(taken.kind, &taken.title, taken.number);
    let (fixture, actions) = offered(source, &Wish { changes: one, ..Wish::default() });
    let computed: Vec<_> = actions.iter().filter_map(|action| action.change.as_ref()).collect();
    assert_eq!(computed.len(), 1);
    assert_eq!(fixture.after(computed[0]), "//- note.md\n[[gone]] away\n");
}

/// On saving: what is certain, of every code, wherever the cursor is.
#[test]
fn all_certain_fixes_are_one_action() {
    let source = "
//- note.md
---
videoId: PdiSU9-Fge4
---
[[Big Topic]] at [[00:50:02]], but not [[bg topic]]$0.
//- big_topic.md
";
    let only = ["source.fixAll".to_owned()];
    let (fixture, actions) = offered(source, &Wish { only: Some(&only), automatic: true, ..Wish::default() });
    assert_eq!(
        actions.iter().map(|a| (a.kind, &*a.title)).collect::<Vec<_>>(),
        [(ActionKind::FixAll, "Fix all 2 problems in this note"),]
    );
    assert_eq!(
        fixture.after(change(&actions[0])),
        "//- note.md\n---\nvideoId: PdiSU9-Fge4\n---\n[[big_topic | Big Topic]] at \
         <a class=\"yt-timestamp\" data-t=\"00:50:02\">[00:50:02]</a>, but not [[bg topic]].\n"
    );
    // An editor that only wants to know whether to show a light bulb.
    let (_, actions) = offered(source, &Wish { automatic: true, ..Wish::default() });
    assert!(actions.iter().all(|action| action.kind != ActionKind::FixAll));
}

/// A fix may bring to light what another one fixes: the head of a table and the pipes in its rows. All are made
/// at once.
#[test]
fn fixing_all_leaves_nothing_to_be_fixed() {
    let only = ["source.fixAll".to_owned()];
    let wish = Wish { only: Some(&only), ..Wish::default() };
    let (fixture, actions) = offered(
        "
//- note.md
| [[b | B]]$0 | c |
| --- | --- |
| [[b | B]] | c |
//- b.md
",
        &wish,
    );
    let fixed = fixture.after(change(&actions[0]));
    assert_eq!(fixed, "//- note.md\n| [[b \\| B]] | c |\n| --- | --- |\n| [[b \\| B]] | c |\n");
    let (_, actions) = offered(&format!("{fixed}$0//- b.md\n"), &wish);
    assert_eq!(actions, []);
}
