//! Steps: directories next to the document, and provisioners that fit their files.

use super::context::CursorContext;
use super::documentation::Topic;
use super::{Candidate, CompletionKind, Write};
use crate::reference::Provisioner;
use crate::rules::is_directory_name;
use crate::workspace::FileKind;

/// Adds the directories that no other step uses.
pub(super) fn directories(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let used: Vec<_> = context
        .document
        .steps
        .iter()
        .filter_map(|step| step.path)
        .map(|path| context.document.node(path))
        .collect();
    let start = context.cursor.word.start;
    let used: Vec<_> =
        used.iter().filter(|path| !path.span().touches(start)).map(|path| path.value()).collect();
    for name in context.files.list(".").unwrap_or_default() {
        let taken = used.iter().any(|path| *path == name);
        if taken || !is_directory_name(&name) || context.files.kind(&name) != FileKind::Directory {
            continue;
        }
        let fitting = fitting(context, &name);
        let detail = fitting
            .map(|provisioner| format!("contains {}", provisioner.files.join(" or ")))
            .unwrap_or_default();
        let tier = u8::from(fitting.is_none());
        found.push(Candidate::new(name, CompletionKind::Folder, Write::Text).tier(tier).detail(detail));
    }
}

/// The provisioner whose files are in a directory.
fn fitting(context: &CursorContext<'_>, directory: &str) -> Option<&'static Provisioner> {
    let files = context.files.list(directory)?;
    let fits = |provisioner: &&Provisioner| {
        provisioner.files.iter().any(|pattern| files.iter().any(|file| matches(pattern, file)))
    };
    let mut fitting: Vec<_> = context.reference.provisioners.iter().filter(fits).collect();
    fitting.sort_by_key(|provisioner| std::cmp::Reverse(provisioner.weight));
    fitting.into_iter().next()
}

/// Whether a name matches a glob with at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => pattern == name,
    }
}

/// Adds the built-in provisioners, those that fit the step's directory first.
pub(super) fn provisioners(context: &CursorContext<'_>, found: &mut Vec<Candidate>) {
    let path = context.parent().and_then(|step| step.node).and_then(|step| step.field("path"));
    let path = path.map(|entry| entry.value().target().value());
    let guess = path.and_then(|path| fitting(context, &path)).map(|provisioner| provisioner.config.as_str());
    for provisioner in context.reference.provisioners.iter() {
        let fits = Some(provisioner.config.as_str()) == guess;
        let candidate = Candidate::new(&*provisioner.name, CompletionKind::EnumMember, Write::Text)
            .tier(u8::from(!fits))
            .weight(provisioner.weight)
            .detail(&*provisioner.summary)
            .topic(Topic::provisioner(provisioner));
        let versioned = format!("{}:{}", provisioner.name, provisioner.version);
        found.push(
            Candidate { label: versioned, ..candidate.clone() }
                .tier(2 + u8::from(!fits))
                .description("pinned version"),
        );
        found.push(candidate);
    }
}
