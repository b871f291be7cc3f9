//! What is a function to a comparison by numbers: analytic, many-valued, in pieces, or without digits?
//! Deliberately decided from the rows of TABLE 1, so that a new row needs nothing here.
//! Read next: `numeric.rs`.

use crate::eval;
use crate::function::{Class, Function, TABLE};
use crate::number::Number;
use crate::simplify::known;
use crate::template::{self, Op, ReadySlope, Template};
use std::sync::OnceLock;

/// What a function is to the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One analytic value at each point but for poles, in many digits.
    Analytic,
    /// The logarithm, whose sheets are chosen.
    Logarithm,
    /// Its definition leads to logarithms or roots.
    Branches,
    /// It, or its slope, chooses between cases.
    Pieces,
    /// There are no digits of it.
    Free,
}

/// The kind of a function.
pub(super) fn kind(f: Function) -> Kind {
    static KINDS: OnceLock<Vec<OnceLock<Kind>>> = OnceLock::new();
    let kinds = KINDS.get_or_init(|| TABLE.iter().map(|_| OnceLock::new()).collect());
    match kinds.get(usize::from(f.0)) {
        // a definition is in simpler functions, so this ends
        Some(cell) => *cell.get_or_init(|| found(f)),
        None => Kind::Pieces,
    }
}

fn found(f: Function) -> Kind {
    if f == known::LOG {
        return Kind::Logarithm;
    }
    if matches!(f.row().class, Class::Pieces | Class::Form) {
        return Kind::Pieces;
    }
    let chooses = |template: &Template| template.ops.iter().any(|op| matches!(op, Op::Call(g, _) if *g != f && is_choice(*g)));
    let slopes = template::slopes(f).iter();
    let in_slopes = |slope: &ReadySlope| match slope {
        ReadySlope::Factor(template) | ReadySlope::WithDu(template) => chooses(template),
        ReadySlope::Formal => false,
    };
    let definition = template::definition(f);
    if slopes.clone().any(in_slopes) || definition.is_some_and(chooses) {
        return Kind::Pieces;
    }
    match definition {
        Some(definition) if branches(definition) => Kind::Branches,
        _ if eval::has_digits(f) => Kind::Analytic,
        _ => Kind::Free,
    }
}

fn is_choice(f: Function) -> bool {
    matches!(f.row().class, Class::Pieces | Class::Form)
}

fn branches(definition: &Template) -> bool {
    definition.ops.iter().any(|op| match op {
        Op::Call(g, _) => matches!(kind(*g), Kind::Logarithm | Kind::Branches),
        Op::Pow(_, exponent) => !matches!(definition.ops.get(usize::from(*exponent)), Some(Op::Number(n)) if Number::is_integer(n)),
        _ => false,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that fails must say so
mod tests {
    use super::*;

    #[test]
    fn kinds_come_from_the_rows() {
        let of = |name, arity| kind(Function::find(name, arity).unwrap());
        for name in ["exp", "sin", "tan", "sech", "sigmoid", "expm1"] {
            assert_eq!(of(name, 1), Kind::Analytic, "{name}");
        }
        for name in ["asin", "acos", "atan", "acot", "asec", "acoth", "acosh", "log1p", "softplus"] {
            assert_eq!(of(name, 1), Kind::Branches, "{name}");
        }
        for name in ["abs", "sign", "floor", "relu", "sinc", "heaviside", "re", "arg", "conjugate"] {
            assert_eq!(of(name, 1), Kind::Pieces, "{name}");
        }
        assert_eq!((of("gamma", 1), of("hyp2f1", 4), of("max", 2), of("if", 3)), (Kind::Free, Kind::Free, Kind::Pieces, Kind::Pieces));
        assert_eq!((of("pi", 0), of("eulergamma", 0)), (Kind::Analytic, Kind::Free));
    }
}
