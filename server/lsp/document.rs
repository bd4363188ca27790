//! Immutable snapshots of documents.

use crate::analysis::{Catalog, Memory, Snapshot};
use crate::bundle::ProgramFile;
use crate::lsp::convert::position;
use crate::lsp::encoding::Encoding;
use crate::memory;
use crate::rules::Finding;
use crate::settings::Settings;
use crate::syntax::{MAX_BYTES, Span};
use crate::workspace::file_cache::{CachedFiles, DocumentLocation, FileCache, FileQuery};
use crate::workspace::{DOCUMENTS, Files};
use ropey::Rope;
use std::collections::BTreeSet;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tower_lsp::ls_types::{Diagnostic, Position, Range, TextDocumentContentChangeEvent, Uri};

/// The function that computes the findings; a parameter, so that tests can use a slow or a panicking one.
pub(super) type Analyse = fn(&Snapshot, &dyn Files, &Settings) -> Vec<Finding>;

/// The language id of documents that have no file name yet.
const LANGUAGE: &str = "massdriver";

/// Above this line length (bytes), columns come from the rope instead of a scan.
const MAX_SCANNED_LINE: usize = 4 << 10;

/// Shorter analyses run on the main loop: no other request is delayed noticeably.
const MAX_QUICK: Duration = Duration::from_millis(15);

/// If a text has grown by more than this (bytes), it is not known how long its analysis takes.
const MAX_QUICK_GROWTH: usize = 4 << 10;

/// The immutable state of one document version: its text, the settings and the cached files around it. Cheap to clone; what is
/// computed from it is computed at most once.
#[derive(Clone)]
pub(super) struct DocumentSnapshot {
    pub(super) uri: Uri,
    /// The client's version of the text.
    pub(super) version: i32,
    pub(super) text: Arc<DocumentText>,
    pub(super) settings: Arc<Settings>,
    /// Where the document is on the disk; `None` if it is not.
    pub(super) location: Option<DocumentLocation>,
    pub(super) file_cache: Arc<FileCache>,
    /// Changes whenever the answers of `file_cache` may change.
    files_revision: u64,
    /// The queries of earlier analyses whose results the next one may keep.
    earlier_queries: BTreeSet<FileQuery>,
    /// Changes whenever the findings may change.
    pub(super) id: u64,
    analysis: Arc<OnceLock<Analysis>>,
    /// The cost of the last analysis of an earlier snapshot.
    last_cost: Option<AnalysisCost>,
    /// The diagnostics that the client pulled last, and their result id; shared by all versions.
    pub(super) pulled: Arc<Mutex<(String, Vec<Diagnostic>)>>,
    /// The last field: dropped when everything else of the document is.
    _lifetime: Arc<Lifetime>,
}

/// The result of the analysis.
pub(super) struct Analysis {
    /// The findings, in source order.
    pub(super) findings: Vec<Finding>,
    /// The queries about other files that the findings depend on.
    pub(super) queries: BTreeSet<FileQuery>,
    cost: AnalysisCost,
}

/// How long an analysis took, and the length of the text.
#[derive(Clone, Copy)]
struct AnalysisCost {
    time: Duration,
    bytes: usize,
}

impl DocumentSnapshot {
    /// The first snapshot of a document, without cached files.
    pub(super) fn new(
        uri: Uri,
        version: i32,
        text: DocumentText,
        settings: Arc<Settings>,
        location: Option<DocumentLocation>,
    ) -> Arc<Self> {
        let (text, file_cache, analysis) = (Arc::new(text), Arc::default(), Arc::default());
        let _lifetime = Arc::default();
        Arc::new(Self {
            uri,
            version,
            text,
            settings,
            location,
            file_cache,
            files_revision: next_id(),
            earlier_queries: BTreeSet::new(),
            id: next_id(),
            analysis,
            last_cost: None,
            pulled: Arc::default(),
            _lifetime,
        })
    }

    /// The next snapshot, changed by `change` and to be analysed again. Shares everything else.
    pub(super) fn modified(&self, change: impl FnOnce(&mut Self)) -> Arc<Self> {
        let cost = self.analysis.get().map(|analysis| analysis.cost).or(self.last_cost);
        let mut next = Self { id: next_id(), analysis: Arc::default(), last_cost: cost, ..self.clone() };
        change(&mut next);
        if !Arc::ptr_eq(&next.file_cache, &self.file_cache)
            || next.location.is_some() != self.location.is_some()
        {
            next.files_revision = next_id();
        }
        Arc::new(next)
    }

    /// Replaces a snapshot by the next version of its text. If nobody else uses the snapshot, the parsed text takes in
    /// edits that allow it, so that only a part of the analysis is repeated.
    pub(super) fn edit(this: &mut Arc<Self>, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let parsed = Arc::get_mut(this).and_then(Self::take_parsed);
        let (text, queries) = match parsed {
            Some((snapshot, queries)) => this.text.edited_from(changes, snapshot).map(|text| (text, queries)),
            None => Err(changes),
        }
        .unwrap_or_else(|changes| (this.text.edited(changes), BTreeSet::new()));
        *this = this.modified(|next| {
            next.version = version;
            next.text = Arc::new(text);
            next.earlier_queries = queries;
        });
    }

    /// Takes the parsed text, and the queries that its findings depend on, if the text is not shared.
    fn take_parsed(&mut self) -> Option<(Snapshot, BTreeSet<FileQuery>)> {
        let snapshot = Arc::get_mut(&mut self.text)?.snapshot.take()?;
        let mut queries = mem::take(&mut self.earlier_queries);
        queries.extend(self.queries().into_iter().flatten().cloned());
        Some((snapshot, queries))
    }

    /// A snapshot with another file cache. The analysis is kept unless the cache may lead to other findings.
    pub(super) fn with_cache(&self, file_cache: Arc<FileCache>, changed: bool) -> Arc<Self> {
        match changed {
            true => self.modified(|next| next.file_cache = file_cache),
            false => Arc::new(Self { file_cache, ..self.clone() }),
        }
    }

    /// A snapshot with another text that leads to the same findings; the analysis is kept.
    pub(super) fn with_equivalent_text(&self, text: Arc<DocumentText>) -> Arc<Self> {
        Arc::new(Self { text, ..self.clone() })
    }

    /// The analysis, computed on first use: never call this on an async thread or under a lock.
    pub(super) fn analysis(&self, analyse: Analyse) -> &Analysis {
        self.analysis.get_or_init(|| {
            let (start, files) = (Instant::now(), self.files());
            let findings = analyse(self.snapshot(), &files, &self.settings);
            let cost = AnalysisCost { time: start.elapsed(), bytes: self.text.rope.len_bytes() };
            let mut queries = files.into_queries();
            queries.extend(self.earlier_queries.iter().cloned());
            Analysis { findings, queries, cost }
        })
    }

    /// Whether the analysis is computed already or is expected to take no longer than [`MAX_QUICK`]: the last one did, and the
    /// text has not grown much since.
    pub(super) fn is_quick(&self) -> bool {
        let is_quick = |cost: AnalysisCost| {
            cost.time <= MAX_QUICK && self.text.rope.len_bytes() <= cost.bytes + MAX_QUICK_GROWTH
        };
        self.analysis.get().is_some() || self.last_cost.is_some_and(is_quick)
    }

    /// The parsed text, computed on first use.
    pub(super) fn snapshot(&self) -> &Snapshot {
        self.text.snapshot(self.path())
    }

    /// The absolute path of the document, if it is on a disk.
    pub(super) fn path(&self) -> Option<&Path> {
        self.location.as_ref().map(|location| location.path.as_path())
    }

    /// The range of a span in the client's encoding.
    pub(super) fn range(&self, span: Span) -> Range {
        let (syntax, encoding) = (&self.snapshot().document().syntax, self.text.encoding);
        let is_parsed = syntax.text().len() <= MAX_BYTES;
        let is_short = |offset| syntax.lines().span(syntax.lines().line_of(offset)).len() <= MAX_SCANNED_LINE;
        if is_parsed && is_short(span.start()) && is_short(span.end()) {
            return position::range_on(syntax.lines(), syntax.text(), encoding, span);
        }
        position::range(&self.text.rope, encoding, span)
    }

    /// The byte offset of a position; positions outside the text are clamped.
    pub(super) fn offset(&self, position: Position) -> usize {
        position::offset(&self.text.rope, self.text.encoding, position)
    }

    /// The cached files around the document.
    pub(super) fn files(&self) -> CachedFiles<'_> {
        CachedFiles::new(self.location.as_ref().map(|_| &*self.file_cache), self.files_revision)
    }

    /// The file queries of the analysis, if the snapshot was analysed.
    pub(super) fn queries(&self) -> Option<&BTreeSet<FileQuery>> {
        self.analysis.get().map(|analysis| &analysis.queries)
    }
}

/// Shared by all versions of a document: what they used goes back to the system when the last one is dropped.
#[derive(Default)]
struct Lifetime;

impl Drop for Lifetime {
    fn drop(&mut self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn_blocking(memory::trim);
        }
    }
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// One version of a text, and what is computed from it without other files.
pub(super) struct DocumentText {
    pub(super) rope: Rope,
    /// The client's encoding of columns.
    pub(super) encoding: Encoding,
    snapshot: OnceLock<Snapshot>,
    /// Results that later versions reuse.
    memory: Arc<Memory>,
    /// The catalog; `None` for the built-in one.
    catalog: Option<Arc<Catalog>>,
}

impl DocumentText {
    /// The first version of a text, with the built-in catalog.
    pub(super) fn new(rope: Rope, encoding: Encoding) -> Self {
        Self { rope, encoding, snapshot: OnceLock::new(), memory: Arc::default(), catalog: None }
    }

    /// The same text with another catalog; `None` for the built-in one.
    pub(super) fn with_catalog(&self, catalog: Option<Arc<Catalog>>) -> Self {
        let memory = Arc::clone(&self.memory);
        Self { memory, catalog, ..Self::new(self.rope.clone(), self.encoding) }
    }

    /// The text after the changes, each of which applies to the result of the one before.
    pub(super) fn edited(&self, changes: Vec<TextDocumentContentChangeEvent>) -> Self {
        let mut rope = self.rope.clone();
        for change in changes {
            apply(&mut rope, self.encoding, change);
        }
        Self { rope, ..self.with_catalog(self.catalog.clone()) }
    }

    /// The text after the changes, if the parsed text of this version can take them in; otherwise the changes.
    fn edited_from(
        &self,
        changes: Vec<TextDocumentContentChangeEvent>,
        mut parsed: Snapshot,
    ) -> Result<Self, Vec<TextDocumentContentChangeEvent>> {
        let mut rope = self.rope.clone();
        for change in &changes {
            let Some(range) = change.range else { return Err(changes) };
            let (start, end) = char_range(&rope, self.encoding, range);
            let bytes = rope.char_to_byte(start)..rope.char_to_byte(end);
            if !parsed.edit_in_place(bytes, &change.text) {
                return Err(changes);
            }
            rope.remove(start..end);
            rope.insert(start, &change.text);
        }
        let snapshot = OnceLock::from(parsed);
        Ok(Self { rope, snapshot, ..self.with_catalog(self.catalog.clone()) })
    }

    fn snapshot(&self, path: Option<&Path>) -> &Snapshot {
        self.snapshot.get_or_init(|| {
            let snapshot = Snapshot::new(self.rope.to_string(), path).remembering(&self.memory);
            match &self.catalog {
                Some(catalog) => snapshot.knowing(catalog),
                None => snapshot,
            }
        })
    }
}

fn apply(rope: &mut Rope, encoding: Encoding, change: TextDocumentContentChangeEvent) {
    let Some(range) = change.range else {
        *rope = Rope::from(change.text);
        return;
    };
    let (start, end) = char_range(rope, encoding, range);
    rope.remove(start..end);
    rope.insert(start, &change.text);
}

/// The start and end of a range, as character indices.
fn char_range(rope: &Rope, encoding: Encoding, range: Range) -> (usize, usize) {
    let start = position::char_index(rope, encoding, range.start);
    (start, position::char_index(rope, encoding, range.end).max(start))
}

/// Whether this server handles a document: decided by its file name or, for untitled documents, by its language id.
pub(super) fn is_supported(uri: &Uri, language: &str) -> bool {
    let path = uri.path().decode().to_string_lossy();
    let name = path.rsplit('/').next().unwrap_or_default();
    DOCUMENTS.contains(&name)
        || ProgramFile::named(name).is_some()
        || uri.scheme().as_str() == "untitled" && language == LANGUAGE
}

/// The absolute path of a `file:` URI.
pub(super) fn file_path(uri: &Uri) -> Option<PathBuf> {
    let path = (uri.scheme().as_str() == "file").then(|| uri.to_file_path()).flatten()?;
    path.is_absolute().then(|| path.into_owned())
}

#[cfg(test)]
mod tests;
