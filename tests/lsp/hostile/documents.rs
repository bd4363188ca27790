//! Hostile documents: parsing, checking and completing them delays no response about another document.

use crate::hostile::witness::{HOSTILE, ends_well, started, unharmed};
use serde_json::json;

/// Half of the maximum document size (bytes).
const LONG: usize = 2 << 20;

fn documents() -> Vec<(&'static str, String)> {
    let params = |params: &str| format!("params:\n  properties:\n{params}");
    let bomb = |levels: usize| {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..levels {
            let alias = format!("*a{}", level - 1);
            text += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 10].join(", "));
        }
        text + "params: *a8\nconnections: *a8\nui: *a8\n"
    };
    let keys: String = (0..50_000).map(|key| format!("    key{key}: {{type: string}}\n")).collect();
    let order: String = (0..50_000).map(|key| format!("    - key{key}\n")).collect();
    let patterns = [
        "(a*)*b",
        "(a|aa)+$",
        "(.*.*.*.*.*)*x",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(a{0,1000}){0,1000}",
        "((((((((((a+)+)+)+)+)+)+)+)+)+)+b",
    ];
    let patterns: String = patterns
        .iter()
        .enumerate()
        .map(|(index, pattern)| {
            format!(
                "    p{index}: {{type: string, pattern: '{pattern}', default: '{}!'}}\n",
                "a".repeat(50_000)
            )
        })
        .collect();
    let nested =
        |open: &str, close: &str| format!("params: {}{}\n", open.repeat(LONG / 20), close.repeat(LONG / 20));
    let refs: String =
        (0..20_000).map(|at| format!("    r{at}: {{$ref: '#/params/properties/r{}'}}\n", at + 1)).collect();
    vec![
        ("an alias bomb", bomb(9)),
        ("a merge bomb", {
            let levels = (1..25).map(|level| {
                format!("a{level}: &a{level}\n  <<: [*a{0}, *a{0}]\n  k{level}: 1\n", level - 1)
            });
            "a0: &a0 {k: 1}\n".to_owned() + &levels.collect::<String>() + "params: *a24\n"
        }),
        ("50,000 keys", params(&keys)),
        (
            "50,000 keys, each required and ordered",
            format!("{}  required:\n{order}ui:\n  ui:order:\n{order}", params(&keys)),
        ),
        (
            "50,000 keys on one line",
            format!(
                "params: {{title: é, properties: {{{}}}}}\n",
                (0..50_000).map(|key| format!("key{key}: {{type: string}}, ")).collect::<String>()
            ),
        ),
        ("50,000 unknown keys", (0..50_000).map(|key| format!("key{key}: 1\n")).collect()),
        ("50,000 times the same key", "name: x\n".repeat(50_000)),
        ("patterns that explode", params(&patterns)),
        ("a chain of references", params(&refs)),
        ("brackets without end", nested("[", "")),
        ("brackets", nested("[", "]")),
        ("braces", nested("{a: ", "}")),
        ("one long line", format!("description: {}\n", "x ".repeat(LONG / 2))),
        ("one long word", format!("name: {}\n", "x".repeat(LONG))),
        ("nothing but NUL", "\0".repeat(LONG)),
        ("nothing but quotes", "\"".repeat(LONG)),
        ("carriage returns", "a: b\r".repeat(LONG / 5)),
        ("half emojis", "name: \u{fffd}\u{fffd}\n".repeat(LONG / 20)),
        ("a document above the limit", "#\n".repeat(8 << 20)),
    ]
}

#[test]
fn a_hostile_document_does_not_delay_other_responses() {
    for (name, text) in documents() {
        println!("{name}:");
        let mut server = started(None);
        server.open(HOSTILE, "name: harmless\n");
        server.published(HOSTILE, 1);
        server.change(HOSTILE, 2, json!([{"text": text}]));
        let about = json!({"uri": HOSTILE});
        let place = json!({"textDocument": about, "position": {"line": 2, "character": 6}});
        let asked = [
            server.ask("textDocument/completion", place.clone()),
            server.ask("textDocument/hover", place),
            server.ask("textDocument/documentSymbol", json!({"textDocument": about})),
            server.ask("textDocument/foldingRange", json!({"textDocument": about})),
        ];
        unharmed(&mut server);
        for id in &asked {
            server.answer(id);
        }
        server.published(HOSTILE, 2);
        unharmed(&mut server);
        // Two more edits in quick succession, so that two versions are in progress at once.
        server.edit(HOSTILE, 3, [0, 0, 0, 0], "\n");
        server.edit(HOSTILE, 4, [0, 0, 1, 0], "");
        server.published(HOSTILE, 4);
        ends_well(server);
    }
}
