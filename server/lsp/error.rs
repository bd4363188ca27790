//! Errors of requests, as the protocol has them.

use tower_lsp::jsonrpc::{Error, ErrorCode};

/// The protocol's code for a request that is well formed but cannot be done; its message is shown to the user.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// The protocol's code for a request about a text that has changed since.
const CONTENT_MODIFIED: ErrorCode = ErrorCode::ServerError(-32801);

/// The error for a request about a text that has changed since.
pub(super) fn modified() -> Error {
    let message = "The document has changed in the meantime.".into();
    Error { message, ..Error::new(CONTENT_MODIFIED) }
}

/// An error that the client shows to the user.
pub(super) fn refusal(reason: String) -> Error {
    Error { message: reason.into(), ..Error::new(REQUEST_FAILED) }
}
