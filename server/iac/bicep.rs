//! Azure Bicep: parameters and their uses. A small tokenizer-based reader that accepts any text.

use super::{Type, Unit, Variable, VariableReference};
use crate::syntax::Span;
use foldhash::HashSet;

/// Maximum number of tokens in a type expression.
const MAX_TOKENS: usize = 2_000;

/// A token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    Word,
    /// A string, or the part of it between two interpolations.
    Text,
    Mark(u8),
    /// A line break.
    End,
}

/// Reads a Bicep file.
pub(super) fn read(text: &str) -> Unit {
    let tokens = tokens(text);
    let mut unit = Unit::default();
    let mut decorators = Decorators::default();
    let mut depth = 0_usize;
    for (index, (token, span)) in tokens.iter().enumerate() {
        let first = index == 0 || matches!(tokens.get(index - 1), Some((Token::End, _)));
        let column =
            text.get(..span.start()).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
        let word = text.get(span.range()).unwrap_or_default();
        match token {
            // A statement at the start of a line resets the nesting, even if brackets above are unclosed.
            Token::Word if first && column && word == "param" => {
                depth = 0;
                let variable = variable(text, tokens.get(index..).unwrap_or_default(), &decorators);
                unit.variables.extend(variable);
                decorators = Decorators::default();
            }
            Token::Mark(b'@') if first && depth == 0 => {
                decorators.add(text, tokens.get(index + 1..).unwrap_or_default());
            }
            Token::Word if first && column => decorators = Decorators::default(),
            Token::Mark(b'(' | b'[' | b'{') => depth += 1,
            Token::Mark(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    unit.references = references(text, &tokens, &unit.variables);
    unit
}

/// The decorators above a parameter.
#[derive(Default)]
struct Decorators {
    description: Option<String>,
    secure: bool,
}

impl Decorators {
    fn add(&mut self, text: &str, rest: &[(Token, Span)]) {
        // `@sys.secure()` is the same as `@secure()`.
        let words = rest.iter().take_while(|(token, _)| matches!(token, Token::Word | Token::Mark(b'.')));
        let name = words.filter(|(token, _)| *token == Token::Word).last();
        match name.and_then(|(_, span)| text.get(span.range())) {
            Some("secure") => self.secure = true,
            Some("description") => {
                let string = rest.iter().find(|(token, _)| *token == Token::Text);
                let string = string.and_then(|(_, span)| text.get(span.range()));
                self.description = string.map(|string| string.trim_matches('\'').trim().replace("\\'", "'"));
            }
            _ => {}
        }
    }
}

/// Reads a parameter, starting at its keyword.
fn variable(text: &str, tokens: &[(Token, Span)], decorators: &Decorators) -> Option<Variable> {
    let [(_, keyword), (Token::Word, span), rest @ ..] = tokens else { return None };
    let mut depth = 0_usize;
    let mut written: Option<Span> = None;
    let mut optional = false;
    for (token, here) in rest.iter().take(MAX_TOKENS) {
        match token {
            Token::Mark(b'=') if depth == 0 => {
                optional = true;
                break;
            }
            Token::End if depth == 0 => break,
            Token::End => continue,
            Token::Mark(b'(' | b'[' | b'{') => depth += 1,
            Token::Mark(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        written = Some(Span::new(written.map_or(here.start(), Span::start), here.end()));
    }
    let source = written.and_then(|span| text.get(span.range())).unwrap_or_default();
    let (value, nullable) = type_of(source);
    Some(Variable {
        name: text.get(span.range())?.to_owned(),
        span: *span,
        whole: Span::new(keyword.start(), written.map_or(span.end(), Span::end)),
        value: written.map(|span| (value, span)),
        optional: optional || nullable,
        description: decorators.description.clone(),
        sensitive: decorators.secure,
    })
}

/// The type, and whether it accepts `null`.
fn type_of(source: &str) -> (Type, bool) {
    let any = || Box::new(Type::Any);
    let (source, nullable) = source.strip_suffix('?').map_or((source, false), |source| (source, true));
    let value = match source {
        "string" => Type::String,
        "int" => Type::Number,
        "bool" => Type::Bool,
        "array" => Type::List(any()),
        "object" => Type::Map(any()),
        list if list.ends_with("[]") => Type::List(any()),
        object if object.starts_with('{') && object.ends_with('}') => Type::Map(any()),
        _ => Type::Unknown,
    };
    (value, nullable)
}

/// Uses of parameters: words that are the name of a parameter, in the position of a value rather than of a member or
/// an object key.
fn references(text: &str, tokens: &[(Token, Span)], variables: &[Variable]) -> Vec<VariableReference> {
    let names: HashSet<&str> = variables.iter().map(|variable| variable.name.as_str()).collect();
    let declared: HashSet<Span> = variables.iter().map(|variable| variable.span).collect();
    let mut found = Vec::new();
    for (index, (token, span)) in tokens.iter().enumerate() {
        let Some(word) = text.get(span.range()).filter(|word| *token == Token::Word && names.contains(word))
        else {
            continue;
        };
        let before = index.checked_sub(1).and_then(|before| tokens.get(before)).map(|(token, _)| *token);
        let after = tokens.get(index + 1).map(|(token, _)| *token);
        let is_key = after == Some(Token::Mark(b':'))
            && matches!(before, None | Some(Token::End | Token::Mark(b'{' | b',')));
        if !declared.contains(span) && !is_key && before != Some(Token::Mark(b'.')) {
            found.push(VariableReference { name: word.to_owned(), span: *span });
        }
    }
    found
}

fn tokens(text: &str) -> Vec<(Token, Span)> {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, found: Vec::new(), open: Vec::new() };
    while let Some(&byte) = lexer.bytes.get(lexer.at) {
        lexer.token(byte);
    }
    lexer.found
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    found: Vec<(Token, Span)>,
    /// The number of open braces inside each open interpolation.
    open: Vec<usize>,
}

impl Lexer<'_> {
    fn token(&mut self, byte: u8) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        match byte {
            b'\n' => {
                // Strings end with the line, and so do their interpolations.
                self.open.clear();
                self.push(Token::End, 1);
            }
            _ if byte.is_ascii_whitespace() => self.at += 1,
            b'/' if rest.starts_with(b"//") => {
                self.at += rest.iter().take_while(|byte| **byte != b'\n').count();
            }
            b'/' if rest.starts_with(b"/*") => self.at = self.after(b"*/", self.at + 2),
            b'\'' if rest.starts_with(b"'''") => {
                let end = self.after(b"'''", self.at + 3);
                self.push(Token::Text, end - self.at);
            }
            b'\'' => self.text(1),
            b'}' if self.open.last() == Some(&0) => {
                self.open.pop();
                self.text(1);
            }
            _ if is_word(&byte) => {
                self.push(Token::Word, rest.iter().take_while(|byte| is_word(byte)).count());
            }
            _ => {
                if let Some(open) = self.open.last_mut() {
                    *open = match byte {
                        b'{' => *open + 1,
                        b'}' => open.saturating_sub(1),
                        _ => *open,
                    };
                }
                self.push(Token::Mark(byte), 1);
            }
        }
    }

    fn push(&mut self, token: Token, length: usize) {
        self.found.push((token, Span::new(self.at, self.at + length)));
        self.at += length;
    }

    /// Reads the rest of a string, up to its end, its next interpolation, or the end of the line.
    fn text(&mut self, opening: usize) {
        let mut end = self.at + opening;
        while let Some(byte) = self.bytes.get(end) {
            match byte {
                b'\\' if self.bytes.get(end + 1).is_some_and(|next| *next != b'\n') => end += 2,
                b'\'' => {
                    end += 1;
                    break;
                }
                b'$' if self.bytes.get(end + 1) == Some(&b'{') => {
                    end += 2;
                    self.open.push(0);
                    break;
                }
                b'\n' => break,
                _ => end += 1,
            }
        }
        self.push(Token::Text, end - self.at);
    }

    /// The offset after the next `mark`; the end of the text if there is none.
    fn after(&self, mark: &[u8], from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = rest.windows(mark.len()).position(|window| window == mark);
        found.map_or(self.bytes.len(), |at| from + at + mark.len())
    }
}
