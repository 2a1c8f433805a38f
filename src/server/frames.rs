use std::fmt;
use std::io::{self, BufRead, Read, Write};

use serde_json::Value;

/// Messages above this many bytes are taken for a broken header.
const MAX_MESSAGE_BYTES: u64 = 1 << 30;
/// Bytes of a line of headers on a socket.
const LONGEST_HEADER: u64 = 1 << 10;

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
            Self::Body(error) => write!(f, "invalid JSON: {error}"),
        }
    }
}

/// Reads messages, each behind its `Content-Length`. tower-lsp-server's own reader ends the session
/// at the first broken frame; this one finds the next header and goes on, but for a socket.
#[derive(Debug)]
pub(super) struct Frames<R> {
    input: R,
    /// Whether a header that the protocol does not know is the end. Anyone may connect to a socket: a
    /// browser, whose page chooses what follows its headers.
    strict: bool,
    body: Vec<u8>,
    /// The length of a message whose header stood behind something else.
    announced: Option<u64>,
}

impl<R: BufRead> Frames<R> {
    /// Of a pipe: goes on behind what is broken.
    pub(super) fn new(input: R) -> Self {
        Self { input, strict: false, body: Vec::new(), announced: None }
    }

    /// Of a socket: ends where a header is broken.
    pub(super) fn strict(input: R) -> Self {
        Self { strict: true, ..Self::new(input) }
    }

    /// Bytes of the last message.
    pub(super) fn length(&self) -> usize {
        self.body.len()
    }

    /// The next message; `None` at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read, or is not of this protocol and has to be.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Value, Broken>>> {
        if self.strict {
            return self.next_strict();
        }
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

    fn next_strict(&mut self) -> io::Result<Option<Result<Value, Broken>>> {
        let (mut length, mut lines) = (None, 0);
        loop {
            let mut line = Vec::new();
            if (&mut self.input).take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 && lines == 0 {
                return Ok(None);
            }
            lines += 1;
            let foreign = || {
                let text = Broken::Header(String::from_utf8_lossy(shown(&line)).into_owned());
                io::Error::new(io::ErrorKind::InvalidData, text.to_string())
            };
            let text = line.strip_suffix(b"\n").ok_or_else(foreign)?;
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            match (text, length) {
                ([], Some(length)) => return self.body(length).map(Some),
                // Of headers that repeat somebody else may read another.
                _ if lines > 3 => return Err(foreign()),
                _ => match known_header(text).ok_or_else(foreign)? {
                    Known::Length(_) if length.is_some() => return Err(foreign()),
                    Known::Length(value) => length = Some(value),
                    Known::Type => {}
                },
            }
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
    Broken::Header(String::from_utf8_lossy(shown(garbage)).into_owned())
}

fn shown(garbage: &[u8]) -> &[u8] {
    garbage.get(..100).unwrap_or(garbage)
}

/// The headers of the protocol; it has no others.
enum Known {
    Length(u64),
    Type,
}

fn known_header(line: &[u8]) -> Option<Known> {
    let (name, value) = line.split_at_checked(line.iter().position(|&byte| byte == b':')?)?;
    let value = std::str::from_utf8(value.get(1..)?).ok()?.trim();
    if name.eq_ignore_ascii_case(b"content-type") {
        return Some(Known::Type);
    }
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let length = value.parse().ok().filter(|&length| digits && length <= MAX_MESSAGE_BYTES)?;
    name.eq_ignore_ascii_case(b"content-length").then_some(Known::Length(length))
}

/// What stands before `Content-Length:` in `line`, and the number behind it where it is one.
fn find_length(line: &[u8]) -> Option<(&[u8], Option<u64>)> {
    const NAME: &[u8] = b"content-length:";
    let at = line.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    // Another header's value is no header, whatever it holds.
    let (name, value) = line.split_at_checked(line.iter().position(|&byte| byte == b':')?)?;
    if at > 0 && value.starts_with(b": ") && is_header(line) && !name.eq_ignore_ascii_case(b"content-length")
    {
        return None;
    }
    let value = std::str::from_utf8(line.get(at + NAME.len()..)?).ok();
    let value =
        value.and_then(|value| value.trim().parse().ok()).filter(|&length| length <= MAX_MESSAGE_BYTES);
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

    /// Each message in a line: its JSON, or `broken`; `end` where nothing more is read.
    fn read(mut frames: Frames<&[u8]>) -> Vec<String> {
        let mut out = Vec::new();
        loop {
            match frames.next() {
                Ok(None) => return out,
                Ok(Some(message)) => {
                    out.push(message.map_or_else(|_| "broken".to_owned(), |value| value.to_string()));
                }
                Err(_) => {
                    out.push("end".to_owned());
                    return out;
                }
            }
        }
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
            assert_eq!(read(Frames::new(input.as_bytes())), messages, "{input:?}");
        }
        let invalid = b"Content-Length: 3\r\n\r\n\"\xff\"Content-Length: 1\r\n\r\n1";
        assert_eq!(read(Frames::new(invalid)), ["broken", "1"]);
    }

    /// A header's value may hold anything.
    #[test]
    fn a_header_in_another_one_is_none() {
        for input in [
            "Referer: http://x/content-length:1\r\n\r\n1",
            "User-Agent: Content-Length: 1\r\nHost: x\r\n\r\n1",
        ] {
            assert!(!read(Frames::new(input.as_bytes())).contains(&"1".to_owned()), "{input:?}");
        }
        let both = "Referer: content-length:9\r\nContent-Length: 1\r\n\r\n1";
        assert_eq!(read(Frames::new(both.as_bytes())), ["1"]);
    }

    #[test]
    fn a_socket_ends_at_the_first_broken_header() {
        for (input, messages) in [
            ("", vec![]),
            ("Content-Length: 2\r\n\r\n{}content-length:1\n\n1", vec!["{}", "1"]),
            ("content-type: x; charset=utf-8\r\nCONTENT-LENGTH: 2\r\n\r\n{}", vec!["{}"]),
            ("Content-Length: 3\r\n\r\n{a}Content-Length: 1\r\n\r\n1", vec!["broken", "1"]),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n1", vec!["end"]),
            ("Referer: http://x/?content-length:1\r\n\r\n1", vec!["end"]),
            ("Content-Length: 1\r\nReferer: http://x/\r\n\r\n1", vec!["end"]),
            ("Content-Length: 1\r\nHost: x\r\n\r\n1", vec!["end"]),
            ("Content-Length: 1\r\nContent-Length: 9\r\n\r\n1", vec!["end"]),
            ("Content-Length: +1\r\n\r\n1", vec!["end"]),
            ("Content-Length: 99999999999999999999\r\n\r\n1", vec!["end"]),
            ("Content-Type: x\r\n\r\n1", vec!["end"]),
            ("\r\nContent-Length: 1\r\n\r\n1", vec!["end"]),
            ("Content-Length: 1\r\n\r\n{}Content-Length: 1\r\n\r\n1", vec!["broken", "end"]),
            ("Content-Length: 1", vec!["end"]),
        ] {
            assert_eq!(read(Frames::strict(input.as_bytes())), messages, "{input:?}");
        }
        let endless = "x".repeat(5000);
        assert_eq!(read(Frames::strict(endless.as_bytes())), ["end"]);
    }
}
