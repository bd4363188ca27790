//! Rewrites a pattern of ECMA-262 for the engine that runs it here, which gives the same text other meanings.

/// White space and line ends.
const SPACE: &str =
    r"\t\n\x0b\x0c\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// The pattern for the `regex` crates. `None` if it has a construct that they lack.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern, out: String::with_capacity(pattern.len() + 16) };
    while let Some(char) = reader.next() {
        match char {
            '\\' => reader.escape(false)?,
            '[' => reader.class()?,
            '.' => reader.out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            '{' if !reader.is_count() => reader.out.push_str(r"\{"),
            char => reader.out.push(char),
        }
    }
    Some(reader.out)
}

struct Reader<'p> {
    rest: &'p str,
    out: String,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next();
        self.rest = chars.as_str();
        char
    }

    /// Whether the text after a brace makes it a quantifier.
    fn is_count(&self) -> bool {
        let Some((inner, _)) = self.rest.split_once('}') else { return false };
        let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        !low.is_empty() && is_digits(low) && is_digits(high)
    }

    /// What follows a backslash.
    fn escape(&mut self, in_class: bool) -> Option<()> {
        let escaped = self.next()?;
        let set = match escaped {
            'd' | 'D' => "0-9",
            'w' | 'W' => "0-9A-Za-z_",
            's' | 'S' => SPACE,
            'b' if in_class => {
                self.out.push_str(r"\x08");
                return Some(());
            }
            'b' => {
                self.out.push_str(r"(?-u:\b)");
                return Some(());
            }
            // Backreferences, control letters, octal numbers; some have other meanings with the flag `u`.
            'B' | 'k' | 'c' | '0'..='9' => return None,
            // The engine reads these alike.
            'n' | 'r' | 't' | 'v' | 'f' | 'x' | 'u' | 'p' | 'P' => {
                self.out.extend(['\\', escaped]);
                return Some(());
            }
            // Any other character stands for itself.
            escaped => {
                self.literal(escaped);
                return Some(());
            }
        };
        match (escaped.is_ascii_uppercase(), in_class) {
            (true, _) => self.out.extend(["[^", set, "]"]),
            (false, true) => self.out.push_str(set),
            (false, false) => self.out.extend(["[", set, "]"]),
        }
        Some(())
    }

    fn literal(&mut self, char: char) {
        if char.is_ascii_punctuation() {
            self.out.push('\\');
        }
        self.out.push(char);
    }

    /// A class after its bracket. Operators such as `&&` are ordinary characters.
    fn class(&mut self) -> Option<()> {
        let negated = self.rest.starts_with('^');
        if negated {
            self.next();
        }
        if self.rest.starts_with(']') {
            self.next();
            self.out.push_str(if negated { "(?s:.)" } else { r"[^\u{0}-\u{10ffff}]" });
            return Some(());
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        loop {
            match self.next()? {
                ']' => break,
                '\\' => self.escape(true)?,
                // A range.
                '-' if !self.rest.starts_with(['-', ']']) && !self.out.ends_with('[') => self.out.push('-'),
                char => self.literal(char),
            }
        }
        self.out.push(']');
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::translated;
    use regex::Regex;

    /// The verdicts are those of `new RegExp(pattern, "u")`, or without the flag where only that accepts the pattern.
    #[test]
    fn verdicts_of_javascript() {
        for (pattern, matching, others) in [
            (r"^\d$", "1", "٣"),
            (r"^\D$", "٣é", "1"),
            (r"^\w$", "a_9", "é٣-"),
            (r"^\W$", "é", "a"),
            (r"^[\w-]$", "a-", "é"),
            (r"^[^\d]$", "٣a", "1"),
            (r"^[\D]$", "٣a", "1"),
            (r"^\s$", " \u{a0}\u{feff}\u{2028}\t\u{b}", "a\u{85}"),
            (r"^\S$", "a\u{85}", " \u{feff}"),
            ("^[a&&b]$", "a&b", "c"),
            ("^[a--b]$", "-ab.0", "c"),
            ("^[~~x]$", "~x", "y"),
            ("^[[a]$", "[a", "b"),
            (r"^\a$", "a", "\u{7}b"),
            (r"^[\a]$", "a", "\u{7}"),
            (r"^[\b]$", "\u{8}", "b"),
            (r"^\-\/\.$", "", "a"),
            ("^.$", "aé", "\n\r\u{2028}\u{2029}"),
            ("^[^]$", "a\n", ""),
            ("^[]$", "", "a]"),
            ("^[a-c]$", "abc", "-d"),
            ("^[-a]$", "-a", "b"),
            ("^[a-]$", "-a", "b"),
            (r"^[\]]$", "]", "\\"),
            (r"^\u00e9$", "é", "e"),
            ("^{$", "{", "}"),
            ("^a{1}$", "a", "b"),
            ("^é$", "é", "e"),
            ("^[é-ü]$", "éü", "e"),
        ] {
            let regex = Regex::new(&translated(pattern).unwrap())
                .unwrap_or_else(|error| panic!("{pattern}: {error}"));
            for (texts, wanted) in [(matching, true), (others, false)] {
                for char in texts.chars() {
                    assert_eq!(regex.is_match(&char.to_string()), wanted, "{pattern} {char:?}");
                }
            }
        }
        let edge = Regex::new(&translated(r"\bx").unwrap()).unwrap();
        assert!(edge.is_match("éx") && !edge.is_match("ax"));
    }

    #[test]
    fn other_constructs_are_left_alone() {
        for pattern in [r"(a)\1", r"\k<a>", r"\ca", r"\0", r"\B", "[a", "\\"] {
            assert_eq!(translated(pattern), None, "{pattern}");
        }
    }
}
