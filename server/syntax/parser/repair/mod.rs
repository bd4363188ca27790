//! What to make of a line that is not YAML, so that the lines around it keep their meaning.

mod joined;
mod orphans;
mod stray;
mod unfinished;

/// A character that the keys of real documents are made of.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
}
