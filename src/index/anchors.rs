//! Where the anchors of links lead within a note (docs/links.md).
use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::sorted;
use super::name::{Key, Slug, is_word};
use super::{Facts, HeadingFact};

/// Where an anchor leads within a note.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AnchorOutcome {
    /// The heading with this index in [`Facts::headings`].
    Heading(usize),
    /// The block with this index in [`Facts::blocks`].
    Block(usize),
    /// The HTML element with this index in [`Facts::element_ids`].
    Element(usize),
    /// Nowhere.
    Missing,
    /// The note as a whole: the link has no anchor, an empty one, or names its top or a line.
    None,
}

/// What links can lead to within one note. Made once for many links, each answer costs no more than
/// the anchor is long: a table of contents has as many links as its note has headings.
#[derive(Debug)]
pub struct Anchors<'f> {
    facts: &'f Facts,
    outline: OnceCell<Vec<HeadingFact<'f>>>,
    /// Headings by slug, and as Obsidian spells them; in order.
    headings: OnceCell<FxHashMap<Slug<'static>, Vec<usize>>>,
    /// Behind which heading the section of each ends.
    ends: OnceCell<Vec<usize>>,
    github: OnceCell<FxHashMap<String, usize>>,
    /// Explicit ids of headings, and ids of HTML elements.
    ids: OnceCell<FxHashMap<&'f str, AnchorOutcome>>,
    blocks: OnceCell<FxHashMap<String, usize>>,
}

impl<'f> Anchors<'f> {
    /// The anchors of a note.
    pub fn new(facts: &'f Facts) -> Self {
        Self {
            facts,
            outline: OnceCell::new(),
            headings: OnceCell::new(),
            ends: OnceCell::new(),
            github: OnceCell::new(),
            ids: OnceCell::new(),
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
        let segments: Vec<Names> = segments.map(Names::of).collect();
        if segments.is_empty() {
            return AnchorOutcome::None;
        }
        let id = self.ids().get(anchor).copied();
        if let Some(heading @ AnchorOutcome::Heading(_)) = id {
            return heading;
        }
        let all = self.outline().len();
        let github = || self.github().get(&anchor.to_lowercase()).copied();
        let found = if markdown { github() } else { None };
        let found = found.or_else(|| self.nested(&segments, 0, all)).map(AnchorOutcome::Heading);
        // A `#` may belong to the heading: Obsidian reads it as a blank.
        let whole = || (segments.len() > 1).then(|| self.nested(&[Names::of(anchor)], 0, all)).flatten();
        let place = || is_place(anchor).then_some(AnchorOutcome::None);
        let found = found.or(id).or_else(|| whole().map(AnchorOutcome::Heading)).or_else(place);
        found.unwrap_or(AnchorOutcome::Missing)
    }

    /// The first heading in `from..to` that matches the first segment and has the others inside it.
    fn nested(&self, segments: &[Names], from: usize, to: usize) -> Option<usize> {
        let (first, rest) = segments.split_first()?;
        let matching = |name: &Slug| -> Option<usize> {
            let matching = self.headings().get(name)?;
            let begin = matching.partition_point(|&at| at < from);
            let mut inside = matching.get(begin..)?.iter().copied().take_while(|&at| at < to);
            if rest.is_empty() {
                return inside.next();
            }
            inside.find_map(|at| {
                let end = self.ends().get(at).copied().unwrap_or(at + 1);
                self.nested(rest, at + 1, end.min(to))
            })
        };
        matching(&first.slug).or_else(|| first.obsidian.as_ref().and_then(matching))
    }

    /// The headings of the note, in order.
    pub fn outline(&self) -> &[HeadingFact<'f>] {
        self.outline.get_or_init(|| self.facts.headings().collect())
    }

    fn headings(&self) -> &FxHashMap<Slug<'static>, Vec<usize>> {
        self.headings.get_or_init(|| {
            let mut headings: FxHashMap<Slug<'static>, Vec<usize>> = FxHashMap::default();
            let mut add = |name: Slug<'static>, at| {
                let matching = headings.entry(name).or_default();
                if matching.last() != Some(&at) {
                    matching.push(at);
                }
            };
            let mut spellings = self.facts.heading_spellings().peekable();
            for (at, heading) in self.outline().iter().enumerate() {
                let text = heading.text();
                let names = Names::of(&text);
                add(names.slug.into_owned(), at);
                names.obsidian.into_iter().for_each(|name| add(name.into_owned(), at));
                if let Some((_, spelling)) = spellings.next_if(|(heading, _)| *heading == at) {
                    add(Slug::of(&spelling).into_owned(), at);
                }
            }
            headings
        })
    }

    fn ids(&self) -> &FxHashMap<&'f str, AnchorOutcome> {
        self.ids.get_or_init(|| {
            let mut ids = FxHashMap::default();
            for (at, id) in self.facts.heading_ids() {
                ids.entry(id).or_insert(AnchorOutcome::Heading(at));
            }
            for (at, id) in self.facts.element_ids().enumerate() {
                ids.entry(id).or_insert(AnchorOutcome::Element(at));
            }
            ids
        })
    }

    fn ends(&self) -> &[usize] {
        self.ends.get_or_init(|| {
            let all = self.outline();
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
            for (at, id) in self.facts.blocks().enumerate() {
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

/// Where the index files a link with this anchor: under a key of every name in it. Sorted, distinct.
pub(super) fn anchor_keys(anchor: &str, block: bool, markdown: bool) -> Vec<Key> {
    if block {
        return vec![block_key(anchor.trim_start_matches('^'))];
    }
    let segments = anchor.split('#').map(str::trim).filter(|segment| !segment.is_empty());
    let mut keys: Vec<Key> = segments.flat_map(|segment| Names::of(segment).keys()).collect();
    if anchor.contains('#') {
        // It may belong to a heading or to an id.
        keys.extend(Names::of(anchor).keys());
    }
    if markdown {
        keys.push(Slug::of(&anchor.to_lowercase()).key());
    }
    sorted(keys)
}

fn block_key(id: &str) -> Key {
    Key::new(5, &id.to_ascii_lowercase())
}

/// The keys of the names of `places`: an anchor that leads to one of them has one, and is filed there. Sorted,
/// distinct.
pub(super) fn keys_of_places(facts: &Facts, places: &[AnchorOutcome]) -> Vec<Key> {
    fn named<'a>(
        names: impl Iterator<Item = &'a str>,
        key: fn(&str) -> Key,
        is_wanted: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = Key> {
        names.enumerate().filter(move |(at, _)| is_wanted(*at)).map(move |(_, name)| key(name))
    }
    let places: FxHashSet<AnchorOutcome> = places.iter().copied().collect();
    let key = |text: &str| Slug::of(text).key();
    let heading = |at: usize| places.contains(&AnchorOutcome::Heading(at));
    let mut keys: Vec<Key> =
        named(facts.blocks(), block_key, |at| places.contains(&AnchorOutcome::Block(at))).collect();
    keys.extend(named(facts.element_ids(), key, |at| places.contains(&AnchorOutcome::Element(at))));
    if places.iter().any(|place| matches!(place, AnchorOutcome::Heading(_))) {
        let wanted = |at: &usize| heading(*at);
        let headings = facts.headings().enumerate().filter(|(at, _)| wanted(at));
        keys.extend(headings.flat_map(|(_, heading)| Names::of(&heading.text()).keys()));
        let spellings = facts.heading_spellings().filter(|(at, _)| wanted(at));
        keys.extend(spellings.map(|(_, spelling)| key(&spelling)));
        keys.extend(facts.heading_ids().filter(|(at, _)| wanted(at)).map(|(_, id)| key(id)));
        let github = github_anchors(facts).enumerate().filter(|(at, _)| wanted(at));
        keys.extend(github.map(|(_, anchor)| key(&anchor)));
    }
    sorted(keys)
}

/// The names under which a heading, or what an anchor says of one, is found.
struct Names<'n> {
    slug: Slug<'n>,
    /// That of its spelling in Obsidian, where it is another.
    obsidian: Option<Slug<'n>>,
}

impl<'n> Names<'n> {
    fn of(text: &'n str) -> Self {
        let slug = Slug::of(text);
        // `C++` and `C` are two names, whatever their punctuation counts.
        let differs = matches!(slug, Slug::Folded(_)) && text.contains(OBSIDIAN_BLANKS);
        let obsidian = differs.then(|| obsidian_spelling(text));
        let obsidian = obsidian.filter(|spelling| !spelling.is_empty());
        let obsidian = obsidian.map(|spelling| Slug::of(&spelling).into_owned());
        Self { obsidian: obsidian.filter(|name| *name != slug), slug }
    }

    /// Of each, once or twice.
    fn keys(&self) -> [Key; 2] {
        let slug = self.slug.key();
        [slug, self.obsidian.as_ref().map_or(slug, Slug::key)]
    }
}

/// What Obsidian takes for a blank where it compares a heading with a link.
const OBSIDIAN_BLANKS: [char; 29] = [
    '!', '"', '#', '$', '%', '&', '(', ')', '*', '+', ',', '.', ':', ';', '<', '=', '>', '?', '@', '^', '`',
    '{', '|', '}', '~', '/', '[', ']', '\\',
];

/// A heading as Obsidian compares it: blanks and much punctuation count as one blank.
pub(super) fn obsidian_spelling(text: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() || OBSIDIAN_BLANKS.contains(&c);
    let words = text.split(is_blank).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Whether an anchor names the top of a file, or lines of it: `top`, `L12`, `L12-L20`, `L12-20`, `L3,4`.
fn is_place(anchor: &str) -> bool {
    let is_place =
        |place: &str| place.split(',').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let is_lines = |lines: &str| {
        let (first, last) = lines.split_once('-').unwrap_or((lines, "1"));
        is_place(first) && is_place(last.strip_prefix('L').unwrap_or(last))
    };
    anchor.eq_ignore_ascii_case("top") || anchor.strip_prefix('L').is_some_and(is_lines)
}

/// The anchor that GitHub gives to each heading: lower case, blanks as `-`, punctuation dropped, `-1`
/// behind the second of a kind.
pub fn github_anchors(facts: &Facts) -> impl Iterator<Item = String> + '_ {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    facts.headings().map(move |heading| {
        let slug = github_slug(&heading.text());
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
