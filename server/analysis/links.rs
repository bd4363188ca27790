//! Document links.

use super::Snapshot;
use super::navigation::{is_local, opened};
use crate::bundle::definition;
use crate::syntax::Span;
use crate::workspace::Files;

/// A document link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    /// The linked text (bytes).
    pub span: Span,
    /// The target.
    pub to: LinkTarget,
}

/// The target of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum LinkTarget {
    /// A web address.
    Web(String),
    /// A file next to the document; the path is relative to the document's directory.
    Beside(String),
}

/// The links of a document: values that are web addresses, local `$ref`s, step directories and files of resource
/// types, in source order.
#[must_use]
pub(crate) fn links(snapshot: &Snapshot, files: &dyn Files) -> Vec<Link> {
    let document = snapshot.document();
    let mut links = Vec::new();
    for node in document.syntax.nodes().filter(|node| node.is_scalar()) {
        let text = node.value();
        if is_address(&text) {
            links.push(Link { span: node.span(), to: LinkTarget::Web(text.into_owned()) });
        }
    }
    let references = document.schemas.iter().filter_map(|(id, _)| document.keyword(id, "$ref"));
    let references = references.map(|(_, value)| value.target()).filter(|value| is_local(&value.value()));
    let steps = document.steps.iter().filter_map(|step| Some(document.node(step.path?).target()));
    let files_of_type = definition::files(document);
    for node in references.chain(steps).chain(files_of_type).filter(|node| node.is_scalar()) {
        let path = node.value().split('#').next().unwrap_or_default().trim_start_matches("./").to_owned();
        if !path.is_empty()
            && !path.contains("..")
            && let Some(file) = opened(files, path)
        {
            links.push(Link { span: node.span(), to: LinkTarget::Beside(file) });
        }
    }
    links.sort_by_key(|link| link.span);
    links.dedup_by_key(|link| link.span);
    links
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::MemoryFiles;

    #[test]
    fn addresses_references_and_directories() {
        let text = "\
source_url: https://example.com/a
description: see https://example.com/b
steps:
  - path: src
  - path: gone
  - path: ../src
params:
  properties:
    a: {$ref: ./a.json}
    b: {$ref: ../a.json}
    c: {$ref: 'https://example.com/c.json'}
";
        let files = MemoryFiles::new([("src/main.tf", ""), ("a.json", "{}")]);
        let links = links(&Snapshot::new(text, None), &files);
        let links: Vec<_> = links.iter().map(|link| (&text[link.span.range()], link.to.clone())).collect();
        let web = |to: &str| LinkTarget::Web(to.to_owned());
        let beside = |to: &str| LinkTarget::Beside(to.to_owned());
        assert_eq!(
            links,
            [
                ("https://example.com/a", web("https://example.com/a")),
                ("src", beside("src/main.tf")),
                ("./a.json", beside("a.json")),
                ("'https://example.com/c.json'", web("https://example.com/c.json")),
            ]
        );
    }

    #[test]
    fn files_of_a_resource_type() {
        let text = "\
name: our-db
icon: ./icon.svg
ui:
  instructions:
    - {label: Console, path: docs/a b.md}
    - {label: Gone, path: docs/gone.md}
exports:
  - {templatePath: config.liquid}
schema: {properties: {}}
";
        let files = MemoryFiles::new([("icon.svg", ""), ("docs/a b.md", ""), ("config.liquid", "")]);
        let links = links(&Snapshot::new(text, None), &files);
        let links: Vec<_> = links.iter().map(|link| &text[link.span.range()]).collect();
        assert_eq!(links, ["./icon.svg", "docs/a b.md", "config.liquid"]);
    }
}
