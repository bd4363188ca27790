//! Makes a param conditional: the form shows it only when a boolean next to it is set.

use super::begins_line;
use crate::bundle::{Document, PropertyId};
use crate::edit::build::{
    add_after, append_item, column, end_of_lines, line_break, moved, remove_entry, remove_item,
};
use crate::edit::{Change, Edits, Fix};
use crate::syntax::{Entry, Kind, Node, Span};
use std::borrow::Cow;

/// At most this many booleans, the nearest ones, are offered.
const MAX_OFFERS: usize = 3;

/// With the cursor on a param: for each boolean next to it, offers to show the param only when that is set.
pub(super) fn of_param(document: &Document, property: PropertyId, found: &mut Vec<Fix>) {
    let Some(moving) = Moving::new(document, property) else { return };
    let here = moving.entry.span().start();
    let is_boolean = |entry: &Entry<'_>| {
        let kind = entry.value().target().get("type");
        kind.is_some_and(|kind| kind.value().target().value() == "boolean")
    };
    let others = moving.properties.value().entries().filter(|entry| entry.key() != moving.entry.key());
    let mut flags: Vec<Entry<'_>> = others.filter(is_boolean).collect();
    flags.sort_by_key(|flag| flag.span().start().abs_diff(here));
    for flag in flags.into_iter().take(MAX_OFFERS) {
        let title = format!("Ask for `{}` only when `{}` is set", moving.entry.name(), flag.name());
        found.extend(Fix::unsafe_(title, moving.below(&flag.key().value())));
    }
}

/// A param that is moved into a conditional branch.
struct Moving<'a> {
    document: &'a Document,
    /// The schema that contains it.
    owner: Node<'a>,
    /// The `properties` of that schema.
    properties: Entry<'a>,
    /// The param's entry in `properties`.
    entry: Entry<'a>,
    required: bool,
}

impl<'a> Moving<'a> {
    fn new(document: &'a Document, property: PropertyId) -> Option<Self> {
        let entry = document.node(document.schemas.property(property).key).entry()?;
        let properties = entry.key().parent()?.entry()?;
        let owner = properties.key().parent()?;
        let is_block = |node: Node<'_>| node.kind() == (Kind::Mapping { flow: false });
        let fits = is_block(owner) && is_block(properties.value()) && begins_line(entry);
        let required = owner
            .get("required")
            .is_some_and(|list| list.value().items().any(|item| item.target().value() == entry.name()));
        (fits && properties.name() == "properties").then_some(Self {
            document,
            owner,
            properties,
            entry,
            required,
        })
    }

    /// The edits that move the param into the branch where a boolean is set.
    fn below(&self, flag: &str) -> Option<Edits> {
        let mut edits = remove_entry(self.properties.value(), self.entry)?;
        if self.required {
            edits = edits.and(self.not_required()?);
        }
        Some(match self.owner.get("dependencies") {
            None => {
                let text = format!("dependencies:\n  {}", self.branches(flag, 2));
                edits.and(self.after(self.properties, "dependencies", &text)?)
            }
            Some(dependencies) => match dependencies.value().get(flag) {
                None => {
                    let last = dependencies.value().entries().next_back()?;
                    edits.and(self.after(last, flag, &self.branches(flag, 0))?)
                }
                Some(branches) => edits.and(self.join_branch(flag, branches)?),
            },
        })
    }

    fn not_required(&self) -> Option<Edits> {
        let required = self.owner.get("required")?;
        let mut items = required.value().items();
        let item = items.find(|item| item.target().value() == self.entry.name())?;
        let lines = self.document.syntax.lines();
        let line = lines.span(lines.line_of(item.span().start()));
        if self.document.syntax.comments().iter().any(|comment| line.covers(*comment)) {
            return None; // The comment would be lost.
        }
        if required.value().items().len() == 1 {
            return remove_entry(self.owner, required);
        }
        remove_item(required.value(), item)
    }

    /// Inserts text after an entry; its lines after the first are indented relative to the entry's key.
    fn after(&self, entry: Entry<'_>, key: &str, text: &str) -> Option<Edits> {
        let syntax = &self.document.syntax;
        let indent = " ".repeat(column(syntax, entry.key().full_span().start()));
        add_after(entry, key, &text.replace('\n', &format!("{}{indent}", line_break(syntax))))
    }

    /// The member of `dependencies` that adds the param; lines after the first are indented by `indent`.
    fn branches(&self, flag: &str, indent: usize) -> String {
        let pad = " ".repeat(indent);
        let name = self.entry.key().source();
        let required = if self.required { format!("\n{pad}      required: [{name}]") } else { String::new() };
        let flag = self.spelled(flag);
        format!(
            "{flag}:\n{pad}  oneOf:\n{pad}    - properties:\n{pad}        {flag}:\n{pad}          const: false\n\
             {pad}    - properties:\n{pad}        {flag}:\n{pad}          const: true\n{pad}        {}{required}",
            self.text(indent + 8)
        )
    }

    /// A boolean's name as written in its declaration.
    fn spelled(&self, flag: &'a str) -> Cow<'a, str> {
        let declared = self.properties.value().field(flag);
        declared.map_or(flag.into(), |declared| declared.key().source().to_owned().into())
    }

    /// The param's lines, starting at its name, with LF line breaks; lines after the first are indented by `indent`
    /// more than the first.
    fn text(&self, indent: usize) -> String {
        let syntax = &self.document.syntax;
        let start = self.entry.key().full_span().start();
        let lines = syntax.slice(Span::new(start, end_of_lines(syntax, self.entry))).trim_end();
        moved(&lines.replace("\r\n", "\n"), column(syntax, start), indent)
    }

    /// Adds the param to an existing branch.
    fn join_branch(&self, flag: &str, branches: Entry<'a>) -> Option<Edits> {
        let is_set = |branch: &Node<'a>| {
            let value = branch.get("properties")?.value().get(flag)?.value().get("const")?.value();
            (value.source() == "true").then_some(())
        };
        let mut all = branches.value().get("oneOf")?.value().items();
        let branch = all.find(|branch| is_set(branch).is_some())?;
        let properties = branch.get("properties")?;
        if properties.value().kind() != (Kind::Mapping { flow: false }) {
            return None;
        }
        let last = properties.value().entries().next_back()?;
        let edits = self.after(last, &self.entry.name(), &self.text(0))?;
        if !self.required {
            return Some(edits);
        }
        let name = self.entry.key().source();
        Some(edits.and(match branch.get("required") {
            Some(required) => append_item(required.value(), name)?,
            None => {
                let first = branch.entries().next()?.key().full_span().start();
                let indent = " ".repeat(column(&self.document.syntax, first));
                let text = format!("required: [{name}]{}{indent}", line_break(&self.document.syntax));
                Edits::new(Span::at(first), text, [Change::Entry(branch.id(), "required".to_owned())])
            }
        }))
    }
}
