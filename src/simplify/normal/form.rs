//! The forms of an expression that are weighed: as factors, as one fraction, spread over the terms.
//! Deliberately does no algebra. Read next: `product.rs`, `sum.rs`.

use super::Field;
use super::generator::Kind;
use super::product::Product;
use super::quotient::Quotient;
use crate::expr::{Args, Expr};
use crate::form::Form;
use crate::function::Facts;
use crate::number::Number;
use crate::polynomial::Polynomial;

impl Field<'_, '_> {
    /// The shortest text of a quotient that a few forms give; `best` is the one to beat.
    pub(super) fn shortest(&mut self, e: Expr, q: &Quotient, best: Expr) -> Option<Expr> {
        let mut best = best;
        self.root = e;
        let product = self.product_form(q, true)?;
        self.offer_product(&product, &mut best)?;
        // each of these may end at a bound without harm to the others
        let _ = self.offer_in_sines(q, &mut best);
        let _ = self.offer_doubled(q, &mut best);
        if self.families.iter().any(|family| family.base.is_none()) {
            // exp(2*v) - 1 as it is, not as (exp(v) - 1)*(exp(v) + 1)
            let whole = self.product_form(q, false)?;
            let _ = self.offer_paired(&whole, &mut best);
        }
        let _ = self.offer_eliminated(e, q, &mut best);
        let _ = self.offer_conjugates(e, &product, &mut best);
        let _ = self.offer_rationalised(e, q, &mut best);
        if product.sums.iter().any(|(sum, _)| sum.len() > 3) {
            let _ = self.offer_kept_sums(e, q, &mut best);
        }
        Some(best)
    }

    /// A quotient in one form.
    pub(super) fn written_as(&mut self, q: &Quotient, form: Form) -> Option<Expr> {
        match form {
            Form::Expanded => {
                let below = Product { sums: vec![(q.denominator.clone(), -1)], ..Product::one() };
                let mut terms = Args::new();
                for (monomial, c) in q.numerator.terms() {
                    let mut term =
                        if q.denominator.len() == 1 { self.product_form(&self.inverse_of(&q.denominator)?, false)? } else { below.clone() };
                    term.coefficient = term.coefficient.mul(c);
                    term.powers.multiply(monomial, 1);
                    terms.push(self.write_open(&term)?);
                }
                Some(self.engine.pool.add(&terms))
            }
            Form::Quotient => {
                let top = self.write_sum(&q.numerator)?;
                let bottom = self.write_sum(&q.denominator)?;
                let below = self.engine.pool.pow(bottom, Expr::MINUS_ONE);
                Some(if q.denominator.is_one() { top } else { self.engine.pool.mul(&[top, below]) })
            }
            _ => {
                let product = self.product_form(q, true)?;
                Some(self.write_product(&product)?.0)
            }
        }
    }

    fn inverse_of(&self, p: &Polynomial) -> Option<Quotient> {
        (p.len() == 1).then(|| Quotient { numerator: Polynomial::one(), denominator: p.clone() })
    }

    /// A product with its sums term by term.
    fn write_open(&mut self, product: &Product) -> Option<Expr> {
        let mut others = Args::new();
        for (sum, times) in &product.sums {
            let text = self.write_sum(sum)?;
            let exponent = self.engine.pool.integer(i64::from(*times));
            others.push(self.engine.pool.pow(text, exponent));
        }
        self.write_term(&product.coefficient, &product.powers, &others)
    }

    pub(super) fn offer(&mut self, candidate: Expr, best: &mut Expr) {
        if self.engine.size(candidate) < self.engine.size(*best) {
            *best = candidate;
        }
    }

    /// A product in a few forms: with bases taken in, with sums multiplied out, spread over the terms of a sum.
    pub(super) fn offer_product(&mut self, product: &Product, best: &mut Expr) -> Option<()> {
        let (text, pulled) = self.write_product(product)?;
        if self.strict && !self.keeps_domain(self.root, &pulled) {
            return self.offer_spread(product, best);
        }
        self.offer(text, best);
        let joined = self.joined(&pulled)?;
        if joined.sums != pulled.sums {
            let text = self.write_plain(&joined)?;
            self.offer(text, best);
        }
        self.offer_joined_roots(&joined, best)?;
        if let Some(doubled) = self.joined_angles(&joined)? {
            let text = self.write_plain(&doubled)?;
            self.offer(text, best);
        }
        self.offer_spread(product, best)
    }

    /// Roots of one exponent under one root: `sqrt(x^2 + 1)*sqrt(x^2 + 2)` as it was read, where one of the bases is known not to be negative.
    fn offer_joined_roots(&mut self, product: &Product, best: &mut Expr) -> Option<()> {
        if self.roots_seen.is_empty() {
            return Some(());
        }
        let mut product = product.clone();
        let mut others = Args::new();
        // u^e*k^e = (u*k)^e and u^e/k^e = (u/k)^e where k > 0: one base of unknown sign, which keeps its exponent, with known ones
        let roots: Vec<usize> = (0..self.generators.len()).filter(|&v| self.root_exponent(&product, v).is_some()).collect();
        let (known, unknown): (Vec<usize>, Vec<usize>) = roots.into_iter().partition(|&v| self.is_known_root(v));
        for &v in unknown.iter().chain(&known) {
            let Some(exponent) = self.root_exponent(&product, v) else { continue };
            let mut together = vec![v];
            for &w in &known {
                if let Some(other) = self.root_exponent(&product, w)
                    && w != v
                    && (other == exponent || other == exponent.neg())
                {
                    together.push(w);
                }
            }
            if together.len() < 2 {
                continue;
            }
            let mut base = Quotient::constant(Number::ONE);
            for &w in &together {
                let same = self.root_exponent(&product, w)? == exponent;
                let part = self.generators[w].relation.as_ref()?.base.clone();
                let part = self.raised(&part, if same { 1 } else { -1 })?;
                base = self.multiply(&base, &part)?;
            }
            let (text, exponent) = self.text_of_root(&base, exponent)?;
            let exponent = self.engine.number(exponent);
            others.push(self.engine.pool.pow(text, exponent));
            for w in together {
                product.powers.0[w] = 0;
            }
        }
        if others.is_empty() {
            return Some(());
        }
        others.extend(self.texts_of_sums(&product)?);
        let text = self.write_term(&product.coefficient, &product.powers, &others)?;
        self.offer(text, best);
        Some(())
    }

    /// The shortest text of a base, upside down where that is one that was read.
    fn text_of_root(&mut self, base: &Quotient, exponent: Number) -> Option<(Expr, Number)> {
        let seen: Vec<(Quotient, Expr)> = self.roots_seen.clone();
        let form = self.product_form(base, true)?;
        let form = self.joined(&form)?;
        let mut best = (self.write_plain(&form)?, exponent.clone());
        let inverse = self.inverse(base)?;
        for (value, text) in seen {
            let shorter = self.engine.size(text) < self.engine.size(best.0);
            if shorter && value == *base {
                best = (text, exponent.clone());
            } else if shorter && value == inverse && self.engine.facts(text).has(Facts::NONNEGATIVE) {
                best = (text, exponent.neg());
            }
        }
        Some(best)
    }

    /// The exponent of a square root or other root of a base that is no number.
    fn root_exponent(&self, product: &Product, v: usize) -> Option<Number> {
        let k = product.powers.0[v];
        let relation = self.generators[v].relation.as_ref()?;
        let root = matches!(self.generators[v].kind, Kind::Radical { .. }) && relation.base.as_constant().is_none() && k != 0;
        root.then(|| Number::new(i64::from(k), i64::from(relation.index)))
    }

    fn is_known_root(&mut self, v: usize) -> bool {
        self.radical_text(v).is_some_and(|text| self.engine.facts(text).has(Facts::NONNEGATIVE))
    }

    /// Sums of one exponent multiplied out where the product is shorter: `(x - 1)*(x + 1)` is `x^2 - 1`.
    fn joined(&mut self, product: &Product) -> Option<Product> {
        let mut product = product.clone();
        let mut at = 0;
        while at < product.sums.len() {
            let mut other = at + 1;
            while other < product.sums.len() {
                if product.sums[at].1 != product.sums[other].1 {
                    other += 1;
                    continue;
                }
                let (a, b) = (product.sums[at].0.clone(), product.sums[other].0.clone());
                let together = self.product(&a, &b)?;
                let reduced = self.settled(together, Polynomial::one())?;
                if !reduced.denominator.is_one() {
                    other += 1;
                    continue;
                }
                let together = reduced.numerator;
                let apart = self.sum_size(&a)? + self.sum_size(&b)? + 1;
                if self.sum_size(&together)? <= apart {
                    product.sums[at].0 = together;
                    product.sums.remove(other);
                } else {
                    other += 1;
                }
            }
            at += 1;
        }
        Some(product)
    }

    fn sum_size(&mut self, p: &Polynomial) -> Option<u32> {
        let text = self.write_short_sum(p)?;
        Some(self.engine.size(text))
    }

    /// One sum above the bar spread over its terms: `(a*x + b)/x` is `a + b/x`.
    fn offer_spread(&mut self, product: &Product, best: &mut Expr) -> Option<()> {
        let single: Vec<usize> = (0..product.sums.len()).filter(|&at| product.sums[at].1 == 1).collect();
        for at in single {
            let sum = product.sums[at].0.clone();
            if sum.len() > 8 {
                continue;
            }
            let mut terms = Args::new();
            for (monomial, c) in sum.terms() {
                let mut term = product.clone();
                term.sums.remove(at);
                term.coefficient = term.coefficient.mul(c);
                term.powers.multiply(monomial, 1);
                let (text, pulled) = self.write_product(&term)?;
                if self.strict && !self.keeps_domain(self.root, &pulled) {
                    return Some(());
                }
                terms.push(text);
            }
            let spread = self.engine.add(&terms);
            self.offer(spread, best);
        }
        Some(())
    }
}
