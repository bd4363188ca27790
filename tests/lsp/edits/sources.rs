//! Sources of bundles: generated ones, the bad examples of the rules, known faults, and real bundles where available.

use crate::edits::bundles::{self, BUNDLE, Files};
use crate::edits::{slips, yaml};
use crate::support::{self, Random, shared};
use std::fs;
use std::path::Path;

/// All texts that are not generated.
pub(crate) struct Sources {
    /// Bad examples of the rules.
    examples: Vec<String>,
    /// Inputs that once failed.
    faults: Vec<String>,
    corpus: Vec<String>,
}

/// A bundle, and a description of where it comes from.
pub(crate) struct Case {
    pub(crate) files: Files,
    pub(crate) origin: String,
}

impl Sources {
    pub(crate) fn read() -> Self {
        let corpus = support::corpus().into_iter().map(|(_, text)| text).filter(|text| text.len() < 12_000);
        Self { examples: examples(), faults: faults(), corpus: corpus.collect() }
    }

    pub(crate) fn case(&self, random: &mut Random) -> Case {
        let (origin, mut files) = match random.below(20) {
            0..6 => ("an example", self.around(random.pick::<String>(&self.examples), random)),
            6 if !self.faults.is_empty() => {
                ("a known fault", self.around(random.pick::<String>(&self.faults), random))
            }
            7 if !self.corpus.is_empty() => {
                ("a real bundle", self.around(random.pick::<String>(&self.corpus), random))
            }
            _ => ("generated", sound(random)),
        };
        let mut origin = origin.to_owned();
        let text = files.get_mut(BUNDLE).unwrap();
        if random.below(2) == 0 {
            *text = slips::mistaken(text, random);
            origin.push_str(" with mistakes");
        }
        if random.below(8) == 0 {
            let kind = random.below(slips::TYPOS.len());
            if let Some((broken, _)) = slips::typo(text, kind, random) {
                *text = broken;
                origin.push_str(&format!(" with a typo ({})", slips::TYPOS[kind]));
            }
        }
        Case { files, origin }
    }

    /// A text beside generated step code, sometimes with CRLF, a byte order mark, or without a final line break.
    fn around(&self, text: &str, random: &mut Random) -> Files {
        let mut files = bundles::bundle(random);
        let mut text = text.to_owned();
        match random.below(8) {
            0 => text = text.replace("\r\n", "\n").replace('\n', "\r\n"),
            1 => text = format!("\u{feff}{}", text.trim_start_matches('\u{feff}')),
            2 => text.truncate(text.trim_end().len()),
            _ => {}
        }
        files.insert(BUNDLE.to_owned(), text);
        files
    }
}

/// A generated bundle that the independent parser accepts.
pub(crate) fn sound(random: &mut Random) -> Files {
    let files = bundles::bundle(random);
    let root = yaml::read(&files[BUNDLE]);
    assert!(root.is_ok(), "{root:?}:\n{}", files[BUNDLE]);
    files
}

/// The bad examples in `docs/diagnostics.md`.
fn examples() -> Vec<String> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md")).unwrap();
    let bad = page.split("Reported:\n\n```yaml\n").skip(1);
    let texts: Vec<String> = bad.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect();
    assert!(texts.len() > 50, "only {} examples", texts.len());
    texts
}

fn faults() -> Vec<String> {
    let Some(folder) = shared("faults") else { return Vec::new() };
    let directories = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = directories
        .filter(|path| path.is_dir() && !path.ends_with("alias-memory"))
        .flat_map(|path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    let texts = files.iter().filter_map(|path| fs::read_to_string(path).ok());
    texts.filter(|text| text.len() < 12_000).collect()
}
