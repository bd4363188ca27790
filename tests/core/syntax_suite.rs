//! The public YAML test suite: valid documents give the expected events, invalid ones an error.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use crate::syntax_events::events;
use massdriver_ls::internals::syntax::{parse, strict};
use std::fs;
use std::path::{Path, PathBuf};

/// All case folders below `folder` by name.
fn cases(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        if next.join("in.yaml").exists() {
            let name = next.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            found.push((name, next));
            continue;
        }
        folders.extend(
            fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()),
        );
    }
    found.sort();
    found
}

#[test]
fn suite() {
    let Some(folder) = crate::support::shared("yaml/test-suite") else { return };
    let (mut valid, mut accepted, mut invalid, mut caught, mut second) = (0, 0, 0, 0, 0);
    let (mut wrong, mut missed) = (Vec::new(), Vec::new());
    for (name, path) in cases(&folder) {
        let text = fs::read_to_string(path.join("in.yaml")).unwrap();
        let syntax = parse(text.as_str());
        if path.join("error").exists() {
            invalid += 1;
            if !syntax.errors().is_empty() {
                caught += 1;
            } else if let Some(error) = strict::second_opinion(&syntax) {
                second += 1;
                println!("second opinion on {name}: {:?}", error.kind);
            } else {
                missed.push(name);
            }
            continue;
        }
        valid += 1;
        let expected = fs::read_to_string(path.join("test.event")).unwrap();
        let actual = events(&syntax);
        if syntax.errors().is_empty() && actual == expected {
            accepted += 1;
        } else {
            if std::env::var("V").is_ok() {
                println!(
                    "--- {name}\n{text}\nerrors {:?}\nexpected:\n{expected}\nactual:\n{actual}",
                    syntax.errors()
                );
            }
            wrong.push(name);
        }
    }
    println!("yaml suite: {accepted} of {valid} valid accepted with equal events");
    println!(
        "yaml suite: {caught} of {invalid} invalid reported, {} with the second opinion",
        caught + second
    );
    println!("  wrong: {wrong:?}\n  missed: {missed:?}");
    assert!(accepted >= 306 && caught + second >= 90);
}
