//! Which matrix product, trace, sum along an axis is a sum of products over indices?
//! Deliberately answers only for chains: every bound loop links at most two matrices.
//! Read next: `recover.rs`.

use super::recover::{Factor, Recover, size_tree};
use super::tree::Tree;
use crate::error::Result;
use crate::expr::{Args, Expr};
use crate::shape::Size;
use crate::text::Style;
use std::collections::BTreeMap;

/// The factors of a sum by the loops that they run with: one loop scales, two loops are a matrix.
struct Chain {
    weights: BTreeMap<u32, Args>,
    links: BTreeMap<(u32, u32), Args>,
}

/// The sum of a body over bound loops, as an array in the loops `want`.
pub(super) fn product(recover: &mut Recover<'_, '_>, body: Expr, bound: &[(u32, Size)], want: &[u32]) -> Result<Option<Tree>> {
    let mut chain = Chain { weights: BTreeMap::new(), links: BTreeMap::new() };
    for factor in recover.arrays.fine_factors(body)? {
        match *recover.arrays.loops(factor) {
            [one] => chain.weights.entry(one).or_default().push(factor),
            [a, b] => chain.links.entry((a, b)).or_default().push(factor),
            _ => return Ok(None),
        }
    }
    let size = |number: u32| bound.iter().find(|(known, _)| *known == number).map(|(_, size)| size.clone());
    match *want {
        [] => {
            let ends: Vec<u32> = bound.iter().map(|(number, _)| *number).filter(|&number| chain.degree(number) <= 1).collect();
            if ends.is_empty() {
                return trace(recover, &chain, bound[0].0);
            }
            let mut best: Option<Tree> = None;
            for start in ends {
                if let Some(tree) = number(recover, &chain, start, &size)?
                    && best.as_ref().is_none_or(|best| tree.size() < best.size())
                {
                    best = Some(tree);
                }
            }
            Ok(best)
        }
        [i] => {
            let Some((words, last)) = walk(recover, &chain, i, None)? else { return Ok(None) };
            vector(recover, &chain, words, last, &size)
        }
        [i, j] => {
            let Some((words, last)) = walk(recover, &chain, i, Some(j))? else { return Ok(None) };
            Ok((last == j && !chain.weights.contains_key(&i) && !chain.weights.contains_key(&j)).then(|| Tree::product(words)))
        }
        _ => Ok(None),
    }
}

impl Chain {
    fn degree(&self, number: u32) -> usize {
        self.links.keys().filter(|(a, b)| *a == number || *b == number).count()
    }
}

/// The matrices from a loop on, with diagonal matrices between them, and the loop at the end. `None` if the links are no path.
fn walk(recover: &mut Recover<'_, '_>, chain: &Chain, start: u32, end: Option<u32>) -> Result<Option<(Vec<Tree>, u32)>> {
    let mut words = Vec::new();
    let mut used: Vec<(u32, u32)> = Vec::new();
    let mut here = start;
    loop {
        let next: Vec<&(u32, u32)> =
            chain.links.keys().filter(|link| (link.0 == here || link.1 == here) && !used.contains(*link)).collect();
        let link = match *next {
            [] => break,
            [link] => *link,
            _ => return Ok(None),
        };
        if here != start
            && let Some(weight) = chain.weights.get(&here)
        {
            let weight = recover.arrays.engine.mul(weight);
            let Some(tree) = recover.full(weight, &[here])? else { return Ok(None) };
            words.push(Tree::Call("diag".into(), vec![tree]));
        }
        let there = if link.0 == here { link.1 } else { link.0 };
        let matrix = recover.arrays.engine.mul(&chain.links[&link]);
        let Some(tree) = recover.full(matrix, &[here, there])? else { return Ok(None) };
        words.extend(tree.words());
        used.push(link);
        here = there;
        if Some(here) == end {
            break;
        }
    }
    Ok((used.len() == chain.links.len()).then_some((words, here)))
}

/// The last link's end: a vector that is multiplied, or a sum along the axis.
fn vector(
    recover: &mut Recover<'_, '_>,
    chain: &Chain,
    mut words: Vec<Tree>,
    last: u32,
    size: &dyn Fn(u32) -> Option<Size>,
) -> Result<Option<Tree>> {
    if let Some(weight) = chain.weights.get(&last) {
        let weight = recover.arrays.engine.mul(weight);
        let Some(tree) = recover.full(weight, &[last])? else { return Ok(None) };
        words.extend(tree.words());
        return Ok(Some(Tree::product(words)));
    }
    if words.len() == 1 {
        return Ok(words.pop().map(|matrix| match matrix {
            Tree::Transposed(inside) => Tree::Call("sum".into(), vec![*inside, Tree::Word("axis=0")]),
            matrix => Tree::Call("sum".into(), vec![matrix, Tree::Word("axis=1")]),
        }));
    }
    let Some(size) = size(last) else { return Ok(None) };
    words.push(Tree::Call("ones".into(), vec![size_tree(&size)]));
    Ok(Some(Tree::product(words)))
}

/// A sum over everything, walked from one end: `x'*A*y`, `sum(A)`, `x'*x`.
fn number(recover: &mut Recover<'_, '_>, chain: &Chain, start: u32, size: &dyn Fn(u32) -> Option<Size>) -> Result<Option<Tree>> {
    let Some((words, last)) = walk(recover, chain, start, None)? else { return Ok(None) };
    if words.is_empty() {
        let Some(weight) = chain.weights.get(&start).cloned() else { return Ok(None) };
        return dot(recover, &weight, start);
    }
    let Some(weight) = chain.weights.get(&start) else {
        if !chain.weights.contains_key(&last) && words.len() == 1 {
            let matrix = words.into_iter().next().map(|matrix| if let Tree::Transposed(inside) = matrix { *inside } else { matrix });
            let sum = matrix.map(|matrix| Tree::Call("sum".into(), vec![matrix]));
            let pair = pair(recover, chain, start, last)?;
            return Ok(match (sum, pair) {
                (Some(sum), Some(pair)) if pair.size() < sum.size() => Some(pair),
                (sum, _) => sum,
            });
        }
        return Ok(vector(recover, chain, words, last, size)?.map(|tree| Tree::Call("sum".into(), vec![tree])));
    };
    if last != start && !chain.weights.contains_key(&last) {
        // walked from the other end the vector comes last
        return Ok(None);
    }
    let weight = recover.arrays.engine.mul(weight);
    let Some(first) = recover.full(weight, &[start])? else { return Ok(None) };
    let mut all = vec![first.transposed()];
    all.extend(words);
    vector(recover, chain, all, last, size)
}

/// `tr(A*B)` of the only link, where it has two factors.
fn pair(recover: &mut Recover<'_, '_>, chain: &Chain, i: u32, j: u32) -> Result<Option<Tree>> {
    let Some(factors) = chain.links.values().next() else { return Ok(None) };
    let [a, b] = **factors else { return Ok(None) };
    let (Some(a), Some(b)) = (recover.full(a, &[i, j])?, recover.full(b, &[j, i])?) else { return Ok(None) };
    Ok(Some(cyclic(vec![a, b])))
}

/// The trace of a product, which may begin with any factor: it begins where the text comes first, whatever the order of the loops.
fn cyclic(words: Vec<Tree>) -> Tree {
    let texts: Vec<String> = words.iter().map(|word| word.write(Style::Text)).collect();
    let turned = |at: usize| texts[at..].iter().chain(&texts[..at]);
    let first = (1..words.len()).fold(0, |best, at| if turned(at).lt(turned(best)) { at } else { best });
    Tree::Call("tr".into(), vec![Tree::product([&words[first..], &words[..first]].concat())])
}

/// The sum of a product of vectors: `x'*y`, or `sum(...)`.
fn dot(recover: &mut Recover<'_, '_>, weight: &[Expr], here: u32) -> Result<Option<Tree>> {
    let whole = recover.arrays.engine.mul(weight);
    let term = recover.terms(whole);
    let Some(mut tree) = recover.full(whole, &[here])? else { return Ok(None) };
    let mut sum = match tree.clone() {
        Tree::Call(name, inside) if name == "diag" => Tree::Call("tr".into(), inside),
        tree => Tree::Call("sum".into(), vec![tree]),
    };
    let pair = match &*term {
        [term] if term.coefficient.is_one() && term.below.is_empty() => match &*term.above {
            [a, b] if a.exponent.is_none() && b.exponent.is_none() => Some((*a, *b)),
            [a] if a.exponent == Some(Expr::TWO) => {
                let one = Factor { exponent: None, ..*a };
                Some((one, one))
            }
            _ => None,
        },
        _ => None,
    };
    if let Some((a, b)) = pair
        && let (Some(a), Some(b)) = (recover.full(a.base, &[here])?, recover.full(b.base, &[here])?)
    {
        let names = matches!((&a, &b), (Tree::Name(_), Tree::Name(_)));
        tree = Tree::product([vec![a.transposed()], b.words()].concat());
        // x'*y rather than sum(x.*y), which is as long
        if tree.size() < sum.size() + usize::from(names) {
            sum = tree;
        }
    }
    Ok(Some(sum))
}

/// A closed chain.
fn trace(recover: &mut Recover<'_, '_>, chain: &Chain, start: u32) -> Result<Option<Tree>> {
    // opened at one link: what comes back to the start closes it
    let Some(&first) = chain.links.keys().find(|link| link.0 == start || link.1 == start) else { return Ok(None) };
    let there = if first.0 == start { first.1 } else { first.0 };
    let mut rest = Chain { weights: chain.weights.clone(), links: chain.links.clone() };
    let matrix = rest.links.remove(&first).unwrap_or_default();
    let matrix = recover.arrays.engine.mul(&matrix);
    let Some(head) = recover.full(matrix, &[start, there])? else { return Ok(None) };
    let mut words = head.words();
    if let Some(weight) = chain.weights.get(&there) {
        let weight = recover.arrays.engine.mul(weight);
        let Some(tree) = recover.full(weight, &[there])? else { return Ok(None) };
        words.push(Tree::Call("diag".into(), vec![tree]));
    }
    let Some((tail, last)) = walk(recover, &rest, there, Some(start))? else { return Ok(None) };
    if last != start {
        return Ok(None);
    }
    words.extend(tail);
    if let Some(weight) = chain.weights.get(&start) {
        let weight = recover.arrays.engine.mul(weight);
        let Some(tree) = recover.full(weight, &[start])? else { return Ok(None) };
        words.push(Tree::Call("diag".into(), vec![tree]));
    }
    Ok(Some(cyclic(words)))
}
