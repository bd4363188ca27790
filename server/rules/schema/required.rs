//! Do the names in `required` exist?

use super::{MAX_CANDIDATES, Once, Verdicts, is_checked_by_platform, types};
use crate::bundle::{Area, Document, PropertyId, Role, Schema, SchemaId, names};
use crate::edit::{Edits, Fix, build};
use crate::reference::{JsonType, closest};
use crate::rules::wording::quoted;
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity};
use crate::syntax::{Kind, Node};
use foldhash::HashMap;

static REQUIRED_UNDEFINED: Rule = Rule {
    id: "required-undefined",
    severity: Severity::Error,
    opt_in: false,
    title: "A required name is not defined",
    explanation: "`required` lists names of `properties` of the same object; nobody can fill in one that does not \
                  exist. Names that only a condition defines count as defined. Where `mass bundle lint` looks, it is \
                  an error; elsewhere (items of lists, branches of conditions, resource types) a warning.",
    bad: "params:\n  required: [sise]\n  properties:\n    size:\n      type: string\n",
    good: "params:\n  required: [size]\n  properties:\n    size:\n      type: string\n",
    files: &[],
};

static REQUIRED_DUPLICATE: Rule = Rule {
    id: "required-duplicate",
    severity: Severity::Error,
    opt_in: false,
    title: "`required` lists a name twice",
    explanation: "JSON Schema demands that the names in `required` differ, and the platform refuses a schema that \
                  repeats one.",
    bad: "params:\n  required:\n    - size\n    - size\n  properties:\n    size:\n      type: string\n",
    good: "params:\n  required:\n    - size\n  properties:\n    size:\n      type: string\n",
    files: &[],
};

/// `required`.
pub(in crate::rules) static REQUIRED: Family =
    Family { title: "Required names", rules: &[&REQUIRED_UNDEFINED, &REQUIRED_DUPLICATE], check };

fn check(cx: &Context<'_>, out: &mut Findings) {
    let document = cx.document;
    repeated(cx, out);
    let looked_at = is_looked_at_by_lint(document);
    let mut verdicts = Verdicts::default();
    for (id, schema) in document.schemas.iter() {
        let is_block = schema.role == Role::Root && matches!(schema.area, Area::Ports(_));
        let Some((_, list)) = document.keyword(id, "required").filter(|_| !is_block) else { continue };
        if types(document, id).is_some_and(|types| !types.contains(&JsonType::Object)) {
            continue;
        }
        let mut scopes = names::owners(&document.schemas, id);
        scopes.push(id);
        for item in list.target().items() {
            let Some(name) = super::text(cx, item).filter(|name| !name.is_empty()) else { continue };
            let severity = if looked_at[id.index()] { Severity::Error } else { Severity::Warning };
            let is_unknown = scopes.iter().all(|&scope| document.names(scope).lack(&name));
            verdicts.add(item, is_unknown, || {
                undefined(document, &scopes, list.target(), item, &name).with(severity)
            });
        }
    }
    verdicts.report(out);
}

fn undefined(
    document: &Document,
    scopes: &[SchemaId],
    list: Node<'_>,
    item: Node<'_>,
    name: &str,
) -> Finding {
    let known = scopes.iter().flat_map(|&scope| document.names(scope).known.keys().map(String::as_str));
    let close = closest(name, known.take(MAX_CANDIDATES));
    let hint = close.map(|close| format!("; did you mean `{close}`?")).unwrap_or_else(|| ".".to_owned());
    let message = format!("{} is required, but not among the `properties`{hint}", quoted(name));
    let mut finding = REQUIRED_UNDEFINED.at(item.span(), message);
    let is_listed = |name: &str| list.items().any(|item| item.target().value() == name);
    if let Some(close) = close.filter(|close| !is_listed(close)) {
        finding = finding
            .with_fix(Fix::unsafe_(format!("Replace with `{close}`"), build::replace_text(item, close)));
    }
    finding.with_fix(Fix::unsafe_("Remove it from `required`", build::remove_item(list, item))).with_fix(
        Fix::unsafe_(format!("Add {} to `properties`", quoted(name)), add_property(document, scopes, item)),
    )
}

/// Adds a property behind the last one of the object.
fn add_property(document: &Document, scopes: &[SchemaId], item: Node<'_>) -> Option<Edits> {
    let (_, properties) = document.keyword(*scopes.first()?, "properties")?;
    let last =
        properties.entries().next_back().filter(|_| properties.kind() == Kind::Mapping { flow: false })?;
    let column = build::column(&document.syntax, last.key().full_span().start());
    let line_break = build::line_break(&document.syntax);
    build::add_after(
        last,
        &item.target().value(),
        &format!("{}:{line_break}{}type: string", item.source(), " ".repeat(column + 2)),
    )
}

fn repeated(cx: &Context<'_>, out: &mut Findings) {
    let document = cx.document;
    let checked = is_checked_by_platform(document);
    let mut once = Once::default();
    for (id, schema) in document.schemas.iter() {
        let required = once.keywords(document, schema).find(|(key, _)| key.value() == "required");
        let Some((_, list)) = required else { continue };
        let mut seen: HashMap<_, Node<'_>> = HashMap::default();
        for item in list.target().items() {
            if out.is_full() {
                return;
            }
            let Some(name) = super::text(cx, item) else { continue };
            let Some(first) = seen.get(&name) else {
                seen.insert(name, item);
                continue;
            };
            let severity = if checked[id.index()] { Severity::Error } else { Severity::Warning };
            let finding = REQUIRED_DUPLICATE
                .at(item.span(), format!("{} is already in this list.", quoted(&name)))
                .with(severity)
                .relating(first.span(), "The first one");
            out.push(finding.with_fix(Fix::safe("Remove it", build::remove_item(list.target(), item))));
        }
    }
}

/// The schemas whose `required` the command line's lint compares with their properties (`spec §10.1`): `params` and
/// the objects among its properties, those that conditions add included.
fn is_looked_at_by_lint(document: &Document) -> Vec<bool> {
    let mut looked_at = vec![false; document.schemas.iter().count()];
    let mut branch_seen = looked_at.clone();
    let mut objects: Vec<SchemaId> = document.params.into_iter().collect();
    while let Some(object) = objects.pop() {
        if std::mem::replace(&mut looked_at[object.index()], true) {
            continue;
        }
        let mut branches = vec![object];
        while let Some(branch) = branches.pop() {
            if std::mem::replace(&mut branch_seen[branch.index()], true) {
                continue;
            }
            let schema: &Schema = document.schemas.get(branch);
            let member = |&property: &PropertyId| document.schemas.property(property).schema;
            objects.extend(schema.properties.iter().map(member));
            branches.extend(schema.children.iter().filter(|(role, _)| role.expands()).map(|(_, id)| *id));
        }
    }
    looked_at
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const UNDEFINED: &[&str] = &["required-undefined"];
    const DUPLICATE: &[&str] = &["required-duplicate"];

    #[test]
    fn undefined_names_are_errors_where_the_command_line_looks() {
        let text = "\
params:
  required:
    - sise
    - size
    - other
  properties:
    size:
      type: object
      required: [w]
      properties:
        width: {type: integer}
    list:
      type: array
      items:
        required: [x]
        properties: {y: {}}
";
        expect![[r#"
            3:7-3:11 required-undefined error: `sise` is required, but not among the `properties`; did you mean `size`?
                offer: Remove it from `required`
                offer: Add `sise` to `properties`
            5:7-5:12 required-undefined error: `other` is required, but not among the `properties`.
                offer: Remove it from `required`
                offer: Add `other` to `properties`
            9:18-9:19 required-undefined error: `w` is required, but not among the `properties`.
                offer: Remove it from `required`
                offer: Add `w` to `properties`
            15:20-15:21 required-undefined warning: `x` is required, but not among the `properties`.
                offer: Remove it from `required`
        "#]]
        .assert_eq(&report(UNDEFINED, text));
    }

    #[test]
    fn names_of_the_outer_object_and_of_branches_are_known() {
        let text = "\
params:
  required: [a, extra, later]
  properties:
    a: {type: boolean}
    map: {type: object, required: [k], additionalProperties: {type: string}}
    names: {type: object, required: [k], propertyNames: {pattern: '^k'}}
    patterned: {type: object, required: [k], patternProperties: {'^k': {}}}
    elsewhere: {$ref: vpc, required: [k]}
    text: {type: string, required: [k]}
  dependencies:
    a:
      oneOf:
        - properties: {a: {const: true}, extra: {type: string}}
          required: [a, extra, later]
        - properties: {a: {const: false}}
  anyOf:
    - $ref: '#/definitions/more'
  definitions:
    more:
      required: [a]
      properties: {later: {type: string}}
connections:
  required: [nothing]
  properties: {}
";
        assert_eq!(report(UNDEFINED, text), "");
    }

    #[test]
    fn a_shared_list_is_wrong_only_where_it_is_wrong_everywhere() {
        let shared = "\
params:
  properties:
    a: &a {type: object, required: [x], properties: {x: {}}}
    b: {<<: *a, properties: {y: {}}}
    c: &c {type: object, required: [x], properties: {z: {}}}
    d: *c
";
        expect![[r#"
            5:37-5:38 required-undefined error: `x` is required, but not among the `properties`.
                offer: Remove it from `required`
        "#]]
        .assert_eq(&report(UNDEFINED, shared));
    }

    #[test]
    fn names_still_being_typed_are_left_alone() {
        assert_eq!(report(UNDEFINED, "params:\n  required:\n    - \n  properties:\n    a: {}\n"), "");
        assert_eq!(report(UNDEFINED, "params:\n  required:\n  properties:\n    a: {}\n"), "");
        assert_eq!(report(UNDEFINED, "params:\n  required: [*x]\n  properties:\n    a: {}\n"), "");
    }

    #[test]
    fn repeated_names_are_removed() {
        let text = "params:\n  required:\n    - a\n    - b # why\n    - 'a'\n  properties: {}\n";
        expect![[r#"
            5:7-5:10 required-duplicate error: `a` is already in this list.
                3:7: The first one
                fix: Remove it
        "#]]
        .assert_eq(&report(DUPLICATE, text));
        expect![[r#"
            params:
              required:
                - a
                - b # why
              properties: {}
        "#]]
        .assert_eq(&fixed("required-duplicate", text));
        assert_eq!(
            report(DUPLICATE, "connections:\n  required: [a, a]\n  properties: {}\n").lines().count(),
            3
        );
    }
}
