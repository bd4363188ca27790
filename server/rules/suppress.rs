//! Ignore comments: `# massdriver-ls: ignore rule-id` for the next line (or, after a value, for its own line),
//! `# massdriver-ls: ignore-file rule-id` for the whole document.

use super::{Family, Finding, Rule, Severity, Tag, all, find};
use crate::bundle::Document;
use crate::edit::{Edit, Edits, Fix};
use crate::reference::{closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Span, Syntax};

const MARKER: &str = "massdriver-ls:";

static UNUSED: Rule = Rule {
    id: "suppression-unused",
    severity: Severity::Hint,
    opt_in: false,
    title: "An ignore comment has no effect",
    explanation: "The rule in the ignore comment reports nothing there. Remove the comment, so that it does not \
                  hide a later problem.",
    bad: dedent! {"
        # massdriver-ls: ignore name-invalid
        name: aws-vpc
    "},
    good: dedent! {"
        # massdriver-ls: ignore name-invalid
        name: AWS_VPC
    "},
    files: &[],
};

static UNKNOWN: Rule = Rule {
    id: "suppression-unknown",
    severity: Severity::Hint,
    opt_in: false,
    title: "Invalid ignore comment",
    explanation: "An ignore comment names the rules to ignore: `# massdriver-ls: ignore rule-id` for the next \
                  line, `# massdriver-ls: ignore-file rule-id` for the file. Every finding shows the id of its \
                  rule.",
    bad: dedent! {"
        # massdriver-ls: ignore name-invalit
        name: AWS_VPC
    "},
    good: dedent! {"
        # massdriver-ls: ignore name-invalid
        name: AWS_VPC
    "},
    files: &[],
};

/// The rules about ignore comments themselves.
pub(crate) static SUPPRESSION: Family =
    Family { title: "Ignore comments", rules: &[&UNUSED, &UNKNOWN], check: |_, _| {} };

/// One rule that one comment suppresses.
struct Suppression {
    rule: &'static str,
    /// The id in the comment.
    span: Span,
    /// The line (from 0) it covers; the whole file when `None`.
    line: Option<usize>,
    used: bool,
}

/// Removes suppressed findings and reports comments that suppress nothing.
pub(crate) fn apply(document: &Document, mut findings: Vec<Finding>) -> Vec<Finding> {
    let syntax = &document.syntax;
    let mut reports = Vec::new();
    let mut suppressions = Vec::new();
    for &comment in syntax.comments() {
        read(syntax, comment, &mut suppressions, &mut reports);
    }
    if !suppressions.is_empty() {
        findings.retain(|finding| !suppress(syntax, &mut suppressions, finding));
    }
    let unused = suppressions.iter().filter(|suppression| !suppression.used);
    reports.extend(unused.map(|suppression| {
        let place = if suppression.line.is_some() { "on this line" } else { "in this file" };
        UNUSED
            .at(
                suppression.span,
                format!("`{}` reports nothing {place}; remove the comment.", suppression.rule),
            )
            .tagged(Tag::Unnecessary)
    }));
    findings.append(&mut reports);
    findings
}

fn suppress(syntax: &Syntax, suppressions: &mut [Suppression], finding: &Finding) -> bool {
    let line = syntax.lines().line_of(finding.span.start());
    let covers = |suppression: &&mut Suppression| {
        suppression.rule == finding.rule && suppression.line.is_none_or(|covered| covered == line)
    };
    let mut is_suppressed = false;
    for suppression in suppressions.iter_mut().filter(covers) {
        suppression.used = true;
        is_suppressed = true;
    }
    is_suppressed
}

fn read(syntax: &Syntax, comment: Span, suppressions: &mut Vec<Suppression>, reports: &mut Vec<Finding>) {
    let text = syntax.slice(comment);
    let Some(at) = text.find(MARKER).filter(|at| text[1..*at].trim().is_empty()) else { return };
    let mut words = words(text, at + MARKER.len());
    let span = |word: &str, at: usize| Span::new(comment.start() + at, comment.start() + at + word.len());
    let line = syntax.lines().line_of(comment.start());
    let line = match words.next() {
        Some((_, "ignore-file")) => None,
        Some((_, "ignore")) if is_alone(syntax, comment, line) => Some(line + 1),
        Some((_, "ignore")) => Some(line),
        Some((at, word)) => {
            let message =
                format!("`{word}` is not a command here; write `ignore` or `ignore-file` and a rule id.");
            reports.push(UNKNOWN.at(span(word, at), message));
            return;
        }
        None => {
            reports.push(UNKNOWN.at(comment, "Write `ignore` or `ignore-file` and a rule id."));
            return;
        }
    };
    let mut named = false;
    for (at, word) in words {
        named = true;
        let span = span(word, at);
        match find(word) {
            Some(rule) => suppressions.push(Suppression { rule: rule.id, span, line, used: false }),
            None => reports.push(unknown(word, span)),
        }
    }
    if !named {
        reports.push(UNKNOWN.at(comment, "Name the rule to ignore; every finding shows the id of its rule."));
    }
}

fn unknown(word: &str, span: Span) -> Finding {
    let close = closest(word, all().map(|rule| rule.id));
    let finding = UNKNOWN.at(span, format!("There is no rule `{word}`{}", did_you_mean(close)));
    match close {
        Some(close) => finding.with_fix(Fix::safe(
            format!("Replace with `{close}`"),
            Edits::layout(vec![Edit { span, text: close.to_owned() }]),
        )),
        None => finding,
    }
}

/// Words of a comment after a byte offset, separated by whitespace or commas, each with its offset.
fn words(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| !c.is_whitespace() && c != ',';
    let mut at = from;
    std::iter::from_fn(move || {
        at += text[at..].find(is_word)?;
        let len = text[at..].find(|c| !is_word(c)).unwrap_or(text.len() - at);
        let word = &text[at..at + len];
        let start = at;
        at += len;
        Some((start, word))
    })
}

/// Whether a comment is alone on its line.
fn is_alone(syntax: &Syntax, comment: Span, line: usize) -> bool {
    let before = syntax.slice(Span::new(syntax.lines().start(line), comment.start()));
    before.trim_start_matches('\u{feff}').trim().is_empty()
}
