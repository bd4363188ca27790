//! The findings: one family of rules per file, each rule with its id, severity, explanation and examples.

mod finding;

pub use finding::{Edit, Finding, Fix, Related, Severity, Tag};

/// One diagnostic: an id, a section of the documentation, and examples that the tests run.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, lower-case with hyphens.
    pub id: &'static str,
    /// Its usual severity; a finding may carry a milder or sharper one where the explanation says so.
    pub severity: Severity,
    /// Off unless the settings name it.
    pub opt_in: bool,
    /// One line, for lists.
    pub title: &'static str,
    /// Markdown: why it matters and what to do.
    pub explanation: &'static str,
    /// A document (or the part of one that matters) that the rule reports.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

/// Every rule, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [].into_iter()
}

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
