//! The formats for machines; `docs/check-formats.md` describes them.

use crate::sandbox::{CLEAN, FLAW, Sandbox, flawed};
use expect_test::expect;
use serde_json::Value;

/// A repository with one clean and one flawed bundle, and the flaw's columns told apart: an umlaut and an emoji
/// stand before it.
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
        {"path":"a b/massdriver.yaml","kind":"bundle","findings":[{"rule":"default-not-allowed","severity":"warning","message":"The default of `size` must be one of `small`, `large`; `gr😀ß` is not.","range":{"start":{"line":15,"column":18,"offset":287},"end":{"line":15,"column":24,"offset":297}},"related":[],"fixes":[]}]},
        {"path":"c/massdriver.yaml","kind":"bundle","findings":[]}
        ],"problems":[{"path":"none","message":"there is no such file or directory"}],"summary":{"files":2,"filesWithFindings":1,"errors":0,"warnings":1,"infos":0,"hints":0}}
    "#]].assert_eq(&ran.stdout);
}

#[test]
fn json_of_nothing_is_json() {
    let json = Sandbox::new().check(&["--format", "json"]).json();
    assert_eq!((json["files"].as_array().unwrap().len(), json["problems"].as_array().unwrap().len()), (0, 1));
}

#[test]
fn github_annotations_are_relative_to_the_repository() {
    let sandbox = sandbox();
    let mut command = sandbox.command(&["--format", "github"]);
    let ran = crate::sandbox::run(command.current_dir(sandbox.path("a b")));
    expect![[r#"
        ::warning file=a b/massdriver.yaml,line=15,endLine=15,col=18,endColumn=24,title=default-not-allowed::The default of `size` must be one of `small`, `large`; `gr😀ß` is not.
        1 warning in 1 file
    "#]].assert_eq(&ran.stdout);
}

#[test]
fn gitlab_gets_issues() {
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
    let schema = include_str!("../fixtures/sarif/sarif-schema-2.1.0.json");
    // The standard's pattern for languages has a bracket too many.
    let schema: Value = serde_json::from_str(&schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let sandbox = sandbox();
    let duplicate = "# massdriver-ls: ignore foo\nparams:\n  properties: {a: {type: string, enum: [x, x]}}\n";
    sandbox.write("d/massdriver.yaml", duplicate);
    for args in [vec!["."], vec!["c"], vec![".", "none"], vec!["none"]] {
        let ran = sandbox.check(&[&["--format", "sarif"], args.as_slice()].concat());
        let errors: Vec<String> = validator.iter_errors(&ran.json()).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{args:?}");
    }
    // The validator does its work.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })));
}

#[test]
fn sarif_counts_in_utf_16_from_the_repository() {
    let sandbox = sandbox();
    let mut command = sandbox.command(&["--format", "sarif", "../a b", "none"]);
    std::fs::create_dir(sandbox.path("elsewhere")).unwrap();
    let log = crate::sandbox::run(command.current_dir(sandbox.path("elsewhere"))).json();
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
