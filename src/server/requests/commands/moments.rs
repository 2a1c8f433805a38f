//! `slugline.moments`: the moments of a note's source that notes of the vault cite, for a view beside the note. Where
//! there is no source the answer is empty.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, Named};
use crate::ide::{self, CitedMoment, Cursor, Document};
use crate::server::backend::ask_when;
use crate::server::events::{About, Needs, Queue};
use crate::server::requests::View;

pub(super) struct Moments;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Uri,
}

impl Command for Moments {
    const NAME: &'static str = "slugline.moments";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri }: Arguments) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        ask_when(queue, Needs::ALL_READ, about, |view: Option<View>| find(&view?)).await
    }
}

fn find(view: &View) -> Option<Value> {
    let analysis = &view.analysis;
    let document = view.document()?;
    let source = ide::source_under(analysis, Cursor { note: view.note, offset: 0 })?;
    let found = ide::cited_moments(analysis, source.as_id(), Document::language(&document));
    let moments: Vec<_> = found.moments.iter().map(|moment| shown(view, moment)).collect();
    Some(json!({
        "source": Named::from(source.as_id()),
        "title": found.source.heading(),
        "counts": found.source.counts(),
        "moments": moments,
        "total": found.total,
    }))
}

fn shown(view: &View, moment: &CitedMoment) -> Value {
    let places = moment.citations.iter().map(|citation| (citation.note, citation.place));
    json!({
        "second": moment.second,
        "time": ide::shown_time(moment.second).trim_start(),
        "words": moment.words,
        "said": moment.is_said,
        "url": moment.url,
        "citations": view.answers().locations(places).collect::<Vec<_>>(),
        "total": moment.total,
    })
}
