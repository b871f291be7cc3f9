//! How is a product of factors, or a sum of terms, written with matrices: which factors scale rows, which columns, what is common to the terms?
//! Deliberately knows no sum over indices: `chain.rs` does.
//! Read next: `familiar.rs` (functions that people know by name), `recover.rs`.

use super::familiar::norm_of;
use super::recover::{Factor, Recover, Term, number_tree, size_tree};
use super::tree::Tree;
use super::{At, Leaf};
use crate::error::Result;
use crate::expr::{Args, Expr};
use crate::number::Number;

/// A term as trees: scalars above and below, the array, and what it is divided by entry by entry.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Scaled {
    pub(super) minus: bool,
    pub(super) above: Vec<Tree>,
    pub(super) below: Vec<Tree>,
    array: Option<Tree>,
    under: Option<Tree>,
    /// The loops that it runs with: a vector among the terms of a matrix is no matrix.
    loops: Vec<u32>,
}

impl Scaled {
    pub(super) fn tree(self) -> Tree {
        let mut above = self.above;
        above.extend(self.array.map(Tree::words).unwrap_or_default());
        let above = if above.is_empty() { Tree::whole(1) } else { Tree::product(above) };
        let mut below = self.below;
        match self.under {
            Some(under) => {
                below.push(under);
                Tree::Quotient(Box::new(above), Box::new(Tree::product(below)), true)
            }
            None if below.is_empty() => above,
            None => Tree::Quotient(Box::new(above), Box::new(Tree::product(below)), false),
        }
        .negated(self.minus)
    }
}

impl Recover<'_, '_> {
    /// A product of factors as an array: those without loops, by row, by column and by both stand apart.
    pub(super) fn product(&mut self, term: &Term, want: &[u32]) -> Result<Option<Scaled>> {
        let mut scaled = Scaled { minus: term.coefficient.is_negative(), ..Scaled::default() };
        let size = term.coefficient.abs();
        if !size.numerator().is_one() {
            scaled.above.push(Tree::Number(size.numerator()));
        }
        if !size.denominator().is_one() {
            scaled.below.push(Tree::Number(size.denominator()));
        }
        let mut above = Vec::with_capacity(term.above.len());
        for factor in &term.above {
            if factor.exponent.is_some() {
                above.push(*factor);
                continue;
            }
            for base in self.arrays.softmax_factors(factor.base)? {
                let pool = &mut *self.arrays.engine.pool;
                match above.iter_mut().find(|factor: &&mut Factor| factor.base == base) {
                    Some(same) => {
                        let times = same.exponent.and_then(|e| pool.as_i64(e)).unwrap_or(1);
                        same.exponent = Some(pool.integer(times + 1));
                    }
                    None => above.push(Factor { base, exponent: None }),
                }
            }
        }
        let mut below = term.below.clone();
        self.sigmoids(&mut above, &mut below)?;
        if let Some(found) = self.diagonal(&above, &below, want)? {
            let Some(tree) = found else { return Ok(None) };
            return Ok(Some(Scaled { array: Some(tree), ..scaled }));
        }
        self.means(&mut above, &mut below, &mut scaled)?;
        let (mut rows, mut columns, mut whole) = (Parts::default(), Parts::default(), Parts::default());
        for (factors, under) in [(above, false), (below, true)] {
            for factor in factors {
                let e = self.power_of(factor, false);
                let loops = self.arrays.loops(e);
                let group = match (&*loops, want) {
                    ([], _) => {
                        let Some(tree) = self.powered(factor, &[])? else { return Ok(None) };
                        if under {
                            scaled.below.push(tree)
                        } else {
                            scaled.above.push(tree)
                        }
                        continue;
                    }
                    ([one], [i, _]) if one == i => &mut rows,
                    ([_], [_, _]) => &mut columns,
                    _ => &mut whole,
                };
                if under { group.below.push(factor) } else { group.above.push(factor) }
            }
        }
        let done = match want {
            [] => true,
            [i] => self.parts(&whole, &[*i], &mut scaled)?,
            [i, j] if !whole.is_empty() => self.matrix(&rows, &columns, &whole, *i, *j, &mut scaled)?,
            [i, j] => self.outer(&rows, &columns, *i, *j, &mut scaled)?,
            _ => false,
        };
        Ok(done.then_some(scaled))
    }

    /// `x*y'`
    fn outer(&mut self, rows: &Parts, columns: &Parts, i: u32, j: u32, into: &mut Scaled) -> Result<bool> {
        let (mut left, mut right) = (Scaled::default(), Scaled::default());
        if !self.parts(rows, &[i], &mut left)? || !self.parts(columns, &[j], &mut right)? {
            return Ok(false);
        }
        into.array = Some(Tree::product(vec![left.tree(), right.tree().transposed()]));
        Ok(true)
    }

    /// A matrix whose rows and columns are scaled: `diag(x)*A`, `A.*y`, `A./sum(A, axis=1, keep)`.
    fn matrix(&mut self, rows: &Parts, columns: &Parts, whole: &Parts, i: u32, j: u32, into: &mut Scaled) -> Result<bool> {
        if !self.parts(whole, &[i, j], into)? {
            return Ok(false);
        }
        let (mut left, mut natural) = (Parts::default(), Vec::new());
        for (factor, below) in rows.each() {
            let tree = match factor.exponent {
                None => self.natural_column(factor.base, i)?,
                Some(_) => None,
            };
            match tree {
                Some(tree) => natural.push((tree, below)),
                None if below => left.below.push(factor),
                None => left.above.push(factor),
            }
        }
        // without an entry of both loops above there is no matrix yet that a diagonal one could scale
        let bare = into.array.is_none() && !left.is_empty();
        if bare && !columns.is_empty() {
            if !self.outer(&left, columns, i, j, into)? {
                return Ok(false);
            }
        } else {
            if bare && let Some(under) = into.under.take() {
                into.array = Some(Tree::Quotient(Box::new(Tree::whole(1)), Box::new(under), true));
            }
            for (factor, below) in columns.each() {
                let Some(tree) = self.powered(factor, &[j])? else { return Ok(false) };
                into.meet(tree, below);
            }
        }
        for (tree, below) in natural {
            into.meet(tree, below);
        }
        if !left.is_empty() && (!bare || columns.is_empty()) {
            let mut vector = Scaled::default();
            if !self.parts(&left, &[i], &mut vector)? {
                return Ok(false);
            }
            let mut words = vec![Tree::Call("diag".into(), vec![vector.tree()])];
            words.extend(into.array.take().map(Tree::words).unwrap_or_default());
            into.array = Some(Tree::product(words));
        }
        Ok(true)
    }

    /// The factors of one group, entry by entry.
    fn parts(&mut self, parts: &Parts, want: &[u32], into: &mut Scaled) -> Result<bool> {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (factor, under) in parts.each() {
            let Some(tree) = self.powered(factor, want)? else { return Ok(false) };
            if under { below.push(tree) } else { above.push(tree) }
        }
        if !above.is_empty() {
            // numbers and signs of a matrix product inside join those of the whole
            let single = above.len() == 1;
            into.array = Some(Tree::entrywise(above));
            if single && let Some(Tree::Minus(inside)) = into.array.take_if(|tree| matches!(tree, Tree::Minus(_))) {
                into.minus = !into.minus;
                into.array = Some(*inside);
            }
        }
        if !below.is_empty() {
            into.under = Some(Tree::entrywise(below));
        }
        Ok(true)
    }

    /// `base^exponent`, `sqrt(base)`
    fn powered(&mut self, factor: Factor, want: &[u32]) -> Result<Option<Tree>> {
        let Some(exponent) = factor.exponent else { return self.operand(factor.base, want) };
        let value = self.arrays.engine.pool.as_number(exponent).map(Number::abs);
        let Some(base) = self.operand(factor.base, want)? else { return Ok(None) };
        if let Some(n) = value.as_ref().and_then(|value| value.mul(&Number::integer(2)).as_i64()).filter(|n| n % 2 == 1)
            && let Some(norm) = norm_of(&base)
        {
            let exponent = Tree::whole(n.unsigned_abs() as usize);
            return Ok(Some(if n == 1 { norm } else { Tree::Power(Box::new(norm), Box::new(exponent), false) }));
        }
        if value == Some(Number::HALF) {
            return Ok(Some(Tree::Call("sqrt".into(), vec![base])));
        }
        let exponent_tree = match &value {
            Some(value) => number_tree(value),
            None => match self.operand(exponent, want)? {
                Some(tree) => tree,
                None => return Ok(None),
            },
        };
        if value.as_ref().is_some_and(Number::is_one) {
            return Ok(Some(base));
        }
        let dot = !want.is_empty();
        Ok(Some(Tree::Power(Box::new(base), Box::new(exponent_tree), dot)))
    }

    /// A product with a delta of both loops: `diag(x)`, or the identity. The outer `None`: there is no delta.
    fn diagonal(&mut self, above: &[Factor], below: &[Factor], want: &[u32]) -> Result<Option<Option<Tree>>> {
        let [i, j] = *want else { return Ok(None) };
        let found = above.iter().position(|factor| {
            factor.exponent.is_none() && matches!(self.arrays.as_leaf(factor.base), Some(Leaf::Delta(At::Loop(_), At::Loop(_), _)))
        });
        let Some(at) = found else { return Ok(None) };
        let mut rest = Args::new();
        for (place, &factor) in above.iter().enumerate() {
            if place != at {
                let e = self.power_of(factor, false);
                rest.push(e);
            }
        }
        for &factor in below {
            let e = self.power_of(factor, true);
            rest.push(self.arrays.engine.pow(e, Expr::MINUS_ONE));
        }
        let rest = self.arrays.engine.mul(&rest);
        let rest = self.arrays.rename(rest, &|number| At::Loop(if number == j { i } else { number }))?;
        let size = self.arrays.size(above[at].base, i);
        if !self.arrays.loops(rest).is_empty() {
            return Ok(Some(self.full(rest, &[i])?.map(|tree| Tree::Call("diag".into(), vec![tree]))));
        }
        let Some(size) = size else { return Ok(Some(None)) };
        let identity = Tree::Call("eye".into(), vec![size_tree(&size)]);
        if rest == Expr::ONE {
            return Ok(Some(Some(identity)));
        }
        Ok(Some(self.full(rest, &[])?.map(|factor| match factor {
            Tree::Quotient(above, below, false) if *above == Tree::whole(1) => Tree::Quotient(Box::new(identity), below, false),
            factor => Tree::product(vec![factor, identity]),
        })))
    }

    pub(super) fn add(&mut self, e: Expr, want: &[u32]) -> Result<Option<Tree>> {
        let mut terms: Vec<Scaled> = Vec::new();
        for term in self.terms(e) {
            let mut factors = Args::new();
            for factor in term.above.iter().chain(&term.below) {
                let e = self.power_of(*factor, false);
                factors.push(e);
            }
            let e = self.arrays.engine.mul(&factors);
            let loops = self.arrays.loops(e);
            let scaled = match (&*loops, want) {
                ([], [_, ..]) => self.product(&term, &[])?,
                ([one], [_, j]) if one == j => self.product(&term, &[*j])?,
                ([one], [i, j]) if one == i => {
                    let pure = Term { coefficient: Number::ONE, ..term.clone() };
                    let Some(mut scaled) = self.product(&pure, &[*i])? else { return Ok(None) };
                    let natural = match (&*pure.above, &*pure.below) {
                        ([Factor { base, exponent: None }], []) => self.natural_column(*base, *i)?,
                        _ => None,
                    };
                    let coefficient = Term { above: Vec::new(), below: Vec::new(), ..term.clone() };
                    let Some(number) = self.product(&coefficient, &[])? else { return Ok(None) };
                    scaled.array = match natural {
                        Some(tree) => Some(tree),
                        None => {
                            let Some(size) = self.size_of(*j) else { return Ok(None) };
                            let ones = Tree::Call("ones".into(), vec![size_tree(&size)]).transposed();
                            Some(Tree::product(vec![std::mem::take(&mut scaled).tree(), ones]))
                        }
                    };
                    scaled.above = number.above;
                    scaled.below = number.below;
                    scaled.minus = number.minus;
                    Some(scaled)
                }
                _ => self.product(&term, want)?,
            };
            match scaled {
                Some(scaled) => terms.push(Scaled { loops, ..scaled }),
                None => return Ok(None),
            }
        }
        let mut terms = factored(terms);
        // a number in front of each term stands in front of the sum
        let (above, below) = match &*terms {
            [first, rest @ ..]
                if rest.iter().all(|term| term.above == first.above && term.below == first.below && term.under.is_none())
                    && first.under.is_none() =>
            {
                (first.above.clone(), first.below.clone())
            }
            _ => (Vec::new(), Vec::new()),
        };
        if terms.len() < 2 || terms.iter().any(|term| term.array.is_none()) || (above.is_empty() && below.is_empty()) {
            return Ok(Some(sum_of(terms)));
        }
        for term in &mut terms {
            term.above.clear();
            term.below.clear();
        }
        let minus = terms.iter().all(|term| term.minus);
        for term in &mut terms {
            term.minus &= !minus;
        }
        Ok(Some(Scaled { minus, above, below, array: Some(sum_of(terms)), ..Scaled::default() }.tree()))
    }
}

/// Factors of a group, above and below.
#[derive(Default)]
struct Parts {
    above: Vec<Factor>,
    below: Vec<Factor>,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.above.is_empty() && self.below.is_empty()
    }

    fn each(&self) -> Vec<(Factor, bool)> {
        self.above.iter().map(|&factor| (factor, false)).chain(self.below.iter().map(|&factor| (factor, true))).collect()
    }
}

impl Scaled {
    /// One more factor entry by entry.
    fn meet(&mut self, tree: Tree, below: bool) {
        let slot = if below { &mut self.under } else { &mut self.array };
        *slot = Some(match slot.take() {
            None => tree,
            Some(Tree::Entrywise(mut factors)) => {
                factors.push(tree);
                Tree::Entrywise(factors)
            }
            Some(one) => Tree::Entrywise(vec![one, tree]),
        });
    }
}

fn sum_of(terms: Vec<Scaled>) -> Tree {
    if terms.len() == 1 {
        return terms.into_iter().next().unwrap_or_default().tree();
    }
    let trees: Vec<(bool, Tree)> = terms
        .into_iter()
        .map(|mut term| {
            let minus = std::mem::take(&mut term.minus);
            (minus, term.tree())
        })
        .collect();
    Tree::Sum(trees)
}

/// Matrix products with a common beginning or end are one product: `A*x + A'*x` is `(A + A')*x`.
fn factored(mut terms: Vec<Scaled>) -> Vec<Scaled> {
    let mut at = 0;
    while at < terms.len() {
        let mut other = at + 1;
        while other < terms.len() {
            match joined(&terms[at], &terms[other]) {
                Some(term) => {
                    let before = sum_of(vec![terms[at].clone(), terms[other].clone()]).size();
                    if term.clone().tree().size() < before {
                        terms[at] = term;
                        terms.remove(other);
                        continue;
                    }
                    other += 1;
                }
                None => other += 1,
            }
        }
        at += 1;
    }
    terms
}

fn joined(a: &Scaled, b: &Scaled) -> Option<Scaled> {
    if a.under.is_some() || b.under.is_some() || a.loops != b.loops {
        return None;
    }
    let (left, right) = (a.array.clone()?.words(), b.array.clone()?.words());
    let most = left.len().min(right.len()).saturating_sub(1);
    let start = left.iter().zip(&right).take(most).take_while(|(a, b)| a == b).count();
    let end = left.iter().rev().zip(right.iter().rev()).take(most - start).take_while(|(a, b)| a == b).count();
    if start + end == 0 {
        return None;
    }
    let middle = |words: &[Tree]| Tree::product(words[start..words.len() - end].to_vec());
    let same = a.above == b.above && a.below == b.below;
    let part = |term: &Scaled, words: &[Tree], minus: bool| Scaled {
        minus,
        above: if same { Vec::new() } else { term.above.clone() },
        below: if same { Vec::new() } else { term.below.clone() },
        array: Some(middle(words)),
        under: None,
        loops: term.loops.clone(),
    };
    let flip = a.minus;
    let (first, second) = (part(a, &left, false), part(b, &right, b.minus != flip));
    // a sum in the middle takes one more term
    let mut terms = match first.tree() {
        Tree::Sum(terms) => terms,
        one => vec![(false, one)],
    };
    terms.push((second.minus, Scaled { minus: false, ..second }.tree()));
    let inside = Tree::Sum(terms);
    let mut words = left[..start].to_vec();
    words.push(inside);
    words.extend_from_slice(&left[left.len() - end..]);
    Some(Scaled {
        minus: flip,
        above: if same { a.above.clone() } else { Vec::new() },
        below: if same { a.below.clone() } else { Vec::new() },
        array: Some(Tree::Product(words)),
        under: None,
        loops: a.loops.clone(),
    })
}
