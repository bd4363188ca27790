//! Conditions that test for a value that the property cannot have.

use super::DEPENDENCY_IMPOSSIBLE;
use crate::bundle::{Document, Property, Role, Schema, SchemaId};
use crate::edit::{Edits, Fix, build};
use crate::reference::{JsonType, closest, did_you_mean};
use crate::rules::schema::{MAX_CANDIDATES, Verdicts, scalar, types};
use crate::rules::value::json_type;
use crate::rules::wording::{listed, quoted};
use crate::rules::{Context, Finding};
use crate::syntax::{Node, Scalar, encode};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;

/// The allowed values of schemas, computed on demand.
#[derive(Default)]
pub(super) struct Allowances<'a>(HashMap<SchemaId, Allowed<'a>>);

/// The values that a schema allows; `None` where it does not restrict them.
struct Allowed<'a> {
    types: Option<Vec<JsonType>>,
    /// All allowed values.
    values: Option<HashSet<Exact<'a>>>,
}

/// A scalar that compares by value: `1` equals `1.0`.
#[derive(PartialEq, Eq, Hash)]
enum Exact<'a> {
    Other,
    Bool(bool),
    /// Bits of the number.
    Number(u64),
    Text(Cow<'a, str>),
}

impl<'a> Exact<'a> {
    fn of(scalar: Scalar<'a>) -> Self {
        match scalar {
            Scalar::Null => Self::Other,
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Int(number) => Self::Number((number as f64).to_bits()),
            Scalar::Float(number) => Self::Number(number.to_bits()),
            Scalar::Str(text) => Self::Text(text),
        }
    }
}

/// Reports values that the branches of a condition test for and the property cannot have.
pub(super) fn check<'a>(
    context: &Context<'a>,
    schema: &Schema,
    owners: &[SchemaId],
    allowances: &mut Allowances<'a>,
    verdicts: &mut Verdicts,
) {
    let document = context.document;
    for &(role, branch) in &schema.children {
        let controlling = match role {
            Role::Dependency(key) => Some(document.node(key).value()),
            Role::If => None,
            _ => continue,
        };
        for property in tested(document, branch) {
            let key = document.node(property.key);
            if controlling.as_ref().is_some_and(|name| *name != key.value()) {
                continue;
            }
            let subjects = subjects(document, owners, &key.value());
            for value in wanted(document, property.schema) {
                let can_be = subjects.is_empty()
                    || subjects.iter().any(|&subject| allowances.of(context, subject).allow(context, value));
                verdicts.add(value, !can_be, || never(context, &subjects, key, value));
            }
        }
    }
}

impl<'a> Allowances<'a> {
    fn of(&mut self, context: &Context<'a>, id: SchemaId) -> &Allowed<'a> {
        self.0.entry(id).or_insert_with(|| Allowed {
            types: types(context.document, id).filter(|types| !types.is_empty()),
            values: choices(context.document, id).map(|choices| {
                choices.into_iter().map(|choice| Exact::of(scalar(context, choice))).collect()
            }),
        })
    }
}

impl Allowed<'_> {
    /// Whether a value is allowed; `true` if that is not certain.
    fn allow(&self, context: &Context<'_>, value: Node<'_>) -> bool {
        let wanted = scalar(context, value);
        // The form uses these for "nothing chosen".
        if !value.target().is_scalar() || wanted == Scalar::Null || wanted == Scalar::Str("".into()) {
            return true;
        }
        let Some(found) = json_type(value, context.document.dialect()) else { return true };
        let fits = |allowed: &JsonType| {
            *allowed == found || (*allowed, found) == (JsonType::Number, JsonType::Integer)
        };
        if self.types.as_ref().is_some_and(|types| !types.iter().any(fits)) {
            return false;
        }
        self.values.as_ref().is_none_or(|values| values.contains(&Exact::of(wanted)))
    }
}

/// At most this many nested branches are visited; aliases can chain any number of them.
const MAX_BRANCHES: usize = 200;

/// The properties that a branch, and the branches in it, test.
fn tested(document: &Document, branch: SchemaId) -> Vec<Property> {
    let mut seen = HashSet::from_iter([branch]);
    let mut work = vec![branch];
    let mut tested = Vec::new();
    while let Some(id) = work.pop() {
        let schema = document.schemas.get(id);
        tested.extend(schema.properties.iter().map(|&property| document.schemas.property(property)));
        let branches = schema.children.iter().filter(|(role, _)| {
            matches!(role, Role::AllOf | Role::AnyOf | Role::OneOf | Role::If | Role::Then | Role::Else)
        });
        work.extend(branches.map(|(_, id)| *id).filter(|id| seen.len() < MAX_BRANCHES && seen.insert(*id)));
    }
    tested
}

/// The unconditional definitions of a property.
fn subjects(document: &Document, owners: &[SchemaId], name: &str) -> Vec<SchemaId> {
    let known = owners.iter().filter_map(|&owner| Some((owner, document.names(owner).known.get(name)?)));
    known
        .flat_map(|(owner, ids)| {
            let properties = ids.iter().map(|&id| document.schemas.property(id));
            properties.filter(move |property| property.owner == owner).map(|property| property.schema)
        })
        .collect()
}

/// The values of `const` and `enum`.
fn wanted(document: &Document, id: SchemaId) -> Vec<Node<'_>> {
    let one = document.keyword(id, "const").map(|(_, value)| value);
    let several = document.keyword(id, "enum").into_iter().flat_map(|(_, list)| list.target().items());
    one.into_iter().chain(several).collect()
}

/// All values that a property can have, if the schema lists them.
fn choices(document: &Document, id: SchemaId) -> Option<Vec<Node<'_>>> {
    let listed = wanted(document, id);
    if !listed.is_empty() {
        return Some(listed);
    }
    let schema = document.schemas.get(id);
    let branches = schema.children.iter().filter(|(role, _)| matches!(role, Role::OneOf | Role::AnyOf));
    let constants: Option<Vec<_>> =
        branches.map(|(_, branch)| document.keyword(*branch, "const").map(|(_, value)| value)).collect();
    constants.filter(|constants| !constants.is_empty())
}

/// Whether another item of an enclosing list, such as another branch, has this text at the same path.
fn is_taken(value: Node<'_>, text: &str) -> bool {
    let mut path: Vec<String> = Vec::new();
    let mut node = value;
    while let Some(parent) = node.parent() {
        match node.entry() {
            Some(entry) => path.push(entry.name().into_owned()),
            None => {
                let says = |item: Node<'_>| {
                    let place = path.iter().rev().try_fold(item.target(), |node, key| {
                        node.field(key).map(|entry| entry.value().target())
                    });
                    place.is_some_and(|place| place.is_scalar() && place.value() == text)
                };
                if parent.items().filter(|item| *item != node).any(says) {
                    return true;
                }
            }
        }
        node = parent;
    }
    false
}

/// Whether a default or a preset has the value too; then the `enum` is more likely to be wrong.
fn is_used(document: &Document, subjects: &[SchemaId], name: &str, text: &str) -> bool {
    let is_it = |value: Node<'_>| value.target().is_scalar() && value.target().value() == text;
    let default =
        |&subject: &SchemaId| document.keyword(subject, "default").is_some_and(|(_, value)| is_it(value));
    let mut presets = document.presets.iter().map(|preset| document.node(preset.node).target());
    subjects.iter().any(default)
        || presets.any(|preset| preset.field(name).is_some_and(|entry| is_it(entry.value())))
}

/// A fix that adds the value to the `enum` of the property.
fn allowing(document: &Document, subjects: &[SchemaId], value: Node<'_>) -> Option<Fix> {
    let [subject] = subjects else { return None };
    let (_, list) = document.keyword(*subject, "enum")?;
    let text = encode::in_list(value, list.target(), document.dialect())?;
    let edits = build::append_item(list.target(), &text);
    Fix::unsafe_(format!("Add {} to the `enum` of the property", quoted(&value.target().value())), edits)
}

fn never(context: &Context<'_>, subjects: &[SchemaId], key: Node<'_>, value: Node<'_>) -> Finding {
    let document = context.document;
    let name = key.value();
    let written = value.target().value();
    let nodes = subjects.iter().filter_map(|&subject| choices(document, subject)).flatten();
    let nodes: Vec<_> = nodes.take(MAX_CANDIDATES).map(Node::target).collect();
    let choices: Vec<_> = nodes.iter().map(|choice| choice.value()).collect();
    let close = closest(&written, choices.iter().map(|choice| &**choice)).filter(|close| *close != written);
    let close =
        close.filter(|close| !is_taken(value, close) && !is_used(document, subjects, &name, &written));
    let hint = match close {
        Some(_) => did_you_mean(close),
        None if choices.is_empty() || choices.contains(&written) => ", which has another type.".to_owned(),
        None => format!("; it must be one of {}.", listed(&choices)),
    };
    let message = format!("{} is never a value of {}{hint}", quoted(&written), quoted(&name));
    let finding = DEPENDENCY_IMPOSSIBLE.at(value.span(), message);
    let finding = match subjects.first().map(|&subject| document.schemas.get(subject).role) {
        Some(Role::Property(property)) => {
            let definition = document.node(document.schemas.property(property).key);
            finding.relating(definition.span(), format!("{} is defined here", quoted(&name)))
        }
        _ => finding,
    };
    match close {
        Some(close) => {
            let is_text = |choice: &Node<'_>| matches!(choice.resolve(document.dialect()), Scalar::Str(_));
            let edit = match nodes.iter().find(|choice| choice.value() == close) {
                Some(choice) if is_text(choice) => build::replace_text(value, close),
                _ => Some(Edits::value(value, close)),
            };
            finding.with_fix(Fix::unsafe_(format!("Replace with `{close}`"), edit))
        }
        None => finding,
    }
    .with_fix(allowing(document, subjects, value))
}
