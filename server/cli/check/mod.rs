//! `massdriver-ls check`: the findings of the language server, for files on disk.

mod find;
mod parallel;
mod place;
mod position;
mod read;
mod report;
mod types;

use super::COULD_NOT_RUN;
use super::args::{CheckArgs, Deny};
use super::output::complain;
use crate::analysis::{self, Snapshot, Verifier};
use crate::bundle::Kind;
use crate::cli::output;
use crate::rules::{Finding, Severity};
use crate::settings::{Level, Settings};
use find::{Problem, Target};
use place::{Place, Root};
use position::Positions;
use read::{Reading, Repairs};
use report::{Report, Summary};
use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use types::Types;

/// The fixes of a document are verified until this much text (bytes) was read; for a normal bundle, that is all of
/// them.
const MAX_VERIFIED: usize = 32 << 20;

/// A checked document.
struct Checked {
    /// The path as the user would write it.
    path: String,
    /// The path in machine-readable reports.
    place: Place,
    /// The kind of document; `None` if it was not parsed.
    kind: Option<Kind>,
    text: String,
    repairs: Repairs,
    findings: Vec<Finding>,
}

impl Checked {
    /// The path of a file next to it, as the user would write it.
    fn beside(&self, path: &str) -> String {
        Path::new(&self.path).with_file_name(path).display().to_string()
    }
}

/// The state shared by all workers.
struct Run<'a> {
    args: &'a CheckArgs,
    settings: Settings,
    root: Root,
    types: Types,
    report: Box<dyn Report>,
}

/// Runs `check`.
pub(super) fn run(args: &CheckArgs) -> ExitCode {
    let (targets, mut problems) = find::targets(&args.paths, args.stdin_path.as_deref());
    let settings = Settings {
        bundle_format: args.bundle_format,
        rules: args.rules.iter().cloned().collect(),
        iac: !args.no_iac,
        organization_catalog: args.organization,
        ..Settings::default()
    };
    let root = Root::find();
    let report = report::new(args, &root);
    let types = match Types::around(&targets, &settings) {
        Ok(types) => types,
        Err(error) => {
            output::complain(&format!("cannot load the organization's resource types: {error}"));
            return ExitCode::from(COULD_NOT_RUN);
        }
    };
    let run = Run { args, settings, root, types, report };
    match print(&run, &targets, &mut problems) {
        Ok(_) if !problems.is_empty() => ExitCode::from(COULD_NOT_RUN),
        Ok(summary) => {
            let denied = args.deny == Some(Deny::Warnings) && summary.count(Severity::Warning) > 0;
            ExitCode::from(u8::from(denied || summary.count(Severity::Error) > 0))
        }
        // The reader closed the pipe: it has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("cannot write the findings: {error}"));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Checks the documents and prints their reports, in the order of `targets`.
fn print(run: &Run<'_>, targets: &[Target], problems: &mut Vec<Problem>) -> io::Result<Summary> {
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let mut summary = Summary::default();
    let mut separator = "";
    let mut written = stdout.write_all(run.report.head().as_bytes());
    let work = |target: &Target| {
        let checked = check_guarded(run, target)?;
        Ok((run.report.file(&checked), Summary::of(&checked.findings)))
    };
    parallel::in_order(targets, work, |result: Result<_, Problem>| {
        match result {
            Ok((text, counts)) => {
                summary.add(&counts);
                if !text.is_empty() {
                    written = write!(stdout, "{separator}{text}");
                    separator = run.report.separator();
                }
            }
            Err(problem) => problems.push(problem),
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    written?;
    stdout.flush()?;
    for problem in &*problems {
        complain(&format!("{}: {}", problem.path, problem.message));
    }
    stdout.write_all(run.report.tail(&summary, problems).as_bytes())?;
    stdout.flush()?;
    Ok(summary)
}

/// Catches panics, so that a bug triggered by one file does not hide the findings of the others.
fn check_guarded(run: &Run<'_>, target: &Target) -> Result<Checked, Problem> {
    catch_unwind(AssertUnwindSafe(|| check(run, target))).unwrap_or_else(|_| {
        Err(Problem::new(&target.path, "massdriver-ls failed on this file; please report it with the file"))
    })
}

fn check(run: &Run<'_>, target: &Target) -> Result<Checked, Problem> {
    let reading = if target.stdin { read::from(io::stdin().lock()) } else { read::file(&target.path) };
    let mut checked = Checked {
        path: target.path.display().to_string(),
        place: run.root.place(target),
        kind: None,
        text: String::new(),
        repairs: Repairs::default(),
        findings: Vec::new(),
    };
    match reading.map_err(|error| Problem::io(&target.path, &error))? {
        Reading::Refused(finding) => checked.findings.extend(levelled(finding, &run.settings)),
        Reading::Text { text, repairs, flaw } => {
            let snapshot = Snapshot::new(text.as_str(), target.document().as_deref());
            let snapshot = match run.types.of(target) {
                Some(catalog) => snapshot.knowing(catalog),
                None => snapshot,
            };
            checked.kind = Some(snapshot.document().kind);
            let files = target.surroundings();
            checked.findings = analysis::findings(&snapshot, &*files, &run.settings);
            if run.report.has_fixes() {
                verify_fixes(&mut checked.findings, &Verifier::new(&snapshot, &*files, &run.settings));
            }
            checked.findings.extend(flaw.and_then(|flaw| levelled(flaw, &run.settings)));
            checked.findings.sort_by_key(|finding| finding.span.start());
            checked.text = text;
            checked.repairs = repairs;
        }
    }
    checked.findings.retain(|finding| finding.severity <= run.args.min_severity);
    Ok(checked)
}

/// Drops the fixes that fail verification, and those beyond [`MAX_VERIFIED`].
fn verify_fixes(findings: &mut [Finding], verifier: &Verifier<'_>) {
    let mut tries = MAX_VERIFIED / verifier.cost().max(1);
    for finding in findings {
        for fix in std::mem::take(&mut finding.fixes) {
            let Some(left) = tries.checked_sub(1) else { break };
            tries = left;
            if verifier.quick_fix(finding, fix.clone()).is_ok() {
                finding.fixes.push(fix);
            }
        }
    }
}

/// A finding from outside the analysis, at the level that the settings give it; `None` if it is off.
fn levelled(finding: Finding, settings: &Settings) -> Option<Finding> {
    match settings.rules.get(finding.rule) {
        Some(Level::Off) => None,
        Some(level) => {
            Some(Finding { severity: Severity::of_level(*level).unwrap_or(finding.severity), ..finding })
        }
        None => Some(finding),
    }
}
