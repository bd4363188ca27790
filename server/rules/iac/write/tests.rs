use super::super::tests::{BUNDLE, ours};
use crate::edit::FileAction;
use crate::rules::testing::apply_fix;
use expect_test::expect;

#[test]
fn a_new_param_is_written_like_the_variable() {
    let variable = "variable \"node_groups\" {
  description = \"Which \\\"groups\\\": there are\"
  type = list(object({ name = string, size = optional(number), tags = map(set(bool)) }))
}
variable \"null\" {
  type      = string
  sensitive = true
}
";
    let shown = |text: &str| {
        let files = [("src/main.tf".to_owned(), variable.to_owned())];
        let found = ours(text, &files);
        found
            .iter()
            .map(|finding| apply_fix(text, &files, &finding.fixes[0]).0)
            .collect::<Vec<_>>()
            .join("---\n")
    };
    expect![[r#"
        steps:
          - {path: src, provisioner: opentofu}
        params:
          required:
            - node_groups
          properties:
            # first
            a:
              type: string # x
            node_groups:
              type: array
              items:
                type: object
                required:
                  - name
                  - tags
                properties:
                  name:
                    type: string
                  size:
                    type: number
                  tags:
                    type: object
                    additionalProperties:
                      type: array
                      items:
                        type: boolean
                      uniqueItems: true
              title: Node groups
              description: "Which \"groups\": there are"

        ui: {}
        ---
        steps:
          - {path: src, provisioner: opentofu}
        params:
          required:
            - "null"
          properties:
            # first
            a:
              type: string # x
            "null":
              type: string
              format: password
              title: "Null"

        ui: {}
        ---
        steps:
          - {path: src, provisioner: opentofu}
        params:
          properties:
            # first
            a:
              type: string # x

        ui: {}
    "#]].assert_eq(&shown(
        "steps:\n  - {path: src, provisioner: opentofu}\nparams:\n  properties:\n    # first\n    a:\n      type: string # x\n\nui: {}\n",
    ));
    let crlf = "params:\r\n  properties: {}\r\n  required: [a]\r\nsteps:\r\n  - {path: src, provisioner: opentofu}\r\n";
    expect![[r#"
        params:
          properties:
            node_groups:
              type: array
              items:
                type: object
                required:
                  - name
                  - tags
                properties:
                  name:
                    type: string
                  size:
                    type: number
                  tags:
                    type: object
                    additionalProperties:
                      type: array
                      items:
                        type: boolean
                      uniqueItems: true
              title: Node groups
              description: "Which \"groups\": there are"
          required: [a, node_groups]
        steps:
          - {path: src, provisioner: opentofu}
        ---
        params:
          properties:
            "null":
              type: string
              format: password
              title: "Null"
          required: [a, "null"]
        steps:
          - {path: src, provisioner: opentofu}
    "#]]
    .assert_eq(&shown(crlf).replace("\r\n", "\n"));
    assert!(shown(crlf).replace("---\n", "").lines().count() == shown(crlf).matches("\r\n").count());
}

#[test]
fn what_a_variable_holds_is_valid_hcl() {
    let text = "steps:\n  - {path: src, provisioner: opentofu}\nparams:\n  properties:\n    a:\n      type: object\n      \
                default: {x y: '${z} %{ if }'}\n      properties:\n        x y: {type: string}\n        b-c: {type: string}\n";
    let files = [("src/main.tf".to_owned(), "\n".to_owned())];
    let found = ours(text, &files);
    let (text, files) = apply_fix(text, &files, &found[0].fixes[0]);
    expect![[r##"
        # src/main.tf

        # src/variables.tf
        variable "a" {
          type    = any
          default = {
            "x y": "$${z} %%{ if }"
          }
        }
    "##]]
    .assert_eq(&files.iter().map(|(path, text)| format!("# {path}\n{text}")).collect::<String>());
    assert_eq!(ours(&text, &files), []);
}

#[test]
fn a_new_variable_goes_where_the_others_are() {
    let declared = |files: &[(&str, &str)]| {
        let files: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let found = ours(BUNDLE, &files);
        let finding = found.iter().find(|one| one.message.contains("`zones`")).unwrap();
        let file = &finding.fixes[0].files[0];
        let text = match &file.action {
            FileAction::Create(text) => text.clone(),
            FileAction::Edit { edits, .. } => edits[0].text.clone(),
            FileAction::Rename(_) => unreachable!(),
        };
        (file.path.clone(), text)
    };
    let path = |files: &[(&str, &str)]| declared(files).0;
    let one = "variable \"size\" {}\n";
    assert_eq!(path(&[("src/a.tf", one), ("src/inputs.tf", "")]), "src/inputs.tf");
    assert_eq!(path(&[("src/a.tf", one), ("src/b.tf", "variable \"x\" {}\nvariable \"y\" {}")]), "src/b.tf");
    assert_eq!(path(&[("src/a.tf", ""), ("src/_massdriver_variables.tf", one)]), "src/variables.tf");
    assert_eq!(path(&[("src/main.tf.json", "{}")]), "src/variables.tf");
    let (_, text) = declared(&[("src/variables.tf", "variable \"size\" {}\r\n")]);
    assert_eq!(text, "\r\nvariable \"zones\" {\r\n  type    = list(string)\r\n  default = null\r\n}\r\n");
}
