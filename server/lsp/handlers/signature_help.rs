//! `textDocument/signatureHelp` for jq functions.

use crate::analysis::{self, signature};
use crate::lsp::client::SignatureHelpCapabilities;
use crate::lsp::convert::position::units;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::encoding::Encoding;
use crate::lsp::state::StateSnapshot;
use crate::syntax::Span;
use tower_lsp::ls_types::*;

/// The server's options.
pub(crate) fn options() -> SignatureHelpOptions {
    SignatureHelpOptions {
        trigger_characters: Some(vec!["(".to_owned(), ";".to_owned()]),
        ..SignatureHelpOptions::default()
    }
}

/// The signature of the function call around a position.
pub(crate) fn signature_help(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> Option<SignatureHelp> {
    let offset = document.offset(position);
    let help = analysis::signature_help(document.snapshot(), offset)?;
    Some(SignatureHelp {
        signatures: help
            .signatures
            .into_iter()
            .map(|found| signature(found, state.client.signature_help))
            .collect(),
        active_signature: Some(help.active as u32),
        active_parameter: Some(help.argument as u32),
    })
}

fn signature(found: signature::Signature, client: SignatureHelpCapabilities) -> SignatureInformation {
    let kind = if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let value = if client.markdown { found.doc } else { found.doc.replace('`', "") };
    let parameters = found.parameters.iter().map(|&span| ParameterInformation {
        label: parameter(&found.label, span, client),
        documentation: None,
    });
    SignatureInformation {
        parameters: Some(parameters.collect()),
        documentation: (!value.is_empty())
            .then_some(Documentation::MarkupContent(MarkupContent { kind, value })),
        active_parameter: None,
        label: found.label,
    }
}

/// The label of a parameter. Offsets into a label are in UTF-16 code units, independent of the negotiated encoding.
fn parameter(label: &str, span: Span, client: SignatureHelpCapabilities) -> ParameterLabel {
    let column = |offset: usize| units(label.get(..offset).unwrap_or_default(), Encoding::Utf16) as u32;
    match client.offsets {
        true => ParameterLabel::LabelOffsets([column(span.start()), column(span.end())]),
        false => ParameterLabel::Simple(label.get(span.range()).unwrap_or_default().to_owned()),
    }
}
