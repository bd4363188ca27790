//! The two formats, `connections`/`artifacts` and `dependencies`/`resources`: a mix of both, or the older one.

use super::migrate::{into_existing, to_current};
use super::root;
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{Block, BlockNodes, Document};
use crate::edit::Fix;
use crate::rules::dedent::dedent;
use crate::settings::{ExpectedFormat, Settings};

static MIXED: Rule = Rule {
    id: "edition-mixed",
    severity: Severity::Error,
    opt_in: false,
    title: "A block is written in both formats",
    explanation: "`dependencies` replaces `connections`, and `resources` replaces `artifacts`. The platform \
                  rejects a bundle that has both blocks of a pair, even if one is `{}`; a block without a value \
                  does not count. One pair may use the `connections`/`artifacts` format and the other the \
                  `dependencies`/`resources` format.",
    bad: dedent! {"
        connections:
          properties: {}
        dependencies:
          vpc: {resource_type: aws-vpc, required: true}
    "},
    good: dedent! {"
        dependencies:
          vpc: {resource_type: aws-vpc, required: true}
    "},
    files: &[],
};

pub(crate) static LEGACY: Rule = Rule {
    id: "edition-legacy",
    severity: Severity::Hint,
    opt_in: true,
    title: "A block of the `connections`/`artifacts` format",
    explanation: "The `dependencies`/`resources` format replaces `connections` with `dependencies` and \
                  `artifacts` with `resources`; its entries are simpler and can pin the version of a type. The \
                  platform still accepts the old blocks. Reported only if the settings turn this rule on or set \
                  `bundleFormat` to `dependencies`.\n\nThe migration keeps comments and turns `title` and `description` \
                  into comments. It is not offered if entries have other keys.",
    bad: dedent! {"
        connections:
          required: [vpc]
          properties:
            vpc:
              $ref: aws-vpc
    "},
    good: dedent! {"
        dependencies:
          vpc:
            resource_type: aws-vpc
            required: true
    "},
    files: &[],
};

/// The two formats of a bundle.
pub(super) static FORMATS: Family = Family { title: "Formats", rules: &[&MIXED, &LEGACY], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(document) = root::bundle(context) else { return };
    for old in [Block::Connections, Block::Artifacts] {
        let Some(nodes) = document.block(old) else { continue };
        match document.block(old.sibling()).filter(|nodes| !nodes.misplaced) {
            Some(new) => findings.push(mixed(document, old, nodes, new)),
            None if is_wanted(context.settings) => {
                findings.push(legacy(document, old, nodes));
            }
            None => {}
        }
    }
}

/// Whether [`LEGACY`] is reported. Checked first because its fix is expensive to build.
fn is_wanted(settings: &Settings) -> bool {
    let choice = settings.bundle_format;
    choice == ExpectedFormat::Dependencies
        || choice == ExpectedFormat::Auto && settings.rules.contains_key(LEGACY.id)
}

fn mixed(document: &Document, old: Block, old_nodes: BlockNodes, new_nodes: BlockNodes) -> Finding {
    let (old_key, new_key) = (old.key(), old.sibling().key());
    let (first, second) = (document.node(old_nodes.key).span(), document.node(new_nodes.key).span());
    let (first, second, other) =
        if first < second { (first, second, old_key) } else { (second, first, new_key) };
    let message = format!("`{old_key}` and `{new_key}` cannot be used together; keep only `{new_key}`.");
    let finding = MIXED.at(second, message).relating(first, format!("`{other}` is here"));
    match into_existing(document, old) {
        Some(edits) => finding.with_fix(Fix::unsafe_(format!("Move all entries into `{new_key}`"), edits)),
        None => finding,
    }
}

fn legacy(document: &Document, old: Block, nodes: BlockNodes) -> Finding {
    let (old_key, new_key) = (old.key(), old.sibling().key());
    let message = format!("`{old_key}` is the old form of `{new_key}`.");
    let finding = LEGACY.at(document.node(nodes.key).span(), message);
    match to_current(document, old) {
        Some(edits) => finding.with_fix(Fix::unsafe_(format!("Convert to `{new_key}`"), edits)),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use crate::settings::{ExpectedFormat, Settings};
    use expect_test::expect;

    const IDS: &[&str] = &["edition-mixed", "edition-legacy"];

    #[test]
    fn both_of_a_pair() {
        let text = "dependencies: {}\nconnections:\n  properties: {}\nartifacts: {}\nresources:\n  a: {resource_type: b}\n";
        expect![[r#"
            2:1-2:12 edition-mixed error: `connections` and `dependencies` cannot be used together; keep only `dependencies`.
                1:1: `dependencies` is here
                unsafe fix: Move all entries into `dependencies`
            5:1-5:10 edition-mixed error: `artifacts` and `resources` cannot be used together; keep only `resources`.
                4:1: `artifacts` is here
                unsafe fix: Move all entries into `resources`
        "#]].assert_eq(&report(IDS, text));
        for fine in [
            "connections:\ndependencies: {}\n",
            "connections: {}\ndependencies: ~\n",
            "connections: {}\nresources: {}\n",
            "connections: {}\ndependencies:\n  a: [b]\n",
        ] {
            assert_eq!(report(&IDS[..1], fine), "", "{fine}");
        }
    }

    #[test]
    fn connections_and_artifacts_are_old() {
        let text = "connections:\n  properties: {}\nartifacts: {}\nresources:\n";
        expect![[r#"
            1:1-1:12 edition-legacy hint: `connections` is the old form of `dependencies`.
                unsafe fix: Convert to `dependencies`
            3:1-3:10 edition-legacy hint: `artifacts` is the old form of `resources`.
        "#]]
        .assert_eq(&report(IDS, text));
        let with =
            |bundle_format, base: Settings| report_with(IDS, text, &[], &Settings { bundle_format, ..base });
        assert_eq!(with(ExpectedFormat::Auto, Settings::default()), "");
        assert_eq!(with(ExpectedFormat::Connections, everything_on()), "");
        assert_ne!(with(ExpectedFormat::Dependencies, Settings::default()), "");
    }

    #[test]
    fn migration_keeps_what_it_can() {
        let text = "\
# inputs
connections:
  required:
    - vpc
  properties:
    # the network
    vpc:
      $ref: acme/aws-vpc # type
      title: Network
    \"dns\":
      $ref: 'aws-dns'
artifacts:
  properties:
    # none
    db: {$ref: postgres}
";
        expect![[r##"
            # inputs
            dependencies:
              # the network
              vpc:
                resource_type: acme/aws-vpc # type
                required: true
                # title: Network
              "dns":
                resource_type: 'aws-dns'
                required: false
            artifacts:
              properties:
                # none
                db: {$ref: postgres}
        "##]]
        .assert_eq(&fixed("edition-legacy", text));
        let empty = "connections:\n  properties: {} # none\nui: {}\n";
        expect![[r#"
            dependencies: {} # none
            ui: {}
        "#]]
        .assert_eq(&fixed("edition-legacy", empty));
        for lossy in [
            "connections:\n  properties:\n    a:\n      $ref: x\n      properties: {b: {const: 1}}\n",
            "connections:\n  properties:\n    a:\n      $ref: ./x.json\n",
            "connections:\n  title: T\n  properties:\n    a:\n      $ref: x\n",
            "a: &a {$ref: x}\nconnections:\n  properties:\n    a: *a\n",
            "connections: {properties: {a: {$ref: x}}}\n",
        ] {
            assert!(!report(IDS, lossy).contains("unsafe fix"), "{lossy}");
        }
    }

    #[test]
    fn the_old_block_moves_into_the_new_one() {
        let text = "\
name: x
connections:
  properties:
    vpc:
      $ref: aws-vpc
dependencies:
  dns:
    resource_type: aws-dns
    required: true
ui: {}
";
        expect![[r#"
            name: x
            dependencies:
              dns:
                resource_type: aws-dns
                required: true
              vpc:
                resource_type: aws-vpc
                required: false
            ui: {}
        "#]]
        .assert_eq(&fixed("edition-mixed", text));
        let flow = "connections:\n  properties:\n    a: {$ref: x}\ndependencies: {}\n";
        expect![[r#"
            dependencies:
              a: {resource_type: x, required: false}
        "#]]
        .assert_eq(&fixed("edition-mixed", flow));
        let empty = "artifacts:\n  properties: {}\nname: x\nresources: {}\n";
        expect![[r#"
            name: x
            resources: {}
        "#]]
        .assert_eq(&fixed("edition-mixed", empty));
        for refused in [
            "connections:\n  properties:\n    a: {$ref: x, title: X}\ndependencies: {}\n",
            "connections:\n  properties:\n    a:\n      $ref: x\ndependencies:\n  a: {resource_type: y}\n",
        ] {
            assert!(!report(&IDS[..1], refused).contains("unsafe fix"), "{refused}");
        }
    }
}
