//! Converts nodes to JSON as the platform does.

use super::budget::Budget;
use super::resolve::{Dialect, Scalar};
use super::span::Span;
use super::tree::{Entry, Kind, Node, ScalarStyle};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// Cost of a value besides its text (bytes): the value and its entry in the parent.
const VALUE_COST: usize = 100;

/// Maximum nesting depth of values: a chain of aliases could overflow the stack.
const MAX_DEPTH: usize = 2 * super::MAX_DEPTH;

/// Why a node cannot be converted to JSON. The platform's parser rejects the same documents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// Span of the invalid node.
    pub span: Span,
    /// The kind of error.
    pub kind: JsonErrorKind,
}

/// Kinds of [`JsonError`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonErrorKind {
    /// A key that is not a string and cannot be converted to one.
    Key,
    /// A duplicate key, which go-yaml 3 rejects.
    DuplicateKey,
    /// An infinite number or NaN.
    Number,
    /// The value of `<<` is not a mapping or a sequence of mappings.
    Merge,
    /// An unresolved alias.
    Alias,
    /// Aliases expand the document beyond the budget or nest it too deeply.
    TooLarge,
}

/// Converts a node to JSON: expands aliases, applies `<<` merges, types scalars and converts keys to strings as the
/// `dialect`'s parser does.
///
/// # Errors The first node that the platform's parser rejects, or where [`Budget::VALUE`] is exhausted.
pub fn to_json(node: Node<'_>, dialect: Dialect) -> Result<Value, JsonError> {
    to_json_within(node, dialect, &Budget::new(Budget::VALUE))
}

/// Deserializes the program's own data files from YAML, as go-yaml 3 parses it.
///
/// # Errors The text is not valid YAML (with its line), or does not deserialize to `T`.
pub(crate) fn read_data<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let syntax = super::parse(text);
    let no_yaml = |span: Span| format!("no YAML in line {}", syntax.lines().line_of(span.start()) + 1);
    if let Some(error) = syntax.errors().first() {
        return Err(no_yaml(error.span));
    }
    let unlimited = Budget::new(usize::MAX);
    let value =
        syntax.root().map_or(Ok(Value::Null), |root| to_json_within(root, Dialect::GoYaml3, &unlimited));
    serde_json::from_value(value.map_err(|error| no_yaml(error.span))?).map_err(|error| error.to_string())
}

/// Like [`to_json`], with the given budget.
///
/// # Errors Same as [`to_json`].
pub(crate) fn to_json_within(node: Node<'_>, dialect: Dialect, budget: &Budget) -> Result<Value, JsonError> {
    Conversion { dialect, budget, depth: 0 }.value(node)
}

struct Conversion<'b> {
    dialect: Dialect,
    budget: &'b Budget,
    depth: usize,
}

impl Conversion<'_> {
    fn value(&mut self, node: Node<'_>) -> Result<Value, JsonError> {
        self.spend(node, VALUE_COST)?;
        let target = node.target();
        match target.kind() {
            Kind::Alias => return Err(error(node, JsonErrorKind::Alias)),
            Kind::Null | Kind::Scalar(_) => return self.scalar(target),
            _ if self.depth >= MAX_DEPTH => return Err(error(node, JsonErrorKind::TooLarge)),
            _ => {}
        }
        self.depth += 1;
        let value = match target.kind() {
            Kind::Mapping { .. } => self.mapping(target).map(Value::Object),
            _ => target.items().map(|item| self.value(item)).collect(),
        };
        self.depth -= 1;
        value
    }

    fn spend(&self, node: Node<'_>, units: usize) -> Result<(), JsonError> {
        self.budget.spend(units).ok_or_else(|| error(node, JsonErrorKind::TooLarge))
    }

    fn scalar(&self, node: Node<'_>) -> Result<Value, JsonError> {
        self.spend(node, node.span().len())?;
        Ok(match node.resolve(self.dialect) {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) => Number::from_i128(value).map_or(Value::Null, Value::Number),
            Scalar::Float(value) => {
                let number = Number::from_f64(value).ok_or_else(|| error(node, JsonErrorKind::Number))?;
                Value::Number(number)
            }
            Scalar::Str(text) if self.dialect == Dialect::GoYaml3 && is_date(node, &text) => {
                Value::String(format!("{text}T00:00:00Z"))
            }
            Scalar::Str(text) => Value::String(text.into_owned()),
        })
    }

    fn mapping(&mut self, node: Node<'_>) -> Result<Map<String, Value>, JsonError> {
        let mut map = Map::new();
        for entry in node.entries().filter(|entry| !entry.is_merge()) {
            let key = self.key(entry)?;
            let value = self.value(entry.value())?;
            if map.insert(key, value).is_some() && self.dialect == Dialect::GoYaml3 {
                return Err(error(entry.key(), JsonErrorKind::DuplicateKey));
            }
        }
        for entry in node.entries().filter(|entry| entry.is_merge()) {
            let source = entry.value().target();
            match source.kind() {
                Kind::Mapping { .. } => self.merge(source, &mut map)?,
                Kind::Sequence { .. } => {
                    for item in source.items() {
                        self.merge(item.target(), &mut map)?;
                    }
                }
                _ => return Err(error(entry.value(), JsonErrorKind::Merge)),
            }
        }
        Ok(map)
    }

    fn merge(&mut self, source: Node<'_>, map: &mut Map<String, Value>) -> Result<(), JsonError> {
        let Value::Object(merged) = self.value(source)? else {
            return Err(error(source, JsonErrorKind::Merge));
        };
        for (key, value) in merged {
            map.entry(key).or_insert(value);
        }
        Ok(())
    }

    /// go-yaml 2 converts every scalar key of a bundle to a string; go-yaml 3 accepts only strings and numbers.
    fn key(&self, entry: Entry<'_>) -> Result<String, JsonError> {
        let key = entry.key().target();
        if !matches!(key.kind(), Kind::Null | Kind::Scalar(_)) {
            return Err(error(entry.key(), JsonErrorKind::Key));
        }
        self.spend(entry.key(), key.span().len())?;
        match (key.resolve(self.dialect), self.dialect) {
            (Scalar::Str(text), _) => Ok(text.into_owned()),
            (Scalar::Int(value), _) => Ok(value.to_string()),
            (Scalar::Bool(value), Dialect::GoYaml2) => Ok(value.to_string()),
            (Scalar::Float(value), Dialect::GoYaml2) => Ok((value as f32).to_string()),
            _ => Err(error(entry.key(), JsonErrorKind::Key)),
        }
    }
}

/// Whether go-yaml 3 parses the text as a timestamp, which JSON then contains in full form.
fn is_date(node: Node<'_>, text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.as_bytes().get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let unquoted = node.kind() == Kind::Scalar(ScalarStyle::Plain) && node.tag().is_none();
    unquoted
        && text.len() == 10
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && [4, 7].iter().all(|&at| text.as_bytes()[at] == b'-')
}

fn error(node: Node<'_>, kind: JsonErrorKind) -> JsonError {
    JsonError { span: node.span(), kind }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, JsonErrorKind, to_json};
    use crate::syntax::parse;

    fn json(text: &str, dialect: Dialect) -> Result<String, (JsonErrorKind, String)> {
        let syntax = parse(text);
        let result = to_json(syntax.root().expect("a value"), dialect);
        result
            .map(|value| value.to_string())
            .map_err(|error| (error.kind, syntax.slice(error.span).to_owned()))
    }

    #[test]
    fn values() {
        let text = "a: [1, 2.5, yes, ~, 'x']\nyes: 1\nb: &b {c: 1}\nd: {<<: *b, e: 2}";
        let bundle = r#"{"a":[1,2.5,true,null,"x"],"true":1,"b":{"c":1},"d":{"e":2,"c":1}}"#;
        assert_eq!(json(text, Dialect::GoYaml2).as_deref(), Ok(bundle));
        let resource_type = r#"{"a":[1,2.5,"yes",null,"x"],"yes":1,"b":{"c":1},"d":{"e":2,"c":1}}"#;
        assert_eq!(json(text, Dialect::GoYaml3).as_deref(), Ok(resource_type));
        assert_eq!(json("a: 2001-12-14", Dialect::GoYaml3).as_deref(), Ok(r#"{"a":"2001-12-14T00:00:00Z"}"#));
    }

    #[test]
    fn chains_of_aliases_end() {
        let mut text = "a0: &a0 [1]\n".to_owned();
        for index in 1..50_000 {
            text += &format!("a{index}: &a{index} [*a{}]\n", index - 1);
        }
        let syntax = parse(text);
        let last = syntax.root().expect("a value").entries().next_back().expect("an entry");
        let error = to_json(last.value(), Dialect::GoYaml2).expect_err("too deep");
        assert_eq!(error.kind, JsonErrorKind::TooLarge);
    }

    #[test]
    fn rejected() {
        let reject = |text: &str, kind, span: &str| {
            assert_eq!(json(text, Dialect::GoYaml2), Err((kind, span.to_owned())), "{text}");
        };
        reject("{a: 1}: b", JsonErrorKind::Key, "{a: 1}");
        reject("a: .inf", JsonErrorKind::Number, ".inf");
        reject("a: *b", JsonErrorKind::Alias, "*b");
        reject("<<: 1", JsonErrorKind::Merge, "1");
        reject("~: 1", JsonErrorKind::Key, "~");
        assert_eq!(json("a: 1\na: 2", Dialect::GoYaml2).as_deref(), Ok(r#"{"a":2}"#));
        assert_eq!(json("a: 1\na: 2", Dialect::GoYaml3), Err((JsonErrorKind::DuplicateKey, "a".to_owned())));
    }
}
