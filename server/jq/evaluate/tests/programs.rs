//! Random programs and inputs.

/// A small generator of random numbers, which gives the same sequence for the same seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The inputs of every program.
pub(super) const INPUTS: [&str; 18] = [
    r#"{"a":1,"b":{"c":[1,2,3],"d":"x-y"},"name":"web","tags":["b","a","b"],"n":null}"#,
    r#"{"a":{"b":{"c":5}},"list":[{"a":2,"key":"k","value":1},{"a":1,"key":"l","value":null}],"f":false,"name":"é1"}"#,
    r#"[3,1,2,1]"#,
    r#"[{"a":1,"b":"x"},{"a":null},{"b":2,"a":0.5}]"#,
    r#""abc-abc 12""#,
    "42",
    "null",
    r#"[[1,[2]],["a"],{"a":{"b":1}}]"#,
    "true",
    "-1.5",
    r#""""#,
    "[]",
    "{}",
    r#"["b","a","b-c"]"#,
    r#"[{"key":"a","value":true},{"key":"b","value":{"c":1}}]"#,
    r#"{"b":["x",null,{"c":1}],"a":"abc","x":{"y":2}}"#,
    r#"[[],[0],{"b":{"c":[2]}},null,false,"a"]"#,
    r#"{"list":[{"a":{"b":1}},{"a":{"b":2}}],"tags":[],"b":{"c":"1"},"a":["a","b"]}"#,
];

const LEAVES: &[&str] = &[
    ".",
    ".",
    ".a",
    ".b",
    ".name",
    ".a.b",
    ".b.c",
    ".list",
    ".tags",
    ".n",
    ".f",
    ".[0]",
    ".[-1]",
    ".[1:]",
    ".[:2]",
    ".[]",
    ".[]?",
    ".a?",
    ".a.b?",
    ".a.b.c?",
    ".[0].a",
    ".list[0].a?",
    ".[\"a\"]",
    ".\"b\"",
    ".b[\"c\"]",
    "..",
    "1",
    "2",
    "0",
    "-1",
    "0.5",
    "\"x\"",
    "\"a\"",
    "\"b-c\"",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[1,2]",
    "{a: 1}",
    "{\"b\": {c: 2}}",
    "empty",
    "$__x",
    "1, 2",
    ".a, .b",
    "keys",
    "length",
    "type",
    "first",
    "last",
    "not",
    "tostring",
    "tojson",
    "add",
    "any",
    "all",
    "sort",
    "unique",
    "reverse",
    "min",
    "max",
    "flatten",
    "to_entries",
    "from_entries",
    "tonumber",
    "ascii_downcase",
    "ascii_upcase",
    "floor",
    "paths",
    "leaf_paths",
    "values",
    "nulls",
    "strings",
    "numbers",
    "arrays",
    "objects",
    "scalars",
    "iterables",
    "booleans",
    "transpose",
    "explode",
    "implode",
    "recurse",
    "error",
    "fromjson",
    "utf8bytelength",
    "keys_unsorted",
    "combinations",
    "@json",
    "@text",
    "@base64",
    "@uri",
    "@html",
    "@csv",
    "@sh",
    "error(\"e\")",
    "toarray",
    "abs",
    "sqrt",
    "round",
    "ceil",
];

const PATHS: &[&str] = &[
    ".",
    ".a",
    ".b",
    ".a.b",
    ".b.c",
    ".[0]",
    ".[-1]",
    ".[]",
    ".[]?",
    ".a?",
    ".tags[0]",
    ".list[].a",
    ".list[1:]",
    ".[1:]",
    ".[:1]",
    "..",
    ".a, .b",
    ".[0], .[2]",
    ".[].a?",
    ".x.y",
    ".x[2]",
    ".name",
    "first",
    "last",
    ".b.c[1]",
    ".a.b.c",
    "empty",
    "(.a | select(. != null))",
    "(.[]? | select(. == 1))",
    ".[]? // .a",
    "getpath([\"a\",\"b\"])",
    "getpath([\"x\"])",
    "if . then .a else .b end",
    "(.. | numbers)",
    "(.. | strings)",
    "limit(1; .[]?)",
    "first(.[]?)",
    "(.a as $v | .b)",
    "(.[]? | .a?)",
    ".[\"a\"]",
    ".[(1, 0)]?",
    "(label $f | .[]? | ., break $f)",
    "try .a catch .",
    "paths",
    "reduce 1 as $i (.; .a?)",
    "last(.[]?)",
    "nth(1; .[]?)",
    "(def f: .a; f)",
    "(def f(g): g; f(.b))",
    "select(.a)",
    ".[1:3]",
    ".[1:][0]",
];

const STRINGS: &[&str] = &[
    "startswith(\"a\")",
    "endswith(\"2\")",
    "ltrimstr(\"abc\")",
    "rtrimstr(\"12\")",
    "split(\"-\")",
    "split(\"b\") | join(\"+\")",
    "test(\"b\")",
    "test(\"^A\"; \"i\")",
    "sub(\"b\"; \"X\")",
    "gsub(\"[ab]\"; \"_\")",
    "sub(\"(?<x>[a-c]+)\"; \"<\\(.x)>\")",
    "gsub(\"(?<l>[a-z])(?<r>.)\"; \"\\(.r)\\(.l)\")",
    "gsub(\"\\\\d\"; \"#\")",
    "capture(\"(?<w>[a-z]+)-(?<v>\\\\w+)\")",
    "[scan(\"[a-z]+\")]",
    "[scan(\"([a-z])([a-z])\")]",
    "[match(\"b\"; \"g\").offset]",
    "match(\"(b)(c)\")",
    "index(\"b\")",
    "rindex(\"b\")",
    "indices(\"b\")",
    "[splits(\"-| \")]",
    "gsub(\"(?<x>z)?b\"; \"(\\(.x))\")",
    "ascii_upcase",
    ".[1:3]",
    ".[-2:]",
    "length",
    "explode | implode",
    "@base64 | @base64d",
    "test(\"[0-9]$\")",
    "split(\", *\"; null)",
    "sub(\"B\"; \"x\"; \"i\")",
    "gsub(\"a\"; \"b\"; \"i\")",
    "sub(\"a\"; \"b\"; \"g\")",
    "contains(\"bc\")",
    "inside(\"xabc-abc 12x\")",
    "trim",
    "tojson | fromjson",
    ". * 2",
    "\"\\(.)!\"",
    "@html \"<\\(.)>\"",
    "@sh \"echo \\(.)\"",
    "gsub(\"^\"; \">\")",
    "ascii",
    "trimstr(\"a\")",
];

/// A program. `depth` limits its nesting.
pub(super) fn program(random: &mut Random, depth: usize) -> String {
    let text = expression(random, depth);
    match text.contains("$__x") {
        true => format!("1 as $__x | {text}"),
        false => text,
    }
}

fn expression(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return random.pick(LEAVES).to_owned();
    }
    let kind = random.below(24);
    let inner = |random: &mut Random| {
        let below = random.below(depth);
        expression(random, below)
    };
    match kind {
        0 | 1 => format!("{} | {}", inner(random), inner(random)),
        2 => format!("({}) {} ({})", inner(random), operator(random), inner(random)),
        3 => format!("[{}]", inner(random)),
        4 => format!("{{a: ({}), (\"k\"): ({})}}", inner(random), inner(random)),
        5 => format!("if {} then {} else {} end", inner(random), inner(random), inner(random)),
        6 => format!("({}) // ({})", inner(random), inner(random)),
        7 => format!("({})?", inner(random)),
        8 => format!("try ({}) catch {}", inner(random), random.pick(&["\"caught\"", ".", "null", "empty"])),
        9 => format!("({}) as $__x | {}", inner(random), inner(random)),
        10 => format!("\"<\\({})>\"", inner(random)),
        11 => format!("-({})", inner(random)),
        12 => format!("({}) and ({}) or ({})", inner(random), inner(random), inner(random)),
        13 => format!("({}).a", inner(random)),
        14 => fold(random, depth),
        15 | 16 => assignment(random, depth),
        17 | 18 => path_function(random, depth),
        19 => format!("strings | {}", random.pick(STRINGS)),
        20 => definition(random, depth),
        21 => pattern(random, depth),
        _ => function(random, depth),
    }
}

fn operator(random: &mut Random) -> &'static str {
    random.pick(&["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", ",", "+", "=="])
}

fn short(random: &mut Random, depth: usize) -> String {
    let below = random.below(depth);
    expression(random, below)
}

fn fold(random: &mut Random, depth: usize) -> String {
    let source = random.pick(&[".[]?", "range(3)", "(.list[]?)", "keys[]?", "(1, 2)"]);
    let update = match random.below(3) {
        0 => ". + $__x".to_owned(),
        1 => "[., $__x]".to_owned(),
        _ => format!("({})", short(random, depth)),
    };
    let init = random.pick(&["0", "null", "[]", ".", "{}", "(0, 1)", "\"\""]);
    match random.below(3) {
        0 => format!("reduce {source} as $__x ({init}; {update})"),
        1 => format!("[foreach {source} as $__x ({init}; {update})]"),
        _ => format!("[limit(5; foreach {source} as $__x ({init}; {update}; [$__x, .]))]"),
    }
}

fn assignment(random: &mut Random, depth: usize) -> String {
    let operator = random.pick(&["=", "|=", "|=", "|=", "+=", "-=", "*=", "/=", "%=", "//="]);
    let right = match random.below(3) {
        0 => random
            .pick(&["1", ". + 1", "\"v\"", "empty", "[.]", "null", "(1, 2)", ".a?", "length?", "{x: .}"])
            .to_owned(),
        _ => short(random, depth),
    };
    format!("({}) {operator} ({right})", random.pick(PATHS))
}

fn path_function(random: &mut Random, depth: usize) -> String {
    let path = random.pick(PATHS);
    match random.below(10) {
        0 | 1 => format!("del({path})"),
        2 | 3 => format!("[path({path})]"),
        4 => format!("[paths({})]", short(random, depth)),
        5 => format!("to_entries? // . | with_entries?({})", short(random, depth)).replace("?(", "("),
        6 => format!(
            "setpath({}; {})",
            random.pick(&["[\"a\"]", "[0]", "[\"x\",\"y\"]", "[\"b\",\"c\",1]", "[]"]),
            short(random, depth)
        ),
        7 => format!(
            "delpaths({})",
            random.pick(&[
                "[[\"a\"]]",
                "[[0],[1]]",
                "[[\"b\",\"c\"]]",
                "[]",
                "[[\"b\",\"c\",0],[\"a\"]]",
                "[[]]"
            ])
        ),
        8 => format!("pick({path})"),
        _ => format!(
            "getpath({})",
            random.pick(&["[\"a\"]", "[0]", "[\"x\",\"y\"]", "[\"b\",\"c\",1]", "[]", "[\"a\",\"b\",\"c\"]"])
        ),
    }
}

fn definition(random: &mut Random, depth: usize) -> String {
    let (body, rest) = (short(random, depth), short(random, depth));
    match random.below(6) {
        0 => format!("def f: {body}; f | {rest}"),
        1 => format!("def f(g): g | {body}; f({rest})"),
        2 => format!("def f($v): [$v, ({body})]; f({rest})"),
        3 => format!("def f($v; g): $v | g; f({rest}; {body})"),
        4 => "def f: if type == \"array\" then map(f) elif type == \"object\" then map_values(f) else [.] end; f".to_owned(),
        _ => format!("label $out | ({body}) | if . == 1 then break $out else ., ({rest}) end"),
    }
}

fn pattern(random: &mut Random, depth: usize) -> String {
    let pattern = random.pick(&[
        "[$p, $q]",
        "{a: $p, b: $q}",
        "{$a, name: $p}",
        "[[$p]]",
        "{\"a\": [$p]}",
        "{a: {b: $q}}",
    ]);
    let used = if pattern.contains("$q") { "$q" } else { "$p" };
    format!(
        "({}) as {pattern} | [{used}, ({})]",
        random.pick(&[".", ".[]?", ".list[0]?", "."]),
        short(random, depth)
    )
}

fn function(random: &mut Random, depth: usize) -> String {
    let name = random.pick(&[
        "map",
        "map_values",
        "select",
        "first",
        "last",
        "any",
        "all",
        "sort_by",
        "group_by",
        "unique_by",
        "min_by",
        "max_by",
        "has",
        "contains",
        "inside",
        "in",
        "index",
        "join",
        "flatten",
        "split",
        "limit",
        "until",
        "while",
        "range",
        "walk",
        "with_entries",
        "isempty",
        "recurse",
        "nth",
        "any2",
        "error",
        "add",
        "indices",
        "map",
        "select",
    ]);
    let f = short(random, depth);
    match name {
        "limit" => format!("[limit({}; {f})]", random.pick(&["1", "2", "3"])),
        "nth" => format!("nth({}; {f})", random.pick(&["0", "1", "2"])),
        "until" => format!("until(. == null or . > 3 or type != \"number\"; {f})"),
        "while" => format!("[limit(4; while(. != null and length < 5; {f}))]"),
        "recurse" => format!("[limit(6; recurse({f}; . != null))]"),
        "any2" => format!("any(.[]?; {f})"),
        "range" => {
            format!("[range({})]", random.pick(&["3", "1; 3", "0; 6; 2", "3; 0; -1", ".a?", "0, 1; 3, 4"]))
        }
        "join" => format!("join({})", random.pick(&["\",\"", "\"\"", "\"x\""])),
        "flatten" => format!("flatten({})", random.pick(&["0", "1", "2"])),
        "has" | "in" | "index" | "indices" | "split" | "contains" | "inside" if random.chance(60) => {
            format!(
                "{name}({})",
                random.pick(&["\"a\"", "\"b\"", "0", "1", "[1]", "{a: 1}", "[\"a\"]", "null"])
            )
        }
        "with_entries" if random.chance(70) => format!(
            "with_entries({})",
            random.pick(&[
                ".key |= \"K_\" + .",
                ".value |= tostring",
                "select(.value)",
                ".value += 1",
                "{key: .value, value: .key}",
                "."
            ])
        ),
        name => format!("{name}({f})"),
    }
}
