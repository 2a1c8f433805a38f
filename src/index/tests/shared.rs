//! Names that many notes share: as if every one of them were looked at, without a look at every one.
use super::super::cancel::steps;
use super::super::matching::{COMPARISONS, Target, hops, rank, skip_segments};
use super::super::names::Name;
use super::*;
use crate::text::{PathText, VaultPath};

const FOLDERS: [&str; 9] = ["", "a", "A", "a/b", "a/b/a", "b", "b/notes", "a/Notes", "b/a/notes"];
const STEMS: [&str; 6] = ["index", "Index", "in-dex", "index!", "INDEX", "x"];
const TITLES: [&str; 4] = ["Index", "in dex", "a/index", "x"];
const TARGETS: [&str; 16] = [
    "index",
    "Index",
    "INDEX",
    "in dex",
    "index!",
    "index#",
    "x",
    "a/index",
    "A/Index",
    "notes/index",
    "b/notes/index",
    "../index",
    "./index",
    "/index",
    "/a/index",
    "/b/index.md",
];

/// A note by its number: nested folders of many equal names, with titles that are alike too.
fn note(number: usize) -> (VaultPath, Option<&'static str>) {
    let (folder, number) = (FOLDERS[number % FOLDERS.len()], number / FOLDERS.len());
    let (stem, number) = (STEMS[number % STEMS.len()], number / STEMS.len());
    let (inner, number) = (number % 4, number / 4);
    let title = TITLES.get(number % 9).copied();
    let parts = [folder.to_owned(), if inner > 0 { format!("n{inner}") } else { String::new() }];
    let folder = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    (if folder.is_empty() { format!("{stem}.md") } else { format!("{folder}/{stem}.md") }.into(), title)
}

const NOTES: usize = FOLDERS.len() * STEMS.len() * 4 * 9;

/// What a target leads to by the rules alone, over all notes: `tier`, whether it is ambiguous, and all
/// candidates, best first.
fn plain(index: &Index, from: &str, target: &str, markdown: bool) -> (Option<Tier>, bool, Vec<NoteId>) {
    let bare = index.settings().note_stem(target).unwrap_or(target);
    let found = if bare.contains('/') { plain_path(index, from, bare, markdown) } else { None };
    let found = found.map(|notes| (Tier::Path, notes)).or_else(|| plain_name(index, from, bare));
    let Some((tier, mut notes)) = found else { return (None, false, Vec::new()) };
    notes.sort_by_key(|&note| rank(from, index.path(note)));
    let hops = |at: usize| notes.get(at).map(|&note| hops(from, index.path(note)));
    if hops(0) != hops(1) {
        notes.truncate(1);
    }
    (Some(tier), notes.len() > 1, notes)
}

fn plain_name(index: &Index, from: &str, bare: &str) -> Option<(Tier, Vec<NoteId>)> {
    let (target, whole) = (Target::new(bare), Name::new(bare));
    let mut found = Vec::new();
    for note in index.notes() {
        let entry = index.entry(note).unwrap();
        let tier = if bare.contains('/') {
            let is_title = entry.names().skip(1).any(|name| whole.is_like(name));
            is_title.then_some(Tier::Title)
        } else {
            target.tier(entry.name(), entry.facts.as_ref())
        };
        found.extend(tier.map(|tier| (tier, note, entry.folder() == from)));
    }
    let own = found.iter().filter(|(tier, _, own)| *own && *tier <= Tier::StemCaseless);
    let own = own.map(|(tier, ..)| *tier).min();
    let tier = own.or_else(|| found.iter().map(|(tier, ..)| *tier).min())?;
    Some((tier, found.into_iter().filter(|(t, ..)| *t == tier).map(|(_, note, _)| note).collect()))
}

fn plain_path(index: &Index, from: &str, bare: &str, markdown: bool) -> Option<Vec<NoteId>> {
    let (relative, root) = (from.join(bare), "".join(bare.trim_start_matches('/')));
    let find = |wanted: Option<&String>, is_end: bool| {
        let wanted = wanted?;
        let found = COMPARISONS.iter().map(|same| {
            let matches = |&note: &NoteId| {
                let own = index.entry(note).unwrap().path_stem();
                let count = |path: &str| path.matches('/').count();
                match count(own).checked_sub(count(wanted)) {
                    Some(0) => same(own, wanted),
                    Some(skip) if is_end => same(skip_segments(own, skip), wanted),
                    _ => false,
                }
            };
            index.notes().filter(matches).collect::<Vec<_>>()
        });
        found.into_iter().find(|found| !found.is_empty())
    };
    let (relative, root) = (relative.as_ref(), root.as_ref());
    if bare.starts_with('.') {
        find(relative, false)
    } else if bare.starts_with('/') {
        find(root, false).or_else(|| find(root, true).filter(|_| markdown))
    } else {
        find(relative, false).or_else(|| find(root, false)).or_else(|| find(root, true))
    }
}

/// Holds every fifth of the targets from every folder against the plain rules, and all backlinks.
#[track_caller]
fn check(index: &Index, fifth: usize) {
    let mut at = fifth;
    let mut leads: BTreeMap<NoteId, Vec<Backlink>> = BTreeMap::new();
    for from in FOLDERS.iter().copied().chain(["a/n1", "b/n2", "c"]) {
        for (target, markdown) in TARGETS.iter().flat_map(|target| [(*target, false), (*target, true)]) {
            at += 1;
            if !at.is_multiple_of(5) {
                continue;
            }
            let wanted = Wanted { markdown, ..Wanted::wiki(target) };
            let found = index.resolve_from(from, &wanted);
            let (mut tier, mut ambiguous, mut notes) = plain(index, from, target, markdown);
            // `[[index#]]` is a link to `index` where nothing is called `index#`.
            if let Some(shorter) = wanted.shortened().filter(|_| tier.is_none_or(Tier::is_inexact)) {
                let shorter = plain(index, from, shorter, markdown);
                if tier.is_none() && shorter.0.is_some_and(|tier| !tier.is_inexact()) {
                    (tier, ambiguous, notes) = shorter;
                }
            }
            let count = notes.len();
            notes.truncate(MOST_CANDIDATES);
            let paths = |notes: &[NoteId]| -> Vec<String> {
                notes.iter().map(|&note| index.path(note).to_owned()).collect()
            };
            assert_eq!(
                (found.tier, found.ambiguous, paths(&found.notes), found.count()),
                (tier, ambiguous, paths(&notes), count),
                "[[{target}]] in {from:?}, markdown: {markdown}"
            );
        }
    }
    for from in index.notes() {
        for link in 0..index.facts(from).map_or(0, |facts| facts.link_count()) {
            if let Some(to) = index.resolve_link(from, link).note() {
                leads.entry(to).or_default().push(Backlink { from, link });
            }
        }
    }
    for note in index.notes() {
        let mut expected = leads.remove(&note).unwrap_or_default();
        expected.sort_unstable();
        assert_eq!(index.backlinks(note), expected, "{}", index.path(note));
        let mut linking: Vec<_> =
            expected.iter().map(|link| link.from).filter(|&from| from != note).collect();
        linking.dedup();
        assert_eq!(index.linking(note, usize::MAX), linking, "{}", index.path(note));
        assert_eq!(index.linking(note, 2).len(), linking.len().min(2), "{}", index.path(note));
        let twins = index.notes().filter(|&other| {
            let [own, twin] = [note, other].map(|note| index.entry(note).unwrap());
            other != note && own.folder() == twin.folder() && own.name().is_like(twin.name())
        });
        assert_eq!(index.twins(note), twins.collect::<Vec<_>>(), "{}", index.path(note));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn the_nearest_of_many_is_the_nearest_of_all(
        first in proptest::collection::vec((0..NOTES, 0..TARGETS.len()), 40..100),
        then in proptest::collection::vec((0..NOTES, 0..TARGETS.len()), 0..40),
        fifth in 0usize..5,
        gone in proptest::collection::vec(0..FOLDERS.len(), 0..5),
    ) {
        let put = |&(number, link): &(usize, usize)| {
            let (path, title) = note(number);
            let links = [link, link / 2].map(|link| (TARGETS[link], Option::None)).to_vec();
            (path, Some(Sketch { title, links, ..Sketch::default() }.facts()))
        };
        let settings = Arc::new(Settings::default());
        let mut index = Index::from_scratch(settings, first.iter().map(put), []);
        check(&index, fifth);
        for change in &then {
            let (path, facts) = put(change);
            index.apply(Change::Facts(path, facts.unwrap()));
        }
        check(&index, fifth);
        for folder in gone {
            index.apply(Change::Gone(FOLDERS[folder].into()));
            index.apply(Change::Gone(format!("{}/n1", FOLDERS[folder]).into()));
        }
        check(&index, fifth);
    }
}

/// A vault with a note of one name in each of `folders` folders, each with a link by that name.
fn folder_notes(folders: usize) -> Index {
    let linking = || Sketch { links: vec![("index", Option::None)], ..Sketch::default() }.facts();
    let paths = (0..folders).map(|n| format!("folder {n}/index.md")).chain(["home.md".to_owned()]);
    let notes = paths.map(|path| (path.into(), Some(linking())));
    Index::from_scratch(Arc::default(), notes, [])
}

/// What work at a name costs must not grow with the number of notes that share it.
#[test]
fn a_name_that_many_notes_share_costs_no_more_than_another() {
    type Work<'w> = &'w dyn Fn(&Index) -> usize;
    let note = |index: &Index, path: &str| index.note(path).unwrap();
    let resolve = |index: &Index, from: &str| index.resolve(note(index, from), "index").count();
    let all: [(&str, Work<'_>); 6] = [
        ("the own one", &|index| resolve(index, "folder 7/index.md")),
        ("one of many", &|index| resolve(index, "home.md")),
        ("by a path", &|index| index.resolve(note(index, "home.md"), "folder 7/index").count()),
        ("backlinks", &|index| index.backlinks(note(index, "folder 7/index.md")).len()),
        ("no backlinks", &|index| index.linking(note(index, "folder 70/index.md"), 100).len()),
        ("twins", &|index| index.twins(note(index, "folder 7/index.md")).len()),
    ];
    let (few, many) = (folder_notes(100), folder_notes(4000));
    for (name, work) in all {
        let [few, many] = [&few, &many].map(|index| steps(|| work(index)));
        assert!(many <= 2 * few.max(8), "{name}: {few} steps with 100 folders, {many} with 4,000");
    }
    let found = many.resolve(note(&many, "home.md"), "index");
    assert_eq!((found.notes.len(), found.count(), found.ambiguous), (MOST_CANDIDATES, 4000, true));
    assert_eq!(many.path(found.notes[0]), "folder 0/index.md");
    // Every link but that of `home.md` leads to the note beside it.
    let first = note(&many, "folder 0/index.md");
    assert_eq!(many.linking(first, 9), [note(&many, "home.md")]);
}

/// The links to a heading cost no more when its note has many other links.
#[test]
fn references_of_a_heading_follow_their_number() {
    let vault = |notes: usize| {
        let linking = |n: usize| {
            let anchor = Some(if n.is_multiple_of(2) { "Other part" } else { "Part" });
            let anchor = anchor.filter(|_| n < 20);
            Sketch { links: vec![("hub", anchor), ("hub", Option::None)], ..Sketch::default() }.facts()
        };
        let hub = Sketch { headings: vec![(1, "Part"), (2, "Other part")], ..Sketch::default() };
        let notes = (0..notes).map(|n| (format!("{n}/n.md").into(), Some(linking(n))));
        Index::from_scratch(Arc::default(), notes.chain([("hub.md".into(), Some(hub.facts()))]), [])
    };
    let [few, many] = [100, 4000].map(vault);
    let links = |index: &Index| {
        let hub = index.note("hub.md").unwrap();
        index.anchored_backlinks(hub, &[(index.facts(hub).unwrap(), vec![AnchorOutcome::Heading(0)])]).len()
    };
    assert_eq!((links(&few), links(&many)), (20, 20));
    let [few, many] = [few, many].map(|index| steps(|| links(&index)));
    assert_eq!(few, many);
}
