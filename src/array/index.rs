//! Formulas in index notation, for what has no matrix form: `A[i,k]*sum[p](B[p,j])`.
//! Deliberately the last resort: the free loops are i, j, k, ... in the order of the axes.
//! Read next: `recover.rs`.

use super::recover::{Recover, number_tree, size_tree};
use super::tree::Tree;
use super::{At, Leaf, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node};
use crate::number::Number;
use crate::operation::INDICES;
use crate::phrase;
use crate::shape::Size;
use std::collections::HashMap;

/// Deeper formulas have no text.
const DEPTH: usize = 300;

struct Writer<'r, 'a, 'p> {
    recover: &'r mut Recover<'a, 'p>,
    names: HashMap<u32, String>,
    taken: Vec<String>,
    depth: usize,
}

/// The formula of an expression in these loops.
pub(super) fn notation(recover: &mut Recover<'_, '_>, e: Expr, want: &[u32], axes: &[Size]) -> Result<Tree> {
    let pool = &*recover.arrays.engine.pool;
    let taken = (0..pool.symbol_count()).map(|at| pool.symbol_key(crate::expr::Symbol(at as u32)).to_string()).collect();
    let mut writer = Writer { recover, names: HashMap::new(), taken, depth: 0 };
    for &number in want {
        writer.name(number);
    }
    let formula = writer.write(e)?;
    // an index that does not occur is shown too, so that the formula says how many axes there are
    let loops = writer.recover.arrays.loops(e);
    let mut factors = vec![formula];
    for (number, size) in want.iter().zip(axes).filter(|(number, _)| !loops.contains(number)) {
        let ones = Tree::Call("ones".into(), vec![size_tree(size)]);
        let name = writer.name(*number);
        factors.push(Tree::Entry(Box::new(ones), vec![name]));
    }
    if factors.len() > 1 && factors[0] == Tree::whole(1) {
        factors.remove(0);
    }
    Ok(match factors.remove(0) {
        only if factors.is_empty() => only,
        Tree::Minus(inside) => Tree::product([vec![*inside], factors].concat()).negated(true),
        first => Tree::product([vec![first], factors].concat()),
    })
}

impl Writer<'_, '_, '_> {
    fn name(&mut self, number: u32) -> String {
        if let Some(name) = self.names.get(&number) {
            return name.clone();
        }
        let numbered = (1..).flat_map(|at| INDICES.iter().map(move |letter| format!("{letter}{at}")));
        let all = INDICES.iter().map(ToString::to_string).chain(numbered);
        let name = all.into_iter().find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.push(name.clone());
        self.names.insert(number, name.clone());
        name
    }

    fn place(&mut self, place: &[At]) -> Vec<String> {
        place
            .iter()
            .map(|at| match at {
                At::Loop(number) => self.name(*number),
                At::Fixed(fixed) => fixed.to_string(),
            })
            .collect()
    }

    fn write(&mut self, e: Expr) -> Result<Tree> {
        self.recover.arrays.engine.pool.check()?;
        if self.depth > DEPTH {
            return Err(crate::budget::limit(phrase!("depth"), phrase!("{DEPTH} levels of an array formula", DEPTH), "no option"));
        }
        self.depth += 1;
        let tree = self.node(e);
        self.depth -= 1;
        tree
    }

    fn node(&mut self, e: Expr) -> Result<Tree> {
        match self.recover.arrays.engine.pool.node(e) {
            Node::Number(n) => Ok(number_tree(&n.clone())),
            Node::Symbol(symbol) => match self.recover.arrays.leaf_of(symbol).cloned() {
                None => Ok(Tree::Name(self.recover.arrays.engine.pool.symbol_name(symbol).to_string())),
                Some(leaf) => self.leaf(&leaf),
            },
            Node::Add(_) => {
                let mut terms = Vec::new();
                for term in self.recover.terms(e) {
                    let minus = term.coefficient.is_negative();
                    terms.push((minus, self.term(&term.coefficient.abs(), &term.above, &term.below)?));
                }
                Ok(Tree::Sum(terms))
            }
            Node::Mul(_) | Node::Pow(..) => {
                let term = self.recover.terms(e).remove(0);
                let minus = term.coefficient.is_negative();
                Ok(self.term(&term.coefficient.abs(), &term.above, &term.below)?.negated(minus))
            }
            Node::Call(head, args) => {
                let args = Args::from_slice(args);
                let mut trees = Vec::with_capacity(args.len());
                for arg in args {
                    trees.push(self.write(arg)?);
                }
                let Head::Function(function) = head else {
                    return Err(Error::new(Kind::Derivative, phrase!("unknown functions and formal derivatives of arrays have no text")));
                };
                if let Some(sign) = crate::text::comparison(head) {
                    let mut sides = trees.into_iter();
                    let pair = sides.next().zip(sides.next());
                    return pair
                        .map(|(a, b)| Tree::Compare(sign.trim_matches(' '), Box::new(a), Box::new(b)))
                        .ok_or_else(|| Error::new(Kind::Derivative, phrase!("a comparison has two sides")));
                }
                let name = function.row().name.to_string();
                Ok(if trees.is_empty() { Tree::Name(name) } else { Tree::Call(name, trees) })
            }
        }
    }

    fn term(&mut self, size: &Number, above: &[super::recover::Factor], below: &[super::recover::Factor]) -> Result<Tree> {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        if !size.numerator().is_one() {
            up.push(Tree::Number(size.numerator()));
        }
        if !size.denominator().is_one() {
            down.push(Tree::Number(size.denominator()));
        }
        for (factors, side) in [(above, &mut up), (below, &mut down)] {
            for factor in factors {
                let base = self.write(factor.base)?;
                let value = factor.exponent.map(|e| self.recover.arrays.engine.pool.as_number(e).map(Number::abs));
                side.push(match (factor.exponent, value.flatten()) {
                    (None, _) => base,
                    (_, Some(value)) if value.is_one() => base,
                    (_, Some(value)) if value == Number::HALF => Tree::Call("sqrt".into(), vec![base]),
                    (_, Some(value)) => Tree::Power(Box::new(base), Box::new(number_tree(&value)), false),
                    (Some(exponent), None) => Tree::Power(Box::new(base), Box::new(self.write(exponent)?), false),
                });
            }
        }
        let above = if up.is_empty() { Tree::whole(1) } else { Tree::product(up) };
        Ok(if down.is_empty() { above } else { Tree::Quotient(Box::new(above), Box::new(Tree::product(down)), false) })
    }

    fn leaf(&mut self, leaf: &Leaf) -> Result<Tree> {
        match leaf {
            Leaf::Delta(a, b, size) => {
                let loops = self.place(&[*a, *b]);
                Ok(Tree::Entry(Box::new(Tree::Call("eye".into(), vec![size_tree(size)])), loops))
            }
            Leaf::Entry(node, place) => {
                if let Source::Sum { body, bound } = self.recover.arrays.source(*node).clone() {
                    let mut to: HashMap<u32, At> = (0..).zip(place.iter().copied()).collect();
                    let mut inner = Vec::new();
                    for number in (place.len() as u32..).take(bound.len()) {
                        let fresh = self.recover.arrays.fresh();
                        to.insert(number, At::Loop(fresh));
                        inner.push(At::Loop(fresh));
                    }
                    let body = self.recover.arrays.rename(body, &|number| to.get(&number).copied().unwrap_or(At::Loop(number)))?;
                    let loops = self.place(&inner);
                    let inside = self.write(body)?;
                    let over = if loops.is_empty() { inside } else { Tree::Over(loops, Box::new(inside)) };
                    // an entry of a product reads better than its sum, where that is shorter
                    let e = self.recover.arrays.whole(*node);
                    let want: Vec<u32> = (0..place.len() as u32).collect();
                    let Some(whole) = self.recover.full(e, &want)? else { return Ok(over) };
                    let loops = self.place(place);
                    let entry = if loops.is_empty() { whole } else { Tree::Entry(Box::new(whole), loops) };
                    return Ok(if entry.size() <= over.size() { entry } else { over });
                }
                if let (Source::Stack(entries), [At::Fixed(at)]) = (self.recover.arrays.source(*node), &**place)
                    && let Some(&entry) = entries.get(*at as usize)
                {
                    return self.write(entry);
                }
                let loops = self.place(place);
                let whole = self.recover.whole_entry(*node)?;
                Ok(if loops.is_empty() { whole } else { Tree::Entry(Box::new(whole), loops) })
            }
        }
    }
}

impl Recover<'_, '_> {
    /// The matrix formula of an array that is no sum.
    fn whole_entry(&mut self, node: super::NodeId) -> Result<Tree> {
        let axes = self.arrays.node(node).axes.len() as u32;
        let e = self.arrays.whole(node);
        let want: Vec<u32> = (0..axes).collect();
        self.full(e, &want)?.ok_or_else(|| {
            Error::new(Kind::Derivative, phrase!("the derivative has no text: it is an entry of an array that has no matrix form"))
        })
    }
}
