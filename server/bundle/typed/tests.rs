use super::TypedPath;
use crate::bundle::Document;
use crate::syntax::cursor::token_at;
use crate::syntax::parse;
use expect_test::{Expect, expect};

/// Compares the typed path to the value at `$0`: for each node its name, shape and object.
fn check(text: &str, expected: Expect) {
    let offset = text.find("$0").expect("a cursor");
    let document = Document::new(parse(text.replacen("$0", "", 1)), None);
    let token = token_at(&document.syntax, offset).expect("a token");
    let path = TypedPath::to(&document, token.node).expect("a path");
    let mut lines: Vec<String> = Vec::new();
    for typed in path.innermost_first() {
        let name = typed.name().unwrap_or_default();
        let key = typed.key.map_or("author's", |_| "described");
        let key = if typed.entry.is_some() { format!("{key} key, ") } else { String::new() };
        let shape = typed.shape.map_or("unknown".to_owned(), ToString::to_string);
        let object = typed.object_name().map(|object| format!(" <{object}>")).unwrap_or_default();
        let notes =
            [(typed.schema.is_some(), ", schema"), (typed.jq, ", jq"), (typed.unprefixed, ", unprefixed")];
        let notes: String = notes.into_iter().filter(|(shown, _)| *shown).map(|(_, note)| note).collect();
        lines.insert(0, format!("{name}: {key}{shape}{object}{notes}\n"));
    }
    expected.assert_eq(&lines.concat());
}

#[test]
fn config_of_a_step() {
    check(
        "steps:\n- path: a\n  provisioner: helm\n  config: {values: {a: $0.b}}\n",
        expect![[r#"
        : unknown <bundle>
        steps: described key, a list of mappings
        : a mapping <step>
        config: described key, a mapping <helm-config>, jq
        values: author's key, any value, jq
        a: author's key, unknown, jq
    "#]],
    );
    check(
        "steps:\n- path: a\n  config: {a: $0.b}\n",
        expect![[r#"
        : unknown <bundle>
        steps: described key, a list of mappings
        : a mapping <step>
        config: described key, a mapping, jq
        a: author's key, any value, jq
    "#]],
    );
}

#[test]
fn schemas() {
    check(
        "params:\n  properties:\n    a: {items: {type: $0string}}\n",
        expect![[r#"
        : unknown <bundle>
        params: described key, a mapping <params>, schema
        properties: described key, a mapping
        a: author's key, a mapping or true or false <schema>, schema
        items: described key, a mapping, true or false or a list of mappings or booleans <schema>, schema
        type: described key, the name of a type or a list of names of types
    "#]],
    );
    check(
        "params:\n  properties:\n    a: {required: [$0b]}\n",
        expect![[r#"
        : unknown <bundle>
        params: described key, a mapping <params>, schema
        properties: described key, a mapping
        a: author's key, a mapping or true or false <schema>, schema
        required: described key, a list of property names
        : the name of a property
    "#]],
    );
}

#[test]
fn form() {
    let params = "params: {properties: {items: {type: string}}}\n";
    check(
        &format!("{params}ui: {{items: {{ui:widget: $0radio}}}}\n"),
        expect![[r#"
        : unknown <bundle>
        ui: described key, a mapping <ui>
        items: author's key, a mapping or any value <ui-entry>
        ui:widget: described key, the name of a widget
    "#]],
    );
    check(
        "ui: {items: {ui:widget: $0radio}}\n",
        expect![[r#"
        : unknown <bundle>
        ui: described key, a mapping <ui>
        items: described key, a mapping or a list of mappings <ui-entry>
        ui:widget: described key, the name of a widget
    "#]],
    );
    check(
        "ui: {a: {ui:options: {widget: $0radio}}}\n",
        expect![[r#"
        : unknown <bundle>
        ui: described key, a mapping <ui>
        a: author's key, a mapping or any value <ui-entry>
        ui:options: described key, a mapping <ui-entry>, unprefixed
        widget: described key, the name of a widget
    "#]],
    );
}

#[test]
fn merged_mappings() {
    check(
        "steps:\n- <<: {provisioner: $0helm}\n",
        expect![[r#"
        : unknown <bundle>
        steps: described key, a list of mappings
        : a mapping <step>
        : a mapping <step>
        provisioner: described key, the name of a provisioner
    "#]],
    );
    check(
        "steps:\n- <<: [{provisioner: $0helm}]\n",
        expect![[r#"
        : unknown <bundle>
        steps: described key, a list of mappings
        : a mapping <step>
        : a mapping <step>
        : a mapping <step>
        provisioner: described key, the name of a provisioner
    "#]],
    );
}

#[test]
fn anchored_nodes() {
    check(
        "x: &x {provisioner: $0helm}\nsteps:\n- *x\n",
        expect![[r#"
        : unknown <bundle>
        steps: described key, a list of mappings
        : a mapping <step>
        provisioner: described key, the name of a provisioner
    "#]],
    );
    check(
        "app: {envs: {A: &a $0.b}}\nx: *a\n",
        expect![[r#"
        : unknown <bundle>
        app: described key, a mapping <app>
        envs: described key, a mapping
        A: author's key, a jq expression, jq
    "#]],
    );
}
