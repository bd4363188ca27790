//! Error recovery for lines that are not YAML, so that the lines around them keep their meaning.

mod joined;
mod orphans;
mod stray;
mod unfinished;

/// A character that is common in keys of real documents.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
}
