//! Verification of fixes against the whole bundle: a fix is applied in memory, and the result is parsed and checked
//! again. The server and the command line only send [`Verified`] fixes, which only this module creates.

use super::{Snapshot, findings_at_once};
use crate::bundle::{Kind, ProgramFile};
use crate::edit::{
    Change, CodeChange, Edit, FileAction, FileEdit, Fix, apply, pointers,
    verify::{Violation, verify},
};
use crate::iac::{Language, Unit};
use crate::jq;
use crate::rules::{Finding, Severity};
use crate::settings::Settings;
use crate::syntax::strict::second_opinion;
use crate::syntax::{Syntax, SyntaxError};
use crate::workspace::{ChangedFiles, FileKind, Files};
use foldhash::HashMap;
use std::cell::OnceCell;

/// The rule whose fixes are available while the text has syntax errors.
pub(super) const SYNTAX: &str = "yaml-syntax";

/// A fix that was verified against the text and files it was created for.
#[derive(Clone, Debug)]
pub struct Verified {
    fix: Fix,
    pointers: Vec<String>,
}

impl Verified {
    /// The fix.
    #[must_use]
    pub fn fix(&self) -> &Fix {
        &self.fix
    }

    /// JSON pointers to the changed values of the document, before and after the change.
    #[must_use]
    pub fn pointers(&self) -> &[String] {
        &self.pointers
    }

    /// A fix composed of rounds that were verified one by one.
    pub(super) fn in_rounds(fix: Fix, mut pointers: Vec<String>) -> Self {
        pointers.sort();
        pointers.dedup();
        Self { fix, pointers }
    }
}

/// Verifies the fixes of one document.
pub struct Verifier<'a> {
    snapshot: &'a Snapshot,
    files: &'a dyn Files,
    settings: &'a Settings,
    before: OnceCell<Vec<Finding>>,
    error: OnceCell<Option<usize>>,
}

impl<'a> Verifier<'a> {
    /// Creates a verifier; does no work yet. `files` must be the current files, not cached ones.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, files: &'a dyn Files, settings: &'a Settings) -> Self {
        Self { snapshot, files, settings, before: OnceCell::new(), error: OnceCell::new() }
    }

    /// Sets the findings before any change, if they are already known.
    pub(super) fn knowing(self, before: Vec<Finding>) -> Self {
        Self { before: OnceCell::from(before), ..self }
    }

    /// The amount of text (bytes) that is read to verify one fix.
    #[must_use]
    pub fn cost(&self) -> usize {
        self.snapshot.text().len()
    }

    /// Verifies a fix that resolves a finding of this document.
    ///
    /// # Errors
    /// The reason why the fix is rejected, for the user.
    pub fn quick_fix(&self, finding: &Finding, fix: Fix) -> Result<Verified, String> {
        self.untouched_by_recovery(&fix, Some(finding))?;
        let after = self.checked(&fix)?;
        let reveals = finding.rule == SYNTAX || fix.edits.changes.iter().any(Change::reveals);
        let written = fix.files.iter().filter_map(|file| match &file.action {
            FileAction::Create(text) => Some((file.path.as_str(), text.clone())),
            FileAction::Edit { text, edits, .. } => Some((file.path.as_str(), apply(text, edits)?)),
            FileAction::Rename(_) => None,
        });
        let files = ChangedFiles::new(self.files, written.collect());
        let found = findings_at_once(&after, &files, self.settings);
        let same = |other: &&Finding| other.rule == finding.rule && other.message == finding.message;
        let is_known = self.before().iter().any(|other| same(&other));
        let left = found.iter().filter(same).count();
        if is_known && left >= self.before().iter().filter(same).count() {
            return Err("it would not resolve the finding".to_owned());
        }
        match news(self.before(), &[finding], &found).filter(|_| !reveals) {
            Some(new) => Err(format!("it would cause another finding: {}", sentence(&new))),
            None => Ok(self.verified(fix)),
        }
    }

    /// Verifies a change that resolves no finding; it must not cause any either.
    ///
    /// # Errors
    /// The reason why the change is rejected, for the user.
    pub fn refactoring(&self, fix: Fix) -> Result<Verified, String> {
        self.untouched_by_recovery(&fix, None)?;
        let after = self.checked(&fix)?;
        self.without_news(fix, &after)
    }

    /// Verifies that a change whose edits were already checked causes no new findings.
    pub(super) fn without_news(&self, fix: Fix, after: &Snapshot) -> Result<Verified, String> {
        match news(self.before(), &[], &findings_at_once(after, self.files, self.settings)) {
            Some(new) => Err(sentence(&new).to_owned()),
            None => Ok(self.verified(fix)),
        }
    }

    /// Verifies edits that may cause findings, such as values chosen by the user, or that cannot cause any.
    ///
    /// # Errors
    /// The reason why the edits are rejected, for the user.
    pub fn edits(&self, fix: Fix) -> Result<Verified, String> {
        self.untouched_by_recovery(&fix, None)?;
        self.checked(&fix)?;
        Ok(self.verified(fix))
    }

    fn verified(&self, fix: Fix) -> Verified {
        let syntax = &self.snapshot.document().syntax;
        let pointers = pointers(syntax, &fix.edits.changes);
        Verified { fix, pointers }
    }

    /// Verifies several fixes that are applied together; returns the resulting document and its findings.
    pub(super) fn together(
        &self,
        fix: &Fix,
        fixed: &[&Finding],
        reveals: bool,
    ) -> Result<(Snapshot, Vec<Finding>), String> {
        let after = self.checked(fix)?;
        let found = findings_at_once(&after, self.files, self.settings);
        match news(self.before(), fixed, &found).filter(|_| !reveals) {
            Some(new) => Err(new.message),
            None => Ok((after, found)),
        }
    }

    /// The findings before any change.
    pub(super) fn before(&self) -> &[Finding] {
        self.before.get_or_init(|| findings_at_once(self.snapshot, self.files, self.settings))
    }

    /// The document after a fix, if the edits of all files make exactly the changes they declare.
    pub(super) fn checked(&self, fix: &Fix) -> Result<Snapshot, String> {
        fix.files.iter().try_for_each(|file| self.file(file))?;
        let document = self.snapshot.document();
        let before = self.snapshot.text();
        if before.match_indices('\u{feff}').any(|(at, _)| at > 0) {
            return Err(
                "the text has a byte order mark after its start, which parsers treat differently".to_owned()
            );
        }
        let text = fix.edits.apply(before).ok_or("its edits overlap")?;
        let after = self.snapshot.edited(text);
        if document.kind == Kind::Program {
            let errors = |snapshot: &Snapshot| jq::parse(snapshot.text()).errors().len();
            let is_worse = errors(&after) > errors(self.snapshot);
            return if is_worse {
                Err("the program would no longer be valid jq".to_owned())
            } else {
                Ok(after)
            };
        }
        let (before, edited) = (&document.syntax, &after.document().syntax);
        if strict_error(edited).is_some() && self.error().is_none() {
            return Err(Violation::Syntax.to_string());
        }
        verify(before, &fix.edits, edited, document.dialect()).map_err(|violation| violation.to_string())?;
        Ok(after)
    }

    /// Rejects edits that depend on error recovery: while the text has a syntax error, only fixes of such errors are
    /// allowed, and those whose edits are all in the top-level blocks before the first error.
    fn untouched_by_recovery(&self, fix: &Fix, finding: Option<&Finding>) -> Result<(), String> {
        let syntax = &self.snapshot.document().syntax;
        let Some(error) = self.error() else { return Ok(()) };
        if finding.is_some_and(|finding| finding.rule == SYNTAX) {
            return Ok(());
        }
        let entries = syntax.root().into_iter().flat_map(|root| root.entries());
        let sound = entries.map(|entry| entry.span().start()).take_while(|start| *start <= error).last();
        let is_sound = |edit: &Edit| sound.is_some_and(|sound| edit.span.end() < sound);
        if fix.files.is_empty() && fix.edits.list.iter().all(is_sound) {
            return Ok(());
        }
        let line = syntax.lines().line_of(error) + 1;
        Err(format!("line {line} has a syntax error, which has to be fixed first"))
    }

    /// The offset (bytes) at which the platform's parser fails, if it does.
    fn error(&self) -> Option<usize> {
        *self.error.get_or_init(|| first_error(&self.snapshot.document().syntax))
    }

    /// Checks the change of another file against the file's current state.
    fn file(&self, file: &FileEdit) -> Result<(), String> {
        let path = &file.path;
        match &file.action {
            FileAction::Create(_) => self.is_free(path),
            FileAction::Rename(new) => match self.files.kind(path) {
                FileKind::File => self.is_free(new),
                _ => Err(format!("`{path}` no longer exists")),
            },
            FileAction::Edit { text, edits, change } => {
                if self.files.read(path).as_deref() != Some(&**text) {
                    return Err(format!("`{path}` has changed in the meantime"));
                }
                let after = apply(text, edits).ok_or("its edits overlap")?;
                code_keeps(path, text, &after, change)
            }
        }
    }

    fn is_free(&self, path: &str) -> Result<(), String> {
        match self.files.kind(path) {
            FileKind::Missing => Ok(()),
            FileKind::Unknown => Err(format!("`{path}` is outside the workspace")),
            FileKind::File | FileKind::Directory => Err(format!("`{path}` already exists")),
        }
    }
}

/// The byte offset of the first error at which the platform's parser fails, if any.
pub(super) fn first_error(syntax: &Syntax) -> Option<usize> {
    let own = syntax.fatal_errors().map(|error| error.span.start()).min();
    own.or_else(|| strict_error(syntax).map(|error| error.span.start()))
}

/// An error that only a strict parser reports.
fn strict_error(syntax: &Syntax) -> Option<SyntaxError> {
    second_opinion(syntax).filter(|error| !error.kind.is_tolerated())
}

/// A finding's message without its final full stop.
fn sentence(finding: &Finding) -> &str {
    finding.message.trim_end_matches('.')
}

/// Checks that a file of step code changes only as `change` declares.
fn code_keeps(path: &str, before: &str, after: &str, change: &CodeChange) -> Result<(), String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if ProgramFile::named(name).is_some() {
        let is_worse = jq::parse(after).errors().len() > jq::parse(before).errors().len();
        return if is_worse { Err(format!("`{path}` would no longer be valid jq")) } else { Ok(()) };
    }
    let language = Language::of(name).ok_or_else(|| format!("`{path}` is not step code"))?;
    let read = |text: &str| language.read(text);
    let unreadable = || format!("`{path}` could no longer be read");
    let (before, after) = (read(before).unwrap_or_default(), read(after).ok_or_else(unreadable)?);
    if names(&before, change, true) == names(&after, change, false) {
        Ok(())
    } else {
        Err(format!("more than the name would change in `{path}`"))
    }
}

/// All declarations and uses of a file, for comparison; `expected` applies the change to the names first.
fn names(unit: &Unit, change: &CodeChange, expected: bool) -> Vec<String> {
    let renamed = |name: &str| match change {
        CodeChange::Rename(from, to) if expected && from == name => to.clone(),
        _ => name.to_owned(),
    };
    let mut names = Vec::new();
    for variable in &unit.variables {
        let is_it = |changed: &String| variable.name == *changed;
        let kind = match change {
            CodeChange::Retype(changed) if is_it(changed) => String::new(),
            CodeChange::Declare(changed) if is_it(changed) => continue,
            _ => format!("{:?}", variable.value.as_ref().map(|(kind, _)| kind)),
        };
        names.push(format!("variable {} {kind} {}", renamed(&variable.name), variable.optional));
    }
    names.extend(unit.references.iter().map(|one| format!("use {}", renamed(&one.name))));
    let fields =
        unit.artifact_resources.iter().map(|resource| resource.field.as_ref().map(|(name, _)| renamed(name)));
    names.extend(fields.map(|field| format!("field {field:?}")));
    names
}

/// The first new finding at warning level or above. A finding is new if its rule has more findings than before, not
/// counting the `fixed` ones.
fn news(before: &[Finding], fixed: &[&Finding], after: &[Finding]) -> Option<Finding> {
    let matter = |finding: &&Finding| finding.severity <= Severity::Warning;
    let mut known: HashMap<&str, usize> = HashMap::default();
    before.iter().filter(matter).for_each(|finding| *known.entry(finding.rule).or_default() += 1);
    for finding in fixed.iter().copied().filter(matter) {
        known.entry(finding.rule).and_modify(|count| *count = count.saturating_sub(1));
    }
    let mut after = after.iter().filter(matter);
    let new = after.find(|finding| match known.get_mut(finding.rule) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    new.cloned()
}
