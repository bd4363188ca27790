//! The name of a bundle.

use super::root::{self, Written, lookup, missing, supply};
use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::edit::Fix;
use crate::edit::build::replace_text;
use crate::reference::{self, Key};
use crate::rules::dedent::dedent;
use crate::syntax::Node;
use regex::Regex;
use std::sync::LazyLock;

static NAME_MISSING: Rule = Rule {
    id: "name-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "The bundle has no name",
    explanation: "A bundle is published under its name, as `<organization>/<name>`.",
    bad: "description: A network with public and private subnets.\n",
    good: dedent! {"
        name: aws-vpc
        description: A network with public and private subnets.
    "},
    files: &[],
};

static NAME_INVALID: Rule = Rule {
    id: "name-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid name of a bundle",
    explanation: "A name consists of 3 to 53 lower-case letters, digits and hyphens. It begins with a letter, \
                  ends with a letter or digit, and cannot change once the bundle is published.",
    bad: "name: AWS_VPC\n",
    good: "name: aws-vpc\n",
    files: &[],
};

/// The name of a bundle.
pub(super) static NAME: Family =
    Family { title: "Name of a bundle", rules: &[&NAME_MISSING, &NAME_INVALID], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(document) = root::bundle(context) else { return };
    let Some(key) = reference::get().key("bundle", "name") else { return };
    if let Some(finding) = missing(document, &NAME_MISSING, "name", "A bundle needs a `name`.") {
        let name = document.directory.as_deref().and_then(|directory| slug(directory, key));
        let finding = match name {
            Some(name) => finding.with_fix(Fix::safe(
                format!("Name it `{name}`, after its directory"),
                supply(document, "name", &format!(" {name}")),
            )),
            None => finding.with_fix(Fix::unsafe_("Add a `name`", supply(document, "name", " my-bundle"))),
        };
        findings.push(finding);
    }
    if let Written::Value(_, value) = lookup(document, "name") {
        let is_word = super::bool_word::read_as(value, document.dialect()).is_some();
        if value.is_scalar() && !is_word {
            findings.extend(invalid(value, key));
        }
    }
}

fn invalid(value: Node<'_>, key: &Key) -> Option<Finding> {
    let name = value.value();
    if is_well_formed(&name, key) {
        return None;
    }
    let slug = slug(name.rsplit('/').next().unwrap_or(&name), key).filter(|slug| **slug != *name);
    let shown = if name.is_empty() { "The name".to_owned() } else { format!("The name {}", quoted(&name)) };
    let instead = slug.as_ref().map_or_else(String::new, |slug| format!("; write `{slug}`"));
    let message = format!("{shown} {}{instead}.", problem(&name, key));
    let finding = NAME_INVALID.at(value.span(), message);
    Some(match slug {
        Some(slug) => finding.with_fix(Fix::safe(format!("Rename to `{slug}`"), replace_text(value, &slug))),
        None => finding,
    })
}

fn is_well_formed(name: &str, key: &Key) -> bool {
    static PATTERN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(reference::get().key("bundle", "name")?.pattern.as_deref()?).ok());
    let length = name.chars().count();
    PATTERN.as_ref().is_none_or(|pattern| pattern.is_match(name))
        && key.min_length.is_none_or(|least| length >= least)
        && key.max_length.is_none_or(|most| length <= most)
}

/// The first problem of a name.
fn problem(name: &str, key: &Key) -> String {
    let (least, most) = (key.min_length.unwrap_or_default(), key.max_length.unwrap_or(usize::MAX));
    let length = name.chars().count();
    let bad = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-'));
    match bad {
        _ if name.is_empty() => "is empty".to_owned(),
        Some('/') => "contains a `/`, but the organization is not part of the name".to_owned(),
        Some('A'..='Z') => "contains an upper-case letter".to_owned(),
        Some(' ' | '\n') => "contains a space, but words are joined with `-`".to_owned(),
        Some(bad) => format!("contains `{bad}`, but only the letters a-z, digits and `-` are allowed"),
        None if !name.starts_with(|c: char| c.is_ascii_lowercase()) => "must begin with a letter".to_owned(),
        None if name.ends_with('-') => "must end with a letter or digit".to_owned(),
        None if length > most => format!("has {length} characters, but at most {most} are allowed"),
        None => format!("has fewer than {least} characters"),
    }
}

/// The closest well-formed name; `None` if no valid characters are left.
fn slug(text: &str, key: &Key) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let mut slug = String::new();
    for c in text.chars() {
        let begins_word = c.is_ascii_uppercase() && slug.ends_with(|last: char| last.is_ascii_lowercase());
        if (begins_word || !c.is_ascii_alphanumeric()) && !slug.ends_with('-') {
            slug.push('-');
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        }
    }
    slug.make_ascii_lowercase();
    let slug = slug.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let slug = &slug[..slug.len().min(key.max_length.unwrap_or(usize::MAX))];
    let slug = slug.trim_end_matches('-');
    is_well_formed(slug, key).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Snapshot, findings};
    use crate::rules::testing::{fixed, report};
    use crate::settings::Settings;
    use crate::workspace::NoFiles;
    use expect_test::expect;
    use std::path::Path;

    const IDS: &[&str] = &["name-missing", "name-invalid"];

    #[test]
    fn invalid_names_get_a_reason_and_a_suggestion() {
        let long = "a".repeat(54);
        let names = [
            "AwsVPC",
            "aws_vpc",
            "aws vpc",
            "1password",
            "redis-",
            "re",
            "acme/vpc",
            "\"\"",
            "größe",
            "12",
            &long,
        ];
        let reports = names.map(|name| report(IDS, &format!("name: {name}\n")));
        expect![[r#"
            1:7-1:13 name-invalid error: The name `AwsVPC` contains an upper-case letter; write `aws-vpc`.
                fix: Rename to `aws-vpc`
            1:7-1:14 name-invalid error: The name `aws_vpc` contains `_`, but only the letters a-z, digits and `-` are allowed; write `aws-vpc`.
                fix: Rename to `aws-vpc`
            1:7-1:14 name-invalid error: The name `aws vpc` contains a space, but words are joined with `-`; write `aws-vpc`.
                fix: Rename to `aws-vpc`
            1:7-1:16 name-invalid error: The name `1password` must begin with a letter; write `password`.
                fix: Rename to `password`
            1:7-1:13 name-invalid error: The name `redis-` must end with a letter or digit; write `redis`.
                fix: Rename to `redis`
            1:7-1:9 name-invalid error: The name `re` has fewer than 3 characters.
            1:7-1:15 name-invalid error: The name `acme/vpc` contains a `/`, but the organization is not part of the name; write `vpc`.
                fix: Rename to `vpc`
            1:7-1:9 name-invalid error: The name is empty.
            1:7-1:14 name-invalid error: The name `größe` contains `ö`, but only the letters a-z, digits and `-` are allowed.
            1:7-1:9 name-invalid error: The name `12` must begin with a letter.
            1:7-1:61 name-invalid error: The name `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` has 54 characters, but at most 53 are allowed; write `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`.
                fix: Rename to `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`
        "#]].assert_eq(&reports.join(""));
        for fine in ["aws-vpc", "abc", "a1-2", "'aws-vpc'", &"a".repeat(53), "&x aws-vpc", ">-\n  aws-vpc"] {
            assert_eq!(report(IDS, &format!("name: {fine}\n")), "", "{fine}");
        }
    }

    #[test]
    fn absent_null_and_half_typed() {
        expect![[r#"
            2:1-2:7 name-missing error: A bundle needs a `name`.
                unsafe fix: Add a `name`
        "#]]
        .assert_eq(&report(IDS, "# comment\nparams: {}\n"));
        expect![[r#"
            1:1-1:5 name-missing error: A bundle needs a `name`.
                unsafe fix: Add a `name`
        "#]]
        .assert_eq(&report(IDS, "name:\nparams: {}\n"));
        expect![[r#"
            1:1-1:1 name-missing error: A bundle needs a `name`.
        "#]]
        .assert_eq(&report(IDS, ""));
        for fine in [
            "name\n",
            "Name: aws-vpc\n",
            "name: [x]\n",
            "name: *gone\n",
            "- a\n",
            "name: yes\n",
            "schema: {}\n",
        ] {
            assert_eq!(report(IDS, fine), "", "{fine}");
        }
    }

    #[test]
    fn fixes_keep_quotes_and_know_the_directory() {
        assert_eq!(fixed("name-invalid", "name: 'AWS VPC' # x\n"), "name: 'aws-vpc' # x\n");
        let text = "params: {}\n";
        let snapshot = Snapshot::new(text, Some(Path::new("/repo/AWS VPC/massdriver.yaml")));
        let found = findings(&snapshot, &NoFiles, &Settings::default());
        let found = found.iter().find(|finding| finding.rule == "name-missing").unwrap();
        assert_eq!(found.fixes[0].edits.apply(text).unwrap(), "name: aws-vpc\nparams: {}\n");
    }
}
