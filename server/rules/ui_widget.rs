//! Widgets and fields of the form.

use super::ui_option::{option, types};
use super::value::string;
use super::wording::{any_of, listed, quoted, type_words};
use super::{Context, Family, Finding, Findings, MAX_OFFERS, Rule, Severity};
use crate::bundle::{Document, UiEntry};
use crate::edit::Fix;
use crate::edit::build::replace_text;
use crate::reference::{self, JsonType, Word, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::Node;
use foldhash::HashSet;

static WIDGET_UNKNOWN: Rule = Rule {
    id: "ui-widget-unknown",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown widget",
    explanation: "An unknown widget makes the form fail. Names that begin with an upper-case letter or end in \
                  `Widget` may be registered elsewhere; of these, only names close to a known one are reported, \
                  as hints.",
    bad: dedent! {"
        params:
          properties:
            notes: {type: string}
        ui:
          notes:
            ui:widget: text-area
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

static WIDGET_TYPE: Rule = Rule {
    id: "ui-widget-type",
    severity: Severity::Warning,
    opt_in: false,
    title: "A widget does not fit the type of its param",
    explanation: "Each widget supports certain types; with another type the form fails. A `range` without \
                  `minimum` and `maximum` works but has no useful scale, which is a hint.",
    bad: dedent! {"
        params:
          properties:
            name: {type: string}
        ui:
          name:
            ui:widget: updown
    "},
    good: dedent! {"
        params:
          properties:
            name: {type: string}
        ui:
          name:
            ui:widget: textarea
    "},
    files: &[],
};

static FIELD_UNKNOWN: Rule = Rule {
    id: "ui-field-unknown",
    severity: Severity::Hint,
    opt_in: false,
    title: "Unknown field of the form",
    explanation: "`ui:field` replaces the whole field with a component of the form or of Massdriver. There is \
                  no component of this name.",
    bad: dedent! {"
        params:
          properties:
            size: {type: integer}
        ui:
          size:
            ui:field: conversionField
    "},
    good: dedent! {"
        params:
          properties:
            size: {type: integer}
        ui:
          size:
            ui:field: conversionFieldData
            unit: GB
    "},
    files: &[],
};

/// Widgets and fields of the form.
pub(super) static UI_WIDGETS: Family = Family {
    title: "Widgets and fields of the form",
    rules: &[&WIDGET_UNKNOWN, &WIDGET_TYPE, &FIELD_UNKNOWN],
    check,
};

/// Widgets that support a choice between values of any type.
const CHOOSERS: [&str; 2] = ["select", "radio"];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    // Merges and aliases can share an option between entries.
    let mut seen = HashSet::default();
    let mut push = |node: Node<'_>, finding: Option<Finding>| {
        finding.filter(|_| seen.insert(node.id())).into_iter().for_each(|finding| findings.push(finding));
    };
    for entry in &document.ui {
        let text = |name: &str| {
            let value = option(document, entry, name)?.target();
            Some((value, string(value, document.dialect())?))
        };
        if let Some((node, name)) = text("field") {
            push(node, unknown_field(node, &name));
            // The component replaces the widget.
            continue;
        }
        let Some((node, name)) = text("widget") else { continue };
        match reference::get().widget(&name) {
            Some(widget) => push(node, misfit(document, entry, node, widget)),
            None => push(node, unknown_widget(document, entry, node, &name)),
        }
    }
}

fn unknown_field(node: Node<'_>, name: &str) -> Option<Finding> {
    let fields = &reference::get().fields;
    if fields.contains(name) || name.is_empty() {
        return None;
    }
    let meant = fields.meant(name).map(|meant| meant.name.as_str());
    let message = format!("The form has no field {}{}", quoted(name), did_you_mean(meant));
    let replacement =
        meant.and_then(|meant| Fix::safe(format!("Replace with `{meant}`"), replace_text(node, meant)));
    Some(FIELD_UNKNOWN.at(node.span(), message).with_fix(replacement))
}

fn unknown_widget(document: &Document, entry: &UiEntry, node: Node<'_>, name: &str) -> Option<Finding> {
    let widgets = &reference::get().widgets;
    let registered = name.ends_with("Widget") || name.starts_with(|c: char| c.is_uppercase());
    let meant = match registered {
        true => Some(closest(name, widgets.names())?),
        false => widgets.meant(name).map(|widget| widget.name.as_str()),
    };
    let message = format!("The form has no widget {}", quoted(name));
    let finding = match meant {
        Some(meant) => WIDGET_UNKNOWN
            .at(node.span(), format!("{message}{}", did_you_mean(Some(meant))))
            .with_fix(Fix::safe(format!("Replace with `{meant}`"), replace_text(node, meant))),
        None => {
            WIDGET_UNKNOWN.at(node.span(), format!("{message}{}", instead(&known_types(document, entry))))
        }
    };
    Some(if registered { finding.with(Severity::Hint) } else { finding })
}

fn misfit(document: &Document, entry: &UiEntry, node: Node<'_>, widget: &Word) -> Option<Finding> {
    let types = known_types(document, entry);
    if types.is_empty() || types.iter().any(|known| widget.fits(*known)) {
        return unbounded(document, entry, node, widget);
    }
    let has = |name: &str| entry.schemas.iter().any(|&schema| document.keyword(schema, name).is_some());
    let is_choice = ["enum", "oneOf", "anyOf", "const"].into_iter().any(has);
    if has("$ref") || is_choice && CHOOSERS.contains(&widget.name.as_str()) {
        return None;
    }
    let words: Vec<&str> = types.iter().map(|known| type_words(known.name())).collect();
    let message =
        format!("The widget `{}` does not work for {}{}", widget.name, words.join(" or "), instead(&types));
    let finding = WIDGET_TYPE.at(node.span(), message);
    Some(fitting(&types).into_iter().take(MAX_OFFERS).fold(finding, |finding, name| {
        finding.with_fix(Fix::unsafe_(format!("Replace with `{name}`"), replace_text(node, name)))
    }))
}

/// Reports a slider without two bounds.
fn unbounded(document: &Document, entry: &UiEntry, node: Node<'_>, widget: &Word) -> Option<Finding> {
    let [schema] = entry.schemas[..] else { return None };
    let lacks = |name: &&str| document.keyword(schema, name).is_none();
    if widget.name != "range" || types(document, schema).is_empty() || !lacks(&"$ref") || !lacks(&"enum") {
        return None;
    }
    let missing: Vec<&str> = ["minimum", "maximum"].into_iter().filter(lacks).collect();
    let message = format!("A `range` needs both bounds; give the param a {}.", missing.join(" and a "));
    (!missing.is_empty()).then(|| WIDGET_TYPE.at(node.span(), message).with(Severity::Hint))
}

/// The known types of the schemas that an entry customises.
fn known_types(document: &Document, entry: &UiEntry) -> Vec<JsonType> {
    let mut types: Vec<JsonType> = entry.schemas.iter().flat_map(|&schema| types(document, schema)).collect();
    types.retain(|known| *known != JsonType::Null);
    types.dedup();
    types
}

/// The widgets that support a type; empty if there are several types.
fn fitting(types: &[JsonType]) -> Vec<&'static str> {
    let [only] = types else { return Vec::new() };
    let widgets = reference::get().widgets.iter();
    let fitting = widgets.filter(|widget| !widget.name.ends_with("Widget") && widget.fits(*only));
    fitting.map(|widget| widget.name.as_str()).collect()
}

/// The end of a message: the widgets that support these types.
fn instead(types: &[JsonType]) -> String {
    let names = fitting(types);
    if names.is_empty() {
        return ".".to_owned();
    }
    format!("; use {}.", if names.len() > 8 { listed(&names) } else { any_of(&names) })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: [&str; 3] = ["ui-widget-unknown", "ui-widget-type", "ui-field-unknown"];

    fn found(schema: &str, options: &str) -> String {
        report(&IDS, &format!("params:\n  properties:\n    p: {schema}\nui:\n  p: {options}\n"))
    }

    #[test]
    fn widgets_that_do_not_exist() {
        expect![[r#"
            5:18-5:24 ui-widget-unknown warning: The form has no widget `slider`; did you mean `range`?
                fix: Replace with `range`
        "#]]
        .assert_eq(&found("{type: string}", "{ui:widget: slider}"));
        expect![[r#"
            5:28-5:33 ui-widget-unknown warning: The form has no widget `fancy`; use `select`, `radio`, `checkbox` or `hidden`.
        "#]].assert_eq(&found("{type: boolean}", "{ui:options: {widget: fancy}}"));
        expect![[r#"
            5:18-5:29 ui-widget-unknown hint: The form has no widget `UpDownWidgt`; did you mean `UpDownWidget`?
                fix: Replace with `UpDownWidget`
        "#]].assert_eq(&found("{}", "{ui:widget: UpDownWidgt}"));
        for fine in [
            "{ui:widget: TextWidget}",
            "{ui:widget: CloudPickerWidget}",
            "{ui:widget: }",
            "{ui:widget: *gone}",
        ] {
            expect![""].assert_eq(&found("{type: string}", fine));
        }
    }

    #[test]
    fn widgets_that_do_not_fit() {
        expect![[r#"
            5:18-5:24 ui-widget-type warning: The widget `updown` does not work for `true` or `false`; use `select`, `radio`, `checkbox` or `hidden`.
                unsafe fix: Replace with `select`
                unsafe fix: Replace with `radio`
                unsafe fix: Replace with `checkbox`
                unsafe fix: Replace with `hidden`
        "#]].assert_eq(&found("{type: boolean}", "{ui:widget: updown}"));
        expect![[r#"
            5:18-5:26 ui-widget-type warning: The widget `textarea` does not work for a whole number; use `text`, `select`, `radio`, `updown`, `range` or `hidden`.
                unsafe fix: Replace with `text`
                unsafe fix: Replace with `select`
                unsafe fix: Replace with `radio`
                unsafe fix: Replace with `updown`
                unsafe fix: Replace with `range`
        "#]].assert_eq(&found("{type: [integer, \"null\"]}", "{ui:widget: textarea}"));
        expect![[r#"
            5:18-5:23 ui-widget-type hint: A `range` needs both bounds; give the param a maximum.
        "#]]
        .assert_eq(&found("{type: integer, minimum: 1}", "{ui:widget: range}"));
        for (schema, widget) in [
            ("{type: integer}", "updown"),
            ("{type: [string, integer]}", "updown"),
            ("{type: object, oneOf: [{title: a}]}", "select"),
            ("{type: object}", "hidden"),
            ("{$ref: other}", "updown"),
            ("{enum: [1]}", "updown"),
            ("{type: array, items: {enum: [a]}}", "checkboxes"),
            ("{type: number, minimum: 1, maximum: 2}", "range"),
            ("{type: string}", "UpDownWidget"),
            ("{type: str}", "updown"),
        ] {
            expect![""].assert_eq(&found(schema, &format!("{{ui:widget: {widget}}}")));
        }
        expect![""].assert_eq(&found("{type: string}", "{ui:field: slug, ui:widget: updown}"));
    }

    #[test]
    fn a_type_from_another_declaration_counts() {
        let text = "params:\n  properties:\n    p: {type: string}\n  if: {properties: {p: {const: x}}}\nui:\n  p: {ui:widget: password}\n";
        expect![""].assert_eq(&report(&IDS, text));
    }

    #[test]
    fn fields() {
        expect![[r#"
            5:17-5:31 ui-field-unknown hint: The form has no field `regionDropdown`; did you mean `regionsDropdown`?
                fix: Replace with `regionsDropdown`
        "#]].assert_eq(&found("{type: string}", "{ui:field: regionDropdown}"));
        expect![[r#"
            5:17-5:22 ui-field-unknown hint: The form has no field `myOwn`.
        "#]]
        .assert_eq(&found("{type: string}", "{ui:field: myOwn}"));
        for fine in ["versioningDropdown", "ObjectField", "LayoutGridField"] {
            expect![""].assert_eq(&found("{type: string}", &format!("{{ui:field: {fine}, cloud: aws}}")));
        }
    }

    #[test]
    fn names_are_replaced() {
        let text = "params: {properties: {p: {type: string}}}\nui:\n  p:\n    ui:widget: 'passwrd' # x\n";
        assert_eq!(fixed("ui-widget-unknown", text), text.replace("passwrd", "password"));
    }
}
