//! The top-level blocks that a bundle should have.

use super::root::{self, Written, is_null, lookup, missing, supply};
use super::schema::METADATA;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{Block, BundleFormat, Document};
use crate::edit::build::{fill, insert_key};
use crate::edit::{Edits, Fix};
use crate::jq::infer::{Root, Step};
use crate::reference;
use crate::rules::dedent::dedent;
use crate::settings::ExpectedFormat;
use crate::syntax::{Dialect, encode};
use crate::syntax::{Entry, Kind, Node};
use std::collections::BTreeSet;

static PARAMS_MISSING: Rule = Rule {
    id: "params-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "The bundle has no params",
    explanation: "`params` describes the form that users fill in. A bundle without params has an empty \
                  `properties`.",
    bad: "name: aws-vpc\n",
    good: dedent! {"
        name: aws-vpc
        params:
          properties: {}
    "},
    files: &[],
};

static PROPERTIES_MISSING: Rule = Rule {
    id: "properties-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A block has no `properties`",
    explanation: "The names in `params`, `connections` and `artifacts` are declared below `properties`. The \
                  platform rejects `params` without it. In the other two it adds an empty one and ignores the \
                  keys beside it: a warning, or a hint if there are no such keys.",
    bad: dedent! {"
        params:
          required: []
    "},
    good: dedent! {"
        params:
          required: []
          properties: {}
    "},
    files: &[],
};

static CONNECTIONS_MISSING: Rule = Rule {
    id: "connections-missing",
    severity: Severity::Warning,
    opt_in: false,
    title: "The bundle has no `connections`",
    explanation: "The `connections`/`artifacts` format requires `connections`, even if the bundle needs nothing \
                  from other bundles. A bundle in the `dependencies`/`resources` format has `dependencies` \
                  instead.",
    bad: "name: aws-vpc\n",
    good: dedent! {"
        name: aws-vpc
        connections:
          properties: {}
    "},
    files: &[],
};

static ARTIFACTS_MISSING: Rule = Rule {
    id: "artifacts-missing",
    severity: Severity::Warning,
    opt_in: false,
    title: "The bundle has no `artifacts`",
    explanation: "The `connections`/`artifacts` format requires `artifacts`, even if the bundle provides \
                  nothing to other bundles. A bundle in the `dependencies`/`resources` format has `resources` \
                  instead.",
    bad: "name: aws-vpc\n",
    good: dedent! {"
        name: aws-vpc
        artifacts:
          properties: {}
    "},
    files: &[],
};

static UI_MISSING: Rule = Rule {
    id: "ui-missing",
    severity: Severity::Hint,
    opt_in: true,
    title: "The bundle has no `ui`",
    explanation: "Some versions of the platform require `ui`, even if it is empty.",
    bad: "name: aws-vpc\n",
    good: dedent! {"
        name: aws-vpc
        ui: {}
    "},
    files: &[],
};

/// The top-level blocks that a bundle should have.
pub(super) static BLOCKS: Family = Family {
    title: "Blocks of a bundle",
    rules: &[&PARAMS_MISSING, &PROPERTIES_MISSING, &CONNECTIONS_MISSING, &ARTIFACTS_MISSING, &UI_MISSING],
    check,
};

/// The fix for missing `params` declares at most this many.
const MAX_USED: usize = 50;

/// The params that jq programs read.
fn used_params(document: &Document) -> BTreeSet<String> {
    if document.entry("params").is_some() {
        return BTreeSet::new();
    }
    let mut used = BTreeSet::new();
    for expression in document.expressions() {
        let report = expression.report(document);
        for one in report.uses.iter().filter(|one| one.root == Root::Input) {
            if let [Step::Field(root), Step::Field(name), ..] = report.path(one)
                && &**root == "params"
                && **name != *METADATA
                && used.len() < MAX_USED
            {
                used.insert(name.to_string());
            }
        }
    }
    used
}

/// `properties` that declare the names as text, since their types are not known.
fn params_of(names: &BTreeSet<String>) -> String {
    let param = |name: &String| {
        format!("\n    {}:\n      type: string", encode::string(name, false, Dialect::GoYaml2))
    };
    format!("\n  properties:{}", names.iter().map(param).collect::<String>())
}

const EMPTY: &str = "\n  properties: {}";

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(document) = root::bundle(context) else { return };
    let absent = |rule, key: &str, value: &str, message: &str| {
        let finding = missing(document, rule, key, message)?;
        Some(finding.with_fix(Fix::safe(format!("Add an empty `{key}`"), supply(document, key, value))))
    };
    let message = "A bundle needs `params`; if it has none, write `properties: {}` below it.";
    let used = used_params(document);
    findings.extend(match used.is_empty() {
        true => absent(&PARAMS_MISSING, "params", EMPTY, message),
        false => missing(document, &PARAMS_MISSING, "params", message).map(|finding| {
            let edits = supply(document, "params", &params_of(&used));
            finding.with_fix(Fix::unsafe_("Add `params` with the names that jq programs use", edits))
        }),
    });
    if context.settings.bundle_format != ExpectedFormat::Dependencies {
        for (rule, block) in
            [(&CONNECTIONS_MISSING, Block::Connections), (&ARTIFACTS_MISSING, Block::Artifacts)]
        {
            if !is_replaced(document, block) {
                let message = format!(
                    "A bundle should have `{0}`; if it has none, write `properties: {{}}` below it.",
                    block.key()
                );
                findings.extend(absent(rule, block.key(), EMPTY, &message));
            }
        }
    }
    findings.extend(absent(&UI_MISSING, "ui", " {}", "The bundle has no `ui`; `ui: {}` is enough."));
    for key in ["params", "connections", "artifacts"] {
        if let Written::Value(entry, value) = lookup(document, key) {
            findings.extend(properties_missing(document, key, entry, value));
        }
    }
}

/// Whether a block of the `dependencies`/`resources` format stands in for this one.
fn is_replaced(document: &Document, block: Block) -> bool {
    let key = reference::get().key("bundle", block.key());
    let replacements = key.into_iter().flat_map(|key| &key.or);
    let mut blocks = replacements.filter_map(|name| Block::ALL.into_iter().find(|block| block.key() == name));
    blocks.any(|block| {
        block.bundle_format() == BundleFormat::Dependencies
            && document.block(block).is_some_and(|nodes| !nodes.misplaced)
    })
}

fn properties_missing(document: &Document, key: &str, entry: Entry<'_>, block: Node<'_>) -> Option<Finding> {
    // The target of a reference may have `properties`.
    if !block.is_mapping() || block.field("$ref").is_some() {
        return None;
    }
    let properties = block.field("properties");
    let (at, edit) = match properties {
        None => (entry.key(), empty_properties(key, entry, block)),
        Some(entry) if entry.colon().is_some() && is_null(document, entry.value().target()) => {
            (entry.key(), fill(entry, " {}"))
        }
        Some(_) => return None,
    };
    let is_empty = block.entries().len() == 0;
    let (severity, message) = match key {
        "params" => (Severity::Error, "`params` needs `properties`, which may be `{}`.".to_owned()),
        _ if is_empty => (Severity::Hint, format!("An empty `{key}` should have `properties: {{}}`.")),
        _ => (
            Severity::Warning,
            format!("The entries of `{key}` belong below `properties`, which is missing."),
        ),
    };
    let finding = PROPERTIES_MISSING.at(at.span(), message).with(severity);
    let title = "Add empty `properties`";
    Some(if severity == Severity::Warning {
        finding.with_fix(Fix::unsafe_(title, edit))
    } else {
        finding.with_fix(Fix::safe(title, edit))
    })
}

fn empty_properties(key: &str, entry: Entry<'_>, block: Node<'_>) -> Option<Edits> {
    if block.kind() == (Kind::Mapping { flow: true }) && block.entries().len() == 0 && block == entry.value()
    {
        return fill(entry, EMPTY);
    }
    insert_key(block, reference::get().object(key)?, "properties", " {}")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use crate::settings::{ExpectedFormat, Settings};
    use expect_test::expect;

    const MISSING: &[&str] = &["params-missing", "connections-missing", "artifacts-missing", "ui-missing"];
    const PROPERTIES: &[&str] = &["properties-missing"];

    #[test]
    fn absent_and_null_blocks() {
        expect![[r#"
            1:1-1:5 params-missing error: A bundle needs `params`; if it has none, write `properties: {}` below it.
                fix: Add an empty `params`
            1:1-1:5 artifacts-missing warning: A bundle should have `artifacts`; if it has none, write `properties: {}` below it.
                fix: Add an empty `artifacts`
            1:1-1:5 ui-missing hint: The bundle has no `ui`; `ui: {}` is enough.
                fix: Add an empty `ui`
        "#]].assert_eq(&report(MISSING, "name: x\nconnections: {}\n"));
        expect![[r#"
            1:1-1:7 params-missing error: A bundle needs `params`; if it has none, write `properties: {}` below it.
                fix: Add an empty `params`
            2:1-2:12 connections-missing warning: A bundle should have `connections`; if it has none, write `properties: {}` below it.
                fix: Add an empty `connections`
            3:1-3:10 artifacts-missing warning: A bundle should have `artifacts`; if it has none, write `properties: {}` below it.
                fix: Add an empty `artifacts`
            4:1-4:3 ui-missing hint: The bundle has no `ui`; `ui: {}` is enough.
                fix: Add an empty `ui`
        "#]].assert_eq(&report(MISSING, "params:\nconnections: ~\nartifacts:\nui: null\n"));
        let fine = "Params: {}\nconnections: *gone\nartifacts: [x]\nui\n";
        assert_eq!(report(MISSING, fine), "");
        assert_eq!(report(MISSING, "just text\n"), "");
        assert_eq!(report_with(&["ui-missing"], "name: x\n", &[], &Settings::default()), "");
    }

    #[test]
    fn dependencies_replace_connections() {
        for fine in ["dependencies: {}\n", "resources:\n  a: {resource_type: b, required: true}\n"] {
            assert_eq!(report(&MISSING[1..3], fine), "", "{fine}");
        }
        let settings = Settings { bundle_format: ExpectedFormat::Dependencies, ..everything_on() };
        assert_eq!(report_with(&MISSING[1..3], "name: x\n", &[], &settings), "");
        expect![[r#"
            1:1-1:7 artifacts-missing warning: A bundle should have `artifacts`; if it has none, write `properties: {}` below it.
                fix: Add an empty `artifacts`
            1:1-1:7 connections-missing warning: A bundle should have `connections`; if it has none, write `properties: {}` below it.
                fix: Add an empty `connections`
        "#]]
            .assert_eq(&report(&MISSING[1..3], "params: {}\ndependencies:\n  a: [b]\nresources:\n"));
    }

    #[test]
    fn blocks_without_properties() {
        let text = "params: {}\nconnections: {}\nartifacts:\n  vpc: {$ref: x}\n";
        expect![[r#"
            1:1-1:7 properties-missing error: `params` needs `properties`, which may be `{}`.
                fix: Add empty `properties`
            2:1-2:12 properties-missing hint: An empty `connections` should have `properties: {}`.
                fix: Add empty `properties`
            3:1-3:10 properties-missing warning: The entries of `artifacts` belong below `properties`, which is missing.
                unsafe fix: Add empty `properties`
        "#]].assert_eq(&report(PROPERTIES, text));
        expect![[r#"
            2:3-2:13 properties-missing error: `params` needs `properties`, which may be `{}`.
                fix: Add empty `properties`
            3:13-3:23 properties-missing warning: The entries of `artifacts` belong below `properties`, which is missing.
                unsafe fix: Add empty `properties`
        "#]]
            .assert_eq(&report(PROPERTIES, "params:\n  properties:\nartifacts: {properties: }\n"));
        let fine = "\
a: &a {properties: {}}
params: {<<: *a}
connections: {$ref: ./x.json}
artifacts:
  properties
";
        assert_eq!(report(PROPERTIES, fine), "");
        assert_eq!(report(PROPERTIES, "params: []\nconnections:\nartifacts: ~\n"), "");
    }

    #[test]
    fn fixes() {
        let after = |id: &str, text: &str| fixed(id, text);
        let added = "name: x\nparams:\n  properties: {}\nui: {}\n";
        assert_eq!(after("params-missing", "name: x\nui: {}\n"), added);
        assert_eq!(after("params-missing", "params: # none\n"), "params:\n  properties: {} # none\n");
        assert_eq!(after("properties-missing", "params: {} # x\n"), "params:\n  properties: {} # x\n");
        let nested = "params:\n    properties: {}\n    required: []\n";
        assert_eq!(after("properties-missing", "params:\n    required: []\n"), nested);
        assert_eq!(after("properties-missing", "params:\n  properties:\n"), "params:\n  properties: {}\n");
    }
}
