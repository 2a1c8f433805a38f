use std::io::{self, Write};

use super::args::{ReportArgs, ReportFormat};
use super::place::Place;
use super::progress::Progress;
use super::{Failure, Outcome, each, plural, print};
use crate::ide::{self, Analysis, Counted, Statistics, TIERS};
use crate::text::visible;

/// Entries of a list that the text shows.
const SHOWN: usize = 10;

/// `slugline stats`.
pub(super) fn run(args: &ReportArgs) -> Result<Outcome, Failure> {
    for place in Place::all(std::slice::from_ref(&args.folder.path))? {
        let analysis = place.load_whole(&args.folder.vault)?.snapshot();
        let stats = stats(&analysis, args.folder.vault.quiet);
        print(|out| match args.format {
            ReportFormat::Text => text(&stats, out),
            ReportFormat::Json => {
                serde_json::to_writer(&mut *out, &stats)?;
                writeln!(out)
            }
        })?;
    }
    Ok(Outcome::Clean)
}

fn stats(analysis: &Analysis, quiet: bool) -> Statistics {
    let notes: Vec<_> = analysis.index.notes().collect();
    let progress = Progress::new("counting", quiet);
    ide::statistics(analysis, each(&notes, &progress, |note| ide::note_links(analysis, note)))
}

fn text(stats: &Statistics, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}, {}", plural(stats.notes, "note"), plural(stats.links, "link"))?;
    writeln!(out, "\nLinks by resolution")?;
    for (tier, says) in TIERS.into_iter().zip([
        "within the same note",
        "by a path",
        "by file name",
        "by slug",
        "by a title or an alias",
        "by slug, ignoring spaces",
        "attachments",
        "broken",
    ]) {
        let count = stats.tiers.get(tier).copied().unwrap_or_default();
        writeln!(out, "{count:>8}  {says}")?;
    }
    if stats.ambiguous > 0 {
        writeln!(out, "{:>8}  ambiguous (counted above)", stats.ambiguous)?;
    }
    list(out, "Most linked notes", &stats.most_linked)?;
    list(out, "Missing notes, most linked first", &stats.most_wanted)?;
    if !stats.orphans.is_empty() {
        writeln!(out, "\nOrphans (no backlinks)")?;
        for path in stats.orphans.iter().take(SHOWN) {
            writeln!(out, "          {}", visible(path))?;
        }
        more(out, stats.orphans.len())?;
    }
    Ok(())
}

fn list(out: &mut dyn Write, title: &str, entries: &[Counted]) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    for entry in entries.iter().take(SHOWN) {
        writeln!(out, "{:>8}  {}", entry.notes, visible(&entry.name))?;
    }
    more(out, entries.len())
}

fn more(out: &mut dyn Write, entries: usize) -> io::Result<()> {
    match entries.saturating_sub(SHOWN) {
        0 => Ok(()),
        n => writeln!(out, "          and {n} more; --format json lists all"),
    }
}
