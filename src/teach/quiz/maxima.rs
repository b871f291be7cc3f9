//! How is an expression written for Maxima, which STACK asks?
//! Deliberately no more than what differs from symdiff's own text: the constants have a percent sign; functions that Maxima
//! does not have are refused.
//! Read next: `moodle.rs`.

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Head, Node, Pool};
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::known;
use crate::text::print;
use crate::walk::{reachable, substitute};

/// Functions that Maxima has under the same name and with the same principal values.
const SHARED: [&str; 25] = [
    "exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asin", "acos", "atan", "acot",
    "asec", "acsc", "asinh", "acosh", "atanh", "abs", "atan2",
];

/// The expression in Maxima's language.
pub(super) fn maxima(pool: &mut Pool, e: Expr) -> Result<String> {
    let constants =
        [("%e", Some(Expr::ONE), known::EXP), ("%pi", None, known::PI), ("%i", None, known::I)].map(|(name, argument, function)| {
            let arguments: Vec<Expr> = argument.into_iter().collect();
            (pool.apply(function, &arguments), pool.symbol(name))
        });
    let e = substitute(pool, e, |_, part| constants.iter().find(|(known, _)| *known == part).map(|&(_, symbol)| symbol))?;
    for part in reachable(pool, &[e]) {
        if let Node::Call(head, _) = pool.node(part) {
            let name = match head {
                Head::Function(function) => function.row().name,
                _ => "",
            };
            if !SHARED.contains(&name) {
                return Err(Error::new(Kind::Request, phrase!("Maxima has no function `{name}`", name)));
            }
        }
    }
    print(pool, &Value::Scalar(e), pool.meter.budget.output)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::{Names, parse};

    #[test]
    fn constants_have_a_percent_sign_and_products_a_star() {
        let cases = [
            ("2x*e^(x^2)", "2*x*exp(x^2)"),
            ("e*x + pi", "%e*x + %pi"),
            ("ln(x)/sqrt(x)", "log(x)/sqrt(x)"),
            ("arctan(x)^(2/3)", "atan(x)^(2/3)"),
        ];
        for (text, wanted) in cases {
            let mut pool = Pool::default();
            let value = parse(&mut pool, text, &Names::default()).unwrap().value;
            assert_eq!(maxima(&mut pool, value.entries()[0]).unwrap(), wanted);
        }
        let mut pool = Pool::default();
        let value = parse(&mut pool, "sigmoid(x)", &Names::default()).unwrap().value;
        assert!(maxima(&mut pool, value.entries()[0]).is_err());
    }
}
