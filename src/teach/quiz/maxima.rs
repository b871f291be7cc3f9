//! How is an expression written for Maxima, which STACK asks?
//! Deliberately no more than what differs from symdiff's own text: the constants have a percent sign, the sign is `signum`;
//! functions that Maxima does not have are refused.
//! Read next: `moodle.rs`.

use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node, Pool};
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::known;
use crate::text::print;
use crate::walk::{Memo, reachable, rebuild};

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
    let signum = pool.unknown("signum");
    let mut memo: Memo<Expr> = Memo::new();
    for part in reachable(pool, &[e]) {
        pool.check()?;
        let constant = constants.iter().find(|(known, _)| *known == part).map(|&(_, symbol)| symbol);
        let new = constant.unwrap_or_else(|| rebuild(pool, part, |inner| memo.get(inner).unwrap_or(inner)));
        let new = match pool.node(new) {
            Node::Call(Head::Function(known::SIGN), args) => {
                let args = Args::from_slice(args);
                pool.call(signum, &args)
            }
            Node::Call(head, _) if head != signum => {
                let name = match head {
                    Head::Function(function) => function.row().name,
                    _ => "",
                };
                if !SHARED.contains(&name) {
                    return Err(Error::new(Kind::Request, phrase!("Maxima has no function `{name}`", name)));
                }
                new
            }
            _ => new,
        };
        memo.set(part, new);
    }
    let e = memo.get(e).unwrap_or(e);
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
            ("pi*sign(sign(x)*e^x + e)", "%pi*signum(%e + exp(x)*signum(x))"),
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
