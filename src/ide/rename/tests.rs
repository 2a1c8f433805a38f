use super::*;
use crate::ide::fixture::Fixture;

/// Renames what is at the cursor, and compares the files that change with the picture of them; a file that moves
/// is there under its new path.
#[track_caller]
pub(super) fn check(vault: &str, new: &str, expected: &str) {
    let fixture = Fixture::new(vault);
    let renamed = rename(&fixture.analysis, fixture.cursor(), new).unwrap().expect("something is there");
    assert_eq!(fixture.after(&renamed), dedent(expected));
}

fn dedent(picture: &str) -> String {
    let lines: Vec<&str> = picture.trim_matches('\n').lines().collect();
    let common = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min();
    let lines = lines.iter().map(|line| line.get(common.unwrap_or(0)..).unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
}

#[track_caller]
fn refused(vault: &str, new: &str, why: &str) {
    let fixture = Fixture::new(vault);
    let refused = rename(&fixture.analysis, fixture.cursor(), new).unwrap_err();
    assert!(refused.contains(why), "{refused}");
}

#[test]
fn a_note_is_renamed_from_a_link_with_every_link_in_its_own_spelling() {
    check(
        "
        //- a.md
        See [[big$0_topic]], [[Big Topic|the topic]], [[big_topic#Part|x]], ![[big_topic.md]] and [x](big_topic.md#part).
        Not [[other]] nor `[[big_topic]]` <!-- [[big_topic]] -->.

        | a |
        | - |
        | [[big_topic\\|b]] |
        //- big_topic.md
        # Something

        ## Part
        Back to [[#Part]] in [[big_topic]].
        //- sub/c.md
        [c](../big_topic.md) [d](<../big_topic.md>) [[/big_topic]] [[../big_topic]]

        [e]: ../big_topic.md
        [f][e]
        //- other.md
        ",
        "huge_thing",
        "
        //- a.md
        See [[huge_thing]], [[Huge Thing|the topic]], [[huge_thing#Part|x]], ![[huge_thing.md]] and [x](huge_thing.md#part).
        Not [[other]] nor `[[big_topic]]` <!-- [[big_topic]] -->.

        | a |
        | - |
        | [[huge_thing\\|b]] |
        //- huge_thing.md
        # Something

        ## Part
        Back to [[#Part]] in [[huge_thing]].
        //- sub/c.md
        [c](../huge_thing.md) [d](<../huge_thing.md>) [[/huge_thing]] [[../huge_thing]]

        [e]: ../huge_thing.md
        [f][e]
        ",
    );
}

#[test]
fn a_link_by_a_title_that_stays_stays() {
    check(
        "
        //- a.md
        [[Moon$0shine]] and [[n1]]
        //- n1.md
        ---
        title: Moonshine
        ---
        ",
        "n2",
        "
        //- a.md
        [[Moonshine]] and [[n2]]
        //- n2.md
        ---
        title: Moonshine
        ---
        ",
    );
}

#[test]
fn a_title_is_renamed_with_the_links_by_it_and_the_file_that_is_called_so() {
    check(
        "
        //- a.md
        [[big_topic]] and [[Big Topic]] and [[n1|Big topic]]
        //- big_topic.md
        ---
        title: \"Big $0topic\"
        ---
        //- n1.md
        ",
        "Huge thing",
        "
        //- a.md
        [[huge_thing]] and [[Huge Thing]] and [[n1|Big topic]]
        //- huge_thing.md
        ---
        title: \"Huge thing\"
        ---
        ",
    );
    // A file with another name keeps it.
    check(
        "
        //- a.md
        [[n1]] and [[Big Topic]]
        //- n1.md
        # Big $0topic
        ",
        "Huge thing",
        "
        //- a.md
        [[n1]] and [[Huge Thing]]
        //- n1.md
        # Huge thing
        ",
    );
    check(
        "
        //- a.md
        [[bt]] and [[n1]]
        //- n1.md
        ---
        aliases: [b$0t, other]
        ---
        ",
        "ht",
        "
        //- a.md
        [[ht]] and [[n1]]
        //- n1.md
        ---
        aliases: [ht, other]
        ---
        ",
    );
}

#[test]
fn a_link_that_would_lead_elsewhere_goes_on_leading_where_it_led() {
    // `[[tides]]` of x/ would lead to the note that is called so now; it had led to y/.
    check(
        "
        //- x/a.md
        [[tides]] [[mo$0on]]
        //- x/moon.md
        The moon.
        //- y/tides.md
        ",
        "tides",
        "
        //- x/a.md
        [[y/tides]] [[tides]]
        //- x/tides.md
        The moon.
        ",
    );
    let fixture = Fixture::new("//- x/a.md\n[[tides]] [[mo$0on]]\n//- x/moon.md\n//- y/tides.md\n");
    let renamed = rename(&fixture.analysis, fixture.cursor(), "tides").unwrap().unwrap();
    assert_eq!(renamed.warnings, ["1 link would lead elsewhere and is rewritten"]);
}

#[test]
fn a_name_that_a_wikilink_cannot_hold_is_linked_by_another() {
    check(
        "
        //- a.md
        [[to$0pic]] [x](topic.md)
        //- topic.md
        ---
        title: The topic
        ---
        ",
        "c# notes",
        "
        //- a.md
        [[The topic]] [x](c%23%20notes.md)
        //- c# notes.md
        ---
        title: The topic
        ---
        ",
    );
}

#[test]
fn the_case_of_a_name_can_change() {
    check(
        "//- a.md\n[[ti$0des]] [[Tides]]\n//- tides.md\n# x\n",
        "Tides",
        "//- Tides.md\n# x\n//- a.md\n[[Tides]] [[Tides]]\n",
    );
}

#[test]
fn an_attachment_is_renamed_with_its_links() {
    check(
        "
        //- a.md
        ![[pho$0to.png]] ![x](img/photo.png) ![[img/photo.png|200]]
        //- img/photo.png
        bytes
        ",
        "moon",
        "
        //- a.md
        ![[moon.png]] ![x](img/moon.png) ![[img/moon.png|200]]
        //- img/moon.png
        bytes
        ",
    );
}

#[test]
fn a_name_that_no_note_has_is_renamed_in_all_links() {
    check(
        "
        //- a.md
        [[not yet$0]] and [[Not Yet|x]]
        //- b.md
        [[not yet.md]]
        ",
        "soon",
        "
        //- a.md
        [[soon]] and [[Soon|x]]
        //- b.md
        [[soon.md]]
        ",
    );
}

#[test]
fn what_cannot_be_renamed_says_why() {
    let vault = |line: &str| format!("//- a.md\n{line}\n//- b.md\n//- c.md\n");
    refused(&vault("[[b|the al$0ias]]"), "x", "not a name");
    refused(&vault("[[b$0]]"), "c", "already a file `c.md`");
    refused(&vault("[[b$0]]"), "x/y", "cannot hold `/`");
    refused(&vault("[[b$0]]"), " ", "empty");
    refused(&vault("[[b$0]]"), "a:b", "not a valid file name");
    refused(&vault("[[b#no$0thing]]"), "x", "no heading");
    refused(&vault("Words. ^x\n\nOthers. ^y$0"), "x", "already a block");
    refused(&vault("#ta$0g"), "1", "cannot be a tag");
    refused(&vault("[^1$0] [^2]\n\n[^1]: a\n[^2]: b"), "2", "already a footnote");
}

#[test]
fn a_heading_is_renamed_with_its_anchors() {
    check(
        "
        //- a.md
        # A
        ## Old $0name
        [[#Old name]] [x](#old-name)
        ## Notes
        ### Old name
        [[#Notes#Old name]]
        //- b.md
        [[a#Old name|x]] [[a#old-name]] [y](a.md#old-name) [z](a.md#old-name-1) [[a#A#Old name]] [[a#Notes]]
        ",
        "New: name",
        "
        //- a.md
        # A
        ## New: name
        [[#New name]] [x](#new-name)
        ## Notes
        ### Old name
        [[#Notes#Old name]]
        //- b.md
        [[a#New name|x]] [[a#new-name]] [y](a.md#new-name) [z](a.md#old-name) [[a#A#New name]] [[a#Notes]]
        ",
    );
    // The second of two headings of one name has no links by that name alone.
    check(
        "
        //- a.md
        # Notes
        [[#Notes]] [x](#notes-1)
        # No$0tes
        ",
        "More",
        "
        //- a.md
        # Notes
        [[#Notes]] [x](#more)
        # More
        ",
    );
}

#[test]
fn the_anchor_of_a_link_renames_its_heading_or_block() {
    check(
        "//- a.md\n[[b#Pa$0rt|x]]\n//- b.md\n# B\n## Part\n",
        "Section",
        "//- a.md\n[[b#Section|x]]\n//- b.md\n# B\n## Section\n",
    );
    check(
        "//- a.md\n[[b#^my$0-id]] ![[b#^My-Id]]\n//- b.md\nWords. ^my-id\n",
        "other-1",
        "//- a.md\n[[b#^other-1]] ![[b#^other-1]]\n//- b.md\nWords. ^other-1\n",
    );
    check(
        "//- a.md\n[x](b.md#k$0)\n//- b.md\n<a id=\"k\"></a> Words.\n",
        "m",
        "//- a.md\n[x](b.md#m)\n//- b.md\n<a id=\"m\"></a> Words.\n",
    );
}

#[test]
fn a_tag_is_renamed_with_those_below_it() {
    check(
        "
        //- a.md
        ---
        tags: [sea, 'sea/tides', seaside]
        ---
        #Sea$0 #sea/moon #seaside `#sea`
        ",
        "ocean/deep",
        "
        //- a.md
        ---
        tags: [ocean/deep, 'ocean/deep/tides', seaside]
        ---
        #ocean/deep #ocean/deep/moon #seaside `#sea`
        ",
    );
}

#[test]
fn footnotes_labels_and_times_are_renamed() {
    check(
        "//- a.md\nA[^1$0] b[^2] c[^1].\n\n[^1]: d\n[^2]: e\n",
        "one",
        "//- a.md\nA[^one] b[^2] c[^one].\n\n[^one]: d\n[^2]: e\n",
    );
    check(
        "//- a.md\n[x][La$0b] [lab][] [lab]\n\n[lab]: b.md\n//- b.md\n",
        "new",
        "//- a.md\n[x][new] [lab][new] [lab][new]\n\n[new]: b.md\n",
    );
    check(
        "//- a.md\n---\nvideoId: dQw4w9WgXcQ\n---\n<a class=\"yt-timestamp\" data-t=\"00:10:3$06\">[00:10:36]</a>.\n",
        "00:11:00",
        "//- a.md\n---\nvideoId: dQw4w9WgXcQ\n---\n<a class=\"yt-timestamp\" data-t=\"00:11:00\">[00:11:00]</a>.\n",
    );
}

/// Whatever form says its time twice.
#[test]
fn a_time_is_renamed_wherever_a_timestamp_says_it() {
    for (line, after) in [
        ("[00:10:3$06](#00:10:36)", "[00:11:00](#00:11:00)"),
        ("[00:10:36](#t=00:1$00:36)", "[00:11:00](#t=00:11:00)"),
        (
            "[<a class=\"yt-timestamp\" data-t='00:10:3$06'>00:10:36</a>]",
            "[<a class=\"yt-timestamp\" data-t='00:11:00'>00:11:00</a>]",
        ),
        ("[00:1$00:36], [00:10:36]", "[00:11:00], [00:10:36]"),
        ("[10:3$06](https://youtu.be/dQw4w9WgXcQ?t=636)", "[00:11:00](https://youtu.be/dQw4w9WgXcQ?t=660)"),
        (
            "[10:3$06](https://www.youtube.com/watch?t=10m36s&amp;v=dQw4w9WgXcQ)",
            "[00:11:00](https://www.youtube.com/watch?t=660s&amp;v=dQw4w9WgXcQ)",
        ),
        (
            "[10:3$06](<https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10m36s#x> \"y\")",
            "[00:11:00](<https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=660s#x> \"y\")",
        ),
    ] {
        let note = |line: &str| format!("//- a.md\n---\nvideoId: dQw4w9WgXcQ\n---\n{line}\n");
        check(&note(line), "00:11:00", &note(after));
    }
}

#[test]
fn a_rename_touches_no_other_byte() {
    for text in [
        "\u{1f30a} [[b$0]]  \r\nhard  \r\nwrap\r\n\r\n<div>\r\n[[b]]\r\n</div>\r\n",
        "\u{feff}caf\u{e9} [[b$0]]\u{2028}[[b]] \t",
    ] {
        let fixture = Fixture::new(&format!("//- a.md\n{text}\n//- b.md\n"));
        let renamed = rename(&fixture.analysis, fixture.cursor(), "c").unwrap().unwrap();
        let expected = fixture.text("a.md").replace("[[b]]", "[[c]]");
        assert_eq!(fixture.after(&renamed), format!("//- a.md\n{}\n//- c.md\n\n", expected.trim_end()));
    }
}

/// What an editor's explorer does.
#[track_caller]
pub(super) fn check_moves(vault: &str, moves: &[(&str, &str)], expected: &str) {
    let fixture = Fixture::new(vault);
    let moves: Vec<Move> =
        moves.iter().map(|(from, to)| Move { from: (*from).into(), to: (*to).into() }).collect();
    let renamed = move_files(&fixture.analysis, &moves);
    assert_eq!(fixture.after(&renamed), dedent(expected));
}

#[test]
fn links_follow_a_folder_that_moves() {
    check_moves(
        "
        //- a.md
        [[sub/note]] [[note]] [x](sub/note.md) ![[sub/p.png]]
        //- sub/note.md
        [[other]] [[../a]] [x](../a.md) [y](other.md) ![z](p.png) [[sub/other]]
        //- sub/other.md
        [[note]]
        //- sub/p.png
        ",
        &[("sub/note.md", "x/y/note.md"), ("sub/other.md", "x/y/other.md"), ("sub/p.png", "x/y/p.png")],
        "
        //- a.md
        [[x/y/note]] [[note]] [x](x/y/note.md) ![[x/y/p.png]]
        //- sub/note.md
        [[other]] [[../../a]] [x](../../a.md) [y](other.md) ![z](p.png) [[x/y/other]]
        ",
    );
}

#[test]
fn two_notes_change_places() {
    check_moves(
        "
        //- a.md
        [[x/n]] [[y/n]] [z](x/n.md)
        //- x/n.md
        [[y/n]] [m](../y/n.md)
        //- y/n.md
        ",
        &[("x/n.md", "y/n.md"), ("y/n.md", "x/n.md")],
        "
        //- a.md
        [[y/n]] [[x/n]] [z](y/n.md)
        //- x/n.md
        [[x/n]] [m](../x/n.md)
        ",
    );
}

#[test]
fn prepare_says_what_and_where() {
    let prepare = |vault: &str| {
        let fixture = Fixture::new(vault);
        let at = fixture.cursor();
        let prepared = prepare_rename(&fixture.analysis, at).unwrap();
        prepared.map(|own| (own.span.of(fixture.text("a.md")).to_owned(), own.name))
    };
    let some = |span: &str, name: &str| Some((span.to_owned(), name.to_owned()));
    assert_eq!(prepare("//- a.md\n[[Big To$0pic#x|y]]\n//- big_topic.md\n"), some("Big Topic", "big_topic"));
    assert_eq!(prepare("//- a.md\n# On$0e\n"), some("One", "One"));
    assert_eq!(prepare("//- a.md\n\n## On$0e **x** ^id\n"), some("One **x**", "One **x**"));
    assert_eq!(prepare("//- a.md\n\n#a/$0b\n"), some("a/b", "a/b"));
    assert_eq!(prepare("//- a.md\nWo$0rds.\n\nWords.\n"), None);
    assert_eq!(prepare("//- a.md\n---\nti$0tle: x\n---\n"), some("title: x", "a"));
}
