//! Programs that would never end or exhaust memory: neither checking nor evaluating them for a hover delays other
//! responses.

use crate::client::{Server, is_optimized};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const HOSTILE: &str = "file:///nowhere/hostile/massdriver.yaml";
const OTHER: &str = "file:///nowhere/other/massdriver.yaml";

/// Maximum delay of a response about another document.
fn late() -> Duration {
    Duration::from_millis(if is_optimized() { 100 } else { 200 })
}

/// Maximum growth of the server's memory (KiB).
const GROWTH: u64 = 50 << 10;

fn programs() -> Vec<String> {
    let quoted = |program: &str| format!("'{}'", program.replace('\'', "''"));
    let mut programs: Vec<String> = [
        "def f: f; f",
        "def f: f, f; [f]",
        "[range(1e9)]",
        "\"x\" * 1e9",
        "reduce range(1e9) as $x (\"x\"; . + .)",
        "[recurse(. + 1)]",
        "until(false; .)",
    ]
    .into_iter()
    .map(quoted)
    .collect();
    programs.push(quoted(&format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000))));
    programs.push(quoted(&"(".repeat(20_000)));
    programs.push(quoted(&format!("\"x\" | {}1", ". + . | ".repeat(5_000))));
    programs.push(quoted(&format!("{}1", "def f(g): g | g; f(f(.)) | ".repeat(200))));
    programs.push(quoted(&".a | ".repeat(200_000)));
    programs.push(format!("|\n{}", "      .params.a | map(.b)\n".repeat(40_000)));
    programs
}

fn hover(server: &mut Server, uri: &str, line: u32, character: u32) -> (Duration, Value) {
    let start = Instant::now();
    let position = json!({"line": line, "character": character});
    let found =
        server.request("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": position}));
    (start.elapsed(), found)
}

#[test]
fn hostile_programs_do_not_delay_other_responses() {
    let mut server = Server::start(&[]);
    server.initialize(json!({"capabilities": {}}));
    server.open(OTHER, "params: {properties: {size: {type: integer}}}\napp: {envs: {A: .params.size}}\n");
    server.published(OTHER, 1);
    // Exclude one-time initialization.
    server.open(HOSTILE, "app:\n  envs:\n    A: .params.x | tostring\n");
    server.published(HOSTILE, 1);
    hover(&mut server, HOSTILE, 2, 9);
    let usual = hover(&mut server, OTHER, 1, 22).0;
    let (before, mut slowest) = (server.memory(), usual);
    for (index, program) in programs().into_iter().enumerate() {
        let version = index as i32 + 2;
        let text = format!("app:\n  envs:\n    A: {program}\n    B: .params.x\n");
        server.change(HOSTILE, version, json!([{"text": text}]));
        let asked = server.ask(
            "textDocument/hover",
            json!({"textDocument": {"uri": HOSTILE}, "position": {"line": 2, "character": 9}}),
        );
        let (took, found) = hover(&mut server, OTHER, 1, 22);
        assert_ne!(found, Value::Null);
        slowest = slowest.max(took);
        assert!(took < usual + late(), "{took:?} and not {usual:?}: {}", &text[..text.len().min(80)]);
        server.answer(&asked);
        server.published(HOSTILE, version);
    }
    println!("usual answer {usual:.1?}, slowest answer {slowest:.1?}");
    if let (Some(before), Some(after)) = (before, server.memory()) {
        println!("at most {} MiB", after >> 10);
        assert!(after < before + GROWTH, "{before} KiB became {after} KiB");
    }
}
