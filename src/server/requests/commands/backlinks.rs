//! `slugline.backlinks`: the links of other notes to a note, or to the heading at a position, as locations. A
//! client without [`SHOW_REFERENCES`](crate::lsp::SHOW_REFERENCES) is shown them: the only one as a document,
//! several as a message.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Location, Position, ShowDocumentParams, Uri};

use super::{Command, posted, refused, some_of};
use crate::ide::{self, Occurrence, Symbol};
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::requests::View;

pub(super) struct Backlinks;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// The note.
    uri: Uri,
    /// Where the cursor is: on a heading, its backlinks are meant.
    position: Option<Position>,
}

/// What is found, and what of it is shown.
struct Found {
    locations: Vec<Location>,
    /// Nothing to a client that shows it by itself.
    message: Option<String>,
}

impl Command for Backlinks {
    const NAME: &'static str = "slugline.backlinks";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, position }: Arguments) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        let find = move |view: Option<View>| Some(find(&view?, position));
        let found = ask_when(queue, Needs::ALL_READ, about, find).await?;
        let Found { locations, message } = found.ok_or_else(|| refused("this document is not a note"))?;
        let result = json!(locations);
        match (message, &*locations) {
            (None, _) => Ok(Some(result)),
            (Some(_), [only]) => {
                let (uri, selection) = (only.uri.clone(), Some(only.range));
                let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection };
                posted(queue, |reply| Event::ShowDocument { params, result, reply }).await
            }
            (Some(message), _) => {
                queue.post(Event::ShowMessage(message));
                Ok(Some(result))
            }
        }
    }
}

fn find(view: &View, position: Option<Position>) -> Found {
    let analysis = &view.analysis;
    let at_heading = || {
        let document = view.document()?;
        let cursor = view.cursor(&document, position?);
        let symbol = ide::symbol_at(analysis, cursor)?.symbol;
        matches!(symbol, Symbol::Heading { note, .. } if note == view.note).then_some(symbol)
    };
    let found = ide::backlinks(analysis, &at_heading().unwrap_or(Symbol::Note(view.note)));
    let answers = view.answers();
    let locations = answers.locations(found.iter().map(|found| (found.note, found.place)));
    let message = (!view.client.shows_references).then(|| message(view, &found));
    Found { locations: locations.collect(), message }
}

/// `3 backlinks: a.md:1, b/c.md:7`, a line for each note.
fn message(view: &View, found: &[Occurrence]) -> String {
    let count = ide::backlink_count(found);
    let notes = found.chunk_by(|a, b| a.note == b.note).filter_map(<[_]>::first);
    let path = |first: &Occurrence| view.analysis.index.path(first.note);
    let named = notes.clone().map(|first| format!("{}:{}", path(first), first.place.line + 1));
    match notes.count() {
        0 => count,
        total => format!("{count}: {}", some_of(named, total)),
    }
}
