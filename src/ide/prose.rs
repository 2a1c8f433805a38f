//! Where sentences and words of running text end, so that an excerpt is cut where a reader pauses.
//! Absent: markdown.
use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "ca", "cf", "co", "corp", "dr", "e.g", "etc", "fig", "gen", "i.e", "inc", "jr", "ltd",
    "lt", "mr", "mrs", "ms", "mt", "no", "nr", "prof", "rep", "rev", "sen", "sgt", "sr", "st", "u.k", "u.n",
    "u.s", "vol", "vs",
];

/// Byte offsets behind the sentences of `text`, closing quotes and brackets included, without the
/// blank that follows. The end of the text is the last one.
pub(super) fn sentence_ends(text: &str) -> Vec<usize> {
    let sentences = SentenceSegmenter::new(SentenceBreakInvariantOptions::default()).segment_str(text);
    // Unicode ends no sentence behind an ellipsis, as which one breaks off.
    let ellipses = text.match_indices('…').map(|(at, ellipsis)| at + ellipsis.len()).filter(|&end| {
        let rest = text.get(end..).unwrap_or("");
        let next = rest.trim_start().chars().next();
        rest.starts_with(char::is_whitespace) && next.is_some_and(|next| !next.is_lowercase())
    });
    let before = |end: usize| text.get(..end).unwrap_or("").trim_end();
    let ends_sentence = |&end: &usize| {
        let full_stop = before(end).strip_suffix('.');
        end > 0 && (end == text.len() || !full_stop.is_some_and(is_abbreviation))
    };
    let mut ends: Vec<_> =
        sentences.filter(ends_sentence).map(|end| before(end).len()).chain(ellipses).collect();
    ends.push(text.len());
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Whether `c` ends sentences.
pub(super) fn is_full_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।')
}

/// The last sentence of `text`, with the one before it where it is only a word or two.
pub(super) fn last_sentence(text: &str) -> &str {
    let ends = sentence_ends(text);
    let starts = ends.iter().rev().skip(1).chain([&0]);
    let long_enough = |start: &&usize| text.get(**start..).is_some_and(|s| s.split_whitespace().count() > 2);
    starts.into_iter().find(long_enough).and_then(|&start| text.get(start..)).unwrap_or(text).trim()
}

/// Whether the last word of `before`, which a full stop follows, is one that is written with it.
fn is_abbreviation(before: &str) -> bool {
    let word =
        before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“')).next().unwrap_or("");
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    initial || ABBREVIATIONS.contains(&&*word.to_lowercase())
}

/// Where to cut `text` so that about `length` characters are left: behind a sentence if one ends in
/// the last half of them, else between two words. `None`: it is short enough.
pub(super) fn cut(text: &str, length: usize) -> Option<usize> {
    // A few characters more are better read than cut.
    let slack = length / 8;
    text.char_indices().nth(length + slack)?;
    let (limit, _) = text.char_indices().nth(length)?;
    let sentence = sentence_ends(text).into_iter().take_while(|&end| end <= limit).last();
    if let Some(end) = sentence.filter(|&end| end > limit / 2) {
        return Some(end);
    }
    let mut chars = text.char_indices().take_while(|(at, _)| *at <= limit).collect::<Vec<_>>();
    chars.reverse();
    let gap = chars.windows(2).find(|pair| matches!(pair, [(_, next), (_, last)] if is_gap(*last, *next)));
    match gap {
        Some([(at, _), _]) => Some(text.get(..*at).unwrap_or("").trim_end().len()),
        _ => text.char_indices().skip(length).find(|(_, c)| c.is_whitespace()).map(|(at, _)| at),
    }
}

/// Whether no word goes on from one character to the next.
fn is_gap(last: char, next: char) -> bool {
    // Scripts that write no blanks between words begin with the CJK radicals.
    let unspaced = |c: char| ('\u{2E80}'..'\u{FB00}').contains(&c) && !('\u{AC00}'..='\u{D7A3}').contains(&c);
    next.is_whitespace() || unspaced(last) || unspaced(next)
}

/// `text` cut as [`cut`] says, with `…` where something is left out.
pub(super) fn shorten(text: &str, length: usize) -> String {
    match cut(text, length) {
        Some(end) => {
            let kept = text.get(..end).unwrap_or(text).trim_end_matches([',', ';', ':', '–', '—', ' ']);
            format!("{kept} …")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_pauses() {
        for (text, sentences) in [
            ("One. Two! Three?", vec!["One.", " Two!", " Three?"]),
            ("He said “Stop.” Then left.", vec!["He said “Stop.”", " Then left."]),
            ("The U.S. Army and Dr. No, e.g. this", vec!["The U.S. Army and Dr. No, e.g. this"]),
            ("At 3.5 percent. Yes", vec!["At 3.5 percent.", " Yes"]),
            ("J. Smith wrote. It", vec!["J. Smith wrote.", " It"]),
            (
                "It broke off… Then it went on… as before",
                vec!["It broke off…", " Then it went on… as before"],
            ),
            ("Is it? (It is.) So", vec!["Is it?", " (It is.)", " So"]),
            ("यह एक है। यह दो है।", vec!["यह एक है।", " यह दो है।"]),
            ("一つ。二つ。", vec!["一つ。", "二つ。"]),
            ("no end", vec!["no end"]),
            ("", vec![""]),
        ] {
            let mut start = 0;
            let found: Vec<_> = sentence_ends(text)
                .into_iter()
                .map(|end| &text[std::mem::replace(&mut start, end)..end])
                .collect();
            assert_eq!(found, sentences, "{text}");
        }
    }

    #[test]
    fn a_cut_never_falls_into_a_word() {
        for (text, length, short) in [
            ("short enough", 20, "short enough"),
            ("one two three four", 9, "one two …"),
            ("One, two, three, four", 10, "One, two …"),
            ("One is one. Two is two. Three is three.", 30, "One is one. Two is two. …"),
            ("Donaudampfschifffahrtsgesellschaft rules", 8, "Donaudampfschifffahrtsgesellschaft …"),
            ("私は東京に住んでいます", 4, "私は東京 …"),
            ("é́é́é́é́ é́é́é́é́é́é́", 9, "é́é́é́é́ …"),
        ] {
            assert_eq!(shorten(text, length), short, "{text}");
        }
    }
}
