//! Whether the text can be read at all.

use super::edit::quoted;
use super::root::first_line;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::Kind;
use crate::syntax::{Kind as NodeKind, Node, Span, Syntax, SyntaxError, SyntaxErrorKind};

static SYNTAX: Rule = Rule {
    id: "yaml-syntax",
    severity: Severity::Error,
    opt_in: false,
    title: "The text is not YAML",
    explanation: "The platform refuses the whole file. Most often a value begins with a character that means \
                  something to YAML, such as `*`, `@`, `` ` ``, `%` or `{{`: put such a value in quotes.",
    bad: "ui:\n  ui:order:\n    - *\n",
    good: "ui:\n  ui:order:\n    - \"*\"\n",
    files: &[],
};

static NOT_A_MAPPING: Rule = Rule {
    id: "root-not-mapping",
    severity: Severity::Error,
    opt_in: false,
    title: "The file does not hold a mapping",
    explanation: "A bundle, like a resource type, is a mapping: lines of `key: value`, beginning with `name`.",
    bad: "- name: aws-vpc\n",
    good: "name: aws-vpc\n",
    files: &[],
};

static MULTIPLE: Rule = Rule {
    id: "doc-multiple",
    severity: Severity::Warning,
    opt_in: false,
    title: "The file holds more than one document",
    explanation: "A line `---` begins another document, and the platform reads only the first. Move the rest to a \
                  file of its own or remove it.",
    bad: "name: aws-vpc\n---\nname: aws-subnet\n",
    good: "---\nname: aws-vpc\n",
    files: &[],
};

/// Whether the text can be read at all.
pub(super) static READING: Family =
    Family { title: "Reading the file", rules: &[&SYNTAX, &NOT_A_MAPPING, &MULTIPLE], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let syntax = &context.document.syntax;
    for error in syntax.errors() {
        findings.push(syntax_error(syntax, error));
    }
    not_a_mapping(context, findings);
    multiple(syntax, findings);
}

fn syntax_error(syntax: &Syntax, error: &SyntaxError) -> Finding {
    let message = error.kind.message();
    let mut first = message.chars();
    let initial: String = first.next().into_iter().flat_map(char::to_uppercase).collect();
    let finding = SYNTAX.at(error.span, format!("{initial}{}.", first.as_str()));
    match means_text(syntax, error).then(|| plain_text(syntax, error.span)) {
        Some(span) => finding.fix("Put it in quotes", span, quoted(syntax.slice(span))),
        None => finding,
    }
}

/// Whether quotes are the cure: the text begins with a character that YAML has reserved.
fn means_text(syntax: &Syntax, error: &SyntaxError) -> bool {
    use SyntaxErrorKind as Error;
    match error.kind {
        Error::UnquotedStart(_) | Error::UnquotedStar | Error::UnquotedTemplate | Error::EmptyAnchor => true,
        // With a name behind the star it may well be an alias, misspelt.
        Error::UndefinedAlias => syntax.slice(error.span) == "*",
        _ => false,
    }
}

/// The unquoted text around an error, up to a comment or the end of its line; in a flow collection, of its item.
fn plain_text(syntax: &Syntax, error: Span) -> Span {
    let line = syntax.lines().span(syntax.lines().line_of(error.start()));
    let rest = syntax.slice(Span::new(error.start(), line.end()));
    let in_flow = syntax.slice(Span::new(line.start(), error.start())).contains(['[', '{']);
    let ends = |(index, c): (usize, char)| match c {
        '#' => rest[..index].ends_with([' ', '\t']),
        ',' | ']' => in_flow,
        _ => false,
    };
    let end = rest.char_indices().find(|&found| ends(found)).map_or(rest.len(), |(index, _)| index);
    Span::new(error.start(), error.start() + rest[..end].trim_end().len())
}

fn not_a_mapping(context: &Context<'_>, findings: &mut Findings) {
    let Some(root) = context.document.syntax.root() else { return };
    let found = match root.target().kind() {
        NodeKind::Scalar(_) => "a single value",
        NodeKind::Sequence { .. } => "a list",
        NodeKind::Mapping { .. } | NodeKind::Null | NodeKind::Alias => return,
    };
    let what = if context.document.kind == Kind::ResourceType { "A resource type" } else { "A bundle" };
    let message = format!("{what} is a mapping that begins with a key such as `name:`; this is {found}.");
    findings.push(NOT_A_MAPPING.at(first_line(root.full_span(), &context.document.syntax), message));
}

fn multiple(syntax: &Syntax, findings: &mut Findings) {
    let is_written = |root: Node<'_>| root.kind() != NodeKind::Null;
    let more = syntax.documents().iter().skip(1).find(|more| is_written(syntax.document_root(more)));
    let Some(document) = more else { return };
    let start = document.span.start();
    let marker = if document.explicit_start { Span::new(start, start + 3) } else { Span::at(start) };
    findings.push(MULTIPLE.at(marker, "Only the first document of a file is read; this one is ignored."));
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    #[test]
    fn errors_become_sentences() {
        let text = "name: \"x\nsteps:\n  - path\n    provisioner:helm\nui:\n  ui:order: [*]\n";
        expect![[r#"
            1:7-1:9 yaml-syntax error: Missing closing quote `"`.
            6:14-6:15 yaml-syntax error: No anchor of this name is defined above; put the text in quotes if it is not an alias.
                fix: Put it in quotes
        "#]].assert_eq(&report(&["yaml-syntax"], text));
        assert_eq!(report(&["yaml-syntax"], "---\nname: x\r\nui:\r\n  a: 'b'\r\n"), "");
    }

    #[test]
    fn reserved_characters_are_put_in_quotes() {
        let mended = |text: &str| fixed("yaml-syntax", text);
        expect![[r#"
            a:
              - "*"
            a:
              - "*" # the rest
            a: [x, "*"]
            a: '@text "x"'  # c
            a: "`x`"
            a: "%x"
            b:
              a: "{{ name }}"
            a:
              b: "{{ name }}-x" # c
            a: "& b"
        "#]]
        .assert_eq(
            &[
                "a:\n  - *\n",
                "a:\n  - * # the rest\n",
                "a: [x, *]\n",
                "a: @text \"x\"  # c\n",
                "a: `x`\n",
                "a: %x\n",
                "b:\n  a: {{ name }}\n",
                "a:\n  b: {{ name }}-x # c\n",
                "a: & b\n",
            ]
            .map(mended)
            .join(""),
        );
    }

    #[test]
    fn the_root_is_a_mapping() {
        expect![[r#"
            2:1-2:7 root-not-mapping error: A bundle is a mapping that begins with a key such as `name:`; this is a list.
        "#]].assert_eq(&report(&["root-not-mapping"], "\n- a: 1\n- b: 2\n"));
        expect![[r#"
            1:1-1:5 root-not-mapping error: A bundle is a mapping that begins with a key such as `name:`; this is a single value.
        "#]].assert_eq(&report(&["root-not-mapping"], "name"));
        for fine in ["", "# nothing\n", "---\n", "{}", "name: x\n"] {
            assert_eq!(report(&["root-not-mapping"], fine), "", "{fine}");
        }
    }

    #[test]
    fn only_the_first_document_counts() {
        expect![[r#"
            2:1-2:4 doc-multiple warning: Only the first document of a file is read; this one is ignored.
        "#]]
        .assert_eq(&report(&["doc-multiple"], "name: x\n---\nname: y\n---\nname: z\n"));
        for fine in ["---\nname: x\n", "---\nname: x\n...\n", "name: x\n---\n"] {
            assert_eq!(report(&["doc-multiple"], fine), "", "{fine}");
        }
    }
}
