//! The errors that the parser reports.

use super::span::Span;
use std::borrow::Cow;

/// A syntax error: the text is not the YAML that its author meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The invalid bytes; empty if something is missing.
    pub span: Span,
    /// The kind of error.
    pub kind: SyntaxErrorKind,
}

/// Kinds of syntax errors. Columns are counted in bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text is longer than [`super::MAX_BYTES`] and was not parsed.
    TooLarge,
    /// Nesting deeper than [`super::MAX_DEPTH`]; the rest of the text was not parsed.
    TooDeep,
    /// A control character, which YAML does not allow.
    ControlCharacter(char),
    /// A tab where spaces must indent.
    TabIndent,
    /// The column of a line matches none of its neighbors.
    WrongIndent {
        /// Column of the line.
        found: u32,
        /// Column of the block that the line was assigned to.
        expected: u32,
    },
    /// A line of a block scalar is indented less than the lines before it.
    BlockTextIndent {
        /// Column of the line.
        found: u32,
        /// Column of the block scalar's text.
        expected: u32,
    },
    /// A line in a mapping without `:`.
    MissingColon,
    /// `key:value`
    MissingSpaceAfterColon,
    /// `-item`
    MissingSpaceAfterDash,
    /// `"text"# comment`: parsers other than the platform's require a space.
    MissingSpaceBeforeComment,
    /// An anchor or tag contains an invalid character.
    BadProperty,
    /// A line of a sequence without `- `.
    ExpectedItem,
    /// `- item` among the keys of a mapping.
    UnexpectedItem,
    /// `key: - item`
    ItemOnKeyLine,
    /// `size: 10    title: Size`: two lines joined by a lost line break.
    MissingLineBreak,
    /// `: ` inside an unquoted value.
    ColonInValue,
    /// An unclosed quote; contains the quote.
    UnclosedQuote(char),
    /// An unclosed bracket or brace; contains the missing one.
    UnclosedFlow(char),
    /// `]` instead of `}` or the reverse; contains the correct one.
    WrongCloser(char),
    /// Two values of a flow collection without a separator.
    MissingComma,
    /// `,` without a value before it.
    ExtraComma,
    /// More text on a line whose value is complete.
    TextAfterValue,
    /// A character that is not allowed here; the rest of the line was parsed without it.
    StrayCharacter(char),
    /// A plain scalar starts with a reserved character; contains the character.
    UnquotedStart(char),
    /// A `*` that does not start an alias: text that needs quotes.
    UnquotedStar,
    /// A plain scalar starts with `{{`.
    UnquotedTemplate,
    /// `&` without a name.
    EmptyAnchor,
    /// A second anchor or tag on one value.
    SecondProperty,
    /// `*name` without such an anchor before it.
    UndefinedAlias,
    /// `*name` inside the value anchored by `&name`.
    RecursiveAlias,
    /// An alias with an anchor or a tag.
    AliasWithProperties,
    /// Text after `|` or `>`.
    BlockHeaderText,
    /// A blank line before the first line of a block scalar is indented more than that line.
    DeepBlankLine,
    /// An invalid escape in double quotes; contains the character after the backslash.
    BadEscape(char),
    /// A merge conflict marker.
    ConflictMarker,
    /// A template tag, `{% … %}`.
    TemplateTag,
    /// Content in addition to the document's root value.
    UnexpectedContent,
    /// A `%` directive that is not followed by `---`.
    DirectiveWithoutDocument,
    /// A `%` directive after a document that was not ended with `...`.
    DirectiveInDocument,
    /// A malformed or repeated `%YAML` directive.
    BadDirective,
    /// Found only by the strict second parser; see [`super::strict`].
    Strict,
    /// Like [`Self::Strict`], but the platform's parser accepts it.
    Loose,
}

impl SyntaxErrorKind {
    /// The message: what is wrong and what to write instead.
    #[must_use]
    pub fn message(self) -> Cow<'static, str> {
        use SyntaxErrorKind as K;
        let fixed = match self {
            K::TooLarge => "this file is too large to be read",
            K::TooDeep => "nested too deeply; nothing from here on is read",
            K::ControlCharacter(char) => {
                return format!("control character U+{:04X} is not allowed; remove it", char as u32).into();
            }
            K::TabIndent => "tab in the indentation; indent with spaces",
            K::WrongIndent { found, expected } => {
                return format!(
                    "wrong indentation: {} where the lines around it have {expected}",
                    spaces(found)
                )
                .into();
            }
            K::BlockTextIndent { found, expected } => {
                return format!(
                    "this text is indented by {} but the text above it by {expected}",
                    spaces(found)
                )
                .into();
            }
            K::MissingColon => "missing `:` after the key",
            K::MissingSpaceAfterColon => "missing space after `:`",
            K::MissingSpaceAfterDash => "missing space after `-`",
            K::MissingSpaceBeforeComment => "missing space before `#`",
            K::BadProperty => {
                "an anchor or tag cannot have this character; put the text in quotes if it is neither"
            }
            K::ExpectedItem => "expected a list item; begin it with `- `",
            K::UnexpectedItem => "a list item cannot be among keys; check its indentation",
            K::ItemOnKeyLine => {
                "a list cannot begin on the line of its key; put it on the next line or quote the text"
            }
            K::MissingLineBreak => "this belongs on a line of its own",
            K::ColonInValue => "`: ` in an unquoted value; put the value in quotes",
            K::UnclosedQuote(quote) => return format!("missing closing quote `{quote}`").into(),
            K::UnclosedFlow(closer) => return format!("missing closing `{closer}`").into(),
            K::WrongCloser(closer) => return format!("wrong closing bracket; write `{closer}`").into(),
            K::MissingComma => "missing `,` between the values",
            K::ExtraComma => "`,` without a value before it",
            K::TextAfterValue => "unexpected text after the value; quote the whole value or remove the text",
            K::StrayCharacter(char) => {
                return format!("unexpected {}; remove it or quote the text", shown(char)).into();
            }
            K::UnquotedStart(char) => {
                return format!("an unquoted value cannot begin with {}; put it in quotes", shown(char))
                    .into();
            }
            K::UnquotedStar => "`*` begins an alias; put it in quotes to mean the character",
            K::UnquotedTemplate => "a value that begins with `{{` must be in quotes",
            K::EmptyAnchor => "`&` needs a name; put it in quotes to mean the character",
            K::SecondProperty => "a value can have only one anchor and one tag",
            K::UndefinedAlias => {
                "no anchor of this name is defined above; put the text in quotes if it is not an alias"
            }
            K::RecursiveAlias => "this alias is inside the value that it refers to",
            K::AliasWithProperties => "an alias cannot have an anchor or a tag",
            K::BlockHeaderText => "text cannot follow `|` or `>`; begin it on the next line",
            K::DeepBlankLine => "this blank line is indented deeper than the text below it",
            K::BadEscape(char) => {
                return format!(
                    "`\\{char}` is not an escape in double quotes; write `\\\\{char}` or use single quotes"
                )
                .into();
            }
            K::ConflictMarker => "merge conflict marker; resolve the conflict",
            K::TemplateTag => "template tag; this line is not YAML until the template is rendered",
            K::UnexpectedContent => "a document holds one value; remove this or check its indentation",
            K::DirectiveWithoutDocument => "a `%` directive must be followed by `---`",
            K::DirectiveInDocument => "end the document above with `...` before a `%` directive",
            K::BadDirective => "write a single `%YAML` directive with a version such as 1.2 and nothing else",
            K::Strict => "this is not YAML; check the indentation and quote special characters",
            K::Loose => {
                "other YAML parsers may reject this; check the indentation and use spaces instead of tabs"
            }
        };
        fixed.into()
    }
}

impl SyntaxErrorKind {
    /// Whether the platform's parser accepts the text, so that this is not an error in a bundle.
    #[must_use]
    pub fn is_tolerated(self) -> bool {
        matches!(
            self,
            Self::MissingSpaceBeforeComment | Self::UnquotedStart('-') | Self::BadEscape('\'') | Self::Loose
        )
    }
}

fn shown(char: char) -> String {
    if char == '`' { "a backtick".into() } else { format!("`{char}`") }
}

fn spaces(count: u32) -> String {
    match count {
        0 => "no spaces".into(),
        1 => "1 space".into(),
        count => format!("{count} spaces"),
    }
}
