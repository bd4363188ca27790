//! Schemas of the document in words.

use super::markdown::{Page, code, listed, prose, sentence};
pub(super) use crate::bundle::query::{
    Allowed, allowed, is_required, is_true, keyword, parts, small_json, text, types,
};
use crate::bundle::{Document, Role, SchemaId};
use crate::reference::{self, ANY_NAME, Field};
use crate::syntax::Node;
use foldhash::HashSet;

/// Deepest chain of references and nested types that is followed.
const MAX_DEPTH: usize = 12;
/// Longest value, in characters, that is written out.
const MAX_VALUE: usize = 80;

/// The type in words: `` `array` of `string` ``; empty if unknown.
pub(super) fn type_words(document: &Document, id: SchemaId) -> String {
    let mut words = Vec::new();
    let mut id = id;
    for _ in 0..MAX_DEPTH {
        let types = types(document, id);
        let Some((last, others)) = types.split_last() else { break };
        let others = others.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
        words.push(if others.is_empty() { code(last) } else { format!("{others} or {}", code(last)) });
        let items = parts(document, id, |role| role == Role::Items);
        let [item] = items[..] else { break };
        if *last != "array" {
            break;
        }
        id = item;
    }
    words.join(" of ")
}

/// A value on one line, as inline code.
pub(super) fn value(document: &Document, node: Node<'_>) -> String {
    let node = node.target();
    if node.is_scalar() {
        let source = node.source();
        let short = source.chars().count() <= MAX_VALUE && !source.contains(['\n', '\r']);
        return code(if short { source } else { "…" });
    }
    let text = small_json(document, node).map(|json| json.to_string());
    match text.filter(|text| text.chars().count() <= MAX_VALUE) {
        Some(text) => code(&text),
        None => code(if node.is_mapping() { "{…}" } else { "[…]" }),
    }
}

/// Adds the title and description of a schema.
pub(super) fn describe(page: &mut Page, document: &Document, id: SchemaId) {
    described(page, text(document, id, "title").as_deref(), text(document, id, "description").as_deref());
}

/// Adds a title and a description as one paragraph.
pub(super) fn described(page: &mut Page, title: Option<&str>, description: Option<&str>) {
    let (title, description) = (title.unwrap_or_default().trim(), description.unwrap_or_default().trim());
    let same = |text: &str| text.trim_end_matches('.').eq_ignore_ascii_case(title.trim_end_matches('.'));
    let title = if title.is_empty() || same(description) { String::new() } else { sentence(&prose(title)) };
    page.paragraph(&format!("{title} {}", prose(description)));
}

/// Adds the constraints on a value, and its default.
pub(super) fn constraints(page: &mut Page, document: &Document, id: SchemaId) {
    let number = |name: &str| number(document, id, name);
    allowed_values(page, document, id);
    if let Some(default) = keyword(document, id, "default") {
        page.fact("Default", &value(document, default));
    } else if types(document, id) == ["boolean"] && keyword(document, id, "const").is_none() {
        page.fact("Default", "`false`, as for every boolean without a default");
    }
    if let Some(range) = between(number("minLength"), number("maxLength"), "character") {
        page.fact("Length", &range);
    }
    if let Some(range) = bounds(document, id) {
        page.fact("Range", &range);
    }
    if let Some(pattern) = text(document, id, "pattern") {
        let message = keyword(document, id, "message").and_then(|message| message.field("pattern"));
        let message = message.map(|entry| format!(": {}", prose(&entry.value().target().value())));
        page.fact("Pattern", &format!("{}{}", code(&pattern), message.unwrap_or_default()));
    }
    if let Some(format) = text(document, id, "format") {
        let meaning =
            reference::get().format(&format).map(|word| format!(": {}", lower_first(&word.summary)));
        page.fact("Format", &format!("{}{}", code(&format), meaning.unwrap_or_default()));
    }
    let unique = if is_true(document, id, "uniqueItems") { ", all different" } else { "" };
    match between(number("minItems"), number("maxItems"), "element") {
        Some(range) => page.fact("Size", &format!("{range}{unique}")),
        None if !unique.is_empty() => page.fact("Size", "any number of elements, all different"),
        None => {}
    }
    if let Some(range) = between(number("minProperties"), number("maxProperties"), "member") {
        page.fact("Size", &range);
    }
    annotations(page, document, id);
}

fn allowed_values(page: &mut Page, document: &Document, id: SchemaId) {
    let values = allowed(document, id);
    let show = |allowed: &Allowed<'_>| {
        let value = value(document, allowed.node);
        let same = |label: &&String| !value.trim_matches(['`', '"', '\'']).eq_ignore_ascii_case(label);
        let label = allowed.label.as_ref().filter(same);
        label.map_or_else(|| value.clone(), |label| format!("{value} ({})", prose(label)))
    };
    match &values[..] {
        [] => {}
        [only] => {
            let branch = match document.schemas.get(id).role {
                Role::Property(property) => {
                    let owner = document.schemas.property(property).owner;
                    document.schemas.get(owner).role.same_value()
                }
                _ => false,
            };
            page.fact(if branch { "In this branch" } else { "Always" }, &show(only));
        }
        _ => page.fact("Allowed", &listed(values.iter().map(show))),
    }
}

/// Adds the effects of Massdriver's annotations.
fn annotations(page: &mut Page, document: &Document, id: SchemaId) {
    if is_true(document, id, "$md.immutable") {
        page.item("Cannot be changed after the first deployment (`$md.immutable`)");
    }
    if keyword(document, id, "$md.copyable").is_some() && !is_true(document, id, "$md.copyable") {
        page.item("Not included in copies of the instance (`$md.copyable`)");
    }
    if is_true(document, id, "$md.sensitive") {
        page.item("Masked wherever it is displayed (`$md.sensitive`)");
    }
    if let Some(options) = keyword(document, id, "$md.enum") {
        let from = ["dependency", "connection"].iter().find_map(|key| options.field(key));
        let from = from.map(|entry| code(&entry.value().target().value()));
        let jq =
            options.field("options").map(|entry| format!(", by {}", code(&entry.value().target().value())));
        if let Some(from) = from {
            page.fact("Options", &format!("taken from {from}{}", jq.unwrap_or_default()));
        }
    }
}

/// "3 to 20 characters"
pub(super) fn between(least: Option<String>, most: Option<String>, noun: &str) -> Option<String> {
    let plural = |count: &str| if count == "1" { noun.to_owned() } else { format!("{noun}s") };
    Some(match (least, most) {
        (Some(least), Some(most)) if least == most => format!("exactly {least} {}", plural(&least)),
        (Some(least), Some(most)) => format!("{least} to {most} {}", plural(&most)),
        (Some(least), None) => format!("at least {least} {}", plural(&least)),
        (None, Some(most)) => format!("at most {most} {}", plural(&most)),
        (None, None) => return None,
    })
}

/// The number that a keyword holds; another value is shown as code.
fn number(document: &Document, id: SchemaId, name: &str) -> Option<String> {
    let text = text(document, id, name)?;
    Some(if text.parse::<f64>().is_ok() { text } else { code(&text) })
}

fn bounds(document: &Document, id: SchemaId) -> Option<String> {
    let number = |name: &str| number(document, id, name);
    let mut words = Vec::new();
    match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => words.push(format!("{least} to {most}")),
        (Some(least), None) => words.push(format!("at least {least}")),
        (None, Some(most)) => words.push(format!("at most {most}")),
        (None, None) => {}
    }
    words.extend(number("exclusiveMinimum").map(|bound| format!("more than {bound}")));
    words.extend(number("exclusiveMaximum").map(|bound| format!("less than {bound}")));
    words.extend(number("multipleOf").map(|step| format!("multiples of {step}")));
    (!words.is_empty()).then(|| words.join(", "))
}

/// Whether a value is known to be a list.
pub(super) fn is_list(document: &Document, id: SchemaId) -> bool {
    types(document, id) == ["array"]
}

/// The members of an object, or of the elements of an array, as fields of a payload.
pub(in crate::analysis) fn fields(document: &Document, id: SchemaId) -> Vec<Field> {
    let mut budget = super::payload::MAX_FIELDS * 4;
    fields_within(document, id, 0, &mut budget)
}

fn fields_within(document: &Document, id: SchemaId, depth: usize, budget: &mut usize) -> Vec<Field> {
    if depth > MAX_DEPTH || *budget == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (name, properties) in ordered(document, id) {
        let Some(&property) = properties.first() else { continue };
        *budget = budget.saturating_sub(1);
        let schema = document.schemas.property(property).schema;
        found.push(field(document, schema, &name, is_required(document, id, &name), depth, budget));
    }
    for member in
        parts(document, id, |role| matches!(role, Role::AdditionalProperties | Role::PatternProperty))
    {
        found.push(field(document, member, ANY_NAME, false, depth, budget));
    }
    match parts(document, id, |role| role == Role::Items)[..] {
        [items] if found.is_empty() => fields_within(document, items, depth + 1, budget),
        _ => found,
    }
}

/// The properties of an object in source order, unconditional ones first.
fn ordered(document: &Document, id: SchemaId) -> Vec<(String, Vec<crate::bundle::PropertyId>)> {
    let names = document.names(id);
    let unconditional: HashSet<&String> = names.unconditional.iter().collect();
    let conditional = names.known.keys().filter(|name| !unconditional.contains(name));
    let all = names.unconditional.iter().chain(conditional);
    all.filter_map(|name| Some((name.clone(), names.known.get(name)?.clone()))).collect()
}

fn field(
    document: &Document,
    id: SchemaId,
    name: &str,
    required: bool,
    depth: usize,
    budget: &mut usize,
) -> Field {
    let mut type_name = types(document, id).first().copied().unwrap_or("any").to_owned();
    let list = type_name == "array";
    let items = parts(document, id, |role| role == Role::Items);
    if let ([item], true) = (&items[..], list) {
        type_name = types(document, *item).first().copied().unwrap_or("any").to_owned();
    }
    let values = allowed(document, id).iter().map(|value| value.node.value().into_owned()).collect();
    Field {
        name: name.to_owned(),
        type_name,
        list,
        required,
        sensitive: is_true(document, id, "$md.sensitive"),
        values,
        fields: fields_within(document, id, depth + 1, budget),
        closed: false,
    }
}

/// "a date" for "A date".
pub(super) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.as_str().chars().next()) {
        // "URL", "UUID": a second capital makes it a name.
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}
