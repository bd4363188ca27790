//! Tokens of jq programs: the values that paths lead to, functions, variables, formats and keywords.

use super::markdown::{Page, code, codes, sentence};
use super::{app, key, param, payload, port, values};
use crate::analysis::jq_fields;
use crate::bundle::typed::TypedPath;
use crate::bundle::{Document, Expression, Origin};
use crate::jq::builtins::{self, Engines, Function, Word};
use crate::jq::infer::{PathUse, Report, Root, Target, VariableSource};
use crate::jq::{self, Program, Shape};
use crate::reference::{self, JqContext, Key, Object};
use crate::settings::Settings;
use crate::syntax::{Node, Span};
use crate::workspace::Files;

/// The surroundings of a program.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub document: &'a Document,
    pub files: &'a dyn Files,
    pub settings: &'a Settings,
    /// The path to it; `None` in a `.jq` file.
    pub path: Option<&'a TypedPath<'a>>,
    /// Description of the program's input.
    pub context: Option<&'static JqContext>,
}

/// The token at a source offset of a program, and its page.
pub(super) fn page(around: &Around<'_>, node: Node<'_>, offset: usize) -> Option<(Span, Page)> {
    let document = around.document;
    if let Some(expression) = document.expressions().of(node.id()) {
        return within(around, expression, offset);
    }
    let decoded = node.decoded();
    let (program, report) = jq::read(&decoded.text, Shape::UNKNOWN);
    let (span, page) = token(around, &program, &report, decoded.decoded_offset(offset))?;
    Some((decoded.source_span(span.range()), page))
}

/// The token at a source offset of an expression, and its page.
pub(super) fn within(around: &Around<'_>, expression: &Expression, offset: usize) -> Option<(Span, Page)> {
    let document = around.document;
    let inside = expression.offset(offset);
    let (program, report) = (expression.program(), expression.report(document));
    let (span, mut page) = token(
        &Around { document: document.bundle(), context: expression.place.context(), ..*around },
        program,
        report,
        inside,
    )?;
    values::show(&mut page, document, expression);
    Some((expression.source(span), page))
}

/// The token at an offset of a program, and its page.
fn token(around: &Around<'_>, program: &Program, report: &Report, inside: usize) -> Option<(Span, Page)> {
    let includes = |span: Span| span.start() <= inside && inside < span.end();
    let found = path(around, report, includes).or_else(|| call(program, report, includes));
    found.or_else(|| variable(program, report, includes)).or_else(|| word(program, includes))
}

fn path(around: &Around<'_>, report: &Report, includes: impl Fn(Span) -> bool) -> Option<(Span, Page)> {
    let touched = report.uses.iter().filter(|one| includes(one.span));
    let one = touched.min_by_key(|one| one.span.len())?;
    report.field(one)?;
    let page = step(around, report, one)?;
    Some((one.span, page))
}

fn step(around: &Around<'_>, report: &Report, one: &PathUse) -> Option<Page> {
    by_path(around, report, one).or_else(|| by_origin(around, report, one))
}

/// The page of the value that a step leads to, whatever its path starts from.
fn by_origin(around: &Around<'_>, report: &Report, one: &PathUse) -> Option<Page> {
    let document = around.document;
    let after = one.after.as_ref()?;
    match after.origins().next().and_then(Origin::of) {
        Some(Origin::Param(property)) => {
            param::page(document, document.symbols().of_property(property)?, None)
        }
        Some(Origin::Port(index)) => {
            let port = document.ports.get(index)?;
            let symbol = document.symbols().port(port.block, &port.name)?;
            Some(port::page(document, around.files, symbol, port))
        }
        Some(Origin::Payload(number)) => {
            let (of, field) = document.catalog().field(number)?;
            let sensitive = if field.sensitive { "sensitive" } else { "" };
            let of = format!("field of {}", code(&of.name));
            Some(Page::titled(&field.name, &[&of, &type_words(after), sensitive]))
        }
        Some(Origin::Params | Origin::Inputs | Origin::Outputs | Origin::Secrets | Origin::Instance) => {
            root(around.context?, report.field(one)?)
        }
        Some(Origin::Metadata) => metadata(around, &[]),
        Some(Origin::MetadataKey(key)) => Some(key_page(around, key, None)),
        Some(Origin::Secret(index)) => {
            let secret = document.app.secrets.get(index)?;
            Some(app::secret(document, &secret.name, document.node(secret.value)))
        }
        _ => {
            let kind = type_words(after);
            (!kind.is_empty()).then(|| Page::titled(report.field(one).unwrap_or_default(), &["field", &kind]))
        }
    }
}

/// A type as inline code; empty if unknown.
fn type_words(shape: &Shape) -> String {
    let name = jq_fields::type_name(shape);
    if name.is_empty() { name } else { code(&name) }
}

fn by_path(around: &Around<'_>, report: &Report, one: &PathUse) -> Option<Page> {
    if one.root != Root::Input {
        return None;
    }
    let names = super::uses::names(report, one);
    let typed = around.path?;
    if typed.within("md-enum").is_some() {
        return of_options(around, &names);
    }
    let context = context(typed);
    let (root, rest) = names.split_first()?;
    let document = around.document;
    match (*root, rest) {
        ("params", ["md_metadata", path @ ..]) => metadata(around, path),
        ("params", [_, ..]) => {
            let (symbol, _) = param::at_path(document, rest)?;
            param::page(document, symbol, None)
        }
        ("connections" | "dependencies" | "artifacts" | "resources", [name, path @ ..]) => {
            let port = port::named(document, root, name)?;
            if path.is_empty() {
                let symbol = document.symbols().port(port.block, &port.name)?;
                return Some(port::page(document, around.files, symbol, port));
            }
            field(around, &port::type_text(document, port)?, path)
        }
        ("secrets", [name]) => {
            let secret = document.app.secrets.iter().find(|secret| secret.name == **name)?;
            Some(app::secret(document, &secret.name, document.node(secret.value)))
        }
        (root, []) => self::root(context?, root),
        _ => None,
    }
}

/// The input that a program runs against.
fn context(path: &TypedPath<'_>) -> Option<&'static JqContext> {
    let keys = path.keys();
    let name = match keys.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["app", name @ ("envs" | "policies"), ..] => name,
        _ => "config",
    };
    reference::get().jq_contexts.get(name)
}

fn root(context: &JqContext, name: &str) -> Option<Page> {
    let root = context.roots.get(name)?;
    let mut page = Page::titled(&format!(".{name}"), &["jq"]);
    page.paragraph(&sentence(&root.summary));
    page.paragraph(&context.doc);
    if let Some(id) = reference::get().identifiers.get("instance").filter(|_| name == "id") {
        page.fact("Format", &code(id.format.as_deref().unwrap_or_default()));
    }
    page.fact(
        "Also available",
        &codes(context.roots.names().filter(|other| *other != name).map(|name| format!(".{name}"))),
    );
    page.link(&context.link);
    Some(page)
}

/// The page of a path into `md_metadata`.
fn metadata(around: &Around<'_>, path: &[&str]) -> Option<Page> {
    let reference = reference::get();
    let mut object = reference.object("md-metadata")?;
    let Some((last, outer)) = path.split_last() else {
        let mut page = Page::titled("md_metadata", &["param of the platform"]);
        page.paragraph(&sentence(&object.summary));
        page.paragraph(&object.doc);
        for key in object.keys() {
            page.fact(&code(&key.name), &super::schema::lower_first(&key.summary));
        }
        page.link(&object.link);
        return Some(page);
    };
    for name in outer {
        object = reference.object(object.key(name)?.shape.object()?)?;
    }
    match object.key(last) {
        Some(found) => Some(key_page(around, found, Some(object))),
        None if object.name == "md-default-tags" => {
            let mut page = Page::titled(last, &["tag"]);
            page.paragraph("A custom tag of your organization. The platform sets these tags:");
            for key in object.keys().filter(|key| key.deprecated.is_none()) {
                page.fact(&code(&key.name), &super::schema::lower_first(&key.summary));
            }
            page.link(&object.link);
            Some(page)
        }
        None => None,
    }
}

fn key_page(around: &Around<'_>, key: &'static Key, owner: Option<&'static Object>) -> Page {
    let here = key::Here { key, owner, value: None, within: None };
    key::page(around.document, around.settings, here)
}

/// The page of a field in the payload of a connection or artifact.
fn field(around: &Around<'_>, type_name: &str, path: &[&str]) -> Option<Page> {
    let fields = port::fields(around.document, around.files, type_name);
    let field = payload::find(&fields, path)?;
    let sensitive = if field.sensitive { "sensitive" } else { "" };
    let required = if field.required { "required" } else { "optional" };
    let of = format!("field of {}", code(type_name));
    let mut page =
        Page::titled(&path.join("."), &[&of, &code(&payload::type_words(field)), required, sensitive]);
    payload::tree(&mut page, &field.fields, field.list);
    Some(page)
}

/// The page of a path in `$md.enum`, which starts at the payload of its connection.
fn of_options(around: &Around<'_>, path: &[&str]) -> Option<Page> {
    let annotation = around.path?.within("md-enum")?.node?;
    if around.path?.last().key?.name != "options" {
        return None;
    }
    let name = ["dependency", "connection"].iter().find_map(|key| annotation.field(key))?;
    let name = name.value().target().value();
    let port = port::named(around.document, "connections", &name)?;
    field(around, &port::type_text(around.document, port)?, path)
}

fn call(program: &Program, report: &Report, includes: impl Fn(Span) -> bool) -> Option<(Span, Page)> {
    let call = report.calls.iter().find(|call| includes(call.span))?;
    match call.target {
        Target::Builtin(found) => Some((call.span, function(found))),
        Target::Constant => {
            let mut page = Page::titled(program.slice(call.span), &["jq value"]);
            page.paragraph("A constant.");
            Some((call.span, page))
        }
        Target::Defined(_) => {
            let mut page = Page::titled(program.slice(call.span), &["jq function"]);
            page.paragraph("Defined in this program.");
            Some((call.span, page))
        }
        Target::Unknown => None,
    }
}

fn function(found: &Function) -> Page {
    let mut page = Page::titled(&found.name, &["jq function"]);
    page.code("jq", &found.signature);
    page.paragraph(&found.doc);
    example(&mut page, found.example.as_ref());
    engines(&mut page, &found.engines);
    page
}

/// The page of a variable that the program binds.
fn variable(program: &Program, report: &Report, includes: impl Fn(Span) -> bool) -> Option<(Span, Page)> {
    let one = report.variables.iter().find(|one| includes(one.span))?;
    if !matches!(one.source, VariableSource::Bound(_)) {
        return None;
    }
    let mut page = Page::titled(program.slice(one.span), &["jq variable", &type_words(&one.shape)]);
    page.paragraph("Defined in this program.");
    Some((one.span, page))
}

/// The page of a format, a built-in variable or a keyword.
fn word(program: &Program, includes: impl Fn(Span) -> bool) -> Option<(Span, Page)> {
    let span = program.tokens().iter().find(|token| includes(token.span))?.span;
    let name = program.slice(span);
    let sorts: [(&str, &[Word]); 3] = [
        ("jq format", builtins::formats()),
        ("jq variable", builtins::variables()),
        ("jq keyword", builtins::keywords()),
    ];
    let (sort, found) = sorts
        .iter()
        .find_map(|(sort, words)| words.iter().find(|word| &*word.name == name).map(|word| (*sort, word)))?;
    let mut page = Page::titled(name, &[sort]);
    page.paragraph(&found.doc);
    example(&mut page, found.example.as_ref());
    engines(&mut page, &found.engines);
    Some((span, page))
}

fn example(page: &mut Page, example: Option<&[Box<str>; 3]>) {
    if let Some([program, input, output]) = example {
        page.fact("Example", &code(program));
        page.fact("Input", &code(input));
        page.fact("Output", &code(output));
    }
}

fn engines(page: &mut Page, engines: &Engines) {
    match (engines.jq.as_deref(), engines.gojq) {
        (None, _) => page.item("Only in gojq"),
        (Some(version), _) if version != "1.6" => page.item(&format!("Since jq {version}")),
        (_, false) => page.item("Not in gojq"),
        _ => {}
    }
}
