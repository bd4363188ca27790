//! The base protocol: a header, a blank line, and as many bytes of JSON as the header says.
//!
//! Input that is not a message is skipped up to the next header. JSON escapes line feeds in strings, so a `Content-Length`
//! line with a number is never part of a body: one inside a body starts another message.

use memchr::memchr_iter;
use serde::Serialize;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};

/// Longer lines (bytes) are not headers; they are skipped in pieces.
const MAX_HEADER_LINE: u64 = 8 << 10;

/// The maximum length of a `Content-Length` field (bytes): this much of skipped input may be the start of one.
const MAX_LENGTH_FIELD: usize = 64;

const LENGTH: &[u8] = b"content-length:";
const TYPE: &[u8] = b"content-type:";

/// The initial capacity for a body (bytes): a false length must not allocate memory.
const INITIAL_CAPACITY: u64 = 64 << 10;

/// Longer bodies (bytes) are skipped: documents are far smaller ([`crate::syntax::MAX_BYTES`]), and a body is held in memory
/// more than once while it is parsed.
const MAX_BODY: u64 = 64 << 20;

/// A frame of the base protocol.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Frame {
    /// The body of a message.
    Body(Vec<u8>),
    /// A message that was skipped because of its length (bytes).
    TooLong(u64),
}

/// Input that is not a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SkippedInput {
    /// Bytes that are not a header, or a header without a valid length.
    Stray(u64),
    /// A body that ends early: the number of bytes received, and the length in its header.
    Truncated(u64, u64),
}

impl fmt::Display for SkippedInput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stray(bytes) => write!(formatter, "skipped {bytes} bytes of input that are not a message"),
            Self::Truncated(got, length) => {
                write!(formatter, "skipped a message that ends after {got} of its {length} bytes")
            }
        }
    }
}

/// Reads the next frame; `None` at the end of the input. Skipped input is passed to `skipped`.
pub(crate) fn read(
    input: &mut impl BufRead,
    skipped: &mut dyn FnMut(SkippedInput),
) -> io::Result<Option<Frame>> {
    let mut line = Vec::new();
    loop {
        let Some(expected) = read_header(input, line, skipped)? else { return Ok(None) };
        match read_body(input, expected)? {
            Body::Whole(frame) => return Ok(Some(frame)),
            Body::Truncated { got, header } => {
                skipped(SkippedInput::Truncated(got, expected));
                line = header;
            }
            Body::End => return Ok(None),
        }
    }
}

/// The frame of a message.
pub(crate) fn write(message: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let body = serde_json::to_vec(message)?;
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(&body);
    Ok(frame)
}

/// The body of a frame that [`write`] returned.
pub(crate) fn body(frame: &[u8]) -> &[u8] {
    let blank = frame.windows(4).position(|window| window == b"\r\n\r\n");
    blank.map_or(frame, |at| &frame[at + 4..])
}

/// The length in the next header that has one; `line` is the part of it that was already read.
fn read_header(
    input: &mut impl BufRead,
    mut line: Vec<u8>,
    skipped: &mut dyn FnMut(SkippedInput),
) -> io::Result<Option<u64>> {
    // Bytes that are not part of a header, and bytes of `Content-Type`.
    let (mut stray, mut other) = (0, 0);
    let mut length = None;
    loop {
        let is_whole = line.ends_with(b"\n");
        if !is_whole && input.take(MAX_HEADER_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if !line.ends_with(b"\n") {
            let gone = line.len().saturating_sub(MAX_LENGTH_FIELD);
            line.drain(..gone);
            stray += gone as u64;
            continue;
        }
        let text = line.trim_ascii();
        match length_in(text) {
            Some((before, value)) => {
                stray += before as u64;
                length = Some(value);
            }
            None if text.is_empty() => {
                let ignored = if length.is_none() { stray + other } else { stray };
                if ignored > 0 {
                    skipped(SkippedInput::Stray(ignored));
                }
                if length.is_some() {
                    return Ok(length);
                }
                (stray, other) = (0, 0);
            }
            None if is_type(text) => other += line.len() as u64,
            None => stray += line.len() as u64,
        }
        line.clear();
    }
}

/// The length field at the end of a line: the number of bytes before the field, and its value.
fn length_in(line: &[u8]) -> Option<(usize, u64)> {
    let at = line.windows(LENGTH.len()).rposition(|window| window.eq_ignore_ascii_case(LENGTH))?;
    let digits = line.get(at + LENGTH.len()..)?.trim_ascii();
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let value = std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()?;
    Some((at, value))
}

/// Whether a line is a `Content-Type` field, the only other one of the protocol.
fn is_type(line: &[u8]) -> bool {
    line.get(..TYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(TYPE))
}

enum Body {
    Whole(Frame),
    /// Another header starts after `got` bytes; `header` is the part of it that was read.
    Truncated {
        got: u64,
        header: Vec<u8>,
    },
    End,
}

fn read_body(input: &mut impl BufRead, length: u64) -> io::Result<Body> {
    let mut body = Vec::with_capacity(length.min(INITIAL_CAPACITY) as usize);
    // Of a body that is too long, only the end is kept, which may be the start of another header.
    let mut dropped = 0;
    loop {
        let got = dropped + body.len() as u64;
        if got == length {
            if let Some(start) = header_behind(&body) {
                let header = body.split_off(start);
                return Ok(Body::Truncated { got: got - header.len() as u64, header });
            }
            let frame = if length > MAX_BODY { Frame::TooLong(length) } else { Frame::Body(body) };
            return Ok(Body::Whole(frame));
        }
        let chunk = match input.fill_buf() {
            Ok([]) => return Ok(Body::End),
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let taken = usize::try_from(length - got).map_or(chunk.len(), |rest| rest.min(chunk.len()));
        let searched = body.len();
        body.extend_from_slice(&chunk[..taken]);
        if let Some((start, end)) = header_within(&body, searched) {
            input.consume(taken - (body.len() - end));
            let header = body[start..end].to_vec();
            return Ok(Body::Truncated { got: dropped + start as u64, header });
        }
        input.consume(taken);
        if length > MAX_BODY {
            let gone = body.len().saturating_sub(MAX_LENGTH_FIELD);
            body.drain(..gone);
            dropped += gone as u64;
        }
    }
}

/// The first length field that ends at `from` or later: the start of the field, and the end of its line.
fn header_within(body: &[u8], from: usize) -> Option<(usize, usize)> {
    memchr_iter(b'\n', body.get(from..)?).find_map(|at| {
        let end = from + at;
        let start = end.saturating_sub(MAX_LENGTH_FIELD);
        let (before, _) = length_in(body.get(start..end)?)?;
        Some((start + before, end + 1))
    })
}

/// The start of a length field at the end of a body that continues after it.
fn header_behind(body: &[u8]) -> Option<usize> {
    if body.ends_with(b"}") {
        return None;
    }
    let is_start = |text: &[u8]| match text.split_at_checked(LENGTH.len()) {
        Some((name, rest)) => {
            name.eq_ignore_ascii_case(LENGTH)
                && rest.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'\r'))
        }
        None => text.eq_ignore_ascii_case(&LENGTH[..text.len()]),
    };
    let from = body.len().saturating_sub(MAX_LENGTH_FIELD);
    (from..body.len()).find(|&start| is_start(&body[start..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bodies, and reports of the input skipped before each, in order.
    fn frames(mut input: impl BufRead) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let mut skips = Vec::new();
            let frame = read(&mut input, &mut |skipped| skips.push(skipped.to_string())).unwrap();
            seen.append(&mut skips);
            match frame {
                None => return seen,
                Some(Frame::Body(body)) => seen.push(String::from_utf8(body).unwrap()),
                Some(Frame::TooLong(length)) => seen.push(format!("too long: {length}")),
            }
        }
    }

    fn stray(bytes: u64) -> String {
        SkippedInput::Stray(bytes).to_string()
    }

    fn truncated(got: u64, length: u64) -> String {
        SkippedInput::Truncated(got, length).to_string()
    }

    #[test]
    fn written_frames_are_read() {
        let mut wire = write(&"one").unwrap();
        wire.extend(write(&[1, 2]).unwrap());
        assert_eq!(frames(&*wire), ["\"one\"", "[1,2]"]);
    }

    #[test]
    fn header_names_are_case_insensitive_and_others_are_ignored() {
        assert_eq!(frames(&b"Content-Type: x\r\ncontent-LENGTH:2\r\n\r\n{}"[..]), ["{}"]);
        assert_eq!(frames(&b"Content-Length: 2\n\n{}"[..]), ["{}"]);
        assert_eq!(frames(&b"\r\n\r\nContent-Length: 9\r\nContent-Length: 2\r\n\r\n{}"[..]), ["{}"]);
    }

    #[test]
    fn the_next_header_is_found_wherever_it_stands() {
        let good = "Content-Length: 2\r\n\r\n{}";
        for (noise, reports) in [
            ("Content-Length: many\r\n\r\n", vec![stray(22)]),
            ("Content-Length: abc\r\n\r\n{}", vec![stray(21), stray(2)]),
            ("Content-Length: -1\r\n\r\n", vec![stray(20)]),
            ("Content-Length: +1\r\n\r\n", vec![stray(20)]),
            ("Content-Length: 99999999999999999999999999\r\n\r\n", vec![stray(44)]),
            ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", vec![stray(33)]),
            ("Content-Type: x\r\n\r\n{}", vec![stray(17), stray(2)]),
            ("warning: deprecated\n", vec![stray(20)]),
            ("x", vec![stray(1)]),
            ("Content-Length: 7\r\n{\"a\": 1}", vec![stray(8)]),
            ("Content-Length: 1\r\n\r\n", vec![truncated(0, 1)]),
            ("Content-Length: 9\r\n\r\n{}", vec![truncated(2, 9)]),
            ("Content-Length: 18\r\n\r\n", vec![truncated(0, 18)]),
            ("Content-Length: 30\r\n\r\n", vec![truncated(0, 30)]),
            ("Content-Length: 700\r\n\r\n{}", vec![truncated(2, 700)]),
            ("Content-Length: 9000000000000000000\r\n\r\n{}", vec![truncated(2, 9_000_000_000_000_000_000)]),
        ] {
            let wire = format!("{noise}{good}{good}");
            let wanted = [reports, vec!["{}".to_owned(), "{}".to_owned()]].concat();
            assert_eq!(frames(wire.as_bytes()), wanted, "{noise:?}");
            // Independent of the size of the reads.
            for size in [1, 3, 16] {
                assert_eq!(frames(io::BufReader::with_capacity(size, wire.as_bytes())), wanted, "{noise:?}");
            }
        }
        assert_eq!(
            frames(&b"Content-Length: 2\r\nstray\r\n\r\n{}Content-Length: 2\r\n\r\n[]"[..]),
            [&*stray(7), "{}", "[]"]
        );
    }

    #[test]
    fn a_header_is_found_after_long_noise() {
        for length in (8100..8250).step_by(7).chain([100_000]) {
            let wire = [&vec![b'x'; length][..], b"Content-Length: 2\r\n\r\n{}"].concat();
            assert_eq!(frames(&*wire), [&*stray(length as u64), "{}"]);
        }
    }

    #[test]
    fn a_body_may_contain_headers() {
        let text = "Content-Length: 2\r\n\r\n{}\n";
        let wire = [write(&text).unwrap(), write(&[text, text]).unwrap()].concat();
        assert_eq!(frames(&*wire).len(), 2);
        let pretty = "{\n  \"text\": \"Content-Length: 2\",\n  \"more\": [\n  ]\n}\n";
        let wire = format!("Content-Length: {}\r\n\r\n{pretty}", pretty.len());
        assert_eq!(frames(wire.as_bytes()), [pretty]);
    }

    #[test]
    fn a_body_too_long_is_skipped() {
        let length = MAX_BODY as usize + 1;
        let wire = [format!("Content-Length: {length}\r\n\r\n").into_bytes(), vec![b' '; length]].concat();
        assert_eq!(frames(&*[wire, write(&"one").unwrap()].concat()), ["too long: 67108865", "\"one\""]);
    }

    #[test]
    fn a_body_cut_short_ends_the_input() {
        assert_eq!(frames(&b"Content-Length: 99999999999999\r\n\r\n{}"[..]), [""; 0]);
    }
}
