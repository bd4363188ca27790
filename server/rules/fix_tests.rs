//! Tests of the fixes of all rules: most findings have a fix, and every fix passes verification.

use super::dedent::dedent;
use super::{Finding, Rule, Severity, all, input, testing};
use crate::analysis::{Snapshot, Verifier, findings};
use crate::syntax::json::to_json;
use crate::workspace::MemoryFiles;
use std::collections::HashSet;

/// At least this share (percent) of the rules with severity warning or error has a fix.
const MIN_SHARE: usize = 75;

/// Rules without a fix, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("file-too-large", "the author has to decide what to remove"),
    ("invalid-utf8", "the intended characters are not known"),
    ("not-fully-checked", "the author has to decide which aliases or items to remove"),
    ("root-not-mapping", "the text is not a bundle"),
    ("doc-multiple", "only the author knows which document is the bundle"),
    ("description-length", "only the author can reword the description"),
    ("helm-chart-incomplete", "only the author knows the name or address of the chart"),
    ("schema-cli-unsupported", "only `true` and `false` have a single replacement"),
    ("name-collision", "a rename needs a new name and changes the code: see \"Rename\""),
    ("param-name-reserved", "a rename needs a new name and changes the code: see \"Rename\""),
    ("param-name-invalid", "a rename changes the code: see \"Rename\""),
    ("ref-file-not-json", "the author has to convert the file"),
    ("env-secret-clash", "only the author knows which of the two to keep or how to rename the other"),
    ("jq-md-metadata", "the fields are hard to guess; the message lists them"),
    ("jq-newer-function", "what can replace it depends on the program"),
    ("rt-instruction-key", "only the author can write the label"),
];

/// Further documents in which a rule has a fix.
const SITUATIONS: &[(&str, &str)] = &[
    (
        "preset-name-missing",
        dedent! {"
            params:
              examples: [{size: 1}, {__name: Preset 1}]
              properties: {size: {type: integer}}
        "},
    ),
    (
        "preset-name-missing",
        dedent! {"
            params:
              examples:
                - __name:
                  size: 1
                - __name: ''
                  size: 1
              properties: {size: {type: integer}}
        "},
    ),
    (
        "preset-name-duplicate",
        "params: {examples: [{__name: A}, {__name: A}, {__name: A 2}], properties: {}}\n",
    ),
    (
        "default-not-allowed",
        dedent! {"
            params:
              properties:
                size: {type: string, enum: [small, large], default: smal}
                count: {type: integer, minimum: 2, default: 1}
                even: {type: integer, multipleOf: 2, default: 7}
        "},
    ),
    (
        "preset-value",
        dedent! {"
            params:
              examples:
                - __name: A
                  size: huge
                  count: 9
              properties:
                size: {type: string, enum: [small, large]}
                count: {type: integer, maximum: 5}
        "},
    ),
    (
        "enum-duplicate",
        dedent! {"
            params:
              properties:
                size:
                  enum:
                    - small
                    - small
        "},
    ),
    (
        "ref-missing",
        dedent! {"
            connections:
              required: [vpc, net]
              properties:
                vpc:
                  title: Network
                net: {title: x}
                aws_vpc:
        "},
    ),
    (
        "required-undefined",
        dedent! {"
            params:
              examples: [{__name: A, replicas: 3, net: {cidr: x, zones: [a]}}]
              required:
                - replicas
              properties: {a: {type: object, required: [b], default: {b: true}, properties: {}}}
        "},
    ),
    (
        "required-undefined",
        dedent! {"
            params:
              required: [replicas, net]
              properties:
                size: {type: string}
              examples:
                - __name: A
                  replicas: 3
                  net: {cidr: x, zones: [a]}
        "},
    ),
    (
        "ui-value-type",
        dedent! {"
            params:
              properties: {a: {type: string}, b: {type: string}}
            ui:
              ui:order: a
        "},
    ),
    (
        "dependency-impossible",
        dedent! {"
            params:
              properties:
                type: {type: string, enum: [gp2, io1], default: gp3}
              dependencies:
                type:
                  oneOf:
                  - properties: {type: {const: gp3}}
                  - properties: {type: {const: gp2}}
                  - properties: {type: {const: io1}}
        "},
    ),
    ("if-then-orphan", "params: {properties: {}, then: {required: []}, else: {}}\n"),
    (
        "regex-invalid",
        dedent! {r#"
            params:
              properties:
                a: {type: string, pattern: "a)b"}
                b: {type: string, pattern: '*a'}
                c:
                  type: string
                  pattern: (?P<n>x)
        "#},
    ),
];

/// The results of verifying fixes.
#[derive(Default)]
struct Results {
    /// Rules with a fix that passed.
    accepted: HashSet<&'static str>,
    /// Refused fixes, each with its reason and document.
    refused: Vec<String>,
}

impl Results {
    fn verify(&mut self, text: &str, files: &[(&str, &str)]) {
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

/// The example with other top-level keys before it.
fn among_others(text: &str) -> Option<String> {
    const OTHERS: &str = "name: order-queue\ndescription: A queue for messages that wait.\nversion: 1.0.0\n";
    let is_bundle = ["params:", "ui:", "connections:"].iter().any(|key| text.starts_with(key));
    is_bundle.then(|| format!("{OTHERS}{text}"))
}

/// The example in flow style.
fn in_braces(text: &str) -> Option<String> {
    let snapshot = Snapshot::new(text, None);
    let document = snapshot.document();
    let is_sound = document.syntax.errors().is_empty() && document.syntax.comments().is_empty();
    let root = document.syntax.root().filter(|root| is_sound && root.is_mapping())?;
    is_sound.then(|| to_json(root, document.dialect()).ok().map(|value| value.to_string()))?
}

#[test]
fn most_findings_have_a_fix() {
    let mut results = Results::default();
    all().for_each(|rule| results.verify(rule.bad, rule.files));
    SITUATIONS.iter().for_each(|(_, text)| results.verify(text, &[]));
    let serious: Vec<&Rule> = all().filter(|rule| rule.severity <= Severity::Warning).collect();
    let (with, without): (Vec<&Rule>, Vec<&Rule>) =
        serious.iter().partition(|rule| results.accepted.contains(rule.id));
    println!("{} of {} rules at warning and above have a fix", with.len(), serious.len());
    for rule in &without {
        let reason = WITHOUT.iter().find(|(id, _)| *id == rule.id);
        let (_, reason) = reason.unwrap_or_else(|| panic!("{} has no fix; add one, or a reason", rule.id));
        println!("  {}: {reason}", rule.id);
    }
    for (id, _) in WITHOUT {
        assert!(without.iter().any(|rule| rule.id == *id), "{id} has a fix, or is below warning");
    }
    assert!(with.len() * 100 >= serious.len() * MIN_SHARE, "{} of {}", with.len(), serious.len());
}

#[test]
fn fixes_pass_verification() {
    let mut results = Results::default();
    for rule in rules() {
        results.verify(rule.bad, rule.files);
        let others = [among_others(rule.bad), in_braces(rule.bad)];
        others.iter().flatten().for_each(|text| results.verify(text, rule.files));
    }
    for (id, text) in SITUATIONS {
        let found = testing::run(text, &[], &testing::everything_on());
        assert!(found.iter().any(|finding| finding.rule == *id), "{id} is not reported in\n{text}");
        results.verify(text, &[]);
        in_braces(text).iter().for_each(|text| results.verify(text, &[]));
    }
    assert!(results.refused.is_empty(), "{} refused:\n{}", results.refused.len(), results.refused.join("\n"));
}
