//! Routes each message to the main loop or to its handler.

use crate::lsp::document::DocumentSnapshot;
use crate::lsp::handlers::form_preview::{FormEnvsParams, FormPreview, FormPreviewParams, SavePresetParams};
use crate::lsp::handlers::{
    code_action, code_lens, completion, definition, diagnostic, document_highlight, document_link,
    document_symbol, folding_range, form_preview, formatting, hover, inlay_hint, linked_editing_range,
    references, rename, selection_range, semantic_tokens, signature_help, will_rename_files,
    workspace_diagnostic, workspace_symbol,
};
use crate::lsp::main_loop::{Call, MainLoop};
use crate::lsp::panics;
use crate::lsp::state::StateSnapshot;
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

    /// Runs a handler on a document; `None` if it is not open.
    async fn with_document<T: Send + 'static, R: Into<Option<T>>>(
        &self,
        document: TextDocumentIdentifier,
        handler: impl FnOnce(&StateSnapshot, &DocumentSnapshot) -> R + Send + 'static,
    ) -> Result<Option<T>> {
        self.run(move |state| handler(state, &*state.document(&document.uri)?).into()).await
    }

    /// Runs a handler on a position of a document; `None` if it is not open.
    async fn at<T: Send + 'static, R: Into<Option<T>>>(
        &self,
        at: TextDocumentPositionParams,
        handler: impl FnOnce(&StateSnapshot, &DocumentSnapshot, Position) -> R + Send + 'static,
    ) -> Result<Option<T>> {
        self.with_document(at.text_document, move |state, document| handler(state, document, at.position))
            .await
    }

    /// `window/workDoneProgress/cancel`.
    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.update(move |main_loop| main_loop.cancel_scan(&params.token));
    }

    /// `massdriver/formPreview`
    pub(super) async fn form_preview(&self, params: FormPreviewParams) -> Result<Option<FormPreview>> {
        self.with_document(TextDocumentIdentifier::new(params.uri), form_preview::preview).await
    }

    /// `massdriver/formEnvs`
    pub(super) async fn form_envs(&self, params: FormEnvsParams) -> Result<Option<LSPAny>> {
        let FormEnvsParams { uri, values } = params;
        let document = TextDocumentIdentifier::new(uri);
        self.with_document(document, move |state, document| form_preview::envs(state, document, &values))
            .await
    }

    /// `massdriver/formSavePreset`
    pub(super) async fn form_save_preset(&self, params: SavePresetParams) -> Result<Option<WorkspaceEdit>> {
        let document = TextDocumentIdentifier::new(params.uri.clone());
        self.with_document(document, move |state, document| {
            form_preview::save_preset(state, document, &params)
        })
        .await
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
        let analyses = Some(params.text_document.uri.clone());
        self.run_where(analyses, |state| diagnostic::report(state, params)).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        let known = params.previous_result_ids.clone();
        let state = self.ask(move |main_loop| main_loop.workspace_pulled(&known)).await?;
        workspace_diagnostic::pull(state, params.previous_result_ids).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.run(move |state| code_action::actions(state, &params)).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        self.run(move |state| code_action::resolve(state, action)).await?
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.run(move |state| hover::hover(state, &params.text_document_position_params)).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.at(params.text_document_position_params, definition::definition).await
    }

    async fn goto_type_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        self.at(params.text_document_position_params, definition::type_definition).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let with_declaration = params.context.include_declaration;
        self.at(params.text_document_position, move |state, document, position| {
            references::references(state, document, position, with_declaration)
        })
        .await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        self.at(params.text_document_position_params, document_highlight::highlights).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.with_document(params.text_document, document_link::document_links).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        self.at(params, rename::prepare).await?.transpose()
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let renamed = self.at(params.text_document_position, move |state, document, position| {
            rename::rename(state, document, position, &params.new_name)
        });
        renamed.await?.transpose()
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.with_document(params.text_document, document_symbol::symbols).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.with_document(params.text_document, folding_range::folds).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.with_document(params.text_document, |_, document| formatting::formatted(document, None)).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let range = Some(params.range);
        self.with_document(params.text_document, move |_, document| formatting::formatted(document, range))
            .await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let SelectionRangeParams { text_document, positions, .. } = params;
        self.with_document(text_document, move |_, document| {
            selection_range::selections(document, &positions)
        })
        .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.with_document(params.text_document, code_lens::lenses).await
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        self.at(params.text_document_position_params, linked_editing_range::linked).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let InlayHintParams { text_document, range, .. } = params;
        self.with_document(text_document, move |_, document| inlay_hint::inlay_hints(document, range)).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        self.with_document(params.text_document, semantic_tokens::semantic_tokens).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.at(params.text_document_position_params, signature_help::signature_help).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.at(params.text_document_position, completion::complete).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.ask(|main_loop| completion::resolve(item, &main_loop.client_capabilities().completion)).await
    }
}
