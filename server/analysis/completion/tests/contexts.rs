//! Snapshot of the items in each context of the format, in complete and half-typed documents: `contexts.txt`.
//! `UPDATE_EXPECT=1` updates it.

use super::labels;
use expect_test::expect_file;

/// A bundle in the `connections`/`artifacts` format; the case follows it.
const CONNECTIONS: &str = "\
name: web
params:
  required: [port]
  properties:
    port: {type: integer, title: Port, minimum: 1, default: 80}
    size: {type: string, enum: [small, large]}
    tls: {type: boolean}
    rules:
      type: array
      items: {type: object, properties: {cidr: {type: string}}}
connections:
  properties:
    net: {$ref: aws-vpc}
    db: {$ref: postgresql-authentication}
";

/// A bundle in the `dependencies`/`resources` format.
const DEPENDENCIES: &str = "\
name: web
params:
  properties:
    port: {type: integer}
dependencies:
  net: {resource_type: aws-vpc}
";

/// Most labels that are recorded per case.
const SHOWN: usize = 8;

#[test]
fn every_context() {
    let (mut case, mut answered) = (String::new(), String::new());
    let mut intro = true;
    for line in include_str!("contexts.txt").lines() {
        if line.starts_with("=>") {
            answered.push_str(format!("=> {}", answer(&case)).trim_end());
            case.clear();
        } else {
            intro &= !line.starts_with("## ");
            if !intro && !line.starts_with("## ") {
                case.push_str(line);
                case.push('\n');
            }
            answered.push_str(line);
        }
        answered.push('\n');
    }
    expect_file!["contexts.txt"].assert_eq(&answered);
}

/// The first labels for a case. Whether a line break follows makes no difference.
fn answer(case: &str) -> String {
    let text = case.replace("(connections)\n", CONNECTIONS).replace("(dependencies)\n", DEPENDENCIES);
    let labels = labels(&text);
    assert_eq!(labels, super::labels(text.trim_end_matches('\n')), "{case}");
    let more = labels.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(", {more} more") } else { String::new() };
    format!("{}{more}", labels[..labels.len().min(SHOWN)].join(", "))
}
