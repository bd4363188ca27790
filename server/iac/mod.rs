//! Step code: input variables with their types, references to variables, and published artifacts. Takes text and returns
//! plain data, independent of bundles and files.

mod bicep;
mod chart;
mod hcl;
mod hcl_json;
mod memory;
mod types;

pub(crate) use memory::{Known, Memory};
pub(crate) use types::{Member, Type};

use crate::syntax::Span;

/// Longer texts (bytes) are not read. Files that declare variables are far smaller, and reading one of this size does
/// not noticeably delay an edit.
pub(crate) const MAX_BYTES: usize = 256 << 10;

/// The declarations and references in one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unit {
    /// The input variables.
    pub variables: Vec<Variable>,
    /// References to variables, in source order.
    pub references: Vec<VariableReference>,
    /// Resources that publish artifacts.
    pub artifact_resources: Vec<ArtifactResource>,
}

/// An input variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// The variable's name.
    pub name: String,
    /// The span of the name without quotes (bytes).
    pub span: Span,
    /// The span of the whole declaration (bytes).
    pub whole: Span,
    /// The type, if declared, and its span (bytes).
    pub value: Option<(Type, Span)>,
    /// Whether a value may be omitted: the variable has a default or, in Bicep, accepts `null`.
    pub optional: bool,
    /// The description.
    pub description: Option<String>,
    /// Whether the value is kept out of logs.
    pub sensitive: bool,
}

/// A reference to a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariableReference {
    /// The variable's name.
    pub name: String,
    /// The span of the name (bytes).
    pub span: Span,
}

/// A resource that publishes an artifact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArtifactResource {
    /// The artifact's name, and the span of its text without quotes (bytes); `None` if it is computed at run time.
    pub field: Option<(String, Span)>,
}

/// A language of step code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// OpenTofu and Terraform.
    Hcl,
    /// OpenTofu and Terraform in JSON syntax.
    HclJson,
    /// Azure Bicep.
    Bicep,
    /// The values of a Helm chart.
    Values,
}

impl Language {
    /// The language of a step's file, by file name; `None` for all other files, and for override files
    /// (`*_override.tf`), which modify the declarations of others.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let hcl = |stem: &str| {
            !stem.is_empty() && !stem.starts_with('.') && stem != "override" && !stem.ends_with("_override")
        };
        let without = |endings: [&str; 2]| endings.iter().find_map(|ending| name.strip_suffix(ending));
        if let Some(stem) = without([".tf.json", ".tofu.json"]) {
            return hcl(stem).then_some(Self::HclJson);
        }
        if let Some(stem) = without([".tf", ".tofu"]) {
            return hcl(stem).then_some(Self::Hcl);
        }
        match name {
            BICEP_FILE => Some(Self::Bicep),
            "values.yaml" => Some(Self::Values),
            _ => None,
        }
    }

    /// Reads a file. `None` if it is too large or has syntax errors, for example while it is being edited.
    #[must_use]
    pub fn read(self, text: &str) -> Option<Unit> {
        if text.len() > MAX_BYTES {
            return None;
        }
        match self {
            Self::Hcl => hcl::read(text),
            Self::HclJson => hcl_json::read(text),
            Self::Bicep => Some(bicep::read(text)),
            Self::Values => chart::read(text),
        }
    }
}

impl Language {
    /// Escapes a text for use between the quotes of a string.
    #[must_use]
    pub fn within_string(self, text: &str) -> String {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        match self {
            // The JSON escapes that a name can need are valid in HCL, too.
            Self::Hcl | Self::HclJson => json.replace("${", "$${").replace("%{", "%%{"),
            Self::Bicep => text.replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\${"),
            Self::Values => json.to_owned(),
        }
    }
}

/// Whether a text is a valid variable name in both HCL and Bicep.
#[must_use]
pub(crate) fn is_identifier(text: &str) -> bool {
    is_hcl_identifier(text) && !text.contains('-')
}

/// Whether a text is a valid variable name in HCL, which allows hyphens.
#[must_use]
pub(crate) fn is_hcl_identifier(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.bytes().all(is_word) && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The template file of a Bicep step.
pub(crate) const BICEP_FILE: &str = "template.bicep";

/// The resource type that publishes artifacts, in version 1 of the provider.
pub(crate) const ARTIFACT_PUBLISHER: &str = "massdriver_artifact";

/// The resource type that publishes artifacts, in version 2 of the provider.
pub(crate) const RESOURCE_PUBLISHER: &str = "massdriver_resource";

const PUBLISHERS: [&str; 2] = [ARTIFACT_PUBLISHER, RESOURCE_PUBLISHER];

#[cfg(test)]
mod tests;
