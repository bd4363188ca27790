//! The bundle and the code of its steps: do they speak of the same inputs and outputs (`spec §10.1, §10.4, §12`)?

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

/// What a bundle and its code have to agree on.
pub(super) static IAC: Family = Family {
    title: "Infrastructure code",
    rules: &[&UNDECLARED, &MISSING, &TYPES, &NOT_EMITTED, &UNKNOWN_FIELD],
    check,
};

static UNDECLARED: Rule = Rule {
    id: "iac-undeclared-input",
    severity: Severity::Warning,
    opt_in: false,
    title: "The code wants an input that the bundle does not have",
    explanation: "A variable without a default must get a value, and the values come from the params and connections \
                  of the bundle. None of them has the name of this variable, so the step fails when it is deployed. \
                  Add the param or connection, or give the variable a default. A variable with a default is nobody's \
                  business but the code's, and `md_metadata` always comes from the platform.",
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties: {}\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size:\n      type: number\n",
    files: &[("src/variables.tf", "variable \"size\" {\n  type = number\n}\n")],
};

static MISSING: Rule = Rule {
    id: "iac-missing-variable",
    severity: Severity::Warning,
    opt_in: false,
    title: "No step has a variable for an input",
    explanation: "Every param and connection reaches the code as a variable of its name; where no step declares one, \
                  its value goes nowhere. `mass bundle build` writes the variables that are missing into \
                  `_massdriver_variables.tf`: as long as there is no such file this is mere information. Bundles with \
                  several steps need the variable in one of them only; where a step is a chart or runs a provisioner \
                  of your own, nothing is said, as those take values without declaring them.",
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size:\n      type: number\n    \
          zone:\n      type: string\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size:\n      type: number\n",
    files: &[("src/variables.tf", "variable \"size\" {\n  type = number\n}\n")],
};

static TYPES: Rule = Rule {
    id: "iac-type-mismatch",
    severity: Severity::Warning,
    opt_in: false,
    title: "A variable cannot hold what its input gives",
    explanation: "The type of the param and the type of the variable contradict each other: no value of the one can \
                  become the other, as no list can become a text. OpenTofu and Terraform convert between texts, \
                  numbers and booleans where the value allows it, so of those only numbers and booleans are told \
                  apart; Bicep converts nothing. Types that cannot be told, such as `any`, are not reported.",
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    zones:\n      type: string\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    zones:\n      type: array\n      \
           items:\n        type: string\n",
    files: &[("src/variables.tf", "variable \"zones\" {\n  type = list(string)\n}\n")],
};

static NOT_EMITTED: Rule = Rule {
    id: "artifact-not-emitted",
    severity: Severity::Hint,
    opt_in: false,
    title: "No step hands out an artifact",
    explanation: "An artifact is handed out by a resource `massdriver_artifact` (newer: `massdriver_resource`) with its \
                  name as the `field`, or by a jq program `artifact_<name>.jq` (newer: `resource_<name>.jq`) in the \
                  directory of a step. None of either was found; a module that the code calls may do it, so this is \
                  only a hint.",
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    network:\n      $ref: aws-vpc\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    database:\n      $ref: postgresql\n",
    files: &[("src/artifact_database.jq", "{}\n"), ("src/main.tf", "")],
};

static UNKNOWN_FIELD: Rule = Rule {
    id: "artifact-unknown-field",
    severity: Severity::Warning,
    opt_in: false,
    title: "The code hands out an artifact that is not declared",
    explanation: "The `field` of a `massdriver_artifact` or `massdriver_resource`, and the name of a program \
                  `artifact_<name>.jq` or `resource_<name>.jq`, must be the name of an artifact or resource of the \
                  bundle. The platform refuses any other.",
    bad: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    data_base:\n      $ref: postgresql\n",
    good: "steps:\n  - path: src\n    provisioner: opentofu\nartifacts:\n  properties:\n    database:\n      $ref: postgresql\n",
    files: &[(
        "src/artifacts.tf",
        "resource \"massdriver_artifact\" \"database\" {\n  field = \"database\"\n  artifact = jsonencode({})\n}\n",
    )],
};

fn check(context: &Context<'_>, found: &mut Findings) {
    let document = context.document;
    if document.kind != Kind::Bundle || !context.settings.iac {
        return;
    }
    let code = code::read(document, context.files);
    inputs::check(document, &code, found);
    outputs::check(document, &code, found);
}
