//! The name of a new note's file: as the files of the vault are named, and as every system takes it.
use sanitize_filename::{Options, OptionsForCheck, is_sanitized_with_options, sanitize_with_options};

use crate::index::{Index, Slug, slug};
use crate::text::needs_escape;

/// Bytes of a file name that every system takes, the extension included.
const LONGEST_NAME: usize = 200;

/// Notes whose names are looked at.
const SAMPLE: usize = 1024;

/// How the notes of a vault are named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Naming {
    /// What stands between words; a blank: names stay as they are written.
    separator: char,
    /// Whether names are in lower case.
    lower: bool,
}

impl Naming {
    /// Names stay as they are written.
    pub(super) const AS_WRITTEN: Self = Self { separator: ' ', lower: false };

    /// The style of most notes whose names have several words.
    pub(super) fn of(index: &Index) -> Self {
        let [mut snake, mut kebab, mut blank, mut lower, mut other] = [0usize; 5];
        for note in index.sample(SAMPLE) {
            let stem = index.stem(note);
            // A date tells nothing.
            if !stem.contains(char::is_alphabetic) {
                continue;
            }
            let count = match () {
                () if stem.contains(char::is_whitespace) => &mut blank,
                () if stem.contains('_') => &mut snake,
                () if stem.contains('-') => &mut kebab,
                () => continue,
            };
            *count += 1;
            *(if stem.contains(char::is_uppercase) { &mut other } else { &mut lower }) += 1;
        }
        let separator = match () {
            () if snake > kebab && snake > blank => '_',
            () if kebab > snake && kebab > blank => '-',
            () => ' ',
        };
        Self { separator, lower: lower > other }
    }

    /// The file stem for a note of this name, which the note answers to; `None` where there is none.
    pub(super) fn stem(self, name: &str) -> Option<String> {
        let separator = self.separator.to_string();
        let styled = match (self.separator, self.lower) {
            (' ', _) => name.to_owned(),
            (_, true) => slug(name).replace('_', &separator),
            (_, false) => name.split_whitespace().collect::<Vec<_>>().join(&separator),
        };
        safe_stem(&styled, name).or_else(|| safe_stem(name, name))
    }
}

/// `stem` without what file systems refuse; `None` where a note of that name would not answer to
/// `name`.
fn safe_stem(stem: &str, name: &str) -> Option<String> {
    let stem: String = stem.chars().filter(|&c| !needs_escape(c)).collect();
    let kept = sanitize_with_options(stem, Options { windows: false, truncate: false, replacement: "" });
    let kept = kept.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).trim_start();
    // All that is refused now is the name of a device.
    let stem = if is_accepted(kept) { kept.to_owned() } else { format!("{kept}_") };
    (is_safe(&stem) && Slug::of(&stem) == Slug::of(name)).then_some(stem)
}

/// Whether every system takes `name` as the name of a file or folder, and does not hide it.
pub(in crate::ide) fn is_safe(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST_NAME && !name.starts_with(['.', ' ']) && is_accepted(name)
}

fn is_accepted(name: &str) -> bool {
    !name.contains(needs_escape)
        && is_sanitized_with_options(name, OptionsForCheck { windows: true, truncate: false })
}
