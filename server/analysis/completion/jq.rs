//! jq programs inside strings: paths into what the program runs against, functions, formats.

use super::context::Place;
use super::names::type_name;
use super::refs::about_field;
use super::{Candidate, CompletionKind, Write, schema};
use crate::bundle::{Block, Edition, Role, SchemaId};
use crate::jq::builtins;
use crate::reference::{self, ANY_NAME, Field, JqContext, JsonType, Object, Shape, resource_types};

/// Adds what may be written at the cursor inside a program.
pub(super) fn programs(place: &Place<'_>, found: &mut Vec<Candidate>) {
    let Some(context) = context(place) else { return };
    complete(place, &context, place.spot.token.typed, found);
}

/// What a program runs against.
enum Context<'a> {
    /// A document with described keys.
    Document(&'static JqContext),
    /// The payload of a connection; its type.
    Payload(Vec<&'a [Field]>),
}

fn context<'a>(place: &Place<'a>) -> Option<Context<'a>> {
    let named = |name: &str| place.reference.jq_contexts.get(name).map(Context::Document);
    for (index, scope) in place.scopes.iter().enumerate().rev() {
        let parent = index.checked_sub(1).and_then(|index| place.scopes.get(index));
        let object = parent.and_then(|parent| parent.object).map(|object| object.name.as_str());
        match (object, scope.name.as_deref()) {
            (Some("step"), Some("config")) => return named("config"),
            (Some("app"), Some("envs")) => return named("envs"),
            (Some("app"), Some("policies")) => return named("policies"),
            (Some("md-enum"), Some(key)) => {
                let query = parent.and_then(|parent| parent.node)?;
                let port = ["dependency", "connection"].into_iter().find_map(|name| query.field(name))?;
                let fields = payload(place, &port.value().target().value());
                return Some(Context::Payload(if key == "options" {
                    fields
                } else {
                    option_fields(place, query, fields)
                }));
            }
            _ => {}
        }
    }
    None
}

/// The forms of the payload of a connection.
fn payload<'a>(place: &Place<'a>, name: &str) -> Vec<&'a [Field]> {
    let port = place.document.inputs().find(|port| port.name == name);
    let known = port.and_then(|port| resource_types().get(&type_name(place, port)));
    known.into_iter().flat_map(|known| &known.payloads).map(Vec::as_slice).collect()
}

/// Fields of one option, where the options are a list that a plain path leads to.
fn option_fields<'a>(
    place: &Place<'a>,
    query: crate::syntax::Node<'a>,
    fields: Vec<&'a [Field]>,
) -> Vec<&'a [Field]> {
    let Some(options) = query.field("options").map(|entry| entry.value().target().value()) else {
        return Vec::new();
    };
    let path = options.trim().trim_end_matches("[]");
    let Some((steps, "")) = path_before(path, path.len()) else { return Vec::new() };
    let mut data = Data::Fields(fields);
    for step in steps {
        data = data.step(place, &step);
    }
    match data {
        Data::Fields(fields) => fields,
        _ => Vec::new(),
    }
}

/// What a path leads to.
enum Data<'a> {
    Document(&'static JqContext),
    Params(Vec<SchemaId>),
    Described(&'static Object),
    Ports(bool),
    Fields(Vec<&'a [Field]>),
    Secrets,
    Unknown,
}

/// A step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Name(String),
    /// `[]`, `[0]`, `[1:]`.
    Index,
}

impl<'a> Data<'a> {
    fn step(self, place: &Place<'a>, step: &Step) -> Data<'a> {
        let Step::Name(name) = step else {
            return match self {
                Data::Params(schemas) => Data::Params(place.parts(&schemas, |role| role == Role::Items)),
                Data::Fields(fields) => Data::Fields(fields),
                _ => Data::Unknown,
            };
        };
        match self {
            Data::Document(_) => match name.as_str() {
                "params" => Data::Params(place.document.params.into_iter().collect()),
                "connections" | "dependencies" => Data::Ports(true),
                "artifacts" | "resources" => Data::Ports(false),
                "secrets" => Data::Secrets,
                _ => Data::Unknown,
            },
            Data::Params(schemas)
                if name == "md_metadata" && schemas.as_slice() == place.document.params.as_slice() =>
            {
                place.reference.object("md-metadata").map_or(Data::Unknown, Data::Described)
            }
            Data::Params(schemas) => Data::Params(place.members(&schemas, name)),
            Data::Described(object) => {
                let inner = object.key(name).and_then(|key| key.shape.object());
                inner.and_then(|name| place.reference.object(name)).map_or(Data::Unknown, Data::Described)
            }
            Data::Ports(input) => {
                let port = place
                    .document
                    .ports
                    .iter()
                    .find(|port| port.block.is_input() == input && port.name == *name);
                let known = port.and_then(|port| resource_types().get(&type_name(place, port)));
                Data::Fields(known.into_iter().flat_map(|known| &known.payloads).map(Vec::as_slice).collect())
            }
            Data::Fields(fields) => {
                let inner = fields.iter().flat_map(|fields| fields.iter());
                let inner = inner.filter(|field| field.name == *name || field.name == ANY_NAME);
                Data::Fields(
                    inner.map(|field| field.fields.as_slice()).filter(|fields| !fields.is_empty()).collect(),
                )
            }
            Data::Secrets | Data::Unknown => Data::Unknown,
        }
    }

    /// The names that may come next, each with a few words.
    fn names(&self, place: &Place<'_>) -> Vec<(String, String)> {
        match self {
            Data::Document(context) => roots(place, context),
            Data::Params(schemas) => {
                let mut found = Vec::new();
                super::names::members(place, schemas, &mut found);
                let about =
                    |candidate: Candidate| candidate.detail.or(candidate.description).unwrap_or_default();
                let mut names: Vec<_> =
                    found.into_iter().map(|item| (item.label.clone(), about(item))).collect();
                if schemas.as_slice() == place.document.params.as_slice() {
                    names.push((
                        "md_metadata".to_owned(),
                        "Names, tags and addresses from the platform".to_owned(),
                    ));
                }
                names
            }
            Data::Described(object) => {
                let (fresh, old): (Vec<_>, Vec<_>) = object.keys().partition(|key| key.deprecated.is_none());
                fresh.into_iter().chain(old).map(|key| (key.name.clone(), key.summary.clone())).collect()
            }
            Data::Ports(input) => {
                let ports = place.document.ports.iter().filter(|port| port.block.is_input() == *input);
                ports.map(|port| (port.name.clone(), type_name(place, port))).collect()
            }
            Data::Fields(fields) => {
                let fields =
                    fields.iter().flat_map(|fields| fields.iter()).filter(|field| field.name != ANY_NAME);
                fields.map(|field| (field.name.clone(), about_field(field))).collect()
            }
            Data::Secrets => {
                let secrets = place.document.app.secrets.iter();
                secrets.map(|secret| (secret.name.clone(), "secret".to_owned())).collect()
            }
            Data::Unknown => Vec::new(),
        }
    }
}

/// Keys of the document that a program runs against; those of the other edition last.
fn roots(place: &Place<'_>, context: &JqContext) -> Vec<(String, String)> {
    let current = super::keys::edition(place) == Some(Edition::Current)
        || [Block::Dependencies, Block::Resources]
            .into_iter()
            .any(|block| place.document.ports_in(block).next().is_some());
    let shown = context.roots.iter().filter(|root| current || root.edition != reference::Edition::Current);
    shown.map(|root| (root.name.clone(), root.summary.clone())).collect()
}

/// Completes the last word of the text before the cursor.
fn complete(place: &Place<'_>, context: &Context<'_>, typed: &str, found: &mut Vec<Candidate>) {
    let name_start = typed
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + typed[at..].chars().next().map_or(0, char::len_utf8));
    let word = &typed[name_start..];
    let before = &typed[..name_start];
    if before.ends_with('@') {
        return formats(place, word.len() + 1, found);
    }
    if in_text(before) && !before.trim_end_matches('"').ends_with('[') {
        return;
    }
    let Some((steps, rest)) = path_before(before, name_start) else {
        if before.is_empty() || before.ends_with([' ', '(', '|', ',', ';', '[', '{', ':', '\t']) {
            starts(place, context, before, word, found);
        }
        return;
    };
    let _ = rest;
    let mut data = match context {
        Context::Document(context) => Data::Document(context),
        Context::Payload(fields) => Data::Fields(fields.clone()),
    };
    let first = steps.is_empty();
    for step in &steps {
        data = data.step(place, step);
    }
    let names = data.names(place);
    for (order, (name, detail)) in names.into_iter().enumerate() {
        found.push(path_candidate(&name, word, before, first, order).detail(detail));
    }
}

/// A name behind a path: with a dot, or in brackets where it is no identifier.
fn path_candidate(name: &str, word: &str, before: &str, first: bool, order: usize) -> Candidate {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    let bracketed = before.ends_with('"');
    let (back, text, filter) = if bracketed || is_name {
        (word.len(), name.to_owned(), None)
    } else if first {
        (word.len(), format!("[\"{name}\"]"), Some(name.to_owned()))
    } else {
        (word.len() + 1, format!("[\"{name}\"]"), Some(format!(".{name}")))
    };
    let mut candidate = Candidate::new(name, CompletionKind::Property, Write::Program { back, text });
    candidate.filter = filter;
    candidate.rank.rarity = order as i64;
    candidate
}

/// Whether the text ends inside a string of the program.
fn in_text(program: &str) -> bool {
    let mut inside = false;
    let mut skip = false;
    for letter in program.chars() {
        match letter {
            _ if skip => skip = false,
            '\\' => skip = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

/// The steps of the path that ends in front of a name: `.params.a[0].` → `params`, `a`, an index. `None` where there
/// is no path, or where it starts at something other than the input.
fn path_before(text: &str, end: usize) -> Option<(Vec<Step>, &str)> {
    let mut steps = Vec::new();
    let mut rest = text.get(..end)?;
    if let Some(path) = rest.strip_suffix("[\"").or_else(|| rest.strip_suffix("[\\\"")) {
        rest = path;
        if let Some(start) = rest.strip_suffix('.') {
            rest = start;
        }
    } else if let Some(path) = rest.strip_suffix('.') {
        rest = path;
    } else if text.len() != end
        || !text.contains('.')
        || !rest.ends_with(|c: char| c.is_alphanumeric() || c == ']' || c == '_')
    {
        return None;
    }
    loop {
        rest = rest.trim_end_matches('?');
        if let Some(inner) = rest.strip_suffix(']') {
            let open = inner.rfind('[')?;
            let key = inner[open + 1..].trim().replace('\\', "");
            rest = &inner[..open];
            if let Some(start) = rest.strip_suffix('.') {
                rest = start;
            }
            match key.strip_prefix('"').and_then(|key| key.strip_suffix('"')) {
                Some(key) => steps.push(Step::Name(key.to_owned())),
                None => steps.push(Step::Index),
            }
            continue;
        }
        let start = rest.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let name = rest.get(start..)?;
        if name.is_empty() {
            break;
        }
        rest = rest.get(..start)?.strip_suffix('.')?;
        steps.push(Step::Name(name.to_owned()));
    }
    if rest.ends_with([')', '"', '}', '.', '$', '@']) || rest.ends_with(char::is_alphanumeric) {
        return None;
    }
    steps.reverse();
    Some((steps, rest))
}

fn formats(place: &Place<'_>, back: usize, found: &mut Vec<Candidate>) {
    let token = &place.spot.token;
    // YAML has other plans with an `@` in front.
    let bare = token.quote.is_none() && place.spot.block_text.is_none() && token.typed.len() == back;
    for format in builtins::formats() {
        let write = match bare {
            true => Write::Made(format!("'{} \"${{1:text}}\"'", format.name)),
            false => Write::Program { back, text: format.name.to_string() },
        };
        found.push(Candidate::new(&*format.name, CompletionKind::Keyword, write).detail(&*format.doc));
    }
}

/// What a program, or a part of it, may begin with: paths, and behind a pipe functions.
fn starts(place: &Place<'_>, context: &Context<'_>, before: &str, word: &str, found: &mut Vec<Candidate>) {
    let piped = before.trim_end().ends_with('|');
    if word.is_empty() && !piped {
        whole_paths(place, context, found);
    }
    if before.is_empty() && word.is_empty() && found.is_empty() {
        return;
    }
    if before.is_empty()
        && place.spot.token.quote.is_none()
        && place.spot.block_text.is_none()
        && word.is_empty()
    {
        let text = Candidate::new(
            "@text \"…\"",
            CompletionKind::Snippet,
            Write::Made("'@text \"${1:text}\"'".to_owned()),
        );
        found.push(text.tier(2).detail("Fixed text"));
        return;
    }
    if before.is_empty() {
        return;
    }
    for function in builtins::functions() {
        let text = if function.params.is_empty() {
            function.name.to_string()
        } else {
            format!("{}(", function.name)
        };
        let candidate = Candidate::new(
            &*function.name,
            CompletionKind::Function,
            Write::Program { back: word.len(), text },
        );
        found.push(candidate.tier(3).detail(&*function.doc).description(&*function.signature));
    }
}

/// Paths from the root, for the beginning of a program.
fn whole_paths(place: &Place<'_>, context: &Context<'_>, found: &mut Vec<Candidate>) {
    let mut paths: Vec<(String, String)> = Vec::new();
    match context {
        Context::Payload(fields) => {
            let fields = fields.iter().flat_map(|fields| fields.iter());
            paths.extend(fields.map(|field| (format!(".{}", field.name), about_field(field))));
        }
        Context::Document(context) if context.name == "policies" => policies(place, &mut paths),
        Context::Document(context) => {
            for (root, summary) in roots(place, context) {
                paths.push((format!(".{root}"), summary));
            }
            if let Some(params) = place.document.params {
                for name in &place.document.names(params).unconditional {
                    paths.push((format!(".params.{name}"), param_type(place, params, name)));
                }
            }
            paths.push((
                ".params.md_metadata.name_prefix".to_owned(),
                "Prefix for the names of resources".to_owned(),
            ));
        }
    }
    if !matches!(context, Context::Payload(_)) {
        for port in place.document.inputs() {
            paths.push((format!(".{}.{}", port.block.key(), port.name), type_name(place, port)));
        }
    }
    let plain = u8::from(matches!(place.last().shape, Shape::Bool | Shape::Int)) * 2;
    for (order, (path, detail)) in paths.into_iter().enumerate() {
        let write = Write::Program { back: 0, text: path.clone() };
        let mut candidate = Candidate::new(path, CompletionKind::Property, write).detail(detail);
        candidate.rank.rarity = order as i64;
        candidate.rank.tier = plain;
        found.push(candidate);
    }
}

fn param_type(place: &Place<'_>, params: SchemaId, name: &str) -> String {
    let types = place.members(&[params], name).into_iter().flat_map(|id| schema::types(place, id));
    types.map(JsonType::name).next().unwrap_or_default().to_owned()
}

/// Where connections keep the permissions that they grant.
fn policies(place: &Place<'_>, paths: &mut Vec<(String, String)>) {
    for port in place.document.inputs() {
        let Some(known) = resource_types().get(&type_name(place, port)) else { continue };
        for payload in &known.payloads {
            for way in [&["data", "security", "iam"][..], &["security", "iam"], &["policies"]] {
                if leads(payload, way) {
                    paths.push((
                        format!(".{}.{}.{}", port.block.key(), port.name, way.join(".")),
                        "permissions".to_owned(),
                    ));
                }
            }
        }
    }
}

fn leads(fields: &[Field], way: &[&str]) -> bool {
    match way {
        [] => true,
        [first, rest @ ..] => {
            fields.iter().find(|field| field.name == *first).is_some_and(|field| leads(&field.fields, rest))
        }
    }
}
