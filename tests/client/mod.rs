//! The real server as a child process, and a client that talks to it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "for tests alone, each of which uses a part"
)]

mod conversation;
mod workspace;

pub use conversation::Client;
use std::ffi::OsString;
use std::ops::{Deref, DerefMut};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
pub use workspace::Workspace;

/// Environment variable with the path of an optimized program to test instead of this build's.
const OTHER: &str = "MASSDRIVER_SERVER";

/// Path of the program under test.
pub fn program() -> OsString {
    std::env::var_os(OTHER).unwrap_or_else(|| env!("CARGO_BIN_EXE_massdriver-ls").into())
}

/// Whether the program under test is optimized. Unoptimized builds are about ten times slower.
pub fn is_optimized() -> bool {
    !cfg!(debug_assertions) || std::env::var_os(OTHER).is_some()
}

/// A running server, killed on drop if a test fails.
pub struct Server {
    client: Client,
    child: Child,
}

impl Server {
    /// Starts the program under test with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_in(arguments, |_| ())
    }

    /// Like [`Server::start`], with changes to the environment or the directory.
    pub fn start_in(arguments: &[&str], change: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(program());
        change(command.args(arguments));
        Self::spawn(&mut command)
    }

    /// Starts any program, given as path and arguments.
    pub fn run(command: &[String]) -> Self {
        let (program, arguments) = command.split_first().expect("no program");
        Self::spawn(Command::new(program).args(arguments))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server does not start");
        let (from, into) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        Self { client: Client::new(from, into), child }
    }

    /// The process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Peak resident memory in KiB; `None` where the system does not report it.
    pub fn memory(&self) -> Option<u64> {
        self.status("VmHWM:")
    }

    /// Resident memory in KiB; `None` where the system does not report it.
    pub fn resident(&self) -> Option<u64> {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Waits for the process to exit by itself; returns its exit code.
    pub fn exit_code(&mut self) -> Option<i32> {
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end");
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
