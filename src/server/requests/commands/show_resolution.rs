//! `slugline.showResolution`: why a link leads where it leads.
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;

use super::{AtCursor, Command, refused};
use crate::ide::{self, Explanation};
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::requests::View;

pub(super) struct ShowResolution;

impl Command for ShowResolution {
    const NAME: &'static str = "slugline.showResolution";
    type Arguments = AtCursor;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, AtCursor { uri, position }: AtCursor) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        let found = ask_when(queue, Needs::ALL_READ, about, move |view: Option<View>| {
            let view = view?;
            let document = view.document()?;
            let explained = ide::explain(&view.analysis, view.cursor(&document, position))?;
            let text = explained.text(&view.analysis);
            Some((in_json(&view, &explained, &text), text))
        });
        let (answer, text) = found.await?.ok_or_else(|| refused("there is no link at the cursor"))?;
        queue.post(Event::ShowMessage(text));
        Ok(Some(answer))
    }
}

fn in_json(view: &View, explained: &Explanation, text: &str) -> Value {
    let (answers, index) = (view.answers(), &view.analysis.index);
    let found = &explained.found;
    let leads = found.note().and_then(|note| answers.uri_of(note));
    let leads = leads.or_else(|| answers.uri(found.attachment.as_ref()?));
    let steps = explained.steps.iter().map(|step| {
        let notes = step.notes.iter().filter_map(|&note| answers.uri(index.path(note)));
        let found_by_step: Vec<_> =
            notes.chain(step.file.as_ref().and_then(|file| answers.uri(file))).collect();
        json!({
            "step": step.tier.number(),
            "by": ide::step_name(step.tier),
            "name": step.name,
            "found": found_by_step,
            "more": step.more,
            "decides": !step.is_empty() && step.decides(found),
        })
    });
    json!({
        "target": explained.target,
        "uri": leads,
        "ambiguous": found.ambiguous,
        "steps": steps.collect::<Vec<_>>(),
        "message": text,
    })
}
