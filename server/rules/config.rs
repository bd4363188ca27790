//! Options of the built-in provisioners: `steps[].config`. The options of custom provisioners are not known.

use super::bare_word::{Literal, as_text, literal};
use super::value::{json_type, string};
use super::wording::{any_of, kind_words};
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::Kind;
use crate::edit::Fix;
use crate::edit::build::rename_key;
use crate::reference::{self, JsonType, Key, Object, Shape, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Entry, Node, NodeId};
use foldhash::HashSet;

/// Options of provisioners.
pub(super) static CONFIG: Family =
    Family { title: "Options of provisioners", rules: &[&UNKNOWN_OPTION, &VALUE, &CHART_INCOMPLETE], check };

static UNKNOWN_OPTION: Rule = Rule {
    id: "config-unknown-option",
    severity: Severity::Info,
    opt_in: false,
    title: "Unknown option of a provisioner",
    explanation: "The built-in provisioners ignore unknown options. If the name is close to that of a known \
                  option, this is a warning, because the option is probably misspelled. The options of custom \
                  provisioners are not checked.",
    bad: dedent! {"
        steps:
          - path: chart
            provisioner: helm
            config:
              namspace: .params.namespace
    "},
    good: dedent! {"
        steps:
          - path: chart
            provisioner: helm
            config:
              namespace: .params.namespace
    "},
    files: &[],
};

static VALUE: Rule = Rule {
    id: "config-value",
    severity: Severity::Warning,
    opt_in: false,
    title: "Invalid value of a provisioner option",
    explanation: "A fixed value has the wrong type, or is not one of the values that the option accepts. Values \
                  that jq computes are known only when the step runs, so they are not checked.",
    bad: dedent! {r#"
        steps:
          - path: src
            provisioner: bicep
            config:
              scope: '@text "grup"'
    "#},
    good: dedent! {r#"
        steps:
          - path: src
            provisioner: bicep
            config:
              scope: '@text "group"'
    "#},
    files: &[],
};

static CHART_INCOMPLETE: Rule = Rule {
    id: "helm-chart-incomplete",
    severity: Severity::Warning,
    opt_in: false,
    title: "A chart has a repository without a name, or a name without a repository",
    explanation: "A chart from a repository needs both `chart.repo` and `chart.name`. A chart from an OCI \
                  registry needs only `chart.oci`.",
    bad: dedent! {r#"
        steps:
          - path: chart
            provisioner: helm
            config:
              chart:
                repo: '@text "https://charts.example.com"'
    "#},
    good: dedent! {r#"
        steps:
          - path: chart
            provisioner: helm
            config:
              chart:
                repo: '@text "https://charts.example.com"'
                name: '@text "web"'
    "#},
    files: &[],
};

/// One walk through the options of a step.
struct Walk<'a, 'b> {
    context: &'a Context<'a>,
    /// Name of the provisioner.
    provisioner: &'static str,
    /// Nodes that were visited, each with the name of its description: aliases share nodes.
    seen: &'b mut HashSet<(NodeId, &'static str)>,
    findings: &'b mut Findings,
}

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    if document.kind != Kind::Bundle {
        return;
    }
    let mut seen = HashSet::default();
    for step in &document.steps {
        let name = step.provisioner.and_then(|id| string(document.node(id), document.dialect()));
        let provisioner = name.and_then(|name| reference::get().provisioner(&name));
        let Some((provisioner, config)) = provisioner.zip(step.config) else { continue };
        let Some(object) = reference::get().object(&provisioner.config) else { continue };
        let mut walk = Walk { context, provisioner: &provisioner.name, seen: &mut seen, findings };
        walk.mapping(document.node(config), object, "");
    }
}

impl Walk<'_, '_> {
    /// Checks a mapping and those below it. Ends because descriptions of options do not contain themselves.
    fn mapping(&mut self, mapping: Node<'_>, object: &'static Object, path: &str) {
        if !self.seen.insert((mapping.id(), &object.name)) {
            return;
        }
        self.check_needs(mapping, object, path);
        for entry in mapping.fields().filter(|entry| entry.colon().is_some()) {
            let name = entry.name();
            match object.key(&name) {
                _ if self.findings.is_full() => return,
                Some(key) => self.option(entry, key, &format!("{path}{name}")),
                None if object.others.is_none() => self.unknown(mapping, entry, object, path),
                None => {}
            }
        }
    }

    fn unknown(&mut self, mapping: Node<'_>, entry: Entry<'_>, object: &Object, path: &str) {
        let (key, name) = (entry.key(), entry.name());
        let meant = object.meant(&name).filter(|meant| mapping.field(&meant.name).is_none());
        let suggestion = did_you_mean(meant.map(|meant| format!("{path}{}", meant.name)).as_deref());
        let provisioner = self.provisioner;
        let message =
            format!("`{path}{name}` is not an option of `{provisioner}` and has no effect{suggestion}");
        let finding = UNKNOWN_OPTION.at(key.span(), message);
        self.findings.push(match meant {
            Some(meant) => finding.with(Severity::Warning).with_fix(Fix::safe(
                format!("Rename to `{}`", meant.name),
                rename_key(mapping, entry, &meant.name),
            )),
            None => finding,
        });
    }

    fn option(&mut self, entry: Entry<'_>, key: &'static Key, path: &str) {
        let value = entry.value().target();
        let dialect = self.context.document.dialect();
        let Some(written) = json_type(value, dialect) else { return };
        if written == JsonType::Object
            && let Some(object) = key.shape.object().and_then(|name| reference::get().object(name))
        {
            self.mapping(value, object, &format!("{path}."));
            return;
        }
        // Null and an empty value mean "use the default".
        if written == JsonType::Null || !self.seen.insert((value.id(), &key.name)) {
            return;
        }
        if written == JsonType::String {
            let Some(finding) = string(value, dialect).and_then(|text| misfit(value, &text, key, path))
            else {
                return;
            };
            self.findings.push(finding);
        } else if !key.shape.allows(written) {
            let message = format!("`{path}` must be {}, not {}.", key.shape, kind_words(value, dialect));
            let takes_text = key.values.is_empty() && key.shape.allows(JsonType::String);
            let edit = if takes_text { as_text(value, value.source()) } else { None };
            self.findings.push(VALUE.at(value.span(), message).with_fix(Fix::safe("Convert to text", edit)));
        }
    }

    /// Reports keys that require others in the same mapping.
    fn check_needs(&mut self, mapping: Node<'_>, object: &Object, path: &str) {
        let dialect = self.context.document.dialect();
        let given = |name: &str| {
            let value = mapping.field(name).map(Entry::value);
            value.is_some_and(|value| json_type(value, dialect) != Some(JsonType::Null))
        };
        for key in
            object.keys().filter(|key| given(&key.name) && !key.excludes.iter().any(|other| given(other)))
        {
            let lacking = key.needs.iter().find(|needed| !given(needed));
            if let Some((lacking, entry)) = lacking.zip(mapping.field(&key.name)) {
                let message = format!("`{path}{}` also needs `{path}{lacking}`.", key.name);
                self.findings.push(CHART_INCOMPLETE.at(entry.key().span(), message));
            }
        }
    }
}

/// What is wrong with a jq program that is nothing but a literal.
fn misfit(value: Node<'_>, program: &str, key: &Key, path: &str) -> Option<Finding> {
    let literal = literal(program)?;
    if !key.values.is_empty() && !key.open {
        let text = match &literal {
            Literal::Text(text) if key.values.contains(text) => return None,
            Literal::Text(text) | Literal::Other(text) => *text,
        };
        let allowed = any_of(key.values.names());
        let finding = VALUE.at(value.span(), format!("`{path}` must be {allowed}, not `{text}`."));
        let close = closest(text, key.values.names());
        return Some(match close {
            Some(close) => {
                finding.with_fix(Fix::safe(format!("Replace with `{close}`"), as_text(value, close)))
            }
            None => finding,
        });
    }
    let takes_text = key.shape.text().is_some() || key.shape == Shape::Any;
    match literal {
        // Rendered as text, `"true"` is as good as `true`.
        Literal::Text("true" | "false") if key.shape.allows(JsonType::Boolean) => None,
        Literal::Text(text) if !takes_text => {
            Some(VALUE.at(value.span(), format!("`{path}` must be {}, not the text `{text}`.", key.shape)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{fixed, report};
    use expect_test::expect;

    fn step(provisioner: &str, config: &str) -> String {
        format!(
            "steps:\n- path: a\n  provisioner: {provisioner}\n  config:\n    {}\n",
            config.replace('\n', "\n    ")
        )
    }

    #[test]
    fn unknown_options() {
        let found =
            |provisioner: &str, config: &str| report(&["config-unknown-option"], &step(provisioner, config));
        expect![[r#"
            5:5-5:13 config-unknown-option warning: `namspace` is not an option of `helm` and has no effect; did you mean `namespace`?
                fix: Rename to `namespace`
            6:5-6:13 config-unknown-option info: `replicas` is not an option of `helm` and has no effect.
            8:7-8:17 config-unknown-option warning: `chart.repository` is not an option of `helm` and has no effect; did you mean `chart.repo`?
                fix: Rename to `repo`
            10:7-10:14 config-unknown-option warning: `checkov.enabled` is not an option of `helm` and has no effect; did you mean `checkov.enable`?
                fix: Rename to `enable`
        "#]].assert_eq(&found(
            "helm",
            "namspace: .a\nreplicas: 2\nchart:\n  repository: .b\ncheckov:\n  enabled: true",
        ));
        expect![[r#"
            5:5-5:14 config-unknown-option info: `log_levle` is not an option of `opentofu` and has no effect.
        "#]]
        .assert_eq(&found("opentofu:1.10", "log_levle: .a\nlog_level: .b"));
        expect![""].assert_eq(&found("acme/helm:1", "namspace: .a"));
        expect![""].assert_eq(&found(
            "bicep",
            "region: .r\nlocation: .l\nazure_service_principal:\n  data: {x: .y}",
        ));
        expect![""].assert_eq(&found("helm", "atomic: true\ntimeout: 10m\nnamesp"));
        expect![""]
            .assert_eq(&found("helm", "kubernetes_cluster:\n  authentication:\n    cluster:\n      ca: .x"));
        expect![""].assert_eq(&found("helm", "<<: *gone"));
    }

    #[test]
    fn a_shared_config_is_reported_once() {
        let text = "steps:\n- path: a\n  provisioner: helm\n  config: &c\n    foo: .a\n- path: b\n  provisioner: helm\n  config: *c\n";
        expect![[r#"
            5:5-5:8 config-unknown-option info: `foo` is not an option of `helm` and has no effect.
        "#]]
        .assert_eq(&report(&["config-unknown-option"], text));
    }

    #[test]
    fn unknown_options_are_renamed() {
        let text = step("helm", "namspace: .a # x");
        assert_eq!(fixed("config-unknown-option", &text), step("helm", "namespace: .a # x"));
    }

    #[test]
    fn fixed_values() {
        let found = |provisioner: &str, config: &str| report(&["config-value"], &step(provisioner, config));
        expect![[r#"
            5:16-5:17 config-value warning: `namespace` must be a string, not a number.
                fix: Convert to text
            6:12-6:13 config-value warning: `debug` must be true or false, not a number.
            8:16-8:20 config-value warning: `chart.version` must be a string, not a number.
                fix: Convert to text
            9:11-9:20 config-value warning: `wait` must be true or false, not the text `never`.
            10:14-10:16 config-value warning: `checkov` must be a mapping, not a list.
        "#]]
        .assert_eq(&found(
            "helm",
            "namespace: 7\ndebug: 1\nchart:\n  version: 1.20\nwait: '\"never\"'\ncheckov: []",
        ));
        expect![[r#"
            5:12-5:27 config-value warning: `scope` must be `group` or `sub`, not `Group`.
                fix: Replace with `group`
            6:25-6:31 config-value warning: `deny_settings_mode` must be `none`, `denyDelete` or `denyWriteAndDelete`, not `true`.
            7:15-7:21 config-value warning: `location` must be a string, not a mapping.
        "#]].assert_eq(&found(
            "bicep",
            "scope: '@text \"Group\"'\ndeny_settings_mode: 'true'\nlocation: {a: b}",
        ));
        expect![[r#"
            5:16-5:27 config-value warning: `log_level` must be `TRACE`, `DEBUG`, `INFO`, `WARN` or `ERROR`, not `verbose`.
            6:14-6:27 config-value warning: `checkov` must be a mapping, not the text `off`.
        "#]].assert_eq(&found("terraform", "log_level: '\"verbose\"'\ncheckov: '@text \"off\"'"));
    }

    #[test]
    fn values_that_are_fine_or_computed() {
        let found = |provisioner: &str, config: &str| report(&["config-value"], &step(provisioner, config));
        let fine = "namespace: '@text \"web\"'\ntimeout: 300\nwait: 'true'\ndebug: \"false\"\natomic: true\nskip_crds: '\"true\"'";
        expect![""].assert_eq(&found("helm", fine));
        expect![""].assert_eq(&found(
            "helm",
            "timeout: '@text \"10m\"'\nkubernetes_cluster: .connections.k8s\nchart:\n  version:",
        ));
        expect![""]
            .assert_eq(&found("bicep", "scope: 'if .params.x then \"a\" else \"b\" end'\nresource_group: ~"));
        expect![""].assert_eq(&found("bicep", "scope: '@text \"g\\(.params.x)\"'\nlocation: *gone"));
        expect![""]
            .assert_eq(&found("terraform", "log_level: |\n  @text \"DEBUG\"\ncheckov: .params.checkov"));
        expect![""].assert_eq(&found("acme", "wait: never"));
    }

    #[test]
    fn numbers_become_text() {
        let text = step("helm", "chart:\n  version: 1.20 # old");
        assert_eq!(fixed("config-value", &text), step("helm", "chart:\n  version: '@text \"1.20\"' # old"));
        let text = step("bicep", "scope: \"@text \\\"Group\\\"\"");
        assert_eq!(fixed("config-value", &text), step("bicep", "scope: '@text \"group\"'"));
    }

    #[test]
    fn charts_need_repository_and_name() {
        let found =
            |chart: &str| report(&["helm-chart-incomplete"], &step("helm", &format!("chart:\n  {chart}")));
        expect![[r#"
            6:7-6:11 helm-chart-incomplete warning: `chart.name` also needs `chart.repo`.
        "#]]
        .assert_eq(&found("name: .a\n  repo:\n  version: .v"));
        for fine in ["oci: .a", "repo: .a\n  name: .b", "version: .a", "oci: .a\n  name: .b"] {
            expect![""].assert_eq(&found(fine));
        }
    }
}
