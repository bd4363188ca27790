//! Findings and safe fixes of a state of the files, from a fresh directory.

use crate::client::Server;
use crate::edits::bundles::{BUNDLE, Files};
use crate::edits::session::write;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use tempfile::TempDir;

/// A finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) rule: String,
    pub(crate) message: String,
    /// 1 for errors, 2 for warnings.
    pub(crate) severity: u64,
    /// First and last line, from 0.
    pub(crate) lines: (usize, usize),
}

/// Findings of a bundle, and the edits of "Fix all".
#[derive(Clone, Default, Debug)]
pub(crate) struct Verdict {
    pub(crate) found: Vec<Found>,
    pub(crate) fix_all: Vec<Value>,
}

impl Verdict {
    /// Syntax errors.
    pub(crate) fn syntax_errors(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|one| one.rule == "yaml-syntax" && one.severity == 1)
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.syntax_errors().next().is_some()
    }
}

/// A separate server, which sees each state of the files in a new directory, so that no result comes from its caches.
pub(crate) struct Judge {
    server: Server,
    directory: TempDir,
    count: usize,
    known: HashMap<Files, Verdict>,
}

impl Judge {
    pub(crate) fn start() -> Self {
        let directory = TempDir::new().unwrap();
        let mut server = Server::start(&[]);
        let kinds = json!({"codeActionKind": {"valueSet": ["source", "source.fixAll"]}});
        let document = json!({"diagnostic": {}, "codeAction": {"codeActionLiteralSupport": kinds}});
        server.initialize(json!({"capabilities": {"textDocument": document}}));
        Self { server, directory, count: 0, known: HashMap::new() }
    }

    pub(crate) fn look_at(&mut self, files: &Files) -> Verdict {
        if let Some(known) = self.known.get(files) {
            return known.clone();
        }
        self.count += 1;
        let top = self.directory.path().join(self.count.to_string());
        write(&top.join("shop"), files);
        let uri = format!("file://{}", top.join("shop").join(BUNDLE).display());
        self.server.open(&uri, &files[BUNDLE]);
        let found = self.server.pulled(&uri).iter().map(found).collect();
        let context = json!({"diagnostics": [], "only": ["source.fixAll"]});
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        let actions = self.server.request("textDocument/codeAction", params);
        let fix_all = actions[0]["edit"]["changes"][&uri].as_array().cloned().unwrap_or_default();
        self.server.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        fs::remove_dir_all(top).unwrap();
        if self.known.len() > 64 {
            self.known.clear();
        }
        let verdict = Verdict { found, fix_all };
        self.known.insert(files.clone(), verdict.clone());
        verdict
    }
}

fn found(diagnostic: &Value) -> Found {
    let line = |name: &str| diagnostic["range"][name]["line"].as_u64().unwrap_or_default() as usize;
    Found {
        rule: diagnostic["code"].as_str().unwrap_or_default().to_owned(),
        message: diagnostic["message"].as_str().unwrap_or_default().to_owned(),
        severity: diagnostic["severity"].as_u64().unwrap_or_default(),
        lines: (line("start"), line("end")),
    }
}
