//! Names in `required` that do not exist or are repeated.

use super::{MAX_CANDIDATES, Once, Verdicts, is_checked_by_platform, types};
use crate::bundle::{Area, Document, PropertyId, Role, Schema, SchemaId, names};
use crate::edit::{Change, Edits, Fix, build};
use crate::reference::{JsonType, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::rules::value::json_type;
use crate::rules::wording::quoted;
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity};
use crate::syntax::{Dialect, Kind, Node, Span, encode};
use foldhash::HashMap;

static REQUIRED_UNDEFINED: Rule = Rule {
    id: "required-undefined",
    severity: Severity::Error,
    opt_in: false,
    title: "`required` lists an undeclared name",
    explanation: "`required` lists names from `properties` of the same object; a name that does not exist can \
                  never be filled in. Names that only a condition declares are accepted. It is an error where \
                  `mass bundle lint` checks, and a warning elsewhere (items of lists, branches of conditions, \
                  resource types).",
    bad: dedent! {"
        params:
          required: [sise]
          properties:
            size:
              type: string
    "},
    good: dedent! {"
        params:
          required: [size]
          properties:
            size:
              type: string
    "},
    files: &[],
};

static REQUIRED_DUPLICATE: Rule = Rule {
    id: "required-duplicate",
    severity: Severity::Error,
    opt_in: false,
    title: "`required` lists a name twice",
    explanation: "The names in `required` must be unique; the platform rejects a schema that repeats one.",
    bad: dedent! {"
        params:
          required:
            - size
            - size
          properties:
            size:
              type: string
    "},
    good: dedent! {"
        params:
          required:
            - size
          properties:
            size:
              type: string
    "},
    files: &[],
};

/// `required`.
pub(in crate::rules) static REQUIRED: Family =
    Family { title: "Required names", rules: &[&REQUIRED_UNDEFINED, &REQUIRED_DUPLICATE], check };

/// Nested objects are described to this depth.
const MAX_DEPTH: usize = 8;

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    repeated(context, findings);
    let checked = is_checked_by_lint(document);
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
            let Some(name) = super::text(context, item).filter(|name| !name.is_empty()) else { continue };
            let severity = if checked[id.index()] { Severity::Error } else { Severity::Warning };
            let is_unknown = scopes.iter().all(|&scope| document.names(scope).lack(&name));
            verdicts.add(item, is_unknown, || {
                undefined(document, &scopes, list.target(), item, &name).with(severity)
            });
        }
    }
    verdicts.report(findings);
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
    let hint = did_you_mean(close);
    let message = format!("{} is required, but `properties` does not declare it{hint}", quoted(name));
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

/// Adds a property after the last one of the object, with the type of its values in defaults and presets.
fn add_property(document: &Document, scopes: &[SchemaId], item: Node<'_>) -> Option<Edits> {
    let scope = *scopes.first()?;
    let (key, properties) = document.keyword(scope, "properties")?;
    let name = item.target().value();
    let seen: Vec<Node<'_>> = values(document, scope, 0)
        .into_iter()
        .filter_map(|value| Some(value.field(&name)?.value().target()))
        .collect();
    let schema = described(&seen, document.dialect(), 0);
    let flow = format!("{}: {}", encode::string(&name, true, document.dialect()), schema.flow());
    let indent = |depth: usize| format!("\n{}", "  ".repeat(depth));
    let word = encode::string(&name, false, document.dialect());
    let Some(last) = properties.entries().next_back() else {
        let is_empty = properties.kind() == Kind::Null || properties.source() == "{}";
        let text = match encode::in_flow(key) {
            true => format!(" {{{flow}}}"),
            false => format!("{}{word}:{}", indent(1), schema.block(2)),
        };
        return is_empty.then(|| build::fill(key.entry()?, &text))?;
    };
    if properties.kind() == (Kind::Mapping { flow: true }) {
        let change = Change::Entry(properties.id(), name.into_owned());
        return Some(Edits::new(Span::at(last.span().end()), format!(", {flow}"), [change]));
    }
    let column = build::column(&document.syntax, last.key().full_span().start());
    let break_and_indent = format!("{}{}", build::line_break(&document.syntax), " ".repeat(column));
    build::add_after(last, &name, &format!("{word}:{}", schema.block(1)).replace('\n', &break_and_indent))
}

/// The values that defaults and presets give a schema.
fn values(document: &Document, id: SchemaId, depth: usize) -> Vec<Node<'_>> {
    let mut found: Vec<Node<'_>> =
        document.keyword(id, "default").into_iter().map(|(_, value)| value.target()).collect();
    if document.params == Some(id) {
        found.extend(document.presets.iter().map(|preset| document.node(preset.node).target()));
    } else if let Role::Property(property) = document.schemas.get(id).role
        && depth < MAX_DEPTH
    {
        let property = document.schemas.property(property);
        let name = document.node(property.key).value();
        let outer = values(document, property.owner, depth + 1).into_iter();
        found.extend(outer.filter_map(|value| Some(value.field(&name)?.value().target())));
    }
    found
}

/// A minimal schema that accepts a set of values.
enum Described {
    Scalar(&'static str),
    Array(Box<Described>),
    Object(Vec<(String, Described)>),
}

/// Describes values. If they do not have one type, they are described as text, which a form can show.
fn described(values: &[Node<'_>], dialect: Dialect, depth: usize) -> Described {
    let mut types: Vec<JsonType> = values.iter().filter_map(|value| json_type(*value, dialect)).collect();
    types.retain(|found| *found != JsonType::Null);
    types.sort_by_key(|found| found.name());
    types.dedup();
    match types[..] {
        _ if depth > MAX_DEPTH => Described::Scalar("string"),
        [JsonType::Integer, JsonType::Number] => Described::Scalar("number"),
        [JsonType::Array] => {
            let items: Vec<Node<'_>> =
                values.iter().flat_map(|value| value.items()).map(Node::target).collect();
            Described::Array(Box::new(described(&items, dialect, depth + 1)))
        }
        [JsonType::Object] => {
            let mut members: Vec<(String, Vec<Node<'_>>)> = Vec::new();
            for entry in values.iter().flat_map(|value| value.fields()) {
                let (name, value) = (entry.name(), entry.value().target());
                match members.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, values)) => values.push(value),
                    None => members.push((name.into_owned(), vec![value])),
                }
            }
            let member =
                |(name, values): (String, Vec<Node<'_>>)| (name, described(&values, dialect, depth + 1));
            Described::Object(members.into_iter().map(member).collect())
        }
        [only] => Described::Scalar(only.name()),
        _ => Described::Scalar("string"),
    }
}

impl Described {
    /// The schema in flow style.
    fn flow(&self) -> String {
        match self {
            Self::Scalar(name) => format!("{{type: {name}}}"),
            Self::Array(items) => format!("{{type: array, items: {}}}", items.flow()),
            Self::Object(members) => {
                let member = |(name, schema): &(String, Self)| {
                    format!("{}: {}", encode::string(name, true, Dialect::GoYaml2), schema.flow())
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{type: object, properties: {{{}}}}}", members.join(", "))
            }
        }
    }

    /// The schema in block style, at an indentation of `depth` levels; each line begins with its line break.
    fn block(&self, depth: usize) -> String {
        let indent = format!("\n{}", "  ".repeat(depth));
        match self {
            Self::Scalar(name) => format!("{indent}type: {name}"),
            Self::Array(items) => format!("{indent}type: array{indent}items:{}", items.block(depth + 1)),
            Self::Object(members) => {
                let member = |(name, schema): &(String, Self)| {
                    let name = encode::string(name, false, Dialect::GoYaml2);
                    format!("{indent}  {name}:{}", schema.block(depth + 2))
                };
                let members: String = members.iter().map(member).collect();
                let members = if members.is_empty() { " {}".to_owned() } else { members };
                format!("{indent}type: object{indent}properties:{members}")
            }
        }
    }
}

fn repeated(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let checked = is_checked_by_platform(document);
    let mut once = Once::default();
    for (id, schema) in document.schemas.iter() {
        let required = once.keywords(document, schema).find(|(key, _)| key.value() == "required");
        let Some((_, list)) = required else { continue };
        let mut seen: HashMap<_, Node<'_>> = HashMap::default();
        for item in list.target().items() {
            if findings.is_full() {
                return;
            }
            let Some(name) = super::text(context, item) else { continue };
            let Some(first) = seen.get(&name) else {
                seen.insert(name, item);
                continue;
            };
            let severity = if checked[id.index()] { Severity::Error } else { Severity::Warning };
            let finding = REQUIRED_DUPLICATE
                .at(item.span(), format!("{} is already in this list.", quoted(&name)))
                .with(severity)
                .relating(first.span(), "First listed here");
            findings.push(finding.with_fix(Fix::safe("Remove it", build::remove_item(list.target(), item))));
        }
    }
}

/// For each schema, whether `mass bundle lint` compares its `required` with its properties: `params` and the objects
/// among its properties, including those that conditions add.
fn is_checked_by_lint(document: &Document) -> Vec<bool> {
    let mut checked = vec![false; document.schemas.iter().count()];
    let mut branch_seen = checked.clone();
    let mut objects: Vec<SchemaId> = document.params.into_iter().collect();
    while let Some(object) = objects.pop() {
        if std::mem::replace(&mut checked[object.index()], true) {
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
    checked
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const UNDEFINED: &[&str] = &["required-undefined"];
    const DUPLICATE: &[&str] = &["required-duplicate"];

    #[test]
    fn undeclared_names_are_errors_where_lint_checks() {
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
            3:7-3:11 required-undefined error: `sise` is required, but `properties` does not declare it; did you mean `size`?
                unsafe fix: Remove it from `required`
                unsafe fix: Add `sise` to `properties`
            5:7-5:12 required-undefined error: `other` is required, but `properties` does not declare it.
                unsafe fix: Remove it from `required`
                unsafe fix: Add `other` to `properties`
            9:18-9:19 required-undefined error: `w` is required, but `properties` does not declare it.
                unsafe fix: Remove it from `required`
                unsafe fix: Add `w` to `properties`
            15:20-15:21 required-undefined warning: `x` is required, but `properties` does not declare it.
                unsafe fix: Remove it from `required`
                unsafe fix: Add `x` to `properties`
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
            5:37-5:38 required-undefined error: `x` is required, but `properties` does not declare it.
                unsafe fix: Remove it from `required`
                unsafe fix: Add `x` to `properties`
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
                3:7: First listed here
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
