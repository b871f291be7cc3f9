//! From index notation back to matrices: which product, transpose, sum along an axis or diagonal does an expression stand for?
//! Deliberately derives and simplifies nothing; where there is no matrix form the answer is in index notation.
//! Read next: `chain.rs` (sums of products as matrix products), `tree.rs` (how the answer is written).

use super::tree::Tree;
use super::{Arrays, At, Leaf, NodeId, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node};
use crate::number::Number;
use crate::shape::Size;
use crate::simplify::known;
use crate::text::{Order, size_expr};
use crate::view::Exponent;
use std::collections::{HashMap, HashSet};

/// Formulas nested deeper than this have no text.
const DEPTH: usize = 300;

/// Remembers what has been recovered.
pub(crate) struct Recover<'a, 'p> {
    pub(super) arrays: &'a mut Arrays<'p>,
    memo: HashMap<(Expr, Vec<u32>), Option<Tree>>,
    /// The expressions that are being written, outermost first; the last one has all loops of what is written now.
    open: Vec<Expr>,
    /// Means, and the sums that they are of.
    means: HashMap<NodeId, NodeId>,
}

/// A factor and its exponent, which is 1 without one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    pub(super) base: Expr,
    pub(super) exponent: Option<Expr>,
}

/// A term: a number, and its factors above and below.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) coefficient: Number,
    pub(super) above: Vec<Factor>,
    pub(super) below: Vec<Factor>,
}

/// A term as trees: scalars above and below, the array, and what it is divided by entry by entry.
#[derive(Clone, PartialEq, Debug, Default)]
struct Scaled {
    minus: bool,
    above: Vec<Tree>,
    below: Vec<Tree>,
    array: Option<Tree>,
    under: Option<Tree>,
    /// The loops that it runs with: a vector among the terms of a matrix is no matrix.
    loops: Vec<u32>,
}

impl Scaled {
    fn tree(self) -> Tree {
        let has_array = self.array.is_some();
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
        .negated(self.minus && has_array || self.minus)
    }
}

impl<'a, 'p> Recover<'a, 'p> {
    pub(crate) fn new(arrays: &'a mut Arrays<'p>) -> Recover<'a, 'p> {
        Recover { arrays, memo: HashMap::new(), open: Vec::new(), means: HashMap::new() }
    }

    /// The formula of an expression in the loops 0 to `axes.len() - 1`: as matrices, or in index notation.
    pub(crate) fn formula(&mut self, e: Expr, axes: &[Size]) -> Result<Tree> {
        let want: Vec<u32> = (0..axes.len() as u32).collect();
        if (axes.len() <= 2 || self.arrays.loops(e).is_empty())
            && let Some(tree) = self.filled(e, &want, axes)?
        {
            return Ok(tree.gathered(&self.matrices()));
        }
        super::index::notation(self, e, &want, axes)
    }

    /// The names of declared matrices.
    fn matrices(&self) -> HashSet<String> {
        let name = |array: &super::Array| match (&array.source, array.axes.len()) {
            (Source::Symbol(symbol), 2) => Some(self.arrays.engine.pool.symbol_name(*symbol).to_string()),
            _ => None,
        };
        self.arrays.nodes.iter().filter_map(name).collect()
    }

    /// The formula with the shape of these axes, also where the expression lacks some of them.
    fn filled(&mut self, e: Expr, want: &[u32], axes: &[Size]) -> Result<Option<Tree>> {
        let loops = self.arrays.loops(e);
        if loops.len() == want.len() {
            return self.full(e, want);
        }
        let ones = |sizes: &[Size]| Tree::Call("ones".into(), sizes.iter().map(size_tree).collect());
        if let ([0], [_, Size::Number(1)]) = (&*loops, axes)
            && let Some(column) = self.natural_column(e, 0)?
        {
            return Ok(Some(column));
        }
        let Some(inside) = self.full(e, &loops)? else { return Ok(None) };
        if let ([1], [Size::Number(1), _], Tree::Call(name, args)) = (&*loops, axes, &inside)
            && args.last() == Some(&Tree::Word("axis=0"))
        {
            return Ok(Some(Tree::Call(name.clone(), [args.clone(), vec![Tree::Word("keep")]].concat())));
        }
        Ok(Some(match (loops.first(), want.len()) {
            (None, _) if inside == Tree::whole(1) => ones(axes),
            (None, _) if e == Expr::ZERO => Tree::Call("zeros".into(), axes.iter().map(size_tree).collect()),
            (None, _) => {
                let minus = matches!(inside, Tree::Minus(_));
                let inside = if let Tree::Minus(inside) = inside { *inside } else { inside };
                match inside {
                    Tree::Quotient(above, below, false) if *above == Tree::whole(1) => Tree::Quotient(Box::new(ones(axes)), below, false),
                    inside => Tree::product(vec![inside, ones(axes)]),
                }
                .negated(minus)
            }
            (Some(0), _) => Tree::product(vec![inside, ones(&axes[1..]).transposed()]),
            (Some(_), _) => Tree::product(vec![ones(&axes[..1]), inside.transposed()]),
        }))
    }

    /// The formula of an expression in exactly these loops, rows first. Of a matrix, what is shorter: itself, or its transpose transposed.
    pub(super) fn full(&mut self, e: Expr, want: &[u32]) -> Result<Option<Tree>> {
        if self.arrays.loops(e).len() != want.len() {
            return Ok(None);
        }
        let key = (e, want.to_vec());
        if let Some(known) = self.memo.get(&key) {
            return Ok(known.clone());
        }
        self.arrays.engine.pool.check()?;
        if self.open.len() > DEPTH {
            return Err(crate::budget::limit("depth", &format!("{DEPTH} levels of an array formula"), "no option"));
        }
        self.open.push(e);
        let straight = self.straight(e, want);
        let turned = match want {
            [i, j] => self.straight(e, &[*j, *i]),
            _ => Ok(None),
        };
        self.open.pop();
        let (straight, turned) = (straight?, turned?.map(Tree::transposed));
        let found = match (straight, turned) {
            (Some(a), Some(b)) => {
                let outside = matches!((&a, &b), (Tree::Call(..) | Tree::Power(..), Tree::Transposed(_)));
                Some(if b.size() < a.size() + usize::from(outside) { b } else { a })
            }
            (a, b) => a.or(b),
        };
        self.memo.insert(key, found.clone());
        Ok(found)
    }

    fn straight(&mut self, e: Expr, want: &[u32]) -> Result<Option<Tree>> {
        match self.arrays.engine.pool.node(e) {
            Node::Number(n) => Ok(Some(number_tree(&n.clone()))),
            Node::Symbol(symbol) => match self.arrays.leaf_of(symbol).cloned() {
                None => Ok(Some(Tree::Name(self.arrays.engine.pool.symbol_name(symbol).to_string()))),
                Some(Leaf::Delta(At::Loop(_), At::Loop(_), size)) if want.len() == 2 => {
                    Ok(Some(Tree::Call("eye".into(), vec![size_tree(&size)])))
                }
                Some(Leaf::Delta(..)) => Ok(None),
                Some(Leaf::Entry(node, place)) => self.entry(node, &place, want),
            },
            Node::Add(_) => self.add(e, want),
            Node::Mul(_) | Node::Pow(..) => {
                let term = self.terms(e).remove(0);
                Ok(self.product(&term, want)?.map(Scaled::tree))
            }
            Node::Call(head, args) => {
                let args = Args::from_slice(args);
                if self.arrays.softmax_factors(e)?.len() > 1 {
                    let above = vec![Factor { base: e, exponent: None }];
                    let term = Term { coefficient: Number::ONE, above, below: Vec::new() };
                    return Ok(self.product(&term, want)?.map(Scaled::tree));
                }
                self.call(e, head, &args, want)
            }
        }
    }

    /// The terms of a sum in the order in which a person writes them.
    pub(super) fn terms(&self, e: Expr) -> Vec<Term> {
        let mut order = Order::new(self.arrays.engine.pool);
        let mut found = Vec::new();
        order.sum(e, &mut found);
        let factor = |at: &crate::text::Placed| (at.factor.base, at.factor.exponent);
        let raw: Vec<(Number, Vec<(Expr, Exponent)>, Vec<(Expr, Exponent)>)> = found
            .iter()
            .map(|term| {
                let (start, middle, end) = (term.start as usize, term.middle as usize, term.end as usize);
                (
                    term.coefficient.clone(),
                    order.factors[start..middle].iter().map(factor).collect(),
                    order.factors[middle..end].iter().map(factor).collect(),
                )
            })
            .collect();
        raw.into_iter()
            .map(|(coefficient, above, below)| Term {
                coefficient,
                above: above
                    .into_iter()
                    .map(|(base, exponent)| Factor {
                        base,
                        exponent: exponent.expr().filter(|_| !matches!(exponent, Exponent::Negated(_))),
                    })
                    .collect(),
                below: below
                    .into_iter()
                    .map(|(base, exponent)| Factor { base, exponent: exponent.expr().filter(|_| !matches!(exponent, Exponent::One)) })
                    .collect(),
            })
            .collect()
    }

    /// `base^exponent`, with the sign of what stands below taken off by `below`.
    fn power_of(&mut self, factor: Factor, below: bool) -> Expr {
        let pool = &mut *self.arrays.engine.pool;
        match factor.exponent {
            None => factor.base,
            Some(exponent) if below => {
                let exponent = pool.neg(exponent);
                pool.pow(factor.base, exponent)
            }
            Some(exponent) => pool.pow(factor.base, exponent),
        }
    }

    /// An operand in the loops of a larger whole: a number, a vector that is added to each row, or a whole array.
    fn operand(&mut self, e: Expr, want: &[u32]) -> Result<Option<Tree>> {
        let loops = self.arrays.loops(e);
        match (&*loops, want) {
            ([], _) => self.full(e, &[]),
            ([one], [_, j]) if one == j => self.full(e, &[*j]),
            ([one], [i, j]) if one == i => self.column(e, *i, *j),
            _ => self.full(e, want),
        }
    }

    /// What depends on the row alone, as an n×1 matrix.
    fn column(&mut self, e: Expr, i: u32, j: u32) -> Result<Option<Tree>> {
        if let Some(tree) = self.natural_column(e, i)? {
            return Ok(Some(tree));
        }
        let Some(vector) = self.full(e, &[i])? else { return Ok(None) };
        let Some(size) = self.size_of(j) else { return Ok(None) };
        Ok(Some(Tree::product(vec![vector, Tree::Call("ones".into(), vec![size_tree(&size)]).transposed()])))
    }

    /// Functions that keep a column: `logsumexp(A)`, `sum(A, axis=1, keep)`.
    fn natural_column(&mut self, e: Expr, i: u32) -> Result<Option<Tree>> {
        let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(e).cloned() else { return Ok(None) };
        if let [At::Loop(_), At::Fixed(_)] = *place
            && self.arrays.node(node).axes[1] == Size::Number(1)
        {
            return self.whole(node);
        }
        if let Source::LogSumExp(of) = *self.arrays.source(node) {
            return self.log_sum_exp(of);
        }
        Ok(match self.full(e, &[i])? {
            Some(Tree::Call(name, mut args)) if args.last() == Some(&Tree::Word("axis=1")) => {
                args.push(Tree::Word("keep"));
                Some(Tree::Call(name, args))
            }
            _ => None,
        })
    }

    fn log_sum_exp(&mut self, of: NodeId) -> Result<Option<Tree>> {
        Ok(self.whole(of)?.map(|inside| Tree::Call("logsumexp".into(), vec![inside])))
    }

    /// An array's own formula.
    pub(super) fn whole(&mut self, node: NodeId) -> Result<Option<Tree>> {
        let axes = self.arrays.node(node).axes.clone();
        let want: Vec<u32> = (0..axes.len() as u32).collect();
        let e = self.arrays.whole(node);
        if let Source::Sum { body, bound } = self.arrays.source(node).clone()
            && bound.is_empty()
        {
            return self.filled(body, &want, &axes);
        }
        self.full(e, &want)
    }

    /// How long a loop of the expression is that is being written.
    fn size_of(&self, number: u32) -> Option<Size> {
        self.open.last().and_then(|&e| self.arrays.size(e, number))
    }

    /// One entry of an array, seen as an array in these loops.
    fn entry(&mut self, node: NodeId, place: &[At], want: &[u32]) -> Result<Option<Tree>> {
        let loops: Vec<u32> = place.iter().filter_map(|at| if let At::Loop(number) = at { Some(*number) } else { None }).collect();
        let turned = matches!((&*loops, want), ([a, b], [i, j]) if a == j && b == i && a != b) && !self.arrays.is_symmetric(node);
        let diagonal = matches!((&*loops, want), ([a, b], [i]) if a == i && b == i);
        let fixed = loops.len() != place.len();
        match self.arrays.source(node).clone() {
            Source::Sum { body, bound } => {
                let mut to: HashMap<u32, At> = (0..).zip(place.iter().copied()).collect();
                let mut inner = Vec::new();
                for (number, size) in (place.len() as u32..).zip(bound) {
                    let fresh = self.arrays.fresh();
                    to.insert(number, At::Loop(fresh));
                    inner.push((fresh, size));
                }
                let body = self.arrays.rename(body, &|number| to.get(&number).copied().unwrap_or(At::Loop(number)))?;
                if inner.is_empty() { self.full(body, want) } else { super::chain::product(self, body, &inner, want) }
            }
            Source::Stack(entries) if fixed => match place {
                [At::Fixed(at)] if (*at as usize) < entries.len() => self.full(entries[*at as usize], want),
                _ => Ok(None),
            },
            Source::Stack(entries) => {
                let mut list = Vec::with_capacity(entries.len());
                for entry in entries {
                    match self.full(entry, &[])? {
                        Some(tree) => list.push(tree),
                        None => return Ok(None),
                    }
                }
                Ok(Some(Tree::List(list)))
            }
            _ if fixed => self.unit(node, place, want),
            source => {
                let own = self.own(node, &source)?;
                Ok(own.map(|tree| {
                    if turned {
                        tree.transposed()
                    } else if diagonal {
                        Tree::Call("diag".into(), vec![tree])
                    } else {
                        tree
                    }
                }))
            }
        }
    }

    /// An array with an axis of length 1, as the vector or number that it holds: `sum(P, axis=1)`.
    fn unit(&mut self, node: NodeId, place: &[At], want: &[u32]) -> Result<Option<Tree>> {
        let axes = self.arrays.node(node).axes.clone();
        if place.iter().zip(&axes).any(|(at, size)| matches!(at, At::Fixed(_)) && *size != Size::Number(1)) {
            return Ok(None);
        }
        let Some(inside) = self.whole(node)? else { return Ok(None) };
        let word = match (place, want) {
            ([At::Fixed(_)] | [At::Fixed(_), At::Fixed(_)], []) => return Ok(Some(Tree::Call("sum".into(), vec![inside]))),
            ([At::Fixed(_), At::Loop(j)], [want]) if j == want => "axis=0",
            ([At::Loop(i), At::Fixed(_)], [want]) if i == want => "axis=1",
            _ => return Ok(None),
        };
        Ok(Some(Tree::Call("sum".into(), vec![inside, Tree::Word(word)])))
    }

    /// The formula of an array that is no sum.
    fn own(&mut self, node: NodeId, source: &Source) -> Result<Option<Tree>> {
        if let Some(&sum) = self.means.get(&node) {
            return Ok(self.whole(sum)?.map(|tree| match tree {
                Tree::Call(_, args) => Tree::Call("mean".into(), args),
                other => other,
            }));
        }
        let (name, of, axis) = match *source {
            Source::Symbol(symbol) => return Ok(Some(Tree::Name(self.arrays.engine.pool.symbol_name(symbol).to_string()))),
            Source::Inverse(of) => ("inv", of, None),
            Source::Determinant(of) => ("det", of, None),
            Source::LogDeterminant(of) => ("logdet", of, None),
            Source::LogSumExp(of) => ("logsumexp", of, None),
            Source::Extreme { of, axis, largest } => (if largest { "max" } else { "min" }, of, Some(axis)),
            Source::Sum { .. } | Source::Stack(_) => return Ok(None),
        };
        let Some(inside) = self.whole(of)? else { return Ok(None) };
        let rank = self.arrays.node(of).axes.len();
        let mut args = vec![inside];
        if let Some(axis) = axis.filter(|_| rank > 1) {
            args.push(Tree::Word(if axis == 0 { "axis=0" } else { "axis=1" }));
        }
        let mut tree = Tree::Call(name.into(), args);
        if matches!(source, Source::LogSumExp(_)) && self.arrays.node(node).axes.len() == 1 {
            // of a matrix it is n×1, and here stands a vector
            tree = Tree::Call("sum".into(), vec![tree, Tree::Word("axis=1")]);
        }
        Ok(Some(tree))
    }

    fn call(&mut self, e: Expr, head: Head, args: &[Expr], want: &[u32]) -> Result<Option<Tree>> {
        let Head::Function(function) = head else {
            return Err(Error::new(Kind::Derivative, "unknown functions and formal derivatives of arrays have no text"));
        };
        if function == known::EXP
            && let Some(tree) = self.softmax(args[0], want)?
        {
            return Ok(Some(tree));
        }
        let name = function.row().name;
        if e == self.arrays.engine.apply(known::EXP, &[Expr::ONE]) {
            return Ok(Some(Tree::Name("e".into())));
        }
        if args.is_empty() {
            return Ok(Some(Tree::Name(name.to_string())));
        }
        let mut trees = Vec::with_capacity(args.len());
        for &arg in args {
            match self.operand(arg, want)? {
                Some(tree) => trees.push(tree),
                None => return Ok(None),
            }
        }
        if let Some(sign) = crate::text::comparison(head) {
            let mut sides = trees.into_iter();
            return Ok(sides.next().zip(sides.next()).map(|(a, b)| Tree::Compare(sign.trim_matches(' '), Box::new(a), Box::new(b))));
        }
        Ok(Some(Tree::Call(name.to_string(), trees)))
    }

    /// `exp(A - logsumexp(A))` is `softmax(A)`.
    fn softmax(&mut self, exponent: Expr, want: &[u32]) -> Result<Option<Tree>> {
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

    /// A product of factors as an array: those without loops, by row, by column and by both stand apart.
    fn product(&mut self, term: &Term, want: &[u32]) -> Result<Option<Scaled>> {
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

    /// `sum(X, axis=0)/n` over n rows is `mean(X, axis=0)`: the sum is replaced by a node that says so.
    fn means(&mut self, above: &mut [Factor], below: &mut Vec<Factor>, scaled: &mut Scaled) -> Result<()> {
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
        if !left.is_empty() && !(bare && !columns.is_empty()) {
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

    /// `exp(u)/(1 + exp(u))` is `sigmoid(u)`, `1/(1 + exp(u))` is `sigmoid(-u)`, and `exp(u)/(1 + exp(u))^2` is the product of both.
    fn sigmoids(&mut self, above: &mut Vec<Factor>, below: &mut Vec<Factor>) -> Result<()> {
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

    // ---- sums

    fn add(&mut self, e: Expr, want: &[u32]) -> Result<Option<Tree>> {
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

const SIGMOID: crate::function::Function = crate::function::Function::named("sigmoid", 1);

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
    let inside = match (part(a, &left, false), part(b, &right, b.minus != flip)) {
        // a sum in the middle takes one more term
        (first, second) => {
            let mut terms = match first.tree() {
                Tree::Sum(terms) => terms,
                one => vec![(false, one)],
            };
            let minus = second.minus;
            terms.push((minus, Scaled { minus: false, ..second }.tree()));
            Tree::Sum(terms)
        }
    };
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

/// `sum(x.^2)` and `x'*x` are the square of `norm(x)`.
fn norm_of(tree: &Tree) -> Option<Tree> {
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

/// A size as a tree.
pub(super) fn size_tree(size: &Size) -> Tree {
    match size {
        Size::Number(n) => Tree::whole(*n),
        Size::Name(name) => Tree::Name(name.to_string()),
    }
}

/// A number as a tree; a fraction is a quotient.
pub(super) fn number_tree(n: &Number) -> Tree {
    let size = n.abs();
    let tree = if size.is_integer() {
        Tree::Number(size)
    } else {
        Tree::Quotient(Box::new(Tree::Number(size.numerator())), Box::new(Tree::Number(size.denominator())), false)
    };
    tree.negated(n.is_negative())
}
