//! An independent scanner for step code: whether it is HCL, its declarations and references, and its comments.

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use std::collections::BTreeMap;

/// Content of a `.tf` file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Code {
    /// Declared variables, with the number of declarations.
    pub(crate) variables: BTreeMap<String, usize>,
    /// Referenced variables, with the number of references.
    pub(crate) uses: BTreeMap<String, usize>,
    /// The `field` of each `massdriver_artifact` resource.
    pub(crate) artifacts: Vec<String>,
    pub(crate) comments: Vec<String>,
}

/// Parses a text; `None` if it is not HCL.
pub(crate) fn read(text: &str) -> Option<Code> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body: Body = text.parse().ok()?;
    let mut code = Code::default();
    for block in body.blocks() {
        let label = |index: usize| block.labels.get(index).map(|label| label.as_str().to_owned());
        match (block.ident.as_str(), label(0)) {
            ("variable", Some(name)) => *code.variables.entry(name).or_default() += 1,
            ("resource", Some(kind)) if kind == "massdriver_artifact" => {
                let field = block.body.get_attribute("field").map(|field| &field.value);
                if let Some(Expression::String(name)) = field {
                    code.artifacts.push(name.to_string());
                }
            }
            _ => {}
        }
    }
    let (plain, comments) = split(text);
    code.comments = comments;
    for (at, _) in plain.match_indices("var.") {
        let is_word = |one: char| one.is_alphanumeric() || one == '_' || one == '-';
        if !plain[..at].ends_with(|one: char| is_word(one) || one == '.') {
            let name: String = plain[at + 4..].chars().take_while(|one| is_word(*one)).collect();
            *code.uses.entry(name).or_default() += 1;
        }
    }
    Some(code)
}

/// Lexical context of an offset.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Code, with the number of open braces since the start of the text or interpolation.
    Code(usize),
    /// A quoted string.
    Quoted,
}

/// Splits a text into code (including interpolations, without comments and string contents) and its sorted comments.
fn split(text: &str) -> (String, Vec<String>) {
    let (mut plain, mut comments) = (String::new(), Vec::new());
    let mut modes = vec![Mode::Code(0)];
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mode = *modes.last().unwrap_or(&Mode::Code(0));
        let mut length = character.len_utf8();
        match mode {
            Mode::Quoted if character == '\\' => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            Mode::Quoted if rest.starts_with("$${") || rest.starts_with("%%{") => length = 3,
            Mode::Quoted if rest.starts_with("${") || rest.starts_with("%{") => {
                modes.push(Mode::Code(0));
                plain.push('(');
                length = 2;
            }
            Mode::Quoted if character == '"' => drop(modes.pop()),
            Mode::Quoted => {}
            Mode::Code(_) if comment(rest).is_some() => {
                length = comment(rest).unwrap_or(length);
                comments.push(rest[..length].trim().to_owned());
            }
            Mode::Code(_) if here_document(rest).is_some() => {
                length = here_document(rest).unwrap_or(length);
                plain.push_str(&interpolated(&rest[..length]));
            }
            Mode::Code(depth) => {
                plain.push(character);
                let last = modes.len() - 1;
                match character {
                    '"' => modes.push(Mode::Quoted),
                    '{' => modes[last] = Mode::Code(depth + 1),
                    '}' if depth == 0 && last > 0 => drop(modes.pop()),
                    '}' => modes[last] = Mode::Code(depth.saturating_sub(1)),
                    _ => {}
                }
            }
        }
        rest = &rest[length..];
    }
    comments.sort();
    (plain, comments)
}

/// Length of the comment at the start of `rest`, if there is one.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with('#') || rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.starts_with("/*").then(|| rest.find("*/").map_or(rest.len(), |end| end + 2))
}

/// The interpolations of a heredoc.
fn interpolated(document: &str) -> String {
    let parts = document.split("${").skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(inside, _)| format!("({inside}) ")).collect()
}

/// End of the heredoc at the start of `rest`, if there is one.
fn here_document(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("<<")?;
    let after = after.strip_prefix('-').unwrap_or(after);
    let mark: String = after.chars().take_while(|one| one.is_alphanumeric() || *one == '_').collect();
    let mut end = rest.find('\n')?;
    if mark.is_empty() {
        return None;
    }
    for line in rest[end + 1..].split_inclusive('\n') {
        end += line.len();
        if line.trim() == mark {
            return Some(end.min(rest.len()));
        }
    }
    None
}
