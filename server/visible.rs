//! Escapes untrusted text for output. Characters that a terminal, a log or an editor would interpret become visible
//! escape sequences, so that one message is one line.

/// Whether a character is escaped: control characters, line and paragraph separators, and bidirectional formatting. All
/// of them have at most four hexadecimal digits.
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes a text to one line. The escapes are valid in both YAML and JSON: `\n`, `\u001b`.
pub(crate) fn one_line(text: impl Into<String>) -> String {
    escaped(text.into(), is_active)
}

/// Escapes a text except for line feeds.
pub(crate) fn lines(text: impl Into<String>) -> String {
    escaped(text.into(), |c| c != '\n' && is_active(c))
}

/// Escapes serialized JSON without changing its value. Also escapes `##[`, which starts a command for GitHub's runner.
/// Like active characters, it occurs only in strings.
pub(crate) fn json(text: impl Into<String>) -> String {
    lines(text).replace("##[", "##\\u005b")
}

fn escaped(text: String, is_escaped: impl Fn(char) -> bool) -> String {
    if !text.contains(&is_escaped) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !is_escaped(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One character of each kind.
    const ACTIVE: &str = "\0\u{1b}\u{7f}\u{85}\u{9b}\u{61c}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{2069}";

    #[test]
    fn active_characters_are_escaped() {
        assert_eq!(one_line("é — a\tb 日本 👩‍💻"), "é — a\\tb 日本 👩‍💻");
        assert_eq!(one_line("a\r\n\u{1b}[31m\u{202e}"), "a\\r\\n\\u001b[31m\\u202e");
        assert_eq!(lines("a\r\nb"), "a\\r\nb");
        assert!(!one_line(ACTIVE).contains(is_active));
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let value = serde_json::json!({ ACTIVE: [ACTIVE, "\n\t\r", "##[error]x"] });
        let text = json(value.to_string());
        assert!(!text.contains(is_active) && !text.contains("##["));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
