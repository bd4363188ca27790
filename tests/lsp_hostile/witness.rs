//! A server with an innocent document open, which must not notice what happens to others.

use crate::client::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longest that an answer about the innocent document may take. Without optimization everything takes some ten times as
/// long.
const LATE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

/// What the server may take at its worst (KiB).
const MEMORY: u64 = 300 << 10;

pub(crate) const INNOCENT: &str = "file:///nowhere/innocent/massdriver.yaml";

/// Name of the document that hurts.
pub(crate) const HOSTILE: &str = "file:///nowhere/hostile/massdriver.yaml";

/// A running server in this workspace.
pub(crate) fn started(folder: Option<&str>) -> Server {
    let mut server = Server::start(&[]);
    let folders: Vec<Value> = folder.iter().map(|uri| json!({"uri": uri, "name": "w"})).collect();
    server.initialize(json!({"capabilities": {}, "workspaceFolders": folders}));
    server.open(INNOCENT, "params:\n  properties:\n    size: {type: integer}\n");
    server.published(INNOCENT, 1);
    server
}

/// The server still answers about the innocent document, and soon.
#[track_caller]
pub(crate) fn unharmed(server: &mut Server) {
    let start = Instant::now();
    let position = json!({"line": 2, "character": 6});
    let hover = server
        .request("textDocument/hover", json!({"textDocument": {"uri": INNOCENT}, "position": position}));
    assert!(hover.to_string().contains("size"), "{hover}");
    assert!(start.elapsed() < LATE, "the answer took {:?}", start.elapsed());
}

/// It never took more memory than it may, and ends well.
#[track_caller]
pub(crate) fn ends_well(mut server: Server) {
    unharmed(&mut server);
    if let Some(peak) = memory(server.process()) {
        assert!(peak < MEMORY, "it took {} MiB", peak >> 10);
    }
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.exit_code(), Some(0));
}

/// The most memory that a process took so far (KiB); `None` where the system does not tell.
pub(crate) fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
