//! One open document: its text as the client edits it, and the immutable views that features work on.

use crate::analysis::{Catalog, Memory, Snapshot};
use crate::bundle::ProgramFile;
use crate::lsp::convert::encoding::Encoding;
use crate::lsp::convert::position;
use crate::lsp::workspace::file_cache::{Asking, Picture, Place, Question};
use crate::rules::Finding;
use crate::settings::Settings;
use crate::syntax::{MAX_BYTES, Span};
use crate::workspace::{DOCUMENTS, Files};
use ropey::Rope;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tower_lsp::ls_types::{Position, Range, TextDocumentContentChangeEvent, Uri};

/// The analysis; a parameter, so that tests can put a slow or a panicking one in its place.
pub(super) type Analyse = fn(&Snapshot, &dyn Files, &Settings) -> Vec<Finding>;

/// A language id that an editor may give to a document which has no name yet.
const LANGUAGE: &str = "massdriver";

/// In longer lines (bytes) one does not look for a place from the start.
const MAX_LINE: usize = 4 << 10;

/// A document at one moment: its text, the settings and what is known about the files around it. Cheap to share;
/// what is computed from it is computed at most once.
#[derive(Clone)]
pub(super) struct View {
    /// Its name, as the client gave it.
    pub(super) uri: Uri,
    /// The client's version of the text.
    pub(super) version: i32,
    /// The text.
    pub(super) text: Arc<Text>,
    /// The user's choices.
    pub(super) settings: Arc<Settings>,
    /// Where it lies, if on a disk.
    pub(super) place: Option<Place>,
    /// What is known about the files around it.
    pub(super) picture: Arc<Picture>,
    /// Different for every view.
    pub(super) number: u64,
    analysis: Arc<OnceLock<Analysis>>,
}

/// What the analysis of a view gave.
pub(super) struct Analysis {
    /// The findings, in source order.
    pub(super) findings: Vec<Finding>,
    /// What it wanted to know about the files around the document.
    pub(super) asked: BTreeSet<Question>,
}

impl View {
    /// A document as it was opened.
    pub(super) fn new(
        uri: Uri,
        version: i32,
        text: Text,
        settings: Arc<Settings>,
        place: Option<Place>,
    ) -> Arc<Self> {
        let (text, picture, analysis) = (Arc::new(text), Arc::default(), Arc::default());
        Arc::new(Self { uri, version, text, settings, place, picture, number: next_number(), analysis })
    }

    /// The same document at another moment; what `change` does not touch is shared.
    pub(super) fn then(&self, change: impl FnOnce(&mut Self)) -> Arc<Self> {
        let mut next = Self { number: next_number(), analysis: Arc::default(), ..self.clone() };
        change(&mut next);
        Arc::new(next)
    }

    /// The same moment with a picture that an analysis cannot tell from the one it saw.
    pub(super) fn with_equal(&self, picture: Arc<Picture>) -> Arc<Self> {
        Arc::new(Self { picture, ..self.clone() })
    }

    /// The same moment with a text that an analysis cannot tell from the one it saw.
    pub(super) fn with_equal_text(&self, text: Arc<Text>) -> Arc<Self> {
        Arc::new(Self { text, ..self.clone() })
    }

    /// The findings. Takes its time on first use: never call it on an async thread or under a lock.
    pub(super) fn analysis(&self, analyse: Analyse) -> &Analysis {
        self.analysis.get_or_init(|| {
            let files = self.files();
            let findings = analyse(self.snapshot(), &files, &self.settings);
            Analysis { findings, asked: files.into_asked() }
        })
    }

    /// The text, read. Takes its time on first use.
    pub(super) fn snapshot(&self) -> &Snapshot {
        self.text.snapshot(self.path())
    }

    /// The absolute path of the document, if it is on a disk.
    pub(super) fn path(&self) -> Option<&Path> {
        self.place.as_ref().map(|place| place.document.as_path())
    }

    /// Where a span of the text is for the client.
    pub(super) fn range(&self, span: Span) -> Range {
        let (syntax, encoding) = (&self.snapshot().document().syntax, self.text.encoding);
        let is_read = syntax.text().len() <= MAX_BYTES;
        let is_short = |offset| syntax.lines().span(syntax.lines().line_of(offset)).len() <= MAX_LINE;
        if is_read && is_short(span.start()) && is_short(span.end()) {
            return position::range_on(syntax.lines(), syntax.text(), encoding, span);
        }
        position::range(&self.text.rope, encoding, span)
    }

    /// The offset (bytes) that the client means; the nearest one where there is none.
    pub(super) fn offset(&self, position: Position) -> usize {
        position::offset(&self.text.rope, self.text.encoding, position)
    }

    /// What is known about the files around the document, and a list of what was asked.
    pub(super) fn files(&self) -> Asking<'_> {
        Asking::new(self.place.as_ref().map(|_| &*self.picture))
    }

    /// What the last analysis of this view wanted to know, if there was one.
    pub(super) fn asked(&self) -> Option<&BTreeSet<Question>> {
        self.analysis.get().map(|analysis| &analysis.asked)
    }
}

fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// One version of a text, and the encoding that the client counts its columns in.
pub(super) struct Text {
    /// The text.
    pub(super) rope: Rope,
    /// How columns count.
    pub(super) encoding: Encoding,
    snapshot: OnceLock<Snapshot>,
    /// What is known from earlier versions.
    memory: Arc<Memory>,
    /// The resource types at hand, where they are more than those that come with the program.
    catalog: Option<Arc<Catalog>>,
}

impl Text {
    /// A text.
    pub(super) fn new(rope: Rope, encoding: Encoding) -> Self {
        Self { rope, encoding, snapshot: OnceLock::new(), memory: Arc::default(), catalog: None }
    }

    /// The same text with these resource types at hand.
    pub(super) fn knowing(&self, catalog: Option<Arc<Catalog>>) -> Self {
        let memory = Arc::clone(&self.memory);
        Self { memory, catalog, ..Self::new(self.rope.clone(), self.encoding) }
    }

    /// The text after these changes, each relative to the one before it.
    pub(super) fn changed(&self, changes: Vec<TextDocumentContentChangeEvent>) -> Self {
        let mut rope = self.rope.clone();
        for change in changes {
            apply(&mut rope, self.encoding, change);
        }
        Self { rope, ..self.knowing(self.catalog.clone()) }
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
    let start = position::char_index(rope, encoding, range.start);
    let end = position::char_index(rope, encoding, range.end).max(start);
    rope.remove(start..end);
    rope.insert(start, &change.text);
}

/// Whether a document is one of ours: by its name, or, while it has none, by its language id.
pub(super) fn is_ours(uri: &Uri, language: &str) -> bool {
    let path = uri.path().decode().to_string_lossy();
    let name = path.rsplit('/').next().unwrap_or_default();
    DOCUMENTS.contains(&name)
        || ProgramFile::named(name).is_some()
        || uri.scheme().as_str() == "untitled" && language == LANGUAGE
}

/// Where a document lies, if on a disk.
pub(super) fn file_path(uri: &Uri) -> Option<PathBuf> {
    let path = (uri.scheme().as_str() == "file").then(|| uri.to_file_path()).flatten()?;
    path.is_absolute().then(|| path.into_owned())
}

#[cfg(test)]
mod tests;
