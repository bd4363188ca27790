//! Schemas that draft-07 allows and Massdriver's command line cannot read.

use super::{Once, is_checked_by_platform};
use crate::bundle::{Area, Block, SchemaId};
use crate::edit::{Edits, Fix};
use crate::rules::dedent::dedent;
use crate::rules::{Context, Family, Findings, Rule, Severity};
use crate::syntax::{Node, Scalar};

static SCHEMA_CLI_UNSUPPORTED: Rule = Rule {
    id: "schema-cli-unsupported",
    severity: Severity::Warning,
    opt_in: false,
    title: "Valid JSON Schema that the command line cannot read",
    explanation: "`mass bundle build` and `mass bundle lint` do not accept all of draft-07. They fail on a list \
                  of types, on `true` or `false` as the schema of a property, on a list of schemas under \
                  `items`, and on `dependencies` that mix lists of names with schemas. Use `oneOf`, `{}`, one \
                  schema for all items, or only schemas instead.",
    bad: dedent! {"
        params:
          properties:
            port:
              type: [integer, string]
    "},
    good: dedent! {"
        params:
          properties:
            port:
              oneOf:
                - type: integer
                - type: string
    "},
    files: &[],
};

/// Limits of the command line.
pub(in crate::rules) static COMMAND_LINE: Family =
    Family { title: "Limits of the command line", rules: &[&SCHEMA_CLI_UNSUPPORTED], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let checked = is_checked_by_platform(document);
    let mut once = Once::default();
    for (id, schema) in document.schemas.iter() {
        if !checked[id.index()] || !matches!(schema.area, Area::Params | Area::Ports(Block::Connections)) {
            continue;
        }
        for (key, value) in once.keywords(document, schema) {
            keyword(context, id, key, value, findings);
        }
    }
}

fn keyword(context: &Context<'_>, id: SchemaId, key: Node<'_>, value: Node<'_>, findings: &mut Findings) {
    let target = value.target();
    match &*key.value() {
        "type"
            if target.is_sequence()
                && super::types(context.document, id).is_some_and(|types| !types.is_empty()) =>
        {
            let message =
                "The command line cannot read a list of types; write `oneOf` with a schema for each.";
            findings.push(SCHEMA_CLI_UNSUPPORTED.at(value.span(), message));
        }
        "items" if target.items().len() > 0 => {
            let message =
                "The command line cannot read a list of schemas under `items`; write one for all items.";
            findings.push(SCHEMA_CLI_UNSUPPORTED.at(key.span(), message));
        }
        "properties" => {
            for member in target.entries() {
                let Scalar::Bool(allowed) = super::scalar(context, member.value()) else { continue };
                let message = match allowed {
                    true => {
                        "The command line cannot read `true` as a schema; write `{}`, which means the same."
                    }
                    false => {
                        "The command line cannot read `false` as a schema; write `not: {}`, which means the same."
                    }
                };
                let text = if allowed { "{}" } else { "{ not: {} }" };
                let value = member.value();
                let fix = Fix::safe(format!("Replace with `{text}`"), Edits::value(value, text));
                findings.push(SCHEMA_CLI_UNSUPPORTED.at(value.span(), message).with_fix(fix));
            }
        }
        "dependencies" => {
            let values = || target.fields().map(|member| member.value().target());
            if values().any(Node::is_sequence) && values().any(Node::is_mapping) {
                let message = "The command line cannot read `dependencies` that mix lists of names with schemas; \
                               write each list as a schema with `required`.";
                findings.push(SCHEMA_CLI_UNSUPPORTED.at(key.span(), message));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const ID: &[&str] = &["schema-cli-unsupported"];

    #[test]
    fn reports_what_the_command_line_cannot_read() {
        let text = "\
params:
  properties:
    a: {type: [string, 'null']}
    b: true
    c: {type: array, items: [{type: string}]}
    d: {type: object, additionalProperties: true}
  dependencies:
    a: [b]
    c: {required: [d]}
  $defs:
    e: {type: [string, integer]}
connections:
  properties:
    f: {$ref: g, properties: {h: {type: [string, integer]}}}
artifacts:
  properties:
    i: {$ref: j, properties: {k: {type: [string, integer]}}}
";
        expect![[r#"
            3:15-3:31 schema-cli-unsupported warning: The command line cannot read a list of types; write `oneOf` with a schema for each.
            4:8-4:12 schema-cli-unsupported warning: The command line cannot read `true` as a schema; write `{}`, which means the same.
                fix: Replace with `{}`
            5:22-5:27 schema-cli-unsupported warning: The command line cannot read a list of schemas under `items`; write one for all items.
            7:3-7:15 schema-cli-unsupported warning: The command line cannot read `dependencies` that mix lists of names with schemas; write each list as a schema with `required`.
            14:41-14:58 schema-cli-unsupported warning: The command line cannot read a list of types; write `oneOf` with a schema for each.
        "#]]
        .assert_eq(&report(ID, text));
        assert!(
            fixed("schema-cli-unsupported", "params:\n  properties:\n    b: false\n")
                .ends_with("b: { not: {} }\n")
        );
    }

    #[test]
    fn half_typed_values_and_resource_types_are_left_alone() {
        let half_typed =
            "params:\n  properties:\n    a:\n      type: []\n    b:\n  dependencies:\n    a: []\n";
        assert_eq!(report(ID, half_typed), "");
        assert_eq!(report(ID, "schema:\n  properties:\n    a: {type: [string, integer]}\n"), "");
    }
}
