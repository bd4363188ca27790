//! Shapes of payloads. All are open: an organization may have a type of the same name with other fields, and a schema
//! forbids additional fields only explicitly.

use super::of_json_type;
use super::origin::Origin;
use crate::jq::Shape;
use crate::jq::types;
use crate::reference::{ANY_NAME, Field, JsonType, ResourceType};
use std::collections::BTreeMap;

/// Maximum nesting depth of fields; bounds the recursion.
const MAX_DEPTH: usize = 16;

/// A field with its number.
struct Numbered<'a> {
    field: &'a Field,
    number: usize,
    inner: Vec<Numbered<'a>>,
}

/// The shape of the payload of a type whose first field has the number `first`.
pub(in crate::bundle) fn of_type(found: &ResourceType, mut first: usize) -> Shape {
    let forms: Vec<Vec<Numbered<'_>>> =
        found.payloads.iter().map(|form| numbered(form, &mut first)).collect();
    payload(&forms.iter().map(Vec::as_slice).collect::<Vec<_>>(), 0)
}

/// Numbers fields in the order of [`ResourceType::all_fields`].
fn numbered<'a>(fields: &'a [Field], next: &mut usize) -> Vec<Numbered<'a>> {
    let number = |field: &'a Field| {
        let number = *next;
        *next += 1;
        Numbered { field, number, inner: numbered(&field.fields, next) }
    };
    fields.iter().map(number).collect()
}

/// The shape of a payload with several alternative forms: the fields of all of them, nullable unless required in
/// each.
fn payload(forms: &[&[Numbered<'_>]], depth: usize) -> Shape {
    let mut by_name: BTreeMap<&str, Vec<&Numbered<'_>>> = BTreeMap::new();
    for one in forms.iter().flat_map(|form| form.iter()) {
        by_name.entry(&one.field.name).or_default().push(one);
    }
    let mut object = types::Object { fields: BTreeMap::new(), rest: Some(Shape::UNKNOWN) };
    for (name, same) in by_name {
        let Some(first) = same.first() else { continue };
        let shape = field(&same, depth);
        let always = same.len() == forms.len() && same.iter().all(|one| one.field.required);
        let shape = if always { shape } else { shape.or_null() };
        let shape = shape.with_origin(Origin::Payload(first.number).number());
        if name == ANY_NAME {
            object.rest = Some(shape);
        } else {
            object.fields.insert(name.into(), shape);
        }
    }
    object.into()
}

fn field(same: &[&Numbered<'_>], depth: usize) -> Shape {
    let is_object = |one: &&&Numbered<'_>| one.field.type_name == "object";
    let mut shapes = Vec::new();
    for one in same.iter().filter(|one| !is_object(one)) {
        let shape = JsonType::named(&one.field.type_name).map_or(Shape::UNKNOWN, of_json_type);
        shapes.push(if one.field.list { Shape::array(shape) } else { shape });
    }
    for list in [false, true] {
        let objects = same.iter().filter(|one| is_object(one) && one.field.list == list);
        let forms: Vec<&[Numbered<'_>]> = objects.map(|one| one.inner.as_slice()).collect();
        if depth < MAX_DEPTH && !forms.is_empty() {
            let payload = payload(&forms, depth + 1);
            shapes.push(if list { Shape::array(payload) } else { payload });
        }
    }
    if shapes.is_empty() { Shape::UNKNOWN } else { Shape::union(shapes) }
}
