//! What rules about the form share: options as they are written, and the types of what they dress (`spec §6`).

use crate::bundle::{Document, SchemaId, UiEntry};
use crate::reference::JsonType;
use crate::syntax::{Entry, Node};

/// How many names rules about the form may look at in one document; forms have hundreds. Aliases can lay one large
/// object beside any number of entries, so looking at all of them is not linear in the text.
const MAX_NAMES: usize = 200_000;

/// Names that may still be looked at.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Self {
        Self(MAX_NAMES)
    }

    /// Whether so many names may be looked at.
    pub(super) fn allows(&mut self, names: usize) -> bool {
        self.0 = self.0.saturating_sub(names);
        self.0 > 0
    }
}

/// The options of one entry of the form, however they are written.
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
                in_bag: true,
            }));
        }
        options.push(UiOption { name: bare.to_owned(), entry, in_bag: false });
    }
    options
}

/// One option: `ui:rows: 6`, or `rows: 6` inside `ui:options`.
pub(super) struct UiOption<'a> {
    /// Its name without `ui:`.
    pub(super) name: String,
    /// Where it is written.
    pub(super) entry: Entry<'a>,
    /// Whether that is inside `ui:options`.
    pub(super) in_bag: bool,
}

/// The option that is in effect.
pub(super) fn option<'a>(document: &'a Document, entry: &UiEntry, name: &str) -> Option<Node<'a>> {
    let node = document.node(entry.node);
    let bag = || node.field("ui:options")?.value().target().field(name);
    let found = node.field(&format!("ui:{name}")).or_else(bag)?;
    found.colon().map(|_| found.value())
}

/// The types that a schema allows; none when it does not say.
pub(super) fn types(document: &Document, schema: SchemaId) -> Vec<JsonType> {
    let Some((_, value)) = document.keyword(schema, "type") else { return Vec::new() };
    let value = value.target();
    if value.is_scalar() {
        return JsonType::named(&value.value()).into_iter().collect();
    }
    value.items().filter_map(|item| JsonType::named(&item.target().value())).collect()
}
