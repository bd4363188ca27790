//! Checks the sources of `server/` against the table of layers in ARCHITECTURE.md, and their size and structure.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say so by failing")]

mod source;

use source::{PRODUCT, SourceFile, cycles, functions, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Maximum length of a source file in lines.
const MAX_LINES: usize = 500;

/// Maximum length of a function in lines with code; comments and the inner lines of strings do not count.
const MAX_FUNCTION_LINES: usize = 80;

/// Modules of the standard library that reach outside the process; the table names who may use them.
const RESTRICTED_STD: [&str; 5] = ["env", "fs", "net", "process", "thread"];

/// Top-level modules that use each other. A document keeps the compiled schemas of its previous version
/// (`bundle::Memory`), and `schema` compiles them from a document.
const KNOWN_CYCLES: [[&str; 2]; 1] = [["bundle", "schema"]];

/// Modules whose children may use each other in larger groups than two.
const TANGLED: [&str; 0] = [];

/// What a module may use, or uses.
#[derive(Default, PartialEq, Debug)]
struct Layer {
    modules: BTreeSet<String>,
    crates: BTreeSet<String>,
}

/// The rows of the table "Layers" in ARCHITECTURE.md.
fn allowed() -> BTreeMap<String, Layer> {
    let text = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let section = text.split("\n## Layers\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [module, modules, crates] = cells[..] else { panic!("{row}: a row has three cells") };
        let module = names(module).pop_first().unwrap();
        (module, Layer { modules: names(modules), crates: names(crates) })
    })
    .collect()
}

/// The crates that every module may use, from the line below the table.
fn allowed_anywhere() -> BTreeSet<String> {
    let text = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let line = text.lines().find(|line| line.starts_with("Every module may use")).unwrap();
    line.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The names of the dependencies as the code writes them.
fn dependencies() -> BTreeSet<String> {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let sections =
        manifest.split("\n[").filter(|section| section.lines().next().unwrap().ends_with("dependencies]"));
    let sections = sections.filter(|section| !section.starts_with("dev-"));
    let lines = sections.flat_map(|section| section.lines().skip(1));
    let names = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.replace('-', "_")).collect()
}

/// Top-level modules and dependencies that the sources use, by top-level module, with an example of each use.
fn used() -> BTreeMap<String, (Layer, BTreeMap<String, String>)> {
    let dependencies = dependencies();
    let mut used: BTreeMap<String, (Layer, BTreeMap<String, String>)> = BTreeMap::new();
    for source in PRODUCT.iter() {
        let Some(module) = source.module.first() else { continue };
        let (layer, examples) = used.entry(module.clone()).or_default();
        for (line, path) in source.mentions() {
            let [first, second, ..] = path.as_slice() else { continue };
            let name = match first.as_str() {
                "crate" if second != module => {
                    layer.modules.insert(second.clone());
                    second.clone()
                }
                "std" if RESTRICTED_STD.contains(&second.as_str()) => {
                    let name = format!("std::{second}");
                    layer.crates.insert(name.clone());
                    name
                }
                name if dependencies.contains(name) => {
                    layer.crates.insert(name.to_owned());
                    name.to_owned()
                }
                _ => continue,
            };
            examples.entry(name).or_insert_with(|| format!("{}:{line}", source.file.display()));
        }
    }
    used
}

#[test]
fn modules_use_exactly_what_the_table_of_layers_lists() {
    let (mut allowed, anywhere, used) = (allowed(), allowed_anywhere(), used());
    let mut wrong = Vec::new();
    let dependencies = dependencies();
    let unknown = anywhere.difference(&dependencies);
    wrong.extend(unknown.map(|name| format!("`{name}`, which every module may use, is not a dependency")));
    for (module, (layer, examples)) in &used {
        let Some(row) = allowed.remove(module) else {
            wrong.push(format!("`{module}` has no row; it uses {layer:?}"));
            continue;
        };
        let crates: BTreeSet<String> = layer.crates.difference(&anywhere).cloned().collect();
        for (listed, real) in [(&row.modules, &layer.modules), (&row.crates, &crates)] {
            wrong.extend(
                real.difference(listed)
                    .map(|name| format!("{}: `{module}` must not use `{name}`", examples[name])),
            );
            wrong.extend(listed.difference(real).map(|name| format!("`{module}` no longer uses `{name}`")));
        }
    }
    wrong.extend(allowed.keys().map(|module| format!("`{module}` has a row but does not exist")));
    assert!(wrong.is_empty(), "ARCHITECTURE.md, Layers:\n{}", wrong.join("\n"));
}

/// Promises that outlive changes of the table.
#[test]
fn only_organization_uses_the_network_and_only_lsp_the_protocol() {
    let allowed = allowed();
    let users = |name: &str| -> Vec<&str> {
        let rows =
            allowed.iter().filter(|(_, layer)| layer.crates.contains(name) || layer.modules.contains(name));
        rows.map(|(module, _)| module.as_str()).collect()
    };
    assert_eq!(users("ureq"), ["organization"]);
    assert_eq!(users("std::net"), ["organization"]);
    assert_eq!(users("organization"), ["cli", "lsp"]);
    assert_eq!(users("tower_lsp"), ["lsp"]);
    assert_eq!(users("std::fs"), ["cli", "lsp", "organization", "private", "workspace"]);
}

#[test]
fn layers_have_no_cycles() {
    let allowed = allowed();
    let edges = allowed.iter().flat_map(|(module, layer)| {
        layer.modules.iter().map(|used| (module.clone(), used.clone())).collect::<Vec<_>>()
    });
    let known = KNOWN_CYCLES.map(|group| BTreeSet::from(group.map(str::to_owned)));
    assert_eq!(cycles(&edges.collect()), known);
}

/// Sibling modules that use each other, in groups of more than two, as paths such as `rules/iac/code`.
fn sibling_cycles(files: &[SourceFile]) -> Vec<BTreeSet<String>> {
    let modules: BTreeSet<&[String]> = files.iter().map(|file| file.module.as_slice()).collect();
    let mut edges = BTreeSet::new();
    for file in files {
        for (_, path) in file.mentions() {
            let Some(("crate", target)) = path.split_first().map(|(first, rest)| (first.as_str(), rest))
            else {
                continue;
            };
            let shared = file.module.iter().zip(target).take_while(|(ours, theirs)| ours == theirs).count();
            if shared < file.module.len() && target.len() > shared && modules.contains(&target[..=shared]) {
                edges.insert((file.module[..=shared].join("/"), target[..=shared].join("/")));
            }
        }
    }
    cycles(&edges).into_iter().filter(|group| group.len() > 2).collect()
}

#[test]
fn no_more_than_two_sibling_modules_use_each_other() {
    let mut found = sibling_cycles(&PRODUCT);
    let is_known = |name: &String| TANGLED.iter().any(|module| name.split('/').next() == Some(module));
    found.retain(|group| !group.iter().all(is_known));
    assert_eq!(found, Vec::<BTreeSet<String>>::new());
}

#[test]
fn syntax_knows_nothing_of_massdriver() {
    let files = rust_files(Path::new("server/syntax")).into_iter();
    let named = files.filter(|file| fs::read_to_string(file).unwrap().to_lowercase().contains("massdriver"));
    assert_eq!(named.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

#[test]
fn only_replay_starts_programs() {
    assert_eq!(files_with(&["process::Command", "Command::new", "process::Child"]), ["server/cli/replay.rs"]);
}

#[test]
fn only_private_files_and_the_catalog_are_written() {
    let words =
        ["fs::write", "fs::rename", "fs::remove", "fs::create", "File::create", "OpenOptions", "DirBuilder"];
    assert_eq!(files_with(&words), ["server/organization/cache.rs", "server/private.rs"]);
}

/// Product files whose code contains one of these words.
fn files_with(words: &[&str]) -> Vec<String> {
    let files = PRODUCT.iter().filter(|file| words.iter().any(|word| file.code.contains(word)));
    let mut files: Vec<String> = files.map(|file| file.file.display().to_string()).collect();
    files.sort();
    files
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = rust_files(Path::new("server"))
        .into_iter()
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, file)| format!("{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn functions_stay_small() {
    let mut long = Vec::new();
    for file in rust_files(Path::new("server")) {
        let code = source::blank_literals(&fs::read_to_string(&file).unwrap());
        let functions = functions(&code).into_iter().filter(|(_, lines, _)| *lines > MAX_FUNCTION_LINES);
        long.extend(
            functions
                .map(|(line, lines, name)| format!("{}:{line}: `{name}` has {lines} lines", file.display())),
        );
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
