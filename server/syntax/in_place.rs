//! Edits that a tree takes in without parsing: within a value on one line, a line of a block scalar, or a comment, if
//! the edit changes nothing but this text and the position of what follows it.

use super::MAX_BYTES;
use super::resolve::{Dialect, Scalar, resolve_plain};
use super::span::Span;
use super::tree::{Kind, NodeId, ScalarStyle, Syntax};
use std::borrow::Cow;
use std::ops::Range;

/// How an edit moves what follows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    /// The end of the replaced bytes.
    from: u32,
    /// The distance (bytes).
    by: i32,
}

impl Shift {
    /// The position of a span after the edit.
    #[must_use]
    #[inline]
    pub(crate) fn span(self, span: Span) -> Span {
        let offset = |offset: usize| self.offset(offset as u32) as usize;
        Span::new(offset(span.start()), offset(span.end()))
    }

    #[inline]
    fn offset(self, offset: u32) -> u32 {
        if offset >= self.from { offset.wrapping_add_signed(self.by) } else { offset }
    }
}

/// An edit that a tree can take in.
#[derive(Debug)]
pub(crate) struct InPlaceEdit<'a> {
    range: Range<usize>,
    text: &'a str,
    /// How it moves what follows it.
    pub(crate) shift: Shift,
    /// Everyone who has read what it changes (see [`super::reads`]).
    pub(crate) readers: u64,
}

/// What an edit lies in.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Plain {
        flow: bool,
    },
    Quoted,
    /// A line of a block scalar.
    Line,
    Comment,
}

impl Syntax {
    /// The edit that replaces a range (bytes) by a text, if the tree can take it in.
    #[must_use]
    pub(crate) fn in_place<'a>(&self, range: Range<usize>, text: &'a str) -> Option<InPlaceEdit<'a>> {
        let replaced = self.text.get(range.clone())?;
        if !self.errors.is_empty()
            || self.documents.len() != 1
            || self.text.len() + text.len() > MAX_BYTES
            || [text, replaced].iter().any(|text| text.contains(is_special))
        {
            return None;
        }
        let around = self.around(&range);
        let (place, span) = self.place(around, &range)?;
        let before = self.text.get(span.range())?;
        let after =
            [self.text.get(span.start()..range.start)?, text, self.text.get(range.end..span.end())?].concat();
        if !place.accepts(before, &after) {
            return None;
        }
        // Whoever has read a collection has read what is in it.
        let nodes = std::iter::successors(around, |id| self.nodes[id.index()].parent);
        let readers = self.reads.of(nodes.map(NodeId::index), self.lines.line_of(range.start));
        let shift = Shift { from: range.end as u32, by: text.len() as i32 - range.len() as i32 };
        Some(InPlaceEdit { range, text, shift, readers })
    }

    /// Applies an edit that [`Self::in_place`] made.
    pub(crate) fn apply(&mut self, edit: &InPlaceEdit<'_>) {
        let shift = edit.shift;
        let (before, after) = (&self.text[..edit.range.start], &self.text[edit.range.end..]);
        self.text = [before, edit.text, after].concat().into();
        self.lines.shift(|offset| shift.offset(offset));
        for node in &mut self.nodes {
            node.span = shift.span(node.span);
        }
        for properties in &mut self.properties {
            properties.anchor = properties.anchor.map(|span| shift.span(span));
            properties.tag = properties.tag.map(|span| shift.span(span));
        }
        for entry in &mut self.entries {
            entry.colon = entry.colon.map(|colon| shift.offset(colon));
        }
        self.comments.iter_mut().for_each(|span| *span = shift.span(*span));
        self.documents.iter_mut().for_each(|document| document.span = shift.span(document.span));
    }

    /// The innermost node that contains a range and starts before it.
    fn around(&self, range: &Range<usize>) -> Option<NodeId> {
        let after = self.nodes.partition_point(|node| node.span.start() < range.start);
        let last = NodeId::of_index(after.checked_sub(1)?);
        let mut nodes = std::iter::successors(Some(last), |id| self.nodes[id.index()].parent);
        nodes.find(|id| {
            let span = self.nodes[id.index()].span;
            span.start() < range.start && range.end <= span.end()
        })
    }

    /// What a range lies in, and its span. The first character is never part of the range.
    fn place(&self, around: Option<NodeId>, range: &Range<usize>) -> Option<(Place, Span)> {
        if let Some(id) = around
            && let Kind::Scalar(style) = self.nodes[id.index()].kind
            && let Some(found) = self.place_in_scalar(id, style, range)
        {
            return Some(found);
        }
        let after = self.comments.partition_point(|comment| comment.start() < range.start);
        let comment = *self.comments.get(after.checked_sub(1)?)?;
        (range.end <= comment.end()).then_some((Place::Comment, comment))
    }

    fn place_in_scalar(&self, id: NodeId, style: ScalarStyle, range: &Range<usize>) -> Option<(Place, Span)> {
        let node = &self.nodes[id.index()];
        if node.has_properties || self.is_key(id) {
            return None;
        }
        let parent = node.parent.map(|parent| self.nodes[parent.index()].kind);
        let flow = matches!(parent, Some(Kind::Mapping { flow: true } | Kind::Sequence { flow: true }));
        match style {
            ScalarStyle::Plain if node.as_is => Some((Place::Plain { flow }, node.span)),
            ScalarStyle::Single | ScalarStyle::Double if node.as_is && range.end < node.span.end() => {
                Some((Place::Quoted, node.span))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let line = self.lines.line_of(range.start);
                let span = self.lines.span(line);
                let text = self.text.get(span.range())?;
                let start = span.start() + text.len() - text.trim_start_matches(' ').len();
                let end = span.start() + text.trim_end_matches(['\n', '\r']).len();
                let is_inside =
                    line > self.lines.line_of(node.span.start()) && start < range.start && range.end <= end;
                is_inside.then(|| (Place::Line, Span::new(start, end)))
            }
            _ => None,
        }
    }

    fn is_key(&self, id: NodeId) -> bool {
        self.node(id).entry().is_some_and(|entry| entry.key().id() == id)
    }
}

/// Whether a character may break a line, be invisible, or be part of a template.
fn is_special(char: char) -> bool {
    let is_odd =
        !char.is_ascii() && (char.is_whitespace() || matches!(char, '\u{feff}' | '\u{fffe}' | '\u{ffff}'));
    char.is_control() || is_odd || matches!(char, '<' | '{' | '%')
}

impl Place {
    /// Whether a text has the same meaning in this place as the one before it, apart from what it says.
    fn accepts(self, before: &str, after: &str) -> bool {
        if [before, after].iter().any(|text| text.contains(is_special)) {
            return false;
        }
        match self {
            Self::Plain { flow } => {
                is_simple(before, flow) && is_simple(after, flow) && is_same_type(before, after)
            }
            Self::Quoted => {
                [before, after].iter().all(|text| !text[1..text.len() - 1].contains(['\\', '"', '\'']))
            }
            Self::Line => before.starts_with(char::is_alphanumeric),
            Self::Comment => true,
        }
    }
}

/// Whether a plain text has nothing that could be more than text.
fn is_simple(text: &str, flow: bool) -> bool {
    let bytes = text.as_bytes();
    let is_indicator = |byte: &u8| match byte {
        b'>' | b'}' | b'#' | b'"' | b'&' | b'*' | b'!' | b'|' | b'`' | b'@' | b'\\' | b'?' => true,
        b'[' | b']' | b',' => flow,
        _ => false,
    };
    let is_separator = |pair: &[u8]| {
        pair[0] == b':' && (pair[1] == b' ' || flow) || pair[1] == b'\'' && !pair[0].is_ascii_alphanumeric()
    };
    let first = |char: char| char.is_alphanumeric() || matches!(char, '_' | '/' | '$');
    text.starts_with(first)
        && !text.ends_with([' ', ':'])
        && !bytes.iter().any(is_indicator)
        && !bytes.windows(2).any(is_separator)
}

/// Whether two plain texts are both text, or both whole numbers, for both parsers of the platform.
fn is_same_type(before: &str, after: &str) -> bool {
    let both = |is: fn(&Scalar<'_>) -> bool| {
        [before, after].iter().all(|text| {
            [Dialect::GoYaml2, Dialect::GoYaml3]
                .iter()
                .all(|dialect| is(&resolve_plain(Cow::Borrowed(text), *dialect)))
        })
    };
    both(|scalar| matches!(scalar, Scalar::Str(_))) || both(|scalar| matches!(scalar, Scalar::Int(_)))
}
