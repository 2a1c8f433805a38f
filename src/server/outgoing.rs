use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Response;
use tower_lsp_server::ls_types::notification::{LogMessage, Notification, ShowMessage};
use tower_lsp_server::ls_types::request::Request;
use tower_lsp_server::ls_types::{LogMessageParams, MessageType, ShowMessageParams};

use super::frames;
use crate::text::visible;

/// The way to the client. Sending never waits: one thread writes, in the order of sending.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    messages: mpsc::Sender<Message>,
    next_id: Arc<AtomicI64>,
}

#[derive(Debug)]
enum Message {
    Json(Vec<u8>),
    Last,
}

/// The thread that writes.
#[derive(Debug)]
pub(super) struct Writer {
    done: mpsc::Receiver<()>,
    messages: mpsc::Sender<Message>,
}

impl Outgoing {
    /// Writes to `output` from now on; `dead` is called once when the client no longer reads.
    pub(super) fn new(
        mut output: impl Write + Send + 'static,
        dead: impl FnOnce() + Send + 'static,
    ) -> (Self, Writer) {
        let (sender, receiver) = mpsc::channel();
        let (finished, done) = mpsc::channel();
        std::thread::spawn(move || {
            if let Err(error) = write_all(&mut output, &receiver) {
                tracing::info!("the client no longer reads: {error}");
                dead();
            }
            // Nobody may be waiting.
            let _ = finished.send(());
        });
        let outgoing = Self { messages: sender.clone(), next_id: Arc::default() };
        (outgoing, Writer { done, messages: sender })
    }

    fn send(&self, message: &impl serde::Serialize) {
        match serde_json::to_vec(message) {
            // It fails only when the client is gone, which the writer has said.
            Ok(json) => drop(self.messages.send(Message::Json(json))),
            Err(error) => tracing::error!("a message cannot be written as JSON: {error}"),
        }
    }

    /// Answers a request.
    pub(super) fn respond(&self, response: &Response) {
        self.send(response);
    }

    /// Tells the client something.
    pub(super) fn tell<N: Notification>(&self, params: &N::Params) {
        self.send(&json!({"jsonrpc": "2.0", "method": N::METHOD, "params": params}));
    }

    /// Asks the client something; the answer comes back under the returned id.
    pub(super) fn request<R: Request>(&self, params: &R::Params) -> i64 {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": R::METHOD, "params": params}));
        id
    }

    /// Writes a warning into both logs, ours and the client's.
    pub(super) fn warn(&self, message: &str) {
        let message = visible(message).into_owned();
        tracing::warn!("{message}");
        self.tell::<LogMessage>(&LogMessageParams { typ: MessageType::WARNING, message });
    }

    /// Shows a warning to the user.
    pub(super) fn show(&self, message: &str) {
        let message = visible(message).into_owned();
        tracing::warn!("{message}");
        self.tell::<ShowMessage>(&ShowMessageParams { typ: MessageType::WARNING, message });
    }
}

impl Writer {
    /// Waits until all that was sent is written, but not for a client that no longer reads.
    pub(super) fn finish(self) {
        if self.messages.send(Message::Last).is_ok() {
            let _ = self.done.recv_timeout(Duration::from_secs(2));
        }
    }
}

fn write_all(output: &mut impl Write, messages: &mpsc::Receiver<Message>) -> std::io::Result<()> {
    let mut output = std::io::BufWriter::new(output);
    while let Ok(message) = messages.recv() {
        let mut next = Some(message);
        // What is already there goes out together.
        while let Some(message) = next {
            match message {
                Message::Json(json) => frames::write(&mut output, &json)?,
                Message::Last => return output.flush(),
            }
            next = messages.try_recv().ok();
        }
        output.flush()?;
    }
    Ok(())
}

/// The id and the outcome of the client's answer, where `message` is one.
pub(super) fn answer_of(message: &mut Value) -> Option<(i64, Result<Value, Value>)> {
    let object = message.as_object_mut()?;
    if object.contains_key("method") {
        return None;
    }
    let id = object.get("id")?.as_i64()?;
    match (object.remove("result"), object.remove("error")) {
        (_, Some(error)) if !error.is_null() => Some((id, Err(error))),
        (result, _) => Some((id, Ok(result.unwrap_or(Value::Null)))),
    }
}
