//! The code of a bundle's steps, as far as it can be read.

use crate::bundle::{Block, BuiltIn, Document, Step};
use crate::iac::{Known, Language, Unit, Variable};
use crate::rules::File;
use crate::rules::step_path::is_directory_name;
use crate::rules::value::string;
use crate::syntax::Node;
use crate::workspace::Files;
use foldhash::HashSet;
use std::sync::Arc;

/// A directory with more files of code than this is nobody's step; nothing is said of it.
const MAX_FILES: usize = 200;

/// The file that `mass bundle build` writes variables to (`spec §10.4`).
pub(crate) const GENERATED: &str = "_massdriver_variables.tf";

/// The code of all steps.
pub(crate) struct Code<'a> {
    /// Each directory once.
    pub(crate) steps: Vec<StepCode<'a>>,
    /// Directories whose files are not known: they are not there, hold too many, or cannot be listed.
    pub(crate) unlisted: Vec<String>,
    /// Whether nothing stayed in the dark: every step, and every file of it, could be read.
    pub(crate) complete: bool,
}

/// The code of one step.
pub(crate) struct StepCode<'a> {
    /// The value of its `path`.
    pub(crate) node: Node<'a>,
    /// Its directory.
    pub(crate) path: String,
    /// What runs it; `None` for a provisioner of the author's own.
    pub(crate) tool: Option<BuiltIn>,
    /// All that is in the directory, sorted.
    pub(crate) names: Vec<String>,
    /// The files that take part.
    pub(crate) sources: Vec<Source>,
    /// Paths of those that could not be read, from the bundle.
    pub(crate) unread: Vec<String>,
}

/// A file of code.
pub(crate) struct Source {
    /// Its name.
    pub(crate) name: String,
    /// Its path from the bundle.
    pub(crate) path: String,
    /// What it is written in.
    pub(crate) language: Language,
    /// What it says.
    pub(crate) known: Known,
}

impl Source {
    /// What it declares.
    pub(crate) fn unit(&self) -> &Unit {
        &self.known.reading.unit
    }

    /// The file, for a place in it.
    pub(crate) fn file(&self) -> File {
        File { path: self.path.clone(), text: Arc::clone(&self.known.reading.text) }
    }
}

impl StepCode<'_> {
    /// Whether its inputs are declared, one by one.
    pub(crate) fn declares(&self) -> bool {
        matches!(self.tool, Some(BuiltIn::Terraform | BuiltIn::Bicep))
    }

    /// Whether every file of it could be read.
    pub(crate) fn is_complete(&self) -> bool {
        self.unread.is_empty()
    }

    /// Its variables, with the files that declare them.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&Source, &Variable)> {
        self.sources.iter().flat_map(|source| source.unit().variables.iter().map(move |one| (source, one)))
    }

    /// A path within its directory.
    pub(crate) fn within(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    /// Whether a file is in its directory.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }
}

/// Whether all names that two blocks of one purpose declare can be seen.
pub(super) fn is_known(document: &Document, blocks: [Block; 2]) -> bool {
    let blocks = blocks.into_iter().filter_map(|block| document.block(block));
    blocks.map(|block| document.node(block.value)).all(|value| {
        let schema = document.schemas.at(value);
        value.is_mapping() && !schema.is_some_and(|schema| document.names(schema).open)
    })
}

/// Reads the code of a bundle. What was read before is not read again.
pub(crate) fn read<'a>(document: &'a Document, files: &dyn Files) -> Code<'a> {
    let mut code = Code { steps: Vec::new(), unlisted: Vec::new(), complete: true };
    let mut seen = HashSet::default();
    for step in &document.steps {
        let path = step.path.map(|id| document.node(id)).filter(|node| node.target().is_scalar());
        let path = path.and_then(|node| Some((node, string(node, document.dialect())?.into_owned())));
        let Some((node, path)) = path.filter(|(_, path)| is_directory_name(path)) else {
            code.complete = false;
            continue;
        };
        if !seen.insert(path.clone()) {
            continue;
        }
        match read_step(document, files, step, node, path.clone()) {
            Some(step) => {
                code.complete &= step.is_complete();
                code.steps.push(step);
            }
            None => {
                code.complete = false;
                code.unlisted.push(path);
            }
        }
    }
    code
}

fn read_step<'a>(
    document: &'a Document,
    files: &dyn Files,
    step: &Step,
    node: Node<'a>,
    path: String,
) -> Option<StepCode<'a>> {
    let provisioner = string(document.node(step.provisioner?), document.dialect())?;
    let tool = BuiltIn::family(&provisioner);
    let names = files.list(&path)?;
    let mut code = StepCode { node, path, tool, names, sources: Vec::new(), unread: Vec::new() };
    let taking_part: Vec<(&String, Language)> =
        code.names.iter().filter_map(|name| Some((name, language(&code, name)?))).collect();
    if taking_part.len() > MAX_FILES {
        return None;
    }
    let (mut sources, mut unread) = (Vec::new(), Vec::new());
    for (name, language) in taking_part {
        let path = code.within(name);
        let text = files.read(&path);
        match text.and_then(|text| document.memory().code.read(&path, language, &text)) {
            Some(known) => sources.push(Source { name: name.clone(), path, language, known }),
            None => unread.push(path),
        }
    }
    code.unread = unread;
    code.sources = sources;
    Some(code)
}

/// The language of a file, if it takes part in the step.
fn language(code: &StepCode<'_>, name: &str) -> Option<Language> {
    let language = Language::of(name)?;
    let fits = match language {
        Language::Hcl | Language::HclJson => code.tool == Some(BuiltIn::Terraform),
        Language::Bicep => code.tool == Some(BuiltIn::Bicep),
        Language::Values => code.tool == Some(BuiltIn::Helm),
    };
    // OpenTofu takes `x.tofu` in the place of `x.tf`.
    let instead = name.strip_suffix(".tf").map(|stem| format!("{stem}.tofu"));
    let instead = instead.or_else(|| Some(format!("{}.tofu.json", name.strip_suffix(".tf.json")?)));
    (fits && !instead.is_some_and(|name| code.holds(&name))).then_some(language)
}
