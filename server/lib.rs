//! Language server for `massdriver.yaml`.
pub mod syntax;
