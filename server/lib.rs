//! Language server and checker for Massdriver's `massdriver.yaml`.

pub mod analysis;
pub mod jq;
pub mod rules;
pub mod settings;
pub mod syntax;
pub mod workspace;
