//! The editor and the command line report the same findings.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::client::Server;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const BROKEN: &str = "\
name: Bad_Name
description: short
version: v1.0
steps:
  - path: ./src
    provisioner: opentofu
  - path: nowhere
    provisioner: helm
params:
  required: [missing]
  properties:
    größe: {type: string, enum: [s, l], default: m}
    port: {type: int}
connections:
  properties:
    net: {$ref: aws_vpc}
artifacts:
  properties: {}
ui:
  ui:order: [size, size]
  port:
    ui:widget: updwon
app:
  envs:
    1X: .params.size
  polices: []
title: \"unclosed
";

/// Common form of a finding: rule, severity, message, start and end (line, UTF-16 column).
type ComparableFinding = (String, u64, String, [u64; 4]);

#[test]
fn a_broken_bundle() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let path = folder.path().join("massdriver.yaml");
    fs::write(&path, BROKEN).unwrap();
    let checked = checked(&path);
    assert!(checked.len() > 10, "{checked:#?}");
    assert_eq!(served(&path, BROKEN, &checked), checked);
}

#[test]
fn real_bundles() {
    let Some(corpus) = crate::support::shared("corpus") else { return };
    for (name, text) in crate::support::corpus() {
        let path = corpus.join(&name).join("massdriver.yaml").canonicalize().unwrap();
        let checked = checked(&path);
        assert_eq!(served(&path, &text, &checked), checked, "{name}");
    }
}

fn checked(path: &Path) -> Vec<ComparableFinding> {
    let binary = env!("CARGO_BIN_EXE_massdriver-ls");
    let output = Command::new(binary).args(["check", "--format", "sarif"]).arg(path).output().unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut findings: Vec<ComparableFinding> = Vec::new();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |key: &str| region[key].as_u64();
        let start = number("startLine").unwrap();
        let end = number("endLine").unwrap_or(start);
        let place =
            [start - 1, number("startColumn").unwrap_or(1) - 1, end - 1, number("endColumn").unwrap() - 1];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let severity = match result["level"].as_str().unwrap() {
            "error" => 1,
            "warning" => 2,
            // SARIF has one level for LSP's information and hint.
            _ => 3,
        };
        findings.push((text(&result["ruleId"]), severity, text(&result["message"]["text"]), place));
    }
    findings.sort();
    findings
}

/// Findings of the server, as soon as they are as expected. Files of the directory are read in the background, so the
/// first results may lack findings.
fn served(path: &Path, text: &str, expected: &[ComparableFinding]) -> Vec<ComparableFinding> {
    let mut server = Server::start(&[]);
    let folder = format!("file://{}", path.parent().unwrap().display());
    server.initialize(json!({
        "capabilities": {"textDocument": {"diagnostic": {}}},
        "workspaceFolders": [{"uri": folder, "name": "bundle"}],
    }));
    let uri = format!("file://{}", path.display());
    server.open(&uri, text);
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let findings = pulled(&mut server, &uri);
        if findings == expected || Instant::now() > deadline {
            return findings;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn pulled(server: &mut Server, uri: &str) -> Vec<ComparableFinding> {
    let mut findings: Vec<ComparableFinding> = Vec::new();
    for item in server.pulled(uri) {
        let at = |end: &str, axis: &str| item["range"][end][axis].as_u64().unwrap();
        let place =
            [at("start", "line"), at("start", "character"), at("end", "line"), at("end", "character")];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        findings.push((
            text(&item["code"]),
            item["severity"].as_u64().unwrap().min(3),
            text(&item["message"]),
            place,
        ));
    }
    findings.sort();
    findings
}
