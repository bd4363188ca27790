//! Signature help for the jq function around the cursor.

use super::Snapshot;
use crate::jq::builtins::Function;
use crate::jq::signature::{self, Candidate};
use crate::syntax::Span;

/// The signatures of the function around the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SignatureHelp {
    /// The functions with this name, ordered by number of arguments.
    pub signatures: Vec<Signature>,
    /// Index of the signature that fits the written arguments.
    pub active: usize,
    /// Index of the argument at the cursor, from 0.
    pub argument: usize,
}

/// One signature of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Signature {
    /// `input | name(parameter: type; …) -> output`
    pub label: String,
    /// The parameters, as byte ranges of the label.
    pub parameters: Vec<Span>,
    /// Its description as Markdown; empty for functions that the program defines.
    pub doc: String,
}

/// The signatures of the function whose arguments contain a byte offset.
#[must_use]
pub(crate) fn signature_help(snapshot: &Snapshot, offset: usize) -> Option<SignatureHelp> {
    let document = snapshot.document();
    let expression = document.expressions().at(offset)?;
    let program = expression.program();
    let call = signature::call_at(program, expression.offset(offset))?;
    let candidates = signature::candidates(program, expression.report(document), &call);
    let signatures: Vec<Signature> = candidates.into_iter().map(signature).collect();
    let active = signatures.iter().position(|one| one.parameters.len() >= call.written);
    let active = active.or_else(|| signatures.len().checked_sub(1))?;
    Some(SignatureHelp { signatures, active, argument: call.argument })
}

fn signature(candidate: Candidate<'_>) -> Signature {
    match candidate {
        Candidate::Builtin(function) => builtin(function),
        Candidate::Defined(name, params) => {
            let mut label = format!("{name}(");
            let mut parameters = Vec::new();
            for (index, param) in params.into_iter().enumerate() {
                if index > 0 {
                    label.push_str("; ");
                }
                parameters.push(Span::new(label.len(), label.len() + param.len()));
                label.push_str(param);
            }
            label.push(')');
            Signature { label, parameters, doc: String::new() }
        }
    }
}

fn builtin(function: &Function) -> Signature {
    let mut doc = function.doc.to_string();
    if let Some([program, input, output]) = &function.example {
        doc.push_str(&format!("\n\n`{input}` → `{program}` → `{output}`"));
    }
    Signature {
        label: function.signature.to_string(),
        parameters: function.params.iter().map(|param| Span::new(param.label.0, param.label.1)).collect(),
        doc,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// `$0` is the cursor.
    fn check(env: &str, expected: Expect) {
        let text = format!("# é\napp:\n  envs:\n    É: {env}\n");
        let offset = text.find("$0").unwrap();
        let snapshot = Snapshot::new(text.replacen("$0", "", 1), None);
        let Some(help) = signature_help(&snapshot, offset) else { return expected.assert_eq("none") };
        let mut out = String::new();
        for (index, one) in help.signatures.iter().enumerate() {
            let mark = if index == help.active { ">" } else { " " };
            let parameter = one.parameters.get(help.argument).map_or("", |span| &one.label[span.range()]);
            out += &format!("{mark} {} [{parameter}]\n", one.label);
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn the_argument_at_the_cursor() {
        check(
            ".params.x | join($0)",
            expect![[r#"
            > array | join(separator: string) -> string [separator: string]
        "#]],
        );
        check(
            "'\"é\" | sub(\"a\"; $0'",
            expect![[r#"
            > string | sub(regex; replacement) -> string [replacement]
              string | sub(regex; replacement; flags: string) -> string [replacement]
        "#]],
        );
        check(
            "\"\\\"é\\\" | sub(\\\"a\\\"; \\\"b\\\"; $0)\"",
            expect![[r#"
              string | sub(regex; replacement) -> string []
            > string | sub(regex; replacement; flags: string) -> string [flags: string]
        "#]],
        );
        check(
            ">-\n      \"é\" |\n      split(\n      \",\"$0)",
            expect![[r#"
            > string | split(separator: string) -> array<string> [separator: string]
              string | split(regex: string; flags: string or null) -> array<string> [regex: string]
        "#]],
        );
        check(
            "|\n      def twice(f; $n): f;\n      twice(.; $0",
            expect![[r#"
            > twice(f; $n) [$n]
        "#]],
        );
    }

    #[test]
    fn no_signature_outside_of_calls() {
        check(
            "join($0",
            expect![[r#"
            > array | join(separator: string) -> string [separator: string]
        "#]],
        );
        for env in ["$0.params", ".params | nope($0)", "join(\",\")$0", "true$0", "5$0"] {
            check(env, expect!["none"]);
        }
    }
}
