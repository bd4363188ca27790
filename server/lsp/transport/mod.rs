//! The wire: frames, messages, the output queue, and what is kept of them.

pub(crate) mod frame;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod output;
pub(crate) mod recorder;
