//! What a rule reports: plain data in byte spans, before any protocol or terminal sees it.

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
    /// The offending token (bytes).
    pub span: Span,
    /// What is wrong and what to write instead, in one or two plain sentences on one line.
    pub message: String,
    /// Other places that take part.
    pub related: Vec<Related>,
    /// How an editor may draw it.
    pub tag: Option<Tag>,
    /// Edits that mend it, best first.
    pub fixes: Vec<Fix>,
}

/// Another place that takes part in a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The file, if it is another one.
    pub file: Option<File>,
    /// Where (bytes of that file).
    pub span: Span,
    /// What stands there.
    pub message: String,
}

/// A file beside the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its path from the document's directory, with `/`.
    pub path: String,
    /// What it said when it was read.
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

/// A set of edits, applied together, that mends a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an imperative: "Rename to `provisioner`".
    pub title: String,
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
    /// What it does to other files.
    pub beside: Vec<Beside>,
    /// Safe to apply without asking; at most one per finding.
    pub preferred: bool,
}

impl Fix {
    /// A fix of the document; `preferred` if it is safe to apply without asking.
    #[must_use]
    pub fn new(title: impl Into<String>, edits: Vec<Edit>, preferred: bool) -> Self {
        Self { title: one_line(title), edits, beside: Vec::new(), preferred }
    }

    /// A fix in another file; never applied without asking.
    #[must_use]
    pub fn beside(title: impl Into<String>, file: Beside) -> Self {
        Self { title: one_line(title), edits: Vec::new(), beside: vec![file], preferred: false }
    }
}

/// One replacement of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Bytes to replace; empty to insert.
    pub span: Span,
    /// What to write there.
    pub text: String,
}

/// Edits of another file, which belong together with those of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    /// Its path from the document's directory, with `/`.
    pub path: String,
    /// The text that the edits are made for; `None` for a file that is to be created, empty.
    pub text: Option<Arc<str>>,
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
}

impl Beside {
    /// A file that does not exist yet.
    #[must_use]
    pub fn created(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let edits = if text.is_empty() { Vec::new() } else { vec![Edit { span: Span::at(0), text }] };
        Self { path: path.into(), text: None, edits }
    }
}

impl Finding {
    /// A finding without frills.
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

    /// At another severity than the rule's usual one.
    #[must_use]
    pub fn with(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds another place that takes part.
    #[must_use]
    pub fn relating(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file: None, span, message: one_line(message) });
        self
    }

    /// Adds a place in another file that takes part.
    #[must_use]
    pub fn relating_file(mut self, file: File, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file: Some(file), span, message: one_line(message) });
        self
    }

    /// Marks how an editor may draw it.
    #[must_use]
    pub fn tagged(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Adds a fix that is safe to apply without asking: one replacement of text.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let preferred = !self.fixes.iter().any(|fix| fix.preferred);
        self.fixes.push(Fix::new(title, vec![Edit { span, text: text.into() }], preferred));
        self
    }

    /// Adds a fix that the user should choose knowingly.
    #[must_use]
    pub fn offer(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix::new(title, edits, false));
        self
    }

    /// Adds a fix in another file; never applied without asking.
    #[must_use]
    pub fn offer_beside(mut self, title: impl Into<String>, beside: Beside) -> Self {
        self.fixes.push(Fix::beside(title, beside));
        self
    }
}
