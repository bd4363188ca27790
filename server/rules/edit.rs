//! Edits of the text that keep the author's layout: comments, indentation, quotes and line breaks stay as they are.
//!
//! Every function returns `None` where the layout leaves no safe way; no fix is better than a broken one.

use super::{Edit, Finding, Fix};
use crate::reference::Object;
use crate::syntax::{Dialect, Entry, Kind, Node, ScalarStyle, Span, Syntax, encode};

impl Finding {
    /// Adds a fix that is safe to apply without asking, if there is one.
    #[must_use]
    pub fn mend(self, title: impl Into<String>, edit: Option<Edit>) -> Self {
        match edit {
            Some(edit) => self.fix(title, edit.span, edit.text),
            None => self,
        }
    }

    /// Adds a fix of several edits that is safe to apply without asking.
    #[must_use]
    pub fn mend_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix::new(title, edits, true));
        self
    }

    /// Adds a fix that the user should choose knowingly, if there is one.
    #[must_use]
    pub fn propose(self, title: impl Into<String>, edit: Option<Edit>) -> Self {
        match edit {
            Some(edit) => self.offer(title, vec![edit]),
            None => self,
        }
    }
}

/// Whether the reader had no trouble within a span, so that its lines are what they seem.
pub(crate) fn is_sound(syntax: &Syntax, span: Span) -> bool {
    !syntax.errors().iter().any(|error| error.span.start() <= span.end() && span.start() <= error.span.end())
}

/// The line break that a text uses.
pub(crate) fn line_break(syntax: &Syntax) -> &'static str {
    if syntax.text().contains("\r\n") { "\r\n" } else { "\n" }
}

/// Column (bytes) of an offset.
pub(crate) fn column(syntax: &Syntax, offset: usize) -> usize {
    offset - syntax.lines().start(syntax.lines().line_of(offset))
}

/// A text whose first line began at column `from`, as it is written from column `to` on.
pub(crate) fn moved(text: &str, from: usize, to: usize) -> String {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let (first, rest) = text.split_at(end);
    format!("{first}{}", moved_lines(rest, from, to))
}

/// Whole lines of a block at column `from`, as they are written in one at column `to`. What is less indented than the
/// block stays so, as far as there is room; lines of blanks are part of a text only where they reach into the block.
pub(crate) fn moved_lines(lines: &str, from: usize, to: usize) -> String {
    let mut moved = String::new();
    for line in lines.split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let blanks = line.len() - content.len();
        let is_empty = content.trim().is_empty() && blanks <= from;
        moved.push_str(&" ".repeat(if is_empty { 0 } else { (blanks + to).saturating_sub(from) }));
        moved.push_str(content);
    }
    moved
}

/// Start of the line after the one that an entry ends on.
pub(crate) fn end_of_lines(syntax: &Syntax, entry: Entry<'_>) -> usize {
    let span = entry.span();
    let end = span.end().max(entry.colon().map_or(0, |colon| colon + 1));
    // A block scalar's text may count its last line break in.
    let last = if syntax.text()[..end].ends_with('\n') { end - 1 } else { end };
    syntax.lines().span(syntax.lines().line_of(last)).end()
}

/// Adds a key to a block mapping, at its place in the order in which the reference lists the keys. `value` is what
/// follows the colon: ` text`, or lines that begin with `\n` and are indented from the key.
pub(crate) fn insert_key(mapping: Node<'_>, object: &Object, key: &str, value: &str) -> Option<Edit> {
    let syntax = mapping.syntax();
    let first = mapping.entries().next()?;
    if mapping.kind() != (Kind::Mapping { flow: false }) {
        return None;
    }
    let line_break = line_break(syntax);
    let indent = " ".repeat(column(syntax, first.key().full_span().start()));
    let text = format!("{key}:{value}").replace('\n', &format!("{line_break}{indent}"));
    let rank = |name: &str| object.keys.names().position(|known| known == name).unwrap_or(usize::MAX);
    let before = mapping.entries().rfind(|entry| rank(&entry.name()) < rank(key));
    let Some(before) = before else {
        let at = first.key().full_span().start();
        return Some(Edit { span: Span::at(at), text: format!("{text}{line_break}{indent}") });
    };
    add_after(before, &text)
}

/// Adds a line below an entry of a block mapping, as its next sibling. The text's own further lines are indented already.
pub(crate) fn add_after(entry: Entry<'_>, text: &str) -> Option<Edit> {
    let syntax = entry.key().syntax();
    if !is_sound(syntax, entry.span()) {
        return None;
    }
    let (line_break, indent) =
        (line_break(syntax), " ".repeat(column(syntax, entry.key().full_span().start())));
    let at = end_of_lines(syntax, entry);
    let text = if at > 0 && !syntax.text()[..at].ends_with(['\n', '\r']) {
        format!("{line_break}{indent}{text}")
    } else {
        format!("{indent}{text}{line_break}")
    };
    Some(Edit { span: Span::at(at), text })
}

/// Gives an entry whose value is missing or a written null this value, in the form of [`insert_key`].
pub(crate) fn fill(entry: Entry<'_>, value: &str) -> Option<Edit> {
    let syntax = entry.key().syntax();
    let after = entry.colon()? + 1;
    let node = entry.value();
    if node.anchor().is_some() || node.tag().is_some() {
        return None;
    }
    let end = if node.kind() == Kind::Null { after } else { node.span().end() };
    let indent = " ".repeat(column(syntax, entry.key().full_span().start()));
    let text = value.replace('\n', &format!("{}{indent}", line_break(syntax)));
    Some(Edit { span: Span::new(after, end), text })
}

/// Removes an entry of a block mapping with its lines.
///
/// An entry that is alone in its mapping, begins behind a `- `, or holds an anchor stays.
pub(crate) fn remove_entry(mapping: Node<'_>, entry: Entry<'_>) -> Option<Edit> {
    let syntax = mapping.syntax();
    let is_block = mapping.kind() == (Kind::Mapping { flow: false });
    let is_whole = entry.colon().is_some() && is_sound(syntax, entry.span());
    if !is_block || mapping.entries().len() < 2 || !is_whole || holds_anchor(entry.value()) {
        return None;
    }
    let start = syntax.lines().start(syntax.lines().line_of(entry.span().start()));
    let is_alone = syntax.slice(Span::new(start, entry.span().start())).trim().is_empty();
    is_alone.then(|| Edit { span: Span::new(start, end_of_lines(syntax, entry)), text: String::new() })
}

/// Adds an item to the end of a list.
pub(crate) fn append_item(list: Node<'_>, item: &str) -> Option<Edit> {
    let syntax = list.syntax();
    let Some(last) = list.items().next_back() else {
        return (list.source() == "[]").then(|| Edit { span: list.span(), text: format!("[{item}]") });
    };
    let end = last.full_span().end();
    if list.kind() == (Kind::Sequence { flow: true }) {
        return Some(Edit { span: Span::at(end), text: format!(", {item}") });
    }
    let indent = " ".repeat(column(syntax, dash(last)?));
    let line = syntax.lines().span(syntax.lines().line_of(content_end(syntax, end)));
    let line_break = line_break(syntax);
    let text = match syntax.slice(line).ends_with(['\n', '\r']) {
        true => format!("{indent}- {item}{line_break}"),
        false => format!("{line_break}{indent}- {item}"),
    };
    Some(Edit { span: Span::at(line.end()), text })
}

/// Offset of the `-` of an item of a block list, where it is the first thing on the item's line.
fn dash(item: Node<'_>) -> Option<usize> {
    let syntax = item.syntax();
    let start = item.full_span().start();
    let line = syntax.lines().start(syntax.lines().line_of(start));
    let dash = syntax.slice(Span::new(line, start)).trim_end().strip_suffix('-')?;
    dash.trim().is_empty().then(|| line + dash.len())
}

/// End of the last visible character before an offset.
fn content_end(syntax: &Syntax, end: usize) -> usize {
    syntax.text().get(..end).map_or(end, |text| text.trim_end().len())
}

/// Removes a scalar from a list: its line, or in a flow list the item and its comma.
///
/// The only item of a block list stays, as nothing would be left of the list.
pub(crate) fn remove_item(list: Node<'_>, item: Node<'_>) -> Option<Edit> {
    let syntax = list.syntax();
    let span = item.full_span();
    if !matches!(item.kind(), Kind::Scalar(_)) || item.anchor().is_some() {
        return None;
    }
    let index = list.items().position(|other| other == item)?;
    let removed = if list.kind() == (Kind::Sequence { flow: true }) {
        match (list.items().nth(index + 1), index.checked_sub(1).and_then(|index| list.items().nth(index))) {
            (Some(next), _) => Span::new(span.start(), next.full_span().start()),
            (None, Some(previous)) => Span::new(previous.full_span().end(), span.end()),
            (None, None) => span,
        }
    } else {
        let lines = syntax.lines();
        let (first, last) = (lines.line_of(span.start()), lines.line_of(span.end()));
        let before = syntax.slice(Span::new(lines.start(first), span.start())).trim();
        if list.items().len() < 2 || first != last || before != "-" {
            return None;
        }
        lines.span(first)
    };
    Some(Edit { span: removed, text: String::new() })
}

/// Renames a key, unless the mapping has the new name already.
pub(crate) fn rename_key(mapping: Node<'_>, entry: Entry<'_>, name: &str) -> Option<Edit> {
    let free = mapping.field(name).is_none() && entry.key().is_scalar();
    free.then(|| Edit { span: entry.key().span(), text: name.to_owned() })
}

/// Puts other text into a scalar written on one line, in the quotes it has; plain text gets quotes if it needs them.
pub(crate) fn replace_text(scalar: Node<'_>, text: &str) -> Option<Edit> {
    let Kind::Scalar(style) = scalar.kind() else { return None };
    let text = match style {
        ScalarStyle::Plain => encode::string(text, encode::in_flow(scalar), Dialect::GoYaml2).into_owned(),
        ScalarStyle::Single => format!("'{}'", encode::within(scalar, text)?),
        ScalarStyle::Double => format!("\"{}\"", encode::within(scalar, text)?),
        _ => return None,
    };
    Some(Edit { span: scalar.span(), text })
}

/// The text in the quotes that need the fewest escapes.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// Whether an anchor that others may name is set in a value.
pub(crate) fn holds_anchor(value: Node<'_>) -> bool {
    let mut work = vec![value];
    while let Some(node) = work.pop() {
        if node.anchor().is_some() {
            return true;
        }
        work.extend(node.items());
        for entry in node.entries() {
            work.extend([entry.key(), entry.value()]);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference;
    use crate::rules::testing::apply;
    use crate::syntax::parse;

    fn inserted(text: &str, key: &str, value: &str) -> Option<String> {
        let syntax = parse(text);
        let edit = insert_key(syntax.root()?, reference::get().object("bundle")?, key, value)?;
        Some(apply(text, &[edit]))
    }

    #[test]
    fn inserts_in_the_order_of_the_reference() {
        let text = "# about\nname: x # y\nparams:\n  properties: {}\n";
        let wanted = "# about\nname: x # y\nversion: 0.1.0\nparams:\n  properties: {}\n";
        assert_eq!(inserted(text, "version", " 0.1.0").as_deref(), Some(wanted));
        assert_eq!(inserted("params: {}", "name", " x").as_deref(), Some("name: x\nparams: {}"));
        assert_eq!(inserted("name: x", "ui", " {}").as_deref(), Some("name: x\nui: {}"));
        let skeleton = inserted("name: x\r\nui: {}\r\n", "params", "\n  properties: {}");
        assert_eq!(skeleton.as_deref(), Some("name: x\r\nparams:\r\n  properties: {}\r\nui: {}\r\n"));
        assert_eq!(inserted("{name: x}", "ui", " {}"), None);
        let block = inserted("description: |\n  a\n  b\nui: {}\n", "version", " 1.0.0");
        assert_eq!(block.as_deref(), Some("description: |\n  a\n  b\nversion: 1.0.0\nui: {}\n"));
    }

    #[test]
    fn moves_lines_and_what_is_in_them() {
        let text = "a: |\n    b\n\n      \n  # c\n# d\n";
        assert_eq!(moved(text, 2, 4), "a: |\n      b\n\n        \n    # c\n  # d\n");
        assert_eq!(moved(text, 2, 0), "a: |\n  b\n\n    \n# c\n# d\n");
        assert_eq!(moved_lines("  a\r\n    b", 2, 3), "   a\r\n     b");
        assert_eq!(moved("a", 0, 9), "a");
    }

    #[test]
    fn removes_whole_lines_and_nothing_else() {
        let removed = |text: &str, key: &str| {
            let syntax = parse(text);
            let root = syntax.root()?;
            let edit = remove_entry(root, root.field(key)?)?;
            Some(apply(text, &[edit]))
        };
        assert_eq!(removed("a: 1\nb:\n  c: 2 # d\ne: 3\n", "b").as_deref(), Some("a: 1\ne: 3\n"));
        assert_eq!(removed("a: 1\nb: 2", "b").as_deref(), Some("a: 1\n"));
        assert_eq!(removed("a: 1\nb:\nc: 1\n", "b").as_deref(), Some("a: 1\nc: 1\n"));
        assert_eq!(removed("a: |\n  x\n\nb: 2\n", "a").as_deref(), Some("\nb: 2\n"));
        for (text, key) in
            [("a: 1\n", "a"), ("{a: 1, b: 2}", "a"), ("a: &x 1\nb: *x\n", "a"), ("- a: 1\n  b: 2\n", "a")]
        {
            assert_eq!(removed(text, key), None, "{text}");
        }
    }

    #[test]
    fn appends_in_the_style_of_the_list() {
        let appended = |text: &str| {
            let syntax = parse(text);
            let edit = append_item(syntax.root()?.field("a")?.value(), "x")?;
            Some(apply(text, &[edit]))
        };
        let wanted = [
            ("a: []\n", "a: [x]\n"),
            ("a: [b, c] # d\n", "a: [b, c, x] # d\n"),
            ("a: [\n  b,\n]\n", "a: [\n  b, x,\n]\n"),
            ("a:\n  - b # c\nd: e\n", "a:\n  - b # c\n  - x\nd: e\n"),
            ("a:\n- b\r\n- c", "a:\n- b\r\n- c\r\n- x"),
            ("a:\n  - |\n    b\n\nd: e\n", "a:\n  - |\n    b\n  - x\n\nd: e\n"),
        ];
        for (text, wanted) in wanted {
            assert_eq!(appended(text).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(appended("a: b\n"), None);
    }

    #[test]
    fn removes_items() {
        let removed = |text: &str, index: usize| {
            let syntax = parse(text);
            let list = syntax.root()?.field("a")?.value();
            let edit = remove_item(list, list.items().nth(index)?)?;
            Some(apply(text, &[edit]))
        };
        assert_eq!(removed("a: [b, 'c', d]", 1).as_deref(), Some("a: [b, d]"));
        assert_eq!(removed("a: [b, c]", 1).as_deref(), Some("a: [b]"));
        assert_eq!(removed("a: [b]", 0).as_deref(), Some("a: []"));
        assert_eq!(removed("a:\n  - b\n  - c # d\n", 1).as_deref(), Some("a:\n  - b\n"));
        assert_eq!(removed("a:\n  - b\n", 0), None);
    }

    #[test]
    fn keeps_quotes() {
        let replaced = |text: &str, by: &str| {
            let syntax = parse(text);
            Some(apply(text, &[replace_text(syntax.root()?.field("a")?.value(), by)?]))
        };
        assert_eq!(replaced("a: b", "c").as_deref(), Some("a: c"));
        assert_eq!(replaced("a: b", "@c: d").as_deref(), Some("a: \"@c: d\""));
        assert_eq!(replaced("a: 'b'", "it's").as_deref(), Some("a: 'it''s'"));
        assert_eq!(replaced("a: \"b\"", "c").as_deref(), Some("a: \"c\""));
        assert_eq!(replaced("a: \"b\"", "c\\d").as_deref(), Some("a: \"c\\\\d\""));
        assert_eq!(replaced("a: b", "1.0").as_deref(), Some("a: \"1.0\""));
        assert_eq!(replaced("a: |\n  b\n", "c"), None);
        assert_eq!(quoted("a\"b"), "'a\"b'");
    }
}
