//! What are remainders, common divisors, powers and factors of polynomials in one variable over a prime field?
//! Deliberately knows nothing of whole numbers.
//! Read next: `sparse.rs` and `univariate.rs`, which come back from the field to the whole numbers.
//!
//! A polynomial is the list of its coefficients, the constant one first and the last not 0.

use super::field::{Field, Random};

pub(super) type Dense = Vec<u64>;

pub(super) fn trim(f: &mut Dense) {
    while f.last() == Some(&0) {
        f.pop();
    }
}

/// The greatest common divisor, up to a factor. Cross-multiplying is cheaper than reciprocals at low degrees.
pub(super) fn gcd(field: &Field, mut a: Dense, mut b: Dense) -> Dense {
    loop {
        if a.len() < b.len() {
            std::mem::swap(&mut a, &mut b);
        }
        let Some(&lead) = b.last() else { return a };
        if b.len() == 1 {
            return vec![field.one];
        }
        while a.len() >= b.len() {
            let head = a.pop().unwrap_or(0);
            if head == 0 {
                continue;
            }
            let shift = a.len() + 1 - b.len();
            let (low, high) = a.split_at_mut(shift);
            low.iter_mut().for_each(|c| *c = field.mul(*c, lead));
            high.iter_mut().zip(&b).for_each(|(c, d)| *c = field.sub(field.mul(*c, lead), field.mul(head, *d)));
        }
        trim(&mut a);
    }
}

/// The multiple with the leading coefficient 1.
pub(super) fn monic(field: &Field, mut f: Dense) -> Dense {
    if let Some(&lead) = f.last()
        && lead != field.one
    {
        let inverse = field.invert(lead);
        f.iter_mut().for_each(|c| *c = field.mul(*c, inverse));
    }
    f
}

/// Quotient and remainder by a monic polynomial.
pub(super) fn divide(field: &Field, mut a: Dense, by: &[u64]) -> (Dense, Dense) {
    let Some(degree) = by.len().checked_sub(1) else { return (Vec::new(), a) };
    let mut quotient = vec![0; a.len().saturating_sub(degree)];
    for (shift, q) in quotient.iter_mut().enumerate().rev() {
        *q = a.pop().unwrap_or(0);
        if *q != 0 {
            a.iter_mut().skip(shift).zip(by).for_each(|(c, d)| *c = field.sub(*c, field.mul(*q, *d)));
        }
    }
    trim(&mut a);
    (quotient, a)
}

pub(super) fn multiply(field: &Field, a: &[u64], b: &[u64]) -> Dense {
    let mut product = vec![0; (a.len() + b.len()).saturating_sub(1)];
    for (i, c) in a.iter().enumerate() {
        product.iter_mut().skip(i).zip(b).for_each(|(p, d)| *p = field.add(*p, field.mul(*c, *d)));
    }
    trim(&mut product);
    product
}

pub(super) fn subtract(field: &Field, a: &[u64], b: &[u64]) -> Dense {
    let at = |f: &[u64], i: usize| f.get(i).copied().unwrap_or(0);
    let mut difference: Dense = (0..a.len().max(b.len())).map(|i| field.sub(at(a, i), at(b, i))).collect();
    trim(&mut difference);
    difference
}

pub(super) fn derivative(field: &Field, f: &[u64]) -> Dense {
    let mut slope: Dense = f.iter().enumerate().skip(1).map(|(i, c)| field.mul(field.residue(i as u64), *c)).collect();
    trim(&mut slope);
    slope
}

/// A power modulo a monic polynomial.
pub(super) fn power(field: &Field, base: &[u64], exponent: u64, modulus: &[u64]) -> Dense {
    let base = divide(field, base.to_vec(), modulus).1;
    let mut result = divide(field, vec![field.one], modulus).1;
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        result = divide(field, multiply(field, &result, &result), modulus).1;
        if exponent >> bit & 1 == 1 {
            result = divide(field, multiply(field, &result, &base), modulus).1;
        }
    }
    result
}

/// Splits a monic square-free polynomial into products of the factors of one degree each.
pub(super) fn by_degree(field: &Field, f: &[u64]) -> Vec<(usize, Dense)> {
    let (mut rest, mut parts) = (f.to_vec(), Vec::new());
    let x = vec![0, field.one];
    let mut frobenius = x.clone();
    let mut degree = 1;
    while 2 * degree < rest.len() {
        frobenius = power(field, &frobenius, field.prime, &rest);
        let part = monic(field, gcd(field, subtract(field, &frobenius, &x), rest.clone()));
        if part.len() > 1 {
            rest = divide(field, rest, &part).0;
            parts.push((degree, part));
        }
        degree += 1;
    }
    if rest.len() > 1 {
        parts.push((rest.len() - 1, rest));
    }
    parts
}

/// Splits a monic square-free product of irreducible factors of one degree: D. G. Cantor, H. Zassenhaus, "A new algorithm
/// for factoring polynomials over finite fields", Mathematics of Computation 36 (1981), 587-592.
pub(super) fn of_degree(field: &Field, f: Dense, degree: usize, random: &mut Random) -> Vec<Dense> {
    let (mut pending, mut found) = (vec![f], Vec::new());
    // Half of the tries split; what no try splits was not such a product, and the caller proves what it gets.
    let mut tries = 40 + 4 * pending.iter().map(Vec::len).sum::<usize>();
    while let Some(f) = pending.pop() {
        if f.len() <= degree + 1 || tries == 0 {
            found.push(f);
            continue;
        }
        tries -= 1;
        let mut try_with: Dense = (0..f.len() - 1).map(|_| random.residue(field)).collect();
        trim(&mut try_with);
        // h^((p^d - 1)/2) is the power (p - 1)/2 of the product of h, h^p, h^(p^2) ...
        let (mut norm, mut conjugate) = (try_with.clone(), try_with);
        for _ in 1..degree {
            conjugate = power(field, &conjugate, field.prime, &f);
            norm = divide(field, multiply(field, &norm, &conjugate), &f).1;
        }
        let sign = power(field, &norm, (field.prime - 1) / 2, &f);
        let part = monic(field, gcd(field, subtract(field, &sign, &[field.one]), f.clone()));
        if part.len() > 1 && part.len() < f.len() {
            pending.push(divide(field, f, &part).0);
            pending.push(part);
        } else {
            pending.push(f);
        }
    }
    found
}
