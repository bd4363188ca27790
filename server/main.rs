//! The `massdriver-ls` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["lsp" | "--stdio"] | ["lsp", "--stdio"] => massdriver_ls::lsp::run(),
        _ => ExitCode::from(2),
    }
}
