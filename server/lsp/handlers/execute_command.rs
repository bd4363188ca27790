//! `workspace/executeCommand`: `massdriver.refreshCatalog`, the only part of the server that uses the network.

use crate::lsp::error::refusal;
use crate::lsp::event::{Event, Events};
use crate::lsp::progress::Progress;
use crate::lsp::state::Work;
use crate::organization::{self, Configuration};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
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

/// Whether a command can be executed.
pub(crate) fn check(params: &ExecuteCommandParams, offline: bool) -> Result<()> {
    if params.command != REFRESH_CATALOG {
        return Err(Error::invalid_params(format!("There is no command `{}`.", params.command)));
    }
    if offline {
        return Err(failed("the server was started with `--offline`, as in a replay"));
    }
    Ok(())
}

/// A fetch that was started; only one runs at a time.
pub(crate) struct Fetch {
    events: Events,
    token: Option<ProgressToken>,
}

impl Fetch {
    /// A fetch with progress on this token.
    pub(crate) fn new(events: Events, token: Option<ProgressToken>) -> Self {
        Self { events, token }
    }

    /// Fetches the organization's resource types. Blocks.
    pub(crate) fn run(self) -> Result<Value> {
        let configuration = Configuration::read(None).map_err(|error| failed(&error.to_string()))?;
        let organization = &configuration.organization;
        let title = format!("Fetching the resource types of `{organization}`");
        let progress = Progress::begin(&self.events, self.token.clone(), title, false);
        let mut report = |types| progress.report(format!("{types} so far"));
        let pulled = organization::pull(&configuration, organization::DEFAULT_TIMEOUT, &mut report);
        progress.end(None);
        let pulled = pulled.map_err(|error| failed(&error.to_string()))?;
        let types = pulled.types.len();
        self.events.send(Event::TypesFetched(pulled.into_layer(organization)));
        let message = format!("Fetched {types} resource types of `{organization}`.");
        self.events.send(Event::Show(MessageType::INFO, message));
        Ok(json!({ "organization": organization, "types": types }))
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.events.send(Event::WorkEnded(Work::FetchTypes, Ok(())));
    }
}

/// The error for a fetch that failed.
pub(crate) fn failed(why: &str) -> Error {
    refusal(format!("The resource types were not fetched: {why}."))
}
