//! The forms of an expression that are weighed: as factors, as one fraction, spread over the terms.
//! Deliberately does no algebra. Read next: `product.rs`, `sum.rs`.

use super::Field;
use super::product::Product;
use super::quotient::Quotient;
use super::write::Powers;
use crate::expr::{Args, Expr};
use crate::polynomial::Polynomial;

impl Field<'_, '_> {
    /// The shortest text of a quotient that a few forms give; `best` is the one to beat.
    pub(super) fn shortest(&mut self, e: Expr, q: &Quotient, best: Expr) -> Option<Expr> {
        let mut best = best;
        let product = self.product_form(q, true)?;
        self.offer_product(&product, &mut best)?;
        // each of these may end at a bound without harm to the others
        let _ = self.offer_in_sines(q, &mut best);
        let _ = self.offer_eliminated(e, q, &mut best);
        let _ = self.offer_conjugates(e, &product, &mut best);
        let _ = self.offer_rationalised(e, q, &mut best);
        if product.sums.iter().any(|(sum, _)| sum.len() > 3) {
            let _ = self.offer_kept_sums(e, q, &mut best);
        }
        Some(best)
    }

    pub(super) fn offer(&mut self, candidate: Expr, best: &mut Expr) {
        if self.engine.size(candidate) < self.engine.size(*best) {
            *best = candidate;
        }
    }

    /// A product in a few forms: with bases taken in, with sums multiplied out, spread over the terms of a sum.
    pub(super) fn offer_product(&mut self, product: &Product, best: &mut Expr) -> Option<()> {
        let (text, pulled) = self.write_product(product)?;
        self.offer(text, best);
        let joined = self.joined(&pulled)?;
        if joined.sums != pulled.sums {
            let text = self.write_plain(&joined)?;
            self.offer(text, best);
        }
        self.offer_spread(product, best)
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
                for (power, k) in term.powers.0.iter_mut().zip(Powers::of(monomial).0) {
                    *power += k;
                }
                terms.push(self.write_product(&term)?.0);
            }
            let spread = self.engine.add(&terms);
            self.offer(spread, best);
        }
        Some(())
    }
}
