//! Names of notes in plain text as links.
use super::{check, offered};
use crate::ide::fixture::Fixture;
use crate::ide::{Wish, diagnostics};

const VAULT: &str = "
//- big_topic.md
---
title: The big topic
aliases: [Grand theme]
---
//- Moon.md
//- a/same name.md
//- b/same name.md
//- c/own name.md
";

#[test]
fn a_mention_becomes_a_link() {
    for (text, title, expected) in [
        ("Of the big$0 topic.", "Link to `The big topic`", "Of [[big_topic|the big topic]]."),
        ("A grand\ntheme$0.", "Link to `The big topic`", "A [[big_topic|grand theme]]."),
        ("To the Moon$0.", "Link to `Moon`", "To the [[Moon]]."),
        ("| big-topic$0 |\n|---|", "Link to `The big topic`", "| [[big_topic\\|big-topic]] |\n|---|"),
    ] {
        check(title, &format!("//- c/note.md\n{text}\n{VAULT}"), &format!("//- c/note.md\n{expected}\n"));
    }
    for text in [
        // No text, or a link already.
        "# big$0 topic",
        "`big$0 topic`",
        "[[big_topic|big$0 topic]]",
        "[big$0 topic](https://example.org)",
        "<b title=\"big$0 topic\">",
        "---\ntitle: big$0 topic\n---",
        "https://example.org/big$0_topic",
        // Two notes, or none, or a word that is a common one here.
        "same na$0me",
        "big topic$0al",
        "To the Moon$0 and other moons, a moon too.",
    ] {
        let (_, actions) = offered(&format!("//- note.md\n{text}\n{VAULT}"), &Wish::default());
        assert!(!actions.iter().any(|action| action.title.starts_with("Link")), "{text}: {actions:?}");
    }
    // A note does not mention itself.
    let (_, actions) = offered("//- Big fish.md\nA big$0 fish.\n", &Wish::default());
    assert!(actions.is_empty(), "{actions:?}");
}

#[test]
fn all_mentions_of_a_note_become_links() {
    check(
        "Link all unlinked mentions in this note",
        &format!(
            "//- c/note.md\n$0A grand theme and the big topic, `big topic`, [[big_topic]].\n\n> own name\n{VAULT}"
        ),
        "
//- c/note.md
A [[big_topic|grand theme]] and [[big_topic|the big topic]], `big topic`, [[big_topic]].

> [[own name]]
",
    );
}

/// Off by default; where it is on, the quick fix is its own.
#[test]
fn a_mention_is_a_diagnostic_where_it_is_asked_for() {
    let source = |severity: &str| {
        format!(
            "
//- note.md
Of the big$0 topic.
{}//- big_topic.md
# Big topic
//- .slugline.toml
severity = {{ unlinked-mention = \"{severity}\" }}
",
            if severity == "off" {
                ""
            } else {
                "       ^^^^^^^^^ unlinked-mention: Mention of `Big topic` without a link\n"
            }
        )
    };
    for severity in ["off", "hint"] {
        let fixture = Fixture::new(&source(severity));
        fixture.check(|note| {
            let found = diagnostics(&fixture.analysis, note, None).into_iter();
            found.map(|found| (found.span, format!("{}: {}", found.code, found.message))).collect()
        });
        check("Link to `Big topic`", &source(severity), "//- note.md\nOf the [[big_topic|big topic]].\n");
        let (_, actions) = offered(&source(severity), &Wish::default());
        let count = actions.iter().filter(|action| action.title == "Link to `Big topic`").count();
        assert_eq!(count, 1, "{severity}: {actions:?}");
    }
}
