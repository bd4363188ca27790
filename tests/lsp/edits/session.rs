//! A client with certain capabilities and an open bundle, and the edits it requests.

use crate::client::Server;
use crate::edits::bundles::{BUNDLE, Files};
use crate::edits::model::{Model, position};
use crate::support::Random;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Capabilities of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) diagnostics: Diagnostics,
    /// Resolves code actions, and preserves their data.
    pub(crate) resolves: bool,
    /// Supports versioned edits and file operations.
    pub(crate) versioned: bool,
    /// Asks the user to confirm annotated edits.
    pub(crate) confirms: bool,
    /// Sends its first request without waiting for diagnostics.
    pub(crate) hurries: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Diagnostics {
    Pulled,
    Pushed,
    Ignored,
}

impl Kind {
    pub(crate) fn random(random: &mut Random) -> Self {
        let mut often = |percent| random.below(100) < percent;
        let resolves = often(60);
        let (versioned, confirms, hurries) = (often(60), often(50), often(30));
        let kinds = [Diagnostics::Pulled, Diagnostics::Pushed, Diagnostics::Ignored];
        Self { diagnostics: *random.pick(&kinds), resolves, versioned, confirms, hurries }
    }

    fn capabilities(self) -> Value {
        let kinds = json!({"valueSet": ["quickfix", "refactor", "source", "source.fixAll"]});
        let mut action =
            json!({"codeActionLiteralSupport": {"codeActionKind": kinds}, "isPreferredSupport": true});
        if self.resolves {
            action["resolveSupport"] = json!({"properties": ["edit"]});
            action["dataSupport"] = json!(true);
        }
        let mut document = json!({"codeAction": action, "rename": {"prepareSupport": true}});
        match self.diagnostics {
            Diagnostics::Pulled => document["diagnostic"] = json!({}),
            Diagnostics::Pushed => document["publishDiagnostics"] = json!({"versionSupport": true}),
            Diagnostics::Ignored => {}
        }
        let mut edit = json!({"documentChanges": self.versioned});
        if self.versioned {
            edit["resourceOperations"] = json!(["create", "rename", "delete"]);
        }
        if self.confirms {
            edit["changeAnnotationSupport"] = json!({});
        }
        json!({"textDocument": document, "workspace": {"workspaceEdit": edit}})
    }
}

/// A request for edits. Positions are byte offsets in the bundle's text.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Request {
    /// Quick fixes for all diagnostics.
    QuickFixes,
    FixAll,
    Refactorings(usize),
    Rename(usize, String),
    Format,
    FormatLines(usize, usize),
    SavePreset(String, Value),
    RenameDirectory(String, String),
    Complete(usize),
}

impl Request {
    /// The offset of the request.
    pub(crate) fn offset(&self) -> Option<usize> {
        match self {
            Self::Refactorings(at) | Self::Rename(at, _) | Self::Complete(at) => Some(*at),
            _ => None,
        }
    }

    /// Changes the offset of the request.
    pub(crate) fn move_to(&mut self, offset: usize) {
        if let Self::Refactorings(at) | Self::Rename(at, _) | Self::Complete(at) = self {
            *at = offset;
        }
    }
}

/// An edit that the server offers.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) title: String,
    pub(crate) edit: Value,
    /// JSON pointers to the values that change; `None` if the server does not announce them.
    pub(crate) promise: Option<Vec<String>>,
    /// Rule and message of the finding that it fixes.
    pub(crate) finding: Option<(String, String)>,
}

/// The response to a request.
#[derive(Default, Debug)]
pub(crate) struct Answer {
    pub(crate) offers: Vec<Offer>,
    /// Reasons why the server refused an edit.
    pub(crate) refusals: Vec<String>,
}

/// A running server with one bundle open.
pub(crate) struct Session {
    pub(crate) server: Server,
    directory: TempDir,
    pub(crate) kind: Kind,
    pub(crate) files: Files,
}

impl Session {
    pub(crate) fn open(kind: Kind, files: &Files) -> Self {
        let directory = TempDir::new().unwrap();
        let mut server = Server::start(&[]);
        let root = format!("file://{}", directory.path().display());
        let folders = json!([{"uri": root, "name": "workspace"}]);
        server.initialize(json!({"capabilities": kind.capabilities(), "workspaceFolders": folders}));
        let mut session = Self { server, directory, kind, files: Files::new() };
        session.write(files);
        let (uri, text) = (session.uri(BUNDLE), files[BUNDLE].clone());
        session.server.open(&uri, &text);
        if !kind.hurries {
            match kind.diagnostics {
                Diagnostics::Pulled => drop(session.server.pulled(&uri)),
                Diagnostics::Pushed => drop(session.server.published(&uri, 1)),
                Diagnostics::Ignored => {}
            }
        }
        session
    }

    fn root(&self) -> PathBuf {
        self.directory.path().join("shop")
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        uri(&self.root().join(path))
    }

    /// Writes files and removes others, without notifying the server.
    pub(crate) fn write(&mut self, files: &Files) {
        self.files.keys().filter(|path| !files.contains_key(*path)).for_each(|path| {
            let path = self.root().join(path);
            fs::remove_file(&path).unwrap();
            // Git keeps no empty directories.
            let _ = fs::remove_dir(path.parent().unwrap());
        });
        write(&self.root(), files);
        self.files = files.clone();
    }

    /// The files as the client sees them.
    pub(crate) fn model(&self) -> Model {
        Model::new(self.files.clone(), self.root().display().to_string(), (BUNDLE.to_owned(), 1))
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Answer {
        let text = self.files[BUNDLE].clone();
        let document = json!({"uri": self.uri(BUNDLE)});
        let place = |offset: usize| position(&text, offset);
        let options = json!({"tabSize": 2, "insertSpaces": true});
        let whole = json!({"start": place(0), "end": place(text.len())});
        let (method, params, title) = match request {
            Request::QuickFixes => return self.actions(&whole, "quickfix"),
            Request::FixAll => return self.actions(&whole, "source.fixAll"),
            Request::Refactorings(at) => {
                return self.actions(&json!({"start": place(*at), "end": place(*at)}), "refactor");
            }
            Request::Complete(at) => {
                return self.complete(json!({"textDocument": document, "position": place(*at)}));
            }
            Request::Rename(at, name) => {
                let params = json!({"textDocument": document, "position": place(*at), "newName": name});
                ("textDocument/rename", params, "rename")
            }
            Request::Format => {
                ("textDocument/formatting", json!({"textDocument": document, "options": options}), "format")
            }
            Request::FormatLines(start, end) => {
                let range = json!({"start": place(*start), "end": place(*end)});
                let params = json!({"textDocument": document, "options": options, "range": range});
                ("textDocument/rangeFormatting", params, "format a range")
            }
            Request::SavePreset(name, values) => {
                let params = json!({"uri": document["uri"], "name": name, "values": values});
                ("massdriver/formSavePreset", params, "save a preset")
            }
            Request::RenameDirectory(old, new) => {
                let files = json!([{"oldUri": self.uri(old), "newUri": self.uri(new)}]);
                ("workspace/willRenameFiles", json!({"files": files}), "rename a directory")
            }
        };
        match self.request(method, params) {
            Err(reason) => Answer { refusals: vec![reason], ..Answer::default() },
            Ok(Value::Null) => Answer::default(),
            Ok(edit) => {
                let edit = if edit.is_array() { json!({"changes": {self.uri(BUNDLE): edit}}) } else { edit };
                let offer = Offer { title: title.to_owned(), edit, promise: None, finding: None };
                Answer { offers: vec![offer], ..Answer::default() }
            }
        }
    }

    fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.server.ask(method, params);
        self.server.answer(&id).response_result.map_err(|error| error.message)
    }

    fn actions(&mut self, range: &Value, kind: &str) -> Answer {
        let context = json!({"diagnostics": [], "only": [kind]});
        let document = json!({"uri": self.uri(BUNDLE)});
        let params = json!({"textDocument": document, "range": range, "context": context});
        let mut answer = Answer::default();
        let listed = match self.request("textDocument/codeAction", params) {
            Ok(listed) => listed,
            Err(reason) => {
                answer.refusals.push(reason);
                return answer;
            }
        };
        for action in listed.as_array().into_iter().flatten() {
            if action.get("command").is_some() || action.get("disabled").is_some() {
                continue;
            }
            let title = action["title"].as_str().unwrap_or_default().to_owned();
            let action = if action.get("edit").is_none() && self.kind.resolves {
                match self.request("codeAction/resolve", action.clone()) {
                    Ok(resolved) => resolved,
                    Err(reason) => {
                        answer.refusals.push(format!("{title}: {reason}"));
                        continue;
                    }
                }
            } else {
                action.clone()
            };
            answer.offers.push(offer(title, &action));
        }
        answer
    }

    /// Completion items, each converted to the edit that accepting it makes.
    fn complete(&mut self, params: Value) -> Answer {
        let uri = self.uri(BUNDLE);
        let result = self.request("textDocument/completion", params.clone()).unwrap_or_default();
        let items = result["items"].as_array().or(result.as_array()).cloned().unwrap_or_default();
        let edit_of = |item: &Value| {
            let empty = json!({"start": params["position"], "end": params["position"]});
            let text = item.get("insertText").unwrap_or(&item["label"]);
            let main =
                item.get("textEdit").cloned().unwrap_or_else(|| json!({"range": empty, "newText": text}));
            let more = item["additionalTextEdits"].as_array().cloned().unwrap_or_default();
            json!({"changes": {uri.clone(): std::iter::once(main).chain(more).collect::<Vec<_>>()}})
        };
        let offer = |item: &Value| Offer {
            title: item["label"].as_str().unwrap_or_default().to_owned(),
            edit: edit_of(item),
            promise: None,
            finding: None,
        };
        Answer { offers: items.iter().map(offer).collect(), refusals: Vec::new() }
    }
}

fn offer(title: String, action: &Value) -> Offer {
    let strings = |value: &Value| -> Option<Vec<String>> {
        value.as_array()?.iter().map(|one| Some(one.as_str()?.to_owned())).collect()
    };
    let finding = &action["diagnostics"][0];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Offer {
        title,
        edit: action["edit"].clone(),
        promise: strings(&action["data"]["changes"]),
        finding: text(&finding["code"]).zip(text(&finding["message"])),
    }
}

/// The URI of a path.
pub(crate) fn uri(path: &Path) -> String {
    let mut uri = String::from("file://");
    for byte in path.to_str().unwrap().bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The path of a URI; `None` if it is not a file URI.
pub(crate) fn path(uri: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = uri.strip_prefix("file://")?.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Writes files below a directory.
pub(crate) fn write(root: &Path, files: &Files) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
