//! jq programs in strings: how one can begin. Completion inside a program is in [`super::super::jq_completion`].

use super::context::CursorContext;
use super::documentation::Topic;
use super::names::type_name;
use super::{Candidate, Completion, CompletionKind, CompletionOptions, Write, insert};
use crate::analysis::jq_completion::{JqCompletion, JqCompletionKind, at_cursor, jq_starts};
use crate::bundle::Document;
use crate::bundle::expressions::Place as ProgramPlace;
use crate::jq::builtins;
use crate::reference::{Field, Shape};

/// Adds the candidates inside a program.
pub(super) fn programs(context: &CursorContext<'_>, options: &CompletionOptions, found: &mut Vec<Candidate>) {
    let word = &context.cursor.word;
    if let Some(items) = at_cursor(context.document, word.cursor, options.snippets) {
        let late = late(context);
        found.extend(items.into_iter().enumerate().map(|(order, item)| candidate(item, order).tier(late)));
    } else if word.prefix.is_empty() && context.cursor.block_scalar.is_none() {
        begin(context, found);
    } else if word.quote.is_none() && word.prefix.starts_with('@') {
        formats(found);
    }
}

/// The items in a `.jq` file.
pub(super) fn of_file(
    document: &Document,
    offset: usize,
    options: &CompletionOptions,
) -> Option<Vec<Completion>> {
    let items = at_cursor(document, offset, options.snippets)?.into_iter().enumerate();
    Some(items.map(|(rank, item)| insert::program(candidate(item.clone(), rank), item, rank)).collect())
}

/// The tier of programs: after `true` and `false` or a number, where these are expected.
fn late(context: &CursorContext<'_>) -> u8 {
    u8::from(matches!(context.last().shape, Some(Shape::Bool | Shape::Int))) * 2
}

fn candidate(item: JqCompletion, order: usize) -> Candidate {
    let kind = match item.kind {
        JqCompletionKind::Field => CompletionKind::Property,
        JqCompletionKind::Function => CompletionKind::Function,
        JqCompletionKind::Variable => CompletionKind::Variable,
        JqCompletionKind::Format | JqCompletionKind::Keyword => CompletionKind::Keyword,
    };
    let topic = match item.kind {
        JqCompletionKind::Function => Some(Topic::function(&item.label)),
        _ => None,
    };
    let mut candidate = Candidate::new(item.label.clone(), kind, Write::Plain)
        .detail(item.detail.as_str())
        .description(item.doc.as_str())
        .deprecated(item.deprecated);
    candidate.topic = topic;
    candidate.filter = Some(item.filter.clone());
    candidate.rank.rarity = order as i64;
    candidate.write = Write::Program(item);
    candidate
}

/// Adds the paths that a program can begin with.
fn begin(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let Some(program) = program_place(context) else { return };
    let tier = late(context);
    if program == ProgramPlace::Policy {
        policies(context, found);
    }
    // A policy is a path into a connection.
    let is_input = |path: &str| [".connections", ".dependencies"].iter().any(|root| path.starts_with(root));
    let starts = jq_starts(context.document, program).into_iter();
    let starts = starts.filter(|start| program != ProgramPlace::Policy || is_input(&start.path));
    for (order, start) in starts.enumerate() {
        let mut candidate = Candidate::new(start.path, CompletionKind::Property, Write::Text);
        candidate.rank.rarity = order as i64;
        found.push(candidate.tier(tier).detail(start.detail).description(start.doc));
    }
    if matches!(program, ProgramPlace::Config(_) | ProgramPlace::Env) && context.cursor.word.quote.is_none() {
        let write = Write::Made("'@text \"${1:text}\"'".to_owned());
        found
            .push(Candidate::new("@text \"…\"", CompletionKind::Snippet, write).tier(2).detail("Fixed text"));
    }
}

/// Adds formats at the start of an unquoted program, with quotes, because a YAML scalar cannot start with `@`.
fn formats(found: &mut Vec<Candidate>) {
    for format in builtins::formats() {
        let write = Write::Made(format!("'{} \"${{1:text}}\"'", format.name));
        found.push(Candidate::new(&*format.name, CompletionKind::Keyword, write).description(&*format.doc));
    }
}

fn program_place(context: &CursorContext<'_>) -> Option<ProgramPlace> {
    context.innermost_first().find_map(|typed| {
        let schema = || context.schema();
        Some(match (typed.owner?.name.as_str(), typed.key?.name.as_str()) {
            ("step", "config") => ProgramPlace::Config(0),
            ("app", "envs") => ProgramPlace::Env,
            ("app", "policies") => ProgramPlace::Policy,
            ("md-enum", "options") => ProgramPlace::EnumOptions(schema()?),
            ("md-enum", "value" | "label") => ProgramPlace::EnumOption(schema()?),
            _ => return None,
        })
    })
}

/// Adds the paths to the permissions that connections grant.
fn policies(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    for port in context.document.inputs() {
        let Some(known) = context.document.catalog().get(&type_name(context, port)) else { continue };
        for payload in &known.payloads {
            for path in [&["data", "security", "iam"][..], &["security", "iam"], &["policies"]] {
                if has_path(payload, path) {
                    let path = format!(".{}.{}.{}", port.block.key(), port.name, path.join("."));
                    found.push(
                        Candidate::new(path, CompletionKind::Property, Write::Text).detail("permissions"),
                    );
                }
            }
        }
    }
}

fn has_path(fields: &[Field], path: &[&str]) -> bool {
    match path {
        [] => true,
        [first, rest @ ..] => fields
            .iter()
            .find(|field| field.name == *first)
            .is_some_and(|field| has_path(&field.fields, rest)),
    }
}
