//! Cases that are easy to get wrong, each by its name.
use super::tests::{check, check_moves};
use super::*;
use crate::ide::MemoryTexts;
use crate::ide::fixture::Fixture;
use crate::settings::Settings;
use crate::vault::Vault;
use std::sync::Arc;

#[test]
fn anchors_to_the_heading_that_is_the_title_follow_the_title() {
    check(
        "
        //- a.md
        [[n1#Big topic|x]] [y](n1.md#big-topic) [[Big Topic]]
        //- n1.md
        # Big $0topic
        [[#Big topic]] [z](#big-topic)
        ",
        "Huge thing",
        "
        //- a.md
        [[n1#Huge thing|x]] [y](n1.md#huge-thing) [[Huge Thing]]
        //- n1.md
        # Huge thing
        [[#Huge thing]] [z](#huge-thing)
        ",
    );
}

#[test]
fn an_anchor_to_the_heading_that_is_the_title_renames_the_title() {
    check(
        "
        //- a.md
        [[n1#Big to$0pic]] [[Big Topic]]
        //- n1.md
        # Big topic
        ",
        "Huge thing",
        "
        //- a.md
        [[n1#Huge thing]] [[Huge Thing]]
        //- n1.md
        # Huge thing
        ",
    );
}

#[test]
fn the_anchors_of_a_link_by_the_title_change_with_its_target() {
    check(
        "
        //- a.md
        [[Big Topic#Big topic]]
        //- big_topic.md
        # Big $0topic
        ",
        "Huge thing",
        "
        //- a.md
        [[Huge Thing#Huge thing]]
        //- huge_thing.md
        # Huge thing
        ",
    );
}

#[test]
fn a_new_name_that_other_notes_have_too_is_linked_by_its_path() {
    check(
        "
        //- a.md
        [[b$0]] [[b|x]] ![[b#Part]]
        //- x/b.md
        ## Part
        //- y/c.md
        ",
        "c",
        "
        //- a.md
        [[x/c]] [[x/c|x]] ![[x/c#Part]]
        //- x/c.md
        ## Part
        ",
    );
}

#[test]
fn character_references_and_escapes_of_what_stays_are_kept() {
    check(
        "
        //- a.md
        [x](r&amp;d/b$0.md) [y](r%26d/b.md#p) [z](<r&d/b.md> \"b.md\") [v](r\\&d/b.md)
        //- r&d/b.md
        Words.
        ",
        "c d",
        "
        //- a.md
        [x](r&amp;d/c%20d.md) [y](r%26d/c%20d.md#p) [z](<r&d/c d.md> \"b.md\") [v](r\\&d/c%20d.md)
        //- r&d/c d.md
        Words.
        ",
    );
}

#[test]
fn links_to_a_folder_follow_it() {
    check_moves(
        "
        //- a.md
        [x](sub/) [z](other/)
        [y](<sub/deep>)
        //- sub/note.md
        [up](../other/) [own](deep/) [me](./)
        //- sub/deep/b.md
        //- other/c.md
        ",
        &[("sub/note.md", "x/y/note.md"), ("sub/deep/b.md", "x/y/deep/b.md")],
        "
        //- a.md
        [x](x/y/) [z](other/)
        [y](<x/y/deep>)
        //- sub/note.md
        [up](../../other/) [own](deep/) [me](./)
        ",
    );
}

#[test]
fn two_links_on_a_line_behind_an_emoji() {
    check(
        "//- a.md\n\u{1f30a}\u{1f30a} [[b$0]] \u{e9} [[b#x|\u{1f30a}]]\n//- b.md\n## x\n",
        "\u{1f319} moon",
        "//- a.md\n\u{1f30a}\u{1f30a} [[\u{1f319} moon]] \u{e9} [[\u{1f319} moon#x|\u{1f30a}]]\n//- \u{1f319} moon.md\n## x\n",
    );
}

#[test]
fn a_link_by_an_alias_stays_and_the_file_is_renamed() {
    check(
        "//- a.md\n[[Lu$0na]] [[moon]]\n//- moon.md\n---\naliases: [Luna]\n---\n",
        "satellite",
        "//- a.md\n[[Luna]] [[satellite]]\n//- satellite.md\n---\naliases: [Luna]\n---\n",
    );
}

/// A vault of which the index knows other texts than the files hold now.
fn stale(files: &[(&str, &str)], now: &[(&str, &str)]) -> Analysis {
    let vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(files.iter().copied()));
    let index = vault.snapshot().index;
    Analysis::new(index, imbl::OrdMap::new(), Arc::new(MemoryTexts::from_iter(now.iter().copied())))
}

/// What is renamed at a place of `a.md`, whose text is as it was read.
fn renamed(analysis: &Analysis, offset: usize, new: &str) -> Result<Option<SourceChange>, String> {
    rename(analysis, Cursor { note: analysis.index.note("a.md").unwrap(), offset }, new)
}

#[test]
fn a_file_that_changed_since_it_was_read_is_not_damaged() {
    let a = ("a.md", "#tag [[b#Part]] [[c]]\n");
    let files = [a, ("b.md", "## Part\n"), ("d.md", "#tag [[b#Part]] [[c]] [[no]]\n"), ("c.md", "")];
    let now = [a, ("b.md", "## Else\n\n## Part\n"), ("d.md", "Words [[c#Part]] and words.\n"), ("c.md", "")];
    let analysis = stale(&files, &now);
    let d = analysis.index.note("d.md").unwrap();
    let edited = |renamed: &SourceChange| renamed.edits.iter().any(|(note, _)| *note == d);
    assert!(!edited(&renamed(&analysis, 2, "other").unwrap().unwrap()));
    // The heading is another one now.
    let heading = renamed(&analysis, 11, "Other");
    assert!(heading.as_ref().is_err_and(|why| why.contains("changed")), "{heading:?}");
    let b = [a, files[1], now[2], files[3]];
    assert!(!edited(&renamed(&stale(&files, &b), 11, "Other").unwrap().unwrap()));
}

#[test]
fn a_move_to_another_kind_of_file_is_no_rename_of_a_note() {
    let fixture = Fixture::new("//- a.md\n[[b]] [x](b.md)\n//- b.md\n");
    let renamed = move_files(&fixture.analysis, &[Move { from: "b.md".into(), to: "b.txt".into() }]);
    let texts: Vec<_> = renamed.edits.iter().flat_map(|(_, edits)| edits).map(|edit| &*edit.text).collect();
    assert_eq!(texts, ["b.txt", "b.txt"], "{renamed:?}");
}

/// What the index does not know of a folder moves with it, and links by path follow.
#[test]
fn links_to_ignored_files_follow_their_folder() {
    let fixture = Fixture::new(
        "
        //- a.md
        ![[sub/p.png]] [x](sub/out/y.html) [z](sub/out/) [w](other/q.png)
        //- sub/note.md
        [x](out/y.html) ![](p.png) ![](../other/q.png)
        //- sub/p.png (ignored)
        //- sub/out/y.html (ignored)
        //- other/q.png (ignored)
        ",
    );
    let moves = moves_of(&fixture.analysis, &"sub".into(), &"x/y".into());
    assert_eq!(moves.len(), 3, "{moves:?}");
    let change = move_files(&fixture.analysis, &moves);
    assert_eq!(
        fixture.after(&change),
        "//- a.md
![[x/y/p.png]] [x](x/y/out/y.html) [z](x/y/out/) [w](other/q.png)
//- sub/note.md
[x](out/y.html) ![](p.png) ![](../../other/q.png)
"
    );
    // A file alone.
    let moves = moves_of(&fixture.analysis, &"other/q.png".into(), &"r.png".into());
    let change = move_files(&fixture.analysis, &moves);
    let edited: Vec<_> = change.edits.iter().flat_map(|(_, edits)| edits).map(|edit| &*edit.text).collect();
    assert_eq!(edited, ["r.png", "../r.png"]);
}

#[test]
fn a_note_that_leaves_its_folder_leaves_links_to_the_folder() {
    check_moves(
        "
        //- a.md
        [x](sub/)
        //- sub/note.md
        [me](.) [up](..)
        //- sub/other.md
        ",
        &[("sub/note.md", "x/y/note.md")],
        "
        //- sub/note.md
        [me](../../sub) [up](../..)
        ",
    );
}

#[test]
fn a_deletion_breaks_links_that_no_other_file_answers() {
    let fixture = Fixture::new(
        "
        //- a.md
        [[b]] [[b|x]] ![[p.png]] [x](p.png) [[c]]
        //- d.md
        [[b]] ![[p.png]]
        //- b.md
        [[c]]
        //- c.md
        //- x/c.md
        //- p.png
        ",
    );
    let broken = |notes: &[&str], files: &[&str]| {
        let notes: Vec<_> = notes.iter().map(|path| fixture.note(path)).collect();
        let files: Vec<_> = files.iter().map(|path| (*path).into()).collect();
        broken_without(&fixture.analysis, &notes, &files)
    };
    assert_eq!(broken(&["b.md"], &[]), (3, 2));
    assert_eq!(broken(&[], &["p.png"]), (3, 2));
    assert_eq!(broken(&["c.md"], &[]), (0, 0));
    assert_eq!(broken(&["a.md", "b.md"], &["p.png"]), (2, 1));
}
