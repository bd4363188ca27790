//! Runs the program as a user with a home directory; every run checks that neither output nor cache contains the key.

use crate::support::platform::{KEY, Platform};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Output and exit code of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A temporary home directory.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Runs `catalog` with these arguments and environment variables.
    pub(crate) fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        self.program(&[&["catalog"], args].concat(), variables)
    }

    /// Runs the program with these arguments and variables in an otherwise empty environment.
    pub(crate) fn program(&self, args: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
        command.args(args).stdin(Stdio::null()).current_dir(self.0.path());
        command.env_clear().env("HOME", self.0.path()).env("XDG_CACHE_HOME", self.path("cache"));
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let ran = Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!format!("{ran:?}").contains(KEY), "the key is shown: {ran:?}");
        for file in self.cached() {
            let content = fs::read(&file).unwrap();
            assert!(!String::from_utf8_lossy(&content).contains(KEY), "the key is kept: {}", file.display());
        }
        ran
    }

    /// Runs `catalog` with an organization and a key of this platform.
    pub(crate) fn at(&self, platform: &Platform, args: &[&str]) -> Ran {
        let variables = [
            ("MASSDRIVER_URL", &*platform.url),
            ("MASSDRIVER_ORGANIZATION_ID", "acme"),
            ("MASSDRIVER_API_KEY", KEY),
        ];
        self.run(args, &variables)
    }

    /// The files in the program's cache directory.
    pub(crate) fn cached(&self) -> Vec<PathBuf> {
        let directory = self.path("cache/massdriver-ls");
        let entries = fs::read_dir(directory).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(path, content).unwrap();
    }
}

impl Ran {
    /// Asserts that the run failed with this code and one line that contains this message.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, why: &str) {
        assert_eq!((self.code, &*self.stdout), (Some(code), ""), "{self:?}");
        let last = self.stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with("massdriver-ls: ") && last.contains(why), "{self:?}");
    }
}
