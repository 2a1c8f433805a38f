use std::fmt;
use std::io::{self, BufRead, Read, Write};

use serde_json::Value;

/// Messages above this many bytes are taken for a broken header.
const MOST: u64 = 1 << 30;

/// What could not be understood; the next message can be.
#[derive(Debug)]
pub(super) enum Broken {
    /// There was something else where a header belongs.
    Header(String),
    /// The body is no JSON.
    Body(serde_json::Error),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(text) => write!(f, "expected a header `Content-Length: N`, found {text:?}"),
            Self::Body(error) => write!(f, "the message is no JSON: {error}"),
        }
    }
}

/// Reads messages, each behind its `Content-Length`. tower-lsp-server's own reader ends the session
/// at the first broken frame; this one finds the next header and goes on.
#[derive(Debug)]
pub(super) struct Frames<R> {
    input: R,
    body: Vec<u8>,
    /// The length of a message whose header stood behind something else.
    announced: Option<u64>,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, body: Vec::new(), announced: None }
    }

    /// The next message; `None` at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Value, Broken>>> {
        if let Some(length) = self.announced.take() {
            return self.body(length).map(Some);
        }
        let (mut length, mut garbage) = (None, Vec::new());
        loop {
            let mut line = Vec::new();
            // A line is bounded, so that a client without line ends does not fill the memory.
            if (&mut self.input).take(1 << 16).read_until(b'\n', &mut line)? == 0 {
                return Ok((!garbage.is_empty()).then(|| Err(header(&garbage))));
            }
            let text = line.trim_ascii();
            if text.is_empty() {
                match length {
                    Some(length) if garbage.is_empty() => return self.body(length).map(Some),
                    Some(_) => {
                        self.announced = length;
                        return Ok(Some(Err(header(&garbage))));
                    }
                    None => continue,
                }
            }
            // The rest of a body that was longer than announced stands before the next header.
            match find_length(text) {
                Some((before, value)) => {
                    garbage.extend_from_slice(before);
                    length = value;
                    if value.is_none() {
                        garbage.extend_from_slice(text);
                    }
                }
                None if length.is_none() && !is_header(text) => garbage.extend_from_slice(text),
                None => {}
            }
            garbage.truncate(1 << 10);
        }
    }

    fn body(&mut self, length: u64) -> io::Result<Result<Value, Broken>> {
        self.body.clear();
        self.body.shrink_to(1 << 20);
        (&mut self.input).take(length).read_to_end(&mut self.body)?;
        Ok(serde_json::from_slice(&self.body).map_err(Broken::Body))
    }
}

fn header(garbage: &[u8]) -> Broken {
    let text = garbage.get(..100).unwrap_or(garbage);
    Broken::Header(String::from_utf8_lossy(text).into_owned())
}

/// What stands before `Content-Length:` in `line`, and the number behind it where it is one.
fn find_length(line: &[u8]) -> Option<(&[u8], Option<u64>)> {
    const NAME: &[u8] = b"content-length:";
    let at = line.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let value = std::str::from_utf8(line.get(at + NAME.len()..)?).ok();
    let value = value.and_then(|value| value.trim().parse().ok()).filter(|&length| length <= MOST);
    Some((line.get(..at)?, value))
}

fn is_header(line: &[u8]) -> bool {
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    name.len() < line.len()
        && !name.is_empty()
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

/// Writes one message.
pub(super) fn write(output: &mut impl Write, message: &[u8]) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", message.len())?;
    output.write_all(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each message in a line: its JSON, or `broken`.
    fn read(input: &[u8]) -> Vec<String> {
        let mut frames = Frames::new(input);
        let mut out = Vec::new();
        while let Some(message) = frames.next().unwrap() {
            out.push(message.map_or_else(|_| "broken".to_owned(), |value| value.to_string()));
        }
        out
    }

    #[test]
    fn messages_behind_broken_ones_are_read() {
        for (input, messages) in [
            ("", vec![]),
            ("Content-Length: 2\r\n\r\n{}", vec!["{}"]),
            ("Content-Length: 2\n\n{}content-length:1\r\n\r\n1", vec!["{}", "1"]),
            ("Content-Type: x; charset=utf-8\r\nContent-Length: 2\r\nX: y\r\n\r\n{}", vec!["{}"]),
            ("Content-Length: 3\r\n\r\n{a}Content-Length: 1\r\n\r\n1", vec!["broken", "1"]),
            ("Content-Length: x\r\n\r\n{}Content-Length: 1\r\n\r\n1", vec!["broken", "1"]),
            ("Content-Length: -1\r\n\r\nContent-Length: 1\r\n\r\n1", vec!["broken", "1"]),
            ("Content-Length: 1\r\n\r\n{}Content-Length: 1\r\n\r\n1", vec!["broken", "broken", "1"]),
            ("hello\r\n\r\nContent-Length: 1\r\n\r\n1", vec!["broken", "1"]),
            ("Content-Length: 9\r\n\r\n{}", vec!["{}"]),
            ("Content-Length: 99999999999999999999\r\n\r\n", vec!["broken"]),
        ] {
            assert_eq!(read(input.as_bytes()), messages, "{input:?}");
        }
        assert_eq!(read(b"Content-Length: 3\r\n\r\n\"\xff\"Content-Length: 1\r\n\r\n1"), ["broken", "1"]);
    }
}
