//! The vaults of the benchmarks are the same everywhere, and have the shapes of real notes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use slugline::index::{Facts, Index, Tier};
use slugline::settings::Settings;
use slugline::syntax::{self, LinkKind, Note, Timestamp, TimestampFault};

#[path = "../benches/vault/mod.rs"]
mod vault;

use vault::{Style, Vault, shape};

struct Read {
    vault: Vault,
    texts: Vec<String>,
    notes: Vec<Note>,
    index: Index,
}

fn read(size: usize, style: Style) -> Read {
    let vault = Vault::new(size, style, 1);
    let settings = Arc::new(Settings::default());
    let texts: Vec<String> = (0..size).map(|note| vault.text(note)).collect();
    let notes: Vec<Note> = texts.iter().map(|text| syntax::parse(text, &settings.syntax_options())).collect();
    let facts = (0..size).map(|note| {
        let facts = Facts::new(&texts[note], &notes[note], &settings);
        (vault.path(note).into(), Some(facts))
    });
    let files = vault.attachments().map(|(path, _)| path.into());
    let index =
        Index::from_scratch(Arc::clone(&settings), facts.collect::<Vec<_>>(), files.collect::<Vec<_>>());
    Read { vault, texts, notes, index }
}

/// FNV-1a over paths and texts.
fn hash(size: usize, style: Style, seed: u64) -> u64 {
    let vault = Vault::new(size, style, seed);
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for note in 0..size {
        for byte in vault.path(note).bytes().chain(vault.text(note).bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    let found = [hash(60, Style::Wiki, 1), hash(60, Style::Markdown, 1), hash(60, Style::Wiki, 2)];
    // A change here changes every figure: the baseline of the instruction counts is to be taken anew.
    assert_eq!(found, [336_378_502_460_026_677, 17_145_119_970_046_475_184, 14_788_802_859_620_651_345]);
}

#[test]
fn a_quantile_is_what_is_written_down() {
    for (rank, bytes) in shape::AT.into_iter().zip(shape::BYTES) {
        assert_eq!(vault::quantile(&shape::BYTES, rank), bytes as usize);
    }
    assert_eq!(vault::quantile(&shape::BYTES, 3750), 4519, "half-way between 3953 and 5084");
}

/// How many texts have a wikilink by path.
fn has_path(texts: &[String]) -> usize {
    let by_path = |text: &&String| {
        text.split("[[").skip(1).any(|link| link.split([']', '|']).next().unwrap().contains('/'))
    };
    texts.iter().filter(by_path).count()
}

/// A share or a count beside what it should be.
#[track_caller]
fn near(what: &str, found: f64, wanted: f64, tolerance: f64) {
    let off = (found / wanted - 1.0).abs();
    assert!(off <= tolerance, "{what}: {found:.3}, not {wanted:.3} within {:.0} %", tolerance * 100.0);
}

#[test]
fn the_shape_is_that_of_the_real_notes() {
    let Read { vault, texts, notes, index } = read(1878, Style::Wiki);
    let median = |of: &dyn Fn(usize) -> usize| {
        let mut values: Vec<_> = (0..texts.len()).map(of).collect();
        values.sort_unstable();
        values[values.len() / 2] as f64
    };
    let sum = |of: &dyn Fn(usize) -> usize| (0..texts.len()).map(of).sum::<usize>() as f64;
    let bytes = |note: usize| texts[note].len();
    near("bytes", sum(&bytes) - shape::GREAT_NOTE as f64, 13.1e6, 0.1);
    near("median bytes", median(&bytes), 5109.0, 0.1);
    near("the great note", bytes(vault.great_note().unwrap()) as f64, shape::GREAT_NOTE as f64, 0.05);
    let links = |note: usize| notes[note].links.len();
    near("links", sum(&links), 22_861.0, 0.1);
    near("median links", median(&links), 7.0, 0.15);
    let headings = |note: usize| notes[note].headings.len();
    near("headings", sum(&headings), 13_092.0, 0.1);
    near("median headings", median(&headings), 6.0, 0.15);
    let stamps = |note: usize| notes[note].timestamps.len();
    near("timestamps", sum(&stamps), 58_500.0, 0.1);
    near("median timestamps", median(&stamps), 25.0, 0.15);
    for (fault, count) in [
        (TimestampFault::Malformed, 714.0),
        (TimestampFault::Mismatched, 311.0),
        (TimestampFault::Bare, 3437.0),
    ] {
        let faulty =
            |stamp: &&Timestamp| stamp.problem.as_ref().is_some_and(|problem| problem.fault == fault);
        near(
            &format!("{fault:?}"),
            sum(&|note| notes[note].timestamps.iter().filter(faulty).count()),
            count,
            0.15,
        );
    }

    let mut tiers: BTreeMap<Option<u8>, f64> = BTreeMap::new();
    for (note, _, facts) in index.scan() {
        let facts = facts.unwrap();
        for link in facts.links() {
            let tier = index.resolve(note, &link.target.text()).tier;
            *tiers.entry(tier.map(Tier::number)).or_default() += 1.0;
        }
    }
    let all: f64 = tiers.values().sum();
    near("broken links", tiers[&None] / all, 0.55, 0.1);
    near("links by stem", tiers[&Some(2)] / all, 0.39, 0.15);
    near("links by slug", tiers[&Some(3)] / all, 0.03, 0.5);
    near("links with an alias", sum(&|note| texts[note].matches(" | ").count()) / all, 0.87, 0.1);
    for hub in vault.hubs() {
        let note = index.note(&vault.path(hub)).unwrap();
        near("links to a hub", index.backlinks(note).len() as f64 / all, 0.019, 0.15);
    }
}

#[test]
fn what_the_real_notes_lack_is_there() {
    let Read { vault, texts, notes, index } = read(1000, Style::Wiki);
    let has = |of: &dyn Fn(&Note) -> bool| notes.iter().filter(|note| of(note)).count();
    let says = |what: &str| texts.iter().filter(|text| text.contains(what)).count();
    let twins = (0..1000).filter(|note| {
        let path = vault.path(*note);
        let stem = path.rsplit('/').next().unwrap();
        index.notes().filter(|note| index.path(*note).ends_with(&format!("/{stem}"))).count() > 1
    });
    for (what, count) in [
        ("aliases", has(&|note| note.front_matter.as_ref().is_some_and(|front| !front.aliases.is_empty()))),
        ("tags", has(&|note| !note.tags.is_empty())),
        ("block ids", has(&|note| !note.blocks.is_empty())),
        ("footnotes", has(&|note| !note.footnotes.is_empty())),
        ("anchors", has(&|note| note.links.iter().any(|link| link.anchor.is_some()))),
        ("embeds", has(&|note| note.links.iter().any(|link| link.kind == LinkKind::Embed))),
        ("paths", has_path(&texts)),
        ("pipes in tables", says("\\|here]]")),
        ("comments", says("%% later: [[")),
        (
            "other scripts",
            texts.iter().filter(|text| text.chars().filter(|c| !c.is_ascii()).count() > 200).count(),
        ),
        ("CRLF", says("\r\n")),
        ("prices", says("$")),
        ("twins", twins.count()),
        ("attachments", index.files().count()),
    ] {
        assert!((1..400).contains(&count), "{what}: {count}");
    }
}

#[test]
fn both_styles_have_one_graph() {
    let leads = |style| {
        let Read { index, .. } = read(700, style);
        let mut leads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (note, path, facts) in index.scan() {
            let facts = facts.unwrap();
            let to = facts.links().filter_map(|link| index.resolve(note, &link.target.text()).note());
            leads.insert(path.to_owned(), to.map(|to| index.path(to).to_owned()).collect());
        }
        leads
    };
    for (wiki, markdown) in leads(Style::Wiki).into_iter().zip(leads(Style::Markdown)) {
        assert_eq!(wiki, markdown);
    }
}
