use crate::analysis::target::Target;
use crate::analysis::{Snapshot, definitions, hover_in_code, references_in_code, rename};
use crate::edit::{FileAction, apply};
use crate::settings::Settings;
use crate::workspace::MemoryFiles;
use expect_test::expect;
use std::fmt::Write;

const BUNDLE: &str = "\
steps:
  - path: src
    provisioner: opentofu
  - path: infra
    provisioner: bicep
params:
  properties:
    size: {type: integer, title: Size}
    nested: {type: object, properties: {size: {type: integer}}}
connections:
  properties:
    db: {$ref: massdriver/postgresql-authentication}
artifacts:
  properties:
    cache: {$ref: massdriver/redis-authentication}
";

const HCL: &str = "variable \"size\" {}
variable \"db\" {}
variable \"other\" {}
locals { a = \"${var.size}-${var.db.size}\" }
resource \"massdriver_artifact\" \"cache\" {
  field = \"cache\"
}
";

const BICEP: &str = "param size int\nvar x = { size: size }\n";

fn files() -> MemoryFiles {
    MemoryFiles::new([("src/main.tf", HCL), ("infra/template.bicep", BICEP)])
}

fn offset(name: &str) -> usize {
    BUNDLE.find(&format!(" {name}: {{")).unwrap() + 1
}

#[test]
fn names_are_found_in_step_code() {
    let snapshot = Snapshot::new(BUNDLE, None);
    let mut out = String::new();
    for name in ["size", "db", "cache", "nested"] {
        writeln!(out, "{name}").unwrap();
        let (_, targets) = definitions(&snapshot, &files(), offset(name)).unwrap();
        for target in targets {
            if let Target::InCode(file, name, whole) = target {
                let text = |span: crate::syntax::Span| &file.text[span.range()];
                writeln!(out, "  defined in {} {:?} {:?}", file.path, text(name), text(whole)).unwrap();
            }
        }
        for (file, reference) in references_in_code(&snapshot, &files(), offset(name)) {
            let (at, word) =
                (reference.span.start(), if reference.is_definition { "declared" } else { "used" });
            writeln!(out, "  {word} in {} at {at}", file.path).unwrap();
        }
    }
    expect![[r#"
        size
          defined in src/main.tf "size" "variable \"size\" {}"
          defined in infra/template.bicep "size" "param size int"
          declared in src/main.tf at 10
          used in src/main.tf at 76
          declared in infra/template.bicep at 6
          used in infra/template.bicep at 31
        db
          defined in src/main.tf "db" "variable \"db\" {}"
          declared in src/main.tf at 29
          used in src/main.tf at 88
        cache
          used in src/main.tf at 152
        nested
    "#]]
    .assert_eq(&out);
    // A member of a param is not a variable.
    let inner = BUNDLE.rfind("{size:").unwrap() + 1;
    assert_eq!(references_in_code(&snapshot, &files(), inner), []);
}

#[test]
fn renames_edit_step_code() {
    let snapshot = Snapshot::new(BUNDLE, None);
    let renamed = |old: &str, new: &str| {
        let renamed = rename(&snapshot, &files(), &Settings::default(), offset(old), new)?;
        let texts = renamed.fix().files.iter().map(|file| match &file.action {
            FileAction::Edit { text, edits, .. } => apply(text, edits).unwrap(),
            other => panic!("{other:?}"),
        });
        Ok::<_, String>(texts.collect::<Vec<_>>().join("---\n"))
    };
    let both = format!(
        "{}---\n{}",
        HCL.replace("\"size\"", "\"nodes\"").replace("var.size", "var.nodes"),
        "param nodes int\nvar x = { size: nodes }\n"
    );
    assert_eq!(renamed("size", "nodes"), Ok(both));
    assert_eq!(renamed("cache", "store"), Ok(HCL.replace("field = \"cache\"", "field = \"store\"")));
    assert_eq!(renamed("nested", "inner"), Ok(String::new()));
    expect!["`src/main.tf` already declares a variable `other`."]
        .assert_eq(&renamed("size", "other").unwrap_err());
    assert!(renamed("db", "a b").is_err());
    let broken = MemoryFiles::new([("src/main.tf", "variable \"size\" {")]);
    let reason = rename(&snapshot, &broken, &Settings::default(), offset("size"), "nodes").unwrap_err();
    expect!["`src/main.tf` cannot be read; fix it first, so that the name can change there too."]
        .assert_eq(&reason);
}

#[test]
fn a_variable_shows_its_param() {
    let snapshot = Snapshot::new(BUNDLE, None);
    let shown = |directory: &str, name: &str, text: &str, offset: usize| {
        let file = (name, text);
        let found = hover_in_code(&snapshot, &files(), &Settings::default(), directory, file, offset)?;
        Some(format!("{}: {}", &text[found.span.range()], found.markdown.lines().next().unwrap()))
    };
    let at = |text: &str| HCL.find(text).unwrap() + text.len();
    expect!["size: **`size`** · param · `integer` · optional"]
        .assert_eq(&shown("src", "main.tf", HCL, at("\"si")).unwrap());
    assert!(shown("src", "main.tf", HCL, at("var.si")).unwrap().starts_with("size: "));
    assert!(shown("src", "main.tf", HCL, at("var.d")).unwrap().starts_with("db: "));
    assert!(shown("infra", "template.bicep", BICEP, 7).unwrap().starts_with("size: "));
    assert_eq!(shown("src", "main.tf", HCL, at("variable \"oth")), None, "not a param");
    assert_eq!(shown("src", "main.tf", HCL, at("loc")), None);
    assert_eq!(shown("elsewhere", "main.tf", HCL, at("\"si")), None, "not a step");
    assert_eq!(shown("src", "main.tf", "variable \"size\" {", 12), None);
}

#[test]
fn programs_are_named_for_their_artifact() {
    let snapshot = Snapshot::new(BUNDLE, None);
    let programs =
        ["src/artifact_cache.jq", "infra/resource_cache.jq", "src/artifact_cache_b.jq", "src/params.jq"];
    let with = |more: &[&'static str], symbol: &str, name: &str| {
        let texts = programs.iter().chain(more).map(|path| (*path, "{}"));
        let files = MemoryFiles::new(
            [("src/main.tf", HCL), ("infra/template.bicep", BICEP)].into_iter().chain(texts),
        );
        let renamed = rename(&snapshot, &files, &Settings::default(), offset(symbol), name)?;
        let programs = renamed.fix().files.iter().filter_map(|file| match &file.action {
            FileAction::Rename(to) => Some(format!("{} -> {to}", file.path)),
            _ => None,
        });
        Ok::<_, String>(programs.collect::<Vec<_>>())
    };
    let both = [
        "src/artifact_cache.jq -> src/artifact_store.jq",
        "infra/resource_cache.jq -> infra/resource_store.jq",
    ];
    assert_eq!(with(&[], "cache", "store").unwrap(), both);
    let taken = with(&["src/artifact_store.jq"], "cache", "store").unwrap_err();
    assert_eq!(taken, "Not renamed: `src/artifact_store.jq` already exists.");
    for (symbol, name) in [("cache", "cache"), ("size", "width"), ("db", "store")] {
        assert!(with(&[], symbol, name).unwrap().is_empty(), "{symbol} {name}");
    }
    for name in ["a/b", "é"] {
        assert!(with(&[], "cache", name).is_err(), "{name}");
    }
}

#[test]
fn renames_edit_jq_files() {
    let snapshot = Snapshot::new(BUNDLE, None);
    let programs = [
        ("src/artifact_cache.jq", "{a: .params.size, b: .connections.db, c: (.params | {size})}"),
        ("src/params.jq", ".size + .nested.size"),
        ("src/connections.jq", ".db"),
    ];
    let others = [("src/main.tf", HCL), ("infra/template.bicep", BICEP)];
    let files = MemoryFiles::new(others.into_iter().chain(programs));
    let renamed = |offset: usize, new: &str| {
        let renamed = rename(&snapshot, &files, &Settings::default(), offset, new).unwrap();
        let programs = renamed.fix().files.iter().filter(|file| file.path.ends_with(".jq"));
        let texts = programs.map(|file| match &file.action {
            FileAction::Edit { text, edits, .. } => format!("{}: {}", file.path, apply(text, edits).unwrap()),
            other => panic!("{other:?}"),
        });
        texts.collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        src/artifact_cache.jq: {a: .params.nodes, b: .connections.db, c: (.params | {size:.nodes})}
        src/params.jq: .nodes + .nested.size"#]]
    .assert_eq(&renamed(offset("size"), "nodes"));
    expect!["src/params.jq: .size + .nested.width"]
        .assert_eq(&renamed(BUNDLE.rfind("{size:").unwrap() + 1, "width"));
    expect![[r#"
        src/artifact_cache.jq: {a: .params.size, b: .connections.store, c: (.params | {size})}
        src/connections.jq: .store"#]]
    .assert_eq(&renamed(offset("db"), "store"));
    let found = references_in_code(&snapshot, &files, offset("size"));
    assert_eq!(found.iter().filter(|(file, _)| file.path.ends_with(".jq")).count(), 3);
}
