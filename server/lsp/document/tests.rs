use super::*;
use crate::lsp::fuzzing::walk;
use proptest::prelude::*;
use tower_lsp::ls_types::{Position, Range};

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

fn text() -> impl Strategy<Value = String> {
    let piece =
        prop::sample::select(vec!["a", "é", "😀", "\n", "\r\n", "\r", "\t", "\u{2028}", "\u{85}", "x: y"]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn edit() -> impl Strategy<Value = (Position, Position, String)> {
    let position = || (0..8u32, 0..12u32).prop_map(|(line, character)| Position::new(line, character));
    (position(), position(), text())
}

proptest! {
    #[test]
    fn edits_change_a_document_like_plain_text(start in text(), edits in prop::collection::vec(edit(), 1..12)) {
        for encoding in ENCODINGS {
            let mut plain = start.clone();
            let mut document = DocumentText::new(Rope::from(start.as_str()), encoding);
            for (from, to, text) in &edits {
                let begin = walk(&plain, encoding, *from);
                let end = walk(&plain, encoding, *to).max(begin);
                plain.replace_range(begin..end, text);
                document = document.edited(vec![TextDocumentContentChangeEvent {
                    range: Some(Range::new(*from, *to)),
                    range_length: None,
                    text: text.clone(),
                }]);
                prop_assert_eq!(document.rope.to_string(), plain.as_str());
            }
            for (offset, _) in plain.char_indices() {
                let position = position::position(&document.rope, encoding, offset);
                if !plain[..offset].ends_with('\r') || !plain[offset..].starts_with('\n') {
                    prop_assert_eq!(walk(&plain, encoding, position), offset);
                }
            }
        }
    }
}

#[test]
fn documents_are_supported_by_name_or_untitled_by_language_id() {
    let supported = |uri: &str, language| is_supported(&uri.parse().unwrap(), language);
    assert!(supported("file:///a/massdriver.yaml", "yaml"));
    assert!(supported("file:///a/mass%64river.yml", ""));
    assert!(supported("untitled:massdriver.yaml", "yaml"));
    assert!(supported("untitled:Untitled-1", "massdriver"));
    assert!(!supported("untitled:Untitled-1", "yaml"));
    assert!(supported("file:///a/src/artifact_db.jq", "jq") && supported("file:///a/chart/params.jq", ""));
    assert!(!supported("file:///a/src/main.jq", "jq"));
    assert!(!supported("file:///a/other.yaml", "massdriver"));
    assert!(!supported("file:///a/massdriver.yaml/b", "yaml"));
}

#[test]
fn only_file_uris_have_a_path() {
    let path = |uri: &str| file_path(&uri.parse().unwrap());
    assert_eq!(path("untitled:/a/massdriver.yaml"), None);
    assert_eq!(path("vscode-vfs://github/a/massdriver.yaml"), None);
    #[cfg(unix)]
    assert_eq!(path("file:///a%20b/massdriver.yaml"), Some("/a b/massdriver.yaml".into()));
}
