//! Bundles of a given size that aim at a disproportionate cost: alias expansion, schema and pattern compilation,
//! pairwise comparisons.

/// Name of a shape, and a function that builds a text of about this size (bytes).
pub(crate) type Shape = (&'static str, fn(usize) -> String);

/// All shapes; each targets a different part of the server.
pub(crate) const SHAPES: &[Shape] = &[
    // Alias expansion.
    ("a list of aliases as default and enum", |size| bombs(size, "type: array, default: *b, enum: *b")),
    ("a mapping of aliases as default", |size| mapping_bombs(size, "type: object, default: *b")),
    ("aliases as const", |size| bombs(size, "const: *b, default: *b")),
    ("aliases as examples of a param", |size| bombs(size, "examples: *b")),
    ("a long text, many times", |size| long_text(size, "type: array, default: *l, enum: *l")),
    ("a long text as default of many params", |size| {
        format!("x: &t '{}'\n", "x".repeat(size / 2))
            + &params(size / 2, |_| "{type: string, default: *t, enum: [*t], const: *t}".into())
    }),
    ("presets of aliases", |size| {
        let presets = repeat(size, |index| format!("    - {{__name: p{index}, a: *b}}\n"));
        format!("{}params:\n  properties: {{a: {{type: array}}}}\n  examples:\n{presets}", list_bomb(6))
    }),
    ("presets of merges", |size| {
        let presets = repeat(size, |index| format!("    - {{<<: *m, __name: p{index}}}\n"));
        format!(
            "{}params:\n  properties: {{k1: {{type: integer}}}}\n  examples:\n{presets}",
            wide_mapping(1000)
        )
    }),
    ("params of merges", |size| {
        wide_mapping(1000) + &params(size, |_| "{<<: *m, type: object, properties: *m}".into())
    }),
    ("merges of merges", |size| {
        let levels = repeat(size, |level| match level {
            0 => "a0: &a0 {k: 1}\n".into(),
            _ => format!("a{level}: &a{level} {{<<: [*a{0}, *a{0}], k{level}: 1}}\n", level - 1),
        });
        levels + "params: *a20\n"
    }),
    ("aliases as conditions of secrets and envs", |size| {
        list_bomb(6) + "app:\n  envs:\n" + &repeat(size, |index| format!("    E{index}: *b\n"))
    }),
    ("aliases in ui", |size| {
        list_bomb(6)
            + "params:\n  properties: {a: {type: string}}\nui:\n"
            + &repeat(size, |index| format!("  k{index}: {{\"ui:options\": *b, \"ui:order\": *b}}\n"))
    }),
    ("aliases in connections", |size| {
        list_bomb(6)
            + "connections:\n  properties:\n"
            + &repeat(size, |index| {
                format!(
                    "    k{index}: {{$ref: massdriver/aws-iam-role, default: *b, enum: *b, properties: *b}}\n"
                )
            })
    }),
    ("aliases in the config of steps", |size| {
        list_bomb(6)
            + "steps:\n"
            + &repeat(size, |index| {
                format!("  - {{path: s{index}, provisioner: opentofu, config: {{a: *b}}}}\n")
            })
    }),
    ("aliases in a resource type", |size| {
        list_bomb(6)
            + "name: t\n$md: {name: t}\nschema:\n  properties:\n"
            + &repeat(size, |index| format!("    k{index}: {{type: array, default: *b, enum: *b}}\n"))
    }),
    // Schema compilation.
    ("branches of branches", |size| branches(size, "anyOf")),
    ("alternatives of alternatives", |size| branches(size, "oneOf")),
    ("all of all", |size| branches(size, "allOf")),
    ("conditions of conditions", |size| {
        let levels = repeat(size, |level| match level {
            0 => "  s0: &s0 {properties: {k: {type: string}}}\n".into(),
            _ => format!(
                "  s{level}: &s{level} {{if: {{properties: {{k: {{const: {level}}}}}, required: [k]}}, then: *s{0}, else: *s{0}}}\n",
                level - 1
            ),
        });
        format!(
            "x:\n{levels}params:\n  <<: *s20\n  examples: [{{__name: a, k: b}}]\n  properties: {{a: *s20, b: {{default: {{k: 1}}, allOf: [*s20]}}}}\n"
        )
    }),
    ("properties of properties", |size| {
        let levels = repeat(size, |level| match level {
            0 => "  s0: &s0 {type: string}\n".into(),
            _ => format!(
                "  s{level}: &s{level} {{type: object, default: {{a: {{b: 1}}}}, properties: {{a: *s{0}, b: *s{0}, c: *s{0}}}}}\n",
                level - 1
            ),
        });
        format!(
            "x:\n{levels}params:\n  examples: [{{__name: a, a: {{a: {{a: 1}}}}}}]\n  properties: {{a: *s24, b: *s25}}\n"
        )
    }),
    ("items of items", |size| {
        params(size, |_| {
            format!(
                "{{type: array, default: {0}{1}, {2}type: string{3}}}",
                "[".repeat(20),
                "]".repeat(20),
                "items: {".repeat(20),
                "}".repeat(20)
            )
        })
    }),
    ("a chain of references", |size| {
        params(size, |index| format!("{{$ref: '#/properties/p{}', default: 1}}", index + 1))
    }),
    ("references in circles", |size| {
        params(size, |index| {
            format!(
                "{{default: {{a: {{a: 1}}}}, properties: {{a: {{$ref: '#/properties/p{}'}}, b: {{$ref: '#'}}}}}}",
                index / 2
            )
        })
    }),
    ("a definition for each param", |size| {
        let definitions = repeat(size / 2, |index| {
            format!("    d{index}: {{type: object, properties: {{a: {{type: string}}}}}}\n")
        });
        params(size / 2, |index| format!("{{$ref: '#/definitions/d{index}', default: {{a: 1}}}}"))
            + "  definitions:\n"
            + &definitions
    }),
    ("wide branches", |size| {
        params(size, |_| {
            format!(
                "{{type: string, default: z, oneOf: [{}]}}",
                (0..60).map(|at| format!("{{const: v{at}, title: V}}, ")).collect::<String>()
            )
        })
    }),
    ("branches that declare many names", |size| {
        let names: String = (0..200).map(|at| format!("n{at}: {{type: string}}, ")).collect();
        format!("x: &n {{{names}}}\n")
            + &params(size, |_| {
                "{type: object, default: {n1: 1}, oneOf: [{properties: *n}, {properties: *n}, {properties: *n, allOf: [{properties: *n}]}]}".into()
            })
    }),
    ("params with every keyword", |size| {
        params(size, |index| {
            format!(
                "{{type: string, title: T{index}, description: some words, default: abc{index}, minLength: 900, maxLength: 1000, pattern: '^a{index}$', enum: [a, b, c{index}], examples: [a]}}"
            )
        })
    }),
    ("many enums", |size| {
        params(size, |index| {
            format!(
                "{{type: integer, default: -1, enum: [{}]}}",
                (0..100).map(|at| format!("{}, ", index * 100 + at)).collect::<String>()
            )
        })
    }),
    ("one long enum", |size| {
        format!(
            "params:\n  properties:\n    a:\n      type: integer\n      default: -1\n      uniqueItems: true\n      enum:\n{}",
            repeat(size, |index| format!("        - {index}\n"))
        )
    }),
    ("one long default", |size| {
        format!(
            "params:\n  properties:\n    a:\n      type: array\n      uniqueItems: true\n      items: {{type: string, pattern: '^[a-z]$', minLength: 3}}\n      default:\n{}",
            repeat(size, |index| format!("        - {index}\n"))
        )
    }),
    ("a default of unique mappings", |size| {
        format!(
            "params:\n  properties:\n    a:\n      type: array\n      uniqueItems: true\n      default:\n{}",
            repeat(size, |index| format!("        - {{k: {index}}}\n"))
        )
    }),
    ("property names with a pattern", |size| {
        format!(
            "params:\n  properties:\n    a:\n      type: object\n      propertyNames: {{pattern: '^[0-9]+$'}}\n      additionalProperties: {{type: integer, minimum: 5}}\n      default:\n{}",
            repeat(size, |index| format!("        k{index}: {}\n", index % 9))
        )
    }),
    ("dependencies of many", |size| {
        params(size / 2, |_| "{type: string}".into())
            + "  dependencies:\n"
            + &repeat(size / 2, |index| {
                format!(
                    "    p{index}: {{properties: {{q{index}: {{type: string}}}}, required: [q{index}]}}\n"
                )
            })
    }),
    // Patterns.
    ("large patterns", |size| {
        params(size, |index| {
            format!(
                "{{type: string, pattern: '(\\w{{200}}|a{index}){{1,20}}', default: {}{index}}}",
                "b".repeat(100)
            )
        })
    }),
    ("patterns of classes", |size| {
        params(size, |index| {
            format!(
                "{{type: string, pattern: '^(\\p{{L}}\\p{{N}}{{{}}}){{40}}$', default: ä1}}",
                index % 40 + 1
            )
        })
    }),
    ("small patterns", |size| {
        params(size, |index| {
            format!(
                "{{type: string, pattern: '^a{{{}}}[^{index}]*$', default: {}}}",
                index % 900,
                "a".repeat(50)
            )
        })
    }),
    ("many names with a pattern", |size| {
        format!(
            "params:\n  properties: {{a: {{type: object, patternProperties: {{{}}}, default: {{zzz: 1}}}}}}\n",
            repeat(size, |index| format!("'^k{index}.*': {{type: string}}, "))
        )
    }),
    // Long lists.
    ("many params", |size| params(size, |_| "{type: string}".into())),
    ("many required and ordered params", |size| {
        let names = repeat(size / 3, |index| format!("    - p{index}\n"));
        params(size / 3, |_| "{}".into()) + "  required:\n" + &names + "ui:\n  ui:order:\n" + &names
    }),
    ("many unknown names in ui", |size| {
        params(size / 2, |_| "{}".into())
            + "ui:\n"
            + &repeat(size / 2, |index| format!("  q{index}: {{ui:widget: x}}\n"))
    }),
    ("many unknown keys", |size| repeat(size, |index| format!("key{index}: 1\n"))),
    ("the same key", |size| repeat(size, |_| "name: x\n".into())),
    ("many steps", |size| {
        "steps:\n".to_owned()
            + &repeat(size, |index| format!("- {{path: s{index}, provisioner: opentofu}}\n"))
    }),
    ("many connections", |size| {
        "connections:\n  properties:\n".to_owned()
            + &repeat(size, |index| format!("    c{index}: {{$ref: massdriver/aws-iam-role}}\n"))
    }),
    ("many dependencies and resources", |size| {
        "dependencies:\n".to_owned()
            + &repeat(size / 2, |index| format!("  c{index}: {{resource_type: massdriver/aws-vpc}}\n"))
            + "resources:\n"
            + &repeat(size / 2, |index| format!("  r{index}: {{resource_type: massdriver/aws-vpc}}\n"))
    }),
    ("many envs", |size| {
        params(1000, |_| "{type: string}".into())
            + "app:\n  envs:\n"
            + &repeat(size, |index| format!("    E{index}: '.params.p1 | tostring + \"{index}\"'\n"))
    }),
    ("many policies and secrets", |size| {
        "app:\n  policies:\n".to_owned()
            + &repeat(size / 2, |index| format!("    - .connections.c{index}.data.x\n"))
            + "  secrets:\n"
            + &repeat(size / 2, |index| format!("    S{index}: {{required: true}}\n"))
    }),
    ("one long program", |size| {
        format!("app:\n  envs:\n    A: '{}'\n", ".params.a | ".repeat(size / 13) + ".")
    }),
    ("a program of many definitions", |size| {
        format!(
            "app:\n  envs:\n    A: '{}.'\n",
            repeat(size, |index| format!("def f{index}: f{}; ", index / 2))
        )
    }),
    // Large and irregular texts.
    ("short lines", |size| "a:\n".repeat(size / 3)),
    ("list items", |size| "-\n".repeat(size / 2)),
    ("items in a row", |size| format!("a: [{}]\n", "a,".repeat(size / 2))),
    ("pairs in a row", |size| format!("a: [{}]\n", "a: b,".repeat(size / 5))),
    ("lists in lists", |size| "- - - - - - - - - - - - a\n".repeat(size / 26)),
    ("brackets", |size| "[".repeat(size)),
    ("anchors and aliases", |size| {
        "params:\n  properties:\n".to_owned()
            + &repeat(size, |index| format!("    p{index}: &a{index} {{default: *a{}}}\n", index / 2))
    }),
    ("quotes", |size| "\"a\" \n".repeat(size / 5)),
    ("colons", |size| "a: b: c\n".repeat(size / 8)),
    ("comments", |size| "#\n".repeat(size / 2)),
    ("tabs and bad lines", |size| "\tx: [}\n".repeat(size / 7)),
    ("escapes", |size| format!("name: \"{}\"\n", "\\u00e9".repeat(size / 6))),
    ("anything in a resource type", |size| {
        "name: t\n$md: {name: t}\nschema:\n  properties:\n".to_owned()
            + &repeat(size, |index| {
                format!("    k{index}: {{type: string, pattern: '^a{index}$', default: b, title: A}}\n")
            })
    }),
];

/// Concatenates `piece(0)`, `piece(1)`, … until the text has this length (bytes).
fn repeat(size: usize, mut piece: impl FnMut(usize) -> String) -> String {
    let mut text = String::with_capacity(size + 100);
    let mut index = 0;
    while text.len() < size {
        text += &piece(index);
        index += 1;
    }
    text
}

/// `params` with as many properties as fit into `size` bytes.
fn params(size: usize, schema: impl Fn(usize) -> String) -> String {
    "params:\n  properties:\n".to_owned()
        + &repeat(size, |index| format!("    p{index}: {}\n", schema(index)))
}

/// `&b`, a list that expands ninefold at each level.
fn list_bomb(levels: usize) -> String {
    let mut text = "x-a:\n  a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..levels {
        let anchor = if level + 1 == levels { "b".to_owned() } else { format!("a{level}") };
        let items = format!("*a{}", level - 1);
        text += &format!("  a{level}: &{anchor} [{}]\n", [items.as_str(); 9].join(", "));
    }
    text
}

fn bombs(size: usize, schema: &str) -> String {
    list_bomb(6) + &params(size, |_| format!("{{{schema}}}"))
}

fn mapping_bombs(size: usize, schema: &str) -> String {
    let mut text = "x-a:\n  a0: &a0 {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}\n".to_owned();
    for level in 1..7 {
        let anchor = if level == 6 { "b".to_owned() } else { format!("a{level}") };
        let alias = format!("*a{}", level - 1);
        let members: String =
            ["a", "b", "c", "d", "e", "f"].map(|name| format!("{name}: {alias}, ")).concat();
        text += &format!("  a{level}: &{anchor} {{{members}}}\n");
    }
    text + &params(size, |_| format!("{{{schema}}}"))
}

fn long_text(size: usize, schema: &str) -> String {
    let items = "*t, ".repeat(size / 16);
    format!("x: &t '{}'\ny: &l [{items}]\n", "x".repeat(size / 4))
        + &params(size / 2, |_| format!("{{{schema}}}"))
}

/// `&m`, a mapping of `keys` keys.
fn wide_mapping(keys: usize) -> String {
    let members: String = (0..keys).map(|key| format!("k{key}: {{type: string, default: 1}}, ")).collect();
    format!("x: &m {{{members}}}\n")
}

/// Schemas whose branches refer to the previous level, twice at each level.
fn branches(size: usize, keyword: &str) -> String {
    let levels = repeat(size, |level| match level {
        0 => "  s0: &s0 {type: string, minLength: 5}\n".into(),
        _ => format!("  s{level}: &s{level} {{{keyword}: [*s{0}, *s{0}, {{allOf: [*s{0}]}}]}}\n", level - 1),
    });
    format!(
        "x:\n{levels}params:\n  properties:\n    a: {{default: b, allOf: [*s24]}}\n    b: {{default: 1, {keyword}: [*s28, *s27]}}\n"
    )
}
