use crate::text::PathText;

/// What a sidecar holds, by its extension.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Format {
    /// WebVTT: `….vtt`.
    Vtt,
    /// SubRip: `….srt`.
    Srt,
    /// YouTube's own: `….json3`.
    Json3,
    /// A transcript as whisper.cpp prints it, or any other text: `….txt`.
    Text,
    /// What the video is: `….info.json`.
    Metadata,
}

/// What the name of a file says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SidecarName<'n> {
    /// What it holds.
    pub format: Format,
    /// The language of captions: `en`, `zh-Hans`, `en-orig`.
    pub language: Option<&'n str>,
}

/// Extensions of recordings, which some programs leave in the name; no languages.
const RECORDINGS: [&str; 9] = ["wav", "mp3", "mp4", "m4a", "mkv", "ogg", "aac", "mov", "avi"];

impl<'n> SidecarName<'n> {
    /// What a file of this name holds, if it can be a sidecar.
    pub fn read(file_name: &'n str) -> Option<Self> {
        const FORMATS: [(&str, Format); 5] = [
            (".info.json", Format::Metadata),
            (".vtt", Format::Vtt),
            (".srt", Format::Srt),
            (".json3", Format::Json3),
            (".txt", Format::Text),
        ];
        let (stem, format) = FORMATS.iter().find_map(|(end, format)| {
            let at = file_name.len().checked_sub(end.len())?;
            let (stem, extension) = file_name.split_at_checked(at)?;
            extension.eq_ignore_ascii_case(end).then_some((stem, *format))
        })?;
        let last = stem.rsplit_once('.').map(|(_, last)| last);
        let language = last.filter(|last| format != Format::Metadata && is_language(last));
        Some(Self { format, language })
    }
}

/// `en`, `fil`, `pt-BR`, `zh-Hans`, `en-orig`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or("");
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && !RECORDINGS.contains(&first.to_ascii_lowercase().as_str())
        && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// Extensions of recordings: sound and pictures that move.
const MORE_RECORDINGS: [&str; 10] =
    ["webm", "flac", "opus", "ogv", "oga", "m4v", "m4b", "mpg", "mpeg", "3gp"];

/// Whether a path is that of a recording, by its extension.
pub fn is_recording(path: &str) -> bool {
    let extension = path.file_name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let known = |(_, own): (&str, &str)| {
        RECORDINGS.iter().chain(&MORE_RECORDINGS).any(|known| known.eq_ignore_ascii_case(own))
    };
    extension.is_some_and(known)
}

/// What names of sidecars hold of an id: of a path to a recording the name without its extension.
fn stem_of(id: &str) -> &str {
    let name = id.file_name();
    if is_recording(name) { name.rsplit_once('.').map_or(name, |(stem, _)| stem) } else { name }
}

/// Whether a file's name holds the id of a video: not as a part of a longer word. The sidecars of a recording
/// begin as it does: `talk.mp4` has `talk.en.vtt` and `talk.mp4.info.json`.
pub fn names_video(file_name: &str, id: &str) -> bool {
    let stem = stem_of(id);
    if stem != id {
        return !stem.is_empty() && file_name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'));
    }
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !id.is_empty()
        && file_name.match_indices(id).any(|(at, _)| {
            let (before, after) = (file_name.get(..at), file_name.get(at + id.len()..));
            !inside(before.and_then(|before| before.chars().next_back()))
                && !inside(after.and_then(|after| after.chars().next()))
        })
}

/// The shortest word of a name that it is filed under.
const SHORTEST_TOKEN: usize = 4;

/// The words of a file's name under which it is filed: [`token_of`] an id that it holds is one of them, where
/// the id has a word of four letters and digits, or the name begins with it.
pub fn named_tokens(file_name: &str) -> impl Iterator<Item = &str> {
    let first = file_name.split('.').next().filter(|first| words(first).next().is_none());
    words(file_name).chain(first)
}

/// What the names that hold an id are filed under: its longest word, the first of several.
pub fn token_of(id: &str) -> &str {
    let id = stem_of(id);
    words(id).reduce(|longest, word| if word.len() > longest.len() { word } else { longest }).unwrap_or(id)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= SHORTEST_TOKEN)
}
