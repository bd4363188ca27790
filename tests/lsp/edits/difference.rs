//! Differences between two values that an edit did not announce.

use crate::edits::yaml::Yaml;

/// A path of keys and indexes.
type Path = Vec<String>;

/// JSON pointers to the differences between two values that none of the promised pointers covers.
pub(crate) fn unpromised(before: &Yaml, after: &Yaml, promised: &[String]) -> Vec<String> {
    let promised: Vec<Path> = promised.iter().map(|pointer| steps(pointer)).collect();
    let mut found = Vec::new();
    walk(before, after, &mut Vec::new(), &promised, &mut found);
    found
}

/// The segments of a JSON pointer.
fn steps(pointer: &str) -> Path {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

fn walk(before: &Yaml, after: &Yaml, path: &mut Path, promised: &[Path], found: &mut Vec<String>) {
    if before == after || promised.iter().any(|promise| path.starts_with(promise)) {
        return;
    }
    match (before, after) {
        (Yaml::Map(old), Yaml::Map(new)) => {
            let names =
                |entries: &[(Yaml, Yaml)]| entries.iter().map(|(key, _)| key.name()).collect::<Vec<_>>();
            let mut all = names(old);
            all.extend(names(new));
            all.sort();
            all.dedup();
            for name in all {
                path.push(name.clone());
                compare(before.get(&name), after.get(&name), path, promised, found);
                path.pop();
            }
        }
        (Yaml::List(old), Yaml::List(new)) => {
            let pairs = aligned(old, new, path, promised);
            for (index, (before, after)) in pairs.into_iter().enumerate() {
                path.push(index.to_string());
                compare(before, after, path, promised, found);
                path.pop();
            }
        }
        _ => found.push(format!("/{}", path.join("/"))),
    }
}

fn compare(
    before: Option<&Yaml>,
    after: Option<&Yaml>,
    path: &mut Path,
    promised: &[Path],
    found: &mut Vec<String>,
) {
    match (before, after) {
        (Some(before), Some(after)) => walk(before, after, path, promised, found),
        _ if promised.iter().any(|promise| path.starts_with(promise)) => {}
        _ => found.push(format!("/{}", path.join("/"))),
    }
}

/// Pairs the items of two lists; items that are promised to be removed or added have no counterpart.
fn aligned<'a>(
    old: &'a [Yaml],
    new: &'a [Yaml],
    path: &Path,
    promised: &[Path],
) -> Vec<(Option<&'a Yaml>, Option<&'a Yaml>)> {
    let is_promised = |index: usize| {
        let is_it = |promise: &Path| promise.len() == path.len() + 1 && promise.starts_with(path);
        promised.iter().any(|promise| is_it(promise) && promise[path.len()] == index.to_string())
    };
    let kept = |items: &'a [Yaml]| -> Vec<&'a Yaml> {
        items.iter().enumerate().filter(|(index, _)| !is_promised(*index)).map(|(_, item)| item).collect()
    };
    let all = |items: &'a [Yaml]| items.iter().collect::<Vec<_>>();
    let ways = [(all(old), all(new)), (kept(old), all(new)), (all(old), kept(new)), (kept(old), kept(new))];
    let fitting = if old.len() == new.len() { None } else { ways.iter().find(|(old, new)| old == new) };
    if fitting.is_some() {
        return Vec::new();
    }
    let length = old.len().max(new.len());
    (0..length).map(|index| (old.get(index), new.get(index))).collect()
}
