//! Hovers in jq programs: tokens and results.

use super::check;
use expect_test::{Expect, expect};

fn in_env(program: &str, expected: Expect) {
    let text = format!(
        "params:\n  examples:\n  - {{__name: Development, port: 8080}}\n  - {{__name: Production, port: 80, tags: [a, b]}}\n  \
         required: [port, name]\n  properties:\n    port: {{type: integer, title: Port}}\n    name: {{type: string}}\n    \
         tags: {{type: array, items: {{type: string}}, default: []}}\n    debug: {{type: boolean}}\nconnections:\n  \
         required: [db]\n  properties:\n    db: {{$ref: massdriver/postgresql-authentication}}\n    own: {{$ref: acme/x}}\n\
         app:\n  envs:\n    É: {program}\n"
    );
    check(&text, &expected);
}

#[test]
fn values_for_every_preset() {
    in_env(
        "'\"é:\" + (.params.po$0rt | tostring)'",
        expect![[r#"
            [port]
            **`port`** · param · `integer` · required

            Port.

            - Presets: Development `8080`, Production `80`
            - Used in: `required` (line 5), `app.envs.É` (line 18)

            ```hcl
            variable "port" {
              type = number
            }
            ```

            With the presets, the program returns:

            - Development → `é:8080`
            - Production → `é:80`
        "#]],
    );
    in_env(
        ".params.tags | jo$0in(\",\")",
        expect![[r#"
            [join]
            **`join`** · jq function

            ```jq
            array | join(separator: string) -> string
            ```

            The items as one string, with a separator between them.

            - Example: `join(",")`
            - Input: `["a","b"]`
            - Output: `"a,b"`

            With the presets, the program returns:

            - Development → `""`
            - Production → `a,b`
        "#]],
    );
    in_env(
        "'.connections.db.data.authentication | \"\\(.host$0name):\\(.port)\"'",
        expect![[r#"
            [hostname]
            **`hostname`** · field of `postgresql-authentication` · `string`

            With the presets, the program returns:

            - Development → `<hostname>:1`
            - Production → `<hostname>:1`
        "#]],
    );
    in_env(
        ">-\n      .params.na$0me +\n      \"-x\"",
        expect![[r#"
            [name]
            **`name`** · param · `string` · required

            - Used in: `required` (line 5), `app.envs.É` (line 18)

            ```hcl
            variable "name" {
              type = string
            }
            ```

            With the presets, the program returns:

            - Development → `<name>-x`
            - Production → `<name>-x`
        "#]],
    );
    in_env(
        "\".params.port + \\\"x\\\" | tostri$0ng\"",
        expect![[r#"
            [tostring]
            **`tostring`** · jq function

            ```jq
            tostring -> string
            ```

            A string as it is; anything else as JSON text.

            - Example: `tostring`
            - Input: `8080`
            - Output: `"8080"`

            With the presets, the program returns:

            - Development → an error: `number (8080) and string ("x") cannot be added`
            - Production → an error: `number (80) and string ("x") cannot be added`
        "#]],
    );
}

#[test]
fn values_at_the_name_of_a_variable() {
    let text =
        "params: {properties: {port: {type: integer, default: 5}}}\napp: {envs: {PO$0RT: .params.port}}\n";
    check(
        text,
        &expect![[r#"
            [PORT]
            **`PORT`** · environment variable

            An environment variable of the application. A jq program computes its value on each deployment.

            ```jq
            .params.port
            ```

            - Name: matches `^[a-zA-Z_][a-zA-Z0-9_]*$`

            [Massdriver documentation](https://docs.massdriver.cloud)

            With the defaults, the program returns `5`.
        "#]],
    );
}

#[test]
fn omits_results_that_cannot_be_computed() {
    in_env(
        ".params.name | tonumb$0er",
        expect![[r#"
            [tonumber]
            **`tonumber`** · jq function

            ```jq
            number or string | tonumber -> number
            ```

            Reads a number from a string.

            - Example: `tonumber`
            - Input: `"8080"`
            - Output: `8080`

            Its result is not shown: the program uses a feature that cannot be evaluated here.
        "#]],
    );
    in_env(
        ".connections.own.data.x | tostr$0ing",
        expect![[r#"
            [tostring]
            **`tostring`** · jq function

            ```jq
            tostring -> string
            ```

            A string as it is; anything else as JSON text.

            - Example: `tostring`
            - Input: `8080`
            - Output: `"8080"`
        "#]],
    );
    in_env(
        "'[range(1e9)] | len$0gth'",
        expect![[r#"
            [length]
            **`length`** · jq function

            ```jq
            null or number or string or array or object | length -> number
            ```

            Number of items, fields or characters; the absolute value of a number; 0 for null.

            - Example: `length`
            - Input: `[1,2,3]`
            - Output: `3`

            Its result is not shown: the program takes too long to evaluate here.
        "#]],
    );
    in_env(
        "'def f: f; f | n$0ot'",
        expect![[r#"
            [not]
            **`not`** · jq function

            ```jq
            not -> boolean
            ```

            True for false and null, false for anything else.

            - Example: `not`
            - Input: `null`
            - Output: `true`

            Its result is not shown: the program takes too long to evaluate here.
        "#]],
    );
}

#[test]
fn names_after_a_pipe() {
    in_env(
        "'.params as $$0p | $p.port'",
        expect![[r#"
            ['.params as $p | $p.port']
            **`É`** · environment variable

            An environment variable of the application. A jq program computes its value on each deployment.

            ```jq
            .params as $p | $p.port
            ```

            - Name: matches `^[a-zA-Z_][a-zA-Z0-9_]*$`

            [Massdriver documentation](https://docs.massdriver.cloud)

            With the presets, the program returns:

            - Development → `8080`
            - Production → `80`
        "#]],
    );
    in_env(
        "'.params as $p | $p.po$0rt'",
        expect![[r#"
            [port]
            **`port`** · param · `integer` · required

            Port.

            - Presets: Development `8080`, Production `80`
            - Used in: `required` (line 5)

            ```hcl
            variable "port" {
              type = number
            }
            ```

            With the presets, the program returns:

            - Development → `8080`
            - Production → `80`
        "#]],
    );
}
