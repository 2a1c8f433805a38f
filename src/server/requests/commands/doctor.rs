//! `slugline.doctor`: what slugline sees, for somebody who looks for a mistake.
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::Result;

use super::{Command, Nothing, failed};
use crate::server::events::{Event, Queue};

pub(super) struct Doctor;

impl Command for Doctor {
    const NAME: &'static str = "slugline.doctor";
    type Arguments = Nothing;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, _: Nothing) -> Result<Option<Value>> {
        let (reply, report) = oneshot::channel();
        queue.post(Event::Report(reply));
        report.await.map(|report| Some(report.into())).map_err(|_| failed())
    }
}
