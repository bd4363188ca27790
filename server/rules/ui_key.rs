//! Options of the form: their names and the types of their values.

use super::ui_option::{UiOption, options};
use super::value::json_type;
use super::wording::{kind_words, recast};
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::edit::build::rename_key;
use crate::edit::{Edits, Fix};
use crate::reference::{self, JsonType, Shape, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Dialect, Node};
use foldhash::HashSet;

static UNKNOWN_KEY: Rule = Rule {
    id: "ui-unknown-key",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown option of the form",
    explanation: "The form ignores unknown options. A name close to a known one is a warning; any other is a \
                  hint, because a newer form may support it. Inside `ui:options`, where widgets have their own \
                  options, only names close to a known one are reported, as hints.",
    bad: dedent! {"
        ui:
          name:
            ui:place_holder: my-service
    "},
    good: dedent! {"
        ui:
          name:
            ui:placeholder: my-service
    "},
    files: &[],
};

static VALUE_TYPE: Rule = Rule {
    id: "ui-value-type",
    severity: Severity::Warning,
    opt_in: false,
    title: "An option of the form has a value of the wrong type",
    explanation: "`ui:order` is a list, `ui:disabled` is `true` or `false`, `ui:rows` is a number, and so on. \
                  With a value of another type the form ignores the option or fails.",
    bad: dedent! {r#"
        ui:
          name:
            ui:disabled: "true"
    "#},
    good: dedent! {"
        ui:
          name:
            ui:disabled: true
    "},
    files: &[],
};

/// Options of the form.
pub(super) static UI_KEYS: Family =
    Family { title: "Options of the form", rules: &[&UNKNOWN_KEY, &VALUE_TYPE], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    // Merges and aliases can share an option between entries.
    let mut seen = HashSet::default();
    for entry in &document.ui {
        for option in options(document, entry) {
            if !seen.insert(option.entry.key().id()) {
                continue;
            }
            let known = match option.in_options {
                true => reference::get().ui_option(&option.name),
                false => reference::get().ui_key(&format!("ui:{}", option.name)),
            };
            let finding = match known {
                Some(key) => value_type(&option, &key.shape, document.dialect()),
                None => unknown(&option, document.node(entry.node)),
            };
            finding.into_iter().for_each(|finding| findings.push(finding));
        }
    }
}

fn unknown(option: &UiOption<'_>, mapping: Node<'_>) -> Option<Finding> {
    let (key, name) = (option.entry.key(), option.name.as_str());
    if option.in_options {
        let options = mapping.field("ui:options").map(|options| options.value().target()).unwrap_or(mapping);
        let (meant, message) = match name.strip_prefix("ui:") {
            Some(bare) => (bare, format!("Inside `ui:options` write `{bare}`, without `ui:`.")),
            None => {
                let meant = near(name).filter(|meant| reference::get().ui_option(meant).is_some())?;
                (meant, format!("`{name}` is not an option of the form{}", did_you_mean(Some(meant))))
            }
        };
        let finding = UNKNOWN_KEY.at(key.span(), message).with(Severity::Hint);
        return Some(
            finding.with_fix(Fix::safe(
                format!("Rename to `{meant}`"),
                rename_key(options, option.entry, meant),
            )),
        );
    }
    // Names of templates begin with an upper-case letter; an empty name is still being typed.
    if name.is_empty() || name.starts_with(|c: char| c.is_uppercase()) {
        return None;
    }
    let meant = near(name).map(|meant| format!("ui:{meant}"));
    let message = format!("`ui:{name}` is not an option of the form{}", did_you_mean(meant.as_deref()));
    let finding = UNKNOWN_KEY.at(key.span(), message);
    Some(match meant {
        Some(meant) => finding
            .with_fix(Fix::safe(format!("Rename to `{meant}`"), rename_key(mapping, option.entry, &meant))),
        None => finding.with(Severity::Hint),
    })
}

/// The closest option, without `ui:`, which would hide differences between names.
fn near(name: &str) -> Option<&'static str> {
    let keys = reference::get().object("ui")?.keys();
    let prefixed = format!("ui:{name}");
    let is_mistaken = |mistaken: &String| *mistaken == prefixed || mistaken == name;
    let bare = keys.clone().filter_map(|key| key.name.strip_prefix("ui:"));
    let mistaken =
        keys.filter(|key| key.mistaken.iter().any(is_mistaken)).find_map(|key| key.name.strip_prefix("ui:"));
    mistaken.or_else(|| closest(name, bare))
}

fn value_type(option: &UiOption<'_>, shape: &Shape, dialect: Dialect) -> Option<Finding> {
    let value = option.entry.value().target();
    let written = json_type(value, dialect).filter(|written| *written != JsonType::Null)?;
    let name = if option.in_options { option.name.clone() } else { format!("ui:{}", option.name) };
    // Numbers are accepted as text.
    let is_number = matches!(written, JsonType::Integer | JsonType::Number);
    if shape.allows(written) || is_number && shape.allows(JsonType::String) {
        let text = shape.items().and_then(Shape::text)?;
        let wrong = value.items().find(|item| item.target().is_mapping() || item.target().is_sequence())?;
        let text = Shape::Text(text);
        let actual = kind_words(wrong.target(), dialect);
        return Some(
            VALUE_TYPE.at(wrong.span(), format!("An item of `{name}` must be {text}, not {actual}.")),
        );
    }
    let message = format!("`{name}` must be {shape}, not {}.", kind_words(value, dialect));
    let finding = VALUE_TYPE.at(value.span(), message);
    let wanted: &[&str] = match shape {
        Shape::Bool => &["boolean"],
        Shape::Int => &["integer"],
        Shape::List(_) if value.is_scalar() && !value.source().contains(['\n', ',', '[', '{']) => {
            // An order that omits fields needs `"*"`.
            let rest = if option.name == "order" && value.value() != "*" { ", \"*\"" } else { "" };
            let list = format!("[{}{rest}]", value.source());
            return Some(finding.with_fix(Fix::safe("Convert to a list", Edits::value(value, list))));
        }
        _ => &[],
    };
    Some(match recast(value, wanted, dialect) {
        Some((title, text)) => finding.with_fix(Fix::safe(title, Edits::value(value, text))),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    fn entry(options: &str) -> String {
        format!("ui:\n  field:\n    {}\n", options.replace('\n', "\n    "))
    }

    #[test]
    fn names_of_options() {
        let found = |options: &str| report(&["ui-unknown-key"], &entry(options));
        expect![[r#"
            3:5-3:12 ui-unknown-key warning: `ui:ordr` is not an option of the form; did you mean `ui:order`?
                fix: Rename to `ui:order`
            4:5-4:16 ui-unknown-key warning: `ui:readOnly` is not an option of the form; did you mean `ui:readonly`?
                fix: Rename to `ui:readonly`
            5:5-5:12 ui-unknown-key hint: `ui:unit` is not an option of the form.
            6:5-6:12 ui-unknown-key warning: `ui:hlep` is not an option of the form; did you mean `ui:help`?
                fix: Rename to `ui:help`
        "#]].assert_eq(&found("ui:ordr: []\nui:readOnly: true\nui:unit: MB\nui:hlep: x"));
        expect![[r#"
            4:7-4:14 ui-unknown-key hint: Inside `ui:options` write `rows`, without `ui:`.
                fix: Rename to `rows`
            5:7-5:10 ui-unknown-key hint: `row` is not an option of the form; did you mean `rows`?
                fix: Rename to `rows`
        "#]]
        .assert_eq(&found("ui:options:\n  ui:rows: 3\n  row: 3\n  unit: MB"));
        expect![""].assert_eq(&found("ui:ArrayFieldTemplate: x\nui:MyTemplate: y\nui:itemLabel: z\nui:"));
        expect![""].assert_eq(&found("ui:hel\nui:options: *gone"));
        assert_eq!(fixed("ui-unknown-key", &entry("ui:hlep: x # y")), entry("ui:help: x # y"));
    }

    #[test]
    fn kinds_of_values() {
        let found = |options: &str| report(&["ui-value-type"], &entry(options));
        expect![[r#"
            3:15-3:19 ui-value-type warning: `ui:order` must be a list of property names and "*", not text.
                fix: Convert to a list
            4:18-4:24 ui-value-type warning: `ui:disabled` must be true or false, not text.
                fix: Remove the quotes
            5:14-5:17 ui-value-type warning: `ui:rows` must be a whole number, not text.
                fix: Remove the quotes
            6:14-6:17 ui-value-type warning: `ui:help` must be a string, not a list.
            7:17-7:19 ui-value-type warning: `ui:options` must be a mapping, not a list.
        "#]]
        .assert_eq(&found("ui:order: name\nui:disabled: 'true'\nui:rows: '5'\nui:help: [x]\nui:options: []"));
        expect![[r#"
            4:18-4:19 ui-value-type warning: `collapsed` must be true or false, not a number.
            5:18-5:19 ui-value-type warning: `enumNames` must be a list of strings or a mapping, not text.
            6:16-6:19 ui-value-type warning: An item of `ui:order` must be the name of a property or "*", not a list.
            7:15-7:18 ui-value-type warning: `ui:title` must be a string, not a boolean.
        "#]].assert_eq(&found(
            "ui:options:\n  collapsed: 1\n  enumNames: x\nui:order: [[a], b]\nui:title: yes",
        ));
        expect![""].assert_eq(&found(
            "ui:placeholder: 5432\nui:disabled:\nui:rows: ~\nui:emptyValue: []\nui:order: *gone",
        ));
        expect![""].assert_eq(&found("ui:enumNames: {a: A}\nui:options: {label: false, x: [1], rows: 5.0}"));
    }

    #[test]
    fn values_are_recast() {
        let fix = |options: &str| fixed("ui-value-type", &entry(options));
        assert_eq!(fix("ui:disabled: 'true'"), entry("ui:disabled: true"));
        assert_eq!(fix("ui:order: \"*\" # all"), entry("ui:order: [\"*\"] # all"));
    }

    #[test]
    fn a_shared_option_is_reported_once() {
        let text = "x: &x\n  ui:hlep: x\nui:\n  a:\n    <<: *x\n  b:\n    <<: *x\n";
        assert_eq!(report(&["ui-unknown-key"], text).lines().count(), 2);
    }
}
