//! Generates bundles with step code from a seed.

use crate::edits::writer::{Style, Tree, write};
use crate::support::Random;
use std::collections::BTreeMap;

/// Texts of files by path relative to the bundle's directory.
pub(crate) type Files = BTreeMap<String, String>;

pub(crate) const BUNDLE: &str = "massdriver.yaml";

/// Names of params; some are not valid HCL identifiers.
const PARAMS: &[&str] = &[
    "size",
    "replicas",
    "backups",
    "mode",
    "database",
    "tags",
    "schedule",
    "node_type",
    "größe",
    "retention",
    "zone",
];

const CONNECTIONS: &[(&str, &str)] = &[
    ("vpc", "massdriver/aws-vpc"),
    ("cluster", "massdriver/kubernetes-cluster"),
    ("cache", "redis-authentication"),
];

const ARTIFACTS: &[(&str, &str)] = &[
    ("bucket", "massdriver/aws-s3-bucket"),
    ("queue", "aws-sqs-queue"),
    ("db", "massdriver/postgresql-authentication"),
];

fn text(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

fn raw(text: &str) -> Tree {
    Tree::Raw(text.to_owned())
}

fn map<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// What to generate.
struct Plan {
    params: Vec<&'static str>,
    connections: Vec<(&'static str, &'static str)>,
    artifacts: Vec<(&'static str, &'static str)>,
    /// Whether to use the `dependencies`/`resources` format instead of the `connections`/`artifacts` format.
    is_new: bool,
    /// A second step: directory and provisioner.
    second: Option<(&'static str, &'static str)>,
}

/// A random non-empty subset of a list.
fn some<T: Copy>(all: &[T], random: &mut Random) -> Vec<T> {
    let mut chosen: Vec<T> = all.iter().copied().filter(|_| random.below(2) == 0).collect();
    if chosen.is_empty() {
        chosen.push(*random.pick(all));
    }
    chosen
}

/// Generates a valid bundle and its step code.
pub(crate) fn bundle(random: &mut Random) -> Files {
    let plan = Plan {
        params: some(PARAMS, random),
        connections: some(CONNECTIONS, random),
        artifacts: some(ARTIFACTS, random),
        is_new: random.below(4) == 0,
        second: match random.below(6) {
            0 => Some(("chart", "helm")),
            1 => Some(("arm", "bicep")),
            2 => Some(("more", "opentofu:1.10")),
            _ => None,
        },
    };
    let tree = root(&plan, random);
    let mut files = Files::from([(BUNDLE.to_owned(), write(&tree, &Style::random(random), random))]);
    code(&plan, random, &mut files);
    files
}

fn root(plan: &Plan, random: &mut Random) -> Tree {
    let mut entries = vec![
        ("name".to_owned(), text("shop")),
        ("description".to_owned(), description(random)),
        ("version".to_owned(), text("0.1.0")),
        ("steps".to_owned(), steps(plan, random)),
    ];
    let mut blocks = vec![("params".to_owned(), params(plan, random))];
    let references = |pairs: &[(&str, &str)], is_new: bool| {
        let of = |kind: &str| {
            if is_new { map([("resource_type", text(kind))]) } else { map([("$ref", text(kind))]) }
        };
        Tree::Map(pairs.iter().map(|(name, kind)| ((*name).to_owned(), of(kind))).collect())
    };
    if plan.is_new {
        blocks.push(("dependencies".to_owned(), references(&plan.connections, true)));
        blocks.push(("resources".to_owned(), references(&plan.artifacts, true)));
    } else {
        let required = Tree::List(plan.connections.iter().map(|(name, _)| text(name)).collect());
        let connections = map([("required", required), ("properties", references(&plan.connections, false))]);
        blocks.push(("connections".to_owned(), connections));
        blocks.push(("artifacts".to_owned(), map([("properties", references(&plan.artifacts, false))])));
    }
    blocks.push(("ui".to_owned(), ui(plan, random)));
    if random.below(2) == 0 {
        blocks.push(("app".to_owned(), app(plan, random)));
    }
    if random.below(3) == 0 {
        let at = random.below(blocks.len());
        let block = blocks.remove(at);
        blocks.push(block);
    }
    entries.extend(blocks);
    Tree::Map(entries)
}

fn description(random: &mut Random) -> Tree {
    match random.below(4) {
        0 => Tree::Block(
            "|".into(),
            vec!["A shop # no comment".into(), "  with: lines".into(), "and 😀".into()],
        ),
        1 => Tree::Block(">-".into(), vec!["A shop of".into(), "a few lines".into()]),
        2 => text("A shop: with a colon # and no comment"),
        _ => text("A shop"),
    }
}

fn steps(plan: &Plan, random: &mut Random) -> Tree {
    let step =
        |path: &str, provisioner: &str| map([("path", text(path)), ("provisioner", text(provisioner))]);
    let mut all = vec![step(if random.below(12) == 0 { "./src" } else { "src" }, "opentofu:1.10")];
    all.extend(plan.second.map(|(path, provisioner)| step(path, provisioner)));
    Tree::List(all)
}

fn params(plan: &Plan, random: &mut Random) -> Tree {
    let mut properties = Vec::new();
    for (index, name) in plan.params.iter().enumerate() {
        let mut schema = schema(name, random);
        if index == 0 && random.below(4) == 0 {
            schema = Tree::Anchored("base".into(), Box::new(schema));
        } else if let (Tree::Map(entries), true) = (&mut schema, random.below(8) == 0)
            && matches!(properties.first(), Some((_, Tree::Anchored(..))))
        {
            entries.insert(0, ("<<".to_owned(), raw("*base")));
        }
        properties.push(((*name).to_owned(), schema));
    }
    let mut entries = Vec::new();
    if random.below(3) > 0 {
        let preset = |name: &str, random: &mut Random| {
            let of = |param: &&&str| matches!(**param, "size" | "replicas" | "backups");
            let mut values = vec![("__name".to_owned(), text(name))];
            values.extend(
                plan.params.iter().filter(of).map(|param| ((*param).to_owned(), value(param, random))),
            );
            Tree::Map(values)
        };
        entries.push((
            "examples".to_owned(),
            Tree::List(vec![preset("Small", random), preset("Large one", random)]),
        ));
    }
    let required = plan.params.iter().filter(|_| random.below(2) == 0).map(|name| text(name)).collect();
    entries.push(("required".to_owned(), Tree::List(required)));
    entries.push(("properties".to_owned(), Tree::Map(properties)));
    if random.below(4) == 0 {
        let at = random.below(entries.len());
        let entry = entries.remove(at);
        entries.push(entry);
    }
    Tree::Map(entries)
}

/// A valid value for a param.
fn value(name: &str, random: &mut Random) -> Tree {
    match name {
        "size" => text(random.pick::<&str>(&["small", "large"])),
        "replicas" => raw(random.pick::<&str>(&["1", "3"])),
        _ => raw(random.pick::<&str>(&["true", "false"])),
    }
}

fn schema(name: &str, random: &mut Random) -> Tree {
    let labelled = |value: &str| map([("title", text(&format!("{value} 😀"))), ("const", text(value))]);
    let mut schema = match name {
        "size" => map([
            ("type", text("string")),
            ("enum", Tree::List(vec![text("small"), text("large"), text("extra large")])),
            ("default", text("small")),
        ]),
        "replicas" => map([
            ("type", text("integer")),
            ("minimum", raw("1")),
            ("maximum", raw("9")),
            ("default", raw("3")),
        ]),
        "backups" => map([("type", text("boolean")), ("default", raw("false"))]),
        "mode" => {
            map([("type", text("string")), ("oneOf", Tree::List(vec![labelled("dev"), labelled("prod")]))])
        }
        "database" => map([
            ("type", text("object")),
            ("required", Tree::List(vec![text("name")])),
            (
                "properties",
                map([
                    ("name", map([("type", text("string"))])),
                    ("port", map([("type", text("integer")), ("default", raw("5432"))])),
                ]),
            ),
        ]),
        "tags" => map([
            ("type", text("array")),
            ("items", map([("type", text("string"))])),
            ("default", Tree::List(vec![text("010"), text("yes")])),
        ]),
        "schedule" => map([
            ("type", text("string")),
            ("default", text("0 3 * * *")),
            ("pattern", text("^[0-9*]+( [0-9*]+){4}$")),
        ]),
        _ => map([("type", text("string"))]),
    };
    if let Tree::Map(entries) = &mut schema {
        if random.below(2) == 0 {
            entries.insert(
                0,
                (
                    "title".to_owned(),
                    text(random.pick::<&str>(&["A title", "Größe: 😀", "it's # one", "null"])),
                ),
            );
        }
        if random.below(4) == 0 {
            let lines = vec!["How it is: described".into(), "in\ttwo lines".into()];
            entries.push((
                "description".to_owned(),
                Tree::Block(random.pick::<&str>(&["|", ">", "|-", ">-"]).to_string(), lines),
            ));
        }
    }
    schema
}

fn ui(plan: &Plan, random: &mut Random) -> Tree {
    let mut order: Vec<Tree> =
        plan.params.iter().filter(|_| random.below(3) > 0).map(|name| text(name)).collect();
    order.push(text("*"));
    let mut entries = vec![("ui:order".to_owned(), Tree::List(order))];
    if plan.params.contains(&"mode") && random.below(2) == 0 {
        entries.push(("mode".to_owned(), map([("ui:widget", text("radio"))])));
    }
    Tree::Map(entries)
}

fn app(plan: &Plan, random: &mut Random) -> Tree {
    let mut envs = Vec::new();
    for name in &plan.params {
        let program = match (*name, random.below(3)) {
            ("database", _) => ".params.database.port | tostring".to_owned(),
            ("größe", _) => ".params[\"größe\"]".to_owned(),
            (name, 0) => format!("\"{name} is \" + (.params.{name} | tostring)"),
            (name, 1) => format!(".params | .{name}"),
            (name, _) => format!(".params.{name}"),
        };
        envs.push((format!("ENV_{}", envs.len()), text(&program)));
    }
    map([("envs", Tree::Map(envs))])
}

/// Adds the files of the steps.
fn code(plan: &Plan, random: &mut Random, files: &mut Files) {
    let inputs = inputs(plan);
    let (mut declared, mut used) = (String::new(), String::from("locals {\n"));
    for (index, (name, kind)) in inputs.iter().enumerate() {
        let comment = random.pick::<&str>(&[
            "",
            "# var.size in a comment\n",
            "// ünïcode 😀\n",
            "/* of\n   lines */\n",
        ]);
        declared.push_str(&format!("{comment}variable \"{name}\" {{\n  type = {kind} # {name}\n}}\n\n"));
        used.push_str(&match random.below(3) {
            0 => format!("  v{index} = \"${{var.{name}}}-x\" # keep var.{name}\n"),
            1 => format!("  v{index} = [var.{name}, \"var.{name}\"]\n"),
            _ => format!("  v{index} = var.{name}\n"),
        });
    }
    used.push_str("}\n\n");
    for (name, _) in &plan.artifacts {
        let kind =
            if plan.is_new && random.below(2) == 0 { "massdriver_resource" } else { "massdriver_artifact" };
        used.push_str(&format!(
            "resource \"{kind}\" \"{name}\" {{\n  field = \"{name}\" # {name}\n  name  = \"the {name}\"\n  artifact = jsonencode({{\n    \
             data = {{}}\n  }})\n}}\n\n"
        ));
    }
    if random.below(3) == 0 {
        used.push_str("output \"note\" {\n  value = <<-EOT\n    # no comment\n    ${var.md_metadata.name_prefix}\n  EOT\n}\n");
    }
    let dialect = |text: String, random: &mut Random| {
        if random.below(6) == 0 { text.replace('\n', "\r\n") } else { text }
    };
    if random.below(2) == 0 {
        files.insert("src/main.tf".into(), dialect(format!("{declared}{used}"), random));
    } else {
        files.insert("src/variables.tf".into(), dialect(declared.clone(), random));
        files.insert("src/main.tf".into(), dialect(used, random));
    }
    match plan.second {
        Some((path, "helm")) => {
            files.insert(format!("{path}/Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 0.1.0\n".into());
            files.insert(format!("{path}/values.yaml"), "replicas: 1 # how many\nparams: {}\n".into());
        }
        Some((path, "bicep")) => {
            files.insert(format!("{path}/template.bicep"), bicep(&inputs));
            for (name, _) in &plan.artifacts {
                let program = format!("{{data: {{name: .outputs.{name}.value}}}} # {name}\n");
                files.insert(format!("{path}/artifact_{name}.jq"), program);
            }
        }
        Some((path, _)) => drop(files.insert(format!("{path}/main.tf"), declared)),
        None => {}
    }
}

/// The names that become variables of the code, with their types.
fn inputs(plan: &Plan) -> Vec<(&'static str, &'static str)> {
    let kind = |name: &str| match name {
        "replicas" => "number",
        "backups" => "bool",
        "tags" => "list(string)",
        "database" => "object({ name = string, port = optional(number) })",
        _ => "string",
    };
    let params = plan.params.iter().filter(|name| name.is_ascii()).map(|name| (*name, kind(name)));
    params
        .chain(plan.connections.iter().map(|(name, _)| (*name, "any")))
        .chain([("md_metadata", "any")])
        .collect()
}

fn bicep(inputs: &[(&str, &str)]) -> String {
    let kind = |kind: &str| match kind {
        "number" => "int",
        "bool" => "bool",
        "string" => "string",
        "list(string)" => "array",
        _ => "object",
    };
    let lines = inputs
        .iter()
        .map(|(name, of)| format!("param {name} {} // {name}\nvar use_{name} = {name}\n", kind(of)));
    lines.collect()
}
