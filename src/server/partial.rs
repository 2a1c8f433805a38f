//! Answers in parts, for clients that ask for them: they show the first while the rest is on its way.
use serde::Serialize;
use serde_json::{Value, json};
use tower_lsp_server::ls_types::ProgressToken;
use tower_lsp_server::ls_types::notification::{Notification, Progress};

use super::outgoing::Outgoing;

/// Results of one part.
const PART: usize = 512;

/// The way of a part to the client; nothing goes the default one.
#[derive(Clone, Debug, Default)]
pub(super) struct Partial(Option<Outgoing>);

/// `$/progress` with any value.
struct Part;

impl Notification for Part {
    type Params = Value;
    const METHOD: &'static str = Progress::METHOD;
}

impl Partial {
    /// Parts go to the client of `out`.
    pub(super) fn new(out: Outgoing) -> Self {
        Self(Some(out))
    }

    /// What is left to be answered of `results`: all of them without a `token`, or where they are few. Else
    /// nothing, and they are sent in parts.
    pub(super) fn stream<T: Serialize>(
        &self,
        token: Option<ProgressToken>,
        mut results: impl Iterator<Item = T>,
    ) -> Vec<T> {
        let Some((out, token)) = self.0.as_ref().zip(token) else { return results.collect() };
        let mut part: Vec<T> = results.by_ref().take(PART).collect();
        if part.len() < PART {
            return part;
        }
        while !part.is_empty() {
            out.tell::<Part>(&json!({"token": token, "value": part}));
            part = results.by_ref().take(PART).collect();
        }
        part
    }
}
