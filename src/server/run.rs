use std::convert::Infallible;
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
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
use super::outgoing::{Outgoing, Writer, answer_of};
use super::owner::Owner;

/// Serves one client on standard input and output until it ends the session, and returns the
/// process's exit code.
pub fn run_stdio() -> u8 {
    start_log();
    run(io::stdin(), io::stdout())
}

/// Serves the client that listens at `port` of this machine; returns the process's exit code.
///
/// # Errors
/// When nobody listens there.
pub fn run_socket(port: u16) -> io::Result<u8> {
    start_log();
    serve(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?)
}

/// Serves each client that connects to `port` of this machine in a session of its own, until the
/// process is ended. Port 0 is any that is free; `ready` hears which.
///
/// # Errors
/// When the port is taken.
pub fn run_listen(port: u16, ready: impl FnOnce(SocketAddr)) -> io::Result<Infallible> {
    start_log();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    ready(listener.local_addr()?);
    loop {
        match listener.accept() {
            Ok((stream, _)) => drop(std::thread::spawn(move || {
                if let Err(error) = serve(stream) {
                    tracing::warn!("a client was lost: {error}");
                }
            })),
            // One that could not be accepted says nothing about the next.
            Err(error) => {
                tracing::warn!("a client was not accepted: {error}");
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

fn serve(stream: TcpStream) -> io::Result<u8> {
    // Messages are small, and each is waited for.
    stream.set_nodelay(true)?;
    let code = run(stream.try_clone()?, stream.try_clone()?);
    // What still reads from it sees its end.
    let _ = stream.shutdown(std::net::Shutdown::Both);
    Ok(code)
}

/// Standard output belongs to the protocol, so the log goes to standard error; `SLUGLINE_LOG` says how
/// much of it, as `debug` or `slugline=trace`.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::level_filters::LevelFilter::WARN.into())
        .with_env_var("SLUGLINE_LOG")
        .from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false);
    // A second log is no reason not to serve.
    let _ = log.try_init();
}

/// Serves one client on two streams; returns the process's exit code: 0 after `shutdown`, else 1.
pub fn run(input: impl Read + Send + 'static, output: impl Write + Send + 'static) -> u8 {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(std::thread::available_parallelism().map_or(2, usize::from).max(4))
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("cannot start: {error}");
            return 1;
        }
    };
    let (over, ended) = mpsc::channel();
    let dead = over.clone();
    let (out, writer) = Outgoing::new(output, move || {
        // The other end waits for the first who says so.
        let _ = dead.send(());
    });
    let queue = Queue::new();
    let session = Arc::new(Session::default());
    let owner = Owner::new(queue.clone(), out.clone(), runtime.handle().clone());
    std::thread::spawn(move || owner.run());

    let backend = Backend { queue: queue.clone(), session: Arc::clone(&session) };
    let reader = Reader {
        service: LspService::new(|_| backend).0,
        queue: queue.clone(),
        session: Arc::clone(&session),
        out,
        runtime: runtime.handle().clone(),
    };
    let read = over.clone();
    std::thread::spawn(move || {
        reader.run(input);
        // The other end waits for the first who says so.
        let _ = read.send(());
    });
    std::thread::spawn({
        let session = Arc::clone(&session);
        move || {
            wait_for_parent(&session);
            let _ = over.send(());
        }
    });

    // Every sender says so once before it goes.
    let _ = ended.recv();
    queue.stop();
    Writer::finish(writer);
    runtime.shutdown_background();
    u8::from(!session.shut_down.load(Ordering::Relaxed))
}

/// Returns when the client's process is gone: a client that was killed may leave its pipe open in a
/// child of its own.
fn wait_for_parent(session: &Session) {
    let mut seen = false;
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let Some(&parent) = session.parent.get() else { continue };
        match is_alive(parent) {
            true => seen = true,
            // A process that was never there has its id from elsewhere: a container, another machine.
            false if !seen => {}
            false => {
                tracing::info!("the client's process {parent} is gone, stopping");
                return;
            }
        }
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
fn is_alive(_: u32) -> bool {
    // Nothing to ask with; the end of the input ends the session.
    true
}

/// Reads the client's messages and starts each one's handler, in the order of arrival.
struct Reader {
    service: LspService<Backend>,
    queue: Queue,
    session: Arc<Session>,
    out: Outgoing,
    runtime: tokio::runtime::Handle,
}

impl Reader {
    fn run(mut self, input: impl Read) {
        let mut frames = Frames::new(BufReader::with_capacity(1 << 16, input));
        loop {
            match frames.next() {
                Ok(None) => return,
                Ok(Some(Ok(message))) => {
                    if self.take(message) {
                        return;
                    }
                }
                Ok(Some(Err(broken))) => {
                    self.out.warn(&format!("a message of the editor was left out: {broken}"));
                    self.out.respond(&Response::from_error(Id::Null, Error::parse_error()));
                }
                Err(error) => {
                    tracing::info!("the input cannot be read: {error}");
                    return;
                }
            }
        }
    }

    /// Handles one message; whether it was the last.
    fn take(&mut self, mut message: Value) -> bool {
        if let Some((id, outcome)) = answer_of(&mut message) {
            self.queue.post(Event::Answer(id, outcome));
            return false;
        }
        let id = message.get("id").and_then(|id| serde_json::from_value::<Id>(id.clone()).ok());
        let request = match serde_json::from_value::<Request>(message) {
            Ok(request) => request,
            Err(error) => {
                self.out.warn(&format!("a message of the editor was left out: {error}"));
                let error = Error::invalid_request();
                self.out.respond(&Response::from_error(id.unwrap_or(Id::Null), error));
                return false;
            }
        };
        let method = request.method().to_owned();
        let is_notification = request.id().is_none();
        let noted = self.session.noted.load(Ordering::Relaxed);
        if catch_unwind(AssertUnwindSafe(|| self.call(request))).is_err()
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
                "the notification `{method}` was left out: it is unknown, came out of turn, or its parameters \
                 were not understood"
            ));
        }
        false
    }

    /// Runs the handler up to its first wait at once, which is what keeps messages in order; the
    /// rest of it runs on its own.
    fn call(&mut self, request: Request) {
        let mut handler = self.service.call(request);
        match handler.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(Some(response))) => self.out.respond(&response),
            Poll::Ready(_) => {}
            Poll::Pending => {
                let out = self.out.clone();
                self.runtime.spawn(async move {
                    if let Ok(Some(response)) = handler.await {
                        out.respond(&response);
                    }
                });
            }
        }
    }
}
