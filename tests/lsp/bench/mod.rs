//! Latency and memory of the server as a user sees them, measured over stdio: start, open, every keystroke.
//!
//! `cargo test` runs a short form that only catches regressions by orders of magnitude. The figures of
//! docs/performance.md come from
//!
//! ```console
//! MASSDRIVER_BENCH=1 cargo test --release --test lsp bench:: -- --nocapture
//! ```
//!
//! With `MASSDRIVER_BENCH_AGAINST` (commands of other servers that speak LSP over stdio, separated by `;`) they are
//! measured in turn with ours, edit by edit, so that load on the machine affects all of them alike.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it prints what it measured, and says so by failing"
)]

mod edits;

use crate::client::Server;
use crate::support::bundle;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A server to measure.
struct Candidate {
    name: String,
    command: Vec<String>,
}

fn candidates() -> Vec<Candidate> {
    let ours = Candidate {
        name: "massdriver-ls".to_owned(),
        command: vec![env!("CARGO_BIN_EXE_massdriver-ls").to_owned()],
    };
    let others = std::env::var("MASSDRIVER_BENCH_AGAINST").unwrap_or_default();
    let others = others.split(';').filter(|command| !command.trim().is_empty()).map(|command| {
        let command: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        let name = command.iter().rev().find(|word| !word.starts_with('-')).unwrap();
        let name = name.rsplit('/').next().unwrap().to_owned();
        Candidate { name, command }
    });
    std::iter::once(ours).chain(others).collect()
}

impl Candidate {
    fn start(&self) -> Server {
        let mut server = Server::run(&self.command);
        server.settings = settings();
        server.initialize(json!({
            "processId": null,
            "rootUri": null,
            "capabilities": {
                "workspace": {"configuration": true},
                "textDocument": {"publishDiagnostics": {"versionSupport": true}, "synchronization": {"didSave": true}},
            },
        }));
        server
    }
}

/// Settings that make another server run comparable checks: our schema.
fn settings() -> Value {
    static SCHEMA: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let printed =
            std::process::Command::new(env!("CARGO_BIN_EXE_massdriver-ls")).arg("schema").output().unwrap();
        let path = std::env::temp_dir().join(format!("massdriver-schema-{}.json", std::process::id()));
        std::fs::write(&path, printed.stdout).unwrap();
        format!("file://{}", path.display())
    });
    json!({"validate": true, "schemas": {schema.as_str(): "massdriver.yaml"}})
}

/// Sorted latencies.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let index = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(index).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }

    fn shown(&self) -> String {
        format!("{:.2} / {:.2} / {:.2}", self.at(0.5), self.at(0.95), self.at(0.99))
    }
}

/// Resident memory of a process, in MiB.
fn resident(server: &Server) -> f64 {
    server.resident().unwrap_or_default() as f64 / 1024.0
}

const URI: &str = "file:///nowhere/massdriver.yaml";

/// An open document that the benchmark types into.
struct Typing {
    server: Server,
    line: u32,
    column: u32,
    version: i32,
}

impl Typing {
    fn open(candidate: &Candidate, text: &str) -> (Self, Duration) {
        let mut server = candidate.start();
        let start = Instant::now();
        server.open(URI, text);
        server.published_by_any(URI, 1);
        let line = text.lines().position(|line| line.starts_with("name:")).unwrap();
        let column = text.lines().nth(line).unwrap().len();
        (Self { server, line: line as u32, column: column as u32, version: 1 }, start.elapsed())
    }

    /// Types or deletes one letter and waits for the diagnostics.
    fn type_one(&mut self) -> Duration {
        self.version += 1;
        let grown = (self.version - 1).unsigned_abs().is_multiple_of(2);
        let end = self.column + u32::from(grown);
        let start = Instant::now();
        let place = [self.line, self.column, self.line, end];
        self.server.edit(URI, self.version, place, if grown { "" } else { "x" });
        self.server.published_by_any(URI, self.version);
        start.elapsed()
    }
}

fn whole() -> bool {
    std::env::var_os("MASSDRIVER_BENCH").is_some()
}

#[test]
fn starting() {
    let rounds = if whole() { 50 } else { 3 };
    let candidates = candidates();
    let mut times: BTreeMap<usize, Times> = BTreeMap::new();
    for _ in 0..rounds {
        for (index, candidate) in candidates.iter().enumerate() {
            let start = Instant::now();
            let _server = candidate.start();
            times.entry(index).or_default().0.push(start.elapsed());
        }
    }
    println!("| start, ms: p50 / p95 / p99 | |\n|---|---|");
    for (index, times) in &times {
        println!("| {} | {} |", candidates[*index].name, times.shown());
    }
    assert!(times[&0].at(0.5) < 1000.0);
}

#[test]
fn typing() {
    let sizes: &[usize] = if whole() { &[190, 1_000, 10_000, 50_000] } else { &[190, 1_000] };
    let candidates = candidates();
    println!(
        "| lines | | keystroke to findings, ms: p50 / p95 / p99 | first findings, ms | resident after, MiB |\n|---|---|---|---|---|"
    );
    for &lines in sizes {
        let text = bundle::of_lines(lines);
        let rounds = if whole() { 20_000_usize.div_ceil(lines).clamp(20, 200) } else { 5 };
        let mut open: Vec<(Typing, Duration)> =
            candidates.iter().map(|candidate| Typing::open(candidate, &text)).collect();
        let mut times: Vec<Times> = candidates.iter().map(|_| Times::default()).collect();
        for _ in 0..rounds {
            for ((typing, _), times) in open.iter_mut().zip(&mut times) {
                times.0.push(typing.type_one());
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        for ((candidate, times), (typing, first)) in candidates.iter().zip(&times).zip(&open) {
            let (first, memory) = (first.as_secs_f64() * 1e3, resident(&typing.server));
            println!("| {lines} | {} | {} | {first:.1} | {memory:.1} |", candidate.name, times.shown());
        }
        assert!(times[0].at(0.5) < 1000.0);
    }
}

#[test]
fn many_documents() {
    let count = if whole() { 200 } else { 10 };
    let text = bundle::of_lines(190);
    let ours = candidates().remove(0);
    let mut server = ours.start();
    let uri = |index: usize| format!("file:///nowhere/{index}/massdriver.yaml");
    for index in 0..count {
        server.open(&uri(index), &text);
    }
    for index in 0..count {
        server.published_by_any(&uri(index), 1);
    }
    let memory = resident(&server);
    println!("| {count} open documents of 190 lines | {memory:.1} MiB |");
    assert!(memory < 300.0);
}
