//! The links between names of the bundle and step code, in both directions.

use super::target::{SymbolReference, Target};
use super::{Hover, Snapshot, hover, programs};
use crate::bundle::{Document, Symbol, SymbolKind};
use crate::edit::{CodeChange, Edit, FileAction, FileEdit};
use crate::iac::{Language, Unit, is_identifier};
use crate::rules::File;
use crate::rules::iac::{
    self,
    code::{Code, Source, read},
};
use crate::settings::Settings;
use crate::syntax::Span;
use crate::workspace::{FileKind, Files};
use std::sync::Arc;

/// The role of a bundle name in step code.
enum Role {
    /// An input variable.
    Input,
    /// An artifact that the code publishes.
    Output,
}

/// The role of a symbol in step code; `None` for nested symbols, which code cannot name.
fn role(document: &Document, symbol: &Symbol) -> Option<Role> {
    match symbol.kind {
        SymbolKind::Port(block) if block.is_input() => Some(Role::Input),
        SymbolKind::Port(_) => Some(Role::Output),
        SymbolKind::Param => {
            let known = document.names(document.params?).known.get(&symbol.name)?;
            let same = |one: &Symbol| std::ptr::eq(one, symbol);
            known
                .iter()
                .any(|id| document.symbols().of_property(*id).is_some_and(same))
                .then_some(Role::Input)
        }
    }
}

/// Whether step code can name a symbol.
pub(super) fn is_in_code(document: &Document, symbol: &Symbol) -> bool {
    role(document, symbol).is_some()
}

/// The references to a symbol in a file, in source order.
fn places(unit: &Unit, role: &Role, name: &str) -> Vec<SymbolReference> {
    let mut found: Vec<SymbolReference> = match role {
        Role::Input => {
            let declared = unit.variables.iter().filter(|variable| variable.name == name);
            let declared =
                declared.map(|variable| SymbolReference { span: variable.span, is_definition: true });
            let uses = unit.references.iter().filter(|one| one.name == name);
            declared.chain(uses.map(|one| SymbolReference { span: one.span, is_definition: false })).collect()
        }
        Role::Output => {
            let fields = unit.artifact_resources.iter().filter_map(|resource| resource.field.as_ref());
            let same = fields.filter(|(field, _)| field == name);
            same.map(|(_, span)| SymbolReference { span: *span, is_definition: false }).collect()
        }
    };
    found.sort_by_key(|mention| mention.span);
    found
}

/// The declarations in step code of the variable for a param or connection.
pub(super) fn declarations(document: &Document, files: &dyn Files, symbol: &Symbol) -> Vec<Target> {
    if !matches!(role(document, symbol), Some(Role::Input)) {
        return Vec::new();
    }
    let code = read(document, files);
    let variables = code.steps.iter().flat_map(|step| step.variables());
    let same = variables.filter(|(_, variable)| variable.name == symbol.name);
    same.map(|(source, variable)| Target::InCode(source.file(), variable.span, variable.whole)).collect()
}

/// All references to a symbol in step code, jq files included.
pub(super) fn references(
    document: &Document,
    files: &dyn Files,
    symbol: &Symbol,
) -> Vec<(File, SymbolReference)> {
    let code = read(document, files);
    let in_programs = programs::references(document, files, &code, symbol);
    references_in(document, &code, symbol).into_iter().chain(in_programs).collect()
}

/// All references to a symbol in step code that was already read, without jq files.
pub(super) fn references_in(
    document: &Document,
    code: &Code<'_>,
    symbol: &Symbol,
) -> Vec<(File, SymbolReference)> {
    let Some(role) = role(document, symbol) else { return Vec::new() };
    let sources = code.steps.iter().flat_map(|step| &step.sources);
    let in_source = |source: &Source| {
        let file = source.file();
        let places = places(source.unit(), &role, &symbol.name);
        places.into_iter().map(move |mention| (file.clone(), mention)).collect::<Vec<_>>()
    };
    sources.flat_map(in_source).collect()
}

/// The edits of step code that rename a symbol. Charts are not edited, because the effect of their templates is
/// unknown.
///
/// # Errors
/// The reason why the symbol cannot be renamed, for the user.
pub(super) fn rename(
    document: &Document,
    files: &dyn Files,
    symbol: &Symbol,
    name: &str,
) -> Result<Vec<FileEdit>, String> {
    let code = read(document, files);
    all_is_read(document, files, &code)?;
    let mut edited = programs::rename(document, files, &code, symbol, name)?;
    let Some(role) = role(document, symbol) else { return Ok(edited) };
    for step in code.steps.iter().filter(|step| step.declares()) {
        let broken = step.sources.iter().find(|source| !source.known.current).map(|source| &source.path);
        if let Some(path) = step.unread.first().or(broken) {
            return Err(format!(
                "`{path}` cannot be read; fix it first, so that the name can change there too."
            ));
        }
        let taken = step.variables().find(|(_, variable)| variable.name == name);
        if let Some((source, _)) = taken.filter(|_| matches!(role, Role::Input)) {
            return Err(format!("`{}` already declares a variable `{name}`.", source.path));
        }
        for source in &step.sources {
            edited.extend(rename_in(source, &role, &symbol.name, name)?);
        }
    }
    edited.extend(renamed_programs(&code, &role, &symbol.name, name)?);
    Ok(edited)
}

/// Checks that the code of every existing step directory was read.
fn all_is_read(document: &Document, files: &dyn Files, code: &Code<'_>) -> Result<(), String> {
    // The files around a document that is not on disk are unknown.
    if files.kind(".") != FileKind::Directory {
        return Ok(());
    }
    for path in document.steps.iter().filter_map(|step| Some(document.node(step.path?).target())) {
        let text = path.value();
        let directory = text.trim_start_matches("./").trim_end_matches('/');
        let is_read = code.steps.iter().any(|step| step.path == *text);
        if !is_read && !matches!(files.kind(directory), FileKind::Missing | FileKind::File) {
            let line = document.syntax.lines().line_of(path.span().start()) + 1;
            return Err(format!(
                "The code in `{directory}` is not read because of the step in line {line}; fix that first, so that \
                 the name can change there too."
            ));
        }
    }
    Ok(())
}

/// The edits of one file; `None` if it does not use the name.
fn rename_in(source: &Source, role: &Role, old: &str, new: &str) -> Result<Option<FileEdit>, String> {
    let places = places(source.unit(), role, old);
    if places.is_empty() {
        return Ok(None);
    }
    if matches!(role, Role::Input) && !is_identifier(new) {
        return Err(format!("`{new}` cannot be the name of the variable in `{}`.", source.path));
    }
    let text = match role {
        Role::Input => new.to_owned(),
        Role::Output => source.language.within_string(new),
    };
    let edits = places.iter().map(|place| Edit { span: place.span, text: text.clone() }).collect();
    let change = CodeChange::Rename(old.to_owned(), new.to_owned());
    Ok(Some(FileEdit::edit(&source.path, Arc::clone(&source.known.reading.text), edits, change)))
}

/// Renames the jq files of an artifact.
fn renamed_programs(code: &Code<'_>, role: &Role, old: &str, new: &str) -> Result<Vec<FileEdit>, String> {
    let mut renamed = Vec::new();
    for step in code.steps.iter().filter(|_| matches!(role, Role::Output)) {
        for (file, _) in iac::programs(step).filter(|(_, artifact)| *artifact == old) {
            if !iac::is_file_name(new) {
                return Err(format!("`{new}` cannot be part of the name of `{}`.", step.within(file)));
            }
            let prefix = file.strip_suffix(&format!("{old}.jq")).unwrap_or_default();
            let action = FileAction::Rename(step.within(&format!("{prefix}{new}.jq")));
            renamed.push(FileEdit { path: step.within(file), action });
        }
    }
    Ok(renamed)
}

/// The hover for a variable in a file of a step: the page of its param or connection in the bundle. `directory` is
/// the name of the step's directory, `name` is the file name, `offset` is a byte offset in the file.
#[must_use]
pub(crate) fn hover_in_code(
    bundle: &Snapshot,
    files: &dyn Files,
    settings: &Settings,
    directory: &str,
    (name, text): (&str, &str),
    offset: usize,
) -> Option<Hover> {
    let document = bundle.document();
    let is_it = |path: crate::syntax::NodeId| document.node(path).target().value() == directory;
    document.steps.iter().find(|step| step.path.is_some_and(is_it))?;
    let unit = Language::of(name)?.read(text)?;
    let declared = unit.variables.iter().map(|variable| (&variable.name, variable.span));
    let mut all = declared.chain(unit.references.iter().map(|one| (&one.name, one.span)));
    let (name, span): (&String, Span) = all.find(|(_, span)| span.touches(offset))?;
    let mut symbols = document.symbols().all.iter().filter(|symbol| symbol.name == *name);
    let symbol = symbols.find(|symbol| matches!(role(document, symbol), Some(Role::Input)))?;
    let place = symbol.occurrences.first()?;
    Some(Hover { span, ..hover(bundle, files, settings, place.span.start())? })
}

#[cfg(test)]
mod tests;
