//! The `massdriver-ls` program.

fn main() {}
