//! `textDocument/completion` and `completionItem/resolve`.

use crate::analysis::completion::{Topic, documentation};
use crate::analysis::hover::plain;
use crate::analysis::{self, Completion, CompletionKind, CompletionOptions};
use crate::lsp::document::View;
use crate::lsp::server::Session;
use crate::lsp::workspace::fresh_files::FreshFiles;
use crate::syntax::Span;
use crate::visible::one_line;
use serde_json::Value;
use tower_lsp::ls_types::{
    CompletionClientCapabilities, CompletionItem, CompletionItemKind, CompletionItemLabelDetails,
    CompletionItemTag, CompletionList, CompletionOptions as Provider, CompletionOptionsCompletionItem,
    CompletionTextEdit, Documentation, InsertReplaceEdit, InsertTextFormat, InsertTextMode, MarkupContent,
    MarkupKind, Position, Range, TextEdit,
};

/// What a client can do with completion items.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Abilities {
    /// It understands tab stops.
    snippets: bool,
    /// It takes one range for inserting and one for replacing.
    insert_replace: bool,
    /// It can be told to leave our indentation alone.
    as_is: bool,
    /// It has room beside the label.
    label_details: bool,
    /// It strikes through what is tagged as deprecated.
    tags: bool,
    /// It shows Markdown.
    markdown: bool,
    /// It asks for documentation when an item is looked at.
    resolves: bool,
}

impl Abilities {
    /// Reads what the client says of itself.
    pub(crate) fn new(said: Option<&CompletionClientCapabilities>) -> Self {
        let Some(item) = said.and_then(|said| said.completion_item.as_ref()) else { return Self::default() };
        let formats = item.documentation_format.as_deref().unwrap_or_default();
        let modes = item.insert_text_mode_support.as_ref();
        Self {
            snippets: item.snippet_support == Some(true),
            insert_replace: item.insert_replace_support == Some(true),
            as_is: modes.is_some_and(|modes| modes.value_set.contains(&InsertTextMode::AS_IS)),
            label_details: item.label_details_support == Some(true),
            tags: item
                .tag_support
                .as_ref()
                .is_some_and(|tags| tags.value_set.contains(&CompletionItemTag::DEPRECATED)),
            markdown: formats.contains(&MarkupKind::Markdown),
            resolves: item
                .resolve_support
                .as_ref()
                .is_some_and(|support| support.properties.iter().any(|property| property == "documentation")),
        }
    }
}

/// What we offer.
pub(crate) fn options() -> Provider {
    Provider {
        resolve_provider: Some(true),
        // Letters bring the list up anyway. These do where it is a matter of course: a new value or item, a path, the
        // name of a type, a version, a reference, a format.
        trigger_characters: Some([" ", ".", "$", "@", "/", "\"", "'", "|", "-"].map(str::to_owned).to_vec()),
        completion_item: Some(CompletionOptionsCompletionItem { label_details_support: Some(true) }),
        ..Provider::default()
    }
}

/// The list for a position.
pub(crate) fn complete(session: &Session, view: &View, position: Position) -> CompletionList {
    let client = session.abilities().completion;
    let files = FreshFiles::new(session, view);
    let offset = view.offset(position);
    let options = CompletionOptions { snippets: client.snippets };
    let found = analysis::completion(view.snapshot(), &files, &view.settings, offset, &options);
    let indentation = indentation(view, offset);
    let mut ranges = Ranges { view, known: Vec::new() };
    let items = found.items.into_iter().map(|completion| item(&mut ranges, client, completion, &indentation));
    CompletionList { is_incomplete: found.incomplete, items: items.collect() }
}

/// The blanks that the cursor's line begins with.
fn indentation(view: &View, offset: usize) -> String {
    let rope = &view.text.rope;
    let line = rope.line(rope.byte_to_line(offset));
    line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
}

/// Spans in the client's unit. The items of a list share a few of them.
struct Ranges<'a> {
    view: &'a View,
    known: Vec<(Span, Range)>,
}

impl Ranges<'_> {
    fn of(&mut self, span: Span) -> Range {
        if let Some((_, range)) = self.known.iter().find(|(known, _)| *known == span) {
            return *range;
        }
        let range = self.view.range(span);
        self.known.push((span, range));
        range
    }
}

fn item(
    ranges: &mut Ranges<'_>,
    client: Abilities,
    completion: Completion,
    indentation: &str,
) -> CompletionItem {
    let mut range = |span: Span| ranges.of(span);
    let mut new_text = completion.text;
    // Clients that cannot be told otherwise indent the lines of a snippet as the first.
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
    // What is shown is one line; what is inserted and compared is the text itself.
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

/// Adds the documentation of an item that a person looks at.
pub(crate) fn resolve(mut item: CompletionItem, client: &Abilities) -> CompletionItem {
    if let Some(Value::String(topic)) = &item.data {
        item.documentation = markup(&Topic::from_text(topic.as_str()), *client);
    }
    item
}

fn markup(topic: &Topic, client: Abilities) -> Option<Documentation> {
    let text = documentation(topic)?;
    if client.markdown {
        return Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text }));
    }
    Some(Documentation::String(plain(&text)))
}
