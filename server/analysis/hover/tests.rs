//! A cursor (`$0`), and what the window shows.

use super::{Hover, hover, plain};
use crate::analysis::Snapshot;
use crate::settings::Settings;
use crate::workspace::{MemoryFiles, NoFiles};
use expect_test::{Expect, expect};

pub(super) fn at(text: &str) -> Option<(String, Hover)> {
    let offset = text.find("$0").unwrap();
    let text = text.replacen("$0", "", 1);
    let hover = hover(&Snapshot::new(text.as_str(), None), &NoFiles, &Settings::default(), offset)?;
    Some((text.get(hover.span.range()).unwrap().to_owned(), hover))
}

/// The token and the page about it.
fn check(text: &str, expected: &Expect) {
    let shown = at(text).map(|(token, hover)| format!("[{token}]\n{}", hover.markdown));
    expected.assert_eq(&shown.unwrap_or_default());
}

#[test]
fn print_all() {
    let path = std::env::var("HOVER_FILE").unwrap_or_default();
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let snapshot = Snapshot::new(text.as_str(), None);
    let mut last = None;
    for offset in 0..text.len() {
        let found = hover(&snapshot, &NoFiles, &Settings::default(), offset);
        let span = found.as_ref().map(|found| found.span);
        if span != last {
            last = span;
            if let Some(found) = found {
                let line = snapshot.document().syntax.lines().line_of(offset) + 1;
                println!("=== {line} [{}]\n{}\n", &text[found.span.range()], plain(&found.markdown));
            }
        }
    }
}

#[test]
fn print_missing() {
    let Ok(folder) = std::fs::read_dir(std::env::var("HOVER_DIR").unwrap_or_default()) else { return };
    for entry in folder {
        let path = entry.unwrap().path().join("massdriver.yaml");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let snapshot = Snapshot::new(text.as_str(), Some(&path));
        let syntax = &snapshot.document().syntax;
        let mut last = None;
        for offset in 0..text.len() {
            let Some(token) = super::token::at(syntax, offset) else { continue };
            if last == Some(token.span) {
                continue;
            }
            last = Some(token.span);
            if hover(&snapshot, &NoFiles, &Settings::default(), offset).is_none() {
                let line = syntax.lines().line_of(offset) + 1;
                println!(
                    "MISSING {}:{line} {:?}",
                    path.display(),
                    syntax.slice(token.span).chars().take(60).collect::<String>()
                );
            }
        }
    }
}

#[test]
fn keys() {
    let _ = MemoryFiles::default();
    check("ste$0ps: []\n", &expect![[r#""#]]);
}
