//! Ends that nobody announces: a signal, and an editor that is gone while something else keeps our input open.

use crate::lsp::transport::log::Log;
use crate::settings::LogLevel;
use std::process::exit;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How often a look is taken at the editor.
const INTERVAL: Duration = Duration::from_secs(1);

/// From now on SIGTERM and SIGINT end the program with the code that shells give them, after a word in the log.
#[cfg(unix)]
pub(super) fn at_signals(log: Arc<Log>) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            log.write(LogLevel::Info, &format!("ended by signal {signal}"));
            exit(128 + signal);
        }
    });
}

/// Other systems have no such signals.
#[cfg(not(unix))]
pub(super) fn at_signals(_: Arc<Log>) {}

/// Ends the program soon after the client's process, `initialize`'s `processId`, has ended. A process that cannot be
/// seen is not watched: it may run on another machine, or outside the container.
pub(super) fn with_process(process: u32, log: Arc<Log>) {
    if !is_alive(process) {
        return;
    }
    thread::spawn(move || {
        while is_alive(process) {
            thread::sleep(INTERVAL);
        }
        log.write(LogLevel::Info, &format!("the client's process {process} has ended"));
        exit(1);
    });
}

/// Whether a process runs, as far as can be told: where it is our parent, because we would have another one otherwise,
/// and where the system lists processes as files.
fn is_alive(process: u32) -> bool {
    #[cfg(unix)]
    if std::os::unix::process::parent_id() == process {
        return true;
    }
    let Ok(status) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // Behind the name, which may hold anything, stands the state; one that ended may wait for its parent.
    let state = status.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    !matches!(state, Some('Z' | 'X'))
}
