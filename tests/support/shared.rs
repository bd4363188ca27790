//! Third-party test data, which is not part of the repository.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "for tests alone, each of which uses a part"
)]

use std::io::Write;
use std::path::{Path, PathBuf};

/// A part of the shared test data: below `MASSDRIVER_SHARED`, or below `../shared` beside the checkout.
///
/// If it is absent, the test is skipped; this is written to standard error, bypassing the capture of the test harness,
/// and to the file that `MASSDRIVER_SKIPPED` names.
pub fn shared(part: &str) -> Option<PathBuf> {
    let root = match std::env::var_os("MASSDRIVER_SHARED") {
        Some(root) if root.is_empty() => None,
        Some(root) => Some(PathBuf::from(root)),
        None => Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")),
    };
    let found = root.map(|root| root.join(part)).filter(|path| path.exists());
    if found.is_none() {
        skip();
    }
    found
}

/// Reports the running test as skipped.
fn skip() {
    let thread = std::thread::current();
    let name = format!("{}::{}\n", env!("CARGO_CRATE_NAME"), thread.name().unwrap_or("?"));
    std::io::stderr().write_all(format!("skipped without shared test data: {name}").as_bytes()).unwrap();
    if let Some(path) = std::env::var_os("MASSDRIVER_SKIPPED") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        file.unwrap().write_all(name.as_bytes()).unwrap();
    }
}
