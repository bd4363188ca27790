//! Tests of completion in jq programs; `$0` is the cursor.

use super::*;
use crate::analysis::Snapshot;
use expect_test::{Expect, expect};

const BUNDLE: &str = "\
params:
  required: [port]
  properties:
    size: {type: integer, title: Disk size}
    port: {type: integer}
    my-mode: {type: string}
    storage: {type: object, properties: {disk_gb: {type: integer}}}
    users: {type: array, items: {type: object, properties: {name: {type: string}, e-mail: {type: string}}}}
  dependencies:
    size: {oneOf: [{properties: {size: {const: 1}, replicas: {type: integer}}}]}
connections:
  required: [db]
  properties:
    db: {$ref: massdriver/postgresql-authentication}
    my-net: {$ref: aws-vpc}
app:
  secrets: {TOKEN: {title: Token}}
  envs:
    É: ";

fn complete(env: &str, snippets: bool) -> (String, Vec<JqCompletion>) {
    let text = format!("{BUNDLE}{env}\n");
    let offset = text.find("$0").unwrap();
    let text = text.replacen("$0", "", 1);
    let items =
        at_cursor(Snapshot::new(text.as_str(), None).document(), offset, snippets).unwrap_or_default();
    (text, items)
}

/// The items that match the typed text, as an editor shows them.
fn shown(text: &str, items: &[JqCompletion]) -> Vec<JqCompletion> {
    let typed = |item: &JqCompletion| text[item.insert.range()].to_owned();
    items.iter().filter(|item| item.filter.starts_with(&typed(item))).cloned().collect()
}

/// Checks the first labels and their details.
fn check(env: &str, expected: Expect) {
    let (text, items) = complete(env, false);
    let shown = shown(&text, &items);
    let lines = shown.iter().take(8).map(|item| format!("{} ({}) {}\n", item.label, item.detail, item.doc));
    let more = shown.len().saturating_sub(8);
    let more = if more > 0 { format!("and {more} more\n") } else { String::new() };
    expected.assert_eq(&format!("{}{more}", lines.collect::<String>()));
}

/// The program after accepting the item with this label.
fn taken(env: &str, label: &str) -> String {
    let (mut text, items) = complete(env, true);
    let item = items.iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| panic!("no {label} among {items:?}"));
    text.replace_range(item.insert.range(), &item.text);
    text[BUNDLE.len()..].trim_end().to_owned()
}

#[test]
fn roots_and_params() {
    check(
        ".$0",
        expect![[r#"
        params (object) What was filled in, and `md_metadata`
        connections (object) Payloads of what is plugged in, by name
        secrets (object) Values of the secrets, by name
    "#]],
    );
    check(
        ".params.$0",
        expect![[r#"
        size (number) Disk size
        port (number) 
        my-mode (string) 
        storage (object) 
        users (array<object>) 
        replicas (number) 
        md_metadata (object) Names, tags and addresses from the platform
    "#]],
    );
    check(
        "'\"é😀\" + .params.si$0'",
        expect![[r#"
        size (number) Disk size
    "#]],
    );
    check(
        ".params.storage.$0",
        expect![[r#"
        disk_gb (number) 
    "#]],
    );
    check(
        ".params.users.$0",
        expect![[r#"
        [] (object) Each item of the list
        [].name (string) 
        []["e-mail"] (string) 
    "#]],
    );
    check(
        ".params.users[0].$0",
        expect![[r#"
        name (string) 
        e-mail (string) 
    "#]],
    );
    check(
        "'.params.users[] | .$0'",
        expect![[r#"
        name (string) 
        e-mail (string) 
    "#]],
    );
    check(
        "'.params.users | map(.n$0)'",
        expect![[r#"
        name (string) 
    "#]],
    );
    check(
        ".params.md_metadata.$0",
        expect![[r#"
        name_prefix (string) Prefix for the names of resources
        default_tags (object) Tags for every resource
        observability (object) Where alarms go
        target (object) The environment (older noun)
        package (object) The instance (older noun)
        deployment (object) This deployment
        environment (object) The environment
        organization (object) The organization
    "#]],
    );
    check(
        ".params.md_metadata.default_tags.md$0",
        expect![[r#"
        md-project (string) Id of the project
        md-environment (string) Id of the environment
        md-component (string) Id of the component
        md-instance (string) Id of the instance
        md-target (string) Former name of `md-environment`
        md-manifest (string) Former name of `md-component`
        md-package (string) Former name of `md-instance`
    "#]],
    );
}

#[test]
fn connections_and_payloads() {
    check(
        ".connections.$0",
        expect![[r#"
        db (object) massdriver/postgresql-authentication
        my-net (object) aws-vpc
    "#]],
    );
    check(
        ".connections.db.data.authentication.$0",
        expect![[r#"
            username (string) Field of postgresql-authentication
            password (string) Field of postgresql-authentication, sensitive
            hostname (string) Field of postgresql-authentication
            port (number) Field of postgresql-authentication
        "#]],
    );
    check(
        ".secrets.$0",
        expect![[r#"
        TOKEN (string) Secret of the application
    "#]],
    );
    check(
        "'.connections as $c | $c.db.da$0'",
        expect![[r#"
        data (object) Field of postgresql-authentication
    "#]],
    );
}

#[test]
fn expressions() {
    check(
        "'$0'",
        expect![[r#"
        .params (object) What was filled in, and `md_metadata`
        .connections (object) Payloads of what is plugged in, by name
        .secrets (object) Values of the secrets, by name
        .params.size (number) Disk size
        .params.port (number) 
        .params["my-mode"] (string) 
        .params.storage (object) 
        .params.users (array<object>) 
        and 258 more
    "#]],
    );
    check(
        ".params.port | $0",
        expect![[r#"
            tostring (tostring -> string) A string as it is; anything else as JSON text.
            select(condition) (select(condition) -> any) Lets the input through when the condition holds, otherwise produces nothing.
            length (null or number or string or array or object | length -> number) Number of items, fields or characters; the absolute value of a number; 0 for null.
            tojson (tojson -> string) The input as JSON text.
            tonumber (number or string | tonumber -> number) Reads a number from a string.
            add(f) (add(f) -> any) Sum of everything that `f` produces.
            first(f) (first(f) -> any) The first result of `f`.
            in(container) (in(container) -> boolean) Whether the input is a field or position of the given value.
            and 257 more
        "#]],
    );
    check(
        ".params.port | tost$0",
        expect![[r#"
        tostring (tostring -> string) A string as it is; anything else as JSON text.
        tostream (tostream -> array) The input as a series of events `[path, value]`.
    "#]],
    );
    check(
        "'.params.users | $0'",
        expect![[r#"
            tostring (tostring -> string) A string as it is; anything else as JSON text.
            map(f) (array or object | map(f) -> array) Applies `f` to every item and collects the results.
            select(condition) (select(condition) -> any) Lets the input through when the condition holds, otherwise produces nothing.
            join(separator) (array | join(separator: string) -> string) The items as one string, with a separator between them.
            length (null or number or string or array or object | length -> number) Number of items, fields or characters; the absolute value of a number; 0 for null.
            keys (array or object | keys -> array) Names of an object's fields, sorted; positions of an array.
            tojson (tojson -> string) The input as JSON text.
            has(key) (array or object | has(key) -> boolean) Whether there is a field or position of this name.
            and 257 more
        "#]],
    );
    check(
        "'.params as $p | $p$0'",
        expect![[r#"
        $p (object) Bound in this program
    "#]],
    );
    check(
        "'@te$0'",
        expect![[r#"
        @text () As `tostring`: strings as they are, anything else as JSON.
    "#]],
    );
    check("'\"text $0\"'", expect![""]);
    check("'# .params.$0'", expect![""]);
}

#[test]
fn keeps_the_string_style() {
    for (env, label, expected) in [
        (".params.po$0", "port", ".params.port"),
        (".params.my$0", "my-mode", ".params[\"my-mode\"]"),
        ("'.params.$0'", "my-mode", "'.params[\"my-mode\"]'"),
        ("\".params.$0\"", "my-mode", "\".params[\\\"my-mode\\\"]\""),
        ("'.params[\"my$0\"]'", "my-mode", "'.params[\"my-mode\"]'"),
        ("\".params[\\\"$0\\\"]\"", "my-mode", "\".params[\\\"my-mode\\\"]\""),
        (">-\n      \"é\" +\n      .params.$0", "my-mode", ">-\n      \"é\" +\n      .params[\"my-mode\"]"),
        ("|\n      # é\n      .params.s$0 | tostring", "size", "|\n      # é\n      .params.size | tostring"),
        (".params.users.$0", "[].name", ".params.users[].name"),
        (".params.users.$0", "[][\"e-mail\"]", ".params.users[][\"e-mail\"]"),
        (".params.port | $0", "tostring", ".params.port | tostring"),
        ("'.params.users | $0'", "join(separator)", "'.params.users | join(${1:separator})'"),
        ("'$0'", ".connections.db", "'.connections.db'"),
        ("'@$0 \"x\"'", "@text", "'@text \"x\"'"),
        (
            ".params.md_metadata.default_tags.$0",
            "md-project",
            ".params.md_metadata.default_tags[\"md-project\"]",
        ),
    ] {
        assert_eq!(taken(env, label), expected, "{env}");
    }
}

#[test]
fn inserts_or_replaces_a_word() {
    let (text, items) = complete(".params.po$0rt2 | x", false);
    let port = items.iter().find(|item| item.label == "port").unwrap();
    assert_eq!((&text[port.insert.range()], &text[port.replace.range()]), ("po", "port2"));
}

#[test]
fn nothing_that_would_end_an_unquoted_program() {
    let (_, items) = complete("[$0]", false);
    assert_eq!(items, []);
    let text = BUNDLE.replace("  envs:\n    É: ", "  envs: {É: .params.}\n");
    let offset = text.find(".params.}").unwrap() + 8;
    let items = at_cursor(Snapshot::new(text.as_str(), None).document(), offset, true).unwrap();
    let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["size", "port", "storage", "users", "replicas", "md_metadata"]);
}
