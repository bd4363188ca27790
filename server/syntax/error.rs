//! What the reader reports.

use super::span::Span;
use std::borrow::Cow;

/// One place where the text is not the YAML that its author meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The offending bytes; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
}

/// Kinds of syntax errors. Columns are counted in bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text is longer than [`super::MAX_BYTES`] and was not read.
    TooLarge,
    /// More levels than [`super::MAX_DEPTH`]; the text from here on was not read.
    TooDeep,
    /// A control character, which no YAML text may hold.
    ControlCharacter(char),
    /// A tab stands where spaces must indent.
    TabIndent,
    /// A line stands in a column that matches none of its neighbours.
    WrongIndent {
        /// Where the line begins.
        found: u32,
        /// Where the block that it was counted to begins.
        expected: u32,
    },
    /// A line of a block scalar is indented less than the lines before it.
    BlockTextIndent {
        /// Where the line begins.
        found: u32,
        /// Where the block scalar's text begins.
        expected: u32,
    },
    /// A line in a mapping has no `:`.
    MissingColon,
    /// `key:value`
    MissingSpaceAfterColon,
    /// `-item`
    MissingSpaceAfterDash,
    /// `"text"# comment`: other readers than the platform's want a space.
    MissingSpaceBeforeComment,
    /// An anchor or tag with a character that none can have.
    BadProperty,
    /// A line of a sequence has no `- `.
    ExpectedItem,
    /// `- item` among the keys of a mapping.
    UnexpectedItem,
    /// `key: - item`
    ItemOnKeyLine,
    /// `size: 10    title: Size`: two lines run together.
    MissingLineBreak,
    /// `: ` inside an unquoted value.
    ColonInValue,
    /// A quote that nothing closes; carries it.
    UnclosedQuote(char),
    /// A bracket or brace that nothing closes; carries the missing one.
    UnclosedFlow(char),
    /// `]` for `}` or the other way round; carries the one that belongs there.
    WrongCloser(char),
    /// Two values of a flow collection with nothing between them.
    MissingComma,
    /// `,` with no value before it.
    ExtraComma,
    /// More text on a line whose value is already complete.
    TextAfterValue,
    /// A character that cannot stand here; the rest of the line was read without it.
    StrayCharacter(char),
    /// An unquoted value begins with a character that YAML reserves; carries it.
    UnquotedStart(char),
    /// A `*` that names no anchor: text that wants quotes.
    UnquotedStar,
    /// An unquoted value begins with `{{`.
    UnquotedTemplate,
    /// `&` without a name.
    EmptyAnchor,
    /// A second anchor or tag on one value.
    SecondProperty,
    /// `*name` with no such anchor before it.
    UndefinedAlias,
    /// `*name` within the value that `&name` marks.
    RecursiveAlias,
    /// An alias with an anchor or a tag of its own.
    AliasWithProperties,
    /// Text behind `|` or `>`.
    BlockHeaderText,
    /// A blank line above a block scalar's text is indented deeper than the text.
    DeepBlankLine,
    /// `\x` in double quotes with a character that means nothing there; carries it.
    BadEscape(char),
    /// A line that a merge left behind.
    ConflictMarker,
    /// A line of a template language, `{% … %}`.
    TemplateTag,
    /// Content beside the document's one root value.
    UnexpectedContent,
    /// A `%` directive that no `---` follows.
    DirectiveWithoutDocument,
    /// A `%` directive in a document that `...` does not end.
    DirectiveInDocument,
    /// A `%YAML` directive of a wrong form, or a second one.
    BadDirective,
    /// Found by the strict second reader only; see [`super::strict`].
    Strict,
    /// The same, but the platform's reader does not mind.
    Loose,
}

impl SyntaxErrorKind {
    /// What is wrong, in plain words, and what to write instead.
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
    /// Whether the platform's reader takes the text all the same, so that this is no error in a bundle.
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
