//! Detects the kind of a `massdriver.yaml`.

use crate::settings::DEFINITION_DIRECTORIES;
use crate::syntax::{Kind as NodeKind, Node, Syntax};
use std::path::{Component, Path};

/// The kinds of documents that share the name `massdriver.yaml`, and jq program files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// Infrastructure as code with its inputs, outputs and form.
    #[default]
    Bundle,
    /// The schema of a payload that one bundle passes to another ("artifact definition" in older texts).
    ResourceType,
    /// A template that renders to a bundle; often not valid YAML.
    Template,
    /// A jq program file next to the code of a step, not a `massdriver.yaml`.
    Program,
}

const BUNDLE_KEYS: [&str; 5] = ["params", "connections", "artifacts", "steps", "app"];
const CURRENT_KEYS: [&str; 2] = ["dependencies", "resources"];
const RESOURCE_TYPE_KEYS: [&str; 3] = ["label", "icon", "exports"];
const RESOURCE_TYPE_UI_KEYS: [&str; 3] = ["connectionOrientation", "environmentDefaultGroup", "instructions"];
const BUNDLE_DIRECTORIES: [&str; 3] = ["bundles", "infrastructure", "applications"];

/// Detects the kind; the first matching rule wins.
#[must_use]
pub(super) fn detect(syntax: &Syntax, path: Option<&Path>) -> Kind {
    let Some(root) = syntax.root() else {
        return path.and_then(by_path).unwrap_or_default();
    };
    if is_template(syntax, root) {
        return Kind::Template;
    }
    let has = |key: &str| root.field(key).is_some();
    let is_mapping = |key: &str| root.field(key).is_some_and(|entry| entry.value().target().is_mapping());
    let bundle = BUNDLE_KEYS.iter().any(|key| has(key)) || CURRENT_KEYS.iter().any(|key| is_mapping(key));
    if (is_mapping("schema") || is_mapping("$md")) && !has("params") {
        return Kind::ResourceType;
    }
    if bundle || root.field("schema").is_some_and(|entry| entry.value().target().is_scalar()) {
        return Kind::Bundle;
    }
    let ui = root.field("ui").map(|entry| entry.value().target());
    let resource_type_ui =
        ui.is_some_and(|ui| RESOURCE_TYPE_UI_KEYS.iter().any(|key| ui.field(key).is_some()));
    if resource_type_ui || RESOURCE_TYPE_KEYS.iter().any(|key| has(key)) {
        return Kind::ResourceType;
    }
    path.and_then(by_path).unwrap_or_default()
}

/// Decides by the innermost directory whose name implies a kind.
fn by_path(path: &Path) -> Option<Kind> {
    path.components().rev().skip(1).find_map(|component| {
        let Component::Normal(name) = component else { return None };
        let name = name.to_str()?;
        if DEFINITION_DIRECTORIES.contains(&name) {
            return Some(Kind::ResourceType);
        }
        BUNDLE_DIRECTORIES.contains(&name).then_some(Kind::Bundle)
    })
}

/// Whether the text is a template.
///
/// A Liquid template has a `{% … %}` line, or a top-level value that contains `{{`, quoted or not. Older templates used
/// `<md … md>`. Braces in nested values belong to the bundle (chart names, jq) and do not make it a template.
fn is_template(syntax: &Syntax, root: Node<'_>) -> bool {
    // An edit in place neither adds nor removes any of these.
    let text = syntax.untracked_text();
    if text.contains("<md ")
        && text.lines().any(|line| line.split_once("<md ").is_some_and(|(_, rest)| rest.contains(" md>")))
    {
        return true;
    }
    if text.contains("{%") && text.lines().any(|line| line.trim_start().starts_with("{%")) {
        return true;
    }
    text.contains("{{")
        && root.entries().map(|entry| entry.value()).any(|value| match value.kind() {
            NodeKind::Scalar(_) => value.source().contains("{{"),
            NodeKind::Mapping { flow: true } => value.source().starts_with("{{"),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    fn kind(text: &str) -> Kind {
        detect(&parse(text), None)
    }

    #[test]
    fn the_first_matching_rule_decides() {
        assert_eq!(kind("name: {{ name }}\nparams: {}\n"), Kind::Template);
        for value in
            ["\"{{ name }}\"", "'{{name}}'", "\"my-{{ name }}\"", "my-{{ name }}", ">-\n  {{ name }}"]
        {
            assert_eq!(kind(&format!("name: {value}\nparams: {{}}\n")), Kind::Template, "{value}");
        }
        assert_eq!(kind("name: \"<md .Name md>\"\nparams: {}\n"), Kind::Template);
        assert_eq!(kind("params:\n  {% if x %}\n  a: b\n"), Kind::Template);
        assert_eq!(kind("name: x\nsteps: []\napp:\n  envs:\n    A: '@text \"{{ x }}\"'\n"), Kind::Bundle);
        let nested = "name: x\nparams: {properties: {a: {description: 'as {{ x }}', $ref: \"{{ y }}\"}}}\n";
        assert_eq!(kind(nested), Kind::Bundle);
        assert_eq!(kind("schema:\n  properties: {}\n"), Kind::ResourceType);
        assert_eq!(kind("schema:\n  properties: {}\nparams: {}\n"), Kind::Bundle);
        assert_eq!(kind("schema: draft-07\nlabel: x\n"), Kind::Bundle);
        assert_eq!(kind("schema:\nlabel: x\n"), Kind::ResourceType);
        assert_eq!(kind("name: x\nlabel: X\n"), Kind::ResourceType);
        assert_eq!(kind("name: x\nui:\n  connectionOrientation: link\n"), Kind::ResourceType);
        assert_eq!(kind("name: x\n"), Kind::Bundle);
        assert_eq!(kind(""), Kind::Bundle);
    }

    #[test]
    fn the_innermost_known_directory_decides_the_kind_of_an_empty_file() {
        let at = |path: &str| detect(&parse(""), Some(Path::new(path)));
        assert_eq!(at("/repo/bundles/resource-types/vpc/massdriver.yaml"), Kind::ResourceType);
        assert_eq!(at("/repo/platforms/bundles/vpc/massdriver.yaml"), Kind::Bundle);
        assert_eq!(at("/repo/vpc/massdriver.yaml"), Kind::Bundle);
    }
}
