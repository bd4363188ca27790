//! Finds markup that a Markdown renderer would fetch, follow or run; text from a bundle must not produce any.
#![allow(dead_code, reason = "shared by tests and the fuzzer")]

use ::markdown::mdast::Node;
use ::markdown::{ParseOptions, to_mdast};
use massdriver_ls::internals::analysis::{Snapshot, hover};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::workspace::NoFiles;

/// Targets of the server's own links.
const DOCUMENTATION: [&str; 10] = [
    "https://ajv.js.org/",
    "https://developer.hashicorp.com/",
    "https://docs.massdriver.cloud",
    "https://helm.sh/",
    "https://jqlang.org/",
    "https://json-schema.org/",
    "https://learn.microsoft.com/",
    "https://opentofu.org/",
    "https://rjsf-team.github.io/",
    "https://www.checkov.io/",
];

/// Asserts that the hovers at all tokens of a document contain no markup from the document.
pub(crate) fn check(text: &str) {
    let snapshot = Snapshot::new(text, None);
    let mut offset = 0;
    while offset < text.len() {
        let found = hover(&snapshot, &NoFiles, &Settings::default(), offset);
        if let Some(found) = &found {
            let markup = markup(&found.markdown);
            assert!(markup.is_empty(), "{markup:?} at {offset} of {text:?}\n{}", found.markdown);
        }
        // The span is a token of a program, a key or a value; continue after it.
        offset = found.map_or(offset + 1, |found| found.span.end().max(offset + 1));
    }
}

/// Links to other targets than the documentation, images, HTML and link definitions in a page.
pub(crate) fn markup(page: &str) -> Vec<String> {
    // Parsing cannot fail without MDX.
    let Ok(root) = to_mdast(page, &ParseOptions::gfm()) else { return vec!["no Markdown".to_owned()] };
    let mut found = Vec::new();
    let mut pending = vec![&root];
    while let Some(node) = pending.pop() {
        match node {
            Node::Link(link) if DOCUMENTATION.iter().any(|start| link.url.starts_with(start)) => {}
            Node::Link(link) => found.push(format!("link to {}", link.url)),
            Node::Image(image) => found.push(format!("image {}", image.url)),
            Node::Html(html) => found.push(format!("HTML {}", html.value)),
            Node::LinkReference(_)
            | Node::ImageReference(_)
            | Node::Definition(_)
            | Node::FootnoteReference(_)
            | Node::FootnoteDefinition(_) => found.push("a reference".to_owned()),
            _ => {}
        }
        pending.extend(node.children().into_iter().flatten());
    }
    found
}
