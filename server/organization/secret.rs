//! A text that is shown to nobody but the platform.

use std::fmt;

/// What stands in a secret's place.
const HIDDEN: &str = "***";

/// Shorter texts are no keys; hiding each of their occurrences would only garble messages.
const SHORTEST: usize = 4;

/// A key. It has no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself: for the request's header and for nothing else.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a reply repeats the secret.
    pub(super) fn is_in(&self, reply: &[u8]) -> bool {
        self.0.len() >= SHORTEST && String::from_utf8_lossy(reply).contains(&self.0)
    }

    /// The text with every occurrence of the secret hidden.
    pub(super) fn hide_in(&self, text: &str) -> String {
        if self.0.len() < SHORTEST { text.to_owned() } else { text.replace(&self.0, HIDDEN) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let secret = Secret::new("mds_abc123".to_owned());
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "*** Some(\n    ***,\n)");
        assert_eq!(secret.hide_in("no mds_abc123, not `mds_abc123`"), "no ***, not `***`");
        assert!(secret.is_in(b"{\"key\":\"mds_abc123\"}") && !secret.is_in(b"{}"));
    }

    #[test]
    fn an_empty_secret_hides_nothing() {
        let secret = Secret::new(String::new());
        assert_eq!(secret.hide_in("text"), "text");
        assert!(!secret.is_in(b"text"));
    }
}
