//! `massdriver-ls doctor`: shows the setup of this machine, for the user and for support. It changes nothing, does
//! not use the network, and does not show the API key.

use super::output::print;
use crate::organization::{self, Configuration, Error};
use crate::visible::{self, one_line};
use serde_json::{Map, Value, json};
use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Configuration files and directories of editors that can start the server, relative to the home directory.
const EDITORS: &[(&str, &[&str])] = &[
    ("Neovim", &[".config/nvim/init.lua", ".config/nvim/init.vim", ".config/nvim/lsp", ".config/nvim/lua"]),
    ("Helix", &[".config/helix/languages.toml"]),
    ("Emacs", &[".emacs", ".emacs.el", ".emacs.d/init.el", ".config/emacs/init.el"]),
    ("Zed", &[".config/zed/settings.json"]),
    ("Sublime Text", &[".config/sublime-text/Packages/User/LSP.sublime-settings"]),
];

/// Extension directories of Visual Studio Code and its derivatives.
const EXTENSIONS: &[(&str, &str)] = &[
    ("Visual Studio Code", ".vscode/extensions"),
    ("Visual Studio Code (remote)", ".vscode-server/extensions"),
    ("VSCodium", ".vscode-oss/extensions"),
    ("Cursor", ".cursor/extensions"),
];

/// The names of the server in an editor's configuration.
const NAMES: [&str; 2] = ["massdriver-ls", "massdriver_ls"];

/// Larger configuration files (bytes) are not searched.
const MAX_FILE: u64 = 1 << 20;

/// Most files that are searched per directory.
const MAX_FILES: usize = 200;

/// One line of the report.
struct Finding {
    name: &'static str,
    value: Value,
    broken: bool,
}

/// Prints the report. Exits with 1 if something is set up incorrectly.
pub(super) fn run(as_json: bool) -> ExitCode {
    let findings = findings();
    let broken = findings.iter().any(|finding| finding.broken);
    let report = if as_json { json_report(&findings, broken) } else { text_report(&findings) };
    let printed = print(&report);
    if broken { ExitCode::FAILURE } else { printed }
}

fn findings() -> Vec<Finding> {
    let fine = |name, value: String| Finding { name, value: value.into(), broken: false };
    let program =
        env::current_exe().map_or_else(|error| error.to_string(), |path| path.display().to_string());
    let mut findings = vec![
        fine("version", env!("CARGO_PKG_VERSION").to_owned()),
        fine("platform", format!("{} {}", env::consts::OS, env::consts::ARCH)),
        fine("program", program),
        on_path("massdriver-ls on PATH", "massdriver-ls"),
        on_path("mass on PATH", "mass"),
        Finding { name: "editors", value: editors().into(), broken: false },
    ];
    findings.extend(catalog());
    findings
}

fn on_path(name: &'static str, program: &str) -> Finding {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|directory| directory.join(&file)).find(|path| path.is_file());
    Finding {
        name,
        value: found.map_or(Value::Null, |path| path.display().to_string().into()),
        broken: false,
    }
}

/// The configuration of Massdriver's command line and the cached resource types. Having neither is fine.
fn catalog() -> Vec<Finding> {
    let found = |name, value: Value| Finding { name, value, broken: false };
    let broken = |error: &Error| Finding { name: "catalog", value: error.to_string().into(), broken: true };
    let configuration = match Configuration::read(None) {
        Ok(configuration) => configuration,
        Err(Error::Unconfigured(_)) => return vec![found("configuration", Value::Null)],
        Err(error) => return vec![Finding { name: "configuration", ..broken(&error) }],
    };
    let source = configuration.file.as_ref().map_or_else(
        || "the environment".to_owned(),
        |file| format!("{}, profile `{}`, and the environment", file.display(), configuration.profile),
    );
    let key = if configuration.has_key() { "set" } else { "not set" };
    let mut findings = vec![
        found("configuration", source.into()),
        found("organization", configuration.organization.clone().into()),
        found("url", configuration.url().into()),
        found("key", key.into()),
    ];
    findings.push(match organization::cached(&configuration) {
        Ok(None) => found("catalog", Value::Null),
        Ok(Some(catalog)) => {
            let (types, age) = (catalog.types.len(), organization::format_age(catalog.age()));
            found("catalog", format!("{types} resource types, {age} old").into())
        }
        Err(error) => broken(&error),
    });
    findings
}

/// Editors with the server in their configuration, and the path of that.
fn editors() -> Vec<String> {
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).filter(|home| !home.is_empty());
    let Some(home) = home.map(PathBuf::from) else { return Vec::new() };
    let mut found = Vec::new();
    for (editor, places) in EDITORS {
        let files = places.iter().flat_map(|place| files(&home.join(place)));
        found.extend(files.filter(|file| names_us(file)).map(|file| format!("{editor}: {}", file.display())));
    }
    for (editor, place) in EXTENSIONS {
        let entries = std::fs::read_dir(home.join(place)).into_iter().flatten().flatten();
        let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("massdriver"));
        found.extend(ours.map(|entry| format!("{editor}: {}", entry.path().display())));
    }
    found
}

/// The file at a path, or the files in the directory there and in its subdirectories.
fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_path_buf()];
    }
    let within = |directory: &Path| {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).take(MAX_FILES).collect::<Vec<_>>()
    };
    let (directories, mut files): (Vec<_>, Vec<_>) =
        within(place).into_iter().partition(|path| path.is_dir());
    files.extend(directories.iter().flat_map(|directory| within(directory)));
    files.retain(|path| path.is_file());
    files.sort();
    files
}

fn names_us(file: &Path) -> bool {
    let small = file.metadata().is_ok_and(|metadata| metadata.len() <= MAX_FILE);
    small
        && std::fs::read(file).is_ok_and(|text| {
            let text = String::from_utf8_lossy(&text);
            NAMES.iter().any(|name| text.contains(name))
        })
}

fn text_report(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.name.len()).max().unwrap_or_default();
    let line = |finding: &Finding| {
        let value = match &finding.value {
            Value::String(text) => one_line(text.as_str()),
            Value::Array(texts) if !texts.is_empty() => {
                let texts: Vec<String> = texts.iter().filter_map(Value::as_str).map(one_line).collect();
                texts.join(&format!("\n{:width$}  ", ""))
            }
            _ => "none".to_owned(),
        };
        let broken = if finding.broken { "BROKEN: " } else { "" };
        format!("{:width$}  {broken}{value}\n", finding.name)
    };
    findings.iter().map(line).collect()
}

fn json_report(findings: &[Finding], broken: bool) -> String {
    let mut report: Map<String, Value> =
        findings.iter().map(|finding| (finding.name.replace(' ', "_"), finding.value.clone())).collect();
    let names = findings.iter().filter(|finding| finding.broken).map(|finding| finding.name);
    report.insert("broken".to_owned(), json!(names.collect::<Vec<_>>()));
    report.insert("ok".to_owned(), json!(!broken));
    visible::json(format!("{:#}\n", Value::Object(report)))
}
