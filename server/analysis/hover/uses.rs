//! References to params and connections.

use super::markdown::code;
use crate::bundle::{Document, OccurrenceRole, Symbol};
use crate::jq::infer::{PathUse, Report, Root, Step};
use crate::jq::{self, Shape};
use crate::syntax::{Node, NodeId, Span};
use foldhash::HashSet;

/// Most references of one kind that are listed.
const MAX_USES: usize = 6;
/// Most programs that are searched; a bundle has some dozens.
const MAX_PROGRAMS: usize = 500;

/// A jq program of the document.
pub(super) struct Program<'a> {
    /// Its path: `steps[0].config.namespace`.
    pub path: String,
    /// The string that holds it.
    pub node: Node<'a>,
}

/// The programs that run against params and connections: options of steps, environment variables, policies.
pub(super) fn programs(document: &Document) -> Vec<Program<'_>> {
    let mut found = Vec::new();
    let mut seen = HashSet::default();
    for (index, step) in document.steps.iter().enumerate() {
        if let Some(config) = step.config {
            strings(document.node(config), format!("steps[{index}].config"), &mut seen, &mut found);
        }
    }
    for env in &document.app.envs {
        strings(document.node(env.value), format!("app.envs.{}", env.name), &mut seen, &mut found);
    }
    for (index, &policy) in document.app.policies.iter().enumerate() {
        strings(document.node(policy), format!("app.policies[{index}]"), &mut seen, &mut found);
    }
    found
}

fn strings<'a>(node: Node<'a>, path: String, seen: &mut HashSet<NodeId>, found: &mut Vec<Program<'a>>) {
    let mut pending = vec![(node, path)];
    while let Some((node, path)) = pending.pop() {
        let node = node.target();
        if !seen.insert(node.id()) {
            continue;
        }
        if node.is_scalar() {
            found.push(Program { path, node });
            continue;
        }
        let items = node.items().enumerate().map(|(index, item)| (item, format!("{path}[{index}]")));
        let mut inner: Vec<(Node<'a>, String)> = items.collect();
        inner.extend(node.fields().map(|entry| (entry.value(), format!("{path}.{}", entry.name()))));
        pending.extend(inner.into_iter().rev());
    }
}

/// Paths and spans of the programs that read `path` below one of these keys of their input.
pub(super) fn in_programs(document: &Document, roots: &[&str], path: &[&str]) -> Vec<(String, Span)> {
    let Some(last) = path.last() else { return Vec::new() };
    let mut found = Vec::new();
    let may_use = |program: &Program<'_>| has_word(&program.node.value(), last);
    for program in programs(document).into_iter().filter(may_use).take(MAX_PROGRAMS) {
        let text = program.node.value();
        let (_, report) = jq::read(&text, Shape::UNKNOWN);
        let goes_there = |one: &PathUse| {
            one.root == Root::Input
                && names(&report, one)
                    .split_first()
                    .is_some_and(|(root, rest)| roots.contains(root) && rest == path)
        };
        if report.uses.iter().any(goes_there) {
            found.push((program.path, program.node.span()));
        }
    }
    found
}

/// Whether a text contains a whole word.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|behind| behind.chars().next());
        !is_part(before) && !is_part(behind)
    })
}

/// The names of the fields on a path, without steps through lists.
pub(super) fn names<'r>(report: &'r Report, one: &PathUse) -> Vec<&'r str> {
    let name = |step: &'r Step| match step {
        Step::Field(name) => Some(&**name),
        _ => None,
    };
    report.path(one).iter().filter_map(name).collect()
}

/// All references to a symbol, each as "where (line n)".
pub(super) fn of(document: &Document, symbol: &Symbol, roots: &[&str], path: &[&str]) -> Vec<String> {
    let lines = document.syntax.lines();
    let line = |span: Span| lines.line_of(span.start()) + 1;
    let mut found = Vec::new();
    let sorts = [
        (OccurrenceRole::Required, "`required`"),
        (OccurrenceRole::DependencyKey, "a condition"),
        (OccurrenceRole::DependencyItem, "a condition"),
        (OccurrenceRole::UiOrder, "`ui:order`"),
        (OccurrenceRole::UiEntry, "`ui`"),
        (OccurrenceRole::EnumConnection, "`$md.enum`"),
    ];
    for (role, name) in sorts {
        let same = symbol.occurrences.iter().filter(|one| one.role == role).take(MAX_USES);
        found.extend(same.map(|one| format!("{name} (line {})", line(document.node(one.node).span()))));
    }
    let programs = in_programs(document, roots, path).into_iter().take(MAX_USES);
    found.extend(programs.map(|(path, span)| format!("{} (line {})", code(&path), line(span))));
    found
}
