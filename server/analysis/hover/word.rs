//! Values with a description: types, formats, widgets, fields, provisioners, allowed values; and foreign keywords.

use super::key::{deprecation, origin};
use super::markdown::{Page, code, codes, sentence};
use super::schema::lower_first;
use crate::reference::{self, Choice, Foreign, ForeignKind, JsonType, Key, Word};

/// The page of a type, format, widget or field; `sort` says which.
pub(super) fn page(word: &Word, sort: &str) -> Page {
    let mut page = Page::titled(&word.name, &[sort]);
    deprecation(&mut page, word.deprecated.as_ref());
    page.paragraph(&sentence(&word.summary));
    page.paragraph(&word.doc);
    if !word.types.is_empty() {
        page.fact("For", &codes(word.types.iter().map(|name| type_name(*name))));
    }
    for argument in word.arguments.iter() {
        page.fact(&code(&argument.name), &format!("{}; {}", lower_first(&argument.summary), argument.shape));
    }
    origin(&mut page, word.origin);
    page.code("yaml", &word.example);
    page.link(&word.link);
    page
}

fn type_name(name: JsonType) -> String {
    format!("{name:?}").to_lowercase()
}

/// The page of the value of `provisioner`, with or without a version.
pub(super) fn provisioner(value: &str) -> Page {
    let Some(known) = reference::get().provisioner(value) else { return custom_provisioner(value) };
    let mut page = Page::titled(value, &["provisioner"]);
    page.paragraph(&sentence(&known.summary));
    page.paragraph(&known.doc);
    if let Some((_, version)) = value.split_once(':') {
        page.fact("Version", &code(version));
    }
    page.fact("Expects", &format!("{} in the step's directory", codes(known.files.iter())));
    if let Some(config) = reference::get().object(&known.config) {
        page.fact("Options", &codes(config.keys().map(|key| &key.name)));
    }
    page.code("yaml", &known.example);
    page.link(&known.link);
    page
}

fn custom_provisioner(value: &str) -> Page {
    let mut page = Page::titled(value, &["custom provisioner"]);
    page.paragraph(
        "Not a built-in provisioner, so it is read as the image of a custom one. These run only on self-hosted \
         installations; the image defines the options under `config`.",
    );
    page.fact("Built in", &codes(reference::get().provisioners.names()));
    page.link("https://docs.massdriver.cloud/self-hosted/custom-provisioners");
    page
}

/// The page of one of a key's allowed values.
pub(super) fn choice(choice: &Choice, key: &Key) -> Page {
    let mut page = Page::titled(&choice.value, &[&format!("value of {}", code(&key.name))]);
    deprecation(&mut page, key.deprecated.as_ref());
    page.paragraph(&sentence(&choice.summary));
    let others = key.values.iter().filter(|other| other.value != choice.value);
    for other in others {
        page.fact(&code(&other.value), &lower_first(&other.summary));
    }
    if key.default.as_ref().and_then(|default| default.as_str()) == Some(&choice.value) {
        page.item("The default");
    }
    page.paragraph(&key.doc);
    page.link(&key.link);
    page
}

/// The page of a keyword without effect in a schema.
pub(super) fn foreign(foreign: &Foreign) -> Page {
    let origin = match foreign.kind {
        ForeignKind::NewerDraft => "from a newer draft of JSON Schema",
        ForeignKind::OpenApi => "from OpenAPI",
        ForeignKind::Slip => "not a keyword",
    };
    let mut page = Page::titled(&foreign.name, &[origin]);
    page.paragraph("It has no effect here.");
    page.paragraph(&foreign.note);
    page
}
