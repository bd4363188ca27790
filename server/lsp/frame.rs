//! The base protocol: a header, a blank line, so many bytes of JSON.

use serde::Serialize;
use std::io::{self, BufRead, Read};

/// A header line longer than this is not one; it is read in pieces and forgotten.
const MAX_HEADER_LINE: u64 = 8 << 10;

/// Room that a body gets before its bytes have come: a false length must not claim memory.
const FIRST_ROOM: u64 = 64 << 10;

/// No message is longer: documents end far below ([`crate::syntax::MAX_BYTES`]), and a body is held more than once
/// while it is read.
const MAX_BODY: u64 = 64 << 20;

/// What came in.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Frame {
    /// A message's body.
    Body(Vec<u8>),
    /// So many bytes, which were passed over.
    TooLong(u64),
}

/// The next message; `None` when the input ends. Header blocks without a usable length are passed over.
pub(crate) fn read(input: &mut impl BufRead) -> io::Result<Option<Frame>> {
    loop {
        let length = match read_header(input)? {
            Header::Length(length) => length,
            Header::Useless => continue,
            Header::End => return Ok(None),
        };
        if length > MAX_BODY {
            let passed = io::copy(&mut input.take(length), &mut io::sink())?;
            return Ok((passed == length).then_some(Frame::TooLong(length)));
        }
        let mut body = Vec::with_capacity(length.min(FIRST_ROOM) as usize);
        input.take(length).read_to_end(&mut body)?;
        return Ok((body.len() as u64 == length).then_some(Frame::Body(body)));
    }
}

/// One message as it goes over the wire.
pub(crate) fn write(message: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let body = serde_json::to_vec(message)?;
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(&body);
    Ok(frame)
}

/// The body of what [`write`] made.
pub(super) fn body(frame: &[u8]) -> &[u8] {
    let blank = frame.windows(4).position(|window| window == b"\r\n\r\n");
    blank.map_or(frame, |at| &frame[at + 4..])
}

enum Header {
    Length(u64),
    Useless,
    End,
}

fn read_header(input: &mut impl BufRead) -> io::Result<Header> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.take(MAX_HEADER_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(Header::End);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            return Ok(length.map_or(Header::Useless, Header::Length));
        }
        if let Some(value) = content_length(line) {
            length = Some(value);
        }
    }
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    if !name.trim().eq_ignore_ascii_case("content-length") {
        return None;
    }
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(mut input: &[u8]) -> Vec<String> {
        let input = &mut input;
        let text = |frame| match frame {
            Frame::Body(body) => String::from_utf8(body).unwrap(),
            Frame::TooLong(length) => format!("too long: {length}"),
        };
        std::iter::from_fn(|| read(input).unwrap()).map(text).collect()
    }

    #[test]
    fn reads_what_it_wrote() {
        let mut wire = write(&"one").unwrap();
        wire.extend(write(&[1, 2]).unwrap());
        assert_eq!(bodies(&wire), ["\"one\"", "[1,2]"]);
    }

    #[test]
    fn header_names_have_no_case_and_others_are_ignored() {
        assert_eq!(bodies(b"Content-Type: x\r\ncontent-LENGTH:2\r\n\r\n{}"), ["{}"]);
        assert_eq!(bodies(b"Content-Length: 2\n\n{}"), ["{}"]);
    }

    #[test]
    fn a_block_without_a_length_is_passed_over() {
        assert_eq!(bodies(b"\r\nContent-Length: many\r\n\r\nContent-Length: 2\r\n\r\n{}"), ["{}"]);
        let noise = vec![b'x'; 100_000];
        assert_eq!(bodies(&[&noise[..], b"\r\n\r\nContent-Length: 2\r\n\r\n{}"].concat()), ["{}"]);
    }

    #[test]
    fn a_body_too_long_is_passed_over() {
        let length = MAX_BODY as usize + 1;
        let wire = [format!("Content-Length: {length}\r\n\r\n").into_bytes(), vec![b' '; length]].concat();
        assert_eq!(bodies(&[wire, write(&"one").unwrap()].concat()), ["too long: 67108865", "\"one\""]);
    }

    #[test]
    fn a_body_cut_short_ends_the_input() {
        assert!(bodies(b"Content-Length: 99999999999999\r\n\r\n{}").is_empty());
    }
}
