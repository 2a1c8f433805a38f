use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use serde::Serialize;

use super::args::{StatsArgs, StatsFormat};
use super::place::Place;
use super::progress::Progress;
use super::{Failure, Outcome, each, plural, print};
use crate::ide::Analysis;
use crate::index::{NoteId, Tier};
use crate::syntax::LinkKind;
use crate::text::visible;

/// Entries of a list that the text shows.
const SHOWN: usize = 10;

/// What `slugline stats` tells; its JSON is this.
#[derive(Serialize, Debug, PartialEq, Eq, Default)]
struct Stats {
    version: u32,
    notes: usize,
    /// Wikilinks, embeds and markdown links to notes or attachments.
    links: usize,
    /// Links by what their target was found by, `broken` included.
    tiers: BTreeMap<&'static str, usize>,
    /// Of the links, those whose best two targets are equally good.
    ambiguous: usize,
    /// Notes that no other note links to.
    orphans: Vec<String>,
    /// Notes by the number of other notes that link to them, most first.
    most_linked: Vec<Counted>,
    /// Targets that no note has, by the number of notes that link to them, most first.
    most_wanted: Vec<Counted>,
}

#[derive(Serialize, Debug, PartialEq, Eq)]
struct Counted {
    name: String,
    notes: usize,
}

/// `slugline stats`.
pub(super) fn run(args: &StatsArgs) -> Result<Outcome, Failure> {
    for place in Place::all(std::slice::from_ref(&args.path))? {
        let analysis = place.load(&args.vault);
        let stats = stats(&analysis, args.vault.quiet);
        print(|out| match args.format {
            StatsFormat::Text => text(&stats, out),
            StatsFormat::Json => {
                serde_json::to_writer(&mut *out, &stats)?;
                writeln!(out)
            }
        })?;
    }
    Ok(Outcome::Clean)
}

/// The rows of `tiers`, in the order of resolution.
const TIERS: [&str; 8] = ["self", "path", "name", "slug", "title", "squashed", "attachment", "broken"];

fn row(tier: Option<Tier>) -> &'static str {
    match tier {
        Some(Tier::Path) => "path",
        Some(Tier::Stem | Tier::StemCaseless) => "name",
        Some(Tier::StemSlug) => "slug",
        Some(Tier::Title) => "title",
        Some(Tier::Squashed) => "squashed",
        Some(Tier::Attachment | Tier::Folder) => "attachment",
        None => "broken",
    }
}

fn stats(analysis: &Analysis, quiet: bool) -> Stats {
    let index = &analysis.index;
    let notes: Vec<_> = index.notes().collect();
    let mut stats = Stats { version: 1, notes: notes.len(), ..Stats::default() };
    stats.tiers = TIERS.into_iter().map(|tier| (tier, 0)).collect();
    let mut linked: HashMap<NoteId, usize> = HashMap::new();
    let progress = Progress::new("counting", quiet);
    for of_note in each(&notes, &progress, |note| links_of(analysis, note)) {
        stats.links += of_note.tiers.len();
        stats.ambiguous += of_note.ambiguous;
        for tier in of_note.tiers {
            *stats.tiers.entry(tier).or_default() += 1;
        }
        for target in of_note.targets {
            *linked.entry(target).or_default() += 1;
        }
    }
    let path = |note: &NoteId| index.path(*note).to_owned();
    stats.orphans = notes.iter().filter(|note| !linked.contains_key(note)).map(path).collect();
    stats.most_linked = linked.iter().map(|(note, &notes)| Counted { name: path(note), notes }).collect();
    stats.most_wanted = index.wanted().into_iter().map(|(name, notes)| Counted { name, notes }).collect();
    for list in [&mut stats.most_linked, &mut stats.most_wanted] {
        list.sort_by(|a, b| b.notes.cmp(&a.notes).then_with(|| a.name.cmp(&b.name)));
    }
    stats.orphans.sort();
    stats
}

/// The links of one note.
pub(super) struct Links {
    pub(super) tiers: Vec<&'static str>,
    ambiguous: usize,
    /// The other notes that they lead to, each once.
    targets: HashSet<NoteId>,
}

pub(super) fn links_of(analysis: &Analysis, note: NoteId) -> Links {
    let mut links = Links { tiers: Vec::new(), ambiguous: 0, targets: HashSet::new() };
    for (link, resolution) in analysis.links(note) {
        links.targets.extend(resolution.note().filter(|&target| target != note));
        // A definition is where the links of its label lead, and no link of its own.
        if link.kind != LinkKind::Definition {
            links.tiers.push(if link.target.is_empty() { "self" } else { row(resolution.tier) });
            links.ambiguous += usize::from(resolution.ambiguous);
        }
    }
    links
}

fn text(stats: &Stats, out: &mut dyn Write) -> io::Result<()> {
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
