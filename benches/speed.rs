//! How long parts of slugline take inside one process, by criterion. The lot takes two to three minutes.
#![allow(clippy::unwrap_used, missing_docs, reason = "a program of its own, not the server")]
use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use slugline::ide;
use slugline::index::{Change, Facts, Tier};

mod vault;

use vault::fixture::{self, Fixture, SENTENCE, Typing};

// Made when a benchmark that was asked for needs it.
static SMALL: LazyLock<Fixture> = LazyLock::new(|| Fixture::new(1000));
static LARGE: LazyLock<Fixture> = LazyLock::new(|| Fixture::new(20_000));
const BOTH: [(usize, &LazyLock<Fixture>); 2] = [(1000, &SMALL), (20_000, &LARGE)];

/// The notes that texts are taken from, by name.
fn notes() -> [(&'static str, usize); 2] {
    [("typical note", SMALL.typical()), ("great note", SMALL.vault.great_note().unwrap())]
}

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    for (name, note) in notes() {
        let text = &SMALL.texts[note];
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter(|| fixture::parse(text, &SMALL.settings)));
    }
    group.bench_function("facts of the great note", |b| {
        let text = &SMALL.texts[SMALL.vault.great_note().unwrap()];
        let note = fixture::parse(text, &SMALL.settings);
        b.iter(|| Facts::new(text, &note, &SMALL.settings));
    });
}

fn index(c: &mut Criterion) {
    let mut group = c.benchmark_group("index");
    for (notes, fixture) in BOTH {
        group.throughput(Throughput::Elements(notes as u64));
        group.bench_function(BenchmarkId::new("from scratch", notes), |b| {
            b.iter(|| fixture::from_scratch(&fixture.settings, &fixture.facts));
        });
        group.bench_function(BenchmarkId::new("by changes", notes), |b| {
            b.iter(|| fixture::by_changes(&fixture.settings, &fixture.facts));
        });
        // A note takes over what another one says, and back: names, links and headings differ.
        group.throughput(Throughput::Elements(2));
        group.bench_function(BenchmarkId::new("a note and back", notes), |b| {
            let (path, own) = fixture.facts[7].clone();
            let other = fixture.facts[8].1.clone();
            let mut index = fixture.analysis.index.clone();
            b.iter(|| {
                black_box(index.apply(Change::Facts(Arc::clone(&path).into(), other.clone())));
                black_box(index.apply(Change::Facts(Arc::clone(&path).into(), own.clone())));
            });
        });
    }
}

fn edit(c: &mut Criterion) {
    let mut group = c.benchmark_group("edit");
    for (name, note) in notes() {
        group.bench_function(BenchmarkId::new("a key", name), |b| {
            let mut typing = Typing::new(&SMALL, note);
            let mut keys = SENTENCE.chars().cycle();
            b.iter(|| typing.key(keys.next().unwrap()));
        });
        group.bench_function(BenchmarkId::new("diagnostics", name), |b| {
            let analysis = SMALL.with_open(note, Arc::clone(&SMALL.texts[note]));
            b.iter(|| ide::diagnostics(&analysis, SMALL.id(note), None));
        });
    }
}

fn resolve(c: &mut Criterion) {
    let mut group = c.benchmark_group("resolve 100 links");
    for tier in [Some(Tier::Path), Some(Tier::Stem), Some(Tier::StemSlug), None] {
        group.bench_function(tier.map_or("broken".to_owned(), |tier| format!("{tier:?}")), |b| {
            let index = &LARGE.analysis.index;
            let of_tier: Vec<_> = LARGE
                .links(60_000)
                .into_iter()
                .map(|link| (LARGE.id(link.note), link.target))
                .filter(|(from, target)| index.resolve(*from, target).tier == tier)
                .take(100)
                .collect();
            assert_eq!(of_tier.len(), 100, "links that {tier:?} finds");
            b.iter(|| {
                of_tier.iter().for_each(|(from, target)| drop(black_box(index.resolve(*from, target))))
            });
        });
    }
}

fn complete(c: &mut Criterion) {
    const TYPED: [(&str, &str); 5] = [
        ("nothing", ""),
        ("a letter", "e"),
        ("a beginning", "ene"),
        ("words", "market pol"),
        ("letters here and there", "gvrnmt"),
    ];
    for (notes, fixture) in BOTH {
        let mut group = c.benchmark_group(format!("complete among {notes}"));
        for (name, typed) in TYPED {
            group.bench_function(name, |b| {
                let (analysis, cursor) = fixture.typing(fixture.typical(), typed);
                b.iter(|| ide::completion(&analysis, cursor, 100));
            });
        }
    }
}

fn hover(c: &mut Criterion) {
    let mut group = c.benchmark_group("hover");
    let links = |broken: bool| {
        let index = &LARGE.analysis.index;
        let leads =
            |link: &fixture::Place| index.resolve(LARGE.id(link.note), &link.target).is_broken() == broken;
        LARGE.links(100).into_iter().filter(leads).collect::<Vec<_>>()
    };
    let hubs = || LARGE.links_to_hubs(20);
    let kinds: [(&str, &dyn Fn() -> Vec<fixture::Place>); 3] =
        [("a link", &|| links(false)), ("a broken link", &|| links(true)), ("a hub", &hubs)];
    for (name, places) in kinds {
        group.bench_function(name, |b| {
            let places: Vec<_> = places().iter().map(|place| LARGE.at(place)).collect();
            let mut places = places.iter().cycle();
            b.iter(|| {
                let (analysis, cursor) = places.next().unwrap();
                ide::hover(analysis, *cursor)
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = parse, index, edit, resolve, complete, hover
}
criterion_main!(benches);
