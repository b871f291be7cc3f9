//! Angles doubled and exponentials paired: `sin(v)*cos(v)` as `sin(2*v)/2`, `(exp(2*v) - 1)*exp(-v)` as `2*sinh(v)`.
//! Deliberately changes no relation: the new generators live as long as one form. Read next: `product.rs`.

use super::Field;
use super::circle::Circle;
use super::generator::{Direction, Kind};
use super::product::Product;
use super::quotient::Quotient;
use crate::expr::Expr;
use crate::number::Number;
use crate::polynomial::{Monomial, Polynomial};

/// The largest degree of an exponential whose pairs are joined.
const DEGREE: u16 = 8;

impl Field<'_, '_> {
    /// Forms with an angle doubled where only even powers of its cosine and sine together occur:
    /// `c^2 = (1 + C)/2`, `s^2 = sigma*(1 - C)/2`, `s*c = S/2` (DLMF 4.21.27-28, 4.35.26-27).
    pub(super) fn offer_doubled(&mut self, q: &Quotient, best: &mut Expr) -> Option<()> {
        for angle in 0..self.angles.len() {
            let sine = self.angles[angle].1.generator;
            let cosine = sine - 1;
            let even = |p: &Polynomial| p.terms().iter().all(|(m, _)| (m.exponent(sine) + m.exponent(cosine)) % 2 == 0);
            let both = |p: &Polynomial| p.terms().iter().any(|(m, _)| m.exponent(sine) > 0 && m.exponent(cosine) > 0);
            if !(even(&q.numerator) && even(&q.denominator)) || !(both(&q.numerator) || both(&q.denominator) || self.angles[angle].1.halved)
            {
                continue;
            }
            let (generators, angles) = (self.generators.len(), self.angles.len());
            let _ = self.doubled(q, angle, best);
            self.generators.truncate(generators);
            self.angles.truncate(angles);
            self.forget_texts();
        }
        Some(())
    }

    fn doubled(&mut self, q: &Quotient, angle: usize, best: &mut Expr) -> Option<()> {
        let (circle, direction) = &self.angles[angle];
        let (circle, sine) = (*circle, direction.generator);
        let two = Number::integer(2);
        let by = two.div(&direction.unit)?;
        let text = direction.text;
        let text = self.multiple(&by, text);
        let at = self.angles.len();
        let whole = self.new_generator(Kind::Cosine { circle, angle: at }, None)?;
        let half = self.new_generator(Kind::Sine, None)?;
        let entry = Direction { vector: Vec::new(), text, first: text, unit: Number::ONE, generator: half, basis: false, halved: false };
        self.angles.push((circle, entry));
        let one = Polynomial::one();
        let cosine_squared = one.add(&Polynomial::variable(whole)).scale(&Number::HALF);
        let sine_squared = one.sub(&Polynomial::variable(whole)).scale(&Number::HALF.mul(&circle.sigma()));
        let both = Polynomial::variable(half).scale(&Number::HALF);
        let numerator = self.in_doubles(&q.numerator, sine, [&cosine_squared, &sine_squared, &both])?;
        let denominator = self.in_doubles(&q.denominator, sine, [&cosine_squared, &sine_squared, &both])?;
        let q = self.cancelled(numerator, denominator)?;
        let product = self.product_form(&q, true)?;
        self.offer_product(&product, best)
    }

    fn in_doubles(&mut self, p: &Polynomial, sine: usize, [cosine_squared, sine_squared, both]: [&Polynomial; 3]) -> Option<Polynomial> {
        let mut sum = Polynomial::zero();
        for (monomial, coefficient) in p.terms() {
            let (i, j) = (monomial.exponent(sine), monomial.exponent(sine - 1));
            let pairs = i.min(j);
            let mut term = Polynomial::term(monomial.with(sine, 0).with(sine - 1, 0), coefficient.clone());
            for (factor, times) in [(both, pairs), (sine_squared, (i - pairs) / 2), (cosine_squared, (j - pairs) / 2)] {
                for _ in 0..times {
                    term = self.product(&term, factor)?;
                }
            }
            sum = sum.add(&term);
        }
        Some(sum)
    }

    /// Sine and cosine on one side of the bar as the sine of the doubled angle: `s^k*c^k = S^k/2^k`, which has the same zeros.
    pub(super) fn joined_angles(&mut self, product: &Product) -> Option<Option<Product>> {
        let mut joined = product.clone();
        let mut changed = false;
        for angle in 0..self.angles.len() {
            let (circle, direction) = &self.angles[angle];
            let (sine, text, by) = (direction.generator, direction.text, Number::integer(2).div(&direction.unit)?);
            let (sine_of, cosecant_of) = (circle.sine, circle.cosecant);
            let (i, j) = (joined.powers.0[sine], joined.powers.0[sine - 1]);
            if i == 0 || j == 0 || (i > 0) != (j > 0) {
                continue;
            }
            let times = i.signum() * i.abs().min(j.abs());
            joined.powers.0[sine] -= times;
            joined.powers.0[sine - 1] -= times;
            joined.coefficient = joined.coefficient.mul(&Number::integer(2).pow(i64::from(-times), 256)?);
            let argument = self.multiple(&by, text);
            let function = if times > 0 { sine_of } else { cosecant_of };
            joined.calls.push((self.engine.apply(function, &[argument]), times.abs()));
            changed = true;
        }
        Some(changed.then_some(joined))
    }

    /// A form with `g^(k + i)` and `g^(k - i)` of an exponential g joined in each factor: `g^i = cosh(i*v) + sinh(i*v)`.
    pub(super) fn offer_paired(&mut self, product: &Product, best: &mut Expr) -> Option<()> {
        let generators = self.generators.len();
        for family in 0..self.families.len() {
            if self.families[family].base.is_some() {
                continue;
            }
            for direction in 0..self.families[family].directions.len() {
                let _ = self.paired(product, family, direction, best);
                self.generators.truncate(generators);
                self.forget_texts();
            }
        }
        Some(())
    }

    fn paired(&mut self, product: &Product, family: usize, direction: usize, best: &mut Expr) -> Option<()> {
        let direction = &self.families[family].directions[direction];
        let (g, text, by) = (direction.generator, direction.text, direction.unit.recip()?);
        let mut result = Product { sums: Vec::new(), ..product.clone() };
        let mut changed = false;
        for (sum, times) in &product.sums {
            let degree = sum.degree(g);
            let middle = degree / 2;
            let joins = degree > 0 && degree % 2 == 0 && degree <= DEGREE;
            let Some(pairs) = joins.then(|| self.pairs(sum, g, middle)).flatten() else {
                result.multiply(&Product { sums: vec![(sum.clone(), 1)], ..Product::one() }, *times)?;
                continue;
            };
            changed = true;
            let mut new = Polynomial::zero();
            for (i, evens, odds) in pairs {
                for (odd, coefficient) in [(false, evens), (true, odds)] {
                    if coefficient.is_zero() {
                        continue;
                    }
                    let term = if i == 0 {
                        coefficient
                    } else {
                        let factor = by.mul(&Number::integer(i64::from(i)));
                        let argument = self.multiple(&factor, text);
                        let circle = Circle::hyperbolic();
                        let call = self.engine.apply(if odd { circle.sine } else { circle.cosine }, &[argument]);
                        let call = self.plain(call)?;
                        coefficient.times_monomial(&Monomial::variable(call, 1))?
                    };
                    new = new.add(&term);
                }
            }
            let form = self.product_form(&Quotient::of(new), true)?;
            result.multiply(&form, *times)?;
            result.powers.0[g] += i32::from(middle) * times;
        }
        if changed && !self.strict {
            let text = self.write_plain(&result)?;
            self.offer(text, best);
        }
        Some(())
    }

    /// For each i from 0 to the middle the coefficients of `cosh(i*v)` and `sinh(i*v)`, if all pairs are equal or opposite.
    fn pairs(&self, p: &Polynomial, g: usize, middle: u16) -> Option<Vec<(u16, Polynomial, Polynomial)>> {
        let parts = p.coefficients(g);
        let of = |exponent: u16| parts.iter().find(|(e, _)| *e == exponent).map_or_else(Polynomial::zero, |(_, c)| c.clone());
        let mut pairs = vec![(0, of(middle), Polynomial::zero())];
        for i in 1..=middle {
            let (above, below) = (of(middle + i), of(middle - i));
            let (even, odd) = (above.add(&below), above.sub(&below));
            if !even.is_zero() && !odd.is_zero() {
                return None;
            }
            pairs.push((i, even, odd));
        }
        Some(pairs)
    }
}
