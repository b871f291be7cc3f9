//! Which functions that people know by name stand in a term: softmax, sigmoid, mean, norm?
//! Deliberately only names what is equal whatever the values; the terms are written by `term.rs`.
//! Read next: `term.rs`, `softmax.rs`.

use super::recover::{Factor, Recover, size_tree};
use super::term::Scaled;
use super::tree::Tree;
use super::{At, Leaf, NodeId, Source};
use crate::error::Result;
use crate::expr::{Args, Expr, Node};
use crate::shape::Size;
use crate::simplify::known;
use crate::text::size_expr;

const SIGMOID: crate::function::Function = crate::function::Function::named("sigmoid", 1);

impl Recover<'_, '_> {
    /// `exp(A - logsumexp(A))` is `softmax(A)`.
    pub(super) fn softmax(&mut self, exponent: Expr, want: &[u32]) -> Result<Option<Tree>> {
        let Node::Add(terms) = self.arrays.engine.pool.node(exponent) else { return Ok(None) };
        for term in Args::from_slice(terms) {
            let log = self.arrays.engine.negate(term);
            let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(log).cloned() else { continue };
            let Source::LogSumExp(of) = *self.arrays.source(node) else { continue };
            let rest = self.arrays.engine.add(&[exponent, log]);
            let own = match self.arrays.source(of).clone() {
                Source::Sum { body, bound } if bound.is_empty() => body,
                _ => self.arrays.whole(of),
            };
            let Some(last) = want.iter().copied().find(|&number| !place.contains(&At::Loop(number))) else { continue };
            let moved = self.arrays.rename(own, &|number| place.get(number as usize).copied().unwrap_or(At::Loop(last)))?;
            if moved != rest {
                continue;
            }
            let Some(inside) = self.whole(of)? else { return Ok(None) };
            let tree = Tree::Call("softmax".into(), vec![inside]);
            let turned = want.len() == 2 && want[0] == last;
            return Ok(Some(if turned { tree.transposed() } else { tree }));
        }
        Ok(None)
    }

    /// `sum(X, axis=0)/n` over n rows is `mean(X, axis=0)`: the sum is replaced by a node that says so.
    pub(super) fn means(&mut self, above: &mut [Factor], below: &mut Vec<Factor>, scaled: &mut Scaled) -> Result<()> {
        for factor in above.iter_mut().filter(|factor| factor.exponent.is_none()) {
            let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(factor.base).cloned() else { continue };
            let Source::Sum { bound, .. } = self.arrays.source(node).clone() else { continue };
            let ([size], Some(Tree::Call(name, _))) = (&*bound, self.whole(node)?) else { continue };
            if name != "sum" {
                continue;
            }
            let length = size_expr(self.arrays.engine.pool, size);
            let named = below.iter().position(|factor| factor.base == length && matches!(factor.exponent, None | Some(Expr::MINUS_ONE)));
            let written = scaled.below.iter().position(|tree| *tree == size_tree(size));
            match (size, named, written) {
                (Size::Name(_), Some(at), _) => drop(below.remove(at)),
                (Size::Number(_), _, Some(at)) => drop(scaled.below.remove(at)),
                _ => continue,
            }
            let mean = self.mean_of(node);
            factor.base = self.arrays.entry(mean, place);
            break;
        }
        Ok(())
    }

    /// An array that is written as the mean where this one is written as the sum; it is never evaluated.
    fn mean_of(&mut self, sum: NodeId) -> NodeId {
        // no text can name it
        let symbol = self.arrays.engine.pool.symbol_named(&format!("·mean{}", sum.index()));
        let mean = self.arrays.make(Source::Symbol(symbol), self.arrays.node(sum).axes.clone());
        self.means.insert(mean, sum);
        mean
    }

    /// `exp(u)/(1 + exp(u))` is `sigmoid(u)`, `1/(1 + exp(u))` is `sigmoid(-u)`, and `exp(u)/(1 + exp(u))^2` is the product of both.
    pub(super) fn sigmoids(&mut self, above: &mut Vec<Factor>, below: &mut Vec<Factor>) -> Result<()> {
        for at in (0..below.len()).rev() {
            let below_times = match below[at].exponent {
                None => 1,
                Some(e) => self.arrays.engine.pool.as_i64(e).map_or(0, i64::abs),
            };
            let Node::Add(&[Expr::ONE, power]) = self.arrays.engine.pool.node(below[at].base) else { continue };
            let Some(&[u]) = self.arrays.engine.pool.as_call(power, known::EXP) else { continue };
            if !(1..=8).contains(&below_times) {
                continue;
            }
            // how often exp(u) stands above
            let mut with = None;
            for (place, factor) in above.iter().enumerate() {
                for times in (1..=below_times).filter(|_| factor.exponent.is_none()) {
                    let count = self.arrays.engine.pool.integer(times);
                    let multiple = self.arrays.engine.mul(&[count, u]);
                    if self.arrays.engine.apply(known::EXP, &[multiple]) == factor.base {
                        with = Some((place, times));
                    }
                }
            }
            let minus = self.arrays.engine.negate(u);
            let above_times = with.map_or(0, |(_, times)| times);
            // sigmoid(-u) is 1 - sigmoid(u): next to sigmoid(u) it is written so
            let (first, second) = (self.arrays.engine.apply(SIGMOID, &[u]), self.arrays.engine.apply(SIGMOID, &[minus]));
            let other = |this: &mut Self, sigmoid: Expr| this.arrays.engine.subtract(Expr::ONE, sigmoid);
            let factors = if above_times == 0 {
                [(second, below_times), (first, 0)]
            } else if above_times == below_times {
                [(first, above_times), (second, 0)]
            } else if self.starts_with_minus(u) {
                [(other(self, second), above_times), (second, below_times - above_times)]
            } else {
                [(first, above_times), (other(self, first), below_times - above_times)]
            };
            below.remove(at);
            if let Some((place, _)) = with {
                above.remove(place);
            }
            for (base, times) in factors.into_iter().filter(|&(_, times)| times > 0) {
                let exponent = (times > 1).then(|| self.arrays.engine.pool.integer(times));
                above.push(Factor { base, exponent });
            }
        }
        Ok(())
    }

    fn starts_with_minus(&self, e: Expr) -> bool {
        self.terms(e).first().is_some_and(|term| term.coefficient.is_negative())
    }
}

/// `sum(x.^2)` and `x'*x` are the square of `norm(x)`.
pub(super) fn norm_of(tree: &Tree) -> Option<Tree> {
    let inside = match tree {
        Tree::Call(name, args) if name == "sum" => match &**args {
            [Tree::Power(base, exponent, true)] if **exponent == Tree::whole(2) => &**base,
            _ => return None,
        },
        Tree::Product(factors) => match &**factors {
            [Tree::Transposed(left), right] if **left == *right => right,
            _ => return None,
        },
        _ => return None,
    };
    Some(Tree::Call("norm".into(), vec![inside.clone()]))
}
