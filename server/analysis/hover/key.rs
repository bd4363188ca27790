//! Keys of the format: the description in the reference, and how it applies in the document.

use super::markdown::{Page, code, codes, prose, sentence};
use super::{param, schema};
use crate::bundle::{Area, Block, Document, SchemaId};
use crate::reference::{
    self, Block as SchemaBlock, BundleFormat, Deprecation, Identifier, JsonType, Key, Object, Origin,
    Presence, Shape, Word,
};
use crate::settings::{ExpectedFormat, Settings};

/// Mappings with more keys than this do not list them.
const MAX_KEYS: usize = 12;

/// A key of the format, where it is used.
#[derive(Clone, Copy)]
pub(super) struct Here {
    /// Its description.
    pub key: &'static Key,
    /// The object whose key it is.
    pub owner: Option<&'static Object>,
    /// The object that describes its value here, if that is more specific than the key's shape.
    pub value: Option<&'static Object>,
    /// The schema whose keyword it is.
    pub within: Option<SchemaId>,
}

/// The page of a key.
pub(super) fn page(document: &Document, settings: &Settings, here: Here) -> Page {
    let Here { key, owner, within, .. } = here;
    let generic = || owner.map(|owner| format!("in {}", owner.title)).unwrap_or_default();
    let subject = within.and_then(|id| param::subject(document, id));
    let of = subject.map_or_else(generic, |path| format!("of {}", code(&path)));
    let presence = match key.presence {
        Presence::Required => "required",
        Presence::Recommended => "recommended",
        Presence::Optional => "",
    };
    let mut page = Page::titled(&key.name, &[&of, presence]);
    deprecation(&mut page, key.deprecated.as_ref());
    page.paragraph(&sentence(&key.summary));
    page.paragraph(&key.doc);
    facts(&mut page, here);
    if let Some(id) = within.filter(|_| key.name == "ui:widget") {
        widgets(&mut page, document, id);
    }
    let is_keyword = owner.is_some_and(|owner| !owner.name.starts_with("ui"));
    if let Some(id) = within.filter(|_| is_keyword) {
        no_effect(&mut page, document, key, id);
    }
    bundle_format(&mut page, settings, key);
    origin(&mut page, key.origin);
    if let Some(identifier) = identifier(key, owner) {
        identity(&mut page, identifier, key);
    }
    noun(&mut page, &key.name);
    page.code("yaml", &key.example);
    page.link(&key.link);
    page
}

/// Adds the deprecation notice of a name.
pub(super) fn deprecation(page: &mut Page, deprecated: Option<&Deprecation>) {
    if let Some(deprecated) = deprecated {
        page.paragraph(&format!("**Deprecated.** {}", deprecated.note));
    }
}

fn facts(page: &mut Page, here: Here) {
    let Here { key, owner, value: described_here, .. } = here;
    let jq = owner.is_some_and(|owner| owner.jq);
    let value =
        if jq { format!("{}, or a jq program that returns it", key.shape) } else { key.shape.to_string() };
    page.fact("Value", &format!("{}{}", prose(&value), limits(key)));
    for choice in key.values.iter() {
        page.sub_item(&format!("{}: {}", code(&choice.value), schema::lower_first(&choice.summary)));
    }
    if key.open && !key.values.is_empty() {
        page.sub_item("or any other value");
    }
    if let Some(default) = &key.default {
        let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
        page.fact("Default", &code(&default));
    }
    let closed = described_here.or_else(|| described(&key.shape)).filter(|object| object.others.is_none());
    if let Some(object) = closed.filter(|object| object.keys().len() <= MAX_KEYS) {
        page.fact("Keys", &codes(object.keys().map(|key| &key.name)));
    }
    if !key.applies.is_empty() {
        let mut types: Vec<&str> = key.applies.iter().map(|name| name.name()).collect();
        if types.contains(&"number") {
            types.push("integer");
        }
        page.fact("For", &codes(types));
    }
    let lists =
        [("Not needed with", &key.or), ("Requires", &key.needs), ("Cannot be combined with", &key.excludes)];
    for (label, names) in lists.iter().filter(|(_, names)| !names.is_empty()) {
        page.fact(label, &codes(names.iter()));
    }
}

/// The object that describes the value, or each of its members.
fn described(shape: &Shape) -> Option<&'static Object> {
    let inner = shape.items().or_else(|| shape.values()).unwrap_or(shape);
    inner.object().and_then(|name| reference::get().object(name))
}

/// The constraints on a value beyond its shape.
fn limits(key: &Key) -> String {
    let number = |number: Option<usize>| number.map(|number| number.to_string());
    let mut words = Vec::new();
    words.extend(schema::between(number(key.min_length), number(key.max_length), "character"));
    words.extend(key.minimum.map(|least| format!("at least {least}")));
    words.extend(key.above.map(|bound| format!("more than {bound}")));
    words.extend(key.min_items.map(|least| format!("at least {least} of them")));
    words.extend(key.unique.then(|| "each once".to_owned()));
    words.extend(key.pattern.as_ref().map(|pattern| format!("matching {}", code(pattern))));
    words.extend(key.names.as_ref().map(|pattern| format!("with names matching {}", code(pattern))));
    words.iter().map(|word| format!(", {word}")).collect()
}

/// The widgets that fit a schema's type.
fn widgets(page: &mut Page, document: &Document, id: SchemaId) {
    let types = schema::types(document, id);
    if types.is_empty() {
        return;
    }
    let fits = |widget: &&Word| {
        // Class names are not checked against a type.
        let is_class = widget.name.starts_with(|c: char| c.is_uppercase());
        let fit = |name: &JsonType| types.contains(&name.name());
        !is_class && (widget.types.is_empty() || widget.types.iter().any(fit))
    };
    let names: Vec<&str> =
        reference::get().widgets.iter().filter(fits).map(|widget| widget.name.as_str()).collect();
    if !names.is_empty() {
        page.fact("Applicable here", &codes(names));
    }
}

/// Adds a note if the keyword has no effect in this schema.
fn no_effect(page: &mut Page, document: &Document, key: &Key, id: SchemaId) {
    let types = schema::types(document, id);
    let fits = |name: &&str| {
        key.applies.iter().any(|applies| applies.name() == *name)
            || *name == "integer" && key.applies.contains(&JsonType::Number)
    };
    if !key.applies.is_empty() && !types.is_empty() && !types.iter().any(fits) {
        page.item(&format!("**No effect here**: the type is {}", codes(types.iter())));
    }
    let (block, place) = match document.schemas.get(id).area {
        Area::Params => (SchemaBlock::Params, "`params`"),
        Area::Ports(Block::Artifacts | Block::Resources) => (SchemaBlock::Artifacts, "`artifacts`"),
        Area::Ports(_) => (SchemaBlock::Connections, "`connections`"),
        Area::Payload => (SchemaBlock::ResourceType, "a resource type"),
    };
    if !key.works_in(block) {
        page.item(&format!("**No effect here**, in {place}"));
    }
}

fn bundle_format(page: &mut Page, settings: &Settings, key: &Key) {
    let Some(format) = key.bundle_format else { return };
    let other = match (format, settings.bundle_format) {
        (BundleFormat::Connections, ExpectedFormat::Dependencies)
        | (BundleFormat::Dependencies, ExpectedFormat::Connections) => "; your settings select the other one",
        _ => "",
    };
    match format {
        BundleFormat::Connections => page.fact("Format", &format!("`connections`/`artifacts`{other}")),
        BundleFormat::Dependencies => page.fact("Format", &format!("`dependencies`/`resources`{other}")),
    }
}

/// Adds a note if a name is newer than the versions that the platform is known to use.
pub(super) fn origin(page: &mut Page, origin: Origin) {
    match origin {
        Origin::NewerDraft => page.item("From a newer draft than draft-07; tolerated"),
        Origin::NewerRjsf => page.item("From newer versions of the form; older ones ignore it"),
        _ => {}
    }
}

/// The kind of identifier that is the value of a key.
fn identifier(key: &Key, owner: Option<&Object>) -> Option<&'static Identifier> {
    let name = match (owner?.name.as_str(), key.name.as_str()) {
        ("bundle", "name") => "bundle",
        ("bundle", "version") => "bundle-version",
        ("resource-type", "name") => "resource-type",
        ("md-metadata", "name_prefix") => "name_prefix",
        ("md-default-tags", "md-project") => "project",
        ("md-default-tags", "md-environment" | "md-target") => "environment",
        ("md-default-tags", "md-component" | "md-manifest") => "component",
        ("md-default-tags", "md-instance" | "md-package") => "instance",
        ("connection" | "artifact", "$ref") => "resource-type",
        ("dependency-entry" | "resource-entry", "resource_type") => "resource-type",
        _ => return None,
    };
    reference::get().identifiers.get(name)
}

/// Adds the constraints of an identifier, unless the key has the same.
fn identity(page: &mut Page, identifier: &Identifier, key: &Key) {
    page.fact("Rules", &identifier.doc);
    page.fact("Example", &code(&identifier.example));
    page.fact("Unique in", &identifier.scope);
    if let Some(format) = &identifier.format {
        page.fact("Format", &code(format));
    }
    if let Some(most) = identifier.max_length.filter(|_| key.max_length.is_none()) {
        let least = identifier.min_length.map(|least| least.to_string());
        page.fact("Length", &schema::between(least, Some(most.to_string()), "character").unwrap_or_default());
    }
    if let Some(pattern) = identifier.pattern.as_ref().filter(|_| key.pattern.is_none()) {
        page.fact("Name", &format!("matching {}", code(pattern)));
    }
}

/// Adds the current term for an outdated one: `artifacts`, `md-target`, `package`.
pub(super) fn noun(page: &mut Page, name: &str) {
    let bare = name.strip_prefix("md-").unwrap_or(name);
    let bare = bare.strip_suffix('s').unwrap_or(bare);
    if let Some(noun) = reference::get().nouns.get(bare) {
        page.fact("Now called", &format!("*{bare}* is the former term for **{}**. {}", noun.now, noun.doc));
    }
}
