//! Which rule does a node need, by name, and what is said of it?
//! Deliberately derives nothing but outer functions, whose derivatives are shown in the sentence of the chain rule.
//! Read next: `trace.rs`, which takes the step.

use super::message::Message;
use super::seen::{Seen, derive, is_symbol};
use super::trace::{Piece, Said, Work};
use crate::error::Result;
use crate::expr::{Expr, Head, Symbol};
use crate::simplify::known;

/// Which rule a function belongs to; all others are `function`.
#[rustfmt::skip]
const KINDS: [(&str, Message, &[&str]); 5] = [
    ("exponential", Message::Exponential, &["exp"]),
    ("logarithm", Message::Logarithm, &["log", "log2", "log10"]),
    ("trigonometric", Message::Trigonometric, &["sin", "cos", "tan", "cot", "sec", "csc"]),
    ("hyperbolic", Message::Hyperbolic, &["sinh", "cosh", "tanh", "coth", "sech", "csch"]),
    ("inverse-trigonometric", Message::InverseTrigonometric, &["asin", "acos", "atan", "acot", "asec", "acsc"]),
];

/// The functions of a kind, the usual ones first.
pub(super) fn functions_of(kind: &str) -> &'static [&'static str] {
    KINDS.iter().find(|(known, ..)| *known == kind).map_or(&[], |&(.., names)| names)
}

/// Letters for inner functions.
const LETTERS: [&str; 12] = ["u", "v", "w", "s", "p", "q", "r", "z", "h", "k", "m", "n"];

fn told(rule: &'static str, message: Message, pieces: Vec<(&'static str, Piece)>) -> (&'static str, Said) {
    (rule, Said { message, pieces })
}

impl Work<'_, '_, '_> {
    /// The rule's name and what is said of it.
    pub(super) fn rule(&mut self, u: Expr, seen: &Seen, by: Symbol) -> Result<(&'static str, Said)> {
        let two = |f: Expr, g: Expr| vec![("f", Piece::Expr(f)), ("g", Piece::Expr(g))];
        Ok(match seen {
            Seen::Constant => told("constant", Message::Constant, Vec::new()),
            Seen::Variable => told("variable", Message::Variable, Vec::new()),
            Seen::Sum(_) => {
                let named = self.named.iter().any(|(inner, _)| *inner == u);
                told("sum", if named { Message::SumDone } else { Message::Sum }, Vec::new())
            }
            Seen::Scaled(constant, rest) => {
                let message = if *constant == Expr::MINUS_ONE { Message::Minus } else { Message::Scaled };
                // the message speaks of the part, not of the whole
                return Ok(told("constant-factor", message, vec![("c", Piece::Expr(*constant)), ("u", Piece::Expr(*rest))]));
            }
            Seen::Product(factors) => match factors[..] {
                [f, g] => told("product", Message::Product, two(f, g)),
                _ => told("product", Message::ProductMany, Vec::new()),
            },
            Seen::Quotient(f, g) if self.engine.pool.may_contain(*f, by) => told("quotient", Message::Quotient, two(*f, *g)),
            Seen::Quotient(_, g) => told("quotient", Message::Reciprocal, vec![("g", Piece::Expr(*g))]),
            Seen::General(f, g) => told("variable-exponent", Message::General, two(*f, *g)),
            Seen::Power(..) | Seen::Exponential(..) | Seen::Call(..) => return self.function(seen, by),
        })
    }

    /// A function of one part, or of several.
    fn function(&mut self, seen: &Seen, by: Symbol) -> Result<(&'static str, Said)> {
        let (rule, message, exponent) = match seen {
            Seen::Power(_, n) => {
                let root = self.engine.pool.as_number(*n).is_some_and(|n| n.numerator().is_one() && !n.is_integer());
                let (rule, message) = if root { ("root", Message::Root) } else { ("power", Message::Power) };
                (rule, message, Some(*n))
            }
            Seen::Exponential(..) => ("exponential", Message::Exponential, None),
            Seen::Call(Head::Function(known::IF), _) => return Ok(told("function", Message::Pieces, Vec::new())),
            Seen::Call(Head::Function(function), _) => {
                let name = function.row().name;
                let (rule, message) = KINDS
                    .iter()
                    .find(|(.., names)| names.contains(&name))
                    .map_or(("function", Message::Function), |&(rule, message, _)| (rule, message));
                (rule, message, None)
            }
            _ => ("function", Message::Function, None),
        };
        let Some(inner) = seen.inner(self.engine.pool, by) else { return Ok(told("chain", Message::ManyArguments, Vec::new())) };
        if is_symbol(self.engine.pool, inner, by) {
            return Ok(told(rule, message, exponent.map(|n| ("n", Piece::Expr(n))).into_iter().collect()));
        }
        let letter = self.letter(inner);
        let symbol = self.engine.pool.symbol_named(&letter);
        let v = self.engine.pool.symbol_expr(symbol);
        let outer = seen.with_inner(inner, v);
        let slope = derive(self.engine, &outer, &|part| if part == v { Expr::ONE } else { Expr::ZERO })?;
        let outer = outer.node(self.engine.pool);
        let pieces =
            vec![("v", Piece::Expr(v)), ("outer", Piece::Expr(outer)), ("slope", Piece::Expr(slope)), ("dv", Piece::Slope(letter, by))];
        let mut all = pieces;
        // in this sentence u is the inner function
        all.push(("u", Piece::Expr(inner)));
        Ok(told("chain", Message::Chain, all))
    }

    /// A letter that no symbol has, for an inner function.
    fn letter(&mut self, inner: Expr) -> String {
        if let Some((_, letter)) = self.named.iter().find(|(known, _)| *known == inner) {
            return letter.clone();
        }
        let symbols: Vec<String> = {
            let pool = &*self.engine.pool;
            let all = crate::walk::symbols(pool, self.like.entries());
            all.into_iter().chain(self.by.iter().copied()).map(|symbol| pool.symbol_key(symbol).to_owned()).collect()
        };
        let free = |name: &str| !symbols.iter().any(|known| known == name) && !self.named.iter().any(|(_, known)| known == name);
        let letter =
            LETTERS.iter().find(|letter| free(letter)).map_or_else(|| format!("u{}", self.named.len() + 1), |letter| (*letter).to_owned());
        self.named.push((inner, letter.clone()));
        letter
    }
}
