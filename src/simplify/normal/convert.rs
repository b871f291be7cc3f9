//! From expressions to quotients of polynomials: every node in terms of its parts.
//! Deliberately chooses no form. What is too large becomes a generator of its own, so the answer stays true.
//! Read next: `generator.rs`, what the quotients are made of.
//!
//! Laws, for principal values: `b^(E + F) = b^E*b^F`; `b^(p/n) = (b^(1/n))^p`; `(q*b)^e = q^e*b^e` for a number q > 0, so
//! powers of numbers are products of powers of primes (DLMF 4.2(iv), 4.8(ii)).

use super::circle::Circle;
use super::generator::Family;
use super::quotient::Quotient;
use super::{Field, known};
use crate::expr::{Args, Expr, Head, Node};
use crate::number::Number;
use crate::polynomial::Polynomial;
use crate::simplify::power::prime_powers;
use crate::walk::reachable_where;

/// How often the conversion begins again with finer roots or angles.
const ROUNDS: usize = 6;

impl Field<'_, '_> {
    /// The normal form of an expression; `None` where a bound is passed.
    pub(super) fn quotient(&mut self, root: Expr) -> Option<Quotient> {
        for _ in 0..ROUNDS {
            self.restart = false;
            let done = self.converted(root);
            if !self.restart {
                return done;
            }
            self.begin_again();
        }
        None
    }

    pub(super) fn converted(&mut self, root: Expr) -> Option<Quotient> {
        let value_of = &self.value_of;
        for e in reachable_where(self.engine.pool, &[root], |e| value_of.get(e).is_none()) {
            // a root or direction that is made finer while a node is worked out changes its parts: once more
            let mut done = None;
            for _ in 0..ROUNDS {
                self.rescaled = false;
                done = self.node(e);
                if self.restart || self.work.ended() {
                    return None;
                }
                if !self.rescaled {
                    break;
                }
            }
            let quotient = match done {
                Some(quotient) if !self.rescaled => quotient,
                _ => Quotient::variable(self.plain(e)?),
            };
            self.values.push(quotient);
            self.value_of.set(e, self.values.len() - 1);
        }
        self.value(root)
    }

    /// The normal form of a part that has been met.
    pub(super) fn value(&self, e: Expr) -> Option<Quotient> {
        self.values.get(self.value_of.get(e)?).cloned()
    }

    fn node(&mut self, e: Expr) -> Option<Quotient> {
        match self.engine.pool.node(e) {
            Node::Number(n) => Some(Quotient::constant(n.clone())),
            Node::Symbol(_) => Some(Quotient::variable(self.plain(e)?)),
            Node::Add(args) => {
                let terms = Args::from_slice(args).iter().map(|&arg| self.value(arg)).collect::<Option<Vec<_>>>()?;
                self.sum(terms)
            }
            Node::Mul(args) => {
                let mut product = Quotient::constant(Number::ONE);
                for &arg in &Args::from_slice(args) {
                    let factor = self.value(arg)?;
                    product = self.multiply(&product, &factor)?;
                }
                Some(product)
            }
            Node::Pow(base, exponent) => self.power(base, exponent),
            Node::Call(Head::Function(f), &[u]) if f == known::EXP => {
                let value = self.value(u)?;
                let family = self.family(None, Expr::ONE)?;
                let mut vector = self.vector(&value)?;
                let Some(closed) = self.closed_exponents(&mut vector) else { return self.power_in(family, vector, u) };
                if vector.is_empty() {
                    return Some(closed);
                }
                let text = self.write_vector(&vector)?;
                let rest = self.power_in(family, vector, text)?;
                self.multiply(&closed, &rest)
            }
            Node::Call(Head::Function(f), []) if f == known::I => {
                let minus = Quotient::constant(Number::MINUS_ONE);
                self.root(minus, 1, 2, Expr::MINUS_ONE, Number::ONE)
            }
            Node::Call(Head::Function(f), &[u]) if f == known::LOG && self.engine.pool.as_number(u).is_some() => self.log_of_number(u),
            Node::Call(head, args) => {
                let args = Args::from_slice(args);
                if head == Head::Function(known::ABS) && self.engine.is_real(args[0]) {
                    let value = self.value(args[0])?;
                    let square = self.multiply(&value, &value)?;
                    return Some(Quotient::variable(self.absolute(args[0], value, square)?));
                }
                if head == Head::Function(known::SIGN) && self.opens_signs && self.engine.is_real(args[0]) {
                    // sign(u) = |u|/u but at u = 0: whoever opens signs looks after that point
                    let value = self.value(args[0])?;
                    let square = self.multiply(&value, &value)?;
                    let size = Quotient::variable(self.absolute(args[0], value.clone(), square)?);
                    let below = self.inverse(&value)?;
                    return self.multiply(&size, &below);
                }
                if let Head::Function(f) = head
                    && let Some((circle, (sines, cosines))) = Circle::of(f)
                {
                    let value = self.value(args[0])?;
                    let mut vector = self.vector(&value)?;
                    let (cosine, sine) = match self.closed_angles(circle, &mut vector) {
                        None => self.circular(circle, vector, args[0])?,
                        Some(closed) if vector.is_empty() => closed,
                        Some(closed) => {
                            let text = self.write_vector(&vector)?;
                            let rest = self.circular(circle, vector, text)?;
                            self.turned(circle, &closed, &rest)?
                        }
                    };
                    let sine = self.raised(&sine, i64::from(sines))?;
                    let cosine = self.raised(&cosine, i64::from(cosines))?;
                    return self.multiply(&sine, &cosine);
                }
                let arguments = args.iter().map(|&arg| self.value(arg)).collect::<Option<Vec<_>>>()?;
                if let Some(known) = self.neighbour(head, &arguments, &args) {
                    return Some(known);
                }
                Some(Quotient::variable(self.opaque(head, arguments, e)?))
            }
        }
    }

    /// The logarithm of a positive number, over those of primes.
    fn log_of_number(&mut self, u: Expr) -> Option<Quotient> {
        let (top, bottom) = self.engine.pool.as_number(u)?.small().filter(|&(n, _)| n > 0)?;
        let mut terms = Vec::new();
        for (prime, times) in primes(top, bottom) {
            let prime = self.engine.pool.integer(prime);
            let log = self.engine.pool.apply(known::LOG, &[prime]);
            terms.push(Quotient::variable(self.plain(log)?).scale(&Number::integer(times)));
        }
        self.sum(terms)
    }

    fn power(&mut self, base: Expr, exponent: Expr) -> Option<Quotient> {
        if let Some(n) = self.engine.pool.as_number(exponent).cloned() {
            let value = self.value(base)?;
            let (p, q) = n.small()?;
            return if q == 1 { self.raised(&value, p) } else { self.rational_power(&value, p, q, base) };
        }
        let value = self.value(base)?;
        let (content, base_value) = self.without_content(&value)?;
        let exponents = self.value(exponent)?;
        let mut vector = self.vector(&exponents)?;
        // the number among the atoms is a power of its own
        let whole = vector.iter().position(|(atom, _)| atom.is_one()).map_or(Number::ZERO, |at| vector.swap_remove(at).1);
        let (p, q) = whole.small()?;
        let number = self.engine.pool.number(whole.clone());
        let text = self.engine.subtract(exponent, number);
        // b^(n - 1) is b^n/b only where b is not 0
        self.strict |= p < 0;
        let outside = self.rational_power(&value, p, q, base)?;
        let mut product = outside;
        let (top, bottom) = content.small()?;
        for (prime, times) in primes(top, bottom) {
            let times = Number::integer(times);
            let scaled = vector.iter().map(|(atom, c)| (atom.clone(), c.mul(&times))).collect();
            let factor = self.engine.number(times);
            let text = self.engine.mul(&[factor, text]);
            let text_of_prime = self.engine.pool.integer(prime);
            let family = self.family(Some(Quotient::constant(Number::integer(prime))), text_of_prime)?;
            let power = self.power_in(family, scaled, text)?;
            product = self.multiply(&product, &power)?;
        }
        if !base_value.is_one() {
            let base_text = if content.is_one() { base } else { self.write(&base_value)? };
            let family = self.family(Some(base_value), base_text)?;
            let power = self.power_in(family, vector, text)?;
            product = self.multiply(&product, &power)?;
        }
        Some(product)
    }

    /// `value^(p/q)`.
    fn rational_power(&mut self, value: &Quotient, p: i64, q: i64, text: Expr) -> Option<Quotient> {
        if q == 1 {
            return self.raised(value, p);
        }
        let (content, base) = self.without_content(value)?;
        let mut product = self.number_root(&content, p, q)?;
        if base.is_one() {
            return Some(product);
        }
        if let Some(root) = self.root_of_surd(&base, p, q) {
            return self.multiply(&product, &root);
        }
        if !self.opens {
            self.met_closed |= self.has_known_factors(&base, q);
        } else if let Some((outside, inside)) = self.known_factors_outside(&base, p, q) {
            // the text is that of the value, whose number has gone into the product
            if content.is_one() {
                self.roots_seen.push((base.clone(), text));
            }
            product = self.multiply(&product, &outside)?;
            let text = self.write(&inside)?;
            let root = if inside.is_one() { inside } else { self.root(inside, p, q, text, Number::ONE)? };
            return self.multiply(&product, &root);
        }
        let root = self.root(base, p, q, text, content)?;
        self.multiply(&product, &root)
    }

    /// A positive number to a rational power, over roots of primes.
    pub(super) fn number_root(&mut self, n: &Number, p: i64, q: i64) -> Option<Quotient> {
        let (top, bottom) = n.small()?;
        let mut product = Quotient::constant(Number::ONE);
        for (prime, times) in primes(top, bottom) {
            let total = times.checked_mul(p)?;
            let common = num_integer::gcd(total, q);
            let base = Quotient::constant(Number::integer(prime));
            let root = if q == common {
                self.raised(&base, total / common)?
            } else {
                let text = self.engine.pool.integer(prime);
                self.root(base, total / common, q / common, text, Number::ONE)?
            };
            product = self.multiply(&product, &root)?;
        }
        Some(product)
    }

    /// A value as a positive number times a quotient of primitive polynomials.
    pub(super) fn without_content(&mut self, value: &Quotient) -> Option<(Number, Quotient)> {
        let content = value.numerator.content().abs();
        if content.is_zero() {
            return None;
        }
        Some((content.clone(), value.scale(&content.recip()?)))
    }

    /// The powers of a base.
    fn family(&mut self, base: Option<Quotient>, text: Expr) -> Option<usize> {
        if let Some(at) = self.families.iter().position(|family| family.base == base) {
            if self.engine.size(text) < self.engine.size(self.families[at].text) {
                self.families[at].text = text;
            }
            return Some(at);
        }
        self.families.push(Family { base, text, directions: Vec::new() });
        Some(self.families.len() - 1)
    }
}

/// The prime factors of a positive fraction with their exponents.
fn primes(top: i64, bottom: i64) -> impl Iterator<Item = (i64, i64)> {
    prime_powers(top).into_iter().chain(prime_powers(bottom).into_iter().map(|(prime, times)| (prime, -times)))
}

impl Quotient {
    /// The sum with a multiple of a polynomial that has the same denominator.
    pub(super) fn add_scaled(&self, other: &Quotient, by: &Number) -> Quotient {
        let numerator: Polynomial = self.numerator.add(&other.numerator.scale(by));
        Quotient { numerator, denominator: self.denominator.clone() }
    }
}
