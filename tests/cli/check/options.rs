//! Command-line options.

use crate::check::sandbox::{CLEAN, FLAW, Sandbox, flawed};
use expect_test::expect;

fn sandbox() -> Sandbox {
    Sandbox::with([("a/massdriver.yaml", flawed().as_str()), ("b/massdriver.yaml", CLEAN)])
}

#[test]
fn findings_show_their_line() {
    let ran = sandbox().check(&[]);
    expect![[r#"
        warning[default-not-allowed]: The default of `size` must be one of `small`, `large`; `huge` is not.
          --> a/massdriver.yaml:16:16
           |
        16 |       default: huge
           |                ^^^^
           |
           = help: Replace with `small`
           = help: Replace with `large`
           = help: Remove it

        1 warning in 1 of 2 files; `massdriver-ls explain ID` explains a rule
    "#]]
    .assert_eq(&ran.stdout);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_clean_file_is_reported_as_clean() {
    let ran = sandbox().check(&["b"]);
    assert_eq!((ran.stdout.as_str(), ran.code), ("no findings in 1 file\n", Some(0)));
}

#[test]
fn the_check_of_step_code_can_be_disabled() {
    let sandbox = Sandbox::with([
        ("a/massdriver.yaml", CLEAN),
        ("a/src/main.tf", "variable \"size\" {}\nvariable \"more\" {}\n"),
    ]);
    let ran = sandbox.check(&[]);
    expect![[r#"
        warning[iac-undeclared-input]: The variable `more` in `src/main.tf` has no default, and no param or connection has that name; add one, or give the variable a default.
         --> a/massdriver.yaml:5:11
          |
        5 |   - path: src
          |           ^^^
          |
          = note: The variable without a default
         ::: a/src/main.tf:2:11
          = help: Add the param `more`

        1 warning in 1 file; `massdriver-ls explain ID` explains a rule
    "#]].assert_eq(&ran.stdout);
    assert_eq!(sandbox.check(&["--no-iac"]).stdout, "no findings in 1 file\n");
}

#[test]
fn errors_and_denied_warnings_fail() {
    let sandbox = sandbox();
    assert_eq!(sandbox.check(&["--deny", "warnings"]).code, Some(1));
    assert_eq!(sandbox.check(&["b", "--deny", "warnings"]).code, Some(0));
    assert_eq!(sandbox.check(&["--rule", &format!("{FLAW}=error")]).code, Some(1));
    assert_eq!(sandbox.check(&["--rule", &format!("{FLAW}=hint"), "--deny", "warnings"]).code, Some(0));
}

#[test]
fn a_rule_takes_every_level() {
    let sandbox = sandbox();
    for level in ["hint", "info", "warning", "error"] {
        let ran = sandbox.check(&["--format", "json", "--rule", &format!("{FLAW}={level}")]);
        assert_eq!(ran.json()["files"][0]["findings"][0]["severity"], level);
    }
    assert_eq!(sandbox.check(&["--format", "json", "--rule", &format!("{FLAW}=off")]).findings(), [""; 0]);
    let ran = sandbox.check(&["--format", "json", "--rule", &format!("{FLAW}=on")]);
    assert_eq!(ran.json()["files"][0]["findings"][0]["severity"], "warning");
}

#[test]
fn findings_below_a_level_can_be_hidden() {
    let ran = sandbox().check(&["--min-severity", "error"]);
    assert_eq!((ran.stdout.as_str(), ran.code), ("no findings in 2 files\n", Some(0)));
}

#[test]
fn mistakes_in_the_arguments_are_explained() {
    for (args, message) in [
        (["--rule", "default-not-alowed=off"], "did you mean `default-not-allowed`?"),
        (["--rule", "default-type=loud"], "`loud` is not a level"),
        (["--rule", "default-type"], "ID=LEVEL"),
        (["--bundle-format", "old"], "[possible values: auto, connections, dependencies]"),
        (["--format", "xml"], "[possible values: human, json, sarif, github, gitlab]"),
        (["--deny", "hints"], "[possible values: warnings]"),
    ] {
        let ran = sandbox().check(&args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.stderr.contains(message), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn colour_is_used_when_wanted() {
    let sandbox = sandbox();
    let coloured = |args: &[&str]| sandbox.check(args).stdout.contains('\u{1b}');
    assert!(!coloured(&[]));
    assert!(coloured(&["--color", "always"]));
    assert!(!coloured(&["--color", "never"]));
    assert!(!coloured(&["--color", "always", "--format", "json"]));
}
