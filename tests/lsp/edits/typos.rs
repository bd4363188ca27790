//! One typo in a valid bundle: "Fix all" may repair it, and changes no other line.

use crate::edits::bundles::{BUNDLE, Files};
use crate::edits::judge::Judge;
use crate::edits::model::applied;
use crate::edits::slips::{TYPOS, typo};
use crate::edits::{sources, yaml};
use crate::support::{self, Random, setting};

/// Number of typos in `cargo test` and in a long run.
const TRIES: [usize; 2] = [250, 5_000];

#[test]
fn fixing_all_after_a_typo_changes_no_other_line() {
    let is_long = std::env::var_os("MASSDRIVER_EDITS").is_some();
    let tries = TRIES[usize::from(is_long)];
    let mut random = Random::new(setting("MASSDRIVER_SEED", 1));
    let corpus: Vec<String> =
        support::corpus().into_iter().map(|(_, text)| text).filter(|text| yaml::read(text).is_ok()).collect();
    let mut judge = Judge::start();
    let (mut tried, mut fixed, mut wrong) = (0, 0, Vec::new());
    while tried < tries {
        let text = match random.below(3) {
            0 => sources::sound(&mut random)[BUNDLE].clone(),
            _ => random.pick::<String>(&corpus).clone(),
        };
        let kind = random.below(TYPOS.len());
        let Some((broken, line)) = typo(&text, kind, &mut random) else { continue };
        let verdict = judge.look_at(&Files::from([(BUNDLE.to_owned(), broken.clone())]));
        if !verdict.is_broken() {
            continue;
        }
        tried += 1;
        fixed += usize::from(!verdict.fix_all.is_empty());
        let (_, touched) = applied(&broken, &verdict.fix_all).unwrap();
        let others: Vec<usize> = touched
            .iter()
            .flat_map(|(lines, _)| lines.0..=lines.1)
            .filter(|one| *one != line)
            .map(|one| one + 1)
            .collect();
        if !others.is_empty() {
            let start =
                broken.split_inclusive('\n').take(line.saturating_sub(2)).map(str::len).sum::<usize>();
            let around: String = broken[start..].split_inclusive('\n').take(5).collect();
            let edits: Vec<String> = verdict.fix_all.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "{} in line {}: changes {others:?}: {edits:?}\n{around}",
                TYPOS[kind],
                line + 1
            ));
        }
    }
    println!("{tried} typos, {fixed} with a fix, {} whose fix changes another line", wrong.len());
    wrong.sort_by_key(String::len);
    assert!(wrong.is_empty(), "{}", wrong.iter().take(8).map(String::as_str).collect::<Vec<_>>().join("\n"));
}
