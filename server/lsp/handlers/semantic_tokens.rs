//! `textDocument/semanticTokens/full`: tokens of the jq programs in a document.

use crate::analysis;
use crate::jq::tokens::Class;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use tower_lsp::ls_types::*;

/// The token types, in the order of the legend. Formats (`@base64`) map to macros.
const TYPES: [(Class, SemanticTokenType); 10] = [
    (Class::Keyword, SemanticTokenType::KEYWORD),
    (Class::Operator, SemanticTokenType::OPERATOR),
    (Class::Function, SemanticTokenType::FUNCTION),
    (Class::Parameter, SemanticTokenType::PARAMETER),
    (Class::Variable, SemanticTokenType::VARIABLE),
    (Class::Property, SemanticTokenType::PROPERTY),
    (Class::String, SemanticTokenType::STRING),
    (Class::Number, SemanticTokenType::NUMBER),
    (Class::Format, SemanticTokenType::MACRO),
    (Class::Comment, SemanticTokenType::COMMENT),
];

/// The server's options.
pub(crate) fn options() -> SemanticTokensServerCapabilities {
    SemanticTokensServerCapabilities::SemanticTokensOptions(SemanticTokensOptions {
        legend: SemanticTokensLegend {
            token_types: TYPES.into_iter().map(|(_, name)| name).collect(),
            token_modifiers: Vec::new(),
        },
        full: Some(SemanticTokensFullOptions::Bool(true)),
        ..SemanticTokensOptions::default()
    })
}

/// All tokens, each relative to the previous one.
pub(crate) fn semantic_tokens(_: &StateSnapshot, document: &DocumentSnapshot) -> SemanticTokensResult {
    let mut last = Position::default();
    let data = analysis::semantic_tokens(document.snapshot()).into_iter().map(|(span, class)| {
        let Range { start, end } = document.range(span);
        let delta_line = start.line - last.line;
        let before = if delta_line == 0 { last.character } else { 0 };
        last = start;
        SemanticToken {
            delta_line,
            delta_start: start.character - before,
            length: end.character.saturating_sub(start.character),
            token_type: TYPES.iter().position(|(one, _)| *one == class).unwrap_or_default() as u32,
            token_modifiers_bitset: 0,
        }
    });
    SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data: data.collect() })
}
