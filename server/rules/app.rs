//! The `app` block: environment variables, policies and secrets.

use super::bare_word::as_text;
use super::value::{Pattern, json_type};
use super::wording::{kind_words, quoted};
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::Document;
use crate::edit::build::{is_shared, remove_entry, rename_key, replace_text};
use crate::edit::{Edits, Fix};
use crate::jq::{
    self,
    ast::{ExprKind, PathStep, StepKind},
};
use crate::reference::{self, JsonType, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Entry, Kind as NodeKind, Node, ScalarStyle, Span};
use foldhash::{HashMap, HashSet};
use std::sync::LazyLock;

static ENV_NAME: Rule = Rule {
    id: "env-name-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid name of an environment variable",
    explanation: "Names of environment variables consist of letters, digits and `_`, and do not begin with a \
                  digit.",
    bad: dedent! {"
        app:
          envs:
            LOG-LEVEL: .params.log_level
    "},
    good: dedent! {"
        app:
          envs:
            LOG_LEVEL: .params.log_level
    "},
    files: &[],
};

static SECRET_NAME: Rule = Rule {
    id: "secret-name-invalid",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid name of a secret",
    explanation: "Secrets become environment variables, so their names consist of letters, digits and `_`, and \
                  do not begin with a digit.",
    bad: dedent! {"
        app:
          secrets:
            api.key:
              required: true
    "},
    good: dedent! {"
        app:
          secrets:
            api_key:
              required: true
    "},
    files: &[],
};

static ENV_VALUE: Rule = Rule {
    id: "env-value",
    severity: Severity::Error,
    opt_in: false,
    title: "The value of an environment variable is not a jq program",
    explanation: "The value of an environment variable is a jq program, written as a string. A missing value, a \
                  list or a mapping is an error. A plain number or boolean is converted to text and run as jq, \
                  which works but is easy to misread, so it is a hint.",
    bad: dedent! {"
        app:
          envs:
            PORTS: [80, 443]
    "},
    good: dedent! {r#"
        app:
          envs:
            PORTS: '@text "80,443"'
    "#},
    files: &[],
};

static POLICY: Rule = Rule {
    id: "policy-not-path",
    severity: Severity::Warning,
    opt_in: false,
    title: "A policy is not a path into a connection",
    explanation: "A policy is a plain path to a permission that a connection offers, such as \
                  `.connections.bucket.data.security.iam.read`, of names and positions, which may be in quotes or \
                  brackets. Some tools accept no other jq there.",
    bad: dedent! {"
        connections:
          properties:
            bucket: {$ref: aws-s3-bucket}
        app:
          policies:
            - connections.bucket.data.security.iam.read
    "},
    good: dedent! {"
        connections:
          properties:
            bucket: {$ref: aws-s3-bucket}
        app:
          policies:
            - .connections.bucket.data.security.iam.read
    "},
    files: &[],
};

static SECRET_KEY: Rule = Rule {
    id: "secret-unknown-key",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown key in a secret",
    explanation: "A secret has the keys `required`, `json`, `title` and `description`. The platform ignores any \
                  other key.",
    bad: dedent! {"
        app:
          secrets:
            API_KEY:
              required: true
              type: string
    "},
    good: dedent! {"
        app:
          secrets:
            API_KEY:
              required: true
    "},
    files: &[],
};

static CLASH: Rule = Rule {
    id: "env-secret-clash",
    severity: Severity::Warning,
    opt_in: false,
    title: "An environment variable and a secret share a name",
    explanation: "Both become environment variables, so one hides the other.",
    bad: dedent! {"
        app:
          envs:
            TOKEN: .params.token
          secrets:
            TOKEN: {}
    "},
    good: dedent! {"
        app:
          envs:
            TOKEN_NAME: .params.token
          secrets:
            TOKEN: {}
    "},
    files: &[],
};

/// The `app` block.
pub(super) static APP: Family = Family {
    title: "Applications",
    rules: &[&ENV_NAME, &SECRET_NAME, &ENV_VALUE, &POLICY, &SECRET_KEY, &CLASH],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let Some(app) = document.app.node.map(|app| document.node(app)) else { return };
    let block = |name: &str| app.field(name).map(|entry| entry.value().target());
    let (envs, secrets) = (block("envs"), block("secrets"));
    let mut names: HashMap<String, Span> = HashMap::default();
    if let Some(envs) = envs {
        for entry in complete_entries(envs) {
            if findings.is_full() {
                return;
            }
            check_name(document, envs, entry, "envs", &ENV_NAME, findings);
            check_env(document, entry, findings);
            names.insert(entry.name().into_owned(), entry.key().span());
        }
    }
    let mut seen = HashSet::default();
    for entry in secrets.into_iter().flat_map(complete_entries) {
        if findings.is_full() {
            return;
        }
        if let Some(secrets) = secrets {
            check_name(document, secrets, entry, "secrets", &SECRET_NAME, findings);
        }
        if let Some(&env) = names.get(&*entry.name()) {
            findings.push(clash(&entry.name(), env, entry.key().span()));
        }
        let secret = entry.value().target();
        if seen.insert(secret.id()) {
            check_secret(secret, findings);
        }
    }
    let mut seen = HashSet::default();
    for &policy in &document.app.policies {
        let policy = document.node(policy);
        if policy.is_scalar() && seen.insert(policy.id()) {
            check_policy(document, policy, findings);
        }
    }
}

/// Entries that have a colon; an entry without one is still being typed.
fn complete_entries<'a>(block: Node<'a>) -> impl Iterator<Item = Entry<'a>> {
    block.fields().filter(|entry| entry.colon().is_some())
}

fn check_name(
    document: &Document,
    block: Node<'_>,
    entry: Entry<'_>,
    key: &str,
    rule: &'static Rule,
    findings: &mut Findings,
) {
    static ENVS: LazyLock<Pattern> = LazyLock::new(|| names("envs"));
    static SECRETS: LazyLock<Pattern> = LazyLock::new(|| names("secrets"));
    let pattern = if key == "envs" { &ENVS } else { &SECRETS };
    let name = entry.name();
    if pattern.fits(&name) || json_type(entry.key(), document.dialect()).is_none() {
        return;
    }
    let reason = if name.is_empty() {
        "A name must not be empty".to_owned()
    } else if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{} begins with a digit", quoted(&name))
    } else {
        let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_').unwrap_or(' ');
        format!("{} contains `{odd}`", quoted(&name))
    };
    let finding = rule.at(entry.key().span(), format!("{reason}; use only letters, digits and `_`."));
    let better = sanitized(&name);
    let edit = rename_key(block, entry, &better).filter(|_| pattern.fits(&better) && better != "_");
    findings.push(finding.with_fix(Fix::safe(format!("Rename to `{better}`"), edit)));
}

fn names(key: &str) -> Pattern {
    Pattern::new(reference::get().key("app", key).and_then(|key| key.names.as_deref()))
}

/// The name with `_` in place of every character that is not allowed.
fn sanitized(name: &str) -> String {
    let kept: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if kept.starts_with(|c: char| c.is_ascii_digit()) { format!("_{kept}") } else { kept }
}

fn check_env(document: &Document, entry: Entry<'_>, findings: &mut Findings) {
    let value = entry.value();
    let name = entry.name();
    let span = if value.kind() == NodeKind::Null { entry.key().span() } else { value.span() };
    let written = json_type(value, document.dialect());
    let message = match written {
        None | Some(JsonType::String) => return,
        Some(JsonType::Null) => {
            format!("{} has no value; write a jq program such as `.params.size`.", quoted(&name))
        }
        Some(JsonType::Array | JsonType::Object) => {
            let actual = kind_words(value.target(), document.dialect());
            format!("{} must be a jq program, written as a string, not {actual}.", quoted(&name))
        }
        Some(JsonType::Boolean | JsonType::Integer | JsonType::Number) => {
            findings.push(bare_scalar(value.target(), &name));
            return;
        }
    };
    findings.push(ENV_VALUE.at(span, message).with_fix(Fix::unsafe_("Convert to text", join_items(entry))));
}

/// Replaces a flow list with its items as text, separated by commas.
fn join_items(entry: Entry<'_>) -> Option<Edits> {
    let list = entry.value();
    let items: Vec<_> =
        list.items().map(|item| item.is_scalar().then(|| item.value())).collect::<Option<_>>()?;
    let is_simple = !items.is_empty() && !items.iter().any(|item| item.contains(['"', '\\', ',', '\n']));
    let is_flow = list.kind() == NodeKind::Sequence { flow: true } && !is_shared(list);
    (is_simple && is_flow)
        .then(|| Edits::value(list, format!("'@text \"{}\"'", items.join(",").replace('\'', "''"))))
}

/// `PORT: 8080` is the jq program that gives 8080. Words such as `yes` and numbers such as `0x1f` change their meaning
/// in quotes, so they get no fix.
fn bare_scalar(value: Node<'_>, name: &str) -> Finding {
    let text = value.source();
    let keeps_meaning =
        matches!(text, "true" | "false") || !text.starts_with('0') && text.parse::<u64>().is_ok();
    let message =
        format!("{} is run as jq; put {} in quotes, or write it as text.", quoted(name), quoted(text));
    let finding = ENV_VALUE.at(value.span(), message).with(Severity::Hint);
    let quotes = keeps_meaning && value.kind() == NodeKind::Scalar(ScalarStyle::Plain);
    finding
        .with_fix(Fix::safe("Add quotes", quotes.then(|| Edits::value(value, format!("'{text}'")))))
        .with_fix(Fix::unsafe_("Convert to text", as_text(value, text)))
}

fn clash(name: &str, env: Span, secret: Span) -> Finding {
    let (first, second, other) =
        if env < secret { (env, secret, "an environment variable") } else { (secret, env, "a secret") };
    CLASH
        .at(second, format!("{} is also the name of {other}; one hides the other.", quoted(name)))
        .relating(first, "Also used here")
}

fn check_secret(secret: Node<'_>, findings: &mut Findings) {
    let Some(object) = reference::get().object("secret") else { return };
    for entry in complete_entries(secret) {
        let name = entry.name();
        // Unusual case is reported by `key-case`.
        if object.keys().any(|key| key.name.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let meant = object.meant(&name).filter(|meant| secret.field(&meant.name).is_none());
        let meant = meant.map(|meant| meant.name.as_str());
        let message =
            format!("{} is not a key of a secret and has no effect{}", quoted(&name), did_you_mean(meant));
        let renaming = meant
            .and_then(|meant| Fix::safe(format!("Rename to `{meant}`"), rename_key(secret, entry, meant)));
        let finding = SECRET_KEY.at(entry.key().span(), message).with_fix(renaming);
        let removal = remove_entry(secret, entry);
        findings.push(match meant {
            Some(_) => finding.with_fix(Fix::unsafe_(format!("Remove `{name}`"), removal)),
            None => finding.with_fix(Fix::safe(format!("Remove `{name}`"), removal)),
        });
    }
}

fn check_policy(document: &Document, policy: Node<'_>, findings: &mut Findings) {
    let text = policy.value();
    let path = text.trim();
    let rest = path.strip_prefix('.');
    let is_plain =
        |rest: &str| rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if rest.is_some_and(is_plain)
        || is_path(path)
        || json_type(policy, document.dialect()) == Some(JsonType::Null)
    {
        return;
    }
    let roots = reference::get().jq_contexts.get("policies").map(|context| context.roots.names());
    let lacks_dot =
        is_plain(path) && roots.into_iter().flatten().any(|root| path.split('.').next() == Some(root));
    if !lacks_dot && !jq::parse(path).errors().is_empty() {
        // Invalid jq is reported by `jq-syntax`.
        return;
    }
    let finding = match lacks_dot {
        true => POLICY.at(policy.span(), format!("A policy path must begin with a dot; write `.{path}`.")),
        false => POLICY.at(
            policy.span(),
            "A policy must be a plain path into a connection, such as `.connections.bucket.data.security.iam.read`.",
        ),
    };
    let edit = if lacks_dot { replace_text(policy, &format!(".{path}")) } else { None };
    findings.push(finding.with_fix(Fix::safe("Add the dot", edit)));
}

/// Whether a program is a path of names and positions, however they are written.
fn is_path(text: &str) -> bool {
    let program = jq::parse(text);
    let ExprKind::Path { head, steps } = &program.expr(program.root()).kind else { return false };
    let is_constant = |step: &PathStep| match step.kind {
        StepKind::Field(_) => true,
        StepKind::Quoted(key) | StepKind::Index(key) => {
            program.literal(key).is_some() || matches!(program.expr(key).kind, ExprKind::Number)
        }
        StepKind::Slice(..) | StepKind::Iterate | StepKind::Try => false,
    };
    program.errors().is_empty()
        && matches!(program.expr(*head).kind, ExprKind::Identity)
        && steps.iter().all(is_constant)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    fn app(block: &str) -> String {
        format!("app:\n  {}\n", block.replace('\n', "\n  "))
    }

    #[test]
    fn names_of_variables_and_secrets() {
        let found = |block: &str| report(&["env-name-invalid", "secret-name-invalid"], &app(block));
        expect![[r#"
            3:5-3:8 env-name-invalid error: `A-B` contains `-`; use only letters, digits and `_`.
            4:5-4:8 env-name-invalid error: `1ST` begins with a digit; use only letters, digits and `_`.
                fix: Rename to `_1ST`
            5:5-5:7 env-name-invalid error: A name must not be empty; use only letters, digits and `_`.
            8:5-8:7 env-name-invalid error: `Ä` contains `Ä`; use only letters, digits and `_`.
        "#]]
        .assert_eq(&found("envs:\n  A-B: .a\n  1ST: .a\n  '': .a\n  A_B: .b\n  _x9: .c\n  Ä: .d"));
        expect![[r#"
            3:5-3:8 secret-name-invalid error: `a.b` contains `.`; use only letters, digits and `_`.
                fix: Rename to `a_b`
        "#]]
        .assert_eq(&found("secrets:\n  a.b: {}\n  OK:\n  1a"));
        expect![""].assert_eq(&found("envs: [A-B]\nsecrets: A-B"));
        let text = app("envs:\n  \"2-FA\": .a # x");
        assert_eq!(fixed("env-name-invalid", &text), app("envs:\n  \"_2_FA\": .a # x"));
    }

    #[test]
    fn values_of_variables() {
        let found = |block: &str| report(&["env-value"], &app(block));
        expect![[r#"
            3:5-3:6 env-value error: `A` has no value; write a jq program such as `.params.size`.
            4:8-4:9 env-value error: `B` has no value; write a jq program such as `.params.size`.
            5:8-5:10 env-value error: `C` must be a jq program, written as a string, not a list.
            6:8-6:10 env-value error: `D` must be a jq program, written as a string, not a mapping.
            7:8-7:12 env-value hint: `E` is run as jq; put `8080` in quotes, or write it as text.
                fix: Add quotes
                unsafe fix: Convert to text
            8:8-8:11 env-value hint: `F` is run as jq; put `yes` in quotes, or write it as text.
                unsafe fix: Convert to text
            9:8-9:12 env-value hint: `G` is run as jq; put `0x1f` in quotes, or write it as text.
                unsafe fix: Convert to text
        "#]]
        .assert_eq(&found("envs:\n  A:\n  B: ~\n  C: []\n  D: {}\n  E: 8080\n  F: yes\n  G: 0x1f"));
        expect![""].assert_eq(&found("envs:\n  A: .a\n  B: '8080'\n  C: *gone\n  D: |\n    .a\n  E\nenv: 5"));
        assert_eq!(fixed("env-value", &app("envs:\n  A: 8080 # x")), app("envs:\n  A: '8080' # x"));
        assert_eq!(fixed("env-value", &app("envs:\n  A: on")), app("envs:\n  A: '@text \"on\"'"));
    }

    #[test]
    fn policies_are_paths() {
        let found = |block: &str| report(&["policy-not-path"], &app(block));
        expect![[r#"
            3:5-3:23 policy-not-path warning: A policy path must begin with a dot; write `.connections.b.read`.
                fix: Add the dot
            4:5-4:27 policy-not-path warning: A policy must be a plain path into a connection, such as `.connections.bucket.data.security.iam.read`.
            5:5-5:16 policy-not-path warning: A policy must be a plain path into a connection, such as `.connections.bucket.data.security.iam.read`.
            6:5-6:9 policy-not-path warning: A policy must be a plain path into a connection, such as `.connections.bucket.data.security.iam.read`.
        "#]].assert_eq(&found(
            "policies:\n- connections.b.read\n- .connections.b | .read\n- '@text \"x\"'\n- read",
        ));
        expect![""].assert_eq(&found(
            "policies:\n- .connections.a-b.data.security.iam.read_1\n- \n- *gone\n- {a: b}\n- ~",
        ));
        expect![""].assert_eq(&found("policies: .connections.x y"));
        let paths = [
            ".connections.b.iam.\"read/write\"",
            ".connections.b.iam[\"read/write\"]",
            ".connections.b.policies[0].name",
            ".[\"connections\"].b",
        ];
        for path in paths {
            expect![""].assert_eq(&found(&format!("policies:\n- '{path}'")));
        }
        for other in
            [".connections.b[]", ".connections.b?", ".connections.b[1:]", ".connections.b[.x]", "$ENV.x"]
        {
            assert!(found(&format!("policies:\n- '{other}'")).contains("policy-not-path warning"), "{other}");
        }
        let text = app("policies: ['connections.b.read']");
        assert_eq!(fixed("policy-not-path", &text), app("policies: ['.connections.b.read']"));
    }

    #[test]
    fn keys_of_secrets() {
        let found = |block: &str| report(&["secret-unknown-key"], &app(block));
        expect![[r#"
            4:7-4:14 secret-unknown-key warning: `requird` is not a key of a secret and has no effect; did you mean `required`?
                fix: Rename to `required`
                unsafe fix: Remove `requird`
            5:7-5:11 secret-unknown-key warning: `type` is not a key of a secret and has no effect.
                fix: Remove `type`
        "#]].assert_eq(&found(
            "secrets:\n  A: &a\n    requird: true\n    type: string\n    Json: true\n  B: *a\n  C:\n    typ",
        ));
        expect![""].assert_eq(&found(
            "secrets:\n  A:\n  B: {required: true, json: false, title: '', description: x}\n  C: 5",
        ));
        let text = app("secrets:\n  A:\n    type: string # x\n    json: true");
        assert_eq!(fixed("secret-unknown-key", &text), app("secrets:\n  A:\n    json: true"));
    }

    #[test]
    fn shared_names() {
        let found = |block: &str| report(&["env-secret-clash"], &app(block));
        expect![[r#"
            6:5-6:6 env-secret-clash warning: `A` is also the name of an environment variable; one hides the other.
                3:5: Also used here
        "#]].assert_eq(&found("envs:\n  A: .a\n  B: .b\nsecrets:\n  A: {}\n  C: {}"));
        expect![[r#"
            5:5-5:6 env-secret-clash warning: `A` is also the name of a secret; one hides the other.
                3:5: Also used here
        "#]]
        .assert_eq(&found("secrets:\n  A: {}\nenvs:\n  A: .a"));
    }
}
