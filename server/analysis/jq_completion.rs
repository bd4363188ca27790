//! Completion inside a jq program: fields, functions, formats, variables and keywords, as edits of the document.

use super::jq_fields::{self, Field, dotted, type_name};
use crate::bundle::expressions::{self, Place as ProgramPlace};
use crate::bundle::{Document, Expression, Origin};
use crate::jq::builtins::{self, Function};
use crate::jq::complete::{self, FieldPlace, Place};
use crate::jq::infer::{BoundKind, Scope};
use crate::jq::types::Types;
use crate::jq::{Report, Shape};
use crate::syntax::{Kind as NodeKind, ScalarStyle, Span};
use foldhash::HashSet;

/// Most fields of array elements that are offered after `[]`.
const MAX_ITEM_FIELDS: usize = 40;

/// The functions that programs in real bundles call most often; offered before the others.
const COMMON: [&str; 16] = [
    "tostring",
    "map",
    "select",
    "join",
    "length",
    "keys",
    "to_entries",
    "split",
    "ascii_downcase",
    "tojson",
    "tonumber",
    "test",
    "has",
    "add",
    "first",
    "gsub",
];

/// An item of the list. Spans are bytes of the document and never cross a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct JqCompletion {
    /// The text shown in the list.
    pub label: String,
    /// Its kind.
    pub kind: JqCompletionKind,
    /// Its type or signature.
    pub detail: String,
    /// One line about it.
    pub doc: String,
    /// The text to match typed text against.
    pub filter: String,
    /// The replaced text in insert mode: up to the cursor.
    pub insert: Span,
    /// The replaced text in replace mode: the whole word. Starts where `insert` does.
    pub replace: Span,
    /// The new text, with tab stops (`$1`, `${1:text}`) if `is_snippet`.
    pub text: String,
    /// Whether the text has tab stops.
    pub is_snippet: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// The kind of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum JqCompletionKind {
    /// A field of an object.
    Field,
    /// A function.
    Function,
    /// A format, as `@text`.
    Format,
    /// A variable.
    Variable,
    /// A keyword.
    Keyword,
}

/// The items at a byte offset, best first; `None` outside of programs. With `snippets`, functions have tab stops for
/// their arguments.
pub(super) fn at_cursor(document: &Document, offset: usize, snippets: bool) -> Option<Vec<JqCompletion>> {
    let expression = program_at(document, offset)?;
    let report = expression.report(document);
    // Spaces after an unquoted program are not part of its scalar.
    let is_after = offset > expression.span().end();
    let inside = if is_after { expression.program().text().len() } else { expression.offset(offset) };
    let mut list =
        List { document, expression, report, offset, snippets, items: Vec::new(), seen: HashSet::default() };
    match complete::place(expression.program(), report, inside) {
        Place::Field(place) => list.fields(&place),
        Place::Expression { replace, input, at_root, scope } => {
            list.expression(replace, &input, at_root, scope);
        }
        Place::Format { replace } => list.formats(replace),
        Place::Variable { replace, scope } => {
            list.bound_variables(replace, scope);
            list.global_variables(replace);
        }
        Place::Nothing => {}
    }
    Some(list.items)
}

/// A path that a program can begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct JqStart {
    /// The path.
    pub path: String,
    /// Type of its value.
    pub detail: String,
    /// One line about it.
    pub doc: String,
}

/// The paths that a new program at a place can begin with.
#[must_use]
pub(crate) fn jq_starts(document: &Document, place: ProgramPlace) -> Vec<JqStart> {
    let input = expressions::input(document, place, document.shapes());
    let found = paths(document, place, &input, true).into_iter();
    found.map(|(path, field)| JqStart { path, detail: type_name(&field.shape), doc: field.doc }).collect()
}

/// The fields of an input and, at the root of a program, the fields of its params and connections: `.params.size`.
fn paths(document: &Document, place: ProgramPlace, input: &Shape, at_root: bool) -> Vec<(String, Field)> {
    let fields = jq_fields::of(document, place, input).into_iter();
    let mut paths: Vec<(String, Field)> = fields.map(|field| (dotted(&field.name), field)).collect();
    let mut below = Vec::new();
    for (path, root) in paths.iter().filter(|_| at_root) {
        if matches!(root.origin, Some(Origin::Params | Origin::Inputs | Origin::Secrets)) {
            let fields = jq_fields::of(document, place, &root.shape).into_iter();
            below.extend(fields.map(|field| (format!("{path}{}", jq_fields::step(&field.name)), field)));
        }
    }
    paths.extend(below);
    paths
}

/// The program around or directly before a cursor.
fn program_at(document: &Document, offset: usize) -> Option<&Expression> {
    let expressions = document.expressions();
    if let Some(found) = expressions.at(offset) {
        return Some(found);
    }
    let before = expressions.before(offset)?;
    let end = before.span().end();
    let between = document.syntax.text().get(end..offset)?;
    let is_open = match document.node(before.node?).kind() {
        NodeKind::Scalar(ScalarStyle::Plain) => between.bytes().all(|byte| byte == b' '),
        // A new line of the block scalar, indented at least like the others.
        NodeKind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded) => {
            let lines = document.syntax.lines();
            let column = |offset: usize| offset - lines.start(lines.line_of(offset));
            let first = before.source(Span::at(0)).start();
            between.trim().is_empty() && column(offset) >= column(first)
        }
        _ => false,
    };
    is_open.then_some(before)
}

struct List<'a> {
    document: &'a Document,
    expression: &'a Expression,
    report: &'a Report,
    /// The cursor.
    offset: usize,
    snippets: bool,
    items: Vec<JqCompletion>,
    seen: HashSet<String>,
}

impl List<'_> {
    /// Adds an item that replaces `part` of the program with `text`.
    fn add(&mut self, item: Item, part: Span, text: &str) {
        let expression = self.expression;
        if self.seen.contains(&item.label) {
            return;
        }
        let Some((replace, text)) = expression.replace(self.document, part, text) else { return };
        // At the end of a program, an empty part is at the cursor.
        let at_end = part.is_empty() && part.start() >= expression.program().text().len();
        let start = if at_end { self.offset } else { replace.start().min(self.offset) };
        let end = if at_end { self.offset } else { replace.end().max(self.offset) };
        let is_snippet = item.snippet.is_some();
        let text = match item.snippet {
            Some(arguments) => format!("{}{arguments}", escaped(&text)),
            None => text,
        };
        self.seen.insert(item.label.clone());
        self.items.push(JqCompletion {
            label: item.label,
            kind: item.kind,
            detail: item.detail,
            doc: item.doc,
            filter: item.filter,
            insert: Span::new(start, self.offset),
            replace: Span::new(start, end),
            text,
            is_snippet,
            deprecated: item.deprecated,
        });
    }

    fn fields(&mut self, place: &FieldPlace) {
        for field in self.fields_of(&place.input) {
            let (part, text) = place.edit(&field.name);
            let dotted = part.start() < place.replace.start();
            let filter = if dotted { format!(".{}", field.name) } else { field.name.clone() };
            self.add(field.item(filter), part, &text);
        }
        let Some((part, iterate)) = place.step("[]") else { return };
        let items = place.input.only(Types::ARRAY).items();
        if place.input.types() == Types::ANY || !place.input.types().meets(Types::ARRAY) {
            return;
        }
        let label = "[]".to_owned();
        let detail = type_name(&items);
        let doc = "Each item of the list".to_owned();
        self.add(Item { label, detail, doc, ..Item::new(".[]", JqCompletionKind::Field) }, part, &iterate);
        for field in self.fields_of(&items).into_iter().take(MAX_ITEM_FIELDS) {
            let step = jq_fields::step(&field.name);
            let label = format!("[]{step}");
            let item = Item { label, ..field.item(format!(".{}", field.name)) };
            self.add(item, part, &format!("{iterate}{step}"));
        }
    }

    fn expression(&mut self, replace: Span, input: &Shape, at_root: bool, scope: Scope) {
        for (path, field) in paths(self.document, self.expression.place, input, at_root) {
            let item = Item { label: path.clone(), ..field.item(field.name.clone()) };
            self.add(item, replace, &path);
        }
        self.bound_variables(replace, scope);
        self.functions(replace, input, scope);
        self.global_variables(replace);
        for keyword in builtins::keywords() {
            let item =
                Item { doc: keyword.doc.to_string(), ..Item::new(&keyword.name, JqCompletionKind::Keyword) };
            self.add(item, replace, &keyword.name);
        }
        if !self.expression.program().text().is_empty() {
            self.formats(replace);
        }
    }

    fn fields_of(&self, input: &Shape) -> Vec<Field> {
        jq_fields::of(self.document, self.expression.place, input)
    }

    fn functions(&mut self, replace: Span, input: &Shape, scope: Scope) {
        let program = self.expression.program();
        let bound: Vec<_> = self.report.scope(scope).collect();
        for one in bound {
            if let BoundKind::Function { params, .. } = &one.kind {
                let params: Vec<&str> = params.iter().map(|&param| program.slice(param)).collect();
                let name = program.slice(one.span);
                let item = self.function_item(name, &params);
                self.add(Item { doc: "Defined in this program".to_owned(), ..item }, replace, name);
            }
        }
        // Functions that accept the input come first.
        let mut functions: Vec<&Function> = builtins::functions().iter().collect();
        functions.sort_by_key(|function| {
            let common = COMMON.iter().position(|name| **name == *function.name).unwrap_or(COMMON.len());
            (!function.input.meets(input.types()), common)
        });
        for function in functions {
            let params: Vec<&str> = function.params.iter().map(|param| &*param.name).collect();
            let item = self.function_item(&function.name, &params);
            let (detail, doc) = (function.signature.to_string(), function.doc.to_string());
            self.add(Item { detail, doc, ..item }, replace, &function.name);
        }
    }

    fn function_item(&self, name: &str, params: &[&str]) -> Item {
        let item = Item::new(name, JqCompletionKind::Function);
        if params.is_empty() {
            return item;
        }
        let stops =
            params.iter().enumerate().map(|(index, param)| format!("${{{}:{}}}", index + 1, escaped(param)));
        let stops = stops.collect::<Vec<_>>().join("; ");
        let snippet = self.snippets.then(|| format!("({stops})"));
        Item { label: format!("{name}({})", params.join("; ")), snippet, ..item }
    }

    fn formats(&mut self, replace: Span) {
        for format in builtins::formats() {
            let item =
                Item { doc: format.doc.to_string(), ..Item::new(&format.name, JqCompletionKind::Format) };
            self.add(item, replace, &format.name);
        }
    }

    fn bound_variables(&mut self, replace: Span, scope: Scope) {
        let program = self.expression.program();
        let bound: Vec<_> = self.report.scope(scope).collect();
        for one in bound {
            let (BoundKind::Variable(shape) | BoundKind::Value(shape)) = &one.kind else { continue };
            let name = program.slice(one.span);
            let doc = "Bound in this program".to_owned();
            let item = Item { detail: type_name(shape), doc, ..Item::new(name, JqCompletionKind::Variable) };
            self.add(item, replace, name);
        }
    }

    fn global_variables(&mut self, replace: Span) {
        for variable in builtins::variables() {
            let doc = variable.doc.to_string();
            let item = Item {
                detail: type_name(&variable.shape),
                doc,
                ..Item::new(&variable.name, JqCompletionKind::Variable)
            };
            self.add(item, replace, &variable.name);
        }
    }
}

impl Field {
    fn item(&self, filter: String) -> Item {
        Item {
            label: self.name.clone(),
            detail: type_name(&self.shape),
            doc: self.doc.clone(),
            filter,
            deprecated: self.deprecated,
            ..Item::new(&self.name, JqCompletionKind::Field)
        }
    }
}

/// An item before its span is known.
struct Item {
    label: String,
    kind: JqCompletionKind,
    detail: String,
    doc: String,
    filter: String,
    snippet: Option<String>,
    deprecated: bool,
}

impl Item {
    fn new(name: &str, kind: JqCompletionKind) -> Self {
        let name = name.to_owned();
        Self {
            label: name.clone(),
            kind,
            detail: String::new(),
            doc: String::new(),
            filter: name,
            snippet: None,
            deprecated: false,
        }
    }
}

/// Text escaped for a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

#[cfg(test)]
mod tests;
