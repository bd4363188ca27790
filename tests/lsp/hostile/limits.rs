//! Cost limits of any document: memory while it is open and after it is closed, and time.

use crate::client::{is_optimized, program};
use crate::support::hostile::{self, SHAPES};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;

/// Size of the document (bytes), the most memory (MiB) and the most time that checking it may take.
const LIMITS: [(usize, u64, Duration); 2] =
    [(MIB, 150, Duration::from_secs(4)), (4 * MIB - 64 * 1024, 300, Duration::from_secs(15))];

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
    for (size, memory, time) in LIMITS {
        for (name, shape) in shapes() {
            let (peak, took) = check(&path, &shape(size));
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
