//! Cost limits of any document: memory while it is open and after it is closed, and time.

use crate::client::{is_optimized, program};
use crate::hostile::witness::{HOSTILE, started, unharmed};
use crate::support::hostile::{self, SHAPES};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;

/// Size of the document (bytes), the most memory (MiB) and the most time that checking it may take.
const LIMITS: [(usize, u64, Duration); 2] =
    [(MIB, 150, Duration::from_secs(2)), (4 * MIB - 64 * 1024, 300, Duration::from_secs(2))];

/// A time limit counts if it is exceeded so many times in a row: other programs take their share of the machine.
const ATTEMPTS: usize = 3;

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

/// The first measurement that keeps within the time, or the last of [`ATTEMPTS`].
fn within<T>(limit: Duration, measure: impl Fn() -> T, time: impl Fn(&T) -> Duration) -> T {
    let mut measured = measure();
    for _ in 1..ATTEMPTS {
        if time(&measured) <= limit {
            break;
        }
        measured = measure();
    }
    measured
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
    for (size, memory, time) in LIMITS {
        for (name, shape) in shapes() {
            let text = shape(size);
            let (peak, took) = within(time, || check(&path, &text), |(_, took)| *took);
            let line = format!("{} MiB, {name}: {peak} MiB, {took:.1?}", size / MIB);
            println!("{line}");
            if peak > memory || took > time {
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

/// Size of the document (bytes), the most memory (MiB) of the server, and the most time until the findings are published.
const SERVER_LIMITS: [(usize, u64, Duration); 2] =
    [(MIB, 150, Duration::from_secs(2)), (4 * MIB - 64 * 1024, 300, Duration::from_secs(2))];

/// The most that an open document may leave behind after it was closed (MiB).
const RETAINED: u64 = 30;

/// Requests about the document; each takes the first range and position of it.
const REQUESTS: &[&str] = &[
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/documentLink",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/codeLens",
    "textDocument/prepareRename",
];

#[test]
fn serving_any_document_keeps_within_the_limits() {
    if !is_optimized() {
        return;
    }
    let mut beyond = Vec::new();
    for (size, memory, time) in SERVER_LIMITS {
        for (name, shape) in shapes() {
            let text = shape(size);
            let served = within(time, || serve(&text), |served| served.findings);
            let line = format!("{} MiB, {name}: {served}", size / MIB);
            println!("{line}");
            if served.peak > memory || served.retained > RETAINED || served.findings > time {
                beyond.push(line);
            }
        }
    }
    report(&beyond);
}

/// What a document costs a server.
struct Served {
    /// Peak memory (MiB).
    peak: u64,
    /// Memory after the document was closed, above that before it was opened (MiB).
    retained: u64,
    /// From opening to the findings.
    findings: Duration,
    /// From the requests to the last of their responses.
    requests: Duration,
}

impl std::fmt::Display for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { peak, retained, findings, requests } = self;
        write!(f, "{peak} MiB, {retained} MiB retained, findings {findings:.1?}, requests {requests:.1?}")
    }
}

/// Opens the document, requests everything about it while it is analysed, edits it, and closes it. Responses about another
/// document are not delayed meanwhile.
fn serve(text: &str) -> Served {
    let mut server = started(None);
    let before = server.resident().unwrap_or_default();
    let start = Instant::now();
    server.open(HOSTILE, text);
    unharmed(&mut server);
    server.published(HOSTILE, 1);
    let findings = start.elapsed();
    unharmed(&mut server);
    let start = Instant::now();
    let asked: Vec<_> = REQUESTS.iter().map(|method| server.ask(method, parameters())).collect();
    unharmed(&mut server);
    for id in asked {
        server.answer(&id);
    }
    let requests = start.elapsed();
    server.edit(HOSTILE, 2, [0, 0, 0, 0], "# edited\n");
    unharmed(&mut server);
    server.published(HOSTILE, 2);
    server.notify("textDocument/didClose", json!({"textDocument": {"uri": HOSTILE}}));
    let retained = settled(|| server.resident().unwrap_or_default().saturating_sub(before) >> 10);
    Served { peak: server.memory().unwrap_or_default() >> 10, retained, findings, requests }
}

/// Parameters that fit every request.
fn parameters() -> Value {
    let start = json!({"line": 0, "character": 0});
    json!({
        "textDocument": {"uri": HOSTILE},
        "position": start,
        "positions": [start],
        "range": {"start": start, "end": {"line": 9, "character": 0}},
        "context": {"includeDeclaration": true, "diagnostics": [], "triggerKind": 1},
    })
}

/// The value once it is within [`RETAINED`], or after two seconds.
fn settled(value: impl Fn() -> u64) -> u64 {
    let start = Instant::now();
    while value() > RETAINED && start.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(20));
    }
    value()
}
