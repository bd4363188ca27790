//! Paths that lead to nothing.

use super::super::wording::{listed, quoted};
use super::super::{Context, Family, Finding, Findings, Rule, Severity};
use super::{at, each_program, edits};
use crate::bundle::expressions::{Place, queried};
use crate::bundle::{self, Area, Block, Document, Expression, Origin, Role, SchemaId};
use crate::edit::Fix;
use crate::jq::Report;
use crate::jq::infer::{PathUse, Root, Step};
use crate::jq::types::{Kind, Object, Types};
use crate::reference::{self, ANY_NAME, Edition, ResourceType, closest};
use crate::syntax::Span;
use foldhash::HashSet;

static UNKNOWN_ROOT: Rule = Rule {
    id: "jq-unknown-root",
    severity: Severity::Warning,
    opt_in: false,
    title: "A path begins with a name that is not there",
    explanation: "Programs run against an object whose fields depend on the place: `.params` and `.connections` \
                  everywhere, `.secrets` in `app` only, `.dependencies`, `.resources` and `.id` on newer platforms. \
                  Any other name gives `null`.",
    bad: "app:\n  envs:\n    PORT: .param.port\n",
    good: "app:\n  envs:\n    PORT: .params.port\n",
    files: &[],
};

static UNKNOWN_PARAM: Rule = Rule {
    id: "jq-unknown-param",
    severity: Severity::Warning,
    opt_in: false,
    title: "A path names a param that the bundle does not have",
    explanation: "What `params` does not declare is never filled in, so the path gives `null`. Names that conditions \
                  add count as declared; below maps, and where a schema is not known, every name is fine. Where the \
                  absence is provided for, with `?` or `//`, this is only a hint.",
    bad: "params:\n  properties:\n    log_level: {type: string}\napp:\n  envs:\n    LOG_LEVEL: .params.loglevel\n",
    good: "params:\n  properties:\n    log_level: {type: string}\napp:\n  envs:\n    LOG_LEVEL: .params.log_level\n",
    files: &[],
};

static UNKNOWN_CONNECTION: Rule = Rule {
    id: "jq-unknown-connection",
    severity: Severity::Warning,
    opt_in: false,
    title: "A path names a connection that the bundle does not have",
    explanation: "What `connections` or `dependencies` does not declare cannot be plugged in, so the path gives \
                  `null`. Fields of a payload are looked up in the resource type: in one of the workspace or the \
                  organization that allows no others, an unknown name is a warning, else a hint. In those that come \
                  with this program, as your organization may have other fields, only a name that looks misspelt is a \
                  hint.",
    bad: "connections:\n  properties:\n    database: {$ref: postgresql-authentication}\napp:\n  envs:\n    HOST: \
          .connections.databse.data.authentication.hostname\n",
    good: "connections:\n  properties:\n    database: {$ref: postgresql-authentication}\napp:\n  envs:\n    HOST: \
           .connections.database.data.authentication.hostname\n",
    files: &[],
};

static MD_METADATA: Rule = Rule {
    id: "jq-md-metadata",
    severity: Severity::Warning,
    opt_in: false,
    title: "`md_metadata` has no such member",
    explanation: "The platform fills in `.params.md_metadata`: a name prefix, default tags, where alarms go, and a \
                  little about the deployment. Any name is fine below `default_tags`, which an organization may add \
                  to.",
    bad: "params: {properties: {}}\napp:\n  envs:\n    PREFIX: .params.md_metadata.prefix\n",
    good: "params: {properties: {}}\napp:\n  envs:\n    PREFIX: .params.md_metadata.name_prefix\n",
    files: &[],
};

static ENUM_ROOT: Rule = Rule {
    id: "jq-enum-root",
    severity: Severity::Warning,
    opt_in: false,
    title: "A query of `$md.enum` begins at the wrong place",
    explanation: "`options` runs against the payload of the connection that is named beside it, `value` and `label` \
                  against one option. There is no `.connections` and no `.params` in either.",
    bad: "connections:\n  properties:\n    network: {$ref: aws-vpc}\nparams:\n  properties:\n    subnet:\n      type: string\n      \
          $md.enum:\n        connection: network\n        options: .connections.network.subnets\n",
    good: "connections:\n  properties:\n    network: {$ref: aws-vpc}\nparams:\n  properties:\n    subnet:\n      type: string\n      \
           $md.enum:\n        connection: network\n        options: .subnets\n",
    files: &[],
};

static LEGACY_ROOT: Rule = Rule {
    id: "jq-legacy-root",
    severity: Severity::Hint,
    opt_in: true,
    title: "A path uses an older word",
    explanation: "In a bundle that declares `dependencies`, `.connections` is their older name, and `.artifacts` that \
                  of `.resources`; default tags such as `md-target` have newer names as well. The old words still \
                  work.",
    bad: "dependencies:\n  db: {resource_type: postgresql-authentication, required: true}\napp:\n  envs:\n    HOST: \
          .connections.db.auth.hostname\n",
    good: "dependencies:\n  db: {resource_type: postgresql-authentication, required: true}\napp:\n  envs:\n    HOST: \
           .dependencies.db.auth.hostname\n",
    files: &[],
};

/// Paths that lead to nothing.
pub(in super::super) static PATHS: Family = Family {
    title: "Paths in jq",
    rules: &[&UNKNOWN_ROOT, &UNKNOWN_PARAM, &UNKNOWN_CONNECTION, &MD_METADATA, &ENUM_ROOT, &LEGACY_ROOT],
    check,
};

fn check(context: &Context<'_>, out: &mut Findings) {
    let wants_legacy = context.wants(&LEGACY_ROOT);
    each_program(context, out, |expression, report, out| {
        // A path in a function's argument may be followed more than once.
        let mut seen = HashSet::default();
        for one in report.uses.iter().filter(|one| !one.span.is_empty()) {
            if out.is_full() {
                return;
            }
            let Some(name) = report.field(one).filter(|_| seen.insert(one.span)) else { continue };
            let step = Taken { document: context.document, expression, report, one, name };
            out.extend(step.unknown().or_else(|| step.enum_root()));
            if wants_legacy {
                out.extend(step.legacy());
            }
        }
    });
}

/// A step of a path that takes a field.
#[derive(Clone, Copy)]
struct Taken<'a> {
    document: &'a Document,
    expression: &'a Expression,
    report: &'a Report,
    one: &'a PathUse,
    name: &'a str,
}

impl<'a> Taken<'a> {
    fn bundle(self) -> &'a Document {
        self.document.bundle()
    }

    fn at(self, rule: &'static Rule, message: String) -> Finding {
        let finding = at(self.document, self.expression, rule, self.one.span, message);
        if self.one.guarded { finding.with(Severity::Hint) } else { finding }
    }

    /// The names that would have led on.
    fn names(self) -> impl Iterator<Item = &'a str> {
        self.one.before.fields().map(|(name, _)| name)
    }

    /// What the name is looked up in.
    fn owner(self) -> Option<Origin> {
        self.one.before.origins().find_map(Origin::of)
    }

    fn respelled(self, finding: Finding, name: &str) -> Finding {
        let replaced = edits(self.expression, self.expression.respell(self.document, self.one, name));
        finding.with_fix(Fix::safe(format!("Replace with `{name}`"), replaced))
    }

    /// A name that is not there.
    fn unknown(self) -> Option<Finding> {
        if self.one.after.is_some() {
            return self.payload();
        }
        // A field of what has none is a clash of types.
        if !self.one.before.types().meets(Types::OBJECT) {
            return None;
        }
        let name = quoted(self.name);
        let (rule, subject) = match self.owner()? {
            Origin::Input => return Some(self.unknown_root()),
            Origin::Params => (&UNKNOWN_PARAM, format!("There is no param {name}")),
            Origin::Param(property) => {
                let property = self.bundle().schemas.property(property);
                self.is_param(property.owner)?;
                let holder = self.bundle().node(property.key).value();
                (&UNKNOWN_PARAM, format!("The param {} has no {name}", quoted(&holder)))
            }
            Origin::Element(schema) => {
                self.is_param(schema)?;
                (&UNKNOWN_PARAM, format!("{} has no {name}", self.element(schema)))
            }
            Origin::Inputs | Origin::Outputs => {
                (&UNKNOWN_CONNECTION, format!("There is no {} {name}", self.noun()))
            }
            Origin::Metadata => (&MD_METADATA, format!("`md_metadata` has no {name}")),
            Origin::MetadataKey(key) => (&MD_METADATA, format!("`md_metadata.{}` has no {name}", key.name)),
            _ => return None,
        };
        Some(self.with_names(rule, subject))
    }

    fn is_param(self, schema: SchemaId) -> Option<()> {
        (self.bundle().schemas.get(schema).area == Area::Params).then_some(())
    }

    /// What to call an item of a list or a value of a map.
    fn element(self, schema: SchemaId) -> String {
        let schemas = &self.bundle().schemas;
        let holder =
            schemas.get(schema).parents.iter().find_map(|&(_, parent)| match schemas.get(parent).role {
                Role::Property(property) => Some(self.bundle().node(schemas.property(property).key).value()),
                _ => None,
            });
        holder.map_or("This".to_owned(), |name| format!("An item of {}", quoted(&name)))
    }

    /// What an entry is called that the path names.
    fn noun(self) -> &'static str {
        let root = match self.report.path(self.one) {
            [.., Step::Field(root), Step::Field(_)] => {
                Block::ALL.into_iter().find(|block| block.key() == &**root)
            }
            _ => None,
        };
        root.unwrap_or(Block::Connections).noun()
    }

    /// The finding with the name that was meant, or with those that there are.
    fn with_names(self, rule: &'static Rule, subject: String) -> Finding {
        if let Some(close) = closest(self.name, self.names()) {
            return self.respelled(self.at(rule, format!("{subject}; did you mean `{close}`?")), close);
        }
        let mut names: Vec<&str> = self.names().filter(|name| *name != "md_metadata").collect();
        names.dedup();
        match names.is_empty() {
            true => self.at(rule, format!("{subject}.")),
            false => self.at(rule, format!("{subject}, only {}.", listed(names))),
        }
    }

    fn unknown_root(self) -> Finding {
        let seed = self.bundle().edition() == Some(bundle::Edition::Seed);
        let roots = self.expression.place.context().map(|context| &context.roots);
        let roots = roots.into_iter().flat_map(|roots| roots.iter());
        let roots = roots.filter(|root| !seed || root.edition != Edition::Current).map(|root| &*root.name);
        let roots: Vec<&str> = roots.collect();
        let subject = format!("A program here gets no `.{}`", self.name);
        match closest(self.name, roots.iter().copied()) {
            Some(close) => {
                let message = format!("{subject}; did you mean `.{close}`?");
                self.respelled(self.at(&UNKNOWN_ROOT, message), close)
            }
            None => {
                let roots = roots.iter().map(|root| format!(".{root}"));
                self.at(&UNKNOWN_ROOT, format!("{subject}, only {}.", listed(roots)))
            }
        }
    }

    /// A name that looks misspelt in a payload, of which more may be there than is known.
    fn payload(self) -> Option<Finding> {
        let (Origin::Port(_) | Origin::Payload(..)) = self.owner()? else { return None };
        let is_known = |object: &Object| object.fields.contains_key(self.name);
        let is_map =
            |object: &Object| object.rest.as_ref().is_some_and(|rest| !matches!(rest.kind(), Kind::Unknown));
        if self.one.before.objects().any(|object| is_known(object) || is_map(object)) {
            return None;
        }
        if let Some((of, closed)) = self.defined() {
            let severity = if closed { Severity::Warning } else { Severity::Hint };
            let subject = format!("The payload of `{}` has no {}", of.name, quoted(self.name));
            let finding = self.with_names(&UNKNOWN_CONNECTION, subject);
            return Some(if self.one.guarded { finding } else { finding.with(severity) });
        }
        if self.one.guarded {
            return None;
        }
        let close = closest(self.name, self.names())?;
        let message =
            format!("No field {} is known of this payload; did you mean `{close}`?", quoted(self.name));
        Some(self.respelled(self.at(&UNKNOWN_CONNECTION, message).with(Severity::Hint), close))
    }

    /// The type of which the name would be a field, where somebody says what its fields are; and whether there can be no
    /// others.
    fn defined(self) -> Option<(&'a ResourceType, bool)> {
        let document = self.bundle();
        let catalog = document.catalog();
        let (of, fields, closed) = match self.owner()? {
            Origin::Port(port) => {
                let (_, name) = document.ports.get(port)?.type_ref?;
                let of = catalog.get(&document.node(name).target().value())?;
                (of, of.payloads.first()?, of.closed)
            }
            Origin::Payload(number) => {
                let (of, field) = catalog.field(number)?;
                (of, &field.fields, field.closed)
            }
            _ => return None,
        };
        let says_all = closed || !fields.is_empty() && !fields.iter().any(|field| field.name == ANY_NAME);
        (of.is_own() && says_all).then_some((of, closed))
    }

    /// A query of `$md.enum` that begins at a root of other programs.
    fn enum_root(self) -> Option<Finding> {
        let wrong = matches!(self.name, "connections" | "dependencies" | "params");
        let begins = self.one.root == Root::Input && self.report.path(self.one).len() == 1;
        if !wrong || !begins || !self.expression.place.is_enum() || self.names().any(|name| name == self.name)
        {
            return None;
        }
        let message =
            format!("A query of `$md.enum` gets no `.{}`; its paths begin at the data itself.", self.name);
        let finding = self.at(&ENUM_ROOT, message);
        Some(match self.prefix() {
            Some(prefix) => {
                let text = self.expression.program().text();
                let stays = text.get(prefix.end()..).is_some_and(|rest| rest.starts_with('.'));
                let replaced = self.expression.replace(self.document, prefix, if stays { "" } else { "." });
                finding.with_fix(Fix::safe("Begin at the payload", edits(self.expression, replaced)))
            }
            None => finding,
        })
    }

    /// `.connections.name`, where that is the connection which the query reads.
    fn prefix(self) -> Option<Span> {
        let schema = match self.expression.place {
            Place::EnumOptions(schema) => schema,
            _ => return None,
        };
        let start = self.one.path_span.start();
        let next = self.report.uses.iter().find(|next| {
            next.path_span.start() == start && self.report.path(next).len() == 2 && next.root == Root::Input
        })?;
        let named = self.report.field(next).map(str::to_owned) == queried(self.document, schema);
        (named && self.name != "params").then_some(next.path_span)
    }

    /// An older word for something that has a newer one.
    fn legacy(self) -> Option<Finding> {
        let newer = match self.owner()? {
            Origin::Input => self.newer_root()?,
            Origin::MetadataKey(_) => {
                let Some(Origin::MetadataKey(key)) = self.one.after.as_ref()?.origin().and_then(Origin::of)
                else {
                    return None;
                };
                key.deprecated.as_ref()?.replacement.as_deref()?
            }
            _ => return None,
        };
        let message = format!("{} is an older word for `{newer}`.", quoted(self.name));
        Some(self.respelled(self.at(&LEGACY_ROOT, message), newer))
    }

    fn newer_root(self) -> Option<&'static str> {
        let old =
            [Block::Connections, Block::Artifacts].into_iter().find(|block| block.key() == self.name)?;
        let new = old.sibling();
        let moved = self.bundle().block(new).is_some_and(|nodes| !nodes.misplaced)
            && self.bundle().block(old).is_none();
        let context: &reference::JqContext = self.expression.place.context()?;
        (moved && context.roots.get(new.key()).is_some()).then_some(new.key())
    }
}
