//! What holds of the fixes of all rules: most findings offer one, and each that is offered keeps its promises.

use super::{Finding, Rule, Severity, all, input, testing};
use crate::analysis::{Snapshot, Verifier, findings};
use crate::syntax::json::to_json;
use crate::workspace::MemoryFiles;
use std::collections::HashSet;

/// At least this share (percent) of the rules at warning and above offers a fix.
const MIN_SHARE: usize = 75;

/// Rules whose findings have no fix, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("file-too-large", "what to leave out is the author's choice"),
    ("invalid-utf8", "what the bytes were meant to be cannot be told"),
    ("not-fully-checked", "which aliases or items to leave out is the author's choice"),
    ("root-not-mapping", "the text is no bundle at all"),
    ("doc-multiple", "which of the documents is the bundle only the author knows"),
    ("description-length", "only the author can say it in more or fewer words"),
    ("helm-chart-incomplete", "the name or address of the chart is known to the author alone"),
    ("schema-cli-unsupported", "only what stands for `true` and `false` has one spelling"),
    ("name-collision", "renaming asks for a name, and reaches into the code: see \"Rename\""),
    ("param-name-reserved", "renaming asks for a name, and reaches into the code: see \"Rename\""),
    ("param-name-invalid", "renaming reaches into the code: see \"Rename\""),
    ("ref-file-not-json", "the file has another format than it should; its author has to convert it"),
    (
        "env-secret-clash",
        "which of the two is meant, or what the other is to be called, only the author knows",
    ),
    ("jq-md-metadata", "the members have other names than people guess; the message lists them"),
    ("rt-instruction-key", "the label is the author's to write"),
];

/// Situations in which a rule offers a fix, where its bad example shows another.
const SITUATIONS: &[(&str, &str)] = &[
    (
        "preset-name-missing",
        "params:\n  examples: [{size: 1}, {__name: Preset 1}]\n  properties: {size: {type: integer}}\n",
    ),
    (
        "preset-name-missing",
        "params:\n  examples:\n    - __name:\n      size: 1\n    - __name: ''\n      size: 1\n  properties: {size: {type: integer}}\n",
    ),
    (
        "preset-name-duplicate",
        "params: {examples: [{__name: A}, {__name: A}, {__name: A 2}], properties: {}}\n",
    ),
    (
        "default-not-allowed",
        "params:\n  properties:\n    size: {type: string, enum: [small, large], default: smal}\n    count: {type: integer, minimum: 2, default: 1}\n    even: {type: integer, multipleOf: 2, default: 7}\n",
    ),
    (
        "preset-value",
        "params:\n  examples:\n    - __name: A\n      size: huge\n      count: 9\n  properties:\n    size: {type: string, enum: [small, large]}\n    count: {type: integer, maximum: 5}\n",
    ),
    ("enum-duplicate", "params:\n  properties:\n    size:\n      enum:\n        - small\n        - small\n"),
    (
        "ref-missing",
        "connections:\n  required: [vpc, net]\n  properties:\n    vpc:\n      title: Network\n    net: {title: x}\n    aws_vpc:\n",
    ),
    (
        "required-undefined",
        "params:\n  examples: [{__name: A, replicas: 3, net: {cidr: x, zones: [a]}}]\n  required:\n    - replicas\n  properties: {a: {type: object, required: [b], default: {b: true}, properties: {}}}\n",
    ),
    (
        "required-undefined",
        "params:\n  required: [replicas, net]\n  properties:\n    size: {type: string}\n  examples:\n    - __name: A\n      replicas: 3\n      net: {cidr: x, zones: [a]}\n",
    ),
    ("ui-value-type", "params:\n  properties: {a: {type: string}, b: {type: string}}\nui:\n  ui:order: a\n"),
    (
        "dependency-impossible",
        "params:\n  properties:\n    type: {type: string, enum: [gp2, io1], default: gp3}\n  dependencies:\n    type:\n      oneOf:\n      - properties: {type: {const: gp3}}\n      - properties: {type: {const: gp2}}\n      - properties: {type: {const: io1}}\n",
    ),
    ("if-then-orphan", "params: {properties: {}, then: {required: []}, else: {}}\n"),
    (
        "regex-invalid",
        "params:\n  properties:\n    a: {type: string, pattern: \"a)b\"}\n    b: {type: string, pattern: '*a'}\n    c:\n      type: string\n      pattern: (?P<n>x)\n",
    ),
];

/// The fixes that some texts offer.
#[derive(Default)]
struct Tried {
    /// Rules with a fix that is accepted.
    accepted: HashSet<&'static str>,
    /// Each with its reason and the text.
    refused: Vec<String>,
}

impl Tried {
    fn text(&mut self, text: &str, files: &[(&str, &str)]) {
        let (settings, files) = (testing::everything_on(), MemoryFiles::new(files.iter().copied()));
        let snapshot = Snapshot::new(text, None);
        let verifier = Verifier::new(&snapshot, &files, &settings);
        for finding in findings(&snapshot, &files, &settings) {
            for fix in &finding.fixes {
                match verifier.quick_fix(&finding, fix.clone()) {
                    Ok(_) => _ = self.accepted.insert(finding.rule),
                    Err(reason) => self.refused.push(refusal(&finding, &fix.title, &reason, text)),
                }
            }
        }
    }
}

fn refusal(finding: &Finding, title: &str, reason: &str, text: &str) -> String {
    format!("{}: \"{title}\" is refused: {reason}\n{text}", finding.rule)
}

/// Rules with examples that run.
fn rules() -> impl Iterator<Item = &'static Rule> {
    all().filter(|rule| !input::INPUT.rules.iter().any(|one| one.id == rule.id))
}

/// The example among other keys, where it has none of them.
fn among_others(text: &str) -> Option<String> {
    const OTHERS: &str = "name: order-queue\ndescription: A queue for messages that wait.\nversion: 1.0.0\n";
    let is_bundle = ["params:", "ui:", "connections:"].iter().any(|key| text.starts_with(key));
    is_bundle.then(|| format!("{OTHERS}{text}"))
}

/// The example on one line, in braces and brackets.
fn in_braces(text: &str) -> Option<String> {
    let snapshot = Snapshot::new(text, None);
    let document = snapshot.document();
    let is_sound = document.syntax.errors().is_empty() && document.syntax.comments().is_empty();
    let root = document.syntax.root().filter(|root| is_sound && root.is_mapping())?;
    is_sound.then(|| to_json(root, document.dialect()).ok().map(|value| value.to_string()))?
}

#[test]
fn most_findings_offer_a_fix() {
    let mut tried = Tried::default();
    all().for_each(|rule| tried.text(rule.bad, rule.files));
    SITUATIONS.iter().for_each(|(_, text)| tried.text(text, &[]));
    let grave: Vec<&Rule> = all().filter(|rule| rule.severity <= Severity::Warning).collect();
    let (with, without): (Vec<&Rule>, Vec<&Rule>) =
        grave.iter().partition(|rule| tried.accepted.contains(rule.id));
    println!("{} of {} rules at warning and above offer a fix", with.len(), grave.len());
    for rule in &without {
        let reason = WITHOUT.iter().find(|(id, _)| *id == rule.id);
        let (_, reason) =
            reason.unwrap_or_else(|| panic!("{} offers no fix; give one, or a reason", rule.id));
        println!("  {}: {reason}", rule.id);
    }
    for (id, _) in WITHOUT {
        assert!(without.iter().any(|rule| rule.id == *id), "{id} offers a fix, or is no grave rule");
    }
    assert!(with.len() * 100 >= grave.len() * MIN_SHARE, "{} of {}", with.len(), grave.len());
}

#[test]
fn what_is_offered_keeps_its_promises() {
    let mut tried = Tried::default();
    for rule in rules() {
        tried.text(rule.bad, rule.files);
        let others = [among_others(rule.bad), in_braces(rule.bad)];
        others.iter().flatten().for_each(|text| tried.text(text, rule.files));
    }
    for (id, text) in SITUATIONS {
        let found = testing::run(text, &[], &testing::everything_on());
        assert!(found.iter().any(|finding| finding.rule == *id), "{id} is not found in\n{text}");
        tried.text(text, &[]);
        in_braces(text).iter().for_each(|text| tried.text(text, &[]));
    }
    assert!(tried.refused.is_empty(), "{} refused:\n{}", tried.refused.len(), tried.refused.join("\n"));
}
