//! Answers in parts, for clients that ask for them: they show the first while the rest is on its way.
use serde::Serialize;
use tower_lsp_server::ls_types::ProgressToken;

use super::outgoing::Outgoing;

/// Results of one part.
const PART: usize = 512;

/// The way of a part to the client; nothing goes the default one.
#[derive(Clone, Debug, Default)]
pub(super) struct Partial(Option<Outgoing>);

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
            out.partial(&token, &part);
            part = results.by_ref().take(PART).collect();
        }
        part
    }
}
