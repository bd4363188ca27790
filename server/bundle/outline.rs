//! The document laid beside its description: which described mapping each mapping is, and what every value should be.
//!
//! Covers what is the platform's own: the root, steps, `app`, secrets, dependencies, a resource type's parts. It stops
//! at mappings that take other keys than the described ones, because these have lists of their own: schemas
//! ([`Document::schemas`]), the form ([`Document::ui`]) and a step's `config`.

use super::{Document, Kind};
use crate::reference::{self, Key, Object, Shape};
use crate::syntax::{Node, NodeId};
use foldhash::HashSet;
use std::fmt::Write;

/// Every described value of a document; parents come before what they contain.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The values.
    pub places: Vec<Place>,
}

/// One value with what the reference says of it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where it stands in its parent.
    pub at: At,
    /// Index of the place it stands in; none for the root.
    pub parent: Option<usize>,
    /// The value as written; it may be an alias.
    pub value: NodeId,
    /// Description of the key that leads to it, where the format and not the author chose that key.
    pub key: Option<&'static Key>,
    /// What it should be; none for the root.
    pub shape: Option<&'static Shape>,
    /// Description of its own keys, where it is a mapping that the outline goes into. A mapping that aliases put in
    /// several places has it in the first only, so that nothing is said twice.
    pub object: Option<&'static Object>,
}

/// Where a value stands in its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// It is the root.
    Root,
    /// Under this key.
    Key(NodeId),
    /// At this position of a list.
    Item(usize),
}

impl Outline {
    /// The mappings whose keys are described, each once: place, mapping (aliases followed), description.
    pub fn objects<'a>(
        &'a self,
        document: &'a Document,
    ) -> impl Iterator<Item = (&'a Place, Node<'a>, &'static Object)> {
        let object = |place: &'a Place| Some((place, document.node(place.value).target(), place.object?));
        self.places.iter().filter_map(object)
    }

    /// The way to a place, as people write it: `steps[0].path`; empty for the root.
    #[must_use]
    pub fn path(&self, document: &Document, place: &Place) -> String {
        let mut steps = vec![place.at];
        let mut parent = place.parent;
        while let Some(place) = parent.and_then(|index| self.places.get(index)) {
            steps.push(place.at);
            parent = place.parent;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            match step {
                At::Root => {}
                At::Item(index) => {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "[{index}]");
                }
                At::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&document.node(key).value());
                }
            }
        }
        path
    }
}

/// Lays a document beside its description.
pub(super) fn read(document: &Document) -> Outline {
    let name = match document.kind {
        Kind::Bundle => "bundle",
        Kind::ResourceType => "resource-type",
        Kind::Template | Kind::Program => return Outline::default(),
    };
    let Some(root) = document.syntax.root() else { return Outline::default() };
    let object = reference::get().object(name).filter(|_| root.target().is_mapping());
    let root = Place { at: At::Root, parent: None, value: root.id(), key: None, shape: None, object };
    let mut outline = Outline { places: vec![root] };
    let mut seen = HashSet::default();
    let mut next = 0;
    // A list to work off instead of recursion: aliases can chain deeper than any stack.
    while let Some(&place) = outline.places.get(next) {
        let node = document.node(place.value).target();
        if !(node.is_mapping() || node.is_sequence()) || seen.insert(node.id()) {
            enter(document, place, next, &mut outline.places);
        } else if let Some(place) = outline.places.get_mut(next) {
            place.object = None;
        }
        next += 1;
    }
    outline
}

/// Adds what stands directly in a place.
fn enter(document: &Document, place: Place, index: usize, places: &mut Vec<Place>) {
    let node = document.node(place.value).target();
    let mut add = |at: At, value: Node<'_>, key: Option<&'static Key>, shape: &'static Shape| {
        let object = shape.object().and_then(|name| reference::get().object(name));
        let object = object.filter(|object| value.target().is_mapping() && object.others.is_none());
        places.push(Place { at, parent: Some(index), value: value.id(), key, shape: Some(shape), object });
    };
    if let Some(object) = place.object {
        for entry in node.fields().filter(|entry| entry.colon().is_some()) {
            let Some(key) = object.key(&entry.name()) else { continue };
            add(At::Key(entry.key().id()), entry.value(), Some(key), &key.shape);
        }
        return;
    }
    let misplaced = document.blocks.iter().flatten().any(|block| block.misplaced && block.value == node.id());
    if misplaced {
        return;
    }
    if let Some(values) = place.shape.and_then(Shape::values) {
        for entry in node.fields().filter(|entry| entry.colon().is_some()) {
            add(At::Key(entry.key().id()), entry.value(), None, values);
        }
    }
    if let Some(items) = place.shape.and_then(Shape::items) {
        for (position, item) in node.items().enumerate() {
            add(At::Item(position), item, None, items);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;
    use expect_test::expect;

    fn outline(text: &str) -> String {
        let document = Document::new(parse(text), None);
        let outline = document.outline();
        let line = |place: &Place| {
            let shape = place.shape.map(Shape::to_string).unwrap_or_default();
            let object = place.object.map(|object| object.name.as_str()).unwrap_or_default();
            format!("{}: {shape} <{object}>\n", outline.path(&document, place))
        };
        outline.places.iter().map(line).collect()
    }

    #[test]
    fn goes_through_the_platforms_own_structures() {
        let text = "\
params:
  properties: {a: {}}
steps:
  - path: src
    config: {a: b}
  - &helm {path: x, pth: y}
  - *helm
app:
  secrets:
    TOKEN: {required: true}
    OTHER:
odd: 1
";
        expect![[r#"
            :  <bundle>
            params: a mapping <>
            steps: a list of mappings <>
            app: a mapping <app>
            steps[0]: a mapping <step>
            steps[1]: a mapping <step>
            steps[2]: a mapping <>
            app.secrets: a mapping <>
            steps[0].path: the name of a directory <>
            steps[0].config: a mapping <>
            steps[1].path: the name of a directory <>
            app.secrets.TOKEN: a mapping or null <secret>
            app.secrets.OTHER: a mapping or null <>
            steps[0].config.a: any value <>
            app.secrets.TOKEN.required: true or false <>
        "#]]
        .assert_eq(&outline(text));
    }

    #[test]
    fn leaves_a_misplaced_block_alone() {
        let text = "params: {}\ndependencies:\n  a:\n    oneOf: []\n";
        assert!(!outline(text).contains("dependencies.a"));
    }
}
