//! What the code of a step declares: its input variables with their types, every use of them, and the artifacts that it
//! hands out. Text in, plain data out; neither bundles nor files are known here.

mod bicep;
mod chart;
mod hcl;
mod hcl_json;
mod memory;
mod types;

pub use memory::{Known, Memory, Reading};
pub use types::{Member, Type};

use crate::syntax::Span;

/// Longer texts (bytes) are not read: no file that declares variables comes near, and reading one of this size still
/// goes unnoticed in an edit of it.
pub const MAX_BYTES: usize = 256 << 10;

/// What one file declares and uses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unit {
    /// Its input variables.
    pub variables: Vec<Variable>,
    /// Places that use a variable, in source order.
    pub uses: Vec<Use>,
    /// The artifacts that it hands to the platform.
    pub emitters: Vec<Emitter>,
}

/// An input variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The name, without quotes (bytes).
    pub span: Span,
    /// The whole declaration (bytes).
    pub whole: Span,
    /// Its type, if one is declared, and where (bytes).
    pub value: Option<(Type, Span)>,
    /// Whether there is a value where none is given.
    pub optional: bool,
    /// What its author says of it.
    pub description: Option<String>,
    /// Whether its value is kept out of logs.
    pub sensitive: bool,
}

/// A place that uses a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The variable's name.
    pub name: String,
    /// The name (bytes).
    pub span: Span,
}

/// A resource that hands an artifact to the platform (`spec §12`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Emitter {
    /// The artifact, and the text that names it without its quotes (bytes); `None` where that is worked out at run time.
    pub field: Option<(String, Span)>,
}

/// A language that code is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// OpenTofu and Terraform.
    Hcl,
    /// Their form for machines.
    HclJson,
    /// Azure Bicep.
    Bicep,
    /// The values of a Helm chart.
    Values,
}

impl Language {
    /// The language of a file that takes part in a step; `None` for all others, and for files that change what others
    /// declare (`*_override.tf`, `spec §12`).
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

    /// Reads a file; `None` when it is broken, as one that is being typed is, or too large.
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
    /// How a text is written between the quotes of a string, so that it reads as the text.
    #[must_use]
    pub fn within_string(self, text: &str) -> String {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        match self {
            // The escapes of JSON that a name can need are those of HCL.
            Self::Hcl | Self::HclJson => json.replace("${", "$${").replace("%{", "%%{"),
            Self::Bicep => text.replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\${"),
            Self::Values => json.to_owned(),
        }
    }
}

/// Whether a text can be the name of a variable in HCL and in Bicep.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    is_hcl_identifier(text) && !text.contains('-')
}

/// Whether a text can be the name of a variable in HCL, where names can have hyphens.
#[must_use]
pub fn is_hcl_identifier(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.bytes().all(is_word) && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The file that a Bicep step runs.
pub const BICEP_FILE: &str = "template.bicep";

/// The resource that publishes artifacts, in the first major version of the provider.
pub const ARTIFACT_PUBLISHER: &str = "massdriver_artifact";

/// The resource that publishes artifacts, in the second major version of the provider.
pub const RESOURCE_PUBLISHER: &str = "massdriver_resource";

const EMITTERS: [&str; 2] = [ARTIFACT_PUBLISHER, RESOURCE_PUBLISHER];

#[cfg(test)]
mod tests;
