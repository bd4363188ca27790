//! Hovers: the description of the token at an offset in the reference, and of params, connections and secrets in the
//! document.

mod app;
mod jq;
mod key;
mod markdown;
mod param;
mod payload;
mod plain;
mod port;
mod schema;
mod uses;
mod values;
pub(super) mod variable;
mod word;
mod yaml;

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod tests;

pub use plain::plain;
pub(super) use port::fields as payload_fields;
pub(super) use schema::fields as schema_fields;

use super::Snapshot;
use crate::bundle::typed::{TypedNode, TypedPath, first_use};
use crate::bundle::{Document, Role, SchemaId, SymbolKind, UiEntry};
use crate::reference::{self, Shape, Text};
use crate::settings::Settings;
use crate::syntax::cursor::{TokenKind, token_at};
use crate::syntax::{Entry, Kind, Node, Scalar, Span};
use crate::workspace::Files;
use key::Here;
pub(super) use markdown::prose;
use markdown::{Page, code, sentence};

/// The description of a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The token (bytes).
    pub span: Span,
    /// The page about it; [`plain`] converts it to plain text.
    pub markdown: String,
}

/// The description of the token at a byte offset; `None` on white space, comments and punctuation, and for unknown
/// tokens.
#[must_use]
pub fn hover(snapshot: &Snapshot, files: &dyn Files, settings: &Settings, offset: usize) -> Option<Hover> {
    let document = snapshot.document();
    if document.kind == crate::bundle::Kind::Program {
        return program(&snapshot.in_bundle(files)?, files, settings, offset);
    }
    let token = token_at(&document.syntax, offset)?;
    let hovered = Hovered { document, files, settings, offset };
    let (span, page) = match token.kind {
        TokenKind::Anchor => (token.span, yaml::anchor(token.node)),
        TokenKind::Key(entry) => (token.span, hovered.key(entry)?),
        TokenKind::Value if token.node.kind() == Kind::Alias => (token.span, yaml::alias(token.node)),
        TokenKind::Value => hovered.value(token.node)?,
    };
    // The indentation of a block scalar is not part of a word.
    span.touches(offset).then(|| Hover { span, markdown: page.finish() })
}

/// The description of a token in a `.jq` file.
fn program(document: &Document, files: &dyn Files, settings: &Settings, offset: usize) -> Option<Hover> {
    let expression = document.expressions().at(offset)?;
    let around = jq::Around { document, files, settings, path: None, context: None };
    let (span, page) = jq::within(&around, expression, offset)?;
    Some(Hover { span, markdown: page.finish() })
}

/// What the pages are made from.
struct Hovered<'a> {
    document: &'a Document,
    files: &'a dyn Files,
    settings: &'a Settings,
    offset: usize,
}

impl<'a> Hovered<'a> {
    fn key(&self, entry: Entry<'a>) -> Option<Page> {
        if entry.is_merge() {
            return Some(yaml::merge(entry));
        }
        if let Some(page) = self.symbol(entry.key()) {
            return Some(page);
        }
        let path = TypedPath::to(self.document, entry.key().parent()?)?;
        let typed = path.last().enter(self.document, entry);
        match typed.key {
            Some(key) => {
                let (owner, value, within) = (typed.owner, typed.object, self.schema_of_keys(&path));
                Some(self.page(Here { key, owner, value, within }))
            }
            None => self.chosen_name(&path, entry),
        }
    }

    /// The schema that the keys of a mapping are about: as its keywords, or as options of its field in the form.
    fn schema_of_keys(&self, path: &TypedPath<'a>) -> Option<SchemaId> {
        let mapping = path.last();
        let of_field = || {
            let in_form = mapping.object_name() == Some("ui-entry");
            let entry = path.innermost_first().filter(|_| in_form).find_map(|typed| self.ui_entry(typed))?;
            entry.schemas.first().copied()
        };
        mapping.schema.or_else(of_field)
    }

    /// The entry of the `ui` tree that a node is.
    fn ui_entry(&self, typed: &TypedNode<'a>) -> Option<&'a UiEntry> {
        let node = typed.target()?.id();
        self.document.ui.iter().find(|entry| entry.node == node)
    }

    fn page(&self, here: Here) -> Page {
        key::page(self.document, self.settings, here)
    }

    /// The page of a param, connection, artifact, dependency or resource, at its definition and its references.
    fn symbol(&self, node: Node<'a>) -> Option<Page> {
        let symbol = self.document.symbols().at(node.id())?;
        match symbol.kind {
            SymbolKind::Param => param::page(self.document, symbol, Some(node.id())),
            SymbolKind::Port(block) => {
                let port = self.document.ports_in(block).find(|port| port.name == symbol.name)?;
                Some(port::page(self.document, self.files, symbol, port))
            }
        }
    }

    /// A name that the author chose, or one that is unknown.
    fn chosen_name(&self, path: &TypedPath<'a>, entry: Entry<'a>) -> Option<Page> {
        let name = entry.name();
        let above = path.last();
        let document = self.document;
        match (above.owner.map(|owner| owner.name.as_str()), above.key.map(|key| key.name.as_str())) {
            (Some("app"), Some("envs")) => {
                let mut page = app::env(&name, entry.value());
                if let Some(expression) = document.expressions().of(entry.value().target().id()) {
                    values::show(&mut page, document, expression);
                }
                return Some(page);
            }
            (Some("app"), Some("secrets")) => return Some(app::secret(document, &name, entry.value())),
            (_, Some("message")) if reference::get().keyword(&name).is_some() => return self.message(&name),
            _ => {}
        }
        if let Some(id) = document.schemas.at(entry.value()).filter(|_| above.object.is_none()) {
            return Some(self.schema_page(above, &name, id));
        }
        let is_schema = above.schema.is_some() && above.object.is_some();
        if let Some(foreign) = reference::get().foreign_keyword(&name).filter(|_| is_schema) {
            return Some(word::foreign(foreign));
        }
        self.unknown(path, entry)
    }

    fn message(&self, keyword: &str) -> Option<Page> {
        let keyword = reference::get().keyword(keyword)?;
        let mut page = Page::titled(&keyword.name, &["error text"]);
        page.paragraph(&format!("The message shown when a value violates {}.", code(&keyword.name)));
        page.fact(&code(&keyword.name), &schema::lower_first(&keyword.summary));
        page.link(&keyword.link);
        Some(page)
    }

    /// The page of a member of `properties` outside of params, of a definition or of a pattern.
    fn schema_page(&self, above: &TypedNode<'a>, name: &str, id: SchemaId) -> Page {
        let document = self.document;
        let what = match above.key.map(|key| key.name.as_str()) {
            Some("definitions" | "$defs") => "definition",
            Some("patternProperties") => "members matching this pattern",
            Some("dependencies") => "condition",
            _ => "field",
        };
        let required = match document.schemas.get(id).role {
            Role::Property(property) => {
                let owner = document.schemas.property(property).owner;
                if schema::is_required(document, owner, name) { "required" } else { "optional" }
            }
            _ => "",
        };
        let mut page = Page::titled(name, &[what, &schema::type_words(document, id), required]);
        schema::describe(&mut page, document, id);
        schema::constraints(&mut page, document, id);
        if what == "definition" {
            let block = above.key.map(|key| key.name.as_str()).unwrap_or_default();
            page.fact("Used by", &code(&format!("$ref: \"#/{block}/{name}\"")));
        }
        payload::tree(&mut page, &schema::fields(document, id), schema::is_list(document, id));
        page
    }

    /// The page of a key without a description: what it is part of.
    fn unknown(&self, path: &TypedPath<'a>, entry: Entry<'a>) -> Option<Page> {
        let name = entry.name();
        let above = path.last();
        if path.innermost_first().any(|typed| typed.is_value_of("step", "config")) {
            let mut page = Page::titled(&name, &["option of the provisioner"]);
            page.paragraph("Not an option of the built-in provisioners; a custom provisioner may read it.");
            return Some(page);
        }
        if let Some(object) = above.object {
            let mut page = Page::titled(&name, &[&format!("in {}", object.title)]);
            let anchor = entry.value().anchor().map(|anchor| self.document.syntax.slice(anchor));
            match anchor {
                Some(anchor) if object.others.is_none() => {
                    page.paragraph(&format!(
                        "Not a key that Massdriver reads: it defines {} for use elsewhere in the file.",
                        code(anchor)
                    ));
                }
                _ if object.others.is_none() => page.paragraph("Not a key that Massdriver reads."),
                _ => {
                    page.paragraph(&sentence(&object.summary));
                    page.paragraph(&object.doc);
                }
            }
            page.link(&object.link);
            return Some(page);
        }
        let used = first_use(self.document, entry.value()).filter(|used| used.name() == name);
        used.and_then(|used| self.key(used)).or_else(|| self.nearest_key(path))
    }

    fn nearest_key(&self, path: &TypedPath<'a>) -> Option<Page> {
        self.described(path.innermost_first().find(|typed| typed.key.is_some())?)
    }

    fn described(&self, typed: &TypedNode<'a>) -> Option<Page> {
        let around = TypedPath::to(self.document, typed.entry?.key().parent()?)?;
        let within = self.schema_of_keys(&around);
        Some(self.page(Here { key: typed.key?, owner: typed.owner, value: None, within }))
    }

    fn value(&self, node: Node<'a>) -> Option<(Span, Page)> {
        if let Some(page) = self.symbol(node) {
            return Some((node.span(), page));
        }
        let path = TypedPath::to(self.document, node)?;
        let is_text = matches!(node.resolve(self.document.dialect()), Scalar::Str(_));
        if is_text && path.last().jq {
            let (document, files, settings) = (self.document, self.files, self.settings);
            let around = jq::Around { document, files, settings, path: Some(&path), context: None };
            if let Some(found) = jq::page(&around, node, self.offset) {
                return Some(found);
            }
        }
        let page = self.meaning(&path, node).or_else(|| self.by_key(&path))?;
        Some((node.span(), page))
    }

    /// The page of a value that has a meaning of its own.
    fn meaning(&self, path: &TypedPath<'a>, node: Node<'a>) -> Option<Page> {
        let shape = path.last().shape;
        let key = path.nearest_entry().and_then(|typed| typed.key);
        let reference = reference::get();
        let written = node.value();
        let object = shape.and_then(Shape::object).and_then(|name| reference.object(name));
        if let Some((object, key)) = object.and_then(|object| Some((object, object.key(&written)?))) {
            // The first key of a mapping, while its colon is not typed yet.
            let within = self.document.schemas.at(node);
            return Some(self.page(Here { key, owner: Some(object), value: None, within }));
        }
        if let Some(choice) = key.and_then(|key| key.values.get(&written)).filter(|_| !path.last().jq) {
            return Some(word::choice(choice, key?));
        }
        let word = match shape.and_then(Shape::text) {
            Some(Text::TypeName) => reference.schema_type(&written).map(|word| (word, "type")),
            Some(Text::FormatName) => reference.format(&written).map(|word| (word, "format")),
            Some(Text::WidgetName) => reference.widget(&written).map(|word| (word, "widget")),
            Some(Text::FieldName) => reference.field(&written).map(|word| (word, "form field")),
            Some(Text::Provisioner) => return Some(word::provisioner(&written)),
            Some(Text::OrderItem) if written == "*" => return Some(self.rest(path, node)),
            Some(Text::SchemaRef | Text::ResourceType) => {
                return Some(port::type_page(self.document, self.files, node, path.schema()));
            }
            _ => None,
        };
        if let Some((word, sort)) = word {
            return Some(word::page(word, sort));
        }
        if path.within("preset").is_some() {
            let entries = path.innermost_first().filter_map(|typed| typed.entry);
            return entries.map(|entry| entry.key()).find_map(|key| self.symbol(key));
        }
        if matches!(key?.name.as_str(), "enum" | "const") {
            let id = path.schema()?;
            let mut parents = self.document.schemas.get(id).parents.iter();
            let outer = parents.find(|(role, _)| matches!(role, Role::OneOf | Role::AnyOf));
            return param::allowed_value(self.document, outer.map_or(id, |(_, outer)| *outer), node);
        }
        None
    }

    /// The `"*"` of `ui:order`, with the members that it stands for.
    fn rest(&self, path: &TypedPath<'a>, node: Node<'a>) -> Page {
        let mut page = Page::titled("*", &["the rest"]);
        page.paragraph("Stands for all members that the list does not name.");
        let listed: Vec<_> =
            node.parent().into_iter().flat_map(Node::items).map(|item| item.target().value()).collect();
        let around = path.innermost_first().find_map(|typed| self.ui_entry(typed));
        let schemas = around.map(|entry| entry.schemas.as_slice()).unwrap_or_default();
        let names = schemas.iter().flat_map(|&id| self.document.names(id).unconditional.iter());
        let names: Vec<&String> = names.filter(|name| !listed.iter().any(|listed| listed == *name)).collect();
        if !names.is_empty() {
            page.fact("Here", &markdown::codes(names));
        }
        page
    }

    /// The page of the key that a value belongs to.
    fn by_key(&self, path: &TypedPath<'a>) -> Option<Page> {
        let typed = path.nearest_entry()?;
        match typed.key {
            Some(_) => self.described(typed),
            None => self.key(typed.entry?).or_else(|| self.nearest_key(path)),
        }
    }
}
