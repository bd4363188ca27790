//! Inlay hints: the result type of a program, the implied default of a boolean, and the type of the variable
//! generated for a param.

use super::hover::variable;
use super::{Snapshot, jq_fields};
use crate::bundle::expressions::Place;
use crate::bundle::{Area, BuiltIn, Document, Expression, variables};
use crate::jq::types::{Kind, Types};
use crate::settings::Hint;
use crate::syntax::Span;
use std::collections::BTreeSet;

/// An inlay hint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InlayHint {
    /// The byte offset that it follows.
    pub offset: usize,
    /// The text shown.
    pub label: String,
}

/// The hints of the requested kinds within a range (bytes), in source order. Uncertain facts produce no hint.
#[must_use]
pub(crate) fn inlay_hints(snapshot: &Snapshot, range: Span, wanted: &BTreeSet<Hint>) -> Vec<InlayHint> {
    let document = snapshot.document();
    let mut hints = Vec::new();
    for sort in wanted {
        match sort {
            Hint::Types => types(document, range, &mut hints),
            Hint::Defaults => defaults(document, range, &mut hints),
            Hint::Variables => variables(document, range, &mut hints),
        }
    }
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn meets(span: Span, range: Span) -> bool {
    span.start() <= range.end() && range.start() <= span.end()
}

fn types(document: &Document, range: Span, hints: &mut Vec<InlayHint>) {
    let envs = document.expressions().iter().filter(|expression| expression.place == Place::Env);
    let within = |expression: &&Expression| meets(expression.span(), range);
    hints.extend(envs.filter(within).filter_map(|expression| {
        let program = expression.program();
        let output = &expression.report(document).output;
        let kind = jq_fields::type_name(output);
        if !program.errors().is_empty() || kind.is_empty() || *output.kind() == Kind::Unknown {
            return None;
        }
        let null = if output.types().meets(Types::NULL) { " | null" } else { "" };
        // The span of a block scalar ends where the next entry begins: the hint goes at the end of its text.
        let written = expression.source(Span::new(0, program.text().trim_end().len())).end();
        let is_block = document.syntax.slice(Span::new(written, expression.span().end())).contains('\n');
        let offset = if is_block { written } else { expression.span().end() };
        Some(InlayHint { offset, label: format!("→ {kind}{null}") })
    }));
}

fn defaults(document: &Document, range: Span, hints: &mut Vec<InlayHint>) {
    let params = document.schemas.iter().filter(|(_, schema)| schema.area == Area::Params);
    hints.extend(params.filter_map(|(id, _)| {
        let value = document.implied_default(id)?;
        let (_, kind) = document.keyword(id, "type")?;
        meets(kind.span(), range)
            .then(|| InlayHint { offset: kind.span().end(), label: format!("default: {value}") })
    }));
}

fn variables(document: &Document, range: Span, hints: &mut Vec<InlayHint>) {
    let Some(params) = document.params.filter(|_| variable::tools(document).contains(&BuiltIn::Terraform))
    else {
        return;
    };
    let properties = document.schemas.get(params).properties.iter().map(|id| document.schemas.property(*id));
    hints.extend(properties.filter_map(|property| {
        let key = document.node(property.key).span();
        if !meets(key, range) {
            return None;
        }
        let written = variables::hcl_type(document, property.schema);
        // The members of an object are listed below it anyway.
        let short = written.split_once("({").map_or(written.as_str(), |(kind, _)| kind);
        Some(InlayHint { offset: key.end(), label: format!("({short})") })
    }));
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
            for hint in inlay_hints(&snapshot, range, &BTreeSet::from([Hint::Types])).iter().rev() {
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

    #[test]
    fn defaults_and_variables() {
        let text = "\
params:
  properties:
    on: {type: boolean}
    off: {type: boolean, default: true}
    net:
      type: object
      properties:
        deep:
          type: boolean
    names: {type: array, items: {type: string}}
  dependencies:
    on:
      oneOf:
        - properties: {branch: {type: boolean}}
";
        let wanted = BTreeSet::from([Hint::Defaults, Hint::Variables]);
        let mut shown = text.to_owned();
        let hints = inlay_hints(&Snapshot::new(text, None), Span::new(0, text.len()), &wanted);
        for hint in hints.iter().rev() {
            shown.insert_str(hint.offset, &format!(" «{}»", hint.label));
        }
        expect![[r#"
            params:
              properties:
                on «(bool)»: {type: boolean «default: false»}
                off «(bool)»: {type: boolean, default: true}
                net «(object)»:
                  type: object
                  properties:
                    deep:
                      type: boolean «default: false»
                names «(list(string))»: {type: array, items: {type: string}}
              dependencies:
                on:
                  oneOf:
                    - properties: {branch: {type: boolean}}
        "#]]
        .assert_eq(&shown);
    }
}
