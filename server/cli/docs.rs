//! `docs/diagnostics.md`, made from the rules, and `docs/settings.md`, made from the description of the settings.

use crate::rules::{FAMILIES, Rule};
use crate::settings;
use serde_json::Value;

/// The page that explains every rule, as Markdown. `docs/diagnostics.md` is this text; a test compares them.
#[must_use]
pub fn diagnostics_markdown() -> String {
    let mut page = String::from(
        "# Diagnostics\n\n\
         <!-- Made from the rules in server/rules: `UPDATE_EXPECT=1 cargo test --test docs` writes it anew. -->\n\n\
         Every finding carries the id of its rule. `massdriver-ls explain ID` prints the section of a rule.\n\n\
         A rule gets another level by the setting `\"rules\": { \"ID\": \"LEVEL\" }` or by `--rule ID=LEVEL`; levels are \
         `off`, `on`, `hint`, `info`, `warning` and `error`. A comment `# massdriver-ls: ignore ID` silences a rule on \
         the next line, `# massdriver-ls: ignore-file ID` in the whole file.\n",
    );
    for family in FAMILIES {
        page += &format!("\n## {}\n\n| Rule | Severity | |\n|---|---|---|\n", family.title);
        page.extend(family.rules.iter().map(|rule| row(rule)));
        page.extend(family.rules.iter().map(|rule| section(rule)));
    }
    page
}

/// The page that explains every setting, as Markdown. `docs/settings.md` is this text; a test compares them.
#[must_use]
pub fn settings_markdown() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         <!-- Made from server/settings/schema.json: `UPDATE_EXPECT=1 cargo test --test docs` writes it anew. -->\n\n\
         Editors send these under `massdriver`, as `initializationOptions` or when asked; `massdriver-ls schema --settings` \
         prints them as a JSON Schema. `massdriver-ls check` has an option where one makes sense.\n",
    );
    let schema = settings::json_schema();
    for (name, setting) in schema["properties"].as_object().into_iter().flatten() {
        let text = setting["description"].as_str().unwrap_or_default();
        page += &format!("\n## {name}\n\n{text}\n\nDefault: `{}`.\n", setting["default"]);
        let choices = if setting["items"]["enum"].is_array() { &setting["items"] } else { setting };
        page.extend(choice_rows(choices));
    }
    page
}

/// A row for each value that a setting may have, where each is described.
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
    for (title, example) in [("Reported", rule.bad), ("Fine", rule.good)] {
        if !example.is_empty() {
            section += &format!("\n{title}:\n\n{}", fenced(example));
        }
    }
    section
}

fn severity(rule: &Rule) -> String {
    format!("{}{}", rule.severity.word(), if rule.opt_in { ", off unless switched on" } else { "" })
}

/// A block of YAML; the fence is longer than any within.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}yaml\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    use expect_test::expect;

    #[test]
    fn a_section() {
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

            **The name is not allowed** · error, off unless switched on

            Names are lower-case.

            Reported:

            ````yaml
            name: "```"
            ````

            Fine:

            ```yaml
            name: vpc
            ```
        "#]]
        .assert_eq(&section(&rule));
    }
}
