use crate::text::visible;
use tower_lsp_server::ls_types::notification::Progress as ProgressNotification;
use tower_lsp_server::ls_types::request::WorkDoneProgressCreate;
use tower_lsp_server::ls_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressReport,
};

use super::outgoing::Outgoing;

/// Tells the client how far the reading of a vault is.
#[derive(Debug)]
pub(super) struct Progress {
    token: String,
    title: String,
    shown: Shown,
}

#[derive(PartialEq, Eq, Debug)]
enum Shown {
    /// The client has not been asked, or not answered.
    Nothing,
    /// What it shows, in percent.
    Percent(u32),
    /// It has ended, or the client does not want it.
    Ended,
}

impl Progress {
    /// Nothing is sent yet.
    pub(super) fn new(token: String, name: &str) -> Self {
        Self { token, title: format!("Indexing {}", visible(name)), shown: Shown::Nothing }
    }

    /// Asks the client to show it; returns the id of the request.
    pub(super) fn ask(&self, out: &Outgoing) -> i64 {
        let token = NumberOrString::String(self.token.clone());
        out.request::<WorkDoneProgressCreate>(&WorkDoneProgressCreateParams { token })
    }

    /// The client has answered that it will show it.
    pub(super) fn begin(&mut self, out: &Outgoing) {
        if self.shown == Shown::Nothing {
            self.shown = Shown::Percent(0);
            let begin = WorkDoneProgressBegin {
                title: self.title.clone(),
                cancellable: Some(false),
                message: None,
                percentage: Some(0),
            };
            self.send(out, WorkDoneProgress::Begin(begin));
        }
    }

    /// `done` of `total` notes are read; sent when the percentage changes.
    pub(super) fn report(&mut self, done: usize, total: usize, out: &Outgoing) {
        let percent = u32::try_from((done * 100).checked_div(total).unwrap_or(0).min(100)).unwrap_or(100);
        if matches!(self.shown, Shown::Percent(shown) if shown < percent) {
            self.shown = Shown::Percent(percent);
            let report = WorkDoneProgressReport {
                cancellable: Some(false),
                message: Some(format!("{done} of {total} notes")),
                percentage: Some(percent),
            };
            self.send(out, WorkDoneProgress::Report(report));
        }
    }

    /// All is read.
    pub(super) fn end(&mut self, notes: usize, out: &Outgoing) {
        if matches!(self.shown, Shown::Percent(_)) {
            let end = WorkDoneProgressEnd { message: Some(format!("{notes} notes")) };
            self.send(out, WorkDoneProgress::End(end));
        }
        if self.shown != Shown::Nothing {
            self.shown = Shown::Ended;
        }
    }

    fn send(&self, out: &Outgoing, value: WorkDoneProgress) {
        out.tell::<ProgressNotification>(&ProgressParams {
            token: NumberOrString::String(self.token.clone()),
            value: ProgressParamsValue::WorkDone(value),
        });
    }
}
