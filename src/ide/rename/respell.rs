//! How a link goes on being written when what it names is called otherwise: with the parts it has, in its
//! own spelling.
//! Absent: where links lead.
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::ide::spelling;
use crate::index::{caseless, slug};
use crate::settings::Settings;
use crate::syntax::decode_destination;
use crate::text::PathText;

/// What separates the words of a name.
const SEPARATORS: [char; 3] = [' ', '_', '-'];

/// What a destination between `<` and `>` cannot hold as it is.
const IN_ANGLES: &AsciiSet = &CONTROLS.add(b'<').add(b'>').add(b'\\').add(b'#').add(b'%').add(b'?').add(b'&');

/// `new` as `written` spells `old`: exactly, as a slug, in words, in the same case.
pub(super) fn restyle(written: &str, old: &str, new: &str) -> String {
    if written == old {
        return new.to_owned();
    }
    let (own, named) = (words(written), words(old));
    let same = own.len() == named.len()
        && own.iter().zip(&named).all(|(own, named)| caseless(own) == caseless(named));
    if !same {
        let is_slug = written == slug(written) && slug(written) == slug(old);
        let slug = slug(new);
        return if is_slug && !slug.is_empty() { slug.into_owned() } else { new.to_owned() };
    }
    let case = Case::of(&own, &named);
    let separator = written.chars().find(|c| SEPARATORS.contains(c));
    // One word says nothing of what stands between several, but that a title has blanks.
    let separator = separator.or((case == Case::Title).then_some(' '));
    let separator = separator.map_or_else(|| separators(new), String::from);
    let after = words(new);
    // A word that stays is written as it was: `IoT` for `iot`.
    let same = named.iter().zip(&after).take_while(|(old, new)| caseless(old) == caseless(new)).count();
    let written = after.iter().enumerate().map(|(at, word)| match own.get(at).filter(|_| at < same) {
        Some(own) => (*own).to_owned(),
        None => case.apply(at, word),
    });
    written.collect::<Vec<_>>().join(&separator)
}

/// `name` with its words joined as those of `other` are, where it has as many.
fn joined_as(name: &str, other: &str) -> String {
    let own = words(name);
    if own.len() != words(other).len() {
        return name.to_owned();
    }
    let mut own = own.into_iter();
    let parts = other.split_inclusive(SEPARATORS).map(|part| {
        let word = part.trim_end_matches(SEPARATORS);
        let separators = part.get(word.len()..).unwrap_or_default();
        if word.is_empty() {
            separators.to_owned()
        } else {
            own.next().unwrap_or(word).to_owned() + separators
        }
    });
    parts.collect()
}

fn words(name: &str) -> Vec<&str> {
    name.split(SEPARATORS).filter(|word| !word.is_empty()).collect()
}

fn separators(name: &str) -> String {
    name.chars().find(|c| SEPARATORS.contains(c)).unwrap_or(' ').to_string()
}

/// How a name differs from another in case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Same,
    Lower,
    Upper,
    Sentence,
    Title,
}

impl Case {
    fn of(own: &[&str], named: &[&str]) -> Self {
        let is_upper = |word: &&&str| word.chars().next().is_some_and(char::is_uppercase);
        let letters = || own.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic());
        let titled = own.iter().filter(is_upper).count();
        match () {
            () if own == named => Self::Same,
            () if letters().all(char::is_lowercase) => Self::Lower,
            () if letters().count() > 1 && letters().all(char::is_uppercase) => Self::Upper,
            () if titled > 1 || own.len() == 1 && titled == 1 => Self::Title,
            () if own.first().iter().any(is_upper) => Self::Sentence,
            () => Self::Same,
        }
    }

    /// A word of a name in this case, by its place among the others.
    fn apply(self, at: usize, word: &str) -> String {
        match self {
            Self::Same => word.to_owned(),
            Self::Lower => word.to_lowercase(),
            Self::Upper => word.to_uppercase(),
            Self::Sentence if at > 0 => word.to_owned(),
            Self::Sentence | Self::Title => {
                let mut chars = word.chars();
                let first = chars.next().map(|first| first.to_uppercase().to_string());
                first.unwrap_or_default() + chars.as_str()
            }
        }
    }
}

/// A file of a vault, or the note that holds a link, by its path before and after.
#[derive(Clone, Copy)]
pub(super) struct Moved<'p> {
    pub(super) old: &'p str,
    pub(super) new: &'p str,
}

/// The target `written` (decoded) of a link in the note `from` to the file `to`, with the parts that it has: its
/// folders as they are counted from where they were, its extension, its spelling of the name.
pub(super) fn target(written: &str, from: Moved, to: Moved, markdown: bool, settings: &Settings) -> String {
    let (folder, file) = match written.rsplit_once('/') {
        Some((folder, file)) => (Some(folder), file),
        None => (None, written),
    };
    let (old_stem, new_stem) = (stem(to.old, settings), stem(to.new, settings));
    let spelt = |bare: &str| {
        let name = restyle(bare, old_stem, new_stem);
        // A path may differ in case, and in nothing else.
        if folder.is_some() { joined_as(&name, new_stem) } else { name }
    };
    let name = match settings.note_stem(file).filter(|_| old_stem != to.old.file_name()) {
        Some(bare) => {
            let extension = to.new.file_name().strip_prefix(new_stem).unwrap_or_default();
            format!("{}{extension}", spelt(bare))
        }
        None => spelt(file),
    };
    let (old, new) = (to.old.folder(), to.new.folder());
    let is_relative = |folder: &str| {
        from.old.folder().join(&format!("{folder}/x")).is_some_and(|path| path.folder() == old)
    };
    if old == new && from.old.folder() == from.new.folder() {
        return match folder {
            Some(folder) => format!("{folder}/{name}"),
            None => name,
        };
    }
    let relative = || {
        let path = spelling::relative(from.new, to.new);
        let folder = path.folder().to_owned();
        if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") }
    };
    let Some(folder) = folder else {
        // A wikilink names a note wherever it is; a markdown link the one beside it.
        return if markdown && from.old.folder() == old { relative() } else { name };
    };
    if folder == "." || folder == ".." || folder.starts_with("./") || folder.starts_with("../") {
        let path = relative();
        // Of a wikilink it would be a name.
        let dot =
            folder.starts_with('.') && !(markdown && folder.starts_with("..")) && !path.starts_with("../");
        return if dot { format!("./{path}") } else { path };
    }
    let at_root = |new: &str| if new.is_empty() { name.clone() } else { format!("{new}/{name}") };
    let given = folder.trim_start_matches('/');
    if folder.is_empty() || folder.starts_with('/') && caseless(given) == caseless(old) {
        return format!("/{}", at_root(new));
    }
    if caseless(given) == caseless(old) && !(markdown && is_relative(folder) && !from.old.folder().is_empty())
    {
        return at_root(new);
    }
    if is_relative(folder) {
        return relative();
    }
    // The end of a path: as many folders as before.
    let count = given.segments().count();
    let segments: Vec<&str> = new.segments().collect();
    let end = segments.get(segments.len().saturating_sub(count)..).unwrap_or_default().join("/");
    let slash = if folder.starts_with('/') { "/" } else { "" };
    format!("{slash}{}", at_root(&end))
}

/// The name of a note without its extension; of another file all of it.
pub(super) fn stem<'p>(path: &'p str, settings: &Settings) -> &'p str {
    let name = path.file_name();
    settings.note_stem(name).unwrap_or(name)
}

/// `path` as the destination of a markdown link that has been `written` so: with what stays as it is, and
/// percent-encoded where it was. `angles`: between `<` and `>`.
pub(super) fn destination(path: &str, written: &str, angles: bool) -> String {
    let dot = if path.split('/').next().is_some_and(|first| first.contains(':')) { "./" } else { "" };
    let old: Vec<&str> = written.split('/').collect();
    let new: Vec<&str> = path.split('/').collect();
    let shift = new.len().abs_diff(old.len());
    let kept = |at: usize, segment: &str| {
        // The segment at the same place from the end, else from the start.
        let behind = if new.len() >= old.len() { at.checked_sub(shift) } else { Some(at + shift) };
        let places = [behind, Some(at)].into_iter().flatten().filter_map(|at| old.get(at));
        let mut same = places.filter(|own| decode_destination(own) == segment);
        same.next().map(|own| (*own).to_owned())
    };
    let segments = new.iter().enumerate();
    let segments = segments
        .map(|(at, segment)| kept(at, segment).unwrap_or_else(|| encoded_as(segment, written, angles)));
    format!("{dot}{}", segments.collect::<Vec<_>>().join("/"))
}

/// A name in a markdown link that has been `written` so: percent-encoded as that is. `angles`: between `<` and `>`.
pub(super) fn encoded_as(name: &str, written: &str, angles: bool) -> String {
    // Letters beyond ASCII are written out unless the link encodes them.
    let all = written.contains('%') && written.is_ascii() && {
        percent_decode_str(written).decode_utf8().is_ok_and(|decoded| !decoded.is_ascii())
    };
    let encode = |text: &str| match (angles, all) {
        (true, _) => spelling::encoded_ascii(text, IN_ANGLES),
        (false, true) => utf8_percent_encode(text, spelling::ESCAPED).to_string(),
        (false, false) => spelling::encoded(text),
    };
    // What the link has as it is stays so, where that is read as the same name.
    let is_own = |c: char| match c {
        '%' => written
            .split('%')
            .skip(1)
            .any(|rest| rest.len() < 2 || !rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())),
        '&' | '(' | ')' | '[' | ']' => written.contains(c),
        _ => false,
    };
    // And what it has percent-encoded without need.
    let escapes = || written.match_indices('%').filter_map(|(at, _)| written.get(at..at + "%5E".len()));
    let escape_of = |c: char| {
        let byte = u8::try_from(c).ok().filter(u8::is_ascii)?;
        escapes().find(|escape| percent_decode_str(escape).eq([byte]))
    };
    let spelt = name.chars().map(|c| match c {
        '&' if written.contains("&amp;") => "&amp;".to_owned(),
        c if is_own(c) => c.to_string(),
        c => escape_of(c).map_or_else(|| encode(c.encode_utf8(&mut [0; 4])), str::to_owned),
    });
    let spelt: String = spelt.collect();
    let depth = |depth: Option<usize>, c| match c {
        '(' => depth.map(|depth| depth + 1),
        ')' => depth?.checked_sub(1),
        _ => depth,
    };
    let is_whole = angles || spelt.chars().fold(Some(0), depth) == Some(0);
    let is_plain = !spelt.contains("[[") && !spelt.contains("]]") && decode_destination(&spelt) == name;
    if is_whole && is_plain { spelt } else { encode(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_spelling() {
        for (written, old, new, expected) in [
            ("big_topic", "big_topic", "Huge Thing", "Huge Thing"),
            ("Big Topic", "big_topic", "huge_thing", "Huge Thing"),
            ("Big topic", "big_topic", "huge_thing", "Huge thing"),
            ("big topic", "big_topic", "huge_thing", "huge thing"),
            ("BIG_TOPIC", "big_topic", "huge_thing", "HUGE_THING"),
            ("big-topic", "Big Topic", "Huge Thing", "huge-thing"),
            ("big_topic", "Big Topic!", "Huge Thing?", "huge_thing"),
            ("tides", "Tides", "Moon", "moon"),
            ("Tides", "tides", "moon_phases", "Moon Phases"),
            ("bigtopic", "big_topic", "huge_thing", "huge_thing"),
            ("IoT in use", "iot_in_use", "iot_in_use_anew", "IoT in use anew"),
            ("IoT in use anew", "iot_in_use_anew", "iot_in_use", "IoT in use"),
            ("Big Topic", "big_topic", "big_topic_anew", "Big Topic Anew"),
        ] {
            assert_eq!(restyle(written, old, new), expected, "{written}");
        }
    }

    #[test]
    fn a_target_keeps_its_parts() {
        let settings = Settings::default();
        for (written, from, to, markdown, expected) in [
            ("b", ["a.md"; 2], ["b.md", "c.md"], false, "c"),
            ("b.md", ["a.md"; 2], ["b.md", "c.md"], false, "c.md"),
            ("x/b", ["a.md"; 2], ["x/b.md", "x/c.md"], false, "x/c"),
            ("x/b", ["a.md"; 2], ["x/b.md", "y/b.md"], false, "y/b"),
            ("/x/b", ["a.md"; 2], ["x/b.md", "y/z/b.md"], false, "/y/z/b"),
            ("x/Tides", ["a.md"; 2], ["x/tides.md", "x/tides_anew.md"], false, "x/Tides_Anew"),
            ("x/TIDES", ["a.md"; 2], ["x/tides.md", "x/--the moon_.md"], false, "x/--THE MOON_"),
            ("./b.md", ["a.md"; 2], ["b.md", "y/b.md"], true, "./y/b.md"),
            ("../b.md", ["x/a.md"; 2], ["b.md", "y/b.md"], true, "../y/b.md"),
            ("b.md", ["x/a.md"; 2], ["x/b.md", "b.md"], true, "../b.md"),
            ("b", ["x/a.md", "y/a.md"], ["x/b.md"; 2], false, "b"),
            ("b.md", ["x/a.md", "y/a.md"], ["x/b.md"; 2], true, "../x/b.md"),
            ("../c/b", ["x/a.md", "y/z/a.md"], ["c/b.md"; 2], false, "../../c/b"),
            ("y/b", ["a.md"; 2], ["x/y/b.md", "x/z/b.md"], false, "z/b"),
            ("p.png", ["a.md"; 2], ["p.png", "img/q.png"], true, "img/q.png"),
        ] {
            let ([from_old, from_new], [old, new]) = (from, to);
            let (from, to) = (Moved { old: from_old, new: from_new }, Moved { old, new });
            assert_eq!(target(written, from, to, markdown, &settings), expected, "{written} {old} -> {new}");
        }
    }

    #[test]
    fn a_destination_keeps_its_encoding() {
        for (path, written, angles, expected) in [
            ("x/new name.md", "x/old%20name.md", false, "x/new%20name.md"),
            ("x/new name.md", "x/old name.md", true, "x/new name.md"),
            ("x_y/new.md", "x%5Fy/old.md", false, "x%5Fy/new.md"),
            ("é.md", "ü.md", false, "é.md"),
            ("é.md", "%C3%BC.md", false, "%C3%A9.md"),
            ("c#.md", "c.md", false, "c%23.md"),
            ("a:b.md", "c.md", false, "./a:b.md"),
            ("Q&A.md", "R&D.md", false, "Q&A.md"),
            ("Q&A.md", "R&amp;D.md", false, "Q&amp;A.md"),
            ("Q&A.md", "R%26D.md", false, "Q%26A.md"),
            ("x^z.md", "x%5ey.md", false, "x%5ez.md"),
            ("Q&amp;.md", "R&D.md", false, "Q%26amp;.md"),
            ("60% on.md", "50% off.md", true, "60% on.md"),
            ("60%20.md", "50% off.md", true, "60%2520.md"),
            ("b[1] (2).md", "a[0](1).md", false, "b[1]%20(2).md"),
            ("b (2.md", "a(1).md", false, "b%20%282.md"),
            ("[[b.md", "[a.md", false, "%5B%5Bb.md"),
        ] {
            assert_eq!(destination(path, written, angles), expected, "{path}");
        }
    }
}
