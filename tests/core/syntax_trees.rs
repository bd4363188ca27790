//! Snapshot tests of the trees of small texts, valid and broken. `UPDATE_EXPECT=1` updates the snapshots.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use expect_test::expect_file;
use massdriver_ls::internals::syntax::parse;
use std::fs;
use std::path::Path;

fn check(folder: &str, sound: bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax").join(folder);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        count += 1;
        let syntax = parse(fs::read_to_string(&path).unwrap());
        assert_eq!(syntax.errors().is_empty(), sound, "{}", path.display());
        expect_file![path.with_extension("tree")].assert_eq(&crate::support::tree::dump(&syntax));
    }
    assert!(count > 0);
}

#[test]
fn valid_texts() {
    check("ok", true);
}

#[test]
fn broken_texts() {
    check("err", false);
}
