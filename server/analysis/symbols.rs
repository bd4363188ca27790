//! Document symbols: the declarations of a document as a tree, for outlines and breadcrumbs.

use super::Snapshot;
use crate::bundle::{Document, Kind, PropertyId, SchemaId};
use crate::syntax::{Entry, Node, Span};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;

/// A declaration and its children.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentSymbol {
    /// Its name, or a placeholder if it has none.
    pub name: String,
    /// Its type, default and whether it is required, in a few words.
    pub detail: String,
    /// Its kind.
    pub sort: Sort,
    /// The whole declaration (bytes).
    pub span: Span,
    /// Its name (bytes), within the span.
    pub name_span: Span,
    /// The declarations in it, in source order.
    pub children: Vec<DocumentSymbol>,
}

/// The kind of a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// A top-level block of the document.
    Block,
    /// Another top-level key.
    Field,
    /// A string param, or one whose type is not listed below.
    Text,
    /// A param of a numeric type.
    Number,
    /// A boolean param.
    Boolean,
    /// An object param.
    Object,
    /// An array param.
    List,
    /// A preset.
    Preset,
    /// A connection, artifact, dependency or resource.
    Port,
    /// A provisioning step.
    Step,
    /// An environment variable.
    Env,
    /// A policy.
    Policy,
    /// A secret.
    Secret,
    /// An entry of the `ui` tree.
    Ui,
}

/// Most levels of nested params in the outline.
const MAX_DEPTH: usize = 32;

/// Most symbols in the outline: longer ones are not useful, and each symbol takes time to send.
const MAX_SYMBOLS: usize = 10_000;

/// Longest scalar (bytes) that is decoded for a symbol's name or detail.
const MAX_DECODED: usize = 4 << 10;

/// Most characters of a symbol's detail.
const MAX_DETAIL: usize = 60;

/// The symbol tree of a document, in source order.
#[must_use]
pub fn document_symbols(snapshot: &Snapshot) -> Vec<DocumentSymbol> {
    let document = snapshot.document();
    let Some(root) = document.syntax.root() else { return Vec::new() };
    let entries = root.entries().filter(|entry| entry.colon().is_some()).take(MAX_SYMBOLS);
    let mut symbols = entries.map(|entry| top(document, entry)).collect();
    let mut left = MAX_SYMBOLS;
    prune(&mut symbols, &mut left);
    symbols
}

/// Keeps at most `left` symbols: outer ones before inner ones, earlier ones before later ones.
fn prune(symbols: &mut Vec<DocumentSymbol>, left: &mut usize) {
    symbols.truncate(*left);
    *left -= symbols.len();
    symbols.iter_mut().for_each(|symbol| prune(&mut symbol.children, left));
}

fn top(document: &Document, entry: Entry<'_>) -> DocumentSymbol {
    let value = entry.value().target();
    let children = match &*entry.name() {
        _ if document.kind == Kind::Template => Vec::new(),
        "params" => document.params.map(|params| params_of(document, params, entry)).unwrap_or_default(),
        "schema" => document.payload.map(|schema| properties(document, schema)).unwrap_or_default(),
        "steps" => steps(document),
        "app" => app(document),
        "ui" => fields(value, Sort::Ui),
        name => {
            let block = document.ports.iter().filter(|port| port.block.key() == name);
            block
                .filter_map(|port| {
                    let detail =
                        port.type_ref.map(|(_, node)| document.node(node).target().value().into_owned());
                    Some(keyed(document.node(port.key).entry()?, Sort::Port, detail.unwrap_or_default()))
                })
                .collect()
        }
    };
    let sort = if value.is_scalar() { Sort::Field } else { Sort::Block };
    let detail = if value.is_scalar() { beginning(value) } else { String::new() };
    DocumentSymbol { children: within(children, entry.span()), ..keyed(entry, sort, detail) }
}

/// Drops symbols outside of the span: what an alias refers to is listed at its anchor.
fn within(mut children: Vec<DocumentSymbol>, span: Span) -> Vec<DocumentSymbol> {
    children.retain(|child| span.covers(child.span));
    children.sort_by_key(|child| child.span);
    children
}

fn keyed(entry: Entry<'_>, sort: Sort, detail: String) -> DocumentSymbol {
    let name = match entry.name() {
        name if name.is_empty() => "(no name)".into(),
        name => name,
    };
    DocumentSymbol {
        name: name.into_owned(),
        detail,
        sort,
        span: entry.span(),
        name_span: entry.key().span(),
        children: Vec::new(),
    }
}

fn params_of(document: &Document, params: SchemaId, block: Entry<'_>) -> Vec<DocumentSymbol> {
    let mut symbols = properties(document, params);
    for preset in &document.presets {
        let node = document.node(preset.node);
        let name = preset.name.map(|name| document.node(name).target());
        let text = name.map(|name| name.value().into_owned()).unwrap_or_default();
        let name_span = name.map_or(Span::at(node.span().start()), |name| name.span());
        if block.span().covers(node.span()) && node.span().covers(name_span) {
            let name = if text.is_empty() { "(preset without a name)".to_owned() } else { text };
            let (span, detail, sort) = (node.span(), "preset".to_owned(), Sort::Preset);
            symbols.push(DocumentSymbol { name, detail, sort, span, name_span, children: Vec::new() });
        }
    }
    symbols
}

/// The properties of an object, including those of conditional branches, each below the parent it was declared with.
fn properties(document: &Document, schema: SchemaId) -> Vec<DocumentSymbol> {
    let mut walk = Walk { document, seen: HashSet::default(), required: HashMap::default() };
    properties_below(&mut walk, schema, 0)
}

/// A traversal of an object's properties.
struct Walk<'d> {
    document: &'d Document,
    seen: HashSet<PropertyId>,
    /// The `required` names of each schema.
    required: HashMap<SchemaId, HashSet<Cow<'d, str>>>,
}

impl<'d> Walk<'d> {
    fn requires(&mut self, owner: SchemaId, name: &str) -> bool {
        let document = self.document;
        let names = self.required.entry(owner).or_insert_with(|| {
            let list = document.keyword(owner, "required").map(|(_, list)| list.target());
            list.into_iter().flat_map(Node::items).map(|item| item.target().value()).collect()
        });
        names.contains(name)
    }
}

fn properties_below(walk: &mut Walk<'_>, schema: SchemaId, depth: usize) -> Vec<DocumentSymbol> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let document = walk.document;
    let mut symbols = Vec::new();
    for &id in document.names(schema).known.values().flatten() {
        let property = document.schemas.property(id);
        let Some(entry) = document.node(property.key).entry().filter(|_| walk.seen.insert(id)) else {
            continue;
        };
        let (sort, detail) = described(walk, id);
        let element = |schema: SchemaId| {
            let children = document.schemas.get(schema).children.iter();
            children.filter(|(role, _)| *role == crate::bundle::Role::Items).map(|(_, id)| *id).next()
        };
        let mut children = properties_below(walk, property.schema, depth + 1);
        if let Some(element) = element(property.schema) {
            children.extend(properties_below(walk, element, depth + 1));
        }
        symbols
            .push(DocumentSymbol { children: within(children, entry.span()), ..keyed(entry, sort, detail) });
    }
    symbols.sort_by_key(|symbol| symbol.span);
    symbols
}

fn described(walk: &mut Walk<'_>, id: PropertyId) -> (Sort, String) {
    let document = walk.document;
    let property = document.schemas.property(id);
    let keyword = |name: &str| document.keyword(property.schema, name).map(|(_, value)| value.target());
    let kind = keyword("type").map(|kind| kind.value().into_owned()).unwrap_or_default();
    let sort = match kind.as_str() {
        "integer" | "number" => Sort::Number,
        "boolean" => Sort::Boolean,
        "object" => Sort::Object,
        "array" => Sort::List,
        _ if !document.schemas.get(property.schema).properties.is_empty() => Sort::Object,
        _ => Sort::Text,
    };
    let mut words = vec![kind];
    let name = document.node(property.key).value();
    if walk.requires(property.owner, &name) {
        words.push("required".to_owned());
    }
    if let Some(default) = keyword("default").filter(|default| default.is_scalar()) {
        words.push(format!("default {}", beginning(default)));
    }
    words.retain(|word| !word.is_empty());
    (sort, words.join(", "))
}

fn steps(document: &Document) -> Vec<DocumentSymbol> {
    let text = |node: Option<crate::syntax::NodeId>| {
        node.map(|node| document.node(node).target().value().into_owned()).unwrap_or_default()
    };
    let symbol = |step: &crate::bundle::Step| {
        let span = document.node(step.node).span();
        let path = step.path.map(|path| document.node(path).span()).filter(|path| span.covers(*path));
        let name = match text(step.path) {
            path if path.is_empty() => "(step without a path)".to_owned(),
            path => path,
        };
        let (detail, name_span) = (text(step.provisioner), path.unwrap_or(Span::at(span.start())));
        DocumentSymbol { name, detail, sort: Sort::Step, span, name_span, children: Vec::new() }
    };
    document.steps.iter().map(symbol).collect()
}

fn app(document: &Document) -> Vec<DocumentSymbol> {
    let named = |one: &crate::bundle::Named, sort| {
        let value = document.node(one.value);
        let detail = if value.is_scalar() { beginning(value) } else { String::new() };
        Some(keyed(document.node(one.key).entry()?, sort, detail))
    };
    let policy = |node: &crate::syntax::NodeId| {
        let node = document.node(*node);
        let (name, span) = (beginning(node), node.span());
        let policy = DocumentSymbol {
            name,
            detail: "policy".to_owned(),
            sort: Sort::Policy,
            span,
            name_span: span,
            children: Vec::new(),
        };
        node.is_scalar().then_some(policy)
    };
    let envs = document.app.envs.iter().filter_map(|env| named(env, Sort::Env));
    let policies = document.app.policies.iter().filter_map(policy);
    let secrets = document.app.secrets.iter().filter_map(|secret| named(secret, Sort::Secret));
    envs.chain(policies).chain(secrets).collect()
}

/// The entries of the `ui` tree, two levels deep.
fn fields(mapping: Node<'_>, sort: Sort) -> Vec<DocumentSymbol> {
    let written = |node: Node<'_>, sort| -> Vec<DocumentSymbol> {
        let entries = node.entries().filter(|entry| entry.colon().is_some());
        entries.map(|entry| keyed(entry, sort, String::new())).collect()
    };
    let mut symbols = Vec::new();
    for entry in mapping.entries().filter(|entry| entry.colon().is_some()) {
        let mut children = written(entry.value(), sort);
        children.retain(|child| !crate::bundle::is_option(&child.name));
        symbols.push(DocumentSymbol { children, ..keyed(entry, sort, String::new()) });
    }
    symbols
}

/// The beginning of a scalar. A long one is not decoded: aliases may repeat it thousands of times.
fn beginning(node: Node<'_>) -> String {
    let source = node.source();
    if source.len() <= MAX_DECODED {
        return shortened(&node.value());
    }
    shortened(&source.chars().take(MAX_DETAIL + 1).collect::<String>())
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(MAX_DETAIL) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use std::fmt::Write;

    fn tree(text: &str) -> String {
        fn write(out: &mut String, symbols: &[DocumentSymbol], depth: usize) {
            for symbol in symbols {
                let indent = "  ".repeat(depth);
                let _ = writeln!(out, "{indent}{:?} {} ({})", symbol.sort, symbol.name, symbol.detail);
                assert!(symbol.span.covers(symbol.name_span), "{symbol:?}");
                assert!(symbol.children.iter().all(|child| symbol.span.covers(child.span)), "{symbol:?}");
                write(out, &symbol.children, depth + 1);
            }
        }
        let mut out = String::new();
        write(&mut out, &document_symbols(&Snapshot::new(text, None)), 0);
        out
    }

    #[test]
    fn a_bundle() {
        let text = "\
name: a-queue
steps:
  - path: src
    provisioner: opentofu
params:
  required: [size]
  examples:
    - __name: Dev
      size: 1
    - size: 2
  properties:
    size: {type: integer, default: 3}
    net:
      type: object
      properties: {cidr: {type: string}}
    rules: {type: array, items: {properties: {port: {type: integer}}}}
  dependencies:
    size:
      oneOf:
        - properties: {size: {const: 1}, extra: {type: boolean}}
connections:
  properties:
    db: {$ref: massdriver/postgresql-authentication}
ui:
  ui:order: [size]
  net: {cidr: {ui:field: cidr}}
app:
  envs: {SIZE: .params.size}
  policies: [.connections.db.data.security.iam.read]
  secrets: {TOKEN: {required: true}}
half
";
        expect![[r#"
            Field name (a-queue)
            Block steps ()
              Step src (opentofu)
            Block params ()
              Preset Dev (preset)
              Preset (preset without a name) (preset)
              Number size (integer, required, default 3)
              Object net (object)
                Text cidr (string)
              List rules (array)
                Number port (integer)
              Text size ()
              Boolean extra (boolean)
            Block connections ()
              Port db (massdriver/postgresql-authentication)
            Block ui ()
              Ui ui:order ()
              Ui net ()
                Ui cidr ()
            Block app ()
              Env SIZE (.params.size)
              Policy .connections.db.data.security.iam.read (policy)
              Secret TOKEN ()
        "#]]
        .assert_eq(&tree(text));
    }

    #[test]
    fn a_resource_type_and_a_template() {
        expect![[r#"
            Field name (x)
            Block schema ()
              Text a (string, required)
        "#]]
        .assert_eq(&tree("name: x\nschema:\n  required: [a]\n  properties: {a: {type: string}}\n"));
        assert_eq!(tree(""), "");
    }
}
