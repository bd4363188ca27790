//! `cargo run --example shell-files -- DIRECTORY` writes the manual pages and the completions of every shell, for packages.

use clap::{CommandFactory, ValueEnum};
use massdriver_ls::cli::args::Args;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let out = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let (pages, completions) = (out.join("man"), out.join("completions"));
    std::fs::create_dir_all(&pages)?;
    std::fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(Args::command(), &pages)?;
    for &shell in clap_complete::Shell::value_variants() {
        clap_complete::generate_to(shell, &mut Args::command(), "massdriver-ls", &completions)?;
    }
    Ok(())
}
