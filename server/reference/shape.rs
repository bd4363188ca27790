//! The shape of a value, written in the data files as a short phrase: `list of step`, `map of (schema or bool)`.

use super::model::JsonType;
use serde::de::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;

/// The shape of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shape {
    /// `any`: any YAML value.
    Any,
    /// `null`
    Null,
    /// `bool`
    Bool,
    /// `int`: a number without a fraction (`1.0` is allowed).
    Int,
    /// `number`
    Number,
    /// A string, and its kind of content.
    Text(Text),
    /// `list of …`
    List(Box<Shape>),
    /// `map of …`: a mapping with arbitrary keys.
    Map(Box<Shape>),
    /// The name of an [`super::Object`], which describes the keys of the mapping.
    Object(String),
    /// `… or …`
    Either(Vec<Shape>),
}

/// The kind of content of a string, which determines how it is checked, completed and shown on hover.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Text {
    /// `string`: free text, or one of the key's allowed values.
    Plain,
    /// `jq`: a jq program.
    Jq,
    /// `regex`: a pattern in JavaScript syntax.
    Regex,
    /// `uri`: a URI.
    Uri,
    /// `schema-ref`: the value of `$ref`.
    SchemaRef,
    /// `resource-type`: name of a resource type, with an optional version after `@`.
    ResourceType,
    /// `property-name`: a property of the surrounding schema.
    PropertyName,
    /// `order-item`: a property name, or `*` for the rest.
    OrderItem,
    /// `connection-name`: a declared connection or dependency.
    ConnectionName,
    /// `directory`: a path of a directory relative to the file.
    Directory,
    /// `file`: a path of a file relative to the file.
    File,
    /// `provisioner`: name, name with version, or image.
    Provisioner,
    /// `type-name`: one of the seven JSON Schema types.
    TypeName,
    /// `format-name`: a string format.
    FormatName,
    /// `widget-name`: a form widget.
    WidgetName,
    /// `field-name`: a form field component.
    FieldName,
}

/// The word for each [`Text`], and its singular and plural in messages.
const TEXTS: [(&str, Text, &str, &str); 16] = [
    ("string", Text::Plain, "a string", "strings"),
    ("jq", Text::Jq, "a jq expression", "jq expressions"),
    ("regex", Text::Regex, "a regular expression", "regular expressions"),
    ("uri", Text::Uri, "an address", "addresses"),
    ("schema-ref", Text::SchemaRef, "a reference to a resource type or schema", "references"),
    ("resource-type", Text::ResourceType, "the name of a resource type", "names of resource types"),
    ("property-name", Text::PropertyName, "the name of a property", "property names"),
    ("order-item", Text::OrderItem, "the name of a property or \"*\"", "property names and \"*\""),
    ("connection-name", Text::ConnectionName, "the name of a connection", "names of connections"),
    ("directory", Text::Directory, "the name of a directory", "directory names"),
    ("file", Text::File, "the path of a file", "file paths"),
    ("provisioner", Text::Provisioner, "the name of a provisioner", "names of provisioners"),
    ("type-name", Text::TypeName, "the name of a type", "names of types"),
    ("format-name", Text::FormatName, "the name of a format", "names of formats"),
    ("widget-name", Text::WidgetName, "the name of a widget", "names of widgets"),
    ("field-name", Text::FieldName, "the name of a form field", "names of form fields"),
];

impl Shape {
    /// Whether a value of this type is allowed, as far as the type alone can tell. A whole number is also allowed for
    /// `number`; `int` allows [`JsonType::Integer`] only.
    #[must_use]
    pub fn allows(&self, found: JsonType) -> bool {
        match self {
            Shape::Any => true,
            Shape::Null => found == JsonType::Null,
            Shape::Bool => found == JsonType::Boolean,
            Shape::Int => found == JsonType::Integer,
            Shape::Number => matches!(found, JsonType::Integer | JsonType::Number),
            Shape::Text(_) => found == JsonType::String,
            Shape::List(_) => found == JsonType::Array,
            Shape::Map(_) | Shape::Object(_) => found == JsonType::Object,
            Shape::Either(shapes) => shapes.iter().any(|shape| shape.allows(found)),
        }
    }

    /// Its alternatives: the parts of `… or …`, otherwise itself.
    #[must_use]
    pub fn alternatives(&self) -> &[Shape] {
        match self {
            Shape::Either(shapes) => shapes,
            shape => std::slice::from_ref(shape),
        }
    }

    /// The kind of string, if a string is allowed.
    #[must_use]
    pub fn text(&self) -> Option<Text> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::Text(text) => Some(*text),
            _ => None,
        })
    }

    /// Name of the object that describes the mapping, if a described mapping is allowed.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::Object(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Shape of the items, if a list is allowed.
    #[must_use]
    pub fn items(&self) -> Option<&Shape> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::List(items) => Some(items.as_ref()),
            _ => None,
        })
    }

    /// Shape of the values, if a mapping with arbitrary keys is allowed.
    #[must_use]
    pub fn values(&self) -> Option<&Shape> {
        self.alternatives().iter().find_map(|shape| match shape {
            Shape::Map(values) => Some(values.as_ref()),
            _ => None,
        })
    }

    /// Whether the value is usually written below its key (mapping or list) and not on the same line.
    #[must_use]
    pub fn is_block(&self) -> bool {
        matches!(self.alternatives().first(), Some(Shape::List(_) | Shape::Map(_) | Shape::Object(_)))
    }

    /// Every object that it references, at any depth.
    #[must_use]
    pub fn objects(&self) -> Vec<&str> {
        match self {
            Shape::Object(name) => vec![name],
            Shape::List(inner) | Shape::Map(inner) => inner.objects(),
            Shape::Either(shapes) => shapes.iter().flat_map(Shape::objects).collect(),
            _ => Vec::new(),
        }
    }

    fn plural(&self) -> String {
        match self {
            Shape::Any => "values".to_owned(),
            Shape::Null => "nulls".to_owned(),
            Shape::Bool => "booleans".to_owned(),
            Shape::Int => "whole numbers".to_owned(),
            Shape::Number => "numbers".to_owned(),
            Shape::Text(text) => text.words().3.to_owned(),
            Shape::List(_) => "lists".to_owned(),
            Shape::Map(_) | Shape::Object(_) => "mappings".to_owned(),
            Shape::Either(shapes) => joined(shapes.iter().map(Shape::plural)),
        }
    }
}

impl Text {
    fn words(self) -> &'static (&'static str, Text, &'static str, &'static str) {
        TEXTS.iter().find(|words| words.1 == self).unwrap_or(&TEXTS[0])
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut unique: Vec<String> = Vec::new();
    for part in parts {
        if !unique.contains(&part) {
            unique.push(part);
        }
    }
    let last = unique.pop().unwrap_or_default();
    if unique.is_empty() { last } else { format!("{} or {last}", unique.join(", ")) }
}

/// The shape as prose, for "must be …": `true or false`, `a list of strings`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Any => f.write_str("any value"),
            Shape::Null => f.write_str("null"),
            Shape::Bool => f.write_str("true or false"),
            Shape::Int => f.write_str("a whole number"),
            Shape::Number => f.write_str("a number"),
            Shape::Text(text) => f.write_str(text.words().2),
            Shape::List(items) if **items == Shape::Any => f.write_str("a list"),
            Shape::List(items) => write!(f, "a list of {}", items.plural()),
            Shape::Map(_) | Shape::Object(_) => f.write_str("a mapping"),
            Shape::Either(shapes) => f.write_str(&joined(shapes.iter().map(Shape::to_string))),
        }
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(phrase: &str) -> Result<Self, String> {
        let spaced = phrase.replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_whitespace().peekable();
        let shape = either(&mut words, 0)?;
        match words.next() {
            Some(word) => Err(format!("`{word}` is unexpected in the shape `{phrase}`")),
            None => Ok(shape),
        }
    }
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// Maximum nesting depth of phrases; bounds the recursion below.
const MAX_DEPTH: usize = 8;

fn either(words: &mut Words<'_>, depth: usize) -> Result<Shape, String> {
    let mut shapes = vec![single(words, depth)?];
    while words.next_if_eq(&"or").is_some() {
        shapes.push(single(words, depth)?);
    }
    Ok(if shapes.len() == 1 { shapes.swap_remove(0) } else { Shape::Either(shapes) })
}

fn single(words: &mut Words<'_>, depth: usize) -> Result<Shape, String> {
    if depth > MAX_DEPTH {
        return Err("a shape is nested too deeply".to_owned());
    }
    let word = words.next().ok_or("a shape ends too early")?;
    Ok(match word {
        "any" => Shape::Any,
        "null" => Shape::Null,
        "bool" => Shape::Bool,
        "int" => Shape::Int,
        "number" => Shape::Number,
        "list" | "map" => {
            words.next_if_eq(&"of").ok_or_else(|| format!("`{word}` needs `of`"))?;
            let inner = Box::new(single(words, depth + 1)?);
            if word == "list" { Shape::List(inner) } else { Shape::Map(inner) }
        }
        "(" => {
            let shape = either(words, depth + 1)?;
            words.next_if_eq(&")").ok_or("a shape lacks `)`")?;
            shape
        }
        "or" | "of" | ")" => return Err(format!("`{word}` is out of place in a shape")),
        _ => match TEXTS.iter().find(|text| text.0 == word) {
            Some(text) => Shape::Text(text.1),
            None => Shape::Object(word.to_owned()),
        },
    })
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(phrase: &str) -> Shape {
        phrase.parse().unwrap()
    }

    #[test]
    fn reads_phrases() {
        assert_eq!(shape("list of step"), Shape::List(Box::new(Shape::Object("step".to_owned()))));
        assert_eq!(
            shape("map of (schema or list of property-name)").values().unwrap().alternatives().len(),
            2
        );
        assert_eq!(shape("bool or jq").text(), Some(Text::Jq));
        for wrong in ["", "list step", "list of", "( int", "int int", "or", "int )", "int or"] {
            assert!(wrong.parse::<Shape>().is_err(), "{wrong}");
        }
        assert!("(".repeat(100_000).parse::<Shape>().is_err());
    }

    #[test]
    fn speaks() {
        let words = |phrase| shape(phrase).to_string();
        assert_eq!(words("bool"), "true or false");
        assert_eq!(words("list of string"), "a list of strings");
        assert_eq!(words("list of (int or bool)"), "a list of whole numbers or booleans");
        assert_eq!(words("schema or list of schema"), "a mapping or a list of mappings");
        assert_eq!(words("map of jq or step"), "a mapping");
    }

    #[test]
    fn knows_what_fits() {
        assert!(shape("number").allows(JsonType::Integer));
        assert!(!shape("int").allows(JsonType::Number));
        assert!(shape("schema or bool").allows(JsonType::Boolean));
        assert!(!shape("jq").allows(JsonType::Object));
        assert!(shape("list of string").is_block());
        assert!(!shape("bool or schema").is_block());
    }
}
