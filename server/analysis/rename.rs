//! Giving a name another name, everywhere at once or not at all.
//!
//! A new name can be wrong in many ways: not legal, reserved, taken, or read differently by a schema that shares the place.
//! Instead of foreseeing them, the renamed document is read: it must have the same names with the same uses, and nothing may
//! be wrong with it that was right before.

use super::navigation::{Subject, anchor_mentions, subject};
use super::{Snapshot, code, findings_at_once};
use crate::bundle::{Document, Occurrence, Symbol, SymbolKind, Use};
use crate::jq::infer::Style;
use crate::rules::{Beside, Edit, Finding, Severity};
use crate::settings::Settings;
use crate::syntax::{Kind, Node, ScalarStyle, Span, encode};
use crate::workspace::Files;
use foldhash::HashMap;
use std::path::Path;

/// What can be renamed at a cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renamable {
    /// The name under the cursor (bytes).
    pub span: Span,
    /// The name itself, without quotes and escapes.
    pub name: String,
}

/// What stands at an offset (bytes) and can be renamed.
///
/// # Errors
/// Why nothing there can be, for the user.
pub fn prepare_rename(snapshot: &Snapshot, offset: usize) -> Result<Renamable, String> {
    let document = snapshot.document();
    match subject(document, offset) {
        Some((span, Subject::Symbol(symbol))) => {
            let quoted =
                document.symbols().touching(offset).is_some_and(|(_, here)| is_quoted(document, here));
            let span = if quoted { Span::new(span.start() + 1, span.end() - 1) } else { span };
            Ok(Renamable { span, name: symbol.name.clone() })
        }
        Some((span, Subject::Anchor(_))) => {
            Ok(Renamable { span, name: document.syntax.slice(span).to_owned() })
        }
        Some((_, Subject::Pointed(_))) => {
            Err("Rename the definition that this points at by hand.".to_owned())
        }
        Some((_, Subject::Path(_))) => Err("This names a file or directory; rename that.".to_owned()),
        None => {
            Err("There is no name of yours here: only params, connections, artifacts and anchors can be \
                     renamed."
                .to_owned())
        }
    }
}

/// Whether a name stands in quotes of YAML's.
fn is_quoted(document: &Document, place: Occurrence) -> bool {
    let style = document.node(place.node).kind();
    let quotes = matches!(style, Kind::Scalar(ScalarStyle::Single | ScalarStyle::Double));
    place.role != Use::Jq && quotes && place.span.len() > 1
}

/// The edits that give what stands at an offset (bytes) another name, in source order. `path` is where the document lives,
/// if on a disk.
///
/// # Errors
/// Why it cannot have that name, for the user.
pub fn rename(
    snapshot: &Snapshot,
    path: Option<&Path>,
    files: &dyn Files,
    settings: &Settings,
    offset: usize,
    name: &str,
) -> Result<Vec<Edit>, String> {
    let document = snapshot.document();
    let current = prepare_rename(snapshot, offset)?;
    if name == current.name {
        return Ok(Vec::new());
    }
    if name.is_empty() || name.contains(char::is_control) {
        return Err("A name needs at least one letter, and no line breaks.".to_owned());
    }
    let mut edits = match subject(document, offset) {
        Some((_, Subject::Symbol(symbol))) => respell(document, symbol, name)?,
        Some((_, Subject::Anchor(node))) => rename_anchor(document, node, name)?,
        _ => return Err("There is nothing to rename here.".to_owned()),
    };
    edits.sort_by_key(|edit| edit.span);
    let renamed = Snapshot::new(apply(snapshot.text(), &edits), path);
    compare(snapshot, &renamed, name)?;
    // The code follows in the same go: see `rename_in_code`.
    let settings = Settings { iac: false, ..settings.clone() };
    match news(snapshot, &renamed, files, &settings) {
        Some(finding) => Err(finding.message),
        None => Ok(edits),
    }
}

/// The edits in the code of the steps that go with [`rename`].
///
/// # Errors
/// Why the name cannot change there, for the user.
pub fn rename_in_code(
    snapshot: &Snapshot,
    files: &dyn Files,
    offset: usize,
    name: &str,
) -> Result<Vec<Beside>, String> {
    let document = snapshot.document();
    match subject(document, offset) {
        Some((_, Subject::Symbol(symbol))) if symbol.name != name => {
            code::rename(document, files, symbol, name)
        }
        _ => Ok(Vec::new()),
    }
}

/// The jq programs of the steps that are named for what [`rename`] renames: their paths from the document's directory, and
/// the paths that they should have.
#[must_use]
pub fn rename_programs(
    snapshot: &Snapshot,
    files: &dyn Files,
    offset: usize,
    name: &str,
) -> Vec<(String, String)> {
    let document = snapshot.document();
    match subject(document, offset) {
        Some((_, Subject::Symbol(symbol))) if symbol.name != name => {
            code::renamed_programs(document, files, symbol, name)
        }
        _ => Vec::new(),
    }
}

fn respell(document: &Document, symbol: &Symbol, name: &str) -> Result<Vec<Edit>, String> {
    let nodes: Vec<_> = symbol.occurrences.iter().map(|place| place.node).collect();
    let mut edits = Vec::new();
    for place in &symbol.occurrences {
        let node = document.node(place.node);
        if node.kind() == Kind::Alias && nodes.contains(&node.target().id()) {
            continue; // It follows the scalar that it stands for.
        }
        let edit = if place.role == Use::Jq {
            in_program(document, place, name)
        } else {
            in_yaml(document, node, name)
        };
        let line = document.syntax.lines().line_of(place.span.start()) + 1;
        let edit = edit.ok_or_else(|| {
            format!(
                "`{name}` cannot be written where line {line} uses the name; put that value in quotes first."
            )
        })?;
        edits.push(edit);
    }
    Ok(edits)
}

/// A scalar with other text, in the quotes that it has.
pub(super) fn in_yaml(document: &Document, node: Node<'_>, name: &str) -> Option<Edit> {
    let text = match node.kind() {
        Kind::Scalar(ScalarStyle::Single) => format!("'{}'", encode::within(node, name)?),
        Kind::Scalar(ScalarStyle::Double) => format!("\"{}\"", encode::within(node, name)?),
        Kind::Scalar(ScalarStyle::Plain) => {
            encode::string(name, encode::in_flow(node), document.dialect()).into_owned()
        }
        _ => return None,
    };
    Some(Edit { span: node.span(), text })
}

/// A step of a path in a jq program.
fn in_program(document: &Document, place: &Occurrence, name: &str) -> Option<Edit> {
    let expression = document.expressions().at(place.span.start())?;
    let mut uses = expression.report(document).uses.iter();
    let one = uses.find(|one| {
        let written = expression.source(one.span);
        written == place.span
            || written.covers(place.span) && expression.program().slice(one.span).starts_with('"')
    })?;
    let text = expression.program().slice(one.span);
    let (span, text) = if one.style == Style::Shorthand && !text.starts_with('"') {
        // `{a}` makes an object with `a`, which it has to keep.
        let path = if is_identifier(name) {
            format!(".{name}")
        } else {
            format!(".[{}]", serde_json::Value::from(name))
        };
        expression.replace(document, one.span, &format!("{text}:{path}"))?
    } else {
        expression.respell(document, one, name)?
    };
    Some(Edit { span, text })
}

fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

fn rename_anchor(document: &Document, anchored: Node<'_>, name: &str) -> Result<Vec<Edit>, String> {
    if name.contains(|c: char| c.is_whitespace() || ",[]{}&*".contains(c)) {
        return Err("An anchor's name has no blanks, commas or brackets.".to_owned());
    }
    let mark = format!("&{name}");
    let taken = |node: Node<'_>| node.anchor().is_some_and(|anchor| document.syntax.slice(anchor) == mark);
    if document.syntax.nodes().any(taken) {
        return Err(format!("There is an anchor `{name}` already."));
    }
    let mentions = anchor_mentions(document, anchored);
    Ok(mentions.into_iter().map(|mention| Edit { span: mention.span, text: name.to_owned() }).collect())
}

/// A text after edits, which are in source order and do not overlap.
pub(super) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        out.push_str(text.get(from..edit.span.start()).unwrap_or_default());
        out.push_str(&edit.text);
        from = edit.span.end();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Whether both versions have the same names, used in the same places.
fn compare(before: &Snapshot, after: &Snapshot, name: &str) -> Result<(), String> {
    let uses = |snapshot: &Snapshot| -> Vec<(SymbolKind, usize)> {
        let symbols = &snapshot.document().symbols().all;
        symbols.iter().map(|symbol| (symbol.kind, symbol.occurrences.len())).collect()
    };
    if uses(before) == uses(after) {
        return Ok(());
    }
    Err(format!(
        "With the name `{name}` something else would be meant in places: the name is taken, or shared."
    ))
}

/// The first finding that matters and was not there before.
fn news(before: &Snapshot, after: &Snapshot, files: &dyn Files, settings: &Settings) -> Option<Finding> {
    let matter = |snapshot| {
        let findings = findings_at_once(snapshot, files, settings);
        findings.into_iter().filter(|finding| finding.severity <= Severity::Warning)
    };
    let mut known: HashMap<&str, usize> = HashMap::default();
    matter(before).for_each(|finding| *known.entry(finding.rule).or_default() += 1);
    matter(after).find(|finding| match known.get_mut(finding.rule) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests;
