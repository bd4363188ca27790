//! Mistakes made by hand: errors that rules find, typos that break the syntax, and files that change without
//! notification.

use crate::edits::bundles::{BUNDLE, Files};
use crate::support::Random;
use std::ops::Range;

/// Texts and their wrong replacements.
const MISTAKES: &[(&str, &str)] = &[
    ("type: string", "type: strng"),
    ("type: string", "type: String"),
    ("type: string", "typ: string"),
    ("type: string", "type: text"),
    ("type: integer", "type: int"),
    ("type: integer", "type: string"),
    ("type: boolean", "type: bool"),
    ("default: false", "default: \"false\""),
    ("default: false", "default: no"),
    ("default: 3", "default: \"3\""),
    ("default: 3", "default: \"010\""),
    ("default: 3", "default: 99"),
    ("minimum: 1", "minimum: \"1\""),
    ("minimum: 1", "minimum: \"010\""),
    ("maximum: 9", "maxmum: 9"),
    ("default: small", "default: smal"),
    ("const: dev", "const: 1"),
    ("required:", "require:"),
    ("properties:", "propertes:"),
    ("title:", "tilte:"),
    ("title:", "Title:"),
    ("enum:", "Enum:"),
    ("pattern:", "patern:"),
    ("provisioner: opentofu:1.10", "provisioner: opentofu:1.1"),
    ("provisioner: opentofu", "provisioner: terraform"),
    ("path: src", "path: scr"),
    ("path: src", "path: /src"),
    ("$ref: massdriver/", "$ref: masdriver/"),
    ("$ref:", "ref:"),
    ("ui:order:", "ui:ordr:"),
    ("ui:widget: radio", "ui:widget: radios"),
    ("ui:widget: radio", "widget: radio"),
    (".params.", ".param."),
    (".params.size", ".params.siz"),
    (" | tostring", " | tostrng"),
    (": .params", ": params"),
    ("name: shop", "name: Shop"),
    ("version: 0.1.0", "version: 1"),
    ("__name:", "_name:"),
    ("description:", "descripton:"),
    ("resource_type:", "resource-type:"),
    ("connections:", "connection:"),
    ("artifacts:", "artefacts:"),
    ("steps:", "step:"),
];

/// Makes a few mistakes at random places.
pub(crate) fn mistaken(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(4) {
        match random.below(8) {
            0 => text = duplicated_line(&text, random),
            1 => text = renamed_item(&text, random),
            2 => text = swapped_letters(&text, random),
            _ => {
                let fitting: Vec<_> = MISTAKES.iter().filter(|(from, _)| text.contains(from)).collect();
                let Some((from, to)) = (!fitting.is_empty()).then(|| random.pick(&fitting)) else { continue };
                let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
                let at = *random.pick(&places);
                text.replace_range(at..at + from.len(), to);
            }
        }
    }
    text
}

/// Byte ranges of the lines, without line ends.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let of = |line: &str| {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        range
    };
    text.split_inclusive('\n').map(of).collect()
}

fn duplicated_line(text: &str, random: &mut Random) -> String {
    let lines = lines(text);
    let line = random.pick(&lines).clone();
    let end = text[line.end..].find('\n').map_or(text.len(), |at| line.end + at + 1);
    format!("{}{}{}", &text[..end], &text[line.start..end], &text[end..])
}

/// Renames an item of a list.
fn renamed_item(text: &str, random: &mut Random) -> String {
    let is_item = |line: &Range<usize>| text[line.clone()].trim_start().starts_with("- ");
    let items: Vec<_> = lines(text).into_iter().filter(is_item).collect();
    if items.is_empty() {
        return text.to_owned();
    }
    let line = random.pick(&items).clone();
    let indent = text[line.clone()].find('-').unwrap();
    format!("{}- unknwon{}", &text[..line.start + indent], &text[line.end..])
}

fn swapped_letters(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    for _ in 0..20 {
        let at = 1 + random.below(letters.len() - 2);
        if letters[at].is_ascii_lowercase() && letters[at + 1].is_ascii_lowercase() {
            letters.swap(at, at + 1);
            break;
        }
    }
    letters.into_iter().collect()
}

/// Kinds of typos.
pub(crate) const TYPOS: [&str; 5] = ["missing colon", "unclosed quote", "tab", "dedent", "deleted line end"];

/// Makes one typo; returns the text and the line (from 0) of the typo. `None` if this kind does not fit the chosen
/// line.
pub(crate) fn typo(text: &str, kind: usize, random: &mut Random) -> Option<(String, usize)> {
    let lines = lines(text);
    let number = random.below(lines.len());
    let line = lines[number].clone();
    let content = &text[line.clone()];
    let indent = content.len() - content.trim_start_matches(' ').len();
    if content.trim().is_empty() || content.trim_start().starts_with('#') {
        return None;
    }
    let replaced =
        |range: Range<usize>, with: &str| format!("{}{with}{}", &text[..range.start], &text[range.end..]);
    let edited = match kind {
        0 => {
            let at = line.start + content.find(':')?;
            replaced(at..at + 1, "")
        }
        1 => {
            let at = line.start + content.find(": ")? + 2;
            let quote = if random.below(2) == 0 { "\"" } else { "'" };
            let is_quoted = text[at..line.end].starts_with(['"', '\'']);
            if is_quoted { replaced(line.end - 1..line.end, "") } else { replaced(at..at, quote) }
        }
        2 => {
            let from = line.start + if indent == 0 { 0 } else { random.below(indent) };
            replaced(from..line.start + indent, "\t")
        }
        3 => {
            let less = [1, 2, indent].into_iter().nth(random.below(3))?;
            if indent < less || less == 0 {
                return None;
            }
            replaced(line.start..line.start + less, "")
        }
        _ => {
            let end = text[line.end..].find('\n').map(|at| line.end + at + 1)?;
            replaced(line.end..end, "")
        }
    };
    Some((edited, number))
}

/// Changes step code as a checkout of another branch would.
pub(crate) fn checkout(files: &Files, random: &mut Random) -> Files {
    let mut changed = files.clone();
    let code: Vec<String> = files.keys().filter(|path| *path != BUNDLE).cloned().collect();
    for path in code {
        let text = files[&path].clone();
        let shorter = || text.split_inclusive("\n\n").skip(1).collect::<String>();
        match random.below(7) {
            0 | 1 => drop(changed.insert(path, format!("# another branch\n# of two lines\n\n{text}"))),
            2 => drop(changed.insert(path, shorter())),
            3 => drop(changed.remove(&path)),
            4 if path.ends_with(".tf") => {
                let moved = path.replace(".tf", "_moved.tf");
                changed.remove(&path);
                changed.insert(moved, format!("# moved\n{text}"));
            }
            5 => drop(changed.insert(path, text.replace("= var.", "=  var."))),
            _ => {}
        }
    }
    changed
}
