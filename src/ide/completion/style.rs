//! How the links of a vault are written.
use crate::ide::obsidian::{LinkPath, Obsidian};
use crate::ide::{Analysis, spelling};
use crate::index::{Facts, Index, NoteId, Tier};
use crate::settings::LinkStyle;
use crate::syntax::LinkKind;

/// Notes that are looked at: a sample tells what most links are like.
const SAMPLE: usize = 128;

/// Links of a note that are looked at, so that no list of links outweighs the rest.
const LINKS: usize = 4;

/// How links are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::ide) struct Style {
    /// What a wikilink says: as it is set, else as most links of the vault do.
    pub(in crate::ide) form: LinkStyle,
    /// Which path it has.
    path: LinkPath,
    /// Whether what begins as a wikilink becomes a markdown link.
    pub(in crate::ide) markdown: bool,
}

impl Style {
    pub(in crate::ide) fn of(analysis: &Analysis) -> Self {
        let (set, obsidian) = (analysis.settings().link_style, Obsidian::read(analysis));
        Self {
            form: set.unwrap_or_else(|| majority(&analysis.index)),
            path: obsidian.link_path(),
            // Who sets how wikilinks are written wants some.
            markdown: set.is_none() && obsidian.use_markdown_links,
        }
    }

    /// The target by which a wikilink in `from` leads to just `to`, by its name or path.
    pub(in crate::ide) fn exact(&self, analysis: &Analysis, from: NoteId, to: NoteId) -> Option<String> {
        match self.path {
            LinkPath::Absolute if analysis.index.path(to).contains('/') => {
                spelling::path_target(analysis, from, to, LinkKind::Wiki)
            }
            LinkPath::Relative => spelling::relative_target(analysis, from, to),
            _ => spelling::target(analysis, from, to, LinkKind::Wiki),
        }
    }

    /// The target by which a wikilink leads to just `to` from every folder: the file name where no other note has
    /// it, else the path from the root.
    pub(in crate::ide) fn anywhere(&self, analysis: &Analysis, to: NoteId) -> Option<String> {
        if analysis.index.shares_stem(to) {
            return spelling::rooted_target(analysis, to);
        }
        match self.path {
            LinkPath::Absolute if analysis.index.path(to).contains('/') => {
                spelling::path_target(analysis, to, to, LinkKind::Wiki)
            }
            _ => spelling::target_in(analysis, "", to),
        }
    }
}

fn majority(index: &Index) -> LinkStyle {
    let (mut slug, mut slug_title, mut title) = (0usize, 0usize, 0usize);
    for (note, facts) in sample(index, SAMPLE) {
        let links = facts.links().zip(facts.places().links());
        for (link, place) in links.filter(|(link, _)| link.kind == LinkKind::Wiki).take(LINKS) {
            let target = link.target;
            let plain =
                "[[]]".len() + target.len() + link.anchor.map_or(0, |(anchor, _)| "#".len() + anchor.len());
            match () {
                () if target.is_empty() => {}
                () if place.length as usize > plain => slug_title += 1,
                () if is_title(index, note, &target.text()) => title += 1,
                () => slug += 1,
            }
        }
    }
    if slug_title > slug && slug_title > title {
        LinkStyle::SlugTitle
    } else if title > slug {
        LinkStyle::Title
    } else {
        LinkStyle::Slug
    }
}

/// Whether a target is written as a title: with blanks or capitals, and not because the file is.
fn is_title(index: &Index, from: NoteId, target: &str) -> bool {
    target.contains(|c: char| c.is_whitespace() || c.is_uppercase())
        && !matches!(index.resolve(from, target).tier, Some(Tier::Path | Tier::Stem))
}

/// About `count` notes from all over the vault, with what they hold.
pub(in crate::ide) fn sample(index: &Index, count: usize) -> impl Iterator<Item = (NoteId, &Facts)> {
    index.sample(count).filter_map(|note| Some((note, index.facts(note)?)))
}
