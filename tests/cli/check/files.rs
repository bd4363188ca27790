//! Selection of the files to check.

use crate::check::sandbox::{CLEAN, Sandbox, flawed};

#[test]
fn bundles_are_found_below_directories_in_path_order() {
    let sandbox = Sandbox::with([
        ("massdriver.yaml", CLEAN),
        ("b/massdriver.yaml", CLEAN),
        ("a/c/massdriver.yml", CLEAN),
        ("a/other.yaml", CLEAN),
        (".hidden/massdriver.yaml", CLEAN),
    ]);
    let ran = sandbox.check(&["--format", "json"]);
    assert_eq!(ran.files(), ["a/c/massdriver.yml", "b/massdriver.yaml", "massdriver.yaml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let ran = sandbox.check(&["--format", "json", "b", "a"]);
    assert_eq!(ran.files(), ["a/c/massdriver.yml", "b/massdriver.yaml"]);
}

#[test]
fn the_programs_of_a_bundle_are_checked_with_it() {
    let sandbox = Sandbox::with([("a/massdriver.yaml", CLEAN)]);
    sandbox.write("a/src/artifact_vpc.jq", "{size: .params.size, other: .params.sise}\n");
    // The platform reads none of these files.
    for other in ["a/src/other.jq", "a/src/deeper/artifact_vpc.jq", "b/artifact_vpc.jq"] {
        sandbox.write(other, "{");
    }
    let ran = sandbox.check(&["--format", "json", "--no-iac"]);
    assert_eq!(ran.files(), ["a/massdriver.yaml", "a/src/artifact_vpc.jq"]);
    assert_eq!(ran.findings(), ["1:37 jq-unknown-param"]);
    let named = sandbox.check(&["--format", "json", "a/src/artifact_vpc.jq"]);
    assert_eq!(named.findings(), ["1:37 jq-unknown-param"]);
    let alone = sandbox.check(&["b"]);
    assert_eq!(alone.code, Some(2), "{}", alone.stderr);
}

#[test]
fn ignored_directories_are_left_out_unless_named() {
    let sandbox = Sandbox::with([("a/massdriver.yaml", CLEAN), ("build/x/massdriver.yaml", CLEAN)]);
    sandbox.write(".gitignore", "build/\n");
    assert_eq!(sandbox.check(&["--format", "json"]).files(), ["a/massdriver.yaml"]);
    assert_eq!(sandbox.check(&["--format", "json", "build"]).files(), ["build/x/massdriver.yaml"]);
    let named = sandbox.check(&["--format", "json", "build/x/massdriver.yaml"]);
    assert_eq!(named.files(), ["build/x/massdriver.yaml"]);
}

#[test]
fn a_named_file_is_checked_whatever_its_name() {
    let sandbox = Sandbox::with([("bundle.txt", flawed().as_str())]);
    let ran = sandbox.check(&["--format", "json", "bundle.txt"]);
    assert_eq!(ran.findings(), ["16:16 default-not-allowed"]);
}

#[test]
fn a_file_named_twice_is_checked_once() {
    let sandbox = Sandbox::with([("a/massdriver.yaml", CLEAN)]);
    let ran = sandbox.check(&["--format", "json", ".", "a", "a/massdriver.yaml", "./a/../a/massdriver.yaml"]);
    assert_eq!(ran.files().len(), 1);
}

#[cfg(unix)]
#[test]
fn symlinks_to_directories_are_not_followed() {
    let sandbox = Sandbox::with([("a/massdriver.yaml", CLEAN)]);
    std::os::unix::fs::symlink("..", sandbox.path("a/circle")).unwrap();
    let ran = sandbox.check(&["--format", "json"]);
    assert_eq!((ran.files(), ran.code), (vec!["a/massdriver.yaml".to_owned()], Some(0)));
}

#[test]
fn standard_input_is_checked_at_its_given_path() {
    let sandbox = Sandbox::with([("a/massdriver.yaml", CLEAN)]);
    let ran = sandbox.check_stdin(&["-", "--stdin-path", "a/massdriver.yaml"], &flawed());
    assert!(ran.stdout.contains("--> a/massdriver.yaml:16:16"), "{}", ran.stdout);
    let ran = sandbox.check_stdin(&["-"], &flawed());
    assert!(ran.stdout.contains("--> <stdin>:16:16"), "{}", ran.stdout);
}

/// More files than the threads and queues hold, to test the order of the output.
#[test]
fn many_files_are_reported_in_order() {
    let sandbox = Sandbox::new();
    let mut expected = Vec::new();
    for number in 0..200 {
        let path = format!("b{number:03}/massdriver.yaml");
        sandbox.write(&path, CLEAN);
        expected.push(path);
    }
    assert_eq!(sandbox.check(&["--format", "json"]).files(), expected);
}

#[test]
fn resource_types_of_the_repository_are_known() {
    let bundle = CLEAN.replace(
        "connections:\n  properties: {}\n",
        "connections:\n  properties:\n    db: {$ref: our-db, properties: {host: {const: a}}}\n",
    );
    let definition = "name: our-db\nversion: 0.1.0\nlabel: Ours\nschema:\n  additionalProperties: false\n  properties:\n    host: {type: string}\n";
    let sandbox = Sandbox::with([
        ("bundles/a/massdriver.yaml", bundle.as_str()),
        ("resource-types/db/massdriver.yaml", definition),
    ]);
    let ran = sandbox.check(&["--format", "json", "--no-iac", "bundles"]);
    assert_eq!((ran.findings(), ran.code), (Vec::<String>::new(), Some(0)), "{}", ran.stdout);
    sandbox.write("resource-types/db/massdriver.yaml", definition.replace("host", "hostname"));
    for path in ["bundles", "bundles/a/massdriver.yaml"] {
        let ran = sandbox.check(&["--format", "json", "--no-iac", path]);
        assert_eq!(ran.findings(), ["19:37 connection-constraint"], "{}", ran.stdout);
    }
}
