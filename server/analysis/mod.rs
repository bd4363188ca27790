//! The public API of the analysis: plain data in, plain data out, without LSP types. Offsets are bytes.

mod code;
mod code_lenses;
pub(crate) mod completion;
mod fix_all;
mod folding;
pub(crate) mod form;
mod format;
pub(crate) mod hover;
mod ignore;
mod incremental;
pub(crate) mod index;
mod inlay_hints;
pub(crate) mod jq_completion;
mod jq_fields;
pub(crate) mod links;
mod navigation;
mod programs;
mod refactor;
pub(crate) mod rename;
mod semantic_tokens;
#[cfg(test)]
mod shortest;
pub(crate) mod signature;
pub(crate) mod symbols;
pub(crate) mod target;
pub(crate) mod types;
mod verify;

pub(crate) use code::hover_in_code;
pub use code_lenses::code_lenses;

pub(crate) use completion::CompletionKind;
pub use completion::{Completion, CompletionOptions, completion};
pub use fix_all::fix_all;
pub use folding::{folds, selections};
pub use form::form;
pub use format::format;
pub(crate) use hover::Hover;
pub use hover::hover;
pub use ignore::ignores;
pub(crate) use index::{Index, Indexed};
pub(crate) use inlay_hints::{InlayHint, inlay_hints};
pub use navigation::{definitions, references};
pub(crate) use navigation::{linked, references_in_code};
pub use refactor::refactorings;
pub(crate) use refactor::rename_directory;
pub use rename::{prepare_rename, rename};
pub(crate) use semantic_tokens::semantic_tokens;
pub(crate) use signature::signature_help;
pub(crate) use symbols::DocumentSymbol;
pub use symbols::document_symbols;
pub(crate) use types::{NamedType, definition_name, rename_type, type_at, type_of, type_references};
pub use verify::{Verified, Verifier};

pub(crate) use crate::bundle::Catalog;
pub use crate::bundle::Memory;
use crate::bundle::{Document, Kind, ProgramFile};
use crate::edit::Fix;
use crate::rules::{
    self, Context, Family, Finding, Findings, PROGRAM_FAMILIES, Severity, bundle_format, input,
};
use crate::settings::{ExpectedFormat, Level, Settings};
use crate::syntax::{self, Budget};
use crate::workspace::{DOCUMENTS, Files};
use incremental::FamilyFindings;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The bundle of a jq file is searched in at most this many parent directories. The platform reads the jq files of a
/// step, one level below the bundle; jq files deeper in a step belong to the bundle too.
const MAX_UP: usize = 5;

/// One parsed version of a document. Immutable and cheap to share (`Arc`); every feature starts from it.
#[derive(Debug)]
pub struct Snapshot {
    document: Document,
    path: Option<Arc<Path>>,
    /// The findings of the families, for the next edit.
    kept: Mutex<Option<FamilyFindings>>,
}

impl Snapshot {
    /// Parses a text. `path` is the document's path, if it has one; the kind of document can depend on it.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>, path: Option<&Path>) -> Self {
        Self::at(text.into(), path.map(Arc::from))
    }

    fn at(text: Arc<str>, path: Option<Arc<Path>>) -> Self {
        let name = path.as_deref().and_then(Path::file_name).and_then(|name| name.to_str());
        let document = match name.and_then(ProgramFile::named) {
            Some(file) => Document::program(text, file, None),
            None => Document::new(syntax::parse(text), path.as_deref()),
        };
        Self { document, path, kept: Mutex::default() }
    }

    /// The snapshot of the same document with another text; memory and catalog are kept.
    #[must_use]
    pub fn edited(&self, text: impl Into<Arc<str>>) -> Self {
        let next = Self::at(text.into(), self.path.clone());
        next.remembering(&self.document.memory()).knowing(self.document.catalog())
    }

    /// Replaces a range (bytes) by a text, if the tree and the model can take in the edit as they are; otherwise nothing
    /// changes. The next findings are computed only by the rules that have read what the edit changes.
    pub fn edit_in_place(&mut self, range: Range<usize>, text: &str) -> bool {
        let Some((shift, readers)) = self.document.edit_in_place(range, text) else { return false };
        if let Some(kept) = self.kept.get_mut().unwrap_or_else(PoisonError::into_inner) {
            kept.edited(shift, readers);
        }
        true
    }

    /// The name of the directory that contains the document; `None` for jq files and documents without a path.
    #[must_use]
    pub fn directory(&self) -> Option<&str> {
        let path = self.path.as_deref().filter(|_| self.document.kind != Kind::Program);
        path?.parent()?.file_name()?.to_str()
    }

    /// Sets the memory, which caches results of earlier versions of the text.
    #[must_use]
    pub fn remembering(self, memory: &Arc<Memory>) -> Self {
        Self { document: self.document.remembering(Arc::clone(memory)), ..self }
    }

    /// Sets the catalog; without one, the built-in resource types are known.
    #[must_use]
    pub fn knowing(self, catalog: &Arc<Catalog>) -> Self {
        Self { document: self.document.with_catalog(Arc::clone(catalog)), kept: Mutex::default(), ..self }
    }

    /// A jq file as a document together with its bundle, the nearest document above it; `None` for other documents,
    /// and if no bundle is found. Parses the bundle, which takes accordingly long.
    fn in_bundle(&self, files: &dyn Files) -> Option<Document> {
        let above = (1..=MAX_UP).map(|levels| "../".repeat(levels));
        let mut paths = above.flat_map(|above| DOCUMENTS.map(|name| format!("{above}{name}")));
        let text = paths.find_map(|path| files.read(&path))?;
        let bundle = Document::new(syntax::parse(text), None);
        if bundle.kind != Kind::Bundle {
            return None;
        }
        let bundle = bundle.with_catalog(Arc::clone(self.document.catalog()));
        let program = Document::program(self.text(), self.document.file?, Some(bundle));
        Some(program.remembering(self.document.memory()))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.document.syntax.text()
    }

    /// The parsed document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }
}

/// All findings of a document, in source order. Templates have none, because they are not the text that is published.
#[must_use]
pub fn findings(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
    let mut findings = findings_at_once(snapshot, files, settings);
    let late = LateFixes::new(snapshot, files);
    findings.iter_mut().for_each(|finding| finding.fixes.extend(late.of(finding)));
    findings
}

/// Fixes that are too slow to compute on every keystroke.
pub(crate) struct LateFixes<'a>(rules::Declarations<'a>);

impl<'a> LateFixes<'a> {
    /// Creates the fixes lazily; does no work yet.
    #[must_use]
    pub(crate) fn new(snapshot: &'a Snapshot, files: &'a dyn Files) -> Self {
        Self(rules::Declarations::new(&snapshot.document, files))
    }

    /// The fixes of a finding.
    #[must_use]
    pub(crate) fn of(&self, finding: &Finding) -> Vec<Fix> {
        self.0.fixes(finding)
    }
}

/// [`findings`] without [`LateFixes`].
#[must_use]
pub fn findings_at_once(snapshot: &Snapshot, files: &dyn Files, settings: &Settings) -> Vec<Finding> {
    let document = &snapshot.document;
    if document.kind == Kind::Template {
        return Vec::new();
    }
    if document.kind == Kind::Program {
        return snapshot
            .in_bundle(files)
            .map_or_else(Vec::new, |document| checked(&document, files, settings, PROGRAM_FAMILIES));
    }
    incremental::findings(snapshot, files, settings)
}

fn checked(
    document: &Document,
    files: &dyn Files,
    settings: &Settings,
    families: &[&Family],
) -> Vec<Finding> {
    let budget = Budget::new(Budget::FINDINGS);
    let context = Context { document, files, settings, budget: &budget };
    let mut found = Findings::default();
    if document.syntax.text().len() > syntax::MAX_BYTES {
        // The text was not parsed, so the rules would treat it as an empty file.
        found.push(input::file_too_large());
    } else {
        families.iter().for_each(|family| (family.check)(&context, &mut found));
    }
    finished(document, settings, found.into_vec())
}

/// Applies ignore comments and settings to what the rules found, and sorts it.
fn finished(document: &Document, settings: &Settings, found: Vec<Finding>) -> Vec<Finding> {
    let mut found = rules::suppress::apply(document, found);
    found.retain_mut(|finding| level(finding, settings));
    found.sort_by(|a, b| (a.span, a.severity, a.rule).cmp(&(b.span, b.severity, b.rule)));
    found
}

/// Sets the severity of a finding from the settings; returns `false` if the finding is off.
fn level(finding: &mut Finding, settings: &Settings) -> bool {
    let opt_in = rules::find(finding.rule).is_some_and(|rule| rule.opt_in);
    match settings.rules.get(finding.rule) {
        None => !opt_in || asked_for(finding, settings),
        Some(Level::Off) => false,
        Some(level) => {
            finding.severity = Severity::of_level(*level).unwrap_or(finding.severity);
            true
        }
    }
}

/// Whether a setting other than the rule's own level enables an opt-in rule.
fn asked_for(finding: &Finding, settings: &Settings) -> bool {
    finding.rule == bundle_format::LEGACY.id && settings.bundle_format == ExpectedFormat::Dependencies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::NoFiles;

    #[test]
    fn a_program_belongs_to_the_nearest_bundle_above() {
        let program = Snapshot::new(".params.size", Some(Path::new("/b/src/artifact_a.jq")));
        let with = |files: &[(&str, &str)]| {
            let files = crate::workspace::MemoryFiles::new(files.iter().copied());
            findings(&program, &files, &Settings::default()).len()
        };
        let (ours, other) = ("params: {properties: {size: {}}}\n", "params: {properties: {}}\n");
        assert_eq!(with(&[("../massdriver.yaml", other)]), 1);
        assert_eq!(with(&[("../../../massdriver.yml", other)]), 1);
        assert_eq!(with(&[("../../massdriver.yaml", ours), ("../../../massdriver.yaml", other)]), 0);
        assert_eq!(with(&[(&format!("{}massdriver.yaml", "../".repeat(MAX_UP + 1)), other)]), 0);
        assert_eq!(with(&[("../massdriver.yaml", "label: x\nschema: {type: object}\n")]), 0);
    }

    #[test]
    fn a_huge_text_is_refused_with_one_finding() {
        let snapshot = Snapshot::new("#".repeat(syntax::MAX_BYTES + 1), None);
        let found = findings(&snapshot, &NoFiles, &Settings::default());
        assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["file-too-large"]);
    }
}
