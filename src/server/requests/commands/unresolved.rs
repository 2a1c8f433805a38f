//! `slugline.unresolved`: names that notes link to and no note has, the most wanted first; or, with one of them, the
//! links that have it.
use serde::{Deserialize, Serialize};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, in_vault, places, some_of};
use crate::ide::Symbol;
use crate::lsp::WrittenLocation;
use crate::server::events::{Event, Queue};

/// Names of an answer, where the client does not say how many it wants.
const MOST: usize = 1000;

pub(super) struct Unresolved;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Option<Uri>,
    /// Names that the answer may have.
    limit: Option<usize>,
    /// A name, as an answer had it.
    name: Option<String>,
}

/// The links that have a name, or names and how many there are.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Places(Vec<WrittenLocation>),
    Names { total: usize, names: Vec<Unwritten> },
}

/// A name that no note has.
#[derive(Serialize)]
pub(super) struct Unwritten {
    name: String,
    /// How many notes link to it.
    notes: usize,
}

impl Command for Unresolved {
    const NAME: &'static str = "slugline.unresolved";
    type Arguments = Arguments;
    type Answer = Answer;

    async fn run(queue: &Queue, Arguments { uri, limit, name }: Arguments) -> Result<Answer> {
        if let Some(name) = name {
            let found = in_vault(queue, uri, move |analysis, client| {
                places(analysis, client, &Symbol::Missing(name))
            });
            return Ok(Answer::Places(found.await?));
        }
        let found = in_vault(queue, uri, move |analysis, client| {
            let names = analysis.index.most_wanted();
            (names.len(), names.take(limit.unwrap_or(MOST)).collect::<Vec<_>>(), client.shows_references)
        });
        let (total, names, shows) = found.await?;
        if !shows {
            let named = names.iter().map(|(name, notes)| format!("{name} ({notes})"));
            queue.post(Event::ShowMessage(match total {
                0 => "no unresolved names".to_owned(),
                _ => some_of(named, total),
            }));
        }
        let names =
            names.into_iter().map(|(name, notes)| Unwritten { name: name.to_string(), notes }).collect();
        Ok(Answer::Names { total, names })
    }
}
