//! A server with a second, harmless document open, whose responses must not be affected.

use crate::client::{Server, is_optimized};
use serde_json::{Value, json};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Maximum latency of a response about the harmless document.
fn late() -> Duration {
    Duration::from_secs(if is_optimized() { 1 } else { 10 })
}

thread_local! {
    /// Slowest response about the harmless document in this test.
    static SLOWEST: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Maximum peak memory of the server (KiB).
const MEMORY: u64 = 300 << 10;

pub(crate) const INNOCENT: &str = "file:///nowhere/innocent/massdriver.yaml";

/// URI of the hostile document.
pub(crate) const HOSTILE: &str = "file:///nowhere/hostile/massdriver.yaml";

/// Starts a server in this workspace and opens the harmless document.
pub(crate) fn started(folder: Option<&str>) -> Server {
    SLOWEST.set(Duration::ZERO);
    let mut server = Server::start(&[]);
    let folders: Vec<Value> = folder.iter().map(|uri| json!({"uri": uri, "name": "w"})).collect();
    server.initialize(json!({"capabilities": {}, "workspaceFolders": folders}));
    server.open(INNOCENT, "params:\n  properties:\n    size: {type: integer}\n");
    server.published(INNOCENT, 1);
    server
}

/// Asserts that the server answers about the harmless document in time.
#[track_caller]
pub(crate) fn unharmed(server: &mut Server) {
    let start = Instant::now();
    let position = json!({"line": 2, "character": 6});
    let hover = server
        .request("textDocument/hover", json!({"textDocument": {"uri": INNOCENT}, "position": position}));
    assert!(hover.to_string().contains("size"), "{hover}");
    let took = start.elapsed();
    assert!(took < late(), "the answer took {took:?}");
    SLOWEST.set(SLOWEST.get().max(took));
}

/// Asserts that memory stayed below the limit and that the server exits cleanly; prints the measurements.
#[track_caller]
pub(crate) fn ends_well(mut server: Server) {
    unharmed(&mut server);
    let peak = server.memory().unwrap_or_default();
    assert!(peak < MEMORY, "it took {} MiB", peak >> 10);
    println!("slowest answer {:.1?}, at most {} MiB", SLOWEST.get(), peak >> 10);
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.exit_code(), Some(0));
}
