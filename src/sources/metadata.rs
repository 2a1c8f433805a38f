use serde::Deserialize;
use serde_json::value::RawValue;

use super::Fault;

/// What a video is, as yt-dlp writes it into `….info.json`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Metadata {
    /// Its title.
    pub title: Option<String>,
    /// Whose it is.
    pub channel: Option<String>,
    /// How long it is, in seconds, rounded up.
    pub duration: Option<u32>,
    /// The language that is spoken, as `en` or `pt-BR`.
    pub language: Option<String>,
    /// Its chapters, by start.
    pub chapters: Vec<Chapter>,
}

/// A part of a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chapter {
    /// Seconds from the video's start.
    pub start: u32,
    /// What it is called.
    pub title: String,
}

/// The longest title that is kept, in characters.
const LONGEST: usize = 500;
/// Chapters that are kept.
const MOST_CHAPTERS: usize = 1000;

#[derive(Deserialize)]
struct File<'t> {
    #[serde(borrow)]
    title: Option<&'t RawValue>,
    #[serde(borrow)]
    fulltitle: Option<&'t RawValue>,
    #[serde(borrow)]
    channel: Option<&'t RawValue>,
    #[serde(borrow)]
    uploader: Option<&'t RawValue>,
    #[serde(borrow)]
    duration: Option<&'t RawValue>,
    #[serde(borrow)]
    language: Option<&'t RawValue>,
    #[serde(borrow)]
    chapters: Option<&'t RawValue>,
}

#[derive(Deserialize)]
struct RawChapter {
    start_time: f64,
    title: String,
}

impl Metadata {
    /// Reads what there is; a value of the wrong kind is none.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let file: File<'_> = serde_json::from_str(text).map_err(|error| {
            let line = u32::try_from(error.line()).unwrap_or(u32::MAX).saturating_sub(1);
            Fault { line, message: format!("not metadata in JSON: {error}") }
        })?;
        let mut chapters: Vec<Chapter> = Vec::new();
        let raw = file.chapters.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
        for chapter in raw.unwrap_or_default().into_iter().take(MOST_CHAPTERS) {
            let chapter = serde_json::from_str::<RawChapter>(chapter.get()).ok();
            chapters.extend(chapter.and_then(|chapter| {
                Some(Chapter { start: seconds(chapter.start_time)?, title: words(&chapter.title)? })
            }));
        }
        chapters.sort_by_key(|chapter| chapter.start);
        Ok(Self {
            title: string(file.title).or_else(|| string(file.fulltitle)),
            channel: string(file.channel).or_else(|| string(file.uploader)),
            duration: number(file.duration).and_then(|duration| seconds(duration.ceil())).filter(|&d| d > 0),
            language: string(file.language),
            chapters,
        })
    }

    /// The chapter in which a second is.
    pub fn chapter(&self, second: u32) -> Option<&Chapter> {
        self.chapters.iter().rev().find(|chapter| chapter.start <= second)
    }

    /// What it takes in memory.
    pub fn bytes(&self) -> usize {
        let texts = [&self.title, &self.channel, &self.language];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let chapters = self.chapters.iter().map(|chapter| size_of::<Chapter>() + chapter.title.len());
        size_of::<Self>() + texts + chapters.sum::<usize>()
    }
}

fn string(raw: Option<&RawValue>) -> Option<String> {
    words(&serde_json::from_str::<String>(raw?.get()).ok()?)
}

/// A text on one line; `None` where there is nothing in it.
fn words(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let words: String = words.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    (!words.is_empty()).then_some(words)
}

fn number(raw: Option<&RawValue>) -> Option<f64> {
    serde_json::from_str(raw?.get()).ok()
}

/// Whole seconds of a time that a video can have.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bounds")]
fn seconds(time: f64) -> Option<u32> {
    (0.0..=f64::from(u32::MAX / 1000)).contains(&time).then_some(time as u32)
}
