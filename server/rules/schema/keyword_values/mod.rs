//! Whether the values of keywords have the types that draft-07 requires.

mod older_drafts;
#[cfg(test)]
mod tests;

use super::{Once, is_being_typed, is_checked_by_platform};
use crate::bundle::{Area, Role, SchemaId};
use crate::edit::{Edits, Fix, build};
use crate::reference::{self, JsonType, Key, Origin, Shape, Text, did_you_mean};
use crate::rules::dedent::dedent;
use crate::rules::value::json_type;
use crate::rules::wording::{kind_words, quoted, recast};
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity, bool_word};
use crate::syntax::{Kind, Node, NodeId, Scalar, ScalarStyle, Span};
use foldhash::HashSet;
use std::fmt;

static SCHEMA_KEYWORD_TYPE: Rule = Rule {
    id: "schema-keyword-type",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid value of a keyword",
    explanation: "Publishing validates schemas against JSON Schema draft-07 and rejects a keyword with the \
                  wrong type of value: `minLength` is a whole number, `required` a list of names, `title` text \
                  (in quotes where YAML would read something else). Inside `$defs`, which draft-07 does not \
                  check, it is a warning.",
    bad: dedent! {r#"
        params:
          properties:
            name:
              type: string
              minLength: "3"
    "#},
    good: dedent! {"
        params:
          properties:
            name:
              type: string
              minLength: 3
    "},
    files: &[],
};

static SCHEMA_TYPE_UNKNOWN: Rule = Rule {
    id: "schema-type-unknown",
    severity: Severity::Error,
    opt_in: false,
    title: "Unknown type",
    explanation: "JSON Schema has seven types: `string`, `integer`, `number`, `boolean`, `object`, `array` and \
                  `null` (in quotes, because YAML reads a plain `null` as no value).",
    bad: dedent! {"
        params:
          properties:
            replicas:
              type: int
    "},
    good: dedent! {"
        params:
          properties:
            replicas:
              type: integer
    "},
    files: &[],
};

/// Values of keywords.
pub(in crate::rules) static KEYWORD_VALUES: Family =
    Family { title: "Schema keywords", rules: &[&SCHEMA_KEYWORD_TYPE, &SCHEMA_TYPE_UNKNOWN], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let checked = is_checked_by_platform(document);
    let Some(keywords) = reference::get().object("schema") else { return };
    let mut once = Once::default();
    let mut checked_nodes = HashSet::default();
    for (id, schema) in document.schemas.iter() {
        if findings.is_full() {
            return;
        }
        let strict = checked[id.index()];
        for (key, value) in once.keywords(document, schema) {
            let name = key.value();
            let Some(described) = keywords.key(&name) else { continue };
            // `$ref` and annotations have their own rules.
            if name == "$ref" || described.origin == Origin::Massdriver {
                continue;
            }
            let strict = strict && described.origin == Origin::Draft07;
            let mut check =
                Check { context, schema: id, key, strict, checked_nodes: &mut checked_nodes, findings };
            check.keyword(described, value);
        }
    }
}

/// The value that is being checked, for messages.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Keyword(Node<'a>),
    /// An item (from 1) of the list under this key.
    Item(usize, Node<'a>),
    /// A member of a mapping with arbitrary keys.
    Member(Node<'a>),
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(key) | Self::Member(key) => f.write_str(&quoted(&key.value())),
            Self::Item(number, list) => write!(f, "Item {number} of {}", quoted(&list.value())),
        }
    }
}

impl<'a> Subject<'a> {
    fn key(&self) -> Option<Node<'a>> {
        match self {
            Self::Keyword(key) | Self::Member(key) => Some(*key),
            Self::Item(..) => None,
        }
    }

    /// Where to report an empty value.
    fn span(&self, empty: Node<'_>) -> Span {
        self.key().unwrap_or(empty).span()
    }
}

struct Check<'c, 'a> {
    context: &'c Context<'a>,
    schema: SchemaId,
    key: Node<'a>,
    strict: bool,
    /// Lists and members that were checked: several keywords can share them through aliases.
    checked_nodes: &'c mut HashSet<NodeId>,
    findings: &'c mut Findings,
}

impl<'a> Check<'_, 'a> {
    fn report(&mut self, finding: Finding) {
        let finding = if self.strict { finding } else { finding.with(Severity::Warning) };
        self.findings.push(finding);
    }

    fn keyword(&mut self, described: &Key, value: Node<'a>) {
        let subject = Subject::Keyword(self.key);
        let target = value.target();
        let is_root = self.context.document.schemas.get(self.schema).role == Role::Root;
        if is_root && described.name == "properties" && self.found(value) == Some(JsonType::Null) {
            // An empty block counts as missing.
            return;
        }
        if !self.shape(&subject, value, &described.shape) {
            return;
        }
        if described.minimum.or(described.above).is_some() {
            self.bounds(&subject, described, value);
        }
        let holds_more = target.is_sequence() || target.is_mapping() && described.shape.values().is_some();
        if !holds_more || !self.checked_nodes.insert(target.id()) {
            return;
        }
        let items = target.items().len();
        // An empty `enum` is valid, though useless; a tuple needs a member.
        let fewest = match &*described.name {
            "enum" => 0,
            "items" => 1,
            _ => described.min_items.unwrap_or(0),
        };
        if target.is_sequence() && items < fewest {
            let message = format!("{subject} is an empty list; it needs an item.");
            self.report(SCHEMA_KEYWORD_TYPE.at(target.span(), message));
        }
        // Members of the blocks of connections and artifacts are not plain schemas.
        let is_port =
            is_root && matches!(self.context.document.schemas.get(self.schema).area, Area::Ports(_));
        if let Some(values) =
            described.shape.values().filter(|_| !(is_port && described.name == "properties"))
        {
            self.members(target, values);
        }
        if let Some(shape) = described.shape.items().filter(|_| target.is_sequence()) {
            self.items(self.key, target, shape);
        }
    }

    fn members(&mut self, map: Node<'a>, shape: &Shape) {
        for member in map.fields() {
            if member.colon().is_none() || !self.checked_nodes.insert(member.key().id()) {
                continue;
            }
            let (subject, value) = (Subject::Member(member.key()), member.value());
            let list = value.target();
            if self.shape(&subject, value, shape)
                && list.is_sequence()
                && self.checked_nodes.insert(list.id())
                && let Some(items) = shape.items()
            {
                self.items(member.key(), list, items);
            }
        }
    }

    fn items(&mut self, key: Node<'a>, list: Node<'a>, shape: &Shape) {
        let names = matches!(shape.text(), Some(Text::PropertyName | Text::TypeName));
        let mut seen = HashSet::default();
        for (index, item) in list.items().enumerate() {
            let fits = self.shape(&Subject::Item(index + 1, key), item, shape);
            // Duplicates in `required` are reported by `required-duplicate`.
            let repeats = names && fits && !seen.insert(item.target().value());
            if repeats && !(key == self.key && key.value() == "required") {
                let message =
                    format!("{} lists {} twice.", quoted(&key.value()), quoted(&item.target().value()));
                let finding = SCHEMA_KEYWORD_TYPE.at(item.span(), message);
                self.report(finding.with_fix(Fix::safe("Remove it", build::remove_item(list, item))));
            }
        }
    }

    fn found(&self, value: Node<'_>) -> Option<JsonType> {
        json_type(value, self.context.document.dialect())
    }

    /// Checks the type of a value against a shape, and reports a mismatch. Returns whether it fits.
    fn shape(&mut self, subject: &Subject<'a>, value: Node<'a>, shape: &Shape) -> bool {
        // An unresolved alias is reported by `yaml-syntax`.
        let Some(found) = self.found(value) else { return false };
        let is_type_name = shape.text() == Some(Text::TypeName);
        if shape.allows(found) && !(is_type_name && found == JsonType::String) {
            return true;
        }
        if is_type_name && value.target().is_scalar() {
            return self.type_name(subject, value, found);
        }
        let key = subject.key();
        if !(shape.allows(JsonType::Object) && key.is_some_and(|key| is_being_typed(key, value))) {
            let finding = self.misfit(subject, value, shape, found);
            self.report(finding);
        }
        false
    }

    fn type_name(&mut self, subject: &Subject<'a>, value: Node<'a>, found: JsonType) -> bool {
        let types = &reference::get().types;
        let name = value.target().value();
        if found == JsonType::String && types.contains(&name) {
            return true;
        }
        let known = || types.names().map(quoted).collect::<Vec<_>>().join(", ");
        let finding = match types.meant(&name) {
            _ if found == JsonType::Null => SCHEMA_TYPE_UNKNOWN
                .at(value.span(), "YAML reads a plain `null` as no value; write `\"null\"` in quotes.")
                .with_fix(Fix::unsafe_(
                    "Add quotes",
                    (value.source() == "null").then(|| Edits::value(value, "\"null\"")),
                )),
            Some(meant) => {
                let message = format!("{} is not a type{}", quoted(&name), did_you_mean(Some(&meant.name)));
                SCHEMA_TYPE_UNKNOWN.at(value.span(), message).with_fix(Fix::safe(
                    format!("Replace with `{}`", meant.name),
                    build::replace_text(value, &meant.name),
                ))
            }
            None if found == JsonType::String => SCHEMA_TYPE_UNKNOWN
                .at(value.span(), format!("{} is not a type; write one of {}.", quoted(&name), known())),
            None => SCHEMA_KEYWORD_TYPE.at(value.span(), format!("{subject} must be one of {}.", known())),
        };
        self.report(finding);
        false
    }

    fn bounds(&mut self, subject: &Subject<'_>, described: &Key, value: Node<'a>) {
        let number = match value.target().resolve(self.context.document.dialect()) {
            Scalar::Int(number) => number as f64,
            Scalar::Float(number) => number,
            _ => return,
        };
        if let Some(minimum) = described.minimum.filter(|minimum| number < *minimum as f64) {
            let message = format!("{subject} must be {minimum} or more.");
            self.report(SCHEMA_KEYWORD_TYPE.at(value.span(), message));
        }
        if let Some(above) = described.above.filter(|above| number <= *above as f64) {
            self.report(
                SCHEMA_KEYWORD_TYPE.at(value.span(), format!("{subject} must be more than {above}.")),
            );
        }
    }

    fn misfit(&self, subject: &Subject<'a>, value: Node<'a>, shape: &Shape, found: JsonType) -> Finding {
        if found == JsonType::Null {
            let span = if value.span().is_empty() { subject.span(value) } else { value.span() };
            return SCHEMA_KEYWORD_TYPE.at(span, format!("{subject} is empty; it must be {}.", words(shape)));
        }
        if found == JsonType::Boolean
            && matches!(subject, Subject::Keyword(_))
            && let Some(finding) = older_drafts::flag(self.context.document, self.schema, self.key, value)
        {
            return finding;
        }
        let dialect = self.context.document.dialect();
        if bool_word::wants_text(shape)
            && let Some(finding) = bool_word::finding(value, dialect)
        {
            return finding.with(Severity::Error);
        }
        let is = kind_words(value.target(), dialect);
        let message = format!("{subject} must be {}, not {is}.", words(shape));
        let finding = SCHEMA_KEYWORD_TYPE.at(value.span(), message);
        if let Some((title, text)) = recast(value, type_names(shape), dialect) {
            return finding.with_fix(Fix::safe(title, Edits::value(value, text)));
        }
        if !value.is_scalar() || value.source().contains('\n') {
            return finding;
        }
        let source = value.source();
        if shape.object() == Some("schema") && reference::get().types.contains(&value.value()) {
            return finding.with_fix(Fix::safe(
                "Convert to a schema",
                Edits::value(value, format!("{{ type: {source} }}")),
            ));
        }
        let list_of_this = shape.items().is_some_and(|items| items.object().is_none() && items.allows(found));
        let is_safe =
            value.kind() != Kind::Scalar(ScalarStyle::Plain) || !source.contains([',', '[', ']', '{', '}']);
        if list_of_this && is_safe {
            return finding
                .with_fix(Fix::safe("Convert to a list", Edits::value(value, format!("[{source}]"))));
        }
        finding
    }
}

/// Describes a shape for messages; more specific than "a mapping" for schemas.
fn words(shape: &Shape) -> String {
    let is_schema = |shape: &Shape| shape.object() == Some("schema");
    match shape {
        _ if shape.text() == Some(Text::TypeName) => "a type, such as `string`".to_owned(),
        shape if is_schema(shape) && shape.items().is_some_and(|items| items.text().is_some()) => {
            "a schema or a list of names".to_owned()
        }
        shape if is_schema(shape) => "a schema, such as `{ type: string }`".to_owned(),
        Shape::List(items) if is_schema(items) => "a list of schemas".to_owned(),
        Shape::Map(values) if is_schema(values) => "a mapping of names to schemas".to_owned(),
        shape => shape.to_string(),
    }
}

/// The JSON Schema names of the scalars that a shape allows.
fn type_names(shape: &Shape) -> &'static [&'static str] {
    match shape {
        Shape::Bool => &["boolean"],
        Shape::Int => &["integer"],
        Shape::Number => &["integer", "number"],
        Shape::Text(_) => &["string"],
        _ => &[],
    }
}
