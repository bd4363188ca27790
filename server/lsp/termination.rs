//! Termination without `exit`: by a signal, or because the client's process has ended while its end of the pipe stays open.

use crate::lsp::transport::log::Log;
use crate::settings::LogLevel;
use std::process::exit;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Interval at which the client's process is checked.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Makes SIGTERM and SIGINT end the program with the exit code that shells use for them, after a log entry.
#[cfg(unix)]
pub(super) fn exit_on_signals(log: Arc<Log>) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            log.write(LogLevel::Info, &format!("ended by signal {signal}"));
            exit(128 + signal);
        }
    });
}

/// Does nothing: other systems have no such signals.
#[cfg(not(unix))]
pub(super) fn exit_on_signals(_: Arc<Log>) {}

/// Ends the program soon after the client's process (`processId` of `initialize`). A process that is not visible is not
/// watched: it may run on another machine or outside the container.
pub(super) fn exit_with_process(process: u32, log: Arc<Log>) {
    if !is_alive(process) {
        return;
    }
    thread::spawn(move || {
        while is_alive(process) {
            thread::sleep(POLL_INTERVAL);
        }
        log.write(LogLevel::Info, &format!("the client's process {process} has ended"));
        exit(1);
    });
}

/// Whether a process is known to run: it is our parent process (an orphan gets another parent), or `/proc` lists it.
fn is_alive(process: u32) -> bool {
    #[cfg(unix)]
    if std::os::unix::process::parent_id() == process {
        return true;
    }
    let Ok(status) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // The state follows the name, which may contain any character. A zombie has ended.
    let state = status.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, Some('Z' | 'X'))
}
