//! Fixes that ignore a finding: a comment above its line, or one for the whole file.

use super::Snapshot;
use crate::bundle::Document;
use crate::edit::build::{line_break, start_of_line};
use crate::edit::{Edit, Edits, Fix};
use crate::rules::Finding;
use crate::rules::suppress::SUPPRESSION;
use crate::syntax::Span;

/// The ways to ignore a finding with a comment, the narrowest scope first. Findings about such comments cannot be
/// ignored.
#[must_use]
pub fn ignores(snapshot: &Snapshot, finding: &Finding) -> Vec<Fix> {
    if SUPPRESSION.rules.iter().any(|rule| rule.id == finding.rule) {
        return Vec::new();
    }
    let document = snapshot.document();
    let (rule, line_break) = (finding.rule, line_break(&document.syntax));
    let here = on_line(document, finding, line_break);
    let here =
        Fix::unsafe_(format!("Ignore `{rule}` on this line"), here.map(|edit| Edits::layout(vec![edit])));
    let comment = format!("# massdriver-ls: ignore-file {rule}{line_break}");
    let top = Edit { span: Span::at(start_of_line(&document.syntax, 0)), text: comment };
    let file = Fix::unsafe_(format!("Ignore `{rule}` in this file"), Edits::layout(vec![top]));
    here.into_iter().chain(file).collect()
}

/// Adds a comment above the finding's line, or another id to the comment that is there. `None` where a comment would
/// become part of a multi-line scalar.
fn on_line(document: &Document, finding: &Finding, line_break: &str) -> Option<Edit> {
    let syntax = &document.syntax;
    let line = syntax.lines().line_of(finding.span.start());
    let start = start_of_line(syntax, finding.span.start());
    let goes_on = |span: Span| span.start() < start && start < span.end();
    if syntax.nodes().any(|node| node.is_scalar() && goes_on(node.span())) {
        return None;
    }
    let above = line.checked_sub(1).map(|line| syntax.lines().span(line));
    if let Some(above) = above
        && let Some(comment) = syntax.comments().iter().find(|comment| above.covers(**comment))
        && syntax.slice(*comment).trim_start_matches(['#', ' ']).starts_with("massdriver-ls: ignore ")
    {
        let end = comment.start() + syntax.slice(*comment).trim_end().len();
        return Some(Edit { span: Span::at(end), text: format!(" {}", finding.rule) });
    }
    let text = syntax.slice(Span::new(start, syntax.lines().span(line).end()));
    let indent = &text[..text.len() - text.trim_start_matches(' ').len()];
    let text = format!("{indent}# massdriver-ls: ignore {}{line_break}", finding.rule);
    Some(Edit { span: Span::at(start), text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::findings;
    use crate::settings::Settings;
    use crate::workspace::NoFiles;

    #[test]
    fn a_byte_order_mark_stays_first() {
        let snapshot = Snapshot::new("\u{feff}nmae: x\n", None);
        let found = findings(&snapshot, &NoFiles, &Settings::default());
        for fix in ignores(&snapshot, &found[0]) {
            let after = fix.edits.apply(snapshot.text()).unwrap();
            assert!(after.starts_with("\u{feff}# massdriver-ls"), "{after:?}");
        }
    }

    #[test]
    fn ignore_comments_silence_findings() {
        let settings = Settings::default();
        let text = "params:\r\n  properties:\r\n    a: {type: integer, default: x, minimum: a}\r\n";
        let mut text = text.to_owned();
        for _ in 0..2 {
            let snapshot = Snapshot::new(text.as_str(), None);
            let before = findings(&snapshot, &NoFiles, &settings);
            let finding = before
                .iter()
                .find(|finding| snapshot.document().syntax.lines().line_of(finding.span.start()) >= 2);
            let finding = finding.expect("a finding on the last line");
            let fix = ignores(&snapshot, finding).remove(0);
            text = fix.edits.apply(&text).unwrap();
            let after = findings(&Snapshot::new(text.as_str(), None), &NoFiles, &settings);
            assert!(after.iter().all(|other| other.rule != finding.rule), "{text}");
            assert_eq!(after.len() + 1, before.len(), "{text}");
        }
        assert_eq!(text.matches("# massdriver-ls").count(), 1, "{text}");
        assert!(!text.replace("\r\n", "").contains('\n'), "{text}");
    }
}
