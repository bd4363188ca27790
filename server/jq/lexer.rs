//! Splits a program into tokens with byte spans. Accepts any text; the gaps between tokens are white space.
//!
//! Strings consist of several tokens (`"`, text, `\(`, …, `)`, text, `"`), so that interpolations consist of ordinary
//! tokens. Open interpolations are kept on a heap stack, so nesting does not use the call stack.

use crate::syntax::Span;

/// One token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// The kind of token.
    pub kind: TokenKind,
    /// Its byte span in the program.
    pub span: Span,
}

/// Kinds of tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// `# to the end of the line`
    Comment,
    /// `1`, `.5`, `2e3`
    Number,
    /// `name`, `module::name`
    Identifier,
    /// A reserved word.
    Keyword(Keyword),
    /// `.name`, with the dot.
    Field,
    /// `$name`; a lone `$` if the name is missing.
    Variable,
    /// `@name`; a lone `@` if the name is missing.
    Format,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// The `"` that opens a string.
    StringOpen,
    /// A run of text in a string, escapes included.
    StringText,
    /// A backslash in a string that does not start a valid escape.
    BadEscape,
    /// `\(`
    InterpolationOpen,
    /// The `)` that ends `\(`.
    InterpolationClose,
    /// The `"` that closes a string.
    StringClose,
    /// `(`
    ParenOpen,
    /// `)`
    ParenClose,
    /// `[`
    BracketOpen,
    /// `]`
    BracketClose,
    /// `{`
    BraceOpen,
    /// `}`
    BraceClose,
    /// `;`
    Semicolon,
    /// `:`
    Colon,
    /// `?`
    Question,
    /// `?//`
    PatternAlternative,
    /// `|`
    Pipe,
    /// `,`
    Comma,
    /// Any other symbolic operator.
    Operator(Operator),
    /// Text that is not a valid token.
    Unknown,
}

/// Binary operators except `|` and `,`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `//`
    Alternative,
    /// `=`
    Assign,
    /// `|=`
    Update,
    /// `+=`
    AddUpdate,
    /// `-=`
    SubtractUpdate,
    /// `*=`
    MultiplyUpdate,
    /// `/=`
    DivideUpdate,
    /// `%=`
    RemainderUpdate,
    /// `//=`
    AlternativeUpdate,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// Reserved words. All may follow a dot or be the key of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keyword {
    And,
    As,
    Break,
    Catch,
    Def,
    Elif,
    Else,
    End,
    Foreach,
    If,
    Import,
    Include,
    Label,
    Loc,
    Module,
    Or,
    Reduce,
    Then,
    Try,
}

impl Keyword {
    /// The keyword with this spelling.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "and" => Self::And,
            "as" => Self::As,
            "break" => Self::Break,
            "catch" => Self::Catch,
            "def" => Self::Def,
            "elif" => Self::Elif,
            "else" => Self::Else,
            "end" => Self::End,
            "foreach" => Self::Foreach,
            "if" => Self::If,
            "import" => Self::Import,
            "include" => Self::Include,
            "label" => Self::Label,
            "__loc__" => Self::Loc,
            "module" => Self::Module,
            "or" => Self::Or,
            "reduce" => Self::Reduce,
            "then" => Self::Then,
            "try" => Self::Try,
            _ => return None,
        })
    }
}

/// Splits a program into tokens, including comments. Linear in the length of the text.
#[must_use]
pub(crate) fn lex(text: &str) -> Vec<Token> {
    let mut lexer =
        Lexer { text, bytes: text.as_bytes(), at: 0, in_string: false, interpolations: Vec::new() };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    while let Some(token) = lexer.next() {
        tokens.push(token);
    }
    tokens
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    in_string: bool,
    /// For each open `\(`, the number of open `(` inside it.
    interpolations: Vec<u32>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<Token> {
        if !self.in_string {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        }
        let start = self.at;
        let first = *self.bytes.get(start)?;
        let kind = if self.in_string { self.in_string(first) } else { self.in_code(first) };
        Some(Token { kind, span: Span::new(start, self.at) })
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|&byte| keep(byte)) {
            self.at += 1;
        }
    }

    fn in_string(&mut self, first: u8) -> TokenKind {
        match (first, self.peek(1)) {
            (b'"', _) => {
                self.at += 1;
                self.in_string = false;
                TokenKind::StringClose
            }
            (b'\\', b'(') => {
                self.at += 2;
                self.in_string = false;
                self.interpolations.push(0);
                TokenKind::InterpolationOpen
            }
            (b'\\', _) if self.escape_len().is_none() => {
                self.at += 1;
                self.at +=
                    self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                TokenKind::BadEscape
            }
            _ => {
                self.string_text();
                TokenKind::StringText
            }
        }
    }

    fn string_text(&mut self) {
        loop {
            self.skip_while(|byte| byte != b'"' && byte != b'\\');
            match self.escape_len() {
                Some(len) if self.peek(0) == b'\\' => self.at += len,
                _ => return,
            }
        }
    }

    /// The length of the escape that starts at the backslash here.
    fn escape_len(&self) -> Option<usize> {
        match self.peek(1) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
            b'u' if (2..6).all(|ahead| self.peek(ahead).is_ascii_hexdigit()) => Some(6),
            _ => None,
        }
    }

    fn in_code(&mut self, first: u8) -> TokenKind {
        match first {
            b'#' => self.comment(),
            b'"' => {
                self.in_string = true;
                self.take(1, TokenKind::StringOpen)
            }
            b'0'..=b'9' => self.number(),
            b'.' => self.dot(),
            b'$' | b'@' => {
                self.at += 1;
                self.path_name();
                if first == b'$' { TokenKind::Variable } else { TokenKind::Format }
            }
            byte if starts_name(byte) => {
                let start = self.at;
                self.path_name();
                let word = self.text.get(start..self.at).unwrap_or_default();
                Keyword::parse(word).map_or(TokenKind::Identifier, TokenKind::Keyword)
            }
            _ => self.sign(first),
        }
    }

    fn take(&mut self, len: usize, kind: TokenKind) -> TokenKind {
        self.at += len;
        kind
    }

    /// A comment ends with its line, unless an odd number of backslashes precedes the line break (jq 1.7.1).
    fn comment(&mut self) -> TokenKind {
        loop {
            let start = self.at;
            self.skip_while(|byte| byte != b'\n');
            let line = self.bytes.get(start..self.at).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let backslashes = line.iter().rev().take_while(|&&byte| byte == b'\\').count();
            if backslashes % 2 == 0 || self.at == self.bytes.len() {
                return TokenKind::Comment;
            }
            self.at += 1;
        }
    }

    fn number(&mut self) -> TokenKind {
        self.skip_while(|byte| byte.is_ascii_digit());
        if self.peek(0) == b'.' {
            self.at += 1;
            self.skip_while(|byte| byte.is_ascii_digit());
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.skip_while(|byte| byte.is_ascii_digit());
            }
        }
        TokenKind::Number
    }

    fn dot(&mut self) -> TokenKind {
        match self.peek(1) {
            b'.' => self.take(2, TokenKind::DotDot),
            b'0'..=b'9' => self.number(),
            byte if starts_name(byte) => {
                self.at += 1;
                self.skip_while(continues_name);
                TokenKind::Field
            }
            _ => self.take(1, TokenKind::Dot),
        }
    }

    /// Reads `name` or `module::name`, if there is one here.
    fn path_name(&mut self) {
        if !starts_name(self.peek(0)) {
            return;
        }
        self.skip_while(continues_name);
        while self.peek(0) == b':' && self.peek(1) == b':' && starts_name(self.peek(2)) {
            self.at += 2;
            self.skip_while(continues_name);
        }
    }

    fn sign(&mut self, first: u8) -> TokenKind {
        use Operator as O;
        let operator = |kind| TokenKind::Operator(kind);
        match (first, self.peek(1), self.peek(2)) {
            (b'?', b'/', b'/') => self.take(3, TokenKind::PatternAlternative),
            (b'/', b'/', b'=') => self.take(3, operator(O::AlternativeUpdate)),
            (b'/', b'/', _) => self.take(2, operator(O::Alternative)),
            (b'|', b'=', _) => self.take(2, operator(O::Update)),
            (b'+', b'=', _) => self.take(2, operator(O::AddUpdate)),
            (b'-', b'=', _) => self.take(2, operator(O::SubtractUpdate)),
            (b'*', b'=', _) => self.take(2, operator(O::MultiplyUpdate)),
            (b'/', b'=', _) => self.take(2, operator(O::DivideUpdate)),
            (b'%', b'=', _) => self.take(2, operator(O::RemainderUpdate)),
            (b'=', b'=', _) => self.take(2, operator(O::Equal)),
            (b'!', b'=', _) => self.take(2, operator(O::NotEqual)),
            (b'<', b'=', _) => self.take(2, operator(O::LessEqual)),
            (b'>', b'=', _) => self.take(2, operator(O::GreaterEqual)),
            (b'=', ..) => self.take(1, operator(O::Assign)),
            (b'<', ..) => self.take(1, operator(O::Less)),
            (b'>', ..) => self.take(1, operator(O::Greater)),
            (b'+', ..) => self.take(1, operator(O::Add)),
            (b'-', ..) => self.take(1, operator(O::Subtract)),
            (b'*', ..) => self.take(1, operator(O::Multiply)),
            (b'/', ..) => self.take(1, operator(O::Divide)),
            (b'%', ..) => self.take(1, operator(O::Remainder)),
            (b'|', ..) => self.take(1, TokenKind::Pipe),
            (b',', ..) => self.take(1, TokenKind::Comma),
            (b'?', ..) => self.take(1, TokenKind::Question),
            (b';', ..) => self.take(1, TokenKind::Semicolon),
            (b':', ..) => self.take(1, TokenKind::Colon),
            (b'[', ..) => self.take(1, TokenKind::BracketOpen),
            (b']', ..) => self.take(1, TokenKind::BracketClose),
            (b'{', ..) => self.take(1, TokenKind::BraceOpen),
            (b'}', ..) => self.take(1, TokenKind::BraceClose),
            (b'(', ..) => {
                if let Some(open) = self.interpolations.last_mut() {
                    *open += 1;
                }
                self.take(1, TokenKind::ParenOpen)
            }
            (b')', ..) => self.close_paren(),
            _ => self.unknown(),
        }
    }

    fn close_paren(&mut self) -> TokenKind {
        self.at += 1;
        match self.interpolations.last_mut() {
            Some(0) => {
                self.interpolations.pop();
                self.in_string = true;
                TokenKind::InterpolationClose
            }
            Some(open) => {
                *open -= 1;
                TokenKind::ParenClose
            }
            None => TokenKind::ParenClose,
        }
    }

    /// Reads a run of bytes that start no token, as one token.
    fn unknown(&mut self) -> TokenKind {
        self.at += 1;
        self.skip_while(|byte| !byte.is_ascii() || byte.is_ascii_control() && !byte.is_ascii_whitespace());
        TokenKind::Unknown
    }
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
