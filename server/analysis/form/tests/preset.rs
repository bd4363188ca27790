use crate::analysis::Snapshot;
use crate::analysis::form::save_preset;
use crate::syntax::json::to_json;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

/// The text after saving the preset `Big`, whose values must be read back unchanged.
fn saved(text: &str, values: Value) -> Option<String> {
    let Value::Object(values) = values else { panic!("values are an object") };
    let edits = save_preset(&Snapshot::new(text, None), "Big", &values)?;
    let after = edits.fix().edits.apply(text).unwrap();
    let snapshot = Snapshot::new(after.as_str(), None);
    let document = snapshot.document();
    assert!(document.syntax.errors().is_empty(), "{after}");
    let presets =
        document.presets.iter().map(|preset| to_json(document.node(preset.node), document.dialect()));
    let mut wanted = values;
    wanted.insert("__name".to_owned(), json!("Big"));
    let wanted = Value::Object(wanted);
    assert!(presets.flatten().any(|preset| preset == wanted), "{after}");
    Some(after)
}

fn shows(text: &str, values: Value, expected: Expect) {
    expected.assert_eq(&saved(text, values).expect("an edit"));
}

fn values() -> Value {
    json!({"size": "large", "yes": "no", "list": ["a", {"b": [1, 2]}, {}], "map": {"x": {"y": null}, "e": {}}, "text": "two\nlines"})
}

#[test]
fn a_first_preset_is_added() {
    shows(
        "params: # here\n  # first\n  properties: {}\n",
        values(),
        expect![[r#"
        params: # here
          # first
          examples:
            - __name: Big
              size: large
              "yes": "no"
              list:
                - a
                - b:
                    - 1
                    - 2
                - {}
              map:
                x:
                  "y": null
                e: {}
              text: "two\nlines"
          properties: {}
    "#]],
    );
    shows(
        "params:\n  examples:\n  properties: {}\n",
        json!({"a": 1}),
        expect![[r#"
        params:
          examples:
            - __name: Big
              a: 1
          properties: {}
    "#]],
    );
    shows(
        "params:\n  examples: [] # none\n  properties: {}\n",
        json!({"a": 1}),
        expect![[r#"
        params:
          examples:
            - __name: Big
              a: 1 # none
          properties: {}
    "#]],
    );
    shows(
        "params: {properties: {}}\n",
        json!({"a": "x, y"}),
        expect![[r#"
        params: {examples: [{__name: Big, a: "x, y"}], properties: {}}
    "#]],
    );
    shows(
        "params: {}\n",
        json!({}),
        expect![[r#"
        params: {examples: [{__name: Big}]}
    "#]],
    );
}

#[test]
fn presets_are_added_after_the_others() {
    shows(
        "params:\n  examples:\n  - __name: One # the first\n    a: 1\n    # end\n\n  properties: {}\n",
        json!({"a": 2, "b": {"c": true}}),
        expect![[r#"
            params:
              examples:
              - __name: One # the first
                a: 1
                # end
              - __name: Big
                a: 2
                b:
                  c: true

              properties: {}
        "#]],
    );
    shows(
        "params:\n  examples: [{__name: One}]\n",
        json!({"a": [1]}),
        expect![[r#"
        params:
          examples: [{__name: One}, {__name: Big, a: [1]}]
    "#]],
    );
    let text = "params:\r\n  examples:\r\n    - __name: One";
    let wanted = "params:\r\n  examples:\r\n    - __name: One\r\n    - __name: Big\r\n      a: 1\r\n";
    assert_eq!(saved(text, json!({"a": 1})).as_deref(), Some(wanted));
}

#[test]
fn a_preset_of_the_same_name_is_changed_where_it_differs() {
    let text = "params:
  examples:
    - __name: \"Big\" # the big one
      # why
      size: small # reason
      count: 1.0
      gone: # all of this
        x: 1
      list: [1, 2]
      deep:
        a: 1
        b: 2
      text: |
        one
    - __name: Other
";
    let values = json!({
        "size": "large", "count": 1.0, "list": [1, {"x": "a, b"}], "deep": {"a": 1, "b": [true]}, "text": "x", "new": {"k": "v"}
    });
    shows(
        text,
        values,
        expect![[r#"
        params:
          examples:
            - __name: "Big" # the big one
              # why
              size: large # reason
              count: 1.0
              list: [1, {x: "a, b"}]
              deep:
                a: 1
                b:
                  - true
              text: x
              new:
                k: v
            - __name: Other
    "#]],
    );
    let same = json!({"a": 1});
    let text = "params:\n  examples:\n    - {__name: Big, a: 1}\n";
    assert_eq!(saved(text, same.clone()).as_deref(), Some(text));
    shows(
        text,
        json!({"a": 2, "b": "x"}),
        expect![[r#"
        params:
          examples:
            - {__name: Big, a: 2, b: x}
    "#]],
    );
    shows(
        "params:\n  examples:\n    - __name: Big\n      a: 1",
        json!({"a": 2, "b": 3}),
        expect![[r#"
        params:
          examples:
            - __name: Big
              a: 2
              b: 3"#]],
    );
    shows(
        "params:\n  examples:\n    - a: 1\n      __name: Big\n",
        json!({"b": 3}),
        expect![[r#"
        params:
          examples:
            - __name: Big
              b: 3
    "#]],
    );
}

#[test]
fn presets_that_cannot_be_edited_safely_are_refused() {
    for text in [
        "params: [",
        "name: x\n",
        "params:\n  examples: 1\n  properties: {}\n",
        "params:\n  examples:\n    - __name: Big\n      a: &x 1\n  properties: {b: {default: *x}}\n",
    ] {
        assert_eq!(saved(text, json!({"a": 2})), None, "{text}");
    }
}
