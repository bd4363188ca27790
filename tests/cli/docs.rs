//! The documentation: generated pages are up to date, links have targets, and features and promises are covered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use crate::client::Server;
use crate::generated_pages::{diagnostics_markdown, settings_markdown};
use expect_test::expect_file;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// `UPDATE_EXPECT=1 cargo test --test cli docs::` regenerates the file.
#[test]
fn the_page_of_diagnostics_is_up_to_date() {
    expect_file!["../../docs/diagnostics.md"].assert_eq(&diagnostics_markdown());
}

#[test]
fn the_page_of_settings_is_up_to_date() {
    expect_file!["../../docs/settings.md"].assert_eq(&settings_markdown());
}

#[test]
fn all_links_have_targets() {
    let mut dead = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in links(&text) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_there = path.exists()
                && (anchor.is_empty()
                    || anchors(&fs::read_to_string(&path).unwrap()).any(|one| one == anchor));
            if !is_there {
                dead.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn every_editor_is_documented() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let folders =
        entries(&root().join("editors")).into_iter().filter(|path| path.join("README.md").is_file());
    let named = |path: &PathBuf| text.contains(&format!("(editors/{}", path.file_name().unwrap().display()));
    let missing: Vec<PathBuf> = folders.filter(|path| !named(path)).collect();
    assert!(missing.is_empty(), "README.md lacks {missing:?}");
}

#[test]
fn every_security_claim_names_existing_tests() {
    let text = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let tests = tests();
    let mut rows = 0;
    for section in ["## What never happens", "## How it is built and published"] {
        let section = text.split_once(section).unwrap().1.split("\n## ").next().unwrap();
        for row in section.lines().filter(|line| line.starts_with("| ")).skip(1) {
            let [_, promise, named, _] = &row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
            let named: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
            assert!(!named.is_empty(), "no test for {promise}");
            for name in named {
                assert!(tests.iter().any(|test| test == name), "there is no test `{name}` for {promise}");
            }
            rows += 1;
        }
    }
    assert!(rows > 15, "{rows}");
}

#[test]
fn every_image_is_used() {
    let features = root().join("docs/features.md");
    let text = fs::read_to_string(features).unwrap();
    let pictures = entries(&root().join("docs/images"));
    let unused: Vec<&PathBuf> =
        pictures.iter().filter(|path| !text.contains(path.file_name().unwrap().to_str().unwrap())).collect();
    assert!(!pictures.is_empty() && unused.is_empty(), "{unused:?}");
}

/// The requests that correspond to the server's capabilities.
#[test]
fn every_capability_is_documented() {
    let mut server = Server::start(&[]);
    let action = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let client = json!({"textDocument": {"diagnostic": {}, "codeAction": action}});
    let result = server.request("initialize", json!({"capabilities": client}));
    let requests = requests(result["capabilities"].as_object().unwrap());
    assert!(requests.len() > 20, "{requests:?}");

    let text = fs::read_to_string(root().join("docs/features.md")).unwrap();
    let named = |request: &&String| !text.contains(&format!("`{request}`"));
    let missing: Vec<&String> = requests.iter().filter(named).collect();
    assert!(missing.is_empty(), "docs/features.md lacks {missing:?}");
}

fn requests(capabilities: &serde_json::Map<String, Value>) -> Vec<String> {
    let mut requests = Vec::new();
    for (name, value) in capabilities {
        match name.as_str() {
            "positionEncoding" | "textDocumentSync" => {}
            "workspace" => {
                let operations = value["fileOperations"].as_object().unwrap().keys();
                requests.extend(operations.map(|operation| format!("workspace/{operation}Files")));
            }
            "experimental" => {
                // `preview` stands for `massdriver/formPreview`, `envs` for `massdriver/formEnvs`.
                let form = value["massdriver"]["form"].as_object().unwrap().keys();
                let title = |name: &str| name[..1].to_uppercase() + &name[1..];
                requests.extend(form.map(|name| format!("massdriver/form{}", title(name))));
            }
            "workspaceSymbolProvider" => requests.push("workspace/symbol".to_owned()),
            "executeCommandProvider" => requests.push("workspace/executeCommand".to_owned()),
            "documentFormattingProvider" => requests.push("textDocument/formatting".to_owned()),
            "documentRangeFormattingProvider" => requests.push("textDocument/rangeFormatting".to_owned()),
            "semanticTokensProvider" => {
                let parts = ["full", "range"].into_iter().filter(|part| value[part] == true);
                requests.extend(parts.map(|part| format!("textDocument/semanticTokens/{part}")));
            }
            "diagnosticProvider" => {
                requests.extend(["textDocument/diagnostic", "workspace/diagnostic"].map(str::to_owned));
            }
            _ => {
                let what = name.strip_suffix("Provider").unwrap_or_else(|| panic!("what asks for {name}?"));
                requests.push(format!("textDocument/{what}"));
            }
        }
    }
    requests
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Names of all tests of the project: functions below `tests` and `server`, titles of the extension's tests.
fn tests() -> Vec<String> {
    let mut names = Vec::new();
    let mut pending =
        ["tests", "server", "editors/vscode/test"].map(|directory| root().join(directory)).to_vec();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(entries(&path));
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(title) = line.strip_prefix("test('") {
                names.extend(title.split("',").next().map(str::to_owned));
            }
            if line.trim() == "#[test]" {
                let name = lines.next().and_then(|line| line.trim().strip_prefix("fn ")?.split_once('('));
                names.extend(name.map(|(name, _)| name.to_owned()));
            }
        }
    }
    names
}

/// Every hand-written or generated page of documentation.
fn pages() -> Vec<PathBuf> {
    let here = entries(root()).into_iter().chain(entries(&root().join("docs")));
    let mut pages: Vec<PathBuf> =
        here.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.extend(entries(&root().join("editors")).iter().map(|editor| editor.join("README.md")));
    pages.retain(|page| page.is_file());
    assert!(pages.len() > 15, "{pages:?}");
    pages
}

/// Relative targets of the links and images of a page.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2);
    let targets = prose.flat_map(|prose| prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
    targets.filter(|target| !target.contains("://"))
}

/// Anchors of the headings of a page.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = text.split("```").step_by(2).flat_map(str::lines).filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}
