//! An incremental JSON writer.

use serde_json::Value;
use std::fmt::Write;

/// JSON text under construction. Commas are inserted automatically; the caller must close what it opens.
#[derive(Default)]
pub(super) struct JsonText(String);

impl JsonText {
    /// Returns the text.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Length so far (bytes).
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Opens an object `{` or an array `[`.
    pub(super) fn open(&mut self, bracket: char) {
        self.separate();
        self.0.push(bracket);
    }

    /// Closes an object or array.
    pub(super) fn close(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    /// Writes the name of a member; its value comes next.
    pub(super) fn key(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.0.push(':');
        self
    }

    /// Writes a string.
    pub(super) fn text(&mut self, text: &str) {
        if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
            return self.value(&Value::from(text));
        }
        self.separate();
        self.0.push('"');
        self.0.push_str(text);
        self.0.push('"');
    }

    /// Writes any value.
    pub(super) fn value(&mut self, value: &Value) {
        self.separate();
        let _ = write!(self.0, "{value}");
    }

    /// Writes `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &str) {
        self.separate();
        self.0.push_str(word);
    }

    fn separate(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':']) {
            self.0.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::JsonText;
    use serde_json::{Value, json};

    #[test]
    fn the_output_is_valid_json() {
        let mut text = JsonText::default();
        text.open('{');
        text.key("a\"b").open('[');
        text.text("line\nbreak {");
        text.text("ends with [");
        text.value(&json!({"x": [1, null]}));
        text.open('{');
        text.close('}');
        text.literal("true");
        text.close(']');
        text.key("é:").value(&json!(1.5));
        text.key("").text("");
        text.close('}');
        let expected =
            json!({"a\"b": ["line\nbreak {", "ends with [", {"x": [1, null]}, {}, true], "é:": 1.5, "": ""});
        assert_eq!(serde_json::from_str::<Value>(&text.finish()).unwrap(), expected);
    }
}
