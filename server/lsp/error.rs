//! Error responses that several handlers use.

use tower_lsp::jsonrpc::{Error, ErrorCode};

/// `RequestFailed`: the request is valid but cannot be carried out. Clients show its message to the user.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// `ContentModified`: the document has changed since the request was made.
const CONTENT_MODIFIED: ErrorCode = ErrorCode::ServerError(-32801);

/// The error for a request about an outdated version of a document.
pub(super) fn modified() -> Error {
    let message = "The document has changed in the meantime.".into();
    Error { message, ..Error::new(CONTENT_MODIFIED) }
}

/// An error whose message the client shows to the user.
pub(super) fn refusal(reason: String) -> Error {
    Error { message: reason.into(), ..Error::new(REQUEST_FAILED) }
}
