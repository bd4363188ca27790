use crate::bundle::{Catalog, Document, Origin};
use crate::jq::Shape;
use crate::syntax::parse;
use expect_test::{Expect, expect};

/// Lists the shapes of the top-level params, one per line.
fn params(text: &str, expected: Expect) {
    let document = Document::new(parse(text), None);
    expected.assert_eq(&listed(&document.shapes().params));
}

fn listed(shape: &Shape) -> String {
    let fields = shape.fields().filter(|(name, _)| *name != "md_metadata");
    let rest = shape.objects().filter_map(|object| object.rest.as_ref()).map(|rest| format!("…: {rest}\n"));
    fields.map(|(name, shape)| format!("{name}: {shape}\n")).chain(rest).collect()
}

#[test]
fn types() {
    params(
        "\
params:
  required: [r]
  properties:
    r: {type: string}
    o: {type: integer}
    d: {type: number, default: 1}
    n: {type: string, default: null}
    b: {type: boolean}
    e: {enum: [a, 2, on]}
    c: {const: x, default: x}
    u: {title: Unknown}
    t: {type: [string, 'null'], default: a}
    w: {type: strin}
    x: {$ref: acme/x}
",
        expect![[r#"
            b: boolean
            c: string
            d: number
            e: string | number | boolean | null
            n: string | null
            o: number | null
            r: string
            t: string | null
            u: any
            w: any
            x: any
        "#]],
    );
}

#[test]
fn structures() {
    params(
        "\
params:
  required: [l, m, o, p, any, tuple, one, ref]
  properties:
    l: {type: array, items: {type: object, properties: {a: {type: string}}}}
    m: {type: object, additionalProperties: {type: integer}}
    o: {properties: {a: {properties: {b: {type: string}}}}}
    p: {type: object, properties: {a: {type: string}}, additionalProperties: true}
    any: {type: object}
    tuple: {type: array, items: [{type: string}, {type: number}]}
    one: {oneOf: [{const: a, title: A}, {const: b}]}
    ref: {$ref: '#/definitions/d'}
    self: {$ref: '#'}
  definitions: {d: {type: object, properties: {x: {type: boolean}}}}
",
        expect![[r#"
            any: object<any>
            l: array<{a: string | null}>
            m: object<number>
            o: {a: {b: string | null} | null}
            one: string
            p: {a: string | null, …}
            ref: {x: boolean}
            self: {any: object<any>, l: array<{a: string | null}>, m: object<number>, o: {a: {b: string | null} | null}, one: string, p: {a: string | null, …}, ref: {x: boolean}, self: any, …} | null
            tuple: array<string | number>
        "#]],
    );
}

#[test]
fn conditions() {
    params(
        "\
params:
  required: [mode, later]
  properties:
    mode: {type: string}
    flag: {type: boolean, default: false}
    grown: {type: object, properties: {a: {type: string}}, default: {}}
  dependencies:
    flag: {oneOf: [{properties: {flag: {const: true}, size: {type: integer, default: 1}}, required: [size]}]}
  if: {properties: {mode: {}}}
  then: {properties: {later: {type: string}, grown: {properties: {b: {type: number}}}}}
",
        expect![[r#"
            flag: boolean
            grown: {a: string | null} | {b: number | null}
            later: string | null
            mode: string
            size: number | null
        "#]],
    );
}

#[test]
fn shapes_with_possible_other_fields_are_open() {
    params("params: {properties: {}}", expect![""]);
    params(
        "params: {properties: {a: {}}, patternProperties: {b: {}}}",
        expect![[r#"
        a: any
        …: any
    "#]],
    );
    params(
        "params: {$ref: elsewhere, properties: {a: {type: string}}}",
        expect![[r#"
        a: string | null
        …: any
    "#]],
    );
    assert_eq!(Document::new(parse("params:\n"), None).shapes().params.kind(), Shape::UNKNOWN.kind());
}

#[test]
fn payloads() {
    let text = "\
connections:
  required: [db]
  properties:
    db: {$ref: massdriver/postgresql-authentication}
    own: {$ref: acme/own-type}
    inline: {type: object, properties: {host: {type: string}}}
    file: {$ref: ./aws-vpc}
resources:
  net: {resource_type: aws-vpc@~1, required: true}
app:
  secrets: {A: {required: true}, B: {json: true, required: true}, C:}
";
    let document = Document::new(parse(text), None);
    let shapes = document.shapes();
    let at = |shape: &Shape, path: &str| {
        let leaf = path.split('.').fold(shape.clone(), |shape, name| shape.field(name));
        format!("{leaf} {:?}\n", leaf.origin().and_then(Origin::of).map(origin))
    };
    let paths = [
        at(&shapes.inputs, "db.data.authentication.port"),
        at(&shapes.inputs, "db.data.whatever"),
        at(&shapes.inputs, "own.anything"),
        at(&shapes.inputs, "inline.host"),
        at(&shapes.inputs, "file"),
        at(&shapes.inputs, "nothing"),
        at(&shapes.outputs, "net.data.infrastructure.private_subnets"),
        at(&shapes.secrets, "A"),
        at(&shapes.secrets, "B"),
        at(&shapes.secrets, "C"),
    ];
    expect![[r#"
        number Some("port of postgresql-authentication")
        any None
        any None
        string | null Some("Param(PropertyId(4))")
        any Some("Port(3)")
        nothing None
        array<{arn: string, …}> | null Some("private_subnets of aws-vpc")
        string Some("Secret(0)")
        any Some("Secret(1)")
        string | null Some("Secret(2)")
    "#]]
    .assert_eq(&paths.concat());
    assert_eq!(shapes.without_payloads().inputs.to_string(), "{db: any, file: any, inline: any, own: any}");
}

/// Describes an origin as findings and hovers would use it.
fn origin(origin: Origin) -> String {
    match origin {
        Origin::Payload(number) => {
            let (of, field) = Catalog::bundled().field(number).unwrap();
            format!("{} of {}", field.name, of.name)
        }
        Origin::MetadataKey(key) => format!("metadata {}", key.name),
        other => format!("{other:?}"),
    }
}

#[test]
fn metadata() {
    let document = Document::new(parse("params: {properties: {}}"), None);
    let metadata = document.shapes().params.field("md_metadata");
    let at = |path: &str| {
        let leaf = path.split('.').fold(metadata.clone(), |shape, name| shape.field(name));
        format!("{leaf} {:?}\n", leaf.origin().and_then(Origin::of).map(origin))
    };
    let paths = [
        "name_prefix",
        "default_tags",
        "default_tags.md-target",
        "default_tags.own",
        "target.contact_email",
        "x",
    ];
    expect![[r#"
        string Some("metadata name_prefix")
        {managed-by: string, md-component: string, md-environment: string, md-instance: string, md-manifest: string, md-package: string, md-project: string, md-target: string, …} Some("metadata default_tags")
        string Some("metadata md-target")
        string | null None
        string Some("metadata contact_email")
        nothing None
    "#]].assert_eq(&paths.map(at).concat());
}

#[test]
fn origins_round_trip() {
    let text = "params: {properties: {a: {type: array, items: {}}, b: {}}}\nconnections: {properties: {c: {}, d: {}}}\n";
    let document = Document::new(parse(text), None);
    let name = |shape: &Shape| match shape.origin().and_then(Origin::of) {
        Some(Origin::Param(id)) => document.node(document.schemas.property(id).key).value().into_owned(),
        Some(Origin::Port(index)) => document.ports[index].name.clone(),
        other => format!("{other:?}"),
    };
    let shapes = document.shapes();
    assert_eq!(name(&shapes.params), "Some(Params)");
    assert_eq!(name(&shapes.params.field("b")), "b");
    assert_eq!(name(&shapes.inputs.field("d")), "d");
    assert!(matches!(
        shapes.params.field("a").items().origin().and_then(Origin::of),
        Some(Origin::Element(_))
    ));
    assert!(shapes.input(["params", "id"]).field("id").origin().and_then(Origin::of).is_some());
}

#[test]
fn hostile_schemas_end() {
    let mut text = "params:\n  properties:\n    p0: &a0 {type: object, properties: {x: {}}}\n".to_owned();
    for index in 1..3_000 {
        let last = index - 1;
        text +=
            &format!("    p{index}: &a{index} {{type: object, properties: {{l: *a{last}, r: *a{last}}}}}\n");
    }
    let document = Document::new(parse(text), None);
    assert!(document.shapes().params.to_string().len() < 1_000);
}
