//! `reduce`, `foreach`, and the functions that loop.

use super::{At, Env, Flow, Halt, Item, Run, Take, Trail, fail, operators, truth};
use crate::jq::ast::{Binding, ExprId};
use serde_json::Value;

impl Run<'_> {
    pub(super) fn reduce(
        &mut self,
        binding: &Binding,
        init: ExprId,
        update: ExprId,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let Some(mut state) = self.start(init, at, scope)? else { return Ok(()) };
        self.bind(binding, at.value, scope, &mut |run, scope| {
            // Without a result, the state depends on the version.
            let last = run.all(update, &state, scope)?.pop();
            state = last.ok_or(Halt::Unsupported)?;
            Ok(())
        })?;
        take(self, Item { value: state, trail: Trail::Off })
    }

    /// The initial state of a loop. Several, and loops as paths, depend on the version.
    fn start(&mut self, init: ExprId, at: At<'_>, scope: Env<'_>) -> Result<Option<Value>, Halt> {
        if *at.trail == Trail::Off { self.one(init, at.value, scope) } else { Err(Halt::Unsupported) }
    }

    pub(super) fn foreach(
        &mut self,
        binding: &Binding,
        (init, update, extract): (ExprId, ExprId, Option<ExprId>),
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let Some(mut state) = self.start(init, at, scope)? else { return Ok(()) };
        self.bind(binding, at.value, scope, &mut |run, scope| {
            let mut next = None;
            run.each(update, At::plain(&state), scope, &mut |run, item| {
                next = Some(run.copy(&item.value)?);
                match extract {
                    Some(extract) => run.each(extract, item.at(), scope, take),
                    None => take(run, item),
                }
            })?;
            state = next.ok_or(Halt::Unsupported)?;
            Ok(())
        })
    }

    /// `recurse(f)`, `recurse(f; condition)`
    pub(super) fn recurse_with(
        &mut self,
        f: ExprId,
        condition: Option<ExprId>,
        item: Item,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        self.deeper(|run| {
            let copy = run.item(item.at())?;
            take(run, copy)?;
            run.each(f, item.at(), scope, &mut |run, next| {
                let Some(condition) = condition else { return run.recurse_with(f, None, next, scope, take) };
                let value = next.value.clone();
                run.each_value(condition, &value, scope, &mut |run, holds| {
                    if !truth(&holds) {
                        return Ok(());
                    }
                    let next = run.item(next.at())?;
                    run.recurse_with(f, Some(condition), next, scope, take)
                })
            })
        })
    }

    /// `until(condition; update)`, `while(condition; update)`
    pub(super) fn repeat(
        &mut self,
        until: bool,
        condition: ExprId,
        update: ExprId,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        let mut item = self.item(at)?;
        loop {
            self.spend(1)?;
            let holds = self.one(condition, &item.value, scope)?.ok_or(Halt::Unsupported)?;
            match (until, truth(&holds)) {
                (true, true) => return take(self, item),
                (false, false) => return Ok(()),
                (true, false) => {}
                (false, true) => {
                    let copy = self.item(item.at())?;
                    take(self, copy)?;
                }
            }
            // Several results would make a tree of loops.
            let mut next = None;
            self.each(update, item.at(), scope, &mut |_, item| match next.replace(item) {
                None => Ok(()),
                Some(_) => Err(Halt::Unsupported),
            })?;
            match next {
                Some(next) => item = next,
                None => return Ok(()),
            }
        }
    }

    /// Passes on at most `count` results of an expression.
    pub(super) fn limited(
        &mut self,
        count: usize,
        f: ExprId,
        at: At<'_>,
        scope: Env<'_>,
        take: Take<'_>,
    ) -> Flow {
        if count == 0 {
            return Ok(());
        }
        let mut left = count;
        self.labelled(|run, label| {
            run.each(f, at, scope, &mut |run, item| {
                left -= 1;
                take(run, item)?;
                if left == 0 { Err(Halt::Break(label)) } else { Ok(()) }
            })
        })
    }

    /// The last result of an expression before the one with this number, or at all.
    pub(super) fn last_of(
        &mut self,
        count: Option<usize>,
        f: ExprId,
        at: At<'_>,
        scope: Env<'_>,
    ) -> Result<Item, Halt> {
        // Some versions lose the path.
        if *at.trail != Trail::Off {
            return Err(Halt::Unsupported);
        }
        let (mut last, mut seen) = (None, 0);
        self.labelled(|run, label| {
            run.each(f, at, scope, &mut |_, item| {
                last = Some(item);
                seen += 1;
                if Some(seen) == count { Err(Halt::Break(label)) } else { Ok(()) }
            })
        })?;
        // What a missing result gives depends on the version.
        last.filter(|_| count.is_none_or(|count| count == seen)).ok_or(Halt::Unsupported)
    }

    /// `range(to)`, `range(from; to)`, `range(from; to; by)`
    pub(super) fn range(
        &mut self,
        args: &[ExprId],
        input: &Value,
        scope: Env<'_>,
        take: &mut dyn FnMut(&mut Run<'_>, Value) -> Flow,
    ) -> Flow {
        let mut bound = |arg: &ExprId| self.all(*arg, input, scope);
        let zero = vec![Value::from(0)];
        let (from, to, by) = match args {
            [to] => (zero, bound(to)?, vec![Value::from(1)]),
            [from, to] => (bound(from)?, bound(to)?, vec![Value::from(1)]),
            [from, to, by] => (bound(from)?, bound(to)?, bound(by)?),
            _ => return Err(Halt::Unsupported),
        };
        let [by] = by.as_slice() else { return Err(Halt::Unsupported) };
        for from in &from {
            for to in &to {
                let (Some(start), Some(to), Some(by)) = (from.as_f64(), to.as_f64(), by.as_f64()) else {
                    return fail("Range bounds must be numeric");
                };
                if by == 0.0 && args.len() == 3 {
                    return Err(Halt::Unsupported);
                }
                let mut next = start;
                while if by > 0.0 { next < to } else { next > to } {
                    self.spend(1)?;
                    take(self, operators::from_f64(next)?)?;
                    next += by;
                }
            }
        }
        Ok(())
    }
}
