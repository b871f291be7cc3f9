//! Into which irreducible factors does a polynomial in one variable split over the rational numbers?
//! Deliberately knows nothing of other variables.
//! Read next: `dense.rs`, which splits modulo a prime.
//!
//! Degrees of factors modulo small primes show most irreducible polynomials to be so. Otherwise a large prime, past the
//! coefficients of the factors, splits the polynomial, and products of the parts are tried: J. von zur Gathen, J. Gerhard,
//! "Modern Computer Algebra", 3rd ed., algorithm 15.2. Where coefficients are larger than the prime a factor may be missed.

use super::dense::{self, Dense};
use super::field::{Field, Random};
use super::{Monomial, Polynomial, Work};
use crate::number::Number;

/// The highest degree: sets of degrees are bits of a word.
const MOST_DEGREE: usize = 62;
const SMALL: [u64; 12] = [13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59];
/// The prime 2^31 - 1, where it is large enough: powers modulo it take half as long.
const MIDDLE: u64 = (1 << 31) - 1;
/// Small primes that are asked.
const ASKED: usize = 5;

/// The factors of a primitive square-free polynomial in variable 0; itself alone when the budget ends.
pub(super) fn irreducible(f: &Polynomial, work: &mut Work) -> Vec<Polynomial> {
    let degree = usize::from(f.degree(0));
    if degree > MOST_DEGREE {
        return vec![f.clone()];
    }
    let whole = 1 | 1 << degree;
    let mut possible = u64::MAX >> (MOST_DEGREE + 1 - degree);
    for parts in SMALL.iter().filter_map(|prime| image(&Field::new(*prime), f, degree).map(|g| (Field::new(*prime), g))).take(ASKED) {
        if !work.spend((degree * degree * degree) as u64) {
            return vec![f.clone()];
        }
        let mut sums = 1;
        for (each, part) in dense::by_degree(&parts.0, &parts.1) {
            (0..(part.len() - 1) / each).for_each(|_| sums |= sums << each);
        }
        possible &= sums;
        if possible == whole {
            return vec![f.clone()];
        }
    }
    let middle = Some(Field::new(MIDDLE)).filter(|_| coefficient_bits(f) < MIDDLE.ilog2().into());
    let large = middle.into_iter().chain(Field::large()).find_map(|field| image(&field, f, degree).map(|g| (field, g)));
    let Some((field, g)) = large.filter(|_| work.spend(16 * (degree * degree * degree) as u64)) else { return vec![f.clone()] };
    let mut random = Random(degree as u64);
    let by_degree = dense::by_degree(&field, &g).into_iter();
    let parts = by_degree.flat_map(|(each, part)| dense::of_degree(&field, part, each, &mut random)).collect();
    recombine(&field, f, parts, possible, work)
}

/// Bits of the coefficients that a factor can have, times the leading coefficient and a sign: M. Mignotte, "An inequality
/// about factors of polynomials", Mathematics of Computation 28 (1974), 1153-1157.
fn coefficient_bits(f: &Polynomial) -> u64 {
    let largest = f.terms().iter().map(|(_, c)| c.bits()).max().unwrap_or(0);
    let lead = f.leading().map_or(0, |(_, c)| c.bits());
    // The norm is at most the largest coefficient times the square root of the number of terms.
    u64::from(f.degree(0)) + largest + u64::from(f.len().ilog2()) + 1 + lead + 1
}

/// The monic image in a field, if it is square-free and of the same degree.
fn image(field: &Field, f: &Polynomial, degree: usize) -> Option<Dense> {
    let mut image = vec![0; degree + 1];
    for (m, c) in f.terms() {
        *image.get_mut(usize::from(m.exponent(0)))? = field.of_number(c)?;
    }
    if image.last() == Some(&0) {
        return None;
    }
    let image = dense::monic(field, image);
    (dense::gcd(field, image.clone(), dense::derivative(field, &image)).len() == 1).then_some(image)
}

/// Products of few parts first; what divides is a factor: H. Zassenhaus, "On Hensel factorization, I", Journal of Number
/// Theory 1 (1969), 291-311.
fn recombine(field: &Field, f: &Polynomial, mut parts: Vec<Dense>, possible: u64, work: &mut Work) -> Vec<Polynomial> {
    let (mut left, mut found, mut size) = (f.clone(), Vec::new(), 1);
    'sizes: while 2 * size <= parts.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            let degree: usize = chosen.iter().map(|at| parts[*at].len() - 1).sum();
            if !work.spend(1 + (size * degree) as u64) {
                break 'sizes;
            }
            if possible >> degree & 1 == 1
                && let Some((factor, rest)) = attempt(field, &left, chosen.iter().map(|at| &parts[*at]), work)
            {
                found.push(factor);
                left = rest;
                let mut at = 0;
                parts.retain(|_| {
                    at += 1;
                    !chosen.contains(&(at - 1))
                });
                continue 'sizes;
            }
            // The next choice: the last place that can still move on does, and those after it follow.
            let Some(place) = (0..size).rev().find(|place| chosen[*place] + size < parts.len() + place) else { break };
            let first = chosen[place] + 1;
            chosen.iter_mut().skip(place).zip(first..).for_each(|(at, next)| *at = next);
        }
        size += 1;
    }
    if left.as_constant().is_none() {
        found.push(left);
    }
    found
}

fn attempt<'a>(
    field: &Field,
    f: &Polynomial,
    chosen: impl Iterator<Item = &'a Dense>,
    work: &mut Work,
) -> Option<(Polynomial, Polynomial)> {
    let lead = field.of_number(&f.leading()?.1)?;
    let product = chosen.fold(vec![lead], |product, part| dense::multiply(field, &product, part));
    let exponents = (0..).map(|exponent| Monomial::variable(0, exponent));
    let terms = exponents.zip(product).map(|(m, c)| (m, Number::integer(field.lift(c)))).collect();
    let factor = Polynomial::from_terms(terms).primitive().1;
    // The ends of a factor divide the ends of the product.
    let last = f.terms().last()?.1.div(&factor.terms().last()?.1)?;
    if !last.is_integer() {
        return None;
    }
    let rest = f.divide(&factor, work)?;
    Some((factor, rest))
}
