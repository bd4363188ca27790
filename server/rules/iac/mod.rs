//! Compares a bundle's inputs and outputs with the code of its steps.

pub(crate) mod code;
mod input;
mod inputs;
mod outputs;
mod types;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use inputs::Declarations;
pub(crate) use outputs::{is_file_name, programs};

use super::{Context, Family, Findings, Rule, Severity};
use crate::bundle::Kind;
use crate::rules::dedent::dedent;

/// Rules about the code of steps.
pub(super) static IAC: Family = Family {
    title: "Infrastructure code",
    rules: &[&UNDECLARED, &MISSING, &TYPES, &NOT_EMITTED, &UNKNOWN_FIELD],
    check,
};

static UNDECLARED: Rule = Rule {
    id: "iac-undeclared-input",
    severity: Severity::Warning,
    opt_in: false,
    title: "A variable has no matching param or connection",
    explanation: "A variable without a default gets its value from the param or connection of the same name. No \
                  param or connection has the name of this variable, so the step fails when it is deployed. Add \
                  one, or give the variable a default. Variables with a default are not checked, and the \
                  platform always provides `md_metadata`.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties: {}
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            size:
              type: number
    "},
    files: &[(
        "src/variables.tf",
        dedent! {r#"
            variable "size" {
              type = number
            }
        "#},
    )],
};

static MISSING: Rule = Rule {
    id: "iac-missing-variable",
    severity: Severity::Warning,
    opt_in: false,
    title: "No step declares a variable for an input",
    explanation: "The code receives every param and connection as a variable of the same name; if no step \
                  declares that variable, the value is not used. `mass bundle build` writes the missing \
                  variables to `_massdriver_variables.tf`; while there is no such file, this is only \
                  information. In a bundle with several steps, one step has to declare the variable. If a step \
                  is a Helm chart or uses a custom provisioner, nothing is reported, because these receive \
                  values without declaring them.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            size:
              type: number
            zone:
              type: string
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            size:
              type: number
    "},
    files: &[(
        "src/variables.tf",
        dedent! {r#"
            variable "size" {
              type = number
            }
        "#},
    )],
};

static TYPES: Rule = Rule {
    id: "iac-type-mismatch",
    severity: Severity::Warning,
    opt_in: false,
    title: "A variable cannot hold the value of its input",
    explanation: "The types of the param and the variable conflict: no value of the one can be converted to the \
                  other, as a list cannot become text. OpenTofu and Terraform convert between text, numbers and \
                  booleans if the value allows it, so of those only numbers and booleans conflict. Bicep \
                  converts nothing. Unknown types, such as `any`, are not reported.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            zones:
              type: string
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        params:
          properties:
            zones:
              type: array
              items:
                type: string
    "},
    files: &[(
        "src/variables.tf",
        dedent! {r#"
            variable "zones" {
              type = list(string)
            }
        "#},
    )],
};

static NOT_EMITTED: Rule = Rule {
    id: "artifact-not-emitted",
    severity: Severity::Hint,
    opt_in: false,
    title: "No step publishes this artifact",
    explanation: "A step publishes an artifact with a `massdriver_artifact` resource (in newer versions of the \
                  provider, `massdriver_resource`) whose `field` is the artifact's name, or with a jq program \
                  `artifact_<name>.jq` (for resources, `resource_<name>.jq`) in its directory. Neither was \
                  found. A module that the code calls may publish it, so this is only a hint.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        artifacts:
          properties:
            network:
              $ref: aws-vpc
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        artifacts:
          properties:
            database:
              $ref: postgresql
    "},
    files: &[("src/artifact_database.jq", "{}\n"), ("src/main.tf", "")],
};

static UNKNOWN_FIELD: Rule = Rule {
    id: "artifact-unknown-field",
    severity: Severity::Warning,
    opt_in: false,
    title: "The code publishes an undeclared artifact",
    explanation: "The `field` of a `massdriver_artifact` or `massdriver_resource`, and the `<name>` of a jq \
                  program `artifact_<name>.jq` or `resource_<name>.jq`, must be the name of an artifact or \
                  resource of the bundle. The platform rejects any other name.",
    bad: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        artifacts:
          properties:
            data_base:
              $ref: postgresql
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
        artifacts:
          properties:
            database:
              $ref: postgresql
    "},
    files: &[(
        "src/artifacts.tf",
        dedent! {r#"
            resource "massdriver_artifact" "database" {
              field = "database"
              artifact = jsonencode({})
            }
        "#},
    )],
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != Kind::Bundle || !context.settings.iac {
        return;
    }
    let code = code::read(document, context.files);
    inputs::check(document, &code, findings);
    outputs::check(document, &code, findings);
}
