//! Parallel map with results in order.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;

/// Most pending results per worker; bounds memory however slow the consumer is.
const QUEUE: usize = 8;

/// Applies `work` to every item on all processors and passes the results to `each` in the order of the items, until
/// it breaks. Worker `n` of `m` handles items `n`, `n + m`, …, so the order needs no bookkeeping.
pub(super) fn in_order<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut each: impl FnMut(R) -> ControlFlow<()>,
) {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    thread::scope(|scope| {
        let mut results = Vec::with_capacity(workers);
        for first in 0..workers {
            let (sender, receiver) = mpsc::sync_channel(QUEUE);
            let work = &work;
            scope.spawn(move || {
                for item in items.iter().skip(first).step_by(workers) {
                    // The receiver is gone.
                    if sender.send(work(item)).is_err() {
                        return;
                    }
                }
            });
            results.push(receiver);
        }
        for receiver in results.iter().cycle().take(items.len()) {
            let Ok(result) = receiver.recv() else { return };
            if each(result).is_break() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        let mut results = Vec::new();
        let work = |item: &u64| {
            thread::sleep(std::time::Duration::from_micros(item * 37 % 500));
            item * 2
        };
        in_order(&items, work, |result| {
            results.push(result);
            ControlFlow::Continue(())
        });
        assert_eq!(results, items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }

    #[test]
    fn breaking_stops_the_remaining_work() {
        let items = vec![(); 100_000];
        let done = AtomicUsize::new(0);
        in_order(&items, |()| done.fetch_add(1, Ordering::Relaxed), |_| ControlFlow::Break(()));
        assert!(done.load(Ordering::Relaxed) < items.len());
    }

    #[test]
    fn no_items_are_no_work() {
        in_order(&[(); 0], |()| (), |()| panic!("a result out of nothing"));
    }
}
