//! A cache of parsed and inferred programs, so that the cost of an edit depends on the size of the change.

use super::ast::Program;
use super::infer::{self, Environment, Report};
use super::parser::parse;
use super::types::Shape;
use foldhash::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Maximum total length (bytes) of the cached programs; those of a real document have about 4 KiB.
const MAX_BYTES: usize = 128 << 10;

/// Maximum number of inputs cached per program, which may occur at several positions.
const MAX_INPUTS: usize = 4;

/// Maximum number of cached shapes.
const MAX_SHAPES: usize = 8;

/// Programs of a document's earlier versions with their reports. Shared by the versions (`Arc`).
#[derive(Debug, Default)]
pub struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    programs: HashMap<Box<str>, Reading>,
    bytes: usize,
    shapes: Vec<Shape>,
}

/// A program with its reports for some inputs.
#[derive(Debug)]
struct Reading {
    program: Arc<Program>,
    reports: Vec<(Shape, Arc<Report>)>,
}

impl Memory {
    /// The parsed program; parses it on a cache miss.
    #[must_use]
    pub fn program(&self, text: &str) -> Arc<Program> {
        if let Some(reading) = self.known().programs.get(text) {
            return Arc::clone(&reading.program);
        }
        let program = Arc::new(parse(text));
        let mut known = self.known();
        if known.bytes + text.len() > MAX_BYTES {
            *known = Known::default();
        }
        known.bytes += text.len();
        known.programs.insert(text.into(), Reading { program: Arc::clone(&program), reports: Vec::new() });
        program
    }

    /// The report of a program for an input; infers it on a cache miss. See [`infer::infer_within`] for `fuel`.
    #[must_use]
    pub fn report(&self, program: &Program, input: &Shape, fuel: &mut u32) -> Arc<Report> {
        if let Some(reading) = self.known().programs.get(program.text())
            && let Some((_, report)) = reading.reports.iter().find(|(known, _)| known == input)
        {
            return Arc::clone(report);
        }
        let report = Arc::new(infer::infer_within(program, &Environment::from(input.clone()), fuel));
        // A report cut short by the budget is not cached.
        if *fuel > 0
            && let Some(reading) = self.known().programs.get_mut(program.text())
        {
            if reading.reports.len() >= MAX_INPUTS {
                reading.reports.remove(0);
            }
            reading.reports.push((input.clone(), Arc::clone(&report)));
        }
        report
    }

    /// Returns an equal cached shape if there is one: shapes that share their parts compare in constant time.
    #[must_use]
    pub fn shape(&self, shape: Shape) -> Shape {
        let mut known = self.known();
        if let Some(same) = known.shapes.iter().find(|known| **known == shape) {
            return same.clone();
        }
        if known.shapes.len() >= MAX_SHAPES {
            known.shapes.remove(0);
        }
        known.shapes.push(shape.clone());
        shape
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A poisoned lock is harmless: every change is a single insertion.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_results_are_reused() {
        let memory = Memory::default();
        let program = memory.program(".a + 1");
        assert!(Arc::ptr_eq(&program, &memory.program(".a + 1")));
        let input = |shape| Shape::object([("a", shape)]);
        let mut fuel = 1000;
        let first = memory.report(&program, &input(Shape::STRING), &mut fuel);
        assert_eq!(first.clashes.len(), 1);
        let (left, again) = (fuel, memory.report(&program, &input(Shape::STRING), &mut fuel));
        assert!(Arc::ptr_eq(&first, &again) && fuel == left);
        assert_eq!(memory.report(&program, &input(Shape::NUMBER), &mut fuel).clashes.len(), 0);
    }

    #[test]
    fn incomplete_results_are_not_cached() {
        let memory = Memory::default();
        let program = memory.program(".a");
        let cut = memory.report(&program, &Shape::object([("b", Shape::NULL)]), &mut 0);
        assert_eq!(cut.uses.len(), 0);
        assert_eq!(memory.report(&program, &Shape::object([("b", Shape::NULL)]), &mut 1000).uses.len(), 1);
    }

    #[test]
    fn the_cache_stays_small() {
        let memory = Memory::default();
        for index in 0..100 {
            let program = memory.program(&format!("{}{index}", ".a | ".repeat(2000)));
            assert_eq!(program.errors(), []);
            let _ = memory.shape(Shape::object([(index.to_string(), Shape::NULL)]));
        }
        let known = memory.known();
        let kept: usize = known.programs.keys().map(|text| text.len()).sum();
        assert!(kept == known.bytes && kept <= MAX_BYTES && known.shapes.len() <= MAX_SHAPES);
    }
}
