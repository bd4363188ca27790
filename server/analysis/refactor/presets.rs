//! A preset made of the defaults.

use super::Refactoring;
use crate::analysis::completion;
use crate::bundle::{Document, SchemaId};
use crate::rules::Edit;
use crate::rules::edit::{column, line_break};
use crate::syntax::{Kind, Span};
use std::fmt::Write;

/// Objects lie in each other no deeper in what is written here.
const MAX_DEPTH: usize = 16;

/// With the cursor on `params`, or on the presets' key: one more preset that holds every default.
pub(super) fn create(document: &Document, offset: usize, found: &mut Vec<Refactoring>) {
    let Some((params, entry)) = document.params.zip(document.entry("params")) else { return };
    let presets = entry.value().get("examples");
    let on_presets = presets.is_some_and(|presets| presets.key().span().touches(offset));
    if entry.key().span().touches(offset) || on_presets {
        found.extend(
            edit(document, params)
                .map(|edit| Refactoring::new("Create a preset from the defaults", vec![edit])),
        );
    }
}

fn edit(document: &Document, params: SchemaId) -> Option<Edit> {
    let syntax = &document.syntax;
    let mapping = document.node(document.schemas.get(params).node);
    if mapping.kind() != (Kind::Mapping { flow: false }) {
        return None;
    }
    let mut lines = vec!["__name: Defaults".to_owned()];
    defaults(document, params, 0, &mut lines);
    let line_break = line_break(syntax);
    let item = |indent: &str| {
        lines.iter().enumerate().fold(String::new(), |mut text, (index, line)| {
            let mark = if index == 0 { "- " } else { "  " };
            let _ = write!(text, "{indent}{mark}{line}{line_break}");
            text
        })
    };
    match mapping.get("examples") {
        Some(presets) => {
            let last = presets.value().items().next_back()?;
            if presets.value().kind() != (Kind::Sequence { flow: false }) {
                return None;
            }
            let start = last.full_span().start();
            let line = syntax.lines().start(syntax.lines().line_of(start));
            let dash = syntax.slice(Span::new(line, start)).find('-')?;
            let content = syntax.slice(Span::new(0, last.full_span().end())).trim_end().len();
            let end = syntax.lines().span(syntax.lines().line_of(content)).end();
            let open = !syntax.slice(Span::new(0, end)).ends_with(['\n', '\r']);
            let text = format!("{}{}", if open { line_break } else { "" }, item(&" ".repeat(dash)));
            Some(Edit { span: Span::at(end), text })
        }
        None => {
            let first = mapping.entries().next()?.key().full_span().start();
            let indent = " ".repeat(column(syntax, first));
            let text = format!("examples:{line_break}{}{indent}", item(&format!("{indent}  ")));
            Some(Edit { span: Span::at(first), text })
        }
    }
}

/// A line for every param with a default; objects hold those of their members.
fn defaults(document: &Document, schema: SchemaId, depth: usize, lines: &mut Vec<String>) {
    for &property in &document.schemas.get(schema).properties {
        let property = document.schemas.property(property);
        let name = document.node(property.key).value();
        let name = completion::quoted(&name, false, document.dialect());
        let indent = "  ".repeat(depth);
        if let Some((_, value)) = document.keyword(property.schema, "default") {
            let value = value.target();
            if !value.source().contains(['\n', '\r']) && value.kind() != Kind::Null {
                lines.push(format!("{indent}{name}: {}", value.source()));
            }
            continue;
        }
        if depth < MAX_DEPTH && !document.schemas.get(property.schema).properties.is_empty() {
            let before = lines.len();
            lines.push(format!("{indent}{name}:"));
            defaults(document, property.schema, depth + 1, lines);
            if lines.len() == before + 1 {
                lines.truncate(before);
            }
        }
    }
}
