//! Whether the file consists of one document that is a mapping.

use super::root::first_line;
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::Kind;
use crate::rules::dedent::dedent;
use crate::syntax::{Kind as NodeKind, Node, Span, Syntax};

static NOT_A_MAPPING: Rule = Rule {
    id: "root-not-mapping",
    severity: Severity::Error,
    opt_in: false,
    title: "The file is not a mapping",
    explanation: "A bundle, like a resource type, is a mapping: lines of `key: value`.",
    bad: "- name: aws-vpc\n",
    good: "name: aws-vpc\n",
    files: &[],
};

static MULTIPLE: Rule = Rule {
    id: "doc-multiple",
    severity: Severity::Warning,
    opt_in: false,
    title: "The file holds more than one document",
    explanation: "A line `---` starts another document, and the platform reads only the first. Move the others \
                  to their own files or remove them.",
    bad: dedent! {"
        name: aws-vpc
        ---
        name: aws-subnet
    "},
    good: dedent! {"
        ---
        name: aws-vpc
    "},
    files: &[],
};

/// Whether the file consists of one document that is a mapping.
pub(super) static READING: Family =
    Family { title: "Documents of a file", rules: &[&NOT_A_MAPPING, &MULTIPLE], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let syntax = &context.document.syntax;
    not_a_mapping(context, findings);
    multiple(syntax, findings);
}

fn not_a_mapping(context: &Context<'_>, findings: &mut Findings) {
    let Some(root) = context.document.syntax.root() else { return };
    let kind = match root.target().kind() {
        NodeKind::Scalar(_) => "a single value",
        NodeKind::Sequence { .. } => "a list",
        NodeKind::Mapping { .. } | NodeKind::Null | NodeKind::Alias => return,
    };
    let what = if context.document.kind == Kind::ResourceType { "A resource type" } else { "A bundle" };
    let message = format!("{what} must be a mapping with keys such as `name`, not {kind}.");
    findings.push(NOT_A_MAPPING.at(first_line(root.full_span(), &context.document.syntax), message));
}

fn multiple(syntax: &Syntax, findings: &mut Findings) {
    let is_written = |root: Node<'_>| root.kind() != NodeKind::Null;
    let more = syntax.documents().iter().skip(1).find(|more| is_written(syntax.document_root(more)));
    let Some(document) = more else { return };
    let start = document.span.start();
    let marker = if document.explicit_start { Span::new(start, start + 3) } else { Span::at(start) };
    findings.push(
        MULTIPLE.at(marker, "The platform reads only the first document of a file; this one is ignored."),
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::report;
    use expect_test::expect;

    #[test]
    fn the_root_is_a_mapping() {
        expect![[r#"
            2:1-2:7 root-not-mapping error: A bundle must be a mapping with keys such as `name`, not a list.
        "#]]
        .assert_eq(&report(&["root-not-mapping"], "\n- a: 1\n- b: 2\n"));
        expect![[r#"
            1:1-1:5 root-not-mapping error: A bundle must be a mapping with keys such as `name`, not a single value.
        "#]].assert_eq(&report(&["root-not-mapping"], "name"));
        for fine in ["", "# nothing\n", "---\n", "{}", "name: x\n"] {
            assert_eq!(report(&["root-not-mapping"], fine), "", "{fine}");
        }
    }

    #[test]
    fn only_the_first_document_counts() {
        expect![[r#"
            2:1-2:4 doc-multiple warning: The platform reads only the first document of a file; this one is ignored.
        "#]]
        .assert_eq(&report(&["doc-multiple"], "name: x\n---\nname: y\n---\nname: z\n"));
        for fine in ["---\nname: x\n", "---\nname: x\n...\n", "name: x\n---\n"] {
            assert_eq!(report(&["doc-multiple"], fine), "", "{fine}");
        }
    }
}
