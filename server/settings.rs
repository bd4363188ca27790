//! What a user may choose, the same for the editor and the command line.

mod schema;

pub use schema::json_schema;

use crate::rules::Severity;
use crate::workspace::DEFINITION_DIRECTORIES;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The user's choices. All have defaults; an empty object is valid.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Which edition of the format bundles are written in (`spec §0`).
    pub edition: EditionChoice,
    /// Level per rule id: switches rules off, opt-in rules on, or changes their severity.
    pub rules: BTreeMap<String, Level>,
    /// What an editor may show in the text that is not written there.
    pub inlay_hints: BTreeSet<Hint>,
    /// Whether an editor may show lines above names and blocks that count what they have.
    pub code_lens: bool,
    /// What the log file gets, where there is one.
    pub log_level: LogLevel,
    /// Whether the code of the steps is read and compared with the bundle.
    pub iac: bool,
    /// Directories of the workspace that hold definitions of resource types.
    pub resource_types: Directories,
    /// Whether the organization's resource types count that `catalog pull` has fetched.
    pub organization_catalog: bool,
    /// Whether the editor gets the findings of every bundle in the workspace unasked, not only of those that are open.
    pub workspace_diagnostics: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            edition: EditionChoice::default(),
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

/// How much is logged; each includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What broke.
    Error,
    /// What the user was told is wrong.
    Warning,
    /// The steps of a session.
    #[default]
    Info,
    /// Every message.
    Debug,
}

impl LogLevel {
    /// The level as it is written in settings.
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

/// Directories, as patterns like those of a `.gitignore`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(transparent)]
pub struct Directories(pub Vec<String>);

impl Default for Directories {
    fn default() -> Self {
        Self(DEFINITION_DIRECTORIES.map(str::to_owned).to_vec())
    }
}

/// What an editor may show in the text that is not written there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hint {
    /// Behind the program of an environment variable: the type of what it gives.
    Types,
    /// Behind a boolean's type: the default that the platform's command line gives it (`spec §4.7`).
    Defaults,
    /// Behind a param's name: the type of the variable that it becomes (`spec §10.4`).
    Variables,
}

/// Which edition of the bundle format to expect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditionChoice {
    /// Tell from each file.
    #[default]
    Auto,
    /// `connections` and `artifacts`.
    Seed,
    /// `dependencies` and `resources`.
    Current,
}

/// The level a user gives a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Say nothing.
    Off,
    /// At the rule's own severity; switches an opt-in rule on.
    On,
    /// As a hint.
    Hint,
    /// As information.
    Info,
    /// As a warning.
    Warning,
    /// As an error.
    Error,
}

impl Level {
    /// The level with this name, as written in settings and on the command line.
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

    /// The severity it forces; `None` for `off` and `on`.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        Some(match self {
            Self::Off | Self::On => return None,
            Self::Hint => Severity::Hint,
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        })
    }
}
