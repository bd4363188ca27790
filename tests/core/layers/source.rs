//! Reads Rust sources as far as the checks of the layers need it: modules, paths and functions, without a full parser.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A file of the product with its place in the module tree.
pub(super) struct SourceFile {
    pub(super) file: PathBuf,
    /// The path of its module from the crate root, such as `["rules", "iac", "code"]`.
    pub(super) module: Vec<String>,
    /// The names of its submodules.
    pub(super) children: Vec<String>,
    /// Its code; comments, literals and everything that only tests compile are blank.
    pub(super) code: String,
}

/// A path that a file mentions, with the line of its first segment. It begins with `crate` or the name of a crate.
pub(super) type Mention = (usize, Vec<String>);

impl SourceFile {
    /// The paths in this file; those relative to a module (`self`, `super`) are resolved.
    pub(super) fn mentions(&self) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut rest = 0;
        while let Some((start, end)) = next_word(&self.code, rest) {
            rest = end;
            if !self.code[end..].starts_with("::") || self.code[..start].ends_with("::") {
                continue;
            }
            let line = self.code[..start].matches('\n').count() + 1;
            let mut paths = Vec::new();
            rest = expand(&self.code, start, Vec::new(), &mut paths);
            found.extend(paths.into_iter().map(|path| (line, self.resolve(path))));
        }
        found
    }

    fn resolve(&self, path: Vec<String>) -> Vec<String> {
        let supers = path.iter().take_while(|segment| *segment == "super").count();
        let relative = supers > 0 || path.first().is_some_and(|first| first == "self");
        if path.first().is_some_and(|first| first == "massdriver_ls") {
            return std::iter::once("crate".to_owned()).chain(path.into_iter().skip(1)).collect();
        }
        // A name of a submodule hides a crate of the same name.
        let is_child = path.first().is_some_and(|first| self.children.contains(first));
        if !relative && !is_child {
            return path;
        }
        let kept = self.module.len().saturating_sub(supers);
        let names = path.into_iter().skip(supers.max(usize::from(relative)));
        std::iter::once("crate".to_owned()).chain(self.module[..kept].iter().cloned()).chain(names).collect()
    }
}

/// The files of the product, found by following `mod` from `server/lib.rs`; `server/main.rs` counts as a module of it.
pub(super) static PRODUCT: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let mut found = Vec::new();
    add_module(Path::new("server/lib.rs"), Path::new("server"), Vec::new(), &mut found);
    add_module(Path::new("server/main.rs"), Path::new("server/main"), vec!["main".to_owned()], &mut found);
    found
});

fn add_module(file: &Path, children: &Path, module: Vec<String>, found: &mut Vec<SourceFile>) {
    let text = fs::read_to_string(file).unwrap();
    let code = without_tests(&blank_literals(&text));
    let submodules = submodules(&code);
    found.push(SourceFile {
        file: file.to_owned(),
        module: module.clone(),
        children: submodules.clone(),
        code,
    });
    for name in submodules {
        let below = children.join(&name);
        let flat = children.join(format!("{name}.rs"));
        let file = if flat.exists() { flat } else { below.join("mod.rs") };
        add_module(&file, &below, [module.as_slice(), &[name]].concat(), found);
    }
}

/// The names in `mod name;`.
fn submodules(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some((start, end)) = next_word(code, rest) {
        rest = end;
        if &code[start..end] == "mod"
            && let Some((start, end)) = next_word(code, end)
            && code[end..].starts_with(';')
        {
            found.push(code[start..end].to_owned());
        }
    }
    found
}

/// All Rust files below a directory, tests included.
pub(super) fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The functions in code without literals: first line, number of lines with code, name.
pub(super) fn functions(code: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some((start, end)) = next_word(code, rest) {
        rest = end;
        if &code[start..end] != "fn" {
            continue;
        }
        let Some((name_start, name_end)) = next_word(code, end) else { continue };
        // In types (`fn(u8)`) no name follows.
        if code[end..name_start].trim() != "" {
            continue;
        }
        let line = code[..start].matches('\n').count() + 1;
        let last = item_end(code, name_end);
        let lines = code[start..last].lines().filter(|line| !line.trim().is_empty()).count();
        found.push((line, lines, code[name_start..name_end].to_owned()));
    }
    found
}

/// Adds all paths that begin at a word, with groups (`a::{b, c::d}`) expanded; returns where they end.
fn expand(code: &str, start: usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let mut at = start;
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        if code[at..].starts_with('{') {
            at += 1;
            loop {
                at = expand(code, at, path.clone(), found);
                at += code[at..].len() - code[at..].trim_start().len();
                // Skips the new name in `a as b`.
                while !code[at..].starts_with([',', '}']) && at < code.len() {
                    at += code[at..].chars().next().map_or(1, char::len_utf8);
                }
                let closed = code[at..].starts_with('}');
                at = (at + 1).min(code.len());
                if closed || at == code.len() {
                    return at;
                }
            }
        }
        let end = word_end(code, at);
        if end > at {
            path.push(code[at..end].to_owned());
        }
        if !code[end..].starts_with("::") {
            // Nothing stands between the last comma of a group and its brace.
            if end > at || code[end..].starts_with('*') {
                found.push(path);
            }
            return end;
        }
        at = end + 2;
    }
}

/// The next identifier or keyword at or after an offset.
fn next_word(code: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + code[from..].find(|c: char| c.is_alphanumeric() || c == '_')?;
    Some((start, word_end(code, start)))
}

fn word_end(code: &str, start: usize) -> usize {
    let word = code[start..].find(|c: char| !(c.is_alphanumeric() || c == '_'));
    word.map_or(code.len(), |length| start + length)
}

/// The end of an item: its `;`, or the brace that closes its first one, outside parentheses and brackets.
fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[from..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return from + at + 1;
                }
            }
            ';' if depth == 0 => return from + at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Blanks the items under `#[cfg(test)]` and `#[cfg(any(test, …))]`.
fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    for attribute in ["#[cfg(test)]", "#[cfg(any(test"] {
        while let Some(start) = kept.find(attribute) {
            let attribute_end = start + kept[start..].find(']').unwrap() + 1;
            // Further attributes, such as `#[path = …]`, precede the item.
            let mut from = attribute_end;
            while kept[from..].trim_start().starts_with("#[") {
                from += kept[from..].find(']').unwrap() + 1;
            }
            let end = item_end(&kept, from);
            kept = format!("{}{}{}", &kept[..start], blank(&kept[start..end]), &kept[end..]);
        }
    }
    kept
}

fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// Blanks comments, strings and characters, so that what remains can be searched for words and braces.
pub(super) fn blank_literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !['/', '"', '\'', 'b', 'c', 'r'].contains(&first) {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let after_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = literal_length(rest, after_word);
        let (literal, code) = rest.split_at(length);
        out.push_str(&blank(literal));
        rest = code;
        if length == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The length of the comment or literal at the beginning of a text, or 0.
fn literal_length(text: &str, after_word: bool) -> usize {
    let up_to = |end: Option<usize>| end.unwrap_or(text.len());
    if text.starts_with("//") {
        return up_to(text.find('\n'));
    }
    if text.starts_with("/*") {
        return up_to(text.find("*/").map(|end| end + 2));
    }
    let quoted = text.trim_start_matches(['b', 'c', 'r', '#']);
    let prefix = &text[..text.len() - quoted.len()];
    let is_prefix =
        ["", "b", "c"].contains(&prefix) || prefix.trim_start_matches(['b', 'c']).starts_with('r');
    if quoted.starts_with('"') && is_prefix && (prefix.is_empty() || !after_word) {
        let opening = prefix.len() + 1;
        if prefix.contains('r') {
            let closing = format!("\"{}", "#".repeat(prefix.matches('#').count()));
            return up_to(text[opening..].find(&closing).map(|end| opening + end + closing.len()));
        }
        return opening + up_to(unescaped(&text[opening..], '"'));
    }
    let Some(character) = text.strip_prefix('\'') else { return 0 };
    let first = character.chars().next().map_or(0, char::len_utf8);
    if character.starts_with('\\') {
        return 1 + up_to(unescaped(character, '\''));
    }
    // Otherwise it is a lifetime.
    if character[first..].starts_with('\'') { first + 2 } else { 0 }
}

/// The length of a text through the first quote that no backslash precedes.
fn unescaped(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then(|| at + c.len_utf8())
    })
}

/// The groups of nodes that reach each other, larger than one, in a directed graph.
pub(super) fn cycles(edges: &BTreeSet<(String, String)>) -> Vec<BTreeSet<String>> {
    let mut next: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().insert(to);
    }
    let reached = |start: &String| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = next.get(start).into_iter().flatten().copied().collect();
        while let Some(node) = open.pop() {
            if reached.insert(node) {
                open.extend(next.get(node).into_iter().flatten());
            }
        }
        reached
    };
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        next.keys().map(|node| (*node, reached(node))).collect();
    let groups = reach.iter().map(|(node, nodes)| {
        let back = |other: &&&String| reach.get(**other).is_some_and(|nodes| nodes.contains(node));
        nodes.iter().filter(back).map(|other| (*other).clone()).collect::<BTreeSet<_>>()
    });
    let groups: BTreeSet<BTreeSet<String>> = groups.filter(|group| group.len() > 1).collect();
    groups.into_iter().collect()
}

#[test]
fn reads_paths_modules_and_functions() {
    let text = r##"
        use crate::{a, b::{c, self}, d::*};
        use super::e as f;
        mod child;
        pub use child::item;
        #[cfg(test)]
        #[path = "x.rs"]
        mod only_tests;
        // crate::comment
        fn one<'a>(x: &'a [u8; 2]) -> char {
            let _ = "crate::text }"; let _ = r#"" } "#; let _ = '}';
            '\''
        }
        #[cfg(test)]
        mod tests { use crate::tests_only; }
        fn two() { std::fs::read(g::h()) }
    "##;
    let code = without_tests(&blank_literals(text));
    let file = SourceFile {
        file: PathBuf::new(),
        module: vec!["x".to_owned(), "y".to_owned()],
        children: submodules(&code),
        code,
    };
    let paths: Vec<String> = file.mentions().into_iter().map(|(_, path)| path.join("::")).collect();
    let expected = [
        "crate::a",
        "crate::b::c",
        "crate::b::self",
        "crate::d",
        "crate::x::e",
        "crate::x::y::child::item",
        "std::fs::read",
        "g::h",
    ];
    assert_eq!(paths, expected);
    assert_eq!(file.children, ["child"]);
    let functions = functions(&file.code);
    assert_eq!(functions, [(10, 3, "one".to_owned()), (16, 1, "two".to_owned())]);
}

#[test]
fn finds_cycles_of_any_length() {
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")];
    let edges = edges.map(|(from, to)| (from.to_owned(), to.to_owned())).into_iter().collect();
    assert_eq!(cycles(&edges), [BTreeSet::from(["a", "b", "c"].map(str::to_owned))]);
}
