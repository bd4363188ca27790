//! Comments that silence rules: `# massdriver-ls: ignore rule-id` for the next line (or, behind a value, for its own),
//! `# massdriver-ls: ignore-file rule-id` for the whole document.

use crate::bundle::Document;
use crate::edit::{Edit, Edits, Fix};
use crate::reference::closest;
use crate::rules::{Family, Finding, Rule, Severity, Tag, all, find};
use crate::syntax::{Span, Syntax};

const MARKER: &str = "massdriver-ls:";

static UNUSED: Rule = Rule {
    id: "suppression-unused",
    severity: Severity::Hint,
    opt_in: false,
    title: "An ignore comment silences nothing",
    explanation: "The rule named in an ignore comment finds nothing there (any more). Remove the comment, so that \
                  it does not hide a later mistake.",
    bad: "# massdriver-ls: ignore name-invalid\nname: aws-vpc\n",
    good: "# massdriver-ls: ignore name-invalid\nname: AWS_VPC\n",
    files: &[],
};

static UNKNOWN: Rule = Rule {
    id: "suppression-unknown",
    severity: Severity::Hint,
    opt_in: false,
    title: "An ignore comment names no rule",
    explanation: "An ignore comment must name the ids of the rules to silence: `# massdriver-ls: ignore rule-id` \
                  for the next line, `# massdriver-ls: ignore-file rule-id` for the file. The ids stand behind each \
                  finding and in the list of diagnostics.",
    bad: "# massdriver-ls: ignore name-invalit\nname: AWS_VPC\n",
    good: "# massdriver-ls: ignore name-invalid\nname: AWS_VPC\n",
    files: &[],
};

/// The rules about ignore comments themselves.
pub static SUPPRESSION: Family =
    Family { title: "Ignore comments", rules: &[&UNUSED, &UNKNOWN], check: |_, _| {} };

/// One rule that one comment silences.
struct Suppression {
    rule: &'static str,
    /// The id in the comment.
    span: Span,
    /// The line (from 0) it covers; the whole file when `None`.
    line: Option<usize>,
    used: bool,
}

/// Removes what comments silence and reports comments that silence nothing.
pub(super) fn apply(document: &Document, mut findings: Vec<Finding>) -> Vec<Finding> {
    let syntax = &document.syntax;
    let mut reports = Vec::new();
    let mut suppressions = Vec::new();
    for &comment in syntax.comments() {
        read(syntax, comment, &mut suppressions, &mut reports);
    }
    if !suppressions.is_empty() {
        findings.retain(|finding| !silence(syntax, &mut suppressions, finding));
    }
    let unused = suppressions.iter().filter(|suppression| !suppression.used);
    reports.extend(unused.map(|suppression| {
        let place = if suppression.line.is_some() { "on this line" } else { "in this file" };
        UNUSED
            .at(
                suppression.span,
                format!("`{}` finds nothing {place}; remove the comment.", suppression.rule),
            )
            .tagged(Tag::Unnecessary)
    }));
    findings.append(&mut reports);
    findings
}

fn silence(syntax: &Syntax, suppressions: &mut [Suppression], finding: &Finding) -> bool {
    let line = syntax.lines().line_of(finding.span.start());
    let covers = |suppression: &&mut Suppression| {
        suppression.rule == finding.rule && suppression.line.is_none_or(|covered| covered == line)
    };
    let mut silenced = false;
    for suppression in suppressions.iter_mut().filter(covers) {
        suppression.used = true;
        silenced = true;
    }
    silenced
}

fn read(syntax: &Syntax, comment: Span, suppressions: &mut Vec<Suppression>, reports: &mut Vec<Finding>) {
    let text = syntax.slice(comment);
    let Some(at) = text.find(MARKER).filter(|at| text[1..*at].trim().is_empty()) else { return };
    let mut words = words(text, at + MARKER.len());
    let span = |word: &str, at: usize| Span::new(comment.start() + at, comment.start() + at + word.len());
    let line = syntax.lines().line_of(comment.start());
    let line = match words.next() {
        Some((_, "ignore-file")) => None,
        Some((_, "ignore")) if alone(syntax, comment, line) => Some(line + 1),
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
        reports.push(UNKNOWN.at(comment, "Name the rule to ignore: its id stands behind each finding."));
    }
}

fn unknown(word: &str, span: Span) -> Finding {
    match closest(word, all().map(|rule| rule.id)) {
        Some(close) => UNKNOWN
            .at(span, format!("There is no rule `{word}`; did you mean `{close}`?"))
            .with_fix(Fix::safe(
                format!("Replace with `{close}`"),
                Edits::layout(vec![Edit { span, text: close.to_owned() }]),
            )),
        None => UNKNOWN.at(span, format!("There is no rule `{word}`.")),
    }
}

/// Words of a comment from a byte offset on, separated by blanks or commas, each with its offset.
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

/// Whether nothing but blanks stands before a comment on its line.
fn alone(syntax: &Syntax, comment: Span, line: usize) -> bool {
    let before = syntax.slice(Span::new(syntax.lines().start(line), comment.start()));
    before.trim_start_matches('\u{feff}').trim().is_empty()
}
