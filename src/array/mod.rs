//! Arrays in index notation: an array is a scalar expression whose leaves are entries `A[i,j]`, and sums over indices are nodes.
//! Deliberately has one rule for derivatives, whatever the function: the scalar slope of a body by an entry, summed over what the entry lacks.
//! Read next: `contract.rs` (sums in normal form), `derive.rs` (the rule), `recover.rs` (back to matrices).

mod chain;
mod contract;
mod derive;
mod familiar;
mod index;
mod linear;
mod lower;
#[cfg(test)]
mod plain;
pub(crate) mod plan;
mod primitive;
mod recover;
mod reform;
mod softmax;
mod term;
mod tree;
mod value;

pub(crate) use derive::By;
pub(crate) use lower::{lower, lower_with};
pub(crate) use recover::Recover;
pub(crate) use reform::Form;
pub(crate) use tree::Tree;
pub(crate) use value::{Dense, Environment};

use crate::error::Result;
use crate::expr::{Expr, Node, Pool, Symbol};
use crate::shape::{Shape, Size};
use crate::simplify::Engine;
use crate::walk;
use smallvec::SmallVec;
use std::collections::HashMap;

/// An array that has a place of its own: a declared one, a sum over indices, or what a primitive makes of another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct NodeId(u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which entry along an axis: where a loop is, or always the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum At {
    /// The loop of this number; those of an array's own axes come first, from 0.
    Loop(u32),
    /// This entry, counted from 0.
    Fixed(u32),
}

/// The entries that an [`Entry`](Leaf::Entry) stands at.
pub(crate) type Place = SmallVec<[At; 4]>;

/// A leaf of a body, beside numbers and scalar symbols.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Leaf {
    /// One entry of an array.
    Entry(NodeId, Place),
    /// 1 where both are equal, else 0; the size of the axis they run over.
    Delta(At, At, Size),
}

/// What an array is made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Source {
    /// A declared array.
    Symbol(Symbol),
    /// `out[i..] = sum over the bound loops of body`; the loops of the axes come first, then the bound ones. Without bound loops a plain map.
    Sum { body: Expr, bound: Vec<Size> },
    /// The inverse of a matrix.
    Inverse(NodeId),
    /// The determinant of a matrix.
    Determinant(NodeId),
    /// The logarithm of the determinant's absolute value.
    LogDeterminant(NodeId),
    /// The largest (or smallest) entry along this axis.
    Extreme { of: NodeId, axis: usize, largest: bool },
    /// `log(sum(exp(a)))` along the last axis.
    LogSumExp(NodeId),
    /// A vector of these numbers.
    Stack(Vec<Expr>),
}

impl Source {
    /// The array that a primitive is made of; none of a symbol, a sum or a vector of numbers.
    pub(crate) fn inside(&self) -> Option<NodeId> {
        match *self {
            Source::Inverse(of)
            | Source::Determinant(of)
            | Source::LogDeterminant(of)
            | Source::LogSumExp(of)
            | Source::Extreme { of, .. } => Some(of),
            Source::Symbol(_) | Source::Sum { .. } | Source::Stack(_) => None,
        }
    }
}

/// An array node.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) axes: Vec<Size>,
    pub(crate) source: Source,
}

/// An array as an expression: axis `k` is the loop `k`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Indexed {
    pub(crate) shape: Shape,
    pub(crate) e: Expr,
}

/// All arrays of a request, over the pool of their bodies.
pub(crate) struct Arrays<'p> {
    pub(crate) engine: Engine<'p>,
    nodes: Vec<Array>,
    /// Which matrices are their own transposes; their entries stand in one order only.
    symmetric: Vec<bool>,
    by_source: HashMap<(Source, Vec<Size>), NodeId>,
    sums: HashMap<contract::Key, (NodeId, Vec<u32>)>,
    leaves: Vec<Leaf>,
    leaf_exprs: HashMap<Leaf, Expr>,
    leaf_of_symbol: HashMap<Symbol, u32>,
    /// The number of the next loop that nothing else uses.
    fresh: u32,
}

/// Loops from here on are bound ones of sums under construction.
const FRESH: u32 = 1000;

impl<'p> Arrays<'p> {
    pub(crate) fn new(pool: &'p mut Pool) -> Arrays<'p> {
        Arrays {
            engine: Engine::collecting(pool),
            nodes: Vec::new(),
            symmetric: Vec::new(),
            by_source: HashMap::new(),
            sums: HashMap::new(),
            leaves: Vec::new(),
            leaf_exprs: HashMap::new(),
            leaf_of_symbol: HashMap::new(),
            fresh: FRESH,
        }
    }

    pub(crate) fn pool(&mut self) -> &mut Pool {
        self.engine.pool
    }

    pub(crate) fn node(&self, id: NodeId) -> &Array {
        &self.nodes[id.index()]
    }

    pub(crate) fn source(&self, id: NodeId) -> &Source {
        &self.nodes[id.index()].source
    }

    /// How many arrays there are; each is made of ones with smaller numbers.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// The array of this source, made if it is new.
    pub(crate) fn make(&mut self, source: Source, axes: Vec<Size>) -> NodeId {
        let key = (source, axes);
        if let Some(&known) = self.by_source.get(&key) {
            return known;
        }
        let id = NodeId(self.nodes.len() as u32);
        let symmetric = self.is_own_transpose(&key.0, &key.1);
        self.symmetric.push(symmetric);
        self.nodes.push(Array { source: key.0.clone(), axes: key.1.clone() });
        self.by_source.insert(key, id);
        id
    }

    fn is_own_transpose(&mut self, source: &Source, axes: &[Size]) -> bool {
        match (source, axes) {
            (Source::Sum { body, .. }, [rows, columns]) if rows == columns => {
                let body = *body;
                self.rename(body, &|number| At::Loop(if number < 2 { 1 - number } else { number })).is_ok_and(|turned| turned == body)
            }
            (Source::Inverse(of), _) => self.is_symmetric(*of),
            _ => false,
        }
    }

    /// Whether a matrix is its own transpose whatever its entries.
    pub(crate) fn is_symmetric(&self, node: NodeId) -> bool {
        self.symmetric[node.index()]
    }

    /// The array of a declared name.
    pub(crate) fn declared(&mut self, symbol: Symbol, shape: &Shape) -> NodeId {
        self.make(Source::Symbol(symbol), shape.axes.clone())
    }

    /// A loop that nothing else uses.
    pub(crate) fn fresh(&mut self) -> u32 {
        self.fresh += 1;
        self.fresh
    }

    // ---- leaves

    /// The expression of a leaf.
    pub(crate) fn leaf(&mut self, leaf: Leaf) -> Expr {
        if let Leaf::Entry(node, place) = &leaf
            && let ([At::Fixed(at)], Source::Stack(entries)) = (&**place, self.source(*node))
            && let Some(&entry) = entries.get(*at as usize)
        {
            return entry;
        }
        let leaf = match leaf {
            Leaf::Delta(a, b, _) if a == b => return Expr::ONE,
            Leaf::Delta(At::Fixed(_), At::Fixed(_), _) => return Expr::ZERO,
            Leaf::Delta(_, _, Size::Number(1)) => return Expr::ONE,
            Leaf::Delta(a, b, size) if a > b => Leaf::Delta(b, a, size),
            Leaf::Entry(node, place) if place.len() == 2 && place[0] > place[1] && self.is_symmetric(node) => {
                Leaf::Entry(node, [place[1], place[0]].into_iter().collect())
            }
            leaf => leaf,
        };
        if let Some(&known) = self.leaf_exprs.get(&leaf) {
            return known;
        }
        // no text can name it
        let name = format!("·{:07}", self.leaves.len());
        let symbol = self.engine.pool.symbol_named(&name);
        let e = self.engine.pool.symbol_expr(symbol);
        self.leaf_of_symbol.insert(symbol, self.leaves.len() as u32);
        self.leaves.push(leaf.clone());
        self.leaf_exprs.insert(leaf, e);
        e
    }

    /// One entry of an array.
    pub(crate) fn entry(&mut self, node: NodeId, place: impl IntoIterator<Item = At>) -> Expr {
        self.leaf(Leaf::Entry(node, place.into_iter().collect()))
    }

    /// The entry at the loops of the array's own axes.
    pub(crate) fn whole(&mut self, node: NodeId) -> Expr {
        let rank = self.node(node).axes.len() as u32;
        self.entry(node, (0..rank).map(At::Loop))
    }

    /// The leaf that an expression is.
    pub(crate) fn as_leaf(&self, e: Expr) -> Option<&Leaf> {
        match self.engine.pool.node(e) {
            Node::Symbol(symbol) => self.leaf_of(symbol),
            _ => None,
        }
    }

    pub(crate) fn leaf_of(&self, symbol: Symbol) -> Option<&Leaf> {
        self.leaf_of_symbol.get(&symbol).map(|&at| &self.leaves[at as usize])
    }

    /// The symbols of the leaves inside, in the order in which they were made.
    pub(crate) fn leaves(&self, e: Expr) -> Vec<Symbol> {
        let mut found: Vec<Symbol> = walk::symbols(self.engine.pool, &[e]);
        found.retain(|symbol| self.leaf_of_symbol.contains_key(symbol));
        found.sort_by_key(|symbol| self.leaf_of_symbol.get(symbol).copied());
        found
    }

    /// The loops inside, in order.
    pub(crate) fn loops(&self, e: Expr) -> Vec<u32> {
        let mut found = Vec::new();
        for symbol in self.leaves(e) {
            if let Some(leaf) = self.leaf_of(symbol) {
                leaf.each_loop(|at| found.push(at));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How long a loop inside is.
    pub(crate) fn size(&self, e: Expr, wanted: u32) -> Option<Size> {
        self.leaves(e).into_iter().find_map(|symbol| match self.leaf_of(symbol)? {
            Leaf::Entry(node, place) => {
                let axis = place.iter().position(|&at| at == At::Loop(wanted))?;
                self.node(*node).axes.get(axis).cloned()
            }
            Leaf::Delta(a, b, size) => (*a == At::Loop(wanted) || *b == At::Loop(wanted)).then(|| size.clone()),
        })
    }

    /// The same expression with its loops renamed, collected.
    pub(crate) fn rename(&mut self, e: Expr, to: &dyn Fn(u32) -> At) -> Result<Expr> {
        let mut new: HashMap<Symbol, Expr> = HashMap::new();
        let mut changed = false;
        for symbol in self.leaves(e) {
            let Some(old) = self.leaf_of(symbol).cloned() else { continue };
            let renamed = old.renamed(to);
            changed |= renamed != old;
            let leaf = self.leaf(renamed);
            new.insert(symbol, leaf);
        }
        if !changed {
            return Ok(e);
        }
        let renamed = walk::put(self.engine.pool, e, &new)?;
        self.engine.collect(renamed)
    }

    /// The array that an expression in the loops of its axes is: itself if it is an entry of one, else a map. True if it is the
    /// transpose of that array.
    pub(crate) fn array_of(&mut self, e: Expr, axes: &[Size]) -> (NodeId, bool) {
        if let Some(Leaf::Entry(node, place)) = self.as_leaf(e) {
            let straight = place.len() == axes.len() && place.iter().enumerate().all(|(axis, &at)| at == At::Loop(axis as u32));
            if straight {
                return (*node, false);
            }
            if axes.len() == 2 && **place == [At::Loop(1), At::Loop(0)] {
                return (*node, true);
            }
        }
        (self.make(Source::Sum { body: e, bound: Vec::new() }, axes.to_vec()), false)
    }

    /// The arrays that an expression needs, in order, each after those that it is made of.
    pub(crate) fn needed(&self, roots: &[Expr]) -> Vec<NodeId> {
        let mut wanted = vec![false; self.nodes.len()];
        let mark = |e: Expr, wanted: &mut Vec<bool>| {
            for symbol in self.leaves(e) {
                if let Some(Leaf::Entry(node, _)) = self.leaf_of(symbol) {
                    wanted[node.index()] = true;
                }
            }
        };
        for &root in roots {
            mark(root, &mut wanted);
        }
        for at in (0..self.nodes.len()).rev() {
            if !wanted[at] {
                continue;
            }
            match &self.nodes[at].source {
                Source::Symbol(_) => {}
                Source::Sum { body, .. } => mark(*body, &mut wanted),
                Source::Stack(entries) => entries.iter().for_each(|&e| mark(e, &mut wanted)),
                primitive => primitive.inside().into_iter().for_each(|of| wanted[of.index()] = true),
            }
        }
        self.ids().filter(|id| wanted[id.index()]).collect()
    }

    /// The scalar symbols that expressions need.
    pub(crate) fn scalars(&self, roots: &[Expr]) -> Vec<Symbol> {
        let mut bodies = roots.to_vec();
        for node in self.needed(roots) {
            match self.source(node) {
                Source::Sum { body, .. } => bodies.push(*body),
                Source::Stack(entries) => bodies.extend(entries),
                _ => {}
            }
        }
        let mut found = walk::symbols(self.engine.pool, &bodies);
        found.retain(|&symbol| self.leaf_of(symbol).is_none());
        found
    }
}

impl Leaf {
    fn each_loop(&self, mut visit: impl FnMut(u32)) {
        let mut one = |at: &At| {
            if let At::Loop(number) = at {
                visit(*number);
            }
        };
        match self {
            Leaf::Entry(_, place) => place.iter().for_each(one),
            Leaf::Delta(a, b, _) => {
                one(a);
                one(b);
            }
        }
    }

    fn renamed(&self, to: &dyn Fn(u32) -> At) -> Leaf {
        let one = |at: &At| match at {
            At::Loop(number) => to(*number),
            fixed => *fixed,
        };
        match self {
            Leaf::Entry(node, place) => Leaf::Entry(*node, place.iter().map(one).collect()),
            Leaf::Delta(a, b, size) => {
                let (a, b) = (one(a), one(b));
                if a > b { Leaf::Delta(b, a, size.clone()) } else { Leaf::Delta(a, b, size.clone()) }
            }
        }
    }
}
