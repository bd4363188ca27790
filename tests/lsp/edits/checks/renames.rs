//! A rename changes all references, and nothing else.

use super::{Applied, Damages};
use crate::edits::code::{self, Code};
use crate::edits::yaml::{self, Yaml};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks whose members are visible to step code, and the paths of their members.
const BLOCKS: &[&[&str]] = &[
    &["params", "properties"],
    &["connections", "properties"],
    &["artifacts", "properties"],
    &["dependencies"],
    &["resources"],
];

pub(super) fn check(applied: &Applied<'_>, at: usize, new: &str, damages: &mut Damages) {
    let (before, after) = applied.texts();
    let old = word_at(before, at);
    // Skips names of several words: `word_at` returns only one of them.
    let is_word = |one: char| one.is_alphanumeric();
    let has_more = before[at + old.len()..].strip_prefix(' ').is_some_and(|rest| rest.starts_with(is_word))
        || before[..at].strip_suffix(' ').is_some_and(|rest| rest.ends_with(is_word));
    // Skips the organization in `ORGANIZATION/TYPE`, which a rename keeps.
    let is_organization = before[at + old.len()..].starts_with('/');
    if has_more || is_organization {
        return;
    }
    let (Ok(old_root), Ok(new_root)) = (yaml::read(before), yaml::read(after)) else { return };
    if let Some(place) = difference(&old_root, &new_root, &old, new) {
        damages.add("a rename changes something else", format!("{old} to {new}: {place}"));
    }
    for block in BLOCKS {
        let has = |root: &Yaml, name: &str| root.at(block).is_some_and(|block| block.get(name).is_some());
        if has(&old_root, &old) && !has(&new_root, &old) {
            if !has(&new_root, new) {
                damages.add("a renamed name reads as another", format!("{old} to {new:?} in {}", block[0]));
            }
            lists(&new_root, block[0], &old, damages);
            let is_output = ["artifacts", "resources"].contains(&block[0]);
            in_code(applied, &directories(&old_root), &old, new, is_output, damages);
        }
    }
}

/// The identifier that starts at an offset.
pub(crate) fn word_at(text: &str, at: usize) -> String {
    text[at..].chars().take_while(|one| one.is_alphanumeric() || *one == '_' || *one == '-').collect()
}

/// Lists of names contain the new name.
fn lists(root: &Yaml, block: &str, old: &str, damages: &mut Damages) {
    let mut places = vec![vec![block, "required"]];
    if block == "params" {
        places.push(vec!["ui", "ui:order"]);
    }
    for place in places {
        let items = root.at(&place).map_or(&[][..], Yaml::items);
        if items.iter().any(|item| item.name() == old) {
            damages.add("a rename leaves a name behind", format!("{old} in {place:?}"));
        }
    }
}

/// Step code declares and uses the new name where it had the old one.
fn in_code(
    applied: &Applied<'_>,
    directories: &[String],
    old: &str,
    new: &str,
    is_output: bool,
    damages: &mut Damages,
) {
    let is_step = |path: &str| {
        directories.iter().any(|directory| path.rsplit_once('/').is_some_and(|one| one.0 == *directory))
    };
    for (path, before) in
        applied.before.files.iter().filter(|(path, _)| path.ends_with(".tf") && is_step(path))
    {
        let after = applied.after.text(path);
        let (Some(before), Some(after)) = (code::read(before), code::read(after)) else { continue };
        let expected =
            if is_output { renamed_output(&before, old, new) } else { renamed_input(&before, old, new) };
        if expected != after {
            damages.add(
                "a rename is not complete in step code",
                format!("{old} to {new:?} in {path}: {after:?}"),
            );
        }
    }
}

/// Directories of HCL steps; the platform accepts only names as paths.
fn directories(root: &Yaml) -> Vec<String> {
    let steps = root.get("steps").map_or(&[][..], Yaml::items).iter();
    let text = |step: &Yaml, key: &str| step.get(key).map(Yaml::name).unwrap_or_default();
    let is_hcl =
        |step: &&Yaml| ["opentofu", "terraform"].iter().any(|one| text(step, "provisioner").starts_with(one));
    let is_name =
        |path: &String| path.chars().all(|one| one.is_ascii_alphanumeric() || one == '_' || one == '-');
    steps.filter(is_hcl).map(|step| text(step, "path")).filter(is_name).collect()
}

fn renamed_input(code: &Code, old: &str, new: &str) -> Code {
    let moved = |names: &BTreeMap<String, usize>| {
        let mut names = names.clone();
        if let Some(count) = names.remove(old) {
            *names.entry(new.to_owned()).or_default() += count;
        }
        names
    };
    Code { variables: moved(&code.variables), uses: moved(&code.uses), ..code.clone() }
}

fn renamed_output(code: &Code, old: &str, new: &str) -> Code {
    let name = |name: &String| if name == old { new.to_owned() } else { name.clone() };
    Code { artifacts: code.artifacts.iter().map(name).collect(), ..code.clone() }
}

/// First difference between two values other than the renamed identifier.
fn difference(before: &Yaml, after: &Yaml, old: &str, new: &str) -> Option<String> {
    let below = |name: String, found: Option<String>| found.map(|place| format!("/{name}{place}"));
    match (before, after) {
        (Yaml::Map(left), Yaml::Map(right)) if left.len() == right.len() => {
            left.iter().zip(right).find_map(|((key, value), (new_key, new_value))| {
                let is_same = key == new_key || key.name() == old && new_key.name() == new;
                let found =
                    if is_same { difference(value, new_value, old, new) } else { Some(String::new()) };
                below(key.name(), found)
            })
        }
        (Yaml::List(left), Yaml::List(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(index, (one, other))| below(index.to_string(), difference(one, other, old, new))),
        (Yaml::Text(one), Yaml::Text(other)) => {
            let plain = |text: &str| text.replace(['.', '"', '\\', '[', ']', '\''], "");
            (!became(&plain(one), &plain(other), &plain(old), &plain(new)))
                .then(|| format!(": {one} became {other}"))
        }
        (Yaml::Text(_), other) => {
            // A list of names: `[size]` becomes `["123"]`, never `[123]`.
            Some(format!(": the text became {other:?}"))
        }
        _ => (before != after).then(String::new),
    }
}

/// Whether one text is the other with some occurrences of a name replaced.
fn became(before: &str, after: &str, old: &str, new: &str) -> bool {
    if before == after || old.is_empty() {
        return before == after;
    }
    let mut reached = BTreeSet::from([0]);
    for (index, part) in before.split(old).enumerate() {
        let names: &[&str] = if index == 0 { &[""] } else { &[old, new] };
        let step = |at: &usize| {
            let texts = names.iter().map(move |name| format!("{name}{part}"));
            let ends: Vec<usize> =
                texts.filter(|text| after[*at..].starts_with(text)).map(|text| at + text.len()).collect();
            ends
        };
        reached = reached.iter().flat_map(step).collect();
    }
    reached.contains(&after.len())
}
