//! Code lenses: counts of references and presets.

use super::{Snapshot, code};
use crate::bundle::{Document, OccurrenceRole, ProgramFile, Symbol};
use crate::rules::File;
use crate::rules::iac::code::{Code, read};
use crate::syntax::Span;
use crate::workspace::Files;

/// A code lens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLens {
    /// The name it belongs to (bytes).
    pub span: Span,
    /// The text shown.
    pub title: String,
    /// The counted references in the document (bytes), in source order.
    pub places: Vec<Span>,
    /// The counted references in step code (bytes of that file).
    pub in_code: Vec<(File, Span)>,
}

/// The number of references to each param, connection and artifact, step code included, and the number of presets; in
/// source order.
#[must_use]
pub fn code_lenses(snapshot: &Snapshot, files: &dyn Files) -> Vec<CodeLens> {
    let document = snapshot.document();
    let code = read(document, files);
    let searched = is_searched(&code);
    // Code reads a nested param through its top-level param, and such accesses are not followed.
    let may_be_unused =
        |symbol: &Symbol| document.steps.is_empty() || searched && code::is_in_code(document, symbol);
    let uses =
        |symbol| uses(document, &code, symbol).filter(|lens| !lens.is_unused() || may_be_unused(symbol));
    let mut lenses: Vec<CodeLens> = document.symbols().all.iter().filter_map(uses).collect();
    let presets = document.params.and_then(|params| document.keyword(params, "examples"));
    if let Some((key, _)) = presets {
        let places: Vec<Span> = document
            .presets
            .iter()
            .map(|preset| document.node(preset.name.unwrap_or(preset.node)).span())
            .collect();
        let title = counted(places.len(), "preset");
        lenses.push(CodeLens { span: key.span(), title, places, in_code: Vec::new() });
    }
    lenses.sort_by_key(|lens| lens.span);
    lenses
}

impl CodeLens {
    fn is_unused(&self) -> bool {
        self.places.is_empty() && self.in_code.is_empty()
    }
}

/// Whether everything outside the document that can use a name was searched. Chart templates, the code of other
/// provisioners and jq files are not searched, and the names they use must not be reported as unused.
fn is_searched(code: &Code<'_>) -> bool {
    let has_program = |names: &[String]| names.iter().any(|name| ProgramFile::named(name).is_some());
    let is_known = code.steps.iter().all(|step| step.declares() && !has_program(&step.names));
    code.complete && is_known
}

/// The code lens of a symbol, at its first declaration.
fn uses(document: &Document, code: &Code<'_>, symbol: &Symbol) -> Option<CodeLens> {
    let declared = symbol.occurrences.iter().find(|place| place.role == OccurrenceRole::Definition)?;
    let uses = symbol.occurrences.iter().filter(|place| place.role != OccurrenceRole::Definition);
    let mut places: Vec<Span> = uses.map(|place| place.span).collect();
    places.sort_unstable();
    let in_code = code::references_in(document, code, symbol).into_iter();
    let in_code: Vec<(File, Span)> = in_code
        .filter(|(_, reference)| !reference.is_definition)
        .map(|(file, reference)| (file, reference.span))
        .collect();
    let title = counted(places.len() + in_code.len(), "use");
    Some(CodeLens { span: declared.span, title, places, in_code })
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{MemoryFiles, NoFiles};

    #[test]
    fn uses_and_presets_are_counted() {
        let text = "\
params:
  examples: [{__name: A, size: s}, {__name: B}]
  required: [size]
  properties:
    size: {type: string}
    idle: {type: string}
connections:
  properties: {net: {$ref: aws-vpc}}
app:
  envs: {SIZE: .params.size, NET: .connections.net.data}
";
        let shown = |lens: &CodeLens| format!("{} {}", &text[lens.span.range()], lens.title);
        let lenses = code_lenses(&Snapshot::new(text, None), &NoFiles);
        let shown: Vec<String> = lenses.iter().map(shown).collect();
        assert_eq!(shown, ["examples 2 presets", "size 3 uses", "idle no uses", "net 1 use"]);
        let names = lenses[1].places.iter().map(|place| &text[place.range()]);
        assert!(names.into_iter().all(|name| name == "size"));
    }
    /// The titles of the code lenses of a bundle with these files next to it.
    fn shown(files: &[(&str, &str)]) -> Vec<String> {
        let text = "\
steps: [{path: src, provisioner: opentofu}]
params:
  properties:
    size: {type: string}
    all: {type: object, properties: {part: {type: string}}}
artifacts:
  properties: {db: {$ref: aws-vpc}}
";
        let lenses = code_lenses(&Snapshot::new(text, None), &MemoryFiles::new(files.iter().copied()));
        let shown = |lens: &CodeLens| format!("{} {}", &text[lens.span.range()], lens.title);
        lenses.iter().map(shown).collect()
    }

    #[test]
    fn uses_in_step_code_are_counted() {
        let code = "variable \"size\" {}\nlocals { a = \"${var.size}${var.size}${var.all.part}\" }\n\
            resource \"massdriver_artifact\" \"a\" {\n  field = \"db\"\n}\n";
        assert_eq!(shown(&[("src/main.tf", code)]), ["size 2 uses", "all 1 use", "db 1 use"]);
        assert_eq!(
            shown(&[("src/main.tf", "variable \"size\" {}")]),
            ["size no uses", "all no uses", "db no uses"]
        );
    }

    #[test]
    fn names_are_not_called_unused_unless_all_code_was_searched() {
        assert_eq!(shown(&[]), [""; 0]);
        assert_eq!(shown(&[("src/main.tf", "variable {{{")]), [""; 0]);
        assert_eq!(shown(&[("src/main.tf", ""), ("src/params.jq", ".params.size")]), [""; 0]);
    }
}
