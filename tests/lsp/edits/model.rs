//! Files and open documents, and edits applied to them as a client does.

use crate::edits::bundles::Files;
use crate::edits::session::path;
use serde_json::Value;

/// The files of a workspace as the client sees them: open documents have the text of the editor.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Model {
    pub(crate) files: Files,
    /// Path of the workspace's directory.
    root: String,
    /// Path and version of the open document.
    open: (String, i32),
}

/// A replaced part of a file's text.
#[derive(Clone, Debug)]
pub(crate) struct Touched {
    pub(crate) path: String,
    /// First and last changed line (from 0) of the text before.
    pub(crate) lines: (usize, usize),
    /// First and last line of the replacement in the text after.
    pub(crate) after: (usize, usize),
}

impl Model {
    pub(crate) fn new(files: Files, root: String, open: (String, i32)) -> Self {
        Self { files, root, open }
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// Applies a workspace edit; the error says why it is invalid.
    pub(crate) fn apply(&mut self, edit: &Value) -> Result<Vec<Touched>, String> {
        let mut touched = Vec::new();
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            touched.extend(self.change(uri, edits)?);
        }
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            match change["kind"].as_str() {
                Some("create") => {
                    let path = self.path(&change["uri"])?;
                    if self.files.insert(path.clone(), String::new()).is_some() {
                        return Err(format!("creates `{path}`, which is there"));
                    }
                }
                Some("rename") => {
                    let (old, new) = (self.path(&change["oldUri"])?, self.path(&change["newUri"])?);
                    let text =
                        self.files.remove(&old).ok_or(format!("renames `{old}`, which is not there"))?;
                    if self.files.insert(new.clone(), text).is_some() {
                        return Err(format!("renames `{old}` to `{new}`, which is there"));
                    }
                }
                Some(other) => return Err(format!("a {other} of files")),
                None => {
                    let document = &change["textDocument"];
                    let path = self.path(&document["uri"])?;
                    let version = document["version"].as_i64();
                    let known = (self.open.0 == path).then_some(i64::from(self.open.1));
                    if version.is_some() && version != known {
                        return Err(format!("edits version {version:?} of `{path}`, which has {known:?}"));
                    }
                    touched
                        .extend(self.change(document["uri"].as_str().unwrap_or_default(), &change["edits"])?);
                }
            }
        }
        Ok(touched)
    }

    /// Renames a directory, as the user does after `willRenameFiles`.
    pub(crate) fn move_directory(&mut self, old: &str, new: &str) {
        let moved = |path: &str| match path.strip_prefix(old) {
            Some(rest) if rest.starts_with('/') => format!("{new}{rest}"),
            _ => path.to_owned(),
        };
        self.files = self.files.iter().map(|(path, text)| (moved(path), text.clone())).collect();
    }

    fn path(&self, uri: &Value) -> Result<String, String> {
        let uri = uri.as_str().unwrap_or_default();
        let path = path(uri);
        let inner = path.as_deref().and_then(|path| path.strip_prefix(&self.root)?.strip_prefix('/'));
        inner.map(str::to_owned).ok_or_else(|| format!("edits `{uri}`, which is outside of the bundle"))
    }

    fn change(&mut self, uri: &str, edits: &Value) -> Result<Vec<Touched>, String> {
        let path = self.path(&Value::from(uri))?;
        let text = self.files.get(&path).ok_or_else(|| format!("edits `{path}`, which is not there"))?;
        let edits = edits.as_array().map(Vec::as_slice).unwrap_or_default();
        let (text, touched) = applied(text, edits).map_err(|reason| format!("{reason} in `{path}`"))?;
        self.files.insert(path.clone(), text);
        Ok(touched.into_iter().map(|(lines, after)| Touched { path: path.clone(), lines, after }).collect())
    }
}

type Lines = (usize, usize);

/// Applies text edits; returns the new text and the lines of each edit, before and after.
pub(crate) fn applied(text: &str, edits: &[Value]) -> Result<(String, Vec<(Lines, Lines)>), String> {
    let mut spans = Vec::new();
    for edit in edits {
        let place = |name: &str| {
            let position = &edit["range"][name];
            offset(text, position).ok_or_else(|| format!("a place outside of the text: {position}"))
        };
        spans.push((place("start")?, place("end")?, edit["newText"].as_str().unwrap_or_default()));
    }
    spans.sort_by_key(|span| (span.0, span.1));
    if let Some(pair) = spans.windows(2).find(|pair| pair[1].0 < pair[0].1) {
        return Err(format!("overlapping edits {pair:?}"));
    }
    let (mut out, mut last, mut touched) = (String::new(), 0, Vec::new());
    for (start, end, new) in spans {
        if end < start {
            return Err(format!("an edit that ends before it begins: {start}..{end}"));
        }
        out.push_str(&text[last..start]);
        let old = &text[start..end];
        let (head, tail) = common(old, new);
        let at = out.len();
        out.push_str(new);
        let line = |text: &str, at: usize| text[..at].matches('\n').count();
        touched.push((
            (line(text, start + head), line(text, end - tail)),
            (line(&out, at + head), line(&out, out.len() - tail)),
        ));
        last = end;
    }
    out.push_str(&text[last..]);
    Ok((out, touched))
}

/// Number of bytes that two texts have in common at the start and at the end.
fn common(old: &str, new: &str) -> (usize, usize) {
    let mut head = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(head) || !new.is_char_boundary(head) {
        head -= 1;
    }
    let (old, new) = (&old[head..], &new[head..]);
    let mut tail = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    (head, tail)
}

/// Byte offset of a position (UTF-16); `None` if it is outside of the text.
pub(crate) fn offset(text: &str, position: &Value) -> Option<usize> {
    let (line, character) = (position["line"].as_u64()?, position["character"].as_u64()?);
    let mut start = 0;
    for _ in 0..line {
        start += text[start..].find('\n')? + 1;
    }
    let (mut at, mut column) = (start, 0);
    for one in text[start..].chars() {
        if column >= character || one == '\n' || one == '\r' && text[at..].starts_with("\r\n") {
            break;
        }
        column += one.len_utf16() as u64;
        at += one.len_utf8();
    }
    (column == character).then_some(at)
}

/// Position (UTF-16) of a byte offset.
pub(crate) fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let character: usize = before[start..].chars().map(char::len_utf16).sum();
    serde_json::json!({"line": before.matches('\n').count(), "character": character})
}
