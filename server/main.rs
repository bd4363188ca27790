//! The `massdriver-ls` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    massdriver_ls::cli::main()
}
