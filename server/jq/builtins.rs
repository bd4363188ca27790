//! The built-in names of jq: functions, formats, variables and keywords, read from `builtins.yaml`.

use super::types::{Shape, Types};
use crate::reference::closest;
use crate::syntax;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A built-in function of one arity.
#[derive(Clone, Debug)]
pub struct Function {
    /// The function's name.
    pub name: Box<str>,
    /// The parameters.
    pub params: Vec<Param>,
    /// The accepted input types.
    pub input: Types,
    /// The output, as precise as the signature.
    pub output: Shape,
    /// `input | name(parameter: type; …) -> output`
    pub signature: Box<str>,
    /// What the function does, in one line.
    pub doc: Box<str>,
    /// An example: a program, its input and its output (as JSON).
    pub example: Option<[Box<str>; 3]>,
    /// The category that `builtins.yaml` lists it under.
    pub category: Box<str>,
    /// The engines that support it.
    pub engines: Engines,
}

/// A parameter of a built-in function.
#[derive(Clone, Debug)]
pub struct Param {
    /// The parameter's name.
    pub name: Box<str>,
    /// The accepted types.
    pub types: Types,
    /// The byte range of the parameter in [`Function::signature`].
    pub label: (usize, usize),
}

/// The engines that support a function or word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Engines {
    /// The first jq release with support; `None` if no release has it, `"1.6"` for 1.6 and earlier.
    pub jq: Option<Box<str>>,
    /// Whether gojq supports it.
    pub gojq: bool,
}

/// A format, a variable or a keyword.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word as written, including `@` or `$`.
    pub name: Box<str>,
    /// What it means, in one line.
    pub doc: Box<str>,
    /// An example: a program, its input and its output (as JSON).
    pub example: Option<[Box<str>; 3]>,
    /// The input types of a format.
    pub input: Types,
    /// The value of a variable.
    pub shape: Shape,
    /// The engines that support it.
    pub engines: Engines,
}

/// The contents of `builtins.yaml`.
#[derive(Debug)]
struct Table {
    functions: Vec<Function>,
    /// Indices into `functions`, by name.
    by_name: BTreeMap<Box<str>, Vec<usize>>,
    formats: Vec<Word>,
    variables: Vec<Word>,
    keywords: Vec<Word>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // The file is embedded and covered by a test. If it could not be read, the table would be empty and no findings
    // would be reported.
    let data = syntax::read_data(include_str!("builtins.yaml")).unwrap_or_default();
    Table::new(data)
});

/// All functions, ordered by category.
#[must_use]
pub(crate) fn functions() -> &'static [Function] {
    &TABLE.functions
}

/// All formats.
#[must_use]
pub(crate) fn formats() -> &'static [Word] {
    &TABLE.formats
}

/// All predefined variables.
#[must_use]
pub(crate) fn variables() -> &'static [Word] {
    &TABLE.variables
}

/// All keywords.
#[must_use]
pub(crate) fn keywords() -> &'static [Word] {
    &TABLE.keywords
}

/// The functions with this name, of any arity.
pub(crate) fn named(name: &str) -> impl Iterator<Item = &'static Function> {
    let indexes = TABLE.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
    indexes.iter().filter_map(|&index| TABLE.functions.get(index))
}

/// The function with this name and arity.
#[must_use]
pub(crate) fn find(name: &str, arity: usize) -> Option<&'static Function> {
    named(name).find(|function| function.params.len() == arity)
}

/// The format with this name (including `@`).
#[must_use]
pub(crate) fn format(name: &str) -> Option<&'static Word> {
    TABLE.formats.iter().find(|format| &*format.name == name)
}

/// The function whose name is closest to `name`.
#[must_use]
pub(crate) fn closest_function(name: &str) -> Option<&'static str> {
    closest(name, functions().iter().map(|function| &*function.name))
}

/// The format whose name is closest to `name`, including `@`.
#[must_use]
pub(crate) fn closest_format(name: &str) -> Option<&'static str> {
    closest(name, formats().iter().map(|format| &*format.name))
}

#[derive(Deserialize, Default)]
struct Data {
    functions: Vec<FunctionGroup>,
    formats: Vec<WordData>,
    variables: Vec<WordData>,
    keywords: Vec<WordData>,
}

#[derive(Deserialize)]
struct FunctionGroup {
    category: Box<str>,
    members: Vec<FunctionData>,
}

#[derive(Deserialize)]
struct FunctionData {
    sig: Box<str>,
    doc: Box<str>,
    example: Option<[Box<str>; 3]>,
    #[serde(flatten)]
    engines: EngineData,
}

#[derive(Deserialize)]
struct WordData {
    name: Box<str>,
    doc: Box<str>,
    input: Option<Box<str>>,
    #[serde(rename = "type")]
    shape: Option<Box<str>>,
    example: Option<[Box<str>; 3]>,
    #[serde(flatten)]
    engines: EngineData,
}

#[derive(Deserialize)]
struct EngineData {
    jq: Option<Box<str>>,
    gojq: Option<bool>,
}

impl From<EngineData> for Engines {
    fn from(data: EngineData) -> Self {
        let jq = data.jq.unwrap_or_else(|| "1.6".into());
        Self { jq: (&*jq != "none").then_some(jq), gojq: data.gojq.unwrap_or(true) }
    }
}

impl Table {
    fn new(data: Data) -> Self {
        let mut functions = Vec::new();
        for group in data.functions {
            functions.extend(group.members.into_iter().map(|member| function(member, &group.category)));
        }
        let mut by_name: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (index, function) in functions.iter().enumerate() {
            by_name.entry(function.name.clone()).or_default().push(index);
        }
        let words = |words: Vec<WordData>| words.into_iter().map(word).collect();
        Self {
            functions,
            by_name,
            formats: words(data.formats),
            variables: words(data.variables),
            keywords: words(data.keywords),
        }
    }
}

fn function(data: FunctionData, category: &str) -> Function {
    let (head, output) = data.sig.split_once(" -> ").unwrap_or((&data.sig, "any"));
    let (input, call) = head.split_once(" | ").unwrap_or(("any", head));
    let (name, params) = call.split_once('(').unwrap_or((call, ")"));
    let mut at = head.len() - params.len();
    let mut list = Vec::new();
    for written in params.trim_end_matches(')').split("; ").filter(|param| !param.is_empty()) {
        let (name, types) = written.split_once(": ").unwrap_or((written, "any"));
        list.push(Param { name: name.into(), types: shape(types).types(), label: (at, at + written.len()) });
        at += written.len() + "; ".len();
    }
    Function {
        name: name.into(),
        params: list,
        input: shape(input).types(),
        output: shape(output),
        doc: data.doc,
        example: data.example,
        category: category.into(),
        engines: data.engines.into(),
        signature: data.sig,
    }
}

fn word(data: WordData) -> Word {
    Word {
        name: data.name,
        doc: data.doc,
        example: data.example,
        input: data.input.map_or(Types::ANY, |input| shape(&input).types()),
        shape: data.shape.map_or(Shape::UNKNOWN, |text| shape(&text)),
        engines: data.engines.into(),
    }
}

/// Parses a type of a signature: `string`, `array<string>`, `number or null`, `any`, `never`.
fn shape(text: &str) -> Shape {
    Shape::union(text.split(" or ").map(|one| match one {
        "never" => Shape::NEVER,
        "array" => Shape::array(Shape::UNKNOWN),
        "array<array>" => Shape::array(Shape::array(Shape::UNKNOWN)),
        "array<string>" => Shape::array(Shape::STRING),
        "array<number>" => Shape::array(Shape::NUMBER),
        "object" => Shape::map_of(Shape::UNKNOWN),
        "object<string>" => Shape::map_of(Shape::STRING),
        "string" => Shape::STRING,
        "number" => Shape::NUMBER,
        "boolean" => Shape::BOOLEAN,
        "null" => Shape::NULL,
        _ => Shape::UNKNOWN,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaq_core::load::{Arena, File, Loader};
    use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
    use jaq_json::{Val, read};
    use serde_json::Value;

    #[test]
    fn the_whole_table_is_loaded() {
        let parsed: Result<Data, _> = syntax::read_data(include_str!("builtins.yaml"));
        assert_eq!(parsed.err(), None);
        assert!(functions().len() > 220);
        let split = find("split", 2).unwrap();
        let labels: Vec<&str> = split.params.iter().map(|p| &split.signature[p.label.0..p.label.1]).collect();
        assert_eq!(labels, ["regex: string", "flags: string or null"]);
        assert_eq!(split.output, Shape::array(Shape::STRING));
    }

    #[test]
    fn every_type_in_a_signature_is_known() {
        for function in functions() {
            let head = function.signature.replace(" | ", " -> ");
            let types = head.split(" -> ").filter(|part| !part.contains(&*function.name));
            let params = function.params.iter().filter_map(|p| {
                let (from, to) = p.label;
                function.signature[from..to].split_once(": ").map(|(_, types)| types)
            });
            for one in types.chain(params).flat_map(|types| types.split(" or ")) {
                assert!(one == "any" || shape(one) != Shape::UNKNOWN, "{}: {one}", function.signature);
            }
        }
    }

    #[test]
    fn closest_names() {
        assert_eq!(closest_function("tosting"), Some("tostring"));
        assert_eq!(closest_function("asci_downcase"), Some("ascii_downcase"));
        assert_eq!(closest_function("default"), None);
        assert_eq!(closest_format("@test"), Some("@text"));
    }

    /// Functions that jaq, the engine of the tests, lacks.
    const UNKNOWN_TO_JAQ: &[&str] = &[
        "toarray",
        "recurse_down",
        "leaf_paths",
        "trimstr",
        "format",
        "builtins",
        "have_literal_numbers",
        "tostream",
        "fromstream",
        "truncate_stream",
        "INDEX",
        "INDEX",
        "IN",
        "IN",
        "JOIN",
        "JOIN",
        "JOIN",
        "date",
        "dateadd",
        "datesub",
        "lgamma_r",
        "@csv",
        "@tsv",
        "@base32",
        "@base32d",
    ];

    /// Examples whose result in jaq differs from jq.
    const DIFFERENT_IN_JAQ: &[&str] = &["gamma: Ok(Number(1.0))"];

    fn run(program: &str, input: &str) -> Result<String, String> {
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let file = File { code: program, path: () };
        let modules = Loader::new(defs).load(&arena, file).map_err(|errors| format!("{errors:?}"))?;
        let filter =
            Compiler::default().with_funs(funs).compile(modules).map_err(|errors| format!("{errors:?}"))?;
        let input = read::parse_single(input.as_bytes()).map_err(|error| error.to_string())?;
        let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
        let outputs = filter.id.run((ctx, input)).map(unwrap_valr);
        let outputs: Result<Vec<String>, _> =
            outputs.map(|output| output.map(|value| value.to_string())).collect();
        outputs.map(|outputs| outputs.join(" ")).map_err(|error| error.to_string())
    }

    /// Whether two values are equal; `1` equals `1.0`.
    fn same(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
            _ => a == b,
        }
    }

    #[test]
    fn the_examples_are_true() {
        let functions = functions().iter().map(|f| (&f.name, &f.example));
        let all = functions.chain(formats().iter().map(|f| (&f.name, &f.example)));
        let (mut unknown, mut different) = (Vec::new(), Vec::new());
        for (name, example) in all {
            let Some([program, input, output]) = example else { continue };
            let result = run(program, input).map(|output| serde_json::from_str(&output).unwrap());
            match &result {
                Err(error) if error.contains("Filter(") => unknown.push(&**name),
                Ok(value) if same(value, &serde_json::from_str(output).unwrap()) => {}
                _ => different.push(format!("{name}: {result:?}")),
            }
        }
        assert_eq!(unknown, UNKNOWN_TO_JAQ);
        assert_eq!(different, DIFFERENT_IN_JAQ);
    }
}
