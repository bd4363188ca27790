//! Shared by the rules about the form: its options, and the types of the schemas that they customise.

use crate::bundle::{Document, SchemaId, UiEntry};
use crate::reference::JsonType;
use crate::syntax::{Entry, Node};

/// At most this many names are compared per document and family; forms have hundreds. Aliases can share one large
/// object between any number of entries, so comparing all names is not linear in the length of the text.
const MAX_NAMES: usize = 200_000;

/// The number of names that may still be compared.
pub(super) struct NameBudget(usize);

impl NameBudget {
    pub(super) fn new() -> Self {
        Self(MAX_NAMES)
    }

    /// Deducts a number of names. Returns whether they may be compared.
    pub(super) fn allows(&mut self, names: usize) -> bool {
        self.0 = self.0.saturating_sub(names);
        self.0 > 0
    }
}

/// The options of an entry of the form, with those in `ui:options`.
pub(super) fn options<'a>(document: &'a Document, entry: &UiEntry) -> Vec<UiOption<'a>> {
    let node = document.node(entry.node);
    let mut options = Vec::new();
    for entry in node.fields().filter(|entry| entry.colon().is_some()) {
        let name = entry.name();
        let Some(bare) = name.strip_prefix("ui:") else { continue };
        if bare == "options" {
            let inner = entry.value().target();
            let inner = inner.fields().filter(|entry| entry.colon().is_some());
            options.extend(inner.map(|entry| UiOption {
                name: entry.name().into_owned(),
                entry,
                in_options: true,
            }));
        }
        options.push(UiOption { name: bare.to_owned(), entry, in_options: false });
    }
    options
}

/// An option: `ui:rows: 6`, or `rows: 6` inside `ui:options`.
pub(super) struct UiOption<'a> {
    /// Name without `ui:`.
    pub(super) name: String,
    /// The entry that sets it.
    pub(super) entry: Entry<'a>,
    /// Whether it is inside `ui:options`.
    pub(super) in_options: bool,
}

/// The value of an option that is in effect.
pub(super) fn option<'a>(document: &'a Document, entry: &UiEntry, name: &str) -> Option<Node<'a>> {
    let node = document.node(entry.node);
    let in_options = || node.field("ui:options")?.value().target().field(name);
    let found = node.field(&format!("ui:{name}")).or_else(in_options)?;
    found.colon().map(|_| found.value())
}

/// The types that a schema allows; empty if it has no `type`.
pub(super) fn types(document: &Document, schema: SchemaId) -> Vec<JsonType> {
    let Some((_, value)) = document.keyword(schema, "type") else { return Vec::new() };
    let value = value.target();
    if value.is_scalar() {
        return JsonType::named(&value.value()).into_iter().collect();
    }
    value.items().filter_map(|item| JsonType::named(&item.target().value())).collect()
}
