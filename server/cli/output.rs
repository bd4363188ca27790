//! Output to the terminal or a pipe.

use super::COULD_NOT_RUN;
use super::args::Color;
use crate::visible::one_line;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Writes text to standard output. A closed pipe (`| head`) is not an error.
pub(super) fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("cannot write the output: {error}"));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Writes a line to standard error and ignores write errors.
pub(super) fn complain(message: &str) {
    // GitHub's runner parses `##[` anywhere in a line as the start of a command.
    let message = one_line(message).replace("##[", "##\\[");
    let _ = writeln!(io::stderr(), "massdriver-ls: {message}");
}

/// Whether standard output is coloured.
pub(super) fn coloured(choice: Color) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        // Depends on the terminal, `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM`.
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}
