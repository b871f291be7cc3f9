//! The sum constructor: like terms are collected.
//! Deliberately factors nothing and applies no identity: `tidy.rs` does, at the end.
//! Read next: `product.rs`.

use super::{Engine, known};
use crate::expr::{Args, Expr, Node};
use crate::function::Facts;
use crate::number::Number;
use smallvec::SmallVec;

/// A sum inside a sum is gathered up to this many terms: a chain of n partial sums then costs n times this, not n^2.
const GATHER_SUM: usize = 64;

/// Terms as coefficient and rest, the rest without a number in front.
pub(super) type Terms = SmallVec<[(Expr, Number); 12]>;

/// Sorts a list by its keys and adds up what stands at equal ones, at the front; how many are left there.
pub(super) fn collect_equal<K: Ord + Copy>(list: &mut [(K, Number)]) -> usize {
    list.sort_unstable_by_key(|(key, _)| *key);
    let mut kept = 0;
    for at in 0..list.len() {
        if kept > 0 && list[kept - 1].0 == list[at].0 {
            let sum = list[kept - 1].1.add(&list[at].1);
            list[kept - 1].1 = sum;
        } else {
            list.swap(kept, at);
            kept += 1;
        }
    }
    kept
}

impl Engine<'_> {
    /// The sum of simplified terms.
    pub(crate) fn add(&mut self, terms: &[Expr]) -> Expr {
        match terms {
            [] => return Expr::ZERO,
            [one] => return *one,
            _ => {}
        }
        let (mut list, inner) = self.terms(terms, false);
        self.merge(&mut list);
        if inner && list.len() > 1 {
            // c*(a + b) + ...: multiplied out where that is no longer than before.
            let (mut open, _) = self.terms(terms, true);
            self.merge(&mut open);
            if open.len() <= 1 || self.terms_size(&open) < self.terms_size(&list) {
                list = open;
            }
        }
        self.sum_of(&list)
    }

    /// Coefficients and rests of all terms, nested sums gathered; whether some term is a number times a sum.
    fn terms(&mut self, terms: &[Expr], open: bool) -> (Terms, bool) {
        let mut list = Terms::new();
        let mut inner = false;
        for &term in terms {
            if let Node::Add(args) = self.pool.node(term)
                && args.len() <= GATHER_SUM
            {
                for part in Args::from_slice(args) {
                    inner |= self.push_term(&mut list, part, &Number::ONE, open);
                }
            } else {
                inner |= self.push_term(&mut list, term, &Number::ONE, open);
            }
        }
        (list, inner)
    }

    fn push_term(&mut self, list: &mut Terms, term: Expr, by: &Number, open: bool) -> bool {
        let (coefficient, rest) = self.split(term);
        let coefficient = coefficient.mul(by);
        if let Node::Add(args) = self.pool.node(rest)
            && rest != term
        {
            if open && args.len() <= GATHER_SUM {
                for part in Args::from_slice(args) {
                    let (c, r) = self.split(part);
                    list.push((r, c.mul(&coefficient)));
                }
                return true;
            }
            list.push((rest, coefficient));
            return true;
        }
        list.push((rest, coefficient));
        false
    }

    /// A term as number and rest: `-2*x*y` is -2 and `x*y`; a number is itself and 1.
    pub(super) fn split(&mut self, term: Expr) -> (Number, Expr) {
        match self.pool.node(term) {
            Node::Number(n) => (n.clone(), Expr::ONE),
            Node::Mul(args) => match self.pool.as_number(args[0]) {
                Some(n) => {
                    let n = n.clone();
                    (n, self.pool.without_number(term))
                }
                None => (Number::ONE, term),
            },
            _ => (Number::ONE, term),
        }
    }

    pub(super) fn merge(&mut self, list: &mut Terms) {
        if list.len() < 2 {
            list.retain(|(_, c)| !c.is_zero());
            return;
        }
        self.join_branches(list);
        let kept = collect_equal(list);
        list.truncate(kept);
        list.retain(|(_, c)| !c.is_zero());
    }

    /// `if(c, a, b) + if(c, p, q)` is `if(c, a + p, b + q)`.
    fn join_branches(&mut self, list: &mut Terms) {
        let is_branch = |engine: &Engine<'_>, e: Expr| engine.pool.as_call(e, known::IF).is_some();
        if list.iter().filter(|(rest, _)| is_branch(self, *rest)).count() < 2 {
            return;
        }
        let mut at = 0;
        while at < list.len() {
            let Some(&[condition, yes, no]) = self.pool.as_call(list[at].0, known::IF) else {
                at += 1;
                continue;
            };
            let (mut all_yes, mut all_no) = (Args::new(), Args::new());
            let mut found = 0;
            for other in at + 1..list.len() {
                if let Some(&[c, y, n]) = self.pool.as_call(list[other].0, known::IF)
                    && c == condition
                {
                    let k = self.pool.number(list[other].1.clone());
                    all_yes.push(self.mul(&[k, y]));
                    all_no.push(self.mul(&[k, n]));
                    list[other].1 = Number::ZERO;
                    found += 1;
                }
            }
            if found > 0 {
                let k = self.pool.number(list[at].1.clone());
                all_yes.push(self.mul(&[k, yes]));
                all_no.push(self.mul(&[k, no]));
                let (yes, no) = (self.add(&all_yes), self.add(&all_no));
                let joined = self.apply(known::IF, &[condition, yes, no]);
                list.retain(|(_, c)| !c.is_zero());
                if at < list.len() {
                    let (c, r) = self.split(joined);
                    list[at] = (r, c);
                }
            }
            at += 1;
        }
    }

    /// The terms as one expression.
    pub(super) fn sum_of(&mut self, list: &Terms) -> Expr {
        let parts: Args = list.iter().map(|(rest, c)| self.scale(c, *rest)).collect();
        self.pool.add(&parts)
    }

    /// A number times a rest that has no number in front.
    pub(super) fn scale(&mut self, c: &Number, rest: Expr) -> Expr {
        if c.is_one() {
            return rest;
        }
        self.pool.with_number(c.clone(), rest)
    }

    /// The content of a sum and the sum without it.
    pub(super) fn primitive(&mut self, sum: Expr) -> (Number, Expr) {
        let content = self.content_of(sum);
        match content.recip() {
            Some(by) if !content.is_one() => {
                let sum = self.distribute(&by, sum);
                (content, sum)
            }
            _ => (Number::ONE, sum),
        }
    }

    /// The common divisor of a sum's coefficients, with a sign that u and -u do not share.
    pub(super) fn content_of(&self, sum: Expr) -> Number {
        let Node::Add(args) = self.pool.node(sum) else { return Number::ONE };
        let mut content = Number::ZERO;
        let mut negative = false;
        // The sign is that of the term whose factors come first by structure; the order of the terms themselves will not
        // do, since it changes with the signs.
        let mut first = u64::MAX;
        for &arg in args {
            let (c, key) = self.coefficient(arg);
            if key < first {
                first = key;
                negative = c.is_negative();
            }
            if content.is_zero() {
                content = c.abs();
            } else if !(content.is_one() && c.is_integer()) {
                let whole = content.is_integer() && (c.is_one() || c.is_minus_one());
                content = if whole { Number::ONE } else { content.gcd(c) };
            }
        }
        if negative { content.neg() } else { content }
    }

    /// The number in front of a term, and a key of its other factors that does not depend on that number; a number has
    /// the last key.
    fn coefficient(&self, term: Expr) -> (&Number, u64) {
        // Rotated, so that a product's key is not that of a sum of the same parts.
        let key = |e: Expr| self.pool.hash(e).rotate_left(17) >> 8;
        match self.pool.node(term) {
            Node::Number(n) => (n, u64::MAX),
            Node::Mul(args) => match self.pool.as_number(args[0]) {
                Some(n) => (n, args[1..].iter().fold(0, |sum: u64, &arg| sum.wrapping_add(key(arg)))),
                None => (&Number::ONE, args.iter().fold(0, |sum: u64, &arg| sum.wrapping_add(key(arg)))),
            },
            _ => (&Number::ONE, key(term)),
        }
    }

    /// Whether a value is known to be real.
    pub(crate) fn is_real(&mut self, e: Expr) -> bool {
        self.facts(e).has(Facts::REAL)
    }
}
