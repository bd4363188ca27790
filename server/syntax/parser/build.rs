//! Tree construction.

use super::Parser;
use crate::syntax::span::Span;
use crate::syntax::tree::{EntryData, Kind, NodeData, NodeId, NodeProperties};

/// Anchor and tag before a value.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties {
    pub anchor: Option<Span>,
    pub tag: Option<Span>,
    /// Line of the last one.
    pub row: Option<usize>,
}

impl Parser<'_> {
    /// Reserves a node, so that ids follow source order. One of the `close` functions fills it.
    pub(super) fn open(&mut self, properties: Properties, indent: i32) -> NodeId {
        let id = NodeId::of_index(self.nodes.len());
        let Properties { anchor, tag, .. } = properties;
        let has_properties = anchor.is_some() || tag.is_some();
        if has_properties {
            self.properties.push(NodeProperties { node: id, anchor, tag });
        }
        if anchor.is_some() {
            self.named.push(id);
        }
        self.nodes.push(NodeData {
            kind: Kind::Null,
            span: Span::at(self.pos),
            has_properties,
            indent,
            parent: None,
            children: (0, 0),
            target: None,
            as_is: false,
        });
        id
    }

    pub(super) fn leaf(&mut self, kind: Kind, span: Span, properties: Properties, indent: i32) -> NodeId {
        let id = self.open(properties, indent);
        if kind == Kind::Alias {
            self.named.push(id);
        }
        self.node_mut(id).kind = kind;
        self.node_mut(id).span = span;
        id
    }

    /// Adds the null node of a missing value at the current position.
    pub(super) fn null(&mut self, properties: Properties, indent: i32) -> NodeId {
        self.leaf(Kind::Null, Span::at(self.pos), properties, indent)
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> &mut NodeData {
        &mut self.nodes[id.index()]
    }

    pub(super) fn node_span(&self, id: NodeId) -> Span {
        self.nodes[id.index()].span
    }

    /// Start of a node including its anchor and tag.
    pub(super) fn full_start(&self, id: NodeId) -> usize {
        let NodeData { span, has_properties, .. } = self.nodes[id.index()];
        let properties = has_properties.then(|| NodeProperties::of(&self.properties, id)).flatten();
        properties.map_or(span, |properties| properties.join(span)).start()
    }

    pub(super) fn is_scalar(&self, id: NodeId) -> bool {
        matches!(self.nodes[id.index()].kind, Kind::Null | Kind::Alias | Kind::Scalar(_))
    }

    pub(super) fn is_null(&self, id: NodeId) -> bool {
        self.nodes[id.index()].kind == Kind::Null
    }

    /// Turns a reserved node into the mapping of the open entries from index `base` on.
    pub(super) fn close_mapping(&mut self, id: NodeId, flow: bool, base: usize, span: Span) {
        let first = self.entries.len();
        self.entries.extend_from_slice(&self.open_entries[base..]);
        self.open_entries.truncate(base);
        for index in first..self.entries.len() {
            let EntryData { key, value, .. } = self.entries[index];
            self.node_mut(key).parent = Some(id);
            self.node_mut(value).parent = Some(id);
        }
        let children = (first as u32, self.entries.len() as u32);
        let node = self.node_mut(id);
        (node.kind, node.span, node.children) = (Kind::Mapping { flow }, span, children);
    }

    /// Turns a reserved node into the sequence of the open items from index `base` on.
    pub(super) fn close_sequence(&mut self, id: NodeId, flow: bool, base: usize, span: Span) {
        let first = self.items.len();
        self.items.extend_from_slice(&self.open_items[base..]);
        self.open_items.truncate(base);
        for index in first..self.items.len() {
            let item = self.items[index];
            self.node_mut(item).parent = Some(id);
        }
        let children = (first as u32, self.items.len() as u32);
        let node = self.node_mut(id);
        (node.kind, node.span, node.children) = (Kind::Sequence { flow }, span, children);
    }
}
