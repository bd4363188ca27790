//! How the form shows params: items, defaults and titles.

use super::{Once, insertion, types};
use crate::bundle::{Area, Document, Role, Schema, SchemaId, names};
use crate::edit::{Fix, build};
use crate::reference::{self, JsonType};
use crate::rules::dedent::dedent;
use crate::rules::wording::quoted;
use crate::rules::{Context, Family, Findings, Rule, Severity};
use crate::syntax::Node;

static ITEMS_MISSING: Rule = Rule {
    id: "items-missing",
    severity: Severity::Hint,
    opt_in: false,
    title: "An array has no `items`",
    explanation: "Without `items` the form does not know which input to show for a new item, so users cannot \
                  edit the list.",
    bad: dedent! {"
        params:
          properties:
            zones:
              type: array
    "},
    good: dedent! {"
        params:
          properties:
            zones:
              type: array
              items:
                type: string
    "},
    files: &[],
};

static BOOLEAN_DEFAULT: Rule = Rule {
    id: "boolean-default",
    severity: Severity::Hint,
    opt_in: true,
    title: "A boolean has no default",
    explanation: "When it builds the bundle, the command line adds `default: false` to every boolean without a \
                  default. Writing it makes that visible.",
    bad: dedent! {"
        params:
          properties:
            backups:
              type: boolean
    "},
    good: dedent! {"
        params:
          properties:
            backups:
              type: boolean
              default: false
    "},
    files: &[],
};

static TITLE_MISSING: Rule = Rule {
    id: "title-missing",
    severity: Severity::Hint,
    opt_in: true,
    title: "A param has no title",
    explanation: "The form labels a field with its `title`, or with the plain name if there is none.",
    bad: dedent! {"
        params:
          properties:
            instance_class:
              type: string
    "},
    good: dedent! {"
        params:
          properties:
            instance_class:
              type: string
              title: Instance class
    "},
    files: &[],
};

/// Params in the form.
pub(in crate::rules) static FORM: Family =
    Family { title: "Params in the form", rules: &[&ITEMS_MISSING, &BOOLEAN_DEFAULT, &TITLE_MISSING], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let (defaults, titles) = (context.is_on(&BOOLEAN_DEFAULT), context.is_on(&TITLE_MISSING));
    let mut once = Once::default();
    for (id, schema) in document.schemas.iter().filter(|(_, schema)| schema.area == Area::Params) {
        if findings.is_full() {
            return;
        }
        let is_type = |(key, _): &(Node<'_>, Node<'_>)| key.value() == "type";
        if let Some((key, value)) = once.keywords(document, schema).find(is_type) {
            match types(document, id).as_deref() {
                Some([JsonType::Array]) => items_missing(document, id, schema, key, value, findings),
                Some([JsonType::Boolean]) if defaults => boolean_default(document, id, key, findings),
                _ => {}
            }
        }
        if titles {
            title_missing(document, id, schema, findings);
        }
    }
}

fn items_missing(
    document: &Document,
    id: SchemaId,
    schema: &Schema,
    key: Node<'_>,
    value: Node<'_>,
    findings: &mut Findings,
) {
    const KNOWN: [&str; 9] = ["items", "$ref", "enum", "const", "oneOf", "anyOf", "allOf", "if", "$md.enum"];
    // A branch adds to another schema of the same array.
    let is_branch = schema.parents.iter().any(|(role, _)| role.same_value());
    if is_branch
        || KNOWN.iter().any(|name| document.keyword(id, name).is_some())
        || is_set_elsewhere(document, id, "items")
    {
        return;
    }
    let insert = insertion(key, "items", "\n  type: string");
    findings.push(
        ITEMS_MISSING
            .at(value.span(), "This array needs `items`; without it the form cannot add an item.")
            .with_fix(Fix::unsafe_("Add `items` of type `string`", insert)),
    );
}

fn boolean_default(document: &Document, id: SchemaId, key: Node<'_>, findings: &mut Findings) {
    if document.implied_default(id).is_none() {
        return;
    }
    let insert = insertion(key, "default", " false");
    findings.push(
        BOOLEAN_DEFAULT
            .at(key.span(), "This boolean has no default; the command line gives it `default: false`.")
            .with_fix(Fix::safe("Add `default: false`", insert)),
    );
}

fn title_missing(document: &Document, id: SchemaId, schema: &Schema, findings: &mut Findings) {
    let Role::Property(property) = schema.role else { return };
    let has = |name| document.keyword(id, name).is_some();
    let node = document.node(schema.node);
    // A `const` in a branch only selects the branch; the target of a reference may have a title.
    if !node.is_mapping()
        || has("title")
        || has("const")
        || has("$ref")
        || is_set_elsewhere(document, id, "title")
    {
        return;
    }
    let key = document.node(document.schemas.property(property).key);
    let name = key.value();
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    let label = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let insert = label.filter(|_| plain).and_then(|label| {
        build::insert_key(node, reference::get().object("schema")?, "title", &format!(" {label}"))
    });
    findings.push(
        TITLE_MISSING
            .at(key.span(), format!("{} has no `title`; the form shows the plain name.", quoted(&name)))
            .with_fix(Fix::unsafe_("Add a title", insert)),
    );
}

/// Whether another definition of the same property, for instance in a condition, has or may have a keyword.
fn is_set_elsewhere(document: &Document, id: SchemaId, keyword: &str) -> bool {
    let Role::Property(property) = document.schemas.get(id).role else { return false };
    let property = document.schemas.property(property);
    let name = document.node(property.key).value();
    let owners = names::owners(&document.schemas, property.owner);
    let same = owners.iter().filter_map(|&owner| document.names(owner).known.get(&*name)).flatten();
    same.map(|&other| document.schemas.property(other).schema).any(|other| {
        other != id
            && (document.keyword(other, keyword).is_some() || document.keyword(other, "$ref").is_some())
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn arrays_need_items_in_one_definition() {
        let text = "\
base: &base {items: {type: string}}
params:
  properties:
    a:
      type: array
      title: A
    b: {<<: *base, type: array}
    c: {type: array, $ref: things}
    d: {type: array, items: {type: integer}}
  dependencies:
    d:
      properties:
        d: {type: array, minItems: 1}
        e: {type: array, oneOf: [{items: {type: string}}]}
connections:
  properties:
    f: {type: array}
";
        expect![[r#"
            5:13-5:18 items-missing hint: This array needs `items`; without it the form cannot add an item.
                unsafe fix: Add `items` of type `string`
        "#]]
        .assert_eq(&report(&["items-missing"], text));
        expect![[r#"
            params:
              properties:
                a:
                  type: array # of what?
                  title: A
                  items:
                    type: string
        "#]]
        .assert_eq(&fixed(
            "items-missing",
            "params:\n  properties:\n    a:\n      type: array # of what?\n      title: A\n",
        ));
    }

    #[test]
    fn booleans_in_maps_get_a_default() {
        let text = "\
params:
  properties:
    a:
      type: boolean
    b: {type: boolean, default: true}
  oneOf:
    - properties:
        c: {type: boolean}
";
        expect![[r#"
            4:7-4:11 boolean-default hint: This boolean has no default; the command line gives it `default: false`.
                fix: Add `default: false`
        "#]]
        .assert_eq(&report(&["boolean-default"], text));
    }

    #[test]
    fn params_have_a_title_in_one_of_their_definitions() {
        let text = "\
params:
  properties:
    instance_class:
      type: string
    b: {title: B}
  dependencies:
    b:
      oneOf:
        - properties:
            b: {const: x}
            c: {type: string}
";
        expect![[r#"
            3:5-3:19 title-missing hint: `instance_class` has no `title`; the form shows the plain name.
                unsafe fix: Add a title
            11:13-11:14 title-missing hint: `c` has no `title`; the form shows the plain name.
        "#]]
        .assert_eq(&report(&["title-missing"], text));
        let after =
            fixed("title-missing", "params:\n  properties:\n    instance_class:\n      type: string\n");
        assert!(after.ends_with("      title: Instance class\n      type: string\n"), "{after}");
    }
}
