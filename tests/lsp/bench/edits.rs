//! Latency of code actions and renames, from request to response.

use crate::bench::{Times, URI, whole};
use crate::client::Server;
use crate::support::bundle;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Time limits per document size (lines), p95 in ms: listing the actions for clients that resolve edits, resolving one,
/// and each action for clients that do not resolve.
const ACTIONS: &[(usize, [f64; 3])] = &[(200, [3.0, 3.0, 60.0]), (10_000, [30.0, 60.0, 60.0])];

/// Time limit of a rename, p95 in ms.
const RENAME: f64 = 50.0;

/// Number of step code files that a rename changes.
const FILES: usize = 20;

/// Relaxes a limit: unoptimized builds and short runs only catch regressions by orders of magnitude.
fn limit(milliseconds: f64) -> f64 {
    if whole() && !cfg!(debug_assertions) { milliseconds } else { milliseconds.max(60.0) * 50.0 }
}

/// A bundle of about `lines` lines, with fixable findings at regular intervals.
fn with_mistakes(lines: usize) -> String {
    let text = bundle::of_lines(lines);
    let mistake = |(number, line): (usize, &str)| match number % 24 {
        0 => line.replace("type: string", "type: strng"),
        _ => line.replace("default: 3", "default: \"3\""),
    };
    text.lines().enumerate().map(mistake).map(|line| line + "\n").collect()
}

fn started(action: Value) -> Server {
    let mut server = Server::start(&[]);
    let publish = json!({"versionSupport": true});
    let document = json!({"publishDiagnostics": publish, "codeAction": action});
    let workspace = json!({"workspaceEdit": {"documentChanges": true}});
    server.initialize(json!({"capabilities": {"textDocument": document, "workspace": workspace}}));
    server
}

fn action_abilities(resolves: bool) -> Value {
    let mut abilities =
        json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}}});
    if resolves {
        abilities["resolveSupport"] = json!({"properties": ["edit"]});
        abilities["dataSupport"] = json!(true);
    }
    abilities
}

/// Requests the actions of findings, each time right after an edit. Returns the times of listing, of resolving one, and
/// of each action of a list.
fn actions(lines: usize, resolves: bool, rounds: usize) -> [Times; 3] {
    let text = with_mistakes(lines);
    let mut server = started(action_abilities(resolves));
    server.open(URI, &text);
    let found = server.published_by_any(URI, 1);
    assert!(!found.is_empty(), "nothing is found in {lines} lines");
    let mut times = [(); 3].map(|()| Times::default());
    let line = text.lines().position(|line| line.starts_with("name:")).unwrap() as u32;
    for round in 0..rounds {
        let version = round as i32 + 2;
        let (end, typed) = if round % 2 == 0 { (6, "x") } else { (7, "") };
        server.edit(URI, version, [line, 6, line, end], typed);
        server.published_by_any(URI, version);
        let place = &found[round * 7 % found.len()]["range"]["start"];
        let context = json!({"diagnostics": []});
        let params = json!({"textDocument": {"uri": URI}, "range": {"start": place, "end": place}, "context": context});
        let start = Instant::now();
        let listed = server.request("textDocument/codeAction", params);
        let elapsed = start.elapsed();
        let listed = listed.as_array().unwrap();
        times[0].0.push(elapsed);
        times[2].0.push(elapsed / listed.len().max(1) as u32);
        for action in
            listed.iter().filter(|action| action.get("edit").is_none() && action.get("command").is_none())
        {
            let start = Instant::now();
            server.request("codeAction/resolve", action.clone());
            times[1].0.push(start.elapsed());
        }
    }
    times
}

#[test]
fn code_actions() {
    println!(
        "| lines | list, ms: p50 / p95 / p99 | resolve one | each action, not resolved |\n|---|---|---|---|"
    );
    for (lines, limits) in ACTIONS {
        let rounds = match (whole(), *lines > 1_000) {
            (true, _) => 200,
            (false, true) => 3,
            (false, false) => 20,
        };
        let [list, resolve, _] = actions(*lines, true, rounds);
        let [_, _, each] = actions(*lines, false, rounds);
        println!("| {lines} | {} | {} | {} |", list.shown(), resolve.shown(), each.shown());
        for (times, most) in [list, resolve, each].iter().zip(limits) {
            let is_quick = times.0.is_empty() || times.at(0.95) <= limit(*most);
            assert!(is_quick, "{lines} lines: {} ms, at most {most}", times.shown());
        }
    }
}

#[test]
fn renames() {
    let directory = TempDir::new().unwrap();
    let mut text = String::from(
        "name: shop\nsteps:\n  - path: src\n    provisioner: opentofu:1.10\nparams:\n  properties:\n",
    );
    std::fs::create_dir(directory.path().join("src")).unwrap();
    for file in 0..FILES {
        let name = format!("param_{file}");
        write!(text, "    {name}:\n      type: string\n").unwrap();
        let used: String =
            (0..30).map(|index| format!("  v{file}_{index} = [var.{name}, var.param_0]\n")).collect();
        let code = format!("variable \"{name}\" {{\n  type = string\n}}\n\nlocals {{\n{used}}}\n");
        std::fs::write(directory.path().join(format!("src/{name}.tf")), code).unwrap();
    }
    let path = directory.path().join("massdriver.yaml");
    std::fs::write(&path, &text).unwrap();
    let uri = format!("file://{}", path.display());
    let mut server = started(action_abilities(true));
    server.open(&uri, &text);
    server.published_by_any(&uri, 1);
    let mut times = Times::default();
    for round in 0..if whole() { 200 } else { 5 } {
        let position = json!({"line": 6, "character": 5});
        let params =
            json!({"textDocument": {"uri": uri}, "position": position, "newName": format!("fresh_{round}")});
        let start = Instant::now();
        let edit = server.request("textDocument/rename", params);
        times.0.push(start.elapsed());
        let changed = edit["documentChanges"].as_array().map_or(0, Vec::len);
        assert_eq!(changed, FILES + 1, "{edit}");
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("| rename in {FILES} files, ms: p50 / p95 / p99 | {} |", times.shown());
    assert!(times.at(0.95) <= limit(RENAME), "{} ms, at most {RENAME}", times.shown());
}
