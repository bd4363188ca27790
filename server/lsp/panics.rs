//! Reports of caught panics.

use crate::lsp::transport::log::Log;
use crate::settings::LogLevel;
use crate::visible::one_line;
use std::any::Any;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::jsonrpc::Error;

/// Source location of the last panic: the code that catches a panic gets only its message.
static LAST_LOCATION: Mutex<Option<String>> = Mutex::new(None);

/// Installs a panic hook that reports on standard error and in the log.
pub(super) fn install(log: Arc<Log>) {
    std::panic::set_hook(Box::new(move |panic| {
        let location = panic.location().map_or_else(String::new, ToString::to_string);
        *LAST_LOCATION.lock().unwrap_or_else(PoisonError::into_inner) = Some(location);
        let report = report("Internal error", payload_message(panic.payload()));
        let _ = writeln!(std::io::stderr(), "massdriver-ls: {}", one_line(report.as_str()));
        log.write(LogLevel::Error, &report);
    }));
}

/// The message about a caught panic for the user: version, source location, platform, and how to report it.
pub(super) fn report(what: &str, why: &str) -> String {
    let location = LAST_LOCATION.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let location = location.map(|location| format!(" at {location}")).unwrap_or_default();
    format!(
        "{what}: {why} ({} {}{location}, {} {}). This is a bug in the server, which keeps running. Please report it. If \
         it happens again, start the server with `--record FILE` and attach the recording.",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    )
}

/// The message of a panic.
pub(super) fn payload_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown reason")
}

/// The error response to a request whose handler panicked.
pub(super) fn internal_error(panic: &(dyn Any + Send)) -> Error {
    Error { message: report("Internal error", payload_message(panic)).into(), ..Error::internal_error() }
}
