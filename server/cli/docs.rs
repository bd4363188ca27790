//! `docs/diagnostics.md`, made from the rules.

use crate::rules::{FAMILIES, Rule};

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
