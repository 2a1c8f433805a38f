//! Text of others as a person may safely be shown it: on a terminal, in a label, a message, a hover.
use std::borrow::Cow;

/// `text` with every character that would move, turn around or hide other text written out, as `\n`
/// or `\u{202e}`: line ends, C0 and C1 controls (NUL and ESC among them), and Unicode's bidirectional
/// controls. All else stays as it is.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if needs_escape(c) {
            // `\n`, `\r` and `\t` by name, others as `\u{9b}`.
            match c {
                '\n' | '\r' | '\t' => out.extend(c.escape_default()),
                _ => out.extend(c.escape_unicode()),
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a reader would not see `c` but what it does to the text around it.
pub fn needs_escape(c: char) -> bool {
    c.is_control() || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Unicode's property `Bidi_Control`.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_other_text_is_written_out() {
        for (text, shown) in [
            ("plain é 日本 🦀 a\u{200D}b", "plain é 日本 🦀 a\u{200D}b"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\0\u{1b}[31m\u{7f}", "\\u{0}\\u{1b}[31m\\u{7f}"),
            ("\u{9b}31m \u{85}", "\\u{9b}31m \\u{85}"),
            ("a\u{202E}gpj.md\u{2066}\u{200F}\u{61C}", "a\\u{202e}gpj.md\\u{2066}\\u{200f}\\u{61c}"),
            ("x\u{2028}y\u{2029}", "x\\u{2028}y\\u{2029}"),
        ] {
            assert_eq!(visible(text), shown);
        }
        assert!(matches!(visible("nothing to do"), Cow::Borrowed(_)));
    }
}
