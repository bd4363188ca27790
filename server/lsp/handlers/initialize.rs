//! `initialize`, and what is registered after `initialized`.

use crate::lsp::capabilities::server_capabilities;
use crate::lsp::client::ResolvedClientCapabilities;
use crate::lsp::document::file_path;
use crate::lsp::handlers::configuration::SECTION;
use serde_json::{Value, json};
use std::path::PathBuf;
use tower_lsp::ls_types::*;

/// Files that findings may depend on.
const WATCHED: &str = "**/*.{yaml,yml,json,tf,tofu,bicep,jq,md}";

/// IaC files that the client is asked to synchronize, in addition to the documents of its own configuration. They only get
/// hovers; other servers handle them.
const CODE_FILES: &str = "**/{*.tf,*.tofu,*.tf.json,*.tofu.json,template.bicep,values.yaml}";

/// The response to `initialize`.
pub(crate) fn result(client: &ResolvedClientCapabilities, info: Option<&ClientInfo>) -> InitializeResult {
    InitializeResult {
        capabilities: server_capabilities(client, info),
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}

/// The client's name and version.
pub(crate) fn client_name(params: &InitializeParams) -> String {
    let Some(info) = &params.client_info else { return "unknown".to_owned() };
    format!("{} {}", info.name, info.version.as_deref().unwrap_or_default())
}

/// The workspace folders.
#[expect(deprecated, reason = "older clients do not send workspace folders")]
pub(crate) fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| file_path(&folder.uri)).collect();
    }
    let by_uri = params.root_uri.as_ref().and_then(file_path);
    by_uri.or_else(|| params.root_path.as_ref().map(PathBuf::from)).into_iter().collect()
}

/// What the server registers for after `initialized`.
pub(crate) fn registrations(client: &ResolvedClientCapabilities) -> Vec<Registration> {
    let registration = |supported: bool, method: &str, options: Value| {
        supported.then(|| Registration {
            id: method.to_owned(),
            method: method.to_owned(),
            register_options: Some(options),
        })
    };
    let configuration = json!({ "section": SECTION });
    let watching = json!({ "watchers": [{ "globPattern": WATCHED }] });
    let code = json!({ "documentSelector": [{ "scheme": "file", "pattern": CODE_FILES }] });
    let mut changes = code.clone();
    changes["syncKind"] = json!(TextDocumentSyncKind::INCREMENTAL);
    [
        registration(client.registers_configuration, "workspace/didChangeConfiguration", configuration),
        registration(client.registers_watched_files, "workspace/didChangeWatchedFiles", watching),
        registration(client.registers_synchronization, "textDocument/didOpen", code.clone()),
        registration(client.registers_synchronization, "textDocument/didChange", changes),
        registration(client.registers_synchronization, "textDocument/didClose", code.clone()),
        registration(client.registers_synchronization && client.registers_hover, "textDocument/hover", code),
    ]
    .into_iter()
    .flatten()
    .collect()
}
