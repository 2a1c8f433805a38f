//! The cases of `cases/*.txt`: what users of other servers have reported, and those servers test. Each is a vault with
//! a cursor, what is done, and the files that change; or the places where what is under the cursor is named.
use std::fmt::Write as _;

use super::*;
use crate::ide::fixture::Fixture;
use crate::ide::references::{Role, occurrences};

/// One case: after `=== name` the vault, a line that says what is done, and what comes of it.
struct Case<'t> {
    name: &'t str,
    vault: String,
    done: &'t str,
    expected: String,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let cases = text.split("=== ").skip(1).map(|case| {
        let (name, rest) = case.split_once('\n').unwrap();
        let (vault, rest) = rest.split_once("\n>>> ").unwrap_or_else(|| panic!("nothing is done in: {name}"));
        let (done, expected) = rest.split_once('\n').unwrap_or((rest, ""));
        // What an editor of this file would not keep.
        let marks = |text: &str| text.replace('\u{240d}', "\r").replace('\u{2420}', " ");
        Case { name, vault: marks(vault) + "\n", done, expected: marks(expected.trim_end()) }
    });
    cases.collect()
}

/// What comes of it, as the file draws it.
fn outcome(case: &Case) -> String {
    let fixture = Fixture::new(&case.vault);
    let analysis = &fixture.analysis;
    let drawn = match case.done.split_once(": ") {
        Some(("rename", new)) => match rename(analysis, fixture.cursor(), new) {
            Ok(Some(change)) => fixture.after(&change),
            Ok(None) => "nothing".to_owned(),
            Err(why) => format!("refused: {why}"),
        },
        Some(("move", moves)) => {
            let moves = moves.split(", ").filter_map(|own| own.split_once(" -> "));
            let moves = moves.flat_map(|(from, to)| moves_of(analysis, &from.into(), &to.into()));
            fixture.after(&move_files(analysis, &moves.collect::<Vec<_>>()))
        }
        _ => {
            let named = crate::ide::symbol_at(analysis, fixture.cursor());
            let found = named.map(|named| occurrences(analysis, &named.symbol)).unwrap_or_default();
            let mut drawn = String::new();
            for found in found {
                let document = analysis.document(found.note).unwrap();
                let text = document.span(found.place).of(&document.text).replace('\n', " ");
                let mark = if found.role == Role::Declaration { "* " } else { "" };
                let path = analysis.index.path(found.note);
                writeln!(drawn, "{mark}{path}:{}: {text}", found.place.line + 1).unwrap();
            }
            drawn
        }
    };
    drawn.trim_end().to_owned()
}

const FILES: [&str; 4] = [
    include_str!("cases/headings.txt"),
    include_str!("cases/moves.txt"),
    include_str!("cases/names.txt"),
    include_str!("cases/references.txt"),
];

#[test]
fn every_case_of_the_table() {
    let (mut wrong, mut count) = (String::new(), 0);
    for case in FILES.into_iter().flat_map(cases) {
        count += 1;
        let found = outcome(&case);
        if found != case.expected {
            writeln!(wrong, "=== {}\nexpected:\n{}\nfound:\n{found}", case.name, case.expected).unwrap();
        }
    }
    assert!(wrong.is_empty() && count > 50, "{count} cases\n{wrong}");
}
