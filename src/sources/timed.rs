//! Captions as lines of text: WebVTT, SubRip, and what whisper.cpp prints.
//!
//! What they share is a line with `-->` between two times. Automatic captions roll: each cue shows the line of
//! the one before once more, and a new one below; of such a file each line is taken once, when it comes.
use std::borrow::Cow;

use super::captions::Reading;

/// A cue as it is written.
struct Raw<'t> {
    times: [u32; 2],
    /// Lines with words, each with its number.
    lines: Vec<(u32, &'t str)>,
}

/// Cues that are compared to find out whether a file rolls.
const SAMPLE: usize = 200;

/// How far apart two cues may be, in milliseconds, of which one goes on with what the other shows.
const GAP: u32 = 500;

pub(super) fn read(text: &str, reading: &mut Reading) {
    let mut raw: Vec<Raw<'_>> = Vec::new();
    let mut is_open = false;
    for (number, line) in (0u32..).zip(lines(text)) {
        if let Some((before, after)) = line.split_once("-->") {
            // The number of a SubRip cue that no empty line sets apart from the words before.
            if is_open && let Some(last) = raw.last_mut() {
                last.lines.pop_if(|(at, words)| *at + 1 == number && is_number(words));
            }
            match times(before, after) {
                Some((times, rest)) => {
                    let mut lines = Vec::new();
                    if !rest.trim().is_empty() {
                        lines.push((number, rest));
                    }
                    if times[1] < times[0] {
                        reading.complain(number, "this cue ends before it begins");
                    }
                    raw.push(Raw { times, lines });
                    is_open = true;
                }
                None => {
                    reading.complain(number, "not a time, or not two of them");
                    is_open = false;
                }
            }
        } else if line.is_empty() {
            is_open = false;
        } else if is_open && !line.trim().is_empty() {
            let last = raw.last_mut();
            last.into_iter().for_each(|last| last.lines.push((number, line)));
        }
    }
    if rolls(&raw) {
        return roll(&raw, reading);
    }
    for Raw { times, lines } in &raw {
        let words: Vec<_> = lines.iter().map(|(_, line)| plain(line)).collect();
        let words: Vec<_> = words.iter().map(|words| &**words).collect();
        reading.cue(*times, lines.first().map_or(0, |(number, _)| *number), &words);
    }
}

/// The lines of a text, however they end.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

fn is_number(words: &str) -> bool {
    let words = words.trim();
    !words.is_empty() && words.bytes().all(|b| b.is_ascii_digit())
}

/// The two times around `-->`, in milliseconds, and what whisper.cpp writes behind its bracket.
fn times<'t>(before: &str, after: &'t str) -> Option<([u32; 2], &'t str)> {
    let (before, after) = (before.trim(), after.trim_start());
    if let Some(before) = before.strip_prefix('[') {
        let (after, rest) = after.split_once(']')?;
        return Some(([time(before.trim())?, time(after.trim())?], rest));
    }
    // WebVTT has settings behind the second.
    let after = after.split_whitespace().next()?;
    Some(([time(before)?, time(after)?], ""))
}

/// `00:01:02.345`, `00:01:02,345`, `01:02.3` in milliseconds.
fn time(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let number = |text: &str| {
        let is_one = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if is_one { text.parse::<u32>().ok() } else { None }
    };
    let mut groups = whole.rsplit(':');
    let (seconds, minutes) = (number(groups.next()?)?, number(groups.next()?)?);
    let hours = groups.next().map_or(Some(0), number)?;
    if groups.next().is_some() || seconds > 59 || minutes > 59 || hours > 999 {
        return None;
    }
    let thousandths = match part.len() {
        1 => number(part)? * 100,
        2 => number(part)? * 10,
        3 => number(part)?,
        _ => return None,
    };
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths)
}

/// Whether the cues show what was said before once more: they have word times, or most of them begin with the
/// last line of the one before.
fn rolls(raw: &[Raw<'_>]) -> bool {
    let sample = raw.get(..raw.len().min(SAMPLE)).unwrap_or(raw);
    let mut lines = sample.iter().flat_map(|cue| &cue.lines);
    if lines.any(|(_, line)| has_word_times(line)) {
        return true;
    }
    let pairs = || sample.iter().zip(sample.iter().skip(1));
    let repeats = pairs().filter(|(before, after)| {
        let (Some((_, last)), Some((_, first))) = (before.lines.last(), after.lines.first()) else {
            return false;
        };
        follows(before.times, after.times) && last.trim() == first.trim()
    });
    pairs().count() >= 4 && repeats.count() * 2 >= pairs().count()
}

fn has_word_times(line: &str) -> bool {
    line.split('<').skip(1).any(|tag| word_time(tag).is_some())
}

fn follows(before: [u32; 2], after: [u32; 2]) -> bool {
    after[0] >= before[0] && after[0] <= before[1].saturating_add(GAP)
}

/// Takes each line once: a cue that begins with the last lines of the one before goes on with those.
fn roll(raw: &[Raw<'_>], reading: &mut Reading) {
    let mut shown: Vec<String> = Vec::new();
    let mut until = [0, 0];
    for Raw { times, lines } in raw {
        let words: Vec<String> = lines.iter().map(|(_, line)| squeezed(line)).collect();
        // Behind a pause, too, the line above one that comes word by word is the one from before.
        let goes_on = || lines.iter().skip(1).any(|(_, line)| has_word_times(line));
        let most = if follows(until, *times) || goes_on() { shown.len().min(words.len()) } else { 0 };
        let again = (1..=most).rev().find(|count| shown.get(shown.len() - count..) == words.get(..*count));
        let again = again.unwrap_or(0);
        if again > 0 && again == words.len() {
            reading.extend(times[1]);
        }
        for ((number, _), words) in lines.iter().zip(&words).skip(again) {
            reading.cue(*times, *number, &[words]);
        }
        // What is shown without any words is the last line still.
        if !words.is_empty() {
            shown = words;
        }
        until = [times[0], times[1].max(until[1])];
    }
}

fn squeezed(line: &str) -> String {
    plain(line).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a line: tags of captions and position marks left out, character references decoded. Any other
/// `<` is one that somebody said.
fn plain(line: &str) -> Cow<'_, str> {
    if !line.contains(['<', '&', '{']) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        match tag(mark) {
            Some(length) => rest = mark.get(length..).unwrap_or(""),
            None => {
                let mut chars = mark.chars();
                out.extend(chars.next());
                rest = chars.as_str();
            }
        }
    }
    out.push_str(rest);
    if out.contains('&') {
        let decoded = html_escape::decode_html_entities(&out).into_owned();
        return Cow::Owned(decoded);
    }
    Cow::Owned(out)
}

/// The length of the tag of captions that `mark` begins with: `<c.yellow>`, `</i>`, `<v Ann>`,
/// `<00:00:01.000>`, `{\an8}`.
fn tag(mark: &str) -> Option<usize> {
    const NAMES: [&str; 9] = ["c", "i", "b", "u", "v", "rt", "ruby", "lang", "font"];
    /// A longer one is a text that was never closed.
    const LONGEST: usize = 200;
    let mark_end =
        mark.bytes().take(LONGEST).position(|b| b == if mark.starts_with('{') { b'}' } else { b'>' })?;
    let inner = mark.get(1..mark_end)?;
    let is_tag = if mark.starts_with('{') {
        inner.starts_with('\\')
    } else {
        let name = inner.strip_prefix('/').unwrap_or(inner);
        let name = name.split(['.', ' ', '\t']).next().unwrap_or(name);
        NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) || time(inner).is_some()
    };
    is_tag.then_some(mark_end + 1)
}

/// The time in what stands behind a `<`.
fn word_time(tag: &str) -> Option<u32> {
    time(tag.split_once('>')?.0)
}
