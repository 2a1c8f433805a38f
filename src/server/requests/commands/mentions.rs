//! `slugline.mentions`: where other notes have a note's name in their text without a link, by path; the first of them,
//! and how many there are.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Location, Uri};

use super::{Command, refused, some_of};
use crate::ide;
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::requests::View;

/// Places of an answer, where the client does not say how many it wants.
const MOST: usize = 200;

pub(super) struct Mentions;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// The note.
    uri: Uri,
    /// Places that the answer may have.
    limit: Option<usize>,
}

/// What is found.
struct Found {
    places: Vec<Location>,
    total: usize,
    /// Nothing to a client that shows it by itself.
    message: Option<String>,
}

impl Command for Mentions {
    const NAME: &'static str = "slugline.mentions";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, limit }: Arguments) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        let find = move |view: Option<View>| Some(find(&view?, limit.unwrap_or(MOST)));
        let found = ask_when(queue, Needs::ALL_READ, about, find).await?;
        let Found { places, total, message } = found.ok_or_else(|| refused("this document is not a note"))?;
        if let Some(message) = message {
            queue.post(Event::ShowMessage(message));
        }
        Ok(Some(json!({"total": total, "places": places})))
    }
}

fn find(view: &View, most: usize) -> Found {
    let (mut places, mut total, mut notes) = (Vec::new(), 0, Vec::new());
    let shows = view.client.shows_references;
    let answers = view.answers();
    for found in ide::mentions_of(&view.analysis, view.note) {
        total += found.spans.len();
        let room = most.saturating_sub(places.len());
        let uri = answers.uri_of(found.note).filter(|_| room > 0);
        if let Some(uri) = uri {
            let ranges = found.spans.iter().take(room).map(|&span| answers.range(&found.document, span));
            places.extend(ranges.map(|range| Location::new(uri.clone(), range)));
        }
        if let Some(first) = found.spans.first().filter(|_| !shows) {
            let line = found.document.lines.line_of(first.start()) + 1;
            notes.push(format!("{}:{line}", view.analysis.index.path(found.note)));
        }
    }
    let message = (!shows).then(|| {
        let count = match total {
            0 => return "no unlinked mentions".to_owned(),
            1 => "1 unlinked mention".to_owned(),
            total => format!("{total} unlinked mentions"),
        };
        let of = notes.len();
        format!("{count}: {}", some_of(notes.into_iter(), of))
    });
    Found { places, total, message }
}
