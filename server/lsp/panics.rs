//! What is said when something of ours broke: enough to find the place, and how to help.

use crate::lsp::transport::log::Log;
use crate::settings::LogLevel;
use crate::visible::one_line;
use std::any::Any;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tower_lsp::jsonrpc::Error;

/// Where the last panic was. The one who catches it runs on another thread, and gets the words alone.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// From now on panics are reported on standard error and in the log.
pub(super) fn install(log: Arc<Log>) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
        let report = report("Something broke", reason(panic.payload()));
        let _ = writeln!(std::io::stderr(), "massdriver-ls: {}", one_line(report.as_str()));
        log.write(LogLevel::Error, &report);
    }));
}

/// What to tell the user about a caught panic.
pub(super) fn report(what: &str, why: &str) -> String {
    let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
    format!(
        "{what}: {why} ({} {}{place}, {} {}). This is a fault of the server; it goes on. Please report it. If it \
         happens again, start the server with `--record FILE`: the file lets others see the same.",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    )
}

/// What a panic said.
pub(super) fn reason(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown reason")
}

/// An answer for a request whose work panicked.
pub(super) fn internal_error(panic: &(dyn Any + Send)) -> Error {
    Error { message: report("Internal error", reason(panic)).into(), ..Error::internal_error() }
}
