//! `workspace/executeCommand`: `massdriver.refreshCatalog`, the only part of the server that uses the network.

use crate::lsp::error::refusal;
use crate::lsp::progress::Progress;
use crate::lsp::server::Server;
use crate::lsp::task;
use crate::lsp::workspace::index;
use crate::organization::{self, Configuration};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::notification::ShowMessage;
use tower_lsp::ls_types::*;

/// The command that fetches the organization's resource types.
pub(super) const REFRESH_CATALOG: &str = "massdriver.refreshCatalog";

/// The server's options.
pub(crate) fn options() -> ExecuteCommandOptions {
    ExecuteCommandOptions {
        commands: vec![REFRESH_CATALOG.to_owned()],
        work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
    }
}

/// `workspace/executeCommand`.
pub(crate) async fn execute(server: Arc<Server>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    if params.command != REFRESH_CATALOG {
        return Err(Error::invalid_params(format!("There is no command `{}`.", params.command)));
    }
    if server.offline {
        return Err(failed("the server was started with `--offline`, as in a replay".to_owned()));
    }
    let guard =
        FetchGuard::acquire(&server).ok_or_else(|| failed("they are already being fetched".to_owned()))?;
    let sent = params.work_done_progress_params.work_done_token;
    let token = Progress::request_token(&server, sent, REFRESH_CATALOG).await;
    let work = move || {
        let _guard = guard;
        refresh(&server, token)
    };
    task::run(work).await?.map(Some)
}

fn refresh(server: &Arc<Server>, token: Option<ProgressToken>) -> Result<Value> {
    let configuration = Configuration::read(None).map_err(|error| failed(error.to_string()))?;
    let organization = &configuration.organization;
    let title = format!("Fetching the resource types of `{organization}`");
    let progress = token.map(|token| Progress::begin(server, token, title));
    let mut report = |types| {
        if let Some(progress) = &progress {
            progress.report(format!("{types} so far"));
        }
    };
    let pulled = organization::pull(&configuration, organization::DEFAULT_TIMEOUT, &mut report);
    if let Some(progress) = progress {
        progress.end(None);
    }
    let pulled = pulled.map_err(|error| failed(error.to_string()))?;
    let types = pulled.types.len();
    index::set_fetched_organization(server, pulled.into_layer(organization));
    let message = format!("Fetched {types} resource types of `{organization}`.");
    server.output.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::INFO, message });
    Ok(json!({ "organization": organization, "types": types }))
}

fn failed(why: String) -> Error {
    refusal(format!("The resource types were not fetched: {why}."))
}

/// Ensures that only one fetch runs at a time.
struct FetchGuard(Arc<Server>);

impl FetchGuard {
    fn acquire(server: &Arc<Server>) -> Option<Self> {
        let flag: &AtomicBool = &server.fetching_catalog;
        (!flag.swap(true, Ordering::AcqRel)).then(|| Self(Arc::clone(server)))
    }
}

impl Drop for FetchGuard {
    fn drop(&mut self) {
        self.0.fetching_catalog.store(false, Ordering::Release);
    }
}
