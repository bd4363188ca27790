//! Problems with a file before it is parsed. Reported by the code that decodes files.

use super::{Family, Finding, Rule, Severity};
use crate::syntax::{MAX_BYTES, Span};

/// Rules about a file as a whole. They have no examples: examples are short and valid text.
pub(crate) static INPUT: Family = Family {
    title: "The file itself",
    rules: &[&FILE_TOO_LARGE, &INVALID_UTF8, &NOT_FULLY_CHECKED],
    check: |_, _| {},
};

static FILE_TOO_LARGE: Rule = Rule {
    id: "file-too-large",
    severity: Severity::Error,
    opt_in: false,
    title: "The file is too large",
    explanation: "Files larger than 4 MiB are not read, so that a huge file named `massdriver.yaml` cannot \
                  exhaust memory. A bundle is a few kilobytes long; move generated content to other files.",
    bad: "",
    good: "",
    files: &[],
};

static INVALID_UTF8: Rule = Rule {
    id: "invalid-utf8",
    severity: Severity::Error,
    opt_in: false,
    title: "The file is not valid UTF-8",
    explanation: "YAML files are UTF-8 text; publishing rejects other bytes. The editor may have saved the file \
                  in an older encoding such as Latin-1 or Windows-1252: save it as UTF-8. The rest of the file \
                  is still checked, with `\u{fffd}` in place of the invalid bytes.",
    bad: "",
    good: "",
    files: &[],
};

static NOT_FULLY_CHECKED: Rule = Rule {
    id: "not-fully-checked",
    severity: Severity::Warning,
    opt_in: false,
    title: "A part of the file is too expensive to check",
    explanation: "Aliases (`*name`) and references (`$ref`) let a few lines stand for millions of values. Checks that \
                  would take too much time or memory are skipped; the rest of the file is checked as usual. Use fewer \
                  aliases within aliases, or shorter lists.",
    bad: "",
    good: "",
    files: &[],
};

/// The finding for a document that the budget was too small for: `what` (a plural noun) was not checked from `span` on.
#[must_use]
pub(crate) fn not_fully_checked(span: Span, what: &str) -> Finding {
    let message = format!(
        "From here on, {what} were not checked, because they are too large with all aliases and references expanded. Use \
         fewer aliases within aliases, or shorter lists."
    );
    NOT_FULLY_CHECKED.at(span, message)
}

/// The finding for a file longer than [`MAX_BYTES`].
#[must_use]
pub(crate) fn file_too_large() -> Finding {
    let message = format!("The file is larger than {} MiB and was not read.", MAX_BYTES >> 20);
    FILE_TOO_LARGE.at(Span::at(0), message)
}

/// The finding for bytes that are not UTF-8: `byte` is the first one, `span` its replacement in the text, `more` the
/// number of further places.
#[must_use]
pub(crate) fn invalid_utf8(span: Span, byte: u8, more: usize) -> Finding {
    let others = match more {
        0 => String::new(),
        1 => " (and 1 more place)".to_owned(),
        more => format!(" (and {more} more places)"),
    };
    let message = format!("Byte 0x{byte:02X} is not valid UTF-8{others}; save the file as UTF-8.");
    INVALID_UTF8.at(span, message)
}
