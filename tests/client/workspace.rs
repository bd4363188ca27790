//! Files on disk and in a client's buffers, and workspace edits applied to both as an editor does.

use super::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// Editors neither show it nor count it in columns.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A directory with files, the texts that the client has open, and the position encoding.
pub struct Workspace {
    directory: TempDir,
    open: BTreeMap<String, String>,
    encoding: &'static str,
}

impl Workspace {
    /// A directory with these files (path and text).
    pub fn new(files: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        let workspace = Self { directory, open: BTreeMap::new(), encoding: "utf-16" };
        files.iter().for_each(|(path, text)| workspace.write(path, text));
        workspace
    }

    /// Sets the position encoding of the client.
    pub fn counting(self, encoding: &'static str) -> Self {
        Self { encoding, ..self }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join(path)
    }

    pub fn uri(&self, path: &str) -> String {
        format!("file://{}", self.path(path).display())
    }

    /// Writes a file without notifying the server.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// Starts a server for this directory.
    pub fn served(&self, mut capabilities: Value) -> Server {
        capabilities["general"]["positionEncodings"] = json!([self.encoding]);
        let mut server = Server::start(&[]);
        let folders = json!([{"uri": self.uri(""), "name": "workspace"}]);
        let options = json!({"codeLens": true});
        server.initialize(json!({
            "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options
        }));
        server
    }

    /// Opens a file with its content on disk.
    pub fn open(&mut self, server: &mut Server, path: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned();
        let language = if path.ends_with(".tf") { "terraform" } else { "yaml" };
        server.open_as(&self.uri(path), language, &text);
        self.open.insert(path.to_owned(), text);
    }

    /// Replaces the text of a buffer without saving it.
    pub fn type_in(&mut self, server: &mut Server, path: &str, version: i32, text: &str) {
        server.change(&self.uri(path), version, json!([{ "text": text }]));
        self.open.insert(path.to_owned(), text.to_owned());
    }

    /// The text of a file as the client shows it.
    pub fn text(&self, path: &str) -> String {
        let on_disk = || fs::read_to_string(self.path(path)).unwrap_or_else(|_| "none".to_owned());
        self.open.get(path).cloned().unwrap_or_else(on_disk)
    }

    /// Parameters of a request at the first occurrence of this text.
    pub fn at(&self, path: &str, mark: &str) -> Value {
        let text = self.text(path);
        let before = &text[..text.find(mark).unwrap()];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let character = self.units(&before[start..]) + 1;
        let position = json!({"line": before.matches('\n').count(), "character": character});
        json!({"textDocument": {"uri": self.uri(path)}, "position": position})
    }

    /// Parameters of a rename request at the first occurrence of this text.
    pub fn to_rename(&self, path: &str, mark: &str, name: &str) -> Value {
        let mut params = self.at(path, mark);
        params["newName"] = json!(name);
        params
    }

    /// Applies a workspace edit to buffers and files. Edits of a buffer must name its version.
    pub fn apply(&mut self, edit: &Value, version: i32) {
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            self.change(uri, edits);
        }
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            match change["kind"].as_str() {
                None => {
                    let uri = change["textDocument"]["uri"].as_str().unwrap();
                    let is_open = self.open.contains_key(&self.relative(uri));
                    let expected = if is_open { json!(version) } else { Value::Null };
                    assert_eq!(change["textDocument"]["version"], expected, "{change}");
                    self.change(uri, &change["edits"]);
                }
                Some("rename") => {
                    let path = |key: &str| self.path(&self.relative(change[key].as_str().unwrap()));
                    assert!(!path("newUri").exists(), "{change}");
                    fs::rename(path("oldUri"), path("newUri")).unwrap();
                }
                Some(other) => panic!("unexpected {other}"),
            }
        }
    }

    fn relative(&self, uri: &str) -> String {
        let root = self.uri("");
        uri.strip_prefix(root.trim_end_matches('/')).unwrap().trim_start_matches('/').to_owned()
    }

    fn change(&mut self, uri: &str, edits: &Value) {
        let path = self.relative(uri);
        let before = self.text(&path);
        let (mark, shown) = match before.strip_prefix(BYTE_ORDER_MARK) {
            Some(shown) => ("\u{feff}", shown),
            None => ("", &*before),
        };
        let mut edits: Vec<_> = edits.as_array().unwrap().iter().map(|edit| self.edit(shown, edit)).collect();
        edits.sort_by_key(|(start, ..)| *start);
        let mut after = shown.to_owned();
        for (start, end, text) in edits.into_iter().rev() {
            after.replace_range(start..end, &text);
        }
        match self.open.get_mut(&path) {
            Some(open) => *open = after,
            None => self.write(&path, &format!("{mark}{after}")),
        }
    }

    fn edit(&self, text: &str, edit: &Value) -> (usize, usize, String) {
        let offset = |end: &str| {
            let place = &edit["range"][end];
            let (line, character) = (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap());
            let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
            let mut offsets = text[start..].char_indices().map(|(at, _)| at).chain([text.len() - start]);
            let is_it = |at: &usize| self.units(&text[start..start + at]) as u64 == character;
            start + offsets.find(is_it).unwrap_or_else(|| panic!("no such column: {edit}"))
        };
        (offset("start"), offset("end"), edit["newText"].as_str().unwrap().to_owned())
    }

    fn units(&self, text: &str) -> usize {
        match self.encoding {
            "utf-8" => text.len(),
            "utf-16" => text.encode_utf16().count(),
            _ => text.chars().count(),
        }
    }
}
