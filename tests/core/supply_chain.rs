//! The claims of `docs/security.md` about build and publication, checked against the workflows and scripts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn text(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(path: impl AsRef<Path>) -> Value {
    serde_yaml::from_str(&text(path)).unwrap()
}

fn workflows() -> Vec<PathBuf> {
    let files = fs::read_dir(".github/workflows").unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files.collect();
    assert!(files.len() >= 2, "{files:?}");
    files
}

/// The jobs of a workflow by name.
fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow["jobs"].as_object().unwrap().iter()
}

fn steps(job: &Value) -> &Vec<Value> {
    job["steps"].as_array().unwrap()
}

/// The scripts that workflows and the action run.
fn scripts() -> Vec<PathBuf> {
    let tools = fs::read_dir("tools").unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<PathBuf> =
        tools.filter(|path| path.extension().is_some_and(|extension| extension == "sh")).collect();
    scripts.extend([".ci/run".into(), "editors/vscode/scripts/package.sh".into()]);
    scripts
}

#[test]
fn actions_are_pinned_by_commit() {
    let mut files = workflows();
    files.push("action.yml".into());
    let mut seen = 0;
    for file in files {
        for line in text(&file).lines().filter(|line| line.contains("uses:")) {
            let used = line.split_once("uses:").unwrap().1.trim();
            let (name, version) = used.split_once(" # v").unwrap_or_else(|| panic!("{line}"));
            let commit = name.split_once('@').unwrap_or_else(|| panic!("{line}")).1;
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{line}");
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn workflows_have_no_rights_that_they_do_not_need() {
    for file in workflows() {
        let workflow = yaml(&file);
        assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }), "{}", file.display());
        assert!(!text(&file).contains("pull_request_target"));
        for (name, job) in jobs(&workflow) {
            for step in steps(job) {
                if step["uses"].as_str().is_some_and(|used| used.starts_with("actions/checkout@")) {
                    assert_eq!(step["with"]["persist-credentials"], false, "{name}");
                }
                // Values that others control are passed to scripts as environment variables, never interpolated.
                let run = step["run"].as_str().unwrap_or_default();
                for chosen in ["inputs.", "github.event", "github.head_ref", "github.ref_name", "secrets."] {
                    assert!(!run.contains(&format!("${{{{ {chosen}")), "{name}: {run}");
                }
            }
        }
    }
}

/// A token is only available to the command that publishes; third-party code was installed in earlier steps.
#[test]
fn secrets_are_not_exposed_to_steps_that_install() {
    let mut seen = 0;
    for file in workflows() {
        let workflow = yaml(&file);
        let holds = |value: &Value| {
            let text = value.to_string();
            text.matches("secrets.").count() + text.matches("github.token").count()
        };
        assert_eq!(holds(&workflow["env"]), 0, "{}", file.display());
        for (name, job) in jobs(&workflow) {
            let outside: usize = job
                .as_object()
                .unwrap()
                .iter()
                .filter(|(key, _)| *key != "steps")
                .map(|(_, value)| holds(value))
                .sum();
            assert_eq!(outside, 0, "{name}");
            for step in steps(job).iter().filter(|step| holds(step) > 0) {
                assert_eq!((holds(step), holds(&step["env"])), (1, 1), "{step}");
                let run = step["run"].as_str().unwrap();
                assert_eq!(run.trim().lines().count(), 1, "{run}");
                for installs in ["npm ", "npx ", "pip ", "cargo install", "cargo build", "curl ", "rustup "] {
                    assert!(!run.contains(installs), "{run}");
                }
                // Verification would run the build scripts of all dependencies.
                assert!(!run.contains("cargo publish") || run.contains("--no-verify"), "{run}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn packages_are_locked_and_run_no_scripts() {
    let mut commands: Vec<String> = scripts().iter().map(text).collect();
    commands.extend(workflows().iter().map(text));
    for line in
        commands.iter().flat_map(|text| text.lines()).filter(|line| !line.trim_start().starts_with('#'))
    {
        assert!(!line.contains("npx "), "{line}");
        if line.contains("npm ") && [" ci", " install", " i "].iter().any(|verb| line.contains(verb)) {
            assert!(line.contains(" ci") && line.contains("--ignore-scripts"), "{line}");
        }
        for command in
            ["cargo build", "cargo test", "cargo publish", "cargo package", "cargo clippy", "cargo check"]
        {
            let asks = line.contains(&format!("{command} --version"));
            assert!(!line.contains(command) || line.contains("--locked") || asks, "{line}");
        }
        assert!(!line.contains("cargo install"), "{line}");
    }
    for directory in ["editors/vscode", "tools/attest"] {
        let lock: Value = serde_json::from_str(&text(format!("{directory}/package-lock.json"))).unwrap();
        for (path, package) in
            lock["packages"].as_object().unwrap().iter().filter(|(path, _)| !path.is_empty())
        {
            assert!(
                package["integrity"].as_str().is_some_and(|digest| digest.starts_with("sha512-")),
                "{path}"
            );
            // Without `resolved`, npm uses its configured registry.
            assert!(package["resolved"].as_str().is_none_or(|from| from.starts_with("https://")), "{path}");
        }
        for kind in ["dependencies", "devDependencies"] {
            let manifest: Value = serde_json::from_str(&text(format!("{directory}/package.json"))).unwrap();
            for (name, version) in manifest[kind].as_object().into_iter().flatten() {
                assert_eq!(lock["packages"][format!("node_modules/{name}")]["version"], *version, "{name}");
            }
        }
    }
    let manifest = text("editors/vscode/package.json");
    assert!(manifest.contains("\"ovsx\"") && manifest.contains("\"@vscode/vsce\""));
    let tool = text("tools/deny.txt");
    assert!(tool.contains("==") && tool.contains("--hash=sha256:"));
    assert!(text("tools/deny.sh").contains("--require-hashes"));
}

#[test]
fn downloads_use_https_and_are_verified() {
    for script in scripts() {
        for line in text(&script).replace("\\\n", " ").lines() {
            if line.trim_start().starts_with("curl ") {
                assert!(line.contains("--proto \"$protocol\"") && line.contains("--proto-redir"), "{line}");
            }
            let piped = line.split('|').skip(1).filter_map(|command| command.split_whitespace().next());
            assert!(
                !line.contains("wget ") && !piped.into_iter().any(|word| matches!(word, "sh" | "bash")),
                "{line}"
            );
        }
    }
    let install = text("tools/install.sh");
    assert!(install.contains("file://*) protocol='=file' ;; *) protocol='=https' ;;"));
    assert!(install.contains("[ \"$wanted\" != \"${actual%% *}\" ]"));
}

#[test]
fn the_action_installs_its_own_version() {
    let action = yaml("action.yml");
    assert_eq!(action["inputs"]["version"]["default"], "");
    let install = text("tools/install.sh");
    assert!(install.contains("if [ -z \"$version\" ]; then version=$(sed") && install.contains("Cargo.toml"));
    assert!(!install.contains("latest"));
    let release = text(".github/workflows/release.yml");
    assert!(release.contains("grep -qx \"version = \\\"${GITHUB_REF_NAME#v}\\\"\" Cargo.toml"));
}

#[test]
fn releases_have_provenance() {
    let workflow = yaml(".github/workflows/release.yml");
    let attest = &workflow["jobs"]["attest"];
    assert_eq!(attest["permissions"]["id-token"], "write");
    assert_eq!(attest["permissions"]["attestations"], "write");
    assert_eq!(attest["needs"], "build");
    let run = steps(attest).last().unwrap()["run"].as_str().unwrap();
    for kind in ["attest.mjs", "dist/*.tar.gz", "dist/*.zip", "dist/*.vsix"] {
        assert!(run.contains(kind), "{run}");
    }
    let needs = workflow["jobs"]["publish"]["needs"].as_array().unwrap();
    assert!(needs.iter().any(|job| job == "attest"), "{needs:?}");
    assert!(text("tools/attest/package.json").contains("@actions/attest"));
}

#[test]
fn dependencies_are_checked() {
    let run = text(".ci/run");
    assert!(run.contains("tools/deny.sh licenses bans sources"));
    assert!(text(".github/workflows/ci.yml").contains("tools/deny.sh advisories"));
    assert!(text("tools/deny.sh").contains("--locked check"));
}

#[cfg(unix)]
#[test]
fn a_path_is_not_parsed_as_an_option() {
    use std::os::unix::fs::symlink;
    let directory = tempfile::tempdir().unwrap();
    symlink(env!("CARGO_BIN_EXE_massdriver-ls"), directory.path().join("massdriver-ls")).unwrap();
    let script = Path::new("tools/check.sh").canonicalize().unwrap();
    let path = format!("{}:{}", directory.path().display(), std::env::var("PATH").unwrap());
    for (paths, expected) in
        [("--help", "--help: there is no such file"), ("--rule=name-invalid=off\n-x", "-x: there is no")]
    {
        let mut command = Command::new("bash");
        command.arg(&script).env("PATH", &path).env("PATHS", paths).current_dir(directory.path());
        let output = command.output().unwrap();
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(stderr.contains(expected) && !stdout.contains("Usage"), "{stdout}{stderr}");
    }
    let hooks = yaml(".pre-commit-hooks.yaml");
    assert!(hooks.as_array().unwrap().iter().all(|hook| hook["args"][0] == "--"), "{hooks}");
}
