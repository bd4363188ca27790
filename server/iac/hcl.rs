//! OpenTofu and Terraform.

use super::{ArtifactResource, PUBLISHERS, Type, Unit, Variable, VariableReference};
use crate::syntax::Span;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, BlockLabel, Body};
use hcl_edit::visit::{Visit, visit_traversal};
use std::ops::Range;

/// Reads a file; `None` if it has syntax errors. The parser limits the nesting depth.
pub(super) fn read(text: &str) -> Option<Unit> {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let body = parse_body(text.get(bom..)?).ok()?;
    let mut reader = Reader { text, bom, unit: Unit::default() };
    for block in body.blocks() {
        reader.block(block);
    }
    reader.visit_body(&body);
    reader.unit.references.sort_by_key(|one| one.span);
    Some(reader.unit)
}

/// The type that a type expression stands for.
pub(super) fn type_of(text: &str) -> Type {
    hcl_edit::parser::parse_expr(text).map_or(Type::Unknown, |expression| Type::of(&expression))
}

struct Reader<'a> {
    text: &'a str,
    /// Length of the byte order mark (bytes), which the parser does not see.
    bom: usize,
    unit: Unit,
}

impl Reader<'_> {
    fn block(&mut self, block: &Block) {
        let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), &labels[..]) {
            ("variable", [name]) => {
                let variable = self.variable(block, name);
                self.unit.variables.extend(variable);
            }
            ("resource", [kind, _]) if PUBLISHERS.contains(kind) => {
                let field = attribute(&block.body, "field");
                let field = field.and_then(|value| Some((value.as_str()?.to_owned(), value.span()?)));
                let field = field.map(|(name, span)| (name, self.unquoted(span)));
                self.unit.artifact_resources.push(ArtifactResource { field });
            }
            _ => {}
        }
    }

    fn variable(&self, block: &Block, name: &str) -> Option<Variable> {
        let value = attribute(&block.body, "type");
        let is_true = |name| attribute(&block.body, name).and_then(Expression::as_bool) == Some(true);
        Some(Variable {
            name: name.to_owned(),
            span: self.unquoted(block.labels.first()?.span()?),
            whole: self.span(block.span()?),
            value: value.and_then(|value| Some((Type::of(value), self.span(value.span()?)))),
            optional: attribute(&block.body, "default").is_some(),
            description: attribute(&block.body, "description")
                .and_then(|text| text.as_str().map(str::to_owned)),
            sensitive: is_true("sensitive"),
        })
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(range.start + self.bom, range.end + self.bom)
    }

    /// The span without its quotes, if it has any.
    fn unquoted(&self, range: Range<usize>) -> Span {
        let span = self.span(range);
        let quoted = self.text.get(span.range()).is_some_and(|text| text.starts_with('"') && text.len() > 1);
        if quoted { Span::new(span.start() + 1, span.end() - 1) } else { span }
    }
}

impl Visit for Reader<'_> {
    fn visit_traversal(&mut self, traversal: &Traversal) {
        let is_var = matches!(&traversal.expr, Expression::Variable(root) if root.as_str() == "var");
        if is_var
            && let Some(TraversalOperator::GetAttr(name)) =
                traversal.operators.first().map(|first| first.value())
            && let Some(range) = name.span()
        {
            let span = self.span(range);
            self.unit.references.push(VariableReference { name: name.as_str().to_owned(), span });
        }
        visit_traversal(self, traversal);
    }
}

fn attribute<'a>(body: &'a Body, name: &str) -> Option<&'a Expression> {
    body.get_attribute(name).map(|attribute| &attribute.value)
}
