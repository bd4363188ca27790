//! Plain and quoted scalars: escapes and line folding.

use super::Output;
use crate::syntax::span::Span;
use crate::syntax::tree::ScalarStyle;
use std::ops::Range;

/// The span between the quotes; up to the end if the closing quote is missing.
pub(super) fn inside_quotes(source: &str, span: Span, style: ScalarStyle) -> Span {
    let bytes = source.get(span.range()).unwrap_or_default().as_bytes();
    let quote = if style == ScalarStyle::Double { b'"' } else { b'\'' };
    let closed = bytes.len() > 1 && bytes.ends_with(&[quote]) && !is_escaped(bytes, quote);
    Span::new(span.start() + 1, span.end() - usize::from(closed))
}

/// Whether the last byte, a quote, is escaped: an unclosed scalar may end in an escaped quote.
fn is_escaped(bytes: &[u8], quote: u8) -> bool {
    let body = &bytes[1..bytes.len() - 1];
    let mark = if quote == b'"' { b'\\' } else { quote };
    body.iter().rev().take_while(|&&byte| byte == mark).count() % 2 == 1
}

pub(super) fn decode(span: Span, style: ScalarStyle, output: &mut Output<'_>) {
    let source = output.source;
    let bytes = source.as_bytes();
    let end = span.end();
    let mut run = span.start();
    let mut index = run;
    while index < end {
        match bytes[index] {
            b'\\' if style == ScalarStyle::Double => {
                output.copy(run..index);
                index = escape(index, end, output);
                run = index;
            }
            b'\'' if style == ScalarStyle::Single => {
                output.copy(run..index);
                let next = (index + 2).min(end);
                output.put("'", index..next);
                index = next;
                run = next;
            }
            b'\n' | b'\r' => {
                let kept = run + source[run..index].trim_end_matches([' ', '\t']).len();
                output.copy(run..kept);
                let (breaks, next) = line_breaks(bytes, index, end);
                match breaks {
                    1 => output.put(" ", kept..next),
                    _ => output.put(&"\n".repeat(breaks - 1), kept..next),
                }
                index = next;
                run = next;
            }
            _ => index += 1,
        }
    }
    output.copy(run..end);
}

/// Skips line breaks from `index` on, with whitespace between and after them. Returns their number and the offset after
/// them.
fn line_breaks(bytes: &[u8], mut index: usize, end: usize) -> (usize, usize) {
    let mut breaks = 0;
    loop {
        match bytes.get(index).filter(|_| index < end) {
            Some(b'\r') if bytes.get(index + 1) == Some(&b'\n') => index += 1,
            Some(b'\n' | b'\r') => {
                breaks += 1;
                index += 1;
            }
            Some(b' ' | b'\t') => index += 1,
            _ => return (breaks, index.min(end)),
        }
    }
}

/// Decodes the escape at `index`. Returns the offset after it.
fn escape(index: usize, end: usize, output: &mut Output<'_>) -> usize {
    let source = output.source;
    let Some(letter) = source.get(index + 1..end).and_then(|rest| rest.chars().next()) else {
        output.copy(index..end);
        return end;
    };
    let next = index + 1 + letter.len_utf8();
    let text = match letter {
        '0' => "\0",
        'a' => "\x07",
        'b' => "\x08",
        't' | '\t' => "\t",
        'n' => "\n",
        'v' => "\x0b",
        'f' => "\x0c",
        'r' => "\r",
        'e' => "\x1b",
        ' ' => " ",
        '"' => "\"",
        '\'' => "'",
        '/' => "/",
        '\\' => "\\",
        'N' => "\u{85}",
        '_' => "\u{a0}",
        'L' => "\u{2028}",
        'P' => "\u{2029}",
        'x' => return code_point(index..next, 2, end, output),
        'u' => return code_point(index..next, 4, end, output),
        'U' => return code_point(index..next, 8, end, output),
        '\n' | '\r' => {
            let (breaks, resume) = line_breaks(source.as_bytes(), index + 1, end);
            output.put(&"\n".repeat(breaks - 1), index..resume);
            return resume;
        }
        _ => {
            output.copy(index..next);
            return next;
        }
    };
    output.put(text, index..next);
    next
}

/// Decodes `\x41`, `\u00e9`, `\U0001f600`. Invalid code points are copied unchanged.
fn code_point(mark: Range<usize>, digits: usize, end: usize, output: &mut Output<'_>) -> usize {
    let stop = (mark.end + digits).min(end);
    let hex = output.source.get(mark.end..stop).filter(|hex| hex.len() == digits);
    match hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
        Some(char) => {
            output.put(char.encode_utf8(&mut [0; 4]), mark.start..stop);
            stop
        }
        None => {
            output.copy(mark.clone());
            mark.end
        }
    }
}
