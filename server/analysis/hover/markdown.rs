//! The Markdown of hovers: titles, paragraphs, facts, code and links, and nothing else, so that `plain` can convert it.

use crate::visible;
use std::fmt::Write;

/// Longest piece of a bundle's prose that is shown, in characters.
const MAX_PROSE: usize = 600;
/// Most members of a list that are shown.
pub(super) const MAX_LISTED: usize = 12;

/// A page under construction.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    in_facts: bool,
}

impl Page {
    /// A page with the title `` **`name`** · what · more ``.
    pub(super) fn titled(name: &str, what: &[&str]) -> Self {
        let mut page = Self::default();
        page.title(name, what);
        page
    }

    /// Adds a title for the next section.
    pub(super) fn title(&mut self, name: &str, what: &[&str]) {
        let mut title = format!("**{}**", code(name));
        for part in what.iter().filter(|part| !part.is_empty()) {
            // Writing to a string cannot fail.
            let _ = write!(title, " · {part}");
        }
        self.block(&title);
    }

    /// Adds a paragraph of Markdown, unless it is empty.
    pub(super) fn paragraph(&mut self, markdown: &str) {
        if !markdown.trim().is_empty() {
            self.block(markdown.trim());
        }
    }

    /// Adds the list item `- label: value`. Consecutive facts form one list.
    pub(super) fn fact(&mut self, label: &str, value: &str) {
        self.item(&format!("{label}: {value}"));
    }

    /// Adds a list item.
    pub(super) fn item(&mut self, markdown: &str) {
        if self.in_facts {
            let _ = write!(self.text, "\n- {markdown}");
            return;
        }
        self.block(&format!("- {markdown}"));
        self.in_facts = true;
    }

    /// Adds an item to a list below the last item.
    pub(super) fn sub_item(&mut self, markdown: &str) {
        let _ = write!(self.text, "\n  - {markdown}");
    }

    /// Adds a code block.
    pub(super) fn code(&mut self, language: &str, text: &str) {
        let text = visible::lines(text.trim_end());
        let fence = "`".repeat(longest_run(&text).max(2) + 1);
        self.block(&format!("{fence}{language}\n{text}\n{fence}"));
    }

    /// Adds a link to the documentation.
    pub(super) fn link(&mut self, address: &str) {
        if !address.is_empty() {
            self.block(&format!("[{}]({address})", page_name(address)));
        }
    }

    /// The Markdown.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn block(&mut self, markdown: &str) {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(markdown);
        self.in_facts = false;
    }
}

/// Text as inline code, between more backticks than it contains in a row.
pub(super) fn code(text: &str) -> String {
    let line = if text.contains(['\n', '\r', '\t']) {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    };
    let line = visible::one_line(line);
    if line.is_empty() {
        return "`\"\"`".to_owned();
    }
    let mark = "`".repeat(longest_run(&line) + 1);
    // Markdown removes one space on each side if there are spaces on both.
    let is_blank = |c: char| c == ' ' || c == '`';
    let pad = if mark.len() > 1 || line.starts_with(is_blank) && line.ends_with(is_blank) { " " } else { "" };
    format!("{mark}{pad}{line}{pad}{mark}")
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// `` `a`, `b` and 3 more ``
pub(super) fn codes<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> String {
    listed(texts.into_iter().map(|text| code(text.as_ref())))
}

/// `a, b and 3 more`
pub(super) fn listed(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    let shown = parts.iter().take(MAX_LISTED).cloned().collect::<Vec<_>>().join(", ");
    match parts.len().saturating_sub(MAX_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A sentence: with a full stop, and a capital unless it begins with code.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let ended = text.trim_end_matches(')').ends_with(['.', '!', '?', ':', '…']);
    let stop = if text.is_empty() || ended { "" } else { "." };
    format!("{text}{stop}")
}

/// Prose of a bundle as Markdown: code and bold text stay, other markup is escaped. Addresses become inline code,
/// because text of a bundle must never become a link.
pub(in crate::analysis) fn prose(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut text = paragraphs.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    if let Some((end, _)) = text.char_indices().nth(MAX_PROSE) {
        text.truncate(end);
        text.push('…');
    }
    let text = visible::lines(text);
    let lonely = |mark: char| text.matches(mark).count() < 2;
    let lonely = (lonely('*'), lonely('_'));
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        if let Some(address) = address(rest) {
            out.push_str(&code(address));
            rest = rest.get(address.len()..).unwrap_or_default();
            continue;
        }
        let marked = ["`", "**", "*"].iter().find_map(|mark| enclosed(rest, mark));
        if let Some(marked) = marked.filter(|_| !is_word(before) && before != Some('`')) {
            out.push_str(marked);
            rest = rest.get(marked.len()..).unwrap_or_default();
            continue;
        }
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        // A delimiter without a partner is not markup.
        let alone = c == '*' && lonely.0 || c == '_' && lonely.1;
        if !alone && is_markup(before, c, after) {
            out.push('\\');
        }
        out.push(c);
        rest = after;
    }
    out
}

/// The code span or bold text at the start.
fn enclosed<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let after = text.strip_prefix(mark)?;
    let inner = after.get(..after.find(mark)?)?;
    let behind = after.get(inner.len() + mark.len()..)?;
    let is_plain = match mark {
        "`" => !behind.starts_with('`'),
        _ => {
            let mut starts = inner.char_indices().filter_map(|(at, _)| inner.get(at..));
            !inner.contains(['`', '*', '_', '~', '<', '[', '&', '\\'])
                && !starts.any(|rest| address(rest).is_some())
        }
    };
    let fits = is_plain && !inner.is_empty() && !inner.contains('\n') && inner.trim() == inner;
    text.get(..inner.len() + 2 * mark.len()).filter(|_| fits)
}

/// The autolink of GitHub Flavored Markdown (a bare address) at the start of a text.
fn address(text: &str) -> Option<&str> {
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    let starts = |start: &&str| word.get(..start.len()).is_some_and(|word| word.eq_ignore_ascii_case(start));
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'+/=?^_{|}~-".contains(c);
    let local = word.len() - word.trim_start_matches(is_local).len();
    let behind = word.get(local..).and_then(|behind| behind.strip_prefix('@'));
    let is_mail = local > 0 && behind.is_some_and(|behind| behind.starts_with(is_word_char));
    if !is_mail && !ADDRESSES.iter().any(starts) {
        return None;
    }
    let word = word.split(['<', '`']).next().unwrap_or_default();
    Some(word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '/'))
        .filter(|word| !word.is_empty())
}

/// Prefixes of autolinks.
const ADDRESSES: [&str; 6] = ["http://", "https://", "ftp://", "www.", "mailto:", "xmpp:"];

/// Whether a character is markup at its position.
fn is_markup(before: Option<char>, c: char, after: &str) -> bool {
    let next = after.chars().next();
    let at_start = before.is_none_or(|before| before == '\n');
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match c {
        '`' | '[' | '~' => true,
        '*' => !(is_blank(before) && is_blank(next)) || at_start,
        '_' => !is_word(before) || !is_word(next),
        '<' => next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#') && after.contains(';'),
        '\\' => next.is_some_and(|next| next.is_ascii_punctuation()),
        '!' => next == Some('['),
        '#' | '>' | '-' | '+' | '|' | '=' => at_start,
        _ => false,
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(is_word_char)
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric()
}

/// The title of a documentation page.
fn page_name(address: &str) -> &'static str {
    let known = [
        ("https://docs.massdriver.cloud/provisioners", "Massdriver: provisioners"),
        ("https://docs.massdriver.cloud/json-schema-cheat-sheet", "Massdriver: JSON Schema cheat sheet"),
        ("https://docs.massdriver.cloud", "Massdriver documentation"),
        ("https://json-schema.org", "JSON Schema draft-07"),
        ("https://rjsf-team.github.io", "React JSON Schema Form"),
        ("https://ajv.js.org", "Ajv: formats"),
        ("https://jqlang.org", "jq manual"),
    ];
    known.iter().find(|(start, _)| address.starts_with(start)).map_or("More", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_keeps_the_authors_text() {
        for untouched in [
            "storage_gb of the disk",
            "cron `0 * * * ?` runs",
            "**Beware**: *no* way back.",
            "all files: *.tf, _all",
            "5 * 3, a < b, R&D, a\\b",
        ] {
            assert_eq!(prose(untouched), untouched);
        }
        assert_eq!(prose("*.a *.b _of_ it <b>now</b>"), "\\*.a \\*.b \\_of\\_ it \\<b>now\\</b>");
        assert_eq!(prose("# one\n\n- two\nthree"), "\\# one\n\n\\- two three");
        assert_eq!(prose("a ` b &amp; ![x](y)"), "a \\` b \\&amp; \\!\\[x](y)");
    }

    #[test]
    fn code_is_one_line() {
        assert_eq!(code("a\n  b"), "`a b`");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(code(""), "`\"\"`");
    }

    #[test]
    fn code_cannot_be_escaped() {
        assert_eq!(code("`` ![x](y) ``"), "``` `` ![x](y) `` ```");
        assert_eq!(code(" a "), "`  a  `");
        assert_eq!(code("a\u{1b}\u{202e}b"), "`a\\u001b\\u202eb`");
        let mut page = Page::default();
        page.code("jq", "\"\n`````\n![x](y)\r~\"");
        assert_eq!(page.finish(), "``````jq\n\"\n`````\n![x](y)\\r~\"\n``````");
    }

    #[test]
    fn addresses_do_not_become_links() {
        for (written, shown) in [
            ("See [the manual](https://example.com/a_b).", "See \\[the manual](`https://example.com/a_b`)."),
            ("(www.example.com), a@example.com!", "(`www.example.com`), `a@example.com`!"),
            ("xHTTP://a.b*c", "x`HTTP://a.b*c`"),
            ("<https://a.b>", "\\<`https://a.b`>"),
            ("**a http://b**", "\\*\\*a `http://b`\\*\\*"),
            ("[a]: http://b", "\\[a]: `http://b`"),
            ("``![x](y)``", "\\`\\`\\!\\[x](y)\\`\\`"),
        ] {
            assert_eq!(prose(written), shown);
        }
    }
}
