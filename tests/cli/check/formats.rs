//! Machine-readable output formats, described in `docs/check-formats.md`.

use crate::check::sandbox::{CLEAN, FLAW, Sandbox, flawed};
use expect_test::expect;
use serde_json::Value;

/// A repository with a clean and a flawed bundle. A two-byte letter and an emoji precede the flaw, so that byte, UTF-16
/// and character columns differ.
fn sandbox() -> Sandbox {
    let text =
        flawed().replace("default: huge", "\"default\": \"gr😀ß\"").replace("      type: string\n", "");
    let sandbox = Sandbox::with([("a b/massdriver.yaml", text.as_str()), ("c/massdriver.yaml", CLEAN)]);
    sandbox.write(".git/HEAD", "");
    sandbox
}

#[test]
fn json_is_stable() {
    let ran = sandbox().check(&["--format", "json", "none", "."]);
    expect![[r#"
        {"version":1,"files":[
        {"path":"a b/massdriver.yaml","kind":"bundle","findings":[{"rule":"default-not-allowed","severity":"warning","message":"The default of `size` must be one of `small`, `large`; `gr😀ß` is not.","range":{"start":{"line":15,"column":18,"offset":287},"end":{"line":15,"column":24,"offset":297}},"related":[],"fixes":[{"title":"Replace with `small`","preferred":false,"edits":[{"range":{"start":{"line":15,"column":18,"offset":287},"end":{"line":15,"column":24,"offset":297}},"text":"small"}]},{"title":"Replace with `large`","preferred":false,"edits":[{"range":{"start":{"line":15,"column":18,"offset":287},"end":{"line":15,"column":24,"offset":297}},"text":"large"}]},{"title":"Remove it","preferred":false,"edits":[{"range":{"start":{"line":15,"column":1,"offset":270},"end":{"line":16,"column":1,"offset":298}},"text":""}]}]}]},
        {"path":"c/massdriver.yaml","kind":"bundle","findings":[]}
        ],"problems":[{"path":"none","message":"there is no such file or directory"}],"summary":{"files":2,"filesWithFindings":1,"errors":0,"warnings":1,"infos":0,"hints":0}}
    "#]].assert_eq(&ran.stdout);
}

#[test]
fn json_without_files_is_valid() {
    let json = Sandbox::new().check(&["--format", "json"]).json();
    assert_eq!((json["files"].as_array().unwrap().len(), json["problems"].as_array().unwrap().len()), (0, 1));
}

/// A bundle whose step code disagrees with it in three ways.
fn with_code() -> Sandbox {
    let text =
        CLEAN.replace("artifacts:\n  properties: {}", "artifacts:\n  properties:\n    vpc: {$ref: aws-vpc}");
    let code = "# é😀\nvariable \"more\" {}\n";
    let sandbox = Sandbox::with([("a b/massdriver.yaml", text.as_str()), ("a b/src/main.tf", code)]);
    sandbox.write(".git/HEAD", "");
    sandbox
}

#[test]
fn findings_can_be_in_other_files() {
    expect![[r##"
        {"version":1,"files":[
        {"path":"a b/massdriver.yaml","kind":"bundle","findings":[{"rule":"iac-undeclared-input","severity":"warning","message":"The variable `more` in `src/main.tf` has no default, and no param or connection has that name; add one, or give the variable a default.","range":{"start":{"line":5,"column":11,"offset":90},"end":{"line":5,"column":14,"offset":93}},"related":[{"message":"The variable without a default","path":"a b/src/main.tf","range":{"start":{"line":2,"column":11,"offset":19},"end":{"line":2,"column":15,"offset":23}}}],"fixes":[{"title":"Add the param `more`","preferred":false,"edits":[{"range":{"start":{"line":10,"column":1,"offset":151},"end":{"line":10,"column":1,"offset":151}},"text":"    - more\n"},{"range":{"start":{"line":17,"column":1,"offset":310},"end":{"line":17,"column":1,"offset":310}},"text":"    more:\n      type: string\n      title: More\n"}]}]},{"rule":"iac-missing-variable","severity":"info","message":"No step declares a variable for the param `size` yet; `mass bundle build` generates it.","range":{"start":{"line":11,"column":5,"offset":169},"end":{"line":11,"column":9,"offset":173}},"related":[{"message":"Variables are declared here","path":"a b/src/main.tf","range":{"start":{"line":2,"column":11,"offset":19},"end":{"line":2,"column":15,"offset":23}}}],"fixes":[{"title":"Declare the variable in `src/main.tf`","preferred":false,"edits":[],"files":[{"path":"a b/src/main.tf","create":false,"edits":[{"range":{"start":{"line":3,"column":1,"offset":28},"end":{"line":3,"column":1,"offset":28}},"text":"\nvariable \"size\" {\n  type = string\n}\n"}]}]}]},{"rule":"artifact-not-emitted","severity":"hint","message":"No step publishes the artifact `vpc`: there is no `massdriver_artifact` with this `field` and no jq program `artifact_vpc.jq`.","range":{"start":{"line":21,"column":5,"offset":369},"end":{"line":21,"column":8,"offset":372}},"related":[],"fixes":[{"title":"Create `src/artifact_vpc.jq`","preferred":false,"edits":[],"files":[{"path":"a b/src/artifact_vpc.jq","create":true,"edits":[{"range":{"start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":1,"offset":0}},"text":"# The artifact `vpc`, built from .outputs, .params and the connections.\n{}\n"}]}]}]}]}
        ],"problems":[],"summary":{"files":1,"filesWithFindings":1,"errors":0,"warnings":1,"infos":1,"hints":1}}
    "##]].assert_eq(&with_code().check(&["--format", "json"]).stdout);
    let log = with_code().check(&["--format", "sarif"]).json();
    let places: Vec<&Value> = log["runs"][0]["results"].as_array().unwrap().iter().collect();
    let related: Vec<_> = places.iter().map(|one| &one["relatedLocations"][0]["physicalLocation"]).collect();
    let changes: Vec<_> = places.iter().map(|one| &one["fixes"][0]["artifactChanges"]).collect();
    expect![[r#"
        [
          {
            "artifactLocation": {
              "uri": "a%20b/src/main.tf",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 2,
              "startColumn": 11,
              "endLine": 2,
              "endColumn": 15
            }
          },
          {
            "artifactLocation": {
              "uri": "a%20b/src/main.tf",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 2,
              "startColumn": 11,
              "endLine": 2,
              "endColumn": 15
            }
          },
          null
        ]
        [
          [
            {
              "artifactLocation": {
                "uri": "a%20b/massdriver.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "replacements": [
                {
                  "deletedRegion": {
                    "startLine": 10,
                    "startColumn": 1,
                    "endLine": 10,
                    "endColumn": 1
                  },
                  "insertedContent": {
                    "text": "    - more\n"
                  }
                },
                {
                  "deletedRegion": {
                    "startLine": 17,
                    "startColumn": 1,
                    "endLine": 17,
                    "endColumn": 1
                  },
                  "insertedContent": {
                    "text": "    more:\n      type: string\n      title: More\n"
                  }
                }
              ]
            }
          ],
          [
            {
              "artifactLocation": {
                "uri": "a%20b/src/main.tf",
                "uriBaseId": "%SRCROOT%"
              },
              "replacements": [
                {
                  "deletedRegion": {
                    "startLine": 3,
                    "startColumn": 1,
                    "endLine": 3,
                    "endColumn": 1
                  },
                  "insertedContent": {
                    "text": "\nvariable \"size\" {\n  type = string\n}\n"
                  }
                }
              ]
            }
          ],
          null
        ]
    "#]]
    .assert_eq(&format!("{:#}\n{:#}\n", serde_json::json!(related), serde_json::json!(changes)));
}

#[test]
fn github_annotations_are_relative_to_the_repository() {
    let sandbox = sandbox();
    let mut command = sandbox.command(&["--format", "github"]);
    let ran = crate::check::sandbox::run(command.current_dir(sandbox.path("a b")));
    expect![[r#"
        ::warning file=a b/massdriver.yaml,line=15,endLine=15,col=18,endColumn=24,title=default-not-allowed::The default of `size` must be one of `small`, `large`; `gr😀ß` is not.
        1 warning in 1 file
    "#]].assert_eq(&ran.stdout);
}

#[test]
fn gitlab_reports_are_code_quality_issues() {
    let sandbox = sandbox();
    let ran = sandbox.check(&["--format", "gitlab"]);
    expect![[r#"
        [
        {"description":"The default of `size` must be one of `small`, `large`; `gr😀ß` is not.","check_name":"default-not-allowed","fingerprint":"9158ffe22efc09bc","severity":"minor","location":{"path":"a b/massdriver.yaml","lines":{"begin":15,"end":15}}}
        ]
    "#]].assert_eq(&ran.stdout);
    let before = ran.json()[0]["fingerprint"].clone();
    let text = std::fs::read_to_string(sandbox.path("a b/massdriver.yaml")).unwrap();
    sandbox.write("a b/massdriver.yaml", format!("# moved\n{text}"));
    let moved = sandbox.check(&["--format", "gitlab"]).json();
    assert_eq!((&moved[0]["fingerprint"], &moved[0]["location"]["lines"]["begin"]), (&before, &16.into()));
    assert_eq!(sandbox.check(&["--format", "gitlab", "c"]).json(), serde_json::json!([]));
}

#[test]
fn sarif_follows_its_schema() {
    let schema = include_str!("../../fixtures/sarif/sarif-schema-2.1.0.json");
    // The pattern for languages in the published schema has one bracket too many.
    let schema: Value = serde_json::from_str(&schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let sandbox = sandbox();
    let duplicate = "# massdriver-ls: ignore foo\nparams:\n  properties: {a: {type: string, enum: [x, x]}}\n";
    sandbox.write("d/massdriver.yaml", duplicate);
    sandbox.write("d/src/main.tf", "variable \"x\" {}\n");
    for args in [vec!["."], vec!["c"], vec![".", "none"], vec!["none"]] {
        let ran = sandbox.check(&[&["--format", "sarif"], args.as_slice()].concat());
        let errors: Vec<String> = validator.iter_errors(&ran.json()).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{args:?}");
    }
    // Check that the validator rejects an invalid document.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })));
}

#[test]
fn sarif_counts_in_utf_16_from_the_repository() {
    let sandbox = sandbox();
    let mut command = sandbox.command(&["--format", "sarif", "../a b", "none"]);
    std::fs::create_dir(sandbox.path("elsewhere")).unwrap();
    let log = crate::check::sandbox::run(command.current_dir(sandbox.path("elsewhere"))).json();
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&FLAW.into(), &"warning".into()));
    let rule = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], FLAW);
    expect![[r#"
        [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "a%20b/massdriver.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "startLine": 15,
                "startColumn": 18,
                "endLine": 15,
                "endColumn": 25
              }
            }
          }
        ]"#]]
    .assert_eq(&format!("{:#}", result["locations"]));
}
