//! `massdriver-ls explain`: the documentation of a rule in the terminal.

use super::COULD_NOT_RUN;
use super::args::{Color, unknown_rule};
use super::output::{coloured, complain, print};
use crate::rules::{self, Rule, Severity};
use annotate_snippets::renderer::{
    DEFAULT_ERROR_STYLE, DEFAULT_INFO_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE, Effects, Style,
};
use std::process::ExitCode;

/// Prints the documentation of one rule, or lists all rules.
pub(super) fn run(id: Option<&str>, color: Color) -> ExitCode {
    let paint = Paint { coloured: coloured(color) };
    let Some(id) = id else { return print(&list(&paint)) };
    match rules::find(id) {
        Some(rule) => print(&page(rule, &paint)),
        None => {
            complain(&unknown_rule(id));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn list(paint: &Paint) -> String {
    let width = rules::all().map(|rule| rule.id.len()).max().unwrap_or_default();
    let line = |rule: &Rule| {
        let id = paint.with(BOLD, &format!("{:width$}", rule.id));
        let severity = paint.with(style(rule.severity), &format!("{:7}", rule.severity.word()));
        let opt_in = if rule.opt_in { " (off by default)" } else { "" };
        format!("{id}  {severity}  {}{opt_in}\n", rule.title)
    };
    rules::all().map(line).collect()
}

fn page(rule: &Rule, paint: &Paint) -> String {
    let severity = paint.with(style(rule.severity), rule.severity.word());
    let id = paint.with(BOLD, rule.id);
    let opt_in = if rule.opt_in { ", off by default" } else { "" };
    let mut page = format!("{id} ({severity}{opt_in})\n{}\n\n{}\n", rule.title, rule.explanation.trim_end());
    for (title, example) in [("Reported:", rule.bad), ("Correct:", rule.good)] {
        if !example.is_empty() {
            page += &format!("\n{}\n\n{}", paint.with(BOLD, title), indented(example));
        }
    }
    page += &format!(
        "\n{}\n\n",
        paint.with(BOLD, if rule.opt_in { "To turn it on:" } else { "To turn it off:" })
    );
    if rule.opt_in {
        page += &format!("  on the command line  --rule {}=on\n", rule.id);
        page += &format!("  in the settings      \"rules\": {{ \"{}\": \"on\" }}\n", rule.id);
        return page;
    }
    if !rule.bad.is_empty() {
        page += &format!("  for the next line    # massdriver-ls: ignore {}\n", rule.id);
        page += &format!("  for a whole file     # massdriver-ls: ignore-file {}\n", rule.id);
    }
    page += &format!("  on the command line  --rule {}=off\n", rule.id);
    page += &format!("  in the settings      \"rules\": {{ \"{}\": \"off\" }}\n", rule.id);
    page
}

fn indented(text: &str) -> String {
    let indent = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") };
    text.trim_end().lines().map(indent).collect()
}

const BOLD: Style = Style::new().effects(Effects::BOLD);

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
        Severity::Info => DEFAULT_INFO_STYLE,
        Severity::Hint => DEFAULT_NOTE_STYLE,
    }
}

struct Paint {
    coloured: bool,
}

impl Paint {
    fn with(&self, style: Style, text: &str) -> String {
        if self.coloured { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    static RULE: Rule = Rule {
        id: "name-invalid",
        severity: Severity::Error,
        opt_in: false,
        title: "The name is not allowed",
        explanation: "Names are lower-case.\n",
        bad: "name: VPC\n\nparams: {}\n",
        good: "name: vpc\n",
        files: &[],
    };

    #[test]
    fn a_page() {
        expect![[r#"
            name-invalid (error)
            The name is not allowed

            Names are lower-case.

            Reported:

                name: VPC

                params: {}

            Correct:

                name: vpc

            To turn it off:

              for the next line    # massdriver-ls: ignore name-invalid
              for a whole file     # massdriver-ls: ignore-file name-invalid
              on the command line  --rule name-invalid=off
              in the settings      "rules": { "name-invalid": "off" }
        "#]]
        .assert_eq(&page(&RULE, &Paint { coloured: false }));
    }

    #[test]
    fn an_opt_in_rule() {
        let rule = Rule { opt_in: true, bad: "", good: "", ..RULE };
        expect![[r#"
            name-invalid (error, off by default)
            The name is not allowed

            Names are lower-case.

            To turn it on:

              on the command line  --rule name-invalid=on
              in the settings      "rules": { "name-invalid": "on" }
        "#]]
        .assert_eq(&page(&rule, &Paint { coloured: false }));
    }

    #[test]
    fn colour_is_put_around_words_only() {
        let paint = Paint { coloured: true };
        let plain = page(&RULE, &Paint { coloured: false });
        assert_eq!(anstream::adapter::strip_str(&page(&RULE, &paint)).to_string(), plain);
        assert_ne!(page(&RULE, &paint), plain);
    }

    #[test]
    fn the_list_has_a_line_per_rule() {
        let list = list(&Paint { coloured: false });
        assert!(
            rules::all()
                .zip(list.lines())
                .all(|(rule, line)| line.starts_with(rule.id) && line.contains(rule.title))
        );
        assert_eq!(list.lines().count(), rules::all().count());
    }

    #[test]
    fn an_unknown_rule_gets_a_suggestion() {
        assert_eq!(
            unknown_rule("invalid-utf9"),
            "there is no rule `invalid-utf9`; did you mean `invalid-utf8`?"
        );
        assert_eq!(unknown_rule("zzz"), "there is no rule `zzz`; `massdriver-ls explain` lists them");
    }
}
