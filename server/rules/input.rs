//! What is wrong with a file before anybody can read it as YAML. Whoever turns bytes into text reports these.

use super::{Family, Finding, Rule, Severity};
use crate::syntax::{MAX_BYTES, Span};

/// The rules about the file itself. They have no examples: a text cannot show them.
pub static INPUT: Family = Family {
    title: "The file itself",
    rules: &[&FILE_TOO_LARGE, &INVALID_UTF8, &NOT_FULLY_CHECKED],
    check: |_, _| {},
};

static FILE_TOO_LARGE: Rule = Rule {
    id: "file-too-large",
    severity: Severity::Error,
    opt_in: false,
    title: "The file is too large to be read",
    explanation: "Files above 4 MiB are not read, so that a stray dump under the name `massdriver.yaml` cannot \
                  exhaust the machine's memory. A bundle is a few kilobytes long; look for generated content that \
                  belongs elsewhere.",
    bad: "",
    good: "",
    files: &[],
};

static INVALID_UTF8: Rule = Rule {
    id: "invalid-utf8",
    severity: Severity::Error,
    opt_in: false,
    title: "The file is not valid UTF-8",
    explanation: "YAML files are UTF-8 text, and other bytes are rejected on publishing. Often an editor saved the \
                  file in an older encoding such as Latin-1 or Windows-1252: save it as UTF-8. The rest of the file \
                  is checked all the same, with `\u{fffd}` for what could not be read.",
    bad: "",
    good: "",
    files: &[],
};

static NOT_FULLY_CHECKED: Rule = Rule {
    id: "not-fully-checked",
    severity: Severity::Warning,
    opt_in: false,
    title: "A part of the file takes too much time or memory to check",
    explanation: "Aliases (`*name`) and references (`$ref`) let a few lines stand for millions of values. Checking \
                  stops before it takes more than a few seconds or 150 MiB of memory; the rest of the file is checked \
                  as usual. Use fewer aliases within aliases, or shorter lists.",
    bad: "",
    good: "",
    files: &[],
};

/// The budget did not suffice to check `what` (a plural noun phrase), which begins at `span`.
#[must_use]
pub fn not_fully_checked(span: Span, what: &str) -> Finding {
    let message = format!(
        "From here on, {what} were not checked: with all aliases and references written out, they are too large. Use \
         fewer aliases within aliases, or shorter lists."
    );
    NOT_FULLY_CHECKED.at(span, message)
}

/// A file longer than [`MAX_BYTES`].
#[must_use]
pub fn file_too_large() -> Finding {
    let message = format!("The file is larger than {} MiB and was not read.", MAX_BYTES >> 20);
    FILE_TOO_LARGE.at(Span::at(0), message)
}

/// Bytes that are no UTF-8: `byte` is the first one, `span` its replacement in the text, `more` how many further
/// places there are.
#[must_use]
pub fn invalid_utf8(span: Span, byte: u8, more: usize) -> Finding {
    let others = match more {
        0 => String::new(),
        1 => ", nor is one more place".to_owned(),
        more => format!(", nor are {more} more places"),
    };
    let message = format!("Byte 0x{byte:02X} is not valid UTF-8{others}; save the file as UTF-8.");
    INVALID_UTF8.at(span, message)
}
