//! Where the anchors of links lead within a note (docs/links.md).
use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::Facts;
use super::name::{Slug, is_word};

/// Where an anchor leads within a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnchorOutcome {
    /// The heading with this index in [`Facts::headings`].
    Heading(usize),
    /// The block with this index in [`Facts::blocks`].
    Block(usize),
    /// Nowhere.
    Missing,
    /// The link has no anchor, or an empty one.
    None,
}

/// What links can lead to within one note. Made once for many links, each answer costs no more than
/// the anchor is long: a table of contents has as many links as its note has headings.
#[derive(Debug)]
pub struct Anchors<'f> {
    facts: &'f Facts,
    /// Headings by slug, and as Obsidian spells them; in order.
    headings: OnceCell<FxHashMap<Slug<'f>, Vec<usize>>>,
    /// Behind which heading the section of each ends.
    ends: OnceCell<Vec<usize>>,
    github: OnceCell<FxHashMap<String, usize>>,
    blocks: OnceCell<FxHashMap<String, usize>>,
}

impl<'f> Anchors<'f> {
    /// The anchors of a note.
    pub fn new(facts: &'f Facts) -> Self {
        Self {
            facts,
            headings: OnceCell::new(),
            ends: OnceCell::new(),
            github: OnceCell::new(),
            blocks: OnceCell::new(),
        }
    }

    /// Where `anchor` (decoded, behind the `#`) leads. `markdown`: the link is a markdown link, for
    /// which GitHub's rule holds too.
    pub fn resolve(&self, anchor: &str, block: bool, markdown: bool) -> AnchorOutcome {
        if block {
            let id = anchor.trim_start_matches('^').to_ascii_lowercase();
            return self.blocks().get(&id).copied().map_or(AnchorOutcome::Missing, AnchorOutcome::Block);
        }
        let segments = anchor.split('#').map(str::trim).filter(|segment| !segment.is_empty());
        let segments: Vec<Slug> = segments.map(Slug::of).collect();
        if segments.is_empty() {
            return AnchorOutcome::None;
        }
        let github = || self.github().get(&anchor.to_lowercase()).copied();
        let found = if markdown { github() } else { None };
        let found = found.or_else(|| self.nested(&segments, 0, self.facts.headings.len()));
        found.map_or(AnchorOutcome::Missing, AnchorOutcome::Heading)
    }

    /// The first heading in `from..to` that matches the first segment and has the others inside it.
    fn nested(&self, segments: &[Slug], from: usize, to: usize) -> Option<usize> {
        let (first, rest) = segments.split_first()?;
        let matching = self.headings().get(first)?;
        let begin = matching.partition_point(|&at| at < from);
        let mut inside = matching.get(begin..)?.iter().copied().take_while(|&at| at < to);
        if rest.is_empty() {
            return inside.next();
        }
        inside.find_map(|at| {
            let end = self.ends().get(at).copied().unwrap_or(at + 1);
            self.nested(rest, at + 1, end.min(to))
        })
    }

    fn headings(&self) -> &FxHashMap<Slug<'f>, Vec<usize>> {
        self.headings.get_or_init(|| {
            let mut headings: FxHashMap<Slug<'f>, Vec<usize>> = FxHashMap::default();
            for (at, heading) in self.facts.headings.iter().enumerate() {
                let slug = Slug::of(self.facts.heading_text(heading));
                let spelt = obsidian_spelling(self.facts.heading_text(heading));
                let spelt = spelt.as_deref().map(|spelt| Slug::of(spelt).into_owned());
                if let Some(spelt) = spelt.filter(|spelt| *spelt != slug) {
                    headings.entry(spelt).or_default().push(at);
                }
                headings.entry(slug).or_default().push(at);
            }
            headings
        })
    }

    fn ends(&self) -> &[usize] {
        self.ends.get_or_init(|| {
            let all = &self.facts.headings;
            let mut ends = vec![all.len(); all.len()];
            let mut open: Vec<usize> = Vec::new();
            for (at, heading) in all.iter().enumerate() {
                while let Some(&last) = open.last()
                    && all.get(last).is_some_and(|last| last.level >= heading.level)
                {
                    if let Some(end) = ends.get_mut(last) {
                        *end = at;
                    }
                    open.pop();
                }
                open.push(at);
            }
            ends
        })
    }

    fn github(&self) -> &FxHashMap<String, usize> {
        self.github.get_or_init(|| {
            let mut anchors = FxHashMap::default();
            for (at, anchor) in github_anchors(self.facts).enumerate() {
                anchors.entry(anchor).or_insert(at);
            }
            anchors
        })
    }

    fn blocks(&self) -> &FxHashMap<String, usize> {
        self.blocks.get_or_init(|| {
            let mut blocks = FxHashMap::default();
            for (at, (id, _)) in self.facts.blocks.iter().enumerate() {
                blocks.entry(id.to_ascii_lowercase()).or_insert(at);
            }
            blocks
        })
    }
}

/// Where one `anchor` leads in a note, as [`Anchors::resolve`] says.
pub fn resolve_anchor(facts: &Facts, anchor: &str, block: bool, markdown: bool) -> AnchorOutcome {
    Anchors::new(facts).resolve(anchor, block, markdown)
}

/// A heading as Obsidian spells it in a link, a blank for what a link cannot hold; `None` where that
/// changes nothing.
fn obsidian_spelling(text: &str) -> Option<String> {
    const SPELT: [char; 6] = ['#', '|', '^', ':', '[', ']'];
    let differs = text.contains(SPELT) || text.contains("%%");
    differs.then(|| text.replace("%%", " ").replace(SPELT, " "))
}

/// The anchor that GitHub gives to each heading: lower case, blanks as `-`, punctuation dropped, `-1`
/// behind the second of a kind.
pub fn github_anchors(facts: &Facts) -> impl Iterator<Item = String> + '_ {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    facts.headings.iter().map(move |heading| {
        let slug = github_slug(facts.heading_text(heading));
        let count = seen.entry(slug.clone()).or_insert(0);
        let own = if *count == 0 { slug } else { format!("{slug}-{count}") };
        *count += 1;
        own
    })
}

fn github_slug(text: &str) -> String {
    let kept = |c: &char| matches!(c, '-' | ' ') || is_word(*c);
    text.trim().to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}
