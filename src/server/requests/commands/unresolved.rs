//! `slugline.unresolved`: names that notes link to and no note has, the most wanted first; or, with one of them, the
//! links that have it.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, in_vault, places, some_of};
use crate::ide::Symbol;
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

impl Command for Unresolved {
    const NAME: &'static str = "slugline.unresolved";
    type Arguments = Arguments;

    async fn run(queue: &Queue, Arguments { uri, limit, name }: Arguments) -> Result<Option<Value>> {
        if let Some(name) = name {
            let found = in_vault(queue, uri, move |analysis, client| {
                places(analysis, client, &Symbol::Missing(name))
            });
            return Ok(Some(json!(found.await?)));
        }
        let found = in_vault(queue, uri, move |analysis, client| {
            let mut names = analysis.index.most_wanted();
            let total = names.len();
            names.truncate(limit.unwrap_or(MOST));
            (total, names.into_iter().cloned().collect::<Vec<_>>(), client.shows_references)
        });
        let (total, names, shows) = found.await?;
        if !shows {
            let named = names.iter().map(|(name, notes)| format!("{name} ({notes})"));
            queue.post(Event::ShowMessage(match total {
                0 => "no unresolved names".to_owned(),
                _ => some_of(named, total),
            }));
        }
        let names = names.iter().map(|(name, notes)| json!({"name": name, "notes": notes}));
        Ok(Some(json!({"total": total, "names": names.collect::<Vec<_>>()})))
    }
}
