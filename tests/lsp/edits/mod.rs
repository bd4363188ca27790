//! Property test of all edits, for generated bundles, all kinds of clients, and files that change on disk.
//!
//! Bundles with step code are generated from a seed and opened in clients of every kind; files change without
//! notification; all kinds of edits are requested, applied to a model, and checked with parsers other than the
//! server's.
//!
//! ```console
//! MASSDRIVER_EDITS=50000 MASSDRIVER_SEED=7 MASSDRIVER_SERVER=target/release/massdriver-ls \
//!   cargo test --test lsp edits:: -- --nocapture
//! ```

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests say so by failing")]

mod bundles;
mod checks;
mod code;
mod difference;
mod judge;
mod model;
mod readers;
mod report;
mod requests;
mod session;
mod shrink;
mod slips;
mod sources;
mod typos;
mod writer;
mod yaml;

use crate::support::{Random, setting};
use bundles::Files;
use checks::Applied;
use judge::Judge;
use report::{Damage, Report};
use session::{Kind, Offer, Request, Session};
use sources::Sources;
use std::time::{Duration, Instant};

/// Number of edits that `cargo test` applies.
const EDITS: u64 = 800;

/// Time limit for shrinking the failures of one kind.
const SHRINKING: Duration = Duration::from_secs(5);

#[test]
fn edits_damage_nothing() {
    let (edits, seed) = (setting("MASSDRIVER_EDITS", EDITS), setting("MASSDRIVER_SEED", 1));
    let sources = Sources::read();
    let mut judge = Judge::start();
    let mut report = Report::default();
    for number in 0.. {
        if report.applied as u64 >= edits {
            break;
        }
        if number % 100 == 99 {
            judge = Judge::start();
        }
        let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let case = sources.case(&mut random);
        let origin = format!("seed {seed}, bundle {number}: {}", case.origin);
        one_bundle(&case.files, &origin, &mut random, &mut judge, &mut report);
    }
    report.shrink(|damage| {
        let end = Instant::now() + SHRINKING;
        shrink::smaller(damage, end, |smaller| again(smaller, &mut judge))
    });
    report.print();
    assert_eq!(report.damages(), 0);
}

/// Opens a bundle in a client and requests edits of all kinds, for some bundles after a checkout of another branch.
fn one_bundle(files: &Files, origin: &str, random: &mut Random, judge: &mut Judge, report: &mut Report) {
    let mut session = Session::open(Kind::random(random), files);
    let requests = requests::requests(files, random);
    let checkout = random.below(2 * requests.len());
    for (index, request) in requests.iter().enumerate() {
        if index == checkout {
            let files = slips::checkout(&session.files, random);
            session.write(&files);
        }
        // The directory may be gone after the checkout.
        if let Request::RenameDirectory(old, _) = request
            && !session.files.keys().any(|path| path.starts_with(&format!("{old}/")))
        {
            continue;
        }
        let mut answer = session.ask(request);
        report.refused(request, &answer.refusals);
        // Ignore comments and completion items are numerous and similar, so only some of them are applied.
        if *request == Request::QuickFixes {
            answer.offers.retain(|offer| !offer.title.starts_with("Ignore ") || random.below(6) == 0);
        }
        if let Request::Complete(_) = request {
            answer.offers.retain(|_| random.below(12) == 0);
            answer.offers.truncate(4);
        }
        for offer in &answer.offers {
            if let Some(damages) = applied(&session, files, request, offer, origin, judge) {
                report.add(request, &offer.title, damages);
            }
        }
    }
}

/// Applies an edit to the current files and checks the result; `None` if it changes nothing.
fn applied(
    session: &Session,
    opened: &Files,
    request: &Request,
    offer: &Offer,
    origin: &str,
    judge: &mut Judge,
) -> Option<Vec<Damage>> {
    let before = session.model();
    let mut after = before.clone();
    let broken = match after.apply(&offer.edit) {
        Err(reason) => vec![checks::Broken { promise: "an edit cannot be applied", detail: reason }],
        Ok(touched) if touched.is_empty() && before == after => return None,
        Ok(touched) => {
            if let Request::RenameDirectory(old, new) = request {
                after.move_directory(old, new);
            }
            let is_stale = *opened != session.files;
            let (before, after, touched) = (&before, &after, touched.as_slice());
            checks::broken(&Applied { before, after, touched, request, offer, is_stale }, judge)
        }
    };
    let damage = |broken: checks::Broken| Damage {
        kind: broken.promise,
        detail: broken.detail,
        origin: origin.to_owned(),
        client: session.kind,
        opened: opened.clone(),
        before: before.files.clone(),
        request: request.clone(),
        title: offer.title.clone(),
        edit: offer.edit.clone(),
        after: after.files.clone(),
    };
    Some(broken.into_iter().map(damage).collect())
}

/// Requests an edit again; returns its failure of the same kind, if any.
fn again(damage: &Damage, judge: &mut Judge) -> Option<Damage> {
    let mut session = Session::open(damage.client, &damage.opened);
    if damage.before != damage.opened {
        session.write(&damage.before);
    }
    if let Request::RenameDirectory(old, _) = &damage.request {
        damage.before.keys().find(|path| path.starts_with(&format!("{old}/")))?;
    }
    let answer = session.ask(&damage.request);
    let found = answer
        .offers
        .iter()
        .filter_map(|offer| applied(&session, &damage.opened, &damage.request, offer, &damage.origin, judge));
    found.flatten().find(|found| found.is_like(damage))
}
