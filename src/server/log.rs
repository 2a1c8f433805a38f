//! The log, written to standard error by a thread of its own: what reads there may have stopped, and
//! nothing waits for it. tracing-appender's own guard prints to standard output when that happens,
//! which belongs to the protocol.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Bytes that may wait to be written; lines beyond them are left out, and counted.
const MAX_WAITING_BYTES: usize = 1 << 20;
/// Bytes of a line: it may hold what somebody else has sent.
const LONGEST: usize = 1 << 13;
/// How long the end of the process waits for the last lines.
const PATIENCE: Duration = Duration::from_secs(1);

/// A log that never holds up who writes it.
#[derive(Clone, Debug)]
pub(super) struct Log(Arc<(Mutex<Waiting>, Condvar)>);

#[derive(Debug, Default)]
struct Waiting {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Lines left out since the last that was taken.
    dropped: usize,
    /// Whether a line is being written.
    writing: bool,
}

impl Log {
    /// Writes to `output` from now on.
    pub(super) fn new(mut output: impl Write + Send + 'static) -> Self {
        let log = Self(Arc::default());
        let lines = log.clone();
        std::thread::spawn(move || {
            loop {
                let line = lines.next();
                // Nobody is left to tell when standard error is closed.
                let _ = output.write_all(&line).and_then(|()| output.flush());
                lines.waiting().writing = false;
                lines.0.1.notify_all();
            }
        });
        log
    }

    /// Starts the log of the process; `SLUGLINE_LOG` says how much of it, as `debug` or
    /// `slugline=trace`.
    pub(super) fn start() -> Self {
        let log = Self::new(io::stderr());
        let filter = tracing_subscriber::EnvFilter::builder()
            .with_default_directive(tracing::level_filters::LevelFilter::WARN.into())
            .with_env_var("SLUGLINE_LOG")
            .from_env_lossy();
        let subscriber = tracing_subscriber::fmt().with_env_filter(filter);
        // A second log is no reason not to serve.
        let _ = subscriber.with_writer(log.clone()).with_ansi(false).try_init();
        // By its own way a panic would wait for standard error.
        std::panic::set_hook(Box::new(|panic| {
            let trace = std::backtrace::Backtrace::capture();
            match trace.status() {
                std::backtrace::BacktraceStatus::Captured => tracing::error!("{panic}\n{trace}"),
                _ => tracing::error!("{panic}"),
            }
        }));
        log
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Vec<u8> {
        let mut waiting = self.waiting();
        loop {
            if let Some(line) = waiting.lines.pop_front() {
                waiting.bytes -= line.len();
                waiting.writing = true;
                return line;
            }
            if waiting.dropped > 0 {
                waiting.writing = true;
                return waiting.left_out();
            }
            waiting = self.0.1.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until all is written, but not for long.
    pub(super) fn finish(&self) {
        let pending =
            |waiting: &mut Waiting| waiting.writing || !waiting.lines.is_empty() || waiting.dropped > 0;
        drop(self.0.1.wait_timeout_while(self.waiting(), PATIENCE, pending));
    }
}

impl Waiting {
    /// The line that stands for those that were left out.
    fn left_out(&mut self) -> Vec<u8> {
        let dropped = std::mem::take(&mut self.dropped);
        format!("{dropped} lines of the log are missing here: nobody read it\n").into_bytes()
    }

    fn push(&mut self, line: Vec<u8>) {
        self.bytes += line.len();
        self.lines.push_back(line);
    }
}

/// tracing writes a line in one piece.
impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.waiting();
        if waiting.bytes + line.len().min(LONGEST) > MAX_WAITING_BYTES {
            waiting.dropped += 1;
            return Ok(line.len());
        }
        if waiting.dropped > 0 {
            let left_out = waiting.left_out();
            waiting.push(left_out);
        }
        match line.get(..LONGEST) {
            Some(start) => waiting.push([start, b"\n"].concat()),
            None => waiting.push(line.to_vec()),
        }
        self.0.1.notify_all();
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// An output that takes a line when the test does.
    struct Slow(mpsc::SyncSender<String>);

    impl Write for Slow {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.send(String::from_utf8_lossy(line).into_owned()).map_err(io::Error::other)?;
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_nobody_reads_are_left_out_and_counted() {
        let (output, lines) = mpsc::sync_channel(0);
        let mut log = Log::new(Slow(output));
        let line = |n: usize| format!("{n}: {}\n", "x".repeat(1000)).into_bytes();
        for n in 0..3000 {
            log.write_all(&line(n)).unwrap();
        }
        // Each line is there, or counted where it would be.
        let (mut read, mut next) = (0, 0);
        while next < 3000 {
            let line = lines.recv().unwrap();
            let number: usize = line.split([' ', ':']).next().unwrap().parse().unwrap();
            if line.contains("are missing here") {
                next += number;
            } else {
                assert_eq!(number, next);
                (read, next) = (read + 1, next + 1);
            }
        }
        assert!((900..2000).contains(&read), "{read}");
        // Read again, it goes on.
        log.write_all(b"more\n").unwrap();
        assert_eq!(lines.recv().unwrap(), "more\n");
        log.finish();
    }
}
