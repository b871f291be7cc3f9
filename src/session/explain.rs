//! Why was no shorter form taken, and what did the answer take for granted?
//! Deliberately simplifies nothing itself: it asks the simplifier again, under other assumptions.
//! Read next: `simplify/facts.rs`, `equal.rs`.

use super::Request;
use crate::equal::{self, Verdict};
use crate::error::Result;
use crate::expr::{Expr, Node, Pool, Symbol};
use crate::function::Facts;
use crate::matrix::Value;
use crate::message::Phrase;
use crate::phrase;
use crate::simplify::Engine;
use crate::text;
use crate::walk::{reachable, symbols};

/// Longer answers are not repeated in a remark.
const REPEATED: usize = 60;

/// For each entry of an answer the assumptions under which it would be shorter, with a point at which that form is wrong as it is.
pub(super) fn shorter_if(pool: &mut Pool, result: &Value) -> Result<Vec<Phrase>> {
    let mut remarks = Vec::new();
    for &e in result.entries() {
        let names = symbols(pool, &[e]);
        let mut candidates: Vec<Vec<Symbol>> = names.iter().map(|&name| vec![name]).collect();
        if names.len() > 1 {
            candidates.push(names);
        }
        for assumed in candidates {
            if let Some(remark) = remark(pool, e, &assumed)? {
                remarks.push(remark);
                break;
            }
        }
    }
    Ok(remarks)
}

fn remark(pool: &mut Pool, e: Expr, assumed: &[Symbol]) -> Result<Option<Phrase>> {
    let known: Vec<Facts> = assumed.iter().map(|&symbol| pool.symbol_facts(symbol)).collect();
    for (&symbol, &facts) in assumed.iter().zip(&known) {
        pool.assume(symbol, facts.and(Facts::POSITIVE));
    }
    let shorter = Engine::new(pool).simplify(e);
    for (&symbol, &facts) in assumed.iter().zip(&known) {
        pool.assume(symbol, facts);
    }
    let shorter = shorter?;
    let mut engine = Engine::new(pool);
    if engine.size(shorter) >= engine.size(e) {
        return Ok(None);
    }
    let limit = pool.meter.budget.output;
    let (text, short) = (text::print(pool, &Value::Scalar(e), limit)?, text::print(pool, &Value::Scalar(shorter), limit)?);
    let kept = if text.chars().count() <= REPEATED { phrase!("kept {text}", text) } else { phrase!("kept this form") };
    let options: Vec<String> = assumed.iter().map(|&symbol| format!("--assume \"{}>0\"", pool.symbol_name(symbol))).collect();
    let options = options.join(" ");
    Ok(Some(match equal::equal(pool, e, shorter)? {
        Verdict::Different { witness, values } => {
            let at: Vec<String> =
                witness.iter().map(|(symbol, value)| format!("{} = {}", pool.symbol_name(*symbol), super::number_text(*value))).collect();
            let at = at.join(", ");
            match values.map(|(x, y)| (super::number_text(x), super::number_text(y))) {
                Some((x, y)) => {
                    phrase!("{kept}: at {at} it is {x}, {short} is {y}; {options} gives {short}", kept, at, x, short, y, options)
                }
                None => phrase!("{kept}: at {at} {short} is something else; {options} gives {short}", kept, at, short, options),
            }
        }
        _ => phrase!("{kept}; {options} gives {short}", kept, options, short),
    }))
}

/// What must not be 0 for the input to be defined and need not be known for the answer: holes that the answer fills.
pub(super) fn filled(pool: &mut Pool, inputs: &[Expr], result: &Value) -> Result<Vec<Phrase>> {
    let before = below(pool, inputs)?;
    let after = below(pool, result.entries())?;
    let mut remarks = Vec::new();
    for base in before {
        let mut engine = Engine::new(pool);
        if after.contains(&base) || engine.facts(base).has(Facts::NONZERO) {
            continue;
        }
        let limit = pool.meter.budget.output;
        let text = text::print(pool, &Value::Scalar(base), limit)?;
        remarks.push(phrase!("at {text} = 0 the input has no value; the answer has one there", text));
    }
    Ok(remarks)
}

/// The bases of negative powers, products apart, each once.
fn below(pool: &mut Pool, roots: &[Expr]) -> Result<Vec<Expr>> {
    let mut bases: Vec<Expr> = Vec::new();
    for part in reachable(pool, roots) {
        let Node::Pow(base, exponent) = pool.node(part) else { continue };
        if !pool.as_number(exponent).is_some_and(crate::number::Number::is_negative) {
            continue;
        }
        let simple = Engine::collecting(pool).simplify(base)?;
        let factors = match pool.node(simple) {
            Node::Mul(args) => args.to_vec(),
            _ => vec![simple],
        };
        for factor in factors {
            let factor = match pool.node(factor) {
                Node::Pow(base, _) => base,
                _ => factor,
            };
            if pool.has_symbols(factor) && !bases.contains(&factor) {
                bases.push(factor);
            }
        }
    }
    Ok(bases)
}

/// Forgets that symbols are real.
pub(super) fn forget_reals(pool: &mut Pool, value: &Value, request: &Request<'_>) -> Result<()> {
    for symbol in symbols(pool, value.entries()) {
        pool.assume(symbol, Facts::NONE);
    }
    super::names::assume(pool, request)
}
