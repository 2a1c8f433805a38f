//! Answers in parts, for clients that ask for them: they show the first while the rest is on its way. And how far a
//! command is, for clients that show that.
use serde::Serialize;
use tower_lsp_server::ls_types::{
    ProgressToken, WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressEnd, WorkDoneProgressReport,
};

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

    /// Tells the client how far a command is, by the `token` that it came with.
    pub(super) fn steps(&self, token: Option<ProgressToken>, title: &str) -> Steps {
        let to = self.0.clone().zip(token);
        if let Some((out, token)) = &to {
            let begin = WorkDoneProgressBegin {
                title: title.to_owned(),
                // By cancelling the request.
                cancellable: Some(false),
                message: None,
                percentage: Some(0),
            };
            out.partial(token, &WorkDoneProgress::Begin(begin));
        }
        Steps { to, percent: 0 }
    }
}

/// How far a command is. What the client shows ends with it.
pub(super) struct Steps {
    to: Option<(Outgoing, ProgressToken)>,
    percent: u32,
}

impl Steps {
    /// `done` of `total` notes are done; told when the percentage changes.
    pub(super) fn at(&mut self, done: usize, total: usize) {
        let percent = u32::try_from((done * 100).checked_div(total).unwrap_or(0)).unwrap_or(100);
        let Some((out, token)) = self.to.as_ref().filter(|_| percent > self.percent) else { return };
        self.percent = percent;
        let report = WorkDoneProgressReport {
            cancellable: Some(false),
            message: Some(format!("{done} of {total} notes")),
            percentage: Some(percent),
        };
        out.partial(token, &WorkDoneProgress::Report(report));
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if let Some((out, token)) = &self.to {
            out.partial(token, &WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
        }
    }
}
