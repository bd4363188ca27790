//! Tests of the independent parsers that check the edits.

use crate::edits::difference::unpromised;
use crate::edits::model::{applied, offset};
use crate::edits::{code, yaml};
use serde_json::json;

#[test]
fn comments_are_distinguished_from_text() {
    let text = "\u{feff}# one\na: 'it''s # no' # two\nb: |  # three\n  # no\n\n  no # no\nc: \"x \\\" # no\n  y\" # four\nd: [a#no, 'b']\t# five\n- e: >-\n    # no\n#six\n";
    let found: Vec<String> = yaml::comments(text).into_iter().map(|(text, _)| text).collect();
    assert_eq!(found, ["# five", "# four", "# one", "# three", "# two", "#six"]);
}

#[test]
fn undeclared_value_changes_are_detected() {
    let read = |text: &str| yaml::read(text).unwrap().merged();
    let before = read("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: [1, 2, 3]\n");
    let after = read("a: &a {x: 9, y: 2}\nb:\n  <<: *a\n  y: 3\nc: [1, 3]\n");
    let promised = |pointers: &[&str]| {
        unpromised(&before, &after, &pointers.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(promised(&[]), ["/a/x", "/b/x", "/c/1", "/c/2"]);
    assert_eq!(promised(&["/a/x", "/c/1"]), ["/b/x"]);
    assert_eq!(promised(&["/a/x", "/b", "/c/2"]), ["/c/1"]);
    assert_eq!(yaml::read("a: 1\nb: {c: 1, c: 2}\na: 2\n").unwrap().duplicates(), 2);
    assert!(yaml::read("a: [\n").is_err());
}

#[test]
fn step_code_is_parsed() {
    let text = "variable \"a\" {} # var.a\nlocals {\n  x = \"${var.a}-$${var.a} var.a\" // b\n  y = [var.a, data.var.a]\n  \
                z = <<EOT\n# no ${var.b} var.b\nEOT\n}\nresource \"massdriver_artifact\" \"n\" {\n  field = \"f\\\"g\"\n}\n";
    let code = code::read(text).unwrap();
    assert_eq!(code.variables.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(code.uses.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 2), ("b".to_owned(), 1)]);
    assert_eq!(code.artifacts, ["f\"g"]);
    assert_eq!(code.comments, ["# var.a", "// b"]);
    assert!(code::read("a = \"${\n").is_none());
}

#[test]
fn edits_are_applied_as_a_client_does() {
    let text = "a: 😀\r\nb: 2\n";
    assert_eq!(offset(text, &json!({"line": 0, "character": 5})), Some(7));
    assert_eq!(offset(text, &json!({"line": 0, "character": 6})), None);
    assert_eq!(offset(text, &json!({"line": 3, "character": 0})), None);
    let edit = |start: [u32; 2], end: [u32; 2], new: &str| {
        let place = |[line, character]: [u32; 2]| json!({"line": line, "character": character});
        json!({"range": {"start": place(start), "end": place(end)}, "newText": new})
    };
    let edits = [edit([1, 3], [1, 4], "3"), edit([0, 0], [0, 1], "c")];
    let (after, touched) = applied(text, &edits).unwrap();
    assert_eq!(after, "c: 😀\r\nb: 3\n");
    assert_eq!(touched, [((0, 0), (0, 0)), ((1, 1), (1, 1))]);
    assert!(applied(text, &[edit([0, 0], [1, 0], ""), edit([0, 1], [0, 2], "")]).is_err());
}
