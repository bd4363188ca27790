//! The resource type that a document defines.

use super::{Document, Kind};
use crate::reference::Definition;
use crate::syntax::Node;
use crate::syntax::json::to_json;
use serde_json::Value;

/// The node of the resource type's name.
#[must_use]
pub(crate) fn name(document: &Document) -> Option<Node<'_>> {
    let metadata = metadata(document)?;
    Some(metadata.field("name")?.value().target()).filter(|name| name.is_scalar() && !name.value().is_empty())
}

/// The resource type that a document defines. `None` if it defines none, lacks a name or a schema, or has a schema
/// that the platform cannot read.
#[must_use]
pub(crate) fn read(document: &Document) -> Option<Definition> {
    let (name, metadata) = (name(document)?, metadata(document)?);
    let text = |mapping: Node<'_>, key: &str| {
        let value = mapping.field(key)?.value().target();
        value.is_scalar().then(|| value.value().into_owned()).filter(|text| !text.is_empty())
    };
    let root = document.syntax.root()?;
    let schema = if metadata == root { root.field("schema")?.value().target() } else { root };
    let mut schema = to_json(schema, document.dialect()).ok().filter(Value::is_object)?;
    if metadata != root
        && let Some(members) = schema.as_object_mut()
    {
        members.remove("$md");
    }
    let orientation = metadata.field("ui").and_then(|ui| text(ui.value().target(), "connectionOrientation"));
    Some(Definition {
        name: name.value().into_owned(),
        label: text(metadata, "label"),
        icon: text(metadata, "icon"),
        orientation,
        schema,
    })
}

/// The values that name files of a resource type: instructions, export templates, and an icon given as a path.
#[must_use]
pub(crate) fn files(document: &Document) -> Vec<Node<'_>> {
    let (Some(metadata), Some(root)) = (metadata(document), document.syntax.root()) else {
        return Vec::new();
    };
    let icon = field(metadata, "icon").filter(|icon| is_path(&icon.value()));
    let instructions = field(metadata, "ui").and_then(|ui| field(ui, "instructions"));
    let instructions =
        instructions.into_iter().flat_map(Node::items).filter_map(|item| field(item.target(), "path"));
    let exports = field(root, "exports").into_iter().flat_map(Node::items);
    let templates = exports.filter_map(|item| field(item.target(), "templatePath"));
    let files = icon.into_iter().chain(instructions).chain(templates);
    files.filter(|file| file.is_scalar() && !file.value().is_empty()).collect()
}

/// Whether an icon is a path rather than a URL or a bare name.
#[must_use]
pub(crate) fn is_path(icon: &str) -> bool {
    !icon.contains("://") && !icon.starts_with("data:") && icon.contains(['/', '.'])
}

fn field<'a>(mapping: Node<'a>, key: &str) -> Option<Node<'a>> {
    mapping.field(key).map(|entry| entry.value().target())
}

/// The mapping that holds the name: the root, or `$md` in the older form, where the root is the schema.
fn metadata(document: &Document) -> Option<Node<'_>> {
    let root = document.syntax.root().filter(|_| document.kind == Kind::ResourceType)?;
    let older = root.field("$md").map(|entry| entry.value().target()).filter(|value| value.is_mapping());
    Some(older.unwrap_or(root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn defined(text: &str) -> Option<Definition> {
        read(&Document::new(parse(text), None))
    }

    #[test]
    fn both_forms() {
        let text = "\
name: our-db
label: Our database
ui: {connectionOrientation: link}
schema:
  properties:
    host: {type: string}
";
        let json =
            r#"{"$md": {"name": "our-db", "label": "Our database", "ui": {"connectionOrientation": "link"}},
\t"properties": {"host": {"type": "string"}}}"#
                .replace("\\t", "\t");
        for text in [text, &json] {
            let found = defined(text).unwrap();
            assert_eq!((found.name.as_str(), found.label.as_deref()), ("our-db", Some("Our database")));
            assert_eq!(found.orientation.as_deref(), Some("link"));
            assert_eq!(found.schema, serde_json::json!({"properties": {"host": {"type": "string"}}}));
        }
    }

    #[test]
    fn an_unfinished_definition_defines_nothing() {
        for text in [
            "",
            "name: x\nparams: {}\n",
            "label: x\nschema: {properties: {}}\n",
            "name: x\nschema:\n",
            "name: x\nschema: *gone\n",
            "name:\nschema: {}\n",
            "name: [x]\nschema: {}\n",
        ] {
            assert!(defined(text).is_none(), "{text}");
        }
    }
}
