//! Whether the resource types that a bundle names exist and have the fields that it constrains.

use super::ref_names::has_placeholder;
use super::ui_option::NameBudget;
use super::wording::{listed, quoted};
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::references::refs;
use crate::bundle::type_ref::split_version;
use crate::bundle::{Catalog, Document};
use crate::edit::Fix;
use crate::edit::build::{rename_key, replace_text};
use crate::reference::{ANY_NAME, Field, Known, ResourceType, Source, bare, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::Node;
use foldhash::HashSet;

static UNKNOWN_TYPE: Rule = Rule {
    id: "ref-unknown-type",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown resource type",
    explanation: "Types are looked up in the workspace, in the organization's catalog if it was fetched, and \
                  among the built-in ones. A type is certainly unknown only if the organization's catalog does \
                  not have it; without the catalog, only a name that looks misspelled is reported, as a hint.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vcp
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
    "},
    files: &[],
};

static CONSTRAINT: Rule = Rule {
    id: "connection-constraint",
    severity: Severity::Warning,
    opt_in: false,
    title: "A constraint on a field that the resource type does not have",
    explanation: "`properties` below a connection restricts which resources can be connected, by the fields of \
                  their payload. A constraint on a field that no payload has does nothing. If the type allows \
                  other fields, this is only a hint; for a built-in type, only a name that looks misspelled is \
                  reported.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
              properties:
                dta:
                  type: object
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: aws-vpc
              properties:
                data:
                  type: object
    "},
    files: &[],
};

/// Whether resource types exist and have the fields that a bundle constrains.
pub(super) static REF_TYPES: Family =
    Family { title: "Resource types of connections", rules: &[&UNKNOWN_TYPE, &CONSTRAINT], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let mut budget = NameBudget::new();
    for reference in refs(document).into_iter().filter(|reference| reference.names_type()) {
        if findings.is_full() {
            return;
        }
        findings.extend(unknown_type(document.catalog(), reference.value, &mut budget));
    }
    constraints(document, &mut budget, findings);
}

fn unknown_type(catalog: &Catalog, value: Node<'_>, budget: &mut NameBudget) -> Option<Finding> {
    let text = value.value();
    let known = catalog.knows(&text);
    // Upper-case names are reported by `ref-name-style`.
    if known == Known::Yes || has_placeholder(&text) || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let (whole, name) = (split_version(&text).0, bare(&text));
    let names = budget.allows(catalog.types().count());
    let close = names.then(|| closest(name, catalog.types().names())).flatten();
    let (whole, suggestion) = (quoted(whole), did_you_mean(close));
    let finding = match known {
        Known::No => UNKNOWN_TYPE
            .at(value.span(), format!("The organization has no resource type {whole}{suggestion}")),
        _ if close.is_none() => return None,
        _ => UNKNOWN_TYPE
            .at(value.span(), format!("There is no known resource type {whole}{suggestion}"))
            .with(Severity::Hint),
    };
    Some(match close {
        Some(close) => {
            let meant = renamed(&text, close);
            finding.with_fix(Fix::unsafe_(format!("Change to `{meant}`"), replace_text(value, &meant)))
        }
        None => finding,
    })
}

/// A reference with its name replaced.
fn renamed(reference: &str, name: &str) -> String {
    let (whole, version) = split_version(reference);
    let organization = whole.rsplit_once('/').map(|(organization, _)| format!("{organization}/"));
    let version = version.map(|version| format!("@{version}"));
    format!("{}{name}{}", organization.unwrap_or_default(), version.unwrap_or_default())
}

fn constraints(document: &Document, budget: &mut NameBudget, findings: &mut Findings) {
    let mut seen = HashSet::default();
    for port in document.inputs() {
        let Some((_, name)) = port.type_ref else { continue };
        let Some(resource_type) = document.catalog().get(&document.node(name).target().value()) else {
            continue;
        };
        let entry = document.node(port.value).target();
        let Some(constrained) = entry.field("properties").map(|entry| entry.value().target()) else {
            continue;
        };
        // The known payloads are alternatives: a name may belong to any of them.
        let fields: Vec<&Field> = resource_type.payloads.iter().flatten().collect();
        let payload = PayloadObject { resource_type, fields, closed: resource_type.closed };
        payload.check(constrained, &mut seen, budget, findings);
    }
}

/// The fields that an object of a payload can have.
struct PayloadObject<'a> {
    resource_type: &'a ResourceType,
    fields: Vec<&'a Field>,
    closed: bool,
}

impl<'a> PayloadObject<'a> {
    /// Checks the constraints on an object and on the objects in it.
    fn check(
        &self,
        constrained: Node<'_>,
        seen: &mut HashSet<crate::syntax::NodeId>,
        budget: &mut NameBudget,
        findings: &mut Findings,
    ) {
        if !seen.insert(constrained.id()) || self.fields.is_empty() && !self.closed {
            return;
        }
        for entry in constrained.entries().filter(|entry| entry.colon().is_some() && !entry.is_merge()) {
            if findings.is_full() {
                return;
            }
            let name = entry.name();
            let same: Vec<&Field> = self.fields.iter().copied().filter(|field| field.name == *name).collect();
            if same.is_empty() {
                findings.extend(self.missing(&name, budget).map(|finding| {
                    let (message, severity, close) = finding;
                    let finding = CONSTRAINT.at(entry.key().span(), message).with(severity);
                    match close {
                        Some(close) => finding.with_fix(Fix::unsafe_(
                            format!("Rename to `{close}`"),
                            rename_key(constrained, entry, close),
                        )),
                        None => finding,
                    }
                }));
                continue;
            }
            let inner = entry.value().target().field("properties").map(|inner| inner.value().target());
            let object = PayloadObject {
                resource_type: self.resource_type,
                closed: same.iter().all(|field| field.closed),
                fields: same.iter().flat_map(|field| field.fields.iter()).collect(),
            };
            if let Some(inner) = inner.filter(|_| !same.iter().any(|field| field.list)) {
                object.check(inner, seen, budget, findings);
            }
        }
    }

    /// Message, severity and suggested name for a name that is not a field; `None` if it may be one.
    fn missing(&self, name: &str, budget: &mut NameBudget) -> Option<(String, Severity, Option<&'a str>)> {
        if self.fields.iter().any(|field| field.name == ANY_NAME) {
            return None;
        }
        let names = || self.fields.iter().map(|field| field.name.as_str());
        let close = budget.allows(self.fields.len()).then(|| closest(name, names())).flatten();
        let subject = format!("The payload of `{}` has no {}", self.resource_type.name, quoted(name));
        let severity = if self.closed { Severity::Warning } else { Severity::Hint };
        let message = match close {
            Some(_) => format!("{subject}{}", did_you_mean(close)),
            None if self.resource_type.source == Source::Bundled => return None,
            None if self.fields.is_empty() => format!("{subject}."),
            None => format!("{subject}; known names: {}.", listed(names())),
        };
        Some((message, severity, close))
    }
}

#[cfg(test)]
mod tests;
