//! `slugline.timeline`: what notes cite of a source, in its order, as a text with what of it leads where. A client
//! without [`SHOW_REFERENCES`](crate::lsp::SHOW_REFERENCES) is told how much that is.
use std::ops::Range;

use serde::{Deserialize, Serialize};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types as lsp;

use super::{Command, NO_VIDEO, Named, refused};
use crate::ide::{self, TimelineLine, TimelineLineKind};
use crate::lsp::WrittenLocation;
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::requests::View;
use crate::sources::SourceId;

/// Columns of the claims in the text, about.
const CLAIM: usize = 100;

pub(super) struct Timeline;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: lsp::Uri,
    /// Where the cursor is: the source of the link there is meant, and else that of the note.
    position: Option<lsp::Position>,
    /// The source, as an earlier answer names it.
    source: Option<Named>,
}

#[derive(Serialize)]
pub(super) struct Answer {
    source: Named,
    title: String,
    text: String,
    entries: Vec<Entry>,
    /// The line of the entry next to the cursor.
    current: Option<usize>,
}

/// What leads somewhere on a line of the text.
#[derive(Serialize)]
struct Entry {
    line: usize,
    time: lsp::Range,
    place: lsp::Range,
    url: Option<String>,
    location: Option<WrittenLocation>,
}

impl Command for Timeline {
    const NAME: &'static str = "slugline.timeline";
    type Arguments = Arguments;
    type Answer = Answer;

    async fn run(queue: &Queue, arguments: Self::Arguments) -> Result<Answer> {
        let Arguments { uri, position, source } = arguments;
        let about = |answer| About::Document(uri, answer);
        let find = move |view: Option<View>| Some(find(&view?, position, source));
        let found = ask_when(queue, Needs::ALL_READ, about, find).await?;
        let found = found.ok_or_else(|| refused("this document is not a note"))?;
        let (answer, message) = found.ok_or_else(|| refused(NO_VIDEO))?;
        if let Some(message) = message {
            queue.post(Event::ShowMessage(message));
        }
        Ok(answer)
    }
}

/// The answer, and what a client is told that has no code for it.
fn find(
    view: &View,
    position: Option<lsp::Position>,
    source: Option<Named>,
) -> Option<(Answer, Option<String>)> {
    let analysis = &view.analysis;
    let cursor = || Some(view.cursor(&*view.document()?, position.unwrap_or_default()));
    let source = match source {
        Some(named) => named.into(),
        None => ide::source_under(analysis, cursor()?)?,
    };
    let timeline = ide::timeline(analysis, source.as_id());
    let lines = ide::timeline_lines(&timeline, CLAIM);
    let places = timeline.entries.iter().map(|entry| (entry.note, entry.place));
    // One for each entry, unless a note has gone meanwhile.
    let answers = view.answers();
    let mut locations: Vec<_> = answers.written_locations(places).map(Some).collect();
    let near = position.and_then(|_| ide::timeline_entry_near(analysis, &timeline, cursor()?));
    let mut current = None;
    let mut entries = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let TimelineLineKind::Entry { entry, time, place } = &line.kind else { continue };
        if Some(*entry) == near {
            current = Some(number);
        }
        entries.push(Entry {
            line: number,
            time: range(view, number, line, time),
            place: range(view, number, line, place),
            url: timeline.entries.get(*entry).and_then(|entry| entry.url.clone()),
            location: locations.get_mut(*entry).and_then(Option::take),
        });
    }
    let SourceId { id, .. } = source.as_id();
    let title = timeline.source.heading();
    let message = (!view.client.shows_references).then(|| {
        format!("{title}: {}; `slugline source timeline {id}` lists them", timeline.source.counts())
    });
    let text = lines.iter().flat_map(|line| [&*line.text, "\n"]).collect();
    Some((Answer { source: Named::from(source.as_id()), title, text, entries, current }, message))
}

/// A part of a line of the text, in the client's columns.
fn range(view: &View, number: usize, line: &TimelineLine, part: &Range<usize>) -> lsp::Range {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let column = |at: usize| {
        let units = view.client.encoding.measure(line.text.get(..at).unwrap_or_default());
        lsp::Position::new(number, u32::try_from(units).unwrap_or(u32::MAX))
    };
    lsp::Range::new(column(part.start), column(part.end))
}
