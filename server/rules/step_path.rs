//! Directories of steps: valid, existing, and used once.

use super::root::is_null;
use super::value::Pattern;
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{BuiltIn, Kind, Step};
use crate::edit::build::replace_text;
use crate::edit::{FileEdit, Fix};
use crate::reference::{self, closest};
use crate::rules::dedent::dedent;
use crate::syntax::{Node, NodeId};
use crate::workspace::FileKind;
use foldhash::{HashMap, HashSet};
use std::sync::LazyLock;

/// Directories of steps.
pub(super) static STEP_PATHS: Family =
    Family { title: "Directories of steps", rules: &[&INVALID, &NOT_FOUND, &DUPLICATE], check };

static INVALID: Rule = Rule {
    id: "step-path-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "A step's path is not one directory name",
    explanation: "`path` is the name of one directory next to the bundle file. It begins with a letter or \
                  digit, followed by letters, digits, `_` and `-`. It cannot be the bundle's own directory, a \
                  nested directory, or one outside the bundle.",
    bad: dedent! {"
        steps:
          - path: ./src
            provisioner: opentofu
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
    "},
    files: &[("src/main.tf", "")],
};

static NOT_FOUND: Rule = Rule {
    id: "step-path-not-found",
    severity: Severity::Warning,
    opt_in: false,
    title: "A step's directory does not exist",
    explanation: "Building and publishing a bundle reads the code of every step. There is no directory of this \
                  name next to the bundle file: create it, or correct the name.",
    bad: dedent! {"
        steps:
          - path: scr
            provisioner: opentofu
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
    "},
    files: &[("src/main.tf", "")],
};

static DUPLICATE: Rule = Rule {
    id: "step-path-duplicate",
    severity: Severity::Hint,
    opt_in: false,
    title: "Two steps run the same directory",
    explanation: "Steps with the same `path` run the same code twice in every deployment. That is allowed, but \
                  more often a step was copied and its path not changed.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
          - path: src
            provisioner: opentofu
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
          - path: dns
            provisioner: opentofu
    "},
    files: &[],
};

/// Whether a text can be the `path` of a step.
pub(crate) fn is_directory_name(text: &str) -> bool {
    static PATTERN: LazyLock<Pattern> = LazyLock::new(|| {
        Pattern::new(reference::get().key("step", "path").and_then(|key| key.pattern.as_deref()))
    });
    PATTERN.fits(text)
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != Kind::Bundle {
        return;
    }
    let mut steps = HashSet::default();
    let mut paths = HashSet::default();
    let mut used: HashMap<String, NodeId> = HashMap::default();
    for (index, step) in document.steps.iter().enumerate() {
        if findings.is_full() {
            return;
        }
        let Some(written) = step.path.map(|id| document.node(id)).filter(|_| steps.insert(step.node)) else {
            continue;
        };
        let path = written.target();
        if !path.is_scalar() || is_null(document, path) {
            continue;
        }
        let text = path.value();
        if let Some(&first) = used.get(&*text) {
            let first = document.node(first).span();
            let message = format!("Another step already runs `{text}`.");
            findings.push(DUPLICATE.at(written.span(), message).relating(first, "First used here"));
        } else {
            used.insert(text.clone().into_owned(), written.id());
        }
        if !paths.insert(path.id()) {
            continue;
        }
        if is_directory_name(&text) {
            check_directory(context, step, path, &text, findings);
        } else {
            check_text(path, index, &text, findings);
        }
    }
}

fn check_text(node: Node<'_>, index: usize, text: &str, findings: &mut Findings) {
    let name = text.trim().trim_start_matches("./").trim_end_matches('/');
    let reason = if text.is_empty() {
        "is empty".to_owned()
    } else if text.chars().all(|c| matches!(c, '.' | '/')) {
        format!("cannot be `{text}`")
    } else if text.starts_with(['/', '.']) && !text.starts_with("./") || name.contains("..") {
        format!("cannot be `{text}`, which is outside the bundle or hidden")
    } else if is_directory_name(name) {
        let message = format!(
            "`steps[{index}].path` must be only the name of a directory; write `{name}`, not `{text}`."
        );
        let finding = INVALID.at(node.span(), message);
        findings
            .push(finding.with_fix(Fix::safe(format!("Replace with `{name}`"), replace_text(node, name))));
        return;
    } else if name.contains('/') {
        format!("cannot be the nested directory `{text}`")
    } else if name.starts_with(['_', '-']) {
        format!("cannot be `{text}`, because it must begin with a letter or digit")
    } else {
        format!("cannot be `{text}`, because it can contain only letters, digits, `_` and `-`")
    };
    let message =
        format!("`steps[{index}].path` {reason}; name one directory next to this file, such as `src`.");
    findings.push(INVALID.at(node.span(), message));
}

fn check_directory(context: &Context<'_>, step: &Step, node: Node<'_>, path: &str, findings: &mut Findings) {
    let kind = context.files.kind(path);
    let message = match kind {
        FileKind::Unknown | FileKind::Directory => return,
        FileKind::Missing => format!("The directory `{path}` does not exist."),
        FileKind::File => format!("`{path}` is a file; a step needs a directory."),
    };
    let directories = super::provisioner::directories(context.files);
    let finding = NOT_FOUND.at(node.span(), message);
    let finding = match closest(path, directories.iter().map(String::as_str)) {
        Some(close) => {
            finding.with_fix(Fix::unsafe_(format!("Replace with `{close}`"), replace_text(node, close)))
        }
        None => finding,
    };
    findings.push(match kind {
        FileKind::Missing => {
            let provisioner = step.provisioner.map(|id| context.document.node(id).target().value());
            let first = first_file(provisioner.as_deref(), path);
            finding.with_fix(Fix::file(format!("Create `{}`", first.path), first))
        }
        _ => finding,
    });
}

/// The first file of a new directory: the one that the provisioner requires.
pub(super) fn first_file(provisioner: Option<&str>, path: &str) -> FileEdit {
    let tool = provisioner.and_then(BuiltIn::family);
    let name = tool.and_then(|tool| tool.main_files().first()).unwrap_or(&"README.md");
    let text = match tool {
        Some(BuiltIn::Terraform | BuiltIn::Bicep) => String::new(),
        Some(BuiltIn::Helm) => format!("apiVersion: v2\nname: {path}\nversion: 0.1.0\n"),
        None => format!("# {path}\n"),
    };
    FileEdit::create(format!("{path}/{name}"), text)
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Snapshot, findings};
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use crate::workspace::NoFiles;
    use expect_test::expect;
    use std::fmt::Write;

    #[test]
    fn invalid_paths() {
        let mut out = String::new();
        for path in
            ["''", ".", "./", "../lib", "/src", ".hidden", "./src/", "src/module", "_src", "my src", "sörc"]
        {
            let text = format!("steps:\n  - path: {path}\n    provisioner: helm\n");
            write!(out, "{}", report(&["step-path-invalid"], &text)).unwrap();
        }
        expect![[r#"
            2:11-2:13 step-path-invalid error: `steps[0].path` is empty; name one directory next to this file, such as `src`.
            2:11-2:12 step-path-invalid error: `steps[0].path` cannot be `.`; name one directory next to this file, such as `src`.
            2:11-2:13 step-path-invalid error: `steps[0].path` cannot be `./`; name one directory next to this file, such as `src`.
            2:11-2:17 step-path-invalid error: `steps[0].path` cannot be `../lib`, which is outside the bundle or hidden; name one directory next to this file, such as `src`.
            2:11-2:15 step-path-invalid error: `steps[0].path` cannot be `/src`, which is outside the bundle or hidden; name one directory next to this file, such as `src`.
            2:11-2:18 step-path-invalid error: `steps[0].path` cannot be `.hidden`, which is outside the bundle or hidden; name one directory next to this file, such as `src`.
            2:11-2:17 step-path-invalid error: `steps[0].path` must be only the name of a directory; write `src`, not `./src/`.
                fix: Replace with `src`
            2:11-2:21 step-path-invalid error: `steps[0].path` cannot be the nested directory `src/module`; name one directory next to this file, such as `src`.
            2:11-2:15 step-path-invalid error: `steps[0].path` cannot be `_src`, because it must begin with a letter or digit; name one directory next to this file, such as `src`.
            2:11-2:17 step-path-invalid error: `steps[0].path` cannot be `my src`, because it can contain only letters, digits, `_` and `-`; name one directory next to this file, such as `src`.
            2:11-2:16 step-path-invalid error: `steps[0].path` cannot be `sörc`, because it can contain only letters, digits, `_` and `-`; name one directory next to this file, such as `src`.
        "#]].assert_eq(&out);
    }

    #[test]
    fn good_and_unfinished_paths() {
        for path in ["src", "'src'", "0-base_2", "1", "~", "", "*gone", "{a: b}"] {
            let text = format!("steps:\n  - path: {path}\n    provisioner: helm\n");
            expect![""].assert_eq(&report(&["step-path-invalid"], &text));
        }
    }

    #[test]
    fn the_fix_keeps_quotes_and_comments() {
        let text = "steps:\n  - path: \"./src/\" # code\n";
        assert_eq!(fixed("step-path-invalid", text), "steps:\n  - path: \"src\" # code\n");
    }

    #[test]
    fn directories_are_looked_up() {
        let files = [("source/main.tf", ""), ("notes", "")];
        let text = "steps:\n  - path: sorce\n  - path: notes\n  - path: source\n  - path: far\n";
        expect![[r#"
            2:11-2:16 step-path-not-found warning: The directory `sorce` does not exist.
                unsafe fix: Replace with `source`
                unsafe fix: Create `sorce/README.md`
            3:11-3:16 step-path-not-found warning: `notes` is a file; a step needs a directory.
            5:11-5:14 step-path-not-found warning: The directory `far` does not exist.
                unsafe fix: Create `far/README.md`
        "#]]
        .assert_eq(&report_with(&["step-path-not-found"], text, &files, &everything_on()));
        let unsaved = findings(&Snapshot::new(text, None), &NoFiles, &everything_on());
        assert!(unsaved.iter().all(|finding| finding.rule != "step-path-not-found"));
    }

    #[test]
    fn directories_used_twice() {
        expect![[r#"
            3:11-3:14 step-path-duplicate hint: Another step already runs `src`.
                2:11: First used here
        "#]]
        .assert_eq(&report(&["step-path-duplicate"], "steps:\n  - path: src\n  - path: src\n  - path: b\n"));
    }
}
