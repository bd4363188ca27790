//! The names in references to resource types: their style, the old registry, placeholders.

use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::TypeName;
use crate::bundle::references::{Ref, refs};
use crate::bundle::type_ref::split_version;
use crate::edit::Fix;
use crate::edit::build::replace_text;
use crate::reference::{self, Identifier};
use crate::rules::dedent::dedent;
use crate::syntax::{Node, Scalar};

static REF_STYLE: Rule = Rule {
    id: "ref-name-style",
    severity: Severity::Warning,
    opt_in: false,
    title: "Invalid name of a resource type",
    explanation: "The name of a resource type has 3 to 100 lower-case letters, digits and hyphens. The id of an \
                  organization has 1 to 20 lower-case letters and digits; any other is only a hint, because \
                  older organizations have different ids.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: AWS-VPC
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

static REF_REGISTRY: Rule = Rule {
    id: "ref-massdriver-registry",
    severity: Severity::Hint,
    opt_in: false,
    title: "A type of the old public registry",
    explanation: "`massdriver/…` names a type of the public registry that all organizations shared. The \
                  registry is being retired: publish the type in your own organization and refer to it by its \
                  plain name.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: massdriver/aws-vpc
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

static REF_PLACEHOLDER: Rule = Rule {
    id: "ref-placeholder",
    severity: Severity::Error,
    opt_in: false,
    title: "A reference contains a placeholder",
    explanation: "Replace the placeholder with your organization's id, or remove it with its slash: a plain \
                  name is looked up in your own organization. `your-org/…` could be a real name, so it is only \
                  a hint.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: <your-org>/aws-vpc
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

/// The names in references to resource types.
pub(super) static REF_NAMES: Family =
    Family { title: "Names of resource types", rules: &[&REF_STYLE, &REF_REGISTRY, &REF_PLACEHOLDER], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    for Ref { value, area, .. } in refs(document) {
        if findings.is_full() {
            return;
        }
        if !value.is_scalar() || !matches!(value.resolve(document.dialect()), Scalar::Str(_)) {
            continue;
        }
        let text = value.value();
        // A `$ref` has no version.
        let name = if area.is_none() { split_version(&text).0 } else { &text };
        let suffix = &text[name.len()..];
        findings.extend(match TypeName::of(name) {
            Some(_) if has_placeholder(name) => {
                placeholder(value, name, suffix).map(|finding| finding.with(Severity::Hint))
            }
            Some(name) => name_style(value, name),
            None => placeholder(value, name, suffix),
        });
    }
}

fn placeholder(value: Node<'_>, text: &str, suffix: &str) -> Option<Finding> {
    let (org, name) = text.split_once('/').filter(|_| has_placeholder(text))?;
    let message = format!("Replace {} with your organization's id, or write only `{name}`.", quoted(org));
    let finding = REF_PLACEHOLDER.at(value.span(), message);
    let bare = TypeName::of(name).filter(|bare| bare.org.is_none()).map(|_| format!("{name}{suffix}"));
    Some(match bare {
        Some(bare) => {
            finding.with_fix(Fix::unsafe_(format!("Change to `{bare}`"), replace_text(value, &bare)))
        }
        None => finding,
    })
}

/// Whether the organization of a reference is a placeholder.
pub(super) fn has_placeholder(text: &str) -> bool {
    let org = text.split_once('/').map(|(org, _)| org);
    org.is_some_and(|org| org.starts_with('<') && org.ends_with('>') || is_your_org(org))
}

fn is_your_org(org: &str) -> bool {
    matches!(
        org.to_ascii_lowercase().replace('_', "-").as_str(),
        "your-org" | "yourorg" | "your-organization"
    )
}

fn name_style(value: Node<'_>, name: TypeName<'_>) -> Option<Finding> {
    if let Some(finding) = bad_name(value, name.name) {
        return Some(finding);
    }
    let org = name.org?;
    if org == "massdriver" {
        let message = format!(
            "`massdriver/` is the old public registry; publish the type in your organization and write `{}`.",
            name.name
        );
        return Some(REF_REGISTRY.at(value.span(), message));
    }
    let identifier = reference::get().identifiers.get("organization")?;
    let is_lower = org.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (!is_lower || !fits(identifier, org)).then(|| {
        let message = format!(
            "{} does not look like the id of an organization, which has 1 to 20 lower-case letters and digits.",
            quoted(org)
        );
        REF_STYLE.at(value.span(), message).with(Severity::Hint)
    })
}

fn bad_name(value: Node<'_>, name: &str) -> Option<Finding> {
    let identifier = reference::get().identifiers.get("resource-type")?;
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        let message =
            format!("The name of a resource type is lower-case; write `{}`.", name.to_ascii_lowercase());
        let lower = value.value().to_ascii_lowercase();
        let finding = REF_STYLE.at(value.span(), message);
        return Some(
            finding.with_fix(Fix::safe(format!("Change to `{lower}`"), replace_text(value, &lower))),
        );
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

    const IDS: &[&str] = &["ref-name-style", "ref-massdriver-registry", "ref-placeholder"];

    fn connection(reference: &str) -> String {
        format!("connections:\n  properties:\n    a:\n      $ref: {reference}\n")
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
            "<your-org>/aws-vpc",
            "YOUR_ORG/aws-vpc",
            &long,
        ];
        expect![[r#"
            4:13-4:20 ref-name-style warning: The name of a resource type is lower-case; write `aws-vpc`.
                fix: Change to `aws-vpc`
            4:13-4:25 ref-name-style hint: `Acme` does not look like the id of an organization, which has 1 to 20 lower-case letters and digits.
            4:13-4:27 ref-name-style hint: `my-org` does not look like the id of an organization, which has 1 to 20 lower-case letters and digits.
            4:13-4:15 ref-name-style warning: The name of a resource type has 3 to 100 characters; `ab` has 2.
            4:13-4:31 ref-massdriver-registry hint: `massdriver/` is the old public registry; publish the type in your organization and write `aws-vpc`.
            4:13-4:29 ref-placeholder hint: Replace `your-org` with your organization's id, or write only `aws-vpc`.
                unsafe fix: Change to `aws-vpc`
            4:13-4:31 ref-placeholder error: Replace `<your-org>` with your organization's id, or write only `aws-vpc`.
                unsafe fix: Change to `aws-vpc`
            4:13-4:29 ref-placeholder error: Replace `YOUR_ORG` with your organization's id, or write only `aws-vpc`.
                unsafe fix: Change to `aws-vpc`
            4:13-4:114 ref-name-style warning: The name of a resource type has 3 to 100 characters; `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` has 101.
        "#]].assert_eq(&odd.map(|text| report(IDS, &connection(text))).join(""));
    }

    #[test]
    fn resource_types() {
        let text = "\
dependencies:
  b: {resource_type: massdriver/x-y, required: true}
  d: {resource_type: Acme/VPC, required: true}
  e: {resource_type: <org>/vpc@1.2.3, required: true}
  f: {resource_type: acme/vpc@latest, required: true}
";
        expect![[r#"
            2:22-2:36 ref-massdriver-registry hint: `massdriver/` is the old public registry; publish the type in your organization and write `x-y`.
            3:22-3:30 ref-name-style warning: The name of a resource type is lower-case; write `vpc`.
                fix: Change to `acme/vpc`
            4:22-4:37 ref-placeholder error: Replace `<org>` with your organization's id, or write only `vpc`.
                unsafe fix: Change to `vpc@1.2.3`
        "#]].assert_eq(&report(IDS, text));
        assert_eq!(fixed("ref-placeholder", &connection("<your-org>/aws-vpc")), connection("aws-vpc"));
    }

    #[test]
    fn numbers_and_other_forms_are_not_names() {
        for fine in ["./AB.json", "https://a.b/C", "'#/A'", "[A]", "", "*gone", "aws_vpc", "12"] {
            assert_eq!(report(IDS, &connection(fine)), "", "{fine}");
        }
    }
}
