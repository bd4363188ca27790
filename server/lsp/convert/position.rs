//! Conversion between byte offsets and positions. Total: what is outside a line or inside a character is clamped to the
//! previous character boundary.

use crate::lsp::encoding::Encoding;
use crate::syntax::{Lines, Span};
use ropey::Rope;
use tower_lsp::ls_types::{Position, Range};

/// The position of a byte offset.
pub(crate) fn position(rope: &Rope, encoding: Encoding, offset: usize) -> Position {
    let offset = offset.min(rope.len_bytes());
    let line = rope.byte_to_line(offset);
    let start = rope.line_to_byte(line);
    let column = match encoding {
        _ if is_ascii(rope) => offset - start,
        Encoding::Utf8 => rope.char_to_byte(rope.byte_to_char(offset)) - start,
        Encoding::Utf16 => {
            let units = |offset| rope.char_to_utf16_cu(rope.byte_to_char(offset));
            units(offset) - units(start)
        }
        Encoding::Utf32 => rope.byte_to_char(offset) - rope.byte_to_char(start),
    };
    Position::new(line as u32, column as u32)
}

/// The range of a span.
pub(crate) fn range(rope: &Rope, encoding: Encoding, span: Span) -> Range {
    Range::new(position(rope, encoding, span.start()), position(rope, encoding, span.end()))
}

/// The range of a span of a text with known line starts.
pub(crate) fn range_on(lines: &Lines, text: &str, encoding: Encoding, span: Span) -> Range {
    let position = |offset: usize| {
        let offset = boundary(text, offset);
        let line = lines.line_of(offset);
        let column = units(text.get(lines.start(line)..offset).unwrap_or_default(), encoding);
        Position::new(line as u32, column as u32)
    };
    Range::new(position(span.start()), position(span.end()))
}

/// The range of a single span of a text. Reads the whole text: for many spans, use [`range_on`] or [`range`].
pub(crate) fn range_in(text: &str, encoding: Encoding, span: Span) -> Range {
    range_on(&Lines::new(text), text, encoding, span)
}

/// The last character boundary at or before an offset.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The length of a text in the unit of an encoding.
pub(crate) fn units(text: &str, encoding: Encoding) -> usize {
    match encoding {
        _ if text.is_ascii() => text.len(),
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 => text.encode_utf16().count(),
        Encoding::Utf32 => text.chars().count(),
    }
}

/// The byte offset of a position.
pub(crate) fn offset(rope: &Rope, encoding: Encoding, position: Position) -> usize {
    rope.char_to_byte(char_index(rope, encoding, position))
}

/// The index, in `char`s, of a position.
pub(crate) fn char_index(rope: &Rope, encoding: Encoding, position: Position) -> usize {
    let line = position.line as usize;
    if line >= rope.len_lines() {
        return rope.len_chars();
    }
    let start = rope.line_to_char(line);
    let end = start + chars_before_break(rope, line);
    let column = position.character as usize;
    match encoding {
        _ if is_ascii(rope) => start.saturating_add(column).min(end),
        Encoding::Utf8 => {
            let offset = rope.char_to_byte(start).saturating_add(column);
            rope.byte_to_char(offset.min(rope.char_to_byte(end)))
        }
        Encoding::Utf16 => {
            let unit = rope.char_to_utf16_cu(start).saturating_add(column);
            rope.utf16_cu_to_char(unit.min(rope.char_to_utf16_cu(end)))
        }
        Encoding::Utf32 => start.saturating_add(column).min(end),
    }
}

/// Whether all encodings agree on columns.
fn is_ascii(rope: &Rope) -> bool {
    rope.len_bytes() == rope.len_chars()
}

fn chars_before_break(rope: &Rope, line: usize) -> usize {
    let line = rope.line(line);
    let breaks = line.chars_at(line.len_chars()).reversed().take_while(|c| matches!(c, '\n' | '\r')).take(2);
    line.len_chars() - breaks.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn columns_are_in_the_negotiated_encoding() {
        let rope = Rope::from_str("a: 1\r\né😀x\ry\n");
        let at = |offset| ALL.map(|encoding| position(&rope, encoding, offset).character);
        assert_eq!(at(0), [0, 0, 0]);
        assert_eq!(at(8), [2, 1, 1]); // after é
        assert_eq!(at(12), [6, 3, 2]); // after 😀
        assert_eq!(position(&rope, Encoding::Utf16, 14), Position::new(2, 0)); // after the lone \r
        assert_eq!(position(&rope, Encoding::Utf16, 999), Position::new(3, 0));
    }

    #[test]
    fn all_conversions_agree() {
        let text = "a: é😀\r\nb\rc\n\n\u{2028}d";
        let rope = Rope::from_str(text);
        for encoding in ALL {
            for offset in 0..text.len() + 2 {
                let span = Span::at(offset);
                // Offsets within `\r\n` do not occur.
                if text.get(..offset).is_some_and(|before| before.ends_with('\r')) {
                    continue;
                }
                let expected = range(&rope, encoding, span);
                assert_eq!(range_in(text, encoding, span), expected, "{offset}");
                assert_eq!(range_on(&Lines::new(text), text, encoding, span), expected, "{offset}");
            }
        }
    }

    #[test]
    fn offsets_inside_a_character_are_clamped_to_its_start() {
        let rope = Rope::from_str("😀x");
        for encoding in ALL {
            for offset in 0..4 {
                assert_eq!(position(&rope, encoding, offset), Position::new(0, 0));
            }
        }
    }

    #[test]
    fn positions_outside_the_text_are_clamped() {
        let rope = Rope::from_str("é😀\r\nxy");
        for encoding in ALL {
            assert_eq!(offset(&rope, encoding, Position::new(0, u32::MAX)), 6);
            assert_eq!(offset(&rope, encoding, Position::new(1, 7)), 10);
            assert_eq!(offset(&rope, encoding, Position::new(9, 0)), 10);
        }
        // Between the two halves of 😀.
        assert_eq!(offset(&rope, Encoding::Utf16, Position::new(0, 2)), 2);
        assert_eq!(offset(&rope, Encoding::Utf8, Position::new(0, 4)), 2);
    }

    #[test]
    fn every_character_round_trips() {
        let text = "name: é\r\n😀: [a,\u{2028}b]\r\n\rz";
        let rope = Rope::from_str(text);
        for encoding in ALL {
            for (byte, c) in text.char_indices() {
                if c == '\n' && text[..byte].ends_with('\r') {
                    continue;
                }
                assert_eq!(offset(&rope, encoding, position(&rope, encoding, byte)), byte, "{c:?}");
            }
        }
    }
}
