//! Command-line arguments.

use crate::organization;
use crate::reference::{closest, did_you_mean};
use crate::rules::{self, Severity};
use crate::settings::{ExpectedFormat, Level};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Language server and checker for Massdriver's massdriver.yaml.
///
/// Without a command, runs the language server on standard input and output.
#[derive(Parser, Debug)]
#[command(name = "massdriver-ls", version, max_term_width = 100)]
pub struct Args {
    /// The command; the language server if absent.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Accepted because editors add it; standard input and output are the only transport.
    #[arg(long, global = true, hide = true)]
    pub stdio: bool,

    /// Arguments of the language server, used if there is no command.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Arguments of the language server.
#[derive(clap::Args, Debug, Default)]
pub struct ServerArgs {
    /// Append a log to this file; the setting `logLevel` sets its level
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,

    /// Record the session with the editor, including the documents' text, in this file, for `replay`
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Do not fetch your organization's resource types, the only feature that uses the network
    #[arg(long)]
    pub offline: bool,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the language server on standard input and output (the default)
    Lsp(ServerArgs),
    /// Check files and print the findings
    Check(CheckArgs),
    /// Fetch your organization's resource types, or show what was fetched
    Catalog {
        /// The command
        #[command(subcommand)]
        command: CatalogCommand,
        /// Profile of Massdriver's command line `mass`; overrides MASSDRIVER_PROFILE
        #[arg(long, global = true, value_name = "NAME")]
        profile: Option<String>,
    },
    /// Explain a rule, or list all of them
    Explain {
        /// Id of the rule, which findings show in brackets
        id: Option<String>,
        /// When to use colour
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: Color,
    },
    /// Show what is set up on this machine, and what is missing
    #[command(after_help = "Exit code: 0 all is well, 1 something is broken.")]
    Doctor {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Replay a recorded session with a new server, and print where its answers differ
    Replay {
        /// A file written by `massdriver-ls --record FILE`
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print a JSON Schema of the bundle format, for other tools
    Schema {
        /// Print the schema of the settings instead
        #[arg(long)]
        settings: bool,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The `catalog` commands. Only `pull` uses the network.
#[derive(Subcommand, Debug)]
#[command(after_help = "\
Exit code: 0 success (`status`: a catalog is cached), 1 failure (`status`: no catalog is cached), 2 the \
configuration is incomplete or invalid.")]
pub enum CatalogCommand {
    /// Fetch the resource types of your organization from the platform
    Pull {
        /// Timeout in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = organization::DEFAULT_TIMEOUT.as_secs())]
        #[arg(value_parser = clap::value_parser!(u64).range(1..=3600))]
        timeout: u64,
    },
    /// Show which resource types were fetched, and when
    Status,
    /// Remove the fetched resource types
    Clear,
}

/// Arguments of `check`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Exit code: 0 nothing at error level, 1 findings at error level (or denied), 2 something could not be checked.")]
pub struct CheckArgs {
    /// Files, directories to search for massdriver.yaml and massdriver.yml, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,

    /// Set the level of a rule: off, on, hint, info, warning or error; can be repeated
    #[arg(long = "rule", value_name = "ID=LEVEL", value_parser = rule_level)]
    pub rules: Vec<(String, Level)>,

    /// Exit with 1 on warnings too
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,

    /// Omit findings below this severity
    #[arg(long, value_name = "SEVERITY", default_value = "hint", value_parser = severity_parser())]
    pub min_severity: Severity,

    /// Format of bundles to expect: connections/artifacts or dependencies/resources
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = bundle_format_parser())]
    pub bundle_format: ExpectedFormat,

    /// Do not check the code of the steps: variables, their types, and the artifacts it publishes
    #[arg(long)]
    pub no_iac: bool,

    /// Use the organization's resource types fetched by `catalog pull`
    #[arg(long)]
    pub organization: bool,

    /// Path that the text from standard input would have
    #[arg(long, value_name = "PATH")]
    pub stdin_path: Option<PathBuf>,

    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// An output format.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
pub enum Format {
    /// For people: source line, caret and help
    #[default]
    Human,
    /// One JSON document (see docs/check-formats.md)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
}

/// Findings, besides errors, that cause exit code 1.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// When to use colour.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Parses `id=level`.
fn rule_level(text: &str) -> Result<(String, Level), String> {
    let Some((id, level)) = text.split_once('=') else {
        return Err("write it as ID=LEVEL, such as `key-case=off`".to_owned());
    };
    let level = Level::parse(level)
        .ok_or_else(|| format!("`{level}` is not a level; use off, on, hint, info, warning or error"))?;
    if rules::find(id).is_none() {
        return Err(unknown_rule(id));
    }
    Ok((id.to_owned(), level))
}

/// The error message for an unknown rule id.
pub(super) fn unknown_rule(id: &str) -> String {
    match closest(id, rules::all().map(|rule| rule.id)) {
        Some(close) => format!("there is no rule `{id}`{}", did_you_mean(Some(close))),
        None => format!("there is no rule `{id}`; `massdriver-ls explain` lists them"),
    }
}

fn severity_parser() -> impl TypedValueParser<Value = Severity> {
    const ALL: [Severity; 4] = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint];
    PossibleValuesParser::new(ALL.map(Severity::word))
        .map(|word| ALL.into_iter().find(|severity| severity.word() == word).unwrap_or(Severity::Hint))
}

fn bundle_format_parser() -> impl TypedValueParser<Value = ExpectedFormat> {
    PossibleValuesParser::new(["auto", "connections", "dependencies"]).map(|word| match word.as_str() {
        "connections" => ExpectedFormat::Connections,
        "dependencies" => ExpectedFormat::Dependencies,
        _ => ExpectedFormat::Auto,
    })
}
