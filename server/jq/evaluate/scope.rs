//! Variables, labels and functions of the program.

use super::{At, Env, Flow, Halt, Run, Take};
use crate::jq::ast::{Definition, ExprId, ObjectKey, Pattern};
use serde_json::Value;

use super::operators;

/// One name and what it stands for; the innermost of a chain.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) entry: Entry<'s>,
    pub(super) outer: Env<'s>,
}

#[derive(Clone, Copy)]
pub(super) enum Entry<'s> {
    /// `$name`; as a parameter also the function `name`.
    Variable {
        name: &'s str,
        value: &'s Value,
        parameter: bool,
    },
    /// `label $name`, with its number.
    Label {
        name: &'s str,
        number: usize,
    },
    Function(&'s Definition),
    /// A parameter that is a filter: its expression, and the scope of that.
    Filter {
        name: &'s str,
        body: ExprId,
        scope: Env<'s>,
    },
}

/// The entries of a chain, innermost first.
fn chain<'s>(scope: Env<'s>) -> impl Iterator<Item = &'s Scope<'s>> {
    std::iter::successors(scope, |one| one.outer)
}

impl Run<'_> {
    pub(super) fn variable(&mut self, wanted: &str, scope: Env<'_>) -> Result<Value, Halt> {
        for one in chain(scope) {
            self.spend(1)?;
            match one.entry {
                Entry::Variable { name, value, .. } if name == wanted => return self.copy(value),
                _ => {}
            }
        }
        Err(Halt::Unsupported)
    }

    /// `break $name`
    pub(super) fn leave(&mut self, wanted: &str, scope: Env<'_>) -> Flow {
        let number = chain(scope).find_map(|one| match one.entry {
            Entry::Label { name, number } if name == wanted => Some(number),
            _ => None,
        });
        Err(number.map_or(Halt::Unsupported, Halt::Break))
    }

    /// A number for a new label.
    pub(super) fn new_label(&mut self) -> usize {
        self.labels += 1;
        self.labels
    }

    /// Runs `body`, which may break to a new label.
    pub(super) fn labelled(&mut self, body: impl FnOnce(&mut Self, usize) -> Flow) -> Flow {
        let number = self.new_label();
        match body(self, number) {
            Err(Halt::Break(to)) if to == number => Ok(()),
            flow => flow,
        }
    }

    /// Calls a function of the program; `None` if it defines none with this name.
    pub(super) fn own_call(
        &mut self,
        wanted: &str,
        args: &[ExprId],
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Option<Flow> {
        for one in chain(scope) {
            match one.entry {
                Entry::Function(definition)
                    if definition.params.len() == args.len()
                        && self.program.slice(definition.name) == wanted =>
                {
                    let call = Call { definition, args, scope, at };
                    return Some(self.enter(&call, 0, Some(one), take));
                }
                Entry::Filter { name, body, scope } if args.is_empty() && name == wanted => {
                    return Some(self.each(body, at, scope, take));
                }
                Entry::Variable { name, value, parameter: true }
                    if args.is_empty() && name.strip_prefix('$') == Some(wanted) =>
                {
                    return Some(self.copy(value).and_then(|value| self.give(value, at.trail, take)));
                }
                _ => {}
            }
            if let Err(halt) = self.spend(1) {
                return Some(Err(halt));
            }
        }
        None
    }

    /// Binds the parameters of a call from `index` on, and runs the function's body.
    fn enter(&mut self, call: &Call<'_>, index: usize, inner: Env<'_>, take: Take<'_>) -> Flow {
        let (Some(param), Some(&arg)) = (call.definition.params.get(index), call.args.get(index)) else {
            return self.each(call.definition.body, call.at, inner, take);
        };
        self.deeper(|run| {
            let name = run.program.slice(*param);
            if !name.starts_with('$') {
                let entry = Entry::Filter { name, body: arg, scope: call.scope };
                return run.enter(call, index + 1, Some(&Scope { entry, outer: inner }), take);
            }
            run.each_value(arg, call.at.value, call.scope, &mut |run, value| {
                let entry = Entry::Variable { name, value: &value, parameter: true };
                run.enter(call, index + 1, Some(&Scope { entry, outer: inner }), take)
            })
        })
    }

    /// Runs `body` with more variables.
    pub(super) fn nest(
        &mut self,
        named: &[(String, Value)],
        scope: Env<'_>,
        body: &mut dyn FnMut(&mut Run<'_>, Env<'_>) -> Flow,
    ) -> Flow {
        let Some(((name, value), rest)) = named.split_first() else { return body(self, scope) };
        let entry = Entry::Variable { name, value, parameter: false };
        self.deeper(|run| run.nest(rest, Some(&Scope { entry, outer: scope }), body))
    }

    /// The variables of a pattern for a value.
    pub(super) fn destructure(
        &mut self,
        pattern: &Pattern,
        value: &Value,
        named: &mut Vec<(String, Value)>,
    ) -> Flow {
        match pattern {
            Pattern::Variable(name) => {
                let value = self.copy(value)?;
                let name = self.program.slice(*name);
                // Engines disagree on which value a name that a pattern repeats has.
                if named.iter().any(|(known, _)| known == name) {
                    return Err(Halt::Unsupported);
                }
                named.push((name.to_owned(), value));
                Ok(())
            }
            Pattern::Array(items) => items.iter().enumerate().try_for_each(|(index, pattern)| {
                if !matches!(value, Value::Array(_) | Value::Null) {
                    return super::fail(format!("Cannot index {} with number", operators::kind(value)));
                }
                let item = operators::item(value, &Value::from(index))?;
                self.destructure(pattern, item, named)
            }),
            Pattern::Object(entries) => entries.iter().try_for_each(|(key, pattern)| {
                let (name, variable) = match key {
                    ObjectKey::Name(name) => (self.program.slice(*name).to_owned(), None),
                    ObjectKey::Variable(name) => {
                        let variable = self.program.slice(*name);
                        (variable.trim_start_matches('$').to_owned(), Some(*name))
                    }
                    ObjectKey::Text(key) => {
                        (self.program.literal(*key).ok_or(Halt::Unsupported)?.into_owned(), None)
                    }
                    ObjectKey::Expr(_) | ObjectKey::Error(_) => return Err(Halt::Unsupported),
                };
                let field = operators::field(value, &name)?;
                if let Some(variable) = variable {
                    self.destructure(&Pattern::Variable(variable), field, named)?;
                }
                pattern.iter().try_for_each(|pattern| self.destructure(pattern, field, named))
            }),
            Pattern::Error => Err(Halt::Unsupported),
        }
    }
}

/// A call of a function that the program defines.
struct Call<'c> {
    definition: &'c Definition,
    args: &'c [ExprId],
    /// The scope of the call, and so of its arguments.
    scope: Env<'c>,
    at: At<'c>,
}
