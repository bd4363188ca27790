//! The same key twice in one mapping.

use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::Kind;
use crate::edit::Fix;
use crate::edit::build::remove_entry;
use crate::rules::dedent::dedent;
use crate::syntax::{Entry, Node};

static DUPLICATE: Rule = Rule {
    id: "yaml-duplicate-key",
    severity: Severity::Warning,
    opt_in: false,
    title: "A key is repeated",
    explanation: "In a bundle the last entry wins and the platform silently ignores the others. In a resource \
                  type the platform rejects the file, so there it is an error.",
    bad: dedent! {"
        params:
          properties: {}
          title: Size
          title: Sizes
    "},
    good: dedent! {"
        params:
          properties: {}
          title: Sizes
    "},
    files: &[],
};

/// The same key twice in one mapping.
pub(super) static DUPLICATE_KEYS: Family = Family { title: "Repeated keys", rules: &[&DUPLICATE], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let syntax = &context.document.syntax;
    let Some(root) = syntax.root() else { return };
    let mappings = syntax.nodes().filter(|node| node.is_mapping());
    for node in mappings.filter(|node| root.span().covers(node.span())) {
        if findings.is_full() {
            return;
        }
        // A list item without a space, `-name: x`, is reported by `yaml-syntax`.
        let is_key = |entry: Entry<'_>| entry.colon().is_some() && !entry.name().starts_with('-');
        let repeated = node.duplicates().filter(|(_, again)| is_key(*again));
        findings.extend(repeated.map(|(first, again)| report(context, node, first, again)));
    }
}

fn report(context: &Context<'_>, mapping: Node<'_>, first: Entry<'_>, again: Entry<'_>) -> Finding {
    let name = quoted(&again.name());
    let (severity, consequence) = match context.document.kind {
        Kind::ResourceType => (Severity::Error, "the platform rejects a resource type with a repeated key"),
        Kind::Bundle | Kind::Template | Kind::Program => (Severity::Warning, "only the last value is used"),
    };
    DUPLICATE
        .at(again.key().span(), format!("{name} is repeated; {consequence}."))
        .with(severity)
        .relating(first.key().span(), format!("{name} is first written here"))
        .with_fix(Fix::unsafe_(format!("Remove the first {name}"), remove_entry(mapping, first)))
        .with_fix(Fix::unsafe_(format!("Remove this {name}"), remove_entry(mapping, again)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn every_repetition_is_reported_with_the_one_before() {
        let text = "name: x\nparams:\n  \"a\": 1\n  a: {b: 1, b: 2}\n  a: 3\nname: y\n";
        expect![[r#"
            4:3-4:4 yaml-duplicate-key warning: `a` is repeated; only the last value is used.
                3:3: `a` is first written here
                unsafe fix: Remove the first `a`
                unsafe fix: Remove this `a`
            4:13-4:14 yaml-duplicate-key warning: `b` is repeated; only the last value is used.
                4:7: `b` is first written here
                unsafe fix: Remove the first `b`
                unsafe fix: Remove this `b`
            5:3-5:4 yaml-duplicate-key warning: `a` is repeated; only the last value is used.
                3:3: `a` is first written here
                unsafe fix: Remove the first `a`
                unsafe fix: Remove this `a`
            6:1-6:5 yaml-duplicate-key warning: `name` is repeated; only the last value is used.
                1:1: `name` is first written here
                unsafe fix: Remove the first `name`
                unsafe fix: Remove this `name`
        "#]]
        .assert_eq(&report(&["yaml-duplicate-key"], text));
    }

    #[test]
    fn a_repeated_key_in_a_resource_type_is_an_error() {
        let text = "name: x\nname: x\nschema:\n  properties: {}\n";
        expect![[r#"
            2:1-2:5 yaml-duplicate-key error: `name` is repeated; the platform rejects a resource type with a repeated key.
                1:1: `name` is first written here
                unsafe fix: Remove the first `name`
                unsafe fix: Remove this `name`
        "#]].assert_eq(&report(&["yaml-duplicate-key"], text));
    }

    #[test]
    fn other_levels_merges_and_half_typed_lines_are_fine() {
        let text = "a: &a {x: 1}\nb: &b {y: 1}\nparams:\n  <<: *a\n  <<: *b\n  x: 2\nz:\n  - x: 1\n  - x: 1\nx: 1\nna\nna\nl:\n  -a: 1\n  -a: 1\n";
        assert_eq!(report(&["yaml-duplicate-key"], text), "");
    }

    #[test]
    fn fixes_remove_one_of_the_entries() {
        let text = "name: x # old\nversion: 1.0.0\nname: y\n";
        assert_eq!(fixed("yaml-duplicate-key", text), "version: 1.0.0\nname: y\n");
    }
}
