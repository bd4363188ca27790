//! The beginning of a session: who the client is, which settings it has, and what it shall tell us.

use crate::lsp::capabilities;
use crate::lsp::document::file_path;
use crate::lsp::handlers::configuration::{self, SECTION};
use crate::lsp::termination;

use crate::lsp::server::Session;
use crate::lsp::workspace::index;
use crate::settings::LogLevel;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower_lsp::ls_types::*;

/// Files that a bundle's findings may depend on.
const WATCHED: &str = "**/*.{yaml,yml,json,tf,tofu,bicep,jq,md}";

/// Files of code whose buffers we want to see, beside the documents that the client's own configuration gives us. They get
/// hovers and nothing else: other servers are there for them.
const CODE: &str = "**/{*.tf,*.tofu,*.tf.json,*.tofu.json,template.bicep,values.yaml}";

/// `initialize`.
pub(crate) fn initialize(session: &Arc<Session>, params: InitializeParams) -> InitializeResult {
    let abilities = session.meet(&params.capabilities);
    session.use_folders(folders(&params));
    session.state().traced = matches!(params.trace, Some(TraceValue::Messages | TraceValue::Verbose));
    session.log.set_verbose(matches!(params.trace, Some(TraceValue::Verbose)));
    session.log.write(LogLevel::Info, &format!("the client is {}", client(&params)));
    if let Some(process) = params.process_id {
        termination::with_process(process, Arc::clone(&session.log));
    }
    if let Some(options) = &params.initialization_options {
        session.use_settings(options);
    }
    InitializeResult {
        capabilities: capabilities::server(abilities, params.client_info.as_ref()),
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}

/// The client's name and version, as it says.
fn client(params: &InitializeParams) -> String {
    let Some(info) = &params.client_info else { return "of no name".to_owned() };
    format!("{} {}", info.name, info.version.as_deref().unwrap_or_default())
}

#[expect(deprecated, reason = "older clients know no workspace folders")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| file_path(&folder.uri)).collect();
    }
    let by_uri = params.root_uri.as_ref().and_then(file_path);
    by_uri.or_else(|| params.root_path.as_ref().map(PathBuf::from)).into_iter().collect()
}

/// `initialized`: asks the client for its settings, and to be told when they or files change.
pub(crate) fn initialized(session: &Arc<Session>) {
    session.running.store(true, Ordering::Relaxed);
    configuration::fetch_settings(session, Value::Null);
    index::scan_soon(session);
    let registrations = registrations(session);
    if !registrations.is_empty() {
        let remote = session.remote.clone();
        tokio::spawn(async move { remote.register_capability(registrations).await });
    }
}

fn registrations(session: &Session) -> Vec<Registration> {
    let abilities = session.abilities();
    let registration = |wanted: bool, method: &str, options: Value| {
        wanted.then(|| Registration {
            id: method.to_owned(),
            method: method.to_owned(),
            register_options: Some(options),
        })
    };
    let configuration = json!({ "section": SECTION });
    let watching = json!({ "watchers": [{ "globPattern": WATCHED }] });
    let code = json!({ "documentSelector": [{ "scheme": "file", "pattern": CODE }] });
    let mut changes = code.clone();
    changes["syncKind"] = json!(TextDocumentSyncKind::INCREMENTAL);
    [
        registration(abilities.registers_configuration, "workspace/didChangeConfiguration", configuration),
        registration(abilities.registers_watching, "workspace/didChangeWatchedFiles", watching),
        registration(abilities.registers_documents, "textDocument/didOpen", code.clone()),
        registration(abilities.registers_documents, "textDocument/didChange", changes),
        registration(abilities.registers_documents, "textDocument/didClose", code.clone()),
        registration(abilities.registers_documents && abilities.registers_hover, "textDocument/hover", code),
    ]
    .into_iter()
    .flatten()
    .collect()
}
