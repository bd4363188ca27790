//! `message`: custom error texts.

use super::{MAX_CANDIDATES, Once, entry_of, rename};
use crate::bundle::{Area, Document, Role, Schema, SchemaId};
use crate::edit::{Edits, Fix, build};
use crate::reference::{JsonType, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::rules::value::json_type;
use crate::rules::wording::{listed, quoted, recast};
use crate::rules::{Context, Family, Findings, Rule, Severity};
use crate::syntax::{Entry, Node};
use foldhash::HashSet;
use std::borrow::Cow;

static MESSAGE_KEY: Rule = Rule {
    id: "message-key",
    severity: Severity::Warning,
    opt_in: false,
    title: "An error text for a missing keyword",
    explanation: "`message` maps a keyword of the same schema, most often `pattern`, to the text that users see \
                  if their value violates it. The text for a keyword that the schema does not have is never \
                  shown.",
    bad: dedent! {"
        params:
          properties:
            name:
              type: string
              pattern: '^[a-z]+$'
              message:
                patern: Lower-case letters only.
    "},
    good: dedent! {"
        params:
          properties:
            name:
              type: string
              pattern: '^[a-z]+$'
              message:
                pattern: Lower-case letters only.
    "},
    files: &[],
};

/// Error texts.
pub(in crate::rules) static MESSAGES: Family = Family { title: "Error texts", rules: &[&MESSAGE_KEY], check };

/// Keywords that are not constraints.
const DESCRIBING: [&str; 8] =
    ["message", "title", "description", "default", "examples", "$comment", "$id", "enumNames"];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut once = Once::default();
    for (id, schema) in document.schemas.iter().filter(|(_, schema)| schema.area == Area::Params) {
        let message = once.keywords(document, schema).find(|(key, _)| key.value() == "message");
        let Some((key, value)) = message else { continue };
        let target = value.target();
        match json_type(target, document.dialect()) {
            Some(JsonType::Object) => {
                let constraints = constraints(document, schema);
                let texts = target.fields().filter(|entry| entry.colon().is_some());
                texts.for_each(|entry| text(context, id, &constraints, entry, findings));
            }
            // Still being typed, or an unresolved alias.
            None | Some(JsonType::Null) => {}
            Some(_) => findings.push(not_a_mapping(document, id, key, value)),
        }
    }
}

fn not_a_mapping(document: &Document, id: SchemaId, key: Node<'_>, value: Node<'_>) -> crate::rules::Finding {
    let finding = MESSAGE_KEY.at(
        value.span(),
        "`message` must be a mapping from a keyword, such as `pattern`, to its error text.",
    );
    let only_pattern =
        document.keyword(id, "pattern").is_some() && value.is_scalar() && !value.source().contains('\n');
    if !only_pattern || entry_of(key).is_none() {
        return finding;
    }
    finding.with_fix(Fix::safe(
        "Use the text for `pattern`",
        Edits::value(value, format!("{{ pattern: {} }}", flow_text(value))),
    ))
}

/// A scalar as it can be written in a flow mapping.
fn flow_text(value: Node<'_>) -> String {
    match value.source().contains([',', '[', ']', '{', '}']) && !value.source().starts_with(['"', '\'']) {
        true => build::quoted(value.source()),
        false => value.source().to_owned(),
    }
}

/// Names of the keywords that constrain a value, in document order.
fn constraints<'a>(document: &'a Document, schema: &Schema) -> Constraints<'a> {
    let names = schema.keywords.iter().map(|&(key, _)| document.node(key).value());
    let list: Vec<_> = names.filter(|name| !DESCRIBING.contains(&&**name)).collect();
    Constraints { set: list.iter().cloned().collect(), list }
}

struct Constraints<'a> {
    list: Vec<Cow<'a, str>>,
    set: HashSet<Cow<'a, str>>,
}

fn text(
    context: &Context<'_>,
    id: SchemaId,
    constraints: &Constraints<'_>,
    entry: Entry<'_>,
    findings: &mut Findings,
) {
    let document = context.document;
    let (key, name) = (entry.key(), entry.name());
    let has_constraint = constraints.set.contains(&name) || name == "required" && is_required(document, id);
    if !has_constraint && !findings.is_full() {
        let candidates = || constraints.list.iter().map(|name| &**name).take(MAX_CANDIDATES);
        let finding = |hint: String| {
            MESSAGE_KEY
                .at(key.span(), format!("This schema has no `{name}`, so the text is never shown{hint}"))
        };
        findings.push(match closest(&name, candidates()) {
            Some(close) => finding(did_you_mean(Some(close)))
                .with_fix(Fix::safe(format!("Rename to `{close}`"), rename(key, close))),
            None if constraints.list.is_empty() => finding(".".to_owned()),
            None => finding(format!("; its constraints: {}.", listed(candidates()))),
        });
    }
    let value = entry.value();
    match json_type(value, document.dialect()) {
        None | Some(JsonType::String | JsonType::Null) => {}
        Some(_) => {
            let finding =
                MESSAGE_KEY.at(value.span(), format!("The error text for {} must be text.", quoted(&name)));
            findings.push(match recast(value, &["string"], document.dialect()) {
                Some((title, text)) => finding.with_fix(Fix::safe(title, Edits::value(value, text))),
                None => finding,
            });
        }
    }
}

/// Whether the schema's property is in its object's `required`, which is also a constraint.
fn is_required(document: &Document, id: SchemaId) -> bool {
    let schema = document.schemas.get(id);
    let Role::Property(property) = schema.role else { return false };
    let property = document.schemas.property(property);
    let name = document.node(property.key).value();
    let required = document.keyword(property.owner, "required");
    required.is_some_and(|(_, list)| list.target().items().any(|item| item.target().value() == name))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const ID: &[&str] = &["message-key"];

    #[test]
    fn a_text_needs_its_constraint() {
        let text = "\
params:
  required: [c]
  properties:
    a:
      type: string
      pattern: '^a'
      message:
        patern: Begin with a.
        minLength: Too short.
        pattern: 5
    b:
      message:
        title: Why?
    c:
      pattern: '^c'
      message: {required: Fill it in., pattern: Begin with c.}
    d:
      pattern: '^d'
      message: Begin with d, please.
";
        expect![[r#"
            8:9-8:15 message-key warning: This schema has no `patern`, so the text is never shown; did you mean `pattern`?
            9:9-9:18 message-key warning: This schema has no `minLength`, so the text is never shown; its constraints: `type`, `pattern`.
            10:18-10:19 message-key warning: The error text for `pattern` must be text.
                fix: Add quotes
            13:9-13:14 message-key warning: This schema has no `title`, so the text is never shown.
            19:16-19:37 message-key warning: `message` must be a mapping from a keyword, such as `pattern`, to its error text.
                fix: Use the text for `pattern`
        "#]]
        .assert_eq(&report(ID, text));
        let after = fixed(
            "message-key",
            "params:\n  properties:\n    d:\n      pattern: '^d'\n      message: d, please\n",
        );
        assert!(after.ends_with("message: { pattern: \"d, please\" }\n"), "{after}");
    }

    #[test]
    fn unfinished_and_merged_texts_are_fine() {
        let text = "\
name: &name
  pattern: '^a'
  message: {pattern: Begin with a.}
params:
  properties:
    a: {<<: *name, type: string}
    b:
      message:
    c:
      pattern: '^c'
      message:
        pattern:
";
        assert_eq!(report(ID, text), "");
    }
}
