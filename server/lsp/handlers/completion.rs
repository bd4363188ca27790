//! `textDocument/completion` and `completionItem/resolve`.

use crate::analysis::completion::{Topic, documentation};
use crate::analysis::hover::plain;
use crate::analysis::{self, Completion, CompletionKind, CompletionOptions};
use crate::lsp::client::CompletionCapabilities;
use crate::lsp::document::DocumentSnapshot;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::syntax::Span;
use crate::visible::one_line;
use serde_json::Value;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTag, CompletionList,
    CompletionOptions as Provider, CompletionOptionsCompletionItem, CompletionResponse, CompletionTextEdit,
    Documentation, InsertReplaceEdit, InsertTextFormat, InsertTextMode, MarkupContent, MarkupKind, Position,
    Range, TextEdit,
};

/// The server's options.
pub(crate) fn options() -> Provider {
    Provider {
        resolve_provider: Some(true),
        // Clients trigger on letters anyway. These start a value, an item, a path, a type name, a version, a reference or
        // a format.
        trigger_characters: Some([" ", ".", "$", "@", "/", "\"", "'", "|", "-"].map(str::to_owned).to_vec()),
        completion_item: Some(CompletionOptionsCompletionItem { label_details_support: Some(true) }),
        ..Provider::default()
    }
}

/// The completion items at a position.
pub(crate) fn complete(
    state: &StateSnapshot,
    document: &DocumentSnapshot,
    position: Position,
) -> CompletionResponse {
    let client = state.client.completion;
    let files = FreshFiles::new(state, document);
    let offset = document.offset(position);
    let options = CompletionOptions { snippets: client.snippets };
    let found = analysis::completion(document.snapshot(), &files, &document.settings, offset, &options);
    let indentation = indentation(document, offset);
    let mut ranges = RangeCache { document, known: Vec::new() };
    let items = found.items.into_iter().map(|completion| item(&mut ranges, client, completion, &indentation));
    CompletionResponse::List(CompletionList { is_incomplete: found.incomplete, items: items.collect() })
}

/// The indentation of the line at an offset.
fn indentation(document: &DocumentSnapshot, offset: usize) -> String {
    let rope = &document.text.rope;
    let line = rope.line(rope.byte_to_line(offset));
    line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
}

/// Caches ranges: the items of a list share a few spans.
struct RangeCache<'a> {
    document: &'a DocumentSnapshot,
    known: Vec<(Span, Range)>,
}

impl RangeCache<'_> {
    fn of(&mut self, span: Span) -> Range {
        if let Some((_, range)) = self.known.iter().find(|(known, _)| *known == span) {
            return *range;
        }
        let range = self.document.range(span);
        self.known.push((span, range));
        range
    }
}

fn item(
    ranges: &mut RangeCache<'_>,
    client: CompletionCapabilities,
    completion: Completion,
    indentation: &str,
) -> CompletionItem {
    let mut range = |span: Span| ranges.of(span);
    let mut new_text = completion.text;
    // Without `asIs`, clients indent the lines of a snippet like the first.
    if completion.is_snippet && !client.as_is {
        new_text = new_text.replace(&format!("\n{indentation}"), "\n");
    }
    let (insert, replace) = (range(completion.insert), range(completion.replace));
    let text_edit = if client.insert_replace && insert != replace {
        CompletionTextEdit::InsertAndReplace(InsertReplaceEdit {
            new_text: new_text.clone(),
            insert,
            replace,
        })
    } else {
        CompletionTextEdit::Edit(TextEdit { range: insert, new_text: new_text.clone() })
    };
    let edits = completion.edits.iter().map(|edit| TextEdit::new(range(edit.span), edit.text.clone()));
    let edits: Vec<TextEdit> = edits.collect();
    let topic = completion.topic;
    let documentation =
        if client.resolves { None } else { topic.as_ref().and_then(|topic| markup(topic, client)) };
    // The label is escaped to one line; the client filters by the original text.
    let label = one_line(completion.label.as_str());
    let filter = completion.filter.or_else(|| (label != completion.label).then_some(completion.label));
    CompletionItem {
        label,
        label_details: completion.description.filter(|_| client.label_details).map(|description| {
            CompletionItemLabelDetails { detail: None, description: Some(one_line(description)) }
        }),
        kind: Some(kind(completion.kind)),
        detail: completion.detail.map(one_line),
        documentation,
        tags: (completion.deprecated && client.tags).then(|| vec![CompletionItemTag::DEPRECATED]),
        sort_text: Some(format!("{:04}", completion.rank)),
        filter_text: filter,
        insert_text_format: completion.is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: (new_text.contains('\n') && client.as_is).then_some(InsertTextMode::AS_IS),
        text_edit: Some(text_edit),
        additional_text_edits: (!edits.is_empty()).then_some(edits),
        data: topic.map(|topic| Value::String(topic.text().to_owned())),
        ..CompletionItem::default()
    }
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Key => CompletionItemKind::FIELD,
        CompletionKind::Property => CompletionItemKind::PROPERTY,
        CompletionKind::Value => CompletionItemKind::VALUE,
        CompletionKind::EnumMember => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Reference => CompletionItemKind::REFERENCE,
        CompletionKind::Folder => CompletionItemKind::FOLDER,
        CompletionKind::File => CompletionItemKind::FILE,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Variable => CompletionItemKind::VARIABLE,
        CompletionKind::Snippet => CompletionItemKind::SNIPPET,
    }
}

/// Adds the documentation to an item.
pub(crate) fn resolve(mut item: CompletionItem, client: &CompletionCapabilities) -> CompletionItem {
    if let Some(Value::String(topic)) = &item.data {
        item.documentation = markup(&Topic::from_text(topic.as_str()), *client);
    }
    item
}

fn markup(topic: &Topic, client: CompletionCapabilities) -> Option<Documentation> {
    let text = documentation(topic)?;
    if client.markdown {
        return Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text }));
    }
    Some(Documentation::String(plain(&text)))
}
