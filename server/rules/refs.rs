//! How `$ref` and `resource_type` name a type, as far as the text alone tells.

use super::edit::{rename_key, replace_text};
use super::root::is_null;
use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::type_ref::split_version;
use crate::bundle::{Area, Document, Edition, Kind as DocumentKind, Port, RefForm, TypeName};
use crate::reference::{self, Identifier};
use crate::syntax::{Kind, Node, Scalar};
use std::collections::HashSet;

static REF_MISSING: Rule = Rule {
    id: "ref-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A connection or artifact has no type",
    explanation: "Each entry below `properties` names its resource type with `$ref`. A schema written in its place works \
                  in some tools, so there it is a warning.",
    bad: "connections:\n  properties:\n    vpc: {}\n",
    good: "connections:\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

static REF_NOT_STRING: Rule = Rule {
    id: "ref-not-string",
    severity: Severity::Error,
    opt_in: false,
    title: "A `$ref` is empty or no text",
    explanation: "`$ref` takes a name, a path, an address or a pointer. An empty one is often what a template left \
                  behind when a value was missing.",
    bad: "connections:\n  properties:\n    vpc:\n      $ref:\n",
    good: "connections:\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

static REF_FORM: Rule = Rule {
    id: "ref-form-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "A reference in no form that the platform resolves",
    explanation: "These forms are understood: a resource type as `name` or `org/name`, of letters, digits and hyphens; a \
                  JSON file as a path that begins with `./` or `../`; an `https://` address; a place in the same block \
                  that begins with `#`. Only `resource_type` takes a version after `@`.",
    bad: "connections:\n  properties:\n    vpc:\n      $ref: aws_vpc\n",
    good: "connections:\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

static REF_STYLE: Rule = Rule {
    id: "ref-name-style",
    severity: Severity::Warning,
    opt_in: false,
    title: "No resource type can have this name",
    explanation: "Names of resource types are 3 to 100 lower-case letters, digits and hyphens. An organization that is not \
                  1 to 20 lower-case letters and digits is a hint only, as older ones exist.",
    bad: "connections:\n  properties:\n    vpc:\n      $ref: AWS-VPC\n",
    good: "connections:\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

static REF_REGISTRY: Rule = Rule {
    id: "ref-massdriver-registry",
    severity: Severity::Hint,
    opt_in: false,
    title: "A type of the old public registry",
    explanation: "`massdriver/…` names a type of the public registry that was shared by all organizations. It is being \
                  retired: publish the type in your own organization and refer to it by its bare name.",
    bad: "connections:\n  properties:\n    vpc:\n      $ref: massdriver/aws-vpc\n",
    good: "connections:\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

static REF_PLACEHOLDER: Rule = Rule {
    id: "ref-placeholder",
    severity: Severity::Error,
    opt_in: false,
    title: "A reference still has a tutorial's placeholder",
    explanation: "Put your organization's id in place of the placeholder, or leave it and the slash out: a bare name is \
                  looked up in your own organization. `your-org/…` has the form of a name, so it is only a hint.",
    bad: "connections:\n  properties:\n    vpc:\n      $ref: <your-org>/aws-vpc\n",
    good: "connections:\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

/// How `$ref` and `resource_type` name a type.
pub(super) static REFS: Family = Family {
    title: "References to resource types",
    rules: &[&REF_MISSING, &REF_NOT_STRING, &REF_FORM, &REF_STYLE, &REF_REGISTRY, &REF_PLACEHOLDER],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != DocumentKind::Bundle {
        return;
    }
    for port in document.ports.iter().filter(|port| port.block.edition() == Edition::Seed) {
        findings.extend(ref_missing(document, port));
    }
    let mut seen = HashSet::new();
    for (id, schema) in document.schemas.iter().filter(|(_, schema)| schema.area != Area::Payload) {
        let Some((key, value)) = document.keyword(id, "$ref") else { continue };
        if seen.insert(value.target().id()) {
            findings.extend(reference(document, key, value.target(), schema.area));
        }
    }
    for port in document.ports.iter().filter(|port| port.block.edition() == Edition::Current) {
        let value = port.type_ref.map(|(_, value)| document.node(value).target());
        // An empty one is reported as missing.
        let Some(value) = value.filter(|value| value.is_scalar() && !is_null(document, *value)) else {
            continue;
        };
        if seen.insert(value.id()) {
            findings.extend(resource_type(value));
        }
    }
}

fn ref_missing(document: &Document, port: &Port) -> Option<Finding> {
    let (key, entry) = (document.node(port.key), document.node(port.value));
    let is_finished = entry.entries().all(|member| member.colon().is_some());
    let readable = entry.is_mapping() || is_null(document, entry);
    if port.type_ref.is_some() || !is_finished || !readable {
        return None;
    }
    let known = reference::get().key(port.block.noun(), "$ref");
    let mistaken = known.into_iter().flat_map(|key| &key.mistaken).find_map(|mistake| {
        let wrong = entry.get(mistake)?;
        let is_type = reference::get().schema_type(&wrong.value().value()).is_some();
        (wrong.value().is_scalar() && !is_type).then_some(wrong)
    });
    if let Some(wrong) = mistaken {
        let message = format!("{} names its type with `$ref`, not `{}`.", quoted(&port.name), wrong.name());
        let finding = REF_MISSING.at(wrong.key().span(), message);
        return Some(finding.mend("Rename to `$ref`", rename_key(entry, wrong, "$ref")));
    }
    let is_schema = entry.fields().any(|member| !matches!(&*member.name(), "title" | "description"));
    let message = format!(
        "The {} {} needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.",
        port.block.noun(),
        quoted(&port.name)
    );
    let finding = REF_MISSING.at(key.span(), message);
    Some(if is_schema { finding.with(Severity::Warning) } else { finding })
}

fn reference(document: &Document, key: Node<'_>, value: Node<'_>, area: Area) -> Option<Finding> {
    match value.kind() {
        Kind::Alias => return None,
        Kind::Null => return Some(not_text(key, "is empty")),
        Kind::Mapping { .. } => return Some(not_text(value, "must be text, not a mapping")),
        Kind::Sequence { .. } => return Some(not_text(value, "must be text, not a list")),
        Kind::Scalar(_) => match value.resolve(document.dialect()) {
            Scalar::Str(_) => {}
            Scalar::Null => return Some(not_text(value, "is empty")),
            Scalar::Bool(_) => return Some(not_text(value, "must be text, not a boolean")),
            Scalar::Int(_) | Scalar::Float(_) => return Some(not_text(value, "must be text, not a number")),
        },
    }
    let text = value.value();
    match RefForm::of(&text) {
        RefForm::Type(name) => name_style(value, name),
        RefForm::Other => Some(other_form(value, &text, area)),
        RefForm::File(_) | RefForm::Url | RefForm::Pointer(_) => None,
    }
}

fn not_text(at: Node<'_>, what: &str) -> Finding {
    let message = format!("`$ref` {what}; name a resource type, such as `aws-vpc`.");
    REF_NOT_STRING.at(super::root::first_line(at.span(), at.syntax()), message)
}

fn resource_type(value: Node<'_>) -> Option<Finding> {
    let text = value.value();
    let (name, version) = split_version(&text);
    if let Some(name) = TypeName::of(name) {
        return name_style(value, name);
    }
    let suffix = version.map(|version| format!("@{version}")).unwrap_or_default();
    if let Some(finding) = placeholder(value, name, &suffix) {
        return Some(finding);
    }
    let hyphenated = hyphenated(name).map(|name| format!("{name}{suffix}"));
    let message = match &hyphenated {
        Some(meant) => {
            format!("{} has an underscore; names of types have hyphens: `{meant}`.", quoted(&text))
        }
        None => format!("{} is no name of a resource type; write `name` or `org/name`.", quoted(&text)),
    };
    let finding = REF_FORM.at(value.span(), message);
    Some(match hyphenated {
        Some(meant) => finding.mend(format!("Change to `{meant}`"), replace_text(value, &meant)),
        None => finding,
    })
}

fn other_form(value: Node<'_>, text: &str, area: Area) -> Finding {
    if let Some(finding) = placeholder(value, text, "") {
        return finding;
    }
    let (name, version) = split_version(text);
    let shown = quoted(text);
    let (message, meant) = if text.is_empty() {
        ("`$ref` is empty; name a resource type, such as `aws-vpc`.".to_owned(), None)
    } else if version.is_some() && TypeName::of(name).is_some() {
        let message = match area {
            Area::Ports(block) => {
                let sibling = block.sibling().key();
                format!(
                    "`$ref` takes no version; only `resource_type` below `{sibling}` does. Write `{name}`."
                )
            }
            _ => format!("`$ref` takes no version; write `{name}`."),
        };
        (message, Some(name.to_owned()))
    } else if let Some(meant) = hyphenated(text) {
        (format!("{shown} has an underscore; names of types have hyphens: `{meant}`."), Some(meant))
    } else if text.ends_with(".json") && !text.starts_with('/') && !text.contains(' ') {
        let meant = format!("./{text}");
        (format!("A path must begin with `./` or `../`: `{meant}`."), Some(meant))
    } else {
        let forms = "`name`, `org/name`, `./file.json`, `https://…` or `#/…`";
        (format!("{shown} cannot be resolved; write {forms}."), None)
    };
    let finding = REF_FORM.at(value.span(), message);
    match meant {
        Some(meant) => finding.mend(format!("Change to `{meant}`"), replace_text(value, &meant)),
        None => finding,
    }
}

/// The name with hyphens, where underscores are its only fault.
fn hyphenated(name: &str) -> Option<String> {
    let meant = name.replace('_', "-");
    (meant != name && TypeName::of(&meant).is_some()).then_some(meant)
}

fn placeholder(value: Node<'_>, text: &str, suffix: &str) -> Option<Finding> {
    let (org, name) = text.split_once('/')?;
    let is_placeholder = org.starts_with('<') && org.ends_with('>') || is_your_org(org);
    if !is_placeholder {
        return None;
    }
    let message = format!("Put your organization's id in place of {}, or write only `{name}`.", quoted(org));
    let finding = REF_PLACEHOLDER.at(value.span(), message);
    let bare = TypeName::of(name).filter(|bare| bare.org.is_none()).map(|_| format!("{name}{suffix}"));
    Some(match bare {
        Some(bare) => finding.propose(format!("Change to `{bare}`"), replace_text(value, &bare)),
        None => finding,
    })
}

fn is_your_org(org: &str) -> bool {
    matches!(
        org.to_ascii_lowercase().replace('_', "-").as_str(),
        "your-org" | "yourorg" | "your-organization"
    )
}

fn name_style(value: Node<'_>, name: TypeName<'_>) -> Option<Finding> {
    if let Some(org) = name.org.filter(|org| is_your_org(org)) {
        let whole = format!("{org}/{}", name.name);
        return placeholder(value, &whole, "").map(|finding| finding.with(Severity::Hint));
    }
    if let Some(finding) = bad_name(value, name.name) {
        return Some(finding);
    }
    let org = name.org?;
    if org == "massdriver" {
        let message = format!(
            "`massdriver/` is the old public registry; publish the type yourself and write `{}`.",
            name.name
        );
        return Some(REF_REGISTRY.at(value.span(), message));
    }
    let identifier = reference::get().identifiers.get("organization")?;
    let is_lower = org.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (!is_lower || !fits(identifier, org)).then(|| {
        let message = format!(
            "{} does not look like an organization's id: 1 to 20 lower-case letters and digits.",
            quoted(org)
        );
        REF_STYLE.at(value.span(), message).with(Severity::Hint)
    })
}

fn bad_name(value: Node<'_>, name: &str) -> Option<Finding> {
    let identifier = reference::get().identifiers.get("resource-type")?;
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        let message = format!("Names of resource types are in lower case: `{}`.", name.to_ascii_lowercase());
        let lower = value.value().to_ascii_lowercase();
        let finding = REF_STYLE.at(value.span(), message);
        return Some(finding.mend(format!("Change to `{lower}`"), replace_text(value, &lower)));
    }
    (!fits(identifier, name)).then(|| {
        let (least, most) = (identifier.min_length.unwrap_or(0), identifier.max_length.unwrap_or(usize::MAX));
        let message = format!(
            "The name of a resource type has {least} to {most} characters; {} has {}.",
            quoted(name),
            name.len()
        );
        REF_STYLE.at(value.span(), message)
    })
}

fn fits(identifier: &Identifier, name: &str) -> bool {
    identifier.min_length.is_none_or(|least| name.len() >= least)
        && identifier.max_length.is_none_or(|most| name.len() <= most)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &[
        "ref-missing",
        "ref-not-string",
        "ref-form-invalid",
        "ref-name-style",
        "ref-massdriver-registry",
        "ref-placeholder",
    ];

    fn connection(reference: &str) -> String {
        format!("connections:\n  properties:\n    a:\n      $ref: {reference}\n")
    }

    #[test]
    fn entries_without_a_type() {
        let text = "\
connections:
  properties:
    a: {}
    b:
    c: {title: C}
    d: {type: object, properties: {}}
    e: {resource_type: x}
    f: {type: aws-vpc}
    g: {type: object}
artifacts:
  properties:
    h: ~
";
        expect![[r#"
            3:5-3:6 ref-missing error: The connection `a` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
            4:5-4:6 ref-missing error: The connection `b` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
            5:5-5:6 ref-missing error: The connection `c` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
            6:5-6:6 ref-missing warning: The connection `d` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
            7:9-7:22 ref-missing error: `e` names its type with `$ref`, not `resource_type`.
                fix: Rename to `$ref`
            8:5-8:6 ref-missing warning: The connection `f` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
            9:5-9:6 ref-missing warning: The connection `g` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
            12:5-12:6 ref-missing error: The artifact `h` needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.
        "#]].assert_eq(&report(IDS, text));
        let fine = "\
base: &base {$ref: aws-vpc}
connections:
  properties:
    a: {<<: *base, title: A}
    b: *base
    c: *gone
    d: true
    e:
      $re
dependencies: {f: {}}
";
        assert_eq!(report(IDS, fine), "");
        assert_eq!(
            fixed("ref-missing", "artifacts:\n  properties:\n    a: {ref: x}\n"),
            "artifacts:\n  properties:\n    a: {$ref: x}\n"
        );
    }

    #[test]
    fn forms() {
        let bad = [
            "",
            "~",
            "[a]",
            "{a: b}",
            "3",
            "on",
            "''",
            "aws_vpc",
            "acme/aws_vpc",
            "a/b/c",
            "aws-vpc@1.0.0",
            "x.json",
            "schemas/x.json",
            "aws vpc",
            "/x",
            "<your-org>/aws-vpc",
            "YOUR_ORG/aws-vpc",
            "'{{ x }}'",
        ];
        expect![[r#"
            4:7-4:11 ref-not-string error: `$ref` is empty; name a resource type, such as `aws-vpc`.
            4:13-4:14 ref-not-string error: `$ref` is empty; name a resource type, such as `aws-vpc`.
            4:13-4:16 ref-not-string error: `$ref` must be text, not a list; name a resource type, such as `aws-vpc`.
            4:13-4:19 ref-not-string error: `$ref` must be text, not a mapping; name a resource type, such as `aws-vpc`.
            4:13-4:14 ref-not-string error: `$ref` must be text, not a number; name a resource type, such as `aws-vpc`.
            4:13-4:15 ref-not-string error: `$ref` must be text, not a boolean; name a resource type, such as `aws-vpc`.
            4:13-4:15 ref-form-invalid error: `$ref` is empty; name a resource type, such as `aws-vpc`.
            4:13-4:20 ref-form-invalid error: `aws_vpc` has an underscore; names of types have hyphens: `aws-vpc`.
                fix: Change to `aws-vpc`
            4:13-4:25 ref-form-invalid error: `acme/aws_vpc` has an underscore; names of types have hyphens: `acme/aws-vpc`.
                fix: Change to `acme/aws-vpc`
            4:13-4:18 ref-form-invalid error: `a/b/c` cannot be resolved; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
            4:13-4:26 ref-form-invalid error: `$ref` takes no version; only `resource_type` below `dependencies` does. Write `aws-vpc`.
                fix: Change to `aws-vpc`
            4:13-4:19 ref-form-invalid error: A path must begin with `./` or `../`: `./x.json`.
                fix: Change to `./x.json`
            4:13-4:27 ref-form-invalid error: A path must begin with `./` or `../`: `./schemas/x.json`.
                fix: Change to `./schemas/x.json`
            4:13-4:20 ref-form-invalid error: `aws vpc` cannot be resolved; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
            4:13-4:15 ref-form-invalid error: `/x` cannot be resolved; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
            4:13-4:31 ref-placeholder error: Put your organization's id in place of `<your-org>`, or write only `aws-vpc`.
                offer: Change to `aws-vpc`
            4:13-4:29 ref-placeholder error: Put your organization's id in place of `YOUR_ORG`, or write only `aws-vpc`.
                offer: Change to `aws-vpc`
            4:13-4:22 ref-form-invalid error: `{{ x }}` cannot be resolved; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
        "#]].assert_eq(&bad.map(|text| report(IDS, &connection(text))).join(""));
        for fine in [
            "aws-vpc",
            "acme/aws-vpc",
            "./x.json",
            "../a/b.json",
            "https://x.y/z",
            "'#/a'",
            "*gone",
            "aws-iam-role",
        ] {
            assert_eq!(report(IDS, &connection(fine)), "", "{fine}");
        }
    }

    #[test]
    fn names() {
        let long = "a".repeat(101);
        let odd = [
            "AWS-VPC",
            "Acme/aws-vpc",
            "my-org/aws-vpc",
            "ab",
            "massdriver/aws-vpc",
            "your-org/aws-vpc",
            &long,
        ];
        expect![[r#"
            4:13-4:20 ref-name-style warning: Names of resource types are in lower case: `aws-vpc`.
                fix: Change to `aws-vpc`
            4:13-4:25 ref-name-style hint: `Acme` does not look like an organization's id: 1 to 20 lower-case letters and digits.
            4:13-4:27 ref-name-style hint: `my-org` does not look like an organization's id: 1 to 20 lower-case letters and digits.
            4:13-4:15 ref-name-style warning: The name of a resource type has 3 to 100 characters; `ab` has 2.
            4:13-4:31 ref-massdriver-registry hint: `massdriver/` is the old public registry; publish the type yourself and write `aws-vpc`.
            4:13-4:29 ref-placeholder hint: Put your organization's id in place of `your-org`, or write only `aws-vpc`.
                offer: Change to `aws-vpc`
            4:13-4:114 ref-name-style warning: The name of a resource type has 3 to 100 characters; `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` has 101.
        "#]].assert_eq(&odd.map(|text| report(IDS, &connection(text))).join(""));
    }

    #[test]
    fn references_anywhere_in_a_schema_but_not_names() {
        let text = "\
params:
  properties:
    $ref: {type: string}
    a: {$ref: a_b, title: A}
    b: {type: array, items: {oneOf: [{$ref: 1}]}}
";
        expect![[r#"
            4:15-4:18 ref-form-invalid error: `a_b` has an underscore; names of types have hyphens: `a-b`.
                fix: Change to `a-b`
            5:45-5:46 ref-not-string error: `$ref` must be text, not a number; name a resource type, such as `aws-vpc`.
        "#]].assert_eq(&report(IDS, text));
        assert_eq!(report(IDS, "name: x\nschema:\n  properties:\n    a: {$ref: a_b}\n"), "");
    }

    #[test]
    fn resource_types() {
        let text = "\
dependencies:
  a: {resource_type: aws_vpc@~1, required: true}
  b: {resource_type: massdriver/x-y, required: true}
  c: {resource_type: 'a b', required: true}
  d: {resource_type: Acme/VPC, required: true}
  e: {resource_type: <org>/vpc@1.2.3, required: true}
  f: {resource_type: acme/vpc@latest, required: true}
";
        expect![[r#"
            2:22-2:32 ref-form-invalid error: `aws_vpc@~1` has an underscore; names of types have hyphens: `aws-vpc@~1`.
                fix: Change to `aws-vpc@~1`
            3:22-3:36 ref-massdriver-registry hint: `massdriver/` is the old public registry; publish the type yourself and write `x-y`.
            4:22-4:27 ref-form-invalid error: `a b` is no name of a resource type; write `name` or `org/name`.
            5:22-5:30 ref-name-style warning: Names of resource types are in lower case: `vpc`.
                fix: Change to `acme/vpc`
            6:22-6:37 ref-placeholder error: Put your organization's id in place of `<org>`, or write only `vpc`.
                offer: Change to `vpc@1.2.3`
        "#]].assert_eq(&report(IDS, text));
    }

    #[test]
    fn fixes_keep_quotes() {
        assert_eq!(fixed("ref-form-invalid", &connection("'aws_vpc' # x")), connection("'aws-vpc' # x"));
        assert_eq!(fixed("ref-form-invalid", &connection("x.json")), connection("./x.json"));
        assert_eq!(fixed("ref-placeholder", &connection("<your-org>/aws-vpc")), connection("aws-vpc"));
    }
}
