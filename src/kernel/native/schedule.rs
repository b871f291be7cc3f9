//! In which order do the micro-operations run? As written, but moved up over waiting ones where registers are free.
//! Deliberately knows no registers by name: only how many there are.
//! Read next: `registers.rs`.

use super::recorder::{Kind, Name, Node};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How far an operation may move up over others. Wider than what processors reorder themselves.
const WINDOW: usize = 200;

/// A value whose last use is further away than this will be spilled anyway: it does not count as pressure.
const NEAR: usize = 200;

/// Cycles until the value is there; between those of the processors that have the instructions.
fn latency(kind: Kind) -> u32 {
    match kind {
        Kind::Div => 13,
        Kind::Sqrt => 20,
        Kind::Round | Kind::Floor | Kind::Ceil => 6,
        Kind::Add | Kind::Sub | Kind::Mul | Kind::MulAdd | Kind::MulSub | Kind::NegMulAdd | Kind::Select => 4,
        _ => 1,
    }
}

/// Everything that an effect needs, in the order in which it was written, each store right after its value.
fn written(nodes: &[Node]) -> Vec<Name> {
    let mut live = vec![false; nodes.len()];
    // Stores by the value they store: a list in an array.
    let mut next_store = vec![Name::MAX; nodes.len()];
    let mut first_store = vec![Name::MAX; nodes.len()];
    for (at, node) in nodes.iter().enumerate().rev() {
        live[at] |= node.kind.is_effect();
        if live[at] {
            for &operand in node.uses() {
                live[operand as usize] = true;
            }
        }
        if node.kind == Kind::Store {
            let value = node.operands[0] as usize;
            next_store[at] = first_store[value];
            first_store[value] = at as Name;
        }
    }
    let mut order = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        if live[at] && node.kind != Kind::Store {
            if !node.in_memory() {
                order.push(at as Name);
            }
            let mut store = first_store[at];
            while store != Name::MAX {
                order.push(store);
                store = next_store[store as usize];
            }
        }
    }
    order
}

/// The same with all stores at the end: then an output may have the place of an input.
pub(super) fn stores_last(nodes: &[Node], registers: usize) -> Vec<Name> {
    let is_store = |name: &Name| nodes[*name as usize].kind == Kind::Store;
    let (stores, others): (Vec<Name>, Vec<Name>) = schedule(nodes, registers).into_iter().partition(is_store);
    [others, stores].concat()
}

/// The operations in an order in which they run well with this many registers.
pub(super) fn schedule(nodes: &[Node], registers: usize) -> Vec<Name> {
    let order = written(nodes);
    let count = order.len();
    let mut place = vec![u32::MAX; nodes.len()];
    for (at, &name) in order.iter().enumerate() {
        place[name as usize] = at as u32;
    }
    // Who uses whom, by places in the order; arrays of one piece keep this linear and quick.
    let mut waits = vec![0_u32; count];
    let mut starts = vec![0_u32; count + 1];
    let mut last = vec![0_usize; count];
    let operands = |at: usize| nodes[order[at] as usize].uses().iter().map(|&v| place[v as usize]).filter(|&p| p != u32::MAX);
    for (at, waits) in waits.iter_mut().enumerate() {
        for operand in operands(at) {
            *waits += 1;
            starts[operand as usize + 1] += 1;
            last[operand as usize] = at;
        }
    }
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    let mut users = vec![0_u32; starts[count] as usize];
    let mut fill: Vec<u32> = starts.clone();
    for at in 0..count {
        for operand in operands(at) {
            users[fill[operand as usize] as usize] = at as u32;
            fill[operand as usize] += 1;
        }
    }
    // Earlier ones first, but those that the longest chains wait for before others. Ranks above, places below.
    let mut chain = vec![0_u32; count];
    for at in (0..count).rev() {
        let after = users[starts[at] as usize..starts[at + 1] as usize].iter().map(|&user| chain[user as usize]).max();
        chain[at] = after.unwrap_or(0) + latency(nodes[order[at] as usize].kind);
    }
    let rank = |at: usize| Reverse((at as u64 + (1 << 31) - u64::from(chain[at].min(1 << 30))) << 32 | at as u64);
    let near = |at: usize| last[at] != 0 && last[at] - at <= NEAR;
    let mut uses: Vec<u32> = (0..count).map(|at| starts[at + 1] - starts[at]).collect();

    let mut when = vec![0_u32; count];
    let mut done = vec![false; count];
    // Times above, places below.
    let mut waiting: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
    let mut ready: BinaryHeap<Reverse<u64>> = (0..count).filter(|&at| waits[at] == 0).map(rank).collect();
    let mut result = Vec::with_capacity(count);
    let mut oldest = 0;
    let mut clock = 0_u32;
    let mut pressure = 0;
    while result.len() < count {
        while oldest < count && done[oldest] {
            oldest += 1;
        }
        let now = clock;
        while let Some(&Reverse(first)) = waiting.peek() {
            if first >> 32 > u64::from(now) {
                break;
            }
            waiting.pop();
            ready.push(rank(first as u32 as usize));
        }
        while ready.peek().is_some_and(|&Reverse(first)| done[first as u32 as usize]) {
            ready.pop();
        }
        let candidate = ready.peek().map(|&Reverse(first)| first as u32 as usize).filter(|&at| at < oldest + WINDOW);
        let at = match candidate {
            Some(at) if pressure < registers || at == oldest => at,
            // Nothing is there yet, or registers are full: on with the oldest, whose operands all have started.
            _ => oldest,
        };
        if at >= count {
            break;
        }
        done[at] = true;
        let kind = nodes[order[at] as usize].kind;
        let finished = now.max(when[at]) + latency(kind);
        // One operation a cycle, fewer than a processor starts: it waits for memory too, and is in the next points already.
        clock += 1;
        result.push(order[at]);
        if near(at) {
            pressure += 1;
        }
        for operand in operands(at) {
            let operand = operand as usize;
            uses[operand] -= 1;
            if uses[operand] == 0 && near(operand) {
                pressure -= 1;
            }
        }
        for &user in &users[starts[at] as usize..starts[at + 1] as usize] {
            let user = user as usize;
            when[user] = when[user].max(finished);
            waits[user] -= 1;
            if waits[user] == 0 && !done[user] {
                waiting.push(Reverse(u64::from(when[user]) << 32 | user as u64));
            }
        }
    }
    result
}
