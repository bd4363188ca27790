//! Generates `docs/diagnostics.md` from the rules and `docs/settings.md` from the settings schema.

use expect_test::expect;
use massdriver_ls::internals::rules::{self, FAMILIES, Rule, Severity};
use serde_json::Value;

/// The documentation of all rules, as Markdown.
pub(crate) fn diagnostics_markdown() -> String {
    let mut page = String::from(
        "# Diagnostics\n\n\
         <!-- Generated from the rules in server/rules; update with `UPDATE_EXPECT=1 cargo test --test cli docs::`. -->\n\n\
         Every finding shows the id of its rule. `massdriver-ls explain ID` prints the section of a rule.\n\n\
         The setting `\"rules\": { \"ID\": \"LEVEL\" }` or `--rule ID=LEVEL` changes the level of a rule; levels are \
         `off`, `on`, `hint`, `info`, `warning` and `error`. The comment `# massdriver-ls: ignore ID` turns a rule off for \
         the next line, `# massdriver-ls: ignore-file ID` for the whole file.\n",
    );
    for family in FAMILIES {
        page += &format!("\n## {}\n\n| Rule | Severity | |\n|---|---|---|\n", family.title);
        page.extend(family.rules.iter().map(|rule| row(rule)));
        page.extend(family.rules.iter().map(|rule| section(rule)));
    }
    page
}

/// The documentation of all settings, as Markdown.
pub(crate) fn settings_markdown() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         <!-- Generated from server/settings/schema.json; update with `UPDATE_EXPECT=1 cargo test --test cli docs::`. -->\n\n\
         Editors send these under `massdriver`, as `initializationOptions` or when asked; `massdriver-ls schema --settings` \
         prints them as a JSON Schema. `massdriver-ls check` has an option where one makes sense.\n",
    );
    let schema = rules::settings_schema();
    for (name, setting) in schema["properties"].as_object().into_iter().flatten() {
        let text = setting["description"].as_str().unwrap_or_default();
        page += &format!("\n## {name}\n\n{text}\n\nDefault: `{}`.\n", setting["default"]);
        let choices = if setting["items"]["enum"].is_array() { &setting["items"] } else { setting };
        page.extend(choice_rows(choices));
    }
    page
}

/// The table rows for the values of a setting, if they are described.
fn choice_rows(setting: &Value) -> Vec<String> {
    let list = |key: &str| setting[key].as_array().map_or(&[][..], Vec::as_slice);
    let rows = list("enum").iter().zip(list("enumDescriptions"));
    let rows = rows.map(|(value, text)| format!("| `{value}` | {} |\n", text.as_str().unwrap_or_default()));
    let mut rows: Vec<String> = rows.collect();
    if !rows.is_empty() {
        rows.insert(0, "\n| value | |\n|---|---|\n".to_owned());
    }
    rows
}

fn row(rule: &Rule) -> String {
    format!("| [`{0}`](#{0}) | {1} | {2} |\n", rule.id, severity(rule), rule.title.replace('|', "\\|"))
}

fn section(rule: &Rule) -> String {
    let mut section = format!(
        "\n### {}\n\n**{}** · {}\n\n{}\n",
        rule.id,
        rule.title,
        severity(rule),
        rule.explanation.trim_end()
    );
    for (title, example) in [("Reported", rule.bad), ("Correct", rule.good)] {
        if !example.is_empty() {
            section += &format!("\n{title}:\n\n{}", fenced(example));
        }
    }
    section
}

fn severity(rule: &Rule) -> String {
    format!("{}{}", rule.severity.word(), if rule.opt_in { ", off by default" } else { "" })
}

/// A YAML code block, with a fence longer than any in the text.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}yaml\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

#[test]
fn a_section_shows_the_rule_with_its_examples() {
    let rule = Rule {
        id: "name-invalid",
        severity: Severity::Error,
        opt_in: true,
        title: "The name is not allowed",
        explanation: "Names are lower-case.\n",
        bad: "name: \"```\"\n",
        good: "name: vpc\n",
        files: &[("src/main.tf", "x")],
    };
    expect![[r#"

        ### name-invalid

        **The name is not allowed** · error, off by default

        Names are lower-case.

        Reported:

        ````yaml
        name: "```"
        ````

        Correct:

        ```yaml
        name: vpc
        ```
    "#]]
    .assert_eq(&section(&rule));
}
