//! Conditions: can they be met, and do they speak of something?

use super::types;
use crate::bundle::{Area, Document, Property, Role, Schema, SchemaId, names};
use crate::reference::{JsonType, closest};
use crate::rules::value::json_type;
use crate::rules::wording::{listed, quoted};
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity, edit};
use crate::syntax::{Node, NodeId, Scalar};
use std::collections::{BTreeMap, HashSet};

static DEPENDENCY_UNKNOWN_FIELD: Rule = Rule {
    id: "dependency-unknown-field",
    severity: Severity::Warning,
    opt_in: false,
    title: "`dependencies` names a property that does not exist",
    explanation: "A schema's `dependencies` say what else holds once a property is given. Both the property and the \
                  names listed for it must be properties of the same object; otherwise the condition is never met, or \
                  can never be satisfied.",
    bad: "params:\n  properties:\n    backups:\n      type: boolean\n  dependencies:\n    backup:\n      required: [backups]\n",
    good: "params:\n  properties:\n    backups:\n      type: boolean\n  dependencies:\n    backups:\n      required: [backups]\n",
    files: &[],
};

static DEPENDENCY_IMPOSSIBLE: Rule = Rule {
    id: "dependency-impossible",
    severity: Severity::Warning,
    opt_in: false,
    title: "A condition asks for a value that the property cannot have",
    explanation: "A branch that asks for a value outside of the property's `enum`, or of another type, is never taken, \
                  so what it shows or demands never comes into effect.",
    bad: "params:\n  properties:\n    tier:\n      type: string\n      enum: [dev, prod]\n  dependencies:\n    tier:\n      oneOf:\n        - properties:\n            tier:\n              const: prodd\n",
    good: "params:\n  properties:\n    tier:\n      type: string\n      enum: [dev, prod]\n  dependencies:\n    tier:\n      oneOf:\n        - properties:\n            tier:\n              const: prod\n",
    files: &[],
};

static IF_THEN_ORPHAN: Rule = Rule {
    id: "if-then-orphan",
    severity: Severity::Warning,
    opt_in: false,
    title: "`then` or `else` without `if`",
    explanation: "`then` and `else` have no effect unless an `if` stands beside them in the same schema.",
    bad: "params:\n  properties: {}\n  then:\n    required: []\n",
    good: "params:\n  properties: {}\n  if:\n    required: []\n  then:\n    required: []\n",
    files: &[],
};

/// Conditions.
pub(in crate::rules) static CONDITIONS: Family = Family {
    title: "Conditions",
    rules: &[&DEPENDENCY_UNKNOWN_FIELD, &DEPENDENCY_IMPOSSIBLE, &IF_THEN_ORPHAN],
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let document = cx.document;
    // A token that an alias or a merge shares must be wrong wherever it counts.
    let mut verdicts = Verdicts::default();
    for (id, schema) in document.schemas.iter() {
        for keyword in ["then", "else"] {
            let Some((key, _)) = document.keyword(id, keyword) else { continue };
            let message = format!("`{keyword}` has no effect without an `if` beside it.");
            let is_orphan = document.keyword(id, "if").is_none();
            verdicts.add(key, is_orphan.then(|| IF_THEN_ORPHAN.at(key.span(), message)));
        }
        if schema.role == Role::Root && matches!(schema.area, Area::Ports(_)) {
            continue;
        }
        if document.keyword(id, "dependencies").is_some() || document.keyword(id, "if").is_some() {
            let owners = names::owners(&document.schemas, id);
            unknown_fields(cx, id, &owners, &mut verdicts);
            impossible(cx, schema, &owners, &mut verdicts);
        }
    }
    out.extend(verdicts.0.into_values().flatten());
}

/// What was found at each token; `None` where it was right at least once.
#[derive(Default)]
struct Verdicts(BTreeMap<NodeId, Option<Finding>>);

impl Verdicts {
    fn add(&mut self, token: Node<'_>, finding: Option<Finding>) {
        let verdict = self.0.entry(token.id());
        match finding {
            Some(finding) => {
                verdict.or_insert(Some(finding));
            }
            None => {
                *verdict.or_default() = None;
            }
        }
    }
}

fn unknown_fields(cx: &Context<'_>, id: SchemaId, owners: &[SchemaId], verdicts: &mut Verdicts) {
    let document = cx.document;
    let Some((_, dependencies)) = document.keyword(id, "dependencies") else { return };
    let mut field = |token: Node<'_>| {
        let Some(name) = super::text(cx, token).filter(|name| !name.is_empty()) else { return };
        let mut scopes = owners.iter().copied().chain([id]);
        let is_unknown = scopes.all(|scope| document.names(scope).lack(&name));
        verdicts.add(token, is_unknown.then(|| unknown_field(document, id, owners, token, &name)));
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
    let close = closest(name, known.map(String::as_str));
    let hint = close.map(|close| format!("; did you mean `{close}`?")).unwrap_or_else(|| ".".to_owned());
    let message =
        format!("{} is not among the `properties` that these `dependencies` speak of{hint}", quoted(name));
    let finding = DEPENDENCY_UNKNOWN_FIELD.at(token.span(), message);
    match close {
        Some(close) => finding.mend(format!("Replace with `{close}`"), edit::replace_text(token, close)),
        None => finding,
    }
}

/// Values that the branches of a condition ask for and that the property they ask cannot have.
fn impossible(cx: &Context<'_>, schema: &Schema, owners: &[SchemaId], verdicts: &mut Verdicts) {
    let document = cx.document;
    for &(role, branch) in &schema.children {
        let controlling = match role {
            Role::Dependency(key) => Some(document.node(key).value()),
            Role::If => None,
            _ => continue,
        };
        for property in asked(document, branch) {
            let key = document.node(property.key);
            if controlling.as_ref().is_some_and(|name| *name != key.value()) {
                continue;
            }
            let subjects = subjects(document, owners, &key.value());
            for value in wanted(document, property.schema) {
                let can_be =
                    subjects.is_empty() || subjects.iter().any(|&subject| allows(cx, subject, value));
                verdicts.add(value, (!can_be).then(|| never(cx, &subjects, key, value)));
            }
        }
    }
}

/// The properties that a branch, and the branches in it, ask about.
fn asked(document: &Document, branch: SchemaId) -> Vec<Property> {
    let mut seen = HashSet::from([branch]);
    let mut work = vec![branch];
    let mut asked = Vec::new();
    while let Some(id) = work.pop() {
        let schema = document.schemas.get(id);
        asked.extend(schema.properties.iter().map(|&property| document.schemas.property(property)));
        let branches = schema.children.iter().filter(|(role, _)| {
            matches!(role, Role::AllOf | Role::AnyOf | Role::OneOf | Role::If | Role::Then | Role::Else)
        });
        work.extend(branches.map(|(_, id)| *id).filter(|id| seen.insert(*id)));
    }
    asked
}

/// The definitions of a property that hold without a condition.
fn subjects(document: &Document, owners: &[SchemaId], name: &str) -> Vec<SchemaId> {
    let known = owners.iter().filter_map(|&owner| Some((owner, document.names(owner).known.get(name)?)));
    known
        .flat_map(|(owner, ids)| {
            let properties = ids.iter().map(|&id| document.schemas.property(id));
            properties.filter(move |property| property.owner == owner).map(|property| property.schema)
        })
        .collect()
}

/// The values that `const` or `enum` ask for.
fn wanted(document: &Document, id: SchemaId) -> Vec<Node<'_>> {
    let one = document.keyword(id, "const").map(|(_, value)| value);
    let several = document.keyword(id, "enum").into_iter().flat_map(|(_, list)| list.target().items());
    one.into_iter().chain(several).collect()
}

/// Whether a property may have a value; in doubt it may.
fn allows(cx: &Context<'_>, id: SchemaId, value: Node<'_>) -> bool {
    let document = cx.document;
    let wanted = super::scalar(cx, value);
    // How a form says that nothing was chosen.
    if !value.target().is_scalar() || wanted == Scalar::Null || wanted == Scalar::Str("".into()) {
        return true;
    }
    let Some(found) = json_type(value, document.dialect()) else { return true };
    let fits =
        |allowed: &JsonType| *allowed == found || (*allowed, found) == (JsonType::Number, JsonType::Integer);
    if types(document, id).is_some_and(|types| !types.is_empty() && !types.iter().any(fits)) {
        return false;
    }
    choices(document, id)
        .is_none_or(|choices| choices.iter().any(|choice| same(&super::scalar(cx, *choice), &wanted)))
}

/// The only values that a property may have, if they are all written down.
fn choices(document: &Document, id: SchemaId) -> Option<Vec<Node<'_>>> {
    let listed = wanted(document, id);
    if !listed.is_empty() {
        return Some(listed);
    }
    let schema = document.schemas.get(id);
    let branches = schema.children.iter().filter(|(role, _)| matches!(role, Role::OneOf | Role::AnyOf));
    let constants: Option<Vec<_>> =
        branches.map(|(_, branch)| document.keyword(*branch, "const").map(|(_, value)| value)).collect();
    constants.filter(|constants| !constants.is_empty())
}

fn same(a: &Scalar<'_>, b: &Scalar<'_>) -> bool {
    match (a, b) {
        (Scalar::Int(whole), Scalar::Float(number)) | (Scalar::Float(number), Scalar::Int(whole)) => {
            *whole as f64 == *number
        }
        _ => a == b,
    }
}

fn never(cx: &Context<'_>, subjects: &[SchemaId], key: Node<'_>, value: Node<'_>) -> Finding {
    let document = cx.document;
    let name = key.value();
    let written = value.target().value();
    let choices: Vec<_> = subjects
        .iter()
        .filter_map(|&subject| choices(document, subject))
        .flatten()
        .map(|choice| choice.target().value())
        .collect();
    let close = closest(&written, choices.iter().map(|choice| &**choice)).filter(|close| *close != written);
    let hint = match close {
        Some(close) => format!("; did you mean {}?", quoted(close)),
        None if choices.is_empty() || choices.contains(&written) => ", whose type is another.".to_owned(),
        None => format!("; it is one of {}.", listed(&choices)),
    };
    let message = format!("{} is never a value of {}{hint}", quoted(&written), quoted(&name));
    let finding = DEPENDENCY_IMPOSSIBLE.at(value.span(), message);
    let finding = match subjects.first().map(|&subject| document.schemas.get(subject).role) {
        Some(Role::Property(property)) => {
            let definition = document.node(document.schemas.property(property).key);
            finding.relating(definition.span(), format!("{} is defined here", quoted(&name)))
        }
        _ => finding,
    };
    match close {
        Some(close) => finding.mend(format!("Replace with `{close}`"), edit::replace_text(value, close)),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::report;
    use expect_test::expect;

    const IDS: &[&str] = &["dependency-unknown-field", "dependency-impossible", "if-then-orphan"];

    #[test]
    fn conditions_speak_of_properties_that_exist() {
        let text = "\
params:
  properties:
    backups: {type: boolean}
    size: {type: object, dependencies: {x: [y]}, additionalProperties: true}
  dependencies:
    backup: [backups, days]
    extra: [backups]
    backups:
      oneOf:
        - properties: {backups: {const: true}, extra: {type: string}}
          dependencies: {size: [extra]}
connections:
  dependencies: {a: [b]}
";
        expect![[r#"
            6:5-6:11 dependency-unknown-field warning: `backup` is not among the `properties` that these `dependencies` speak of; did you mean `backups`?
                fix: Replace with `backups`
            6:23-6:27 dependency-unknown-field warning: `days` is not among the `properties` that these `dependencies` speak of.
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn conditions_ask_for_values_that_can_occur() {
        let text = "\
params:
  properties:
    tier: {type: string, enum: [dev, prod]}
    on: {type: boolean}
    count: {type: number, enum: [1, 2.0]}
    label: {oneOf: [{const: a, title: A}, {const: b, title: B}]}
    free: {type: string}
    unknown: {$ref: things}
  dependencies:
    tier: {oneOf: [{properties: {tier: {const: prodd}}}, {properties: {tier: {enum: [dev, test]}}}]}
    \"on\": {oneOf: [{properties: {\"on\": {const: 'true'}}}, {properties: {\"on\": {const: false}}}]}
    count: {oneOf: [{properties: {count: {const: 2}}}, {properties: {count: {const: 1.0}}}]}
    label: {anyOf: [{properties: {label: {const: c}}}]}
    free: {oneOf: [{properties: {free: {const: anything}}}, {properties: {free: {const: ''}}}]}
    unknown: {oneOf: [{properties: {unknown: {const: x}, tier: {const: elsewhere}}}]}
  if: {properties: {tier: {const: stage}}}
  then: {required: [free]}
";
        expect![[r#"
            10:48-10:53 dependency-impossible warning: `prodd` is never a value of `tier`; did you mean `prod`?
                3:5: `tier` is defined here
                fix: Replace with `prod`
            10:91-10:95 dependency-impossible warning: `test` is never a value of `tier`; it is one of `dev`, `prod`.
                3:5: `tier` is defined here
            11:48-11:54 dependency-impossible warning: `true` is never a value of `on`, whose type is another.
                4:5: `on` is defined here
            13:50-13:51 dependency-impossible warning: `c` is never a value of `label`; it is one of `a`, `b`.
                6:5: `label` is defined here
            16:35-16:40 dependency-impossible warning: `stage` is never a value of `tier`; it is one of `dev`, `prod`.
                3:5: `tier` is defined here
        "#]]
        .assert_eq(&report(IDS, &text.replace("    on:", "    'on':")));
    }

    #[test]
    fn branches_without_a_condition_are_reported_once() {
        let text = "\
orphan: &orphan
  then: {required: [a]}
params:
  properties:
    a: {<<: *orphan}
    b: {<<: *orphan}
  if:
  else: {}
";
        expect![[r#"
            2:3-2:7 if-then-orphan warning: `then` has no effect without an `if` beside it.
        "#]]
        .assert_eq(&report(IDS, text));
        let used_once = text.replace("    b: {", "    b: {if: {required: [a]}, ");
        assert_eq!(report(IDS, &used_once), "");
    }
}
