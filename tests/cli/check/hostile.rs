//! Names and values that contain terminal escapes, commands for a CI runner, or text that a problem matcher recognizes.

use crate::check::sandbox::{Ran, Sandbox, flawed};
use serde_json::Value;

const NAME: &str = "x\r\n::error file=x::pwned ##[error]pwned\u{1b}[31m\u{7f}\u{9b}\u{2028}\u{202e}";

/// A bundle with such params, values and comments; also in the path of its directory where the file system allows it.
fn hostile() -> Sandbox {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let spoof = format!("error[spoofed]: no [x](y)\n --> spoofed:1:1\n{NAME}");
    let text = flawed().replace("default: huge", &format!("default: {}", quoted(&spoof)));
    let text = text.replace("      type: string\n", &format!("      type: {}\n", quoted(NAME)));
    let text =
        format!("{text}::error::pwned: \u{1b}\u{9b}\u{85}\u{202e}##[error]pwned\n{}: 1\n", quoted(&spoof));
    let directory = if cfg!(unix) { spoof.replace('/', ":") } else { "a".to_owned() };
    let sandbox = Sandbox::with([(&*format!("{directory}/massdriver.yaml"), &*text)]);
    sandbox.write(".git/HEAD", "");
    sandbox
}

/// Asserts that the text contains no control characters that act on a terminal.
#[track_caller]
fn is_harmless(ran: &Ran) {
    for text in [&ran.stdout, &ran.stderr] {
        let acts = |c: char| {
            c.is_control() && c != '\n'
                || matches!(c, '\u{200e}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!text.contains(acts), "{text:?}");
    }
}

/// Lines that GitHub's runner would execute as workflow commands, respecting `::stop-commands::`.
fn commands(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).collect()
}

#[test]
fn the_problem_matcher_matches_exactly_the_findings() {
    let sandbox = hostile();
    let ran = sandbox.check(&["--color", "never", ".", "none\n::error::pwned ##[error]x"]);
    is_harmless(&ran);
    let wanted =
        sandbox.check(&["--format", "json"]).json()["files"][0]["findings"].as_array().unwrap().len();
    assert!(wanted > 2, "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let is_title =
        |line: &str| line.split_once("]: ").is_some_and(|(start, _)| start.starts_with(char::is_alphabetic));
    let is_place = |line: &str| line.trim_start().starts_with("--> ");
    let titles = lines.iter().filter(|line| is_title(line)).count();
    assert_eq!(
        (titles, lines.iter().filter(|line| is_place(line)).count()),
        (wanted, wanted),
        "{}",
        ran.stdout
    );
    assert_eq!(commands(&ran.stderr), [""; 0]);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
}

#[test]
fn output_contains_no_workflow_commands() {
    let ran =
        crate::check::sandbox::run(hostile().command(&["--color", "never"]).env("GITHUB_ACTIONS", "true"));
    let (first, rest) = ran.stdout.split_once('\n').unwrap();
    let token = first.strip_prefix("::stop-commands::").unwrap();
    let rest = rest.strip_suffix(&format!("::{token}::\n")).unwrap();
    assert!(token.len() == 32 && !rest.contains(token), "{first}");
    let other = crate::check::sandbox::run(hostile().command(&[]).env("GITHUB_ACTIONS", "true"));
    assert!(!other.stdout.contains(token));
    // Without findings and files, the runner accepts commands again afterwards.
    let none = crate::check::sandbox::run(Sandbox::new().command(&[]).env("GITHUB_ACTIONS", "true"));
    assert_eq!(none.stdout.lines().count(), 2, "{none:?}");
}

#[test]
fn every_annotation_is_one_line() {
    let ran = hostile().check(&["--format", "github"]);
    is_harmless(&ran);
    let (annotations, rest): (Vec<&str>, Vec<&str>) =
        ran.stdout.lines().partition(|line| line.starts_with("::"));
    let kinds = ["::error file=", "::warning file=", "::notice file="];
    assert!(
        annotations.iter().all(|line| kinds.iter().any(|kind| line.starts_with(kind))),
        "{annotations:?}"
    );
    assert!(annotations.len() > 2 && rest.len() == 1, "{rest:?}");
}

#[test]
fn machine_readable_reports_escape_names_without_loss() {
    for format in ["json", "gitlab", "sarif"] {
        let ran = hostile().check(&["--format", format, ".", "none\n::error::pwned"]);
        is_harmless(&ran);
        assert_eq!(commands(&ran.stdout), [""; 0], "{format}");
        let messages: Vec<String> = texts(&ran.json(), &["message", "description", "text", "title"]);
        assert!(messages.len() > 2 && messages.iter().all(|text| !text.contains("\n::")), "{messages:?}");
        assert!(format != "sarif" || messages.iter().all(|text| !text.contains("x](y)")), "{messages:?}");
    }
    if cfg!(unix) {
        let json = hostile().check(&["--format", "json"]).json();
        assert!(json["files"][0]["path"].as_str().unwrap().contains(NAME), "{json}");
    }
}

/// The texts under these keys, except those that a fix inserts.
fn texts(value: &Value, keys: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        for (key, value) in value.as_object().into_iter().flatten() {
            let is_named = keys.contains(&key.as_str());
            found.extend(value.as_str().filter(|_| is_named).map(str::to_owned));
            if !["edits", "artifactChanges", "driver"].contains(&key.as_str()) {
                pending.push(value);
            }
        }
        pending.extend(value.as_array().into_iter().flatten());
    }
    found
}
