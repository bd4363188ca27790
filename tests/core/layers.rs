//! Checks the layering rules of ARCHITECTURE.md against the sources.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use std::fs;
use std::path::{Path, PathBuf};

/// A module, and what its sources must not mention.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "syntax",
        &["crate::bundle", "crate::reference", "crate::rules", "crate::analysis", "crate::lsp", "crate::cli"],
    ),
    ("syntax", &["tower_lsp", "tokio", "std::fs", "std::net", "assdriver", "jsonschema"]),
    (
        "reference",
        &["crate::bundle", "crate::rules", "crate::analysis", "crate::lsp", "crate::cli", "std::fs"],
    ),
    (
        "edit",
        &[
            "crate::bundle",
            "crate::rules",
            "crate::analysis",
            "crate::workspace",
            "crate::lsp",
            "crate::cli",
            "tower_lsp",
            "std::fs",
        ],
    ),
    ("jq", &["crate::bundle", "crate::rules", "crate::analysis", "crate::lsp", "crate::cli", "std::fs"]),
    (
        "iac",
        &[
            "crate::bundle",
            "crate::reference",
            "crate::rules",
            "crate::analysis",
            "crate::workspace",
            "crate::lsp",
            "crate::cli",
            "std::fs",
        ],
    ),
    ("bundle", &["crate::rules", "crate::analysis", "crate::lsp", "crate::cli", "std::fs", "std::net"]),
    ("schema", &["crate::rules", "crate::analysis", "crate::lsp", "crate::cli", "std::fs", "std::net"]),
    ("rules", &["crate::analysis", "crate::lsp", "crate::cli", "std::fs", "std::net"]),
    ("analysis", &["crate::lsp", "crate::cli", "std::fs", "std::net"]),
    ("cli", &["tower_lsp"]),
    (
        "organization",
        &["crate::rules", "crate::analysis", "crate::bundle", "crate::lsp", "crate::cli", "tower_lsp"],
    ),
    ("workspace", &["crate::rules", "crate::analysis", "crate::lsp", "crate::cli", "tower_lsp"]),
];

/// Maximum length of a source file in lines.
const MAX_LINES: usize = 520;

#[test]
fn modules_depend_only_on_allowed_modules() {
    let mut broken = Vec::new();
    for (room, words) in FORBIDDEN {
        for file in sources(&Path::new("server").join(room)).into_iter().filter(|file| !is_test(file)) {
            let text = fs::read_to_string(&file).unwrap();
            let product = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            for (number, line) in product.lines().enumerate() {
                // Ignores comments.
                let code = line.split("//").next().unwrap();
                for word in words.iter().filter(|word| code.contains(**word)) {
                    broken.push(format!("{}:{}: {word}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_lsp_uses_the_protocol_types() {
    let named: Vec<String> = sources(Path::new("server"))
        .into_iter()
        .filter(|file| {
            !file.starts_with("server/lsp") && fs::read_to_string(file).unwrap().contains("tower_lsp::")
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn only_organization_uses_the_network() {
    let named: Vec<String> = sources(Path::new("server"))
        .into_iter()
        .filter(|file| !file.starts_with("server/organization"))
        .filter(|file| {
            let text = fs::read_to_string(file).unwrap();
            let asks = !file.starts_with("server/cli") && !file.starts_with("server/lsp");
            text.contains("ureq") || text.contains("std::net") || asks && text.contains("crate::organization")
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn only_replay_starts_a_process() {
    let starting = naming(&["process::Command", "Command::new", "process::Child"]);
    assert_eq!(starting, ["server/cli/replay.rs"]);
}

#[test]
fn only_private_writes_files() {
    let words =
        ["fs::write", "fs::rename", "fs::remove", "fs::create", "File::create", "OpenOptions", "DirBuilder"];
    // The catalog is moved into place and removed.
    assert_eq!(naming(&words), ["server/organization/cache.rs", "server/private.rs"]);
}

/// Whether a file is only compiled for tests.
fn is_test(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    stem == "testing" || stem == "tests" || stem.ends_with("_tests")
}

#[test]
fn settings_depend_on_no_other_module() {
    let text = fs::read_to_string("server/settings.rs").unwrap();
    assert!(!text.contains("crate::"));
}

/// Files whose code, without tests, contains one of these words.
fn naming(words: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = sources(Path::new("server"))
        .into_iter()
        .filter(|file| {
            let text = fs::read_to_string(file).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap();
            let mut code = product.lines().map(|line| line.split("//").next().unwrap());
            !is_test(file) && code.any(|line| words.iter().any(|word| line.contains(word)))
        })
        .map(|file| file.display().to_string())
        .collect();
    found.sort();
    found
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = sources(Path::new("server"))
        .into_iter()
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, file)| format!("{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Rust files below a directory, without test modules.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(directory) else { return found };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() && path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
