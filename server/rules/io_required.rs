//! `required` in `connections` and `artifacts`.

use super::ui_option::NameBudget;
use super::wording::quoted;
use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::{Area, Block, Document, Role, SchemaId};
use crate::edit::Fix;
use crate::edit::build::{remove_item, replace_text};
use crate::reference::{closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::Node;
use foldhash::HashSet;

static REQUIRED: Rule = Rule {
    id: "io-required-undefined",
    severity: Severity::Warning,
    opt_in: false,
    title: "`required` lists an undeclared connection or artifact",
    explanation: "`required` lists names from `properties`. A name that `properties` does not declare can never \
                  be connected or published.",
    bad: dedent! {"
        connections:
          required: [vcp]
          properties:
            vpc:
              $ref: aws-vpc
    "},
    good: dedent! {"
        connections:
          required: [vpc]
          properties:
            vpc:
              $ref: aws-vpc
    "},
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
        undefined(document, id, block, required.target(), findings);
    }
}

fn undefined(document: &Document, id: SchemaId, block: Block, list: Node<'_>, findings: &mut Findings) {
    let names = document.names(id);
    let listed: HashSet<_> = list.items().map(|item| item.target().value()).collect();
    let free = names.unconditional.iter().map(String::as_str).filter(|known| !listed.contains(*known));
    let free: Vec<&str> = free.collect();
    let mut budget = NameBudget::new();
    for item in list.items().filter(|item| item.target().is_scalar()) {
        let name = item.target().value();
        if findings.is_full() {
            return;
        }
        if !names.lack(&name) {
            continue;
        }
        let close = budget.allows(free.len()).then(|| closest(&name, free.iter().copied())).flatten();
        let ending = did_you_mean(close);
        let message = format!("`properties` declares no {} {}{ending}", block.noun(), quoted(&name));
        let finding = REQUIRED.at(item.span(), message);
        let finding = match close {
            Some(close) => {
                finding.with_fix(Fix::unsafe_(format!("Change to `{close}`"), replace_text(item, close)))
            }
            None => finding,
        };
        findings.push(
            finding.with_fix(Fix::unsafe_(format!("Remove {}", quoted(&name)), remove_item(list, item))),
        );
    }
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
            3:7-3:10 io-required-undefined warning: `properties` declares no connection `vcp`; did you mean `vpc`?
                unsafe fix: Change to `vpc`
                unsafe fix: Remove `vcp`
            4:7-4:11 io-required-undefined warning: `properties` declares no connection `gone`.
                unsafe fix: Remove `gone`
            10:14-10:15 io-required-undefined warning: `properties` declares no artifact `x`.
                unsafe fix: Remove `x`
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
