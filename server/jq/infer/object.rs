//! Object construction: `{…}`.

use super::{ClashKind, Context, Inference, Style};
use crate::jq::ast::{ObjectEntry, ObjectKey};
use crate::jq::types::{Object, Shape, Types};
use crate::syntax::Span;

impl<'p> Inference<'p> {
    pub(super) fn object(&mut self, entries: &'p [ObjectEntry], brace: usize, context: Context<'_>) -> Shape {
        // A site after the brace, where keys are written.
        self.site(Span::at(brace + 1), context);
        let mut object = Object::default();
        let mut produces_nothing = false;
        for entry in entries {
            let (name, short) = self.key(entry, context);
            let value = match entry.value {
                Some(value) => self.expr(value, context),
                None => short,
            };
            produces_nothing |= value == Shape::NEVER;
            match name {
                Some(name) => {
                    object.fields.insert(name, value);
                }
                None => {
                    let rest = object.rest.take().unwrap_or(Shape::NEVER);
                    object.rest = Some(Shape::union([rest, value]));
                }
            }
        }
        if produces_nothing { Shape::NEVER } else { object.into() }
    }

    /// The name of an entry (`None` if it is computed), and the value of its short form.
    fn key(&mut self, entry: &'p ObjectEntry, context: Context<'_>) -> (Option<Box<str>>, Shape) {
        let short = entry.value.is_none();
        match entry.key {
            ObjectKey::Name(span) => {
                let name = self.program.slice(span);
                (Some(name.into()), self.short(name, span, short, context))
            }
            ObjectKey::Variable(span) => {
                let name = self.program.slice(span);
                let shape = self.variable(span, context);
                let name = if short { name.strip_prefix('$').map(Into::into) } else { None };
                (name, shape)
            }
            ObjectKey::Text(id) => {
                let span = self.program.expr(id).span;
                match self.program.literal(id) {
                    Some(name) => {
                        let shape = self.short(&name, span, short, context);
                        (Some(name.into()), shape)
                    }
                    None => {
                        self.expr(id, context);
                        (None, Shape::UNKNOWN)
                    }
                }
            }
            ObjectKey::Expr(id) => {
                let key = self.expr(id, context);
                self.check(self.program.expr(id).span, &key, Types::STRING, |_| ClashKind::Key, context);
                (self.program.literal(id).map(Into::into), Shape::UNKNOWN)
            }
            ObjectKey::Error(span) => {
                // Nothing follows the `{`: the short form of a field may be typed next.
                (None, self.short("", span, short, context))
            }
        }
    }

    fn short(&mut self, name: &str, span: Span, short: bool, context: Context<'_>) -> Shape {
        if short { self.lookup(name, span, Style::Shorthand, context) } else { Shape::UNKNOWN }
    }
}
