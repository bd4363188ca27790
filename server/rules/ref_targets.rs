//! Whether the targets of references exist: files and pointers.

use super::ui_option::NameBudget;
use super::wording::{listed, quoted};
use super::{Context, Family, Finding, Findings, Rule, Severity};
use crate::bundle::{Area, Document, RefForm, SchemaId, schema};
use crate::edit::Fix;
use crate::edit::build::replace_text;
use crate::reference::{closest, did_you_mean};
use crate::rules::dedent::dedent;
use crate::syntax::{Kind, Node};
use crate::workspace::{FileKind, Files};
use foldhash::HashSet;
use serde::de::IgnoredAny;

static FILE_MISSING: Rule = Rule {
    id: "ref-file-missing",
    severity: Severity::Error,
    opt_in: false,
    title: "The referenced file does not exist",
    explanation: "A path in `$ref` is relative to the bundle's directory and must lead to a JSON file.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: ./schemas/vcp.json
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: ./schemas/vpc.json
    "},
    files: &[("schemas/vpc.json", "{}")],
};

static FILE_NOT_JSON: Rule = Rule {
    id: "ref-file-not-json",
    severity: Severity::Error,
    opt_in: false,
    title: "The referenced file is not JSON",
    explanation: "Files in `$ref` are read as JSON; YAML is not accepted.",
    bad: dedent! {"
        connections:
          properties:
            vpc:
              $ref: ./vpc.yaml
    "},
    good: dedent! {"
        connections:
          properties:
            vpc:
              $ref: ./vpc.json
    "},
    files: &[("vpc.yaml", "type: object\n"), ("vpc.json", "{\"type\": \"object\"}")],
};

static POINTER: Rule = Rule {
    id: "ref-pointer",
    severity: Severity::Warning,
    opt_in: false,
    title: "A pointer leads nowhere",
    explanation: "A `$ref` that begins with `#/` starts at the block it is in, for instance `params`, and not \
                  at the top of the file: `#/$defs/size` is `params.$defs.size`.",
    bad: dedent! {r##"
        params:
          $defs:
            size: {type: string}
          properties:
            a: {$ref: "#/params/$defs/size"}
    "##},
    good: dedent! {r##"
        params:
          $defs:
            size: {type: string}
          properties:
            a: {$ref: "#/$defs/size"}
    "##},
    files: &[],
};

/// Whether the targets of references exist.
pub(super) static REF_TARGETS: Family =
    Family { title: "Targets of references", rules: &[&FILE_MISSING, &FILE_NOT_JSON, &POINTER], check };

fn check(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    let (mut seen, mut sound, mut budget) = (HashSet::default(), HashSet::default(), NameBudget::new());
    for (id, schema) in document.schemas.iter() {
        let Some((_, value)) = document.keyword(id, "$ref") else { continue };
        let value = value.target();
        if findings.is_full() {
            return;
        }
        if !value.is_scalar() || !seen.insert(value.id()) {
            continue;
        }
        let text = value.value();
        match RefForm::of(&text) {
            RefForm::File(path) if schema.area != Area::Payload && !sound.contains(path) => {
                match file(context.files, value, path) {
                    Some(finding) => findings.push(finding),
                    None => {
                        sound.insert(path.to_owned());
                    }
                }
            }
            RefForm::Pointer(pointer) if schema.reference.is_none() => {
                findings.extend(dangling(document, id, value, pointer, &mut budget));
            }
            _ => {}
        }
    }
}

fn file(files: &dyn Files, value: Node<'_>, path: &str) -> Option<Finding> {
    let path = path.split('#').next().unwrap_or(path);
    match files.kind(path) {
        FileKind::Unknown => None,
        FileKind::Directory => {
            Some(FILE_MISSING.at(value.span(), format!("{} is a directory, not a JSON file.", quoted(path))))
        }
        FileKind::File => {
            let text = files.read(path)?;
            let error = serde_json::from_str::<IgnoredAny>(text.trim_start_matches('\u{feff}')).err()?;
            let message = format!(
                "{} is not JSON; the first error is on line {}, column {}.",
                quoted(path),
                error.line(),
                error.column()
            );
            Some(FILE_NOT_JSON.at(value.span(), message))
        }
        // Run from another directory, the command line resolves the path from the parent.
        FileKind::Missing if files.kind(&format!("../{path}")) == FileKind::File => None,
        FileKind::Missing => Some(missing_file(files, value, path)),
    }
}

fn missing_file(files: &dyn Files, value: Node<'_>, path: &str) -> Finding {
    let (directory, name) = path.rsplit_once('/').unwrap_or((".", path));
    let names = files.list(directory).unwrap_or_default();
    let close = closest(name, names.iter().map(String::as_str)).map(|close| format!("{directory}/{close}"));
    let message = format!("The file {} does not exist{}", quoted(path), did_you_mean(close.as_deref()));
    let change =
        close.and_then(|close| Fix::unsafe_(format!("Change to `{close}`"), replace_text(value, &close)));
    FILE_MISSING.at(value.span(), message).with_fix(change)
}

fn dangling(
    document: &Document,
    id: SchemaId,
    value: Node<'_>,
    pointer: &str,
    budget: &mut NameBudget,
) -> Option<Finding> {
    // A plain name refers to an `$id`. Percent-encoded pointers are rare and not checked.
    if !pointer.starts_with('/') || pointer.contains('%') {
        return None;
    }
    let (root, block) = root_of(document, id)?;
    let Stop { node, path: way, missing } = follow(root, pointer, budget)?;
    let path = way.replace('/', ".");
    if let Some(rest) = pointer.strip_prefix(&format!("/{block}"))
        && rest.starts_with('/')
        && schema::follow(root, rest).is_some()
    {
        let meant = format!("#{rest}");
        let message = format!("Pointers start at `{block}`, not at the top of the file; write `{meant}`.");
        let finding = POINTER.at(value.span(), message);
        return Some(
            finding.with_fix(Fix::safe(format!("Change to `{meant}`"), replace_text(value, &meant))),
        );
    }
    let names: Vec<_> = node.fields().map(|entry| entry.name()).collect();
    let lacks = format!("`{block}{path}` has no {}", quoted(missing));
    if let Some(close) = closest(missing, names.iter().map(AsRef::as_ref)) {
        let rest = &pointer[way.len() + 1 + missing.len()..];
        let meant = format!("#{way}/{close}{rest}");
        let leads_on = follow(node, &format!("/{close}{rest}"), budget).is_none();
        let edit = leads_on.then(|| replace_text(value, &meant)).flatten();
        let finding = POINTER.at(value.span(), lacks + &did_you_mean(Some(close)));
        return Some(finding.with_fix(Fix::unsafe_(format!("Change to `{meant}`"), edit)));
    }
    let ending = match names.is_empty() {
        true => ".".to_owned(),
        false => format!("; known names: {}.", listed(&names)),
    };
    Some(POINTER.at(value.span(), lacks + &ending))
}

/// The block that contains a schema, and its name.
fn root_of(document: &Document, id: SchemaId) -> Option<(Node<'_>, &'static str)> {
    let block = match document.schemas.get(id).area {
        Area::Params => "params",
        Area::Ports(block) => block.key(),
        Area::Payload => "schema",
    };
    Some((document.value(block)?.target(), block))
}

/// Where a pointer stops.
struct Stop<'a, 'p> {
    /// The last node that it reaches.
    node: Node<'a>,
    /// The part of the pointer that leads there.
    path: &'p str,
    /// The name that the node does not have.
    missing: &'p str,
}

/// Follows a pointer to the first missing name. `None` if every name exists, or if the pointer enters an unknown part.
fn follow<'a, 'p>(root: Node<'a>, pointer: &'p str, budget: &mut NameBudget) -> Option<Stop<'a, 'p>> {
    let (mut node, mut start) = (root, 0);
    while start < pointer.len() {
        let end = pointer[start + 1..].find('/').map_or(pointer.len(), |at| start + 1 + at);
        let is_unknown = node.kind() == Kind::Alias || node.field("$ref").is_some();
        if is_unknown || !budget.allows(node.entries().len() + node.items().len()) {
            return None;
        }
        match schema::follow(node, &pointer[start..end]) {
            Some(next) => node = next,
            None => return Some(Stop { node, path: &pointer[..start], missing: &pointer[start + 1..end] }),
        }
        start = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{everything_on, fixed, report, report_with};
    use expect_test::expect;

    const FILES: &[&str] = &["ref-file-missing", "ref-file-not-json"];
    const POINTERS: &[&str] = &["ref-pointer"];

    #[test]
    fn files_must_exist_and_be_json() {
        let files = [
            ("a/vpc.json", "{}"),
            ("bom.json", "\u{feff}{}"),
            ("bad.json", "{\n  a: 1\n}"),
            ("../up.json", "1"),
        ];
        let text = "\
params:
  properties:
    a: {$ref: ./a/vcp.json}
    b: {$ref: ./a}
    c: {$ref: ./bad.json}
    d: {$ref: ./nothing.json}
    e: {$ref: ./a/../bom.json}
    f: {$ref: ./up.json}
    g: {$ref: ../up.json}
    h: {$ref: './a/vpc.json#/x'}
";
        expect![[r#"
            3:15-3:27 ref-file-missing error: The file `./a/vcp.json` does not exist; did you mean `./a/vpc.json`?
                unsafe fix: Change to `./a/vpc.json`
            4:15-4:18 ref-file-missing error: `./a` is a directory, not a JSON file.
            5:15-5:25 ref-file-not-json error: `./bad.json` is not JSON; the first error is on line 2, column 3.
            6:15-6:29 ref-file-missing error: The file `./nothing.json` does not exist.
        "#]].assert_eq(&report_with(FILES, text, &files, &everything_on()));
    }

    #[test]
    fn pointers_start_at_their_block() {
        let text = "\
params:
  $defs:
    size: {type: string, oneOf: [{const: a}]}
    far: {$ref: https://example.com/x.json}
  properties:
    a: {$ref: '#/$defs/size'}
    b: {$ref: '#/$defs/sise'}
    c: {$ref: '#/params/$defs/size'}
    d: {$ref: '#/definitions/x'}
    e: {$ref: '#/$defs/far/properties/x'}
    f: {$ref: '#/$defs/size/oneOf/0'}
    g: {$ref: '#/$defs/size/oneOf/1'}
    h: {$ref: '#'}
    i: {$ref: '#name'}
    j: {$ref: '#/$defs/size/type/x'}
connections:
  properties:
    k: {$ref: '#/$defs/size'}
";
        expect![[r#"
            7:15-7:29 ref-pointer warning: `params.$defs` has no `sise`; did you mean `size`?
                unsafe fix: Change to `#/$defs/size`
            8:15-8:36 ref-pointer warning: Pointers start at `params`, not at the top of the file; write `#/$defs/size`.
                fix: Change to `#/$defs/size`
            9:15-9:32 ref-pointer warning: `params` has no `definitions`; known names: `$defs`, `properties`.
            12:15-12:37 ref-pointer warning: `params.$defs.size.oneOf` has no `1`.
            15:15-15:36 ref-pointer warning: `params.$defs.size.type` has no `x`.
            18:15-18:29 ref-pointer warning: `connections` has no `$defs`; known names: `properties`.
        "#]].assert_eq(&report(POINTERS, text));
        let text =
            "name: x\nschema:\n  $defs: {a: {}}\n  properties: {b: {$ref: '#/$defs/a'}, c: {$ref: '#/a'}}\n";
        expect![[r#"
            4:50-4:55 ref-pointer warning: `schema` has no `a`; known names: `$defs`, `properties`.
        "#]]
        .assert_eq(&report(POINTERS, text));
    }

    #[test]
    fn the_fix_removes_the_name_of_the_block() {
        let text = "params:\n  $defs: {a: {}}\n  properties:\n    b: {$ref: '#/params/$defs/a'}\n";
        assert_eq!(fixed("ref-pointer", text), text.replace("#/params", "#"));
    }
}
