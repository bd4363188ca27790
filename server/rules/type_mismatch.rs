//! Values of the wrong type, outside schemas.

use super::root::first_line;
use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{Outline, OutlineNode};
use crate::edit::build::{column, is_shared, is_sound, moved};
use crate::edit::{Edits, Fix};
use crate::reference::{self, JsonType, Presence, Shape};
use crate::rules::dedent::dedent;
use crate::syntax::{Dialect, Kind, Node, Scalar, ScalarStyle, resolve};

static TYPE_MISMATCH: Rule = Rule {
    id: "type-mismatch",
    severity: Severity::Error,
    opt_in: false,
    title: "A value has the wrong type",
    explanation: "The platform cannot read the file if a key has a value of the wrong type: text instead of a \
                  list, a list instead of a mapping, or `\"true\"` in quotes instead of `true`. Where text is \
                  expected, numbers and booleans are accepted and read as written.",
    bad: dedent! {"
        steps:
          path: src
          provisioner: opentofu
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
    "},
    files: &[("src/main.tf", "")],
};

/// Values of the wrong type, outside schemas.
pub(super) static TYPE_MISMATCHES: Family =
    Family { title: "Types of values", rules: &[&TYPE_MISMATCH], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let outline = document.outline();
    for place in &outline.nodes {
        if findings.is_full() {
            return;
        }
        let value = document.node(place.value);
        let Some(shape) = place.shape.filter(|_| !is_environment_variable(outline, place)) else { continue };
        let Some(found) = mismatch(shape, value.target(), document.dialect()) else { continue };
        let subject = outline.path(document, place);
        let message = format!("`{subject}` must be {}, not {found}.", wanted(shape));
        findings.push(fix(
            TYPE_MISMATCH.at(first_line(value.span(), &document.syntax), message),
            shape,
            value,
            document.dialect(),
        ));
    }
}

/// Whether the value is an environment variable, which is reported by `env-value`.
fn is_environment_variable(outline: &Outline, place: &OutlineNode) -> bool {
    let parent = place.parent.and_then(|index| outline.nodes.get(index));
    parent.and_then(|parent| parent.key).is_some_and(|key| key.name == "envs")
}

/// Describes a value that does not fit a shape; `None` if it fits.
fn mismatch(shape: &Shape, value: Node<'_>, dialect: Dialect) -> Option<String> {
    let (found, words) = match value.kind() {
        // A missing value counts as absent; an unresolved alias is reported by `yaml-syntax`.
        Kind::Null | Kind::Alias => return None,
        Kind::Mapping { .. } => (JsonType::Object, "a mapping".to_owned()),
        Kind::Sequence { .. } => (JsonType::Array, "a list".to_owned()),
        Kind::Scalar(_) => {
            let shown = quoted(value.source());
            match value.resolve(dialect) {
                Scalar::Null => return None,
                // Every scalar can be read as text.
                _ if shape.text().is_some() => return None,
                Scalar::Bool(_) => (JsonType::Boolean, format!("the boolean {shown}")),
                Scalar::Int(_) => (JsonType::Integer, format!("the number {shown}")),
                Scalar::Float(_) => (JsonType::Number, format!("the number {shown}")),
                Scalar::Str(_) if is_bool_by_type(shape, value) => return None,
                Scalar::Str(_) => (JsonType::String, format!("the text {shown}")),
            }
        }
    };
    (!shape.allows(found)).then_some(words)
}

/// Whether a value is `yes` or a similar word, which is a boolean in resource types only where a boolean is expected.
fn is_bool_by_type(shape: &Shape, value: Node<'_>) -> bool {
    let plain = value.kind() == Kind::Scalar(ScalarStyle::Plain) && value.tag().is_none();
    plain && shape.allows(JsonType::Boolean) && is_bool(value.source(), Dialect::GoYaml2)
}

fn is_bool(text: &str, dialect: Dialect) -> bool {
    matches!(resolve::resolve_plain(text.into(), dialect), Scalar::Bool(_))
}

/// The shape in words, with the required keys of a mapping.
fn wanted(shape: &Shape) -> String {
    let object = shape.object().and_then(|name| reference::get().object(name));
    let required =
        object.into_iter().flat_map(|object| object.keys()).filter(|key| key.presence == Presence::Required);
    let keys: Vec<String> = required.map(|key| format!("`{}`", key.name)).collect();
    match keys.len() {
        0 => shape.to_string(),
        _ => format!("a mapping with {}", keys.join(" and ")),
    }
}

fn fix(finding: Finding, shape: &Shape, value: Node<'_>, dialect: Dialect) -> Finding {
    match value.kind() {
        Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double)
            if shape.allows(JsonType::Boolean)
                && value.tag().is_none()
                && is_bool(&value.value(), dialect) =>
        {
            finding.with_fix(Fix::safe("Remove the quotes", Edits::value(value, value.value())))
        }
        Kind::Scalar(ScalarStyle::Plain) if names_a_type(shape) => with_entry(finding, value),
        Kind::Mapping { .. } if shape.items().is_some_and(|items| items.allows(JsonType::Object)) => {
            finding.with_fix(Fix::unsafe_("Convert to a list", only_item(value)))
        }
        _ => finding,
    }
}

/// Turns a mapping into a list with that mapping as its only item.
fn only_item(mapping: Node<'_>) -> Option<Edits> {
    let syntax = mapping.syntax();
    if is_shared(mapping) || mapping.tag().is_some() || !is_sound(syntax, mapping.span()) {
        return None;
    }
    let source = mapping.source();
    if mapping.kind() == (Kind::Mapping { flow: true }) {
        return Some(Edits::value(mapping, format!("[{source}]")));
    }
    let column = column(syntax, mapping.span().start());
    Some(Edits::value(mapping, format!("- {}", moved(source, column, column + 2))))
}

/// Whether the shape is a dependency or resource, instead of which users often write only the type.
fn names_a_type(shape: &Shape) -> bool {
    let object = shape.object().and_then(|name| reference::get().object(name));
    object.is_some_and(|object| object.key("resource_type").is_some())
}

/// Adds a fix that turns `vpc: aws-vpc` into a mapping with `resource_type` and `required`.
fn with_entry(finding: Finding, value: Node<'_>) -> Finding {
    if value.source().contains([' ', '\n']) {
        return finding;
    }
    let text = format!("{{resource_type: {}, required: true}}", value.source());
    finding.with_fix(Fix::unsafe_("Convert to a mapping", Edits::value(value, text)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn all_levels_are_checked() {
        let text = "\
name: [a]
description: {}
steps:
  - src
  - path: [x]
    provisioner: {}
    skip_on_delete: \"yes\"
    config: [1]
params: []
connections: 3
dependencies:
  vpc: aws-vpc
  dns: {resource_type: [a], required: 'true'}
ui: none
app:
  envs: [A]
  policies:
    a: b
  secrets:
    TOKEN: text
    OTHER: {required: 1, title: [x]}
source_url: []
";
        expect![[r#"
            1:7-1:10 type-mismatch error: `name` must be a string, not a list.
            2:14-2:16 type-mismatch error: `description` must be a string, not a mapping.
            4:5-4:8 type-mismatch error: `steps[0]` must be a mapping with `path` and `provisioner`, not the text `src`.
            5:11-5:14 type-mismatch error: `steps[1].path` must be the name of a directory, not a list.
            6:18-6:20 type-mismatch error: `steps[1].provisioner` must be the name of a provisioner, not a mapping.
            7:21-7:26 type-mismatch error: `steps[1].skip_on_delete` must be true or false, not the text `"yes"`.
                fix: Remove the quotes
            8:13-8:16 type-mismatch error: `steps[1].config` must be a mapping, not a list.
            9:9-9:11 type-mismatch error: `params` must be a mapping with `properties`, not a list.
            10:14-10:15 type-mismatch error: `connections` must be a mapping, not the number `3`.
            12:8-12:15 type-mismatch error: `dependencies.vpc` must be a mapping with `resource_type` and `required`, not the text `aws-vpc`.
                unsafe fix: Convert to a mapping
            13:24-13:27 type-mismatch error: `dependencies.dns.resource_type` must be the name of a resource type, not a list.
            13:39-13:45 type-mismatch error: `dependencies.dns.required` must be true or false, not the text `'true'`.
                fix: Remove the quotes
            14:5-14:9 type-mismatch error: `ui` must be a mapping, not the text `none`.
            16:9-16:12 type-mismatch error: `app.envs` must be a mapping, not a list.
            18:5-18:9 type-mismatch error: `app.policies` must be a list of jq expressions, not a mapping.
            20:12-20:16 type-mismatch error: `app.secrets.TOKEN` must be a mapping or null, not the text `text`.
            21:23-21:24 type-mismatch error: `app.secrets.OTHER.required` must be true or false, not the number `1`.
            21:33-21:36 type-mismatch error: `app.secrets.OTHER.title` must be a string, not a list.
            22:13-22:15 type-mismatch error: `source_url` must be an address, not a list.
        "#]].assert_eq(&report(&["type-mismatch"], text));
        expect![[r#"
            2:3-2:12 type-mismatch error: `steps` must be a list of mappings, not a mapping.
                unsafe fix: Convert to a list
            3:6-3:8 type-mismatch error: `app` must be a mapping, not a list.
        "#]]
        .assert_eq(&report(&["type-mismatch"], "steps:\n  path: src\napp: []\n"));
    }

    #[test]
    fn values_that_the_platform_accepts() {
        let text = "\
name: 12
description: true
version: 1.0
source_url: ~
steps:
  -
  - path: 1
    provisioner:
    skip_on_delete: no
    config:
  - &step {path: x, provisioner: helm, skip_on_delete: True, config: {a: 1}}
  - *step
  - *nowhere
params:
connections: {}
artifacts: ~
ui: {}
app:
  envs: {A: [x]}
  policies: [.connections.a, 1]
  secrets:
    A:
    B: ~
    C: {}
";
        assert_eq!(report(&["type-mismatch"], text), "");
    }

    #[test]
    fn resource_types_are_checked() {
        let text = "\
name: x
exports: {}
ui:
  instructions:
    - [a]
    - label: 1
      path: {}
schema:
  properties: {}
$md:
  diagram: {isLinkable: yes}
  cloud: {id: [a]}
";
        expect![[r#"
            2:10-2:12 type-mismatch error: `exports` must be a list of mappings, not a mapping.
                unsafe fix: Convert to a list
            5:7-5:10 type-mismatch error: `ui.instructions[0]` must be a mapping with `label` and `path`, not a list.
            7:13-7:15 type-mismatch error: `ui.instructions[1].path` must be the path of a file, not a mapping.
        "#]].assert_eq(&report(&["type-mismatch"], text));
    }

    #[test]
    fn quotes_around_a_boolean_are_removed() {
        let text = "steps:\n  - path: src\n    skip_on_delete: 'true'\n";
        assert_eq!(fixed("type-mismatch", text), "steps:\n  - path: src\n    skip_on_delete: true\n");
        let text = "dependencies:\n  vpc: acme/aws-vpc@~1\n";
        let after = "dependencies:\n  vpc: {resource_type: acme/aws-vpc@~1, required: true}\n";
        assert_eq!(fixed("type-mismatch", text), after);
    }
}
