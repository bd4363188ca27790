//! Routes each message to the main loop or to its handler.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::error;
use crate::lsp::handlers::{
    code_action, code_lens, completion, definition, diagnostic, document_highlight, document_link,
    document_symbol, folding_range, form_preview, formatting, hover, inlay_hint, linked_editing_range,
    references, rename, resource_type, selection_range, semantic_tokens, signature_help, will_rename_files,
    workspace_diagnostic, workspace_symbol,
};
use crate::lsp::main_loop::{Call, MainLoop};
use crate::lsp::panics;
use crate::lsp::state::StateSnapshot;
use crate::lsp::workspace::file_loader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

/// The service that `tower-lsp` calls.
pub(super) struct Backend {
    client: Client,
    calls: Sender<Call>,
}

impl Backend {
    /// A service that passes its calls to the main loop.
    pub(super) fn new(client: Client, calls: Sender<Call>) -> Self {
        Self { client, calls }
    }

    /// The client.
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Has the main loop do something.
    fn update(&self, update: impl FnOnce(&mut MainLoop) + Send + 'static) {
        let _ = self.calls.send(Call::Update(Box::new(update)));
    }

    /// Has the main loop do something and return a result.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut MainLoop) -> T + Send + 'static,
    ) -> Result<T> {
        let (done, outcome) = oneshot::channel();
        self.update(move |main_loop| _ = done.send(work(main_loop)));
        outcome.await.map_err(|_| Error::internal_error())
    }

    /// Runs the work of a request on a snapshot of the state, off the main loop. It does not start if the request is cancelled
    /// before; a panic becomes an error response.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&StateSnapshot) -> T + Send + 'static,
    ) -> Result<T> {
        self.run_where(None, work).await
    }

    /// Like [`Self::run`], but may run on the main loop: the work returns the diagnostics of `analyses`.
    async fn run_where<T: Send + 'static>(
        &self,
        analyses: Option<Uri>,
        work: impl FnOnce(&StateSnapshot) -> T + Send + 'static,
    ) -> Result<T> {
        let (done, outcome) = oneshot::channel();
        let work = move |state: StateSnapshot| {
            if !done.is_closed() {
                let outcome = catch_unwind(AssertUnwindSafe(|| work(&state)));
                // Without other owners, the main loop changes the state in place.
                drop(state);
                let _ = done.send(outcome);
            }
        };
        let _ = self.calls.send(Call::Run { work: Box::new(work), analyses });
        match outcome.await {
            Ok(outcome) => outcome.map_err(|panic| panics::internal_error(&*panic)),
            Err(_) => Err(Error::request_cancelled()),
        }
    }

    /// Runs `work` on a snapshot of a document; `None` if the document is not open.
    async fn with_document<T: Send + 'static>(
        &self,
        uri: Uri,
        work: impl FnOnce(&StateSnapshot, &DocumentSnapshot) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        self.run(move |state| state.document(&uri).map(|document| work(state, &document))).await
    }

    /// Runs a handler of definitions; it waits for the first scan of the workspace if the position refers to a resource type.
    async fn definition(
        &self,
        params: GotoDefinitionParams,
        handler: fn(&StateSnapshot, &DocumentSnapshot, Position) -> Option<GotoDefinitionResponse>,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.run(move |state| {
            let document = state.document(&text_document.uri)?;
            if !resource_type::refers_to_type(&document, position) {
                return handler(state, &document, position);
            }
            let state = state.after_first_scan();
            handler(&state, &*state.document(&text_document.uri)?, position)
        })
        .await
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.update(move |main_loop| main_loop.cancel_scan(&params.token));
    }

    /// `massdriver/formPreview`
    pub(super) async fn form_preview(
        &self,
        params: form_preview::FormPreviewParams,
    ) -> Result<Option<form_preview::FormPreview>> {
        Ok(self.with_document(params.uri, form_preview::preview).await?.flatten())
    }

    /// `massdriver/formEnvs`
    pub(super) async fn form_envs(
        &self,
        params: form_preview::FormEnvsParams,
    ) -> Result<Option<serde_json::Value>> {
        let work = move |state: &StateSnapshot, document: &DocumentSnapshot| {
            form_preview::envs(state, document, &params.values)
        };
        Ok(self.with_document(params.uri, work).await?.flatten())
    }

    /// `massdriver/formSavePreset`
    pub(super) async fn form_save_preset(
        &self,
        params: form_preview::SavePresetParams,
    ) -> Result<Option<WorkspaceEdit>> {
        let work = move |state: &StateSnapshot, document: &DocumentSnapshot| {
            form_preview::save_preset(state, document, &params.name, &params.values)
        };
        Ok(self.with_document(params.uri, work).await?.flatten())
    }

    /// `$/setTrace`.
    pub(super) async fn set_trace(&self, params: SetTraceParams) {
        self.update(move |main_loop| main_loop.set_trace(params.value));
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.ask(move |main_loop| main_loop.initialize(&params)).await
    }

    async fn initialized(&self, _: InitializedParams) {
        self.update(MainLoop::initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.ask(MainLoop::shut_down).await
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.update(|main_loop| main_loop.open(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.update(|main_loop| main_loop.change(params));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.update(|main_loop| main_loop.save(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.update(|main_loop| main_loop.close(params.text_document.uri));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.update(|main_loop| main_loop.change_settings(params.settings));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.update(move |main_loop| main_loop.change_folders(&params.event));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.update(move |main_loop| main_loop.files_changed(&params.changes));
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let found = self.run(move |state| workspace_symbol::symbols(state, &params.query)).await?;
        Ok(Some(WorkspaceSymbolResponse::Flat(found)))
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        self.run(move |state| will_rename_files::will_rename(state, &params.files)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        let fetch = self.ask(|main_loop| main_loop.start_fetch(params)).await??;
        self.run(|_| fetch.run()).await?.map(Some)
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let (uri, previous) = (params.text_document.uri, params.previous_result_id);
        let work = {
            let uri = uri.clone();
            move |state: &StateSnapshot| diagnostic::report(state, &uri, previous)
        };
        self.run_where(Some(uri), work).await.map(DocumentDiagnosticReportResult::Report)
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        let previous = params.previous_result_ids;
        let known = previous.clone();
        let state = self.ask(move |main_loop| main_loop.workspace_pulled(&known)).await?;
        workspace_diagnostic::pull(state, previous).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.run(move |state| {
            let document = file_loader::with_all_files(state, state.document(&params.text_document.uri)?);
            Some(code_action::actions(state, &document, params.range, &params.context))
        })
        .await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        self.run(move |state| code_action::resolve(state, action)).await?
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.run(move |state| match state.document(&text_document.uri) {
            Some(document) => hover::hover(state, &document, position),
            None => hover::hover_in_code(state, &text_document.uri, position),
        })
        .await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.definition(params, definition::definition).await
    }

    async fn goto_type_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        self.definition(params, definition::type_definition).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let with_declaration = params.context.include_declaration;
        self.run(move |state| {
            let state = state.after_first_scan();
            let document = state.document(&text_document.uri)?;
            Some(references::references(&state, &document, position, with_declaration))
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.with_document(text_document.uri, move |_, document| {
            document_highlight::highlights(document, position)
        })
        .await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.with_document(params.text_document.uri, document_link::document_links).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let found = self.run(move |state| {
            let document = state.after_first_scan().document(&params.text_document.uri)?;
            Some(rename::prepare(&document, params.position))
        });
        found.await?.transpose()
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let renamed = self.run(move |state| {
            let document = state.document(&text_document.uri)?;
            if !resource_type::is_at(&document, position) {
                return Some(rename::rename(state, &document, position, &params.new_name));
            }
            let Some(state) = state.after_rescan() else {
                let reason = "The workspace is still being indexed; try again in a moment.";
                return Some(Err(error::refusal(reason.to_owned())));
            };
            let version = document.version;
            let document = state.document(&text_document.uri)?;
            Some(match document.version == version {
                true => rename::rename(&state, &document, position, &params.new_name),
                false => Err(error::modified()),
            })
        });
        renamed.await?.transpose()
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.with_document(params.text_document.uri, |state, document| {
            document_symbol::symbols(document, state.client.hierarchical_symbols)
        })
        .await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.with_document(params.text_document.uri, |state, document| {
            folding_range::folds(document, state.client.folding_range_limit)
        })
        .await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.with_document(params.text_document.uri, |_, document| formatting::formatted(document, None))
            .await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let range = Some(params.range);
        self.with_document(params.text_document.uri, move |_, document| {
            formatting::formatted(document, range)
        })
        .await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.with_document(params.text_document.uri, move |_, document| {
            selection_range::selections(document, &params.positions)
        })
        .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.with_document(params.text_document.uri, code_lens::lenses).await
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let work = move |_: &StateSnapshot, document: &DocumentSnapshot| {
            linked_editing_range::linked(document, position)
        };
        Ok(self.with_document(text_document.uri, work).await?.flatten())
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.with_document(params.text_document.uri, move |_, document| {
            inlay_hint::inlay_hints(document, params.range)
        })
        .await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        self.with_document(params.text_document.uri, |_, document| semantic_tokens::semantic_tokens(document))
            .await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let work = move |state: &StateSnapshot, document: &DocumentSnapshot| {
            signature_help::signature_help(document, position, state.client())
        };
        Ok(self.with_document(text_document.uri, work).await?.flatten())
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let list = self.with_document(text_document.uri, move |state, document| {
            completion::complete(state, document, position)
        });
        Ok(list.await?.map(CompletionResponse::List))
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.ask(|main_loop| completion::resolve(item, &main_loop.client_capabilities().completion)).await
    }
}
