//! The language server: the only module that knows the protocol. The path of a keystroke: `transport::frame` and
//! `transport::message` read it, `main_loop` passes it to the `backend`, `handlers::text_synchronization` updates the
//! `document`, `workspace::publish` has the new text analysed, `convert::diagnostic` converts the findings, and
//! `transport::output` writes them.

mod backend;
mod capabilities;
mod client;
mod convert;
mod document;
mod encoding;
mod error;
mod event;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod handlers;
mod main_loop;
mod panics;
mod progress;
mod reader;
mod state;
mod task;
mod termination;
pub(crate) mod transport;
mod workspace;

use crate::analysis;
use crate::memory;

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use transport::log::Log;
use transport::recorder::Recorder;

/// Size of the read buffer (bytes): the capacity of a pipe.
const READ_AT_ONCE: usize = 64 << 10;

/// Options of the command line.
#[derive(Clone, Default)]
struct RunOptions {
    log: Arc<Log>,
    recorder: Option<Arc<Recorder>>,
    /// Whether commands that need the network are refused.
    offline: bool,
}

/// Serves a client on standard input and output until it sends `exit` or closes the input. Exits with success only after
/// `shutdown`, as the protocol requires.
///
/// # Errors
/// The log file or the recording cannot be opened.
pub(crate) fn run(log: Option<&Path>, record: Option<&Path>, offline: bool) -> io::Result<ExitCode> {
    memory::limit_free();
    let log = Arc::new(log.map(Log::to_file).transpose()?.unwrap_or_default());
    let recorder = record.map(Recorder::to_file).transpose()?.map(Arc::new);
    panics::install(Arc::clone(&log));
    termination::exit_on_signals(Arc::clone(&log));
    let options = RunOptions { log, recorder, offline };
    let served = main_loop::serve(
        io::BufReader::with_capacity(READ_AT_ONCE, io::stdin()),
        whole_writes(),
        analysis::findings_at_once,
        options,
    );
    Ok(if served.unwrap_or(false) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Standard output without the line buffer of the standard library, which would split each message into two writes.
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
