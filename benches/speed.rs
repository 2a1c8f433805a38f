//! How long parts of slugline take inside one process, by criterion. The lot takes two to three minutes.
#![allow(clippy::unwrap_used, missing_docs, reason = "a program of its own, not the server")]
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use slugline::ide;
use slugline::index::{Change, Facts, Tier};

mod vault;

use vault::fixture::{self, Fixture, SENTENCE, Typing};

fn parse(c: &mut Criterion) {
    let fixture = Fixture::new(vault::shape::GREAT_NOTE_FROM);
    let mut group = c.benchmark_group("parse");
    for (name, note) in
        [("typical note", fixture.typical()), ("great note", fixture.vault.great_note().unwrap())]
    {
        let text = &fixture.texts[note];
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter(|| fixture::parse(text, &fixture.settings)));
    }
    drop(group);
    let note = fixture.typical();
    let read = fixture::parse(&fixture.texts[note], &fixture.settings);
    c.bench_function("facts of the typical note", |b| {
        b.iter(|| Facts::new(&fixture.texts[note], &read, &fixture.settings));
    });
}

fn index(c: &mut Criterion) {
    let mut group = c.benchmark_group("index");
    for notes in [1000, 20_000] {
        let fixture = Fixture::new(notes);
        group.throughput(Throughput::Elements(notes as u64));
        group.bench_function(BenchmarkId::new("from scratch", notes), |b| {
            b.iter(|| fixture::from_scratch(&fixture.settings, &fixture.facts));
        });
        group.bench_function(BenchmarkId::new("by changes", notes), |b| {
            b.iter(|| fixture::by_changes(&fixture.settings, &fixture.facts));
        });
        // A note takes over what another one says, and back: names, links and headings differ.
        let (path, own) = fixture.facts[7].clone();
        let other = Arc::clone(&fixture.facts[8].1);
        let mut index = fixture.analysis.index.clone();
        group.throughput(Throughput::Elements(2));
        group.bench_function(BenchmarkId::new("a note and back", notes), |b| {
            b.iter(|| {
                black_box(index.apply(Change::Facts(Arc::clone(&path), Arc::clone(&other))));
                black_box(index.apply(Change::Facts(Arc::clone(&path), Arc::clone(&own))));
            });
        });
    }
}

fn edit(c: &mut Criterion) {
    let fixture = Fixture::new(1000);
    let mut group = c.benchmark_group("edit");
    for (name, note) in
        [("typical note", fixture.typical()), ("great note", fixture.vault.great_note().unwrap())]
    {
        group.bench_function(BenchmarkId::new("a key", name), |b| {
            let mut typing = Typing::new(&fixture, note);
            let mut keys = SENTENCE.chars().cycle();
            b.iter(|| typing.key(keys.next().unwrap()));
        });
        group.bench_function(BenchmarkId::new("diagnostics", name), |b| {
            let analysis = fixture.with_open(note, Arc::clone(&fixture.texts[note]));
            b.iter(|| ide::diagnostics(&analysis, fixture.id(note), None));
        });
    }
}

fn resolve(c: &mut Criterion) {
    let mut fixture = Fixture::new(20_000);
    let mut group = c.benchmark_group("resolve");
    let links = fixture.links(20_000);
    let index = &fixture.analysis.index;
    for tier in [Some(Tier::Path), Some(Tier::Stem), Some(Tier::StemSlug), Some(Tier::Title), None] {
        let links: Vec<_> = links
            .iter()
            .map(|link| (fixture.id(link.note), &link.target))
            .filter(|(from, target)| index.resolve(*from, target).tier == tier)
            .take(100)
            .collect();
        assert!(!links.is_empty(), "no link that {tier:?} finds");
        group.throughput(Throughput::Elements(links.len() as u64));
        group.bench_function(tier.map_or("broken".to_owned(), |tier| format!("{tier:?}")), |b| {
            b.iter(|| links.iter().for_each(|(from, target)| drop(black_box(index.resolve(*from, target)))));
        });
    }
}

fn complete(c: &mut Criterion) {
    for notes in [1000, 20_000] {
        let mut group = c.benchmark_group(format!("complete among {notes}"));
        let fixture = Fixture::new(notes);
        for (name, typed) in [
            ("nothing", ""),
            ("a letter", "e"),
            ("a beginning", "ene"),
            ("words", "market pol"),
            ("letters", "gvrnmt"),
        ] {
            let (analysis, cursor) = fixture.typing(fixture.typical(), typed);
            group.bench_function(name, |b| b.iter(|| ide::completion(&analysis, cursor, 100).unwrap()));
        }
    }
}

fn hover(c: &mut Criterion) {
    let mut fixture = Fixture::new(20_000);
    let mut group = c.benchmark_group("hover");
    let any = fixture.links(50);
    for (name, places) in [("any link", any), ("hub", fixture.links_to_hubs(10))] {
        let places: Vec<_> = places.iter().map(|place| fixture.at(place)).collect();
        let mut places = places.iter().cycle();
        group.bench_function(name, |b| {
            b.iter_batched(
                || places.next().unwrap(),
                |(analysis, cursor)| ide::hover(analysis, *cursor),
                BatchSize::SmallInput,
            );
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
