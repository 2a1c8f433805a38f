//! Today's date as a template or a file name asks for it: in the letters that Obsidian takes.
use jiff::civil::DateTime;

/// The date and time at this place.
pub(super) fn now() -> DateTime {
    jiff::Zoned::now().datetime()
}

/// What each group of letters stands for, as `strftime` writes it; longer groups before those that they begin
/// with.
const LETTERS: [(&str, &str); 22] = [
    ("YYYY", "%Y"),
    ("YY", "%y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("M", "%-m"),
    ("DD", "%d"),
    ("D", "%-d"),
    ("dddd", "%A"),
    ("ddd", "%a"),
    ("HH", "%H"),
    ("H", "%-H"),
    ("hh", "%I"),
    ("h", "%-I"),
    ("mm", "%M"),
    ("m", "%-M"),
    ("ss", "%S"),
    ("s", "%-S"),
    ("A", "%p"),
    ("a", "%P"),
    ("GGGG", "%G"),
    ("WW", "%V"),
];

/// `at` in the form of `pattern`: `YYYY-MM-DD`, `dddd, D MMMM YYYY`. What is in brackets stays as it is, and so
/// does every other character.
pub(super) fn format(pattern: &str, at: DateTime) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((literal, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            out.push_str(literal);
            rest = behind;
        } else if let Some((letters, form)) = LETTERS.iter().find(|(letters, _)| rest.starts_with(letters)) {
            out.push_str(&at.strftime(form).to_string());
            rest = rest.get(letters.len()..).unwrap_or_default();
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

#[test]
fn a_date_has_the_form_that_is_asked_for() {
    let at = jiff::civil::date(2026, 3, 7).at(9, 5, 0, 0);
    for (pattern, written) in [
        ("YYYY-MM-DD", "2026-03-07"),
        ("HH:mm", "09:05"),
        ("D.M.YY H:mm:ss", "7.3.26 9:05:00"),
        ("dddd, D MMMM", "Saturday, 7 March"),
        ("YYYY/[Day] DD hA", "2026/Day 07 9AM"),
        ("GGGG-[W]WW é", "2026-W10 é"),
    ] {
        assert_eq!(format(pattern, at), written, "{pattern}");
    }
}
