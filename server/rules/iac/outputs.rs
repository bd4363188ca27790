//! Compares artifacts with those that the code publishes.

use super::code::{self, Code, StepCode};
use super::{NOT_EMITTED, UNKNOWN_FIELD};
use crate::bundle::{Block, BuiltIn, Document, Port, Publisher};
use crate::edit::{CodeChange, Edit, FileEdit, Fix};
use crate::reference::{closest, did_you_mean};
use crate::rules::ui_option::NameBudget;
use crate::rules::wording::quoted;
use crate::rules::{File, Finding, Findings};
use crate::syntax::Span;
use foldhash::HashSet;
use std::sync::Arc;

/// At most this many steps are offered for a new jq program.
const MAX_OFFERS: usize = 3;

/// Reports published artifacts that are not declared, and declared ones that are not published.
pub(super) fn check(document: &Document, code: &Code<'_>, findings: &mut Findings) {
    if !code::is_known(document, [Block::Artifacts, Block::Resources]) {
        return;
    }
    let declared: Vec<&Port> = document.ports.iter().filter(|port| !port.block.is_input()).collect();
    for step in &code.steps {
        undeclared(step, &declared, findings);
    }
    // A custom provisioner may publish in other ways. A step without code is reported by `provisioner-files`.
    let written = |step: &StepCode<'_>| match step.tool {
        Some(BuiltIn::Helm) => step.names.iter().any(|name| !name.starts_with('.')),
        tool => tool.is_some() && !step.sources.is_empty(),
    };
    if code.complete && code.steps.iter().all(written) && !code.steps.is_empty() {
        not_published(document, code, &declared, findings);
    }
}

fn undeclared(step: &StepCode<'_>, declared: &[&Port], findings: &mut Findings) {
    let names: HashSet<&str> = declared.iter().map(|port| port.name.as_str()).collect();
    let mut budget = NameBudget::new();
    for source in &step.sources {
        let fields = source.unit().artifact_resources.iter().filter_map(|resource| resource.field.as_ref());
        for (field, span) in fields.filter(|(field, _)| !names.contains(field.as_str())) {
            if findings.is_full() {
                return;
            }
            let close = budget.allows(names.len()).then(|| closest(field, names.iter().copied())).flatten();
            let ending = did_you_mean(close);
            let message = format!(
                "`{}` publishes {}, but the bundle declares no such artifact{ending}",
                source.path,
                quoted(field)
            );
            let finding = UNKNOWN_FIELD.at(step.node.span(), message);
            let finding = finding.relating_file(source.file(), *span, "The `field`");
            findings.push(match close.filter(|_| source.known.current) {
                Some(close) => {
                    let edits = vec![Edit { span: *span, text: close.to_owned() }];
                    let text = Arc::clone(&source.known.reading.text);
                    let change = CodeChange::Rename(field.clone(), close.to_owned());
                    let file = FileEdit::edit(&source.path, text, edits, change);
                    finding.with_fix(Fix::file(format!("Change to `{close}` in `{}`", source.path), file))
                }
                None => finding,
            });
        }
    }
    for (file, name) in programs(step).filter(|(_, name)| !names.contains(name)) {
        let path = step.within(file);
        let message =
            format!("`{path}` publishes {}, but the bundle declares no such artifact.", quoted(name));
        let file = File { path, text: Arc::from("") };
        findings.push(UNKNOWN_FIELD.at(step.node.span(), message).relating_file(
            file,
            Span::at(0),
            "The jq program",
        ));
    }
}

/// Whether the name of an artifact is safe in a file name on every operating system.
pub(crate) fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The jq programs that publish artifacts: file name and artifact name.
pub(crate) fn programs<'a>(step: &'a StepCode<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    step.names.iter().filter_map(|file| Some((file.as_str(), Publisher::published(file)?)))
}

fn not_published(document: &Document, code: &Code<'_>, declared: &[&Port], findings: &mut Findings) {
    let mut published = HashSet::default();
    for step in &code.steps {
        published.extend(programs(step).map(|(_, name)| name));
        for resource in step.sources.iter().flat_map(|source| &source.unit().artifact_resources) {
            match &resource.field {
                Some((field, _)) => _ = published.insert(field.as_str()),
                // The resource may publish any artifact.
                None => return,
            }
        }
    }
    for port in declared.iter().filter(|port| !published.contains(port.name.as_str())) {
        if findings.is_full() {
            return;
        }
        findings.extend(port.block.publisher().map(|publisher| report(document, code, port, publisher)));
    }
}

fn report(document: &Document, code: &Code<'_>, port: &Port, publisher: &Publisher) -> Finding {
    let (noun, name, resource) = (port.block.noun(), &port.name, publisher.resource);
    let file = publisher.program(name);
    let message = format!(
        "No step publishes the {noun} {}: there is no `{resource}` with this `field` and no jq program {}.",
        quoted(name),
        quoted(&file)
    );
    let mut finding = NOT_EMITTED.at(document.node(port.key).span(), message);
    for step in code.steps.iter().take(MAX_OFFERS).filter(|_| is_file_name(name)) {
        let path = step.within(&file);
        let text =
            format!("# The {noun} `{name}`, built from .outputs, .params and the connections.\n{{}}\n");
        finding = finding.with_fix(Fix::file(format!("Create `{path}`"), FileEdit::create(path, text)));
    }
    finding
}
