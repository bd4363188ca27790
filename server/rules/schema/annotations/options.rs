//! `$md.enum`: options that come from a connected resource.

use super::{MD_ENUM_CONNECTION, MD_TYPE, MD_UNKNOWN};
use crate::edit::{Edits, Fix, build};
use crate::reference::{self, JsonType, Presence, closest, did_you_mean};
use crate::rules::schema::{MAX_CANDIDATES, is_being_typed, rename};
use crate::rules::value::{is_unfinished, json_type};
use crate::rules::wording::{listed, quoted, recast};
use crate::rules::{Context, Finding, Findings};
use crate::syntax::Node;

/// Checks the value of `$md.enum`.
pub(super) fn check(context: &Context<'_>, key: Node<'_>, value: Node<'_>, findings: &mut Findings) {
    let dialect = context.document.dialect();
    let Some(described) = reference::get().object("md-enum") else { return };
    let query = value.target();
    match json_type(query, dialect) {
        Some(JsonType::Object) => {}
        None => return,
        Some(_) if is_being_typed(key, value) => return,
        Some(_) => {
            let span = if value.span().is_empty() { key.span() } else { value.span() };
            findings.push(MD_TYPE.at(span, "`$md.enum` must be a mapping with `connection` and `options`."));
            return;
        }
    }
    let is_unfinished = is_unfinished(query);
    for member in described.keys().filter(|member| member.presence == Presence::Required && !is_unfinished) {
        // Of two alternative keys, the first is reported as missing.
        let is_first = member
            .or
            .iter()
            .all(|other| described.keys().position(|key| key.name == *other) > position(described, member));
        let is_given =
            query.field(&member.name).is_some() || member.or.iter().any(|other| query.field(other).is_some());
        if is_first && !is_given {
            let message =
                format!("`$md.enum` needs {}: {}.", quoted(&member.name), lower_first(&member.summary));
            findings.push(MD_TYPE.at(key.span(), message));
        }
    }
    for entry in query.fields().filter(|entry| entry.colon().is_some()) {
        let name = entry.name();
        let Some(member) = described.key(&name) else {
            findings.push(unknown_member(described, entry.key(), &name));
            continue;
        };
        let value = entry.value();
        match json_type(value, dialect) {
            None => {}
            Some(JsonType::String) if matches!(&*name, "connection" | "dependency") => {
                connection(context, value, findings);
            }
            Some(JsonType::String) => {}
            Some(JsonType::Null) if value.span().is_empty() => {
                findings.push(MD_TYPE.at(
                    entry.key().span(),
                    format!("{} is empty; it must be {}.", quoted(&name), member.shape),
                ));
            }
            Some(_) => {
                let finding =
                    MD_TYPE.at(value.span(), format!("{} must be {}.", quoted(&name), member.shape));
                findings.push(match recast(value, &["string"], dialect) {
                    Some((title, text)) => finding.with_fix(Fix::safe(title, Edits::value(value, text))),
                    None => finding,
                });
            }
        }
    }
}

fn position(object: &reference::Object, member: &reference::Key) -> Option<usize> {
    object.keys().position(|key| key.name == member.name)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn unknown_member(described: &reference::Object, key: Node<'_>, name: &str) -> Finding {
    match described.meant(name) {
        Some(meant) => {
            let message =
                format!("`$md.enum` has no key {}{}", quoted(name), did_you_mean(Some(&meant.name)));
            let edit = rename(key, &meant.name);
            MD_UNKNOWN
                .at(key.span(), message)
                .with_fix(Fix::safe(format!("Rename to `{}`", meant.name), edit))
        }
        None => {
            let known = listed(described.keys().map(|key| key.name.as_str()));
            MD_UNKNOWN.at(key.span(), format!("`$md.enum` has no key {}; known keys: {known}.", quoted(name)))
        }
    }
}

/// Reports a connection that is not declared.
fn connection(context: &Context<'_>, value: Node<'_>, findings: &mut Findings) {
    let name = value.target().value();
    if name.is_empty() || context.document.inputs().any(|port| port.name == name) {
        return;
    }
    let declared: Vec<&str> =
        context.document.inputs().map(|port| port.name.as_str()).take(MAX_CANDIDATES).collect();
    let close = closest(&name, declared.iter().copied());
    let hint = match close {
        Some(_) => did_you_mean(close),
        None if declared.is_empty() => "; the bundle declares no connections.".to_owned(),
        None => format!("; declared: {}.", listed(&declared)),
    };
    let finding =
        MD_ENUM_CONNECTION.at(value.span(), format!("There is no connection {}{hint}", quoted(&name)));
    findings.push(match close {
        Some(close) => finding
            .with_fix(Fix::unsafe_(format!("Replace with `{close}`"), build::replace_text(value, close))),
        None => declared.iter().take(5).fold(finding, |finding, name| {
            finding.with_fix(Fix::unsafe_(format!("Replace with `{name}`"), build::replace_text(value, name)))
        }),
    });
}
