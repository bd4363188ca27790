//! Instructions and exports of resource types, and the files that they name.

use super::root::is_null;
use super::value::{is_unfinished, string};
use super::wording::{all_of, any_of, quoted};
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::Kind;
use crate::bundle::definition::is_path;
use crate::edit::build::insert_key;
use crate::edit::{FileEdit, Fix, build};
use crate::reference::{self, Object, Presence, closest};
use crate::rules::dedent::dedent;
use crate::syntax::Node;
use crate::workspace::FileKind;
use foldhash::HashSet;

static INSTRUCTION: Rule = Rule {
    id: "rt-instruction-key",
    severity: Severity::Error,
    opt_in: false,
    title: "An instruction lacks a key",
    explanation: "An instruction is a Markdown file with a label: it needs both `label` and `path`.",
    bad: dedent! {"
        schema: {}
        ui:
          instructions:
            - path: instructions/cli.md
    "},
    good: dedent! {"
        schema: {}
        ui:
          instructions:
            - label: Command line
              path: instructions/cli.md
    "},
    files: &[],
};

static EXPORT: Rule = Rule {
    id: "rt-export-key",
    severity: Severity::Error,
    opt_in: false,
    title: "An export lacks a key",
    explanation: "An export is a file that users download. It needs the text of the button, the format of the \
                  file, the template and the language of the template. The language is `liquid`; any other is a \
                  warning.",
    bad: dedent! {"
        schema: {}
        exports:
          - downloadButtonText: Kube config
            fileFormat: yaml
            templatePath: exports/kubeconfig.yaml.liquid
    "},
    good: dedent! {"
        schema: {}
        exports:
          - downloadButtonText: Kube config
            fileFormat: yaml
            templatePath: exports/kubeconfig.yaml.liquid
            templateLang: liquid
    "},
    files: &[],
};

static FILE: Rule = Rule {
    id: "rt-file-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "A file of a resource type does not exist",
    explanation: "Publishing reads the instructions, the templates of exports, and the icon unless it is a URL. \
                  Each must be a file inside the directory of the resource type.",
    bad: dedent! {"
        schema: {}
        ui:
          instructions:
            - label: Command line
              path: cli.md
    "},
    good: dedent! {"
        schema: {}
        ui:
          instructions:
            - label: Command line
              path: instructions/cli.md
    "},
    files: &[("instructions/cli.md", "")],
};

/// Instructions and exports of resource types.
pub(super) static RESOURCE_TYPE_FILES: Family =
    Family { title: "Instructions and exports", rules: &[&INSTRUCTION, &EXPORT, &FILE], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != Kind::ResourceType {
        return;
    }
    let Some(root) = document.syntax.root() else { return };
    let mut seen = HashSet::default();
    let is_file = |icon: &Node<'_>| string(*icon, document.dialect()).is_some_and(|icon| is_path(&icon));
    if let Some(icon) = value(root, "icon").filter(is_file) {
        check_file(context, icon, findings);
    }
    // The old form has its metadata under `$md`.
    let ui = value(root, "ui").or_else(|| value(value(root, "$md")?, "ui"));
    let instructions = ui.and_then(|ui| value(ui, "instructions"));
    let parts = [
        (instructions, "instruction", "instruction", &INSTRUCTION, "path"),
        (value(root, "exports"), "export", "export", &EXPORT, "templatePath"),
    ];
    for (list, noun, object, rule, path) in parts {
        let Some((list, object)) = list.zip(reference::get().object(object)) else { continue };
        for item in list.items().map(Node::target) {
            if !item.is_mapping() || !seen.insert(item.id()) {
                continue;
            }
            check_part(context, item, noun, object, rule, findings);
            if let Some(file) = value(item, path).filter(|file| seen.insert(file.id())) {
                check_file(context, file, findings);
            }
        }
    }
}

fn value<'a>(mapping: Node<'a>, key: &str) -> Option<Node<'a>> {
    mapping.field(key).map(|entry| entry.value().target())
}

fn check_part(
    context: &Context<'_>,
    item: Node<'_>,
    noun: &str,
    object: &Object,
    rule: &'static Rule,
    findings: &mut Findings,
) {
    let document = context.document;
    let mut missing = Vec::new();
    for key in object.keys() {
        let Some(entry) = item.field(&key.name) else {
            if key.presence == Presence::Required {
                missing.push(key);
            }
            continue;
        };
        let value = entry.value().target();
        if key.presence == Presence::Required && is_null(document, value) {
            let message = format!("`{}` of this {noun} has no value.", key.name);
            findings.push(rule.at(entry.key().span(), message));
        }
        let text = string(value, document.dialect()).filter(|_| !key.values.is_empty() && !key.open);
        if let Some(text) = text.filter(|text| !key.values.contains(text)) {
            let allowed = any_of(key.values.names());
            let message = format!("`{}` must be {allowed}, not {}.", key.name, quoted(&text));
            let only = key.values.names().next().filter(|_| key.values.len() == 1);
            let finding = rule.at(value.span(), message).with(Severity::Warning);
            findings.push(match only.or(closest(&text, key.values.names())) {
                Some(meant) => finding.with_fix(Fix::safe(
                    format!("Replace with `{meant}`"),
                    build::replace_text(value, meant),
                )),
                None => finding,
            });
        }
    }
    if missing.is_empty() || is_unfinished(item) {
        return;
    }
    let span = item.entries().next().map_or(item.span(), |first| first.key().span());
    let names = all_of(missing.iter().map(|key| key.name.as_str()));
    let finding = rule.at(span, format!("This {noun} lacks {names}."));
    // A fix is possible only if the missing key has a single allowed value.
    findings.push(match missing[..] {
        [key] if key.values.len() == 1 => {
            let value = key.values.names().next().unwrap_or_default();
            let edit = insert_key(item, object, &key.name, &format!(" {value}"));
            finding.with_fix(Fix::safe(format!("Add `{}: {value}`", key.name), edit))
        }
        _ => finding,
    });
}

fn check_file(context: &Context<'_>, node: Node<'_>, findings: &mut Findings) {
    let Some(path) = string(node, context.document.dialect()).filter(|path| !path.is_empty()) else { return };
    let shown = quoted(&path);
    let message = if leaves(&path) {
        format!("{shown} is outside the directory of this resource type.")
    } else {
        match context.files.kind(&path) {
            FileKind::Unknown | FileKind::File => return,
            FileKind::Missing => format!("The file {shown} does not exist."),
            FileKind::Directory => format!("{shown} is a directory, not a file."),
        }
    };
    let is_missing = !leaves(&path) && context.files.kind(&path) == FileKind::Missing;
    let create = || Fix::file(format!("Create {shown}"), FileEdit::create(path.as_ref(), ""));
    findings.push(FILE.at(node.span(), message).with_fix(is_missing.then(create)));
}

/// Whether a path leads out of the directory it starts in.
fn leaves(path: &str) -> bool {
    let mut depth = 0_i32;
    path.starts_with('/')
        || path.split('/').any(|part| {
            depth += match part {
                "" | "." => 0,
                ".." => -1,
                _ => 1,
            };
            depth < 0
        })
}

#[cfg(test)]
mod tests {
    use crate::analysis::{Snapshot, findings};
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use crate::workspace::NoFiles;
    use expect_test::expect;

    #[test]
    fn parts_of_instructions_and_exports() {
        let found =
            |text: &str| report(&["rt-instruction-key", "rt-export-key"], &format!("schema: {{}}\n{text}"));
        expect![[r#"
            4:5-4:9 rt-instruction-key error: This instruction lacks `label`.
            6:5-6:9 rt-instruction-key error: `path` of this instruction has no value.
            7:5-7:7 rt-instruction-key error: This instruction lacks `label` and `path`.
        "#]]
        .assert_eq(&found(
            "ui:\n  instructions:\n  - path: a\n  - label: b\n    path:\n  - {}\n  - la\n  - a\n  -\n",
        ));
        expect![[r#"
            3:3-3:13 rt-export-key error: This export lacks `downloadButtonText`, `templatePath` and `templateLang`.
            8:17-8:22 rt-export-key warning: `templateLang` must be `liquid`, not `jinja`.
                fix: Replace with `liquid`
        "#]].assert_eq(&found("exports:\n- fileFormat: yaml\n- &e\n  downloadButtonText: x\n  fileFormat: env\n  templatePath: a b.liquid\n  templateLang: jinja\n- *e\n"));
        expect![""].assert_eq(&found("ui:\n  instructions: x\nexports: {}\n"));
        let text =
            "schema: {}\nexports:\n- downloadButtonText: x\n  fileFormat: env\n  templatePath: a # b\n";
        assert_eq!(fixed("rt-export-key", text), format!("{text}  templateLang: liquid\n"));
    }

    #[test]
    fn files() {
        let files = [("docs/a b.md", ""), ("icon.svg", "")];
        let found = |text: &str| {
            report_with(&["rt-file-missing"], &format!("schema: {{}}\n{text}"), &files, &everything_on())
        };
        expect![[r#"
            2:7-2:16 rt-file-missing error: The file `./icn.svg` does not exist.
                unsafe fix: Create `./icn.svg`
            4:17-4:21 rt-file-missing error: `docs` is a directory, not a file.
            5:17-5:21 rt-file-missing error: `../x` is outside the directory of this resource type.
            6:17-6:29 rt-file-missing error: `docs/../../y` is outside the directory of this resource type.
            7:17-7:21 rt-file-missing error: `/etc` is outside the directory of this resource type.
        "#]].assert_eq(&found("icon: ./icn.svg\nexports:\n- templatePath: docs\n- templatePath: ../x\n- templatePath: docs/../../y\n- templatePath: /etc\n"));
        for fine in
            ["icon: ./icon.svg", "icon: https://a.b/c.svg", "icon: data:image/svg", "icon: aws", "icon: ''"]
        {
            expect![""].assert_eq(&found(fine));
        }
        expect![""]
            .assert_eq(&found("ui:\n  instructions:\n  - path: ./docs/a b.md\n  - path:\n  - path: *gone\n"));
    }

    #[test]
    fn files_are_not_checked_without_a_disk() {
        let text = "schema: {}\nexports:\n- templatePath: gone\n- templatePath: ../x\n";
        let found = findings(&Snapshot::new(text, None), &NoFiles, &everything_on());
        let files: Vec<_> = found.iter().filter(|finding| finding.rule == "rt-file-missing").collect();
        assert_eq!(files.len(), 1);
        assert!(files[0].message.contains("outside"));
    }
}
