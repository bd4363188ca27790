//! `params` as the platform sees them: references are inlined, booleans get a default, computed drop-downs are
//! filled.

use super::options::Queries;
use crate::bundle::{Document, RefForm};
use crate::workspace::{Files, normalize};
use foldhash::HashMap;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Most values that inlined references may add; further references are moved to `definitions`.
const MAX_REPLACED: usize = 50_000;

/// Most values in `definitions`.
const MAX_DEFINED: usize = 100_000;

/// References nested deeper than this (levels of JSON) are not inlined.
const MAX_DEPTH: usize = 100;

/// Keywords whose value contains no schemas.
const VALUES: [&str; 5] = ["default", "const", "enum", "examples", "message"];

/// Keywords that a field keeps if its reference cannot be resolved.
const WORDS: [&str; 4] = ["title", "description", "$comment", "default"];

/// The JSON Schema of all values.
pub(super) fn schema(document: &Document, files: &dyn Files, params: &Value) -> Value {
    let mut writer = Writer {
        params,
        files,
        queries: Queries::new(document, files),
        known: HashMap::default(),
        active: Vec::new(),
        level: 0,
        room: MAX_REPLACED,
        remaining: Vec::new(),
    };
    let mut schema = match writer.schema(params, At::default()) {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    schema.shift_remove("examples");
    schema.entry("type").or_insert_with(|| json!("object"));
    let definitions = writer.definitions();
    if !definitions.is_empty() {
        schema.insert("definitions".to_owned(), Value::Object(definitions));
    }
    Value::Object(schema)
}

/// The target of a reference.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Target {
    /// The file, relative to the bundle's directory; `None` for `params` itself.
    file: Option<String>,
    /// JSON pointer into the file.
    pointer: String,
}

impl Target {
    /// The directory that paths in the target are relative to.
    fn directory(&self) -> &str {
        self.file.as_deref().and_then(|file| file.rsplit_once('/')).map_or("", |(directory, _)| directory)
    }

    fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().filter(|last| !last.is_empty());
        let stem = || self.file.as_deref().and_then(|file| file.rsplit('/').next()?.split('.').next());
        let name = last.or_else(stem).unwrap_or("params");
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
    }
}

/// The position of a schema.
#[derive(Clone, Copy, Default)]
struct At<'a> {
    /// The directory that paths are relative to, relative to the bundle's directory.
    directory: &'a str,
    /// Whether the schema is below a list of schemas, where booleans get no default.
    listed: bool,
    /// Number of enclosing levels of JSON.
    depth: usize,
}

impl At<'_> {
    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// A reference that is being inlined.
struct Active {
    target: Target,
    /// The level of the value that it describes.
    level: usize,
}

struct Writer<'a> {
    params: &'a Value,
    files: &'a dyn Files,
    queries: Queries<'a>,
    /// The files read so far.
    known: HashMap<String, Option<Rc<Value>>>,
    active: Vec<Active>,
    /// The current level of the values; a schema that refers to itself within one level would recurse forever.
    level: usize,
    /// How many values references may still add.
    room: usize,
    /// The references that are not inlined, with their names in `definitions`.
    remaining: Vec<(Target, String)>,
}

impl Writer<'_> {
    fn schema(&mut self, schema: &Value, at: At<'_>) -> Value {
        let Value::Object(keywords) = schema else { return schema.clone() };
        match keywords.get("$ref") {
            Some(Value::String(reference)) => self.reference(reference, keywords, at),
            _ => Value::Object(self.keywords(keywords, at)),
        }
    }

    fn keywords(&mut self, keywords: &Map<String, Value>, at: At<'_>) -> Map<String, Value> {
        let mut written = Map::new();
        for (keyword, value) in keywords {
            let value = match keyword.as_str() {
                "$id" | "$schema" | "$ref" | "definitions" | "$defs" => continue,
                "properties" | "patternProperties" => self.part(|writer| writer.members(value, at.below())),
                "dependencies" => self.members(value, at.below()),
                "items" | "additionalItems" | "contains" | "additionalProperties" | "propertyNames" => {
                    self.part(|writer| writer.one_or_list(value, at.below()))
                }
                keyword if VALUES.contains(&keyword) || keyword.starts_with("$md") => value.clone(),
                _ => self.one_or_list(value, at.below()),
            };
            written.insert(keyword.clone(), value);
        }
        if !at.listed && written.get("type") == Some(&json!("boolean")) {
            written.entry("default").or_insert(json!(false));
        }
        if let Some(query) = keywords.get("$md.enum") {
            self.queries.add(query, &mut written);
        }
        written
    }

    /// Writes schemas that describe a part of the value, one level deeper.
    fn part<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        self.level += 1;
        let written = write(self);
        self.level -= 1;
        written
    }

    fn members(&mut self, map: &Value, at: At<'_>) -> Value {
        let Value::Object(members) = map else { return map.clone() };
        members.iter().map(|(name, schema)| (name.clone(), self.schema(schema, at.below()))).collect()
    }

    fn one_or_list(&mut self, value: &Value, at: At<'_>) -> Value {
        let Value::Array(schemas) = value else { return self.schema(value, at) };
        let at = At { listed: true, ..at.below() };
        schemas.iter().map(|schema| self.schema(schema, at)).collect()
    }

    /// Inlines a reference; the keywords beside it override those of its target.
    fn reference(&mut self, reference: &str, keywords: &Map<String, Value>, at: At<'_>) -> Value {
        let Some(target) = target(reference, at.directory) else { return anything(keywords) };
        let Some(found) = self.find(&target) else { return anything(keywords) };
        if self.active.iter().any(|active| active.target == target) {
            return self.stay(target, keywords, at);
        }
        let size = size(&found, self.room);
        if at.depth > MAX_DEPTH || size > self.room {
            self.room = self.room.saturating_sub(size);
            return self.stay(target, keywords, at);
        }
        self.room -= size;
        let inner = At { directory: target.directory(), listed: false, depth: at.depth };
        self.active.push(Active { target: target.clone(), level: self.level });
        let named = self.schema(&found, inner);
        self.active.pop();
        let own = self.keywords(keywords, at);
        match named {
            Value::Object(mut named) => {
                named.extend(own);
                Value::Object(named)
            }
            other if own.is_empty() => other,
            _ => Value::Object(own),
        }
    }

    /// Writes a reference that is not inlined. Within one level of the value it would recurse forever, so it accepts
    /// anything.
    fn stay(&mut self, target: Target, keywords: &Map<String, Value>, at: At<'_>) -> Value {
        let innermost = self.active.last().map(|active| active.level);
        let mut levels =
            self.active.iter().filter(|active| active.target == target).map(|active| active.level);
        if innermost == Some(self.level) || levels.any(|level| level == self.level) {
            return anything(keywords);
        }
        let name = match self.remaining.iter().find(|(known, _)| *known == target) {
            Some((_, name)) => name.clone(),
            None => {
                let name = self.free_name(&target.name());
                self.remaining.push((target, name.clone()));
                name
            }
        };
        let mut written = Map::from_iter([("$ref".to_owned(), Value::from(format!("#/definitions/{name}")))]);
        written.extend(self.keywords(keywords, at));
        Value::Object(written)
    }

    fn free_name(&self, name: &str) -> String {
        let is_taken = |name: &str| self.remaining.iter().any(|(_, taken)| taken == name);
        let numbered = |number: usize| if number == 1 { name.to_owned() } else { format!("{name}{number}") };
        (1..).map(numbered).find(|name| !is_taken(name)).unwrap_or_default()
    }

    /// The targets of the references that were not inlined.
    fn definitions(&mut self) -> Map<String, Value> {
        let mut written = Map::new();
        let (mut next, mut room) = (0, MAX_DEFINED);
        while let Some((target, name)) = self.remaining.get(next).cloned() {
            next += 1;
            let found = self.find(&target).filter(|found| size(found, room) <= room);
            let Some(found) = found else {
                written.insert(name, json!({}));
                continue;
            };
            room -= size(&found, room);
            let at = At { directory: target.directory(), ..At::default() };
            self.active = vec![Active { target: target.clone(), level: self.level }];
            let definition = self.schema(&found, at);
            self.active.clear();
            written.insert(name, definition);
        }
        written
    }

    fn find(&mut self, target: &Target) -> Option<Rc<Value>> {
        let Some(file) = &target.file else {
            return self.params.pointer(&target.pointer).cloned().map(Rc::new);
        };
        let files = self.files;
        let whole =
            self.known.entry(file.clone()).or_insert_with(|| read(files, file).map(Rc::new)).clone()?;
        match target.pointer.as_str() {
            "" => Some(whole),
            pointer => whole.pointer(pointer).cloned().map(Rc::new),
        }
    }
}

/// Reads a JSON file. The platform's command line, if run from elsewhere, resolves paths against the parent
/// directory.
fn read(files: &dyn Files, path: &str) -> Option<Value> {
    let text = files.read(path).or_else(|| files.read(&format!("../{path}")))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

fn target(reference: &str, directory: &str) -> Option<Target> {
    match RefForm::of(reference) {
        RefForm::Pointer(pointer) => Some(Target { file: None, pointer: pointer.to_owned() }),
        RefForm::File(path) => {
            let (path, pointer) = path.split_once('#').unwrap_or((path, ""));
            Some(Target {
                file: Some(normalize(&format!("{directory}/{path}"))),
                pointer: pointer.to_owned(),
            })
        }
        _ => None,
    }
}

/// A schema that accepts anything, with the annotations of a field.
fn anything(keywords: &Map<String, Value>) -> Value {
    let keeps = |keyword: &str| WORDS.contains(&keyword) || keyword.starts_with("$md");
    let kept = keywords.iter().filter(|(keyword, _)| keeps(keyword));
    Value::Object(kept.map(|(keyword, value)| (keyword.clone(), value.clone())).collect())
}

/// The number of values in a JSON value; counting stops once the limit is exceeded.
fn size(value: &Value, limit: usize) -> usize {
    let (mut count, mut pending) = (0, vec![value]);
    while let Some(value) = pending.pop() {
        count += 1;
        if count > limit {
            break;
        }
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(members) => pending.extend(members.values()),
            _ => {}
        }
    }
    count
}
