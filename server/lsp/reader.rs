//! The thread that reads and parses the client's messages. It never waits for the main loop, so that a client that does not
//! read can still write.

use crate::lsp::RunOptions;
use crate::lsp::event::{Event, Events};
use crate::lsp::transport::frame::{self, Frame, SkippedInput};
use crate::lsp::transport::log::Log;
use crate::lsp::transport::message::{self, Message};
use crate::lsp::transport::recorder::Side;
use crate::settings::LogLevel;
use std::io::{self, BufRead, Write};
use std::thread;

/// At most this many reports of skipped input per session.
const MAX_SKIP_REPORTS: usize = 50;

/// Starts the reading thread. Its last event is [`Event::InputEnded`].
pub(super) fn start(mut input: impl BufRead + Send + 'static, events: Events, options: &RunOptions) {
    let options = options.clone();
    thread::spawn(move || {
        let mut skips = 0;
        let exited = loop {
            let frame =
                frame::read(&mut input, &mut |skipped| report_skipped(&options.log, &mut skips, skipped));
            match frame {
                Ok(Some(Frame::Body(body))) => {
                    if let Some(recorder) = &options.recorder {
                        recorder.write(Side::Client, &body);
                    }
                    match message::parse(body) {
                        Message::Request(request) if request.method() == "exit" => break true,
                        message => events.send(Event::Message(message)),
                    }
                }
                Ok(Some(Frame::TooLong(length))) => events.send(Event::MessageSkipped(length)),
                Ok(None) | Err(_) => break false,
            }
        };
        events.send(Event::InputEnded { exited });
    });
}

/// Reports skipped input on standard error and in the log, at most [`MAX_SKIP_REPORTS`] times: standard error may be an
/// unread pipe.
fn report_skipped(log: &Log, skips: &mut usize, skipped: SkippedInput) {
    *skips += 1;
    let last = if *skips == MAX_SKIP_REPORTS { "; further input of this kind is not reported" } else { "" };
    if *skips <= MAX_SKIP_REPORTS {
        let _ = writeln!(io::stderr(), "massdriver-ls: {skipped}{last}");
        log.write(LogLevel::Warning, &format!("{skipped}{last}"));
    }
}
