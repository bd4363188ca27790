//! The server in a real Neovim: `editors/neovim/test.lua` opens a broken bundle, checks its findings, types a
//! correction, and checks that the findings disappear; `hover.lua` presses `K` and reads the hover windows;
//! `completion.lua` opens menus and accepts items; `names.lua` navigates, renames and applies a fix; `renames.lua`
//! renames right after opening, and after the code changed on disk.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "tests say so by failing")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;

#[test]
fn findings_appear_and_disappear_while_typing() {
    run("test.lua");
}

#[test]
fn hover_shows_documentation_in_a_window() {
    run("hover.lua");
}

#[test]
fn names_are_found_and_renamed() {
    run("names.lua");
}

#[test]
fn a_rename_is_complete_whatever_was_read_before() {
    run("renames.lua");
}

#[test]
fn the_completion_menu_inserts_items() {
    run("completion.lua");
}

/// Runs a script in Neovim; prints a message and skips it where Neovim is not available.
fn run(script: &str) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/neovim");
    // Several tests may try to install it at the same time.
    static INSTALL: Mutex<()> = Mutex::new(());
    let installing = INSTALL.lock();
    let installed = Command::new(directory.join("install.sh")).output();
    drop(installing);
    let nvim = match installed {
        Ok(output) if output.status.success() => text(&output.stdout).trim().to_owned(),
        other => {
            let reason = other.map_or_else(|error| error.to_string(), |output| combined_output(&output));
            assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no Neovim: {reason}");
            eprintln!("SKIPPED, Neovim is not available: {reason}");
            return;
        }
    };
    let run = Command::new(nvim)
        .args(["--headless", "--clean", "-l"])
        .arg(directory.join(script))
        .arg(env!("CARGO_BIN_EXE_massdriver-ls"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", combined_output(&run));
    println!("{}", combined_output(&run));
}

fn combined_output(output: &Output) -> String {
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
