//! `massdriver-ls doctor` with different home directories.

use crate::catalog::sandbox::Sandbox;
use crate::support::platform::{KEY, Platform, well_behaved};
use serde_json::{Value, json};

fn report(sandbox: &Sandbox, variables: &[(&str, &str)]) -> (Option<i32>, Value) {
    let ran = sandbox.program(&["doctor", "--json"], variables);
    (ran.code, serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}")))
}

#[test]
fn an_unconfigured_machine_is_fine() {
    let sandbox = Sandbox::new();
    let (code, report) = report(&sandbox, &[]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    for (name, value) in [
        ("configuration", Value::Null),
        ("mass_on_PATH", Value::Null),
        ("editors", json!([])),
        ("broken", json!([])),
        ("ok", json!(true)),
    ] {
        assert_eq!(report[name], value, "{name}: {report}");
    }
    let text = sandbox.program(&["doctor"], &[]);
    assert!(text.stdout.contains("\nconfiguration          none\n"), "{text:?}");
}

#[test]
fn the_configuration_is_reported_without_the_key() {
    let (platform, sandbox) = (Platform::start(well_behaved(3)), Sandbox::new());
    let profile = format!(
        "profiles: {{default: {{organization_id: acme, api_key: {KEY}, url: \"{}\"}}}}\n",
        platform.url
    );
    sandbox.write(".config/massdriver/config.yaml", &profile);
    sandbox.write(".config/nvim/lua/plugins/lsp.lua", "vim.lsp.enable('massdriver_ls')\n");
    sandbox.write(".config/nvim/init.lua", "vim.o.number = true\n");
    sandbox.write(".config/helix/languages.toml", "command = \"massdriver-ls\"\n");
    sandbox.write(".vscode/extensions/massdriver-cloud.massdriver-0.1.0/package.json", "{}");
    sandbox.write("bin/mass", "");
    sandbox.run(&["pull"], &[]);
    let bin = sandbox.path("bin");
    let (code, report) = report(&sandbox, &[("PATH", bin.to_str().unwrap())]);
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(report["catalog"], "3 resource types, less than a minute old");
    assert_eq!((&report["organization"], &report["key"]), (&json!("acme"), &json!("set")));
    assert!(report["configuration"].as_str().unwrap().contains("config.yaml, profile `default`"), "{report}");
    let editors: Vec<&str> = report["editors"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(editors.len(), 3, "{editors:?}");
    assert!(editors[0].starts_with("Neovim: ") && editors[0].ends_with("plugins/lsp.lua"), "{editors:?}");
    if cfg!(unix) {
        assert!(report["mass_on_PATH"].as_str().unwrap().ends_with("bin/mass"), "{report}");
    }
    assert_eq!(platform.requests().len(), 1, "only the pull asks");
}

#[test]
fn invalid_configuration_is_reported_as_broken() {
    let sandbox = Sandbox::new();
    sandbox.write(".config/massdriver/config.yaml", &format!("profiles: {{default: {{api_key: {KEY}\n"));
    let (code, report) = report(&sandbox, &[]);
    assert_eq!((code, &report["broken"], &report["ok"]), (Some(1), &json!(["configuration"]), &json!(false)));

    let (platform, sandbox) = (Platform::start(well_behaved(3)), Sandbox::new());
    sandbox.at(&platform, &["pull"]);
    std::fs::write(&sandbox.cached()[0], "{").unwrap();
    let variables = [("MASSDRIVER_URL", &*platform.url), ("MASSDRIVER_ORG_ID", "acme")];
    let ran = sandbox.program(&["doctor"], &variables);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("catalog                BROKEN: the catalog in "), "{ran:?}");
}
