//! Of which square-free factors is a polynomial the product?
//! Deliberately knows nothing of factors that no common divisor shows.
//! Read next: `factor.rs`, which splits further.

use super::gcd::{find, split_content};
use super::{GENERATORS, Monomial, Polynomial, Work};
use crate::number::Number;

/// The content and the primitive factors with their multiplicities, no two of which have a common divisor: the variables
/// that divide all terms, and square-free polynomials whose coefficients have no common divisor, whichever variable one
/// looks from. When the budget ends, what is not yet split stays one factor; the product is right in any case.
pub(crate) fn square_free(p: &Polynomial, work: &mut Work) -> (Number, Vec<(Polynomial, u32)>) {
    let (number, p) = p.primitive();
    let mut factors = Vec::new();
    if p.as_constant().is_some() {
        return (number, factors);
    }
    let monomial = p.monomial_content();
    let variables = (0..GENERATORS).filter(|v| monomial.exponent(*v) > 0);
    factors.extend(variables.map(|v| (Polynomial::variable(v), u32::from(monomial.exponent(v)))));
    let mut rest = if monomial == Monomial::ONE { p } else { p.over_monomial(&monomial).unwrap_or(p) };
    while rest.as_constant().is_none() {
        let Some(v) = easiest(&rest) else { break };
        let Some((content, primitive)) = split_content(&rest, v, work) else {
            factors.push((rest, 1));
            break;
        };
        for (factor, multiplicity) in by_derivative(primitive, v, work) {
            factors.extend(by_contents(factor, v, work).into_iter().map(|part| (part, multiplicity)));
        }
        rest = content;
    }
    (number, factors)
}

/// The variable of the lowest degree, and of these one whose coefficients are the most unequal: short ones have few factors.
fn easiest(p: &Polynomial) -> Option<usize> {
    let mut counts = [0; GENERATORS];
    for (m, _) in p.terms() {
        m.powers().for_each(|(v, _)| counts.iter_mut().skip(v).take(1).for_each(|count| *count += 1));
    }
    let rank = |v: usize, degree: u16| (degree, counts.get(v).map(|count| p.len().abs_diff(*count).min(*count)));
    p.degrees().powers().min_by_key(|(v, degree)| rank(*v, *degree)).map(|(v, _)| v)
}

/// D. Y. Y. Yun, "On square-free decomposition algorithms", SYMSAC 1976, 26-35, for a polynomial without content in `v`.
fn by_derivative(p: Polynomial, v: usize, work: &mut Work) -> Vec<(Polynomial, u32)> {
    if p.degree(v) < 2 {
        return vec![(p, 1)];
    }
    yun(&p, v, work).unwrap_or_else(|| vec![(p, 1)])
}

fn yun(p: &Polynomial, v: usize, work: &mut Work) -> Option<Vec<(Polynomial, u32)>> {
    let slope = p.derivative(v);
    let repeated = find(p, &slope, work)?;
    if repeated.is_one() {
        return Some(vec![(p.clone(), 1)]);
    }
    let mut factors = Vec::new();
    let mut left = p.divide(&repeated, work)?;
    let mut rest = slope.divide(&repeated, work)?.sub(&left.derivative(v));
    let mut multiplicity = 1;
    while left.has(v) {
        let factor = find(&left, &rest, work)?;
        left = left.divide(&factor, work)?;
        rest = rest.divide(&factor, work)?.sub(&left.derivative(v));
        if !factor.is_one() {
            factors.push((factor, multiplicity));
        }
        multiplicity += 1;
    }
    Some(factors)
}

/// Splits off the contents in all variables but `done`, in which there is none. What is linear in a variable and has no
/// content in it does not split.
fn by_contents(p: Polynomial, done: usize, work: &mut Work) -> Vec<Polynomial> {
    if p.degree(done) == 1 {
        return vec![p];
    }
    let mut pending = vec![(p, 0)];
    let mut parts = Vec::new();
    // A factor of what has no content in a variable has none either.
    while let Some((mut p, start)) = pending.pop() {
        let degrees = p.degrees();
        for v in (start..GENERATORS).filter(|v| *v != done && degrees.exponent(*v) > 0) {
            if !p.has(v) {
                continue; // it went with a content
            }
            let Some((content, rest)) = split_content(&p, v, work) else { break };
            if !content.is_one() {
                pending.push((content, v + 1));
                p = rest;
            }
            if degrees.exponent(v) == 1 {
                break;
            }
        }
        parts.push(p);
    }
    parts
}
