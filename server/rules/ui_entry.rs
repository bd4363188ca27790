//! Entries of the form: each customises a field with options that begin with `ui:`.

use super::ui_option::{NameBudget, option, types};
use super::value::json_type;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{Document, UiEntry, UiPlace, is_option};
use crate::edit::Fix;
use crate::edit::build::rename_key;
use crate::reference::{self, JsonType, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Entry, Node, NodeId};
use foldhash::HashSet;
use std::collections::BTreeMap;

static UNKNOWN_FIELD: Rule = Rule {
    id: "ui-unknown-field",
    severity: Severity::Hint,
    opt_in: false,
    title: "An entry of the form matches no param",
    explanation: "There is no param of this name, not even under a condition, so the entry has no effect. Often \
                  the param was renamed or removed.",
    bad: dedent! {"
        params:
          properties:
            storage_gb: {type: integer}
        ui:
          storage:
            ui:help: In GB.
    "},
    good: dedent! {"
        params:
          properties:
            storage_gb: {type: integer}
        ui:
          storage_gb:
            ui:help: In GB.
    "},
    files: &[],
};

static MISSING_PREFIX: Rule = Rule {
    id: "ui-missing-prefix",
    severity: Severity::Warning,
    opt_in: false,
    title: "An option of the form has no `ui:` prefix",
    explanation: "In the form, a key without `ui:` is the name of a field. Options such as `ui:widget` and \
                  `ui:help` need the prefix everywhere except inside `ui:options`.",
    bad: dedent! {"
        params:
          properties:
            notes: {type: string}
        ui:
          notes:
            widget: textarea
    "},
    good: dedent! {"
        params:
          properties:
            notes: {type: string}
        ui:
          notes:
            ui:widget: textarea
    "},
    files: &[],
};

/// Entries of the form.
pub(super) static UI_ENTRIES: Family =
    Family { title: "Entries of the form", rules: &[&UNKNOWN_FIELD, &MISSING_PREFIX], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut budget = NameBudget::new();
    let inner = document.ui.iter().filter(|entry| entry.place == UiPlace::Field && entry.schemas.is_empty());
    let unknown: HashSet<NodeId> = inner.filter_map(|entry| entry.key).collect();
    // Merges and aliases can share a key between entries.
    let mut seen = HashSet::default();
    for entry in &document.ui {
        // Next to `ui:field`, plain keys are settings of that component.
        if entry.schemas.is_empty() || option(document, entry, "field").is_some() {
            continue;
        }
        for member in document.node(entry.node).fields().filter(|member| member.colon().is_some()) {
            let (key, name) = (member.key(), member.name());
            if findings.is_full() || !lacks(document, entry, &name) || !seen.insert(key.id()) {
                continue;
            }
            if is_bare_option(document, &name, member.value()) {
                findings.push(missing_prefix(document, entry, member));
            } else if unknown.contains(&key.id()) {
                findings.push(unknown_field(document, entry, member, &mut budget));
            }
        }
    }
}

fn missing_prefix(document: &Document, entry: &UiEntry, member: Entry<'_>) -> Finding {
    let name = member.name();
    let renamed = format!("ui:{name}");
    let message = format!("`{name}` is not a field here; write `{renamed}` for the option.");
    let edit = rename_key(document.node(entry.node), member, &renamed);
    MISSING_PREFIX
        .at(member.key().span(), message)
        .with_fix(Fix::safe(format!("Rename to `{renamed}`"), edit))
}

fn unknown_field(
    document: &Document,
    entry: &UiEntry,
    member: Entry<'_>,
    budget: &mut NameBudget,
) -> Finding {
    let (key, name) = (member.key(), member.name());
    if entry.schemas.iter().all(|&schema| types(document, schema) == [JsonType::Array]) {
        let message = format!("An array has no field `{name}`; entries for its items belong below `items`.");
        return UNKNOWN_FIELD.at(key.span(), message);
    }
    let mapping = document.node(entry.node);
    let known = entry.schemas.iter().map(|&schema| &document.names(schema).known);
    let allowed = budget.allows(known.clone().map(BTreeMap::len).sum());
    let names = known.flat_map(BTreeMap::keys).map(String::as_str);
    let close = allowed.then(|| closest(&name, names)).flatten();
    match close.filter(|close| mapping.field(close).is_none()) {
        Some(close) => UNKNOWN_FIELD
            .at(key.span(), format!("There is no param `{name}`{}", did_you_mean(Some(close))))
            .with_fix(Fix::unsafe_(format!("Rename to `{close}`"), rename_key(mapping, member, close))),
        None => {
            UNKNOWN_FIELD.at(key.span(), format!("There is no param `{name}`; this entry has no effect."))
        }
    }
}

/// Whether a key is an option without `ui:`: an option has this name and allows such a value.
fn is_bare_option(document: &Document, name: &str, value: Node<'_>) -> bool {
    let Some(key) = reference::get().ui_key(&format!("ui:{name}")).filter(|_| !is_option(name)) else {
        return false;
    };
    match json_type(value, document.dialect()) {
        None | Some(JsonType::Null) => false,
        Some(JsonType::Object) => key.shape.allows(JsonType::Object),
        Some(_) => true,
    }
}

/// Whether a name is certainly not a field of the schemas that an entry customises.
fn lacks(document: &Document, entry: &UiEntry, name: &str) -> bool {
    entry.schemas.iter().all(|&schema| document.names(schema).lack(name))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const PARAMS: &str = "\
params:
  properties:
    storage_gb: {type: integer}
    help: {type: string}
    tags: {type: array, items: {properties: {key: {}}}}
    any: {type: object, additionalProperties: true}
    remote: {$ref: other}
  if: {properties: {help: {const: x}}}
  then: {properties: {extra: {type: string}}}
ui:
";

    fn found(id: &str, ui: &str) -> String {
        report(&[id], &format!("{PARAMS}  {}", ui.replace('\n', "\n  ")))
    }

    #[test]
    fn entries_without_a_param() {
        let id = "ui-unknown-field";
        expect![[r#"
            11:3-11:13 ui-unknown-field hint: There is no param `storage_gp`; did you mean `storage_gb`?
                unsafe fix: Rename to `storage_gb`
            13:3-13:7 ui-unknown-field hint: There is no param `gone`; this entry has no effect.
            14:3-14:8 ui-unknown-field hint: There is no param `title`; this entry has no effect.
        "#]]
        .assert_eq(&found(id, "storage_gp:\n  ui:help: x\ngone: {a: {}}\ntitle: {ui:help: x}"));
        expect![[r#"
            12:5-12:8 ui-unknown-field hint: An array has no field `key`; entries for its items belong below `items`.
        "#]].assert_eq(&found(id, "tags:\n  key: {ui:help: x}"));
        for fine in [
            "extra: {ui:help: x}",
            "gone:",
            "gone: 7",
            "gone",
            "any: {x: {}}",
            "remote: {x: {}}",
            "help:\n  ui:field: dropzone\n  fileTypes: {a: b}",
            "tags: {items: {key: {}}}",
        ] {
            expect![""].assert_eq(&found(id, fine));
        }
        expect![""].assert_eq(&report(&[id], "ui:\n  a: {}\n"));
    }

    #[test]
    fn options_without_prefix() {
        let id = "ui-missing-prefix";
        expect![[r#"
            11:3-11:8 ui-missing-prefix warning: `order` is not a field here; write `ui:order` for the option.
                fix: Rename to `ui:order`
            14:5-14:11 ui-missing-prefix warning: `widget` is not a field here; write `ui:widget` for the option.
                fix: Rename to `ui:widget`
            15:5-15:9 ui-missing-prefix warning: `help` is not a field here; write `ui:help` for the option.
                fix: Rename to `ui:help`
            16:5-16:12 ui-missing-prefix warning: `options` is not a field here; write `ui:options` for the option.
                fix: Rename to `ui:options`
        "#]].assert_eq(&found(
            id,
            "order: [help]\nhelp: x\nstorage_gb:\n  widget: updown\n  help: x\n  options: {rows: 2}",
        ));
        for fine in [
            "help: {ui:help: x}",
            "storage_gb:\n  ui:field: conversionFieldData\n  unit: GB\n  label: x",
            "storage_gb:\n  classNames: x",
            "storage_gb:\n  unit: GB",
            "storage_gb:\n  help",
            "storage_gb:\n  help:",
            "remote:\n  widget: x",
            "gone:\n  widget: x",
        ] {
            expect![""].assert_eq(&found(id, fine));
        }
    }

    #[test]
    fn keys_are_renamed() {
        let text = format!("{PARAMS}  storage_gb:\n    widget: updown # x\n");
        assert_eq!(fixed("ui-missing-prefix", &text), text.replace("widget", "ui:widget"));
        let text = format!("{PARAMS}  storage_gp: {{}}\n");
        assert_eq!(fixed("ui-unknown-field", &text), text.replace("_gp", "_gb"));
    }
}
