//! Unknown keywords, keywords of other drafts, and keywords for another type.

use super::{Once, is_own, removal, rename, types};
use crate::bundle::{Document, SchemaId};
use crate::edit::{Fix, build};
use crate::reference::{self, Foreign, ForeignKind, JsonType, Key, did_you_mean};
use crate::rules::dedent::dedent;
use crate::rules::wording::{quoted, type_words};
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity, Tag};
use crate::syntax::Node;

static SCHEMA_UNKNOWN_KEYWORD: Rule = Rule {
    id: "schema-unknown-keyword",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown keyword in a schema",
    explanation: "JSON Schema ignores unknown keywords, so a misspelled one has no effect. Misspelled keywords \
                  and keywords of other languages are warnings; other unknown keywords and formats are hints. \
                  Keys that start with `x-` are accepted.",
    bad: dedent! {"
        params:
          properties:
            replicas:
              type: integer
              min: 1
    "},
    good: dedent! {"
        params:
          properties:
            replicas:
              type: integer
              minimum: 1
    "},
    files: &[],
};

static SCHEMA_NOT_DRAFT07: Rule = Rule {
    id: "schema-not-draft07",
    severity: Severity::Warning,
    opt_in: false,
    title: "A keyword that draft-07 does not have",
    explanation: "Massdriver reads schemas as JSON Schema draft-07. It ignores keywords of later drafts and of \
                  OpenAPI, so they have no effect. Most have an equivalent in draft-07.",
    bad: dedent! {"
        params:
          dependentRequired:
            backup: [retention_days]
          properties: {}
    "},
    good: dedent! {"
        params:
          dependencies:
            backup: [retention_days]
          properties: {}
    "},
    files: &[],
};

static SCHEMA_KEYWORD_MISFIT: Rule = Rule {
    id: "schema-keyword-misfit",
    severity: Severity::Hint,
    opt_in: false,
    title: "A keyword for values of another type",
    explanation: "Each constraint applies to one type: `minLength` to strings, `minimum` to numbers, `minItems` \
                  to arrays. With another `type` it has no effect.",
    bad: dedent! {"
        params:
          properties:
            replicas:
              type: integer
              minLength: 1
    "},
    good: dedent! {"
        params:
          properties:
            replicas:
              type: integer
              minimum: 1
    "},
    files: &[],
};

/// Names of keywords.
pub(in crate::rules) static KEYWORD_NAMES: Family = Family {
    title: "Unknown keywords",
    rules: &[&SCHEMA_UNKNOWN_KEYWORD, &SCHEMA_NOT_DRAFT07, &SCHEMA_KEYWORD_MISFIT],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let Some(described) = reference::get().object("schema") else { return };
    let mut once = Once::default();
    for (id, schema) in document.schemas.iter() {
        let types = types(document, id).filter(|types| !types.is_empty());
        for (key, value) in once.keywords(document, schema) {
            if findings.is_full() {
                return;
            }
            let name = key.value();
            match (described.key(&name), &types) {
                (None, _) => findings.extend(unknown(document, id, &name, key, value)),
                (Some(keyword), Some(types)) => {
                    findings.extend(misfit(context, id, keyword, types, key, value));
                }
                (Some(_), None) => {}
            }
            if name == "format" {
                findings.extend(unknown_format(context, value));
            }
        }
    }
}

fn unknown(document: &Document, id: SchemaId, name: &str, key: Node<'_>, value: Node<'_>) -> Option<Finding> {
    // Annotations have their own rules. A key whose value has an anchor may exist only to hold the anchor.
    if name.starts_with("x-") || name.starts_with("$md.") || value.anchor().is_some() {
        return None;
    }
    if looks_like_schema(value) {
        let message = format!("{} is not a keyword; a property belongs below `properties`.", quoted(name));
        return Some(SCHEMA_UNKNOWN_KEYWORD.at(key.span(), message).with(Severity::Hint));
    }
    if let Some(foreign) = reference::get().foreign_keyword(name) {
        return Some(foreign_keyword(document, id, foreign, key));
    }
    let meant = reference::get().object("schema").and_then(|schema| schema.meant(name));
    Some(match meant {
        Some(meant) => {
            let message = format!("{} is not a keyword{}", quoted(name), did_you_mean(Some(&meant.name)));
            renamed(SCHEMA_UNKNOWN_KEYWORD.at(key.span(), message), document, id, key, &meant.name)
        }
        None => SCHEMA_UNKNOWN_KEYWORD
            .at(key.span(), format!("{} is not a keyword of JSON Schema and has no effect.", quoted(name)))
            .with(Severity::Hint),
    })
}

/// Whether a value looks like a schema, so that its key is a property outside `properties`.
fn looks_like_schema(value: Node<'_>) -> bool {
    const TELLING: [&str; 6] = ["type", "properties", "$ref", "oneOf", "enum", "const"];
    value.is_mapping() && TELLING.iter().any(|key| value.field(key).is_some())
}

fn foreign_keyword(document: &Document, id: SchemaId, foreign: &Foreign, key: Node<'_>) -> Finding {
    let (name, note) = (quoted(&foreign.name), &foreign.note);
    let finding =
        match foreign.kind {
            ForeignKind::NewerDraft => SCHEMA_NOT_DRAFT07
                .at(key.span(), format!("{name} is newer than draft-07 and is ignored. {note}")),
            ForeignKind::OpenApi => SCHEMA_NOT_DRAFT07
                .at(key.span(), format!("{name} is a keyword of OpenAPI and is ignored. {note}")),
            ForeignKind::Slip => SCHEMA_UNKNOWN_KEYWORD
                .at(key.span(), format!("{name} is not a keyword of JSON Schema. {note}")),
        };
    match &foreign.replacement {
        Some(replacement) => renamed(finding, document, id, key, replacement),
        None => finding,
    }
}

/// Adds a fix that renames a keyword, if the new name is free and has an effect.
fn renamed(finding: Finding, document: &Document, id: SchemaId, key: Node<'_>, name: &str) -> Finding {
    let fits = match (reference::get().keyword(name), types(document, id)) {
        (Some(keyword), Some(types)) => types.iter().any(|&found| keyword.applies_to(found)),
        _ => true,
    };
    if !fits || document.keyword(id, name).is_some() {
        return finding;
    }
    finding.with_fix(Fix::safe(format!("Rename to `{name}`"), rename(key, name)))
}

fn unknown_format(context: &Context<'_>, value: Node<'_>) -> Option<Finding> {
    let name = super::text(context, value)?;
    let formats = &reference::get().formats;
    if formats.contains(&name) || name.is_empty() {
        return None;
    }
    let finding = |message| SCHEMA_UNKNOWN_KEYWORD.at(value.span(), message).with(Severity::Hint);
    Some(match formats.meant(&name) {
        Some(meant) => {
            finding(format!("{} is not a known format{}", quoted(&name), did_you_mean(Some(&meant.name))))
                .with_fix(Fix::safe(
                    format!("Replace with `{}`", meant.name),
                    build::replace_text(value, &meant.name),
                ))
        }
        None => finding(format!("{} is not a known format and is not checked.", quoted(&name))),
    })
}

fn misfit(
    context: &Context<'_>,
    id: SchemaId,
    keyword: &Key,
    types: &[JsonType],
    key: Node<'_>,
    value: Node<'_>,
) -> Option<Finding> {
    if keyword.applies.is_empty() || types.iter().any(|&allowed| keyword.applies_to(allowed)) {
        return None;
    }
    // A schema that overrides a merged `type` keeps the other merged keywords on purpose.
    let (type_key, _) = context.document.keyword(id, "type")?;
    if !is_own(context.document.schemas.get(id), key) && key.parent() != type_key.parent() {
        return None;
    }
    if keyword.name == "format" && fits_format(context, value, types) {
        return None;
    }
    let allowed = types.iter().map(|&allowed| type_words(allowed.name())).collect::<Vec<_>>().join(" or ");
    let wanted = keyword.applies.iter().map(|&wanted| plural(wanted)).collect::<Vec<_>>().join(" and ");
    let name = quoted(&keyword.name);
    let message = format!("{name} is for {wanted}; this value is {allowed}, so it has no effect.");
    let finding = SCHEMA_KEYWORD_MISFIT.at(key.span(), message).tagged(Tag::Unnecessary);
    Some(finding.with_fix(Fix::safe("Remove it", removal(key))))
}

/// Formats such as `int32` are for numbers.
fn fits_format(context: &Context<'_>, value: Node<'_>, types: &[JsonType]) -> bool {
    let format = super::text(context, value);
    let format = format.as_deref().and_then(|name| reference::get().format(name));
    format.is_some_and(|format| types.iter().any(|&allowed| format.fits(allowed)))
}

fn plural(found: JsonType) -> &'static str {
    match found {
        JsonType::String => "strings",
        JsonType::Number => "numbers",
        JsonType::Integer => "whole numbers",
        JsonType::Boolean => "booleans",
        JsonType::Object => "objects",
        JsonType::Array => "arrays",
        JsonType::Null => "nulls",
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn unknown_keywords_by_origin() {
        let text = "\
params:
  properties:
    a:
      type: string
      min: 3
      descritpion: A
      label: A
      nullable: true
      minContains: 3
      validJson: true
      x-note: 3
      anchored: &anchor 3
      Type: string
      format: emial
    b:
      type: object
      size: {type: string}
";
        expect![[r#"
            5:7-5:10 schema-unknown-keyword warning: `min` is not a keyword of JSON Schema. Use `minimum` for numbers, `minLength` for text, `minItems` for arrays.
            6:7-6:18 schema-unknown-keyword warning: `descritpion` is not a keyword; did you mean `description`?
                fix: Rename to `description`
            7:7-7:12 schema-unknown-keyword warning: `label` is not a keyword of JSON Schema. The label of a value is its `title`.
                fix: Rename to `title`
            8:7-8:15 schema-not-draft07 warning: `nullable` is a keyword of OpenAPI and is ignored. Leave the name out of `required` instead, or allow `null` with `oneOf`.
            9:7-9:18 schema-not-draft07 warning: `minContains` is newer than draft-07 and is ignored. In draft-07 `contains` always means at least one element.
            10:7-10:16 schema-unknown-keyword hint: `validJson` is not a keyword of JSON Schema and has no effect.
            13:7-13:11 schema-unknown-keyword warning: `Type` is not a keyword; did you mean `type`?
            14:15-14:20 schema-unknown-keyword hint: `emial` is not a known format; did you mean `email`?
                fix: Replace with `email`
            17:7-17:11 schema-unknown-keyword hint: `size` is not a keyword; a property belongs below `properties`.
        "#]]
        .assert_eq(&report(&["schema-unknown-keyword", "schema-not-draft07"], text));
    }

    #[test]
    fn known_keywords_are_not_reported() {
        let text = "\
params:
  $schema: http://json-schema.org/draft-07/schema#
  $id: x
  $defs: {}
  definitions: {}
  properties:
    a: {enum: [1], enumNames: [one], $comment: x, $md.copyable: true, message: {enum: One.}, format: uuid}
    half
connections:
  properties:
    b: {$ref: c, title: B}
";
        assert_eq!(
            report(&["schema-unknown-keyword", "schema-not-draft07", "schema-keyword-misfit"], text),
            ""
        );
    }

    #[test]
    fn constraints_of_another_type_have_no_effect() {
        let text = "\
text: &text {type: string, minLength: 1}
both: &both {type: integer, minLength: 1}
params:
  properties:
    a:
      type: integer
      minLength: 1
    b: {<<: *text, type: integer}
    c: {<<: *both}
    i: {<<: *both}
    d: {type: string, format: int32}
    e: {type: number, format: double, minimum: 1}
    f: {type: [string, 'null'], minLength: 1, minItems: 1}
    g: {minLength: 1, minItems: 2}
    h: {type: thing, minLength: 1}
";
        expect![[r#"
            2:29-2:38 schema-keyword-misfit hint: `minLength` is for strings; this value is a whole number, so it has no effect.
                fix: Remove it
            7:7-7:16 schema-keyword-misfit hint: `minLength` is for strings; this value is a whole number, so it has no effect.
                fix: Remove it
            13:47-13:55 schema-keyword-misfit hint: `minItems` is for arrays; this value is text or null, so it has no effect.
                fix: Remove it
        "#]]
        .assert_eq(&report(&["schema-keyword-misfit"], text));
        let after = fixed(
            "schema-keyword-misfit",
            "params:\n  properties:\n    a:\n      type: integer\n      minLength: 1 # no\n",
        );
        assert_eq!(after, "params:\n  properties:\n    a:\n      type: integer\n");
    }
}
