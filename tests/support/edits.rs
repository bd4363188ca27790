//! Random single edits of the kinds that users and editors make.

use super::Random;

/// Characters with a meaning in YAML, and two without.
const TYPED: &[char] = &[
    ':', ' ', '"', '\'', '-', '#', '[', ']', '{', '}', '!', '|', '>', '&', '*', ',', '?', '@', '`', '%',
    '\t', 'x', '7',
];

/// Applies one edit: a character typed or deleted, a line break deleted, the end of a line deleted, a line removed, or
/// a line reindented. Returns the kind of edit and the new text.
pub(crate) fn edit(text: &str, random: &mut Random) -> (&'static str, String) {
    let lines: Vec<&str> = text.split('\n').collect();
    let line = loop {
        let line = random.below(lines.len());
        if !lines[line].trim().is_empty() {
            break line;
        }
    };
    let start: usize = lines[..line].iter().map(|line| line.len() + 1).sum();
    let end = start + lines[line].len();
    let indent = lines[line].len() - lines[line].trim_start().len();
    let at = |random: &mut Random| {
        let mut at = start + random.below(lines[line].len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let replace = |range: std::ops::Range<usize>, with: &str| {
        format!("{}{with}{}", &text[..range.start], &text[range.end..])
    };
    match random.below(10) {
        0..3 => {
            let at = at(random);
            ("type a character", replace(at..at, &random.pick(TYPED).to_string()))
        }
        3 => {
            let at = start + indent;
            ("type a character before the text", replace(at..at, &random.pick(TYPED).to_string()))
        }
        4..6 => {
            let at = at(random);
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            ("delete a character", replace(at..at + length, ""))
        }
        6 if end < text.len() => ("delete a line break", replace(end..end + 1, "")),
        7 => {
            let at = at(random);
            ("cut off the line", replace(at..end, ""))
        }
        8 => ("remove a line", replace(start..(end + 1).min(text.len()), "")),
        _ => {
            let column = match random.below(4) {
                0 => indent.saturating_sub(1),
                1 => indent + 1 + random.below(3),
                2 => indent.saturating_sub(2),
                _ => indent / 2 / (1 + random.below(3)) * 2,
            };
            ("move a line", replace(start..start + indent, &" ".repeat(column)))
        }
    }
}
