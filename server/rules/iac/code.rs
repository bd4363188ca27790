//! Reads the code of a bundle's steps.

use crate::bundle::{Block, BuiltIn, Document, Step};
use crate::iac::{Known, Language, Unit, Variable};
use crate::rules::File;
use crate::rules::step_path::is_directory_name;
use crate::rules::value::string;
use crate::syntax::Node;
use crate::workspace::Files;
use foldhash::HashSet;
use std::sync::Arc;

/// Directories with more source files than this are skipped.
const MAX_FILES: usize = 200;

/// The file that `mass bundle build` writes variables to.
pub(crate) const GENERATED: &str = "_massdriver_variables.tf";

/// The code of all steps.
pub(crate) struct Code<'a> {
    /// The steps, one per directory.
    pub(crate) steps: Vec<StepCode<'a>>,
    /// Whether every file of every step was parsed.
    pub(crate) complete: bool,
}

/// The code of one step.
pub(crate) struct StepCode<'a> {
    /// The value of `path`.
    pub(crate) node: Node<'a>,
    /// The step's directory.
    pub(crate) path: String,
    /// The built-in provisioner that runs it; `None` for a custom one.
    pub(crate) tool: Option<BuiltIn>,
    /// Names of all files in the directory, sorted.
    pub(crate) names: Vec<String>,
    /// The source files of the provisioner.
    pub(crate) sources: Vec<Source>,
    /// Source files that could not be parsed, as paths relative to the bundle.
    pub(crate) unread: Vec<String>,
}

/// A source file.
pub(crate) struct Source {
    /// File name.
    pub(crate) name: String,
    /// Path relative to the bundle.
    pub(crate) path: String,
    /// Language.
    pub(crate) language: Language,
    /// Parsed content.
    pub(crate) known: Known,
}

impl Source {
    /// The declarations in the file.
    pub(crate) fn unit(&self) -> &Unit {
        &self.known.reading.unit
    }

    /// The file, for a related location in it.
    pub(crate) fn file(&self) -> File {
        File { path: self.path.clone(), text: Arc::clone(&self.known.reading.text) }
    }
}

impl StepCode<'_> {
    /// Whether its language declares each input as a variable.
    pub(crate) fn declares(&self) -> bool {
        matches!(self.tool, Some(BuiltIn::Terraform | BuiltIn::Bicep))
    }

    /// Whether all its source files were parsed.
    pub(crate) fn is_complete(&self) -> bool {
        self.unread.is_empty()
    }

    /// The variables, each with the file that declares it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&Source, &Variable)> {
        self.sources.iter().flat_map(|source| source.unit().variables.iter().map(move |one| (source, one)))
    }

    /// The path of a file in its directory, relative to the bundle.
    pub(crate) fn within(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    /// Whether its directory has a file of this name.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }
}

/// Whether all names that two sibling blocks declare are known.
pub(super) fn is_known(document: &Document, blocks: [Block; 2]) -> bool {
    let blocks = blocks.into_iter().filter_map(|block| document.block(block));
    blocks.map(|block| document.node(block.value)).all(|value| {
        let schema = document.schemas.at(value);
        value.is_mapping() && !schema.is_some_and(|schema| document.names(schema).open)
    })
}

/// Reads the code of a bundle. Unchanged files are not parsed again.
pub(crate) fn read<'a>(document: &'a Document, files: &dyn Files) -> Code<'a> {
    let mut code = Code { steps: Vec::new(), complete: true };
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
        match read_step(document, files, step, node, path) {
            Some(step) => {
                code.complete &= step.is_complete();
                code.steps.push(step);
            }
            None => code.complete = false,
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
    let sources_of_step: Vec<(&String, Language)> =
        code.names.iter().filter_map(|name| Some((name, language(&code, name)?))).collect();
    if sources_of_step.len() > MAX_FILES {
        return None;
    }
    let (mut sources, mut unread) = (Vec::new(), Vec::new());
    for (name, language) in sources_of_step {
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

/// The language of a file, if the step's provisioner uses it.
fn language(code: &StepCode<'_>, name: &str) -> Option<Language> {
    let language = Language::of(name)?;
    let fits = match language {
        Language::Hcl | Language::HclJson => code.tool == Some(BuiltIn::Terraform),
        Language::Bicep => code.tool == Some(BuiltIn::Bicep),
        Language::Values => code.tool == Some(BuiltIn::Helm),
    };
    // OpenTofu uses `x.tofu` instead of `x.tf`.
    let instead = name.strip_suffix(".tf").map(|stem| format!("{stem}.tofu"));
    let instead = instead.or_else(|| Some(format!("{}.tofu.json", name.strip_suffix(".tf.json")?)));
    (fits && !instead.is_some_and(|name| code.holds(&name))).then_some(language)
}
