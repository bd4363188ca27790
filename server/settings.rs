//! The user's settings, shared by the editor and the command line.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// JSON Schema (draft-07) of the settings, without the rules.
pub(crate) const SCHEMA: &str = include_str!("settings/schema.json");

/// The user's settings. All have defaults; an empty object is valid.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// The format that bundles are expected to use.
    pub bundle_format: ExpectedFormat,
    /// Level per rule id: turns a rule off, an opt-in rule on, or changes its severity.
    pub rules: BTreeMap<String, Level>,
    /// Inlay hints to show in the editor.
    pub inlay_hints: BTreeSet<Hint>,
    /// Whether to show code lenses with counts above names and blocks.
    pub code_lens: bool,
    /// Log level of the log file, if there is one.
    pub log_level: LogLevel,
    /// Whether to compare step code with the bundle.
    pub iac: bool,
    /// Workspace directories that contain resource type definitions.
    pub resource_types: Directories,
    /// Whether to use the organization's resource types fetched by `catalog pull`.
    pub organization_catalog: bool,
    /// Whether the editor gets findings of all bundles in the workspace, not only of open ones.
    pub workspace_diagnostics: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bundle_format: ExpectedFormat::default(),
            rules: BTreeMap::new(),
            inlay_hints: BTreeSet::new(),
            code_lens: false,
            log_level: LogLevel::default(),
            iac: true,
            resource_types: Directories::default(),
            organization_catalog: false,
            workspace_diagnostics: false,
        }
    }
}

/// The log level; each level includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Errors.
    Error,
    /// Warnings shown to the user.
    Warning,
    /// The main events of a session.
    #[default]
    Info,
    /// Every message.
    Debug,
}

impl LogLevel {
    /// The level as written in settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// Directories that usually contain definitions of resource types.
pub(crate) const DEFINITION_DIRECTORIES: [&str; 5] =
    ["resource-types", "resource-type", "artifact-definitions", "artifact_definitions", "platforms"];

/// Directory patterns in `.gitignore` syntax.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(transparent)]
pub struct Directories(pub Vec<String>);

impl Default for Directories {
    fn default() -> Self {
        Self(DEFINITION_DIRECTORIES.map(|name| format!("{name}/")).to_vec())
    }
}

/// A kind of inlay hint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hint {
    /// The result type, after the program of an environment variable.
    Types,
    /// The default that the platform's command line adds, after the type of a boolean.
    Defaults,
    /// The type of the variable, after the name of a param.
    Variables,
}

/// The bundle format to expect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpectedFormat {
    /// Detected for each file.
    #[default]
    Auto,
    /// The `connections`/`artifacts` format.
    Connections,
    /// The `dependencies`/`resources` format.
    Dependencies,
}

/// The level of a rule in the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported with its default severity; turns an opt-in rule on.
    On,
    /// Reported as a hint.
    Hint,
    /// Reported as information.
    Info,
    /// Reported as a warning.
    Warning,
    /// Reported as an error.
    Error,
}

impl Level {
    /// Parses a level as written in the settings and on the command line.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Self::Off,
            "on" => Self::On,
            "hint" => Self::Hint,
            "info" => Self::Info,
            "warning" => Self::Warning,
            "error" => Self::Error,
            _ => return None,
        })
    }
}
