//! Presets: their names, and the params they set.

use super::wording::quoted;
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{Document, Role, SchemaId};
use crate::edit::build::{column, fill, is_shared, line_break, own_value, replace_text};
use crate::edit::{Change, Edits, Fix};
use crate::reference::{closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Dialect, Kind, Node, Scalar, Span};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;
use std::cell::LazyCell;

static PRESET_NAME_MISSING: Rule = Rule {
    id: "preset-name-missing",
    severity: Severity::Warning,
    opt_in: false,
    title: "A preset has no name",
    explanation: "The preset drop-down shows `__name`. Without it, users cannot tell presets apart.",
    bad: dedent! {"
        params:
          examples:
            - replicas: 2
          properties:
            replicas: {type: integer}
    "},
    good: dedent! {"
        params:
          examples:
            - __name: Small
              replicas: 2
          properties:
            replicas: {type: integer}
    "},
    files: &[],
};

static PRESET_NAME_DUPLICATE: Rule = Rule {
    id: "preset-name-duplicate",
    severity: Severity::Warning,
    opt_in: false,
    title: "Two presets have the same name",
    explanation: "Users can tell presets apart only by `__name`.",
    bad: dedent! {"
        params:
          examples:
            - __name: Small
            - __name: Small
          properties: {}
    "},
    good: dedent! {"
        params:
          examples:
            - __name: Small
            - __name: Large
          properties: {}
    "},
    files: &[],
};

static PRESET_UNKNOWN_PARAM: Rule = Rule {
    id: "preset-unknown-param",
    severity: Severity::Info,
    opt_in: false,
    title: "A preset sets an undeclared param",
    explanation: "The value has no effect. Often the param was renamed or removed.",
    bad: dedent! {"
        params:
          examples:
            - __name: Small
              replica: 2
          properties:
            replicas: {type: integer}
    "},
    good: dedent! {"
        params:
          examples:
            - __name: Small
              replicas: 2
          properties:
            replicas: {type: integer}
    "},
    files: &[],
};

/// Presets: their names, and the params they set.
pub(super) static PRESETS: Family = Family {
    title: "Presets",
    rules: &[&PRESET_NAME_MISSING, &PRESET_NAME_DUPLICATE, &PRESET_UNKNOWN_PARAM],
    check,
};

/// Units of the budget for looking up a param.
const FIELD_COST: usize = 100;

fn check(context: &Context<'_>, findings: &mut Findings) {
    names(context, findings);
    let Some(params) = context.document.params else { return };
    for preset in &context.document.presets {
        if findings.is_full() {
            return;
        }
        unknown_params(context, context.document.node(preset.node), params, findings);
    }
}

fn names(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut seen: HashMap<String, Node<'_>> = HashMap::default();
    let taken = LazyCell::new(|| taken(document));
    for preset in &document.presets {
        if findings.is_full() {
            return;
        }
        let node = document.node(preset.node);
        if !node.is_mapping() || node.entries().len() == 0 {
            continue;
        }
        let Some(name) = preset.name.map(|name| document.node(name)) else {
            let first = node.entries().next().map_or(node.span(), |entry| entry.key().span());
            let finding =
                PRESET_NAME_MISSING.at(first, "This preset has no `__name`; users choose presets by it.");
            let name = free_name(&taken, "Preset");
            findings.push(finding.with_fix(Fix::unsafe_(format!("Name it `{name}`"), named(node, &name))));
            continue;
        };
        let name = name.target();
        match name.resolve(Dialect::GoYaml2) {
            Scalar::Str(text) if !text.trim().is_empty() => {
                if let Some(first) = seen.get(&*text) {
                    let finding = PRESET_NAME_DUPLICATE
                        .at(name.span(), format!("Another preset is already named {}.", quoted(&text)))
                        .relating(first.span(), "First used here");
                    if is_shared(name) {
                        findings.push(finding);
                        continue;
                    }
                    let free = free_name(&taken, &text);
                    let edits = replace_text(name, &free);
                    findings.push(finding.with_fix(Fix::unsafe_(format!("Rename to `{free}`"), edits)));
                } else {
                    seen.insert(text.into_owned(), name);
                }
            }
            Scalar::Str(_) | Scalar::Null => {
                let span = if name.span().is_empty() { key_span(node, "__name") } else { name.span() };
                let finding = PRESET_NAME_MISSING.at(span, "`__name` is empty; users choose presets by it.");
                let free = free_name(&taken, "Preset");
                let entry = node.field("__name").filter(|entry| entry.value() == name && !is_shared(name));
                let edits = match entry {
                    Some(entry) if name.span().is_empty() => fill(entry, &format!(" {free}")),
                    Some(_) => own_value(name, free.clone()),
                    None => None,
                };
                findings.push(finding.with_fix(Fix::unsafe_(format!("Name it `{free}`"), edits)));
            }
            _ => {
                let text = name.source();
                let message = format!("`__name` must be text; put {} in quotes.", quoted(text));
                findings.push(
                    PRESET_NAME_MISSING
                        .at(name.span(), message)
                        .with_fix(Fix::safe("Add quotes", Edits::value(name, format!("\"{text}\"")))),
                );
            }
        }
    }
}

/// The names of all presets. A name that presets share through an alias is read once.
fn taken(document: &Document) -> HashSet<Cow<'_, str>> {
    let mut seen = HashSet::default();
    let names = document.presets.iter().filter_map(|preset| preset.name);
    let names = names.map(|name| document.node(name).target()).filter(|name| seen.insert(name.id()));
    names.map(Node::value).collect()
}

/// A name that no preset has: the given one followed by a number.
fn free_name(taken: &HashSet<Cow<'_, str>>, name: &str) -> String {
    let first = if name == "Preset" { 1 } else { 2 };
    let mut numbered = (first..).map(|number| format!("{name} {number}"));
    numbered.find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

/// Adds `__name` as the first entry of a preset.
fn named(preset: Node<'_>, name: &str) -> Option<Edits> {
    let syntax = preset.syntax();
    let at = preset.entries().next()?.key().full_span().start();
    let gap = match preset.kind() {
        Kind::Mapping { flow: true } => ", ".to_owned(),
        _ => format!("{}{}", line_break(syntax), " ".repeat(column(syntax, at))),
    };
    let change = Change::Entry(preset.id(), "__name".to_owned());
    Some(Edits::new(Span::at(at), format!("__name: {name}{gap}"), [change]))
}

fn key_span(node: Node<'_>, key: &str) -> crate::syntax::Span {
    node.field(key).map_or(node.span(), |entry| entry.key().span())
}

/// Walks a preset along the schemas: members of objects, elements of arrays.
fn unknown_params(context: &Context<'_>, preset: Node<'_>, params: SchemaId, findings: &mut Findings) {
    let document = context.document;
    let mut seen = HashSet::default();
    let mut work = vec![(preset, vec![params])];
    while let Some((node, schemas)) = work.pop() {
        if schemas.is_empty() || !seen.insert(node.id()) {
            continue;
        }
        for entry in node.fields() {
            // A merge can bring one mapping to any number of presets.
            if context.budget.spend(FIELD_COST).is_none() {
                return findings.not_checked(preset.span(), "names in presets");
            }
            let name = entry.name();
            if name == "__name" && node == preset || entry.colon().is_none() {
                continue;
            }
            let all = schemas.iter().map(|&schema| document.names(schema));
            let inner: Vec<SchemaId> = all
                .clone()
                .filter_map(|names| names.known.get(&*name))
                .flatten()
                .map(|&property| document.schemas.property(property).schema)
                .collect();
            if inner.is_empty() && schemas.iter().all(|&schema| lacks(context, schema, &name)) {
                let candidates = all.flat_map(|names| names.known.keys().map(String::as_str));
                let hint = closest(&name, candidates);
                let hint = did_you_mean(hint);
                let message = format!("There is no param {}{hint}", quoted(&name));
                findings.push(PRESET_UNKNOWN_PARAM.at(entry.key().span(), message));
            }
            work.push((entry.value().target(), inner));
        }
        let elements = schemas.iter().flat_map(|&schema| &document.schemas.get(schema).children);
        let elements: Vec<SchemaId> =
            elements.filter(|(role, _)| *role == Role::Items).map(|(_, id)| *id).collect();
        work.extend(node.items().map(|item| (item.target(), elements.clone())));
    }
}

/// Whether an object certainly does not accept a name. An object that declares no names may accept all.
fn lacks(context: &Context<'_>, schema: SchemaId, name: &str) -> bool {
    let names = context.document.names(schema);
    let root = context.document.params == Some(schema);
    let extra = context.document.keyword(schema, "additionalProperties").map(|(_, value)| value.target());
    let takes_extra = extra.is_some_and(|value| value.kind() != Kind::Null && value.value() != "false");
    names.lack(name) && !takes_extra && (root || !names.known.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::report;
    use expect_test::expect;

    const IDS: &[&str] = &["preset-name-missing", "preset-name-duplicate", "preset-unknown-param"];

    #[test]
    fn presets_have_unique_names() {
        let text = "\
params:
  examples:
    - a: 1
    - __name:
    - __name: ''
    - __name: 7
    - __name: Small
    - __name: 'Small'
    - {}
    -
  properties: {a: {type: integer}}
";
        expect![[r#"
            3:7-3:8 preset-name-missing warning: This preset has no `__name`; users choose presets by it.
                unsafe fix: Name it `Preset 1`
            4:7-4:13 preset-name-missing warning: `__name` is empty; users choose presets by it.
                unsafe fix: Name it `Preset 1`
            5:15-5:17 preset-name-missing warning: `__name` is empty; users choose presets by it.
                unsafe fix: Name it `Preset 1`
            6:15-6:16 preset-name-missing warning: `__name` must be text; put `7` in quotes.
                fix: Add quotes
            8:15-8:22 preset-name-duplicate warning: Another preset is already named `Small`.
                7:15: First used here
                unsafe fix: Rename to `Small 2`
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn unknown_params_are_found_at_any_depth_unless_they_may_exist() {
        let text = "\
params:
  examples:
    - __name: A
      replcas: 1
      extra: 2
      nested: {inner: 1, iner: 2}
      map: {anything: 1}
      free: {anything: 1}
      list: [{x: 1}, {y: 2}]
      remote: {z: 1}
  properties:
    replicas: {type: integer}
    nested: {type: object, properties: {inner: {type: integer}}}
    map: {type: object, additionalProperties: {type: integer}}
    free: {type: object}
    list: {type: array, items: {type: object, properties: {x: {type: integer}}}}
    remote: {$ref: 'https://example.com/x.json'}
  dependencies:
    replicas: {properties: {extra: {type: integer}}}
";
        expect![[r#"
            4:7-4:14 preset-unknown-param info: There is no param `replcas`; did you mean `replicas`?
            6:26-6:30 preset-unknown-param info: There is no param `iner`; did you mean `inner`?
            9:23-9:24 preset-unknown-param info: There is no param `y`.
        "#]]
        .assert_eq(&report(IDS, text));
    }
}
