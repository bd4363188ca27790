//! The real server as a child process, and a client that talks to it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "for tests alone, each of which uses a part"
)]

mod conversation;

pub use conversation::Client;
use std::ops::{Deref, DerefMut};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; killed when a test fails half-way.
pub struct Server {
    client: Client,
    child: Child,
}

impl Server {
    /// Starts our program with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_in(arguments, |_| ())
    }

    /// Starts it with another environment or directory.
    pub fn start_in(arguments: &[&str], change: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_massdriver-ls"));
        change(command.args(arguments));
        Self::spawn(&mut command)
    }

    /// Starts any program: its path and arguments.
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

    /// The id of the process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// The exit code, once the process has ended by itself.
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
