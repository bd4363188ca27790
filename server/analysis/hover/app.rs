//! Environment variables and secrets of an application.

use super::markdown::{Page, code};
use super::uses;
use crate::bundle::Document;
use crate::reference;
use crate::syntax::{Dialect, Node, Scalar};

/// The page of an environment variable.
pub(super) fn env(name: &str, value: Node<'_>) -> Page {
    let mut page = Page::titled(name, &["environment variable"]);
    page.paragraph(
        "An environment variable of the application. A jq program computes its value on each deployment.",
    );
    if value.target().is_scalar() {
        page.code("jq", &value.target().value());
    }
    constraints(&mut page, "envs");
    page
}

/// The page of a secret; `value` is its definition.
pub(super) fn secret(document: &Document, name: &str, value: Node<'_>) -> Page {
    let is_true = |key: &str| {
        let entry = value.field(key);
        entry.is_some_and(|entry| entry.value().resolve(Dialect::GoYaml2) == Scalar::Bool(true))
    };
    let required = if is_true("required") { "required" } else { "optional" };
    let mut page = Page::titled(name, &["secret", required]);
    let text = |key: &str| value.field(key).map(|entry| entry.value().target().value());
    super::schema::described(&mut page, text("title").as_deref(), text("description").as_deref());
    page.paragraph("The value is entered for each instance and never stored in the file.");
    page.fact("Value", if is_true("json") { "JSON" } else { "plain text" });
    page.fact("In jq", &code(&format!(".secrets{}", super::port::step(name))));
    let used = uses::in_programs(document, &["secrets"], &[name]);
    if !used.is_empty() {
        let paths: Vec<String> = used.iter().map(|(path, _)| code(path)).collect();
        page.fact("Used in", &paths.join(", "));
    }
    constraints(&mut page, "secrets");
    page
}

fn constraints(page: &mut Page, block: &str) {
    let Some(key) = reference::get().key("app", block) else { return };
    if let Some(names) = &key.names {
        page.fact("Name", &format!("matches {}", code(names)));
    }
    page.link(&key.link);
}
