//! Generates valid bundles of any size.

use std::fmt::Write;

/// A bundle of at least `lines` lines, structured like real ones.
pub(crate) fn of_lines(lines: usize) -> String {
    let mut text = String::from(
        "name: generated\ndescription: >-\n  A bundle of a given size,\n  for measuring.\nversion: 0.1.0\n\nsteps:\n  - path: src\n    \
         provisioner: opentofu:1.10\n\nparams:\n  required:\n    - size_0\n  properties:\n",
    );
    let mut count = text.lines().count();
    let mut index = 0;
    while count + 20 < lines {
        let start = text.len();
        // Writing to a `String` cannot fail.
        let _ = match index % 4 {
            0 => write!(
                text,
                "    size_{index}:\n      type: string\n      title: Size {index}\n      description: How large the component is when traffic grows \
                 beyond the expected range.\n      pattern: ^[a-z][a-z0-9-]*$\n      message:\n        pattern: \"Start with a letter, then \
                 letters, digits and dashes.\"\n      enum: [small, medium, large]\n      default: small\n"
            ),
            1 => write!(
                text,
                "    count_{index}:\n      type: integer\n      title: 'Count {index}'\n      minimum: 1\n      maximum: 500\n      default: 3\n"
            ),
            2 => write!(
                text,
                "    mode_{index}:\n      type: string\n      oneOf:\n        - title: Development (2 vCPU, 4 GiB)\n          const: dev\n        \
                 - title: Production (8 vCPU, 32 GiB)\n          const: prod\n"
            ),
            _ => write!(
                text,
                "    backup_{index}:\n      type: object\n      required:\n        - enabled\n      properties:\n        enabled:\n          type: \
                 boolean\n          default: false # off\n      dependencies:\n        enabled:\n          oneOf:\n            - properties:\n         \
                 \x20      enabled:\n                  const: true\n"
            ),
        };
        count += text[start..].lines().count();
        index += 1;
    }
    text.push_str("\nconnections:\n  required:\n    - network\n  properties:\n    network:\n      $ref: massdriver/aws-vpc\n\napp:\n  envs:\n");
    text.push_str("    SIZE: .params.size_0\n    MODE: |\n      if .params.size_0 == \"small\"\n      then 1 else 2 end\n  policies: []\n");
    text
}
