//! Compares a bundle's inputs and outputs with the code of its steps.

pub(crate) mod code;
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
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties: {}\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size:\n      type: number\n",
    files: &[("src/variables.tf", "variable \"size\" {\n  type = number\n}\n")],
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
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size:\n      type: number\n    \
          zone:\n      type: string\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size:\n      type: number\n",
    files: &[("src/variables.tf", "variable \"size\" {\n  type = number\n}\n")],
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
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    zones:\n      type: string\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    zones:\n      type: array\n      \
           items:\n        type: string\n",
    files: &[("src/variables.tf", "variable \"zones\" {\n  type = list(string)\n}\n")],
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
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    network:\n      $ref: aws-vpc\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    database:\n      $ref: postgresql\n",
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
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    data_base:\n      $ref: postgresql\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    database:\n      $ref: postgresql\n",
    files: &[(
        "src/artifacts.tf",
        "resource \"massdriver_artifact\" \"database\" {\n  field = \"database\"\n  artifact = jsonencode({})\n}\n",
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
