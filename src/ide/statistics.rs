//! What a vault is made of: notes, links by what they were found by, orphans, the most linked notes and the
//! missing ones.
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::Analysis;
use super::hover::counted;
use crate::index::{NoteId, Tier};
use crate::syntax::LinkKind;

/// The counts of a vault; as JSON they are what `slugline stats` prints.
#[derive(Serialize, Debug, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Of the form of the JSON.
    pub version: u32,
    /// Notes.
    pub notes: usize,
    /// Wikilinks, embeds and markdown links to notes or attachments.
    pub links: usize,
    /// Links by what their target was found by, `broken` included; by the names in [`TIERS`].
    pub tiers: BTreeMap<&'static str, usize>,
    /// Of the links, those whose best two targets are equally good.
    pub ambiguous: usize,
    /// Notes that no other note links to.
    pub orphans: Vec<String>,
    /// Notes by the number of other notes that link to them, most first.
    pub most_linked: Vec<Counted>,
    /// Targets that no note has, by the number of notes that link to them, most first.
    pub most_wanted: Vec<Counted>,
}

/// A name with the number of notes that link to it.
#[derive(Serialize, Debug, PartialEq, Eq)]
pub struct Counted {
    /// A path, or a missing name.
    pub name: String,
    /// The notes.
    pub notes: usize,
}

/// The rows of [`Statistics::tiers`], in the order of resolution.
pub const TIERS: [&str; 8] = ["self", "path", "name", "slug", "title", "squashed", "attachment", "broken"];

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

/// The links of one note.
pub struct NoteLinks {
    /// Each by its row in [`TIERS`].
    pub tiers: Vec<&'static str>,
    ambiguous: usize,
    /// The other notes that they lead to, each once.
    targets: HashSet<NoteId>,
}

/// What the links of `note` are found by.
pub fn note_links(analysis: &Analysis, note: NoteId) -> NoteLinks {
    let mut links = NoteLinks { tiers: Vec::new(), ambiguous: 0, targets: HashSet::new() };
    for (link, resolution) in analysis.links(note) {
        links.targets.extend(resolution.note().filter(|&target| target != note));
        // A definition is where the links of its label lead, and no link of its own.
        if link.kind != LinkKind::Definition {
            links.tiers.push(if link.is_own() { "self" } else { row(resolution.tier) });
            links.ambiguous += usize::from(resolution.ambiguous);
        }
    }
    links
}

/// The counts of the vault, by the links of each of its notes.
pub fn statistics(analysis: &Analysis, links: impl IntoIterator<Item = NoteLinks>) -> Statistics {
    let index = &analysis.index;
    let mut stats = Statistics { version: 1, notes: index.len(), ..Statistics::default() };
    stats.tiers = TIERS.into_iter().map(|tier| (tier, 0)).collect();
    let mut linked: HashMap<NoteId, usize> = HashMap::new();
    for of_note in links {
        stats.links += of_note.tiers.len();
        stats.ambiguous += of_note.ambiguous;
        for tier in of_note.tiers {
            *stats.tiers.entry(tier).or_default() += 1;
        }
        for target in of_note.targets {
            *linked.entry(target).or_default() += 1;
        }
    }
    let path = |note: NoteId| index.path(note).to_owned();
    stats.orphans = index.notes().filter(|note| !linked.contains_key(note)).map(path).collect();
    stats.most_linked = linked.iter().map(|(&note, &notes)| Counted { name: path(note), notes }).collect();
    stats.most_wanted =
        index.most_wanted().map(|(name, notes)| Counted { name: name.to_string(), notes }).collect();
    for list in [&mut stats.most_linked, &mut stats.most_wanted] {
        list.sort_by(|a, b| b.notes.cmp(&a.notes).then_with(|| a.name.cmp(&b.name)));
    }
    stats.orphans.sort();
    stats
}

impl Statistics {
    /// The counts in a few lines.
    pub fn summary(&self) -> String {
        let broken = self.tiers.get("broken").copied().unwrap_or_default();
        let mut lines = vec![
            format!("{}, {}", counted(self.notes, "note", "notes"), counted(self.links, "link", "links")),
            format!("{broken} broken, {} ambiguous", self.ambiguous),
            counted(self.orphans.len(), "orphan", "orphans"),
        ];
        lines.extend(list("most linked", &self.most_linked));
        lines.extend(list("most wanted", &self.most_wanted));
        lines.join("; ")
    }
}

/// Entries of a list that the summary names.
const NAMED: usize = 3;

fn list(title: &str, entries: &[Counted]) -> Option<String> {
    let entries: Vec<_> =
        entries.iter().take(NAMED).map(|entry| format!("{} ({})", entry.name, entry.notes)).collect();
    (!entries.is_empty()).then(|| format!("{title}: {}", entries.join(", ")))
}
