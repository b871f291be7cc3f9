//! In which order the steps run, so that few values wait at a time.
//! Deliberately changes no step; steps that no output needs are left out.
//! Read next: `plan.rs`, where each value is kept.

use super::tape::{Step, Tape, Value};
use smallvec::SmallVec;
use std::ops::Range;

/// Takes the best of a few orders: as built; depth first with the more demanding operand first (Sethi and Ullman,
/// JACM 17, 1970, as if shared values were trees); and both with steps moved forward where that frees their operands.
pub(super) fn order(tape: &mut Tape) {
    let needed = needed(tape);
    let as_built: Vec<Value> = (0..tape.steps.len() as Value).filter(|&v| needed[v as usize]).collect();
    let depth_first = depth_first(tape);
    let operands = operands(tape);
    let users = users(&operands, &as_built);
    let eager = [eager(tape, &operands, &users, &as_built), eager(tape, &operands, &users, &depth_first)];
    let orders = eager.into_iter().chain([depth_first, as_built]);
    if let Some(best) = orders.min_by_key(|order| waiting(tape, &operands, order)) {
        renumber(tape, &best);
    }
}

/// A list of values for each value, one behind the other.
struct Lists {
    starts: Vec<u32>,
    values: Vec<Value>,
}

impl Lists {
    fn range(&self, v: Value) -> Range<usize> {
        self.starts[v as usize] as usize..self.starts[v as usize + 1] as usize
    }

    fn of(&self, v: Value) -> &[Value] {
        &self.values[self.range(v)]
    }
}

fn is_leaf(step: &Step) -> bool {
    matches!(step, Step::Constant(_) | Step::Input(_))
}

/// The operands of each step that wait for it in a place of their own, each once: inputs and constants do not.
fn operands(tape: &Tape) -> Lists {
    let mut starts = Vec::with_capacity(tape.steps.len() + 1);
    let mut values = Vec::with_capacity(2 * tape.steps.len());
    starts.push(0);
    for step in &tape.steps {
        let first = values.len();
        for v in step.operands() {
            if !is_leaf(&tape.steps[v as usize]) && !values[first..].contains(&v) {
                values.push(v);
            }
        }
        starts.push(values.len() as u32);
    }
    Lists { starts, values }
}

/// Which of these steps use each value, each user once.
fn users(operands: &Lists, steps: &[Value]) -> Lists {
    let mut starts = vec![0u32; operands.starts.len()];
    for &user in steps {
        operands.of(user).iter().for_each(|&v| starts[v as usize + 1] += 1);
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut values = vec![0; starts.last().map_or(0, |&n| n as usize)];
    for &user in steps {
        for &v in operands.of(user) {
            values[next[v as usize] as usize] = user;
            next[v as usize] += 1;
        }
    }
    Lists { starts, values }
}

/// Values with more users are not searched for their last one.
const FEW: usize = 16;

/// The order with each step moved forward to where it first frees as many values as it makes.
fn eager(tape: &Tape, operands: &Lists, users: &Lists, order: &[Value]) -> Vec<Value> {
    let mut is_output = vec![false; tape.steps.len()];
    tape.outputs.iter().for_each(|&v| is_output[v as usize] = true);
    let mut remaining: Vec<u32> = (0..tape.steps.len()).map(|v| users.range(v as Value).len() as u32).collect();
    let mut missing: Vec<u32> = (0..tape.steps.len()).map(|v| operands.range(v as Value).len() as u32).collect();
    let mut done = vec![false; tape.steps.len()];
    let mut result: Vec<Value> = Vec::with_capacity(order.len());
    result.extend(order.iter().filter(|&&v| is_leaf(&tape.steps[v as usize])));
    result.iter().for_each(|&v| done[v as usize] = true);
    let mut stack: Vec<Value> = Vec::new();
    for &next in order {
        stack.push(next);
        while let Some(v) = stack.pop() {
            if done[v as usize] {
                continue;
            }
            done[v as usize] = true;
            result.push(v);
            let used = operands.of(v);
            used.iter().for_each(|&operand| remaining[operand as usize] -= 1);
            users.of(v).iter().for_each(|&user| missing[user as usize] -= 1);
            let frees = |user: Value| {
                let last = |&&v: &&Value| !is_output[v as usize] && remaining[v as usize] == 1;
                missing[user as usize] == 0 && operands.of(user).iter().filter(last).count() >= usize::from(!is_output[user as usize])
            };
            let of_operands = used.iter().filter(|&&v| remaining[v as usize] == 1).map(|&v| users.of(v));
            for near in of_operands.chain([users.of(v)]).filter(|near| near.len() <= FEW) {
                stack.extend(near.iter().filter(|&&user| !done[user as usize] && frees(user)));
            }
        }
    }
    result
}

fn needed(tape: &Tape) -> Vec<bool> {
    let mut needed = vec![false; tape.steps.len()];
    tape.outputs.iter().for_each(|&v| needed[v as usize] = true);
    for (at, step) in tape.steps.iter().enumerate().rev() {
        if needed[at] {
            step.operands().iter().for_each(|&v| needed[v as usize] = true);
        }
    }
    needed
}

/// How many values a tree of this shape keeps at most.
fn demands(tape: &Tape) -> Vec<u32> {
    let mut demands: Vec<u32> = Vec::with_capacity(tape.steps.len());
    for step in &tape.steps {
        let mut of: SmallVec<[u32; 4]> = step.operands().iter().map(|&v| demands[v as usize]).collect();
        of.sort_unstable_by(|a, b| b.cmp(a));
        let demand = of.iter().enumerate().map(|(at, d)| d + at as u32).max();
        demands.push(demand.map_or(0, |d| d.max(1)));
    }
    demands
}

fn depth_first(tape: &Tape) -> Vec<Value> {
    let demands = demands(tape);
    let mut done = vec![false; tape.steps.len()];
    let mut order = Vec::with_capacity(tape.steps.len());
    let mut stack: Vec<(Value, bool)> = tape.outputs.iter().rev().map(|&v| (v, false)).collect();
    while let Some((v, operands_done)) = stack.pop() {
        if done[v as usize] {
            continue;
        }
        if operands_done {
            done[v as usize] = true;
            order.push(v);
            continue;
        }
        stack.push((v, true));
        let mut operands = tape.steps[v as usize].operands();
        operands.sort_by_key(|&v| demands[v as usize]);
        stack.extend(operands.iter().filter(|&&v| !done[v as usize]).map(|&v| (v, false)));
    }
    order
}

/// The largest number of values that wait for a later step in this order; inputs and constants wait elsewhere.
fn waiting(tape: &Tape, operands: &Lists, order: &[Value]) -> usize {
    let mut last = vec![0u32; tape.steps.len()];
    for (at, &v) in order.iter().enumerate() {
        operands.of(v).iter().for_each(|&operand| last[operand as usize] = at as u32);
    }
    // outputs go to columns of their own
    tape.outputs.iter().for_each(|&v| last[v as usize] = 0);
    let (mut now, mut most) = (0usize, 0);
    for (at, &v) in order.iter().enumerate() {
        now -= operands.of(v).iter().filter(|v| last[**v as usize] == at as u32).count().min(now);
        now += usize::from(last[v as usize] > at as u32);
        most = most.max(now);
    }
    most
}

fn renumber(tape: &mut Tape, order: &[Value]) {
    let mut place = vec![0 as Value; tape.steps.len()];
    let mut steps = Vec::with_capacity(order.len());
    for &v in order {
        place[v as usize] = steps.len() as Value;
        let mut step = std::mem::replace(&mut tape.steps[v as usize], Step::Constant(0.0));
        step.each_operand(|operand| *operand = place[*operand as usize]);
        steps.push(step);
    }
    tape.outputs.iter_mut().for_each(|v| *v = place[*v as usize]);
    tape.steps = steps;
}
