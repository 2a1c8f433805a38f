use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::backend::Session;
use super::log::Log;
use super::run::serve;
use crate::vault::Cache;

/// How long a connection may take to its `initialize`.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections that may wait for it at once; of more the oldest is closed.
const MOST_WAITING: usize = 32;

/// Serves each client that connects to `port` of this machine in a session of its own, until the
/// process is ended. Port 0 is any that is free; `ready` hears which.
///
/// # Errors
/// When the port is taken.
pub fn run_listen(port: u16, cache: Cache, ready: impl FnOnce(SocketAddr)) -> io::Result<Infallible> {
    let _log = Log::start();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    ready(listener.local_addr()?);
    listen(&listener, &cache, PATIENCE)
}

fn listen(listener: &TcpListener, cache: &Cache, patience: Duration) -> io::Result<Infallible> {
    let door = Arc::new(Door { strangers: Mutex::default(), changed: Condvar::new(), patience });
    let guard = Arc::clone(&door);
    std::thread::Builder::new().spawn(move || guard.watch())?;
    loop {
        let served = listener.accept().and_then(|(stream, _)| {
            let (session, cache) = (Arc::default(), cache.clone());
            door.enter(stream.try_clone()?, Arc::downgrade(&session));
            std::thread::Builder::new().spawn(move || {
                if let Err(error) = serve(stream, session, cache) {
                    tracing::warn!("a client was lost: {error}");
                }
            })
        });
        // One that could not be accepted says nothing about the next.
        if let Err(error) = served {
            tracing::warn!("a client was not accepted: {error}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Who has connected and not yet said who it is.
struct Door {
    /// In the order in which they came.
    strangers: Mutex<VecDeque<Stranger>>,
    changed: Condvar,
    patience: Duration,
}

struct Stranger {
    stream: TcpStream,
    session: Weak<Session>,
    until: Instant,
}

impl Stranger {
    /// Whether it has not been heard of since: it has neither gone nor said who it is.
    fn is_one(&self) -> bool {
        self.session.upgrade().is_some_and(|session| !session.initialized.load(Ordering::Relaxed))
    }

    /// Ends what reads from it.
    fn close(&self, why: &str) {
        tracing::warn!("a connection was closed: {why}");
        // It may have gone by itself.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

impl Door {
    fn strangers(&self) -> MutexGuard<'_, VecDeque<Stranger>> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, stream: TcpStream, session: Weak<Session>) {
        let mut strangers = self.strangers();
        strangers.retain(Stranger::is_one);
        if strangers.len() >= MOST_WAITING
            && let Some(first) = strangers.pop_front()
        {
            first.close("others that came after it wait too, and it has not sent `initialize`");
        }
        strangers.push_back(Stranger { stream, session, until: Instant::now() + self.patience });
        self.changed.notify_all();
    }

    /// Closes who has waited for too long.
    fn watch(&self) {
        let mut strangers = self.strangers();
        loop {
            let now = Instant::now();
            while let Some(late) = strangers.pop_front_if(|first| first.until <= now) {
                if late.is_one() {
                    late.close("it has not sent `initialize` in time");
                }
            }
            strangers.retain(Stranger::is_one);
            strangers = match strangers.front() {
                None => self.changed.wait(strangers).unwrap_or_else(PoisonError::into_inner),
                Some(first) => {
                    let wait = first.until.saturating_duration_since(now);
                    self.changed.wait_timeout(strangers, wait).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn connect(patience: Duration) -> impl Fn() -> TcpStream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || listen(&listener, &Cache::default(), patience));
        move || TcpStream::connect(address).unwrap()
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// What comes until the connection is closed; a closed one may also be "reset".
    fn rest(mut stream: &TcpStream) -> String {
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        String::from_utf8(all).unwrap()
    }

    /// So long that what is sent at once is read before, however busy the machine is.
    const A_WHILE: Duration = Duration::from_secs(1);

    #[test]
    fn who_does_not_initialize_in_time_is_closed() {
        let connect = connect(A_WHILE);
        let (silent, mut slow, mut early) = (connect(), connect(), connect());
        slow.write_all(b"Content-Length: 9\r\n").unwrap();
        early.write_all(frame(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#).as_bytes()).unwrap();
        assert_eq!((rest(&silent).as_str(), rest(&slow).as_str()), ("", ""));
        assert!(rest(&early).contains("-32002"), "its request was answered before");
    }

    #[test]
    fn who_has_initialized_may_be_silent() {
        let connect = connect(A_WHILE);
        let mut client = connect();
        let hello = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
        client.write_all(frame(hello).as_bytes()).unwrap();
        // Another that came later has been closed by now.
        assert_eq!(rest(&connect()), "");
        let bye = r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#;
        let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        client.write_all((frame(bye) + &frame(exit)).as_bytes()).unwrap();
        let answers = rest(&client);
        assert!(answers.contains(r#""result":null,"id":2"#) || answers.contains(r#""id":2"#), "{answers}");
    }

    #[test]
    fn of_too_many_the_oldest_is_closed() {
        let connect = connect(Duration::from_secs(3600));
        let first = connect();
        let others: Vec<_> = std::iter::repeat_with(&connect).take(MOST_WAITING).collect();
        assert_eq!(rest(&first), "");
        drop(others);
    }

    /// A page in a browser can send requests to this machine; nothing in them is read as a message.
    #[test]
    fn what_is_not_of_the_protocol_is_closed() {
        let hello = frame(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#);
        let connect = connect(Duration::from_secs(3600));
        for start in [
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            "GET / HTTP/1.1\r\nReferer: http://x/?content-length:2\r\n\r\n{}",
            "Referer: content-length:2\r\n\r\n{}",
            "Host: x\r\n",
        ] {
            let mut stream = connect();
            // It may be closed before all is written.
            let _ = stream.write_all(format!("{start}{hello}").as_bytes());
            assert_eq!(rest(&stream), "", "{start:?}");
        }
        let mut stream = connect();
        stream.write_all(format!("{hello}Host: x\r\n{hello}").as_bytes()).unwrap();
        assert_eq!(rest(&stream).matches("jsonrpc").count(), 1, "nothing behind the broken header");
    }
}
