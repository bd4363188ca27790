//! Output for people: source line, caret and help.

use super::{Checked, Positions, Problem, Report, Summary};
use crate::rules::{Finding, Related, Severity};
use crate::syntax::Span;
use crate::visible::{is_active, one_line};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::hash::{BuildHasher, RandomState};

/// Longer source (bytes) is not shown: it would not fit a screen, and rendering it takes time.
const MAX_SOURCE: usize = 16 << 10;

pub(super) struct Human {
    renderer: Renderer,
    /// The token that ends the section in which GitHub's runner ignores workflow commands.
    token: Option<String>,
}

impl Human {
    /// `on_github`: whether GitHub's runner reads the output, which would execute commands in the quoted source.
    pub(super) fn new(coloured: bool, on_github: bool) -> Self {
        let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
        Self { renderer, token: on_github.then(unguessable) }
    }
}

/// A token that no document can predict.
fn unguessable() -> String {
    let state = RandomState::new();
    format!("{:016x}{:016x}", state.hash_one(0), state.hash_one(1))
}

impl Report for Human {
    fn head(&self) -> String {
        self.token.as_ref().map(|token| format!("::stop-commands::{token}\n")).unwrap_or_default()
    }

    fn file(&self, file: &Checked) -> String {
        let positions = Positions::new(&file.text);
        let draw = |finding| self.renderer.render(&[drawing(file, &positions, finding)]) + "\n\n";
        file.findings.iter().map(draw).collect()
    }

    fn tail(&self, summary: &Summary, _: &[Problem]) -> String {
        let end = self.token.as_ref().map(|token| format!("::{token}::\n")).unwrap_or_default();
        if summary.files == 0 {
            return end;
        }
        let hint = if summary.flagged > 0 { "; `massdriver-ls explain ID` explains a rule" } else { "" };
        format!("{}{hint}\n{end}", summary.sentence())
    }
}

fn drawing<'a>(file: &'a Checked, positions: &Positions<'_>, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let title = level.primary_title(&finding.message).id(finding.rule);
    let (own, others): (Vec<&Related>, Vec<&Related>) =
        finding.related.iter().partition(|related| related.file.is_none());
    let mut group = match snippet(file, positions, finding.span, &own) {
        Some(snippet) => title.element(snippet),
        None => {
            let alone = snippet(file, positions, finding.span, &[]);
            let group = match alone {
                Some(snippet) => title.element(snippet),
                None => title.element(origin(file, positions, finding.span)),
            };
            own.iter().fold(group, |group, related| {
                let message = Level::NOTE.message(related.message.as_str());
                group.element(message).element(origin(file, positions, related.span))
            })
        }
    };
    for related in others {
        group = group.element(Level::NOTE.message(related.message.as_str()));
        if let Some(other) = &related.file {
            let position = Positions::new(&other.text).of(related.span.start());
            let origin = Origin::path(one_line(file.beside(&other.path)));
            group = group.element(origin.line(position.line).char_column(position.column));
        }
    }
    for fix in &finding.fixes {
        group = group.element(Level::HELP.message(fix.title.as_str()));
    }
    group
}

/// The source lines of a finding and its related locations, unless they are too long or too far apart.
fn snippet<'a>(
    file: &'a Checked,
    positions: &Positions<'_>,
    span: Span,
    related: &[&'a Related],
) -> Option<Snippet<'a, Annotation<'a>>> {
    let (own, line) = positions.first_line(span);
    let window =
        related.iter().fold(line, |window, related| window.join(positions.first_line(related.span).1));
    if window.is_empty() || window.len() > MAX_SOURCE {
        return None;
    }
    let within = |span: Span| span.start() - window.start()..span.end() - window.start();
    let source = file.text.get(window.range())?;
    let related = related.iter().map(|related| {
        let (span, _) = positions.first_line(related.span);
        AnnotationKind::Context.span(within(span)).label(related.message.as_str())
    });
    let snippet = Snippet::source(harmless(source))
        .path(one_line(file.path.as_str()))
        .line_start(positions.of(window.start()).line)
        .annotation(AnnotationKind::Primary.span(within(own)))
        .annotations(related);
    Some(snippet)
}

/// Source that is safe to print on a terminal, with every byte offset unchanged: a lone `\r` becomes a line break, as
/// in YAML, and control and bidirectional formatting characters become characters of the same length. The renderer
/// replaces one-byte control characters itself.
fn harmless(source: &str) -> String {
    let bytes = source.as_bytes();
    let lone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    let shown = |(at, c): (usize, char)| match c.len_utf8() {
        1 if c == '\r' && lone(at) => '\n',
        2 if is_active(c) => '·',
        3 if is_active(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    source.char_indices().map(shown).collect()
}

fn origin<'a>(file: &'a Checked, positions: &Positions<'_>, span: Span) -> Origin<'a> {
    let position = positions.of(span.start());
    Origin::path(one_line(file.path.as_str())).line(position.line).char_column(position.column)
}

#[cfg(test)]
mod tests {
    use super::super::super::place::Place;
    use super::super::super::read::Repairs;
    use super::*;
    use crate::edit::{Edits, Fix};
    use expect_test::{Expect, expect};

    fn check(text: &str, finding: Finding, expected: &Expect) {
        let file = Checked {
            path: "a/massdriver.yaml".to_owned(),
            place: Place { path: String::new(), inside: true },
            kind: None,
            text: text.to_owned(),
            repairs: Repairs::default(),
            findings: vec![finding],
        };
        expected.assert_eq(&Human::new(false, false).file(&file));
    }

    fn find(text: &str, word: &str) -> Span {
        let start = text.find(word).unwrap();
        Span::new(start, start + word.len())
    }

    #[test]
    fn a_finding_with_related_locations_and_help() {
        let text = "name: vpc\nsteps: []\nparams:\n  a: 1\n  b: 2\nname: net\n";
        let finding =
            Finding::new("yaml-duplicate-key", Severity::Warning, Span::new(42, 46), "`name` stands twice.")
                .relating(find(text, "name"), "first here")
                .with_fix(Fix::safe("Remove this one", Edits::new(Span::new(42, 52), "", [])));
        check(
            text,
            finding,
            &expect![[r#"
                warning[yaml-duplicate-key]: `name` stands twice.
                 --> a/massdriver.yaml:6:1
                  |
                1 | name: vpc
                  | ---- first here
                ...
                6 | name: net
                  | ^^^^
                  |
                  = help: Remove this one

            "#]],
        );
    }

    #[test]
    fn a_span_over_lines_is_drawn_on_its_first() {
        let text = "params:\r\n  é: [1,\r\n    2]\r\n";
        check(
            text,
            Finding::new("x", Severity::Hint, Span::new(11, 26), "m"),
            &expect![[r#"
                hint[x]: m
                 --> a/massdriver.yaml:2:3
                  |
                2 |   é: [1,
                  |   ^^^^^^

            "#]],
        );
    }

    #[test]
    fn an_empty_file() {
        check(
            "",
            Finding::new("x", Severity::Error, Span::at(0), "m"),
            &expect![[r#"
            error[x]: m
            --> a/massdriver.yaml:1:1

        "#]],
        );
    }

    #[test]
    fn the_end_of_a_file() {
        check(
            "a: 1\n",
            Finding::new("x", Severity::Info, Span::at(5), "m"),
            &expect![[r#"
            info[x]: m
            --> a/massdriver.yaml:2:1

        "#]],
        );
        check(
            "a:",
            Finding::new("x", Severity::Info, Span::at(2), "m"),
            &expect![[r#"
            info[x]: m
             --> a/massdriver.yaml:1:3
              |
            1 | a:
              |   ^

        "#]],
        );
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        let text = "a: 1\rb: 2\rc: 3";
        let finding =
            Finding::new("x", Severity::Error, find(text, "c"), "m").relating(find(text, "a"), "here");
        check(
            text,
            finding,
            &expect![[r#"
            error[x]: m
             --> a/massdriver.yaml:3:1
              |
            1 | a: 1
              | - here
            2 | b: 2
            3 | c: 3
              | ^

        "#]],
        );
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = "a: \u{1b}[31m\u{202e}\t\u{9b}\u{2028}1";
        let finding = Finding::new("x", Severity::Error, find(text, "1"), "bad \u{1b}[31m")
            .relating(find(text, "a"), "\u{1b}[1m")
            .with_fix(Fix::safe("\u{1b}[2m", Edits::new(Span::at(0), "", [])));
        check(
            text,
            finding,
            &expect![[r#"
            error[x]: bad \u001b[31m
             --> a/massdriver.yaml:1:7
              |
            1 | a: ␛[31m�    ·�1
              | -     ^
              | |
              | \u001b[1m
              |
              = help: \u001b[2m

        "#]],
        );
    }

    #[test]
    fn a_line_of_any_length() {
        let text = format!("a: {}\nb: 1\n", "x".repeat(MAX_SOURCE));
        let finding =
            Finding::new("x", Severity::Error, Span::new(10, 11), "m").relating(find(&text, "b"), "here");
        check(
            &text,
            finding,
            &expect![[r#"
            error[x]: m
            --> a/massdriver.yaml:1:11
             = note: here
            ::: a/massdriver.yaml:2:1

        "#]],
        );
        let finding =
            Finding::new("x", Severity::Error, find(&text, "b"), "m").relating(find(&text, "a"), "here");
        check(
            &text,
            finding,
            &expect![[r#"
            error[x]: m
             --> a/massdriver.yaml:2:1
              |
            2 | b: 1
              | ^
              |
              = note: here
             ::: a/massdriver.yaml:1:1

        "#]],
        );
    }
}
