//! The language server: the only rooms that know the protocol. A keystroke runs through them so: `frame` and
//! `message` read it, `serve` hands it to the `backend`, `synchronize` applies it to the `document`,
//! `schedule` has the new text analysed, `diagnostics` turns the findings into the protocol's, `output` writes.

mod backend;
mod capabilities;
mod code_action;
mod code_lens;
mod completion;
mod configuration;
mod convert;
mod diagnostics;
mod document;
mod encoding;
mod file_operations;
mod form;
mod frame;
mod hover;
mod inlay_hint;
mod lifecycle;
mod message;
mod navigation;
mod output;
mod overlay;
mod pull;
mod rename;
mod schedule;
mod semantic_tokens;
mod serve;
mod session;
mod signature_help;
mod structure;
mod surroundings;
mod synchronize;
mod workspace_symbols;

use crate::analysis;
use std::io;
use std::process::ExitCode;

/// Serves a client on standard input and output until it says `exit` or closes its end. Success when it had said
/// `shutdown` before, as the protocol wants it.
#[must_use]
pub fn run() -> ExitCode {
    let served = serve::serve(io::BufReader::new(io::stdin()), whole_writes(), analysis::findings);
    if served.unwrap_or(false) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
