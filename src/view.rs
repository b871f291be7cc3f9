//! How a term is seen: as `number * factors above / factors below`, and a sum as its flat list of terms.
//! Deliberately changes nothing and makes no node: it is a way of looking, for printing, costs and the product rule.
//! Read next: `text/order.rs`, which puts factors and terms in the order a person writes.

use crate::expr::{Args, Expr, Node, Pool};
use crate::number::Number;
use smallvec::SmallVec;

/// The exponent of a [`Factor`]; its sign has been used to put the factor above or below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exponent {
    /// 1
    One,
    /// This expression.
    Is(Expr),
    /// The negative of this expression, which is a negative number or a product with a negative number in front.
    Negated(Expr),
}

impl Exponent {
    /// The exponent, if it is a number.
    pub(crate) fn number(self, pool: &Pool) -> Option<Number> {
        match self {
            Exponent::One => Some(Number::ONE),
            Exponent::Is(e) => pool.as_number(e).cloned(),
            Exponent::Negated(e) => pool.as_number(e).map(Number::neg),
        }
    }

    /// Numerator and denominator, if it is a small number; costs nothing.
    pub(crate) fn small(self, pool: &Pool) -> Option<(i64, i64)> {
        match self {
            Exponent::One => Some((1, 1)),
            Exponent::Is(e) => pool.as_number(e)?.small(),
            Exponent::Negated(e) => pool.as_number(e)?.small().map(|(n, d)| (-n, d)),
        }
    }

    /// The node that carries it, sign aside.
    pub(crate) fn expr(self) -> Option<Expr> {
        match self {
            Exponent::One => None,
            Exponent::Is(e) | Exponent::Negated(e) => Some(e),
        }
    }
}

/// `base^exponent`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Factor {
    pub(crate) base: Expr,
    pub(crate) exponent: Exponent,
}

/// `coefficient * above / below`
#[cfg(test)]
#[derive(Clone, Debug)]
pub(crate) struct Quotient {
    pub(crate) coefficient: Number,
    pub(crate) above: SmallVec<[Factor; 4]>,
    pub(crate) below: SmallVec<[Factor; 4]>,
}

/// The one view of a term: products inside products are gathered, negative powers stand below.
#[cfg(test)]
pub(crate) fn as_quotient(pool: &Pool, e: Expr) -> Quotient {
    let (mut above, mut below) = (SmallVec::new(), SmallVec::new());
    let coefficient = split(pool, e, |_| false, |factor, is_below| if is_below { below.push(factor) } else { above.push(factor) });
    Quotient { coefficient, above, below }
}

/// Calls `found` on each factor of a term and whether it stands below; answers the number in front. An expression that is
/// `whole` is not looked into.
pub(crate) fn split(pool: &Pool, e: Expr, whole: impl Fn(Expr) -> bool, mut found: impl FnMut(Factor, bool)) -> Number {
    let mut coefficient = Number::ONE;
    let mut pending: SmallVec<[(Expr, bool); 16]> = SmallVec::new();
    pending.push((e, false));
    while let Some((e, below)) = pending.pop() {
        if whole(e) {
            found(Factor { base: e, exponent: Exponent::One }, below);
            continue;
        }
        match pool.node(e) {
            Node::Number(n) => match (below, n.recip()) {
                (false, _) => coefficient = if coefficient.is_one() { n.clone() } else { coefficient.mul(n) },
                (true, Some(n)) => coefficient = coefficient.mul(&n),
                (true, None) => found(Factor { base: e, exponent: Exponent::One }, true),
            },
            Node::Mul(factors) => pending.extend(factors.iter().rev().map(|&factor| (factor, below))),
            Node::Pow(base, Expr::MINUS_ONE) => match pool.node(base) {
                Node::Mul(_) if !whole(base) => pending.push((base, !below)),
                _ => found(Factor { base, exponent: Exponent::One }, !below),
            },
            Node::Pow(base, exponent) if !whole(exponent) && is_negative(pool, exponent) => {
                found(Factor { base, exponent: Exponent::Negated(exponent) }, !below);
            }
            Node::Pow(base, exponent) => found(Factor { base, exponent: Exponent::Is(exponent) }, below),
            _ => found(Factor { base: e, exponent: Exponent::One }, below),
        }
    }
    coefficient
}

/// The terms of a sum, sums inside sums gathered; any other expression is its only term.
pub(crate) fn terms(pool: &Pool, e: Expr, whole: impl Fn(Expr) -> bool) -> Args {
    let mut found = Args::new();
    let mut pending = Args::from_slice(&[e]);
    while let Some(e) = pending.pop() {
        match pool.node(e) {
            Node::Add(terms) if !whole(e) => pending.extend(terms.iter().rev().copied()),
            _ => found.push(e),
        }
    }
    found
}

/// Whether it is a negative number, or a product with one in front.
pub(crate) fn is_negative(pool: &Pool, e: Expr) -> bool {
    match pool.node(e) {
        Node::Number(n) => n.is_negative(),
        Node::Mul(factors) => pool.as_number(factors[0]).is_some_and(Number::is_negative),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_powers_stand_below() {
        let mut pool = Pool::default();
        let (x, y) = (pool.symbol("x"), pool.symbol("y"));
        let (two_thirds, minus_y) = (pool.number(Number::new(-2, 3)), pool.neg(y));
        let (over, power) = (pool.pow(x, Expr::MINUS_ONE), pool.pow(x, minus_y));
        let inner = pool.mul(&[Expr::TWO, over]);
        let e = pool.mul(&[two_thirds, power, y, inner]);
        let q = as_quotient(&pool, e);
        assert_eq!(q.coefficient, Number::new(-4, 3));
        assert_eq!(q.above.as_slice(), &[Factor { base: y, exponent: Exponent::One }]);
        assert_eq!(q.below.len(), 2);
        assert!(q.below.contains(&Factor { base: x, exponent: Exponent::Negated(minus_y) }));
    }

    #[test]
    fn the_reciprocal_of_a_product_is_seen_through() {
        let mut pool = Pool::default();
        let x = pool.symbol("x");
        let product = pool.mul(&[Expr::TWO, x]);
        let e = pool.recip(product);
        let q = as_quotient(&pool, e);
        assert_eq!((q.coefficient, q.above.len(), q.below.len()), (Number::HALF, 0, 1));
    }
}
