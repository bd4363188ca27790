//! Refactorings of `required` and `ui:order`.

use crate::bundle::{Document, PropertyId, UiEntry};
use crate::edit::build::{append_item, column, line_break, remove_item};
use crate::edit::{Change, Edit, Edits, Fix};
use crate::syntax::{Kind, Node, Span, encode};

/// With the cursor on a param: adds it to, or removes it from, `required` and `ui:order`.
pub(super) fn of_param(document: &Document, property: PropertyId, found: &mut Vec<Fix>) {
    let property = document.schemas.property(property);
    let name = document.node(property.key).value();
    let required = document.keyword(property.owner, "required").map(|(_, list)| list);
    match required {
        Some(list) if list.is_sequence() => {
            toggle(document, list, &name, "`required`", found);
        }
        Some(_) => {}
        None => {
            if let Some(edit) = new_required(document, property.key, &name) {
                found.extend(Fix::unsafe_(format!("Add `{name}` to `required`"), edit));
            }
        }
    }
    let orders = document.ui.iter().filter(|entry| entry.schemas.contains(&property.owner));
    for list in orders.filter_map(|entry| order(document, entry)) {
        toggle(document, list, &name, "`ui:order`", found);
    }
}

fn order<'a>(document: &'a Document, entry: &UiEntry) -> Option<Node<'a>> {
    let order = document.node(entry.node).get("ui:order")?.value();
    order.is_sequence().then_some(order)
}

fn toggle(document: &Document, list: Node<'_>, name: &str, of: &str, found: &mut Vec<Fix>) {
    let listed = list.items().find(|item| item.target().value() == name);
    let (title, edit) = match listed {
        Some(item) => (format!("Remove `{name}` from {of}"), remove_item(list, item)),
        None => (format!("Add `{name}` to {of}"), append_item(list, &written(document, list, name))),
    };
    found.extend(Fix::unsafe_(title, edit));
}

fn written(document: &Document, list: Node<'_>, name: &str) -> String {
    let flow = list.kind() == (Kind::Sequence { flow: true });
    encode::string(name, flow, document.dialect()).into_owned()
}

/// Adds `required` above `properties`.
fn new_required(document: &Document, key: crate::syntax::NodeId, name: &str) -> Option<Edits> {
    let properties = document.node(key).parent()?;
    let owner = properties.parent()?;
    let entry = owner.entries().find(|entry| entry.value() == properties)?;
    if owner.kind() != (Kind::Mapping { flow: false }) || entry.name() != "properties" {
        return None;
    }
    let at = entry.key().full_span().start();
    let indent = " ".repeat(column(&document.syntax, at));
    let name = encode::string(name, true, document.dialect());
    let text = format!("required: [{name}]{}{indent}", line_break(&document.syntax));
    Some(Edits::new(Span::at(at), text, [Change::Entry(owner.id(), "required".to_owned())]))
}

/// With the cursor in a `ui:order`: adds all missing params, in the order of their declarations.
pub(super) fn of_order(document: &Document, offset: usize, found: &mut Vec<Fix>) {
    for entry in &document.ui {
        let Some(list) = order(document, entry) else { continue };
        let key = document.node(entry.node).get("ui:order").map(|order| order.key().span());
        if !list.span().touches(offset) && !key.is_some_and(|key| key.touches(offset)) {
            continue;
        }
        let declared: Vec<String> =
            entry.schemas.iter().flat_map(|&schema| document.names(schema).unconditional.clone()).collect();
        let listed: Vec<_> = list.items().map(|item| item.target().value()).collect();
        let missing: Vec<&String> =
            declared.iter().filter(|name| !listed.contains(&name.as_str().into())).collect();
        if !missing.is_empty() {
            let items: Vec<String> = missing.iter().map(|name| written(document, list, name)).collect();
            found.extend(Fix::unsafe_("Add every missing param to `ui:order`", append_all(list, &items)));
        }
        let place = |name: &str| declared.iter().position(|known| known == name).unwrap_or(usize::MAX);
        let mut sorted: Vec<Node<'_>> = list.items().collect();
        sorted.sort_by_key(|item| place(&item.target().value()));
        let plain = |item: &Node<'_>| item.is_scalar() || item.kind() == Kind::Alias;
        if sorted.iter().zip(list.items()).any(|(sorted, item)| *sorted != item) && sorted.iter().all(plain) {
            let edits = list.items().zip(sorted).filter(|(item, sorted)| item != sorted);
            let edits = edits.map(|(item, sorted)| {
                let text = document.syntax.slice(sorted.full_span()).to_owned();
                Edit { span: item.full_span(), text }
            });
            let edits = Edits { list: edits.collect(), changes: vec![Change::Value(list.id())] };
            found.extend(Fix::unsafe_("Sort `ui:order` like `properties`", edits));
        }
    }
}

/// Appends several items to a list.
fn append_all(list: Node<'_>, items: &[String]) -> Option<Edits> {
    let (first, rest) = items.split_first()?;
    let mut edits = append_item(list, first)?;
    let one = edits.list.first_mut()?;
    one.text = rest.iter().fold(one.text.clone(), |mut text, item| {
        // Each is separated like the first.
        if one.text.starts_with('[') {
            text.truncate(text.len() - 1);
            text.push_str(&format!(", {item}]"));
        } else {
            text.push_str(&one.text.replacen(first.as_str(), item, 1));
        }
        text
    });
    Some(edits)
}
