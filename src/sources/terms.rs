//! Where in a video something like a few words is said, by term statistics alone: no language is known here.
//!
//! A sentence of a note retells what was said over several cues. So a cue is scored (BM25) by the words that are
//! said from its start on, the later the less; words that are said all over the video weigh next to nothing.
use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Captions;

/// Milliseconds behind the start of a cue in which words count for it.
const REACH: u32 = 12_000;
/// Cues that a word counts for at most, where many begin at once.
const MOST_REACHED: usize = 16;
/// What a word at the end of the reach counts less than one at its start.
const FALL: f32 = 0.7;
/// BM25's `k1`: how soon a word said again adds nothing.
const SATURATION: f32 = 1.0;
/// Milliseconds of a video that are a document to the statistics, of which a word is said in many or few.
const DOCUMENT: u32 = 20_000;
/// Different words of a question that are looked at.
const MOST_WORDS: usize = 200;
/// Bytes of captions whose words are taken: eight times what is said in eight hours.
const MOST_BYTES: usize = 4 << 20;
/// Milliseconds between two answers: nearer ones are one passage.
const APART: u32 = 10_000;

/// The words of `text` as they are compared: with case folded, in runs of letters, marks and digits. A script
/// that writes no blanks between words is taken in pairs of characters.
pub fn tokens(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let segmenter = WordSegmenter::new_for_non_complex_scripts(WordBreakInvariantOptions::default());
    let mut start = 0;
    let segments = segmenter.segment_str(text).iter_with_word_type().filter_map(move |(end, kind)| {
        let segment = text.get(std::mem::replace(&mut start, end)..end)?;
        kind.is_word_like().then(|| (end - segment.len(), segment))
    });
    // The last character of a script without blanks, and where it ends.
    let mut before: Option<(usize, char)> = None;
    segments.flat_map(move |(start, segment)| {
        if !segment.contains(is_unspaced) {
            before = None;
            // `l'homme`, `Euler's`
            let parts = segment.split(['\'', '’']).filter(|part| !part.is_empty());
            return parts.map(folded).collect::<Vec<_>>();
        }
        let mut pairs = Vec::new();
        let mut last = before.filter(|(end, _)| *end == start).map(|(_, last)| last);
        for c in segment.chars() {
            pairs.extend(last.map(|last| Cow::Owned(String::from_iter([last, c]))));
            last = Some(c);
        }
        before = last.map(|last| (start + segment.len(), last));
        pairs
    })
}

/// Whether a script puts no blanks between its words: Thai, Lao, Myanmar and Khmer, and the East Asian ones but
/// Hangul.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
        || ('\u{2E80}'..'\u{FB00}').contains(&c) && !('\u{A000}'..='\u{D7FF}').contains(&c)
}

fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    CaseMapper::new().fold_string(word)
}

/// Which words are said where in one video.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Terms {
    words: FxHashMap<Box<str>, Term>,
    /// The cues in which words are said, one behind the other; a cue as often as it says the word.
    cues: Box<[u32]>,
    /// In how many documents anything is said.
    documents: u32,
}

/// Where a word has its cues, and in how many documents it is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Term {
    cues: [u32; 2],
    documents: u32,
}

impl Terms {
    /// The words of all cues.
    pub fn new(captions: &Captions) -> Self {
        let mut said: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
        let mut bytes = 0;
        for (number, cue) in (0u32..).zip(captions.cues()) {
            bytes += cue.text.len();
            if bytes > MOST_BYTES {
                break;
            }
            for word in tokens(cue.text) {
                match said.get_mut(&*word) {
                    Some(cues) => cues.push(number),
                    None => drop(said.insert(word.into(), vec![number])),
                }
            }
        }
        let document = |cue: u32| captions.get(cue as usize).map_or(0, |cue| cue.start / DOCUMENT);
        let documents = |cues: &mut dyn Iterator<Item = u32>| {
            let mut documents: Vec<u32> = cues.map(document).collect();
            documents.dedup();
            u32::try_from(documents.len()).unwrap_or(u32::MAX)
        };
        let (mut words, mut all) = (FxHashMap::default(), Vec::new());
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        for (word, cues) in said {
            let from = all.len();
            let documents = documents(&mut cues.iter().copied());
            all.extend(cues);
            words.insert(word, Term { cues: [offset(from), offset(all.len())], documents });
        }
        words.shrink_to_fit();
        let documents = documents(&mut (0..offset(captions.len())));
        Self { words, cues: all.into(), documents }
    }

    /// How well each part of `captions`, from which these terms are, fits `words`.
    pub fn fit<'c>(&self, captions: &'c Captions, words: &str) -> Fit<'c> {
        let start = |cue: usize| captions.get(cue).map_or(0, |cue| cue.start);
        let (mut scores, mut most) = (vec![0.0f32; captions.len()], 0.0);
        // How often the word is said from a cue on, and for which cues that is not 0.
        let (mut counts, mut counted) = (vec![0.0f32; captions.len()], Vec::new());
        let wanted: FxHashSet<_> = tokens(words).take(MOST_WORDS).collect();
        // In one order, so that the sums are the same each time.
        let mut wanted: Vec<_> = wanted.into_iter().collect();
        wanted.sort_unstable();
        for word in wanted {
            let weight = self.weight(&word);
            most += weight * (SATURATION + 1.0);
            for &cue in self.cues(&word) {
                let (cue, said) = (cue as usize, start(cue as usize));
                for reaching in (cue.saturating_sub(MOST_REACHED)..=cue).rev() {
                    let later = said.saturating_sub(start(reaching));
                    if later > REACH {
                        break;
                    }
                    let Some(count) = counts.get_mut(reaching) else { continue };
                    if *count == 0.0 {
                        counted.push(reaching);
                    }
                    *count += 1.0 - FALL * ratio(later, REACH);
                }
            }
            for cue in counted.drain(..) {
                if let (Some(score), Some(count)) = (scores.get_mut(cue), counts.get_mut(cue)) {
                    let count = std::mem::take(count);
                    *score += weight * count * (SATURATION + 1.0) / (count + SATURATION);
                }
            }
        }
        Fit { captions, scores, most }
    }

    /// The cues from which on something most like `words` is said, best first: at most `n`, each of another
    /// passage.
    pub fn best(&self, captions: &Captions, words: &str, n: usize) -> Vec<Passage> {
        self.fit(captions, words).best(n)
    }

    /// What a word of [`tokens`] counts: the more, the fewer parts of the video it is said in.
    pub fn weight(&self, word: &str) -> f32 {
        let documents = self.words.get(word).map_or(0, |term| term.documents);
        let others = f64::from(self.documents.saturating_sub(documents));
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm")]
        let weight = (1.0 + (others + 0.5) / (f64::from(documents) + 0.5)).ln() as f32;
        weight
    }

    /// The cues that say a word, by number.
    fn cues(&self, word: &str) -> &[u32] {
        let cues = self.words.get(word).map_or([0, 0], |term| term.cues);
        self.cues.get(cues[0] as usize..cues[1] as usize).unwrap_or_default()
    }

    /// What it takes in memory.
    pub fn bytes(&self) -> usize {
        let words: usize = self.words.keys().map(|word| word.len()).sum();
        let entry = size_of::<(Box<str>, Term)>() + 1;
        size_of::<Self>() + words + self.words.capacity() * entry + size_of_val(&*self.cues)
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a few seconds")]
fn ratio(part: u32, whole: u32) -> f32 {
    part as f32 / whole as f32
}

/// How well the parts of captions fit some words.
#[derive(Clone, Debug)]
pub struct Fit<'c> {
    captions: &'c Captions,
    /// By cue.
    scores: Vec<f32>,
    /// More than any score: all the words, over and over.
    most: f32,
}

/// A part of captions that fits some words.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Passage {
    /// The number of the cue that it begins with.
    pub cue: usize,
    /// How well it fits: from 0, where it has none of the words, to less than 1.
    pub score: f32,
}

impl Fit<'_> {
    /// The same where each cue counts as much as `factor`, from 0 to 1, says of its second.
    #[must_use]
    pub fn weighted(mut self, factor: impl Fn(u32) -> f32) -> Self {
        for (score, cue) in self.scores.iter_mut().zip(self.captions.cues()) {
            *score *= factor(cue.second());
        }
        self
    }

    /// The cues from which on the words are said, best first: at most `n`, each of another passage.
    pub fn best(&self, n: usize) -> Vec<Passage> {
        let mut cues: Vec<usize> = (0..self.scores.len()).filter(|&cue| self.score(cue) > 0.0).collect();
        cues.sort_by(|&a, &b| self.score(b).total_cmp(&self.score(a)).then(a.cmp(&b)));
        let start = |cue: usize| self.captions.get(cue).map_or(0, |cue| cue.start);
        let mut best: Vec<Passage> = Vec::new();
        for cue in cues {
            if best.len() >= n {
                break;
            }
            if best.iter().all(|other| start(other.cue).abs_diff(start(cue)) > APART) {
                best.push(Passage { cue, score: self.score(cue) });
            }
        }
        best
    }

    /// How well the part fits that begins with the cue of this number: from 0 to less than 1.
    pub fn score(&self, cue: usize) -> f32 {
        self.scores.get(cue).map_or(0.0, |score| if self.most > 0.0 { score / self.most } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Format;

    #[track_caller]
    fn check_tokens(text: &str, expected: &[&str]) {
        assert_eq!(tokens(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn words_as_they_are_compared() {
        check_tokens(
            "The “GPU”, x-ray: 1.585 of Euler's!",
            &["the", "gpu", "x", "ray", "1.585", "of", "euler", "s"],
        );
        check_tokens("L’ÉTÉ Straße ΣΊΣΥΦΟΣ", &["l", "été", "strasse", "σίσυφοσ"]);
        check_tokens("東京に GPU 京", &["東京", "京に", "gpu"]);
        check_tokens("สวัสดี", &["สว", "วั", "ัส", "สด", "ดี"]);
        check_tokens("한국어 말", &["한국어", "말"]);
        check_tokens(" — …", &[]);
    }

    /// Captions of a cue each ten seconds, and what is found in them: second and words.
    #[track_caller]
    fn check(cues: &[&str], words: &str, expected: &[&str]) {
        let cue = |(n, words): (usize, &&str)| {
            let (from, to) = (n * 10, n * 10 + 9);
            let time = |second: usize| format!("{:02}:{:02},000", second / 60, second % 60);
            format!("{} --> {}\n{words}\n\n", time(from), time(to))
        };
        let text: String = cues.iter().enumerate().map(cue).collect();
        let captions = Captions::read(Format::Srt, &text);
        let best = Terms::new(&captions).best(&captions, words, 3);
        let shown = best.iter().filter_map(|passage| Some((captions.get(passage.cue)?, passage.score)));
        let shown: Vec<_> = shown.map(|(cue, _)| format!("{} {}", cue.second(), cue.text)).collect();
        assert_eq!(shown, expected, "{words}");
        assert!(best.iter().all(|passage| passage.score > 0.0 && passage.score < 1.0), "{best:?}");
    }

    const TALK: &[&str] = &[
        "so what is a fractal",
        "the shape is not the same at every scale",
        "the coast of Britain is rough",
        "and that is what he meant",
        "the dimension of the coast",
        "is about one point two",
        "that is the end of it",
    ];

    #[test]
    fn rare_words_decide_and_neighboring_cues_count() {
        check(
            TALK,
            "Britain's coast is rough.",
            &["20 the coast of Britain is rough", "40 the dimension of the coast", "0 so what is a fractal"],
        );
        check(
            TALK,
            "coast's dimension: two",
            &["40 the dimension of the coast", "20 the coast of Britain is rough"],
        );
        check(TALK, "Fractal", &["0 so what is a fractal"]);
        check(TALK, "", &[]);
        check(TALK, "Elephants", &[]);
        check(&[], "words", &[]);
    }

    /// However many cues begin at once, and however often a word is said.
    #[test]
    fn a_question_takes_no_more_than_the_cues() {
        let text = "00:01,000 --> 00:01,000\nword word\n\n".repeat(20_000);
        let captions = Captions::read(Format::Srt, &text);
        let terms = Terms::new(&captions);
        assert_eq!(terms.best(&captions, "word", 5).len(), 1);
        assert!(terms.bytes() < 200_000);
    }
}
