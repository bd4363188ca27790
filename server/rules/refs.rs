//! Whether `$ref` and `resource_type` are present, are text, and have a form that the platform resolves.

use super::ref_names::has_placeholder;
use super::root::is_null;
use super::wording::quoted;
use super::{Context, Family, Finding, Findings, MAX_OFFERS, Rule, Severity};
use crate::bundle::references::{Ref, refs};
use crate::bundle::type_ref::split_version;
use crate::bundle::{Area, BundleFormat, Document, Port, RefForm, TypeName};
use crate::edit::build::{fill, insert_key, is_shared, rename_key, replace_text};
use crate::edit::{Change, Edits, Fix};
use crate::reference;
use crate::rules::dedent::dedent;
use crate::syntax::{Kind, Node, Scalar, Span, encode};

static REF_MISSING: Rule = Rule {
    id: "ref-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A connection or artifact has no type",
    explanation: "Each entry below `properties` names its resource type with `$ref`. Some tools accept a schema \
                  instead, so an entry with a schema is a warning.",
    bad: dedent! {"
        connections:
          properties:
            vpc: {}
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

static REF_NOT_STRING: Rule = Rule {
    id: "ref-not-string",
    severity: Severity::Error,
    opt_in: false,
    title: "A `$ref` is empty or not text",
    explanation: "`$ref` is a name, a path, an address or a pointer. An empty one is often left by a template \
                  whose value was missing.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref:
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

static REF_FORM: Rule = Rule {
    id: "ref-form-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid reference",
    explanation: "A reference is a resource type, `name` or `org/name`, of letters, digits and hyphens; the \
                  path of a JSON file, which begins with `./` or `../`; an `https://` address; or a pointer \
                  into the same block, which begins with `#`. Only `resource_type` accepts a version after `@`.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws_vpc
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

/// How `$ref` and `resource_type` are written.
pub(super) static REFS: Family =
    Family { title: "References", rules: &[&REF_MISSING, &REF_NOT_STRING, &REF_FORM], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    for port in document.ports.iter().filter(|port| port.block.bundle_format() == BundleFormat::Connections) {
        if findings.is_full() {
            return;
        }
        findings.extend(ref_missing(document, port));
    }
    for reference in refs(document) {
        if findings.is_full() {
            return;
        }
        findings.extend(match reference.area {
            Some(area) => schema_ref(document, reference, area),
            None => resource_type(document, reference.value),
        });
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
        return Some(finding.with_fix(Fix::safe("Rename to `$ref`", rename_key(entry, wrong, "$ref"))));
    }
    let is_schema = entry.fields().any(|member| !matches!(&*member.name(), "title" | "description"));
    let message = format!(
        "The {} {} needs a `$ref` that names its resource type, such as `$ref: aws-vpc`.",
        port.block.noun(),
        quoted(&port.name)
    );
    let finding = candidates(document, &port.name).into_iter().fold(
        REF_MISSING.at(key.span(), message),
        |finding, name| {
            let edits = referring(document, port, &name);
            finding.with_fix(Fix::unsafe_(format!("Add `$ref: {name}`"), edits))
        },
    );
    Some(if is_schema { finding.with(Severity::Warning) } else { finding })
}

/// Resource types that a connection or artifact of this name may have: those whose names share words with it.
fn candidates(document: &Document, name: &str) -> Vec<String> {
    let words: Vec<String> = name.split(['_', '-', '.']).map(str::to_lowercase).collect();
    let score = |known: &str| {
        let parts: Vec<&str> = known.rsplit('/').next().unwrap_or(known).split('-').collect();
        words.iter().filter(|word| parts.contains(&word.as_str())).count()
    };
    let types = document.catalog().types();
    let mut scored: Vec<(usize, &str)> =
        types.names().map(|known| (score(known), known)).filter(|(score, _)| *score > 0).collect();
    scored.sort_by_key(|(score, known)| (std::cmp::Reverse(*score), known.len()));
    scored.into_iter().take(MAX_OFFERS).map(|(_, known)| known.to_owned()).collect()
}

/// Adds the `$ref` of a connection or artifact.
fn referring(document: &Document, port: &Port, name: &str) -> Option<Edits> {
    let entry = document.node(port.value);
    let written = document.node(port.key).entry()?;
    if written.value() != entry || is_shared(entry) {
        return None;
    }
    match entry.kind() {
        Kind::Mapping { .. } if entry.entries().len() == 0 => {
            let change = Change::Entry(entry.id(), "$ref".to_owned());
            Some(Edits::new(entry.span(), format!("{{$ref: {name}}}"), [change]))
        }
        Kind::Mapping { flow: false } => {
            insert_key(entry, reference::get().object(port.block.noun())?, "$ref", &format!(" {name}"))
        }
        Kind::Mapping { flow: true } => {
            let at = entry.entries().next()?.key().full_span().start();
            let change = Change::Entry(entry.id(), "$ref".to_owned());
            Some(Edits::new(Span::at(at), format!("$ref: {name}, "), [change]))
        }
        _ if encode::in_flow(entry) => fill(written, &format!(" {{$ref: {name}}}")),
        _ => fill(written, &format!("\n  $ref: {name}")),
    }
}

fn schema_ref(document: &Document, reference: Ref<'_>, area: Area) -> Option<Finding> {
    let Ref { key, value, .. } = reference;
    match value.kind() {
        Kind::Alias => return None,
        Kind::Null => return Some(filled(document, reference, not_text(key, "is empty"))),
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
    let is_invalid = RefForm::of(&text) == RefForm::Other && !has_placeholder(&text);
    is_invalid.then(|| other_form(value, &text, area))
}

/// Adds fixes that fill an empty `$ref` with the types that fit the name of its entry.
fn filled(document: &Document, reference: Ref<'_>, finding: Finding) -> Finding {
    let holder = reference.key.parent().and_then(|mapping| mapping.entry());
    let port = holder.filter(|_| matches!(reference.area, Some(Area::Ports(_))));
    let Some((entry, port)) = reference.key.entry().zip(port) else { return finding };
    candidates(document, &port.name()).into_iter().fold(finding, |finding, name| {
        let edits = fill(entry, &format!(" {name}")).filter(|_| !is_shared(entry.value()));
        finding.with_fix(Fix::unsafe_(format!("Add `{name}`"), edits))
    })
}

fn not_text(at: Node<'_>, what: &str) -> Finding {
    let message = format!("`$ref` {what}; name a resource type, such as `aws-vpc`.");
    REF_NOT_STRING.at(super::root::first_line(at.span(), at.syntax()), message)
}

fn resource_type(document: &Document, value: Node<'_>) -> Option<Finding> {
    // An empty value is reported by `dep-resource-type-missing`, a list or mapping by `type-mismatch`.
    if !value.is_scalar() || is_null(document, value) {
        return None;
    }
    let text = value.value();
    let (name, version) = split_version(&text);
    if TypeName::of(name).is_some() || has_placeholder(name) {
        return None;
    }
    let suffix = version.map(|version| format!("@{version}")).unwrap_or_default();
    let hyphenated = hyphenated(name).map(|name| format!("{name}{suffix}"));
    let message = match &hyphenated {
        Some(meant) => {
            format!("{} contains an underscore; write `{meant}`.", quoted(&text))
        }
        None => format!("{} is not a name of a resource type; write `name` or `org/name`.", quoted(&text)),
    };
    let finding = REF_FORM.at(value.span(), message);
    Some(match hyphenated {
        Some(meant) => {
            finding.with_fix(Fix::safe(format!("Change to `{meant}`"), replace_text(value, &meant)))
        }
        None => finding,
    })
}

fn other_form(value: Node<'_>, text: &str, area: Area) -> Finding {
    let (name, version) = split_version(text);
    let shown = quoted(text);
    let (message, meant) = if text.is_empty() {
        ("`$ref` is empty; name a resource type, such as `aws-vpc`.".to_owned(), None)
    } else if version.is_some() && TypeName::of(name).is_some() {
        let message = match area {
            Area::Ports(block) => {
                let sibling = block.sibling().key();
                format!(
                    "`$ref` cannot have a version, only `resource_type` below `{sibling}` can; write `{name}`."
                )
            }
            _ => format!("`$ref` cannot have a version; write `{name}`."),
        };
        (message, Some(name.to_owned()))
    } else if let Some(meant) = hyphenated(text) {
        (format!("{shown} contains an underscore; write `{meant}`."), Some(meant))
    } else if text.ends_with(".json") && !text.starts_with('/') && !text.contains(' ') {
        let meant = format!("./{text}");
        (format!("A path must begin with `./` or `../`; write `{meant}`."), Some(meant))
    } else {
        let forms = "`name`, `org/name`, `./file.json`, `https://…` or `#/…`";
        (format!("{shown} is not a valid reference; write {forms}."), None)
    };
    let finding = REF_FORM.at(value.span(), message);
    match meant {
        Some(meant) => {
            finding.with_fix(Fix::safe(format!("Change to `{meant}`"), replace_text(value, &meant)))
        }
        None => finding,
    }
}

/// The name with hyphens instead of underscores, if that makes it valid.
fn hyphenated(name: &str) -> Option<String> {
    let meant = name.replace('_', "-");
    (meant != name && TypeName::of(&meant).is_some()).then_some(meant)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &["ref-missing", "ref-not-string", "ref-form-invalid"];

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
            4:13-4:20 ref-form-invalid error: `aws_vpc` contains an underscore; write `aws-vpc`.
                fix: Change to `aws-vpc`
            4:13-4:25 ref-form-invalid error: `acme/aws_vpc` contains an underscore; write `acme/aws-vpc`.
                fix: Change to `acme/aws-vpc`
            4:13-4:18 ref-form-invalid error: `a/b/c` is not a valid reference; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
            4:13-4:26 ref-form-invalid error: `$ref` cannot have a version, only `resource_type` below `dependencies` can; write `aws-vpc`.
                fix: Change to `aws-vpc`
            4:13-4:19 ref-form-invalid error: A path must begin with `./` or `../`; write `./x.json`.
                fix: Change to `./x.json`
            4:13-4:27 ref-form-invalid error: A path must begin with `./` or `../`; write `./schemas/x.json`.
                fix: Change to `./schemas/x.json`
            4:13-4:20 ref-form-invalid error: `aws vpc` is not a valid reference; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
            4:13-4:15 ref-form-invalid error: `/x` is not a valid reference; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
            4:13-4:22 ref-form-invalid error: `{{ x }}` is not a valid reference; write `name`, `org/name`, `./file.json`, `https://…` or `#/…`.
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
    fn references_anywhere_in_a_schema_but_not_names() {
        let text = "\
params:
  properties:
    $ref: {type: string}
    a: {$ref: a_b, title: A}
    b: {type: array, items: {oneOf: [{$ref: 1}]}}
";
        expect![[r#"
            4:15-4:18 ref-form-invalid error: `a_b` contains an underscore; write `a-b`.
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
            2:22-2:32 ref-form-invalid error: `aws_vpc@~1` contains an underscore; write `aws-vpc@~1`.
                fix: Change to `aws-vpc@~1`
            4:22-4:27 ref-form-invalid error: `a b` is not a name of a resource type; write `name` or `org/name`.
        "#]].assert_eq(&report(IDS, text));
    }

    #[test]
    fn fixes_keep_quotes() {
        assert_eq!(fixed("ref-form-invalid", &connection("'aws_vpc' # x")), connection("'aws-vpc' # x"));
        assert_eq!(fixed("ref-form-invalid", &connection("x.json")), connection("./x.json"));
    }
}
