//! Language server and linter for Massdriver's `massdriver.yaml`.
//!
//! The product is the program. [`internals`] is what the tests, benchmarks and fuzz targets use; it may change at any
//! time.

mod analysis;
mod bundle;
pub mod cli;
mod edit;
mod iac;
mod jq;
mod lsp;
mod memory;
mod organization;
mod private;
mod reference;
mod rules;
mod schema;
mod settings;
mod syntax;
mod visible;
mod workspace;

#[doc(hidden)]
pub mod internals {
    pub mod analysis {
        pub use crate::analysis::hover::plain;
        pub use crate::analysis::target::Target;
        pub use crate::analysis::{
            Completion, CompletionOptions, Memory, Snapshot, Verified, Verifier, code_lenses, completion,
            definitions, document_symbols, findings, findings_at_once, fix_all, folds, form, format, hover,
            ignores, prepare_rename, refactorings, references, rename, selections,
        };
    }
    pub mod bundle {
        pub use crate::bundle::{Document, OccurrenceRole, Symbol};
    }
    pub mod edit {
        pub use crate::edit::Edit;
    }
    pub mod jq {
        pub use crate::jq::{complete, evaluate, read, signature, tokens, types::Shape};
    }
    #[cfg(any(test, fuzzing))]
    pub mod lsp {
        pub use crate::lsp::fuzzing;
    }
    pub mod rules {
        pub use crate::rules::{Context, FAMILIES, Finding, Findings, Rule, Severity, all, settings_schema};
    }
    pub mod settings {
        pub use crate::settings::Settings;
    }
    pub mod syntax {
        pub use crate::syntax::json::JsonErrorKind;
        pub use crate::syntax::{
            Budget, Dialect, Document, JsonError, Kind, MAX_BYTES, Node, ScalarStyle, Span, Syntax,
            SyntaxError, SyntaxErrorKind, cursor, parse, strict, to_json,
        };
    }
    pub mod workspace {
        pub use crate::workspace::{DiskFiles, FileKind, Files, MemoryFiles, NoFiles};
    }
}

#[cfg(test)]
#[path = "../tests/support/shared.rs"]
mod shared;
