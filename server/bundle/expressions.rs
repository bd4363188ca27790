//! The jq programs of a bundle: every string that the platform evaluates, collected once and parsed on demand.
//!
//! Programs are the strings in a step's `config`, environment variables, policies and the queries of `$md.enum`;
//! numbers and booleans there are literal values. A string shared through aliases counts at its first position.

use super::schema::{Area, SchemaId};
use super::{Document, Publisher, SHARED, Shapes};
use crate::jq::infer::PathUse;
use crate::jq::types::Kind;
use crate::jq::{self, Environment, Memory, Program, Report, Shape};
use crate::reference::{self, JqContext};
use crate::syntax::reads::reading;
use crate::syntax::{Decoded, Node, NodeId, Scalar, Span, encode};
use foldhash::{HashMap, HashSet};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};

/// Maximum combined length (bytes) of the parsed programs of a document. The largest real bundle has about 4 KiB.
pub(crate) const MAX_BYTES: usize = 256 << 10;

/// Maximum number of inference steps for all programs of a document together; a real program needs a few hundred.
const MAX_STEPS: u32 = 400_000;

/// The position of a program, which decides its input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In the `config` of a step, given by its index in [`Document::steps`].
    Config(usize),
    /// A value of `app.envs`.
    Env,
    /// An item of `app.policies`.
    Policy,
    /// `$md.enum.options` of this schema.
    EnumOptions(SchemaId),
    /// `$md.enum.value` or `label`, which run once per option.
    EnumOption(SchemaId),
    /// A file of its own.
    File(ProgramFile),
}

/// The jq program files next to the code of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProgramFile {
    /// `artifact_….jq` and `resource_….jq`, which build the bundle's outputs.
    Artifact,
    /// `params.jq` of a chart; its input is the params alone.
    Params,
    /// `connections.jq` of a chart.
    Connections,
    /// `envs.jq` of a chart.
    Envs,
    /// `secrets.jq` of a chart.
    Secrets,
}

impl ProgramFile {
    /// The kind of program that a file name stands for.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if Publisher::published(name).is_some() {
            return Some(Self::Artifact);
        }
        Some(match name.strip_suffix(".jq")? {
            "params" => Self::Params,
            "connections" => Self::Connections,
            "envs" => Self::Envs,
            "secrets" => Self::Secrets,
            _ => return None,
        })
    }
}

impl Place {
    /// The reference's description of the input of programs at this position.
    #[must_use]
    pub fn context(self) -> Option<&'static JqContext> {
        let name = match self {
            Self::Config(_) => "config",
            Self::Env => "envs",
            Self::Policy => "policies",
            Self::EnumOptions(_) => "enum-options",
            Self::EnumOption(_) => "enum-option",
            Self::File(ProgramFile::Artifact) => "artifact-template",
            Self::File(_) => "values-template",
        };
        reference::get().jq_contexts.get(name)
    }

    /// Whether the program belongs to `$md.enum`, whose input has no roots.
    #[must_use]
    pub fn is_enum(self) -> bool {
        matches!(self, Self::EnumOptions(_) | Self::EnumOption(_))
    }
}

/// A jq program of the document.
#[derive(Debug)]
pub struct Expression {
    /// The scalar; `None` for a program file.
    pub node: Option<NodeId>,
    span: Span,
    /// The position of the program.
    pub place: Place,
    decoded: Decoded<'static>,
    memory: Arc<Memory>,
    program: OnceLock<Arc<Program>>,
    report: OnceLock<Arc<Report>>,
}

/// Every program of a document, in source order.
#[derive(Debug)]
pub struct Expressions {
    all: Vec<Expression>,
    /// Indices of the options programs of computed drop-downs.
    options: HashMap<SchemaId, usize>,
    /// Input shapes of programs in options, environment variables and policies.
    inputs: [OnceLock<Shape>; 3],
    /// Inference steps left.
    steps: AtomicU32,
}

impl Expressions {
    fn new(all: Vec<Expression>) -> Self {
        let options = all.iter().enumerate().filter_map(|(index, one)| match one.place {
            Place::EnumOptions(schema) => Some((schema, index)),
            _ => None,
        });
        Self { options: options.collect(), all, inputs: Default::default(), steps: AtomicU32::new(MAX_STEPS) }
    }

    /// Iterates over the programs in source order.
    pub fn iter(&self) -> std::slice::Iter<'_, Expression> {
        self.all.iter()
    }

    /// The program at a cursor offset (bytes of the source).
    #[must_use]
    pub fn at(&self, offset: usize) -> Option<&Expression> {
        self.before(offset).filter(|one| one.span().touches(offset))
    }

    /// The program in a scalar.
    #[must_use]
    pub fn of(&self, node: NodeId) -> Option<&Expression> {
        self.all.iter().find(|one| one.node == Some(node))
    }

    /// The last program that starts at or before a cursor offset (bytes of the source).
    #[must_use]
    pub fn before(&self, offset: usize) -> Option<&Expression> {
        let after = self.all.partition_point(|one| one.span().start() <= offset);
        self.all.get(after.checked_sub(1)?)
    }

    /// The options program of a computed drop-down.
    #[must_use]
    pub fn options(&self, schema: SchemaId) -> Option<&Expression> {
        self.all.get(*self.options.get(&schema)?)
    }
}

impl<'a> IntoIterator for &'a Expressions {
    type Item = &'a Expression;
    type IntoIter = std::slice::Iter<'a, Expression>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Expression {
    fn new(node: Node<'_>, place: Place, memory: Arc<Memory>) -> Self {
        Self::of_text(Some(node.id()), node.span(), node.decoded().into_owned(), place, memory)
    }

    fn of_text(
        node: Option<NodeId>,
        span: Span,
        decoded: Decoded<'static>,
        place: Place,
        memory: Arc<Memory>,
    ) -> Self {
        Self { node, span, place, decoded, memory, program: OnceLock::new(), report: OnceLock::new() }
    }

    /// The span of the program in the source, including quotes and indentation.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The parsed program; computed once. Its spans are byte offsets in the decoded string.
    #[must_use]
    pub fn program(&self) -> &Program {
        self.program.get_or_init(|| self.memory.program(&self.decoded.text))
    }

    /// The result of inference on the program's input; computed once.
    #[must_use]
    pub fn report<'a>(&'a self, document: &'a Document) -> &'a Report {
        self.report.get_or_init(|| {
            reading(SHARED, || {
                let expressions = document.expressions();
                let find_input = || input(document, self.place, document.shapes());
                let index = match self.place {
                    Place::Config(_) => Some(0),
                    Place::Env => Some(1),
                    Place::Policy => Some(2),
                    Place::EnumOptions(_) | Place::EnumOption(_) | Place::File(_) => None,
                };
                let shared = index.and_then(|index| expressions.inputs.get(index));
                let input = shared.map_or_else(find_input, |shared| shared.get_or_init(find_input).clone());
                let mut steps = expressions.steps.load(Relaxed);
                let report = self.memory.report(self.program(), &input, &mut steps);
                expressions.steps.store(steps, Relaxed);
                report
            })
        })
    }

    /// The result of inference on shapes other than the document's own.
    #[must_use]
    pub fn infer(&self, document: &Document, shapes: &Shapes) -> Report {
        let environment = Environment::from(input(document, self.place, shapes));
        let left = &document.expressions().steps;
        let mut steps = left.load(Relaxed);
        let report = jq::infer::infer_within(self.program(), &environment, &mut steps);
        left.store(steps, Relaxed);
        report
    }

    /// Maps a span of the program to the source (bytes), from its first character to its last.
    #[must_use]
    pub fn source(&self, span: Span) -> Span {
        self.decoded.source_span(span.range())
    }

    /// Maps a source offset (bytes) to an offset in the program.
    #[must_use]
    pub fn offset(&self, source: usize) -> usize {
        self.decoded.decoded_offset(source)
    }

    /// The edit of the source (span in bytes, new text) that replaces a part of the program. `None` if the scalar
    /// cannot hold the text.
    #[must_use]
    pub fn replace(&self, document: &Document, span: Span, text: &str) -> Option<(Span, String)> {
        let Some(node) = self.node else { return Some((self.source(span), text.to_owned())) };
        let written = encode::within(document.node(node), text)?;
        Some((self.source(span), written.into_owned()))
    }

    /// The edit that renames a step of a path, adding quotes and brackets if the name needs them. `None` if the new
    /// name cannot be written.
    #[must_use]
    pub fn respell(&self, document: &Document, one: &PathUse, name: &str) -> Option<(Span, String)> {
        let (span, text) = jq::complete::respelled(self.program(), one, name)?;
        self.replace(document, span, &text)
    }
}

/// The shape of `.` at the start of a program at this position.
#[must_use]
pub(crate) fn input(document: &Document, place: Place, shapes: &Shapes) -> Shape {
    match place {
        Place::Config(_) | Place::Env | Place::Policy | Place::File(ProgramFile::Artifact) => {
            let roots = place.context().map(|context| context.roots.names());
            roots.map_or(Shape::UNKNOWN, |roots| shapes.input(roots))
        }
        Place::EnumOptions(schema) => {
            let payload = queried(document, schema).map(|name| shapes.inputs.field(&name));
            payload.filter(|payload| *payload != Shape::NEVER).unwrap_or(Shape::UNKNOWN)
        }
        Place::EnumOption(schema) => match document.expressions().options(schema) {
            Some(options) => option(&options.report(document).output),
            None => Shape::UNKNOWN,
        },
        Place::File(ProgramFile::Params) => shapes.params.clone(),
        Place::File(ProgramFile::Connections) => shapes.inputs.clone(),
        Place::File(ProgramFile::Secrets) => shapes.secrets.clone(),
        Place::File(ProgramFile::Envs) => shapes.root("envs"),
    }
}

/// The name of the connection that a computed drop-down reads; `dependency` takes precedence over `connection`.
#[must_use]
pub(crate) fn queried(document: &Document, schema: SchemaId) -> Option<String> {
    let (_, query) = document.keyword(schema, "$md.enum")?;
    let named = ["dependency", "connection"].into_iter().find_map(|key| query.target().field(key))?;
    Some(named.value().target().value().into_owned())
}

/// The shape of one option; the options program may output one list or a stream of options.
fn option(options: &Shape) -> Shape {
    let one = options.members().iter().map(|member| match member.kind() {
        Kind::Array(item) => (**item).clone(),
        _ => member.clone(),
    });
    Shape::union(one)
}

/// Collects the programs of a document.
pub(super) fn find(document: &Document) -> Expressions {
    if let Some(file) = document.file {
        let text = document.syntax.text();
        let (place, memory) = (Place::File(file), Arc::clone(&document.memory.programs));
        let whole = Span::new(0, text.len());
        let program = Expression::of_text(None, whole, Decoded::verbatim(text), place, memory);
        return Expressions::new(vec![program]);
    }
    let mut finder = Finder { document, all: Vec::new(), seen: HashSet::default(), bytes: 0 };
    for (index, step) in document.steps.iter().enumerate() {
        if let Some(config) = step.config {
            finder.below(document.node(config), Place::Config(index));
        }
    }
    document.app.envs.iter().for_each(|env| finder.add(document.node(env.value), Place::Env));
    document.app.policies.iter().for_each(|policy| finder.add(document.node(*policy), Place::Policy));
    for (id, _) in document.schemas.iter().filter(|(_, schema)| schema.area == Area::Params) {
        let Some((_, query)) = document.keyword(id, "$md.enum") else { continue };
        for (key, place) in [
            ("options", Place::EnumOptions(id)),
            ("value", Place::EnumOption(id)),
            ("label", Place::EnumOption(id)),
        ] {
            if let Some(entry) = query.target().field(key) {
                finder.add(entry.value().target(), place);
            }
        }
    }
    let mut all = finder.all;
    all.sort_by_key(Expression::span);
    Expressions::new(all)
}

struct Finder<'a> {
    document: &'a Document,
    all: Vec<Expression>,
    seen: HashSet<NodeId>,
    bytes: usize,
}

impl<'a> Finder<'a> {
    /// Adds all strings below a node, at any depth.
    fn below(&mut self, node: Node<'a>, place: Place) {
        // A worklist instead of recursion: aliases can nest deeper than the stack.
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            if node.is_scalar() {
                self.add(node, place);
            } else if self.seen.insert(node.id()) {
                work.extend(node.items().map(Node::target));
                let written = node.fields().filter(|entry| entry.colon().is_some());
                work.extend(written.map(|entry| entry.value().target()));
            }
        }
    }

    fn add(&mut self, node: Node<'a>, place: Place) {
        let is_text = matches!(node.resolve(self.document.dialect()), Scalar::Str(_));
        let tag = node.tag().map(|tag| self.document.syntax.slice(tag));
        let is_own_text = matches!(tag, None | Some("!" | "!!str"));
        if !node.is_scalar() || !is_own_text || !is_text || !self.seen.insert(node.id()) {
            return;
        }
        self.bytes += node.span().len();
        if self.bytes <= MAX_BYTES {
            self.all.push(Expression::new(node, place, Arc::clone(&self.document.memory.programs)));
        }
    }
}

#[cfg(test)]
mod tests;
