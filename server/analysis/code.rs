//! The code of the steps, seen from the names of the bundle that reach into it, and the other way round.

use super::navigation::{Mention, Target};
use super::{Hover, Snapshot, hover};
use crate::bundle::{Document, Symbol, SymbolKind};
use crate::iac::{Language, Unit, is_identifier};
use crate::rules::iac::{
    self,
    code::{Source, read},
};
use crate::rules::{Beside, Edit, File};
use crate::settings::Settings;
use crate::syntax::Span;
use crate::workspace::Files;
use std::sync::Arc;

/// What a name of the bundle is in the code.
enum Role {
    /// A variable.
    Input,
    /// An artifact that is handed out.
    Output,
}

/// What a symbol is in the code: only what stands at the top reaches it.
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

/// Places in a file that name a symbol, in source order.
fn places(unit: &Unit, role: &Role, name: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = match role {
        Role::Input => {
            let declared = unit.variables.iter().filter(|variable| variable.name == name);
            let declared = declared.map(|variable| Mention { span: variable.span, declares: true });
            let uses = unit.uses.iter().filter(|one| one.name == name);
            declared.chain(uses.map(|one| Mention { span: one.span, declares: false })).collect()
        }
        Role::Output => {
            let fields = unit.emitters.iter().filter_map(|emitter| emitter.field.as_ref());
            let same = fields.filter(|(field, _)| field == name);
            same.map(|(_, span)| Mention { span: *span, declares: false }).collect()
        }
    };
    found.sort_by_key(|mention| mention.span);
    found
}

/// The variables that a param or connection becomes.
pub(super) fn declarations(document: &Document, files: &dyn Files, symbol: &Symbol) -> Vec<Target> {
    if !matches!(role(document, symbol), Some(Role::Input)) {
        return Vec::new();
    }
    let code = read(document, files);
    let variables = code.steps.iter().flat_map(|step| step.variables());
    let same = variables.filter(|(_, variable)| variable.name == symbol.name);
    same.map(|(source, variable)| Target::InCode(source.file(), variable.span, variable.whole)).collect()
}

/// Every place in the code that names a symbol.
pub(super) fn mentions(document: &Document, files: &dyn Files, symbol: &Symbol) -> Vec<(File, Mention)> {
    let Some(role) = role(document, symbol) else { return Vec::new() };
    let code = read(document, files);
    let sources = code.steps.iter().flat_map(|step| &step.sources);
    let in_source = |source: &Source| {
        let file = source.file();
        let places = places(source.unit(), &role, &symbol.name);
        places.into_iter().map(move |mention| (file.clone(), mention)).collect::<Vec<_>>()
    };
    sources.flat_map(in_source).collect()
}

/// The edits that give a symbol another name in the code. Charts are left alone: what their templates do is not known.
///
/// # Errors
/// Why that cannot be done, for the user.
pub(super) fn rename(
    document: &Document,
    files: &dyn Files,
    symbol: &Symbol,
    name: &str,
) -> Result<Vec<Beside>, String> {
    let Some(role) = role(document, symbol) else { return Ok(Vec::new()) };
    let mut edited = Vec::new();
    for step in read(document, files).steps.iter().filter(|step| step.declares()) {
        let broken = step.sources.iter().find(|source| !source.known.current).map(|source| &source.path);
        if let Some(path) = step.unread.first().or(broken) {
            return Err(format!(
                "`{path}` cannot be read as it is; mend it first, so that the name can follow there."
            ));
        }
        for source in &step.sources {
            let places = places(source.unit(), &role, &symbol.name);
            if places.is_empty() {
                continue;
            }
            if matches!(role, Role::Input) && !is_identifier(name) {
                return Err(format!("`{name}` cannot be the name of the variable in `{}`.", source.path));
            }
            let edits = places.iter().map(|place| Edit { span: place.span, text: name.to_owned() }).collect();
            let text = Some(Arc::clone(&source.known.reading.text));
            edited.push(Beside { path: source.path.clone(), text, edits });
        }
        let taken = step.variables().find(|(_, variable)| variable.name == name);
        if let Some((source, _)) = taken.filter(|_| matches!(role, Role::Input)) {
            return Err(format!("`{}` declares a variable `{name}` already.", source.path));
        }
    }
    Ok(edited)
}

/// The jq programs that make an artifact, each with its path under the artifact's new name.
pub(super) fn renamed_programs(
    document: &Document,
    files: &dyn Files,
    symbol: &Symbol,
    name: &str,
) -> Vec<(String, String)> {
    if !matches!(role(document, symbol), Some(Role::Output)) || !iac::is_file_name(name) {
        return Vec::new();
    }
    let mut renamed = Vec::new();
    for step in &read(document, files).steps {
        for (file, _) in iac::programs(step).filter(|(_, artifact)| *artifact == symbol.name) {
            let prefix = file.strip_suffix(&format!("{}.jq", symbol.name)).unwrap_or_default();
            let new = format!("{prefix}{name}.jq");
            if !step.holds(&new) {
                renamed.push((step.within(file), step.within(&new)));
            }
        }
    }
    renamed
}

/// What a variable in a file of a step is to the bundle above: the page of its param or connection. `directory` is the
/// name of the step's directory, `name` that of the file, `offset` counts bytes of its text.
#[must_use]
pub fn hover_in_code(
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
    let mut all = declared.chain(unit.uses.iter().map(|one| (&one.name, one.span)));
    let (name, span): (&String, Span) = all.find(|(_, span)| span.touches(offset))?;
    let mut symbols = document.symbols().all.iter().filter(|symbol| symbol.name == *name);
    let symbol = symbols.find(|symbol| matches!(role(document, symbol), Some(Role::Input)))?;
    let place = symbol.occurrences.first()?;
    Some(Hover { span, ..hover(bundle, files, settings, place.span.start())? })
}

#[cfg(test)]
mod tests;
