//! The protocol's methods, one line each; the work is in the other files.

use crate::lsp::document::View;
use crate::lsp::handlers::{
    code_action, code_lens, completion, configuration, definition, diagnostic, document_highlight,
    document_link, document_symbol, execute_command, folding_range, form_preview, formatting, hover,
    initialize, inlay_hint, linked_editing_range, references, rename, resource_type, selection_range,
    semantic_tokens, signature_help, text_synchronization, watched_files, will_rename_files,
    workspace_diagnostic, workspace_folders, workspace_symbol,
};
use crate::lsp::server::Session;
use crate::lsp::workspace::{file_loader, index};
use crate::lsp::{error, task};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

/// Hands each message to the file that answers it.
pub(super) struct Backend(pub(super) Arc<Session>);

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(initialize::initialize(&self.0, params))
    }

    async fn initialized(&self, _: InitializedParams) {
        initialize::initialized(&self.0);
    }

    async fn shutdown(&self) -> Result<()> {
        self.0.shut_down.store(true, Ordering::Relaxed);
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
        let session = Arc::clone(&self.0);
        let found = task::off_thread(move || workspace_symbol::symbols(&session, &params.query)).await?;
        Ok(Some(WorkspaceSymbolResponse::Flat(found)))
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let session = Arc::clone(&self.0);
        task::off_thread(move || will_rename_files::will_rename(&session, &params.files)).await
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
        let Some(view) = self.0.view(&params.text_document.uri) else { return Ok(None) };
        let session = Arc::clone(&self.0);
        let work = move || {
            let view = file_loader::settled(&session, view);
            code_action::actions(&session, &view, params.range, &params.context)
        };
        task::off_thread(work).await.map(Some)
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let session = Arc::clone(&self.0);
        task::off_thread(move || code_action::resolve(&session, action)).await?
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let format = self.0.abilities().hover.clone();
        let session = Arc::clone(&self.0);
        let work = move || match session.view(&text_document.uri) {
            Some(view) => hover::hover(&session, &view, position, format),
            None => hover::hover_in_code(&session, &text_document.uri, position, format),
        };
        task::off_thread(work).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.types_known(&text_document.uri, position).await?;
        let session = Arc::clone(&self.0);
        let work = move |view: &View| definition::definition(&session, view, position);
        Ok(self.about(&text_document.uri, work).await?.flatten())
    }

    async fn goto_type_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.types_known(&text_document.uri, position).await?;
        let session = Arc::clone(&self.0);
        let work = move |view: &View| definition::type_definition(&session, view, position);
        Ok(self.about(&text_document.uri, work).await?.flatten())
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let with_declaration = params.context.include_declaration;
        self.waiting(|session| index::ready(session)).await;
        let session = Arc::clone(&self.0);
        let work = move |view: &View| references::references(&session, view, position, with_declaration);
        self.about(&text_document.uri, work).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.about(&text_document.uri, move |view| document_highlight::highlights(view, position)).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let session = Arc::clone(&self.0);
        let work = move |view: &View| document_link::document_links(&session, view);
        self.about(&params.text_document.uri, work).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let position = params.position;
        self.waiting(|session| index::ready(session)).await;
        let found =
            self.about(&params.text_document.uri, move |view| rename::prepare(view, position)).await?;
        found.transpose()
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let about =
            self.about(&text_document.uri, move |view| (view.version, resource_type::is_at(view, position)));
        let Some((version, is_type)) = about.await? else { return Ok(None) };
        if is_type && !self.waiting(index::refresh).await {
            return Err(error::refusal(
                "The workspace is still being read; try again in a moment.".to_owned(),
            ));
        }
        let session = Arc::clone(&self.0);
        let work = move |view: &View| match view.version == version {
            true => rename::rename(&session, view, position, &params.new_name),
            false => Err(error::modified()),
        };
        self.about(&text_document.uri, work).await?.transpose()
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let as_tree = self.0.abilities().symbol_tree;
        self.about(&params.text_document.uri, move |view| document_symbol::symbols(view, as_tree)).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let limit = self.0.abilities().folds;
        self.about(&params.text_document.uri, move |view| folding_range::folds(view, limit)).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.about(&params.text_document.uri, |view| formatting::formatted(view, None)).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let range = Some(params.range);
        self.about(&params.text_document.uri, move |view| formatting::formatted(view, range)).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let work = move |view: &View| selection_range::selections(view, &params.positions);
        self.about(&params.text_document.uri, work).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let session = Arc::clone(&self.0);
        let work = move |view: &View| code_lens::lenses(&session, view);
        self.about(&params.text_document.uri, work).await
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        Ok(self
            .about(&text_document.uri, move |view| linked_editing_range::linked(view, position))
            .await?
            .flatten())
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let Some(view) = self.0.view(&params.text_document.uri) else { return Ok(None) };
        task::off_thread(move || inlay_hint::inlay_hints(&view, params.range)).await.map(Some)
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        let Some(view) = self.0.view(&params.text_document.uri) else { return Ok(None) };
        task::off_thread(move || semantic_tokens::semantic_tokens(&view)).await.map(Some)
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let Some(view) = self.0.view(&text_document.uri) else { return Ok(None) };
        let session = Arc::clone(&self.0);
        let work = move || signature_help::signature_help(&view, position, session.abilities());
        task::off_thread(work).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let Some(view) = self.0.view(&text_document.uri) else { return Ok(None) };
        let session = Arc::clone(&self.0);
        let work = move || completion::complete(&session, &view, position);
        task::off_thread(work).await.map(|list| Some(CompletionResponse::List(list)))
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        Ok(completion::resolve(item, &self.0.abilities().completion))
    }
}

impl Backend {
    /// Does the work of a request about a document off the async threads; `None` when the document is not ours.
    async fn about<T: Send + 'static>(
        &self,
        uri: &Uri,
        work: impl FnOnce(&View) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let Some(view) = self.0.view(uri) else { return Ok(None) };
        task::off_thread(move || work(&view)).await.map(Some)
    }

    /// Waits until the workspace's resource types are known, if a position is about one.
    async fn types_known(&self, uri: &Uri, position: Position) -> Result<()> {
        if self.about(uri, move |view| resource_type::is_about(view, position)).await? == Some(true) {
            self.waiting(|session| index::ready(session)).await;
        }
        Ok(())
    }

    /// Waits on a thread that is made for it; `false` where that fails.
    async fn waiting(&self, wait: fn(&Arc<Session>) -> bool) -> bool {
        let session = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || wait(&session)).await.unwrap_or(false)
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        index::cancel(&self.0, &params.token);
    }

    /// `massdriver/formPreview`
    pub(super) async fn form_preview(
        &self,
        params: form_preview::Document,
    ) -> Result<Option<form_preview::Preview>> {
        let session = Arc::clone(&self.0);
        Ok(self.about(&params.uri, move |view| form_preview::preview(&session, view)).await?.flatten())
    }

    /// `massdriver/formEnvs`
    pub(super) async fn form_envs(&self, params: form_preview::Filled) -> Result<Option<serde_json::Value>> {
        let session = Arc::clone(&self.0);
        let work = move |view: &View| form_preview::envs(&session, view, &params.values);
        Ok(self.about(&params.uri, work).await?.flatten())
    }

    /// `massdriver/formSavePreset`
    pub(super) async fn form_save_preset(
        &self,
        params: form_preview::Named,
    ) -> Result<Option<WorkspaceEdit>> {
        let session = Arc::clone(&self.0);
        let work = move |view: &View| form_preview::save_preset(&session, view, &params.name, &params.values);
        Ok(self.about(&params.uri, work).await?.flatten())
    }

    /// `$/setTrace`.
    pub(super) async fn set_trace(&self, params: SetTraceParams) {
        self.0.log.set_verbose(matches!(params.value, TraceValue::Verbose));
        self.0.state().traced = !matches!(params.value, TraceValue::Off);
    }
}
