//! Types of variables.

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};

/// The type of a variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// Any value.
    Any,
    /// A text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list of values.
    List(Box<Type>),
    /// A set of distinct values.
    Set(Box<Type>),
    /// A map from arbitrary names to values.
    Map(Box<Type>),
    /// A fixed sequence of values, one type each.
    Tuple(Vec<Type>),
    /// An object with known members.
    Object(Vec<Member>),
    /// A type that cannot be determined.
    Unknown,
}

/// A member of an object type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The member's name.
    pub name: String,
    /// The member's type.
    pub value: Type,
    /// Whether it may be omitted.
    pub optional: bool,
}

impl Type {
    /// The type that an HCL expression stands for. Recursion is no deeper than the expression, which the parser
    /// limits.
    pub(super) fn of(expression: &Expression) -> Self {
        match expression {
            Expression::Variable(name) => Self::named(name.as_str()),
            // The syntax before Terraform 0.12.
            Expression::String(name) => Self::named(name.as_str()),
            Expression::Parenthesis(inner) => Self::of(inner.inner()),
            Expression::FuncCall(call) => Self::of_call(call),
            _ => Self::Unknown,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "any" => Self::Any,
            "string" => Self::String,
            "number" => Self::Number,
            "bool" => Self::Bool,
            "list" => Self::List(Box::new(Self::Any)),
            "set" => Self::Set(Box::new(Self::Any)),
            "map" => Self::Map(Box::new(Self::Any)),
            _ => Self::Unknown,
        }
    }

    fn of_call(call: &FuncCall) -> Self {
        let first = call.args.get(0);
        let inner = || Box::new(first.map_or(Self::Unknown, Self::of));
        match (call.name.name.as_str(), first) {
            ("list", _) => Self::List(inner()),
            ("set", _) => Self::Set(inner()),
            ("map", _) => Self::Map(inner()),
            ("tuple", Some(Expression::Array(types))) => Self::Tuple(types.iter().map(Self::of).collect()),
            ("object", Some(Expression::Object(members))) => Self::of_object(members),
            _ => Self::Unknown,
        }
    }

    fn of_object(members: &Object) -> Self {
        let member = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
            let name = match key {
                ObjectKey::Ident(name) => name.as_str().to_owned(),
                ObjectKey::Expression(expression) => match expression {
                    Expression::Variable(name) => name.as_str().to_owned(),
                    other => other.as_str()?.to_owned(),
                },
            };
            let (value, optional) = match value.expr() {
                Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
                    (call.args.get(0).map_or(Self::Unknown, Self::of), true)
                }
                other => (Self::of(other), false),
            };
            Some(Member { name, value, optional })
        };
        members.iter().map(member).collect::<Option<Vec<_>>>().map_or(Self::Unknown, Self::Object)
    }
}
