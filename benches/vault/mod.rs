//! Vaults of any size with the shapes and the dirt of real notes, for the benchmarks.
//!
//! The same arguments give the same bytes on every machine: the generator of random numbers is its
//! own and all arithmetic is of integers. A note's text is made when it is asked for, so a vault of a
//! million notes needs no memory for it. [`shape`] has the measured distributions.
#![allow(unreachable_pub, dead_code, reason = "each of the programs that share it needs only a part")]
use std::collections::BTreeSet;
use std::fmt::Write;

pub mod fixture;
pub mod shape;

use shape::{Quantiles, lacking};

/// How links are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `[[note | text]]`.
    Wiki,
    /// `[text](../channel/note.md)`, of the same graph.
    Markdown,
}

/// Random numbers by splitmix64.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A stream of its own for each pair.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = Self(seed ^ stream.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        rng.next();
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from((u128::from(self.next()) * end as u128) >> 64).unwrap_or(0)
    }

    /// Whether something that happens in so many of a thousand cases happens.
    fn in_thousand(&mut self, cases: u32) -> bool {
        self.below(1000) < cases as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A rank in ten-thousandths, for [`quantile`].
    fn rank(&mut self) -> u32 {
        self.below(10_000) as u32
    }

    fn draw(&mut self, of: &Quantiles) -> usize {
        quantile(of, self.rank())
    }

    /// A draw that in so many of a thousand cases has just this rank.
    fn draw_along(&mut self, of: &Quantiles, rank: u32, cases: u32) -> usize {
        let own = self.rank();
        quantile(of, if self.in_thousand(cases) { rank } else { own })
    }

    /// A number below `end`, the small ones far more often.
    fn skewed(&mut self, end: usize) -> usize {
        self.below(end.max(1)) * self.below(1000) / 1000
    }
}

/// The value of a distribution at a rank in ten-thousandths.
pub fn quantile(of: &Quantiles, rank: u32) -> usize {
    let at = shape::AT.iter().rposition(|&at| at <= rank).unwrap_or(0);
    let Some((&end, &high)) = shape::AT.get(at + 1).zip(of.get(at + 1)) else { return of[at] as usize };
    let (start, low) = (shape::AT[at], of[at]);
    // Rounded up half-way, so that distributions of small numbers keep their mean.
    (low + ((high - low) * (rank - start) + (end - start) / 2) / (end - start)) as usize
}

/// A folder of notes, the first of which is its own.
#[derive(Debug)]
struct Channel {
    name: String,
    first: usize,
    notes: usize,
    /// Thousandths of its notes' links that lead nowhere.
    broken: u32,
}

#[derive(Debug)]
struct Name {
    channel: usize,
    title: String,
    stem: String,
}

/// A vault: what its notes are called, and how to write each of them.
#[derive(Debug)]
pub struct Vault {
    seed: u64,
    style: Style,
    channels: Vec<Channel>,
    names: Vec<Name>,
    words: Vec<&'static str>,
}

/// Forms of timestamps other than the common one, from hours, minutes and seconds. How often each
/// occurs is in [`shape::DIRT`].
const DIRT: [fn(u32, u32, u32) -> String; 17] = [
    // The same time in another spelling.
    |h, m, s| anchor(&hms(h, m, s), &format!("[{h}:{m:02}:{s:02}]")),
    // One digit for two.
    |_, m, s| anchor(&format!("{}:{s:02}", m % 10), &format!("[{}:{s:02}]", m % 10)),
    |h, m, s| anchor(&format!("{h:02}:{m:02}:{}", s % 6), &format!("[{h:02}:{m:02}:{}]", s % 6)),
    |h, m, s| anchor(&format!("{h:02}:{m:02}:{s:02}:00"), &format!("[{h:02}:{m:02}:{s:02}:00]")),
    // The value is sixty times the label.
    |_, m, s| anchor(&format!("{:02}:{s:02}:00", m % 60), &format!("[{}]", hms(0, m, s))),
    // The label says another time.
    |h, m, s| anchor(&hms(h, m, s), &format!("[{}]", hms(h, (m + 7) % 60, s))),
    // No label; one without brackets; brackets outside.
    |h, m, s| anchor(&hms(h, m, s), ""),
    |h, m, s| anchor(&hms(h, m, s), &hms(h, m, s)),
    |h, m, s| format!("[{}]", anchor(&hms(h, m, s), &hms(h, m, s))),
    // Inside a markdown link.
    |h, m, s| format!("[{}]({})", hms(h, m, s), anchor(&hms(h, m, s), "")),
    // Not closed; the bracket inside the attribute.
    |h, m, s| format!("<a class=\"yt-timestamp\" data-t=\"{0}\">[{0}]", hms(h, m, s)),
    |h, m, s| format!("<a class=\"yt-timestamp\" data-t=\"{0}]\">[{0}]</a>", hms(h, m, s)),
    // Other attributes.
    |h, m, s| format!("<a class=\"yt_timestamp\" data-t=\"{0}\">[{0}]</a>", hms(h, m, s)),
    |h, m, s| format!("<a class=\"yt-timestamp\" href=\"{0}\">[{0}]</a>", hms(h, m, s)),
    |h, m, s| format!("< a class=\"yt-timestamp\" data-t=\"{0}\">[{0}]</a>", hms(h, m, s)),
    |h, m, s| anchor(&hms(h, m, s), &format!("[[{}]]", hms(h, m, s))),
    // A link to the time.
    |h, m, s| format!("[{0}](#{0})", hms(h, m, s)),
];

fn hms(h: u32, m: u32, s: u32) -> String {
    format!("{h:02}:{m:02}:{s:02}")
}

fn anchor(value: &str, label: &str) -> String {
    format!("<a class=\"yt-timestamp\" data-t=\"{value}\">{label}</a>")
}

impl Vault {
    /// A vault of so many notes.
    pub fn new(notes: usize, style: Style, seed: u64) -> Self {
        let mut vault = Self {
            seed,
            style,
            channels: Vec::new(),
            names: Vec::with_capacity(notes),
            words: shape::WORDS.split_whitespace().collect(),
        };
        let mut rng = Rng::new(seed, u64::MAX);
        let mut taken = BTreeSet::new();
        while vault.names.len() < notes {
            let (channel, first) = (vault.channels.len(), vault.names.len());
            let size = match shape::GREAT.get(channel) {
                Some(share) => notes * *share as usize / 1000,
                None => rng.draw(&shape::CHANNEL),
            };
            let size = size.clamp(2, (notes - first).max(2)).min(notes - first);
            let broken = match channel {
                0 => shape::BROKEN.0,
                1 => shape::BROKEN.1,
                _ => shape::BROKEN.2,
            };
            let name = format!("{}{}{channel}", rng.pick(&vault.words), rng.pick(&vault.words));
            taken.insert(name.clone());
            vault.names.push(Name { channel, title: name.clone(), stem: name.clone() });
            vault.channels.push(Channel { name, first, notes: size, broken });
            for _ in 1..size {
                let mut name = vault.name(&mut rng, channel);
                while !taken.insert(name.stem.clone()) {
                    name = vault.name(&mut rng, channel);
                }
                if channel > 1 && rng.in_thousand(lacking::TWIN) {
                    let other = &vault.names[rng.below(first)];
                    (name.title, name.stem) = (other.title.clone(), other.stem.clone());
                }
                vault.names.push(name);
            }
        }
        vault
    }

    /// A name for a note, about a topic.
    fn name(&self, rng: &mut Rng, channel: usize) -> Name {
        let length = rng.draw(&shape::STEM);
        let mut title = capital(rng.pick(&self.words));
        while title.len() + 4 < length {
            if rng.in_thousand(450) {
                title += " ";
                title += rng.pick(&shape::JOINERS);
            }
            title += " ";
            title += rng.pick(&self.words);
        }
        let stem = title.to_lowercase().replace(' ', "_");
        if !rng.in_thousand(shape::RICHER_TITLE) {
            return Name { channel, title, stem };
        }
        match rng.below(3) {
            // The stem has lost a hyphen, an apostrophe, a sign.
            0 => {
                Name { channel, stem: format!("anti{stem}"), title: format!("Anti-{}", title.to_lowercase()) }
            }
            1 => Name {
                channel,
                stem: format!("plancks_{stem}"),
                title: format!("Planck's {}", title.to_lowercase()),
            },
            _ => Name { channel, stem: format!("q_and_a_{stem}"), title: format!("Q & A: {title}") },
        }
    }

    /// Number of notes.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Where a note is, relative to the vault.
    pub fn path(&self, note: usize) -> String {
        let Name { channel, stem, .. } = &self.names[note];
        format!("{}/{stem}.md", self.channels[*channel].name)
    }

    /// The one great note.
    pub fn great_note(&self) -> Option<usize> {
        (self.len() >= shape::GREAT_NOTE_FROM).then(|| self.len() - 1)
    }

    /// The notes most linked: those of the great channels.
    pub fn hubs(&self) -> [usize; 2] {
        [0, self.channels.get(1).map_or(0, |channel| channel.first)]
    }

    /// The files that are no notes, with what is in them.
    pub fn attachments(&self) -> impl Iterator<Item = (String, &'static [u8])> + '_ {
        self.channels
            .iter()
            .map(|channel| (format!("{}/chart.png", channel.name), b"\x89PNG\r\n\x1a\n".as_slice()))
    }

    /// What a note says.
    pub fn text(&self, note: usize) -> String {
        let channel = &self.channels[self.names[note].channel];
        let rng = Rng::new(self.seed, note as u64);
        let text = if note == channel.first {
            self.channel_note(rng, channel)
        } else {
            Writer::new(self, note, rng).write()
        };
        let crlf = Rng::new(self.seed, !(note as u64)).in_thousand(lacking::CRLF);
        if crlf { text.replace('\n', "\r\n") } else { text }
    }

    /// The note of a channel: its videos, with the notes about each. Those that the vault has not are
    /// listed all the same.
    fn channel_note(&self, mut rng: Rng, channel: &Channel) -> String {
        let mut out = format!("---\ntitle: {}\n---\n", channel.name);
        let own: Vec<usize> = (channel.first + 1..channel.first + channel.notes).collect();
        // In a great channel nothing is missing; of the others a fifth is there.
        let missing = if channel.broken == shape::BROKEN.2 { own.len() * 4 } else { 0 };
        for group in 0..(own.len() + missing).div_ceil(shape::PER_VIDEO) {
            let _ = writeln!(
                out,
                "### [{}]({})",
                self.name(&mut rng, 0).title,
                video_url(self.seed, channel.first, group)
            );
            let here = own.iter().skip(group * shape::PER_VIDEO).take(shape::PER_VIDEO);
            let here: Vec<_> = here.map(|&to| (self.names[to].title.clone(), Some(to))).collect();
            let gone = (here.len()..shape::PER_VIDEO)
                .map(|_| (self.missing(channel, rng.below(missing.max(1))).0, None));
            for (title, to) in here.iter().cloned().chain(gone.collect::<Vec<_>>()) {
                let link = match to {
                    Some(to) => self.link(channel, &Target::Note(to), Some(&title)),
                    None => self.link(channel, &Target::Missing(slugged(&title)), Some(&title)),
                };
                let _ = writeln!(out, "- {link}");
            }
            out.push('\n');
        }
        out
    }

    /// The title of one of the notes that a channel's notes link to and that are not there, and how
    /// links write it.
    fn missing(&self, channel: &Channel, number: usize) -> (String, String) {
        let mut rng = Rng::new(self.seed ^ 0x6d69_7373, (channel.first as u64) << 32 | number as u64);
        let mut name = self.name(&mut rng, 0);
        // No note's title has a digit.
        let _ = write!(name.title, " {}", number % 1000);
        let by_title = rng.in_thousand(150);
        let target = if by_title { name.title.clone() } else { slugged(&name.title) };
        (name.title, target)
    }

    /// A link as it stands in a note of `from`.
    fn link(&self, from: &Channel, to: &Target, alias: Option<&str>) -> String {
        if self.style == Style::Wiki {
            let target = match to {
                Target::Note(to) => self.names[*to].stem.clone(),
                Target::Title(to) => self.names[*to].title.clone(),
                Target::Path(to) => self.path(*to).trim_end_matches(".md").to_owned(),
                Target::Anchor(to, heading) => format!("{}#{heading}", self.names[*to].stem),
                Target::Missing(name) => name.clone(),
            };
            return match alias {
                Some(alias) => format!("[[{target} | {alias}]]"),
                None => format!("[[{target}]]"),
            };
        }
        let (path, text) = match to {
            Target::Note(note) | Target::Title(note) | Target::Path(note) | Target::Anchor(note, _) => {
                let name = &self.names[*note];
                let there = &self.channels[name.channel].name;
                let folder = if *there == from.name { String::new() } else { format!("../{there}/") };
                let heading =
                    if let Target::Anchor(_, heading) = to { github(heading) } else { String::new() };
                (format!("{folder}{}.md{heading}", name.stem), &name.title)
            }
            Target::Missing(name) => (format!("{}.md", slugged(name)), name),
        };
        format!("[{}]({path})", alias.unwrap_or(text))
    }
}

/// What a link leads to.
#[derive(Clone, Debug)]
enum Target {
    Note(usize),
    /// The same by its title, by its path, to a heading of it.
    Title(usize),
    Path(usize),
    Anchor(usize, &'static str),
    Missing(String),
}

/// A heading as a markdown link names it.
fn github(heading: &str) -> String {
    format!("#{}", heading.to_lowercase().replace(' ', "-"))
}

fn slugged(title: &str) -> String {
    let kept: String = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '_')).collect();
    kept.to_lowercase().replace(' ', "_")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn video_id(seed: u64, channel: usize, group: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut rng = Rng::new(seed ^ 0x7669_6465, (channel as u64) << 32 | group as u64);
    (0..11).map(|_| char::from(LETTERS[rng.below(LETTERS.len())])).collect()
}

fn video_url(seed: u64, channel: usize, group: usize) -> String {
    format!("https://www.youtube.com/watch?v={}", video_id(seed, channel, group))
}

/// Headings that most notes have one of: links with an anchor name them.
const COMMON_HEADINGS: [&str; 3] = ["Introduction", "Key Insights", "Conclusion"];

/// Writes one note.
struct Writer<'v> {
    vault: &'v Vault,
    channel: &'v Channel,
    note: usize,
    rng: Rng,
    out: String,
    /// Links and timestamps still to be written.
    links: Vec<String>,
    stamps: usize,
    bare: bool,
    /// Bytes of prose still to be written.
    prose: usize,
    /// Characters beyond ASCII among 100,000, and whether there are prices.
    foreign: usize,
    priced: bool,
    /// Second of the video that the text has come to, how far it goes on with each timestamp, and
    /// whether minutes are written as hours.
    second: u32,
    step: u32,
    shifted: bool,
}

impl<'v> Writer<'v> {
    fn new(vault: &'v Vault, note: usize, mut rng: Rng) -> Self {
        let channel = &vault.channels[vault.names[note].channel];
        let rank = rng.rank();
        let bytes = quantile(&shape::BYTES, rank);
        let (stamps_follow, _, links_follow) = shape::FOLLOW;
        let links = rng.draw_along(&shape::LINKS, rank, links_follow);
        let stamps = rng.draw_along(&shape::TIMESTAMPS, rank, stamps_follow).min(bytes / 75);
        let mut writer = Self {
            vault,
            channel,
            note,
            out: String::with_capacity(bytes + bytes / 8),
            links: Vec::new(),
            stamps,
            bare: stamps > 0 && rng.in_thousand(shape::BARE),
            prose: 0,
            foreign: rng.draw(&shape::FOREIGN),
            priced: rng.in_thousand(shape::PRICED),
            second: rng.below(60) as u32,
            step: 8 + rng.below(50) as u32,
            shifted: rng.in_thousand(shape::SHIFTED),
            rng,
        };
        writer.links = writer.some_links(links.min(bytes / 60).saturating_sub(1));
        // Not what they take in fact: the text is to be the same in both styles.
        let markup = writer.links.len() * 62 + stamps * if writer.bare { 11 } else { 57 };
        writer.prose = bytes.saturating_sub(markup + 130).max(60);
        writer
    }

    /// Links to a few targets, some of them often.
    fn some_links(&mut self, count: usize) -> Vec<String> {
        let targets = self.rng.draw(&shape::TARGETS).saturating_sub(1).max(1);
        let targets: Vec<(Target, String)> = (0..targets).map(|_| self.target()).collect();
        let mut links = Vec::new();
        for number in 0..count {
            let chosen = if number < targets.len() { number } else { self.rng.below(targets.len()) };
            let (target, title) = &targets[chosen];
            let length = self.rng.draw(&shape::ALIAS);
            let mut alias: String =
                title.chars().take(length.max(2)).collect::<String>().trim().to_lowercase();
            if alias.len() < length / 2 {
                alias = format!("{alias} {}", self.rng.pick(&self.vault.words));
            }
            let plain = self.rng.in_thousand(shape::PLAIN);
            let spaced = self.rng.in_thousand(shape::SPACED);
            let link = self.vault.link(self.channel, target, (!plain).then_some(&alias));
            links.push(if spaced { link } else { link.replace(" | ", "|") });
        }
        links
    }

    fn target(&mut self) -> (Target, String) {
        let Channel { first, notes, broken, .. } = *self.channel;
        if self.rng.in_thousand(broken) {
            let number = self.rng.skewed(notes * 16);
            let (title, target) = self.vault.missing(self.channel, number);
            return (Target::Missing(target), title);
        }
        let place = self.note - first - 1;
        let of_video = self.rng.in_thousand(500);
        let beside = place / shape::PER_VIDEO * shape::PER_VIDEO + self.rng.below(shape::PER_VIDEO);
        let popular = self.rng.skewed(notes - 1);
        let to = first + 1 + if of_video && beside + 1 < notes { beside } else { popular };
        // A note does not link to itself.
        let to = if to == self.note { first + 1 + (place + 1) % (notes - 1) } else { to };
        let form = self.rng.below(1000) as u32;
        let heading = self.rng.pick(&COMMON_HEADINGS);
        let title = self.vault.names[to].title.clone();
        let target = match form {
            _ if form < shape::BY_TITLE => Target::Title(to),
            _ if form < shape::BY_TITLE + lacking::PATH => Target::Path(to),
            _ if form < shape::BY_TITLE + lacking::PATH + lacking::ANCHOR => Target::Anchor(to, heading),
            _ => Target::Note(to),
        };
        (target, title)
    }

    fn write(mut self) -> String {
        let name = &self.vault.names[self.note];
        let fenced = self.rng.in_thousand(shape::FENCED);
        let has = |rng: &mut Rng, cases| rng.in_thousand(cases);
        let _ = writeln!(self.out, "---\ntitle: {}", quoted(&name.title));
        if !has(&mut self.rng, shape::WITHOUT_VIDEO) {
            let group = (self.note - self.channel.first - 1) / shape::PER_VIDEO;
            let _ = writeln!(self.out, "videoId: {}", video_id(self.vault.seed, self.channel.first, group));
        }
        if has(&mut self.rng, lacking::ALIASES) {
            let alias = self.vault.name(&mut self.rng, 0).title;
            let _ = writeln!(self.out, "aliases: [{}, {}]", quoted(&alias), self.rng.pick(&self.vault.words));
        }
        if has(&mut self.rng, lacking::TAGS / 2) {
            let _ = writeln!(self.out, "tags:\n  - {}", self.rng.pick(&self.vault.words));
        }
        self.out += "---\n\n";
        if fenced {
            self.out += "```markdown\n";
        }
        let _ = writeln!(
            self.out,
            "From: {} <br/>",
            self.vault.link(self.channel, &Target::Note(self.channel.first), None)
        );
        self.body();
        self.lacking();
        if self.vault.great_note() == Some(self.note) {
            self.table(shape::GREAT_NOTE);
        }
        if fenced {
            self.out += "```\n";
        }
        self.out
    }

    /// Headings with paragraphs, lists and the rest under them until all is said.
    fn body(&mut self) {
        let rank = self.rng.rank();
        let headings = self.rng.draw_along(&shape::HEADINGS, rank, shape::FOLLOW.1);
        let all = self.prose;
        for section in 0..=headings {
            if section > 0 {
                self.heading(section, headings);
            }
            let left = all * (headings - section) / (headings + 1);
            while self.prose > left {
                self.block();
                self.out.push('\n');
            }
        }
        for link in std::mem::take(&mut self.links) {
            let _ = writeln!(self.out, "- {link}");
        }
    }

    fn block(&mut self) {
        let kind = self.rng.below(1000) as u32;
        let mut end = 0;
        let other = shape::BLOCKS.iter().position(|share| {
            end += share;
            kind < end
        });
        let (lists, items) = shape::LISTS;
        match other {
            Some(kind) => self.other(kind),
            None if kind < 1000 - lists => {
                let length = self.rng.draw(&shape::PARAGRAPH);
                self.sentences(length);
                self.out.push('\n');
            }
            None => {
                for _ in 0..2 + self.rng.below(2 * items - 3) {
                    let length = self.rng.draw(&shape::ITEM);
                    self.out += if self.rng.in_thousand(108) { "  - " } else { "- " };
                    if self.rng.in_thousand(300) {
                        let _ = write!(self.out, "**{}**: ", capital(self.rng.pick(&self.vault.words)));
                    }
                    self.sentences(length);
                    self.out.push('\n');
                }
            }
        }
    }

    fn heading(&mut self, number: usize, of: usize) {
        let level = if self.rng.in_thousand(430) { "###" } else { "##" };
        let text = match number {
            1 => COMMON_HEADINGS[0].to_owned(),
            2 => COMMON_HEADINGS[1].to_owned(),
            _ if number == of => COMMON_HEADINGS[2].to_owned(),
            _ => self.vault.name(&mut self.rng, 0).title,
        };
        let link = if self.rng.in_thousand(shape::LINKED_HEADING) { self.links.pop() } else { None };
        let _ = match link {
            Some(link) => {
                writeln!(self.out, "{level} {} {link}\n", capital(self.rng.pick(&self.vault.words)))
            }
            None => writeln!(self.out, "{level} {text}\n"),
        };
    }

    /// The rarer blocks, by their place in [`shape::BLOCKS`].
    fn other(&mut self, kind: usize) {
        let length = self.rng.draw(&shape::ITEM);
        match kind {
            0 => {
                self.out += "> [!info] **Timestamp**\n>\n> ";
                self.sentences(length);
            }
            1 => {
                self.out += "> ";
                self.sentences(length);
            }
            2 => {
                for number in 1..4 {
                    let _ = write!(self.out, "{number}. ");
                    self.sentences(length);
                    self.out.push('\n');
                }
            }
            3 => self.out += "```python\nfor x in [[1, 2], [3, 4]]:\n    print(x)  # [[not a link]]\n```\n",
            4 => self.out += "$$\nE = mc^2\n$$\n",
            _ => self.table(300),
        }
        self.out.push('\n');
    }

    /// Prose of about so many bytes; links and timestamps are spread evenly over what is left.
    fn sentences(&mut self, length: usize) {
        // Links and timestamps do not count: the lengths of blocks are of what a person reads.
        let (length, mut written) = (length.min(self.prose.max(20)), 0);
        let (mut first, mut words, mut joined) = (true, 0, true);
        while written < length {
            if !first {
                self.out.push(' ');
            }
            let price;
            let joins = !joined && self.rng.in_thousand(600);
            let word = if self.priced && self.rng.in_thousand(6) {
                price = format!("${}", self.rng.below(900));
                &price
            } else if self.rng.below(100_000) < self.foreign * 6 {
                shape::FOREIGN_WORDS[self.rng.skewed(shape::FOREIGN_WORDS.len())]
            } else if joins {
                self.rng.pick(&shape::JOINERS)
            } else {
                self.rng.pick(&self.vault.words)
            };
            if words == 0 {
                self.out += &capital(word);
            } else if self.rng.in_thousand(3) {
                let _ = write!(self.out, "**{word}**");
            } else {
                self.out += word;
            }
            (first, words, joined) = (false, words + 1, joins);
            let step = word.len() + 1;
            written += step;
            if self.rng.below(self.prose.max(1)) < self.links.len() * step
                && let Some(link) = self.links.pop()
            {
                self.out.push(' ');
                self.out += &link;
            }
            let ends = words > 7 && self.rng.in_thousand(90);
            self.prose = self.prose.saturating_sub(step);
            if self.rng.below(self.prose.max(1)) < self.stamps * step {
                self.stamp();
            }
            if ends && !joined && written < length {
                self.out.push('.');
                words = 0;
            }
        }
        self.out.push('.');
    }

    fn stamp(&mut self) {
        self.stamps -= 1;
        self.second += self.rng.below(2 * self.step as usize) as u32;
        let (h, m, s) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        let drawn = self.rng.below(100_000) as u32;
        self.out.push(' ');
        if self.bare {
            let _ = write!(self.out, "[{}]", hms(h, m, s));
            return;
        }
        let mut end = 0;
        let dirt = shape::DIRT.iter().position(|share| {
            end += share;
            drawn < end
        });
        let (h, m, s) = if self.shifted { ((self.second / 60).min(99), s, 0) } else { (h, m, s) };
        let stamp = match dirt.and_then(|dirt| DIRT.get(dirt)) {
            Some(dirt) => dirt(h, m, s),
            None => anchor(&hms(h, m, s), &format!("[{}]", hms(h, m, s))),
        };
        self.out += &stamp;
    }

    /// A table padded with blanks up to so many bytes.
    fn table(&mut self, bytes: usize) {
        let width = bytes / 28 + 8;
        let _ = writeln!(self.out, "| {:width$} | {:width$} |", "Pros", "Cons");
        let _ = writeln!(self.out, "| {:-<width$} | {:-<width$} |", "", "");
        for _ in 0..12 {
            let [a, b] = [0; 2].map(|_| self.vault.name(&mut self.rng, 0).title);
            let _ = writeln!(self.out, "| {a:width$} | {b:width$} |");
        }
    }

    /// What the real notes lack.
    fn lacking(&mut self) {
        let words =
            |rng: &mut Rng, vault: &Vault| format!("{} {}", rng.pick(&vault.words), rng.pick(&vault.words));
        let plain = |rng: &mut Rng, writer: &Self| {
            let to = writer.channel.first + rng.below(writer.channel.notes);
            writer.vault.link(writer.channel, &Target::Note(to), None)
        };
        let mut rng = self.rng.clone();
        if rng.in_thousand(lacking::COMMENT) {
            let link = plain(&mut rng, self);
            let _ = write!(self.out, "\n%% later: {link} %%\n\n<!-- {link} -->\n");
        }
        if rng.in_thousand(lacking::FOOTNOTE) {
            let _ =
                write!(self.out, "\nAs it was said.[^1]\n\n[^1]: In the {}.\n", words(&mut rng, self.vault));
        }
        if rng.in_thousand(lacking::BLOCK) {
            let _ = write!(self.out, "\nThe {} is the point. ^point\n", words(&mut rng, self.vault));
        }
        if rng.in_thousand(lacking::TABLE) {
            let link = plain(&mut rng, self);
            let cell = link.strip_suffix("]]").map_or(link.clone(), |open| format!("{open}\\|here]]"));
            let _ = write!(self.out, "\n| a | b |\n|---|---|\n| {cell} | {link} |\n");
        }
        if rng.in_thousand(lacking::EMBED) {
            let name = if rng.in_thousand(800) { "chart.png" } else { "lost.png" };
            let _ = match self.vault.style {
                Style::Wiki => write!(self.out, "\n![[{name}]]\n"),
                Style::Markdown => write!(self.out, "\n![]({name})\n"),
            };
        }
        if rng.in_thousand(lacking::TAGS / 2) {
            let _ = write!(self.out, "\n#{}/{}\n", rng.pick(&self.vault.words), rng.pick(&self.vault.words));
        }
        if rng.in_thousand(lacking::SCRIPT) {
            let script = rng.pick(&shape::SCRIPTS);
            let _ = write!(self.out, "\n{}\n", [script; 12].join(" "));
        }
    }
}

/// A scalar of the front matter.
fn quoted(title: &str) -> String {
    if title.contains(": ") { format!("\"{title}\"") } else { title.to_owned() }
}
