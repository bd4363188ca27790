//! All values of the platform's own structures with their descriptions.
//!
//! Covers the root, steps, `app`, secrets, dependencies and the parts of a resource type. Stops at mappings with keys
//! other than the described ones, which are listed elsewhere: schemas ([`Document::schemas`]), the `ui` tree
//! ([`Document::ui`]) and a step's `config`.

use super::typed::TypedNode;
use super::{Document, Kind};
use crate::reference::{Key, Object, Shape};
use crate::syntax::{Node, NodeId};
use foldhash::HashSet;
use std::fmt::Write;

/// Every described value of a document; parents precede their children.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The values.
    pub nodes: Vec<OutlineNode>,
}

/// A value with its description.
#[derive(Clone, Copy, Debug)]
pub struct OutlineNode {
    /// Its position in its parent.
    pub at: At,
    /// Index of the parent; `None` for the root.
    pub parent: Option<usize>,
    /// The value as written; may be an alias.
    pub value: NodeId,
    /// The description of its key; `None` if the author chose the name.
    pub key: Option<&'static Key>,
    /// The expected shape of the value; `None` for the root.
    pub shape: Option<&'static Shape>,
    /// The description of its keys if it is a mapping that the outline enters. A mapping shared through aliases has
    /// one only at its first position, so that rules report it once.
    pub object: Option<&'static Object>,
}

/// Position of a value in its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// The root, which has no parent.
    Root,
    /// Under this key.
    Key(NodeId),
    /// At this index of a list.
    Item(usize),
}

impl Outline {
    /// The mappings with described keys, each once, as (outline node, mapping with aliases followed, description).
    pub fn objects<'a>(
        &'a self,
        document: &'a Document,
    ) -> impl Iterator<Item = (&'a OutlineNode, Node<'a>, &'static Object)> {
        let object = |node: &'a OutlineNode| Some((node, document.node(node.value).target(), node.object?));
        self.nodes.iter().filter_map(object)
    }

    /// The path to a node for messages, such as `steps[0].path`; empty for the root.
    #[must_use]
    pub fn path(&self, document: &Document, node: &OutlineNode) -> String {
        let mut steps = vec![node.at];
        let mut parent = node.parent;
        while let Some(node) = parent.and_then(|index| self.nodes.get(index)) {
            steps.push(node.at);
            parent = node.parent;
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

/// Builds the outline of a document.
pub(super) fn read(document: &Document) -> Outline {
    if matches!(document.kind, Kind::Template | Kind::Program) {
        return Outline::default();
    }
    let Some(root) = document.syntax.root() else { return Outline::default() };
    let object = TypedNode::root(document).object.filter(|_| root.target().is_mapping());
    let root = OutlineNode { at: At::Root, parent: None, value: root.id(), key: None, shape: None, object };
    let mut nodes = vec![root];
    let mut seen = HashSet::default();
    let mut next = 0;
    // A worklist instead of recursion: chains of aliases can be deeper than the stack.
    while let Some(&node) = nodes.get(next) {
        let target = document.node(node.value).target();
        if !(target.is_mapping() || target.is_sequence()) || seen.insert(target.id()) {
            enter(document, node, next, &mut nodes);
        } else if let Some(node) = nodes.get_mut(next) {
            node.object = None;
        }
        next += 1;
    }
    Outline { nodes }
}

/// Adds the children of a node.
fn enter(document: &Document, node: OutlineNode, index: usize, nodes: &mut Vec<OutlineNode>) {
    let value = document.node(node.value).target();
    let typed = TypedNode::described(Some(value), node.shape, node.object);
    let mut add = |at: At, child: TypedNode<'_>| {
        let Some((value, shape)) = child.node.zip(child.shape) else { return };
        // Mappings inside jq values hold a provisioner's options.
        let is_own = |object: &&Object| value.target().is_mapping() && object.others.is_none() && !child.jq;
        let object = child.object.filter(is_own);
        let (parent, value) = (Some(index), value.id());
        nodes.push(OutlineNode { at, parent, value, key: child.key, shape: Some(shape), object });
    };
    let has_free_keys = || node.shape.is_some_and(|shape| shape.values().is_some());
    let is_misplaced =
        || document.blocks.iter().flatten().any(|block| block.misplaced && block.value == value.id());
    if node.object.is_some() || has_free_keys() && !is_misplaced() {
        for entry in value.fields().filter(|entry| entry.colon().is_some()) {
            add(At::Key(entry.key().id()), typed.enter(document, entry));
        }
    }
    if value.is_sequence() && !is_misplaced() {
        for (position, item) in value.items().enumerate() {
            add(At::Item(position), typed.enter_item(document, Some(item)));
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
        let line = |node: &OutlineNode| {
            let shape = node.shape.map(Shape::to_string).unwrap_or_default();
            let object = node.object.map(|object| object.name.as_str()).unwrap_or_default();
            format!("{}: {shape} <{object}>\n", outline.path(&document, node))
        };
        outline.nodes.iter().map(line).collect()
    }

    #[test]
    fn covers_the_platforms_own_structures() {
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
    fn skips_a_misplaced_block() {
        let text = "params: {}\ndependencies:\n  a:\n    oneOf: []\n";
        assert!(!outline(text).contains("dependencies.a"));
    }
}
