//! Whether lower bounds are below upper bounds.

use super::is_own;
use crate::bundle::Schema;
use crate::edit::{Edits, Fix};
use crate::rules::dedent::dedent;
use crate::rules::{Context, Family, Findings, Rule, Severity};
use crate::syntax::{Node, Scalar};
use foldhash::HashSet;

static RANGE_INVERTED: Rule = Rule {
    id: "range-inverted",
    severity: Severity::Warning,
    opt_in: false,
    title: "A lower bound is above the upper bound",
    explanation: "No value satisfies both bounds, so the param cannot be filled in. The bounds may be swapped, \
                  or one of them may have a typo.",
    bad: dedent! {"
        params:
          properties:
            replicas:
              type: integer
              minimum: 10
              maximum: 1
    "},
    good: dedent! {"
        params:
          properties:
            replicas:
              type: integer
              minimum: 1
              maximum: 10
    "},
    files: &[],
};

/// Bounds.
pub(in crate::rules) static RANGES: Family = Family { title: "Bounds", rules: &[&RANGE_INVERTED], check };

/// Lower bound, upper bound, and whether equal bounds exclude all values.
const PAIRS: [(&str, &str, bool); 7] = [
    ("minimum", "maximum", false),
    ("exclusiveMinimum", "exclusiveMaximum", true),
    ("minimum", "exclusiveMaximum", true),
    ("exclusiveMinimum", "maximum", true),
    ("minLength", "maxLength", false),
    ("minItems", "maxItems", false),
    ("minProperties", "maxProperties", false),
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut seen = HashSet::default();
    for (id, schema) in context.document.schemas.iter() {
        for (low, high, strict) in PAIRS {
            let (Some(low), Some(high)) =
                (context.document.keyword(id, low), context.document.keyword(id, high))
            else {
                continue;
            };
            // A merge may repeat the pair in many schemas.
            if seen.insert((low.0.id(), high.0.id())) {
                pair(context, schema, low, high, strict, findings);
            }
        }
    }
}

fn pair<'a>(
    context: &Context<'a>,
    schema: &Schema,
    low: (Node<'a>, Node<'a>),
    high: (Node<'a>, Node<'a>),
    strict: bool,
    findings: &mut Findings,
) {
    let (Some(least), Some(most)) = (number(context, low.1), number(context, high.1)) else { return };
    if least < most || !strict && least == most {
        return;
    }
    let relation = if least == most { "is not less than" } else { "is greater than" };
    let message = format!(
        "`{}: {}` {relation} `{}: {}`, so no value fits.",
        low.0.value(),
        low.1.target().source(),
        high.0.value(),
        high.1.target().source()
    );
    let (at, other) =
        if is_own(schema, high.0) || !is_own(schema, low.0) { (high, low) } else { (low, high) };
    let finding = RANGE_INVERTED.at(at.1.span(), message).relating(other.1.span(), "The other bound");
    let is_together = low.0.parent() == high.0.parent();
    let can_swap = least > most && is_together && low.1.is_scalar() && high.1.is_scalar();
    findings.push(match can_swap {
        true => finding.with_fix(Fix::unsafe_(
            "Swap the bounds",
            Edits::value(low.1, high.1.source()).and(Edits::value(high.1, low.1.source())),
        )),
        false => finding,
    });
}

fn number(context: &Context<'_>, node: Node<'_>) -> Option<f64> {
    match super::scalar(context, node) {
        Scalar::Int(number) => Some(number as f64),
        Scalar::Float(number) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const ID: &[&str] = &["range-inverted"];

    #[test]
    fn contradictory_bounds_are_reported() {
        let text = "\
params:
  properties:
    a: {minimum: 3, maximum: 2}
    b: {minimum: 3, exclusiveMaximum: 3}
    c: {minLength: 2, maxLength: 1}
    d: {minItems: 1, maxItems: 0}
    e: {minProperties: 1.0, maxProperties: 0}
";
        expect![[r#"
            3:30-3:31 range-inverted warning: `minimum: 3` is greater than `maximum: 2`, so no value fits.
                3:18: The other bound
                unsafe fix: Swap the bounds
            4:39-4:40 range-inverted warning: `minimum: 3` is not less than `exclusiveMaximum: 3`, so no value fits.
                4:18: The other bound
            5:34-5:35 range-inverted warning: `minLength: 2` is greater than `maxLength: 1`, so no value fits.
                5:20: The other bound
                unsafe fix: Swap the bounds
            6:32-6:33 range-inverted warning: `minItems: 1` is greater than `maxItems: 0`, so no value fits.
                6:19: The other bound
                unsafe fix: Swap the bounds
            7:44-7:45 range-inverted warning: `minProperties: 1.0` is greater than `maxProperties: 0`, so no value fits.
                7:24: The other bound
                unsafe fix: Swap the bounds
        "#]]
        .assert_eq(&report(ID, text));
        expect!["params: {properties: {a: {minimum: 2, maximum: 3}}}"]
            .assert_eq(&fixed("range-inverted", "params: {properties: {a: {minimum: 3, maximum: 2}}}"));
    }

    #[test]
    fn bounds_that_leave_one_value_or_are_unfinished_are_fine() {
        let text = "\
params:
  properties:
    a: {minimum: 3, maximum: 3}
    b: {minimum: '3', maximum: 2}
    c:
      minimum: 3
      maximum:
    d: {minimum: 3, maxLength: 1}
";
        assert_eq!(report(ID, text), "");
    }

    #[test]
    fn a_merged_pair_is_reported_once_and_a_half_merged_one_at_its_own_bound() {
        let text = "\
bounds: &bounds {minimum: 3, maximum: 2}
low: &low {minimum: 9}
params:
  properties:
    a: {<<: *bounds}
    b: {<<: *bounds}
    c: {<<: *low, maximum: 5}
";
        expect![[r#"
            1:39-1:40 range-inverted warning: `minimum: 3` is greater than `maximum: 2`, so no value fits.
                1:27: The other bound
                unsafe fix: Swap the bounds
            7:28-7:29 range-inverted warning: `minimum: 9` is greater than `maximum: 5`, so no value fits.
                2:21: The other bound
        "#]]
        .assert_eq(&report(ID, text));
    }
}
