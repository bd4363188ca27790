//! Checks the syntax of a regular expression as a browser does, in one pass from left to right. Nothing is compiled or
//! run, so no pattern is slow here.
//!
//! The grammar is JavaScript's with its web-compatibility extensions (a lone `]` or `{` is a literal). Features that
//! only JavaScript has (lookaround, backreferences) are allowed, since the form runs the patterns.

use std::ops::Range;

/// A problem of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flaw {
    /// Byte range in the pattern.
    pub range: Range<usize>,
    /// The kind of problem.
    pub kind: FlawKind,
}

/// The kinds of problem that a pattern may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FlawKind {
    /// `(` without `)`
    UnclosedGroup,
    /// `)` without `(`
    UnopenedGroup,
    /// `[` without `]`
    UnclosedClass,
    /// A quantifier at the start or after another quantifier.
    NothingToRepeat,
    /// `{3,1}`
    InvertedCount,
    /// `[z-a]`
    InvertedRange,
    /// A backslash at the end.
    LoneBackslash,
    /// `(?` followed by something that no engine supports.
    UnknownGroup,
    /// `(?<1>…)`, or an unterminated name.
    GroupName,
    /// `(?i)`: flags that JavaScript does not support inside a pattern.
    InlineFlags,
    /// `(?P<name>…)`, which JavaScript writes without the `P`.
    PythonGroup,
    /// `^*`: JavaScript does not allow quantified assertions, other engines do.
    RepeatedPosition,
    /// `[[:alpha:]]`, which has a different meaning in JavaScript.
    PosixClass,
    /// `\A`, `\z`, `\Z`: literal letters in JavaScript.
    TextEdge,
}

/// The effect of a flaw.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Effect {
    /// No engine accepts the pattern.
    Broken,
    /// JavaScript rejects the pattern.
    NotJavaScript,
    /// JavaScript interprets the pattern differently.
    OtherMeaning,
}

impl FlawKind {
    /// The effect of this kind of flaw.
    #[must_use]
    pub(crate) fn effect(self) -> Effect {
        match self {
            Self::InlineFlags | Self::PythonGroup | Self::RepeatedPosition => Effect::NotJavaScript,
            Self::PosixClass | Self::TextEdge => Effect::OtherMeaning,
            _ => Effect::Broken,
        }
    }
}

/// The most severe flaw of a pattern; the first one if several are equally severe.
#[must_use]
pub(crate) fn worst_flaw(pattern: &str) -> Option<Flaw> {
    let mut reader = Reader {
        bytes: pattern.as_bytes(),
        at: 0,
        groups: Vec::new(),
        last: Last::Nothing,
        flaws: Vec::new(),
    };
    while reader.at < reader.bytes.len() {
        reader.step();
    }
    if let Some(&(start, _)) = reader.groups.first() {
        reader.flaws.push(Flaw { range: start..start + 1, kind: FlawKind::UnclosedGroup });
    }
    reader.flaws.into_iter().min_by_key(|flaw| (flaw.kind.effect(), flaw.range.start))
}

/// What precedes a quantifier.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing repeatable: the start, `(` or `|`, or another quantifier.
    Nothing,
    /// An assertion: `^`, `$`, `\b`, a lookbehind.
    Position,
    Atom,
}

/// Maximum length of `{n,m}` (bytes); anything longer is literal text.
const MAX_COUNTS: usize = 64;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Start of each open group, and how a quantifier after it treats the group.
    groups: Vec<(usize, Last)>,
    last: Last,
    flaws: Vec<Flaw>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn flaw(&mut self, range: Range<usize>, kind: FlawKind) {
        // Only the first flaw of each effect is kept.
        if self.flaws.iter().all(|flaw| flaw.kind.effect() != kind.effect()) {
            self.flaws.push(Flaw { range, kind });
        }
    }

    fn step(&mut self) {
        let start = self.at;
        match self.bytes[start] {
            b'\\' => self.escape(),
            b'[' => self.class(),
            b'(' => self.group(),
            b')' => {
                self.at += 1;
                match self.groups.pop() {
                    Some((_, last)) => self.last = last,
                    None => self.flaw(start..self.at, FlawKind::UnopenedGroup),
                }
            }
            b'|' => {
                self.at += 1;
                self.last = Last::Nothing;
            }
            b'^' | b'$' => {
                self.at += 1;
                self.last = Last::Position;
            }
            b'*' | b'+' | b'?' => {
                self.at += 1;
                self.quantifier(start, None);
            }
            b'{' => match self.counts() {
                Some((end, inverted)) => {
                    self.at = end;
                    self.quantifier(start, inverted);
                }
                None => self.atom(1),
            },
            _ => self.atom(1),
        }
    }

    fn atom(&mut self, length: usize) {
        self.at = (self.at + length).min(self.bytes.len());
        self.last = Last::Atom;
    }

    fn quantifier(&mut self, start: usize, inverted: Option<FlawKind>) {
        let range = start..self.at;
        match self.last {
            Last::Nothing => self.flaw(range.clone(), FlawKind::NothingToRepeat),
            Last::Position => self.flaw(range.clone(), FlawKind::RepeatedPosition),
            Last::Atom => {}
        }
        if let Some(kind) = inverted {
            self.flaw(range, kind);
        }
        if self.peek(0) == Some(b'?') {
            self.at += 1;
        }
        self.last = Last::Nothing;
    }

    /// End of the `{n}`, `{n,}` or `{n,m}` here, and a flaw if its counts are inverted. Other braces are literal.
    fn counts(&self) -> Option<(usize, Option<FlawKind>)> {
        let length = self.bytes[self.at..].iter().take(MAX_COUNTS).position(|&byte| byte == b'}')?;
        let inner = std::str::from_utf8(self.bytes.get(self.at + 1..self.at + length)?).ok()?;
        let (low, high) = inner.split_once(',').unwrap_or((inner, inner));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(low) || !(is_number(high) || high.is_empty()) {
            return None;
        }
        // Counts that overflow are treated as infinite.
        let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
        let inverted = !high.is_empty() && number(low) > number(high);
        Some((self.at + length + 1, inverted.then_some(FlawKind::InvertedCount)))
    }

    fn escape(&mut self) {
        let start = self.at;
        match self.peek(1) {
            None => {
                self.at += 1;
                self.flaw(start..self.at, FlawKind::LoneBackslash);
            }
            Some(b'b' | b'B') => {
                self.at += 2;
                self.last = Last::Position;
            }
            Some(letter) => {
                if matches!(letter, b'A' | b'z' | b'Z') {
                    self.flaw(start..start + 2, FlawKind::TextEdge);
                }
                // The remaining bytes of a longer escape, such as `\x41` or a multi-byte character, are read as further
                // atoms, which does not affect the result.
                self.atom(2);
            }
        }
    }

    fn group(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        let (length, after) = match rest {
            [b'?', b':' | b'=' | b'!', ..] => (3, Last::Atom),
            [b'?', b'<', b'=' | b'!', ..] => (4, Last::Position),
            [b'?', b'<', ..] => (self.name(3), Last::Atom),
            [b'?', b'P', b'<' | b'=' | b'>', ..] => {
                self.flaw(start..start + 3, FlawKind::PythonGroup);
                (3, Last::Atom)
            }
            [b'?', ..] => (self.flags(), Last::Atom),
            _ => (1, Last::Atom),
        };
        self.at = start + length;
        self.last = Last::Nothing;
        // `(?i)` closes immediately and is not repeatable.
        self.groups.push((start, after));
    }

    /// Length of `(?<name>`.
    fn name(&mut self, from: usize) -> usize {
        let rest = &self.bytes[self.at + from..];
        let length = rest
            .iter()
            .position(|&byte| !(byte.is_ascii_alphanumeric() || b"_$".contains(&byte) || byte >= 0x80));
        let is_name =
            length.is_some_and(|length| length > 0 && rest[length] == b'>' && !rest[0].is_ascii_digit());
        if !is_name {
            self.flaw(self.at..self.at + from, FlawKind::GroupName);
        }
        from + length.unwrap_or(rest.len())
    }

    /// Length of `(?i` or `(?i:`. JavaScript also supports flags for a group.
    fn flags(&mut self) -> usize {
        let rest = &self.bytes[self.at + 2..];
        let length = rest.iter().position(|byte| !b"imsUux-".contains(byte)).unwrap_or(rest.len());
        match rest.get(length) {
            Some(b':') if length > 0 => return length + 3,
            Some(b')') if length > 0 => self.flaw(self.at..self.at + length + 3, FlawKind::InlineFlags),
            _ => self.flaw(self.at..(self.at + 3).min(self.bytes.len()), FlawKind::UnknownGroup),
        }
        length + 2
    }

    fn class(&mut self) {
        let start = self.at;
        self.at += 1;
        if self.peek(0) == Some(b'^') {
            self.at += 1;
        }
        loop {
            match self.peek(0) {
                None => {
                    self.flaw(start..start + 1, FlawKind::UnclosedClass);
                    return;
                }
                Some(b']') => {
                    self.at += 1;
                    self.last = Last::Atom;
                    return;
                }
                Some(_) => self.class_range(),
            }
        }
    }

    /// Reads a class member: a character or a range.
    fn class_range(&mut self) {
        let start = self.at;
        if self.posix_class() {
            return;
        }
        let low = self.class_member();
        if self.peek(0) != Some(b'-') || matches!(self.peek(1), None | Some(b']')) {
            return;
        }
        self.at += 1;
        let high = self.class_member();
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            self.flaw(start..self.at, FlawKind::InvertedRange);
        }
    }

    /// Reads one character of a class; `None` if it is a class escape such as `\d`.
    fn class_member(&mut self) -> Option<char> {
        if self.peek(0) != Some(b'\\') {
            let text = std::str::from_utf8(&self.bytes[self.at..(self.at + 4).min(self.bytes.len())]);
            let text = text
                .or_else(|error| std::str::from_utf8(&self.bytes[self.at..self.at + error.valid_up_to()]));
            let character = text.ok().and_then(|text| text.chars().next());
            self.at += character.map_or(1, char::len_utf8);
            return character;
        }
        let escaped = self.peek(1);
        if escaped.is_none() {
            let start = self.at;
            self.at += 1;
            self.flaw(start..start + 1, FlawKind::LoneBackslash);
            return None;
        }
        self.at += 2;
        escaped.filter(u8::is_ascii_punctuation).map(char::from)
    }

    /// Reads `[:alpha:]`. The enclosing class ends at its `]`, as in JavaScript.
    fn posix_class(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        if !rest.starts_with(b"[:") {
            return false;
        }
        let name = rest[2..].iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'^').count();
        let length = 2 + name;
        if name == 0 || !rest[length..].starts_with(b":]") {
            return false;
        }
        self.flaw(self.at..self.at + length + 2, FlawKind::PosixClass);
        self.at += length + 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(pattern: &str) -> Option<(FlawKind, &str)> {
        worst_flaw(pattern).map(|flaw| (flaw.kind, &pattern[flaw.range]))
    }

    #[test]
    fn patterns_that_javascript_accepts_are_valid() {
        for pattern in [
            "",
            "^[a-z]+$",
            "a{2,3}?",
            "a{,3}",
            "{",
            "}",
            "]",
            "[]",
            "[^]",
            "[]a]",
            "[a-]",
            "[-a]",
            "[\\w-z]",
            "[\\]]",
            "a|",
            "(?:a)?",
            "(?=a)*b",
            "(?!a)b",
            "(?<=a)b",
            "(?<!a)b",
            "(?<name>a)\\k<name>",
            "(a)\\1",
            "\\/",
            "\\-",
            "\\d{12}",
            "^[-a-zA-Z0-9*._-]{1,63}$",
            "^[a-z-*]+$",
            "[\u{e4}-\u{fc}]",
            "\u{1f600}+",
            "\\u00e4",
            "(?i:a)",
            "a{1001}",
            "()",
            "(|a)",
            "[(]",
            "[*]",
            "\\(",
            "x{2",
            "a{1}b{2}",
            "\\b",
            "[[:]",
        ] {
            assert_eq!(flaw(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn errors_are_located() {
        use FlawKind::*;
        for (pattern, kind, at) in [
            ("^(a", UnclosedGroup, "("),
            ("a)", UnopenedGroup, ")"),
            ("[a-z", UnclosedClass, "["),
            ("[a\\]", UnclosedClass, "["),
            ("*a", NothingToRepeat, "*"),
            ("(+a)", NothingToRepeat, "+"),
            ("a|?", NothingToRepeat, "?"),
            ("a**", NothingToRepeat, "*"),
            ("a++", NothingToRepeat, "+"),
            ("a{2}{3}", NothingToRepeat, "{3}"),
            ("{2}", NothingToRepeat, "{2}"),
            ("a{3,1}", InvertedCount, "{3,1}"),
            ("[z-a]", InvertedRange, "z-a"),
            ("a\\", LoneBackslash, "\\"),
            ("(?>a)", UnknownGroup, "(?>"),
            ("(?", UnknownGroup, "(?"),
            ("(?<1>a)", GroupName, "(?<"),
            ("(?<a", GroupName, "(?<"),
            ("(?i)a", InlineFlags, "(?i)"),
            ("(?P<n>a)", PythonGroup, "(?P"),
            ("^*", RepeatedPosition, "*"),
            ("(?<=a)+", RepeatedPosition, "+"),
            ("[[:space:]]", PosixClass, "[:space:]"),
            ("\\Aa\\z", TextEdge, "\\A"),
            ("(?i)(a", UnclosedGroup, "("),
        ] {
            assert_eq!(flaw(pattern), Some((kind, at)), "{pattern}");
        }
    }

    #[test]
    fn any_text_is_read_in_one_pass() {
        for unit in ["(", "[", "\\", "{", "a{1,", "(?<", "[[:a", "\u{e4}", "*", "(?i"] {
            let _ = worst_flaw(&unit.repeat(100_000));
        }
    }

    /// Except for JavaScript's extensions and leniency, a Go-like engine agrees on which patterns are valid.
    #[test]
    fn a_go_like_engine_agrees_on_common_ground() {
        let pieces =
            ["a", "[b-d]", "(", ")", "(?:", "*", "+", "?", "{2}", "{3,1}", "|", "\\d", "\\", "[", "]"];
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut pattern = String::new();
            for _ in 0..6 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                pattern.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            // The other engine stacks quantifiers, treats `[]` and `[[` differently, and rejects lone brackets.
            let stacked = [
                "**", "*+", "*{", "+*", "++", "+{", "?*", "?+", "??", "?{", "}*", "}+", "}{", "*?", "+?",
                "}?",
            ];
            if stacked.iter().any(|pair| pattern.contains(pair))
                || pattern.contains(['[', ']']) && !pattern.contains("[b-d]")
            {
                continue;
            }
            if pattern.replace("[b-d]", "").contains(['[', ']', '\\']) {
                continue;
            }
            let broken = worst_flaw(&pattern).is_some_and(|flaw| flaw.kind.effect() == Effect::Broken);
            assert_eq!(broken, regex::Regex::new(&pattern).is_err(), "{pattern}");
        }
    }
}
