//! Lines above names and blocks that count what they have.

use super::Snapshot;
use crate::bundle::{Symbol, Use};
use crate::syntax::Span;

/// A line above a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLens {
    /// The name (bytes).
    pub span: Span,
    /// What it says.
    pub title: String,
    /// The places that were counted (bytes), in source order.
    pub places: Vec<Span>,
}

/// How often params, connections and artifacts are used, and how many presets there are; in source order.
#[must_use]
pub fn code_lenses(snapshot: &Snapshot) -> Vec<CodeLens> {
    let document = snapshot.document();
    let mut lenses: Vec<CodeLens> = document.symbols().all.iter().filter_map(uses).collect();
    let presets = document.params.and_then(|params| document.keyword(params, "examples"));
    if let Some((key, _)) = presets {
        let places: Vec<Span> = document
            .presets
            .iter()
            .map(|preset| document.node(preset.name.unwrap_or(preset.node)).span())
            .collect();
        lenses.push(CodeLens { span: key.span(), title: counted(places.len(), "preset"), places });
    }
    lenses.sort_by_key(|lens| lens.span);
    lenses
}

/// Above the first declaration.
fn uses(symbol: &Symbol) -> Option<CodeLens> {
    let declared = symbol.occurrences.iter().find(|place| place.role == Use::Definition)?;
    let uses = symbol.occurrences.iter().filter(|place| place.role != Use::Definition);
    let mut places: Vec<Span> = uses.map(|place| place.span).collect();
    places.sort_unstable();
    Some(CodeLens { span: declared.span, title: counted(places.len(), "use"), places })
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted() {
        let text = "\
params:
  examples: [{__name: A, size: s}, {__name: B}]
  required: [size]
  properties:
    size: {type: string}
    idle: {type: string}
connections:
  properties: {net: {$ref: aws-vpc}}
app:
  envs: {SIZE: .params.size, NET: .connections.net.data}
";
        let said = |lens: &CodeLens| format!("{} {}", &text[lens.span.range()], lens.title);
        let lenses = code_lenses(&Snapshot::new(text, None));
        let said: Vec<String> = lenses.iter().map(said).collect();
        assert_eq!(said, ["examples 2 presets", "size 3 uses", "idle no uses", "net 1 use"]);
        let names = lenses[1].places.iter().map(|place| &text[place.range()]);
        assert!(names.into_iter().all(|name| name == "size"));
    }
}
