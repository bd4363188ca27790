//! Annotations, `$md.*`: Massdriver's extensions of JSON Schema.

mod options;
#[cfg(test)]
mod tests;

use super::{Once, entry_of, removal, rename};
use crate::bundle::{Area, Block, Role, Schema};
use crate::edit::{Change, Edits, Fix, build};
use crate::reference::{self, JsonType, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::rules::value::json_type;
use crate::rules::wording::{listed, quoted, recast};
use crate::rules::{Context, Family, Finding, Findings, Rule, Severity};
use crate::syntax::{Kind, Node, Span};

static MD_UNKNOWN: Rule = Rule {
    id: "md-unknown",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown annotation",
    explanation: "Massdriver has a few annotations that start with `$md.` and ignores all others.",
    bad: dedent! {"
        params:
          properties:
            region:
              type: string
              $md.imutable: true
    "},
    good: dedent! {"
        params:
          properties:
            region:
              type: string
              $md.immutable: true
    "},
    files: &[],
};

static MD_SCOPE: Rule = Rule {
    id: "md-scope",
    severity: Severity::Warning,
    opt_in: false,
    title: "An annotation has no effect here",
    explanation: "`$md.immutable` and `$md.enum` are for params, `$md.copyable` is for params and resource \
                  types, and `$md.sensitive` is for resource types. Elsewhere the platform ignores them.",
    bad: dedent! {"
        connections:
          properties:
            network:
              $ref: aws-vpc
              $md.immutable: true
    "},
    good: dedent! {"
        connections:
          properties:
            network:
              $ref: aws-vpc
    "},
    files: &[],
};

static MD_TYPE: Rule = Rule {
    id: "md-type",
    severity: Severity::Error,
    opt_in: false,
    title: "Invalid value of an annotation",
    explanation: "`$md.immutable`, `$md.copyable` and `$md.sensitive` are `true` or `false`. `$md.enum` is a \
                  mapping with `connection` (or `dependency`), `options`, and optionally `value` and `label`.",
    bad: dedent! {r#"
        params:
          properties:
            region:
              type: string
              $md.immutable: "true"
    "#},
    good: dedent! {"
        params:
          properties:
            region:
              type: string
              $md.immutable: true
    "},
    files: &[],
};

static MD_ENUM_CONNECTION: Rule = Rule {
    id: "md-enum-connection",
    severity: Severity::Warning,
    opt_in: false,
    title: "`$md.enum` names an undeclared connection",
    explanation: "The options come from the resource that is connected, so the name must be declared in \
                  `connections` (or `dependencies`). Otherwise the form shows an error instead of the field.",
    bad: dedent! {"
        params:
          properties:
            policy:
              type: string
              $md.enum:
                connection: buckets
                options: .policies
        connections:
          properties:
            bucket:
              $ref: aws-s3-bucket
    "},
    good: dedent! {"
        params:
          properties:
            policy:
              type: string
              $md.enum:
                connection: bucket
                options: .policies
        connections:
          properties:
            bucket:
              $ref: aws-s3-bucket
    "},
    files: &[],
};

static MD_NESTED: Rule = Rule {
    id: "md-nested",
    severity: Severity::Hint,
    opt_in: false,
    title: "An annotation is nested below `$md`",
    explanation: "Annotations are single keys that contain a dot: `$md.immutable: true`. Only older resource \
                  types have their metadata in a mapping under `$md`.",
    bad: dedent! {"
        params:
          properties:
            region:
              type: string
              $md:
                immutable: true
    "},
    good: dedent! {"
        params:
          properties:
            region:
              type: string
              $md.immutable: true
    "},
    files: &[],
};

/// Annotations.
pub(in crate::rules) static ANNOTATIONS: Family = Family {
    title: "Annotations",
    rules: &[&MD_UNKNOWN, &MD_SCOPE, &MD_TYPE, &MD_ENUM_CONNECTION, &MD_NESTED],
    check,
};

const PREFIX: &str = "$md.";

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut once = Once::default();
    for (_, schema) in document.schemas.iter() {
        for (key, value) in once.keywords(document, schema) {
            if findings.is_full() {
                return;
            }
            let name = key.value();
            if name == "$md" && schema.area != Area::Payload {
                findings.push(nested(key, value));
            }
            if !name.starts_with(PREFIX) {
                continue;
            }
            if reference::get().keyword(&name).is_none() {
                findings.push(unknown(key, &name));
                continue;
            }
            if let Some(scope) = misplaced(schema, &name) {
                let message = format!("{} has no effect here; {scope}.", quoted(&name));
                findings
                    .push(MD_SCOPE.at(key.span(), message).with_fix(Fix::safe("Remove it", removal(key))));
                continue;
            }
            match &*name {
                "$md.enum" => options::check(context, key, value, findings),
                _ => flag(context, &name, key, value, findings),
            }
        }
    }
}

fn unknown(key: Node<'_>, name: &str) -> Finding {
    let known: Vec<&str> = annotations().collect();
    let mistaken = reference::get().object("schema").and_then(|schema| schema.meant(name));
    let meant = mistaken.map(|key| key.name.as_str()).filter(|meant| known.contains(meant));
    // The prefix would hide differences in the rest, so only the rest is compared.
    let tail = name.trim_start_matches(PREFIX);
    let close = || closest(tail, known.iter().map(|known| known.trim_start_matches(PREFIX)));
    match meant.map(str::to_owned).or_else(|| Some(format!("{PREFIX}{}", close()?))) {
        Some(meant) => MD_UNKNOWN
            .at(key.span(), format!("There is no annotation {}{}", quoted(name), did_you_mean(Some(&meant))))
            .with_fix(Fix::safe(format!("Rename to `{meant}`"), rename(key, &meant))),
        None => MD_UNKNOWN.at(
            key.span(),
            format!("There is no annotation {}; known annotations: {}.", quoted(name), listed(known)),
        ),
    }
}

fn annotations() -> impl Iterator<Item = &'static str> {
    let keys = reference::get().object("schema").into_iter().flat_map(|schema| schema.keys());
    keys.map(|key| key.name.as_str()).filter(|name| name.starts_with(PREFIX))
}

/// Where an annotation has an effect, if it has none here.
fn misplaced(schema: &Schema, name: &str) -> Option<String> {
    let keyword = reference::get().keyword(name)?;
    let block = match schema.area {
        Area::Params => reference::Block::Params,
        Area::Ports(Block::Artifacts | Block::Resources) => reference::Block::Artifacts,
        Area::Ports(Block::Connections | Block::Dependencies) => reference::Block::Connections,
        Area::Payload => reference::Block::ResourceType,
    };
    if !keyword.works_in(block) {
        let params = keyword.works_in(reference::Block::Params);
        let types = keyword.works_in(reference::Block::ResourceType);
        return Some(match (params, types) {
            (true, true) => "it is for `params` and resource types".to_owned(),
            (true, false) => "it is for `params`".to_owned(),
            _ => "it is for resource types".to_owned(),
        });
    }
    let is_root = schema.role == Role::Root && schema.parents.is_empty();
    let is_item =
        |(role, _): &(Role, _)| matches!(role, Role::Items | Role::AdditionalItems | Role::Contains);
    let only_items = !schema.parents.is_empty() && schema.parents.iter().all(is_item);
    match name {
        "$md.immutable" if is_root || only_items => Some("write it in a param".to_owned()),
        "$md.enum" if is_root => Some("write it in a param".to_owned()),
        _ => None,
    }
}

fn nested(key: Node<'_>, value: Node<'_>) -> Finding {
    let finding = MD_NESTED.at(key.span(), "An annotation is a single key, such as `$md.immutable: true`.");
    match flattened(key, value) {
        Some(edits) => finding.with_fix(Fix::safe("Write as single keys", edits)),
        None => finding,
    }
}

/// Turns `$md: {immutable: true}` into `$md.immutable: true`. `None` if a value has several lines or there are comments.
fn flattened(key: Node<'_>, value: Node<'_>) -> Option<Edits> {
    let (mapping, _) = entry_of(key)?;
    let syntax = key.syntax();
    let whole = Span::new(key.span().start(), value.span().end());
    let has_comment = syntax.comments().iter().any(|comment| whole.covers(*comment));
    if mapping.kind() != (Kind::Mapping { flow: false })
        || !value.is_mapping()
        || value.anchor().is_some()
        || has_comment
    {
        return None;
    }
    let (column, newline) = (build::column(syntax, whole.start()), build::line_break(syntax));
    let mut parts = Vec::new();
    let mut changes = vec![Change::Removed(key.id())];
    for entry in value.entries() {
        let name = format!("{PREFIX}{}", entry.name());
        let free = mapping.get(&name).is_none() && reference::get().keyword(&name).is_some();
        let text = syntax.slice(entry.value().full_span());
        if !free || text.contains('\n') || entry.value().span().is_empty() {
            return None;
        }
        parts.push(format!("{name}: {text}"));
        changes.push(Change::Entry(mapping.id(), name));
    }
    let text = parts.join(&format!("{newline}{}", " ".repeat(column)));
    (!parts.is_empty()).then(|| Edits::new(whole, text, changes))
}

fn flag(context: &Context<'_>, name: &str, key: Node<'_>, value: Node<'_>, findings: &mut Findings) {
    let dialect = context.document.dialect();
    match json_type(value, dialect) {
        None | Some(JsonType::Boolean) => {}
        Some(JsonType::Null) if value.span().is_empty() => {
            findings
                .push(MD_TYPE.at(key.span(), format!("{} is empty; write `true` or `false`.", quoted(name))));
        }
        Some(_) => {
            let finding = MD_TYPE.at(value.span(), format!("{} must be `true` or `false`.", quoted(name)));
            findings.push(match recast(value, &["boolean"], dialect) {
                Some((title, text)) => finding.with_fix(Fix::safe(title, Edits::value(value, text))),
                None => finding,
            });
        }
    }
}
