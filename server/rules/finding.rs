//! What a rule reports: plain data in byte spans, before any protocol or terminal sees it.

use crate::syntax::Span;

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
    /// What is wrong and what to write instead, in one or two plain sentences.
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
    /// Where (bytes, same document).
    pub span: Span,
    /// What stands there.
    pub message: String,
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
    /// Safe to apply without asking; at most one per finding.
    pub preferred: bool,
}

/// One replacement of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Bytes to replace; empty to insert.
    pub span: Span,
    /// What to write there.
    pub text: String,
}

impl Finding {
    /// A finding without frills.
    #[must_use]
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            span,
            message: message.into(),
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
        self.related.push(Related { span, message: message.into() });
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
        self.fixes.push(Fix {
            title: title.into(),
            edits: vec![Edit { span, text: text.into() }],
            preferred,
        });
        self
    }

    /// Adds a fix that the user should choose knowingly.
    #[must_use]
    pub fn offer(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { title: title.into(), edits, preferred: false });
        self
    }
}
