//! References to names of the bundle in the jq files of its steps.

use super::target::SymbolReference;
use crate::bundle::{Document, Expression, Origin, ProgramFile, Symbol};
use crate::edit::{CodeChange, Edit, FileEdit};
use crate::jq;
use crate::jq::infer::{PathUse, Style};
use crate::jq::types::Shape;
use crate::rules::File;
use crate::rules::iac::code::Code;
use crate::syntax::{Span, parse};
use crate::workspace::Files;
use std::sync::Arc;

/// A jq file of a step, parsed together with its bundle.
struct Program {
    path: String,
    text: Arc<str>,
    document: Document,
}

/// The readable jq files of the steps that may name the symbol: their text contains the name, or a string escape.
fn programs(document: &Document, files: &dyn Files, code: &Code<'_>, symbol: &Symbol) -> Vec<Program> {
    let mut found = Vec::new();
    for step in &code.steps {
        for (name, file) in step.names.iter().filter_map(|name| Some((name, ProgramFile::named(name)?))) {
            let path = step.within(name);
            let may_name = |text: &Arc<str>| text.contains(&*symbol.name) || text.contains('\\');
            let Some(text) = files.read(&path).filter(may_name) else { continue };
            let bundle = Document::new(parse(document.syntax.text()), None);
            let bundle = bundle.with_catalog(Arc::clone(document.catalog()));
            let program = Document::program(Arc::clone(&text), file, Some(bundle));
            found.push(Program { path, text, document: program.remembering(document.memory()) });
        }
    }
    found
}

/// The path steps in a program that refer to a symbol of the bundle.
fn uses<'p>(document: &Document, program: &'p Program, symbol: &Symbol) -> Vec<&'p PathUse> {
    let is_it = |origin: Origin| {
        let meant = match origin {
            Origin::Param(property) => document.symbols().of_property(property),
            Origin::Port(port) => document.ports.get(port).and_then(|port| document.symbols().at(port.key)),
            _ => None,
        };
        meant.is_some_and(|meant| std::ptr::eq(meant, symbol))
    };
    let mut found: Vec<&PathUse> = Vec::new();
    for expression in program.document.expressions() {
        let report = expression.report(&program.document);
        for one in report.uses.iter().filter(|one| report.field(one).is_some_and(|name| !name.is_empty())) {
            let mut origins = one.after.iter().flat_map(Shape::origins).filter_map(Origin::of);
            // A path in the argument of a function may be evaluated more than once.
            if origins.any(is_it) && !found.iter().any(|known| known.span == one.span) {
                found.push(one);
            }
        }
    }
    found
}

/// All references to a symbol in the jq files.
pub(super) fn references(
    document: &Document,
    files: &dyn Files,
    code: &Code<'_>,
    symbol: &Symbol,
) -> Vec<(File, SymbolReference)> {
    let mut found = Vec::new();
    for program in programs(document, files, code, symbol) {
        for one in uses(document, &program, symbol) {
            let file = File { path: program.path.clone(), text: Arc::clone(&program.text) };
            let is_quoted = program.text.get(one.span.range()).is_some_and(|text| text.starts_with('"'));
            let span = match is_quoted && one.span.len() > 1 {
                true => Span::new(one.span.start() + 1, one.span.end() - 1),
                false => one.span,
            };
            found.push((file, SymbolReference { span, is_definition: false }));
        }
    }
    found
}

/// The edits of the jq files that rename a symbol.
///
/// # Errors
/// The reason why it cannot be renamed, for the user.
pub(super) fn rename(
    document: &Document,
    files: &dyn Files,
    code: &Code<'_>,
    symbol: &Symbol,
    name: &str,
) -> Result<Vec<FileEdit>, String> {
    let mut edited = Vec::new();
    for program in programs(document, files, code, symbol) {
        let Some(expression) = program.document.expressions().iter().next() else { continue };
        if !expression.program().errors().is_empty() {
            let path = &program.path;
            return Err(format!(
                "`{path}` cannot be read; fix it first, so that the name can change there too."
            ));
        }
        let mut edits = Vec::new();
        for one in uses(document, &program, symbol) {
            let written = rename_step(&program.document, expression, one, name);
            let (span, text) =
                written.ok_or_else(|| format!("`{name}` cannot be written in `{}`.", program.path))?;
            edits.push(Edit { span, text });
        }
        if !edits.is_empty() {
            let change = CodeChange::Rename(symbol.name.clone(), name.to_owned());
            edited.push(FileEdit::edit(&program.path, program.text, edits, change));
        }
    }
    Ok(edited)
}

/// Renames a step of a path in a jq program; returns the replaced source bytes and the new text.
pub(super) fn rename_step(
    document: &Document,
    expression: &Expression,
    one: &PathUse,
    name: &str,
) -> Option<(Span, String)> {
    let text = expression.program().slice(one.span);
    if one.style != Style::Shorthand || text.starts_with('"') {
        return expression.respell(document, one, name);
    }
    // `{a}` creates an object with the key `a`, which must stay.
    let path = if jq::complete::is_word(name) {
        format!(".{name}")
    } else {
        format!(".[{}]", serde_json::Value::from(name))
    };
    expression.replace(document, one.span, &format!("{text}:{path}"))
}
