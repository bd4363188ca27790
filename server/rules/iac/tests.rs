use crate::rules::Finding;
use crate::rules::testing::{apply_fix, everything_on, report_with, run};
use crate::settings::Settings;
use expect_test::{Expect, expect};
use std::fmt::Write;

const IDS: [&str; 5] = [
    "iac-undeclared-input",
    "iac-missing-variable",
    "iac-type-mismatch",
    "artifact-not-emitted",
    "artifact-unknown-field",
];

pub(super) const BUNDLE: &str = "\
steps:
  - path: src
    provisioner: opentofu
params:
  required:
    - size
  properties:
    size:
      type: integer
    zones:
      type: array
      items:
        type: string
connections:
  required: [network]
  properties:
    network:
      $ref: aws-vpc
artifacts:
  properties:
    database:
      $ref: postgresql
";

const HCL: &str = "\
variable \"md_metadata\" {
  type = any
}
variable \"size\" {
  type = number
}
variable \"zones\" {
  type = list(string)
}
variable \"network\" {
  type = any
}
variable \"extra\" {
  default = 1
}
";

const PUBLISHER: &str = "\
resource \"massdriver_artifact\" \"database\" {
  field    = \"database\"
  artifact = jsonencode({})
}
";

const JSON: &str = r#"{"variable": {
  "size": {"type": "number"},
  "zones": {"type": "list(string)"},
  "network": {"type": "any"}
}}
"#;

const BICEP: &str = "\
param size int
param zones array
param network object
param extra string = 'x'
";

fn check(text: &str, files: &[(&str, &str)], expected: &Expect) {
    expected.assert_eq(&report_with(&IDS, text, files, &everything_on()));
}

/// Findings of this family with default settings.
pub(super) fn ours(text: &str, files: &[(String, String)]) -> Vec<Finding> {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    run(text, &files, &Settings::default()).into_iter().filter(|one| IDS.contains(&one.rule)).collect()
}

#[test]
fn a_bundle_and_its_code_agree() {
    check(BUNDLE, &[("src/variables.tf", HCL), ("src/main.tf", PUBLISHER)], &expect![""]);
    check(BUNDLE, &[("src/variables.tofu", HCL), ("src/main.tf", PUBLISHER)], &expect![""]);
    check(BUNDLE, &[("src/variables.tf.json", JSON), ("src/main.tf", PUBLISHER)], &expect![""]);
    let bicep = BUNDLE.replace("opentofu", "bicep");
    check(&bicep, &[("src/template.bicep", BICEP), ("src/artifact_database.jq", "{}")], &expect![""]);
    check(&bicep, &[("src/template.bicep", BICEP), ("src/resource_database.jq", "{}")], &expect![""]);
}

/// One difference between bundle and code, in each language: its finding, and whether each fix removes it.
#[test]
fn every_mismatch_is_reported_and_fixed() {
    let hcl = [("src/variables.tf", HCL), ("src/main.tf", PUBLISHER)];
    let tofu = [("src/variables.tofu", HCL), ("src/main.tofu", PUBLISHER)];
    let json = [("src/variables.tf.json", JSON), ("src/main.tf", PUBLISHER)];
    let bicep = [("src/template.bicep", BICEP), ("src/artifact_database.jq", "{}\n")];
    let in_bicep = BUNDLE.replace("opentofu", "bicep");
    let without_size = "    size:\n      type: integer\n";
    type Change = (&'static str, &'static str);
    type Case<'a> = (&'static str, &'a str, &'a [(&'static str, &'static str)], Change, Change);
    let cases: [Case<'_>; 17] = [
        ("variable removed", BUNDLE, &hcl, ("", ""), ("variable \"size\" {\n  type = number\n}\n", "")),
        (
            "variable removed, tofu",
            BUNDLE,
            &tofu,
            ("", ""),
            ("variable \"zones\" {\n  type = list(string)\n}\n", ""),
        ),
        ("variable removed, json", BUNDLE, &json, ("", ""), ("  \"size\": {\"type\": \"number\"},\n", "")),
        ("variable removed, bicep", &in_bicep, &bicep, ("", ""), ("param size int\n", "")),
        (
            "connection's variable removed",
            BUNDLE,
            &hcl,
            ("", ""),
            ("variable \"network\" {\n  type = any\n}\n", ""),
        ),
        ("connection's param removed, bicep", &in_bicep, &bicep, ("", ""), ("param network object\n", "")),
        ("param removed", BUNDLE, &hcl, (without_size, ""), ("", "")),
        ("param removed, tofu", BUNDLE, &tofu, (without_size, ""), ("", "")),
        ("param removed, json", BUNDLE, &json, (without_size, ""), ("", "")),
        ("param removed, bicep", &in_bicep, &bicep, (without_size, ""), ("", "")),
        ("type changed", BUNDLE, &hcl, ("", ""), ("type = list(string)", "type = string")),
        ("type changed, json", BUNDLE, &json, ("", ""), ("\"list(string)\"", "\"map(string)\"")),
        ("type changed, bicep", &in_bicep, &bicep, ("", ""), ("param size int", "param size string")),
        ("param's type changed", BUNDLE, &hcl, ("type: integer", "type: boolean"), ("", "")),
        ("field misspelled", BUNDLE, &hcl, ("", ""), ("\"database\"\n", "\"databse\"\n")),
        ("artifact renamed", BUNDLE, &hcl, ("    database:", "    data_base:"), ("", "")),
        ("artifact's program missing", &in_bicep, &bicep, ("", ""), ("artifact_database.jq", "other.jq")),
    ];
    let mut out = String::new();
    for (title, text, files, (yaml, into_yaml), (code, into_code)) in cases {
        let text = text.replacen(yaml, into_yaml, usize::from(!yaml.is_empty()));
        let change = |text: &str| text.replacen(code, into_code, usize::from(!code.is_empty()));
        let files: Vec<(String, String)> =
            files.iter().map(|(path, text)| (change(path), change(text))).collect();
        let borrowed: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let report = report_with(&IDS, &text, &borrowed, &everything_on());
        write!(out, "{title}\n{report}").unwrap();
        let found = ours(&text, &files);
        assert!(!found.is_empty(), "{title} is not reported");
        for finding in &found {
            for fix in &finding.fixes {
                let (text, files) = apply_fix(&text, &files, fix);
                let left = ours(&text, &files);
                let same = left.iter().filter(|one| one.message == finding.message).count();
                assert_eq!(same, 0, "{title}: {} does not remove the finding", fix.title);
                assert!(left.len() < found.len(), "{title}: {} adds a finding", fix.title);
            }
        }
    }
    expect![[r#"
        variable removed
        8:5-8:9 iac-missing-variable info: No step declares a variable for the param `size` yet; `mass bundle build` generates it.
            src/variables.tf `md_metadata`: Variables are declared here
            unsafe fix: Declare the variable in `src/variables.tf`
        variable removed, tofu
        10:5-10:10 iac-missing-variable info: No step declares a variable for the param `zones` yet; `mass bundle build` generates it.
            src/variables.tofu `md_metadata`: Variables are declared here
            unsafe fix: Declare the variable in `src/variables.tofu`
        variable removed, json
        8:5-8:9 iac-missing-variable info: No step declares a variable for the param `size` yet; `mass bundle build` generates it.
            src/variables.tf.json `zones`: Variables are declared here
            unsafe fix: Declare the variable in `src/variables.tf`
        variable removed, bicep
        8:5-8:9 iac-missing-variable info: No step declares a variable for the param `size` yet; `mass bundle build` generates it.
            src/template.bicep `zones`: Variables are declared here
            unsafe fix: Declare the variable in `src/template.bicep`
        connection's variable removed
        17:5-17:12 iac-missing-variable info: No step declares a variable for the connection `network` yet; `mass bundle build` generates it.
            src/variables.tf `md_metadata`: Variables are declared here
            unsafe fix: Declare the variable in `src/variables.tf`
        connection's param removed, bicep
        17:5-17:12 iac-missing-variable info: No step declares a variable for the connection `network` yet; `mass bundle build` generates it.
            src/template.bicep `size`: Variables are declared here
            unsafe fix: Declare the variable in `src/template.bicep`
        param removed
        2:11-2:14 iac-undeclared-input warning: The variable `size` in `src/variables.tf` has no default, and no param or connection has that name; add one, or give the variable a default.
            src/variables.tf `size`: The variable without a default
            unsafe fix: Add the param `size`
        param removed, tofu
        2:11-2:14 iac-undeclared-input warning: The variable `size` in `src/variables.tofu` has no default, and no param or connection has that name; add one, or give the variable a default.
            src/variables.tofu `size`: The variable without a default
            unsafe fix: Add the param `size`
        param removed, json
        2:11-2:14 iac-undeclared-input warning: The variable `size` in `src/variables.tf.json` has no default, and no param or connection has that name; add one, or give the variable a default.
            src/variables.tf.json `size`: The variable without a default
            unsafe fix: Add the param `size`
        param removed, bicep
        2:11-2:14 iac-undeclared-input warning: The variable `size` in `src/template.bicep` has no default, and no param or connection has that name; add one, or give the variable a default.
            src/template.bicep `size`: The variable without a default
            unsafe fix: Add the param `size`
        type changed
        10:5-10:10 iac-type-mismatch warning: The param `zones` is a list, which the type of the variable `zones` in `src/variables.tf` does not allow.
            src/variables.tf `string`: The type of the variable
            unsafe fix: Change the type in `src/variables.tf`
        type changed, json
        10:5-10:10 iac-type-mismatch warning: The param `zones` is a list, which the type of the variable `zones` in `src/variables.tf.json` does not allow.
            src/variables.tf.json `map(string)`: The type of the variable
            unsafe fix: Change the type in `src/variables.tf.json`
        type changed, bicep
        8:5-8:9 iac-type-mismatch warning: The param `size` is a whole number, which the type of the variable `size` in `src/template.bicep` does not allow.
            src/template.bicep `string`: The type of the variable
            unsafe fix: Change the type in `src/template.bicep`
        param's type changed
        8:5-8:9 iac-type-mismatch warning: The param `size` is `true` or `false`, which the type of the variable `size` in `src/variables.tf` does not allow.
            src/variables.tf `number`: The type of the variable
            unsafe fix: Change the type in `src/variables.tf`
        field misspelled
        2:11-2:14 artifact-unknown-field warning: `src/main.tf` publishes `databse`, but the bundle declares no such artifact; did you mean `database`?
            src/main.tf `databse`: The `field`
            unsafe fix: Change to `database` in `src/main.tf`
        21:5-21:13 artifact-not-emitted hint: No step publishes the artifact `database`: there is no `massdriver_artifact` with this `field` and no jq program `artifact_database.jq`.
            unsafe fix: Create `src/artifact_database.jq`
        artifact renamed
        2:11-2:14 artifact-unknown-field warning: `src/main.tf` publishes `database`, but the bundle declares no such artifact; did you mean `data_base`?
            src/main.tf `database`: The `field`
            unsafe fix: Change to `data_base` in `src/main.tf`
        21:5-21:14 artifact-not-emitted hint: No step publishes the artifact `data_base`: there is no `massdriver_artifact` with this `field` and no jq program `artifact_data_base.jq`.
            unsafe fix: Create `src/artifact_data_base.jq`
        artifact's program missing
        21:5-21:13 artifact-not-emitted hint: No step publishes the artifact `database`: there is no `massdriver_artifact` with this `field` and no jq program `artifact_database.jq`.
            unsafe fix: Create `src/artifact_database.jq`
    "#]].assert_eq(&out);
}

#[test]
fn generated_variables_are_declarations() {
    check(
        BUNDLE,
        &[
            ("src/_massdriver_variables.tf", "variable \"gone\" {}\nvariable \"size\" {}\n"),
            ("src/main.tf", PUBLISHER),
        ],
        &expect![[r#"
            2:11-2:14 iac-undeclared-input warning: The variable `gone` in `src/_massdriver_variables.tf` has no default, and no param or connection has that name; run `mass bundle build` to regenerate the file.
                src/_massdriver_variables.tf `gone`: The variable without a default
                unsafe fix: Add the param `gone`
            10:5-10:10 iac-missing-variable warning: No step declares a variable for the param `zones`; declare it, or run `mass bundle build` to regenerate `src/_massdriver_variables.tf`.
                src/_massdriver_variables.tf `gone`: Variables are declared here
                unsafe fix: Declare the variable in `src/variables.tf`
            17:5-17:12 iac-missing-variable warning: No step declares a variable for the connection `network`; declare it, or run `mass bundle build` to regenerate `src/_massdriver_variables.tf`.
                src/_massdriver_variables.tf `gone`: Variables are declared here
                unsafe fix: Declare the variable in `src/variables.tf`
        "#]],
    );
}

#[test]
fn correct_code_has_no_findings() {
    let publishes = ("src/main.tf", PUBLISHER);
    let yaml = |provisioner: &str| BUNDLE.replace("opentofu", provisioner);
    // The directory is unknown or empty.
    check(BUNDLE, &[], &expect![""]);
    check(BUNDLE, &[("src/.keep", "")], &expect![""]);
    check(BUNDLE, &[("src/README.md", "")], &expect![""]);
    // A custom provisioner.
    check(&yaml("acme/pulumi"), &[("src/main.tf", "variable \"x\" {}")], &expect![""]);
    // Helm declares no variables.
    check(&yaml("helm"), &[("src/values.yaml", "a: 1\n"), ("src/artifact_database.jq", "")], &expect![""]);
    // Half-typed files, overrides, nested modules, files that are too long.
    check(BUNDLE, &[("src/x.tf", "variable \"x\" {"), publishes], &expect![""]);
    let long = format!("{HCL}{}", "#".repeat(crate::iac::MAX_BYTES));
    check(BUNDLE, &[("src/x.tf", &long), publishes], &expect![""]);
    let override_file = ("src/x_override.tf", "variable \"x\" {}");
    let nested = ("src/modules/y/main.tf", "variable \"y\" {}");
    let cached = ("src/.terraform/modules/z.tf", "variable \"z\" {}");
    check(BUNDLE, &[("src/a.tf", HCL), publishes, override_file, nested, cached], &expect![""]);
    // `x.tofu` replaces `x.tf`.
    check(
        BUNDLE,
        &[("src/a.tf", HCL), publishes, ("src/x.tf", "variable \"x\" {}"), ("src/x.tofu", "")],
        &expect![""],
    );
    // A computed field may be any artifact.
    let worked_out = PUBLISHER.replace("\"database\"\n", "var.size\n");
    check(BUNDLE, &[("src/a.tf", HCL), ("src/main.tf", &worked_out)], &expect![""]);
    // The names that a reference or an unfinished block declares are unknown.
    let extra = ("src/x.tf", "variable \"x\" {}");
    for half in ["connections:\n  $ref: ./more.json", "connections: *more\nx:", "connections: netw\nx:"] {
        check(&BUNDLE.replace("connections:", half), &[("src/a.tf", HCL), publishes, extra], &expect![""]);
    }
    // An unresolved alias, an unfinished step, too many files.
    check(&BUNDLE.replace("path: src", "path: *src"), &[("src/main.tf", "variable \"x\" {}")], &expect![""]);
    check(
        &BUNDLE.replace("    provisioner: opentofu\n", ""),
        &[("src/main.tf", "variable \"x\" {}")],
        &expect![""],
    );
    let many: Vec<(String, String)> =
        (0..201).map(|index| (format!("src/{index}.tf"), "variable \"x\" {}".to_owned())).collect();
    assert_eq!(ours(BUNDLE, &many), []);
    // Reserved names are reported by another rule.
    let reserved = BUNDLE.replace("    zones:", "    version:");
    check(
        &reserved,
        &[("src/a.tf", &HCL.replace("variable \"zones\" {\n  type = list(string)\n}\n", "")), publishes],
        &expect![""],
    );
}

#[test]
fn conditional_params_need_no_variable() {
    let text = "\
steps:
  - path: src
    provisioner: opentofu
params:
  properties:
    on: {type: boolean}
  if: {properties: {on: {const: true}}}
  then: {properties: {days: {type: integer}, more: {type: string}}}
";
    check(text, &[("src/a.tf", "variable \"on\" {}\nvariable \"days\" {}")], &expect![""]);
    let open = text.replace("  if:", "  $ref: https://example.com/schema.json\n  if:");
    check(&open, &[("src/a.tf", "variable \"on\" {}\nvariable \"any\" {}")], &expect![""]);
}

#[test]
fn one_of_several_steps_is_enough() {
    let text = "\
steps:
  - path: a
    provisioner: opentofu
  - path: b
    provisioner: bicep
params:
  properties:
    one: {type: string}
    two: {type: string}
    three: {type: string}
";
    check(
        text,
        &[("a/main.tf", "variable \"one\" {}"), ("b/template.bicep", "param two string\n")],
        &expect![[r#"
            10:5-10:10 iac-missing-variable info: No step declares a variable for the param `three` yet; `mass bundle build` generates it.
                a/main.tf `one`: Variables are declared here
                unsafe fix: Declare the variable in `a/main.tf`
                unsafe fix: Declare the variable in `b/template.bicep`
        "#]],
    );
    // A third step does not declare its inputs.
    let with_chart = text.replace("params:", "  - path: c\n    provisioner: helm\nparams:");
    let files = [("a/main.tf", "variable \"one\" {}"), ("b/template.bicep", ""), ("c/values.yaml", "")];
    check(&with_chart, &files, &expect![""]);
}

#[test]
fn it_can_be_turned_off() {
    let off = Settings { iac: false, ..Settings::default() };
    let files = [("src/main.tf", "variable \"x\" {}")];
    assert!(run(BUNDLE, &files, &off).iter().all(|finding| !IDS.contains(&finding.rule)));
    assert_eq!(
        run(BUNDLE, &files, &Settings::default()).iter().filter(|one| IDS.contains(&one.rule)).count(),
        5
    );
}
