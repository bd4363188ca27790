//! Helm charts: the top-level values, which a bundle's params and connections override.

use super::{Unit, Variable};
use crate::syntax::{Span, parse};

/// Reads the values of a chart; `None` if the file has syntax errors.
pub(super) fn read(text: &str) -> Option<Unit> {
    let syntax = parse(text);
    if !syntax.errors().is_empty() {
        return None;
    }
    let entries = syntax.root().into_iter().flat_map(|root| root.entries().collect::<Vec<_>>());
    let variables = entries.filter(|entry| !entry.is_merge()).map(|entry| Variable {
        name: entry.name().into_owned(),
        span: entry.key().span(),
        whole: Span::new(entry.key().span().start(), entry.span().end()),
        value: None,
        optional: true,
        description: None,
        sensitive: false,
    });
    Some(Unit { variables: variables.collect(), ..Unit::default() })
}
