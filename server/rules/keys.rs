//! Unknown and deprecated keys.

use super::metadata;
use super::{Context, Family, Finding, Findings, Rule, Severity, Tag};
use crate::bundle::{Block, Kind, OutlineNode};
use crate::edit::build::{holds_anchor, remove_entry};
use crate::edit::{Edits, Fix, build};
use crate::reference::{self, Key, Object, did_you_mean};
use crate::rules::dedent::dedent;
use crate::settings::Level;
use crate::syntax::{Entry, Node};
use foldhash::HashSet;
use std::borrow::Cow;

static UNKNOWN_KEY: Rule = Rule {
    id: "unknown-key",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown key",
    explanation: "The platform silently ignores unknown keys, so a misspelled key has no effect. At the top \
                  level, keys that begin with `x-` or `.` and keys whose value has an anchor are accepted.",
    bad: dedent! {"
        steps:
          - path: src
            provisoner: opentofu
    "},
    good: dedent! {"
        steps:
          - path: src
            provisioner: opentofu
    "},
    files: &[],
};

static KEY_CASE: Rule = Rule {
    id: "key-case",
    severity: Severity::Hint,
    opt_in: false,
    title: "Unusual case of a key",
    explanation: "The command line accepts keys in any case; other tools do not. Use the documented spelling.",
    bad: "Name: aws-vpc\n",
    good: "name: aws-vpc\n",
    files: &[],
};

static KEY_DEPRECATED: Rule = Rule {
    id: "key-deprecated",
    severity: Severity::Warning,
    opt_in: false,
    title: "Deprecated key",
    explanation: "Older bundles have keys that no longer have an effect. The command line warns about `type` \
                  and `access`, so they are warnings; `ref`, now `source_url`, and `schema` are harmless, so \
                  they are hints. `schema: draft-07`, which most bundles have, is reported only if the settings \
                  name this rule.",
    bad: dedent! {"
        name: aws-vpc
        type: infrastructure
    "},
    good: "name: aws-vpc\n",
    files: &[],
};

/// Unknown and deprecated keys.
pub(super) static KEYS: Family =
    Family { title: "Keys", rules: &[&UNKNOWN_KEY, &KEY_CASE, &KEY_DEPRECATED], check };

/// Deprecated keys that the command line warns about.
const WARNED_ABOUT: [&str; 2] = ["type", "access"];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    // The keys of resource types and secrets have their own rules.
    if document.kind != Kind::Bundle {
        return;
    }
    for (place, node, object) in document.outline().objects(document) {
        let names: HashSet<Cow<'_, str>> = node.fields().map(Entry::name).collect();
        let mapping = Mapping { place, node, object, names };
        for entry in node.entries().filter(|entry| entry.colon().is_some() && entry.key().is_scalar()) {
            let name = entry.name();
            if findings.is_full() {
                return;
            }
            if name == "<<" {
                continue;
            }
            let finding = match object.key(&name) {
                Some(key) => deprecated(context, &mapping, entry, key),
                None => match object.keys().find(|key| key.name.eq_ignore_ascii_case(&name)) {
                    Some(key) => Some(unusual_case(&mapping, entry, key)),
                    None => unknown(&mapping, entry),
                },
            };
            finding.into_iter().for_each(|finding| findings.push(finding));
        }
    }
}

/// A mapping that the reference describes, with its keys, merged ones included.
struct Mapping<'a> {
    place: &'a OutlineNode,
    node: Node<'a>,
    object: &'static Object,
    names: HashSet<Cow<'a, str>>,
}

impl Mapping<'_> {
    /// Renames a key, unless the mapping already has the new name or the sibling block of that name.
    fn rename(&self, entry: Entry<'_>, name: &str) -> Option<Edits> {
        let block = Block::ALL.into_iter().find(|block| self.place.parent.is_none() && block.key() == name);
        let is_taken = |name: &str| self.names.contains(name);
        let is_free = !is_taken(name) && !block.is_some_and(|block| is_taken(block.sibling().key()));
        is_free.then(|| build::key(entry.key(), name))
    }
}

fn deprecated(context: &Context<'_>, mapping: &Mapping<'_>, entry: Entry<'_>, key: &Key) -> Option<Finding> {
    let deprecation = key.deprecated.as_ref()?;
    let is_usual = key.values.contains(&entry.value().target().value());
    let is_asked_for =
        context.settings.rules.get(KEY_DEPRECATED.id).is_some_and(|level| *level != Level::Off);
    if key.name == "schema" && is_usual && !is_asked_for {
        return None;
    }
    let message = format!("`{}` is deprecated. {}", key.name, deprecation.note);
    let finding = KEY_DEPRECATED.at(entry.key().span(), message).tagged(Tag::Deprecated);
    let finding = match WARNED_ABOUT.contains(&key.name.as_str()) {
        true => finding,
        false => finding.with(Severity::Hint),
    };
    let renamed =
        deprecation.replacement.as_ref().and_then(|name| Some((name, mapping.rename(entry, name)?)));
    Some(match renamed {
        Some((name, edit)) => {
            let is_address = name == "source_url";
            let address = is_address.then(|| metadata::with_scheme(entry.value().target())).flatten();
            let edits = edit.and(address.unwrap_or_default());
            finding.with_fix(Fix::safe(format!("Rename to `{name}`"), edits))
        }
        None => {
            finding.with_fix(Fix::safe(format!("Remove `{}`", key.name), remove_entry(mapping.node, entry)))
        }
    })
}

fn unusual_case(mapping: &Mapping<'_>, entry: Entry<'_>, key: &Key) -> Finding {
    let message = format!("Write `{}`; not every tool accepts `{}`.", key.name, entry.name());
    KEY_CASE
        .at(entry.key().span(), message)
        .with_fix(Fix::safe(format!("Rename to `{}`", key.name), mapping.rename(entry, &key.name)))
}

fn unknown(mapping: &Mapping<'_>, entry: Entry<'_>) -> Option<Finding> {
    let Mapping { place, object, names, .. } = mapping;
    let name = entry.name();
    let is_root = place.parent.is_none();
    let is_private = name.starts_with("x-") || name.starts_with('.') || holds_anchor(entry.value());
    if object.name == "secret" || is_root && (is_private || holds_anchor(entry.key())) {
        return None;
    }
    if is_alias_for_missing(mapping, &name) {
        return None;
    }
    let meant = object.meant(&name).filter(|key| !names.contains(key.name.as_str()));
    let ending = match is_root.then(|| home(object, &name)).flatten() {
        Some(home) if meant.is_none() => format!("; it belongs below `{home}`."),
        _ => did_you_mean(meant.map(|key| key.name.as_str())),
    };
    let message = format!("`{name}` is not a key of {} and has no effect{ending}", object.title);
    let finding = UNKNOWN_KEY.at(entry.key().span(), message);
    let finding = match meant {
        Some(key) => {
            finding.with_fix(Fix::safe(format!("Rename to `{}`", key.name), mapping.rename(entry, &key.name)))
        }
        None => finding,
    };
    Some(finding.with_fix(Fix::unsafe_(format!("Remove `{name}`"), remove_entry(mapping.node, entry))))
}

/// Whether `dep-resource-type-missing` reports the key, for instance `$ref` in a dependency without `resource_type`.
fn is_alias_for_missing(mapping: &Mapping<'_>, name: &str) -> bool {
    mapping.object.key("resource_type").is_some_and(|key| key.mistaken.iter().any(|mistake| mistake == name))
        && !mapping.names.contains("resource_type")
}

/// The top-level key whose mapping has this key.
fn home<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    let knows = |key: &&Key| {
        let inner = key.shape.object().and_then(|name| reference::get().object(name));
        inner.is_some_and(|inner| inner.key(name).is_some())
    };
    object.keys().find(knows).map(|key| key.name.as_str())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use crate::settings::Level;
    use expect_test::expect;

    const IDS: &[&str] = &["unknown-key", "key-case", "key-deprecated"];

    #[test]
    fn unknown_keys_at_every_level() {
        let text = "\
name: x
conections: {}
required: [a]
envs: {}
cloud: AWS
steps:
  - path: src
    provisoner: helm
    pah: x
app:
  env: {}
  secrets:
    A: {typ: x}
dependencies:
  vpc: {resource_type: a, required: true, title: T}
";
        expect![[r#"
            2:1-2:11 unknown-key warning: `conections` is not a key of a bundle and has no effect; did you mean `connections`?
                unsafe fix: Remove `conections`
            3:1-3:9 unknown-key warning: `required` is not a key of a bundle and has no effect; it belongs below `params`.
                unsafe fix: Remove `required`
            4:1-4:5 unknown-key warning: `envs` is not a key of a bundle and has no effect; it belongs below `app`.
                unsafe fix: Remove `envs`
            5:1-5:6 unknown-key warning: `cloud` is not a key of a bundle and has no effect.
                unsafe fix: Remove `cloud`
            8:5-8:15 unknown-key warning: `provisoner` is not a key of a step and has no effect; did you mean `provisioner`?
                fix: Rename to `provisioner`
                unsafe fix: Remove `provisoner`
            9:5-9:8 unknown-key warning: `pah` is not a key of a step and has no effect.
                unsafe fix: Remove `pah`
            11:3-11:6 unknown-key warning: `env` is not a key of the app block and has no effect; did you mean `envs`?
                fix: Rename to `envs`
                unsafe fix: Remove `env`
            15:43-15:48 unknown-key warning: `title` is not a key of a dependency and has no effect.
                unsafe fix: Remove `title`
        "#]].assert_eq(&report(IDS, text));
    }

    #[test]
    fn intended_keys_are_not_reported() {
        let text = "\
AlarmMetric: &metric {type: string}
defs:
  size: &size {type: string}
x-own: 1
.own: 2
schema: draft-07
name: x
params:
  anything: {}
  properties: {a: *metric, b: {<<: *size}}
steps:
  - path: src
    provisioner: acme/custom
    config: {anything: {}}
ui: {anything: {}}
half
";
        assert_eq!(report(IDS, text), "");
        assert_eq!(report(IDS, "name: x\nschema: {}\nodd: 1\nui: {odd: 1}\n"), "");
    }

    #[test]
    fn old_keys() {
        let text =
            "type: bundle\naccess: public\nref: github.com/acme/x\nschema: draft-04\nname: x\nsteps: []\n";
        expect![[r#"
            1:1-1:5 key-deprecated warning: `type` is deprecated. Bundles no longer have a type; remove it.
                fix: Remove `type`
            2:1-2:7 key-deprecated warning: `access` is deprecated. Who may use a bundle is set in Massdriver, not in the file; remove it.
                fix: Remove `access`
            3:1-3:4 key-deprecated hint: `ref` is deprecated. It is called `source_url` now.
                fix: Rename to `source_url`
            4:1-4:7 key-deprecated hint: `schema` is deprecated. Nothing reads it any more; it can be removed.
                fix: Remove `schema`
        "#]]
        .assert_eq(&report(IDS, text));
        expect![[r#"
            2:1-2:4 key-deprecated hint: `ref` is deprecated. It is called `source_url` now.
                fix: Remove `ref`
            3:1-3:5 key-case hint: Write `name`; not every tool accepts `Name`.
                fix: Rename to `name`
            4:1-4:6 key-case hint: Write `steps`; not every tool accepts `STEPS`.
        "#]]
        .assert_eq(&report(IDS, "source_url: x\nref: y\nName: x\nSTEPS: []\nsteps: []\nparams: {}\n"));
        let mut settings = everything_on();
        settings.rules.insert("key-deprecated".to_owned(), Level::On);
        expect![[r#"
            1:1-1:7 key-deprecated hint: `schema` is deprecated. Nothing reads it any more; it can be removed.
                fix: Remove `schema`
        "#]]
        .assert_eq(&report_with(IDS, "schema: draft-07\nname: x\n", &[], &settings));
    }

    #[test]
    fn renames_and_removals() {
        assert_eq!(fixed("unknown-key", "steps:\n  - pth: src # x\n"), "steps:\n  - path: src # x\n");
        assert_eq!(fixed("unknown-key", "name: x\nclouds:\n  - AWS\nsteps: []\n"), "name: x\nsteps: []\n");
        assert_eq!(fixed("key-deprecated", "ref: x\n"), "source_url: x\n");
        assert_eq!(fixed("key-case", "NAME: x\n"), "name: x\n");
    }
}
