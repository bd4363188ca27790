//! Connections, artifacts, dependencies and resources, and the resource types that they name.

use super::markdown::{Page, code, prose, sentence};
use super::{payload, schema, uses, variable};
use crate::bundle::type_ref::{RefForm, Release, release, split_version};
use crate::bundle::{Block, BuiltIn, Catalog, Document, Port, SchemaId, Symbol, query};
use crate::jq;
use crate::reference::{self, Field, ResourceType, Source};
use crate::syntax::Node;
use crate::workspace::Files;
use serde_json::Value;
use std::path::Path;

/// The page of an entry of one of the four blocks.
pub(super) fn page(document: &Document, files: &dyn Files, symbol: &Symbol, port: &Port) -> Page {
    let type_name = type_text(document, port).unwrap_or_default();
    let shown = if type_name.is_empty() { String::new() } else { code(&type_name) };
    let required = if query::is_required_port(document, port) { "required" } else { "optional" };
    let mut page = Page::titled(&port.name, &[port.block.noun(), &shown, required]);
    let entry = document.node(port.value);
    let text = |key: &str| entry.field(key).map(|entry| entry.value().target().value());
    schema::described(&mut page, text("title").as_deref(), text("description").as_deref());
    if port.block.is_input() {
        input_facts(&mut page, document, port);
    } else {
        output_facts(&mut page, document, port);
    }
    let uses = uses::of(document, symbol, roots(port.block), &[&port.name]);
    if !uses.is_empty() {
        page.fact("Used in", &uses.join(", "));
    }
    if !type_name.is_empty() {
        of_type(&mut page, document, files, &type_name);
    }
    page
}

/// The keys of jq inputs that hold the block's entries, in both formats.
pub(super) fn roots(block: Block) -> &'static [&'static str] {
    if block.is_input() { &["connections", "dependencies"] } else { &["artifacts", "resources"] }
}

/// The entry of a name under one of these keys.
pub(super) fn named<'a>(document: &'a Document, root: &str, name: &str) -> Option<&'a Port> {
    let is_it = |port: &&Port| port.name == name && roots(port.block).contains(&root);
    document.ports.iter().find(is_it)
}

/// The type that an entry names.
pub(super) fn type_text(document: &Document, port: &Port) -> Option<String> {
    let (_, value) = port.type_ref?;
    let value = document.node(value).target();
    value.is_scalar().then(|| value.value().into_owned())
}

fn input_facts(page: &mut Page, document: &Document, port: &Port) {
    let root = port.block.key();
    page.fact("In jq", &code(&format!(".{root}{}", step(&port.name))));
    let tools = variable::tools(document);
    if tools.contains(&BuiltIn::Terraform) {
        page.fact("In the code", &code(&format!("var.{}", port.name)));
    } else if tools.contains(&BuiltIn::Bicep) {
        page.fact("In the code", &code(&format!("param {}", port.name)));
    } else if tools.contains(&BuiltIn::Helm) {
        page.fact("In the chart", &code(&format!(".Values.{}", port.name)));
    }
}

fn output_facts(page: &mut Page, document: &Document, port: &Port) {
    let Some(publisher) = port.block.publisher() else { return };
    let tools = variable::tools(document);
    if tools.contains(&BuiltIn::Terraform) {
        let field = code(&format!("field = \"{}\"", port.name));
        page.fact("Published by", &format!("a {} with {field}", code(publisher.resource)));
    }
    if tools.iter().any(|tool| *tool != BuiltIn::Terraform) {
        let file = code(&publisher.program(&port.name));
        page.fact("Published by", &format!("{file} in the directory of the step"));
    }
    if let Some(id) = reference::get().identifiers.get("resource") {
        let format = id.format.as_deref().unwrap_or_default().replace("{field}", &port.name);
        page.fact("Id", &format!("{}; the name cannot be changed later", code(&format)));
    }
}

/// A name as a step of a jq path.
pub(super) fn step(name: &str) -> String {
    if jq::complete::is_word(name) { format!(".{name}") } else { format!("[\"{name}\"]") }
}

/// The page of a `$ref` or `resource_type`.
pub(super) fn type_page(
    document: &Document,
    files: &dyn Files,
    node: Node<'_>,
    within: Option<SchemaId>,
) -> Page {
    let written = node.target().value();
    let (name, version) = split_version(&written);
    let mut page = match RefForm::of(name) {
        RefForm::Type(_) => Page::titled(&written, &["resource type"]),
        RefForm::File(_) => Page::titled(&written, &["JSON file"]),
        RefForm::Url => Page::titled(&written, &["JSON document on the web"]),
        RefForm::Pointer(_) => {
            let id = within.and_then(|id| document.schemas.get(id).reference);
            let types = id.map(|id| schema::type_words(document, id)).unwrap_or_default();
            let mut page = Page::titled(&written, &["definition", &types]);
            if let Some(id) = id {
                schema::describe(&mut page, document, id);
                schema::constraints(&mut page, document, id);
                payload::tree(&mut page, &schema::fields(document, id), schema::is_list(document, id));
            }
            return page;
        }
        RefForm::Other => Page::titled(&written, &["reference"]),
    };
    if let RefForm::Type(type_name) = RefForm::of(name) {
        let org = type_name.org.map(|org| format!("{}{}", code(org), form("organization")));
        page.fact("Organization", org.as_deref().unwrap_or("your own"));
        if document.catalog().get(name).is_none() {
            page.fact("Name", &format!("{}{}", code(type_name.name), form("resource-type")));
        }
    }
    if let Some(version) = version {
        page.fact("Version", &format!("{}: {}", code(version), version_words(version)));
    }
    of_type(&mut page, document, files, &written);
    page
}

/// The pattern of an identifier: ", matching …".
fn form(identifier: &str) -> String {
    let found = reference::get().identifiers.get(identifier);
    let pattern = found.and_then(|found| found.pattern.as_deref());
    pattern.map(|pattern| format!(", matching {}", code(pattern))).unwrap_or_default()
}

fn version_words(version: &str) -> &'static str {
    let dev = version.ends_with("+dev");
    match release(version) {
        Some(Release::Exact) => "exactly this release",
        Some(Release::Range) if version.starts_with("latest") && dev => "the newest build",
        Some(Release::Range) if version.starts_with("latest") => "the newest release",
        Some(Release::Range) if dev => "the newest build in this range",
        Some(Release::Range) => "the newest release in this range",
        None => "not a version that the platform accepts",
    }
}

/// Adds the description of a type and the fields of its payload.
fn of_type(page: &mut Page, document: &Document, files: &dyn Files, written: &str) {
    match RefForm::of(split_version(written).0) {
        RefForm::Type(_) => match document.catalog().get(written) {
            Some(found) => of_known_type(page, document.catalog(), written, found),
            None => page.paragraph("Its fields are unknown: no known catalog contains it."),
        },
        RefForm::File(file) => match from_file(files, file) {
            Some(fields) => payload::tree(page, &fields, false),
            None => page.paragraph("The file is read when the bundle is built."),
        },
        RefForm::Url => page.paragraph("The document is fetched when the bundle is built."),
        RefForm::Pointer(_) => {}
        RefForm::Other => page.paragraph(
            "Not a form that the platform resolves: write `name` or `org/name` (letters, digits, hyphens), or a path \
             that starts with `./`.",
        ),
    }
}

fn of_known_type(page: &mut Page, catalog: &Catalog, written: &str, found: &ResourceType) {
    let former = if found.former { " (removed from newer catalogs)" } else { "" };
    if !found.summary.is_empty() {
        let summary = if found.is_own() { prose(&found.summary) } else { found.summary.clone() };
        page.paragraph(&sentence(&format!("{summary}{former}")));
    }
    match &found.source {
        Source::Bundled => {}
        Source::Organization => page.fact("Source", &of_organization(catalog)),
        Source::Workspace(path) => page.fact("Defined in", &code(&short_path(path))),
    }
    if let Some(orientation) = &found.orientation {
        page.fact("Connected as", &code(orientation));
    }
    let shown = of_payload(written, found);
    payload::tree(page, shown, false);
    for other in found.payloads.iter().filter(|other| !std::ptr::eq(other.as_slice(), shown)) {
        page.paragraph("Alternative form of the payload:");
        payload::tree(page, other, false);
    }
}

/// The form of a payload for a reference: `massdriver/…` is the older catalog.
fn of_payload<'a>(written: &str, found: &'a ResourceType) -> &'a [Field] {
    let older = written.starts_with("massdriver/") && found.published;
    let payload = if older { found.payloads.last() } else { found.payloads.first() };
    payload.map(Vec::as_slice).unwrap_or_default()
}

/// The known fields of a type.
pub(in crate::analysis) fn fields(document: &Document, files: &dyn Files, written: &str) -> Vec<Field> {
    match RefForm::of(split_version(written).0) {
        RefForm::Type(_) => {
            let found = document.catalog().get(written);
            found.map(|found| of_payload(written, found).to_vec()).unwrap_or_default()
        }
        RefForm::File(file) => from_file(files, file).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The fields that a JSON Schema in a file next to the bundle declares.
fn from_file(files: &dyn Files, path: &str) -> Option<Vec<Field>> {
    let text = files.read(path)?;
    let schema: Value = serde_json::from_str(&text).ok()?;
    Some(reference::members(&schema).fields)
}

/// The name of a file and of its directory.
fn short_path(path: &Path) -> String {
    let names: Vec<_> = path.iter().rev().take(2).map(|name| name.to_string_lossy()).collect();
    names.into_iter().rev().collect::<Vec<_>>().join("/")
}

/// Source and age of the organization's types.
fn of_organization(catalog: &Catalog) -> String {
    let age = catalog.types().as_of().and_then(|then| then.elapsed().ok()).map(|age| age.as_secs() / 3600);
    let age = match age {
        None => String::new(),
        Some(0) => ", fetched within the last hour".to_owned(),
        Some(1) => ", fetched an hour ago".to_owned(),
        Some(hours @ 2..48) => format!(", fetched {hours} hours ago"),
        Some(hours) => format!(", fetched {} days ago", hours / 24),
    };
    format!("the organization's catalog{age}")
}
