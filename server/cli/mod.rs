//! The command line: `lsp` (the default), `check`, `catalog`, `doctor`, `explain`, `replay`, `schema`, `completions`.

pub mod args;
mod catalog;
mod check;
mod doctor;
mod explain;
mod output;
mod replay;

use crate::{lsp, reference, rules};
use args::{Args, Command, ServerArgs};
use clap::{CommandFactory, Parser};
use std::io::IsTerminal;
use std::process::ExitCode;

/// Exit code for "could not run", in contrast to 1 for "ran and found something".
const COULD_NOT_RUN: u8 = 2;

/// Runs the program with the process arguments.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    match args.command {
        Some(Command::Lsp(args)) => serve(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Catalog { command, profile }) => catalog::run(&command, profile.as_deref()),
        Some(Command::Explain { id, color }) => explain::run(id.as_deref(), color),
        Some(Command::Doctor { json }) => doctor::run(json),
        Some(Command::Replay { file }) => replay::run(&file),
        Some(Command::Schema { settings }) => schema(settings),
        Some(Command::Completions { shell }) => completions(shell),
        None => {
            if !args.stdio && std::io::stdin().is_terminal() {
                output::complain(
                    "waiting for an editor on standard input; `massdriver-ls check` checks files",
                );
            }
            serve(&args.server)
        }
    }
}

/// Runs the language server.
fn serve(args: &ServerArgs) -> ExitCode {
    lsp::run(args.log_file.as_deref(), args.record.as_deref(), args.offline).unwrap_or_else(|error| {
        output::complain(&format!("cannot write the log or the recording: {error}"));
        ExitCode::from(COULD_NOT_RUN)
    })
}

/// Prints the JSON Schema of the bundle format or of the settings.
fn schema(of_settings: bool) -> ExitCode {
    let schema = if of_settings { rules::settings_schema() } else { reference::json_schema() };
    output::print(&format!("{schema:#}\n"))
}

/// Prints a completion script for a shell.
fn completions(shell: clap_complete::Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), env!("CARGO_PKG_NAME"), &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
