//! Deeply nested, unterminated and repetitive texts, parsed on a thread with a small stack, in linear time.
//! `MASSDRIVER_HOSTILE_BYTES` sets their size.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use massdriver_ls::internals::syntax::{Dialect, JsonError, SyntaxErrorKind, parse, to_json};
use std::time::Instant;

/// Runs on a 2 MiB stack, the size that worker threads have.
fn on_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
}

/// Lines that are each indented one column more.
fn staircase(lines: usize, line: &str) -> String {
    (0..lines).map(|depth| format!("{}{line}\n", " ".repeat(depth))).collect()
}

fn texts(size: usize) -> Vec<(&'static str, String)> {
    let stairs = (size as f64 * 2.0).sqrt() as usize;
    vec![
        ("brackets", "[".repeat(size)),
        ("closed brackets", "[".repeat(size / 2) + &"]".repeat(size / 2)),
        ("braces", "{".repeat(size)),
        ("braces with keys", "{a: ".repeat(size / 4)),
        ("dashes", "- ".repeat(size / 2)),
        ("question marks", "? ".repeat(size / 2)),
        ("question dashes", "? - ".repeat(size / 4)),
        ("colons", ": ".repeat(size / 2)),
        ("keys on one line", "a: ".repeat(size / 3)),
        ("joined keys", "a:  ".repeat(size / 4)),
        ("joined lines", "a: b   c: d\n".repeat(size / 12)),
        ("stairs of keys", staircase(stairs, "a:")),
        ("stairs of items", staircase(stairs, "-")),
        ("stairs of tags", staircase(stairs, "!a:")),
        ("stairs of brackets", staircase(stairs, "a: [ x")),
        ("stairs of quotes", staircase(stairs, "a: \"x")),
        ("stairs of block scalars", staircase(stairs, "a: | x")),
        ("stairs of words", staircase(stairs, "a")),
        ("stairs down", staircase(stairs, "a: b").lines().rev().collect::<Vec<_>>().join("\n")),
        ("anchors", "&a ".repeat(size / 3)),
        ("tags", "! ".repeat(size / 2)),
        ("aliases", "- *a\n".repeat(size / 5)),
        ("quotes", "\"".repeat(size)),
        ("quoted lines", "a: \"\n".repeat(size / 5)),
        ("quoted keys", "  'a: b\n".repeat(size / 8)),
        ("bracket lines", "a: [\n".repeat(size / 5)),
        ("items in brackets", "- [ - [\n".repeat(size / 8)),
        ("comments", "#\n".repeat(size / 2)),
        ("keys and comments", staircase(300, "a:") + &"#\n".repeat(size / 2)),
        ("blank lines", "a:\n".to_owned() + &"\n".repeat(size)),
        ("blank lines between keys", "a:\n\n\n\n\n\n".repeat(size / 8)),
        ("words", "a\n".repeat(size / 2)),
        ("tabs", "\t".repeat(size)),
        ("tab lines", "\ta: b\n".repeat(size / 6)),
        ("nulls", "\0".repeat(size)),
        ("carriage returns", "a: b\r".repeat(size / 5)),
        ("byte order marks", "\u{feff}".repeat(size / 3)),
        ("documents", "---\n".repeat(size / 4)),
        ("directives", "%TAG ! x\n".repeat(size / 9)),
        ("markers", "<<<<<<< x\n".repeat(size / 10)),
        ("templates", "{% x %}\n".repeat(size / 8)),
        ("strays", "}\n".repeat(size / 2)),
        ("moved lines", "    a:\n      b: c\n  d: e\n      f: g\n".repeat(size / 36)),
        ("one long line", "x".repeat(size)),
        ("long lines of colons", "a:b".repeat(size / 3)),
        ("block scalar", "a: |\n".to_owned() + &"  x\n".repeat(size / 4)),
        ("folded blanks", "a: >\n  x\n".to_owned() + &"  \n".repeat(size / 3) + "  y\n"),
        ("escapes", "a: \"".to_owned() + &"\\n".repeat(size / 2) + "\""),
    ]
}

#[test]
fn deeply_nested_and_endless_texts() {
    let size = crate::support::setting("MASSDRIVER_HOSTILE_BYTES", 100_000) as usize;
    let mut slowest = ("", 0.0);
    for (name, text) in texts(size) {
        let (time, value_time) = on_small_stack(move || {
            let start = Instant::now();
            let syntax = parse(text);
            let time = start.elapsed().as_secs_f64();
            let start = Instant::now();
            if let Some(root) = syntax.root() {
                let _ = to_json(root, Dialect::GoYaml2);
                crate::support::tree::walk(root);
            }
            (time, start.elapsed().as_secs_f64())
        });
        if std::env::var("V").is_ok() {
            println!("{name}: {:.1} ms, values {:.1} ms", time * 1000.0, value_time * 1000.0);
        }
        if time > slowest.1 {
            slowest = (name, time);
        }
        let limit = 4.0 + size as f64 / 1e6;
        assert!(time < limit && value_time < limit, "{name} took {time:.1} s and {value_time:.1} s");
    }
    println!("hostile: {size} bytes of each kind, slowest {} with {:.0} ms", slowest.0, slowest.1 * 1000.0);
}

#[test]
fn one_error_for_depth() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "[a, ".repeat(100_000)] {
        let kinds =
            on_small_stack(move || parse(text).errors().iter().map(|error| error.kind).collect::<Vec<_>>());
        assert_eq!(kinds, [SyntaxErrorKind::TooDeep]);
    }
}

#[test]
fn alias_bomb() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let syntax = parse(text);
    assert!(syntax.errors().is_empty());
    let result = to_json(syntax.root().unwrap(), Dialect::GoYaml2);
    assert!(matches!(
        result,
        Err(JsonError { kind: massdriver_ls::internals::syntax::JsonErrorKind::TooLarge, .. })
    ));
}

#[test]
fn merge_bomb() {
    let mut text = String::from("a0: &a0 {x: 1}\n");
    for level in 1..60 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        text.push_str(&format!("a{level}: &a{level} {{<<: [{below}], k{level}: 1}}\n"));
    }
    let syntax = parse(text);
    let last = syntax.root().unwrap().get("a59").unwrap().value();
    assert_eq!(last.fields().count(), 60);
    assert!(last.field("x").is_some());
    assert!(to_json(syntax.root().unwrap(), Dialect::GoYaml2).is_err());
}

#[test]
fn too_large() {
    let syntax = parse("a: b\n".repeat(massdriver_ls::internals::syntax::MAX_BYTES / 5 + 1));
    assert_eq!(syntax.errors().len(), 1);
    assert!(syntax.root().is_none());
}
