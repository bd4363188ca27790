//! The inferred types of environment variables, shown behind their programs.

use super::{Snapshot, jq_fields};
use crate::bundle::Expression;
use crate::bundle::expressions::Place;
use crate::jq::types::{Kind, Types};
use crate::syntax::Span;

/// Something to be shown that is not in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// Behind what (bytes).
    pub offset: usize,
    /// What.
    pub label: String,
}

/// The hints within a part of a document (bytes), in source order. What is not certain gets none.
#[must_use]
pub fn inlay_hints(snapshot: &Snapshot, range: Span) -> Vec<InlayHint> {
    let document = snapshot.document();
    let within = |expression: &&Expression| {
        let span = expression.span();
        span.start() <= range.end() && range.start() <= span.end()
    };
    let envs = document.expressions().iter().filter(|expression| expression.place == Place::Env);
    let hints = envs.filter(within).filter_map(|expression| {
        let program = expression.program();
        let output = &expression.report(document).output;
        let kind = jq_fields::type_name(output);
        if !program.errors().is_empty() || kind.is_empty() || *output.kind() == Kind::Unknown {
            return None;
        }
        let null = if output.types().meets(Types::NULL) { " | null" } else { "" };
        // Block scalars end where the next entry begins: the hint belongs to the text.
        let written = expression.source(Span::new(0, program.text().trim_end().len())).end();
        let is_block = document.syntax.slice(Span::new(written, expression.span().end())).contains('\n');
        let offset = if is_block { written } else { expression.span().end() };
        Some(InlayHint { offset, label: format!("→ {kind}{null}") })
    });
    hints.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn types_of_variables() {
        let text = "\
params:
  required: [port]
  properties: {port: {type: integer}, name: {type: string}, any: {}}
app:
  envs:
    A: .params.port
    É: '\"é\\(.params.port)\"'
    C: >-
      .params.name

      // \"x\"
    D: |
      .params.name

    E: .params.any
    F: .params.
    G: 5
    H: .params.port > 5
  policies: [.params.name]
";
        let snapshot = Snapshot::new(text, None);
        let shown = |range: Span| {
            let mut shown = text.to_owned();
            for hint in inlay_hints(&snapshot, range).iter().rev() {
                shown.insert_str(hint.offset, &format!(" «{}»", hint.label));
            }
            shown
        };
        expect![[r#"
            params:
              required: [port]
              properties: {port: {type: integer}, name: {type: string}, any: {}}
            app:
              envs:
                A: .params.port «→ number»
                É: '"é\(.params.port)"' «→ string»
                C: >-
                  .params.name

                  // "x" «→ string»
                D: |
                  .params.name «→ string | null»

                E: .params.any
                F: .params.
                G: 5
                H: .params.port > 5 «→ boolean»
              policies: [.params.name]
        "#]]
        .assert_eq(&shown(Span::new(0, text.len())));
        assert_eq!(shown(Span::at(0)), text);
    }
}
