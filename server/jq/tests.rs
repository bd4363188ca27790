//! The whole language against others: real expressions, another engine's parser, and any text at all.

use super::ast::{Binding, ExprId, ExprKind, ObjectKey, Pattern, Program, Stage, StepKind, Text, TextPart};
use super::infer::Target;
use super::{Shape, builtins, complete, literal, parse, read, signature, tokens};
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern as JaqPattern, Term};
use jaq_core::path::{Opt, Part, Path};
use proptest::prelude::*;
use std::fmt::Write;

/// The expressions of real bundles; `None` where the shared test data is absent.
fn real_expressions() -> Option<Vec<String>> {
    let shared = std::env::var("MASSDRIVER_SHARED").unwrap_or_else(|_| "../shared".into());
    let Ok(table) = std::fs::read_to_string(format!("{shared}/spec/jq_expressions.tsv")) else {
        eprintln!("skipped: no shared test data; set MASSDRIVER_SHARED to its folder");
        return None;
    };
    let column = |line: &str| line.split('\t').nth(2).map(|json| serde_json::from_str(json).unwrap());
    Some(table.lines().skip(1).filter_map(column).collect())
}

#[test]
fn real_expressions_are_read() {
    let Some(expressions) = real_expressions() else { return };
    assert_eq!(expressions.len(), 290);
    let mut mistakes = Vec::new();
    for text in &expressions {
        let (program, report) = read(text, Shape::UNKNOWN);
        assert_eq!(program.errors(), [], "{text}");
        assert!(jaq_core::load::parse(text, |parser| parser.term()).is_some(), "{text}");
        assert_eq!(canonical(&program), canonical_in_jaq(text).unwrap(), "{text}");
        assert_eq!(report.clashes, [], "{text}");
        assert_eq!(report.hyphens, [], "{text}");
        assert_eq!(literal::bare(&program).filter(|_| text != "ascii_upcase"), None, "{text}");
        let unknown = report.formats.iter().filter(|one| one.format.is_none()).map(|one| one.span);
        let calls = report.calls.iter().filter(|call| matches!(call.target, Target::Unknown));
        mistakes
            .extend(unknown.chain(calls.map(|call| call.span)).map(|span| program.slice(span).to_owned()));
    }
    // Real mistakes, each in two bundles that share their text: a format that does not exist.
    assert_eq!(mistakes, ["@test", "@test"]);
}

/// Our tree in the words of [`canonical_in_jaq`].
fn canonical(program: &Program) -> String {
    ours(program, program.root())
}

fn ours(program: &Program, id: ExprId) -> String {
    let expr = program.expr(id);
    let one = |id: ExprId| ours(program, id);
    let list = |ids: &[ExprId]| ids.iter().map(|&id| one(id)).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Error => "error".into(),
        ExprKind::Identity => ".".into(),
        ExprKind::Recurse => "..".into(),
        ExprKind::Number | ExprKind::Variable | ExprKind::Format => program.slice(expr.span).into(),
        ExprKind::Text(text) => our_text(program, text),
        ExprKind::Call { name, args } if args.is_empty() => program.slice(*name).into(),
        ExprKind::Call { name, args } => format!("{}({})", program.slice(*name), list(args)),
        ExprKind::Array(inner) => format!("[{}]", inner.map(one).unwrap_or_default()),
        ExprKind::Object(entries) => {
            let entries = entries.iter().map(|entry| match entry.value {
                Some(value) => format!("{}:{}", our_key(program, entry.key), one(value)),
                None => our_key(program, entry.key),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        ExprKind::Group(inner) => one(*inner),
        ExprKind::Signed { operand, .. } => format!("(neg {})", one(*operand)),
        ExprKind::Path { head, steps } => {
            let mut out = one(*head);
            for (index, step) in steps.iter().enumerate() {
                match &step.kind {
                    StepKind::Field(name) => out += &format!("/\"{}\"", program.slice(*name)),
                    StepKind::Quoted(key) | StepKind::Index(key) => out += &format!("/{}", one(*key)),
                    StepKind::Slice(from, to) => {
                        let side = |side: &Option<ExprId>| side.map(one).unwrap_or_default();
                        out += &format!("/{}:{}", side(from), side(to));
                    }
                    StepKind::Iterate => out += "/:",
                    StepKind::Try if index == 0 => out = format!("(try {out})"),
                    StepKind::Try if matches!(steps[index - 1].kind, StepKind::Try) => {}
                    StepKind::Try => out.push('?'),
                }
            }
            out
        }
        ExprKind::Pipe(stages) => {
            let (first, rest) = stages.split_first().unwrap();
            our_stages(program, first, rest)
        }
        ExprKind::Comma(items) => {
            items[1..].iter().fold(one(items[0]), |left, &item| format!("({left} , {})", one(item)))
        }
        ExprKind::Binary { first, rest } => rest.iter().fold(one(*first), |left, operand| {
            format!("({left} {} {})", program.slice(operand.span), one(operand.expr))
        }),
        ExprKind::If { branches, otherwise } => {
            let branches = branches.iter().map(|(test, body)| format!("{} {}", one(*test), one(*body)));
            let otherwise = otherwise.map(|id| format!(" else {}", one(id))).unwrap_or_default();
            format!("(if {}{otherwise})", branches.collect::<Vec<_>>().join(" "))
        }
        ExprKind::Try { body, handler } => {
            let handler = handler.map(|id| format!(" {}", one(id))).unwrap_or_default();
            format!("(try {}{handler})", one(*body))
        }
        ExprKind::Reduce { binding, init, update } => {
            format!("(reduce {} {})", our_binding(program, binding), list(&[*init, *update]))
        }
        ExprKind::Foreach { binding, init, update, extract } => {
            let states: Vec<ExprId> = [*init, *update].into_iter().chain(*extract).collect();
            format!("(foreach {} {})", our_binding(program, binding), list(&states))
        }
        ExprKind::Break(label) => format!("(break {})", program.slice(*label)),
    }
}

fn our_stages(program: &Program, stage: &Stage, rest: &[Stage]) -> String {
    let rest = rest.split_first().map(|(first, rest)| our_stages(program, first, rest));
    match (stage, rest) {
        (Stage::Expr(expr), None) => ours(program, *expr),
        (Stage::Expr(expr), Some(rest)) => format!("({} | {rest})", ours(program, *expr)),
        (Stage::Bind(binding), rest) => {
            format!("({} | {})", our_binding(program, binding), rest.unwrap_or_default())
        }
        (Stage::Label(name), rest) => {
            format!("(label {} {})", program.slice(*name), rest.unwrap_or_default())
        }
        (Stage::Def(def), rest) => {
            let params = def.params.iter().map(|&param| program.slice(param)).collect::<Vec<_>>().join(" ");
            let (name, body) = (program.slice(def.name), ours(program, def.body));
            format!("(def {name}({params}) {body} {})", rest.unwrap_or_default())
        }
    }
}

fn our_text(program: &Program, text: &Text) -> String {
    let mut out = text.format.map(|span| program.slice(span).to_owned()).unwrap_or_default();
    out.push('"');
    for part in &text.parts {
        match part {
            TextPart::Text(span) => out += program.slice(*span),
            TextPart::Interpolation(id) => out += &format!("\\({})", ours(program, *id)),
        }
    }
    out + "\""
}

fn our_key(program: &Program, key: ObjectKey) -> String {
    match key {
        ObjectKey::Name(span) => format!("\"{}\"", program.slice(span)),
        ObjectKey::Variable(span) | ObjectKey::Error(span) => program.slice(span).into(),
        ObjectKey::Text(id) | ObjectKey::Expr(id) => ours(program, id),
    }
}

fn our_binding(program: &Program, binding: &Binding) -> String {
    format!("{} as {}", ours(program, binding.source), our_pattern(program, &binding.patterns[0]))
}

fn our_pattern(program: &Program, pattern: &Pattern) -> String {
    match pattern {
        Pattern::Error => "error".into(),
        Pattern::Variable(span) => program.slice(*span).into(),
        Pattern::Array(items) => {
            format!("[{}]", items.iter().map(|item| our_pattern(program, item)).collect::<Vec<_>>().join(" "))
        }
        Pattern::Object(entries) => {
            let entries = entries.iter().map(|(key, inner)| match (key, inner) {
                (ObjectKey::Variable(span), _) => {
                    let name = program.slice(*span);
                    format!("\"{}\":{name}", &name[1..])
                }
                (key, Some(inner)) => format!("{}:{}", our_key(program, *key), our_pattern(program, inner)),
                (key, None) => our_key(program, *key),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

/// The tree that jaq reads; `None` where it reads none.
fn canonical_in_jaq(text: &str) -> Option<String> {
    jaq_core::load::parse(text, |parser| parser.term()).map(|term| theirs(&term))
}

fn theirs(term: &Term<&str>) -> String {
    let list = |terms: &[Term<&str>]| terms.iter().map(theirs).collect::<Vec<_>>().join(" ");
    match term {
        Term::Id => ".".into(),
        Term::Recurse => "..".into(),
        Term::Num(text) | Term::Var(text) => (*text).into(),
        Term::Str(format, parts) => {
            let mut out = format.map(str::to_owned).unwrap_or_default();
            out.push('"');
            for part in parts {
                match part {
                    StrPart::Str(text) => out += text,
                    StrPart::Term(term) => out += &format!("\\({})", theirs(term)),
                    StrPart::Char(char) => out.extend(char.escape_default()),
                }
            }
            out + "\""
        }
        Term::Arr(inner) => format!("[{}]", inner.as_deref().map(theirs).unwrap_or_default()),
        Term::Obj(entries) => {
            let entries = entries.iter().map(|(key, value)| match value {
                Some(value) => format!("{}:{}", theirs(key), theirs(value)),
                None => theirs(key),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        Term::Neg(inner) => format!("(neg {})", theirs(inner)),
        Term::BinOp(left, operator, right) => match operator {
            BinaryOp::Pipe(Some(pattern)) => {
                format!("({} as {} | {})", theirs(left), their_pattern(pattern), theirs(right))
            }
            _ => format!("({} {} {})", theirs(left), their_operator(operator), theirs(right)),
        },
        Term::Label(name, inner) => format!("(label {name} {})", theirs(inner)),
        Term::Break(name) => format!("(break {name})"),
        Term::Fold(name, source, pattern, args) => {
            format!("({name} {} as {} {})", theirs(source), their_pattern(pattern), list(args))
        }
        Term::TryCatch(body, handler) => {
            let handler = handler.as_deref().map(|term| format!(" {}", theirs(term))).unwrap_or_default();
            format!("(try {}{handler})", theirs(body))
        }
        Term::IfThenElse(branches, otherwise) => {
            let branches = branches.iter().map(|(test, body)| format!("{} {}", theirs(test), theirs(body)));
            let otherwise =
                otherwise.as_deref().map(|term| format!(" else {}", theirs(term))).unwrap_or_default();
            format!("(if {}{otherwise})", branches.collect::<Vec<_>>().join(" "))
        }
        Term::Def(defs, inner) => defs.iter().rev().fold(theirs(inner), |rest, Def { name, args, body }| {
            format!("(def {name}({}) {} {rest})", args.join(" "), theirs(body))
        }),
        Term::Call(name, args) if args.is_empty() => (*name).into(),
        Term::Call(name, args) => format!("{name}({})", list(args)),
        Term::Path(head, Path(parts)) => {
            let mut out = theirs(head);
            for (part, opt) in parts {
                let side = |side: &Option<Term<&str>>| side.as_ref().map(theirs).unwrap_or_default();
                let _ = match part {
                    Part::Index(term) => write!(out, "/{}", theirs(term)),
                    Part::Range(from, to) => write!(out, "/{}:{}", side(from), side(to)),
                };
                out.push_str(if matches!(opt, Opt::Optional) { "?" } else { "" });
            }
            out
        }
    }
}

fn their_pattern(pattern: &JaqPattern<&str>) -> String {
    match pattern {
        JaqPattern::Var(name) => (*name).into(),
        JaqPattern::Arr(items) => {
            format!("[{}]", items.iter().map(their_pattern).collect::<Vec<_>>().join(" "))
        }
        JaqPattern::Obj(entries) => {
            let entries =
                entries.iter().map(|(key, inner)| format!("{}:{}", theirs(key), their_pattern(inner)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

fn their_operator(operator: &BinaryOp<&str>) -> String {
    match operator {
        BinaryOp::Pipe(_) => "|".into(),
        BinaryOp::Comma => ",".into(),
        BinaryOp::Alt => "//".into(),
        BinaryOp::Or => "or".into(),
        BinaryOp::And => "and".into(),
        BinaryOp::Math(math) => math.as_str().into(),
        BinaryOp::Cmp(cmp) => cmp.as_str().into(),
        BinaryOp::Assign => "=".into(),
        BinaryOp::Update => "|=".into(),
        BinaryOp::UpdateMath(math) => format!("{}=", math.as_str()),
        BinaryOp::UpdateAlt => "//=".into(),
    }
}

/// Programs that jq reads: expressions of every kind, nested. Left out is where jaq differs from jq on purpose:
/// - jaq lets comparisons and assignments follow one another (`1 < 2 < 3`), jq does not;
/// - jaq takes any operators in the value of an object (`{a: 1 + 2}`), jq takes terms and pipes;
/// - jaq binds `1 + 2 as $x | …` as `(1 + 2) as $x | …`, jq as `1 + (2 as $x | …)`;
/// - jaq joins `a // b // c` from the left, jq from the right, which gives the same; one node here, shown from the left;
/// - jaq binds `%` more tightly than `*` and `/`;
/// - jaq has no `?//`, no `foreach` patterns with alternatives, no modules in a term, no `+` sign.
fn programs() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(".".to_owned()),
        Just("..".to_owned()),
        Just(".a".to_owned()),
        Just(".\"b c\".if".to_owned()),
        Just("12.5".to_owned()),
        Just("\"text\"".to_owned()),
        Just("@base64".to_owned()),
        Just("$x".to_owned()),
        Just("f".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
    ];
    leaf.prop_recursive(5, 48, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let three = (inner.clone(), inner.clone(), inner.clone());
        let operator = prop::sample::select(vec!["|", ",", "//", "or", "and", "+", "-", "*", "/"]);
        prop_oneof![
            4 => (inner.clone(), operator.clone(), inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            2 => (two.clone(), (operator.clone(), operator, inner.clone()))
                .prop_map(|((a, b), (op, op2, c))| format!("{a} {op} {b} {op2} {c}")),
            1 => (inner.clone(), prop::sample::select(vec!["%", "==", "<", "=", "|=", "+=", "//="]), inner.clone())
                .prop_map(|(a, op, b)| format!("(({a}) {op} ({b}))")),
            2 => inner.clone().prop_map(|a| format!("({a})")),
            1 => inner.clone().prop_map(|a| format!("[{a}]")),
            1 => inner.clone().prop_map(|a| format!("-({a})")),
            2 => (inner.clone(), prop::sample::select(vec![".a", "[0]", "[]", "[]?", ".b?.c", "[1:]", "[\"k\"]", ".[2:3]"]))
                .prop_map(|(a, step)| format!("({a}){step}")),
            1 => two.clone().prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => two.clone().prop_map(|(a, b)| format!("{{a: ({a}), (\"k\"): [{b}] | ., c, $x, \"d\": -1}}")),
            1 => two.clone().prop_map(|(a, b)| format!("\"t\\({a})u\\({b})\"")),
            1 => two.clone().prop_map(|(a, b)| format!("f({a}; {b})")),
            1 => three.clone().prop_map(|(a, b, c)| format!("if {a} then {b} else {c} end")),
            1 => two.clone().prop_map(|(a, b)| format!("if {a} then {b} end")),
            1 => two.clone().prop_map(|(a, b)| format!("try ({a}) catch ({b})")),
            1 => three.clone().prop_map(|(a, b, c)| format!("reduce ({a}) as [$x, {{$y, k: $z}}] ({b}; {c})")),
            1 => three.prop_map(|(a, b, c)| format!("foreach ({a}) as $x ({b}; {c}; .)")),
            1 => two.clone().prop_map(|(a, b)| format!("(({a}) as $x | {b})")),
            1 => two.prop_map(|(a, b)| format!("(def f($a; g): {a}; {b})")),
            1 => inner.prop_map(|a| format!("(label $out | {a}, break $out)")),
        ]
    })
}

/// Half-typed and broken texts: pieces of programs in any order.
fn soups() -> impl Strategy<Value = String> {
    let pieces = vec![
        ".",
        "..",
        ".a",
        "a",
        "$x",
        "$",
        "@text",
        "@",
        "\"",
        "\\(",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ";",
        ",",
        "|",
        "|=",
        "//",
        "?//",
        "?",
        "+",
        "-",
        "==",
        "<",
        "if",
        "then",
        "elif",
        "else",
        "end",
        "reduce",
        "foreach",
        "as",
        "def",
        "label",
        "break",
        "try",
        "catch",
        "and",
        "import",
        "1",
        "1.5e3",
        "#c\n",
        " ",
        "é",
        "\\u00e9",
        "\\x",
        "map(",
        "select(.x ==",
        "has(\"",
        ".a.b-c",
        "{a: ",
        ".[\"k\"]",
        "getpath([\"a\"])",
        "del(.a)",
        "input.",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|pieces| pieces.concat())
}

/// Everything that is done with a program; spans lie in the text, on the borders of characters.
fn exercise(text: &str) {
    let input = Shape::object([("a", Shape::object([("b", Shape::STRING), ("b-c", Shape::NUMBER)]))]);
    let (program, report) = read(text, input);
    let spans = program.tokens().iter().map(|token| token.span);
    let spans = spans.chain(program.exprs().iter().map(|expr| expr.span));
    let spans = spans.chain(program.errors().iter().map(|error| error.span));
    let spans = spans.chain(report.uses.iter().flat_map(|one| [one.span, one.path_span]));
    let spans = spans.chain(report.calls.iter().map(|call| call.span));
    let spans = spans.chain(report.clashes.iter().map(|clash| clash.span));
    let spans = spans.chain(report.hyphens.iter().flat_map(|hyphen| [hyphen.span, hyphen.replace]));
    let spans = spans.chain(report.sites.iter().map(|site| site.span));
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
    }
    let covered: usize = program.tokens().iter().map(|token| token.span.len()).sum();
    assert_eq!(covered, text.len() - white_space(&program), "{text:?}");
    for clash in &report.clashes {
        assert!(!clash.message(&program).is_empty());
    }
    for (offset, _) in text.char_indices() {
        match complete::place(&program, &report, offset) {
            complete::Place::Field(field) => {
                let (span, _) = field.edit("x-y");
                assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
            }
            complete::Place::Expression { replace, .. }
            | complete::Place::Format { replace }
            | complete::Place::Variable { replace, .. } => assert!(replace.touches(offset), "{text:?}"),
            complete::Place::Nothing => {}
        }
        if let Some(call) = signature::call_at(&program, offset) {
            assert!(call.argument < call.written, "{text:?}");
            let _ = signature::candidates(&program, &report, &call);
        }
    }
    let classes = tokens::classes(&program);
    assert!(classes.windows(2).all(|pair| pair[0].0.end() <= pair[1].0.start()), "{text:?}");
    let _ = literal::bare(&program);
}

/// Bytes between tokens; there must be nothing but white space there.
fn white_space(program: &Program) -> usize {
    let ends = program.tokens().iter().map(|token| token.span.end());
    let starts = program.tokens().iter().map(|token| token.span.start());
    let gaps = std::iter::once(0).chain(ends).zip(starts.chain([program.text().len()]));
    let gaps = gaps.map(|(end, start)| program.text().get(end..start).unwrap());
    gaps.map(|gap| if gap.trim_ascii().is_empty() { gap.len() } else { usize::MAX / 4 }).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_agree_with_jaq(text in programs()) {
        let program = parse(&text);
        prop_assert_eq!(program.errors(), &[], "{}", &text);
        prop_assert_eq!(Some(canonical(&program)), canonical_in_jaq(&text), "{}", &text);
        exercise(&text);
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        exercise(&text);
    }

    #[test]
    fn any_soup_is_read(text in soups()) {
        exercise(&text);
    }
}

#[test]
fn every_prefix_of_a_real_expression_is_read() {
    for text in real_expressions().unwrap_or_default() {
        for (end, _) in text.char_indices() {
            let program = parse(&text[..end]);
            // `as` at the head of `ascii_upcase` is a keyword by chance.
            assert!(
                program.errors().len() <= 1 || &text[..end] == "as",
                "{:?}: {:?}",
                &text[..end],
                program.errors()
            );
        }
        exercise(&text);
    }
}

#[test]
fn every_builtin_is_called_by_its_signature() {
    for function in builtins::functions() {
        let args = vec!["."; function.params.len()].join("; ");
        let call =
            if args.is_empty() { function.name.to_string() } else { format!("{}({args})", function.name) };
        let (program, report) = read(&call, Shape::UNKNOWN);
        assert_eq!(program.errors(), [], "{call}");
        assert!(matches!(report.calls[0].target, Target::Builtin(_)), "{call}");
    }
}
