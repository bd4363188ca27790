//! A bundle's description, version and source.

use super::root::{self, Written, lookup, missing, supply};
use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::Document;
use crate::edit::build::replace_text;
use crate::edit::{Edits, Fix};
use crate::reference;
use crate::rules::dedent::dedent;
use crate::syntax::{Node, Scalar};
use regex::Regex;
use std::sync::LazyLock;

static DESCRIPTION_MISSING: Rule = Rule {
    id: "description-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "The bundle has no description",
    explanation: "Users read the description in the catalog to choose between bundles. Publishing fails without \
                  it.",
    bad: "name: aws-vpc\n",
    good: dedent! {"
        name: aws-vpc
        description: A network with public and private subnets.
    "},
    files: &[],
};

static DESCRIPTION_LENGTH: Rule = Rule {
    id: "description-length",
    severity: Severity::Error,
    opt_in: false,
    title: "The bundle's description is too short or too long",
    explanation: "A description has 10 to 1024 characters, counted after YAML has joined folded lines.",
    bad: "description: A network\n",
    good: "description: A network with public and private subnets.\n",
    files: &[],
};

static VERSION_MISSING: Rule = Rule {
    id: "version-missing",
    severity: Severity::Warning,
    opt_in: false,
    title: "The bundle has no version",
    explanation: "Without a version the bundle is published as `0.0.0`, which turns versioning off: each \
                  publication replaces the previous one, and no version can be pinned or rolled back to.",
    bad: "name: aws-vpc\n",
    good: dedent! {"
        name: aws-vpc
        version: 0.1.0
    "},
    files: &[],
};

static VERSION_INVALID: Rule = Rule {
    id: "version-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "The version is not MAJOR.MINOR.PATCH",
    explanation: "A version is three numbers separated by dots, without a leading `v` or a suffix. The suffix \
                  of a development release is added when it is published.",
    bad: "version: v1.2\n",
    good: "version: 1.2.0\n",
    files: &[],
};

static SOURCE_URL: Rule = Rule {
    id: "source-url-invalid",
    severity: Severity::Hint,
    opt_in: false,
    title: "`source_url` is not a link",
    explanation: "Users open `source_url` to find the code. Without `https://` (or `http`, `ssh`, `git`) it may \
                  not open.",
    bad: "source_url: github.com/acme/aws-vpc\n",
    good: "source_url: https://github.com/acme/aws-vpc\n",
    files: &[],
};

/// A bundle's description, version and source.
pub(super) static METADATA: Family = Family {
    title: "Description, version and source",
    rules: &[&DESCRIPTION_MISSING, &DESCRIPTION_LENGTH, &VERSION_MISSING, &VERSION_INVALID, &SOURCE_URL],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(document) = root::bundle(context) else { return };
    findings.extend(description_missing(document));
    findings.extend(version_missing(document));
    findings.extend(text(document, "description").and_then(description_length));
    findings.extend(text(document, "version").and_then(|version| version_invalid(document, version)));
    findings.extend(text(document, "source_url").and_then(source_url));
}

/// The scalar at a top-level key.
fn text<'a>(document: &'a Document, key: &str) -> Option<Node<'a>> {
    match lookup(document, key) {
        Written::Value(_, value) => value.is_scalar().then_some(value),
        _ => None,
    }
}

fn description_missing(document: &Document) -> Option<Finding> {
    let message = "A bundle needs a `description`: a sentence that says what it is for.";
    let finding = missing(document, &DESCRIPTION_MISSING, "description", message)?;
    let stub = " What this bundle provides, and to whom.";
    Some(finding.with_fix(Fix::unsafe_("Add a `description`", supply(document, "description", stub))))
}

fn description_length(value: Node<'_>) -> Option<Finding> {
    let key = reference::get().key("bundle", "description")?;
    let (least, most) = (key.min_length?, key.max_length?);
    let length = value.value().chars().count();
    let message = match length {
        _ if length < least => {
            format!("A description needs at least {least} characters; this one has {length}.")
        }
        _ if length > most => format!("A description has at most {most} characters; this one has {length}."),
        _ => return None,
    };
    Some(DESCRIPTION_LENGTH.at(value.span(), message))
}

fn version_missing(document: &Document) -> Option<Finding> {
    let message = "Without a `version` each publication replaces the previous one; start with `0.1.0`.";
    let finding = missing(document, &VERSION_MISSING, "version", message)?;
    Some(finding.with_fix(Fix::safe("Add `version: 0.1.0`", supply(document, "version", " 0.1.0"))))
}

fn version_invalid(document: &Document, value: Node<'_>) -> Option<Finding> {
    static PATTERN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(reference::get().key("bundle", "version")?.pattern.as_deref()?).ok());
    let text = value.value();
    let is_text = matches!(value.resolve(document.dialect()), Scalar::Str(_));
    if is_text && PATTERN.as_ref()?.is_match(&text) {
        return None;
    }
    let version = semver(&text);
    let shown =
        if text.is_empty() { "The version".to_owned() } else { format!("The version {}", quoted(&text)) };
    let instead = version.as_deref().unwrap_or("1.2.3");
    let like = if version.is_some() { "" } else { "MAJOR.MINOR.PATCH, such as " };
    let message = format!("{shown} {}; write {like}`{instead}`.", problem(text.trim()));
    let finding = VERSION_INVALID.at(value.span(), message);
    Some(match &version {
        Some(version) => {
            finding.with_fix(Fix::safe(format!("Change to `{version}`"), replace_text(value, version)))
        }
        None => finding,
    })
}

fn problem(version: &str) -> &'static str {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match version {
        "" => "is empty",
        version if version.starts_with(['v', 'V']) => "begins with a `v`",
        version if version.contains(['-', '+']) => "has a suffix",
        version if !version.split('.').all(is_number) => "is not three numbers",
        version if version.split('.').count() > 3 => "has too many numbers",
        _ => "has too few numbers",
    }
}

/// The version that was most likely meant: `v1.2-rc1` → `1.2.0`.
fn semver(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let numbers: Vec<&str> = text.split(['-', '+']).next()?.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if numbers.len() > 3 || !numbers.iter().all(is_number) {
        return None;
    }
    let mut numbers = numbers;
    numbers.resize(3, "0");
    Some(numbers.join("."))
}

fn source_url(value: Node<'_>) -> Option<Finding> {
    let url = value.value();
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let opens = matches!(scheme, Some("http" | "https" | "git" | "ssh" | "git+ssh" | "git+https"))
        || url.starts_with("git@")
        || url.starts_with("git::");
    if opens || url.is_empty() {
        return None;
    }
    if !is_bare(&url) {
        let message =
            format!("{} is not a link; write an address that begins with `https://`.", quoted(&url));
        return Some(SOURCE_URL.at(value.span(), message));
    }
    let message = format!("{} does not begin with `https://`, so it may not open as a link.", quoted(&url));
    Some(SOURCE_URL.at(value.span(), message).with_fix(Fix::safe("Add `https://`", with_scheme(value))))
}

/// Adds `https://` to an address that begins with its host.
pub(super) fn with_scheme(address: Node<'_>) -> Option<Edits> {
    let url = address.value();
    if is_bare(&url) { replace_text(address, &format!("https://{url}")) } else { None }
}

/// Whether an address begins with its host.
fn is_bare(url: &str) -> bool {
    let host = url.split('/').next().unwrap_or_default();
    host.contains('.') && !host.starts_with('.') && !url.contains([' ', ':'])
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const DESCRIPTION: &[&str] = &["description-missing", "description-length"];
    const VERSION: &[&str] = &["version-missing", "version-invalid"];
    const SOURCE: &[&str] = &["source-url-invalid"];

    #[test]
    fn descriptions() {
        let long = format!("description: {}\n", "é".repeat(1025));
        let texts =
            ["name: x\n", "description: short\n", "description: ''\n", "name: x\ndescription:\n", &long];
        expect![[r#"
            1:1-1:5 description-missing error: A bundle needs a `description`: a sentence that says what it is for.
                unsafe fix: Add a `description`
            1:14-1:19 description-length error: A description needs at least 10 characters; this one has 5.
            1:14-1:16 description-length error: A description needs at least 10 characters; this one has 0.
            2:1-2:12 description-missing error: A bundle needs a `description`: a sentence that says what it is for.
                unsafe fix: Add a `description`
            1:14-1:2064 description-length error: A description has at most 1024 characters; this one has 1025.
        "#]].assert_eq(&texts.map(|text| report(DESCRIPTION, text)).join(""));
        let exact = format!("description: {}\n", "é".repeat(1024));
        for fine in [
            "description: >-\n  folded\n  lines\n",
            "description: 1234567890\n",
            "description: [x]\n",
            &exact,
        ] {
            assert_eq!(report(DESCRIPTION, fine), "", "{fine}");
        }
        let after = fixed("description-missing", "name: x\ndescription: # soon\n");
        assert_eq!(after, "name: x\ndescription: What this bundle provides, and to whom. # soon\n");
    }

    #[test]
    fn versions() {
        let versions =
            ["1.0", "1", "v1.2.3", "1.2.3-rc.1", "1.2.3.4", "\"1.2\"", "latest", "''", "true", "1.2.x"];
        let reports = versions.map(|version| report(VERSION, &format!("version: {version}\n")));
        expect![[r#"
            1:10-1:13 version-invalid error: The version `1.0` has too few numbers; write `1.0.0`.
                fix: Change to `1.0.0`
            1:10-1:11 version-invalid error: The version `1` has too few numbers; write `1.0.0`.
                fix: Change to `1.0.0`
            1:10-1:16 version-invalid error: The version `v1.2.3` begins with a `v`; write `1.2.3`.
                fix: Change to `1.2.3`
            1:10-1:20 version-invalid error: The version `1.2.3-rc.1` has a suffix; write `1.2.3`.
                fix: Change to `1.2.3`
            1:10-1:17 version-invalid error: The version `1.2.3.4` has too many numbers; write MAJOR.MINOR.PATCH, such as `1.2.3`.
            1:10-1:15 version-invalid error: The version `1.2` has too few numbers; write `1.2.0`.
                fix: Change to `1.2.0`
            1:10-1:16 version-invalid error: The version `latest` is not three numbers; write MAJOR.MINOR.PATCH, such as `1.2.3`.
            1:10-1:12 version-invalid error: The version is empty; write MAJOR.MINOR.PATCH, such as `1.2.3`.
            1:10-1:14 version-invalid error: The version `true` is not three numbers; write MAJOR.MINOR.PATCH, such as `1.2.3`.
            1:10-1:15 version-invalid error: The version `1.2.x` is not three numbers; write MAJOR.MINOR.PATCH, such as `1.2.3`.
        "#]].assert_eq(&reports.join(""));
        expect![[r#"
            2:1-2:8 version-missing warning: Without a `version` each publication replaces the previous one; start with `0.1.0`.
                fix: Add `version: 0.1.0`
        "#]].assert_eq(&report(VERSION, "name: x\nversion:\n"));
        for fine in ["1.2.3", "0.0.0", "'10.20.30'", "01.2.3", "{}"] {
            assert_eq!(report(VERSION, &format!("version: {fine}\n")), "", "{fine}");
        }
        assert_eq!(fixed("version-invalid", "version: 'v1.2' # x\n"), "version: '1.2.0' # x\n");
        assert_eq!(
            fixed("version-missing", "name: x\nparams: {}\n"),
            "name: x\nversion: 0.1.0\nparams: {}\n"
        );
        assert_eq!(fixed("version-missing", "name: x\nversion: ~ # x\n"), "name: x\nversion: 0.1.0 # x\n");
    }

    #[test]
    fn sources() {
        let urls = ["github.com/acme/x", "acme/x", "ftp://acme.com", "./here"];
        let reports = urls.map(|url| report(SOURCE, &format!("source_url: {url}\n")));
        expect![[r#"
            1:13-1:30 source-url-invalid hint: `github.com/acme/x` does not begin with `https://`, so it may not open as a link.
                fix: Add `https://`
            1:13-1:19 source-url-invalid hint: `acme/x` is not a link; write an address that begins with `https://`.
            1:13-1:27 source-url-invalid hint: `ftp://acme.com` is not a link; write an address that begins with `https://`.
            1:13-1:19 source-url-invalid hint: `./here` is not a link; write an address that begins with `https://`.
        "#]].assert_eq(&reports.join(""));
        for fine in ["https://a.b/c", "git@github.com:acme/x.git", "ssh://a/b", "''", "", "git::https://x"] {
            assert_eq!(report(SOURCE, &format!("source_url: {fine}\n")), "", "{fine}");
        }
    }
}
