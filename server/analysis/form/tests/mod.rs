mod preset;

use super::{Form, envs, form};
use crate::analysis::Snapshot;
use crate::workspace::{Files, MemoryFiles, NoFiles};
use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

/// The form of a bundle with these params.
fn of_params(params: &str) -> Form {
    of_bundle(&format!("name: test\nparams:\n{params}"), &NoFiles)
}

fn of_bundle(text: &str, files: &dyn Files) -> Form {
    form(&Snapshot::new(text, None), files).expect("a form")
}

fn shows(value: &Value, expected: Expect) {
    expected.assert_eq(&value.to_string().replace("\"", ""));
}

#[test]
fn params_become_a_schema_without_presets_and_booleans_get_a_default() {
    let form = of_params(
        "  $id: https://x.y
  examples:
    - {__name: Small, size: 1}
    - {size: 2, yes: no}
    - nothing
  properties:
    size: {type: integer, examples: [3]}
    on: {type: boolean}
    off: {type: boolean, default: true}
    type: {type: string}
    one: {oneOf: [{type: boolean}, {type: object, properties: {flag: {type: boolean}}}]}
",
    );
    shows(
        &form.schema,
        expect![
            "{properties:{size:{type:integer,examples:[3]},true:{type:boolean,default:false},false:{type:boolean,default:true},type:{type:string},one:{oneOf:[{type:boolean},{type:object,properties:{flag:{type:boolean}}}]}},type:object}"
        ],
    );
    let presets = form.presets.iter().map(|preset| json!([preset.name, preset.values])).collect();
    shows(&Value::Array(presets), expect!["[[Small,{size:1}],[Preset 2,{size:2,true:false}]]"]);
}

#[test]
fn only_valid_bundles_have_a_form() {
    for text in [
        "",
        "params: {",
        "name: x\n",
        "params:\n",
        "params: []\n",
        "name: x\nschema: {type: object}\n",
        "params:\n  <<: 1\n",
    ] {
        assert_eq!(form(&Snapshot::new(text, None), &NoFiles), None, "{text}");
    }
    let form = of_bundle("name: a\nparams: {}\nui: {size: {ui:widget: hidden}}\n", &NoFiles);
    assert_eq!((form.title.as_str(), &form.ui), ("a", &json!({"size": {"ui:widget": "hidden"}})));
}

#[test]
fn references_are_replaced_and_siblings_win() {
    let files = MemoryFiles::new([
        (
            "a/size.json",
            r#"{"title": "Size", "type": "string", "properties": {"x": {"$ref": "./more.json#/defs/y"}}}"#,
        ),
        ("a/more.json", r##"{"defs": {"y": {"$ref": "../flag.json"}, "z": {"$ref": "#/$defs/own"}}}"##),
        ("flag.json", r#"{"type": "boolean"}"#),
    ]);
    let text = "params:
  $defs:
    own: {type: string, enum: [a]}
  properties:
    file: {$ref: ./a/size.json, title: Mine}
    nested: {$ref: './a/more.json#/defs/z'}
    pointer: {$ref: '#/$defs/own', description: d}
    list: {type: array, items: {$ref: '#/$defs/own'}}
    gone: {$ref: ./gone.json, title: Gone, type: string, minLength: 3}
    web: {$ref: https://example.com/x.json, $md.immutable: true}
    nowhere: {$ref: '#/$defs/nothing'}
    $ref: {type: string}
";
    let form = of_bundle(text, &files);
    shows(
        &form.schema["properties"],
        expect![
            "{file:{title:Mine,type:string,properties:{x:{type:boolean,default:false}}},nested:{type:string,enum:[a]},pointer:{type:string,enum:[a],description:d},list:{type:array,items:{type:string,enum:[a]}},gone:{title:Gone},web:{$md.immutable:true},nowhere:{},$ref:{type:string}}"
        ],
    );
    assert_eq!(form.schema.get("$defs"), None);
}

#[test]
fn a_reference_that_leads_back_to_itself_stays() {
    let form = of_params(
        "  definitions:
    tree: {type: object, properties: {leaf: {type: boolean}, children: {type: array, items: {$ref: '#/definitions/tree'}}}}
    endless: {allOf: [{$ref: '#/definitions/endless'}]}
    circle: {$ref: '#/definitions/circle'}
  properties:
    root: {$ref: '#/definitions/tree'}
    endless: {$ref: '#/definitions/endless'}
    circle: {$ref: '#/definitions/circle'}
    all: {$ref: '#'}
",
    );
    shows(
        &form.schema,
        expect![
            "{properties:{root:{type:object,properties:{leaf:{type:boolean,default:false},children:{type:array,items:{$ref:#/definitions/tree}}}},endless:{allOf:[{}]},circle:{},all:{properties:{root:{type:object,properties:{leaf:{type:boolean,default:false},children:{type:array,items:{$ref:#/definitions/tree}}}},endless:{allOf:[{}]},circle:{},all:{$ref:#/definitions/params}}}},type:object,definitions:{tree:{type:object,properties:{leaf:{type:boolean,default:false},children:{type:array,items:{$ref:#/definitions/tree}}}},params:{properties:{root:{type:object,properties:{leaf:{type:boolean,default:false},children:{type:array,items:{$ref:#/definitions/tree}}}},endless:{allOf:[{}]},circle:{},all:{$ref:#/definitions/params}}}}}"
        ],
    );
}

#[test]
fn computed_choices_come_from_a_sample_of_the_payload() {
    let text = "params:
  properties:
    subnet:
      type: string
      $md.enum: {connection: vpc, options: '.data.infrastructure.private_subnets', value: .arn, label: '.arn | split(\":\") | last'}
    stream:
      type: string
      $md.enum: {connection: own, options: '.names[]'}
    wrong: {type: string, $md.enum: {connection: gone, options: '.'}}
    failing: {type: string, $md.enum: {connection: own, options: '.names.x'}}
    today: {type: string, description: Day., $md.enum: {connection: own, options: 'now'}}
connections:
  properties:
    vpc: {$ref: massdriver/aws-vpc}
    own: {type: object, properties: {names: {type: array, items: {type: string}}}}
";
    let form = of_bundle(text, &NoFiles);
    let choices = |name: &str| form.schema["properties"][name]["oneOf"].clone();
    assert_eq!(
        form.schema["properties"]["today"]["description"],
        "Day. (The choices come from a program that cannot be evaluated here.)"
    );
    shows(
        &choices("subnet"),
        expect![
            "[{const:arn:aws:service:us-east-1:123456789012:1,title:1},{const:arn:aws:service:us-east-1:123456789012:2,title:2}]"
        ],
    );
    shows(
        &choices("stream"),
        expect!["[{const:<names-1>,title:<names-1>},{const:<names-2>,title:<names-2>}]"],
    );
    assert_eq!((choices("wrong"), choices("failing")), (Value::Null, Value::Null));
}

#[test]
fn every_definition_has_its_places() {
    let text = "params:
  properties:
    a/b: {type: string}
    list:
      type: array
      items:
        properties:
          name: {$ref: '#/$defs/name'}
    mode: {type: string}
  $defs:
    name: {properties: {first: {}}}
  dependencies:
    mode:
      oneOf:
        - properties:
            mode: {const: a}
            extra: {type: string}
        - properties:
            extra: {type: number}
  not: {properties: {no: {}}}
";
    let form = of_bundle(text, &NoFiles);
    let line = |offset: usize| text[..offset].matches('\n').count() + 1;
    let place = |place: &super::Place| {
        let lines = (line(place.range.start()), line(place.range.end()));
        format!("{} {} {}-{}\n", place.pointer, &text[place.key.range()], lines.0, lines.1)
    };
    expect![[r#"
        /a~1b a/b 3-3
        /list list 4-8
        /list/*/name name 8-8
        /list/*/name/first first 11-11
        /mode mode 9-9
        /mode mode 16-16
        /extra extra 17-17
        /extra extra 19-19
    "#]]
    .assert_eq(&form.places.iter().map(place).collect::<String>());
}

/// The values of a bundle's variables, one per line.
fn variables(text: &str, values: Value) -> String {
    let Value::Object(values) = values else { panic!("values are an object") };
    let envs = envs(&Snapshot::new(text, None), &NoFiles, &values).expect("variables");
    let line = |env: super::Env| match env.value {
        Ok(value) => format!("{} = {value}\n", env.name),
        Err(error) => format!("{}: {error}\n", env.name),
    };
    envs.into_iter().map(line).collect()
}

#[test]
fn variables_have_the_results_of_their_programs() {
    let text = "params:
  properties: {size: {type: string}, port: {type: integer}}
connections:
  properties:
    db: {$ref: massdriver/postgresql-authentication}
    own: {$ref: acme/what-is-this}
app:
  secrets:
    KEY: {required: true}
  envs:
    SIZE: .params.size
    MISSING: .params.missing
    URL: '\"http://\\(.connections.db.data.authentication.hostname):\\(.params.port)\"'
    LIST: '[.params.port, 1]'
    KEY: .secrets.KEY
    TAG: .params.md_metadata.default_tags[\"md-project\"]
    PORT: 8080
    UNKNOWN: .connections.own.data
    BROKEN: .params.
    FAILS: .params.size.x
    TWO: 1, 2
    NONE: empty
    NOTHING: '1 | null'
    DEFINES: 'def f: 1; f'
    INPUTS: 'input'
    TEXT: '@text \"x\"'
    EMPTY:
";
    expect![[r#"
        SIZE = small
        MISSING: `.params.missing` has no value.
        URL = http://host.example.com:5432
        LIST = [5432,1]
        KEY = <KEY>
        TAG = shop
        PORT = 8080
        UNKNOWN: The payload of the connection `own` is not known here.
        BROKEN: This is not a jq program: a name is missing here.
        FAILS: Cannot index string with "x"
        TWO: The program has 2 results; a variable takes one.
        NONE: The program has no result; a variable needs a value.
        NOTHING: The result is `null`; a variable needs a value.
        DEFINES = 1
        INPUTS: This program uses a feature that cannot be evaluated here.
        TEXT = x
        EMPTY: This is not a jq program.
    "#]]
    .assert_eq(&variables(text, json!({"size": "small", "port": 5432})));
    assert_eq!(envs(&Snapshot::new("params: {}\napp: {}\n", None), &NoFiles, &Map::new()), None);
}

#[test]
fn hostile_bundles_end_soon() {
    let bomb = (1..20).fold("  x0: &x0 {type: string}\n".to_owned(), |text, index| {
        let before = index - 1;
        format!(
            "{text}  x{index}: &x{index} {{properties: {{a: *x{before}, b: *x{before}, c: *x{before}}}}}\n"
        )
    });
    assert_eq!(form(&Snapshot::new(format!("params:\n{bomb}"), None), &NoFiles), None);

    let doubling = (1..200).fold("    x0: {type: string}\n".to_owned(), |text, index| {
        let reference = format!("{{$ref: '#/definitions/x{}'}}", index - 1);
        format!("{text}    x{index}: {{properties: {{a: {reference}, b: {reference}}}}}\n")
    });
    let form = of_params(&format!(
        "  definitions:\n{doubling}  properties: {{top: {{$ref: '#/definitions/x199'}}}}\n"
    ));
    assert!(form.schema.to_string().len() < 8 << 20);
    assert!(form.schema["definitions"].as_object().is_some_and(|all| all.len() > 50));

    let many: String = (0..50_000).map(|index| format!("    p{index}: {{type: boolean}}\n")).collect();
    let form = of_params(&format!("  properties:\n{many}"));
    assert_eq!(form.schema["properties"].as_object().map(Map::len), Some(50_000));

    let deep = format!("  properties: {}{}\n", "{a: {properties: ".repeat(80), "}}".repeat(80));
    assert!(of_params(&deep).places.len() >= 31);
}
