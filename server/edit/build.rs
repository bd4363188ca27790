//! Builders of text edits that preserve the author's layout: comments, indentation, quotes and line breaks.
//!
//! Each function returns `None` if it cannot edit the layout safely: no fix is better than a broken one.

use super::{Change, Edits};
use crate::reference::Object;
use crate::syntax::{Dialect, Entry, Kind, Node, ScalarStyle, Span, Syntax, encode};

/// Whether the span contains no syntax errors, so that its lines can be edited as parsed.
pub(crate) fn is_sound(syntax: &Syntax, span: Span) -> bool {
    !syntax.errors().iter().any(|error| error.span.start() <= span.end() && span.start() <= error.span.end())
}

/// The line break that the text uses.
pub(crate) fn line_break(syntax: &Syntax) -> &'static str {
    if syntax.untracked_text().contains("\r\n") { "\r\n" } else { "\n" }
}

/// Column (bytes) of an offset. A byte order mark is not counted.
pub(crate) fn column(syntax: &Syntax, offset: usize) -> usize {
    syntax.slice(Span::new(start_of_line(syntax, offset), offset)).len()
}

/// Start of the line that contains an offset, after a byte order mark.
pub(crate) fn start_of_line(syntax: &Syntax, offset: usize) -> usize {
    let start = syntax.lines().start(syntax.lines().line_of(offset));
    let mark =
        if start == 0 && syntax.untracked_text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    start + mark
}

/// Re-indents a text whose first line starts at column `from` so that it starts at column `to`. The first line is
/// returned unchanged.
pub(crate) fn moved(text: &str, from: usize, to: usize) -> String {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let (first, rest) = text.split_at(end);
    format!("{first}{}", moved_lines(rest, from, to))
}

/// Re-indents whole lines of a block from column `from` to column `to`. Lines that are indented less than the block
/// keep their relative indentation, down to column 0. Blank lines keep whitespace only beyond column `from`.
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

/// Start of the line after the last line of an entry.
pub(crate) fn end_of_lines(syntax: &Syntax, entry: Entry<'_>) -> usize {
    let span = entry.span();
    let end = span.end().max(entry.colon().map_or(0, |colon| colon + 1));
    // The span of a block scalar may include its last line break.
    let last =
        if syntax.slice(Span::new(end.saturating_sub(1), end)).ends_with('\n') { end - 1 } else { end };
    syntax.lines().span(syntax.lines().line_of(last)).end()
}

/// Adds a key to a block mapping, in the key order of the reference. `value` is the text after the colon: ` text`, or
/// lines that start with `\n` and are indented relative to the key.
pub(crate) fn insert_key(mapping: Node<'_>, object: &Object, key: &str, value: &str) -> Option<Edits> {
    let syntax = mapping.syntax();
    let first = mapping.entries().next()?;
    if mapping.kind() != (Kind::Mapping { flow: false }) || mapping.entries().any(|entry| entry.name() == key)
    {
        return None;
    }
    let line_break = line_break(syntax);
    let indent = " ".repeat(column(syntax, first.key().full_span().start()));
    let text = format!("{key}:{value}").replace('\n', &format!("{line_break}{indent}"));
    let rank = |name: &str| object.keys.names().position(|known| known == name).unwrap_or(usize::MAX);
    let before = mapping.entries().rfind(|entry| rank(&entry.name()) < rank(key));
    let Some(before) = before else {
        let at = first.key().full_span().start();
        let change = Change::Entry(mapping.id(), key.to_owned());
        return Some(Edits::new(Span::at(at), format!("{text}{line_break}{indent}"), [change]));
    };
    add_after(before, key, &text)
}

/// Adds an entry named `key` after an entry of a block mapping, as its next sibling. `text` is the whole entry; all
/// lines but the first are already indented.
pub(crate) fn add_after(entry: Entry<'_>, key: &str, text: &str) -> Option<Edits> {
    let syntax = entry.key().syntax();
    if !is_sound(syntax, entry.span()) {
        return None;
    }
    let (line_break, indent) =
        (line_break(syntax), " ".repeat(column(syntax, entry.key().full_span().start())));
    let at = end_of_lines(syntax, entry);
    let text = if at > 0 && !syntax.slice(Span::new(at - 1, at)).ends_with(['\n', '\r']) {
        format!("{line_break}{indent}{text}")
    } else {
        format!("{indent}{text}{line_break}")
    };
    let change = Change::Entry(entry.key().parent()?.id(), key.to_owned());
    Some(Edits::new(Span::at(at), text, [change]))
}

/// Sets the value of an entry whose value is missing or an explicit null. `value` has the form of [`insert_key`].
pub(crate) fn fill(entry: Entry<'_>, value: &str) -> Option<Edits> {
    let syntax = entry.key().syntax();
    let after = entry.colon()? + 1;
    let node = entry.value();
    if node.anchor().is_some() || node.tag().is_some() {
        return None;
    }
    let end = if node.kind() == Kind::Null { after } else { node.span().end() };
    let indent = " ".repeat(column(syntax, entry.key().full_span().start()));
    let text = value.replace('\n', &format!("{}{indent}", line_break(syntax)));
    Some(Edits::new(Span::new(after, end), text, [Change::Value(node.id())]))
}

/// Removes an entry: in a block mapping with its lines, in a flow mapping with its comma.
///
/// Returns `None` if the entry is the only one in its block mapping or contains an anchor.
pub(crate) fn remove_entry(mapping: Node<'_>, entry: Entry<'_>) -> Option<Edits> {
    let syntax = mapping.syntax();
    let is_whole = entry.colon().is_some() && is_sound(syntax, entry.span());
    if !is_whole || holds_anchor(entry.value()) {
        return None;
    }
    let change = Change::Removed(entry.key().id());
    let (previous, next) = mapping.neighbors(entry)?;
    let (previous, next) = (previous.map(Entry::span), next.map(Entry::span));
    if mapping.kind() == (Kind::Mapping { flow: true }) {
        let in_braces = syntax.slice(mapping.span()).starts_with('{');
        return in_braces.then(|| Edits::new(within_commas(previous, entry.span(), next), "", [change]));
    }
    if previous.is_none() && next.is_none() {
        return None;
    }
    let start = start_of_line(syntax, entry.span().start());
    let before = syntax.slice(Span::new(start, entry.span().start()));
    if before.trim().is_empty() {
        return Some(Edits::new(Span::new(start, end_of_lines(syntax, entry)), "", [change]));
    }
    // After a dash, the next entry moves up to the position of the removed one.
    let next = next.filter(|_| before.trim_matches([' ', '-']).is_empty())?;
    Some(Edits::new(Span::new(entry.span().start(), next.start()), "", [change]))
}

/// The span to delete to remove one element of a comma-separated list.
fn within_commas(previous: Option<Span>, span: Span, next: Option<Span>) -> Span {
    match (previous, next) {
        (_, Some(next)) => Span::new(span.start(), next.start()),
        (Some(previous), None) => Span::new(previous.end(), span.end()),
        (None, None) => span,
    }
}

/// Appends an item to a list.
pub(crate) fn append_item(list: Node<'_>, item: &str) -> Option<Edits> {
    let syntax = list.syntax();
    let change = Change::Items(list.id());
    let Some(last) = list.items().next_back() else {
        return (list.source() == "[]").then(|| Edits::new(list.span(), format!("[{item}]"), [change]));
    };
    let end = last.full_span().end();
    if list.kind() == (Kind::Sequence { flow: true }) {
        return Some(Edits::new(Span::at(end), format!(", {item}"), [change]));
    }
    let indent = " ".repeat(column(syntax, dash(last)?));
    let line = syntax.lines().span(syntax.lines().line_of(content_end(syntax, end)));
    let line_break = line_break(syntax);
    let text = match syntax.slice(line).ends_with(['\n', '\r']) {
        true => format!("{indent}- {item}{line_break}"),
        false => format!("{line_break}{indent}- {item}"),
    };
    Some(Edits::new(Span::at(line.end()), text, [change]))
}

/// Offset of the `-` of a block sequence item. `None` if the dash is not the first character on the line.
fn dash(item: Node<'_>) -> Option<usize> {
    let syntax = item.syntax();
    let start = item.full_span().start();
    let line = start_of_line(syntax, start);
    let dash = syntax.slice(Span::new(line, start)).trim_end().strip_suffix('-')?;
    dash.trim().is_empty().then(|| line + dash.len())
}

/// End of the last non-whitespace character before an offset.
fn content_end(syntax: &Syntax, end: usize) -> usize {
    let content = syntax.untracked_text().get(..end).map_or(end, |text| text.trim_end().len());
    // Records what was read.
    let _ = syntax.slice(Span::new(content, end));
    content
}

/// Removes a scalar from a list: its line, or in a flow list the item and its comma. If it is the only item of a block
/// list, the list becomes `[]`.
pub(crate) fn remove_item(list: Node<'_>, item: Node<'_>) -> Option<Edits> {
    let syntax = list.syntax();
    let span = item.full_span();
    if !matches!(item.kind(), Kind::Scalar(_)) || item.anchor().is_some() {
        return None;
    }
    let index = list.items().position(|other| other == item)?;
    let change = Change::Removed(item.id());
    if list.kind() == (Kind::Sequence { flow: true }) {
        let at = |index: usize| list.items().nth(index).map(Node::full_span);
        let previous = index.checked_sub(1).and_then(at);
        return Some(Edits::new(within_commas(previous, span, at(index + 1)), "", [change]));
    }
    let lines = syntax.lines();
    let (first, last) = (lines.line_of(span.start()), lines.line_of(span.end()));
    let before = syntax.slice(Span::new(lines.start(first), span.start())).trim();
    if first != last || before != "-" {
        return None;
    }
    if list.items().len() > 1 {
        return Some(Edits::new(lines.span(first), "", [change]));
    }
    let entry = list.entry().filter(|entry| entry.value() == list)?;
    let is_plain = list.anchor().is_none() && list.tag().is_none();
    let colon = entry.colon().filter(|_| is_plain)?;
    Some(Edits::new(Span::new(colon + 1, span.end()), " []", [change]))
}

/// Renames a key. `None` if the mapping already has the new name.
pub(crate) fn rename_key(mapping: Node<'_>, entry: Entry<'_>, name: &str) -> Option<Edits> {
    let free = mapping.field(name).is_none() && entry.key().is_scalar();
    free.then(|| key(entry.key(), name))
}

/// Replaces a key with a name that needs no quotes. Existing quotes are kept: in `{"a":1}` they are needed to end the
/// key.
pub(crate) fn key(key: Node<'_>, name: &str) -> Edits {
    let written = match key.kind() {
        Kind::Scalar(ScalarStyle::Double) => format!("\"{name}\""),
        Kind::Scalar(ScalarStyle::Single) => format!("'{name}'"),
        _ => name.to_owned(),
    };
    Edits::new(key.span(), written, [Change::Key(key.id(), name.to_owned())])
}

/// Replaces a name, which is a key or any other scalar. `None` for a key whose mapping already has the new name.
pub(crate) fn replace_name(token: Node<'_>, name: &str) -> Option<Edits> {
    match token.entry().filter(|entry| entry.key() == token) {
        Some(entry) => rename_key(token.parent()?, entry, name),
        None => replace_text(token, name),
    }
}

/// Replaces the text of a single-line scalar and keeps its quotes. Plain text is quoted if necessary.
pub(crate) fn replace_text(scalar: Node<'_>, text: &str) -> Option<Edits> {
    let Kind::Scalar(style) = scalar.kind() else { return None };
    let written = match style {
        ScalarStyle::Plain => encode::string(text, encode::in_flow(scalar), Dialect::GoYaml2).into_owned(),
        ScalarStyle::Single => format!("'{}'", encode::within(scalar, text)?),
        ScalarStyle::Double => format!("\"{}\"", encode::within(scalar, text)?),
        _ => return None,
    };
    Some(Edits::new(scalar.span(), written, [Change::Text(scalar.id(), text.to_owned())]))
}

/// Replaces a value that is used in one place only. A value that an alias or a merge key shares may be wrong in only
/// one of its places.
pub(crate) fn own_value(node: Node<'_>, text: impl Into<String>) -> Option<Edits> {
    (!is_shared(node)).then(|| Edits::value(node, text))
}

/// Whether a node is inside a value with an anchor, which aliases may reuse elsewhere.
pub(crate) fn is_shared(node: Node<'_>) -> bool {
    std::iter::successors(Some(node), |node| node.parent()).any(|node| node.anchor().is_some())
}

/// The text, quoted with the style that needs fewer escapes.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// Whether a value or one of its descendants has an anchor.
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
    use crate::syntax::parse;

    fn inserted(text: &str, key: &str, value: &str) -> Option<String> {
        let syntax = parse(text);
        let edit = insert_key(syntax.root()?, reference::get().object("bundle")?, key, value)?;
        edit.apply(text)
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
            edit.apply(text)
        };
        assert_eq!(removed("a: 1\nb:\n  c: 2 # d\ne: 3\n", "b").as_deref(), Some("a: 1\ne: 3\n"));
        assert_eq!(removed("a: 1\nb: 2", "b").as_deref(), Some("a: 1\n"));
        assert_eq!(removed("a: 1\nb:\nc: 1\n", "b").as_deref(), Some("a: 1\nc: 1\n"));
        assert_eq!(removed("a: |\n  x\n\nb: 2\n", "a").as_deref(), Some("\nb: 2\n"));
        assert_eq!(removed("{a: 1, b: 2}", "a").as_deref(), Some("{b: 2}"));
        assert_eq!(removed("{a: 1, b: 2}", "b").as_deref(), Some("{a: 1}"));
        assert_eq!(removed("{a: 1}", "a").as_deref(), Some("{}"));
        for (text, key) in [("a: 1\n", "a"), ("a: &x 1\nb: *x\n", "a")] {
            assert_eq!(removed(text, key), None, "{text}");
        }
    }

    #[test]
    fn appends_in_the_style_of_the_list() {
        let appended = |text: &str| {
            let syntax = parse(text);
            let edit = append_item(syntax.root()?.field("a")?.value(), "x")?;
            edit.apply(text)
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
            edit.apply(text)
        };
        assert_eq!(removed("a: [b, 'c', d]", 1).as_deref(), Some("a: [b, d]"));
        assert_eq!(removed("a: [b, c]", 1).as_deref(), Some("a: [b]"));
        assert_eq!(removed("a: [b]", 0).as_deref(), Some("a: []"));
        assert_eq!(removed("a:\n  - b\n  - c # d\n", 1).as_deref(), Some("a:\n  - b\n"));
        assert_eq!(removed("a:\n  - b\n", 0).as_deref(), Some("a: []\n"));
        assert_eq!(removed("a:\n- b # c\nd: 1\n", 0).as_deref(), Some("a: [] # c\nd: 1\n"));
    }

    #[test]
    fn keeps_quotes() {
        let replaced = |text: &str, by: &str| {
            let syntax = parse(text);
            replace_text(syntax.root()?.field("a")?.value(), by)?.apply(text)
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
