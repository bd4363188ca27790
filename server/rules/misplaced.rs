//! The schema keyword `dependencies`, written at the top level instead of inside `params`.

use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{Block, Document};
use crate::edit::build::{column, end_of_lines, is_sound, line_break};
use crate::edit::{Change, Edit, Edits, Fix};
use crate::rules::dedent::dedent;
use crate::syntax::{Entry, Kind, Node, Span};

static MISPLACED: Rule = Rule {
    id: "dependencies-misplaced",
    severity: Severity::Warning,
    opt_in: false,
    title: "Schema `dependencies` outside `params`",
    explanation: "Top-level `dependencies` are what the bundle needs from other bundles. This block looks like \
                  the JSON Schema keyword of the same name, which belongs inside `params`, one level deeper. At \
                  the top level it has no effect on the form.",
    bad: dedent! {"
        params:
          properties:
            a: {type: boolean}
        dependencies:
          a:
            oneOf: [{properties: {a: {const: true}}}]
    "},
    good: dedent! {"
        params:
          properties:
            a: {type: boolean}
          dependencies:
            a:
              oneOf: [{properties: {a: {const: true}}}]
    "},
    files: &[],
};

/// The schema keyword `dependencies` at the top level.
pub(super) static MISPLACED_DEPENDENCIES: Family =
    Family { title: "Misplaced dependencies", rules: &[&MISPLACED], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let Some(block) = document.block(Block::Dependencies).filter(|block| block.misplaced) else { return };
    let message =
        "These `dependencies` are schema rules for params; they belong inside `params`, one level deeper.";
    let finding = MISPLACED.at(document.node(block.key).span(), message);
    findings.push(match indent_under_params(document) {
        Some(edits) => finding.with_fix(Fix::unsafe_("Move into `params`", edits)),
        None => finding,
    });
}

/// Moves the lines of `dependencies` to the end of `params` and indents them like its keys.
fn indent_under_params(document: &Document) -> Option<Edits> {
    let syntax = &document.syntax;
    let (params, block) = (document.entry("params")?, document.entry("dependencies")?);
    let root = syntax.root()?;
    let is_own = |entry: Entry<'_>| root.entries().any(|own| own.key() == entry.key());
    let is_block = |node: Node<'_>| node.kind() == (Kind::Mapping { flow: false });
    let inner = params.value();
    if !(is_own(params) && is_own(block) && is_block(inner) && is_block(block.value()) && is_block(root))
        || inner.field("dependencies").is_some()
    {
        return None;
    }
    let start = block.span().start();
    let first = inner.entries().next()?.key().full_span().start();
    let indent = " ".repeat(column(syntax, first));
    if column(syntax, start) != 0 || indent.is_empty() {
        return None;
    }
    if !is_sound(syntax, block.span()) {
        return None;
    }
    let (end, to) = (end_of_lines(syntax, block), end_of_lines(syntax, params));
    let text = syntax.slice(Span::new(start, end));
    let changes =
        vec![Change::Removed(block.key().id()), Change::Entry(inner.id(), "dependencies".to_owned())];
    let mut moved = String::new();
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            moved.push_str(&indent);
        }
        moved.push_str(line);
    }
    if to == start {
        return Some(Edits { list: vec![Edit { span: Span::new(start, end), text: moved }], changes });
    }
    if !moved.ends_with('\n') {
        moved.push_str(line_break(syntax));
    }
    let removed = Edit { span: Span::new(start, end), text: String::new() };
    Some(Edits { list: vec![Edit { span: Span::at(to), text: moved }, removed], changes })
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &["dependencies-misplaced"];

    #[test]
    fn misplaced_schema_dependencies() {
        let text = "\
params:
    properties: {a: {}}
# about
dependencies:
  a: # x
    oneOf: []

  b: [a]
ui: {}
";
        expect![[r#"
            4:1-4:13 dependencies-misplaced warning: These `dependencies` are schema rules for params; they belong inside `params`, one level deeper.
                unsafe fix: Move into `params`
        "#]].assert_eq(&report(IDS, text));
        expect![[r#"
            params:
                properties: {a: {}}
                dependencies:
                  a: # x
                    oneOf: []

                  b: [a]
            # about
            ui: {}
        "#]]
        .assert_eq(&fixed(IDS[0], text));
        let apart = "params:\n  properties: {}\nui: {}\ndependencies:\n  b: [a]";
        expect![[r#"
            params:
              properties: {}
              dependencies:
                b: [a]
            ui: {}
        "#]]
        .assert_eq(&fixed(IDS[0], apart));
    }
}
