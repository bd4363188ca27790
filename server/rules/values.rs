//! Validates defaults and preset values against their schemas.

use super::bool_word;
use super::wording::{plain, quoted, recast, unfit};
use super::{Context, Family, Finding, Findings, MAX_OFFERS, Rule, Severity};
use crate::bundle::{Area, Role, SchemaId};
use crate::edit::build::{is_shared, own_value, remove_entry, remove_item};
use crate::edit::{Edits, Fix};
use crate::reference::closest;
use crate::rules::dedent::dedent;
use crate::schema::{self, Problem, Question, Violation};
use crate::syntax::{Dialect, Kind, Node, Scalar, Span, encode};
use serde_json::Value;

static DEFAULT_TYPE: Rule = Rule {
    id: "default-type",
    severity: Severity::Warning,
    opt_in: false,
    title: "A default has another type than its param",
    explanation: "The form fills a field with its default, so a default of the wrong type is invalid from the \
                  start. Mind the quotes: `\"8080\"` is text, `8080` is a number.",
    bad: dedent! {r#"
        params:
          properties:
            port:
              type: integer
              default: "8080"
    "#},
    good: dedent! {"
        params:
          properties:
            port:
              type: integer
              default: 8080
    "},
    files: &[],
};

static DEFAULT_NOT_ALLOWED: Rule = Rule {
    id: "default-not-allowed",
    severity: Severity::Warning,
    opt_in: false,
    title: "A default violates the constraints of its param",
    explanation: "The default is not in the allowed values, or is outside the bounds or the pattern, so the \
                  form is invalid before anyone changes it.",
    bad: dedent! {"
        params:
          properties:
            size:
              type: string
              enum: [small, large]
              default: medium
    "},
    good: dedent! {"
        params:
          properties:
            size:
              type: string
              enum: [small, large]
              default: small
    "},
    files: &[],
};

static PRESET_VALUE: Rule = Rule {
    id: "preset-value",
    severity: Severity::Warning,
    opt_in: false,
    title: "A preset sets a value that its param does not allow",
    explanation: "The preset fills the form with an invalid value. A preset can omit params, but the values it \
                  sets must fit the type, allowed values, bounds and pattern of their params.",
    bad: dedent! {"
        params:
          examples:
            - __name: Large
              replicas: many
          properties:
            replicas:
              type: integer
    "},
    good: dedent! {"
        params:
          examples:
            - __name: Large
              replicas: 5
          properties:
            replicas:
              type: integer
    "},
    files: &[],
};

/// Defaults and preset values.
pub(super) static VALUES: Family = Family {
    title: "Defaults and presets",
    rules: &[&DEFAULT_TYPE, &DEFAULT_NOT_ALLOWED, &PRESET_VALUE],
    check,
};

/// The value that is validated.
enum Subject<'a> {
    Default(SchemaId),
    Preset(Node<'a>),
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut subjects = Vec::new();
    let mut questions = Vec::new();
    for (id, schema) in document.schemas.iter() {
        // Only defaults of params appear in the form.
        if schema.area != Area::Params {
            continue;
        }
        if let Some((_, value)) = document.keyword(id, "default") {
            let value = value.target();
            if !says_nothing(document.dialect(), value) {
                subjects.push(Subject::Default(id));
                questions.push(Question { schema: id, value });
            }
        }
    }
    if let Some(params) = document.params {
        for preset in &document.presets {
            let value = document.node(preset.node);
            if value.is_mapping() {
                subjects.push(Subject::Preset(value));
                questions.push(Question { schema: params, value });
            }
        }
    }
    let checked = schema::check(document, &questions, context.budget);
    if let Some(subject) = checked.unchecked.and_then(|index| subjects.get(index)) {
        let key = match subject {
            Subject::Default(schema) => document.keyword(*schema, "default").map(|(key, _)| key.span()),
            Subject::Preset(preset) => Some(preset.span()),
        };
        findings.not_checked(key.unwrap_or(Span::at(0)), "defaults and presets");
    }
    for violation in checked.violations {
        match &subjects[violation.question] {
            // `yes` and `no` are reported by `yaml-bool-word`.
            Subject::Default(schema) if is_word(context, *schema, &violation) => {}
            Subject::Default(schema) => findings.push(default_finding(context, *schema, &violation)),
            Subject::Preset(preset) => findings.push(preset_finding(context, *preset, &violation)),
        }
    }
}

/// Whether a default that should be text is a word that is read as a boolean.
fn is_word(context: &Context<'_>, schema: SchemaId, violation: &Violation<'_>) -> bool {
    let wants_text = matches!(&violation.problem, Problem::Type(wanted) if wanted.contains(&"string"));
    let whole = context.document.keyword(schema, "default").map(|(_, value)| value.target());
    let is_whole = whole == Some(violation.node);
    wants_text && is_whole && bool_word::read_as(violation.node, context.document.dialect()).is_some()
}

/// Whether a value means "start empty", which every schema accepts: null, `""`, `[]`, `{}`.
fn says_nothing(dialect: Dialect, value: Node<'_>) -> bool {
    match value.kind() {
        Kind::Null | Kind::Alias => true,
        Kind::Scalar(_) => match value.resolve(dialect) {
            Scalar::Null => true,
            Scalar::Str(text) => text.is_empty(),
            _ => false,
        },
        Kind::Sequence { .. } => value.items().len() == 0,
        Kind::Mapping { .. } => value.entries().len() == 0,
    }
}

fn default_finding(context: &Context<'_>, schema: SchemaId, violation: &Violation<'_>) -> Finding {
    let whole = context.document.keyword(schema, "default").map(|(_, value)| value.target());
    let subject = match whole == Some(violation.node) {
        true => format!("The default of {}", name_of(context, schema)),
        false => {
            format!("{} in the default of {}", name_in(violation.node, "This item"), name_of(context, schema))
        }
    };
    let rule =
        if matches!(violation.problem, Problem::Type(_)) { &DEFAULT_TYPE } else { &DEFAULT_NOT_ALLOWED };
    report(context, rule, &subject, violation)
}

fn preset_finding(context: &Context<'_>, preset: Node<'_>, violation: &Violation<'_>) -> Finding {
    let name = preset.field("__name").map(|entry| entry.value().value());
    let subject = name_in(violation.node, "This value");
    let subject = match name {
        Some(name) if !name.is_empty() => format!("{subject} in the preset \"{name}\""),
        _ => format!("{subject} in this preset"),
    };
    report(context, &PRESET_VALUE, &subject, violation)
}

fn report(context: &Context<'_>, rule: &'static Rule, subject: &str, violation: &Violation<'_>) -> Finding {
    let dialect = context.document.dialect();
    let finding = rule.at(violation.node.span(), unfit(subject, &violation.problem, violation.node, dialect));
    let finding = match &violation.problem {
        Problem::Type(wanted) => match recast(violation.node, wanted, dialect) {
            Some((title, text)) => finding.with_fix(Fix::safe(title, own_value(violation.node, text))),
            None => finding,
        },
        problem => allowed(problem, violation.node).iter().fold(finding, |finding, value| {
            let text = written(violation.node, value, dialect);
            let title = format!("Replace with `{}`", plain(value));
            finding.with_fix(Fix::unsafe_(title, text.and_then(|text| own_value(violation.node, text))))
        }),
    };
    finding.with_fix(Fix::unsafe_("Remove it", removed(violation.node)))
}

/// Allowed values that can replace one that is not allowed, the closest first.
fn allowed(problem: &Problem, node: Node<'_>) -> Vec<Value> {
    match problem {
        Problem::NotOneOf(values) if node.is_scalar() => {
            let written = node.value();
            let texts: Vec<String> = values.iter().map(plain).collect();
            let close = closest(&written, texts.iter().map(String::as_str));
            let mut values: Vec<Value> = values.iter().filter(|value| is_scalar(value)).cloned().collect();
            values.sort_by_key(|value| Some(plain(value).as_str()) != close);
            values.truncate(MAX_OFFERS);
            values
        }
        Problem::Number("at least" | "at most", limit) => vec![limit.clone()],
        Problem::Number("a multiple of", step) => {
            let rounded = node.value().parse::<i64>().ok().zip(step.as_i64().filter(|step| *step > 0));
            rounded.map(|(number, step)| Value::from(number.div_euclid(step) * step)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Array(_) | Value::Object(_))
}

/// A value as YAML, in place of a node.
fn written(node: Node<'_>, value: &Value, dialect: Dialect) -> Option<String> {
    match value {
        Value::String(text) => Some(encode::string(text, encode::in_flow(node), dialect).into_owned()),

        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Removes the entry or item of a value.
fn removed(node: Node<'_>) -> Option<Edits> {
    let parent = node.parent().filter(|_| !is_shared(node))?;
    match node.entry() {
        Some(entry) => remove_entry(parent, entry),
        None => remove_item(parent, node),
    }
}

/// The name of a schema's property, for messages.
fn name_of(context: &Context<'_>, schema: SchemaId) -> String {
    match context.document.schemas.get(schema).role {
        Role::Property(property) => {
            quoted(&context.document.node(context.document.schemas.property(property).key).value())
        }
        Role::Items => "the items".to_owned(),
        _ => "this schema".to_owned(),
    }
}

/// The key of a value, for messages.
fn name_in(node: Node<'_>, otherwise: &str) -> String {
    let entry =
        node.parent().and_then(|parent| parent.entries().find(|entry| entry.value().target() == node));
    entry.map_or_else(|| otherwise.to_owned(), |entry| quoted(&entry.name()))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    const IDS: &[&str] = &["default-type", "default-not-allowed", "preset-value"];

    #[test]
    fn a_value_has_one_finding() {
        let properties = "\
    a: {type: integer, default: oops, enum: [8, 16]}
    b: {type: integer, minimum: 5, multipleOf: 5, default: 3}
    c: {type: string, pattern: '^[a&&b]$', default: '&'}
    d: {type: string, pattern: '^\\d$', default: \u{663}}
    e: {type: integer, multipleOf: 2.0, default: 3}
    size: {type: string, enum: [s, m]}
";
        let text =
            format!("params:\n  properties:\n{properties}  examples:\n    - __name: One\n      size:\n");
        expect![[r#"
            3:29-3:33 default-type warning: The default of `a` must be a whole number; `oops` is text.
            4:60-4:61 default-not-allowed warning: The default of `b` must be at least 5.
                unsafe fix: Replace with `5`
                unsafe fix: Remove it
            6:49-6:51 default-not-allowed warning: The default of `d` does not match its pattern `^\d$`.
                unsafe fix: Remove it
            7:50-7:51 default-not-allowed warning: The default of `e` must be a multiple of 2.
                unsafe fix: Replace with `2`
                unsafe fix: Remove it
            11:12-11:12 preset-value warning: `size` in the preset "One" must be text; this is empty.
                unsafe fix: Remove it
        "#]]
        .assert_eq(&report(IDS, &text));
    }

    #[test]
    fn values_multiplied_by_aliases_are_skipped_and_the_rest_checked() {
        let mut text = "x-a:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..6 {
            let items = vec![format!("*a{}", level - 1); 9].join(", ");
            text += &format!("  a{level}: &a{level} [{items}]\n");
        }
        let ids = ["default-type", "enum-type", "not-fully-checked", "schema-type-unknown"];
        let found = |properties: &str| report(&ids, &format!("{text}params:\n  properties:\n{properties}"));
        // In the order of the text, those before the one that is too large are checked; so is everything else.
        expect![[r#"
            10:37-10:38 default-type warning: The default of `first` must be a whole number; `a` is text.
                unsafe fix: Remove it
            11:14-11:21 not-fully-checked warning: From here on, defaults and presets were not checked, because they are too large with all aliases and references expanded. Use fewer aliases within aliases, or shorter lists.
            12:19-12:25 schema-type-unknown error: `strong` is not a type; did you mean `string`?
                fix: Replace with `string`
        "#]]
        .assert_eq(&found(
            "    first: {type: integer, default: a}\n    second: {default: *a5}\n    third: {type: strong}\n",
        ));
        expect![[r#"
            10:26-10:30 not-fully-checked warning: From here on, allowed values were not checked, because they are too large with all aliases and references expanded. Use fewer aliases within aliases, or shorter lists.
        "#]]
        .assert_eq(&found("    first: {type: array, enum: *a5}\n    second: {type: integer, enum: [a]}\n"));
    }

    #[test]
    fn defaults_are_validated_against_their_schema() {
        let text = "\
params:
  properties:
    port: {type: integer, default: '80'}
    size: {type: string, enum: [s, l], default: m}
    count: {type: integer, minimum: 1, default: 0}
    slug: {type: string, pattern: '^[a-z]+$', message: {pattern: lower-case letters}, default: A}
    tags: {type: array, items: {type: string}, default: [a, 1]}
    zone: {type: string, oneOf: [{const: a, title: A}, {const: b, title: B}], default: c}
";
        expect![[r#"
            3:36-3:40 default-type warning: The default of `port` must be a whole number; `'80'` is text.
                fix: Remove the quotes
                unsafe fix: Remove it
            4:49-4:50 default-not-allowed warning: The default of `size` must be one of `s`, `l`; `m` is not.
                unsafe fix: Replace with `s`
                unsafe fix: Replace with `l`
                unsafe fix: Remove it
            5:49-5:50 default-not-allowed warning: The default of `count` must be at least 1.
                unsafe fix: Replace with `1`
                unsafe fix: Remove it
            6:96-6:97 default-not-allowed warning: The default of `slug` does not match its pattern `^[a-z]+$`: lower-case letters
                unsafe fix: Remove it
            7:61-7:62 default-type warning: This item in the default of `tags` must be text; `1` is a number.
                fix: Add quotes
                unsafe fix: Remove it
            8:88-8:89 default-not-allowed warning: The default of `zone` must be one of `a`, `b`; `c` is not.
                unsafe fix: Replace with `a`
                unsafe fix: Replace with `b`
                unsafe fix: Remove it
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn empty_and_unknown_values_are_accepted() {
        let text = "\
params:
  properties:
    a: {type: string, default: null}
    b: {type: object, default: {}}
    c: {type: array, minItems: 1, default: []}
    d: {type: integer, default: 1.0}
    e: {type: number, default: 1}
    f: {$ref: 'https://example.com/x.json', default: 5}
    g: {type: string, pattern: '(?!x)y', default: z}
    h: {type: object, required: [x], properties: {x: {type: string}, y: {type: string}}, default: {y: z}}
    i: {type: int, default: 5}
    j: {type: string, default: }
    k: {type: string, default: *nothing}
    l: {type: string, pattern: '^[a-z]+$', minLength: 1, default: ''}
";
        expect![[""]].assert_eq(&report(IDS, text));
    }

    #[test]
    fn presets_can_be_partial_but_must_be_valid() {
        let text = "\
params:
  examples:
    - __name: Dev
      size: huge
      backup: {days: many}
    - __name: Prod
      stray: 1
      ha: true
      replicas: 9
    - ha: false
      replicas: 9
  required: [name, size]
  properties:
    name: {type: string}
    size: {type: string, enum: [small, large]}
    ha: {type: boolean}
    backup: {type: object, required: [days, hour], properties: {days: {type: integer}, hour: {type: string}}}
  dependencies:
    ha:
      oneOf:
        - properties: {ha: {const: true}, replicas: {type: integer, maximum: 5}}
          required: [replicas]
        - properties: {ha: {const: false}}
";
        expect![[r#"
            4:13-4:17 preset-value warning: `size` in the preset "Dev" must be one of `small`, `large`; `huge` is not.
                unsafe fix: Replace with `small`
                unsafe fix: Replace with `large`
                unsafe fix: Remove it
            5:22-5:26 preset-value warning: `days` in the preset "Dev" must be a whole number; `many` is text.
                unsafe fix: Remove it
            9:17-9:18 preset-value warning: `replicas` in the preset "Prod" must be at most 5.
                unsafe fix: Replace with `5`
                unsafe fix: Remove it
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn conditions_apply_only_when_they_can_be_decided() {
        let text = "\
params:
  examples:
    - {__name: a, iops: x}
    - {__name: b, type: io1, iops: x}
    - {__name: c, type: gp2, iops: x}
  properties:
    type: {type: string}
  if: {properties: {type: {const: io1}}}
  then: {properties: {iops: {type: integer}}}
  else: {properties: {iops: {type: string}}}
";
        expect![[r#"
            4:36-4:37 preset-value warning: `iops` in the preset "b" must be a whole number; `x` is text.
                unsafe fix: Remove it
        "#]]
        .assert_eq(&report(IDS, text));
    }

    #[test]
    fn an_alias_chain_cannot_exhaust_the_stack() {
        let mut text = String::from("k0: &k0 {type: integer}\n");
        for i in 1..3_000 {
            text += &format!("k{i}: &k{i} {{type: object, properties: {{a: *k{}}}}}\n", i - 1);
        }
        text += "params:\n  properties:\n    p: *k2999\n    q: *k2999\n    r: {type: integer, default: x}\n";
        assert!(report(IDS, &text).contains("`r`"));
    }

    #[test]
    fn a_schema_that_refers_to_itself_is_written_once() {
        let members: String = (0..20).map(|i| format!("    p{i}: {{$ref: '#'}}\n")).collect();
        let text = format!(
            "params:\n  default: {{a: x, p1: {{p2: {{a: y}}}}}}\n  properties:\n    a: {{type: integer}}\n{members}"
        );
        assert_eq!(report(IDS, &text).lines().filter(|line| !line.starts_with(' ')).count(), 2);
    }

    #[test]
    fn fixes_change_quotes() {
        assert_eq!(
            fixed("default-type", "params:\n  properties:\n    a: {type: boolean, default: \"true\"}\n"),
            "params:\n  properties:\n    a: {type: boolean, default: true}\n"
        );
        assert_eq!(
            fixed("default-type", "params:\n  properties:\n    a: {type: string, default: 14}\n"),
            "params:\n  properties:\n    a: {type: string, default: \"14\"}\n"
        );
    }
}
