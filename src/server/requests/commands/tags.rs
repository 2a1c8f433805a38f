//! `slugline.tags`: the tags of the vault, each with the number of its notes; or, with one of them, its places.
use std::cmp::Reverse;

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, in_vault, places, some_of};
use crate::ide::{Analysis, Symbol};
use crate::index::caseless;
use crate::server::events::{Event, Queue};

pub(super) struct Tags;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Option<Uri>,
    /// A tag without `#`: where it and those below it stand.
    tag: Option<String>,
}

impl Command for Tags {
    const NAME: &'static str = "slugline.tags";
    type Arguments = Arguments;

    async fn run(queue: &Queue, Arguments { uri, tag }: Arguments) -> Result<Option<Value>> {
        let found = in_vault(queue, uri, move |analysis, client| match tag {
            Some(tag) => {
                let tag = Symbol::Tag(caseless(&tag).into_owned());
                (json!(places(analysis, client, &tag)), None)
            }
            None => {
                let tags = tags(analysis);
                let message = (!client.shows_references).then(|| message(&tags));
                let tags = tags.into_iter().map(|(tag, notes)| json!({"tag": tag, "notes": notes}));
                (tags.collect(), message)
            }
        });
        let (found, message) = found.await?;
        if let Some(message) = message {
            queue.post(Event::ShowMessage(message));
        }
        Ok(Some(found))
    }
}

/// Every tag, those above others included, with the number of notes that have it or one below it; most first.
fn tags(analysis: &Analysis) -> Vec<(String, usize)> {
    let index = &analysis.index;
    let tags = index.distinct_tags().map(|(tag, _)| (tag.to_owned(), index.tagged(tag).len()));
    let mut tags: Vec<_> = tags.collect();
    tags.sort_by(|(a, x), (b, y)| Reverse(x).cmp(&Reverse(y)).then_with(|| a.cmp(b)));
    tags
}

fn message(tags: &[(String, usize)]) -> String {
    if tags.is_empty() {
        return "no tags".to_owned();
    }
    some_of(tags.iter().map(|(tag, notes)| format!("#{tag} ({notes})")), tags.len())
}
