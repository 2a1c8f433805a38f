//! `slugline.tags`: the tags of the vault, each with the number of its notes; or, with one of them, its places.
use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, in_vault, places, some_of};
use crate::ide::{Analysis, Symbol};
use crate::index::caseless;
use crate::lsp::WrittenLocation;
use crate::server::events::{Event, Queue};

pub(super) struct Tags;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Option<Uri>,
    /// A tag without `#`: where it and those below it stand.
    tag: Option<String>,
}

/// Where a tag stands, or the tags.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Places(Vec<WrittenLocation>),
    Tags(Vec<Tag>),
}

#[derive(Serialize)]
pub(super) struct Tag {
    tag: String,
    /// How many notes have it, or one below it.
    notes: usize,
}

impl Command for Tags {
    const NAME: &'static str = "slugline.tags";
    type Arguments = Arguments;
    type Answer = Answer;

    async fn run(queue: &Queue, Arguments { uri, tag }: Arguments) -> Result<Answer> {
        let found = in_vault(queue, uri, move |analysis, client| match tag {
            Some(tag) => {
                let tag = Symbol::Tag(caseless(&tag).into_owned());
                (Answer::Places(places(analysis, client, &tag)), None)
            }
            None => {
                let tags = tags(analysis);
                let message = (!client.shows_references).then(|| message(&tags));
                (Answer::Tags(tags), message)
            }
        });
        let (found, message) = found.await?;
        if let Some(message) = message {
            queue.post(Event::ShowMessage(message));
        }
        Ok(found)
    }
}

/// Every tag, those above others included, with the number of notes that have it or one below it; most first.
fn tags(analysis: &Analysis) -> Vec<Tag> {
    let tags = analysis.index.distinct_tags();
    let mut tags: Vec<_> = tags.map(|(tag, _, notes)| Tag { tag: tag.to_owned(), notes }).collect();
    tags.sort_by(|a, b| Reverse(a.notes).cmp(&Reverse(b.notes)).then_with(|| a.tag.cmp(&b.tag)));
    tags
}

fn message(tags: &[Tag]) -> String {
    if tags.is_empty() {
        return "no tags".to_owned();
    }
    some_of(tags.iter().map(|Tag { tag, notes }| format!("#{tag} ({notes})")), tags.len())
}
