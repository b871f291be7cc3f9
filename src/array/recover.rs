//! From index notation back to matrices: which product, transpose, sum along an axis or diagonal does an expression stand for?
//! Deliberately derives and simplifies nothing; where there is no matrix form the answer is in index notation.
//! Read next: `term.rs` (products and sums of terms), `chain.rs` (sums of products as matrix products), `tree.rs` (how the answer is written).

use super::term::Scaled;
use super::tree::Tree;
use super::{Arrays, At, Leaf, NodeId, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node};
use crate::number::Number;
use crate::phrase;
use crate::shape::Size;
use crate::simplify::known;
use crate::text::Order;
use crate::view::Exponent;
use std::collections::{HashMap, HashSet};

/// Formulas nested deeper than this have no text.
const DEPTH: usize = 300;

/// Bases and their exponents.
type Powers = Vec<(Expr, Exponent)>;

/// Remembers what has been recovered.
pub(crate) struct Recover<'a, 'p> {
    pub(super) arrays: &'a mut Arrays<'p>,
    memo: HashMap<(Expr, Vec<u32>), Option<Tree>>,
    /// The expressions that are being written, outermost first; the last one has all loops of what is written now.
    open: Vec<Expr>,
    /// The same for entries of arrays, whatever their loops are.
    entries: HashMap<(NodeId, Vec<At>, usize), Option<Tree>>,
    /// Means, and the sums that they are of.
    pub(super) means: HashMap<NodeId, NodeId>,
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

impl<'a, 'p> Recover<'a, 'p> {
    pub(crate) fn new(arrays: &'a mut Arrays<'p>) -> Recover<'a, 'p> {
        Recover { arrays, memo: HashMap::new(), entries: HashMap::new(), open: Vec::new(), means: HashMap::new() }
    }

    /// The formula of an expression in the loops 0 to `axes.len() - 1`: as matrices, or in index notation.
    pub(crate) fn formula(&mut self, e: Expr, axes: &[Size]) -> Result<Tree> {
        let want: Vec<u32> = (0..axes.len() as u32).collect();
        if (axes.len() <= 2 || self.arrays.loops(e).is_empty())
            && let Some(tree) = self.filled(e, &want, axes)?
        {
            return Ok(tree.gathered(&self.matrices()));
        }
        Ok(super::index::notation(self, e, &want, axes)?.gathered(&self.matrices()))
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
            return Err(crate::budget::limit(phrase!("depth"), phrase!("{DEPTH} levels of an array formula", DEPTH), "no option"));
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
        let raw: Vec<(Number, Powers, Powers)> = found
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
    pub(super) fn power_of(&mut self, factor: Factor, below: bool) -> Expr {
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
    pub(super) fn operand(&mut self, e: Expr, want: &[u32]) -> Result<Option<Tree>> {
        let loops = self.arrays.loops(e);
        match (&*loops, want) {
            ([], _) => self.full(e, &[]),
            ([one], [_, j]) if one == j => self.full(e, &[*j]),
            ([one], [i, j]) if one == i => self.column(e, *i, *j),
            _ => self.full(e, want),
        }
    }

    /// What depends on the row alone, as an n×1 matrix.
    pub(super) fn column(&mut self, e: Expr, i: u32, j: u32) -> Result<Option<Tree>> {
        if let Some(tree) = self.natural_column(e, i)? {
            return Ok(Some(tree));
        }
        let Some(vector) = self.full(e, &[i])? else { return Ok(None) };
        let Some(size) = self.size_of(j) else { return Ok(None) };
        Ok(Some(Tree::product(vec![vector, Tree::Call("ones".into(), vec![size_tree(&size)]).transposed()])))
    }

    /// Functions that keep a column: `logsumexp(A)`, `sum(A, axis=1, keep)`.
    pub(super) fn natural_column(&mut self, e: Expr, i: u32) -> Result<Option<Tree>> {
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
    pub(super) fn size_of(&self, number: u32) -> Option<Size> {
        self.open.last().and_then(|&e| self.arrays.size(e, number))
    }

    /// One entry of an array, seen as an array in these loops.
    fn entry(&mut self, node: NodeId, place: &[At], want: &[u32]) -> Result<Option<Tree>> {
        // the tree names no loop, so it depends only on which of `want` each axis runs with
        let pattern: Vec<At> = place
            .iter()
            .map(|&at| match at {
                At::Loop(number) => At::Loop(want.iter().position(|&known| known == number).map_or(u32::MAX, |at| at as u32)),
                fixed => fixed,
            })
            .collect();
        let key = (node, pattern, want.len());
        if let Some(known) = self.entries.get(&key) {
            return Ok(known.clone());
        }
        let found = self.new_entry(node, place, want)?;
        self.entries.insert(key, found.clone());
        Ok(found)
    }

    fn new_entry(&mut self, node: NodeId, place: &[At], want: &[u32]) -> Result<Option<Tree>> {
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
            return Err(Error::new(Kind::Derivative, phrase!("unknown functions and formal derivatives of arrays have no text")));
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
