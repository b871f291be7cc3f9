//! A quotient as a product of powers: factors of both sides of the bar, roots and powers that take their bases in.
//! Deliberately writes sums in one way only, `sum.rs`'s. Read next: `form.rs`, which weighs products.
//!
//! Moving a base into a root or power, `b^k*b^(p/n) = b^(k + p/n)`, holds wherever both sides are defined; the new form has no zero
//! below the bar that the old one did not have.

use super::generator::Kind;
use super::quotient::Quotient;
use super::write::Powers;
use super::{Field, known};
use crate::expr::{Args, Expr};
use crate::number::Number;
use crate::polynomial::{Polynomial, factor, square_free};

/// A number times powers of generators times powers of sums.
#[derive(Clone)]
pub(super) struct Product {
    pub(super) coefficient: Number,
    pub(super) powers: Powers,
    pub(super) sums: Vec<(Polynomial, i32)>,
    /// Powers of calls that are no generators: the sign of what an absolute value is of, the sine of a doubled angle.
    pub(super) calls: Vec<(Expr, i32)>,
}

impl Product {
    pub(super) fn one() -> Product {
        Product { coefficient: Number::ONE, powers: Powers::NONE, sums: Vec::new(), calls: Vec::new() }
    }

    /// The exponent of a sum.
    fn exponent(&self, sum: &Polynomial) -> i32 {
        self.sums.iter().find(|(known, _)| known == sum).map_or(0, |(_, k)| *k)
    }

    /// The factors whose exponents are wanted, generators too.
    pub(super) fn factors(&self, wanted: impl Fn(i32) -> bool) -> Vec<Polynomial> {
        let sums = self.sums.iter().filter(|(_, times)| wanted(*times)).map(|(sum, _)| sum.clone());
        let powers = self.powers.0.iter().enumerate().filter(|(_, k)| wanted(**k)).map(|(v, _)| Polynomial::variable(v));
        sums.chain(powers).collect()
    }

    /// Multiplies by the power of another product.
    pub(super) fn multiply(&mut self, other: &Product, times: i32) -> Option<()> {
        self.coefficient = self.coefficient.mul(&other.coefficient.pow(i64::from(times), 4096)?);
        for (power, k) in self.powers.0.iter_mut().zip(other.powers.0) {
            *power += k * times;
        }
        for (shift, k) in self.powers.1.iter_mut().zip(other.powers.1) {
            *shift += k * times;
        }
        self.calls.extend(other.calls.iter().map(|&(call, k)| (call, k * times)));
        for (sum, k) in &other.sums {
            match self.sums.iter_mut().find(|(known, _)| known == sum) {
                Some((_, total)) => *total += k * times,
                None => self.sums.push((sum.clone(), k * times)),
            }
        }
        self.sums.retain(|(_, k)| *k != 0);
        Some(())
    }
}

/// Rounds of taking bases in.
const PASSES: usize = 3;

/// A base that roots or powers may take in, as a product.
struct Pull {
    /// The generator of the root, or the first of the family.
    generator: usize,
    /// How much one base adds to the generator's exponent; 0 for a family.
    index: i32,
    family: Option<usize>,
    base: Product,
}

impl Pull {
    /// Whether taking the base in t times puts no factor below the bar that is not there already: `sqrt(u)` is not `u/sqrt(u)`.
    fn keeps_zeros(&self, product: &Product, t: i32) -> bool {
        let ends_below = self.family.is_some() || product.powers.0[self.generator] + t * self.index < 0;
        let keeps = |have: i32, each: i32| {
            if t < 0 { each <= 0 || have < 0 || !ends_below } else { have < 0 || have - t * each >= 0 }
        };
        (self.base.powers.0.iter().enumerate()).all(|(v, &each)| each == 0 || keeps(product.powers.0[v], each))
            && self.base.sums.iter().all(|(sum, each)| keeps(product.exponent(sum), *each))
    }

    /// How often the base may be taken in: as often as makes a factor disappear, or once less or more.
    fn times(&self, product: &Product) -> Vec<i32> {
        let mut times: Vec<i32> = Vec::new();
        let mut offer = |have: i32, each: i32| {
            if each != 0 && have != 0 {
                for t in [have / each, (have - have.signum()) / each, (have + have.signum()) / each] {
                    if t != 0 && t.abs() <= 16 && !times.contains(&t) {
                        times.push(t);
                    }
                }
            }
        };
        for (v, each) in self.base.powers.0.iter().enumerate() {
            offer(product.powers.0[v], *each);
        }
        for (sum, each) in &self.base.sums {
            offer(product.exponent(sum), *each);
        }
        times
    }
}

impl Field<'_, '_> {
    /// The factors of a quotient; `full` splits further than square-free.
    pub(super) fn product_form(&mut self, q: &Quotient, full: bool) -> Option<Product> {
        let mut product = Product::one();
        for (p, sign) in [(&q.numerator, 1), (&q.denominator, -1)] {
            let (content, factors) = if full { self.factors(p) } else { square_free(p, &mut self.work) };
            product.coefficient = if sign > 0 { product.coefficient.mul(&content) } else { product.coefficient.div(&content)? };
            for (p, times) in factors {
                let times = i32::try_from(times).ok()? * sign;
                match p.terms() {
                    [(monomial, _)] => {
                        product.powers.multiply(monomial, times);
                    }
                    _ => product.sums.push((p, times)),
                }
            }
        }
        self.squares(&mut product)?;
        Some(product)
    }

    /// The factors of a polynomial; the same few bases are asked for again and again.
    fn factors(&mut self, p: &Polynomial) -> (Number, Vec<(Polynomial, u32)>) {
        if p.len() == 1 {
            return factor(p, &mut self.work);
        }
        if let Some(known) = self.factored.get(p) {
            return known.clone();
        }
        let found = factor(p, &mut self.work);
        self.factored.insert(p.clone(), found.clone());
        found
    }

    /// `(c - 1)*(c + 1) = -sigma*s^2` where both stand on one side of the bar.
    fn squares(&mut self, product: &mut Product) -> Option<()> {
        for v in 0..self.generators.len() {
            let Kind::Cosine { circle, .. } = self.generators[v].kind else { continue };
            let one = Polynomial::one();
            let (less, more) = (Polynomial::variable(v).sub(&one), Polynomial::variable(v).add(&one));
            let find = |product: &Product, p: &Polynomial| product.sums.iter().position(|(sum, _)| sum == p);
            if let Some(c) = find(product, &Polynomial::variable(v).mul(&Polynomial::variable(v), &mut self.work)?.sub(&one)) {
                let times = product.sums.swap_remove(c).1;
                self.put_square(product, v, times, circle.sigma())?;
            }
            let (Some(a), Some(b)) = (find(product, &less), find(product, &more)) else { continue };
            let (first, second) = (product.sums[a].1, product.sums[b].1);
            if (first > 0) != (second > 0) {
                continue;
            }
            let times = if first.abs() < second.abs() { first } else { second };
            product.sums[a].1 -= times;
            product.sums[b].1 -= times;
            product.sums.retain(|(_, k)| *k != 0);
            self.put_square(product, v, times, circle.sigma())?;
        }
        Some(())
    }

    fn put_square(&mut self, product: &mut Product, cosine: usize, times: i32, sigma: Number) -> Option<()> {
        product.powers.0[cosine + 1] += 2 * times;
        product.coefficient = product.coefficient.mul(&sigma.neg().pow(i64::from(times), 64)?);
        Some(())
    }

    /// The roots and powers with bases of several factors that occur, each base as a product.
    fn pulls(&mut self, product: &Product) -> Option<Vec<Pull>> {
        let mut pulls = Vec::new();
        for v in 0..self.generators.len() {
            if product.powers.0[v] == 0 {
                continue;
            }
            let (base, index, family) = match &self.generators[v].kind {
                Kind::Radical { .. } | Kind::Absolute { .. } => {
                    let relation = self.generators[v].relation.as_ref()?;
                    (relation.base.clone(), i32::from(relation.index), None)
                }
                Kind::Power { family, .. } => {
                    let Some(base) = &self.families[*family].base else { continue };
                    if pulls.iter().any(|pull: &Pull| pull.family == Some(*family)) {
                        continue;
                    }
                    (base.clone(), 0, Some(*family))
                }
                _ => continue,
            };
            if base.as_constant().is_none() {
                let base = self.product_form(&base, true)?;
                pulls.push(Pull { generator: v, index, family, base });
            }
        }
        Some(pulls)
    }

    /// The shortest text of a product that taking bases into roots and powers gives, and the product with the bases taken in.
    pub(super) fn write_product(&mut self, product: &Product) -> Option<(Expr, Product)> {
        let mut best = (self.write_plain(product)?, product.clone());
        for v in 0..self.generators.len() {
            let Kind::Absolute { of, .. } = &self.generators[v].kind else { continue };
            if product.powers.0[v] != 1 {
                continue;
            }
            // |u|/u = sign(u)
            let u = of.clone();
            let u = self.product_form(&u, true)?;
            let mut signed = best.1.clone();
            signed.multiply(&u, 1)?;
            signed.powers.0[v] -= 1;
            let Kind::Absolute { text, .. } = self.generators[v].kind else { continue };
            signed.calls.push((self.engine.apply(known::SIGN, &[text]), 1));
            self.keep_shorter(signed, &mut best, false)?;
        }
        let pulls = self.pulls(product)?;
        // one base taken in may be what another waits for
        for _ in 0..PASSES {
            let before = self.engine.size(best.0);
            for pull in &pulls {
                let start = best.1.clone();
                for t in pull.times(&start) {
                    if !pull.keeps_zeros(&start, t) {
                        continue;
                    }
                    let mut moved = start.clone();
                    moved.multiply(&pull.base, -t)?;
                    match pull.family {
                        Some(family) => moved.powers.1[family] += t,
                        None => moved.powers.0[pull.generator] += t * pull.index,
                    }
                    // where x^n/x came from x^(n - 1) it goes back there, even if that is no shorter
                    let wanted = self.strict && pull.family.is_some() && t < 0;
                    self.keep_shorter(moved, &mut best, wanted)?;
                }
            }
            if self.engine.size(best.0) >= before {
                break;
            }
        }
        Some(best)
    }

    /// Keeps a product if it is shorter, or `wanted` and as short.
    fn keep_shorter(&mut self, product: Product, best: &mut (Expr, Product), wanted: bool) -> Option<()> {
        let text = self.write_plain(&product)?;
        let (size, known) = (self.engine.size(text), self.engine.size(best.0));
        if size < known || (wanted && size == known) {
            *best = (text, product);
        }
        Some(())
    }

    /// A product as it stands.
    pub(super) fn write_plain(&mut self, product: &Product) -> Option<Expr> {
        let others = self.texts_of_sums(product)?;
        self.write_term(&product.coefficient, &product.powers, &others)
    }

    /// The factors of a product that are no generators: powers of sums and of calls.
    pub(super) fn texts_of_sums(&mut self, product: &Product) -> Option<Args> {
        let mut texts = Args::new();
        for (sum, times) in &product.sums {
            let text = self.write_short_sum(sum)?;
            texts.push(self.whole_power_node(text, *times));
        }
        for &(call, times) in &product.calls {
            texts.push(self.whole_power_node(call, times));
        }
        Some(texts)
    }

    fn whole_power_node(&mut self, base: Expr, times: i32) -> Expr {
        let exponent = self.engine.pool.integer(i64::from(times));
        self.engine.pool.pow(base, exponent)
    }
}
