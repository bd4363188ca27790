//! Multi-line string literals that follow the indentation of the code.

/// A multi-line literal without its first line break, its last line and the indentation that its lines share.
///
/// The result is a constant: `dedent!` can be used in a `static`.
macro_rules! dedent {
    ($text:literal) => {{
        const BYTES: [u8; $crate::rules::dedent::copy::<0>($text).1] = $crate::rules::dedent::copy($text).0;
        const TEXT: &str = match ::std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => panic!("removing spaces keeps UTF-8 valid"),
        };
        TEXT
    }};
}

pub(super) use dedent;

/// The dedented text, as far as it fits, and its length.
pub(super) const fn copy<const LENGTH: usize>(text: &str) -> ([u8; LENGTH], usize) {
    let (bytes, indentation) = (text.as_bytes(), indentation(text.as_bytes()));
    let mut copied = [0; LENGTH];
    let (mut length, mut column, mut index) = (0, 0, 1);
    while index < last_line(bytes) {
        let byte = bytes[index];
        if column >= indentation || byte == b'\n' {
            if length < LENGTH {
                copied[length] = byte;
            }
            length += 1;
        }
        column = if byte == b'\n' { 0 } else { column + 1 };
        index += 1;
    }
    (copied, length)
}

/// The number of spaces that every line starts with, except blank lines, the first and the last one.
const fn indentation(text: &[u8]) -> usize {
    let (mut least, mut column, mut is_blank, mut index) = (usize::MAX, 0, true, 1);
    while index < last_line(text) {
        match text[index] {
            b'\n' => (column, is_blank) = (0, true),
            b' ' if is_blank => column += 1,
            _ if is_blank => {
                is_blank = false;
                if column < least {
                    least = column;
                }
            }
            _ => {}
        }
        index += 1;
    }
    least
}

/// Where the last line starts.
const fn last_line(text: &[u8]) -> usize {
    let mut start = text.len();
    while start > 0 && text[start - 1] != b'\n' {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    #[test]
    fn shared_indentation_is_removed() {
        let text = dedent! {r#"
            a:
              b: "ü"

            c: \n
        "#};
        assert_eq!(text, "a:\n  b: \"ü\"\n\nc: \\n\n");
    }
}
