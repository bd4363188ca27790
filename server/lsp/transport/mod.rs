//! Frames, messages and the output queue; the log and the recording.

pub(crate) mod frame;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod output;
pub(crate) mod recorder;
