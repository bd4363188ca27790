//! The `massdriver-ls` executable.

use std::process::ExitCode;

fn main() -> ExitCode {
    massdriver_ls::cli::main()
}
