//! The provisioner of a step: its name, files and credentials.

use super::step_path::is_directory_name;
use super::value::string;
use super::wording::any_of;
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{BuiltIn, Kind, Step};
use crate::edit::Fix;
use crate::edit::build::replace_text;
use crate::reference::{self, Provisioner, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::Node;
use crate::workspace::{FileKind, Files};
use foldhash::HashSet;

/// Provisioners of steps.
pub(super) static PROVISIONERS: Family =
    Family { title: "Provisioners", rules: &[&UNKNOWN, &CREDENTIALS, &FILES], check };

static UNKNOWN: Rule = Rule {
    id: "provisioner-unknown",
    severity: Severity::Hint,
    opt_in: false,
    title: "The name of a provisioner looks misspelled",
    explanation: "Any name can be a custom provisioner, so this is only a hint: the name is very close to that \
                  of a built-in one.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: terrafrom
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: terraform
    "},
    files: &[],
};

static CREDENTIALS: Rule = Rule {
    id: "provisioner-credentials",
    severity: Severity::Hint,
    opt_in: true,
    title: "A step may have no credentials",
    explanation: "Helm uses the connection `kubernetes_cluster` and Bicep `azure_authentication`, unless the \
                  step's `config` has credentials of the same name. With neither, the step works only where the \
                  runner itself has access.",
    bad: dedent! {"
        steps:
          - path: chart
            provisioner: helm
    "},
    good: dedent! {"
        connections:
          properties:
            kubernetes_cluster:
              $ref: kubernetes-cluster
        steps:
          - path: chart
            provisioner: helm
    "},
    files: &[],
};

static FILES: Rule = Rule {
    id: "provisioner-files",
    severity: Severity::Hint,
    opt_in: false,
    title: "A step's directory has no files for its provisioner",
    explanation: "OpenTofu and Terraform need `*.tf` files, Bicep a `template.bicep`, and Helm a chart (unless \
                  `config` names a remote one). The directory of the step has none of them.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: bicep
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
    "},
    files: &[("src/main.tf", "")],
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != Kind::Bundle {
        return;
    }
    let mut seen = HashSet::default();
    for step in &document.steps {
        // Each step costs a look at the disk.
        if findings.is_full() {
            return;
        }
        let written =
            step.provisioner.map(|id| document.node(id).target()).filter(|_| seen.insert(step.node));
        let Some(node) = written else { continue };
        let Some(name) = string(node, document.dialect()) else { continue };
        match reference::get().provisioner(&name) {
            Some(provisioner) => check_files(context, step, node, provisioner, findings),
            None => check_name(node, &name, findings),
        }
        if let Some(built_in) = BuiltIn::of(&name) {
            check_credentials(context, step, node, built_in, findings);
        }
    }
}

/// Reports a misspelled name. A name with a path or a registry is the image of a custom provisioner.
fn check_name(node: Node<'_>, written: &str, findings: &mut Findings) {
    let (name, version) = match written.split_once(':') {
        Some((name, version)) => (name, format!(":{version}")),
        None => (written, String::new()),
    };
    if name.contains(['/', '.']) {
        return;
    }
    let Some(meant) = reference::get().provisioners.meant(name) else { return };
    let message = format!("`{name}` is not a built-in provisioner{}", did_you_mean(Some(&meant.name)));
    let text = format!("{}{version}", meant.name);
    findings.push(
        UNKNOWN
            .at(node.span(), message)
            .with_fix(Fix::safe(format!("Replace with `{text}`"), replace_text(node, &text))),
    );
}

fn check_files(
    context: &Context<'_>,
    step: &Step,
    node: Node<'_>,
    wanted: &Provisioner,
    findings: &mut Findings,
) {
    let document = context.document;
    let Some(path) = step.path.and_then(|id| string(document.node(id), document.dialect())) else { return };
    if !is_directory_name(&path) || context.files.kind(&path) != FileKind::Directory {
        return;
    }
    let remote_chart = step.config.is_some_and(|config| document.node(config).field("chart").is_some());
    let Some(names) = context.files.list(&path).filter(|_| !remote_chart) else { return };
    if holds(&names, wanted) {
        return;
    }
    let files = any_of(wanted.files.iter().map(String::as_str));
    let message = format!("`{path}` has no {files} for `{}` to run.", wanted.name);
    findings.push(FILES.at(node.span(), message));
}

fn check_credentials(
    context: &Context<'_>,
    step: &Step,
    node: Node<'_>,
    built_in: BuiltIn,
    findings: &mut Findings,
) {
    let document = context.document;
    let names = built_in.credentials();
    let Some(usual) = names.first() else { return };
    let connected = document.inputs().any(|port| names.contains(&port.name.as_str()));
    let config = step.config.map(|config| document.node(config));
    if connected || config.is_some_and(|config| names.iter().any(|name| config.field(name).is_some())) {
        return;
    }
    let message = format!(
        "This step may have no credentials: there is neither a connection nor a config option `{usual}`."
    );
    findings.push(CREDENTIALS.at(node.span(), message));
}

/// Directories next to the document that can be steps, sorted.
pub(super) fn directories(files: &dyn Files) -> Vec<String> {
    let mut names = files.list(".").unwrap_or_default();
    names.retain(|name| is_directory_name(name) && files.kind(name) == FileKind::Directory);
    names
}

/// The built-in provisioners that can run a directory.
pub(super) fn fitting(files: &dyn Files, directory: &str) -> Vec<&'static str> {
    let Some(names) = files.list(directory) else { return Vec::new() };
    let all = reference::get().provisioners.iter();
    all.filter(|provisioner| holds(&names, provisioner))
        .map(|provisioner| provisioner.name.as_str())
        .collect()
}

/// Whether a provisioner can run a directory with these files.
fn holds(names: &[String], provisioner: &Provisioner) -> bool {
    names.iter().any(|name| {
        provisioner.files.iter().any(|file| match file.strip_prefix('*') {
            Some(extension) => name.ends_with(extension),
            None => name == file,
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use expect_test::expect;

    fn step(rest: &str) -> String {
        format!("steps:\n  - path: src\n    {rest}\n")
    }

    #[test]
    fn names_close_to_a_built_in() {
        expect![[r#"
            3:18-3:26 provisioner-unknown hint: `opentufo` is not a built-in provisioner; did you mean `opentofu`?
                fix: Replace with `opentofu`
        "#]]
        .assert_eq(&report(&["provisioner-unknown"], &step("provisioner: opentufo")));
        assert_eq!(
            fixed("provisioner-unknown", &step("provisioner: 'hlem:3'")),
            step("provisioner: 'helm:3'")
        );
        let silent = [
            "opentofu",
            "opentofu:1.10",
            "custom-opentofu:1.x",
            "ghcr.io/acme/hlem",
            "pulumi",
            "",
            "*a",
            "~",
            "7",
        ];
        for name in silent {
            expect![""].assert_eq(&report(&["provisioner-unknown"], &step(&format!("provisioner: {name}"))));
        }
    }

    #[test]
    fn files_of_the_step() {
        let files = [("src/README.md", ""), ("tf/main.tf", ""), ("json/main.tf.json", "")];
        let found = |text: &str| report_with(&["provisioner-files"], text, &files, &everything_on());
        expect![[r#"
            3:18-3:22 provisioner-files hint: `src` has no `Chart.yaml` for `helm` to run.
        "#]]
        .assert_eq(&found(&step("provisioner: helm")));
        expect![[r#"
            3:18-3:27 provisioner-files hint: `src` has no `*.tf` or `*.tf.json` for `terraform` to run.
        "#]]
        .assert_eq(&found(&step("provisioner: terraform")));
        expect![""].assert_eq(&found(&step("provisioner: helm\n    config:\n      chart:\n        oci: x")));
        expect![""].assert_eq(&found(&step("provisioner: acme/helm:1")));
        for path in ["gone", "tf", "json", "./tf", "~"] {
            expect![""].assert_eq(&found(&format!("steps:\n  - path: {path}\n    provisioner: opentofu\n")));
        }
    }

    #[test]
    fn credentials_of_the_step() {
        let found = |text: &str| report(&["provisioner-credentials"], text);
        expect![[r#"
            3:18-3:23 provisioner-credentials hint: This step may have no credentials: there is neither a connection nor a config option `azure_authentication`.
        "#]]
        .assert_eq(&found(&step("provisioner: bicep")));
        let configured = "provisioner: helm\n    config:\n      kubernetes_cluster: .connections.k8s";
        expect![""].assert_eq(&found(&step(configured)));
        expect![""].assert_eq(&found(&step("provisioner: opentofu")));
        let current =
            "dependencies:\n  azure_service_principal:\n    resource_type: azure\n    required: true\n";
        expect![""].assert_eq(&found(&format!("{current}{}", step("provisioner: bicep"))));
    }

    #[test]
    fn credentials_are_opt_in() {
        let found = crate::rules::testing::run(&step("provisioner: helm"), &[], &Default::default());
        assert!(found.iter().all(|finding| finding.rule != "provisioner-credentials"));
    }
}
