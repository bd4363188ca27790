//! `initialize` and `initialized`.

use crate::lsp::capabilities::server_capabilities;
use crate::lsp::document::file_path;
use crate::lsp::handlers::configuration::{self, SECTION};
use crate::lsp::termination;

use crate::lsp::server::Server;
use crate::lsp::workspace::index;
use crate::settings::LogLevel;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower_lsp::ls_types::*;

/// Files that findings may depend on.
const WATCHED: &str = "**/*.{yaml,yml,json,tf,tofu,bicep,jq,md}";

/// IaC files that the client is asked to synchronize, in addition to the documents of its own configuration. They only get
/// hovers; other servers handle them.
const CODE_FILES: &str = "**/{*.tf,*.tofu,*.tf.json,*.tofu.json,template.bicep,values.yaml}";

/// `initialize`.
pub(crate) fn initialize(server: &Arc<Server>, params: InitializeParams) -> InitializeResult {
    let client = server.set_client_capabilities(&params.capabilities);
    server.set_folders(folders(&params));
    server.state().trace = matches!(params.trace, Some(TraceValue::Messages | TraceValue::Verbose));
    server.log.set_verbose(matches!(params.trace, Some(TraceValue::Verbose)));
    server.log.write(LogLevel::Info, &format!("the client is {}", client_name(&params)));
    if let Some(process) = params.process_id {
        termination::exit_with_process(process, Arc::clone(&server.log));
    }
    if let Some(options) = &params.initialization_options {
        server.set_settings(options);
    }
    InitializeResult {
        capabilities: server_capabilities(client, params.client_info.as_ref()),
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}

/// The client's name and version.
fn client_name(params: &InitializeParams) -> String {
    let Some(info) = &params.client_info else { return "unknown".to_owned() };
    format!("{} {}", info.name, info.version.as_deref().unwrap_or_default())
}

#[expect(deprecated, reason = "older clients do not send workspace folders")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| file_path(&folder.uri)).collect();
    }
    let by_uri = params.root_uri.as_ref().and_then(file_path);
    by_uri.or_else(|| params.root_path.as_ref().map(PathBuf::from)).into_iter().collect()
}

/// `initialized`: requests the settings, schedules the first scan and registers for changes.
pub(crate) fn initialized(server: &Arc<Server>) {
    server.initialized.store(true, Ordering::Relaxed);
    configuration::fetch_settings(server, Value::Null);
    index::schedule_scan(server);
    let registrations = registrations(server);
    if !registrations.is_empty() {
        let client = server.client.clone();
        tokio::spawn(async move { client.register_capability(registrations).await });
    }
}

fn registrations(server: &Server) -> Vec<Registration> {
    let client = server.client_capabilities();
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
