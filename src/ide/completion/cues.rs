//! What was said near the neighboring timestamps of a note, or with the words that are typed, as timestamps.
use super::timestamps::{Place, TRIGGER, Written};
use super::{Completion, CompletionKind, Slot};
use crate::ide::source::Source;
use crate::ide::{Analysis, Cursor, Document, Markdown, hover, prose, timestamp_form, video};
use crate::index::NoteId;
use crate::settings::TimestampStyle;
use crate::sources::SourceId;
use crate::syntax::{self, canonical_time};
pub(in crate::ide) use search::Neighbors;
use search::{Search, spellings, words};

mod search;

/// Characters of a cue in a label, about.
const LABEL: usize = 80;

/// A second of a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The number of the source's kind.
    pub kind: u8,
    /// Its id.
    pub video: String,
    /// Seconds from its start.
    pub second: u32,
}

/// What to offer for a timestamp that is being written at the cursor, best first; `None` where none is.
pub(super) fn offer(
    analysis: &Analysis,
    document: &Document,
    at: Cursor,
    limit: usize,
) -> Option<Vec<Completion>> {
    let id = timestamp_form::video_at(document, at.offset)?;
    let place = Place::find(document, at.offset, analysis.settings())?;
    let offer = Offer::new(analysis, (at.note, document), id, place);
    if place.written == Written::Word {
        return Some(offer.snippet().into_iter().collect());
    }
    let source = Source::of(analysis, id, document.language());
    let captions = source.captions.as_ref().map(|(_, captions)| &**captions);
    let typed = syntax::seconds(place.query);
    let mut items: Vec<Completion> = Vec::new();
    if let Some(second) = typed.filter(|&second| source.end().is_none_or(|end| second <= end.limit())) {
        let said = captions.and_then(|captions| captions.get(captions.at(second)?));
        items.push(offer.item(&source, second, said.map_or("", |cue| cue.text)));
    }
    if let Some(captions) = captions {
        let found = Search::new(captions, offer.neighbors).best(place.query.trim(), limit);
        let found = found.into_iter().filter_map(|number| captions.get(number));
        let found = found.filter(|cue| Some(cue.second()) != typed);
        items.extend(found.map(|cue| offer.item(&source, cue.second(), cue.text)));
    }
    items.truncate(limit);
    if place.query.is_empty() && place.written == Written::Trigger {
        items.truncate(limit.saturating_sub(1));
        items.extend(offer.snippet());
    }
    Some(items)
}

/// What is shown beside the item of a moment.
pub fn resolve_moment(analysis: &Analysis, note: NoteId, moment: &Moment) -> Option<Markdown> {
    let document = analysis.document(note)?;
    let id = SourceId { kind: moment.kind, id: &moment.video };
    let shown = hover::moment_preview(analysis, &document, note, id, moment.second);
    (!shown.is_empty()).then_some(shown)
}

/// What is offered at one place.
struct Offer<'a> {
    analysis: &'a Analysis,
    id: SourceId<'a>,
    place: Place<'a>,
    neighbors: Neighbors,
    style: TimestampStyle,
}

impl<'a> Offer<'a> {
    fn new(
        analysis: &'a Analysis,
        (note, document): (NoteId, &'a Document),
        id: SourceId<'a>,
        place: Place<'a>,
    ) -> Self {
        let style = match place.written {
            Written::Anchor => TimestampStyle::Html,
            Written::Link => TimestampStyle::Markdown,
            _ => timestamp_form::style(analysis, document, place.replace),
        };
        let neighbors = Neighbors::of(analysis, (note, document), id, place.replace);
        Self { analysis, id, place, neighbors, style }
    }

    /// The timestamp of a second at which `said` is said.
    fn item(&self, source: &Source, second: u32, said: &str) -> Completion {
        let clock = video::clock(second);
        let label = if said.is_empty() { clock } else { format!("{clock}  {}", prose::shorten(said, LABEL)) };
        let chapter = source.metadata.as_ref().and_then(|about| about.chapter(second));
        let insert = match self.place.written {
            Written::Value => canonical_time(second),
            _ => timestamp_form::write(self.analysis, self.style, self.id, second),
        };
        Completion {
            filter: self.filter(second, said),
            insert,
            moment: Some(Moment { kind: self.id.kind, video: self.id.id.to_owned(), second }),
            ..self.plain(label, chapter.map_or_else(String::new, |chapter| chapter.title.clone()))
        }
    }

    /// A timestamp whose time is typed once it is there.
    fn snippet(&self) -> Option<Completion> {
        let second = self.neighbors.before.unwrap_or(0);
        let snippet = timestamp_form::snippet(self.style, second)?;
        let lead = if self.place.written == Written::Word { "ts" } else { TRIGGER };
        Some(Completion {
            kind: CompletionKind::Snippet,
            filter: format!("{lead} timestamp"),
            insert: timestamp_form::write(self.analysis, self.style, self.id, second),
            snippet: Some(snippet),
            ..self.plain("timestamp".to_owned(), "type the time".to_owned())
        })
    }

    fn plain(&self, label: String, detail: String) -> Completion {
        let slot = Slot { replace: self.place.replace, typed: "", close: "" };
        slot.item(CompletionKind::Moment, &label, detail, "")
    }

    /// What the client matches the typed text against: what is typed, with the last word or the time completed for
    /// the keys that come before the next answer, and what is said.
    fn filter(&self, second: u32, said: &str) -> String {
        let Place { lead, query, written, .. } = self.place;
        // The trigger need not be typed in full.
        let is_begun = written == Written::Trigger && !lead.ends_with(char::is_whitespace);
        let lead = if is_begun { "@ts " } else { lead };
        let spelled = spellings(second);
        if query.is_empty() {
            let [clock, _, canonical] = spelled;
            return format!("{lead}{} {said}", if written == Written::Trigger { clock } else { canonical });
        }
        if let Some(time) = spelled.iter().find(|time| time.starts_with(query)) {
            return format!("{lead}{time} {said}");
        }
        let last = query.rsplit(char::is_whitespace).next().unwrap_or("").to_lowercase();
        let completed = words(said).find(|word| !last.is_empty() && word.starts_with(&last));
        let rest = completed.as_deref().and_then(|word| word.get(last.len()..)).unwrap_or("");
        format!("{lead}{query}{rest} {} {said}", video::clock(second))
    }
}

#[cfg(test)]
mod tests;
