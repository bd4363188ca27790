//! Tests of hovers; `$0` is the cursor.

mod names;
mod programs;

use super::{Hover, hover};
use crate::analysis::Snapshot;
use crate::settings::Settings;
use crate::workspace::{Files, NoFiles};
use expect_test::{Expect, expect};
use std::path::Path;

/// The token at the cursor, and its hover.
pub(super) fn at(text: &str, files: &dyn Files, path: Option<&Path>) -> Option<(String, Hover)> {
    let offset = text.find("$0").unwrap();
    let text = text.replacen("$0", "", 1);
    let found = hover(&Snapshot::new(text.as_str(), path), files, &Settings::default(), offset)?;
    Some((text.get(found.span.range()).unwrap().to_owned(), found))
}

fn check(text: &str, expected: &Expect) {
    check_with(&NoFiles, text, expected);
}

fn check_with(files: &dyn Files, text: &str, expected: &Expect) {
    let shown = at(text, files, None).map(|(token, found)| format!("[{token}]\n{}\n", found.markdown));
    expected.assert_eq(&shown.unwrap_or_default());
}

/// The first line of the hover, which identifies the token.
fn title(text: &str) -> String {
    let found = at(text, &NoFiles, None);
    found.map(|(_, found)| found.markdown.lines().next().unwrap_or_default().to_owned()).unwrap_or_default()
}

#[test]
fn keys_show_the_reference() {
    check(
        "steps:\n  - path: src\n    skip_on$0_delete: true\n",
        &expect![[r#"
        [skip_on_delete]
        **`skip_on_delete`** · in a step

        Leave what the step made in place on decommission.

        When `true`, the step is passed over while the bundle is decommissioned. For things that must outlive it, such as backups and encryption keys.

        - Value: true or false
        - Default: `false`

        ```yaml
        path: keys
        provisioner: opentofu
        skip_on_delete: true
        ```

        [Massdriver documentation](https://docs.massdriver.cloud)
    "#]],
    );
    check(
        "params:\n  properties:\n    size:\n      type: integer\n      minL$0ength: 3\n",
        &expect![[r#"
            [minLength]
            **`minLength`** · of `size`

            Fewest characters.

            Counts characters, not bytes.

            - Value: a whole number, at least 0
            - For: `string`
            - **No effect here**: the type is `integer`

            ```yaml
            type: string
            minLength: 3
            maxLength: 20
            ```

            [JSON Schema draft-07](https://json-schema.org/draft-07/draft-handrews-json-schema-validation-01#rfc.section.6.3.2)
        "#]],
    );
    check(
        "type: infra$0structure\nparams: {}\n",
        &expect![[r#"
        [infrastructure]
        **`infrastructure`** · value of `type`

        **Deprecated.** Bundles no longer have a type; remove it.

        Infrastructure code.

        - `application`: an application
        - `bundle`: former word for infrastructure

        Whether a bundle holds infrastructure or an application used to be written here. Today any bundle may have an `app` block; the tooling warns about this key.

        [Massdriver documentation](https://docs.massdriver.cloud)
    "#]],
    );
}

#[test]
fn descriptions_depend_on_the_branch() {
    let config = |provisioner: &str| {
        let text =
            format!("steps:\n  - path: src\n    provisioner: {provisioner}\n    con$0fig:\n      x: y\n");
        let (_, found) = at(&text, &NoFiles, None).unwrap();
        found.markdown.lines().find(|line| line.starts_with("- Keys")).unwrap_or_default().to_owned()
    };
    assert_eq!(config("opentofu"), "- Keys: `json`, `log_level`, `checkov`, `ssh`, `workspace`");
    assert_eq!(config("own/image:1"), "");
    let says = |text: &str, wanted: &str| at(text, &NoFiles, None).unwrap().1.markdown.contains(wanted);
    let form = "params:\n  properties:\n    a: {type: string}\nui:\n  a:\n    ui:options: {row$0s: 3}\n";
    assert_eq!(title(form), "**`ui:rows`** · of `a`");
    assert!(says(
        "params: {properties: {a: {type: boolean}}}\nui:\n  a: {ui:wid$0get: x}\n",
        "- Applicable here: `select`, `radio`, `checkbox`, `hidden`"
    ));
    assert!(says("params:\n  exam$0ples: []\n", "Presets that fill the form"));
    assert!(says("params:\n  properties:\n    a:\n      exam$0ples: []\n", "Sample values"));
    assert!(says("depen$0dencies: {}\n", "needs from other bundles"));
    assert!(says("params:\n  depen$0dencies: {}\n", "Rules that hold when a member is there"));
    assert!(says("sche$0ma: draft-07\n", "Former marker"));
    assert!(says("sche$0ma:\n  type: object\n", "JSON Schema of the payload"));
    assert!(says("connections:\n  requi$0red: []\n", "must be plugged in"));
    assert!(says(
        "dependencies:\n  a: {resource_type: b, requi$0red: true}\n",
        "Whether it must be plugged in"
    ));
}

#[test]
fn described_values() {
    let in_param = |line: &str| title(&format!("params:\n  properties:\n    a:\n      {line}\n"));
    assert_eq!(in_param("type: inte$0ger"), "**`integer`** · type");
    assert_eq!(in_param("format: em$0ail"), "**`email`** · format");
    assert_eq!(in_param("enum: [a, b$0b]"), "**`bb`** · value of `a`");
    assert_eq!(in_param("$md.im$0mutable: true"), "**`$md.immutable`** · of `a`");
    assert_eq!(in_param("reg$0ex: x"), "**`regex`** · not a keyword");
    assert_eq!(title("ui:\n  a:\n    ui:widget: up$0down\n"), "**`updown`** · widget");
    assert_eq!(title("ui:\n  a:\n    ui:options: {row$0s: 3}\n"), "**`ui:rows`** · in the entry of a field");
    assert_eq!(title("ui:\n  ui:globalOptions: {ro$0ws: 3}\n"), "**`ui:rows`** · in the ui block");
    assert_eq!(title("steps: [{path: a, provisioner: he$0lm:3}]\n"), "**`helm:3`** · provisioner");
    assert_eq!(title("steps: [{path: a, provisioner: own/$0x}]\n"), "**`own/x`** · custom provisioner");
    assert_eq!(
        title("steps: [{path: a, provisioner: helm, config: {wai$0t: true}}]\n"),
        "**`wait`** · in the options of Helm"
    );
    assert_eq!(title("app: {secrets: {KE$0Y: {required: true}}}\n"), "**`KEY`** · secret · required");
    assert_eq!(title("app: {envs: {KE$0Y: .params.a}}\n"), "**`KEY`** · environment variable");
    assert_eq!(
        title("label: x\nui: {connectionOrientation: li$0nk}\n"),
        "**`link`** · value of `connectionOrientation`"
    );
    assert_eq!(title("schema:\n  properties:\n    host: {type: st$0ring}\n"), "**`string`** · type");
    assert_eq!(
        title("schema:\n  required: [host]\n  properties:\n    ho$0st: {type: string}\n"),
        "**`host`** · field · `string` · required"
    );
}

#[test]
fn jq_tokens() {
    let in_env = |program: &str| title(&format!("app:\n  envs:\n    A: {program}\n"));
    assert_eq!(in_env(".par$0ams.x"), "**`.params`** · jq");
    assert_eq!(in_env(".params.md_meta$0data.name_prefix"), "**`md_metadata`** · param of the platform");
    assert_eq!(
        in_env(".params.md_metadata.name_pre$0fix"),
        "**`name_prefix`** · in the metadata of a deployment"
    );
    assert_eq!(
        in_env("'.params.md_metadata.default_tags[\"md-tar$0get\"]'"),
        "**`md-target`** · in the default tags"
    );
    assert_eq!(in_env(".params.x | tostr$0ing"), "**`tostring`** · jq function");
    assert_eq!(in_env("'@te$0xt \"x\"'"), "**`@text`** · jq format");
    assert_eq!(in_env(">-\n      .params.x\n      | tostr$0ing"), "**`tostring`** · jq function");
    assert_eq!(in_env(".nothing.at.a$0ll"), "**`A`** · environment variable");
}

#[test]
fn outdated_terms_show_the_current_one() {
    let (_, found) = at("artifa$0cts: {}\n", &NoFiles, None).unwrap();
    assert!(found.markdown.contains("*artifact* is the former term for **Resource**"), "{}", found.markdown);
    let jq = "app:\n  envs:\n    A: .params.md_metadata.pack$0age.created_at\n";
    let (_, found) = at(jq, &NoFiles, None).unwrap();
    assert!(found.markdown.contains("*package* is the former term for **Instance**"), "{}", found.markdown);
}

#[test]
fn anchored_nodes_are_described_by_their_use() {
    let text = "\
metric: &metric
  type: object
  properties:
    limit: {type: number, min$0imum: 1}
params:
  properties:
    cpu:
      <<: *metric
      title: CPU
";
    assert_eq!(title(text), "**`minimum`** · of `cpu.limit`");
    let moved = |from: &str, to: &str| title(&text.replace("$0", "").replace(from, to));
    assert_eq!(moved("limit", "li$0mit"), "**`cpu.limit`** · param · `number` · optional");
    assert_eq!(moved("metric: &", "me$0tric: &"), "**`metric`** · in a bundle");
    assert_eq!(moved("&metric", "&me$0tric"), "**`&metric`** · anchor");
    assert_eq!(moved("*metric", "*me$0tric"), "**`*metric`** · alias");
    assert_eq!(moved("<<", "<$0<"), "**`<<`** · merge");
}

#[test]
fn no_hover_between_tokens() {
    for text in [
        "name$0: x",
        "name: $0x".trim_end_matches('x'),
        "name:$0 x",
        "# com$0ment\nname: x",
        "steps:\n$0  - path: src\n",
        "steps:\n  $0- path: src\n",
        "description: >$0-\n  text",
        "description: >-\n $0 text",
        "description: >-\n  text$0\n  more",
        "steps: $0[]",
        "name: x$0\n",
        "a: b\n---\nname$0s: x",
        "$0",
    ] {
        assert_eq!(at(text, &NoFiles, None), None, "{text:?}");
    }
}

#[test]
fn half_typed_documents() {
    assert_eq!(title("na$0me"), "");
    assert_eq!(title("name: x\nste$0ps\nparams: {}\n"), "**`steps`** · in a bundle · recommended");
    assert_eq!(title("params:\n  properties:\n    a:\n      ty$0pe\n"), "**`type`** · of `a`");
    assert_eq!(
        title("params:\n  properties:\n    a:\n      title: x\n      ty$0pe\n"),
        "**`type`** · of `a`"
    );
    assert_eq!(title("params:\n  properties:\n    a$0:\n"), "");
    assert_eq!(title("params:\n  properties:\n    a$0b:\n  req"), "**`ab`** · param · optional");
    assert_eq!(title("steps:\n  - pa$0th: \"sr"), "**`path`** · in a step · required");
}

#[test]
fn templates() {
    let text =
        "name: {{ name }}\nsteps:\n  - path: src\n    provis$0ioner: opentofu\nparams:\n{{ paramsSchema }}\n";
    assert_eq!(
        title(text),
        title(&text.replace("{{ name }}", "x").replace("{{ paramsSchema }}", "  properties: {}"))
    );
    assert!(title(text).contains("provisioner"));
}
