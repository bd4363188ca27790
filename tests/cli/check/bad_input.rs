//! Invalid input: each kind gets a clear message, no crash, bounded work.

use crate::check::sandbox::{CLEAN, Ran, Sandbox, flawed, run};
use std::fs::File;
use std::io::Read;
use std::process::Stdio;

/// Asserts exit code 2 and this message.
fn assert_refused(ran: &Ran, message: &str) {
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), format!("massdriver-ls: {message}\n").as_str()));
}

#[test]
fn no_such_file() {
    let ran = Sandbox::new().check(&["none/massdriver.yaml"]);
    assert_refused(&ran, "none/massdriver.yaml: there is no such file or directory");
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_directory_without_bundles() {
    let sandbox = Sandbox::with([("values.yaml", "")]);
    assert_refused(&sandbox.check(&[]), ".: no massdriver.yaml found below this directory");
}

#[test]
fn the_remaining_files_are_checked() {
    let sandbox = Sandbox::with([("massdriver.yaml", flawed().as_str())]);
    let ran = sandbox.check(&["none", "massdriver.yaml"]);
    assert_refused(&ran, "none: there is no such file or directory");
    assert!(ran.stdout.contains("default-not-allowed"), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with([("massdriver.yaml", CLEAN)]);
    let path = sandbox.path("massdriver.yaml");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        println!("skipped: this user may read every file");
        return;
    }
    assert_refused(&sandbox.check(&[]), "massdriver.yaml: permission denied");
}

/// A regular file whose first read fails even for root.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_while_it_is_read() {
    assert_refused(&Sandbox::new().check(&["/proc/self/mem"]), "/proc/self/mem: input/output error");
}

#[cfg(unix)]
#[test]
fn a_symlink_loop() {
    let sandbox = Sandbox::new();
    std::os::unix::fs::symlink("massdriver.yaml", sandbox.path("massdriver.yaml")).unwrap();
    assert_refused(&sandbox.check(&[]), "massdriver.yaml: too many levels of symbolic links");
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_not_opened() {
    let sandbox = Sandbox::new();
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("massdriver.yaml")).status().unwrap();
    assert!(made.success());
    let advice = "not a regular file; pipe it in and name `-` instead";
    assert_refused(&sandbox.check(&["massdriver.yaml"]), &format!("massdriver.yaml: {advice}"));
    assert_refused(&sandbox.check(&["/dev/zero"]), &format!("/dev/zero: {advice}"));
    assert_refused(&sandbox.check(&["."]), "massdriver.yaml: not a regular file");
}

#[test]
fn an_empty_file() {
    let sandbox = Sandbox::with([("massdriver.yaml", "")]);
    let ran = sandbox.check(&["--format", "json"]);
    assert_eq!((ran.files().len(), ran.stderr.as_str()), (1, ""));
}

#[test]
fn invalid_utf_8_is_reported_and_the_rest_checked() {
    let text = flawed().replace("everything", "caf@");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == b'@' { 0xE9 } else { byte }).collect();
    let sandbox = Sandbox::new();
    sandbox.bundle("massdriver.yaml", &bytes);
    let ran = sandbox.check(&["--format", "json"]);
    assert_eq!(ran.findings(), ["2:31 invalid-utf8", "16:16 default-not-allowed"]);
    assert_eq!(ran.code, Some(1));
    let json = ran.json();
    let findings = &json["files"][0]["findings"];
    assert!(findings[0]["message"].as_str().unwrap().contains("0xE9"), "{findings}");
    // Offsets refer to the file, not to the text after invalid bytes were replaced.
    let flaw = bytes.windows(4).position(|four| four == b"huge").unwrap();
    assert_eq!(findings[1]["range"]["start"]["offset"], flaw);
}

#[test]
fn an_invalid_utf_8_finding_takes_a_level() {
    let sandbox = Sandbox::new();
    sandbox.bundle("massdriver.yaml", [CLEAN.as_bytes(), b"# \xE9\n"].concat());
    assert_eq!(sandbox.check(&["--rule", "invalid-utf8=warning"]).code, Some(0));
    let ran = sandbox.check(&["--format", "json", "--rule", "invalid-utf8=off"]);
    assert_eq!(ran.findings(), [""; 0]);
}

#[test]
fn a_large_file_is_not_read() {
    let sandbox = Sandbox::new();
    File::create(sandbox.path("massdriver.yaml")).unwrap().set_len(50 << 20).unwrap();
    let ran = sandbox.check(&["--format", "json"]);
    assert_eq!((ran.findings(), ran.code), (vec!["1:1 file-too-large".to_owned()], Some(1)));
    let ran = sandbox.check(&[]);
    assert!(ran.stdout.contains("The file is larger than 4 MiB and was not read."), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn endless_standard_input_is_not_read_to_its_end() {
    let sandbox = Sandbox::new();
    let zero = File::open("/dev/zero").unwrap();
    let ran = run(sandbox.command(&["-", "--format", "json"]).stdin(zero));
    assert_eq!(ran.findings(), ["1:1 file-too-large"]);
}

#[test]
fn a_hostile_file() {
    let bomb = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let below = level - 1;
        format!("{text}a{level}: &a{level} [*a{below}, *a{below}]\n")
    });
    let depth = 100_000;
    let hostile = [
        ("brackets", "[".repeat(depth)),
        ("braces", "{a: ".repeat(depth)),
        ("dashes", "- ".repeat(depth)),
        ("questions", "? ".repeat(depth)),
        ("one line", format!("params: {}", "é\t".repeat(depth))),
        ("no line", "a\n".repeat(depth)),
        ("bomb", format!("{bomb}params: *a29\n")),
        ("zeros", "\0".repeat(depth)),
    ];
    for (name, text) in hostile {
        let ran = Sandbox::new().check_stdin(&["-"], &text);
        assert!(matches!(ran.code, Some(0 | 1)), "{name}: {:?}, {}", ran.code, ran.stderr);
        assert_eq!(ran.stderr, "", "{name}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = Sandbox::new();
    for number in 0..500 {
        sandbox.write(&format!("b{number}/massdriver.yaml"), flawed());
    }
    let mut child = sandbox.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
