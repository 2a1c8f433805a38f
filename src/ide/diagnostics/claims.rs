//! Claims whose words are not said where they cite their video, but clearly elsewhere in it.
//!
//! What is told here must be right, so much is let pass: a claim is held against two minutes around its second,
//! where words count that only begin alike, and against a few seconds elsewhere, where they must be the same.
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::Findings;
use crate::ide::source::{self, End, Source};
use crate::ide::video::clock;
use crate::ide::{Document, around, excerpt, prose};
use crate::index::Moments;
use crate::settings::{Code, Severity};
use crate::sources::{Captions, Fit, Terms, tokens};
use crate::syntax::{Fix, Timestamp, TimestampFault, TimestampForm, canonical_time};
use crate::text::Span;

/// Different words that a claim has at least. Shorter ones fit anywhere, or are formulas.
const FEWEST_WORDS: usize = 8;
/// Seconds to each side of a second that are near it.
const NEAR: u32 = 60;
/// Seconds of what is said elsewhere.
const PASSAGE: u32 = 15;
/// Seconds between the best moment and the next one that is not part of it.
const APART: u32 = 30;
/// How well the words fit elsewhere at least.
const FITS: f32 = 0.15;
/// How well they fit near the second at most, of that.
const FITS_NEAR: f32 = 0.5;
/// How well they fit at a third place at most, of that.
const FITS_BESIDE: f32 = 0.8;
/// How much of what is said of them elsewhere is said in all of the two minutes at most.
const SAID_NEAR: f32 = 0.7;
/// Words that are said elsewhere and not near at least.
const FEWEST_MISSED: usize = 3;
/// Characters by whose equality two words count as forms of one.
const STEM: usize = 5;
/// Characters of what is said elsewhere in the message, about.
const CUE: usize = 60;

/// Reports claims of the note's timestamps. Costs nothing where the code is off.
pub(super) fn claims(findings: &mut Findings) {
    let (analysis, document) = (findings.analysis, findings.document);
    let timestamps = &*document.note.timestamps;
    if timestamps.is_empty() || findings.severity(Code::UnsupportedClaim) == Severity::Off {
        return;
    }
    let Some(video) = document.video() else { return };
    let source = Source::of(analysis, video, document.language());
    let Some((place, captions)) = &source.captions else { return };
    let (moments, limit) = (source::moments(analysis, findings.note, document), source.end().map(End::limit));
    let said = Said { terms: &analysis.library.terms(place, captions), captions };
    for group in groups(document) {
        analysis.index.cancel().check();
        let Some(all @ [first, others @ ..]) = timestamps.get(group.clone()) else { continue };
        let span = first.value.unwrap_or(first.span);
        let cited = cited(document, moments, limit, all);
        let (true, Some(cited)) = (findings.wants(Code::UnsupportedClaim, span), cited) else { continue };
        let Some(words) = claim(document, group) else { continue };
        let Some((second, cue)) = said.elsewhere(&words, &cited) else { continue };
        let near = cited.first().map_or_else(String::new, |&second| clock(second));
        let cue = prose::shorten(cue, CUE);
        let message = format!("Not said near {near}, but at {}: “{cue}”", clock(second));
        // Which of several would have to be another time?
        let fix = others.is_empty().then(|| moved(document, first, second));
        findings.add_with(Code::UnsupportedClaim, span, message, Vec::new(), fix.into_iter().collect());
    }
}

/// The timestamps of the note that stand side by side, for one claim.
fn groups(document: &Document) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for (number, timestamp) in document.note.timestamps.iter().enumerate() {
        let between = document.text.get(end..timestamp.span.start()).unwrap_or("x");
        let follows = !between.contains(|c: char| c.is_alphanumeric() || c == '\n' || c == '|');
        match groups.last_mut().filter(|_| follows) {
            Some(group) => group.end = number + 1,
            None => groups.push(number..number + 1),
        }
        end = timestamp.span.end();
    }
    groups
}

/// The seconds that these timestamps mean; `None` where that is not certain, or another finding says so.
fn cited(document: &Document, moments: Moments, limit: Option<u32>, group: &[Timestamp]) -> Option<Vec<u32>> {
    let second = |timestamp: &Timestamp| {
        let fault = timestamp.problem.as_ref().map(|problem| problem.fault);
        let is_sound = matches!(fault, None | Some(TimestampFault::Bare));
        let is_link = matches!(timestamp.form, TimestampForm::Wikilink | TimestampForm::InAlias);
        let second =
            moments.get(&document.text, timestamp).filter(|&second| timestamp.moment == Some(second))?;
        (is_sound && !is_link && limit.is_none_or(|limit| second <= limit)).then_some(second)
    };
    group.iter().map(second).collect()
}

/// The words that timestamps end: the last sentence before them, without what earlier ones end. `None` where
/// none does, and in a block that begins with a timestamp: there they may stand before what they are for.
fn claim(document: &Document, group: Range<usize>) -> Option<String> {
    let (text, timestamps) = (&*document.text, &document.note.timestamps);
    let end = timestamps.get(group.start)?.span.start();
    let start = around::block_start(text, end);
    let block = text.get(start..end)?;
    let start = start + block.len() - block.trim_start_matches([' ', '\t']).len();
    let first = timestamps.partition_point(|timestamp| timestamp.span.start() < start);
    let before_first = text.get(start..timestamps.get(first)?.span.start())?;
    if before_first.starts_with('#') || !before_first.contains(char::is_alphabetic) {
        return None;
    }
    let before = group.start.checked_sub(1).and_then(|before| timestamps.get(before));
    let from = before.map_or(start, |before| before.span.end().max(start));
    let words = excerpt::plain(document, Span::new(from, end));
    let cell = words.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit('|').next()?;
    Some(prose::last_sentence(cell).to_owned())
}

/// What is said in the video.
struct Said<'s> {
    terms: &'s Terms,
    captions: &'s Captions,
}

impl Said<'_> {
    /// The second at which these words are said, and what is said then, if it is clear that they are said there
    /// and not near the seconds `cited`.
    fn elsewhere(&self, claim: &str, cited: &[u32]) -> Option<(u32, &str)> {
        let is_word = |word: &str| word.chars().count() > 1 && word.chars().all(char::is_alphabetic);
        let words: FxHashSet<String> =
            tokens(claim).filter(|word| is_word(word)).map(|word| word.into_owned()).collect();
        if words.len() < FEWEST_WORDS {
            return None;
        }
        // In one order, so that sums are the same each time.
        let mut words: Vec<_> = words.iter().map(String::as_str).collect();
        words.sort_unstable();
        let fit = self.terms.fit(self.captions, &words.join(" "));
        let is_near = |second: u32| cited.iter().any(|&cited| cited.abs_diff(second) <= NEAR);
        let near = self.best_near(&fit, cited);
        let far = fit.weighted(|second| if is_near(second) { 0.0 } else { 1.0 }).best(APART as usize);
        let best = far.first().filter(|best| best.score >= FITS && near <= best.score * FITS_NEAR)?;
        let cue = self.captions.get(best.cue)?;
        let is_apart = |number: usize| {
            self.captions.get(number).is_some_and(|other| other.second().abs_diff(cue.second()) > APART)
        };
        let next = far.iter().find(|passage| is_apart(passage.cue)).map_or(0.0, |next| next.score);
        if next > best.score * FITS_BESIDE {
            return None;
        }
        let passage: FxHashSet<_> = self.tokens(cue.second(), cue.second().saturating_add(PASSAGE)).collect();
        let around = cited
            .iter()
            .flat_map(|&second| self.tokens(second.saturating_sub(NEAR), second.saturating_add(NEAR)));
        let around: FxHashSet<_> = around.map(|word| stem(&word).to_owned()).collect();
        let weigh = |words: &[&str]| words.iter().map(|word| self.terms.weight(word)).sum::<f32>();
        let here: Vec<_> = words.iter().copied().filter(|&word| passage.contains(word)).collect();
        let there: Vec<_> = words.iter().copied().filter(|word| around.contains(stem(word))).collect();
        let missed = here.iter().filter(|word| !there.contains(word)).count();
        let is_clear = missed >= FEWEST_MISSED && weigh(&there) <= weigh(&here) * SAID_NEAR;
        is_clear.then_some((cue.second(), cue.text))
    }

    /// How well the best part near the seconds `cited` fits.
    fn best_near(&self, fit: &Fit<'_>, cited: &[u32]) -> f32 {
        let parts = cited.iter().flat_map(|&second| {
            self.numbers(second.saturating_sub(NEAR), second.saturating_add(NEAR)).map(|cue| fit.score(cue))
        });
        parts.fold(0.0, f32::max)
    }

    /// The numbers of the cues in a part of the video.
    fn numbers(&self, from: u32, to: u32) -> impl Iterator<Item = usize> {
        let first = self.captions.at(from).unwrap_or(0);
        let is_over =
            move |&number: &usize| self.captions.get(number).is_some_and(|cue| cue.end / 1000 < from);
        (first..self.captions.len())
            .skip_while(is_over)
            .take_while(move |&number| self.captions.get(number).is_some_and(|cue| cue.second() <= to))
    }

    /// The words of these cues.
    fn tokens(&self, from: u32, to: u32) -> impl Iterator<Item = String> {
        let cues = self.numbers(from, to).filter_map(|number| self.captions.get(number));
        cues.flat_map(|cue| tokens(cue.text).map(|word| word.into_owned()))
    }
}

/// What forms of one word share.
fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// The change of a timestamp to another second, in value and label, each as it is written.
fn moved(document: &Document, timestamp: &Timestamp, second: u32) -> Fix {
    let time = canonical_time(second);
    let like = |span: Span| {
        let is_short = span.of(&document.text).matches(':').count() == 1;
        let short = time.strip_prefix("00:").filter(|_| is_short);
        (span, short.unwrap_or(&time).to_owned())
    };
    let mut edits: Vec<_> = [timestamp.value, timestamp.label].into_iter().flatten().map(like).collect();
    edits.sort_by_key(|(span, _)| span.start());
    Fix { title: format!("Change to {}", clock(second)), edits, certain: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::diagnostics;
    use crate::ide::fixture::Fixture;

    const SAID: &str = "\
//- dQw4w9WgXcQ.en.srt
00:05,000 --> 00:09,000
today we talk about shapes and what mathematicians call them

00:30,000 --> 00:34,000
the coast of Britain is rough

00:35,000 --> 00:39,000
and gets longer the closer you measure it

03:00,000 --> 03:04,000
temperature and pressure are different things altogether

05:00,000 --> 05:04,000
planes fly because air
";
    const ON: &str = "//- .slugline.toml\nseverity = { unsupported-claim = \"hint\" }\n";

    #[track_caller]
    fn check(note: &str) {
        let fixture = Fixture::new(&format!("{SAID}{ON}//- a.md\n---\nvideoId: dQw4w9WgXcQ\n---\n{note}\n"));
        fixture.check(|note| {
            let found = diagnostics(&fixture.analysis, note, None).into_iter();
            let found = found.filter(|found| found.code == Code::UnsupportedClaim);
            let fixes =
                |fixes: &[Fix]| fixes.iter().map(|fix| format!(" [{}]", fix.title)).collect::<String>();
            found.map(|found| (found.span, format!("{}{}", found.message, fixes(&found.fixes)))).collect()
        });
    }

    #[test]
    fn a_claim_that_is_said_elsewhere() {
        check(
            "\
The coast of Britain is rough and gets longer the closer one measures it <a class=\"yt-timestamp\" data-t=\"00:03:01\">[00:03:01]</a>.
                                                                                                         ^^^^^^^^ Not said near 3:01, but at 0:30: “the coast of Britain is rough” [Change to 0:30]
Fine. The closer you measure, the longer gets the rough coast of Britain [05:00], [03:02].
                                                                         ^^^^^^^ Not said near 5:00, but at 0:30",
        );
    }

    #[test]
    fn claims_that_are_let_pass() {
        for note in [
            // Said there.
            "The coast of Britain is rough and gets longer the closer one measures it [00:33].",
            "The coast of Britain is rough and gets longer the closer one measures it [05:00] [00:33].",
            // Said nowhere; too short to tell.
            "Elephants remember what their mothers taught them about the water of the desert [03:01].",
            "The coast of Britain is rough [03:01].",
            // What the timestamp is for stands behind it, perhaps.
            "- [00:33] The coast of Britain is rough and gets longer the closer one measures it. [03:01] More",
            "# The coast of Britain is rough and gets longer the closer one measures it [03:01]",
            // Not a time, or one that is past the end.
            "The coast of Britain is rough and gets longer the closer one measures it [01:33:00].",
        ] {
            check(note);
        }
    }

    #[test]
    fn a_timestamp_moves_in_value_and_label() {
        let fixture = Fixture::new(&format!(
            "{SAID}{ON}//- a.md\n---\nvideoId: dQw4w9WgXcQ\n---\nThe coast of Britain is rough and gets longer the closer one measures it <a class=\"yt-timestamp\" data-t=\"00:03:01\">[03:01]</a>.\n",
        ));
        let found = diagnostics(&fixture.analysis, fixture.note("a.md"), None);
        let edits = &found.iter().find(|found| found.code == Code::UnsupportedClaim).unwrap().fixes[0].edits;
        let times: Vec<_> = edits.iter().map(|(_, time)| &**time).collect();
        assert_eq!(times, ["00:00:30", "00:30"]);
    }
}
