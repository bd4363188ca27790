//! `enum`: empty lists, duplicates, and members that do not fit `type`.

use super::bool_word;
use super::wording::{kind_words, quoted, recast, type_words};
use super::{Context, Family, Findings, Rule, Severity, Tag};
use crate::bundle::{Role, SchemaId};
use crate::edit::Fix;
use crate::edit::build::{own_value, remove_entry, remove_item};
use crate::rules::dedent::dedent;
use crate::syntax::json::{JsonErrorKind, to_json_within};
use crate::syntax::{Kind, Node, Scalar};

static ENUM_TYPE: Rule = Rule {
    id: "enum-type",
    severity: Severity::Warning,
    opt_in: false,
    title: "An allowed value has another type than the param",
    explanation: "A value must be in `enum` and have the declared `type`, so this one is never valid. \
                  Versions are a common case: `14` is a number, `\"14\"` is text.",
    bad: dedent! {r#"
        params:
          properties:
            version:
              type: string
              enum: ["14", 15]
    "#},
    good: dedent! {r#"
        params:
          properties:
            version:
              type: string
              enum: ["14", "15"]
    "#},
    files: &[],
};

static ENUM_DUPLICATE: Rule = Rule {
    id: "enum-duplicate",
    severity: Severity::Warning,
    opt_in: false,
    title: "An allowed value is listed twice",
    explanation: "The drop-down shows the value twice.",
    bad: dedent! {"
        params:
          properties:
            size: {type: string, enum: [s, m, s]}
    "},
    good: dedent! {"
        params:
          properties:
            size: {type: string, enum: [s, m]}
    "},
    files: &[],
};

static ENUM_EMPTY: Rule = Rule {
    id: "enum-empty",
    severity: Severity::Warning,
    opt_in: false,
    title: "`enum` is empty",
    explanation: "With an empty `enum`, no value is valid.",
    bad: dedent! {"
        params:
          properties:
            size: {type: string, enum: []}
    "},
    good: dedent! {"
        params:
          properties:
            size: {type: string, enum: [small, large]}
    "},
    files: &[],
};

/// Members of `enum`.
pub(super) static ENUMS: Family =
    Family { title: "Allowed values", rules: &[&ENUM_TYPE, &ENUM_DUPLICATE, &ENUM_EMPTY], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    for (id, schema) in document.schemas.iter() {
        let Some((key, list)) = document.keyword(id, "enum") else { continue };
        let list = list.target();
        if list.is_sequence() && list.items().len() == 0 {
            let finding = ENUM_EMPTY.at(key.span(), "`enum` is empty, so no value is valid.");
            let removal =
                key.parent().zip(key.entry()).and_then(|(schema, entry)| remove_entry(schema, entry));
            findings.push(finding.with_fix(Fix::unsafe_("Remove `enum`", removal)));
        }
        let mut checked = duplicates(context, list, findings);
        // The `type` of a property in a condition is declared elsewhere.
        if checked.is_some() && !matches!(schema.role, Role::If | Role::Not) {
            checked = types(context, id, list, findings);
        }
        if checked.is_none() {
            return findings.not_checked(key.span(), "allowed values");
        }
    }
}

/// `None` if the budget is spent.
fn duplicates(context: &Context<'_>, list: Node<'_>, findings: &mut Findings) -> Option<()> {
    let dialect = context.document.dialect();
    let mut seen = foldhash::HashMap::default();
    for item in list.items() {
        let value = match to_json_within(item, dialect, context.budget) {
            Ok(value) => value,
            Err(error) if error.kind == JsonErrorKind::TooLarge => return None,
            Err(_) => continue,
        };
        if let Some(first) = seen.insert(value.to_string(), item.span()) {
            let message = format!("{} is already listed.", quoted(item.source()));
            findings.push(
                ENUM_DUPLICATE
                    .at(item.span(), message)
                    .relating(first, "First listed here")
                    .tagged(Tag::Unnecessary)
                    .with_fix(Fix::safe("Remove it", remove_item(list, item))),
            );
        }
    }
    Some(())
}

/// `None` if the budget is spent.
fn types(context: &Context<'_>, id: SchemaId, list: Node<'_>, findings: &mut Findings) -> Option<()> {
    let dialect = context.document.dialect();
    let Some((_, declared)) = context.document.keyword(id, "type") else { return Some(()) };
    let declared = declared.target();
    let names: Vec<_> = match declared.is_sequence() {
        true => declared.items().map(|item| item.target().value()).collect(),
        false => vec![declared.value()],
    };
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    if names.is_empty() || names.iter().any(|name| type_words(name) == *name && *name != "null") {
        // An unknown type is reported by another rule.
        return Some(());
    }
    for item in list.items().map(Node::target) {
        context.budget.spend(item.span().len())?;
        // `yes` and `no` are reported by `yaml-bool-word`.
        let is_word = names.contains(&"string") && bool_word::read_as(item, dialect).is_some();
        if is_word || names.iter().any(|name| is_a(item, name, dialect)) {
            continue;
        }
        let wanted: Vec<&str> = names.iter().map(|name| type_words(name)).collect();
        let shown = if item.is_scalar() { quoted(item.source()) } else { "This value".to_owned() };
        let message =
            format!("{shown} is {}, but `type` requires {}.", kind_words(item, dialect), wanted.join(" or "));
        let span = if item.span().is_empty() { list.span() } else { item.span() };
        let finding = ENUM_TYPE.at(span, message);
        findings.push(match recast(item, &names, dialect) {
            Some((title, text)) => finding.with_fix(Fix::safe(title, own_value(item, text))),
            None => finding,
        });
    }
    Some(())
}

/// Whether a value has a JSON Schema type; an unresolved alias has any.
fn is_a(node: Node<'_>, name: &str, dialect: crate::syntax::Dialect) -> bool {
    match node.kind() {
        Kind::Alias => true,
        Kind::Sequence { .. } => name == "array",
        Kind::Mapping { .. } => name == "object",
        Kind::Null | Kind::Scalar(_) => match node.resolve(dialect) {
            // Null among the values is how a form offers "none".
            Scalar::Null => true,
            Scalar::Bool(_) => name == "boolean",
            Scalar::Int(_) => matches!(name, "integer" | "number"),
            Scalar::Float(number) => name == "number" || name == "integer" && number.fract() == 0.0,
            Scalar::Str(_) => name == "string",
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &["enum-type", "enum-duplicate", "enum-empty"];

    #[test]
    fn members_fit_the_type_and_differ() {
        let text = "\
params:
  properties:
    a: {type: string, enum: ['1', 2, on, x, x]}
    b: {type: integer, enum: [1, 2.0, 2.5, '3']}
    c: {type: string, enum: []}
    d: {enum: [1, x, null, {}]}
    e: {type: string, enum: [null, x]}
    f: {type: [string, integer], enum: [1, x]}
    g: {type: int, enum: [x]}
";
        expect![[r#"
            3:35-3:36 enum-type warning: `2` is a number, but `type` requires text.
                fix: Add quotes
            3:45-3:46 enum-duplicate warning: `x` is already listed.
                3:42: First listed here
                fix: Remove it
            4:39-4:42 enum-type warning: `2.5` is a number, but `type` requires a whole number.
            4:44-4:47 enum-type warning: `'3'` is text, but `type` requires a whole number.
                fix: Remove the quotes
            5:23-5:27 enum-empty warning: `enum` is empty, so no value is valid.
                unsafe fix: Remove `enum`
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn quotes_are_added_or_taken_away() {
        assert_eq!(
            fixed("enum-type", "params: {properties: {v: {type: string, enum: [14]}}}\n"),
            "params: {properties: {v: {type: string, enum: [\"14\"]}}}\n"
        );
    }
}
