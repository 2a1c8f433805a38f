use proptest::prelude::*;

use super::{Completion, CompletionKind, completion, give_block_id, resolve};
use crate::ide::MarkdownView;
use crate::ide::fixture::Fixture;
use crate::ide::{Cursor, Document};
use crate::syntax::Link;
use crate::text::Span;

const VAULT: &str = "\
//- ch/big_topic.md
---
title: Big Topic
aliases: [The Thing]
---
# One
## Sub
text ^b1
# Two | [x]
## Sub
//- ch/other.md
[[big_topic | the topic]] [[big_topic|the topic]] [[wanted_name]]
//- far/Capital Name.md
//- far/other.md
//- far/more.md
[[wanted_name]] [[ch/other]]
//- c#.md
//- ch/note.md
";

/// The items at the cursor of a line in the note `ch/note.md`, and the fixture they were found in.
fn items(line: &str, settings: &str) -> (Fixture, Vec<Completion>) {
    let fixture = Fixture::new(&format!("{VAULT}{line}\n//- .slugline.toml\n{settings}\n"));
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    (fixture, items)
}

/// The line after each of the items was taken, `|` for the cursor's end of the replaced part.
fn taken(line: &str, settings: &str) -> Vec<String> {
    let (fixture, items) = items(line, settings);
    let text = fixture.text("ch/note.md");
    let offset = fixture.cursor().offset;
    let take = |item: &Completion| {
        assert!(item.replace.touches(offset), "{line}: {item:?}");
        let typed = &text[item.replace.start()..offset];
        assert!(item.filter.starts_with(typed), "{line}: {item:?}");
        let mut text = text.to_owned();
        apply(item, &mut text);
        text.trim_end().to_owned()
    };
    items.iter().map(take).collect()
}

/// Makes the edits of an item.
pub(super) fn apply(item: &Completion, text: &mut String) {
    let mut edits = vec![(item.replace, item.insert.clone())];
    edits.extend(item.also.clone());
    edits.sort_by_key(|(span, _)| *span);
    assert!(edits.is_sorted_by(|a, b| a.0.end <= b.0.start), "{item:?}");
    for (span, new) in edits.iter().rev() {
        text.replace_range(span.range(), new);
    }
}

#[track_caller]
fn first(line: &str, settings: &str, expected: &str) {
    let taken = taken(line, settings);
    assert_eq!(taken.first().map_or("", |line| line), expected, "{line} with {settings}: {taken:#?}");
}

const SLUG: &str = "completion.style = \"slug\"";
const SLUG_TITLE: &str = "completion.style = \"slug-title\"";
const TITLE: &str = "completion.style = \"title\"";

#[test]
fn the_whole_target_is_replaced_and_the_link_closed_once() {
    for (line, after) in [
        ("a [[big$0", "a [[big_topic]]"),
        ("a [[big$0]]", "a [[big_topic]]"),
        ("a [[big$0]", "a [[big_topic]]"),
        ("a [[big$0 and text", "a [[big_topic]] and text"),
        ("a [[big$0 and [[other]]", "a [[big_topic]] and [[other]]"),
        ("a [[b$0ig_t]] and", "a [[big_topic]] and"),
        ("a [[b$0ig | alias]] and", "a [[big_topic | alias]] and"),
        ("a [[b$0ig#One]]", "a [[big_topic#One]]"),
        ("a [[ big$0]]", "a [[ big_topic]]"),
        ("a ![[big$0", "a ![[big_topic]]"),
        ("a [[other]] [[big$0", "a [[other]] [[big_topic]]"),
        ("| a | [[b$0ig\\|x]] |\n|---|---|", "| a | [[big_topic\\|x]] |\n|---|---|"),
        ("---\nrelated: \"[[big$0\n---", "---\nrelated: \"[[big_topic]]\n---"),
        ("é [[the thing$0", "é [[big_topic|The Thing]]"),
        ("[[BIG-TOPIC$0", "[[big_topic]]"),
    ] {
        first(line, SLUG, after);
    }
}

#[test]
fn links_are_written_in_the_style_that_is_set() {
    for (line, settings, after) in [
        ("[[big$0", SLUG_TITLE, "[[big_topic | Big Topic]]"),
        ("[[big$0]]", SLUG_TITLE, "[[big_topic | Big Topic]]"),
        ("[[big$0|x]]", SLUG_TITLE, "[[big_topic|x]]"),
        ("|[[big$0|\n|---|", SLUG_TITLE, "|[[big_topic \\| Big Topic]]|\n|---|"),
        ("[[big$0", TITLE, "[[Big Topic]]"),
        ("[[capital$0", TITLE, "[[Capital Name]]"),
        ("[[capital$0", SLUG_TITLE, "[[Capital Name]]"),
    ] {
        first(line, settings, after);
    }
}

#[test]
fn without_a_setting_the_links_of_the_vault_tell_the_style() {
    for (links, after) in [
        ("[[a]] [[b]] [[c|x]]", "[[big_topic]]"),
        ("[[a|x]] [[b|x]] [[c]]", "[[big_topic | Big Topic]]"),
        ("[[Some Name]] [[Big Topic]] [[c]]", "[[Big Topic]]"),
        ("[[Real Name]] [[a]]", "[[big_topic]]"),
    ] {
        let source = format!(
            "[[big$0\n//- big_topic.md\n---\ntitle: Big Topic\n---\n//- Real Name.md\n//- l.md\n{links}\n"
        );
        let fixture = Fixture::new(&source);
        let items = completion(&fixture.analysis, fixture.cursor(), 1).items;
        assert_eq!(format!("[[{}", items[0].insert), after, "{links}");
    }
}

#[test]
fn what_is_inserted_leads_to_its_note() {
    for (line, all) in [
        ("[[other$0", vec!["[[other]]", "[[far/other]]"]),
        ("[[far/oth$0", vec!["[[far/other]]"]),
        ("[[c#$0", vec!["[c#](../c%23.md)"]),
    ] {
        let mut found = taken(line, SLUG);
        found.retain(|line| !line.contains("wanted"));
        assert_eq!(found, all, "{line}");
    }
}

#[test]
fn an_alias_that_is_picked_becomes_the_text_of_the_link() {
    for (line, settings, after) in [
        ("[[the thing$0", SLUG, "[[big_topic|The Thing]]"),
        ("[[the thing$0]]", SLUG_TITLE, "[[big_topic|The Thing]]"),
        ("[[the thing$0", TITLE, "[[big_topic|The Thing]]"),
        ("[[the thing$0|so]]", SLUG, "[[big_topic|so]]"),
        ("[[the thing$0#One]]", SLUG, "[[big_topic#One]]"),
        ("|[[the thing$0|\n|---|", SLUG, "|[[big_topic\\|The Thing]]|\n|---|"),
    ] {
        first(line, settings, after);
    }
}

/// No wikilink can hold `#`: another name of the note does, else a markdown link.
#[test]
fn a_note_whose_name_no_wikilink_can_hold_is_offered_all_the_same() {
    let vault = "
//- sub/c#.md
//- Notes on F#.md
---
title: F Sharp
---
//- learning_d#_well.md
//- a | b.md
";
    for (line, after) in [
        ("see [[c#.$0", ""),
        ("see [[c#$0", "see [c#](sub/c%23.md)"),
        ("see [[c#$0]]", "see [c#](sub/c%23.md)"),
        ("see [[c$0", "see [c#](sub/c%23.md)"),
        ("see [[c$0]] and", "see [c#](sub/c%23.md) and"),
        ("see [[c$0] and", "see [c#](sub/c%23.md) and"),
        ("see [[c$0|x]]", ""),
        ("see [[f sh$0", "see [[F Sharp]]"),
        ("see [[notes on f$0", "see [[F Sharp]]"),
        ("see [[learning$0", "see [[learning_d_well|learning_d#_well]]"),
        ("see [[a b$0", "see [[a_b|a | b]]"),
    ] {
        let fixture = Fixture::new(&format!("//- note.md\n{line}\n{}", vault.trim_start()));
        let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
        let offset = fixture.cursor().offset;
        let mut text = fixture.text("note.md").to_owned();
        if let Some(item) = items.first() {
            assert!(item.filter.starts_with(&text[item.replace.start()..offset]), "{line}: {item:?}");
            apply(item, &mut text);
            assert_eq!(text.trim_end(), after, "{line}: {items:#?}");
        } else {
            assert_eq!(after, "", "{line}");
        }
    }
}

#[test]
fn each_of_several_notes_with_one_name_is_offered_by_its_path() {
    let vault = "//- index.md\n//- a/index.md\n//- a/b/index.md\n//- b/index.md\n//- c/Index.md";
    for (from, all) in [
        ("note.md", ["[[index]]", "[[a/index]]", "[[a/b/index]]", "[[b/index]]", "[[c/Index]]"]),
        ("b/note.md", ["[[/index]]", "[[a/index]]", "[[a/b/index]]", "[[index]]", "[[c/Index]]"]),
    ] {
        let fixture = Fixture::new(&format!("//- {from}\n[[index$0]]\n{vault}\n"));
        let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
        let mut found: Vec<_> = items.iter().map(|item| format!("[[{}]]", item.insert)).collect();
        let mut all = all.map(str::to_owned).to_vec();
        found.sort();
        all.sort();
        assert_eq!(found, all, "{from}");
    }
}

/// What reads as a time is a moment of a video, not a note that nobody has written.
#[test]
fn a_time_is_no_missing_note() {
    let found = items("[[00:5$0\n//- far/times.md\n[[00:50:02]]", SLUG).1;
    assert!(found.iter().all(|item| item.kind != CompletionKind::Wanted));
}

#[test]
fn names_that_are_linked_and_missing_are_offered() {
    let (_, found) = items("[[wanted$0", SLUG);
    let shown: Vec<_> = found.iter().map(|item| (&*item.label, &*item.detail)).collect();
    assert_eq!(shown, [("wanted_name", "not created yet, 2 backlinks")]);
}

#[test]
fn items_say_what_they_are() {
    let (fixture, found) = items("[[thing$0", SLUG);
    let shown: Vec<_> = found.iter().map(|item| (&*item.label, &*item.detail)).collect();
    assert_eq!(shown, [("The Thing", "Big Topic · ch/big_topic.md")]);
    let documentation =
        resolve(&fixture.analysis, found[0].note.unwrap()).unwrap().to_commonmark(MarkdownView::Rendered);
    assert!(documentation.starts_with("**[Big Topic](file:///vault/ch/big_topic.md)**"), "{documentation}");
}

#[test]
fn headings_blocks_and_aliases() {
    for (line, all) in [
        (
            "[[big_topic#$0]]",
            vec!["[[big_topic#One]]", "[[big_topic#Sub]]", "[[big_topic#Two x]]", "[[big_topic#Two x#Sub]]"],
        ),
        ("[[big_topic#tw$0", vec!["[[big_topic#Two x]]"]),
        ("[[big_topic#One#su$0", vec!["[[big_topic#Sub]]", "[[big_topic#Two x#Sub]]"]),
        ("[[big_topic#o$0ne|x]]", vec!["[[big_topic#One|x]]", "[[big_topic#Two x|x]]"]),
        ("# Here\n[[#he$0]]", vec!["# Here\n[[#Here]]"]),
        ("[[big_topic#^$0]]", vec!["[[big_topic#^b1]]"]),
        ("x ^own\n\n[[#^o$0", vec!["x ^own\n\n[[#^own]]"]),
        ("[[nowhere#$0", vec![]),
        (
            "[[big_topic|$0",
            vec!["[[big_topic|Big Topic]]", "[[big_topic|The Thing]]", "[[big_topic|the topic]]"],
        ),
        ("[[big_topic | thi$0ng]]", vec!["[[big_topic | The Thing]]", "[[big_topic | the topic]]"]),
        ("[[big_topic#One|bi$0]]", vec!["[[big_topic#One|Big Topic]]"]),
        ("[[no_such_note|$0]]", vec!["[[no_such_note|no such note]]"]),
    ] {
        assert_eq!(taken(line, SLUG), all, "{line}");
    }
}

#[test]
fn nothing_is_offered_where_links_mean_nothing() {
    for line in [
        "big$0",
        "[big$0",
        "\\[[big$0",
        "[[other]] big$0",
        "`[[big$0`",
        "```\n[[big$0\n```",
        "$$\n[[big$0\n$$",
        "<!-- [[big$0 -->",
        "%% [[big$0 %%",
        "    [[big$0",
        "[[a [b$0",
        "[[\nbig$0",
    ] {
        assert_eq!(taken(line, SLUG), [""; 0], "{line}");
    }
}

#[test]
fn what_is_near_recent_and_linked_comes_first() {
    let source = "[[$0\n//- ch/a.md\n//- ch/b.md\n//- far/c.md\n//- far/d.md\n//- far/e.md\n[[d]] [[b]]\n";
    let mut fixture = Fixture::new(&format!("//- ch/note.md\n{source}"));
    let order = |fixture: &Fixture| {
        let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
        items.iter().map(|item| item.label.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order(&fixture), "b a d c e");
    fixture.analysis.recent = [fixture.note("far/c.md")].into();
    assert_eq!(order(&fixture), "c b a d e");
}

#[test]
fn in_a_large_vault_a_sieve_finds_the_names() {
    let notes: String = (0..4100).map(|n| format!("//- filler{n}.md\n")).collect();
    let notes = format!("{notes}//- far/Serbia_and_Russia.md\n");
    for (typed, found) in [
        ("serbia", "far/Serbia_and_Russia.md"),
        ("RUS serb", "far/Serbia_and_Russia.md"),
        ("serrussia", "far/Serbia_and_Russia.md"),
        ("far/serb", "far/Serbia_and_Russia.md"),
        ("filler4099", "filler4099.md"),
    ] {
        let fixture = Fixture::new(&format!("[[{typed}$0\n{notes}"));
        let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
        assert_eq!(items.first().map_or("", |item| &item.detail), found, "{typed}");
    }
}

#[test]
fn in_a_large_vault_the_own_folder_comes_before_shorter_names() {
    let notes: String = (0..4100).map(|n| format!("//- far/fill{n}.md\n")).collect();
    let own = "ch/filling_stations_along_the_old_coast_road.md";
    let fixture = Fixture::new(&format!("//- ch/note.md\n[[fil$0\n//- {own}\n{notes}"));
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    assert_eq!(items.first().and_then(|item| item.note), Some(fixture.note(own)));
}

#[test]
fn a_list_is_bounded() {
    let notes: String = (0..300).map(|n| format!("//- name{n}.md\n")).collect();
    let fixture = Fixture::new(&format!("[[name$0\n{notes}"));
    let found = completion(&fixture.analysis, fixture.cursor(), 100);
    assert_eq!((found.items.len(), found.incomplete), (100, true));
}

/// However many notes there are, a name is found by letters that are spread over it.
#[test]
fn a_large_vault_is_looked_at_as_a_whole() {
    let mut source = String::new();
    for number in 0..6000 {
        source.push_str(&format!("//- n/statement_of_the_harbour_board_{number}.md\n"));
    }
    source.push_str("//- far/spring_and_neap_tides.md\n//- a.md\n[[sntds$0]]\n");
    let fixture = Fixture::new(&source);
    let found = completion(&fixture.analysis, fixture.cursor(), 100).items;
    assert!(found.iter().any(|item| item.label == "spring_and_neap_tides"), "{found:#?}");
}

/// Three letters begin more names than a list holds: then what this note links to, and what those notes link
/// to, is among the first.
#[test]
fn of_many_names_that_begin_alike_those_around_the_note_are_listed() {
    let mut source = "//- ch/note.md\n[[com$0]] [[common_room]] [[hall]]\n".to_owned();
    source.push_str(
        "//- far/common_room.md\n//- far/hall.md\n[[community_garden]]\n//- far/community_garden.md\n",
    );
    for number in 0..2000 {
        source.push_str(&format!("//- ch/company_{number}.md\n"));
    }
    let fixture = Fixture::new(&source);
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    for path in ["far/common_room.md", "far/community_garden.md"] {
        let place = items.iter().position(|item| item.note == Some(fixture.note(path)));
        assert!(place.is_some_and(|place| place < 20), "{path}: {place:?}");
    }
}

/// However many notes there are: names of any script, with and without their accents, and paths.
#[test]
fn in_a_large_vault_every_script_has_its_sieve() {
    let expected = [
        ("моск", "города/Москва.md"),
        ("м", "города/Москва.md"),
        ("мсква", "города/Москва.md"),
        ("resume", "b/Résumé of the year.md"),
        ("résu", "b/Résumé of the year.md"),
        ("歴史", "b/日本の歴史.md"),
        ("日", "b/日本の歴史.md"),
        ("города/мос", "города/Москва.md"),
        ("гор/", "города/Москва.md"),
    ];
    let mut source = "//- note.md\n".to_owned();
    expected.iter().for_each(|(typed, _)| source.push_str(&format!("[[{typed}\n")));
    for number in 0..9000 {
        source.push_str(&format!("//- архив/Записка {number} об устройстве.md\n"));
    }
    source.push_str("//- города/Москва.md\n//- b/Résumé of the year.md\n//- b/日本の歴史.md\n");
    let fixture = Fixture::new(&source);
    for (typed, found) in expected {
        let offset = fixture.text("note.md").find(&format!("[[{typed}\n")).unwrap() + 2 + typed.len();
        let at = Cursor { note: fixture.note("note.md"), offset };
        let items = completion(&fixture.analysis, at, 100).items;
        assert_eq!(items.first().map_or("", |item| &item.detail), found, "{typed}");
    }
}

/// Each item repeats what is typed, so a text that is no name is not completed.
#[test]
fn nothing_is_offered_behind_more_than_a_name() {
    for part in ["", "big_topic#", "big_topic#^", "big_topic|"] {
        let line = format!("[[{part}{}$0", "o ".repeat(1000));
        assert_eq!(items(&line, "").1.len(), 0, "behind [[{part}");
    }
    assert!(!items("[[big_topic#o$0", "").1.is_empty());
}

/// At the root of a vault whose notes are in folders nothing is near, and a hundred are listed.
#[test]
fn a_bare_link_lists_the_best_notes_and_missing_ones_among_them() {
    let mut source = "[[$0\n".to_owned();
    for number in 0..150 {
        source.push_str(&format!("//- sub/n{number}.md\n[[n7]] [[never_written]] [[n{}]]\n", number / 2));
    }
    let fixture = Fixture::new(&source);
    let found = completion(&fixture.analysis, fixture.cursor(), 100);
    assert_eq!((found.items.len(), found.incomplete), (100, true));
    assert_eq!(found.items[0].label, "n7");
    let wanted: Vec<_> = found.items.iter().filter(|item| item.kind == CompletionKind::Wanted).collect();
    assert_eq!(wanted.len(), 1);
    assert_eq!((&*wanted[0].label, &*wanted[0].detail), ("never_written", "not created yet, 150 backlinks"));
}

#[test]
fn a_missing_note_comes_behind_those_that_are_there_unless_it_is_what_is_typed() {
    let vault = "//- far/systems_of_linear_equations.md\n[[linear_equation]] [[linear_equation_solver]]\n//- b.md\n[[linear_equation]]\n";
    for (typed, all) in [
        ("linear eq", ["systems_of_linear_equations", "linear_equation", "linear_equation_solver"]),
        ("linear equation", ["linear_equation", "systems_of_linear_equations", "linear_equation_solver"]),
    ] {
        let fixture = Fixture::new(&format!("[[{typed}$0\n{vault}"));
        let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
        let labels: Vec<_> = items.iter().map(|item| &*item.label).collect();
        assert_eq!(labels, all, "{typed}");
    }
}

#[test]
fn notes_that_hold_every_word_come_first() {
    let source = "
        //- near/note.md
        [[linear eq$0
        //- near/linear_sequence_of_events.md
        //- near/nonlinear_map_of_everything_quick.md
        //- far/systems_of_linear_equations.md
        //- far/equations_that_are_linear.md
        //- l1.md
        [[linear_sequence_of_events]] [[nonlinear_map_of_everything_quick]]
        ";
    let fixture = Fixture::new(source);
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    let labels: Vec<_> = items.iter().map(|item| &*item.label).collect();
    assert_eq!(
        labels,
        [
            "linear_sequence_of_events",
            "equations_that_are_linear",
            "systems_of_linear_equations",
            "nonlinear_map_of_everything_quick"
        ]
    );
}

#[test]
fn a_long_path_gives_way_to_the_label() {
    let source = "
        [[linear eq$0
        //- mathematics/algebra/linear_equations_in_several_unknown_variables.md
        ---
        title: Linear equations in several unknown variables
        ---
        //- mathematics/the_very_long_name_of_a_folder_for_other_things/le2.md
        ---
        title: Linear equations and what they are good for
        ---
        //- algebra/linear_equation.md
        ";
    let fixture = Fixture::new(source);
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    let mut shown: Vec<_> = items.iter().map(|item| (&*item.label, &*item.detail)).collect();
    shown.sort_unstable();
    assert_eq!(
        shown,
        [
            ("Linear equations and what they are good for", "le2.md"),
            ("Linear equations in several unknown variables", "mathematics/algeb…"),
            ("linear_equation", "algebra/linear_equation.md"),
        ]
    );
}

/// The lines of `note.md` after each of the items was taken.
#[track_caller]
pub(super) fn all_taken(source: &str) -> Vec<String> {
    let fixture = Fixture::new(source);
    let offset = fixture.cursor().offset;
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    let take = |item: &Completion| {
        let mut text = fixture.text("note.md").to_owned();
        let typed = &text[item.replace.start()..offset];
        assert!(item.replace.touches(offset) && item.filter.starts_with(typed), "{item:?}");
        apply(item, &mut text);
        text.trim_end().to_owned()
    };
    items.iter().map(take).collect()
}

const FILES: &str = "
//- sub/tide tables.md
# Tides
## High water: when?
//- sub/moon.md
//- img/tide (1).png
//- plan.pdf
";

#[test]
fn a_markdown_destination_is_completed() {
    for (line, all) in [
        ("[x](tid$0", vec!["[x](sub/tide%20tables.md)", "[x](img/tide%20%281%29.png)"]),
        ("[x](tid$0) on", vec!["[x](sub/tide%20tables.md) on", "[x](img/tide%20%281%29.png) on"]),
        ("[x](moo$0nlight.md) on", vec!["[x](sub/moon.md) on"]),
        ("[x](moo$0n.md#top) on", vec!["[x](sub/moon.md#top) on"]),
        ("[x](moo$0n \"title\") on", vec!["[x](sub/moon.md \"title\") on"]),
        ("[x](<sub/moo$0", vec!["[x](sub/moon.md)"]),
        ("[x](<sub/moo$0n>) on", vec!["[x](sub/moon.md) on"]),
        ("[x](moo$0 and more", vec!["[x](sub/moon.md) and more"]),
        ("[a](b) [x](moo$0", vec!["[a](b) [x](sub/moon.md)"]),
        ("![x](tid$0)", vec!["![x](img/tide%20%281%29.png)", "![x](sub/tide%20tables.md)"]),
        ("[x](sub/mo$0)", vec!["[x](sub/moon.md)"]),
        ("[x](/sub/mo$0)", vec!["[x](/sub/moon.md)"]),
        ("[x](sub/tide%20tab$0)", vec!["[x](sub/tide%20tables.md)"]),
        ("[x](sub/tide%20tables.md#wat$0)", vec!["[x](sub/tide%20tables.md#high-water-when)"]),
        ("# Own\n[x](#ow$0)", vec!["# Own\n[x](#own)"]),
        ("[x]: tid$0", vec!["[x]: sub/tide%20tables.md", "[x]: img/tide%20%281%29.png"]),
        ("[x]: moo$0nlight.md 'T'", vec!["[x]: sub/moon.md 'T'"]),
        ("> [x y]: <moo$0n>", vec!["> [x y]: sub/moon.md"]),
        ("[x]: sub/tide%20tables.md#wat$0", vec!["[x]: sub/tide%20tables.md#high-water-when"]),
        ("# Own\n[x]:#ow$0", vec!["# Own\n[x]:#own"]),
        ("[x]: moo$0n.md\n[y]: b", vec!["[x]: sub/moon.md\n[y]: b"]),
        ("[^x]: moo$0", vec![]),
        ("text\n[x]: moo$0", vec![]),
        ("`[x]: moo$0`", vec![]),
        ("[x](https://tid$0)", vec![]),
        ("`[x](tid$0`", vec![]),
        ("[x](a) tid$0", vec![]),
        ("\\[x](tid$0", vec![]),
        ("```\n[x](tid$0\n```", vec![]),
    ] {
        assert_eq!(all_taken(&format!("//- note.md\n{line}{FILES}")), all, "{line}");
    }
    // From another folder, with nothing typed.
    let mut found = all_taken(&format!("//- note.md\n[x]($0){FILES}"));
    found.sort();
    let all =
        ["[x](img/tide%20%281%29.png)", "[x](plan.pdf)", "[x](sub/moon.md)", "[x](sub/tide%20tables.md)"];
    assert_eq!(found, all);
}

#[test]
fn an_embed_is_of_a_file_first() {
    for (line, all) in [
        ("![[tid$0", vec!["![[tide (1).png]]", "![[tide tables]]"]),
        ("[[tid$0", vec!["[[tide tables]]"]),
        ("[[plan.$0]]", vec!["[[plan.pdf]]"]),
    ] {
        assert_eq!(all_taken(&format!("//- note.md\n{line}{FILES}")), all, "{line}");
    }
}

#[test]
fn tags_are_completed_in_prose() {
    let vault = "
//- a.md
---
tags: [sea/tide, sea/moon]
---
#sea/tide #Harbor
//- b.md
#harbor #harbor #sea/tide
//- c.md
#harbor
";
    for (line, all) in [
        ("a #$0", vec!["a #harbor", "a #sea", "a #sea/tide", "a #sea/moon"]),
        ("a #ti$0", vec!["a #sea/tide"]),
        ("a #sea/m$0oo on", vec!["a #sea/moon on"]),
        ("#har$0", vec!["#harbor"]),
        ("- #har$0, and", vec!["- #harbor, and"]),
        ("a #new $0", vec![]),
        ("a#har$0", vec![]),
        ("`#har$0`", vec![]),
        ("## har$0", vec![]),
        ("<!-- #har$0 -->", vec![]),
        ("https://a.b/#har$0", vec![]),
        ("---\ntags: [har$0]\n---", vec!["---\ntags: [harbor]\n---"]),
        ("---\ntags: [a, sea/m$0oo, b]\n---", vec!["---\ntags: [a, sea/moon, b]\n---"]),
        ("---\ntags:\n  - a\n  - har$0\n---", vec!["---\ntags:\n  - a\n  - harbor\n---"]),
        ("---\ntags: har$0\n---", vec!["---\ntags: harbor\n---"]),
        ("---\ntags:har$0\n---", vec!["---\ntags: harbor\n---"]),
        ("---\naliases:\n  - har$0\n---", vec![]),
    ] {
        assert_eq!(all_taken(&format!("//- note.md\n{line}{vault}")), all, "{line}");
    }
    let fixture = Fixture::new(&format!("a #harb$0{vault}"));
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    let shown: Vec<_> = items.iter().map(|item| (item.kind, &*item.label, &*item.detail)).collect();
    assert_eq!(shown, [(CompletionKind::Tag, "harbor", "3 notes")]);
}

#[test]
fn front_matter_has_its_keys_and_values() {
    for (source, all) in [
        (
            "---\n$0\n---",
            vec!["---\ntitle: \n---", "---\naliases: \n---", "---\ntags: \n---", "---\nvideoId: \n---"],
        ),
        ("---\ntitle: x\nvid$0\n---", vec!["---\ntitle: x\nvideoId: \n---"]),
        ("---\ntitle: x\ntit$0\n---", vec![]),
        ("---\nti$0: x\n---", vec!["---\ntitle: x\n---"]),
        ("---\ntitle: x\nali$0", vec!["---\ntitle: x\naliases:"]),
        (
            "---\ntitle:$0\n---\n# Big: topic",
            vec!["---\ntitle: \"Big: topic\"\n---\n# Big: topic", "---\ntitle: note\n---\n# Big: topic"],
        ),
        ("---\ntitle: bi$0g\n---\n# Big topic", vec!["---\ntitle: Big topic\n---\n# Big topic"]),
        (
            "---\nvideoId: $0\n---\n[a](https://youtu.be/PdiSU9-Fge4)",
            vec!["---\nvideoId: PdiSU9-Fge4\n---\n[a](https://youtu.be/PdiSU9-Fge4)"],
        ),
        ("---\n\nPlain text\nti$0", vec![]),
        ("---\ntitle: x\n---\nti$0", vec![]),
        ("text\n---\nti$0\n---", vec![]),
    ] {
        assert_eq!(all_taken(&format!("//- note.md\n{source}\n")), all, "{source}");
    }
    let settings = "//- .slugline.toml\nsources.keys = [\"podcast\", \"videoId\"]\n";
    let found = all_taken(&format!("//- note.md\n---\npod$0\n---\n{settings}"));
    assert_eq!(found, ["---\npodcast: \n---"]);
}

#[test]
fn what_obsidian_was_told_about_links_is_followed() {
    let vault = "//- b/tide.md\n---\naliases: [high water]\n---\n//- a/moon.md\n//- root.md\n";
    for (options, typed, after) in [
        ("{}", "tid", "[[tide]]"),
        ("{\"newLinkFormat\": \"absolute\"}", "tid", "[[b/tide]]"),
        ("{\"newLinkFormat\": \"absolute\"}", "roo", "[[root]]"),
        ("{\"newLinkFormat\": \"absolute\"}", "high", "[[b/tide|high water]]"),
        ("{\"newLinkFormat\": \"relative\"}", "tid", "[[../b/tide]]"),
        ("{\"newLinkFormat\": \"relative\"}", "moo", "[[moon]]"),
        ("{\"useMarkdownLinks\": true}", "tid", "[tide](../b/tide.md)"),
        ("{\"useMarkdownLinks\": true}", "high", "[high water](../b/tide.md)"),
        ("{\"useMarkdownLinks\": 3}", "tid", "[[tide]]"),
        ("no JSON", "tid", "[[tide]]"),
    ] {
        let app = format!("//- .obsidian/app.json\n{options}\n");
        let fixture = Fixture::new(&format!("//- a/note.md\n[[{typed}$0]]\n{vault}{app}"));
        let items = completion(&fixture.analysis, fixture.cursor(), 1).items;
        let mut text = fixture.text("a/note.md").to_owned();
        apply(&items[0], &mut text);
        assert_eq!(text.trim_end(), after, "{typed} with {options}");
    }
}

/// Ids are made up from the text; `ID` stands for one here.
#[test]
fn a_block_of_the_same_note_gets_an_id() {
    let source = "See [[#^$0]].\n\nA claim of\ntwo lines.\n\nWith one. ^own\n\n- item *one*\n- item two\n  - below\n\n# Head\n\n```\ncode\n```\n";
    let fixture = Fixture::new(source);
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    let labels: Vec<_> = items.iter().map(|item| (&*item.label, &*item.detail)).collect();
    let new = "new block ID";
    assert_eq!(
        labels,
        [
            ("^own", "With one."),
            ("A claim of two lines.", new),
            ("item one", new),
            ("item two", new),
            ("below", new)
        ]
    );
    for (label, before, after) in [
        ("A claim of two lines.", "two lines.", "two lines. ^ID"),
        ("item one", "- item *one*", "- item *one* ^ID"),
        ("item two", "- item two", "- item two ^ID"),
    ] {
        let item = items.iter().find(|item| item.label == label).unwrap();
        let mut text = fixture.text("note.md").to_owned();
        let expected = text.replace("[[#^]]", "[[#^ID]]").replace(before, after);
        apply(item, &mut text);
        assert_eq!(text.replace(item.insert.trim_start_matches('^'), "ID"), expected);
    }
}

/// An id behind a fence would leave it open.
#[test]
fn blocks_are_told_apart_behind_front_matter_code_and_math() {
    let source = "---\ntitle: A\n---\n[[#^$0]]\n\none\n\n```\ncode\n```\n\ntwo\n\n$$\nx\n$$\n\nthree\n";
    let fixture = Fixture::new(source);
    let items = completion(&fixture.analysis, fixture.cursor(), 100).items;
    assert_eq!(items.iter().map(|item| &*item.label).collect::<Vec<_>>(), ["one", "two", "three"]);
}

/// The link is written by the item, the id in the other note by a change that goes with it.
#[test]
fn a_block_of_another_note_gets_an_id() {
    let other = Fixture::new("See [[b#^$0]].\n//- b.md\nA claim.\n\nWith one. ^own\n");
    let items = completion(&other.analysis, other.cursor(), 100).items;
    assert_eq!(items.iter().map(|item| &*item.label).collect::<Vec<_>>(), ["^own", "A claim."]);
    let (item, b) = (&items[1], other.note("b.md"));
    let (note, id) = item.block.clone().unwrap();
    assert_eq!((note, &*item.insert, &item.also), (b, &*format!("^{id}"), &None));
    let change = give_block_id(&other.analysis, b, &id).unwrap().unwrap();
    assert_eq!(other.after(&change).replace(&id, "ID"), "//- b.md\nA claim. ^ID\n\nWith one. ^own\n");
    assert_eq!(give_block_id(&other.analysis, b, "own"), Ok(None));
    assert!(give_block_id(&other.analysis, b, "no-such").unwrap_err().contains("b.md has changed"));
}

/// A character that takes an item must not take it from who means something else.
#[test]
fn an_item_is_taken_by_a_character_where_no_other_can_be_meant() {
    for (line, label, characters) in [
        ("[[other$0]]", "other", "#|"),
        ("[[Big topic$0]]", "Big Topic", "#|"),
        ("[[oth$0]]", "other", ""),
        ("[[other$0", "other", ""),
        ("[[other$0|x]]", "other", ""),
        ("[[the thing$0]]", "The Thing", ""),
        ("[[big_topic#on$0]]", "One", "|"),
        ("[[big_topic#on$0|x]]", "One", ""),
        ("[[big_topic#^$0]]", "^b1", "|"),
        ("|[[big_topic#on$0]]|\n|---|", "One", ""),
    ] {
        let items = items(line, SLUG).1;
        let item = items.iter().find(|item| item.label == label).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(item.commit.concat(), characters, "{line}");
    }
}

/// Names of every kind, with what links give a meaning to.
fn name() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "tide", "Tide", "c", "eq", "é", "12", "#", "[", "]", "|", "^", "`", "$", "$5", "%%", "<b>", "*", "_",
        "-", " ", " ", ".", ",", "&", "+", ":", "(", ")", "{{", "'", "\"", "\\", "md", "日本", "%20", "~",
        "!", "?", "@", "=",
    ]);
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// A note's path, its title, its aliases.
type Drawn = (String, Option<String>, Vec<String>);

fn drawn() -> impl Strategy<Value = Drawn> {
    let folder = proptest::sample::select(vec!["", "a/", "a/b/", "b/", "c#/", "d [x]/"]);
    let extension = proptest::sample::select(vec!["md", "md", "md", "markdown"]);
    let path = (folder, name(), extension)
        .prop_map(|(folder, name, extension)| format!("{folder}{name}.{extension}"));
    (path, proptest::option::of(name()), proptest::collection::vec(name(), 0..2))
}

fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever notes are called, each item makes a link that leads to its note, and to no other.
    #[test]
    fn every_item_leads_to_its_note(
        notes in proptest::collection::vec(drawn(), 1..7),
        folder in proptest::sample::select(vec!["", "a/", "a/b/"]),
        typed in proptest::sample::select(vec!["", "t", "tide", "c", "a/", "e q", "../t"]),
        frame in proptest::sample::select(vec![
            ("see [[", ""), ("see [[", "]]"), ("see [[", "] on"), ("see ![[", "]]"), ("see [[", "ide]] on"),
            ("see [[", "|text]]"), ("| a | [[", " |\n|---|---|"), ("see [x](", ""), ("see [x](", ") on"),
        ]),
        style in proptest::sample::select(vec!["slug", "slug-title", "title", "auto"]),
        obsidian in proptest::sample::select(vec![
            "{}", r#"{"newLinkFormat":"absolute"}"#, r#"{"newLinkFormat":"relative"}"#, r#"{"useMarkdownLinks":true}"#,
        ]),
    ) {
        let mut source = format!("//- .slugline.toml\ncompletion.style = \"{style}\"\n//- .obsidian/app.json\n{obsidian}\n");
        source.push_str(&format!("//- {folder}from here.md\n{}{typed}$0{}\n", frame.0, frame.1));
        let mut paths = std::collections::BTreeSet::new();
        for (path, title, aliases) in &notes {
            if path.contains("/.") || path.starts_with('.') || !paths.insert(path.to_lowercase()) {
                continue;
            }
            source.push_str(&format!("//- {path}\n---\n"));
            if let Some(title) = title {
                source.push_str(&format!("title: {}\n", yaml(title)));
            }
            let aliases: Vec<_> = aliases.iter().map(|alias| yaml(alias)).collect();
            source.push_str(&format!("aliases: [{}]\n---\n", aliases.join(", ")));
        }
        let fixture = Fixture::new(&source);
        let at = fixture.cursor();
        let before = fixture.text(fixture.analysis.index.path(at.note));
        for item in completion(&fixture.analysis, at, 100).items {
            let Some(note) = item.note else { continue };
            let typed = before.get(item.replace.start()..at.offset);
            prop_assert!(item.replace.touches(at.offset) && typed.is_some_and(|typed| item.filter.starts_with(typed)));
            let mut text = before.to_owned();
            apply(&item, &mut text);
            let document = Document::new(text.into(), fixture.analysis.settings());
            let covers = |link: &&Link| link.span.touches(item.replace.start() - usize::from(item.also.is_some()));
            let link = document.note.links.iter().find(covers);
            prop_assert!(link.is_some(), "{} by {:?}", document.text, item);
            let target = link.unwrap().target_text(&document.text);
            let found = fixture.analysis.resolve(at.note, &target);
            prop_assert_eq!((found.note(), found.ambiguous), (Some(note), false), "{} by {:?}", document.text, item);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Wherever the cursor is in whatever text: an item replaces a part of its line, as clients demand.
    #[test]
    fn every_item_is_one_that_a_client_takes(
        before in pieces(),
        after in pieces(),
        front in proptest::bool::ANY,
    ) {
        let front = if front { "---\n" } else { "" };
        let vault = "//- sub/tide #1.md\n---\ntitle: Tide é\naliases: [T, '[x]']\ntags: [a/b, é]\n---\n# One *two*\ntext ^id\n\
                     //- é.md\n[[wanted]] #a/c\n//- img/p (1).png\n";
        let fixture = Fixture::new(&format!("//- note.md\n{front}{before}$0{after}\n{vault}"));
        let at = fixture.cursor();
        let text = fixture.text("note.md");
        for item in completion(&fixture.analysis, at, 100).items {
            let replaced = item.replace.of(text);
            prop_assert!(item.replace.touches(at.offset) && !replaced.contains(['\n', '\r']), "{item:?}");
            prop_assert!(item.replace.is_empty() || !replaced.is_empty(), "{item:?}");
            let typed = text.get(item.replace.start()..at.offset);
            prop_assert!(typed.is_some_and(|typed| item.filter.starts_with(typed)), "{item:?}");
            prop_assert!(!item.insert.contains(['\n', '\r']) && !item.label.is_empty(), "{item:?}");
            let apart = |span: Span| !span.overlaps(item.replace) && span != Span::at(item.replace.end());
            let is_apart = item.also.is_none_or(|(span, _)| text.get(span.range()).is_some() && apart(span));
            prop_assert!(is_apart);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// What matches equally well stands in one order, whatever more is typed: notes, files, headings, tags,
    /// footnotes.
    #[test]
    fn the_order_stays_while_one_types(
        mut names in proptest::collection::hash_set("tide [a-z]{3}", 2..60).prop_map(Vec::from_iter),
        kind in 0..5usize,
    ) {
        names.sort();
        let dashed = |name: &String| name.replace(' ', "-");
        let note = |name: &String| format!("//- sub/{name}.md\n");
        let (open, line, vault): (_, String, String) = match kind {
            0 => ("[[", String::new(), names.iter().map(note).collect()),
            1 => ("![[", String::new(), names.iter().map(|name| format!("//- img/{name}.png\n")).collect()),
            2 => ("[[b#", String::new(), format!("//- b.md\n{}", names.iter().map(|name| format!("# {name}\n")).collect::<String>())),
            3 => ("#", String::new(), format!("//- b.md\n{}", names.iter().map(|name| format!("#{} ", dashed(name))).collect::<String>())),
            _ => ("[^", names.iter().map(|name| format!("[^{}]: x\n", dashed(name))).collect(), String::new()),
        };
        let mut before: Option<Vec<String>> = None;
        for typed in ["t", "ti", "tid", "tide"] {
            let fixture = Fixture::new(&format!("//- note.md\n{open}{typed}$0\n\n{line}\n{vault}"));
            let found = completion(&fixture.analysis, fixture.cursor(), 40).items.into_iter();
            let found: Vec<_> = found.map(|item| item.label).filter(|label| names.contains(&label.replace(['-', '.'], " ").replace(" png", ""))).collect();
            prop_assert!(found.len() >= names.len().min(39).saturating_sub(1), "{typed}: {found:?}");
            if let Some(before) = before.filter(|before| found != *before) {
                prop_assert_eq!(before, found, "{} {}", open, typed);
                break;
            }
            before = Some(found);
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a",
        "é",
        "T",
        "tide",
        "😀",
        "\n",
        "\r\n",
        " ",
        "[",
        "]",
        "[[",
        "]]",
        "![[",
        "](",
        ")",
        "(",
        "<",
        ">",
        "> [!",
        "[^",
        "[^1]: ",
        "|",
        "#",
        "#^",
        "#a/",
        "x^",
        "\\",
        "- ",
        "tags: ",
        "title: ",
        "vid",
        ":",
        ",",
        "\"",
        "---\n",
        "`",
        "$",
        "%%",
        "/",
        "../",
        "%20",
        "[x](",
        "|a|b|\n|-|-|\n",
        ".",
    ]);
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}
