//! The description is whole: it reads, points nowhere that does not exist, and every example shows what it documents.

use super::*;

#[test]
fn reads() {
    if let Err(error) = load::load() {
        panic!("{error}");
    }
}
