//! The rules, one family per file; each rule has an id, a severity, an explanation and examples.
//!
//! To add a rule: write its [`Rule`] as a `static` in the file of its family (or a new file), report it from the
//! family's `check`, and list it in [`Family::rules`]; a new family goes into [`FAMILIES`]. The tests then run its
//! examples, and `docs/diagnostics.md` and `massdriver-ls explain` show it.

mod app;
mod bare_word;
mod blocks;
mod bool_word;
pub(crate) mod bundle_format;
mod config;
mod dedent;
mod dependencies;
mod duplicate_key;
mod enums;
mod finding;
#[cfg(test)]
mod fix_tests;
pub(crate) mod iac;
pub(crate) mod input;
mod io_required;
mod jq;
mod keys;
mod metadata;
pub(crate) mod migrate;
mod misplaced;
mod name;
mod presets;
mod provisioner;
mod reading;
mod ref_names;
mod ref_targets;
mod ref_types;
mod refs;
mod resource_type;
mod resource_type_files;
mod root;
mod schema;
mod settings_schema;
mod step_path;
mod steps;
pub(crate) mod suppress;
mod syntax_errors;
#[cfg(test)]
pub(crate) mod testing;
mod type_mismatch;
mod ui_entry;
mod ui_key;
mod ui_option;
mod ui_order;
mod ui_widget;
mod value;
mod values;
mod wording;

pub(crate) use iac::Declarations;

pub(crate) use finding::{File, Related, Tag};
pub use finding::{Finding, Severity};
pub use settings_schema::settings_schema;
pub(crate) use step_path::is_directory_name;

use crate::bundle::Document;
use crate::settings::{Level, Settings};
use crate::syntax::{Budget, Span};
use crate::workspace::Files;
use foldhash::HashMap;
use std::sync::LazyLock;

/// At most this many findings are reported per document. Bounds memory on hostile files.
pub(crate) const MAX_FINDINGS: usize = 1_000;

/// At most this many alternatives (values, names or paths) are offered as fixes of one finding.
const MAX_OFFERS: usize = 5;

/// A rule: an id, its documentation, and examples that the tests run.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, lower-case with hyphens.
    pub id: &'static str,
    /// Default severity; a finding may have another one where the explanation says so.
    pub severity: Severity,
    /// Whether it is off unless the settings turn it on.
    pub opt_in: bool,
    /// One line, shown in lists.
    pub title: &'static str,
    /// Markdown: why it matters and what to do.
    pub explanation: &'static str,
    /// A document, or the relevant part of one, that the rule reports.
    pub bad: &'static str,
    /// The corrected document, which the rule does not report.
    pub good: &'static str,
    /// Files next to the examples: path and text.
    pub files: &'static [(&'static str, &'static str)],
}

impl Rule {
    /// Creates a finding of this rule with its default severity.
    #[must_use]
    pub fn at(&self, span: Span, message: impl Into<String>) -> Finding
    where
        Self: 'static,
    {
        Finding::new(self.id, self.severity, span, message)
    }

    /// URL of the rule's documentation.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}/blob/main/docs/diagnostics.md#{}", env!("CARGO_PKG_REPOSITORY"), self.id)
    }
}

/// Rules that are checked together.
#[derive(Debug)]
pub struct Family {
    /// Heading in the documentation.
    pub title: &'static str,
    /// The rules of the family.
    pub rules: &'static [&'static Rule],
    /// Checks a document and reports findings of all rules of the family.
    pub check: fn(&Context<'_>, &mut Findings),
}

/// The input of a rule.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The document.
    pub document: &'a Document,
    /// The files next to the document.
    pub files: &'a dyn Files,
    /// The user's settings.
    pub settings: &'a Settings,
    /// What all rules may spend together.
    pub budget: &'a Budget,
}

impl Context<'_> {
    /// Whether a rule is on. Expensive rules ask this before they start.
    #[must_use]
    pub fn is_on(&self, rule: &Rule) -> bool {
        match self.settings.rules.get(rule.id) {
            None => !rule.opt_in,
            Some(level) => *level != Level::Off,
        }
    }
}

/// Collects the findings of one document, at most [`MAX_FINDINGS`].
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    not_checked: Option<Finding>,
}

impl Findings {
    /// Adds a finding. Past [`MAX_FINDINGS`] it is dropped.
    pub fn push(&mut self, finding: Finding) {
        if !self.is_full() {
            self.list.push(finding);
        }
    }

    /// Whether further findings would be dropped, so that rules can stop.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() >= MAX_FINDINGS
    }

    /// Adds several findings.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let mut findings = findings.into_iter();
        while !self.is_full()
            && let Some(finding) = findings.next()
        {
            self.push(finding);
        }
    }

    /// Reports, once per document, that the budget was too small to check `what` (a plural noun).
    pub fn not_checked(&mut self, span: Span, what: &str) {
        self.not_checked.get_or_insert_with(|| input::not_fully_checked(span, what));
    }

    /// The findings so far.
    #[must_use]
    pub(crate) fn list(&self) -> &[Finding] {
        &self.list
    }

    /// Whether everything was checked and nothing dropped.
    #[must_use]
    pub(crate) fn is_complete(&self) -> bool {
        self.not_checked.is_none() && !self.is_full()
    }

    /// The findings in the order they were added.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Finding> {
        self.list.extend(self.not_checked);
        self.list
    }
}

/// The families that check jq programs in `.jq` files.
pub(crate) static PROGRAM_FAMILIES: &[&Family] =
    &[&jq::SYNTAX, &jq::WORDS, &jq::PATHS, &jq::HYPHENS, &jq::TYPES];

/// Every family, in the order of the documentation.
pub static FAMILIES: &[&Family] = &[
    &input::INPUT,
    &syntax_errors::SYNTAX_ERRORS,
    &reading::READING,
    &duplicate_key::DUPLICATE_KEYS,
    &bool_word::BOOL_WORDS,
    &type_mismatch::TYPE_MISMATCHES,
    &keys::KEYS,
    &name::NAME,
    &metadata::METADATA,
    &blocks::BLOCKS,
    &bundle_format::FORMATS,
    &misplaced::MISPLACED_DEPENDENCIES,
    &dependencies::DEPENDENCIES,
    &steps::STEPS,
    &step_path::STEP_PATHS,
    &provisioner::PROVISIONERS,
    &iac::IAC,
    &config::CONFIG,
    &bare_word::BARE_WORDS,
    &schema::KEYWORD_VALUES,
    &schema::KEYWORD_NAMES,
    &schema::COMMAND_LINE,
    &schema::PATTERNS,
    &schema::RANGES,
    &values::VALUES,
    &enums::ENUMS,
    &schema::REQUIRED,
    &schema::MESSAGES,
    &presets::PRESETS,
    &schema::ANNOTATIONS,
    &schema::CONDITIONS,
    &schema::PARAM_NAMES,
    &schema::FORM,
    &refs::REFS,
    &ref_names::REF_NAMES,
    &ref_targets::REF_TARGETS,
    &ref_types::REF_TYPES,
    &io_required::IO_REQUIRED,
    &ui_order::UI_ORDER,
    &ui_entry::UI_ENTRIES,
    &ui_key::UI_KEYS,
    &ui_widget::UI_WIDGETS,
    &app::APP,
    &jq::SYNTAX,
    &jq::WORDS,
    &jq::PATHS,
    &jq::HYPHENS,
    &jq::TYPES,
    &resource_type::RESOURCE_TYPES,
    &resource_type_files::RESOURCE_TYPE_FILES,
    &suppress::SUPPRESSION,
];

/// Every rule, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.rules.iter().copied())
}

/// The rule with this id.
#[must_use]
pub(crate) fn find(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<HashMap<&str, &Rule>> =
        LazyLock::new(|| all().map(|rule| (rule.id, rule)).collect());
    BY_ID.get(id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Snapshot, Verifier, findings};
    use crate::workspace::MemoryFiles;
    use std::collections::HashSet;

    /// Parts of the reasons for refusing a fix that breaks the text or changes more than it declares.
    const BROKEN: [&str; 5] =
        ["overlap", "valid YAML", "occur twice", "also change the value", "would be lost"];

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.id), "{} twice", rule.id);
            assert!(
                rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                rule.id
            );
            assert!(!rule.title.is_empty() && !rule.explanation.is_empty(), "{} is not explained", rule.id);
        }
    }

    /// The rule reports the bad example and not the good one.
    #[test]
    fn examples_are_reported_or_not() {
        let input = input::INPUT.rules;
        for rule in all().filter(|rule| !input.iter().any(|one| one.id == rule.id)) {
            let found = |text: &str| {
                let findings = testing::run(text, rule.files, &testing::everything_on());
                findings.into_iter().filter(|finding| finding.rule == rule.id).collect::<Vec<_>>()
            };
            let bad = found(rule.bad);
            assert!(!bad.is_empty(), "{}: the bad example is not reported", rule.id);
            assert!(found(rule.good).is_empty(), "{}: the good example is reported", rule.id);
        }
    }

    /// Every prefix of an example is a document that is being typed: no fix may break it.
    #[test]
    fn fixes_do_not_break_half_typed_documents() {
        for rule in all() {
            for (end, _) in rule.bad.char_indices() {
                let text = &rule.bad[..end];
                let settings = testing::everything_on();
                let files = MemoryFiles::new(rule.files.iter().copied());
                let snapshot = Snapshot::new(text, None);
                let verifier = Verifier::new(&snapshot, &files, &settings);
                for finding in findings(&snapshot, &files, &settings) {
                    for fix in &finding.fixes {
                        assert!(
                            fix.edits.apply(text).is_some(),
                            "{} cannot be applied to\n{text}",
                            fix.title
                        );
                        if let Err(reason) = verifier.quick_fix(&finding, fix.clone()) {
                            assert!(
                                !BROKEN.iter().any(|promise| reason.contains(promise)),
                                "{}: {}: {reason}\n{text}",
                                finding.rule,
                                fix.title
                            );
                        }
                    }
                }
            }
        }
    }
}
