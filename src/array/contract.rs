//! Sums over indices in normal form: what does not depend on an index stands outside, products of matrices are flat, deltas are gone,
//! `inv(A)*A` is the identity, and equal sums are one node.
//! Deliberately knows no matrix notation.
//! Read next: `derive.rs`.

use super::{Arrays, At, Leaf, NodeId, Source};
use crate::error::Result;
use crate::expr::{Args, Expr, Node};
use crate::shape::Size;
use crate::text::size_expr;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Equal sums have equal keys: the body with loops in canonical order, how many of them are free, and the sizes of the bound ones.
pub(super) type Key = (Expr, usize, Vec<Size>);

/// A loop that is summed over, and how long it is.
pub(crate) type Bound = (u32, Size);

/// Orders of loops that look alike are tried up to this many.
const ORDERS: usize = 120;

impl Arrays<'_> {
    /// The sum of an expression over these loops.
    pub(crate) fn sum(&mut self, e: Expr, bound: Vec<Bound>) -> Result<Expr> {
        // a list of sums still to be made, in the place of recursion; each is a term of the answer
        let mut pending = vec![(e, bound)];
        let mut terms = Args::new();
        while let Some((e, mut bound)) = pending.pop() {
            self.engine.pool.check()?;
            if e == Expr::ZERO {
                continue;
            }
            if bound.is_empty() {
                terms.push(e);
                continue;
            }
            let e = self.eliminate_deltas(e, &mut bound)?;
            if let Some(parts) = self.spread(e, &bound) {
                pending.extend(parts.into_iter().map(|part| (part, bound.clone())));
                continue;
            }
            if let Some(flat) = self.flatten(e, &mut bound)? {
                pending.push((flat, bound));
                continue;
            }
            if let Some(cancelled) = self.cancel(e, &bound)? {
                pending.push((cancelled, bound));
                continue;
            }
            if let Some(single) = self.by_terms(e, &bound)? {
                terms.push(single);
                continue;
            }
            let term = self.place(e, bound)?;
            terms.push(term);
        }
        let sum = self.engine.add(&terms);
        self.engine.pool.check()?;
        Ok(sum)
    }

    /// The factors of a product.
    pub(crate) fn factors(&self, e: Expr) -> Args {
        match self.engine.pool.node(e) {
            Node::Mul(args) => {
                let mut flat = Args::new();
                let mut pending: Vec<Expr> = args.iter().rev().copied().collect();
                while let Some(e) = pending.pop() {
                    match self.engine.pool.node(e) {
                        Node::Mul(args) => pending.extend(args.iter().rev()),
                        _ => flat.push(e),
                    }
                }
                flat
            }
            _ => Args::from_slice(&[e]),
        }
    }

    fn is_bound(bound: &[Bound], at: At) -> bool {
        matches!(at, At::Loop(number) if bound.iter().any(|(known, _)| *known == number))
    }

    /// Factors that are deltas rename a bound loop away.
    fn eliminate_deltas(&mut self, mut e: Expr, bound: &mut Vec<Bound>) -> Result<Expr> {
        loop {
            let factors = self.factors(e);
            let found = factors.iter().enumerate().find_map(|(at, &factor)| match self.as_leaf(factor) {
                Some(Leaf::Delta(a, b, _)) if Self::is_bound(bound, *b) => Some((at, *b, *a)),
                Some(Leaf::Delta(a, b, _)) if Self::is_bound(bound, *a) => Some((at, *a, *b)),
                _ => None,
            });
            let Some((at, At::Loop(gone), stays)) = found else { return Ok(e) };
            let mut rest = factors;
            rest.remove(at);
            let rest = self.engine.mul(&rest);
            e = self.rename(rest, &|number| if number == gone { stays } else { At::Loop(number) })?;
            bound.retain(|(number, _)| *number != gone);
            if bound.is_empty() {
                return Ok(e);
            }
        }
    }

    fn has_bound_delta(&self, e: Expr, bound: &[Bound]) -> bool {
        self.leaves(e).into_iter().any(
            |symbol| matches!(self.leaf_of(symbol), Some(Leaf::Delta(a, b, _)) if Self::is_bound(bound, *a) || Self::is_bound(bound, *b)),
        )
    }

    /// The terms of a sum, or of a product with a sum in it, where a delta inside keeps it from being one node.
    fn spread(&mut self, e: Expr, bound: &[Bound]) -> Option<Vec<Expr>> {
        let factors = self.factors(e);
        let at = factors.iter().position(|&factor| match self.engine.pool.node(factor) {
            Node::Add(_) => self.has_bound_delta(factor, bound),
            _ => false,
        })?;
        let Node::Add(terms) = self.engine.pool.node(factors[at]) else { return None };
        let terms = Args::from_slice(terms);
        let mut rest = factors.clone();
        rest.remove(at);
        Some(
            terms
                .into_iter()
                .map(|term| {
                    let mut product = rest.clone();
                    product.push(term);
                    self.engine.mul(&product)
                })
                .collect(),
        )
    }

    /// A factor that is itself a sum of products, put in as its product, if it is one link of a chain: each of its loops meets at most
    /// one other factor, and no two of them the same one.
    fn flatten(&mut self, e: Expr, bound: &mut Vec<Bound>) -> Result<Option<Expr>> {
        let factors = self.factors(e);
        let loops: Vec<Vec<u32>> = factors.iter().map(|&factor| self.loops(factor)).collect();
        for (at, &factor) in factors.iter().enumerate() {
            let Some(Leaf::Entry(node, place)) = self.as_leaf(factor).cloned() else { continue };
            let Source::Sum { body, bound: inner } = self.source(node).clone() else { continue };
            let touches = place.iter().any(|&at| Self::is_bound(bound, at));
            if inner.is_empty() || !touches || matches!(self.engine.pool.node(body), Node::Add(_)) {
                continue;
            }
            let mut partners: Vec<usize> = Vec::new();
            let mut chain = true;
            for number in &loops[at] {
                let others: Vec<usize> = (0..factors.len()).filter(|&other| other != at && loops[other].contains(number)).collect();
                chain &= others.len() <= 1 && others.iter().all(|other| !partners.contains(other));
                partners.extend(others);
            }
            if !chain {
                continue;
            }
            let rank = place.len() as u32;
            let mut to: HashMap<u32, At> = (0..rank).zip(place.iter().copied()).collect();
            for (number, size) in (rank..).zip(inner) {
                let fresh = self.fresh();
                to.insert(number, At::Loop(fresh));
                bound.push((fresh, size));
            }
            let body = self.rename(body, &|number| to.get(&number).copied().unwrap_or(At::Loop(number)))?;
            let mut product = factors;
            product[at] = body;
            return Ok(Some(self.engine.mul(&product)));
        }
        Ok(None)
    }

    /// `inv(A)*A` and `A*inv(A)` are the identity.
    fn cancel(&mut self, e: Expr, bound: &[Bound]) -> Result<Option<Expr>> {
        let factors = self.factors(e);
        let matrices: Vec<(usize, NodeId, At, At)> = factors
            .iter()
            .enumerate()
            .filter_map(|(at, &factor)| match self.as_leaf(factor) {
                Some(Leaf::Entry(node, place)) if place.len() == 2 => Some((at, *node, place[0], place[1])),
                _ => None,
            })
            .collect();
        for &(first, node, row, column) in &matrices {
            let Source::Inverse(of) = *self.source(node) else { continue };
            for &(second, other, other_row, other_column) in &matrices {
                if other != of {
                    continue;
                }
                // sum over k of inv(A)[i,k]*A[k,j], or of A[i,k]*inv(A)[k,j]
                let joint = [(column, other_row, row, other_column), (row, other_column, column, other_row)];
                for (k, same, i, j) in joint {
                    if k != same || !Self::is_bound(bound, k) {
                        continue;
                    }
                    let At::Loop(number) = k else { continue };
                    let users = factors.iter().filter(|&&factor| self.loops(factor).contains(&number)).count();
                    if users != 2 || i == k || j == k {
                        continue;
                    }
                    let size = self.node(of).axes[0].clone();
                    // the sum over k is still to be made: a delta of k keeps its length out of it
                    let link = self.leaf(Leaf::Delta(i, k, size.clone()));
                    let identity = self.leaf(Leaf::Delta(k, j, size));
                    let mut product: Args =
                        factors.iter().enumerate().filter(|(at, _)| *at != first && *at != second).map(|(_, &factor)| factor).collect();
                    product.push(link);
                    product.push(identity);
                    return Ok(Some(self.engine.mul(&product)));
                }
            }
        }
        Ok(None)
    }

    /// A sum of terms, some of which do not run with a bound loop, as the sum of their sums, if that is one term: `sum(x - mean(x))` is 0.
    fn by_terms(&mut self, e: Expr, bound: &[Bound]) -> Result<Option<Expr>> {
        let Node::Add(terms) = self.engine.pool.node(e) else { return Ok(None) };
        let terms = Args::from_slice(terms);
        let lacks = |loops: &[u32]| bound.iter().any(|(number, _)| !loops.contains(number));
        if terms.iter().any(|&term| matches!(self.engine.pool.node(term), Node::Add(_)))
            || !terms.iter().any(|&term| lacks(&self.loops(term)))
        {
            return Ok(None);
        }
        let mut sums = Args::new();
        for term in terms {
            sums.push(self.place(term, bound.to_vec())?);
        }
        let sum = self.engine.add(&sums);
        Ok((!matches!(self.engine.pool.node(sum), Node::Add(_))).then_some(sum))
    }

    /// What does not depend on a bound loop stands outside; factors that share no bound loop are sums of their own.
    fn place(&mut self, e: Expr, bound: Vec<Bound>) -> Result<Expr> {
        let factors = self.fine_factors(e)?;
        let mut outside = Args::new();
        let mut groups: Vec<(Args, Vec<u32>)> = Vec::new();
        for factor in factors {
            let mut inside: Vec<u32> = self.loops(factor);
            inside.retain(|number| bound.iter().any(|(known, _)| known == number));
            if inside.is_empty() {
                outside.push(factor);
                continue;
            }
            let mut joined = (Args::from_slice(&[factor]), inside);
            for at in (0..groups.len()).rev() {
                if groups[at].1.iter().any(|number| joined.1.contains(number)) {
                    let (factors, loops) = groups.remove(at);
                    joined.0.extend(factors);
                    joined.1.extend(loops);
                }
            }
            joined.1.sort_unstable();
            joined.1.dedup();
            groups.push(joined);
        }
        for (number, size) in &bound {
            if groups.iter().all(|(_, loops)| !loops.contains(number)) {
                let size = size_expr(self.engine.pool, size);
                outside.push(size);
            }
        }
        for (factors, loops) in groups {
            let body = self.engine.mul(&factors);
            if let [only] = *loops
                && self.is_softmax_along(body, only)?
            {
                continue;
            }
            let inner: Vec<Bound> = bound.iter().filter(|(number, _)| loops.contains(number)).cloned().collect();
            let entry = self.sum_node(body, inner)?;
            outside.push(entry);
        }
        Ok(self.engine.mul(&outside))
    }

    /// The node of a sum, as an entry at its free loops.
    pub(super) fn sum_node(&mut self, body: Expr, bound: Vec<Bound>) -> Result<Expr> {
        let mut free = self.loops(body);
        free.retain(|number| bound.iter().all(|(known, _)| known != number));
        let (key, order) = self.canonical(body, &free, &bound)?;
        if let Some((node, axes)) = self.sums.get(&key) {
            let node = *node;
            // axis `a` of the node is the free loop that stands at the same canonical place
            let place: Vec<At> = axes.iter().map(|&place| At::Loop(order[place as usize])).collect();
            return Ok(self.entry(node, place));
        }
        let position: HashMap<u32, u32> = free.iter().copied().chain(bound.iter().map(|(number, _)| *number)).zip(0..).collect();
        let own = self.rename(body, &|number| At::Loop(position.get(&number).copied().unwrap_or(number)))?;
        let mut axes = Vec::with_capacity(free.len());
        for &number in &free {
            axes.push(self.size(body, number).unwrap_or(Size::Number(1)));
        }
        let node = self.make(Source::Sum { body: own, bound: bound.into_iter().map(|(_, size)| size).collect() }, axes);
        let places: Vec<u32> = free.iter().map(|number| order.iter().position(|known| known == number).unwrap_or(0) as u32).collect();
        self.sums.insert(key, (node, places));
        Ok(self.entry(node, free.into_iter().map(At::Loop)))
    }

    /// The key of a sum, and its free loops in canonical order. Loops are told apart by where they stand, refined through their
    /// neighbours (colour refinement); what still looks alike is tried in every order.
    fn canonical(&mut self, body: Expr, free: &[u32], bound: &[Bound]) -> Result<(Key, Vec<u32>)> {
        let factors = self.factors(body);
        let all: Vec<u32> = free.iter().copied().chain(bound.iter().map(|(number, _)| *number)).collect();
        let mut occurrences: Vec<(u64, Vec<At>)> = Vec::new();
        for factor in factors {
            let erased = self.rename(factor, &|_| At::Loop(0))?;
            let kind = self.engine.pool.hash(erased);
            for symbol in self.leaves(factor) {
                match self.leaf_of(symbol) {
                    Some(Leaf::Entry(node, place)) => {
                        occurrences.push((hash(&(kind, node.0)), place.to_vec()));
                        if self.is_symmetric(*node) {
                            occurrences.push((hash(&(kind, node.0)), place.iter().rev().copied().collect()));
                        }
                    }
                    Some(Leaf::Delta(a, b, _)) => occurrences.push((kind, vec![*a, *b])),
                    None => {}
                }
            }
        }
        let mut colours: HashMap<u32, u64> = all.iter().map(|&number| (number, u64::from(free.contains(&number)))).collect();
        for _ in 0..all.len().min(4) {
            let mut next: HashMap<u32, Vec<u64>> = HashMap::new();
            for (kind, place) in &occurrences {
                let seen: Vec<u64> = place
                    .iter()
                    .map(|at| if let At::Loop(number) = at { colours.get(number).copied().unwrap_or(7) } else { hash(at) })
                    .collect();
                for (axis, at) in place.iter().enumerate() {
                    if let At::Loop(number) = at {
                        next.entry(*number).or_default().push(hash(&(kind, axis, &seen)));
                    }
                }
            }
            colours = all
                .iter()
                .map(|number| {
                    let mut seen = next.remove(number).unwrap_or_default();
                    seen.sort_unstable();
                    (*number, hash(&(colours.get(number), seen)))
                })
                .collect();
        }
        let colour = |number: &u32| (!free.contains(number), colours.get(number).copied());
        let mut order = all.clone();
        order.sort_by_key(|number| colour(number));
        let mut best: Option<(u64, Expr, Vec<u32>)> = None;
        for order in orders(&order, |a, b| colour(a) == colour(b)) {
            let position: HashMap<u32, u32> = order.iter().copied().zip(0..).collect();
            let renamed = self.rename(body, &|number| At::Loop(position.get(&number).copied().unwrap_or(number)))?;
            let rank = (self.engine.pool.hash(renamed), renamed);
            if best.as_ref().is_none_or(|(hash, e, _)| rank < (*hash, *e)) {
                best = Some((rank.0, rank.1, order));
            }
        }
        let (_, renamed, order) = best.unwrap_or((0, body, all));
        let sizes = order[free.len()..]
            .iter()
            .filter_map(|number| bound.iter().find(|(known, _)| known == number).map(|(_, size)| size.clone()))
            .collect();
        Ok(((renamed, free.len(), sizes), order[..free.len()].to_vec()))
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut state = DefaultHasher::new();
    value.hash(&mut state);
    state.finish()
}

/// All orders of a sorted list that differ only among neighbours that look alike, up to a bound.
fn orders(sorted: &[u32], alike: impl Fn(&u32, &u32) -> bool) -> Vec<Vec<u32>> {
    let mut found: Vec<Vec<u32>> = vec![Vec::new()];
    let mut at = 0;
    while at < sorted.len() {
        let end = (at..sorted.len()).find(|&end| !alike(&sorted[at], &sorted[end])).unwrap_or(sorted.len());
        let group = &sorted[at..end];
        let mut next = Vec::new();
        for prefix in &found {
            for order in permutations(group) {
                if next.len() < ORDERS {
                    next.push(prefix.iter().copied().chain(order).collect());
                }
            }
        }
        found = next;
        at = end;
    }
    found
}

fn permutations(items: &[u32]) -> Vec<Vec<u32>> {
    let mut found: Vec<Vec<u32>> = vec![Vec::new()];
    for &item in items {
        let mut next = Vec::new();
        for order in &found {
            for at in 0..=order.len() {
                if next.len() < ORDERS {
                    let mut longer = order.clone();
                    longer.insert(at, item);
                    next.push(longer);
                }
            }
        }
        found = next;
    }
    found
}
