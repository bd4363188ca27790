//! Values of `$ref` and `resource_type`: resource types, definitions in the document, files.

use super::context::CursorContext;
use super::documentation::Topic;
use super::{Below, Candidate, CompletionKind, Write};
use crate::bundle::Block;
use crate::bundle::typed::TypedNode;
use crate::reference::{ANY_NAME, Field, ResourceType, Source, Text};
use crate::workspace::FileKind;
use foldhash::HashSet;

/// Versions of a resource type.
const VERSIONS: [(&str, &str); 5] = [
    ("~1", "The newest 1.x"),
    ("~1.0", "The newest 1.0.x"),
    ("1.0.0", "Exactly this release"),
    ("latest", "The newest release"),
    ("latest+dev", "The newest, development builds included"),
];

/// Adds the references at the cursor.
pub(super) fn references(context: &CursorContext<'_>, text: Text, found: &mut Vec<Candidate>) {
    let typed = context.cursor.word.prefix;
    if let (Text::ResourceType, Some((name, _))) = (text, typed.split_once('@')) {
        for (order, (version, detail)) in VERSIONS.iter().enumerate() {
            let label = format!("{name}@{version}");
            found.push(
                Candidate::new(label, CompletionKind::Reference, Write::Text)
                    .tier(order as u8)
                    .detail(*detail),
            );
        }
        return;
    }
    let block = Block::ALL
        .into_iter()
        .find(|block| context.top_level().is_some_and(|typed| typed.is_named(block.key())));
    if block.is_none() {
        pointers(context, found);
    }
    if text == Text::SchemaRef {
        files(context, &["json"], found);
    }
    types(context, block, found);
}

fn types(context: &CursorContext<'_>, block: Option<Block>, found: &mut Vec<Candidate>) {
    let guess = Guess::new(context, block);
    let types = context.document.catalog().types();
    let mut offer = |resource_type: &ResourceType, label: String, penalty: i64| {
        let likely = guess.likeliness(resource_type, &words(&resource_type.name));

        let mut candidate = Candidate::new(label, CompletionKind::Reference, Write::Text)
            .tier(if block.is_some() { 0 } else { 3 })
            .detail(&*resource_type.summary)
            .description(source(resource_type))
            .topic(Topic::resource_type(resource_type));
        candidate.rank.rarity = penalty - likely;
        found.push(candidate);
    };
    for resource_type in types.iter() {
        let penalty = match (guess.prefixed, resource_type.published) {
            (false, _) => 0,
            (true, true) => 10_000,
            (true, false) if resource_type.is_own() => 0,
            (true, false) => 5_000,
        };
        offer(resource_type, resource_type.name.clone(), penalty);
    }
    for resource_type in types.public() {
        let penalty = if guess.prefixed { 0 } else { 10_000 };
        offer(resource_type, format!("massdriver/{}", resource_type.name), penalty);
    }
}

/// The source of a type that is not bundled with the program.
fn source(found: &ResourceType) -> &'static str {
    match found.source {
        Source::Bundled => "",
        Source::Organization => "organization",
        Source::Workspace(_) => "workspace",
    }
}

/// The hints from which the intended type is guessed.
struct Guess {
    /// Words of the entry's name and title.
    words: Vec<String>,
    /// Words of the bundle's name.
    bundle: Vec<String>,
    /// The cloud that the bundle targets.
    cloud: Option<&'static str>,
    /// Types that are already referenced, without their organization.
    used: HashSet<String>,
    input: bool,
    /// Whether other references begin with `massdriver/`.
    prefixed: bool,
}

const CLOUDS: [&str; 3] = ["aws", "azure", "gcp"];

impl Guess {
    fn new(context: &CursorContext<'_>, block: Option<Block>) -> Self {
        let entry = context.innermost_first().skip(1).find(|typed| typed.node.is_some());
        let name = entry.and_then(TypedNode::name).unwrap_or_default();
        let title =
            entry.and_then(|entry| entry.node?.field("title")).map(|title| title.value().target().value());
        let bundle = context.document.value("name").map(|name| name.target().value()).unwrap_or_default();
        let start = context.cursor.word.start;
        let references = context.document.ports.iter().filter_map(|port| port.type_ref);
        let references = references
            .map(|(_, value)| context.document.node(value))
            .filter(|node| !node.span().touches(start));
        let used: Vec<String> = references.map(|node| node.target().value().into_owned()).collect();
        let bundle = words(&bundle);
        let named =
            |words: &[String]| CLOUDS.into_iter().find(|cloud| words.iter().any(|word| word == cloud));
        let used_cloud = || used.iter().find_map(|reference| named(&words(reference)));
        let mut own = words(&name);
        own.extend(title.iter().flat_map(|title| words(title)));
        Self {
            cloud: named(&own).or_else(|| named(&bundle)).or_else(used_cloud),
            words: own,
            bundle,
            prefixed: used.iter().any(|reference| reference.starts_with("massdriver/")),
            input: block.is_none_or(Block::is_input),
            used: used.iter().filter_map(|used| used.rsplit('/').next().map(str::to_owned)).collect(),
        }
    }

    /// How likely a type is intended; greater is likelier.
    fn likeliness(&self, resource_type: &ResourceType, words: &[String]) -> i64 {
        let shared = |others: &[String]| {
            let hits =
                words.iter().filter(|word| others.contains(word) && !CLOUDS.contains(&word.as_str())).count();
            i64::try_from(hits).unwrap_or_default()
        };
        // A type that the organization or workspace defines is in use.
        let weight = if resource_type.is_own() { 30 } else { resource_type.weight.min(30) };
        let mut likely = i64::from(weight);
        likely += 60 * shared(&self.words) + if self.input { 0 } else { 25 * shared(&self.bundle) };
        if shared(&self.words) > 0 {
            // Prefer `queue` over `sqs-queue-policy`.
            likely -= 4 * i64::try_from(words.len()).unwrap_or_default();
        }
        let cloud = CLOUDS.into_iter().find(|cloud| words.iter().any(|word| word == cloud));
        match (cloud, self.cloud) {
            (Some(its), Some(ours)) if its == ours => likely += 45,
            (Some(_), Some(_)) => likely -= 120,
            _ => {}
        }
        if gives_access(words) {
            likely += match self.input {
                true if self.words.iter().any(|word| is_access(word)) => 80,
                true => 10,
                false => -60,
            };
        }
        if resource_type.former {
            likely -= 50;
        }
        if self.used.contains(&resource_type.name) {
            likely -= 40;
        }
        likely
    }
}

/// Whether a type with these words represents credentials of a cloud.
fn gives_access(words: &[String]) -> bool {
    let ends =
        |end: &[&str]| words.len() >= end.len() && words[words.len() - end.len()..].iter().eq(end.iter());
    ends(&["iam", "role"])
        || ends(&["service", "principal"])
        || ends(&["service", "account"])
        || ends(&["credentials"])
}

fn is_access(word: &str) -> bool {
    matches!(
        word,
        "authentication" | "auth" | "credential" | "credentials" | "principal" | "account" | "role" | "iam"
    )
}

/// The words of a name in lower case, with their synonyms.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in text.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()) {
        let part = part.to_lowercase();
        let same =
            SYNONYMS.iter().filter(|group| group.contains(&part.as_str())).flat_map(|group| group.iter());
        words.extend(same.filter(|word| **word != part).map(|word| (*word).to_owned()));
        words.push(part);
    }
    words
}

/// Groups of synonyms.
const SYNONYMS: [&[&str]; 12] = [
    &["kubernetes", "k8s", "eks", "gke", "aks", "cluster"],
    &["postgresql", "postgres", "pg", "rds"],
    &["mysql", "rds"],
    &["network", "net", "vpc", "vnet"],
    &["subnetwork", "subnet"],
    &["kafka", "msk"],
    &["redis", "cache", "elasticache", "memorystore"],
    &["mongo", "mongodb", "documentdb"],
    &["gcp", "google"],
    &["queue", "dlq", "sqs"],
    &["api", "endpoint"],
    &["bucket", "s3", "gcs", "storage", "blob"],
];

/// Adds pointers to the definitions of the block around the cursor.
fn pointers(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let Some(block) = context.top_level().and_then(TypedNode::target) else { return };
    for group in ["definitions", "$defs"] {
        let members = block.field(group).map(|entry| entry.value().target());
        for member in members.into_iter().flat_map(crate::syntax::Node::fields) {
            let escaped = member.name().replace('~', "~0").replace('/', "~1");
            let label = format!("#/{group}/{escaped}");
            let title = member.value().target().field("title").map(|title| title.value().target().value());
            let candidate = Candidate::new(label, CompletionKind::Reference, Write::Text);
            found.push(candidate.detail(title.unwrap_or_default()));
        }
    }
}

/// Adds the files of the directory typed so far, as paths that start with `./`.
pub(super) fn files(context: &CursorContext<'_>, endings: &[&str], found: &mut Vec<Candidate>) {
    let typed = context.cursor.word.prefix;
    let directory = typed.rfind('/').map_or("./", |slash| &typed[..=slash]);
    if !directory.starts_with('.') {
        return;
    }
    for name in context.files.list(directory).unwrap_or_default() {
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{directory}{name}");
        let fits = endings.is_empty()
            || endings.iter().any(|ending| name.rsplit_once('.').is_some_and(|(_, end)| end == *ending));
        match context.files.kind(&path) {
            FileKind::Directory => {
                found.push(Candidate::new(format!("{path}/"), CompletionKind::Folder, Write::Text).tier(2));
            }
            FileKind::File if fits && name != "massdriver.yaml" => {
                found.push(Candidate::new(path, CompletionKind::File, Write::Text).tier(1));
            }
            _ => {}
        }
    }
}

/// Adds the payload's fields of a connection or artifact, for constraints on them.
pub(super) fn payload_members(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let path: Vec<_> = context.path().collect();
    let [_, block, _, port, fields_path @ ..] = path.as_slice() else { return };
    let known = Block::ALL.into_iter().any(|known| block.is_named(known.key()));
    let reference = port.node.filter(|_| known).and_then(|port| port.field("$ref"));
    let Some(reference) = reference.map(|entry| entry.value().target().value()) else { return };
    let Some(resource_type) = context.document.catalog().get(&reference) else { return };
    for payload in &resource_type.payloads {
        let mut fields = payload.as_slice();
        for name in fields_path.iter().filter_map(|typed| typed.name()).filter(|name| name != "properties") {
            fields = fields.iter().find(|field| field.name == name).map_or(&[], |field| &field.fields);
        }
        for field in fields.iter().filter(|field| field.name != ANY_NAME) {
            let member = Candidate::new(&*field.name, CompletionKind::Property, Write::Key(Below::Mapping));
            found.push(member.detail(about_field(field)).description(format!("of {}", resource_type.name)));
        }
    }
}

/// The type of a payload's field in a few words.
pub(super) fn about_field(field: &Field) -> String {
    let list = if field.list { "list of " } else { "" };
    let always = if field.required { "" } else { ", optional" };
    let secret = if field.sensitive { ", secret" } else { "" };
    format!("{list}{}{always}{secret}", field.type_name)
}
