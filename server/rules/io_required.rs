//! `required` in `connections` and `artifacts`.

use super::wording::quoted;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{Area, Block, Document, Role, SchemaId};
use crate::reference::closest;
use crate::syntax::Node;

static REQUIRED: Rule = Rule {
    id: "io-required-undefined",
    severity: Severity::Warning,
    opt_in: false,
    title: "A required connection or artifact that is not declared",
    explanation: "`required` lists names from `properties`. One that is not there can never be connected or made.",
    bad: "connections:\n  required: [vcp]\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    good: "connections:\n  required: [vpc]\n  properties:\n    vpc:\n      $ref: aws-vpc\n",
    files: &[],
};

/// `required` in `connections` and `artifacts`.
pub(super) static IO_REQUIRED: Family =
    Family { title: "Required connections and artifacts", rules: &[&REQUIRED], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    for (id, schema) in document.schemas.iter().filter(|(_, schema)| schema.role == Role::Root) {
        let Area::Ports(block) = schema.area else { continue };
        let Some((_, required)) = document.keyword(id, "required") else { continue };
        for item in required.target().items().filter(|item| item.target().is_scalar()) {
            findings.extend(undefined(document, id, block, item));
        }
    }
}

fn undefined(document: &Document, id: SchemaId, block: Block, item: Node<'_>) -> Option<Finding> {
    let names = document.names(id);
    let name = item.target().value();
    if !names.lack(&name) {
        return None;
    }
    let listed = required_names(document, id);
    let free = names.unconditional.iter().filter(|known| !listed.contains(known));
    let close = closest(&name, free.map(String::as_str));
    let noun = block.noun();
    let finding = |ending: String| {
        REQUIRED.at(item.span(), format!("There is no {noun} {} below `properties`{ending}", quoted(&name)))
    };
    let list = document.keyword(id, "required").map(|(_, required)| required.target());
    let removed = list.and_then(|list| super::edit::remove_item(list, item));
    let finding = match close {
        Some(close) => finding(format!("; did you mean `{close}`?"))
            .mend(format!("Change to `{close}`"), super::edit::replace_text(item, close)),
        None => finding(".".to_owned()),
    };
    Some(finding.propose(format!("Remove {}", quoted(&name)), removed))
}

fn required_names(document: &Document, id: SchemaId) -> Vec<String> {
    let required = document.keyword(id, "required").map(|(_, required)| required.target());
    required.into_iter().flat_map(Node::items).map(|item| item.target().value().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &["io-required-undefined"];

    #[test]
    fn names_must_be_declared() {
        let text = "\
connections:
  required:
    - vcp
    - gone
    - dns
  properties:
    vpc: {$ref: aws-vpc}
    dns: {$ref: aws-dns}
artifacts:
  required: [x]
";
        expect![[r#"
            3:7-3:10 io-required-undefined warning: There is no connection `vcp` below `properties`; did you mean `vpc`?
                fix: Change to `vpc`
                offer: Remove `vcp`
            4:7-4:11 io-required-undefined warning: There is no connection `gone` below `properties`.
                offer: Remove `gone`
            10:14-10:15 io-required-undefined warning: There is no artifact `x` below `properties`.
                offer: Remove `x`
        "#]].assert_eq(&report(IDS, text));
        assert_eq!(fixed(IDS[0], text), text.replace("vcp", "vpc"));
        let fine = "\
connections:
  $ref: ./more.json
  required: [x]
artifacts:
  required: [a, [b], *gone]
  properties: {a: {$ref: x-y}}
params:
  required: [x]
";
        assert_eq!(report(IDS, fine), "");
    }
}
