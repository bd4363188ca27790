//! Language server and linter for Massdriver's `massdriver.yaml`.

pub mod analysis;
pub mod bundle;
pub mod cli;
pub mod edit;
pub mod iac;
pub mod jq;
pub mod lsp;
mod memory;
mod organization;
mod private;
pub mod reference;
pub mod rules;
pub mod schema;
pub mod settings;
pub mod syntax;
mod visible;
pub mod workspace;

#[cfg(test)]
#[path = "../tests/support/shared.rs"]
mod shared;
