//! In which order the steps run, so that few values wait at a time.
//! Deliberately changes no step; steps that no output needs are left out.
//! Read next: `plan.rs`, where each value is kept.

use super::tape::{Step, Tape, Value};
use smallvec::SmallVec;

/// Takes the better of two orders: as built, and depth first with the more demanding operand first (Sethi and Ullman,
/// JACM 17, 1970, as if shared values were trees).
pub(super) fn order(tape: &mut Tape) {
    let needed = needed(tape);
    let as_built: Vec<Value> = (0..tape.steps.len() as Value).filter(|&v| needed[v as usize]).collect();
    let depth_first = depth_first(tape);
    let best = if waiting(tape, &depth_first) < waiting(tape, &as_built) { depth_first } else { as_built };
    renumber(tape, &best);
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
fn waiting(tape: &Tape, order: &[Value]) -> usize {
    let mut last = vec![0u32; tape.steps.len()];
    for (at, &v) in order.iter().enumerate() {
        tape.steps[v as usize].operands().iter().for_each(|&operand| last[operand as usize] = at as u32);
    }
    // outputs go to columns of their own
    tape.outputs.iter().for_each(|&v| last[v as usize] = 0);
    let (mut now, mut most) = (0usize, 0);
    for (at, &v) in order.iter().enumerate() {
        let step = &tape.steps[v as usize];
        let mut operands = step.operands();
        operands.sort_unstable();
        operands.dedup();
        let kept = |v: &Value| !matches!(tape.steps[*v as usize], Step::Constant(_) | Step::Input(_));
        now -= operands.iter().filter(|v| kept(v) && last[**v as usize] == at as u32).count().min(now);
        now += usize::from(kept(&v) && last[v as usize] > at as u32);
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
