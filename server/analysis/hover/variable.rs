//! The input variables that `mass bundle build` writes for the code of the steps.

use super::markdown::{Page, code};
use super::{param, schema};
use crate::bundle::variables::{bicep_param, hcl_variable};
use crate::bundle::{BuiltIn, Document, Property, SchemaId};

/// Longest text, in lines, that is shown.
const MAX_LINES: usize = 24;

/// The tools that the steps run; without steps, Terraform is assumed.
pub(in crate::analysis) fn tools(document: &Document) -> Vec<BuiltIn> {
    let mut found = Vec::new();
    for step in &document.steps {
        let name = step.provisioner.map(|node| document.node(node).target().value()).unwrap_or_default();
        if let Some(tool) = BuiltIn::family(&name).filter(|tool| !found.contains(tool)) {
            found.push(tool);
        }
    }
    if document.steps.is_empty() {
        found.push(BuiltIn::Terraform);
    }
    found
}

/// Adds the variable that is generated for a param.
pub(super) fn of_param(
    page: &mut Page,
    document: &Document,
    property: Property,
    id: SchemaId,
    path: &[&str],
) {
    let tools = tools(document);
    let [name] = path else {
        let outer = path.first().filter(|outer| **outer != param::SOMEWHERE && !tools.is_empty());
        if let Some(outer) = outer {
            page.paragraph(&format!("In the code, it is part of the variable {}.", code(outer)));
        }
        return;
    };
    let hcl = tools.contains(&BuiltIn::Terraform);
    let bicep = tools.contains(&BuiltIn::Bicep);
    let Some((property, id)) = unconditional(document, property, id, name) else {
        if hcl || bicep {
            page.paragraph(
                "No variable is generated for it, because it exists only under a condition: declare the variable by hand.",
            );
        }
        return;
    };
    let required = schema::is_required(document, property.owner, name);
    if hcl {
        show(page, "hcl", &hcl_variable(document, name, id, required));
    }
    if bicep {
        show(page, "bicep", &bicep_param(document, name, id));
    }
    if tools.contains(&BuiltIn::Helm) && !hcl && !bicep {
        page.paragraph(&format!("Available in the chart as {}.", code(&format!(".Values.{name}"))));
    }
}

/// The unconditional definition of a param, the only one that variables are generated for.
fn unconditional(
    document: &Document,
    property: Property,
    id: SchemaId,
    name: &str,
) -> Option<(Property, SchemaId)> {
    let params = document.params?;
    if property.owner == params {
        return Some((property, id));
    }
    let own = document.schemas.get(params).properties.iter().map(|id| document.schemas.property(*id));
    let found = own.filter(|property| document.node(property.key).value() == name).last()?;
    Some((found, found.schema))
}

fn show(page: &mut Page, language: &str, text: &str) {
    let mut lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    if text.lines().count() > MAX_LINES {
        lines.push("…");
    }
    page.code(language, &lines.join("\n"));
}
