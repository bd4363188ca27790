//! Steps and their required keys, `path` and `provisioner`.

use super::provisioner::{directories, fitting};
use super::root::{Written, bundle, is_null, lookup, missing, supply};
use super::step_path::first_file;
use super::value::is_unfinished;
use super::{Context, Family, Finding, Findings, MAX_OFFERS, Rule, Severity};
use crate::bundle::{Document, Step};
use crate::edit::build::{fill, insert_key};
use crate::edit::{Edits, FileEdit, Fix};
use crate::reference;
use crate::rules::dedent::dedent;
use crate::syntax::{Node, Span};
use foldhash::HashSet;
use std::cell::LazyCell;

/// Steps and their required keys.
pub(super) static STEPS: Family =
    Family { title: "Steps", rules: &[&MISSING, &PATH_MISSING, &PROVISIONER_MISSING], check };

static MISSING: Rule = Rule {
    id: "steps-missing",
    severity: Severity::Warning,
    opt_in: false,
    title: "The bundle has no steps",
    explanation: "`steps` lists the code that provisions the bundle. Without it (or with an empty list) the \
                  platform runs one Terraform step in `src`. This default is deprecated and not visible to \
                  readers, so write the step explicitly.",
    bad: dedent! {"
        name: aws-vpc
        params:
          properties: {}
    "},
    good: dedent! {"
        name: aws-vpc
        steps:
          - path: src
            provisioner: terraform
        params:
          properties: {}
    "},
    files: &[],
};

static PATH_MISSING: Rule = Rule {
    id: "step-path-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A step has no `path`",
    explanation: "Every step runs the code of one directory next to the bundle file. Name it with `path`.",
    bad: dedent! {"
        steps:
          - provisioner: opentofu
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
    "},
    files: &[],
};

static PROVISIONER_MISSING: Rule = Rule {
    id: "step-provisioner-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A step has no `provisioner`",
    explanation: "`provisioner` names the tool that runs the step: a built-in one such as `opentofu`, `helm` or \
                  `bicep`, optionally with a version (`opentofu:1.10`), or the image of a custom provisioner.",
    bad: dedent! {"
        steps:
          - path: chart
    "},
    good: dedent! {"
        steps:
          - path: chart
            provisioner: helm
    "},
    files: &[("chart/Chart.yaml", "")],
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(document) = bundle(context) else { return };
    check_presence(context, document, findings);
    let free = LazyCell::new(|| free_directories(context));
    let mut seen = HashSet::default();
    for (index, step) in document.steps.iter().enumerate() {
        let node = document.node(step.node);
        if findings.is_full() || !node.is_mapping() || is_unfinished(node) || !seen.insert(step.node) {
            continue;
        }
        let first = node.entries().next().map_or(node.span(), |entry| entry.key().span());
        if let Some(span) = absence(document, node, "path", first) {
            let message = format!("`steps[{index}]` has no `path`; name its directory, such as `src`.");
            findings.push(with_path_fixes(context, &free, node, PATH_MISSING.at(span, message)));
        }
        if let Some(span) = absence(document, node, "provisioner", first) {
            let message = format!(
                "`steps[{index}]` has no `provisioner`; name its tool, such as `opentofu`, `helm` or `bicep`."
            );
            findings.push(with_provisioner_fixes(context, step, PROVISIONER_MISSING.at(span, message)));
        }
    }
}

/// Where to report a key that is absent (at `first`) or without a value (at itself).
fn absence(document: &Document, step: Node<'_>, key: &str, first: Span) -> Option<Span> {
    match step.field(key) {
        None => Some(first),
        Some(entry) if is_null(document, entry.value().target()) => Some(entry.key().span()),
        Some(_) => None,
    }
}

fn check_presence(context: &Context<'_>, document: &Document, findings: &mut Findings) {
    let written = lookup(document, "steps");
    let advice = "so the platform runs Terraform in `src`, a deprecated default; write the step explicitly.";
    let (finding, empty) = match written {
        Written::Value(entry, list) if list.is_sequence() && list.items().len() == 0 => {
            (MISSING.at(list.span(), format!("`steps` is empty, {advice}")), Some(entry))
        }
        Written::Value(..) | Written::Unknown => return,
        Written::Null(_) | Written::Absent => {
            match missing(document, &MISSING, "steps", format!("The bundle has no `steps`, {advice}")) {
                Some(finding) => (finding, None),
                None => return,
            }
        }
    };
    let steps = steps_on_disk(context);
    let text: String = steps.iter().map(String::as_str).collect();
    let edit = match empty {
        Some(entry) => fill(entry, &text),
        None => supply(document, "steps", &text),
    };
    // With several directories, only the author knows their order.
    findings.push(match steps.len() {
        1 => {
            let default = default_step();
            let is_default = text == lines(default.0, default.1);
            let title = "Add the step";
            match Some(default.0)
                .filter(|_| is_default)
                .and_then(|path| first(context, path, Some(default.1)))
            {
                Some(file) => finding.with_fix(with_first_file(title, edit, file)),
                None => finding.with_fix(Fix::safe(title, edit)),
            }
        }
        count => finding.with_fix(Fix::unsafe_(format!("Add {count} steps"), edit)),
    });
}

/// The lines of a step for every directory that a provisioner can run, or of the platform's default step.
fn steps_on_disk(context: &Context<'_>) -> Vec<String> {
    let (path, usual) = default_step();
    let on_disk = directories(context.files).into_iter().filter_map(|directory| {
        let fitting = fitting(context.files, &directory);
        let provisioner = fitting.iter().find(|name| **name == usual).or(fitting.first())?;
        Some(lines(&directory, provisioner))
    });
    let steps: Vec<String> = on_disk.collect();
    if steps.is_empty() { vec![lines(path, usual)] } else { steps }
}

fn lines(path: &str, provisioner: &str) -> String {
    format!("\n  - path: {path}\n    provisioner: {provisioner}")
}

/// Path and provisioner of the platform's default step.
fn default_step() -> (&'static str, &'static str) {
    let default = reference::get().key("bundle", "steps").and_then(|key| key.default.as_ref());
    let text = |key: &str| default.and_then(|steps| steps.get(0)?.get(key)?.as_str()).unwrap_or_default();
    (text("path"), text("provisioner"))
}

/// The first file of a directory that does not exist yet.
fn first(context: &Context<'_>, path: &str, provisioner: Option<&str>) -> Option<FileEdit> {
    let names = context.files.list(".")?;
    (!names.iter().any(|name| name == path)).then(|| first_file(provisioner, path))
}

/// A fix that also creates the first file of a directory.
fn with_first_file(title: &str, edit: Option<Edits>, file: FileEdit) -> Option<Fix> {
    let fix = Fix::unsafe_(format!("{title}, and create `{}`", file.path), edit)?;
    Some(Fix { files: vec![file], ..fix })
}

/// Directories that no step runs: those that a provisioner can run, else all, else `src`.
fn free_directories(context: &Context<'_>) -> Vec<String> {
    let document = context.document;
    let used: HashSet<_> =
        document.steps.iter().filter_map(|step| step.path).map(|path| document.node(path).value()).collect();
    let mut free = directories(context.files);
    free.retain(|name| !used.contains(name.as_str()) && !fitting(context.files, name).is_empty());
    if free.is_empty() {
        free = directories(context.files);
        free.retain(|name| !used.contains(name.as_str()));
    }
    if free.is_empty() && !used.contains("src") {
        free.push("src".to_owned());
    }
    free
}

fn with_path_fixes(context: &Context<'_>, free: &[String], step: Node<'_>, mut finding: Finding) -> Finding {
    let only = free.len() == 1;
    for directory in free.iter().take(MAX_OFFERS) {
        let (title, edit) = (format!("Add `path: {directory}`"), set_key(step, "path", directory));
        let provisioner = step.field("provisioner").map(|entry| entry.value().target().value());
        finding = if let Some(file) = first(context, directory, provisioner.as_deref()) {
            finding.with_fix(with_first_file(&title, edit, file))
        } else if only {
            finding.with_fix(Fix::safe(title, edit))
        } else {
            finding.with_fix(Fix::unsafe_(title, edit))
        };
    }
    finding
}

fn with_provisioner_fixes(context: &Context<'_>, step: &Step, mut finding: Finding) -> Finding {
    let node = context.document.node(step.node);
    let path = step.path.map(|path| context.document.node(path).target().value());
    let mut candidates = path.map(|path| fitting(context.files, &path)).unwrap_or_default();
    if candidates.is_empty() {
        candidates = reference::get().provisioners.names().collect();
    }
    let only = candidates.len() == 1;
    for name in candidates {
        let (title, edit) = (format!("Add `provisioner: {name}`"), set_key(node, "provisioner", name));
        finding = if only {
            finding.with_fix(Fix::safe(title, edit))
        } else {
            finding.with_fix(Fix::unsafe_(title, edit))
        };
    }
    finding
}

/// Adds `key: text` to a step, or fills an empty `key`.
fn set_key(step: Node<'_>, key: &str, text: &str) -> Option<Edits> {
    match step.get(key) {
        Some(entry) => fill(entry, &format!(" {text}")),
        None => insert_key(step, reference::get().object("step")?, key, &format!(" {text}")),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use expect_test::expect;

    const IDS: [&str; 3] = ["steps-missing", "step-path-missing", "step-provisioner-missing"];

    #[test]
    fn missing_steps() {
        for text in
            ["steps: *steps\n", "name: x\nsteps\n", "steps: src\n", "- a\n", "schema:\n  type: object\n"]
        {
            expect![""].assert_eq(&report(&IDS, text));
        }
        expect![[r#"
            1:1-1:1 steps-missing warning: The bundle has no `steps`, so the platform runs Terraform in `src`, a deprecated default; write the step explicitly.
        "#]]
        .assert_eq(&report(&IDS, "# a new bundle\n"));
        expect![[r#"
            1:1-1:5 steps-missing warning: The bundle has no `steps`, so the platform runs Terraform in `src`, a deprecated default; write the step explicitly.
                unsafe fix: Add the step, and create `src/main.tf`
        "#]]
        .assert_eq(&report(&IDS, "name: x\n"));
        expect![[r#"
            2:1-2:6 steps-missing warning: The bundle has no `steps`, so the platform runs Terraform in `src`, a deprecated default; write the step explicitly.
                unsafe fix: Add the step, and create `src/main.tf`
        "#]]
        .assert_eq(&report(&IDS, "name: x\nsteps:\n"));
        expect![[r#"
            1:8-1:10 steps-missing warning: `steps` is empty, so the platform runs Terraform in `src`, a deprecated default; write the step explicitly.
                unsafe fix: Add the step, and create `src/main.tf`
        "#]]
        .assert_eq(&report(&IDS, "steps: [] # none yet\n"));
    }

    #[test]
    fn the_step_is_added_after_the_metadata() {
        let fix = |text: &str| fixed("steps-missing", text);
        expect![[r#"
            name: x # the name
            steps:
              - path: src
                provisioner: terraform

            # What people choose.
            params: {}
        "#]]
        .assert_eq(&fix("name: x # the name\n\n# What people choose.\nparams: {}\n"));
        expect![[r#"
            steps:
              - path: src
                provisioner: terraform
            params: {}
        "#]]
        .assert_eq(&fix("params: {}\n"));
        expect![[r#"
            name: x
            steps:
              - path: src
                provisioner: terraform # none yet
            params: {}
        "#]]
        .assert_eq(&fix("name: x\nsteps: [] # none yet\nparams: {}\n"));
        assert_eq!(
            fix("name: x\r\nparams: {}"),
            "name: x\r\nsteps:\r\n  - path: src\r\n    provisioner: terraform\r\nparams: {}"
        );
        assert_eq!(fix("name: x"), "name: x\nsteps:\n  - path: src\n    provisioner: terraform");
    }

    #[test]
    fn the_steps_come_from_disk() {
        let files =
            [("chart/Chart.yaml", ""), ("infra/main.tf", ""), ("docs/a.md", ""), (".terraform/x.tf", "")];
        expect![[r#"
            1:1-1:5 steps-missing warning: The bundle has no `steps`, so the platform runs Terraform in `src`, a deprecated default; write the step explicitly.
                unsafe fix: Add 2 steps
        "#]]
        .assert_eq(&report_with(&IDS, "name: x\n", &files, &everything_on()));
    }

    #[test]
    fn missing_keys() {
        expect![[r#"
            2:5-2:19 step-path-missing error: `steps[0]` has no `path`; name its directory, such as `src`.
                unsafe fix: Add `path: src`, and create `src/Chart.yaml`
            4:5-4:9 step-provisioner-missing error: `steps[1]` has no `provisioner`; name its tool, such as `opentofu`, `helm` or `bicep`.
                unsafe fix: Add `provisioner: opentofu`
                unsafe fix: Add `provisioner: terraform`
                unsafe fix: Add `provisioner: helm`
                unsafe fix: Add `provisioner: bicep`
        "#]]
        .assert_eq(&report(&IDS, "steps:\n  - skip_on_delete: true\n    provisioner: helm\n  - path: a\n"));
    }

    #[test]
    fn unfinished_steps_are_not_reported() {
        for step in ["", "pa", "path: src\n    prov", "*gone", "[a]", "src"] {
            expect![""].assert_eq(&report(&IDS, &format!("steps:\n  - {step}\n")));
        }
    }

    #[test]
    fn keys_come_through_merges_and_shared_steps_are_reported_once() {
        let merged =
            "x-step: &step\n  path: src\n  provisioner: helm\nsteps:\n  - <<: *step\n    config: {}\n";
        expect![""].assert_eq(&report(&IDS, merged));
        expect![[r#"
            2:9-2:13 step-provisioner-missing error: `steps[0]` has no `provisioner`; name its tool, such as `opentofu`, `helm` or `bicep`.
        "#]]
        .assert_eq(&report(&IDS, "steps:\n  - &a {path: src}\n  - *a\n"));
    }

    #[test]
    fn fixes_fill_in_what_is_missing() {
        let fix = |text: &str| fixed("step-path-missing", text);
        assert_eq!(
            fix("steps:\n  - provisioner: helm # x\n"),
            "steps:\n  - path: src\n    provisioner: helm # x\n"
        );
        assert_eq!(
            fix("steps:\n  - path:\n    provisioner: helm\n"),
            "steps:\n  - path: src\n    provisioner: helm\n"
        );
        assert_eq!(
            fix("steps:\n- path: # where?\n  provisioner: helm\n"),
            "steps:\n- path: src # where?\n  provisioner: helm\n"
        );
        expect![[r#"
            steps:
              - path: a # here
                provisioner: opentofu
                config: {}
        "#]]
        .assert_eq(&fixed("step-provisioner-missing", "steps:\n  - path: a # here\n    config: {}\n"));
    }
}
