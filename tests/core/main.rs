//! Tests of the library: reader, rules, completion, hover, jq, and of the sources themselves.

mod completion;
mod corpus;
mod fixes;
mod hover;
mod incremental;
mod jq_expressions;
mod jq_fuzz;
mod jq_renames;
mod layers;
mod names;
mod specification;
mod supply_chain;
#[path = "../support/mod.rs"]
mod support;
mod syntax_edits;
mod syntax_events;
mod syntax_fuzz;
mod syntax_hostile;
mod syntax_suite;
mod syntax_trees;
mod syntax_values;
