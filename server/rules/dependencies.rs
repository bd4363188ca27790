//! Entries of `dependencies` and `resources`.

use super::root::is_null;
use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::type_ref::{release, split_version};
use crate::bundle::{Block, BundleFormat, Document, Kind as DocumentKind, Release};
use crate::edit::Fix;
use crate::edit::build::{fill, insert_key, rename_key, replace_text};
use crate::reference::{self, Object};
use crate::rules::dedent::dedent;
use crate::syntax::{Kind, Node, Span};

static TYPE_MISSING: Rule = Rule {
    id: "dep-resource-type-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A dependency or resource has no type",
    explanation: "Each entry names its type with `resource_type`. `$ref` is used only in the \
                  `connections`/`artifacts` format.",
    bad: dedent! {"
        dependencies:
          vpc:
            $ref: aws-vpc
            required: true
    "},
    good: dedent! {"
        dependencies:
          vpc:
            resource_type: aws-vpc
            required: true
    "},
    files: &[],
};

static REQUIRED_MISSING: Rule = Rule {
    id: "dep-required-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A dependency or resource has no `required`",
    explanation: "`required` has no default: each entry needs `required: true` or `required: false`.",
    bad: dedent! {"
        dependencies:
          vpc:
            resource_type: aws-vpc
    "},
    good: dedent! {"
        dependencies:
          vpc:
            resource_type: aws-vpc
            required: true
    "},
    files: &[],
};

static VERSION_INVALID: Rule = Rule {
    id: "dep-version-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid version of a resource type",
    explanation: "The version after the `@` is an exact release (`@1.2.3`), the newest release of a major or \
                  minor version (`@~1`, `@~1.2`) or the newest release (`@latest`). The last three accept \
                  `+dev` to include development builds. Without a version, the organization's default is used.",
    bad: dedent! {"
        dependencies:
          vpc: {resource_type: aws-vpc@^1, required: true}
    "},
    good: dedent! {"
        dependencies:
          vpc: {resource_type: aws-vpc@~1, required: true}
    "},
    files: &[],
};

static VERSION_RANGE: Rule = Rule {
    id: "resource-version-range",
    severity: Severity::Hint,
    opt_in: false,
    title: "The type of a resource is not pinned",
    explanation: "The code that publishes a resource is written for one version of its type. With a range, a \
                  newer version of the type may require data that the code does not provide.",
    bad: dedent! {"
        resources:
          vpc: {resource_type: aws-vpc@~1, required: true}
    "},
    good: dedent! {"
        resources:
          vpc: {resource_type: aws-vpc@1.2.3, required: true}
    "},
    files: &[],
};

/// Entries of `dependencies` and `resources`.
pub(super) static DEPENDENCIES: Family = Family {
    title: "Dependencies and resources",
    rules: &[&TYPE_MISSING, &REQUIRED_MISSING, &VERSION_INVALID, &VERSION_RANGE],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != DocumentKind::Bundle {
        return;
    }
    for port in document.ports.iter().filter(|port| port.block.bundle_format() == BundleFormat::Dependencies)
    {
        if findings.is_full() {
            return;
        }
        let (key, entry) = (document.node(port.key), document.node(port.value));
        match entry.kind() {
            Kind::Mapping { .. } => {}
            Kind::Null => {}
            Kind::Scalar(_) if is_null(document, entry) => {}
            // Reported as a value of the wrong kind, or as an alias to nothing.
            _ => continue,
        }
        if entry.entries().any(|entry| entry.colon().is_none()) {
            continue;
        }
        if entry.entries().len() == 0 {
            // Unfinished; if the bundle has both formats, `edition-mixed` already reports it.
            if document.block(port.block.sibling()).is_none() {
                findings.push(no_type(key.span(), &port.name, port.block));
            }
            continue;
        }
        let Some(object) = object(port.block) else { continue };
        match port.type_ref.map(|(key, value)| (document.node(key), document.node(value))) {
            None => findings.push(type_missing(key, entry, object, &port.name, port.block)),
            Some((key, value)) if is_null(document, value.target()) => {
                findings.push(no_type(key.span(), &port.name, port.block));
            }
            Some((_, value)) if value.target().is_scalar() => {
                findings.extend(version(value.target(), port.block));
            }
            Some(_) => {}
        }
        findings.extend(required_missing(document, key, entry, object, &port.name));
    }
}

fn object(block: Block) -> Option<&'static Object> {
    let key = reference::get().key("bundle", block.key())?;
    reference::get().object(key.shape.values()?.object()?)
}

fn no_type(span: Span, name: &str, block: Block) -> Finding {
    let message =
        format!("The {} {} needs a `resource_type`, such as `aws-vpc`.", block.noun(), quoted(name));
    TYPE_MISSING.at(span, message)
}

fn type_missing(key: Node<'_>, entry: Node<'_>, object: &Object, name: &str, block: Block) -> Finding {
    let mistaken = object.key("resource_type").into_iter().flat_map(|key| &key.mistaken);
    match mistaken.filter_map(|mistake| entry.get(mistake)).next() {
        Some(wrong) => {
            let message = format!(
                "The {} {} names its type with `resource_type`, not `{}`.",
                block.noun(),
                quoted(name),
                wrong.name()
            );
            TYPE_MISSING
                .at(wrong.key().span(), message)
                .with_fix(Fix::safe("Rename to `resource_type`", rename_key(entry, wrong, "resource_type")))
        }
        None => no_type(key.span(), name, block),
    }
}

fn required_missing(
    document: &Document,
    key: Node<'_>,
    entry: Node<'_>,
    object: &Object,
    name: &str,
) -> Option<Finding> {
    let message = format!("{} needs `required: true` or `required: false`.", quoted(name));
    let (span, edit) = match entry.field("required") {
        None => (key.span(), insert_key(entry, object, "required", " true")),
        Some(required) if is_null(document, required.value().target()) => {
            (required.key().span(), fill(required, " true"))
        }
        Some(_) => return None,
    };
    Some(REQUIRED_MISSING.at(span, message).with_fix(Fix::safe("Add `required: true`", edit)))
}

fn version(value: Node<'_>, block: Block) -> Option<Finding> {
    let text = value.value();
    let (name, version) = split_version(&text);
    let version = version?;
    let span = span_of(value, version);
    match release(version) {
        None => {
            let message = format!(
                "{} is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.",
                quoted(&format!("@{version}"))
            );
            let finding = VERSION_INVALID.at(span, message);
            Some(match meant(version) {
                Some(meant) => {
                    let edit = replace_text(value, &format!("{name}@{meant}"));
                    finding.with_fix(Fix::safe(format!("Change to `@{meant}`"), edit))
                }
                None => finding,
            })
        }
        Some(Release::Range) if block == Block::Resources => {
            let message = format!(
                "`@{version}` may select a newer type than the code supports; pin a version, such as `@1.2.3`."
            );
            Some(VERSION_RANGE.at(span, message))
        }
        Some(_) => None,
    }
}

/// The version in a scalar, with its `@`; the whole scalar if the source escapes it.
fn span_of(value: Node<'_>, version: &str) -> Span {
    match value.source().find('@') {
        Some(at) if value.source()[at + 1..].starts_with(version) => {
            let start = value.span().start() + at;
            Span::new(start, start + 1 + version.len())
        }
        _ => value.span(),
    }
}

/// The equivalent of a version in another tool's notation: `^1.2` → `~1`, `v1.2.3` → `1.2.3`.
fn meant(version: &str) -> Option<String> {
    let bare = version.trim_start_matches(['^', '~', '>', '=', 'v', 'V', ' ']);
    let numbers: Vec<&str> = bare.split('.').collect();
    let major = numbers.first()?;
    let candidate = match (version.as_bytes().first()?, numbers.len()) {
        (b'^', _) => format!("~{major}"),
        (b'v' | b'V' | b'=', 3) => bare.to_owned(),
        (b'~', 3) => format!("~{}.{}", major, numbers.get(1)?),
        (b'>' | b'<', _) => return None,
        (_, 1 | 2) => format!("~{bare}"),
        _ => return None,
    };
    release(&candidate).map(|_| candidate)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &[
        "dep-resource-type-missing",
        "dep-required-missing",
        "dep-version-invalid",
        "resource-version-range",
    ];

    #[test]
    fn entries_need_a_type_and_required() {
        let text = "\
dependencies:
  a: {$ref: x, required: true}
  b:
    required: false
  c:
  d: {}
  e: {resource_type: , required: }
  f: {resource_type: x}
resources:
  g:
    ref: x
  h: ~
";
        expect![[r#"
            2:7-2:11 dep-resource-type-missing error: The dependency `a` names its type with `resource_type`, not `$ref`.
                fix: Rename to `resource_type`
            3:3-3:4 dep-resource-type-missing error: The dependency `b` needs a `resource_type`, such as `aws-vpc`.
            5:3-5:4 dep-resource-type-missing error: The dependency `c` needs a `resource_type`, such as `aws-vpc`.
            6:3-6:4 dep-resource-type-missing error: The dependency `d` needs a `resource_type`, such as `aws-vpc`.
            7:7-7:20 dep-resource-type-missing error: The dependency `e` needs a `resource_type`, such as `aws-vpc`.
            7:24-7:32 dep-required-missing error: `e` needs `required: true` or `required: false`.
                fix: Add `required: true`
            8:3-8:4 dep-required-missing error: `f` needs `required: true` or `required: false`.
            10:3-10:4 dep-required-missing error: `g` needs `required: true` or `required: false`.
                fix: Add `required: true`
            11:5-11:8 dep-resource-type-missing error: The resource `g` names its type with `resource_type`, not `ref`.
                fix: Rename to `resource_type`
            12:3-12:4 dep-resource-type-missing error: The resource `h` needs a `resource_type`, such as `aws-vpc`.
        "#]].assert_eq(&report(IDS, text));
    }

    #[test]
    fn whole_and_unfinished_entries_are_fine() {
        let text = "\
base: &base {resource_type: x, required: true}
dependencies:
  a: {resource_type: acme/x@~1, required: no}
  b: {<<: *base, required: false}
  c: *base
  d: *gone
  e: text
  f: []
  g:
    resour
resources: {}
";
        assert_eq!(report(IDS, text), "");
        assert_eq!(report(IDS, "connections: {properties: {}}\ndependencies:\n  a:\n"), "");
    }

    #[test]
    fn versions() {
        let versions = ["^1.2", ">=1", "1", "1.2", "v1.2.3", "~1.2.3", "", "x", "1.2.3+dev"];
        let entry =
            |version: &&str| format!("dependencies: {{a: {{required: true, resource_type: x@{version}}}}}\n");
        expect![[r#"
            1:52-1:57 dep-version-invalid error: `@^1.2` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
                fix: Change to `@~1`
            1:52-1:56 dep-version-invalid error: `@>=1` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
            1:52-1:54 dep-version-invalid error: `@1` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
                fix: Change to `@~1`
            1:52-1:56 dep-version-invalid error: `@1.2` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
                fix: Change to `@~1.2`
            1:52-1:59 dep-version-invalid error: `@v1.2.3` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
                fix: Change to `@1.2.3`
            1:52-1:59 dep-version-invalid error: `@~1.2.3` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
                fix: Change to `@~1.2`
            1:52-1:53 dep-version-invalid error: `@` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
            1:52-1:54 dep-version-invalid error: `@x` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
            1:52-1:62 dep-version-invalid error: `@1.2.3+dev` is not a valid version; write `@1.2.3`, `@~1`, `@~1.2` or `@latest`.
        "#]]
            .assert_eq(&versions.iter().map(|version| report(IDS, &entry(version))).collect::<String>());
        for fine in ["~1", "1.2.3", "latest+dev", "1.2.3-dev.20240102T030405Z"] {
            assert_eq!(report(IDS, &entry(&fine)), "", "{fine}");
        }
        let resources = "resources:\n  a: {resource_type: 'x@latest', required: true}\n  b: {resource_type: x, required: true}\n";
        expect![[r#"
            2:24-2:31 resource-version-range hint: `@latest` may select a newer type than the code supports; pin a version, such as `@1.2.3`.
        "#]].assert_eq(&report(IDS, resources));
    }

    #[test]
    fn fixes() {
        let text = "dependencies:\n  a:\n    $ref: x # y\n    required: true\n";
        assert_eq!(fixed(IDS[0], text), text.replace("$ref", "resource_type"));
        let text = "dependencies:\n  a:\n    resource_type: x\n";
        assert_eq!(fixed(IDS[1], text), format!("{text}    required: true\n"));
        let text = "dependencies:\n  a:\n    resource_type: \"x@^2.1\"\n    required: true\n";
        assert_eq!(fixed(IDS[2], text), text.replace("^2.1", "~2"));
    }
}
