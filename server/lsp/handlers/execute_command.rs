//! `massdriver.refreshCatalog`: the one command, and the only thing in the server that goes to the network.

use crate::lsp::error::refusal;
use crate::lsp::progress::Progress;
use crate::lsp::server::Session;
use crate::lsp::task;
use crate::lsp::workspace::index;
use crate::organization::{self, Configuration};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::notification::ShowMessage;
use tower_lsp::ls_types::*;

/// Fetches the organization's resource types.
pub(crate) const REFRESH: &str = "massdriver.refreshCatalog";

/// What clients may have executed.
pub(crate) fn options() -> ExecuteCommandOptions {
    ExecuteCommandOptions {
        commands: vec![REFRESH.to_owned()],
        work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
    }
}

/// `workspace/executeCommand`.
pub(crate) async fn execute(session: Arc<Session>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    if params.command != REFRESH {
        return Err(Error::invalid_params(format!("There is no command `{}`.", params.command)));
    }
    if session.offline {
        return Err(failed("the server was started with `--offline`, as in a replay".to_owned()));
    }
    let turn = Turn::take(&session).ok_or_else(|| failed("they are being fetched already".to_owned()))?;
    let sent = params.work_done_progress_params.work_done_token;
    let token = Progress::request_token(&session, sent, REFRESH).await;
    let work = move || {
        let _turn = turn;
        refresh(&session, token)
    };
    task::off_thread(work).await?.map(Some)
}

fn refresh(session: &Arc<Session>, token: Option<ProgressToken>) -> Result<Value> {
    let configuration = Configuration::read(None).map_err(|error| failed(error.to_string()))?;
    let organization = &configuration.organization;
    let title = format!("Fetching the resource types of `{organization}`");
    let progress = token.map(|token| Progress::begin(session, token, title));
    let mut report = |types| {
        if let Some(progress) = &progress {
            progress.report(format!("{types} so far"));
        }
    };
    let pulled = organization::pull(&configuration, organization::PATIENCE, &mut report);
    if let Some(progress) = progress {
        progress.end(None);
    }
    let pulled = pulled.map_err(|error| failed(error.to_string()))?;
    let types = pulled.types.len();
    index::use_organization(session, pulled.into_layer(organization));
    let message = format!("Fetched {types} resource types of `{organization}`.");
    session.output.notify::<ShowMessage>(ShowMessageParams { typ: MessageType::INFO, message });
    Ok(json!({ "organization": organization, "types": types }))
}

fn failed(why: String) -> Error {
    refusal(format!("The resource types were not fetched: {why}."))
}

/// The right to fetch: nobody else has it meanwhile.
struct Turn(Arc<Session>);

impl Turn {
    fn take(session: &Arc<Session>) -> Option<Self> {
        let flag: &AtomicBool = &session.fetching;
        (!flag.swap(true, Ordering::AcqRel)).then(|| Self(Arc::clone(session)))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetching.store(false, Ordering::Release);
    }
}
