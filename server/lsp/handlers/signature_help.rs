//! `textDocument/signatureHelp`: what the jq function around the cursor takes.

use crate::analysis::{self, signature};
use crate::lsp::client::Abilities;
use crate::lsp::convert::encoding::Encoding;
use crate::lsp::convert::position::units;
use crate::lsp::document::View;
use crate::syntax::Span;
use tower_lsp::ls_types::*;

/// How a client wants signatures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    /// Parameters may be offsets into the label.
    offsets: bool,
    /// Documentation may be Markdown.
    markdown: bool,
}

impl Form {
    /// Reads what a client says.
    pub(crate) fn new(said: Option<&SignatureHelpClientCapabilities>) -> Self {
        let Some(said) = said.and_then(|said| said.signature_information.as_ref()) else {
            return Self::default();
        };
        let parameters = said.parameter_information.as_ref();
        Self {
            offsets: parameters.is_some_and(|one| one.label_offset_support == Some(true)),
            markdown: said.documentation_format.iter().flatten().any(|kind| *kind == MarkupKind::Markdown),
        }
    }
}

/// What we tell the client.
pub(crate) fn options() -> SignatureHelpOptions {
    SignatureHelpOptions {
        trigger_characters: Some(vec!["(".to_owned(), ";".to_owned()]),
        ..SignatureHelpOptions::default()
    }
}

/// The function whose arguments a position is in.
pub(crate) fn signature_help(view: &View, position: Position, client: &Abilities) -> Option<SignatureHelp> {
    let offset = view.offset(position);
    let help = analysis::signature_help(view.snapshot(), offset)?;
    Some(SignatureHelp {
        signatures: help.signatures.into_iter().map(|one| signature(one, client.signatures)).collect(),
        active_signature: Some(help.active as u32),
        active_parameter: Some(help.argument as u32),
    })
}

fn signature(one: signature::Signature, form: Form) -> SignatureInformation {
    let kind = if form.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let value = if form.markdown { one.doc } else { one.doc.replace('`', "") };
    let parameters = one
        .parameters
        .iter()
        .map(|&span| ParameterInformation { label: parameter(&one.label, span, form), documentation: None });
    SignatureInformation {
        parameters: Some(parameters.collect()),
        documentation: (!value.is_empty())
            .then_some(Documentation::MarkupContent(MarkupContent { kind, value })),
        active_parameter: None,
        label: one.label,
    }
}

/// Offsets into a label count UTF-16 code units, whatever was agreed on for positions.
fn parameter(label: &str, span: Span, form: Form) -> ParameterLabel {
    let column = |offset: usize| units(label.get(..offset).unwrap_or_default(), Encoding::Utf16) as u32;
    match form.offsets {
        true => ParameterLabel::LabelOffsets([column(span.start()), column(span.end())]),
        false => ParameterLabel::Simple(label.get(span.range()).unwrap_or_default().to_owned()),
    }
}
