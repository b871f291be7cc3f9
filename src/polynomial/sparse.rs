//! What is the common divisor of polynomials in several variables, seen through many common divisors in one variable?
//! Deliberately knows nothing of the easy cases, which `gcd.rs` takes out before.
//! Read next: `sequence.rs`, which finds the terms, and `dense.rs`, the common divisors in one variable.
//!
//! All variables but one are replaced by numbers modulo a prime, the divisors of the images are scaled so that they are
//! images of one polynomial, and this is interpolated from the values at powers of small primes, as many as it has terms:
//! M. Ben-Or, P. Tiwari, "A deterministic algorithm for sparse multivariate polynomial interpolation", STOC 1988, 301-309;
//! that it stops where the recurrence settles: E. Kaltofen, W. Lee, "Early termination in sparse interpolation
//! algorithms", Journal of Symbolic Computation 36 (2003), 365-400. The scaling by the common divisor of the leading
//! coefficients: W. S. Brown, "On Euclid's algorithm and the computation of polynomial greatest common divisors", Journal
//! of the ACM 18 (1971), 478-504. Guesses all, until the divisions at the end prove them.

use super::dense::{self, Dense};
use super::field::{Field, Random};
use super::gcd::{find, split_content};
use super::sequence::{Recurrence, first_values};
use super::{GENERATORS, Monomial, Polynomial, Work};
use crate::number::Number;
use num_bigint::BigInt;
use std::collections::BTreeMap;

/// What the variables stand for, the one of the highest degree first.
const PRIMES: [u64; GENERATORS] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89];
/// Images after which interpolation is given up.
const MOST_IMAGES: usize = 2_000;

/// A point at which polynomials are looked at first.
pub(super) const POINT: [u64; GENERATORS] = Random(1).point(&Field::FIRST);

/// The values of the terms where each variable has a value.
pub(super) fn values(field: &Field, p: &Polynomial, point: &[u64; GENERATORS]) -> Option<Vec<u64>> {
    p.terms().iter().map(|(m, c)| Some(field.mul(field.of_number(c)?, value(field, m, point)))).collect()
}

fn value(field: &Field, m: &Monomial, point: &[u64; GENERATORS]) -> u64 {
    m.powers().fold(field.one, |product, (v, exponent)| {
        let base = point.get(v).copied().unwrap_or(field.one);
        field.mul(product, if exponent == 1 { base } else { field.pow(base, u64::from(exponent)) })
    })
}

/// The values of the terms, collected by the exponent of one variable.
pub(super) fn collect(field: &Field, exponents: impl Iterator<Item = u16>, values: &[u64]) -> Dense {
    let mut image = Dense::new();
    for (exponent, value) in exponents.zip(values) {
        let at = usize::from(exponent);
        if image.len() <= at {
            image.resize(at + 1, 0);
        }
        if let Some(sum) = image.get_mut(at) {
            *sum = field.add(*sum, *value);
        }
    }
    dense::trim(&mut image);
    image
}

/// Degrees that a common divisor cannot pass in each of the variables of a mask: those of common divisors of images in
/// one variable, where a leading coefficient stays. What is 0 is proved to be 0.
pub(super) fn bounds(a: &Polynomial, b: &Polynomial, mask: u32, work: &mut Work) -> Option<Monomial> {
    let field = Field::FIRST;
    let (of_a, of_b) = (values(&field, a, &POINT)?, values(&field, b, &POINT)?);
    let (high_a, high_b) = (a.degrees(), b.degrees());
    let mut bounds = Monomial::ONE;
    for v in (0..GENERATORS).filter(|v| mask >> v & 1 == 1) {
        let (degree_a, degree_b) = (high_a.exponent(v), high_b.exponent(v));
        if !work.spend((a.len() + b.len()) as u64 / 4 + u64::from(degree_a) * u64::from(degree_b)) {
            return None;
        }
        // In terms of the variable over its value, so that the values of whole terms serve for all variables.
        let image = |p: &Polynomial, values: &[u64]| collect(&field, p.terms().iter().map(|(m, _)| m.exponent(v)), values);
        let (f, g) = (image(a, &of_a), image(b, &of_b));
        let whole = f.len() == usize::from(degree_a) + 1 || g.len() == usize::from(degree_b) + 1;
        let least = degree_a.min(degree_b);
        let bound = if whole { u16::try_from(dense::gcd(&field, f, g).len()).ok()?.saturating_sub(1).min(least) } else { least };
        bounds = bounds.with(v, bound);
    }
    Some(bounds)
}

/// The common divisor of primitive polynomials in the same variables, given bounds of its degrees. `None` where
/// interpolation does not succeed, and when the budget ends.
pub(super) fn by_images(a: &Polynomial, b: &Polynomial, bounds: &Monomial, work: &mut Work) -> Option<Polynomial> {
    let problem = Problem::new(a, b, bounds, work)?;
    let mut random = Random(0x5eed);
    let mut joined: BTreeMap<Monomial, BigInt> = BTreeMap::new();
    let mut modulus = BigInt::from(1);
    for field in Field::large() {
        let image = (0..2).find_map(|_| problem.interpolate(&field, &mut random, work))?;
        let guess = if modulus == BigInt::from(1) {
            let whole: Vec<_> = image.iter().map(|(m, c)| (*m, Number::integer(field.lift(*c)))).collect();
            joined = whole.iter().map(|(m, c)| (*m, c.to_big().numer().clone())).collect();
            Polynomial::from_terms(whole)
        } else {
            chinese(&field, &mut joined, &modulus, image);
            Polynomial::from_terms(joined.iter().map(|(m, c)| (*m, Number::from_bigint(c.clone()))).collect())
        };
        modulus *= field.prime;
        if let Some(divisor) = problem.prove(guess, work) {
            return Some(divisor);
        }
        if work.ended() {
            return None;
        }
    }
    None
}

/// Whole numbers of least size with the old residues modulo `modulus` and the new ones in the field.
fn chinese(field: &Field, joined: &mut BTreeMap<Monomial, BigInt>, modulus: &BigInt, image: Vec<(Monomial, u64)>) {
    let image: BTreeMap<Monomial, u64> = image.into_iter().collect();
    for m in image.keys() {
        joined.entry(*m).or_default();
    }
    let inverse = field.invert(field.of_big(modulus));
    for (m, n) in joined.iter_mut() {
        let wanted = image.get(m).copied().unwrap_or(0);
        let steps = field.mul(field.sub(wanted, field.of_big(n)), inverse);
        *n += modulus * field.lift(steps);
    }
}

/// Two polynomials, seen from the variable `x`.
struct Problem<'a> {
    a: &'a Polynomial,
    b: &'a Polynomial,
    x: usize,
    degree: u16,
    /// A multiple of the leading coefficient of the common divisor.
    lead: Polynomial,
    others: Vec<usize>,
    /// How high the multiple of the divisor with the leading coefficient `lead` can go.
    degrees: Monomial,
}

impl<'a> Problem<'a> {
    fn new(a: &'a Polynomial, b: &'a Polynomial, bounds: &Monomial, work: &mut Work) -> Option<Problem<'a>> {
        // The leading coefficient with the fewest terms needs the least interpolation.
        let (high_a, high_b) = (a.degrees(), b.degrees());
        let head = |p: &Polynomial, x: usize, degree: u16| Polynomial {
            terms: p.terms.iter().filter(|(m, _)| m.exponent(x) == degree).map(|(m, c)| (m.with(x, 0), c.clone())).collect(),
        };
        let heads = |(x, _): (usize, u16)| (x, head(a, x, high_a.exponent(x)), head(b, x, high_b.exponent(x)));
        let (x, of_a, of_b) = bounds.powers().map(heads).min_by_key(|(x, of_a, of_b)| {
            (of_a.total_degree().min(of_b.total_degree()), of_a.len().min(of_b.len()), bounds.exponent(*x))
        })?;
        let whole = of_a.content().gcd(&of_b.content());
        let lead = find(&of_a, &of_b, work)?.scale(&whole);
        let degrees = lead.degrees().times(&bounds.with(x, 0))?;
        let mut others: Vec<usize> = (0..GENERATORS).filter(|v| *v != x && high_a.exponent(*v) > 0).collect();
        others.sort_by_key(|v| std::cmp::Reverse(degrees.exponent(*v)));
        Some(Problem { a, b, x, degree: bounds.exponent(x), lead, others, degrees })
    }

    /// The multiple of the divisor with the leading coefficient `lead`, in a field.
    fn interpolate(&self, field: &Field, random: &mut Random, work: &mut Work) -> Option<Vec<(Monomial, u64)>> {
        let (mut start, mut step) = ([field.one; GENERATORS], [field.one; GENERATORS]);
        for (v, prime) in self.others.iter().zip(PRIMES) {
            *start.get_mut(*v)? = random.residue(field);
            *step.get_mut(*v)? = field.residue(prime);
        }
        let (mut a, mut b) = (Moving::new(field, self.a, self.x, &start, &step)?, Moving::new(field, self.b, self.x, &start, &step)?);
        let mut lead = Moving::new(field, &self.lead, self.x, &start, &step)?;
        let degree = usize::from(self.degree);
        let mut sequences: Vec<Recurrence> = (0..degree).map(|_| Recurrence::new(field)).collect();
        let (high_a, high_b) = (usize::from(self.a.degree(self.x)), usize::from(self.b.degree(self.x)));
        for images in 0.. {
            let operations = self.a.len() + self.b.len() + high_a * high_b + degree * images;
            if images >= MOST_IMAGES || !work.spend(operations as u64 / 4 + 1) {
                return None;
            }
            let (f, g) = (a.image(field), b.image(field));
            let (whole, factor) = (f.len() == high_a + 1 || g.len() == high_b + 1, lead.image(field));
            let divisor = dense::gcd(field, f, g);
            let (Some(factor), true, true) = (factor.first(), whole, divisor.len() == degree + 1) else { return None };
            let factor = field.mul(*factor, field.invert(*divisor.last()?));
            sequences.iter_mut().zip(&divisor).for_each(|(sequence, c)| sequence.push(field, field.mul(*c, factor)));
            if self.others.is_empty() || sequences.iter().all(Recurrence::settled) {
                break;
            }
        }
        let mut terms = Vec::new();
        for (m, c) in self.lead.terms() {
            terms.push((m.with(self.x, self.degree), field.of_number(c)?));
        }
        for (exponent, sequence) in (0..).zip(&sequences) {
            if self.others.is_empty() {
                terms.push((Monomial::variable(self.x, exponent), *sequence.values.first()?));
                continue;
            }
            let found = self.ratios(field, sequence, &step, random, work)?;
            let ratios: Vec<u64> = found.iter().map(|(ratio, _)| *ratio).collect();
            for (first, (_, m)) in first_values(field, &ratios, &sequence.values).into_iter().zip(found) {
                let coefficient = field.mul(first, field.invert(value(field, &m, &start)));
                terms.push((m.with(self.x, exponent), coefficient));
            }
        }
        Some(terms)
    }

    /// The ratios of the geometric sequences, and of which monomials they are the values.
    fn ratios(
        &self,
        field: &Field,
        sequence: &Recurrence,
        step: &[u64; GENERATORS],
        random: &mut Random,
        work: &mut Work,
    ) -> Option<Vec<(u64, Monomial)>> {
        let characteristic = sequence.characteristic();
        let order = sequence.order;
        if order <= 1 {
            let ratio = characteristic.first().map(|c| field.sub(0, *c)).filter(|_| order == 1);
            return ratio.map(|ratio| Some((ratio, self.decode(field, ratio)?))).map_or(Some(Vec::new()), |one| Some(vec![one?]));
        }
        let choices = self.others.iter().fold(1u64, |n, v| n.saturating_mul(u64::from(self.degrees.exponent(*v)) + 1));
        let length = order as u64;
        let (trying, splitting) = (choices.saturating_mul(length + 1), 128 * length * length * u64::from(length.ilog2() + 1));
        if !work.spend(trying.min(splitting) / 4) {
            return None;
        }
        let found: Vec<(u64, Monomial)> = if trying <= splitting {
            let mut candidates = vec![(field.one, Monomial::ONE)];
            for v in &self.others {
                let ratio = *step.get(*v)?;
                let (mut from, length) = (0, candidates.len());
                for exponent in 1..=self.degrees.exponent(*v) {
                    for at in from..from + length {
                        let (value, m) = *candidates.get(at)?;
                        candidates.push((field.mul(value, ratio), m.with(*v, exponent)));
                    }
                    from += length;
                }
            }
            let vanishes = |z: &u64| characteristic.iter().rev().fold(0, |sum, c| field.add(field.mul(sum, *z), *c)) == 0;
            candidates.into_iter().filter(|(z, _)| vanishes(z)).collect()
        } else {
            let z = vec![0, field.one];
            if dense::power(field, &z, field.prime, &characteristic) != z {
                return None;
            }
            let linear = dense::of_degree(field, characteristic, 1, random);
            let roots = linear.iter().map(|f| if f.len() == 2 { f.first().map(|c| field.sub(0, *c)) } else { None });
            roots.map(|root| root.and_then(|root| Some((root, self.decode(field, root)?)))).collect::<Option<_>>()?
        };
        (found.len() == order).then_some(found)
    }

    /// The monomial whose value this is, where it is below the prime.
    fn decode(&self, field: &Field, ratio: u64) -> Option<Monomial> {
        let mut left = field.plain(ratio);
        let mut monomial = Monomial::ONE;
        for (v, prime) in self.others.iter().zip(PRIMES) {
            let mut exponent = 0;
            while left > 0 && left.is_multiple_of(prime) {
                left /= prime;
                exponent += 1;
            }
            monomial = monomial.with(*v, exponent);
        }
        (left == 1).then_some(monomial)
    }

    /// The common divisor, if the guess is a multiple of it by something without `x`. What divides both and has the degree
    /// in `x` of the divisors of images is as large as can be, but for contents.
    fn prove(&self, guess: Polynomial, work: &mut Work) -> Option<Polynomial> {
        let constant = self.lead.as_constant().is_some();
        let divisor = if constant { guess } else { split_content(&guess, self.x, work)?.1 };
        let divisor = divisor.primitive().1;
        self.a.divide(&divisor, work)?;
        self.b.divide(&divisor, work)?;
        if constant {
            return Some(divisor);
        }
        let (of_a, _) = split_content(self.a, self.x, work)?;
        let content = if of_a.is_one() { of_a } else { find(&of_a, &split_content(self.b, self.x, work)?.0, work)? };
        if content.is_one() { Some(divisor) } else { Some(divisor.mul(&content, work)?.primitive().1) }
    }
}

/// The values of the terms at a point that moves: each one a geometric sequence.
struct Moving {
    exponents: Vec<u16>,
    values: Vec<u64>,
    ratios: Vec<u64>,
}

impl Moving {
    fn new(field: &Field, p: &Polynomial, x: usize, start: &[u64; GENERATORS], step: &[u64; GENERATORS]) -> Option<Moving> {
        Some(Moving {
            exponents: p.terms().iter().map(|(m, _)| m.exponent(x)).collect(),
            values: values(field, p, start)?,
            ratios: p.terms().iter().map(|(m, _)| value(field, m, step)).collect(),
        })
    }

    /// The image in one variable at the present point; then goes on to the next point.
    fn image(&mut self, field: &Field) -> Dense {
        let image = collect(field, self.exponents.iter().copied(), &self.values);
        self.values.iter_mut().zip(&self.ratios).for_each(|(value, ratio)| *value = field.mul(*value, *ratio));
        image
    }
}
