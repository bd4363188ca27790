//! Resource types: name, label, schema and how they are connected.

use super::root::{Written, is_null, lookup};
use super::value::{Pattern, string};
use super::wording::{any_of, quoted};
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{Document, Kind};
use crate::edit::build::{fill, insert_key, rename_key, replace_text};
use crate::edit::{Edits, Fix};
use crate::reference::{self, Key, Object, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Kind as NodeKind, Node, Span};
use std::sync::LazyLock;

static NAME: Rule = Rule {
    id: "rt-name-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "The name of a resource type is missing or invalid",
    explanation: "The name is required. It has 3 to 100 lower-case letters, digits and hyphens. The \
                  organization is not part of it: the type is published under yours.",
    bad: dedent! {"
        name: acme/aws_vpc
        schema:
          properties: {}
    "},
    good: dedent! {"
        name: aws-vpc
        schema:
          properties: {}
    "},
    files: &[],
};

static LABEL: Rule = Rule {
    id: "rt-label-missing",
    severity: Severity::Hint,
    opt_in: false,
    title: "A resource type has no label",
    explanation: "The interface shows `label`, and without it the plain name.",
    bad: dedent! {"
        name: aws-vpc
        schema:
          properties: {}
    "},
    good: dedent! {"
        name: aws-vpc
        label: AWS VPC
        schema:
          properties: {}
    "},
    files: &[],
};

static SCHEMA: Rule = Rule {
    id: "rt-schema-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A resource type has no schema",
    explanation: "`schema` describes the payload that one bundle passes to another. A resource type cannot be \
                  published without it.",
    bad: dedent! {"
        name: aws-vpc
        label: AWS VPC
    "},
    good: dedent! {"
        name: aws-vpc
        label: AWS VPC
        schema:
          type: object
          properties:
            arn: {type: string}
    "},
    files: &[],
};

static PROPERTIES: Rule = Rule {
    id: "rt-properties-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "The schema of a resource type has no `properties`",
    explanation: "The payload of a resource type is an object, and `properties` lists its fields.",
    bad: dedent! {"
        name: aws-vpc
        label: AWS VPC
        schema:
          type: object
    "},
    good: dedent! {"
        name: aws-vpc
        label: AWS VPC
        schema:
          type: object
          properties:
            arn: {type: string}
    "},
    files: &[],
};

static ORIENTATION: Rule = Rule {
    id: "rt-orientation",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid `connectionOrientation`",
    explanation: "`ui.connectionOrientation` is `link`, for resources that users connect by drawing a line, or \
                  `environmentDefault`, for resources that an environment sets once for all bundles.",
    bad: dedent! {"
        name: aws-vpc
        schema:
          properties: {}
        ui:
          connectionOrientation: linkable
    "},
    good: dedent! {"
        name: aws-vpc
        schema:
          properties: {}
        ui:
          connectionOrientation: link
    "},
    files: &[],
};

static UNKNOWN_KEY: Rule = Rule {
    id: "rt-unknown-key",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown key in a resource type",
    explanation: "The platform ignores unknown keys, at the top level and in `ui`. Keys whose value has an \
                  anchor, and keys that begin with `x-` or `.`, are accepted.",
    bad: dedent! {"
        name: aws-vpc
        lable: AWS VPC
        schema:
          properties: {}
    "},
    good: dedent! {"
        name: aws-vpc
        label: AWS VPC
        schema:
          properties: {}
    "},
    files: &[],
};

/// Resource types.
pub(super) static RESOURCE_TYPES: Family = Family {
    title: "Resource types",
    rules: &[&NAME, &SCHEMA, &PROPERTIES, &ORIENTATION, &UNKNOWN_KEY, &LABEL],
    check,
};

/// Keywords that give a schema properties from another schema.
const SOURCES: [&str; 4] = ["$ref", "allOf", "anyOf", "oneOf"];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let root = document.syntax.root().map(Node::target).filter(|root| root.is_mapping());
    let Some((root, object)) = root.zip(reference::get().object("resource-type")) else { return };
    if document.kind != Kind::ResourceType {
        return;
    }
    check_name(document, object, findings);
    let ui = root.field("ui").map(|ui| ui.value().target());
    if let Some((ui, object)) = ui.zip(reference::get().object("resource-type-ui")) {
        check_orientation(document, ui, object, findings);
        check_keys(ui, object, "the `ui` of ", findings);
    }
    // The old form is a schema with its metadata under `$md`, so any keyword is allowed at the top.
    if root.field("$md").is_some_and(|md| md.value().target().is_mapping()) {
        return;
    }
    if let Some(span) = absence(document, root, "name") {
        let name = document.directory.as_deref().map(slug).filter(|name| is_name(name));
        let edit = name.and_then(|name| supply(root, object, "name", &format!(" {name}")));
        let finding = NAME.at(span, "A resource type needs a `name`, such as `aws-vpc`.");
        findings.push(finding.with_fix(Fix::safe("Add `name`, from the directory", edit)));
    }
    check_keys(root, object, "", findings);
    check_label(document, root, object, findings);
    check_schema(document, root, object, findings);
}

fn is_name(text: &str) -> bool {
    static PATTERN: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(reference::get().key("resource-type", "name").and_then(|key| key.pattern.as_deref()))
    });
    PATTERN.fits(text)
}

fn check_name(document: &Document, object: &Object, findings: &mut Findings) {
    let Written::Value(_, value) = lookup(document, "name") else { return };
    let name = value.value();
    if !value.is_scalar() || is_name(&name) {
        return;
    }
    let key = object.key("name");
    let least = key.and_then(|key| key.min_length).unwrap_or_default();
    let most = key.and_then(|key| key.max_length).unwrap_or(usize::MAX);
    let length = name.chars().count();
    let (org, bare) = name.split_once('/').unwrap_or(("", &name));
    let message = if !org.is_empty() {
        format!("Write only the name {}; publishing adds the organization.", quoted(bare))
    } else if let Some(odd) = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        format!(
            "The name of a resource type has only lower-case letters, digits and hyphens; {} contains `{odd}`.",
            quoted(&name)
        )
    } else {
        format!("The name of a resource type has {least} to {most} characters; this one has {length}.")
    };
    let better = slug(bare);
    let edit = replace_text(value, &better).filter(|_| is_name(&better));
    findings
        .push(NAME.at(value.span(), message).with_fix(Fix::safe(format!("Replace with `{better}`"), edit)));
}

/// The words of a name in lower case, joined by hyphens.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// Where to report a key that is absent, or null.
fn absence(document: &Document, root: Node<'_>, key: &str) -> Option<Span> {
    match lookup(document, key) {
        Written::Absent => root.entries().next().map(|first| first.key().span()),
        Written::Null(entry) => Some(entry.key().span()),
        Written::Value(..) | Written::Unknown => None,
    }
}

/// Gives an absent or null key a value.
fn supply(root: Node<'_>, object: &Object, key: &str, value: &str) -> Option<Edits> {
    match root.field(key) {
        Some(entry) => fill(entry, value),
        None => insert_key(root, object, key, value),
    }
}

fn check_label(document: &Document, root: Node<'_>, object: &Object, findings: &mut Findings) {
    let Some(span) = absence(document, root, "label") else { return };
    let finding = LABEL.at(span, "This resource type has no `label`; users see its plain name.");
    let name = root.field("name").and_then(|name| string(name.value(), document.dialect()));
    findings.push(match name.map(|name| label(&name)).filter(|label| !label.is_empty()) {
        Some(label) => {
            let title = format!("Add `label: {label}`");
            finding.with_fix(Fix::safe(title, supply(root, object, "label", &format!(" {label}"))))
        }
        None => finding,
    });
}

/// `aws-iam-role` → `AWS IAM Role`: clouds and other short words are mostly abbreviations.
fn label(name: &str) -> String {
    let word = |word: &str| match word.get(..1) {
        Some(_) if word.len() <= 3 => word.to_ascii_uppercase(),
        Some(first) => first.to_ascii_uppercase() + word.get(1..).unwrap_or_default(),
        None => word.to_owned(),
    };
    slug(name).split('-').map(word).collect::<Vec<_>>().join(" ")
}

fn check_schema(document: &Document, root: Node<'_>, object: &Object, findings: &mut Findings) {
    if let Some(span) = absence(document, root, "schema") {
        let message = "This resource type has no `schema`; describe its payload there.";
        let edit = supply(root, object, "schema", "\n  type: object\n  properties: {}");
        findings.push(SCHEMA.at(span, message).with_fix(Fix::safe("Add an empty `schema`", edit)));
        return;
    }
    let Written::Value(entry, schema) = lookup(document, "schema") else { return };
    let given = |key: &str| schema.field(key).is_some_and(|entry| !is_null(document, entry.value().target()));
    if !schema.is_mapping() || given("properties") || SOURCES.iter().any(|key| given(key)) {
        return;
    }
    let span = schema.field("properties").map_or(entry.key(), |entry| entry.key()).span();
    let empty = schema.kind() == NodeKind::Mapping { flow: true } && schema.entries().len() == 0;
    let in_braces = entry.key().parent().is_some_and(|root| root.kind() == NodeKind::Mapping { flow: true });
    let edit = match schema.field("properties") {
        Some(properties) => fill(properties, " {}"),
        None if empty && !in_braces => fill(entry, "\n  type: object\n  properties: {}"),
        None => reference::get()
            .object("schema")
            .and_then(|keywords| insert_key(schema, keywords, "properties", " {}")),
    };
    let finding =
        PROPERTIES.at(span, "The `schema` of a resource type needs `properties`: the fields of its payload.");
    findings.push(finding.with_fix(Fix::safe("Add `properties: {}`", edit)));
}

fn check_orientation(document: &Document, ui: Node<'_>, object: &Object, findings: &mut Findings) {
    let written = ui.field("connectionOrientation").map(|entry| entry.value().target());
    let Some((value, key)) = written.zip(object.key("connectionOrientation")) else { return };
    let Some(text) = string(value, document.dialect()).filter(|text| !key.values.contains(text)) else {
        return;
    };
    let finding = ORIENTATION.at(
        value.span(),
        format!("`connectionOrientation` must be {}, not {}.", any_of(key.values.names()), quoted(&text)),
    );
    findings.push(match meant(&text, key) {
        Some(meant) => {
            finding.with_fix(Fix::safe(format!("Replace with `{meant}`"), replace_text(value, meant)))
        }
        None => finding,
    });
}

/// The allowed value that a text is close to or begins with.
fn meant<'a>(text: &str, key: &'a Key) -> Option<&'a str> {
    let begins = |value: &&str| text.to_ascii_lowercase().starts_with(&value.to_ascii_lowercase());
    closest(text, key.values.names()).or_else(|| key.values.names().find(begins))
}

fn check_keys(mapping: Node<'_>, object: &Object, of: &str, findings: &mut Findings) {
    for entry in mapping.entries().filter(|entry| entry.colon().is_some() && !entry.is_merge()) {
        let name = entry.name();
        let is_private = name.starts_with("x-") || name.starts_with('.') || entry.value().anchor().is_some();
        if object.key(&name).is_some() || is_private || findings.is_full() {
            continue;
        }
        let meant = object.meant(&name).filter(|meant| mapping.field(&meant.name).is_none());
        let meant = meant.map(|meant| meant.name.as_str());
        let message = format!(
            "{} is not a key of {of}a resource type and has no effect{}",
            quoted(&name),
            did_you_mean(meant)
        );
        let renaming = meant
            .and_then(|meant| Fix::safe(format!("Rename to `{meant}`"), rename_key(mapping, entry, meant)));
        findings.push(UNKNOWN_KEY.at(entry.key().span(), message).with_fix(renaming));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const SCHEMA: &str = "label: X\nschema:\n  properties: {}\n";

    #[test]
    fn names() {
        let found = |name: &str| report(&["rt-name-invalid"], &format!("name: {name}\n{SCHEMA}"));
        expect![[r#"
            1:7-1:19 rt-name-invalid error: Write only the name `aws-vpc`; publishing adds the organization.
                fix: Replace with `aws-vpc`
        "#]]
        .assert_eq(&found("acme/aws-vpc"));
        expect![[r#"
            1:7-1:14 rt-name-invalid error: The name of a resource type has only lower-case letters, digits and hyphens; `AWS_VPC` contains `A`.
                fix: Replace with `aws-vpc`
        "#]].assert_eq(&found("AWS_VPC"));
        expect![[r#"
            1:7-1:9 rt-name-invalid error: The name of a resource type has 3 to 100 characters; this one has 2.
        "#]]
        .assert_eq(&found("ab"));
        expect![[r#"
            1:1-1:5 rt-name-invalid error: A resource type needs a `name`, such as `aws-vpc`.
        "#]]
        .assert_eq(&found(""));
        for fine in ["aws-vpc", "3-tier", "*gone", "[a]", "'123'"] {
            expect![""].assert_eq(&found(fine));
        }
        expect![""].assert_eq(&report(&["rt-name-invalid"], "name: AWS_VPC\nparams: {}\n"));
        expect![""].assert_eq(&report(&["rt-name-invalid"], "$md: {name: x}\nproperties: {}\n"));
        assert_eq!(
            fixed("rt-name-invalid", &format!("name: 'acme/AWS_Vpc'\n{SCHEMA}")),
            format!("name: 'aws-vpc'\n{SCHEMA}")
        );
    }

    #[test]
    fn labels() {
        let id = "rt-label-missing";
        expect![[r#"
            1:1-1:5 rt-label-missing hint: This resource type has no `label`; users see its plain name.
                fix: Add `label: AWS IAM Role`
        "#]]
        .assert_eq(&report(&[id], "name: aws-iam-role\nschema: {}\n"));
        expect![[r#"
            1:1-1:6 rt-label-missing hint: This resource type has no `label`; users see its plain name.
        "#]]
        .assert_eq(&report(&[id], "label:\nschema: {}\n"));
        for fine in ["label: x\n", "label\n", "label: *gone\n", "$md:\n  name: x\n"] {
            expect![""].assert_eq(&report(&[id], &format!("{fine}schema: {{}}\n")));
        }
        assert_eq!(
            fixed(id, "name: aws-iam-role\nschema: {}\n"),
            "name: aws-iam-role\nlabel: AWS IAM Role\nschema: {}\n"
        );
    }

    #[test]
    fn schemas() {
        let ids = ["rt-schema-missing", "rt-properties-missing"];
        let found = |rest: &str| report(&ids, &format!("label: X\n{rest}"));
        expect![[r#"
            1:1-1:6 rt-schema-missing error: This resource type has no `schema`; describe its payload there.
                fix: Add an empty `schema`
        "#]]
        .assert_eq(&found("name: x\n"));
        expect![[r#"
            2:1-2:7 rt-schema-missing error: This resource type has no `schema`; describe its payload there.
                fix: Add an empty `schema`
        "#]]
        .assert_eq(&found("schema:\n"));
        expect![[r#"
            2:1-2:7 rt-properties-missing error: The `schema` of a resource type needs `properties`: the fields of its payload.
                fix: Add `properties: {}`
        "#]].assert_eq(&found("schema: {}\n"));
        expect![[r#"
            3:3-3:13 rt-properties-missing error: The `schema` of a resource type needs `properties`: the fields of its payload.
                fix: Add `properties: {}`
        "#]].assert_eq(&found("schema:\n  properties:\n"));
        for fine in [
            "schema:\n  properties: {}\n",
            "schema:\n  $ref: ./x.json\n",
            "schema:\n  allOf: [{properties: {}}]\n",
            "x: &p {properties: {}}\nschema:\n  <<: *p\n",
            "schema: *gone\n",
            "schema\n",
            "schema: [a]\n",
            "$md: {name: x}\nproperties: {}\n",
        ] {
            expect![""].assert_eq(&found(fine));
        }
        let filled = "label: X\nschema:\n  type: object\n  properties: {}\n";
        for text in ["label: X\n", "label: X\nschema:\n", "label: X\nschema: {}\n"] {
            let id = if text.contains('{') { ids[1] } else { ids[0] };
            assert_eq!(fixed(id, text), filled, "{text}");
        }
        assert_eq!(fixed(ids[1], "schema:\n  type: object\n"), "schema:\n  type: object\n  properties: {}\n");
    }

    #[test]
    fn orientations() {
        let found = |value: &str| {
            report(&["rt-orientation"], &format!("{SCHEMA}ui:\n  connectionOrientation: {value}\n"))
        };
        expect![[r#"
            5:26-5:34 rt-orientation error: `connectionOrientation` must be `link` or `environmentDefault`, not `linkable`.
                fix: Replace with `link`
        "#]].assert_eq(&found("linkable"));
        expect![[r#"
            5:26-5:45 rt-orientation error: `connectionOrientation` must be `link` or `environmentDefault`, not `environment_default`.
                fix: Replace with `environmentDefault`
        "#]].assert_eq(&found("environment_default"));
        expect![[r#"
            5:26-5:30 rt-orientation error: `connectionOrientation` must be `link` or `environmentDefault`, not `none`.
        "#]].assert_eq(&found("none"));
        for fine in ["link", "'environmentDefault'", "", "~", "*gone"] {
            expect![""].assert_eq(&found(fine));
        }
    }

    #[test]
    fn unknown_keys() {
        let id = "rt-unknown-key";
        let text = format!(
            "lable: x\nicn: y\nparams2: z\nx-a: b\nshared: &s {{}}\nhalf\n{SCHEMA}ui:\n  instruction: []\n  color: red\n"
        );
        expect![[r#"
            1:1-1:6 rt-unknown-key warning: `lable` is not a key of a resource type and has no effect.
            2:1-2:4 rt-unknown-key warning: `icn` is not a key of a resource type and has no effect; did you mean `icon`?
                fix: Rename to `icon`
            3:1-3:8 rt-unknown-key warning: `params2` is not a key of a resource type and has no effect.
            11:3-11:14 rt-unknown-key warning: `instruction` is not a key of the `ui` of a resource type and has no effect; did you mean `instructions`?
                fix: Rename to `instructions`
            12:3-12:8 rt-unknown-key warning: `color` is not a key of the `ui` of a resource type and has no effect.
        "#]].assert_eq(&report(&[id], &text));
        expect![""].assert_eq(&report(&[id], "$md: {}\nproperties: {}\ntype: object\n"));
        assert_eq!(fixed(id, "lable: x # y\nschema: {}\n"), "label: x # y\nschema: {}\n");
    }
}
