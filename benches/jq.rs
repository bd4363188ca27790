//! The cost of a bundle's jq programs per keystroke: finding, parsing and checking all of them, in a new document and
//! after an edit of one program.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench says so by failing")]

use criterion::{Criterion, criterion_group, criterion_main};
use massdriver_ls::internals::analysis::{Memory, Snapshot};
use massdriver_ls::internals::rules::{Context, FAMILIES, Findings};
use massdriver_ls::internals::settings::Settings;
use massdriver_ls::internals::syntax::Budget;
use massdriver_ls::internals::workspace::NoFiles;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

#[path = "support/memory.rs"]
mod memory;

/// A bundle of 190 lines whose second half consists of programs.
fn rich() -> String {
    let mut text =
        String::from("name: rich\nparams:\n  required: [name]\n  properties:\n    name: {type: string}\n");
    for index in 0..25 {
        writeln!(text, "    size_{index}: {{type: integer}}\n    host_{index}:\n      type: object").unwrap();
        text.push_str("      properties: {name: {type: string}, port: {type: integer}}\n");
    }
    text.push_str("connections:\n  required: [db]\n  properties:\n    db: {$ref: massdriver/postgresql-authentication}\n");
    text.push_str("app:\n  envs:\n");
    let mut index = 0;
    while text.lines().count() < 190 {
        let program = match index % 5 {
            0 => format!("'\"http://\\(.params.host_{}.name):\" + (.params.host_{}.port | tostring)'", index % 25, index % 25),
            1 => format!("'.params.size_{} // 5 | tostring'", index % 25),
            2 => "'.connections.db.data.authentication | \"postgres://\\(.username):\\(.password | @uri)@\\(.hostname):\\(.port)\"'".to_owned(),
            3 => "'[.params | to_entries[] | select(.value | type == \"object\") | .key] | join(\",\")'".to_owned(),
            _ => "'.params.md_metadata.default_tags[\"md-project\"] + \"-\" + .params.name | ascii_downcase'".to_owned(),
        };
        // Makes all programs different.
        let program = program.replacen('\'', &format!("'{index} as $n | "), 1);
        writeln!(text, "    VARIABLE_{index}: {program}").unwrap();
        index += 1;
    }
    text
}

fn real() -> Option<String> {
    let shared =
        std::env::var_os("MASSDRIVER_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    std::fs::read_to_string(shared.join("corpus/synthetic-turing__aws-sqs-massdriver-bundle/massdriver.yaml"))
        .ok()
}

fn check(snapshot: &Snapshot) -> Findings {
    let document = snapshot.document();
    let budget = Budget::new(Budget::FINDINGS);
    let context = Context { document, files: &NoFiles, settings: &Settings::default(), budget: &budget };
    let mut found = Findings::default();
    let of_jq = FAMILIES.iter().filter(|family| family.rules.iter().all(|rule| rule.id.starts_with("jq-")));
    of_jq.for_each(|family| (family.check)(&context, &mut found));
    found
}

fn checking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("jq of 190 lines");
    for (name, text) in [("real", real()), ("rich", Some(rich()))] {
        let Some(text) = text else { continue };
        let check = |snapshot: Snapshot| (check(&snapshot), snapshot);
        memory::measure(&mut group, name, || Snapshot::new(text.as_str(), None), check);
        let memory = Arc::new(Memory::default());
        let mut edits = 0;
        let edited = || {
            edits += 1;
            Snapshot::new(format!("{text}    EDITED: .params.e{edits}\n"), None).remembering(&memory)
        };
        memory::measure(&mut group, &format!("{name}, edited"), edited, check);
    }
    group.finish();
}

criterion_group!(benches, checking);
criterion_main!(benches);
