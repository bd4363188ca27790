//! `yes`, `no`, `on`, `off`, `y` and `n`, which YAML 1.1 reads as booleans.

use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{At, Document, Schema, SchemaId};
use crate::edit::build::quoted;
use crate::edit::{Edits, Fix};
use crate::reference::{JsonType, Shape, Text};
use crate::rules::dedent::dedent;
use crate::syntax::reads::untracked;
use crate::syntax::{Budget, Dialect, Kind, Node, NodeId, Scalar, ScalarStyle};
use foldhash::HashSet;

static BOOL_WORD: Rule = Rule {
    id: "yaml-bool-word",
    severity: Severity::Warning,
    opt_in: false,
    title: "A word is read as a boolean",
    explanation: "The platform reads bundles as YAML 1.1, where unquoted `yes`, `no`, `on`, `off`, `y` and `n` \
                  are booleans, even as keys: Norway's `no` becomes `false`, a param called `y` becomes `true`. \
                  Put the word in quotes where you mean text. Where the format requires text, as in a `title`, \
                  this is an error: publishing fails.",
    bad: dedent! {"
        params:
          properties:
            country:
              title: Country
              enum: [de, no, se]
    "},
    good: dedent! {r#"
        params:
          properties:
            country:
              title: Country
              enum: [de, "no", se]
    "#},
    files: &[],
};

/// Words that YAML 1.1 reads as booleans.
pub(super) static BOOL_WORDS: Family =
    Family { title: "Words read as booleans", rules: &[&BOOL_WORD], check };

/// The finding about a node that is such a word.
pub(super) fn finding(node: Node<'_>, dialect: Dialect) -> Option<Finding> {
    let (value, word) = (read_as(node, dialect)?, node.source());
    let message = format!("`{word}` without quotes is read as `{value}`, not as text; write `\"{word}\"`.");
    Some(
        BOOL_WORD
            .at(node.span(), message)
            .with_fix(Fix::safe("Add quotes", Edits::value(node, quoted(word)))),
    )
}

/// The boolean that a plain word other than `true` and `false` is read as.
pub(super) fn read_as(node: Node<'_>, dialect: Dialect) -> Option<bool> {
    if node.kind() != Kind::Scalar(ScalarStyle::Plain) || node.span().len() > 3 || node.tag().is_some() {
        return None;
    }
    // An edit in place keeps the type, so the text is not recorded as read.
    match untracked(|| node.resolve(dialect)) {
        Scalar::Bool(value) => Some(value),
        _ => None,
    }
}

struct Check<'a, 'f> {
    document: &'a Document,
    budget: &'a Budget,
    findings: &'f mut Findings,
    seen: HashSet<NodeId>,
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    // Only this dialect reads the words as booleans.
    if context.document.dialect() != Dialect::GoYaml2 {
        return;
    }
    let mut check =
        Check { document: context.document, budget: context.budget, findings, seen: HashSet::default() };
    check.outline();
    for (id, schema) in context.document.schemas.iter() {
        check.schema(id, schema);
    }
    check.presets();
    check.form();
}

impl Check<'_, '_> {
    /// Reports a node if it is such a word.
    fn text(&mut self, node: Node<'_>) {
        let Some(finding) = finding(node, self.document.dialect()) else { return };
        if !self.findings.is_full() && self.seen.insert(node.id()) {
            self.findings.push(finding);
        }
    }

    fn keys(&mut self, mapping: Node<'_>) {
        for entry in mapping.entries() {
            self.text(entry.key());
        }
    }

    fn outline(&mut self) {
        let document = self.document;
        for place in &document.outline().nodes {
            if place.shape.is_some_and(wants_text) {
                self.text(document.node(place.value).target());
            }
            // A key that the format does not define is a name.
            if let (At::Key(key), None) = (place.at, place.key) {
                self.text(document.node(key));
            }
        }
    }

    /// Checks the values whose type depends on the schema. `outline` checks the keywords whose value is always text.
    fn schema(&mut self, id: SchemaId, schema: &Schema) {
        let document = self.document;
        for &property in &schema.properties {
            self.text(document.node(document.schemas.property(property).key));
        }
        for &(key, value) in &schema.keywords {
            let (key, value) = (document.node(key), document.node(value).target());
            match value.kind() {
                Kind::Scalar(_)
                    if read_as(value, document.dialect()).is_some()
                        && matches!(&*key.value(), "const" | "default")
                        && holds_text(document, id) =>
                {
                    self.text(value);
                }
                Kind::Sequence { .. } if key.value() == "enum" => self.choices(id, key, value),
                Kind::Mapping { .. } if key.value() == "dependencies" => self.keys(value),
                _ => {}
            }
        }
    }

    /// Members of an `enum` are text, unless the schema says otherwise or `true` or `false` is among them.
    fn choices(&mut self, id: SchemaId, key: Node<'_>, list: Node<'_>) {
        if self.budget.spend(list.items().len()).is_none() {
            return self.findings.not_checked(key.span(), "allowed values");
        }
        let items = || list.items().map(Node::target);
        let is_word = |item: Node<'_>| read_as(item, self.document.dialect()).is_some();
        if !items().any(is_word) {
            return;
        }
        let is_boolean = |item: Node<'_>| matches!(item.source(), "true" | "false");
        if declared(self.document, id).unwrap_or_else(|| !items().any(is_boolean)) {
            items().for_each(|item| self.text(item));
        }
    }

    /// Checks only keys: other rules check the values of `__name` and of params.
    fn presets(&mut self) {
        let document = self.document;
        for preset in &document.presets {
            self.keys(document.node(preset.node));
        }
    }

    fn form(&mut self) {
        let document = self.document;
        for entry in &document.ui {
            let node = document.node(entry.node);
            self.keys(node);
            let order = node.field("ui:order").map(|entry| entry.value().target());
            order.into_iter().flat_map(Node::items).for_each(|item| self.text(item.target()));
        }
    }
}

/// Whether a shape allows text but no boolean. jq programs have rules of their own.
pub(super) fn wants_text(shape: &Shape) -> bool {
    shape.text().is_some_and(|text| text != Text::Jq) && !shape.allows(JsonType::Boolean)
}

/// Whether a schema's own `type` is text; `None` where it declares none.
fn declared(document: &Document, id: SchemaId) -> Option<bool> {
    let (_, types) = document.keyword(id, "type")?;
    let types = types.target();
    let list = types.items().map(|item| item.target().value());
    let names: Vec<_> = if types.is_sequence() { list.collect() } else { vec![types.value()] };
    Some(names.iter().any(|name| name == "string") && !names.iter().any(|name| name == "boolean"))
}

/// Whether the schema's `type`, or that of the same param elsewhere, is text: a branch often has only `const`.
fn holds_text(document: &Document, id: SchemaId) -> bool {
    if let Some(text) = declared(document, id) {
        return text;
    }
    let crate::bundle::Role::Property(property) = document.schemas.get(id).role else { return false };
    let symbol = document.symbols().of_property(property);
    symbol.is_some_and(|symbol| symbol.schemas.iter().any(|&same| declared(document, same) == Some(true)))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn words_where_text_is_meant() {
        let text = "\
name: yes
params:
  required: [y]
  properties:
    y: {type: number, title: No}
    answer: {type: string, enum: [yes, no], default: on}
    either: {enum: [on, off]}
  dependencies:
    answer:
      oneOf:
        - properties: {answer: {const: yes}}
  examples:
    - __name: On
      y: 1
ui:
  ui:order: [y, '*']
  y: {}
app:
  secrets:
    N: {title: Off}
";
        expect![[r#"
            1:7-1:10 yaml-bool-word warning: `yes` without quotes is read as `true`, not as text; write `"yes"`.
                fix: Add quotes
            3:14-3:15 yaml-bool-word error: `y` without quotes is read as `true`, not as text; write `"y"`.
                fix: Add quotes
            5:5-5:6 yaml-bool-word warning: `y` without quotes is read as `true`, not as text; write `"y"`.
                fix: Add quotes
            5:30-5:32 yaml-bool-word error: `No` without quotes is read as `false`, not as text; write `"No"`.
                fix: Add quotes
            6:35-6:38 yaml-bool-word warning: `yes` without quotes is read as `true`, not as text; write `"yes"`.
                fix: Add quotes
            6:40-6:42 yaml-bool-word warning: `no` without quotes is read as `false`, not as text; write `"no"`.
                fix: Add quotes
            6:54-6:56 yaml-bool-word warning: `on` without quotes is read as `true`, not as text; write `"on"`.
                fix: Add quotes
            7:21-7:23 yaml-bool-word warning: `on` without quotes is read as `true`, not as text; write `"on"`.
                fix: Add quotes
            7:25-7:28 yaml-bool-word warning: `off` without quotes is read as `false`, not as text; write `"off"`.
                fix: Add quotes
            11:40-11:43 yaml-bool-word warning: `yes` without quotes is read as `true`, not as text; write `"yes"`.
                fix: Add quotes
            14:7-14:8 yaml-bool-word warning: `y` without quotes is read as `true`, not as text; write `"y"`.
                fix: Add quotes
            16:14-16:15 yaml-bool-word warning: `y` without quotes is read as `true`, not as text; write `"y"`.
                fix: Add quotes
            17:3-17:4 yaml-bool-word warning: `y` without quotes is read as `true`, not as text; write `"y"`.
                fix: Add quotes
            20:5-20:6 yaml-bool-word warning: `N` without quotes is read as `false`, not as text; write `"N"`.
                fix: Add quotes
            20:16-20:19 yaml-bool-word warning: `Off` without quotes is read as `false`, not as text; write `"Off"`.
                fix: Add quotes
        "#]].assert_eq(&report(&["yaml-bool-word"], text));
    }

    #[test]
    fn words_in_text_keywords_are_reported_once() {
        let text = "\
params:
  required: [no]
  properties:
    \"no\": {type: no, title: Yes, enumNames: [on, 'off']}
    b: {type: string, title: true}
  dependencies:
    b: [no]
";
        expect![[r#"
            2:14-2:16 yaml-bool-word error: `no` without quotes is read as `false`, not as text; write `"no"`.
                fix: Add quotes
            4:18-4:20 schema-keyword-type error: `type` must be one of `string`, `integer`, `number`, `boolean`, `object`, `array`, `null`.
            4:29-4:32 yaml-bool-word error: `Yes` without quotes is read as `true`, not as text; write `"Yes"`.
                fix: Add quotes
            4:46-4:48 yaml-bool-word warning: `on` without quotes is read as `true`, not as text; write `"on"`.
                fix: Add quotes
            5:30-5:34 schema-keyword-type error: `title` must be a string, not a boolean.
                fix: Add quotes
            7:9-7:11 yaml-bool-word error: `no` without quotes is read as `false`, not as text; write `"no"`.
                fix: Add quotes
        "#]]
        .assert_eq(&report(&["yaml-bool-word", "schema-keyword-type"], text));
    }

    #[test]
    fn booleans_and_quoted_words_are_fine() {
        let text = "\
name: 'yes'
steps:
  - path: src
    provisioner: helm
    skip_on_delete: yes
    config: {wait: on}
params:
  properties:
    a: {type: boolean, default: no, enum: [yes, no], const: on}
    b: {enum: [true, no]}
    c: {type: string, title: Yes it is, default: 'on'}
    d: {type: [string, boolean], enum: [yes, no]}
    e: {type: array, uniqueItems: yes}
app:
  envs: {A: on}
";
        assert_eq!(report(&["yaml-bool-word"], text), "");
        let resource_type =
            "name: x\nlabel: No\nschema:\n  properties:\n    y: {title: Yes, enum: [on, off]}\n";
        assert_eq!(report(&["yaml-bool-word"], resource_type), "");
    }

    #[test]
    fn the_fix_adds_quotes() {
        let text = "params:\n  properties:\n    y: {}\n";
        assert_eq!(fixed("yaml-bool-word", text), "params:\n  properties:\n    \"y\": {}\n");
    }
}
