//! The fields that a jq program can access.

use crate::bundle::expressions::Place;
use crate::bundle::{BundleFormat, Document, Origin};
use crate::jq::Shape;
use crate::jq::complete::is_word;
use crate::jq::types::Kind;
use std::collections::BTreeMap;

/// A field that a program can access.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) shape: Shape,
    pub(super) origin: Option<Origin>,
    /// A one-line description.
    pub(super) doc: String,
    pub(super) deprecated: bool,
    order: u32,
}

/// The fields of a value in a program at `place`, in the order in which they are declared or described.
pub(super) fn of(document: &Document, place: Place, input: &Shape) -> Vec<Field> {
    let document = document.bundle();
    let mut by_name: BTreeMap<&str, &Shape> = BTreeMap::new();
    for (name, shape) in input.fields() {
        by_name.entry(name).or_insert(shape);
    }
    let mut fields: Vec<Field> =
        by_name.into_iter().filter_map(|(name, shape)| field(document, place, input, name, shape)).collect();
    fields.sort_by_key(|field| (field.deprecated, field.order));
    fields
}

/// A field; `None` for root fields of the format that the bundle is not written in.
fn field(document: &Document, place: Place, owner: &Shape, name: &str, shape: &Shape) -> Option<Field> {
    let number = shape.origins().next();
    let origin = number.and_then(Origin::of);
    let is_root = matches!(owner.origin().and_then(Origin::of), Some(Origin::Input));
    let context = place.context();
    let root = context.filter(|_| is_root).and_then(|context| Some((context, context.roots.get(name)?)));
    if let Some((_, root)) = root
        && root.bundle_format == Some(BundleFormat::Dependencies)
        && document.bundle_format() != Some(BundleFormat::Dependencies)
    {
        return None;
    }
    let order = match (root, origin) {
        (Some((context, _)), _) => {
            context.roots.names().position(|root| root == name).unwrap_or_default() as u32
        }
        // Fields added by the platform follow those that the bundle declares.
        (None, Some(Origin::Metadata) | None) => u32::MAX,
        (None, Some(_)) => number.unwrap_or(u32::MAX),
    };
    let doc = root.map_or_else(|| about(document, origin), |(_, root)| root.summary.clone());
    let deprecated = matches!(origin, Some(Origin::MetadataKey(key)) if key.deprecated.is_some());
    Some(Field { name: name.to_owned(), shape: shape.clone(), origin, order, doc, deprecated })
}

/// A one-line description of the origin of a field.
fn about(document: &Document, origin: Option<Origin>) -> String {
    let text = |value: Option<String>| value.map(|text| first_line(&text)).unwrap_or_default();
    let of_schema = |schema| {
        let words = |key: &str| Some(document.keyword(schema, key)?.1.target().value().into_owned());
        text(words("title").or_else(|| words("description")))
    };
    match origin {
        Some(Origin::Param(property)) => of_schema(document.schemas.property(property).schema),
        Some(Origin::Element(schema)) => of_schema(schema),
        Some(Origin::Port(index)) => {
            let port = document.ports.get(index);
            let named =
                port.and_then(|port| port.type_ref).map(|(_, name)| document.node(name).target().value());
            named.map(|name| name.into_owned()).unwrap_or_default()
        }
        Some(Origin::Payload(number)) => {
            let Some((of, field)) = document.catalog().field(number) else { return String::new() };
            let secret = if field.sensitive { ", sensitive" } else { "" };
            format!("Field of {}{secret}", of.name)
        }
        Some(Origin::Secret(_)) => "Secret of the application".to_owned(),
        Some(Origin::Metadata) => "Names, tags and addresses from the platform".to_owned(),
        Some(Origin::MetadataKey(key)) => key.summary.clone(),
        _ => String::new(),
    }
}
/// A field access as a step of a jq path.
pub(super) fn step(name: &str) -> String {
    if is_word(name) { format!(".{name}") } else { format!("[\"{name}\"]") }
}

/// The path from the input to one of its fields.
pub(super) fn dotted(name: &str) -> String {
    if is_word(name) { format!(".{name}") } else { format!(".[\"{name}\"]") }
}

/// The type of a value in a few words, without `null`.
pub(super) fn type_name(shape: &Shape) -> String {
    let known = shape.members().iter().filter(|member| !matches!(member.kind(), Kind::Null));
    let names = known.map(|member| match member.kind() {
        Kind::Object(_) => "object".to_owned(),
        Kind::Array(item) => match type_name(item).as_str() {
            "" => "array".to_owned(),
            item => format!("array<{item}>"),
        },
        Kind::Unknown | Kind::Never => String::new(),
        _ => member.to_string(),
    });
    let mut names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    names.dedup();
    names.join(" | ")
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().to_owned()
}
