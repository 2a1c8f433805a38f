//! `slugline convert`: wikilinks as markdown links, and the other way round.
use std::sync::atomic::{AtomicUsize, Ordering};

use super::args::{ConvertArgs, ConvertTo};
use super::check::{asked_notes, nothing};
use super::fix::{self, Work};
use super::place::Place;
use super::{Failure, Outcome, complain, plural, tell};
use crate::ide::{self, Document, LinkForm, Repair};

/// Runs it.
pub(super) fn run(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let form = match args.to {
        ConvertTo::Markdown => LinkForm::Markdown,
        ConvertTo::Wiki => LinkForm::Wiki,
    };
    let (mut links, mut files, mut failed) = (0, 0, 0);
    let left = AtomicUsize::new(0);
    for place in &Place::all(&args.paths)? {
        let analysis = place.load(&args.vault).snapshot();
        let notes = asked_notes(&analysis, place);
        if notes.is_empty() && !args.vault.quiet {
            complain("warning", &nothing(place, &args.vault.ext));
        }
        let find = |note, document: &Document| {
            let (edits, others) = ide::convert_links(&analysis, note, document, form);
            left.fetch_add(others, Ordering::Relaxed);
            Repair { fixed: edits.len(), edits }
        };
        let work = Work { doing: "Converting", verb: "convert", quiet: args.vault.quiet, find: &find };
        let done = match args.diff {
            true => fix::diff(&analysis, place, &notes, &work)?,
            false => fix::apply(&analysis, place, &notes, &work),
        };
        links += done.problems;
        files += done.files;
        failed += done.failed;
    }
    if !args.vault.quiet {
        let what = if args.diff { "Would convert" } else { "Converted" };
        let done = match links {
            0 => "No links to convert".to_owned(),
            _ => format!("{what} {} in {}", plural(links, "link"), plural(files, "file")),
        };
        tell(&match left.into_inner() {
            0 => done,
            left => format!(
                "{done}; {} unchanged (broken, or not possible in the other form)",
                plural(left, "link")
            ),
        });
    }
    Ok(match links {
        _ if failed > 0 => Outcome::Failed,
        0 => Outcome::Clean,
        _ if args.diff => Outcome::Findings,
        _ => Outcome::Clean,
    })
}
