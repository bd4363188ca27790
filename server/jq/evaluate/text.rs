//! String interpolation.

use super::{Env, Flow, Run, formats};
use crate::jq::ast::{Text, TextPart, unescape};
use serde_json::Value;

type TakeValue<'t> = &'t mut dyn FnMut(&mut Run<'_>, Value) -> Flow;

impl Run<'_> {
    pub(super) fn text(&mut self, text: &Text, input: &Value, scope: Env<'_>, take: TakeValue<'_>) -> Flow {
        let format = text.format.map_or("@text", |format| self.program.slice(format));
        self.parts(&text.parts, format, input, scope, take)
    }

    /// Produces the texts of some parts; as in jq, the last interpolation varies slowest.
    fn parts(
        &mut self,
        parts: &[TextPart],
        format: &str,
        input: &Value,
        scope: Env<'_>,
        take: TakeValue<'_>,
    ) -> Flow {
        let Some((part, before)) = parts.split_last() else {
            return take(self, Value::String(String::new()));
        };
        let join = |run: &mut Run<'_>, end: &str, take: TakeValue<'_>| {
            run.parts(before, format, input, scope, &mut |run, start| {
                let Value::String(start) = start else { return Ok(()) };
                run.spend((start.len() + end.len()) / 8 + 1)?;
                take(run, Value::String(start + end))
            })
        };
        match part {
            TextPart::Text(span) => {
                let end = unescape(self.program.slice(*span)).into_owned();
                join(self, &end, take)
            }
            TextPart::Interpolation(expr) => self.each_value(*expr, input, scope, &mut |run, value| {
                let end = formats::apply(format, &value)?;
                join(run, &end, take)
            }),
        }
    }
}
