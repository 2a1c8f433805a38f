//! The seeds vault shows every diagnostic once, and nothing else.
use std::collections::BTreeSet;

use slugline::settings::Code;

use super::{findings, project};

/// The mistakes that `seeds/README.txt` lists, as `path:line code`.
fn planted() -> BTreeSet<String> {
    let list = std::fs::read_to_string(project().join("seeds/README.txt")).unwrap();
    let mistakes = list.lines().filter_map(|line| {
        let (code, rest) = line.split_once("  ")?;
        let (place, _) = rest.trim().split_once("  ")?;
        code.parse::<Code>().ok().map(|code| format!("{place} {code}"))
    });
    mistakes.collect()
}

#[test]
fn the_list_names_every_code_once() {
    let mut listed: Vec<_> =
        planted().iter().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect();
    let mut all: Vec<_> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    listed.sort();
    all.sort();
    assert_eq!(listed, all);
}

#[test]
fn exactly_the_planted_mistakes_are_found() {
    let found = findings(&project().join("seeds"), &["--severity", "hint"]);
    let found: BTreeSet<_> = found
        .iter()
        .map(|line| {
            let (place, code) = line.rsplit_once(' ').unwrap();
            format!("{} {code}", place.rsplit_once(':').unwrap().0)
        })
        .collect();
    assert_eq!(found, planted());
}
