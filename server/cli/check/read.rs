//! Reads and decodes documents: size limit, encodings, and the mapping of offsets in a repaired text to its file.

use crate::rules::{Finding, input};
use crate::syntax::{MAX_BYTES, Span};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A file with more undecodable sequences than this is not text.
const MAX_REPAIRS: usize = 1_000;

/// The result of reading a document.
pub(super) enum Reading {
    /// A text to check; `flaw` reports bytes that were replaced.
    Text { text: String, repairs: Repairs, flaw: Option<Finding> },
    /// A document that cannot be checked, and the finding that says why.
    Refused(Finding),
}

/// The differences in length between a text and its file: the byte order mark is removed, and undecodable bytes are
/// replaced with `U+FFFD` (three bytes).
#[derive(Default)]
pub(super) struct Repairs {
    /// For each difference: the byte offset in the text, and by how much offsets in the text exceed those in the file
    /// from there on.
    places: Vec<(usize, isize)>,
}

impl Repairs {
    /// Converts a byte offset in the text to one in the file.
    pub(super) fn file_offset(&self, offset: usize) -> usize {
        let after = self.places.partition_point(|&(from, _)| from <= offset);
        let excess =
            after.checked_sub(1).and_then(|last| self.places.get(last)).map_or(0, |&(_, excess)| excess);
        offset.saturating_add_signed(-excess)
    }
}

/// Reads a regular file; other files are not opened, because reading them might never end.
pub(super) fn file(path: &Path) -> io::Result<Reading> {
    let metadata = path.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.len() > MAX_BYTES as u64 {
        return Ok(Reading::Refused(input::file_too_large()));
    }
    from(File::open(path)?)
}

/// Reads a stream up to the size limit.
pub(super) fn from(stream: impl Read) -> io::Result<Reading> {
    let mut bytes = Vec::new();
    stream.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(decode(bytes))
}

fn decode(bytes: Vec<u8>) -> Reading {
    if bytes.len() > MAX_BYTES {
        return Reading::Refused(input::file_too_large());
    }
    // YAML allows UTF-16 with a byte order mark, and the platform's parser reads it.
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => None,
    };
    match text {
        Some(text) if text.len() > MAX_BYTES => Reading::Refused(input::file_too_large()),
        Some(text) => Reading::Text { text, repairs: Repairs::default(), flaw: None },
        None => utf8(&bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>();
    text.ok().filter(|_| rest.is_empty())
}

/// Decodes UTF-8: replaces invalid bytes, removes a byte order mark as editors do, and records both.
fn utf8(bytes: &[u8]) -> Reading {
    let (mut places, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(body) => (vec![(0, -3)], body),
        None => (Vec::new(), bytes),
    };
    let mut text = String::with_capacity(body.len());
    let mut excess = places.first().map_or(0, |&(_, excess)| excess);
    let mut first = None;
    let mut count = 0;
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        let Some(&byte) = chunk.invalid().first() else { continue };
        count += 1;
        if count > MAX_REPAIRS {
            continue;
        }
        let start = text.len();
        text.push(char::REPLACEMENT_CHARACTER);
        first.get_or_insert((Span::new(start, text.len()), byte));
        excess += char::REPLACEMENT_CHARACTER.len_utf8() as isize - chunk.invalid().len() as isize;
        places.push((text.len(), excess));
    }
    let flaw = first.map(|(span, byte)| input::invalid_utf8(span, byte, count - 1));
    match flaw {
        Some(flaw) if count > MAX_REPAIRS => Reading::Refused(Finding { span: Span::at(0), ..flaw }),
        flaw => Reading::Text { text, repairs: Repairs { places }, flaw },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, Repairs, Option<Finding>) {
        match decode(bytes.to_vec()) {
            Reading::Text { text, repairs, flaw } => (text, repairs, flaw),
            Reading::Refused(finding) => panic!("{finding:?}"),
        }
    }

    fn refusal(bytes: Vec<u8>) -> Finding {
        match decode(bytes) {
            Reading::Text { .. } => panic!("read"),
            Reading::Refused(finding) => finding,
        }
    }

    #[test]
    fn undecodable_bytes_are_replaced_and_offsets_refer_to_the_file() {
        let bytes = b"\xEF\xBB\xBFa: caf\xE9\nb: \xF0\x9F\x98 c\n";
        let (text, repairs, flaw) = text(bytes);
        assert_eq!(text, "a: caf\u{fffd}\nb: \u{fffd} c\n");
        let flaw = flaw.unwrap();
        assert_eq!((flaw.rule, flaw.span), ("invalid-utf8", Span::new(6, 9)));
        assert_eq!(flaw.message, "Byte 0xE9 is not valid UTF-8 (and 1 more place); save the file as UTF-8.");
        for needle in ["a:", "\nb", "b:", " c"] {
            let in_file = bytes.windows(2).position(|two| two == needle.as_bytes()).unwrap();
            assert_eq!(repairs.file_offset(text.find(needle).unwrap()), in_file, "{needle:?}");
        }
    }

    #[test]
    fn utf_16_is_decoded() {
        let units = "name: é😀".encode_utf16();
        let little: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(units.clone().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(units.flat_map(u16::to_be_bytes)).collect();
        for bytes in [little, big] {
            let (text, _, flaw) = text(&bytes);
            assert_eq!((text.as_str(), flaw), ("name: é😀", None));
        }
    }

    #[test]
    fn broken_utf_16_is_reported() {
        assert!(text(&[0xFF, 0xFE, 0x41]).2.is_some());
    }

    #[test]
    fn a_binary_file_is_refused() {
        let finding = refusal(vec![0xFF; MAX_REPAIRS + 1]);
        assert_eq!((finding.rule, finding.span), ("invalid-utf8", Span::at(0)));
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        assert!(matches!(decode(vec![b' '; MAX_BYTES]), Reading::Text { .. }));
        assert_eq!(refusal(vec![b' '; MAX_BYTES + 1]).rule, "file-too-large");
    }

    /// A text within the limit as UTF-16 can exceed it as UTF-8.
    #[test]
    fn the_limit_holds_after_decoding() {
        let euros = std::iter::repeat_n('€' as u16, MAX_BYTES / 2 - 1).flat_map(u16::to_le_bytes);
        assert_eq!(refusal([0xFF, 0xFE].into_iter().chain(euros).collect()).rule, "file-too-large");
    }
}
