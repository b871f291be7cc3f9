//! The only loops over whole expressions: what is reachable, in which order, and tables by handle.
//! Deliberately knows nothing of what is done at a node. No recursion: a part has a smaller handle than the whole.
//! Read next: `diff.rs`.

use crate::error::Result;
use crate::expr::{Expr, Node, Pool, Symbol};
use std::collections::HashMap;

/// A table from handles to values that touches memory only near the handles used: a small job in a large pool
/// costs what the job costs.
#[derive(Debug)]
pub(crate) struct Memo<T> {
    pages: Vec<Option<Box<[Option<T>; PAGE]>>>,
}

const PAGE: usize = 256;

impl<T: Copy> Memo<T> {
    pub(crate) fn new() -> Memo<T> {
        Memo { pages: Vec::new() }
    }

    #[inline]
    pub(crate) fn get(&self, e: Expr) -> Option<T> {
        match self.pages.get(e.index() / PAGE) {
            Some(Some(page)) => page[e.index() % PAGE],
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, e: Expr, value: T) {
        let at = e.index() / PAGE;
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, || None);
        }
        self.pages[at].get_or_insert_with(|| Box::new([None; PAGE]))[e.index() % PAGE] = Some(value);
    }

    pub(crate) fn clear(&mut self) {
        self.pages.clear();
    }
}

/// Calls `visit` on each part of a node.
#[inline]
pub(crate) fn each_child(pool: &Pool, e: Expr, mut visit: impl FnMut(Expr)) {
    match pool.node(e) {
        Node::Number(_) | Node::Symbol(_) => {}
        Node::Pow(base, exponent) => {
            visit(base);
            visit(exponent);
        }
        Node::Add(args) | Node::Mul(args) | Node::Call(_, args) => args.iter().for_each(|&arg| visit(arg)),
    }
}

/// A set of handles, one bit each; like a [`Memo`] it touches memory only near its members.
pub(crate) struct Marks {
    pages: Vec<Option<Box<[u64; WORDS]>>>,
}

/// Words of a page of marks.
const WORDS: usize = 64;
/// Bits of a word.
const BITS: usize = u64::BITS as usize;

impl Marks {
    fn new() -> Marks {
        Marks { pages: Vec::new() }
    }

    #[inline]
    fn word(&self, at: usize) -> u64 {
        match self.pages.get(at / WORDS) {
            Some(Some(page)) => page[at % WORDS],
            _ => 0,
        }
    }

    #[inline]
    pub(crate) fn contains(&self, e: Expr) -> bool {
        self.word(e.index() / BITS) >> (e.index() % BITS) & 1 == 1
    }

    #[inline]
    fn insert(&mut self, e: Expr) {
        let word = e.index() / BITS;
        let page = word / WORDS;
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || None);
        }
        self.pages[page].get_or_insert_with(|| Box::new([0; WORDS]))[word % WORDS] |= 1 << (e.index() % BITS);
    }

    /// The largest member whose index is below `bound`.
    #[inline]
    fn last_below(&self, bound: usize) -> Option<Expr> {
        let mut word = bound / BITS;
        let mut left = self.word(word) & ((1 << (bound % BITS)) - 1);
        while left == 0 {
            // A page that is not there is passed in one step.
            let page_is_there = matches!(self.pages.get(word / WORDS), Some(Some(_)));
            let last_seen = if page_is_there { word } else { word - word % WORDS };
            word = last_seen.checked_sub(1)?;
            left = self.word(word);
        }
        Some(Expr((word * BITS + left.ilog2() as usize) as u32))
    }
}

/// All nodes that the roots are made of, the roots too, parts before wholes. `enter` says whether a node is of
/// interest; what is only reachable through others is left out.
pub(crate) fn reachable_where(pool: &Pool, roots: &[Expr], enter: impl Fn(Expr) -> bool) -> Vec<Expr> {
    let mut marks = Marks::new();
    roots.iter().filter(|&&root| enter(root)).for_each(|&root| marks.insert(root));
    let mut found: Vec<Expr> = Vec::with_capacity(64);
    // From the largest handle down: all users of a node come before it, so it is marked when its turn comes, and nothing
    // needs sorting.
    let mut bound = marks.pages.len() * WORDS * BITS;
    while let Some(e) = marks.last_below(bound) {
        bound = e.index();
        found.push(e);
        each_child(pool, e, |child| {
            if !marks.contains(child) && enter(child) {
                marks.insert(child);
            }
        });
    }
    found.reverse();
    found
}

/// All nodes that the roots are made of, the roots too, parts before wholes.
pub(crate) fn reachable(pool: &Pool, roots: &[Expr]) -> Vec<Expr> {
    reachable_where(pool, roots, |_| true)
}

/// Which parts of these nodes are parts of several of them.
pub(crate) fn shared(pool: &Pool, nodes: &[Expr]) -> Marks {
    let (mut met, mut shared) = (Marks::new(), Marks::new());
    for &e in nodes {
        each_child(pool, e, |part| if met.contains(part) { shared.insert(part) } else { met.insert(part) });
    }
    shared
}

/// The symbols inside the roots, in the order of their names.
pub(crate) fn symbols(pool: &Pool, roots: &[Expr]) -> Vec<Symbol> {
    let mut found: Vec<Symbol> = reachable_where(pool, roots, |e| pool.has_symbols(e))
        .into_iter()
        .filter_map(|e| if let Node::Symbol(symbol) = pool.node(e) { Some(symbol) } else { None })
        .collect();
    found.sort_by(|&a, &b| pool.symbol_key(a).cmp(pool.symbol_key(b)));
    found
}

/// A node with its parts replaced by what `of` says, remade by the constructors.
pub(crate) fn rebuild(pool: &mut Pool, e: Expr, mut of: impl FnMut(Expr) -> Expr) -> Expr {
    let mut parts = pool.children(e);
    let mut changed = false;
    for part in &mut parts {
        let new = of(*part);
        changed |= new != *part;
        *part = new;
    }
    if !changed {
        return e;
    }
    match pool.node(e) {
        Node::Number(_) | Node::Symbol(_) => e,
        Node::Add(_) => pool.add(&parts),
        Node::Mul(_) => pool.mul(&parts),
        Node::Pow(..) => pool.pow(parts[0], parts[1]),
        Node::Call(head, _) => pool.call(head, &parts),
    }
}

/// Replaces expressions by others, everywhere inside `root` at once: `replace` is asked at each node, whole nodes first
/// seen from their parts, and its answer stands for the node; what it answers is not searched again.
pub(crate) fn substitute(pool: &mut Pool, root: Expr, replace: impl Fn(&Pool, Expr) -> Option<Expr>) -> Result<Expr> {
    let mut memo = Memo::new();
    for e in reachable(pool, &[root]) {
        pool.check()?;
        let new = match replace(pool, e) {
            Some(new) => new,
            None => rebuild(pool, e, |part| memo.get(part).unwrap_or(part)),
        };
        memo.set(e, new);
    }
    pool.meter.check()?;
    Ok(memo.get(root).unwrap_or(root))
}

/// An expression with others in the places of some symbols.
pub(crate) fn put(pool: &mut Pool, root: Expr, places: &HashMap<Symbol, Expr>) -> Result<Expr> {
    if places.is_empty() {
        return Ok(root);
    }
    substitute(pool, root, |pool, e| match pool.node(e) {
        Node::Symbol(symbol) => places.get(&symbol).copied(),
        _ => None,
    })
}

/// How many distinct nodes the roots are made of.
pub(crate) fn count(pool: &Pool, roots: &[Expr]) -> usize {
    reachable(pool, roots).len()
}

/// A lower bound on the characters of the texts of all roots together: one for each symbol and each call, as often as it is written.
pub(crate) fn least_letters(pool: &Pool, roots: &[Expr]) -> usize {
    let mut letters: Memo<usize> = Memo::new();
    for e in reachable_where(pool, roots, |e| pool.has_symbols(e)) {
        let mut sum = usize::from(matches!(pool.node(e), Node::Symbol(_) | Node::Call(..)));
        each_child(pool, e, |part| sum = sum.saturating_add(letters.get(part).unwrap_or(0)));
        letters.set(e, sum);
    }
    roots.iter().fold(0, |sum, &root| sum.saturating_add(letters.get(root).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_from_the_largest_down() {
        let mut marks = Marks::new();
        let page = (WORDS * BITS) as u32;
        let all = [0, 1, 63, 64, 100, page - 1, page, 3 * page + 7, 9 * page];
        for index in all {
            assert!(!marks.contains(Expr(index)));
            marks.insert(Expr(index));
            assert!(marks.contains(Expr(index)));
        }
        let mut bound = marks.pages.len() * WORDS * BITS;
        let mut found = Vec::new();
        while let Some(e) = marks.last_below(bound) {
            bound = e.index();
            found.push(e.0);
        }
        found.reverse();
        assert_eq!(found, all);
    }

    #[test]
    fn parts_come_before_wholes_each_once() {
        let mut pool = Pool::default();
        let x = pool.symbol("x");
        let mut e = x;
        // Far more nodes than a page has, with a part that all of them share.
        for n in 0..10_000 {
            let n = pool.integer(n % 7 + 2);
            e = pool.pow(e, n);
            e = pool.add(&[e, x]);
        }
        let order = reachable(&pool, &[e, x, e]);
        assert!(order.is_sorted_by(|a, b| a < b), "sorted, each once");
        assert_eq!(order.last(), Some(&e));
        assert_eq!(order.len(), 20_000 + 7 + 1, "powers and sums, the numbers from 2 to 8, x");
        let sums = reachable_where(&pool, &[e], |e| !matches!(pool.node(e), Node::Number(_)));
        assert_eq!(sums.len(), 20_001);
    }
}
