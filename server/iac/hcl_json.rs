//! OpenTofu and Terraform in JSON syntax, read with our YAML parser.

use super::{ArtifactResource, PUBLISHERS, Unit, Variable, VariableReference, hcl};
use crate::syntax::{Dialect, Kind, Node, Scalar, ScalarStyle, Span, Syntax, parse};

/// Reads a file; `None` if it has syntax errors.
pub(super) fn read(text: &str) -> Option<Unit> {
    let syntax = parse(text);
    let root = syntax.root().filter(|root| root.kind() == (Kind::Mapping { flow: true }))?;
    if !syntax.errors().is_empty() {
        return None;
    }
    let mut unit = Unit { references: references(&syntax), ..Unit::default() };
    for (key, body) in labelled(root, "variable") {
        unit.variables.push(variable(key, body));
    }
    for publisher in PUBLISHERS {
        let resources = blocks(root, "resource").flat_map(|resources| labelled(resources, publisher));
        unit.artifact_resources.extend(resources.map(|(_, body)| ArtifactResource { field: field(body) }));
    }
    Some(unit)
}

/// The blocks of an unlabeled type: a single one, or a list.
fn blocks<'a>(body: Node<'a>, name: &str) -> impl Iterator<Item = Node<'a>> {
    let value = body.field(name).map(|entry| entry.value());
    let one = value.filter(|value| value.is_mapping());
    one.into_iter().chain(value.into_iter().flat_map(Node::items))
}

/// The blocks of a labeled type, with their labels.
fn labelled<'a>(body: Node<'a>, name: &str) -> Vec<(Node<'a>, Node<'a>)> {
    let entries = blocks(body, name).flat_map(Node::entries);
    entries
        .flat_map(|entry| {
            let value = entry.value();
            let several: Vec<Node<'a>> = value.items().collect();
            let all = if value.is_mapping() { vec![value] } else { several };
            all.into_iter().map(move |body| (entry.key(), body))
        })
        .collect()
}

fn variable(key: Node<'_>, body: Node<'_>) -> Variable {
    let text = |name: &str| Some(body.field(name)?.value().value().into_owned());
    let value = body.field("type").map(|entry| entry.value());
    let sensitive = body.field("sensitive").map(|entry| entry.value().resolve(Dialect::GoYaml2));
    Variable {
        name: key.value().into_owned(),
        span: unquoted(key),
        whole: Span::new(key.span().start(), body.span().end()),
        value: value.map(|value| (hcl::type_of(&value.value()), unquoted(value))),
        optional: body.field("default").is_some(),
        description: text("description"),
        sensitive: sensitive == Some(Scalar::Bool(true)),
    }
}

fn field(body: Node<'_>) -> Option<(String, Span)> {
    let value = body.field("field")?.value();
    let text = value.value();
    (!text.contains("${")).then(|| (text.into_owned(), unquoted(value)))
}

/// The span of a string without its quotes.
fn unquoted(node: Node<'_>) -> Span {
    let span = node.span();
    let quoted = node.kind() == Kind::Scalar(ScalarStyle::Double) && span.len() > 1;
    if quoted { Span::new(span.start() + 1, span.end() - 1) } else { span }
}

/// Uses of variables in string templates. Names need no escapes, so they are matched in the source text.
fn references(syntax: &Syntax) -> Vec<VariableReference> {
    const VAR: &str = "var.";
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut found = Vec::new();
    for node in syntax.nodes().filter(|node| node.is_scalar() && node.source().contains("{")) {
        let (source, start) = (node.source(), node.span().start());
        for (at, _) in source.match_indices(VAR) {
            let bytes = source.as_bytes();
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let name = bytes.get(at + VAR.len()..).unwrap_or_default();
            let length = name.iter().take_while(|byte| is_word(byte)).count();
            if length == 0 || before.is_some_and(|byte| is_word(byte) || *byte == b'.') {
                continue;
            }
            let span = Span::new(at + VAR.len(), at + VAR.len() + length);
            let name = source.get(span.range()).unwrap_or_default().to_owned();
            found.push(VariableReference { name, span: Span::new(start + span.start(), start + span.end()) });
        }
    }
    found
}
