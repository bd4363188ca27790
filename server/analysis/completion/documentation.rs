//! The documentation of items, looked up when the client resolves one.

use crate::analysis::hover::prose;
use crate::jq::builtins;
use crate::reference::{self, Key, Object, Provisioner, ResourceType, Word};
use std::fmt::Write;

/// A key for documentation, as text that the client stores in the item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Topic(String);

impl Topic {
    pub(super) fn key(object: &Object, key: &Key) -> Self {
        Self(format!("key {} {}", object.name, key.name))
    }

    pub(super) fn word(sort: &str, word: &Word) -> Self {
        Self(format!("{sort} {}", word.name))
    }

    pub(super) fn provisioner(provisioner: &Provisioner) -> Self {
        Self(format!("provisioners {}", provisioner.name))
    }

    pub(super) fn resource_type(found: &ResourceType) -> Self {
        // Types that are not bundled with the program may be unknown when the client resolves the item.
        if found.is_own() {
            Self(format!("text {}.\n", prose(&found.summary)))
        } else {
            Self(format!("resource-types {}", found.name))
        }
    }

    /// A jq function by its label, such as `join(separator)`.
    pub(super) fn function(label: &str) -> Self {
        Self(format!("jq {label}"))
    }

    /// The topic that a client sent back.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The documentation of a topic in Markdown; `None` for an unknown one.
#[must_use]
pub(crate) fn documentation(topic: &Topic) -> Option<String> {
    let reference = reference::get();
    let (sort, name) = topic.0.split_once(' ')?;
    match sort {
        "key" => {
            let (object, name) = name.split_once(' ')?;
            Some(about_key(reference.key(object, name)?))
        }
        "types" => reference.schema_type(name).map(about_word),
        "formats" => reference.format(name).map(about_word),
        "widgets" => reference.widget(name).map(about_word),
        "fields" => reference.field(name).map(about_word),
        "provisioners" => {
            let found = reference.provisioner(name)?;
            Some(page(&found.summary, &found.doc, None, &found.example, &found.link))
        }
        "jq" => about_function(name),
        "resource-types" => {
            let found = reference::resource_types().get(name)?;
            Some(format!("{}.\n", found.summary))
        }
        "text" => Some(name.to_owned()),
        _ => None,
    }
}

fn about_function(label: &str) -> Option<String> {
    let (name, arity) = match label.split_once('(') {
        Some((name, arguments)) => (name, arguments.split(';').count()),
        None => (label, 0),
    };
    let function = builtins::find(name, arity)?;
    let mut out = format!("```jq\n{}\n```\n\n{}\n", function.signature, function.doc);
    if let Some([program, input, output]) = &function.example {
        let _ = write!(out, "\n`{input}` → `{program}` → `{output}`\n");
    }
    Some(out)
}

fn about_key(key: &Key) -> String {
    let default = key.default.as_ref().map(|default| format!("Default: `{default}`"));
    let note = key.deprecated.as_ref().map(|deprecation| format!("**Deprecated.** {}", deprecation.note));
    let facts: Vec<String> = [note, default].into_iter().flatten().collect();
    page(&key.summary, &key.doc, Some(facts.join("\n\n")), &key.example, &key.link)
}

fn about_word(word: &Word) -> String {
    page(&word.summary, &word.doc, None, &word.example, &word.link)
}

fn page(summary: &str, doc: &str, facts: Option<String>, example: &str, link: &str) -> String {
    let mut out = format!("{summary}.\n\n{}\n", doc.trim_end());
    if let Some(facts) = facts.filter(|facts| !facts.is_empty()) {
        let _ = write!(out, "\n{facts}\n");
    }
    let _ = write!(out, "\n```yaml\n{}\n```\n", example.trim_end());
    if !link.is_empty() {
        let _ = write!(out, "\n[Documentation]({link})\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Definition, Source};

    #[test]
    fn labels_of_resource_types_are_escaped() {
        let label = "![x](https://evil.example) <b> [y](https://evil.example)".to_owned();
        let definition = Definition {
            name: "acme-x".to_owned(),
            label: Some(label),
            icon: None,
            orientation: None,
            schema: serde_json::Value::Null,
        };
        let found = ResourceType::defined(definition, Source::Organization);
        let shown = documentation(&Topic::resource_type(&found)).unwrap();
        assert!(
            shown.starts_with("\\!\\[x](`https://evil.example`) \\<b> \\[y](`https://evil.example`)"),
            "{shown}"
        );
    }
}
