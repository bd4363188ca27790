//! Shapes: the inferred types of values.
//!
//! Shapes are cheap to clone. Their depth and number of alternatives are limited, so that programs cannot grow them
//! without bound; beyond the limits they are [`Kind::Unknown`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Arrays and objects nested deeper than this have unknown contents.
const MAX_DEPTH: u8 = 32;

/// Unions with more members than this are unknown.
const MAX_MEMBERS: usize = 16;

/// Maximum number of nodes compared between two shapes; larger shapes count as different.
const COMPARED_NODES: u32 = 256;

/// The shape of a value: its inferred type, with an optional origin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    kind: Kind,
    origin: Option<u32>,
    depth: u8,
}

/// Kinds of shapes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// No value: the output of `empty` and `error`.
    Never,
    /// Any value.
    Unknown,
    /// `null`
    Null,
    /// `true` and `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array, with the shape of its items.
    Array(Arc<Shape>),
    /// An object.
    Object(Arc<Object>),
    /// One of several alternatives.
    Union(Arc<[Shape]>),
}

/// The shape of an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Object {
    /// The fields with known names.
    pub fields: BTreeMap<Box<str>, Shape>,
    /// The shape of all other fields; `None` if there are no others.
    pub rest: Option<Shape>,
}

/// A set of jq's six types; [`Kind::Unknown`] has all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Types(u8);

impl Types {
    /// `null`
    pub const NULL: Self = Self(1);
    /// `boolean`
    pub const BOOLEAN: Self = Self(2);
    /// `number`
    pub const NUMBER: Self = Self(4);
    /// `string`
    pub const STRING: Self = Self(8);
    /// `array`
    pub const ARRAY: Self = Self(16);
    /// `object`
    pub const OBJECT: Self = Self(32);
    /// All six.
    pub const ANY: Self = Self(63);

    const PHRASES: [&str; 6] = ["null", "a boolean", "a number", "a string", "an array", "an object"];

    /// The union of two sets.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets have a type in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each type as a set of its own.
    pub fn iter(self) -> impl Iterator<Item = Self> {
        (0..6).map(|bit| Self(1 << bit)).filter(move |one| self.meets(*one))
    }
}

/// Formats the set for messages: `a string or null`.
impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return f.write_str("any value");
        }
        let phrases = Self::PHRASES.iter().enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0);
        f.write_str(&phrases.map(|(_, phrase)| *phrase).collect::<Vec<_>>().join(" or "))
    }
}

impl From<Kind> for Shape {
    fn from(kind: Kind) -> Self {
        let depth = match &kind {
            Kind::Array(item) => item.depth + 1,
            Kind::Object(object) => {
                let fields = object.fields.values().chain(&object.rest);
                fields.map(|field| field.depth).max().unwrap_or(0) + 1
            }
            Kind::Union(members) => members.iter().map(|member| member.depth).max().unwrap_or(0),
            _ => 0,
        };
        let kind = if depth > MAX_DEPTH { Kind::Unknown } else { kind };
        Self { depth: if depth > MAX_DEPTH { 0 } else { depth }, kind, origin: None }
    }
}

impl Shape {
    /// No value.
    pub const NEVER: Self = Self { kind: Kind::Never, origin: None, depth: 0 };
    /// Any value.
    pub const UNKNOWN: Self = Self { kind: Kind::Unknown, origin: None, depth: 0 };
    /// `null`
    pub const NULL: Self = Self { kind: Kind::Null, origin: None, depth: 0 };
    /// `true` or `false`
    pub const BOOLEAN: Self = Self { kind: Kind::Boolean, origin: None, depth: 0 };
    /// A number.
    pub const NUMBER: Self = Self { kind: Kind::Number, origin: None, depth: 0 };
    /// A string.
    pub const STRING: Self = Self { kind: Kind::String, origin: None, depth: 0 };

    /// An array of items with this shape.
    #[must_use]
    pub fn array(item: Self) -> Self {
        Kind::Array(Arc::new(item)).into()
    }

    /// An object with exactly these fields.
    #[must_use]
    pub fn object<K: Into<Box<str>>>(fields: impl IntoIterator<Item = (K, Self)>) -> Self {
        let fields = fields.into_iter().map(|(name, shape)| (name.into(), shape)).collect();
        Object { fields, rest: None }.into()
    }

    /// An object with these fields, and possibly others of unknown shape.
    #[must_use]
    pub fn open_object<K: Into<Box<str>>>(fields: impl IntoIterator<Item = (K, Self)>) -> Self {
        let fields = fields.into_iter().map(|(name, shape)| (name.into(), shape)).collect();
        Object { fields, rest: Some(Self::UNKNOWN) }.into()
    }

    /// An object with arbitrary names whose fields all have this shape.
    #[must_use]
    pub fn map_of(value: Self) -> Self {
        Object { fields: BTreeMap::new(), rest: Some(value) }.into()
    }

    /// The union of shapes; `Never` if there are none.
    #[must_use]
    pub fn union(shapes: impl IntoIterator<Item = Self>) -> Self {
        let mut members: Vec<Self> = Vec::new();
        for shape in shapes {
            match &shape.kind {
                Kind::Never => {}
                Kind::Unknown => return Self::UNKNOWN,
                Kind::Union(inner) => inner.iter().for_each(|one| add_member(&mut members, one.clone())),
                _ => add_member(&mut members, shape),
            }
            if members.len() > MAX_MEMBERS {
                return Self::UNKNOWN;
            }
        }
        if members.len() > 1 {
            return Kind::Union(members.into()).into();
        }
        members.pop().unwrap_or(Self::NEVER)
    }

    /// The shape with `null` added.
    #[must_use]
    pub fn or_null(self) -> Self {
        let origin = self.origin;
        let mut shape = Self::union([self, Self::NULL]);
        shape.origin = origin;
        shape
    }

    /// The shape with an origin, a number that the caller assigns.
    #[must_use]
    pub fn with_origin(mut self, origin: u32) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The origin that the caller assigned. See [`Shape::origins`] for unions.
    #[must_use]
    pub fn origin(&self) -> Option<u32> {
        self.origin
    }

    /// The origins of the shape and of its alternatives.
    pub fn origins(&self) -> impl Iterator<Item = u32> {
        let members = if self.origin.is_none() { self.members() } else { std::slice::from_ref(self) };
        members.iter().filter_map(|member| member.origin)
    }

    /// The kind of shape.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The alternatives of a union; the shape itself for any other kind.
    #[must_use]
    pub fn members(&self) -> &[Self] {
        match &self.kind {
            Kind::Union(members) => members,
            _ => std::slice::from_ref(self),
        }
    }

    /// The types that the value may have.
    #[must_use]
    pub fn types(&self) -> Types {
        match &self.kind {
            Kind::Never => Types(0),
            Kind::Unknown => Types::ANY,
            Kind::Null => Types::NULL,
            Kind::Boolean => Types::BOOLEAN,
            Kind::Number => Types::NUMBER,
            Kind::String => Types::STRING,
            Kind::Array(_) => Types::ARRAY,
            Kind::Object(_) => Types::OBJECT,
            Kind::Union(members) => members.iter().fold(Types(0), |all, one| all.or(one.types())),
        }
    }

    /// The alternatives with a type in the set. Unknown shapes become that type if the set has only one.
    #[must_use]
    pub fn only(&self, types: Types) -> Self {
        if matches!(self.kind, Kind::Unknown) {
            return if types.iter().count() == 1 { Self::of_type(types) } else { Self::UNKNOWN };
        }
        Self::union(self.members().iter().filter(|one| one.types().meets(types)).cloned())
    }

    /// A shape with only its type known.
    fn of_type(types: Types) -> Self {
        match types {
            Types::NULL => Self::NULL,
            Types::BOOLEAN => Self::BOOLEAN,
            Types::NUMBER => Self::NUMBER,
            Types::STRING => Self::STRING,
            Types::ARRAY => Self::array(Self::UNKNOWN),
            _ => Self::map_of(Self::UNKNOWN),
        }
    }

    /// The objects among the alternatives.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.members().iter().filter_map(|one| match &one.kind {
            Kind::Object(object) => Some(&**object),
            _ => None,
        })
    }

    /// The fields with known names of all alternatives that are objects; a name may occur more than once.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.objects().flat_map(|object| object.fields.iter().map(|(name, shape)| (&**name, shape)))
    }

    /// The shape of a field; [`Kind::Never`] if no alternative can have it.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        match &self.kind {
            Kind::Unknown => return Self::UNKNOWN,
            Kind::Object(object) => return object.field(name).unwrap_or(Self::NEVER),
            _ => {}
        }
        let mut absent = false;
        let found = self.members().iter().map(|one| match &one.kind {
            Kind::Object(object) => {
                let field = object.field(name);
                absent |= field.is_none();
                field.unwrap_or(Self::NEVER)
            }
            Kind::Null => {
                absent = true;
                Self::NEVER
            }
            _ => Self::NEVER,
        });
        let found = Self::union_keeping_origin(found);
        if absent && found != Self::NEVER { found.or_null() } else { found }
    }

    /// The shape of an array's items or an object's values; [`Kind::Never`] if there can be none.
    #[must_use]
    pub fn items(&self) -> Self {
        if matches!(self.kind, Kind::Unknown) {
            return Self::UNKNOWN;
        }
        Self::union_keeping_origin(self.members().iter().flat_map(|one| match &one.kind {
            Kind::Array(item) => vec![(**item).clone()],
            Kind::Object(object) => object.fields.values().chain(&object.rest).cloned().collect(),
            _ => Vec::new(),
        }))
    }

    /// The union of shapes; keeps the origin if there is only one member.
    fn union_keeping_origin(shapes: impl Iterator<Item = Self>) -> Self {
        let mut shapes: Vec<Self> = shapes.filter(|shape| *shape != Self::NEVER).collect();
        if shapes.len() == 1 { shapes.pop().unwrap_or(Self::NEVER) } else { Self::union(shapes) }
    }
}

impl Object {
    /// The shape of a field; one without a known name may be absent.
    fn field(&self, name: &str) -> Option<Shape> {
        self.fields.get(name).cloned().or_else(|| self.rest.clone().map(Shape::or_null))
    }
}

impl From<Object> for Shape {
    fn from(object: Object) -> Self {
        Kind::Object(Arc::new(object)).into()
    }
}

/// Adds a shape to the members of a union. Merges arrays into one, and drops duplicates.
fn add_member(members: &mut Vec<Shape>, shape: Shape) {
    if let Kind::Array(item) = &shape.kind
        && shape.origin.is_none()
        && let Some(other) =
            members.iter_mut().find(|one| matches!(one.kind, Kind::Array(_)) && one.origin.is_none())
        && let Kind::Array(before) = &other.kind
    {
        *other = Shape::array(Shape::union([(**before).clone(), (**item).clone()]));
        return;
    }
    let known = members.iter().any(|one| {
        let mut budget = COMPARED_NODES;
        same(one, &shape, &mut budget)
    });
    if !known {
        members.push(shape);
    }
}

/// Whether two shapes are equal; `budget` is the number of nodes left to compare.
fn same(a: &Shape, b: &Shape, budget: &mut u32) -> bool {
    if *budget == 0 || a.origin != b.origin || a.depth != b.depth {
        return false;
    }
    *budget -= 1;
    match (&a.kind, &b.kind) {
        (Kind::Array(a), Kind::Array(b)) => Arc::ptr_eq(a, b) || same(a, b, budget),
        (Kind::Object(a), Kind::Object(b)) => {
            let rest = match (&a.rest, &b.rest) {
                (Some(a), Some(b)) => same(a, b, budget),
                (None, None) => true,
                _ => false,
            };
            Arc::ptr_eq(a, b)
                || a.fields.len() == b.fields.len()
                    && rest
                    && a.fields.iter().zip(&b.fields).all(|(a, b)| a.0 == b.0 && same(a.1, b.1, budget))
        }
        (Kind::Union(a), Kind::Union(b)) => {
            Arc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| same(a, b, budget))
        }
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Limits beyond which `Display` abbreviates a shape.
const SHOWN_DEPTH: usize = 3;
const SHOWN_FIELDS: usize = 8;
const SHOWN_MEMBERS: usize = 6;

/// Formats the shape like a type: `{host: string, port: number | null}`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self, f, SHOWN_DEPTH)
    }
}

/// A shape to be formatted, and the depth left.
struct Shown<'a>(&'a Shape, usize);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, f, self.1)
    }
}

fn show(shape: &Shape, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    match &shape.kind {
        Kind::Never => f.write_str("nothing"),
        Kind::Unknown => f.write_str("any"),
        Kind::Null => f.write_str("null"),
        Kind::Boolean => f.write_str("boolean"),
        Kind::Number => f.write_str("number"),
        Kind::String => f.write_str("string"),
        Kind::Array(item) => {
            f.write_str("array<")?;
            match depth {
                0 => f.write_str("…"),
                _ => show(item, f, depth - 1),
            }?;
            f.write_str(">")
        }
        Kind::Object(object) => show_object(object, f, depth),
        Kind::Union(members) => {
            // Members that differ only in abbreviated parts or in origin are shown once.
            let mut shown: Vec<String> = Vec::new();
            for member in members.iter() {
                let text = Shown(member, depth).to_string();
                if !shown.contains(&text) {
                    shown.push(text);
                }
            }
            let more = shown.len() > SHOWN_MEMBERS;
            shown.truncate(SHOWN_MEMBERS);
            f.write_str(&shown.join(" | "))?;
            f.write_str(if more { " | …" } else { "" })
        }
    }
}

fn show_object(object: &Object, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    if depth == 0 {
        return f.write_str("{…}");
    }
    if let (true, Some(rest)) = (object.fields.is_empty(), &object.rest) {
        f.write_str("object<")?;
        show(rest, f, depth - 1)?;
        return f.write_str(">");
    }
    f.write_str("{")?;
    for (index, (name, field)) in object.fields.iter().take(SHOWN_FIELDS).enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        write!(f, "{name}: ")?;
        show(field, f, depth - 1)?;
    }
    if object.rest.is_some() || object.fields.len() > SHOWN_FIELDS {
        f.write_str(", …")?;
    }
    f.write_str("}")
}

#[cfg(test)]
mod tests;
