//! The resolver's table (docs/links.md) and the twin of the incremental index.
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use rustc_hash::FxHashSet;

use super::*;
use crate::settings::Settings;
use crate::sources::SourceId;
use crate::syntax::{Anchor, Block, FrontMatter, Heading, Link, LinkKind, Note, Value};
use crate::text::Span;

/// What a note of these tests holds; drawn by hand, so that the index is tested without the parser.
#[derive(Clone, PartialEq, Debug, Default)]
struct Sketch {
    title: Option<&'static str>,
    aliases: Vec<&'static str>,
    headings: Vec<(u8, &'static str)>,
    blocks: Vec<&'static str>,
    links: Vec<(&'static str, Option<&'static str>)>,
    video: Option<&'static str>,
}

impl Sketch {
    fn facts(&self) -> Facts {
        let value = |text: &&str| Value { text: (*text).to_owned(), span: Span::default() };
        let mut text = String::new();
        let mut push = |part: &str| {
            let start = text.len();
            text.push_str(part);
            Span::new(start, text.len())
        };
        let heading =
            |&(level, text): &(u8, &str)| Heading { level, text: text.to_owned(), ..Heading::default() };
        let mut note = Note {
            front_matter: Some(FrontMatter {
                title: self.title.as_ref().map(value),
                aliases: self.aliases.iter().map(value).collect(),
                video: self.video.as_ref().map(value),
                kind: self.video.map(|_| 0),
                ..FrontMatter::default()
            }),
            headings: self.headings.iter().map(heading).collect(),
            ..Note::default()
        };
        for id in &self.blocks {
            let span = push(id);
            note.blocks.push(Block { span, id: span, block: span });
        }
        for (target, anchor) in &self.links {
            let target = push(target);
            let anchor = anchor.map(|anchor| Anchor { span: push(anchor), block: anchor.starts_with('^') });
            note.links.push(Link {
                kind: LinkKind::Wiki,
                span: target,
                target,
                anchor,
                alias: None,
                in_table: false,
            });
        }
        Facts::new(&text, &note, &Settings::default())
    }
}

fn titled(title: &'static str) -> Sketch {
    Sketch { title: Some(title), ..Sketch::default() }
}

/// A vault of notes `path` or `path = title` and of other files, one a line.
fn vault(lines: &'static str) -> Index {
    let mut index = Index::new(Arc::new(Settings::default()));
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (path, title) = line.split_once(" = ").map_or((line, None), |(path, title)| (path, Some(title)));
        let sketch = Sketch { title, ..Sketch::default() };
        index.apply(match path.ends_with(".md") {
            true => Change::Facts(path.into(), sketch.facts()),
            false => Change::File(path.into()),
        });
    }
    index
}

/// `tier path`, with `?` behind the tier where the link is ambiguous; `-` where nothing matches. A
/// target in parentheses is the destination of a markdown link.
fn outcome(index: &Index, from: &str, target: &str) -> String {
    outcome_over(&[], index, from, target)
}

/// The same where `disk` has these files and, with a `/` at their ends, folders besides.
fn outcome_over(disk: &[&str], index: &Index, from: &str, target: &str) -> String {
    let kind = if target.starts_with('(') { LinkKind::Markdown } else { LinkKind::Wiki };
    let target = target.trim_matches(['(', ')']);
    let span = Span::new(0, target.len());
    let link = Link { kind, span, target: span, anchor: None, alias: None, in_table: false };
    let from = index.note(from).unwrap_or_else(|| panic!("{from}"));
    let found = index.resolve_wanted(from, &Wanted::of(&link, target)).with_disk(|place| match place {
        Unlisted::File(path) => disk.contains(&&**path),
        Unlisted::Folder(path) => disk.contains(&&*format!("{path}/")),
    });
    let place = found.note().map(|note| index.path(note)).or(found.attachment.as_deref());
    match (found.tier, place) {
        (Some(tier), Some(place)) => {
            format!("{}{} {place}", tier.number(), if found.ambiguous { "?" } else { "" })
        }
        _ if found.names_file => "- file".to_owned(),
        _ => "-".to_owned(),
    }
}

#[test]
fn resolution_takes_the_first_tier_that_matches_and_the_nearest_note() {
    let index = vault(
        "home.md
         a/Big Topic.md
         b/big_topic.md
         b/from.md
         b/deep/er/from.md
         c/from.md
         c/x/twin.md
         c/y/twin.md
         c/x/y/twin.md
         d/Étude.md
         d/plain.md = The Whole Story
         d/antiaging.md
         d/ios_17_5.md
         e/tcp.md = TCP/IP
         e/C++.md
         e/c.md
         e/odd.md = C#
         e/😀.md
         e/notes.v2.md
         f/path/note.md
         g/path/note.md
         g/from.md
         img/photo.png
         g/photo.png
         g/Plan.PDF
         data/table.csv
         h/from.md
         h/readme.md
         h/x/Readme.md
         s/e.md
         s/C Strings.md
         s/cats_dogs.md
         s/rust.md
         s/plan.md = lib
         s/twins.md
         s/twins/x.csv
         s/x.html
         s/xhtml.md
         s/yhtml.md
         s/LICENSE
         s/Makefile
         s/terms.md = License
         lib/readme.txt
         img/shot 5 PM.png
         img/from.md
         p/a%20b.md
         p/c%20d.png
         p/R&D.md",
    );
    for (from, target, expected) in [
        // 2: stems, exact before caseless
        ("home.md", "plain", "2 d/plain.md"),
        ("home.md", "PLAIN", "2 d/plain.md"),
        ("home.md", "plain.md", "2 d/plain.md"),
        ("home.md", "e\u{301}tude", "2 d/Étude.md"),
        ("home.md", "E\u{301}tude", "2 d/Étude.md"),
        // the own folder comes first within a step: a slug there waits for a name anywhere
        ("b/from.md", "Big Topic", "2 a/Big Topic.md"),
        ("a/Big Topic.md", "big_topic", "2 b/big_topic.md"),
        ("b/from.md", "Big-Topic", "3 b/big_topic.md"),
        ("h/from.md", "Readme", "2 h/readme.md"),
        ("home.md", "Readme", "2 h/x/Readme.md"),
        ("c/from.md", "Big Topic", "2 a/Big Topic.md"),
        ("b/deep/er/from.md", "Big Topic", "2 a/Big Topic.md"),
        // ranking: hops, then segments, then length, then code points
        ("c/from.md", "twin", "2? c/x/twin.md"),
        ("c/x/y/twin.md", "twin", "2 c/x/y/twin.md"),
        ("c/x/twin.md", "twin", "2 c/x/twin.md"),
        ("home.md", "twin", "2? c/x/twin.md"),
        // 3 to 5
        ("home.md", "Notes.V2", "2 e/notes.v2.md"),
        ("home.md", "Notes V2", "5 e/notes.v2.md"),
        ("home.md", "the whole story", "4 d/plain.md"),
        ("home.md", "The-Whole-Story!", "4 d/plain.md"),
        ("home.md", "Anti-Aging", "5 d/antiaging.md"),
        ("home.md", "thewholestory", "5 d/plain.md"),
        ("home.md", "iOS 17 5", "3 d/ios_17_5.md"),
        ("home.md", "iOS 175", "-"),
        // compared as written
        ("home.md", "C++", "2 e/C++.md"),
        ("home.md", "c++", "-"),
        ("home.md", "C", "2 e/c.md"),
        ("home.md", "C*", "-"),
        ("home.md", "D#", "-"),
        ("home.md", "E#", "2 s/e.md"),
        // symbols that a slug drops tell names apart that people wrote
        ("home.md", "C++ Strings", "-"),
        ("home.md", "c strings", "2 s/C Strings.md"),
        ("home.md", "Cats & Dogs", "3 s/cats_dogs.md"),
        ("home.md", "Cats + Dogs", "3 s/cats_dogs.md"),
        ("home.md", "Rust *", "-"),
        ("home.md", "Rust!", "3 s/rust.md"),
        // every blank is a blank
        ("home.md", "Big\u{a0}Topic", "2 a/Big Topic.md"),
        ("home.md", "a/Big\u{2003}Topic", "1 a/Big Topic.md"),
        ("home.md", "shot 5\u{202f}PM.png", "6 img/shot 5 PM.png"),
        ("home.md", "(img/shot%205%E2%80%AFPM.png)", "6 img/shot 5 PM.png"),
        ("home.md", "C#", "4 e/odd.md"),
        ("home.md", "😀", "2 e/😀.md"),
        ("home.md", "🎉", "-"),
        ("home.md", "!!!", "-"),
        // 1: paths
        ("home.md", "a/Big Topic", "1 a/Big Topic.md"),
        ("home.md", "A/BIG topic", "1 a/Big Topic.md"),
        ("home.md", "a/big_topic", "-"),
        ("home.md", "/b/big_topic.md", "1 b/big_topic.md"),
        ("home.md", "/big_topic", "-"),
        ("b/from.md", "./big_topic", "1 b/big_topic.md"),
        ("b/from.md", "../a/Big Topic", "1 a/Big Topic.md"),
        ("b/from.md", "../../a/Big Topic", "-"),
        ("b/from.md", "../big_topic", "-"),
        ("b/from.md", "deep/er/from", "1 b/deep/er/from.md"),
        ("home.md", "er/from", "1 b/deep/er/from.md"),
        ("home.md", "r/from", "-"),
        ("g/from.md", "path/note", "1 g/path/note.md"),
        ("home.md", "path/note", "1? f/path/note.md"),
        ("home.md", "a/", "-"),
        ("home.md", "TCP/IP", "4 e/tcp.md"),
        ("home.md", "tcp/ip.md", "4 e/tcp.md"),
        ("home.md", "../../etc/passwd", "-"),
        // a path on a site, whose root may be any folder
        ("home.md", "(/b/big_topic)", "1 b/big_topic.md"),
        ("home.md", "(/path/note.md)", "1? f/path/note.md"),
        ("home.md", "(/x/readme)", "1 h/x/Readme.md"),
        ("home.md", "(/photo.png)", "6 g/photo.png"),
        ("home.md", "(/shot%205%20PM.png)", "6 img/shot 5 PM.png"),
        ("home.md", "(/gone.png)", "- file"),
        ("home.md", "/photo.png", "- file"),
        // a folder is what a path to it leads to, whatever is called so
        ("home.md", "(lib)", "6 lib"),
        ("home.md", "(lib/)", "6 lib"),
        ("g/from.md", "(../lib)", "6 lib"),
        ("g/from.md", "(..)", "6 "),
        ("g/from.md", "(lib)", "4 s/plan.md"),
        ("home.md", "lib", "4 s/plan.md"),
        ("s/e.md", "(twins)", "2 s/twins.md"),
        // percent-decoded, then as written
        ("home.md", "(a/Big%20Topic.md)", "1 a/Big Topic.md"),
        ("home.md", "(p/a%20b.md)", "1 p/a%20b.md"),
        ("home.md", "(p/c%20d.png)", "6 p/c%20d.png"),
        ("p/a%20b.md", "(c%20d.png)", "6 p/c%20d.png"),
        ("home.md", "(p/R&amp;D.md)", "1 p/R&D.md"),
        ("home.md", "(p/R\\&D.md)", "1 p/R&D.md"),
        ("home.md", "(p/R&#38;D.md)", "1 p/R&D.md"),
        ("home.md", "(p/R\\&amp;D.md)", "-"),
        // a file of just that name goes before a note that has such a slug
        ("img/from.md", "(Plan.PDF)", "6 g/Plan.PDF"),
        ("s/e.md", "(x.html)", "6 s/x.html"),
        ("home.md", "x.html", "6 s/x.html"),
        ("home.md", "y.html", "3 s/yhtml.md"),
        ("home.md", "LICENSE", "4 s/terms.md"),
        ("home.md", "Makefile", "6 s/Makefile"),
        ("s/e.md", "(LICENSE)", "6 s/LICENSE"),
        // attachments
        ("home.md", "photo.png", "6 g/photo.png"),
        ("home.md", "img/photo.png", "6 img/photo.png"),
        ("home.md", "Photo.PNG", "6 g/photo.png"),
        ("g/from.md", "photo.png", "6 g/photo.png"),
        ("g/from.md", "../img/photo.png", "6 img/photo.png"),
        ("home.md", "plan.pdf", "6 g/Plan.PDF"),
        ("home.md", "table.csv", "6 data/table.csv"),
        ("home.md", "gone.csv", "-"),
        ("home.md", "(gone.csv)", "- file"),
        ("home.md", "(gone.csv?raw=true)", "- file"),
        ("home.md", "(img/photo.png?raw=true)", "6 img/photo.png"),
        ("home.md", "(chapter 1.2)", "-"),
        ("home.md", "gone.mp4", "- file"),
        ("home.md", "Node.js", "-"),
        ("home.md", "../photo.png", "- file"),
        // this note
        ("c/from.md", "", "1 c/from.md"),
    ] {
        assert_eq!(outcome(&index, from, target), expected, "[[{target}]] in {from}");
    }
}

/// Where `#anchor` leads in the note `text`, as wikilink and markdown link, which agree.
#[track_caller]
fn leads(text: &str, anchor: &str) -> AnchorOutcome {
    let facts = Facts::of_text(text);
    let block = anchor.starts_with('^');
    let outcome = resolve_anchor(&facts, anchor, block, false);
    assert_eq!(resolve_anchor(&facts, anchor, block, true), outcome, "#{anchor}");
    outcome
}

#[test]
fn headings_as_obsidian_spells_them() {
    use AnchorOutcome::{Heading, Missing};
    let text = "
# Rock&Roll (1955-60)
## See [[big_topic|the *topic*]], then
## What is `a.b`?
## TCP/IP, UDP
## C# in 3.5 hours
## The ring $k[[x]]_{\\rm red}$ ^ring
### Deep
";
    for (anchor, expected) in [
        ("Rock Roll 1955-60", Heading(0)),
        ("Rock&Roll (1955-60)", Heading(0)),
        ("RockRoll 1955 60", Heading(0)),
        ("See big_topic the topic then", Heading(1)),
        ("See the topic, then", Heading(1)),
        ("what is a b", Heading(2)),
        ("TCP IP UDP", Heading(3)),
        ("tcpip udp", Heading(3)),
        ("C in 3 5 hours", Heading(4)),
        ("C# in 3.5 hours", Heading(4)),
        ("The ring $k x _{ rm red}$", Heading(5)),
        ("The ring $k[[x]]_{\\rm red}$#Deep", Heading(6)),
        ("The ring k x rm red ring", Missing),
        ("Rock", Missing),
        ("TCP UDP", Missing),
    ] {
        assert_eq!(leads(text, anchor), expected, "#{anchor}");
    }
}

#[test]
fn ids_and_places() {
    use AnchorOutcome::{Element, Heading, Missing, None};
    let text = "
<a name=\"legacy\"></a>
## Set up {#install}
## Legacy
<p id=\"Table-1\">
## Line 12
";
    for (anchor, expected) in [
        ("install", Heading(0)),
        ("set-up", Heading(0)),
        ("Set up { install}", Heading(0)),
        ("legacy", Heading(1)),
        ("Table-1", Element(1)),
        ("table-1", Missing),
        ("top", None),
        ("L12", None),
        ("L12-L20", None),
        ("L12-20", None),
        ("L3,4", None),
        ("L", Missing),
        ("L1-L2-L3", Missing),
        ("topic", Missing),
    ] {
        assert_eq!(leads(text, anchor), expected, "#{anchor}");
    }
    assert_eq!(leads("# L12\n# Top\n", "l12"), Heading(0));
    assert_eq!(leads("# L12\n# Top\n", "top"), Heading(1));
}

#[test]
fn anchors() {
    let facts = Sketch {
        headings: vec![
            (1, "Top"),
            (2, "Setup: the basics"),
            (3, "Notes"),
            (2, "Usage"),
            (3, "Notes"),
            (4, "Deep"),
            (2, "C++"),
            (2, "Ünï & cödé"),
        ],
        blocks: vec!["Claim-1", "claim-1", "x2"],
        ..Sketch::default()
    }
    .facts();
    use AnchorOutcome::{Block, Heading, Missing, None};
    for (anchor, markdown, expected) in [
        ("Setup: the basics", false, Heading(1)),
        ("setup the basics", false, Heading(1)),
        ("Setup  the basics", false, Heading(1)),
        ("notes", false, Heading(2)),
        ("Usage#Notes", false, Heading(4)),
        ("Top#Usage#Deep", false, Heading(5)),
        ("Setup the basics#Deep", false, Missing),
        ("Notes#Deep", false, Heading(5)),
        ("C++", false, Heading(6)),
        ("c", false, Missing),
        ("ünï cödé", false, Heading(7)),
        ("", false, None),
        ("#", false, None),
        ("notes-1", false, Missing),
        ("notes-1", true, Heading(4)),
        ("setup-the-basics", true, Heading(1)),
        ("ünï--cödé", true, Heading(7)),
        ("^claim-1", false, Block(0)),
        ("^X2", false, Block(2)),
        ("^y", false, Missing),
    ] {
        let block = anchor.starts_with('^');
        assert_eq!(resolve_anchor(&facts, anchor, block, markdown), expected, "#{anchor}");
    }
}

#[test]
fn an_ignored_attachment_is_found_by_path_only() {
    let index = vault("home.md = LICENSE\nsub/n.md\nimg/x.png");
    let disk = ["build/chart.png", "build/", "sub/img/x.png", "LICENSE"];
    for (from, target, expected) in [
        ("home.md", "build/chart.png", "6 build/chart.png"),
        ("sub/n.md", "../build/chart.png", "6 build/chart.png"),
        ("home.md", "chart.png", "- file"),
        ("home.md", "(build)", "6 build"),
        ("sub/n.md", "(gone/)", "-"),
        // One that is ignored goes before one further away, and before a note with such a title.
        ("sub/n.md", "img/x.png", "6 sub/img/x.png"),
        ("home.md", "(LICENSE)", "6 LICENSE"),
        ("sub/n.md", "LICENSE", "4 home.md"),
    ] {
        assert_eq!(outcome_over(&disk, &index, from, target), expected, "[[{target}]] in {from}");
    }
}

#[test]
fn links_to_ignored_files_see_them_come_and_go() {
    let mut index = vault("a.md\nb.md");
    let linking = Sketch { links: vec![("build/chart.png", Option::None)], ..Sketch::default() };
    index.apply(Change::Facts("a.md".into(), linking.facts()));
    let delta = index.apply(Change::Gone("build/chart.png".into()));
    assert!(delta.touches(&index, index.note("a.md").unwrap()));
    assert!(!delta.touches(&index, index.note("b.md").unwrap()));
}

/// Nearly all notes of a folder may link to what is called as it is.
#[test]
fn a_note_that_comes_or_goes_concerns_links_to_its_folder_only_where_it_is_alone_there() {
    let mut index = vault("a.md\nsea/tides.md\nsea/deep/fish.md");
    let linking = Sketch { links: vec![("sea", Option::None)], ..Sketch::default() };
    index.apply(Change::Facts("a.md".into(), linking.facts()));
    let linking = index.note("a.md").unwrap();
    for (change, concerns) in [
        (Change::Note("sea/moon.md".into()), false),
        (Change::Gone("sea/moon.md".into()), false),
        (Change::Gone("sea/deep/fish.md".into()), false),
        (Change::Gone("sea/tides.md".into()), true),
        (Change::Note("sea/deep/fish.md".into()), true),
    ] {
        assert_eq!(index.apply(change.clone()).touches(&index, linking), concerns, "{change:?}");
    }
}

#[test]
fn backlinks_count_by_resolution() {
    let link = |target| Sketch { links: vec![(target, Option::None)], ..Sketch::default() };
    let mut index = vault("big_topic.md = The Big One\na/other.md\na/far.md");
    index.apply(Change::Facts("a/other.md".into(), link("Big Topic").facts()));
    index.apply(Change::Facts("a/far.md".into(), link("the big one").facts()));
    index.apply(Change::Facts("b/self.md".into(), link("self").facts()));
    let topic = index.note("big_topic.md").unwrap();
    let from: Vec<_> = index.linking(topic, 9).into_iter().map(|note| index.path(note)).collect();
    assert_eq!(from, ["a/other.md", "a/far.md"]);
    let own = index.note("b/self.md").unwrap();
    assert_eq!((index.backlinks(own).len(), index.linking(own, 9).len()), (1, 0));
}

#[test]
fn an_edit_that_defines_nothing_new_touches_nothing() {
    let mut index = vault("a.md = A title\nb.md");
    let facts = |title| titled(title).facts();
    assert!(index.apply(Change::Facts("a.md".into(), facts("A title"))).is_empty());
    assert!(!index.apply(Change::Facts("a.md".into(), facts("a title"))).is_empty(), "spelt otherwise");
    let linking = Sketch { links: vec![("a", Option::None)], ..Sketch::default() };
    assert!(index.apply(Change::Facts("b.md".into(), linking.facts())).is_empty(), "links are nobody else's");
    let delta = index.apply(Change::Facts("a.md".into(), facts("Another")));
    assert!(!delta.touches(&index, index.note("b.md").unwrap()), "its link is by stem, not by title");
    let delta = index.apply(Change::Gone("a.md".into()));
    assert!(delta.touches(&index, index.note("b.md").unwrap()));
}

std::thread_local! {
    static FAULT: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// A bug in the middle of filing a note, where the test wants one.
pub(super) fn fault() {
    assert!(!FAULT.take(), "a bug");
}

#[test]
fn a_bug_in_the_middle_of_a_change_changes_nothing() {
    let mut index = vault("a.md = A title\nb.md\nc/d.md = A title");
    let before = picture(&index);
    let linking = Sketch { links: vec![("a title", Option::None)], ..titled("Other") };
    for change in [Change::Facts("a.md".into(), linking.facts()), Change::Gone("c".into())] {
        FAULT.set(true);
        let mut index = std::panic::AssertUnwindSafe(&mut index);
        let applied = std::panic::catch_unwind(move || index.apply(change));
        assert!(applied.is_err());
    }
    assert_eq!(picture(&index), before);
    index.apply(Change::Gone("c".into()));
    assert_eq!(index.len(), 2);
}

#[test]
fn numbers_of_notes_that_went_are_used_again() {
    let mut index = vault("a.md\nb.md\nc.md");
    let kept = index.note("b.md").unwrap();
    for switch in 0..100 {
        let [come, gone] = if switch % 2 == 0 { ["new", "old"] } else { ["old", "new"] };
        for n in 0..20 {
            index.apply(Change::Note(format!("{come}/{switch}-{n}.md").into()));
        }
        index.apply(Change::Gone(gone.into()));
        assert_eq!(index.note("b.md"), Some(kept));
    }
    let entries = index.entries().len();
    assert!(entries <= 3 + 2 * 20, "{entries} entries for {} notes", index.len());
    index.apply(Change::Gone("old".into()));
    assert_eq!((index.entries().len(), index.len()), (3, 3));
    // A snapshot goes on with the notes that it has.
    let snapshot = index.clone();
    let gone = index.note("a.md").unwrap();
    index.apply(Change::Gone("a.md".into()));
    index.apply(Change::Note("z.md".into()));
    assert_eq!((index.path(gone), snapshot.path(gone)), ("z.md", "a.md"));
}

/// All that can be asked of an index, by path.
fn picture(index: &Index) -> BTreeMap<String, Vec<String>> {
    let path = |note: NoteId| index.path(note).to_owned();
    let mut picture = BTreeMap::new();
    for note in index.notes() {
        let mut lines = vec![format!("title {}", index.title(note))];
        let links = index.facts(note).map_or(0, |facts| facts.link_count());
        for link in 0..links {
            let found = index.resolve_link(note, link);
            let notes: Vec<_> = found.notes.iter().map(|&n| path(n)).collect();
            lines.push(format!(
                "{link} {:?} {notes:?} {} {:?}",
                found.tier, found.ambiguous, found.attachment
            ));
        }
        let mut back: Vec<_> = index.backlinks(note).iter().map(|b| (path(b.from), b.link)).collect();
        back.sort();
        // The links to a heading are those of all links to the note that lead there.
        let headings = index.facts(note).map_or(0, |facts| facts.headings().count());
        for heading in 0..headings {
            let (facts, place) = (index.facts(note).unwrap(), AnchorOutcome::Heading(heading));
            let leads_there = |link: &Backlink| {
                let link = index.facts(link.from).unwrap().links().nth(link.link).unwrap();
                let leads = |(anchor, block)| resolve_anchor(facts, anchor, block, false) == place;
                link.anchor.is_some_and(leads)
            };
            let those = |links: Vec<Backlink>| links.into_iter().filter(leads_there).collect::<Vec<_>>();
            let found = those(index.anchored_backlinks(note, &[(facts, vec![place])]));
            assert_eq!(found, those(index.backlinks(note)), "{} {heading}", path(note));
            let mut found: Vec<_> = found.iter().map(|link| (path(link.from), link.link)).collect();
            found.sort();
            lines.push(format!("heading {heading} {found:?}"));
        }
        lines.push(format!("back {back:?} weight {}", index.weight(note, 99)));
        picture.insert(path(note), lines);
    }
    for video in VIDEOS {
        let citing = index.citing(SourceId { kind: 0, id: video }).into_iter().map(path).collect();
        picture.insert(video.into(), citing);
    }
    for typed in ["a", "al", "bet", "x/a"] {
        let name = TypedName::new(typed);
        let found =
            [index.holding(&name, "x", 9), index.lettered(&name, "x", 9), index.alike(Pairs::of(typed), 9)];
        picture.insert(format!("typed {typed}"), found.into_iter().flatten().map(path).collect());
    }
    picture.insert("wanted".into(), vec![format!("{:?}", index.most_wanted().collect::<Vec<_>>())]);
    picture.insert("files".into(), index.files().map(|file| file.to_string()).collect());
    picture
}

const PATHS: [&str; 13] = [
    "Alpha.md",
    "alpha.md",
    "a/alpha.md",
    "a/Big Topic.md",
    "b/big_topic.md",
    "a/b/note.md",
    "b/note.md",
    "a/pic.png",
    "pic.png",
    "c/bigtopic.md",
    "C++/c++.png",
    "a/x y.png",
    "b.md/z.png",
];
const NAMES: [&str; 7] = ["Alpha", "Big Topic", "note", "C++", "TCP/IP", "Straße", "strasse"];
const TARGETS: [&str; 22] = [
    "alpha",
    "Alpha",
    "big_topic",
    "Big Topic",
    "bigtopic",
    "note",
    "a/alpha",
    "../note",
    "b/note",
    "TCP/IP",
    "C++",
    "STRASSE",
    "pic.png",
    "a/pic.png",
    "missing",
    "",
    "C#",
    "C++.png",
    "c++/",
    "a/",
    "b.md",
    "X Y.png#",
];

const VIDEOS: [&str; 2] = ["dQw4w9WgXcQ", "abcdefghijk"];

fn sketches() -> impl Strategy<Value = Sketch> {
    let name = || proptest::sample::select(&NAMES[..]);
    let heading = (1u8..4, name());
    let link = (proptest::sample::select(&TARGETS[..]), proptest::option::of(name()));
    (
        proptest::option::of(name()),
        proptest::collection::vec(name(), 0..2),
        proptest::collection::vec(heading, 0..2),
        proptest::collection::vec(link, 0..4),
        proptest::option::of(proptest::sample::select(&VIDEOS[..])),
    )
        .prop_map(|(title, aliases, headings, links, video)| Sketch {
            title,
            aliases,
            headings,
            links,
            video,
            blocks: vec![],
        })
}

#[derive(Clone, Debug)]
enum Step {
    /// A note is written, opened or closed with this content; a file that is no note appears.
    Put(&'static str, Sketch),
    /// A note is named by the walk and not read yet.
    Name(&'static str),
    /// A note, a file or a folder goes.
    Gone(&'static str),
    /// A note moves.
    Rename(&'static str, &'static str),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let path = || proptest::sample::select(&PATHS[..]);
    let step = prop_oneof![
        6 => (path(), sketches()).prop_map(|(path, sketch)| Step::Put(path, sketch)),
        1 => path().prop_map(Step::Name),
        2 => prop_oneof![path().boxed(), proptest::sample::select(&["a", "b", "a/b", "c"][..]).boxed()].prop_map(Step::Gone),
        1 => (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
    ];
    proptest::collection::vec(step, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// After every step the index equals one built from nothing, and the delta names every note
    /// that sees another outcome.
    #[test]
    fn the_index_equals_its_from_scratch_twin(steps in steps()) {
        let settings = Arc::new(Settings::default());
        let mut index = Index::new(Arc::clone(&settings));
        let mut notes: BTreeMap<&str, Option<Sketch>> = BTreeMap::new();
        let mut files: BTreeSet<&str> = BTreeSet::new();
        for step in steps {
            let before = picture(&index);
            let mut changes = Vec::new();
            let put = |path: &'static str, sketch: Option<Sketch>, notes: &mut BTreeMap<&str, Option<Sketch>>, files: &mut BTreeSet<&str>| {
                if path.ends_with(".png") {
                    files.insert(path);
                    return Change::File(path.into());
                }
                notes.insert(path, sketch.clone());
                sketch.map_or_else(|| Change::Note(path.into()), |sketch| Change::Facts(path.into(), sketch.facts()))
            };
            match step.clone() {
                Step::Put(path, sketch) => changes.push(put(path, Some(sketch), &mut notes, &mut files)),
                Step::Name(path) => changes.push(put(path, Option::None, &mut notes, &mut files)),
                Step::Gone(path) => {
                    let below = format!("{path}/");
                    notes.retain(|own, _| *own != path && !own.starts_with(&below));
                    files.retain(|own| *own != path && !own.starts_with(&below));
                    changes.push(Change::Gone(path.into()));
                }
                Step::Rename(from, to) => {
                    let moved = notes.remove(from);
                    files.remove(from);
                    changes.push(Change::Gone(from.into()));
                    if let Some(sketch) = moved {
                        changes.push(put(to, sketch, &mut notes, &mut files));
                    }
                }
            }
            let mut delta = Delta::default();
            for change in changes {
                delta.merge(index.apply(change));
            }
            let scratch = Index::from_scratch(
                Arc::clone(&settings),
                notes.iter().map(|(path, sketch)| ((*path).into(), sketch.as_ref().map(Sketch::facts))),
                files.iter().map(|path| (*path).into()),
            );
            let after = picture(&index);
            let touched: FxHashSet<_> = index.notes().filter(|&note| delta.touches(&index, note)).collect();
            prop_assert_eq!(&delta.dependents(&index), &touched, "after {:?}", step);
            for (at, some) in [index.notes().take(2).collect(), index.notes().collect()].iter().enumerate() {
                let expected: FxHashSet<_> = touched.intersection(some).copied().collect();
                prop_assert_eq!(delta.dependents_among(&index, some), expected, "{} after {:?}", at, step);
            }
            prop_assert_eq!(&after, &picture(&scratch), "after {:?}", step);
            for note in index.notes() {
                let links = |picture: &BTreeMap<String, Vec<String>>| {
                    let lines = picture.get(index.path(note)).cloned().unwrap_or_default();
                    lines.into_iter().filter(|line| !["back", "title", "heading"].iter().any(|what| line.starts_with(what))).collect::<Vec<_>>()
                };
                let edited = matches!(&step, Step::Put(path, _) | Step::Name(path) | Step::Rename(_, path) if *path == index.path(note));
                if !edited && links(&before) != links(&after) {
                    prop_assert!(delta.touches(&index, note), "{} sees {:?}", index.path(note), step);
                }
            }
        }
    }
}
