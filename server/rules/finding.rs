//! What a rule reports: plain data in byte spans, before any protocol or terminal sees it.

use crate::edit::Fix;
use crate::settings::Level;
use crate::syntax::Span;
use crate::visible::one_line;
use std::sync::Arc;

/// How much a finding matters, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Severity {
    /// Publishing or deploying fails.
    Error,
    /// Very likely a mistake.
    Warning,
    /// Worth knowing.
    Info,
    /// A suggestion.
    Hint,
}

impl Severity {
    /// The severity that a level of the settings sets; `None` for `off` and `on`.
    #[must_use]
    pub fn of_level(level: Level) -> Option<Self> {
        Some(match level {
            Level::Off | Level::On => return None,
            Level::Hint => Self::Hint,
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        })
    }

    /// Lower-case word for people and machine formats.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
        }
    }
}

/// One finding in one document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Id of the rule, such as `name-invalid`.
    pub rule: &'static str,
    /// How much it matters, after the user's settings.
    pub severity: Severity,
    /// Range in the document (bytes).
    pub span: Span,
    /// What is wrong and what to write instead, in one or two plain sentences on one line.
    pub message: String,
    /// Other locations that the finding refers to.
    pub related: Vec<Related>,
    /// How an editor may draw it.
    pub tag: Option<Tag>,
    /// Ways to resolve it, best first.
    pub fixes: Vec<Fix>,
}

/// Another location that a finding refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The file, if it is not the document.
    pub file: Option<File>,
    /// Range in that file (bytes).
    pub span: Span,
    /// What is at that location.
    pub message: String,
}

/// A file next to the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Path relative to the document's directory, with `/`.
    pub path: String,
    /// Content when it was read.
    pub text: Arc<str>,
}

/// How an editor may draw a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tag {
    /// Struck through.
    Deprecated,
    /// Faded out.
    Unnecessary,
}

impl Finding {
    /// Creates a finding without related locations, tag or fixes.
    #[must_use]
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            span,
            message: one_line(message),
            related: Vec::new(),
            tag: None,
            fixes: Vec::new(),
        }
    }

    /// Replaces the severity of the rule.
    #[must_use]
    pub fn with(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a location in the document.
    #[must_use]
    pub fn relating(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file: None, span, message: one_line(message) });
        self
    }

    /// Adds a location in another file.
    #[must_use]
    pub fn relating_file(mut self, file: File, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file: Some(file), span, message: one_line(message) });
        self
    }

    /// Sets how an editor may draw it.
    #[must_use]
    pub fn tagged(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Adds a fix, if there is one. The best fix comes first.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into());
        self
    }

    /// The fix that "Fix all" applies: the first one that is safe.
    #[must_use]
    pub fn safe_fix(&self) -> Option<&Fix> {
        self.fixes.iter().find(|fix| fix.is_safe())
    }
}
