//! An independent YAML reader: values by `serde_yaml`, comments by a simple scanner.

use serde_yaml::Deserializer;
use std::fmt;

/// A value. Mappings keep the order of keys and duplicates.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Yaml {
    Null,
    Bool(bool),
    /// In its printed form.
    Number(String),
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(Yaml, Yaml)>),
    /// A value with a local tag.
    Tagged(String, Box<Yaml>),
}

impl Yaml {
    /// The value of a key; the first one if there are duplicates.
    pub(crate) fn get(&self, name: &str) -> Option<&Yaml> {
        self.entries().iter().find(|(key, _)| key.name() == name).map(|(_, value)| value)
    }

    /// The value at a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Yaml> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    pub(crate) fn entries(&self) -> &[(Yaml, Yaml)] {
        if let Yaml::Map(entries) = self { entries } else { &[] }
    }

    pub(crate) fn items(&self) -> &[Yaml] {
        if let Yaml::List(items) = self { items } else { &[] }
    }

    /// A key as a path segment.
    pub(crate) fn name(&self) -> String {
        match self {
            Yaml::Text(text) | Yaml::Number(text) => text.clone(),
            Yaml::Bool(value) => value.to_string(),
            Yaml::Null => "null".into(),
            other => format!("{other:?}"),
        }
    }

    /// Number of duplicate keys.
    pub(crate) fn duplicates(&self) -> usize {
        let mut names: Vec<String> = self.entries().iter().map(|(key, _)| key.name()).collect();
        names.retain(|name| name != "<<");
        let count = names.len();
        names.sort();
        names.dedup();
        let below = self.entries().iter().map(|(_, value)| value).chain(self.items());
        count - names.len() + below.map(Yaml::duplicates).sum::<usize>()
    }

    /// The value with merge keys resolved.
    pub(crate) fn merged(&self) -> Yaml {
        match self {
            Yaml::List(items) => Yaml::List(items.iter().map(Yaml::merged).collect()),
            Yaml::Tagged(tag, value) => Yaml::Tagged(tag.clone(), Box::new(value.merged())),
            Yaml::Map(entries) => {
                let is_merge = |(key, value): &&(Yaml, Yaml)| key.name() == "<<" && is_source(value);
                let own = entries.iter().filter(|entry| !is_merge(entry));
                let mut all: Vec<_> = own.map(|(key, value)| (key.clone(), value.merged())).collect();
                for (_, source) in entries.iter().filter(is_merge) {
                    let sources =
                        if source.items().is_empty() { std::slice::from_ref(source) } else { source.items() };
                    for (key, value) in
                        sources.iter().map(Yaml::merged).flat_map(|one| one.entries().to_vec())
                    {
                        if !all.iter().any(|(known, _)| *known == key) {
                            all.push((key, value));
                        }
                    }
                }
                Yaml::Map(all)
            }
            scalar => scalar.clone(),
        }
    }
}

fn is_source(value: &Yaml) -> bool {
    let is_map = |value: &Yaml| matches!(value, Yaml::Map(_));
    is_map(value) || !value.items().is_empty() && value.items().iter().all(is_map)
}

/// Parses a text as one document.
pub(crate) fn read(text: &str) -> Result<Yaml, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde::Deserialize::deserialize(Deserializer::from_str(text)).map_err(|error| error.to_string())
}

struct Visitor;

impl<'de> serde::Deserialize<'de> for Yaml {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Number(format!("{value:?}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Yaml, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Yaml::List(all))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Yaml, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            all.push(entry);
        }
        Ok(Yaml::Map(all))
    }

    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, data: A) -> Result<Yaml, A::Error> {
        let (tag, value): (String, _) = data.variant()?;
        let value = serde::de::VariantAccess::newtype_variant(value)?;
        Ok(Yaml::Tagged(tag, Box::new(value)))
    }
}

/// The comments of a valid text, sorted, each with its line.
pub(crate) fn comments(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut quote: Option<char> = None;
    // The lines of a block scalar are indented more than this column.
    let mut block: Option<usize> = None;
    for (number, line) in lines(text).enumerate() {
        let line = line.trim_start_matches('\u{feff}');
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(column) = block {
            if line.trim().is_empty() || indent > column {
                continue;
            }
            block = None;
        }
        let code = match scan(line, &mut quote) {
            Some(at) => {
                found.push((line[at..].trim().to_owned(), number));
                &line[..at]
            }
            None => line,
        };
        if quote.is_none() && opens_block(code) {
            block = Some(column_of_parent(code));
        }
    }
    found.sort();
    found
}

/// Start of the comment in a line; `quote` tracks quotes that continue on the next line.
fn scan(line: &str, quote: &mut Option<char>) -> Option<usize> {
    let mut before = ' ';
    let mut characters = line.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match *quote {
            Some('"') if character == '\\' => drop(characters.next()),
            Some('\'') if character == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                characters.next();
            }
            Some(open) if character == open => *quote = None,
            Some(_) => {}
            None if character == '#' && (before == ' ' || before == '\t') => return Some(at),
            None if (character == '"' || character == '\'') && begins_scalar(&line[..at]) => {
                *quote = Some(character);
            }
            None => {}
        }
        before = character;
    }
    None
}

/// Whether a scalar can start after this part of a line.
fn begins_scalar(before: &str) -> bool {
    let trimmed = before.trim_end();
    let last = trimmed.split([' ', '\t']).next_back().unwrap_or_default();
    trimmed.is_empty()
        || trimmed.ends_with(['[', '{', ','])
        || trimmed.len() < before.len()
            && (trimmed.ends_with([':', '-', '?']) || last.starts_with(['!', '&']))
        || trimmed.ends_with("\":")
        || trimmed.ends_with("':")
}

/// Whether a line ends with a block scalar header.
fn opens_block(code: &str) -> bool {
    let last = code.trim_end().rsplit([' ', '\t']).next().unwrap_or_default();
    let is_header = last.starts_with(['|', '>'])
        && last[1..].chars().all(|one| one == '+' || one == '-' || one.is_ascii_digit());
    let before = code.trim_end().strip_suffix(last).unwrap_or_default().trim_end();
    let word = before.rsplit([' ', '\t']).next().unwrap_or_default();
    is_header
        && (before.ends_with(':')
            || before.ends_with('-')
            || before.is_empty()
            || word.starts_with(['!', '&']))
}

/// Column of the key or dash that a block scalar belongs to.
fn column_of_parent(code: &str) -> usize {
    let mut column = code.len() - code.trim_start().len();
    let mut rest = &code[column..];
    while let Some(inner) = rest.strip_prefix("- ") {
        let trimmed = inner.trim_start();
        if trimmed.starts_with(['|', '>']) {
            break;
        }
        column += rest.len() - trimmed.len();
        rest = trimmed;
    }
    column
}

/// The lines of a text without line ends.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line))
}
