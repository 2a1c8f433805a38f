use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Response;
use tower_lsp_server::ls_types::notification::{
    LogMessage, Notification, Progress, PublishDiagnostics, ShowMessage,
};
use tower_lsp_server::ls_types::request::Request;
use tower_lsp_server::ls_types::{
    LogMessageParams, MessageType, ProgressToken, PublishDiagnosticsParams, ShowMessageParams, Uri,
};

use super::events::Queue;
use super::{frames, written};
use crate::text::visible;

/// Bytes that may wait for the client before no more is computed for it.
const MAX_UNSENT_BYTES: usize = 4 << 20;
/// Bytes that may wait for the client before no more is read from it.
const MAX_UNSENT_BYTES_FOR_READING: usize = 4 * MAX_UNSENT_BYTES;
/// How long the end of a session waits for the client to read what it was sent.
const PATIENCE: Duration = Duration::from_secs(2);

/// The way to the client. Sending never waits: one thread writes, in the order of sending. Of a client
/// that does not read the queue is told, which then holds back what would be computed for it.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    shared: Arc<Shared>,
    next_id: Arc<AtomicI64>,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    queue: Queue,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    /// The number of the first of them.
    first: u64,
    /// Bytes of those that are not yet written.
    bytes: usize,
    /// The numbers of those that a later one replaces, by what they are about.
    replaceable: HashMap<String, u64>,
    /// Warnings left out since the last that was sent.
    left_out: usize,
    end: End,
}

#[derive(Debug)]
struct Message {
    json: Arc<Vec<u8>>,
    /// What it is about, where a later one of that replaces it.
    about: Option<String>,
}

#[derive(PartialEq, Eq, Debug, Default)]
enum End {
    #[default]
    Open,
    /// Nothing more is taken; what waits is written.
    Closing,
    /// Nothing more is written.
    Closed,
}

impl Waiting {
    fn push(&mut self, message: Message) {
        self.bytes += message.json.len();
        if let Some(about) = &message.about {
            let number = self.first + self.messages.len() as u64;
            let earlier = self.replaceable.get(about).and_then(|number| number.checked_sub(self.first));
            let earlier = earlier.and_then(|at| usize::try_from(at).ok());
            if let Some(earlier) = earlier.and_then(|at| self.messages.get_mut(at)) {
                self.bytes -= earlier.json.len();
                *earlier = message;
                return;
            }
            self.replaceable.insert(about.clone(), number);
        }
        self.messages.push_back(message);
    }

    fn pop(&mut self) -> Option<Arc<Vec<u8>>> {
        let message = self.messages.pop_front()?;
        self.first += 1;
        if let Some(about) = &message.about {
            self.replaceable.remove(about);
        }
        Some(message.json)
    }
}

impl Outgoing {
    /// Writes to `output` from now on; `dead` is called once when the client no longer reads.
    pub(super) fn new(
        mut output: impl Write + Send + 'static,
        queue: Queue,
        dead: impl FnOnce() + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared { waiting: Mutex::default(), changed: Condvar::new(), queue });
        let outgoing = Self { shared: Arc::clone(&shared), next_id: Arc::default() };
        std::thread::spawn(move || {
            if let Err(error) = shared.write_all(&mut output) {
                tracing::info!("the client no longer reads: {error}");
                dead();
            }
            shared.close();
        });
        outgoing
    }

    fn send(&self, message: &impl serde::Serialize, about: Option<String>) {
        self.send_json(serde_json::to_vec(message), about);
    }

    fn send_json(&self, json: serde_json::Result<Vec<u8>>, about: Option<String>) {
        match json {
            Ok(json) => self.shared.push(Message { json: Arc::new(json), about }),
            Err(error) => tracing::error!("a message cannot be written as JSON: {error}"),
        }
    }

    /// Answers a request.
    pub(super) fn respond(&self, response: &Response) {
        self.send(response, None);
    }

    /// Answers a request whose answer is [written].
    pub(super) fn respond_written(&self, response: Response) {
        self.send_json(written::response(response), None);
    }

    /// Tells the client something.
    pub(super) fn tell<N: Notification>(&self, params: &N::Params) {
        let message = json!({"jsonrpc": "2.0", "method": N::METHOD, "params": params});
        // Of a state the client needs the last only.
        let about = match N::METHOD {
            PublishDiagnostics::METHOD => message["params"]["uri"].as_str(),
            "experimental/serverStatus" => Some(N::METHOD),
            _ => None,
        };
        self.send(&message, about.map(str::to_owned));
    }

    /// Tells the client the diagnostics of a document: a message of [`publication`].
    pub(super) fn publish(&self, uri: &Uri, message: Arc<Vec<u8>>) {
        if !message.is_empty() {
            self.shared.push(Message { json: message, about: Some(uri.as_str().to_owned()) });
        }
    }

    /// Asks the client something; the answer comes back under the returned id.
    pub(super) fn request<R: Request>(&self, params: &R::Params) -> i64 {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": R::METHOD, "params": params});
        // A request without parameters has none, not even `null`.
        if message["params"].is_null() {
            message.as_object_mut().map(|message| message.remove("params"));
        }
        self.send(&message, None);
        id
    }

    /// Sends a part of the answer to a request.
    pub(super) fn partial(&self, token: &ProgressToken, part: &impl serde::Serialize) {
        #[derive(serde::Serialize)]
        struct Params<'p, T> {
            token: &'p ProgressToken,
            value: &'p T,
        }
        self.send(&Told::new::<Progress>(&Params { token, value: part }), None);
    }

    /// Writes a warning into both logs, ours and the client's.
    pub(super) fn warn(&self, message: &str) {
        let message = visible(message).into_owned();
        tracing::warn!("{message}");
        if let Some(message) = self.shared.warning(&message) {
            self.tell::<LogMessage>(&LogMessageParams { typ: MessageType::WARNING, message });
        }
    }

    /// Shows a warning to the user.
    pub(super) fn show(&self, message: &str) {
        let message = visible(message).into_owned();
        tracing::warn!("{message}");
        if let Some(message) = self.shared.warning(&message) {
            self.tell::<ShowMessage>(&ShowMessageParams { typ: MessageType::WARNING, message });
        }
    }

    /// Shows what the user has asked for.
    pub(super) fn inform(&self, message: &str) {
        let message = message.lines().map(visible).collect::<Vec<_>>().join("\n");
        self.tell::<ShowMessage>(&ShowMessageParams { typ: MessageType::INFO, message });
    }

    /// Waits until all that was sent is written, but not for a client that no longer reads.
    pub(super) fn finish(&self) {
        let mut waiting = self.shared.waiting();
        if waiting.end == End::Open {
            waiting.end = End::Closing;
        }
        self.shared.changed.notify_all();
        let open = |waiting: &mut Waiting| waiting.end != End::Closed;
        drop(self.shared.changed.wait_timeout_while(waiting, PATIENCE, open));
        self.shared.close();
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, message: Message) {
        let mut waiting = self.waiting();
        if waiting.end == End::Open {
            waiting.push(message);
            self.measure(&waiting);
            self.changed.notify_all();
        }
    }

    /// Tells the queue how much waits. Under the lock, so that what it hears last is what is.
    fn measure(&self, waiting: &Waiting) {
        self.queue.hold(waiting.bytes > MAX_UNSENT_BYTES, waiting.bytes > MAX_UNSENT_BYTES_FOR_READING);
    }

    /// A warning as it is sent: with the number of those that were not. `None` where too much waits.
    fn warning(&self, message: &str) -> Option<String> {
        let mut waiting = self.waiting();
        if waiting.bytes > MAX_UNSENT_BYTES {
            waiting.left_out += 1;
            return None;
        }
        Some(match std::mem::take(&mut waiting.left_out) {
            0 => message.to_owned(),
            n => {
                format!("{message} ({n} warnings before this one were left out: the editor was not reading)")
            }
        })
    }

    /// The next message; `None` when there is none now, or at the end, which `wait` tells apart.
    fn next(&self, wait: bool) -> Option<Arc<Vec<u8>>> {
        let mut waiting = self.waiting();
        loop {
            if waiting.end == End::Closed {
                return None;
            }
            let next = waiting.pop();
            if next.is_some() || !wait || waiting.end == End::Closing {
                return next;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn write_all(&self, output: &mut impl Write) -> std::io::Result<()> {
        let mut output = std::io::BufWriter::new(output);
        while let Some(json) = self.next(true) {
            let mut next = Some(json);
            // What is already there goes out together.
            while let Some(json) = next {
                frames::write(&mut output, &json)?;
                let mut waiting = self.waiting();
                waiting.bytes -= json.len();
                self.measure(&waiting);
                drop(waiting);
                next = self.next(false);
            }
            output.flush()?;
        }
        Ok(())
    }

    /// Drops what is left.
    fn close(&self) {
        let mut waiting = self.waiting();
        *waiting = Waiting { end: End::Closed, ..Waiting::default() };
        self.queue.hold(false, false);
        self.changed.notify_all();
    }
}

/// A notification whose parameters are written as they are, and not by a tree of values first.
#[derive(serde::Serialize)]
struct Told<'p, T> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'p T,
}

impl<'p, T> Told<'p, T> {
    fn new<N: Notification>(params: &'p T) -> Self {
        Self { jsonrpc: "2.0", method: N::METHOD, params }
    }
}

/// The message that tells the client the diagnostics of a document. Of a long note it is long, and made
/// where nobody waits for it.
pub(super) fn publication(params: &PublishDiagnosticsParams) -> Vec<u8> {
    serde_json::to_vec(&Told::new::<PublishDiagnostics>(params)).unwrap_or_else(|error| {
        tracing::error!("diagnostics cannot be written as JSON: {error}");
        Vec::new()
    })
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A client that reads when the test does.
    struct Late(mpsc::SyncSender<Vec<u8>>);

    impl Write for Late {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn late() -> (Outgoing, Queue, impl FnOnce(Outgoing) -> String) {
        let (output, pipe) = mpsc::sync_channel(0);
        let queue = Queue::new();
        let out = Outgoing::new(Late(output), queue.clone(), || {});
        let read = |out: Outgoing| {
            let reader = std::thread::spawn(move || pipe.iter().flatten().collect());
            out.finish();
            String::from_utf8(reader.join().unwrap()).unwrap()
        };
        (out, queue, read)
    }

    #[test]
    fn of_the_diagnostics_of_a_document_the_last_ones_are_sent() {
        let (out, _, read) = late();
        // It is being written while the others wait.
        out.warn(&"x".repeat(1 << 14));
        for version in 0..1000 {
            for uri in ["file:///a.md", "file:///b.md"] {
                let params = PublishDiagnosticsParams::new(uri.parse().unwrap(), Vec::new(), Some(version));
                match version % 2 {
                    0 => out.tell::<PublishDiagnostics>(&params),
                    _ => out.publish(&params.uri, Arc::new(publication(&params))),
                }
            }
        }
        let sent = read(out);
        assert_eq!(sent.matches("Content-Length").count(), 3, "{sent}");
        assert_eq!(sent.matches("\"version\":999").count(), 2);
    }

    #[test]
    fn warnings_to_a_client_that_does_not_read_are_counted() {
        let (out, _, read) = late();
        let warning = "x".repeat(1000);
        for _ in 0..10_000 {
            out.warn(&warning);
        }
        assert!(out.shared.waiting().bytes < 2 * MAX_UNSENT_BYTES);
        let left_out = out.shared.waiting().left_out;
        assert!(left_out > 5000);
        assert!(read(out).len() < 2 * MAX_UNSENT_BYTES);
    }
}
