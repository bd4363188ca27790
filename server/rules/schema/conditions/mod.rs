//! Conditions that never apply: unknown properties, impossible values, `then` without `if`.

mod impossible;
#[cfg(test)]
mod tests;

use self::impossible::Allowances;
use super::{MAX_CANDIDATES, Verdicts};
use crate::bundle::{Area, Document, Role, SchemaId, names};
use crate::edit::{Fix, build};
use crate::reference::{closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::rules::wording::quoted;
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity};
use crate::syntax::Node;

static DEPENDENCY_UNKNOWN_FIELD: Rule = Rule {
    id: "dependency-unknown-field",
    severity: Severity::Warning,
    opt_in: false,
    title: "`dependencies` names an undeclared property",
    explanation: "A schema's `dependencies` declare what must also hold if a property has a value. The property \
                  and the names listed for it must be properties of the same object; otherwise the condition \
                  never applies or can never be satisfied.",
    bad: dedent! {"
        params:
          properties:
            backups:
              type: boolean
          dependencies:
            backup:
              required: [backups]
    "},
    good: dedent! {"
        params:
          properties:
            backups:
              type: boolean
          dependencies:
            backups:
              required: [backups]
    "},
    files: &[],
};

static DEPENDENCY_IMPOSSIBLE: Rule = Rule {
    id: "dependency-impossible",
    severity: Severity::Warning,
    opt_in: false,
    title: "A condition tests for a value that the property cannot have",
    explanation: "A branch that tests for a value outside the property's `enum`, or of another type, never \
                  applies, so its fields and constraints have no effect.",
    bad: dedent! {"
        params:
          properties:
            tier:
              type: string
              enum: [dev, prod]
          dependencies:
            tier:
              oneOf:
                - properties:
                    tier:
                      const: prodd
    "},
    good: dedent! {"
        params:
          properties:
            tier:
              type: string
              enum: [dev, prod]
          dependencies:
            tier:
              oneOf:
                - properties:
                    tier:
                      const: prod
    "},
    files: &[],
};

static IF_THEN_ORPHAN: Rule = Rule {
    id: "if-then-orphan",
    severity: Severity::Warning,
    opt_in: false,
    title: "`then` or `else` without `if`",
    explanation: "`then` and `else` have no effect without an `if` in the same schema.",
    bad: dedent! {"
        params:
          properties: {}
          then:
            required: []
    "},
    good: dedent! {"
        params:
          properties: {}
          if:
            required: []
          then:
            required: []
    "},
    files: &[],
};

/// Conditions.
pub(in crate::rules) static CONDITIONS: Family = Family {
    title: "Conditions",
    rules: &[&DEPENDENCY_UNKNOWN_FIELD, &DEPENDENCY_IMPOSSIBLE, &IF_THEN_ORPHAN],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut verdicts = Verdicts::default();
    let mut allowances = Allowances::default();
    for (id, schema) in document.schemas.iter() {
        for keyword in ["then", "else"] {
            let Some((key, _)) = document.keyword(id, keyword) else { continue };
            let is_orphan = document.keyword(id, "if").is_none();
            let message = || format!("`{keyword}` has no effect without an `if` in the same schema.");
            verdicts.add(key, is_orphan, || {
                let finding = IF_THEN_ORPHAN.at(key.span(), message());
                finding.with_fix(Fix::unsafe_(format!("Remove `{keyword}`"), super::removal(key)))
            });
        }
        if schema.role == Role::Root && matches!(schema.area, Area::Ports(_)) {
            continue;
        }
        if document.keyword(id, "dependencies").is_some() || document.keyword(id, "if").is_some() {
            let owners = names::owners(&document.schemas, id);
            unknown_fields(context, id, &owners, &mut verdicts);
            impossible::check(context, schema, &owners, &mut allowances, &mut verdicts);
        }
    }
    verdicts.report(findings);
}

fn unknown_fields(context: &Context<'_>, id: SchemaId, owners: &[SchemaId], verdicts: &mut Verdicts) {
    let document = context.document;
    let Some((_, dependencies)) = document.keyword(id, "dependencies") else { return };
    let mut field = |token: Node<'_>| {
        let Some(name) = super::text(context, token).filter(|name| !name.is_empty()) else { return };
        let mut scopes = owners.iter().copied().chain([id]);
        let is_unknown = scopes.all(|scope| document.names(scope).lack(&name));
        verdicts.add(token, is_unknown, || unknown_field(document, id, owners, token, &name));
    };
    for entry in dependencies.target().fields().filter(|entry| entry.colon().is_some()) {
        field(entry.key());
        entry.value().target().items().for_each(&mut field);
    }
}

fn unknown_field(
    document: &Document,
    id: SchemaId,
    owners: &[SchemaId],
    token: Node<'_>,
    name: &str,
) -> Finding {
    let known = owners.iter().chain([&id]).flat_map(|&scope| document.names(scope).known.keys());
    let close = closest(name, known.map(String::as_str).take(MAX_CANDIDATES));
    let hint = did_you_mean(close);
    let message = format!("`dependencies` names {}, which `properties` does not declare{hint}", quoted(name));
    let finding = DEPENDENCY_UNKNOWN_FIELD.at(token.span(), message);
    match close {
        Some(close) => finding
            .with_fix(Fix::unsafe_(format!("Replace with `{close}`"), build::replace_name(token, close))),
        None => finding,
    }
}
