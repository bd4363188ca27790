//! Completion contexts: what can be written at a cursor. Programs may be incomplete.

use super::ast::Program;
use super::infer::{PathUse, Report, Scope, Site, Style};
use super::lexer::{Token, TokenKind};
use super::types::Shape;
use crate::syntax::Span;

/// What can be written at a cursor.
#[derive(Clone, Debug)]
pub enum Place {
    /// A field name.
    Field(FieldPlace),
    /// An expression: a path, a function, a variable, a keyword.
    Expression {
        /// The word at the cursor, including the part after it.
        replace: Span,
        /// The input of the expression.
        input: Shape,
        /// Whether that input is the input of the program.
        at_root: bool,
        /// The names in scope; see [`Report::scope`].
        scope: Scope,
    },
    /// A format.
    Format {
        /// The format at the cursor, including the `@`.
        replace: Span,
    },
    /// A variable.
    Variable {
        /// The variable at the cursor, including the `$`.
        replace: Span,
        /// The names in scope; see [`Report::scope`].
        scope: Scope,
    },
    /// No completions.
    Nothing,
}

/// A position for a field name.
#[derive(Clone, Debug)]
pub struct FieldPlace {
    /// The name at the cursor without quotes, including the part after the cursor.
    pub replace: Span,
    /// How the name is written.
    pub style: Style,
    /// The value that has the field.
    pub input: Shape,
    form: Form,
}

/// The syntax that already surrounds a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// Between quotes.
    Quoted,
    /// After a dot, which may be the start of a path.
    Dot { at: usize, opens_path: bool },
    /// None: the key of an object.
    Key,
    /// After `[`.
    Bracket,
    /// Between `[` and `]`.
    Brackets,
}

impl FieldPlace {
    /// The edit (span in bytes, new text) that inserts a field name. Names that are not identifiers get quotes and
    /// brackets.
    #[must_use]
    pub fn edit(&self, name: &str) -> (Span, String) {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        let text = match self.form {
            Form::Dot { .. } | Form::Key if is_word(name) => escaped,
            Form::Dot { at, opens_path } => {
                let head = if opens_path { "." } else { "" };
                return (Span::new(at, self.replace.end()), format!("{head}[\"{escaped}\"]"));
            }
            Form::Quoted => escaped,
            Form::Key | Form::Brackets => format!("\"{escaped}\""),
            Form::Bracket => format!("\"{escaped}\"]"),
        };
        (self.replace, text)
    }

    /// The edit that inserts a bracketed step such as `[]` instead of a name. `None` if the name does not follow a
    /// dot.
    #[must_use]
    pub fn step(&self, brackets: &str) -> Option<(Span, String)> {
        let Form::Dot { at, opens_path } = self.form else { return None };
        let head = if opens_path { "." } else { "" };
        Some((Span::new(at, self.replace.end()), format!("{head}{brackets}")))
    }
}

/// The edit (span in bytes, new text) that renames a step of a path. `None` if the name is not separate text, as in
/// the pattern `{$name}`.
#[must_use]
pub fn respelled(program: &Program, one: &PathUse, name: &str) -> Option<(Span, String)> {
    let text = program.slice(one.span);
    let before = program.text().get(..one.span.start())?.chars().next_back();
    let (replace, form) = match one.style {
        Style::Dot if before == Some('.') => return Some(dotted(one, one.span).edit(name)),
        Style::Quoted | Style::Bracket | Style::Argument | Style::Shorthand | Style::Pattern
            if text.len() > 1 && text.starts_with('"') && text.ends_with('"') =>
        {
            (Span::new(one.span.start() + 1, one.span.end() - 1), Form::Quoted)
        }
        Style::Shorthand | Style::Pattern if before != Some('$') => (one.span, Form::Key),
        _ => return None,
    };
    Some(FieldPlace { replace, style: one.style, input: Shape::UNKNOWN, form }.edit(name))
}

/// Determines what can be written at an offset (bytes) of a program.
#[must_use]
pub fn place(program: &Program, report: &Report, offset: usize) -> Place {
    let tokens = program.tokens();
    let left = tokens.partition_point(|token| token.span.start() < offset);
    let token = left.checked_sub(1).and_then(|index| tokens.get(index)).copied();
    let Some(token) = token.filter(|token| offset <= token.span.end()) else {
        return white_space(program, report, left, offset);
    };
    match token.kind {
        TokenKind::Comment | TokenKind::Number | TokenKind::DotDot => {
            // `..` in `.a..b` is two dots with a name missing in between.
            empty_name(report, offset).unwrap_or(Place::Nothing)
        }
        TokenKind::StringOpen | TokenKind::StringText | TokenKind::BadEscape => {
            in_string(program, report, offset)
        }
        TokenKind::Format => Place::Format { replace: token.span },
        TokenKind::Variable => match site(report, token.span) {
            Some(site) => Place::Variable { replace: token.span, scope: site.scope },
            None => Place::Nothing,
        },
        TokenKind::Field => {
            let name = Span::new(token.span.start() + 1, token.span.end());
            match report.uses.iter().find(|one| one.span == name) {
                Some(one) => Place::Field(dotted(one, name)),
                None => Place::Nothing,
            }
        }
        TokenKind::Dot => after_dot(program, report, token, offset),
        TokenKind::Identifier | TokenKind::Keyword(_) => word(report, token.span),
        TokenKind::StringClose | TokenKind::InterpolationClose => Place::Nothing,
        _ => white_space(program, report, left, offset),
    }
}

/// A name, or a keyword that may be the prefix of one.
fn word(report: &Report, span: Span) -> Place {
    if let Some(one) = report.uses.iter().find(|one| one.span == span) {
        return match one.style {
            Style::Dot => Place::Field(dotted(one, span)),
            _ => field(one, span, Form::Key),
        };
    }
    match site(report, span) {
        Some(site) => expression(site, span),
        None => Place::Nothing,
    }
}

fn expression(site: &Site, replace: Span) -> Place {
    let Site { input, at_root, scope, .. } = site.clone();
    Place::Expression { replace, input, at_root, scope }
}

fn site(report: &Report, span: Span) -> Option<&Site> {
    report.sites.iter().find(|site| site.span == span)
}

fn dotted(one: &PathUse, replace: Span) -> FieldPlace {
    let at = replace.start().saturating_sub(1);
    let form = Form::Dot { at, opens_path: at == one.path_span.start() };
    FieldPlace { replace, style: Style::Dot, input: one.before.clone(), form }
}

fn field(one: &PathUse, replace: Span, form: Form) -> Place {
    Place::Field(FieldPlace { replace, style: one.style, input: one.before.clone(), form })
}

/// A missing name at the cursor, after its dot.
fn empty_name(report: &Report, offset: usize) -> Option<Place> {
    let one = report.uses.iter().find(|one| one.style == Style::Dot && one.span == Span::at(offset))?;
    Some(Place::Field(dotted(one, one.span)))
}

fn after_dot(program: &Program, report: &Report, dot: Token, offset: usize) -> Place {
    if let Some(place) = empty_name(report, offset) {
        return place;
    }
    // `."`: the quote may belong to surrounding text, for example close the string that contains this interpolation.
    // `.["b"]`: a name may be missing before the bracket.
    let follows = |one: &&PathUse| match one.style {
        Style::Quoted => one.span.start() == offset,
        Style::Bracket => {
            offset < one.span.start() && program.slice(Span::new(offset, one.span.start())).trim() == "["
        }
        Style::Index | Style::Iterate | Style::Slice => one.span.start() == dot.span.start(),
        _ => false,
    };
    if let Some(one) = report.uses.iter().find(follows) {
        return Place::Field(dotted(one, Span::at(offset)));
    }
    let Some(site) = site(report, dot.span) else { return Place::Nothing };
    Place::Field(FieldPlace {
        replace: Span::at(offset),
        style: Style::Dot,
        input: site.input.clone(),
        form: Form::Dot { at: dot.span.start(), opens_path: true },
    })
}

/// Inside the quotes of a name, or in other text.
fn in_string(program: &Program, report: &Report, offset: usize) -> Place {
    let named = [Style::Quoted, Style::Bracket, Style::Argument, Style::Shorthand, Style::Pattern];
    let holds = |one: &&PathUse| {
        named.contains(&one.style)
            && one.span.start() < offset
            && offset <= one.span.end()
            && program.slice(one.span).starts_with('"')
    };
    let Some(one) = report.uses.iter().filter(holds).min_by_key(|one| one.span.len()) else {
        return Place::Nothing;
    };
    let text = program.slice(one.span);
    let closed = text.len() > 1 && text.ends_with('"') && one.span.end() > offset;
    let replace = Span::new(one.span.start() + 1, one.span.end() - usize::from(closed));
    field(one, replace, Form::Quoted)
}

/// Between tokens or after punctuation; `left` is the number of tokens before the cursor.
fn white_space(program: &Program, report: &Report, left: usize, offset: usize) -> Place {
    let tokens = program.tokens();
    let next = tokens.get(left);
    let before = left.checked_sub(1).and_then(|index| tokens.get(index)).map(|token| token.kind);
    let closes = next.is_some_and(|next| next.kind == TokenKind::BracketClose);
    if let Some(place) = empty_name(report, offset) {
        return place;
    }
    if let Some(TokenKind::BraceOpen | TokenKind::Comma) = before
        && let Some(object) = enclosing_object(tokens.get(..left).unwrap_or_default())
        && let Some(site) = site(report, Span::at(object.end()))
    {
        let (replace, input) = (Span::at(offset), site.input.clone());
        return Place::Field(FieldPlace { replace, style: Style::Shorthand, input, form: Form::Key });
    }
    let bracket = |one: &&PathUse| match one.style {
        Style::Iterate => closes && one.span.start() < offset && offset < one.span.end(),
        Style::Bracket => one.span.touches(offset) && report.field(one) == Some(""),
        _ => false,
    };
    if let Some(one) = report.uses.iter().rev().find(bracket) {
        return field(one, Span::at(offset), if closes { Form::Brackets } else { Form::Bracket });
    }
    // An expression is missing or starts here.
    let here = |site: &&Site| {
        let hole = next.is_none_or(|next| site.span.end() <= next.span.start());
        site.span.touches(offset) && (hole || site.span.start() == offset)
    };
    report.sites.iter().find(here).map_or(Place::Nothing, |site| expression(site, Span::at(offset)))
}

/// The opening brace of the object that directly contains the last of these tokens.
fn enclosing_object(tokens: &[Token]) -> Option<Span> {
    let mut closed = 0usize;
    for token in tokens.iter().rev() {
        match token.kind {
            TokenKind::BraceClose
            | TokenKind::BracketClose
            | TokenKind::ParenClose
            | TokenKind::InterpolationClose => closed += 1,
            TokenKind::BraceOpen if closed == 0 => return Some(token.span),
            TokenKind::BracketOpen | TokenKind::ParenOpen | TokenKind::InterpolationOpen if closed == 0 => {
                return None;
            }
            TokenKind::BraceOpen
            | TokenKind::BracketOpen
            | TokenKind::ParenOpen
            | TokenKind::InterpolationOpen => closed -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a name can follow a dot without quotes.
#[must_use]
pub fn is_word(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
