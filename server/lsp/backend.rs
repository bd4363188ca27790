//! Routes each message to its handler.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::handlers::{
    code_action, code_lens, completion, configuration, definition, diagnostic, document_highlight,
    document_link, document_symbol, execute_command, folding_range, form_preview, formatting, hover,
    initialize, inlay_hint, linked_editing_range, references, rename, resource_type, selection_range,
    semantic_tokens, signature_help, text_synchronization, watched_files, will_rename_files,
    workspace_diagnostic, workspace_folders, workspace_symbol,
};
use crate::lsp::server::Server;
use crate::lsp::workspace::{file_loader, index};
use crate::lsp::{error, task};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// The service that `tower-lsp` calls.
pub(super) struct Backend(pub(super) Arc<Server>);

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(initialize::initialize(&self.0, params))
    }

    async fn initialized(&self, _: InitializedParams) {
        initialize::initialized(&self.0);
    }

    async fn shutdown(&self) -> Result<()> {
        self.0.shutdown_requested.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        text_synchronization::open(&self.0, params.text_document);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        text_synchronization::change(&self.0, params);
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        text_synchronization::save(&self.0, &params.text_document.uri);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        text_synchronization::close(&self.0, params.text_document.uri);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        configuration::change_settings(&self.0, params.settings);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        workspace_folders::change_folders(&self.0, &params.event);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        watched_files::files_changed(&self.0, &params.changes);
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let server = Arc::clone(&self.0);
        let found = task::run(move || workspace_symbol::symbols(&server, &params.query)).await?;
        Ok(Some(WorkspaceSymbolResponse::Flat(found)))
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let server = Arc::clone(&self.0);
        task::run(move || will_rename_files::will_rename(&server, &params.files)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        execute_command::execute(Arc::clone(&self.0), params).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        diagnostic::pull(Arc::clone(&self.0), params.text_document.uri, params.previous_result_id).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        workspace_diagnostic::pull(Arc::clone(&self.0), params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let Some(document) = self.0.document(&params.text_document.uri) else { return Ok(None) };
        let server = Arc::clone(&self.0);
        let work = move || {
            let document = file_loader::with_all_files(&server, document);
            code_action::actions(&server, &document, params.range, &params.context)
        };
        task::run(work).await.map(Some)
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let server = Arc::clone(&self.0);
        task::run(move || code_action::resolve(&server, action)).await?
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let format = self.0.client_capabilities().hover.clone();
        let server = Arc::clone(&self.0);
        let work = move || match server.document(&text_document.uri) {
            Some(document) => hover::hover(&server, &document, position, format),
            None => hover::hover_in_code(&server, &text_document.uri, position, format),
        };
        task::run(work).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.wait_for_types(&text_document.uri, position).await?;
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| definition::definition(&server, document, position);
        Ok(self.with_document(&text_document.uri, work).await?.flatten())
    }

    async fn goto_type_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.wait_for_types(&text_document.uri, position).await?;
        let server = Arc::clone(&self.0);
        let work =
            move |document: &DocumentSnapshot| definition::type_definition(&server, document, position);
        Ok(self.with_document(&text_document.uri, work).await?.flatten())
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let with_declaration = params.context.include_declaration;
        self.block_on(index::wait_for_first_scan).await;
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| {
            references::references(&server, document, position, with_declaration)
        };
        self.with_document(&text_document.uri, work).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.with_document(&text_document.uri, move |document| {
            document_highlight::highlights(document, position)
        })
        .await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| document_link::document_links(&server, document);
        self.with_document(&params.text_document.uri, work).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let position = params.position;
        self.block_on(index::wait_for_first_scan).await;
        let found = self
            .with_document(&params.text_document.uri, move |document| rename::prepare(document, position))
            .await?;
        found.transpose()
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let about = self.with_document(&text_document.uri, move |document| {
            (document.version, resource_type::is_at(document, position))
        });
        let Some((version, is_type)) = about.await? else { return Ok(None) };
        if is_type && !self.block_on(index::rescan).await {
            return Err(error::refusal(
                "The workspace is still being indexed; try again in a moment.".to_owned(),
            ));
        }
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| match document.version == version {
            true => rename::rename(&server, document, position, &params.new_name),
            false => Err(error::modified()),
        };
        self.with_document(&text_document.uri, work).await?.transpose()
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let as_tree = self.0.client_capabilities().hierarchical_symbols;
        self.with_document(&params.text_document.uri, move |document| {
            document_symbol::symbols(document, as_tree)
        })
        .await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let limit = self.0.client_capabilities().folding_range_limit;
        self.with_document(&params.text_document.uri, move |document| folding_range::folds(document, limit))
            .await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.with_document(&params.text_document.uri, |document| formatting::formatted(document, None)).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let range = Some(params.range);
        self.with_document(&params.text_document.uri, move |document| formatting::formatted(document, range))
            .await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let work =
            move |document: &DocumentSnapshot| selection_range::selections(document, &params.positions);
        self.with_document(&params.text_document.uri, work).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| code_lens::lenses(&server, document);
        self.with_document(&params.text_document.uri, work).await
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        Ok(self
            .with_document(&text_document.uri, move |document| {
                linked_editing_range::linked(document, position)
            })
            .await?
            .flatten())
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let Some(document) = self.0.document(&params.text_document.uri) else { return Ok(None) };
        task::run(move || inlay_hint::inlay_hints(&document, params.range)).await.map(Some)
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        let Some(document) = self.0.document(&params.text_document.uri) else { return Ok(None) };
        task::run(move || semantic_tokens::semantic_tokens(&document)).await.map(Some)
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let Some(document) = self.0.document(&text_document.uri) else { return Ok(None) };
        let server = Arc::clone(&self.0);
        let work = move || signature_help::signature_help(&document, position, server.client_capabilities());
        task::run(work).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let Some(document) = self.0.document(&text_document.uri) else { return Ok(None) };
        let server = Arc::clone(&self.0);
        let work = move || completion::complete(&server, &document, position);
        task::run(work).await.map(|list| Some(CompletionResponse::List(list)))
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        Ok(completion::resolve(item, &self.0.client_capabilities().completion))
    }
}

impl Backend {
    /// Runs `work` on a snapshot of a document off the async threads; `None` if the document is not open.
    async fn with_document<T: Send + 'static>(
        &self,
        uri: &Uri,
        work: impl FnOnce(&DocumentSnapshot) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let Some(document) = self.0.document(uri) else { return Ok(None) };
        task::run(move || work(&document)).await.map(Some)
    }

    /// Waits for the first scan of the workspace if a position refers to a resource type.
    async fn wait_for_types(&self, uri: &Uri, position: Position) -> Result<()> {
        if self.with_document(uri, move |document| resource_type::refers_to_type(document, position)).await?
            == Some(true)
        {
            self.block_on(index::wait_for_first_scan).await;
        }
        Ok(())
    }

    /// Runs a blocking wait on the pool. `false` on a timeout.
    async fn block_on(&self, wait: fn(&Arc<Server>) -> bool) -> bool {
        let server = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || wait(&server)).await.unwrap_or(false)
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        index::cancel_scan(&self.0, &params.token);
    }

    /// `massdriver/formPreview`
    pub(super) async fn form_preview(
        &self,
        params: form_preview::FormPreviewParams,
    ) -> Result<Option<form_preview::FormPreview>> {
        let server = Arc::clone(&self.0);
        Ok(self
            .with_document(&params.uri, move |document| form_preview::preview(&server, document))
            .await?
            .flatten())
    }

    /// `massdriver/formEnvs`
    pub(super) async fn form_envs(
        &self,
        params: form_preview::FormEnvsParams,
    ) -> Result<Option<serde_json::Value>> {
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| form_preview::envs(&server, document, &params.values);
        Ok(self.with_document(&params.uri, work).await?.flatten())
    }

    /// `massdriver/formSavePreset`
    pub(super) async fn form_save_preset(
        &self,
        params: form_preview::SavePresetParams,
    ) -> Result<Option<WorkspaceEdit>> {
        let server = Arc::clone(&self.0);
        let work = move |document: &DocumentSnapshot| {
            form_preview::save_preset(&server, document, &params.name, &params.values)
        };
        Ok(self.with_document(&params.uri, work).await?.flatten())
    }

    /// `$/setTrace`.
    pub(super) async fn set_trace(&self, params: SetTraceParams) {
        self.0.log.set_verbose(matches!(params.value, TraceValue::Verbose));
        self.0.state().trace = !matches!(params.value, TraceValue::Off);
    }
}
