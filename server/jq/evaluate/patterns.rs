//! Built-in functions with regular expressions.
//!
//! jq uses Oniguruma and gojq the engine of Go. Patterns and texts that they and this engine read differently are not
//! supported.

use super::{Env, Flow, Halt, Run, text_of};
use crate::jq::ast::ExprId;
use regex::{Captures, Regex, RegexBuilder};
use serde_json::{Value, json};

/// Maximum size (bytes) of a compiled regular expression.
const MAX_PATTERN: usize = 1 << 18;

type TakeValue<'t> = &'t mut dyn FnMut(&mut Run<'_>, Value) -> Flow;

/// A compiled pattern, and whether all matches are wanted.
struct Pattern {
    regex: Regex,
    global: bool,
}

impl Run<'_> {
    /// Functions with a regular expression.
    pub(super) fn pattern_call(
        &mut self,
        name: &str,
        args: &[ExprId],
        input: &Value,
        scope: Env<'_>,
        take: TakeValue<'_>,
    ) -> Flow {
        let replaces = name == "sub" || name == "gsub";
        let (pattern, replacement, flags) = match (name, args) {
            ("test" | "match" | "capture" | "scan" | "splits", [pattern]) => (*pattern, None, None),
            ("test" | "match" | "capture" | "splits" | "split", [pattern, flags]) => {
                (*pattern, None, Some(*flags))
            }
            ("sub" | "gsub", [pattern, replacement]) => (*pattern, Some(*replacement), None),
            ("sub" | "gsub", [pattern, replacement, flags]) => (*pattern, Some(*replacement), Some(*flags)),
            _ => return Err(Halt::Unsupported),
        };
        let Some(pattern) = self.one(pattern, input, scope)? else { return Ok(()) };
        let flags = match flags {
            None => Value::Null,
            Some(flags) => self.one(flags, input, scope)?.ok_or(Halt::Unsupported)?,
        };
        let text = text_of(input, name)?;
        let mut pattern = self.pattern(&pattern, &flags, text)?;
        pattern.global |= matches!(name, "gsub" | "scan" | "splits" | "split");
        let found = self.matches(&pattern, text, name != "test")?;
        if replaces {
            let value = self.replaced(text, (&pattern, &found), replacement, scope)?;
            return take(self, value);
        }
        match name {
            "test" => take(self, Value::Bool(!found.is_empty())),
            "split" | "splits" => {
                let parts = split(text, &found);
                if name == "split" {
                    return take(self, Value::Array(parts));
                }
                parts.into_iter().try_for_each(|part| take(self, part))
            }
            _ => found.iter().try_for_each(|one| {
                let value = match name {
                    "match" => described(&pattern.regex, text, one)?,
                    "capture" => named(&pattern.regex, one),
                    _ => scanned(one),
                };
                take(self, value)
            }),
        }
    }

    fn pattern(&mut self, pattern: &Value, flags: &Value, text: &str) -> Result<Pattern, Halt> {
        // Compiling a pattern has a fixed cost.
        self.spend(2_000)?;
        let pattern = pattern.as_str().ok_or(Halt::Unsupported)?;
        let (mut global, mut any_case) = (false, false);
        let flags = match flags {
            Value::Null => "",
            flags => flags.as_str().ok_or(Halt::Unsupported)?,
        };
        for flag in flags.chars() {
            match flag {
                'g' => global = true,
                'i' => any_case = true,
                _ => return Err(Halt::Unsupported),
            }
        }
        if !is_portable(pattern, text, any_case) {
            return Err(Halt::Unsupported);
        }
        let mut builder = RegexBuilder::new(pattern);
        let regex = builder.size_limit(MAX_PATTERN).case_insensitive(any_case).build();
        Ok(Pattern { regex: regex.map_err(|_| Halt::Unsupported)?, global })
    }

    /// The matches of a pattern. `exact` if their positions matter.
    fn matches<'t>(
        &mut self,
        pattern: &Pattern,
        text: &'t str,
        exact: bool,
    ) -> Result<Vec<Captures<'t>>, Halt> {
        let mut found = Vec::new();
        for captures in pattern.regex.captures_iter(text) {
            self.spend(8 + captures.len() + text.len() / 8)?;
            // Versions disagree on where the search goes on after a match of nothing.
            if exact && captures.get_match().is_empty() && pattern.global {
                return Err(Halt::Unsupported);
            }
            found.push(captures);
            if !pattern.global {
                break;
            }
        }
        Ok(found)
    }

    fn replaced(
        &mut self,
        text: &str,
        (pattern, found): (&Pattern, &[Captures<'_>]),
        replacement: Option<ExprId>,
        scope: Env<'_>,
    ) -> Result<Value, Halt> {
        let replacement = replacement.ok_or(Halt::Unsupported)?;
        let (mut out, mut end) = (String::new(), 0);
        for captures in found {
            let whole = captures.get_match();
            let groups = named(&pattern.regex, captures);
            // Versions combine several replacements differently.
            let Some(Value::String(new)) = self.one(replacement, &groups, scope)? else {
                return Err(Halt::Unsupported);
            };
            self.spend(new.len() / 8)?;
            out.push_str(text.get(end..whole.start()).unwrap_or_default());
            out.push_str(&new);
            end = whole.end();
        }
        out.push_str(text.get(end..).unwrap_or_default());
        Ok(Value::String(out))
    }
}

/// Whether all engines read a pattern alike, for this text.
fn is_portable(pattern: &str, text: &str, any_case: bool) -> bool {
    let lines = text.contains('\n') && pattern.contains(['^', '$', '.', '[']);
    // Set operations, nested classes, possessive quantifiers, open ranges, inline flags.
    let unusual =
        ["&&", "--", "~~", "++", "*+", "?+", "}+", "{,", "(?i", "(?m", "(?s", "(?x", "(?-", "(?U", "(?u"];
    let nested = pattern
        .match_indices('[')
        .any(|(at, _)| pattern.get(..at).is_some_and(|before| before.rfind('[') > before.rfind(']')));
    let mut escapes = pattern.split('\\').skip(1);
    let plain_escapes = pattern.split("\\\\").flat_map(|part| part.split('\\').skip(1)).all(|rest| {
        let escape = rest.chars().next();
        escape.is_none_or(|escape| {
            "dwsDWSbntr".contains(escape) || escape.is_ascii_punctuation() && !"<>`'".contains(escape)
        })
    });
    let classes = escapes.any(|rest| rest.starts_with(['d', 'w', 's', 'D', 'W', 'S', 'b']));
    let unicode = !text.is_ascii() || !pattern.is_ascii();
    !lines
        && !nested
        && plain_escapes
        && !unusual.iter().any(|unusual| pattern.contains(unusual))
        && !(unicode && (classes || any_case || pattern.contains("[^")))
}

fn split(text: &str, found: &[Captures<'_>]) -> Vec<Value> {
    let (mut parts, mut end) = (Vec::new(), 0);
    for captures in found {
        let whole = captures.get_match();
        parts.push(Value::from(text.get(end..whole.start()).unwrap_or_default()));
        end = whole.end();
    }
    parts.push(Value::from(text.get(end..).unwrap_or_default()));
    parts
}

/// A match, as `match` describes it.
fn described(regex: &Regex, text: &str, captures: &Captures<'_>) -> Result<Value, Halt> {
    let position = |at: usize| text.get(..at).unwrap_or_default().chars().count();
    let mut groups = Vec::new();
    for (index, name) in regex.capture_names().enumerate().skip(1) {
        // Engines describe missing and empty groups differently.
        let group = captures.get(index).filter(|group| !group.is_empty()).ok_or(Halt::Unsupported)?;
        groups.push(json!({
            "offset": position(group.start()),
            "length": group.as_str().chars().count(),
            "string": group.as_str(),
            "name": name,
        }));
    }
    let whole = captures.get_match();
    Ok(json!({
        "offset": position(whole.start()),
        "length": whole.as_str().chars().count(),
        "string": whole.as_str(),
        "captures": groups,
    }))
}

/// The named groups of a match.
fn named(regex: &Regex, captures: &Captures<'_>) -> Value {
    let groups = regex.capture_names().flatten();
    groups.map(|name| (name, json!(captures.name(name).map(|group| group.as_str())))).collect()
}

fn scanned(captures: &Captures<'_>) -> Value {
    let text = |index: usize| json!(captures.get(index).map(|group| group.as_str()));
    match captures.len() {
        1 => text(0),
        groups => (1..groups).map(text).collect(),
    }
}
