//! Test helper: the shortest documents that contain each mapping the reference describes.

#![allow(clippy::unwrap_used, reason = "tests say so by failing")]

use crate::reference::{self, Key, Object, Shape};

/// Every described key with the object that it belongs to.
pub(super) fn keys() -> impl Iterator<Item = (&'static Object, &'static Key)> {
    reference::get().objects.iter().flat_map(|object| object.keys().map(move |key| (object, key)))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// A value of a shape, with `body` in place of `object`; `None` if the shape does not contain that object.
fn within(shape: &Shape, object: &str, body: &str) -> Option<String> {
    match shape {
        Shape::Object(name) if name == object => Some(indented(body)),
        Shape::List(inner) => within(inner, object, body).map(|text| format!("  -\n{}", indented(&text))),
        Shape::Map(inner) => within(inner, object, body).map(|text| format!("  x:\n{}", indented(&text))),
        Shape::Either(shapes) => shapes.iter().find_map(|shape| within(shape, object, body)),
        _ => None,
    }
}

/// The shortest document in which `body` is that object.
pub(super) fn document(object: &str, body: &str) -> Option<String> {
    let reference = reference::get();
    let mut reached = vec![(object.to_owned(), body.to_owned())];
    let mut at = 0;
    while let Some((object, body)) = reached.get(at).cloned() {
        match object.as_str() {
            "bundle" => return Some(body),
            "resource-type" => return Some(format!("# resource type\n{body}")),
            _ => {}
        }
        if let Some(provisioner) = reference.provisioners.iter().find(|found| found.config == object) {
            let config = indented(&indented(&body));
            return Some(format!(
                "steps:\n- path: x\n  provisioner: {}\n  config:\n{config}",
                provisioner.name
            ));
        }
        for (outer, key) in keys().filter(|(outer, _)| !reached.iter().any(|(name, _)| *name == outer.name)) {
            let value = within(&key.shape, &object, &body);
            let others = || within(outer.others.as_ref()?, &object, &body).map(|text| format!("x:\n{text}"));
            if let Some(text) = value.map(|value| format!("{}:\n{value}", key.name)).or_else(others) {
                reached.push((outer.name.clone(), text));
                break;
            }
        }
        at += 1;
    }
    None
}
