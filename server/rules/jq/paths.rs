//! Paths that give `null`, because a name in them is not declared.

use super::super::wording::{listed, quoted};
use super::super::{Context, Family, Finding, Findings, Rule, Severity};
use super::{at, each_program, edits};
use crate::bundle::expressions::{Place, queried};
use crate::bundle::{Area, Block, Document, Expression, Origin, Role, SchemaId};
use crate::edit::Fix;
use crate::jq::Report;
use crate::jq::infer::{PathUse, Root, Step};
use crate::jq::types::{Kind, Object, Types};
use crate::reference::{self, ANY_NAME, BundleFormat, ResourceType, closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::Span;
use foldhash::HashSet;

static UNKNOWN_ROOT: Rule = Rule {
    id: "jq-unknown-root",
    severity: Severity::Warning,
    opt_in: false,
    title: "A path begins with an unknown name",
    explanation: "A program gets an object whose fields depend on where the program is: `.params` and \
                  `.connections` everywhere, `.secrets` in `app` only, `.dependencies`, `.resources` and `.id` \
                  on newer platforms. Any other name gives `null`.",
    bad: dedent! {"
        app:
          envs:
            PORT: .param.port
    "},
    good: dedent! {"
        app:
          envs:
            PORT: .params.port
    "},
    files: &[],
};

static UNKNOWN_PARAM: Rule = Rule {
    id: "jq-unknown-param",
    severity: Severity::Warning,
    opt_in: false,
    title: "A path names an undeclared param",
    explanation: "A name that `params` does not declare never has a value, so the path gives `null`. Names that \
                  conditions add count as declared. Below maps, and where a schema is not known, every name is \
                  accepted. If the program handles a missing value with `?` or `//`, this is only a hint.",
    bad: dedent! {"
        params:
          properties:
            log_level: {type: string}
        app:
          envs:
            LOG_LEVEL: .params.loglevel
    "},
    good: dedent! {"
        params:
          properties:
            log_level: {type: string}
        app:
          envs:
            LOG_LEVEL: .params.log_level
    "},
    files: &[],
};

static UNKNOWN_CONNECTION: Rule = Rule {
    id: "jq-unknown-connection",
    severity: Severity::Warning,
    opt_in: false,
    title: "A path names an undeclared connection or field",
    explanation: "A connection that `connections` or `dependencies` does not declare is never connected, so the \
                  path gives `null`. Fields of a payload are looked up in its resource type. For a type of the \
                  workspace or the organization, an unknown field is a warning if the type allows no other \
                  fields, otherwise a hint. For a built-in type, which may have other fields in your \
                  organization, only a field that looks misspelled is reported, as a hint.",
    bad: dedent! {"
        connections:
          properties:
            database: {$ref: postgresql-authentication}
        app:
          envs:
            HOST: .connections.databse.data.authentication.hostname
    "},
    good: dedent! {"
        connections:
          properties:
            database: {$ref: postgresql-authentication}
        app:
          envs:
            HOST: .connections.database.data.authentication.hostname
    "},
    files: &[],
};

static MD_METADATA: Rule = Rule {
    id: "jq-md-metadata",
    severity: Severity::Warning,
    opt_in: false,
    title: "Unknown field of `md_metadata`",
    explanation: "The platform provides `.params.md_metadata`: a name prefix, default tags, targets for alarms, \
                  and details of the deployment. Below `default_tags` every name is accepted, because an \
                  organization can add tags.",
    bad: dedent! {"
        params: {properties: {}}
        app:
          envs:
            PREFIX: .params.md_metadata.prefix
    "},
    good: dedent! {"
        params: {properties: {}}
        app:
          envs:
            PREFIX: .params.md_metadata.name_prefix
    "},
    files: &[],
};

static ENUM_ROOT: Rule = Rule {
    id: "jq-enum-root",
    severity: Severity::Warning,
    opt_in: false,
    title: "A query of `$md.enum` begins with the wrong name",
    explanation: "`options` runs against the payload of the connection that `$md.enum` names, `value` and \
                  `label` against one option. None of them gets `.connections` or `.params`.",
    bad: dedent! {"
        connections:
          properties:
            network: {$ref: aws-vpc}
        params:
          properties:
            subnet:
              type: string
              $md.enum:
                connection: network
                options: .connections.network.subnets
    "},
    good: dedent! {"
        connections:
          properties:
            network: {$ref: aws-vpc}
        params:
          properties:
            subnet:
              type: string
              $md.enum:
                connection: network
                options: .subnets
    "},
    files: &[],
};

static LEGACY_ROOT: Rule = Rule {
    id: "jq-legacy-root",
    severity: Severity::Hint,
    opt_in: true,
    title: "A path uses an old name",
    explanation: "In a bundle with `dependencies`, `.connections` is the old name of `.dependencies`, and \
                  `.artifacts` that of `.resources`; default tags such as `md-target` have new names as well. \
                  The old names still work.",
    bad: dedent! {"
        dependencies:
          db: {resource_type: postgresql-authentication, required: true}
        app:
          envs:
            HOST: .connections.db.auth.hostname
    "},
    good: dedent! {"
        dependencies:
          db: {resource_type: postgresql-authentication, required: true}
        app:
          envs:
            HOST: .dependencies.db.auth.hostname
    "},
    files: &[],
};

/// Paths in jq programs.
pub(in super::super) static PATHS: Family = Family {
    title: "Paths in jq",
    rules: &[&UNKNOWN_ROOT, &UNKNOWN_PARAM, &UNKNOWN_CONNECTION, &MD_METADATA, &ENUM_ROOT, &LEGACY_ROOT],
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let report_legacy = context.is_on(&LEGACY_ROOT);
    each_program(context, findings, |expression, report, findings| {
        // The argument of a function may be analysed more than once.
        let mut seen = HashSet::default();
        for one in report.uses.iter().filter(|one| !one.span.is_empty()) {
            if findings.is_full() {
                return;
            }
            let Some(name) = report.field(one).filter(|_| seen.insert(one.span)) else { continue };
            let step = Taken { document: context.document, expression, report, one, name };
            findings.extend(step.unknown().or_else(|| step.enum_root()));
            if report_legacy {
                findings.extend(step.legacy());
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

    /// The known names at this step.
    fn names(self) -> impl Iterator<Item = &'a str> {
        self.one.before.fields().map(|(name, _)| name)
    }

    /// The object that the name is looked up in.
    fn owner(self) -> Option<Origin> {
        self.one.before.origins().find_map(Origin::of)
    }

    fn respelled(self, finding: Finding, name: &str) -> Finding {
        let replaced = edits(self.expression, self.expression.respell(self.document, self.one, name));
        finding.with_fix(Fix::safe(format!("Replace with `{name}`"), replaced))
    }

    /// Reports an unknown name.
    fn unknown(self) -> Option<Finding> {
        if self.one.after.is_some() {
            return self.payload();
        }
        // A field of a value that has none is reported by `jq-type-clash`.
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

    /// The name of an item of a list or a value of a map, for messages.
    fn element(self, schema: SchemaId) -> String {
        let schemas = &self.bundle().schemas;
        let holder =
            schemas.get(schema).parents.iter().find_map(|&(_, parent)| match schemas.get(parent).role {
                Role::Property(property) => Some(self.bundle().node(schemas.property(property).key).value()),
                _ => None,
            });
        holder.map_or("This".to_owned(), |name| format!("An item of {}", quoted(&name)))
    }

    /// "connection", "dependency" and so on: the noun for what the path names.
    fn noun(self) -> &'static str {
        let root = match self.report.path(self.one) {
            [.., Step::Field(root), Step::Field(_)] => {
                Block::ALL.into_iter().find(|block| block.key() == &**root)
            }
            _ => None,
        };
        root.unwrap_or(Block::Connections).noun()
    }

    /// A finding that suggests the closest name or lists the known ones.
    fn with_names(self, rule: &'static Rule, subject: String) -> Finding {
        if let Some(close) = closest(self.name, self.names()) {
            return self.respelled(self.at(rule, subject + &did_you_mean(Some(close))), close);
        }
        let mut names: Vec<&str> = self.names().filter(|name| *name != "md_metadata").collect();
        names.dedup();
        match names.is_empty() {
            true => self.at(rule, format!("{subject}.")),
            false => self.at(rule, format!("{subject}; known names: {}.", listed(names))),
        }
    }

    fn unknown_root(self) -> Finding {
        let old_format = self.bundle().bundle_format() == Some(BundleFormat::Connections);
        let roots = self.expression.place.context().map(|context| &context.roots);
        let roots = roots.into_iter().flat_map(|roots| roots.iter());
        let roots = roots
            .filter(|root| !old_format || root.bundle_format != Some(BundleFormat::Dependencies))
            .map(|root| &*root.name);
        let roots: Vec<&str> = roots.collect();
        let subject = format!("`.{}` is not available here", self.name);
        match closest(self.name, roots.iter().copied()) {
            Some(close) => {
                let message = subject + &did_you_mean(Some(&format!(".{close}")));
                self.respelled(self.at(&UNKNOWN_ROOT, message), close)
            }
            None => {
                let roots = roots.iter().map(|root| format!(".{root}"));
                self.at(&UNKNOWN_ROOT, format!("{subject}; known names: {}.", listed(roots)))
            }
        }
    }

    /// Reports an unknown field of a payload, which may have more fields than are known.
    fn payload(self) -> Option<Finding> {
        let (Origin::Port(_) | Origin::Payload(..)) = self.owner()? else { return None };
        let is_known = |object: &Object| object.fields.contains_key(self.name);
        let is_map =
            |object: &Object| object.rest.as_ref().is_some_and(|rest| !matches!(rest.kind(), Kind::Unknown));
        if self.one.before.objects().any(|object| is_known(object) || is_map(object)) {
            return None;
        }
        if let Some((resource_type, closed)) = self.defined() {
            let severity = if closed { Severity::Warning } else { Severity::Hint };
            let subject = format!("The payload of `{}` has no {}", resource_type.name, quoted(self.name));
            let finding = self.with_names(&UNKNOWN_CONNECTION, subject);
            return Some(if self.one.guarded { finding } else { finding.with(severity) });
        }
        if self.one.guarded {
            return None;
        }
        let close = closest(self.name, self.names())?;
        let message =
            format!("The payload has no known field {}{}", quoted(self.name), did_you_mean(Some(close)));
        Some(self.respelled(self.at(&UNKNOWN_CONNECTION, message).with(Severity::Hint), close))
    }

    /// The type whose fields the name is looked up in, if a definition lists them, and whether it allows no others.
    fn defined(self) -> Option<(&'a ResourceType, bool)> {
        let document = self.bundle();
        let catalog = document.catalog();
        let (resource_type, fields, closed) = match self.owner()? {
            Origin::Port(port) => {
                let (_, name) = document.ports.get(port)?.type_ref?;
                let resource_type = catalog.get(&document.node(name).target().value())?;
                (resource_type, resource_type.payloads.first()?, resource_type.closed)
            }
            Origin::Payload(number) => {
                let (resource_type, field) = catalog.field(number)?;
                (resource_type, &field.fields, field.closed)
            }
            _ => return None,
        };
        let lists_fields = closed || !fields.is_empty() && !fields.iter().any(|field| field.name == ANY_NAME);
        (resource_type.is_own() && lists_fields).then_some((resource_type, closed))
    }

    /// Reports a query of `$md.enum` that begins with a name that only other programs get.
    fn enum_root(self) -> Option<Finding> {
        let wrong = matches!(self.name, "connections" | "dependencies" | "params");
        let begins = self.one.root == Root::Input && self.report.path(self.one).len() == 1;
        if !wrong || !begins || !self.expression.place.is_enum() || self.names().any(|name| name == self.name)
        {
            return None;
        }
        let message =
            format!("A query of `$md.enum` has no `.{}`; its paths start at the queried data.", self.name);
        let finding = self.at(&ENUM_ROOT, message);
        Some(match self.prefix() {
            Some(prefix) => {
                let text = self.expression.program().text();
                let stays = text.get(prefix.end()..).is_some_and(|rest| rest.starts_with('.'));
                let replaced = self.expression.replace(self.document, prefix, if stays { "" } else { "." });
                finding.with_fix(Fix::safe("Start at the payload", edits(self.expression, replaced)))
            }
            None => finding,
        })
    }

    /// The span of `.connections.name`, if that is the connection that the query reads.
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

    /// Reports an old name.
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
        let message = format!("{} is the old name of `{newer}`.", quoted(self.name));
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
