//! Quick fixes, "Fix all", and saved presets.

use super::{Applied, Damages};
use crate::edits::bundles::BUNDLE;
use crate::edits::difference::unpromised;
use crate::edits::judge::{Found, Verdict};
use crate::edits::session::Request;
use crate::edits::yaml::{self, Yaml};
use serde_json::Value;

/// Title prefixes of fixes that rename one key or replace one scalar.
const SMALL: &[&str] = &["Rename to", "Change to", "Replace with", "Remove the quotes", "Add quotes"];

/// Bounds the changes by the fix title, for edits without a promise.
pub(super) fn by_title(applied: &Applied<'_>, before: &Yaml, after: &Yaml, damages: &mut Damages) {
    let is_small = SMALL.iter().any(|title| applied.title().starts_with(title));
    let is_shared = applied.before.text(BUNDLE).contains(['&', '*']);
    let changed = unpromised(before, after, &[]);
    // A renamed key counts twice: removed and added.
    if is_small && !is_shared && changed.len() > 2 {
        damages.add("a small fix changes many values", format!("{changed:?}"));
    }
}

/// A quick fix removes its finding.
pub(super) fn is_gone(applied: &Applied<'_>, old: &Verdict, new: &Verdict, damages: &mut Damages) {
    let Some((rule, message)) = &applied.offer.finding else { return };
    let count = |verdict: &Verdict| {
        verdict.found.iter().filter(|one| one.rule == *rule && one.message == *message).count()
    };
    // The server may not know what has changed on disk; findings in stale files are not checked here.
    let is_known = !applied.is_stale && count(old) > 0;
    if *applied.request == Request::QuickFixes && is_known && count(new) >= count(old) {
        damages.add("a fix does not remove its finding", format!("{rule}: {message}"));
    }
}

/// Whether a new finding was only hidden before and the edit revealed it: beside or below a renamed or removed key, in
/// a program that parses now, in values whose type is known now, in what a duplicate key has hidden, or in the code of
/// an added step or block.
pub(super) fn is_revealed(applied: &Applied<'_>, found: &Found) -> bool {
    let has_title = |titles: &[&str]| titles.iter().any(|title| applied.title().starts_with(title));
    let is_of = |families: &[&str]| families.iter().any(|family| found.rule.starts_with(family));
    if has_title(&["Write out", "Add the step", "Add an empty"]) && is_of(&["iac-", "artifact-"])
        || has_title(&["Remove this", "Remove the first", "Move "])
    {
        return true;
    }
    // A block or param with a corrected key is now known everywhere.
    if has_title(&["Rename to", "Fix all"])
        && is_of(&["jq-", "ui-", "iac-", "artifact-", "param-", "rt-", "name-collision"])
    {
        return true;
    }
    // The user has already chosen the name of the directory.
    if matches!(applied.request, Request::RenameDirectory(..)) && found.rule == "step-path-invalid" {
        return true;
    }
    // With a valid path, the code of the step is read.
    let was_invalid = applied.before.text(BUNDLE).contains("./");
    if matches!(applied.request, Request::RenameDirectory(..)) && was_invalid && is_of(&["iac-", "artifact-"])
    {
        return true;
    }
    let repairs = has_title(&["Rename to", "Remove", "Change to", "Replace with", "Fix all"]);
    let is_preset = matches!(applied.request, Request::SavePreset(..));
    if !repairs && !is_preset && !is_of(&["jq-"]) {
        return false;
    }
    let lines: Vec<&str> = yaml::lines(applied.after.text(BUNDLE).trim_start_matches('\u{feff}')).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let is_near = applied.touched.iter().filter(|one| one.path == BUNDLE).any(|one| {
        let (first, last) = one.after;
        let column = lines.get(first).map_or(0, |line| indent(line));
        let is_nothing = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let is_inside =
            |line: &&&str| is_nothing(line) || column > 0 && indent(line) >= column || indent(line) > column;
        let above = lines[..first.min(lines.len())].iter().rev().take_while(is_inside).count();
        let below = lines.iter().skip(last + 1).take_while(is_inside).count();
        first - above <= found.lines.0 && found.lines.0 <= last + below
    });
    is_near || repairs && is_of(&["preset-", "default-", "enum-", "const-"])
}

/// "Fix all" removes no names from lists and leaves no safe fixes.
pub(super) fn all(before: &Yaml, after: &Yaml, new: &Verdict, damages: &mut Damages) {
    if !new.fix_all.is_empty() {
        damages.add("fixing all again offers more", format!("{}", Value::from(new.fix_all.clone())));
    }
    let (mut old, mut left) = (Vec::new(), Vec::new());
    names(before, &mut old);
    names(after, &mut left);
    for name in old {
        match left.iter().position(|one| *one == name) {
            Some(at) => drop(left.swap_remove(at)),
            None => damages.add("fixing all removes a name", format!("{name:?}")),
        }
    }
}

/// All names in `required` and `ui:order`, once per list.
fn names(value: &Yaml, found: &mut Vec<(String, Yaml)>) {
    for (key, value) in value.entries() {
        if ["required", "ui:order"].contains(&key.name().as_str()) {
            let mut items: Vec<Yaml> = Vec::new();
            for item in value.items() {
                if !items.contains(item) {
                    items.push(item.clone());
                }
            }
            found.extend(items.into_iter().map(|item| (key.name(), item)));
        }
        names(value, found);
    }
    value.items().iter().for_each(|item| names(item, found));
}

/// A saved preset has the values of the form, and the other presets are unchanged.
pub(super) fn preset(name: &str, values: &Value, before: &Yaml, after: &Yaml, damages: &mut Damages) {
    let presets =
        |root: &Yaml| root.at(&["params", "examples"]).map_or(Vec::new(), |list| list.items().to_vec());
    let is_named = |preset: &&Yaml| preset.get("__name").is_some_and(|found| found.name() == name);
    let (old, new) = (presets(before), presets(after));
    match new.iter().find(is_named) {
        None => damages.add("a saved preset is not there", name),
        Some(saved) => {
            for (key, value) in values.as_object().into_iter().flatten() {
                if saved.get(key).is_none_or(|found| !is_same(found, value)) {
                    damages.add("a saved preset has another value", format!("{key}: {value} in {saved:?}"));
                }
            }
        }
    }
    let others = |presets: &[Yaml]| presets.iter().filter(|one| !is_named(one)).cloned().collect::<Vec<_>>();
    if others(&old) != others(&new) {
        damages.add("a saved preset changes another", format!("{old:?} became {new:?}"));
    }
}

fn is_same(found: &Yaml, value: &Value) -> bool {
    match (found, value) {
        (Yaml::Null, Value::Null) => true,
        (Yaml::Bool(found), Value::Bool(value)) => found == value,
        (Yaml::Number(found), Value::Number(value)) => found.parse::<f64>().ok() == value.as_f64(),
        (Yaml::Text(found), Value::String(value)) => found == value,
        (Yaml::List(found), Value::Array(value)) => {
            found.len() == value.len() && found.iter().zip(value).all(|(found, value)| is_same(found, value))
        }
        (Yaml::Map(found), Value::Object(values)) => {
            let has = |(key, value): (&String, &Value)| {
                found.iter().any(|(name, found)| name.name() == *key && is_same(found, value))
            };
            found.len() == values.len() && values.iter().all(has)
        }
        _ => false,
    }
}
