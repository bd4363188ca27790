use super::*;
use expect_test::expect;
use std::fmt::Write;
use std::sync::Arc;

/// Lists what a file declares, one item per line; names are followed by the text at their span.
fn shown(name: &str, text: &str) -> String {
    let Some(unit) = Language::of(name).unwrap().read(text) else { return "broken\n".to_owned() };
    let mut out = String::new();
    for variable in &unit.variables {
        assert_eq!(&text[variable.span.range()], variable.name);
        assert!(variable.whole.covers(variable.span));
        let kind =
            variable.value.as_ref().map(|(value, span)| format!("{value:?} `{}`", &text[span.range()]));
        let words = [("optional", variable.optional), ("sensitive", variable.sensitive)];
        let words: Vec<&str> = words.iter().filter(|(_, is)| *is).map(|(word, _)| *word).collect();
        let description = variable.description.as_deref().unwrap_or("-");
        let kind = kind.unwrap_or_default();
        writeln!(out, "{}: {kind} [{}] {description}", variable.name, words.join(" ")).unwrap();
    }
    for one in &unit.references {
        assert_eq!(&text[one.span.range()], one.name);
        writeln!(out, "uses {} at {}", one.name, one.span.start()).unwrap();
    }
    for resource in &unit.artifact_resources {
        let field = resource.field.as_ref().map(|(name, span)| (name.as_str(), &text[span.range()]));
        writeln!(out, "publishes {field:?}").unwrap();
    }
    out
}

#[test]
fn names_of_files() {
    use Language::{Bicep, Hcl, HclJson, Values};
    for (name, language) in [
        ("main.tf", Some(Hcl)),
        ("x.tofu", Some(Hcl)),
        ("x.tf.json", Some(HclJson)),
        ("x.tofu.json", Some(HclJson)),
        ("template.bicep", Some(Bicep)),
        ("values.yaml", Some(Values)),
        ("other.bicep", None),
        ("override.tf", None),
        ("a_override.tf", None),
        ("a_override.tf.json", None),
        (".hidden.tf", None),
        (".tf", None),
        ("terraform.tfvars", None),
        ("main.tf.bak", None),
    ] {
        assert_eq!(Language::of(name), language, "{name}");
    }
}

#[test]
fn variables_of_hcl() {
    let text = "\u{feff}# é\r
variable \"size\" {\r
  type        = number\r
  description = \"How large.\"\r
}\r
variable \"nodes\" {
  type = list(object({ name = string, count = optional(number, 3), \"tags\" : map(string) }))
  default = []
  sensitive = true
}
variable bare { }
variable \"old\" { type = \"map\" }
variable \"odd\" {
  type = tuple([string, bool, set(any), nonsense])
}
locals {
  a = \"é${var.size}-${upper(var.nodes[0].name)}\"
  b = [for var in var.bare : var]
  c = <<-EOT
    %{ if var.old }x%{ endif }
  EOT
  d = local.var.no
}
resource \"massdriver_artifact\" \"x\" {
  field = \"database\"
}
resource \"massdriver_resource\" \"y\" {
  field = \"${local.d}\"
}
resource \"aws_instance\" \"z\" {
  field = \"no\"
}
";
    expect![[r#"
        size: Number `number` [] How large.
        nodes: List(Object([Member { name: "name", value: String, optional: false }, Member { name: "count", value: Number, optional: true }, Member { name: "tags", value: Map(String), optional: false }])) `list(object({ name = string, count = optional(number, 3), "tags" : map(string) }))` [optional sensitive] -
        bare:  [] -
        old: Map(Any) `"map"` [] -
        odd: Tuple([String, Bool, Set(Any), Unknown]) `tuple([string, bool, set(any), nonsense])` [] -
        uses size at 376
        uses nodes at 394
        uses bare at 433
        uses old at 472
        publishes Some(("database", "database"))
        publishes None
    "#]]
    .assert_eq(&shown("main.tf", text));
}

#[test]
fn variables_of_hcl_in_json() {
    let text = r#"{
  "variable": {
    "size": {"type": "number", "description": "How \"large\"."},
    "nodes": [{"type": "list(string)", "default": [], "sensitive": true}],
    "bare": {}
  },
  "locals": {"a": "${var.size + var.nodes[0]}x%{ if var.bare }", "b": "var.size", "c": "${local.var.x}"},
  "resource": [{"massdriver_artifact": {"x": {"field": "database"}, "y": {"field": "${local.a}"}}}]
}"#;
    expect![[r#"
        size: Number `number` [] How "large".
        nodes: List(String) `list(string)` [optional sensitive] -
        bare:  [] -
        uses size at 203
        uses nodes at 214
        uses bare at 234
        publishes Some(("database", "database"))
        publishes None
    "#]]
    .assert_eq(&shown("main.tf.json", text));
    for broken in ["", "variable: {}", "{\"variable\": {", "[]", "{\"a\": 1} x"] {
        assert_eq!(shown("a.tf.json", broken), "broken\n", "{broken}");
    }
}

#[test]
fn parameters_of_bicep() {
    let text = "targetScope = 'resourceGroup'
@description('The size, it\\'s')
@allowed([
  'a'
])
param size string
@secure()
param password string?
param tags object = {
  size: 'x'
}
param shape {
  a: string
} = { a: 'b' }
param list string[] // = none
param kind 'a' | 'b'
/* param no string */
var name = 'x${toLower(size)}-${'in${list[0]}'}' // size
var text = '''
param size int
'''
resource r 'x@1' = {
  size: size
  b: tags.size == true ? size : kind
  param: 1
";
    expect![[r#"
        size: String `string` [] The size, it's
        password: String `string?` [optional sensitive] -
        tags: Map(Any) `object` [optional] -
        shape: Map(Any) `{
          a: string
        }` [optional] -
        list: List(Any) `string[]` [] -
        kind: Unknown `'a' | 'b'` [] -
        uses size at 306
        uses list at 320
        uses size at 403
        uses tags at 413
        uses size at 433
        uses kind at 440
    "#]]
    .assert_eq(&shown("template.bicep", text));
}

#[test]
fn half_typed_parameters_hide_no_other() {
    for broken in ["param", "param x", "param x =", "var a = [", "var a = 'x${", "@allowed([", "var a = '''"]
    {
        let text = format!("param before string\n{broken}\nparam after int\n");
        let unit = Language::Bicep.read(&text).unwrap();
        let names: Vec<&str> = unit.variables.iter().map(|variable| variable.name.as_str()).collect();
        let swallowed = broken.ends_with("'''");
        assert!(names.contains(&"before") && (swallowed || names.contains(&"after")), "{broken}: {names:?}");
    }
}

#[test]
fn values_of_a_chart() {
    let text = "# about\nreplicas: 1\nimage:\n  tag: x\n";
    expect![[r#"
        replicas:  [optional] -
        image:  [optional] -
    "#]]
    .assert_eq(&shown("values.yaml", text));
    assert_eq!(shown("values.yaml", "a: [\n"), "broken\n");
    assert_eq!(shown("values.yaml", ""), "");
}

#[test]
fn a_broken_file_keeps_its_last_valid_declarations() {
    let memory = Memory::default();
    let read = |text: &str| memory.read("src/main.tf", Language::Hcl, &Arc::from(text));
    assert!(read("variable \"a\" {").is_none());
    let first = read("variable \"a\" {}").unwrap();
    assert!(first.current);
    let broken = read("variable \"a\" {}\nvariable \"b\" {").unwrap();
    assert!(!broken.current && Arc::ptr_eq(&broken.reading, &first.reading));
    assert!(!read("variable \"a\" {}\nvariable \"b\" {").unwrap().current);
    let whole = read("variable \"b\" {}").unwrap();
    assert!(whole.current && whole.reading.unit.variables[0].name == "b");
    assert!(Arc::ptr_eq(&read("variable \"b\" {}").unwrap().reading, &whole.reading), "it was read again");
}

/// Truncated at either end, or with unexpected text in the middle.
#[test]
fn unfinished_code_is_parsed_or_rejected() {
    let texts = [
        "variable \"é\" {\n  type = list(object({ a = optional(string) }))\n}\nlocals { a = \"${var.é}\" }\n",
        "{\"variable\": {\"é\": {\"type\": \"map(string)\"}}, \"locals\": {\"a\": \"${var.é}\"}}",
        "@description('é')\nparam é string = 'x${a['b']}'\nvar v = { é: é }\n",
        "é: {a: [1, \"2\"]}\nb: |\n  x\n",
    ];
    for text in texts {
        for (at, _) in text.char_indices() {
            for odd in ["", "'", "\"", "${", "\0", "\r", "]", "/*", "😀"] {
                let (before, after) = text.split_at(at);
                for text in [before.to_owned(), after.to_owned(), format!("{before}{odd}{after}")] {
                    for language in [Language::Hcl, Language::HclJson, Language::Bicep, Language::Values] {
                        let unit = language.read(&text).unwrap_or_default();
                        let declared = unit.variables.iter().map(|variable| variable.span);
                        let mut spans = declared.chain(unit.references.iter().map(|one| one.span));
                        assert!(spans.all(|span| text.get(span.range()).is_some()), "{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn hostile_texts_end() {
    let many = 100_000;
    let texts = [
        format!("a = {}", "[".repeat(many)),
        format!("a = {}", "(".repeat(many)),
        format!("a = {}", "{a=".repeat(many)),
        format!("a = {}", "\"${".repeat(many)),
        format!("a = {}1", "-".repeat(many)),
        format!("a = {}1", "a?b:".repeat(many)),
        format!("a = b{}", ".a".repeat(many)),
        "a {\n".repeat(many),
        "a = <<E\n".repeat(many / 10),
        "{\"a\":".repeat(many / 10),
        "'${".repeat(many / 2),
        "/*".repeat(many / 2),
        "param x {\n".repeat(many / 10),
        "\0".repeat(many),
        "variable \"\0\" {}".to_owned(),
        "x".repeat(1 << 20),
    ];
    for text in &texts {
        for language in [Language::Hcl, Language::HclJson, Language::Bicep, Language::Values] {
            let _ = language.read(text);
        }
    }
    assert_eq!(Language::Hcl.read(&texts[0]), None);
    assert_eq!(Language::Hcl.read(&"#".repeat(MAX_BYTES + 1)), None);
}
