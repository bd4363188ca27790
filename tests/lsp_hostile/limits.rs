//! Cost limits of any document: memory while it is open and after it is closed, and time.

#[path = "../support/hostile.rs"]
mod hostile;

use crate::client::{Server, is_optimized, program};
use crate::witness::{HOSTILE, INNOCENT, started};
use hostile::SHAPES;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;

/// Size of the document (bytes), and its memory limit (MiB).
const LIMITS: [(usize, u64); 2] = [(MIB, 150), (4 * MIB - 64 * 1024, 300)];

/// Time limit of findings with an optimized program; responses about other documents get half of it.
const FINDINGS: Duration = Duration::from_secs(2);

/// Memory (MiB) that may remain allocated after the document is closed.
const RETAINED: u64 = 30;

/// The shapes to test: all, or those whose names contain `MASSDRIVER_SHAPE`.
fn shapes() -> impl Iterator<Item = &'static hostile::Shape> {
    let wanted = std::env::var("MASSDRIVER_SHAPE").unwrap_or_default();
    SHAPES.iter().filter(move |(name, _)| name.contains(&wanted))
}

/// Peak memory (MiB) and run time of a process.
fn cost(command: &mut Command) -> (u64, Duration) {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(now.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(1));
        if start.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
        }
    }
    (peak >> 10, start.elapsed())
}

/// Fails with a list of the exceeded limits.
#[track_caller]
fn report(beyond: &[String]) {
    assert!(beyond.is_empty(), "{} beyond the limits:\n{}", beyond.len(), beyond.join("\n"));
}

#[test]
fn checking_any_document_keeps_within_the_limits() {
    if !is_optimized() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("massdriver.yaml");
    let mut beyond = Vec::new();
    for (size, memory) in LIMITS {
        for (name, shape) in shapes() {
            let (peak, took) = check(&path, &shape(size));
            let line = format!("{} MiB, {name}: {peak} MiB, {took:.1?}", size / MIB);
            println!("{line}");
            if peak > memory || took > FINDINGS {
                beyond.push(line);
            }
        }
    }
    report(&beyond);
}

fn check(path: &Path, text: &str) -> (u64, Duration) {
    std::fs::write(path, text).unwrap();
    cost(Command::new(program()).arg("check").arg(path))
}

#[test]
fn serving_any_document_keeps_within_the_limits() {
    if !is_optimized() {
        return;
    }
    let mut beyond = Vec::new();
    for (size, memory) in LIMITS {
        for (name, shape) in shapes() {
            let line = serve(&shape(size));
            let text = format!("{} MiB, {name}: {line}", size / MIB);
            println!("{text}");
            if line.peak > memory
                || line.findings > FINDINGS
                || line.others > FINDINGS / 2
                || line.retained > RETAINED
            {
                beyond.push(text);
            }
        }
    }
    report(&beyond);
}

struct Cost {
    peak: u64,
    findings: Duration,
    others: Duration,
    requests: Duration,
    retained: u64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { peak, findings, others, requests, retained } = self;
        write!(
            f,
            "{peak} MiB, findings {findings:.1?}, others {others:.1?}, requests {requests:.1?}, retained {retained} MiB"
        )
    }
}

fn resident(server: &Server) -> u64 {
    server.resident().unwrap_or_default() >> 10
}

/// Opens a document, sends every kind of request about it, edits it, and closes it.
fn serve(text: &str) -> Cost {
    let mut server = started(None);
    let before = resident(&server);
    let start = Instant::now();
    server.open(HOSTILE, text);
    let mut others = ask_about_another(&mut server);
    server.published(HOSTILE, 1);
    let findings = start.elapsed();
    let mut requests = Duration::ZERO;
    let about = json!({"uri": HOSTILE});
    let last = text.lines().count() as u64 - 1;
    for line in [2, 12, last / 2, last] {
        let position = json!({"line": line, "character": 9});
        let place = json!({"textDocument": about, "position": position});
        let range = json!({"start": position, "end": position});
        let asked = [
            ("textDocument/hover", place.clone()),
            ("textDocument/completion", place.clone()),
            (
                "textDocument/references",
                json!({"textDocument": about, "position": position, "context": {"includeDeclaration": true}}),
            ),
            (
                "textDocument/codeAction",
                json!({"textDocument": about, "range": range, "context": {"diagnostics": []}}),
            ),
            ("textDocument/prepareRename", place),
        ];
        for (method, parameters) in asked {
            requests = requests.max(answered(&mut server, method, parameters));
            others = others.max(ask_about_another(&mut server));
        }
    }
    for method in ["documentSymbol", "foldingRange", "codeLens", "semanticTokens/full", "documentLink"] {
        let method = format!("textDocument/{method}");
        requests = requests.max(answered(&mut server, &method, json!({"textDocument": about})));
    }
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}});
    let hints = json!({"textDocument": about, "range": whole});
    requests = requests.max(answered(&mut server, "textDocument/inlayHint", hints));
    for version in 2..5 {
        server.edit(HOSTILE, version, [0, 0, 0, 0], "\n");
    }
    others = others.max(ask_about_another(&mut server));
    server.published(HOSTILE, 4);
    let peak = server.memory().unwrap_or_default() >> 10;
    server.notify("textDocument/didClose", json!({"textDocument": about}));
    let end = Instant::now() + Duration::from_secs(15);
    let retained = loop {
        let retained = resident(&server).saturating_sub(before);
        if retained <= RETAINED || Instant::now() > end {
            break retained;
        }
        std::thread::sleep(Duration::from_millis(100));
        ask_about_another(&mut server);
    };
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    Cost { peak, findings, others, requests, retained }
}

fn answered(server: &mut Server, method: &str, parameters: Value) -> Duration {
    let start = Instant::now();
    server.request(method, parameters);
    let took = start.elapsed();
    if std::env::var_os("MASSDRIVER_VERBOSE").is_some() {
        println!("  {method}: {took:.1?}, {} MiB", server.memory().unwrap_or_default() >> 10);
    }
    took
}

fn ask_about_another(server: &mut Server) -> Duration {
    answered(
        server,
        "textDocument/hover",
        json!({"textDocument": {"uri": INNOCENT}, "position": {"line": 2, "character": 6}}),
    )
}
