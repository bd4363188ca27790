//! A canonical text form of syntax trees, for our parser and jaq's.

use crate::jq::ast::{
    Binding, ExprId, ExprKind, ObjectKey, Pattern, Program, Stage, StepKind, Text, TextPart,
};
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern as JaqPattern, Term};
use jaq_core::path::{Opt, Part, Path};
use std::fmt::Write;

/// Our tree in the form of [`canonical_in_jaq`].
pub(super) fn canonical(program: &Program) -> String {
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

/// The tree that jaq parses; `None` if it rejects the text.
pub(super) fn canonical_in_jaq(text: &str) -> Option<String> {
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
