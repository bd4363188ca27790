//! Writes the Markdown of hovers: titles, paragraphs, facts, code and links, and nothing else; `plain` can read it back.

use std::fmt::Write;

/// Longest piece of the author's own prose that is shown, in characters.
const MAX_PROSE: usize = 600;
/// Most members of a list that are shown.
pub(super) const MAX_LISTED: usize = 12;

/// A page being written.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    in_facts: bool,
}

impl Page {
    /// Begins with what the token is: `` **`name`** · what · more ``.
    pub(super) fn titled(name: &str, what: &[&str]) -> Self {
        let mut page = Self::default();
        page.title(name, what);
        page
    }

    /// Another title, for what the page speaks of next.
    pub(super) fn title(&mut self, name: &str, what: &[&str]) {
        let mut title = format!("**{}**", code(name));
        for part in what.iter().filter(|part| !part.is_empty()) {
            // Writing to a string cannot fail.
            let _ = write!(title, " · {part}");
        }
        self.block(&title);
    }

    /// A paragraph of Markdown; nothing for an empty one.
    pub(super) fn paragraph(&mut self, markdown: &str) {
        if !markdown.trim().is_empty() {
            self.block(markdown.trim());
        }
    }

    /// A line of a list: `- label: value`. Facts that follow one another are one list.
    pub(super) fn fact(&mut self, label: &str, value: &str) {
        self.item(&format!("{label}: {value}"));
    }

    /// A line of a list.
    pub(super) fn item(&mut self, markdown: &str) {
        if self.in_facts {
            let _ = write!(self.text, "\n- {markdown}");
            return;
        }
        self.block(&format!("- {markdown}"));
        self.in_facts = true;
    }

    /// A line of a list below the last one.
    pub(super) fn sub_item(&mut self, markdown: &str) {
        let _ = write!(self.text, "\n  - {markdown}");
    }

    /// A block of code.
    pub(super) fn code(&mut self, language: &str, text: &str) {
        let text = text.trim_end();
        // A fence must be longer than any within.
        let fence = if text.contains("```") { "`````" } else { "```" };
        self.block(&format!("{fence}{language}\n{text}\n{fence}"));
    }

    /// The page that says more.
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

/// Text as inline code.
pub(super) fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = if text.contains(['\n', '\r', '\t']) { &line } else { text };
    match line {
        "" => "`\"\"`".to_owned(),
        line if line.contains('`') => format!("`` {line} ``"),
        line => format!("`{line}`"),
    }
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

/// The author's own words: links, code and bold text stay, everything else that Markdown would take for markup is disarmed.
pub(super) fn prose(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut text = paragraphs.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    if let Some((end, _)) = text.char_indices().nth(MAX_PROSE) {
        text.truncate(end);
        text.push('…');
    }
    let lonely = |mark: char| text.matches(mark).count() < 2;
    let lonely = (lonely('*'), lonely('_'));
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let marked = ["`", "**", "*"].iter().find_map(|mark| enclosed(rest, mark));
        if let Some(marked) = marked.filter(|_| !is_word(before)) {
            out.push_str(marked);
            rest = rest.get(marked.len()..).unwrap_or_default();
            continue;
        }
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        // A mark that nothing can pair with is none.
        let alone = c == '*' && lonely.0 || c == '_' && lonely.1;
        if !alone && is_markup(before, c, after) {
            out.push('\\');
        }
        out.push(c);
        rest = after;
    }
    out
}

/// A piece of code or bold text at the start.
fn enclosed<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let after = text.strip_prefix(mark)?;
    let inner = after.get(..after.find(mark)?)?;
    let is_plain = mark == "`" || !inner.contains(['`', '*', '_', '<', '[', '\\']);
    let fits = is_plain && !inner.is_empty() && !inner.contains('\n') && inner.trim() == inner;
    text.get(..inner.len() + 2 * mark.len()).filter(|_| fits)
}

/// Whether Markdown would take a character for markup where it stands.
fn is_markup(before: Option<char>, c: char, after: &str) -> bool {
    let next = after.chars().next();
    let at_start = before.is_none_or(|before| before == '\n');
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match c {
        '`' => true,
        '*' => !(is_blank(before) && is_blank(next)) || at_start,
        '_' => !is_word(before) || !is_word(next),
        '<' => next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#') && after.contains(';'),
        '\\' => next.is_some_and(|next| next.is_ascii_punctuation()),
        '!' => next == Some('['),
        '#' | '>' | '-' | '+' | '|' | '~' | '=' => at_start,
        ']' => next == Some('(') && !after.starts_with("(http") || next == Some(':'),
        _ => false,
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// What a page is called.
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
    fn prose_says_what_the_author_wrote() {
        for untouched in [
            "storage_gb of the disk",
            "See [the manual](https://example.com/a_b).",
            "cron `0 * * * ?` runs",
            "**Beware**: *no* way back.",
            "all files: *.tf, _all",
            "5 * 3, a < b, R&D, a\\b",
        ] {
            assert_eq!(prose(untouched), untouched);
        }
        assert_eq!(prose("*.a *.b _of_ it <b>now</b>"), "\\*.a \\*.b \\_of\\_ it \\<b>now\\</b>");
        assert_eq!(prose("# one\n\n- two\nthree"), "\\# one\n\n\\- two three");
        assert_eq!(prose("a ` b &amp; ![x](y)"), "a \\` b \\&amp; \\![x\\](y)");
    }

    #[test]
    fn code_is_one_line() {
        assert_eq!(code("a\n  b"), "`a b`");
        assert_eq!(code("`x`"), "`` `x` ``");
        assert_eq!(code(""), "`\"\"`");
    }
}
