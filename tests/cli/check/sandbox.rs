//! A temporary directory per test, and the binary run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A bundle without findings.
pub(crate) const CLEAN: &str = "\
name: aws-vpc
description: A network for everything else.
version: 0.1.0
steps:
  - path: src
    provisioner: opentofu
params:
  required:
    - size
  properties:
    size:
      title: Größe 😀
      description: How large it may grow.
      type: string
      enum: [small, large]
      default: small
connections:
  properties: {}
artifacts:
  properties: {}
ui:
  ui:order: [\"*\"]
";

/// The rule that [`flawed`] violates, a warning by default.
pub(crate) const FLAW: &str = "default-not-allowed";

/// [`CLEAN`] with one flaw, in line 16.
pub(crate) fn flawed() -> String {
    CLEAN.replace("default: small", "default: huge")
}

pub(crate) struct Sandbox {
    directory: TempDir,
}

/// Output and exit code of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` if the process was killed by a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("massdriver-ls").tempdir().unwrap();
        Self { directory }
    }

    /// A directory with these bundles (path and text).
    pub(crate) fn with<'a>(bundles: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let sandbox = Self::new();
        for (path, text) in bundles {
            sandbox.bundle(path, text);
        }
        sandbox
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a bundle and the module of its step.
    pub(crate) fn bundle(&self, path: &str, content: impl AsRef<[u8]>) {
        let module = Path::new(path).with_file_name("src").join("main.tf");
        self.write(module.to_str().unwrap(), "variable \"size\" { type = string }\n");
        self.write(path, content);
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
        command.arg("check").args(args).current_dir(self.directory.path()).stdin(Stdio::null());
        // Isolates the run from the user's Git configuration.
        command.env("HOME", self.directory.path()).env_remove("XDG_CONFIG_HOME");
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs `check` with these arguments.
    pub(crate) fn check(&self, args: &[&str]) -> Ran {
        run(&mut self.command(args))
    }

    /// Runs `check` with a text on standard input.
    pub(crate) fn check_stdin(&self, args: &[&str], text: &str) -> Ran {
        let file = self.path("stdin");
        fs::write(&file, text).unwrap();
        run(self.command(args).stdin(fs::File::open(file).unwrap()))
    }
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Paths of the checked files, from the JSON output.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = self.json()["files"].as_array().unwrap().clone();
        files.iter().map(|file| file["path"].as_str().unwrap().replace('\\', "/")).collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `line:column rule` of every finding, from the JSON output.
    pub(crate) fn findings(&self) -> Vec<String> {
        let json = self.json();
        let files = json["files"].as_array().unwrap().iter();
        let findings = files.flat_map(|file| file["findings"].as_array().unwrap());
        let line = |finding: &serde_json::Value| {
            let start = &finding["range"]["start"];
            format!("{}:{} {}", start["line"], start["column"], finding["rule"].as_str().unwrap())
        };
        findings.map(line).collect()
    }
}
