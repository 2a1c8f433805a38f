//! Where in all captions some words are said.
//!
//! A hit is scored by how rare its words are in all captions that are searched: those of the cue count in full,
//! those that follow within a few seconds in part, words that follow each other as they are searched for a little
//! more.
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::list::ids;
use super::{SourceKey, kind_name, play, title};
use crate::ide::{Analysis, source};
use crate::sources::{Captions, Format, Sidecar, SidecarName, tokens};

/// Words of a question that are looked for: each is a bit.
const MOST_WORDS: usize = 64;
/// Milliseconds behind the start of a cue in which words count for it.
const NEAR: u32 = 12_000;
/// What a word counts that follows within that time.
const FOLLOWING: f32 = 0.6;
/// What two words add that follow each other.
const IN_ORDER: f32 = 0.3;
/// The part of the weight of all words that a hit has at least.
const LEAST: f32 = 0.5;
/// Milliseconds between two hits: nearer ones are one passage.
const APART: u32 = 10_000;
/// Hits of one source that are kept.
const MOST_OF_ONE: usize = 200;

/// A cue that has words that were searched for.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct SourceHit {
    /// The id of the source.
    pub source: String,
    /// Its kind: `youtube`, or what the settings call it.
    pub kind: String,
    /// Its title.
    pub title: Option<String>,
    /// Seconds from its start.
    pub second: u32,
    /// Where it plays from there on.
    pub url: Option<String>,
    /// What is said: the cue, and the next one where that has more of the words.
    pub text: String,
    /// The file with the captions.
    pub file: String,
    /// Where the words stand in it, from 1.
    pub line: u32,
    /// How well it fits: from 0 to 1, where the cue has all of the words in their order.
    pub score: f32,
}

/// A search for some words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceSearch {
    /// The words, as they are compared, each once.
    words: Vec<String>,
    numbers: FxHashMap<String, usize>,
}

/// What one source has of the words that are searched for.
#[derive(Clone, PartialEq, Debug)]
pub struct SearchedSource {
    source: SourceKey,
    /// How many cues there are, and how many of them have each word.
    cues: usize,
    with_word: Vec<usize>,
    candidates: Vec<Candidate>,
}

/// A cue that has some of the words.
#[derive(Clone, PartialEq, Debug)]
struct Candidate {
    file: Arc<str>,
    line: u32,
    /// Milliseconds.
    start: u32,
    text: String,
    /// Bits of the words that it has.
    own: u64,
    /// The same of those that follow soon.
    following: u64,
    /// The same of those that the next word follows.
    in_order: u64,
}

/// What a search finds.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct SourceHits {
    /// How many sources with captions were searched.
    pub searched: usize,
    /// Words that are said in none of them.
    pub unsaid: Vec<String>,
    /// The best hits, best first.
    pub hits: Vec<SourceHit>,
}

/// All sources with captions: those that notes name, and those whose id the file has in brackets as yt-dlp writes
/// it. Looks at every note and file.
pub fn searchable_sources(analysis: &Analysis) -> Vec<SourceKey> {
    let mut found: Vec<SourceKey> = Vec::new();
    let mut taken: FxHashSet<Sidecar> = FxHashSet::default();
    for id in ids(analysis, true) {
        let said = source::caption_files(analysis, id);
        if !said.is_empty() {
            found.push(id.into());
            taken.extend(said);
        }
    }
    let kinds = analysis.settings().kinds();
    for place in analysis.library.all(analysis).iter().filter(|place| !taken.contains(place)) {
        let id = id_in_brackets(place.file_name());
        found.extend(id.and_then(|id| kinds.with_id(id).next()).map(SourceKey::from));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The id in a name such as `Title [ID].en.vtt`.
fn id_in_brackets(file_name: &str) -> Option<&str> {
    let name = SidecarName::read(file_name)?;
    let id = file_name.rsplit_once('[')?.1.split_once(']')?.0;
    (id.len() >= 4 && name.format != Format::Metadata).then_some(id)
}

impl SourceSearch {
    /// A search for the words in `query`; the first 64 of them.
    pub fn new(query: &str) -> Self {
        let (mut words, mut numbers) = (Vec::new(), FxHashMap::default());
        for word in tokens(query).map(String::from) {
            if words.len() < MOST_WORDS && !numbers.contains_key(&word) {
                numbers.insert(word.clone(), words.len());
                words.push(word);
            }
        }
        Self { words, numbers }
    }

    /// The words, as they are compared, each once.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether some of `text` is searched for.
    pub fn is_in(&self, text: &str) -> bool {
        tokens(text).any(|word| self.numbers.contains_key(&*word))
    }

    /// Looks through the captions of a source, in all languages.
    pub fn search(&self, analysis: &Analysis, source: &SourceKey) -> SearchedSource {
        let mut found = SearchedSource {
            source: source.clone(),
            cues: 0,
            with_word: vec![0; self.words.len()],
            candidates: Vec::new(),
        };
        for place in source::caption_files(analysis, source.as_id()) {
            let Some(captions) = analysis.library.captions(analysis, &place) else { continue };
            self.search_in(&captions, &place.shown().into(), &mut found);
        }
        // Which words are rare is not known yet: those that have most are kept.
        found.candidates.sort_by_key(|candidate| {
            let count = (candidate.own | candidate.following).count_ones();
            (std::cmp::Reverse((count, candidate.own.count_ones())), candidate.start)
        });
        found.candidates.truncate(MOST_OF_ONE);
        found
    }

    fn search_in(&self, captions: &Captions, file: &Arc<str>, found: &mut SearchedSource) {
        // What is said, as far as it is searched for: the cue, and the number of the word.
        let mut said: Vec<(usize, Option<usize>)> = Vec::new();
        for (number, cue) in captions.cues().enumerate() {
            said.extend(tokens(cue.text).map(|word| (number, self.numbers.get(&*word).copied())));
        }
        found.cues += captions.len();
        let start = |cue: usize| captions.get(cue).map_or(u32::MAX, |cue| cue.start);
        let mut next = 0;
        while let Some(&(cue, _)) = said.get(next) {
            let from = said.get(next..).unwrap_or_default();
            let length = from.iter().take_while(|(own, _)| *own == cue).count();
            let mask = |words: &[(usize, Option<usize>)]| {
                words.iter().filter_map(|(_, word)| *word).fold(0, |mask, word| mask | bit(word))
            };
            let own = mask(from.get(..length).unwrap_or_default());
            next += length;
            if own == 0 {
                continue;
            }
            for (word, count) in found.with_word.iter_mut().enumerate() {
                *count += usize::from(own & bit(word) != 0);
            }
            let until = start(cue).saturating_add(NEAR);
            let reach = from.iter().take_while(|(other, _)| start(*other) <= until).count();
            let reached = from.get(..reach).unwrap_or_default();
            let following = mask(reached) & !own;
            let pairs = reached.windows(2).filter_map(|pair| match pair {
                [(_, Some(first)), (_, Some(second))] if first + 1 == *second => Some(*first),
                _ => None,
            });
            let in_order = pairs.fold(0, |mask, word| mask | bit(word));
            let behind = reached.iter().filter(|(other, _)| *other == cue + 1);
            let more = mask(&behind.copied().collect::<Vec<_>>()) & !own != 0;
            let Some(shown) = captions.get(cue) else { continue };
            let mut text = shown.text.to_owned();
            if let Some(next) = captions.get(cue + 1).filter(|_| more) {
                text.push(' ');
                text.push_str(next.text);
            }
            let (line, start, file) = (shown.line + 1, shown.start, Arc::clone(file));
            found.candidates.push(Candidate { file, line, start, text, own, following, in_order });
        }
    }

    /// The best of what was found, at most `limit`.
    pub fn best(&self, analysis: &Analysis, found: &[SearchedSource], limit: usize) -> SourceHits {
        let cues: usize = found.iter().map(|source| source.cues).sum();
        let with_word =
            |word: usize| -> usize { found.iter().filter_map(|source| source.with_word.get(word)).sum() };
        let weights: Vec<f32> = (0..self.words.len()).map(|word| weight(with_word(word), cues)).collect();
        let of = |mask: u64| -> f32 {
            let weights = weights.iter().enumerate().filter(|(word, _)| mask & bit(*word) != 0);
            weights.map(|(_, weight)| weight).sum()
        };
        let all = of(u64::MAX);
        let pairs = |mask: u64| -> f32 { (of(mask) + of(mask << 1)) / 2.0 };
        let most = all + IN_ORDER * pairs(all_pairs(self.words.len()));
        let mut scored: Vec<(f32, &SearchedSource, &Candidate)> = Vec::new();
        for source in analysis.index.cancel().over(found.iter()) {
            let mut own: Vec<(f32, &Candidate)> = Vec::new();
            let fits = source.candidates.iter().map(|candidate| {
                let words = of(candidate.own) + FOLLOWING * of(candidate.following);
                (words, words + IN_ORDER * pairs(candidate.in_order), candidate)
            });
            own.extend(fits.filter(|fit| fit.0 > 0.0 && fit.0 >= LEAST * all).map(|fit| (fit.1, fit.2)));
            own.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.start.cmp(&b.1.start)));
            let mut kept: Vec<(f32, &Candidate)> = Vec::new();
            for (score, candidate) in own {
                if kept.iter().all(|(_, other)| other.start.abs_diff(candidate.start) > APART) {
                    kept.push((score, candidate));
                }
            }
            scored.extend(kept.into_iter().map(|(score, candidate)| (score, source, candidate)));
        }
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then_with(|| (&a.1.source, a.2.start).cmp(&(&b.1.source, b.2.start)))
        });
        let hits = scored.into_iter().take(limit).map(|(score, source, candidate)| {
            let (id, second) = (source.source.as_id(), candidate.start / 1000);
            SourceHit {
                source: source.source.id.clone(),
                kind: kind_name(analysis, id),
                title: title(analysis, id),
                second,
                url: play(analysis, id, second),
                text: candidate.text.clone(),
                file: candidate.file.to_string(),
                line: candidate.line,
                score: if most > 0.0 { score / most } else { 0.0 },
            }
        });
        let hits = hits.collect();
        let unsaid = self.words.iter().enumerate().filter(|(word, _)| with_word(*word) == 0);
        let unsaid = unsaid.map(|(_, word)| word.clone()).collect();
        SourceHits { searched: found.iter().filter(|source| source.cues > 0).count(), unsaid, hits }
    }
}

fn bit(word: usize) -> u64 {
    u32::try_from(word).ok().and_then(|word| 1u64.checked_shl(word)).unwrap_or(0)
}

/// The bits of all words but the last: those that one follows.
fn all_pairs(words: usize) -> u64 {
    (0..words.saturating_sub(1)).fold(0, |mask, word| mask | bit(word))
}

/// What a word counts that so many of all cues have; one that is said nowhere tells nothing.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a logarithm of counts")]
fn weight(with_word: usize, cues: usize) -> f32 {
    if with_word == 0 {
        return 0.0;
    }
    let others = cues.saturating_sub(with_word) as f64;
    (1.0 + (others + 0.5) / (with_word as f64 + 0.5)).ln() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VAULT: &str = "\
//- a.md
---
videoId: twD4yMo0n-1
title: Tides
---
//- b.md
[Longitude](https://youtu.be/L0ngitud3-H)
//- twD4yMo0n-1.en.srt
00:00:01,000 --> 00:00:04,000
the sea rises twice a day
00:00:30,000 --> 00:00:34,000
and the moon is the reason
00:00:34,000 --> 00:00:37,000
for the Spring tides
00:01:00,000 --> 00:01:04,000
the sun has tides too
//- twD4yMo0n-1.de.srt
00:00:01,000 --> 00:00:04,000
das Meer steigt
//- x/Clock [L0ngitud3-H].vtt
00:00:09.000 --> 00:00:10.000
the clock found it at sea
//- x/Of nobody [N0b0dy-here].txt
[00:00:05.000 --> 00:00:06.000] a spring in a clock
//- x/readme.txt
spring
";

    #[track_caller]
    fn check(query: &str, expected: &[&str]) -> SourceHits {
        let fixture = Fixture::new(VAULT);
        let search = SourceSearch::new(query);
        let ids = searchable_sources(&fixture.analysis);
        let found: Vec<_> = ids.iter().map(|id| search.search(&fixture.analysis, id)).collect();
        let found = search.best(&fixture.analysis, &found, 10);
        let drawn = found.hits.iter().map(|hit| {
            let title = hit.title.as_deref().unwrap_or("-");
            format!("{title} {} {}:{} {}", hit.second, hit.file, hit.line, hit.text)
        });
        assert_eq!(drawn.collect::<Vec<_>>(), expected, "{query}");
        assert!(found.hits.iter().all(|hit| hit.score > 0.0 && hit.score <= 1.0), "{found:?}");
        found
    }

    #[test]
    fn words_are_found_over_all_captions() {
        let found = check(
            "sea",
            &[
                "Longitude 9 x/Clock [L0ngitud3-H].vtt:2 the clock found it at sea",
                "Tides 1 twD4yMo0n-1.en.srt:2 the sea rises twice a day",
            ],
        );
        assert_eq!(found.searched, 3);
        let url = found.hits.first().and_then(|hit| hit.url.as_deref());
        assert_eq!(url, Some("https://www.youtube.com/watch?v=L0ngitud3-H&t=9s"));
        check("STEIGT", &["Tides 1 twD4yMo0n-1.de.srt:2 das Meer steigt"]);
    }

    #[test]
    fn all_of_the_words_in_their_order_are_best() {
        check(
            "spring tides",
            &[
                "Tides 34 twD4yMo0n-1.en.srt:6 for the Spring tides",
                "- 5 x/Of nobody [N0b0dy-here].txt:1 a spring in a clock",
                "Tides 60 twD4yMo0n-1.en.srt:8 the sun has tides too",
            ],
        );
    }

    #[test]
    fn words_of_the_next_cue_count() {
        check(
            "moon spring",
            &["Tides 30 twD4yMo0n-1.en.srt:4 and the moon is the reason for the Spring tides"],
        );
    }

    #[test]
    fn words_that_nobody_says_are_told() {
        let found = check("elephants rises", &["Tides 1 twD4yMo0n-1.en.srt:2 the sea rises twice a day"]);
        assert_eq!(found.unsaid, ["elephants"]);
        assert_eq!(check("elephants", &[]).unsaid, ["elephants"]);
        check("", &[]);
        check("— …", &[]);
    }
}
