//! Plain text for clients without Markdown support.

/// The page without markup. Code and lists keep their layout, links show their address.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let mark = line.get(..ticks).unwrap_or_default();
        match fence {
            Some(open) if open == line => fence = None,
            Some(_) => out.push(format!("  {line}").trim_end().to_owned()),
            None if ticks >= 3 => fence = Some(mark),
            None => out.push(inline(line)),
        }
    }
    out.join("\n")
}

/// A line without its inline markup.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' if after.starts_with(|next: char| next.is_ascii_punctuation()) => {
                out.extend(after.chars().next());
                after.get(1..).unwrap_or_default()
            }
            '`' => code(rest, &mut out),
            '*' if is_emphasis(&out, after) => after.trim_start_matches('*'),
            '[' => link(rest, &mut out),
            _ => {
                out.push(c);
                after
            }
        };
    }
    out
}

/// Whether a `*` opens or closes emphasis; between spaces it does not.
fn is_emphasis(before: &str, after: &str) -> bool {
    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    !(is_blank(before.chars().next_back()) && is_blank(after.chars().next()))
}

/// Copies inline code; returns what follows.
fn code<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let (mark, after) = rest.split_at(ticks);
    let Some((text, after)) = after.split_once(mark) else {
        out.push_str(mark);
        return after;
    };
    out.push_str(if ticks > 1 { text.trim() } else { text });
    after
}

/// Copies a link as `text (address)`; returns what follows.
fn link<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let parts = rest.strip_prefix('[').and_then(|rest| rest.split_once("]("));
    let parts = parts.and_then(|(text, rest)| Some((text, rest.split_once(')')?)));
    match parts {
        Some((text, (address, after))) if !text.contains(['[', ']']) => {
            let text = inline(text);
            out.push_str(&if text == address { text } else { format!("{text} ({address})") });
            after
        }
        _ => {
            out.push('[');
            rest.get(1..).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;
    use expect_test::expect;

    #[test]
    fn removes_markup() {
        let markdown = "**`size`** · param · *now* required\n\nTakes `a` or `` b`c ``, \\*not\\* 5 * 3.\n\n- One: `x`\n  - two\n\n```yaml\na: [b](c)  # **d**\n\nb: 1\n```\n\n[Manual](https://example.com), [x], [y] (z)";
        expect![[r"
            size · param · now required

            Takes a or b`c, *not* 5 * 3.

            - One: x
              - two

              a: [b](c)  # **d**

              b: 1

            Manual (https://example.com), [x], [y] (z)"]]
        .assert_eq(&plain(markdown));
    }
}
