//! Hovers of params, connections and artifacts.

use super::{check, check_with, title};
use crate::workspace::MemoryFiles;
use expect_test::expect;

#[test]
fn params() {
    let text = "\
steps: [{path: src, provisioner: opentofu, config: {log_level: .params.size}}]
params:
  required: [size]
  examples:
    - {__name: Small, size: s}
    - {size: l}
  properties:
    si$0ze:
      type: string
      title: Size
      description: How *much* of it.
      enum: [s, l]
      enumNames: [Little, A lot]
      default: s
      $md.immutable: true
ui:
  ui:order: [size]
app:
  envs:
    SIZE: .params.size
";
    check(
        text,
        &expect![[r#"
            [size]
            **`size`** · param · `string` · required

            Size. How *much* of it.

            - Allowed: `s` (Little), `l` (A lot)
            - Default: `s`
            - Cannot be changed after the first deployment (`$md.immutable`)
            - Presets: Small `s`, preset 2 `l`
            - Used in: `required` (line 3), `ui:order` (line 17), `steps[0].config.log_level` (line 1), `app.envs.SIZE` (line 20)

            ```hcl
            variable "size" {
              type = string
            }
            ```
        "#]],
    );
}

#[test]
fn params_at_every_reference() {
    let bundle = |required: &str, preset: &str, order: &str, entry: &str, jq: &str| {
        format!(
            "params:\n  required: [{required}]\n  examples:\n    - {preset}: 3\n  properties:\n    size: {{type: integer}}\n\
             ui:\n  ui:order: [{order}]\n  {entry}:\n    ui:help: x\napp:\n  envs:\n    A: '1 + .params.{jq}'\n"
        )
    };
    let name = "size";
    let marked = "s$0ize";
    let expected = "**`size`** · param · `integer` · required";
    assert_eq!(title(&bundle(marked, name, name, name, name)), expected);
    assert_eq!(title(&bundle(name, marked, name, name, name)), expected);
    assert_eq!(title(&bundle(name, name, marked, name, name)), expected);
    assert_eq!(title(&bundle(name, name, name, marked, name)), expected);
    assert_eq!(title(&bundle(name, name, name, name, marked)), expected);
}

#[test]
fn nested_params_are_named_by_their_path() {
    let text = "\
params:
  properties:
    rules:
      type: array
      items:
        type: object
        required: [port]
        properties:
          po$0rt: {type: integer, minimum: 1, maximum: 65535}
";
    check(
        text,
        &expect![[r#"
            [port]
            **`rules[].port`** · param · `integer` · required

            - Range: 1 to 65535
            - Used in: `required` (line 7)

            In the code, it is part of the variable `rules`.
        "#]],
    );
    check(
        &text.replace("$0", "").replace("rules:", "ru$0les:"),
        &expect![[r#"
            [rules]
            **`rules`** · param · `array` of `object` · optional

            ```yaml
            - port: integer  # required
            ```

            ```hcl
            variable "rules" {
              type = list(object({
                port = number
              }))
              default = null
            }
            ```
        "#]],
    );
}

#[test]
fn definitions_are_named_by_where_they_are_used() {
    let text = "\
params:
  properties:
    rule: {$ref: '#/definitions/rule'}
  definitions:
    rule: {type: object, properties: {port: {type: integer}}}
    free: {type: object, properties: {name: {type: string}}}
";
    assert_eq!(title(&text.replace("port", "po$0rt")), "**`rule.port`** · param · `integer` · optional");
    assert_eq!(title(&text.replace("name:", "na$0me:")), "**`….name`** · param · `string` · optional");
    assert_eq!(title(&text.replace(" rule: {type", " ru$0le: {type")), "**`rule`** · definition · `object`");
    assert_eq!(
        title(&text.replace("'#/def", "'#/$0def")),
        "**`#/definitions/rule`** · definition · `object`"
    );
}

#[test]
fn bicep_gets_a_bicep_parameter() {
    let text = "\
steps: [{path: src, provisioner: bicep}]
params:
  properties:
    na$0me: {type: string, description: It's here, minLength: 2, default: x}
";
    check(
        text,
        &expect![[r#"
        [name]
        **`name`** · param · `string` · optional

        It's here

        - Default: `x`
        - Length: at least 2 characters

        ```bicep
        @description('It\'s here')
        @minLength(2)
        param name string = 'x'
        ```
    "#]],
    );
}

#[test]
fn branches_of_a_param() {
    let text = "\
params:
  properties:
    ha: {type: boolean, title: High availability}
  dependencies:
    ha:
      oneOf:
        - properties:
            ha: {const: true}
            repl$0icas: {type: integer}
";
    check(
        text,
        &expect![[r#"
            [replicas]
            **`replicas`** · param · `integer` · optional

            No variable is generated for it, because it exists only under a condition: declare the variable by hand.
        "#]],
    );
    check(
        &text.replace("$0", "").replace("ha: {const", "h$0a: {const"),
        &expect![[r#"
        [ha]
        **`ha`** · param · `boolean` · optional

        - In this branch: `true`
        - Used in: a condition (line 5)
        - Defined: 2 times, on lines 3, 8

        ```hcl
        variable "ha" {
          type    = bool
          default = false
        }
        ```
    "#]],
    );
}

#[test]
fn a_connection_shows_the_payload() {
    let text = "\
connections:
  required: [role]
  properties:
    ro$0le:
      $ref: massdriver/aws-iam-role
      title: Role
app:
  policies: [.connections.role.data.arn]
";
    check(
        text,
        &expect![[r#"
            [role]
            **`role`** · connection · `massdriver/aws-iam-role` · required

            Role.

            - In jq: `.connections.role`
            - In the code: `var.role`
            - Used in: `required` (line 2), `app.policies[0]` (line 8)

            Access to an AWS account through an IAM role.

            ```yaml
            data:                  # required
              arn: string          # required
              external_id: string
            ```

            Alternative form of the payload:

            ```yaml
            arn: string          # required
            external_id: string  # required
            ```
        "#]],
    );
    check(
        &text.replace("$0", "").replace("/aws", "/a$0ws"),
        &expect![[r#"
            [massdriver/aws-iam-role]
            **`massdriver/aws-iam-role`** · resource type

            - Organization: `massdriver`, matching `^[a-z0-9]{1,20}$`

            Access to an AWS account through an IAM role.

            ```yaml
            data:                  # required
              arn: string          # required
              external_id: string
            ```

            Alternative form of the payload:

            ```yaml
            arn: string          # required
            external_id: string  # required
            ```
        "#]],
    );
    check(
        &text.replace("$0", "").replace("data.arn", "data.a$0rn"),
        &expect![[r#"
            [arn]
            **`data.arn`** · field of `massdriver/aws-iam-role` · `string` · required

            With the defaults, the program returns `<arn>`.
        "#]],
    );
}

#[test]
fn an_artifact_shows_how_it_is_published() {
    check("artifacts:\n  properties:\n    main$0:\n      $ref: acme/own-type\n", &expect![[r#""#]]);
    check(
        "artifacts:\n  properties:\n    ma$0in:\n      $ref: acme/own-type\n",
        &expect![[r#"
            [main]
            **`main`** · artifact · `acme/own-type` · optional

            - Published by: a `massdriver_artifact` with `field = "main"`
            - Id: `{name_prefix}-main`; the name cannot be changed later

            Its fields are unknown: no known catalog contains it.
        "#]],
    );
}

#[test]
fn a_resource_of_a_chart_has_a_jq_program() {
    check(
        "steps:\n  - path: chart\n    provisioner: helm\nresources:\n  ma$0in:\n    resource_type: acme/own-type\n    required: true\n",
        &expect![[r#"
            [main]
            **`main`** · resource · `acme/own-type` · required

            - Published by: `resource_main.jq` in the directory of the step
            - Id: `{name_prefix}-main`; the name cannot be changed later

            Its fields are unknown: no known catalog contains it.
        "#]],
    );
}

#[test]
fn a_dependency_explains_its_version() {
    check(
        "dependencies:\n  net:\n    resource_type: acme/own-type$0@~1.2\n    required: true\n",
        &expect![[r#"
            [acme/own-type@~1.2]
            **`acme/own-type@~1.2`** · resource type

            - Organization: `acme`, matching `^[a-z0-9]{1,20}$`
            - Name: `own-type`, matching `^[a-z0-9-]{3,100}$`
            - Version: `~1.2`: the newest release in this range

            Its fields are unknown: no known catalog contains it.
        "#]],
    );
}

#[test]
fn a_file_beside_the_bundle_is_read() {
    let files = MemoryFiles::new([(
        "types/net.json",
        r#"{"required": ["cidr"], "properties": {"cidr": {"type": "string"}, "zones": {"type": "array", "items": {"type": "string"}}}}"#,
    )]);
    check_with(
        &files,
        "artifacts:\n  properties:\n    net: {$ref: ./types$0/net.json}\n",
        &expect![[r#"
        [./types/net.json]
        **`./types/net.json`** · JSON file

        ```yaml
        cidr: string           # required
        zones: list of string
        ```
    "#]],
    );
}
