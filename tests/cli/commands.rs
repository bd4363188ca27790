//! The commands other than `check`, with the real binary.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::{Command, Output, Stdio};

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
    command.args(args).stdin(Stdio::null()).env("NO_COLOR", "1").output().unwrap()
}

/// Standard output of a successful run.
fn printed(args: &[&str]) -> String {
    let output = run(args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The server exits with 1 when its input ends before `shutdown`; invalid arguments would give 2.
#[test]
fn the_server_is_the_default_and_takes_stdio_anywhere() {
    for args in [&[][..], &["--stdio"], &["lsp"], &["lsp", "--stdio"], &["--stdio", "lsp"]] {
        let output = run(args);
        assert_eq!(
            (output.status.code(), output.stdout, output.stderr),
            (Some(1), vec![], vec![]),
            "{args:?}"
        );
    }
}

#[test]
fn the_schema_command_prints_a_valid_schema() {
    let schema: serde_json::Value = serde_json::from_str(&printed(&["schema"])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let bundle = serde_json::json!({
        "name": "aws-vpc", "description": "A network for everything else.", "params": { "properties": {} },
        "connections": { "properties": {} }, "artifacts": { "properties": {} },
        "steps": [{ "path": "src", "provisioner": "opentofu" }],
    });
    assert!(validator.is_valid(&bundle), "{:?}", validator.iter_errors(&bundle).collect::<Vec<_>>());
    assert!(!validator.is_valid(&serde_json::json!({ "name": "aws-vpc", "params": [] })));
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(printed(&["completions", shell]).contains("check"), "{shell}");
    }
}

#[test]
fn every_rule_is_listed_and_explained() {
    let list = printed(&["explain"]);
    for line in list.lines() {
        let id = line.split(' ').next().unwrap();
        assert!(printed(&["explain", id]).starts_with(id), "{id}");
    }
    assert_eq!(list.lines().count(), massdriver_ls::internals::rules::all().count());
}

#[test]
fn an_unknown_rule_is_refused_with_a_suggestion() {
    let output = run(&["explain", "invalid-utf9"]);
    assert_eq!((output.status.code(), output.stdout), (Some(2), vec![]));
    let message = "massdriver-ls: there is no rule `invalid-utf9`; did you mean `invalid-utf8`?\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), message);
}
