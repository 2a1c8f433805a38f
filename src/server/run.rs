use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use serde_json::Value;
use tower_lsp_server::LspService;
use tower_lsp_server::jsonrpc::{Error, Id, Request, Response};
use tower_service::Service;

use super::backend::{Backend, Session};
use super::events::{Event, Queue};
use super::frames::Frames;
use super::log::Log;
use super::outgoing::{Outgoing, answer_of};
use super::owner::Owner;
use super::pool::Pool;
use super::written;
use crate::vault::Cache;

/// Serves one client on standard input and output until it ends the session, and returns the
/// process's exit code.
pub fn run_stdio(cache: Cache) -> u8 {
    let log = Log::start();
    let code = run(io::stdin(), io::stdout(), cache);
    log.finish();
    code
}

/// Serves the client that listens at `port` of this machine; returns the process's exit code.
///
/// # Errors
/// When nobody listens there.
pub fn run_socket(port: u16, cache: Cache) -> io::Result<u8> {
    let log = Log::start();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let code = serve(stream, Arc::default(), cache)?;
    log.finish();
    Ok(code)
}

/// Serves the client at the other end until one of both ends the session. Until the client has sent
/// something it costs no more than this thread.
pub(super) fn serve(stream: TcpStream, session: Arc<Session>, cache: Cache) -> io::Result<u8> {
    // Messages are small, and each is waited for.
    stream.set_nodelay(true)?;
    let mut frames = Frames::strict(BufReader::with_capacity(1 << 16, stream.try_clone()?));
    let code = match frames.next() {
        Ok(Some(Ok(first))) => talk(frames, Some(first), stream.try_clone()?, session, cache),
        Ok(Some(Err(broken))) => {
            tracing::warn!("a connection was closed: {broken}");
            1
        }
        Ok(None) => 1,
        Err(error) => {
            tracing::warn!("a connection was closed: {error}");
            1
        }
    };
    // What still reads from it sees its end.
    let _ = stream.shutdown(std::net::Shutdown::Both);
    Ok(code)
}

/// Serves one client on two streams; returns the process's exit code: 0 after `shutdown`, else 1.
pub fn run(input: impl Read + Send + 'static, output: impl Write + Send + 'static, cache: Cache) -> u8 {
    talk(Frames::new(BufReader::with_capacity(1 << 16, input)), None, output, Arc::default(), cache)
}

/// Serves one client, whose `first` message may have been read before. All threads end with it, but one
/// that waits for input: its end is the caller's to make.
fn talk(
    frames: Frames<impl BufRead + Send + 'static>,
    first: Option<Value>,
    output: impl Write + Send + 'static,
    session: Arc<Session>,
    cache: Cache,
) -> u8 {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("cannot start: {error}");
            return 1;
        }
    };
    let (over, ended) = mpsc::channel();
    let dead = over.clone();
    let queue = Queue::new();
    let out = Outgoing::new(output, queue.clone(), move || {
        // The receiver ends the session at the first message.
        let _ = dead.send(());
    });
    let owner = Owner::new(queue.clone(), out.clone(), Pool::of_machine()).with_cache(cache);
    std::thread::spawn(move || owner.run());

    let backend = Backend { queue: queue.clone(), session: Arc::clone(&session) };
    let reader = MessageReader {
        service: backend.service(),
        queue: queue.clone(),
        session: Arc::clone(&session),
        out: out.clone(),
        runtime: runtime.handle().clone(),
    };
    std::thread::spawn(move || {
        reader.run(frames, first);
        // The receiver ends the session at the first message.
        let _ = over.send(());
    });

    let mut parent = Parent::default();
    // Every sender says so once before it goes.
    while let Err(mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(Duration::from_secs(1)) {
        if parent.is_gone(&session) {
            break;
        }
    }
    queue.stop();
    out.finish();
    runtime.shutdown_background();
    u8::from(!session.shut_down.load(Ordering::Relaxed))
}

/// The client's process: one that was killed may leave its pipe open in a child of its own.
#[derive(Default)]
struct Parent {
    seen: bool,
}

impl Parent {
    fn is_gone(&mut self, session: &Session) -> bool {
        let Some(&parent) = session.parent.get() else { return false };
        let alive = is_alive(parent);
        // A process that was never there has its id from elsewhere: a container, another machine.
        let gone = self.seen && !alive;
        self.seen |= alive;
        if gone {
            tracing::info!("the client's process {parent} is gone, stopping");
        }
        gone
    }
}

#[cfg(unix)]
fn is_alive(process: u32) -> bool {
    let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else {
        return false;
    };
    // Not being allowed to ask it is an answer too.
    !matches!(rustix::process::test_kill_process(process), Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_alive(process: u32) -> bool {
    use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
    // Where it cannot be asked, the end of the input ends the session.
    let Ok(mut system) = System::new() else { return true };
    let process = Pid::from_u32(process);
    let only = ProcessesToUpdate::Some(&[process]);
    system.refresh_processes_specifics(only, true, ProcessRefreshKind::nothing());
    system.process(process).is_some()
}

/// Reads the client's messages and starts each one's handler, in the order of arrival.
struct MessageReader {
    service: LspService<Backend>,
    queue: Queue,
    session: Arc<Session>,
    out: Outgoing,
    runtime: tokio::runtime::Handle,
}

impl MessageReader {
    fn run(mut self, mut frames: Frames<impl BufRead>, first: Option<Value>) {
        if first.is_some_and(|message| self.take(message, 0)) {
            return;
        }
        // What the client sends waits in its pipe where there is no room for more.
        while self.queue.wait_for_room() {
            match frames.next() {
                Ok(None) => return,
                Ok(Some(Ok(message))) => {
                    if self.take(message, frames.length()) {
                        return;
                    }
                }
                Ok(Some(Err(broken))) => {
                    self.out.warn(&format!("ignored an invalid message from the editor: {broken}"));
                    self.out.respond(&Response::from_error(Id::Null, Error::parse_error()));
                }
                Err(error) => {
                    tracing::info!("the input cannot be read: {error}");
                    return;
                }
            }
        }
    }

    /// Handles one message of so many bytes; whether it was the last.
    fn take(&mut self, mut message: Value, bytes: usize) -> bool {
        if let Some((id, outcome)) = answer_of(&mut message) {
            self.queue.post(Event::Answer(id, outcome));
            return false;
        }
        let written = message.get("method").and_then(|method| Backend::written(method.as_str()?));
        if let (Some(name), Some(method)) = (written, message.get_mut("method")) {
            *method = Value::String(name.to_owned());
        }
        let id = message.get("id").and_then(|id| serde_json::from_value::<Id>(id.clone()).ok());
        let request = match serde_json::from_value::<Request>(message) {
            Ok(request) => request,
            Err(error) => {
                self.out.warn(&format!("ignored an invalid message from the editor: {error}"));
                let error = Error::invalid_request();
                self.out.respond(&Response::from_error(id.unwrap_or(Id::Null), error));
                return false;
            }
        };
        let method = request.method().to_owned();
        let is_notification = request.id().is_none();
        let noted = self.session.noted.load(Ordering::Relaxed);
        if catch_unwind(AssertUnwindSafe(|| self.call(request, bytes))).is_err()
            && let Some(id) = id
        {
            self.out.respond(&Response::from_error(id, Error::internal_error()));
        }
        if method == "exit" {
            return true;
        }
        let optional = method.starts_with("$/");
        if is_notification && !optional && self.session.noted.load(Ordering::Relaxed) == noted {
            self.out.warn(&format!(
                "ignored the notification `{method}`: it is unknown, came out of turn, or its parameters \
                 were not understood"
            ));
        }
        false
    }

    /// Runs the handler up to its first wait at once, which is what keeps messages in order; the
    /// rest of it runs on its own.
    fn call(&mut self, request: Request, bytes: usize) {
        let is_written = request.method().starts_with(written::MARK);
        let respond = move |out: &Outgoing, response: Response| match is_written {
            true => out.respond_written(response),
            false => out.respond(&response),
        };
        let mut handler = self.service.call(request);
        match handler.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(Some(response))) => respond(&self.out, response),
            Poll::Ready(_) => {}
            Poll::Pending => {
                let out = self.out.clone();
                let counted = self.queue.request(bytes);
                self.runtime.spawn(async move {
                    if let Ok(Some(response)) = handler.await {
                        respond(&out, response);
                    }
                    drop(counted);
                });
            }
        }
    }
}
