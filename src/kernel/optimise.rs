//! What a finished tape can still gain: shared reciprocals and fused products.
//! Deliberately looks at single steps and how often they are used, never at expressions.
//! Read next: `order.rs`, in which order the steps run.

use super::tape::{Step, Tape, Value};

/// So many divisions by one divisor become products with its reciprocal: one rounding more for each of them, at most one
/// unit in the last place.
const SHARED_DIVISIONS: u32 = 3;

/// Rewrites steps in place; steps that are no longer used stay until the order is chosen.
pub(super) fn optimise(tape: &mut Tape) {
    share_reciprocals(tape);
    fuse(tape);
}

/// How often each step is used, by steps that are themselves used and as output.
fn uses(tape: &Tape) -> Vec<u32> {
    let mut uses = vec![0u32; tape.steps.len()];
    tape.outputs.iter().for_each(|&v| uses[v as usize] += 1);
    for (at, step) in tape.steps.iter().enumerate().rev() {
        if uses[at] > 0 {
            step.operands().iter().for_each(|&v| uses[v as usize] += 1);
        }
    }
    uses
}

fn is_one(steps: &[Step], v: Value) -> bool {
    steps[v as usize] == Step::Constant(1.0)
}

/// a/c, b/c, d/c = a*r, b*r, d*r with r = 1/c, which `Steps::div` has made before them.
fn share_reciprocals(tape: &mut Tape) {
    let uses = uses(tape);
    let mut divisions = vec![0u32; tape.steps.len()];
    for (step, &used) in tape.steps.iter().zip(&uses) {
        if let Step::Div(_, below) = step
            && used > 0
        {
            divisions[*below as usize] += 1;
        }
    }
    let mut reciprocal = vec![0; tape.steps.len()];
    for at in 0..tape.steps.len() {
        if let Step::Div(above, below) = tape.steps[at]
            && divisions[below as usize] >= SHARED_DIVISIONS
        {
            if is_one(&tape.steps, above) {
                reciprocal[below as usize] = at as Value;
            } else {
                tape.steps[at] = Step::Mul(above, reciprocal[below as usize]);
            }
        }
    }
}

/// Products join the sums that use them: a*b + c in one rounding. A negated product is 0 - a*b.
///
/// A product with several users joins them only if all of them are sums that take it: then it is worked out nowhere else.
fn fuse(tape: &mut Tape) {
    let uses = uses(tape);
    let zero = tape.steps.iter().position(|step| *step == Step::Constant(0.0)).map(|at| at as Value);
    let mut joins: Vec<bool> = tape.steps.iter().zip(&uses).map(|(step, &n)| matches!(step, Step::Mul(..)) && n == 1).collect();
    // sums that no product of one user joins
    let mut sums: Vec<u32> = vec![0; tape.steps.len()];
    let open = |joins: &[bool], step: &Step, at: usize| match *step {
        Step::Add(p, q) | Step::Sub(p, q) if uses[at] > 0 && p != q && !joins[p as usize] && !joins[q as usize] => Some([p, q]),
        _ => None,
    };
    for (at, step) in tape.steps.iter().enumerate() {
        for v in open(&joins, step, at).into_iter().flatten() {
            sums[v as usize] += 1;
        }
    }
    let mut several: Vec<bool> =
        (0..tape.steps.len()).map(|at| matches!(tape.steps[at], Step::Mul(..)) && uses[at] > 1 && uses[at] == sums[at]).collect();
    for (at, step) in tape.steps.iter().enumerate() {
        // a sum takes one product
        if let Some([p, q]) = open(&joins, step, at)
            && several[p as usize]
        {
            several[q as usize] = false;
        }
    }
    joins.iter_mut().zip(several).for_each(|(joins, several)| *joins |= several);
    for (at, &used) in uses.iter().enumerate() {
        if used == 0 {
            continue;
        }
        let product = |v: Value| match tape.steps[v as usize] {
            Step::Mul(a, b) if joins[v as usize] => Some((a, b)),
            _ => None,
        };
        tape.steps[at] = match tape.steps[at] {
            Step::Add(p, q) if p != q => match (product(p), product(q)) {
                (Some((a, b)), _) => Step::MulAdd(a, b, q),
                (None, Some((a, b))) => Step::MulAdd(a, b, p),
                _ => continue,
            },
            Step::Sub(p, q) if p != q => match (product(p), product(q)) {
                (Some((a, b)), _) => Step::MulSub(a, b, q),
                (None, Some((a, b))) => Step::NegMulAdd(a, b, p),
                _ => continue,
            },
            Step::Neg(p) => match (product(p), zero) {
                // a square keeps its sign, which the exponential of erf and erfc shares; and -0^2 is -0
                (Some((a, b)), Some(zero)) if a != b => Step::NegMulAdd(a, b, zero),
                _ => continue,
            },
            _ => continue,
        };
    }
}
