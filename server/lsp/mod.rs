//! The language server: the only rooms that know the protocol. A keystroke runs through them so: `frame` and
//! `message` read it, `serve` hands it to the `backend`, `synchronize` applies it to the `document`,
//! `schedule` has the new text analysed, `diagnostics` turns the findings into the protocol's, `output` writes.

mod backend;
mod capabilities;
mod client;
mod convert;
mod dispatch;
mod document;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod handlers;
mod main_loop;
mod panics;
mod progress;
mod server;
mod state;
mod task;
mod termination;
pub(crate) mod transport;
mod workspace;

use crate::analysis;

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use transport::log::Log;
use transport::recorder::Recorder;

/// Bytes that are read at once: what a pipe holds.
const READ_AT_ONCE: usize = 64 << 10;

/// How a session runs, whatever the client says.
#[derive(Clone, Default)]
struct RunOptions {
    log: Arc<Log>,
    recorder: Option<Arc<Recorder>>,
    /// Commands that need the network are refused.
    offline: bool,
}

/// Serves a client on standard input and output until it says `exit` or closes its end. Success when it had said
/// `shutdown` before, as the protocol wants it.
///
/// # Errors
/// A file to write to cannot be opened.
pub fn run(log: Option<&Path>, record: Option<&Path>, offline: bool) -> io::Result<ExitCode> {
    let log = Arc::new(log.map(Log::to_file).transpose()?.unwrap_or_default());
    let recorder = record.map(Recorder::to_file).transpose()?.map(Arc::new);
    panics::install(Arc::clone(&log));
    termination::at_signals(Arc::clone(&log));
    let options = RunOptions { log, recorder, offline };
    let served = main_loop::serve(
        io::BufReader::with_capacity(READ_AT_ONCE, io::stdin()),
        whole_writes(),
        analysis::findings_at_once,
        options,
    );
    Ok(if served.unwrap_or(false) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Standard output without the standard library's line buffer, which would cut each message in two.
#[cfg(unix)]
fn whole_writes() -> Box<dyn io::Write + Send> {
    use std::os::fd::AsFd;
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(output) => Box::new(std::fs::File::from(output)),
        Err(_) => Box::new(io::stdout()),
    }
}

/// Standard output.
#[cfg(not(unix))]
fn whole_writes() -> Box<dyn io::Write + Send> {
    Box::new(io::stdout())
}
