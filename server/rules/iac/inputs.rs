//! Compares params and connections with the variables of the code.

use super::code::{self, Code, GENERATED, Source, StepCode};
use super::input::Input;
use super::{MISSING, UNDECLARED, types, write};
use crate::bundle::{Block, Document};
use crate::edit::Fix;
use crate::iac::Variable;
use crate::rules::schema::{METADATA, RESERVED};
use crate::rules::wording::quoted;
use crate::rules::{Finding, Findings, Severity};
use crate::syntax::Span;
use crate::workspace::Files;
use foldhash::{HashMap, HashSet};
use std::cell::OnceCell;

/// At most this many undeclared inputs are reported per step; more usually mean that a file is missing.
const MAX_UNDECLARED: usize = 100;

/// At most this many steps are offered for a new variable.
const MAX_OFFERS: usize = 3;

/// Reports variables without an input, inputs without a variable, and conflicting types.
pub(super) fn check(document: &Document, code: &Code<'_>, findings: &mut Findings) {
    let inputs = inputs(document);
    for step in code.steps.iter().filter(|step| step.declares() && step.is_complete()) {
        undeclared(document, step, &inputs, findings);
        types::check(document, step, &inputs, findings);
    }
    // A step that does not declare its inputs may use any of them.
    if code.complete && code.steps.iter().all(StepCode::declares) {
        missing(code, &inputs, findings);
    }
}

/// The inputs that the platform passes to the code: all that are declared outside conditions.
fn inputs(document: &Document) -> Vec<Input<'_>> {
    let properties = document.params.map(|params| &document.schemas.get(params).properties);
    let mut inputs = Vec::new();
    for &id in properties.into_iter().flatten() {
        let property = document.schemas.property(id);
        let key = document.node(property.key);
        inputs.push(Input {
            name: key.value().into_owned(),
            key,
            noun: "param",
            schema: Some(property.schema),
        });
    }
    for port in document.inputs() {
        let (name, key) = (port.name.clone(), document.node(port.key));
        inputs.push(Input { name, key, noun: port.block.noun(), schema: None });
    }
    inputs
}

/// Reports variables without a default that no input sets.
fn undeclared(document: &Document, step: &StepCode<'_>, inputs: &[Input<'_>], findings: &mut Findings) {
    let names = document.params.map(|params| document.names(params)).filter(|names| !names.open);
    let Some(names) = names.filter(|_| code::is_known(document, [Block::Connections, Block::Dependencies]))
    else {
        return;
    };
    let known: HashSet<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let given = |name: &str| name == METADATA || known.contains(name) || names.known.contains_key(name);
    let mut seen = HashSet::default();
    for (source, variable) in step.variables() {
        if findings.is_full() || seen.len() >= MAX_UNDECLARED {
            return;
        }
        if !variable.optional && !given(&variable.name) && seen.insert(variable.name.as_str()) {
            findings.push(without_value(document, step, source, variable));
        }
    }
}

fn without_value(document: &Document, step: &StepCode<'_>, source: &Source, variable: &Variable) -> Finding {
    let name = quoted(&variable.name);
    let advice = if source.name == GENERATED {
        "; run `mass bundle build` to regenerate the file."
    } else {
        "; add one, or give the variable a default."
    };
    let message = format!(
        "The variable {name} in `{}` has no default, and no param or connection has that name{advice}",
        source.path
    );
    let finding = UNDECLARED.at(step.node.span(), message);
    let finding = finding.relating_file(source.file(), variable.span, "The variable without a default");
    match write::add_param(document, variable) {
        Some(edits) => finding.with_fix(Fix::unsafe_(format!("Add the param {name}"), edits)),
        None => finding,
    }
}

/// Reports inputs that no step declares.
fn missing(code: &Code<'_>, inputs: &[Input<'_>], findings: &mut Findings) {
    if code.steps.iter().all(|step| step.sources.is_empty()) {
        return; // There is no code yet: `provisioner-files` reports that.
    }
    let declared: HashSet<&str> =
        code.steps.iter().flat_map(StepCode::variables).map(|(_, variable)| variable.name.as_str()).collect();
    let generated = code.steps.iter().find(|step| step.holds(GENERATED));
    let first = code.steps.first().and_then(|step| step.variables().next());
    for input in inputs {
        if findings.is_full() {
            return;
        }
        let name = input.name.as_str();
        // Names that cannot be variables are reported by `param-name-reserved`.
        if declared.contains(name) || name == METADATA || name.is_empty() || RESERVED.contains(&name) {
            continue;
        }
        let what = format!("No step declares a variable for the {} {}", input.noun, quoted(name));
        let finding = match generated {
            Some(step) => {
                let message = format!(
                    "{what}; declare it, or run `mass bundle build` to regenerate `{}`.",
                    step.within(GENERATED)
                );
                MISSING.at(input.key.span(), message)
            }
            None => {
                let message = format!("{what} yet; `mass bundle build` generates it.");
                MISSING.at(input.key.span(), message).with(Severity::Info)
            }
        };
        findings.push(match first {
            Some((source, variable)) => {
                finding.relating_file(source.file(), variable.span, "Variables are declared here")
            }
            None => finding,
        });
    }
}

/// Builds the fixes of `iac-missing-variable` on demand: for a new bundle they are too expensive for [`check`].
pub(crate) struct Declarations<'a> {
    document: &'a Document,
    files: &'a dyn Files,
    known: OnceCell<(Code<'a>, HashMap<Span, Input<'a>>)>,
}

impl<'a> Declarations<'a> {
    /// Reads the code only when it is first needed.
    pub(crate) fn new(document: &'a Document, files: &'a dyn Files) -> Self {
        Self { document, files, known: OnceCell::new() }
    }

    /// The fixes that declare the missing variable; none for findings of other rules.
    pub(crate) fn fixes(&self, finding: &Finding) -> Vec<Fix> {
        if finding.rule != MISSING.id {
            return Vec::new();
        }
        let (code, inputs) = self.known.get_or_init(|| {
            let inputs = inputs(self.document).into_iter().map(|input| (input.key.span(), input));
            (code::read(self.document, self.files), inputs.collect())
        });
        let Some(input) = inputs.get(&finding.span) else { return Vec::new() };
        let steps = code.steps.iter().take(MAX_OFFERS);
        let files = steps.filter_map(|step| write::add_variable(self.document, step, input));
        files.map(|file| Fix::file(format!("Declare the variable in `{}`", file.path), file)).collect()
    }
}
