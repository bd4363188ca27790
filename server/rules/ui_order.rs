//! `ui:order`: the order of the fields of the form.

use super::ui_option::{NameBudget, option, options, types};
use super::wording::all_of;
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{Document, Names, PropertyId, Role, UiEntry};
use crate::edit::build::{append_item, column, line_break, remove_item, replace_text};
use crate::edit::{Change, Edits, Fix};
use crate::reference::{JsonType, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Entry, Kind as NodeKind, Node, NodeId, Span};
use foldhash::{HashMap, HashSet};

static INCOMPLETE: Rule = Rule {
    id: "ui-order-incomplete",
    severity: Severity::Warning,
    opt_in: false,
    title: "`ui:order` omits a field",
    explanation: "The form fails if `ui:order` lists some fields but not all, unless it has `\"*\"` for the \
                  rest. Fields that appear only under a condition make it fail when they appear, which is a \
                  hint.",
    bad: dedent! {"
        params:
          properties:
            name: {type: string}
            size: {type: string}
        ui:
          ui:order: [name]
    "},
    good: dedent! {r#"
        params:
          properties:
            name: {type: string}
            size: {type: string}
        ui:
          ui:order: [name, "*"]
    "#},
    files: &[],
};

static UNKNOWN: Rule = Rule {
    id: "ui-order-unknown",
    severity: Severity::Hint,
    opt_in: false,
    title: "`ui:order` lists an unknown field",
    explanation: "There is no param of this name, not even under a condition. The form ignores the name.",
    bad: dedent! {r#"
        params:
          properties:
            name: {type: string}
        ui:
          ui:order: [name, size, "*"]
    "#},
    good: dedent! {r#"
        params:
          properties:
            name: {type: string}
        ui:
          ui:order: [name, "*"]
    "#},
    files: &[],
};

static DUPLICATE: Rule = Rule {
    id: "ui-order-duplicate",
    severity: Severity::Warning,
    opt_in: false,
    title: "`ui:order` lists a field twice",
    explanation: "A field that is listed twice is shown twice or makes the form fail; so does a second `\"*\"`.",
    bad: dedent! {r#"
        params:
          properties:
            name: {type: string}
        ui:
          ui:order: [name, "*", name]
    "#},
    good: dedent! {r#"
        params:
          properties:
            name: {type: string}
        ui:
          ui:order: [name, "*"]
    "#},
    files: &[],
};

static ARRAY: Rule = Rule {
    id: "ui-array-order",
    severity: Severity::Warning,
    opt_in: false,
    title: "`ui:order` on an array instead of its `items`",
    explanation: "An array has no fields to order, only its items do. Write `ui:order` below `items`.",
    bad: dedent! {"
        params:
          properties:
            hosts:
              type: array
              items:
                properties:
                  name: {type: string}
        ui:
          hosts:
            ui:order: [name]
    "},
    good: dedent! {"
        params:
          properties:
            hosts:
              type: array
              items:
                properties:
                  name: {type: string}
        ui:
          hosts:
            items:
              ui:order: [name]
    "},
    files: &[],
};

/// The order of a form's fields.
pub(super) static UI_ORDER: Family =
    Family { title: "Order of the form", rules: &[&INCOMPLETE, &UNKNOWN, &DUPLICATE, &ARRAY], check };

/// Stands for all fields that are not listed.
const REST: &str = "*";

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut budget = NameBudget::new();
    // Merges and aliases can share a list between entries.
    let mut seen = HashSet::default();
    for entry in &document.ui {
        for order in options(document, entry).into_iter().filter(|option| option.name == "order") {
            let (key, list) = (order.entry.key(), order.entry.value().target());
            if !list.is_sequence() || findings.is_full() {
                continue;
            }
            if is_array(document, entry) {
                if seen.insert(key.id()) {
                    let message = "An array has no fields to order; write `ui:order` below `items`.";
                    let edit =
                        if order.in_options { None } else { below_items(document, entry, order.entry) };
                    findings.push(
                        ARRAY.at(key.span(), message).with_fix(Fix::safe("Move it below `items`", edit)),
                    );
                }
                continue;
            }
            let names = Fields(entry.schemas.iter().map(|&schema| document.names(schema)).collect());
            if !budget.allows(list.items().len() + names.count()) {
                return;
            }
            check_repeats(list, &mut seen, findings);
            if !names.are_known() {
                continue;
            }
            check_unknown(list, &names, &mut budget, &mut seen, findings);
            if option(document, entry, "field").is_none() && seen.insert(key.id()) {
                check_missing(document, key, list, &names, findings);
            }
        }
    }
}

/// The fields of the schemas that an entry customises.
struct Fields<'a>(Vec<&'a Names>);

impl<'a> Fields<'a> {
    fn are_known(&self) -> bool {
        !self.0.is_empty() && !self.0.iter().any(|names| names.open)
    }

    fn count(&self) -> usize {
        self.0.iter().map(|names| names.known.len()).sum()
    }

    fn lack(&self, name: &str) -> bool {
        self.0.iter().all(|names| names.lack(name))
    }

    fn all(&self) -> impl Iterator<Item = (&'a str, &'a [PropertyId])> + '_ {
        self.0.iter().flat_map(|names| names.known.iter().map(|(name, ids)| (name.as_str(), ids.as_slice())))
    }
}

/// The names in a list, each with its item.
fn named(list: Node<'_>) -> impl Iterator<Item = (String, Node<'_>)> {
    let scalars = list.items().filter(|item| item.target().is_scalar());
    scalars.map(|item| (item.target().value().into_owned(), item))
}

fn check_repeats(list: Node<'_>, seen: &mut HashSet<NodeId>, findings: &mut Findings) {
    let mut first: HashMap<String, Span> = HashMap::default();
    for (name, item) in named(list) {
        let Some(&earlier) = first.get(&name) else {
            first.insert(name, item.span());
            continue;
        };
        if seen.insert(item.id()) {
            let finding = DUPLICATE.at(item.span(), format!("`{name}` is already listed."));
            findings.push(
                finding
                    .relating(earlier, "First listed here")
                    .with_fix(Fix::safe("Remove it", remove_item(list, item))),
            );
        }
    }
}

fn check_unknown(
    list: Node<'_>,
    names: &Fields<'_>,
    budget: &mut NameBudget,
    seen: &mut HashSet<NodeId>,
    findings: &mut Findings,
) {
    let listed: HashSet<String> = named(list).map(|(name, _)| name).collect();
    for (name, item) in named(list).filter(|(name, _)| name != REST && names.lack(name)) {
        if findings.is_full() || !budget.allows(names.count()) {
            return;
        }
        if !seen.insert(item.id()) {
            continue;
        }
        let removal = remove_item(list, item);
        let free = names.all().map(|(known, _)| known).filter(|known| !listed.contains(*known));
        findings.push(match closest(&name, free) {
            Some(close) => UNKNOWN
                .at(item.span(), format!("There is no field `{name}` here{}", did_you_mean(Some(close))))
                .with_fix(Fix::unsafe_(format!("Replace with `{close}`"), replace_text(item, close)))
                .with_fix(Fix::unsafe_("Remove it", removal)),
            None => UNKNOWN
                .at(item.span(), format!("There is no field `{name}` here; the form ignores it."))
                .with_fix(Fix::unsafe_("Remove it", removal)),
        });
    }
}

fn check_missing(
    document: &Document,
    key: Node<'_>,
    list: Node<'_>,
    names: &Fields<'_>,
    findings: &mut Findings,
) {
    let is_open = |item: Node<'_>| matches!(item.target().kind(), NodeKind::Null | NodeKind::Alias);
    let listed: HashSet<String> = named(list).map(|(name, _)| name).collect();
    if listed.contains(REST) || list.items().any(is_open) {
        return;
    }
    let mut once = HashSet::default();
    let mut missing: Vec<&str> =
        names.0.iter().flat_map(|names| &names.unconditional).map(String::as_str).collect();
    missing.retain(|name| !listed.contains(*name) && once.insert(*name));
    let conditional = missing.is_empty();
    if conditional {
        let shown = names.all().filter(|(_, definitions)| is_shown(document, definitions));
        missing = shown
            .map(|(name, _)| name)
            .filter(|name| !listed.contains(*name) && once.insert(*name))
            .collect();
    }
    if missing.is_empty() {
        return;
    }
    let omitted = all_of(&missing);
    let finding = if conditional {
        let message =
            format!("`ui:order` omits {omitted}, so the form fails when a condition shows it; add `\"*\"`.");
        INCOMPLETE.at(key.span(), message).with(Severity::Hint)
    } else {
        let message =
            format!("`ui:order` omits {omitted}, so the form fails; list every field or add `\"*\"`.");
        INCOMPLETE.at(key.span(), message)
    };
    findings.push(finding.with_fix(Fix::safe("Add `\"*\"`", append_item(list, "\"*\""))));
}

/// Whether the form may show a field: not if only an `if` mentions it.
fn is_shown(document: &Document, definitions: &[PropertyId]) -> bool {
    let role = |&id: &PropertyId| document.schemas.get(document.schemas.property(id).owner).role;
    definitions.iter().any(|id| role(id) != Role::If)
}

fn is_array(document: &Document, entry: &UiEntry) -> bool {
    let is_array = |&schema: &_| match types(document, schema)[..] {
        [] => document.keyword(schema, "items").is_some() && document.keyword(schema, "properties").is_none(),
        [only] => only == JsonType::Array,
        _ => false,
    };
    !entry.schemas.is_empty() && entry.schemas.iter().all(is_array)
}

/// Moves the entry one level deeper, below a new `items`.
fn below_items(document: &Document, entry: &UiEntry, order: Entry<'_>) -> Option<Edits> {
    let mapping = document.node(entry.node);
    let own = mapping.entries().any(|own| own.key() == order.key());
    let block = mapping.kind() == NodeKind::Mapping { flow: false };
    if !own || !block || mapping.field("items").is_some() {
        return None;
    }
    let syntax = &document.syntax;
    let span = order.span();
    let text = syntax.slice(span).trim_end();
    let (column, line_break) = (column(syntax, span.start()), line_break(syntax));
    let deeper: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    let text = format!("items:{line_break}{}{}", " ".repeat(column), deeper.join(line_break));
    let whole = Span::new(span.start(), span.start() + syntax.slice(span).trim_end().len());
    let changes = [Change::Removed(order.key().id()), Change::Entry(mapping.id(), "items".to_owned())];
    Some(Edits::new(whole, text, changes))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: [&str; 4] =
        ["ui-order-incomplete", "ui-order-unknown", "ui-order-duplicate", "ui-array-order"];
    const PARAMS: &str = "\
params:
  properties:
    name: {type: string}
    size: {type: string}
    tags: {type: array, items: {properties: {key: {}, value: {}}}}
    open: {type: object, $ref: other}
    place: {properties: {zone: {}}}
  dependencies:
    size:
      oneOf:
        - properties: {size: {const: big}, reason: {type: string}}
ui:
";

    fn found(ui: &str) -> String {
        report(&IDS, &format!("{PARAMS}  {}", ui.replace('\n', "\n  ")))
    }

    #[test]
    fn omitted_fields() {
        expect![[r#"
            13:3-13:11 ui-order-incomplete warning: `ui:order` omits `tags`, `open` and `place`, so the form fails; list every field or add `"*"`.
                fix: Add `"*"`
        "#]].assert_eq(&found("ui:order: [name, size]"));
        expect![[r#"
            14:5-14:10 ui-order-incomplete warning: `ui:order` omits `name`, `size`, `tags` and 2 more, so the form fails; list every field or add `"*"`.
                fix: Add `"*"`
        "#]].assert_eq(&found("ui:options:\n  order: []"));
        expect![[r#"
            13:3-13:11 ui-order-incomplete hint: `ui:order` omits `reason`, so the form fails when a condition shows it; add `"*"`.
                fix: Add `"*"`
        "#]].assert_eq(&found("ui:order: [name, size, tags, open, place]"));
        expect![[r#"
            15:7-15:15 ui-order-incomplete warning: `ui:order` omits `value`, so the form fails; list every field or add `"*"`.
                fix: Add `"*"`
        "#]].assert_eq(&found("tags:\n  items:\n    ui:order:\n      - key"));
        for fine in [
            "ui:order: [name, \"*\"]",
            "ui:order: [name, *]",
            "ui:order:\n- name\n- ",
            "ui:order: [name, *gone]",
            "ui:order: name",
            "ui:order:",
            "ui:order",
            "open:\n  ui:order: [a]",
            "place:\n  ui:field: grid\n  ui:order: []",
            "other:\n  ui:order: [a]",
        ] {
            expect![""].assert_eq(&found(fine));
        }
    }

    #[test]
    fn unknown_fields_in_the_order() {
        expect![[r#"
            14:5-14:9 ui-order-unknown hint: There is no field `nmae` here; did you mean `name`?
                unsafe fix: Replace with `name`
                unsafe fix: Remove it
            16:5-16:9 ui-order-unknown hint: There is no field `zone` here; the form ignores it.
                unsafe fix: Remove it
        "#]]
        .assert_eq(&found("ui:order:\n- nmae\n- reason\n- zone\n- \"*\""));
        expect![[r#"
            14:16-14:19 ui-order-unknown hint: There is no field `zon` here; the form ignores it.
                unsafe fix: Remove it
        "#]]
        .assert_eq(&found("place:\n  ui:order: [zon, zone]"));
    }

    #[test]
    fn fields_listed_twice() {
        expect![[r#"
            13:25-13:31 ui-order-duplicate warning: `name` is already listed.
                13:14: First listed here
                fix: Remove it
            13:33-13:36 ui-order-duplicate warning: `*` is already listed.
                13:20: First listed here
                fix: Remove it
        "#]]
        .assert_eq(&found("ui:order: [name, \"*\", 'name', \"*\"]"));
        expect![[r#"
            14:19-14:20 ui-order-duplicate warning: `a` is already listed.
                14:16: First listed here
                fix: Remove it
        "#]]
        .assert_eq(&found("other:\n  ui:order: [a, a]"));
    }

    #[test]
    fn arrays_have_no_order() {
        expect![[r#"
            14:5-14:13 ui-array-order warning: An array has no fields to order; write `ui:order` below `items`.
                fix: Move it below `items`
        "#]].assert_eq(&found("tags:\n  ui:order: [key, x]"));
    }

    #[test]
    fn a_shared_order_is_reported_once() {
        let text = "x-ui: &ui\n  ui:order: [a]\nparams:\n  properties:\n    p: &o {properties: {a: {}, b: {}}}\n    q: *o\n\
                    ui:\n  p:\n    <<: *ui\n  q:\n    <<: *ui\n";
        expect![[r#"
            2:3-2:11 ui-order-incomplete warning: `ui:order` omits `b`, so the form fails; list every field or add `"*"`.
                fix: Add `"*"`
        "#]].assert_eq(&report(&IDS, text));
    }

    #[test]
    fn fixes_keep_the_layout() {
        let fix = |id: &str, ui: &str| fixed(id, &format!("{PARAMS}{ui}")).replace(PARAMS, "ui:\n");
        expect![[r#"
            ui:
              ui:order: # first
                - name # a
                - size
                - "*"
              name: {}
        "#]]
        .assert_eq(&fix(
            "ui-order-incomplete",
            "  ui:order: # first\n    - name # a\n    - size\n  name: {}\n",
        ));
        expect![[r#"
            ui:
              ui:order:
                - name
                - "*"
        "#]]
        .assert_eq(&fix("ui-order-unknown", "  ui:order:\n    - name\n    - gone # b\n    - \"*\"\n"));
        expect![[r#"
            ui:
              ui:order: ['name', "*"]
        "#]]
        .assert_eq(&fix("ui-order-unknown", "  ui:order: ['nmae', \"*\"]\n"));
        expect![[r#"
            ui:
              ui:order: [name, "*"]
        "#]]
        .assert_eq(&fix("ui-order-duplicate", "  ui:order: [name, \"*\", name]\n"));
        expect![[r#"
            ui:
              tags:
                items:
                  ui:order: # why
                  - key
                  - value
                ui:help: x
        "#]]
        .assert_eq(&fix(
            "ui-array-order",
            "  tags:\n    ui:order: # why\n    - key\n    - value\n    ui:help: x\n",
        ));
    }
}
