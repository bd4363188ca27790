//! The position encoding.

use tower_lsp::ls_types::PositionEncodingKind;

/// The unit of a position's `character`, negotiated on `initialize`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, which every client supports.
    Utf16,
    /// `char`s.
    Utf32,
}

impl Encoding {
    /// UTF-8 if the client offers it, as it needs no conversion; else its first supported choice.
    pub(crate) fn negotiate(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) {
            return Self::Utf8;
        }
        offered.iter().find_map(Self::known).unwrap_or(Self::Utf16)
    }

    fn known(kind: &PositionEncodingKind) -> Option<Self> {
        [Self::Utf8, Self::Utf16, Self::Utf32].into_iter().find(|encoding| encoding.kind() == *kind)
    }

    /// The protocol's name of the encoding.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_preferred_and_utf16_the_default() {
        let kinds = |names: &[&'static str]| names.iter().copied().map(PositionEncodingKind::new).collect();
        for (offered, expected) in [
            (vec![], Encoding::Utf16),
            (kinds(&["utf-16", "utf-8"]), Encoding::Utf8),
            (kinds(&["utf-32"]), Encoding::Utf32),
            (kinds(&["utf-16", "utf-32"]), Encoding::Utf16),
            (kinds(&["utf-7"]), Encoding::Utf16),
        ] {
            assert_eq!(Encoding::negotiate(&offered), expected, "{offered:?}");
        }
    }
}
