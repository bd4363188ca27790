//! Names of params, which become names of variables.

use super::types;
use crate::bundle::{BuiltIn, Document};
use crate::iac::is_hcl_identifier;
use crate::rules::dedent::dedent;
use crate::rules::wording::quoted;
use crate::rules::{Context, Family, Findings, Rule, Severity};
use crate::syntax::Node;
use foldhash::HashMap;
use std::collections::BTreeSet;

static NAME_COLLISION: Rule = Rule {
    id: "name-collision",
    severity: Severity::Error,
    opt_in: false,
    title: "A param and a connection have the same name",
    explanation: "The code receives params and connections as variables of the same names, so a name cannot be \
                  used for both.",
    bad: dedent! {"
        params:
          properties:
            network:
              type: string
        connections:
          properties:
            network:
              $ref: aws-vpc
    "},
    good: dedent! {"
        params:
          properties:
            network_name:
              type: string
        connections:
          properties:
            network:
              $ref: aws-vpc
    "},
    files: &[],
};

static PARAM_NAME_RESERVED: Rule = Rule {
    id: "param-name-reserved",
    severity: Severity::Error,
    opt_in: false,
    title: "Reserved name",
    explanation: "The platform adds `md_metadata` to the params. OpenTofu and Terraform reject variables with \
                  the names of arguments of module blocks, such as `version` and `count`; in a bundle with such \
                  a step, these are a warning.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            version:
              type: string
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            engine_version:
              type: string
    "},
    files: &[],
};

static PARAM_NAME_INVALID: Rule = Rule {
    id: "param-name-invalid",
    severity: Severity::Warning,
    opt_in: false,
    title: "The name of a param cannot be a variable",
    explanation: "Every param becomes a variable of the code. Its name must start with a letter or `_` and \
                  contain only letters, digits, `_` and `-`.",
    bad: dedent! {"
        params:
          properties:
            instance class:
              type: string
    "},
    good: dedent! {"
        params:
          properties:
            instance_class:
              type: string
    "},
    files: &[],
};

static CONDITIONAL_NO_VARIABLE: Rule = Rule {
    id: "conditional-no-variable",
    severity: Severity::Info,
    opt_in: true,
    title: "A conditional param gets no generated variable",
    explanation: "`mass bundle build` writes variables only for the params below `properties`. A param that \
                  only a branch of a condition declares is passed to the code at run time, but its variable \
                  must be written by hand.",
    bad: dedent! {"
        params:
          properties:
            backups:
              type: boolean
          if:
            properties:
              backups:
                const: true
          then:
            properties:
              retention_days:
                type: integer
    "},
    good: dedent! {"
        params:
          properties:
            backups:
              type: boolean
            retention_days:
              type: integer
    "},
    files: &[],
};

/// Names of params.
pub(in crate::rules) static PARAM_NAMES: Family = Family {
    title: "Names of params",
    rules: &[&NAME_COLLISION, &PARAM_NAME_RESERVED, &PARAM_NAME_INVALID, &CONDITIONAL_NO_VARIABLE],
    check,
};

/// The param that the platform adds.
pub(in crate::rules) const METADATA: &str = "md_metadata";

/// Names that OpenTofu reserves for the arguments of module blocks.
pub(in crate::rules) const RESERVED: [&str; 8] =
    ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let tools = Tools::of(document);
    let params = own_params(document);
    let inputs: HashMap<&str, Node<'_>> =
        document.inputs().map(|port| (port.name.as_str(), document.node(port.key))).collect();
    for &(key, ref name) in &params {
        if let Some(port) = inputs.get(name.as_str()) {
            let message = format!("{} is also the name of a connection; rename one of them.", quoted(name));
            findings.push(NAME_COLLISION.at(key.span(), message).relating(port.span(), "The connection"));
        }
        reserved(&tools, key, name, findings);
        if tools.variables && !is_hcl_identifier(name) && !name.is_empty() {
            findings.push(invalid(key, name));
        }
    }
    for port in document.inputs() {
        reserved(&tools, document.node(port.key), &port.name, findings);
    }
    conditional(context, &tools, &params, findings);
}

/// The params declared directly below `properties`, each with its name.
fn own_params(document: &Document) -> Vec<(Node<'_>, String)> {
    let properties = document.params.map(|params| &document.schemas.get(params).properties);
    let key = |id| document.node(document.schemas.property(id).key);
    properties.into_iter().flatten().map(|&id| (key(id), key(id).value().into_owned())).collect()
}

/// The tools that the steps use.
struct Tools {
    terraform: bool,
    /// Whether params become variables in some step.
    variables: bool,
}

impl Tools {
    fn of(document: &Document) -> Self {
        let families = document.steps.iter().map(|step| {
            let provisioner = step.provisioner.map(|node| document.node(node).target().value());
            provisioner.and_then(|provisioner| BuiltIn::family(&provisioner))
        });
        // Without `steps`, the platform runs one Terraform step.
        let families: Vec<_> = match document.value("steps") {
            None => vec![Some(BuiltIn::Terraform)],
            Some(_) => families.collect(),
        };
        let has = |wanted| families.contains(&Some(wanted));
        Self { terraform: has(BuiltIn::Terraform), variables: has(BuiltIn::Terraform) || has(BuiltIn::Bicep) }
    }
}

fn reserved(tools: &Tools, key: Node<'_>, name: &str, findings: &mut Findings) {
    if name == METADATA {
        let message = format!("{} is reserved for the platform; choose another name.", quoted(name));
        findings.push(PARAM_NAME_RESERVED.at(key.span(), message));
    } else if tools.terraform && RESERVED.contains(&name) {
        let message = format!("OpenTofu and Terraform reserve the name {}; choose another.", quoted(name));
        findings.push(PARAM_NAME_RESERVED.at(key.span(), message).with(Severity::Warning));
    }
}

fn invalid(key: Node<'_>, name: &str) -> crate::rules::Finding {
    let reason = match name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        Some(' ') => "it contains a space".to_owned(),
        Some(other) => format!("it contains `{other}`"),
        None => "it must start with a letter or `_`".to_owned(),
    };
    PARAM_NAME_INVALID.at(key.span(), format!("{} cannot be the name of a variable: {reason}.", quoted(name)))
}

fn conditional(context: &Context<'_>, tools: &Tools, params: &[(Node<'_>, String)], findings: &mut Findings) {
    let document = context.document;
    let Some(root) = document.params.filter(|_| tools.variables && context.is_on(&CONDITIONAL_NO_VARIABLE))
    else {
        return;
    };
    let own: BTreeSet<&str> = params.iter().map(|(_, name)| name.as_str()).collect();
    for (name, definitions) in
        document.names(root).known.iter().filter(|(name, _)| !own.contains(name.as_str()))
    {
        // A branch that only tests a value does not declare a param.
        let declares = |property: &_| types(document, document.schemas.property(*property).schema).is_some();
        let Some(first) = definitions.iter().find(|id| declares(id)) else { continue };
        let key = document.node(document.schemas.property(*first).key);
        let message = format!(
            "Only a condition declares {}, so no variable is generated; declare it by hand.",
            quoted(name)
        );
        findings.push(CONDITIONAL_NO_VARIABLE.at(key.span(), message));
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::report;
    use expect_test::expect;

    const IDS: &[&str] =
        &["name-collision", "param-name-reserved", "param-name-invalid", "conditional-no-variable"];

    #[test]
    fn names_are_unique_and_free_and_identifiers() {
        let text = "\
params:
  properties:
    network: {type: string}
    md_metadata: {type: object}
    version: {type: string}
    2fast: {type: string}
    a.b: {type: string}
    camelCase-too: {type: string}
connections:
  properties:
    network: {$ref: aws-vpc}
    source: {$ref: aws-s3-bucket}
artifacts:
  properties:
    network: {$ref: aws-vpc}
";
        expect![[r#"
            3:5-3:12 name-collision error: `network` is also the name of a connection; rename one of them.
                11:5: The connection
            4:5-4:16 param-name-reserved error: `md_metadata` is reserved for the platform; choose another name.
            5:5-5:12 param-name-reserved warning: OpenTofu and Terraform reserve the name `version`; choose another.
            6:5-6:10 param-name-invalid warning: `2fast` cannot be the name of a variable: it must start with a letter or `_`.
            7:5-7:8 param-name-invalid warning: `a.b` cannot be the name of a variable: it contains `.`.
            12:5-12:11 param-name-reserved warning: OpenTofu and Terraform reserve the name `source`; choose another.
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn dependencies_collide_too_and_conditional_params_do_not() {
        let text = "\
steps:
  - {path: src, provisioner: helm}
params:
  properties:
    network: {type: string}
    version: {type: string}
    image.tag: {type: string}
  then:
    properties:
      cluster: {type: string}
dependencies:
  network: {resource_type: aws-vpc, required: true}
  cluster: {resource_type: kubernetes-cluster, required: true}
";
        expect![[r#"
            5:5-5:12 name-collision error: `network` is also the name of a connection; rename one of them.
                12:3: The connection
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn params_that_only_conditions_declare_have_no_variable() {
        let text = "\
params:
  properties:
    a: {type: boolean}
  dependencies:
    a:
      oneOf:
        - properties: {a: {const: true}, b: {type: string}}
        - properties: {a: {const: false}, b: {type: string}, c: {const: 1}}
";
        expect![[r#"
            7:42-7:43 conditional-no-variable info: Only a condition declares `b`, so no variable is generated; declare it by hand.
        "#]]
        .assert_eq(&report(IDS, text));
    }
}
